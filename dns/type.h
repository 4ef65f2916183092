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
 *   n         name, may be compressed in messages (only the types of RFC 1035)
 *   N         name, never compressed (all later types); both are lowered in canonical form (RFC 4034 §6.2)
 *   S         one or more character-strings up to the end
 *   g         tag: length byte and letters or digits (CAA, RFC 8659)
 *   v         the rest as one string without a length byte (CAA value)
 *   x         the rest as hexadecimal, blanks allowed in text, not empty
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
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_DNAME = 39,
    DNS_OPT = 41,
    DNS_DS = 43,
    DNS_TSIG = 250,
    DNS_IXFR = 251,
    DNS_AXFR = 252,
    DNS_ANY = 255,
    DNS_CAA = 257,
};

enum { DNS_IN = 1, DNS_CH = 3, DNS_CLASS_NONE = 254, DNS_CLASS_ANY = 255 };

enum dns_type_flag {
    DNS_TYPE_DATA = 1, /* may stand in a zone */
    DNS_TYPE_SINGLETON = 2, /* at most one record in its RRset (CNAME, SOA, DNAME) */
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
