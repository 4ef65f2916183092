/* Inside of zones/: record sets between text, RRsets and rows. */
#ifndef FW_ZONES_RECORDS_IMPL_H
#define FW_ZONES_RECORDS_IMPL_H

#include "zones/records.h"
#include "zones/zone_db.h"

/* "www.shop.example A", for messages. */
struct str record_label(struct arena *a, const struct dns_name *owner, uint16_t type);
/* Owner and type of a record set into an empty RRset with a lowered owner. INVALID "record-outside",
 * "record-type". */
enum status record_head_parse(const struct dns_name *apex, struct str name, struct str type, struct arena *a,
    struct dns_rrset *rrset_r, struct error *e) FW_MUST_CHECK;

/* A row as it is read. */
struct record_row {
    struct rrset_row set;
    struct str alias_zone; /* name of the alias's zone; STR_NULL when it is gone */
};
struct record_set record_of_row(struct arena *a, const struct record_row *row);
struct dns_rrset rrset_of_row(struct arena *a, const struct rrset_row *row);

struct record_rows {
    struct record_row *items;
    size_t n;
    bool found; /* there is such a zone, of that account */
    int64_t version;
    struct str zone_name;
};
/* Live rows behind (key, type), in order of sort key and type; at most limit. All of one version. */
enum status record_db_rows(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, struct str key,
    uint16_t type, size_t limit, struct record_rows *rows_r, struct error *e) FW_MUST_CHECK;
/* One live RRset of a live zone; NOT_FOUND without text. */
enum status record_db_find(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *owner, uint16_t type,
    struct record_row *row_r, struct error *e) FW_MUST_CHECK;

#endif
