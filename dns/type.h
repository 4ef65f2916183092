/* Types of resource records: one table, and the only place that knows them.
 *
 * A row gives code, mnemonic, flags and the layout of RDATA; text parsing, text writing, wire checks,
 * decompression, compression and canonical form are all derived from the layout (dns/rdata.h). Adding
 * a type is adding a row to dns/type.c. Types without a row are carried as RFC 3597 says: TYPE123, \# 2 abcd.
 *
 * A layout is "kind:field kind:field …"; the field's name is what error messages say:
 *   8 16 32   unsigned number of that many bits
 *   t         32-bit period in seconds; text may also say 1h30m, 2d, 1w
 *   4 6       IPv4, IPv6 address
 *   n         name of a type of RFC 1035: compressed in messages, lowered in canonical form
 *   N         name of the later types in the lists of RFC 3597 §4 and RFC 4034 §6.2 (as RFC 6840 §5.1 mends it): written
 *             uncompressed, read compressed too, lowered in canonical form
 *   D         name of all types since: never compressed, and canonical as it stands (RFC 3597 §7)
 *   s         one character-string
 *   S         one or more character-strings up to the end
 *   g         tag: length byte and letters or digits (CAA, RFC 8659)
 *   v         the rest as one string without a length byte (CAA value)
 *   u         the same, not empty (URI, RFC 7553)
 *   x         the rest as hexadecimal, blanks allowed in text, not empty
 *   b         the rest as base64, blanks allowed in text, not empty
 *   alg       8-bit number of a DNSSEC algorithm, or its mnemonic (RFC 4034 appendix A.1)
 *   dig       8-bit number of a digest type, or its mnemonic (RFC 4034 appendix A.2)
 *   cert      16-bit certificate type, or its mnemonic (RFC 4398 §2.1)
 *   eui48 eui64   hardware address such as 00-00-5e-00-53-2a (RFC 7043)
 *   id64      64 bits as four groups of hexadecimal such as 2001:db8:1140:1000 (RFC 6742)
 *   loc       position on the Earth: all of LOC's data (RFC 1876)
 *   svcb      parameters of a service in the order of their keys (RFC 9460 §2.1), may be left out
 * What ties fields together (a digest's length to its type, parameters to each other) is in dns/rdata_rules.c.
 */
#ifndef FW_DNS_TYPE_H
#define FW_DNS_TYPE_H

#include "base/buf.h"
#include "base/str.h"

enum dns_type_code {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_HINFO = 13,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_RP = 17,
    DNS_AFSDB = 18,
    DNS_AAAA = 28,
    DNS_LOC = 29,
    DNS_SRV = 33,
    DNS_NAPTR = 35,
    DNS_KX = 36,
    DNS_CERT = 37,
    DNS_DNAME = 39,
    DNS_OPT = 41,
    DNS_DS = 43,
    DNS_SSHFP = 44,
    DNS_RRSIG = 46,
    DNS_NSEC = 47,
    DNS_DNSKEY = 48,
    DNS_DHCID = 49,
    DNS_NSEC3 = 50,
    DNS_NSEC3PARAM = 51,
    DNS_TLSA = 52,
    DNS_SMIMEA = 53,
    DNS_CDS = 59,
    DNS_CDNSKEY = 60,
    DNS_OPENPGPKEY = 61,
    DNS_CSYNC = 62,
    DNS_ZONEMD = 63,
    DNS_SVCB = 64,
    DNS_HTTPS = 65,
    DNS_SPF = 99,
    DNS_NID = 104,
    DNS_L32 = 105,
    DNS_L64 = 106,
    DNS_LP = 107,
    DNS_EUI48 = 108,
    DNS_EUI64 = 109,
    DNS_TSIG = 250,
    DNS_IXFR = 251,
    DNS_AXFR = 252,
    DNS_ANY = 255,
    DNS_URI = 256,
    DNS_CAA = 257,
};

enum { DNS_IN = 1, DNS_CH = 3, DNS_CLASS_NONE = 254, DNS_CLASS_ANY = 255 };

enum dns_type_flag {
    DNS_TYPE_DATA = 1, /* may stand in a zone */
    DNS_TYPE_SINGLETON = 2, /* at most one record in its RRset (CNAME, DNAME, SOA) */
    DNS_TYPE_ALONE = 4, /* nothing else at its owner (CNAME, RFC 1034 §3.6.2) */
    DNS_TYPE_APEX = 8, /* only at the apex (SOA) */
    DNS_TYPE_META = 16, /* only in messages (OPT, AXFR, ANY …) */
    DNS_TYPE_PARENT = 32, /* at a cut it belongs to the parent's side (DS, RFC 4035 §3.1.4.1) */
    DNS_TYPE_ADDRESS = 64, /* A, AAAA: glue, and what an alias flattens to */
};

struct dns_type {
    uint16_t code;
    const char *name; /* "MX" */
    const char *layout; /* NULL: RDATA is opaque */
    unsigned flags;
    const char *help; /* one short line for a person choosing a type; NULL where it is no zone data */
    const char *example; /* good data in presentation form; NULL likewise */
};

/* NULL where the table has no row. */
const struct dns_type *dns_type_find(uint16_t code);
/* Rows in order of code; NULL behind the last. For lists on pages and in checks. */
const struct dns_type *dns_type_at(size_t i);
/* Mnemonic in any case, or TYPEnnn (RFC 3597 §5). */
bool dns_type_parse(struct str text, uint16_t *code_r) FW_NONNULL_ALL;
void dns_type_write(struct buf *out, uint16_t code) FW_NONNULL_ALL;
struct str dns_type_text(struct arena *a, uint16_t code) FW_NONNULL_ALL;
/* DNS_TYPE_DATA, or unknown and outside the ranges of meta types (RFC 6895 §3.1). */
bool dns_type_is_data(uint16_t code);
static inline bool dns_type_has(uint16_t code, unsigned flag)
{
    const struct dns_type *t = dns_type_find(code);
    return t != NULL && (t->flags & flag) != 0;
}
/* IN, CH, NONE, ANY, CLASSnnn. */
bool dns_class_parse(struct str text, uint16_t *class_r) FW_NONNULL_ALL;
void dns_class_write(struct buf *out, uint16_t class_) FW_NONNULL_ALL;

#endif
