#include "base/http_decode.h"

bool http_refuse(struct http_refusal *f, int status, const char *fmt, ...)
{
    if (f->status != 0)
        return false;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(f->why, sizeof(f->why), fmt, ap);
    va_end(ap);
    f->status = status;
    return false;
}

static int hex_digit(char c)
{
    char low = ascii_lower(c);
    if (ascii_is_digit(c))
        return c - '0';
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* False on an escape that is not two hex digits. */
static bool unescape(struct arena *a, struct str in, bool plus_is_blank, struct str *out_r)
{
    char *out = arena_alloc(a, in.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < in.n; i++) {
        char c = in.p[i];
        if (c == '+' && plus_is_blank) {
            c = ' ';
        } else if (c == '%') {
            int high = in.n - i > 2 ? hex_digit(in.p[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(in.p[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        out[n++] = c;
    }
    *out_r = str_n(out, n);
    return true;
}

static bool is_text(struct str s)
{
    return str_find(s, '\0', 0) < 0 && str_utf8_valid(s);
}

/* A name as it was sent, cut short and fit to be shown. */
static struct str shown(struct arena *a, struct str s)
{
    size_t n = s.n < 40 ? s.n : 40;
    char *p = arena_alloc(a, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = s.p[i] >= ' ' && s.p[i] <= '~' ? s.p[i] : '?';
    return str_n(p, n);
}

static bool decode_part(
    struct arena *a, const char *what, struct str name, struct str in, struct str *out_r, struct http_refusal *f)
{
    if (!unescape(a, in, true, out_r))
        return http_refuse(f, 400, "The %s field \"%.*s\" has a percent sign without two hex digits after it.", what,
            STR_ARG(shown(a, name)));
    if (!is_text(*out_r))
        return http_refuse(
            f, 400, "The %s field \"%.*s\" is not UTF-8 text, or has a NUL in it.", what, STR_ARG(shown(a, name)));
    return true;
}

static bool decode_field(
    struct arena *a, const char *what, struct str in, size_t field_max, struct http_pair *field, struct http_refusal *f)
{
    ptrdiff_t at = str_find(in, '=', 0);
    struct str name = at < 0 ? in : str_n(in.p, (size_t)at);
    struct str value = at < 0 ? STR("") : str_n(in.p + at + 1, in.n - (size_t)at - 1);
    if (!decode_part(a, what, name, name, &field->name, f) || !decode_part(a, what, name, value, &field->value, f))
        return false;
    if (field->name.n > field_max || field->value.n > field_max)
        return http_refuse(f, 413, "The %s field \"%.*s\" has %zu bytes; at most %zu are taken.", what,
            STR_ARG(shown(a, name)), field->name.n > field_max ? field->name.n : field->value.n, field_max);
    return true;
}

static size_t fields_count(struct str in)
{
    size_t n = in.n != 0;
    for (size_t i = 0; i < in.n; i++)
        n += in.p[i] == '&';
    return n;
}

bool http_decode_fields(struct arena *a, const char *what, struct str in, size_t field_max, struct http_pair **fields_r,
    size_t *n_r, struct http_refusal *f)
{
    size_t count = fields_count(in), n = 0;
    struct str part;
    if (count > HTTP_FIELDS_MAX)
        return http_refuse(f, 413, "The %s has %zu fields; at most %u are taken.", what, count, HTTP_FIELDS_MAX);
    struct http_pair *fields = ARENA_ARRAY(a, count, struct http_pair);
    while (str_take(&in, '&', &part)) {
        if (part.n == 0)
            continue;
        if (!decode_field(a, what, part, field_max, &fields[n], f))
            return false;
        n++;
    }
    *fields_r = fields;
    *n_r = n;
    return true;
}

/* The target without "http://host", which a client may send in front of it. */
static bool origin_form(struct str raw, struct str *out_r)
{
    static const struct str schemes[] = {{"http://", 7}, {"https://", 8}};
    *out_r = raw;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t n = schemes[i].n;
        if (raw.n < n || !str_ieq(str_n(raw.p, n), schemes[i]))
            continue;
        ptrdiff_t slash = str_find(raw, '/', n);
        *out_r = slash < 0 ? STR("/") : str_n(raw.p + slash, raw.n - (size_t)slash);
    }
    return str_starts(*out_r, STR("/"));
}

bool http_decode_target(struct http_request *r, struct str raw, size_t field_max, struct http_refusal *f)
{
    struct str target;
    if (!origin_form(raw, &target))
        return http_refuse(f, 400, "The address must begin with a slash.");
    r->target = target;
    ptrdiff_t mark = str_find(target, '?', 0);
    struct str path = mark < 0 ? target : str_n(target.p, (size_t)mark);
    struct str query = mark < 0 ? STR_NULL : str_n(target.p + mark + 1, target.n - (size_t)mark - 1);
    if (!unescape(r->arena, path, false, &path))
        return http_refuse(f, 400, "The address has a percent sign without two hex digits after it.");
    if (!is_text(path))
        return http_refuse(f, 400, "The address is not UTF-8 text, or has a NUL in it.");
    r->path = path;
    return http_decode_fields(r->arena, "query", query, field_max, &r->query, &r->query_n, f);
}

/* ---- look-ups ---------------------------------------------------------------------------------------- */

struct str http_header(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->headers_n; i++)
        if (str_ieq(r->headers[i].name, str_of(name)))
            return r->headers[i].value;
    return STR_NULL;
}

static struct str pair_find(const struct http_pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(pairs[i].name, name))
            return pairs[i].value;
    return STR_NULL;
}

struct str http_query(const struct http_request *r, const char *name)
{
    return pair_find(r->query, r->query_n, name);
}

struct str http_form(const struct http_request *r, const char *name)
{
    return pair_find(r->form, r->form_n, name);
}

/* "a=1; b=2" (RFC 6265, section 5.4). */
static struct str cookie_find(struct str header, const char *name)
{
    struct str part;
    while (str_take(&header, ';', &part)) {
        part = str_trim(part);
        ptrdiff_t at = str_find(part, '=', 0);
        if (at >= 0 && str_eqz(str_n(part.p, (size_t)at), name))
            return str_n(part.p + at + 1, part.n - (size_t)at - 1);
    }
    return STR_NULL;
}

struct str http_cookie(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->headers_n; i++) {
        if (!str_ieq(r->headers[i].name, STR("Cookie")))
            continue;
        struct str value = cookie_find(r->headers[i].value, name);
        if (!str_is_null(value))
            return value;
    }
    return STR_NULL;
}
