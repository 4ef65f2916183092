#include "registry/sandbox_login.h"

DB_QUERY(q_sandbox_registrar, "SELECT password_hash, cert_fingerprint FROM registrar WHERE id = ?");
DB_QUERY(q_sandbox_registrar_password, "UPDATE registrar SET password_hash = ? WHERE id = ?");
DB_QUERY(q_sandbox_registrar_fingerprint, "UPDATE registrar SET cert_fingerprint = ? WHERE id = ?");
DB_QUERY(q_sandbox_registrar_insert,
    "INSERT INTO registrar (id, password_hash, cert_fingerprint, currency, balance, created)"
    " VALUES (?, ?, ?, 'EUR', ?, ?)");
DB_QUERY(q_sandbox_command_done,
    "INSERT INTO command_done (svtrid, cltrid, registrar, command, object_key, code, at) VALUES (?, ?, ?, ?, ?, ?, ?)");

enum status sandbox_registrar_find(struct db *db, struct arena *a, struct str id, struct str *password_hash_r,
    struct str *fingerprint_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_registrar, DB_ARGS(db_s(id)), &r, e));
    *password_hash_r = db_str(&r, 0, 0);
    *fingerprint_r = db_str(&r, 0, 1);
    return OK;
}

enum status sandbox_registrar_password(struct db *db, struct str id, struct str password_hash, struct error *e)
{
    return db_exec(db, &q_sandbox_registrar_password, DB_ARGS(db_s(password_hash), db_s(id)), NULL, e);
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
