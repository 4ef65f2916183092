#include "registry/sandbox_fred.h"

#define ROWS_MAX 1000 /* name servers, keys, or technical contacts, of a set */

/* The statements that both kinds of sets need, on tables of their own: the sets, what they hold, who answers for them, and the
 * domains that name them. */
struct set_queries {
    const struct db_query *find, *share, *remove, *empty, *techs_remove, *tech_add, *techs, *links;
    const struct db_query *of_domain, *domain_put, *domain_drop;
};

#define SET_QUERIES(set, level, members)                                                                               \
    DB_QUERY(q_sandbox_##set, "SELECT id, sponsor, created, " level " FROM " #set " WHERE id = ?");                    \
    DB_QUERY(q_sandbox_##set##_share,                                                                                  \
        "SELECT id, sponsor, created, " level " FROM " #set " WHERE id = ? LOCK IN SHARE MODE");                       \
    DB_QUERY(q_sandbox_##set##_delete, "DELETE FROM " #set " WHERE id = ?");                                           \
    DB_QUERY(q_sandbox_##set##_delete_members, "DELETE FROM " members " WHERE " #set " = ?");                          \
    DB_QUERY(q_sandbox_##set##_delete_techs, "DELETE FROM " #set "_tech WHERE " #set " = ?");                          \
    DB_QUERY(q_sandbox_##set##_tech_add, "INSERT IGNORE INTO " #set "_tech (" #set ", contact_id) VALUES (?, ?)");     \
    DB_QUERY(q_sandbox_##set##_techs,                                                                                  \
        "SELECT c.handle FROM " #set "_tech t JOIN contact c ON c.id = t.contact_id WHERE t." #set                     \
        " = ? ORDER BY c.handle");                                                                                     \
    DB_QUERY(q_sandbox_##set##_links,                                                                                  \
        "SELECT COUNT(*) FROM domain_" #set " n JOIN domain d ON d.id = n.domain_id WHERE n." #set " = ?");            \
    DB_QUERY(q_sandbox_domain_##set,                                                                                   \
        "SELECT n." #set " FROM domain_" #set " n JOIN domain d ON d.id = n.domain_id WHERE d.name = ?");              \
    DB_QUERY(q_sandbox_domain_##set##_put,                                                                             \
        "REPLACE INTO domain_" #set " (domain_id, " #set ") SELECT id, ? FROM domain WHERE name = ?");                 \
    DB_QUERY(q_sandbox_domain_##set##_drop,                                                                            \
        "DELETE n FROM domain_" #set " n JOIN domain d ON d.id = n.domain_id WHERE d.name = ?");                       \
    static const struct set_queries set##_queries = {                                                                  \
        &q_sandbox_##set,                                                                                              \
        &q_sandbox_##set##_share,                                                                                      \
        &q_sandbox_##set##_delete,                                                                                     \
        &q_sandbox_##set##_delete_members,                                                                             \
        &q_sandbox_##set##_delete_techs,                                                                               \
        &q_sandbox_##set##_tech_add,                                                                                   \
        &q_sandbox_##set##_techs,                                                                                      \
        &q_sandbox_##set##_links,                                                                                      \
        &q_sandbox_domain_##set,                                                                                       \
        &q_sandbox_domain_##set##_put,                                                                                 \
        &q_sandbox_domain_##set##_drop,                                                                                \
    }

SET_QUERIES(nsset, "level", "nsset_host");
SET_QUERIES(keyset, "''", "keyset_key");

DB_QUERY(q_sandbox_nsset_insert, "INSERT INTO nsset (id, sponsor, created, level) VALUES (?, ?, ?, ?)");
DB_QUERY(q_sandbox_nsset_host_add, "INSERT INTO nsset_host (nsset, position, name, addrs) VALUES (?, ?, ?, ?)");
DB_QUERY(q_sandbox_nsset_hosts, "SELECT name, addrs FROM nsset_host WHERE nsset = ? ORDER BY position");
DB_QUERY(q_sandbox_keyset_insert, "INSERT INTO keyset (id, sponsor, created) VALUES (?, ?, ?)");
DB_QUERY(q_sandbox_keyset_key_add,
    "INSERT INTO keyset_key (keyset, position, flags, protocol, alg, pub_key) VALUES (?, ?, ?, ?, ?, ?)");
DB_QUERY(
    q_sandbox_keyset_keys, "SELECT flags, protocol, alg, pub_key FROM keyset_key WHERE keyset = ? ORDER BY position");
DB_QUERY(q_sandbox_mail_put, "INSERT INTO mail (domain, text, sent) VALUES (?, ?, ?)");

static const struct set_queries *queries_of(enum epp_object set)
{
    INVARIANT(set == EPP_FRED_NSSET || set == EPP_FRED_KEYSET);
    return set == EPP_FRED_NSSET ? &nsset_queries : &keyset_queries;
}

/* ---- sets of either kind ---------------------------------------------------------------------------------------- */

enum status sandbox_set_find(struct db *db, struct arena *a, enum epp_object set, struct str id, bool share,
    struct sandbox_set *s_r, struct error *e)
{
    const struct set_queries *q = queries_of(set);
    struct db_result r;
    TRY(db_select_one(db, a, share ? q->share : q->find, DB_ARGS(db_s(id)), &r, e));
    *s_r = (struct sandbox_set){
        .id = db_str(&r, 0, 0), .sponsor = db_str(&r, 0, 1), .created = db_int(&r, 0, 2), .level = db_str(&r, 0, 3)};
    return OK;
}

enum status sandbox_set_insert(struct db *db, enum epp_object set, const struct sandbox_set *s, struct error *e)
{
    if (set == EPP_FRED_KEYSET)
        return db_exec(db, &q_sandbox_keyset_insert, DB_ARGS(db_s(s->id), db_s(s->sponsor), db_i(s->created)), NULL, e);
    return db_exec(
        db, &q_sandbox_nsset_insert, DB_ARGS(db_s(s->id), db_s(s->sponsor), db_i(s->created), db_s(s->level)), NULL, e);
}

enum status sandbox_set_remove(struct db *db, enum epp_object set, struct str id, struct error *e)
{
    const struct set_queries *q = queries_of(set);
    TRY(db_exec(db, q->empty, DB_ARGS(db_s(id)), NULL, e));
    TRY(db_exec(db, q->techs_remove, DB_ARGS(db_s(id)), NULL, e));
    return db_exec(db, q->remove, DB_ARGS(db_s(id)), NULL, e);
}

enum status sandbox_set_tech_add(struct db *db, enum epp_object set, struct str id, int64_t contact_id, struct error *e)
{
    return db_exec(db, queries_of(set)->tech_add, DB_ARGS(db_s(id), db_i(contact_id)), NULL, e);
}

enum status sandbox_set_techs(
    struct db *db, struct arena *a, enum epp_object set, struct str id, struct epp_strs *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, queries_of(set)->techs, DB_ARGS(db_s(id)), ROWS_MAX, &r, e));
    *list_r = (struct epp_strs){ARENA_ARRAY(a, r.rows, struct str), r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = db_str(&r, i, 0);
    return OK;
}

enum status sandbox_set_links(
    struct db *db, struct arena *a, enum epp_object set, struct str id, int64_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, queries_of(set)->links, DB_ARGS(db_s(id)), &r, e));
    *n_r = db_int(&r, 0, 0);
    return OK;
}

enum status sandbox_domain_set(
    struct db *db, struct arena *a, enum epp_object set, struct str domain, struct str *id_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, queries_of(set)->of_domain, DB_ARGS(db_s(domain)), 1, &r, e));
    *id_r = r.rows > 0 ? db_str(&r, 0, 0) : STR_NULL;
    return OK;
}

enum status sandbox_domain_set_put(
    struct db *db, enum epp_object set, struct str domain, struct str id, struct error *e)
{
    const struct set_queries *q = queries_of(set);
    if (id.n == 0)
        return db_exec(db, q->domain_drop, DB_ARGS(db_s(domain)), NULL, e);
    return db_exec(db, q->domain_put, DB_ARGS(db_s(id), db_s(domain)), NULL, e);
}

/* ---- what they hold --------------------------------------------------------------------------------------------- */

enum status sandbox_nsset_host_add(
    struct db *db, struct str id, size_t position, struct str name, struct str addrs, struct error *e)
{
    return db_exec(
        db, &q_sandbox_nsset_host_add, DB_ARGS(db_s(id), db_i((int64_t)position), db_s(name), db_s(addrs)), NULL, e);
}

static struct epp_strs words_of(struct arena *a, struct str text)
{
    struct epp_strs out = {ARENA_ARRAY(a, text.n / 2 + 1, struct str), 0};
    struct str word;
    while (str_take(&text, ' ', &word))
        if (word.n > 0)
            out.v[out.n++] = word;
    return out;
}

enum status sandbox_nsset_hosts(
    struct db *db, struct arena *a, struct str id, struct epp_fred_nss *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_nsset_hosts, DB_ARGS(db_s(id)), ROWS_MAX, &r, e));
    *list_r = (struct epp_fred_nss){ARENA_ARRAY(a, r.rows, struct epp_fred_ns), r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = (struct epp_fred_ns){db_str(&r, i, 0), words_of(a, db_str(&r, i, 1))};
    return OK;
}

enum status sandbox_keyset_key_add(
    struct db *db, struct str id, size_t position, const struct epp_dnskey *key, struct error *e)
{
    return db_exec(db, &q_sandbox_keyset_key_add,
        DB_ARGS(db_s(id), db_i((int64_t)position), db_i(key->flags), db_i(key->protocol), db_i(key->alg),
            db_s(key->pub_key)),
        NULL, e);
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

enum status sandbox_mail_put(struct db *db, struct str domain, struct str text, time_us now, struct error *e)
{
    return db_exec(db, &q_sandbox_mail_put, DB_ARGS(db_s(domain), db_s(text), db_i(now)), NULL, e);
}
