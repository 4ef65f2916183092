#include "base/clock.h"
#include "nameserver/query_impl.h"
#include "nameserver/rrl.h"

static enum rrl_kind kind_of(const struct query *q)
{
    unsigned rcode = q->out[3] & 15u;

    if (q->found == NULL || (rcode != DNS_NOERROR && rcode != DNS_NXDOMAIN))
        return RRL_ERROR;
    if (rcode == DNS_NXDOMAIN)
        return RRL_NXDOMAIN;
    if (read_u16(q->out + 6) != 0 || (q->out[2] & DNS_TC >> 8) != 0)
        return RRL_ANSWER;
    return (q->out[2] & DNS_AA >> 8) != 0 ? RRL_NODATA : RRL_REFERRAL;
}

/* A type that the name has no answer of its own for gets what all such types get (a CNAME, what a DNAME makes): whoever
 * goes through the types asks for the same again. */
static uint16_t type_of(const struct query *q)
{
    return image_slot(q->found, q->type) != NULL ? q->type : 0;
}

/* The name that decided: of the data, wildcard or cut; of the zone where there was none. */
static uint64_t name_of(const struct query_view *v, const struct query *q, enum rrl_kind kind)
{
    const struct image *i = q->found;
    size_t skip;

    if (kind == RRL_ERROR)
        return 0;
    skip = kind == RRL_NXDOMAIN ? (size_t)i->name_len - i->zone->name_len : 0;
    return name_hash_of(&v->store->table.keys, image_name(i) + skip, i->name_len - skip) ^
           (kind == RRL_ANSWER ? type_of(q) : 0);
}

/* Header, question and OPT stay. */
static void cut_down(struct query *q)
{
    size_t end = q->question_end != 0 ? q->question_end : DNS_HEADER_SIZE;

    memmove(q->out + end, q->out + q->out_n - q->opt_size, q->opt_size);
    q->out_n = end + q->opt_size;
    q->out[2] |= DNS_TC >> 8;
    memset(q->out + 6, 0, 6);
    q->out[11] = q->opt_size != 0;
}

void query_limit(struct query_view *v, struct query *q)
{
    enum rrl_kind kind = kind_of(q);
    enum rrl_verdict verdict;

    if (q->client == NULL || q->cookie_good)
        return;
    if (v->now_ns == 0)
        v->now_ns = clock_monotonic_ns();
    verdict = rrl_check(v->settings->rrl, q->client, kind, name_of(v, q, kind), v->now_ns);
    if (verdict == RRL_SEND)
        return;
    /* What is signed, or was refused for its signature, has TSIG behind OPT. */
    if (verdict == RRL_SLIP && q->refuse != DNS_NOTAUTH) {
        cut_down(q);
        v->counts.rate_slipped++;
    } else {
        q->out_n = 0;
        v->counts.rate_dropped++;
    }
}
