#include "base/str.h"
#include "tests/support/suite.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a, 0);
}

static void teardown(void)
{
    arena_clear(&a);
}

START_TEST(absent_and_empty_are_told_apart)
{
    ck_assert(str_is_null(str_of(NULL)));
    ck_assert(!str_is_null(STR("")));
    ck_assert(str_empty(STR_NULL) && str_empty(STR("")));
    ck_assert(str_is_null(str_dup(&a, STR_NULL)));
    ck_assert(!str_is_null(str_dup(&a, STR(""))));
    ck_assert(str_is_null(str_lower(&a, STR_NULL)));
    ck_assert_str_eq(str_dupz(&a, STR_NULL), "");
}
END_TEST

START_TEST(comparison_goes_by_bytes_then_length)
{
    ck_assert(str_eq(STR_NULL, STR("")));
    ck_assert(!str_eq(STR("ab"), STR("abc")));
    ck_assert(str_eqz(STR("abc"), "abc"));
    ck_assert_int_lt(str_cmp(STR("ab"), STR("abc")), 0);
    ck_assert_int_gt(str_cmp(STR("b"), STR("abc")), 0);
    ck_assert_int_gt(str_cmp(STR("\xff"), STR("a")), 0);
    ck_assert_int_eq(str_cmp(STR("x"), STR("x")), 0);
    ck_assert_int_eq(str_cmp(STR_NULL, STR("")), 0);
    ck_assert(str_ieq(STR("WeLCome.TEST"), STR("welcome.test")));
    ck_assert(!str_ieq(STR("\xC4"), STR("\xE4")));
    ck_assert(!str_ieq(STR("["), STR("{")));
}
END_TEST

START_TEST(beginnings_and_ends_are_found)
{
    ck_assert(str_starts(STR("abc"), STR("ab")) && str_starts(STR("abc"), STR("")));
    ck_assert(!str_starts(STR("a"), STR("ab")));
    ck_assert(str_ends(STR("abc"), STR("bc")) && str_ends(STR_NULL, STR_NULL));
    ck_assert(!str_ends(STR("c"), STR("bc")));
    ck_assert_int_eq(str_find(STR("a.b.c"), '.', 0), 1);
    ck_assert_int_eq(str_find(STR("a.b.c"), '.', 2), 3);
    ck_assert_int_eq(str_find(STR("a.b.c"), '.', 4), -1);
    ck_assert_int_eq(str_find(STR("a"), 'a', 99), -1);
    ck_assert_int_eq(str_find(STR_NULL, 'a', 0), -1);
}
END_TEST

START_TEST(blanks_are_trimmed_on_both_ends_only)
{
    ck_assert(str_eqz(str_trim(STR(" \t\r\na b\n ")), "a b"));
    ck_assert(str_eqz(str_trim(STR(" \t ")), ""));
    ck_assert(str_is_null(str_trim(STR_NULL)));
}
END_TEST

START_TEST(parts_are_taken_to_the_last_empty_one)
{
    struct str rest = STR("a,b,"), part;
    ck_assert(str_take(&rest, ',', &part) && str_eqz(part, "a"));
    ck_assert(str_take(&rest, ',', &part) && str_eqz(part, "b"));
    ck_assert(str_take(&rest, ',', &part) && str_eqz(part, "") && !str_is_null(part));
    ck_assert(!str_take(&rest, ',', &part));
    ck_assert(str_is_null(rest));
    rest = STR("");
    ck_assert(str_take(&rest, ',', &part) && str_empty(part));
    ck_assert(!str_take(&rest, ',', &part));
}
END_TEST

START_TEST(unsigned_numbers_are_whole_and_bounded)
{
    static const char *const bad[] = {
        "", " 1", "1 ", "+1", "-1", "0x1", "1.0", "18446744073709551616", "99999999999999999999999999"};
    uint64_t v = 7;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!str_to_u64(str_of(bad[i]), UINT64_MAX, &v), "%s", bad[i]);
    ck_assert(!str_to_u64(STR_NULL, UINT64_MAX, &v));
    ck_assert(!str_to_u64(STR("256"), 255, &v));
    ck_assert_uint_eq(v, 7);
    ck_assert(str_to_u64(STR("18446744073709551615"), UINT64_MAX, &v));
    ck_assert(v == UINT64_MAX);
    ck_assert(str_to_u64(STR("0000255"), 255, &v));
    ck_assert_uint_eq(v, 255);
}
END_TEST

START_TEST(signed_numbers_reach_both_ends)
{
    static const char *const bad[] = {"", "-", "+", "--1", "9223372036854775808", "-9223372036854775809"};
    int64_t v = 7;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!str_to_i64(str_of(bad[i]), INT64_MIN, INT64_MAX, &v), "%s", bad[i]);
    ck_assert(!str_to_i64(STR("-11"), -10, 10, &v));
    ck_assert_int_eq(v, 7);
    ck_assert(str_to_i64(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &v) && v == INT64_MIN);
    ck_assert(str_to_i64(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &v) && v == INT64_MAX);
    ck_assert(str_to_i64(STR("-0"), -1, 1, &v) && v == 0);
    ck_assert(str_to_i64(STR("+5"), 0, 9, &v) && v == 5);
}
END_TEST

START_TEST(well_formed_utf8_passes)
{
    static const char *const good[] = {
        "", "a", "h\xC3\xA9", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x9F\x8C\x8D", "\xF4\x8F\xBF\xBF"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        ck_assert_msg(str_utf8_valid(str_of(good[i])), "%zu", i);
    ck_assert_uint_eq(str_utf8_len(STR("\xE2\x82\xAC!")), 3);
}
END_TEST

START_TEST(a_text_is_cut_between_characters)
{
    struct str euros = STR("\xE2\x82\xAC\xE2\x82\xAC");
    ck_assert_uint_eq(str_cut(euros, 7).n, 6);
    ck_assert_uint_eq(str_cut(euros, 6).n, 6);
    ck_assert_uint_eq(str_cut(euros, 5).n, 3);
    ck_assert_uint_eq(str_cut(euros, 4).n, 3);
    ck_assert_uint_eq(str_cut(euros, 3).n, 3);
    ck_assert_uint_eq(str_cut(euros, 2).n, 0);
    ck_assert_uint_eq(str_cut(STR("abc"), 2).n, 2);
    ck_assert(str_is_null(str_cut(STR_NULL, 2)));
}
END_TEST

START_TEST(malformed_utf8_is_refused)
{
    static const char *const bad[] = {
        "\x80", /* a continuation alone */
        "\xC0\xAF", /* overlong slash */
        "\xE0\x80\xAF",
        "\xF0\x80\x80\xAF",
        "\xED\xA0\x80", /* surrogate */
        "\xF4\x90\x80\x80", /* past U+10FFFF */
        "\xF5\x80\x80\x80",
        "\xFF",
        "\xE2\x82", /* cut short */
        "\xE2\x82(",
        "ok\xC3",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!str_utf8_valid(str_of(bad[i])), "%zu", i);
}
END_TEST

START_TEST(lower_case_is_ascii_only)
{
    struct str s = str_lower(&a, STR("AZaz[@\xC3\x84"));
    ck_assert(str_eqz(s, "azaz[@\xC3\x84"));
    ck_assert(ascii_is_alnum('Z') && ascii_is_alnum('0') && !ascii_is_alnum('_') && !ascii_is_alnum('\xE4'));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("str");
    TCase *c = tcase_create("str");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, absent_and_empty_are_told_apart);
    tcase_add_test(c, comparison_goes_by_bytes_then_length);
    tcase_add_test(c, beginnings_and_ends_are_found);
    tcase_add_test(c, blanks_are_trimmed_on_both_ends_only);
    tcase_add_test(c, parts_are_taken_to_the_last_empty_one);
    tcase_add_test(c, unsigned_numbers_are_whole_and_bounded);
    tcase_add_test(c, signed_numbers_reach_both_ends);
    tcase_add_test(c, well_formed_utf8_passes);
    tcase_add_test(c, a_text_is_cut_between_characters);
    tcase_add_test(c, malformed_utf8_is_refused);
    tcase_add_test(c, lower_case_is_ascii_only);
    suite_add_tcase(s, c);
    return suite_run(s);
}
