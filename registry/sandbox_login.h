/* Session commands: login, logout (RFC 5730 §2.9.1), and the registrars' rows behind them. */
#ifndef FW_REGISTRY_SANDBOX_LOGIN_H
#define FW_REGISTRY_SANDBOX_LOGIN_H

#include "registry/sandbox_call.h"

enum status sandbox_login(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_logout(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

/* NOT_FOUND where there is none. */
enum status sandbox_registrar_find(struct db *db, struct arena *a, struct str id, struct str *password_hash_r,
    struct str *fingerprint_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_registrar_password(
    struct db *db, struct str id, struct str password_hash, struct error *e) FW_MUST_CHECK;
/* EXISTS leaves the row as it is. */
enum status sandbox_registrar_insert(struct db *db, struct str id, struct str password_hash, struct str fingerprint,
    int64_t balance, time_us now, struct error *e) FW_MUST_CHECK;
enum status sandbox_registrar_fingerprint(
    struct db *db, struct str id, struct str fingerprint, struct error *e) FW_MUST_CHECK;
/* Puts a transform beside what it did, in the same transaction. */
enum status sandbox_command_record(
    struct db *db, const struct sandbox_call *c, struct str command, unsigned code, struct error *e) FW_MUST_CHECK;

#endif
