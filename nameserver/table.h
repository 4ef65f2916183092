/* The one table over all zones: from a lower-cased name to its image.
 *
 * Open addressing, linear probing, bounded at TABLE_PROBES_MAX. A slot is one word: 16 bits of the hash as a tag, 48
 * bits of pointer; only where the tag fits is the image looked at, and then the whole name is compared. The
 * hash is keyed (name_hash.h), so nobody outside can choose names that collide. Because empty non-terminals are
 * explicit, a question that misses finds its closest encloser by cutting labels off the left; labels_max keeps
 * questions of absurd depth from costing a probe for every label.
 *
 * Written by one thread, read by many without locks. A name has one slot; its versions hang behind each other
 * (answer.h). A name's image on the parent's side of a cut (IMAGE_PARENT_SIDE) is an entry of its own.
 */
#ifndef FW_NAMESERVER_TABLE_H
#define FW_NAMESERVER_TABLE_H

#include "nameserver/answer.h"
#include "nameserver/epoch.h"
#include "nameserver/name_hash.h"

#define TABLE_PROBES_MAX 96

struct table_slots {
    size_t mask;
    _Atomic uint64_t slot[];
};

struct table {
    struct table_slots *_Atomic slots;
    _Atomic unsigned labels_max; /* no name has more labels */
    struct name_keys keys;
    struct epochs *epochs;
    size_t used; /* slots that are not empty, with those given up */
    size_t names;
};

void table_init(struct table *t, struct epochs *epochs, const struct dns_hash_key *key) FW_NONNULL_ALL;
/* Frees every image too; there must be no reader any more. */
void table_clear(struct table *t) FW_NONNULL_ALL;

static inline const struct table_slots *table_view(const struct table *t)
{
    return atomic_load_explicit(&t->slots, memory_order_acquire);
}
static inline void table_prefetch(const struct table_slots *v, uint64_t hash)
{
    __builtin_prefetch(&v->slot[hash & v->mask]);
}
/* Loads the image that the first fitting tag points to, ahead of table_find. */
void table_prefetch_image(const struct table_slots *v, uint64_t hash) FW_NONNULL_ALL;
/* Borrowed until the reader's batch ends. side: 0 or IMAGE_PARENT_SIDE. */
const struct image *table_find(const struct table_slots *v, uint64_t clock, uint64_t hash, const uint8_t *name,
    size_t len, unsigned side) FW_NONNULL_ALL;

/* Puts an image (name, flags set) in front of what its name had; visible from epoch_publish on. Takes
 * it; retires what it replaces, and itself in the end if it is IMAGE_GONE. */
void table_put(struct table *t, struct image *image) FW_NONNULL_ALL;

#endif
