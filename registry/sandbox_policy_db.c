#include "registry/sandbox_policy_db.h"

DB_QUERY(q_sandbox_tlds,
    "SELECT name, min_years, max_years, label_min, label_max, ns_max, idn_allowed, registrant_required, add_grace_us,"
    " redemption_us, pending_delete_us, restore_report_us, transfer_us, transfer_lock_us, create_price, renew_price,"
    " transfer_price, restore_price FROM tld ORDER BY name");
DB_QUERY(q_sandbox_reserved, "SELECT 1 FROM reserved_label WHERE label = ? AND tld IN ('*', ?) LIMIT 1");
DB_QUERY(q_sandbox_premium, "SELECT create_price, renew_price FROM premium_name WHERE name = ?");

static struct sandbox_tld tld_row(const struct db_result *r, size_t i)
{
    return (struct sandbox_tld){
        .name = db_str(r, i, 0),
        .min_years = (int)db_int(r, i, 1),
        .max_years = (int)db_int(r, i, 2),
        .label_min = (unsigned)db_int(r, i, 3),
        .label_max = (unsigned)db_int(r, i, 4),
        .ns_max = (unsigned)db_int(r, i, 5),
        .idn_allowed = db_int(r, i, 6) != 0,
        .registrant_required = db_int(r, i, 7) != 0,
        .add_grace = db_int(r, i, 8),
        .redemption = db_int(r, i, 9),
        .pending_delete = db_int(r, i, 10),
        .restore_report = db_int(r, i, 11),
        .transfer = db_int(r, i, 12),
        .transfer_lock = db_int(r, i, 13),
        .create_price = db_int(r, i, 14),
        .renew_price = db_int(r, i, 15),
        .transfer_price = db_int(r, i, 16),
        .restore_price = db_int(r, i, 17),
    };
}

enum status sandbox_tlds(struct db *db, struct arena *a, struct sandbox_tld **tlds_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_tlds, DB_NO_ARGS, SB_TLDS_MAX, &r, e));
    *tlds_r = ARENA_ARRAY(a, r.rows, struct sandbox_tld);
    *n_r = r.rows;
    for (size_t i = 0; i < r.rows; i++)
        (*tlds_r)[i] = tld_row(&r, i);
    return OK;
}

const struct sandbox_tld *sandbox_tld_find(const struct sandbox_tld *tlds, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(tlds[i].name, name))
            return &tlds[i];
    }
    return NULL;
}

enum status sandbox_label_reserved(
    struct db *db, struct arena *a, struct str label, struct str tld, bool *reserved_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_reserved, DB_ARGS(db_s(label), db_s(tld)), 1, &r, e));
    *reserved_r = r.rows > 0;
    return OK;
}

enum status sandbox_price(struct db *db, struct arena *a, const struct sandbox_tld *tld, struct str name,
    int64_t *create_r, int64_t *renew_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_premium, DB_ARGS(db_s(name)), 1, &r, e));
    *create_r = r.rows > 0 ? db_int(&r, 0, 0) : tld->create_price;
    *renew_r = r.rows > 0 ? db_int(&r, 0, 1) : tld->renew_price;
    return OK;
}
