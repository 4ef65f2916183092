#include "registry/sandbox_domain_db.h"

#define DOMAIN_COLUMNS                                                                                                 \
    "SELECT id, name, tld, registrant_id, sponsor, creator, created, updater, updated, expires, transferred,"          \
    " statuses, paid, deleted, restore_requested, due, auth_sealed FROM domain"

DB_QUERY(q_sandbox_domain, DOMAIN_COLUMNS " WHERE name = ?");
DB_QUERY(q_sandbox_domain_lock, DOMAIN_COLUMNS " WHERE name = ? FOR UPDATE");
DB_QUERY(q_sandbox_domain_share, DOMAIN_COLUMNS " WHERE name = ? LOCK IN SHARE MODE");
DB_QUERY(q_sandbox_domain_id, DOMAIN_COLUMNS " WHERE id = ?");
DB_QUERY(q_sandbox_domain_id_lock, DOMAIN_COLUMNS " WHERE id = ? FOR UPDATE");
DB_QUERY(q_sandbox_domain_insert, "INSERT INTO domain (name, tld, registrant_id, sponsor, creator, created, expires, "
                                  "statuses, paid, due, auth_sealed)"
                                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_sandbox_domain_store,
    "UPDATE domain SET registrant_id = ?, sponsor = ?, updater = ?, updated = ?, expires = ?, transferred = ?,"
    " statuses = ?, paid = ?, deleted = ?, restore_requested = ?, due = ?, auth_sealed = ? WHERE id = ?");
DB_QUERY(q_sandbox_domain_delete, "DELETE FROM domain WHERE id = ?");
DB_QUERY(q_sandbox_domain_delete_ns, "DELETE FROM domain_ns WHERE domain_id = ?");
DB_QUERY(q_sandbox_domain_delete_contacts, "DELETE FROM domain_contact WHERE domain_id = ?");
DB_QUERY(q_sandbox_domain_delete_attrs, "DELETE FROM domain_attr WHERE domain_id = ?");
DB_QUERY(q_sandbox_domain_delete_ds, "DELETE FROM domain_ds WHERE domain_id = ?");
DB_QUERY(q_sandbox_domain_delete_grace, "DELETE FROM grace WHERE domain_id = ?");
DB_QUERY(q_sandbox_domain_delete_pending, "DELETE FROM pending_create WHERE domain_id = ?");
DB_QUERY(q_sandbox_domain_delete_application, "DELETE FROM application WHERE domain_id = ?");
DB_QUERY(q_sandbox_domain_attrs,
    "SELECT name, version, addr FROM domain_attr WHERE domain_id = ? ORDER BY name, version, addr");
DB_QUERY(
    q_sandbox_domain_attr_add, "INSERT IGNORE INTO domain_attr (domain_id, name, version, addr) VALUES (?, ?, ?, ?)");
DB_QUERY(q_sandbox_domain_attr_drop, "DELETE FROM domain_attr WHERE domain_id = ? AND name = ?");
DB_QUERY(q_sandbox_pending_put, "INSERT INTO pending_create (domain_id, cltrid, svtrid) VALUES (?, ?, ?)");
DB_QUERY(q_sandbox_pending, "SELECT cltrid, svtrid FROM pending_create WHERE domain_id = ?");
DB_QUERY(q_sandbox_domain_delete_transfer, "DELETE FROM transfer WHERE object = 1 AND object_id = ?");
DB_QUERY(q_sandbox_domain_ns,
    "SELECT h.name FROM domain_ns n JOIN host h ON h.id = n.host_id WHERE n.domain_id = ? ORDER BY h.name");
DB_QUERY(q_sandbox_domain_ns_add, "INSERT IGNORE INTO domain_ns (domain_id, host_id) VALUES (?, ?)");
DB_QUERY(q_sandbox_domain_ns_drop, "DELETE FROM domain_ns WHERE domain_id = ? AND host_id = ?");
DB_QUERY(q_sandbox_domain_contacts,
    "SELECT d.type, c.handle FROM domain_contact d JOIN contact c ON c.id = d.contact_id WHERE d.domain_id = ?"
    " ORDER BY d.type, c.handle");
DB_QUERY(
    q_sandbox_domain_contact_add, "INSERT IGNORE INTO domain_contact (domain_id, type, contact_id) VALUES (?, ?, ?)");
DB_QUERY(
    q_sandbox_domain_contact_drop, "DELETE FROM domain_contact WHERE domain_id = ? AND type = ? AND contact_id = ?");
DB_QUERY(q_sandbox_subordinates, "SELECT name FROM host WHERE superordinate_id = ? ORDER BY name");
/* One statement decides and takes: two commands at once cannot both spend the last of it. */
DB_QUERY(q_sandbox_charge, "UPDATE registrar SET balance = balance - ? WHERE id = ? AND (balance >= ? OR ? <= 0)");
DB_QUERY(q_sandbox_posting, "INSERT INTO posting (registrar, at, amount, what, svtrid) VALUES (?, ?, ?, ?, ?)");

static struct sandbox_domain domain_row(const struct db_result *r)
{
    return (struct sandbox_domain){
        .id = db_int(r, 0, 0),
        .name = db_str(r, 0, 1),
        .tld = db_str(r, 0, 2),
        .registrant_id = db_int(r, 0, 3),
        .sponsor = db_str(r, 0, 4),
        .creator = db_str(r, 0, 5),
        .created = db_int(r, 0, 6),
        .updater = db_str(r, 0, 7),
        .updated = db_int(r, 0, 8),
        .expires = db_int(r, 0, 9),
        .transferred = db_int(r, 0, 10),
        .statuses = (unsigned)db_int(r, 0, 11),
        .paid = db_int(r, 0, 12),
        .deleted = db_int(r, 0, 13),
        .restore_requested = db_int(r, 0, 14),
        .due = db_int(r, 0, 15),
        .auth_sealed = db_str(r, 0, 16),
    };
}

static enum status domain_one(struct db *db, struct arena *a, const struct db_query *q, struct db_val key,
    struct sandbox_domain *d_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, q, &key, 1, &r, e));
    *d_r = domain_row(&r);
    return OK;
}

enum status sandbox_domain_find(
    struct db *db, struct arena *a, struct str name, bool lock, struct sandbox_domain *d_r, struct error *e)
{
    return domain_one(db, a, lock ? &q_sandbox_domain_lock : &q_sandbox_domain, db_s(name), d_r, e);
}

enum status sandbox_domain_find_id(
    struct db *db, struct arena *a, int64_t id, bool lock, struct sandbox_domain *d_r, struct error *e)
{
    return domain_one(db, a, lock ? &q_sandbox_domain_id_lock : &q_sandbox_domain_id, db_i(id), d_r, e);
}

enum status sandbox_domain_share(
    struct db *db, struct arena *a, struct str name, struct sandbox_domain *d_r, struct error *e)
{
    return domain_one(db, a, &q_sandbox_domain_share, db_s(name), d_r, e);
}

static struct db_val id_or_null(int64_t id)
{
    return id != 0 ? db_i(id) : db_null();
}

enum status sandbox_domain_insert(struct db *db, struct sandbox_domain *d, struct error *e)
{
    TRY(db_exec(db, &q_sandbox_domain_insert,
        DB_ARGS(db_s(d->name), db_s(d->tld), id_or_null(d->registrant_id), db_s(d->sponsor), db_s(d->creator),
            db_i(d->created), db_i(d->expires), db_i(d->statuses), db_i(d->paid), db_i(d->due), db_b(d->auth_sealed)),
        NULL, e));
    d->id = db_last_id(db);
    return OK;
}

enum status sandbox_domain_store(struct db *db, const struct sandbox_domain *d, struct error *e)
{
    return db_exec(db, &q_sandbox_domain_store,
        DB_ARGS(id_or_null(d->registrant_id), db_s(d->sponsor), db_s(d->updater), db_i(d->updated), db_i(d->expires),
            db_i(d->transferred), db_i(d->statuses), db_i(d->paid), db_i(d->deleted), db_i(d->restore_requested),
            db_i(d->due), db_b(d->auth_sealed), db_i(d->id)),
        NULL, e);
}

enum status sandbox_domain_remove(struct db *db, int64_t id, struct error *e)
{
    static const struct db_query *const parts[] = {&q_sandbox_domain_delete_ns, &q_sandbox_domain_delete_attrs,
        &q_sandbox_domain_delete_ds, &q_sandbox_domain_delete_contacts, &q_sandbox_domain_delete_transfer,
        &q_sandbox_domain_delete_grace, &q_sandbox_domain_delete_pending, &q_sandbox_domain_delete_application};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        TRY(db_exec(db, parts[i], DB_ARGS(db_i(id)), NULL, e));
    return db_exec(db, &q_sandbox_domain_delete, DB_ARGS(db_i(id)), NULL, e);
}

/* Rows of one name stand together. */
static void attr_row(struct arena *a, const struct db_result *r, size_t i, struct epp_host_attrs *out)
{
    struct str name = db_str(r, i, 0);
    int64_t version = db_int(r, i, 1);
    struct epp_host_attr *last = out->n > 0 ? &out->v[out->n - 1] : NULL;
    if (last == NULL || !str_eq(last->name, name)) {
        last = &out->v[out->n++];
        *last = (struct epp_host_attr){.name = name, .addrs.v = ARENA_ARRAY(a, r->rows - i, struct epp_addr)};
    }
    if (version != 0)
        last->addrs.v[last->addrs.n++] =
            (struct epp_addr){.ip = version == 6 ? STR("v6") : STR("v4"), .text = db_str(r, i, 2)};
}

enum status sandbox_domain_attrs(
    struct db *db, struct arena *a, int64_t id, struct epp_host_attrs *attrs_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_domain_attrs, DB_ARGS(db_i(id)), 4096, &r, e));
    *attrs_r = (struct epp_host_attrs){.v = ARENA_ARRAY(a, r.rows, struct epp_host_attr)};
    for (size_t i = 0; i < r.rows; i++)
        attr_row(a, &r, i, attrs_r);
    return OK;
}

enum status sandbox_domain_attr_add(
    struct db *db, int64_t id, struct str name, const struct epp_addr *addr, struct error *e)
{
    int version = addr == NULL ? 0 : str_eqz(addr->ip, "v6") ? 6 : 4;
    return db_exec(db, &q_sandbox_domain_attr_add,
        DB_ARGS(db_i(id), db_s(name), db_i(version), db_s(addr == NULL ? STR("") : addr->text)), NULL, e);
}

enum status sandbox_domain_attr_drop(struct db *db, int64_t id, struct str name, struct error *e)
{
    return db_exec(db, &q_sandbox_domain_attr_drop, DB_ARGS(db_i(id), db_s(name)), NULL, e);
}

enum status sandbox_pending_put(struct db *db, int64_t id, struct str cltrid, struct str svtrid, struct error *e)
{
    return db_exec(db, &q_sandbox_pending_put, DB_ARGS(db_i(id), db_s(cltrid), db_s(svtrid)), NULL, e);
}

enum status sandbox_pending_take(struct db *db, struct arena *a, int64_t id, struct epp_tr_id *tr_id_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_pending, DB_ARGS(db_i(id)), &r, e));
    *tr_id_r = (struct epp_tr_id){.cltrid = db_str(&r, 0, 0), .svtrid = db_str(&r, 0, 1)};
    return db_exec(db, &q_sandbox_domain_delete_pending, DB_ARGS(db_i(id)), NULL, e);
}

static enum status strs_select(struct db *db, struct arena *a, const struct db_query *q, int64_t id, size_t max,
    struct epp_strs *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, q, DB_ARGS(db_i(id)), max, &r, e));
    *list_r = (struct epp_strs){.v = ARENA_ARRAY(a, r.rows, struct str), .n = r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = db_str(&r, i, 0);
    return OK;
}

enum status sandbox_domain_ns(struct db *db, struct arena *a, int64_t id, struct epp_strs *hosts_r, struct error *e)
{
    return strs_select(db, a, &q_sandbox_domain_ns, id, 255, hosts_r, e);
}

enum status sandbox_domain_subordinates(
    struct db *db, struct arena *a, int64_t id, struct epp_strs *hosts_r, struct error *e)
{
    return strs_select(db, a, &q_sandbox_subordinates, id, SB_SUBORDINATES_MAX, hosts_r, e);
}

enum status sandbox_domain_ns_add(
    struct db *db, struct arena *a, int64_t id, const int64_t *host_ids, size_t n, struct error *e)
{
    struct db_val *args = ARENA_ARRAY(a, 2 * n, struct db_val);
    for (size_t i = 0; i < n; i++) {
        args[2 * i] = db_i(id);
        args[2 * i + 1] = db_i(host_ids[i]);
    }
    return n == 0 ? OK : db_exec_rows(db, &q_sandbox_domain_ns_add, args, 2, n, NULL, e);
}

enum status sandbox_domain_ns_drop(struct db *db, int64_t id, int64_t host_id, struct error *e)
{
    return db_exec(db, &q_sandbox_domain_ns_drop, DB_ARGS(db_i(id), db_i(host_id)), NULL, e);
}

enum status sandbox_domain_contacts(
    struct db *db, struct arena *a, int64_t id, struct epp_domain_contacts *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_domain_contacts, DB_ARGS(db_i(id)), 255, &r, e));
    *list_r = (struct epp_domain_contacts){.v = ARENA_ARRAY(a, r.rows, struct epp_domain_contact), .n = r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = (struct epp_domain_contact){.type = db_str(&r, i, 0), .id = db_str(&r, i, 1)};
    return OK;
}

enum status sandbox_domain_contacts_add(struct db *db, struct arena *a, int64_t id, const struct str *types,
    const int64_t *contact_ids, size_t n, struct error *e)
{
    struct db_val *args = ARENA_ARRAY(a, 3 * n, struct db_val);
    for (size_t i = 0; i < n; i++) {
        args[3 * i] = db_i(id);
        args[3 * i + 1] = db_s(types[i]);
        args[3 * i + 2] = db_i(contact_ids[i]);
    }
    return n == 0 ? OK : db_exec_rows(db, &q_sandbox_domain_contact_add, args, 3, n, NULL, e);
}

enum status sandbox_domain_contact_drop(struct db *db, int64_t id, struct str type, int64_t contact_id, struct error *e)
{
    return db_exec(db, &q_sandbox_domain_contact_drop, DB_ARGS(db_i(id), db_s(type), db_i(contact_id)), NULL, e);
}

enum status sandbox_charge(struct db *db, struct str registrar, int64_t amount, struct str what, struct str svtrid,
    time_us now, struct error *e)
{
    int64_t taken;
    if (amount == 0)
        return OK;
    TRY(db_exec(db, &q_sandbox_charge, DB_ARGS(db_i(amount), db_s(registrar), db_i(amount), db_i(amount)), &taken, e));
    if (taken == 0)
        return error_set(e, FUNDS, "balance", "the balance of %.*s does not cover it", STR_ARG(registrar));
    return db_exec(
        db, &q_sandbox_posting, DB_ARGS(db_s(registrar), db_i(now), db_i(-amount), db_s(what), db_s(svtrid)), NULL, e);
}
