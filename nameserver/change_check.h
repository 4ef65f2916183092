/* Would the zone be right to serve after this change? Looks, and changes nothing. */
#ifndef FW_NAMESERVER_CHANGE_CHECK_H
#define FW_NAMESERVER_CHANGE_CHECK_H

#include "nameserver/store.h"

/* z: as it is served now; NULL: not yet. Brings the rows into order of owner and type. INVALID "bad-row" (a name or data
 * that is malformed, or outside of the zone), "no-soa", "cname-beside-data", "too-many-types". */
enum status change_check(struct store *st, struct zone *z, const struct change *c, struct error *e) FW_MUST_CHECK;

#endif
