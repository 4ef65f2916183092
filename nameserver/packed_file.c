/* Packed zones in a file. */
#include <link.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "nameserver/deps.h"
#include "nameserver/mem.h"
#include "nameserver/packed.h"
#include "nameserver/snapshot_format.h"
#include "nameserver/synthesis.h"

#define SOA_BYTES_MAX 640 /* what TAIL_BYTES_MAX keeps free for it */

/* ---- for whom they are good ---------------------------------------------------------------------------- */

static uint64_t note_sum(const uint8_t *p, size_t n)
{
    while (n >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) h;
        size_t name, desc;

        memcpy(&h, p, sizeof(h));
        name = ((size_t)h.n_namesz + 3) & ~(size_t)3;
        desc = ((size_t)h.n_descsz + 3) & ~(size_t)3;
        if (name + desc > n - sizeof(h))
            return 0;
        if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == 4 && memcmp(p + sizeof(h), "GNU", 4) == 0)
            return snapshot_sum(h.n_descsz, p + sizeof(h) + name, h.n_descsz);
        p += sizeof(h) + name + desc;
        n -= sizeof(h) + name + desc;
    }
    return 0;
}

/* The first object is the program itself. */
static int program_sum(struct dl_phdr_info *info, size_t size FW_UNUSED, void *sum_r)
{
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];

        if (h->p_type == PT_NOTE && *(uint64_t *)sum_r == 0)
            *(uint64_t *)sum_r = note_sum((const uint8_t *)(uintptr_t)(info->dlpi_addr + h->p_vaddr), h->p_memsz);
    }
    return 1;
}

uint64_t packed_build(const struct store *st, const struct dns_hash_key *key)
{
    static uint64_t program;
    uint64_t parts[] = {0, sizeof(struct packed), sizeof(struct negative), sizeof(struct image), sizeof(struct slot),
        sizeof(struct tail), sizeof(struct tail_negative), snapshot_sum(1, key, sizeof(*key)), st->additional};

    if (program == 0)
        (void)dl_iterate_phdr(program_sum, &program);
    if (program == 0)
        program = crypto_random_u64() | 1;
    parts[0] = program;
    return snapshot_sum(2, parts, sizeof(parts));
}

/* ---- out ------------------------------------------------------------------------------------------------- */

static void tail_zone_set(const struct image *i, const struct slot *s, const struct zone_view *v)
{
    const struct tail *t = image_tail(i, s);

    struct tail_negative n;

    if ((t->flags & TAIL_NEGATIVE) == 0)
        return;
    n = tail_negative_of(t);
    n.zone = v;
    memcpy((uint8_t *)(uintptr_t)tail_extra(t), &n, sizeof(n));
}

/* Pointers to the zone, and to what was before. */
static void image_point(struct image *i, const struct zone_view *v)
{
    atomic_store_explicit(&i->older, NULL, memory_order_relaxed);
    i->born = 0;
    i->zone = v;
    for (unsigned k = 0; k < i->slots_n; k++)
        tail_zone_set(i, &i->slots[k], v);
}

static void negative_point(struct negative *n)
{
    atomic_store_explicit(&n->older, NULL, memory_order_relaxed);
    n->born = 0;
}

static void block_forget(struct packed *p)
{
    negative_point(packed_negative(p));
    for (struct image *i = packed_image_next(p, NULL); i != NULL; i = packed_image_next(p, i))
        image_point(i, NULL);
}

void packed_out(struct bytes_out *o, const struct zone *z)
{
    bool carried = z->packed != NULL && !z->packed->foreign;
    size_t n = 0, at, pad;

    for (const struct dep *d = carried ? z->deps : NULL; d != NULL; d = d->next)
        n++;
    out_number(o, carried ? z->packed->rows_at : 0, 4);
    out_number(o, n, 4);
    if (!carried)
        return;
    pad = (8 - (o->n & 7)) & 7; /* to be put right in place it must be aligned there */
    at = o->n;
    out_number(o, 0, (unsigned)pad);
    out_put(o, z->packed, z->packed->rows_at);
    block_forget((struct packed *)(void *)(o->p + at + pad));
    memmove(o->p + at, o->p + at + pad, z->packed->rows_at);
    o->n -= pad;
    for (const struct dep *d = z->deps; d != NULL; d = d->next)
        out_number(o, d->by_name.hash, 8);
}

/* ---- in --------------------------------------------------------------------------------------------------- */

/* To look at one that is neither true nor false is undefined. */
static bool bool_is_bad(const bool *b)
{
    return *(const uint8_t *)(const void *)b > 1;
}

/* Where it ends in the image, or 0. from: where what stands before it ends, since pointers are put in once all is looked at;
 * room: from the image's beginning to the block's end. */
static size_t tail_sound_end(const struct image *i, const struct slot *s, size_t from, size_t room)
{
    const struct tail *t = image_tail(i, s);
    size_t left = s->at <= room ? room - s->at : 0, size;

    if (s->at < from || s->at % _Alignof(struct tail) != 0 || left < sizeof(*t))
        return 0;
    size = tail_whole_size(t);
    if (left < size)
        return 0;
    if ((t->flags & TAIL_NEGATIVE) != 0 && tail_extra(t)[offsetof(struct tail_negative, apex_moves)] > 1)
        return 0;
    if (t->bytes > TAIL_BYTES_MAX || t->bytes_needed > t->bytes || t->rcode > 15)
        return 0;
    for (unsigned k = 0; k < t->relocs_n; k++) {
        if (tail_reloc(t, k) + 2u > t->bytes)
            return 0;
    }
    return s->at + size;
}

/* A name of so many labels, in the zone; both are in lower case. */
static bool name_is_sound(const struct image *i, const struct zone *z)
{
    const uint8_t *p = image_name(i), *apex = p + i->name_len - z->name_len;
    unsigned labels = 0;

    if (i->name_len < z->name_len || memcmp(apex, z->name, z->name_len) != 0)
        return false;
    for (; p < apex; p += *p + 1, labels++) {
        if (*p == 0 || *p > DNS_LABEL_MAX)
            return false;
    }
    if (p != apex)
        return false;
    for (; *p != 0; p += *p + 1)
        labels++;
    return labels == i->labels;
}

static bool dname_is_sound(const struct image *i)
{
    const struct slot *dname = image_slot(i, DNS_DNAME);

    return dname != NULL && image_tail(i, dname)->bytes > SYNTHESIS_RDATA_AT;
}

/* Bytes that it takes in the block; 0 where it does not hold together. */
static size_t image_sound_size(const struct image *i, size_t room, const struct zone *z)
{
    size_t size;

    if (room < sizeof(*i))
        return 0;
    size = offsetof(struct image, slots) + i->slots_n * sizeof(struct slot) + i->name_len;
    if (room < size)
        return 0;
    if ((i->flags & IMAGE_PACKED) == 0 || (i->flags & IMAGE_GONE) != 0 || !name_is_sound(i, z))
        return 0;
    for (unsigned k = 0; k < i->slots_n; k++) {
        size = tail_sound_end(i, &i->slots[k], size, room);
        if (size == 0)
            return 0;
    }
    if ((i->flags & IMAGE_DNAME) != 0 && !dname_is_sound(i))
        return 0;
    if ((i->flags & IMAGE_CUT) != 0 && image_slot(i, 0) == NULL)
        return 0;
    size = (size + 7) & ~(size_t)7;
    return size <= room ? size : 0;
}

static bool negative_is_sound(struct packed *p)
{
    const struct negative *n = packed_negative(p);
    size_t room = p->images_at - (size_t)((const uint8_t *)n - (const uint8_t *)p);

    if (room < sizeof(*n) || bool_is_bad(&n->packed) || !n->packed || n->bytes > room - sizeof(*n) ||
        n->bytes > SOA_BYTES_MAX || n->places_n > ARRAY_LEN(n->places))
        return false;
    for (unsigned i = 0; i < n->places_n; i++) {
        if (n->places[i] + 2u > n->bytes)
            return false;
    }
    return true;
}

static void images_add(struct packed_images *images, struct image *i)
{
    if (images->n == images->cap) {
        images->cap = images->cap == 0 ? 64 : images->cap * 2;
        images->p = mem_grow(images->p, images->cap * sizeof(struct image *));
    }
    images->p[images->n++] = i;
}

void packed_images_clear(struct packed_images *images)
{
    mem_free(images->p);
    *images = (struct packed_images){.p = NULL};
}

/* Lists the images on the way. */
static bool block_is_sound(struct packed *p, const struct zone *z, struct packed_images *images_r)
{
    uint8_t *at = (uint8_t *)p + p->images_at, *end = (uint8_t *)p + p->rows_at;

    images_r->n = 0;

    if (p->images_at % 8 != 0 || p->rows_at % 8 != 0 || p->images_at > p->rows_at ||
        p->images_at < sizeof(*p) + sizeof(struct negative) || bool_is_bad(&p->foreign) || p->foreign ||
        !negative_is_sound(p))
        return false;
    for (size_t n; at < end; at += n) {
        struct image *i = (struct image *)(void *)at;

        n = image_sound_size(i, (size_t)(end - at), z);
        if (n == 0)
            return false;
        images_add(images_r, i);
    }
    return true;
}

bool packed_adopt(struct zone *z, struct str compiled, struct str rows, uint32_t rows_n, struct packed_images *images_r)
{
    struct packed *p;

    if (compiled.n < sizeof(*p) || compiled.n + rows.n > UINT32_MAX)
        return false;
    p = malloc(compiled.n + rows.n);
    INVARIANT(p != NULL);
    memcpy(p, compiled.p, compiled.n);
    memcpy((uint8_t *)p + compiled.n, rows.p, rows.n);
    if (p->rows_at != compiled.n || p->size != compiled.n + rows.n || p->rows_n != rows_n ||
        !block_is_sound(p, z, images_r)) {
        mem_free(p);
        return false;
    }
    negative_point(packed_negative(p));
    for (size_t i = 0; i < images_r->n; i++)
        image_point(images_r->p[i], &z->view);
    z->packed = p;
    z->owners_n = p->owners_n;
    z->sets_n = p->rows_n;
    z->bytes = p->bytes;
    return true;
}

void packed_abandon(struct zone *z)
{
    mem_free(z->packed);
    z->packed = NULL;
    z->owners_n = z->sets_n = 0;
    z->bytes = 0;
}
