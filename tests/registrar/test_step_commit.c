/* Many steps, one commit: what is kept, what is lost, and whose turn is next. */
#include "tests/registrar/change_fixture.h"

START_TEST(a_worker_commits_less_often_than_it_steps)
{
    struct order o = place("register", "shop.test");
    struct order n = lease(&o);
    ok(worker_run(&us, db, &a, &n, LEASE_US, &err));
    ck_assert(str_eqz(n.step, "in-sync") && n.lease_token == 0);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM order_step WHERE outcome = 'done'"), 4);
    ck_assert_int_eq(number("SELECT COUNT(DISTINCT finished) FROM order_step WHERE outcome = 'done'"),
        number("SELECT COUNT(DISTINCT finished) FROM order_step WHERE finished IS NOT NULL"));
}
END_TEST

START_TEST(a_lost_lease_takes_the_whole_trail_with_it)
{
    struct order o = place("register", "shop.test");
    struct order n = lease(&o);
    sql("UPDATE orders SET lease_token = 4711");
    refused(worker_run(&us, db, &a, &n, LEASE_US, &err), CONFLICT, "lease-lost");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM order_step WHERE outcome = 'done'"), 0);
    ck_assert(!has_zone("shop.test") && str_eqz(again(&o).step, "check"));
}
END_TEST

START_TEST(what_a_step_cannot_keep_fails_that_step)
{
    struct zone z;
    struct zone_new theirs = {.account_id = other.id, .name = STR("shop.test")};
    ok(zone_create(db, &a, &theirs, clock_now(), &z, NULL, &err));
    struct order o = place("register", "shop.test");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "zone-taken"));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM order_step WHERE step = 'zone' AND outcome = 'failed'"), 1);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM order_step WHERE step = 'contacts' AND outcome = 'done'"), 1);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
    money_is(&acc, MONEY, 0);
}
END_TEST

START_TEST(what_can_never_be_kept_is_tried_ever_more_rarely_and_shown)
{
    struct order o = place("register", "shop.test");
    (void)work_to(&o, "verify");
    sql("UPDATE domain SET order_id = 4711");
    for (int i = 1; i <= 21; i++) {
        struct order n = lease(&o);
        ok(worker_run(&us, db, &a, &n, LEASE_US, &err));
        n = again(&o);
        ck_assert(str_eqz(n.step, "verify") && str_eqz(n.state, "open"));
        ck_assert_int_eq(n.attempt, i);
    }
    ck_assert(again(&o).needs_person);
}
END_TEST

START_TEST(an_order_sent_to_a_registry_that_is_gone_from_the_configuration_calls_a_person)
{
    struct order o = place("register", "shop.test");
    struct order n = work_to(&o, "create");
    const struct registries was = us.registries;
    fake_registry_pend(fake);
    ok(worker_step(&us, db, &a, &n, LEASE_US, &err));
    us.registries = (struct registries){.n = 0};
    o = work(&o);
    is_state(&o, "open");
    ck_assert(o.needs_person && str_eqz(o.step, "create"));
    money_is(&acc, MONEY, PRICE);
    us.registries = was;
    fake_registry_decide(fake, "shop.test", true);
    poll_registry();
    o = work_to_end(&o);
    is_state(&o, "done");
    money_is(&acc, MONEY - PRICE, 0);
}
END_TEST

/* place() with the mark of a batch; what it is otherwise does not matter here. */
static void place_batch(const char *name)
{
    int64_t id;
    struct order_request rq = {
        .kind = STR("register"), .name = str_of(name), .years = 1, .contact = &somebody, .batch = true};
    ok(order_put(&us.desk, db, &a, &acc, &rq, clock_now(), &id, NULL, &err));
}

START_TEST(orders_of_persons_go_before_those_of_a_batch)
{
    struct order o, list[ORDER_LEASES_MAX];
    size_t n = 0;
    place_batch("many-1.test");
    place("register", "person.test");
    ok(order_lease(db, &a, STR("w"), clock_now(), LEASE_US, &o, &err));
    ck_assert(str_eqz(o.name, "person.test") && !o.batch);
    ck_assert_int_eq(order_lease_some(db, &a, STR("w"), clock_now(), LEASE_US, false, 8, list, &n, &err), NOT_FOUND);
    ok(order_lease(db, &a, STR("w"), clock_now(), LEASE_US, &o, &err));
    ck_assert(str_eqz(o.name, "many-1.test") && o.batch);
}
END_TEST

START_TEST(several_orders_are_leased_with_one_token)
{
    struct order list[ORDER_LEASES_MAX];
    size_t n = 0;
    for (int i = 0; i < 5; i++)
        place("register", arena_printf(&a, "shop-%d.test", i));
    ok(order_lease_some(db, &a, STR("w"), clock_now(), LEASE_US, false, 3, list, &n, &err));
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(list[0].lease_token, list[2].lease_token);
    ok(order_lease_some(db, &a, STR("w"), clock_now(), LEASE_US, false, 8, list, &n, &err));
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(order_lease_some(db, &a, STR("w"), clock_now(), LEASE_US, false, 8, list, &n, &err), NOT_FOUND);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("step_commit");
    TCase *t = tcase_create("step_commit");
    tcase_add_checked_fixture(t, setup_change, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_worker_commits_less_often_than_it_steps);
    tcase_add_test(t, a_lost_lease_takes_the_whole_trail_with_it);
    tcase_add_test(t, what_a_step_cannot_keep_fails_that_step);
    tcase_add_test(t, what_can_never_be_kept_is_tried_ever_more_rarely_and_shown);
    tcase_add_test(t, an_order_sent_to_a_registry_that_is_gone_from_the_configuration_calls_a_person);
    tcase_add_test(t, several_orders_are_leased_with_one_token);
    tcase_add_test(t, orders_of_persons_go_before_those_of_a_batch);
    suite_add_tcase(s, t);
    return suite_run(s);
}
