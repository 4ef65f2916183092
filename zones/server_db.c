#include "zones/server.h"

#define SET_ROW "(CASE s.col WHEN 0 THEN d.r0 WHEN 1 THEN d.r1 WHEN 2 THEN d.r2 ELSE d.r3 END)"

DB_QUERY(servers_all,
    "SELECT s.id, s.col, s.row_from, s.row_to, s.name, s.dns_addrs, s.notify_addr, s.started, s.last_seen, "
    "s.feed_lag_us,"
    " IFNULL(c.zones, 0), IFNULL(c.behind, 0) FROM dns_server s LEFT JOIN"
    " (SELECT s.id, COUNT(*) AS zones, SUM(v.version IS NULL OR v.version < z.version) AS behind"
    " FROM dns_server s JOIN zone z ON z.deleted = 0 JOIN delegation_set d ON d.id = z.delegation_set_id"
    " AND " SET_ROW " BETWEEN s.row_from AND s.row_to"
    " LEFT JOIN zone_served v ON v.server_id = s.id AND v.zone_id = z.id GROUP BY s.id) c ON c.id = s.id"
    " ORDER BY s.col, s.id");
DB_QUERY(server_seen, "SELECT last_seen FROM dns_server WHERE id = ?");
DB_QUERY(server_remove, "DELETE FROM dns_server WHERE id = ? AND last_seen = ?");
DB_QUERY(server_reports_remove, "DELETE FROM zone_served WHERE server_id = ? LIMIT 10000");

enum status server_list(struct db *db, struct arena *a, struct server_info **servers_r, size_t *n_r, struct error *e)
{
    struct db_result r;

    TRY(db_select(db, a, &servers_all, DB_NO_ARGS, SERVERS_MAX, &r, e));
    *n_r = r.rows;
    *servers_r = ARENA_ARRAY(a, r.rows, struct server_info);
    for (size_t i = 0; i < r.rows; i++)
        (*servers_r)[i] = (struct server_info){
            .id = db_int(&r, i, 0),
            .column = (unsigned)db_int(&r, i, 1),
            .row_from = (unsigned)db_int(&r, i, 2),
            .row_to = (unsigned)db_int(&r, i, 3),
            .name = db_str(&r, i, 4),
            .dns_addrs = db_str(&r, i, 5),
            .notify_addr = db_is_null(&r, i, 6) ? STR_NULL : db_str(&r, i, 6),
            .started = db_int(&r, i, 7),
            .last_seen = db_int(&r, i, 8),
            .lag_us = db_int(&r, i, 9),
            .zones = db_int(&r, i, 10),
            .behind = db_int(&r, i, 11),
        };
    return OK;
}

/* The row goes first, and only as it was seen: one that comes back to life meanwhile keeps it. Reports that outlive their
 * row, should this end in between, are nobody's and count for nothing. */
enum status server_forget(struct db *db, struct arena *a, int64_t id, time_us now, struct error *e)
{
    struct db_result r;
    int64_t rows = 0;
    time_us seen;

    TRY(db_select(db, a, &server_seen, DB_ARGS(db_i(id)), 1, &r, e));
    if (r.rows == 0)
        return error_set(e, NOT_FOUND, "server", "no name server %lld has registered", (long long)id);
    seen = db_int(&r, 0, 0);
    if (now - seen < SERVER_ALIVE_US)
        return error_set(e, CONFLICT, "server-alive",
            "name server %lld was heard of %lld s ago: stop it first, then wait until it is %lld s", (long long)id,
            (long long)((now - seen) / US_PER_S), (long long)(SERVER_ALIVE_US / US_PER_S));
    TRY(db_exec(db, &server_remove, DB_ARGS(db_i(id), db_i(seen)), &rows, e));
    if (rows == 0)
        return error_set(e, CONFLICT, "server-alive", "name server %lld has just been heard of", (long long)id);
    do {
        TRY(db_exec(db, &server_reports_remove, DB_ARGS(db_i(id)), &rows, e));
    } while (rows > 0);
    return OK;
}
