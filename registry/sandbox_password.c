#include "registry/sandbox_password.h"

#include "base/crypto.h"

void sandbox_passwords_init(struct sandbox_passwords *p)
{
    *p = (struct sandbox_passwords){0};
    pthread_mutex_init(&p->mutex, NULL);
    crypto_random(p->key, sizeof(p->key));
}

void sandbox_passwords_clear(struct sandbox_passwords *p)
{
    pthread_mutex_destroy(&p->mutex);
    crypto_wipe(p, sizeof(*p));
}

static bool seen_before(struct sandbox_passwords *p, const uint8_t digest[32])
{
    bool found = false;
    pthread_mutex_lock(&p->mutex);
    for (size_t i = 0; i < p->n; i++)
        found |= crypto_equal(str_n((const char *)p->seen[i], 32), str_n((const char *)digest, 32));
    pthread_mutex_unlock(&p->mutex);
    return found;
}

static void remember(struct sandbox_passwords *p, const uint8_t digest[32])
{
    pthread_mutex_lock(&p->mutex);
    memcpy(p->seen[p->next], digest, 32);
    p->next = (p->next + 1) % SB_PASSWORDS_MAX;
    p->n += p->n < SB_PASSWORDS_MAX;
    pthread_mutex_unlock(&p->mutex);
}

bool sandbox_password_verify(struct sandbox_passwords *p, struct arena *a, struct str hash, struct str password)
{
    uint8_t digest[32];
    struct str both = str_printf(a, "%.*s|%.*s", STR_ARG(hash), STR_ARG(password)); /* a hash has no bar */
    crypto_hmac_sha256(str_n((const char *)p->key, sizeof(p->key)), both, digest);
    bool good = seen_before(p, digest);
    if (!good && password_verify(hash, password)) {
        remember(p, digest);
        good = true;
    }
    crypto_wipe(digest, sizeof(digest));
    return good;
}
