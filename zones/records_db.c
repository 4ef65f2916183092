#include "zones/records_impl.h"

#define ROW_COLS "r.owner, r.type, r.ttl, r.rdata, r.alias_zone_id, r.alias_owner, az.name"
enum { COL_VERSION = 7 };

DB_QUERY(record_zone, "SELECT version, name FROM zone WHERE id = ? AND deleted = 0 AND (account_id = ? OR ? = 0)");
/* The version stands in each row, since only what one statement reads is of one version. */
DB_QUERY(record_rows, "SELECT " ROW_COLS ", (SELECT version FROM zone WHERE id = ?) FROM rrset r"
                      " LEFT JOIN zone az ON az.id = r.alias_zone_id AND az.deleted = 0"
                      " WHERE r.zone_id = ? AND r.sort_key >= ? AND (r.sort_key > ? OR r.type > ?) AND r.deleted = 0"
                      " ORDER BY r.sort_key, r.type LIMIT ?");
DB_QUERY(record_one, "SELECT " ROW_COLS " FROM zone z"
                     " JOIN rrset r ON r.zone_id = z.id AND r.owner = ? AND r.type = ? AND r.deleted = 0"
                     " LEFT JOIN zone az ON az.id = r.alias_zone_id AND az.deleted = 0"
                     " WHERE z.id = ? AND z.deleted = 0");

static struct dns_name name_read(struct str wire)
{
    struct dns_name name;
    INVARIANT(dns_name_from_wire(wire.p, wire.n, &name) == wire.n);
    return name;
}

static struct record_row row_read(const struct db_result *r, size_t i)
{
    struct record_row row = {
        .set = {.owner = name_read(db_str(r, i, 0)),
            .type = (uint16_t)db_int(r, i, 1),
            .ttl = (uint32_t)db_int(r, i, 2),
            .packed = db_str(r, i, 3),
            .alias_zone_id = db_int(r, i, 4)},
        .alias_zone = db_str(r, i, 6),
    };
    if (!db_is_null(r, i, 5))
        row.set.alias_owner = name_read(db_str(r, i, 5));
    return row;
}

enum status record_db_rows(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, struct str key,
    uint16_t type, size_t limit, struct record_rows *rows_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &record_zone, DB_ARGS(db_i(zone_id), db_i(account_id), db_i(account_id)), 1, &r, e));
    *rows_r = (struct record_rows){.found = r.rows > 0};
    if (r.rows == 0)
        return OK;
    rows_r->version = db_int(&r, 0, 0);
    rows_r->zone_name = db_str(&r, 0, 1);
    TRY(db_select(db, a, &record_rows,
        DB_ARGS(db_i(zone_id), db_i(zone_id), db_b(key), db_b(key), db_i(type), db_i((int64_t)limit)), limit, &r, e));
    if (r.rows > 0)
        rows_r->version = db_int(&r, 0, COL_VERSION);
    rows_r->n = r.rows;
    rows_r->items = ARENA_ARRAY(a, r.rows, struct record_row);
    for (size_t i = 0; i < r.rows; i++)
        rows_r->items[i] = row_read(&r, i);
    return OK;
}

enum status record_db_find(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *owner, uint16_t type,
    struct record_row *row_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &record_one, DB_ARGS(db_b(dns_name_wire(owner)), db_i(type), db_i(zone_id)), &r, e));
    *row_r = row_read(&r, 0);
    return OK;
}
