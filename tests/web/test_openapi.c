#include "base/json.h"
#include "registrar/contact.h"
#include "tests/support/suite.h"
#include "web/route.h"
#include "web/static.h"

/* The API's description against the routes, in both directions, and against itself. */

static struct arena a;
static struct error e;
static struct json_val *doc;

static void setup(void)
{
    arena_init(&a, 0);
    enum status s = json_parse(&a, static_content(static_find(STR("openapi.json"))), 1 << 20, &doc, &e);
    ck_assert_msg(s == OK, "%s", e.text);
}

static void teardown(void)
{
    arena_clear(&a);
}

static bool is_api(const struct route *r)
{
    return strncmp(r->pattern, "/v1/", 4) == 0;
}

static const struct json_val *operation(const struct route *r)
{
    char method[16] = {0};
    for (size_t i = 0; i + 1 < sizeof(method) && r->method[i] != '\0'; i++)
        method[i] = ascii_lower(r->method[i]);
    const struct json_val *path = json_get(json_get(doc, "paths"), r->pattern);
    return path != NULL ? json_get(path, method) : NULL;
}

START_TEST(each_route_of_the_api_is_described)
{
    size_t found = 0;
    for (size_t i = 0; i < routes_n; i++) {
        if (!is_api(&routes[i]))
            continue;
        ck_assert_msg(operation(&routes[i]) != NULL, "%s %s is not described", routes[i].method, routes[i].pattern);
        found++;
    }
    ck_assert_uint_ge(found, 16);
}
END_TEST

static bool is_routed(const char *path, const char *method)
{
    for (size_t i = 0; i < routes_n; i++)
        if (strcmp(routes[i].pattern, path) == 0 && str_ieq(str_of(routes[i].method), str_of(method)))
            return true;
    return false;
}

START_TEST(each_operation_that_is_described_has_a_route)
{
    for (const struct json_val *p = json_get(doc, "paths")->first; p != NULL; p = p->next)
        for (const struct json_val *m = p->first; m != NULL; m = m->next)
            ck_assert_msg(is_routed(p->key, m->key), "%s %s has no route", m->key, p->key);
}
END_TEST

/* {name} in the path ⇔ a parameter in: path */
static bool has_parameter(const struct json_val *op, struct str name)
{
    const struct json_val *list = json_get(op, "parameters");
    for (const struct json_val *p = list != NULL ? list->first : NULL; p != NULL; p = p->next) {
        const struct json_val *n = json_get(p, "name"), *in = json_get(p, "in");
        if (n != NULL && in != NULL && str_eq(n->str, name) && str_eqz(in->str, "path"))
            return true;
    }
    return false;
}

START_TEST(each_parameter_of_a_path_is_described)
{
    for (size_t i = 0; i < routes_n; i++) {
        struct str rest = str_of(routes[i].pattern), part;
        if (!is_api(&routes[i]))
            continue;
        while (str_take(&rest, '/', &part))
            if (part.n > 2 && part.p[0] == '{')
                ck_assert_msg(has_parameter(operation(&routes[i]), str_n(part.p + 1, part.n - 2)), "%s %s: %.*s",
                    routes[i].method, routes[i].pattern, STR_ARG(part));
    }
}
END_TEST

START_TEST(what_needs_a_key_says_so)
{
    for (size_t i = 0; i < routes_n; i++) {
        if (!is_api(&routes[i]))
            continue;
        const struct json_val *op = operation(&routes[i]), *security = json_get(op, "security");
        bool open = security != NULL && security->n == 0;
        ck_assert_msg(open == (routes[i].auth != AUTH_KEY), "%s", routes[i].pattern);
        ck_assert(open || json_get(json_get(op, "responses"), "401") != NULL);
    }
}
END_TEST

/* "#/components/schemas/Order" */
static bool resolves(struct str ref)
{
    const struct json_val *v = doc;
    struct str part;
    if (!str_take(&ref, '/', &part) || !str_eqz(part, "#"))
        return false;
    while (v != NULL && str_take(&ref, '/', &part))
        v = json_get(v, str_dupz(&a, part));
    return v != NULL;
}

static size_t check_refs(const struct json_val *v)
{
    size_t n = 0;
    if (v->key != NULL && strcmp(v->key, "$ref") == 0) {
        ck_assert_msg(resolves(v->str), "%.*s leads nowhere", STR_ARG(v->str));
        n++;
    }
    if (v->type == JSON_T_OBJECT || v->type == JSON_T_ARRAY)
        for (const struct json_val *c = v->first; c != NULL; c = c->next)
            n += check_refs(c);
    return n;
}

START_TEST(each_reference_leads_somewhere)
{
    ck_assert_uint_gt(check_refs(doc), 40);
}
END_TEST

START_TEST(a_registrant_has_the_fields_of_a_contact)
{
    const struct json_val *r = json_get(json_get(json_get(doc, "components"), "schemas"), "Registrant");
    const struct json_val *properties = json_get(r, "properties");
    ck_assert_uint_eq(properties->n, contact_fields_n);
    for (size_t i = 0; i < contact_fields_n; i++) {
        const struct json_val *p = json_get(properties, contact_fields[i].key);
        ck_assert_msg(p != NULL, "%s", contact_fields[i].key);
        ck_assert_int_eq(json_get(p, "maxLength")->i, (int64_t)contact_fields[i].max);
        bool required = false;
        for (const struct json_val *n = json_get(r, "required")->first; n != NULL; n = n->next)
            required = required || str_eqz(n->str, contact_fields[i].key);
        ck_assert_int_eq(required, contact_fields[i].required);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("openapi");
    TCase *c = tcase_create("openapi");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, each_route_of_the_api_is_described);
    tcase_add_test(c, each_operation_that_is_described_has_a_route);
    tcase_add_test(c, each_parameter_of_a_path_is_described);
    tcase_add_test(c, what_needs_a_key_says_so);
    tcase_add_test(c, each_reference_leads_somewhere);
    tcase_add_test(c, a_registrant_has_the_fields_of_a_contact);
    suite_add_tcase(s, c);
    return suite_run(s);
}
