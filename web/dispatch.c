#include "base/log.h"
#include "base/metrics.h"
#include "registrar/credential.h"
#include "web/api.h"
#include "web/page.h"
#include "web/problem.h"
#include "web/route.h"

METRIC(replies_2xx, "fourways_web_replies_total", "class=\"2xx\"", "counter", "Replies by class of status.");
METRIC(replies_3xx, "fourways_web_replies_total", "class=\"3xx\"", "counter", "Replies by class of status.");
METRIC(replies_4xx, "fourways_web_replies_total", "class=\"4xx\"", "counter", "Replies by class of status.");
METRIC(replies_5xx, "fourways_web_replies_total", "class=\"5xx\"", "counter", "Replies by class of status.");

/* By the path as sent where it could not be decoded. */
static bool is_api(const struct request *r)
{
    struct str path = str_empty(r->http->path) ? r->http->target : r->http->path;
    return str_starts(path, STR("/v1/")) || str_eqz(path, "/v1");
}

static bool is_post(const struct request *r)
{
    return str_eqz(r->http->method, "POST");
}

/* ---- who asks ------------------------------------------------------------------------------------------- */

static enum status visitor_find(struct request *r, struct error *e)
{
    struct str token = cookie_get(r, COOKIE_SESSION);
    if (str_is_null(token))
        return OK;
    struct error no = {0};
    enum status s = session_find(r->db, r->arena, token, &r->web->session, r->now, &r->session, &no);
    if (s == NOT_FOUND) {
        r->session = (struct session){0};
        return OK;
    }
    if (s != OK) {
        *e = no;
        return s;
    }
    return account_find_id(r->db, r->arena, r->session.account_id, &r->acc, e);
}

/* Back to the page they wanted; from a form, to the page it stood on. */
static enum status send_to_login(struct request *r)
{
    struct str params[REQUEST_PARAMS_MAX];
    char allow[ROUTE_ALLOW_MAX];
    struct str next = r->http->target;
    if (is_post(r))
        next = route_find(STR("GET"), r->http->path, params, allow) != NULL ? r->http->target : STR("/");
    return request_redirect(
        r, str_printf(r->arena, "/login?next=%.*s", STR_ARG(url_encode(r->arena, next_path(next)))));
}

static enum status key_refused(struct request *r, struct error *e, const char *text)
{
    return request_fail(r, 401, e, DENIED, "bad-api-key", "%s", text);
}

static enum status key_find(struct request *r, struct error *e)
{
    int64_t account_id = 0;
    struct str h = http_header(r->http, "authorization"), scheme, plain, id;
    if (str_is_null(h))
        return key_refused(r, e, "give the API key's id and secret as user and password (HTTP Basic)");
    if (!str_take(&h, ' ', &scheme) || !str_ieq(scheme, STR("Basic")) || h.n > 1024 ||
        !base64_decode(r->arena, str_trim(h), &plain) || str_find(plain, ':', 0) < 0 || !str_take(&plain, ':', &id))
        return key_refused(r, e, "the Authorization header is not HTTP Basic with an API key's id and secret");
    enum status s = api_key_verify(r->db, r->arena, &r->web->key, id, plain, &account_id, e);
    if (s == DENIED)
        return key_refused(r, e, "the API key or its secret is wrong");
    TRY(s);
    return account_find_id(r->db, r->arena, account_id, &r->acc, e);
}

/* ---- running a route --------------------------------------------------------------------------------------- */

/* In front of every page's POST, so that no handler can forget it. Another site's form is refused by the browser's own
 * word too, where it gives it (Sec-Fetch-Site). */
static enum status post_check(struct request *r, struct error *e)
{
    struct str type = http_header(r->http, "content-type"), kind;
    struct str site = http_header(r->http, "sec-fetch-site");
    if (!str_take(&type, ';', &kind) || !str_ieq(str_trim(kind), STR("application/x-www-form-urlencoded")))
        return request_fail(r, 415, e, INVALID, "content-type",
            "forms come as application/x-www-form-urlencoded; this came as something else");
    if (str_eqz(site, "cross-site") || !request_csrf_good(r))
        return request_fail(r, 403, e, DENIED, "form-expired",
            "This form was made for another session, or cookies are switched off. Nothing was done.");
    return OK;
}

static enum status no_route(struct request *r, const char *allow, struct error *e)
{
    if (allow[0] == '\0')
        return error_set(e, NOT_FOUND, "no-page", "There is nothing at this address.");
    r->allow = arena_strdup(r->arena, allow);
    return request_fail(
        r, 405, e, INVALID, "method", "%.*s is not possible here; possible are %s", STR_ARG(r->http->method), allow);
}

static enum status route_run(struct request *r, struct error *e)
{
    enum auth auth = r->route->auth;
    if (auth != AUTH_NONE)
        TRY(db_pool_take(r->web->pool, &r->db, e));
    if (auth == AUTH_KEY) {
        TRY(key_find(r, e));
        return r->route->run(r, e);
    }
    if (auth != AUTH_NONE)
        TRY(visitor_find(r, e));
    if (auth == AUTH_SESSION && r->session.account_id == 0)
        return send_to_login(r);
    if (is_post(r))
        TRY(post_check(r, e));
    return r->route->run(r, e);
}

static enum status dispatch(struct request *r, struct error *e)
{
    char allow[ROUTE_ALLOW_MAX];
    r->route = route_find(r->http->method, r->http->path, r->params, allow);
    return r->route != NULL ? route_run(r, e) : no_route(r, allow, e);
}

static void retry_after(struct request *r, int status)
{
    if (status == 503)
        request_header(r, "Retry-After", STR("5"));
}

static void fail(struct request *r, const struct error *e)
{
    struct problem p = problem_of(r, e);
    buf_reset(&r->reply->body);
    r->reply->headers_n = 0;
    if (is_api(r))
        problem_json(r, &p);
    else
        page_error(r, &p);
    if (p.http == 405)
        request_header(r, "Allow", str_of(r->allow));
    retry_after(r, p.http);
}

static void count(int status)
{
    static struct metric *const by_class[] = {&replies_2xx, &replies_3xx, &replies_4xx, &replies_5xx};
    if (status >= 200 && status < 600)
        metric_add(by_class[status / 100 - 2], 1);
}

static struct request request_of(const struct web *web, struct http_request *http, struct http_reply *reply)
{
    return (struct request){
        .web = web,
        .http = http,
        .reply = reply,
        .arena = http->arena,
        .now = clock_now(),
        .html.out = &reply->body,
    };
}

void web_handle(void *ctx, struct http_request *http, struct http_reply *reply)
{
    const struct web *web = ctx;
    uint64_t start = clock_monotonic_ns();
    struct error e = {0};
    struct request r = request_of(web, http, reply);
    bool good = dispatch(&r, &e) == OK; /* e may tell of what a handler got over */
    if (!good)
        fail(&r, &e);
    db_pool_give(web->pool, &r.db);
    count(reply->status);
    log_event(LOG_INFO, "http", request_subject(&r), "status=%d ms=%.1f bytes=%zu peer=%.*s account=%.*s%s%s",
        reply->status, (double)(clock_monotonic_ns() - start) / 1e6, reply->body.n, STR_ARG(http->peer),
        STR_ARG(r.acc.id != 0 ? r.acc.name : STR("-")), good ? "" : " code=", good ? "" : e.code);
}

void web_refuse(void *ctx, struct http_request *http, struct http_reply *reply, const char *why)
{
    struct request r = request_of(ctx, http, reply);
    struct problem p = {
        .http = reply->status,
        .title = http_title(reply->status),
        .detail = why,
        .code = "request-refused",
    };
    if (is_api(&r))
        problem_json(&r, &p);
    else
        page_error(&r, &p);
    retry_after(&r, p.http);
    count(p.http);
}
