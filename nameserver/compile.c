#include "nameserver/compile.h"

#include "nameserver/additional.h"
#include "nameserver/alias.h"
#include "nameserver/chain.h"
#include "nameserver/deps.h"
#include "nameserver/external.h"
#include "nameserver/mem.h"

#define CNAME_COPIES_MAX 65536 /* bytes of answers at one CNAME: one RRset of any size, or many ordinary ones */

struct compiler {
    struct tail_writer w;
    struct slot slots[ANSWER_SLOTS_MAX];
    unsigned slots_n;
    uint8_t *tails; /* `at` of the slots counts from here until image_build */
    size_t tails_n, tails_cap;
};

struct compiler *compiler_new(void)
{
    return mem_new(sizeof(struct compiler));
}

void compiler_free(struct compiler **c)
{
    mem_free((*c)->tails);
    mem_free(*c);
    *c = NULL;
}

/* ---- slots ----------------------------------------------------------------------------------------- */

static bool slot_has(const struct compiler *c, uint16_t type)
{
    for (unsigned i = 0; i < c->slots_n; i++) {
        if (c->slots[i].type == type)
            return true;
    }
    return false;
}

/* An answer that no message could hold: better to say so than to leave records out. */
static void tail_fail(struct tail_writer *w, const struct dns_name *base)
{
    tail_begin(w, base, TAIL_EXACT);
    w->tail.flags = 0;
    w->tail.rcode = DNS_SERVFAIL;
}

static void slot_add(struct compiler *c, uint16_t type)
{
    size_t size;

    if (c->w.over) {
        struct dns_name base = c->w.base;

        tail_fail(&c->w, &base);
    }
    if (c->w.tail.bytes_needed == 0)
        tail_needed(&c->w);
    size = tail_size(&c->w);
    while (c->tails_n + size > c->tails_cap) {
        c->tails_cap = c->tails_cap == 0 ? 4096 : c->tails_cap * 2;
        c->tails = mem_grow(c->tails, c->tails_cap);
    }
    c->tails[c->tails_n + size - 1] = 0;
    tail_end(&c->w, c->tails + c->tails_n);
    INVARIANT(c->slots_n < ANSWER_SLOTS_MAX);
    c->slots[c->slots_n++] = (struct slot){.type = type, .kind = SLOT_PLAIN, .at = (uint32_t)c->tails_n};
    c->tails_n += size;
}

static int slot_compare(const void *a, const void *b)
{
    return ((const struct slot *)a)->type - ((const struct slot *)b)->type;
}

/* Where the tails of an image begin. */
static size_t image_tails_at(unsigned slots_n, unsigned name_len)
{
    return (offsetof(struct image, slots) + slots_n * sizeof(struct slot) + name_len + 1) & ~(size_t)1;
}

static struct image *image_new(const uint8_t *name, uint8_t len, uint8_t labels, unsigned slots_n, size_t tails_n)
{
    struct image *i = mem_new(image_tails_at(slots_n, len) + tails_n);

    i->name_len = len;
    i->labels = labels;
    i->slots_n = (uint8_t)slots_n;
    memcpy((uint8_t *)&i->slots[slots_n], name, len);
    return i;
}

struct image *image_gone(const struct image *old)
{
    struct image *i = image_new(image_name(old), old->name_len, old->labels, 0, 0);

    i->flags = (uint8_t)(IMAGE_GONE | (old->flags & IMAGE_PARENT_SIDE));
    i->zone = old->zone;
    return i;
}

static struct image *image_build(struct store *st, const struct owner *o, unsigned flags)
{
    struct compiler *c = st->compiler;
    struct image *i = image_new(o->wire, o->len, o->labels, c->slots_n, c->tails_n);
    size_t at = image_tails_at(c->slots_n, o->len);

    i->flags = (uint8_t)flags;
    i->zone = &o->zone->view;
    qsort(c->slots, c->slots_n, sizeof(c->slots[0]), slot_compare);
    for (unsigned n = 0; n < c->slots_n; n++) {
        const uint8_t *tail = c->tails + c->slots[n].at;
        size_t size = tail_room_size((const struct tail *)(const void *)tail);

        i->slots[n] = c->slots[n];
        i->slots[n].at = (uint32_t)at;
        memcpy((uint8_t *)i + at, tail, size);
        at += size;
    }
    return i;
}

/* ---- data and aliases -------------------------------------------------------------------------------- */

static void put_set(struct tail_writer *w, enum dns_section section, struct str owner, const struct record_set *s)
{
    tail_records(w, section, owner, s->type, s->ttl, set_packed(s));
}

/* Behind what is written: the data under that name; SERVFAIL in place of all of it while nobody knows. */
static void put_data(struct tail_writer *w, struct str owner, const struct record_set *data)
{
    struct dns_name base = w->base;

    if (data == &external_unresolved)
        tail_fail(w, &base);
    else
        put_set(w, DNS_ANSWER, owner, data);
}

static void compile_data(struct store *st, struct owner *o, const struct dns_name *name, enum tail_base kind)
{
    for (const struct record_set *s = o->sets; s != NULL; s = s->next) {
        const struct record_set *data = set_data(st, o, s);

        if (data == NULL)
            continue;
        tail_begin(&st->compiler->w, name, kind);
        put_data(&st->compiler->w, TAIL_ASKED, data);
        additional_put(st, o, &st->compiler->w, TAIL_ASKED, o, data);
        slot_add(st->compiler, s->type);
    }
}

/* ---- referrals ---------------------------------------------------------------------------------------- */

static bool owner_below_dname(const struct owner *o)
{
    while ((o = o->parent) != NULL) {
        if ((o->flags & OWNER_DNAME) != 0)
            return true;
    }
    return false;
}

static void put_glue_of(struct store *st, struct owner *whom, struct owner *cut, struct str rdata, bool needed)
{
    struct dns_name target, at, apex;
    struct owner *host;

    INVARIANT(dns_name_from_wire(rdata.p, rdata.n, &target) == rdata.n);
    dns_name_lower(&target);
    owner_dns_name(cut, &at);
    owner_dns_name(cut->zone->apex, &apex);
    if (!dns_name_is_subdomain(&target, &apex) || dns_name_is_subdomain(&target, &at) != needed)
        return;
    dep_add_in(st, whom, cut->zone, dns_name_hash(&st->key, target.wire, target.len));
    host = store_owner(st, cut->zone, target.wire, target.len);
    if (host == NULL || owner_below_dname(host))
        return;
    for (const struct record_set *s = host->sets; s != NULL; s = s->next) {
        if (s->alias || !dns_type_has(s->type, DNS_TYPE_ADDRESS))
            continue;
        if (needed)
            put_set(&st->compiler->w, DNS_ADDITIONAL, owner_name(host), s);
        else
            tail_optional(&st->compiler->w, owner_name(host), s->type, s->ttl, set_packed(s), (size_t)TAIL_BYTES_MAX);
    }
}

static void put_glue(struct store *st, struct owner *whom, struct owner *cut, const struct record_set *ns, bool needed)
{
    struct str rest = set_packed(ns), rdata;

    while (packed_next(&rest, &rdata))
        put_glue_of(st, whom, cut, rdata, needed);
}

static void put_referral(struct store *st, struct owner *whom, struct owner *cut)
{
    const struct record_set *ns = owner_set(cut, DNS_NS);

    put_set(&st->compiler->w, DNS_AUTHORITY, owner_name(cut), ns);
    put_glue(st, whom, cut, ns, true);
    tail_needed(&st->compiler->w);
    put_glue(st, whom, cut, ns, false);
}

static void compile_cut(struct store *st, struct owner *o, const struct dns_name *name)
{
    const struct record_set *ds = owner_data(st, o, o, DNS_DS);
    enum tail_base kind = owner_is_wildcard(o) ? TAIL_WILDCARD : TAIL_EXACT;

    tail_begin(&st->compiler->w, name, owner_is_wildcard(o) ? TAIL_WILDCARD : TAIL_BELOW);
    put_referral(st, o, o);
    st->compiler->w.tail.flags = 0;
    slot_add(st->compiler, 0);
    if (ds == NULL)
        return;
    tail_begin(&st->compiler->w, name, kind);
    put_data(&st->compiler->w, TAIL_ASKED, ds);
    slot_add(st->compiler, DNS_DS);
}

/* ---- CNAME ---------------------------------------------------------------------------------------------- */

static void chain_begin(struct store *st, const struct dns_name *name, enum tail_base kind, const struct chain *c)
{
    tail_begin(&st->compiler->w, name, kind);
    chain_put(&st->compiler->w, c);
}

/* What follows the chain when there is no data of the type at its end. */
static void chain_end_other(struct store *st, struct owner *o, const struct chain *c, const struct found *end)
{
    struct tail_writer *w = &st->compiler->w;

    if (c->too_long)
        w->tail.rcode = DNS_YXDOMAIN;
    if (c->too_long || c->circle || end->kind == FOUND_ELSEWHERE)
        return;
    if (end->kind == FOUND_CUT)
        put_referral(st, o, end->owner);
    else
        tail_negative(w, &end->zone->view, zone_name(end->zone), end->kind == FOUND_OWNER);
}

/* DS at the chain's end, where that is a cut or an apex: the parent's side answers (RFC 4035 §3.1.4.1). */
static void compile_chain_ds(
    struct store *st, struct owner *o, const struct dns_name *name, enum tail_base kind, const struct chain *c)
{
    struct dns_name low = *chain_target(c);
    struct found f = c->end;
    const struct record_set *ds = NULL;

    dns_name_lower(&low);
    if ((f.kind != FOUND_CUT && f.kind != FOUND_OWNER) || f.owner->len != low.len)
        return;
    if (f.kind == FOUND_OWNER && (f.owner->parent != NULL || !name_resolve_above(st, o, &low, &f)))
        return;
    chain_begin(st, name, kind, c);
    if (f.kind == FOUND_CUT && f.owner->len == low.len)
        f.kind = FOUND_OWNER;
    if (f.kind == FOUND_OWNER)
        ds = owner_data(st, o, f.owner, DNS_DS);
    if (ds != NULL)
        put_data(&st->compiler->w, dns_name_wire(chain_target(c)), ds);
    else
        chain_end_other(st, o, c, &f);
    slot_add(st->compiler, DNS_DS);
}

/* Whoever leads many names to one that holds much must not fill the memory with copies of it. Beyond the bound the answer
 * ends with the chain, and the asker follows it, as one that leads elsewhere. */
static bool copies_are_enough(const struct compiler *c, const struct record_set *data)
{
    return c->tails_n + set_packed(data).n > CNAME_COPIES_MAX;
}

static void compile_cname(struct store *st, struct owner *o, const struct dns_name *name, enum tail_base kind)
{
    struct chain c;

    chain_follow(st, o, &c);
    tail_begin(&st->compiler->w, name, kind);
    put_set(&st->compiler->w, DNS_ANSWER, TAIL_ASKED, c.links[0].set);
    slot_add(st->compiler, DNS_CNAME);
    chain_begin(st, name, kind, &c);
    chain_end_other(st, o, &c, &c.end);
    slot_add(st->compiler, 0);
    if (c.circle || c.too_long)
        return;
    compile_chain_ds(st, o, name, kind, &c);
    for (const struct record_set *s = c.end.kind == FOUND_OWNER ? c.end.owner->sets : NULL; s != NULL; s = s->next) {
        const struct record_set *data = slot_has(st->compiler, s->type) ? NULL : set_data(st, o, s);

        if (data == NULL)
            continue;
        chain_begin(st, name, kind, &c);
        if (!chain_has(&c, data) && !copies_are_enough(st->compiler, data)) {
            struct str target = dns_name_wire(chain_target(&c));

            put_data(&st->compiler->w, target, data);
            additional_put(st, o, &st->compiler->w, target, c.end.owner, data);
        }
        slot_add(st->compiler, s->type);
    }
}

/* ---- owners ----------------------------------------------------------------------------------------------- */

/* Below a cut, or below a DNAME (RFC 6672 §2.4: what stands there is not to be seen). */
static bool owner_hidden(const struct owner *o)
{
    for (o = o->parent; o != NULL; o = o->parent) {
        if ((o->flags & (OWNER_CUT | OWNER_DNAME)) != 0)
            return true;
    }
    return false;
}

static bool owner_has_wildcard(struct store *st, const struct owner *o)
{
    struct dns_name name, wild;

    owner_dns_name(o, &name);
    return dns_name_wildcard(&name, &wild) && store_owner(st, o->zone, wild.wire, wild.len) != NULL;
}

static unsigned owner_image_flags(struct store *st, struct owner *o)
{
    unsigned flags = 0;

    if (o->parent == NULL)
        flags |= IMAGE_APEX;
    if ((o->flags & OWNER_CUT) != 0)
        flags |= IMAGE_CUT;
    else if (owner_data(st, o, o, DNS_CNAME) != NULL)
        flags |= IMAGE_CNAME;
    if ((flags & IMAGE_CUT) == 0 && (o->flags & OWNER_DNAME) != 0)
        flags |= IMAGE_DNAME;
    else if ((flags & IMAGE_CUT) == 0 && o->child != NULL && owner_has_wildcard(st, o))
        flags |= IMAGE_WILDCARD_BELOW;
    return flags;
}

/* At the apex of a deeper zone, the zone right above it keeps an image for DS. */
static bool owner_is_parent_side(const struct store *st, const struct owner *o, const struct zone *deepest)
{
    struct dns_name above;

    if (deepest->name_len != o->len)
        return false;
    owner_dns_name(o, &above);
    return dns_name_parent(&above, &above) && store_zone_of(st, &above) == o->zone;
}

struct image *owner_compile(struct store *st, struct owner *o)
{
    struct dns_name name;
    struct zone *deepest;
    unsigned flags;
    enum tail_base kind = owner_is_wildcard(o) ? TAIL_WILDCARD : TAIL_EXACT;

    st->compiled++;
    deps_drop(st, o);
    owner_dns_name(o, &name);
    deepest = store_zone_of(st, &name);
    if (owner_hidden(o) || (deepest != o->zone && !owner_is_parent_side(st, o, deepest)))
        return NULL;
    flags = owner_image_flags(st, o);
    if (deepest != o->zone)
        flags |= IMAGE_PARENT_SIDE;
    st->compiler->slots_n = 0;
    st->compiler->tails_n = 0;
    if ((flags & IMAGE_CUT) != 0)
        compile_cut(st, o, &name);
    else if ((flags & IMAGE_CNAME) != 0)
        compile_cname(st, o, &name, kind);
    else
        compile_data(st, o, &name, kind);
    return image_build(st, o, flags);
}
