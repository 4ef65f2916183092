/* DNS cookies, against the examples of RFC 9018, and their keys. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "nameserver/cookie.h"
#include "tests/nameserver/fixture.h"

#define KEY_1 "e5e973e5a6b2a43f48e7dc849e37bfcf"
#define KEY_2 "dd3bdf9344b678b185a6f5cb60fca715"
#define KEY_3 "445536bcd2513298075a5d379663c962"

static struct arena a;
static struct error e;

static void setup(void)
{
    crypto_init();
    arena_init(&a, 0);
}

static void teardown(void)
{
    arena_clear(&a);
}

static struct cookie_keys keys_of(const char *text)
{
    struct cookie_keys keys;

    ck_assert_msg(cookie_keys_parse(str_of(text), &keys, &e) == OK, "%s", e.text);
    return keys;
}

static struct str bytes(const char *hex)
{
    size_t n = strlen(hex) / 2;
    uint8_t *p = arena_alloc(&a, n + 1);

    ck_assert(hex_decode(str_of(hex), p, n));
    return str_n((char *)p, n);
}

static struct str addr(const char *text)
{
    uint8_t *p = arena_alloc(&a, 16);
    bool v6 = strchr(text, ':') != NULL;

    ck_assert_int_eq(inet_pton(v6 ? AF_INET6 : AF_INET, text, p), 1);
    return str_n((char *)p, v6 ? 16 : 4);
}

static const char *answer(
    const struct cookie_keys *keys, const char *option, enum cookie_verdict verdict, const char *client, uint32_t now)
{
    uint8_t out[COOKIE_SIZE];

    ck_assert_int_eq(cookie_check(keys, bytes(option), addr(client), now), verdict);
    cookie_answer(keys, bytes(option), verdict, addr(client), now, out);
    return str_dupz(&a, hex_encode(&a, out, sizeof(out)));
}

START_TEST(the_examples_of_rfc_9018_come_out_byte_for_byte)
{
    struct cookie_keys one = keys_of(KEY_1), rolled = keys_of(KEY_3 "\n" KEY_2 "\n");

    ck_assert_str_eq(answer(&one, "2464c4abcf10c957", COOKIE_CLIENT_ONLY, "198.51.100.100", 1559731985),
        "2464c4abcf10c957010000005cf79f111f8130c3eee29480");
    ck_assert_str_eq(
        answer(&one, "2464c4abcf10c957010000005cf79f111f8130c3eee29480", COOKIE_GOOD, "198.51.100.100", 1559734385),
        "2464c4abcf10c957010000005cf7a871d4a564a1442aca77");
    /* The reserved bytes are hashed as they came; what is sent has zeroes. By then the cookie is two hours old. */
    ck_assert_int_eq(cookie_check(&one, bytes("fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5"),
                         addr("203.0.113.203"), 1559727985 + 60),
        COOKIE_GOOD);
    ck_assert_str_eq(
        answer(&one, "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", COOKIE_BAD, "203.0.113.203", 1559734700),
        "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e");
    /* IPv6, made with the key that is now the second. */
    ck_assert_str_eq(answer(&rolled, "22681ab97d52c298010000005cf7c57926556bd0934c72f8", COOKIE_GOOD,
                         "2001:db8:220:1:59de:d0f4:8769:82b8", 1559741961),
        "22681ab97d52c298010000005cf7c609a6bb79d16625507a");
}
END_TEST

START_TEST(a_cookie_of_the_first_half_hour_comes_back_as_it_is)
{
    static const char option[] = "2464c4abcf10c957010000005cf79f111f8130c3eee29480";
    struct cookie_keys one = keys_of(KEY_1), behind = keys_of(KEY_2 "\n" KEY_1);
    uint32_t made = 0x5cf79f11;

    ck_assert_str_eq(answer(&one, option, COOKIE_GOOD, "198.51.100.100", made), option);
    ck_assert_str_eq(answer(&one, option, COOKIE_GOOD, "198.51.100.100", made + 1800), option);
    ck_assert_str_ne(answer(&one, option, COOKIE_GOOD, "198.51.100.100", made + 1801), option);
    /* an older key's is good, and replaced at once */
    ck_assert_str_ne(answer(&behind, option, COOKIE_GOOD, "198.51.100.100", made), option);
}
END_TEST

START_TEST(a_cookie_counts_for_an_hour_and_from_five_minutes_ahead)
{
    struct str option = bytes("2464c4abcf10c957010000005cf79f111f8130c3eee29480");
    struct cookie_keys one = keys_of(KEY_1);
    uint32_t made = 0x5cf79f11;

    ck_assert_int_eq(cookie_check(&one, option, addr("198.51.100.100"), made + 3600), COOKIE_GOOD);
    ck_assert_int_eq(cookie_check(&one, option, addr("198.51.100.100"), made + 3601), COOKIE_BAD);
    ck_assert_int_eq(cookie_check(&one, option, addr("198.51.100.100"), made - 300), COOKIE_GOOD);
    ck_assert_int_eq(cookie_check(&one, option, addr("198.51.100.100"), made - 301), COOKIE_BAD);
    ck_assert_int_eq(cookie_check(&one, option, addr("198.51.100.100"), made + 0x80000000u), COOKIE_BAD);
}
END_TEST

/* RFC 1982: the time of 2106 is close to that of a second later. */
START_TEST(time_may_wrap_around)
{
    struct cookie_keys one = keys_of(KEY_1);
    struct str client = addr("192.0.2.1");
    uint8_t out[COOKIE_SIZE];

    cookie_answer(&one, bytes("0011223344556677"), COOKIE_CLIENT_ONLY, client, UINT32_MAX - 5, out);
    ck_assert_int_eq(cookie_check(&one, str_n((char *)out, sizeof(out)), client, 10), COOKIE_GOOD);
}
END_TEST

START_TEST(every_changed_bit_and_another_address_make_it_bad)
{
    struct str good = bytes("2464c4abcf10c957010000005cf79f111f8130c3eee29480");
    struct cookie_keys one = keys_of(KEY_1), other = keys_of(KEY_2);
    uint32_t made = 0x5cf79f11;

    for (size_t bit = 0; bit < good.n * 8; bit++) {
        uint8_t *p = arena_copy(&a, good.p, good.n);

        p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_eq(cookie_check(&one, str_n((char *)p, good.n), addr("198.51.100.100"), made), COOKIE_BAD);
    }
    ck_assert_int_eq(cookie_check(&one, good, addr("198.51.100.101"), made), COOKIE_BAD);
    ck_assert_int_eq(cookie_check(&one, good, addr("2001:db8::1"), made), COOKIE_BAD);
    ck_assert_int_eq(cookie_check(&other, good, addr("198.51.100.100"), made), COOKIE_BAD);
}
END_TEST

START_TEST(lengths_that_no_cookie_has_are_malformed)
{
    struct cookie_keys one = keys_of(KEY_1);
    uint8_t zero[64] = {0};

    for (size_t n = 0; n <= 64; n++) {
        enum cookie_verdict want = n == 8 ? COOKIE_CLIENT_ONLY : n < 16 || n > 40 ? COOKIE_MALFORMED : COOKIE_BAD;

        ck_assert_int_eq(cookie_check(&one, str_n((char *)zero, n), addr("192.0.2.1"), 0), want);
    }
}
END_TEST

START_TEST(keys_are_read_from_text_or_refused_with_the_line)
{
    static const struct {
        const char *text, *says;
    } bad[] = {{"", "no key"}, {"# only a comment\n\n", "no key"}, {KEY_1 "\nabc\n", "line 2"},
        {KEY_1 "00\n", "line 1"}, {KEY_1 " " KEY_2, "line 1"}, {"0x" KEY_1, "line 1"},
        {KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n" KEY_1 "\n", "line 9"}};
    struct cookie_keys keys = keys_of("# signs\n  " KEY_1 "\t\r\n\n" KEY_2);

    ck_assert_uint_eq(keys.n, 2);
    ck_assert_mem_eq(keys.key[1], bytes(KEY_2).p, 16);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(cookie_keys_parse(str_of(bad[i].text), &keys, &e), INVALID);
        ck_assert_msg(strstr(e.text, bad[i].says) != NULL, "%s", e.text);
        ck_assert_msg(strstr(e.text, "e5e9") == NULL, "a key stands in: %s", e.text);
    }
}
END_TEST

/* ---- keys of a running server --------------------------------------------------------------------------- */

static const char *path_of(const char *name)
{
    const char *tmp = getenv("TMPDIR");

    return arena_printf(&a, "%s/%s.%d", tmp != NULL ? tmp : "/tmp", name, (int)getpid());
}

static void put(const char *path, const char *text, int mode)
{
    ck_assert_msg(file_write(path, str_of(text), mode, &e) == OK, "%s", e.text);
}

START_TEST(a_replaced_file_is_noticed_and_threads_follow)
{
    struct cookie_file file = {.path = path_of("keys")};
    struct cookie_ring ring;
    struct cookie_keys mine = {.n = 0}, want = keys_of(KEY_2);
    uint64_t version = 0;

    cookie_ring_init(&ring);
    cookie_ring_follow(&ring, &mine, &version);
    ck_assert_uint_eq(mine.n, 1); /* a random one */
    put(file.path, KEY_1 "\n", 0600);
    ck_assert_int_eq(cookie_file_load(&file, &ring, &e), OK);
    ck_assert(!cookie_file_changed(&file));
    cookie_ring_follow(&ring, &mine, &version);
    ck_assert_mem_eq(mine.key[0], keys_of(KEY_1).key[0], 16);
    put(file.path, KEY_2 "\n", 0600); /* same size, by rename */
    ck_assert(cookie_file_changed(&file));
    ck_assert_int_eq(cookie_file_load(&file, &ring, &e), OK);
    cookie_ring_follow(&ring, &mine, &version);
    ck_assert_uint_eq(mine.n, 1);
    ck_assert_mem_eq(mine.key[0], want.key[0], 16);
    cookie_ring_clear(&ring);
    ck_assert_int_eq(unlink(file.path), 0);
}
END_TEST

START_TEST(a_file_that_is_no_good_changes_nothing_and_is_told_once)
{
    struct cookie_file file = {.path = path_of("keys")};
    struct cookie_ring ring;
    struct cookie_keys mine;
    uint64_t version = 0;

    cookie_ring_init(&ring);
    ck_assert_int_eq(cookie_file_load(&file, &ring, &e), NOT_FOUND);
    put(file.path, KEY_1 "\n", 0640);
    ck_assert(cookie_file_changed(&file));
    ck_assert_int_eq(cookie_file_load(&file, &ring, &e), DENIED);
    ck_assert_ptr_nonnull(strstr(e.text, "0640"));
    put(file.path, "junk\n", 0600);
    ck_assert_int_eq(cookie_file_load(&file, &ring, &e), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, "line 1"));
    ck_assert(!cookie_file_changed(&file));
    ck_assert_int_eq(unlink(file.path), 0);
    ck_assert(cookie_file_changed(&file));
    ck_assert_int_eq(cookie_file_load(&file, &ring, &e), NOT_FOUND);
    ck_assert(!cookie_file_changed(&file));
    cookie_ring_copy(&ring, &mine, &version);
    ck_assert_uint_eq(version, 1);
    cookie_ring_clear(&ring);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_examples_of_rfc_9018_come_out_byte_for_byte);
    tcase_add_test(t, a_cookie_of_the_first_half_hour_comes_back_as_it_is);
    tcase_add_test(t, a_cookie_counts_for_an_hour_and_from_five_minutes_ahead);
    tcase_add_test(t, time_may_wrap_around);
    tcase_add_test(t, every_changed_bit_and_another_address_make_it_bad);
    tcase_add_test(t, lengths_that_no_cookie_has_are_malformed);
    tcase_add_test(t, keys_are_read_from_text_or_refused_with_the_line);
    tcase_add_test(t, a_replaced_file_is_noticed_and_threads_follow);
    tcase_add_test(t, a_file_that_is_no_good_changes_nothing_and_is_told_once);
}

int main(void)
{
    return fixture_main("cookie", add);
}
