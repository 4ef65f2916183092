#include "registry/sandbox_policy_db.h"

#define TLD_COLUMNS                                                                                                    \
    "t.name, t.min_years, t.max_years, t.label_min, t.label_max, t.ns_max, t.idn_allowed, t.registrant_required,"      \
    " t.add_grace_us, t.renew_grace_us, t.auto_renew_grace_us, t.transfer_grace_us, t.redemption_us,"                  \
    " t.pending_delete_us, t.restore_report_us, t.transfer_us, t.transfer_lock_us, t.currency, t.create_price,"        \
    " t.renew_price, t.transfer_price, t.restore_price"

DB_QUERY(q_sandbox_tlds, "SELECT " TLD_COLUMNS " FROM tld t ORDER BY t.name");
DB_QUERY(q_sandbox_control, "SELECT " TLD_COLUMNS ", c.ahead_us, (SELECT COUNT(*) FROM fault WHERE left_n > 0)"
                            " FROM clock c JOIN tld t WHERE c.id = 1 ORDER BY t.name");
/* What is known of names, for a check: one question for a few names, one for many. */
#define PLACES_5 "?, ?, ?, ?, ?"
#define PLACES_50                                                                                                      \
    PLACES_5 ", " PLACES_5 ", " PLACES_5 ", " PLACES_5 ", " PLACES_5 ", " PLACES_5 ", " PLACES_5 ", " PLACES_5         \
             ", " PLACES_5 ", " PLACES_5
#define NAMES_QUERY(places)                                                                                            \
    "SELECT name, 0, '', 0, 0 FROM domain WHERE name IN (" places ") UNION ALL SELECT label, 1, tld, 0, 0"             \
    " FROM reserved_label WHERE label IN (" places ") UNION ALL SELECT name, 2, '', create_price, renew_price"         \
    " FROM premium_name WHERE name IN (" places ")"
DB_QUERY(q_sandbox_name_known, NAMES_QUERY("?"));
DB_QUERY(q_sandbox_names_known, NAMES_QUERY(PLACES_50));
DB_QUERY(q_sandbox_premium, "SELECT create_price, renew_price FROM premium_name WHERE name = ?");

enum { TLD_COLUMNS_N = 22 };

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
        .renew_grace = db_int(r, i, 9),
        .auto_renew_grace = db_int(r, i, 10),
        .transfer_grace = db_int(r, i, 11),
        .redemption = db_int(r, i, 12),
        .pending_delete = db_int(r, i, 13),
        .restore_report = db_int(r, i, 14),
        .transfer = db_int(r, i, 15),
        .transfer_lock = db_int(r, i, 16),
        .currency = db_str(r, i, 17),
        .create_price = db_int(r, i, 18),
        .renew_price = db_int(r, i, 19),
        .transfer_price = db_int(r, i, 20),
        .restore_price = db_int(r, i, 21),
    };
}

static struct sandbox_tld *tld_rows(struct arena *a, const struct db_result *r)
{
    struct sandbox_tld *tlds = ARENA_ARRAY(a, r->rows, struct sandbox_tld);
    for (size_t i = 0; i < r->rows; i++)
        tlds[i] = tld_row(r, i);
    return tlds;
}

enum status sandbox_tlds(struct db *db, struct arena *a, struct sandbox_tld **tlds_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_tlds, DB_NO_ARGS, SB_TLDS_MAX, &r, e));
    *tlds_r = tld_rows(a, &r);
    *n_r = r.rows;
    return OK;
}

enum status sandbox_control_select(struct db *db, struct sandbox_control *k, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, &k->arena, &q_sandbox_control, DB_NO_ARGS, SB_TLDS_MAX, &r, e));
    if (r.rows == 0)
        return error_set(e, INTERNAL, "tlds", "there is no TLD, or no clock, in the database");
    k->tlds = tld_rows(&k->arena, &r);
    k->tlds_n = r.rows;
    k->ahead = db_int(&r, 0, TLD_COLUMNS_N);
    k->faults = db_int(&r, 0, TLD_COLUMNS_N + 1) > 0;
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

struct sandbox_prices sandbox_known_prices(const struct sandbox_tld *tld, const struct sandbox_known *k)
{
    if (!k->premium)
        return (struct sandbox_prices){.create = tld->create_price,
            .renew = tld->renew_price,
            .transfer = tld->transfer_price,
            .restore = tld->restore_price};
    return (struct sandbox_prices){.premium = true,
        .create = k->create_price,
        .renew = k->renew_price,
        .transfer = k->renew_price,
        .restore = tld->restore_price};
}

enum status sandbox_prices(struct db *db, struct arena *a, const struct sandbox_tld *tld, struct str name,
    struct sandbox_prices *p_r, struct error *e)
{
    struct db_result r;
    struct sandbox_known k = {.name = name};
    TRY(db_select(db, a, &q_sandbox_premium, DB_ARGS(db_s(name)), 1, &r, e));
    if (r.rows > 0) {
        k.premium = true;
        k.create_price = db_int(&r, 0, 0);
        k.renew_price = db_int(&r, 0, 1);
    }
    *p_r = sandbox_known_prices(tld, &k);
    return OK;
}

#define NAMES_BATCH 50

enum { KNOWN_DOMAIN, KNOWN_RESERVED, KNOWN_PREMIUM };

static bool known_reserved(const struct sandbox_known *k, struct str label, struct str tld)
{
    size_t at = k->label.n + 1; /* where the TLD begins */
    return str_eq(label, k->label) && (str_eqz(tld, "*") || str_eq(tld, str_n(k->name.p + at, k->name.n - at)));
}

static void known_mark(struct sandbox_known *known, size_t n, const struct db_result *r, size_t row)
{
    struct str key = db_str(r, row, 0);
    int64_t kind = db_int(r, row, 1);
    for (size_t i = 0; i < n; i++) {
        struct sandbox_known *k = &known[i];
        if (kind == KNOWN_RESERVED) {
            k->reserved = k->reserved || known_reserved(k, key, db_str(r, row, 2));
        } else if (str_eq(key, k->name) && kind == KNOWN_DOMAIN) {
            k->registered = true;
        } else if (str_eq(key, k->name)) {
            k->premium = true;
            k->create_price = db_int(r, row, 3);
            k->renew_price = db_int(r, row, 4);
        }
    }
}

/* Places that are left over ask for the last name again. */
static enum status known_batch(
    struct db *db, struct arena *a, struct sandbox_known *known, size_t n, size_t places, struct error *e)
{
    struct db_result r;
    struct db_val *args = ARENA_ARRAY(a, 3 * places, struct db_val);
    for (size_t i = 0; i < places; i++) {
        const struct sandbox_known *k = &known[i < n ? i : n - 1];
        args[i] = args[2 * places + i] = db_s(k->name);
        args[places + i] = db_s(k->label);
    }
    TRY(db_select(db, a, places == 1 ? &q_sandbox_name_known : &q_sandbox_names_known, args, 3 * places,
        places * (SB_TLDS_MAX + 3), &r, e));
    for (size_t i = 0; i < r.rows; i++)
        known_mark(known, n, &r, i);
    return OK;
}

enum status sandbox_names_known(struct db *db, struct arena *a, struct sandbox_known *known, size_t n, struct error *e)
{
    for (size_t i = 0; i < n;) {
        size_t some = n - i < NAMES_BATCH ? n - i : NAMES_BATCH;
        TRY(known_batch(db, a, known + i, some, some == 1 ? 1 : NAMES_BATCH, e));
        i += some;
    }
    return OK;
}
