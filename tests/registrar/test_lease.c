#include <pthread.h>

#include "tests/registrar/registrar_test.h"

#define T0 INT64_C(1700000000000000)

/* n live orders, due one microsecond after the other from T0. */
static void many_orders(int n)
{
    for (int from = 1; from <= n; from += 10000) /* within the time that a statement has */
        sql_of(str_printf(&a,
            "INSERT INTO orders (account_id, kind, name, years, state, step, attempt, live, next_run, price, currency,"
            " created) SELECT %lld, 'register', CONCAT('n', seq, '.test'), 1, 'open', 'check', 0, 1, %lld + seq, 0,"
            " 'EUR', 0 FROM seq_%d_to_%d",
            (long long)acc.id, (long long)T0, from, from + 9999 < n ? from + 9999 : n));
}

static enum status take(struct order *o, time_us now)
{
    return order_lease(db, &a, STR("w1"), now, LEASE_US, o, &err);
}

START_TEST(the_order_that_is_due_longest_is_leased_first)
{
    struct order o;
    many_orders(3);
    sql("UPDATE orders SET next_run = 5 WHERE name = 'n2.test'");
    ok(take(&o, T0 + 100));
    ck_assert(str_eqz(o.name, "n2.test") && o.lease_token != 0 && o.next_run == T0 + 100 + LEASE_US);
    ok(take(&o, T0 + 100));
    ck_assert(str_eqz(o.name, "n1.test"));
    ck_assert_int_eq(take(&o, T0 + 2), NOT_FOUND); /* n3 is due at T0 + 3 */
    ok(take(&o, T0 + 3));
    ck_assert_int_eq(take(&o, T0 + 100), NOT_FOUND);
}
END_TEST

START_TEST(an_expired_lease_is_taken_over_and_the_first_holder_can_write_no_more)
{
    struct order first, second;
    const struct order_move done = {.event = ORDER_STEP_DONE};
    many_orders(1);
    ok(take(&first, T0 + 10));
    ck_assert_int_eq(take(&second, T0 + 9 + LEASE_US), NOT_FOUND);
    ok(take(&second, T0 + 10 + LEASE_US));
    ck_assert(second.id == first.id && second.lease_token != first.lease_token);
    refused(order_advance(db, &first, &done, T0 + 20, LEASE_US, &err), CONFLICT, "lease-lost");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM order_step"), 0);
    refused(order_set_zone(db, &first, 5, true, &err), CONFLICT, "lease-lost");
    refused(order_set_zone_version(db, &first, 5, &err), CONFLICT, "lease-lost");
    refused(order_set_cur_expires(db, &first, 5, &err), CONFLICT, "lease-lost");
    refused(order_lease_check(db, &first, &err), CONFLICT, "lease-lost");
    ok(order_lease_check(db, &second, &err));
    ok(order_advance(db, &second, &done, T0 + 30, LEASE_US, &err));
    ck_assert(str_eqz(second.step, "contacts"));
}
END_TEST

START_TEST(a_dead_owners_leases_are_ended_and_no_other)
{
    struct order mine, theirs, o;
    many_orders(2);
    ok(take(&mine, T0 + 10));
    ok(order_lease(db, &a, STR("w2"), T0 + 10, LEASE_US, &theirs, &err));
    ok(order_lease_release(db, STR("w1"), T0 + 20, &err));
    ok(take(&o, T0 + 20));
    ck_assert_int_eq(o.id, mine.id);
    ck_assert_int_eq(take(&o, T0 + 20), NOT_FOUND);
    ok(order_lease_check(db, &theirs, &err));
}
END_TEST

START_TEST(a_message_makes_a_waiting_order_due_and_no_other)
{
    struct order o;
    bool live = true;
    many_orders(1);
    ok(order_poke(db, 1, 77, &live, &err));
    ck_assert(live && again(&(struct order){.id = 1}).next_run == 77);
    ok(take(&o, T0));
    ok(order_poke(db, 1, 78, &live, &err));
    ck_assert(live && again(&o).next_run == T0 + LEASE_US);
    sql("UPDATE orders SET live = 0, lease_token = 0");
    ok(order_poke(db, 1, 79, &live, &err));
    ck_assert(!live);
    ok(order_poke(db, 4711, 79, &live, &err));
    ck_assert(!live);
}
END_TEST

START_TEST(waits_are_not_counted_and_errors_are)
{
    struct order_step_view *steps;
    size_t n = 0;
    struct order o;
    struct error why = {UNAVAILABLE, "away", "the registry is away"};
    struct order_move wait = {.event = ORDER_STEP_WAIT, .next_run = T0 + 1000, .detail = STR("not yet")};
    struct order_move retry = {.event = ORDER_STEP_RETRY, .next_run = T0 + 2000, .why = &why};
    many_orders(1);
    ok(take(&o, T0 + 10));
    ok(order_advance(db, &o, &wait, T0 + 20, LEASE_US, &err));
    ck_assert(o.lease_token == 0 && o.next_run == T0 + 1000 && o.attempt == 0);
    refused(order_advance(db, &o, &wait, T0 + 20, LEASE_US, &err), CONFLICT, "lease-lost");
    for (int i = 1; i <= 2; i++) {
        ok(take(&o, T0 + 1000 * i));
        ok(order_advance(db, &o, &retry, T0 + 1000 * i, LEASE_US, &err));
        ck_assert_int_eq(o.attempt, i);
    }
    ok(order_timeline(db, &a, &o, &steps, &n, &err));
    ck_assert_str_eq(steps[0].outcome, "waiting");
    ck_assert(str_eqz(steps[0].detail, "the registry is away") && steps[0].finished == 0);
    ck_assert_int_eq(steps[0].started, T0 + 20);
    ck_assert_int_eq(steps[0].attempts, 3);
    ck_assert_str_eq(steps[1].outcome, "todo");
}
END_TEST

START_TEST(a_step_that_waits_for_long_is_shown_to_a_person)
{
    struct order o;
    struct order_move wait = {.event = ORDER_STEP_WAIT, .detail = STR("not yet")};
    many_orders(1);
    ok(take(&o, T0 + 10));
    ok(order_advance(db, &o, &wait, T0 + 20, LEASE_US, &err));
    ok(take(&o, T0 + 10));
    ok(order_advance(db, &o, &wait, T0 + 20 + ORDER_PATIENCE_US, LEASE_US, &err));
    ck_assert(!again(&o).needs_person);
    ok(take(&o, T0 + 10));
    ok(order_advance(db, &o, &wait, T0 + 21 + ORDER_PATIENCE_US, LEASE_US, &err));
    ck_assert(again(&o).needs_person);
    ok(take(&o, T0 + 10));
    ok(order_advance(
        db, &o, &(struct order_move){.event = ORDER_STEP_DONE}, T0 + 30 + ORDER_PATIENCE_US, LEASE_US, &err));
    ck_assert(!again(&o).needs_person);
}
END_TEST

START_TEST(long_details_are_cut_between_characters)
{
    struct order o;
    struct order_step_view *steps;
    size_t n = 0;
    struct buf b;
    buf_in(&b, &a, 4096);
    buf_puts(&b, "x");
    while (b.n < 2000)
        buf_puts(&b, "\xc3\xa4");
    many_orders(1);
    ok(take(&o, T0 + 10));
    ok(order_advance(
        db, &o, &(struct order_move){.event = ORDER_STEP_DONE, .detail = buf_view(&b)}, T0, LEASE_US, &err));
    ok(order_timeline(db, &a, &o, &steps, &n, &err));
    ck_assert(str_utf8_valid(steps[0].detail) && steps[0].detail.n == 479);
}
END_TEST

static int taken;
static int counted[2001];

static void *take_all(void *ctx)
{
    struct db *c;
    struct error e = {0};
    struct arena mine;
    struct order o;
    enum status s;
    (void)ctx;
    arena_init(&mine, 0);
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    while (
        (s = order_lease(c, &mine, STR("many"), T0 * 2, LEASE_US, &o, &e)) == OK || strcmp(e.code, "db-retry") == 0) {
        if (s != OK) {
            error_clear(&e);
            continue;
        }
        __atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
        __atomic_add_fetch(&counted[o.id], 1, __ATOMIC_RELAXED);
        arena_reset(&mine);
    }
    if (s != NOT_FOUND)
        fprintf(stderr, "order_lease: %s %s\n", e.code, e.text);
    db_close(&c);
    arena_clear(&mine);
    return NULL;
}

START_TEST(among_many_workers_each_order_goes_to_one)
{
    pthread_t t[8];
    many_orders(400);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, take_all, NULL), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(t[i], NULL);
    ck_assert_int_eq(taken, 400);
    for (int i = 1; i <= 400; i++)
        ck_assert_int_eq(counted[i], 1);
}
END_TEST

/* Rows that the server touches for one statement of the session. */
static int64_t rows_read(void)
{
    return number("SELECT SUM(VARIABLE_VALUE) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME IN"
                  " ('HANDLER_READ_NEXT', 'HANDLER_READ_PREV', 'HANDLER_READ_RND', 'HANDLER_READ_RND_NEXT',"
                  " 'HANDLER_READ_KEY', 'HANDLER_READ_FIRST', 'HANDLER_READ_LAST')");
}

static int64_t base_cost;

#define costs(most, expr)                                                                                              \
    do {                                                                                                               \
        int64_t costs_before_ = rows_read();                                                                           \
        ok(expr);                                                                                                      \
        int64_t costs_ = rows_read() - costs_before_ - base_cost;                                                      \
        ck_assert_msg(costs_ <= (most), "%s reads %lld rows", #expr, (long long)costs_);                               \
    } while (0)

START_TEST(with_a_hundred_thousand_live_orders_nothing_scans)
{
    struct order o, *list;
    struct domain *domains;
    size_t n = 0;
    many_orders(100000);
    for (int from = 1; from <= 100000; from += 10000)
        sql_of(str_printf(&a,
            "INSERT INTO domain (name, account_id, state, order_id) SELECT CONCAT('d', seq, '.test'),"
            " IF(seq %% 5000 = 0, %lld, %lld), 'active', 0 FROM seq_%d_to_%d",
            (long long)acc.id, (long long)other.id, from, from + 9999));
    sql("ANALYZE TABLE orders, domain");
    base_cost = rows_read();
    base_cost = rows_read() - base_cost; /* of asking itself */
    costs(20, order_lease(db, &a, STR("w"), T0 * 2, LEASE_US, &o, &err));
    costs(20, order_advance(db, &o, &(struct order_move){.event = ORDER_STEP_DONE}, T0 * 2, LEASE_US, &err));
    costs(20, order_find(db, &a, acc.id, 4711, &o, &err));
    costs(70, order_list(db, &a, acc.id, STR_NULL, 0, 50, &list, &n, &err));
    costs(70, order_list(db, &a, 0, STR_NULL, 0, 50, &list, &n, &err));
    costs(20, order_list(db, &a, acc.id, STR("n99.test"), 0, 50, &list, &n, &err));
    costs(60, domain_list(db, &a, acc.id, STR(""), 20, &domains, &n, &err));
    ck_assert_uint_eq(n, 20);
    struct order_request rq = {
        .kind = STR("renew"), .name = STR("d5000.test"), .years = 1, .key = STR("k"), .contact = &somebody};
    costs(200, order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
    rq.kind = STR("register");
    rq.name = STR("fresh.test");
    rq.key = STR("k2");
    costs(200, order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lease");
    TCase *t = tcase_create("lease");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, the_order_that_is_due_longest_is_leased_first);
    tcase_add_test(t, an_expired_lease_is_taken_over_and_the_first_holder_can_write_no_more);
    tcase_add_test(t, a_dead_owners_leases_are_ended_and_no_other);
    tcase_add_test(t, a_message_makes_a_waiting_order_due_and_no_other);
    tcase_add_test(t, waits_are_not_counted_and_errors_are);
    tcase_add_test(t, a_step_that_waits_for_long_is_shown_to_a_person);
    tcase_add_test(t, long_details_are_cut_between_characters);
    tcase_add_test(t, among_many_workers_each_order_goes_to_one);
    tcase_add_test(t, with_a_hundred_thousand_live_orders_nothing_scans);
    suite_add_tcase(s, t);
    return suite_run(s);
}
