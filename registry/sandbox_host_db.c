#include "registry/sandbox_host.h"

#define HOST_COLUMNS                                                                                                   \
    "SELECT id, name, superordinate_id, sponsor, creator, created, updater, updated, transferred, statuses FROM host"

DB_QUERY(q_sandbox_host, HOST_COLUMNS " WHERE name = ?");
DB_QUERY(q_sandbox_host_share, HOST_COLUMNS " WHERE name = ? LOCK IN SHARE MODE");
DB_QUERY(q_sandbox_host_lock, HOST_COLUMNS " WHERE name = ? FOR UPDATE");
DB_QUERY(q_sandbox_host_insert,
    "INSERT INTO host (name, superordinate_id, sponsor, creator, created, statuses) VALUES (?, ?, ?, ?, ?, ?)");
DB_QUERY(q_sandbox_host_store,
    "UPDATE host SET name = ?, superordinate_id = ?, sponsor = ?, updater = ?, updated = ?, transferred = ?,"
    " statuses = ? WHERE id = ?");
DB_QUERY(q_sandbox_host_delete, "DELETE FROM host WHERE id = ?");
DB_QUERY(q_sandbox_host_addrs, "SELECT version, addr FROM host_addr WHERE host_id = ? ORDER BY version, addr");
DB_QUERY(q_sandbox_host_addr_add, "INSERT IGNORE INTO host_addr (host_id, version, addr) VALUES (?, ?, ?)");
DB_QUERY(q_sandbox_host_addr_drop, "DELETE FROM host_addr WHERE host_id = ? AND version = ? AND addr = ?");
DB_QUERY(q_sandbox_host_addrs_clear, "DELETE FROM host_addr WHERE host_id = ?");
DB_QUERY(q_sandbox_host_links,
    "SELECT COUNT(*), COALESCE(SUM(d.sponsor <> ?), 0) FROM domain_ns n JOIN domain d ON d.id = n.domain_id"
    " WHERE n.host_id = ?");
DB_QUERY(q_sandbox_hosts_move, "UPDATE host SET sponsor = ?, transferred = ? WHERE superordinate_id = ?");

enum status sandbox_host_find(
    struct db *db, struct arena *a, struct str name, enum sandbox_lock lock, struct sandbox_host *h_r, struct error *e)
{
    static const struct db_query *const queries[] = {
        [SB_READ] = &q_sandbox_host, [SB_SHARE] = &q_sandbox_host_share, [SB_LOCK] = &q_sandbox_host_lock};
    struct db_result r;
    TRY(db_select_one(db, a, queries[lock], DB_ARGS(db_s(name)), &r, e));
    *h_r = (struct sandbox_host){
        .id = db_int(&r, 0, 0),
        .name = db_str(&r, 0, 1),
        .superordinate_id = db_int(&r, 0, 2),
        .sponsor = db_str(&r, 0, 3),
        .creator = db_str(&r, 0, 4),
        .created = db_int(&r, 0, 5),
        .updater = db_str(&r, 0, 6),
        .updated = db_int(&r, 0, 7),
        .transferred = db_int(&r, 0, 8),
        .statuses = (unsigned)db_int(&r, 0, 9),
    };
    return OK;
}

static struct db_val id_or_null(int64_t id)
{
    return id != 0 ? db_i(id) : db_null();
}

enum status sandbox_host_insert(struct db *db, struct sandbox_host *h, struct error *e)
{
    TRY(db_exec(db, &q_sandbox_host_insert,
        DB_ARGS(db_s(h->name), id_or_null(h->superordinate_id), db_s(h->sponsor), db_s(h->creator), db_i(h->created),
            db_i(h->statuses)),
        NULL, e));
    h->id = db_last_id(db);
    return OK;
}

enum status sandbox_host_store(struct db *db, const struct sandbox_host *h, struct error *e)
{
    return db_exec(db, &q_sandbox_host_store,
        DB_ARGS(db_s(h->name), id_or_null(h->superordinate_id), db_s(h->sponsor), db_s(h->updater), db_i(h->updated),
            db_i(h->transferred), db_i(h->statuses), db_i(h->id)),
        NULL, e);
}

enum status sandbox_host_remove(struct db *db, int64_t id, struct error *e)
{
    TRY(sandbox_host_addrs_clear(db, id, e));
    return db_exec(db, &q_sandbox_host_delete, DB_ARGS(db_i(id)), NULL, e);
}

enum status sandbox_host_addrs(struct db *db, struct arena *a, int64_t id, struct epp_addrs *addrs_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_host_addrs, DB_ARGS(db_i(id)), 255, &r, e));
    *addrs_r = (struct epp_addrs){.v = ARENA_ARRAY(a, r.rows, struct epp_addr), .n = r.rows};
    for (size_t i = 0; i < r.rows; i++)
        addrs_r->v[i] =
            (struct epp_addr){.ip = db_int(&r, i, 0) == 6 ? STR("v6") : STR("v4"), .text = db_str(&r, i, 1)};
    return OK;
}

static struct db_val version(struct epp_addr addr)
{
    return db_i(str_eqz(addr.ip, "v6") ? 6 : 4);
}

enum status sandbox_host_addr_add(struct db *db, int64_t id, struct epp_addr addr, struct error *e)
{
    return db_exec(db, &q_sandbox_host_addr_add, DB_ARGS(db_i(id), version(addr), db_s(addr.text)), NULL, e);
}

enum status sandbox_host_addr_drop(struct db *db, int64_t id, struct epp_addr addr, struct error *e)
{
    return db_exec(db, &q_sandbox_host_addr_drop, DB_ARGS(db_i(id), version(addr), db_s(addr.text)), NULL, e);
}

enum status sandbox_host_addrs_clear(struct db *db, int64_t id, struct error *e)
{
    return db_exec(db, &q_sandbox_host_addrs_clear, DB_ARGS(db_i(id)), NULL, e);
}

enum status sandbox_host_links(
    struct db *db, struct arena *a, int64_t id, struct str sponsor, int64_t *all_r, int64_t *others_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_host_links, DB_ARGS(db_s(sponsor), db_i(id)), &r, e));
    *all_r = db_int(&r, 0, 0);
    *others_r = db_int(&r, 0, 1);
    return OK;
}

enum status sandbox_hosts_move(struct db *db, int64_t domain_id, struct str sponsor, time_us now, struct error *e)
{
    return db_exec(db, &q_sandbox_hosts_move, DB_ARGS(db_s(sponsor), db_i(now), db_i(domain_id)), NULL, e);
}
