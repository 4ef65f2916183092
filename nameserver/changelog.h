/* The change log: what a name server has put in since its newest snapshot, on its own disk before anybody hears of it.
 *
 * A change counts as served everywhere (INSYNC) once every name server has reported its version. Who was told so must
 * find it answered after a power cut too, with MariaDB gone. Snapshots are too large to write for each change; so
 * every change is appended here, and brought to the disk (one fdatasync for all that came in together) before its
 * version is reported. A start loads the snapshot and puts the logs in behind it.
 *
 * Files: PATH.log.N, N counts up. A snapshot names the first log that goes on from it; beginning one turns to a new
 * log, and once it is whole, logs that neither it nor PATH.prev needs are removed. A process never appends to a log of
 * an earlier one: it may end in the middle of a record. Size: past CHANGELOG_BYTES_MAX the feed writes a snapshot.
 *
 * Two threads may share it: one puts changes in and turns to a new log, one syncs. Neither waits for the other's disk: what
 * waits when the log is turned goes behind the turn, where the snapshot has it already.
 *
 * Putting in is by version: a record says which version of its zone it goes on from, and which it leads to. One whose
 * zone is there already at that version is passed over, so a log may overlap with its snapshot; one whose zone has not
 * come so far (something before it was lost) is refused, so that no mixture is ever served. One that leads to the
 * version it goes on from is a whole zone of another line (change.other_line), and takes the place of what is there.
 *
 * What a start puts in it brings to the disk first: a process may have been killed between writing and that, and what is
 * served is reported.
 *
 * Damage: a record has a checksum for its length and one for its content, both bound to its place. One whose content is
 * damaged is left out, and said so; behind a head that is damaged, or cut off by a crash, nothing of that file is
 * believed. A cut can only be in what was never reported.
 *
 * When the disk does not take it: nothing is reported, the log is begun anew, and tried again. What is served is not
 * affected. If too much has gathered by then, it is given up, and reports wait for the next whole snapshot. */
#ifndef FW_NAMESERVER_CHANGELOG_H
#define FW_NAMESERVER_CHANGELOG_H

#include "nameserver/store.h"

#define CHANGELOG_BYTES_MAX ((uint64_t)64 << 20)
#define CHANGELOG_WAITING_MAX ((size_t)256 << 20) /* not on the disk yet */

struct changelog;

/* Begins with the log of that number, once there is something to write. */
struct changelog *changelog_new(const char *path, uint64_t number) FW_NONNULL_ALL FW_RETURNS_NONNULL;
void changelog_free(struct changelog **l);

/* A change that has been put in; base: the version it found, 0 for a new zone. */
void changelog_change(struct changelog *l, const struct change *c, uint64_t base) FW_NONNULL_ALL;
void changelog_removal(struct changelog *l, uint64_t zone_id) FW_NONNULL_ALL;
/* OK: everything that was put in before the call is on the disk. UNAVAILABLE "log-write". One thread at a time. */
enum status changelog_sync(struct changelog *l, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
uint64_t changelog_bytes(struct changelog *l) FW_NONNULL_ALL; /* on the disk, since the last turn */

/* A snapshot begins: number of the log that goes on from it. All that is put in from now on goes into that or a later one. */
uint64_t changelog_turn(struct changelog *l) FW_NONNULL_ALL;
/* That snapshot is whole. Removes logs below `needed`. */
void changelog_covered(struct changelog *l, uint64_t from, uint64_t needed) FW_NONNULL_ALL;

struct changelog_read {
    size_t files, changes; /* changes: put in */
    size_t refused; /* their zones had not come so far, or they are wrong to serve */
    size_t damaged; /* places; a cut at the end of a file is none */
    uint64_t next; /* number for this process's first log */
};
/* Puts in all logs from number `from` on, in order. What is wrong is logged. */
void changelog_load(
    struct store *st, struct arena *a, const char *path, uint64_t from, struct changelog_read *r_r) FW_NONNULL_ALL;

#endif
