#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "nameserver/mem.h"
#include "nameserver/packed.h"
#include "nameserver/snapshot_format.h"

#define PATH_MAX_HERE 4096

struct snapshot_writer {
    const struct store *st;
    char path[PATH_MAX_HERE], tmp[PATH_MAX_HERE];
    uint64_t log_from;
    time_us now;
    uint64_t *ids; /* of the zones to write, as they were at the beginning */
    size_t ids_n, ids_at;
    size_t stale_at; /* the same ids once more: which were compiled meanwhile */
    uint64_t changes; /* of the store at the beginning */
    uint64_t names;
    int fd;
    int err; /* errno of the first failure; then nothing more is written */
    uint64_t bytes; /* of the body, written out */
    uint64_t zones;
    uint64_t *sums;
    size_t sums_n, sums_cap;
    struct bytes_out zone;
    bool body_whole;
    bool thread_running;
    pthread_t thread;
    _Atomic bool synced; /* the thread is through */
    enum status status; /* of the thread's work */
    struct error e;
    size_t n;
    uint8_t block[SNAPSHOT_BLOCK];
};

/* ---- bytes ------------------------------------------------------------------------------------------- */

static void file_put(struct snapshot_writer *w, const void *p_, size_t n)
{
    const uint8_t *p = p_;

    while (n > 0 && w->err == 0) {
        ssize_t done = write(w->fd, p, n);

        if (done < 0 && errno != EINTR) {
            w->err = errno;
        } else if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
}

static void block_end(struct snapshot_writer *w)
{
    if (w->sums_n == w->sums_cap) {
        w->sums_cap = w->sums_cap == 0 ? 256 : w->sums_cap * 2;
        w->sums = mem_grow(w->sums, w->sums_cap * sizeof(*w->sums));
    }
    w->sums[w->sums_n] = snapshot_sum(w->sums_n, w->block, w->n);
    w->sums_n++;
    w->bytes += w->n;
    file_put(w, w->block, w->n);
    w->n = 0;
}

static void body_put(struct snapshot_writer *w, const uint8_t *p, size_t n)
{
    while (n > 0) {
        size_t room = SNAPSHOT_BLOCK - w->n, part = n < room ? n : room;

        memcpy(w->block + w->n, p, part);
        w->n += part;
        p += part;
        n -= part;
        if (w->n == SNAPSHOT_BLOCK)
            block_end(w);
    }
}

/* Whom the compiled zones are for. */
static void body_begin(struct snapshot_writer *w)
{
    uint8_t build[8];

    write_u64(build, packed_build(w->st, &w->st->key));
    body_put(w, build, sizeof(build));
    body_put(w, (const uint8_t *)&w->st->key, sizeof(w->st->key));
}

static void body_zone(struct snapshot_writer *w, uint64_t id)
{
    const struct zone *z = store_zone(w->st, id);

    if (z == NULL)
        return; /* gone since the beginning; the log says so */
    w->zone.n = 0;
    out_number(&w->zone, 0, 8);
    out_zone(&w->zone, z);
    write_u64(w->zone.p, w->zone.n - 8);
    packed_out(&w->zone, z);
    body_put(w, w->zone.p, w->zone.n);
    w->zones++;
    w->names += z->owners_n;
}

static void body_stale(struct snapshot_writer *w, uint64_t id)
{
    const struct zone *z = store_zone(w->st, id);
    uint8_t b[8];

    if (z == NULL || z->compiled <= w->changes)
        return;
    write_u64(b, id);
    body_put(w, b, sizeof(b));
}

static void body_end(struct snapshot_writer *w)
{
    if (w->n > 0)
        block_end(w);
    for (size_t i = 0; i < w->sums_n; i++) {
        uint8_t b[8];

        write_u64(b, w->sums[i]);
        file_put(w, b, sizeof(b));
    }
    w->body_whole = true;
}

/* ---- the file becomes the snapshot ------------------------------------------------------------------- */

static void file_sync(struct snapshot_writer *w)
{
    if (w->err == 0 && fsync(w->fd) != 0)
        w->err = errno;
}

/* Only now is the file whole; so only now may it say so. */
static void header_write(struct snapshot_writer *w)
{
    uint8_t h[SNAPSHOT_HEADER] = SNAPSHOT_MAGIC;

    write_u64(h + 8, SNAPSHOT_MARK);
    write_u64(h + 16, w->bytes);
    write_u64(h + 24, w->zones);
    write_u64(h + 32, (uint64_t)w->now);
    write_u64(h + 40, w->log_from);
    write_u64(h + 48, w->names);
    write_u64(h + 56, snapshot_sum(0, h, 56));
    if (w->err == 0 && lseek(w->fd, 0, SEEK_SET) != 0)
        w->err = errno;
    file_put(w, h, sizeof(h));
}

bool dir_sync(const char *path)
{
    char copy[PATH_MAX_HERE];
    int fd;
    bool ok;

    (void)snprintf(copy, sizeof(copy), "%s", path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* At every moment one of PATH and PATH.prev is a whole file, once there has been one. */
static enum status files_turn(const char *path, const char *tmp, struct error *e)
{
    char prev[PATH_MAX_HERE + 8];

    (void)snprintf(prev, sizeof(prev), "%s.prev", path);
    if (access(path, F_OK) == 0) {
        (void)unlink(prev);
        if (link(path, prev) != 0)
            return error_set(e, UNAVAILABLE, "snapshot-write", "keeping %s as %s: %s", path, prev, strerror(errno));
    }
    if (rename(tmp, path) != 0)
        return error_set(e, UNAVAILABLE, "snapshot-write", "renaming %s: %s", tmp, strerror(errno));
    if (!dir_sync(path))
        return error_set(e, UNAVAILABLE, "snapshot-write", "syncing the directory of %s: %s", path, strerror(errno));
    return OK;
}

/* Everything that waits for the disk; the store is not looked at any more. */
static enum status file_finish(struct snapshot_writer *w, struct error *e)
{
    file_sync(w);
    header_write(w);
    file_sync(w);
    if (close(w->fd) != 0 && w->err == 0)
        w->err = errno;
    w->fd = -1;
    if (w->err == 0)
        return files_turn(w->path, w->tmp, e);
    (void)unlink(w->tmp);
    return error_set(e, UNAVAILABLE, "snapshot-write", "writing %s: %s", w->tmp, strerror(w->err));
}

static void *finish_main(void *w_)
{
    struct snapshot_writer *w = w_;

    w->status = file_finish(w, &w->e);
    atomic_store_explicit(&w->synced, true, memory_order_release);
    return NULL;
}

static void finish_start(struct snapshot_writer *w)
{
    if (pthread_create(&w->thread, NULL, finish_main, w) == 0)
        w->thread_running = true;
    else
        (void)finish_main(w); /* no thread to be had: then here */
}

/* ---- the steps --------------------------------------------------------------------------------------- */

static void ids_gather(struct snapshot_writer *w)
{
    struct map_node *node = NULL;
    size_t pos = 0;

    w->ids = mem_new((w->st->zones_by_id.n + 1) * sizeof(*w->ids));
    while ((node = map_walk(&w->st->zones_by_id, &pos, node)) != NULL)
        w->ids[w->ids_n++] = MAP_ITEM(node, struct zone, by_id)->id;
}

static void writer_free(struct snapshot_writer **w)
{
    bytes_out_clear(&(*w)->zone);
    mem_free((*w)->ids);
    mem_free((*w)->sums);
    mem_free(*w);
    *w = NULL;
}

enum status snapshot_begin(const struct store *st, const char *path, uint64_t log_from, time_us now,
    struct snapshot_writer **w_r, struct error *e)
{
    struct snapshot_writer *w = mem_new(sizeof(*w));
    uint8_t nothing[SNAPSHOT_HEADER] = {0};

    *w_r = NULL;
    w->st = st;
    w->log_from = log_from;
    w->now = now;
    w->changes = st->changes;
    (void)snprintf(w->path, sizeof(w->path), "%s", path);
    if (snprintf(w->tmp, sizeof(w->tmp), "%s.new", path) >= (int)sizeof(w->tmp) - 8) {
        writer_free(&w);
        return error_set(e, INVALID, "snapshot-write", "the snapshot's path is too long");
    }
    w->fd = open(w->tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (w->fd < 0) {
        (void)error_set(e, UNAVAILABLE, "snapshot-write", "creating %s: %s", w->tmp, strerror(errno));
        writer_free(&w);
        return UNAVAILABLE;
    }
    ids_gather(w);
    file_put(w, nothing, sizeof(nothing));
    body_begin(w);
    *w_r = w;
    return OK;
}

enum snapshot_step snapshot_step(struct snapshot_writer *w, uint64_t budget_ns)
{
    uint64_t from = clock_monotonic_ns();

    if (w->body_whole)
        return atomic_load_explicit(&w->synced, memory_order_acquire) ? SNAPSHOT_DONE : SNAPSHOT_SYNCING;
    do {
        if (w->stale_at == w->ids_n || w->err != 0) {
            body_end(w);
            finish_start(w);
            return SNAPSHOT_SYNCING;
        }
        if (w->ids_at < w->ids_n)
            body_zone(w, w->ids[w->ids_at++]);
        else
            body_stale(w, w->ids[w->stale_at++]);
    } while (clock_monotonic_ns() - from < budget_ns);
    return SNAPSHOT_MORE;
}

enum status snapshot_end(struct snapshot_writer **w_, struct error *e)
{
    struct snapshot_writer *w = *w_;
    enum status s;

    while (!w->body_whole)
        (void)snapshot_step(w, UINT64_MAX);
    if (w->thread_running)
        (void)pthread_join(w->thread, NULL);
    s = w->status;
    if (s != OK)
        *e = w->e;
    writer_free(w_);
    return s;
}

enum status snapshot_write(const struct store *st, const char *path, time_us now, struct error *e)
{
    struct snapshot_writer *w;

    TRY(snapshot_begin(st, path, 1, now, &w, e));
    return snapshot_end(&w, e);
}
