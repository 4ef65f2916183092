#include "nameserver/synthesis.h"

#include "nameserver/mem.h"
#include "nameserver/query_impl.h"

#define RECORD_MIN 11 /* bytes of a record: owner, type, class, TTL, length */
#define RECORD_TTL_AT 6 /* in a DNAME's tail */

/* One for each thread that answers, from the first DNAME on. */
struct synthesis {
    struct arena a; /* for one answer */
    struct dns_writer w;
    bool asking; /* for what a DNAME leads to */
    const struct image *met; /* the DNAME that this question came to in turn */
    bool full; /* what must be in the answer did not fit */
    unsigned rcode;
    struct dns_name seen[SYNTHESIS_MAX + 1]; /* names the chain has been at */
    unsigned seen_n;
    const struct image *dnames[SYNTHESIS_MAX]; /* what is in the answer already */
    unsigned dnames_n;
    uint8_t question[DNS_HEADER_SIZE + DNS_NAME_MAX + 4];
    uint8_t answer[DNS_MESSAGE_MAX];
};

void synthesis_free(struct synthesis **s)
{
    if (*s == NULL)
        return;
    arena_clear(&(*s)->a);
    mem_free(*s);
    *s = NULL;
}

static void synthesis_begin(struct synthesis *s, const struct query *q)
{
    struct dns_name name;

    INVARIANT(dns_name_from_wire(q->in + DNS_HEADER_SIZE, q->name_len, &name) == q->name_len);
    dns_writer_begin(&s->w, q->out, q->limit, read_u16(q->in),
        (uint16_t)(DNS_QR | DNS_AA | (q->flags & (0x7800 | DNS_RD | DNS_CD))));
    INVARIANT(dns_writer_question(&s->w, &name, q->type, q->class_));
    dns_writer_reserve(&s->w, q->opt_size);
    s->full = false;
    s->rcode = DNS_NOERROR;
    s->seen[0] = name;
    s->seen_n = 1;
    s->dnames_n = 0;
}

/* ---- what is made ---------------------------------------------------------------------------------------- */

static void put(struct synthesis *s, enum dns_section section, const struct dns_record *r)
{
    if (!s->full && !dns_writer_record(&s->w, section, r))
        s->full = true;
}

static void put_dname(struct synthesis *s, const struct image *dname, const struct dns_record *r)
{
    for (unsigned i = 0; i < s->dnames_n; i++) {
        if (s->dnames[i] == dname)
            return;
    }
    s->dnames[s->dnames_n++] = dname;
    put(s, DNS_ANSWER, r);
}

/* The DNAME's record, as its owner's answer has it. false: that is damaged (synthesis_follow). */
static bool dname_record(const struct image *i, struct dns_record *r_r, struct dns_name *target_r)
{
    const struct tail *t = image_tail(i, image_slot(i, DNS_DNAME));
    const uint8_t *p = tail_bytes(t);

    if (t->bytes <= SYNTHESIS_RDATA_AT)
        return false;
    *r_r = (struct dns_record){.type = DNS_DNAME, .class_ = DNS_IN, .ttl = read_u32(p + RECORD_TTL_AT)};
    r_r->rdata = str_n((const char *)p + SYNTHESIS_RDATA_AT, t->bytes - (size_t)SYNTHESIS_RDATA_AT);
    return dns_name_from_wire(image_name(i), i->name_len, &r_r->owner) == i->name_len &&
           dns_name_from_wire(r_r->rdata.p, r_r->rdata.n, target_r) == r_r->rdata.n;
}

static bool seen(const struct synthesis *s, const struct dns_name *name)
{
    for (unsigned i = 0; i < s->seen_n; i++) {
        if (dns_name_equal(&s->seen[i], name))
            return true;
    }
    return false;
}

/* Puts DNAME and CNAME for the last name seen, and remembers the next; false at the chain's end. */
static bool synthesis_step(struct synthesis *s, const struct image *dname)
{
    const struct dns_name *name = &s->seen[s->seen_n - 1];
    struct dns_name target;
    struct dns_record r;

    if (s->seen_n > SYNTHESIS_MAX)
        return false;
    if (!dname_record(dname, &r, &target)) {
        s->rcode = DNS_SERVFAIL;
        return false;
    }
    put_dname(s, dname, &r);
    if (!dns_name_join(name, name->labels - dname->labels, &target, &target)) {
        s->rcode = DNS_YXDOMAIN;
        return false;
    }
    r.owner = *name;
    r.type = DNS_CNAME;
    r.rdata = dns_name_wire(&target);
    put(s, DNS_ANSWER, &r);
    if (seen(s, &target))
        return false;
    s->seen[s->seen_n++] = target;
    return true;
}

/* ---- what it leads to ---------------------------------------------------------------------------------------- */

static size_t question_write(struct synthesis *s, uint16_t type)
{
    const struct dns_name *name = &s->seen[s->seen_n - 1];
    uint8_t *p = s->question;

    memset(p, 0, DNS_HEADER_SIZE);
    write_u16(p + 4, 1);
    memcpy(p + DNS_HEADER_SIZE, name->wire, name->len);
    p += DNS_HEADER_SIZE + name->len;
    write_u16(p, type);
    write_u16(p + 2, DNS_IN);
    return DNS_HEADER_SIZE + name->len + 4u;
}

/* The answer to the last name seen, with room for everything; or s->met. Nothing of it is counted. */
static struct str synthesis_ask(struct query_view *v, struct synthesis *s, uint16_t type)
{
    struct query_counts counts = v->counts;
    struct query q = {.in = s->question, .in_n = question_write(s, type), .out = s->answer, .tcp = true};

    s->met = NULL;
    s->asking = true;
    query_prepare(v, &q);
    INVARIANT(q.refuse == DNS_NOERROR);
    query_answer_name(v, &q);
    s->asking = false;
    v->counts = counts;
    return str_n((const char *)s->answer, q.out_n);
}

/* A chain of the new name's own may come back to what was made. */
static bool is_there(const struct synthesis *s, const struct dns_record *r)
{
    if (r->type == DNS_DNAME) {
        for (unsigned i = 0; i < s->dnames_n; i++) {
            if (r->owner.len == s->dnames[i]->name_len &&
                dns_wire_equal(r->owner.wire, image_name(s->dnames[i]), r->owner.len))
                return true;
        }
    }
    for (unsigned i = 0; r->type == DNS_CNAME && i + 1 < s->seen_n; i++) {
        if (dns_name_equal(&s->seen[i], &r->owner))
            return true;
    }
    return false;
}

/* Does the chain come back to a name that it went on from? Of DS at an apex the way on may be another than it was (chains of
 * a compiled answer stay with the zone itself where the one above has a DNAME): the same name is not to be a CNAME and data. */
static bool closes_circle(const struct synthesis *s, const struct dns_record *r)
{
    struct dns_name target;

    if (r->type != DNS_CNAME || dns_name_from_wire(r->rdata.p, r->rdata.n, &target) != r->rdata.n)
        return false;
    for (unsigned i = 0; i + 1 < s->seen_n; i++) {
        if (dns_name_equal(&s->seen[i], &target))
            return true;
    }
    return false;
}

/* Addresses in a referral's own domain (RFC 9471); others may be left out. */
static bool is_needed(const struct dns_message *m, const struct dns_record *r)
{
    const struct dns_record *ns = m->n[DNS_AUTHORITY] > 0 ? m->records[DNS_AUTHORITY] : NULL;

    return ns != NULL && ns->type == DNS_NS && dns_name_is_subdomain(&r->owner, &ns->owner);
}

static void synthesis_append(struct synthesis *s, const struct dns_message *m)
{
    for (unsigned section = DNS_ANSWER; section < DNS_SECTIONS; section++) {
        for (size_t i = 0; i < m->n[section]; i++) {
            const struct dns_record *r = &m->records[section][i];

            if (section == DNS_ANSWER && is_there(s, r))
                continue;
            if (!s->full && !dns_writer_record(&s->w, section, r))
                s->full = section != DNS_ADDITIONAL || is_needed(m, r);
            if (section == DNS_ANSWER && closes_circle(s, r))
                return;
        }
    }
}

/* To read a thousand records costs a thousand times what their owner's own answer does, with TC at the end of it: so whoever
 * holds a zone here could keep every thread busy with a few questions. Beside the records that are there already, each takes
 * RECORD_MIN bytes. */
static bool is_too_much(const struct synthesis *s, struct str answer)
{
    size_t records = 0u + read_u16(answer.p + 6) + read_u16(answer.p + 8) + read_u16(answer.p + 10);

    return records > s->w.max / RECORD_MIN + s->seen_n + s->dnames_n;
}

static void synthesis_follow(struct query_view *v, struct synthesis *s, uint16_t type)
{
    struct str answer = synthesis_ask(v, s, type);
    struct dns_message m;
    struct error e;

    if (s->met != NULL)
        return;
    if (is_too_much(s, answer)) {
        s->rcode = answer.p[3] & 15;
        s->full = true;
        return;
    }
    if (dns_message_parse(&s->a, answer, &m, &e) != OK) {
        /* Our own, but compiled by a process whose memory was damaged before it wrote the snapshot: an abort would come again
         * after each start, for the sake of one zone. */
        s->rcode = DNS_SERVFAIL;
        return;
    }
    if (m.rcode == DNS_REFUSED)
        return; /* in no zone here */
    s->rcode = m.rcode;
    s->full |= (m.header.flags & DNS_TC) != 0;
    synthesis_append(s, &m);
}

static void synthesis_end(struct query_view *v, struct synthesis *s, struct query *q, unsigned aa)
{
    if (s->rcode == DNS_SERVFAIL) {
        query_answer_empty(v, q, 0, DNS_SERVFAIL);
        return;
    }
    if (s->full) {
        v->counts.truncated++;
        query_answer_empty(v, q, aa | DNS_TC, s->rcode);
        return;
    }
    dns_writer_rcode(&s->w, s->rcode);
    q->out_n = dns_writer_end(&s->w).n;
    if (aa == 0)
        q->out[2] &= (uint8_t) ~(DNS_AA >> 8);
    query_answer_done(v, q, s->rcode);
}

static struct synthesis *synthesis_of(struct query_view *v)
{
    if (v->synthesis == NULL) {
        v->synthesis = mem_new(sizeof(*v->synthesis));
        arena_init(&v->synthesis->a, 0);
    }
    return v->synthesis;
}

void synthesis_squeeze(struct query_view *v, struct query *q)
{
    struct synthesis *s = synthesis_of(v);

    INVARIANT(!s->asking); /* there is room for everything then */
    synthesis_begin(s, q);
    synthesis_follow(v, s, q->type);
    arena_reset(&s->a);
    synthesis_end(v, s, q, read_u16(s->answer + 2) & DNS_AA);
}

void synthesis_answer(struct query_view *v, struct query *q, const struct image *dname)
{
    struct synthesis *s = synthesis_of(v);

    if (s->asking) {
        s->met = dname;
        return;
    }
    synthesis_begin(s, q);
    for (const struct image *at = dname; at != NULL; at = s->met) {
        if (!synthesis_step(s, at) || q->type == DNS_CNAME || q->type == DNS_ANY)
            break;
        synthesis_follow(v, s, q->type);
    }
    arena_reset(&s->a);
    synthesis_end(v, s, q, DNS_AA);
}
