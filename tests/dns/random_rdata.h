/* Good RDATA of any type, built by its layout and from a seed. */
#ifndef FW_TESTS_RANDOM_RDATA_H
#define FW_TESTS_RANDOM_RDATA_H

#include "tests/dns/dns_test.h"

static inline void put_random(uint64_t *state, struct buf *b, unsigned n)
{
    while (n-- > 0)
        buf_u8(b, (uint8_t)random_below(state, 256));
}

static inline void put_string(uint64_t *state, struct buf *b, unsigned least)
{
    unsigned n = least + random_below(state, 256 - least);

    buf_u8(b, (uint8_t)n);
    put_random(state, b, n);
}

static inline void put_size(uint64_t *state, struct buf *b)
{
    buf_u8(b, (uint8_t)((1 + random_below(state, 9)) << 4 | random_below(state, 10)));
}

static inline void put_loc(uint64_t *state, struct buf *b)
{
    buf_u8(b, 0);
    for (int i = 0; i < 3; i++)
        put_size(state, b);
    buf_u32(b, 0x80000000u - 324000000u + random_below(state, 648000001));
    buf_u32(b, 0x80000000u - 648000000u + random_below(state, 1296000001));
    put_random(state, b, 4);
}

/* Begins a parameter; put_param_end gives it its length. */
static inline size_t put_param(struct buf *b, uint16_t key)
{
    buf_u16(b, key);
    buf_u16(b, 0);
    return b->n;
}

static inline void put_param_end(struct buf *b, size_t at)
{
    buf_set_u16(b, at - 2, (uint16_t)(b->n - at));
}

static inline void put_value(uint64_t *state, struct buf *b, uint16_t key)
{
    unsigned n = 1 + random_below(state, 3);

    for (unsigned i = 0; i < n && key == 1; i++)
        put_string(state, b, 1);
    if (key == 3)
        put_random(state, b, 2);
    else if (key == 4 || key == 5)
        put_random(state, b, 4 * n);
    else if (key == 6)
        put_random(state, b, 16 * n);
    else if (key == 7)
        buf_puts(b, "/a\\b\"c{?dns}");
    else if (key > 8)
        put_random(state, b, random_below(state, 300));
}

static inline void put_svcb(uint64_t *state, struct buf *b)
{
    bool alpn = random_below(state, 2) == 0;
    size_t at;

    if (alpn && random_below(state, 2) == 0) {
        at = put_param(b, 0);
        buf_u16(b, 1);
        put_param_end(b, at);
    }
    for (unsigned key = 1; key < 65000; key += key < 9 ? 1 : 1 + random_below(state, 20000)) {
        if (key <= 2 ? !alpn : random_below(state, 2) == 0)
            continue;
        at = put_param(b, (uint16_t)key);
        put_value(state, b, (uint16_t)key);
        put_param_end(b, at);
    }
}

static inline bool kind_is(const char *item, const char *kind)
{
    return strncmp(item, kind, strlen(kind)) == 0 && item[strlen(kind)] == ':';
}

static inline void put_field(uint64_t *state, struct buf *b, const char *item)
{
    static const struct {
        const char *kind;
        unsigned n;
    } fixed[] = {{"8", 1}, {"alg", 1}, {"dig", 1}, {"16", 2}, {"cert", 2}, {"32", 4}, {"4", 4}, {"t", 4}, {"eui48", 6},
        {"eui64", 8}, {"id64", 8}, {"6", 16}};
    struct dns_name name = random_name(state);

    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (kind_is(item, fixed[i].kind)) {
            put_random(state, b, fixed[i].n);
            return;
        }
    if (kind_is(item, "n") || kind_is(item, "N") || kind_is(item, "D"))
        buf_str(b, dns_name_wire(&name));
    else if (kind_is(item, "g"))
        buf_puts(b, "\x05issue");
    else if (kind_is(item, "s") && strncmp(item, "s:regexp", 8) == 0)
        buf_puts(b, "\x10!^(.*)$!\\1\"\\!x!i");
    else if (kind_is(item, "s"))
        put_string(state, b, 0);
    else if (kind_is(item, "S"))
        for (unsigned strings = 1 + random_below(state, 4); strings > 0; strings--)
            put_string(state, b, 0);
    else if (kind_is(item, "loc"))
        put_loc(state, b);
    else if (kind_is(item, "svcb"))
        put_svcb(state, b);
    else if (kind_is(item, "x") || kind_is(item, "b") || kind_is(item, "v") || kind_is(item, "u"))
        put_random(state, b, 1 + random_below(state, 40));
    else
        ck_abort_msg("no random data for %s", item);
}

/* Types of digests that have no length of their own. */
static inline void keep_rules(struct buf *b, uint16_t type)
{
    if (type == DNS_DS)
        b->p[3] = (char)(b->p[3] | 0x80);
    if (type == DNS_SSHFP)
        b->p[1] = (char)(b->p[1] | 0x80);
}

static inline struct str random_rdata(uint64_t *state, uint16_t type)
{
    struct buf b;
    const char *p = dns_type_find(type) != NULL ? dns_type_find(type)->layout : "x:data";

    buf_in(&b, &a, DNS_RDATA_MAX);
    for (; p != NULL; p = strchr(p, ' ') != NULL ? strchr(p, ' ') + 1 : NULL)
        put_field(state, &b, p);
    keep_rules(&b, type);
    return buf_view(&b);
}

#endif
