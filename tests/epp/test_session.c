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

/* ---- wrong answers ------------------------------------------------------------------------------------ */
static void ck_lost(serve_fn *serve, enum status transform, enum status query, const char *code)
{
    begin(serve);
    ck_assert_msg(create() == transform, "%d %s: %s", e.status, e.code, e.text);
    ck_assert_str_eq(e.code, code);
    ck_assert(!epp_session_usable(session));
    ck_assert_int_eq(check(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "epp-session-closed");
    end();
    begin(serve);
    ck_assert_msg(check() == query, "%d %s: %s", e.status, e.code, e.text);
    ck_assert(!epp_session_usable(session));
    end();
}

static void serve_greeting_first(struct server *s, const struct epp_command *c)
{
    server_greet(s);
    server_usual(s, c);
}

START_TEST(a_greeting_that_nobody_asked_for_is_passed_over)
{
    struct epp_command c = check_command();
    struct epp_response r;
    begin(serve_greeting_first);
    ck_assert_int_eq(epp_session_command(session, &a, &c, &r, &e), OK);
    ck_assert_uint_eq(r.results.v[0].code, 1000);
    ck_assert_uint_eq(epp_session_counters(session)->strays, 1);
    ck_assert_int_eq(create(), OK);
    end();
}
END_TEST

static void serve_greetings(struct server *s, const struct epp_command *c)
{
    (void)c;
    for (int i = 0; i < 100; i++)
        server_greet(s);
}

START_TEST(a_server_that_only_greets_is_left)
{
    ck_lost(serve_greetings, UNCERTAIN, PROTOCOL, "epp-strays");
}
END_TEST

static void serve_other(struct server *s, const struct epp_command *c)
{
    server_answer(s, c, 1000, STR("SOMEBODY-ELSE"));
    server_usual(s, c);
}

/* What comes behind it may be anything: the right one too. */
START_TEST(an_answer_to_another_command_ends_the_session)
{
    ck_lost(serve_other, UNCERTAIN, PROTOCOL, "epp-lost-step");
}
END_TEST

static void serve_same_svtrid(struct server *s, const struct epp_command *c)
{
    s->answers = 0; /* as the login had */
    server_usual(s, c);
}

START_TEST(a_svtrid_seen_before_ends_the_session)
{
    ck_lost(serve_same_svtrid, UNCERTAIN, PROTOCOL, "epp-lost-step");
}
END_TEST

START_TEST(svtrids_may_repeat_where_the_registry_is_known_for_it)
{
    struct epp_session_settings set = settings();
    set.svtrid_repeats = true;
    server.serve = serve_same_svtrid;
    server_start(&server);
    ck_assert_int_eq(epp_session_open(&set, &session, &e), OK);
    ck_assert_int_eq(login(), OK);
    ck_assert_int_eq(create(), OK);
    end();
}
END_TEST

static void serve_without_cltrid(struct server *s, const struct epp_command *c)
{
    server_answer(s, c, 2001, STR_NULL);
}

START_TEST(an_answer_without_cltrid_is_ours)
{
    struct epp_command c = create_command();
    struct epp_response r;
    begin(serve_without_cltrid);
    ck_assert_int_eq(epp_session_command(session, &a, &c, &r, &e), OK);
    ck_assert_uint_eq(r.results.v[0].code, 2001);
    end();
}
END_TEST

static void serve_closing_notice(struct server *s, const struct epp_command *c)
{
    server_answer(s, c, 2500, STR_NULL);
    s->done = true;
}

START_TEST(a_closing_notice_without_cltrid_is_no_answer)
{
    ck_lost(serve_closing_notice, UNCERTAIN, UNCERTAIN, "epp-closed");
}
END_TEST

static void serve_failed_closing(struct server *s, const struct epp_command *c)
{
    server_answer(s, c, 2500, c->cltrid);
    s->done = true;
}

START_TEST(a_failure_that_closes_is_definite)
{
    struct epp_command c = create_command();
    struct epp_response r;
    begin(serve_failed_closing);
    ck_assert_int_eq(epp_session_command(session, &a, &c, &r, &e), OK);
    ck_assert_int_eq(epp_result_error(&r, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "epp-2500");
    ck_assert(!epp_session_usable(session));
    ck_assert(!epp_session_logged_in(session));
    end();
}
END_TEST

static void serve_too_large(struct server *s, const struct epp_command *c)
{
    (void)c;
    server_send_bytes(s, STR("\x7f\xff\xff\xff<epp>"));
}
static void serve_too_short(struct server *s, const struct epp_command *c)
{
    (void)c;
    server_send_bytes(s, STR("\0\0\0\3"));
}
static void serve_no_xml(struct server *s, const struct epp_command *c)
{
    (void)c;
    server_send(s, STR("HTTP/1.1 400 Bad Request"));
}
static void serve_entities(struct server *s, const struct epp_command *c)
{
    (void)c;
    server_send(s, STR("<!DOCTYPE epp [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><epp>&x;</epp>"));
}
static void serve_no_epp(struct server *s, const struct epp_command *c)
{
    (void)c;
    server_send(s, STR("<html/>"));
}

static void serve_no_code(struct server *s, const struct epp_command *c)
{
    struct arena mine;
    arena_init(&mine, 0);
    server_send(s, str_printf(&mine,
                       "<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><response><result code='7000'><msg>?</msg></result>"
                       "<trID><clTRID>%.*s</clTRID><svTRID>x</svTRID></trID></response></epp>",
                       STR_ARG(c->cltrid)));
    arena_clear(&mine);
}

/* 100 MB announced and none of it sent: the length alone is enough to refuse it. */
static void serve_huge(struct server *s, const struct epp_command *c)
{
    (void)c;
    server_send_bytes(s, STR("\x06\x40\x00\x00"));
}
static void serve_laughs(struct server *s, const struct epp_command *c)
{
    struct arena mine;
    struct buf doc;
    (void)c;
    arena_init(&mine, 0);
    buf_in(&doc, &mine, 10000);
    buf_puts(&doc, "<!DOCTYPE epp [<!ENTITY l0 'lol'>");
    for (int i = 1; i < 10; i++) {
        buf_printf(&doc, "<!ENTITY l%d '", i);
        for (int k = 0; k < 10; k++)
            buf_printf(&doc, "&l%d;", i - 1);
        buf_puts(&doc, "'>");
    }
    buf_puts(&doc, "]><epp xmlns='" EPP_NS "'><response><result code='1000'><msg>&l9;</msg></result></response></epp>");
    server_send(s, buf_view(&doc));
    arena_clear(&mine);
}
static void serve_deep(struct server *s, const struct epp_command *c)
{
    struct arena mine;
    struct buf doc;
    (void)c;
    arena_init(&mine, 0);
    buf_in(&doc, &mine, 1 << 20);
    for (int i = 0; i < 100000; i++)
        buf_puts(&doc, "<a>");
    server_send(s, buf_view(&doc));
    arena_clear(&mine);
}

START_TEST(what_cannot_be_read_is_uncertain_for_a_transform)
{
    ck_lost(serve_huge, UNCERTAIN, PROTOCOL, "frame-too-large");
    ck_lost(serve_laughs, UNCERTAIN, PROTOCOL, "xml-doctype");
    ck_lost(serve_deep, UNCERTAIN, PROTOCOL, "xml-too-deep");
    ck_lost(serve_too_large, UNCERTAIN, PROTOCOL, "frame-too-large");
    ck_lost(serve_too_short, UNCERTAIN, PROTOCOL, "frame-too-short");
    ck_lost(serve_no_xml, UNCERTAIN, PROTOCOL, "xml-malformed");
    ck_lost(serve_entities, UNCERTAIN, PROTOCOL, "xml-doctype");
    ck_lost(serve_no_epp, UNCERTAIN, PROTOCOL, "epp-response");
    ck_lost(serve_no_code, UNCERTAIN, PROTOCOL, "epp-response");
}
END_TEST

/* ---- messages that cannot be read ------------------------------------------------------------------------ */
#define BROKEN "<p:panData><p:name>a & b</p:wrong>"
#define UNDECLARED "<domain:panData><domain:name paResult='1'>a.test</domain:name></domain:panData>"

static void serve_message(struct server *s, const struct epp_command *c, const char *data)
{
    struct arena mine;
    arena_init(&mine, 0);
    if (c->verb == EPP_POLL && str_eqz(c->u.poll.op, "req"))
        server_send(s, str_printf(&mine,
                           "<epp xmlns='" EPP_NS "'><response><result code='1301'><msg>x</msg></result>"
                           "<msgQ count='1' id='m-9'/><resData>%s</resData><trID><clTRID>%.*s</clTRID>"
                           "<svTRID>x-%u</svTRID></trID></response></epp>",
                           data, STR_ARG(c->cltrid), ++s->answers));
    else
        server_usual(s, c);
    arena_clear(&mine);
}
static void serve_broken(struct server *s, const struct epp_command *c)
{
    serve_message(s, c, BROKEN);
}
static void serve_undeclared(struct server *s, const struct epp_command *c)
{
    serve_message(s, c, UNDECLARED);
}

static void ck_queue_goes_on(serve_fn *serve, const char *why)
{
    struct epp_command c = {.verb = EPP_POLL, .cltrid = STR("FW-poll-1"), .u.poll.op = STR("req")};
    struct epp_response r;
    begin(serve);
    ck_assert_msg(epp_session_command(session, &a, &c, &r, &e) == OK, "%s", e.text);
    ck_assert_uint_eq(r.results.v[0].code, 1301);
    ck_assert(str_eqz(r.msg_q.id, "m-9"));
    ck_assert_msg(strstr(str_dupz(&a, r.raw), "panData") != NULL, "%.*s", STR_ARG(r.raw));
    ck_assert_msg(strstr(str_dupz(&a, r.unread), why) != NULL, "%.*s", STR_ARG(r.unread));
    ck_assert_int_eq(r.data, EPP_NO_DATA);
    c = (struct epp_command){.verb = EPP_POLL, .cltrid = STR("FW-poll-2")};
    c.u.poll.op = STR("ack");
    c.u.poll.msg_id = r.msg_q.id;
    ck_assert_int_eq(epp_session_command(session, &a, &c, &r, &e), OK);
    ck_assert_int_eq(create(), OK);
    end();
}

START_TEST(a_message_that_cannot_be_read_does_not_block_the_queue)
{
    ck_queue_goes_on(serve_broken, "the document: line 1: ");
    ck_queue_goes_on(serve_undeclared, "(namespace undeclared:domain)");
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

/* ---- refusals ----------------------------------------------------------------------------------------- */
START_TEST(a_refused_login_says_so)
{
    server.login_code = 2200;
    server_start(&server);
    ck_assert_int_eq(open_session(), OK);
    ck_assert_int_eq(login(), DENIED);
    ck_assert_str_eq(e.code, "epp-2200");
    ck_assert_str_eq(e.text, "login at epp.test as ClientX: 2200 Authentication error");
    ck_assert(!epp_session_logged_in(session));
    ck_assert(epp_session_usable(session));
    end();
}
END_TEST

START_TEST(a_login_refused_for_good_closes)
{
    server.login_code = 2501;
    server_start(&server);
    ck_assert_int_eq(open_session(), OK);
    ck_assert_int_eq(login(), DENIED);
    ck_assert(!epp_session_usable(session));
    end();
}
END_TEST

static const unsigned refusals[] = {2200, 2501};

static void serve_bare_refusal(struct server *s, const struct epp_command *c)
{
    server_answer(s, c, s->login_code, STR_NULL);
    s->done = true;
}

START_TEST(a_login_refused_without_cltrid_is_refused_all_the_same)
{
    server.login_code = refusals[_i];
    server.login = serve_bare_refusal;
    server_start(&server);
    ck_assert_int_eq(open_session(), OK);
    ck_assert_int_eq(login(), DENIED);
    ck_assert_str_eq(e.code, arena_printf(&a, "epp-%u", refusals[_i]));
    ck_assert(!epp_session_logged_in(session));
    end();
}
END_TEST

START_TEST(a_missing_service_is_named)
{
    struct epp_session_settings set = settings();
    struct str wanted[] = {STR("urn:ietf:params:xml:ns:org-1.0")};
    set.objects = (struct epp_strs){wanted, 1};
    server_start(&server);
    ck_assert_int_eq(epp_session_open(&set, &session, &e), PROTOCOL);
    ck_assert_str_eq(e.code, "epp-service");
    ck_assert_ptr_nonnull(strstr(e.text, "urn:ietf:params:xml:ns:org-1.0"));
    server_join(&server);
}
END_TEST

START_TEST(an_extension_that_is_required_is_demanded_and_logged_in_for)
{
    struct epp_session_settings set = settings();
    struct str wanted[] = {STR(EPP_RGP_NS), STR("urn:ietf:params:xml:ns:epp:org-1.0")};
    set.extensions = (struct epp_strs){0};
    set.required = (struct epp_strs){wanted, 2};
    server_start(&server);
    ck_assert_int_eq(epp_session_open(&set, &session, &e), PROTOCOL);
    ck_assert_str_eq(e.code, "epp-service");
    ck_assert_ptr_nonnull(strstr(e.text, "urn:ietf:params:xml:ns:epp:org-1.0"));
    server_join(&server);
    set.required.n = 1;
    set.extensions = set.required;
    set.lang = STR("fr");
    server_start(&server);
    set.addr = server.addr;
    ck_assert_int_eq(epp_session_open(&set, &session, &e), OK);
    ck_assert_int_eq(login(), OK);
    ck_assert(epp_session_extension(session, EPP_RGP_NS));
    end();
    ck_assert_str_eq(server.lang, "fr");
}
END_TEST

START_TEST(what_is_no_greeting_is_named)
{
    static const char *const bad[][2] = {
        {"220 mail.test ESMTP", "xml-malformed"}, {"<epp/>", "epp-greeting"}, {"<!DOCTYPE x><x/>", "xml-doctype"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        server.greeting = bad[i][0];
        server_start(&server);
        ck_assert_int_eq(open_session(), PROTOCOL);
        ck_assert_str_eq(e.code, bad[i][1]);
        ck_assert(strncmp(e.text, "EPP server epp.test: the ", 25) == 0);
        ck_assert_ptr_null(session);
        server_join(&server);
    }
}
END_TEST

START_TEST(the_servers_name_is_verified)
{
    struct epp_session_settings set = settings();
    set.host = "other.test";
    server_start(&server);
    ck_assert_int_eq(epp_session_open(&set, &session, &e), DENIED);
    ck_assert_str_eq(e.code, "tls-verify");
    server_join(&server);
}
END_TEST

START_TEST(a_client_without_certificate_is_turned_away)
{
    tls_ctx_free(&tls);
    tls = client_ctx(false);
    server_start(&server);
    ck_assert_int_ne(open_session(), OK);
    ck_assert_ptr_null(session);
    server_join(&server);
    ck_assert_uint_eq(server.sent, 0);
}
END_TEST

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

/* ---- redaction ---------------------------------------------------------------------------------------- */
static const char *const redactions[][2] = {
    {"<pw>secret</pw>", "<pw>***</pw>"},
    {"<a:pw x='>'>secret</a:pw >z", "<a:pw x='>'>***</a:pw >z"},
    {"<newPW>s</newPW><pw/>", "<newPW>***</newPW><pw/>"},
    {"<d:authInfo><d:pw roid='x'>s</d:pw></d:authInfo><b>t</b>", "<d:authInfo>***</d:authInfo><b>t</b>"},
    {"<authInfo><authInfo>a</authInfo>s</authInfo>.", "<authInfo>***</authInfo>."},
    {"<t:allocationToken xmlns:t='urn:x'>s</t:allocationToken>",
        "<t:allocationToken xmlns:t='urn:x'>***</t:allocationToken>"},
    {"<pw><![CDATA[</pw>]]>s</pw>.", "<pw>***</pw>."},
    {"<pw><!-- </pw> -->s</pw>.", "<pw>***</pw>."},
    {"<!-- <pw> --><b>t</b>", "<!-- <pw> --><b>t</b>"},
    {"<![CDATA[<pw>]]><b>t</b>", "<![CDATA[<pw>]]><b>t</b>"},
    {"<pw>secret", "<pw>***"},
    {"<pw", "<pw"},
    {"<pwx>open</pwx>", "<pwx>open</pwx>"},
    {"", ""},
    {"<pw>\xff</pw>", "(10 bytes that are not UTF-8)"},
};

START_TEST(each_kind_of_secret_has_a_mark_of_its_own)
{
    struct buf out;
    const struct epp_marks marks = {.password = STR("P"), .token = STR("T")};
    buf_in(&out, &a, 1 << 16);
    epp_redact_as(
        STR("<authInfo><pw>a</pw></authInfo><x:allocationToken>b</x:allocationToken><pw>c</pw>"), &marks, &out);
    ck_assert_str(buf_view(&out), "<authInfo>P</authInfo><x:allocationToken>T</x:allocationToken><pw>P</pw>");
}
END_TEST

START_TEST(secrets_are_struck_out_wherever_they_stand)
{
    struct buf out;
    buf_in(&out, &a, 1 << 16);
    epp_redact(str_of(redactions[_i][0]), &out);
    ck_assert_str(buf_view(&out), redactions[_i][1]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("session");
    TCase *c = case_of(s, "good");
    tcase_add_test(c, a_whole_conversation_works);
    tcase_add_test(c, the_trace_shows_both_directions_and_no_secret);
    tcase_add_test(c, a_large_answer_comes_in_many_reads);
    tcase_add_test(c, each_kind_of_secret_has_a_mark_of_its_own);
    tcase_add_loop_test(c, secrets_are_struck_out_wherever_they_stand, 0, ARRAY_LEN(redactions));
    c = case_of(s, "cut");
    tcase_add_loop_test(c, an_answer_cut_after_any_byte_is_uncertain_never_lost, 0, 4);
    tcase_add_loop_test(c, a_command_cut_after_any_byte_is_never_taken_as_done, 0, 4);
    c = case_of(s, "wrong");
    tcase_add_test(c, a_greeting_that_nobody_asked_for_is_passed_over);
    tcase_add_test(c, a_server_that_only_greets_is_left);
    tcase_add_test(c, an_answer_to_another_command_ends_the_session);
    tcase_add_test(c, a_svtrid_seen_before_ends_the_session);
    tcase_add_test(c, svtrids_may_repeat_where_the_registry_is_known_for_it);
    tcase_add_test(c, an_answer_without_cltrid_is_ours);
    tcase_add_test(c, a_closing_notice_without_cltrid_is_no_answer);
    tcase_add_test(c, a_failure_that_closes_is_definite);
    tcase_add_test(c, what_cannot_be_read_is_uncertain_for_a_transform);
    tcase_add_test(c, a_message_that_cannot_be_read_does_not_block_the_queue);
    c = case_of(s, "slow");
    tcase_add_test(c, silence_after_a_command_is_uncertain);
    tcase_add_test(c, an_answer_in_drops_does_not_stretch_the_deadline);
    tcase_add_test(c, a_server_without_greeting_is_unavailable);
    tcase_add_test(c, a_connection_closed_while_idle_is_noticed_before_sending);
    tcase_add_test(c, nobody_listening_is_unavailable);
    c = case_of(s, "refused");
    tcase_add_test(c, a_refused_login_says_so);
    tcase_add_test(c, a_login_refused_for_good_closes);
    tcase_add_loop_test(c, a_login_refused_without_cltrid_is_refused_all_the_same, 0, (int)ARRAY_LEN(refusals));
    tcase_add_test(c, a_missing_service_is_named);
    tcase_add_test(c, an_extension_that_is_required_is_demanded_and_logged_in_for);
    tcase_add_test(c, what_is_no_greeting_is_named);
    tcase_add_test(c, the_servers_name_is_verified);
    tcase_add_test(c, a_client_without_certificate_is_turned_away);
    tcase_add_test(c, what_cannot_be_written_is_not_sent);
    tcase_add_test(c, the_moment_of_sending_is_told_once_and_only_if_sent);
    return suite_end(s);
}
