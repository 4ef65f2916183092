/* A name as bytes that sort, byte by byte, in the canonical order of RFC 4034 §6.1, for index columns.
 *
 * Labels from right to left, lowered, each ended by a zero byte; inside a label 0 is written 1 1 and 1 is
 * written 1 2. Everything at or below a name is then exactly the keys that begin with its key: a range.
 */
#ifndef FW_ZONES_SORT_H
#define FW_ZONES_SORT_H

#include "dns/name.h"

#define SORT_KEY_MAX 512

/* Borrowed from a. The root's key is empty. */
struct str sort_key(struct arena *a, const struct dns_name *name);
/* The first key behind everything at or below the name (as an upper, exclusive bound). */
struct str sort_key_end(struct arena *a, const struct dns_name *name);

#endif
