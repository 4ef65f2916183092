/* Many connections at once, slow and silent ones, and the end of the server. */
#include <poll.h>

#include "base/httpd_watch.h"
#include "tests/base/httpd_fixture.h"

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

int main(void)
{
    Suite *s = suite_create("httpd_many");
    TCase *c = tcase_create("httpd_many");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
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
    return suite_run(s);
}
