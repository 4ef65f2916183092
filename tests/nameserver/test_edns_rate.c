/* Limited rates as a client meets them: what is one answer, what is cut down, what is never limited. */
#include "tests/nameserver/edns_fixture.h"

static void limit_to(unsigned rate, unsigned slip)
{
    if (settings.rrl != NULL)
        rrl_free(&settings.rrl);
    settings.rrl =
        rrl_new(&(struct rrl_settings){.rate = rate, .slip = slip, .prefix4 = 24, .prefix6 = 56, .slots = 4096});
    query_view_use(&f.view, &settings);
}

/* n questions at one instant; %u in the name is the number. How many got a whole answer. */
static unsigned whole_of(unsigned n, const char *format, struct asking k)
{
    unsigned whole = 0;
    char name[64];

    for (unsigned i = 0; i < n; i++) {
        struct str out;
        const char *at = strchr(format, '%');

        (void)snprintf(name, sizeof(name), "%.*s", at != NULL ? (int)(at - format) : (int)sizeof(name) - 1, format);
        if (at != NULL)
            (void)snprintf(name + (at - format), sizeof(name) - (size_t)(at - format), "%u%s", i, at + 2);
        k.name = name;
        out = ask_bytes(k);
        whole += out.n > 0 && (parsed(out).header.flags & DNS_TC) == 0;
    }
    return whole;
}

START_TEST(names_that_are_one_answer_share_its_rate)
{
    static const struct {
        const char *name;
        uint16_t type;
        unsigned whole;
    } cases[] = {{"www.example.test", DNS_A, 5}, {"n%u.wild.example.test", DNS_A, 5}, {"%u.no.example.test", DNS_A, 5},
        {"x%u.sub.example.test", DNS_A, 5}, {"ent.example.test", DNS_TXT, 5}, {"n%u.elsewhere.invalid", DNS_A, 5},
        {"example.test", DNS_AXFR, 0}, /* an error like the ones before */
        {"www.example.test", DNS_TXT, 5}, {"n%u.wild.example.test", DNS_TXT, 5}, {"other%u.example.test", DNS_MX, 0}};

    limit_to(5, 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        unsigned whole = whole_of(50, cases[i].name, (struct asking){.type = cases[i].type});

        ck_assert_msg(whole >= cases[i].whole && whole <= cases[i].whole + 1, "%s: %u", cases[i].name, whole);
    }
    ck_assert_uint_gt(f.view.counts.rate_dropped, 400);
}
END_TEST

START_TEST(going_through_the_types_is_asking_for_the_same)
{
    static const char *const names[] = {"cn.types.test", "x.dn.types.test", "www.types.test"};

    serve(&f, 2, "types.test", "cn CNAME www.example.test.\ndn DNAME example.test.\nwww A 192.0.2.1\n");
    limit_to(5, 0);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        unsigned whole = 0;

        for (uint16_t type = 1000; type < 1200; type++)
            whole += ask_bytes((struct asking){.name = names[i], .type = type}).n > 0;
        ck_assert_msg(whole >= 5 && whole <= 6, "%s: %u", names[i], whole);
    }
}
END_TEST

START_TEST(an_answer_cut_down_for_its_rate_is_empty_with_tc)
{
    struct dns_message m;

    limit_to(1, 1);
    for (unsigned edns = 0; edns < 2; edns++) {
        (void)ask_bytes((struct asking){.no_opt = edns == 0});
        m = put((struct asking){.no_opt = edns == 0, .opt_ttl = 0x8000, .name = "sub.example.test"});
        m = put((struct asking){.no_opt = edns == 0, .opt_ttl = 0x8000, .name = "x.sub.example.test"});
        ck_assert(m.rcode == DNS_NOERROR && (m.header.flags & DNS_TC) != 0 && m.has_question);
        ck_assert_uint_eq(m.n[0] + m.n[1] + m.n[2], 0);
        ck_assert_int_eq(m.edns.present, edns == 1);
        ck_assert(edns == 0 || m.edns.do_bit);
    }
    m = put((struct asking){.name = "nothing.example.test"});
    m = put((struct asking){.name = "nothing.example.test"});
    ck_assert(m.rcode == DNS_NXDOMAIN && (m.header.flags & DNS_TC) != 0 && m.n[DNS_AUTHORITY] == 0);
    ck_assert_uint_gt(f.view.counts.rate_slipped, 3);
}
END_TEST

START_TEST(over_tcp_and_with_a_good_cookie_nothing_is_limited)
{
    struct str good = good_cookie();

    limit_to(1, 0);
    ck_assert_uint_le(whole_of(50, "www.example.test", (struct asking){.type = 0}), 2);
    ck_assert_uint_eq(whole_of(50, "www.example.test", (struct asking){.tcp = true}), 50);
    ck_assert_uint_eq(whole_of(50, "www.example.test", (struct asking){.options = good}), 50);
    ck_assert_uint_le(whole_of(50, "www.example.test", (struct asking){.options = bytes(CLIENT_COOKIE)}), 1);
    ck_assert_uint_le(whole_of(50, "www.example.test", (struct asking){.options = bytes("00640000")}), 1);
}
END_TEST

START_TEST(what_is_refused_before_it_is_looked_up_is_limited_too)
{
    limit_to(3, 1);
    ck_assert_uint_le(whole_of(20, "www.example.test", (struct asking){.flags = 0x2000}), 4);
    ck_assert_uint_le(whole_of(20, "www.example.test", (struct asking){.opt_ttl = 0x10000}), 1);
    ck_assert_uint_le(whole_of(20, "version.bind", (struct asking){.class_ = DNS_CH, .type = DNS_TXT}), 1);
    settings.cookies_required = true;
    query_view_use(&f.view, &settings);
    ck_assert_uint_eq(whole_of(20, "www.example.test", (struct asking){.no_opt = true}), 0);
    ck_assert_uint_gt(ask_bytes((struct asking){.flags = 0x2000, .name = "", .no_opt = true}).n, 0);
    for (unsigned i = 0; i < 20; i++)
        ck_assert_uint_eq(with_behind((struct asking){.no_opt = true}, STR(TSIG), 1).n, 0);
}
END_TEST

START_TEST(the_good_cookie_of_one_question_does_not_count_for_the_next)
{
    struct str good = good_cookie();
    unsigned answered = 0;

    limit_to(1, 0);
    for (unsigned i = 0; i < 20; i++) {
        struct asking refused = {.flags = 0x2000, .options = bytes(CLIENT_COOKIE)};

        ck_assert_uint_eq(put((struct asking){.options = good}).n[DNS_ANSWER], 1);
        answered += ask_bytes(refused).n > 0;
        ck_assert_uint_eq(put((struct asking){.options = good}).n[DNS_ANSWER], 1);
        answered += with_behind((struct asking){.options = bytes("00640000")}, STR(TSIG), 1).n > 0;
    }
    ck_assert_uint_le(answered, 2);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, names_that_are_one_answer_share_its_rate);
    tcase_add_test(t, going_through_the_types_is_asking_for_the_same);
    tcase_add_test(t, an_answer_cut_down_for_its_rate_is_empty_with_tc);
    tcase_add_test(t, over_tcp_and_with_a_good_cookie_nothing_is_limited);
    tcase_add_test(t, the_good_cookie_of_one_question_does_not_count_for_the_next);
    tcase_add_test(t, what_is_refused_before_it_is_looked_up_is_limited_too);
}

int main(void)
{
    return fixture_main("edns rate", add);
}
