/* Flat combining: what several threads want at the same time, one of them does for all.
 *
 * Used where one piece of work costs nearly as much as many: a commit, a round trip to the database. The first who
 * comes does its own piece at once, alone. Those who come meanwhile form a line; when the first is done, the next in
 * line takes the whole line with it, and so on. There is no thread of its own: a caller who is alone does not notice it,
 * and the more they are the more go together.
 *
 * Callers that come again and again would split into halves that wait for each other's turns. Where a piece costs so
 * much that this matters the next in line may have patience: it waits for those of the last turn as long as one after
 * the other comes back, at most so long as was said.
 *
 * A thread that waits sleeps on a semaphore of its own and is woken once, with its piece done, or to do the next
 * pieces: there is no herd on one lock.
 */
#ifndef FW_REGISTRY_COMBINE_H
#define FW_REGISTRY_COMBINE_H

#include <semaphore.h>
#include <stddef.h>

#include "base/compiler.h"

#define COMBINE_MAX 64 /* pieces done at once */

/* The first member of the caller's piece of work; all in it is combine's. */
struct combine_item {
    struct combine_item *next;
    sem_t turn;
    bool done;
};

struct combine;

/* run: called by one thread at a time, with at most `most` items in the order they came. items[0] is the calling
 * thread's own; the others' owners sleep until it has returned, so that it may use what is theirs. patience_ns: 0: none. */
struct combine *combine_new(size_t most, uint64_t patience_ns,
    void (*run)(void *ctx, struct combine_item *const *items, size_t n), void *ctx) FW_RETURNS_NONNULL;
void combine_free(struct combine **c); /* nobody may be in it */
/* Returns when run has been called with x. */
void combine_do(struct combine *c, struct combine_item *x) FW_NONNULL_ALL;
/* How many wait in line; *running_r (may be NULL): how many are being done. */
size_t combine_waiting(struct combine *c, size_t *running_r) FW_NONNULL(1);

#endif
