#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/net.h"
#include "tests/support/suite.h"

static struct arena arena;
static struct error e;

static void ground(void)
{
    arena_init(&arena, 0);
}

static void clear(void)
{
    arena_clear(&arena);
}

static void ck_ok(enum status s)
{
    ck_assert_msg(s == OK, "%s: %s", e.code, e.text);
}

static struct net_addr addr_of(const char *text)
{
    struct net_addr a;
    ck_ok(net_addr_parse(str_of(text), &a, &e));
    return a;
}

static struct net_addr bound(int fd)
{
    struct net_addr a;
    ck_ok(net_addr_local(fd, &a, &e));
    return a;
}

static void ck_text(const struct net_addr *a, const char *want)
{
    struct str s = net_addr_text(&arena, a);
    ck_assert_msg(str_eqz(s, want), "\"%.*s\" is not \"%s\"", STR_ARG(s), want);
}

static const char *const good[] = {"127.0.0.1:53", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:53", "[::]:0",
    "[2001:db8::1]:65535", "[::ffff:192.0.2.1]:700"};

START_TEST(addresses_read_and_print_the_same)
{
    struct net_addr a = addr_of(good[_i]);
    ck_text(&a, good[_i]);
}
END_TEST

static const char *const bad[] = {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
    "127.0.0.1:53x", "127.0.0.1:+5", "127.0.0:53", "::1:53", "[::1]53", "[::1]", "[::1:53", "[127.0.0.1]:53",
    "localhost:53", "[]:53", " 127.0.0.1:53", "127.0.0.1 :53", "[2001:db8::1%eth0]:53",
    "127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1.1:1"};

START_TEST(what_is_no_address_is_refused_and_quoted)
{
    struct net_addr a;
    ck_assert_int_eq(net_addr_parse(str_of(bad[_i]), &a, &e), INVALID);
    ck_assert_str_eq(e.code, "address-invalid");
    ck_assert_ptr_nonnull(strstr(e.text, bad[_i]));
}
END_TEST

START_TEST(an_address_with_a_nul_byte_is_refused)
{
    struct net_addr a;
    ck_assert_int_eq(net_addr_parse(STR("127.0.0.1\0:53"), &a, &e), INVALID);
}
END_TEST

START_TEST(a_host_is_resolved_and_what_is_none_is_named)
{
    struct net_addr a[4];
    size_t n;
    ck_ok(net_resolve(STR("localhost:700"), a, ARRAY_LEN(a), &n, &e));
    ck_assert_uint_ge(n, 1);
    ck_assert(str_ends(net_addr_text(&arena, &a[0]), STR(":700")));
    ck_ok(net_resolve(STR("[::1]:65535"), a, 1, &n, &e));
    ck_assert_uint_eq(n, 1);
    ck_text(&a[0], "[::1]:65535");
    ck_assert_int_ne(net_resolve(STR("no-such-host.invalid:700"), a, 4, &n, &e), OK);
    ck_assert_str_eq(e.code, "resolve");
    ck_assert_ptr_nonnull(strstr(e.text, "no-such-host.invalid"));
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(net_resolve(STR("localhost"), a, 4, &n, &e), INVALID);
    ck_assert_int_eq(net_resolve(STR(":700"), a, 4, &n, &e), INVALID);
    ck_assert_int_eq(net_resolve(STR("localhost:70000"), a, 4, &n, &e), INVALID);
    ck_assert_int_eq(net_resolve(STR("local\0host:700"), a, 4, &n, &e), INVALID);
    ck_assert_int_eq(net_resolve(STR("local host:700"), a, 4, &n, &e), INVALID);
    ck_assert_int_eq(net_host_check(STR("no-such-host.invalid"), &e), INVALID);
    ck_ok(net_host_check(STR("no-such-host.invalid:700"), &e));
}
END_TEST

static void ck_flags(int fd)
{
    ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

START_TEST(a_listener_is_connected_to)
{
    int server, client;
    struct net_addr any = addr_of(_i == 0 ? "127.0.0.1:0" : "[::1]:0");
    ck_ok(net_listen_tcp(&any, 5, &server, &e));
    struct net_addr a = bound(server);
    ck_ok(net_connect_tcp(&a, 2000, &client, &e));
    struct pollfd p = {.fd = server, .events = POLLIN};
    ck_assert_int_eq(net_poll(&p, 1, net_deadline(2000)), 1);
    int accepted = accept(server, NULL, NULL);
    ck_assert_int_ge(accepted, 0);
    ck_flags(server);
    ck_flags(client);
    close(accepted);
    close(client);
    close(server);
}
END_TEST

START_TEST(a_taken_port_is_named)
{
    int first, second;
    struct net_addr any = addr_of("127.0.0.1:0");
    ck_ok(net_listen_tcp(&any, 5, &first, &e));
    struct net_addr a = bound(first);
    ck_assert_int_eq(net_listen_tcp(&a, 5, &second, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "port-taken");
    struct str text = net_addr_text(&arena, &a);
    ck_assert_ptr_nonnull(strstr(e.text, text.p));
    ck_assert_int_eq(second, -1);
    close(first);
}
END_TEST

START_TEST(a_foreign_address_is_named)
{
    int fd;
    struct net_addr a = addr_of("192.0.2.1:0");
    ck_assert_int_eq(net_listen_tcp(&a, 5, &fd, &e), INVALID);
    ck_assert_str_eq(e.code, "address-not-here");
    ck_assert_ptr_nonnull(strstr(e.text, "192.0.2.1:0"));
}
END_TEST

START_TEST(udp_sockets_share_a_port_only_when_both_ask)
{
    int a, b, c;
    struct net_addr any = addr_of("127.0.0.1:0");
    ck_ok(net_bind_udp(&any, true, &a, &e));
    struct net_addr at = bound(a);
    ck_ok(net_bind_udp(&at, true, &b, &e));
    ck_assert_int_eq(net_bind_udp(&at, false, &c, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "port-taken");
    ck_flags(a);
    close(a);
    close(b);
}
END_TEST

START_TEST(both_wildcards_can_be_listened_on_at_one_port)
{
    int four, six;
    struct net_addr any = addr_of("[::]:0");
    ck_ok(net_listen_tcp(&any, 5, &six, &e));
    struct net_addr at = bound(six);
    struct net_addr a = addr_of("0.0.0.0:0");
    ((struct sockaddr_in *)&a.sa)->sin_port = ((struct sockaddr_in6 *)&at.sa)->sin6_port;
    ck_ok(net_listen_tcp(&a, 5, &four, &e));
    close(four);
    close(six);
}
END_TEST

START_TEST(a_refused_connection_is_unavailable_and_named)
{
    int fd;
    struct net_addr any = addr_of("127.0.0.1:0");
    ck_ok(net_listen_tcp(&any, 5, &fd, &e));
    struct net_addr a = bound(fd);
    close(fd);
    ck_assert_int_eq(net_connect_tcp(&a, 2000, &fd, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "connect");
    ck_assert_int_eq(fd, -1);
}
END_TEST

/* A listener whose queue is full drops further attempts, so connecting hangs. */
START_TEST(connecting_ends_at_its_deadline)
{
    int server, fds[64];
    enum status s = OK;
    struct net_addr any = addr_of("127.0.0.1:0");
    ck_ok(net_listen_tcp(&any, 0, &server, &e));
    struct net_addr a = bound(server);
    size_t n = 0;
    uint64_t start = 0;
    for (; n < ARRAY_LEN(fds) && s == OK; n++) {
        start = clock_monotonic_ns();
        s = net_connect_tcp(&a, 150, &fds[n], &e);
    }
    uint64_t took = (clock_monotonic_ns() - start) / 1000000;
    ck_assert_int_eq(s, UNAVAILABLE);
    ck_assert_str_eq(e.code, "timeout");
    ck_assert_uint_ge(took, 150);
    ck_assert_uint_lt(took, 2000);
    while (n-- > 0)
        if (fds[n] >= 0)
            close(fds[n]);
    close(server);
}
END_TEST

START_TEST(a_wake_up_arrives_and_is_drained)
{
    int fd;
    struct net_addr any = addr_of(_i == 0 ? "127.0.0.1:0" : "[::1]:0");
    ck_ok(net_bind_udp(&any, false, &fd, &e));
    struct net_addr a = bound(fd);
    ck_assert(!net_wait_wake(fd, -1, 0));
    for (int i = 0; i < 5; i++)
        net_wake(&a);
    ck_assert(net_wait_wake(fd, -1, 2000));
    ck_assert(!net_wait_wake(fd, -1, 20));
    close(fd);
    net_wake(&a); /* nobody there: silent */
}
END_TEST

START_TEST(a_stop_ends_the_waiting)
{
    int fd, stop[2];
    struct net_addr any = addr_of("127.0.0.1:0");
    ck_ok(net_bind_udp(&any, false, &fd, &e));
    ck_assert_int_eq(pipe(stop), 0);
    ck_assert_int_eq(write(stop[1], "x", 1), 1);
    uint64_t start = clock_monotonic_ns();
    ck_assert(!net_wait_wake(fd, stop[0], 60000));
    ck_assert_uint_lt(clock_monotonic_ns() - start, UINT64_C(5000000000));
    close(fd);
    close(stop[0]);
    close(stop[1]);
}
END_TEST

START_TEST(waiting_takes_its_time_and_no_more)
{
    int fd;
    struct net_addr any = addr_of("127.0.0.1:0");
    ck_ok(net_bind_udp(&any, false, &fd, &e));
    uint64_t start = clock_monotonic_ns();
    ck_assert(!net_wait_wake(fd, -1, 80));
    uint64_t took = (clock_monotonic_ns() - start) / 1000000;
    ck_assert_uint_ge(took, 80);
    ck_assert_uint_lt(took, 2000);
    close(fd);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net");
    TCase *c = tcase_create("net");
    tcase_set_timeout(c, 20);
    tcase_add_checked_fixture(c, ground, clear);
    tcase_add_loop_test(c, addresses_read_and_print_the_same, 0, (int)ARRAY_LEN(good));
    tcase_add_loop_test(c, what_is_no_address_is_refused_and_quoted, 0, (int)ARRAY_LEN(bad));
    tcase_add_test(c, an_address_with_a_nul_byte_is_refused);
    tcase_add_test(c, a_host_is_resolved_and_what_is_none_is_named);
    tcase_add_loop_test(c, a_listener_is_connected_to, 0, 2);
    tcase_add_test(c, a_taken_port_is_named);
    tcase_add_test(c, a_foreign_address_is_named);
    tcase_add_test(c, udp_sockets_share_a_port_only_when_both_ask);
    tcase_add_test(c, both_wildcards_can_be_listened_on_at_one_port);
    tcase_add_test(c, a_refused_connection_is_unavailable_and_named);
    tcase_add_test(c, connecting_ends_at_its_deadline);
    tcase_add_loop_test(c, a_wake_up_arrives_and_is_drained, 0, 2);
    tcase_add_test(c, a_stop_ends_the_waiting);
    tcase_add_test(c, waiting_takes_its_time_and_no_more);
    suite_add_tcase(s, c);
    return suite_run(s);
}
