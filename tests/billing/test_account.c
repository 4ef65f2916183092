#include "tests/billing/billing_test.h"

static struct account acc;

static void setup_account(void)
{
    setup();
    ok(account_create(db, &a, STR("demo"), STR("demo@example.test"), STR("EUR"), T0, &acc, &err));
}

START_TEST(an_account_is_made_and_found)
{
    struct account f;
    ok(account_find(db, &a, STR("demo"), &f, &err));
    ck_assert_int_eq(f.id, acc.id);
    ck_assert_str_eq(f.currency, "EUR");
    ck_assert(str_eqz(f.email, "demo@example.test"));
    ok(account_find_id(db, &a, acc.id, &f, &err));
    ck_assert(str_eqz(f.name, "demo"));
    refused(account_find(db, &a, STR("nobody"), &f, &err), NOT_FOUND, "no-account");
    refused(account_find(db, &a, STR("d\xc3\xa9mo"), &f, &err), NOT_FOUND, "no-account");
    refused(account_find_id(db, &a, acc.id + 1000, &f, &err), NOT_FOUND, "no-account");
}
END_TEST

START_TEST(what_is_no_account_is_refused)
{
    static const char *const bad[] = {"", "a", "1abc", "Abc", "a b", "a\n",
        ("\xc3\xa4"
         "bc"),
        "-ab", "a/b"};
    char longest[ACCOUNT_NAME_MAX + 1], mail[255];
    struct account f;
    memset(longest, 'a', sizeof(longest));
    memset(mail, 'm', sizeof(mail));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        refused(account_create(db, &a, str_of(bad[i]), STR_NULL, STR("EUR"), T0, &f, &err), INVALID, "account-name");
    refused(account_create(db, &a, str_n(longest, sizeof(longest)), STR_NULL, STR("EUR"), T0, &f, &err), INVALID,
        "account-name");
    ok(account_create(db, &a, str_n(longest, ACCOUNT_NAME_MAX), STR_NULL, STR("JPY"), T0, &f, &err));
    refused(account_create(db, &a, STR("other"), STR_NULL, STR("eu"), T0, &f, &err), INVALID, "currency");
    refused(account_create(db, &a, STR("other"), str_n(mail, 255), STR("EUR"), T0, &f, &err), INVALID, "email");
    refused(account_create(db, &a, STR("other"), STR("a\n@b.c"), STR("EUR"), T0, &f, &err), INVALID, "email");
}
END_TEST

START_TEST(a_taken_name_leaves_no_ledger_account_behind)
{
    struct account f;
    struct db_result r;
    DB_QUERY(q_count, "SELECT COUNT(*) FROM ledger_account WHERE code = 'customer:demo'");
    refused(account_create(db, &a, STR("demo"), STR_NULL, STR("JPY"), T0, &f, &err), EXISTS, "account-exists");
    ok(db_select_one(db, &a, &q_count, DB_NO_ARGS, &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), 1);
}
END_TEST

START_TEST(a_deposit_is_booked_once_per_reference)
{
    struct account_balance b;
    for (int i = 0; i < 3; i++)
        ok(account_deposit(db, &acc, STR("bank-1"), eur(500), STR("wire"), T0 + i, &err));
    ok(account_deposit(db, &acc, STR("bank-2"), eur(500), STR("wire"), T0, &err));
    refused(account_deposit(db, &acc, STR("bank-1"), eur(501), STR("wire"), T0, &err), CONFLICT, "transfer-differs");
    ok(account_balance(db, &acc, &b, &err));
    ck_assert_int_eq(b.posted, 1000);
    ck_assert_int_eq(b.available, 1000);
}
END_TEST

START_TEST(a_deposit_without_reference_amount_or_fitting_currency_is_refused)
{
    char key[129];
    struct money yen = {100, "JPY"};
    memset(key, 'k', sizeof(key));
    refused(account_deposit(db, &acc, STR(""), eur(5), STR(""), T0, &err), INVALID, "deposit-key");
    refused(account_deposit(db, &acc, str_n(key, 129), eur(5), STR(""), T0, &err), INVALID, "deposit-key");
    refused(account_deposit(db, &acc, str_n("a\0b", 3), eur(5), STR(""), T0, &err), INVALID, "deposit-key");
    ok(account_deposit(db, &acc, str_n(key, 128), eur(5), STR(""), T0, &err));
    refused(account_deposit(db, &acc, STR("k"), eur(0), STR(""), T0, &err), INVALID, "invalid");
    refused(account_deposit(db, &acc, STR("k"), yen, STR(""), T0, &err), INVALID, "invalid");
}
END_TEST

START_TEST(the_statement_shows_bookings_and_open_holds_each_once)
{
    struct account_entry *list;
    size_t n = 0;
    int64_t mine = acc.ledger_account_id;
    ok(account_deposit(db, &acc, STR("1"), eur(1000), STR("wire"), T0 + 1, &err));
    ok(hold_place(db, id_of("paid"), mine, bob, eur(100), STR("order 1"), T0 + 2, &err));
    ok(hold_place(db, id_of("gone"), mine, bob, eur(200), STR("order 2"), T0 + 3, &err));
    ok(hold_place(db, id_of("open"), mine, bob, eur(300), STR("order 3"), T0 + 4, &err));
    ok(hold_post(db, id_of("paid"), 90, STR("order 1 paid"), T0 + 5, &err));
    ok(hold_void(db, id_of("gone"), STR("order 2 failed"), T0 + 6, &err));
    ok(account_statement(db, &a, &acc, 50, &list, &n, &err));
    ck_assert_uint_eq(n, 3);
    ck_assert(str_eqz(list[0].kind, "post") && list[0].amount == -90 && str_eqz(list[0].memo, "order 1 paid"));
    ck_assert(str_eqz(list[1].kind, "held") && list[1].amount == -300 && str_eqz(list[1].memo, "order 3"));
    ck_assert(str_eqz(list[2].kind, "single") && list[2].amount == 1000);
    ok(account_statement(db, &a, &acc, 1, &list, &n, &err));
    ck_assert(n == 1 && list[0].amount == -90);
    ok(account_statement(db, &a, &acc, 0, &list, &n, &err));
    ck_assert_uint_eq(n, 0);
    ok(account_statement(db, &a, &acc, SIZE_MAX, &list, &n, &err));
    ck_assert_uint_eq(n, 3);
}
END_TEST

START_TEST(prices_are_quoted_for_the_whole_term)
{
    struct money m;
    ok(price_set(db, STR("test"), PRICE_REGISTER, eur(900), &err));
    ok(price_set(db, STR("test"), PRICE_RESTORE, eur(5000), &err));
    ok(price_quote(db, &a, STR("test"), PRICE_REGISTER, 3, STR("EUR"), &m, &err));
    ck_assert_int_eq(m.amount, 2700);
    ck_assert_str_eq(m.currency, "EUR");
    ok(price_quote(db, &a, STR("test"), PRICE_RESTORE, 3, STR("EUR"), &m, &err));
    ck_assert_int_eq(m.amount, 5000);
    ok(price_set(db, STR("test"), PRICE_REGISTER, eur(0), &err));
    ok(price_quote(db, &a, STR("test"), PRICE_REGISTER, 10, STR("EUR"), &m, &err));
    ck_assert_int_eq(m.amount, 0);
    refused(price_quote(db, &a, STR("test"), PRICE_RENEW, 1, STR("EUR"), &m, &err), NOT_FOUND, "no-price");
    ck_assert_ptr_nonnull(strstr(err.text, "renew"));
    refused(price_quote(db, &a, STR("test"), PRICE_REGISTER, 1, STR("USD"), &m, &err), NOT_FOUND, "no-price");
    refused(price_quote(db, &a, STR("test"), PRICE_REGISTER, 0, STR("EUR"), &m, &err), INVALID, "years");
    refused(price_quote(db, &a, STR("test"), PRICE_REGISTER, 11, STR("EUR"), &m, &err), INVALID, "years");
    refused(price_quote(db, &a, STR("test"), PRICE_REGISTER, 1, STR("eur"), &m, &err), INVALID, "currency");
}
END_TEST

START_TEST(prices_out_of_range_are_refused)
{
    struct money m, bad = {5, "eur"};
    refused(price_set(db, STR("test"), PRICE_REGISTER, eur(-1), &err), INVALID, "amount");
    refused(price_set(db, STR("test"), PRICE_REGISTER, eur(MONEY_AMOUNT_MAX + 1), &err), INVALID, "amount");
    refused(price_set(db, STR("test"), PRICE_REGISTER, bad, &err), INVALID, "currency");
    ok(price_set(db, STR("test"), PRICE_REGISTER, eur(MONEY_AMOUNT_MAX), &err));
    refused(price_quote(db, &a, STR("test"), PRICE_REGISTER, 2, STR("EUR"), &m, &err), INVALID, "amount");
}
END_TEST

START_TEST(the_price_list_is_in_order)
{
    struct price *list;
    size_t n = 0;
    ok(price_set(db, STR("test"), PRICE_RENEW, eur(2), &err));
    ok(price_set(db, STR("alt"), PRICE_REGISTER, (struct money){1, "JPY"}, &err));
    ok(price_list(db, &a, &list, &n, &err));
    ck_assert_uint_eq(n, 2);
    ck_assert(str_eqz(list[0].tld, "alt") && list[0].op == PRICE_REGISTER && list[0].year.amount == 1);
    ck_assert_str_eq(list[0].year.currency, "JPY");
    ck_assert(str_eqz(list[1].tld, "test") && list[1].op == PRICE_RENEW);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("account");
    TCase *t = tcase_create("account");
    tcase_add_checked_fixture(t, setup_account, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, an_account_is_made_and_found);
    tcase_add_test(t, what_is_no_account_is_refused);
    tcase_add_test(t, a_taken_name_leaves_no_ledger_account_behind);
    tcase_add_test(t, a_deposit_is_booked_once_per_reference);
    tcase_add_test(t, a_deposit_without_reference_amount_or_fitting_currency_is_refused);
    tcase_add_test(t, the_statement_shows_bookings_and_open_holds_each_once);
    tcase_add_test(t, prices_are_quoted_for_the_whole_term);
    tcase_add_test(t, prices_out_of_range_are_refused);
    tcase_add_test(t, the_price_list_is_in_order);
    suite_add_tcase(s, t);
    return suite_run(s);
}
