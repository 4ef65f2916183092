#include "nameserver/deps.h"

#include "nameserver/mem.h"

void dep_add(struct store *st, struct owner *o, uint64_t name_hash)
{
    struct dep *d;

    for (d = o->deps; d != NULL; d = d->next) {
        if (d->by_name.hash == name_hash)
            return;
    }
    d = mem_new(sizeof(*d));
    d->owner = o;
    d->next = o->deps;
    o->deps = d;
    map_add(&st->deps, &d->by_name, name_hash);
}

void deps_drop(struct store *st, struct owner *o)
{
    while (o->deps != NULL) {
        struct dep *d = o->deps;

        o->deps = d->next;
        map_remove(&st->deps, &d->by_name);
        mem_free(d);
    }
}

bool deps_any(const struct store *st, uint64_t name_hash)
{
    return map_find(&st->deps, name_hash) != NULL;
}

void deps_each(struct store *st, uint64_t name_hash, void (*touch)(struct store *st, struct owner *o))
{
    for (struct map_node *n = map_find(&st->deps, name_hash); n != NULL; n = map_next(n))
        touch(st, MAP_ITEM(n, struct dep, by_name)->owner);
}
