#include "tests/support/suite.h"
#include "web/route.h"

static struct str params[REQUEST_PARAMS_MAX];
static char allow[ROUTE_ALLOW_MAX];

static const struct route *find(const char *method, const char *path)
{
    return route_find(str_of(method), str_of(path), params, allow);
}

START_TEST(a_segment_in_braces_stands_for_one_segment)
{
    ck_assert(route_match("/zones/{name}/records", STR("/zones/shop.test/records"), params));
    ck_assert(str_eqz(params[0], "shop.test"));
    ck_assert(!route_match("/zones/{name}", STR("/zones/"), params));
    ck_assert(!route_match("/zones/{name}", STR("/zones"), params));
    ck_assert(!route_match("/zones/{name}", STR("/zones/a/b"), params));
    ck_assert(!route_match("/zones/{name}", STR("zones/a"), params));
    ck_assert(!route_match("/zones/{name}", STR("/zones/a/"), params));
    ck_assert(!route_match("/", STR("//"), params));
    ck_assert(route_match("/", STR("/"), params));
}
END_TEST

START_TEST(a_route_is_found_by_method_and_path)
{
    const struct route *r = find("GET", "/v1/orders/42");
    ck_assert(r != NULL);
    ck_assert_str_eq(r->pattern, "/v1/orders/{id}");
    ck_assert(str_eqz(params[0], "42"));
    ck_assert_ptr_eq(find("HEAD", "/v1/orders/42"), r);
}
END_TEST

START_TEST(a_path_without_the_method_says_which_it_has)
{
    ck_assert_ptr_null(find("PATCH", "/v1/domains/a.test"));
    ck_assert_str_eq(allow, "GET, HEAD, DELETE");
    ck_assert_ptr_null(find("get", "/"));
    ck_assert_str_eq(allow, "GET, HEAD");
    ck_assert_ptr_null(find("GET", "/no/such/page"));
    ck_assert_str_eq(allow, "");
}
END_TEST

START_TEST(no_route_stands_twice_and_each_has_what_it_needs)
{
    for (size_t i = 0; i < routes_n; i++) {
        ck_assert(routes[i].run != NULL && routes[i].summary[0] != '\0' && routes[i].pattern[0] == '/');
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(
                strcmp(routes[i].method, routes[j].method) != 0 || strcmp(routes[i].pattern, routes[j].pattern) != 0,
                "%s %s stands twice", routes[i].method, routes[i].pattern);
    }
}
END_TEST

/* What changes something asks who you are: a page's form is checked for its token, which needs a visitor; the API asks
 * for a key everywhere but for its description. */
START_TEST(nothing_is_changed_by_nobody)
{
    for (size_t i = 0; i < routes_n; i++) {
        bool api = strncmp(routes[i].pattern, "/v1/", 4) == 0;
        if (strcmp(routes[i].method, "GET") != 0)
            ck_assert_msg(routes[i].auth == (api ? AUTH_KEY : AUTH_SESSION) ||
                              (!api && routes[i].auth == AUTH_VISITOR && strncmp(routes[i].pattern, "/log", 4) == 0),
                "%s %s", routes[i].method, routes[i].pattern);
        if (api && strcmp(routes[i].pattern, "/v1/openapi.json") != 0)
            ck_assert_int_eq(routes[i].auth, AUTH_KEY);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("route");
    TCase *c = tcase_create("route");
    tcase_add_test(c, a_segment_in_braces_stands_for_one_segment);
    tcase_add_test(c, a_route_is_found_by_method_and_path);
    tcase_add_test(c, a_path_without_the_method_says_which_it_has);
    tcase_add_test(c, no_route_stands_twice_and_each_has_what_it_needs);
    tcase_add_test(c, nothing_is_changed_by_nobody);
    suite_add_tcase(s, c);
    return suite_run(s);
}
