#include "web/request.h"

#include "dns/idna.h"

const char *request_subject(const struct request *r)
{
    ptrdiff_t query = str_find(r->http->target, '?', 0);
    struct str path = query < 0 ? r->http->target : str_n(r->http->target.p, (size_t)query);
    return arena_printf(r->arena, "%.*s %.*s", STR_ARG(r->http->method), STR_ARG(path));
}

struct str request_form(const struct request *r, const char *name)
{
    struct str v = http_form(r->http, name);
    return str_is_null(v) ? STR("") : str_trim(v);
}

struct str request_query(const struct request *r, const char *name)
{
    struct str v = http_query(r->http, name);
    return str_is_null(v) ? STR("") : str_trim(v);
}

enum status request_id(const struct request *r, size_t param, const char *what, int64_t *id_r, struct error *e)
{
    uint64_t id = 0;
    if (!str_to_u64(r->params[param], INT64_MAX, &id) || id == 0)
        return error_set(e, NOT_FOUND, arena_printf(r->arena, "no-%s", what), "'%.*s' is not the number of any %s",
            (int)(r->params[param].n < 40 ? r->params[param].n : 40), r->params[param].p, what);
    *id_r = (int64_t)id;
    return OK;
}

void request_header(struct request *r, const char *name, struct str value)
{
    http_reply_header(r->http, r->reply, name, value);
}

enum status request_redirect(struct request *r, struct str path)
{
    r->reply->status = 303;
    request_header(r, "Location", path);
    request_header(r, "Cache-Control", STR("no-store"));
    return OK;
}

enum status request_fail(
    struct request *r, int http_status, struct error *e, enum status s, const char *code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(r->arena, fmt, ap);
    va_end(ap);
    r->http_status = http_status;
    return error_set(e, s, code, "%s", text);
}

enum status request_invalid(
    struct request *r, const char *field, struct error *e, const char *code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(r->arena, fmt, ap);
    va_end(ap);
    r->field = field;
    return error_set(e, INVALID, code, "%s: %s", field, text);
}

/* ---- cookies and forms -------------------------------------------------------------------------------- */

/* The prefix makes browsers refuse the cookie unless it is Secure, for this host alone and for all paths. */
static const char *cookie_name(const struct request *r, const char *name)
{
    return r->web->secure_cookie ? arena_printf(r->arena, "__Host-%s", name) : name;
}

struct str cookie_get(const struct request *r, const char *name)
{
    return http_cookie(r->http, cookie_name(r, name));
}

void cookie_set(struct request *r, const char *name, struct str value)
{
    request_header(r, "Set-Cookie",
        str_printf(r->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%s", cookie_name(r, name), STR_ARG(value),
            r->web->secure_cookie ? "; Secure" : "", str_is_null(value) ? "; Max-Age=0" : ""));
}

struct str request_csrf(struct request *r)
{
    if (r->session.account_id != 0)
        return csrf_token(r->arena, &r->web->csrf, CSRF_SESSION, r->session.token);
    struct str secret = cookie_get(r, COOKIE_FORM);
    if (secret.n != SESSION_TOKEN_CHARS) {
        uint8_t bits[SESSION_TOKEN_CHARS / 2];
        crypto_random(bits, sizeof(bits));
        secret = hex_encode(r->arena, bits, sizeof(bits));
        cookie_set(r, COOKIE_FORM, secret);
    }
    return csrf_token(r->arena, &r->web->csrf, CSRF_FORM, secret);
}

bool request_csrf_good(const struct request *r)
{
    struct str token = http_form(r->http, "csrf");
    if (r->session.account_id != 0)
        return csrf_check(r->arena, &r->web->csrf, CSRF_SESSION, r->session.token, token);
    return csrf_check(r->arena, &r->web->csrf, CSRF_FORM, cookie_get(r, COOKIE_FORM), token);
}

struct str next_path(struct str wanted)
{
    if (wanted.n == 0 || wanted.n > 1024 || wanted.p[0] != '/')
        return STR("/");
    if (wanted.n > 1 && (wanted.p[1] == '/' || wanted.p[1] == '\\'))
        return STR("/");
    for (size_t i = 0; i < wanted.n; i++)
        if ((unsigned char)wanted.p[i] <= 0x20 || (unsigned char)wanted.p[i] >= 0x7f || wanted.p[i] == '\\')
            return STR("/");
    return wanted;
}

/* ---- text ----------------------------------------------------------------------------------------------- */

struct str text_int(struct arena *a, int64_t v)
{
    return str_printf(a, "%lld", (long long)v);
}

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"};

/* From RFC 3339 text, which base/clock.h writes: no second calendar here. */
struct calendar {
    struct str text;
    int64_t month, day;
};

static bool calendar_of(struct arena *a, time_us t, struct calendar *c_r)
{
    *c_r = (struct calendar){.text = time_text(a, t)};
    const char *p = c_r->text.p;
    return t != 0 && c_r->text.n >= 20 && str_to_i64(str_n(p + 5, 2), 1, 12, &c_r->month) &&
           str_to_i64(str_n(p + 8, 2), 1, 31, &c_r->day);
}

struct str text_date(struct arena *a, time_us t)
{
    struct calendar c;
    return calendar_of(a, t, &c) ? str_printf(a, "%d %s %.4s", (int)c.day, months[c.month - 1], c.text.p) : STR("");
}

struct str text_time(struct arena *a, time_us t)
{
    struct str s = time_text(a, t), date = text_date(a, t);
    if (str_empty(date))
        return date;
    return str_printf(a, "%.*s, %.8s UTC", STR_ARG(date), s.p + 11);
}

struct str text_moment(struct arena *a, time_us t)
{
    struct calendar c;
    if (!calendar_of(a, t, &c))
        return STR("");
    return str_printf(a, "%d %.3s %.4s, %.5s UTC", (int)c.day, months[c.month - 1], c.text.p, c.text.p + 11);
}

struct str text_took(struct arena *a, time_us from, time_us to)
{
    int64_t us = to > from ? to - from : 0;
    if (us < US_PER_S)
        return str_printf(a, "%lld ms", (long long)(us / 1000));
    if (us < 100 * US_PER_S)
        return str_printf(a, "%lld.%lld s", (long long)(us / US_PER_S), (long long)(us % US_PER_S / 100000));
    return str_printf(a, "%lld min %lld s", (long long)(us / US_PER_S / 60), (long long)(us / US_PER_S % 60));
}

struct str text_shown(struct arena *a, struct str name)
{
    return idna_to_unicode(a, name);
}
