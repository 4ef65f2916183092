/* A token bucket, kept as the time at which the next command would be due if all came evenly (GCRA): no timer fills it,
 * and it costs three words. Times are monotonic nanoseconds, given by the caller. */
#ifndef FW_REGISTRY_POOL_RATE_H
#define FW_REGISTRY_POOL_RATE_H

#include "base/compiler.h"

struct pool_rate {
    uint64_t step; /* between commands, when they come evenly; 0: no limit */
    uint64_t slack; /* how much earlier one may go: a burst */
    uint64_t due;
};

/* n 0: no limit; burst 0: as many as n. */
void pool_rate_init(struct pool_rate *r, int64_t n, uint64_t in_ns, int64_t burst);
/* 0: a command may go now; else the time from which one may. */
uint64_t pool_rate_turn(const struct pool_rate *r, uint64_t now);
/* One goes. Also where it was not its turn: a keep-alive cannot wait, and is made up for later. */
void pool_rate_take(struct pool_rate *r, uint64_t now);
/* The next one waits so much longer, after a pause as well: the burst is gone. */
void pool_rate_penalty(struct pool_rate *r, uint64_t now, uint64_t ns);

#endif
