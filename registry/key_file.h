/* A file of keys that a table describes (base/conf.h), for what a table cannot check: profiles and personalities.
 *
 * key_file_read reads it into the target; then its owner looks at what holds several values, or does not go together, and
 * refuses by key_fail, which finds the key's line: every complaint begins "FILE:LINE: KEY", and where the key is not in the
 * file, so that its default is what does not go with the rest, "FILE: KEY".
 */
#ifndef FW_REGISTRY_KEY_FILE_H
#define FW_REGISTRY_KEY_FILE_H

#include "base/conf.h"

struct key_file {
    struct arena *arena;
    const char *path;
    const struct conf_item *items;
    size_t items_n;
    const char *code; /* of key_fail's errors */
    struct error *e;
    int **lines; /* of each item: key_file_read */
};

/* path empty: all defaults. */
enum status key_file_read(struct key_file *f, void *target) FW_MUST_CHECK FW_NONNULL_ALL;
/* Sets f->e: INVALID, f->code, "FILE:LINE: KEY …". k: which of a list's values; 0 otherwise. */
enum status key_fail(struct key_file *f, const char *key, size_t k, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Refuses more values than most of a list. */
enum status key_times(struct key_file *f, const char *key, const struct conf_list *list, size_t most) FW_MUST_CHECK;
/* Refuses a least value, of min_key, above the greatest. */
enum status key_order(struct key_file *f, const char *min_key, int64_t min, int64_t max) FW_MUST_CHECK;

#define KEY_WORDS_MAX 4
/* The words of a value that holds several, KEY_WORDS_MAX of them at most; KEY_WORDS_MAX + 1 where there are more. */
size_t key_words(struct str line, struct str *words);
/* "MIN-MAX", whole numbers from 0 to most; false unless MIN is no more than MAX. */
bool key_range(struct str text, int64_t most, int *min_r, int *max_r) FW_MUST_CHECK;

#endif
