/* Proof that a form was made by us for the browser that sends it.
 *
 * The token is an HMAC over a secret that only that browser has: the session's, or before signing in, that of a
 * cookie made for the form. Nothing is stored; a token is good as long as its secret is.
 */
#ifndef FW_WEB_CSRF_H
#define FW_WEB_CSRF_H

#include "base/crypto.h"

enum csrf_use { CSRF_SESSION, CSRF_FORM }; /* what the secret is: neither stands for the other */

struct csrf_key {
    uint8_t b[32];
};

void csrf_key_derive(const struct secret_key *master, struct csrf_key *k_r) FW_NONNULL_ALL;
struct str csrf_token(struct arena *a, const struct csrf_key *k, enum csrf_use use, struct str secret) FW_NONNULL_ALL;
/* false for an empty secret or token too. */
bool csrf_check(
    struct arena *a, const struct csrf_key *k, enum csrf_use use, struct str secret, struct str token) FW_NONNULL_ALL;

#endif
