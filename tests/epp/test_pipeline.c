#include "tests/epp/session_fixture.h"

/* Several commands in flight on one session: order, cuts in the middle, answers out of step, many threads. */

#define DEPTH 8

static struct epp_flight flights[DEPTH];
static struct epp_response responses[DEPTH];
static struct epp_command commands[DEPTH];

static void begin_deep(serve_fn *serve, unsigned depth)
{
    struct epp_session_settings set = settings();
    set.pipeline = depth;
    set.trace = NULL; /* the fixture's is for one thread */
    set.command_timeout_ms = 3000;
    server.serve = serve;
    server_start(&server);
    ck_assert_msg(epp_session_open(&set, &session, &e) == OK, "%s", e.text);
    ck_assert_msg(login() == OK, "%s", e.text);
}

/* Creates, with a check at every third place: a transform's loss is another thing than a query's. */
static bool is_check(unsigned i)
{
    return i % 3 == 2;
}

static void submit_all(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        commands[i] = is_check(i) ? check_command() : create_command();
        commands[i].cltrid = str_printf(&a, "FW-pipe-%u", i);
        flights[i] = (struct epp_flight){0};
        ck_assert_msg(epp_session_submit(session, &a, &commands[i], &flights[i], &e) == OK, "%s", e.text);
    }
}

/* ---- as it should be --------------------------------------------------------------------------------- */

/* Keeps all answers back until DEPTH commands are here: who waits for each answer waits for ever. */
static void serve_late(struct server *s, const struct epp_command *c)
{
    if (s->held_n == 0)
        s->held = ARENA_ARRAY(&s->a, DEPTH, struct epp_command);
    s->held[s->held_n++] = *c;
    if (s->held_n < DEPTH)
        return;
    for (unsigned i = 0; i < DEPTH; i++)
        server_usual(s, &s->held[i]);
    s->held_n = 0;
}

START_TEST(commands_are_sent_before_earlier_ones_are_answered)
{
    begin_deep(serve_late, DEPTH);
    submit_all(DEPTH);
    for (unsigned i = 0; i < DEPTH; i++) {
        ck_assert_msg(epp_session_await(session, &flights[i], &responses[i], &e) == OK, "%s", e.text);
        ck_assert(str_eq(responses[i].tr_id.cltrid, commands[i].cltrid));
        ck_assert_int_eq(responses[i].data == EPP_CHK_DATA, is_check(i));
    }
    ck_assert_uint_eq(epp_session_counters(session)->answers, DEPTH + 1);
    end();
}
END_TEST

START_TEST(answers_may_be_awaited_in_any_order)
{
    begin_deep(serve_late, DEPTH);
    submit_all(DEPTH);
    for (unsigned i = DEPTH; i-- > 0;) {
        ck_assert_msg(epp_session_await(session, &flights[i], &responses[i], &e) == OK, "%s", e.text);
        ck_assert(str_eq(responses[i].tr_id.cltrid, commands[i].cltrid));
    }
    end();
}
END_TEST

START_TEST(no_more_are_in_flight_than_agreed)
{
    struct epp_command c = create_command();
    struct epp_flight more = {0};
    begin_deep(serve_late, DEPTH);
    submit_all(DEPTH);
    ck_assert_int_eq(epp_session_submit(session, &a, &c, &more, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "epp-pipe-full");
    for (unsigned i = 0; i < DEPTH; i++)
        ck_assert_int_eq(epp_session_await(session, &flights[i], &responses[i], &e), OK);
    ck_assert_uint_eq(server.creates, 6);
    end();
}
END_TEST

START_TEST(a_command_that_cannot_be_written_leaves_its_neighbours_alone)
{
    struct epp_command bad = create_command();
    struct epp_flight f = {0};
    bad.u.domain_create.name = STR_NULL;
    begin_deep(serve_late, DEPTH);
    submit_all(4);
    ck_assert_int_eq(epp_session_submit(session, &a, &bad, &f, &e), INVALID);
    for (unsigned i = 4; i < DEPTH; i++) {
        commands[i] = create_command();
        commands[i].cltrid = str_printf(&a, "FW-pipe-%u", i);
        flights[i] = (struct epp_flight){0};
        ck_assert_int_eq(epp_session_submit(session, &a, &commands[i], &flights[i], &e), OK);
    }
    for (unsigned i = 0; i < DEPTH; i++)
        ck_assert_int_eq(epp_session_await(session, &flights[i], &responses[i], &e), OK);
    end();
}
END_TEST

static void serve_large(struct server *s, const struct epp_command *c)
{
    struct epp_command many = *c;
    many.u.check.keys.n = 3000;
    many.u.check.keys.v = ARENA_ARRAY(&s->a, many.u.check.keys.n, struct str);
    for (size_t i = 0; i < many.u.check.keys.n; i++)
        many.u.check.keys.v[i] = str_printf(&s->a, "name-%zu.a-fairly-long-name-to-fill-frames.test", i);
    server_answer(s, &many, 1000, c->cltrid);
}

/* Far more than the sockets hold, both ways: a server that answers each command before it reads the next one stops
 * both sides unless the client reads while it cannot write. */
START_TEST(a_client_that_cannot_write_reads)
{
    struct epp_command c[16];
    struct epp_flight f[16] = {0};
    struct epp_response r;
    struct str *keys = ARENA_ARRAY(&a, 900, struct str);
    for (size_t i = 0; i < 900; i++)
        keys[i] = str_printf(&a, "asked-%zu.%0200d.test", i, 0);
    begin_deep(serve_large, 16);
    for (unsigned i = 0; i < 16; i++) {
        c[i] = check_command();
        c[i].cltrid = str_printf(&a, "FW-large-%u", i);
        c[i].u.check.keys = (struct epp_strs){keys, 900};
        ck_assert_msg(epp_session_submit(session, &a, &c[i], &f[i], &e) == OK, "%s", e.text);
    }
    for (unsigned i = 0; i < 16; i++) {
        ck_assert_msg(epp_session_await(session, &f[i], &r, &e) == OK, "%u: %s", i, e.text);
        ck_assert_uint_eq(r.u.check.n, 3000);
    }
    end();
}
END_TEST

/* ---- cut in the middle --------------------------------------------------------------------------------- */

/* Whole answers count, each of the rest is told by itself; nothing is both. */
static void ck_cut(unsigned answered)
{
    for (unsigned i = 0; i < DEPTH; i++) {
        enum status s = epp_session_await(session, &flights[i], &responses[i], &e);
        ck_assert_msg(s == (i < answered ? OK : UNCERTAIN), "%u of %u: %d %s", i, answered, s, e.text);
        if (s == OK)
            ck_assert(str_eq(responses[i].tr_id.cltrid, commands[i].cltrid));
        else
            ck_assert_int_eq(e.status, UNCERTAIN);
    }
    ck_assert(!epp_session_usable(session));
}

static unsigned answer_until; /* then the server closes */

static void serve_some(struct server *s, const struct epp_command *c)
{
    if (s->held_n == 0)
        s->held = ARENA_ARRAY(&s->a, DEPTH, struct epp_command);
    s->held[s->held_n++] = *c;
    if (s->held_n < DEPTH)
        return;
    for (unsigned i = 0; i < answer_until; i++)
        server_usual(s, &s->held[i]);
    s->done = true;
}

START_TEST(what_was_answered_before_the_close_counts_and_the_rest_is_unknown)
{
    answer_until = (unsigned)_i;
    begin_deep(serve_some, DEPTH);
    submit_all(DEPTH);
    ck_cut(answer_until);
    ck_assert_str_eq(e.code, "epp-closed");
    end();
}
END_TEST

/* The answers' bytes, cut anywhere. Each frame is about as long as the others: how many were whole is counted by
 * the server. */
START_TEST(answers_cut_at_any_byte_are_told_apart)
{
    size_t total;
    unsigned seen = 0;
    begin_deep(serve_late, DEPTH);
    size_t before = epp_session_counters(session)->bytes_received; /* greeting and login */
    submit_all(DEPTH);
    for (unsigned i = 0; i < DEPTH; i++)
        ck_assert_int_eq(epp_session_await(session, &flights[i], &responses[i], &e), OK);
    end();
    total = server.sent;
    for (size_t cut = before + 1 + (size_t)_i; cut < total; cut += 97) {
        server.send_cut = cut;
        begin_deep(serve_late, DEPTH);
        submit_all(DEPTH);
        unsigned ok = 0;
        for (unsigned i = 0; i < DEPTH; i++) {
            enum status s = epp_session_await(session, &flights[i], &responses[i], &e);
            ck_assert_msg(s == OK || s == UNCERTAIN, "%zu %u: %d %s", cut, i, s, e.text);
            ck_assert_msg(s != OK || ok == i, "%zu: answered after one that was not", cut);
            ok += s == OK;
        }
        ck_assert_uint_eq(epp_session_counters(session)->answers, ok + 1);
        epp_session_close(&session);
        server_join(&server);
        ck_assert_msg(ok < DEPTH, "%zu of %zu: all answered", cut, total);
        seen |= 1u << ok;
        arena_reset(&a);
    }
    ck_assert_uint_gt(seen, 0xf);
}
END_TEST

START_TEST(commands_found_unsendable_are_known_not_sent)
{
    server.close_after_login = true;
    begin_deep(NULL, DEPTH);
    server_join(&server);
    submit_all(DEPTH);
    size_t sent = epp_session_counters(session)->bytes_sent;
    for (unsigned i = 0; i < DEPTH; i++) {
        ck_assert_int_eq(epp_session_await(session, &flights[i], &responses[i], &e), UNAVAILABLE);
        ck_assert_str_eq(e.code, "epp-closed");
    }
    ck_assert_uint_eq(epp_session_counters(session)->bytes_sent, sent);
}
END_TEST

static void serve_ending(struct server *s, const struct epp_command *c)
{
    server_answer(s, c, 2500, c->cltrid);
    s->done = true;
}

START_TEST(a_closing_code_is_definite_for_its_own_command_only)
{
    begin_deep(serve_ending, DEPTH);
    submit_all(DEPTH);
    ck_assert_int_eq(epp_session_await(session, &flights[0], &responses[0], &e), OK);
    ck_assert_uint_eq(responses[0].results.v[0].code, 2500);
    for (unsigned i = 1; i < DEPTH; i++)
        ck_assert_int_eq(epp_session_await(session, &flights[i], &responses[i], &e), UNCERTAIN);
    end();
}
END_TEST

/* ---- out of step --------------------------------------------------------------------------------------- */

/* The first one rightly, then the third before the second. */
static void serve_swapped(struct server *s, const struct epp_command *c)
{
    static const unsigned order[] = {0, 2, 1, 3, 4, 5, 6, 7};
    if (s->held_n == 0)
        s->held = ARENA_ARRAY(&s->a, DEPTH, struct epp_command);
    s->held[s->held_n++] = *c;
    for (unsigned i = 0; s->held_n == DEPTH && i < DEPTH; i++)
        server_usual(s, &s->held[order[i]]);
}

static void serve_twice(struct server *s, const struct epp_command *c)
{
    server_usual(s, c);
    server_usual(s, c);
}

static void serve_svtrid_again(struct server *s, const struct epp_command *c)
{
    if (str_eqz(c->cltrid, "FW-pipe-1"))
        s->answers = 1;
    server_usual(s, c);
}

static serve_fn *const out_of_step[] = {serve_swapped, serve_twice, serve_svtrid_again};

START_TEST(an_answer_out_of_step_leaves_all_that_follow_unknown)
{
    begin_deep(out_of_step[_i], DEPTH);
    submit_all(DEPTH);
    ck_assert_int_eq(epp_session_await(session, &flights[0], &responses[0], &e), OK);
    for (unsigned i = 1; i < DEPTH; i++) {
        enum status want = is_check(i) ? PROTOCOL : UNCERTAIN, got;
        got = epp_session_await(session, &flights[i], &responses[i], &e);
        ck_assert_msg(got == want, "%u: %d %s", i, got, e.text);
        ck_assert_str_eq(e.code, "epp-lost-step");
    }
    ck_assert(!epp_session_usable(session));
    end();
}
END_TEST

static void serve_first_only(struct server *s, const struct epp_command *c)
{
    if (s->held_n++ == 0)
        server_usual(s, c);
}

START_TEST(silence_in_the_middle_is_unknown_for_the_rest)
{
    begin_deep(serve_first_only, DEPTH);
    submit_all(DEPTH);
    uint64_t before = clock_monotonic_ns();
    ck_assert_int_eq(epp_session_await(session, &flights[0], &responses[0], &e), OK);
    for (unsigned i = 1; i < DEPTH; i++) {
        ck_assert_int_eq(epp_session_await(session, &flights[i], &responses[i], &e), UNCERTAIN);
        ck_assert_str_eq(e.code, "timeout");
    }
    ck_assert_uint_lt(clock_monotonic_ns() - before, UINT64_C(8000000000));
    end();
}
END_TEST

/* ---- many threads -------------------------------------------------------------------------------------- */

#define THREADS 12
#define EACH 40

struct caller {
    pthread_t thread;
    unsigned number, wrong;
};

static void *caller_run(void *arg)
{
    struct caller *me = arg;
    struct arena mine;
    struct error err;
    arena_init(&mine, 0);
    for (unsigned i = 0; i < EACH; i++) {
        struct str name = str_printf(&mine, "n%u-%u.test", me->number, i);
        struct epp_command c = {.verb = EPP_CHECK, .object = EPP_DOMAIN, .u.check.keys = {&name, 1}};
        struct epp_response r;
        c.cltrid = str_printf(&mine, "FW-%u-%u", me->number, i);
        enum status s = epp_session_command(session, &mine, &c, &r, &err);
        me->wrong += s != OK || r.u.check.n != 1 || !str_eq(r.u.check.v[0].key, name);
        arena_reset(&mine);
    }
    arena_clear(&mine);
    return NULL;
}

START_TEST(many_threads_share_a_session_and_each_gets_its_own_answers)
{
    struct caller callers[THREADS];
    begin_deep(NULL, THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.number = i};
        ck_assert_int_eq(pthread_create(&callers[i].thread, NULL, caller_run, &callers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(callers[i].thread, NULL), 0);
        ck_assert_uint_eq(callers[i].wrong, 0);
    }
    ck_assert_uint_eq(epp_session_counters(session)->answers, THREADS * EACH + 1);
    end();
}
END_TEST

/* All are in the pipe when it breaks: each thread hears of its own loss, and none waits for ever. */
static void *lost_run(void *arg)
{
    struct caller *me = arg;
    struct arena mine;
    struct error err;
    struct epp_response r;
    arena_init(&mine, 0);
    struct epp_command c = create_command();
    c.cltrid = str_printf(&mine, "FW-lost-%u", me->number);
    me->wrong = epp_session_command(session, &mine, &c, &r, &err) != UNCERTAIN;
    arena_clear(&mine);
    return NULL;
}

START_TEST(a_break_reaches_every_thread)
{
    struct caller callers[DEPTH];
    answer_until = 0;
    begin_deep(serve_some, DEPTH);
    for (unsigned i = 0; i < DEPTH; i++) {
        callers[i] = (struct caller){.number = i};
        ck_assert_int_eq(pthread_create(&callers[i].thread, NULL, lost_run, &callers[i]), 0);
    }
    for (unsigned i = 0; i < DEPTH; i++) {
        ck_assert_int_eq(pthread_join(callers[i].thread, NULL), 0);
        ck_assert_uint_eq(callers[i].wrong, 0);
    }
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pipeline");
    TCase *c = case_of(s, "good");
    tcase_add_test(c, commands_are_sent_before_earlier_ones_are_answered);
    tcase_add_test(c, answers_may_be_awaited_in_any_order);
    tcase_add_test(c, no_more_are_in_flight_than_agreed);
    tcase_add_test(c, a_command_that_cannot_be_written_leaves_its_neighbours_alone);
    tcase_add_test(c, a_client_that_cannot_write_reads);
    c = case_of(s, "cut");
    tcase_add_loop_test(c, what_was_answered_before_the_close_counts_and_the_rest_is_unknown, 0, DEPTH);
    tcase_add_loop_test(c, answers_cut_at_any_byte_are_told_apart, 0, 2);
    tcase_add_test(c, commands_found_unsendable_are_known_not_sent);
    tcase_add_test(c, a_closing_code_is_definite_for_its_own_command_only);
    c = case_of(s, "step");
    tcase_add_loop_test(c, an_answer_out_of_step_leaves_all_that_follow_unknown, 0, (int)ARRAY_LEN(out_of_step));
    tcase_add_test(c, silence_in_the_middle_is_unknown_for_the_rest);
    c = case_of(s, "threads");
    tcase_add_test(c, many_threads_share_a_session_and_each_gets_its_own_answers);
    tcase_add_test(c, a_break_reaches_every_thread);
    return suite_end(s);
}
