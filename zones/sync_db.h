/* Inside of zones/: the SQL of zones/sync.h. */
#ifndef FW_ZONES_SYNC_DB_H
#define FW_ZONES_SYNC_DB_H

#include "zones/change.h"
#include "zones/sync.h"

/* The servers of a live zone and its version; NOT_FOUND without text. */
enum status sync_db_servers(struct db *db, struct arena *a, int64_t zone_id, struct zone_server **servers_r,
    size_t *n_r, int64_t *version_r, struct error *e) FW_MUST_CHECK;
/* notify_addr of the zone's servers, deleted zones too. */
enum status sync_db_notify(
    struct db *db, struct arena *a, int64_t zone_id, struct str **addrs_r, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* All but insync. NOT_FOUND without text. */
enum status sync_db_change(struct db *db, struct arena *a, int64_t change_id, int64_t account_id,
    struct change_info *info_r, struct error *e) FW_MUST_CHECK;

#endif
