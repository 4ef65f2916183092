/* Applying a change: check, put in, compile, publish. */
#include "nameserver/change_check.h"
#include "nameserver/compile.h"
#include "nameserver/deps.h"
#include "nameserver/mem.h"
#include "nameserver/packed.h"
#include "nameserver/tail.h"
#include "nameserver/zone.h"

static struct record_set *set_new(const struct change_row *r)
{
    size_t n = r->data.n + (r->alias ? 8 : 0);
    struct record_set *s = record_set_new(r->type, r->alias, r->ttl, n);

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
        struct owner *o =
            r->deleted ? store_owner(st, z, wire, r->owner.n) : zone_owner_make(st, z, wire, r->owner.n, true);

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
        deps_each(st, st->touched[i]->by_name.hash ^ zone_salt(st->touched[i]->zone), owner_touch);
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

/* A zone that is packed, or will be, is compiled whole. */
static void touched_zones(struct store *st)
{
    for (size_t i = 0; i < st->touched_n; i++) {
        struct zone *z = st->touched[i]->zone;
        struct zone_work *w = zone_work_of(st, z);

        if (w->touched)
            continue;
        w->touched = true;
        w->gone = (z->apex->flags & OWNER_GONE) != 0;
        w->packs = !w->gone && zone_packs(st, z);
        w->before = z->packed;
        if (w->packs || w->before != NULL)
            owner_touch_below(st, z->apex);
    }
}

/* ---- packing --------------------------------------------------------------------------------------- */

static struct zone_work *work_packing(struct store *st, const struct owner *o, const struct image *i)
{
    struct zone_work *w = &st->work[o->zone->work - 1];

    return i != NULL && w->packs ? w : NULL;
}

/* What its names say of each other is nobody else's business: whatever happens to one, all are compiled. A name that is not
 * there is: another zone may appear at it. */
static void zone_deps_gather(struct store *st, struct zone *z)
{
    zone_deps_drop(st, z);
    for (const struct owner *o = z->apex; o != NULL; o = zone_owner_next(z, o)) {
        for (const struct dep *d = o->deps; d != NULL; d = d->next) {
            if (!d->own || map_find(&st->owners, d->by_name.hash ^ zone_salt(z)) == NULL)
                zone_dep_add(st, z, d->by_name.hash);
        }
    }
}

/* Moves the images of zones that are packed into a new block for each. */
static void images_pack(struct store *st, struct image **images)
{
    for (size_t i = 0; i < st->touched_n; i++) {
        struct zone_work *w = work_packing(st, st->touched[i], images[i]);

        if (w != NULL)
            w->images += packed_image_size(images[i]);
    }
    for (size_t i = 0; i < st->work_n; i++) {
        struct zone_work *w = &st->work[i];

        if (w->packs)
            w->packed = packed_new(w->zone, w->images);
        w->images = 0;
    }
    for (size_t i = 0; i < st->touched_n; i++) {
        struct zone_work *w = work_packing(st, st->touched[i], images[i]);
        struct image *packed;

        if (w == NULL)
            continue;
        packed = (struct image *)(void *)((uint8_t *)w->packed + w->packed->images_at + w->images);
        memcpy(packed, images[i], image_size(images[i]));
        packed->flags |= IMAGE_PACKED;
        w->images += packed_image_size(packed);
        mem_free(images[i]);
        images[i] = packed;
    }
}

/* ---- publishing -------------------------------------------------------------------------------------- */

/* What a block that no server wrote says of another zone's name, that zone's own has replaced. */
static void image_retract(struct store *st, struct owner *o)
{
    if (table_shows(&st->table, o->image))
        table_put(&st->table, image_gone(o->image));
    o->image = NULL;
}

static struct image **touched_compile(struct store *st)
{
    struct image **images = mem_new((st->touched_n + 1) * sizeof(struct image *));

    for (size_t i = 0; i < st->touched_n; i++) {
        if ((st->touched[i]->flags & OWNER_GONE) == 0)
            images[i] = owner_compile(st, st->touched[i]);
    }
    return images;
}

/* Old images go before new ones come: a name may move from one zone to another, or to the parent's side. */
static void images_put(struct store *st, struct image **images)
{
    for (size_t i = 0; i < st->touched_n; i++) {
        struct owner *o = st->touched[i];

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
}

static void negative_drop(void *ctx FW_UNUSED, void *p)
{
    struct negative *n = p, *older = atomic_load(&n->older);

    if (!older->packed)
        mem_free(older);
    atomic_store(&n->older, NULL);
}

static void zone_negative_put(struct store *st, struct zone *z, struct negative *n)
{
    struct negative *older = atomic_load(&z->view.negative);

    n->born = epoch_next(&st->epochs);
    atomic_store(&n->older, older);
    if (older != NULL)
        epoch_retire(&st->epochs, negative_drop, NULL, n);
    atomic_store_explicit(&z->view.negative, n, memory_order_release);
}

static void block_drop(void *ctx FW_UNUSED, void *p)
{
    mem_free(p);
}

/* What a zone is now takes the place of what it was, behind everything else: its old block goes last. */
static void work_finish(struct store *st, struct zone_work *w)
{
    struct zone *z = w->zone;

    z->compiled = st->changes + 1;
    if (w->gone)
        return; /* its block goes with it */
    if (w->packs) {
        zone_negative_put(st, z, packed_negative(w->packed));
        zone_deps_gather(st, z);
        packed_finish(st, w->packed, z);
    } else {
        zone_negative_put(st, z, negative_new(z->apex, owner_set(z->apex, DNS_SOA)));
        zone_deps_drop(st, z);
    }
    z->packed = w->packed;
    if (w->before != NULL)
        epoch_retire(&st->epochs, block_drop, NULL, w->before);
}

static void touched_publish(struct store *st)
{
    struct image **images;

    touched_zones(st);
    touched_prune(st); /* what was in a block and has no record (packed.c) */
    images = touched_compile(st);
    images_pack(st, images);
    images_put(st, images);
    mem_free(images);
    st->touched_n = 0;
    for (size_t i = 0; i < st->work_n; i++) {
        if (st->work[i].touched)
            work_finish(st, &st->work[i]);
    }
    epoch_publish(&st->epochs);
    st->changes++;
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

static void change_put(struct store *st, struct zone *z, const struct change *c)
{
    rows_put(st, z, c);
    touched_prune(st);
    touched_hiding(st);
    touched_dependants(st);
    touched_publish(st);
    z->version = c->version;
}

enum status store_apply(struct store *st, const struct change *c, struct error *e)
{
    struct zone *z = store_zone(st, c->zone_id);
    enum status s;

    if (z != NULL && (c->other_line ? c->version < z->version : c->version <= z->version))
        return OK;
    TRY(change_place(st, z, c, e));
    s = change_check(st, z, c, e);
    if (s == OK && z == NULL) {
        z = zone_new(st, c->zone_id, &c->name);
        owner_touch(st, zone_apex_make(st, z));
        touch_zone_above(st, &c->name);
    }
    if (s == OK) {
        zone_open(st, z);
        change_put(st, z, c);
    }
    store_rest(st);
    return s;
}

void store_compile(struct store *st, struct zone *z)
{
    zone_open(st, z);
    owner_touch_below(st, z->apex);
    touched_publish(st);
    store_rest(st);
}

void store_remove(struct store *st, struct zone *z)
{
    struct dns_name name;

    zone_dns_name(z, &name);
    zone_open(st, z);
    owner_touch_below(st, z->apex);
    st->names_n -= z->owners_n;
    st->sets_n -= z->sets_n;
    for (size_t i = 0; i < st->touched_n; i++) {
        st->touched[i]->flags |= OWNER_GONE;
        map_remove(&st->owners, &st->touched[i]->by_name);
    }
    zone_unlink(st, z);
    touch_zone_above(st, &name);
    touched_dependants(st);
    touched_publish(st);
    z->apex = NULL;
    store_rest(st);
    zone_free(st, z);
}

void store_recompile(struct store *st, uint64_t hash)
{
    uint64_t changes = st->changes;

    deps_each(st, hash, owner_touch);
    if (st->touched_n > 0)
        touched_publish(st);
    store_rest(st);
    st->changes = changes;
}
