/* The hash of names by which the table is searched: keyed, cheap, and of all suffixes of a name in one pass.
 *
 * What it must do. Whoever may choose names (by registering them, or by asking) must not be able to make them collide, so
 * the hash is keyed with random numbers that never leave the process. It is computed for each question, so it
 * must cost little. And a question for a name that is not there searches for its closest encloser, which takes the
 * hash of each suffix.
 *
 * How. Names are read label by label from the right. A label (its length byte, then its bytes, lower case) is cut
 * into blocks of 16 bytes, the last one filled up with zeros; block number i, counted through all labels, adds
 *     (a + key[2i]) · (b + key[2i+1])        a, b: its halves; the sums modulo 2^64, the product of 128 bits
 * to a sum of 128 bits. This is NH, the inner function of UMAC (Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, Fast and
 * Secure Message Authentication, 1999): two different names of as many blocks have the same sum for one
 * in 2^64 keys, whatever the names are; a block more or less is a product of two unknown numbers more or less, which
 * hits a given difference as rarely. Length bytes in front make different names different sequences of blocks.
 * name_hash_end folds the sum, mixed with two more keys, to 64 bits.
 *
 * It is no message authentication code: nobody outside is shown a hash, and what time tells about probes is too little to
 * work with as long as a probe is some nanoseconds within the noise of a network.
 *
 * Most labels are one block: two additions and one multiplication, against some 45 instructions for each 8 bytes of
 * SipHash-1-3. */
#ifndef FW_NAMESERVER_NAME_HASH_H
#define FW_NAMESERVER_NAME_HASH_H

#include "dns/name.h"

#define NAME_HASH_BLOCK 16
#define NAME_HASH_BLOCKS_MAX (DNS_LABELS_MAX + 1) /* no name takes more; and "*" in front of one */

/* Names that are hashed need this many bytes behind them that may be read (they do not count). */
#define NAME_HASH_SLACK (NAME_HASH_BLOCK - 1)

__extension__ typedef unsigned __int128 name_sum;

struct name_keys {
    uint64_t key[2 * NAME_HASH_BLOCKS_MAX];
    uint64_t end[2];
};

/* The root's is all zero. */
struct name_hash {
    name_sum sum;
    unsigned blocks;
};

/* All keys from one of 128 bits. */
void name_keys_init(struct name_keys *k_r, const struct dns_hash_key *key) FW_NONNULL_ALL;

/* 16 × ff, 16 × 00. */
extern const uint8_t name_hash_masks[32];

static inline name_sum name_hash_block(const struct name_keys *k, unsigned number, const uint8_t *p, size_t n)
{
    const uint8_t *mask = name_hash_masks + NAME_HASH_BLOCK - n;
    uint64_t block[2], keep[2];

    memcpy(block, p, sizeof(block));
    memcpy(keep, mask, sizeof(keep));
    return (name_sum)((block[0] & keep[0]) + k->key[2 * number]) * ((block[1] & keep[1]) + k->key[2 * number + 1]);
}

/* Puts a label in front: from its length byte on, in lower case, with NAME_HASH_SLACK behind it. */
static inline void name_hash_label(const struct name_keys *k, struct name_hash *h, const uint8_t *label)
{
    size_t n = *label + 1u;

    for (; n > NAME_HASH_BLOCK; n -= NAME_HASH_BLOCK, label += NAME_HASH_BLOCK)
        h->sum += name_hash_block(k, h->blocks++, label, NAME_HASH_BLOCK);
    h->sum += name_hash_block(k, h->blocks++, label, n);
}

static inline uint64_t name_hash_end(const struct name_keys *k, const struct name_hash *h)
{
    name_sum m = (name_sum)((uint64_t)h->sum ^ k->end[0]) * ((uint64_t)(h->sum >> 64) ^ k->end[1]);

    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Of a whole name in lower case, which needs no slack: for those that do not care for speed. */
uint64_t name_hash_of(const struct name_keys *k, const uint8_t *wire, size_t len) FW_NONNULL_ALL;

#endif
