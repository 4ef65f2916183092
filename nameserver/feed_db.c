#include "nameserver/feed_db.h"

DB_QUERY(q_dns_server_register,
    "INSERT INTO dns_server (id, col, row_from, row_to, name, dns_addrs, notify_addr, started, last_seen, feed_lag_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
    " ON DUPLICATE KEY UPDATE col = VALUES(col), row_from = VALUES(row_from), row_to = VALUES(row_to),"
    " name = VALUES(name), dns_addrs = VALUES(dns_addrs), notify_addr = VALUES(notify_addr),"
    " started = VALUES(started), last_seen = VALUES(last_seen)");
DB_QUERY(q_dns_server_seen, "UPDATE dns_server SET last_seen = ?, feed_lag_us = ? WHERE id = ?");
DB_QUERY(q_zone_served_clear, "DELETE FROM zone_served WHERE server_id = ?");
DB_QUERY(q_feed_changed, "SELECT id, version, changed, deleted FROM zone"
                         " WHERE changed > ? OR (changed = ? AND id > ?) ORDER BY changed, id LIMIT 1000");
DB_QUERY(q_feed_zones, "SELECT id, version, changed, deleted FROM zone WHERE id > ? ORDER BY id LIMIT 1000");
DB_QUERY(q_feed_rows,
    "SELECT z.id, z.version, z.name, z.deleted, r.owner, r.type, r.ttl, r.rdata, r.alias_zone_id, r.alias_owner,"
    " r.deleted FROM zone z LEFT JOIN rrset r ON r.zone_id = z.id AND r.version > ?"
    " WHERE z.id BETWEEN ? AND ? ORDER BY z.id");
DB_QUERY(q_zone_served_one, "INSERT INTO zone_served (server_id, zone_id, version, at) VALUES (?, ?, ?, ?)"
                            " ON DUPLICATE KEY UPDATE version = VALUES(version), at = VALUES(at)");
DB_QUERY(q_zone_served_batch, "INSERT INTO zone_served (server_id, zone_id, version, at) VALUES"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?),"
                              " (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?)"
                              " ON DUPLICATE KEY UPDATE version = VALUES(version), at = VALUES(at)");

enum status feed_db_register(struct db *db, const struct feed_server *s, time_us now, struct error *e)
{
    return db_exec(db, &q_dns_server_register,
        DB_ARGS(db_i(s->id), db_i(s->column), db_i(s->row_from), db_i(s->row_to), db_s(s->name), db_s(s->dns_addrs),
            db_s(s->notify_addr), db_i(now), db_i(now)),
        NULL, e);
}

enum status feed_db_seen(struct db *db, int64_t server_id, time_us now, int64_t lag_us, struct error *e)
{
    int64_t rows;

    TRY(db_exec(db, &q_dns_server_seen, DB_ARGS(db_i(now), db_i(lag_us), db_i(server_id)), &rows, e));
    return rows > 0 ? OK : error_set(e, NOT_FOUND, "no-server-row", "this server's row is gone");
}

enum status feed_db_serves_nothing(struct db *db, int64_t server_id, struct error *e)
{
    return db_exec(db, &q_zone_served_clear, DB_ARGS(db_i(server_id)), NULL, e);
}

static void zones_read(struct arena *a, const struct db_result *r, struct feed_zone **zones_r, size_t *n_r)
{
    struct feed_zone *zones = ARENA_ARRAY(a, r->rows, struct feed_zone);

    for (size_t i = 0; i < r->rows; i++) {
        zones[i] = (struct feed_zone){
            .id = (uint64_t)db_int(r, i, 0),
            .version = (uint64_t)db_int(r, i, 1),
            .changed = db_int(r, i, 2),
            .deleted = db_int(r, i, 3) != 0,
        };
    }
    *zones_r = zones;
    *n_r = r->rows;
}

enum status feed_db_changed(struct db *db, struct arena *a, time_us changed, uint64_t id, struct feed_zone **zones_r,
    size_t *n_r, struct error *e)
{
    struct db_result r;

    TRY(db_select(db, a, &q_feed_changed, DB_ARGS(db_i(changed), db_i(changed), db_i((int64_t)id)), FEED_PAGE, &r, e));
    zones_read(a, &r, zones_r, n_r);
    return OK;
}

enum status feed_db_zones(
    struct db *db, struct arena *a, uint64_t after_id, struct feed_zone **zones_r, size_t *n_r, struct error *e)
{
    struct db_result r;

    TRY(db_select(db, a, &q_feed_zones, DB_ARGS(db_i((int64_t)after_id)), FEED_PAGE, &r, e));
    zones_read(a, &r, zones_r, n_r);
    return OK;
}

/* ---- rows ----------------------------------------------------------------------------------------------- */

struct row_reader {
    enum status (*fn)(void *ctx, const struct feed_row *r, struct error *e);
    void *ctx;
};

static enum status row_read(void *ctx, const struct db_val *c, size_t cols, struct error *e)
{
    struct row_reader *reader = ctx;
    struct feed_row r = {
        .zone_id = (uint64_t)c[0].i,
        .version = (uint64_t)c[1].i,
        .zone_name = c[2].s,
        .zone_deleted = c[3].i != 0,
        .has_row = c[4].type != DB_NULL,
    };

    INVARIANT(cols == 11);
    if (r.has_row) {
        r.row = (struct change_row){
            .owner = c[4].s,
            .type = (uint16_t)c[5].i,
            .deleted = c[10].i != 0,
            .alias = c[9].type != DB_NULL,
            .ttl = (uint32_t)c[6].i,
            .alias_zone = c[8].type != DB_NULL ? (uint64_t)c[8].i : 0,
            .data = c[9].type != DB_NULL ? c[9].s : c[7].s,
        };
    }
    return reader->fn(reader->ctx, &r, e);
}

enum status feed_db_rows(struct db *db, uint64_t first, uint64_t last, uint64_t above,
    enum status (*fn)(void *ctx, const struct feed_row *r, struct error *e), void *ctx, struct error *e)
{
    struct row_reader reader = {fn, ctx};

    return db_each(db, &q_feed_rows, DB_ARGS(db_i((int64_t)above), db_i((int64_t)first), db_i((int64_t)last)), row_read,
        &reader, e);
}

/* ---- reports --------------------------------------------------------------------------------------------- */

/* A batch that is not full says the last one again: one statement fits all. */
static enum status served_batch(
    struct db *db, int64_t server_id, time_us now, const struct served_report *reports, size_t n, struct error *e)
{
    struct db_val args[4 * SERVED_BATCH];

    for (size_t i = 0; i < SERVED_BATCH; i++) {
        const struct served_report *r = &reports[i < n ? i : n - 1];

        args[4 * i] = db_i(server_id);
        args[4 * i + 1] = db_i((int64_t)r->zone_id);
        args[4 * i + 2] = db_i((int64_t)r->version);
        args[4 * i + 3] = db_i(now);
    }
    return db_exec(db, &q_zone_served_batch, args, ARRAY_LEN(args), NULL, e);
}

enum status feed_db_served(
    struct db *db, int64_t server_id, time_us now, const struct served_report *reports, size_t n, struct error *e)
{
    INVARIANT(n <= SERVED_BATCH);
    if (n > 4)
        return served_batch(db, server_id, now, reports, n, e);
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(db, &q_zone_served_one,
            DB_ARGS(db_i(server_id), db_i((int64_t)reports[i].zone_id), db_i((int64_t)reports[i].version), db_i(now)),
            NULL, e));
    return OK;
}
