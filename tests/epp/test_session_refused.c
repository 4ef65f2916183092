/* Logins, services and certificates that are refused. */
#include "tests/epp/session_fixture.h"

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

int main(void)
{
    Suite *s = suite_create("session_refused");
    TCase *c = case_of(s, "refused");
    tcase_add_test(c, a_refused_login_says_so);
    tcase_add_test(c, a_login_refused_for_good_closes);
    tcase_add_loop_test(c, a_login_refused_without_cltrid_is_refused_all_the_same, 0, (int)ARRAY_LEN(refusals));
    tcase_add_test(c, a_missing_service_is_named);
    tcase_add_test(c, an_extension_that_is_required_is_demanded_and_logged_in_for);
    tcase_add_test(c, what_is_no_greeting_is_named);
    tcase_add_test(c, the_servers_name_is_verified);
    tcase_add_test(c, a_client_without_certificate_is_turned_away);
    return suite_end(s);
}
