/* What is in a change log, byte for byte; shared by its writer and its reader. All numbers in network order.
 *
 * header  magic "FWCLOG02" · number of the log (8) · checksum of the 16 bytes before (8)
 * record  length of the content (8) · its checksum (8) · checksum of the 16 bytes before (8) · content
 * content kind (1), then for a change: base (8) · change (zone_bytes.h); for a removal: zone id (8)
 *
 * Checksums are those of the snapshot, seeded with log and place of the record. */
#ifndef FW_NAMESERVER_CHANGELOG_FORMAT_H
#define FW_NAMESERVER_CHANGELOG_FORMAT_H

#include "nameserver/changelog.h"
#include "nameserver/snapshot_format.h"

#define CHANGELOG_MAGIC "FWCLOG02"
#define CHANGELOG_HEADER 24
#define CHANGELOG_HEAD 24 /* of a record */

enum changelog_kind { CHANGELOG_CHANGE = 1, CHANGELOG_REMOVAL = 2 };

static inline uint64_t changelog_seed(uint64_t number, uint64_t place)
{
    return number * UINT64_C(0x9e3779b97f4a7c15) + place;
}

/* Numbers of the logs that there are, in order, in the arena. */
uint64_t *changelog_numbers(struct arena *a, const char *path, size_t *n_r) FW_NONNULL_ALL;

#endif
