/* Requests that are refused, by name and in time, and replies that cannot be sent. */
#include "tests/base/httpd_fixture.h"

/* ---- what is refused ----------------------------------------------------------------------------------- */

START_TEST(bad_addresses_are_refused)
{
    static const char *const escapes[] = {"/%", "/%4", "/%zz", "/a%2", "/%-1", "/%+1"};
    int before = atomic_load(&handling);
    for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
        refused(get(escapes[i]), 400, "percent sign");
    refused(get("/%00"), 400, "NUL");
    refused(get("/%FF"), 400, "UTF-8");
    refused(get("/%C0%AF"), 400, "UTF-8");
    refused(get("*"), 400, "slash");
    refused(get("x"), 400, "slash");
    ck_assert_int_eq(atomic_load(&handling), before);
}
END_TEST

START_TEST(bad_fields_are_refused_by_name)
{
    refused(get("/?a=1&zone=%4"), 400, "The query field \"zone\"");
    refused(get("/?%zz=1"), 400, "The query field \"%zz\"");
    refused(get("/?a=%00"), 400, "NUL");
    refused(post(STR("a=1&b=%FF")), 400, "The form field \"b\" is not UTF-8");
    refused(post(STR("a\x01\n=%")), 400, "The form field \"a??\"");
    refused(post(str_printf(&a, "%.*s=%%", STR_ARG(repeated("n", 5000)))), 400, "nnn\"");
}
END_TEST

START_TEST(too_many_fields_are_refused)
{
    ck_assert_int_eq(post(repeated("a=1&", 1999)).status, 200);
    refused(post(repeated("a=1&", 2500)), 413, "2501 fields; at most 2000");
    refused(get(arena_printf(&a, "/?%.*s", STR_ARG(repeated("&", 2001)))), 413, "The query has");
}
END_TEST

START_TEST(a_field_past_its_limit_is_refused_and_one_below_is_not)
{
    refused(post(str_printf(&a, "a=1&note=%.*s", STR_ARG(repeated("x", 12001)))), 413,
        "The form field \"note\" has 12001 bytes; at most 12000");
    struct answer r = post(str_printf(&a, "note=%.*s", STR_ARG(repeated("x", 10000))));
    ck_assert_int_eq(r.status, 200);
    has(r, "xxx]");
}
END_TEST

START_TEST(a_body_past_its_limit_is_refused)
{
    ck_assert_int_eq(ask(str_printf(&a, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n%.*s",
                             STR_ARG(repeated("x", 20000))))
                         .status,
        200);
    refused(ask(str_printf(
                &a, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20001\r\n\r\n%.*s", STR_ARG(repeated("x", 20001)))),
        413, "larger than the 20000 bytes");
}
END_TEST

START_TEST(after_a_refused_body_the_connection_goes_on)
{
    int fd = dial();
    say(fd, str_printf(&a, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n%.*s",
                STR_ARG(repeated("x", 100000))));
    refused(hear(fd), 413, "larger");
    say(fd, STR("GET /next HTTP/1.1\r\nHost: x\r\n\r\n"));
    has(hear(fd), "GET /next\n");
    (void)close(fd);
}
END_TEST

START_TEST(a_gigantic_body_is_refused_before_it_comes)
{
    refused(ask(STR("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")), 413, "larger");
    refused(ask(STR("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n")), 413,
        "larger");
}
END_TEST

START_TEST(a_chunked_body_without_end_is_cut_off)
{
    int fd = dial();
    struct str chunk = str_printf(&a, "10000\r\n%.*s\r\n", STR_ARG(repeated("x", 65536)));
    say(fd, STR("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    size_t sent = 0;
    while (sent < (size_t)1 << 30) {
        ssize_t n = send(fd, chunk.p, chunk.n, MSG_NOSIGNAL);
        if (n != (ssize_t)chunk.n)
            break;
        sent += (size_t)n;
    }
    ck_assert_uint_lt(sent, (size_t)64 << 20);
    (void)close(fd);
    ck_assert_int_eq(get("/").status, 200);
}
END_TEST

START_TEST(a_long_address_is_refused)
{
    ck_assert_int_eq(get(arena_printf(&a, "/%.*s", STR_ARG(repeated("x", 8191)))).status, 200);
    refused(get(arena_printf(&a, "/%.*s", STR_ARG(repeated("x", 8192)))), 414, "8193 bytes; at most 8192");
    ck_assert_int_eq(get(arena_printf(&a, "/%.*s", STR_ARG(repeated("x", 200000)))).status, 414);
}
END_TEST

START_TEST(too_many_headers_are_refused)
{
    refused(ask(str_printf(&a, "GET / HTTP/1.1\r\nHost: x\r\n%.*s\r\n", STR_ARG(repeated("X-A: 1\r\n", 100)))), 431,
        "more than 100 headers");
    refused(ask(str_printf(&a, "GET / HTTP/1.1\r\nHost: x\r\nX-A: %.*s\r\n\r\n", STR_ARG(repeated("x", 33000)))), 431,
        "32768 bytes");
    ck_assert_int_eq(
        ask(str_printf(&a, "GET / HTTP/1.1\r\nHost: x\r\nX-A: %.*s\r\n\r\n", STR_ARG(repeated("x", 200000)))).status,
        431);
}
END_TEST

/* Sends, and reads to the end of the stream, which must come: 0 if there was no answer. */
static int last_words(struct str request)
{
    int fd = dial();
    struct buf b;
    buf_in(&b, &a, 1 << 20);
    say(fd, request);
    while (fill(fd, &b, b.n + 1))
        continue;
    ck_assert_int_ne(errno, EAGAIN);
    (void)close(fd);
    buf_puts(&b, "");
    return str_starts(buf_view(&b), STR("HTTP/1.1 ")) ? (int)strtol(b.p + 9, NULL, 10) : 0;
}

START_TEST(what_is_not_http_is_refused_and_closed)
{
    ck_assert_int_eq(last_words(STR("GET / HTTP/1.1\r\n\r\n")), 400); /* no Host */
    ck_assert_int_eq(last_words(STR("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")), 400);
    ck_assert_int_eq(last_words(STR("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\n")), 400);
    ck_assert_int_eq(last_words(STR("GET / x HTTP/1.1\r\nHost: x\r\n\r\n")), 0);
    ck_assert_int_eq(last_words(STR("\x16\x03\x01\x02\x00\x01\n\n")), 0); /* TLS */
    ck_assert_int_eq(get("/").status, 200);
}
END_TEST

START_TEST(a_body_with_two_ends_is_refused)
{
    static const char *const bad[] = {"Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"};
    int before = atomic_load(&handling);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_int_eq(last_words(str_printf(&a,
                             "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", bad[i])),
            400);
    ck_assert_int_eq(
        last_words(STR("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")), 501);
    ck_assert_int_eq(atomic_load(&handling), before);
}
END_TEST

START_TEST(half_a_request_leaves_nothing_behind)
{
    static const char *const halves[] = {"", "GET", "GET /x HTTP/1.1\r\n", "GET /x HTTP/1.1\r\nHost: x\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345"};
    for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
        int fd = dial();
        say(fd, str_of(halves[i]));
        (void)close(fd);
    }
    ck_assert_int_eq(get("/").status, 200);
}
END_TEST

static void render_refusal(void *ctx, struct http_request *r, struct http_reply *p, const char *why)
{
    http_reply_header(r, p, "X-Page", str_of(ctx));
    buf_printf(&p->body, "<p>%s</p>%zu", why, r->query_n);
}

START_TEST(refusals_can_be_rendered_by_the_program)
{
    static char page[] = "refusal";
    httpd_stop(&h);
    server_start((struct httpd_settings){.refuse = render_refusal, .ctx = page});
    struct answer r = get("/?a=%");
    refused(r, 400, "<p>The query field \"a\"");
    ck_assert_ptr_nonnull(strstr(r.head, "X-Page: refusal\r\n"));
}
END_TEST

/* ---- replies that cannot be sent -------------------------------------------------------------------------- */

START_TEST(a_header_is_never_cut_in_two)
{
    struct answer r = get("/see-other?to=/order/7");
    ck_assert_int_eq(r.status, 303);
    ck_assert_ptr_nonnull(strstr(r.head, "Location: /order/7\r\n"));
    r = get("/see-other?to=/%0D%0ASet-Cookie:%20a=b");
    ck_assert_int_eq(r.status, 500);
    ck_assert_ptr_null(strstr(r.head, "Set-Cookie"));
    ck_assert_ptr_null(strstr(r.head, "Location"));
}
END_TEST

START_TEST(a_broken_reply_is_a_500)
{
    ck_assert_int_eq(get("/bad-status").status, 500);
    ck_assert_int_eq(get("/huge").status, 500);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("httpd_refuse");
    TCase *c = tcase_create("httpd_refuse");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, bad_addresses_are_refused);
    tcase_add_test(c, bad_fields_are_refused_by_name);
    tcase_add_test(c, too_many_fields_are_refused);
    tcase_add_test(c, a_field_past_its_limit_is_refused_and_one_below_is_not);
    tcase_add_test(c, a_body_past_its_limit_is_refused);
    tcase_add_test(c, after_a_refused_body_the_connection_goes_on);
    tcase_add_test(c, a_gigantic_body_is_refused_before_it_comes);
    tcase_add_test(c, a_chunked_body_without_end_is_cut_off);
    tcase_add_test(c, a_long_address_is_refused);
    tcase_add_test(c, too_many_headers_are_refused);
    tcase_add_test(c, what_is_not_http_is_refused_and_closed);
    tcase_add_test(c, a_body_with_two_ends_is_refused);
    tcase_add_test(c, half_a_request_leaves_nothing_behind);
    tcase_add_test(c, refusals_can_be_rendered_by_the_program);
    tcase_add_test(c, a_header_is_never_cut_in_two);
    tcase_add_test(c, a_broken_reply_is_a_500);
    suite_add_tcase(s, c);
    return suite_run(s);
}
