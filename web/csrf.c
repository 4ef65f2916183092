#include "web/csrf.h"

void csrf_key_derive(const struct secret_key *master, struct csrf_key *k_r)
{
    crypto_hmac_sha256(str_n((const char *)master->b, sizeof(master->b)), STR("fourways web forms"), k_r->b);
}

struct str csrf_token(struct arena *a, const struct csrf_key *k, enum csrf_use use, struct str secret)
{
    uint8_t mac[32];
    struct str text = str_printf(a, "%s|%.*s", use == CSRF_SESSION ? "session" : "form", STR_ARG(secret));
    crypto_hmac_sha256(str_n((const char *)k->b, sizeof(k->b)), text, mac);
    return hex_encode(a, mac, sizeof(mac));
}

bool csrf_check(struct arena *a, const struct csrf_key *k, enum csrf_use use, struct str secret, struct str token)
{
    return !str_empty(secret) && !str_empty(token) && crypto_equal(csrf_token(a, k, use, secret), token);
}
