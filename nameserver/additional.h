/* Addresses of the hosts that an answer's records point to, in its additional section; for servers whose operator has asked
 * for them (`minimal-responses no`). Resolvers ask for what they need, so by default nobody pays for this.
 *
 *   - NS, MX, SRV (RFC 2782): A and AAAA of the targets.
 *   - SVCB, HTTPS (RFC 9460 §4.1): of a service its target's addresses, "." being the record's own name; of an alias the
 *     target's records of the same type too, and on from there, ADDITIONAL_ALIASES_MAX times.
 *   - Only data that zones served here answer for with authority: no glue, nothing behind a CNAME.
 *   - All of it may be left out. ADDITIONAL_TARGETS_MAX targets and ADDITIONAL_BYTES_MAX bytes in an answer; what is over
 *     that is left out already here, since these bytes are held for each such answer. */
#ifndef FW_NAMESERVER_ADDITIONAL_H
#define FW_NAMESERVER_ADDITIONAL_H

#include "nameserver/tail.h"

#define ADDITIONAL_TARGETS_MAX 16
#define ADDITIONAL_BYTES_MAX 1024
#define ADDITIONAL_ALIASES_MAX 4

/* Behind the answer, which is whole: data as it stands there, under `name` (TAIL_ASKED), whose owner is at. Registers, for
 * `whom`, every name that was looked at. Does nothing where answers are minimal. */
void additional_put(struct store *st, struct owner *whom, struct tail_writer *w, struct str name,
    const struct owner *at, const struct record_set *data) FW_NONNULL_ALL;

#endif
