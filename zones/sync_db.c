#include "zones/sync_db.h"

#define SET_ROW "(CASE s.col WHEN 0 THEN d.r0 WHEN 1 THEN d.r1 WHEN 2 THEN d.r2 ELSE d.r3 END)"

DB_QUERY(sync_servers,
    "SELECT z.version, s.id, s.col, s.name, n.host, s.dns_addrs, IFNULL(v.version, 0), IFNULL(v.at, 0), s.last_seen"
    " FROM zone z JOIN delegation_set d ON d.id = z.delegation_set_id"
    " LEFT JOIN dns_server s ON " SET_ROW " BETWEEN s.row_from AND s.row_to"
    " LEFT JOIN name_server n ON n.col = s.col AND n.row = " SET_ROW
    " LEFT JOIN zone_served v ON v.server_id = s.id AND v.zone_id = z.id"
    " WHERE z.id = ? AND z.deleted = 0 ORDER BY s.col, s.id");
DB_QUERY(sync_notify, "SELECT s.notify_addr FROM zone z JOIN delegation_set d ON d.id = z.delegation_set_id"
                      " JOIN dns_server s ON " SET_ROW " BETWEEN s.row_from AND s.row_to"
                      " WHERE z.id = ? AND s.notify_addr IS NOT NULL ORDER BY s.id");
DB_QUERY(sync_change,
    "SELECT c.id, c.zone_id, c.version, c.submitted, c.comment FROM zone_change c JOIN zone z ON z.id = c.zone_id"
    " WHERE c.id = ? AND (z.account_id = ? OR ? = 0)");

static struct zone_server server_read(const struct db_result *r, size_t i)
{
    return (struct zone_server){
        .id = db_int(r, i, 1),
        .column = (unsigned)db_int(r, i, 2),
        .name = db_str(r, i, 3),
        .host = db_str(r, i, 4),
        .dns_addrs = db_str(r, i, 5),
        .version = db_int(r, i, 6),
        .at = db_int(r, i, 7),
        .last_seen = db_int(r, i, 8),
    };
}

enum status sync_db_servers(struct db *db, struct arena *a, int64_t zone_id, struct zone_server **servers_r,
    size_t *n_r, int64_t *version_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &sync_servers, DB_ARGS(db_i(zone_id)), ZONE_SERVERS_MAX, &r, e));
    if (r.rows == 0)
        return error_set(e, NOT_FOUND, "zone", "there is no hosted zone number %lld", (long long)zone_id);
    *version_r = db_int(&r, 0, 0);
    *n_r = db_is_null(&r, 0, 1) ? 0 : r.rows;
    *servers_r = ARENA_ARRAY(a, *n_r, struct zone_server);
    for (size_t i = 0; i < *n_r; i++)
        (*servers_r)[i] = server_read(&r, i);
    return OK;
}

enum status sync_db_notify(
    struct db *db, struct arena *a, int64_t zone_id, struct str **addrs_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &sync_notify, DB_ARGS(db_i(zone_id)), ZONE_SERVERS_MAX, &r, e));
    *n_r = r.rows;
    *addrs_r = ARENA_ARRAY(a, r.rows, struct str);
    for (size_t i = 0; i < r.rows; i++)
        (*addrs_r)[i] = db_str(&r, i, 0);
    return OK;
}

enum status sync_db_change(
    struct db *db, struct arena *a, int64_t change_id, int64_t account_id, struct change_info *info_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &sync_change, DB_ARGS(db_i(change_id), db_i(account_id), db_i(account_id)), &r, e));
    *info_r = (struct change_info){
        .id = db_int(&r, 0, 0),
        .zone_id = db_int(&r, 0, 1),
        .version = db_int(&r, 0, 2),
        .submitted = db_int(&r, 0, 3),
        .comment = db_str(&r, 0, 4),
    };
    return OK;
}
