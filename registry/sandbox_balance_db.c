#include "registry/sandbox_balance.h"

DB_QUERY(q_sandbox_balance, "SELECT balance FROM registrar WHERE id = ?");

enum status sandbox_balance(struct db *db, struct arena *a, struct str registrar, int64_t *cents_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_balance, DB_ARGS(db_s(registrar)), &r, e));
    *cents_r = db_int(&r, 0, 0);
    return OK;
}
