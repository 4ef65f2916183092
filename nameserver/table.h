/* The one table over all zones: from a lower-cased name to its image.
 *
 * Open addressing, linear probing, bounded at TABLE_PROBES_MAX. A slot is one word: 15 bits of the hash as a tag, 48
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

/* ---- a slot --------------------------------------------------------------------------------------- */

#define SLOT_EMPTY UINT64_C(0)
#define SLOT_GIVEN_UP UINT64_C(1) /* probing goes on behind it */
#define POINTER_BITS 48
#define POINTER_MASK ((UINT64_C(1) << POINTER_BITS) - 1)

static inline uint64_t slot_tag(uint64_t hash)
{
    return hash & ~POINTER_MASK;
}

static inline struct image *slot_image(uint64_t slot)
{
    return (struct image *)(uintptr_t)(slot & POINTER_MASK);
}

/* What is no image fits no name: hashes have NAME_HASH_BIT. */
static inline bool slot_fits(uint64_t slot, uint64_t hash)
{
    return (slot ^ hash) >> POINTER_BITS == 0;
}

/* Names are short: in pieces of fixed size, the last one overlapping, they are compared without a call. */
static inline bool bytes_same(const uint8_t *a, const uint8_t *b, size_t n)
{
    if (n < 8)
        return memcmp(a, b, n) == 0;
    for (size_t i = 0; i < n - 8; i += 8) {
        if (memcmp(a + i, b + i, 8) != 0)
            return false;
    }
    return memcmp(a + n - 8, b + n - 8, 8) == 0;
}

static inline bool image_is(const struct image *i, const uint8_t *name, size_t len, unsigned side)
{
    return i->name_len == len && (i->flags & IMAGE_PARENT_SIDE) == side && bytes_same(image_name(i), name, len);
}

/* ---- readers --------------------------------------------------------------------------------------- */

static inline const struct table_slots *table_view(const struct table *t)
{
    return atomic_load_explicit(&t->slots, memory_order_acquire);
}
static inline void table_prefetch(const struct table_slots *v, uint64_t hash)
{
    __builtin_prefetch(&v->slot[hash & v->mask]);
}
/* Borrowed until the reader's batch ends. side: 0 or IMAGE_PARENT_SIDE. */
static inline const struct image *table_find(
    const struct table_slots *v, uint64_t clock, uint64_t hash, const uint8_t *name, size_t len, unsigned side)
{
    size_t at = hash & v->mask;

    for (unsigned i = 0; i < TABLE_PROBES_MAX; i++, at = (at + 1) & v->mask) {
        uint64_t slot = atomic_load_explicit(&v->slot[at], memory_order_acquire);

        if (slot_fits(slot, hash) && image_is(slot_image(slot), name, len, side))
            return image_at(slot_image(slot), clock);
        if (slot == SLOT_EMPTY)
            return NULL;
    }
    return NULL;
}

/* Makes room for so many names at once. */
void table_reserve(struct table *t, size_t names) FW_NONNULL_ALL;
/* Puts an image (name, flags set) in front of what its name had; visible from epoch_publish on. Takes
 * it, unless it is IMAGE_PACKED; retires what it replaces, and itself in the end if it is IMAGE_GONE. A packed image lives
 * until its block is retired, by whoever put it, after what takes its place. */
void table_put(struct table *t, struct image *image) FW_NONNULL_ALL;
/* The same for many of which none is there yet: their places are fetched before the first is looked at. false: one is
 * there, perhaps from among them; none is put. There must be no reader. */
bool table_put_new(struct table *t, struct image *const *images, size_t n) FW_MUST_CHECK FW_NONNULL(1);
/* Whether it is the newest of its name. */
bool table_shows(const struct table *t, const struct image *image) FW_NONNULL_ALL;
/* Takes a packed image out as if it had never been there; there must be no reader, and nothing that it replaced. */
void table_take(struct table *t, const struct image *image) FW_NONNULL_ALL;

#endif
