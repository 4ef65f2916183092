#include "registry/key_file.h"

#include <stdarg.h>

enum status key_file_read(struct key_file *f, void *target)
{
    struct str text = STR("");
    f->lines = ARENA_ARRAY(f->arena, f->items_n, int *);
    if (f->path[0] != '\0')
        TRY(file_read(f->arena, f->path, CONF_MAX_FILE, &text, f->e));
    return conf_parse(f->arena, f->path, text, f->items, f->items_n, target, f->lines, f->e);
}

enum status key_fail(struct key_file *f, const char *key, size_t k, const char *fmt, ...)
{
    char text[ERROR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    size_t i = 0;
    while (i < f->items_n && strcmp(f->items[i].key, key) != 0)
        i++;
    INVARIANT(i < f->items_n);
    if (f->lines[i] == NULL)
        return error_set(f->e, INVALID, f->code, "%s: %s %s", f->path, key, text);
    return error_set(f->e, INVALID, f->code, "%s:%d: %s %s", f->path, f->lines[i][k], key, text);
}

enum status key_times(struct key_file *f, const char *key, const struct conf_list *list, size_t most)
{
    return list->n <= most ? OK : key_fail(f, key, most, "stands more than %zu times", most);
}

enum status key_order(struct key_file *f, const char *min_key, int64_t min, int64_t max)
{
    if (min <= max)
        return OK;
    return key_fail(
        f, min_key, 0, "= %lld is more than the greatest value allowed, %lld", (long long)min, (long long)max);
}

size_t key_words(struct str line, struct str *words)
{
    struct str word;
    size_t n = 0;
    while (str_take(&line, ' ', &word)) {
        if (word.n == 0)
            continue;
        if (n == KEY_WORDS_MAX)
            return n + 1;
        words[n++] = word;
    }
    return n;
}

bool key_range(struct str text, int64_t most, int *min_r, int *max_r)
{
    struct str low;
    int64_t a, b;
    if (!str_take(&text, '-', &low) || str_is_null(text))
        return false;
    if (!str_to_i64(low, 0, most, &a) || !str_to_i64(text, 0, most, &b) || a > b)
        return false;
    *min_r = (int)a;
    *max_r = (int)b;
    return true;
}
