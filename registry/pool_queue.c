#include "registry/pool_queue.h"

const char *registry_lane_word(enum registry_lane lane)
{
    static const char *const words[] = {"auto", "urgent", "normal", "batch"};
    return words[lane];
}

/* The customer's next number. A place in the table is free when its last number was served: it says nothing then. */
static uint64_t number_next(struct pool_turns *t, int64_t customer)
{
    size_t at = POOL_CUSTOMERS_MAX;
    for (size_t i = 0; i < POOL_CUSTOMERS_MAX; i++) {
        if (t->of[i].last > t->served && t->of[i].customer == customer)
            return ++t->of[i].last;
        if (at == POOL_CUSTOMERS_MAX && t->of[i].last <= t->served)
            at = i;
    }
    if (at < POOL_CUSTOMERS_MAX) {
        t->of[at].customer = customer;
        t->of[at].last = t->served + 1;
    }
    return t->served + 1;
}

void pool_queue_add(struct pool_queue *q, struct pool_waiter *w)
{
    w->number = number_next(&q->lanes[w->lane], w->customer);
    w->next = NULL;
    w->prev = q->last;
    if (q->last != NULL)
        q->last->next = w;
    else
        q->first = w;
    q->last = w;
    q->n++;
    q->n_of[w->lane]++;
}

struct pool_waiter *pool_queue_next(const struct pool_queue *q)
{
    struct pool_waiter *best = q->first;
    if (q->taken % POOL_OLDEST_EVERY == POOL_OLDEST_EVERY - 1)
        return best;
    for (struct pool_waiter *w = best; w != NULL; w = w->next)
        if (w->lane < best->lane || (w->lane == best->lane && w->number < best->number))
            best = w;
    return best;
}

void pool_queue_drop(struct pool_queue *q, struct pool_waiter *w)
{
    if (w->prev != NULL)
        w->prev->next = w->next;
    else
        q->first = w->next;
    if (w->next != NULL)
        w->next->prev = w->prev;
    else
        q->last = w->prev;
    q->n--;
    q->n_of[w->lane]--;
}

void pool_queue_take(struct pool_queue *q, struct pool_waiter *w)
{
    struct pool_turns *t = &q->lanes[w->lane];
    pool_queue_drop(q, w);
    q->taken++;
    if (w->number > t->served)
        t->served = w->number;
}
