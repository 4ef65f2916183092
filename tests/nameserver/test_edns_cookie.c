/* Cookies (RFC 7873, RFC 9018) in questions and answers. */
#include "tests/nameserver/edns_fixture.h"

START_TEST(a_client_learns_a_cookie_and_shows_it)
{
    struct str good = good_cookie();
    struct dns_message m = put((struct asking){.options = good});

    ck_assert_mem_eq(good.p + 4, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert(str_eq(m.edns.options, good)); /* still fresh */
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_CLIENT_ONLY], 1);
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_GOOD], 1);
    /* from elsewhere it is none of ours, and the answer has a good one */
    client_is("2001:db8::9", 53000);
    m = put((struct asking){.options = good});
    ck_assert_uint_eq(m.rcode, DNS_NOERROR);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_BAD], 1);
    ck_assert(!str_eq(m.edns.options, good));
    m = put((struct asking){.options = str_dup(&f.a, m.edns.options)});
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_GOOD], 2);
}
END_TEST

START_TEST(a_cookie_of_impossible_length_is_formerr)
{
    static const char *const bad[] = {"000a0000", "000a000701020304050607", "000a0009010203040506070809",
        "000a000f0102030405060708090a0b0c0d0e0f",
        "000a0029000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str option = bytes(bad[i]);
        struct dns_message m;

        option.n = 4 + (size_t)read_u16(option.p + 2);
        m = put((struct asking){.options = option});
        ck_assert_msg(
            m.rcode == DNS_FORMERR && m.edns.present && m.edns.options.n == 0 && m.n[DNS_ANSWER] == 0, "%s", bad[i]);
        ck_assert_uint_eq(put((struct asking){.name = "", .options = option}).rcode, DNS_FORMERR);
    }
}
END_TEST

START_TEST(only_the_first_cookie_counts)
{
    struct dns_message m = put((struct asking){.options = bytes(CLIENT_COOKIE "000a000101")});

    ck_assert_uint_eq(m.rcode, DNS_NOERROR);
    ck_assert_uint_eq(m.edns.options.n, 4 + COOKIE_SIZE);
    ck_assert_uint_eq(put((struct asking){.options = bytes("000a000101" CLIENT_COOKIE)}).rcode, DNS_FORMERR);
}
END_TEST

START_TEST(without_cookies_the_option_is_unknown)
{
    struct dns_message m;

    settings.cookies = NULL;
    m = put((struct asking){.options = bytes(CLIENT_COOKIE)});
    ck_assert(m.n[DNS_ANSWER] == 1 && m.edns.options.n == 0);
    ck_assert_uint_eq(put((struct asking){.name = "", .options = bytes(CLIENT_COOKIE)}).rcode, DNS_FORMERR);
}
END_TEST

/* RFC 7873 §5.4 */
START_TEST(a_cookie_may_be_asked_for_without_a_question)
{
    struct str good = good_cookie(), bad = bytes("000a0018"
                                                 "0123456789abcdef"
                                                 "01000000"
                                                 "00000000"
                                                 "0011223344556677");
    struct dns_message m = put((struct asking){.name = "", .options = bytes(CLIENT_COOKIE)});

    ck_assert(m.rcode == DNS_NOERROR && !m.has_question && m.edns.options.n == 28);
    m = put((struct asking){.name = "", .options = good});
    ck_assert(m.rcode == DNS_NOERROR && m.edns.options.n == 28);
    m = put((struct asking){.name = "", .options = bad});
    ck_assert(m.rcode == DNS_BADCOOKIE && m.edns.options.n == 28);
    ck_assert_uint_eq(put((struct asking){.name = ""}).rcode, DNS_FORMERR);
    ck_assert_uint_eq(put((struct asking){.name = "", .no_opt = true}).rcode, DNS_FORMERR);
    ck_assert_uint_eq(put((struct asking){.name = "", .options = bytes("00030000")}).rcode, DNS_FORMERR);
    ck_assert_uint_eq(put((struct asking){.name = "", .options = bytes(CLIENT_COOKIE "0001")}).rcode, DNS_FORMERR);
    ck_assert_uint_eq(
        put((struct asking){.name = "", .opt_ttl = 0x10000, .options = bytes(CLIENT_COOKIE)}).rcode, DNS_BADVERS);
}
END_TEST

START_TEST(where_cookies_are_required_nobody_gets_data_without)
{
    struct str good = good_cookie();
    struct dns_message m;

    settings.cookies_required = true;
    query_view_use(&f.view, &settings);
    m = put((struct asking){.options = bytes(CLIENT_COOKIE)});
    ck_assert(m.rcode == DNS_BADCOOKIE && m.n[DNS_ANSWER] == 0 && m.edns.options.n == 28);
    m = put((struct asking){.options = str_dup(&f.a, m.edns.options)});
    ck_assert(m.rcode == DNS_NOERROR && m.n[DNS_ANSWER] == 1);
    ck_assert_uint_eq(put((struct asking){.options = good}).n[DNS_ANSWER], 1);
    for (unsigned i = 0; i < 2; i++) { /* who knows no cookies comes back over TCP */
        m = put((struct asking){.no_opt = i == 0});
        ck_assert(m.rcode == DNS_NOERROR && m.n[DNS_ANSWER] == 0 && (m.header.flags & DNS_TC) != 0);
    }
    ck_assert_uint_eq(put((struct asking){.no_opt = true, .tcp = true}).n[DNS_ANSWER], 1);
    ck_assert_uint_eq(put((struct asking){.options = bytes(CLIENT_COOKIE), .tcp = true}).n[DNS_ANSWER], 1);
}
END_TEST

START_TEST(new_keys_are_used_from_the_next_question_on)
{
    struct str good = good_cookie();
    struct cookie_keys keys = {.n = 2};

    crypto_random(keys.key[0], COOKIE_KEY_SIZE);
    memcpy(keys.key[1], f.view.cookie_keys.key[0], COOKIE_KEY_SIZE);
    cookie_ring_set(&ring, &keys);
    (void)put((struct asking){.options = good});
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_GOOD], 1); /* the old one verifies */
    keys.n = 1;
    cookie_ring_set(&ring, &keys);
    (void)put((struct asking){.options = good});
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_BAD], 1);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_client_learns_a_cookie_and_shows_it);
    tcase_add_test(t, a_cookie_of_impossible_length_is_formerr);
    tcase_add_test(t, only_the_first_cookie_counts);
    tcase_add_test(t, without_cookies_the_option_is_unknown);
    tcase_add_test(t, a_cookie_may_be_asked_for_without_a_question);
    tcase_add_test(t, where_cookies_are_required_nobody_gets_data_without);
    tcase_add_test(t, new_keys_are_used_from_the_next_question_on);
}

int main(void)
{
    return fixture_main("edns cookie", add);
}
