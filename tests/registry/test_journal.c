/* A command in the journal: what stands there, what a crash or a missing answer leaves, and what the next call makes of it. */
#include "registry/journal_group.h"
#include "registry/transcript.h"
#include "tests/registry/journal_fixture.h"
#include "tests/support/db_relay.h"

DB_QUERY(t_make_intent, "UPDATE registry_command SET state = 'intent', code = NULL WHERE ref = ?");

START_TEST(a_create_is_journalled_and_its_result_recorded)
{
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.code, 1000);
    ck_assert_int_eq(o.source, OUTCOME_ANSWER);
    ck_assert_int_eq(o.expires, time_add_years(NOW, 1));
    ck_assert(str_starts(o.cltrid, STR("FW-")));
    ck_assert_str_eq(states("order:1:create"), "done");
}
END_TEST

START_TEST(the_same_key_again_sends_nothing)
{
    ck_assert_int_eq(run(), OK);
    struct str first = o.cltrid;
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_RECORD);
    ck_assert_int_eq(o.expires, time_add_years(NOW, 1));
    ck_assert(str_eq(o.cltrid, first));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

START_TEST(a_key_stands_for_one_command_only)
{
    ck_assert_int_eq(run(), OK);
    create.name = STR("b.test");
    ck_assert_int_eq(run(), INVALID);
    ck_assert_str_eq(e.code, "registry-key-reused");
    ck_assert(!fake_registry_has(fake, "domain", "b.test"));
}
END_TEST

START_TEST(a_refusal_is_final_and_comes_back_the_same)
{
    fake_registry_seize(fake, "a.test", "OTHER");
    ck_assert_int_eq(run(), EXISTS);
    ck_assert_str_eq(e.code, "epp-2302");
    ck_assert_int_eq(run(), EXISTS);
    ck_assert_int_eq(o.source, OUTCOME_RECORD);
    ck_assert_int_eq(o.code, 2302);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
    ck_assert_str_eq(states("order:1:create"), "failed");
}
END_TEST

START_TEST(a_conflict_at_the_registry_is_no_reason_to_repeat)
{
    mishap("domain-create", FAKE_CODE, 2304);
    ck_assert_int_eq(run(), DENIED);
    ck_assert_int_eq(run(), DENIED);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

START_TEST(an_unreachable_registry_leaves_no_trace)
{
    mishap("domain-create", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_str_eq(states("order:1:create"), "");
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.attempt, 1);
}
END_TEST

START_TEST(done_but_unanswered_is_found_done_at_once)
{
    mishap("domain-create", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(o.expires, time_add_years(NOW, 1));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
    ck_assert_str_eq(states("order:1:create"), "done");
}
END_TEST

START_TEST(unheard_is_only_sent_again_at_a_later_call)
{
    mishap("domain-create", FAKE_UNHEARD, 0);
    ck_assert_int_eq(run(), UNCERTAIN);
    ck_assert_str_eq(states("order:1:create"), "unknown");
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ANSWER);
    ck_assert_int_eq(o.attempt, 2);
    ck_assert_str_eq(states("order:1:create"), "void,done");
}
END_TEST

START_TEST(unknown_stays_unknown_while_the_registry_cannot_be_asked)
{
    mishap("domain-create", FAKE_UNANSWERED, 0);
    fake_registry_mishap(fake, "domain-info", FAKE_UNREACHABLE, 0, 3);
    ck_assert_int_eq(run(), UNCERTAIN);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-undecided");
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_str_eq(states("order:1:create"), "unknown");
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

START_TEST(unknown_then_taken_by_another_registrar_is_refused)
{
    mishap("domain-create", FAKE_UNHEARD, 0);
    ck_assert_int_eq(run(), UNCERTAIN);
    fake_registry_seize(fake, "a.test", "OTHER");
    ck_assert_int_eq(run(), EXISTS);
    ck_assert_str_eq(e.code, "epp-2302");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
    ck_assert_int_eq(run(), EXISTS);
}
END_TEST

START_TEST(a_domain_of_ours_from_before_is_not_taken_for_this_command_s)
{
    fake_registry_clock(fake, NOW - 3600 * US_PER_S);
    fake_registry_seize(fake, "a.test", "FOURWAYS");
    mishap("domain-create", FAKE_UNHEARD, 0);
    ck_assert_int_eq(run(), UNCERTAIN);
    ck_assert_int_eq(run(), EXISTS);
}
END_TEST

START_TEST(a_domain_of_ours_by_another_order_is_told_by_its_authinfo)
{
    mishap("domain-create", FAKE_UNHEARD, 0);
    ck_assert_int_eq(run(), UNCERTAIN);
    create.authinfo = STR("other-secret");
    ck_assert_int_eq(registry_domain_create(&w, "order:2:create", &create, &o, &e), OK);
    create.authinfo = STR("our-secret-1");
    ck_assert_int_eq(run(), EXISTS);
}
END_TEST

START_TEST(a_crash_between_intent_and_result_is_decided_by_asking)
{
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(db_exec(db, &t_make_intent, DB_ARGS(db_s(STR("order:1:create"))), NULL, &e), OK);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

/* ---- the database is lost in the middle of a commit ------------------------------------------------------------ */

static const struct lost {
    const char *label;
    int before; /* commits that pass: 0: the intent's is cut, 1: the result's */
    enum db_cut cut;
    const char *stands; /* of the row, after it */
    int heard; /* by the registry, until then */
    enum outcome_source source; /* of the next call */
    const char *states; /* then */
} lost[] = {
    {"intent, not done", 0, DB_CUT_BEFORE_SERVER, "", 0, OUTCOME_ANSWER, "done"},
    {"intent, done", 0, DB_CUT_BEFORE_CLIENT, "intent", 0, OUTCOME_ANSWER, "void,done"},
    {"result, not done", 1, DB_CUT_BEFORE_SERVER, "intent", 1, OUTCOME_ASKED, "done"},
    {"result, done", 1, DB_CUT_BEFORE_CLIENT, "done", 1, OUTCOME_RECORD, "done"},
};

/* Nothing is sent whose intent is in doubt, and what was sent is not sent again: whatever stands in the database, the
 * next call finds out what it means. */
START_TEST(a_commit_that_is_in_doubt_is_decided_by_the_next_call)
{
    const struct lost *x = &lost[_i];
    struct db_relay r;
    set.items[0].group = journal_group_new(set.items[0].config.id);
    db_relay_start(&r, &arena, x->cut);
    ck_assert_int_eq(db_open(&r.through, &w.db, &e), OK);
    r.skip = x->before;
    r.marker = "COMMIT";
    ck_assert_msg(run() == UNCERTAIN, "%s: %s", x->label, e.text);
    ck_assert_str_eq(e.code, "db-uncertain");
    ck_assert_ptr_null(r.marker);
    ck_assert_str_eq(states("order:1:create"), x->stands);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), x->heard);
    ck_assert_msg(run() == OK, "%s: %s", x->label, e.text);
    ck_assert_int_eq(o.source, x->source);
    ck_assert_str_eq(states("order:1:create"), x->states);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
    db_close(&w.db);
    db_relay_stop(&r);
    journal_group_free(&set.items[0].group);
}
END_TEST

/* The first was only late: found absent, sent again, and refused because the first had been done after all. */
START_TEST(a_late_first_attempt_makes_the_second_s_refusal_a_success)
{
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), UNCERTAIN);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.attempt, 2);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 2);
}
END_TEST

/* As before, and the registry cannot be asked why it refused: the order must not be told "somebody has it". */
START_TEST(a_refusal_that_an_earlier_attempt_may_have_caused_waits_for_the_answer)
{
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), UNCERTAIN);
    mishap("domain-info", FAKE_CODE, 2303);
    mishap("domain-create", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(run(), UNAVAILABLE);
    mishap("domain-info", FAKE_CODE, 2400);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-undecided");
    ck_assert_int_eq(journal_look(&w, "order:1:create", &o, &e), OK);
    ck_assert_int_eq(o.code, 0);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 2);
    ck_assert_str_eq(states("order:1:create"), "void,done");
}
END_TEST

/* "Not now" to a second attempt says nothing of the first. */
static const int passing[] = {2104, 2400, 2500, 2502};

START_TEST(a_refusal_that_may_pass_does_not_make_an_earlier_attempt_undone)
{
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), UNCERTAIN);
    mishap("domain-info", FAKE_CODE, 2303);
    mishap("domain-create", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(run(), UNAVAILABLE);
    mishap("domain-create", FAKE_CODE, passing[_i]);
    mishap("domain-info", FAKE_CODE, 2400);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-undecided");
    ck_assert_str_eq(states("order:1:create"), "void,unknown");
    ck_assert_int_eq(journal_look(&w, "order:1:create", &o, &e), OK);
    ck_assert_int_eq(o.code, 0);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
}
END_TEST

/* It may have failed behind the doing; a want of money or of sessions has not. */
START_TEST(a_2400_that_cannot_be_checked_is_not_taken_for_undone)
{
    static const struct {
        int code;
        const char *state;
    } cases[] = {{2400, "unknown"}, {2500, "unknown"}, {2104, "void"}, {2502, "void"}};
    mishap("domain-create", FAKE_CODE, cases[_i].code);
    mishap("domain-info", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_str_eq(states("order:1:create"), cases[_i].state);
    ck_assert_int_eq(run(), OK);
    ck_assert_str_eq(states("order:1:create"), "void,done");
}
END_TEST

/* What the registry was once sent is not undone by a profile that forbids it today. */
static struct registry_profile stricter;

static void profile_forbid(void)
{
    stricter = *set.items[0].profile;
    stricter.authinfo_max = stricter.authinfo_min = 6;
    set.items[0].profile = &stricter;
}

START_TEST(a_profile_that_changed_does_not_refuse_what_was_sent)
{
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), UNCERTAIN);
    profile_forbid();
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_RECORD);
}
END_TEST

/* Found undone at first, and late: the third look sees it. */
START_TEST(a_profile_that_changed_refuses_what_was_not_done_only_when_asked_again)
{
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), UNCERTAIN);
    profile_forbid();
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
}
END_TEST

START_TEST(a_profile_that_changed_refuses_what_is_still_to_be_sent)
{
    mishap("domain-create", FAKE_UNHEARD, 0);
    ck_assert_int_eq(run(), UNCERTAIN);
    profile_forbid();
    ck_assert_int_eq(run(), INVALID);
    ck_assert_str_eq(e.code, "authinfo-length");
    ck_assert_str_eq(states("order:1:create"), "void");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
}
END_TEST

/* Its clock is an hour behind ours, far past skew_s: our authInfo tells all the same. */
START_TEST(a_registry_with_a_slow_clock_does_not_make_our_domain_somebody_else_s)
{
    fake_registry_clock(fake, NOW - 3600 * US_PER_S);
    mishap("domain-create", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
}
END_TEST

static const enum registry_verb hidden[] = {REGISTRY_DOMAIN_RENEW, REGISTRY_DOMAIN_UPDATE};

START_TEST(a_domain_that_went_to_another_sponsor_is_not_asked_about_for_ever)
{
    const struct registry_renew renew = {.name = STR("a.test"), .years = 1, .expires = time_add_years(NOW, 1)};
    const struct registry_domain_update update = {.name = STR("a.test"), .authinfo = STR("new-secret-1")};
    const struct registry_request r = {.verb = hidden[_i], .key = "k", .renew = &renew, .domain_update = &update};
    ck_assert_int_eq(run(), OK);
    mishap(registry_verb_word(hidden[_i]), FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_transform(&w, &r, &o, &e), UNCERTAIN);
    mishap("domain-info", FAKE_CODE, 2201);
    ck_assert_int_eq(registry_transform(&w, &r, &o, &e), DENIED);
    ck_assert_int_eq(o.code, 2201);
}
END_TEST

START_TEST(a_2400_is_checked_and_tried_again_a_bounded_number_of_times)
{
    fake_registry_mishap(fake, "domain-create", FAKE_CODE, 2400, JOURNAL_ATTEMPTS_MAX);
    for (int i = 0; i < JOURNAL_ATTEMPTS_MAX; i++)
        ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_int_eq(run(), INTERNAL);
    ck_assert_str_eq(e.code, "attempts-exhausted");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), JOURNAL_ATTEMPTS_MAX);
}
END_TEST

/* The last was done late, and there is no room to write so: a person must look, and the journal can still be read. */
START_TEST(no_attempt_is_written_beyond_the_last)
{
    fake_registry_mishap(fake, "domain-create", FAKE_CODE, 2400, JOURNAL_ATTEMPTS_MAX - 1);
    for (int i = 1; i < JOURNAL_ATTEMPTS_MAX; i++)
        ck_assert_int_eq(run(), UNAVAILABLE);
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), UNCERTAIN);
    ck_assert_int_eq(o.attempt, JOURNAL_ATTEMPTS_MAX);
    profile_forbid();
    mishap("domain-info", FAKE_CODE, 2303);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(run(), INTERNAL);
        ck_assert_str_eq(e.code, "attempts-exhausted");
    }
    ck_assert_int_eq(journal_look(&w, "order:1:create", &o, &e), OK);
    ck_assert_int_eq(o.attempt, JOURNAL_ATTEMPTS_MAX);
}
END_TEST

START_TEST(what_was_never_sent_is_told_from_what_was_found_undone)
{
    mishap("domain-create", FAKE_DEAD, 0);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_int_eq(journal_look(&w, "order:1:create", &o, &e), OK);
    ck_assert(o.unsent && o.undone && o.code == 0);
    mishap("domain-create", FAKE_UNHEARD, 0);
    ck_assert_int_eq(run(), UNCERTAIN);
    ck_assert_int_eq(journal_look(&w, "order:1:create", &o, &e), OK);
    ck_assert(!o.unsent && !o.undone);
    mishap("domain-create", FAKE_DEAD, 0);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_str_eq(states("order:1:create"), "void,void,void");
    ck_assert_int_eq(journal_look(&w, "order:1:create", &o, &e), OK);
    ck_assert(!o.unsent && o.undone);
}
END_TEST

START_TEST(an_empty_account_at_the_registry_waits_for_money)
{
    mishap("domain-create", FAKE_CODE, 2104);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_int_eq(run(), OK);
}
END_TEST

/* ---- where the registry makes the ids of contacts ------------------------------------------------------------- */

START_TEST(keys_and_objects_have_limits)
{
    char key[JOURNAL_KEY_MAX + 2];
    memset(key, 'k', sizeof(key) - 1);
    key[sizeof(key) - 1] = '\0';
    ck_assert_int_eq(registry_domain_create(&w, key, &create, &o, &e), INVALID);
    ck_assert_int_eq(registry_domain_create(&w, "", &create, &o, &e), INVALID);
    create.hosts_n = 1;
    ck_assert_int_eq(run(), INVALID);
    ck_assert_str_eq(e.code, "hosts-count");
    create.name = STR("");
    ck_assert_int_eq(run(), INVALID);
    ck_assert_str_eq(e.code, "registry-object");
}
END_TEST

/* ---- reading back --------------------------------------------------------------------------------------------- */

START_TEST(a_2002_speaks_of_the_session_and_is_tried_on_another)
{
    mishap("domain-create", FAKE_CODE, 2002);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_int_eq(run(), OK);
    ck_assert_str_eq(states("order:1:create"), "void,done");
}
END_TEST

/* ---- the transcript ---------------------------------------------------------------------------------------------- */

START_TEST(all_that_was_sent_asked_and_found_stands_in_the_transcript)
{
    struct transcript_row *rows;
    struct transcript_fault fault;
    size_t n;
    int64_t count;
    mishap("domain-create", FAKE_UNHEARD, 0);
    ck_assert_int_eq(run(), UNCERTAIN);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(transcript_of(db, &arena, STR("a.test"), 100, &rows, &n, &e), OK);
    static const enum transcript_kind kinds[] = {TRANSCRIPT_INTENT, TRANSCRIPT_QUERY, TRANSCRIPT_RESULT,
        TRANSCRIPT_QUERY, TRANSCRIPT_VERDICT, TRANSCRIPT_INTENT, TRANSCRIPT_RESULT};
    ck_assert_uint_eq(n, ARRAY_LEN(kinds));
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(rows[i].kind, kinds[i]);
    ck_assert_int_eq(rows[2].code, 0);
    ck_assert_int_eq(rows[6].code, 1000);
    ck_assert(str_eq(rows[0].cltrid, rows[2].cltrid) && str_eq(rows[5].cltrid, rows[6].cltrid));
    ck_assert(str_starts(rows[4].note, STR("found not done")));
    ck_assert_int_eq(transcript_verify(db, &arena, set.items[0].config.id, NULL, &fault, &count, &e), OK);
    ck_assert_int_eq(fault.seq, 0);
    ck_assert_int_eq(count, (int64_t)n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("journal");
    TCase *c = tcase_create("journal");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_create_is_journalled_and_its_result_recorded);
    tcase_add_test(c, the_same_key_again_sends_nothing);
    tcase_add_test(c, a_key_stands_for_one_command_only);
    tcase_add_test(c, a_refusal_is_final_and_comes_back_the_same);
    tcase_add_test(c, a_conflict_at_the_registry_is_no_reason_to_repeat);
    tcase_add_test(c, an_unreachable_registry_leaves_no_trace);
    tcase_add_test(c, done_but_unanswered_is_found_done_at_once);
    tcase_add_test(c, unheard_is_only_sent_again_at_a_later_call);
    tcase_add_test(c, unknown_stays_unknown_while_the_registry_cannot_be_asked);
    tcase_add_test(c, unknown_then_taken_by_another_registrar_is_refused);
    tcase_add_test(c, a_domain_of_ours_from_before_is_not_taken_for_this_command_s);
    tcase_add_test(c, a_domain_of_ours_by_another_order_is_told_by_its_authinfo);
    tcase_add_test(c, a_crash_between_intent_and_result_is_decided_by_asking);
    tcase_add_loop_test(c, a_commit_that_is_in_doubt_is_decided_by_the_next_call, 0, (int)ARRAY_LEN(lost));
    tcase_add_test(c, a_late_first_attempt_makes_the_second_s_refusal_a_success);
    tcase_add_test(c, a_refusal_that_an_earlier_attempt_may_have_caused_waits_for_the_answer);
    tcase_add_loop_test(c, a_refusal_that_may_pass_does_not_make_an_earlier_attempt_undone, 0, ARRAY_LEN(passing));
    tcase_add_loop_test(c, a_2400_that_cannot_be_checked_is_not_taken_for_undone, 0, 4);
    tcase_add_test(c, a_profile_that_changed_does_not_refuse_what_was_sent);
    tcase_add_test(c, a_profile_that_changed_refuses_what_was_not_done_only_when_asked_again);
    tcase_add_test(c, a_profile_that_changed_refuses_what_is_still_to_be_sent);
    tcase_add_test(c, a_registry_with_a_slow_clock_does_not_make_our_domain_somebody_else_s);
    tcase_add_loop_test(
        c, a_domain_that_went_to_another_sponsor_is_not_asked_about_for_ever, 0, (int)ARRAY_LEN(hidden));
    tcase_add_test(c, a_2400_is_checked_and_tried_again_a_bounded_number_of_times);
    tcase_add_test(c, no_attempt_is_written_beyond_the_last);
    tcase_add_test(c, what_was_never_sent_is_told_from_what_was_found_undone);
    tcase_add_test(c, an_empty_account_at_the_registry_waits_for_money);
    tcase_add_test(c, keys_and_objects_have_limits);
    tcase_add_test(c, a_2002_speaks_of_the_session_and_is_tried_on_another);
    tcase_add_test(c, all_that_was_sent_asked_and_found_stands_in_the_transcript);
    suite_add_tcase(s, c);
    return suite_run(s);
}
