/* From bytes to a question. dns_query_parse says what is a good query. Nearly all of them look the same, though: one question,
 * and an OPT record at the end or nothing. query_read_plain takes exactly those, and finds in them what
 * dns_query_parse would; everything else, good or bad, it leaves to that. tests/nameserver/test_query_read.c
 * holds the two together. */
#include <netinet/in.h>

#include "nameserver/query_impl.h"

typedef uint8_t bytes16 __attribute__((vector_size(16)));

static inline uint64_t load8(const uint8_t *p)
{
    uint64_t x;

    memcpy(&x, p, sizeof(x));
    return x;
}

/* Bytes 2 to 9 of the header: no reply, opcode QUERY, one question, nothing in answer and authority. */
static inline bool header_is_plain(const uint8_t *p)
{
    static const uint8_t mask[8] = {0xf8, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, want[8] = {0, 0, 0, 1, 0, 0, 0, 0};

    return (load8(p + 2) & load8(mask)) == load8(want);
}

/* Root, OPT, any size, any extended rcode, version 0, any flag. */
static inline bool opt_is_plain(const uint8_t *p)
{
    static const uint8_t mask[8] = {0xff, 0xff, 0xff, 0, 0, 0, 0xff, 0}, want[8] = {0, 0, DNS_OPT, 0, 0, 0, 0, 0};

    return (load8(p) & load8(mask)) == load8(want);
}

/* RFC 6891 §6.2.3, §6.2.5: what the client takes, and over UDP no more than we care to send. */
static inline uint16_t answer_limit(const struct query *q, bool edns, uint16_t udp_size)
{
    if (q->tcp)
        return DNS_MESSAGE_MAX;
    if (!edns || udp_size < DNS_UDP_PLAIN_MAX)
        return DNS_UDP_PLAIN_MAX;
    return udp_size < QUERY_UDP_MAX ? udp_size : QUERY_UDP_MAX;
}

/* Measures a name of which n bytes may be read: how long it is, with the root's zero, or 0 where it does not end there. */
static FW_ALWAYS_INLINE size_t name_measure(const uint8_t *p, size_t n, unsigned *labels_r)
{
    size_t max = n < DNS_NAME_MAX ? n : DNS_NAME_MAX, at = 0;
    unsigned labels = 0;

    for (; at < max; labels++) {
        size_t label = p[at];

        if (label == 0) {
            *labels_r = labels;
            return at + 1;
        }
        if (label > DNS_LABEL_MAX)
            return 0;
        at += label + 1;
    }
    return 0;
}

static inline void lower16(uint8_t *to, const uint8_t *from)
{
    bytes16 x;

    memcpy(&x, from, sizeof(x));
    x |= (bytes16)((x - 'A') < 26) & 0x20; /* length bytes are below 'A' */
    memcpy(to, &x, sizeof(x));
}

/* Takes a name of len bytes, lowered; n bytes and more may be read. */
static FW_ALWAYS_INLINE void name_take(struct query *q, const uint8_t *p, size_t len, unsigned labels, size_t n)
{
    size_t i = 0;

    q->name_len = (uint8_t)len;
    q->labels = (uint8_t)labels;
    for (; i < len && i + 16 <= n; i += 16)
        lower16(q->name + i, p + i);
    if (i < len)
        dns_wire_lower(q->name + i, p + i, len - i);
}

/* What stands behind the question: one OPT record or nothing. */
static FW_ALWAYS_INLINE bool read_plain_opt(struct query *q, const uint8_t *in, size_t in_n, size_t at)
{
    const uint8_t *p = in + at;
    size_t rest = in_n - at, n;
    unsigned additional = read_u16(in + 10);

    q->options = STR_NULL;
    q->do_bit = false;
    if (additional == 0 && rest == 0) {
        q->opt_size = 0;
        q->limit = answer_limit(q, false, 0);
        return true;
    }
    if (additional != 1 || rest < DNS_OPT_SIZE || !opt_is_plain(p))
        return false;
    n = read_u16(p + 9);
    if (n != rest - DNS_OPT_SIZE)
        return false;
    q->opt_size = DNS_OPT_SIZE;
    q->do_bit = (p[7] & 0x80) != 0;
    q->limit = answer_limit(q, true, read_u16(p + 3));
    if (n == 0)
        return true;
    q->options = str_n((const char *)p + DNS_OPT_SIZE, n);
    return dns_edns_options_whole(q->options);
}

static FW_ALWAYS_INLINE bool read_plain(struct query *q)
{
    const uint8_t *in = q->in, *p = in + DNS_HEADER_SIZE;
    size_t in_n = q->in_n, n = in_n - DNS_HEADER_SIZE /* from the name on */, len;
    unsigned labels = 0;

    if (in_n < DNS_HEADER_SIZE + 5 || !header_is_plain(in))
        return false;
    len = name_measure(p, n - 4, &labels);
    if (len == 0 || !read_plain_opt(q, in, in_n, DNS_HEADER_SIZE + len + 4))
        return false;
    q->question_end = (uint16_t)(DNS_HEADER_SIZE + len + 4);
    q->refuse = DNS_NOERROR;
    q->flags = read_u16(in + 2);
    q->type = read_u16(p + len);
    q->class_ = read_u16(p + len + 2);
    name_take(q, p, len, labels, n);
    return true;
}

bool query_read_plain(struct query *q)
{
    return read_plain(q);
}

void query_read_any(struct query *q)
{
    struct dns_query p;

    q->refuse = dns_query_parse(str_n((const char *)q->in, q->in_n), &p);
    q->flags = p.flags;
    q->type = p.type;
    q->class_ = p.class_;
    q->question_end = (uint16_t)p.question_end;
    q->limit = answer_limit(q, p.edns.present, p.edns.udp_size);
    q->opt_size = p.edns.present ? DNS_OPT_SIZE : 0;
    q->do_bit = p.edns.do_bit;
    q->options = p.edns.options;
    name_take(q, p.name.wire, p.name.len, p.name.labels, p.name.len);
}

/* The port stands at one place in both families. */
static inline bool from_reflector(const struct query *q)
{
    uint16_t port;

    if (q->tcp || q->client == NULL)
        return false;
    port = ntohs(((const struct sockaddr_in *)(const void *)q->client)->sin_port);
    return port < 1024 && query_port_reflects(port);
}

void query_prepare(struct query_view *v, struct query *q)
{
    q->out_n = 0;
    if (FW_UNLIKELY(from_reflector(q))) {
        q->refuse = DNS_DROP;
        return;
    }
    if (!read_plain(q))
        query_read_any(q);
    if (FW_UNLIKELY(q->limit > v->udp_size) && !q->tcp)
        q->limit = v->udp_size;
    if (q->refuse != DNS_NOERROR)
        return;
    q->hash = name_hash_padded(&v->store->table.keys, q->name, q->name_len);
    table_prefetch(v->slots, q->hash);
}
