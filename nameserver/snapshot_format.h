/* What is in a snapshot file, byte for byte; shared by its writer and its reader. All numbers in network order.
 *
 * header  magic "FWSNAP02" · mark (8) · body bytes (8) · zones (8) · written, microseconds (8) · first log that goes on
 *         from here (8) · names in all zones, about (8) · checksum of the 56 bytes before (8)
 * body    for which build its compiled zones are (8, packed_build) · hash key (16) · zone after zone · ids of zones that are
 *         to be compiled again (8 each, to the end)
 * zone    bytes of its records (8) · records (zone_bytes.h) · compiled zone (packed_out)
 * sums    checksum of each SNAPSHOT_BLOCK bytes of the body (8 each), the last may be short
 */
#ifndef FW_NAMESERVER_SNAPSHOT_FORMAT_H
#define FW_NAMESERVER_SNAPSHOT_FORMAT_H

#include "nameserver/snapshot.h"
#include "nameserver/zone_bytes.h"

#define SNAPSHOT_HEADER 64
#define SNAPSHOT_FRONT 24 /* of the body, before the first zone */
#define SNAPSHOT_MAGIC "FWSNAP02"
#define SNAPSHOT_MARK UINT64_C(0x434f4d504c455445) /* "COMPLETE" */
#define SNAPSHOT_ZONES_MAX UINT64_C(100000000)

static inline uint64_t snapshot_sum_step(uint64_t h, const uint8_t *p, size_t n)
{
    uint64_t w = 0;

    memcpy(&w, p, n);
    h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
    return h ^ h >> 32;
}

/* Each step is one-to-one in the state and in the word, and so is the end in each of the four states, so a change in any one
 * word is always seen; the seed (the block's number) keeps blocks from changing places. Four, since a step waits for the
 * one before: a start reads hundreds of megabytes. Not against an attacker: who can write the file can write anything. */
static inline uint64_t snapshot_sum(uint64_t seed, const void *p_, size_t n)
{
    const uint8_t *p = p_;
    uint64_t h = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ n, a = h, b = ~h, c = h << 1;

    for (; n >= 32; p += 32, n -= 32) {
        h = snapshot_sum_step(h, p, 8);
        a = snapshot_sum_step(a, p + 8, 8);
        b = snapshot_sum_step(b, p + 16, 8);
        c = snapshot_sum_step(c, p + 24, 8);
    }
    for (; n >= 8; p += 8, n -= 8)
        h = snapshot_sum_step(h, p, 8);
    h = snapshot_sum_step(h, p, n);
    h = snapshot_sum_step(h, (const uint8_t *)&a, 8);
    h = snapshot_sum_step(h, (const uint8_t *)&b, 8);
    return snapshot_sum_step(h, (const uint8_t *)&c, 8);
}

#endif
