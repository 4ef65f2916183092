/* Registrations through their plans against a registry in memory: what is bought is paid once, what is not bought costs nothing. */
#include "registrar/step.h"
#include "tests/registrar/registrar_test.h"

static void nothing_left_of(const struct order *o, const char *name)
{
    is_state(o, "failed");
    money_is(&acc, MONEY, 0);
    domain_is(name, NULL);
    ck_assert(!has_zone(name));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM ledger_transfer WHERE kind = 'void'"), 1);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM ledger_transfer WHERE kind = 'post'"), 0);
}

static void bought(const struct order *o, const char *name)
{
    is_state(o, "done");
    money_is(&acc, MONEY - PRICE, 0);
    domain_is(name, "active");
    ck_assert(has_zone(name));
    ck_assert(fake_registry_has(fake, "domain", name));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM ledger_transfer WHERE kind = 'post'"), 1);
}

START_TEST(a_registration_goes_through_all_its_steps)
{
    struct order_step_view *steps;
    size_t n = 0;
    struct order o = place("register", "shop.test");
    money_is(&acc, MONEY, PRICE);
    domain_is("shop.test", "registering");
    o = work(&o);
    bought(&o, "shop.test");
    ok(order_timeline(db, &a, &o, &steps, &n, &err));
    ck_assert_uint_eq(n, 8);
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(steps[i].outcome, "done");
        ck_assert(steps[i].finished >= steps[i].started && steps[i].started > 0 && !steps[i].undo);
    }
    ck_assert(str_empty(o.step) && o.finished > 0 && o.lease_token == 0);
}
END_TEST

START_TEST(a_name_that_costs_nothing_holds_and_posts_nothing)
{
    struct order o = place("register", "free.alt");
    ck_assert(!o.held);
    o = work_to_end(&o);
    is_state(&o, "done");
    money_is(&acc, MONEY, 0);
    domain_is("free.alt", "active");
}
END_TEST

START_TEST(a_taken_name_fails_and_leaves_nothing)
{
    fake_registry_seize(fake, "shop.test", "rival");
    struct order o = place("register", "shop.test");
    o = work(&o);
    nothing_left_of(&o, "shop.test");
    ck_assert(str_eqz(o.error_code, "not-available"));
    ck_assert_ptr_nonnull(strstr(str_dupz(&a, o.error_text), "shop.test"));
}
END_TEST

START_TEST(a_name_taken_at_the_last_moment_fails_and_its_zone_goes)
{
    struct order_step_view *steps;
    size_t n = 0;
    struct order o = place("register", "shop.test");
    o = work_to(&o, "create");
    ck_assert(has_zone("shop.test"));
    fake_registry_seize(fake, "shop.test", "rival");
    o = work(&o);
    nothing_left_of(&o, "shop.test");
    ck_assert(str_eqz(o.error_code, "epp-2302"));
    ok(order_timeline(db, &a, &o, &steps, &n, &err));
    ck_assert_uint_eq(n, 9);
    ck_assert_str_eq(steps[5].outcome, "failed");
    ck_assert_str_eq(steps[6].outcome, "todo");
    ck_assert(steps[8].undo && strcmp(steps[8].step, "zone") == 0 && strcmp(steps[8].outcome, "done") == 0);
}
END_TEST

START_TEST(a_zone_that_the_customer_filled_survives_the_failed_order)
{
    struct zone z;
    struct zone_change_done done;
    struct str value = STR("192.0.2.1");
    struct record_set set = {
        .name = STR("www.shop.test"), .type = STR("A"), .ttl = 300, .values = &value, .values_n = 1};
    struct order o = place("register", "shop.test");
    o = work_to(&o, "create");
    ok(zone_find(db, &a, STR("shop.test"), acc.id, &z, &err));
    struct zone_change *c = zone_change_begin(&a, &z, acc.id);
    ok(zone_change_add(c, &set, &err));
    ok(zone_change_commit(c, db, clock_now(), &done, &err));
    fake_registry_seize(fake, "shop.test", "rival");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(has_zone("shop.test"));
    money_is(&acc, MONEY, 0);
}
END_TEST

START_TEST(a_zone_that_was_there_before_survives_the_failed_order)
{
    struct zone z;
    struct zone_new n = {.account_id = acc.id, .name = STR("shop.test")};
    ok(zone_create(db, &a, &n, clock_now(), &z, NULL, &err));
    struct order o = place("register", "shop.test");
    o = work_to(&o, "create");
    fake_registry_seize(fake, "shop.test", "rival");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(has_zone("shop.test"));
}
END_TEST

START_TEST(a_zone_of_another_account_makes_the_order_fail)
{
    struct zone z;
    struct zone_new n = {.account_id = other.id, .name = STR("shop.test")};
    ok(zone_create(db, &a, &n, clock_now(), &z, NULL, &err));
    struct order o = place("register", "shop.test");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "zone-taken"));
    money_is(&acc, MONEY, 0);
    ck_assert(has_zone("shop.test"));
}
END_TEST

START_TEST(a_refused_contact_fails_the_order)
{
    fake_registry_mishap(fake, "contact-create", FAKE_CODE, 2306, 1);
    struct order o = place("register", "shop.test");
    o = work_to_end(&o);
    nothing_left_of(&o, "shop.test");
    ck_assert(str_eqz(o.error_code, "epp-2306"));
}
END_TEST

START_TEST(a_registry_that_is_away_is_tried_again_more_and_more_rarely)
{
    fake_registry_mishap(fake, "domain-check", FAKE_UNREACHABLE, 0, 6);
    struct order o = place("register", "shop.test");
    time_us pause = 0;
    for (int i = 0; i < 6; i++) {
        time_us before = clock_now();
        o = work(&o);
        is_state(&o, "open");
        ck_assert_int_eq(o.attempt, i + 1);
        ck_assert(!o.needs_person);
        ck_assert_int_ge(o.next_run - before, INT64_C(50000) << i);
        ck_assert_int_le(o.next_run - before, (INT64_C(100000) << i) + 5 * US_PER_S);
        ck_assert(i != 5 || o.next_run - before > pause);
        pause = o.next_run - before;
    }
    o = work_to_end(&o);
    bought(&o, "shop.test");
    ck_assert_int_eq(o.attempt, 0);
}
END_TEST

START_TEST(what_fails_many_times_calls_a_person_and_goes_on)
{
    fake_registry_mishap(fake, "domain-check", FAKE_UNREACHABLE, 0, 25);
    struct order o = place("register", "shop.test");
    for (int i = 0; i < 25; i++)
        o = work(&o);
    is_state(&o, "open");
    ck_assert(o.needs_person);
    o = work_to_end(&o);
    bought(&o, "shop.test");
    ck_assert(!o.needs_person);
}
END_TEST

/* What was done on the way stands nowhere yet when the database refuses to write it down: it is done anew. */
START_TEST(an_order_whose_steps_cannot_be_written_goes_back_to_the_first_of_them)
{
    sql("DELIMITER //\nCREATE TRIGGER test_refuses BEFORE INSERT ON order_step FOR EACH ROW IF NEW.step = 'publish' "
        "THEN"
        " SIGNAL SQLSTATE '45000'; END IF//\nDELIMITER ;\n");
    struct order o = place("register", "shop.test");
    o = work(&o);
    is_state(&o, "open");
    ck_assert(str_eqz(o.step, "check") && o.needs_person && o.zone_id == 0);
    sql("DROP TRIGGER test_refuses");
    o = work_to_end(&o);
    bought(&o, "shop.test");
}
END_TEST

/* It was leased with others, and they took their time. */
START_TEST(an_old_lease_is_renewed_before_a_step_begins)
{
    struct order o = place("register", "shop.test"), n;
    time_us now = clock_now();
    sql("UPDATE orders SET next_run = 0");
    ok(order_lease(db, &a, STR("test"), now - LEASE_US / 2, LEASE_US, &n, &err));
    ok(worker_step(&us, db, &a, &n, LEASE_US, &err));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-check"), 0);
    o = again(&o);
    ck_assert(str_eqz(o.step, "check") && o.lease_token == n.lease_token);
    ck_assert_int_ge(o.next_run, now + LEASE_US);
    ok(worker_step(&us, db, &a, &n, LEASE_US, &err));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-check"), 1);
    o = work_to_end(&o);
    bought(&o, "shop.test");
}
END_TEST

START_TEST(an_unanswered_create_is_found_done_and_paid_once)
{
    fake_registry_mishap(fake, "domain-create", FAKE_UNANSWERED, 0, 1);
    struct order o = place("register", "shop.test");
    o = work_to_end(&o);
    bought(&o, "shop.test");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

START_TEST(an_unheard_create_is_sent_again_and_paid_once)
{
    fake_registry_mishap(fake, "domain-create", FAKE_UNHEARD, 0, 2);
    struct order o = place("register", "shop.test");
    o = work_to_end(&o);
    bought(&o, "shop.test");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

static void prices(int64_t cents)
{
    struct registry_profile *p = arena_copy(&a, us.registries.items[0].profile, sizeof(*p));
    p->fee_need = PROFILE_FEE_ALWAYS;
    us.registries.items[0].profile = p;
    fake_registry_price(fake, cents);
}

/* Nothing was bought by what never left us, nor by what the registry, asked once more, shows nothing of: a price that has
 * risen since ends the order, and the money comes back. */
START_TEST(a_price_that_rises_behind_a_void_attempt_fails_the_order_and_holds_no_money)
{
    prices(PRICE);
    struct order o = place("register", "shop.test");
    fake_registry_mishap(fake, "domain-create", _i == 0 ? FAKE_DEAD : FAKE_UNHEARD, 0, 1);
    o = work(&o);
    ck_assert(str_eqz(o.state, "open") && str_eqz(o.step, "create"));
    prices(PRICE + 1);
    if (_i == 1) { /* it cannot be asked now: it may have been done late */
        fake_registry_mishap(fake, "domain-info", FAKE_UNREACHABLE, 0, 2);
        o = work(&o);
        is_state(&o, "open");
        money_is(&acc, MONEY, PRICE);
    }
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "registry-price-above"));
    nothing_left_of(&o, "shop.test");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
}
END_TEST

/* The same, but it was done late: what is bought is paid. */
START_TEST(a_price_that_rises_behind_a_late_attempt_changes_nothing)
{
    prices(PRICE);
    struct order o = place("register", "shop.test");
    fake_registry_mishap(fake, "domain-create", FAKE_UNANSWERED, 0, 1);
    fake_registry_mishap(fake, "domain-info", FAKE_CODE, 2303, 2);
    o = work(&o);
    is_state(&o, "open");
    prices(PRICE + 1);
    o = work_to_end(&o);
    bought(&o, "shop.test");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

START_TEST(an_empty_account_at_the_registry_is_our_matter_not_the_customers)
{
    fake_registry_mishap(fake, "domain-create", FAKE_CODE, 2104, 1);
    struct order o = place("register", "shop.test");
    o = work(&o);
    is_state(&o, "open");
    ck_assert(o.needs_person);
    money_is(&acc, MONEY, PRICE);
    o = work_to_end(&o);
    bought(&o, "shop.test");
    ck_assert(!o.needs_person);
}
END_TEST

static enum status login_refused(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    (void)ctx, (void)c, (void)names, (void)n, (void)out;
    return error_set(e, DENIED, "registry-login-refused", "fake refuses our login: 2200");
}

static enum status babble(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    (void)ctx, (void)c, (void)names, (void)n, (void)out;
    return error_set(e, PROTOCOL, "epp-babble", "the answer is not XML");
}

START_TEST(refused_credentials_and_babble_call_a_person_and_fail_nobody)
{
    enum status (*good)(void *, struct registry_call *, const struct str *, size_t, struct registry_avail *,
        struct error *) = us.registries.items[0].adapter.domain_check;
    struct order o = place("register", "shop.test");
    us.registries.items[0].adapter.domain_check = login_refused;
    o = work(&o);
    is_state(&o, "open");
    ck_assert(o.needs_person);
    us.registries.items[0].adapter.domain_check = babble;
    o = work(&o);
    is_state(&o, "open");
    ck_assert(o.needs_person);
    money_is(&acc, MONEY, PRICE);
    us.registries.items[0].adapter.domain_check = good;
    o = work_to_end(&o);
    bought(&o, "shop.test");
    ck_assert(!o.needs_person);
}
END_TEST

START_TEST(a_pending_create_waits_for_the_message_and_keeps_the_hold)
{
    struct domain d;
    struct order o = place("register", "shop.test");
    fake_registry_pend(fake);
    o = work(&o);
    is_state(&o, "open");
    ck_assert(str_eqz(o.step, "create") && o.attempt == 0);
    money_is(&acc, MONEY, PRICE);
    o = work(&o);
    is_state(&o, "open");
    fake_registry_decide(fake, "shop.test", true);
    poll_registry();
    o = again(&o);
    ck_assert_int_le(o.next_run, clock_now());
    o = work_to_end(&o);
    bought(&o, "shop.test");
    ok(domain_find(db, &a, acc.id, STR("shop.test"), &d, &err));
    ck_assert(d.registered > 0 && d.expires > d.registered);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

START_TEST(a_pending_create_that_is_denied_fails_and_leaves_nothing)
{
    struct order o = place("register", "shop.test");
    fake_registry_pend(fake);
    o = work(&o);
    fake_registry_decide(fake, "shop.test", false);
    poll_registry();
    o = work_to_end(&o);
    nothing_left_of(&o, "shop.test");
}
END_TEST

/* The registry has it: the order cannot end as if nothing had been bought, whatever comes then. */
START_TEST(what_is_registered_never_fails_afterwards)
{
    static const int codes[] = {2303, 2201, 2005};
    struct order o = place("register", "shop.test");
    o = work_to(&o, "verify");
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        fake_registry_mishap(fake, "domain-info", FAKE_CODE, codes[i], 1);
        o = work(&o);
        is_state(&o, "open");
        ck_assert(str_eqz(o.step, "verify") && o.needs_person);
        money_is(&acc, MONEY, PRICE);
    }
    o = work_to_end(&o);
    bought(&o, "shop.test");
}
END_TEST

START_TEST(a_crash_behind_the_create_and_a_removed_zone_do_not_lose_the_domain)
{
    struct order o = place("register", "shop.test"), dying;
    struct step_run r = {.us = &us, .db = db, .arena = &a, .o = &dying, .now = clock_now()};
    dying = work_to(&o, "create");
    ok(step_create_run(&r, &err)); /* and died before it could say so */
    ok(zone_delete(db, dying.zone_id, acc.id, true, clock_now(), &err));
    o = work(&o);
    is_state(&o, "open");
    ck_assert(o.needs_person);
    money_is(&acc, MONEY, PRICE);
    domain_is("shop.test", "registering");
}
END_TEST

/* ---- plans and steps ---------------------------------------------------------------------------------------------- */

START_TEST(every_step_of_every_plan_has_its_handler)
{
    static const char *const kinds[] = {
        "register", "renew", "delete", "infra", "restore", "transfer", "ns", "contacts", "lock", "unlock", "authinfo"};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        const struct plan *p = plan_find(str_of(kinds[k]));
        ck_assert_ptr_nonnull(p);
        ck_assert_int_ge(plan_index(p, str_of(p->decides)), 0);
        for (size_t i = 0; i < p->n; i++) {
            const struct step *s = step_find(str_of(p->steps[i].name));
            ck_assert_msg(
                s != NULL && (s->run != NULL || s->keep != NULL), "%s: no handler for %s", kinds[k], p->steps[i].name);
            ck_assert_msg((s->undo != NULL) == (p->steps[i].undone != NULL), "%s: undo of %s", kinds[k], s->name);
            ck_assert_int_eq(plan_index(p, str_of(p->steps[i].name)), (int)i);
            ck_assert(strlen(s->name) <= 24 && p->steps[i].title[0] != '\0');
        }
    }
    ck_assert_ptr_null(plan_find(STR("nonsense")));
    ck_assert_ptr_null(plan_find(STR_NULL));
    ck_assert_ptr_null(step_find(STR("")));
}
END_TEST

START_TEST(an_order_of_an_unknown_kind_or_step_calls_a_person)
{
    struct order o = place("register", "shop.test");
    sql("UPDATE orders SET step = 'teleport'");
    struct order n = lease(&o);
    ck_assert_int_eq(worker_step(&us, db, &a, &n, LEASE_US, &err), INTERNAL);
    o = again(&o);
    ck_assert(o.needs_person && str_eqz(o.state, "open") && o.lease_token == 0 && o.next_run > clock_now());
    sql("UPDATE orders SET step = 'check', kind = 'nonsense'");
    n = lease(&o);
    ck_assert_int_eq(worker_step(&us, db, &a, &n, LEASE_US, &err), INTERNAL);
    ck_assert(again(&o).needs_person);
}
END_TEST

START_TEST(secrets_do_not_stand_in_timelines_or_orders)
{
    struct order o = registered("shop.test");
    struct str authinfo;
    ok(domain_authinfo(db, &a, &us.sealing, STR("shop.test"), STR("unused"), &authinfo, &err));
    ck_assert(authinfo.n >= 16);
    struct str like = str_printf(&a,
        "SELECT (SELECT COUNT(*) FROM order_step WHERE LOCATE('%.*s', detail) > 0)"
        " + (SELECT COUNT(*) FROM domain WHERE authinfo IS NULL OR LOCATE('%.*s', authinfo) > 0)",
        STR_ARG(authinfo), STR_ARG(authinfo));
    ck_assert_int_eq(number(str_dupz(&a, like)), 0);
    is_state(&o, "done");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("step");
    TCase *t = tcase_create("step");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_registration_goes_through_all_its_steps);
    tcase_add_test(t, a_name_that_costs_nothing_holds_and_posts_nothing);
    tcase_add_test(t, a_taken_name_fails_and_leaves_nothing);
    tcase_add_test(t, a_name_taken_at_the_last_moment_fails_and_its_zone_goes);
    tcase_add_test(t, a_zone_that_the_customer_filled_survives_the_failed_order);
    tcase_add_test(t, a_zone_that_was_there_before_survives_the_failed_order);
    tcase_add_test(t, a_zone_of_another_account_makes_the_order_fail);
    tcase_add_test(t, a_refused_contact_fails_the_order);
    tcase_add_test(t, a_registry_that_is_away_is_tried_again_more_and_more_rarely);
    tcase_add_test(t, what_fails_many_times_calls_a_person_and_goes_on);
    tcase_add_test(t, an_order_whose_steps_cannot_be_written_goes_back_to_the_first_of_them);
    tcase_add_test(t, an_old_lease_is_renewed_before_a_step_begins);
    tcase_add_test(t, an_unanswered_create_is_found_done_and_paid_once);
    tcase_add_test(t, an_unheard_create_is_sent_again_and_paid_once);
    tcase_add_loop_test(t, a_price_that_rises_behind_a_void_attempt_fails_the_order_and_holds_no_money, 0, 2);
    tcase_add_test(t, a_price_that_rises_behind_a_late_attempt_changes_nothing);
    tcase_add_test(t, an_empty_account_at_the_registry_is_our_matter_not_the_customers);
    tcase_add_test(t, refused_credentials_and_babble_call_a_person_and_fail_nobody);
    tcase_add_test(t, a_pending_create_waits_for_the_message_and_keeps_the_hold);
    tcase_add_test(t, a_pending_create_that_is_denied_fails_and_leaves_nothing);
    tcase_add_test(t, what_is_registered_never_fails_afterwards);
    tcase_add_test(t, a_crash_behind_the_create_and_a_removed_zone_do_not_lose_the_domain);
    tcase_add_test(t, every_step_of_every_plan_has_its_handler);
    tcase_add_test(t, an_order_of_an_unknown_kind_or_step_calls_a_person);
    tcase_add_test(t, secrets_do_not_stand_in_timelines_or_orders);
    suite_add_tcase(s, t);
    return suite_run(s);
}
