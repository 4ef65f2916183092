#include "registry/sandbox_fred.h"

#define ROWS_MAX 1000 /* keys, or technical contacts, of a set */

DB_QUERY(q_sandbox_keyset, "SELECT id, sponsor, created FROM keyset WHERE id = ?");
DB_QUERY(q_sandbox_keyset_share, "SELECT id, sponsor, created FROM keyset WHERE id = ? LOCK IN SHARE MODE");
DB_QUERY(q_sandbox_keyset_insert, "INSERT INTO keyset (id, sponsor, created) VALUES (?, ?, ?)");
DB_QUERY(q_sandbox_keyset_delete, "DELETE FROM keyset WHERE id = ?");
DB_QUERY(q_sandbox_keyset_delete_keys, "DELETE FROM keyset_key WHERE keyset = ?");
DB_QUERY(q_sandbox_keyset_delete_techs, "DELETE FROM keyset_tech WHERE keyset = ?");
DB_QUERY(q_sandbox_keyset_key_add,
    "INSERT INTO keyset_key (keyset, position, flags, protocol, alg, pub_key) VALUES (?, ?, ?, ?, ?, ?)");
DB_QUERY(q_sandbox_keyset_tech_add, "INSERT IGNORE INTO keyset_tech (keyset, contact_id) VALUES (?, ?)");
DB_QUERY(
    q_sandbox_keyset_keys, "SELECT flags, protocol, alg, pub_key FROM keyset_key WHERE keyset = ? ORDER BY position");
DB_QUERY(q_sandbox_keyset_techs,
    "SELECT c.handle FROM keyset_tech t JOIN contact c ON c.id = t.contact_id WHERE t.keyset = ? ORDER BY c.handle");
DB_QUERY(q_sandbox_keyset_links,
    "SELECT COUNT(*) FROM domain_keyset n JOIN domain d ON d.id = n.domain_id WHERE n.keyset = ?");
DB_QUERY(q_sandbox_domain_keyset,
    "SELECT n.keyset FROM domain_keyset n JOIN domain d ON d.id = n.domain_id WHERE d.name = ?");
DB_QUERY(q_sandbox_domain_keyset_put,
    "REPLACE INTO domain_keyset (domain_id, keyset) SELECT id, ? FROM domain WHERE name = ?");
DB_QUERY(
    q_sandbox_domain_keyset_drop, "DELETE n FROM domain_keyset n JOIN domain d ON d.id = n.domain_id WHERE d.name = ?");

enum status sandbox_keyset_find(
    struct db *db, struct arena *a, struct str id, bool share, struct sandbox_keyset *s_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, share ? &q_sandbox_keyset_share : &q_sandbox_keyset, DB_ARGS(db_s(id)), &r, e));
    *s_r = (struct sandbox_keyset){.id = db_str(&r, 0, 0), .sponsor = db_str(&r, 0, 1), .created = db_int(&r, 0, 2)};
    return OK;
}

enum status sandbox_keyset_insert(struct db *db, const struct sandbox_keyset *s, struct error *e)
{
    return db_exec(db, &q_sandbox_keyset_insert, DB_ARGS(db_s(s->id), db_s(s->sponsor), db_i(s->created)), NULL, e);
}

enum status sandbox_keyset_remove(struct db *db, struct str id, struct error *e)
{
    TRY(db_exec(db, &q_sandbox_keyset_delete_keys, DB_ARGS(db_s(id)), NULL, e));
    TRY(db_exec(db, &q_sandbox_keyset_delete_techs, DB_ARGS(db_s(id)), NULL, e));
    return db_exec(db, &q_sandbox_keyset_delete, DB_ARGS(db_s(id)), NULL, e);
}

enum status sandbox_keyset_key_add(
    struct db *db, struct str id, size_t position, const struct epp_dnskey *key, struct error *e)
{
    return db_exec(db, &q_sandbox_keyset_key_add,
        DB_ARGS(db_s(id), db_i((int64_t)position), db_i(key->flags), db_i(key->protocol), db_i(key->alg),
            db_s(key->pub_key)),
        NULL, e);
}

enum status sandbox_keyset_tech_add(struct db *db, struct str id, int64_t contact_id, struct error *e)
{
    return db_exec(db, &q_sandbox_keyset_tech_add, DB_ARGS(db_s(id), db_i(contact_id)), NULL, e);
}

enum status sandbox_keyset_keys(
    struct db *db, struct arena *a, struct str id, struct epp_dnskeys *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_keyset_keys, DB_ARGS(db_s(id)), ROWS_MAX, &r, e));
    *list_r = (struct epp_dnskeys){ARENA_ARRAY(a, r.rows, struct epp_dnskey), r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = (struct epp_dnskey){
            (unsigned)db_int(&r, i, 0), (unsigned)db_int(&r, i, 1), (unsigned)db_int(&r, i, 2), db_str(&r, i, 3)};
    return OK;
}

enum status sandbox_keyset_techs(
    struct db *db, struct arena *a, struct str id, struct epp_strs *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_keyset_techs, DB_ARGS(db_s(id)), ROWS_MAX, &r, e));
    *list_r = (struct epp_strs){ARENA_ARRAY(a, r.rows, struct str), r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = db_str(&r, i, 0);
    return OK;
}

enum status sandbox_keyset_links(struct db *db, struct arena *a, struct str id, int64_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_keyset_links, DB_ARGS(db_s(id)), &r, e));
    *n_r = db_int(&r, 0, 0);
    return OK;
}

enum status sandbox_domain_keyset(struct db *db, struct arena *a, struct str domain, struct str *id_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_domain_keyset, DB_ARGS(db_s(domain)), 1, &r, e));
    *id_r = r.rows > 0 ? db_str(&r, 0, 0) : STR_NULL;
    return OK;
}

enum status sandbox_domain_keyset_put(struct db *db, struct str domain, struct str id, struct error *e)
{
    if (id.n == 0)
        return db_exec(db, &q_sandbox_domain_keyset_drop, DB_ARGS(db_s(domain)), NULL, e);
    return db_exec(db, &q_sandbox_domain_keyset_put, DB_ARGS(db_s(id), db_s(domain)), NULL, e);
}
