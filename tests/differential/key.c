#include "tests/differential/differential.h"

#define KEY_MAX ((size_t)1 << 20)

static void record_put(struct buf *b, const struct record *x)
{
    buf_put(b, x->owner, x->owner_n);
    buf_u16(b, x->type);
    buf_u16(b, x->class_);
    buf_u32(b, x->ttl);
    buf_u16(b, x->rdata_n);
    buf_put(b, x->rdata, x->rdata_n);
}

static bool same_set(const struct record *a, const struct record *b)
{
    return a->type == b->type && wire_equal(a->owner, a->owner_n, b->owner, b->owner_n);
}

/* Records of one RRset in order, RRsets as they stand. */
static void sets_sort(struct record *x, size_t n)
{
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && same_set(&x[i], &x[end]); end++)
            ;
        if (end - i > 1)
            qsort(&x[i], end - i, sizeof(*x), record_compare);
    }
}

static void section_put(struct buf *b, const struct reply *r, int section)
{
    buf_u8(b, (uint8_t)(0xf0 + section));
    for (size_t i = 0; i < r->n[section]; i++)
        record_put(b, &r->records[section][i]);
}

bool glue_needed(const struct reply *r, const struct record *x)
{
    if (x->type != TYPE_A && x->type != TYPE_AAAA)
        return false;
    for (size_t i = 0; i < r->n[AUTHORITY]; i++) {
        const struct record *ns = &r->records[AUTHORITY][i];

        if (ns->type == TYPE_NS && wire_equal(ns->rdata, ns->rdata_n, x->owner, x->owner_n) &&
            wire_below(x->owner, x->owner_n, ns->owner, ns->owner_n))
            return true;
    }
    return false;
}

static void glue_put(struct buf *b, const struct reply *r)
{
    buf_u8(b, 0xf0 + ADDITIONAL);
    for (size_t i = 0; i < r->n[ADDITIONAL]; i++) {
        if (glue_needed(r, &r->records[ADDITIONAL][i]))
            record_put(b, &r->records[ADDITIONAL][i]);
    }
}

static void sections_sort(struct reply *r)
{
    if (r->qtype == TYPE_ANY)
        qsort(r->records[ANSWER], r->n[ANSWER], sizeof(struct record), record_compare);
    else
        sets_sort(r->records[ANSWER], r->n[ANSWER]);
    for (int s = AUTHORITY; s < SECTIONS; s++)
        qsort(r->records[s], r->n[s], sizeof(struct record), record_compare);
}

void reply_key(struct arena *a, struct reply *r)
{
    struct buf b;

    buf_in(&b, a, KEY_MAX);
    if (r->wrong != NULL) {
        buf_puts(&b, r->wrong);
        r->key = buf_view(&b);
        return;
    }
    buf_u16(&b, r->flags & (uint16_t)~FLAG_CD);
    buf_u16(&b, (uint16_t)r->rcode);
    if (r->qname != NULL)
        buf_put(&b, r->qname, r->qname_n + 4u);
    buf_u8(&b, r->opt);
    buf_u32(&b, r->opt_ttl);
    sections_sort(r);
    if (!reply_truncated(r)) {
        section_put(&b, r, ANSWER);
        section_put(&b, r, AUTHORITY);
        glue_put(&b, r);
    }
    r->key = buf_view(&b);
}

static const char *chain_kind(const struct reply *r, bool negative)
{
    if (r->rcode == RCODE_YXDOMAIN)
        return "DNAME: name too long (YXDOMAIN)";
    if (section_has_type(r, AUTHORITY, TYPE_NS))
        return "chain to a delegation";
    if (negative)
        return r->rcode == RCODE_NXDOMAIN ? "chain to NXDOMAIN" : "chain to no data";
    if (r->records[ANSWER][r->n[ANSWER] - 1].type == TYPE_CNAME)
        return "chain to elsewhere";
    return section_has_type(r, ANSWER, TYPE_DNAME) ? "chain to data, through DNAME" : "chain to data";
}

const char *reply_kind(const struct reply *r)
{
    bool negative = section_has_type(r, AUTHORITY, TYPE_SOA);
    const struct record *first = r->n[ANSWER] > 0 ? &r->records[ANSWER][0] : NULL;

    if (r->wrong != NULL)
        return "none, or malformed";
    if (reply_truncated(r))
        return "truncated";
    if (r->rcode == RCODE_REFUSED)
        return "refused";
    if (first == NULL && section_has_type(r, AUTHORITY, TYPE_NS))
        return r->n[ADDITIONAL] > 0 ? "referral with glue" : "referral without glue";
    if (first == NULL)
        return !negative ? "empty" : r->rcode == RCODE_NXDOMAIN ? "NXDOMAIN" : "no data";
    if (r->qtype == TYPE_ANY)
        return "ANY";
    if ((first->type == TYPE_CNAME || first->type == TYPE_DNAME) && first->type != r->qtype)
        return chain_kind(r, negative);
    return "data";
}
