/* Inside of an EPP session: shared by session.c (opening, greeting, login) and session_pipe.c (commands in flight) and
 * by nothing else.
 *
 * No thread of its own. Of the callers that wait, one leads: it alone touches the connection, writes what all
 * have queued (one write for many frames), reads, gives each answer to the flight that is first in line, and
 * goes on until its own is there; then the next one that waits leads. A caller alone is its own leader and never
 * meets another thread; a caller that queues a frame while the leader sleeps in poll wakes it.
 */
#ifndef FW_EPP_SESSION_PIPE_H
#define FW_EPP_SESSION_PIPE_H

#include <stdatomic.h>

#include "epp/frame.h"
#include "epp/session.h"

#define EPP_STRAYS_MAX 16 /* greetings that nobody asked for, in a row */
#define EPP_SVTRIDS_KEPT 128 /* of the last answers, to know one that comes twice */

struct epp_session {
    char id[EPP_SESSION_ID_MAX + 1];
    struct epp_session_settings set;
    struct arena keep; /* the settings' strings, what login asked for */
    struct arena greeting_arena;
    struct epp_greeting greeting;
    struct epp_strs extensions; /* those logged in for */
    struct str advice; /* of the last login */
    atomic_bool usable, logged_in;

    /* the leader's alone, or of the only thread */
    struct tls_conn *conn; /* NULL once the session is broken or ended */
    struct epp_frame_reader in;
    struct buf going; /* being written; all of it counts as sent */
    size_t gone; /* how much of it is out */
    unsigned strays; /* in a row */
    uint64_t svtrids[EPP_SVTRIDS_KEPT]; /* hashes of the last ones */
    uint64_t svtrids_n;

    pthread_mutex_t lock; /* over all below */
    struct epp_flight *first, *last; /* in the order of their frames */
    unsigned in_flight;
    struct buf out; /* frames that nothing was sent of */
    uint64_t queued, begun; /* bytes, since the session was opened: put into out, moved to going */
    bool leading; /* one of the callers leads */
    bool woken; /* and was told that there is more in out */
    int wake; /* eventfd */
    struct epp_session_counters counters;
};

/* ---- session_pipe.c */
void epp_pipe_init(struct epp_session *s);
void epp_pipe_clear(struct epp_session *s);
/* Puts a flight in line whose bytes, if any, are the last queued ones. */
void epp_pipe_push(struct epp_session *s, struct epp_flight *f, uint64_t deadline);
/* Ends the connection; with flights in line each is told what became of it. */
void epp_pipe_break(struct epp_session *s, const struct error *cause);

/* ---- session.c */
/* Takes a document as the greeting. */
enum status epp_greeting_keep(struct epp_session *s, struct str doc, struct error *e) FW_MUST_CHECK;
void epp_session_trace(struct epp_session *s, enum epp_direction dir, struct str doc);

#endif
