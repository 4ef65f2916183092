/* The stub client against servers made for each test: they listen on free ports of the loopback and answer from a
 * thread, rightly or wrongly. */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "dns/client.h"
#include "tests/dns/dns_test.h"

/* A server's socket and what it does with one question. */
struct server {
    int udp, tcp;
    struct net_addr addr;
    pthread_t thread;
    void (*serve)(struct server *s);
    unsigned served;
};

static void *serve_thread(void *ctx)
{
    struct server *s = ctx;

    s->serve(s);
    return NULL;
}

static void blocking(int fd)
{
    struct timeval limit = {.tv_sec = 10};
    int flags = fcntl(fd, F_GETFL);

    ck_assert_int_eq(fcntl(fd, F_SETFL, flags & ~O_NONBLOCK), 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
}

/* UDP and TCP on one port that the kernel chooses. */
static void server_start(struct server *s, const char *addr, void (*serve)(struct server *s))
{
    CK_OK(net_addr_parse(str_of(addr), &s->addr, &e));
    CK_OK(net_listen_tcp(&s->addr, 8, &s->tcp, &e));
    ck_assert_int_eq(getsockname(s->tcp, (struct sockaddr *)&s->addr.sa, &s->addr.len), 0);
    CK_OK(net_bind_udp(&s->addr, false, &s->udp, &e));
    blocking(s->udp);
    blocking(s->tcp);
    s->serve = serve;
    s->served = 0;
    if (serve != NULL)
        ck_assert_int_eq(pthread_create(&s->thread, NULL, serve_thread, s), 0);
}

static void server_stop(struct server *s)
{
    if (s->serve != NULL)
        ck_assert_int_eq(pthread_join(s->thread, NULL), 0);
    close(s->udp);
    close(s->tcp);
}

/* ---- pieces of servers ---------------------------------------------------------------------------------------- */

struct datagram {
    uint8_t p[DNS_MESSAGE_MAX];
    size_t n;
    struct sockaddr_storage from;
    socklen_t from_n;
};

static void udp_get(struct server *s, struct datagram *d)
{
    ssize_t n;

    d->from_n = sizeof(d->from);
    n = recvfrom(s->udp, d->p, sizeof(d->p), 0, (struct sockaddr *)&d->from, &d->from_n);
    ck_assert_int_gt(n, 0);
    d->n = (size_t)n;
    s->served++;
}

static void udp_put(struct server *s, const struct datagram *d, struct str reply)
{
    ck_assert_int_eq(
        sendto(s->udp, reply.p, reply.n, 0, (const struct sockaddr *)&d->from, d->from_n), (ssize_t)reply.n);
}

/* An answer with `records` addresses to the question in p. */
static struct str answer(struct arena *mine, const uint8_t *p, size_t n, uint16_t flags, unsigned records)
{
    struct dns_query q;
    struct dns_writer w;
    struct dns_rrset set;
    struct error err;
    char address[4] = {(char)192, 0, 2, 0};

    ck_assert_int_eq(dns_query_parse(str_n((const char *)p, n), &q), DNS_NOERROR);
    dns_writer_begin(&w, arena_alloc(mine, DNS_MESSAGE_MAX), DNS_MESSAGE_MAX, q.id, DNS_QR | DNS_AA | flags);
    ck_assert(dns_writer_question(&w, &q.name, q.type, q.class_));
    dns_rrset_init(&set, &q.name, DNS_A, 60);
    for (unsigned i = 0; i < records; i++) {
        write_u16(address + 2, (uint16_t)i);
        ck_assert_int_eq(dns_rrset_add(mine, &set, str_n(address, 4), &err), OK);
    }
    ck_assert(dns_writer_rrset(&w, DNS_ANSWER, &set));
    if (q.edns.present)
        ck_assert(dns_writer_opt(&w, DNS_NOERROR, q.edns.udp_size, q.edns.do_bit, STR("")));
    return dns_writer_end(&w);
}

static int tcp_get(struct server *s, uint8_t *p, size_t *n_r)
{
    int fd = accept(s->tcp, NULL, NULL);
    uint8_t length[2];

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(recv(fd, length, 2, MSG_WAITALL), 2);
    *n_r = read_u16(length);
    ck_assert_int_eq(recv(fd, p, *n_r, MSG_WAITALL), (ssize_t)*n_r);
    s->served++;
    return fd;
}

static void tcp_put(int fd, const void *p, size_t n)
{
    ck_assert_int_eq(send(fd, p, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* ---- the tests ------------------------------------------------------------------------------------------------ */

static struct dns_ask ask_for(const char *name)
{
    return (struct dns_ask){.name = dns_name_of(name), .type = DNS_A, .timeout_ms = 5000};
}

static void serve_udp(struct server *s)
{
    struct datagram d;
    struct arena mine;

    arena_init(&mine, 0);
    udp_get(s, &d);
    udp_put(s, &d, answer(&mine, d.p, d.n, 0, 2));
    arena_clear(&mine);
}

static void ask_over_udp(const char *addr)
{
    struct dns_ask ask = ask_for("www.example.test");
    struct dns_message m;
    struct server s;

    server_start(&s, addr, serve_udp);
    ask.do_bit = true;
    CK_OK(dns_client_ask(&a, &s.addr, &ask, &m, &e));
    server_stop(&s);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 2);
    ck_assert((m.header.flags & DNS_AA) != 0);
    ck_assert(m.edns.present && m.edns.do_bit && m.edns.udp_size == DNS_EDNS_UDP_SIZE);
    CK_STR(dns_name_text(&a, &m.qname, true), "www.example.test.");
}

START_TEST(a_question_over_udp_is_answered)
{
    ask_over_udp("127.0.0.1:0");
}
END_TEST

START_TEST(a_question_over_ipv6_is_answered)
{
    ask_over_udp("[::1]:0");
}
END_TEST

static void serve_truncated_then_tcp(struct server *s)
{
    struct datagram d;
    struct arena mine;
    struct str reply;
    uint8_t length[2];
    int fd;

    arena_init(&mine, 0);
    udp_get(s, &d);
    udp_put(s, &d, answer(&mine, d.p, d.n, DNS_TC, 0));
    fd = tcp_get(s, d.p, &d.n);
    reply = answer(&mine, d.p, d.n, 0, 900);
    write_u16(length, (uint16_t)reply.n);
    tcp_put(fd, length, 1); /* in pieces, as a network may */
    tcp_put(fd, length + 1, 1);
    tcp_put(fd, reply.p, 1000);
    tcp_put(fd, reply.p + 1000, reply.n - 1000);
    close(fd);
    arena_clear(&mine);
}

START_TEST(a_truncated_reply_is_asked_for_again_over_tcp)
{
    struct dns_ask ask = ask_for("big.example.test");
    struct dns_message m;
    struct server s;

    server_start(&s, "127.0.0.1:0", serve_truncated_then_tcp);
    CK_OK(dns_client_ask(&a, &s.addr, &ask, &m, &e));
    server_stop(&s);
    ck_assert_uint_eq(s.served, 2);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 900);
    ck_assert_uint_gt(m.size, 14000);
}
END_TEST

static void serve_truncated(struct server *s)
{
    struct datagram d;
    struct arena mine;

    arena_init(&mine, 0);
    udp_get(s, &d);
    udp_put(s, &d, answer(&mine, d.p, d.n, DNS_TC, 0));
    arena_clear(&mine);
}

START_TEST(udp_alone_shows_the_truncated_reply)
{
    struct dns_ask ask = ask_for("big.example.test");
    struct dns_message m;
    struct server s;

    ask.transport = DNS_UDP;
    ask.no_edns = true;
    server_start(&s, "127.0.0.1:0", serve_truncated);
    CK_OK(dns_client_ask(&a, &s.addr, &ask, &m, &e));
    server_stop(&s);
    ck_assert((m.header.flags & DNS_TC) != 0 && !m.edns.present);
}
END_TEST

/* All that is not the answer to our question, and at last the answer. */
static void serve_forgeries_first(struct server *s)
{
    struct datagram d;
    struct arena mine;
    struct str good;
    char *bad;

    arena_init(&mine, 0);
    udp_get(s, &d);
    good = answer(&mine, d.p, d.n, 0, 1);
    for (int i = 0; i < 6; i++) {
        bad = arena_copy(&mine, good.p, good.n);
        switch (i) {
        case 0: /* another id */
            bad[0] = (char)(bad[0] ^ 1);
            break;
        case 1: /* a query */
            bad[2] = (char)(bad[2] & 0x7f);
            break;
        case 2: /* another opcode */
            bad[2] = (char)(bad[2] | 0x20);
            break;
        case 3: /* another name */
            bad[13] = 'X' + 1;
            break;
        case 4: /* another type whose bytes differ only in case */
            bad[12 + 18] = (char)(bad[12 + 18] ^ 0x20);
            break;
        default: /* no question, but no error either */
            bad[5] = 0;
        }
        udp_put(s, &d, str_n(bad, good.n));
    }
    udp_put(s, &d, STR("short"));
    udp_put(s, &d, good);
    arena_clear(&mine);
}

START_TEST(replies_to_other_questions_are_passed_over)
{
    struct dns_ask ask = ask_for("www.example.test");
    struct dns_message m;
    struct server s;

    server_start(&s, "127.0.0.1:0", serve_forgeries_first);
    CK_OK(dns_client_ask(&a, &s.addr, &ask, &m, &e));
    server_stop(&s);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert_uint_eq(m.qtype, DNS_A);
}
END_TEST

static void serve_formerr_without_question(struct server *s)
{
    struct datagram d;
    uint8_t reply[DNS_HEADER_SIZE] = {0};

    udp_get(s, &d);
    memcpy(reply, d.p, 2);
    write_u16(reply + 2, DNS_QR | DNS_FORMERR);
    udp_put(s, &d, str_n((const char *)reply, sizeof(reply)));
}

START_TEST(an_error_may_come_without_the_question)
{
    struct dns_ask ask = ask_for("www.example.test");
    struct dns_message m;
    struct server s;

    server_start(&s, "127.0.0.1:0", serve_formerr_without_question);
    CK_OK(dns_client_ask(&a, &s.addr, &ask, &m, &e));
    server_stop(&s);
    ck_assert_uint_eq(m.rcode, DNS_FORMERR);
    ck_assert(!m.has_question);
}
END_TEST

static void serve_garbage(struct server *s)
{
    struct datagram d;
    struct arena mine;
    struct str reply;

    arena_init(&mine, 0);
    udp_get(s, &d);
    reply = answer(&mine, d.p, d.n, 0, 1);
    udp_put(s, &d, str_n(reply.p, reply.n - 3));
    arena_clear(&mine);
}

START_TEST(a_malformed_reply_is_the_servers_fault)
{
    struct dns_ask ask = ask_for("www.example.test");
    struct dns_message m;
    struct server s;

    server_start(&s, "127.0.0.1:0", serve_garbage);
    CK_FAILS(dns_client_ask(&a, &s.addr, &ask, &m, &e), PROTOCOL, "message-truncated", "record");
    server_stop(&s);
}
END_TEST

START_TEST(silence_ends_at_the_time_limit)
{
    struct dns_ask ask = ask_for("www.example.test");
    struct dns_message m;
    struct server s;

    server_start(&s, "127.0.0.1:0", NULL);
    ask.timeout_ms = 50;
    CK_FAILS(dns_client_ask(&a, &s.addr, &ask, &m, &e), UNAVAILABLE, "dns-timeout", "within 50 ms");
    ask.transport = DNS_TCP; /* connected by the backlog, but nobody reads */
    CK_FAILS(dns_client_ask(&a, &s.addr, &ask, &m, &e), UNAVAILABLE, "dns-timeout", "127.0.0.1:");
    server_stop(&s);
}
END_TEST

START_TEST(nobody_there_is_told_at_once)
{
    struct dns_ask ask = ask_for("www.example.test");
    struct dns_message m;
    struct server s;

    server_start(&s, "127.0.0.1:0", NULL);
    server_stop(&s);
    CK_FAILS(dns_client_ask(&a, &s.addr, &ask, &m, &e), UNAVAILABLE, "dns-unreachable", "127.0.0.1:");
    ask.transport = DNS_TCP;
    CK_FAILS(dns_client_ask(&a, &s.addr, &ask, &m, &e), UNAVAILABLE, "dns-unreachable", "127.0.0.1:");
}
END_TEST

static void serve_tcp_closed_early(struct server *s)
{
    struct datagram d;
    int fd = tcp_get(s, d.p, &d.n);

    tcp_put(fd, "\0\100abc", 5);
    close(fd);
}

START_TEST(a_connection_closed_early_is_an_error)
{
    struct dns_ask ask = ask_for("www.example.test");
    struct dns_message m;
    struct server s;

    ask.transport = DNS_TCP;
    server_start(&s, "127.0.0.1:0", serve_tcp_closed_early);
    CK_FAILS(dns_client_ask(&a, &s.addr, &ask, &m, &e), UNAVAILABLE, "dns-unreachable", "closed");
    server_stop(&s);
}
END_TEST

static void serve_tcp_other_id(struct server *s)
{
    struct datagram d;
    struct arena mine;
    struct str reply;
    uint8_t length[2];
    int fd = tcp_get(s, d.p, &d.n);

    arena_init(&mine, 0);
    d.p[0] ^= 1;
    reply = answer(&mine, d.p, d.n, 0, 1);
    write_u16(length, (uint16_t)reply.n);
    tcp_put(fd, length, 2);
    tcp_put(fd, reply.p, reply.n);
    close(fd);
    arena_clear(&mine);
}

START_TEST(a_wrong_answer_over_tcp_is_refused)
{
    struct dns_ask ask = ask_for("www.example.test");
    struct dns_message m;
    struct server s;

    ask.transport = DNS_TCP;
    server_start(&s, "127.0.0.1:0", serve_tcp_other_id);
    CK_FAILS(dns_client_ask(&a, &s.addr, &ask, &m, &e), PROTOCOL, "dns-mismatch", "not to our question");
    server_stop(&s);
}
END_TEST

TESTS_MAIN("dns/client", a_question_over_udp_is_answered, a_question_over_ipv6_is_answered,
    a_truncated_reply_is_asked_for_again_over_tcp, udp_alone_shows_the_truncated_reply,
    replies_to_other_questions_are_passed_over, an_error_may_come_without_the_question,
    a_malformed_reply_is_the_servers_fault, silence_ends_at_the_time_limit, nobody_there_is_told_at_once,
    a_connection_closed_early_is_an_error, a_wrong_answer_over_tcp_is_refused)
