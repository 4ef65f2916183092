/* Inside dns/ only: the layout strings of dns/type.h taken apart, and what each kind of field can do. A new
 * kind of field is one row in dns/field.c; its functions stand there or, where they need room, in field_KIND.c. */
#ifndef FW_DNS_LAYOUT_H
#define FW_DNS_LAYOUT_H

#include "dns/rdata.h"

/* Reading a field from text. */
struct field_reader {
    struct arena *arena; /* for what is needed on the way */
    const struct dns_token *tokens;
    size_t n, at; /* parse() finds at least one token and moves `at` behind what it used */
    const struct dns_name *origin;
    struct buf *out;
    const char *part; /* set by parse(): the error is in this part of the field ("latitude") */
    struct error *e;
};

enum field_trait {
    FIELD_NAME = 1,
    FIELD_LOWERED = 2, /* in canonical form */
    FIELD_COMPRESSED = 4, /* messages may have it compressed */
    FIELD_OPTIONAL = 8, /* may be left out in text; then nothing on the wire */
};

struct field_kind {
    const char *code;
    unsigned traits;
    size_t text_max; /* of the strings in it, for what we store; 0: no limit of its own */
    /* Bytes that the field takes at the start of p, or -1 where it is malformed. */
    ptrdiff_t (*measure)(const uint8_t *p, size_t n);
    enum status (*parse)(struct field_reader *r);
    void (*write)(struct buf *out, struct str raw); /* raw: good */
};

/* field_text.c */
ptrdiff_t measure_string(const uint8_t *p, size_t n);
ptrdiff_t measure_strings(const uint8_t *p, size_t n);
ptrdiff_t measure_tag(const uint8_t *p, size_t n);
enum status parse_string(struct field_reader *r) FW_MUST_CHECK;
enum status parse_strings(struct field_reader *r) FW_MUST_CHECK;
enum status parse_tag(struct field_reader *r) FW_MUST_CHECK;
enum status parse_value(struct field_reader *r) FW_MUST_CHECK;
enum status parse_uri(struct field_reader *r) FW_MUST_CHECK;
void write_strings(struct buf *out, struct str raw);
void write_tag(struct buf *out, struct str raw);
/* field_bytes.c */
enum status parse_hex(struct field_reader *r) FW_MUST_CHECK;
enum status parse_base64(struct field_reader *r) FW_MUST_CHECK;
enum status parse_eui48(struct field_reader *r) FW_MUST_CHECK;
enum status parse_eui64(struct field_reader *r) FW_MUST_CHECK;
enum status parse_id64(struct field_reader *r) FW_MUST_CHECK;
void write_hex(struct buf *out, struct str raw);
void write_base64(struct buf *out, struct str raw);
void write_eui(struct buf *out, struct str raw);
void write_id64(struct buf *out, struct str raw);
/* field_loc.c */
ptrdiff_t measure_loc(const uint8_t *p, size_t n);
enum status parse_loc(struct field_reader *r) FW_MUST_CHECK;
void write_loc(struct buf *out, struct str raw);
/* field_svcb.c */
ptrdiff_t measure_svcb(const uint8_t *p, size_t n);
enum status parse_svcb(struct field_reader *r) FW_MUST_CHECK;
void write_svcb(struct buf *out, struct str raw);
/* What RFC 9460 wants of the parameters together; params: good. */
enum status svcb_check(struct str params, struct error *e) FW_MUST_CHECK;

struct layout_item {
    const struct field_kind *kind;
    const char *name; /* of the field, name_n characters */
    size_t name_n;
};

/* Takes the next item off *layout; false at the end. */
bool layout_next(const char **layout, struct layout_item *item_r);
/* The layout of a type, or NULL where RDATA is opaque. */
const char *layout_of(uint16_t type);
/* "MX preference: " in front of the error's text, with part (where given) in place of the field's name; its status. */
enum status layout_error(uint16_t type, const struct layout_item *item, const char *part, struct error *e);
/* dns/rdata_rules.c: what ties the fields of good RDATA together. */
enum status rdata_rules(uint16_t type, struct str rdata, struct error *e) FW_MUST_CHECK;
/* "\\# 2 ABCD" (RFC 3597 §5). */
void write_generic(struct buf *out, struct str rdata);

/* A number from 0 to max, in decimal. INVALID "rdata-number". */
enum status number_parse(struct str text, uint32_t max, uint32_t *v_r, struct error *e) FW_MUST_CHECK;
/* An IPv4 (AF_INET) or IPv6 address in network order. INVALID "rdata-address". */
enum status address_parse(struct str text, int family, uint8_t wire_r[16], struct error *e) FW_MUST_CHECK;
void write_address(struct buf *out, struct str raw);
/* Hex digits of a token appended as bytes; *odd_r holds a digit over from the token before (-1: none). */
bool hex_append(struct buf *out, struct str digits, int *odd_r);

/* Base64 (RFC 4648 §4, padded, no blanks inside) over several pieces of text. */
struct base64_reader {
    uint32_t bits;
    unsigned n; /* characters of the group of four so far */
    unsigned pads;
};
/* false where the text is not base64. */
bool base64_append(struct base64_reader *r, struct buf *out, struct str text);
/* The groups of four are whole. */
bool base64_whole(const struct base64_reader *r);

#endif
