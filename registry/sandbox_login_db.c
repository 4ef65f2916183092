#include "registry/sandbox_login.h"

#define REGISTRAR_COLUMNS                                                                                              \
    "SELECT password_hash, cert_fingerprint, IF(password_set = 0, created, password_set) FROM registrar"

DB_QUERY(q_sandbox_registrar, REGISTRAR_COLUMNS " WHERE id = ?");
DB_QUERY(q_sandbox_registrar_any, REGISTRAR_COLUMNS " ORDER BY id LIMIT 1");
DB_QUERY(q_sandbox_registrar_password, "UPDATE registrar SET password_hash = ?, password_set = ? WHERE id = ?");
DB_QUERY(q_sandbox_login_failures, "SELECT failures, locked_until FROM login_failure WHERE clid = ?");
DB_QUERY(q_sandbox_login_entered, "DELETE FROM login_failure WHERE clid = ?");
/* Columns on the right have their new value already: MariaDB assigns from left to right. */
DB_QUERY(q_sandbox_login_failed,
    "INSERT INTO login_failure (clid, failures, locked_until, at) VALUES (?, 1, IF(? = 1, ?, 0), ?)"
    " ON DUPLICATE KEY UPDATE failures = IF(locked_until <= VALUES(at), failures + 1, failures),"
    " locked_until = IF(locked_until <= VALUES(at) AND ? > 0 AND failures % ? = 0, ?, locked_until), at = VALUES(at)");
DB_QUERY(q_sandbox_login_forget,
    "DELETE FROM login_failure WHERE clid NOT IN (SELECT id FROM registrar) AND at <= (SELECT at FROM"
    " (SELECT at FROM login_failure ORDER BY at DESC LIMIT 1 OFFSET 10000) oldest)");
DB_QUERY(q_sandbox_registrar_fingerprint, "UPDATE registrar SET cert_fingerprint = ? WHERE id = ?");
DB_QUERY(q_sandbox_registrar_insert,
    "INSERT INTO registrar (id, password_hash, cert_fingerprint, currency, balance, created)"
    " VALUES (?, ?, ?, 'EUR', ?, ?)");
DB_QUERY(q_sandbox_command_done,
    "INSERT INTO command_done (svtrid, cltrid, registrar, command, object_key, code, at) VALUES (?, ?, ?, ?, ?, ?, ?)");

static enum status registrar_select(struct db *db, struct arena *a, const struct db_query *q, const struct db_val *args,
    size_t n, struct sandbox_registrar *r_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, q, args, n, &r, e));
    *r_r = (struct sandbox_registrar){
        .password_hash = db_str(&r, 0, 0), .fingerprint = db_str(&r, 0, 1), .password_set = db_int(&r, 0, 2)};
    return OK;
}

enum status sandbox_registrar_find(
    struct db *db, struct arena *a, struct str id, struct sandbox_registrar *r_r, struct error *e)
{
    return registrar_select(db, a, &q_sandbox_registrar, DB_ARGS(db_s(id)), r_r, e);
}

enum status sandbox_registrar_any(struct db *db, struct arena *a, struct sandbox_registrar *r_r, struct error *e)
{
    return registrar_select(db, a, &q_sandbox_registrar_any, DB_NO_ARGS, r_r, e);
}

enum status sandbox_login_failures(
    struct db *db, struct arena *a, struct str clid, struct sandbox_login_failures *f_r, struct error *e)
{
    struct db_result r;
    *f_r = (struct sandbox_login_failures){.n = 0};
    TRY(db_select(db, a, &q_sandbox_login_failures, DB_ARGS(db_s(clid)), 1, &r, e));
    if (r.rows > 0)
        *f_r = (struct sandbox_login_failures){.n = db_int(&r, 0, 0), .locked_until = db_int(&r, 0, 1)};
    return OK;
}

enum status sandbox_registrar_password(
    struct db *db, struct str id, struct str password_hash, time_us now, struct error *e)
{
    return db_exec(db, &q_sandbox_registrar_password, DB_ARGS(db_s(password_hash), db_i(now), db_s(id)), NULL, e);
}

enum status sandbox_login_entered(struct db *db, struct str clid, struct error *e)
{
    return db_exec(db, &q_sandbox_login_entered, DB_ARGS(db_s(clid)), NULL, e);
}

enum status sandbox_login_failed(
    struct db *db, struct str clid, int64_t lock_after, time_us now, time_us lock_until, struct error *e)
{
    TRY(db_exec(db, &q_sandbox_login_forget, DB_NO_ARGS, NULL, e));
    return db_exec(db, &q_sandbox_login_failed,
        DB_ARGS(db_s(clid), db_i(lock_after), db_i(lock_until), db_i(now), db_i(lock_after),
            db_i(lock_after > 0 ? lock_after : 1), db_i(lock_until)),
        NULL, e);
}

enum status sandbox_registrar_fingerprint(struct db *db, struct str id, struct str fingerprint, struct error *e)
{
    return db_exec(db, &q_sandbox_registrar_fingerprint, DB_ARGS(db_s(fingerprint), db_s(id)), NULL, e);
}

enum status sandbox_registrar_insert(struct db *db, struct str id, struct str password_hash, struct str fingerprint,
    int64_t balance, time_us now, struct error *e)
{
    return db_exec(db, &q_sandbox_registrar_insert,
        DB_ARGS(db_s(id), db_s(password_hash), db_s(fingerprint), db_i(balance), db_i(now)), NULL, e);
}

enum status sandbox_command_record(
    struct db *db, const struct sandbox_call *c, struct str command, unsigned code, struct error *e)
{
    return db_exec(db, &q_sandbox_command_done,
        DB_ARGS(
            db_s(c->svtrid), db_s(c->cmd->cltrid), db_s(c->who), db_s(command), db_s(c->key), db_i(code), db_i(c->now)),
        NULL, e);
}
