#include "zones/delegation_db.h"

DB_QUERY(pool_fill, "INSERT INTO name_server (col, row, host, ipv4, ipv6)"
                    " WITH RECURSIVE r (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < 511)"
                    " SELECT ?, i, CONCAT('ns-', ? + i, '.', ?), ?, ? FROM r"
                    " ON DUPLICATE KEY UPDATE ipv4 = VALUES(ipv4), ipv6 = VALUES(ipv6)");
DB_QUERY(pool_first, "SELECT host, ipv4, ipv6 FROM name_server WHERE col = ? AND row = 0");
DB_QUERY(pool_column, "SELECT host, ipv4, ipv6 FROM name_server WHERE col = ? ORDER BY row");
DB_QUERY(pool_host, "SELECT host, ipv4, ipv6 FROM name_server WHERE host = ?");
DB_QUERY(pool_hosts, "SELECT host, ipv4, ipv6 FROM name_server WHERE host IN (?, ?, ?, ?)");
DB_QUERY(draw_next, "UPDATE delegation_draw SET drawn = drawn + 1 WHERE id = 1 AND drawn < ?");
DB_QUERY(draw_number, "SELECT drawn - 1 FROM delegation_draw WHERE id = 1");
DB_QUERY(set_insert,
    "INSERT INTO delegation_set (r0, r1, r2, r3, reusable, account_id, created) VALUES (?, ?, ?, ?, ?, ?, ?)");

#define SET_SELECT                                                                                                     \
    "SELECT d.id, d.r0, d.r1, d.r2, d.r3, d.reusable, d.account_id, n0.host, n1.host, n2.host, n3.host"                \
    " FROM delegation_set d"                                                                                           \
    " JOIN name_server n0 ON n0.col = 0 AND n0.row = d.r0 JOIN name_server n1 ON n1.col = 1 AND n1.row = d.r1"         \
    " JOIN name_server n2 ON n2.col = 2 AND n2.row = d.r2 JOIN name_server n3 ON n3.col = 3 AND n3.row = d.r3"
DB_QUERY(set_by_id, SET_SELECT " WHERE d.id = ?");
DB_QUERY(set_of_account, SET_SELECT " WHERE d.account_id = ? AND d.reusable = 1 ORDER BY d.id LIMIT ?");
DB_QUERY(address_rows,
    "SELECT owner, type, ttl, rdata FROM rrset WHERE zone_id = ? AND deleted = 0 AND alias_owner IS NULL"
    " AND type IN (1, 28) ORDER BY owner, type LIMIT ?");

enum { ADDRESS_ROWS_MAX = 1000000 };

enum status pool_db_fill(struct db *db, unsigned column, const struct delegation_column *c, struct error *e)
{
    struct str none = STR("");
    return db_exec(db, &pool_fill,
        DB_ARGS(db_i(column), db_i((int64_t)column * DELEGATION_ROWS), db_s(c->domain),
            db_s(str_is_null(c->ipv4) ? none : c->ipv4), db_s(str_is_null(c->ipv6) ? none : c->ipv6)),
        NULL, e);
}

static struct pool_host host_read(const struct db_result *r, size_t row)
{
    struct str v4 = db_str(r, row, 1), v6 = db_str(r, row, 2);
    return (struct pool_host){
        .host = db_str(r, row, 0),
        .ipv4 = str_empty(v4) ? STR_NULL : v4,
        .ipv6 = str_empty(v6) ? STR_NULL : v6,
    };
}

enum status pool_db_first(
    struct db *db, struct arena *a, unsigned column, struct delegation_column *first_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &pool_first, DB_ARGS(db_i(column)), &r, e));
    struct pool_host h = host_read(&r, 0);
    ptrdiff_t dot = str_find(h.host, '.', 0);
    INVARIANT(dot > 0);
    *first_r = (struct delegation_column){
        .domain = str_n(h.host.p + dot + 1, h.host.n - (size_t)dot - 1), .ipv4 = h.ipv4, .ipv6 = h.ipv6};
    return OK;
}

enum status pool_db_column(
    struct db *db, struct arena *a, unsigned column, struct pool_host **hosts_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &pool_column, DB_ARGS(db_i(column)), DELEGATION_ROWS, &r, e));
    *n_r = r.rows;
    *hosts_r = ARENA_ARRAY(a, r.rows, struct pool_host);
    for (size_t i = 0; i < r.rows; i++)
        (*hosts_r)[i] = host_read(&r, i);
    return OK;
}

enum status pool_db_host(struct db *db, struct arena *a, struct str host, struct pool_host *host_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &pool_host, DB_ARGS(db_s(host)), &r, e));
    *host_r = host_read(&r, 0);
    return OK;
}

enum status pool_db_hosts(struct db *db, struct arena *a, const struct str names[DELEGATION_COLUMNS],
    struct pool_host found_r[DELEGATION_COLUMNS], size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &pool_hosts, DB_ARGS(db_s(names[0]), db_s(names[1]), db_s(names[2]), db_s(names[3])),
        DELEGATION_COLUMNS, &r, e));
    *n_r = r.rows;
    for (size_t i = 0; i < r.rows; i++)
        found_r[i] = host_read(&r, i);
    return OK;
}

enum status draw_db_next(struct db *db, struct arena *a, int64_t *i_r, struct error *e)
{
    int64_t n;
    struct db_result r;
    TRY(db_exec(db, &draw_next, DB_ARGS(db_i(DELEGATION_CAPACITY)), &n, e));
    if (n == 0)
        return error_set(
            e, UNAVAILABLE, "delegation-pool", "all %lld delegation sets are drawn", (long long)DELEGATION_CAPACITY);
    TRY(db_select_one(db, a, &draw_number, DB_NO_ARGS, &r, e));
    *i_r = db_int(&r, 0, 0);
    return OK;
}

enum status set_db_insert(struct db *db, const struct delegation_set *set, time_us now, int64_t *id_r, struct error *e)
{
    TRY(db_exec(db, &set_insert,
        DB_ARGS(db_i(set->row[0]), db_i(set->row[1]), db_i(set->row[2]), db_i(set->row[3]), db_i(set->reusable),
            set->reusable ? db_i(set->account_id) : db_null(), db_i(now)),
        NULL, e));
    *id_r = db_last_id(db);
    return OK;
}

static struct delegation_set set_read(const struct db_result *r, size_t row)
{
    struct delegation_set s = {
        .id = db_int(r, row, 0), .reusable = db_int(r, row, 5) != 0, .account_id = db_int(r, row, 6)};
    for (size_t i = 0; i < DELEGATION_COLUMNS; i++) {
        s.row[i] = (unsigned)db_int(r, row, 1 + i);
        s.host[i] = db_str(r, row, 7 + i);
    }
    return s;
}

enum status set_db_find(struct db *db, struct arena *a, int64_t id, struct delegation_set *set_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &set_by_id, DB_ARGS(db_i(id)), &r, e));
    *set_r = set_read(&r, 0);
    return OK;
}

enum status set_db_list(
    struct db *db, struct arena *a, int64_t account_id, struct delegation_set **sets_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &set_of_account, DB_ARGS(db_i(account_id), db_i(DELEGATION_REUSABLE_MAX)),
        DELEGATION_REUSABLE_MAX, &r, e));
    *n_r = r.rows;
    *sets_r = ARENA_ARRAY(a, r.rows, struct delegation_set);
    for (size_t i = 0; i < r.rows; i++)
        (*sets_r)[i] = set_read(&r, i);
    return OK;
}

enum status address_db_rows(
    struct db *db, struct arena *a, int64_t zone_id, struct address_row **rows_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &address_rows, DB_ARGS(db_i(zone_id), db_i(ADDRESS_ROWS_MAX)), ADDRESS_ROWS_MAX, &r, e));
    *n_r = r.rows;
    *rows_r = ARENA_ARRAY(a, r.rows, struct address_row);
    for (size_t i = 0; i < r.rows; i++)
        (*rows_r)[i] = (struct address_row){
            .owner = db_str(&r, i, 0),
            .type = (uint16_t)db_int(&r, i, 1),
            .ttl = (uint32_t)db_int(&r, i, 2),
            .packed = db_str(&r, i, 3),
        };
    return OK;
}
