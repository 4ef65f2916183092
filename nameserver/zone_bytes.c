#include "nameserver/zone_bytes.h"

#include "nameserver/mem.h"
#include "nameserver/packed.h"

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

static void out_row_head(struct bytes_out *o, struct str labels, uint16_t type, unsigned flags, uint32_t ttl, size_t n)
{
    out_number(o, labels.n, 1);
    out_put(o, labels.p, labels.n);
    out_number(o, type, 2);
    out_number(o, flags, 1);
    out_number(o, ttl, 4);
    out_number(o, n, 4);
}

void out_rows(struct bytes_out *o, const struct zone *z)
{
    for (const struct owner *owner = z->apex; owner != NULL; owner = zone_owner_next(z, owner)) {
        struct str labels = str_n((const char *)owner->wire, (size_t)owner->len - z->name_len);

        for (const struct record_set *s = owner->sets; s != NULL; s = s->next) {
            out_row_head(o, labels, s->type, s->alias ? ROW_ALIAS : 0, s->ttl, s->n);
            out_put(o, s->data, s->n);
        }
    }
}

void out_zone(struct bytes_out *o, const struct zone *z)
{
    out_head(o, z->id, z->version, z->name, z->name_len, z->sets_n);
    if (z->apex != NULL) {
        out_rows(o, z);
    } else {
        struct str rows = packed_rows_of(z->packed);

        out_put(o, rows.p, rows.n);
    }
}

static void out_row(struct bytes_out *o, const struct change *c, const struct change_row *r)
{
    bool alias = r->alias && !r->deleted;
    struct str data = r->deleted ? STR("") : r->data;

    INVARIANT(r->owner.n >= c->name.len); /* it has been put in, so it is in the zone */
    out_row_head(o, str_n(r->owner.p, r->owner.n - c->name.len), r->type,
        (alias ? ROW_ALIAS : 0u) | (r->deleted ? ROW_DELETED : 0u), r->ttl, data.n + (alias ? 8 : 0));
    if (alias)
        out_number(o, r->alias_zone, 8);
    if (data.n > 0)
        out_put(o, data.p, data.n);
}

void out_change(struct bytes_out *o, const struct change *c)
{
    out_head(o, c->zone_id, c->version, c->name.wire, c->name.len, c->n);
    for (size_t i = 0; i < c->n; i++)
        out_row(o, c, &c->rows[i]);
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

    if (p == NULL)
        return 0;
    if (bytes == 1)
        return *p;
    if (bytes == 4)
        return read_u32(p);
    INVARIANT(bytes == 8 || bytes == 2);
    return bytes == 8 ? read_u64(p) : read_u16(p);
}

struct str cursor_str(struct cursor *c, size_t n)
{
    const uint8_t *p = cursor_take(c, n);

    return p == NULL ? STR("") : str_n((const char *)p, n);
}

#define ROW_FIXED 11 /* bytes between labels and data */

static bool labels_are_whole(struct str s)
{
    size_t at = 0;

    while (at < s.n) {
        size_t n = (uint8_t)s.p[at];

        if (n == 0 || n > DNS_LABEL_MAX)
            return false;
        at += n + 1;
    }
    return at == s.n;
}

void cursor_row(struct cursor *c, size_t zone_len, struct row *r)
{
    const uint8_t *p;
    unsigned flags;

    r->labels = cursor_str(c, cursor_number(c, 1));
    p = cursor_take(c, ROW_FIXED);
    if (p == NULL)
        return;
    flags = p[2];
    r->type = read_u16(p);
    r->alias = (flags & ROW_ALIAS) != 0;
    r->deleted = (flags & ROW_DELETED) != 0;
    r->ttl = read_u32(p + 3);
    r->data = cursor_str(c, read_u32(p + 7));
    c->bad |= (flags & ~(unsigned)(ROW_ALIAS | ROW_DELETED)) != 0;
    c->bad |= !labels_are_whole(r->labels) || r->labels.n + zone_len > DNS_NAME_MAX || (r->alias && r->data.n < 8);
}

size_t row_owner(const struct row *r, struct str zone, uint8_t *wire_r)
{
    if (r->labels.n > 0)
        memcpy(wire_r, r->labels.p, r->labels.n);
    memcpy(wire_r + r->labels.n, zone.p, zone.n);
    return r->labels.n + zone.n;
}

static struct change_row change_row_of(const struct row *r, struct str zone, struct arena *a)
{
    uint8_t *owner = arena_alloc(a, r->labels.n + zone.n);
    size_t skip = r->alias ? 8 : 0;

    return (struct change_row){
        .owner = str_n((const char *)owner, row_owner(r, zone, owner)),
        .type = r->type,
        .deleted = r->deleted,
        .alias = r->alias,
        .ttl = r->ttl,
        .alias_zone = r->alias ? read_u64(r->data.p) : 0,
        .data = str_n(r->data.p + skip, r->data.n - skip),
    };
}

void cursor_head(struct cursor *c, struct change *change_r)
{
    struct str name;
    uint64_t rows;

    change_r->zone_id = cursor_number(c, 8);
    change_r->version = cursor_number(c, 8);
    name = cursor_str(c, cursor_number(c, 1));
    rows = cursor_number(c, 4);
    c->bad |= rows > BYTES_ROWS_MAX || name.n == 0 || dns_name_from_wire(name.p, name.n, &change_r->name) != name.n;
    change_r->n = c->bad ? 0 : rows;
    change_r->rows = NULL;
}

void cursor_change(struct cursor *c, struct arena *a, struct change *change_r)
{
    struct row r;

    cursor_head(c, change_r);
    if (c->bad)
        return;
    change_r->rows = a != NULL ? ARENA_ARRAY(a, change_r->n, struct change_row) : NULL;
    for (uint64_t i = 0; i < change_r->n && !c->bad; i++) {
        cursor_row(c, change_r->name.len, &r);
        if (a != NULL && !c->bad)
            change_r->rows[i] = change_row_of(&r, dns_name_wire(&change_r->name), a);
    }
}
