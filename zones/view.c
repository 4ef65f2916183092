#include "zones/change_impl.h"

struct view *view_new(struct arena *a, struct db *db, const struct zone *z)
{
    struct view *v = ARENA_NEW(a, struct view);
    v->a = a;
    v->db = db;
    v->zone = *z;
    v->last = &v->first;
    return v;
}

static struct view_set *set_push(struct view *v, struct view_node *n, const struct dns_name *owner, uint16_t type)
{
    struct view_set *s = ARENA_NEW(v->a, struct view_set);
    s->now.owner = *owner;
    s->now.type = type;
    s->next = n->sets;
    n->sets = s;
    return s;
}

static enum status node_load(struct view *v, struct view_node *n, struct error *e)
{
    struct rrset_row *rows;
    size_t rows_n;
    if (v->load != NULL)
        return v->load(v, n, e);
    TRY(node_db_sets(v->db, v->a, v->zone.id, &n->owner, &rows, &rows_n, e));
    for (size_t i = 0; i < rows_n; i++) {
        struct view_set *s = set_push(v, n, &n->owner, rows[i].type);
        s->now = s->was = rows[i];
        s->live = s->was_live = true;
    }
    return OK;
}

enum status view_node_get(struct view *v, const struct dns_name *owner, struct view_node **node_r, struct error *e)
{
    static const struct dns_hash_key key = {{0, 0}}; /* at most a thousand names: collisions cost little */
    struct view_node **bucket = &v->buckets[dns_name_hash(&key, owner->wire, owner->len) % VIEW_BUCKETS];
    for (struct view_node *n = *bucket; n != NULL; n = n->chain)
        if (dns_name_equal(&n->owner, owner)) {
            *node_r = n;
            return OK;
        }
    struct view_node *n = ARENA_NEW(v->a, struct view_node);
    n->owner = *owner;
    TRY(node_load(v, n, e));
    n->chain = *bucket;
    *bucket = n;
    *v->last = n;
    v->last = &n->next;
    *node_r = n;
    return OK;
}

struct view_set *view_set_live(const struct view_node *n, uint16_t type)
{
    for (struct view_set *s = n->sets; s != NULL; s = s->next)
        if (s->now.type == type)
            return s->live ? s : NULL;
    return NULL;
}

struct view_set *view_set_slot(struct view *v, struct view_node *n, uint16_t type)
{
    for (struct view_set *s = n->sets; s != NULL; s = s->next)
        if (s->now.type == type)
            return s;
    return set_push(v, n, &n->owner, type);
}

bool view_set_changed(const struct view_set *s)
{
    const struct rrset_row *a = &s->now, *b = &s->was;
    if (s->live != s->was_live)
        return true;
    if (!s->live)
        return false;
    if (a->alias_zone_id != b->alias_zone_id || a->ttl != b->ttl || !str_eq(a->packed, b->packed))
        return true;
    return row_is_alias(a) && !dns_name_equal(&a->alias_owner, &b->alias_owner);
}

static enum status set_write(struct view *v, const struct view_set *s, struct error *e)
{
    if (!s->live)
        return rrset_db_delete(v->db, v->zone.id, v->zone.version, &s->now.owner, s->now.type, e);
    return rrset_db_write(v->db, v->a, v->zone.id, v->zone.version, &s->now, e);
}

enum status view_write(struct view *v, struct error *e)
{
    for (struct view_node *n = v->first; n != NULL; n = n->next)
        for (struct view_set *s = n->sets; s != NULL; s = s->next) {
            if (!view_set_changed(s))
                continue;
            TRY(set_write(v, s, e));
            v->zone.rrsets += (int)s->live - (int)s->was_live;
        }
    return OK;
}
