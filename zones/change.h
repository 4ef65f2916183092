/* Changing a zone: a change set is begun, filled, and committed or dropped.
 *
 *   struct zone_change *c = zone_change_begin(a, &zone, account_id);
 *   TRY(zone_change_set(c, &www, e));
 *   TRY(zone_change_delete(c, &old, e));
 *   TRY(zone_change_commit(c, db, now, &done, e));
 *
 * Filling checks what needs no database: names, types, TTL, values, limits; errors say which record and which field.
 * Nothing is written before the commit, so a change set that is not committed needs no abort: it goes with its arena.
 *
 * The commit is one transaction under a lock on the zone's row. It applies the operations in the order they were
 * added, checks the zone as it will be, and writes: the RRsets, the SOA with the next serial, the zone's next
 * version, and a zone_change row. Either all is there or nothing. Two change sets on one zone come one
 * behind the other, the later one against what the earlier one left. Run again as a whole when the database asks
 * for it (deadlock). A change set that changes nothing (all values are there already) is still a version.
 *
 * Rules for the zone as it will be (RFC in brackets):
 *   - owners are in the zone; class IN; types of dns/type.h that may stand in a zone
 *   - CNAME stands alone at its owner [1034 §3.6.2], and never at the apex
 *   - the apex has SOA (one record; its serial is ours) and NS; neither can go
 *   - NS below the apex makes a delegation: at its owner only NS, DS and glue addresses, below it only glue
 * addresses;
 *     NS never at a wildcard [4592 §4.2]; no alias at or below it; DS only beside NS [4035 §2.4]
 *   - nothing stands below a DNAME [6672 §2.4], and it leads neither to itself nor below
 *   - MX, NS and SRV point to host names; at most 100 records an RRset; TTL 0..2147483647 [2181 §8]
 *   - an alias is of any type but NS, SOA and DNAME; its target exists, as itself or through a wildcard, has that type, and
 *     is in a zone hosted here; or, of type A or AAAA, the target is a host elsewhere: a name of two labels or more in no
 *     zone hosted here, or said to be external and not in this zone; at most 100 of those a zone; a chain of aliases
 *     ends, after at most 8 steps, counted over all zones and from its most distant end
 * A record that others alias to may be deleted: they then answer that there is no such data.
 */
#ifndef FW_ZONES_CHANGE_H
#define FW_ZONES_CHANGE_H

#include "zones/records.h"

#define ZONE_CHANGES_MAX 1000 /* operations in a change set */
#define ZONE_CHANGE_BYTES_MAX 32000 /* RDATA bytes over all its operations */
#define ZONE_RRSET_RECORDS_MAX 100
#define ZONE_ALIAS_DEPTH_MAX 8
#define ZONE_EXTERNAL_MAX 100 /* aliases to names elsewhere in a zone */
#define ZONE_CHANGE_COMMENT_MAX 256 /* characters */

struct zone_change; /* lives in the arena */

struct zone_change_done {
    int64_t id; /* for change_status */
    int64_t zone_id;
    int64_t version; /* the zone's, with this change in */
    uint32_t serial;
    time_us submitted;
};

/* zone: from zone_find and its like; copied. Whether it is still there, and the account's, the commit looks at. */
struct zone_change *zone_change_begin(
    struct arena *a, const struct zone *zone, int64_t account_id) FW_RETURNS_NONNULL FW_NONNULL_ALL;
/* The commit is CONFLICT "zone-version" unless the zone is at this version. */
void zone_change_expect(struct zone_change *c, int64_t version);
/* INVALID "change-comment" when too long or not UTF-8. */
enum status zone_change_comment(struct zone_change *c, struct str comment, struct error *e) FW_MUST_CHECK;

/* Each takes a copy. Errors, INVALID: "record-outside", "record-type", "record-ttl", "record-values",
 * "record-duplicate", "record-host", "change-too-many", "change-too-large", "alias-type", "alias-values", "alias-inside",
 * "cname-apex", "cname-self", "dname-self", "soa-not-apex", "ns-wildcard", and the codes of names and
 * RDATA. Refused by the commit: add EXISTS "record-exists"; delete NOT_FOUND "record", CONFLICT "record-differs". */
enum status zone_change_add(struct zone_change *c, const struct record_set *set, struct error *e) FW_MUST_CHECK;
enum status zone_change_set(struct zone_change *c, const struct record_set *set, struct error *e) FW_MUST_CHECK;
/* The record set must be there exactly so: TTL and values, or alias target. */
enum status zone_change_delete(struct zone_change *c, const struct record_set *old, struct error *e) FW_MUST_CHECK;
/* Whatever its value. missing_ok: and not there is fine too. */
enum status zone_change_delete_any(
    struct zone_change *c, struct str name, struct str type, bool missing_ok, struct error *e) FW_MUST_CHECK;
/* An RRset that is at hand in wire form (imports, generated zones). */
enum status zone_change_set_rrset(struct zone_change *c, const struct dns_rrset *set, struct error *e) FW_MUST_CHECK;
size_t zone_change_count(const struct zone_change *c);

/* Refusals of the zone as it will be, INVALID: "cname-beside", "apex-required", "below-delegation", "below-dname", "at-delegation",
 * "ds-without-ns", "zone-too-large", "alias-loop", "alias-too-deep", "alias-target-missing", "alias-not-hosted",
 * "alias-target-host", "alias-too-many";
 * INVALID "change-empty"; NOT_FOUND "zone"; CONFLICT as above; UNCERTAIN when the connection broke during the
 * commit (look at the zone's version). */
enum status zone_change_commit(
    struct zone_change *c, struct db *db, time_us now, struct zone_change_done *done_r, struct error *e) FW_MUST_CHECK;

/* What became of a committed change set. */
struct change_info {
    int64_t id, zone_id, version;
    time_us submitted;
    struct str comment;
    bool insync; /* every name server that serves the zone answers with this version or a later one */
};
/* NOT_FOUND "change". A change of a zone deleted since counts as in sync. */
enum status change_status(struct db *db, struct arena *a, int64_t change_id, int64_t account_id,
    struct change_info *info_r, struct error *e) FW_MUST_CHECK;

#endif
