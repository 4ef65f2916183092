#include "registry/poll_db.h"

#include "base/crypto.h"
#include "registry/transcript.h"

static const char *const state_words[] = {"stored", "applied", "acked", "failed", "quarantined"};

DB_QUERY(q_message_insert,
    "INSERT INTO registry_message (registry, message, queued, received, kind, object, approved, cltrid, text, frame,"
    " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored')");
DB_QUERY(q_message_find, "SELECT id, state FROM registry_message WHERE registry = ? AND message = ? AND queued = ?");
DB_QUERY(q_message_nameless, "SELECT id FROM registry_message WHERE registry = ? AND state = 'quarantined'"
                             " AND acked IS NULL AND handled IS NULL AND message LIKE 'sha256:%' LIMIT 1");
DB_QUERY(q_message_lock, "SELECT state FROM registry_message WHERE id = ? FOR UPDATE");
DB_QUERY(q_message_set_state, "UPDATE registry_message SET state = ?, settled = ?, error = ? WHERE id = ?");
DB_QUERY(q_message_set_acked, "UPDATE registry_message SET acked = ?, state = IF(state = 'applied', 'acked', state)"
                              " WHERE id = ?");
DB_QUERY(q_message_need,
    "SELECT id, registry, message, queued, received, object, text, state, acked, handled, error FROM registry_message"
    " WHERE state IN ('failed', 'quarantined') AND handled IS NULL ORDER BY id LIMIT ?");
DB_QUERY(q_message_one,
    "SELECT id, registry, message, queued, received, object, text, state, acked, handled, error, frame"
    " FROM registry_message WHERE id = ?");
DB_QUERY(
    q_message_handle, "UPDATE registry_message SET handled = ? WHERE id = ? AND state IN ('failed', 'quarantined')");

static enum message_state state_of(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(state_words); i++)
        if (str_eqz(word, state_words[i]))
            return (enum message_state)i;
    INVARIANT(!"a state of registry_message");
}

struct storing {
    const struct registry_work *w;
    const struct registry_message *m;
    struct str session;
};

#define ID_MAX 255

/* The column holds so much; what is longer must not stop the queue. */
static struct str id_kept(struct arena *a, struct str id)
{
    uint8_t sum[32];
    if (id.n <= ID_MAX)
        return id;
    crypto_sha256(id, sum);
    struct str hex = hex_encode(a, sum, sizeof(sum)), front = str_cut(id, ID_MAX - 2 * sizeof(sum) - 1);
    return str_printf(a, "%.*s:%.*s", STR_ARG(front), STR_ARG(hex));
}

/* The message, and what the transcript says of it. */
static enum status message_insert(struct db *db, void *ctx, struct error *e)
{
    static const char *const kinds[] = {
        [REGISTRY_MESSAGE_UNREADABLE] = "unreadable",
        [REGISTRY_MESSAGE_OTHER] = "other",
        [REGISTRY_MESSAGE_DECIDED] = "decided",
        [REGISTRY_MESSAGE_TRANSFER] = "transfer",
    };
    const struct storing *x = ctx;
    const struct registry_work *w = x->w;
    const struct registry_message *m = x->m;
    struct transcript_row row = {
        .kind = TRANSCRIPT_MESSAGE,
        .at = registry_time(w),
        .verb = STR("poll"),
        .object = m->object,
        .cltrid = m->cltrid,
        .svtrid = m->svtrid,
        .session = x->session,
        .received = m->frame,
        .note = str_printf(w->arena, "message %.*s: %.*s", STR_ARG(m->id), STR_ARG(m->text)),
    };
    TRY(db_exec(db, &q_message_insert,
        DB_ARGS(db_s(w->registry->config.id), db_s(id_kept(w->arena, m->id)), db_i(m->queued), db_i(w->now),
            db_s(str_of(kinds[m->kind])), db_s(str_cut(m->object, 255)), db_i(m->approved),
            db_s(str_cut(m->cltrid, 64)), db_s(str_is_null(m->text) ? STR("") : str_cut(m->text, 2000)),
            db_b(m->frame)),
        NULL, e));
    return transcript_append(db, w->arena, w->registry->config.id, &row, 1, e);
}

enum status message_store(const struct registry_work *w, const struct registry_message *m, struct str session,
    int64_t *id_r, enum message_state *state_r, struct error *e)
{
    struct db_result r;
    struct storing x = {w, m, session};
    enum status s = db_transaction(w->db, message_insert, &x, e);
    if (s != OK && s != EXISTS)
        return s;
    TRY(db_select_one(w->db, w->arena, &q_message_find,
        DB_ARGS(db_s(w->registry->config.id), db_s(id_kept(w->arena, m->id)), db_i(m->queued)), &r, e));
    *id_r = db_int(&r, 0, 0);
    *state_r = state_of(db_str(&r, 0, 1));
    return OK;
}

enum status message_set_acked(const struct registry_work *w, int64_t id, struct error *e)
{
    return db_exec(w->db, &q_message_set_acked, DB_ARGS(db_i(w->now), db_i(id)), NULL, e);
}

enum status message_nameless_waits(const struct registry_work *w, bool *waits_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(w->db, w->arena, &q_message_nameless, DB_ARGS(db_s(w->registry->config.id)), 1, &r, e));
    *waits_r = r.rows > 0;
    return OK;
}

enum status message_lock(const struct registry_work *w, int64_t id, enum message_state *state_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(w->db, w->arena, &q_message_lock, DB_ARGS(db_i(id)), &r, e));
    *state_r = state_of(db_str(&r, 0, 0));
    return OK;
}

enum status message_set_state(
    const struct registry_work *w, int64_t id, enum message_state s, struct str why, struct error *e)
{
    return db_exec(w->db, &q_message_set_state,
        DB_ARGS(db_s(str_of(state_words[s])), db_i(w->now), db_s(str_cut(why, 500)), db_i(id)), NULL, e);
}

/* ---- for people ----------------------------------------------------------------------------------------------- */

static void note_take(const struct db_result *r, size_t i, struct message_note *n)
{
    *n = (struct message_note){
        .id = db_int(r, i, 0),
        .registry = db_str(r, i, 1),
        .message = db_str(r, i, 2),
        .queued = db_int(r, i, 3),
        .received = db_int(r, i, 4),
        .object = db_str(r, i, 5),
        .text = db_str(r, i, 6),
        .state = db_str(r, i, 7),
        .acked = db_int(r, i, 8),
        .handled = db_int(r, i, 9),
        .error = db_str(r, i, 10),
    };
}

enum status messages_needing_person(
    struct db *db, struct arena *a, size_t max, struct message_note **list_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_message_need, DB_ARGS(db_i((int64_t)max)), max, &r, e));
    *n_r = r.rows;
    *list_r = ARENA_ARRAY(a, r.rows, struct message_note);
    for (size_t i = 0; i < r.rows; i++)
        note_take(&r, i, &(*list_r)[i]);
    return OK;
}

static enum status message_unknown(int64_t id, struct error *e)
{
    return error_set(e, NOT_FOUND, "message-unknown", "there is no message %lld", (long long)id);
}

enum status message_find(struct db *db, struct arena *a, int64_t id, struct message_note *n_r, struct error *e)
{
    struct db_result r;
    enum status s = db_select_one(db, a, &q_message_one, DB_ARGS(db_i(id)), &r, e);
    if (s == NOT_FOUND)
        return message_unknown(id, e);
    TRY(s);
    note_take(&r, 0, n_r);
    n_r->frame = db_str(&r, 0, 11);
    return OK;
}

enum status message_set_handled(struct db *db, int64_t id, time_us now, struct error *e)
{
    int64_t n = 0;
    TRY(db_exec(db, &q_message_handle, DB_ARGS(db_i(now), db_i(id)), &n, e));
    return n == 1 ? OK : error_set(e, NOT_FOUND, "message-not-waiting", "message %lld waits for nobody", (long long)id);
}
