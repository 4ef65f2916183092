#include "zones/export_db.h"

#include "zones/sort.h"

#define COLS "r.owner, r.type, r.ttl, r.rdata, r.alias_zone_id, r.alias_owner"
enum { COL_VERSION = 6, ALIASES_MAX = 1000000 };

/* By the index in the order wanted: sorting a million rows would take the disk. */
DB_QUERY(export_rows, "SELECT " COLS ", (SELECT version FROM zone WHERE id = ?) FROM rrset r FORCE INDEX (rrset_sort)"
                      " WHERE r.zone_id = ? AND r.deleted = 0 ORDER BY r.sort_key, r.type");
DB_QUERY(export_aliases, "SELECT " COLS " FROM rrset r"
                         " WHERE r.zone_id = ? AND r.deleted = 0 AND r.alias_owner IS NOT NULL LIMIT ?");
DB_QUERY(export_exists, "SELECT EXISTS (SELECT 1 FROM rrset WHERE zone_id = ? AND sort_key >= ? AND sort_key < ?"
                        " AND deleted = 0)");

static struct dns_name name_read(struct str wire)
{
    struct dns_name name;
    INVARIANT(dns_name_from_wire(wire.p, wire.n, &name) == wire.n);
    return name;
}

/* NULL is no alias. */
static struct rrset_row row_read(const struct db_val *cells)
{
    struct rrset_row row = {
        .owner = name_read(cells[0].s),
        .type = (uint16_t)cells[1].i,
        .ttl = (uint32_t)cells[2].i,
        .packed = cells[3].s,
    };
    if (cells[5].type == DB_NULL)
        return row;
    if (cells[4].type != DB_NULL)
        row.alias_zone_id = cells[4].i;
    row.alias_owner = name_read(cells[5].s);
    return row;
}

struct each {
    enum status (*fn)(void *ctx, const struct rrset_row *row, int64_t version, struct error *e);
    void *ctx;
};

static enum status each_row(void *ctx, const struct db_val *cells, size_t cols FW_UNUSED, struct error *e)
{
    const struct each *x = ctx;
    struct rrset_row row = row_read(cells);
    return x->fn(x->ctx, &row, cells[COL_VERSION].i, e);
}

enum status export_db_each(struct db *db, int64_t zone_id,
    enum status (*fn)(void *ctx, const struct rrset_row *row, int64_t version, struct error *e), void *ctx,
    struct error *e)
{
    struct each x = {fn, ctx};
    return db_each(db, &export_rows, DB_ARGS(db_i(zone_id), db_i(zone_id)), each_row, &x, e);
}

enum status export_db_aliases(
    struct db *db, struct arena *a, int64_t zone_id, struct rrset_row **rows_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &export_aliases, DB_ARGS(db_i(zone_id), db_i(ALIASES_MAX)), ALIASES_MAX, &r, e));
    *n_r = r.rows;
    *rows_r = ARENA_ARRAY(a, r.rows, struct rrset_row);
    for (size_t i = 0; i < r.rows; i++)
        (*rows_r)[i] = row_read(&r.cells[i * r.cols]);
    return OK;
}

enum status export_db_exists(
    struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *name, bool *exists_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(
        db, a, &export_exists, DB_ARGS(db_i(zone_id), db_b(sort_key(a, name)), db_b(sort_key_end(a, name))), &r, e));
    *exists_r = r.cells[0].i != 0;
    return OK;
}
