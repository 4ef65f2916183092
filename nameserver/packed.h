/* A small zone at rest: one block of memory that holds its records and everything that readers see of it.
 *
 * Why: ten record sets at six names are some 350 bytes of data and 1,200 of compiled answers. As a tree of owners, sets and
 * images, each a block of its own, they took 3,700; packed, with all that is counted for a zone, under 2,000. And a
 * block is what the snapshot can carry as it is: a start copies it, looks it through, and puts its names into the table,
 * which costs a tenth of compiling it again.
 *
 * block   struct packed · the zone's negative answer · images, one after another · rows as in zone_bytes.h
 *
 * Life. A change that concerns any name of the zone spreads it out (zone_open), compiles all of it, and puts a new block
 * in place of the old, which is retired as a whole. Nothing in a block is changed but what readers know to be atomic: the
 * chains of older versions.
 *
 * In a file. The compiled part of a zone is its block without the rows, as it is in memory, with pointers zeroed.
 * It is only for the build that wrote it (packed_build) and for the same hash key; anybody else compiles the
 * zone from its rows. Believed are the file's checksums, that the bytes are what this build wrote; not believed is any
 * length or place in them: what could lead a reader out of the block makes packed_adopt say no. A zone with a name that
 * is served already is compiled, and a name without a record goes with its zone's next change. One that refers to another
 * zone's negative answer, or whose answers hold what a name elsewhere stands for (external.h), is not carried. */
#ifndef FW_NAMESERVER_PACKED_H
#define FW_NAMESERVER_PACKED_H

#include "nameserver/store.h"
#include "nameserver/zone_bytes.h"

/* Zones up to here are packed; spread out ones when they are down to half of it, so that none goes to and fro. */
#define PACKED_NAMES_MAX 64
#define PACKED_BYTES_MAX 16384 /* of data */

struct packed {
    uint32_t images_at, rows_at, size;
    uint32_t owners_n, rows_n;
    uint32_t bytes; /* of data */
    bool foreign; /* refers to what is not in here: not for a file */
};

/* Shall it be packed? It is spread out now, or about to be. */
bool zone_packs(const struct store *st, const struct zone *z) FW_NONNULL_ALL;

/* A block with the records of the open zone, its negative answer, and room for so many bytes of images. */
struct packed *packed_new(const struct zone *z, size_t images) FW_NONNULL_ALL FW_RETURNS_NONNULL;
/* A block of rows only, to be compiled. */
struct packed *packed_rows(struct str rows, uint32_t rows_n) FW_RETURNS_NONNULL;
/* Once its images are in, and what they depend on is the zone's: finds out whether it is foreign. */
void packed_finish(const struct store *st, struct packed *p, const struct zone *z) FW_NONNULL_ALL;
struct negative *packed_negative(struct packed *p) FW_NONNULL_ALL;
static inline struct str packed_rows_of(const struct packed *p)
{
    return str_n((const char *)p + p->rows_at, p->size - p->rows_at);
}
/* Bytes that an image takes in a block. */
static inline size_t packed_image_size(const struct image *i)
{
    return (image_size(i) + 7) & ~(size_t)7;
}
/* The next image; the first where i is NULL, NULL at the end. */
struct image *packed_image_next(struct packed *p, const struct image *i);

/* ---- in a file ------------------------------------------------------------------------------------------- */

/* What a build's compiled zones are good for: the program's build id, the sizes of what is in a block, the key, and what the
 * operator chose about answers. Without a build id it is a random number. */
uint64_t packed_build(const struct store *st, const struct dns_hash_key *key) FW_NONNULL_ALL;
/* compiled bytes (4) · hashes of names that it depends on (4) · the bytes · the hashes (8 each); 0 and 0 for a zone that
 * is not packed, or cannot be carried. */
void packed_out(struct bytes_out *o, const struct zone *z) FW_NONNULL_ALL;
/* Images of a block. */
struct packed_images {
    struct image **p;
    size_t n, cap;
};
void packed_images_clear(struct packed_images *images) FW_NONNULL_ALL;
/* Gives a new zone its block, from the bytes of packed_out (without the two numbers in front) and its rows; does not put its
 * images into the table, but lists them in images_r, over what was there. false: not what packed_out can have written; nothing
 * is done. */
bool packed_adopt(struct zone *z, struct str compiled, struct str rows, uint32_t rows_n,
    struct packed_images *images_r) FW_NONNULL_ALL;
/* As before packed_adopt; its images are in no table. */
void packed_abandon(struct zone *z) FW_NONNULL_ALL;

#endif
