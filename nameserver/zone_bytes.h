/* Zones and changes as bytes: what the snapshot and the change log are made of. All numbers in network order.
 *
 * zone    id (8) · version (8) · name length (1) · name · rows (4) · rows
 * row     owner length (1) · owner · type (2) · flags (1) · TTL (4) · data length (4) · data (an alias: zone id, target name)
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
void out_zone(struct bytes_out *o, const struct zone *z) FW_NONNULL_ALL;
void out_change(struct bytes_out *o, const struct change *c) FW_NONNULL_ALL;

/* ---- reading ------------------------------------------------------------------------------------- */

struct cursor {
    const uint8_t *p, *end;
    bool bad; /* more was asked for than is there, or it cannot be */
};

/* NULL, and bad, where so much is not left. */
const uint8_t *cursor_take(struct cursor *c, size_t n) FW_NONNULL_ALL;
uint64_t cursor_number(struct cursor *c, unsigned bytes) FW_NONNULL_ALL;
/* One zone or change; rows are borrowed from the bytes. a NULL: only walks over it, which is how to learn that all of it is
 * there before memory is taken for its rows. */
void cursor_change(struct cursor *c, struct arena *a, struct change *change_r);

#endif
