#include "billing/money.h"
#include "tests/support/suite.h"

static struct arena a;
static struct error e;

static void setup(void)
{
    arena_init(&a, 0);
}

static void teardown(void)
{
    arena_clear(&a);
}

static const struct {
    const char *text, *currency;
    int64_t amount;
    const char *shown;
} good[] = {
    {"12.50", "EUR", 1250, "12.50 EUR"},
    {"12.5", "EUR", 1250, "12.50 EUR"},
    {"12", "EUR", 1200, "12.00 EUR"},
    {"0.01", "EUR", 1, "0.01 EUR"},
    {"0", "EUR", 0, "0.00 EUR"},
    {"007.05", "EUR", 705, "7.05 EUR"},
    {"1200", "JPY", 1200, "1200 JPY"},
    {"0", "JPY", 0, "0 JPY"},
    {"1.234", "KWD", 1234, "1.234 KWD"},
    {"1.2", "KWD", 1200, "1.200 KWD"},
    {"0.001", "BHD", 1, "0.001 BHD"},
    {"10000000000000.00", "EUR", MONEY_AMOUNT_MAX, "10000000000000.00 EUR"},
    {"1000000000000000", "JPY", MONEY_AMOUNT_MAX, "1000000000000000 JPY"},
    {"1000000000000.000", "BHD", MONEY_AMOUNT_MAX, "1000000000000.000 BHD"},
};

START_TEST(amounts_are_read_and_shown_with_their_currencys_digits)
{
    struct money m;
    ck_assert_int_eq(money_parse(str_of(good[_i].text), str_of(good[_i].currency), &m, &e), OK);
    ck_assert_int_eq(m.amount, good[_i].amount);
    ck_assert_str_eq(m.currency, good[_i].currency);
    ck_assert_str_eq(str_dupz(&a, money_text(&a, m)), good[_i].shown);
}
END_TEST

static const char *const bad[][2] = {{"", "EUR"}, {".", "EUR"}, {".5", "EUR"}, {"1.", "EUR"}, {"1.234", "EUR"},
    {"1.5", "JPY"}, {"1.", "JPY"}, {"1.2345", "KWD"}, {"-1", "EUR"}, {"+1", "EUR"}, {"1,50", "EUR"}, {"1e3", "EUR"},
    {" 1", "EUR"}, {"1 ", "EUR"}, {"1.2.3", "EUR"}, {"0x10", "EUR"}, {"NaN", "EUR"}, {"\xd9\xa3", "EUR"},
    {"10000000000000.01", "EUR"}, {"10000000000001", "EUR"}, {"1000000000000001", "JPY"}, {"1000000000000.001", "BHD"},
    {"99999999999999999999999", "EUR"}};

START_TEST(what_is_no_amount_is_refused)
{
    struct money m;
    ck_assert_int_eq(money_parse(str_of(bad[_i][0]), str_of(bad[_i][1]), &m, &e), INVALID);
    ck_assert_str_eq(e.code, "amount");
}
END_TEST

START_TEST(a_nul_inside_an_amount_is_refused)
{
    struct money m;
    ck_assert_int_eq(money_parse(str_n("1\0", 2), STR("EUR"), &m, &e), INVALID);
    ck_assert_int_eq(money_parse(str_n("1.\0", 3), STR("EUR"), &m, &e), INVALID);
    ck_assert_int_eq(money_parse(STR_NULL, STR("EUR"), &m, &e), INVALID);
}
END_TEST

START_TEST(only_three_capitals_are_a_currency)
{
    static const char *const wrong[] = {"", "EU", "EURO", "eur", "E R", "EU1"};
    struct money m;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        ck_assert(!money_currency_valid(str_of(wrong[i])));
        ck_assert_int_eq(money_parse(STR("1"), str_of(wrong[i]), &m, &e), INVALID);
        ck_assert_str_eq(e.code, "currency");
    }
    ck_assert(!money_currency_valid(STR_NULL));
    ck_assert(money_currency_valid(STR("XYZ")));
}
END_TEST

START_TEST(negative_amounts_are_shown_with_their_sign)
{
    ck_assert_str_eq(str_dupz(&a, money_text(&a, (struct money){-5, "EUR"})), "-0.05 EUR");
    ck_assert_str_eq(str_dupz(&a, money_text(&a, (struct money){INT64_MIN, "JPY"})), "-9223372036854775808 JPY");
}
END_TEST

START_TEST(multiplying_stops_at_the_limit)
{
    struct money m, one = {MONEY_AMOUNT_MAX, "EUR"}, half = {MONEY_AMOUNT_MAX / 2 + 1, "EUR"}, none = {0, "EUR"};
    ck_assert_int_eq(money_times(one, 1, &m, &e), OK);
    ck_assert_int_eq(m.amount, MONEY_AMOUNT_MAX);
    ck_assert_int_eq(money_times(half, 2, &m, &e), INVALID);
    ck_assert_int_eq(money_times(none, 100, &m, &e), OK);
    ck_assert_int_eq(m.amount, 0);
    ck_assert_int_eq(money_times(one, 0, &m, &e), INVALID);
    ck_assert_int_eq(money_times(one, -1, &m, &e), INVALID);
    ck_assert_int_eq(money_times(none, 101, &m, &e), INVALID);
    ck_assert_int_eq(money_times((struct money){-1, "EUR"}, 1, &m, &e), INVALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("money");
    TCase *t = tcase_create("money");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, amounts_are_read_and_shown_with_their_currencys_digits, 0, ARRAY_LEN(good));
    tcase_add_loop_test(t, what_is_no_amount_is_refused, 0, ARRAY_LEN(bad));
    tcase_add_test(t, a_nul_inside_an_amount_is_refused);
    tcase_add_test(t, only_three_capitals_are_a_currency);
    tcase_add_test(t, negative_amounts_are_shown_with_their_sign);
    tcase_add_test(t, multiplying_stops_at_the_limit);
    suite_add_tcase(s, t);
    return suite_run(s);
}
