#include "nameserver/mem.h"

#include <errno.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE_PAGE ((uintptr_t)2 << 20)
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define TRIES_MAX 4

static uintptr_t next; /* 0: not opened, or in vain */
static unsigned tries; /* at that page, so far */

void mem_open(void)
{
    (void)mallopt(M_ARENA_MAX, 1);
    next = ((uintptr_t)sbrk(0) + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
}

/* What the kernel cannot do just now (pages on their way somewhere, no room) it is asked for again with the next step, some
 * times; then that page is left as it is. */
bool mem_gather(unsigned pages)
{
    uintptr_t end = (uintptr_t)sbrk(0);

    for (; next != 0 && pages > 0 && next + LARGE_PAGE <= end; pages--) {
        bool failed = madvise((void *)next, LARGE_PAGE, MADV_COLLAPSE) != 0;

        if (failed && errno == EINVAL) {
            next = 0;
            return false;
        }
        if (failed && ++tries < TRIES_MAX)
            return true;
        next += LARGE_PAGE;
        tries = 0;
    }
    return next != 0 && next + LARGE_PAGE <= end;
}
