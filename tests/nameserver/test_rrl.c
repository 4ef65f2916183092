/* Response rate limiting: who is limited, by how much, and who never. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>

#include "nameserver/rrl.h"
#include "tests/nameserver/fixture.h"

#define SECOND UINT64_C(1000000000)

static struct rrl *r;
static uint64_t now = 5 * SECOND;

static void open_with(struct rrl_settings s)
{
    crypto_init();
    s.prefix4 = s.prefix4 != 0 ? s.prefix4 : 24;
    s.prefix6 = s.prefix6 != 0 ? s.prefix6 : 56;
    s.slots = s.slots != 0 ? s.slots : 4096;
    r = rrl_new(&s);
}

static void teardown(void)
{
    if (r != NULL)
        rrl_free(&r);
}

static struct sockaddr_storage client(const char *text)
{
    struct sockaddr_storage sa = {.ss_family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET};
    void *at = sa.ss_family == AF_INET ? (void *)&((struct sockaddr_in *)(void *)&sa)->sin_addr
                                       : (void *)&((struct sockaddr_in6 *)(void *)&sa)->sin6_addr;

    ck_assert_int_eq(inet_pton(sa.ss_family, text, at), 1);
    return sa;
}

static enum rrl_verdict check(const char *addr, enum rrl_kind kind, uint64_t name)
{
    struct sockaddr_storage sa = client(addr);

    return rrl_check(r, &sa, kind, name, now);
}

/* How many of n are sent. */
static unsigned sent_of(unsigned n, const char *addr, enum rrl_kind kind, uint64_t name)
{
    unsigned sent = 0;

    for (unsigned i = 0; i < n; i++)
        sent += check(addr, kind, name) == RRL_SEND;
    return sent;
}

START_TEST(a_network_gets_so_many_of_one_answer_a_second)
{
    open_with((struct rrl_settings){.rate = 10});
    ck_assert_uint_eq(sent_of(100, "192.0.2.1", RRL_ANSWER, 7), 10);
    ck_assert_uint_eq(sent_of(100, "192.0.2.99", RRL_ANSWER, 7), 0); /* the same /24 */
    now += SECOND / 2;
    ck_assert_uint_eq(sent_of(100, "192.0.2.1", RRL_ANSWER, 7), 5);
    now += 3600 * SECOND; /* silence is not saved up for more than a second's worth */
    ck_assert_uint_eq(sent_of(100, "192.0.2.1", RRL_ANSWER, 7), 10);
}
END_TEST

START_TEST(a_flood_does_not_use_up_what_comes_later)
{
    unsigned sent = 0;

    open_with((struct rrl_settings){.rate = 20});
    for (unsigned i = 0; i < 10000; i++, now += SECOND / 1000)
        sent += check("192.0.2.1", RRL_NXDOMAIN, 1) == RRL_SEND;
    ck_assert_uint_ge(sent, 20 * 10);
    ck_assert_uint_le(sent, 20 * 11 + 1);
}
END_TEST

START_TEST(other_networks_names_and_kinds_are_counted_by_themselves)
{
    open_with((struct rrl_settings){.rate = 5});
    ck_assert_uint_eq(sent_of(20, "192.0.2.1", RRL_ANSWER, 7), 5);
    ck_assert_uint_eq(sent_of(20, "192.0.3.1", RRL_ANSWER, 7), 5);
    ck_assert_uint_eq(sent_of(20, "192.0.2.1", RRL_ANSWER, 8), 5);
    ck_assert_uint_eq(sent_of(20, "192.0.2.1", RRL_NODATA, 7), 5);
    ck_assert_uint_eq(sent_of(20, "2001:db8:0:100::1", RRL_ANSWER, 7), 5);
    ck_assert_uint_eq(sent_of(20, "2001:db8:0:1ff::2", RRL_ANSWER, 7), 0); /* the same /56 */
    ck_assert_uint_eq(sent_of(20, "2001:db8:0:200::1", RRL_ANSWER, 7), 5);
}
END_TEST

START_TEST(prefixes_that_end_within_a_byte_count)
{
    open_with((struct rrl_settings){.rate = 5, .prefix4 = 20, .prefix6 = 61});
    ck_assert_uint_eq(sent_of(20, "198.51.96.1", RRL_ANSWER, 7), 5);
    ck_assert_uint_eq(sent_of(20, "198.51.111.255", RRL_ANSWER, 7), 0);
    ck_assert_uint_eq(sent_of(20, "198.51.112.1", RRL_ANSWER, 7), 5);
    ck_assert_uint_eq(sent_of(20, "2001:db8::1", RRL_ANSWER, 7), 5);
    ck_assert_uint_eq(sent_of(20, "2001:db8:0:7::1", RRL_ANSWER, 7), 0);
    ck_assert_uint_eq(sent_of(20, "2001:db8:0:8::1", RRL_ANSWER, 7), 5);
}
END_TEST

static unsigned slips_of(unsigned slip)
{
    unsigned slips = 0;

    open_with((struct rrl_settings){.rate = 1, .slip = slip});
    for (unsigned i = 0; i < 10001; i++)
        slips += check("192.0.2.1", RRL_ANSWER, 7) == RRL_SLIP;
    rrl_free(&r);
    return slips;
}

START_TEST(one_in_slip_of_the_limited_goes_out_with_tc)
{
    unsigned n;

    ck_assert_uint_eq(slips_of(0), 0);
    ck_assert_uint_eq(slips_of(1), 10000);
    n = slips_of(2);
    ck_assert_msg(n > 4500 && n < 5500, "%u of 10000 at slip 2", n);
    n = slips_of(10);
    ck_assert_msg(n > 800 && n < 1200, "%u of 10000 at slip 10", n);
}
END_TEST

START_TEST(exempt_networks_are_never_limited)
{
    struct rrl_prefix exempt[2];
    struct error e;

    ck_assert_int_eq(rrl_prefix_parse(STR("192.0.2.64/26"), &exempt[0], &e), OK);
    ck_assert_int_eq(rrl_prefix_parse(STR("2001:db8::53"), &exempt[1], &e), OK);
    open_with((struct rrl_settings){.rate = 1, .exempt = exempt, .exempt_n = 2});
    ck_assert_uint_eq(sent_of(100, "192.0.2.64", RRL_ERROR, 0), 100);
    ck_assert_uint_eq(sent_of(100, "192.0.2.127", RRL_ERROR, 0), 100);
    ck_assert_uint_eq(sent_of(100, "192.0.2.63", RRL_ERROR, 0), 0); /* its network has had its one */
    ck_assert_uint_eq(sent_of(100, "2001:db8::53", RRL_ERROR, 0), 100);
    ck_assert_uint_eq(sent_of(100, "2001:db8::54", RRL_ERROR, 0), 0);
    ck_assert_uint_eq(sent_of(100, "2001:db8:1::54", RRL_ERROR, 0), 1);
}
END_TEST

START_TEST(networks_are_read_or_refused_by_what_is_wrong)
{
    static const char *const bad[] = {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2/24",
        "2001:db8::/129", "2001:db8::/64/1", "host.example", "192.0.2.0 /24", "192.0.2.1/24", "2001:db8::1/64",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc/1"};
    static const char *const good[] = {"0.0.0.0/0", "::/0", "192.0.2.128/25", "2001:db8::/32", "192.0.2.1", "::1/128"};
    struct rrl_prefix p;
    struct error e;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_msg(rrl_prefix_parse(str_of(bad[i]), &p, &e) == INVALID, "%s", bad[i]);
        ck_assert_str_eq(e.code, "prefix-invalid");
    }
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        ck_assert_msg(rrl_prefix_parse(str_of(good[i]), &p, &e) == OK, "%s: %s", good[i], e.text);
}
END_TEST

/* A table of 64 words meets 100,000 names of one network: it forgets, but never limits who is within the rate. */
START_TEST(a_full_table_forgets_and_never_limits_wrongly)
{
    open_with((struct rrl_settings){.rate = 2, .slots = 64});
    for (uint64_t name = 0; name < 100000; name++, now += SECOND / 100000)
        ck_assert_int_eq(check("192.0.2.1", RRL_ANSWER, name), RRL_SEND);
    /* and still knows who asks the same thing all the time */
    ck_assert_uint_le(sent_of(1000, "192.0.2.1", RRL_ANSWER, UINT64_MAX), 2);
}
END_TEST

START_TEST(a_flood_is_remembered_among_many_others)
{
    unsigned sent = 0;

    open_with((struct rrl_settings){.rate = 2, .slots = 64});
    for (uint64_t i = 0; i < 100000; i++, now += SECOND / 100000) {
        sent += check("203.0.113.1", RRL_ANSWER, 1) == RRL_SEND; /* half of all queries */
        (void)check("192.0.2.1", RRL_ANSWER, 1000 + i);
    }
    ck_assert_uint_lt(sent, 50000 / 10);
}
END_TEST

START_TEST(the_clock_may_wrap_around)
{
    open_with((struct rrl_settings){.rate = 3});
    now = ((UINT64_C(1) << 40) << 10) - SECOND / 2;
    ck_assert_uint_eq(sent_of(10, "192.0.2.1", RRL_ANSWER, 1), 3);
    now += SECOND / 3 + 1000000;
    ck_assert_uint_eq(sent_of(10, "192.0.2.1", RRL_ANSWER, 1), 1);
    now += SECOND;
    ck_assert_uint_eq(sent_of(10, "192.0.2.1", RRL_ANSWER, 1), 3);
    now = 5 * SECOND;
}
END_TEST

static void *ask_often(void *sent)
{
    for (unsigned i = 0; i < 20000; i++)
        *(unsigned *)sent += check("192.0.2.1", RRL_ANSWER, 7) == RRL_SEND;
    return NULL;
}

START_TEST(a_thread_whose_clock_is_behind_does_not_begin_anew)
{
    open_with((struct rrl_settings){.rate = 10});
    ck_assert_uint_eq(sent_of(100, "192.0.2.1", RRL_ANSWER, 7), 10);
    for (uint64_t behind = 1000; behind < 4 * SECOND; behind *= 3) {
        now -= behind;
        ck_assert_uint_eq(sent_of(100, "192.0.2.1", RRL_ANSWER, 7), 0);
        now += behind;
    }
    now += SECOND / 10;
    ck_assert_uint_eq(sent_of(100, "192.0.2.1", RRL_ANSWER, 7), 1);
}
END_TEST

START_TEST(threads_share_the_rate)
{
    pthread_t t[4];
    unsigned sent[4] = {0}, all = 0;

    open_with((struct rrl_settings){.rate = 1000});
    for (unsigned i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, ask_often, &sent[i]), 0);
    for (unsigned i = 0; i < 4; i++) {
        pthread_join(t[i], NULL);
        all += sent[i];
    }
    ck_assert_uint_ge(all, 1000);
    ck_assert_uint_le(all, 1200); /* a few go uncounted where threads meet on a word */
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_add_test(t, a_network_gets_so_many_of_one_answer_a_second);
    tcase_add_test(t, a_flood_does_not_use_up_what_comes_later);
    tcase_add_test(t, other_networks_names_and_kinds_are_counted_by_themselves);
    tcase_add_test(t, prefixes_that_end_within_a_byte_count);
    tcase_add_test(t, one_in_slip_of_the_limited_goes_out_with_tc);
    tcase_add_test(t, exempt_networks_are_never_limited);
    tcase_add_test(t, networks_are_read_or_refused_by_what_is_wrong);
    tcase_add_test(t, a_full_table_forgets_and_never_limits_wrongly);
    tcase_add_test(t, a_flood_is_remembered_among_many_others);
    tcase_add_test(t, the_clock_may_wrap_around);
    tcase_add_test(t, a_thread_whose_clock_is_behind_does_not_begin_anew);
    tcase_add_test(t, threads_share_the_rate);
}

int main(void)
{
    return fixture_main("rrl", add);
}
