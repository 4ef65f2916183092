#include "nameserver/ahead.h"

#define LINE 64

/* A name that is not there. */
struct missing {
    const uint8_t *encloser; /* its parent's name, where the answer is looked for next */
    size_t len;
    uint64_t hash; /* of that name; then of the wildcard below it */
    const struct image *image; /* of the encloser */
    bool wild;
};

struct ahead {
    const struct image *image[AHEAD_MAX]; /* NULL: missing, or no question */
    unsigned missing_n;
    struct missing missing[AHEAD_MAX];
};

static inline void fetch_lines(const void *p, size_t lines)
{
    for (size_t i = 0; i < lines; i++)
        __builtin_prefetch((const uint8_t *)p + i * LINE);
}

/* What the first fitting tag points to. */
static inline const struct image *image_likely(const struct query_view *v, uint64_t hash)
{
    const struct table_slots *s = v->slots;
    size_t at = hash & s->mask;

    for (unsigned i = 0; i < TABLE_PROBES_MAX; i++, at = (at + 1) & s->mask) {
        uint64_t slot = atomic_load_explicit(&s->slot[at], memory_order_acquire);

        if (slot_fits(slot, hash))
            return slot_image(slot);
        if (slot == SLOT_EMPTY)
            break;
    }
    return NULL;
}

static void missing_add(const struct query_view *v, struct ahead *a, const struct query *q)
{
    struct missing *m = &a->missing[a->missing_n];

    if (q->labels == 0)
        return;
    a->missing_n++;
    m->encloser = q->name + q->name[0] + 1;
    m->len = (size_t)(q->name_len - q->name[0] - 1);
    m->hash = name_hash_padded(&v->store->table.keys, m->encloser, m->len);
    m->wild = false;
    table_prefetch(v->slots, m->hash);
}

static void images_fetch(const struct query_view *v, struct ahead *a, const struct query *q, unsigned n)
{
    a->missing_n = 0;
    for (unsigned k = 0; k < n; k++) {
        a->image[k] = NULL;
        if (q[k].refuse != DNS_NOERROR)
            continue;
        a->image[k] = image_likely(v, q[k].hash);
        if (a->image[k] != NULL)
            fetch_lines(a->image[k], 2);
        else
            missing_add(v, a, &q[k]);
    }
}

static void tails_fetch(const struct ahead *a, const struct query *q, unsigned n)
{
    for (unsigned k = 0; k < n; k++) {
        const struct image *i = a->image[k];
        const struct slot *s = i == NULL ? NULL : image_slot(i, q[k].type);

        if (s != NULL && s->at >= LINE)
            fetch_lines(image_tail(i, s), 2);
        else if (i != NULL && s == NULL)
            fetch_lines(i->zone, 1);
    }
}

static void enclosers_fetch(const struct query_view *v, struct ahead *a)
{
    for (unsigned k = 0; k < a->missing_n; k++) {
        a->missing[k].image = image_likely(v, a->missing[k].hash);
        if (a->missing[k].image != NULL)
            fetch_lines(a->missing[k].image, 1);
    }
}

static uint64_t wildcard_hash(const struct query_view *v, const struct missing *m)
{
    uint8_t name[DNS_NAME_MAX + 1 + NAME_HASH_SLACK];

    name[0] = 1;
    name[1] = '*';
    memcpy(name + 2, m->encloser, m->len);
    memset(name + 2 + m->len, 0, NAME_HASH_SLACK);
    return name_hash_padded(&v->store->table.keys, name, m->len + 2);
}

static void ways_fetch(const struct query_view *v, struct ahead *a)
{
    for (unsigned k = 0; k < a->missing_n; k++) {
        struct missing *m = &a->missing[k];

        if (m->image != NULL && (m->image->flags & IMAGE_GONE) != 0)
            m->image = NULL; /* its zone may be gone too: no reader but this would look there */
        if (m->image == NULL)
            continue;
        m->wild = (m->image->flags & IMAGE_WILDCARD_BELOW) != 0 && m->len + 2 <= DNS_NAME_MAX;
        if (m->wild) {
            m->hash = wildcard_hash(v, m);
            table_prefetch(v->slots, m->hash);
        } else {
            fetch_lines(m->image->zone, 1);
        }
    }
}

static void ends_fetch(const struct query_view *v, const struct ahead *a)
{
    for (unsigned k = 0; k < a->missing_n; k++) {
        const struct missing *m = &a->missing[k];
        const struct image *i;

        if (m->image == NULL)
            continue;
        if (m->wild) {
            i = image_likely(v, m->hash);
            if (i != NULL)
                fetch_lines(i, 3);
        } else {
            fetch_lines(atomic_load_explicit(&m->image->zone->negative, memory_order_acquire), 2);
        }
    }
}

void ahead_fetch(const struct query_view *v, const struct query *q, unsigned n)
{
    struct ahead a;

    INVARIANT(n <= AHEAD_MAX);
    images_fetch(v, &a, q, n);
    enclosers_fetch(v, &a);
    tails_fetch(&a, q, n);
    ways_fetch(v, &a);
    ends_fetch(v, &a);
}
