#include "registry/sandbox_poll.h"

DB_QUERY(q_sandbox_message_put,
    "INSERT INTO message (registrar, at, text, object, data, object_key, status, re_id, re_date, ac_id, ac_date,"
    " ex_date, result, cltrid, svtrid, application, phase, outcome, balance, threshold)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_sandbox_message_first,
    "SELECT id, at, text, object, data, object_key, status, re_id, re_date, ac_id, ac_date, ex_date, result, cltrid,"
    " svtrid, application, phase, outcome, balance, threshold FROM message WHERE registrar = ? ORDER BY id LIMIT 1");
DB_QUERY(q_sandbox_message_count, "SELECT COUNT(*), COALESCE(MIN(id), 0) FROM message WHERE registrar = ?");
DB_QUERY(q_sandbox_message_ack, "DELETE FROM message WHERE registrar = ? AND id = ?");

enum status sandbox_message_put(struct db *db, struct str registrar, const struct sandbox_message *m, struct error *e)
{
    bool pending = m->data == EPP_PAN_DATA;
    const struct epp_transfer_data *t = &m->transfer;
    return db_exec(db, &q_sandbox_message_put,
        DB_ARGS(db_s(registrar), db_i(m->at), db_s(m->text), db_i(m->object), db_i(m->data),
            db_s(pending ? m->pending.key : t->key), db_s(t->status), db_s(t->re_id), db_i(t->re_date), db_s(t->ac_id),
            db_i(pending ? m->pending.date : t->ac_date), db_i(t->ex_date), db_i(m->pending.result),
            db_s(m->pending.tr_id.cltrid), db_s(m->pending.tr_id.svtrid), db_s(m->application), db_s(m->phase),
            db_s(m->outcome), m->low.told ? db_i(m->low.balance) : db_null(), db_i(m->low.threshold)),
        NULL, e);
}

enum status sandbox_message_count(
    struct db *db, struct arena *a, struct str registrar, int64_t *count_r, int64_t *first_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_message_count, DB_ARGS(db_s(registrar)), &r, e));
    *count_r = db_int(&r, 0, 0);
    *first_r = db_int(&r, 0, 1);
    return OK;
}

enum status sandbox_message_first(struct db *db, struct arena *a, struct str registrar, struct sandbox_message *m_r,
    int64_t *count_r, struct error *e)
{
    struct db_result r;
    int64_t first;
    TRY(db_select_one(db, a, &q_sandbox_message_first, DB_ARGS(db_s(registrar)), &r, e));
    *m_r = (struct sandbox_message){.id = db_int(&r, 0, 0),
        .at = db_int(&r, 0, 1),
        .text = db_str(&r, 0, 2),
        .object = (enum epp_object)db_int(&r, 0, 3),
        .data = (enum epp_data)db_int(&r, 0, 4),
        .application = db_str(&r, 0, 15),
        .phase = db_str(&r, 0, 16),
        .outcome = db_str(&r, 0, 17)};
    m_r->low.told = !db_is_null(&r, 0, 18);
    m_r->low.balance = m_r->low.told ? db_int(&r, 0, 18) : 0;
    m_r->low.threshold = db_int(&r, 0, 19);
    m_r->transfer = (struct epp_transfer_data){.key = db_str(&r, 0, 5),
        .status = db_str(&r, 0, 6),
        .re_id = db_str(&r, 0, 7),
        .re_date = db_int(&r, 0, 8),
        .ac_id = db_str(&r, 0, 9),
        .ac_date = db_int(&r, 0, 10),
        .ex_date = db_int(&r, 0, 11)};
    m_r->pending = (struct epp_pending_data){.key = db_str(&r, 0, 5),
        .date = db_int(&r, 0, 10),
        .result = db_int(&r, 0, 12) != 0,
        .tr_id = {.cltrid = db_str(&r, 0, 13), .svtrid = db_str(&r, 0, 14)}};
    return sandbox_message_count(db, a, registrar, count_r, &first, e);
}

enum status sandbox_message_ack(struct db *db, struct str registrar, int64_t id, bool *removed_r, struct error *e)
{
    int64_t n;
    TRY(db_exec(db, &q_sandbox_message_ack, DB_ARGS(db_s(registrar), db_i(id)), &n, e));
    *removed_r = n > 0;
    return OK;
}
