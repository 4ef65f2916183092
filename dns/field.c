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

static ptrdiff_t measure_48(const uint8_t *p FW_UNUSED, size_t n)
{
    return n >= 6 ? 6 : -1;
}

static ptrdiff_t measure_64(const uint8_t *p FW_UNUSED, size_t n)
{
    return n >= 8 ? 8 : -1;
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

static ptrdiff_t measure_rest(const uint8_t *p FW_UNUSED, size_t n)
{
    return (ptrdiff_t)n;
}

static ptrdiff_t measure_some(const uint8_t *p FW_UNUSED, size_t n)
{
    return n > 0 ? (ptrdiff_t)n : -1;
}

/* ---- from text ------------------------------------------------------------------------------------------ */

enum status number_parse(struct str text, uint32_t max, uint32_t *v_r, struct error *e)
{
    uint64_t v;
    size_t digits = 0;

    while (digits < text.n && ascii_is_digit(text.p[digits]))
        digits++;
    if (digits == 0 || digits < text.n)
        return error_set(e, INVALID, "rdata-number", "\"%.*s\" is not a number from 0 to %u", STR_ARG(text), max);
    if (!str_to_u64(text, max, &v))
        return error_set(e, INVALID, "rdata-number", "%.*s is over %u", STR_ARG(text), max);
    *v_r = (uint32_t)v;
    return OK;
}

static enum status parse_number(struct field_reader *r, uint32_t max, uint32_t *v_r)
{
    return number_parse(r->tokens[r->at++].text, max, v_r, r->e);
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
enum status address_parse(struct str text, int family, uint8_t wire_r[16], struct error *e)
{
    char z[INET6_ADDRSTRLEN];
    bool good = text.n < sizeof(z) && memchr(text.p, 0, text.n) == NULL;

    if (good) {
        memcpy(z, text.p, text.n);
        z[text.n] = '\0';
        good = inet_pton(family, z, wire_r) == 1;
    }
    if (!good)
        return error_set(e, INVALID, "rdata-address", "\"%.*s\" is not an %s address (such as %s)", STR_ARG(text),
            family == AF_INET ? "IPv4" : "IPv6", family == AF_INET ? "192.0.2.1" : "2001:db8::1");
    return OK;
}

static enum status parse_ipv4(struct field_reader *r)
{
    uint8_t wire[16];

    TRY(address_parse(r->tokens[r->at++].text, AF_INET, wire, r->e));
    buf_put(r->out, wire, 4);
    return OK;
}

static enum status parse_ipv6(struct field_reader *r)
{
    uint8_t wire[16];

    TRY(address_parse(r->tokens[r->at++].text, AF_INET6, wire, r->e));
    buf_put(r->out, wire, 16);
    return OK;
}

/* ---- numbers that have mnemonics ---------------------------------------------------------------------------- */

struct mnemonic {
    uint16_t code;
    const char *word;
};

static const struct mnemonic algorithms[] = {{1, "RSAMD5"}, {2, "DH"}, {3, "DSA"}, {5, "RSASHA1"}, {6, "NSEC3DSA"},
    {7, "NSEC3RSASHA1"}, {8, "RSASHA256"}, {10, "RSASHA512"}, {12, "ECCGOST"}, {13, "ECDSAP256SHA256"},
    {14, "ECDSAP384SHA384"}, {15, "ED25519"}, {16, "ED448"}, {252, "INDIRECT"}, {253, "PRIVATEDNS"},
    {254, "PRIVATEOID"}};
static const struct mnemonic digests[] = {{1, "SHA-1"}, {2, "SHA-256"}, {3, "GOST"}, {4, "SHA-384"}};
static const struct mnemonic certificates[] = {{1, "PKIX"}, {2, "SPKI"}, {3, "PGP"}, {4, "IPKIX"}, {5, "ISPKI"},
    {6, "IPGP"}, {7, "ACPKIX"}, {8, "IACPKIX"}, {253, "URI"}, {254, "OID"}};

static enum status parse_mnemonic(
    struct field_reader *r, const struct mnemonic *words, size_t n, uint32_t max, uint32_t *v_r)
{
    struct str s = r->tokens[r->at].text;

    for (size_t i = 0; i < n; i++)
        if (str_ieq(s, str_of(words[i].word))) {
            *v_r = words[i].code;
            r->at++;
            return OK;
        }
    if (s.n > 0 && !ascii_is_digit(s.p[0]))
        return error_set(r->e, INVALID, "rdata-number",
            "\"%.*s\" is neither a number from 0 to %u nor a word such as %s", STR_ARG(s), max, words[n - 1].word);
    return parse_number(r, max, v_r);
}

static enum status parse_algorithm(struct field_reader *r)
{
    uint32_t v = 0;

    TRY(parse_mnemonic(r, algorithms, ARRAY_LEN(algorithms), UINT8_MAX, &v));
    buf_u8(r->out, (uint8_t)v);
    return OK;
}

static enum status parse_digest(struct field_reader *r)
{
    uint32_t v = 0;

    TRY(parse_mnemonic(r, digests, ARRAY_LEN(digests), UINT8_MAX, &v));
    buf_u8(r->out, (uint8_t)v);
    return OK;
}

static enum status parse_certificate(struct field_reader *r)
{
    uint32_t v = 0;

    TRY(parse_mnemonic(r, certificates, ARRAY_LEN(certificates), UINT16_MAX, &v));
    buf_u16(r->out, (uint16_t)v);
    return OK;
}

static enum status parse_name(struct field_reader *r)
{
    struct dns_name name;

    TRY(dns_name_parse(r->tokens[r->at++].text, r->origin, &name, r->e));
    buf_str(r->out, dns_name_wire(&name));
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

void write_address(struct buf *out, struct str raw)
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

/* ---- the table --------------------------------------------------------------------------------------- */

#define OLD_NAME (FIELD_NAME | FIELD_LOWERED | FIELD_COMPRESSED)

static const struct field_kind kinds[] = {
    {"8", 0, 0, measure_8, parse_8, write_8},
    {"16", 0, 0, measure_16, parse_16, write_16},
    {"32", 0, 0, measure_32, parse_32, write_32},
    {"t", 0, 0, measure_32, parse_period, write_32},
    {"4", 0, 0, measure_32, parse_ipv4, write_address},
    {"6", 0, 0, measure_ipv6, parse_ipv6, write_address},
    {"n", OLD_NAME, 0, measure_name, parse_name, write_name},
    {"N", OLD_NAME, 0, measure_name, parse_name, write_name},
    {"D", FIELD_NAME, 0, measure_name, parse_name, write_name},
    {"s", 0, 0, measure_string, parse_string, write_strings},
    {"S", 0, DNS_TXT_MAX, measure_strings, parse_strings, write_strings},
    {"g", 0, 0, measure_tag, parse_tag, write_tag},
    {"v", 0, DNS_TXT_MAX, measure_rest, parse_value, dns_string_write},
    {"u", 0, DNS_TXT_MAX, measure_some, parse_uri, dns_string_write},
    {"x", 0, 0, measure_some, parse_hex, write_hex},
    {"b", 0, 0, measure_some, parse_base64, write_base64},
    {"alg", 0, 0, measure_8, parse_algorithm, write_8},
    {"dig", 0, 0, measure_8, parse_digest, write_8},
    {"cert", 0, 0, measure_16, parse_certificate, write_16},
    {"eui48", 0, 0, measure_48, parse_eui48, write_eui},
    {"eui64", 0, 0, measure_64, parse_eui64, write_eui},
    {"id64", 0, 0, measure_64, parse_id64, write_id64},
    {"loc", 0, 0, measure_loc, parse_loc, write_loc},
    {"svcb", FIELD_OPTIONAL, 0, measure_svcb, parse_svcb, write_svcb},
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

enum status layout_error(uint16_t type, const struct layout_item *item, const char *part, struct error *e)
{
    const char *name = dns_type_find(type)->name;

    if (part != NULL)
        return error_prefix(e, "%s %s", name, part);
    return error_prefix(e, "%s %.*s", name, (int)item->name_n, item->name);
}
