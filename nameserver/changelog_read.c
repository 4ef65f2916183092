#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "nameserver/changelog_format.h"
#include "nameserver/mem.h"

#define LOG_FILE_MAX ((size_t)8 << 30)
#define ROWS_ARENA_MAX ((size_t)16 << 30)

/* ---- which there are --------------------------------------------------------------------------------- */

static int number_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* "PREFIX.log.N"; false for any other name. */
static bool number_of(const char *name, const char *prefix, uint64_t *number_r)
{
    size_t n = strlen(prefix);

    if (strncmp(name, prefix, n) != 0 || strncmp(name + n, ".log.", 5) != 0)
        return false;
    name += n + 5;
    return *name >= '1' && *name <= '9' && str_to_u64(str_of(name), UINT64_MAX / 2, number_r);
}

uint64_t *changelog_numbers(struct arena *a, const char *path, size_t *n_r)
{
    const char *prefix = basename(arena_strdup(a, path)), *in = dirname(arena_strdup(a, path));
    DIR *dir = opendir(in);
    uint64_t *numbers = ARENA_ARRAY(a, 16, uint64_t), number;
    size_t n = 0, cap = 16;

    *n_r = 0;
    if (dir == NULL) {
        log_event(LOG_ERROR, "snapshot", NULL, "looking for logs in %s: %s", in, strerror(errno));
        return numbers;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (!number_of(entry->d_name, prefix, &number))
            continue;
        if (n == cap) {
            uint64_t *more = ARENA_ARRAY(a, cap *= 2, uint64_t);

            memcpy(more, numbers, n * sizeof(*more));
            numbers = more;
        }
        numbers[n++] = number;
    }
    closedir(dir);
    qsort(numbers, n, sizeof(*numbers), number_compare);
    *n_r = n;
    return numbers;
}

/* ---- one file ---------------------------------------------------------------------------------------- */

/* Changes of a zone that had not come so far. Nothing is lost where the zone is removed further on: a snapshot has no zone
 * that went before its turn in it, but the log that goes on from it has what was changed in between. */
struct lost {
    struct map_node by_id;
    uint64_t id, version; /* the newest */
    struct dns_name name;
    const char *log;
    size_t n;
};

struct log_reader {
    struct store *st;
    const char *name;
    uint64_t number, place;
    struct arena rows; /* of a record */
    struct changelog_read *r;
    struct map *lost;
};

static void log_refused(const char *log, const struct dns_name *zone, uint64_t version, const char *why)
{
    struct arena a;

    arena_init(&a, 0);
    log_event(LOG_ERROR, "zone", str_dupz(&a, dns_name_text(&a, zone, false)), "version %llu not put in from %s: %s",
        (unsigned long long)version, log, why);
    arena_clear(&a);
}

static struct lost *lost_find(const struct map *lost, uint64_t id)
{
    struct map_node *n = map_find(lost, id);

    return n != NULL ? MAP_ITEM(n, struct lost, by_id) : NULL;
}

static void lost_add(struct log_reader *k, const struct change *c)
{
    struct lost *l = lost_find(k->lost, c->zone_id);

    if (l == NULL) {
        l = mem_new(sizeof(*l));
        l->id = c->zone_id;
        map_add(k->lost, &l->by_id, l->id);
    }
    l->version = c->version;
    l->name = c->name;
    l->log = k->name;
    l->n++;
}

static void lost_forget(struct map *lost, uint64_t id)
{
    struct lost *l = lost_find(lost, id);

    if (l == NULL)
        return;
    map_remove(lost, &l->by_id);
    mem_free(l);
}

static void lost_report(struct map *lost, struct changelog_read *r)
{
    struct map_node *n;
    size_t pos;

    while (pos = 0, (n = map_walk(lost, &pos, NULL)) != NULL) {
        struct lost *l = MAP_ITEM(n, struct lost, by_id);

        r->refused += l->n;
        log_refused(l->log, &l->name, l->version, "it goes on from a version that was lost");
        lost_forget(lost, l->id);
    }
    map_clear(lost);
}

static void change_put(struct log_reader *k, struct change *c, uint64_t base)
{
    const struct zone *z = store_zone(k->st, c->zone_id);
    uint64_t version = z != NULL ? z->version : 0;
    struct error e;

    c->other_line = base == c->version;
    if (c->version < version || (c->version == version && !c->other_line))
        return;
    if (base > version) {
        lost_add(k, c);
    } else if (store_apply(k->st, c, &e) == OK) {
        k->r->changes++;
    } else {
        k->r->refused++;
        log_refused(k->name, &c->name, c->version, e.text);
    }
}

static void removal_put(struct log_reader *k, uint64_t id)
{
    struct zone *z = store_zone(k->st, id);

    lost_forget(k->lost, id);
    if (z == NULL)
        return;
    store_remove(k->st, z);
    k->r->changes++;
}

/* false: not what a record can be, whatever its checksum says. */
static bool content_put(struct log_reader *k, const uint8_t *p, uint64_t n)
{
    struct cursor c = {p, p + n, false}, walked;
    uint64_t kind = cursor_number(&c, 1), number = cursor_number(&c, 8);
    struct change change = {.zone_id = 0};

    walked = c;
    if (kind == CHANGELOG_CHANGE)
        cursor_change(&walked, NULL, &change);
    if (walked.bad || walked.p != walked.end || (kind != CHANGELOG_CHANGE && kind != CHANGELOG_REMOVAL))
        return false;
    if (kind == CHANGELOG_CHANGE) {
        cursor_change(&c, &k->rows, &change);
        change_put(k, &change, number);
    } else {
        removal_put(k, number);
    }
    (void)epoch_reclaim(&k->st->epochs);
    arena_reset(&k->rows);
    return true;
}

static bool all_zero(const char *p, size_t n)
{
    while (n > 0 && p[n - 1] == 0)
        n--;
    return n == 0;
}

static void damaged(struct log_reader *k, size_t at, const char *what)
{
    k->r->damaged++;
    log_event(LOG_ERROR, "snapshot", NULL, "%s is damaged at byte %zu: %s", k->name, at, what);
}

/* Bytes of the record at the front of rest, put in or left out; 0 where nothing behind it can be believed. */
static size_t record_put(struct log_reader *k, struct str rest, size_t at)
{
    const uint8_t *p = (const uint8_t *)rest.p;
    uint64_t n, seed = changelog_seed(k->number, k->place);

    if (rest.n < CHANGELOG_HEAD || all_zero(rest.p, rest.n))
        return 0; /* a crash cut it off */
    n = read_u64(p);
    if (read_u64(p + 16) != snapshot_sum(seed, p, 16)) {
        damaged(k, at, "the head of a record; what is behind it is left out");
        return 0;
    }
    if (n > rest.n - CHANGELOG_HEAD)
        return 0;
    if (read_u64(p + 8) != snapshot_sum(seed, p + CHANGELOG_HEAD, n) || !content_put(k, p + CHANGELOG_HEAD, n))
        damaged(k, at, "a change, which is left out");
    k->place++;
    return CHANGELOG_HEAD + n;
}

static void file_put_in(struct log_reader *k, struct str text)
{
    size_t at = CHANGELOG_HEADER, n;

    if (text.n < CHANGELOG_HEADER || all_zero(text.p, text.n))
        return;
    if (memcmp(text.p, CHANGELOG_MAGIC, 8) != 0 || read_u64(text.p + 8) != k->number ||
        read_u64(text.p + 16) != snapshot_sum(0, text.p, 16)) {
        damaged(k, 0, "its header; nothing of it is put in");
        return;
    }
    while (at < text.n && (n = record_put(k, str_n(text.p + at, text.n - at), at)) > 0)
        at += n;
    if (at < text.n)
        log_event(
            LOG_WARN, "snapshot", NULL, "%s: %zu bytes behind its last whole record left out", k->name, text.n - at);
}

/* Its process may have been killed before it was on the disk; from now on it is reported. */
static void file_sync(const char *name)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fdatasync(fd) != 0)
        log_event(LOG_ERROR, "snapshot", NULL, "%s may not be on the disk: %s", name, strerror(errno));
    if (fd >= 0)
        close(fd);
}

void changelog_load(struct store *st, struct arena *a, const char *path, uint64_t from, struct changelog_read *r_r)
{
    size_t n;
    uint64_t *numbers = changelog_numbers(a, path, &n);
    struct arena file;
    struct map lost;

    map_init(&lost);
    *r_r = (struct changelog_read){.next = from > 0 ? from : 1};
    arena_init(&file, LOG_FILE_MAX + 4096);
    for (size_t i = 0; i < n; i++) {
        struct log_reader k = {.st = st, .number = numbers[i], .r = r_r, .lost = &lost};
        struct str text;
        struct error e;

        if (numbers[i] >= r_r->next)
            r_r->next = numbers[i] + 1;
        if (numbers[i] < from)
            continue;
        k.name = arena_printf(a, "%s.log.%llu", path, (unsigned long long)numbers[i]);
        arena_init(&k.rows, ROWS_ARENA_MAX);
        r_r->files++;
        file_sync(k.name);
        if (file_read(&file, k.name, LOG_FILE_MAX, &text, &e) == OK)
            file_put_in(&k, text);
        else
            damaged(&k, 0, e.text);
        arena_clear(&k.rows);
        arena_reset(&file);
    }
    arena_clear(&file);
    lost_report(&lost, r_r);
}
