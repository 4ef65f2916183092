/* Answers that are wrong: of another command, of nobody, that cannot be read. */
#include "tests/epp/session_fixture.h"

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

int main(void)
{
    Suite *s = suite_create("session_wrong");
    TCase *c = case_of(s, "wrong");
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
    return suite_end(s);
}
