/* The last good answers of names elsewhere, on this server's own disk: a restart needs no resolution.
 *
 * One file, appended to as answers change: a header, then a record for each answer; of several for one target the last one
 * counts. It is written anew, whole, beside itself and renamed, when it has grown too large, cannot be appended to, or was
 * found damaged. A kill at any instruction costs at most the record that was being written. Records are not brought to the
 * disk one by one: what a power cut takes is resolved again, and meanwhile the answer before it is given. When an answer
 * was confirmed is written along, so that the bound for how long it may stand holds over restarts.
 *
 * header  magic "FWEXTN01"
 * record  length of the content (4) · checksum of it (8) · checksum of the content (8) · content
 * content type (2) · state (1) · TTL (4) · confirmed, microseconds (8) · name length (1) · name · addresses, packed
 *
 * Numbers in network order; checksums are those of the snapshot, seeded with the record's place. A record whose content is
 * damaged is left out; behind a head that is damaged, or cut off, nothing is believed. */
#ifndef FW_NAMESERVER_EXTERNAL_KEEP_H
#define FW_NAMESERVER_EXTERNAL_KEEP_H

#include "nameserver/external.h"

struct external_keep;

/* Restores what the file has, before any zone is put in. What is wrong with it is logged. */
struct external_keep *external_keep_open(
    struct store *st, const char *path, time_us now) FW_NONNULL_ALL FW_RETURNS_NONNULL;
void external_keep_close(struct external_keep **k) FW_NONNULL_ALL;
/* Writes what is not there yet. A disk that does not take it is logged once, and tried again after a while; answers are not
 * affected. false: not all is there. */
bool external_keep_write(struct external_keep *k, time_us now) FW_NONNULL_ALL;

#endif
