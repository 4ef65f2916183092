#include "registry/sandbox_transfer.h"

DB_QUERY(q_sandbox_transfer,
    "SELECT status, re_id, re_date, ac_id, ac_date, years, paid FROM transfer WHERE object = ? AND object_id = ?"
    " FOR UPDATE");
DB_QUERY(q_sandbox_transfer_store,
    "REPLACE INTO transfer (object, object_id, status, re_id, re_date, ac_id, ac_date, years, paid)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

enum status sandbox_transfer_find(struct db *db, struct arena *a, enum epp_object object, int64_t object_id,
    struct sandbox_transfer *t_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_transfer, DB_ARGS(db_i(object), db_i(object_id)), &r, e));
    *t_r = (struct sandbox_transfer){.object = object,
        .object_id = object_id,
        .status = db_str(&r, 0, 0),
        .re_id = db_str(&r, 0, 1),
        .re_date = db_int(&r, 0, 2),
        .ac_id = db_str(&r, 0, 3),
        .ac_date = db_int(&r, 0, 4),
        .years = (int)db_int(&r, 0, 5),
        .paid = db_int(&r, 0, 6)};
    return OK;
}

enum status sandbox_transfer_store(struct db *db, const struct sandbox_transfer *t, struct error *e)
{
    return db_exec(db, &q_sandbox_transfer_store,
        DB_ARGS(db_i(t->object), db_i(t->object_id), db_s(t->status), db_s(t->re_id), db_i(t->re_date), db_s(t->ac_id),
            db_i(t->ac_date), db_i(t->years), db_i(t->paid)),
        NULL, e);
}
