#include "web/route.h"

bool route_match(const char *pattern, struct str path, struct str params[REQUEST_PARAMS_MAX])
{
    size_t found = 0;
    struct str want = str_of(pattern), want_part, part;
    for (;;) {
        bool more = str_take(&want, '/', &want_part);
        if (more != str_take(&path, '/', &part))
            return false;
        if (!more)
            return true;
        bool open = want_part.n > 2 && want_part.p[0] == '{';
        if (!open && !str_eq(want_part, part))
            return false;
        if (!open)
            continue;
        if (str_empty(part))
            return false;
        INVARIANT(found < REQUEST_PARAMS_MAX);
        params[found++] = part;
    }
}

static void allow_add(char allow[ROUTE_ALLOW_MAX], const char *method)
{
    size_t n = strlen(allow);
    int added = snprintf(allow + n, ROUTE_ALLOW_MAX - n, "%s%s%s", n > 0 ? ", " : "", method,
        strcmp(method, "GET") == 0 ? ", HEAD" : "");
    INVARIANT(added > 0 && n + (size_t)added < ROUTE_ALLOW_MAX);
}

const struct route *route_find(
    struct str method, struct str path, struct str params[REQUEST_PARAMS_MAX], char allow_r[ROUTE_ALLOW_MAX])
{
    allow_r[0] = '\0';
    if (str_eqz(method, "HEAD"))
        method = STR("GET");
    for (size_t i = 0; i < routes_n; i++) {
        if (!route_match(routes[i].pattern, path, params))
            continue;
        if (str_eqz(method, routes[i].method))
            return &routes[i];
        allow_add(allow_r, routes[i].method);
    }
    return NULL;
}
