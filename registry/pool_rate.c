#include "registry/pool_rate.h"

void pool_rate_init(struct pool_rate *r, int64_t n, uint64_t in_ns, int64_t burst)
{
    *r = (struct pool_rate){0};
    if (n == 0)
        return;
    r->step = in_ns / (uint64_t)n;
    r->slack = r->step * (uint64_t)((burst > 0 ? burst : n) - 1);
}

uint64_t pool_rate_turn(const struct pool_rate *r, uint64_t now)
{
    return r->due <= now + r->slack ? 0 : r->due - r->slack;
}

void pool_rate_take(struct pool_rate *r, uint64_t now)
{
    r->due = (r->due < now ? now : r->due) + r->step;
}

void pool_rate_penalty(struct pool_rate *r, uint64_t now, uint64_t ns)
{
    uint64_t least = now + r->slack;
    if (ns > 0)
        r->due = (r->due < least ? least : r->due) + ns;
}
