#include "nameserver/resolve.h"

#include "nameserver/deps.h"

static uint64_t name_hash(const struct store *st, const uint8_t *wire, size_t len)
{
    return dns_name_hash(&st->key, wire, len);
}

/* What hides a name's own data: the topmost of the cuts at or above it and the DNAMEs above it; NULL where nothing
 * does. o: the name's owner, or (own false) that of its closest encloser. */
static struct owner *name_hidden_by(struct owner *o, bool own)
{
    struct owner *top = NULL;

    for (struct owner *at = o; at != NULL; at = at->parent) {
        if ((at->flags & OWNER_CUT) != 0 || ((at->flags & OWNER_DNAME) != 0 && (at != o || !own)))
            top = at;
    }
    return top;
}

/* The name's own owner, or the closest encloser's; *own_r says which. */
static struct owner *owner_closest(
    struct store *st, struct owner *whom, struct zone *z, const struct dns_name *name, bool *own_r)
{
    const uint8_t *p = name->wire;
    const uint8_t *end = name->wire + name->len;

    *own_r = true;
    for (;; p += *p + 1, *own_r = false) {
        struct owner *o = store_owner(st, z, p, (size_t)(end - p));

        dep_add_in(st, whom, z, name_hash(st, p, (size_t)(end - p)));
        if (o != NULL)
            return o;
        INVARIANT(*p != 0); /* the apex is always there */
    }
}

static struct owner *owner_wildcard(struct store *st, struct owner *whom, const struct owner *encloser)
{
    struct dns_name name, wild;

    owner_dns_name(encloser, &name);
    if (!dns_name_wildcard(&name, &wild))
        return NULL;
    dep_add_in(st, whom, encloser->zone, name_hash(st, wild.wire, wild.len));
    return store_owner(st, encloser->zone, wild.wire, wild.len);
}

void name_depend_on_zones(struct store *st, struct owner *whom, const struct dns_name *name)
{
    const uint8_t *p = name->wire;
    const uint8_t *end = name->wire + name->len;

    for (;; p += *p + 1) {
        dep_add(st, whom, name_hash(st, p, (size_t)(end - p)));
        if (*p == 0)
            return; /* the root may be served too */
    }
}

void name_resolve(
    struct store *st, struct owner *whom, struct zone *zone, const struct dns_name *name, struct found *f_r)
{
    struct owner *top;
    bool own;

    *f_r = (struct found){.kind = FOUND_ELSEWHERE, .zone = zone != NULL ? zone : store_zone_of(st, name)};
    if (f_r->zone == NULL) {
        name_depend_on_zones(st, whom, name);
        return;
    }
    f_r->owner = owner_closest(st, whom, f_r->zone, name, &own);
    top = name_hidden_by(f_r->owner, own);
    f_r->kind = FOUND_OWNER;
    if (top != NULL) {
        dep_add_in(st, whom, top->zone,
            name_hash(st, top->wire, top->len)); /* what it says counts, whatever stands below it */
        f_r->kind = (top->flags & OWNER_CUT) != 0 ? FOUND_CUT : FOUND_DNAME;
        f_r->owner = top;
    } else if (!own) {
        f_r->owner = owner_wildcard(st, whom, f_r->owner);
        f_r->kind = f_r->owner != NULL ? FOUND_OWNER : FOUND_NOTHING;
    }
}

bool name_resolve_above(struct store *st, struct owner *whom, const struct dns_name *apex, struct found *f_r)
{
    struct dns_name above;
    struct zone *z;

    name_depend_on_zones(st, whom, apex); /* the zone above may yet come */
    z = dns_name_parent(apex, &above) ? store_zone_of(st, &above) : NULL;
    if (z == NULL)
        return false;
    name_resolve(st, whom, z, apex, f_r);
    return f_r->kind != FOUND_DNAME && (f_r->kind != FOUND_OWNER || owner_set(f_r->owner, DNS_CNAME) == NULL);
}
