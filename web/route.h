/* Routes: one table of all operations, of pages and API alike.
 *
 * Adding an operation is one row in routes.c and one handler, declared in handlers.h. A pattern is a path whose
 * segments are literal or {name}, which stands for any one segment that is not empty; what stood there comes to
 * the handler decoded, in order, as request.params. A HEAD request runs the route of GET.
 */
#ifndef FW_WEB_ROUTE_H
#define FW_WEB_ROUTE_H

#include "web/request.h"

enum auth {
    AUTH_NONE, /* open to all, needs no database */
    AUTH_VISITOR, /* open to all; who is signed in is known */
    AUTH_SESSION, /* people who are signed in; others are sent to sign in and back */
    AUTH_KEY, /* programs with an API key (HTTP Basic, RFC 7617) */
};

struct route {
    const char *method; /* "GET" */
    const char *pattern; /* "/orders/{id}" */
    enum auth auth;
    enum status (*run)(struct request *r, struct error *e);
    const char *summary;
};

extern const struct route routes[];
extern const size_t routes_n;

#define ROUTE_ALLOW_MAX 64

/* NULL where none fits; then allow_r has the methods that the path has ("GET, HEAD, POST"), or is empty where no
 * route has the path. */
const struct route *route_find(
    struct str method, struct str path, struct str params[REQUEST_PARAMS_MAX], char allow_r[ROUTE_ALLOW_MAX]);
/* The pattern alone. */
bool route_match(const char *pattern, struct str path, struct str params[REQUEST_PARAMS_MAX]);

#endif
