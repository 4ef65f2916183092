/* Sessions of people who are signed in on the pages.
 *
 * A session is 256 random bits that only the browser has (cookie, HttpOnly, SameSite=Lax); the database keeps
 * their digest. It ends when the person signs out, after a time without use, and after a time however much it is
 * used. Signing in always makes a new one.
 */
#ifndef FW_WEB_SESSION_H
#define FW_WEB_SESSION_H

#include "base/clock.h"
#include "base/db.h"

#define SESSION_TOKEN_CHARS 64 /* 32 bytes as hexadecimal digits */

struct session {
    struct str token; /* as in the cookie: secret */
    int64_t account_id; /* 0: nobody is signed in */
    struct str login;
    time_us created, last_seen, expires;
};

struct session_times {
    int64_t life_us, idle_us;
};

/* Also forgets sessions that have ended. */
enum status session_create(struct db *db, struct arena *a, int64_t account_id, struct str login,
    const struct session_times *t, time_us now, struct session *s_r, struct error *e) FW_MUST_CHECK;
/* NOT_FOUND where the token is none, or the session has ended. */
enum status session_find(struct db *db, struct arena *a, struct str token, const struct session_times *t, time_us now,
    struct session *s_r, struct error *e) FW_MUST_CHECK;
enum status session_end(struct db *db, struct arena *a, const struct session *s, struct error *e) FW_MUST_CHECK;

/* Does the database answer? */
enum status session_health(struct db *db, struct arena *a, struct error *e) FW_MUST_CHECK;

#endif
