/* The door to libunbound, against a small server on loopback that plays the resolver. */
#include "base/resolver.h"

#include <arpa/inet.h>
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIT_MS 10000

/* ---- the resolver that is asked: how it answers depends on the first letter of the name ------------------------- */

static struct {
    int fd, stop[2];
    struct net_addr addr;
    pthread_t thread;
    _Atomic unsigned asked;
} upstream;

static size_t put(unsigned char *msg, size_t n, const void *p, size_t len)
{
    memcpy(msg + n, p, len);
    return n + len;
}

/* The answer section behind the question; counts at 6 and 8. */
static size_t answer_make(unsigned char *msg, size_t n)
{
    static const unsigned char a1[] = "\xc0\x0c\0\1\0\1\0\0\0\x4d\0\4\xc0\0\2\1";
    static const unsigned char a2[] = "\xc0\x0c\0\1\0\1\0\0\0\x4d\0\4\xc0\0\2\2";
    static const unsigned char cname[] = "\xc0\x0c\0\5\0\1\0\0\0\x07\0\6\3dnd\xc0\x0e";
    static const unsigned char soa[] = "\0\0\6\0\1\0\0\0\x0a\0\x16\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\x0a";

    msg[2] = 0x84;
    msg[3] = 0x80;
    switch (msg[13]) {
    case 'd': /* two addresses */
        msg[7] = 2;
        return put(msg, put(msg, n, a1, 16), a2, 16);
    case 'c': /* c.x is called dnd.x */
        msg[7] = 1;
        return put(msg, n, cname, sizeof(cname) - 1);
    case 'n': /* no such name */
        msg[3] |= 3;
        msg[9] = 1;
        return put(msg, n, soa, sizeof(soa) - 1);
    case 'e': /* no data */
        msg[9] = 1;
        return put(msg, n, soa, sizeof(soa) - 1);
    default: /* SERVFAIL */
        msg[3] |= 2;
        return n;
    }
}

static void upstream_answer(void)
{
    unsigned char msg[1500];
    struct net_addr from = {.len = sizeof(from.sa)};
    ssize_t n = recvfrom(upstream.fd, msg, 512, 0, (struct sockaddr *)&from.sa, &from.len);
    size_t end = 12;

    if (n < 17)
        return;
    upstream.asked++;
    if (msg[13] == 's')
        return; /* silence */
    while (msg[end] != 0)
        end += msg[end] + 1u;
    end += 5;
    memset(msg + 6, 0, 6);
    (void)sendto(upstream.fd, msg, answer_make(msg, end), 0, (struct sockaddr *)&from.sa, from.len);
}

static void *upstream_run(void *ctx)
{
    struct pollfd fds[2] = {{.fd = upstream.fd, .events = POLLIN}, {.fd = upstream.stop[0], .events = POLLIN}};

    (void)ctx;
    while (net_poll(fds, 2, NET_NO_DEADLINE) > 0 && fds[1].revents == 0)
        upstream_answer();
    return NULL;
}

static void upstream_start(void)
{
    struct error e;

    ck_assert_int_eq(net_addr_parse(STR("127.0.0.1:0"), &upstream.addr, &e), OK);
    ck_assert_int_eq(net_bind_udp(&upstream.addr, false, &upstream.fd, &e), OK);
    ck_assert_int_eq(net_addr_local(upstream.fd, &upstream.addr, &e), OK);
    ck_assert_int_eq(pipe(upstream.stop), 0);
    upstream.asked = 0;
    ck_assert_int_eq(pthread_create(&upstream.thread, NULL, upstream_run, NULL), 0);
}

static void upstream_end(void)
{
    ck_assert_int_eq(write(upstream.stop[1], "", 1), 1);
    pthread_join(upstream.thread, NULL);
    close(upstream.fd);
    close(upstream.stop[0]);
    close(upstream.stop[1]);
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

struct heard {
    unsigned calls;
    enum resolver_outcome outcome;
    uint32_t ttl;
    size_t n;
    char why[100];
    unsigned char last; /* octet of the addresses, or'ed */
};

static void hear(void *ctx, const struct resolver_answer *a)
{
    struct heard *h = ctx;

    h->calls++;
    h->outcome = a->outcome;
    h->ttl = a->ttl;
    h->n = a->n;
    (void)snprintf(h->why, sizeof(h->why), "%s", a->why != NULL ? a->why : "");
    for (size_t i = 0; i < a->n; i++) {
        ck_assert_uint_eq(a->rdata[i].n, 4);
        h->last |= (unsigned char)a->rdata[i].p[3];
    }
}

static struct resolver *resolver(void)
{
    struct resolver *r;
    struct error e;

    ck_assert_msg(resolver_new(&upstream.addr, 1, NULL, &r, &e) == OK, "%s", e.text);
    return r;
}

static struct heard answer_of(struct resolver *r, const char *name)
{
    struct heard h = {0};
    struct error e;
    int id;
    uint64_t deadline = net_deadline(WAIT_MS);

    ck_assert_int_eq(resolver_ask(r, name, 1, hear, &h, &id, &e), OK);
    while (h.calls == 0) {
        struct pollfd p = {.fd = resolver_fd(r), .events = POLLIN};

        ck_assert_msg(net_poll(&p, 1, deadline) > 0, "no answer for %s", name);
        resolver_process(r);
    }
    ck_assert_uint_eq(h.calls, 1);
    return h;
}

START_TEST(addresses_come_with_their_ttl)
{
    struct resolver *r = resolver();
    struct heard h = answer_of(r, "data.example.");

    ck_assert_int_eq(h.outcome, RESOLVER_DATA);
    ck_assert_uint_eq(h.ttl, 77);
    ck_assert_uint_eq(h.n, 2);
    ck_assert_uint_eq(h.last, 1 | 2);
    resolver_free(&r);
    ck_assert_ptr_null(r);
}
END_TEST

START_TEST(nothing_is_remembered)
{
    struct resolver *r = resolver();

    for (unsigned i = 1; i <= 3; i++) {
        (void)answer_of(r, "data.example.");
        ck_assert_uint_eq(upstream.asked, i);
    }
    (void)answer_of(r, "none.example.");
    (void)answer_of(r, "none.example.");
    ck_assert_uint_eq(upstream.asked, 5);
    resolver_free(&r);
}
END_TEST

START_TEST(a_chain_gives_the_addresses_at_its_end_and_the_least_ttl)
{
    struct resolver *r = resolver();
    struct heard h = answer_of(r, "c.example.");

    ck_assert_int_eq(h.outcome, RESOLVER_DATA);
    ck_assert_uint_eq(h.n, 2);
    ck_assert_uint_eq(h.last, 1 | 2);
    ck_assert_uint_eq(h.ttl, 7);
    resolver_free(&r);
}
END_TEST

START_TEST(no_such_name_and_no_data_are_answers)
{
    struct resolver *r = resolver();

    ck_assert_int_eq(answer_of(r, "none.example.").outcome, RESOLVER_NO_DATA);
    ck_assert_int_eq(answer_of(r, "empty.example.").outcome, RESOLVER_NO_DATA);
    resolver_free(&r);
}
END_TEST

START_TEST(names_that_the_library_would_answer_itself_are_asked_for)
{
    struct resolver *r = resolver();

    ck_assert_int_eq(answer_of(r, "data.test.").outcome, RESOLVER_DATA);
    ck_assert_int_eq(answer_of(r, "data.invalid.").outcome, RESOLVER_DATA);
    ck_assert_int_eq(answer_of(r, "data.10.in-addr.arpa.").outcome, RESOLVER_DATA);
    resolver_free(&r);
}
END_TEST

START_TEST(an_error_is_a_failure_that_says_why)
{
    struct resolver *r = resolver();
    struct heard h = answer_of(r, "broken.example.");

    ck_assert_int_eq(h.outcome, RESOLVER_FAILED);
    ck_assert_str_ne(h.why, "");
    ck_assert_int_eq(answer_of(r, "data.example.").outcome, RESOLVER_DATA);
    resolver_free(&r);
}
END_TEST

START_TEST(a_cancelled_question_is_never_answered_and_its_place_is_free)
{
    struct resolver *r = resolver();
    struct heard h = {0};
    struct error e;
    int id[256];

    for (unsigned i = 0; i < 256; i++)
        ck_assert_int_eq(resolver_ask(r, "silent.example.", 1, hear, &h, &id[i], &e), OK);
    ck_assert_int_eq(resolver_ask(r, "silent.example.", 1, hear, &h, &(int){0}, &e), UNAVAILABLE);
    for (unsigned i = 0; i < 256; i++)
        resolver_cancel(r, id[i]);
    ck_assert_int_eq(answer_of(r, "data.example.").outcome, RESOLVER_DATA);
    ck_assert_uint_eq(h.calls, 0);
    resolver_free(&r);
}
END_TEST

START_TEST(it_ends_with_questions_under_way)
{
    struct resolver *r = resolver();
    struct heard h = {0};
    struct error e;
    int id;

    for (unsigned i = 0; i < 10; i++)
        ck_assert_int_eq(resolver_ask(r, "silent.example.", 1, hear, &h, &id, &e), OK);
    resolver_free(&r);
    ck_assert_uint_eq(h.calls, 0);
}
END_TEST

START_TEST(with_trust_anchors_what_does_not_validate_is_a_failure)
{
    char path[] = "/tmp/fw-anchors-XXXXXX";
    static const char anchor[] =
        "example. IN DS 1 13 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    struct resolver *r;
    struct heard h;
    struct error e;
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, anchor, sizeof(anchor) - 1), sizeof(anchor) - 1);
    close(fd);
    ck_assert_msg(resolver_new(&upstream.addr, 1, path, &r, &e) == OK, "%s", e.text);
    h = answer_of(r, "data.example."); /* nobody signs it */
    ck_assert_int_eq(h.outcome, RESOLVER_FAILED);
    ck_assert_str_ne(h.why, "");
    ck_assert_int_eq(answer_of(r, "data.elsewhere.").outcome, RESOLVER_DATA); /* not below an anchor */
    resolver_free(&r);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(settings_that_cannot_work_are_refused)
{
    struct net_addr many[RESOLVER_ADDRS_MAX + 1], port0;
    struct resolver *r;
    struct error e;

    for (size_t i = 0; i < RESOLVER_ADDRS_MAX + 1; i++)
        many[i] = upstream.addr;
    ck_assert_int_eq(net_addr_parse(STR("127.0.0.1:0"), &port0, &e), OK);
    ck_assert_int_eq(resolver_new(many, RESOLVER_ADDRS_MAX + 1, NULL, &r, &e), INVALID);
    ck_assert_int_eq(resolver_new(many, 0, NULL, &r, &e), INVALID);
    ck_assert_int_eq(resolver_new(&port0, 1, NULL, &r, &e), INVALID);
    ck_assert_int_eq(resolver_new(many, 1, "/no/such/file", &r, &e), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, "/no/such/file"));
    ck_assert_ptr_null(r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("resolver");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, upstream_start, upstream_end);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, addresses_come_with_their_ttl);
    tcase_add_test(t, nothing_is_remembered);
    tcase_add_test(t, a_chain_gives_the_addresses_at_its_end_and_the_least_ttl);
    tcase_add_test(t, no_such_name_and_no_data_are_answers);
    tcase_add_test(t, names_that_the_library_would_answer_itself_are_asked_for);
    tcase_add_test(t, an_error_is_a_failure_that_says_why);
    tcase_add_test(t, a_cancelled_question_is_never_answered_and_its_place_is_free);
    tcase_add_test(t, it_ends_with_questions_under_way);
    tcase_add_test(t, with_trust_anchors_what_does_not_validate_is_a_failure);
    tcase_add_test(t, settings_that_cannot_work_are_refused);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
