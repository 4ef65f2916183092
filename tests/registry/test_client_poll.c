/* Transfers, and the messages that tell of them. */
#include <fcntl.h>

#include "tests/registry/client_run.h"

DB_QUERY(t_messages, "SELECT COUNT(*) FROM registry_message");
DB_QUERY(t_open_messages, "SELECT COUNT(*) FROM registry_message WHERE state <> 'acked'");

/* ---- transfer and poll ------------------------------------------------------------------------------------------- */

struct seen {
    int n, transfers;
    struct str status, object;
    enum registry_meaning meaning;
};

static enum status message_see(
    void *ctx, const struct registry_work *w, const struct registry_message *m, struct str key, struct error *e)
{
    struct seen *seen = ctx;
    (void)key, (void)e;
    seen->n++;
    seen->meaning = m->meaning;
    seen->object = str_is_null(m->object) ? STR("") : str_dup(w->arena, m->object);
    if (m->kind != REGISTRY_MESSAGE_TRANSFER)
        return OK;
    seen->transfers++;
    seen->status = str_dup(w->arena, m->transfer.status);
    return OK;
}

START_TEST(a_message_in_words_means_what_the_profile_says)
{
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    ck_status(sandbox_sweep_now(fx_sandbox, cl_o.expires + US_PER_S, &cl_e), OK);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_int_eq(seen.n, 1);
    ck_assert_int_eq(seen.meaning, REGISTRY_MEANS_RENEWED);
    ck_assert(str_eqz(seen.object, "a.test"));
}
END_TEST

START_TEST(a_transfer_is_asked_for_approved_and_told_by_a_message)
{
    struct client rival;
    struct registry_transfer_info t = {0};
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("domain-auth"), .years = 1};
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "ada"), 1000);
    ck_assert_int_eq(domain_create(&rival, "a.test", REGISTRANT), 1000);
    cl_fault("drop-after-commit:domain:transfer", 1, 0);
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending);
    ck_status(registry_transfer_query(&cl_w, in.name, in.authinfo, &t, &cl_e), OK);
    ck_assert(str_eqz(t.status, "pending") && str_eqz(t.reid, "fourways"));
    ck_code(client_command(&rival, "<transfer op=\"approve\"><domain:transfer "
                                   "xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>a.test"
                                   "</domain:name></domain:transfer></transfer>"),
        1000);
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_int_ge(seen.transfers, 1);
    ck_assert(str_eqz(seen.status, "clientApproved"));
    ck_assert(str_eqz(domain_seen("a.test").clid, "fourways"));
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_assert(!cl_o.pending && cl_o.code == 1000 && cl_o.source == OUTCOME_RECORD);
    client_close(&rival);
}
END_TEST

static int rival_answers(struct client *rival, const char *op)
{
    return client_command(rival,
        "<transfer op=\"%s\"><domain:transfer xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">"
        "<domain:name>a.test</domain:name></domain:transfer></transfer>",
        op);
}

/* The first request was refused while nobody fetched messages; the second is still open. Its date is known by the answer,
 * by asking after the answer was lost, or not at all. */
START_TEST(a_message_about_an_older_transfer_does_not_end_a_newer_one)
{
    struct client rival;
    struct registry_outcome second;
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("domain-auth"), .years = 1};
    client_login(&rival, "rival");
    ck_code(contact_create(&rival, "ada"), 1000);
    ck_code(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_code(rival_answers(&rival, "reject"), 1000);
    fx_sql("UPDATE clock SET ahead_us = ahead_us + 2000000000");
    cl_w.now += 2000 * US_PER_S;
    if (_i == 1)
        cl_fault("drop-after-commit:domain:transfer", 1, 0);
    ck_status(registry_domain_transfer(&cl_w, "order:2:transfer", &in, &second, &cl_e), OK);
    ck_assert(second.pending && second.created != 0);
    if (_i == 2)
        ck_status(db_run_script(cl_db, STR("UPDATE registry_command SET object_created = NULL"), &cl_e), OK);
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_int_eq(seen.transfers, 1);
    ck_assert(str_eqz(seen.status, "clientRejected"));
    ck_status(journal_look(&cl_w, "order:2:transfer", &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending);
    ck_status(journal_look(&cl_w, "order:1:transfer", &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.code, 2308);
    ck_code(rival_answers(&rival, "approve"), 1000);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_status(journal_look(&cl_w, "order:2:transfer", &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.code, 1000);
    client_close(&rival);
}
END_TEST

/* A call is safe to repeat, also when another request is open by then. */
START_TEST(a_cancel_called_again_does_not_end_the_next_request)
{
    struct client rival;
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("domain-auth"), .years = 1};
    const struct registry_transfer cancel = {.name = STR("a.test"), .op = REGISTRY_TRANSFER_CANCEL};
    client_login(&rival, "rival");
    ck_code(contact_create(&rival, "ada"), 1000);
    ck_code(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_status(registry_domain_transfer(&cl_w, "order:1:cancel", &cancel, &cl_o, &cl_e), OK);
    ck_status(journal_look(&cl_w, "order:1:transfer", &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.code, 2308);
    ck_status(registry_domain_transfer(&cl_w, "order:2:transfer", &in, &cl_o, &cl_e), OK);
    ck_status(registry_domain_transfer(&cl_w, "order:1:cancel", &cancel, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_RECORD);
    ck_status(journal_look(&cl_w, "order:2:transfer", &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending);
    client_close(&rival);
}
END_TEST

DB_QUERY(t_quarantined, "SELECT COUNT(*) FROM registry_message WHERE state = 'quarantined' AND acked IS NULL AND"
                        " message LIKE 'sha256:%' AND LENGTH(frame) > 0");

START_TEST(what_is_no_message_at_all_is_kept_once_and_the_run_ends)
{
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    cl_fault("garbage:poll", 2, 0);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), UNAVAILABLE);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), UNAVAILABLE);
    ck_assert_int_eq(ours(&t_quarantined, DB_NO_ARGS), 1);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(seen.n, 0);
}
END_TEST

START_TEST(a_message_whose_acknowledgement_is_lost_is_applied_once)
{
    struct client rival;
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("domain-auth"), .years = 1};
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "ada"), 1000);
    ck_assert_int_eq(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_code(client_command(&rival, "<transfer op=\"reject\"><domain:transfer "
                                   "xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>a.test"
                                   "</domain:name></domain:transfer></transfer>"),
        1000);
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    /* The first poll asks and gets it; the acknowledgement is the second command of that verb. */
    cl_fault("delay-ms:poll", 1, 1);
    cl_fault("drop-before-commit:poll", 1, 0);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), UNAVAILABLE);
    while (registry_poll_run(&cl_w, &h, 10, &n, &cl_e) != OK || n > 0)
        continue;
    ck_assert_int_eq(seen.n, (int)ours(&t_messages, DB_NO_ARGS));
    ck_assert_int_eq(ours(&t_open_messages, DB_NO_ARGS), 0);
    /* It said that the transfer was rejected. */
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "epp-2308");
    client_close(&rival);
}
END_TEST

/* ---- the balance runs low ------------------------------------------------------------------------------------------ */

#define EXTENSIONS                                                                                                     \
    "extension = urn:ietf:params:xml:ns:rgp-1.0\nextension = urn:ietf:params:xml:ns:epp:fee-1.0\n"                     \
    "extension = http://www.verisign.com/epp/lowbalance-poll-1.0\n"

/* Ten cents below what the registrar begins with. */
static void low_setup(void)
{
    cl_personality = "name = own\nlow-balance = verisign\nlow-balance-cents = 9999990\n" EXTENSIONS;
    cl_setup();
}

static void low_speaking_setup(void)
{
    cl_profile_extra = "\nextension = http://www.verisign.com/epp/lowbalance-poll-1.0\nmessage = low-balance "
                       "data:lowBalance\n";
    low_setup();
}

/* One message when the line is crossed, and none while the balance stays below. */
static void ck_told_once(void)
{
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        cl_domain(&create, arena_printf(&cl_arena, "a%d.test", i));
        ck_status(run(arena_printf(&cl_arena, "order:%d:create", i)), OK);
    }
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_int_eq(seen.n, 1);
    ck_assert_int_eq(seen.meaning, REGISTRY_MEANS_LOW_BALANCE);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM message"), 0);
}

DB_QUERY(t_with_data, "SELECT COUNT(*) FROM registry_message WHERE INSTR(frame, 'availableCredit') > 0");

START_TEST(a_balance_that_runs_low_is_told_once_with_the_data_of_the_registry)
{
    ck_told_once();
    ck_assert_int_eq(ours(&t_with_data, DB_NO_ARGS), 1);
    fx_sql("UPDATE registrar SET balance = 9999999 WHERE id = 'fourways'"); /* paid in: the line can be crossed again */
    cl_domain(&create, "again.test");
    ck_status(run("order:9:create"), OK);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM message"), 1);
}
END_TEST

START_TEST(a_session_that_does_not_know_the_data_is_told_in_words)
{
    ck_told_once();
    ck_assert_int_eq(ours(&t_with_data, DB_NO_ARGS), 0);
}
END_TEST

START_TEST(a_renewal_by_the_registry_that_takes_the_balance_below_the_line_is_told_of_too)
{
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    fx_sql("DELETE FROM message; UPDATE registrar SET balance = 9999999 WHERE id = 'fourways'");
    ck_status(sandbox_sweep_now(fx_sandbox, cl_o.expires + US_PER_S, &cl_e), OK);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM message WHERE balance = 9999199 AND threshold = 9999990"), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_poll");
    TCase *c = tcase_create("client_poll");
    tcase_add_checked_fixture(c, cl_setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, a_message_in_words_means_what_the_profile_says);
    tcase_add_test(c, a_transfer_is_asked_for_approved_and_told_by_a_message);
    tcase_add_test(c, a_cancel_called_again_does_not_end_the_next_request);
    tcase_add_loop_test(c, a_message_about_an_older_transfer_does_not_end_a_newer_one, 0, 3);
    tcase_add_test(c, what_is_no_message_at_all_is_kept_once_and_the_run_ends);
    tcase_add_test(c, a_message_whose_acknowledgement_is_lost_is_applied_once);
    suite_add_tcase(s, c);
    c = tcase_create("low balance");
    tcase_add_checked_fixture(c, low_setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, a_session_that_does_not_know_the_data_is_told_in_words);
    tcase_add_test(c, a_renewal_by_the_registry_that_takes_the_balance_below_the_line_is_told_of_too);
    suite_add_tcase(s, c);
    c = tcase_create("low balance in Verisign's words");
    tcase_add_checked_fixture(c, low_speaking_setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, a_balance_that_runs_low_is_told_once_with_the_data_of_the_registry);
    suite_add_tcase(s, c);
    return suite_run(s);
}
