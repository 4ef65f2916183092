#include "registry/sandbox_contact.h"

#define CONTACT_COLUMNS                                                                                                \
    "SELECT id, handle, sponsor, creator, created, updater, updated, transferred, statuses, voice, voice_ext, fax,"    \
    " fax_ext, email, disclose, auth_sealed FROM contact"

DB_QUERY(q_sandbox_contact, CONTACT_COLUMNS " WHERE handle = ?");
DB_QUERY(q_sandbox_contact_share, CONTACT_COLUMNS " WHERE handle = ? LOCK IN SHARE MODE");
DB_QUERY(q_sandbox_contact_lock, CONTACT_COLUMNS " WHERE handle = ? FOR UPDATE");
DB_QUERY(q_sandbox_contact_id, CONTACT_COLUMNS " WHERE id = ?");
DB_QUERY(q_sandbox_contact_insert,
    "INSERT INTO contact (handle, sponsor, creator, created, statuses, voice, voice_ext, fax, fax_ext, email, disclose,"
    " auth_sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_sandbox_contact_store,
    "UPDATE contact SET sponsor = ?, updater = ?, updated = ?, transferred = ?, statuses = ?, voice = ?, voice_ext = ?,"
    " fax = ?, fax_ext = ?, email = ?, disclose = ?, auth_sealed = ? WHERE id = ?");
DB_QUERY(q_sandbox_contact_delete, "DELETE FROM contact WHERE id = ?");
DB_QUERY(q_sandbox_contact_delete_postal, "DELETE FROM contact_postal WHERE contact_id = ?");
DB_QUERY(q_sandbox_contact_delete_transfer, "DELETE FROM transfer WHERE object = 2 AND object_id = ?");
DB_QUERY(q_sandbox_postal_store,
    "REPLACE INTO contact_postal (contact_id, type, name, org, street1, street2, street3, city, sp, pc, cc)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_sandbox_postals,
    "SELECT type, name, org, street1, street2, street3, city, sp, pc, cc FROM contact_postal WHERE contact_id = ?"
    " ORDER BY type");
DB_QUERY(q_sandbox_contact_links, "SELECT (SELECT COUNT(*) FROM domain WHERE registrant_id = ?)"
                                  " + (SELECT COUNT(*) FROM domain_contact WHERE contact_id = ?)");

static struct sandbox_contact contact_row(const struct db_result *r)
{
    return (struct sandbox_contact){
        .id = db_int(r, 0, 0),
        .handle = db_str(r, 0, 1),
        .sponsor = db_str(r, 0, 2),
        .creator = db_str(r, 0, 3),
        .created = db_int(r, 0, 4),
        .updater = db_str(r, 0, 5),
        .updated = db_int(r, 0, 6),
        .transferred = db_int(r, 0, 7),
        .statuses = (unsigned)db_int(r, 0, 8),
        .voice = {.number = db_str(r, 0, 9), .ext = db_str(r, 0, 10)},
        .fax = {.number = db_str(r, 0, 11), .ext = db_str(r, 0, 12)},
        .email = db_str(r, 0, 13),
        .disclose = (unsigned)db_int(r, 0, 14),
        .auth_sealed = db_str(r, 0, 15),
    };
}

enum status sandbox_contact_find(struct db *db, struct arena *a, struct str handle, enum sandbox_lock lock,
    struct sandbox_contact *c_r, struct error *e)
{
    static const struct db_query *const queries[] = {
        [SB_READ] = &q_sandbox_contact, [SB_SHARE] = &q_sandbox_contact_share, [SB_LOCK] = &q_sandbox_contact_lock};
    struct db_result r;
    TRY(db_select_one(db, a, queries[lock], DB_ARGS(db_s(handle)), &r, e));
    *c_r = contact_row(&r);
    return OK;
}

enum status sandbox_contact_find_id(
    struct db *db, struct arena *a, int64_t id, struct sandbox_contact *c_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_contact_id, DB_ARGS(db_i(id)), &r, e));
    *c_r = contact_row(&r);
    return OK;
}

enum status sandbox_contact_insert(struct db *db, struct sandbox_contact *c, struct error *e)
{
    TRY(db_exec(db, &q_sandbox_contact_insert,
        DB_ARGS(db_s(c->handle), db_s(c->sponsor), db_s(c->creator), db_i(c->created), db_i(c->statuses),
            db_s(c->voice.number), db_s(c->voice.ext), db_s(c->fax.number), db_s(c->fax.ext), db_s(c->email),
            db_i(c->disclose), db_b(c->auth_sealed)),
        NULL, e));
    c->id = db_last_id(db);
    return OK;
}

enum status sandbox_contact_store(struct db *db, const struct sandbox_contact *c, struct error *e)
{
    return db_exec(db, &q_sandbox_contact_store,
        DB_ARGS(db_s(c->sponsor), db_s(c->updater), db_i(c->updated), db_i(c->transferred), db_i(c->statuses),
            db_s(c->voice.number), db_s(c->voice.ext), db_s(c->fax.number), db_s(c->fax.ext), db_s(c->email),
            db_i(c->disclose), db_b(c->auth_sealed), db_i(c->id)),
        NULL, e);
}

enum status sandbox_contact_remove(struct db *db, int64_t id, struct error *e)
{
    TRY(db_exec(db, &q_sandbox_contact_delete_postal, DB_ARGS(db_i(id)), NULL, e));
    TRY(db_exec(db, &q_sandbox_contact_delete_transfer, DB_ARGS(db_i(id)), NULL, e));
    return db_exec(db, &q_sandbox_contact_delete, DB_ARGS(db_i(id)), NULL, e);
}

enum status sandbox_postal_store(struct db *db, int64_t contact_id, const struct epp_postal *p, struct error *e)
{
    struct str street[3] = {STR_NULL, STR_NULL, STR_NULL};
    for (size_t i = 0; i < p->addr.street.n && i < 3; i++)
        street[i] = p->addr.street.v[i];
    return db_exec(db, &q_sandbox_postal_store,
        DB_ARGS(db_i(contact_id), db_s(p->type), db_s(p->name), db_s(p->org), db_s(street[0]), db_s(street[1]),
            db_s(street[2]), db_s(p->addr.city), db_s(p->addr.sp), db_s(p->addr.pc), db_s(p->addr.cc)),
        NULL, e);
}

static struct epp_postal postal_row(struct arena *a, const struct db_result *r, size_t i)
{
    struct epp_postal p = {.type = db_str(r, i, 0), .name = db_str(r, i, 1), .org = db_str(r, i, 2)};
    p.addr.street.v = ARENA_ARRAY(a, 3, struct str);
    for (size_t k = 0; k < 3; k++) {
        if (!db_is_null(r, i, 3 + k))
            p.addr.street.v[p.addr.street.n++] = db_str(r, i, 3 + k);
    }
    p.addr.city = db_str(r, i, 6);
    p.addr.sp = db_str(r, i, 7);
    p.addr.pc = db_str(r, i, 8);
    p.addr.cc = db_str(r, i, 9);
    return p;
}

enum status sandbox_postals(
    struct db *db, struct arena *a, int64_t contact_id, struct epp_postals *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_postals, DB_ARGS(db_i(contact_id)), 2, &r, e));
    *list_r = (struct epp_postals){.v = ARENA_ARRAY(a, r.rows, struct epp_postal), .n = r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = postal_row(a, &r, i);
    return OK;
}

enum status sandbox_contact_links(struct db *db, struct arena *a, int64_t id, int64_t *links_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_contact_links, DB_ARGS(db_i(id), db_i(id)), &r, e));
    *links_r = db_int(&r, 0, 0);
    return OK;
}
