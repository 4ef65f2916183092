/* Inside a zone: its tree of owners. Part of the store; only store.c, change.c and the tests look in here. */
#ifndef FW_NAMESERVER_ZONE_H
#define FW_NAMESERVER_ZONE_H

#include "nameserver/store.h"

struct zone *zone_new(struct store *st, uint64_t id, const struct dns_name *name) FW_NONNULL_ALL;
/* Frees the zone with what is left of it; its view goes when readers have passed. */
void zone_free(struct store *st, struct zone *z) FW_NONNULL_ALL;

/* The owner, made when it is not there, with all empty non-terminals above it; touches what it makes. */
struct owner *zone_owner_make(struct store *st, struct zone *z, const uint8_t *wire, size_t len) FW_NONNULL_ALL;
/* Takes an owner with no data and nothing below out of the tree, and its ancestors for which the same is then true.
 * They stay in memory, OWNER_GONE and touched, until the change is through. */
void owner_prune(struct store *st, struct owner *o) FW_NONNULL_ALL;
void owner_free(struct store *st, struct owner *o) FW_NONNULL_ALL;
/* Takes data: s replaces the set of its type; NULL takes that type out. */
void owner_set_replace(struct store *st, struct owner *o, uint16_t type, struct record_set *s);

/* Marks for compilation. */
void owner_touch(struct store *st, struct owner *o) FW_NONNULL_ALL;
void owner_touch_below(struct store *st, struct owner *o) FW_NONNULL_ALL; /* and itself */

#endif
