/* Where we answer otherwise than all three others, or than each of them, and why. */
#include "tests/differential/differential.h"

#define STEPS_MAX 40
#define CHAIN_LINKS_MAX 16 /* ours, nameserver/chain.h */

/* The question with another name, and another type where it is not 0. */
static const struct question *question_for(const struct comparison *c, const uint8_t *name, size_t n, uint16_t type)
{
    const uint8_t *was = c->question->wire;
    size_t end = 12 + wire_len(was + 12), rest = c->question->n - end;
    uint8_t *wire = arena_alloc(c->arena, 12 + n + rest);
    struct question *q = arena_alloc(c->arena, sizeof(*q));

    memcpy(wire, was, 12);
    memcpy(wire + 12, name, n);
    memcpy(wire + 12 + n, was + end, rest);
    if (type != 0)
        write_u16(wire + 12 + n, type);
    *q = (struct question){.wire = wire, .n = (uint16_t)(12 + n + rest), .tcp = true};
    return q;
}

static void ask_for(
    const struct comparison *c, int server, const uint8_t *name, size_t n, uint16_t type, struct reply *r)
{
    ask_one(c->asker, c->arena, server, question_for(c, name, n, type), r);
    reply_key(c->arena, r);
}

/* The same question over TCP. */
static void whole(const struct comparison *c, int server, struct reply *r)
{
    *r = c->replies[server];
    if (reply_truncated(r)) {
        ask_one(c->asker, c->arena, server, c->question, r);
        reply_key(c->arena, r);
    }
}

/* ---- additional records ------------------------------------------------------------------------------ */

static bool additional_has(const struct comparison *c, const struct record *x)
{
    struct reply r;

    for (int s = BIND; s < SERVERS; s++) {
        if (section_has(&c->replies[s], ADDITIONAL, x))
            return true;
    }
    ask_for(c, BIND, x->owner, x->owner_n, x->type, &r);
    return section_has(&r, ANSWER, x) || section_has(&r, ADDITIONAL, x);
}

bool additional_right(const struct comparison *c)
{
    const struct reply *ours = &c->replies[OURS];

    for (size_t i = 0; i < ours->n[ADDITIONAL]; i++) {
        if (!additional_has(c, &ours->records[ADDITIONAL][i]))
            return false;
    }
    return true;
}

/* ---- chains ------------------------------------------------------------------------------------------ */

/* The name that the chain has come to and says nothing of; NULL where it is complete. */
static const struct record *chain_end(const struct reply *r)
{
    const struct record *last = r->n[ANSWER] > 0 ? &r->records[ANSWER][r->n[ANSWER] - 1] : NULL;

    if (last == NULL || last->type != TYPE_CNAME || r->qtype == TYPE_CNAME || r->qtype == TYPE_ANY)
        return NULL;
    for (size_t i = 0; i < r->n[ANSWER]; i++) {
        if (wire_equal(r->records[ANSWER][i].owner, r->records[ANSWER][i].owner_n, last->rdata, last->rdata_n))
            return NULL; /* a circle */
    }
    return last;
}

/* DS of a zone at the end of the chain, said by the zone itself though the one above is here too (RFC 4035 §3.1.4.1). */
static bool ds_of_apex(const struct reply *r, const struct record *end)
{
    const struct record *soa = &r->records[AUTHORITY][0];

    return r->qtype == TYPE_DS && soa->type == TYPE_SOA &&
           wire_equal(soa->owner, soa->owner_n, end->rdata, end->rdata_n);
}

static void answer_append(const struct comparison *c, struct reply *to, const struct reply *from)
{
    size_t n = to->n[ANSWER] + from->n[ANSWER];
    struct record *all = ARENA_ARRAY(c->arena, n + 1, struct record);

    memcpy(all, to->records[ANSWER], to->n[ANSWER] * sizeof(*all));
    to->records[ANSWER] = all;
    for (size_t i = 0; i < from->n[ANSWER]; i++) {
        bool seen = false;

        for (size_t j = 0; j < to->n[ANSWER]; j++)
            seen |= record_equal(&all[j], &from->records[ANSWER][i]);
        if (!seen)
            all[to->n[ANSWER]++] = from->records[ANSWER][i];
    }
}

/* Asks the server for the end of the chain, again and again, and puts the replies together. */
static bool chain_follow(const struct comparison *c, int server, struct reply *r)
{
    whole(c, server, r);
    for (unsigned step = 0; step < STEPS_MAX; step++) {
        const struct record *end = chain_end(r);
        struct reply more;

        if (r->wrong != NULL || end == NULL || (r->n[AUTHORITY] > 0 && !ds_of_apex(r, end)))
            return step > 0 && r->wrong == NULL;
        ask_for(c, server, end->rdata, end->rdata_n, 0, &more);
        if (more.wrong != NULL)
            return false;
        if (more.rcode == RCODE_REFUSED)
            return step > 0;
        answer_append(c, r, &more);
        for (int s = AUTHORITY; s < SECTIONS; s++) {
            r->records[s] = more.records[s];
            r->n[s] = more.n[s];
        }
        r->rcode = more.rcode;
    }
    return false;
}

static bool chain_across_zones(const struct comparison *c)
{
    struct reply ours, theirs;

    whole(c, OURS, &ours);
    for (int s = BIND; s < SERVERS; s++) {
        if (!chain_follow(c, s, &theirs))
            continue;
        theirs.flags &= (uint16_t)~FLAG_TC;
        reply_key(c->arena, &theirs);
        if (str_eq(theirs.key, ours.key))
            return true;
    }
    return false;
}

static size_t cnames(const struct reply *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n[ANSWER]; i++)
        n += r->records[ANSWER][i].type == TYPE_CNAME;
    return n;
}

static bool answer_begins_with(const struct reply *r, const struct reply *first)
{
    if (first->n[ANSWER] == 0 || first->n[ANSWER] > r->n[ANSWER])
        return false;
    for (size_t i = 0; i < first->n[ANSWER]; i++) {
        if (!record_equal(&r->records[ANSWER][i], &first->records[ANSWER][i]))
            return false;
    }
    return true;
}

static bool chain_bounded(const struct comparison *c)
{
    struct reply ours, theirs;

    whole(c, OURS, &ours);
    if (ours.rcode != RCODE_NOERROR || cnames(&ours) != CHAIN_LINKS_MAX || ours.n[AUTHORITY] > 0)
        return false;
    for (int s = BIND; s < SERVERS; s++) {
        whole(c, s, &theirs);
        if (answer_begins_with(&ours, &theirs) || answer_begins_with(&theirs, &ours))
            return true;
    }
    return false;
}

/* ---- truncation -------------------------------------------------------------------------------------- */

/* Over TCP, where everything fits, it must be the same. */
static bool same_over_tcp(const struct comparison *c, int server)
{
    struct reply ours, theirs;

    ask_one(c->asker, c->arena, OURS, c->question, &ours);
    ask_one(c->asker, c->arena, server, c->question, &theirs);
    reply_key(c->arena, &ours);
    reply_key(c->arena, &theirs);
    return ours.wrong == NULL && str_eq(ours.key, theirs.key);
}

static size_t glue_needed_n(const struct reply *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n[ADDITIONAL]; i++)
        n += glue_needed(r, &r->records[ADDITIONAL][i]);
    return n;
}

static bool referral_glue_cut_off(const struct comparison *c)
{
    const struct reply *r = &c->replies[OURS];

    if (r->wrong != NULL || !reply_truncated(r) || c->question->tcp)
        return false;
    for (int s = BIND; s < SERVERS; s++) {
        const struct reply *t = &c->replies[s];
        struct reply all;

        if (t->wrong != NULL || !section_has_type(t, AUTHORITY, TYPE_NS) || !same_over_tcp(c, s))
            continue;
        ask_one(c->asker, c->arena, s, c->question, &all);
        if (reply_truncated(t) || glue_needed_n(t) < glue_needed_n(&all))
            return true;
    }
    return false;
}

static bool fits_here(const struct comparison *c)
{
    const struct reply *ours = &c->replies[OURS];

    if (ours->wrong != NULL || reply_truncated(ours))
        return false;
    for (int s = BIND; s < SERVERS; s++) {
        struct reply theirs;

        if (!reply_truncated(&c->replies[s]))
            continue;
        whole(c, s, &theirs);
        if (str_eq(theirs.key, ours->key))
            return true;
    }
    return false;
}

static struct deviation deviations[] = {
    {"a chain into another zone here",
        "RFC 1034 §4.3.2 step 3.a begins again at step 1 with all zones; the others stay in the "
        "zone. Theirs, asked step by step, give our answer",
        chain_across_zones, 0},
    {"a chain without end",
        "RFC 6672 §3.4, RFC 1034 §3.6.2: somewhere it must be cut off. Here after 16 links; NSD ends after 1 "
        "or more, Knot after 6, BIND after 11, with SERVFAIL",
        chain_bounded, 0},
    {"a referral whose glue does not fit: TC", "RFC 9471 §3.1; some of the glue is left out without TC there",
        referral_glue_cut_off, 0},
    {"an answer that fits here and not there",
        "RFC 1035 §4.1.4: how well names are compressed is up to the server; over TCP theirs is the same", fits_here,
        0},
};

struct deviation *deviation_at(size_t i)
{
    return i < ARRAY_LEN(deviations) ? &deviations[i] : NULL;
}

struct deviation *deviation_find(const struct comparison *c)
{
    for (size_t i = 0; i < ARRAY_LEN(deviations); i++) {
        if (deviations[i].fits(c))
            return &deviations[i];
    }
    return NULL;
}
