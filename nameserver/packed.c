#include "nameserver/packed.h"

#include "nameserver/deps.h"
#include "nameserver/external.h"
#include "nameserver/mem.h"
#include "nameserver/tail.h"
#include "nameserver/zone.h"

static size_t rounded(size_t n)
{
    return (n + 7) & ~(size_t)7;
}

/* ---- blocks ------------------------------------------------------------------------------------------ */

bool zone_packs(const struct store *st, const struct zone *z)
{
    unsigned part = z->packed != NULL || z->compiled == 0 ? 1 : 2;

    return z->owners_n <= st->packed_names_max / part && z->bytes <= PACKED_BYTES_MAX / part;
}

struct negative *packed_negative(struct packed *p)
{
    return (struct negative *)(void *)((uint8_t *)p + rounded(sizeof(*p)));
}

static struct packed *block_new(size_t images_at, size_t images, struct str rows, uint32_t rows_n)
{
    size_t rows_at = images_at + images, size = rows_at + rows.n;
    struct packed *p;

    INVARIANT(size <= UINT32_MAX);
    p = mem_new(size);
    *p = (struct packed){(uint32_t)images_at, (uint32_t)rows_at, (uint32_t)size, .rows_n = rows_n};
    if (rows.n > 0)
        memcpy((uint8_t *)p + rows_at, rows.p, rows.n);
    return p;
}

struct packed *packed_new(const struct zone *z, size_t images)
{
    struct negative *n = negative_new(z->apex, owner_set(z->apex, DNS_SOA));
    struct bytes_out rows = {.p = NULL};
    struct packed *p;

    out_rows(&rows, z);
    p = block_new(
        rounded(sizeof(*p)) + rounded(sizeof(*n) + n->bytes), images, str_n((const char *)rows.p, rows.n), z->sets_n);
    p->owners_n = z->owners_n;
    p->bytes = (uint32_t)z->bytes;
    memcpy(packed_negative(p), n, sizeof(*n) + n->bytes);
    packed_negative(p)->packed = true;
    mem_free(n);
    bytes_out_clear(&rows);
    return p;
}

struct packed *packed_rows(struct str rows, uint32_t rows_n)
{
    return block_new(rounded(sizeof(struct packed)), 0, rows, rows_n);
}

struct image *packed_image_next(struct packed *p, const struct image *i)
{
    uint8_t *at = i == NULL ? (uint8_t *)p + p->images_at : (uint8_t *)(uintptr_t)i + packed_image_size(i);

    return at < (uint8_t *)p + p->rows_at ? (struct image *)(void *)at : NULL;
}

/* Does an answer in here hold what an external entry says? Then the entry must hear of it in each process anew. */
static bool has_external(const struct store *st, const struct zone *z)
{
    for (const struct dep *d = z->deps; d != NULL; d = d->next) {
        if (external_is(st->externals, d->by_name.hash))
            return true;
    }
    return false;
}

void packed_finish(const struct store *st, struct packed *p, const struct zone *z)
{
    p->foreign = has_external(st, z);
    for (const struct image *i = packed_image_next(p, NULL); i != NULL; i = packed_image_next(p, i)) {
        for (unsigned n = 0; n < i->slots_n; n++) {
            const struct tail *t = image_tail(i, &i->slots[n]);

            p->foreign |= (t->flags & TAIL_NEGATIVE) != 0 && tail_negative_of(t).zone != &z->view;
        }
    }
}

/* ---- the changing zone ------------------------------------------------------------------------------- */

struct zone_work *zone_work_of(struct store *st, struct zone *z)
{
    if (z->work != 0)
        return &st->work[z->work - 1];
    if (st->work_n == st->work_cap) {
        st->work_cap = st->work_cap == 0 ? 16 : st->work_cap * 2;
        st->work = mem_grow(st->work, st->work_cap * sizeof(*st->work));
    }
    st->work[st->work_n++] = (struct zone_work){.zone = z};
    z->work = (uint32_t)st->work_n;
    return &st->work[st->work_n - 1];
}

static void row_open(struct store *st, struct zone *z, const struct row *r)
{
    uint8_t wire[DNS_NAME_MAX];
    size_t len = row_owner(r, zone_name(z), wire);
    struct record_set *s = record_set_new(r->type, r->alias, r->ttl, r->data.n);
    struct owner *o = zone_owner_make(st, z, wire, len, false);

    if (r->data.n > 0)
        memcpy(s->data, r->data.p, r->data.n);
    owner_set_replace(st, o, r->type, s);
    o->flags |= (uint8_t)owner_hiding(o);
}

/* In a file that no server wrote there may be a name without a record: then it is one with nothing at it, which goes with
 * the zone's next change. */
static void images_find(struct store *st, struct zone *z)
{
    for (struct image *i = packed_image_next(z->packed, NULL); i != NULL; i = packed_image_next(z->packed, i))
        zone_owner_make(st, z, image_name(i), i->name_len, false)->image = i;
}

void zone_open(struct store *st, struct zone *z)
{
    struct str rows;
    struct cursor c;
    struct row r;

    if (z->apex != NULL)
        return;
    (void)zone_work_of(st, z);
    st->names_n -= z->owners_n;
    st->sets_n -= z->sets_n;
    z->bytes = z->owners_n = z->sets_n = 0;
    (void)zone_apex_make(st, z);
    rows = packed_rows_of(z->packed);
    c = (struct cursor){(const uint8_t *)rows.p, (const uint8_t *)rows.p + rows.n, false};
    for (uint32_t i = 0; i < z->packed->rows_n; i++) {
        cursor_row(&c, z->name_len, &r);
        INVARIANT(!c.bad);
        row_open(st, z, &r);
    }
    images_find(st, z);
}

void store_rest(struct store *st)
{
    for (size_t i = 0; i < st->work_n; i++) {
        struct zone *z = st->work[i].zone;

        z->work = 0;
        if (z->packed != NULL && z->apex != NULL)
            zone_owners_free(st, z);
    }
    st->work_n = 0;
}
