/* A zone as a master file (RFC 1035 §5), through dns/master.h.
 *
 * An alias has no form there. It is shown as a comment, "; alias: www.shop.example. A -> target.example.", which a
 * person can read, other servers ignore, and zone_import reads back; or flattened, as the addresses that the target
 * has now (with a comment that zone_import leaves alone).
 *
 * One statement reads the zone, so what comes is one version, which a comment in the first line names. Rows are
 * written as they come: the memory does not grow with the zone.
 */
#ifndef FW_ZONES_EXPORT_H
#define FW_ZONES_EXPORT_H

#include "zones/zone.h"

enum export_alias { EXPORT_ALIAS_COMMENT, EXPORT_ALIAS_FLATTEN };

/* Piece by piece; write() gets whole lines, and ends the export with what it returns other than OK. It must not use
 * db. Errors: NOT_FOUND "zone", and write()'s. A flattened alias whose target has gone is a comment that says so. */
enum status zone_export_to(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, enum export_alias alias,
    enum status (*write)(void *ctx, struct str lines, struct error *e), void *ctx, struct error *e) FW_MUST_CHECK;
/* All of it. INVALID "export-too-large" when out's maximum was passed. */
enum status zone_export(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, enum export_alias alias,
    struct buf *out, struct error *e) FW_MUST_CHECK;

#endif
