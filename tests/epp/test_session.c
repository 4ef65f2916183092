/* Whole conversations, cut ones, and slow ones. */
#include "tests/epp/session_fixture.h"

/* ---- as it should be --------------------------------------------------------------------------------- */

START_TEST(a_whole_conversation_works)
{
    struct epp_command c = check_command();
    struct epp_response r;
    begin(NULL);
    ck_assert_str(epp_session_greeting(session)->sv_id, "Test Registry");
    ck_assert(epp_session_logged_in(session));
    ck_assert(epp_session_extension(session, EPP_RGP_NS));
    ck_assert(!epp_session_extension(session, "urn:ietf:params:xml:ns:secDNS-1.1"));
    ck_assert_int_eq(epp_session_hello(session, &e), OK);
    ck_assert_str(epp_session_greeting(session)->sv_id, "Test Registry");
    ck_assert_int_eq(epp_session_command(session, &a, &c, &r, &e), OK);
    ck_assert_int_eq(epp_result_error(&r, &e), OK);
    ck_assert_uint_eq(r.u.check.n, 2);
    ck_assert(r.u.check.v[0].avail && !r.u.check.v[1].avail);
    ck_assert_str(r.tr_id.svtrid, "SRV-2");
    ck_assert_int_eq(create(), OK);
    ck_assert_int_eq(epp_session_logout(session, &e), OK);
    ck_assert(!epp_session_usable(session));
    ck_assert_uint_eq(epp_session_counters(session)->commands, 4);
    ck_assert_uint_eq(epp_session_counters(session)->answers, 4);
    ck_assert_uint_eq(epp_session_counters(session)->strays, 0);
    end();
    ck_assert_uint_eq(server.logins, 1);
    ck_assert_uint_eq(server.creates, 1);
}
END_TEST

START_TEST(the_trace_shows_both_directions_and_no_secret)
{
    begin(NULL);
    ck_assert_int_eq(create(), OK);
    end();
    char *text = str_dupz(&a, buf_view(&traced));
    ck_assert_ptr_nonnull(strstr(text, "S: <?xml"));
    ck_assert_ptr_nonnull(strstr(text, "<pw>***</pw>"));
    ck_assert_ptr_nonnull(strstr(text, "<domain:authInfo>***</domain:authInfo>"));
    ck_assert_ptr_nonnull(strstr(text, "<domain:name>example.test</domain:name>"));
    ck_assert_ptr_null(strstr(text, "foo-BAR2"));
    ck_assert_ptr_null(strstr(text, "s3cret-auth"));
}
END_TEST

static void serve_many(struct server *s, const struct epp_command *c)
{
    struct epp_command many = *c;
    many.u.check.keys.n = 6000;
    many.u.check.keys.v = ARENA_ARRAY(&s->a, many.u.check.keys.n, struct str);
    for (size_t i = 0; i < many.u.check.keys.n; i++)
        many.u.check.keys.v[i] = str_printf(&s->a, "name-%zu.a-fairly-long-name-to-fill-frames.test", i);
    server_answer(s, &many, 1000, c->cltrid);
}

START_TEST(a_large_answer_comes_in_many_reads)
{
    struct epp_command c = check_command();
    struct epp_response r;
    begin(serve_many);
    ck_assert_msg(epp_session_command(session, &a, &c, &r, &e) == OK, "%s", e.text);
    ck_assert_uint_eq(r.u.check.n, 6000);
    ck_assert_str(r.u.check.v[5999].key, "name-5999.a-fairly-long-name-to-fill-frames.test");
    end();
}
END_TEST

/* ---- cuts at every byte ------------------------------------------------------------------------------ */

/* Runs greeting, login, create; the first status that is not OK, and how far it came. */
static enum status conversation(unsigned *step_r)
{
    enum status s = open_session();
    *step_r = 0;
    if (s == OK) {
        *step_r = 1;
        s = login();
    }
    if (s == OK) {
        *step_r = 2;
        s = create();
    }
    ck_assert(session == NULL || epp_session_usable(session) == (s == OK));
    return s;
}

/* What a status promises must be true of what the server has seen. */
static void ck_promise(enum status s, unsigned step, size_t cut)
{
    if (s == OK)
        ck_assert_uint_eq(server.creates, 1);
    else if (step == 0)
        ck_assert_msg(s == UNAVAILABLE, "greeting cut at %zu: %s", cut, e.text);
    else if (s == UNAVAILABLE)
        ck_assert_msg((step == 1 ? server.logins : server.creates) == 0, "cut at %zu: sent after all", cut);
    else
        ck_assert_msg(s == UNCERTAIN, "cut at %zu: status %d %s", cut, s, e.text);
    if (step < 2)
        ck_assert_uint_eq(server.creates, 0);
}

static size_t whole_conversation(size_t *received_r)
{
    unsigned step;
    server_start(&server);
    ck_assert_int_eq(conversation(&step), OK);
    end();
    *received_r = server.received;
    return server.sent;
}

START_TEST(an_answer_cut_after_any_byte_is_uncertain_never_lost)
{
    size_t received, total = whole_conversation(&received);
    unsigned seen[3] = {0};
    for (size_t cut = _i; cut < total; cut += 4) {
        unsigned step;
        server.send_cut = cut;
        server_start(&server);
        enum status s = conversation(&step);
        epp_session_close(&session);
        server_join(&server);
        ck_promise(s, step, cut);
        ck_assert_int_ne(s, OK);
        seen[step] += s == UNCERTAIN || step == 0;
        arena_reset(&a);
    }
    ck_assert(seen[0] > 10 && seen[1] > 10 && seen[2] > 10);
}
END_TEST

START_TEST(a_command_cut_after_any_byte_is_never_taken_as_done)
{
    size_t total, cut = _i;
    whole_conversation(&total);
    for (; cut < total; cut += 4) {
        unsigned step;
        server.read_cut = cut;
        server_start(&server);
        enum status s = conversation(&step);
        epp_session_close(&session);
        server_join(&server);
        ck_promise(s, step, cut);
        ck_assert_int_ne(s, OK);
        ck_assert_int_ne(step, 0);
        ck_assert_uint_eq(server.creates, 0);
        arena_reset(&a);
    }
}
END_TEST

/* ---- slow --------------------------------------------------------------------------------------------- */

static void serve_nothing(struct server *s, const struct epp_command *c)
{
    (void)s;
    (void)c;
}

/* A byte at a time, until the client goes away: each comes in time, the whole does not. */
static void serve_drops(struct server *s, const struct epp_command *c)
{
    (void)c;
    struct error gone;
    char byte;
    size_t n = 1;
    server_send_bytes(s, STR("\0\0\1\0"));
    while (!s->done) {
        server_send_bytes(s, STR("x"));
        if (tls_read(s->conn, &byte, 1, 20, &n, &gone) == OK || strcmp(gone.code, "timeout") != 0)
            s->done = true;
    }
}

static void ck_times_out(serve_fn *serve)
{
    struct epp_session_settings set = settings();
    set.command_timeout_ms = 1000;
    server.serve = serve;
    server_start(&server);
    ck_assert_int_eq(epp_session_open(&set, &session, &e), OK);
    ck_assert_int_eq(login(), OK);
    uint64_t before = clock_monotonic_ns();
    ck_assert_int_eq(create(), UNCERTAIN);
    ck_assert_str_eq(e.code, "timeout");
    ck_assert_uint_lt(clock_monotonic_ns() - before, UINT64_C(5000000000));
    ck_assert(!epp_session_usable(session));
    end();
    ck_assert_uint_eq(server.creates, 1);
}

START_TEST(silence_after_a_command_is_uncertain)
{
    ck_times_out(serve_nothing);
}
END_TEST

START_TEST(an_answer_in_drops_does_not_stretch_the_deadline)
{
    ck_times_out(serve_drops);
}
END_TEST

START_TEST(a_server_without_greeting_is_unavailable)
{
    struct epp_session_settings set = settings();
    set.connect_timeout_ms = 1000;
    server.silent = true;
    server_start(&server);
    ck_assert_int_eq(epp_session_open(&set, &session, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "timeout");
    ck_assert_ptr_null(session);
    server_join(&server);
}
END_TEST

START_TEST(a_connection_closed_while_idle_is_noticed_before_sending)
{
    server.close_after_login = true;
    server_start(&server);
    ck_assert_int_eq(open_session(), OK);
    ck_assert_int_eq(login(), OK);
    server_join(&server);
    size_t sent = epp_session_counters(session)->bytes_sent;
    ck_assert_int_eq(create(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "epp-closed");
    ck_assert_uint_eq(epp_session_counters(session)->bytes_sent, sent);
    ck_assert(!epp_session_usable(session));
}
END_TEST

START_TEST(nobody_listening_is_unavailable)
{
    close(server.fd);
    ck_assert_int_eq(open_session(), UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(e.text, "epp.test"));
}
END_TEST

/* ---- sending ------------------------------------------------------------------------------------------ */

START_TEST(what_cannot_be_written_is_not_sent)
{
    struct epp_command c = create_command();
    struct epp_response r;
    begin(NULL);
    size_t sent = epp_session_counters(session)->bytes_sent;
    c.cltrid = STR_NULL;
    ck_assert_int_eq(epp_session_command(session, &a, &c, &r, &e), INVALID);
    ck_assert_str_eq(e.code, "epp-cltrid");
    c = create_command();
    c.u.domain_create.name = STR_NULL;
    ck_assert_int_eq(epp_session_command(session, &a, &c, &r, &e), INVALID);
    ck_assert_uint_eq(epp_session_counters(session)->bytes_sent, sent);
    ck_assert_int_eq(create(), OK); /* the session is as it was */
    end();
}
END_TEST

static void count_sent(void *ctx)
{
    ++*(unsigned *)ctx;
}

START_TEST(the_moment_of_sending_is_told_once_and_only_if_sent)
{
    unsigned times = 0;
    struct epp_command c = create_command();
    struct epp_response r;
    begin(NULL);
    struct epp_flight f = {.sent = count_sent, .sent_ctx = &times};
    ck_assert_int_eq(epp_session_submit(session, &a, &c, &f, &e), OK);
    ck_assert_uint_eq(times, 0);
    ck_assert_int_eq(epp_session_await(session, &f, &r, &e), OK);
    ck_assert_uint_eq(times, 1);
    ck_assert_int_eq(create(), OK);
    c.cltrid = STR_NULL;
    ck_assert_int_eq(epp_session_submit(session, &a, &c, &f, &e), INVALID);
    ck_assert_uint_eq(times, 1);
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("session");
    TCase *c = case_of(s, "good");
    tcase_add_test(c, a_whole_conversation_works);
    tcase_add_test(c, the_trace_shows_both_directions_and_no_secret);
    tcase_add_test(c, a_large_answer_comes_in_many_reads);
    c = case_of(s, "cut");
    tcase_add_loop_test(c, an_answer_cut_after_any_byte_is_uncertain_never_lost, 0, 4);
    tcase_add_loop_test(c, a_command_cut_after_any_byte_is_never_taken_as_done, 0, 4);
    c = case_of(s, "slow");
    tcase_add_test(c, silence_after_a_command_is_uncertain);
    tcase_add_test(c, an_answer_in_drops_does_not_stretch_the_deadline);
    tcase_add_test(c, a_server_without_greeting_is_unavailable);
    tcase_add_test(c, a_connection_closed_while_idle_is_noticed_before_sending);
    tcase_add_test(c, nobody_listening_is_unavailable);
    c = case_of(s, "sending");
    tcase_add_test(c, what_cannot_be_written_is_not_sent);
    tcase_add_test(c, the_moment_of_sending_is_told_once_and_only_if_sent);
    return suite_end(s);
}
