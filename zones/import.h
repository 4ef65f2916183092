/* A master file becomes a zone: all of it, or nothing.
 *
 * The zone is made where the account has none of that name, and is afterwards what the file says: in one transaction,
 * as one version, with only those RRsets written that differ. A file that changes nothing leaves the zone
 * as it is, without a new version, so that an import may be repeated. The name servers are woken once.
 *
 * What a file does not decide:
 *   - NS of the zone itself: the zone keeps its own four (done->ns_ignored says that the file had others)
 *   - SOA: the zone keeps its own with the next serial; keep_soa takes all fields of the file's. Then the serial is the
 *     file's where that is newer (RFC 1982), else the next one; it never goes back
 *   - aliases have no form in master files; the comment lines that zone_export writes for them are read:
 *       ; alias: www.shop.example. A -> target.example.
 *       ; alias: www.shop.example. A -> lb.example.net. (elsewhere)
 *     one without that word leads to a zone that is hosted here by then, or is an error "alias-not-hosted"
 *
 * A file that would be wrong to serve is refused with every error, by file and line, in the report: what dns/master.h
 * finds, the rules of zones/change.h, and here
 *   error     "glue-missing"       the name server of a delegation is below it and has no address in the file
 *   error     "ns-no-address"      … is elsewhere in the zone, which has no address for it
 *   warning   "target-no-address"  MX or SRV points to a name of the zone that has no address
 *   warning   "target-cname"       NS, MX or SRV points to a CNAME (RFC 2181 §10.3)
 * The limits of one change set (operations, bytes) do not hold here, nor does the zone's number of record sets, which
 * is raised: an import is an operator's.
 *
 * Memory: about 150 bytes a record beside its name and data, all in the caller's arena.
 */
#ifndef FW_ZONES_IMPORT_H
#define FW_ZONES_IMPORT_H

#include "dns/master.h"
#include "zones/zone.h"

#define ZONE_IMPORT_BYTES_MAX ((size_t)1 << 30)
#define ZONE_IMPORT_RECORDS_MAX ((size_t)10000000)
#define ZONE_IMPORT_ARENA_MAX ((size_t)64 << 30) /* the caller's arena must allow what such a file needs */

struct zone_import_options {
    int64_t account_id; /* not ZONE_ANY_ACCOUNT */
    int64_t delegation_set_id; /* for a zone that is made; 0: draw one */
    bool keep_soa;
    bool dry_run; /* all of it, and then undone; other zones can be made only when that has ended */
    size_t bytes_max, records_max; /* 0: the limits above */
    struct str file; /* what messages call it; STR_NULL: lines alone */
    enum status (*include)(
        void *ctx, struct str from, struct str name, struct str *file_r, struct str *text_r, struct error *e);
    void *include_ctx;
    /* NULL, or: each RRset that is added ('+'), changed ('=') or deleted ('-'). Again from the start where the transaction
     * is run again, so of use with dry_run, which is not. */
    void (*show)(void *ctx, char sign, const struct dns_name *owner, uint16_t type);
    void *show_ctx;
};

struct zone_import_done {
    int64_t zone_id, version;
    uint32_t serial;
    bool created, changed; /* neither: it was so already */
    bool ns_ignored;
    size_t records, rrsets; /* of the file, without SOA and NS of the zone */
    size_t added, differing, removed; /* RRsets */
};

/* Errors: INVALID "master-errors" and all of them in the report; else as zone_create and zone_change_commit. report:
 * begun by the caller; it may hold warnings where the result is OK. now: as the change's time. */
enum status zone_import(struct db *db, struct arena *a, struct str origin, struct str text,
    const struct zone_import_options *o, time_us now, struct dns_master_report *report, struct zone_import_done *done_r,
    struct error *e) FW_MUST_CHECK;

#endif
