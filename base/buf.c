#include "base/buf.h"

#define BUF_FIRST ((size_t)256)

void buf_init(struct buf *b, size_t max)
{
    INVARIANT(max < SIZE_MAX / 2);
    *b = (struct buf){.max = max};
}

void buf_in(struct buf *b, struct arena *a, size_t max)
{
    buf_init(b, max);
    b->arena = a;
}

void buf_clear(struct buf *b)
{
    if (b->arena == NULL && b->p != NULL) {
        explicit_bzero(b->p, b->cap);
        free(b->p);
    }
    *b = (struct buf){.max = b->max, .arena = b->arena};
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->over = false;
    if (b->p != NULL)
        b->p[0] = '\0';
}

static char *bytes_new(struct buf *b, size_t cap)
{
    if (b->arena != NULL)
        return arena_alloc(b->arena, cap);
    char *p = malloc(cap);
    INVARIANT(p != NULL);
    return p;
}

/* Not realloc: what it leaves behind may have held a secret. */
static void buf_grow(struct buf *b, size_t cap)
{
    char *p = bytes_new(b, cap);
    if (b->n != 0)
        memcpy(p, b->p, b->n);
    if (b->p != NULL && b->arena == NULL) {
        explicit_bzero(b->p, b->cap);
        free(b->p);
    }
    b->p = p;
    b->cap = cap;
}

char *buf_room(struct buf *b, size_t room)
{
    if (b->over || room > b->max - b->n) {
        b->over = true;
        return NULL;
    }
    size_t need = b->n + room + 1;
    if (need > b->cap) {
        size_t cap = b->cap != 0 ? b->cap * 2 : BUF_FIRST;
        if (cap > b->max + 1)
            cap = b->max + 1;
        buf_grow(b, cap > need ? cap : need);
    }
    return b->p + b->n;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
    char *to = buf_room(b, n);
    if (to == NULL)
        return;
    if (n != 0)
        memcpy(to, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_putc(struct buf *b, char c)
{
    buf_put(b, &c, 1);
}

void buf_puts(struct buf *b, const char *z)
{
    buf_put(b, z, strlen(z));
}

void buf_str(struct buf *b, struct str s)
{
    buf_put(b, s.p, s.n);
}

void buf_u8(struct buf *b, uint8_t v)
{
    buf_put(b, &v, 1);
}

void buf_u16(struct buf *b, uint16_t v)
{
    uint8_t wire[2];
    write_u16(wire, v);
    buf_put(b, wire, sizeof(wire));
}

void buf_u32(struct buf *b, uint32_t v)
{
    uint8_t wire[4];
    write_u32(wire, v);
    buf_put(b, wire, sizeof(wire));
}

void buf_u64(struct buf *b, uint64_t v)
{
    uint8_t wire[8];
    write_u64(wire, v);
    buf_put(b, wire, sizeof(wire));
}

void buf_set_u16(struct buf *b, size_t at, uint16_t v)
{
    if (b->over)
        return;
    INVARIANT(b->n >= 2 && at <= b->n - 2);
    write_u16(b->p + at, v);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    INVARIANT(n >= 0);
    char *to = buf_room(b, (size_t)n);
    if (to == NULL)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(to, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

void buf_drop(struct buf *b, size_t n)
{
    INVARIANT(n <= b->n);
    if (n == 0)
        return;
    memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
    b->p[b->n] = '\0';
}
