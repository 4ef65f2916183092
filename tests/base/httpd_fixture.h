/* A real server, and clients that write to its socket byte by byte as they like. */
#ifndef FW_TESTS_BASE_HTTPD_FIXTURE_H
#define FW_TESTS_BASE_HTTPD_FIXTURE_H

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/httpd.h"
#include "tests/support/suite.h"

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

FW_UNUSED static struct str form_request(struct str body)
{
    return str_printf(&a,
        "POST /f HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
        "Content-Length: %zu\r\n\r\n%.*s",
        body.n, STR_ARG(body));
}

FW_UNUSED static struct answer post(struct str body)
{
    return ask(form_request(body));
}

static void has(struct answer r, const char *part)
{
    ck_assert_msg(memmem(r.body.p, r.body.n, part, strlen(part)) != NULL, "\"%s\" is not in: %d %.*s", part, r.status,
        STR_ARG(r.body));
}

FW_UNUSED static struct str repeated(const char *part, size_t n)
{
    struct buf b;
    buf_in(&b, &a, 32 << 20);
    for (size_t i = 0; i < n; i++)
        buf_puts(&b, part);
    return buf_view(&b);
}

FW_UNUSED static void refused(struct answer r, int status, const char *why)
{
    ck_assert_msg(r.status == status, "%d, not %d: %.*s", r.status, status, STR_ARG(r.body));
    has(r, why);
}

#endif
