#include "dns/tsig.h"
#include "nameserver/edns.h"
#include "nameserver/query_impl.h"

bool query_port_reflects(uint16_t port)
{
    static const uint16_t ports[] = {0, 7, 13, 17, 19, 37, 464}; /* none, echo, daytime, qotd, chargen, time, kpasswd */

    for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
        if (ports[i] == port)
            return true;
    }
    return false;
}

/* RFC 8945 §5.2.1: no key is known here, and the answer says so without a signature. */
static void answer_badkey(struct query_view *v, struct query *q)
{
    struct str msg = str_n((const char *)q->in, q->in_n);
    struct dns_query p;
    struct dns_tsig tsig;

    if (dns_query_parse(msg, &p) != DNS_NOTAUTH || !dns_tsig_read(msg, p.tsig_at, &tsig)) {
        query_answer_empty(v, q, 0, DNS_FORMERR);
        return;
    }
    query_answer_empty(v, q, 0, DNS_NOTAUTH);
    if (q->out_n > q->limit)
        return;
    size_t n = dns_tsig_write_error(&tsig, DNS_TSIG_BADKEY, q->out + q->out_n, q->limit - q->out_n);
    q->out_n += n;
    write_u16(q->out + 10, (uint16_t)(read_u16(q->out + 10) + (n > 0)));
}

static bool has_no_question(const struct query *q)
{
    return q->in_n >= DNS_HEADER_SIZE && read_u16(q->in + 4) == 0;
}

void query_refuse(struct query_view *v, struct query *q)
{
    if (q->refuse == DNS_DROP)
        v->counts.dropped++;
    else if (q->refuse == DNS_NOTAUTH)
        answer_badkey(v, q);
    else if (q->refuse != DNS_FORMERR || !has_no_question(q) || !edns_cookie_alone(v, q))
        query_answer_empty(v, q, 0, (unsigned)q->refuse);
}
