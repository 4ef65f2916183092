/* What the answers of a batch will read, fetched into the cache beforehand.
 *
 * At many zones nearly everything that an answer is made from stands in memory that no cache holds, and each look waits for
 * the one before: slot, image, tail; for a name that is not there the slot of its encloser, that image, then the zone's
 * SOA or the wildcard's slot and image. One question would wait for each in turn. Over a batch, all waits of one kind
 * are begun together, and are over when the first result is looked at.
 *
 * Nothing here decides: a guess (a tag that fits by chance, an encloser further up) costs a line of cache, and
 * the answer is found by query_answer as if nobody had looked. */
#ifndef FW_NAMESERVER_AHEAD_H
#define FW_NAMESERVER_AHEAD_H

#include "nameserver/query.h"

#define AHEAD_MAX 64 /* queries at once */

/* n <= AHEAD_MAX prepared queries, of a view that is taken. */
void ahead_fetch(const struct query_view *v, const struct query *q, unsigned n) FW_NONNULL_ALL;

#endif
