#include "registry/sandbox_ds.h"

DB_QUERY(q_sandbox_ds,
    "SELECT key_tag, alg, digest_type, digest FROM domain_ds WHERE domain_id = ? ORDER BY key_tag, alg, digest_type,"
    " digest");
DB_QUERY(q_sandbox_ds_add,
    "INSERT IGNORE INTO domain_ds (domain_id, key_tag, alg, digest_type, digest) VALUES (?, ?, ?, ?, ?)");
DB_QUERY(q_sandbox_ds_drop,
    "DELETE FROM domain_ds WHERE domain_id = ? AND key_tag = ? AND alg = ? AND digest_type = ? AND digest = ?");
DB_QUERY(q_sandbox_ds_clear, "DELETE FROM domain_ds WHERE domain_id = ?");

enum status sandbox_ds_list(
    struct db *db, struct arena *a, int64_t domain_id, struct epp_ds_list *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_ds, DB_ARGS(db_i(domain_id)), 255, &r, e));
    *list_r = (struct epp_ds_list){.v = ARENA_ARRAY(a, r.rows, struct epp_ds), .n = r.rows};
    for (size_t i = 0; i < r.rows; i++) {
        struct str digest = db_str(&r, i, 3);
        list_r->v[i] = (struct epp_ds){.key_tag = (unsigned)db_int(&r, i, 0),
            .alg = (unsigned)db_int(&r, i, 1),
            .digest_type = (unsigned)db_int(&r, i, 2),
            .digest = hex_encode(a, digest.p, digest.n)};
    }
    return OK;
}

enum status sandbox_ds_add(
    struct db *db, int64_t domain_id, const struct epp_ds *ds, struct str digest, struct error *e)
{
    return db_exec(db, &q_sandbox_ds_add,
        DB_ARGS(db_i(domain_id), db_i(ds->key_tag), db_i(ds->alg), db_i(ds->digest_type), db_b(digest)), NULL, e);
}

enum status sandbox_ds_drop(
    struct db *db, int64_t domain_id, const struct epp_ds *ds, struct str digest, bool *found_r, struct error *e)
{
    int64_t n;
    TRY(db_exec(db, &q_sandbox_ds_drop,
        DB_ARGS(db_i(domain_id), db_i(ds->key_tag), db_i(ds->alg), db_i(ds->digest_type), db_b(digest)), &n, e));
    *found_r = n > 0;
    return OK;
}

enum status sandbox_ds_clear(struct db *db, int64_t domain_id, struct error *e)
{
    return db_exec(db, &q_sandbox_ds_clear, DB_ARGS(db_i(domain_id)), NULL, e);
}
