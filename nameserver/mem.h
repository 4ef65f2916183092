/* Memory of what is served. It lives longer than any unit of work and goes one piece at a time, when the last reader
 * has passed; so it does not come from an arena. Like there: zeroed, and never NULL. */
#ifndef FW_NAMESERVER_MEM_H
#define FW_NAMESERVER_MEM_H

#include "base/compiler.h"

/* What is served is read at random, by the hundreds of megabytes: on pages of 4 KiB most of an answer's time goes into finding
 * them (a fifth to a third, at 100,000 zones). The C library asks for large ones when it is told so before the program
 * begins, so this begins the program again, once, with the word in the environment. To be called first of all. Comes back
 * in the new life, and where it cannot be done. An operator's own GLIBC_TUNABLES are left alone. */
void mem_large_pages(char **argv) FW_NONNULL_ALL;

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
