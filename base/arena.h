/* Memory by unit of work.
 *
 * An arena belongs to one request, one order step, one EPP command or one zone build. All that
 * the work needs is taken from it and goes away with it: there is no free in domain code.
 * Memory comes zeroed. Allocation never fails: when the system has no memory, or the arena's
 * limit is passed, the process aborts, because half-done work is worse than a restart (every
 * process here can be restarted at any instruction). An arena is used by one thread at a time.
 */
#ifndef FW_BASE_ARENA_H
#define FW_BASE_ARENA_H

#include <stdarg.h>

#include "base/compiler.h"

struct arena_block;

struct arena {
    struct arena_block *head; /* newest block; older ones behind it */
    size_t used; /* bytes handed out since the last reset */
    size_t limit; /* bytes it may hand out; passing it aborts */
};

#define ARENA_LIMIT_DEFAULT ((size_t)1 << 30)

/* Limit 0 means ARENA_LIMIT_DEFAULT. Takes no memory until the first allocation. */
void arena_init(struct arena *a, size_t limit) FW_NONNULL_ALL;
/* Zeroed, aligned for any type. n may be 0 (a valid, distinct-or-not pointer). */
void *arena_alloc(struct arena *a, size_t n) FW_NONNULL_ALL FW_RETURNS_NONNULL;
/* count * size with an overflow check that aborts. */
void *arena_array(struct arena *a, size_t count, size_t size) FW_NONNULL_ALL FW_RETURNS_NONNULL;
void *arena_copy(struct arena *a, const void *p, size_t n) FW_RETURNS_NONNULL;
/* NUL-terminated copies. */
char *arena_strdup(struct arena *a, const char *s) FW_NONNULL_ALL FW_RETURNS_NONNULL;
char *arena_printf(struct arena *a, const char *fmt, ...) FW_PRINTF(2, 3) FW_RETURNS_NONNULL;
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) FW_PRINTF(2, 0) FW_RETURNS_NONNULL;
/* Wipes what was handed out (it may have held secrets) and keeps one block for the next unit. */
void arena_reset(struct arena *a) FW_NONNULL_ALL;
/* Wipes and gives every block back. The arena may be used again. */
void arena_clear(struct arena *a) FW_NONNULL_ALL;

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

#endif
