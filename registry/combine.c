#include "registry/combine.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"

#define NS_PER_S UINT64_C(1000000000)
#define COMPANY_GAPS 4 /* nobody came for a fourth of the time there is: nobody will */

struct combine {
    size_t most;
    uint64_t patience_ns;
    void (*run)(void *ctx, struct combine_item *const *items, size_t n);
    void *ctx;
    pthread_mutex_t lock; /* over all below */
    struct combine_item *first, *last; /* waiting */
    size_t waiting, running;
    bool leading; /* somebody runs, or has been woken to do so */
    size_t crowd; /* how many were in the last turn or in line at its end */
    size_t awaited; /* the leader waits for so many in line; 0: it does not */
    pthread_cond_t company;
};

struct combine *combine_new(
    size_t most, uint64_t patience_ns, void (*run)(void *ctx, struct combine_item *const *items, size_t n), void *ctx)
{
    struct combine *c = calloc(1, sizeof(*c));
    pthread_condattr_t attr;
    INVARIANT(c != NULL && most > 0 && most <= COMBINE_MAX);
    INVARIANT(pthread_mutex_init(&c->lock, NULL) == 0);
    INVARIANT(pthread_condattr_init(&attr) == 0 && pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    INVARIANT(pthread_cond_init(&c->company, &attr) == 0);
    (void)pthread_condattr_destroy(&attr);
    c->most = most;
    c->patience_ns = patience_ns;
    c->run = run;
    c->ctx = ctx;
    return c;
}

void combine_free(struct combine **cp)
{
    struct combine *c = *cp;
    if (c == NULL)
        return;
    INVARIANT(c->first == NULL && !c->leading);
    (void)pthread_cond_destroy(&c->company);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
    *cp = NULL;
}

/* ---- the line, with the lock held ----------------------------------------------------------------------------- */

static void line_up(struct combine *c, struct combine_item *x)
{
    if (c->last != NULL)
        c->last->next = x;
    else
        c->first = x;
    c->last = x;
    c->waiting++;
    if (c->awaited > 0 && c->waiting >= c->awaited)
        (void)pthread_cond_signal(&c->company);
}

static size_t line_take(struct combine *c, struct combine_item **items)
{
    size_t n = 0;
    while (c->first != NULL && n < c->most) {
        items[n++] = c->first;
        c->first = c->first->next;
    }
    if (c->first == NULL)
        c->last = NULL;
    c->waiting -= n;
    return n;
}

/* ---- leading -------------------------------------------------------------------------------------------------- */

static void turn_await(struct combine_item *x)
{
    while (sem_wait(&x->turn) != 0)
        INVARIANT(errno == EINTR);
}

/* Who is told so may be gone, and its item with it, as soon as it has been woken. */
static void tell_done(struct combine_item *x)
{
    x->done = true;
    INVARIANT(sem_post(&x->turn) == 0);
}

/* Those who were in the last turn, or in line at its end, are perhaps on their way to the next one: as long as one after
 * the other comes they are waited for. Else two halves of the callers would wait for each other's turns for ever. With
 * the lock held, released while it waits. */
static void company_await(struct combine *c)
{
    const uint64_t end = clock_monotonic_ns() + c->patience_ns;
    const size_t crowd = c->crowd < c->most ? c->crowd : c->most;
    size_t seen = 0;
    while (c->waiting > seen && c->waiting < crowd && clock_monotonic_ns() < end) {
        seen = c->waiting;
        uint64_t until = clock_monotonic_ns() + c->patience_ns / COMPANY_GAPS;
        const struct timespec ts = {.tv_sec = (time_t)(until / NS_PER_S), .tv_nsec = (long)(until % NS_PER_S)};
        c->awaited = crowd;
        (void)pthread_cond_timedwait(&c->company, &c->lock, &ts);
    }
    c->awaited = 0;
}

static void lead(struct combine *c, const struct combine_item *mine)
{
    struct combine_item *items[COMBINE_MAX];
    (void)pthread_mutex_lock(&c->lock);
    company_await(c);
    size_t n = c->running = line_take(c, items);
    (void)pthread_mutex_unlock(&c->lock);
    INVARIANT(n > 0 && items[0] == mine);
    c->run(c->ctx, items, n);
    (void)pthread_mutex_lock(&c->lock);
    struct combine_item *next = c->first;
    c->leading = next != NULL;
    c->crowd = n + c->waiting;
    c->running = 0;
    (void)pthread_mutex_unlock(&c->lock);
    if (next != NULL)
        INVARIANT(sem_post(&next->turn) == 0);
    for (size_t i = 1; i < n; i++)
        tell_done(items[i]);
}

void combine_do(struct combine *c, struct combine_item *x)
{
    x->next = NULL;
    x->done = false;
    INVARIANT(sem_init(&x->turn, 0, 0) == 0);
    (void)pthread_mutex_lock(&c->lock);
    line_up(c, x);
    bool wait = c->leading;
    c->leading = true;
    (void)pthread_mutex_unlock(&c->lock);
    if (wait)
        turn_await(x);
    if (!x->done)
        lead(c, x);
    (void)sem_destroy(&x->turn);
}

size_t combine_waiting(struct combine *c, size_t *running_r)
{
    (void)pthread_mutex_lock(&c->lock);
    size_t n = c->waiting;
    if (running_r != NULL)
        *running_r = c->running;
    (void)pthread_mutex_unlock(&c->lock);
    return n;
}
