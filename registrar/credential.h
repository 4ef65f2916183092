/* Who may act for an account: logins (name and password, for people) and API keys (for programs). */
#ifndef FW_REGISTRAR_CREDENTIAL_H
#define FW_REGISTRAR_CREDENTIAL_H

#include "base/clock.h"
#include "base/crypto.h"
#include "base/db.h"

/* Password: 10..256 bytes. EXISTS if the login name is taken. */
enum status login_create(struct db *db, struct arena *a, struct str name, int64_t account_id, struct str password,
    time_us now, struct error *e) FW_MUST_CHECK;
/* DENIED "bad-login" for an unknown name as for a wrong password, in the same time; after 10 failures in a row
 * DENIED "login-blocked" for 60 s (the text says until when). */
enum status login_verify(struct db *db, struct arena *a, struct str name, struct str password, time_us now,
    int64_t *account_id_r, struct error *e) FW_MUST_CHECK;

/* id "FWK…" and a secret of 40 characters that is shown once and stored sealed. */
enum status api_key_create(struct db *db, struct arena *a, const struct secret_key *sealing, int64_t account_id,
    time_us now, struct str *id_r, struct str *secret_r, struct error *e) FW_MUST_CHECK;
/* DENIED "bad-api-key". */
enum status api_key_verify(struct db *db, struct arena *a, const struct secret_key *sealing, struct str id,
    struct str secret, int64_t *account_id_r, struct error *e) FW_MUST_CHECK;
enum status api_key_revoke(struct db *db, struct str id, time_us now, struct error *e) FW_MUST_CHECK;

#endif
