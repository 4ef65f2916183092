/* The version clock of what is served, and when old memory may go (QSBR).
 *
 * There is one writer (the feed thread) and many readers (the threads that answer). Everything a reader can reach
 * carries the clock value at which it came to be (`born`); newer things stand in front of older ones. The writer
 * prepares a change with born = epoch_next(), links it in, and makes all of it visible with one store:
 * epoch_publish(). A reader takes the clock once per batch (epoch_enter) and looks only at what was born by then,
 * so that all answers of a batch come from one state of all zones: no answer can mix two versions of a zone,
 * without locks and without trying again.
 *
 * What has been replaced is retired with the clock value of its successor, and dropped once every reader has
 * either entered a later batch or is idle (blocked in the kernel). A reader that holds no pointers says so with
 * epoch_leave.
 */
#ifndef FW_NAMESERVER_EPOCH_H
#define FW_NAMESERVER_EPOCH_H

#include <stdatomic.h>

#include "base/compiler.h"

#define EPOCH_READERS_MAX 256
#define EPOCH_IDLE UINT64_MAX

struct epoch_reader {
    _Alignas(64) _Atomic uint64_t seen; /* clock when it entered, or EPOCH_IDLE */
    _Atomic bool taken;
};

struct epoch_retired {
    uint64_t at;
    void (*drop)(void *ctx, void *p);
    void *ctx, *p;
};

struct epochs {
    _Alignas(64) _Atomic uint64_t clock;
    struct epoch_reader readers[EPOCH_READERS_MAX];
    /* The writer's alone: a ring, `at` never falls from head on. */
    struct epoch_retired *items;
    size_t head, n, cap;
};

void epochs_init(struct epochs *e) FW_NONNULL_ALL;
/* Drops everything that is retired; there must be no reader any more. */
void epochs_clear(struct epochs *e) FW_NONNULL_ALL;

/* A place for one reading thread; aborts when there are more than EPOCH_READERS_MAX. */
struct epoch_reader *epoch_reader_take(struct epochs *e) FW_NONNULL_ALL FW_RETURNS_NONNULL;
void epoch_reader_give(struct epoch_reader *r) FW_NONNULL_ALL;
/* Begins a batch: the clock value to read with. */
static inline uint64_t epoch_enter(struct epochs *e, struct epoch_reader *r)
{
    atomic_store_explicit(&r->seen, atomic_load_explicit(&e->clock, memory_order_relaxed), memory_order_relaxed);
    /* The writer either sees this reader, or the reader sees what the writer published before it looked. */
    atomic_thread_fence(memory_order_seq_cst);
    return atomic_load_explicit(&e->clock, memory_order_acquire);
}
static inline void epoch_leave(struct epoch_reader *r)
{
    atomic_store_explicit(&r->seen, EPOCH_IDLE, memory_order_release);
}

/* ---- the writer ---------------------------------------------------------------------------------- */

uint64_t epoch_next(struct epochs *e) FW_NONNULL_ALL;
void epoch_publish(struct epochs *e) FW_NONNULL_ALL;
/* drop(ctx, p) is called, on the writer's thread and in order, once no reader is at a clock below epoch_next(). */
void epoch_retire(struct epochs *e, void (*drop)(void *ctx, void *p), void *ctx, void *p);
/* Drops what may be dropped. true while something is still waiting. */
bool epoch_reclaim(struct epochs *e) FW_NONNULL_ALL;

#endif
