/* What mishaps by name leave behind, and how it is found out: done or not, once and never twice. */
#include <fcntl.h>

#include "tests/registry/client_run.h"

DB_QUERY(t_asked, "SELECT COUNT(*) FROM registry_command WHERE asked = 1");

/* ---- mishaps by name ------------------------------------------------------------------------------------------ */

static const char *const done_faults[] = {
    "drop-after-commit:domain:create", "half-frame:domain:create", "garbage:domain:create"};

START_TEST(done_at_the_registry_without_a_readable_answer_is_found_done)
{
    cl_domain(&create, "a.test");
    cl_fault(done_faults[_i], 1, 0);
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    ck_assert_int_eq(cl_o.expires, domain_seen("a.test").expires);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), 1);
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 1);
}
END_TEST

static const char *const undone_faults[] = {"drop-before-commit:domain:create", "close-silent:domain:create"};

START_TEST(not_done_and_not_answered_is_sent_again_at_the_next_call)
{
    cl_domain(&create, "a.test");
    cl_fault(undone_faults[_i], 1, 0);
    ck_status(run("order:1:create"), UNCERTAIN);
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.attempt, 2);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), 1);
}
END_TEST

START_TEST(while_info_is_not_answered_either_nothing_is_sent)
{
    cl_domain(&create, "a.test");
    cl_fault("drop-after-commit:domain:create", 1, 0);
    cl_fault("close-silent:domain:info", 2, 0);
    ck_status(run("order:1:create"), UNCERTAIN);
    ck_status(run("order:1:create"), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-undecided");
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 1);
}
END_TEST

START_TEST(unknown_then_taken_by_another_registrar_is_refused)
{
    struct client rival;
    cl_domain(&create, "a.test");
    cl_fault("close-silent:domain:create", 1, 0);
    ck_status(run("order:1:create"), UNCERTAIN);
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "ada"), 1000);
    ck_assert_int_eq(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(run("order:1:create"), EXISTS);
    ck_assert_str_eq(cl_e.code, "epp-2302");
    client_close(&rival);
}
END_TEST

START_TEST(a_2400_is_not_done_and_tried_again)
{
    cl_domain(&create, "a.test");
    cl_fault("code:domain:create", 2, 2400);
    ck_status(run("order:1:create"), UNAVAILABLE);
    ck_status(run("order:1:create"), UNAVAILABLE);
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.attempt, 3);
}
END_TEST

START_TEST(a_host_and_a_contact_without_answers_are_found_by_asking)
{
    struct registry_host h = {STR("ns1.infra.test"), {STR("192.0.2.1")}, 1};
    struct registry_contact c;
    cl_contact(&c);
    c.id = STR("FW2");
    cl_fault("drop-after-commit:contact:create", 1, 0);
    ck_status(registry_contact_ensure(&cl_w, "order:1", &c, &cl_e), OK);
    cl_domain(&create, "infra.test");
    ck_status(run("order:1:create"), OK);
    cl_fault("drop-after-commit:host:create", 1, 0);
    ck_status(registry_hosts_ensure(&cl_w, "order:1", &h, 1, &cl_e), OK);
    ck_assert_int_eq(ours(&t_asked, DB_NO_ARGS), 2);
}
END_TEST

START_TEST(a_renewal_without_answer_is_charged_once)
{
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    struct registry_renew in = {.name = STR("a.test"), .expires = cl_o.expires, .years = 1};
    cl_fault("drop-after-commit:domain:renew", 1, 0);
    ck_status(registry_domain_renew(&cl_w, "order:2:renew", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(domain_seen("a.test").expires, time_add_years(in.expires, 1));
    in.expires = time_add_years(in.expires, 1);
    cl_fault("drop-before-commit:domain:renew", 1, 0);
    ck_status(registry_domain_renew(&cl_w, "order:3:renew", &in, &cl_o, &cl_e), UNCERTAIN);
    ck_status(registry_domain_renew(&cl_w, "order:3:renew", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(domain_seen("a.test").expires, time_add_years(in.expires, 1));
}
END_TEST

static enum status restore(enum registry_restore_op op)
{
    const struct registry_restore in = {.name = STR("a.alt"),
        .op = op,
        .before = STR("registered"),
        .after = STR("registered"),
        .deleted = cl_w.now,
        .restored = cl_w.now,
        .reason = STR("Deleted by mistake."),
        .statements = {STR("The registrant asked for it."), STR("This is true.")}};
    const char *key = op == REGISTRY_RESTORE_REPORT ? "order:3:report" : "order:3:restore";
    return registry_domain_restore(&cl_w, key, &in, &cl_o, &cl_e);
}

/* .alt has no add grace period: what is deleted there is in redemption. */
START_TEST(a_restore_without_answers_is_found_by_asking_and_charged_once)
{
    cl_domain(&create, "a.alt");
    ck_status(run("order:1:create"), OK);
    ck_status(registry_domain_delete(&cl_w, "order:2:delete", create.name, &cl_o, &cl_e), OK);
    struct registry_domain dom = domain_seen("a.alt");
    ck_assert(verb_has_status(dom.rgp, dom.rgp_n, "redemptionPeriod"));
    cl_fault("drop-before-commit:domain:update", 1, 0);
    ck_status(restore(REGISTRY_RESTORE_REQUEST), UNCERTAIN);
    cl_fault("drop-after-commit:domain:update", 1, 0);
    ck_status(restore(REGISTRY_RESTORE_REQUEST), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    dom = domain_seen("a.alt");
    ck_assert(verb_has_status(dom.rgp, dom.rgp_n, "pendingRestore"));
    cl_fault("close-silent:domain:update", 1, 0);
    ck_status(restore(REGISTRY_RESTORE_REPORT), UNCERTAIN);
    cl_fault("half-frame:domain:update", 1, 0);
    ck_status(restore(REGISTRY_RESTORE_REPORT), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    dom = domain_seen("a.alt");
    ck_assert(!verb_has_status(dom.statuses, dom.statuses_n, "pendingDelete"));
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM posting WHERE what LIKE 'restore %'"), 1);
}
END_TEST

START_TEST(a_restore_of_what_was_never_deleted_is_refused)
{
    cl_domain(&create, "a.alt");
    ck_status(run("order:1:create"), OK);
    ck_status(restore(REGISTRY_RESTORE_REQUEST), DENIED);
    ck_assert_int_eq(cl_o.code, 2304);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_mishap");
    TCase *c = tcase_create("client_mishap");
    tcase_add_checked_fixture(c, cl_setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_loop_test(
        c, done_at_the_registry_without_a_readable_answer_is_found_done, 0, (int)ARRAY_LEN(done_faults));
    tcase_add_loop_test(c, not_done_and_not_answered_is_sent_again_at_the_next_call, 0, (int)ARRAY_LEN(undone_faults));
    tcase_add_test(c, while_info_is_not_answered_either_nothing_is_sent);
    tcase_add_test(c, unknown_then_taken_by_another_registrar_is_refused);
    tcase_add_test(c, a_2400_is_not_done_and_tried_again);
    tcase_add_test(c, a_host_and_a_contact_without_answers_are_found_by_asking);
    tcase_add_test(c, a_renewal_without_answer_is_charged_once);
    tcase_add_test(c, a_restore_without_answers_is_found_by_asking_and_charged_once);
    tcase_add_test(c, a_restore_of_what_was_never_deleted_is_refused);
    suite_add_tcase(s, c);
    return suite_run(s);
}
