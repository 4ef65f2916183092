/* RDATA: presentation text ⇄ wire, driven by the layouts of dns/type.h.
 *
 * The stored form everywhere is uncompressed wire, with the letters of names as they were given. All
 * functions take any type: known ones by their layout, unknown ones as opaque bytes. RDATA that one of these
 * functions has produced or passed is "good": reading fields from it cannot fail.
 *
 * What goes into a zone keeps more than the layout: digests have the length of their type (RFC 4034 §5.1.4, RFC 4255),
 * and the parameters of SVCB and HTTPS fit each other (RFC 9460 §7.1.1, §8): dns_rdata_parse and dns_rdata_check
 * ask for that, dns_rdata_from_message does not, since what others send is theirs.
 */
#ifndef FW_DNS_RDATA_H
#define FW_DNS_RDATA_H

#include "dns/name.h"
#include "dns/token.h"
#include "dns/type.h"

#define DNS_RDATA_MAX 65535
#define DNS_TXT_MAX 4000 /* bytes of all strings of one record, without the length bytes */
#define DNS_STRING_MAX 255 /* one character-string */
#define DNS_RDATA_TEXT_MAX ((size_t)DNS_RDATA_MAX * 4 + 1024)
#define DNS_FIELDS_MAX 8

/* "10 mail.example." for MX. Names relative to origin (NULL: all are absolute). "\# n hex" is accepted for every type
 * and checked against the layout where there is one. Errors are INVALID and name type and field: "rdata-missing",
 * "rdata-extra", "rdata-number", "rdata-address", "rdata-string", "rdata-hex", "rdata-base64", "rdata-tag",
 * "rdata-location", "rdata-param", "rdata-regexp", "rdata-length", "rdata-malformed", "rdata-too-long", "txt-too-long", or the codes of
 * tokens and names:
 *   MX preference: 70000 is over 65535
 *   LOC latitude: 91 is over 90
 *   HTTPS ipv4hint: "x" is not an IPv4 address (such as 192.0.2.1)
 * What a master file would silently lose is an error here, where people give one value: ; and parentheses outside of
 * quotes, and several words of TXT without quotes ("txt-unquoted"). */
enum status dns_rdata_parse(struct arena *a, uint16_t type, struct str text, const struct dns_name *origin,
    struct str *rdata_r, struct error *e) FW_MUST_CHECK;
/* The same from tokens that a master-file reader has cut already. */
enum status dns_rdata_parse_tokens(struct arena *a, uint16_t type, const struct dns_token *tokens, size_t n,
    const struct dns_name *origin, struct str *rdata_r, struct error *e) FW_MUST_CHECK;
/* Presentation form on one line, names absolute, strings quoted. rdata must be good. */
void dns_rdata_write(struct buf *out, uint16_t type, struct str rdata) FW_NONNULL_ALL;
struct str dns_rdata_text(struct arena *a, uint16_t type, struct str rdata) FW_NONNULL_ALL;

/* Is this uncompressed wire what the layout asks for? INVALID "rdata-malformed" names the field;
 * "rdata-length", "rdata-param" and "rdata-regexp" are about fields that do not fit each other. */
enum status dns_rdata_check(uint16_t type, struct str rdata, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* RDATA of n bytes at `at` in a message, decompressed and checked, into the arena. PROTOCOL on anything wrong.
 * Names of RFC 1035's types and of those in RFC 3597 §4 may be compressed; in later types a pointer is malformed. */
enum status dns_rdata_from_message(struct arena *a, uint16_t type, struct str msg, size_t at, size_t n,
    struct str *rdata_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Canonical form (RFC 4034 §6.2, RFC 6840 §5.1): names of the types listed there lowered. Returns rdata itself where nothing changes. */
struct str dns_rdata_canonical(struct arena *a, uint16_t type, struct str rdata) FW_NONNULL_ALL;
/* Order of canonical forms (RFC 4034 §6.3), without building them: 0 means "the same record". */
int dns_rdata_compare(uint16_t type, struct str a, struct str b);

/* Where the fields of good RDATA are. kind is the layout's code; "*" is opaque (no layout). */
struct dns_field {
    const char *kind; /* "16", "n" … or "*" */
    const char *name; /* "preference"; inside the layout, name_n characters */
    size_t name_n;
    size_t at, n; /* bytes of the RDATA */
};
/* Fills up to DNS_FIELDS_MAX; returns how many. S, v and x are one field each. */
size_t dns_rdata_fields(uint16_t type, struct str rdata, struct dns_field *fields_r) FW_NONNULL_ALL;
/* The name a record points to: NS, CNAME, PTR, MX exchange, SRV and SVCB target (the last name in the layout; not
 * SOA). false for types without one. For additional data, alias chains and host checks. */
bool dns_rdata_target(uint16_t type, struct str rdata, struct dns_name *name_r) FW_NONNULL_ALL;

#endif
