#include "registry/sandbox_sweep_db.h"

DB_QUERY(q_sandbox_due_domains, "SELECT id FROM domain WHERE due > 0 AND due <= ? ORDER BY due, id LIMIT 200");
DB_QUERY(q_sandbox_due_transfers, "SELECT object_id FROM transfer WHERE status = 'pending' AND ac_date <= ? AND object "
                                  "= ? ORDER BY ac_date LIMIT 200");

static void due_fill(struct arena *a, const struct db_result *r, struct sandbox_due *due_r)
{
    due_r->ids = ARENA_ARRAY(a, r->rows, int64_t);
    due_r->n = r->rows;
    for (size_t i = 0; i < r->rows; i++)
        due_r->ids[i] = db_int(r, i, 0);
}

enum status sandbox_due_domains(struct db *db, struct arena *a, time_us now, struct sandbox_due *due_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_due_domains, DB_ARGS(db_i(now)), SB_SWEEP_BATCH, &r, e));
    due_fill(a, &r, due_r);
    return OK;
}

enum status sandbox_due_transfers(
    struct db *db, struct arena *a, enum epp_object object, time_us now, struct sandbox_due *due_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_due_transfers, DB_ARGS(db_i(now), db_i(object)), SB_SWEEP_BATCH, &r, e));
    due_fill(a, &r, due_r);
    return OK;
}
