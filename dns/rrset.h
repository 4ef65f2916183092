/* RRsets: all records of one owner, type and class, with one TTL (RFC 2181 §5). It is the unit of
 * data everywhere: stored as one row, changed as one thing, fed to the name servers, put into answers whole.
 *
 * rdata[] is good, uncompressed wire in canonical order without duplicates (RFC 4034 §6.3), so two RRsets are
 * the same exactly when their packed bytes are (but for the case of letters). An RRset and its
 * bytes live in one arena. The limits keep every RRset answerable in one message over TCP.
 */
#ifndef FW_DNS_RRSET_H
#define FW_DNS_RRSET_H

#include "dns/rdata.h"

#define DNS_RRSET_MAX 1000 /* records */
#define DNS_RRSET_BYTES_MAX 60000 /* sum over records of 12 + RDATA: an answer's share with compressed owner */
#define DNS_PACKED_MAX DNS_RRSET_BYTES_MAX
#define DNS_TTL_MAX 2147483647u /* RFC 2181 §8 */

struct dns_rrset {
    struct dns_name owner;
    uint16_t type, class_;
    uint32_t ttl;
    size_t n;
    struct str *rdata;
    size_t cap; /* room in rdata[] that dns_rrset_add may use; 0 when somebody else made the array */
};

/* Empty, class IN. */
void dns_rrset_init(struct dns_rrset *set, const struct dns_name *owner, uint16_t type, uint32_t ttl) FW_NONNULL_ALL;
/* A set of its own with the same records (the bytes are shared): assignment shares rdata[], so copy before adding. */
void dns_rrset_copy(struct arena *a, const struct dns_rrset *from, struct dns_rrset *to_r) FW_NONNULL_ALL;
/* Puts a copy of one record in its place. The same record again changes nothing. INVALID "rdata-malformed",
 * "rrset-singleton", "rrset-too-large". */
enum status dns_rrset_add(
    struct arena *a, struct dns_rrset *set, struct str rdata, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* From presentation text: dns_rdata_parse + dns_rrset_add. */
enum status dns_rrset_add_text(struct arena *a, struct dns_rrset *set, struct str text, const struct dns_name *origin,
    struct error *e) FW_MUST_CHECK;
/* Takes the record out; false when it was not there. */
bool dns_rrset_remove(struct dns_rrset *set, struct str rdata) FW_NONNULL_ALL;
bool dns_rrset_has(const struct dns_rrset *set, struct str rdata) FW_NONNULL_ALL;
bool dns_rrset_same_data(const struct dns_rrset *a, const struct dns_rrset *b) FW_NONNULL_ALL;
/* Owner, type, class, TTL and data. */
bool dns_rrset_equal(const struct dns_rrset *a, const struct dns_rrset *b) FW_NONNULL_ALL;
/* Owner in canonical order, then SOA, NS, then by type code: the order of master files. */
int dns_rrset_compare(const struct dns_rrset *a, const struct dns_rrset *b) FW_NONNULL_ALL;

/* The same order for keys without records. */
int dns_rrset_key_compare(
    const struct dns_name *a, uint16_t a_type, const struct dns_name *b, uint16_t b_type) FW_NONNULL_ALL;

/* The form for storage: u16 length + RDATA, again and again. At most DNS_PACKED_MAX bytes. */
void dns_rrset_pack(struct buf *out, const struct dns_rrset *set) FW_NONNULL_ALL;
/* Into set (owner, type, ttl given through dns_rrset_init before). Copies. Refuses whatever dns_rrset_pack would not
 * have written, order included: INVALID "packed-malformed", "rdata-malformed", "rrset-singleton", "rrset-too-large". */
enum status dns_rrset_unpack(
    struct arena *a, struct dns_rrset *set, struct str packed, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* Presentation lines "owner ttl IN type rdata\n", absolute. */
void dns_rrset_write(struct buf *out, const struct dns_rrset *set) FW_NONNULL_ALL;

#endif
