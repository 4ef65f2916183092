/* Hosted zones.
 *
 * A zone is a name that we answer for: a row with a version, a set of RRsets, and a delegation set of four name
 * servers. The registrar makes one for each domain it registers, customers may make more; the name servers read
 * the tables (sql/0020_zones.sql) and never include this folder. Records change through zones/change.h only.
 *
 * The version counts changes, from 1; the SOA serial goes along with it (RFC 1982). A live zone's name is
 * unique over all accounts, and zones of different accounts never lie one inside the other: whoever made
 * www.shop.example beside somebody else's shop.example would take answers away from it.
 *
 * Names are text as stored: A-labels, lower case, no final dot. account_id ZONE_ANY_ACCOUNT skips the check of the
 * owner and is for our own processes; with an account, a zone of another one is NOT_FOUND.
 *
 * Every function that writes joins the caller's transaction where there is one (then any error means: abort it,
 * and call zone_wake after the commit), or makes its own and wakes the name servers itself.
 */
#ifndef FW_ZONES_ZONE_H
#define FW_ZONES_ZONE_H

#include "base/clock.h"
#include "base/db.h"
#include "dns/name.h"

#define ZONE_ANY_ACCOUNT INT64_C(0)
#define ZONE_NS_COUNT 4
#define ZONE_NS_TTL 172800 /* of the apex NS RRset */
#define ZONE_SOA_TTL 900 /* bounds negative caching, RFC 2308 §5 */
#define ZONE_RRSETS_MAX 10000
#define ZONE_NAME_TEXT_MAX 253 /* letters of the longest name without its final dot */

struct zone {
    int64_t id, account_id, delegation_set_id;
    int64_t version;
    uint32_t serial;
    struct str name;
    struct dns_name apex;
    struct str ns[ZONE_NS_COUNT]; /* host names, column 0 first */
    int64_t rrsets, rrsets_max;
    time_us created, changed;
};

struct zone_list {
    struct zone *items;
    size_t n;
    bool more; /* there are zones behind the last item: ask again with its name as `after` */
};

struct delegation_set; /* zones/delegation.h */
struct zone_new {
    int64_t account_id; /* the owner; not ZONE_ANY_ACCOUNT */
    struct str name; /* text, any case, with or without the final dot */
    int64_t delegation_set_id; /* a reusable set of the account; 0: draw a new one */
    /* Or one that was drawn before: whoever creates in a long transaction draws ahead of it, since all draws everywhere
     * wait for one that is not committed. NULL: none. */
    const struct delegation_set *drawn;
    struct str rname; /* mailbox of the SOA as a name; STR_NULL: hostmaster.<domain of the first name server> */
    int64_t rrsets_max; /* 0: ZONE_RRSETS_MAX */
};

/* Makes the zone with apex SOA and NS, version 1, serial 1. Idempotent: where the account has a live zone of that
 * name, gives it (*created_r false; may be NULL). INVALID "zone-name" (not two or more labels of letters, digits,
 * '-', '_', '/'); DENIED "zone-taken" (the name, one above, or one below belongs to another account); NOT_FOUND
 * "delegation-set"; CONFLICT "zone-delegation-set" (exists with another set); UNAVAILABLE "delegation-pool". */
enum status zone_create(struct db *db, struct arena *a, const struct zone_new *n, time_us now, struct zone *zone_r,
    bool *created_r, struct error *e) FW_MUST_CHECK;

/* Live zones only. NOT_FOUND "zone". name as in zone_new. */
enum status zone_find(struct db *db, struct arena *a, struct str name, int64_t account_id, struct zone *zone_r,
    struct error *e) FW_MUST_CHECK;
enum status zone_find_id(
    struct db *db, struct arena *a, int64_t id, int64_t account_id, struct zone *zone_r, struct error *e) FW_MUST_CHECK;
/* The live zone closest above (or at) a name. NOT_FOUND "zone". */
enum status zone_find_enclosing(struct db *db, struct arena *a, const struct dns_name *name, int64_t account_id,
    struct zone *zone_r, struct error *e) FW_MUST_CHECK;

#define ZONE_LIST_MAX 1000
/* In canonical order of names (example, a.example, b.example), from behind `after` (STR_NULL: the start).
 * limit: 1..ZONE_LIST_MAX. */
enum status zone_list(struct db *db, struct arena *a, int64_t account_id, struct str after, size_t limit,
    struct zone_list *list_r, struct error *e) FW_MUST_CHECK;

/* The zone stops answering; its name is free again. Refused with CONFLICT "zone-not-empty" while it has records
 * besides the apex SOA and NS, unless forced. A zone deleted already is NOT_FOUND. */
enum status zone_delete(
    struct db *db, int64_t id, int64_t account_id, bool force, time_us now, struct error *e) FW_MUST_CHECK;

/* Checks and lowers a zone's name. INVALID "zone-name". text_r (borrowed from a) and apex_r may be NULL. */
enum status zone_name_parse(
    struct arena *a, struct str text, struct str *text_r, struct dns_name *apex_r, struct error *e) FW_MUST_CHECK;

#endif
