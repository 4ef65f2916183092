#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "nameserver/snapshot_format.h"

#define ZONE_ARENA_MAX ((size_t)16 << 30)

static bool body_is_whole(const uint8_t *body, uint64_t bytes, uint64_t zones)
{
    struct cursor c = {body, body + bytes, false};
    struct change z = {.zone_id = 0};

    for (uint64_t i = 0; i < zones && !c.bad; i++)
        cursor_change(&c, NULL, &z);
    return !c.bad && c.p == c.end;
}

/* A zone that was deleted and made again while the file was being written may stand in it twice: the later counts. */
static enum status zone_load(struct store *st, const struct change *c, struct error *e)
{
    enum status s = store_apply(st, c, e);

    if (s != EXISTS)
        return s;
    store_remove(st, store_zone_named(st, c->name.wire, c->name.len));
    return store_apply(st, c, e);
}

static void body_apply(struct store *st, const uint8_t *body, uint64_t bytes, struct snapshot_read *r)
{
    struct cursor c = {body, body + bytes, false};
    struct arena a;

    arena_init(&a, ZONE_ARENA_MAX);
    while (c.p < c.end) {
        struct change z = {.zone_id = 0};
        struct error e;

        cursor_change(&c, &a, &z);
        INVARIANT(!c.bad);
        if (zone_load(st, &z, &e) == OK) {
            r->zones++;
        } else {
            struct str name = dns_name_text(&a, &z.name, false);

            r->refused++;
            log_event(LOG_ERROR, "zone", str_dupz(&a, name), "not loaded from the snapshot: %s", e.text);
        }
        (void)epoch_reclaim(&st->epochs);
        arena_reset(&a);
    }
    arena_clear(&a);
}

static const char *damage_find(const uint8_t *p, uint64_t size, uint64_t *bytes_r, uint64_t *zones_r)
{
    uint64_t bytes, blocks;

    if (size < SNAPSHOT_HEADER)
        return "shorter than its header";
    if (memcmp(p, SNAPSHOT_MAGIC, 8) != 0)
        return "not a snapshot of this format";
    if (read_u64(p + 8) != SNAPSHOT_MARK)
        return "never completed";
    if (read_u64(p + 56) != snapshot_sum(0, p, 56))
        return "its header is damaged";
    *bytes_r = bytes = read_u64(p + 16);
    *zones_r = read_u64(p + 24);
    blocks = bytes / SNAPSHOT_BLOCK + (bytes % SNAPSHOT_BLOCK != 0);
    if (bytes > size || size != SNAPSHOT_HEADER + bytes + 8 * blocks || *zones_r > SNAPSHOT_ZONES_MAX)
        return "its size is not what its header says";
    for (uint64_t i = 0; i < blocks; i++) {
        uint64_t at = i * SNAPSHOT_BLOCK, n = bytes - at < SNAPSHOT_BLOCK ? bytes - at : SNAPSHOT_BLOCK;

        if (read_u64(p + SNAPSHOT_HEADER + bytes + 8 * i) != snapshot_sum(i, p + SNAPSHOT_HEADER + at, n))
            return "a block is damaged";
    }
    return body_is_whole(p + SNAPSHOT_HEADER, bytes, *zones_r) ? NULL : "its zones cannot be read";
}

static enum status file_map(const char *path, const uint8_t **p_r, size_t *size_r, struct error *e)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC), err;
    void *p = MAP_FAILED;

    if (fd < 0 && errno == ENOENT)
        return error_set(e, NOT_FOUND, "snapshot-none", "there is no %s", path);
    if (fd < 0 || fstat(fd, &info) != 0)
        return error_set(e, UNAVAILABLE, "snapshot-read", "opening %s: %s", path, strerror(errno));
    if (info.st_size > 0)
        p = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    err = errno;
    close(fd);
    if (info.st_size == 0)
        return error_set(e, INVALID, "snapshot-damaged", "%s: empty", path);
    if (p == MAP_FAILED)
        return error_set(e, UNAVAILABLE, "snapshot-read", "reading %s: %s", path, strerror(err));
    *p_r = p;
    *size_r = (size_t)info.st_size;
    return OK;
}

enum status snapshot_load_file(struct store *st, const char *path, struct snapshot_read *r_r, struct error *e)
{
    const uint8_t *p = NULL;
    const char *damage;
    size_t size = 0;
    uint64_t bytes = 0, zones = 0;

    *r_r = (struct snapshot_read){.path = path};
    TRY(file_map(path, &p, &size, e));
    damage = damage_find(p, size, &bytes, &zones);
    if (damage == NULL) {
        r_r->written = (time_us)read_u64(p + 32);
        r_r->log_from = read_u64(p + 40);
        body_apply(st, p + SNAPSHOT_HEADER, bytes, r_r);
    }
    (void)munmap((void *)(uintptr_t)p, size);
    if (damage != NULL)
        return error_set(e, INVALID, "snapshot-damaged", "%s: %s", path, damage);
    return OK;
}

/* The next snapshot turns PATH into PATH.prev, which a damaged one must not become. */
static void damaged_aside(struct arena *a, const char *path)
{
    const char *aside = arena_printf(a, "%s.damaged", path);

    if (rename(path, aside) == 0)
        log_event(LOG_ERROR, "snapshot", NULL, "%s is damaged, and kept as %s", path, aside);
    else if (errno != ENOENT)
        log_event(LOG_ERROR, "snapshot", NULL, "renaming %s to %s: %s", path, aside, strerror(errno));
}

void snapshot_load(struct store *st, struct arena *a, const char *path, struct snapshot_read *r_r)
{
    const char *paths[] = {path, arena_printf(a, "%s.prev", path)};

    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct error e;
        enum status s = snapshot_load_file(st, paths[i], r_r, &e);

        if (s == OK && i > 0)
            damaged_aside(a, path);
        if (s == OK)
            return;
        log_event(s == NOT_FOUND ? LOG_INFO : LOG_ERROR, "snapshot", NULL, "%s", e.text);
    }
    *r_r = (struct snapshot_read){.path = NULL};
}
