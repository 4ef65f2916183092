#include "registry/sandbox_login.h"

DB_QUERY(q_sandbox_registrar,
    "SELECT password_hash, cert_fingerprint, IF(password_set = 0, created, password_set), login_failures, locked_until"
    " FROM registrar WHERE id = ?");
DB_QUERY(q_sandbox_registrar_password, "UPDATE registrar SET password_hash = ?, password_set = ? WHERE id = ?");
DB_QUERY(q_sandbox_registrar_entered, "UPDATE registrar SET login_failures = 0, locked_until = 0 WHERE id = ?");
DB_QUERY(q_sandbox_registrar_failed,
    "UPDATE registrar SET login_failures = login_failures + 1,"
    " locked_until = IF(? > 0 AND login_failures % ? = 0, ?, locked_until) WHERE id = ? AND locked_until <= ?");
DB_QUERY(q_sandbox_registrar_fingerprint, "UPDATE registrar SET cert_fingerprint = ? WHERE id = ?");
DB_QUERY(q_sandbox_registrar_insert,
    "INSERT INTO registrar (id, password_hash, cert_fingerprint, currency, balance, created)"
    " VALUES (?, ?, ?, 'EUR', ?, ?)");
DB_QUERY(q_sandbox_command_done,
    "INSERT INTO command_done (svtrid, cltrid, registrar, command, object_key, code, at) VALUES (?, ?, ?, ?, ?, ?, ?)");

enum status sandbox_registrar_find(
    struct db *db, struct arena *a, struct str id, struct sandbox_registrar *r_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_registrar, DB_ARGS(db_s(id)), &r, e));
    *r_r = (struct sandbox_registrar){.password_hash = db_str(&r, 0, 0),
        .fingerprint = db_str(&r, 0, 1),
        .password_set = db_int(&r, 0, 2),
        .login_failures = db_int(&r, 0, 3),
        .locked_until = db_int(&r, 0, 4)};
    return OK;
}

enum status sandbox_registrar_password(
    struct db *db, struct str id, struct str password_hash, time_us now, struct error *e)
{
    return db_exec(db, &q_sandbox_registrar_password, DB_ARGS(db_s(password_hash), db_i(now), db_s(id)), NULL, e);
}

enum status sandbox_registrar_entered(struct db *db, struct str id, struct error *e)
{
    return db_exec(db, &q_sandbox_registrar_entered, DB_ARGS(db_s(id)), NULL, e);
}

enum status sandbox_registrar_failed(
    struct db *db, struct str id, int64_t lock_after, time_us now, time_us lock_until, struct error *e)
{
    /* Columns on the right have their new value already: MariaDB assigns from left to right. */
    return db_exec(db, &q_sandbox_registrar_failed,
        DB_ARGS(db_i(lock_after), db_i(lock_after > 0 ? lock_after : 1), db_i(lock_until), db_s(id), db_i(now)), NULL,
        e);
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
