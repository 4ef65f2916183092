/* A hash map whose nodes stand inside the things it holds; the writer's own, never seen by readers.
 * Several things may have the same hash: walk them with map_find and map_next and compare. Very many may: all that looked at
 * one name elsewhere, or at "com". So a node knows what points at it, and is taken out without a walk. */
#ifndef FW_NAMESERVER_MAP_H
#define FW_NAMESERVER_MAP_H

#include "base/compiler.h"

struct map_node {
    struct map_node *next, **at; /* at: what points at this one */
    uint64_t hash;
};

struct map {
    struct map_node **buckets;
    size_t mask, n;
};

void map_init(struct map *m) FW_NONNULL_ALL;
/* Gives the buckets back; the things belong to their owners. */
void map_clear(struct map *m) FW_NONNULL_ALL;
/* Makes room for n things at once. */
void map_reserve(struct map *m, size_t n) FW_NONNULL_ALL;
void map_add(struct map *m, struct map_node *node, uint64_t hash) FW_NONNULL_ALL;
void map_remove(struct map *m, struct map_node *node) FW_NONNULL_ALL;
struct map_node *map_find(const struct map *m, uint64_t hash) FW_NONNULL_ALL;
struct map_node *map_next(const struct map_node *node) FW_NONNULL_ALL;
/* Walks everything: pos starts at 0. NULL at the end. Nothing may be added or removed meanwhile. */
struct map_node *map_walk(const struct map *m, size_t *pos, struct map_node *node);

#define MAP_ITEM(node_, type, member) ((type *)(void *)((char *)(node_)-offsetof(type, member)))

#endif
