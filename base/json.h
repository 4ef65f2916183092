/* JSON values, over jansson, which stays behind this door. Reading is strict (RFC 8259, UTF-8,
 * duplicate keys refused), bounded in size and depth (64); values live in the arena.
 * INVALID "json-malformed", "json-duplicate-key", "json-too-deep", "json-too-large", with the line. */
#ifndef FW_BASE_JSON_H
#define FW_BASE_JSON_H

#include "base/buf.h"
#include "base/error.h"

enum json_type { JSON_T_NULL, JSON_T_BOOL, JSON_T_INT, JSON_T_REAL, JSON_T_STRING, JSON_T_ARRAY, JSON_T_OBJECT };

struct json_val {
    enum json_type type;
    const char *key; /* when in an object */
    struct str str;
    int64_t i; /* INT; BOOL 0/1 */
    double real;
    struct json_val *first, *next; /* children, siblings */
    size_t n;
};

enum status json_parse(struct arena *a, struct str doc, size_t max_bytes, struct json_val **v_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
const struct json_val *json_get(const struct json_val *obj, const char *key); /* NULL if absent */

/* Streaming writer, escaped by construction; commas by itself. key NULL inside arrays and at the top.
 * Bytes that are not UTF-8 are written as U+FFFD. At most 63 levels. (open_ and put_, because jansson
 * owns json_object and json_null: two of one name in a process would call each other.) */
struct json_writer {
    struct buf *out;
    unsigned depth;
    uint64_t any; /* bit per depth: something was written at it */
};
void json_begin(struct json_writer *w, struct buf *out);
void json_open_object(struct json_writer *w, const char *key);
void json_open_array(struct json_writer *w, const char *key);
void json_close_object(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_put_str(struct json_writer *w, const char *key, struct str v); /* STR_NULL writes null */
void json_put_int(struct json_writer *w, const char *key, int64_t v);
void json_put_bool(struct json_writer *w, const char *key, bool v);
void json_put_null(struct json_writer *w, const char *key);

#endif
