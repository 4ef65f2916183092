#include "nameserver/map.h"

#include "nameserver/mem.h"

#define BUCKETS_FIRST 64

void map_init(struct map *m)
{
    m->buckets = mem_new(BUCKETS_FIRST * sizeof(*m->buckets));
    m->mask = BUCKETS_FIRST - 1;
    m->n = 0;
}

void map_clear(struct map *m)
{
    mem_free(m->buckets);
    m->buckets = NULL;
    m->n = 0;
}

static void bucket_push(struct map_node **bucket, struct map_node *node)
{
    node->next = *bucket;
    node->at = bucket;
    if (node->next != NULL)
        node->next->at = &node->next;
    *bucket = node;
}

static void map_grow(struct map *m, size_t mask)
{
    struct map_node **buckets = mem_new((mask + 1) * sizeof(*buckets));

    for (size_t i = 0; i <= m->mask; i++) {
        for (struct map_node *node = m->buckets[i], *next; node != NULL; node = next) {
            next = node->next;
            bucket_push(&buckets[node->hash & mask], node);
        }
    }
    mem_free(m->buckets);
    m->buckets = buckets;
    m->mask = mask;
}

void map_reserve(struct map *m, size_t n)
{
    size_t mask = m->mask;

    while (mask < n)
        mask = mask * 2 + 1;
    if (mask > m->mask)
        map_grow(m, mask);
}

void map_add(struct map *m, struct map_node *node, uint64_t hash)
{
    if (m->n > m->mask)
        map_grow(m, m->mask * 2 + 1);
    node->hash = hash;
    bucket_push(&m->buckets[hash & m->mask], node);
    m->n++;
}

void map_remove(struct map *m, struct map_node *node)
{
    INVARIANT(*node->at == node);
    *node->at = node->next;
    if (node->next != NULL)
        node->next->at = node->at;
    m->n--;
}

struct map_node *map_find(const struct map *m, uint64_t hash)
{
    struct map_node *node = m->buckets[hash & m->mask];

    while (node != NULL && node->hash != hash)
        node = node->next;
    return node;
}

struct map_node *map_next(const struct map_node *node)
{
    struct map_node *next = node->next;

    while (next != NULL && next->hash != node->hash)
        next = next->next;
    return next;
}

struct map_node *map_walk(const struct map *m, size_t *pos, struct map_node *node)
{
    if (node != NULL && node->next != NULL)
        return node->next;
    while (*pos <= m->mask) {
        struct map_node *first = m->buckets[(*pos)++];

        if (first != NULL)
            return first;
    }
    return NULL;
}
