/* Inside a zone: its tree of owners. Part of the store; only store.c, change.c and the tests look in here. */
#ifndef FW_NAMESERVER_ZONE_H
#define FW_NAMESERVER_ZONE_H

#include "nameserver/store.h"

struct zone *zone_new(struct store *st, uint64_t id, const struct dns_name *name) FW_NONNULL_ALL;
/* From here on it is not found any more. */
void zone_unlink(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* Frees the zone, without owners by now, when readers have passed; with its block, in which no image is served any more. */
void zone_free(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* Tells its names from those of other zones in store->owners. */
static inline uint64_t zone_salt(const struct zone *z)
{
    return z->id * UINT64_C(0xd6e8feb86659fd93);
}

/* The apex of a zone without owners. */
struct owner *zone_apex_make(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* The owner, made when it is not there, with all empty non-terminals above it; touch: what it makes. */
struct owner *zone_owner_make(
    struct store *st, struct zone *z, const uint8_t *wire, size_t len, bool touch) FW_NONNULL_ALL;
/* All of its owners; images and counts stay. */
void zone_owners_free(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* Takes an owner with no data and nothing below out of the tree, and its ancestors for which the same is then true.
 * They stay in memory, OWNER_GONE and touched, until the change is through. */
void owner_prune(struct store *st, struct owner *o) FW_NONNULL_ALL;
void owner_free(struct store *st, struct owner *o) FW_NONNULL_ALL;
struct record_set *record_set_new(uint16_t type, bool alias, uint32_t ttl, size_t n) FW_RETURNS_NONNULL;
/* Takes data: s replaces the set of its type; NULL takes that type out. */
void owner_set_replace(struct store *st, struct owner *o, uint16_t type, struct record_set *s);

/* OWNER_CUT, OWNER_DNAME: what its data says of names below it. */
unsigned owner_hiding(const struct owner *o) FW_NONNULL_ALL;
/* Its place in the change at hand; valid until another zone is looked at. */
struct zone_work *zone_work_of(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* Marks for compilation. */
void owner_touch(struct store *st, struct owner *o) FW_NONNULL_ALL;
void owner_touch_below(struct store *st, struct owner *o) FW_NONNULL_ALL; /* and itself */

#endif
