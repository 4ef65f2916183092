#include "nameserver/external_resolve.h"

#include "base/log.h"
#include "base/metrics.h"
#include "base/resolver.h"
#include "nameserver/external_keep.h"
#include "nameserver/mem.h"

METRIC(targets, "fourways_dns_external_targets", "", "gauge", "Targets of aliases elsewhere, by name and type.");
METRIC(failing, "fourways_dns_external_failing", "", "gauge", "Targets elsewhere whose last refresh failed.");
METRIC(unresolved, "fourways_dns_external_unresolved", "", "gauge",
    "Targets elsewhere without a good answer: their aliases answer SERVFAIL.");
METRIC(oldest, "fourways_dns_external_stale_seconds", "", "gauge",
    "How long ago the longest failing target that is still answered was confirmed.");
METRIC(refused, "fourways_dns_external_refused", "", "gauge",
    "Times that an alias elsewhere found no room since there was room (external-targets): they answer SERVFAIL.");
METRIC(found, "fourways_dns_external_refreshes_total", "result=\"data\"", "counter", "Targets elsewhere resolved.");
METRIC(denied, "fourways_dns_external_refreshes_total", "result=\"none\"", "counter", "Targets elsewhere resolved.");
METRIC(failed, "fourways_dns_external_refreshes_total", "result=\"failed\"", "counter", "Targets elsewhere resolved.");
METRIC(unkept, "fourways_dns_external_unkept", "", "gauge",
    "1 while answers of names elsewhere cannot be written to the disk.");

struct flight {
    struct external_resolver *r;
    struct external *t; /* NULL: free */
    int id;
    time_us asked;
};

struct external_resolver {
    struct store *st;
    struct resolver *resolver; /* NULL: none is configured */
    struct external_keep *keep; /* NULL: nothing is kept */
    struct flight flights[EXTERNAL_ASKED_MAX];
    size_t flights_n;
    time_us now; /* of the round */
    time_us counted_at;
};

enum status external_resolver_new(
    struct store *st, const struct external_settings *s, time_us now, struct external_resolver **r_r, struct error *e)
{
    struct resolver *resolver = NULL;
    struct external_resolver *r;

    *r_r = NULL;
    if (s->resolvers_n > 0)
        TRY(resolver_new(s->resolvers, s->resolvers_n, s->trust_anchors, &resolver, e));
    r = *r_r = mem_new(sizeof(*r));
    r->st = st;
    r->resolver = resolver;
    externals_configure(st->externals, s->targets_max, s->stale_us);
    if (s->path != NULL)
        r->keep = external_keep_open(st, s->path, now);
    return OK;
}

void external_resolver_free(struct external_resolver **r)
{
    if (*r == NULL)
        return;
    resolver_free(&(*r)->resolver);
    if ((*r)->keep != NULL)
        external_keep_close(&(*r)->keep);
    mem_free(*r);
    *r = NULL;
}

/* ---- questions and answers ----------------------------------------------------------------------------------- */

static void result_take(struct external_resolver *r, struct external *t, const struct external_result *result)
{
    metric_add(result->outcome == EXTERNAL_FOUND ? &found : result->outcome == EXTERNAL_DENIED ? &denied : &failed, 1);
    external_result(r->st, t, result, r->now);
}

static void result_failed(struct external_resolver *r, struct external *t, const char *why)
{
    result_take(r, t, &(struct external_result){.outcome = EXTERNAL_FAILED, .why = why});
}

static struct external *flight_end(struct flight *f)
{
    struct external *t = f->t;

    f->t = NULL;
    f->r->flights_n--;
    return t;
}

static void answered(void *ctx, const struct resolver_answer *a)
{
    struct flight *f = ctx;
    struct external *t = flight_end(f);
    struct external_result result = {.ttl = a->ttl, .rdata = a->rdata, .n = a->n, .why = a->why};

    result.outcome = a->outcome == RESOLVER_DATA      ? EXTERNAL_FOUND
                     : a->outcome == RESOLVER_NO_DATA ? EXTERNAL_DENIED
                                                      : EXTERNAL_FAILED;
    result_take(f->r, t, &result);
}

static struct flight *flight_free(struct external_resolver *r)
{
    for (size_t i = 0; i < EXTERNAL_ASKED_MAX; i++) {
        if (r->flights[i].t == NULL)
            return &r->flights[i];
    }
    return NULL;
}

static void target_ask(struct external_resolver *r, struct flight *f, struct external *t)
{
    struct dns_name name;
    struct arena a;
    struct error e;
    enum status s;

    arena_init(&a, 0);
    external_dns_name(t, &name);
    *f = (struct flight){.r = r, .t = t, .asked = r->now};
    r->flights_n++;
    s = resolver_ask(r->resolver, str_dupz(&a, dns_name_text(&a, &name, true)), t->type, answered, f, &f->id, &e);
    arena_clear(&a);
    if (s != OK)
        result_failed(r, flight_end(f), e.text);
}

static void ask_due(struct external_resolver *r)
{
    struct external *t;
    struct flight *f;

    while ((f = flight_free(r)) != NULL && (t = external_next(r->st, r->now)) != NULL) {
        if (r->resolver != NULL)
            target_ask(r, f, t);
        else
            result_failed(r, t, "no resolver is configured");
    }
}

static bool flight_late(const struct flight *f, time_us now)
{
    return f->t != NULL && (now < f->asked || now - f->asked >= EXTERNAL_TIMEOUT_S * US_PER_S);
}

static void end_late(struct external_resolver *r)
{
    for (size_t i = 0; i < EXTERNAL_ASKED_MAX && r->flights_n > 0; i++) {
        struct flight *f = &r->flights[i];

        if (!flight_late(f, r->now))
            continue;
        resolver_cancel(r->resolver, f->id);
        result_failed(r, flight_end(f), "the resolvers did not answer in time");
    }
}

/* ---- rounds -------------------------------------------------------------------------------------------------- */

static void count(struct external_resolver *r, bool kept)
{
    const struct externals *x = r->st->externals;

    metric_set(&targets, (int64_t)x->by_hash.n);
    metric_set(&failing, (int64_t)x->failing);
    metric_set(&unresolved, (int64_t)x->unresolved);
    metric_set(&refused, (int64_t)x->refused);
    metric_set(&unkept, !kept);
    if (r->now >= r->counted_at && r->now - r->counted_at < US_PER_S)
        return; /* it walks over all of them */
    r->counted_at = r->now;
    metric_set(&oldest, external_oldest_us(x, r->now) / US_PER_S);
}

void external_round(struct external_resolver *r, time_us now)
{
    r->now = now;
    if (r->resolver != NULL)
        resolver_process(r->resolver);
    end_late(r);
    ask_due(r);
    count(r, r->keep == NULL || external_keep_write(r->keep, now));
}

int external_fd(const struct external_resolver *r)
{
    return r->resolver != NULL ? resolver_fd(r->resolver) : -1;
}

int external_wait_ms(const struct external_resolver *r, time_us now, int most)
{
    time_us next = r->flights_n < EXTERNAL_ASKED_MAX ? external_due(r->st->externals) : INT64_MAX;

    for (size_t i = 0; i < EXTERNAL_ASKED_MAX; i++) {
        time_us late = r->flights[i].asked + EXTERNAL_TIMEOUT_S * US_PER_S;

        if (r->flights[i].t != NULL && late < next)
            next = late;
    }
    if (next <= now)
        return 0;
    return next - now >= most * INT64_C(1000) ? most : (int)((next - now) / 1000 + 1);
}
