#include "tests/web/browser.h"
#include "web/route.h"

START_TEST(private_pages_send_to_sign_in_and_back)
{
    struct browser b = {0};
    struct got g = visit(&b, "/register?domain=my.test");
    ck_assert_int_eq(g.status, 303);
    struct str location = header_of(&g, "location", "");
    ck_assert(str_eqz(location, "/login?next=%2Fregister%3Fdomain%3Dmy.test"));
    g = visit(&b, str_dupz(&a, location));
    ck_assert(says(g.body, "name=\"next\" value=\"/register?domain=my.test\""));
    g = submit(&b, "/login", "name=demo|password=" PASSWORD "|next=/register?domain=my.test");
    ck_assert_int_eq(g.status, 303);
    ck_assert(str_eqz(header_of(&g, "location", ""), "/register?domain=my.test"));
    ck_assert_int_eq(visit(&b, "/register?domain=my.test").status, 200);
}
END_TEST

START_TEST(each_private_page_is_closed_to_strangers)
{
    for (size_t i = 0; i < routes_n; i++) {
        struct browser b = {.session = STR("0000000000000000000000000000000000000000000000000000000000000000")};
        if (routes[i].auth != AUTH_SESSION)
            continue;
        struct buf path;
        buf_in(&path, &a, 256);
        for (const char *p = routes[i].pattern; *p != '\0'; p++)
            if (*p == '{')
                buf_putc(&path, '1');
            else if (memchr("abcdefghijklmnopqrstuvwxyz/}", *p, 28) != NULL && *p != '}')
                buf_putc(&path, *p);
        struct got g = browse(&b, routes[i].method, str_dupz(&a, buf_view(&path)), FORM_TYPE, STR(""));
        ck_assert_msg(g.status == 303 && str_starts(header_of(&g, "location", ""), STR("/login?next=")), "%s %s: %d",
            routes[i].method, routes[i].pattern, g.status);
    }
}
END_TEST

START_TEST(a_wrong_password_and_an_unknown_name_are_told_alike)
{
    struct browser b = {0};
    visit(&b, "/login");
    struct got wrong = submit(&b, "/login", "name=demo|password=wrong"),
               unknown = submit(&b, "/login", "name=demx|password=wrong");
    ck_assert_int_eq(wrong.status, 422);
    ck_assert_int_eq(unknown.status, 422);
    ck_assert(says(wrong.body, "The login name or the password is wrong"));
    ck_assert(says(unknown.body, "The login name or the password is wrong"));
    ck_assert(says(wrong.body, "name=\"name\"") && says(wrong.body, "value=\"demo\""));
    ck_assert(!says(wrong.body, "value=\"wrong\""));
    ck_assert(str_empty(b.session));
}
END_TEST

START_TEST(after_many_wrong_passwords_a_login_is_blocked_for_a_while)
{
    struct browser b = {0};
    visit(&b, "/login");
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(submit(&b, "/login", "name=rival|password=wrong").status, 422);
    struct got g = submit(&b, "/login", "name=rival|password=" PASSWORD);
    ck_assert_int_eq(g.status, 422);
    ck_assert_msg(says(g.body, "too many wrong passwords"), "%.*s", STR_ARG(g.body));
    ck_assert(str_empty(b.session));
}
END_TEST

START_TEST(a_blocked_login_is_told_as_one_that_there_is_not)
{
    struct browser b = {0};
    visit(&b, "/login");
    ok(db_run_script(db, STR("UPDATE login SET blocked_until = 9000000000000000 WHERE name = 'rival';"), &err));
    struct got blocked = submit(&b, "/login", "name=rival|password=wrong"),
               unknown = submit(&b, "/login", "name=rivax|password=wrong");
    ck_assert_int_eq(blocked.status, unknown.status);
    struct str p = str_dup(&a, blocked.body), q = unknown.body;
    char *name = memmem(p.p, p.n, "\"rival\"", 7);
    ck_assert(name != NULL);
    name[5] = 'x';
    ck_assert_msg(str_eq(p, q), "%.*s\n%.*s", STR_ARG(p), STR_ARG(q));
}
END_TEST

START_TEST(signing_in_makes_a_new_session_and_ends_the_old_one)
{
    struct browser b = signed_in("demo"), before = b;
    ck_assert_uint_eq(b.session.n, SESSION_TOKEN_CHARS);
    struct got g = submit(&b, "/login", "name=demo|password=" PASSWORD);
    ck_assert_int_eq(g.status, 303);
    ck_assert(!str_eq(b.session, before.session));
    ck_assert_int_eq(visit(&before, "/account").status, 303);
    ck_assert_int_eq(visit(&b, "/account").status, 200);
}
END_TEST

START_TEST(a_session_that_was_given_by_somebody_else_is_not_taken)
{
    struct str planted = STR("1111111111111111111111111111111111111111111111111111111111111111");
    struct browser b = {.session = planted};
    visit(&b, "/login");
    ck_assert_int_eq(submit(&b, "/login", "name=demo|password=" PASSWORD).status, 303);
    ck_assert(!str_eq(b.session, planted));
}
END_TEST

START_TEST(signing_out_ends_the_session)
{
    struct browser b = signed_in("demo"), kept = b;
    struct got g = submit(&b, "/logout", "");
    ck_assert_int_eq(g.status, 303);
    ck_assert(says(header_of(&g, "set-cookie", "fourways_session="), "Max-Age=0"));
    ck_assert(str_empty(b.session));
    ck_assert_int_eq(visit(&kept, "/account").status, 303);
}
END_TEST

START_TEST(nobody_is_sent_to_another_site)
{
    static const char *const bad[] = {"//evil.example", "https://evil.example/", "/\\evil.example", "evil"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct browser b = {0};
        visit(&b, "/login");
        struct got g = submit(&b, "/login", arena_printf(&a, "name=demo|password=" PASSWORD "|next=%s", bad[i]));
        ck_assert_int_eq(g.status, 303);
        ck_assert_msg(str_eqz(header_of(&g, "location", ""), "/"), "%s", bad[i]);
    }
}
END_TEST

/* Every form of every page, with no token, another's, and the one of the time before signing in. */
START_TEST(no_form_works_without_its_token)
{
    struct browser b = signed_in("demo"), other = signed_in("rival"), early = {0};
    visit(&early, "/login");
    struct str tokens[] = {STR("x"), other.csrf, early.csrf};
    size_t forms = 0;
    for (size_t i = 0; i < routes_n; i++) {
        if (strcmp(routes[i].method, "POST") != 0 || routes[i].auth == AUTH_KEY)
            continue;
        struct str path = str_of(routes[i].pattern), part;
        struct buf real;
        buf_in(&real, &a, 256);
        ck_assert(str_take(&path, '/', &part));
        while (str_take(&path, '/', &part))
            buf_printf(&real, "/%.*s", STR_ARG(part.p[0] == '{' ? STR("shop.test") : part));
        for (size_t t = 0; t < ARRAY_LEN(tokens); t++) {
            struct browser attacked = b;
            attacked.csrf = tokens[t];
            struct got g = submit(&attacked, str_dupz(&a, buf_view(&real)), "name=x|type=A");
            ck_assert_msg(g.status == 403, "%s: %d", routes[i].pattern, g.status);
            ck_assert(says(g.body, "Nothing was done"));
        }
        forms++;
    }
    ck_assert_uint_ge(forms, 9);
    ck_assert_int_eq(visit(&b, "/account").status, 200);
}
END_TEST

START_TEST(a_form_of_another_site_is_refused_by_the_browsers_own_word)
{
    struct browser b = signed_in("demo");
    struct str body = str_printf(&a, "csrf=%.*s", STR_ARG(b.csrf));
    struct got g = browse(&b, "POST", "/logout", FORM_TYPE "Sec-Fetch-Site: cross-site\r\n", body);
    ck_assert_int_eq(g.status, 403);
    g = browse(&b, "POST", "/logout", FORM_TYPE "Sec-Fetch-Site: same-origin\r\n", body);
    ck_assert_int_eq(g.status, 303);
}
END_TEST

START_TEST(forms_come_as_forms)
{
    struct browser b = signed_in("demo");
    struct got g = browse(&b, "POST", "/logout", "Content-Type: application/json\r\n", STR("{}"));
    ck_assert_int_eq(g.status, 415);
    g = browse(&b, "POST", "/logout", "", STR(""));
    ck_assert_int_eq(g.status, 415);
}
END_TEST

START_TEST(cookies_are_bound_to_https_where_that_is_served)
{
    web.secure_cookie = true;
    struct got g = ask("GET", "/login", "", STR(""));
    struct str set = header_of(&g, "set-cookie", "__Host-fourways_form=");
    ck_assert(says(set, "; Secure") && says(set, "HttpOnly") && says(set, "Path=/"));
    ck_assert(!says(set, "Domain"));
}
END_TEST

TEST_MAIN("login", ground_open, ground_close, setup, teardown, private_pages_send_to_sign_in_and_back,
    each_private_page_is_closed_to_strangers, a_wrong_password_and_an_unknown_name_are_told_alike,
    after_many_wrong_passwords_a_login_is_blocked_for_a_while, a_blocked_login_is_told_as_one_that_there_is_not,
    signing_in_makes_a_new_session_and_ends_the_old_one, a_session_that_was_given_by_somebody_else_is_not_taken,
    signing_out_ends_the_session, nobody_is_sent_to_another_site, no_form_works_without_its_token,
    a_form_of_another_site_is_refused_by_the_browsers_own_word, forms_come_as_forms,
    cookies_are_bound_to_https_where_that_is_served);
