#include "zones/import_impl.h"

DB_QUERY(import_page,
    "SELECT r.sort_key, r.owner, r.type, r.ttl, r.rdata, r.alias_owner, r.alias_zone_id, IFNULL(z.deleted <> 0, 1)"
    " FROM rrset r FORCE INDEX (rrset_sort) LEFT JOIN zone z ON z.id = r.alias_zone_id WHERE r.zone_id = ?"
    " AND r.sort_key >= ? AND (r.sort_key > ? OR r.type > ?) AND r.deleted = 0 ORDER BY r.sort_key, r.type LIMIT ?");
DB_QUERY(import_room, "UPDATE zone SET rrsets_max = GREATEST(rrsets_max, ?) WHERE id = ?");

/* One statement for many rows is what makes an import fast; a tombstone is written as a row like any other. */
#define WRITE_BEGIN "INSERT INTO rrset (zone_id, owner, type, ttl, rdata, version, deleted, sort_key) VALUES "
#define WRITE_END                                                                                                      \
    " ON DUPLICATE KEY UPDATE ttl = VALUES(ttl), rdata = VALUES(rdata), alias_zone_id = NULL, alias_owner = NULL,"     \
    " version = VALUES(version), deleted = VALUES(deleted)"
#define ROW "(?, ?, ?, ?, ?, ?, ?, ?)"
#define ROWS_2 ROW "," ROW
#define ROWS_4 ROWS_2 "," ROWS_2
#define ROWS_8 ROWS_4 "," ROWS_4
#define ROWS_16 ROWS_8 "," ROWS_8
#define ROWS_32 ROWS_16 "," ROWS_16
#define ROWS_64 ROWS_32 "," ROWS_32
DB_QUERY(import_write_1, WRITE_BEGIN ROW WRITE_END);
DB_QUERY(import_write_2, WRITE_BEGIN ROWS_2 WRITE_END);
DB_QUERY(import_write_4, WRITE_BEGIN ROWS_4 WRITE_END);
DB_QUERY(import_write_8, WRITE_BEGIN ROWS_8 WRITE_END);
DB_QUERY(import_write_16, WRITE_BEGIN ROWS_16 WRITE_END);
DB_QUERY(import_write_32, WRITE_BEGIN ROWS_32 WRITE_END);
DB_QUERY(import_write_64, WRITE_BEGIN ROWS_64 WRITE_END);
enum { ROW_PARAMS = 8 };

enum status import_db_page(struct db *db, struct arena *a, int64_t zone_id, struct str key, uint16_t type,
    struct import_row **rows_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &import_page, DB_ARGS(db_i(zone_id), db_b(key), db_b(key), db_i(type), db_i(IMPORT_PAGE)),
        IMPORT_PAGE, &r, e));
    *n_r = r.rows;
    *rows_r = ARENA_ARRAY(a, r.rows, struct import_row);
    for (size_t i = 0; i < r.rows; i++)
        (*rows_r)[i] = (struct import_row){
            .key = db_str(&r, i, 0),
            .owner = db_str(&r, i, 1),
            .type = (uint16_t)db_int(&r, i, 2),
            .ttl = (uint32_t)db_int(&r, i, 3),
            .packed = db_str(&r, i, 4),
            .target = db_str(&r, i, 5),
            .external = !db_is_null(&r, i, 5) && db_is_null(&r, i, 6),
            .astray = !db_is_null(&r, i, 6) && db_int(&r, i, 7) != 0,
        };
    return OK;
}

static enum status write_rows(struct db *db, const struct db_query *q, int64_t zone_id, int64_t version,
    const struct import_row *rows, size_t n, struct error *e)
{
    struct db_val args[IMPORT_BATCH * ROW_PARAMS];
    for (size_t i = 0; i < n; i++) {
        const struct import_row *r = &rows[i];
        struct db_val *v = &args[i * ROW_PARAMS];
        v[0] = db_i(zone_id);
        v[1] = db_b(r->owner);
        v[2] = db_i(r->type);
        v[3] = db_i(r->deleted ? 0 : r->ttl);
        v[4] = db_b(r->deleted ? STR("") : r->packed);
        v[5] = db_i(version);
        v[6] = db_i(r->deleted);
        v[7] = db_b(r->key);
    }
    return db_exec(db, q, args, n * ROW_PARAMS, NULL, e);
}

enum status import_db_write(
    struct db *db, int64_t zone_id, int64_t version, const struct import_row *rows, size_t n, struct error *e)
{
    static const struct {
        const struct db_query *query;
        size_t rows;
    } sizes[] = {{&import_write_64, 64}, {&import_write_32, 32}, {&import_write_16, 16}, {&import_write_8, 8},
        {&import_write_4, 4}, {&import_write_2, 2}, {&import_write_1, 1}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        for (; n >= sizes[i].rows; rows += sizes[i].rows, n -= sizes[i].rows)
            TRY(write_rows(db, sizes[i].query, zone_id, version, rows, sizes[i].rows, e));
    return OK;
}

enum status import_db_room(struct db *db, int64_t zone_id, int64_t rrsets_max, struct error *e)
{
    return db_exec(db, &import_room, DB_ARGS(db_i(rrsets_max), db_i(zone_id)), NULL, e);
}
