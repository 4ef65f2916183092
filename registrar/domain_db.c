#include "registrar/domain.h"
#include "registrar/sealed.h"

#define DOMAIN_COLUMNS "id, name, account_id, state, order_id, zone_id, contact_id, roid, registered, expires"

DB_QUERY(q_domain_find, "SELECT " DOMAIN_COLUMNS " FROM domain WHERE name = ? AND state <> 'released'"
                        " AND (account_id = ? OR ? = 0)");
DB_QUERY(q_domain_missing, "SELECT name FROM domain WHERE name IN (?, ?, ?, ?) AND state <> 'released'"
                           " AND registered IS NOT NULL");
DB_QUERY(q_domain_list, "SELECT " DOMAIN_COLUMNS " FROM domain WHERE account_id = ? AND name > ?"
                        " AND state <> 'released' ORDER BY name LIMIT ?");
DB_QUERY(q_domain_list_all, "SELECT " DOMAIN_COLUMNS " FROM domain WHERE name > ? AND state <> 'released'"
                            " ORDER BY name LIMIT ?");
DB_QUERY(q_domain_lock, "SELECT " DOMAIN_COLUMNS " FROM domain WHERE name = ? AND state <> 'released'"
                        " AND account_id = ? FOR UPDATE");
DB_QUERY(q_domain_insert,
    "INSERT INTO domain (name, account_id, state, order_id, contact_id) VALUES (?, ?, 'registering', ?, ?)");
DB_QUERY(q_domain_reclaim,
    "UPDATE domain SET account_id = ?, state = 'registering', order_id = ?, contact_id = ?, zone_id = NULL,"
    " authinfo = NULL, roid = NULL, registered = NULL, expires = NULL WHERE name = ? AND state = 'released'");
DB_QUERY(q_domain_restore, "UPDATE domain SET account_id = ?, state = 'registering', order_id = ?, zone_id = NULL"
                           " WHERE name = ? AND state = 'released' AND former_account_id = ?");
DB_QUERY(q_domain_authinfo, "SELECT authinfo FROM domain WHERE name = ?");
DB_QUERY(q_domain_authinfo_set, "UPDATE domain SET authinfo = ? WHERE name = ? AND authinfo IS NULL");
DB_QUERY(q_domain_zone, "UPDATE domain SET zone_id = ? WHERE name = ? AND order_id = ?");
DB_QUERY(q_domain_registered, "UPDATE domain SET registered = ?, expires = ? WHERE name = ? AND order_id = ?");
DB_QUERY(q_domain_activate, "UPDATE domain SET state = 'active', roid = ?, registered = ?, expires = ?,"
                            " former_account_id = NULL"
                            " WHERE name = ? AND order_id = ? AND state IN ('registering', 'active')");
DB_QUERY(q_domain_expires, "UPDATE domain SET expires = ? WHERE name = ? AND state = 'active'");
DB_QUERY(q_domain_contact, "UPDATE domain SET contact_id = ? WHERE name = ? AND state = 'active'");
DB_QUERY(q_domain_authinfo_change, "UPDATE domain SET authinfo = ? WHERE name = ? AND state = 'active'");
DB_QUERY(q_domain_release, "UPDATE domain SET former_account_id = IF(state = 'active', account_id, former_account_id),"
                           " state = 'released' WHERE name = ? AND (order_id = ? OR ? = 0)");

static struct domain domain_row(const struct db_result *r, size_t i)
{
    return (struct domain){
        .id = db_int(r, i, 0),
        .name = db_str(r, i, 1),
        .account_id = db_int(r, i, 2),
        .state = db_str(r, i, 3),
        .order_id = db_int(r, i, 4),
        .zone_id = db_int(r, i, 5),
        .contact_id = db_int(r, i, 6),
        .roid = db_str(r, i, 7),
        .registered = db_int(r, i, 8),
        .expires = db_int(r, i, 9),
    };
}

enum status domain_find(
    struct db *db, struct arena *a, int64_t account_id, struct str name, struct domain *d_r, struct error *e)
{
    struct db_result r;
    enum status s =
        db_select_one(db, a, &q_domain_find, DB_ARGS(db_s(name), db_i(account_id), db_i(account_id)), &r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-domain", "there is no domain %.*s in this account", STR_ARG(name));
    TRY(s);
    *d_r = domain_row(&r, 0);
    return OK;
}

enum status domain_missing(
    struct db *db, struct arena *a, const struct str *names, size_t n, struct str *missing_r, struct error *e)
{
    struct db_result r;
    struct db_val args[4];
    *missing_r = STR_NULL;
    INVARIANT(n <= ARRAY_LEN(args));
    for (size_t i = 0; i < ARRAY_LEN(args); i++)
        args[i] = db_s(n > 0 ? names[i < n ? i : 0] : STR(""));
    TRY(db_select(db, a, &q_domain_missing, args, ARRAY_LEN(args), ARRAY_LEN(args), &r, e));
    for (size_t i = n; i-- > 0;) {
        bool there = false;
        for (size_t k = 0; k < r.rows && !there; k++)
            there = str_eq(db_str(&r, k, 0), names[i]);
        *missing_r = there ? *missing_r : names[i];
    }
    return OK;
}

enum status domain_list(struct db *db, struct arena *a, int64_t account_id, struct str after, size_t limit,
    struct domain **list_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    if (limit > 1000)
        limit = 1000;
    struct str from = str_is_null(after) ? STR("") : after;
    for (size_t i = 0; i < from.n; i++)
        if (from.p[i] <= ' ' || from.p[i] >= 0x7f)
            return error_set(e, INVALID, "after", "'after' is not a name in A-labels");
    struct db_val most = db_i((int64_t)limit);
    if (account_id != 0)
        TRY(db_select(db, a, &q_domain_list, DB_ARGS(db_i(account_id), db_s(from), most), limit, &r, e));
    else
        TRY(db_select(db, a, &q_domain_list_all, DB_ARGS(db_s(from), most), limit, &r, e));
    *list_r = ARENA_ARRAY(a, r.rows, struct domain);
    for (size_t i = 0; i < r.rows; i++)
        (*list_r)[i] = domain_row(&r, i);
    *n_r = r.rows;
    return OK;
}

enum status domain_claim(
    struct db *db, struct str name, int64_t account_id, int64_t order_id, int64_t contact_id, struct error *e)
{
    struct db_val contact = contact_id != 0 ? db_i(contact_id) : db_null();
    int64_t rows = 0;
    TRY(db_exec(db, &q_domain_reclaim, DB_ARGS(db_i(account_id), db_i(order_id), contact, db_s(name)), &rows, e));
    if (rows == 1)
        return OK;
    enum status s =
        db_exec(db, &q_domain_insert, DB_ARGS(db_s(name), db_i(account_id), db_i(order_id), contact), NULL, e);
    if (s == EXISTS)
        return error_set(
            e, EXISTS, "domain-taken", "%.*s is registered here already, or being registered", STR_ARG(name));
    return s;
}

enum status domain_reclaim(struct db *db, struct str name, int64_t account_id, int64_t order_id, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(
        db, &q_domain_restore, DB_ARGS(db_i(account_id), db_i(order_id), db_s(name), db_i(account_id)), &rows, e));
    return rows == 1
               ? OK
               : error_set(e, DENIED, "not-restorable", "%.*s is no deleted domain of this account", STR_ARG(name));
}

static struct str authinfo_context(struct arena *a, struct str name)
{
    return str_printf(a, "domain:%.*s:authinfo", STR_ARG(name));
}

enum status domain_authinfo(struct db *db, struct arena *a, const struct secret_key *sealing, struct str name,
    struct str fresh, struct str *authinfo_r, struct error *e)
{
    struct sealed_column col = {
        .find = &q_domain_authinfo,
        .set = &q_domain_authinfo_set,
        .key = db_s(name),
        .context = authinfo_context(a, name),
    };
    return sealed_get_or_make(db, a, sealing, &col, fresh, authinfo_r, e);
}

enum status domain_lock(
    struct db *db, struct arena *a, int64_t account_id, struct str name, struct domain *d_r, struct error *e)
{
    struct db_result r;
    enum status s = db_select_one(db, a, &q_domain_lock, DB_ARGS(db_s(name), db_i(account_id)), &r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-domain", "there is no domain %.*s in this account", STR_ARG(name));
    TRY(s);
    *d_r = domain_row(&r, 0);
    return OK;
}

static enum status domain_moved(int64_t rows, struct str name, struct error *e)
{
    if (rows == 1)
        return OK;
    return error_set(e, CONFLICT, "domain-moved", "%.*s belongs to another order by now", STR_ARG(name));
}

enum status domain_set_zone(struct db *db, struct str name, int64_t order_id, int64_t zone_id, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(db, &q_domain_zone, DB_ARGS(db_i(zone_id), db_s(name), db_i(order_id)), &rows, e));
    return domain_moved(rows, name, e);
}

enum status domain_set_registered(
    struct db *db, struct str name, int64_t order_id, time_us registered, time_us expires, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(
        db, &q_domain_registered, DB_ARGS(db_i(registered), db_i(expires), db_s(name), db_i(order_id)), &rows, e));
    return domain_moved(rows, name, e);
}

enum status domain_activate(struct db *db, struct str name, int64_t order_id, struct str roid, time_us registered,
    time_us expires, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(db, &q_domain_activate,
        DB_ARGS(db_s(roid), db_i(registered), db_i(expires), db_s(name), db_i(order_id)), &rows, e));
    return domain_moved(rows, name, e);
}

enum status domain_set_expires(struct db *db, struct str name, time_us expires, struct error *e)
{
    return db_exec(db, &q_domain_expires, DB_ARGS(db_i(expires), db_s(name)), NULL, e);
}

enum status domain_set_contact(struct db *db, struct str name, int64_t contact_id, struct error *e)
{
    return db_exec(db, &q_domain_contact, DB_ARGS(db_i(contact_id), db_s(name)), NULL, e);
}

enum status domain_set_authinfo(struct db *db, struct arena *a, const struct secret_key *sealing, struct str name,
    struct str authinfo, struct error *e)
{
    struct str sealed = secret_seal(a, sealing, authinfo_context(a, name), authinfo);
    return db_exec(db, &q_domain_authinfo_change, DB_ARGS(db_b(sealed), db_s(name)), NULL, e);
}

enum status domain_release(struct db *db, struct str name, int64_t order_id, struct error *e)
{
    return db_exec(db, &q_domain_release, DB_ARGS(db_s(name), db_i(order_id), db_i(order_id)), NULL, e);
}
