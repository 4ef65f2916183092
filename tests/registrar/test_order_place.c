#include <pthread.h>

#include "tests/registrar/registrar_test.h"

static struct order o;
static bool repeated;

static struct order_request good_request(void)
{
    return (struct order_request){.kind = STR("register"), .name = STR("shop.test"), .years = 1, .contact = &somebody};
}

static enum status try_place(const struct order_request *rq)
{
    repeated = false;
    return order_place(&us.desk, db, &a, &acc, rq, clock_now(), &o, &repeated, &err);
}

static int64_t rows_written(void)
{
    return number(
        "SELECT (SELECT COUNT(*) FROM orders) + (SELECT COUNT(*) FROM contact) + (SELECT COUNT(*) FROM domain)"
        " + (SELECT COUNT(*) FROM ledger_transfer) + (SELECT COUNT(*) FROM ledger_hold)"
        " + (SELECT COUNT(*) FROM ledger_account) + (SELECT COUNT(*) FROM idempotency)"
        " + (SELECT COUNT(*) FROM order_step) + (SELECT COUNT(*) FROM zone)");
}

/* Refused so, and nothing was written. */
static void refused_whole(const struct order_request *rq, enum status status, const char *code)
{
    int64_t before = rows_written();
    refused(try_place(rq), status, code);
    struct error why = err; /* looking at the rows may write another */
    ck_assert_int_eq(rows_written(), before);
    money_is(&acc, MONEY, 0);
    err = why;
}

START_TEST(an_order_is_written_with_its_hold_and_its_claim)
{
    struct order_request rq = good_request();
    rq.name = STR("SHOP.Test.");
    rq.years = 3;
    ok(try_place(&rq));
    ck_assert(str_eqz(o.name, "shop.test") && str_eqz(o.state, "open") && str_eqz(o.step, "check"));
    ck_assert(o.held && o.price.amount == 3 * PRICE && o.years == 3 && o.account_id == acc.id && !repeated);
    money_is(&acc, MONEY, 3 * PRICE);
    domain_is("shop.test", "registering");
}
END_TEST

START_TEST(a_name_is_ordered_by_its_a_label)
{
    struct order_request rq = good_request();
    rq.name = STR("B\xc3\xbc"
                  "cher.test");
    ok(try_place(&rq));
    ck_assert(str_eqz(o.name, "xn--bcher-kva.test"));
}
END_TEST

START_TEST(what_cannot_be_ordered_is_refused_and_leaves_nothing)
{
    struct contact bad = somebody;
    char key[ORDER_KEY_MAX + 1];
    memset(key, 'k', sizeof(key));
    bad.country = STR("Germany");
    struct order_request rq = good_request();
    rq.kind = STR("steal");
    refused_whole(&rq, INVALID, "kind");
    rq.kind = STR_NULL;
    refused_whole(&rq, INVALID, "kind");
    static const char *const names[][2] = {{"", "name-empty"}, {"shop", "name-no-tld"}, {"shop.nosuch", "tld-not-sold"},
        {"a.b.test", "name-too-deep"}, {"-shop.test", "label-hyphen"}, {"sh op.test", "label-bad-character"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        rq = good_request();
        rq.name = str_of(names[i][0]);
        refused_whole(&rq, INVALID, names[i][1]);
    }
    static const int years[] = {0, -1, 11, 300, INT32_MAX};
    for (size_t i = 0; i < ARRAY_LEN(years); i++) {
        rq = good_request();
        rq.years = years[i];
        refused_whole(&rq, INVALID, "years-out-of-range");
    }
    rq = good_request();
    rq.contact = NULL;
    refused_whole(&rq, INVALID, "contact-missing");
    rq.contact = &bad;
    refused_whole(&rq, INVALID, "contact-country");
    rq = good_request();
    rq.max_price = PRICE - 1;
    refused_whole(&rq, INVALID, "price-above-limit");
    rq.max_price = -1;
    refused_whole(&rq, INVALID, "max-price");
    rq = good_request();
    rq.name = STR("shop.example"); /* has no price */
    refused_whole(&rq, NOT_FOUND, "no-price");
    rq = good_request();
    rq.key = STR("");
    refused_whole(&rq, INVALID, "idempotency-key");
    rq.key = str_n(key, sizeof(key));
    refused_whole(&rq, INVALID, "idempotency-key");
    rq = good_request();
    rq.kind = STR("renew");
    refused_whole(&rq, NOT_FOUND, "no-domain");
    rq.kind = STR("delete");
    refused_whole(&rq, NOT_FOUND, "no-domain");
}
END_TEST

START_TEST(without_the_money_nothing_is_written_and_the_text_says_how_much)
{
    struct order_request rq = good_request();
    sql_of(str_printf(&a, "UPDATE price SET amount = %d WHERE operation = 'register'", MONEY + 1));
    refused_whole(&rq, FUNDS, "funds");
    ck_assert_msg(strstr(err.text, "100.01 EUR") != NULL && strstr(err.text, "100.00 EUR") != NULL, "%s", err.text);
    sql_of(str_printf(&a, "UPDATE price SET amount = %d WHERE operation = 'register'", MONEY));
    rq.max_price = MONEY;
    ok(try_place(&rq));
    money_is(&acc, MONEY, MONEY);
}
END_TEST

START_TEST(a_name_that_somebody_has_is_refused_and_leaves_nothing)
{
    struct order_request rq = good_request();
    (void)place_for(&other, "register", "shop.test", 1, NULL);
    refused_whole(&rq, EXISTS, "domain-taken");
}
END_TEST

START_TEST(a_domain_still_being_registered_cannot_be_renewed_or_deleted)
{
    struct order_request rq = good_request();
    ok(try_place(&rq));
    rq.kind = STR("renew");
    refused(try_place(&rq), CONFLICT, "domain-not-active");
    rq.kind = STR("delete");
    refused(try_place(&rq), CONFLICT, "domain-not-active");
}
END_TEST

START_TEST(another_accounts_domain_cannot_be_renewed_or_deleted)
{
    struct order_request rq = good_request();
    (void)registered("shop.test");
    rq.kind = STR("delete");
    refused(order_place(&us.desk, db, &a, &other, &rq, clock_now(), &o, NULL, &err), NOT_FOUND, "no-domain");
    rq.kind = STR("renew");
    refused(order_place(&us.desk, db, &a, &other, &rq, clock_now(), &o, NULL, &err), NOT_FOUND, "no-domain");
    money_is(&other, MONEY, 0);
}
END_TEST

START_TEST(a_key_stands_for_its_request_for_ever)
{
    struct order_request rq = good_request();
    struct contact changed = somebody;
    rq.key = STR("key-1");
    ok(try_place(&rq));
    int64_t first = o.id;
    ok(try_place(&rq));
    ck_assert(repeated && o.id == first);
    o = work_to_end(&o);
    is_state(&o, "done");
    sql("UPDATE price SET amount = 1");
    ok(try_place(&rq));
    ck_assert(repeated && o.id == first && o.price.amount == PRICE);
    money_is(&acc, MONEY - PRICE, 0);
    rq.years = 2;
    refused(try_place(&rq), CONFLICT, "idempotency-key-reused");
    rq.years = 1;
    rq.name = STR("shop2.test");
    refused(try_place(&rq), CONFLICT, "idempotency-key-reused");
    rq.name = STR("shop.test");
    changed.city = STR("Elsewhere");
    rq.contact = &changed;
    refused(try_place(&rq), CONFLICT, "idempotency-key-reused");
    rq.contact = &somebody;
    rq.kind = STR("renew");
    refused(try_place(&rq), CONFLICT, "idempotency-key-reused");
    /* another account's key is another key */
    rq = good_request();
    rq.key = STR("key-1");
    rq.name = STR("theirs.test");
    ok(order_place(&us.desk, db, &a, &other, &rq, clock_now(), &o, &repeated, &err));
    ck_assert(!repeated);
}
END_TEST

START_TEST(a_key_whose_order_was_refused_is_free)
{
    struct order_request rq = good_request();
    rq.key = STR("key-1");
    rq.max_price = 1;
    refused(try_place(&rq), INVALID, "price-above-limit");
    rq.max_price = 0;
    ok(try_place(&rq));
    ck_assert(!repeated);
}
END_TEST

static struct {
    int64_t id;
    bool repeated;
} placed[8];

static struct order_request at_once; /* what all of the threads ask for */

static void *place_with_one_key(void *ctx)
{
    size_t i = (size_t)(intptr_t)ctx;
    struct db *c;
    struct error e;
    struct arena mine;
    struct order got;
    struct order_request rq = at_once;
    rq.key = STR("one");
    arena_init(&mine, 0);
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    enum status s = order_place(&us.desk, c, &mine, &acc, &rq, clock_now(), &got, &placed[i].repeated, &e);
    if (s != OK)
        fprintf(stderr, "order_place: %s %s\n", e.code, e.text);
    placed[i].id = s == OK ? got.id : -1;
    db_close(&c);
    arena_clear(&mine);
    return NULL;
}

START_TEST(eight_at_once_with_one_key_make_one_order)
{
    pthread_t t[8];
    int fresh = 0;
    at_once = good_request();
    for (intptr_t i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, place_with_one_key, (void *)i), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(placed[i].id, placed[0].id);
        fresh += !placed[i].repeated;
    }
    ck_assert_int_gt(placed[0].id, 0);
    ck_assert_int_eq(fresh, 1);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders"), 1);
    money_is(&acc, MONEY, PRICE);
}
END_TEST

/* All have looked for the key in vain before the first of them is let through to the domain. */
START_TEST(renewals_at_once_with_one_key_make_one_order)
{
    enum { N = 4 };
    pthread_t t[N];
    int fresh = 0;
    struct db *holder;
    struct domain d;
    (void)registered("mine.test");
    ok(db_open(testdb_settings(), &holder, &err));
    ok(db_begin(holder, &err));
    ok(domain_lock(holder, &a, acc.id, STR("mine.test"), &d, &err));
    at_once = (struct order_request){.kind = STR("renew"), .name = STR("mine.test"), .years = 1};
    for (intptr_t i = 0; i < N; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, place_with_one_key, (void *)i), 0);
    while (number("SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()"
                  " AND id <> CONNECTION_ID() AND info LIKE '%FROM domain%FOR UPDATE'") < N)
        continue;
    db_close(&holder);
    for (int i = 0; i < N; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(placed[i].id, placed[0].id);
        fresh += !placed[i].repeated;
    }
    ck_assert_int_gt(placed[0].id, 0);
    ck_assert_int_eq(fresh, 1);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE kind = 'renew'"), 1);
}
END_TEST

static void *place_without_key(void *ctx)
{
    size_t i = (size_t)(intptr_t)ctx;
    struct db *c;
    struct error e;
    struct arena mine;
    struct order got;
    struct order_request rq = good_request();
    arena_init(&mine, 0);
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    enum status s = order_place(&us.desk, c, &mine, i % 2 == 0 ? &acc : &other, &rq, clock_now(), &got, NULL, &e);
    placed[i].id = s == OK ? got.id : s == EXISTS && strcmp(e.code, "domain-taken") == 0 ? 0 : -1;
    if (placed[i].id < 0)
        fprintf(stderr, "order_place: %s %s\n", e.code, e.text);
    db_close(&c);
    arena_clear(&mine);
    return NULL;
}

START_TEST(of_eight_who_want_one_name_one_gets_it_and_pays)
{
    pthread_t t[8];
    int got = 0;
    struct account_balance mine, theirs;
    for (intptr_t i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, place_without_key, (void *)i), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < 8; i++) {
        ck_assert_int_ge(placed[i].id, 0);
        got += placed[i].id > 0;
    }
    ck_assert_int_eq(got, 1);
    ok(account_balance(db, &acc, &mine, &err));
    ok(account_balance(db, &other, &theirs, &err));
    ck_assert_int_eq(mine.held + theirs.held, PRICE);
}
END_TEST

/* As a batch does that lost the database in the middle: it holds the key for new, and the price has changed. */
START_TEST(an_order_that_was_placed_before_the_price_changed_is_found_by_its_key)
{
    int64_t id = 0, price = PRICE;
    struct order_request rq = good_request();
    rq.key = STR("batch:1:1");
    rq.price = &price;
    rq.fresh = true;
    ok(order_put(&us.desk, db, &a, &acc, &rq, clock_now(), &id, &repeated, &err));
    ck_assert(!repeated);
    ok(price_set(db, STR("test"), PRICE_REGISTER, eur(PRICE + 1), &err));
    int64_t first = id;
    ok(order_put(&us.desk, db, &a, &acc, &rq, clock_now(), &id, &repeated, &err));
    ck_assert(repeated && id == first);
    money_is(&acc, MONEY, PRICE);
    rq.key = STR("batch:1:2");
    rq.name = STR("another.test");
    refused(order_put(&us.desk, db, &a, &acc, &rq, clock_now(), &id, &repeated, &err), CONFLICT, "price-changed");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders"), 1);
}
END_TEST

/* As the web does it: with the rights that it has in production. */
START_TEST(the_webs_own_user_can_place_orders)
{
    struct db *web;
    struct db_settings s = *testdb_settings();
    (void)registered("mine.test");
    grant_users();
    for (size_t i = 0; i < 2; i++) {
        s.user = i == 0 ? "fw_web" : "fw_cli";
        ok(db_open(&s, &web, &err));
        struct order_request rq = good_request();
        rq.name = i == 0 ? STR("web.test") : STR("cli.test");
        rq.key = rq.name;
        ok(order_place(&us.desk, web, &a, &acc, &rq, clock_now(), &o, &repeated, &err));
        rq =
            (struct order_request){.kind = i == 0 ? STR("renew") : STR("delete"), .name = STR("mine.test"), .years = 1};
        ok(order_place(&us.desk, web, &a, &acc, &rq, clock_now(), &o, &repeated, &err));
        db_close(&web);
        sql("UPDATE orders SET live = 0 WHERE kind = 'renew'");
    }
}
END_TEST

START_TEST(orders_are_listed_newest_first_and_found_by_their_account)
{
    struct order *list, f;
    size_t n = 0;
    struct order one = place("register", "a.test"), two = place("register", "b.test");
    (void)place_for(&other, "register", "c.test", 1, NULL);
    ok(order_list(db, &a, acc.id, STR_NULL, 0, 10, &list, &n, &err));
    ck_assert(n == 2 && list[0].id == two.id && list[1].id == one.id);
    ok(order_list(db, &a, acc.id, STR_NULL, two.id, 10, &list, &n, &err));
    ck_assert(n == 1 && list[0].id == one.id);
    ok(order_list(db, &a, 0, STR_NULL, 0, 100000, &list, &n, &err));
    ck_assert_uint_eq(n, 3);
    ok(order_list(db, &a, acc.id, STR("c.test"), 0, 10, &list, &n, &err));
    ck_assert_uint_eq(n, 0);
    ok(order_list(db, &a, 0, STR("c.test"), 0, 10, &list, &n, &err));
    ck_assert_uint_eq(n, 1);
    refused(order_find(db, &a, other.id, one.id, &f, &err), NOT_FOUND, "no-order");
    ok(order_find(db, &a, acc.id, one.id, &f, &err));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("order_place");
    TCase *t = tcase_create("order_place");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, an_order_is_written_with_its_hold_and_its_claim);
    tcase_add_test(t, a_name_is_ordered_by_its_a_label);
    tcase_add_test(t, what_cannot_be_ordered_is_refused_and_leaves_nothing);
    tcase_add_test(t, without_the_money_nothing_is_written_and_the_text_says_how_much);
    tcase_add_test(t, a_name_that_somebody_has_is_refused_and_leaves_nothing);
    tcase_add_test(t, a_domain_still_being_registered_cannot_be_renewed_or_deleted);
    tcase_add_test(t, another_accounts_domain_cannot_be_renewed_or_deleted);
    tcase_add_test(t, a_key_stands_for_its_request_for_ever);
    tcase_add_test(t, a_key_whose_order_was_refused_is_free);
    tcase_add_test(t, eight_at_once_with_one_key_make_one_order);
    tcase_add_test(t, renewals_at_once_with_one_key_make_one_order);
    tcase_add_test(t, of_eight_who_want_one_name_one_gets_it_and_pays);
    tcase_add_test(t, an_order_that_was_placed_before_the_price_changed_is_found_by_its_key);
    tcase_add_test(t, the_webs_own_user_can_place_orders);
    tcase_add_test(t, orders_are_listed_newest_first_and_found_by_their_account);
    suite_add_tcase(s, t);
    return suite_run(s);
}
