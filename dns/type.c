#include "dns/type.h"

#define DATA DNS_TYPE_DATA

/* In order of code. Rows without DNS_TYPE_DATA that are not meta types ask for behaviour of the server, so they must not
 * slip into a zone as opaque TYPEnn: signatures and proofs are made, not stored; CDS, CDNSKEY and CSYNC speak to the
 * parent only from a signed zone (RFC 7344 §4.1, RFC 7477 §3); ZONEMD must change with every change of the zone. */
static const struct dns_type types[] = {
    {DNS_A, "A", "4:address", DATA | DNS_TYPE_ADDRESS, "IPv4 address", "192.0.2.1"},
    {DNS_NS, "NS", "n:server", DATA, "name server, a delegation where it stands below the apex", "ns1.example.net."},
    {DNS_CNAME, "CNAME", "n:target", DATA | DNS_TYPE_SINGLETON | DNS_TYPE_ALONE, "another name for this name",
        "www.example.net."},
    {DNS_SOA, "SOA", "n:primary n:mailbox 32:serial t:refresh t:retry t:expire t:minimum",
        DATA | DNS_TYPE_SINGLETON | DNS_TYPE_APEX, "start of the zone: serial number and timers",
        "ns1.example.net. hostmaster.example.net. 1 2h 15m 2w 5m"},
    {DNS_PTR, "PTR", "n:target", DATA, "name for an address, in reverse zones", "host.example.net."},
    {DNS_HINFO, "HINFO", "s:cpu s:os", DATA, "kind of host: hardware and operating system", "\"PDP-11\" \"UNIX\""},
    {DNS_MX, "MX", "16:preference n:exchange", DATA, "mail server; lower preference is tried first",
        "10 mail.example.net."},
    {DNS_TXT, "TXT", "S:text", DATA, "text in quotes, such as SPF or a verification code", "\"v=spf1 -all\""},
    {DNS_RP, "RP", "N:mailbox N:text", DATA, "responsible person: mailbox, and a name with text records",
        "admin.example.net. about.example.net."},
    {DNS_AFSDB, "AFSDB", "16:subtype N:host", DATA, "server of an AFS cell", "1 afs.example.net."},
    {21, "RT", "16:preference N:host", DATA, "host that routes to this one", "10 relay.example.net."},
    {26, "PX", "16:preference N:map822 N:mapx400", DATA, "mapping between Internet and X.400 mail",
        "10 example.net. prmd-net.admd-x.c-zz."},
    {DNS_AAAA, "AAAA", "6:address", DATA | DNS_TYPE_ADDRESS, "IPv6 address", "2001:db8::1"},
    {DNS_LOC, "LOC", "loc:position", DATA, "position on the Earth",
        "52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m"},
    {DNS_SRV, "SRV", "16:priority 16:weight 16:port N:target", DATA, "host and port of a service",
        "10 60 5060 sip.example.net."},
    {DNS_NAPTR, "NAPTR", "16:order 16:preference s:flags s:services s:regexp N:replacement", DATA,
        "rewriting of names for telephony and other services", "100 10 \"S\" \"SIP+D2U\" \"\" _sip._udp.example.net."},
    {DNS_KX, "KX", "16:preference N:exchanger", DATA, "host that exchanges keys for this one", "10 kx.example.net."},
    {DNS_CERT, "CERT", "cert:type 16:key-tag alg:algorithm b:certificate", DATA, "certificate or where one is",
        "PKIX 0 0 MIIB"},
    {DNS_DNAME, "DNAME", "N:target", DATA | DNS_TYPE_SINGLETON, "another name for everything below this name",
        "example.net."},
    {DNS_OPT, "OPT", NULL, DNS_TYPE_META, NULL, NULL},
    {DNS_DS, "DS", "16:key-tag alg:algorithm dig:digest-type x:digest", DATA | DNS_TYPE_PARENT,
        "digest of the key that signs a delegated zone", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"},
    {DNS_SSHFP, "SSHFP", "8:algorithm 8:type x:fingerprint", DATA, "fingerprint of a host's SSH key",
        "4 2 123456789ABCDEF67890123456789ABCDEF67890123456789ABCDEF123456789"},
    {DNS_RRSIG, "RRSIG", NULL, 0, NULL, NULL},
    {DNS_NSEC, "NSEC", NULL, 0, NULL, NULL},
    {DNS_DNSKEY, "DNSKEY", "16:flags 8:protocol alg:algorithm b:key", 0, NULL, NULL},
    {DNS_DHCID, "DHCID", "b:data", DATA, "which DHCP client holds the name",
        "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA="},
    {DNS_NSEC3, "NSEC3", NULL, 0, NULL, NULL},
    {DNS_NSEC3PARAM, "NSEC3PARAM", NULL, 0, NULL, NULL},
    {DNS_TLSA, "TLSA", "8:usage 8:selector 8:matching-type x:data", DATA, "certificate that a TLS server must show",
        "3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971"},
    {DNS_SMIMEA, "SMIMEA", "8:usage 8:selector 8:matching-type x:data", DATA, "certificate of a mail address (S/MIME)",
        "3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971"},
    {DNS_CDS, "CDS", "16:key-tag alg:algorithm dig:digest-type x:digest", 0, NULL, NULL},
    {DNS_CDNSKEY, "CDNSKEY", "16:flags 8:protocol alg:algorithm b:key", 0, NULL, NULL},
    {DNS_OPENPGPKEY, "OPENPGPKEY", "b:key", DATA, "OpenPGP key of a mail address", "mQINBFit"},
    {DNS_CSYNC, "CSYNC", NULL, 0, NULL, NULL},
    {DNS_ZONEMD, "ZONEMD", "32:serial 8:scheme 8:algorithm x:digest", 0, NULL, NULL},
    {DNS_SVCB, "SVCB", "16:priority D:target svcb:parameters", DATA, "where and how a service is reached",
        "1 svc.example.net. alpn=\"dot\" port=853"},
    {DNS_HTTPS, "HTTPS", "16:priority D:target svcb:parameters", DATA, "where and how a web site is reached",
        "1 . alpn=\"h2,h3\""},
    {DNS_SPF, "SPF", "S:text", DATA, "mail policy, given up in favour of TXT", "\"v=spf1 -all\""},
    {DNS_NID, "NID", "16:preference id64:node", DATA, "ILNP node identifier", "10 14:4fff:ff20:ee64"},
    {DNS_L32, "L32", "16:preference 4:locator", DATA, "ILNP locator, 32 bits", "10 192.0.2.0"},
    {DNS_L64, "L64", "16:preference id64:locator", DATA, "ILNP locator, 64 bits", "10 2001:db8:1140:1000"},
    {DNS_LP, "LP", "16:preference D:name", DATA, "name of an ILNP locator", "10 l64.example.net."},
    {DNS_EUI48, "EUI48", "eui48:address", DATA, "hardware address, 48 bits", "00-00-5e-00-53-2a"},
    {DNS_EUI64, "EUI64", "eui64:address", DATA, "hardware address, 64 bits", "00-00-5e-ef-10-00-00-2a"},
    {DNS_TSIG, "TSIG", NULL, DNS_TYPE_META, NULL, NULL},
    {DNS_IXFR, "IXFR", NULL, DNS_TYPE_META, NULL, NULL},
    {DNS_AXFR, "AXFR", NULL, DNS_TYPE_META, NULL, NULL},
    {DNS_ANY, "ANY", NULL, DNS_TYPE_META, NULL, NULL},
    {DNS_URI, "URI", "16:priority 16:weight u:target", DATA, "URI of a service", "10 1 \"https://www.example.net/\""},
    {DNS_CAA, "CAA", "8:flags g:tag v:value", DATA, "which authorities may issue certificates",
        "0 issue \"ca.example.net\""},
    {261, "RESINFO", "S:text", DATA, "what a resolver can do", "\"qnamemin\" \"exterr=15-17\""},
    {262, "WALLET", "S:text", DATA, "address of a wallet", "\"BTC\" \"bc1qexample\""},
};

const struct dns_type *dns_type_at(size_t i)
{
    return i < ARRAY_LEN(types) ? &types[i] : NULL;
}

const struct dns_type *dns_type_find(uint16_t code)
{
    size_t low = 0, high = ARRAY_LEN(types);

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (types[mid].code == code)
            return &types[mid];
        if (types[mid].code < code)
            low = mid + 1;
        else
            high = mid;
    }
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
