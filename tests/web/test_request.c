#include "tests/support/suite.h"
#include "web/csrf.h"
#include "web/problem.h"

static struct arena a;

static void setup(void)
{
    crypto_init();
    arena_init(&a, 0);
}

static void teardown(void)
{
    arena_clear(&a);
}

START_TEST(a_token_is_good_for_its_own_secret_and_use_only)
{
    struct secret_key master = {{1}};
    struct csrf_key k, other;
    csrf_key_derive(&master, &k);
    master.b[0] = 2;
    csrf_key_derive(&master, &other);
    struct str t = csrf_token(&a, &k, CSRF_SESSION, STR("secret"));
    ck_assert(csrf_check(&a, &k, CSRF_SESSION, STR("secret"), t));
    ck_assert(!csrf_check(&a, &k, CSRF_FORM, STR("secret"), t));
    ck_assert(!csrf_check(&a, &k, CSRF_SESSION, STR("Secret"), t));
    ck_assert(!csrf_check(&a, &other, CSRF_SESSION, STR("secret"), t));
    ck_assert(!csrf_check(&a, &k, CSRF_SESSION, STR("secret"), STR_NULL));
    ck_assert(!csrf_check(&a, &k, CSRF_SESSION, STR("secret"), str_n(t.p, t.n - 1)));
    ck_assert(!csrf_check(&a, &k, CSRF_SESSION, STR(""), csrf_token(&a, &k, CSRF_SESSION, STR(""))));
}
END_TEST

START_TEST(only_a_path_of_this_site_is_gone_back_to)
{
    static const char *const bad[] = {"", "orders", "//evil.example/", "/\\evil.example", "https://evil.example/",
        "/a b", "/a\r\nSet-Cookie: x", "/\xc3\xa9", "/a\\b", "javascript:alert(1)"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(str_eqz(next_path(str_of(bad[i])), "/"), "%s", bad[i]);
    ck_assert(str_eqz(next_path(STR("/orders/7?x=%C3%A9&y=1")), "/orders/7?x=%C3%A9&y=1"));
    ck_assert(str_eqz(next_path(STR_NULL), "/"));
    char longer[1100];
    memset(longer, 'a', sizeof(longer));
    longer[0] = '/';
    ck_assert(str_eqz(next_path(str_n(longer, sizeof(longer))), "/"));
    ck_assert_uint_eq(next_path(str_n(longer, 1024)).n, 1024);
}
END_TEST

START_TEST(times_are_in_words_with_their_zone)
{
    time_us t;
    ck_assert(time_parse(STR("2026-11-02T13:04:05.9Z"), &t));
    ck_assert(str_eqz(text_time(&a, t), "2 November 2026, 13:04:05 UTC"));
    ck_assert(str_eqz(text_date(&a, t), "2 November 2026"));
    ck_assert(str_eqz(text_time(&a, 0), ""));
    ck_assert(str_eqz(text_took(&a, 1000, 43000), "42 ms"));
    ck_assert(str_eqz(text_took(&a, 0, 1250000), "1.2 s"));
    ck_assert(str_eqz(text_took(&a, 0, 125 * US_PER_S), "2 min 5 s"));
    ck_assert(str_eqz(text_took(&a, 5, 1), "0 ms"));
}
END_TEST

START_TEST(an_errors_code_says_which_input_it_is_about)
{
    ck_assert_str_eq(problem_field(&a, "contact-postal_code"), "registrant.postal_code");
    ck_assert_str_eq(problem_field(&a, "name-reserved"), "name");
    ck_assert_str_eq(problem_field(&a, "years-out-of-range"), "years");
    ck_assert_str_eq(problem_field(&a, "rdata-address"), "values");
    ck_assert_ptr_null(problem_field(&a, "funds"));
}
END_TEST

START_TEST(a_path_in_the_log_has_no_blanks_and_no_query)
{
    struct http_request http = {
        .method = STR("GET"), .target = STR("/x:%20status=200?secret=1"), .path = STR("/x: status=200")};
    struct request r = {.http = &http, .arena = &a};
    ck_assert_str_eq(request_subject(&r), "GET /x:%20status=200");
    http.target = STR("/zones");
    ck_assert_str_eq(request_subject(&r), "GET /zones");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("request");
    TCase *c = tcase_create("request");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_token_is_good_for_its_own_secret_and_use_only);
    tcase_add_test(c, only_a_path_of_this_site_is_gone_back_to);
    tcase_add_test(c, times_are_in_words_with_their_zone);
    tcase_add_test(c, an_errors_code_says_which_input_it_is_about);
    tcase_add_test(c, a_path_in_the_log_has_no_blanks_and_no_query);
    suite_add_tcase(s, c);
    return suite_run(s);
}
