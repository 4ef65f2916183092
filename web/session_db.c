#include "base/crypto.h"
#include "web/session.h"

DB_QUERY(q_session_insert, "INSERT INTO web_session (id_digest, account_id, login, created, last_seen, expires)"
                           " VALUES (?, ?, ?, ?, ?, ?)");
DB_QUERY(q_session_find, "SELECT account_id, login, created, last_seen, expires FROM web_session WHERE id_digest = ?");
DB_QUERY(q_session_seen, "UPDATE web_session SET last_seen = ? WHERE id_digest = ?");
DB_QUERY(q_session_end, "DELETE FROM web_session WHERE id_digest = ?");
DB_QUERY(q_session_sweep, "DELETE FROM web_session WHERE expires < ? ORDER BY expires LIMIT 100");
DB_QUERY(q_session_health, "SELECT COUNT(*) FROM web_session WHERE id_digest = ?");

/* A use is written down when the last that was is so old: seldom, and yet often enough to count as use. */
static int64_t seen_every(const struct session_times *t)
{
    return t->idle_us / 10 < 60 * US_PER_S ? t->idle_us / 10 : 60 * US_PER_S;
}

static struct str digest_of(struct arena *a, struct str token)
{
    uint8_t d[32];
    crypto_sha256(token, d);
    return str_n(arena_copy(a, d, sizeof(d)), sizeof(d));
}

enum status session_create(struct db *db, struct arena *a, int64_t account_id, struct str login,
    const struct session_times *t, time_us now, struct session *s_r, struct error *e)
{
    uint8_t bits[SESSION_TOKEN_CHARS / 2];
    crypto_random(bits, sizeof(bits));
    *s_r = (struct session){
        .token = hex_encode(a, bits, sizeof(bits)),
        .account_id = account_id,
        .login = str_dup(a, login),
        .created = now,
        .last_seen = now,
        .expires = now + t->life_us,
    };
    crypto_wipe(bits, sizeof(bits));
    TRY(db_exec(db, &q_session_sweep, DB_ARGS(db_i(now)), NULL, e));
    return db_exec(db, &q_session_insert,
        DB_ARGS(db_b(digest_of(a, s_r->token)), db_i(account_id), db_s(s_r->login), db_i(now), db_i(now),
            db_i(s_r->expires)),
        NULL, e);
}

enum status session_find(struct db *db, struct arena *a, struct str token, const struct session_times *t, time_us now,
    struct session *s_r, struct error *e)
{
    struct db_result r;
    struct str digest = digest_of(a, token);
    if (token.n != SESSION_TOKEN_CHARS)
        return error_set(e, NOT_FOUND, "no-session", "this is not a session");
    TRY(db_select_one(db, a, &q_session_find, DB_ARGS(db_b(digest)), &r, e));
    *s_r = (struct session){
        .token = token,
        .account_id = db_int(&r, 0, 0),
        .login = db_str(&r, 0, 1),
        .created = db_int(&r, 0, 2),
        .last_seen = db_int(&r, 0, 3),
        .expires = db_int(&r, 0, 4),
    };
    if (now >= s_r->expires || now - s_r->last_seen >= t->idle_us) {
        s_r->account_id = 0;
        return error_set(e, NOT_FOUND, "no-session", "the session has ended");
    }
    if (now - s_r->last_seen >= seen_every(t))
        TRY(db_exec(db, &q_session_seen, DB_ARGS(db_i(now), db_b(digest)), NULL, e));
    return OK;
}

enum status session_end(struct db *db, struct arena *a, const struct session *s, struct error *e)
{
    return db_exec(db, &q_session_end, DB_ARGS(db_b(digest_of(a, s->token))), NULL, e);
}

enum status session_health(struct db *db, struct arena *a, struct error *e)
{
    struct db_result r;
    return db_select_one(db, a, &q_session_health, DB_ARGS(db_b(digest_of(a, STR("")))), &r, e);
}
