#include "dns/message.h"

static const char *const section_words[DNS_SECTIONS] = {"answer", "authority", "additional"};

/* One reading of a whole message. */
struct message_read {
    struct arena *arena;
    struct str wire;
    size_t at;
    struct dns_message *m;
    struct error *e;
};

static enum status cut_off(const struct message_read *r, const char *what)
{
    return error_set(r->e, PROTOCOL, "message-truncated",
        "the %s at byte %zu goes past the end of the message (%zu bytes)", what, r->at, r->wire.n);
}

static enum status read_question(struct message_read *r)
{
    struct dns_message *m = r->m;

    if (m->header.count[0] > 1)
        return error_set(r->e, PROTOCOL, "message-questions", "the message has %u questions, at most one is allowed",
            m->header.count[0]);
    if (m->header.count[0] == 0)
        return OK;
    TRY(dns_name_from_message(r->wire, &r->at, &m->qname, r->e));
    if (r->wire.n - r->at < 4)
        return cut_off(r, "question");
    m->qtype = read_u16(r->wire.p + r->at);
    m->qclass = read_u16(r->wire.p + r->at + 2);
    m->has_question = true;
    r->at += 4;
    return OK;
}

static enum status take_opt(struct message_read *r, enum dns_section section, const struct dns_record *rec, size_t n)
{
    struct str options = str_n(r->wire.p + r->at, n);

    if (section != DNS_ADDITIONAL || r->m->edns.present || !dns_name_is_root(&rec->owner))
        return error_set(r->e, PROTOCOL, "message-opt", "there may be one OPT record, additional and at the root");
    dns_edns_read(&r->m->edns, rec->class_, rec->ttl, options);
    if (r->m->edns.version == 0 && !dns_edns_options_whole(options))
        return error_set(r->e, PROTOCOL, "message-opt", "the EDNS options at byte %zu are malformed", r->at);
    r->m->rcode |= (rec->ttl >> 24) << 4;
    r->at += n;
    return OK;
}

static enum status read_record(struct message_read *r, enum dns_section section)
{
    struct dns_message *m = r->m;
    struct dns_record *rec = &m->records[section][m->n[section]];
    const char *p;
    size_t n;

    TRY(dns_name_from_message(r->wire, &r->at, &rec->owner, r->e));
    if (r->wire.n - r->at < 10)
        return cut_off(r, "record");
    p = r->wire.p + r->at;
    rec->type = read_u16(p);
    rec->class_ = read_u16(p + 2);
    rec->ttl = read_u32(p + 4);
    n = read_u16(p + 8);
    r->at += 10;
    if (n > r->wire.n - r->at)
        return cut_off(r, "data");
    if (rec->type == DNS_OPT)
        return take_opt(r, section, rec, n);
    TRY(dns_rdata_from_message(r->arena, rec->type, r->wire, r->at, n, &rec->rdata, r->e));
    r->at += n;
    m->n[section]++;
    return OK;
}

static enum status read_section(struct message_read *r, enum dns_section section)
{
    unsigned count = r->m->header.count[section + 1];
    size_t room = (r->wire.n - r->at) / 11; /* no record is shorter: do not believe a count beyond that */

    if (count > room)
        return error_set(r->e, PROTOCOL, "message-truncated",
            "the header says %u %s records, but only %zu bytes are left at byte %zu", count, section_words[section],
            r->wire.n - r->at, r->at);
    r->m->records[section] = ARENA_ARRAY(r->arena, count, struct dns_record);
    for (unsigned i = 0; i < count; i++)
        if (read_record(r, section) != OK)
            return error_prefix(r->e, "%s record %u", section_words[section], i + 1);
    return OK;
}

enum status dns_message_parse(struct arena *a, struct str wire, struct dns_message *m_r, struct error *e)
{
    struct message_read r = {.arena = a, .wire = wire, .at = DNS_HEADER_SIZE, .m = m_r, .e = e};

    memset(m_r, 0, sizeof(*m_r));
    m_r->size = wire.n;
    if (wire.n > DNS_MESSAGE_MAX)
        return error_set(
            e, PROTOCOL, "message-too-long", "the message has %zu bytes, the most is %d", wire.n, DNS_MESSAGE_MAX);
    if (!dns_header_read(wire, &m_r->header))
        return error_set(e, PROTOCOL, "message-truncated", "%zu bytes are less than a header", wire.n);
    m_r->rcode = m_r->header.flags & 15u;
    TRY(read_question(&r));
    for (enum dns_section s = DNS_ANSWER; s < DNS_SECTIONS; s++)
        TRY(read_section(&r, s));
    if (r.at != wire.n)
        return error_set(e, PROTOCOL, "message-trailing", "%zu bytes are left behind the last record", wire.n - r.at);
    return OK;
}

struct dns_rrset dns_message_rrset(
    struct arena *a, const struct dns_message *m, enum dns_section section, const struct dns_name *owner, uint16_t type)
{
    struct dns_rrset set;
    struct error e;

    dns_rrset_init(&set, owner, type, DNS_TTL_MAX);
    for (size_t i = 0; i < m->n[section]; i++) {
        const struct dns_record *rec = &m->records[section][i];

        if (rec->type != type || !dns_name_equal(&rec->owner, owner))
            continue;
        /* The shortest TTL counts where they differ (RFC 2181 §5.2); what is over our limits is left out. */
        if (dns_rrset_add(a, &set, rec->rdata, &e) == OK && rec->ttl < set.ttl)
            set.ttl = rec->ttl;
        set.class_ = rec->class_;
    }
    return set;
}
