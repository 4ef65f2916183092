/* Memory of what is served. It lives longer than any unit of work and goes one piece at a time, when the last reader
 * has passed; so it does not come from an arena. Like there: zeroed, and never NULL. */
#ifndef FW_NAMESERVER_MEM_H
#define FW_NAMESERVER_MEM_H

#include "base/compiler.h"

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
