/* Renewals and deletions through their plans: done once and paid once, through crashes and refusals. */
#include "registrar/step.h"
#include "tests/registrar/registrar_test.h"

/* ---- renew ---------------------------------------------------------------------------------------------------- */

START_TEST(a_renewal_adds_its_years_once_and_costs_once)
{
    struct domain before, after;
    (void)registered("shop.test");
    ok(domain_find(db, &a, acc.id, STR("shop.test"), &before, &err));
    fake_registry_mishap(fake, "domain-renew", FAKE_UNANSWERED, 0, 1);
    struct order o = place_for(&acc, "renew", "shop.test", 2, NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ok(domain_find(db, &a, acc.id, STR("shop.test"), &after, &err));
    ck_assert_int_eq(after.expires, time_add_years(before.expires, 2));
    money_is(&acc, MONEY - 3 * PRICE, 0);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-renew"), 1);
}
END_TEST

START_TEST(a_renewal_repeated_after_a_crash_renews_once)
{
    struct domain before, after;
    (void)registered("shop.test");
    ok(domain_find(db, &a, acc.id, STR("shop.test"), &before, &err));
    struct order o = place("renew", "shop.test"), dying;
    struct step_run r = {.us = &us, .db = db, .arena = &a, .o = &dying, .now = clock_now()};
    dying = work_to(&o, "renew");
    ok(step_renew_run(&r, &err));
    o = work_to_end(&o);
    is_state(&o, "done");
    ok(domain_find(db, &a, acc.id, STR("shop.test"), &after, &err));
    ck_assert_int_eq(after.expires, time_add_years(before.expires, 1));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-renew"), 1);
}
END_TEST

START_TEST(a_refused_renewal_costs_nothing_and_keeps_the_domain)
{
    (void)registered("shop.test");
    fake_registry_mishap(fake, "domain-renew", FAKE_CODE, 2304, 1);
    struct order o = place("renew", "shop.test");
    o = work_to_end(&o);
    is_state(&o, "failed");
    money_is(&acc, MONEY - PRICE, 0);
    domain_is("shop.test", "active");
    ck_assert(has_zone("shop.test"));
}
END_TEST

START_TEST(a_domain_takes_one_order_at_a_time)
{
    (void)registered("shop.test");
    struct order o = place("renew", "shop.test"), second;
    struct order_request rq = {.kind = STR("renew"), .name = STR("shop.test"), .years = 1};
    refused(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &second, NULL, &err), CONFLICT, "domain-busy");
    rq.kind = STR("delete");
    refused(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &second, NULL, &err), CONFLICT, "domain-busy");
    o = work_to_end(&o);
    is_state(&o, "done");
    second = place("renew", "shop.test");
    second = work_to_end(&second);
    is_state(&second, "done");
    money_is(&acc, MONEY - 3 * PRICE, 0);
}
END_TEST

/* ---- delete ---------------------------------------------------------------------------------------------------- */

START_TEST(a_deletion_frees_the_name_and_removes_the_zone)
{
    (void)registered("shop.test");
    struct order o = place("delete", "shop.test");
    o = work_to_end(&o);
    is_state(&o, "done");
    domain_is("shop.test", NULL);
    ck_assert(!has_zone("shop.test") && !fake_registry_has(fake, "domain", "shop.test"));
    money_is(&acc, MONEY - PRICE, 0);
    struct order next = place_for(&other, "register", "shop.test", 1, NULL);
    next = work_to_end(&next);
    is_state(&next, "done");
}
END_TEST

START_TEST(what_the_registry_no_longer_knows_is_deleted_all_the_same)
{
    (void)registered("shop.test");
    fake_registry_mishap(fake, "domain-delete", FAKE_CODE, 2303, 1);
    struct order o = place("delete", "shop.test");
    o = work_to_end(&o);
    is_state(&o, "done");
    domain_is("shop.test", NULL);
    ck_assert(!has_zone("shop.test"));
}
END_TEST

START_TEST(a_deletion_that_the_registry_prohibits_fails_and_keeps_all)
{
    (void)registered("shop.test");
    fake_registry_mishap(fake, "domain-delete", FAKE_CODE, 2304, 1);
    struct order o = place("delete", "shop.test");
    o = work_to_end(&o);
    is_state(&o, "failed");
    domain_is("shop.test", "active");
    ck_assert(has_zone("shop.test") && fake_registry_has(fake, "domain", "shop.test"));
}
END_TEST

START_TEST(a_deletion_in_pending_delete_is_done_and_the_name_not_yet_free_there)
{
    (void)registered("shop.test");
    fake_registry_pend(fake);
    struct order o = place("delete", "shop.test");
    o = work_to_end(&o);
    is_state(&o, "done");
    domain_is("shop.test", NULL);
    ck_assert(fake_registry_has(fake, "domain", "shop.test"));
    struct order next = place_for(&other, "register", "shop.test", 1, NULL);
    next = work_to_end(&next);
    is_state(&next, "failed");
    money_is(&other, MONEY, 0);
}
END_TEST

START_TEST(an_overtaken_worker_does_not_remove_the_next_owners_zone)
{
    (void)registered("shop.test");
    struct order o = place("delete", "shop.test"), slow;
    slow = work_to(&o, "zone-drop"); /* stops here for longer than its lease */
    o = work_to_end(&o);
    is_state(&o, "done");
    (void)registered("shop.test");
    struct step_run r = {.us = &us, .db = db, .arena = &a, .o = &slow, .now = clock_now()};
    refused(step_zone_drop_run(&r, &err), CONFLICT, "lease-lost");
    db_abort(db);
    ck_assert(has_zone("shop.test"));
    domain_is("shop.test", "active");
}
END_TEST

START_TEST(a_deletion_repeated_after_a_crash_leaves_the_name_to_this_order)
{
    (void)registered("shop.test");
    struct order o = place("delete", "shop.test"), dying, second;
    struct step_run r = {.us = &us, .db = db, .arena = &a, .o = &dying, .now = clock_now()};
    struct order_request rq = {.kind = STR("register"), .name = STR("shop.test"), .years = 1, .contact = &somebody};
    dying = work_to(&o, "zone-drop");
    ok(step_zone_drop_run(&r, &err)); /* died before it could say so: nobody else may have the name yet */
    refused(order_place(&us.desk, db, &a, &other, &rq, clock_now(), &second, NULL, &err), EXISTS, "domain-taken");
    o = work_to_end(&o);
    is_state(&o, "done");
    domain_is("shop.test", NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("renew_delete");
    TCase *t = tcase_create("renew_delete");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_renewal_adds_its_years_once_and_costs_once);
    tcase_add_test(t, a_renewal_repeated_after_a_crash_renews_once);
    tcase_add_test(t, a_refused_renewal_costs_nothing_and_keeps_the_domain);
    tcase_add_test(t, a_domain_takes_one_order_at_a_time);
    tcase_add_test(t, a_deletion_frees_the_name_and_removes_the_zone);
    tcase_add_test(t, what_the_registry_no_longer_knows_is_deleted_all_the_same);
    tcase_add_test(t, a_deletion_that_the_registry_prohibits_fails_and_keeps_all);
    tcase_add_test(t, a_deletion_in_pending_delete_is_done_and_the_name_not_yet_free_there);
    tcase_add_test(t, an_overtaken_worker_does_not_remove_the_next_owners_zone);
    tcase_add_test(t, a_deletion_repeated_after_a_crash_leaves_the_name_to_this_order);
    suite_add_tcase(s, t);
    return suite_run(s);
}
