#include "dns/message.h"

static const struct {
    unsigned code;
    const char *name;
} rcodes[] = {{DNS_NOERROR, "NOERROR"}, {DNS_FORMERR, "FORMERR"}, {DNS_SERVFAIL, "SERVFAIL"},
    {DNS_NXDOMAIN, "NXDOMAIN"}, {DNS_NOTIMP, "NOTIMP"}, {DNS_REFUSED, "REFUSED"}, {DNS_YXDOMAIN, "YXDOMAIN"},
    {7, "YXRRSET"}, {8, "NXRRSET"}, {DNS_NOTAUTH, "NOTAUTH"}, {10, "NOTZONE"}, {DNS_BADVERS, "BADVERS"}, {17, "BADKEY"},
    {18, "BADTIME"}, {DNS_BADCOOKIE, "BADCOOKIE"}};

const char *dns_rcode_text(unsigned rcode)
{
    static _Thread_local char other[24];

    for (size_t i = 0; i < ARRAY_LEN(rcodes); i++)
        if (rcodes[i].code == rcode)
            return rcodes[i].name;
    snprintf(other, sizeof(other), "RCODE%u", rcode);
    return other;
}

static const char *opcode_text(unsigned opcode)
{
    static const char *const words[16] = {"QUERY", "IQUERY", "STATUS", NULL, "NOTIFY", "UPDATE", "DSO"};

    return words[opcode] != NULL ? words[opcode] : "unassigned";
}

static void write_flags(struct buf *out, uint16_t flags)
{
    static const struct {
        uint16_t bit;
        const char *word;
    } words[] = {{DNS_QR, " qr"}, {DNS_AA, " aa"}, {DNS_TC, " tc"}, {DNS_RD, " rd"}, {DNS_RA, " ra"}, {DNS_AD, " ad"},
        {DNS_CD, " cd"}};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if ((flags & words[i].bit) != 0)
            buf_puts(out, words[i].word);
}

static void write_header(struct buf *out, const struct dns_message *m)
{
    buf_printf(out, ";; opcode: %s, status: %s, id: %u\n;; flags:", opcode_text(dns_flags_opcode(m->header.flags)),
        dns_rcode_text(m->rcode), m->header.id);
    write_flags(out, m->header.flags);
    buf_printf(out, "; QUERY: %u, ANSWER: %u, AUTHORITY: %u, ADDITIONAL: %u\n", m->header.count[0], m->header.count[1],
        m->header.count[2], m->header.count[3]);
    if (m->edns.present)
        buf_printf(out, ";; EDNS: version: %u, flags:%s; udp: %u\n", m->edns.version, m->edns.do_bit ? " do" : "",
            m->edns.udp_size);
}

static void write_record(struct buf *out, const struct dns_record *rec)
{
    dns_name_write(out, &rec->owner, true);
    buf_printf(out, "\t%u\t", rec->ttl);
    dns_class_write(out, rec->class_);
    buf_putc(out, '\t');
    dns_type_write(out, rec->type);
    buf_putc(out, '\t');
    dns_rdata_write(out, rec->type, rec->rdata);
    buf_putc(out, '\n');
}

void dns_message_write(struct buf *out, const struct dns_message *m)
{
    static const char *const titles[DNS_SECTIONS] = {"ANSWER", "AUTHORITY", "ADDITIONAL"};

    write_header(out, m);
    if (m->has_question) {
        buf_puts(out, "\n;; QUESTION SECTION:\n;");
        dns_name_write(out, &m->qname, true);
        buf_puts(out, "\t\t");
        dns_class_write(out, m->qclass);
        buf_putc(out, '\t');
        dns_type_write(out, m->qtype);
        buf_putc(out, '\n');
    }
    for (enum dns_section s = DNS_ANSWER; s < DNS_SECTIONS; s++) {
        if (m->n[s] > 0)
            buf_printf(out, "\n;; %s SECTION:\n", titles[s]);
        for (size_t i = 0; i < m->n[s]; i++)
            write_record(out, &m->records[s][i]);
    }
    buf_printf(out, "\n;; MSG SIZE: %zu bytes\n", m->size);
}
