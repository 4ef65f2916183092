#include "nameserver/deps.h"

#include "nameserver/mem.h"

static void list_add(struct store *st, struct dep **list, struct dep what, uint64_t name_hash)
{
    struct dep *d;

    for (d = *list; d != NULL; d = d->next) {
        if (d->by_name.hash == name_hash) {
            d->own &= what.own;
            return;
        }
    }
    d = mem_new(sizeof(*d));
    *d = what;
    d->next = *list;
    *list = d;
    map_add(&st->deps, &d->by_name, name_hash);
}

static void list_drop(struct store *st, struct dep **list)
{
    while (*list != NULL) {
        struct dep *d = *list;

        *list = d->next;
        map_remove(&st->deps, &d->by_name);
        mem_free(d);
    }
}

bool deps_any(const struct store *st, uint64_t name_hash)
{
    return map_find(&st->deps, name_hash) != NULL;
}

void dep_add(struct store *st, struct owner *o, uint64_t name_hash)
{
    list_add(st, &o->deps, (struct dep){.owner = o, .zone = o->zone}, name_hash);
}

void dep_add_in(struct store *st, struct owner *o, const struct zone *z, uint64_t name_hash)
{
    list_add(st, &o->deps, (struct dep){.owner = o, .zone = o->zone, .own = z == o->zone}, name_hash);
}

void deps_drop(struct store *st, struct owner *o)
{
    list_drop(st, &o->deps);
}

void zone_dep_add(struct store *st, struct zone *z, uint64_t name_hash)
{
    list_add(st, &z->deps, (struct dep){.zone = z}, name_hash);
}

void zone_deps_drop(struct store *st, struct zone *z)
{
    list_drop(st, &z->deps);
}

void deps_each(struct store *st, uint64_t name_hash, void (*touch)(struct store *st, struct owner *o))
{
    for (struct map_node *n = map_find(&st->deps, name_hash); n != NULL; n = map_next(n)) {
        struct dep *d = MAP_ITEM(n, struct dep, by_name);

        if (d->owner == NULL)
            zone_open(st, d->zone);
        touch(st, d->owner != NULL ? d->owner : d->zone->apex);
    }
}
