/* Master files (RFC 1035 §5, RFC 2308 §4 for $TTL): writing a zone out, and reading one in.
 *
 * The writer gives one RRset after another: $ORIGIN and $TTL, the apex first with SOA in front, then
 * canonical order, names relative to the origin, so that two exports of the same zone are the same bytes.
 *
 * The reader takes what people and other servers write: comments, parentheses, quotes, escapes, owner left
 * out, class and TTL in either order, $ORIGIN, $TTL (periods like 1h30m too), RFC 3597 types. $INCLUDE and
 * $GENERATE are refused by name. Every error has the line number, in the text ("line 12: MX preference: …").
 */
#ifndef FW_DNS_MASTER_H
#define FW_DNS_MASTER_H

#include "dns/rrset.h"

#define DNS_MASTER_BYTES_MAX ((size_t)32 << 20)
#define DNS_MASTER_RECORDS_MAX 100000 /* about 300 bytes of arena for each */

/* Sorts sets in place (dns_rrset_compare, apex first) and writes them. Class IN. */
void dns_master_write(struct buf *out, const struct dns_name *origin, struct dns_rrset *sets, size_t n) FW_NONNULL_ALL;

struct dns_master_record {
    struct dns_name owner;
    uint16_t type;
    uint32_t ttl;
    struct str rdata;
    unsigned line;
};
struct dns_master_options {
    const struct dns_name *origin; /* the zone; owners outside of it are errors */
    uint32_t default_ttl; /* until a $TTL or a record's TTL; 0: a record without one is an error unless SOA gives it */
    size_t bytes_max; /* 0: DNS_MASTER_BYTES_MAX */
    size_t records_max; /* 0: DNS_MASTER_RECORDS_MAX */
};

/* One call per record in file order; what record() returns other than OK stops the reading, prefixed with the
 * line. INVALID "master-syntax", "master-directive", "master-class", "master-ttl", "master-type", "master-out-of-zone",
 * "master-too-large", "master-too-many", or the codes of names, tokens and RDATA. */
enum status dns_master_scan(struct arena *a, struct str text, const struct dns_master_options *options,
    enum status (*record)(void *ctx, const struct dns_master_record *r, struct error *e), void *ctx,
    struct error *e) FW_MUST_CHECK;

/* All records as RRsets in the writer's order. Records of one RRset with different TTLs are an error
 * "master-ttl-mismatch" (RFC 2181 §5.2); the same record twice is one. Says nothing of what a zone needs (SOA, CNAME beside other
 * data): that is for zones/. */
enum status dns_master_read(struct arena *a, struct str text, const struct dns_master_options *options,
    struct dns_rrset **sets_r, size_t *n_r, struct error *e) FW_MUST_CHECK;

#endif
