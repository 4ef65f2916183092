#include "registrar/contact.h"
#include "registrar/sealed.h"

#define CONTACT_COLUMNS "id, handle, name, org, street, city, state, postal_code, country, phone, email"

DB_QUERY(q_contact_same, "SELECT " CONTACT_COLUMNS " FROM contact WHERE account_id = ? AND digest = ?");
DB_QUERY(q_contact_find, "SELECT " CONTACT_COLUMNS " FROM contact WHERE id = ?");
DB_QUERY(q_contact_latest, "SELECT " CONTACT_COLUMNS " FROM contact WHERE account_id = ? ORDER BY id DESC LIMIT 1");
DB_QUERY(q_contact_insert,
    "INSERT INTO contact (account_id, digest, handle, name, org, street, city, state, postal_code, country, phone,"
    " email, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_contact_authinfo, "SELECT authinfo FROM contact WHERE id = ?");
DB_QUERY(q_contact_authinfo_set, "UPDATE contact SET authinfo = ? WHERE id = ? AND authinfo IS NULL");

static struct contact contact_row(const struct db_result *r)
{
    return (struct contact){
        .id = db_int(r, 0, 0),
        .handle = db_str(r, 0, 1),
        .name = db_str(r, 0, 2),
        .org = db_str(r, 0, 3),
        .street = db_str(r, 0, 4),
        .city = db_str(r, 0, 5),
        .state = db_str(r, 0, 6),
        .postal_code = db_str(r, 0, 7),
        .country = db_str(r, 0, 8),
        .phone = db_str(r, 0, 9),
        .email = db_str(r, 0, 10),
    };
}

static struct str contact_digest(struct arena *a, struct contact *c)
{
    struct buf b;
    uint8_t digest[32];
    buf_in(&b, a, 8192);
    for (size_t i = 0; i < contact_fields_n; i++) {
        struct str v = *contact_field_of(c, &contact_fields[i]);
        buf_u32(&b, (uint32_t)v.n);
        buf_str(&b, v);
    }
    INVARIANT(!buf_over(&b));
    crypto_sha256(buf_view(&b), digest);
    return str_n(arena_copy(a, digest, sizeof(digest)), sizeof(digest));
}

enum status contact_store(
    struct db *db, struct arena *a, int64_t account_id, struct contact *c, time_us now, struct error *e)
{
    const char **why = ARENA_ARRAY(a, contact_fields_n, const char *);
    if (!contact_check(a, c, why))
        for (size_t i = 0; i < contact_fields_n; i++)
            if (why[i] != NULL)
                return error_set(
                    e, INVALID, arena_printf(a, "contact-%s", contact_fields[i].key), "contact: %s", why[i]);
    struct str digest = contact_digest(a, c);
    struct db_result r;
    enum status s = db_select_one(db, a, &q_contact_same, DB_ARGS(db_i(account_id), db_b(digest)), &r, e);
    if (s == NOT_FOUND) {
        struct str handle = str_printf(a, "FW%.*s", STR_ARG(crypto_token(a, 12)));
        s = db_exec(db, &q_contact_insert,
            DB_ARGS(db_i(account_id), db_b(digest), db_s(handle), db_s(c->name), db_s(c->org), db_s(c->street),
                db_s(c->city), db_s(c->state), db_s(c->postal_code), db_s(c->country), db_s(c->phone), db_s(c->email),
                db_i(now)),
            NULL, e);
        if (s == OK || s == EXISTS)
            s = db_select_one(db, a, &q_contact_same, DB_ARGS(db_i(account_id), db_b(digest)), &r, e);
    }
    TRY(s);
    *c = contact_row(&r);
    return OK;
}

enum status contact_find(struct db *db, struct arena *a, int64_t id, struct contact *c_r, struct error *e)
{
    struct db_result r;
    enum status s = db_select_one(db, a, &q_contact_find, DB_ARGS(db_i(id)), &r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-contact", "there is no contact %lld", (long long)id);
    TRY(s);
    *c_r = contact_row(&r);
    return OK;
}

enum status contact_latest(struct db *db, struct arena *a, int64_t account_id, struct contact *c_r, struct error *e)
{
    struct db_result r;
    enum status s = db_select_one(db, a, &q_contact_latest, DB_ARGS(db_i(account_id)), &r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-contact", "this account has no contact yet");
    TRY(s);
    *c_r = contact_row(&r);
    return OK;
}

enum status contact_authinfo(struct db *db, struct arena *a, const struct secret_key *sealing, int64_t id,
    struct str fresh, struct str *authinfo_r, struct error *e)
{
    struct sealed_column col = {
        .find = &q_contact_authinfo,
        .set = &q_contact_authinfo_set,
        .key = db_i(id),
        .context = str_printf(a, "contact:%lld:authinfo", (long long)id),
    };
    return sealed_get_or_make(db, a, sealing, &col, fresh, authinfo_r, e);
}
