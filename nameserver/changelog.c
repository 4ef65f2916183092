#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "nameserver/changelog_format.h"
#include "nameserver/mem.h"

#define NAME_MAX_HERE 4096

struct changelog {
    char *path;
    uint64_t number; /* of the log that is written, or will be */
    int fd; /* -1: there is no such file yet */
    uint64_t bytes; /* on the disk */
    uint64_t records; /* on the disk, in this file */
    struct bytes_out waiting; /* records that are not on the disk */
    uint64_t given_up; /* nonzero: something is in no log; what a snapshot from a later number holds is safe again */
};

struct changelog *changelog_new(const char *path, uint64_t number)
{
    struct changelog *l = mem_new(sizeof(*l));
    size_t n = strlen(path) + 1;

    l->path = mem_new(n);
    memcpy(l->path, path, n);
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
    l->number++;
}

void changelog_free(struct changelog **l)
{
    if (*l == NULL)
        return;
    file_close(*l);
    bytes_out_clear(&(*l)->waiting);
    mem_free((*l)->path);
    mem_free(*l);
    *l = NULL;
}

/* ---- records --------------------------------------------------------------------------------------- */

static void give_up(struct changelog *l)
{
    bytes_out_clear(&l->waiting);
    if (l->given_up == 0)
        log_event(LOG_ERROR, "snapshot", NULL,
            "changes could not be written to %s.log.%llu; versions are reported again after the next whole snapshot",
            l->path, (unsigned long long)l->number);
    file_close(l);
    l->given_up = l->number;
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
    if (l->waiting.n > CHANGELOG_WAITING_MAX)
        give_up(l);
}

void changelog_change(struct changelog *l, const struct change *c, uint64_t base)
{
    size_t at = record_begin(l, CHANGELOG_CHANGE);

    out_number(&l->waiting, base, 8);
    out_change(&l->waiting, c);
    record_end(l, at);
}

void changelog_removal(struct changelog *l, uint64_t zone_id)
{
    size_t at = record_begin(l, CHANGELOG_REMOVAL);

    out_number(&l->waiting, zone_id, 8);
    record_end(l, at);
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
static uint64_t waiting_seal(struct changelog *l)
{
    uint64_t place = l->records;

    for (size_t at = 0; at < l->waiting.n; place++) {
        uint8_t *p = l->waiting.p + at;
        uint64_t n = read_u64(p), seed = changelog_seed(l->number, place);

        write_u64(p + 8, snapshot_sum(seed, p + CHANGELOG_HEAD, n));
        write_u64(p + 16, snapshot_sum(seed, p, 16));
        at += CHANGELOG_HEAD + n;
    }
    return place - l->records;
}

static bool waiting_write(struct changelog *l)
{
    uint64_t records;

    if (l->fd < 0 && !file_open(l))
        return false;
    records = waiting_seal(l);
    if (!write_whole(l->fd, l->waiting.p, l->waiting.n) || fdatasync(l->fd) != 0)
        return false;
    l->records += records;
    l->bytes += l->waiting.n;
    l->waiting.n = 0;
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

enum status changelog_sync(struct changelog *l, struct error *e)
{
    int err;

    if (l->waiting.n > 0 && !waiting_write(l)) {
        err = errno;
        (void)error_set(e, UNAVAILABLE, "log-write", "writing %s.log.%llu: %s", l->path, (unsigned long long)l->number,
            strerror(err));
        file_fail(l);
        return UNAVAILABLE;
    }
    if (l->given_up != 0)
        return error_set(e, UNAVAILABLE, "log-write", "changes are in no log; a whole snapshot must come first");
    return OK;
}

uint64_t changelog_bytes(const struct changelog *l)
{
    return l->bytes;
}

uint64_t changelog_turn(struct changelog *l)
{
    struct error e;

    if (changelog_sync(l, &e) != OK && l->waiting.n > 0)
        give_up(l); /* the snapshot that begins now holds it */
    if (l->fd >= 0)
        file_close(l);
    l->bytes = 0;
    return l->number;
}

void changelog_covered(struct changelog *l, uint64_t from, uint64_t needed)
{
    struct arena a;
    size_t n;

    if (from >= l->given_up)
        l->given_up = 0;
    arena_init(&a, 0);
    for (const uint64_t *numbers = changelog_numbers(&a, l->path, &n); n > 0 && *numbers < needed; numbers++, n--) {
        const char *name = arena_printf(&a, "%s.log.%llu", l->path, (unsigned long long)*numbers);

        if (unlink(name) != 0)
            log_event(LOG_ERROR, "snapshot", NULL, "removing %s: %s", name, strerror(errno));
    }
    arena_clear(&a);
}
