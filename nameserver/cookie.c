#include "nameserver/cookie.h"

#include "base/crypto.h"
#include "dns/message.h"

#define VERSION 1
#define OPTION_MIN (COOKIE_CLIENT_SIZE + 8) /* with a server cookie; RFC 7873 §4 */
#define OPTION_MAX (COOKIE_CLIENT_SIZE + 32)
#define STAMP_SIZE 8 /* version, reserved, time */
#define HASH_SIZE 8
#define ADDR_MAX 16

/* head: client cookie and stamp, as they stand in the option. */
static void hash_write(const uint8_t *key, const uint8_t *head, struct str addr, uint8_t out[HASH_SIZE])
{
    uint8_t in[COOKIE_CLIENT_SIZE + STAMP_SIZE + ADDR_MAX];
    size_t n = addr.n < ADDR_MAX ? addr.n : ADDR_MAX;

    memcpy(in, head, COOKIE_CLIENT_SIZE + STAMP_SIZE);
    memcpy(in + COOKIE_CLIENT_SIZE + STAMP_SIZE, addr.p, n);
    crypto_siphash(key, in, COOKIE_CLIENT_SIZE + STAMP_SIZE + n, out);
}

static bool made_with(const uint8_t *key, const uint8_t *option, struct str addr)
{
    uint8_t hash[HASH_SIZE];

    hash_write(key, option, addr, hash);
    return crypto_equal(
        str_n((const char *)hash, HASH_SIZE), str_n((const char *)option + COOKIE_CLIENT_SIZE + STAMP_SIZE, HASH_SIZE));
}

/* Seconds since the cookie was made, in the arithmetic of RFC 1982; negative: its time is still to come. */
static int32_t age_of(const uint8_t *option, uint32_t now)
{
    return (int32_t)(now - read_u32(option + COOKIE_CLIENT_SIZE + 4));
}

enum cookie_verdict cookie_check(const struct cookie_keys *keys, struct str option, struct str addr, uint32_t now)
{
    const uint8_t *p = (const uint8_t *)option.p;
    int32_t age;

    if (option.n == COOKIE_CLIENT_SIZE)
        return COOKIE_CLIENT_ONLY;
    if (option.n < OPTION_MIN || option.n > OPTION_MAX)
        return COOKIE_MALFORMED;
    if (option.n != COOKIE_SIZE || p[COOKIE_CLIENT_SIZE] != VERSION)
        return COOKIE_BAD;
    age = age_of(p, now);
    if (age > COOKIE_LIFE_S || age < -COOKIE_AHEAD_S)
        return COOKIE_BAD;
    for (unsigned i = 0; i < keys->n; i++) {
        if (made_with(keys->key[i], p, addr))
            return COOKIE_GOOD;
    }
    return COOKIE_BAD;
}

void cookie_answer(const struct cookie_keys *keys, struct str option, enum cookie_verdict verdict, struct str addr,
    uint32_t now, uint8_t out[COOKIE_SIZE])
{
    const uint8_t *p = (const uint8_t *)option.p;

    INVARIANT(verdict != COOKIE_MALFORMED && keys->n > 0);
    if (verdict == COOKIE_GOOD && age_of(p, now) <= COOKIE_RENEW_S && made_with(keys->key[0], p, addr)) {
        memcpy(out, p, COOKIE_SIZE);
        return;
    }
    memcpy(out, p, COOKIE_CLIENT_SIZE);
    memset(out + COOKIE_CLIENT_SIZE, 0, 4);
    out[COOKIE_CLIENT_SIZE] = VERSION;
    write_u32(out + COOKIE_CLIENT_SIZE + 4, now);
    hash_write(keys->key[0], out, addr, out + COOKIE_CLIENT_SIZE + STAMP_SIZE);
}

enum status cookie_keys_parse(struct str text, struct cookie_keys *keys_r, struct error *e)
{
    struct str rest = text, line;
    unsigned number = 0;

    *keys_r = (struct cookie_keys){.n = 0};
    while (str_take(&rest, '\n', &line)) {
        number++;
        line = str_trim(line);
        if (str_empty(line) || line.p[0] == '#')
            continue;
        if (keys_r->n == COOKIE_KEYS_MAX)
            return error_set(e, INVALID, "cookie-keys", "line %u: more than %d keys", number, COOKIE_KEYS_MAX);
        if (!hex_decode(line, keys_r->key[keys_r->n], COOKIE_KEY_SIZE))
            return error_set(e, INVALID, "cookie-keys", "line %u: a key is %d hex digits, nothing else", number,
                2 * COOKIE_KEY_SIZE);
        keys_r->n++;
    }
    if (keys_r->n == 0)
        return error_set(e, INVALID, "cookie-keys", "there is no key in it: %d hex digits on a line, e.g. of %s",
            2 * COOKIE_KEY_SIZE, "openssl rand -hex 16");
    return OK;
}

/* ---- the newest keys --------------------------------------------------------------------------------- */

void cookie_ring_init(struct cookie_ring *r)
{
    *r = (struct cookie_ring){.keys.n = 1};
    INVARIANT(pthread_mutex_init(&r->lock, NULL) == 0);
    crypto_random(r->keys.key[0], COOKIE_KEY_SIZE);
    atomic_store(&r->version, 1);
}

void cookie_ring_clear(struct cookie_ring *r)
{
    crypto_wipe(&r->keys, sizeof(r->keys));
    (void)pthread_mutex_destroy(&r->lock);
}

void cookie_ring_set(struct cookie_ring *r, const struct cookie_keys *keys)
{
    (void)pthread_mutex_lock(&r->lock);
    r->keys = *keys;
    atomic_fetch_add_explicit(&r->version, 1, memory_order_release);
    (void)pthread_mutex_unlock(&r->lock);
}

void cookie_ring_copy(struct cookie_ring *r, struct cookie_keys *keys, uint64_t *version)
{
    (void)pthread_mutex_lock(&r->lock);
    *keys = r->keys;
    *version = atomic_load_explicit(&r->version, memory_order_relaxed);
    (void)pthread_mutex_unlock(&r->lock);
}
