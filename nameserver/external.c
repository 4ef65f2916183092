#include "nameserver/external.h"

#include "base/crypto.h"
#include "base/log.h"
#include "dns/type.h"
#include "nameserver/deps.h"
#include "nameserver/mem.h"

#define KEEP_EVERY 24 /* an answer confirmed again is written again after this part of the stale bound */

const struct record_set external_unresolved;

struct externals *externals_new(void)
{
    struct externals *x = mem_new(sizeof(*x));

    map_init(&x->by_hash);
    crypto_random(&x->key, sizeof(x->key));
    x->refused_hash = crypto_random_u64();
    externals_configure(x, EXTERNAL_TARGETS_MAX, EXTERNAL_STALE_S * US_PER_S);
    return x;
}

void externals_configure(struct externals *x, size_t max, int64_t stale_us)
{
    x->max = max;
    x->stale_us = stale_us;
}

static void external_free(struct external *t)
{
    mem_free(t->answer);
    mem_free(t);
}

void externals_free(struct externals **x)
{
    struct map_node *node;
    size_t pos;

    while (pos = 0, (node = map_walk(&(*x)->by_hash, &pos, NULL)) != NULL) {
        map_remove(&(*x)->by_hash, node);
        external_free(MAP_ITEM(node, struct external, by_hash));
    }
    map_clear(&(*x)->by_hash);
    mem_free((*x)->heap);
    mem_free(*x);
    *x = NULL;
}

void external_dns_name(const struct external *t, struct dns_name *name_r)
{
    INVARIANT(dns_name_from_wire(t->target, t->len, name_r) == t->len);
}

/* By a key of its own: what is served under the target's name here has nothing to do with it. */
static uint64_t target_hash(const struct externals *x, const struct dns_name *target, uint16_t type)
{
    return dns_name_hash(&x->key, target->wire, target->len) + type * UINT64_C(0x9e3779b97f4a7c15);
}

static struct external *external_find(
    const struct externals *x, uint64_t hash, const struct dns_name *target, uint16_t type)
{
    for (struct map_node *n = map_find(&x->by_hash, hash); n != NULL; n = map_next(n)) {
        struct external *t = MAP_ITEM(n, struct external, by_hash);

        if (t->type == type && t->len == target->len && memcmp(t->target, target->wire, t->len) == 0)
            return t;
    }
    return NULL;
}

static struct external *external_new(struct externals *x, uint64_t hash, const struct dns_name *target, uint16_t type)
{
    struct external *t = mem_new(sizeof(*t) + target->len);

    t->heap_at = EXTERNAL_NOT_IN_HEAP;
    t->type = type;
    t->len = target->len;
    memcpy(t->target, target->wire, target->len);
    map_add(&x->by_hash, &t->by_hash, hash);
    heap_put(x, t, x->now);
    x->unresolved++;
    return t;
}

bool external_is(const struct externals *x, uint64_t hash)
{
    return hash == x->refused_hash || map_find(&x->by_hash, hash) != NULL;
}

/* ---- for the compiler -------------------------------------------------------------------------------- */

static const struct record_set *refuse(struct store *st, struct owner *whom)
{
    struct externals *x = st->externals;

    if (x->refused++ == 0)
        log_event(LOG_ERROR, "external", NULL,
            "there are %zu targets of aliases elsewhere, as many as external-targets allows: further ones answer "
            "SERVFAIL",
            x->by_hash.n);
    dep_add(st, whom, x->refused_hash);
    return &external_unresolved;
}

const struct record_set *external_answer(
    struct store *st, struct owner *whom, const struct dns_name *target, uint16_t type)
{
    struct externals *x = st->externals;
    uint64_t hash = target_hash(x, target, type);
    struct external *t = external_find(x, hash, target, type);

    if (t == NULL && x->by_hash.n >= x->max)
        return refuse(st, whom);
    if (t == NULL)
        t = external_new(x, hash, target, type);
    if (t->idle_since != 0) {
        t->idle_since = 0;
        heap_put(x, t, x->now);
    }
    dep_add(st, whom, hash);
    if (t->state == EXTERNAL_UNKNOWN)
        return &external_unresolved;
    return t->answer;
}

/* ---- what is due ------------------------------------------------------------------------------------- */

/* A clock that was set back must not make everything wait until it has caught up; the heap's order stays. */
static void clock_take(struct externals *x, time_us now)
{
    struct map_node *node = NULL;
    size_t pos = 0;

    if (now < x->now) {
        while ((node = map_walk(&x->by_hash, &pos, node)) != NULL) {
            struct external *t = MAP_ITEM(node, struct external, by_hash);

            t->due -= x->now - now;
            t->good_at = t->good_at < now ? t->good_at : now;
            t->idle_since = t->idle_since < now ? t->idle_since : now;
        }
    }
    x->now = now;
}

/* Room has come: those that found none try again. */
static void room_made(struct store *st)
{
    struct externals *x = st->externals;

    if (x->refused == 0)
        return;
    x->refused = 0;
    store_recompile(st, x->refused_hash);
}

static void unkept_drop(struct externals *x, const struct external *t)
{
    struct external **at = &x->unkept;

    if (!t->in_unkept)
        return;
    while (*at != t)
        at = &(*at)->unkept;
    *at = t->unkept;
}

static void external_remove(struct store *st, struct external *t)
{
    struct externals *x = st->externals;

    map_remove(&x->by_hash, &t->by_hash);
    unkept_drop(x, t);
    x->unresolved -= t->state == EXTERNAL_UNKNOWN;
    x->failing -= t->failures > 0;
    external_free(t);
    room_made(st);
}

struct external *external_next(struct store *st, time_us now)
{
    struct externals *x = st->externals;

    clock_take(x, now);
    while (x->heap_n > 0 && x->heap[0]->due <= now) {
        struct external *t = x->heap[0];

        heap_take(x, t);
        if (deps_any(st, t->by_hash.hash))
            return t;
        if (t->idle_since == 0)
            t->idle_since = now;
        if (now - t->idle_since >= EXTERNAL_IDLE_S * US_PER_S)
            external_remove(st, t);
        else
            heap_put(x, t, t->idle_since + EXTERNAL_IDLE_S * US_PER_S);
    }
    return NULL;
}

time_us external_due(const struct externals *x)
{
    return x->heap_n > 0 ? x->heap[0]->due : INT64_MAX;
}

/* ---- what was heard ---------------------------------------------------------------------------------- */

static const char *external_text(char *to, size_t n, const struct external *t)
{
    struct dns_name name;
    struct arena a;
    struct str text, type;

    arena_init(&a, 0);
    external_dns_name(t, &name);
    text = dns_name_text(&a, &name, false);
    type = dns_type_text(&a, t->type);
    (void)snprintf(to, n, "%.*s %.*s", STR_ARG(text), STR_ARG(type));
    arena_clear(&a);
    return to;
}

static void external_log(enum log_level level, const struct external *t, const char *fmt, ...) FW_PRINTF(3, 4);

static void external_log(enum log_level level, const struct external *t, const char *fmt, ...)
{
    char subject[4 * DNS_NAME_MAX + 16], what[512];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    log_event(level, "external", external_text(subject, sizeof(subject), t), "%s", what);
}

/* The state and what comes with it; the disk and those that look at it are told where something differs. */
static void state_set(struct store *st, struct external *t, enum external_state state, struct record_set *answer)
{
    struct externals *x = st->externals;
    bool same = t->state == state && (answer == NULL) == (t->answer == NULL);
    bool news;

    if (same && answer != NULL)
        same = answer->n == t->answer->n && memcmp(answer->data, t->answer->data, answer->n) == 0;
    news = !same || (answer != NULL && answer->ttl != t->answer->ttl);
    if ((!same || t->good_at - t->kept_at > x->stale_us / KEEP_EVERY) && !t->in_unkept) {
        t->unkept = x->unkept;
        x->unkept = t;
        t->in_unkept = true;
    }
    x->unresolved += (state == EXTERNAL_UNKNOWN) - (t->state == EXTERNAL_UNKNOWN);
    mem_free(t->answer);
    t->answer = answer;
    t->state = state;
    if (news)
        store_recompile(st, t->by_hash.hash);
}

static void failures_set(struct externals *x, struct external *t, uint16_t n)
{
    x->failing += (n > 0) - (t->failures > 0);
    t->failures = n;
}

static uint32_t clamp(uint32_t v, uint32_t least, uint32_t most)
{
    return v < least ? least : v > most ? most : v;
}

/* 80 to 90 % of the time, but no sooner than the least. */
static time_us refresh_after(uint32_t ttl)
{
    int64_t us = (int64_t)clamp(ttl, EXTERNAL_REFRESH_MIN_S, EXTERNAL_REFRESH_MAX_S) * US_PER_S;

    us = us / 10 * 8 + (int64_t)crypto_random_below((uint64_t)us / 10 + 1);
    return us < EXTERNAL_REFRESH_MIN_S * US_PER_S ? EXTERNAL_REFRESH_MIN_S * US_PER_S : us;
}

static time_us retry_after(unsigned failures)
{
    int64_t s = EXTERNAL_REFRESH_MIN_S;

    while (--failures > 0 && s < EXTERNAL_RETRY_MAX_S)
        s *= 2;
    return (s < EXTERNAL_RETRY_MAX_S ? s : EXTERNAL_RETRY_MAX_S) * US_PER_S;
}

static size_t address_size(uint16_t type)
{
    return type == DNS_A ? 4 : 16;
}

static int address_compare(const void *a, const void *b)
{
    const struct str *x = a, *y = b;

    return str_cmp(*x, *y);
}

/* In canonical order, so that an upstream that turns its addresses round changes nothing. NULL: malformed. */
static struct record_set *answer_new(uint16_t type, const struct external_result *r)
{
    size_t size = address_size(type), n = 0;
    struct str sorted[EXTERNAL_RECORDS_MAX];
    struct record_set *s;

    if (r->n == 0 || r->n > EXTERNAL_RECORDS_MAX)
        return NULL;
    memcpy(sorted, r->rdata, r->n * sizeof(*sorted));
    for (size_t i = 0; i < r->n; i++) {
        if (sorted[i].n != size)
            return NULL;
    }
    qsort(sorted, r->n, sizeof(*sorted), address_compare);
    s = mem_new(sizeof(*s) + r->n * (size + 2));
    s->type = type;
    s->ttl = clamp(r->ttl, EXTERNAL_TTL_MIN_S, EXTERNAL_TTL_MAX_S);
    for (size_t i = 0; i < r->n; i++) {
        if (i > 0 && str_eq(sorted[i], sorted[i - 1]))
            continue;
        write_u16(s->data + n, (uint16_t)size);
        memcpy(s->data + n + 2, sorted[i].p, size);
        n += size + 2;
    }
    s->n = (uint32_t)n;
    return s;
}

static time_us take_failed(struct store *st, struct external *t, const char *why, time_us now)
{
    struct externals *x = st->externals;

    if (t->failures == 0)
        external_log(LOG_WARN, t, "%s; %s", why,
            t->state == EXTERNAL_UNKNOWN ? "never resolved yet, so it answers SERVFAIL" : "the last good answer stays");
    t->denials = 0;
    failures_set(x, t, t->failures < UINT16_MAX ? (uint16_t)(t->failures + 1) : t->failures);
    if (t->state != EXTERNAL_UNKNOWN && now - t->good_at > x->stale_us) {
        external_log(
            LOG_ERROR, t, "not confirmed for %lld s: SERVFAIL from now on", (long long)((now - t->good_at) / US_PER_S));
        state_set(st, t, EXTERNAL_UNKNOWN, NULL);
    }
    return now + retry_after(t->failures);
}

static void answers_again(struct externals *x, struct external *t)
{
    if (t->failures > 0)
        external_log(LOG_INFO, t, "is resolved again");
    failures_set(x, t, 0);
}

static time_us take_denied(struct store *st, struct external *t, const struct external_result *r, time_us now)
{
    answers_again(st->externals, t);
    if (t->state == EXTERNAL_DATA && ++t->denials < 2)
        return now + EXTERNAL_REFRESH_MIN_S * US_PER_S;
    if (t->state == EXTERNAL_DATA)
        external_log(LOG_WARN, t, "has no addresses any more: no data");
    t->denials = 0;
    t->good_at = now;
    state_set(st, t, EXTERNAL_NO_DATA, NULL);
    return now + refresh_after(clamp(r->ttl, EXTERNAL_TTL_MIN_S, EXTERNAL_TTL_MAX_S));
}

static time_us take_found(struct store *st, struct external *t, const struct external_result *r, time_us now)
{
    struct record_set *answer = answer_new(t->type, r);

    if (answer == NULL)
        return take_failed(st, t, "the answer is malformed", now);
    answers_again(st->externals, t);
    t->denials = 0;
    t->good_at = now;
    state_set(st, t, EXTERNAL_DATA, answer);
    return now + refresh_after(r->ttl);
}

void external_result(struct store *st, struct external *t, const struct external_result *r, time_us now)
{
    time_us due;

    clock_take(st->externals, now);
    if (r->outcome == EXTERNAL_FOUND)
        due = take_found(st, t, r, now);
    else if (r->outcome == EXTERNAL_DENIED)
        due = take_denied(st, t, r, now);
    else
        due = take_failed(st, t, r->why, now);
    heap_put(st->externals, t, due);
}

/* ---- keeping ----------------------------------------------------------------------------------------- */

struct external *external_unkept(struct externals *x)
{
    struct external *t = x->unkept;

    if (t == NULL)
        return NULL;
    x->unkept = t->unkept;
    t->in_unkept = false;
    t->kept_at = t->good_at;
    return t;
}

bool external_restore(struct store *st, const struct dns_name *target, uint16_t type, uint32_t ttl, time_us good_at,
    struct str packed, time_us now)
{
    struct externals *x = st->externals;
    uint64_t hash = target_hash(x, target, type);
    struct external *t = external_find(x, hash, target, type);
    size_t each = address_size(type) + 2, n = packed.n / each;
    struct str rdata[EXTERNAL_RECORDS_MAX];
    struct external_result r = {.ttl = ttl, .rdata = rdata, .n = n};
    struct record_set *answer = NULL;

    if (good_at < 0 || !dns_type_has(type, DNS_TYPE_ADDRESS) || packed.n % each != 0 || n > EXTERNAL_RECORDS_MAX)
        return false;
    if (now - good_at > x->stale_us)
        return true; /* as if it had been dropped while this ran */
    for (size_t i = 0; i < n; i++)
        rdata[i] = str_n(packed.p + i * each + 2, each - 2);
    if (n > 0)
        answer = answer_new(type, &r);
    clock_take(x, now);
    if (t == NULL && x->by_hash.n >= x->max) {
        mem_free(answer);
        return false;
    }
    if (t == NULL)
        t = external_new(x, hash, target, type);
    t->good_at = t->kept_at = good_at < now ? good_at : now;
    t->idle_since = now;
    state_set(st, t, n > 0 ? EXTERNAL_DATA : EXTERNAL_NO_DATA, answer);
    unkept_drop(x, t);
    t->in_unkept = false;
    return true;
}

int64_t external_oldest_us(const struct externals *x, time_us now)
{
    struct map_node *node = NULL;
    size_t pos = 0;
    int64_t oldest = 0;

    if (x->failing == 0)
        return 0;
    while ((node = map_walk(&x->by_hash, &pos, node)) != NULL) {
        const struct external *t = MAP_ITEM(node, struct external, by_hash);

        if (t->failures > 0 && t->state != EXTERNAL_UNKNOWN && now - t->good_at > oldest)
            oldest = now - t->good_at;
    }
    return oldest;
}
