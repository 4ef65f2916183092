/* What went wrong, for the one who asked: from a status and its error to HTTP.
 *
 * Pages show it in a frame with a way on (page_error.c); the API says it as application/problem+json (RFC 9457)
 * with the members type, title, status, detail, and code (the error's stable word) and field (the member of the
 * input it is about, where that is known). Faults of our own are told by a reference that stands in the log, not
 * by their text.
 */
#ifndef FW_WEB_PROBLEM_H
#define FW_WEB_PROBLEM_H

#include "web/request.h"

struct problem {
    int http;
    const char *title; /* the HTTP status in words */
    const char *detail; /* a sentence for people */
    const char *code;
    const char *field; /* NULL: not known */
};

struct problem problem_of(struct request *r, const struct error *e) FW_NONNULL_ALL;
/* Replaces whatever the reply had so far. */
void problem_json(struct request *r, const struct problem *p) FW_NONNULL_ALL;
const char *http_title(int status) FW_RETURNS_NONNULL;
/* The input that an error with this code is about; NULL: none, or several could be. */
const char *problem_field(struct arena *a, const char *code);

#endif
