#include <arpa/inet.h>

#include "dns/layout.h"

/* ---- sizes on the wire ------------------------------------------------------------------------------ */

static ptrdiff_t measure_8(const uint8_t *p FW_UNUSED, size_t n)
{
    return n >= 1 ? 1 : -1;
}

static ptrdiff_t measure_16(const uint8_t *p FW_UNUSED, size_t n)
{
    return n >= 2 ? 2 : -1;
}

static ptrdiff_t measure_32(const uint8_t *p FW_UNUSED, size_t n)
{
    return n >= 4 ? 4 : -1;
}

static ptrdiff_t measure_ipv6(const uint8_t *p FW_UNUSED, size_t n)
{
    return n >= 16 ? 16 : -1;
}

static ptrdiff_t measure_name(const uint8_t *p, size_t n)
{
    struct dns_name name;
    size_t used = dns_name_from_wire(p, n, &name);

    return used > 0 ? (ptrdiff_t)used : -1;
}

static ptrdiff_t measure_strings(const uint8_t *p, size_t n)
{
    size_t at = 0;

    if (n == 0)
        return -1;
    while (at < n)
        at += p[at] + 1u;
    return at == n ? (ptrdiff_t)n : -1;
}

static ptrdiff_t measure_tag(const uint8_t *p, size_t n)
{
    if (n < 2 || p[0] == 0 || n < p[0] + 1u)
        return -1;
    for (size_t i = 1; i <= p[0]; i++)
        if (!ascii_is_alnum((char)p[i]))
            return -1;
    return p[0] + 1;
}

static ptrdiff_t measure_rest(const uint8_t *p FW_UNUSED, size_t n)
{
    return (ptrdiff_t)n;
}

static ptrdiff_t measure_some(const uint8_t *p FW_UNUSED, size_t n)
{
    return n > 0 ? (ptrdiff_t)n : -1;
}

/* ---- from text ------------------------------------------------------------------------------------------ */

static enum status parse_number(struct field_reader *r, uint32_t max, uint32_t *v_r)
{
    struct str s = r->tokens[r->at++].text;
    uint64_t v;
    size_t digits = 0;

    while (digits < s.n && ascii_is_digit(s.p[digits]))
        digits++;
    if (digits == 0 || digits < s.n)
        return error_set(r->e, INVALID, "rdata-number", "\"%.*s\" is not a number from 0 to %u", STR_ARG(s), max);
    if (!str_to_u64(s, max, &v))
        return error_set(r->e, INVALID, "rdata-number", "%.*s is over %u", STR_ARG(s), max);
    *v_r = (uint32_t)v;
    return OK;
}

static enum status parse_8(struct field_reader *r)
{
    uint32_t v = 0;

    TRY(parse_number(r, UINT8_MAX, &v));
    buf_u8(r->out, (uint8_t)v);
    return OK;
}

static enum status parse_16(struct field_reader *r)
{
    uint32_t v = 0;

    TRY(parse_number(r, UINT16_MAX, &v));
    buf_u16(r->out, (uint16_t)v);
    return OK;
}

static enum status parse_32(struct field_reader *r)
{
    uint32_t v = 0;

    TRY(parse_number(r, UINT32_MAX, &v));
    buf_u32(r->out, v);
    return OK;
}

static enum status parse_period(struct field_reader *r)
{
    struct str s = r->tokens[r->at++].text;
    uint64_t plain;
    uint32_t v;

    /* A plain number may use all 32 bits, so that whatever is on the wire can be written and read again. */
    if (str_to_u64(s, UINT32_MAX, &plain))
        v = (uint32_t)plain;
    else if (!dns_period_parse(s, &v))
        return error_set(r->e, INVALID, "rdata-number",
            "\"%.*s\" is not a time in seconds (or like 1h30m) up to 4294967295 seconds", STR_ARG(s));
    buf_u32(r->out, v);
    return OK;
}

/* inet_pton wants a NUL; addresses are short. */
static enum status parse_address(struct field_reader *r, int family, const char *what, const char *example)
{
    struct str s = r->tokens[r->at++].text;
    char z[INET6_ADDRSTRLEN];
    uint8_t wire[16];
    bool good = s.n < sizeof(z) && memchr(s.p, 0, s.n) == NULL;

    if (good) {
        memcpy(z, s.p, s.n);
        z[s.n] = '\0';
        good = inet_pton(family, z, wire) == 1;
    }
    if (!good)
        return error_set(
            r->e, INVALID, "rdata-address", "\"%.*s\" is not an %s address (such as %s)", STR_ARG(s), what, example);
    buf_put(r->out, wire, family == AF_INET ? 4 : 16);
    return OK;
}

static enum status parse_ipv4(struct field_reader *r)
{
    return parse_address(r, AF_INET, "IPv4", "192.0.2.1");
}

static enum status parse_ipv6(struct field_reader *r)
{
    return parse_address(r, AF_INET6, "IPv6", "2001:db8::1");
}

static enum status parse_name(struct field_reader *r)
{
    struct dns_name name;

    TRY(dns_name_parse(r->tokens[r->at++].text, r->origin, &name, r->e));
    buf_str(r->out, dns_name_wire(&name));
    return OK;
}

static enum status parse_strings(struct field_reader *r)
{
    for (; r->at < r->n; r->at++) {
        size_t start = r->out->n, n;

        buf_u8(r->out, 0);
        TRY(dns_token_unescape(r->tokens[r->at].text, r->out, r->e));
        if (buf_over(r->out))
            return OK; /* the caller says so */
        n = r->out->n - start - 1;
        if (n > DNS_STRING_MAX)
            return error_set(r->e, INVALID, "rdata-string",
                "a string of %zu bytes is longer than %d: split it into several quoted strings", n, DNS_STRING_MAX);
        r->out->p[start] = (char)n;
    }
    return OK;
}

static enum status parse_tag(struct field_reader *r)
{
    struct str s = r->tokens[r->at++].text;
    bool good = s.n > 0 && s.n <= DNS_STRING_MAX;

    for (size_t i = 0; good && i < s.n; i++)
        good = ascii_is_alnum(s.p[i]);
    if (!good)
        return error_set(
            r->e, INVALID, "rdata-tag", "\"%.*s\" is not a word of letters and digits (such as issue)", STR_ARG(s));
    buf_u8(r->out, (uint8_t)s.n);
    buf_str(r->out, s);
    return OK;
}

static enum status parse_value(struct field_reader *r)
{
    return dns_token_unescape(r->tokens[r->at++].text, r->out, r->e);
}

static int hex_value(char c)
{
    if (ascii_is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_append(struct buf *out, struct str digits, int *odd_r)
{
    for (size_t i = 0; i < digits.n; i++) {
        int v = hex_value(digits.p[i]);

        if (v < 0)
            return false;
        if (*odd_r >= 0)
            buf_u8(out, (uint8_t)(*odd_r << 4 | v));
        *odd_r = *odd_r >= 0 ? -1 : v;
    }
    return true;
}

static enum status parse_hex(struct field_reader *r)
{
    int odd = -1;

    for (; r->at < r->n; r->at++)
        if (!hex_append(r->out, r->tokens[r->at].text, &odd))
            return error_set(r->e, INVALID, "rdata-hex", "\"%.*s\" is not hexadecimal", STR_ARG(r->tokens[r->at].text));
    if (odd >= 0)
        return error_set(r->e, INVALID, "rdata-hex", "an odd number of hexadecimal digits");
    return OK;
}

/* ---- to text -------------------------------------------------------------------------------------------- */

static void write_8(struct buf *out, struct str raw)
{
    buf_printf(out, "%u", (uint8_t)raw.p[0]);
}

static void write_16(struct buf *out, struct str raw)
{
    buf_printf(out, "%u", read_u16(raw.p));
}

static void write_32(struct buf *out, struct str raw)
{
    buf_printf(out, "%u", read_u32(raw.p));
}

static void write_address(struct buf *out, struct str raw)
{
    char z[INET6_ADDRSTRLEN];

    INVARIANT(inet_ntop(raw.n == 4 ? AF_INET : AF_INET6, raw.p, z, sizeof(z)) != NULL);
    buf_puts(out, z);
}

static void write_name(struct buf *out, struct str raw)
{
    struct dns_name name;

    INVARIANT(dns_name_from_wire(raw.p, raw.n, &name) == raw.n);
    dns_name_write(out, &name, true);
}

static void write_strings(struct buf *out, struct str raw)
{
    for (size_t at = 0; at < raw.n;) {
        size_t n = (uint8_t)raw.p[at];

        if (at > 0)
            buf_putc(out, ' ');
        dns_string_write(out, str_n(raw.p + at + 1, n));
        at += n + 1;
    }
}

static void write_tag(struct buf *out, struct str raw)
{
    buf_put(out, raw.p + 1, raw.n - 1);
}

static void write_hex(struct buf *out, struct str raw)
{
    for (size_t i = 0; i < raw.n; i++)
        buf_printf(out, "%02X", (uint8_t)raw.p[i]);
}

/* ---- the table --------------------------------------------------------------------------------------- */

static const struct field_kind kinds[] = {
    {"8", false, false, 0, measure_8, parse_8, write_8},
    {"16", false, false, 0, measure_16, parse_16, write_16},
    {"32", false, false, 0, measure_32, parse_32, write_32},
    {"t", false, false, 0, measure_32, parse_period, write_32},
    {"4", false, false, 0, measure_32, parse_ipv4, write_address},
    {"6", false, false, 0, measure_ipv6, parse_ipv6, write_address},
    {"n", true, true, 0, measure_name, parse_name, write_name},
    {"N", true, false, 0, measure_name, parse_name, write_name},
    {"S", false, false, DNS_TXT_MAX, measure_strings, parse_strings, write_strings},
    {"g", false, false, 0, measure_tag, parse_tag, write_tag},
    {"v", false, false, DNS_TXT_MAX, measure_rest, parse_value, dns_string_write},
    {"x", false, false, 0, measure_some, parse_hex, write_hex},
};

static const struct field_kind *kind_find(const char *code, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strlen(kinds[i].code) == n && memcmp(kinds[i].code, code, n) == 0)
            return &kinds[i];
    return NULL;
}

bool layout_next(const char **layout, struct layout_item *item_r)
{
    const char *p = *layout;
    size_t code_n = strcspn(p, ":");

    if (*p == '\0')
        return false;
    item_r->kind = kind_find(p, code_n);
    INVARIANT(item_r->kind != NULL && p[code_n] == ':');
    item_r->name = p + code_n + 1;
    item_r->name_n = strcspn(item_r->name, " ");
    p = item_r->name + item_r->name_n;
    *layout = *p == ' ' ? p + 1 : p;
    return true;
}

const char *layout_of(uint16_t type)
{
    const struct dns_type *t = dns_type_find(type);

    return t != NULL ? t->layout : NULL;
}

enum status layout_error(uint16_t type, const struct layout_item *item, struct error *e)
{
    return error_prefix(e, "%s %.*s", dns_type_find(type)->name, (int)item->name_n, item->name);
}
