#include "nameserver/epoch.h"

#include "nameserver/mem.h"

void epochs_init(struct epochs *e)
{
    memset(e, 0, sizeof(*e));
    atomic_store(&e->clock, 1);
    for (size_t i = 0; i < EPOCH_READERS_MAX; i++)
        atomic_store(&e->readers[i].seen, EPOCH_IDLE);
}

void epochs_clear(struct epochs *e)
{
    while (epoch_reclaim(e))
        ;
    mem_free(e->items);
    e->items = NULL;
    e->cap = 0;
}

struct epoch_reader *epoch_reader_take(struct epochs *e)
{
    for (size_t i = 0; i < EPOCH_READERS_MAX; i++) {
        if (!atomic_exchange(&e->readers[i].taken, true))
            return &e->readers[i];
    }
    invariant_failed(__FILE__, __LINE__, "more reading threads than EPOCH_READERS_MAX");
}

void epoch_reader_give(struct epoch_reader *r)
{
    epoch_leave(r);
    atomic_store(&r->taken, false);
}

uint64_t epoch_next(struct epochs *e)
{
    return atomic_load_explicit(&e->clock, memory_order_relaxed) + 1;
}

void epoch_publish(struct epochs *e)
{
    atomic_store_explicit(&e->clock, epoch_next(e), memory_order_release);
}

static void ring_grow(struct epochs *e)
{
    size_t cap = e->cap == 0 ? 256 : e->cap * 2;
    struct epoch_retired *items = mem_new(cap * sizeof(*items));

    for (size_t i = 0; i < e->n; i++)
        items[i] = e->items[(e->head + i) & (e->cap - 1)];
    mem_free(e->items);
    e->items = items;
    e->cap = cap;
    e->head = 0;
}

void epoch_retire(struct epochs *e, void (*drop)(void *ctx, void *p), void *ctx, void *p)
{
    if (e->n == e->cap)
        ring_grow(e);
    e->items[(e->head + e->n) & (e->cap - 1)] = (struct epoch_retired){epoch_next(e), drop, ctx, p};
    e->n++;
}

/* The clock value that every reader has reached. */
static uint64_t readers_passed(struct epochs *e)
{
    uint64_t passed = atomic_load_explicit(&e->clock, memory_order_relaxed);

    atomic_thread_fence(memory_order_seq_cst);
    for (size_t i = 0; i < EPOCH_READERS_MAX; i++) {
        uint64_t seen = atomic_load_explicit(&e->readers[i].seen, memory_order_acquire);

        if (seen < passed)
            passed = seen;
    }
    return passed;
}

bool epoch_reclaim(struct epochs *e)
{
    uint64_t passed;

    if (e->n == 0)
        return false;
    /* What was retired outside of a change waits for a clock value that nobody publishes otherwise. */
    if (e->items[(e->head + e->n - 1) & (e->cap - 1)].at == epoch_next(e))
        epoch_publish(e);
    passed = readers_passed(e);
    while (e->n > 0 && e->items[e->head].at <= passed) {
        struct epoch_retired item = e->items[e->head];

        e->head = (e->head + 1) & (e->cap - 1);
        e->n--;
        item.drop(item.ctx, item.p);
    }
    return e->n > 0;
}
