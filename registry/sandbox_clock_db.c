#include "registry/sandbox_clock_db.h"

DB_QUERY(q_sandbox_clock, "SELECT ahead_us FROM clock WHERE id = 1");
DB_QUERY(q_sandbox_clock_add, "UPDATE clock SET ahead_us = ahead_us + ? WHERE id = 1");

enum status sandbox_clock_select(struct db *db, struct arena *a, int64_t *ahead_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_clock, DB_NO_ARGS, &r, e));
    *ahead_r = db_int(&r, 0, 0);
    return OK;
}

enum status sandbox_clock_add(struct db *db, int64_t us, struct error *e)
{
    return db_exec(db, &q_sandbox_clock_add, DB_ARGS(db_i(us)), NULL, e);
}
