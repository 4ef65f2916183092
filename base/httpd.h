/* The one door to libmicrohttpd: a small HTTP server for web/ and for /metrics of the daemons.
 * The whole request (headers, body up to a maximum) is read before the handler runs, on a thread of a
 * pool; the handler fills the reply. Limits: body, header count, URL length, connections, per-address
 * connections, time-outs. Nothing is streamed. */
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
    struct str method, path; /* path percent-decoded, valid UTF-8, no NUL; starts with / */
    struct http_pair *query;
    size_t query_n; /* decoded */
    struct http_pair *headers;
    size_t headers_n;
    struct http_pair *form;
    size_t form_n; /* application/x-www-form-urlencoded body, decoded */
    struct str body;
    struct str peer; /* "127.0.0.1" */
};
struct str http_header(const struct http_request *r, const char *name);
struct str http_query(const struct http_request *r, const char *name);
struct str http_form(const struct http_request *r, const char *name); /* STR_NULL if absent */
struct str http_cookie(const struct http_request *r, const char *name);

struct http_reply {
    int status;
    struct buf body; /* in the request's arena */
    struct http_pair headers[24];
    size_t headers_n;
};
void http_reply_header(struct http_request *r, struct http_reply *p, const char *name, struct str value);

struct httpd_settings {
    const struct net_addr *addrs;
    size_t addrs_n;
    unsigned threads; /* 0: 4 */
    size_t body_max; /* 0: 1 MiB; more is answered 413 by `refuse` or plainly */
    size_t field_max; /* longest form field; 0: 64 KiB; the handler sees over-long ones as they are */
    unsigned connections_max; /* 0: 512 */
    int timeout_s; /* 0: 15 */
    void (*handler)(void *ctx, struct http_request *r, struct http_reply *p);
    void *ctx;
};
enum status httpd_start(const struct httpd_settings *s, struct httpd **h_r, struct error *e) FW_MUST_CHECK;
void httpd_stop(struct httpd **h);

#endif
