/* A request under way, as handlers get it: parsed, matched to its route, its caller known.
 *
 * A handler fills the reply and returns OK, or returns an error, which dispatch.c turns into an error page or, below
 * /v1, into problem+json. Everything lives in the request's arena.
 */
#ifndef FW_WEB_REQUEST_H
#define FW_WEB_REQUEST_H

#include "billing/account.h"
#include "web/html.h"
#include "web/web.h"

#define REQUEST_PARAMS_MAX 3

struct route;

struct request {
    const struct web *web;
    struct http_request *http;
    struct http_reply *reply;
    struct arena *arena;
    struct db *db; /* NULL for routes of AUTH_NONE */
    time_us now;
    const struct route *route; /* NULL where none matched */
    struct str params[REQUEST_PARAMS_MAX]; /* what stood for {…} in the route's pattern, decoded */
    struct session session; /* account_id 0: nobody is signed in */
    struct account acc; /* of the session or the API key; id 0: none */
    struct html html; /* writes into the reply */
    int http_status; /* for an error whose HTTP status is not that of its class; 0: the class's */
    const char *field; /* of the input that an error is about; NULL: see problem.c */
    const char *allow; /* for 405 */
};

/* For the log: "GET /zones/shop.test", the path as it was sent, so that blanks in it do not look like fields of the
 * line. Without the query, which may have private matter in it. */
const char *request_subject(const struct request *r) FW_RETURNS_NONNULL FW_NONNULL_ALL;
/* A form field or query value, trimmed; "" where absent. */
struct str request_form(const struct request *r, const char *name) FW_NONNULL_ALL;
struct str request_query(const struct request *r, const char *name) FW_NONNULL_ALL;
/* The whole number in a path segment. NOT_FOUND with `code` ("no-order") where it is none. */
enum status request_id(const struct request *r, size_t param, const char *what, int64_t *id_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
void request_header(struct request *r, const char *name, struct str value) FW_NONNULL_ALL;
/* 303 to a local path. */
enum status request_redirect(struct request *r, struct str path) FW_NONNULL_ALL;
/* Fills e with a class and code, and the request with an HTTP status of its own. */
enum status request_fail(struct request *r, int http_status, struct error *e, enum status s, const char *code,
    const char *fmt, ...) FW_PRINTF(6, 7) FW_NONNULL_ALL;
/* INVALID with the field it is about. */
enum status request_invalid(struct request *r, const char *field, struct error *e, const char *code, const char *fmt,
    ...) FW_PRINTF(5, 6) FW_NONNULL_ALL;

/* Cookies, with the attributes that all of ours have. value STR_NULL: forget it. */
#define COOKIE_SESSION "fourways_session"
#define COOKIE_FORM "fourways_form"
struct str cookie_get(const struct request *r, const char *name) FW_NONNULL_ALL;
void cookie_set(struct request *r, const char *name, struct str value) FW_NONNULL_ALL;

/* For the forms on this page. Before signing in it needs the form cookie, which this sets. */
struct str request_csrf(struct request *r) FW_NONNULL_ALL;
bool request_csrf_good(const struct request *r) FW_NONNULL_ALL;

/* Only a path on this site may be gone back to: "/orders/7?x=y"; anything else gives "/". */
struct str next_path(struct str wanted);

/* Short ways to text for pages and JSON. */
struct str text_int(struct arena *a, int64_t v);
struct str text_time(struct arena *a, time_us t); /* "22 November 2026, 13:42:05 UTC"; "" for 0 */
struct str text_date(struct arena *a, time_us t); /* "22 November 2026" */
struct str text_moment(struct arena *a, time_us t); /* "22 Nov 2026, 13:42 UTC", for tables; "" for 0 */
struct str text_took(struct arena *a, time_us from, time_us to); /* "0.42 s" */
struct str text_shown(struct arena *a, struct str name); /* U-labels: "bücher.test" */

#endif
