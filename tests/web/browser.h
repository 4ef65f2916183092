/* A browser of few abilities: keeps our two cookies, finds the token in a form, sends forms. Every page it gets is
 * parsed as XML, so a value that is not escaped or an element that is not closed is found wherever it is. */
#ifndef FW_TESTS_WEB_BROWSER_H
#define FW_TESTS_WEB_BROWSER_H

#include "tests/web/web_test.h"
#include "web/html.h"

struct browser {
    struct str session, form; /* cookies */
    struct str csrf; /* of the last page with a form */
};

#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"

static void cookie_take(const struct got *g, const char *name, struct str *value)
{
    struct str set = header_of(g, "set-cookie", arena_printf(&a, "%s=", name)), pair;
    if (str_empty(set))
        return;
    ck_assert(str_take(&set, ';', &pair));
    ck_assert(says(set, "HttpOnly") && says(set, "SameSite=Lax") && says(set, "Path=/"));
    *value = str_n(pair.p + strlen(name) + 1, pair.n - strlen(name) - 1);
}

static void well_formed(const struct got *g)
{
    struct str doc = g->body, first;
    struct xml_node *root;
    static const struct xml_limits limits = {.bytes = 1 << 22, .depth = 64, .nodes = 100000, .attrs = 32};
    if (!str_starts(header_of(g, "content-type", ""), STR("text/html")) || str_empty(doc))
        return;
    if (str_starts(doc, STR("<!doctype html>")))
        ck_assert(str_take(&doc, '\n', &first));
    ck_assert_msg(xml_parse(&a, doc, &limits, &root, &err) == OK, "%s in\n%.*s", err.text, STR_ARG(doc));
    ck_assert(says(header_of(g, "content-security-policy", ""), "default-src 'none'; style-src 'self'"));
    ck_assert(!says(header_of(g, "content-security-policy", ""), "unsafe"));
}

static struct got browse(
    struct browser *b, const char *method, const char *target, const char *headers, struct str body)
{
    struct str cookie = str_printf(&a, "Cookie: other=1; fourways_session=%.*s; fourways_form=%.*s\r\n%s",
        STR_ARG(b->session), STR_ARG(b->form), headers);
    struct got g = ask(method, target, str_dupz(&a, cookie), body);
    cookie_take(&g, "fourways_session", &b->session);
    cookie_take(&g, "fourways_form", &b->form);
    well_formed(&g);
    /* the last form's: the first is the one for signing out, and they are the same */
    if (says(g.body, "name=\"csrf\" value=\""))
        b->csrf = str_dup(&a, between(g.body, "name=\"csrf\" value=\"", "\""));
    return g;
}

static FW_UNUSED struct got visit(struct browser *b, const char *target)
{
    return browse(b, "GET", target, "", STR(""));
}

/* fields: "name=a b|years=1", values as typed; the token is added. */
static FW_UNUSED struct got submit(struct browser *b, const char *target, const char *fields)
{
    struct buf body;
    struct str rest = str_of(fields), pair, name;
    buf_in(&body, &a, 4 << 20);
    buf_printf(&body, "csrf=%.*s", STR_ARG(b->csrf));
    while (str_take(&rest, '|', &pair)) {
        ck_assert(str_take(&pair, '=', &name));
        buf_printf(&body, "&%.*s=%.*s", STR_ARG(name), STR_ARG(url_encode(&a, str_is_null(pair) ? STR("") : pair)));
    }
    return browse(b, "POST", target, FORM_TYPE, buf_view(&body));
}

static FW_UNUSED struct browser signed_in(const char *login)
{
    struct browser b = {0};
    ck_assert_int_eq(visit(&b, "/login").status, 200);
    struct got g = submit(&b, "/login", arena_printf(&a, "name=%s|password=" PASSWORD, login));
    ck_assert_int_eq(g.status, 303);
    ck_assert_int_eq(visit(&b, "/").status, 200); /* its form has the session's token */
    return b;
}

#endif
