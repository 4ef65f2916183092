/* Configuration: `key = value` lines; lines that begin with # are comments. A value reaches to the end of
 * its line, blanks around it dropped; a bool is yes, no, true, false, on or off. A program declares a table of items; an unknown
 * key, a bad value or a missing required item is an error that names file, line and key.
 * Adding an item is one table row; `PROGRAM --help-config` prints the table (conf_print). */
#ifndef FW_BASE_CONF_H
#define FW_BASE_CONF_H

#include "base/error.h"
#include "base/str.h"

enum conf_type {
    CONF_STR,
    CONF_INT,
    CONF_BOOL,
    CONF_LIST, /* the key may stand again */
    CONF_WORD /* one of the words that `fallback` lists, the default first: "objects|attributes" */
};

struct conf_list {
    struct str *items;
    size_t n;
};

struct conf_item {
    const char *key;
    enum conf_type type;
    size_t offset; /* of struct str / int64_t / bool / struct conf_list / int (the word's place) in the target */
    const char *fallback; /* as text; NULL: required */
    int64_t min, max; /* CONF_INT; min 0 max 0: any */
    const char *help; /* one sentence, with the unit */
};

#define CONF_MAX_FILE (1u << 20)

enum status conf_read(struct arena *a, const char *path, const struct conf_item *items, size_t n, void *target,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The same, and says where each value stood, for checks that a table cannot make: lines_r[i][k] is the line of the k-th
 * value of items[i] (k is 0 but for lists), lines_r[i] NULL where the fallback holds. lines_r has n elements. */
enum status conf_read_lines(struct arena *a, const char *path, const struct conf_item *items, size_t n, void *target,
    int **lines_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The same from text, which may be empty: then every item has its default. `path` names the text in errors. */
enum status conf_parse(struct arena *a, const char *path, struct str text, const struct conf_item *items, size_t n,
    void *target, int **lines_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
void conf_print(const struct conf_item *items, size_t n);
/* A whole small file (limit max bytes), NUL-terminated behind its end; for keys, certificates, password
 * files. NOT_FOUND "file-missing", INVALID "file-too-large", else DENIED or UNAVAILABLE "file-failed". */
enum status file_read(
    struct arena *a, const char *path, size_t max, struct str *out_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Atomically: temporary file in the same directory, fsync, rename, fsync of the directory. */
enum status file_write(const char *path, struct str data, int mode, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
