#include "tests/differential/differential.h"

#define SHOWN_RDATA_MAX 60 /* bytes of RDATA that is shown as hexadecimal */

const char *const server_names[SERVERS] = {"ours", "bind", "nsd", "knot"};

void name_show(struct buf *b, const uint8_t *name)
{
    if (*name == 0)
        buf_putc(b, '.');
    for (; *name != 0; name += 1 + *name) {
        for (unsigned i = 1; i <= *name; i++) {
            if (name[i] <= ' ' || name[i] >= 127)
                buf_printf(b, "\\%03u", name[i]);
            else
                buf_printf(b, strchr(".\\\"();@$", name[i]) != NULL ? "\\%c" : "%c", name[i]);
        }
        buf_putc(b, '.');
    }
}

void type_show(struct buf *b, uint16_t type)
{
    static const struct {
        uint16_t type;
        const char *name;
    } names[] = {{1, "A"}, {2, "NS"}, {5, "CNAME"}, {6, "SOA"}, {12, "PTR"}, {13, "HINFO"}, {15, "MX"}, {16, "TXT"},
        {17, "RP"}, {28, "AAAA"}, {29, "LOC"}, {33, "SRV"}, {35, "NAPTR"}, {37, "CERT"}, {39, "DNAME"}, {43, "DS"},
        {44, "SSHFP"}, {46, "RRSIG"}, {47, "NSEC"}, {48, "DNSKEY"}, {52, "TLSA"}, {53, "SMIMEA"}, {61, "OPENPGPKEY"},
        {64, "SVCB"}, {65, "HTTPS"}, {99, "SPF"}, {255, "ANY"}, {256, "URI"}, {257, "CAA"}};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (names[i].type == type) {
            buf_puts(b, names[i].name);
            return;
        }
    }
    buf_printf(b, "TYPE%u", type);
}

const char *rcode_show(unsigned rcode)
{
    static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN",
        "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};

    return rcode < ARRAY_LEN(names) ? names[rcode] : rcode == 16 ? "BADVERS" : "another rcode";
}

static void rdata_show(struct buf *b, const struct record *x)
{
    const uint8_t *p = x->rdata;

    if (x->type == TYPE_A && x->rdata_n == 4) {
        buf_printf(b, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
    } else if ((x->type == TYPE_NS || x->type == TYPE_CNAME || x->type == TYPE_DNAME) && x->rdata_n > 0) {
        name_show(b, p);
    } else if (x->type == TYPE_SOA && x->rdata_n > 20) {
        name_show(b, p);
        buf_puts(b, " …");
    } else {
        buf_printf(b, "\\# %u ", x->rdata_n);
        for (unsigned i = 0; i < x->rdata_n && i < SHOWN_RDATA_MAX; i++)
            buf_printf(b, "%02x", p[i]);
        buf_puts(b, x->rdata_n > SHOWN_RDATA_MAX ? " …" : "");
    }
}

static void section_show(struct buf *b, const struct reply *r, int section)
{
    static const char *const titles[SECTIONS] = {"answer", "authority", "additional"};

    for (size_t i = 0; i < r->n[section]; i++) {
        const struct record *x = &r->records[section][i];

        if (i == 12) {
            buf_printf(b, "    %-11s … %zu records\n", titles[section], r->n[section]);
            return;
        }
        buf_printf(b, "    %-11s ", titles[section]);
        name_show(b, x->owner);
        buf_printf(b, " %u ", x->ttl);
        type_show(b, x->type);
        buf_putc(b, ' ');
        rdata_show(b, x);
        buf_putc(b, '\n');
    }
}

void reply_show(struct buf *b, const struct reply *r)
{
    static const struct {
        uint16_t flag;
        const char *name;
    } flags[] = {
        {0x8000, "qr"}, {0x0400, "aa"}, {0x0200, "tc"}, {0x0100, "rd"}, {0x0080, "ra"}, {0x0020, "ad"}, {0x0010, "cd"}};

    if (r->wrong != NULL) {
        buf_printf(b, "%s (%zu bytes)\n", r->wrong, r->wire_n);
        return;
    }
    buf_printf(b, "%s, flags:", rcode_show(r->rcode));
    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        if ((r->flags & flags[i].flag) != 0)
            buf_printf(b, " %s", flags[i].name);
    }
    buf_printf(b, ", opcode %u, %zu bytes", r->flags >> 11 & 15, r->wire_n);
    if (r->opt)
        buf_printf(b, ", EDNS version %u flags %04x size %u", r->opt_ttl >> 16, r->opt_ttl & 0xffff, r->opt_size);
    buf_putc(b, '\n');
    for (int s = 0; s < SECTIONS; s++)
        section_show(b, r, s);
}
