#include "registry/sandbox_fred.h"

#define ROWS_MAX 1000 /* name servers, or technical contacts, of a set */

DB_QUERY(q_sandbox_nsset, "SELECT id, sponsor, created, level FROM nsset WHERE id = ?");
DB_QUERY(q_sandbox_nsset_share, "SELECT id, sponsor, created, level FROM nsset WHERE id = ? LOCK IN SHARE MODE");
DB_QUERY(q_sandbox_nsset_insert, "INSERT INTO nsset (id, sponsor, created, level) VALUES (?, ?, ?, ?)");
DB_QUERY(q_sandbox_nsset_delete, "DELETE FROM nsset WHERE id = ?");
DB_QUERY(q_sandbox_nsset_delete_hosts, "DELETE FROM nsset_host WHERE nsset = ?");
DB_QUERY(q_sandbox_nsset_delete_techs, "DELETE FROM nsset_tech WHERE nsset = ?");
DB_QUERY(q_sandbox_nsset_host_add, "INSERT INTO nsset_host (nsset, position, name, addrs) VALUES (?, ?, ?, ?)");
DB_QUERY(q_sandbox_nsset_tech_add, "INSERT IGNORE INTO nsset_tech (nsset, contact_id) VALUES (?, ?)");
DB_QUERY(q_sandbox_nsset_hosts, "SELECT name, addrs FROM nsset_host WHERE nsset = ? ORDER BY position");
DB_QUERY(q_sandbox_nsset_techs,
    "SELECT c.handle FROM nsset_tech t JOIN contact c ON c.id = t.contact_id WHERE t.nsset = ? ORDER BY c.handle");
DB_QUERY(
    q_sandbox_nsset_links, "SELECT COUNT(*) FROM domain_nsset n JOIN domain d ON d.id = n.domain_id WHERE n.nsset = ?");
DB_QUERY(
    q_sandbox_domain_nsset, "SELECT n.nsset FROM domain_nsset n JOIN domain d ON d.id = n.domain_id WHERE d.name = ?");
DB_QUERY(
    q_sandbox_domain_nsset_put, "REPLACE INTO domain_nsset (domain_id, nsset) SELECT id, ? FROM domain WHERE name = ?");
DB_QUERY(
    q_sandbox_domain_nsset_drop, "DELETE n FROM domain_nsset n JOIN domain d ON d.id = n.domain_id WHERE d.name = ?");
DB_QUERY(q_sandbox_mail_put, "INSERT INTO mail (domain, text, sent) VALUES (?, ?, ?)");

enum status sandbox_nsset_find(
    struct db *db, struct arena *a, struct str id, bool share, struct sandbox_nsset *s_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, share ? &q_sandbox_nsset_share : &q_sandbox_nsset, DB_ARGS(db_s(id)), &r, e));
    *s_r = (struct sandbox_nsset){
        .id = db_str(&r, 0, 0), .sponsor = db_str(&r, 0, 1), .created = db_int(&r, 0, 2), .level = db_str(&r, 0, 3)};
    return OK;
}

enum status sandbox_nsset_insert(struct db *db, const struct sandbox_nsset *s, struct error *e)
{
    return db_exec(
        db, &q_sandbox_nsset_insert, DB_ARGS(db_s(s->id), db_s(s->sponsor), db_i(s->created), db_s(s->level)), NULL, e);
}

enum status sandbox_nsset_remove(struct db *db, struct str id, struct error *e)
{
    TRY(db_exec(db, &q_sandbox_nsset_delete_hosts, DB_ARGS(db_s(id)), NULL, e));
    TRY(db_exec(db, &q_sandbox_nsset_delete_techs, DB_ARGS(db_s(id)), NULL, e));
    return db_exec(db, &q_sandbox_nsset_delete, DB_ARGS(db_s(id)), NULL, e);
}

enum status sandbox_nsset_host_add(
    struct db *db, struct str id, size_t position, struct str name, struct str addrs, struct error *e)
{
    return db_exec(
        db, &q_sandbox_nsset_host_add, DB_ARGS(db_s(id), db_i((int64_t)position), db_s(name), db_s(addrs)), NULL, e);
}

enum status sandbox_nsset_tech_add(struct db *db, struct str id, int64_t contact_id, struct error *e)
{
    return db_exec(db, &q_sandbox_nsset_tech_add, DB_ARGS(db_s(id), db_i(contact_id)), NULL, e);
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

enum status sandbox_nsset_techs(struct db *db, struct arena *a, struct str id, struct epp_strs *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_nsset_techs, DB_ARGS(db_s(id)), ROWS_MAX, &r, e));
    *list_r = (struct epp_strs){ARENA_ARRAY(a, r.rows, struct str), r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = db_str(&r, i, 0);
    return OK;
}

enum status sandbox_nsset_links(struct db *db, struct arena *a, struct str id, int64_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_nsset_links, DB_ARGS(db_s(id)), &r, e));
    *n_r = db_int(&r, 0, 0);
    return OK;
}

enum status sandbox_domain_nsset(struct db *db, struct arena *a, struct str domain, struct str *id_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_domain_nsset, DB_ARGS(db_s(domain)), 1, &r, e));
    *id_r = r.rows > 0 ? db_str(&r, 0, 0) : STR_NULL;
    return OK;
}

enum status sandbox_domain_nsset_put(struct db *db, struct str domain, struct str id, struct error *e)
{
    if (id.n == 0)
        return db_exec(db, &q_sandbox_domain_nsset_drop, DB_ARGS(db_s(domain)), NULL, e);
    return db_exec(db, &q_sandbox_domain_nsset_put, DB_ARGS(db_s(id), db_s(domain)), NULL, e);
}

enum status sandbox_mail_put(struct db *db, struct str domain, struct str text, time_us now, struct error *e)
{
    return db_exec(db, &q_sandbox_mail_put, DB_ARGS(db_s(domain), db_s(text), db_i(now)), NULL, e);
}
