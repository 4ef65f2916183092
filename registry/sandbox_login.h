/* Session commands: login, logout (RFC 5730 §2.9.1), with the login security of RFC 8807, and the registrars' rows
 * behind them.
 *
 * The personality says what passwords must be, how long they last by the registry's clock, and how many failed logins
 * in a row lock a registrar out. Who logs in for the loginSec extension may have a password of more than 16
 * characters, and is told: that it ends soon or has ended, what a new one lacks, how many logins failed since the last.
 * A failed login is counted after its transaction, which is rolled back like that of every refused command.
 *
 * Who tries ids cannot tell one that nobody has from one with another password or certificate: code, text, lock and the
 * work done are the same.
 */
#ifndef FW_REGISTRY_SANDBOX_LOGIN_H
#define FW_REGISTRY_SANDBOX_LOGIN_H

#include "registry/sandbox_call.h"

enum status sandbox_login(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_logout(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

struct sandbox_registrar {
    struct str password_hash, fingerprint;
    time_us password_set;
};
/* Of an id that was given, whether there is such a registrar or not. */
struct sandbox_login_failures {
    int64_t n; /* since the last login */
    time_us locked_until;
};
/* NOT_FOUND where there is none. */
enum status sandbox_registrar_find(
    struct db *db, struct arena *a, struct str id, struct sandbox_registrar *r_r, struct error *e) FW_MUST_CHECK;
/* Some registrar: NOT_FOUND where there is none at all. */
enum status sandbox_registrar_any(
    struct db *db, struct arena *a, struct sandbox_registrar *r_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_registrar_password(
    struct db *db, struct str id, struct str password_hash, time_us now, struct error *e) FW_MUST_CHECK;
/* None: zeroes. */
enum status sandbox_login_failures(
    struct db *db, struct arena *a, struct str clid, struct sandbox_login_failures *f_r, struct error *e) FW_MUST_CHECK;
/* A login: no failures since. */
enum status sandbox_login_entered(struct db *db, struct str clid, struct error *e) FW_MUST_CHECK;
/* One more failure; each lock_after of them (0: never) lock until then. While a lock lasts none is counted, so that who goes
 * on trying does not lock itself out for ever. Of ids that nobody has the last 10,000 are kept. */
enum status sandbox_login_failed(
    struct db *db, struct str clid, int64_t lock_after, time_us now, time_us lock_until, struct error *e) FW_MUST_CHECK;
/* EXISTS leaves the row as it is. */
enum status sandbox_registrar_insert(struct db *db, struct str id, struct str password_hash, struct str fingerprint,
    int64_t balance, time_us now, struct error *e) FW_MUST_CHECK;
enum status sandbox_registrar_fingerprint(
    struct db *db, struct str id, struct str fingerprint, struct error *e) FW_MUST_CHECK;
/* Puts a transform beside what it did, in the same transaction. */
enum status sandbox_command_record(
    struct db *db, const struct sandbox_call *c, struct str command, unsigned code, struct error *e) FW_MUST_CHECK;

#endif
