/* A growing byte buffer with a hard maximum that is set at birth.
 * Writing past the maximum sets `over`, drops the bytes, and stays so: write everything, then
 * check buf_over() once. The bytes stay NUL-terminated behind the end for convenience.
 * Memory: malloc'd (buf_clear wipes and frees it) – or, with buf_in, taken from an arena. */
#ifndef FW_BASE_BUF_H
#define FW_BASE_BUF_H

#include <endian.h>

#include "base/str.h"

struct buf {
    char *p;
    size_t n; /* bytes written */
    size_t cap; /* bytes allocated */
    size_t max;
    struct arena *arena; /* NULL: malloc'd */
    bool over;
};

void buf_init(struct buf *b, size_t max) FW_NONNULL_ALL;
void buf_in(struct buf *b, struct arena *a, size_t max) FW_NONNULL_ALL;
void buf_clear(struct buf *b) FW_NONNULL_ALL;
void buf_reset(struct buf *b) FW_NONNULL_ALL; /* n = 0, over = false, memory kept */
void buf_put(struct buf *b, const void *p, size_t n);
void buf_putc(struct buf *b, char c) FW_NONNULL_ALL;
void buf_puts(struct buf *b, const char *z) FW_NONNULL_ALL;
void buf_str(struct buf *b, struct str s) FW_NONNULL_ALL;
void buf_u8(struct buf *b, uint8_t v) FW_NONNULL_ALL;
void buf_u16(struct buf *b, uint16_t v) FW_NONNULL_ALL; /* network order, as all below */
void buf_u32(struct buf *b, uint32_t v) FW_NONNULL_ALL;
void buf_u64(struct buf *b, uint64_t v) FW_NONNULL_ALL;
void buf_set_u16(struct buf *b, size_t at, uint16_t v) FW_NONNULL_ALL; /* at + 2 <= n */
void buf_printf(struct buf *b, const char *fmt, ...) FW_PRINTF(2, 3);
/* Removes the first n bytes (consumed input). */
void buf_drop(struct buf *b, size_t n) FW_NONNULL_ALL;
/* At least `room` free bytes at the end, to read into; NULL (and over) when max forbids.
 * Follow with b->n += what was written (the NUL is back with the next write). */
char *buf_room(struct buf *b, size_t room) FW_NONNULL_ALL;
static inline struct str buf_view(const struct buf *b)
{
    return str_n(b->p != NULL ? b->p : "", b->n);
}
static inline bool buf_over(const struct buf *b)
{
    return b->over;
}

/* Numbers in network order, at any address. */
static inline uint16_t read_u16(const void *p)
{
    uint16_t v;

    memcpy(&v, p, sizeof(v));
    return be16toh(v);
}
static inline uint32_t read_u32(const void *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof(v));
    return be32toh(v);
}
static inline uint64_t read_u64(const void *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof(v));
    return be64toh(v);
}
static inline void write_u16(void *p, uint16_t v)
{
    v = htobe16(v);
    memcpy(p, &v, sizeof(v));
}
static inline void write_u32(void *p, uint32_t v)
{
    v = htobe32(v);
    memcpy(p, &v, sizeof(v));
}
static inline void write_u64(void *p, uint64_t v)
{
    v = htobe64(v);
    memcpy(p, &v, sizeof(v));
}

#endif
