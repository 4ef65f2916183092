#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"
#include "tests/support/testtls.h"

/* Peers that are silent, gone, deaf, or speak something else. */

static struct arena arena;
static struct error e;
static const char *dir;

static void ck_ok(enum status s)
{
    ck_assert_msg(s == OK, "%s: %s", e.code, e.text);
}

static void ck_error(enum status got, const struct error *err, enum status want, const char *code)
{
    ck_assert_msg(got == want, "status %d, not %d: %s: %s", got, want, err->code, err->text);
    ck_assert_str_eq(err->code, code);
}

static void ground(void)
{
    arena_init(&arena, 0);
    dir = testdir_new(&arena);
    testtls_ca(&arena, dir, "ca");
}

static void clear(void)
{
    testdir_free(dir);
    arena_clear(&arena);
}

static void play_echo(struct testtls *s, struct tls_conn *c)
{
    char data[5000];
    size_t n;
    while ((s->io = tls_read(c, data, sizeof data, TESTTLS_WAIT_MS, &n, &s->error)) == OK && n > 0) {
        s->got += n;
        if ((s->io = tls_write(c, str_n(data, n), TESTTLS_WAIT_MS, &s->error)) != OK)
            return;
    }
}

static void read_all(struct tls_conn *c, char *p, size_t want)
{
    for (size_t got = 0, n; got < want; got += n) {
        ck_ok(tls_read(c, p + got, want - got, TESTTLS_WAIT_MS, &n, &e));
        ck_assert_uint_gt(n, 0);
    }
}

static void ck_echo(struct tls_conn *c, size_t n)
{
    char *out = arena_alloc(&arena, n), *in = arena_alloc(&arena, n);
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(i * 2654435761u >> 23);
    ck_ok(tls_write(c, str_n(out, n), TESTTLS_WAIT_MS, &e));
    read_all(c, in, n);
    ck_assert_int_eq(memcmp(in, out, n), 0);
}

/* ---- going wrong ------------------------------------------------------------------------------ */

static int raw_connect(struct testtls *s)
{
    int fd;
    ck_ok(net_connect_tcp(&s->addr, TESTTLS_WAIT_MS, &fd, &e));
    return fd;
}

START_TEST(a_client_that_speaks_no_tls_is_a_protocol_error)
{
    struct testtls s = {0};
    testtls_start(&arena, &s, dir, false, NULL);
    int fd = raw_connect(&s);
    ck_assert_int_eq(send(fd, "GET / HTTP/1.1\r\n\r\n", 18, 0), 18);
    testtls_end(&s);
    close(fd);
    ck_error(s.status, &s.error, PROTOCOL, "tls-handshake");
}
END_TEST

START_TEST(a_client_that_goes_away_in_the_handshake_is_unavailable)
{
    struct testtls s = {0};
    testtls_start(&arena, &s, dir, false, NULL);
    close(raw_connect(&s));
    testtls_end(&s);
    ck_error(s.status, &s.error, UNAVAILABLE, "reset");
}
END_TEST

START_TEST(a_silent_client_is_given_up_at_the_deadline)
{
    struct testtls s = {.timeout_ms = 100};
    testtls_start(&arena, &s, dir, false, NULL);
    int fd = raw_connect(&s);
    testtls_end(&s);
    close(fd);
    ck_error(s.status, &s.error, UNAVAILABLE, "timeout");
}
END_TEST

START_TEST(a_silent_server_is_given_up_at_the_deadline)
{
    int listener;
    struct net_addr a;
    struct tls_conn *c;
    ck_ok(net_addr_parse(STR("127.0.0.1:0"), &a, &e));
    ck_ok(net_listen_tcp(&a, 5, &listener, &e));
    ck_ok(net_addr_local(listener, &a, &e));
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    uint64_t start = clock_monotonic_ns();
    ck_error(tls_connect(ctx, &a, "registry.test", 150, &c, &e), &e, UNAVAILABLE, "timeout");
    uint64_t took = (clock_monotonic_ns() - start) / 1000000;
    ck_assert_uint_ge(took, 149);
    ck_assert_uint_lt(took, 3000);
    close(listener);
    tls_ctx_free(&ctx);
}
END_TEST

START_TEST(a_read_that_times_out_can_be_tried_again)
{
    struct testtls s = {0};
    char byte;
    size_t n;
    testtls_start(&arena, &s, dir, false, play_echo);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    struct tls_conn *c = testtls_connect(&s, ctx);
    ck_error(tls_read(c, &byte, 1, 50, &n, &e), &e, UNAVAILABLE, "timeout");
    ck_error(tls_read(c, &byte, 1, 0, &n, &e), &e, UNAVAILABLE, "timeout");
    ck_echo(c, 100);
    tls_close(&c);
    testtls_end(&s);
    tls_ctx_free(&ctx);
}
END_TEST

static void play_abort(struct testtls *s, struct tls_conn *c)
{
    (void)s;
    shutdown(tls_fd(c), SHUT_WR); /* no close_notify */
    char byte;
    size_t n;
    s->io = tls_read(c, &byte, 1, TESTTLS_WAIT_MS, &n, &s->error);
    s->got = n;
}

START_TEST(the_end_is_seen_with_and_without_a_goodbye)
{
    struct testtls s = {0};
    char byte;
    size_t n = 1;
    testtls_start(&arena, &s, dir, false, _i == 0 ? NULL : play_abort);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    struct tls_conn *c = testtls_connect(&s, ctx);
    ck_ok(tls_read(c, &byte, 1, TESTTLS_WAIT_MS, &n, &e));
    ck_assert_uint_eq(n, 0);
    if (_i == 1) /* half closed: the other direction still carries */
        ck_ok(tls_write(c, STR("x"), TESTTLS_WAIT_MS, &e));
    tls_close(&c);
    testtls_end(&s);
    if (_i == 1)
        ck_assert_uint_eq(s.got, 1);
    tls_ctx_free(&ctx);
}
END_TEST

static void play_reset(struct testtls *s, struct tls_conn *c)
{
    struct linger hard = {.l_onoff = 1, .l_linger = 0};
    (void)s;
    setsockopt(tls_fd(c), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    int copy = dup(tls_fd(c));
    shutdown(copy, SHUT_RD);
    close(copy);
}

/* SIGPIPE would end this process: its action is the default here. */
START_TEST(writing_to_a_peer_that_is_gone_is_uncertain_and_raises_no_signal)
{
    struct testtls s = {0};
    char byte;
    size_t n;
    signal(SIGPIPE, SIG_DFL);
    testtls_start(&arena, &s, dir, false, play_reset);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    struct tls_conn *c = testtls_connect(&s, ctx);
    testtls_end(&s);
    enum status got = OK;
    for (int i = 0; i < 100 && got == OK; i++)
        got = tls_write(c, STR("data"), TESTTLS_WAIT_MS, &e);
    ck_error(got, &e, UNCERTAIN, "reset");
    ck_assert_int_eq(e.status, UNCERTAIN);
    ck_error(tls_write(c, STR("more"), TESTTLS_WAIT_MS, &e), &e, UNCERTAIN, "reset");
    ck_error(tls_read(c, &byte, 1, TESTTLS_WAIT_MS, &n, &e), &e, UNAVAILABLE, "reset");
    tls_close(&c);
    sigset_t pending;
    sigpending(&pending);
    ck_assert_int_eq(sigismember(&pending, SIGPIPE), 0);
    tls_ctx_free(&ctx);
}
END_TEST

static pthread_barrier_t finished;

static void play_deaf(struct testtls *s, struct tls_conn *c)
{
    (void)s, (void)c;
    pthread_barrier_wait(&finished);
}

START_TEST(a_write_that_nobody_reads_ends_at_the_deadline_and_says_how_far_it_came)
{
    struct testtls s = {0};
    size_t n = 64u << 20;
    pthread_barrier_init(&finished, NULL, 2);
    testtls_start(&arena, &s, dir, false, play_deaf);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    struct tls_conn *c = testtls_connect(&s, ctx);
    ck_error(tls_write(c, str_n(arena_alloc(&arena, n), n), 200, &e), &e, UNCERTAIN, "timeout");
    ck_assert_ptr_nonnull(strstr(e.text, "of 67108864 bytes"));
    tls_close(&c);
    pthread_barrier_wait(&finished);
    testtls_end(&s);
    pthread_barrier_destroy(&finished);
    tls_ctx_free(&ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tls_fail");
    TCase *c = tcase_create("tls_fail");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, ground, clear);
    tcase_add_test(c, a_client_that_speaks_no_tls_is_a_protocol_error);
    tcase_add_test(c, a_client_that_goes_away_in_the_handshake_is_unavailable);
    tcase_add_test(c, a_silent_client_is_given_up_at_the_deadline);
    tcase_add_test(c, a_silent_server_is_given_up_at_the_deadline);
    tcase_add_test(c, a_read_that_times_out_can_be_tried_again);
    tcase_add_loop_test(c, the_end_is_seen_with_and_without_a_goodbye, 0, 2);
    tcase_add_test(c, writing_to_a_peer_that_is_gone_is_uncertain_and_raises_no_signal);
    tcase_add_test(c, a_write_that_nobody_reads_ends_at_the_deadline_and_says_how_far_it_came);
    suite_add_tcase(s, c);
    return suite_run(s);
}
