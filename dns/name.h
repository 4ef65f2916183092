/* Domain names, as everybody above holds them: uncompressed wire form in a value of fixed size.
 *
 * A struct dns_name is always valid: at most 255 bytes, labels of 1..63 bytes, ended by the root
 * label; so code that has one need not check it again. It is copied by assignment, lives on the stack
 * or inside other structs, and owns nothing. Only the functions here make one: from presentation text
 * (RFC 1035 §5.1), from a message with compression (RFC 1035 §4.1.4), or from another name.
 *
 * The letters keep the case they came with (RFC 4343: preserved, never significant). Comparing, order
 * and hash ignore it. Stores that key by bytes lower first (dns_name_lower).
 *
 * Labels are counted from the left, without the root: in www.example.test. number 0 is "www", and
 * `labels` is 3. A wire form can be lowered and hashed without walking its labels, because a length
 * byte (0..63) is never a letter (65..90).
 */
#ifndef FW_DNS_NAME_H
#define FW_DNS_NAME_H

#include "base/buf.h"
#include "base/error.h"

#define DNS_NAME_MAX 255 /* bytes on the wire, RFC 1035 §2.3.4 */
#define DNS_LABEL_MAX 63
#define DNS_LABELS_MAX 127 /* of one byte each, without the root */
#define DNS_NAME_TEXT_MAX 1004 /* longest presentation form: every byte written \DDD */

struct dns_name {
    uint8_t len; /* bytes of wire in use, with the root's zero: 1..255 */
    uint8_t labels; /* without the root: 0..127 */
    uint8_t wire[DNS_NAME_MAX];
};

extern const struct dns_name dns_name_root;

/* Presentation text: labels separated by dots, \X and \DDD escapes, bytes 33..126 otherwise.
 * With an origin a name without a final dot is relative to it and "@" is the origin itself; with
 * origin NULL every name is absolute, dot or no dot (what people type). INVALID "label-too-long", "name-too-long",
 * "empty-label", "bad-escape", "bad-character", "empty-name"; the text gives the position, from 1. */
enum status dns_name_parse(
    struct str text, const struct dns_name *origin, struct dns_name *name_r, struct error *e) FW_MUST_CHECK;
/* For constants in code and tests: absolute text that must be right (aborts otherwise). */
struct dns_name dns_name_of(const char *z) FW_NONNULL_ALL;
/* A name at *at inside a message (msg: all of it). Follows compression pointers, which must point
 * strictly backwards; *at moves behind the name as it stands there. PROTOCOL "name-truncated",
 * "name-pointer", "name-too-long", "label-type". */
enum status dns_name_from_message(
    struct str msg, size_t *at, struct dns_name *name_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The same at the start of p without compression: bytes used, or 0 where it is no name. */
size_t dns_name_from_wire(const void *p, size_t n, struct dns_name *name_r) FW_NONNULL_ALL;

/* Presentation text, escaped; the root is "." either way. */
void dns_name_write(struct buf *out, const struct dns_name *name, bool final_dot) FW_NONNULL_ALL;
struct str dns_name_text(struct arena *a, const struct dns_name *name, bool final_dot) FW_NONNULL_ALL;
/* Relative to origin as a master file shows it: "@", "www", or absolute when outside of it. */
void dns_name_write_relative(
    struct buf *out, const struct dns_name *name, const struct dns_name *origin) FW_NONNULL_ALL;
/* The wire bytes, borrowed. */
static inline struct str dns_name_wire(const struct dns_name *name)
{
    return str_n((const char *)name->wire, name->len);
}

void dns_name_lower(struct dns_name *name) FW_NONNULL_ALL;
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b) FW_NONNULL_ALL;
/* n wire bytes of each, without regard to case. Labels may hold zero bytes, so strncasecmp is no substitute. */
bool dns_wire_equal(const void *a, const void *b, size_t n) FW_NONNULL_ALL;
/* Canonical order, RFC 4034 §6.1: <0, 0, >0. A name sorts directly in front of what is below it. */
int dns_name_compare(const struct dns_name *a, const struct dns_name *b) FW_NONNULL_ALL;
/* name is ancestor itself or below it. */
bool dns_name_is_subdomain(const struct dns_name *name, const struct dns_name *ancestor) FW_NONNULL_ALL;
/* How many labels, from the right, both share. */
unsigned dns_name_common(const struct dns_name *a, const struct dns_name *b) FW_NONNULL_ALL;

static inline bool dns_name_is_root(const struct dns_name *name)
{
    return name->labels == 0;
}
/* Raw bytes of label i (0 leftmost; i < labels), borrowed. */
struct str dns_name_label(const struct dns_name *name, unsigned i) FW_NONNULL_ALL;
/* Without the first n labels (n <= labels). name_r may be name. */
void dns_name_strip(const struct dns_name *name, unsigned n, struct dns_name *name_r) FW_NONNULL_ALL;
/* false at the root. parent_r may be name. */
bool dns_name_parent(const struct dns_name *name, struct dns_name *parent_r) FW_NONNULL_ALL;
/* One raw label in front. INVALID "empty-label", "label-too-long", "name-too-long". name_r may be name. */
enum status dns_name_prepend(
    struct str label, const struct dns_name *name, struct dns_name *name_r, struct error *e) FW_MUST_CHECK;
/* The first n labels of name (n <= labels), in front of onto; false where that would be too long. name_r may be either. */
bool dns_name_join(
    const struct dns_name *name, unsigned n, const struct dns_name *onto, struct dns_name *name_r) FW_NONNULL_ALL;
/* The leftmost label is exactly "*" (RFC 4592 §2.1.1). */
bool dns_name_is_wildcard(const struct dns_name *name) FW_NONNULL_ALL;
/* *.name; false where that would be too long (then there can be no such owner either). */
bool dns_name_wildcard(const struct dns_name *name, struct dns_name *name_r) FW_NONNULL_ALL;

/* Keyed hash (SipHash-1-3) of the lowered wire form: equal names hash equal; without the key nobody
 * outside can make names collide. Takes raw wire bytes so that a hot path need not build a struct. */
struct dns_hash_key {
    uint64_t k[2];
};
uint64_t dns_name_hash(const struct dns_hash_key *key, const void *wire, size_t n) FW_NONNULL_ALL;
/* Eight bytes at once: sets bit 5 in those that are 'A'..'Z'. */
static inline uint64_t dns_lower8(uint64_t x)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = x & (0x7f * ones);
    uint64_t above_z = low + (0x7f - 'Z') * ones;
    uint64_t from_a = low + (0x80 - 'A') * ones;
    uint64_t upper = ~x & (from_a ^ above_z) & (0x80 * ones);

    return x | upper >> 2;
}
/* Lowers n wire bytes from src to dst (may be the same). */
void dns_wire_lower(void *dst, const void *src, size_t n) FW_NONNULL_ALL;

/* Host-name rule (RFC 952, RFC 1123 §2.1): letters, digits and hyphens; no hyphen at either end; the
 * last label not all digits. Required of name servers' names, of registrable names, of MX and SRV targets.
 * INVALID "bad-host-name" names label and character. */
enum status dns_name_check_host(const struct dns_name *name, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
enum status dns_label_check_host(struct str label, struct error *e) FW_MUST_CHECK;

#endif
