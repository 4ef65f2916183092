/* Memory of what is served. It lives longer than any unit of work and goes one piece at a time, when the last reader
 * has passed; so it does not come from an arena. Like there: zeroed, and never NULL. */
#ifndef FW_NAMESERVER_MEM_H
#define FW_NAMESERVER_MEM_H

#include "base/compiler.h"

/* What is served is read at random, by the hundreds of megabytes: on pages of 4 KiB a fifth to a third of an answer's time
 * (at 100,000 zones) goes into finding them. So the heap is gathered onto large pages, in small steps and once it is full:
 * to ask for large pages beforehand makes a start wait while the kernel looks for room.
 *
 * mem_open: first of all; one heap for all threads from then on. */
void mem_open(void);
/* At most so many large pages, each of which takes some milliseconds. One thread only. false: there is nothing more to gather, until
 * the heap grows, or the kernel (before Linux 6.1) cannot do it. */
bool mem_gather(unsigned pages);

static inline void *mem_new(size_t n)
{
    void *p = calloc(1, n);

    INVARIANT(p != NULL);
    return p;
}
static inline void *mem_grow(void *p, size_t n)
{
    void *q = realloc(p, n);

    INVARIANT(q != NULL);
    return q;
}
static inline void mem_free(void *p)
{
    free(p);
}

#endif
