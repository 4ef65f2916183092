/* The zones and questions of `make bench-dns`, the same for every server in it.
 *
 * Zone N is zoneN.test with 10 RRsets at 6 names. Of 20 questions 7 ask for A, 3 for AAAA, 3 for what a CNAME leads to, 2
 * for MX, 1 for TXT, 2 for names that a wildcard covers, 2 for names that do not exist; all carry EDNS. */
#ifndef FW_BENCH_MIX_H
#define FW_BENCH_MIX_H

#include <stddef.h>
#include <stdint.h>

#define MIX_KINDS 20
#define MIX_QUERY_MAX 128

struct mix_kind {
    const char *prefix; /* labels in front of the zone's, each with its final dot; "" for the apex */
    uint16_t type;
    uint8_t rcode; /* that a right answer has */
    uint8_t answers; /* records in its answer section */
};

extern const struct mix_kind mix_kinds[MIX_KINDS];
/* The lines of each zone's master file, relative to its origin. */
extern const char mix_zone[];

/* Writes the question of that kind about zone n; returns its length. */
size_t mix_query(uint8_t p[MIX_QUERY_MAX], uint16_t id, unsigned long long zone, unsigned kind);

#endif
