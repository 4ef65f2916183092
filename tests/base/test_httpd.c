/* Requests that are well-formed, however they come, and the metrics, which are served like any page. */
#include "base/metrics.h"
#include "tests/base/httpd_fixture.h"

/* ---- what is well-formed ------------------------------------------------------------------------------ */

START_TEST(a_request_reaches_the_handler_decoded)
{
    struct answer r = get("/z%C3%B6ne/0%2F25+a?q=a+b%26c&empty=&bare&q=2&h%C3%A9=x%3Dy=z");
    ck_assert_int_eq(r.status, 200);
    has(r, "GET /zöne/0/25+a\n");
    has(r, "target /z%C3%B6ne/0%2F25+a?q=a+b%26c&empty=&bare&q=2&h%C3%A9=x%3Dy=z\n");
    has(r, "peer 127.0.0.1\n");
    has(r, "query q=[a b&c]\nquery empty=[]\nquery bare=[]\nquery q=[2]\nquery hé=[x=y=z]\n");
    ck_assert_ptr_nonnull(strstr(r.head, "Content-Type: text/plain\r\n"));
}
END_TEST

START_TEST(a_form_is_decoded)
{
    struct answer r = post(STR("name=welcome.test&text=a%0D%0Ab+c&&z%5B0%5D=%2B"));
    ck_assert_int_eq(r.status, 200);
    has(r, "form name=[welcome.test]\nform text=[a\r\nb c]\nform z[0]=[+]\n");
    has(r, "body 47\n");
}
END_TEST

START_TEST(a_body_of_another_type_is_left_alone)
{
    struct answer r = ask(STR("PUT /f HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                              "5\r\n\r\n%zz=1"));
    ck_assert_int_eq(r.status, 200);
    has(r, "PUT /f\n");
    has(r, "body 5\n");
    ck_assert_ptr_null(memmem(r.body.p, r.body.n, "form", 4));
}
END_TEST

START_TEST(headers_and_cookies_are_found)
{
    struct answer r =
        ask(STR("GET / HTTP/1.1\r\nHost: x\r\nX-TEST: one\r\nCookie: a=1; session=abc=; sessions=no\r\n\r\n"));
    has(r, "x-test [one]\n");
    has(r, "cookie [abc=]\n");
    r = ask(STR("GET / HTTP/1.1\r\nHost: x\r\nCookie: xsession=1\r\nCookie: session=2\r\n\r\n"));
    has(r, "cookie [2]\n");
}
END_TEST

START_TEST(the_absolute_form_is_taken)
{
    has(get("http://example.test:80/p?q=1"), "target /p?q=1\n");
    has(get("HTTP://example.test"), "GET /\n");
}
END_TEST

START_TEST(a_head_request_has_no_body)
{
    int fd = dial();
    struct buf b;
    buf_in(&b, &a, 10000);
    say(fd, STR("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\nGET /y HTTP/1.1\r\nHost: x\r\n\r\n"));
    struct answer r = hear_from(fd, &b, true);
    ck_assert_int_eq(r.status, 200);
    ck_assert_ptr_nonnull(strstr(r.head, "Content-Length: "));
    has(hear_from(fd, &b, false), "GET /y\n");
    (void)close(fd);
}
END_TEST

START_TEST(a_request_may_come_byte_by_byte)
{
    struct str request = form_request(STR("a=1&b=2"));
    int fd = dial();
    for (size_t i = 0; i < request.n; i++)
        say(fd, str_n(request.p + i, 1));
    has(hear(fd), "form a=[1]\nform b=[2]\n");
    (void)close(fd);
}
END_TEST

START_TEST(a_chunked_body_is_put_together)
{
    int fd = dial();
    say(fd, STR("POST /f HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                "Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n"));
    say(fd, STR("6\r\n23&b=4\r\n0\r\n\r\n"));
    has(hear(fd), "form a=[123]\nform b=[4]\n");
    (void)close(fd);
}
END_TEST

START_TEST(a_connection_is_kept_for_many_requests)
{
    int fd = dial();
    for (int i = 0; i < 200; i++) {
        say(fd, str_printf(&a, "GET /n/%d HTTP/1.1\r\nHost: x\r\n\r\n", i));
        has(hear(fd), arena_printf(&a, "GET /n/%d\n", i));
    }
    (void)close(fd);
}
END_TEST

START_TEST(requests_may_be_sent_ahead)
{
    int fd = dial();
    struct buf b;
    buf_in(&b, &a, 100000);
    for (int i = 0; i < 50; i++)
        say(fd, str_printf(&a, "GET /n/%d HTTP/1.1\r\nHost: x\r\n\r\n", i));
    for (int i = 0; i < 50; i++)
        has(hear_from(fd, &b, false), arena_printf(&a, "GET /n/%d\n", i));
    (void)close(fd);
}
END_TEST

START_TEST(a_large_reply_arrives_whole)
{
    struct answer r = get("/large");
    ck_assert_uint_eq(r.body.n, 3000000);
    ck_assert_mem_eq(r.body.p + 2999990, "000299999\n", 10);
}
END_TEST

/* ---- metrics, which are served by it -------------------------------------------------------------------------- */

METRIC(t_counter, "test_things_total", "kind=\"b\"", "counter", "Things of the test.");
METRIC(t_counter_a, "test_things_total", "kind=\"a\"", "counter", "Things of the test.");

static bool healthy;

static bool health(char *why, size_t n)
{
    (void)snprintf(why, n, "the test says no");
    return healthy;
}

START_TEST(metrics_and_health_are_served)
{
    httpd_stop(&h);
    metric_add(&t_counter, 5);
    metric_add(&t_counter_a, 1);
    struct metric *made = metric_new("test_made", "registry=\"x\"", "gauge", "Made at run time.");
    ck_assert_ptr_eq(made, metric_new("test_made", "registry=\"x\"", "gauge", "Made at run time."));
    metric_set(made, -3);
    ck_assert_msg(metrics_serve(STR("127.0.0.1:0"), health, &h, &e) == OK, "%s", e.text);
    httpd_addr(h, 0, &addr);
    struct answer r = get("/metrics");
    ck_assert_int_eq(r.status, 200);
    has(r, "# HELP test_things_total Things of the test.\n# TYPE test_things_total counter\n"
           "test_things_total{kind=\"a\"} 1\ntest_things_total{kind=\"b\"} 5\n");
    has(r, "test_made{registry=\"x\"} -3\n");
    has(r, "fourways_http_requests_total ");
    refused(get("/healthz"), 503, "the test says no");
    healthy = true;
    ck_assert_int_eq(get("/healthz").status, 200);
    ck_assert_int_eq(get("/").status, 404);
    ck_assert_int_eq(post(STR("")).status, 405);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("httpd");
    TCase *c = tcase_create("httpd");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_request_reaches_the_handler_decoded);
    tcase_add_test(c, a_form_is_decoded);
    tcase_add_test(c, a_body_of_another_type_is_left_alone);
    tcase_add_test(c, headers_and_cookies_are_found);
    tcase_add_test(c, the_absolute_form_is_taken);
    tcase_add_test(c, a_head_request_has_no_body);
    tcase_add_test(c, a_request_may_come_byte_by_byte);
    tcase_add_test(c, a_chunked_body_is_put_together);
    tcase_add_test(c, a_connection_is_kept_for_many_requests);
    tcase_add_test(c, requests_may_be_sent_ahead);
    tcase_add_test(c, a_large_reply_arrives_whole);
    tcase_add_test(c, metrics_and_health_are_served);
    suite_add_tcase(s, c);
    return suite_run(s);
}
