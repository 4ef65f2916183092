#include "registry/ensure_db.h"

DB_QUERY(q_seen_host, "SELECT digest FROM registry_host WHERE registry = ? AND host = ?");
/* Five or four name servers are what a domain has. */
#define FIVE 5
DB_QUERY(q_seen_hosts, "SELECT host, digest FROM registry_host WHERE registry = ? AND host IN (?, ?, ?, ?, ?)");
DB_QUERY(q_seen_host_put, "INSERT INTO registry_host (registry, host, digest, seen) VALUES (?, ?, ?, ?)"
                          " ON DUPLICATE KEY UPDATE digest = VALUES(digest), seen = VALUES(seen)");
DB_QUERY(q_seen_host_forget, "DELETE FROM registry_host WHERE registry = ? AND host = ?");
DB_QUERY(q_seen_contact, "SELECT digest, theirs FROM registry_contact WHERE registry = ? AND contact = ?");
DB_QUERY(q_seen_contact_put,
    "INSERT INTO registry_contact (registry, contact, digest, seen, theirs) VALUES (?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE digest = VALUES(digest), seen = VALUES(seen), theirs = VALUES(theirs)");
DB_QUERY(q_seen_contact_theirs, "SELECT theirs FROM registry_contact WHERE registry = ? AND (contact = ? OR theirs = ?)"
                                " AND theirs IS NOT NULL LIMIT 1");
DB_QUERY(q_seen_contact_forget, "DELETE FROM registry_contact WHERE registry = ? AND (contact = ? OR theirs = ?)");

static enum status seen_get(const struct registry_work *w, const struct db_query *q, struct str name,
    uint8_t digest_r[SEEN_DIGEST], struct error *e)
{
    struct db_result r;
    TRY(db_select_one(w->db, w->arena, q, DB_ARGS(db_s(w->registry->config.id), db_s(name)), &r, e));
    struct str digest = db_str(&r, 0, 0);
    INVARIANT(digest.n == SEEN_DIGEST);
    memcpy(digest_r, digest.p, SEEN_DIGEST);
    return OK;
}

static enum status seen_set(const struct registry_work *w, const struct db_query *q, struct str name,
    const uint8_t digest[SEEN_DIGEST], struct error *e)
{
    struct str bytes = str_n((const char *)digest, SEEN_DIGEST);
    return db_exec(w->db, q, DB_ARGS(db_s(w->registry->config.id), db_s(name), db_b(bytes), db_i(w->now)), NULL, e);
}

static enum status seen_drop(const struct registry_work *w, const struct db_query *q, struct str name, struct error *e)
{
    return db_exec(w->db, q, DB_ARGS(db_s(w->registry->config.id), db_s(name)), NULL, e);
}

enum status seen_host(const struct registry_work *w, struct str host, uint8_t digest_r[SEEN_DIGEST], struct error *e)
{
    return seen_get(w, &q_seen_host, host, digest_r, e);
}

static enum status seen_five(const struct registry_work *w, const struct str *hosts,
    const uint8_t (*digests)[SEEN_DIGEST], size_t n, bool *seen_r, struct error *e)
{
    struct db_result r;
    struct db_val args[1 + FIVE] = {db_s(w->registry->config.id)};
    for (size_t i = 0; i < FIVE; i++)
        args[1 + i] = db_s(hosts[i < n ? i : 0]);
    TRY(db_select(w->db, w->arena, &q_seen_hosts, args, ARRAY_LEN(args), FIVE, &r, e));
    for (size_t i = 0; i < n; i++) {
        seen_r[i] = false;
        for (size_t k = 0; k < r.rows && !seen_r[i]; k++) {
            struct str digest = db_str(&r, k, 1);
            seen_r[i] = str_eq(db_str(&r, k, 0), hosts[i]) && digest.n == SEEN_DIGEST &&
                        memcmp(digest.p, digests[i], SEEN_DIGEST) == 0;
        }
    }
    return OK;
}

enum status seen_hosts(const struct registry_work *w, const struct str *hosts, const uint8_t (*digests)[SEEN_DIGEST],
    size_t n, bool *seen_r, struct error *e)
{
    for (size_t at = 0; at < n; at += FIVE)
        TRY(seen_five(w, hosts + at, digests + at, n - at < FIVE ? n - at : FIVE, seen_r + at, e));
    return OK;
}

enum status seen_host_put(
    const struct registry_work *w, struct str host, const uint8_t digest[SEEN_DIGEST], struct error *e)
{
    return seen_set(w, &q_seen_host_put, host, digest, e);
}

enum status seen_host_forget(const struct registry_work *w, struct str host, struct error *e)
{
    return seen_drop(w, &q_seen_host_forget, host, e);
}

enum status seen_contact(
    const struct registry_work *w, struct str id, uint8_t digest_r[SEEN_DIGEST], struct str *theirs_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(w->db, w->arena, &q_seen_contact, DB_ARGS(db_s(w->registry->config.id), db_s(id)), &r, e));
    struct str digest = db_str(&r, 0, 0);
    INVARIANT(digest.n == SEEN_DIGEST);
    memcpy(digest_r, digest.p, SEEN_DIGEST);
    *theirs_r = db_str(&r, 0, 1);
    return OK;
}

enum status seen_contact_put(
    const struct registry_work *w, struct str id, const uint8_t digest[SEEN_DIGEST], struct str theirs, struct error *e)
{
    struct str bytes = str_n((const char *)digest, SEEN_DIGEST);
    return db_exec(w->db, &q_seen_contact_put,
        DB_ARGS(db_s(w->registry->config.id), db_s(id), db_b(bytes), db_i(w->now), db_s(theirs)), NULL, e);
}

enum status seen_contact_theirs(const struct registry_work *w, struct str id, struct str *theirs_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(
        w->db, w->arena, &q_seen_contact_theirs, DB_ARGS(db_s(w->registry->config.id), db_s(id), db_s(id)), &r, e));
    *theirs_r = db_str(&r, 0, 0);
    return OK;
}

enum status seen_contact_forget(const struct registry_work *w, struct str id, struct error *e)
{
    return db_exec(w->db, &q_seen_contact_forget, DB_ARGS(db_s(w->registry->config.id), db_s(id), db_s(id)), NULL, e);
}
