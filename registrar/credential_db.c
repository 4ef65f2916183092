#include "base/log.h"
#include "registrar/credential.h"

DB_QUERY(q_login_insert, "INSERT INTO login (name, account_id, password, created) VALUES (?, ?, ?, ?)");
DB_QUERY(q_login_find, "SELECT account_id, password, failures, blocked_until FROM login WHERE name = ?");
DB_QUERY(q_login_failure, "UPDATE login SET failures = failures + 1,"
                          " blocked_until = IF(failures % ? = 0, ?, blocked_until) WHERE name = ?");
DB_QUERY(q_login_success, "UPDATE login SET failures = 0 WHERE name = ? AND failures <> 0");
DB_QUERY(q_api_key_insert, "INSERT INTO api_key (id, account_id, secret, created) VALUES (?, ?, ?, ?)");
DB_QUERY(q_api_key_find, "SELECT account_id, secret FROM api_key WHERE id = ? AND revoked IS NULL");
DB_QUERY(q_api_key_revoke, "UPDATE api_key SET revoked = ? WHERE id = ? AND revoked IS NULL");

#define LOGIN_FAILURES_MAX 10
#define LOGIN_BLOCK_US (60 * US_PER_S)
#define API_KEY_ID_MAX 24
#define API_SECRET_LEN 40

/* Other bytes fit no name, and the database refuses to compare them with one. */
static bool is_visible(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
            return false;
    return true;
}

enum status login_create(struct db *db, struct arena *a, struct str name, int64_t account_id, struct str password,
    time_us now, struct error *e)
{
    if (password.n < 10 || password.n > 256)
        return error_set(e, INVALID, "password", "a password has 10 to 256 bytes; this one has %zu", password.n);
    if (name.n < 2 || name.n > 64 || !is_visible(name))
        return error_set(e, INVALID, "login-name", "a login name has 2 to 64 visible ASCII characters");
    struct str hash = password_hash(a, password);
    enum status s = db_exec(db, &q_login_insert, DB_ARGS(db_s(name), db_i(account_id), db_s(hash), db_i(now)), NULL, e);
    if (s == EXISTS)
        return error_set(e, EXISTS, "login-exists", "there is already a login named '%.*s'", STR_ARG(name));
    return s;
}

/* A hash that no password fits, so that unknown names cost as much as known ones. Made once per process. */
static struct str nobody_hash(struct arena *a)
{
    static _Thread_local char hash[200];
    static _Thread_local size_t n;
    if (n == 0) {
        struct str h = password_hash(a, crypto_token(a, 30));
        n = h.n < sizeof(hash) ? h.n : 0;
        memcpy(hash, h.p, n);
    }
    return str_n(hash, n);
}

static enum status login_refuse(struct db *db, struct str name, bool known, time_us now, struct error *e)
{
    if (known)
        TRY(db_exec(
            db, &q_login_failure, DB_ARGS(db_i(LOGIN_FAILURES_MAX), db_i(now + LOGIN_BLOCK_US), db_s(name)), NULL, e));
    return error_set(e, DENIED, "bad-login", "the name or the password is wrong");
}

enum status login_verify(struct db *db, struct arena *a, struct str name, struct str password, time_us now,
    int64_t *account_id_r, struct error *e)
{
    struct db_result r;
    if (name.n > 64 || password.n > 256 || !is_visible(name))
        return error_set(e, DENIED, "bad-login", "the name or the password is wrong");
    enum status s = db_select_one(db, a, &q_login_find, DB_ARGS(db_s(name)), &r, e);
    if (s != OK && s != NOT_FOUND)
        return s;
    bool known = s == OK;
    if (known && db_int(&r, 0, 3) > now) {
        (void)password_verify(nobody_hash(a), password); /* takes as long as for a name that there is not */
        return error_set(e, DENIED, "login-blocked", "too many wrong passwords: try again after %.*s",
            STR_ARG(time_text(a, db_int(&r, 0, 3))));
    }
    if (!password_verify(known ? db_str(&r, 0, 1) : nobody_hash(a), password) || !known)
        return login_refuse(db, name, known, now, e);
    if (db_int(&r, 0, 2) != 0)
        TRY(db_exec(db, &q_login_success, DB_ARGS(db_s(name)), NULL, e));
    *account_id_r = db_int(&r, 0, 0);
    return OK;
}

static struct str api_context(struct arena *a, struct str id)
{
    return str_printf(a, "api_key:%.*s", STR_ARG(id));
}

enum status api_key_create(struct db *db, struct arena *a, const struct secret_key *sealing, int64_t account_id,
    time_us now, struct str *id_r, struct str *secret_r, struct error *e)
{
    struct str id = str_printf(a, "FWK%.*s", STR_ARG(crypto_token(a, 17)));
    struct str secret = crypto_token(a, API_SECRET_LEN);
    struct str sealed = secret_seal(a, sealing, api_context(a, id), secret);
    TRY(db_exec(db, &q_api_key_insert, DB_ARGS(db_s(id), db_i(account_id), db_b(sealed), db_i(now)), NULL, e));
    *id_r = id;
    *secret_r = secret;
    return OK;
}

enum status api_key_verify(struct db *db, struct arena *a, const struct secret_key *sealing, struct str id,
    struct str secret, int64_t *account_id_r, struct error *e)
{
    struct db_result r;
    struct str real = STR_NULL;
    enum status s = id.n == 0 || id.n > API_KEY_ID_MAX || !is_visible(id)
                        ? NOT_FOUND
                        : db_select_one(db, a, &q_api_key_find, DB_ARGS(db_s(id)), &r, e);
    if (s == OK)
        TRY(secret_open(a, sealing, api_context(a, id), db_str(&r, 0, 1), &real, e));
    else if (s != NOT_FOUND)
        return s;
    if (s == NOT_FOUND || !crypto_equal(real, secret))
        return error_set(e, DENIED, "bad-api-key", "the API key or its secret is wrong");
    *account_id_r = db_int(&r, 0, 0);
    return OK;
}

enum status api_key_revoke(struct db *db, struct str id, time_us now, struct error *e)
{
    int64_t rows = 0;
    if (is_visible(id))
        TRY(db_exec(db, &q_api_key_revoke, DB_ARGS(db_i(now), db_s(id)), &rows, e));
    if (rows != 1)
        return error_set(e, NOT_FOUND, "no-api-key", "there is no active API key %.*s", STR_ARG(id));
    return OK;
}
