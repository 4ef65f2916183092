#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <unistd.h>

#include "nameserver/mem.h"
#include "nameserver/snapshot_format.h"

struct snapshot_file {
    int fd;
    bool failed; /* with errno in `err` */
    int err;
    uint64_t bytes; /* of the body, written out */
    uint64_t zones;
    uint64_t *sums;
    size_t sums_n, sums_cap;
    size_t n;
    uint8_t block[SNAPSHOT_BLOCK];
};

static void file_put(struct snapshot_file *f, const void *p_, size_t n)
{
    const uint8_t *p = p_;

    while (n > 0 && !f->failed) {
        ssize_t done = write(f->fd, p, n);

        if (done < 0 && errno != EINTR) {
            f->failed = true;
            f->err = errno;
        } else if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
}

static void block_end(struct snapshot_file *f)
{
    if (f->sums_n == f->sums_cap) {
        f->sums_cap = f->sums_cap == 0 ? 256 : f->sums_cap * 2;
        f->sums = mem_grow(f->sums, f->sums_cap * sizeof(*f->sums));
    }
    f->sums[f->sums_n] = snapshot_sum(f->sums_n, f->block, f->n);
    f->sums_n++;
    f->bytes += f->n;
    file_put(f, f->block, f->n);
    f->n = 0;
}

static void body_put(struct snapshot_file *f, const void *p_, size_t n)
{
    const uint8_t *p = p_;

    while (n > 0) {
        size_t room = SNAPSHOT_BLOCK - f->n, part = n < room ? n : room;

        memcpy(f->block + f->n, p, part);
        f->n += part;
        p += part;
        n -= part;
        if (f->n == SNAPSHOT_BLOCK)
            block_end(f);
    }
}

static void body_u8(struct snapshot_file *f, unsigned v)
{
    body_put(f, &(uint8_t){(uint8_t)v}, 1);
}

static void body_u16(struct snapshot_file *f, uint16_t v)
{
    uint8_t b[2];

    write_u16(b, v);
    body_put(f, b, sizeof(b));
}

static void body_u32(struct snapshot_file *f, uint32_t v)
{
    uint8_t b[4];

    write_u32(b, v);
    body_put(f, b, sizeof(b));
}

static void body_u64(struct snapshot_file *f, uint64_t v)
{
    uint8_t b[8];

    write_u64(b, v);
    body_put(f, b, sizeof(b));
}

static void body_zone(struct snapshot_file *f, const struct zone *z)
{
    body_u64(f, z->id);
    body_u64(f, z->version);
    body_u8(f, z->apex->len);
    body_put(f, z->apex->wire, z->apex->len);
    body_u32(f, (uint32_t)z->sets_n);
    for (const struct owner *o = z->apex; o != NULL; o = zone_owner_next(z, o)) {
        for (const struct record_set *s = o->sets; s != NULL; s = s->next) {
            body_u8(f, o->len);
            body_put(f, o->wire, o->len);
            body_u16(f, s->type);
            body_u8(f, s->alias);
            body_u32(f, s->ttl);
            body_u32(f, s->n);
            body_put(f, s->data, s->n);
        }
    }
    f->zones++;
}

static void body_write(struct snapshot_file *f, const struct store *st)
{
    struct map_node *node = NULL;
    size_t pos = 0;

    while (!f->failed && (node = map_walk(&st->zones_by_id, &pos, node)) != NULL)
        body_zone(f, MAP_ITEM(node, struct zone, by_id));
    if (f->n > 0)
        block_end(f);
    for (size_t i = 0; i < f->sums_n; i++) {
        uint8_t b[8];

        write_u64(b, f->sums[i]);
        file_put(f, b, sizeof(b));
    }
}

static void file_sync(struct snapshot_file *f)
{
    if (!f->failed && fsync(f->fd) != 0) {
        f->failed = true;
        f->err = errno;
    }
}

/* Only now is the file whole; so only now may it say so. */
static void header_write(struct snapshot_file *f, time_us now)
{
    uint8_t h[SNAPSHOT_HEADER] = SNAPSHOT_MAGIC;

    write_u64(h + 8, SNAPSHOT_MARK);
    write_u64(h + 16, f->bytes);
    write_u64(h + 24, f->zones);
    write_u64(h + 32, (uint64_t)now);
    write_u64(h + 56, snapshot_sum(0, h, 56));
    if (!f->failed && lseek(f->fd, 0, SEEK_SET) != 0) {
        f->failed = true;
        f->err = errno;
    }
    file_put(f, h, sizeof(h));
}

static bool dir_sync(const char *path)
{
    char copy[4096];
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
    char prev[4096];

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

static void file_write_all(struct snapshot_file *f, const struct store *st, time_us now)
{
    uint8_t nothing[SNAPSHOT_HEADER] = {0};

    file_put(f, nothing, sizeof(nothing));
    body_write(f, st);
    file_sync(f);
    header_write(f, now);
    file_sync(f);
    if (close(f->fd) != 0 && !f->failed) {
        f->failed = true;
        f->err = errno;
    }
}

enum status snapshot_write(const struct store *st, const char *path, time_us now, struct error *e)
{
    struct snapshot_file *f;
    char tmp[4096];
    int err;

    if (snprintf(tmp, sizeof(tmp), "%s.new", path) >= (int)sizeof(tmp) - 8)
        return error_set(e, INVALID, "snapshot-write", "the snapshot's path is too long");
    f = mem_new(sizeof(*f));
    f->fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (f->fd < 0) {
        mem_free(f);
        return error_set(e, UNAVAILABLE, "snapshot-write", "creating %s: %s", tmp, strerror(errno));
    }
    file_write_all(f, st, now);
    err = f->failed ? f->err : 0;
    mem_free(f->sums);
    mem_free(f);
    if (err == 0)
        return files_turn(path, tmp, e);
    (void)unlink(tmp);
    return error_set(e, UNAVAILABLE, "snapshot-write", "writing %s: %s", tmp, strerror(err));
}
