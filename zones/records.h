/* Record sets as people and programs outside see them, and reading a zone's.
 *
 * A struct record_set is an RRset as text, or an alias. It is the form in which the pages, the command line and the
 * APIs show records and hand changes in (zones/change.h), so that what was read can be changed and handed back.
 *
 * An alias (of any type but NS, SOA and DNAME; the apex included) has no data of its own: asked for, it answers with the
 * records and the TTL that the target's RRset of the same type has at that time (nameserver/alias.h). The target is a
 * name in a zone hosted here, or, for A and AAAA, a host elsewhere (external), which the name servers resolve and keep resolving
 * (nameserver/external.h). Which it is is decided when the alias is set: a target that no zone hosted here holds
 * is elsewhere, and stays so when such a zone appears later, whose owner may be anybody.
 */
#ifndef FW_ZONES_RECORDS_H
#define FW_ZONES_RECORDS_H

#include "dns/rrset.h"
#include "zones/zone.h"

struct record_set {
    struct str name; /* absolute; read: lowered, no final dot. Input: "@" is the apex, all else absolute */
    struct str type; /* "MX"; any case on input */
    int64_t ttl; /* seconds; 0 and without meaning for an alias */
    const struct str *values; /* one presentation text a record ("10 mail.example."); names in it are absolute */
    size_t values_n;
    struct str alias; /* the target's name, absolute; STR_NULL: not an alias */
    struct str alias_zone; /* on reading: the name of the target's zone; on input not looked at */
    int64_t alias_zone_id; /* on reading; input: the zone the target must be in, or 0 for the closest enclosing */
    bool alias_external; /* on reading: the target is elsewhere; input: let it be, whatever zones are hosted here */
};

struct record_list {
    struct record_set *items;
    size_t n;
    bool more; /* ask again with the last item as `after_*` */
    int64_t version; /* the zone's version that was read */
};

#define RECORD_LIST_MAX 1000
/* Where to begin: behind that record set; all STR_NULL: at the start. The record set need not exist. */
struct record_cursor {
    struct str name;
    struct str type; /* STR_NULL: in front of all types of the name */
};

/* Live record sets in canonical order of owners (the apex first), types by code. limit: 1..RECORD_LIST_MAX.
 * NOT_FOUND "zone"; INVALID "record-cursor". */
enum status record_list(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id,
    const struct record_cursor *after, size_t limit, struct record_list *list_r, struct error *e) FW_MUST_CHECK;
/* One record set. NOT_FOUND "record". */
enum status record_find(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, struct str name,
    struct str type, struct record_set *set_r, struct error *e) FW_MUST_CHECK;

/* What somebody typed for an owner on a zone's page: "", "@" → the apex; "www" → www.<zone>; a name that ends in
 * the zone's name, or in a dot, is absolute. */
struct str record_owner_complete(struct arena *a, struct str zone_name, struct str typed);
/* What somebody typed for the name a record points to, which may be anywhere: "@" → the apex; a single label without a
 * dot → a name of the zone; anything else is absolute, with or without the final dot. */
struct str record_target_complete(struct arena *a, struct str zone_name, struct str typed);
/* The owner relative to its zone: "@", "www". Outside of the zone: unchanged. */
struct str record_owner_relative(struct arena *a, struct str zone_name, struct str name);

/* Text ⇄ RRset. parse: errors are INVALID and name the record and the field ("www.shop.example A: address: …"). An
 * alias is refused here. */
enum status record_parse(struct arena *a, const struct dns_name *apex, const struct record_set *set,
    struct dns_rrset *rrset_r, struct error *e) FW_MUST_CHECK;
struct record_set record_text(struct arena *a, const struct dns_rrset *rrset);

#endif
