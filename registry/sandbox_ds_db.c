#include "registry/sandbox_ds.h"

DB_QUERY(q_sandbox_ds, "SELECT key_tag, alg, digest_type, digest, key_flags, pub_key FROM domain_ds WHERE domain_id = ?"
                       " ORDER BY key_tag, alg, digest_type, digest");
DB_QUERY(q_sandbox_ds_add,
    "INSERT IGNORE INTO domain_ds (domain_id, key_tag, alg, digest_type, digest, key_flags, pub_key)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_sandbox_ds_drop,
    "DELETE FROM domain_ds WHERE domain_id = ? AND key_tag = ? AND alg = ? AND digest_type = ? AND digest = ?"
    " AND (pub_key IS NOT NULL) = ?");
DB_QUERY(q_sandbox_ds_clear, "DELETE FROM domain_ds WHERE domain_id = ?");
DB_QUERY(q_sandbox_sig_life, "SELECT max_sig_life FROM domain WHERE id = ?");
DB_QUERY(q_sandbox_sig_life_set, "UPDATE domain SET max_sig_life = ? WHERE id = ?");

enum status sandbox_ds_list(struct db *db, struct arena *a, int64_t domain_id, struct epp_secdns *s_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_ds, DB_ARGS(db_i(domain_id)), 255, &r, e));
    s_r->ds = (struct epp_ds_list){.v = ARENA_ARRAY(a, r.rows, struct epp_ds)};
    s_r->keys = (struct epp_dnskeys){.v = ARENA_ARRAY(a, r.rows, struct epp_dnskey)};
    for (size_t i = 0; i < r.rows; i++) {
        struct str digest = db_str(&r, i, 3), pub_key = db_str(&r, i, 5);
        unsigned alg = (unsigned)db_int(&r, i, 1);
        if (str_is_null(pub_key))
            s_r->ds.v[s_r->ds.n++] = (struct epp_ds){.key_tag = (unsigned)db_int(&r, i, 0),
                .alg = alg,
                .digest_type = (unsigned)db_int(&r, i, 2),
                .digest = hex_encode(a, digest.p, digest.n)};
        else
            s_r->keys.v[s_r->keys.n++] = (struct epp_dnskey){
                .flags = (unsigned)db_int(&r, i, 4), .protocol = SB_DNSKEY_PROTOCOL, .alg = alg, .pub_key = pub_key};
    }
    return OK;
}

enum status sandbox_ds_add(struct db *db, int64_t domain_id, const struct sandbox_ds *ds, struct error *e)
{
    return db_exec(db, &q_sandbox_ds_add,
        DB_ARGS(db_i(domain_id), db_i(ds->key_tag), db_i(ds->alg), db_i(ds->digest_type), db_b(ds->digest),
            db_i(ds->key_flags), db_s(ds->pub_key)),
        NULL, e);
}

enum status sandbox_ds_drop(
    struct db *db, int64_t domain_id, const struct sandbox_ds *ds, bool *found_r, struct error *e)
{
    int64_t n;
    TRY(db_exec(db, &q_sandbox_ds_drop,
        DB_ARGS(db_i(domain_id), db_i(ds->key_tag), db_i(ds->alg), db_i(ds->digest_type), db_b(ds->digest),
            db_i(!str_is_null(ds->pub_key))),
        &n, e));
    *found_r = n > 0;
    return OK;
}

enum status sandbox_ds_clear(struct db *db, int64_t domain_id, struct error *e)
{
    return db_exec(db, &q_sandbox_ds_clear, DB_ARGS(db_i(domain_id)), NULL, e);
}

enum status sandbox_sig_life(struct db *db, struct arena *a, int64_t domain_id, unsigned *seconds_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_sig_life, DB_ARGS(db_i(domain_id)), &r, e));
    *seconds_r = (unsigned)db_int(&r, 0, 0);
    return OK;
}

enum status sandbox_sig_life_set(struct db *db, int64_t domain_id, unsigned seconds, struct error *e)
{
    return db_exec(db, &q_sandbox_sig_life_set, DB_ARGS(db_i(seconds), db_i(domain_id)), NULL, e);
}
