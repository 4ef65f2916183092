#include "nameserver/chain.h"

#include "nameserver/alias.h"

static void link_pack(struct chain_link *l)
{
    write_u16(l->packed, l->target.len);
    memcpy(l->packed + 2, l->target.wire, l->target.len);
}

static void link_read(struct chain_link *l, struct dns_name *name_r)
{
    struct str rest = set_packed(l->set), rdata = STR_NULL;

    INVARIANT(packed_next(&rest, &rdata));
    INVARIANT(dns_name_from_wire(rdata.p, rdata.n, name_r) == rdata.n);
}

/* Where the chain goes on from what the last name was found to be; false at its end. */
static bool chain_step(struct store *st, struct owner *o, struct chain *c, const struct dns_name *name)
{
    const struct record_set *cname = c->end.kind == FOUND_OWNER ? owner_data(st, o, c->end.owner, DNS_CNAME) : NULL;
    struct chain_link *l = &c->links[c->n];
    struct dns_name onto;

    if (cname == NULL && c->end.kind != FOUND_DNAME)
        return false;
    if (c->n == CHAIN_MAX) {
        c->circle = true;
        return false;
    }
    l->set = cname != NULL ? cname : owner_set(c->end.owner, DNS_DNAME);
    l->at = c->end.owner;
    c->n++;
    link_read(l, cname != NULL ? &l->target : &onto);
    if (cname == NULL && !dns_name_join(name, name->labels - l->at->labels, &onto, &l->target)) {
        c->too_long = true;
        return false;
    }
    link_pack(l);
    return true;
}

/* The question of a wildcard's answer has another name than the wildcard. */
static bool chain_was_at(const struct chain *c, const struct owner *o, const struct dns_name *name)
{
    struct dns_name own;

    owner_dns_name(o, &own);
    if (!owner_is_wildcard(o) && dns_name_equal(&own, name))
        return true;
    for (unsigned i = 0; i + 1 < c->n; i++) {
        if (dns_name_equal(&c->links[i].target, name))
            return true;
    }
    return false;
}

void chain_follow(struct store *st, struct owner *o, struct chain *c_r)
{
    struct dns_name own;
    const struct dns_name *name = &own;

    owner_dns_name(o, &own);
    c_r->n = 0;
    c_r->circle = c_r->too_long = false;
    c_r->end = (struct found){.kind = FOUND_OWNER, .zone = o->zone, .owner = o};
    while (chain_step(st, o, c_r, name)) {
        struct dns_name low = *chain_target(c_r);

        name = chain_target(c_r);
        if (chain_was_at(c_r, o, name)) {
            c_r->circle = true;
            return;
        }
        dns_name_lower(&low);
        name_resolve(st, o, NULL, &low, &c_r->end);
    }
}

static bool links_have(const struct chain *c, unsigned n, const struct record_set *s)
{
    for (unsigned i = 0; i < n; i++) {
        if (c->links[i].set == s)
            return true;
    }
    return false;
}

bool chain_has(const struct chain *c, const struct record_set *dname)
{
    return links_have(c, c->n, dname);
}

void chain_put(struct tail_writer *w, const struct chain *c)
{
    struct str name = TAIL_ASKED;

    for (unsigned i = 0; i < c->n; i++) {
        const struct chain_link *l = &c->links[i];
        bool dname = l->set->type == DNS_DNAME, made = !(dname && c->too_long && i + 1 == c->n);

        if (dname && !links_have(c, i, l->set)) /* one that the chain meets again is in the answer already */
            tail_records(w, DNS_ANSWER, owner_name(l->at), DNS_DNAME, l->set->ttl, set_packed(l->set));
        if (made)
            tail_records(
                w, DNS_ANSWER, name, DNS_CNAME, l->set->ttl, str_n((const char *)l->packed, 2u + l->target.len));
        name = dns_name_wire(&l->target);
    }
}
