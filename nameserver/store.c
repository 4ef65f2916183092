#include "nameserver/store.h"

#include "base/crypto.h"
#include "nameserver/compile.h"
#include "nameserver/external.h"
#include "nameserver/mem.h"
#include "nameserver/packed.h"
#include "nameserver/zone.h"

void store_init(struct store *st)
{
    memset(st, 0, sizeof(*st));
    crypto_random(&st->key, sizeof(st->key));
    st->packed_names_max = PACKED_NAMES_MAX;
    epochs_init(&st->epochs);
    table_init(&st->table, &st->epochs, &st->key);
    map_init(&st->zones_by_id);
    map_init(&st->zones_by_name);
    map_init(&st->owners);
    map_init(&st->deps);
    st->compiler = compiler_new();
    st->externals = externals_new();
}

void store_rekey(struct store *st, const struct dns_hash_key *key)
{
    INVARIANT(st->zones_by_id.n == 0 && st->deps.n == 0);
    st->key = *key;
    name_keys_init(&st->table.keys, key);
}

static void zones_free(struct store *st)
{
    struct map_node *node;
    size_t pos = 0;

    while ((node = map_walk(&st->zones_by_id, &pos, NULL)) != NULL) {
        struct zone *z = MAP_ITEM(node, struct zone, by_id);

        pos--; /* more may be in the same bucket */
        zone_owners_free(st, z);
        zone_unlink(st, z);
        zone_free(st, z);
    }
}

void store_clear(struct store *st)
{
    epochs_clear(&st->epochs);
    table_clear(&st->table); /* before the blocks that packed images stand in */
    zones_free(st);
    epochs_clear(&st->epochs);
    map_clear(&st->zones_by_id);
    map_clear(&st->zones_by_name);
    map_clear(&st->owners);
    map_clear(&st->deps);
    mem_free(st->touched);
    mem_free(st->work);
    compiler_free(&st->compiler);
    externals_free(&st->externals);
}

void store_reserve(struct store *st, size_t zones, size_t names)
{
    map_reserve(&st->zones_by_id, st->zones_by_id.n + zones);
    map_reserve(&st->zones_by_name, st->zones_by_name.n + zones);
    table_reserve(&st->table, names);
}

struct zone *store_zone(const struct store *st, uint64_t id)
{
    for (struct map_node *n = map_find(&st->zones_by_id, id * UINT64_C(0x9e3779b97f4a7c15)); n != NULL;
         n = map_next(n)) {
        struct zone *z = MAP_ITEM(n, struct zone, by_id);

        if (z->id == id)
            return z;
    }
    return NULL;
}

struct zone *store_zone_named(const struct store *st, const uint8_t *wire, size_t len)
{
    for (struct map_node *n = map_find(&st->zones_by_name, dns_name_hash(&st->key, wire, len)); n != NULL;
         n = map_next(n)) {
        struct zone *z = MAP_ITEM(n, struct zone, by_name);

        if (z->name_len == len && memcmp(z->name, wire, len) == 0)
            return z;
    }
    return NULL;
}

struct zone *store_zone_of(const struct store *st, const struct dns_name *name)
{
    const uint8_t *p = name->wire;
    const uint8_t *end = name->wire + name->len;

    for (;; p += *p + 1) {
        struct zone *z = store_zone_named(st, p, (size_t)(end - p));

        if (z != NULL || *p == 0)
            return z;
    }
}

static int id_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

uint64_t *store_zone_ids(const struct store *st, struct arena *a, size_t *n_r)
{
    uint64_t *ids = ARENA_ARRAY(a, st->zones_by_id.n, uint64_t);
    struct map_node *node = NULL;
    size_t pos = 0, n = 0;

    while ((node = map_walk(&st->zones_by_id, &pos, node)) != NULL)
        ids[n++] = MAP_ITEM(node, struct zone, by_id)->id;
    qsort(ids, n, sizeof(*ids), id_compare);
    *n_r = n;
    return ids;
}

struct owner *store_owner(struct store *st, struct zone *z, const uint8_t *wire, size_t len)
{
    uint64_t hash = dns_name_hash(&st->key, wire, len) ^ zone_salt(z);

    zone_open(st, z);
    for (struct map_node *n = map_find(&st->owners, hash); n != NULL; n = map_next(n)) {
        struct owner *o = MAP_ITEM(n, struct owner, by_name);

        if (o->zone == z && o->len == len && memcmp(o->wire, wire, len) == 0)
            return o;
    }
    return NULL;
}

uint64_t alias_zone_id(const struct record_set *s)
{
    return read_u64(s->data);
}

bool alias_target(const struct record_set *s, struct dns_name *name_r)
{
    if (dns_name_from_wire(s->data + 8, s->n - 8, name_r) != s->n - 8)
        return false;
    dns_name_lower(name_r); /* whoever wrote it: owners are found by their bytes */
    return true;
}
