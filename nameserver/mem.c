#include "nameserver/mem.h"

#include <errno.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE_PAGE ((uintptr_t)2 << 20)
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static uintptr_t next; /* 0: not opened, or in vain */

void mem_open(void)
{
    (void)mallopt(M_ARENA_MAX, 1);
    next = ((uintptr_t)sbrk(0) + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
}

/* A page that the kernel finds no room for now is left as it is. */
bool mem_gather(unsigned pages)
{
    uintptr_t end = (uintptr_t)sbrk(0);

    for (; next != 0 && pages > 0 && next + LARGE_PAGE <= end; pages--, next += LARGE_PAGE) {
        if (madvise((void *)next, LARGE_PAGE, MADV_COLLAPSE) != 0 && errno == EINVAL) {
            next = 0;
            return false;
        }
    }
    return next != 0 && next + LARGE_PAGE <= end;
}
