#include "nameserver/zone.h"

#include "base/crypto.h"
#include "nameserver/deps.h"
#include "nameserver/mem.h"

static unsigned wire_labels(const uint8_t *wire)
{
    unsigned n = 0;

    for (; *wire != 0; wire += *wire + 1)
        n++;
    return n;
}

bool owner_is_wildcard(const struct owner *o)
{
    return o->wire[0] == 1 && o->wire[1] == '*';
}

void owner_dns_name(const struct owner *o, struct dns_name *name_r)
{
    name_r->len = o->len;
    name_r->labels = o->labels;
    memcpy(name_r->wire, o->wire, o->len);
}

const struct record_set *owner_set(const struct owner *o, uint16_t type)
{
    const struct record_set *s = o->sets;

    while (s != NULL && s->type < type)
        s = s->next;
    return s != NULL && s->type == type ? s : NULL;
}

struct record_set *record_set_new(uint16_t type, bool alias, uint32_t ttl, size_t n)
{
    struct record_set *s = mem_new(sizeof(*s) + n);

    s->type = type;
    s->alias = alias;
    s->ttl = ttl;
    s->n = (uint32_t)n;
    return s;
}

void owner_set_replace(struct store *st, struct owner *o, uint16_t type, struct record_set *s)
{
    struct record_set **at = &o->sets;

    while (*at != NULL && (*at)->type < type)
        at = &(*at)->next;
    if (*at != NULL && (*at)->type == type) {
        struct record_set *old = *at;

        *at = old->next;
        o->zone->bytes -= old->n;
        mem_free(old);
        o->zone->sets_n--;
        st->sets_n--;
    }
    if (s == NULL)
        return;
    s->next = *at;
    *at = s;
    o->zone->bytes += s->n;
    o->zone->sets_n++;
    st->sets_n++;
}

unsigned owner_hiding(const struct owner *o)
{
    unsigned flags = 0;

    if ((o->flags & OWNER_GONE) != 0)
        return 0;
    if (o->parent != NULL && owner_set(o, DNS_NS) != NULL)
        flags |= OWNER_CUT;
    if (owner_set(o, DNS_DNAME) != NULL)
        flags |= OWNER_DNAME;
    return flags;
}

/* ---- touching ------------------------------------------------------------------------------------ */

void owner_touch(struct store *st, struct owner *o)
{
    if ((o->flags & OWNER_TOUCHED) != 0)
        return;
    if (st->touched_n == st->touched_cap) {
        st->touched_cap = st->touched_cap == 0 ? 64 : st->touched_cap * 2;
        st->touched = mem_grow(st->touched, st->touched_cap * sizeof(*st->touched));
    }
    o->flags |= OWNER_TOUCHED;
    st->touched[st->touched_n++] = o;
}

/* The next one in the subtree of top, in preorder. */
static struct owner *subtree_next(const struct owner *top, const struct owner *o)
{
    if (o->child != NULL)
        return o->child;
    while (o != top && o->next == NULL)
        o = o->parent;
    return o == top ? NULL : o->next;
}

void owner_touch_below(struct store *st, struct owner *o)
{
    for (struct owner *at = o; at != NULL; at = subtree_next(o, at))
        owner_touch(st, at);
}

struct owner *zone_owner_next(const struct zone *z, const struct owner *o)
{
    return o == NULL ? z->apex : subtree_next(z->apex, o);
}

/* ---- the tree ------------------------------------------------------------------------------------ */

/* A wildcard's coming and going is written on the name it covers. */
static void touch_wildcard_parent(struct store *st, const struct owner *o)
{
    if (o->parent != NULL && owner_is_wildcard(o))
        owner_touch(st, o->parent);
}

static struct owner *owner_new(struct store *st, struct zone *z, struct owner *parent, const uint8_t *wire, size_t len)
{
    struct owner *o = mem_new(sizeof(*o) + len);

    o->zone = z;
    o->parent = parent;
    o->len = (uint8_t)len;
    o->labels = (uint8_t)wire_labels(wire);
    memcpy(o->wire, wire, len);
    if (parent != NULL) {
        o->next = parent->child;
        if (o->next != NULL)
            o->next->prev = o;
        parent->child = o;
    }
    map_add(&st->owners, &o->by_name, dns_name_hash(&st->key, wire, len) ^ zone_salt(z));
    z->owners_n++;
    st->names_n++;
    return o;
}

struct owner *zone_apex_make(struct store *st, struct zone *z)
{
    z->apex = owner_new(st, z, NULL, z->name, z->name_len);
    return z->apex;
}

struct owner *zone_owner_make(struct store *st, struct zone *z, const uint8_t *wire, size_t len, bool touch)
{
    const uint8_t *missing[DNS_LABELS_MAX + 1];
    const uint8_t *end = wire + len;
    struct owner *o;
    unsigned n = 0;

    while ((o = store_owner(st, z, wire, (size_t)(end - wire))) == NULL) {
        INVARIANT(*wire != 0 && n < ARRAY_LEN(missing));
        missing[n++] = wire;
        wire += *wire + 1;
    }
    while (n-- > 0) {
        o = owner_new(st, z, o, missing[n], (size_t)(end - missing[n]));
        if (!touch)
            continue;
        owner_touch(st, o);
        touch_wildcard_parent(st, o);
    }
    return o;
}

static void owner_unlink(struct store *st, struct owner *o)
{
    if (o->prev != NULL)
        o->prev->next = o->next;
    else if (o->parent != NULL)
        o->parent->child = o->next;
    if (o->next != NULL)
        o->next->prev = o->prev;
    map_remove(&st->owners, &o->by_name);
    o->zone->owners_n--;
    st->names_n--;
}

void owner_prune(struct store *st, struct owner *o)
{
    while (o->parent != NULL && o->sets == NULL && o->child == NULL && (o->flags & OWNER_GONE) == 0) {
        struct owner *parent = o->parent;

        touch_wildcard_parent(st, o);
        owner_unlink(st, o);
        o->flags |= OWNER_GONE;
        owner_touch(st, o);
        o = parent;
    }
}

void owner_free(struct store *st, struct owner *o)
{
    deps_drop(st, o);
    while (o->sets != NULL) {
        struct record_set *s = o->sets;

        o->sets = s->next;
        mem_free(s);
    }
    mem_free(o);
}

/* The tree goes, from the leaves up; counts stay what they are. */
void zone_owners_free(struct store *st, struct zone *z)
{
    for (struct owner *o = z->apex, *up; o != NULL; o = up) {
        while (o->child != NULL)
            o = o->child;
        up = o->next != NULL ? o->next : o->parent;
        if (o->parent != NULL)
            o->parent->child = o->next;
        map_remove(&st->owners, &o->by_name);
        owner_free(st, o);
    }
    z->apex = NULL;
}

/* ---- zones --------------------------------------------------------------------------------------- */

struct zone *zone_new(struct store *st, uint64_t id, const struct dns_name *name)
{
    struct zone *z = mem_new(sizeof(*z) + name->len);

    z->id = id;
    z->name_len = name->len;
    memcpy(z->name, name->wire, name->len);
    z->view.name_len = name->len;
    map_add(&st->zones_by_id, &z->by_id, id * UINT64_C(0x9e3779b97f4a7c15));
    map_add(&st->zones_by_name, &z->by_name, dns_name_hash(&st->key, name->wire, name->len));
    return z;
}

void zone_dns_name(const struct zone *z, struct dns_name *name_r)
{
    INVARIANT(dns_name_from_wire(z->name, z->name_len, name_r) == z->name_len);
}

void zone_unlink(struct store *st, struct zone *z)
{
    map_remove(&st->zones_by_id, &z->by_id);
    map_remove(&st->zones_by_name, &z->by_name);
}

/* Of its negative answers, all but the newest have gone by now, in the order in which they were retired. */
static void zone_drop(void *ctx FW_UNUSED, void *p)
{
    struct zone *z = p;
    struct negative *n = atomic_load(&z->view.negative);

    if (n != NULL && !n->packed)
        mem_free(n);
    mem_free(z->packed);
    mem_free(z);
}

void zone_free(struct store *st, struct zone *z)
{
    zone_deps_drop(st, z);
    epoch_retire(&st->epochs, zone_drop, NULL, z);
}
