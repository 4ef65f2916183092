/* The transcript's rows (tables registry_transcript, registry_chain). Private to registry/. */
#ifndef FW_REGISTRY_TRANSCRIPT_DB_H
#define FW_REGISTRY_TRANSCRIPT_DB_H

#include "registry/transcript.h"

#define TRANSCRIPT_BODY_MAX ((size_t)2 << 20) /* of `sent` and of `received` */

bool transcript_kind_find(struct str word, enum transcript_kind *k_r);

/* The chain's end, locked until the transaction ends; made where there is none. */
enum status chain_lock(
    struct db *db, struct arena *a, struct str registry, struct transcript_head *h_r, struct error *e) FW_MUST_CHECK;
enum status chain_set(
    struct db *db, struct str registry, const struct transcript_head *h, struct error *e) FW_MUST_CHECK;
/* *moved_r: the head was `from`, is `to` now, and is locked. */
enum status chain_move(struct db *db, struct str registry, const struct transcript_head *from,
    const struct transcript_head *to, bool *moved_r, struct error *e) FW_MUST_CHECK;
enum status transcript_insert(
    struct db *db, struct arena *a, const struct transcript_row *rows, size_t n, struct error *e) FW_MUST_CHECK;
/* In order of seq, up to `last`. */
enum status transcript_each(struct db *db, struct str registry, int64_t last,
    enum status (*fn)(void *ctx, const struct transcript_row *row, struct error *e), void *ctx,
    struct error *e) FW_MUST_CHECK;
/* A row behind `last` that the chain's end does not know of, looked at under its lock; 0: none. */
enum status transcript_beyond(
    struct db *db, struct arena *a, struct str registry, int64_t last, int64_t *seq_r, struct error *e) FW_MUST_CHECK;

#endif
