/* Zones and changes as bytes: what the snapshot and the change log are made of. All numbers in network order.
 *
 * zone    id (8) · version (8) · name length (1) · name · rows (4) · rows
 * row     length (1) · labels of the owner in front of the zone's name · type (2) · flags (1) · TTL (4) · data length (4) · data
 *         (an alias: zone id, target name)
 *
 * A change is written like a zone, with the rows it brings. Who reads must have held checksums against the bytes; the
 * reader still believes no length or count. */
#ifndef FW_NAMESERVER_ZONE_BYTES_H
#define FW_NAMESERVER_ZONE_BYTES_H

#include "nameserver/store.h"

#define BYTES_ROWS_MAX 20000000u

enum row_flag { ROW_ALIAS = 1, ROW_DELETED = 2 };

/* ---- writing ------------------------------------------------------------------------------------- */

/* Grows as needed; p is given back with bytes_out_clear. */
struct bytes_out {
    uint8_t *p;
    size_t n, cap;
};

void bytes_out_clear(struct bytes_out *o) FW_NONNULL_ALL;
void out_put(struct bytes_out *o, const void *p, size_t n) FW_NONNULL_ALL;
void out_number(struct bytes_out *o, uint64_t v, unsigned bytes) FW_NONNULL_ALL;
/* All rows of an open zone, without the head. */
void out_rows(struct bytes_out *o, const struct zone *z) FW_NONNULL_ALL;
/* A zone, open or packed. */
void out_zone(struct bytes_out *o, const struct zone *z) FW_NONNULL_ALL;
void out_change(struct bytes_out *o, const struct change *c) FW_NONNULL_ALL;

/* ---- reading ------------------------------------------------------------------------------------- */

struct cursor {
    const uint8_t *p, *end;
    bool bad; /* more was asked for than is there, or it cannot be */
};

/* NULL, and bad, where so much is not left. */
const uint8_t *cursor_take(struct cursor *c, size_t n) FW_NONNULL_ALL;
struct str cursor_str(struct cursor *c, size_t n) FW_NONNULL_ALL; /* empty where so much is not left */
uint64_t cursor_number(struct cursor *c, unsigned bytes) FW_NONNULL_ALL;
struct row {
    struct str labels; /* of the owner in front of the zone's name, well-formed */
    uint16_t type;
    bool alias, deleted;
    uint32_t ttl;
    struct str data; /* of an alias at least the zone id */
};

/* zone_len: of the zone's name, with which the owner must not be too long. */
void cursor_row(struct cursor *c, size_t zone_len, struct row *r) FW_NONNULL_ALL;
/* The owner's whole name, into DNS_NAME_MAX bytes; its length. */
size_t row_owner(const struct row *r, struct str zone, uint8_t *wire_r) FW_NONNULL_ALL;
/* The head of a zone or change: all but its rows, of which there are change_r->n. */
void cursor_head(struct cursor *c, struct change *change_r) FW_NONNULL_ALL;
/* One zone or change; rows are borrowed from the bytes. a NULL: only walks over it, which is how to learn that all of it is
 * there before memory is taken for its rows. */
void cursor_change(struct cursor *c, struct arena *a, struct change *change_r);

#endif
