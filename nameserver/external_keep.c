#include "nameserver/external_keep.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "nameserver/mem.h"
#include "nameserver/snapshot_format.h"

#define MAGIC "FWEXTN01"
#define MAGIC_BYTES 8
#define HEAD_BYTES 20
#define FILE_BYTES_MAX ((size_t)256 << 20)
#define GROWN_BYTES_MIN ((size_t)1 << 20) /* it is not written anew for less */
#define RETRY_US (10 * US_PER_S)

struct external_keep {
    struct store *st;
    char *path;
    int fd; /* -1: none, the next writing is of the whole */
    size_t bytes; /* of the file */
    size_t whole; /* when it was last written as a whole */
    struct bytes_out out;
    bool failing;
    time_us failed_at;
};

/* ---- writing --------------------------------------------------------------------------------------------- */

static void out_content(struct bytes_out *o, const struct external *t)
{
    out_number(o, t->type, 2);
    out_number(o, t->state, 1);
    out_number(o, t->answer != NULL ? t->answer->ttl : 0, 4);
    out_number(o, (uint64_t)t->good_at, 8);
    out_number(o, t->len, 1);
    out_put(o, t->target, t->len);
    if (t->answer != NULL)
        out_put(o, t->answer->data, t->answer->n);
}

/* before: bytes of the file in front of what is gathered. */
static void out_record(struct bytes_out *o, size_t before, const struct external *t)
{
    struct bytes_out content = {.p = NULL};
    size_t at = o->n;

    out_content(&content, t);
    out_number(o, content.n, 4);
    out_number(o, snapshot_sum(before + at, o->p + at, 4), 8);
    out_number(o, snapshot_sum(before + at, content.p, content.n), 8);
    out_put(o, content.p, content.n);
    bytes_out_clear(&content);
}

static void keep_shut(struct external_keep *k)
{
    if (k->fd >= 0)
        close(k->fd);
    k->fd = -1;
}

static enum status keep_failed(const struct external_keep *k, struct error *e)
{
    return error_set(e, UNAVAILABLE, "external-write", "%s: %s", k->path, strerror(errno));
}

static enum status write_whole(struct external_keep *k, struct error *e)
{
    struct map_node *node = NULL;
    size_t pos = 0;

    keep_shut(k);
    while (external_unkept(k->st->externals) != NULL)
        ; /* all of them are in the whole */
    k->out.n = 0;
    out_put(&k->out, MAGIC, MAGIC_BYTES);
    while ((node = map_walk(&k->st->externals->by_hash, &pos, node)) != NULL) {
        const struct external *t = MAP_ITEM(node, struct external, by_hash);

        if (t->state != EXTERNAL_UNKNOWN)
            out_record(&k->out, 0, t);
    }
    TRY(file_write(k->path, str_n((const char *)k->out.p, k->out.n), 0644, e));
    k->fd = open(k->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    k->bytes = k->whole = k->out.n;
    return k->fd >= 0 ? OK : keep_failed(k, e);
}

/* Another process (the one that takes over from this one, or hands over to it) may have written the file meanwhile. */
static bool file_is_ours(const struct external_keep *k)
{
    struct stat s;

    return k->fd >= 0 && fstat(k->fd, &s) == 0 && s.st_nlink > 0 && (size_t)s.st_size == k->bytes;
}

static enum status write_news(struct external_keep *k, struct error *e)
{
    struct external *t;
    ssize_t n;

    k->out.n = 0;
    while ((t = external_unkept(k->st->externals)) != NULL) {
        if (t->state != EXTERNAL_UNKNOWN)
            out_record(&k->out, k->bytes, t);
    }
    if (k->out.n == 0)
        return OK;
    n = write(k->fd, k->out.p, k->out.n);
    if (n != (ssize_t)k->out.n) {
        enum status s = keep_failed(k, e);

        keep_shut(k); /* it may end in half a record: the whole anew */
        return s;
    }
    k->bytes += k->out.n;
    return OK;
}

static bool file_has_grown(const struct external_keep *k)
{
    return k->bytes > GROWN_BYTES_MIN && k->bytes / 4 > k->whole;
}

bool external_keep_write(struct external_keep *k, time_us now)
{
    struct error e;
    enum status s;

    if (k->failing ? now >= k->failed_at && now - k->failed_at < RETRY_US : k->st->externals->unkept == NULL)
        return !k->failing;
    s = file_is_ours(k) && !file_has_grown(k) ? write_news(k, &e) : write_whole(k, &e);
    if (s != OK && !k->failing)
        log_event(LOG_ERROR, "external", NULL, "%s; answers of names elsewhere are not kept", e.text);
    if (s == OK && k->failing)
        log_event(LOG_INFO, "external", NULL, "%s can be written again", k->path);
    k->failing = s != OK;
    k->failed_at = now;
    return s == OK;
}

/* ---- reading --------------------------------------------------------------------------------------------- */

struct loading {
    struct external_keep *k;
    time_us now;
    size_t records, damaged;
};

static bool content_restore(struct loading *l, struct cursor *c)
{
    uint16_t type = (uint16_t)cursor_number(c, 2);
    uint64_t state = cursor_number(c, 1);
    uint32_t ttl = (uint32_t)cursor_number(c, 4);
    time_us good_at = (time_us)cursor_number(c, 8);
    size_t len = cursor_number(c, 1);
    const uint8_t *wire = cursor_take(c, len);
    struct dns_name name;
    struct str packed = str_n((const char *)c->p, (size_t)(c->end - c->p));

    if (c->bad || len == 0 || dns_name_from_wire((const char *)wire, len, &name) != len)
        return false;
    if ((state == EXTERNAL_DATA) != (packed.n > 0) || (state != EXTERNAL_DATA && state != EXTERNAL_NO_DATA))
        return false;
    return external_restore(l->k->st, &name, type, ttl, good_at, packed, l->now);
}

/* false: nothing behind is to be believed. */
static bool record_load(struct loading *l, struct cursor *c, size_t at)
{
    const uint8_t *head = c->p;
    size_t n = cursor_number(c, 4);
    uint64_t head_sum = cursor_number(c, 8), sum = cursor_number(c, 8);
    const uint8_t *content;

    if (c->bad || snapshot_sum(at, head, 4) != head_sum)
        return false;
    content = cursor_take(c, n);
    if (content == NULL)
        return false;
    l->records++;
    if (snapshot_sum(at, content, n) != sum || !content_restore(l, &(struct cursor){.p = content, .end = content + n}))
        l->damaged++;
    return true;
}

/* true: all of it is as it was written. */
static bool file_load(struct loading *l, struct str file)
{
    struct cursor c = {.p = (const uint8_t *)file.p, .end = (const uint8_t *)file.p + file.n};
    const uint8_t *magic = cursor_take(&c, MAGIC_BYTES);
    bool whole = magic != NULL && memcmp(magic, MAGIC, MAGIC_BYTES) == 0;

    while (whole && c.p < c.end)
        whole = record_load(l, &c, (size_t)(c.p - (const uint8_t *)file.p));
    if (l->damaged > 0 || !whole)
        log_event(LOG_WARN, "external", NULL, "%s: %zu damaged records%s; what they had is resolved again", l->k->path,
            l->damaged, whole ? "" : ", and its end is missing");
    log_event(LOG_INFO, "external", NULL, "answers of %zu targets elsewhere, from %zu records",
        l->k->st->externals->by_hash.n, l->records);
    return whole && l->damaged == 0;
}

static void keep_load(struct external_keep *k, time_us now)
{
    struct loading l = {.k = k, .now = now};
    struct arena a;
    struct str file;
    struct error e;
    enum status s;

    arena_init(&a, 2 * FILE_BYTES_MAX);
    s = file_read(&a, k->path, FILE_BYTES_MAX, &file, &e);
    if (s == OK && file_load(&l, file)) {
        k->fd = open(k->path, O_WRONLY | O_APPEND | O_CLOEXEC);
        k->bytes = file.n;
    } else if (s != OK && s != NOT_FOUND)
        log_event(LOG_ERROR, "external", NULL, "%s; starting without answers of names elsewhere", e.text);
    arena_clear(&a);
}

struct external_keep *external_keep_open(struct store *st, const char *path, time_us now)
{
    struct external_keep *k = mem_new(sizeof(*k));

    k->st = st;
    k->path = strdup(path);
    INVARIANT(k->path != NULL);
    k->fd = -1;
    keep_load(k, now);
    return k;
}

void external_keep_close(struct external_keep **k)
{
    keep_shut(*k);
    bytes_out_clear(&(*k)->out);
    mem_free((*k)->path);
    mem_free(*k);
    *k = NULL;
}
