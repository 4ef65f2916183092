#include "registrar/sealed.h"

enum status sealed_get_or_make(struct db *db, struct arena *a, const struct secret_key *sealing,
    const struct sealed_column *col, struct str fresh, struct str *plain_r, struct error *e)
{
    struct db_result r;
    for (int round = 0; round < 2; round++) {
        enum status s = db_select_one(db, a, col->find, DB_ARGS(col->key), &r, e);
        if (s == NOT_FOUND)
            return error_set(e, NOT_FOUND, "no-row", "%.*s: there is no such row", STR_ARG(col->context));
        TRY(s);
        if (!db_is_null(&r, 0, 0))
            return secret_open(a, sealing, col->context, db_str(&r, 0, 0), plain_r, e);
        struct str sealed = secret_seal(a, sealing, col->context, fresh);
        int64_t rows = 0;
        TRY(db_exec(db, col->set, DB_ARGS(db_b(sealed), col->key), &rows, e));
        if (rows == 1) {
            *plain_r = fresh;
            return OK;
        }
    }
    return error_set(e, INTERNAL, "sealed", "%.*s: was stored, but is not there", STR_ARG(col->context));
}
