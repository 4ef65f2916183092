/* The hash of names by which the table is searched: keyed and cheap.
 *
 * What it must do. Whoever may choose names (by registering them, or by asking) must not be able to make them collide, so
 * the hash is keyed with random numbers that never leave the process. It is computed for each question, and for
 * suffixes of names that are not there, so it must cost little.
 *
 * How. A name (wire form, lower case) is cut into blocks of 16 bytes, the last one filled up with zeros. Block i adds
 *     (a + key[2i]) · (b + key[2i+1])        a, b: its halves; the sums modulo 2^64, the product of 128 bits
 * to a sum of 128 bits. This is NH, the inner function of UMAC (Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, Fast and
 * Secure Message Authentication, 1999): two different names of as many blocks have the same sum for at most one in
 * 2^64 keys, whatever the names are; a block more or less is a product of two unknown numbers more or less, which
 * hits a given difference about as rarely. A name ends with the root's zero, so filling up makes no two names one.
 * The sum, mixed with two more keys, is then folded to 63 bits.
 *
 * It is no message authentication code: nobody outside is shown a hash, and what time tells about probes is too little to
 * work with as long as a probe is some nanoseconds within the noise of a network.
 *
 * Most names are two blocks: two additions and one multiplication each, against some 45 instructions for each 8 bytes of
 * SipHash-1-3. */
#ifndef FW_NAMESERVER_NAME_HASH_H
#define FW_NAMESERVER_NAME_HASH_H

#include "dns/name.h"

#define NAME_HASH_BLOCK 16
#define NAME_HASH_BIT (UINT64_C(1) << 63) /* set in every hash: none has a tag of 0 (table.h) */
#define NAME_HASH_BLOCKS_MAX ((DNS_NAME_MAX + NAME_HASH_BLOCK - 1) / NAME_HASH_BLOCK)
/* Names that are hashed need this many bytes behind them that may be read (they do not count). */
#define NAME_HASH_SLACK (NAME_HASH_BLOCK - 1)

__extension__ typedef unsigned __int128 uint128;

struct name_keys {
    uint64_t block[2 * NAME_HASH_BLOCKS_MAX];
    uint64_t end[2];
};

/* All keys from one of 128 bits. */
void name_keys_init(struct name_keys *k_r, const struct dns_hash_key *key) FW_NONNULL_ALL;

extern const uint8_t name_hash_masks[2 * NAME_HASH_BLOCK]; /* 16 × ff, 16 × 00 */

static inline uint128 name_hash_product(uint64_t a, uint64_t b)
{
    return (uint128)a * b;
}

/* Of a name in lower case with NAME_HASH_SLACK behind it; 1 <= len <= DNS_NAME_MAX. */
static inline uint64_t name_hash_padded(const struct name_keys *k, const uint8_t *name, size_t len)
{
    const uint64_t *key = k->block;
    uint64_t block[2], mask[2];
    uint128 sum = 0;

    for (; len > NAME_HASH_BLOCK; len -= NAME_HASH_BLOCK, name += NAME_HASH_BLOCK, key += 2) {
        memcpy(block, name, sizeof(block));
        sum += name_hash_product(block[0] + key[0], block[1] + key[1]);
    }
    memcpy(block, name, sizeof(block));
    memcpy(mask, name_hash_masks + NAME_HASH_BLOCK - len, sizeof(mask));
    sum += name_hash_product((block[0] & mask[0]) + key[0], (block[1] & mask[1]) + key[1]);
    sum = name_hash_product((uint64_t)sum ^ k->end[0], (uint64_t)(sum >> 64) ^ k->end[1]);
    return ((uint64_t)sum ^ (uint64_t)(sum >> 64)) | NAME_HASH_BIT;
}

/* The same where nothing behind the name may be read. */
uint64_t name_hash_of(const struct name_keys *k, const uint8_t *wire, size_t len) FW_NONNULL_ALL;

#endif
