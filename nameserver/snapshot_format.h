/* What is in a snapshot file, byte for byte; shared by its writer and its reader. All numbers in network order.
 *
 * header  magic "FWSNAP01" · mark (8) · body bytes (8) · zones (8) · written, microseconds (8) · first log that goes on
 *         from here (8) · reserved (8) · checksum of the 56 bytes before (8)
 * body    zone after zone (zone_bytes.h)
 * sums    checksum of each SNAPSHOT_BLOCK bytes of the body (8 each), the last may be short
 */
#ifndef FW_NAMESERVER_SNAPSHOT_FORMAT_H
#define FW_NAMESERVER_SNAPSHOT_FORMAT_H

#include "nameserver/snapshot.h"
#include "nameserver/zone_bytes.h"

#define SNAPSHOT_HEADER 64
#define SNAPSHOT_MAGIC "FWSNAP01"
#define SNAPSHOT_MARK UINT64_C(0x434f4d504c455445) /* "COMPLETE" */
#define SNAPSHOT_ZONES_MAX UINT64_C(100000000)

/* Each step is one-to-one in the state and in the word, so a change in any one word is always seen; the seed (the block's
 * number) keeps blocks from changing places. Not against an attacker: who can write the file can write anything. */
static inline uint64_t snapshot_sum(uint64_t seed, const void *p_, size_t n)
{
    const uint8_t *p = p_;
    uint64_t h = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ n, w;

    for (; n > 0; p += 8, n = n > 8 ? n - 8 : 0) {
        w = 0;
        memcpy(&w, p, n < 8 ? n : 8);
        h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
    }
    return h;
}

#endif
