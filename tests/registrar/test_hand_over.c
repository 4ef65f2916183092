/* Contacts that change their registrar, and domains that are released to another. */
#include "tests/registrar/change_fixture.h"

static struct order contact_order(const char *args, const char *secret)
{
    return ask("contact-transfer", "C-ADA", args, secret);
}

START_TEST(a_contact_is_asked_for_and_comes_when_its_registrar_lets_it_go)
{
    fake_registry_contact(fake, "C-ADA", "rival", "", "");
    struct order o = contact_order("request fake", "Their-Secret-1");
    ck_assert(str_eqz(o.name, "C-ADA") && str_eqz(o.args, "request fake") && o.price.amount == 0);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE secret LIKE '%Their-Secret%'"), 0);
    o = work(&o);
    is_state(&o, "open");
    ck_assert(str_eqz(o.step, "contact-decided") && !o.needs_person && o.epp_code == 1001);
    fake_registry_contact(fake, "C-ADA", "fourways", "fourways", "clientApproved");
    o = work(&o);
    is_state(&o, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "contact-transfer"), 1);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE secret IS NOT NULL"), 0);
}
END_TEST

START_TEST(a_contact_that_is_not_let_go_ends_the_order_as_failed)
{
    fake_registry_contact(fake, "C-ADA", "rival", "", "");
    struct order o = contact_order("request fake", "Their-Secret-1");
    o = work(&o);
    fake_registry_contact(fake, "C-ADA", "rival", "fourways", "clientRejected");
    o = work(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "transfer-refused"));
}
END_TEST

/* And the registry forgets it at once. */
START_TEST(a_contact_that_a_message_says_is_not_let_go_ends_the_order_as_failed)
{
    fake_registry_contact(fake, "C-ADA", "rival", "", "");
    struct order o = contact_order("request fake", "Their-Secret-1");
    o = work(&o);
    fake_registry_mishap(fake, "contact-transfer-query", FAKE_CODE, 2301, 10);
    const struct registry_message m = {.id = STR("7"),
        .queued = clock_now(),
        .kind = REGISTRY_MESSAGE_TRANSFER,
        .text = STR("Transfer rejected."),
        .object = STR("C-ADA"),
        .contact = true,
        .transfer = {.name = STR("C-ADA"),
            .status = STR("clientRejected"),
            .reid = STR("fourways"),
            .requested = number("SELECT object_created FROM registry_command WHERE verb = 'contact-transfer'")},
        .frame = STR("<epp/>")};
    fake_registry_message(fake, &m);
    poll_registry();
    o = work(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "transfer-refused"));
}
END_TEST

START_TEST(whose_request_is_not_told_is_no_answer)
{
    fake_registry_contact(fake, "C-ADA", "rival", "", "");
    struct order o = contact_order("request fake", "Their-Secret-1");
    o = work(&o);
    fake_registry_contact(fake, "C-ADA", "rival", "third", "clientRejected");
    o = work(&o);
    is_state(&o, "open");
    fake_registry_mishap(fake, "contact-transfer-query", FAKE_CODE, 2201, 1);
    o = work(&o);
    is_state(&o, "open");
}
END_TEST

/* The query decides, whether the command arrived or not. */
START_TEST(a_request_in_doubt_is_asked_about_and_not_sent_twice)
{
    fake_registry_contact(fake, "C-ADA", "rival", "", "");
    fake_registry_mishap(fake, "contact-transfer", FAKE_UNANSWERED, 0, 1);
    fake_registry_mishap(fake, "contact-transfer-query", FAKE_UNREACHABLE, 0, 1);
    struct order o = contact_order("request fake", "Their-Secret-1");
    o = work(&o);
    ck_assert(str_eqz(o.step, "contact-transfer"));
    o = work(&o);
    ck_assert(str_eqz(o.step, "contact-decided"));
    ck_assert_int_eq(fake_registry_heard(fake, "contact-transfer"), 1);
}
END_TEST

START_TEST(an_answer_that_did_not_arrive_is_sent_again)
{
    fake_registry_contact(fake, "C-ADA", "fourways", "rival", "pending");
    fake_registry_mishap(fake, "contact-transfer", FAKE_UNHEARD, 0, 1);
    struct order o = contact_order("reject fake", NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "contact-transfer"), 1);
}
END_TEST

START_TEST(a_contact_that_was_given_away_is_no_longer_taken_for_ours)
{
    struct order o = ask("register", "shop.test", NULL, NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM registry_contact"), 1);
    struct contact c;
    ok(contact_latest(db, &a, acc.id, &c, &err));
    fake_registry_contact(fake, str_dupz(&a, c.handle), "fourways", "rival", "pending");
    o = ask("contact-transfer", str_dupz(&a, c.handle), "approve fake", NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM registry_contact"), 0);
    o = ask("contact-transfer", str_dupz(&a, c.handle), "cancel fake", NULL);
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "epp-2301"));
}
END_TEST

static enum status place_contact(const char *id, const char *args, const char *secret)
{
    struct order o;
    const struct order_request rq = {
        .kind = STR("contact-transfer"), .name = str_of(id), .args = str_of(args), .secret = str_of(secret)};
    return order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err);
}

START_TEST(what_an_order_about_a_contact_needs_is_checked_before_it_stands)
{
    refused(place_contact("C-ADA", "request fake", NULL), INVALID, "authinfo-needed");
    refused(place_contact("C-ADA", "request elsewhere", "Secret-1"), INVALID, "registry-unknown");
    refused(place_contact("C-ADA", "steal fake", NULL), INVALID, "args");
    refused(place_contact("C-ADA", "approve", NULL), INVALID, "args");
    refused(place_contact("C-ADA", "approve fake now", NULL), INVALID, "args");
    refused(place_contact("C-ADA", NULL, NULL), INVALID, "args-needed");
    refused(place_contact("C ADA", "approve fake", NULL), INVALID, "contact-id");
    refused(place_contact("", "approve fake", NULL), INVALID, "contact-id");
    refused(
        place_contact("a-contact-of-an-id-longer-than-any-registry-would-ever-make-up-by-itself", "approve fake", NULL),
        INVALID, "contact-id");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders"), 0);
}
END_TEST

/* ---- release --------------------------------------------------------------------------------------------------- */

static void setup_release(void)
{
    setup_change();
    struct registry_profile *p = arena_copy(&a, us.registries.items[0].profile, sizeof(*p));
    p->release = true;
    us.registries.items[0].profile = p;
    registered("shop.test");
}

static int64_t of_domain(const char *what)
{
    return number(arena_printf(&a, "SELECT COUNT(*) FROM domain WHERE name = 'shop.test' AND %s", what));
}

START_TEST(a_domain_is_released_to_another_registrar_and_is_ours_no_more)
{
    struct order o = ask("release", "shop.test", " RIVAL ", NULL);
    ck_assert(str_eqz(o.args, "RIVAL") && o.price.amount == 0);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(of_domain("state = 'released'"), 1);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM zone WHERE name = 'shop.test'"), 1); /* who moves still needs it */
    refused(order_place(&us.desk, db, &a, &acc,
                &(struct order_request){.kind = STR("release"), .name = STR("shop.test"), .args = STR("RIVAL")},
                clock_now(), &o, NULL, &err),
        NOT_FOUND, "no-domain");
}
END_TEST

START_TEST(a_release_that_the_registry_refuses_leaves_the_domain_ours)
{
    fake_registry_mishap(fake, "domain-release", FAKE_CODE, 2303, 1);
    struct order o = ask("release", "shop.test", "NOBODY", NULL);
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "epp-2303"));
    ck_assert_int_eq(of_domain("state = 'active'"), 1);
}
END_TEST

/* i 0: it was done; 1: it did not arrive. */
START_TEST(a_release_in_doubt_is_decided_by_whose_the_domain_is)
{
    fake_registry_mishap(fake, "domain-release", _i == 0 ? FAKE_UNANSWERED : FAKE_UNHEARD, 0, 1);
    fake_registry_mishap(fake, "domain-info", FAKE_UNREACHABLE, 0, 1);
    struct order o = ask("release", "shop.test", "RIVAL", NULL);
    o = work(&o);
    is_state(&o, "open");
    ck_assert_int_eq(of_domain("state = 'active'"), 1);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-release"), 1);
    ck_assert_int_eq(of_domain("state = 'released'"), 1);
}
END_TEST

START_TEST(a_release_that_found_another_registrar_than_its_own_is_refused)
{
    fake_registry_mishap(fake, "domain-release", FAKE_UNHEARD, 0, 1);
    fake_registry_mishap(fake, "domain-info", FAKE_UNREACHABLE, 0, 1);
    struct order o = ask("release", "shop.test", "RIVAL", NULL);
    o = work(&o);
    fake_registry_give(fake, "shop.test", "third");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "epp-2201"));
}
END_TEST

START_TEST(a_release_that_the_other_registrar_must_accept_waits_for_that)
{
    fake_registry_pend(fake);
    struct order o = ask("release", "shop.test", "RIVAL", NULL);
    o = work(&o);
    is_state(&o, "open");
    ck_assert(o.epp_code == 1001 && !o.needs_person);
    ck_assert_int_eq(of_domain("state = 'active'"), 1);
    fake_registry_give(fake, "shop.test", "RIVAL");
    sql("UPDATE registry_command SET answered = answered - 3600000000, created = created - 3600000000");
    o = work(&o);
    is_state(&o, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-release"), 1);
    ck_assert_int_eq(of_domain("state = 'released'"), 1);
}
END_TEST

START_TEST(a_registry_that_releases_nothing_is_asked_nothing)
{
    struct registry_profile *p = arena_copy(&a, us.registries.items[0].profile, sizeof(*p));
    p->release = false;
    us.registries.items[0].profile = p;
    struct order o = ask("release", "shop.test", "RIVAL", NULL);
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "release-not-offered"));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-release"), 0);
}
END_TEST

START_TEST(a_tag_is_read_strictly)
{
    static const char *const bad[] = {"", " ", "AB", "TWO WORDS", "LONGER-THAN-ANY-TAG", "T\xc3\x84G"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str out;
        ck_assert_msg(order_args_check(ARGS_TAG, &a, str_of(bad[i]), &out, &err) == INVALID, "%s", bad[i]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hand_over");
    TCase *t = tcase_create("contacts");
    tcase_add_checked_fixture(t, setup_change, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_contact_is_asked_for_and_comes_when_its_registrar_lets_it_go);
    tcase_add_test(t, a_contact_that_is_not_let_go_ends_the_order_as_failed);
    tcase_add_test(t, a_contact_that_a_message_says_is_not_let_go_ends_the_order_as_failed);
    tcase_add_test(t, whose_request_is_not_told_is_no_answer);
    tcase_add_test(t, a_request_in_doubt_is_asked_about_and_not_sent_twice);
    tcase_add_test(t, an_answer_that_did_not_arrive_is_sent_again);
    tcase_add_test(t, a_contact_that_was_given_away_is_no_longer_taken_for_ours);
    tcase_add_test(t, what_an_order_about_a_contact_needs_is_checked_before_it_stands);
    suite_add_tcase(s, t);
    t = tcase_create("release");
    tcase_add_checked_fixture(t, setup_release, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_domain_is_released_to_another_registrar_and_is_ours_no_more);
    tcase_add_test(t, a_release_that_the_registry_refuses_leaves_the_domain_ours);
    tcase_add_loop_test(t, a_release_in_doubt_is_decided_by_whose_the_domain_is, 0, 2);
    tcase_add_test(t, a_release_that_found_another_registrar_than_its_own_is_refused);
    tcase_add_test(t, a_release_that_the_other_registrar_must_accept_waits_for_that);
    tcase_add_test(t, a_registry_that_releases_nothing_is_asked_nothing);
    tcase_add_test(t, a_tag_is_read_strictly);
    suite_add_tcase(s, t);
    return suite_run(s);
}
