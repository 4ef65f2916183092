/* Inside of zones/: the rows of an export. */
#ifndef FW_ZONES_EXPORT_DB_H
#define FW_ZONES_EXPORT_DB_H

#include "zones/records_impl.h"

/* All live rows, of one version, in order of names and types. fn's row lives until it returns. */
enum status export_db_each(struct db *db, int64_t zone_id,
    enum status (*fn)(void *ctx, const struct rrset_row *row, int64_t version, struct error *e), void *ctx,
    struct error *e) FW_MUST_CHECK;
/* Those that are aliases. */
enum status export_db_aliases(struct db *db, struct arena *a, int64_t zone_id, struct rrset_row **rows_r, size_t *n_r,
    struct error *e) FW_MUST_CHECK;
/* Whether there is a record at the name or below it. */
enum status export_db_exists(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *name,
    bool *exists_r, struct error *e) FW_MUST_CHECK;

#endif
