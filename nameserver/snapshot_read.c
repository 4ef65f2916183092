#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "nameserver/change_check.h"
#include "nameserver/deps.h"
#include "nameserver/mem.h"
#include "nameserver/packed.h"
#include "nameserver/snapshot_format.h"
#include "nameserver/zone.h"

#define ZONE_ARENA_MAX ((size_t)16 << 30)

/* ---- what is in the body ------------------------------------------------------------------------------- */

/* A zone as it stands in the file. */
struct file_zone {
    struct change head; /* without rows */
    struct str records, rows, compiled, deps;
};

/* bad where it does not hold together; rows are not looked at. */
static void cursor_zone(struct cursor *c, struct file_zone *z_r)
{
    uint64_t n = cursor_number(c, 8), compiled, deps;
    struct cursor in;

    z_r->records = cursor_str(c, n);
    in = (struct cursor){(const uint8_t *)z_r->records.p, (const uint8_t *)z_r->records.p + z_r->records.n, c->bad};
    cursor_head(&in, &z_r->head);
    z_r->rows = str_n((const char *)in.p, (size_t)(in.end - in.p));
    c->bad |= in.bad;
    compiled = cursor_number(c, 4);
    deps = cursor_number(c, 4);
    z_r->compiled = cursor_str(c, compiled);
    z_r->deps = cursor_str(c, 8 * deps);
}

static bool rows_are_whole(const struct file_zone *z)
{
    struct cursor c = {(const uint8_t *)z->rows.p, (const uint8_t *)z->rows.p + z->rows.n, false};
    struct row r;

    for (size_t i = 0; i < z->head.n && !c.bad; i++) {
        cursor_row(&c, z->head.name.len, &r);
        c.bad |= !c.bad && r.deleted; /* only a change takes something away */
    }
    return !c.bad && c.p == c.end;
}

/* stale_r: where the ids begin of zones that are to be compiled again. */
static bool body_is_whole(const uint8_t *body, uint64_t bytes, uint64_t zones, const uint8_t **stale_r)
{
    struct cursor c = {body, body + bytes, false};
    struct file_zone z;

    (void)cursor_take(&c, SNAPSHOT_FRONT);
    for (uint64_t i = 0; i < zones && !c.bad; i++) {
        cursor_zone(&c, &z);
        c.bad |= !c.bad && !rows_are_whole(&z);
    }
    *stale_r = c.p;
    return !c.bad && (c.end - c.p) % 8 == 0;
}

/* ---- putting it in -------------------------------------------------------------------------------------- */

struct loader {
    struct store *st;
    struct snapshot_read *r;
    bool ours; /* this build wrote it: its compiled zones are good */
    uint64_t *stale; /* ids in order: but for these */
    size_t stale_n;
    struct arena arena; /* of a zone */
    uint64_t *again; /* ids of zones that are to be compiled */
    size_t again_n, again_cap;
    struct packed_images images; /* of a zone */
};

static int id_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void stale_read(struct loader *l, const uint8_t *p, const uint8_t *end)
{
    l->stale = mem_new((size_t)(end - p) + 8);
    for (; p < end; p += 8)
        l->stale[l->stale_n++] = read_u64(p);
    qsort(l->stale, l->stale_n, sizeof(*l->stale), id_compare);
}

static bool zone_is_carried(const struct loader *l, const struct file_zone *f)
{
    return l->ours && f->compiled.n > 0 &&
           bsearch(&f->head.zone_id, l->stale, l->stale_n, sizeof(*l->stale), id_compare) == NULL;
}

static void compile_later(struct loader *l, uint64_t id)
{
    if (l->again_n == l->again_cap) {
        l->again_cap = l->again_cap == 0 ? 256 : l->again_cap * 2;
        l->again = mem_grow(l->again, l->again_cap * sizeof(*l->again));
    }
    l->again[l->again_n++] = id;
}

/* As it stood in the file, compiled. */
static bool zone_take(struct loader *l, const struct file_zone *f, struct zone *z)
{
    struct cursor deps = {(const uint8_t *)f->deps.p, (const uint8_t *)f->deps.p + f->deps.n, false};

    if (!zone_is_carried(l, f) || !packed_adopt(z, f->compiled, f->rows, (uint32_t)f->head.n, &l->images))
        return false;
    if (!table_put_new(&l->st->table, l->images.p, l->images.n)) {
        packed_abandon(z);
        return false;
    }
    while (deps.p < deps.end)
        zone_dep_add(l->st, z, cursor_number(&deps, 8));
    atomic_store(&z->view.negative, packed_negative(z->packed));
    z->compiled = l->st->changes;
    return true;
}

static enum status zone_check(struct loader *l, const struct file_zone *f, struct error *e)
{
    struct cursor c = {(const uint8_t *)f->records.p, (const uint8_t *)f->records.p + f->records.n, false};
    struct change change = {.zone_id = 0};

    cursor_change(&c, &l->arena, &change);
    INVARIANT(!c.bad);
    return change_check(l->st, NULL, &change, e);
}

static void zone_forget(struct store *st, struct zone *z)
{
    for (const struct image *i = packed_image_next(z->packed, NULL); i != NULL; i = packed_image_next(z->packed, i))
        table_take(&st->table, i);
    st->names_n -= z->owners_n;
    st->sets_n -= z->sets_n;
    zone_unlink(st, z);
    zone_free(st, z);
}

/* A zone that was deleted and made again while the file was being written may stand in it twice: the later counts. Nobody
 * has looked at either yet, so the other goes without a change: who referred to it is among the stale ones. In a file that
 * no server wrote, its name and its id may be two others'. */
static void rivals_forget(struct store *st, const struct change *head)
{
    struct zone *z;

    while ((z = store_zone_named(st, head->name.wire, head->name.len)) != NULL ||
           (z = store_zone(st, head->zone_id)) != NULL)
        zone_forget(st, z);
}

static enum status zone_load(struct loader *l, const struct file_zone *f, struct error *e)
{
    struct zone *z;

    if (!zone_is_carried(l, f))
        TRY(zone_check(l, f, e));
    rivals_forget(l->st, &f->head);
    z = zone_new(l->st, f->head.zone_id, &f->head.name);
    z->version = f->head.version;
    if (!zone_take(l, f, z)) {
        z->packed = packed_rows(f->rows, (uint32_t)f->head.n);
        compile_later(l, z->id);
    }
    l->st->names_n += z->owners_n;
    l->st->sets_n += z->sets_n;
    return OK;
}

static void zones_load(struct loader *l, struct cursor *c, uint64_t zones)
{
    for (uint64_t i = 0; i < zones; i++) {
        struct file_zone f;
        struct error e;

        cursor_zone(c, &f);
        INVARIANT(!c->bad);
        if (zone_load(l, &f, &e) == OK) {
            l->r->zones++;
        } else {
            struct str name = dns_name_text(&l->arena, &f.head.name, false);

            l->r->refused++;
            log_event(LOG_ERROR, "zone", str_dupz(&l->arena, name), "not loaded from the snapshot: %s", e.text);
        }
        arena_reset(&l->arena);
    }
}

/* Now that everything is there that they may refer to. */
static void zones_compile(struct loader *l)
{
    uint64_t before = l->st->changes;

    for (size_t i = 0; i < l->again_n; i++) {
        struct zone *z = store_zone(l->st, l->again[i]);

        if (z == NULL || z->compiled > before)
            continue; /* its name, or its id, stood there twice */
        store_compile(l->st, z);
        l->r->compiled++;
        (void)epoch_reclaim(&l->st->epochs);
    }
}

static void body_load(struct store *st, const uint8_t *body, uint64_t bytes, const uint8_t *stale, uint64_t zones,
    uint64_t names, struct snapshot_read *r)
{
    struct cursor c = {body + SNAPSHOT_FRONT, body + bytes, false};
    struct loader l = {.st = st, .r = r};
    struct dns_hash_key key;

    memcpy(&key, body + 8, sizeof(key));
    l.ours = read_u64(body) == packed_build(st, &key);
    if (l.ours)
        store_rekey(st, &key);
    arena_init(&l.arena, ZONE_ARENA_MAX);
    st->changes++;
    store_reserve(st, zones, names < bytes ? names : bytes);
    stale_read(&l, stale, body + bytes);
    zones_load(&l, &c, zones);
    epoch_publish(&st->epochs);
    zones_compile(&l);
    packed_images_clear(&l.images);
    mem_free(l.again);
    mem_free(l.stale);
    arena_clear(&l.arena);
}

/* ---- the file ------------------------------------------------------------------------------------------- */

static const char *damage_find(
    const uint8_t *p, uint64_t size, uint64_t *bytes_r, uint64_t *zones_r, const uint8_t **stale_r)
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
    return body_is_whole(p + SNAPSHOT_HEADER, bytes, *zones_r, stale_r) ? NULL : "its zones cannot be read";
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
    const uint8_t *p = NULL, *stale = NULL;
    const char *damage;
    size_t size = 0;
    uint64_t bytes = 0, zones = 0;

    *r_r = (struct snapshot_read){.path = path};
    TRY(file_map(path, &p, &size, e));
    damage = damage_find(p, size, &bytes, &zones, &stale);
    if (damage == NULL) {
        r_r->written = (time_us)read_u64(p + 32);
        r_r->log_from = read_u64(p + 40);
        body_load(st, p + SNAPSHOT_HEADER, bytes, stale, zones, read_u64(p + 48), r_r);
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
