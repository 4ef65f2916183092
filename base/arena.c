#include "base/arena.h"

#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
/* Between two allocations, so that the sanitizer sees a write past the end of one. */
#define ARENA_GAP 16u
#define ARENA_HIDE(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define ARENA_SHOW(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define ARENA_GAP 0u
#define ARENA_HIDE(p, n) ((void)(p), (void)(n))
#define ARENA_SHOW(p, n) ((void)(p), (void)(n))
#endif

#define ARENA_ALIGN _Alignof(max_align_t)
#define ARENA_BLOCK_FIRST ((size_t)4 << 10)
#define ARENA_BLOCK_MAX ((size_t)1 << 20)

/* Bytes from `used` on are always zero: fresh from calloc, or wiped by arena_reset. */
struct arena_block {
    struct arena_block *next;
    size_t size, used;
    _Alignas(max_align_t) char bytes[];
};

static void arena_fail(const struct arena *a, size_t n, const char *why) FW_NORETURN;

static void arena_fail(const struct arena *a, size_t n, const char *why)
{
    log_event(LOG_ERROR, "process", NULL, "arena: %s: %zu bytes wanted, %zu of %zu used; stopping", why, n, a->used,
        a->limit);
    abort();
}

void arena_init(struct arena *a, size_t limit)
{
    *a = (struct arena){.limit = limit != 0 ? limit : ARENA_LIMIT_DEFAULT};
}

static struct arena_block *block_new(const struct arena *a, size_t size)
{
    struct arena_block *b = calloc(1, sizeof(*b) + size);
    if (b == NULL)
        arena_fail(a, size, "out of memory");
    b->size = size;
    ARENA_HIDE(b->bytes, size);
    return b;
}

/* A block with room for n. What is large gets a block of its own behind the head, so that the rest of
 * the head stays in use. */
static struct arena_block *block_for(struct arena *a, size_t n)
{
    struct arena_block *head = a->head;
    if (head != NULL && head->size - head->used >= n)
        return head;
    if (head != NULL && n > ARENA_BLOCK_MAX / 4) {
        struct arena_block *own = block_new(a, n);
        own->next = head->next;
        head->next = own;
        return own;
    }
    size_t size = head == NULL ? ARENA_BLOCK_FIRST : head->size * 2;
    if (size > ARENA_BLOCK_MAX)
        size = ARENA_BLOCK_MAX;
    struct arena_block *b = block_new(a, size > n ? size : n);
    b->next = head;
    a->head = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
    /* Measured against the limit before rounding, so that no sum below can wrap. */
    if (n > a->limit || a->used > a->limit - n)
        arena_fail(a, n, "limit passed");
    size_t size = ((n != 0 ? n : 1) + ARENA_GAP + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    struct arena_block *b = block_for(a, size);
    char *p = b->bytes + b->used;
    b->used += size;
    a->used += n;
    ARENA_SHOW(p, n);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n))
        arena_fail(a, SIZE_MAX, "array size overflows");
    return arena_alloc(a, n);
}

void *arena_copy(struct arena *a, const void *p, size_t n)
{
    void *to = arena_alloc(a, n);
    if (n != 0)
        memcpy(to, p, n);
    return to;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_copy(a, s, strlen(s) + 1);
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    INVARIANT(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    (void)vsnprintf(p, (size_t)n + 1, fmt, ap);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return p;
}

static void block_wipe(struct arena_block *b)
{
    ARENA_SHOW(b->bytes, b->size);
    explicit_bzero(b->bytes, b->used);
    b->used = 0;
}

static void blocks_free(struct arena_block *b)
{
    while (b != NULL) {
        struct arena_block *next = b->next;
        block_wipe(b);
        free(b);
        b = next;
    }
}

void arena_reset(struct arena *a)
{
    struct arena_block *keep = a->head;
    if (keep == NULL)
        return;
    if (keep->size > ARENA_BLOCK_MAX) {
        arena_clear(a);
        return;
    }
    blocks_free(keep->next);
    keep->next = NULL;
    block_wipe(keep);
    ARENA_HIDE(keep->bytes, keep->size);
    a->used = 0;
}

void arena_clear(struct arena *a)
{
    blocks_free(a->head);
    a->head = NULL;
    a->used = 0;
}
