/* Who waits for a session, and who is next.
 *
 * Lanes come first: transfers and restores, whose clocks run at the registry, before all else, batch jobs last. Within a
 * lane the customers take turns, however many commands each has waiting: a command gets the number after its
 * customer's last one, or after the one served last if that is higher, and the lowest number goes next (start-time
 * fair queueing). So that a lane is slow but never stands still, every 16th place goes to whoever waits longest.
 *
 * Nothing here waits or locks: the pool does that around it.
 */
#ifndef FW_REGISTRY_POOL_QUEUE_H
#define FW_REGISTRY_POOL_QUEUE_H

#include "registry/adapter.h"

#define POOL_LANES (REGISTRY_LANE_BATCH + 1)
#define POOL_CUSTOMERS_MAX 256 /* with several commands waiting in one lane; more are served by arrival */
#define POOL_OLDEST_EVERY 16

struct pool_waiter {
    enum registry_lane lane; /* not AUTO */
    int64_t customer;
    /* the queue's */
    struct pool_waiter *prev, *next;
    uint64_t number;
};

struct pool_turns {
    uint64_t served; /* the highest number that was taken */
    struct {
        int64_t customer;
        uint64_t last;
    } of[POOL_CUSTOMERS_MAX];
};

struct pool_queue { /* zeroed: empty */
    struct pool_waiter *first, *last; /* by arrival */
    size_t n, n_of[POOL_LANES];
    uint64_t taken;
    struct pool_turns lanes[POOL_LANES];
};

void pool_queue_add(struct pool_queue *q, struct pool_waiter *w);
/* Who is next; NULL: nobody waits. */
struct pool_waiter *pool_queue_next(const struct pool_queue *q);
/* It is served. */
void pool_queue_take(struct pool_queue *q, struct pool_waiter *w);
/* It gave up. */
void pool_queue_drop(struct pool_queue *q, struct pool_waiter *w);
/* "urgent" */
const char *registry_lane_word(enum registry_lane lane) FW_RETURNS_NONNULL;

#endif
