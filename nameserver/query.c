#include "nameserver/query_impl.h"

#include "nameserver/chaos.h"
#include "nameserver/edns.h"
#include "nameserver/synthesis.h"

#define TYPE_TKEY 249
#define TYPE_MAILB 253
#define TYPE_MAILA 254

void query_view_init(struct query_view *v, struct store *st, const struct query_settings *settings)
{
    memset(v, 0, sizeof(*v));
    v->store = st;
    query_view_use(v, settings != NULL ? settings : &query_settings_default);
    v->reader = epoch_reader_take(&st->epochs);
}

void query_view_use(struct query_view *v, const struct query_settings *settings)
{
    v->settings = settings;
    v->careful = settings->rrl != NULL || settings->cookies_required;
    v->udp_size = settings->udp_size;
    memset(v->opt, 0, sizeof(v->opt));
    write_u16(v->opt + 1, DNS_OPT);
    write_u16(v->opt + 3, settings->udp_size);
}

void query_view_clear(struct query_view *v)
{
    epoch_reader_give(v->reader);
    v->reader = NULL;
    synthesis_free(&v->synthesis);
}

/* ---- putting the answer together ------------------------------------------------------------------------ */

/* Pieces of fixed size, the last one overlapping: what is copied for an answer is short, and a call costs more than that. */
static inline void copy_bytes(uint8_t *to, const uint8_t *from, size_t n)
{
    if (n < 16 || n > 256) {
        memcpy(to, from, n);
        return;
    }
    for (size_t i = 0; i < n - 16; i += 16)
        memcpy(to + i, from + i, 16);
    memcpy(to + n - 16, from + n - 16, 16);
}

static inline void put_header(struct query *q, unsigned flags, unsigned rcode)
{
    static const uint8_t one_question[8] = {0, 1, 0, 0, 0, 0, 0, 0};

    q->out_n = q->question_end != 0 ? q->question_end : DNS_HEADER_SIZE;
    copy_bytes(q->out, q->in, q->out_n);
    write_u16(q->out + 2, (uint16_t)(DNS_QR | (q->flags & (0x7800 | DNS_RD | DNS_CD)) | flags | (rcode & 15)));
    memcpy(q->out + 4, one_question, sizeof(one_question));
    if (q->question_end == 0)
        q->out[5] = 0;
}

static inline void put_counts(struct query *q, unsigned an, unsigned ns, unsigned ar)
{
    write_u16(q->out + 6, (uint16_t)an);
    write_u16(q->out + 8, (uint16_t)ns);
    write_u16(q->out + 10, (uint16_t)ar);
}

/* RFC 6891 §6.1: root, OPT, our size, extended rcode, version 0, DO as it came (RFC 3225), options. */
static inline void put_opt(const struct query_view *v, struct query *q, unsigned rcode)
{
    uint8_t *p = q->out + q->out_n;

    if (q->opt_size == 0)
        return;
    memcpy(p, v->opt, DNS_OPT_SIZE);
    p[5] = (uint8_t)(rcode >> 4);
    p[7] = q->do_bit ? 0x80 : 0;
    if (FW_UNLIKELY(q->opt_size > DNS_OPT_SIZE)) {
        write_u16(p + 9, (uint16_t)(q->opt_size - DNS_OPT_SIZE));
        memcpy(p + DNS_OPT_SIZE, q->opt, q->opt_size - (size_t)DNS_OPT_SIZE);
    }
    q->out_n += q->opt_size;
    write_u16(q->out + 10, (uint16_t)(read_u16(q->out + 10) + 1));
}

static void answer_empty(struct query_view *v, struct query *q, unsigned flags, unsigned rcode)
{
    put_header(q, flags, rcode);
    put_opt(v, q, rcode);
    v->counts.rcode[rcode]++;
}

void query_answer_empty(struct query_view *v, struct query *q, unsigned flags, unsigned rcode)
{
    answer_empty(v, q, flags, rcode);
}

void query_answer_record(struct query_view *v, struct query *q, const void *record, size_t n)
{
    put_header(q, DNS_AA, DNS_NOERROR);
    memcpy(q->out + q->out_n, record, n);
    q->out_n += n;
    put_counts(q, 1, 0, 0);
    put_opt(v, q, DNS_NOERROR);
    v->counts.rcode[DNS_NOERROR]++;
}

static inline void put_negative(struct query *q, const struct negative *n, unsigned apex_at)
{
    uint8_t *p = q->out + q->out_n;

    copy_bytes(p, n->record, n->bytes);
    for (unsigned i = 0; i < n->places_n; i++)
        write_u16(p + n->places[i], (uint16_t)(0xc000u | apex_at));
    q->out_n += n->bytes;
}

/* Behind its owner's name, which ends the tail. */
static void put_negative_rest(struct query *q, const struct negative *n, unsigned apex_at)
{
    uint8_t owner[2];
    uint8_t *p = q->out + q->out_n - sizeof(owner);

    memcpy(owner, p, sizeof(owner));
    q->out_n -= sizeof(owner);
    put_negative(q, n, apex_at);
    memcpy(p, owner, sizeof(owner));
}

/* delta: how much longer the question's name is than the one the tail was compiled for. */
static inline void put_tail(struct query *q, const struct tail *t, size_t bytes, size_t delta)
{
    uint8_t *p = q->out + q->out_n;

    copy_bytes(p, tail_bytes(t), bytes);
    q->out_n += bytes;
    if (delta == 0)
        return;
    for (unsigned i = 0; i < t->relocs_n; i++) {
        unsigned at = tail_reloc(t, i);

        if (at >= bytes)
            return;
        write_u16(p + at, (uint16_t)(read_u16(p + at) + delta));
    }
}

/* Names of the tail could at most be shorter by the labels that it does not know the question to have. */
static FW_NOINLINE void answer_too_long(
    struct query_view *v, struct query *q, const struct tail *t, size_t bytes, size_t delta)
{
    if (delta > 0 && bytes - delta - 2 <= q->limit) {
        synthesis_squeeze(v, q);
        return;
    }
    v->counts.truncated++;
    answer_empty(v, q, ((t->flags & TAIL_AA) != 0 ? DNS_AA : 0) | DNS_TC, t->rcode);
}

static FW_ALWAYS_INLINE void answer_tail(struct query_view *v, struct query *q, const struct tail *t, size_t delta)
{
    const struct tail_negative whose =
        (t->flags & TAIL_NEGATIVE) != 0 ? tail_negative_of(t) : (struct tail_negative){.zone = NULL};
    const struct negative *n = whose.zone != NULL ? zone_negative(whose.zone, v->clock) : NULL;
    size_t fixed = (size_t)q->question_end + (n != NULL ? n->bytes : 0) + q->opt_size;
    size_t limit = q->limit, bytes = t->bytes;
    unsigned additional = t->count[DNS_ADDITIONAL], aa = (t->flags & TAIL_AA) != 0 ? DNS_AA : 0;

    if (fixed + bytes > limit) {
        bytes = t->bytes_needed;
        additional = t->additional_needed;
    }
    if (fixed + bytes > limit) {
        answer_too_long(v, q, t, fixed + bytes, delta);
        return;
    }
    put_header(q, aa, t->rcode);
    put_tail(q, t, bytes, delta);
    if (n != NULL && FW_LIKELY(whose.owner_bytes == 0))
        put_negative(q, n, (unsigned)(whose.apex_at + (whose.apex_moves ? delta : 0)));
    else if (n != NULL)
        put_negative_rest(q, n, (unsigned)(whose.apex_at + (whose.apex_moves ? delta : 0)));
    put_counts(q, t->count[DNS_ANSWER], t->count[DNS_AUTHORITY] + (n != NULL), additional);
    put_opt(v, q, t->rcode);
    v->counts.rcode[t->rcode]++;
}

/* No such data (NOERROR) or no such name, RFC 2308 §2. */
static FW_NOINLINE void answer_negative(
    struct query_view *v, struct query *q, const struct zone_view *z, unsigned rcode)
{
    const struct negative *n = zone_negative(z, v->clock);

    INVARIANT(n != NULL); /* a zone is not served without SOA */
    if ((size_t)q->question_end + n->bytes + q->opt_size > q->limit) {
        v->counts.truncated++;
        answer_empty(v, q, DNS_AA | DNS_TC, rcode);
        return;
    }
    put_header(q, DNS_AA, rcode);
    put_negative(q, n, (unsigned)(ANSWER_AT_QUESTION + q->name_len - z->name_len));
    put_counts(q, 0, 1, 0);
    put_opt(v, q, rcode);
    v->counts.rcode[rcode]++;
}

/* ---- finding the answer ----------------------------------------------------------------------------------- */

static FW_NOINLINE const struct slot *slot_any(const struct image *i)
{
    const struct slot *s = image_slot(i, DNS_CNAME);

    if (s != NULL)
        return s;
    s = i->slots;
    if (i->slots_n > 0 && s->type == 0)
        s++;
    return s < i->slots + i->slots_n ? s : NULL;
}

static FW_ALWAYS_INLINE const struct slot *slot_for(const struct image *i, uint16_t type)
{
    const struct slot *s;

    if (FW_UNLIKELY((i->flags & IMAGE_CUT) != 0))
        return type == DNS_DS ? image_slot(i, DNS_DS) : image_slot(i, 0);
    if (FW_UNLIKELY(type == DNS_ANY))
        return slot_any(i);
    s = image_slot(i, type);
    if (s == NULL && (i->flags & IMAGE_CNAME) != 0)
        s = image_slot(i, 0);
    return s;
}

static FW_ALWAYS_INLINE void answer_image_here(struct query_view *v, struct query *q, const struct image *i)
{
    const struct slot *s = slot_for(i, q->type);

    q->found = i;
    if (s == NULL) {
        answer_negative(v, q, i->zone, DNS_NOERROR);
        return;
    }
    if ((i->flags & IMAGE_CUT) != 0 && s->type == 0)
        v->counts.referrals++;
    answer_tail(v, q, image_tail(i, s), (size_t)(q->name_len - i->name_len));
}

static FW_NOINLINE void answer_image(struct query_view *v, struct query *q, const struct image *i)
{
    answer_image_here(v, q, i);
}

/* The wildcard of the closest encloser (RFC 4592 §3.3.1); delta is against "*.encloser". The "*" is written over the end
 * of the question's label in front of the encloser, which nobody reads any more. */
static void answer_wildcard(struct query_view *v, struct query *q, const struct image *encloser)
{
    size_t len = encloser->name_len + 2u;
    uint8_t *name = q->name + q->name_len - len;
    const struct image *wild;

    name[0] = 1;
    name[1] = '*';
    wild = table_find(v->slots, v->clock, name_hash_padded(&v->store->table.keys, name, len), name, len, 0);
    if (wild == NULL)
        answer_negative(v, q, encloser->zone, DNS_NXDOMAIN);
    else
        answer_image(v, q, wild);
}

/* Nothing at the name itself: the closest encloser decides. */
static void answer_below(struct query_view *v, struct query *q, const struct image *encloser)
{
    q->found = encloser;
    if ((encloser->flags & IMAGE_CUT) != 0) {
        v->counts.referrals++;
        answer_tail(v, q, image_tail(encloser, image_slot(encloser, 0)), (size_t)q->name_len - encloser->name_len);
        return;
    }
    if ((encloser->flags & IMAGE_DNAME) != 0)
        synthesis_answer(v, q, encloser);
    else if ((encloser->flags & IMAGE_WILDCARD_BELOW) != 0)
        answer_wildcard(v, q, encloser);
    else
        answer_negative(v, q, encloser->zone, DNS_NXDOMAIN);
}

/* The longest suffix, but for the name itself, that is there. */
static const struct image *encloser_find(const struct query_view *v, const struct query *q)
{
    const uint8_t *p = q->name, *end = q->name + q->name_len;

    for (unsigned labels = q->labels; labels-- > 0;) {
        const struct image *i;
        size_t len;

        p += *p + 1;
        if (labels > v->labels_max)
            continue;
        len = (size_t)(end - p);
        i = table_find(v->slots, v->clock, name_hash_padded(&v->store->table.keys, p, len), p, len, 0);
        if (i != NULL)
            return i;
    }
    return NULL;
}

/* DS at an apex is the parent's business, RFC 4035 §3.1.4.1; ours only when no zone above is served here. */
static FW_NOINLINE void answer_ds(struct query_view *v, struct query *q, const struct image *apex)
{
    const struct image *i = table_find(v->slots, v->clock, q->hash, q->name, q->name_len, IMAGE_PARENT_SIDE);
    const struct image *encloser;

    if (i != NULL) {
        answer_image(v, q, i);
        return;
    }
    encloser = encloser_find(v, q);
    if (encloser != NULL)
        answer_below(v, q, encloser);
    else
        answer_image(v, q, apex);
}

static FW_NOINLINE void answer_missing(struct query_view *v, struct query *q)
{
    const struct image *encloser = encloser_find(v, q);

    if (encloser != NULL) {
        answer_below(v, q, encloser);
        return;
    }
    edns_explain(q, EDE_NOT_AUTHORITATIVE);
    answer_empty(v, q, 0, DNS_REFUSED);
}

/* Most questions are for names that are there: from here to the last byte of their answers there is no call. */
static FW_ALWAYS_INLINE void answer_name(struct query_view *v, struct query *q)
{
    const struct image *i = table_find(v->slots, v->clock, q->hash, q->name, q->name_len, 0);

    if (i == NULL)
        answer_missing(v, q);
    else if (FW_UNLIKELY(q->type == DNS_DS) && (i->flags & IMAGE_APEX) != 0)
        answer_ds(v, q, i);
    else
        answer_image_here(v, q, i);
}

static unsigned refuse_type(uint16_t type)
{
    if (type != DNS_OPT && (type < TYPE_TKEY || type >= DNS_ANY))
        return DNS_NOERROR;
    if (type == DNS_AXFR || type == DNS_IXFR)
        return DNS_REFUSED;
    if (type == TYPE_MAILA || type == TYPE_MAILB)
        return DNS_NOTIMP;
    return DNS_FORMERR; /* OPT, TKEY, TSIG: only ever in messages */
}

void query_answer_name(struct query_view *v, struct query *q)
{
    answer_name(v, q);
}

void query_answer_done(struct query_view *v, struct query *q, unsigned rcode)
{
    put_opt(v, q, rcode);
    v->counts.rcode[rcode]++;
}

static FW_ALWAYS_INLINE void answer_question(struct query_view *v, struct query *q)
{
    unsigned rcode = refuse_type(q->type);

    if (FW_UNLIKELY(q->class_ != DNS_IN))
        chaos_answer(v, q);
    else if (rcode != DNS_NOERROR)
        query_answer_empty(v, q, 0, rcode);
    else
        answer_name(v, q);
}

/* All but ordinary questions, and every question where there is more to do about answers than to give them. */
FW_COLD static void answer_rare(struct query_view *v, struct query *q)
{
    q->found = NULL;
    q->cookie_good = false;
    if (q->refuse != DNS_NOERROR)
        query_refuse(v, q);
    else if ((q->options.n == 0 && !v->settings->cookies_required) || edns_options(v, q))
        answer_question(v, q);
    if (v->settings->rrl != NULL && !q->tcp && q->out_n > 0)
        query_limit(v, q);
}

static inline bool type_is_ordinary(unsigned type)
{
    return type < TYPE_TKEY ? type != DNS_OPT : type >= DNS_ANY;
}

void query_answer(struct query_view *v, struct query *q)
{
    if (FW_LIKELY(q->refuse == DNS_NOERROR && q->options.n == 0 && q->class_ == DNS_IN && !v->careful &&
                  type_is_ordinary(q->type)))
        answer_name(v, q);
    else
        answer_rare(v, q);
}
