/* Inside dns/ only: the layout strings of dns/type.h taken apart, and what each kind of field can do. A new
 * kind of field is one row in dns/field.c. */
#ifndef FW_DNS_LAYOUT_H
#define FW_DNS_LAYOUT_H

#include "dns/rdata.h"

/* Reading a field from text. */
struct field_reader {
    const struct dns_token *tokens;
    size_t n, at; /* parse() finds at least one token and moves `at` behind what it used */
    const struct dns_name *origin;
    struct buf *out;
    struct error *e;
};

struct field_kind {
    const char *code;
    bool is_name;
    bool compressible;
    size_t text_max; /* of the strings in it, for what we store; 0: no limit of its own */
    /* Bytes that the field takes at the start of p, or -1 where it is malformed. */
    ptrdiff_t (*measure)(const uint8_t *p, size_t n);
    enum status (*parse)(struct field_reader *r);
    void (*write)(struct buf *out, struct str raw); /* raw: good */
};

struct layout_item {
    const struct field_kind *kind;
    const char *name; /* of the field, name_n characters */
    size_t name_n;
};

/* Takes the next item off *layout; false at the end. */
bool layout_next(const char **layout, struct layout_item *item_r);
/* The layout of a type, or NULL where RDATA is opaque. */
const char *layout_of(uint16_t type);
/* "MX preference: " in front of the error's text; its status. */
enum status layout_error(uint16_t type, const struct layout_item *item, struct error *e);
/* Hex digits of a token appended as bytes; *odd_r holds a digit over from the token before (-1: none). */
bool hex_append(struct buf *out, struct str digits, int *odd_r);

#endif
