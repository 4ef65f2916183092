#include "dns/type.h"

#define DATA DNS_TYPE_DATA

/* In order of code. Rows without DNS_TYPE_DATA that are not meta types ask for behaviour of the server, so
 * they must not slip into a zone as opaque TYPEnn. */
static const struct dns_type types[] = {
    {DNS_A, "A", "4:address", DATA | DNS_TYPE_ADDRESS, "IPv4 address"},
    {DNS_NS, "NS", "n:server", DATA, "name server, a delegation where it stands below the apex"},
    {DNS_CNAME, "CNAME", "n:target", DATA | DNS_TYPE_SINGLETON | DNS_TYPE_ALONE, "another name for this name"},
    {DNS_SOA, "SOA", "n:primary n:mailbox 32:serial t:refresh t:retry t:expire t:minimum",
        DATA | DNS_TYPE_SINGLETON | DNS_TYPE_APEX, "start of the zone: serial number and timers"},
    {DNS_PTR, "PTR", "n:target", DATA, "name for an address, in reverse zones"},
    {DNS_MX, "MX", "16:preference n:exchange", DATA, "mail server; lower preference is tried first"},
    {DNS_TXT, "TXT", "S:text", DATA, "text in quotes, such as SPF or a verification code"},
    {DNS_AAAA, "AAAA", "6:address", DATA | DNS_TYPE_ADDRESS, "IPv6 address"},
    {DNS_SRV, "SRV", "16:priority 16:weight 16:port N:target", DATA, "host and port of a service"},
    {DNS_DNAME, "DNAME", "N:target", DATA | DNS_TYPE_SINGLETON, "another place for all names below this one"},
    {DNS_OPT, "OPT", NULL, DNS_TYPE_META, NULL},
    {DNS_DS, "DS", "16:key-tag 8:algorithm 8:digest-type x:digest", DATA | DNS_TYPE_PARENT,
        "digest of the key that signs a delegated zone"},
    {46, "RRSIG", NULL, 0, NULL},
    {47, "NSEC", NULL, 0, NULL},
    {48, "DNSKEY", NULL, 0, NULL},
    {50, "NSEC3", NULL, 0, NULL},
    {51, "NSEC3PARAM", NULL, 0, NULL},
    {DNS_TSIG, "TSIG", NULL, DNS_TYPE_META, NULL},
    {DNS_IXFR, "IXFR", NULL, DNS_TYPE_META, NULL},
    {DNS_AXFR, "AXFR", NULL, DNS_TYPE_META, NULL},
    {DNS_ANY, "ANY", NULL, DNS_TYPE_META, NULL},
    {DNS_CAA, "CAA", "8:flags g:tag v:value", DATA, "which authorities may issue certificates"},
};

const struct dns_type *dns_type_at(size_t i)
{
    return i < ARRAY_LEN(types) ? &types[i] : NULL;
}

const struct dns_type *dns_type_find(uint16_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(types) && types[i].code <= code; i++)
        if (types[i].code == code)
            return &types[i];
    return NULL;
}

/* "TYPE123" with prefix "TYPE", "CLASS1" with "CLASS" (RFC 3597 §5). */
static bool parse_numbered(struct str text, struct str prefix, uint16_t *code_r)
{
    uint64_t v;

    if (text.n <= prefix.n || !str_ieq(str_n(text.p, prefix.n), prefix) ||
        !str_to_u64(str_n(text.p + prefix.n, text.n - prefix.n), 65535, &v))
        return false;
    *code_r = (uint16_t)v;
    return true;
}

bool dns_type_parse(struct str text, uint16_t *code_r)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_ieq(text, str_of(types[i].name))) {
            *code_r = types[i].code;
            return true;
        }
    return parse_numbered(text, STR("TYPE"), code_r);
}

void dns_type_write(struct buf *out, uint16_t code)
{
    const struct dns_type *t = dns_type_find(code);

    if (t != NULL)
        buf_puts(out, t->name);
    else
        buf_printf(out, "TYPE%u", code);
}

struct str dns_type_text(struct arena *a, uint16_t code)
{
    const struct dns_type *t = dns_type_find(code);

    return t != NULL ? str_of(t->name) : str_printf(a, "TYPE%u", code);
}

bool dns_type_is_data(uint16_t code)
{
    const struct dns_type *t = dns_type_find(code);

    if (t != NULL)
        return (t->flags & DNS_TYPE_DATA) != 0;
    return code != 0 && code != 65535 && (code < 128 || code > 255);
}

static const struct {
    uint16_t code;
    const char *name;
} classes[] = {{DNS_IN, "IN"}, {DNS_CH, "CH"}, {4, "HS"}, {DNS_CLASS_NONE, "NONE"}, {DNS_CLASS_ANY, "ANY"}};

bool dns_class_parse(struct str text, uint16_t *class_r)
{
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (str_ieq(text, str_of(classes[i].name))) {
            *class_r = classes[i].code;
            return true;
        }
    return parse_numbered(text, STR("CLASS"), class_r);
}

void dns_class_write(struct buf *out, uint16_t class_)
{
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (classes[i].code == class_) {
            buf_puts(out, classes[i].name);
            return;
        }
    buf_printf(out, "CLASS%u", class_);
}
