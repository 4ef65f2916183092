/* Real sockets: UDP and TCP, IPv4 and IPv6, other people's client. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nameserver/server.h"
#include "tests/nameserver/fixture.h"

static struct fixture f;
static struct server *server;

static void start_with(struct server_settings s, const char *const *addrs, size_t n)
{
    struct net_addr *parsed = ARENA_ARRAY(&f.a, n, struct net_addr);
    struct error e;

    for (size_t i = 0; i < n; i++)
        ck_assert_msg(net_addr_parse(str_of(addrs[i]), &parsed[i], &e) == OK, "%s", e.text);
    s.addrs = parsed;
    s.addrs_n = n;
    ck_assert_msg(server_start(&f.st, &s, &server, &e) == OK, "%s", e.text);
}

static void start(void)
{
    static const char *const addrs[] = {"127.0.0.1:0", "[::1]:0"};

    start_with((struct server_settings){.threads = 2}, addrs, 2);
}

static void setup(void)
{
    struct buf b;

    fixture_open(&f);
    buf_in(&b, &f.a, 1 << 20);
    buf_puts(&b, "www 60 A 192.0.2.1\n");
    for (int i = 0; i < 200; i++)
        buf_printf(
            &b, "big TXT \"%03d 5678901234567890123456789012345678901234567890123456789012345678901234567890\"\n", i);
    buf_putc(&b, '\0');
    serve(&f, 1, "one.test", b.p);
}

static void teardown(void)
{
    server_stop(&server);
    fixture_close(&f);
}

/* ---- UDP ------------------------------------------------------------------------------------------------------------ */

static int udp_to(const struct net_addr *addr)
{
    int fd = socket(addr->sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&addr->sa, addr->len), 0);
    return fd;
}

static void wait_for(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    ck_assert_int_eq(poll(&p, 1, 20000), 1);
}

static struct dns_message udp_ask(int fd, const char *text, uint16_t type)
{
    struct dns_name name = dns_name_of(text);
    uint8_t in[300];
    uint8_t *out = arena_alloc(&f.a, 4096);
    struct dns_message m;
    struct error e;
    size_t n = question_write(in, &name, type, &(struct how){.size = 0});
    ssize_t got;

    ck_assert_int_eq(send(fd, in, n, 0), (ssize_t)n);
    wait_for(fd);
    got = recv(fd, out, 4096, 0);
    ck_assert_int_gt(got, 0);
    ck_assert_msg(dns_message_parse(&f.a, str_n((char *)out, (size_t)got), &m, &e) == OK, "%s", e.text);
    return m;
}

START_TEST(udp_answers_on_both_protocols)
{
    start();
    for (size_t i = 0; i < 2; i++) {
        int fd = udp_to(server_addr(server, i));
        struct dns_message m = udp_ask(fd, "www.one.test", DNS_A);

        ck_assert_str_eq(shown(&f, &m), "NOERROR aa | www.one.test 60 A 192.0.2.1 | |");
        m = udp_ask(fd, "big.one.test", DNS_TXT);
        ck_assert((m.header.flags & DNS_TC) != 0);
        close(fd);
    }
}
END_TEST

/* A connected client takes only what comes from the address it asked. */
START_TEST(a_wildcard_socket_answers_from_the_address_that_was_asked)
{
    static const char *const addrs[] = {"0.0.0.0:0", "[::]:0"};
    static const char *const asked[] = {"127.0.0.1", "127.0.0.2", "127.9.8.7"};

    start_with((struct server_settings){.threads = 2}, addrs, 2);
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        struct net_addr to = *server_addr(server, 0);
        int fd;

        ck_assert_int_eq(inet_pton(AF_INET, asked[i], &((struct sockaddr_in *)(void *)&to.sa)->sin_addr), 1);
        fd = udp_to(&to);
        ck_assert_uint_eq(udp_ask(fd, "www.one.test", DNS_A).n[DNS_ANSWER], 1);
        close(fd);
    }
    struct net_addr to6 = *server_addr(server, 1);
    ck_assert_int_eq(inet_pton(AF_INET6, "::1", &((struct sockaddr_in6 *)(void *)&to6.sa)->sin6_addr), 1);
    int fd6 = udp_to(&to6);
    ck_assert_uint_eq(udp_ask(fd6, "www.one.test", DNS_A).n[DNS_ANSWER], 1);
    close(fd6);
}
END_TEST

START_TEST(many_questions_at_once_are_all_answered)
{
    struct dns_name name = dns_name_of("www.one.test");
    uint8_t in[300], out[2000];
    int fd, got = 0;

    start();
    fd = udp_to(server_addr(server, 0));
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 100; i++) {
            size_t n = question_write(in, &name, DNS_A, &(struct how){.size = 0});

            ck_assert_int_eq(send(fd, in, n, 0), (ssize_t)n);
        }
        for (int i = 0; i < 100; i++) {
            wait_for(fd);
            got += recv(fd, out, sizeof(out), 0) > 12;
        }
    }
    ck_assert_int_eq(got, 2000);
    close(fd);
}
END_TEST

START_TEST(an_overlong_datagram_and_a_reply_get_silence_and_the_next_question_an_answer)
{
    uint8_t junk[3000];
    struct dns_name name = dns_name_of("www.one.test");
    size_t n;
    int fd;

    start();
    fd = udp_to(server_addr(server, 0));
    memset(junk, 1, sizeof(junk));
    junk[2] = 0;
    ck_assert_int_eq(send(fd, junk, sizeof(junk), 0), sizeof(junk));
    n = question_write(junk, &name, DNS_A, &(struct how){.size = 0});
    junk[2] |= 0x80;
    ck_assert_int_eq(send(fd, junk, n, 0), (ssize_t)n);
    ck_assert_int_eq(send(fd, "", 0, 0), 0);
    ck_assert_uint_eq(udp_ask(fd, "www.one.test", DNS_A).n[DNS_ANSWER], 1);
    close(fd);
}
END_TEST

/* ---- TCP ------------------------------------------------------------------------------------------------------------ */

static int tcp_to(const struct net_addr *addr)
{
    struct error e;
    int fd;

    ck_assert_msg(net_connect_tcp(addr, 10000, &fd, &e) == OK, "%s", e.text);
    return fd;
}

static size_t framed(uint8_t *p, const char *text, uint16_t type)
{
    struct dns_name name = dns_name_of(text);
    size_t n = question_write(p + 2, &name, type, &(struct how){.size = 0});

    write_u16(p, (uint16_t)n);
    return n + 2;
}

static void put(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t done = send(fd, p, n, MSG_NOSIGNAL);

        if (done < 0) {
            struct pollfd w = {.fd = fd, .events = POLLOUT};

            ck_assert_int_eq(errno, EAGAIN);
            ck_assert_int_eq(poll(&w, 1, 20000), 1);
            continue;
        }
        p += done;
        n -= (size_t)done;
    }
}

/* false: the server has closed. */
static bool get(int fd, uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t done;

        wait_for(fd);
        done = recv(fd, p, n, 0);
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static struct dns_message get_message(int fd)
{
    uint8_t length[2];
    uint8_t *p = arena_alloc(&f.a, 65536);
    struct dns_message m;
    struct error e;

    ck_assert(get(fd, length, 2));
    ck_assert(get(fd, p, read_u16(length)));
    ck_assert_msg(dns_message_parse(&f.a, str_n((char *)p, read_u16(length)), &m, &e) == OK, "%s", e.text);
    return m;
}

START_TEST(pipelined_questions_are_answered_in_order)
{
    uint8_t all[10000];
    size_t n = 0;
    int fd;

    start();
    fd = tcp_to(server_addr(server, 0));
    for (int i = 0; i < 50; i++)
        n += framed(all + n, i % 2 == 0 ? "www.one.test" : "no.one.test", DNS_A);
    put(fd, all, n);
    for (int i = 0; i < 50; i++)
        ck_assert_uint_eq(get_message(fd).rcode, i % 2 == 0 ? DNS_NOERROR : DNS_NXDOMAIN);
    close(fd);
}
END_TEST

struct writing {
    int fd;
    uint8_t bytes[40000];
    size_t n;
};

static void *write_in_pieces(void *writing)
{
    const struct writing *w = writing;
    size_t piece = 1;

    for (size_t at = 0, more; at < w->n; at += more, piece = piece * 5 % 4099) {
        more = w->n - at < piece ? w->n - at : piece;
        put(w->fd, w->bytes + at, more);
    }
    return NULL;
}

/* Pieces that cut questions and batches anywhere; among the answers are some that fill what the socket takes. */
START_TEST(questions_cut_anywhere_are_answered_once_each_and_in_order)
{
    static struct writing w;
    unsigned asked = 0;
    pthread_t thread;

    start();
    w.fd = tcp_to(server_addr(server, 0));
    for (; w.n < sizeof(w.bytes) - 300; asked++) {
        size_t from = w.n;
        bool big = asked % 7 == 3;

        w.n += framed(w.bytes + w.n, big ? "big.one.test" : "www.one.test", big ? DNS_TXT : DNS_A);
        write_u16(w.bytes + from + 2, (uint16_t)asked);
    }
    ck_assert_int_eq(pthread_create(&thread, NULL, write_in_pieces, &w), 0);
    for (unsigned i = 0; i < asked; i++) {
        struct arena outer = f.a;
        struct dns_message m;

        arena_init(&f.a, 0);
        m = get_message(w.fd);
        ck_assert_uint_eq(m.header.id, i);
        ck_assert_uint_eq(m.n[DNS_ANSWER], i % 7 == 3 ? 200 : 1);
        arena_clear(&f.a);
        f.a = outer;
    }
    pthread_join(thread, NULL);
    close(w.fd);
}
END_TEST

START_TEST(a_question_may_come_byte_by_byte_over_ipv6)
{
    uint8_t in[300];
    size_t n = framed(in, "big.one.test", DNS_TXT);
    int fd;

    start();
    fd = tcp_to(server_addr(server, 1));
    for (size_t i = 0; i < n; i++)
        put(fd, in + i, 1);
    ck_assert_uint_eq(get_message(fd).n[DNS_ANSWER], 200);
    close(fd);
}
END_TEST

/* 2,000 answers of 17 KB wait for a client that first only writes. */
START_TEST(a_client_that_does_not_read_is_waited_for_and_gets_everything)
{
    uint8_t in[300];
    size_t n = framed(in, "big.one.test", DNS_TXT), sent = 0;
    struct arena outer;
    int fd;

    start();
    fd = tcp_to(server_addr(server, 0));
    while (sent < 2000) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};

        if (send(fd, in, n, MSG_NOSIGNAL) == (ssize_t)n) {
            sent++;
            continue;
        }
        if (poll(&p, 1, 200) == 0)
            break; /* its buffers are full, as they should get */
    }
    ck_assert_uint_ge(sent, 100);
    outer = f.a;
    arena_init(&f.a, 0);
    for (size_t i = 0; i < sent; i++) {
        ck_assert_uint_eq(get_message(fd).n[DNS_ANSWER], 200);
        arena_reset(&f.a);
    }
    arena_clear(&f.a);
    f.a = outer;
    close(fd);
}
END_TEST

START_TEST(a_client_may_stop_writing_and_still_gets_its_answers)
{
    uint8_t in[600], end;
    size_t n = framed(in, "www.one.test", DNS_A);
    int fd;

    n += framed(in + n, "big.one.test", DNS_TXT);
    start();
    fd = tcp_to(server_addr(server, 0));
    put(fd, in, n);
    ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
    ck_assert_uint_eq(get_message(fd).n[DNS_ANSWER], 1);
    ck_assert_uint_eq(get_message(fd).n[DNS_ANSWER], 200);
    ck_assert(!get(fd, &end, 1));
    close(fd);
}
END_TEST

START_TEST(a_dripping_client_is_closed_and_others_are_served)
{
    static const char *const addrs[] = {"127.0.0.1:0"};
    uint8_t in[300], end;
    size_t n = framed(in, "www.one.test", DNS_A);
    int slow, quick;

    start_with((struct server_settings){.threads = 1, .tcp_idle_s = 1}, addrs, 1);
    slow = tcp_to(server_addr(server, 0));
    put(slow, in, n - 1);
    quick = tcp_to(server_addr(server, 0));
    put(quick, in, n);
    ck_assert_uint_eq(get_message(quick).n[DNS_ANSWER], 1);
    ck_assert(!get(slow, &end, 1));
    close(slow);
    close(quick);
}
END_TEST

START_TEST(a_client_over_its_limit_is_refused)
{
    static const char *const addrs[] = {"127.0.0.1:0"};
    uint8_t in[300], end;
    size_t n = framed(in, "www.one.test", DNS_A);
    int fds[3];

    start_with((struct server_settings){.threads = 1, .tcp_client_max = 2}, addrs, 1);
    for (int i = 0; i < 2; i++) {
        fds[i] = tcp_to(server_addr(server, 0));
        put(fds[i], in, n);
        ck_assert_uint_eq(get_message(fds[i]).n[DNS_ANSWER], 1);
    }
    fds[2] = tcp_to(server_addr(server, 0));
    ck_assert(!get(fds[2], &end, 1));
    put(fds[0], in, n);
    ck_assert_uint_eq(get_message(fds[0]).n[DNS_ANSWER], 1);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
}
END_TEST

static int tcp_from(const char *source, const struct net_addr *to)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(inet_pton(AF_INET, source, &from.sin_addr), 1);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&from, sizeof(from)), 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&to->sa, to->len), 0);
    return fd;
}

/* 'A' and 'a' are one letter in a name, and two bytes in an address. */
START_TEST(each_address_has_its_own_limit)
{
    static const char *const addrs[] = {"127.0.0.1:0"};
    static const char *const sources[] = {"127.0.0.65", "127.0.0.97", "127.65.0.1", "127.97.0.1"};
    uint8_t in[300];
    size_t n = framed(in, "www.one.test", DNS_A);
    int fds[ARRAY_LEN(sources)];

    start_with((struct server_settings){.threads = 1, .tcp_client_max = 1}, addrs, 1);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
            fds[i] = tcp_from(sources[i], server_addr(server, 0));
            put(fds[i], in, n);
            ck_assert_uint_eq(get_message(fds[i]).n[DNS_ANSWER], 1);
        }
        for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
            uint8_t end;

            shutdown(fds[i], SHUT_WR); /* closed by the server too, before it counts again */
            ck_assert(!get(fds[i], &end, 1));
            close(fds[i]);
        }
    }
}
END_TEST

START_TEST(when_all_places_are_taken_the_longest_silent_one_goes)
{
    static const char *const addrs[] = {"127.0.0.1:0"};
    uint8_t in[300], end;
    size_t n = framed(in, "www.one.test", DNS_A);
    int fds[4];

    start_with((struct server_settings){.threads = 1, .tcp_max = 3}, addrs, 1);
    for (int i = 0; i < 4; i++) {
        fds[i] = tcp_to(server_addr(server, 0));
        put(fds[i], in, n);
        ck_assert_uint_eq(get_message(fds[i]).n[DNS_ANSWER], 1);
    }
    ck_assert(!get(fds[0], &end, 1));
    put(fds[1], in, n);
    ck_assert_uint_eq(get_message(fds[1]).n[DNS_ANSWER], 1);
    for (int i = 0; i < 4; i++)
        close(fds[i]);
}
END_TEST

START_TEST(a_message_longer_than_any_question_closes_the_connection)
{
    uint8_t in[2] = {0xff, 0xff}, end;
    int fd;

    start();
    fd = tcp_to(server_addr(server, 0));
    put(fd, in, 2);
    ck_assert(!get(fd, &end, 1));
    close(fd);
}
END_TEST

START_TEST(what_was_asked_before_an_overlong_message_is_answered)
{
    uint8_t in[4096], end;
    size_t n = 0;
    int fd;

    start();
    fd = tcp_to(server_addr(server, 0));
    for (int i = 0; i < 40; i++)
        n += framed(in + n, "www.one.test", DNS_A);
    write_u16(in + n, 0xffff);
    put(fd, in, n + 2);
    for (int i = 0; i < 40; i++)
        ck_assert_uint_eq(get_message(fd).n[DNS_ANSWER], 1);
    ck_assert(!get(fd, &end, 1));
    close(fd);
}
END_TEST

/* ---- other people's client, and taken ports --------------------------------------------------------------------------- */

static const char *dig(size_t addr, const char *args)
{
    struct str text = net_addr_text(&f.a, server_addr(server, addr));
    ptrdiff_t colon = (ptrdiff_t)text.n - 1;
    char *out = arena_alloc(&f.a, 65536);
    size_t n;
    FILE *p;

    while (text.p[colon] != ':')
        colon--;
    p = popen(arena_printf(&f.a, "dig @%s -p %.*s +norec +time=10 +tries=1 %s 2>&1", addr == 0 ? "127.0.0.1" : "::1",
                  (int)(text.n - (size_t)colon - 1), text.p + colon + 1, args),
        "r");
    ck_assert_ptr_nonnull(p);
    n = fread(out, 1, 65535, p);
    out[n] = '\0';
    ck_assert_int_eq(pclose(p), 0);
    return out;
}

START_TEST(dig_reads_our_answers)
{
    start();
    ck_assert_str_eq(dig(0, "+short www.one.test A"), "192.0.2.1\n");
    ck_assert_str_eq(dig(1, "+short +tcp www.one.test A"), "192.0.2.1\n");
    ck_assert_ptr_nonnull(strstr(dig(0, "big.one.test TXT"), "Truncated, retrying in TCP mode"));
    ck_assert_ptr_nonnull(strstr(dig(0, "+ignore big.one.test TXT"), "flags: qr aa tc;"));
    ck_assert_ptr_nonnull(strstr(dig(0, "no.one.test A"), "status: NXDOMAIN"));
    ck_assert_ptr_nonnull(strstr(dig(0, "+edns=1 +noednsneg one.test SOA"), "status: BADVERS"));
    ck_assert_ptr_nonnull(strstr(dig(0, "+opcode=update one.test SOA"), "status: NOTIMP"));
    ck_assert_ptr_nonnull(
        strstr(dig(0, "+dnssec +nsid +cookie +subnet=192.0.2.0/24 www.one.test"), "EDNS: version: 0, flags: do;"));
    ck_assert_ptr_nonnull(strstr(dig(1, "CH TXT version.bind"), "status: REFUSED"));
    ck_assert_ptr_null(strstr(dig(0, "www.one.test A"), "WARNING"));
}
END_TEST

START_TEST(a_taken_port_is_an_error_that_names_it)
{
    struct net_addr taken;
    struct server *second;
    struct server_settings s = {.threads = 1};
    struct error e;

    start();
    taken = *server_addr(server, 0);
    s.addrs = &taken;
    s.addrs_n = 1;
    ck_assert_int_eq(server_start(&f.st, &s, &second, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "port-taken");
    ck_assert_ptr_null(second);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, udp_answers_on_both_protocols);
    tcase_add_test(t, a_wildcard_socket_answers_from_the_address_that_was_asked);
    tcase_add_test(t, many_questions_at_once_are_all_answered);
    tcase_add_test(t, an_overlong_datagram_and_a_reply_get_silence_and_the_next_question_an_answer);
    tcase_add_test(t, pipelined_questions_are_answered_in_order);
    tcase_add_test(t, questions_cut_anywhere_are_answered_once_each_and_in_order);
    tcase_add_test(t, a_question_may_come_byte_by_byte_over_ipv6);
    tcase_add_test(t, a_client_that_does_not_read_is_waited_for_and_gets_everything);
    tcase_add_test(t, a_client_may_stop_writing_and_still_gets_its_answers);
    tcase_add_test(t, a_dripping_client_is_closed_and_others_are_served);
    tcase_add_test(t, a_client_over_its_limit_is_refused);
    tcase_add_test(t, each_address_has_its_own_limit);
    tcase_add_test(t, when_all_places_are_taken_the_longest_silent_one_goes);
    tcase_add_test(t, a_message_longer_than_any_question_closes_the_connection);
    tcase_add_test(t, what_was_asked_before_an_overlong_message_is_answered);
    tcase_add_test(t, dig_reads_our_answers);
    tcase_add_test(t, a_taken_port_is_an_error_that_names_it);
}

int main(void)
{
    return fixture_main("nameserver server", add);
}
