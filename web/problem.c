#include "web/problem.h"

#include "base/json.h"
#include "base/log.h"
#include "web/api.h"

static const struct {
    int status;
    const char *title;
} titles[] = {
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

const char *http_title(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

/* Codes of what lies below, by their beginning, and the input they are about. */
static const struct {
    const char *prefix, *field;
} fields[] = {
    {"name-", "name"},
    {"label-", "name"},
    {"tld-", "name"},
    {"domain-", "name"},
    {"years-", "years"},
    {"price-above-limit", "max_price"},
    {"idempotency-key", "Idempotency-Key"},
    {"record-ttl", "ttl"},
    {"record-outside", "name"},
    {"record-type", "type"},
    {"record-exists", "name"},
    {"record-host", "values"},
    {"record-values", "values"},
    {"record-duplicate", "values"},
    {"rdata-", "values"},
    {"rrset-", "values"},
    {"txt-", "values"},
    {"alias-type", "type"},
    {"alias-", "alias"},
    {"cname-self", "values"},
    {"dname-self", "values"},
    {"cname-", "name"},
    {"change-comment", "comment"},
    {"zone-version", "expected_version"},
};

const char *problem_field(struct arena *a, const char *code)
{
    if (str_starts(str_of(code), STR("contact-")))
        return arena_printf(a, "registrant.%s", code + strlen("contact-"));
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (str_starts(str_of(code), str_of(fields[i].prefix)))
            return fields[i].field;
    return NULL;
}

/* Whose text is for the log: our own faults, and what the database says of itself. */
static bool is_ours(const struct error *e)
{
    return e->status == INTERNAL || e->status == PROTOCOL || str_starts(str_of(e->code), STR("db-"));
}

static const char *detail_of(struct request *r, const struct error *e)
{
    if (!is_ours(e))
        return e->text[0] != '\0' ? e->text : "There is nothing of that name.";
    struct str reference = crypto_token(r->arena, 10);
    log_event(e->status == UNAVAILABLE ? LOG_WARN : LOG_ERROR, "http", request_subject(r),
        "reference=%.*s status=%s code=%s %s", STR_ARG(reference), status_meaning(e->status)->word, e->code, e->text);
    if (e->status == UNAVAILABLE)
        return "Our database does not answer at the moment. Nothing was changed; please try again shortly.";
    if (e->status == UNCERTAIN)
        return "The connection to our database broke while your change was being written, so we cannot tell whether"
               " it was. Please look before you repeat it.";
    return arena_printf(r->arena,
        "Something went wrong on our side. It is in our log under the reference %.*s; please give it when you ask us.",
        STR_ARG(reference));
}

struct problem problem_of(struct request *r, const struct error *e)
{
    struct problem p = {
        .http = r->http_status != 0 ? r->http_status : status_meaning(e->status)->http,
        .detail = detail_of(r, e),
        .code = e->code[0] != '\0' ? e->code : status_meaning(e->status)->word,
        .field = r->field != NULL ? r->field : problem_field(r->arena, e->code),
    };
    p.title = http_title(p.http);
    return p;
}

void problem_json(struct request *r, const struct problem *p)
{
    struct json_writer j;
    buf_reset(&r->reply->body);
    json_begin(&j, &r->reply->body);
    json_open_object(&j, NULL);
    json_put_str(&j, "type", STR("about:blank"));
    json_put_str(&j, "title", str_of(p->title));
    json_put_int(&j, "status", p->http);
    json_put_str(&j, "detail", str_of(p->detail));
    json_put_str(&j, "code", str_of(p->code));
    if (p->field != NULL)
        json_put_str(&j, "field", str_of(p->field));
    json_close_object(&j);
    buf_putc(&r->reply->body, '\n');
    r->reply->status = p->http;
    api_headers(r, "application/problem+json");
    if (p->http == 401)
        request_header(r, "WWW-Authenticate", STR("Basic realm=\"Fourways API\", charset=\"UTF-8\""));
}
