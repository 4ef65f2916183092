/* Orders that bring a domain in, or back. */
#include "registry/journal.h"
#include "tests/registrar/change_fixture.h"

START_TEST(a_domain_of_anothers_is_transferred_and_paid)
{
    struct order o;
    const struct order_request bare = {.kind = STR("transfer"), .name = STR("moving.test")};
    refused(order_place(&us.desk, db, &a, &acc, &bare, clock_now(), &o, NULL, &err), INVALID, "authinfo-needed");
    fake_registry_seize(fake, "moving.test", "rival");
    o = ask("transfer", "moving.test", NULL, "not-yours");
    money_is(&acc, MONEY, PRICE);
    o = work_to_end(&o);
    is_state(&o, "done");
    money_is(&acc, MONEY - PRICE, 0);
    domain_is("moving.test", "active");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 1);
    ck_assert(str_is_null(again(&o).secret));
}
END_TEST

START_TEST(a_domain_that_must_be_pushed_costs_nothing_and_says_to_whom)
{
    struct registry_profile *p = us.registries.items[0].config.profile;
    p->transfer = PROFILE_TRANSFER_PUSH;
    fake_registry_seize(fake, "moving.test", "rival");
    struct order o = ask("transfer", "moving.test", NULL, "whatever-it-is");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "transfer-push"));
    const char *to = arena_printf(&a, "release it to \"%.*s\"", STR_ARG(us.registries.items[0].config.clid));
    ck_assert_msg(strstr(str_dupz(&a, o.error_text), to) != NULL, "%.*s", STR_ARG(o.error_text));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 0);
    money_is(&acc, MONEY, 0);
}
END_TEST

START_TEST(a_transfer_that_cannot_be_costs_nothing)
{
    struct order o = ask("transfer", "gone.test", NULL, "whatever-it-is");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "not-registered"));
    fake_registry_seize(fake, "moving.test", "rival");
    o = ask("transfer", "moving.test", NULL, "a wrong one");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "epp-2202"));
    money_is(&acc, MONEY, 0);
    domain_is("moving.test", NULL);
}
END_TEST

START_TEST(a_transfer_that_cannot_be_asked_about_may_still_come_and_is_paid)
{
    fake_registry_seize(fake, "moving.test", "rival");
    struct order o = ask("transfer", "moving.test", NULL, "not-yours");
    struct order n = work_to(&o, "transferred");
    fake_registry_mishap(fake, "domain-info", FAKE_CODE, 2201, 1);
    fake_registry_mishap(fake, "transfer-query", FAKE_CODE, 2202, 1);
    ok(worker_step(&us, db, &a, &n, LEASE_US, &err));
    is_state(&o, "open");
    money_is(&acc, MONEY, PRICE);
    o = work_to_end(&o);
    is_state(&o, "done");
    money_is(&acc, MONEY - PRICE, 0);
}
END_TEST

/* At the step that sends it, and at the one that waits for it. */
static const char *const asked_at[] = {"transfer", "transferred"};

START_TEST(a_transfer_that_was_sent_fails_only_where_the_registry_refuses_it)
{
    fake_registry_seize(fake, "moving.test", "rival");
    struct order o = ask("transfer", "moving.test", NULL, "not-yours");
    (void)work_to(&o, "transfer");
    if (_i == 0) {
        fake_registry_mishap(fake, "domain-transfer", FAKE_UNANSWERED, 0, 1);
        fake_registry_mishap(fake, "transfer-query", FAKE_UNREACHABLE, 0, 1);
        o = work(&o);
    } else {
        (void)work_to(&o, "transferred");
    }
    us.registries.n = 0; /* nobody can be asked: its connection was taken out of the configuration */
    o = work(&o);
    is_state(&o, "open");
    ck_assert(str_eqz(o.step, asked_at[_i]) && o.needs_person);
    us.registries.n = 1;
    if (_i == 1) {
        fake_registry_mishap(fake, "domain-info", FAKE_CODE, 2303, 1);
        o = work(&o);
        is_state(&o, "open");
        ck_assert(str_eqz(o.step, "transferred") && o.needs_person);
    }
    money_is(&acc, MONEY, PRICE);
    o = work_to_end(&o);
    is_state(&o, "done");
    money_is(&acc, MONEY - PRICE, 0);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 1);
}
END_TEST

START_TEST(a_transfer_that_its_registrar_rejects_costs_nothing)
{
    fake_registry_seize(fake, "moving.test", "rival");
    fake_registry_reject(fake);
    struct order o = ask("transfer", "moving.test", NULL, "not-yours");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "transfer-refused"));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 1);
    money_is(&acc, MONEY, 0);
    domain_is("moving.test", NULL);
}
END_TEST

/* Then its code is another, and the registry shows us nothing of it any more: its message has said all. */
static const int unshown[] = {2202, 2301};

START_TEST(a_transfer_that_a_message_says_is_rejected_costs_nothing)
{
    fake_registry_seize(fake, "moving.test", "rival");
    fake_registry_reject(fake);
    struct order o = ask("transfer", "moving.test", NULL, "not-yours");
    (void)work_to(&o, "transferred");
    fake_registry_mishap(fake, "transfer-query", FAKE_CODE, unshown[_i], 10);
    o = work(&o);
    is_state(&o, "open");
    ck_assert(!o.needs_person && o.attempt == 0);
    money_is(&acc, MONEY, PRICE);
    const struct registry_message m = {.id = STR("7"),
        .queued = clock_now(),
        .kind = REGISTRY_MESSAGE_TRANSFER,
        .text = STR("Transfer rejected."),
        .object = STR("moving.test"),
        .transfer = {.name = STR("moving.test"),
            .status = STR("clientRejected"),
            .reid = STR("fourways"),
            .requested = number("SELECT object_created FROM registry_command WHERE verb = 'domain-transfer'")},
        .frame = STR("<epp/>")};
    fake_registry_message(fake, &m);
    poll_registry();
    o = work(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "transfer-refused"));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 1);
    money_is(&acc, MONEY, 0);
    domain_is("moving.test", NULL);
}
END_TEST

/* No message ever comes, and the registry knows nothing of it: a week later it is over. */
START_TEST(a_transfer_of_which_nothing_is_heard_does_not_hold_money_for_ever)
{
    fake_registry_seize(fake, "moving.test", "rival");
    fake_registry_reject(fake);
    struct order o = ask("transfer", "moving.test", NULL, "not-yours");
    (void)work_to(&o, "transferred");
    fake_registry_mishap(fake, "transfer-query", FAKE_CODE, 2301, 10);
    o = work(&o);
    is_state(&o, "open");
    sql_of(str_printf(&a, "UPDATE registry_command SET created = created - %lld, answered = answered - %lld",
        (long long)(JOURNAL_PENDING_MAX_US + US_PER_S), (long long)(JOURNAL_PENDING_MAX_US + US_PER_S)));
    o = work(&o);
    is_state(&o, "failed");
    money_is(&acc, MONEY, 0);
}
END_TEST

static struct str restore_cltrid;

static enum status restore_later(void *ctx, struct registry_call *c, const struct registry_restore *in, struct error *e)
{
    (void)ctx, (void)in;
    TRY(c->intent(c->ctx, STR("domain-restore"), e));
    c->sent = true;
    restore_cltrid = str_dup(&a, c->cltrid);
    c->answer = (struct registry_answer){.code = 1001, .cltrid = c->cltrid};
    return OK;
}

START_TEST(a_restore_that_the_registry_will_decide_is_not_bought_yet)
{
    registered("shop.test");
    fake_registry_pend(fake);
    struct order o = ask("delete", "shop.test", NULL, NULL); /* stays there, in pendingDelete */
    o = work_to_end(&o);
    is_state(&o, "done");
    us.registries.items[0].config.profile->restore = PROFILE_RESTORE_REQUEST;
    us.registries.items[0].adapter.domain_restore = restore_later;
    o = ask("restore", "shop.test", NULL, NULL);
    for (int i = 0; i < 3; i++)
        o = work(&o);
    is_state(&o, "open");
    ck_assert_msg(str_eqz(o.step, "restore"), "%.*s %.*s", STR_ARG(o.step), STR_ARG(o.error_text));
    const struct registry_message m = {.id = STR("7"),
        .queued = clock_now(),
        .kind = REGISTRY_MESSAGE_DECIDED,
        .text = STR("Denied"),
        .object = STR("shop.test"),
        .cltrid = restore_cltrid,
        .frame = STR("<epp/>")};
    fake_registry_message(fake, &m);
    poll_registry();
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "epp-2308"));
    money_is(&acc, MONEY - PRICE, 0); /* for its registration */
}
END_TEST

/* Five days by the profile, and an hour more. */
START_TEST(a_transfer_is_no_matter_for_a_person_before_its_time_is_over)
{
    fake_registry_seize(fake, "moving.test", "rival");
    struct order o = ask("transfer", "moving.test", NULL, "not-yours"), n;
    n = work_to(&o, "transferred");
    for (int i = 0; i < 3; i++) {
        fake_registry_mishap(fake, "domain-info", FAKE_CODE, 2201, 1);
        fake_registry_mishap(fake, "transfer-query", FAKE_CODE, 2202, 1);
        ok(worker_step(&us, db, &a, &n, LEASE_US, &err));
        ck_assert_int_eq(again(&o).needs_person, i == 2);
        sql("UPDATE order_step SET started = started - 7200000000; UPDATE orders SET created = created - 7200000000");
        if (i == 1)
            sql("UPDATE orders SET created = created - 5 * 86400000000");
        n = lease(&o);
    }
}
END_TEST

static void prices(int64_t cents)
{
    struct registry_profile *p = arena_copy(&a, us.registries.items[0].profile, sizeof(*p));
    p->fee_need = PROFILE_FEE_ALWAYS;
    us.registries.items[0].profile = p;
    fake_registry_price(fake, cents);
}

START_TEST(a_transfer_or_restore_that_the_registry_sells_dearer_is_not_sent)
{
    fake_registry_seize(fake, "moving.test", "rival");
    prices(PRICE + 1);
    struct order o = ask("transfer", "moving.test", NULL, "not-yours");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "registry-price-above"));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 0);
    money_is(&acc, MONEY, 0);
    prices(PRICE);
    registered("shop.test");
    o = ask("delete", "shop.test", NULL, NULL);
    work_to_end(&o);
    prices(PRICE + 1);
    o = ask("restore", "shop.test", NULL, NULL);
    o.step = STR("restore");
    o.price = eur(PRICE);
    struct step_run r = {.us = &us, .db = db, .arena = &a, .o = &o, .now = clock_now()};
    refused(step_restore_run(&r, &err), DENIED, "registry-price-above");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-restore"), 0);
}
END_TEST

START_TEST(only_who_had_a_deleted_domain_can_order_it_back)
{
    struct order o;
    registered("shop.test");
    const struct order_request rq = {.kind = STR("restore"), .name = STR("shop.test")};
    refused(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err), DENIED, "not-restorable");
    o = ask("delete", "shop.test", NULL, NULL);
    work_to_end(&o);
    refused(order_place(&us.desk, db, &a, &other, &rq, clock_now(), &o, NULL, &err), DENIED, "not-restorable");
    ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
    o = work_to_end(&o); /* the registry in memory has no redemption period */
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "not-restorable"));
    /* nor has another's try to register it made it theirs */
    o = place_for(&other, "register", "shop.test", 1, NULL);
    fake_registry_seize(fake, "shop.test", "rival");
    o = work_to_end(&o);
    is_state(&o, "failed");
    refused(order_place(&us.desk, db, &a, &other, &rq, clock_now(), &o, NULL, &err), DENIED, "not-restorable");
    ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("transfer");
    TCase *t = tcase_create("transfer");
    tcase_add_checked_fixture(t, setup_change, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_domain_of_anothers_is_transferred_and_paid);
    tcase_add_test(t, a_domain_that_must_be_pushed_costs_nothing_and_says_to_whom);
    tcase_add_test(t, a_transfer_that_cannot_be_costs_nothing);
    tcase_add_test(t, a_transfer_that_cannot_be_asked_about_may_still_come_and_is_paid);
    tcase_add_loop_test(t, a_transfer_that_was_sent_fails_only_where_the_registry_refuses_it, 0, 2);
    tcase_add_test(t, a_transfer_that_its_registrar_rejects_costs_nothing);
    tcase_add_loop_test(t, a_transfer_that_a_message_says_is_rejected_costs_nothing, 0, 2);
    tcase_add_test(t, a_transfer_of_which_nothing_is_heard_does_not_hold_money_for_ever);
    tcase_add_test(t, a_restore_that_the_registry_will_decide_is_not_bought_yet);
    tcase_add_test(t, a_transfer_is_no_matter_for_a_person_before_its_time_is_over);
    tcase_add_test(t, a_transfer_or_restore_that_the_registry_sells_dearer_is_not_sent);
    tcase_add_test(t, only_who_had_a_deleted_domain_can_order_it_back);
    suite_add_tcase(s, t);
    return suite_run(s);
}
