#include "registry/sandbox_publish_db.h"

DB_QUERY(q_sandbox_delegations,
    "SELECT d.name, h.name AS ns FROM domain d JOIN domain_ns n ON n.domain_id = d.id JOIN host h ON h.id = n.host_id"
    " WHERE d.tld = ? AND d.statuses & ? = 0 UNION SELECT d.name, a.name FROM domain d JOIN domain_attr a"
    " ON a.domain_id = d.id WHERE d.tld = ? AND d.statuses & ? = 0 ORDER BY 1, 2");
DB_QUERY(q_sandbox_glue,
    "SELECT h.name, a.addr, a.version FROM host h JOIN domain s ON s.id = h.superordinate_id"
    " JOIN host_addr a ON a.host_id = h.id"
    " WHERE s.tld = ? AND EXISTS (SELECT 1 FROM domain_ns n WHERE n.host_id = h.id)"
    " UNION SELECT a.name, a.addr, a.version FROM domain d JOIN domain_attr a ON a.domain_id = d.id"
    " WHERE d.tld = ? AND d.statuses & ? = 0 AND a.version <> 0 ORDER BY 1, 3, 2");
/* Of domains that are delegated: beside no NS records a DS record would stand alone. */
DB_QUERY(q_sandbox_zone_ds,
    "SELECT d.name, CONCAT(s.key_tag, ' ', s.alg, ' ', s.digest_type, ' ', HEX(s.digest)) FROM domain d"
    " JOIN domain_ds s ON s.domain_id = d.id WHERE d.tld = ? AND d.statuses & ? = 0"
    " AND (EXISTS (SELECT 1 FROM domain_ns n WHERE n.domain_id = d.id)"
    " OR EXISTS (SELECT 1 FROM domain_attr a WHERE a.domain_id = d.id))"
    " ORDER BY d.name, s.key_tag, s.alg, s.digest_type, s.digest");
DB_QUERY(q_sandbox_published, "SELECT serial, content_hash FROM tld WHERE name = ?");
DB_QUERY(q_sandbox_published_root, "SELECT serial, content_hash FROM root_zone WHERE id = 1");
DB_QUERY(q_sandbox_published_store, "UPDATE tld SET serial = ?, content_hash = ? WHERE name = ?");
DB_QUERY(q_sandbox_published_store_root, "UPDATE root_zone SET serial = ?, content_hash = ? WHERE id = 1");

struct pair {
    sandbox_pair_fn *fn;
    void *ctx;
};

static enum status pair_row(void *ctx, const struct db_val *cells, size_t cols, struct error *e)
{
    const struct pair *p = ctx;
    INVARIANT(cols >= 2);
    return p->fn(p->ctx, cells[0].s, cells[1].s, e);
}

enum status sandbox_delegations(struct db *db, struct str tld, sandbox_pair_fn *fn, void *ctx, struct error *e)
{
    struct pair p = {fn, ctx};
    return db_each(db, &q_sandbox_delegations,
        DB_ARGS(db_s(tld), db_i(SB_NOT_IN_ZONE), db_s(tld), db_i(SB_NOT_IN_ZONE)), pair_row, &p, e);
}

enum status sandbox_glue(struct db *db, struct str tld, sandbox_pair_fn *fn, void *ctx, struct error *e)
{
    struct pair p = {fn, ctx};
    return db_each(db, &q_sandbox_glue, DB_ARGS(db_s(tld), db_s(tld), db_i(SB_NOT_IN_ZONE)), pair_row, &p, e);
}

enum status sandbox_zone_ds(struct db *db, struct str tld, sandbox_pair_fn *fn, void *ctx, struct error *e)
{
    struct pair p = {fn, ctx};
    return db_each(db, &q_sandbox_zone_ds, DB_ARGS(db_s(tld), db_i(SB_NOT_IN_ZONE)), pair_row, &p, e);
}

enum status sandbox_published_find(
    struct db *db, struct arena *a, struct str tld, struct sandbox_published *p_r, struct error *e)
{
    struct db_result r;
    if (str_is_null(tld))
        TRY(db_select_one(db, a, &q_sandbox_published_root, DB_NO_ARGS, &r, e));
    else
        TRY(db_select_one(db, a, &q_sandbox_published, DB_ARGS(db_s(tld)), &r, e));
    *p_r = (struct sandbox_published){.serial = (uint32_t)db_int(&r, 0, 0), .hash = db_str(&r, 0, 1)};
    return OK;
}

enum status sandbox_published_store(struct db *db, struct str tld, const struct sandbox_published *p, struct error *e)
{
    if (str_is_null(tld))
        return db_exec(db, &q_sandbox_published_store_root, DB_ARGS(db_i(p->serial), db_b(p->hash)), NULL, e);
    return db_exec(db, &q_sandbox_published_store, DB_ARGS(db_i(p->serial), db_b(p->hash), db_s(tld)), NULL, e);
}
