/* A zone as a master file (RFC 1035 §5), through dns/master.h.
 *
 * An alias has no form there. It is shown as a comment, "; alias: www.shop.example. A -> target.example.", which a
 * person can read; or flattened, as the addresses that the target has now.
 */
#ifndef FW_ZONES_EXPORT_H
#define FW_ZONES_EXPORT_H

#include "zones/zone.h"

enum export_alias { EXPORT_ALIAS_COMMENT, EXPORT_ALIAS_FLATTEN };

/* One consistent version of the zone, which a comment in the first line names. NOT_FOUND "zone"; INVALID
 * "export-too-large" when out's maximum was passed. A flattened alias whose target has gone is a comment that says
 * so. */
enum status zone_export(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, enum export_alias alias,
    struct buf *out, struct error *e) FW_MUST_CHECK;

#endif
