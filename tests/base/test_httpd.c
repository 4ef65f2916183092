#include <check.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/httpd.h"
#include "base/httpd_watch.h"
#include "base/metrics.h"

/* A real server, and clients that write to its socket byte by byte as they like. */

static struct arena a;
static struct error e;
static struct httpd *h;
static struct net_addr addr;

/* ---- the handler: says back what it was given -------------------------------------------------------- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int handling;

static void put_pairs(struct buf *out, const char *what, const struct http_pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s %.*s=[%.*s]\n", what, STR_ARG(pairs[i].name), STR_ARG(pairs[i].value));
}

static void say_back(struct http_request *r, struct http_reply *p)
{
    buf_printf(&p->body, "%.*s %.*s\ntarget %.*s\npeer %.*s\nbody %zu\n", STR_ARG(r->method), STR_ARG(r->path),
        STR_ARG(r->target), STR_ARG(r->peer), r->body.n);
    put_pairs(&p->body, "query", r->query, r->query_n);
    put_pairs(&p->body, "form", r->form, r->form_n);
    struct str cookie = http_cookie(r, "session"), x = http_header(r, "x-test");
    if (!str_is_null(cookie))
        buf_printf(&p->body, "cookie [%.*s]\n", STR_ARG(cookie));
    if (!str_is_null(x))
        buf_printf(&p->body, "x-test [%.*s]\n", STR_ARG(x));
}

static void on_request(void *ctx, struct http_request *r, struct http_reply *p)
{
    (void)ctx;
    atomic_fetch_add(&handling, 1);
    http_reply_header(r, p, "Content-Type", STR("text/plain"));
    if (str_eqz(r->path, "/wait")) {
        (void)pthread_mutex_lock(&gate);
        (void)pthread_mutex_unlock(&gate);
    } else if (str_eqz(r->path, "/see-other")) {
        p->status = 303;
        http_reply_header(r, p, "Location", http_query(r, "to"));
    } else if (str_eqz(r->path, "/bad-status")) {
        p->status = 42;
    } else if (str_eqz(r->path, "/huge")) {
        char *block = arena_alloc(r->arena, 1 << 20);
        for (int i = 0; i < 65; i++)
            buf_put(&p->body, block, 1 << 20);
        return;
    } else if (str_eqz(r->path, "/large")) {
        for (int i = 0; i < 300000; i++)
            buf_printf(&p->body, "%09d\n", i);
        return;
    }
    say_back(r, p);
}

static void server_start(struct httpd_settings s)
{
    struct net_addr any;
    ck_assert_int_eq(net_addr_parse(STR("127.0.0.1:0"), &any, &e), OK);
    s.addrs = &any;
    s.addrs_n = 1;
    if (s.handler == NULL)
        s.handler = on_request;
    ck_assert_msg(httpd_start(&s, &h, &e) == OK, "%s", e.text);
    httpd_addr(h, 0, &addr);
}

static void setup(void)
{
    arena_init(&a, 0);
    server_start((struct httpd_settings){.body_max = 20000, .field_max = 12000});
}

static void teardown(void)
{
    httpd_stop(&h);
    httpd_stop(&h); /* a stopped one may be stopped again */
    arena_clear(&a);
}

/* ---- the client --------------------------------------------------------------------------------------- */

static int dial(void)
{
    struct timeval limit = {.tv_sec = 20};
    int fd = socket(addr.sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&addr.sa, addr.len), 0);
    return fd;
}

static void say(int fd, struct str data)
{
    while (data.n > 0) {
        ssize_t n = send(fd, data.p, data.n, MSG_NOSIGNAL);
        ck_assert_int_gt(n, 0);
        data = str_n(data.p + n, data.n - (size_t)n);
    }
}

struct answer {
    int status;
    const char *head; /* with the status line */
    struct str body;
};

/* Reads up to what the buffer shall hold at least; false at the end of the stream. */
static bool fill(int fd, struct buf *b, size_t least)
{
    while (b->n < least) {
        errno = 0;
        ssize_t n = recv(fd, buf_room(b, 4096), 4096, 0);
        if (n <= 0)
            return false;
        b->n += (size_t)n;
    }
    return true;
}

/* One answer, with Content-Length; nothing past it is taken from the stream but what b keeps. */
static struct answer hear_from(int fd, struct buf *b, bool head_only)
{
    struct answer r = {0};
    const char *end;
    while ((end = b->n != 0 ? memmem(b->p, b->n, "\r\n\r\n", 4) : NULL) == NULL)
        ck_assert_msg(fill(fd, b, b->n + 1), "no answer");
    size_t head_n = (size_t)(end - b->p) + 4;
    r.head = str_dupz(&a, str_n(b->p, head_n));
    const char *length = strcasestr(r.head, "\r\nContent-Length: ");
    size_t n = length != NULL && !head_only ? strtoul(length + 18, NULL, 10) : 0;
    ck_assert_int_eq(strncmp(r.head, "HTTP/1.1 ", 9), 0);
    r.status = (int)strtol(r.head + 9, NULL, 10);
    ck_assert(fill(fd, b, head_n + n));
    r.body = str_dup(&a, str_n(b->p + head_n, n));
    buf_drop(b, head_n + n);
    return r;
}

static struct answer hear(int fd)
{
    struct buf b;
    buf_in(&b, &a, 80 << 20);
    struct answer r = hear_from(fd, &b, false);
    ck_assert_uint_eq(b.n, 0);
    return r;
}

static struct answer ask(struct str request)
{
    int fd = dial();
    say(fd, request);
    struct answer r = hear(fd);
    (void)close(fd);
    return r;
}

static struct answer get(const char *target)
{
    return ask(str_printf(&a, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target));
}

static struct str form_request(struct str body)
{
    return str_printf(&a,
        "POST /f HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
        "Content-Length: %zu\r\n\r\n%.*s",
        body.n, STR_ARG(body));
}

static struct answer post(struct str body)
{
    return ask(form_request(body));
}

static void has(struct answer r, const char *part)
{
    ck_assert_msg(memmem(r.body.p, r.body.n, part, strlen(part)) != NULL, "\"%s\" is not in: %d %.*s", part, r.status,
        STR_ARG(r.body));
}

static struct str repeated(const char *part, size_t n)
{
    struct buf b;
    buf_in(&b, &a, 32 << 20);
    for (size_t i = 0; i < n; i++)
        buf_puts(&b, part);
    return buf_view(&b);
}

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

/* ---- what is refused ----------------------------------------------------------------------------------- */

static void refused(struct answer r, int status, const char *why)
{
    ck_assert_msg(r.status == status, "%d, not %d: %.*s", r.status, status, STR_ARG(r.body));
    has(r, why);
}

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

/* ---- many at once ------------------------------------------------------------------------------------------ */

START_TEST(many_connections_are_served_while_slow_ones_are_open)
{
    int idle[100], busy[100];
    for (size_t i = 0; i < ARRAY_LEN(idle); i++) {
        idle[i] = dial();
        say(idle[i], STR("GET /slow HTTP/1.1\r\nHos"));
        busy[i] = dial();
        say(busy[i], str_printf(&a, "GET /busy/%zu HTTP/1.1\r\nHost: x\r\n\r\n", i));
    }
    for (size_t i = 0; i < ARRAY_LEN(idle); i++) {
        has(hear(busy[i]), arena_printf(&a, "GET /busy/%zu\n", i));
        say(idle[i], STR("t: x\r\n\r\n"));
    }
    for (size_t i = 0; i < ARRAY_LEN(idle); i++) {
        has(hear(idle[i]), "GET /slow\n");
        (void)close(idle[i]);
        (void)close(busy[i]);
    }
}
END_TEST

/* One of many clients: keeps its connection for some requests, and leaves every third one unheard. */
static void *client(void *arg)
{
    static const char ask_n[] = "GET /n HTTP/1.1\r\nHost: x\r\n\r\n";
    char reply[1024];
    atomic_int *answers = arg;
    for (int i = 0; i < 60; i++) {
        int fd = dial();
        for (int k = 0; k < 5; k++) {
            if (send(fd, ask_n, sizeof(ask_n) - 1, MSG_NOSIGNAL) < 0 || i % 3 == 2)
                break;
            ssize_t n = recv(fd, reply, sizeof(reply), 0);
            if (n > 12 && memcmp(reply, "HTTP/1.1 200", 12) == 0)
                atomic_fetch_add(answers, 1);
        }
        (void)close(fd);
    }
    return NULL;
}

START_TEST(many_clients_at_once_all_get_their_answers)
{
    pthread_t clients[16];
    atomic_int answers = 0;
    for (size_t i = 0; i < ARRAY_LEN(clients); i++)
        ck_assert_int_eq(pthread_create(&clients[i], NULL, client, &answers), 0);
    for (size_t i = 0; i < ARRAY_LEN(clients); i++)
        (void)pthread_join(clients[i], NULL);
    ck_assert_int_eq(atomic_load(&answers), 16 * 40 * 5);
}
END_TEST

START_TEST(connections_past_the_limit_do_not_get_in)
{
    httpd_stop(&h);
    server_start((struct httpd_settings){.connections_max = 10, .per_address_max = 5});
    int fds[5];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = dial();
        say(fds[i], STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        ck_assert_int_eq(hear(fds[i]).status, 200);
    }
    int more = dial();
    char byte;
    (void)send(more, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27, MSG_NOSIGNAL);
    ck_assert_int_le(recv(more, &byte, 1, 0), 0);
    (void)close(more);
    say(fds[0], STR("GET /still HTTP/1.1\r\nHost: x\r\n\r\n"));
    has(hear(fds[0]), "GET /still\n");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        (void)close(fds[i]);
}
END_TEST

START_TEST(a_silent_connection_is_closed)
{
    httpd_stop(&h);
    server_start((struct httpd_settings){.timeout_s = 1});
    char byte;
    int fd = dial();
    say(fd, STR("GET / HT"));
    ck_assert_int_le(recv(fd, &byte, 1, 0), 0);
    (void)close(fd);
}
END_TEST

/* A byte every tenth of a second, as long as the server listens; how many it took. */
static int drip(int fd, struct str data)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLRDHUP};
    int n = 0;
    for (size_t i = 0; i < data.n && poll(&p, 1, 100) == 0; i++, n++)
        if (send(fd, &data.p[i], 1, MSG_NOSIGNAL) != 1)
            break;
    return n;
}

static const char *const dripped[] = {"GET /", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n"};

START_TEST(a_request_that_never_ends_is_ended)
{
    httpd_stop(&h);
    server_start((struct httpd_settings){.request_s = 1});
    int fd = dial();
    say(fd, str_of(dripped[_i]));
    ck_assert_int_lt(drip(fd, repeated("x", 100)), 50);
    (void)close(fd);
    has(get("/after"), "GET /after\n");
}
END_TEST

START_TEST(a_connection_that_is_used_is_not_ended_by_its_age)
{
    httpd_stop(&h);
    server_start((struct httpd_settings){.request_s = 1});
    int fd = dial();
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(drip(fd, STR("GET /a")), 6);
        say(fd, STR(" HTTP/1.1\r\nHost: x\r\n\r\n"));
        has(hear(fd), "GET /a\n");
    }
    (void)close(fd);
}
END_TEST

/* True when the watch shuts the connection down within the time. */
static bool is_ended(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLRDHUP};
    return poll(&p, 1, ms) == 1;
}

START_TEST(a_reply_has_time_by_its_size_and_a_handler_all_it_wants)
{
    struct watch *w;
    struct watched *x[3];
    int fds[3][2];
    ck_assert_int_eq(watch_start(1, &w, &e), OK);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds[i]), 0);
        x[i] = watch_add(w, fds[i][0]);
    }
    watch_rest(x[0]);
    watch_reply(x[1], 1 << 20);
    watch_reply(x[2], 100);
    ck_assert(is_ended(fds[2][1], 10000));
    ck_assert(!is_ended(fds[0][1], 0) && !is_ended(fds[1][1], 0));
    watch_request(x[0]);
    ck_assert(is_ended(fds[0][1], 10000));
    ck_assert(!is_ended(fds[1][1], 0));
    for (int i = 0; i < 3; i++) {
        watch_remove(&x[i]);
        watch_remove(&x[i]);
        (void)close(fds[i][0]);
        (void)close(fds[i][1]);
    }
    watch_stop(&w);
    ck_assert_ptr_null(w);
}
END_TEST

static void *stop_server(void *arg)
{
    (void)arg;
    httpd_stop(&h);
    return NULL;
}

static void wait_until(atomic_int *value, int wanted)
{
    for (int i = 0; i < 20000 && atomic_load(value) < wanted; i++)
        (void)poll(NULL, 0, 1);
    ck_assert_int_ge(atomic_load(value), wanted);
}

START_TEST(a_handler_that_runs_is_waited_for_and_its_reply_goes_out)
{
    pthread_t stopper;
    int before = atomic_load(&handling);
    (void)pthread_mutex_lock(&gate);
    int fd = dial();
    say(fd, STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
    wait_until(&handling, before + 1);
    ck_assert_int_eq(pthread_create(&stopper, NULL, stop_server, NULL), 0);
    (void)pthread_mutex_unlock(&gate);
    has(hear(fd), "GET /wait\n");
    (void)pthread_join(stopper, NULL);
    (void)close(fd);
}
END_TEST

START_TEST(a_client_that_leaves_while_handled_does_no_harm)
{
    int before = atomic_load(&handling);
    (void)pthread_mutex_lock(&gate);
    for (int i = 0; i < 4; i++) {
        int fd = dial();
        say(fd, STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
        (void)close(fd);
    }
    wait_until(&handling, before + 4);
    (void)pthread_mutex_unlock(&gate);
    ck_assert_int_eq(get("/").status, 200);
}
END_TEST

START_TEST(a_taken_port_is_an_error_that_names_it)
{
    struct httpd *second;
    struct httpd_settings s = {.addrs = &addr, .addrs_n = 1, .handler = on_request};
    ck_assert_int_eq(httpd_start(&s, &second, &e), UNAVAILABLE);
    ck_assert_ptr_null(second);
    struct str text = net_addr_text(&a, &addr);
    ck_assert_msg(strstr(e.text, str_dupz(&a, text)) != NULL, "%s", e.text);
}
END_TEST

START_TEST(two_addresses_are_served_alike)
{
    httpd_stop(&h);
    struct net_addr two[2];
    ck_assert_int_eq(net_addr_parse(STR("127.0.0.1:0"), &two[0], &e), OK);
    ck_assert_int_eq(net_addr_parse(STR("[::1]:0"), &two[1], &e), OK);
    struct httpd_settings s = {.addrs = two, .addrs_n = 2, .handler = on_request};
    ck_assert_msg(httpd_start(&s, &h, &e) == OK, "%s", e.text);
    httpd_addr(h, 0, &addr);
    has(get("/one"), "peer 127.0.0.1\n");
    httpd_addr(h, 1, &addr);
    has(get("/two"), "peer ::1\n");
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

static void add_served(Suite *s)
{
    TCase *c = tcase_create("served");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
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
}

static void add_refused(Suite *s)
{
    TCase *c = tcase_create("refused");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
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
}

static void add_many(Suite *s)
{
    TCase *c = tcase_create("many");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, many_connections_are_served_while_slow_ones_are_open);
    tcase_add_test(c, many_clients_at_once_all_get_their_answers);
    tcase_add_test(c, connections_past_the_limit_do_not_get_in);
    tcase_add_test(c, a_silent_connection_is_closed);
    tcase_add_loop_test(c, a_request_that_never_ends_is_ended, 0, (int)ARRAY_LEN(dripped));
    tcase_add_test(c, a_connection_that_is_used_is_not_ended_by_its_age);
    tcase_add_test(c, a_reply_has_time_by_its_size_and_a_handler_all_it_wants);
    tcase_add_test(c, a_handler_that_runs_is_waited_for_and_its_reply_goes_out);
    tcase_add_test(c, a_client_that_leaves_while_handled_does_no_harm);
    tcase_add_test(c, a_taken_port_is_an_error_that_names_it);
    tcase_add_test(c, two_addresses_are_served_alike);
    suite_add_tcase(s, c);
}

int main(void)
{
    Suite *s = suite_create("httpd");
    add_served(s);
    add_refused(s);
    add_many(s);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? 0 : 1;
}
