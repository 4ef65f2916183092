/* Commands that the registry decides later, and the messages that tell of it. */
#include "registry/poll.h"
#include "tests/registry/journal_fixture.h"

DB_QUERY(t_messages, "SELECT GROUP_CONCAT(state ORDER BY id) FROM registry_message");

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

/* ---- where the registry makes the ids of contacts ------------------------------------------------------------- */

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

/* ---- which command a message decides ------------------------------------------------------------------------ */

static enum status poll_all(size_t *n)
{
    struct counting c = {0};
    const struct poll_handler h = {message_count, &c};
    return registry_poll_run(&w, &h, 10, n, &e);
}

static const struct decided {
    struct str cltrid, object;
    const char *state;
} decided[] = {
    {STR_NULL, STR("A.test"), "failed"},
    {STR("not-one-of-ours"), STR("a.test"), "failed"},
    {STR_NULL, STR("b.test"), "pending"},
};

START_TEST(a_message_without_our_cltrid_decides_by_the_svtrid_and_the_object)
{
    size_t n = 0;
    fake_registry_pend(fake);
    ck_assert_int_eq(run(), OK);
    const struct registry_message m = {.id = STR("7"),
        .queued = NOW,
        .kind = REGISTRY_MESSAGE_DECIDED,
        .text = STR("Denied"),
        .cltrid = decided[_i].cltrid,
        .svtrid = o.svtrid,
        .object = decided[_i].object,
        .frame = STR("<epp/>")};
    fake_registry_message(fake, &m);
    ck_assert_int_eq(poll_all(&n), OK);
    ck_assert_str_eq(states("order:1:create"), decided[_i].state);
}
END_TEST

DB_QUERY(t_pending,
    "INSERT INTO registry_command (registry, ref, attempt, cltrid, verb, object, state, created, code, op)"
    " VALUES ('fake', ?, 1, ?, ?, 'a.test', 'pending', ?, 1001, ?)");

static void pending(const char *key, const char *verb, const char *op)
{
    struct str k = str_of(key);
    ck_assert_int_eq(
        db_exec(db, &t_pending, DB_ARGS(db_s(k), db_s(k), db_s(str_of(verb)), db_i(NOW), db_s(str_of(op))), NULL, &e),
        OK);
}

/* The request, our cancel of it that waits as well, our answer to another's, and a contact of the same name. */
static void all_pending(const char *request_op)
{
    pending("request", "domain-transfer", request_op);
    pending("cancel", "domain-transfer", "cancel");
    pending("approve", "domain-transfer", "approve");
    pending("contact", "contact-transfer", "request");
}

static void only_the_request_is(const char *state)
{
    ck_assert_str_eq(states("request"), state);
    ck_assert_str_eq(states("cancel"), "pending");
    ck_assert_str_eq(states("approve"), "pending");
    ck_assert_str_eq(states("contact"), "pending");
}

static const char *const request_ops[] = {"request", NULL}; /* rows of before tell none */

START_TEST(a_message_about_a_transfer_decides_the_request_and_none_of_our_answers)
{
    size_t n = 0;
    all_pending(request_ops[_i]);
    const struct registry_message m = {.id = STR("7"),
        .queued = NOW,
        .kind = REGISTRY_MESSAGE_TRANSFER,
        .text = STR("Transfer cancelled."),
        .object = STR("a.test"),
        .transfer = {.name = STR("a.test"),
            .status = STR("clientCancelled"),
            .reid = STR("FOURWAYS"),
            .requested = NOW},
        .frame = STR("<epp/>")};
    fake_registry_message(fake, &m);
    ck_assert_int_eq(poll_all(&n), OK);
    only_the_request_is("failed");
}
END_TEST

static enum status cancelled(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *err)
{
    (void)ctx;
    ck_assert_int_eq(c->intent(c->ctx, STR("domain-transfer"), err), OK);
    c->sent = true;
    c->answer = (struct registry_answer){.code = 1000, .cltrid = c->cltrid};
    *out = (struct registry_transfer_info){.name = in->name, .status = STR("clientCancelled")};
    return OK;
}

START_TEST(our_cancel_ends_the_request_and_none_of_our_answers)
{
    const struct registry_transfer in = {.name = STR("a.test"), .op = REGISTRY_TRANSFER_CANCEL};
    all_pending("request");
    set.items[0].adapter.transfer = cancelled;
    ck_assert_int_eq(registry_domain_transfer(&w, "cancel:2", &in, &o, &e), OK);
    only_the_request_is("failed");
}
END_TEST

/* ---- what must not stop the queue --------------------------------------------------------------------------- */

START_TEST(a_message_with_a_very_long_id_does_not_stop_the_queue)
{
    size_t n = 0;
    char id[2001];
    memset(id, 'x', 2000);
    id[2000] = '\0';
    struct registry_message m = {
        .id = str_of(id), .kind = REGISTRY_MESSAGE_OTHER, .text = STR("Hello"), .frame = STR("<epp/>")};
    fake_registry_message(fake, &m);
    mishap("poll-ack", FAKE_UNHEARD, 0);
    ck_assert_int_eq(poll_all(&n), UNAVAILABLE);
    message_make();
    ck_assert_msg(poll_all(&n) == OK, "%s %s", e.code, e.text);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(message_states(), "acked,acked");
}
END_TEST

/* As it comes over the wire, each try has other transaction ids. */
static enum status nameless(void *ctx, struct registry_call *c, struct registry_message *out, struct error *err)
{
    static int tries; /* each test is a process of its own */
    (void)ctx, (void)out;
    c->sent = true;
    c->answer.code = 1301;
    c->answer.frame = str_printf(&arena, "<epp><msgQ/><svTRID>%d</svTRID></epp>", tries++);
    return error_set(err, PROTOCOL, "epp-answer", "a message without an id");
}

START_TEST(what_cannot_be_acknowledged_is_kept_once_while_a_person_is_waited_for)
{
    size_t n = 0;
    struct message_note *list;
    set.items[0].adapter.poll_next = nameless;
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(poll_all(&n), PROTOCOL);
    ck_assert_str_eq(message_states(), "quarantined");
    ck_assert_int_eq(messages_needing_person(db, &arena, 10, &list, &n, &e), OK);
    ck_assert_int_eq(message_set_handled(db, list[0].id, NOW, &e), OK);
    ck_assert_int_eq(poll_all(&n), PROTOCOL);
    ck_assert_int_eq(poll_all(&n), PROTOCOL);
    ck_assert_str_eq(message_states(), "quarantined,quarantined");
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

int main(void)
{
    Suite *s = suite_create("journal_poll");
    TCase *c = tcase_create("journal_poll");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_pending_create_is_decided_by_its_message);
    tcase_add_loop_test(c, a_message_to_a_late_attempt_decides_the_one_that_met_it, 0, 2);
    tcase_add_test(c, a_denied_create_fails_when_its_message_comes);
    tcase_add_test(c, a_message_that_cannot_be_read_is_put_aside_and_the_queue_moves_on);
    tcase_add_test(c, a_quarantined_message_is_acknowledged_in_the_end);
    tcase_add_test(c, a_pending_command_without_a_message_is_asked_about_now_and_then);
    tcase_add_test(c, a_pending_command_that_shows_nowhere_is_given_up_only_after_long);
    tcase_add_test(c, a_pending_command_stays_pending_while_the_registry_cannot_be_asked);
    tcase_add_test(c, an_unacknowledged_message_is_not_applied_twice);
    tcase_add_test(c, a_message_that_cannot_be_applied_now_stays_with_all_it_decides);
    tcase_add_test(c, a_message_that_can_never_be_applied_is_kept_and_the_queue_moves_on);
    tcase_add_loop_test(
        c, a_message_without_our_cltrid_decides_by_the_svtrid_and_the_object, 0, (int)ARRAY_LEN(decided));
    tcase_add_loop_test(c, a_message_about_a_transfer_decides_the_request_and_none_of_our_answers, 0, 2);
    tcase_add_test(c, our_cancel_ends_the_request_and_none_of_our_answers);
    tcase_add_test(c, a_message_with_a_very_long_id_does_not_stop_the_queue);
    tcase_add_test(c, what_cannot_be_acknowledged_is_kept_once_while_a_person_is_waited_for);
    suite_add_tcase(s, c);
    return suite_run(s);
}
