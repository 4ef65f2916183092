/* Applying a change: check, put in, compile, publish. */
#include "nameserver/change_check.h"
#include "nameserver/compile.h"
#include "nameserver/deps.h"
#include "nameserver/mem.h"
#include "nameserver/tail.h"
#include "nameserver/zone.h"

static struct record_set *set_new(const struct change_row *r)
{
    size_t n = r->data.n + (r->alias ? 8 : 0);
    struct record_set *s = mem_new(sizeof(*s) + n);

    s->type = r->type;
    s->alias = r->alias;
    s->ttl = r->ttl;
    s->n = (uint32_t)n;
    if (r->alias)
        write_u64(s->data, r->alias_zone);
    if (r->data.n > 0)
        memcpy(s->data + (r->alias ? 8 : 0), r->data.p, r->data.n);
    return s;
}

static void rows_put(struct store *st, struct zone *z, const struct change *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct change_row *r = &c->rows[i];
        const uint8_t *wire = (const uint8_t *)r->owner.p;
        struct owner *o = r->deleted ? store_owner(st, z, wire, r->owner.n) : zone_owner_make(st, z, wire, r->owner.n);

        if (o == NULL)
            continue; /* a deletion of what never came here */
        owner_set_replace(st, o, r->type, r->deleted ? NULL : set_new(r));
        owner_touch(st, o);
    }
}

static void touched_prune(struct store *st)
{
    for (size_t i = 0; i < st->touched_n; i++)
        owner_prune(st, st->touched[i]);
}

static unsigned owner_hiding(const struct owner *o)
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

/* What is below a name is hidden exactly while the name is a cut or has a DNAME. */
static void touched_hiding(struct store *st)
{
    for (size_t i = 0; i < st->touched_n; i++) {
        struct owner *o = st->touched[i];
        unsigned turned = (o->flags ^ owner_hiding(o)) & (OWNER_CUT | OWNER_DNAME);

        if (turned == 0)
            continue;
        o->flags ^= (uint8_t)turned;
        if ((o->flags & OWNER_GONE) == 0)
            owner_touch_below(st, o);
    }
}

static void touched_dependants(struct store *st)
{
    size_t own = st->touched_n;

    for (size_t i = 0; i < own; i++)
        deps_each(st, st->touched[i]->by_name.hash ^ st->touched[i]->zone->salt, owner_touch);
}

/* The zone above answers otherwise at this name and below it, now that a deeper zone comes or goes. */
static void touch_zone_above(struct store *st, const struct dns_name *name)
{
    struct dns_name above;
    struct zone *z;
    struct owner *o;

    if (!dns_name_parent(name, &above))
        return;
    z = store_zone_of(st, &above);
    if (z == NULL)
        return;
    o = store_owner(st, z, name->wire, name->len);
    if (o != NULL)
        owner_touch_below(st, o);
}

/* ---- publishing -------------------------------------------------------------------------------------- */

static void image_retract(struct store *st, struct owner *o)
{
    table_put(&st->table, image_gone(o->image));
    o->image = NULL;
}

/* Old images go before new ones come: a name may move from one zone to another, or to the parent's side. */
static void touched_publish(struct store *st)
{
    struct image **images = mem_new((st->touched_n + 1) * sizeof(struct image *));

    for (size_t i = 0; i < st->touched_n; i++) {
        struct owner *o = st->touched[i];

        if ((o->flags & OWNER_GONE) == 0)
            images[i] = owner_compile(st, o);
        if (o->image != NULL && (images[i] == NULL || ((images[i]->flags ^ o->image->flags) & IMAGE_PARENT_SIDE) != 0))
            image_retract(st, o);
    }
    for (size_t i = 0; i < st->touched_n; i++) {
        struct owner *o = st->touched[i];

        if (images[i] != NULL)
            table_put(&st->table, images[i]);
        o->image = images[i];
        o->flags &= (uint8_t)~OWNER_TOUCHED;
        if ((o->flags & OWNER_GONE) != 0)
            owner_free(st, o);
    }
    mem_free(images);
    st->touched_n = 0;
    epoch_publish(&st->epochs);
    st->changes++;
}

static void negative_drop(void *ctx FW_UNUSED, void *p)
{
    struct negative *n = p;

    mem_free(atomic_load(&n->older));
    atomic_store(&n->older, NULL);
}

static void zone_negative_put(struct store *st, struct zone *z)
{
    struct negative *n = negative_new(z->apex, owner_set(z->apex, DNS_SOA));

    n->born = epoch_next(&st->epochs);
    atomic_store(&n->older, atomic_load(&z->view->negative));
    if (atomic_load(&n->older) != NULL)
        epoch_retire(&st->epochs, negative_drop, NULL, n);
    atomic_store_explicit(&z->view->negative, n, memory_order_release);
}

/* ---- the two doors ----------------------------------------------------------------------------------- */

static enum status change_place(const struct store *st, const struct zone *z, const struct change *c, struct error *e)
{
    const struct zone *named = store_zone_named(st, c->name.wire, c->name.len);

    if (z != NULL && named != z)
        return error_set(e, INVALID, "zone-renamed", "zone %llu has another name than what is served",
            (unsigned long long)c->zone_id);
    if (z == NULL && named != NULL)
        return error_set(e, EXISTS, "name-served", "zone %llu is served under this name (new: %llu)",
            (unsigned long long)named->id, (unsigned long long)c->zone_id);
    return OK;
}

enum status store_apply(struct store *st, const struct change *c, struct error *e)
{
    struct zone *z = store_zone(st, c->zone_id);

    if (z != NULL && c->version <= z->version)
        return OK;
    TRY(change_place(st, z, c, e));
    TRY(change_check(st, z, c, e));
    if (z == NULL) {
        z = zone_new(st, c->zone_id, &c->name);
        touch_zone_above(st, &c->name);
    }
    rows_put(st, z, c);
    touched_prune(st);
    touched_hiding(st);
    touched_dependants(st);
    zone_negative_put(st, z);
    touched_publish(st);
    z->version = c->version;
    return OK;
}

void store_remove(struct store *st, struct zone *z)
{
    struct dns_name name;

    owner_dns_name(z->apex, &name);
    owner_touch_below(st, z->apex);
    st->names_n -= z->owners_n;
    st->sets_n -= z->sets_n;
    for (size_t i = 0; i < st->touched_n; i++) {
        st->touched[i]->flags |= OWNER_GONE;
        map_remove(&st->owners, &st->touched[i]->by_name);
    }
    touch_zone_above(st, &name);
    touched_dependants(st);
    zone_free(st, z);
    touched_publish(st);
}

void store_recompile(struct store *st, uint64_t hash)
{
    uint64_t changes = st->changes;

    deps_each(st, hash, owner_touch);
    if (st->touched_n > 0)
        touched_publish(st);
    st->changes = changes;
}
