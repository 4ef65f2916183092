#include "nameserver/rrl.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/crypto.h"
#include "nameserver/mem.h"

#define LINE 8 /* words that one hash may stand in: 64 bytes */
#define TIME_BITS 40
#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)
#define TICK_SHIFT 10 /* ns to ticks */
#define TICKS_PER_S (UINT64_C(1000000000) >> TICK_SHIFT)
#define BEHIND_MAX (8 * TICKS_PER_S) /* what a thread's clock may be behind that of one that has counted before it */
#define TRIES_MAX 4 /* against other threads on the same word; then the answer goes out uncounted */

struct rrl {
    uint8_t key[16];
    unsigned slip, prefix4, prefix6;
    uint64_t interval; /* ticks per answer */
    uint64_t burst; /* ticks that the time may be ahead: one second's worth */
    uint64_t lines_mask;
    _Atomic uint64_t limited; /* ever; picks who slips */
    size_t exempt_n;
    struct rrl_prefix exempt[RRL_EXEMPT_MAX];
    _Atomic uint64_t *words;
};

/* ---- prefixes ---------------------------------------------------------------------------------------- */

static size_t addr_of(const struct sockaddr_storage *sa, const uint8_t **p_r)
{
    if (sa->ss_family == AF_INET) {
        *p_r = (const uint8_t *)&((const struct sockaddr_in *)(const void *)sa)->sin_addr;
        return 4;
    }
    *p_r = (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
    return 16;
}

static bool prefix_holds(const uint8_t *prefix, unsigned bits, const uint8_t *addr)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (memcmp(prefix, addr, whole) != 0)
        return false;
    return rest == 0 || ((prefix[whole] ^ addr[whole]) >> (8 - rest)) == 0;
}

static bool prefix_ends(const uint8_t *addr, unsigned bits, unsigned n)
{
    for (unsigned i = bits; i < n * 8; i++) {
        if ((addr[i / 8] >> (7 - i % 8) & 1) != 0)
            return false;
    }
    return true;
}

enum status rrl_prefix_parse(struct str text, struct rrl_prefix *p_r, struct error *e)
{
    struct str rest = text, addr = STR_NULL;
    char z[INET6_ADDRSTRLEN] = "";
    uint64_t bits;
    bool v6, good;

    good = str_take(&rest, '/', &addr) && addr.n < sizeof(z);
    if (good)
        memcpy(z, addr.p, addr.n);
    v6 = strchr(z, ':') != NULL;
    *p_r = (struct rrl_prefix){.family = v6 ? AF_INET6 : AF_INET};
    bits = v6 ? 128 : 32;
    if (!good || inet_pton(p_r->family, z, p_r->addr) != 1 ||
        (!str_is_null(rest) && !str_to_u64(rest, v6 ? 128 : 32, &bits)))
        return error_set(e, INVALID, "prefix-invalid",
            "\"%.*s\" is not a network: write 192.0.2.0/24, 2001:db8::/32, or an address", STR_ARG(text));
    if (!prefix_ends(p_r->addr, (unsigned)bits, v6 ? 16 : 4))
        return error_set(e, INVALID, "prefix-invalid",
            "\"%.*s\" has bits set behind its prefix: a longer prefix, or another address, is meant", STR_ARG(text));
    p_r->bits = (uint8_t)bits;
    return OK;
}

static bool client_exempt(const struct rrl *r, const struct sockaddr_storage *client)
{
    const uint8_t *addr;

    (void)addr_of(client, &addr);
    for (size_t i = 0; i < r->exempt_n; i++) {
        if (r->exempt[i].family == client->ss_family && prefix_holds(r->exempt[i].addr, r->exempt[i].bits, addr))
            return true;
    }
    return false;
}

/* ---- the table --------------------------------------------------------------------------------------- */

static _Atomic uint64_t *lines_new(uint64_t n)
{
    size_t size = n * LINE * sizeof(uint64_t);
    void *p = aligned_alloc(LINE * sizeof(uint64_t), size);

    INVARIANT(p != NULL);
    memset(p, 0, size);
    return p;
}

struct rrl *rrl_new(const struct rrl_settings *s)
{
    struct rrl *r = mem_new(sizeof(*r));
    uint64_t lines = 1;

    INVARIANT(s->rate > 0 && s->rate <= RRL_RATE_MAX && s->exempt_n <= RRL_EXEMPT_MAX && s->slots <= RRL_SLOTS_MAX);
    INVARIANT(s->prefix4 > 0 && s->prefix4 <= 32 && s->prefix6 > 0 && s->prefix6 <= 64);
    while (lines * LINE < s->slots)
        lines *= 2;
    crypto_random(r->key, sizeof(r->key));
    r->slip = s->slip;
    r->prefix4 = s->prefix4;
    r->prefix6 = s->prefix6;
    r->interval = TICKS_PER_S / s->rate > 0 ? TICKS_PER_S / s->rate : 1;
    r->burst = (uint64_t)(s->rate - 1) * r->interval;
    r->lines_mask = lines - 1;
    r->exempt_n = s->exempt_n;
    if (s->exempt_n > 0)
        memcpy(r->exempt, s->exempt, s->exempt_n * sizeof(r->exempt[0]));
    r->words = lines_new(lines);
    return r;
}

void rrl_free(struct rrl **r)
{
    if (*r == NULL)
        return;
    mem_free((void *)(*r)->words);
    mem_free(*r);
    *r = NULL;
}

static uint64_t hash_of(const struct rrl *r, const struct sockaddr_storage *client, enum rrl_kind kind, uint64_t name)
{
    uint8_t in[24] = {0};
    const uint8_t *addr;
    size_t n = addr_of(client, &addr);
    unsigned bits = n == 4 ? r->prefix4 : r->prefix6;
    uint64_t hash;

    memcpy(in, addr, (bits + 7) / 8);
    if (bits % 8 != 0)
        in[bits / 8] &= (uint8_t)(0xff00u >> (bits % 8));
    memcpy(in + 8, &name, sizeof(name));
    in[16] = (uint8_t)kind;
    in[17] = (uint8_t)n;
    crypto_siphash(r->key, in, sizeof(in), (uint8_t *)&hash);
    return hash;
}

/* How far the rate is used in front of now, in ticks; what lies in the past, or too far ahead to be ours, is 0. Under a flood
 * a word stands at its very end, and a thread that is in a batch of a moment ago must not take that for the past. */
static uint64_t ahead_of(const struct rrl *r, uint64_t word, uint64_t now)
{
    uint64_t ahead = (word - now) & TIME_MASK;

    return ahead <= r->burst + r->interval + BEHIND_MAX ? ahead : 0;
}

/* The word with the tag, or the one whose loss matters least. */
static _Atomic uint64_t *word_find(
    const struct rrl *r, _Atomic uint64_t *line, uint64_t tag, uint64_t now, uint64_t *word_r)
{
    _Atomic uint64_t *best = line;
    uint64_t best_ahead = UINT64_MAX;

    for (unsigned i = 0; i < LINE; i++) {
        uint64_t word = atomic_load_explicit(&line[i], memory_order_relaxed), ahead;

        if (word >> TIME_BITS == tag) {
            *word_r = word;
            return &line[i];
        }
        ahead = ahead_of(r, word, now);
        if (ahead < best_ahead) {
            best = &line[i];
            best_ahead = ahead;
            *word_r = word;
        }
    }
    return best;
}

static bool over_limit(struct rrl *r, uint64_t hash, uint64_t now)
{
    _Atomic uint64_t *line = r->words + (hash & r->lines_mask) * LINE;
    uint64_t tag = hash >> TIME_BITS;

    for (unsigned i = 0; i < TRIES_MAX; i++) {
        uint64_t word = 0, ahead;
        _Atomic uint64_t *at = word_find(r, line, tag, now, &word);

        ahead = word >> TIME_BITS == tag ? ahead_of(r, word, now) : 0;
        if (ahead > r->burst)
            return true;
        if (atomic_compare_exchange_weak_explicit(at, &word,
                tag << TIME_BITS | ((now + ahead + r->interval) & TIME_MASK), memory_order_relaxed,
                memory_order_relaxed))
            return false;
    }
    return false;
}

/* A number of its own for each: splitmix64. */
static uint64_t scatter(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

enum rrl_verdict rrl_check(
    struct rrl *r, const struct sockaddr_storage *client, enum rrl_kind kind, uint64_t name, uint64_t now_ns)
{
    uint64_t hash = hash_of(r, client, kind, name), nth;

    if (!over_limit(r, hash, now_ns >> TICK_SHIFT) || client_exempt(r, client))
        return RRL_SEND;
    if (r->slip == 0)
        return RRL_DROP;
    nth = atomic_fetch_add_explicit(&r->limited, 1, memory_order_relaxed) + 1;
    return scatter(nth * UINT64_C(0x9e3779b97f4a7c15) ^ hash) % r->slip == 0 ? RRL_SLIP : RRL_DROP;
}
