#include "zones/zone_db.h"

#include "zones/sort.h"

#define OWN_COLS                                                                                                       \
    "z.id, z.account_id, z.delegation_set_id, z.version, z.serial, z.name, z.rrsets, z.rrsets_max, z.created, "        \
    "z.changed"
#define ZONE_SELECT                                                                                                    \
    "SELECT " OWN_COLS ", n0.host, n1.host, n2.host, n3.host FROM zone z"                                              \
    " JOIN delegation_set d ON d.id = z.delegation_set_id"                                                             \
    " JOIN name_server n0 ON n0.col = 0 AND n0.row = d.r0 JOIN name_server n1 ON n1.col = 1 AND n1.row = d.r1"         \
    " JOIN name_server n2 ON n2.col = 2 AND n2.row = d.r2 JOIN name_server n3 ON n3.col = 3 AND n3.row = d.r3"
enum { COL_NS = 10 };

DB_QUERY(zone_by_name, ZONE_SELECT " WHERE z.live_name = ?");
DB_QUERY(zone_by_id, ZONE_SELECT " WHERE z.id = ? AND z.deleted = 0");
DB_QUERY(zone_lock, "SELECT " OWN_COLS " FROM zone z WHERE z.id = ? AND z.deleted = 0 FOR UPDATE");
DB_QUERY(zone_list_all, ZONE_SELECT " WHERE z.deleted = 0 AND z.sort_key > ? ORDER BY z.sort_key LIMIT ?");
DB_QUERY(zone_list_account,
    ZONE_SELECT " WHERE z.deleted = 0 AND z.sort_key > ? AND z.account_id = ? ORDER BY z.sort_key LIMIT ?");
DB_QUERY(zone_insert,
    "INSERT INTO zone (name, sort_key, account_id, delegation_set_id, version, serial, rrsets, rrsets_max, created,"
    " changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(
    zone_update, "UPDATE zone SET version = ?, serial = ?, rrsets = ?, changed = GREATEST(changed, ?) WHERE id = ?");
DB_QUERY(zone_mark_deleted,
    "UPDATE zone SET deleted = 1, version = version + 1, changed = GREATEST(changed, ?) WHERE id = ?");
DB_QUERY(zone_foreign_at, "SELECT id FROM zone WHERE live_name = ? AND account_id <> ? LOCK IN SHARE MODE");
DB_QUERY(zone_foreign_below,
    "SELECT id FROM zone WHERE deleted = 0 AND sort_key > ? AND sort_key < ? AND account_id <> ? LIMIT 1"
    " LOCK IN SHARE MODE");
DB_QUERY(rrset_write,
    "INSERT INTO rrset (zone_id, owner, type, ttl, rdata, alias_zone_id, alias_owner, version, deleted, sort_key)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?) ON DUPLICATE KEY UPDATE ttl = VALUES(ttl), rdata = VALUES(rdata),"
    " alias_zone_id = VALUES(alias_zone_id), alias_owner = VALUES(alias_owner), version = VALUES(version), deleted = "
    "0");
DB_QUERY(rrset_delete,
    "UPDATE rrset SET deleted = 1, ttl = 0, rdata = '', alias_zone_id = NULL, alias_owner = NULL, version = ?"
    " WHERE zone_id = ? AND owner = ? AND type = ?");
DB_QUERY(zone_change_insert,
    "INSERT INTO zone_change (zone_id, version, account_id, submitted, changes, comment) VALUES (?, ?, ?, ?, ?, ?)");

enum status zone_transaction(
    struct db *db, enum status (*fn)(struct db *db, void *ctx, struct error *e), void *ctx, struct error *e)
{
    return db_in_transaction(db) ? fn(db, ctx, e) : db_transaction(db, fn, ctx, e);
}

static void zone_read(const struct db_result *r, size_t row, struct zone *z)
{
    struct error e;
    *z = (struct zone){
        .id = db_int(r, row, 0),
        .account_id = db_int(r, row, 1),
        .delegation_set_id = db_int(r, row, 2),
        .version = db_int(r, row, 3),
        .serial = (uint32_t)db_int(r, row, 4),
        .name = db_str(r, row, 5),
        .rrsets = db_int(r, row, 6),
        .rrsets_max = db_int(r, row, 7),
        .created = db_int(r, row, 8),
        .changed = db_int(r, row, 9),
    };
    INVARIANT(dns_name_parse(z->name, NULL, &z->apex, &e) == OK);
    for (size_t i = 0; i < ZONE_NS_COUNT && COL_NS + i < r->cols; i++)
        z->ns[i] = db_str(r, row, COL_NS + i);
}

enum status zone_db_find(struct db *db, struct arena *a, struct str name, struct zone *zone_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &zone_by_name, DB_ARGS(db_s(name)), &r, e));
    zone_read(&r, 0, zone_r);
    return OK;
}

enum status zone_db_find_id(struct db *db, struct arena *a, int64_t id, struct zone *zone_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &zone_by_id, DB_ARGS(db_i(id)), &r, e));
    zone_read(&r, 0, zone_r);
    return OK;
}

enum status zone_db_lock(struct db *db, struct arena *a, int64_t id, struct zone *zone_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &zone_lock, DB_ARGS(db_i(id)), &r, e));
    zone_read(&r, 0, zone_r);
    return OK;
}

/* One more than asked for is read, to know whether there are more. */
enum status zone_db_list(struct db *db, struct arena *a, int64_t account_id, struct str after_key, size_t limit,
    struct zone_list *list_r, struct error *e)
{
    struct db_result r;
    int64_t n = (int64_t)limit + 1;
    if (account_id == ZONE_ANY_ACCOUNT)
        TRY(db_select(db, a, &zone_list_all, DB_ARGS(db_b(after_key), db_i(n)), limit + 1, &r, e));
    else
        TRY(db_select(
            db, a, &zone_list_account, DB_ARGS(db_b(after_key), db_i(account_id), db_i(n)), limit + 1, &r, e));
    list_r->more = r.rows > limit;
    list_r->n = list_r->more ? limit : r.rows;
    list_r->items = ARENA_ARRAY(a, list_r->n, struct zone);
    for (size_t i = 0; i < list_r->n; i++)
        zone_read(&r, i, &list_r->items[i]);
    return OK;
}

enum status zone_db_insert(struct db *db, struct arena *a, struct zone *z, struct error *e)
{
    TRY(db_exec(db, &zone_insert,
        DB_ARGS(db_s(z->name), db_b(sort_key(a, &z->apex)), db_i(z->account_id), db_i(z->delegation_set_id),
            db_i(z->version), db_i(z->serial), db_i(z->rrsets), db_i(z->rrsets_max), db_i(z->created),
            db_i(z->changed)),
        NULL, e));
    z->id = db_last_id(db);
    return OK;
}

enum status zone_db_update(struct db *db, const struct zone *z, struct error *e)
{
    return db_exec(db, &zone_update,
        DB_ARGS(db_i(z->version), db_i(z->serial), db_i(z->rrsets), db_i(z->changed), db_i(z->id)), NULL, e);
}

enum status zone_db_delete(struct db *db, const struct zone *z, time_us now, struct error *e)
{
    return db_exec(db, &zone_mark_deleted, DB_ARGS(db_i(now), db_i(z->id)), NULL, e);
}

enum status zone_db_foreign_at(
    struct db *db, struct arena *a, struct str name, int64_t account_id, bool *yes_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &zone_foreign_at, DB_ARGS(db_s(name), db_i(account_id)), 1, &r, e));
    *yes_r = r.rows > 0;
    return OK;
}

enum status zone_db_foreign_below(
    struct db *db, struct arena *a, const struct dns_name *name, int64_t account_id, bool *yes_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &zone_foreign_below,
        DB_ARGS(db_b(sort_key(a, name)), db_b(sort_key_end(a, name)), db_i(account_id)), 1, &r, e));
    *yes_r = r.rows > 0;
    return OK;
}

enum status rrset_db_write(
    struct db *db, struct arena *a, int64_t zone_id, int64_t version, const struct rrset_row *row, struct error *e)
{
    bool alias = row_is_alias(row);
    return db_exec(db, &rrset_write,
        DB_ARGS(db_i(zone_id), db_b(dns_name_wire(&row->owner)), db_i(row->type), db_i(row->ttl),
            db_b(alias ? STR("") : row->packed), row->alias_zone_id != 0 ? db_i(row->alias_zone_id) : db_null(),
            alias ? db_b(dns_name_wire(&row->alias_owner)) : db_null(), db_i(version), db_b(sort_key(a, &row->owner))),
        NULL, e);
}

enum status rrset_db_delete(
    struct db *db, int64_t zone_id, int64_t version, const struct dns_name *owner, uint16_t type, struct error *e)
{
    return db_exec(
        db, &rrset_delete, DB_ARGS(db_i(version), db_i(zone_id), db_b(dns_name_wire(owner)), db_i(type)), NULL, e);
}

enum status zone_change_db_insert(struct db *db, const struct zone *z, int64_t account_id, time_us submitted,
    size_t changes, struct str comment, int64_t *id_r, struct error *e)
{
    TRY(db_exec(db, &zone_change_insert,
        DB_ARGS(
            db_i(z->id), db_i(z->version), db_i(account_id), db_i(submitted), db_i((int64_t)changes), db_s(comment)),
        NULL, e));
    *id_r = db_last_id(db);
    return OK;
}
