/* Frames on the wire (RFC 5734 section 4): four bytes of total length in network order, themselves
 * included, then one XML document.
 *
 * The reader takes bytes in any split and gives whole documents. A length that can be no document, or one
 * over the limit, is an error at once, before anything of it is kept; after an error the stream has lost
 * its place and the connection must be closed.
 */
#ifndef FW_EPP_FRAME_H
#define FW_EPP_FRAME_H

#include "base/buf.h"
#include "base/error.h"

#define EPP_FRAME_MAX ((size_t)1 << 20) /* header included */
#define EPP_FRAME_HEADER 4

struct epp_frame_reader {
    struct buf in; /* received; the documents given out last stand in front until more is fed */
    size_t given; /* bytes of `in` that they take */
    size_t max;
};

void epp_frame_reader_init(struct epp_frame_reader *r, size_t max) FW_NONNULL_ALL; /* max 0: EPP_FRAME_MAX */
void epp_frame_reader_clear(struct epp_frame_reader *r) FW_NONNULL_ALL; /* wiped and freed */
/* Appends received bytes, up to 256 KiB at a time; then take out all whole frames with epp_frame_next. What
 * is fed without that, beyond a frame and 256 KiB, is dropped and epp_frame_next says "frame-too-large". */
void epp_frame_feed(struct epp_frame_reader *r, const void *p, size_t n);
/* How many bytes may be fed now: what the frame in hand still lacks (at least its header), never 0 unless a
 * whole frame is waiting. Reading no more than this keeps the buffer at one frame. */
size_t epp_frame_room(const struct epp_frame_reader *r) FW_NONNULL_ALL;
/* OK with *doc_r set (valid until more is fed), or with STR_NULL when the frame is not complete;
 * PROTOCOL "frame-too-short" (length under 5), "frame-too-large". */
enum status epp_frame_next(struct epp_frame_reader *r, struct str *doc_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Bytes of an unfinished frame are held. */
bool epp_frame_partial(const struct epp_frame_reader *r) FW_NONNULL_ALL;

/* Appends header and document to out. INVALID "frame-too-large" over max (0: EPP_FRAME_MAX),
 * "frame-too-short" for an empty document. */
enum status epp_frame_write(struct buf *out, struct str doc, size_t max, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
