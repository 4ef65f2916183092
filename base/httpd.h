/* The one door to libmicrohttpd: a small HTTP server for web/ and for /metrics of the daemons.
 * The whole request (headers, body up to a maximum) is read before the handler runs, on a thread of a
 * pool; the handler fills the reply. Slow clients hold a connection, never a thread of the pool.
 *
 * Limits: 2,000 query and 2,000 form fields, 8 KiB of URL, 100 headers and 32 KiB of them, the body,
 * the length of a form field, connections in all and per address, time-outs. What is past a limit, or
 * not well-formed (percent escapes, UTF-8, NUL), never reaches the handler: it is answered 400, 413,
 * 414 or 431 with a sentence saying what and where, through `refuse` or as plain text. Header fields
 * such as CSP are the handler's concern, for its replies. Nothing is streamed. */
#ifndef FW_BASE_HTTPD_H
#define FW_BASE_HTTPD_H

#include "base/buf.h"
#include "base/net.h"

struct httpd;

struct http_pair {
    struct str name, value;
};

struct http_request {
    struct arena *arena; /* of this request; gone after the reply */
    struct str method;
    struct str target; /* path and query as sent, undecoded (for signatures) */
    struct str path; /* path percent-decoded, valid UTF-8, no NUL; starts with / */
    struct http_pair *query;
    size_t query_n; /* decoded */
    struct http_pair *headers;
    size_t headers_n;
    struct http_pair *form;
    size_t form_n; /* application/x-www-form-urlencoded body, decoded */
    struct str body; /* as sent, of whatever type; empty but present where there is none */
    struct str peer; /* "127.0.0.1" */
};
/* The first of that name, STR_NULL if absent; header names without regard to case. */
struct str http_header(const struct http_request *r, const char *name);
struct str http_query(const struct http_request *r, const char *name);
struct str http_form(const struct http_request *r, const char *name);
struct str http_cookie(const struct http_request *r, const char *name);

struct http_reply {
    int status; /* 200 unless changed */
    struct buf body; /* in the request's arena; at most 64 MiB */
    struct http_pair headers[24];
    size_t headers_n;
};
/* value is copied. Line breaks or other control characters in it turn the whole reply into a 500: a
 * header is never cut in two. More than 24 headers break an invariant. */
void http_reply_header(struct http_request *r, struct http_reply *p, const char *name, struct str value);

struct httpd_settings {
    const struct net_addr *addrs;
    size_t addrs_n;
    unsigned threads; /* that run handlers; 0: 4 */
    size_t body_max; /* 0: 1 MiB; more is 413 */
    size_t field_max; /* longest query or form field; 0: 64 KiB; more is 413, naming the field */
    unsigned connections_max; /* per listening address; 0: 512 */
    unsigned per_address_max; /* connections from one client address; 0: half of connections_max */
    int timeout_s; /* of a connection on which nothing moves; 0: 15 */
    /* For a whole request to come, counted from the start of the connection or the end of the reply before; and again
     * for the reply to be taken, with a second more each 16 KiB. 0: 60 */
    int request_s;
    void (*handler)(void *ctx, struct http_request *r, struct http_reply *p);
    /* Renders what is refused before the handler: p->status is set, why is a sentence for people, r may
     * be incomplete (path, headers and fields empty). Runs on the I/O thread: it must not wait for
     * anything. NULL: plain text. */
    void (*refuse)(void *ctx, struct http_request *r, struct http_reply *p, const char *why);
    void *ctx;
};
enum status httpd_start(const struct httpd_settings *s, struct httpd **h_r, struct error *e) FW_MUST_CHECK;
/* The address that the i-th of addrs_n is really bound to: with port 0 asked for, the port given. */
void httpd_addr(const struct httpd *h, size_t i, struct net_addr *addr_r) FW_NONNULL_ALL;
/* Takes no new connections, lets handlers that run finish and their replies go out (2 s), frees all. */
void httpd_stop(struct httpd **h);

#endif
