/* What the feed keeps on its own disk: changes before they are reported, and snapshots in between. */
#include "base/log.h"
#include "nameserver/counts.h"
#include "nameserver/feed_impl.h"
#include "nameserver/snapshot.h"

#define SNAPSHOT_COMPILED_MAX 1000 /* zones; more hold up a start */
#define SLICE_NS UINT64_C(2000000) /* of a snapshot, before a wake-up is looked for again */

void feed_load(struct store *st, struct arena *a, const char *path, struct feed_kept *kept_r)
{
    struct snapshot_read read;
    struct changelog_read log;

    snapshot_load(st, a, path, &read);
    changelog_load(st, a, path, read.path != NULL ? read.log_from : 0, &log);
    *kept_r = (struct feed_kept){.loaded = read.path != NULL,
        .log_next = log.next,
        .log_needed = read.path != NULL ? read.log_from : 0,
        /* one that had to be compiled is written anew, for the next start */
        .news = log.files > 0 || read.compiled > SNAPSHOT_COMPILED_MAX};
    if (kept_r->loaded)
        log_event(LOG_INFO, "snapshot", NULL, "%zu zones from %s, written %.*s; %zu of them had to be compiled",
            read.zones, read.path, STR_ARG(time_text(a, read.written)), read.compiled);
    else
        log_event(LOG_INFO, "snapshot", NULL, "starting without one; ready when the database has been read");
    if (log.files > 0)
        log_event(LOG_INFO, "snapshot", NULL, "%zu changes from %zu change logs; %zu refused, damage in %zu places",
            log.changes, log.files, log.refused, log.damaged);
}

void feed_keep_open(struct feed *f)
{
    const struct feed_kept *k = &f->s.kept;

    f->snapshot_changes = k->news ? UINT64_MAX : f->st->changes;
    f->log_needed = k->log_needed;
    if (f->s.snapshot != NULL)
        f->log = changelog_new(f->s.snapshot, k->log_next > 0 ? k->log_next : 1);
}

static void writer_end(struct feed *f, time_us now)
{
    struct error e;
    enum status s = snapshot_end(&f->writer, &e);

    count_snapshot(s == OK, now);
    if (s != OK) {
        log_event(LOG_ERROR, "snapshot", NULL, "%s", e.text);
        return;
    }
    f->snapshot_changes = f->writer_changes;
    changelog_covered(f->log, f->writer_from, f->log_needed);
    f->log_needed = f->writer_from; /* what is PATH.prev next time */
}

void feed_keep_close(struct feed *f)
{
    if (f->writer != NULL)
        writer_end(f, f->now);
    changelog_free(&f->log);
}

static bool snapshot_is_due(const struct feed *f, bool force, time_us now)
{
    if (f->st->changes == f->snapshot_changes || !feed_ready(f))
        return false;
    return force || elapsed_us(now, f->snapshot_at) >= f->s.snapshot_interval_us ||
           changelog_bytes(f->log) > CHANGELOG_BYTES_MAX;
}

static void writer_begin(struct feed *f, time_us now)
{
    struct error e;

    f->snapshot_at = now;
    f->writer_changes = f->st->changes;
    f->writer_from = changelog_turn(f->log);
    f->writer_syncing = false;
    if (snapshot_begin(f->st, f->s.snapshot, f->writer_from, now, &f->writer, &e) == OK)
        return;
    count_snapshot(false, now);
    log_event(LOG_ERROR, "snapshot", NULL, "%s", e.text);
}

void feed_snapshot(struct feed *f, bool force, time_us now)
{
    enum snapshot_step step = SNAPSHOT_DONE;

    if (f->s.snapshot == NULL)
        return;
    if (f->writer != NULL && !force)
        step = snapshot_step(f->writer, SLICE_NS);
    f->writer_syncing = step == SNAPSHOT_SYNCING;
    if (f->writer != NULL && step == SNAPSHOT_DONE)
        writer_end(f, now);
    if (f->writer == NULL && snapshot_is_due(f, force, now))
        writer_begin(f, now);
    if (f->writer != NULL && force)
        writer_end(f, now);
}
