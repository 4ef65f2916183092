/* What a client sent, decoded strictly: percent escapes, form fields, look-ups. No library behind it.
 * Internal to base/: httpd.c builds requests with it. */
#ifndef FW_BASE_HTTP_DECODE_H
#define FW_BASE_HTTP_DECODE_H

#include "base/httpd.h"

#define HTTP_FIELDS_MAX 2000u
#define HTTP_TARGET_MAX 8192u
#define HTTP_HEADERS_MAX 100u
#define HTTP_HEADER_BYTES_MAX 32768u

/* Why a request does not reach the handler: an HTTP status (0: it does) and a sentence. */
struct http_refusal {
    int status;
    char why[240];
};
/* Keeps the first reason; always returns false. */
bool http_refuse(struct http_refusal *f, int status, const char *fmt, ...) FW_PRINTF(3, 4);

/* Both below: false, with the reason in f, for what is not well-formed or past a limit. */

/* "a=b&c=d" as browsers send it. what: "query" or "form", for the sentence. An empty input has no fields. */
bool http_decode_fields(struct arena *a, const char *what, struct str in, size_t field_max, struct http_pair **fields_r,
    size_t *n_r, struct http_refusal *f);
/* Origin form ("/path?query") or absolute form ("http://host/path?query", RFC 9112 section 3.2.2):
 * fills target, path and query. */
bool http_decode_target(struct http_request *r, struct str raw, size_t field_max, struct http_refusal *f);

#endif
