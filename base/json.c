#include "base/json.h"

#include <jansson.h>

#define JSON_DEPTH_MAX 64

/* ---- reading: jansson parses and checks, we copy into the arena -------------------------------------- */

static struct json_val *val_copy(struct arena *a, json_t *from, unsigned depth);

static void val_append(struct json_val *parent, struct json_val **last, struct json_val *child)
{
    if (*last == NULL)
        parent->first = child;
    else
        (*last)->next = child;
    *last = child;
    parent->n++;
}

static bool array_copy(struct arena *a, json_t *from, unsigned depth, struct json_val *v)
{
    struct json_val *last = NULL;
    for (size_t i = 0; i < json_array_size(from); i++) {
        struct json_val *child = val_copy(a, json_array_get(from, i), depth + 1);
        if (child == NULL)
            return false;
        val_append(v, &last, child);
    }
    return true;
}

static bool object_copy(struct arena *a, json_t *from, unsigned depth, struct json_val *v)
{
    struct json_val *last = NULL;
    for (void *at = json_object_iter(from); at != NULL; at = json_object_iter_next(from, at)) {
        struct json_val *child = val_copy(a, json_object_iter_value(at), depth + 1);
        if (child == NULL)
            return false;
        child->key = arena_strdup(a, json_object_iter_key(at));
        val_append(v, &last, child);
    }
    return true;
}

/* NULL: too deep. */
static struct json_val *val_copy(struct arena *a, json_t *from, unsigned depth)
{
    struct json_val *v = ARENA_NEW(a, struct json_val);
    if (depth > JSON_DEPTH_MAX)
        return NULL;
    switch (json_typeof(from)) {
    case JSON_OBJECT:
        v->type = JSON_T_OBJECT;
        return object_copy(a, from, depth, v) ? v : NULL;
    case JSON_ARRAY:
        v->type = JSON_T_ARRAY;
        return array_copy(a, from, depth, v) ? v : NULL;
    case JSON_STRING:
        v->type = JSON_T_STRING;
        v->str = str_dup(a, str_n(json_string_value(from), json_string_length(from)));
        return v;
    case JSON_INTEGER:
        v->type = JSON_T_INT;
        v->i = json_integer_value(from);
        v->real = (double)v->i;
        return v;
    case JSON_REAL:
        v->type = JSON_T_REAL;
        v->real = json_real_value(from);
        return v;
    case JSON_TRUE:
    case JSON_FALSE:
        v->type = JSON_T_BOOL;
        v->i = json_is_true(from);
        return v;
    case JSON_NULL:
        v->type = JSON_T_NULL;
        return v;
    }
    invariant_failed(__FILE__, __LINE__, "a JSON type");
}

static enum status parse_failed(const json_error_t *je, struct error *e)
{
    switch (json_error_code(je)) {
    case json_error_duplicate_key:
        return error_set(
            e, INVALID, "json-duplicate-key", "JSON line %d column %d: %s", je->line, je->column, je->text);
    case json_error_stack_overflow:
        return error_set(e, INVALID, "json-too-deep", "JSON line %d: nested deeper than %d", je->line, JSON_DEPTH_MAX);
    default:
        return error_set(e, INVALID, "json-malformed", "JSON line %d column %d: %s", je->line, je->column, je->text);
    }
}

enum status json_parse(struct arena *a, struct str doc, size_t max_bytes, struct json_val **v_r, struct error *e)
{
    json_error_t je;
    if (doc.n > max_bytes)
        return error_set(
            e, INVALID, "json-too-large", "the JSON document has %zu bytes; at most %zu are read", doc.n, max_bytes);
    if (str_is_null(doc))
        doc = STR("");
    json_t *root = json_loadb(doc.p, doc.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);
    if (root == NULL)
        return parse_failed(&je, e);
    struct json_val *v = val_copy(a, root, 1);
    json_decref(root);
    if (v == NULL)
        return error_set(e, INVALID, "json-too-deep", "the JSON document is nested deeper than %d", JSON_DEPTH_MAX);
    *v_r = v;
    return OK;
}

const struct json_val *json_get(const struct json_val *obj, const char *key)
{
    if (obj == NULL || obj->type != JSON_T_OBJECT)
        return NULL;
    for (const struct json_val *v = obj->first; v != NULL; v = v->next)
        if (strcmp(v->key, key) == 0)
            return v;
    return NULL;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

void json_begin(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){.out = out};
}

static void put_escape(struct buf *out, char c)
{
    switch (c) {
    case '"':
        buf_puts(out, "\\\"");
        return;
    case '\\':
        buf_puts(out, "\\\\");
        return;
    case '\n':
        buf_puts(out, "\\n");
        return;
    case '\r':
        buf_puts(out, "\\r");
        return;
    case '\t':
        buf_puts(out, "\\t");
        return;
    default:
        buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
    }
}

/* Bytes that are not UTF-8 become U+FFFD: the document stays valid whatever is put in. */
static void put_quoted(struct buf *out, struct str s)
{
    buf_putc(out, '"');
    while (s.n > 0) {
        size_t len = str_utf8_len(s);
        if (len == 0)
            buf_puts(out, "\xEF\xBF\xBD");
        else if (len == 1 && ((unsigned char)s.p[0] < 0x20 || s.p[0] == '"' || s.p[0] == '\\' || s.p[0] == 0x7F))
            put_escape(out, s.p[0]);
        else
            buf_put(out, s.p, len);
        if (len == 0)
            len = 1;
        s = str_n(s.p + len, s.n - len);
    }
    buf_putc(out, '"');
}

/* The comma and the key in front of a value. */
static void put_key(struct json_writer *w, const char *key)
{
    uint64_t bit = UINT64_C(1) << w->depth;
    if ((w->any & bit) != 0)
        buf_putc(w->out, ',');
    w->any |= bit;
    if (key != NULL) {
        put_quoted(w->out, str_of(key));
        buf_putc(w->out, ':');
    }
}

static void nest(struct json_writer *w, const char *key, char opening)
{
    put_key(w, key);
    buf_putc(w->out, opening);
    INVARIANT(w->depth < JSON_DEPTH_MAX - 1);
    w->depth++;
    w->any &= ~(UINT64_C(1) << w->depth);
}

static void unnest(struct json_writer *w, char closing)
{
    INVARIANT(w->depth > 0);
    w->depth--;
    buf_putc(w->out, closing);
}

void json_open_object(struct json_writer *w, const char *key)
{
    nest(w, key, '{');
}

void json_open_array(struct json_writer *w, const char *key)
{
    nest(w, key, '[');
}

void json_close_object(struct json_writer *w)
{
    unnest(w, '}');
}

void json_close_array(struct json_writer *w)
{
    unnest(w, ']');
}

void json_put_str(struct json_writer *w, const char *key, struct str v)
{
    if (str_is_null(v)) {
        json_put_null(w, key);
        return;
    }
    put_key(w, key);
    put_quoted(w->out, v);
}

void json_put_int(struct json_writer *w, const char *key, int64_t v)
{
    put_key(w, key);
    buf_printf(w->out, "%lld", (long long)v);
}

void json_put_bool(struct json_writer *w, const char *key, bool v)
{
    put_key(w, key);
    buf_puts(w->out, v ? "true" : "false");
}

void json_put_null(struct json_writer *w, const char *key)
{
    put_key(w, key);
    buf_puts(w->out, "null");
}
