#include "epp/frame.h"

/* Beyond one whole frame: what a caller may have read ahead. */
#define FEED_MAX ((size_t)1 << 18)

void epp_frame_reader_init(struct epp_frame_reader *r, size_t max)
{
    r->max = max != 0 ? max : EPP_FRAME_MAX;
    r->given = 0;
    buf_init(&r->in, r->max + FEED_MAX);
}

void epp_frame_reader_clear(struct epp_frame_reader *r)
{
    buf_clear(&r->in);
    r->given = 0;
}

/* The documents given out are of no more use to the caller: make room. */
static void drop_given(struct epp_frame_reader *r)
{
    if (r->given > 0)
        buf_drop(&r->in, r->given);
    r->given = 0;
}

void epp_frame_feed(struct epp_frame_reader *r, const void *p, size_t n)
{
    drop_given(r);
    buf_put(&r->in, p, n);
}

size_t epp_frame_room(const struct epp_frame_reader *r)
{
    size_t have = r->in.n - r->given;
    if (have < EPP_FRAME_HEADER)
        return EPP_FRAME_HEADER - have;
    size_t length = read_u32(r->in.p + r->given);
    if (length > r->max)
        return 0;
    return length > have ? length - have : 0;
}

enum status epp_frame_next(struct epp_frame_reader *r, struct str *doc_r, struct error *e)
{
    size_t have = r->in.n - r->given;
    *doc_r = STR_NULL;
    if (buf_over(&r->in))
        return error_set(e, PROTOCOL, "frame-too-large", "more than %zu bytes were sent ahead", r->in.max);
    if (have < EPP_FRAME_HEADER)
        return OK;
    const char *at = r->in.p + r->given;
    size_t length = read_u32(at);
    if (length <= EPP_FRAME_HEADER)
        return error_set(e, PROTOCOL, "frame-too-short", "a frame announces %zu bytes: it must have at least %d",
            length, EPP_FRAME_HEADER + 1);
    if (length > r->max)
        return error_set(
            e, PROTOCOL, "frame-too-large", "a frame announces %zu bytes: the limit is %zu", length, r->max);
    if (have < length)
        return OK;
    *doc_r = str_n(at + EPP_FRAME_HEADER, length - EPP_FRAME_HEADER);
    r->given += length;
    return OK;
}

bool epp_frame_partial(const struct epp_frame_reader *r)
{
    return r->in.n > r->given;
}

enum status epp_frame_write(struct buf *out, struct str doc, size_t max, struct error *e)
{
    size_t limit = max != 0 ? max : EPP_FRAME_MAX;
    if (doc.n == 0)
        return error_set(e, INVALID, "frame-too-short", "a frame must hold a document");
    if (doc.n + EPP_FRAME_HEADER > limit)
        return error_set(e, INVALID, "frame-too-large", "the document has %zu bytes: the limit is %zu", doc.n,
            limit - EPP_FRAME_HEADER);
    buf_u32(out, (uint32_t)(doc.n + EPP_FRAME_HEADER));
    buf_str(out, doc);
    if (buf_over(out))
        return error_set(e, INVALID, "frame-too-large", "the output buffer is full at %zu bytes", out->max);
    return OK;
}
