/* Inside of zones/: the SQL of zones, and what writing functions share. */
#ifndef FW_ZONES_ZONE_DB_H
#define FW_ZONES_ZONE_DB_H

#include "dns/rrset.h"
#include "zones/zone.h"

/* fn in the caller's transaction where there is one, else in its own. */
enum status zone_transaction(struct db *db, enum status (*fn)(struct db *db, void *ctx, struct error *e), void *ctx,
    struct error *e) FW_MUST_CHECK;

/* Live zones, any account: NOT_FOUND without text. */
enum status zone_db_find(
    struct db *db, struct arena *a, struct str name, struct zone *zone_r, struct error *e) FW_MUST_CHECK;
enum status zone_db_find_id(
    struct db *db, struct arena *a, int64_t id, struct zone *zone_r, struct error *e) FW_MUST_CHECK;
/* The same, without the name servers (ns), and with an exclusive lock on the row until the transaction ends. */
enum status zone_db_lock(
    struct db *db, struct arena *a, int64_t id, struct zone *zone_r, struct error *e) FW_MUST_CHECK;
enum status zone_db_list(struct db *db, struct arena *a, int64_t account_id, struct str after_key, size_t limit,
    struct zone_list *list_r, struct error *e) FW_MUST_CHECK;
/* EXISTS when there is a live one of that name. z->id is set. */
enum status zone_db_insert(struct db *db, struct arena *a, struct zone *z, struct error *e) FW_MUST_CHECK;
/* Version, serial, rrsets and changed; changed never goes back. */
enum status zone_db_update(struct db *db, const struct zone *z, struct error *e) FW_MUST_CHECK;
enum status zone_db_delete(struct db *db, const struct zone *z, time_us now, struct error *e) FW_MUST_CHECK;
/* Is there a live zone of another account at this name, or strictly below it? Locking reads. */
enum status zone_db_foreign_at(
    struct db *db, struct arena *a, struct str name, int64_t account_id, bool *yes_r, struct error *e) FW_MUST_CHECK;
enum status zone_db_foreign_below(struct db *db, struct arena *a, const struct dns_name *name, int64_t account_id,
    bool *yes_r, struct error *e) FW_MUST_CHECK;

/* One row of rrset as it is written. */
struct rrset_row {
    struct dns_name owner; /* lowered */
    uint16_t type;
    uint32_t ttl;
    struct str packed; /* empty for an alias */
    struct dns_name alias_owner; /* lowered; len 0: not an alias */
    int64_t alias_zone_id; /* 0: of an alias, its target is elsewhere */
};
static inline bool row_is_alias(const struct rrset_row *row)
{
    return row->alias_owner.len > 0;
}
static inline bool row_is_external(const struct rrset_row *row)
{
    return row_is_alias(row) && row->alias_zone_id == 0;
}
enum status rrset_db_write(struct db *db, struct arena *a, int64_t zone_id, int64_t version,
    const struct rrset_row *row, struct error *e) FW_MUST_CHECK;
/* Leaves a tombstone. */
enum status rrset_db_delete(struct db *db, int64_t zone_id, int64_t version, const struct dns_name *owner,
    uint16_t type, struct error *e) FW_MUST_CHECK;
enum status zone_change_db_insert(struct db *db, const struct zone *z, int64_t account_id, time_us submitted,
    size_t changes, struct str comment, int64_t *id_r, struct error *e) FW_MUST_CHECK;

#endif
