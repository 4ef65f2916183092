#include "epp/login_sec.h"
#include "epp/session.h"
#include "tests/registry/client_fixture.h"

/* Our own logins at the sandbox registry where it looks after passwords (RFC 8807): long ones, those that end soon or
 * have ended, new ones that are too weak, and what the operator is told of it. */

#define LONG_PW "a phrase that is longer than sixteen characters 1"
#define DAY_US (86400 * US_PER_S)

static const char *log_path;

static void setup(void)
{
    cl_personality = "name = own\nextension = urn:ietf:params:xml:ns:epp:loginSec-1.0\nextension = "
                     "urn:ietf:params:xml:ns:rgp-1.0\npassword-min = 8\npassword-max = 64\npassword-needs = lower "
                     "digit\npassword-days = 30\npassword-warn-days = 5\n";
    cl_profile_extra = "\nextension = urn:ietf:params:xml:ns:epp:loginSec-1.0\n";
    cl_setup();
}

/* What is logged from here on goes to a file: this process is the test's own. */
static void log_begin(void)
{
    log_path = fx_path("log").p;
    int fd = open(log_path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_ge(dup2(fd, 2), 0);
    (void)close(fd);
    log_init(NULL, LOG_WARN);
}

static const char *logged(void)
{
    struct str text;
    ck_status(file_read(&cl_arena, log_path, 1 << 20, &text, &cl_e), OK);
    return str_dupz(&cl_arena, text);
}

/* Logs in once as the registrar would by hand; *told_r: what the registry says of our security. */
static enum status login(const char *pw, const char *new_pw, const char **told_r)
{
    struct str objects[] = {STR(EPP_DOMAIN_NS)}, extensions[] = {STR(EPP_LOGIN_SEC_NS)};
    struct epp_session_settings set = {
        .host = "localhost", .objects = {objects, 1}, .required = {extensions, 1}, .agent = STR("Fourways")};
    struct tls_settings t = {.ca_file = fx_path("ca/ca.pem").p,
        .cert_file = fx_path("ca/fourways.pem").p,
        .key_file = fx_path("ca/fourways.key").p};
    struct tls_ctx *tls;
    struct epp_session *s;
    const char *addr = arena_printf(&cl_arena, "127.0.0.1:%u", sandbox_port(fx_sandbox));
    ck_status(tls_client_ctx(&t, &tls, &cl_e), OK);
    ck_status(net_addr_parse(str_of(addr), &set.addr, &cl_e), OK);
    set.tls = tls;
    ck_status(epp_session_open(&set, &s, &cl_e), OK);
    enum status st = epp_session_login(s, STR("fourways"), str_of(pw), str_of(new_pw), &cl_e);
    *told_r = str_dupz(&cl_arena, epp_session_advice(s));
    epp_session_close(&s);
    tls_ctx_free(&tls);
    return st;
}

static void advance_days(int n)
{
    fx_sql(arena_printf(&cl_arena, "UPDATE clock SET ahead_us = ahead_us + %lld", (long long)n * DAY_US));
}

/* The registrar begins anew, with what its password file says. */
static enum status check_with(const char *password)
{
    const struct str name = STR("free.test");
    struct registry_avail avail = {0};
    registries_close(&cl_set);
    cl_files_write(password);
    cl_open();
    cl_w.timeout_ms = 3000;
    return registry_domain_check(&cl_w, &name, 1, &avail, &cl_e);
}

START_TEST(a_password_of_many_characters_is_set_and_serves_the_pool)
{
    const char *told;
    ck_status(login("secret-one", LONG_PW, &told), OK);
    ck_assert_str_eq(told, "");
    ck_status(check_with(LONG_PW "\n"), OK);
    ck_status(login("secret-one", NULL, &told), DENIED);
    ck_assert_str_eq(cl_e.code, "epp-2200");
}
END_TEST

START_TEST(a_new_password_that_is_too_weak_is_refused_with_what_it_lacks)
{
    static const struct {
        const char *pw, *lacks;
    } weak[] = {{"nodigits", "the new password needs a digit"}, {"short-1", "the new password needs more characters"},
        {"secret-one", "the new password needs"}, {"12345678", "the new password needs a small letter"}};
    const char *told;
    for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
        ck_status(login("secret-one", weak[i].pw, &told), INVALID);
        ck_assert_str_eq(cl_e.code, "epp-2306");
        ck_assert_msg(strstr(told, "error: newPW: ") != NULL && strstr(told, weak[i].lacks) != NULL, "%s", told);
        ck_assert_msg(strstr(cl_e.text, weak[i].lacks) != NULL, "%s", cl_e.text);
    }
    ck_status(login("secret-one", "secret-2", &told), OK); /* none of them was set */
}
END_TEST

START_TEST(a_password_that_ends_soon_is_told_to_the_operator)
{
    log_begin();
    ck_status(check_with("secret-one\n"), OK);
    ck_assert_ptr_null(strstr(logged(), "login: "));
    advance_days(26);
    ck_status(check_with("secret-one\n"), OK);
    ck_assert_msg(strstr(logged(), "warn registry sandbox: login: warning: password until ") != NULL, "%s", logged());
    ck_assert(registries_healthy(&cl_set, (char[200]){0}, 200));
}
END_TEST

START_TEST(a_password_that_has_ended_stops_the_pool_and_says_until_when_it_was_good)
{
    char why[400];
    const char *told;
    advance_days(31);
    log_begin();
    ck_status(check_with("secret-one\n"), UNAVAILABLE);
    ck_assert_msg(strstr(logged(), "login: error: password until ") != NULL, "%s", logged());
    ck_assert(!registries_healthy(&cl_set, why, sizeof(why)));
    ck_assert_msg(strstr(why, "the password ended on ") != NULL, "%s", why);
    ck_status(login("secret-one", "secret-2", &told), OK); /* it still lets another one be set */
    ck_status(check_with("secret-2\n"), OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_login");
    TCase *c = tcase_create("client_login");
    tcase_add_checked_fixture(c, setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, a_password_of_many_characters_is_set_and_serves_the_pool);
    tcase_add_test(c, a_new_password_that_is_too_weak_is_refused_with_what_it_lacks);
    tcase_add_test(c, a_password_that_ends_soon_is_told_to_the_operator);
    tcase_add_test(c, a_password_that_has_ended_stops_the_pool_and_says_until_when_it_was_good);
    suite_add_tcase(s, c);
    return suite_run(s);
}
