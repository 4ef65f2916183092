#include "nameserver/table.h"

#include <sys/mman.h>

#include "nameserver/mem.h"

#define SLOTS_FIRST 1024
#define HUGE_PAGE ((size_t)2 << 20)
#define PUT_AHEAD 32

static inline uint64_t slot_of(const struct image *i, uint64_t hash)
{
    uint64_t p = (uint64_t)(uintptr_t)i;

    INVARIANT((p & ~POINTER_MASK) == 0 && p > SLOT_GIVEN_UP);
    return slot_tag(hash) | p;
}

static uint64_t image_hash(const struct table *t, const struct image *i)
{
    return name_hash_of(&t->keys, image_name(i), i->name_len);
}

static void image_free(struct image *i)
{
    if (i != NULL && (i->flags & IMAGE_PACKED) == 0)
        mem_free(i);
}

/* Each question falls on another page of a large array, so that it shall have large pages where the kernel gives them. */
static struct table_slots *slots_new(size_t count)
{
    size_t size = sizeof(struct table_slots) + count * sizeof(uint64_t), whole;
    struct table_slots *s;

    if (size < HUGE_PAGE) {
        s = mem_new(size);
    } else {
        whole = (size + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
        s = aligned_alloc(HUGE_PAGE, whole);
        INVARIANT(s != NULL);
        (void)madvise(s, whole, MADV_HUGEPAGE); /* a kernel without them serves as well */
        memset(s, 0, size);
    }
    s->mask = count - 1;
    return s;
}

void table_init(struct table *t, struct epochs *epochs, const struct dns_hash_key *key)
{
    memset(t, 0, sizeof(*t));
    name_keys_init(&t->keys, key);
    t->epochs = epochs;
    atomic_store(&t->slots, slots_new(SLOTS_FIRST));
}

void table_clear(struct table *t)
{
    struct table_slots *s = atomic_load(&t->slots);

    for (size_t i = 0; i <= s->mask; i++) {
        uint64_t slot = atomic_load(&s->slot[i]);

        if (slot <= SLOT_GIVEN_UP)
            continue;
        for (struct image *image = slot_image(slot), *older; image != NULL; image = older) {
            older = atomic_load(&image->older);
            image_free(image);
        }
    }
    mem_free(s);
    atomic_store(&t->slots, NULL);
}

/* ---- the writer ---------------------------------------------------------------------------------- */

/* Where the image's name stands, or else the best free slot for it; SIZE_MAX when all probes are taken. */
static size_t slot_find(const struct table_slots *s, const struct image *i, uint64_t hash, bool *there_r)
{
    size_t at = hash & s->mask, free_at = SIZE_MAX;

    *there_r = false;
    for (unsigned n = 0; n < TABLE_PROBES_MAX; n++, at = (at + 1) & s->mask) {
        uint64_t slot = atomic_load_explicit(&s->slot[at], memory_order_relaxed);

        if (slot <= SLOT_GIVEN_UP) {
            if (free_at == SIZE_MAX)
                free_at = at;
            if (slot == SLOT_EMPTY)
                break;
        } else if (slot_fits(slot, hash) &&
                   image_is(slot_image(slot), image_name(i), i->name_len, i->flags & IMAGE_PARENT_SIDE)) {
            *there_r = true;
            return at;
        }
    }
    return free_at;
}

/* The first free slot of an array in which the name cannot be; SIZE_MAX when all probes are taken. */
static size_t slot_free(const struct table_slots *s, uint64_t hash)
{
    size_t at = hash & s->mask;

    for (unsigned n = 0; n < TABLE_PROBES_MAX; n++, at = (at + 1) & s->mask) {
        if (atomic_load_explicit(&s->slot[at], memory_order_relaxed) == SLOT_EMPTY)
            return at;
    }
    return SIZE_MAX;
}

static void slots_drop(void *ctx FW_UNUSED, void *p)
{
    mem_free(p);
}

/* Copies every slot into a larger array; false when even there a name finds no place within its probes. */
static bool slots_copy(const struct table *t, const struct table_slots *from, struct table_slots *to)
{
    for (size_t i = 0; i <= from->mask; i++) {
        uint64_t slot = atomic_load_explicit(&from->slot[i], memory_order_relaxed);
        size_t at;

        if (slot <= SLOT_GIVEN_UP)
            continue;
        at = slot_free(to, image_hash(t, slot_image(slot)));
        if (at == SIZE_MAX)
            return false;
        atomic_store_explicit(&to->slot[at], slot, memory_order_relaxed);
    }
    return true;
}

static void table_rebuild(struct table *t, size_t count)
{
    struct table_slots *old = atomic_load(&t->slots), *grown;

    for (;; count *= 2) {
        grown = slots_new(count);
        if (slots_copy(t, old, grown))
            break;
        mem_free(grown);
    }
    t->used = t->names;
    atomic_store_explicit(&t->slots, grown, memory_order_release);
    epoch_retire(t->epochs, slots_drop, NULL, old);
}

/* At most half of the slots are ever in use; a rebuild leaves at most a third in use. */
static void table_make_room(struct table *t)
{
    size_t count = atomic_load(&t->slots)->mask + 1, want = count;

    if ((t->used + 1) * 2 <= count)
        return;
    while (want < (t->names + 1) * 3)
        want *= 2;
    table_rebuild(t, want);
}

void table_reserve(struct table *t, size_t names)
{
    size_t count = atomic_load(&t->slots)->mask + 1, want = count;

    while (want < (t->names + names + 1) * 2)
        want *= 2;
    if (want > count)
        table_rebuild(t, want);
}

static void older_drop(void *ctx FW_UNUSED, void *p)
{
    struct image *image = p;

    image_free(atomic_load_explicit(&image->older, memory_order_relaxed));
    atomic_store_explicit(&image->older, NULL, memory_order_relaxed);
}

static void gone_free(void *ctx FW_UNUSED, void *p)
{
    mem_free(p);
}

/* Nobody needs the name's past any more: the slot is given up, unless the name has come back meanwhile. */
static void gone_drop(void *ctx, void *p)
{
    struct table *t = ctx;
    struct image *gone = p;
    struct table_slots *s = atomic_load(&t->slots);
    bool there;
    size_t at = slot_find(s, gone, image_hash(t, gone), &there);

    if (!there || slot_image(atomic_load(&s->slot[at])) != gone)
        return;
    atomic_store_explicit(&s->slot[at], SLOT_GIVEN_UP, memory_order_release);
    t->names--;
    epoch_retire(t->epochs, gone_free, NULL, gone); /* a reader may be looking at it right now */
}

static void table_link(struct table *t, size_t at, struct image *image, uint64_t hash, bool there)
{
    struct table_slots *s = atomic_load(&t->slots);
    uint64_t old = atomic_load(&s->slot[at]);

    if (there) {
        atomic_store_explicit(&image->older, slot_image(old), memory_order_relaxed);
        epoch_retire(t->epochs, older_drop, NULL, image);
    } else {
        t->names++;
        t->used += old == SLOT_EMPTY;
    }
    atomic_store_explicit(&s->slot[at], slot_of(image, hash), memory_order_release);
}

/* Where it goes. */
static size_t table_place(struct table *t, struct image *image, uint64_t hash, bool *there_r)
{
    size_t at;

    image->born = epoch_next(t->epochs);
    if (image->labels > atomic_load(&t->labels_max))
        atomic_store(&t->labels_max, image->labels);
    table_make_room(t);
    while ((at = slot_find(atomic_load(&t->slots), image, hash, there_r)) == SIZE_MAX)
        table_rebuild(t, (atomic_load(&t->slots)->mask + 1) * 2);
    return at;
}

void table_put(struct table *t, struct image *image)
{
    uint64_t hash = image_hash(t, image);
    bool there;
    size_t at = table_place(t, image, hash, &there);

    table_link(t, at, image, hash, there);
    if ((image->flags & IMAGE_GONE) != 0)
        epoch_retire(t->epochs, gone_drop, t, image);
}

/* How many go before one whose name is there. */
static size_t put_step(struct table *t, struct image *const *images, size_t n)
{
    uint64_t hashes[PUT_AHEAD];

    for (size_t i = 0; i < n; i++) {
        hashes[i] = image_hash(t, images[i]);
        table_prefetch(atomic_load(&t->slots), hashes[i]);
    }
    for (size_t i = 0; i < n; i++) {
        bool there;
        size_t at = table_place(t, images[i], hashes[i], &there);

        if (there)
            return i;
        table_link(t, at, images[i], hashes[i], false);
    }
    return n;
}

bool table_put_new(struct table *t, struct image *const *images, size_t n)
{
    for (size_t done = 0, step, put; done < n; done += put) {
        step = n - done < PUT_AHEAD ? n - done : PUT_AHEAD;
        put = put_step(t, images + done, step);
        if (put == step)
            continue;
        for (done += put; done > 0; done--)
            table_take(t, images[done - 1]);
        return false;
    }
    return true;
}

bool table_shows(const struct table *t, const struct image *image)
{
    const struct table_slots *s = atomic_load(&t->slots);
    bool there;
    size_t at = slot_find(s, image, image_hash(t, image), &there);

    return there && slot_image(atomic_load(&s->slot[at])) == image;
}

void table_take(struct table *t, const struct image *image)
{
    struct table_slots *s = atomic_load(&t->slots);
    bool there;
    size_t at = slot_find(s, image, image_hash(t, image), &there);

    INVARIANT(there && slot_image(atomic_load(&s->slot[at])) == image && atomic_load(&image->older) == NULL);
    atomic_store_explicit(&s->slot[at], SLOT_GIVEN_UP, memory_order_release);
    t->names--;
}
