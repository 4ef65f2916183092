#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/log.h"
#include "nameserver/changelog_format.h"
#include "nameserver/mem.h"

#define NAME_MAX_HERE 4096
#define WRITING_KEPT ((size_t)1 << 20) /* memory that stays for the next time */

struct changelog {
    char *path;

    pthread_mutex_t lock; /* of this part */
    struct bytes_out waiting; /* records that nobody has begun to write */
    size_t writing_n; /* bytes of those that are being written */
    uint64_t number; /* of the log that is written, or will be */
    uint64_t least; /* number that the next log must have at least */
    uint64_t given_up; /* nonzero: something is in no log; what a snapshot from a later number holds is safe again */
    uint64_t bytes; /* on the disk */
    bool begun; /* something may be in the log of that number */
    bool failing; /* it could not be written the last time */

    /* Of who syncs, as is changing `number`. */
    struct bytes_out writing;
    int fd; /* -1: there is no such file yet */
    uint64_t records; /* on the disk, in this file */
};

struct changelog *changelog_new(const char *path, uint64_t number)
{
    struct changelog *l = mem_new(sizeof(*l));
    size_t n = strlen(path) + 1;

    l->path = mem_new(n);
    memcpy(l->path, path, n);
    INVARIANT(pthread_mutex_init(&l->lock, NULL) == 0);
    l->number = number;
    l->fd = -1;
    return l;
}

static void file_close(struct changelog *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    l->records = 0;
}

void changelog_free(struct changelog **l)
{
    if (*l == NULL)
        return;
    file_close(*l);
    bytes_out_clear(&(*l)->waiting);
    bytes_out_clear(&(*l)->writing);
    (void)pthread_mutex_destroy(&(*l)->lock);
    mem_free((*l)->path);
    mem_free(*l);
    *l = NULL;
}

static void lock(struct changelog *l)
{
    INVARIANT(pthread_mutex_lock(&l->lock) == 0);
}

static void unlock(struct changelog *l)
{
    INVARIANT(pthread_mutex_unlock(&l->lock) == 0);
}

/* ---- records --------------------------------------------------------------------------------------- */

static void give_up(struct changelog *l)
{
    bytes_out_clear(&l->waiting);
    if (l->given_up == 0)
        log_event(LOG_ERROR, "snapshot", NULL,
            "changes could not be written to %s.log.%llu; versions are reported again after the next whole snapshot",
            l->path, (unsigned long long)l->number);
    l->least = l->number + 1;
    l->given_up = l->least;
}

/* The head is filled in when it is known where the record will stand. */
static size_t record_begin(struct changelog *l, enum changelog_kind kind)
{
    static const uint8_t head[CHANGELOG_HEAD];
    size_t at = l->waiting.n;

    out_put(&l->waiting, head, sizeof(head));
    out_number(&l->waiting, kind, 1);
    return at;
}

static void record_end(struct changelog *l, size_t at)
{
    write_u64(l->waiting.p + at, l->waiting.n - at - CHANGELOG_HEAD);
    if (l->writing_n + l->waiting.n > CHANGELOG_WAITING_MAX)
        give_up(l);
}

void changelog_change(struct changelog *l, const struct change *c, uint64_t base)
{
    size_t at;

    lock(l);
    at = record_begin(l, CHANGELOG_CHANGE);
    out_number(&l->waiting, base, 8);
    out_change(&l->waiting, c);
    record_end(l, at);
    unlock(l);
}

void changelog_removal(struct changelog *l, uint64_t zone_id)
{
    size_t at;

    lock(l);
    at = record_begin(l, CHANGELOG_REMOVAL);
    out_number(&l->waiting, zone_id, 8);
    record_end(l, at);
    unlock(l);
}

/* ---- the file --------------------------------------------------------------------------------------- */

static bool write_whole(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);

        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
    return true;
}

static bool file_name(const struct changelog *l, char *to)
{
    int n = snprintf(to, NAME_MAX_HERE, "%s.log.%llu", l->path, (unsigned long long)l->number);

    if (n < NAME_MAX_HERE)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

static bool file_open(struct changelog *l)
{
    char name[NAME_MAX_HERE];
    uint8_t h[CHANGELOG_HEADER] = CHANGELOG_MAGIC;

    if (!file_name(l, name))
        return false;
    l->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
    if (l->fd < 0)
        return false;
    write_u64(h + 8, l->number);
    write_u64(h + 16, snapshot_sum(0, h, 16));
    return write_whole(l->fd, h, sizeof(h)) && dir_sync(name);
}

/* Checksums bind each record to its place. Returns how many there are. */
static uint64_t writing_seal(struct changelog *l)
{
    uint64_t place = l->records;

    for (size_t at = 0; at < l->writing.n; place++) {
        uint8_t *p = l->writing.p + at;
        uint64_t n = read_u64(p), seed = changelog_seed(l->number, place);

        write_u64(p + 8, snapshot_sum(seed, p + CHANGELOG_HEAD, n));
        write_u64(p + 16, snapshot_sum(seed, p, 16));
        at += CHANGELOG_HEAD + n;
    }
    return place - l->records;
}

static bool writing_write(struct changelog *l)
{
    uint64_t records;

    if (l->fd < 0 && !file_open(l))
        return false;
    records = writing_seal(l);
    if (!write_whole(l->fd, l->writing.p, l->writing.n) || fdatasync(l->fd) != 0)
        return false;
    l->records += records;
    return true;
}

/* Nobody knows what of it is on the disk: what waits goes into a new one, all of it. One with nothing in it but that is
 * removed: a disk stays full for hours, and there is a try in every pass. */
static void file_fail(struct changelog *l)
{
    char name[NAME_MAX_HERE];

    if (l->fd >= 0 && l->records == 0 && file_name(l, name))
        (void)unlink(name); /* what stays behind is passed over */
    file_close(l);
}

/* What waits, to be written without the lock. */
static void writing_take(struct changelog *l)
{
    struct bytes_out empty = l->writing;

    lock(l);
    l->writing = l->waiting;
    l->waiting = empty;
    l->writing_n = l->writing.n;
    if (l->number < l->least) {
        l->number = l->least;
        l->begun = false;
        file_close(l);
    }
    l->begun |= l->writing.n > 0;
    unlock(l);
}

static void writing_done(struct changelog *l)
{
    l->failing = false;
    l->bytes += l->writing.n;
    l->writing.n = 0;
    if (l->writing.cap > WRITING_KEPT)
        bytes_out_clear(&l->writing);
}

/* It waits again, in front of what has come meanwhile, and for the next log. */
static void writing_undone(struct changelog *l)
{
    struct bytes_out first = l->writing;

    if (l->waiting.n > 0)
        out_put(&first, l->waiting.p, l->waiting.n);
    l->writing = l->waiting;
    l->writing.n = 0;
    l->waiting = first;
    l->number++;
    l->begun = false;
    l->failing = true;
}

enum status changelog_sync(struct changelog *l, struct error *e)
{
    enum status s = OK;

    writing_take(l);
    if (l->writing.n > 0 && !writing_write(l)) {
        int err = errno;

        s = error_set(e, UNAVAILABLE, "log-write", "writing %s.log.%llu: %s", l->path, (unsigned long long)l->number,
            strerror(err));
        file_fail(l);
    }
    lock(l);
    if (s == OK)
        writing_done(l);
    else
        writing_undone(l);
    l->writing_n = 0;
    if (s == OK && l->given_up != 0)
        s = error_set(e, UNAVAILABLE, "log-write", "changes are in no log; a whole snapshot must come first");
    unlock(l);
    return s;
}

uint64_t changelog_bytes(struct changelog *l)
{
    uint64_t bytes;

    lock(l);
    bytes = l->bytes;
    unlock(l);
    return bytes;
}

uint64_t changelog_turn(struct changelog *l)
{
    uint64_t from;

    lock(l);
    if (l->failing && l->waiting.n > 0)
        give_up(l); /* the snapshot that begins now holds it */
    if (l->begun && l->least <= l->number)
        l->least = l->number + 1;
    l->bytes = 0;
    from = l->least > l->number ? l->least : l->number;
    unlock(l);
    return from;
}

void changelog_covered(struct changelog *l, uint64_t from, uint64_t needed)
{
    struct arena a;
    size_t n;

    lock(l);
    if (from >= l->given_up)
        l->given_up = 0;
    unlock(l);
    arena_init(&a, 0);
    for (const uint64_t *numbers = changelog_numbers(&a, l->path, &n); n > 0 && *numbers < needed; numbers++, n--) {
        const char *name = arena_printf(&a, "%s.log.%llu", l->path, (unsigned long long)*numbers);

        if (unlink(name) != 0)
            log_event(LOG_ERROR, "snapshot", NULL, "removing %s: %s", name, strerror(errno));
    }
    arena_clear(&a);
}
