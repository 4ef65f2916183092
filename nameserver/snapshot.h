/* The name server's own copy of everything it serves, on its own disk: what lets it start without MariaDB.
 *
 * One file: a header of 64 bytes, the zones one after another, a checksum for each 64 KiB of them. It is written beside
 * the old one; the header, with the mark that says "complete", goes in last, after the rest has reached the disk;
 * then the old file becomes PATH.prev and the new one PATH. A file is believed only when mark, sizes and every
 * checksum are right; otherwise PATH.prev is tried, and then the start is an empty one. So a cut or damaged
 * file costs time, and never gives a wrong answer.
 *
 * Each zone in it is whole at some version; different zones may be from different moments, which is all
 * the feed needs to go on from there.
 *
 * Packed zones (packed.h) are in it with their compiled answers, so that a start need not compile them: a hundred thousand
 * take tenths of a second and not seconds. Their answers hold data of other zones too (aliases, CNAME chains), and those
 * may be from another moment. But a change that reaches a zone's answers from elsewhere compiles them again; so the file
 * ends with the ids of all zones that were compiled since it was begun, and the start compiles these once all zones are
 * there. What any other zone has in it was true from the beginning of the file to its end. Large zones, and all where
 * another build wrote the file, are compiled from their records.
 */
#ifndef FW_NAMESERVER_SNAPSHOT_H
#define FW_NAMESERVER_SNAPSHOT_H

#include "base/clock.h"
#include "nameserver/store.h"

#define SNAPSHOT_BLOCK 65536

/* Written in steps, so that nobody waits for it: begin, then step after step whenever there is nothing better to do, from
 * the thread that changes the store. Changes may come in between: a zone is written whole, as it stands when its turn
 * comes, and what happens to it later is in the change log from `log_from` on (changelog.h). Bringing the file to the
 * disk, which can take long, is a thread's work. Only one writer for a path at a time.
 *
 * UNAVAILABLE "snapshot-write" when the disk does not take it; the old files then stay as they are. */
struct snapshot_writer;
enum status snapshot_begin(const struct store *st, const char *path, uint64_t log_from, time_us now,
    struct snapshot_writer **w_r, struct error *e) FW_MUST_CHECK;

enum snapshot_step {
    SNAPSHOT_MORE, /* call again */
    SNAPSHOT_SYNCING, /* the thread is at it; call again in a while */
    SNAPSHOT_DONE, /* snapshot_end will not wait */
};
/* Writes zones for about budget_ns, at least one. */
enum snapshot_step snapshot_step(struct snapshot_writer *w, uint64_t budget_ns) FW_NONNULL_ALL;
/* Does what is left, waits for the thread, and says how it went. */
enum status snapshot_end(struct snapshot_writer **w, struct error *e) FW_MUST_CHECK;

/* All of it at once. */
enum status snapshot_write(const struct store *st, const char *path, time_us now, struct error *e) FW_MUST_CHECK;

struct snapshot_read {
    const char *path; /* PATH or PATH.prev; NULL: none was good, nothing loaded */
    size_t zones, refused; /* loaded; not right to serve */
    size_t compiled; /* of those loaded: compiled here, and not taken as they stood in the file */
    time_us written;
    uint64_t log_from; /* first change log that goes on from here */
};
/* Loads the newest good file into an empty store. What was wrong with files passed over is logged; a PATH that was passed
 * over for PATH.prev is renamed to PATH.damaged. */
void snapshot_load(struct store *st, struct arena *a, const char *path, struct snapshot_read *r_r) FW_NONNULL_ALL;
/* One file, for tests: INVALID "snapshot-damaged" says what is wrong; NOT_FOUND. Nothing is loaded unless OK. */
enum status snapshot_load_file(
    struct store *st, const char *path, struct snapshot_read *r_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* The directory's entries reach the disk. */
bool dir_sync(const char *path) FW_NONNULL_ALL;

#endif
