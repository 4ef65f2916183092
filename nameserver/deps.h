/* Back-references: which owners' answers were made by looking at which names.
 *
 * A name is known by its hash alone: when two names share one, somebody is compiled once too often, no more.
 * Zones at rest keep only what they looked at outside of themselves, all names together: whatever happens inside of
 * one, it is compiled as a whole. */
#ifndef FW_NAMESERVER_DEPS_H
#define FW_NAMESERVER_DEPS_H

#include "nameserver/store.h"

struct dep {
    struct map_node by_name; /* the name looked at */
    struct owner *owner; /* NULL: a zone at rest, as a whole */
    struct zone *zone;
    bool own; /* it was looked for in the owner's own zone, and nowhere else */
    struct dep *next; /* of the same owner, or zone */
};

void dep_add(struct store *st, struct owner *o, uint64_t name_hash) FW_NONNULL_ALL;
/* A name that was looked for in that zone only. */
void dep_add_in(struct store *st, struct owner *o, const struct zone *z, uint64_t name_hash) FW_NONNULL_ALL;
void deps_drop(struct store *st, struct owner *o) FW_NONNULL_ALL;
bool deps_any(const struct store *st, uint64_t name_hash) FW_NONNULL_ALL;
void zone_dep_add(struct store *st, struct zone *z, uint64_t name_hash) FW_NONNULL_ALL;
void zone_deps_drop(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* Calls touch for each owner that looked at the name; of a zone at rest, which is spread out by it, for the apex. */
void deps_each(struct store *st, uint64_t name_hash, void (*touch)(struct store *st, struct owner *o)) FW_NONNULL_ALL;

#endif
