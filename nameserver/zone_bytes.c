#include "nameserver/zone_bytes.h"

#include "nameserver/mem.h"

void bytes_out_clear(struct bytes_out *o)
{
    mem_free(o->p);
    *o = (struct bytes_out){.p = NULL};
}

static uint8_t *out_room(struct bytes_out *o, size_t n)
{
    if (n > o->cap - o->n) {
        o->cap = o->cap == 0 ? 4096 : o->cap;
        while (n > o->cap - o->n)
            o->cap *= 2;
        o->p = mem_grow(o->p, o->cap);
    }
    o->n += n;
    return o->p + o->n - n;
}

void out_put(struct bytes_out *o, const void *p, size_t n)
{
    memcpy(out_room(o, n), p, n);
}

void out_number(struct bytes_out *o, uint64_t v, unsigned bytes)
{
    uint8_t *p = out_room(o, bytes);

    for (unsigned i = bytes; i-- > 0; v >>= 8)
        p[i] = (uint8_t)v;
}

static void out_head(struct bytes_out *o, uint64_t id, uint64_t version, const uint8_t *name, uint8_t len, size_t rows)
{
    INVARIANT(rows <= BYTES_ROWS_MAX);
    out_number(o, id, 8);
    out_number(o, version, 8);
    out_number(o, len, 1);
    out_put(o, name, len);
    out_number(o, rows, 4);
}

static void out_set(struct bytes_out *o, const struct owner *owner, const struct record_set *s)
{
    out_number(o, owner->len, 1);
    out_put(o, owner->wire, owner->len);
    out_number(o, s->type, 2);
    out_number(o, s->alias ? ROW_ALIAS : 0, 1);
    out_number(o, s->ttl, 4);
    out_number(o, s->n, 4);
    out_put(o, s->data, s->n);
}

void out_zone(struct bytes_out *o, const struct zone *z)
{
    out_head(o, z->id, z->version, z->apex->wire, z->apex->len, z->sets_n);
    for (const struct owner *owner = z->apex; owner != NULL; owner = zone_owner_next(z, owner)) {
        for (const struct record_set *s = owner->sets; s != NULL; s = s->next)
            out_set(o, owner, s);
    }
}

static void out_row(struct bytes_out *o, const struct change_row *r)
{
    bool alias = r->alias && !r->deleted;
    struct str data = r->deleted ? STR("") : r->data;

    out_number(o, r->owner.n, 1);
    out_put(o, r->owner.p, r->owner.n);
    out_number(o, r->type, 2);
    out_number(o, (alias ? ROW_ALIAS : 0u) | (r->deleted ? ROW_DELETED : 0u), 1);
    out_number(o, r->ttl, 4);
    out_number(o, data.n + (alias ? 8 : 0), 4);
    if (alias)
        out_number(o, r->alias_zone, 8);
    if (data.n > 0)
        out_put(o, data.p, data.n);
}

void out_change(struct bytes_out *o, const struct change *c)
{
    out_head(o, c->zone_id, c->version, c->name.wire, c->name.len, c->n);
    for (size_t i = 0; i < c->n; i++)
        out_row(o, &c->rows[i]);
}

/* ---- reading ------------------------------------------------------------------------------------- */

const uint8_t *cursor_take(struct cursor *c, size_t n)
{
    const uint8_t *p = c->p;

    if (c->bad || n > (size_t)(c->end - c->p)) {
        c->bad = true;
        return NULL;
    }
    c->p += n;
    return p;
}

uint64_t cursor_number(struct cursor *c, unsigned bytes)
{
    const uint8_t *p = cursor_take(c, bytes);
    uint64_t v = 0;

    for (unsigned i = 0; p != NULL && i < bytes; i++)
        v = v << 8 | p[i];
    return v;
}

static struct str cursor_str(struct cursor *c, size_t n)
{
    const uint8_t *p = cursor_take(c, n);

    return p == NULL ? STR("") : str_n((const char *)p, n);
}

static void cursor_row(struct cursor *c, struct change_row *r)
{
    uint64_t flags;

    r->owner = cursor_str(c, cursor_number(c, 1));
    r->type = (uint16_t)cursor_number(c, 2);
    flags = cursor_number(c, 1);
    r->alias = (flags & ROW_ALIAS) != 0;
    r->deleted = (flags & ROW_DELETED) != 0;
    r->ttl = (uint32_t)cursor_number(c, 4);
    r->data = cursor_str(c, cursor_number(c, 4));
    if (!r->alias)
        return;
    if (r->data.n < 8) {
        c->bad = true;
        return;
    }
    r->alias_zone = read_u64(r->data.p);
    r->data = str_n(r->data.p + 8, r->data.n - 8);
}

void cursor_change(struct cursor *c, struct arena *a, struct change *change_r)
{
    struct str name;
    struct change_row walked;
    uint64_t rows;

    change_r->zone_id = cursor_number(c, 8);
    change_r->version = cursor_number(c, 8);
    name = cursor_str(c, cursor_number(c, 1));
    rows = cursor_number(c, 4);
    if (c->bad || rows > BYTES_ROWS_MAX || name.n == 0 ||
        dns_name_from_wire(name.p, name.n, &change_r->name) != name.n) {
        c->bad = true;
        return;
    }
    change_r->n = rows;
    change_r->rows = a != NULL ? ARENA_ARRAY(a, rows, struct change_row) : NULL;
    for (uint64_t i = 0; i < rows && !c->bad; i++)
        cursor_row(c, a != NULL ? &change_r->rows[i] : &walked);
}
