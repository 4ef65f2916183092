#include <check.h>

#include "registry/ensure.h"
#include "registry/journal.h"
#include "registry/journal_group.h"
#include "registry/poll.h"
#include "registry/transcript.h"
#include "tests/registry/fake_registry.h"
#include "tests/support/db_relay.h"
#include "tests/support/testdb.h"

/* The journal against a registry in memory that mishears, does not answer, refuses. What happens on real
 * connections stands in test_client.c. */

DB_QUERY(t_states, "SELECT GROUP_CONCAT(state ORDER BY attempt) FROM registry_command WHERE ref = ?");
DB_QUERY(t_make_intent, "UPDATE registry_command SET state = 'intent', code = NULL WHERE ref = ?");
DB_QUERY(t_messages, "SELECT GROUP_CONCAT(state ORDER BY id) FROM registry_message");

#define NOW (INT64_C(1790000000) * US_PER_S)

static struct arena arena;
static struct db *db;
static struct error e;
static struct fake_registry *fake;
static struct registries set;
static struct registry_work w;
static struct registry_outcome o;
static struct registry_domain_create create;

static void setup(void)
{
    arena_init(&arena, 0);
    error_clear(&e);
    db = testdb_open(&arena);
    fake = fake_registry_new("FOURWAYS", NOW);
    set = fake_registries(&arena, fake);
    w = (struct registry_work){.registry = &set.items[0], .db = db, .arena = &arena, .now = NOW};
    create = (struct registry_domain_create){.name = STR("a.test"), .years = 1, .authinfo = STR("our-secret-1")};
}

static void teardown(void)
{
    fake_registry_free(&fake);
    testdb_close(&db);
    arena_clear(&arena);
}

static const char *states(const char *key)
{
    struct db_result r;
    ck_assert_int_eq(db_select_one(db, &arena, &t_states, DB_ARGS(db_s(str_of(key))), &r, &e), OK);
    return str_dupz(&arena, db_str(&r, 0, 0));
}

static enum status run(void)
{
    return registry_domain_create(&w, "order:1:create", &create, &o, &e);
}

static void mishap(const char *verb, enum fake_mishap what, int code)
{
    fake_registry_mishap(fake, verb, what, code, 1);
}

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

START_TEST(an_empty_account_at_the_registry_waits_for_money)
{
    mishap("domain-create", FAKE_CODE, 2104);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_int_eq(run(), OK);
}
END_TEST

static enum status message_seen(
    void *ctx, const struct registry_work *work, const struct registry_message *m, struct str key, struct error *err)
{
    (void)work, (void)err;
    ck_assert_int_eq(m->kind, REGISTRY_MESSAGE_DECIDED);
    *(struct str *)ctx = str_dup(&arena, key);
    return OK;
}

START_TEST(a_pending_create_is_decided_by_its_message)
{
    fake_registry_pend(fake);
    ck_assert_int_eq(run(), OK);
    ck_assert(o.pending);
    ck_assert_int_eq(run(), OK);
    ck_assert(o.pending);
    fake_registry_decide(fake, "a.test", true);
    struct str key = STR_NULL;
    const struct poll_handler h = {message_seen, &key};
    size_t n = 0;
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_uint_eq(n, 1);
    ck_assert(str_eqz(key, "order:1:create"));
    ck_assert_int_eq(run(), OK);
    ck_assert(!o.pending);
    ck_assert_int_eq(o.code, 1000);
}
END_TEST

/* The message names the first attempt, which was thought void; the second met it and was found pending. */
START_TEST(a_message_to_a_late_attempt_decides_the_one_that_met_it)
{
    fake_registry_pend(fake);
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), UNCERTAIN);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), OK);
    ck_assert(o.pending);
    ck_assert_int_eq(o.attempt, 2);
    fake_registry_decide(fake, "a.test", _i == 0);
    struct str key = STR_NULL;
    const struct poll_handler h = {message_seen, &key};
    size_t n = 0;
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert(str_eqz(key, "order:1:create"));
    ck_assert_int_eq(run(), _i == 0 ? OK : INVALID);
    ck_assert(!o.pending);
    ck_assert_int_eq(o.code, _i == 0 ? 1000 : 2308);
}
END_TEST

START_TEST(a_denied_create_fails_when_its_message_comes)
{
    fake_registry_pend(fake);
    ck_assert_int_eq(run(), OK);
    fake_registry_decide(fake, "a.test", false);
    struct str key = STR_NULL;
    const struct poll_handler h = {message_seen, &key};
    size_t n = 0;
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_int_eq(run(), INVALID);
    ck_assert_str_eq(e.code, "epp-2308");
}
END_TEST

struct counting {
    int calls;
    enum status answer;
};

static enum status message_count(
    void *ctx, const struct registry_work *work, const struct registry_message *m, struct str key, struct error *err)
{
    struct counting *c = ctx;
    (void)work, (void)m, (void)key;
    c->calls++;
    return c->answer == OK ? OK : error_set(err, c->answer, "test", "not now");
}

static const char *message_states(void)
{
    struct db_result r;
    ck_assert_int_eq(db_select_one(db, &arena, &t_messages, DB_NO_ARGS, &r, &e), OK);
    return str_dupz(&arena, db_str(&r, 0, 0));
}

static void message_make(void)
{
    fake_registry_pend(fake);
    ck_assert_int_eq(run(), OK);
    fake_registry_decide(fake, "a.test", true);
}

START_TEST(an_unacknowledged_message_is_not_applied_twice)
{
    struct counting c = {0};
    const struct poll_handler h = {message_count, &c};
    size_t n = 0;
    message_make();
    mishap("poll-ack", FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), UNAVAILABLE);
    ck_assert_str_eq(message_states(), "applied");
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_int_eq(c.calls, 1);
    ck_assert_str_eq(message_states(), "acked");
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(a_message_that_cannot_be_applied_now_stays_with_all_it_decides)
{
    struct counting c = {.answer = UNAVAILABLE};
    const struct poll_handler h = {message_count, &c};
    size_t n = 0;
    message_make();
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), UNAVAILABLE);
    ck_assert_str_eq(message_states(), "stored");
    ck_assert_str_eq(states("order:1:create"), "pending");
    c.answer = OK;
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_str_eq(states("order:1:create"), "done");
}
END_TEST

START_TEST(a_message_that_can_never_be_applied_is_kept_and_the_queue_moves_on)
{
    struct counting c = {.answer = INTERNAL};
    const struct poll_handler h = {message_count, &c};
    size_t n = 0;
    message_make();
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(message_states(), "failed");
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_uint_eq(n, 0);
}
END_TEST

/* ---- the other verbs ------------------------------------------------------------------------------------- */

static time_us renewed(const char *key, time_us from)
{
    const struct registry_renew in = {.name = STR("a.test"), .expires = from, .years = 1};
    ck_assert_int_eq(registry_domain_renew(&w, key, &in, &o, &e), OK);
    return o.expires;
}

START_TEST(an_unanswered_renewal_is_not_made_twice)
{
    ck_assert_int_eq(run(), OK);
    time_us expires = o.expires;
    mishap("domain-renew", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(renewed("order:2:renew", expires), time_add_years(expires, 1));
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(renewed("order:2:renew", expires), time_add_years(expires, 1));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-renew"), 1);
}
END_TEST

START_TEST(a_renewal_that_was_not_heard_is_made_once)
{
    ck_assert_int_eq(run(), OK);
    time_us expires = o.expires;
    const struct registry_renew in = {.name = STR("a.test"), .expires = expires, .years = 2};
    mishap("domain-renew", FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_domain_renew(&w, "order:2:renew", &in, &o, &e), UNCERTAIN);
    ck_assert_int_eq(registry_domain_renew(&w, "order:2:renew", &in, &o, &e), OK);
    ck_assert_int_eq(o.expires, time_add_years(expires, 2));
}
END_TEST

START_TEST(an_unanswered_update_is_read_back)
{
    ck_assert_int_eq(run(), OK);
    struct registry_domain_update u = {.name = STR("a.test"), .authinfo = STR("our-secret-2")};
    u.add_statuses[u.add_statuses_n++] = STR("clientHold");
    mishap("domain-update", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(registry_domain_update(&w, "order:3:hold", &u, &o, &e), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    u.add_statuses[0] = STR("clientDeleteProhibited");
    mishap("domain-update", FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_domain_update(&w, "order:4:lock", &u, &o, &e), UNCERTAIN);
    ck_assert_int_eq(registry_domain_update(&w, "order:4:lock", &u, &o, &e), OK);
    ck_assert_int_eq(o.source, OUTCOME_ANSWER);
}
END_TEST

START_TEST(an_unanswered_delete_is_done_when_the_domain_is_gone)
{
    ck_assert_int_eq(run(), OK);
    mishap("domain-delete", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(registry_domain_delete(&w, "order:5:delete", STR("a.test"), &o, &e), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(registry_domain_delete(&w, "order:6:delete", STR("a.test"), &o, &e), NOT_FOUND);
}
END_TEST

START_TEST(an_unanswered_transfer_request_is_found_by_its_query)
{
    fake_registry_seize(fake, "a.test", "OTHER");
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("not-yours")};
    mishap("domain-transfer", FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), UNCERTAIN);
    mishap("domain-transfer", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 1);
}
END_TEST

/* ---- hosts and contacts ------------------------------------------------------------------------------------ */

static struct registry_host host(const char *name, const char *addr)
{
    struct registry_host h = {.name = str_of(name)};
    if (addr != NULL)
        h.addrs[h.addrs_n++] = str_of(addr);
    return h;
}

START_TEST(hosts_are_made_once_and_then_cost_nothing)
{
    const struct registry_host hosts[] = {host("ns1.b.test", "192.0.2.1"), host("ns2.b.example", "2001:db8::1")};
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 2, &e), OK);
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:2", hosts, 2, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "host-create"), 2);
    ck_assert_int_eq(fake_registry_heard(fake, "host-check"), 1);
}
END_TEST

START_TEST(a_host_s_new_address_replaces_the_old_one)
{
    struct registry_host hosts[] = {host("ns1.b.test", "192.0.2.1")};
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), OK);
    hosts[0].addrs[0] = STR("192.0.2.7");
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:2", hosts, 1, &e), OK);
    struct registry_host_info info;
    ck_assert_int_eq(registry_host_info(&w, STR("ns1.b.test"), &info, &e), OK);
    ck_assert_uint_eq(info.host.addrs_n, 1);
    ck_assert(str_eqz(info.host.addrs[0], "192.0.2.7"));
}
END_TEST

START_TEST(a_host_outside_the_registry_is_sent_without_addresses)
{
    const struct registry_host hosts[] = {host("ns1.elsewhere.org", "192.0.2.1")};
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), OK);
    struct registry_host_info info;
    ck_assert_int_eq(registry_host_info(&w, STR("ns1.elsewhere.org"), &info, &e), OK);
    ck_assert_uint_eq(info.host.addrs_n, 0);
}
END_TEST

START_TEST(a_host_inside_the_registry_without_address_is_refused_here)
{
    const struct registry_host hosts[] = {host("ns1.b.test", NULL)};
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), INVALID);
    ck_assert_str_eq(e.code, "host-needs-address");
}
END_TEST

START_TEST(a_host_made_by_somebody_meanwhile_is_no_failure)
{
    const struct registry_host hosts[] = {host("ns1.b.test", "192.0.2.1")};
    mishap("host-create", FAKE_UNANSWERED, 0);
    fake_registry_mishap(fake, "host-info", FAKE_UNREACHABLE, 0, 1);
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), UNCERTAIN);
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:2", hosts, 1, &e), OK);
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "host-create"), 1);
}
END_TEST

static struct registry_contact contact(void)
{
    return (struct registry_contact){.id = STR("FW1"),
        .name = STR("A Person"),
        .street = {STR("1 Street")},
        .street_n = 1,
        .city = STR("Town"),
        .cc = STR("DE"),
        .email = STR("a@example.test")};
}

START_TEST(a_contact_is_made_once_and_mended_when_it_changes)
{
    struct registry_contact c = contact();
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:2", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 1);
    c.city = STR("City");
    ck_assert_int_eq(registry_contact_ensure(&w, "order:3", &c, &e), OK);
    struct registry_contact_info info;
    ck_assert_int_eq(registry_contact_info(&w, STR("FW1"), &info, &e), OK);
    ck_assert(str_eqz(info.contact.city, "City"));
}
END_TEST

START_TEST(a_contact_that_the_registry_purged_is_made_again)
{
    struct registry_contact c = contact();
    const struct registry_request gone = {.verb = REGISTRY_CONTACT_DELETE, .key = "purge", .name = STR("FW1")};
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_transform(&w, &gone, &o, &e), OK);
    /* Found out when a domain is refused for it. */
    create.registrant = STR("FW1");
    ck_assert_int_eq(run(), NOT_FOUND);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:2", &c, &e), OK);
    ck_assert(fake_registry_has(fake, "contact", "FW1"));
}
END_TEST

/* ---- where the registry makes the ids of contacts ------------------------------------------------------------- */

DB_QUERY(t_forget, "DELETE FROM registry_contact");

static void ids_are_theirs(bool mute)
{
    set.items[0].config.profile->contact_ids_ours = false;
    fake_registry_contact_ids(fake, mute);
}

/* The domain as the registry has it. */
static struct registry_domain domain_there(void)
{
    struct registry_domain d = {0};
    ck_assert_int_eq(registry_domain_info(&w, STR("a.test"), STR_NULL, &d, &e), OK);
    return d;
}

START_TEST(a_domain_points_at_the_registry_s_own_ids_of_our_contacts)
{
    struct registry_contact c = contact();
    ids_are_theirs(false);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:2", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 1);
    ck_assert(!fake_registry_has(fake, "contact", "FW1"));
    create.registrant = STR("FW1");
    create.contacts[0] = (struct registry_contact_ref){STR("tech"), STR("FW1")};
    create.contacts_n = 1;
    ck_assert_int_eq(run(), OK);
    struct registry_domain d = domain_there();
    ck_assert(str_starts(d.registrant, STR("THEIRS-")));
    ck_assert(str_eq(d.contacts[0].id, d.registrant));
    /* Theirs, as info shows it, is as good as ours; so an update can take it away. */
    struct registry_domain_update u = {.name = STR("a.test"), .rem_contacts = {d.contacts[0]}, .rem_contacts_n = 1};
    ck_assert_int_eq(registry_domain_update(&w, "order:1:update", &u, &o, &e), OK);
    ck_assert_uint_eq(domain_there().contacts_n, 0);
    c.city = STR("City");
    ck_assert_int_eq(registry_contact_ensure(&w, "order:3", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 1);
    struct registry_contact_info info;
    ck_assert_int_eq(registry_contact_info(&w, d.registrant, &info, &e), OK);
    ck_assert(str_eqz(info.contact.city, "City"));
}
END_TEST

START_TEST(a_contact_whose_id_nobody_kept_is_made_again)
{
    struct registry_contact c = contact();
    ids_are_theirs(false);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(db_exec(db, &t_forget, DB_NO_ARGS, NULL, &e), OK); /* as if killed before it was kept */
    create.registrant = STR("FW1");
    ck_assert_int_eq(run(), INVALID);
    ck_assert_str_eq(e.code, "contact-id-unknown");
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 2);
    ck_assert_int_eq(run(), OK);
    ck_assert(str_starts(domain_there().registrant, STR("THEIRS-")));
}
END_TEST

START_TEST(a_contact_whose_id_was_in_a_lost_answer_is_made_again)
{
    struct registry_contact c = contact();
    ids_are_theirs(false);
    mishap("contact-create", FAKE_UNANSWERED, 0);
    ck_assert_int_ne(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 2);
    create.registrant = STR("FW1");
    ck_assert_int_eq(run(), OK);
}
END_TEST

START_TEST(a_contact_that_is_made_without_an_id_is_no_contact)
{
    struct registry_contact c = contact();
    ids_are_theirs(true);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), PROTOCOL);
    ck_assert_str_eq(e.code, "contact-id-missing");
}
END_TEST

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

static void add_create(TCase *c)
{
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
    tcase_add_test(c, an_empty_account_at_the_registry_waits_for_money);
    tcase_add_test(c, keys_and_objects_have_limits);
}

START_TEST(a_message_that_cannot_be_read_is_put_aside_and_the_queue_moves_on)
{
    struct counting c = {0};
    const struct poll_handler h = {message_count, &c};
    const struct registry_message broken = {.id = STR("7"),
        .queued = NOW,
        .kind = REGISTRY_MESSAGE_UNREADABLE,
        .text = STR("Something happened"),
        .unread = STR("resData: a date that is none"),
        .frame = STR("<epp>\xc2\xa7</epp>")};
    size_t n = 0;
    fake_registry_message(fake, &broken);
    message_make();
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(c.calls, 1);
    ck_assert_str_eq(message_states(), "quarantined,acked");
    struct message_note *list, one;
    ck_assert_int_eq(messages_needing_person(db, &arena, 10, &list, &n, &e), OK);
    ck_assert_uint_eq(n, 1);
    ck_assert(str_eqz(list[0].message, "7") && list[0].acked != 0);
    ck_assert_int_eq(message_find(db, &arena, list[0].id, &one, &e), OK);
    ck_assert(str_eq(one.frame, broken.frame) && str_eq(one.error, broken.unread));
    ck_assert_int_eq(message_set_handled(db, one.id, NOW, &e), OK);
    ck_assert_int_eq(messages_needing_person(db, &arena, 10, &list, &n, &e), OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(message_set_handled(db, 999, NOW, &e), NOT_FOUND);
}
END_TEST

/* Killed, or cut, between putting aside and acknowledging. */
START_TEST(a_quarantined_message_is_acknowledged_in_the_end)
{
    struct counting c = {0};
    const struct poll_handler h = {message_count, &c};
    const struct registry_message broken = {
        .id = STR("7"), .kind = REGISTRY_MESSAGE_UNREADABLE, .unread = STR("no XML"), .frame = STR("<epp>")};
    size_t n = 0;
    fake_registry_message(fake, &broken);
    mishap("poll-ack", FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), UNAVAILABLE);
    ck_assert_str_eq(message_states(), "quarantined");
    ck_assert_int_eq(registry_poll_run(&w, &h, 10, &n, &e), OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(message_states(), "quarantined");
    ck_assert_int_eq(c.calls, 0);
}
END_TEST

/* ---- price ---------------------------------------------------------------------------------------------------- */

static enum status buy(int64_t most, const char *currency)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE,
        .key = "order:1:create",
        .domain_create = &create,
        .ceiling = {most, currency == NULL ? STR_NULL : str_of(currency)}};
    return registry_transform(&w, &r, &o, &e);
}

static void prices(int64_t cents)
{
    struct registry_profile *p = arena_copy(&arena, set.items[0].profile, sizeof(*p));
    p->fee_need = PROFILE_FEE_ALWAYS;
    set.items[0].profile = p;
    fake_registry_price(fake, cents);
}

START_TEST(the_price_asked_for_goes_with_the_command)
{
    prices(800);
    ck_assert_int_eq(buy(900, "EUR"), OK);
    ck_assert_int_eq(o.fee.amount, 800);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-quote"), 1);
    ck_assert_int_eq(buy(900, "EUR"), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-quote"), 1);
}
END_TEST

START_TEST(more_than_the_customer_s_ceiling_is_not_sent)
{
    prices(901);
    ck_assert_int_eq(buy(900, "EUR"), DENIED);
    ck_assert_str_eq(e.code, "registry-price-above");
    ck_assert_int_eq(buy(100000, "USD"), DENIED);
    ck_assert_str_eq(e.code, "registry-price-currency");
    fake_registry_price(fake, 0);
    ck_assert_int_eq(buy(900, "EUR"), DENIED);
    ck_assert_str_eq(e.code, "registry-no-price");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
}
END_TEST

START_TEST(a_price_that_moved_is_asked_for_anew_and_held_against_the_ceiling)
{
    prices(800);
    fake_registry_price_next(fake, 850);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-price-moved");
    fake_registry_price_next(fake, 950);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    ck_assert_int_eq(buy(900, "EUR"), DENIED);
    ck_assert_str_eq(e.code, "registry-price-above");
    fake_registry_price(fake, 900);
    ck_assert_int_eq(buy(900, "EUR"), OK);
    ck_assert_int_eq(o.fee.amount, 900);
    ck_assert_str_eq(states("order:1:create"), "void,void,done");
}
END_TEST

START_TEST(a_2004_at_the_same_price_is_a_refusal)
{
    prices(800);
    mishap("domain-create", FAKE_CODE, 2004);
    ck_assert_int_eq(buy(900, "EUR"), INVALID);
    ck_assert_int_eq(buy(900, "EUR"), INVALID);
    ck_assert_str_eq(e.code, "epp-2004");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
    ck_assert_str_eq(states("order:1:create"), "failed");
}
END_TEST

/* The first was done late, and what is sold has no price any more: that must not end the order. */
START_TEST(a_late_first_attempt_is_found_although_the_price_forbids_a_second)
{
    prices(800);
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(buy(900, "EUR"), UNCERTAIN);
    fake_registry_price(fake, 1000);
    mishap("domain-info", FAKE_CODE, 2303);
    mishap("domain-quote", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    mishap("domain-info", FAKE_CODE, 2400);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-undecided");
    ck_assert_int_eq(buy(900, "EUR"), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(o.fee.amount, 800);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
    ck_assert_str_eq(states("order:1:create"), "void,done");
}
END_TEST

START_TEST(nothing_is_sent_while_no_price_can_be_had)
{
    prices(800);
    mishap("domain-quote", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
    ck_assert_int_eq(buy(900, "EUR"), OK);
}
END_TEST

/* ---- pending without a message ------------------------------------------------------------------------------ */

#define MINUTE (60 * US_PER_S)

START_TEST(a_pending_command_without_a_message_is_asked_about_now_and_then)
{
    fake_registry_pend(fake);
    ck_assert_int_eq(run(), OK);
    w.now = NOW + 5 * MINUTE;
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-info"), 0);
    w.now = NOW + 11 * MINUTE;
    ck_assert_int_eq(run(), OK);
    ck_assert(o.pending);
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-info"), 1);
    /* Decided, and the message is never fetched. */
    fake_registry_decide(fake, "a.test", true);
    w.now = NOW + 22 * MINUTE;
    ck_assert_int_eq(run(), OK);
    ck_assert(!o.pending);
    ck_assert_int_eq(o.code, 1000);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
    ck_assert_str_eq(states("order:1:create"), "done");
}
END_TEST

START_TEST(a_pending_command_that_shows_nowhere_is_given_up_only_after_long)
{
    fake_registry_pend(fake);
    ck_assert_int_eq(run(), OK);
    w.now = NOW + 11 * MINUTE;
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), OK);
    ck_assert(o.pending);
    w.now = NOW + JOURNAL_PENDING_MAX_US + MINUTE;
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), INVALID);
    ck_assert_str_eq(e.code, "epp-2308");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
}
END_TEST

START_TEST(a_pending_command_stays_pending_while_the_registry_cannot_be_asked)
{
    fake_registry_pend(fake);
    ck_assert_int_eq(run(), OK);
    w.now = NOW + 11 * MINUTE;
    mishap("domain-info", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(run(), OK);
    ck_assert(o.pending);
}
END_TEST

/* ---- reading back --------------------------------------------------------------------------------------------- */

static enum status lock(void)
{
    const struct registry_domain_update u = {
        .name = STR("a.test"), .add_statuses = {STR("clientTransferProhibited")}, .add_statuses_n = 1};
    return registry_domain_update(&w, "order:2:lock", &u, &o, &e);
}

START_TEST(an_update_of_statuses_is_done_when_the_registry_shows_it)
{
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(lock(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ANSWER);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-info"), 1);
    ck_assert_int_eq(lock(), OK);
    ck_assert_int_eq(o.source, OUTCOME_RECORD);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-info"), 1);
}
END_TEST

START_TEST(an_update_that_cannot_be_read_back_is_read_later_and_not_sent_again)
{
    ck_assert_int_eq(run(), OK);
    mishap("domain-info", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(lock(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-read-back");
    ck_assert_int_eq(lock(), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), 1);
}
END_TEST

START_TEST(an_update_that_the_registry_does_not_show_is_not_taken_for_done)
{
    ck_assert_int_eq(run(), OK);
    mishap("domain-info", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(lock(), UNAVAILABLE);
    const struct registry_domain_update undo = {
        .name = STR("a.test"), .rem_statuses = {STR("clientTransferProhibited")}, .rem_statuses_n = 1};
    ck_assert_int_eq(registry_domain_update(&w, "somebody", &undo, &o, &e), OK);
    ck_assert_int_eq(lock(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-read-back");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), 2);
}
END_TEST

START_TEST(an_update_of_authinfo_alone_is_not_read_back)
{
    const struct registry_domain_update u = {.name = STR("a.test"), .authinfo = STR("our-secret-2")};
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(registry_domain_update(&w, "order:2:auth", &u, &o, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-info"), 0);
}
END_TEST

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

static void add_poll(TCase *c)
{
    tcase_add_test(c, a_pending_create_is_decided_by_its_message);
    tcase_add_loop_test(c, a_message_to_a_late_attempt_decides_the_one_that_met_it, 0, 2);
    tcase_add_test(c, a_denied_create_fails_when_its_message_comes);
    tcase_add_test(c, the_price_asked_for_goes_with_the_command);
    tcase_add_test(c, more_than_the_customer_s_ceiling_is_not_sent);
    tcase_add_test(c, a_price_that_moved_is_asked_for_anew_and_held_against_the_ceiling);
    tcase_add_test(c, a_2004_at_the_same_price_is_a_refusal);
    tcase_add_test(c, a_late_first_attempt_is_found_although_the_price_forbids_a_second);
    tcase_add_test(c, nothing_is_sent_while_no_price_can_be_had);
    tcase_add_test(c, a_message_that_cannot_be_read_is_put_aside_and_the_queue_moves_on);
    tcase_add_test(c, a_quarantined_message_is_acknowledged_in_the_end);
    tcase_add_test(c, a_pending_command_without_a_message_is_asked_about_now_and_then);
    tcase_add_test(c, a_pending_command_that_shows_nowhere_is_given_up_only_after_long);
    tcase_add_test(c, a_pending_command_stays_pending_while_the_registry_cannot_be_asked);
    tcase_add_test(c, an_unacknowledged_message_is_not_applied_twice);
    tcase_add_test(c, a_message_that_cannot_be_applied_now_stays_with_all_it_decides);
    tcase_add_test(c, a_message_that_can_never_be_applied_is_kept_and_the_queue_moves_on);
}

static void add_others(TCase *c)
{
    tcase_add_test(c, an_unanswered_renewal_is_not_made_twice);
    tcase_add_test(c, a_renewal_that_was_not_heard_is_made_once);
    tcase_add_test(c, an_unanswered_update_is_read_back);
    tcase_add_test(c, an_update_of_statuses_is_done_when_the_registry_shows_it);
    tcase_add_test(c, an_update_that_cannot_be_read_back_is_read_later_and_not_sent_again);
    tcase_add_test(c, an_update_that_the_registry_does_not_show_is_not_taken_for_done);
    tcase_add_test(c, an_update_of_authinfo_alone_is_not_read_back);
    tcase_add_test(c, a_2002_speaks_of_the_session_and_is_tried_on_another);
    tcase_add_test(c, all_that_was_sent_asked_and_found_stands_in_the_transcript);
    tcase_add_test(c, an_unanswered_delete_is_done_when_the_domain_is_gone);
    tcase_add_test(c, an_unanswered_transfer_request_is_found_by_its_query);
    tcase_add_test(c, hosts_are_made_once_and_then_cost_nothing);
    tcase_add_test(c, a_host_s_new_address_replaces_the_old_one);
    tcase_add_test(c, a_host_outside_the_registry_is_sent_without_addresses);
    tcase_add_test(c, a_host_inside_the_registry_without_address_is_refused_here);
    tcase_add_test(c, a_host_made_by_somebody_meanwhile_is_no_failure);
    tcase_add_test(c, a_contact_is_made_once_and_mended_when_it_changes);
    tcase_add_test(c, a_contact_that_the_registry_purged_is_made_again);
    tcase_add_test(c, a_domain_points_at_the_registry_s_own_ids_of_our_contacts);
    tcase_add_test(c, a_contact_whose_id_nobody_kept_is_made_again);
    tcase_add_test(c, a_contact_whose_id_was_in_a_lost_answer_is_made_again);
    tcase_add_test(c, a_contact_that_is_made_without_an_id_is_no_contact);
}

int main(void)
{
    Suite *s = suite_create("journal");
    TCase *c = tcase_create("journal");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    add_create(c);
    add_poll(c);
    add_others(c);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? 0 : 1;
}
