#include "dns/message.h"

bool dns_header_read(struct str msg, struct dns_header *h_r)
{
    if (msg.n < DNS_HEADER_SIZE)
        return false;
    h_r->id = read_u16(msg.p);
    h_r->flags = read_u16(msg.p + 2);
    for (size_t i = 0; i < 4; i++)
        h_r->count[i] = read_u16(msg.p + 4 + 2 * i);
    return true;
}

static int refuse(struct dns_query *q, int rcode, const char *reason)
{
    q->reason = reason;
    return rcode;
}

/* A question's name is the first in the message, so a pointer in it could point nowhere: plain labels only. */
static int read_question(struct str msg, size_t *at, struct dns_query *q)
{
    size_t used = dns_name_from_wire(msg.p + *at, msg.n - *at, &q->name);

    if (used == 0)
        return refuse(q, DNS_FORMERR, "malformed name in the question");
    *at += used;
    if (msg.n - *at < 4)
        return refuse(q, DNS_FORMERR, "question cut off");
    q->type = read_u16(msg.p + *at);
    q->class_ = read_u16(msg.p + *at + 2);
    *at += 4;
    q->question_end = *at;
    return DNS_NOERROR;
}

/* Over an owner that nobody asks for: labels up to the root or to a pointer. */
static bool skip_name(struct str msg, size_t *at)
{
    const uint8_t *p = (const uint8_t *)msg.p;

    while (*at < msg.n && p[*at] != 0 && p[*at] <= DNS_LABEL_MAX)
        *at += p[*at] + 1u;
    if (*at >= msg.n || (p[*at] != 0 && p[*at] < 0xc0))
        return false;
    *at += p[*at] == 0 ? 1 : 2;
    return *at <= msg.n;
}

bool dns_edns_options_whole(struct str options)
{
    size_t at = 0;

    while (options.n - at >= 4) {
        size_t n = read_u16(options.p + at + 2);

        if (n > options.n - at - 4)
            return false;
        at += 4 + n;
    }
    return at == options.n;
}

void dns_edns_read(struct dns_edns *edns_r, uint16_t class_, uint32_t ttl, struct str options)
{
    *edns_r = (struct dns_edns){
        .present = true,
        .do_bit = (ttl & 0x8000) != 0,
        .version = (uint8_t)(ttl >> 16),
        .udp_size = class_ < DNS_UDP_PLAIN_MAX ? DNS_UDP_PLAIN_MAX : class_,
        .options = options,
    };
}

/* RFC 6891 §6.1.3: another version may mean anything else, so nothing of it is read. */
FW_COLD static int read_options(struct dns_query *q)
{
    bool whole = q->edns.version == 0 && dns_edns_options_whole(q->edns.options);

    if (!whole)
        q->edns.options = STR_NULL;
    return whole || q->edns.version != 0 ? DNS_NOERROR : refuse(q, DNS_FORMERR, "malformed EDNS options");
}

static int read_opt(struct dns_query *q, bool at_root, uint16_t class_, uint32_t ttl, struct str options)
{
    if (q->edns.present)
        return refuse(q, DNS_FORMERR, "two OPT records");
    if (!at_root)
        return refuse(q, DNS_FORMERR, "OPT record not at the root");
    dns_edns_read(&q->edns, class_, ttl, options);
    if (FW_UNLIKELY(options.n != 0))
        return read_options(q);
    return DNS_NOERROR;
}

/* RFC 8945 §5.2: TSIG stands last. */
static int read_other(struct dns_query *q, uint16_t type, size_t at, bool last)
{
    if (type != DNS_TSIG)
        return DNS_NOERROR;
    if (!last)
        return refuse(q, DNS_FORMERR, "TSIG record not at the end of the additional section");
    q->tsig_at = at;
    return DNS_NOERROR;
}

static int read_record(struct str msg, size_t *at, bool additional, bool last, struct dns_query *q)
{
    bool at_root = *at < msg.n && msg.p[*at] == 0;
    size_t start = *at;
    uint16_t type;
    size_t n;

    if (!skip_name(msg, at))
        return refuse(q, DNS_FORMERR, "malformed owner name");
    if (msg.n - *at < 10)
        return refuse(q, DNS_FORMERR, "record cut off");
    type = read_u16(msg.p + *at);
    n = read_u16(msg.p + *at + 8);
    if (n > msg.n - *at - 10)
        return refuse(q, DNS_FORMERR, "data cut off");
    *at += 10 + n;
    if (type != DNS_OPT)
        return read_other(q, type, start, additional && last);
    if (!additional)
        return refuse(q, DNS_FORMERR, "OPT record outside of the additional section");
    return read_opt(
        q, at_root, read_u16(msg.p + *at - n - 8), read_u32(msg.p + *at - n - 6), str_n(msg.p + *at - n, n));
}

/* What is malformed may have no OPT record at all, and gets none: as BIND, NSD and Knot have it. */
static int without_opt(struct dns_query *q, int rcode)
{
    q->edns = (struct dns_edns){.present = false};
    return rcode;
}

static int read_records(struct str msg, size_t at, const struct dns_header *h, struct dns_query *q)
{
    unsigned in_front = (unsigned)h->count[1] + h->count[2], all = in_front + h->count[3];

    for (unsigned i = 0; i < all; i++) {
        int rcode = read_record(msg, &at, i >= in_front, i == all - 1, q);
        if (rcode != DNS_NOERROR)
            return without_opt(q, rcode);
    }
    return at == msg.n ? DNS_NOERROR : without_opt(q, refuse(q, DNS_FORMERR, "bytes behind the last record"));
}

/* Opcodes that nobody knows may lay a message out in any way: of the answer only the header is the same. */
FW_COLD static int refuse_opcode(
    struct str msg, size_t at, const struct dns_header *h, bool question, struct dns_query *q)
{
    unsigned opcode = dns_flags_opcode(h->flags);

    if (question && read_records(msg, at, h, q) == DNS_NOERROR && q->edns.version != 0)
        return refuse(q, DNS_BADVERS, "EDNS version not known");
    if (opcode != DNS_OPCODE_NOTIFY && opcode != DNS_OPCODE_UPDATE)
        q->question_end = 0;
    return refuse(q, DNS_NOTIMP, "opcode not implemented");
}

/* Without a question one may still ask for a cookie (RFC 7873 §5.4), with nothing but OPT. */
FW_COLD static int refuse_count(struct str msg, const struct dns_header *h, struct dns_query *q)
{
    if (h->count[0] > 1)
        return refuse(q, DNS_FORMERR, "more than one question");
    if (h->count[1] != 0 || h->count[2] != 0 || h->count[3] != 1 ||
        read_records(msg, DNS_HEADER_SIZE, h, q) != DNS_NOERROR)
        q->edns.options = STR_NULL;
    if (q->edns.version != 0)
        return refuse(q, DNS_BADVERS, "EDNS version not known");
    return refuse(q, DNS_FORMERR, "no question");
}

/* What a query with one question brings behind it. */
static int read_rest(struct str msg, size_t at, const struct dns_header *h, struct dns_query *q)
{
    int rcode;

    if (h->count[1] != 0 || (h->count[2] != 0 && q->type != DNS_IXFR))
        return refuse(q, DNS_FORMERR, "records in the answer or authority section of a query");
    rcode = read_records(msg, at, h, q);
    if (rcode != DNS_NOERROR)
        return rcode;
    if (q->edns.version != 0)
        return refuse(q, DNS_BADVERS, "EDNS version not known");
    if (q->tsig_at != 0)
        return refuse(q, DNS_NOTAUTH, "signed, and no key is known here");
    return DNS_NOERROR;
}

int dns_query_parse(struct str msg, struct dns_query *q_r)
{
    struct dns_header h;
    size_t at = DNS_HEADER_SIZE;
    int rcode;

    *q_r = (struct dns_query){.name = dns_name_root};
    if (!dns_header_read(msg, &h))
        return refuse(q_r, DNS_DROP, "shorter than a header");
    q_r->id = h.id;
    q_r->flags = h.flags;
    if ((h.flags & DNS_QR) != 0)
        return refuse(q_r, DNS_DROP, "a reply, not a query");
    if (h.count[0] != 1)
        return dns_flags_opcode(h.flags) == DNS_OPCODE_QUERY ? refuse_count(msg, &h, q_r)
                                                             : refuse_opcode(msg, at, &h, h.count[0] == 0, q_r);
    rcode = read_question(msg, &at, q_r);
    if (dns_flags_opcode(h.flags) != DNS_OPCODE_QUERY)
        return refuse_opcode(msg, at, &h, rcode == DNS_NOERROR, q_r);
    return rcode != DNS_NOERROR ? rcode : read_rest(msg, at, &h, q_r);
}
