#include "base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* ---- files -------------------------------------------------------------------------------------- */

static enum status file_failed(struct error *e, const char *what, const char *path)
{
    int why = errno;
    enum status s = why == ENOENT || why == ENOTDIR ? NOT_FOUND : why == EACCES || why == EPERM ? DENIED : UNAVAILABLE;
    return error_set(
        e, s, s == NOT_FOUND ? "file-missing" : "file-failed", "cannot %s %s: %s", what, path, strerror(why));
}

static enum status file_take(int fd, const char *path, struct buf *b, struct error *e)
{
    for (;;) {
        char *room = buf_room(b, b->max - b->n < 4096 ? b->max - b->n : 4096);
        char probe;
        bool full = b->n == b->max;
        ssize_t n = read(fd, full ? &probe : room, full ? 1 : b->cap - 1 - b->n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_failed(e, "read", path);
        if (n == 0)
            return OK;
        if (full)
            return error_set(e, INVALID, "file-too-large", "%s is larger than %zu bytes", path, b->max);
        b->n += (size_t)n;
    }
}

enum status file_read(struct arena *a, const char *path, size_t max, struct str *out_r, struct error *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return file_failed(e, "open", path);
    struct buf b;
    buf_in(&b, a, max);
    enum status s = file_take(fd, path, &b, e);
    (void)close(fd);
    if (s == OK) {
        buf_puts(&b, ""); /* the NUL, and memory where the file is empty */
        *out_r = buf_view(&b);
    }
    return s;
}

static bool write_all(int fd, struct str data)
{
    while (data.n > 0) {
        ssize_t n = write(fd, data.p, data.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data = str_n(data.p + n, data.n - (size_t)n);
    }
    return true;
}

/* Only after this is the rename sure to outlive a power cut. */
static enum status directory_sync(const char *path, struct error *e)
{
    char copy[PATH_MAX];
    (void)snprintf(copy, sizeof(copy), "%s", path);
    const char *dir = dirname(copy);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return file_failed(e, "open the directory", dir);
    enum status s = fsync(fd) == 0 ? OK : file_failed(e, "sync the directory", dir);
    (void)close(fd);
    return s;
}

static enum status file_replace(
    int fd, const char *temporary, const char *path, struct str data, int mode, struct error *e)
{
    if (fchmod(fd, (mode_t)mode) != 0 || !write_all(fd, data) || fsync(fd) != 0)
        return file_failed(e, "write", temporary);
    if (rename(temporary, path) != 0)
        return file_failed(e, "put in place", path);
    return directory_sync(path, e);
}

enum status file_write(const char *path, struct str data, int mode, struct error *e)
{
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
        return error_set(e, INVALID, "path-too-long", "the path is longer than %d bytes: %.60s…", PATH_MAX - 8, path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return file_failed(e, "create a file beside", path);
    enum status s = file_replace(fd, temporary, path, data, mode, e);
    (void)close(fd);
    if (s != OK)
        (void)unlink(temporary);
    return s;
}

/* ---- configuration --------------------------------------------------------------------------------- */

struct conf_reader {
    struct arena *arena;
    const char *path;
    const struct conf_item *items;
    size_t n;
    char *target;
    int **lines; /* of the values of each item */
    int line;
    struct error *e;
};

static void conf_append(struct arena *a, struct conf_list *list, struct str value)
{
    /* Doubled when the count is a power of two: the count alone tells the capacity. */
    if ((list->n & (list->n - 1)) == 0) {
        struct str *items = ARENA_ARRAY(a, list->n != 0 ? list->n * 2 : 1, struct str);
        if (list->n != 0)
            memcpy(items, list->items, list->n * sizeof(*items));
        list->items = items;
    }
    list->items[list->n++] = value;
}

static bool bool_parse(struct str s, bool *v_r)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"yes", true}, {"true", true}, {"on", true}, {"no", false}, {"false", false}, {"off", false}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eqz(s, words[i].word)) {
            *v_r = words[i].value;
            return true;
        }
    }
    return false;
}

/* where: "FILE:LINE: " or what else tells people the place. */
static enum status conf_int(
    const struct conf_item *item, struct str value, int64_t *v_r, const char *where, struct error *e)
{
    bool any = item->min == 0 && item->max == 0;
    int64_t min = any ? INT64_MIN : item->min, max = any ? INT64_MAX : item->max;
    if (str_to_i64(value, min, max, v_r))
        return OK;
    if (any)
        return error_set(
            e, INVALID, "config-value", "%s%s must be a whole number, not \"%.*s\"", where, item->key, STR_ARG(value));
    return error_set(e, INVALID, "config-value", "%s%s must be a whole number from %lld to %lld, not \"%.*s\"", where,
        item->key, (long long)min, (long long)max, STR_ARG(value));
}

/* The place of value among "a|b|c". */
static enum status conf_word(
    const struct conf_item *item, struct str value, int *v_r, const char *where, struct error *e)
{
    struct str rest = str_of(item->fallback), word;
    for (int i = 0; str_take(&rest, '|', &word); i++)
        if (str_eq(word, value)) {
            *v_r = i;
            return OK;
        }
    return error_set(e, INVALID, "config-value", "%s%s must be one of %s, not \"%.*s\"", where, item->key,
        item->fallback, STR_ARG(value));
}

static enum status conf_set(struct conf_reader *r, const struct conf_item *item, struct str value, const char *where)
{
    void *to = r->target + item->offset;
    switch (item->type) {
    case CONF_STR:
        *(struct str *)to = str_dup(r->arena, value);
        return OK;
    case CONF_LIST:
        conf_append(r->arena, to, str_dup(r->arena, value));
        return OK;
    case CONF_INT:
        return conf_int(item, value, to, where, r->e);
    case CONF_WORD:
        return conf_word(item, value, to, where, r->e);
    case CONF_BOOL:
        if (bool_parse(value, to))
            return OK;
        return error_set(
            r->e, INVALID, "config-value", "%s%s must be yes or no, not \"%.*s\"", where, item->key, STR_ARG(value));
    }
    invariant_failed(__FILE__, __LINE__, "a type of configuration item");
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t')
            return true;
    return false;
}

/* To be called before the value is set: a list's count tells its place. */
static void conf_line_note(struct conf_reader *r, size_t i)
{
    const struct conf_list *list = (const void *)(r->target + r->items[i].offset);
    size_t k = r->items[i].type == CONF_LIST ? list->n : 0;
    if ((k & (k - 1)) == 0) {
        int *lines = ARENA_ARRAY(r->arena, k != 0 ? k * 2 : 1, int);
        if (k != 0)
            memcpy(lines, r->lines[i], k * sizeof(*lines));
        r->lines[i] = lines;
    }
    r->lines[i][k] = r->line;
}

static enum status conf_assign(struct conf_reader *r, struct str key, struct str value)
{
    const char *where = arena_printf(r->arena, "%s:%d: ", r->path, r->line);
    for (size_t i = 0; i < r->n; i++) {
        const struct conf_item *item = &r->items[i];
        if (!str_eqz(key, item->key))
            continue;
        if (r->lines[i] != NULL && item->type != CONF_LIST)
            return error_set(r->e, INVALID, "config-twice", "%s%s stands a second time", where, item->key);
        conf_line_note(r, i);
        return conf_set(r, item, value, where);
    }
    return error_set(r->e, INVALID, "config-key", "%sunknown key \"%.*s\"; --help-config lists the known ones", where,
        (int)(key.n < 64 ? key.n : 64), key.p);
}

static enum status conf_line(struct conf_reader *r, struct str line)
{
    line = str_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return OK;
    if (!str_utf8_valid(line) || has_control(line))
        return error_set(r->e, INVALID, "config-line", "%s:%d: control characters, or not UTF-8", r->path, r->line);
    ptrdiff_t at = str_find(line, '=', 0);
    if (at < 0)
        return error_set(r->e, INVALID, "config-line", "%s:%d: not of the form \"key = value\"", r->path, r->line);
    struct str value = str_n(line.p + at + 1, line.n - (size_t)at - 1);
    return conf_assign(r, str_trim(str_n(line.p, (size_t)at)), str_trim(value));
}

static enum status conf_default(struct conf_reader *r, const struct conf_item *item)
{
    if (item->fallback == NULL)
        return error_set(
            r->e, INVALID, "config-missing", "%s: \"%s = …\" is missing (%s)", r->path, item->key, item->help);
    if (item->type == CONF_LIST && item->fallback[0] == '\0')
        return OK;
    if (item->type == CONF_WORD) {
        *(int *)(void *)(r->target + item->offset) = 0;
        return OK;
    }
    return conf_set(r, item, str_of(item->fallback), "default of ");
}

enum status conf_read(
    struct arena *a, const char *path, const struct conf_item *items, size_t n, void *target, struct error *e)
{
    return conf_read_lines(a, path, items, n, target, ARENA_ARRAY(a, n, int *), e);
}

enum status conf_read_lines(struct arena *a, const char *path, const struct conf_item *items, size_t n, void *target,
    int **lines, struct error *e)
{
    struct str text;
    TRY(file_read(a, path, CONF_MAX_FILE, &text, e));
    return conf_parse(a, path, text, items, n, target, lines, e);
}

enum status conf_parse(struct arena *a, const char *path, struct str text, const struct conf_item *items, size_t n,
    void *target, int **lines, struct error *e)
{
    struct conf_reader r = {.arena = a, .path = path, .items = items, .n = n, .target = target, .lines = lines, .e = e};
    struct str line;
    for (size_t i = 0; i < n; i++)
        lines[i] = NULL;
    for (size_t i = 0; i < n; i++)
        if (items[i].type == CONF_LIST)
            *(struct conf_list *)(void *)(r.target + items[i].offset) = (struct conf_list){0};
    while (str_take(&text, '\n', &line)) {
        r.line++;
        TRY(conf_line(&r, line));
    }
    for (size_t i = 0; i < n; i++)
        if (lines[i] == NULL)
            TRY(conf_default(&r, &items[i]));
    return OK;
}

/* What is printed is itself a configuration file: what must be filled in stands commented out. */
void conf_print(const struct conf_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct conf_item *item = &items[i];
        (void)printf("# %s", item->help);
        if (item->type == CONF_INT && (item->min != 0 || item->max != 0))
            (void)printf(" From %lld to %lld.", (long long)item->min, (long long)item->max);
        if (item->type == CONF_LIST)
            (void)printf(" May stand several times.");
        if (item->fallback == NULL)
            (void)printf(" Required.\n# %s =\n\n", item->key);
        else if (item->type == CONF_LIST && item->fallback[0] == '\0')
            (void)printf("\n# %s =\n\n", item->key);
        else if (item->type == CONF_WORD)
            (void)printf(" One of %s.\n%s = %.*s\n\n", item->fallback, item->key, (int)strcspn(item->fallback, "|"),
                item->fallback);
        else
            (void)printf("\n%s = %s\n\n", item->key, item->fallback);
    }
}
