#include "web/api.h"

static const char *type_word(enum api_type t)
{
    static const char *const words[] = {"a string", "a whole number", "an object", "an array", "true or false"};
    return words[t];
}

static bool type_fits(enum api_type t, const struct json_val *v)
{
    static const enum json_type types[] = {JSON_T_STRING, JSON_T_INT, JSON_T_OBJECT, JSON_T_ARRAY, JSON_T_BOOL};
    return v->type == types[t];
}

enum status api_body(struct request *r, const struct json_val **v_r, struct error *e)
{
    struct json_val *v;
    struct str type = http_header(r->http, "content-type"), kind = STR("");
    if (!str_take(&type, ';', &kind) || !str_ieq(str_trim(kind), STR("application/json")))
        return request_fail(r, 415, e, INVALID, "content-type", "the body must be application/json, not '%.*s'",
            (int)(kind.n < 80 ? kind.n : 80), kind.n > 0 ? kind.p : "");
    TRY(json_parse(r->arena, r->http->body, API_BODY_MAX, &v, e));
    if (v->type != JSON_T_OBJECT)
        return error_set(e, INVALID, "json-not-object", "the body must be a JSON object");
    *v_r = v;
    return OK;
}

static const struct api_member *member_find(const struct api_member *members, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static enum status member_unknown(
    struct request *r, const char *path, const char *key, const struct api_member *members, size_t n, struct error *e)
{
    struct buf known;
    buf_in(&known, r->arena, 1024);
    for (size_t i = 0; i < n; i++)
        buf_printf(&known, "%s%s", i > 0 ? ", " : "", members[i].name);
    return request_invalid(r, arena_printf(r->arena, "%s%.64s", path, key), e, "member-unknown",
        "there is no such member; known are %.*s", STR_ARG(buf_view(&known)));
}

enum status api_members(struct request *r, const struct json_val *object, const char *path,
    const struct api_member *members, size_t n, struct error *e)
{
    for (size_t i = 0; i < n; i++)
        *members[i].value_r = NULL;
    for (const struct json_val *v = object->first; v != NULL; v = v->next) {
        const struct api_member *m = member_find(members, n, v->key);
        if (m == NULL)
            return member_unknown(r, path, v->key, members, n, e);
        if (v->type == JSON_T_NULL && !m->required)
            continue;
        if (!type_fits(m->type, v))
            return request_invalid(r, arena_printf(r->arena, "%s%s", path, m->name), e, "member-type",
                "this must be %s", type_word(m->type));
        *m->value_r = v;
    }
    for (size_t i = 0; i < n; i++)
        if (members[i].required && *members[i].value_r == NULL)
            return request_invalid(r, arena_printf(r->arena, "%s%s", path, members[i].name), e, "member-missing",
                "this is needed: %s", type_word(members[i].type));
    return OK;
}

struct str api_text(const struct json_val *v)
{
    return v != NULL ? v->str : STR_NULL;
}

enum status api_limit(struct request *r, size_t *limit_r, struct error *e)
{
    int64_t limit = API_PAGE_DEFAULT;
    struct str text = http_query(r->http, "limit");
    if (!str_is_null(text) && !str_to_i64(text, 1, API_PAGE_MAX, &limit))
        return request_invalid(r, "limit", e, "limit", "this must be a number from 1 to %d", API_PAGE_MAX);
    *limit_r = (size_t)limit;
    return OK;
}

void api_headers(struct request *r, const char *content_type)
{
    request_header(r, "Content-Type", str_of(content_type));
    request_header(r, "Cache-Control", STR("no-store"));
    request_header(r, "X-Content-Type-Options", STR("nosniff"));
    request_header(r, "Content-Security-Policy", STR("default-src 'none'; frame-ancestors 'none'"));
    request_header(r, "Referrer-Policy", STR("no-referrer"));
}

void api_begin(struct request *r, int status, struct json_writer *j)
{
    r->reply->status = status;
    json_begin(j, &r->reply->body);
    json_open_object(j, NULL);
}

enum status api_end(struct request *r, struct json_writer *j)
{
    json_close_object(j);
    buf_putc(&r->reply->body, '\n');
    api_headers(r, "application/json");
    return OK;
}

void api_money(struct request *r, struct json_writer *j, const char *key, struct money m)
{
    struct money plus = m;
    plus.amount = m.amount < 0 ? -m.amount : m.amount;
    struct str text = money_text(r->arena, plus), amount;
    (void)str_take(&text, ' ', &amount);
    json_open_object(j, key);
    json_put_str(j, "amount", str_printf(r->arena, "%s%.*s", m.amount < 0 ? "-" : "", STR_ARG(amount)));
    json_put_str(j, "currency", str_of(m.currency));
    json_close_object(j);
}

void api_time(struct request *r, struct json_writer *j, const char *key, time_us t)
{
    json_put_str(j, key, t != 0 ? time_text_us(r->arena, t) : STR_NULL);
}

void api_name(struct request *r, struct json_writer *j, struct str name)
{
    json_put_str(j, "name", name);
    json_put_str(j, "name_unicode", text_shown(r->arena, name));
}
