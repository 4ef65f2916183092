#include "registry/poll_db.h"

static const char *const state_words[] = {"stored", "applied", "acked", "failed"};

DB_QUERY(q_message_insert,
    "INSERT INTO registry_message (registry, message, queued, received, kind, object, approved, cltrid, text, frame,"
    " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored')");
DB_QUERY(q_message_find, "SELECT id, state FROM registry_message WHERE registry = ? AND message = ? AND queued = ?");
DB_QUERY(q_message_lock, "SELECT state FROM registry_message WHERE id = ? FOR UPDATE");
DB_QUERY(q_message_set_state, "UPDATE registry_message SET state = ?, settled = ?, error = ? WHERE id = ?");

static enum message_state state_of(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(state_words); i++)
        if (str_eqz(word, state_words[i]))
            return (enum message_state)i;
    INVARIANT(!"a state of registry_message");
}

static struct str cut(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    s.n = max;
    while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xC0) == 0x80)
        s.n--;
    return s;
}

static enum status message_insert(const struct registry_work *w, const struct registry_message *m, struct error *e)
{
    static const char *const kinds[] = {
        [REGISTRY_MESSAGE_OTHER] = "other",
        [REGISTRY_MESSAGE_DECIDED] = "decided",
        [REGISTRY_MESSAGE_TRANSFER] = "transfer",
    };
    return db_exec(w->db, &q_message_insert,
        DB_ARGS(db_s(w->registry->config.id), db_s(m->id), db_i(m->queued), db_i(w->now), db_s(str_of(kinds[m->kind])),
            db_s(cut(m->object, 255)), db_i(m->approved), db_s(cut(m->cltrid, 64)), db_s(cut(m->text, 2000)),
            db_b(m->frame)),
        NULL, e);
}

enum status message_store(const struct registry_work *w, const struct registry_message *m, int64_t *id_r,
    enum message_state *state_r, struct error *e)
{
    struct db_result r;
    if (m->id.n > 255)
        return error_set(e, PROTOCOL, "message-id", "a message's id has %zu characters", m->id.n);
    enum status s = message_insert(w, m, e);
    if (s != OK && s != EXISTS)
        return s;
    TRY(db_select_one(
        w->db, w->arena, &q_message_find, DB_ARGS(db_s(w->registry->config.id), db_s(m->id), db_i(m->queued)), &r, e));
    *id_r = db_int(&r, 0, 0);
    *state_r = state_of(db_str(&r, 0, 1));
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
        DB_ARGS(db_s(str_of(state_words[s])), db_i(w->now), db_s(cut(why, 500)), db_i(id)), NULL, e);
}
