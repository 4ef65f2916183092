/* Login security (RFC 8807) on a real session: long passwords, and what the server says about them. */
#include "epp/login_sec.h"
#include "tests/epp/session_fixture.h"

#define GREETING                                                                                                       \
    "<epp xmlns='" EPP_NS "'><greeting><svID>Test Registry</svID><svDate>2026-11-22T00:00:00Z</svDate><svcMenu>"       \
    "<version>1.0</version><lang>en</lang><objURI>" EPP_DOMAIN_NS "</objURI><objURI>" EPP_CONTACT_NS "</objURI>"       \
    "<objURI>" EPP_HOST_NS "</objURI><svcExtension><extURI>" EPP_LOGIN_SEC_NS "</extURI></svcExtension></svcMenu>"     \
    "<dcp><access><all/></access><statement><purpose><admin/></purpose><recipient><ours/></recipient><retention>"      \
    "<stated/></retention></statement></dcp></greeting></epp>"

static struct {
    char pw[80], new_pw[80], app[80];
    bool resolved, extended;
} got;

static void keep(char to[80], struct str v)
{
    snprintf(to, 80, "%.*s", STR_ARG(v));
}

static void take_login(struct server *s, const struct epp_command *c)
{
    const struct epp_login_sec *sec = epp_ext_find(&c->ext, &epp_login_sec);
    struct str pw, new_pw;
    got.extended = sec != NULL;
    got.resolved = epp_login_sec_resolve(&c->u.login, sec, &pw, &new_pw);
    keep(got.pw, pw);
    keep(got.new_pw, new_pw);
    if (sec != NULL)
        keep(got.app, sec->agent.app);
    struct epp_response r;
    struct epp_login_event events[] = {
        {.type = STR("certificate"), .level = STR("warning"), .ex_date = 1700000000 * US_PER_S},
        {.type = STR("newPW"), .level = STR("error"), .text = STR("Too like the old one")},
        {.type = STR("stat"),
            .name = STR("failedLogins"),
            .level = STR("warning"),
            .value = STR("100"),
            .duration = STR("P1D")}};
    struct epp_login_sec_data data = {.events = {events, 3}};
    epp_response_simple(&s->a, &r, s->login_code != 0 ? s->login_code : 1000, c->cltrid, STR("SRV-1"));
    if (s->login_code != 0)
        epp_ext_add(&s->a, &r.ext, &epp_login_sec_data, &data);
    server_respond(s, &r);
}

static void open_with(bool secure)
{
    static struct str wanted[] = {{EPP_LOGIN_SEC_NS, sizeof EPP_LOGIN_SEC_NS - 1}};
    struct epp_session_settings set = settings();
    memset(&got, 0, sizeof got);
    set.extensions = (struct epp_strs){wanted, secure};
    set.agent = STR("Fourways");
    server.greeting = GREETING;
    server.login = take_login;
    server_start(&server);
    ck_assert_msg(epp_session_open(&set, &session, &e) == OK, "%s", e.text);
}

#define LONG_PW "a password of 31 characters lo\xc3\xb6"

START_TEST(a_long_password_logs_in)
{
    open_with(true);
    ck_assert_msg(epp_session_login(session, STR("ClientX"), STR(LONG_PW), STR_NULL, &e) == OK, "%s", e.text);
    ck_assert_uint_eq(epp_session_advice(session).n, 0);
    end();
    ck_assert(got.extended && got.resolved);
    ck_assert_str_eq(got.pw, LONG_PW);
    ck_assert_str_eq(got.new_pw, "");
    ck_assert_str_eq(got.app, "Fourways");
    ck_assert_ptr_null(memmem(traced.p, traced.n, "of 31 characters", 16));
}
END_TEST

START_TEST(a_short_password_may_become_a_long_one)
{
    open_with(true);
    ck_assert_int_eq(epp_session_login(session, STR("ClientX"), STR("foo-BAR2"), STR(LONG_PW), &e), OK);
    end();
    ck_assert(got.resolved);
    ck_assert_str_eq(got.pw, "foo-BAR2");
    ck_assert_str_eq(got.new_pw, LONG_PW);
}
END_TEST

START_TEST(a_long_password_is_not_sent_to_who_cannot_take_it)
{
    open_with(false);
    ck_assert_int_eq(epp_session_login(session, STR("ClientX"), STR(LONG_PW), STR_NULL, &e), INVALID);
    ck_assert_str_eq(e.code, "epp-value");
    ck_assert_ptr_nonnull(strstr(e.text, "login/pw: the value must have 6 to 16 characters"));
    ck_assert(epp_session_usable(session));
    end();
    ck_assert_uint_eq(server.logins, 0);
}
END_TEST

START_TEST(nothing_is_added_for_who_does_not_ask_for_it)
{
    open_with(false);
    ck_assert_int_eq(epp_session_login(session, STR("ClientX"), STR("foo-BAR2"), STR_NULL, &e), OK);
    end();
    ck_assert(!got.extended);
}
END_TEST

START_TEST(what_the_server_says_about_our_security_is_told)
{
    server.login_code = 2200;
    open_with(true);
    ck_assert_int_eq(epp_session_login(session, STR("ClientX"), STR("foo-BAR2"), STR("foo-BAR3"), &e), DENIED);
    ck_assert_str(epp_session_advice(session),
        "warning: certificate until 2023-11-14T22:13:20Z; error: newPW: Too like the old one; "
        "warning: stat failedLogins 100 in P1D");
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("login_sec");
    TCase *c = case_of(s, "login_sec");
    tcase_add_test(c, a_long_password_logs_in);
    tcase_add_test(c, a_short_password_may_become_a_long_one);
    tcase_add_test(c, a_long_password_is_not_sent_to_who_cannot_take_it);
    tcase_add_test(c, nothing_is_added_for_who_does_not_ask_for_it);
    tcase_add_test(c, what_the_server_says_about_our_security_is_told);
    return suite_end(s);
}
