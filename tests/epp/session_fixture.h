/* A client of tests/epp/server.h: TLS identities made once, a session, some commands. */
#ifndef FW_TESTS_EPP_SESSION_FIXTURE_H
#define FW_TESTS_EPP_SESSION_FIXTURE_H

#include "tests/epp/server.h"

static char dir[64]; /* the CA, made once */
static struct server server;
static struct tls_ctx *tls;
static struct arena a;
static struct error e;
static struct epp_session *session;
static struct buf traced;

static void make_ca(void)
{
    static const char *const names[] = {"server", "client"};
    crypto_init();
    snprintf(dir, sizeof dir, "/tmp/epp-session-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_msg(tls_make_ca(dir, names, 2, "epp.test", "127.0.0.1", &e) == OK, "%s", e.text);
}

static void remove_ca(void)
{
    static const char *const files[] = {"ca.pem", "ca.key", "server.pem", "server.key", "client.pem", "client.key"};
    char path[300];
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    rmdir(dir);
}

static struct tls_ctx *client_ctx(bool with_certificate)
{
    char ca[300], cert[300], key[300];
    struct tls_ctx *ctx;
    snprintf(ca, sizeof ca, "%s/ca.pem", dir);
    snprintf(cert, sizeof cert, "%s/client.pem", dir);
    snprintf(key, sizeof key, "%s/client.key", dir);
    struct tls_settings set = {
        .ca_file = ca, .cert_file = with_certificate ? cert : NULL, .key_file = with_certificate ? key : NULL};
    ck_assert_msg(tls_client_ctx(&set, &ctx, &e) == OK, "%s", e.text);
    return ctx;
}

static void setup(void)
{
    arena_init(&a, 0);
    buf_init(&traced, 16 << 20);
    error_clear(&e);
    server_open(&server, dir);
    tls = client_ctx(true);
}

static void teardown(void)
{
    epp_session_close(&session);
    server_close(&server);
    tls_ctx_free(&tls);
    buf_clear(&traced);
    arena_clear(&a);
}

static void trace(void *ctx, enum epp_direction direction, struct str redacted)
{
    ck_assert_ptr_eq(ctx, &traced);
    buf_puts(&traced, direction == EPP_SENT ? "\nC: " : "\nS: ");
    buf_str(&traced, redacted);
}

static struct str objects[] = {STR_NULL, STR_NULL};
static struct str extensions[] = {STR_NULL, STR_NULL};

static struct epp_session_settings settings(void)
{
    objects[0] = STR(EPP_DOMAIN_NS);
    objects[1] = STR(EPP_HOST_NS);
    extensions[0] = STR("urn:ietf:params:xml:ns:secDNS-1.1");
    extensions[1] = STR(EPP_RGP_NS);
    return (struct epp_session_settings){.tls = tls,
        .addr = server.addr,
        .host = "epp.test",
        .connect_timeout_ms = 10000,
        .command_timeout_ms = 10000,
        .objects = {objects, 2},
        .extensions = {extensions, 2},
        .trace = trace,
        .trace_ctx = &traced};
}

static enum status open_session(void)
{
    struct epp_session_settings set = settings();
    return epp_session_open(&set, &session, &e);
}

static enum status login(void)
{
    return epp_session_login(session, STR("ClientX"), STR("foo-BAR2"), STR_NULL, &e);
}

static struct epp_command create_command(void)
{
    struct epp_command c = {.verb = EPP_CREATE, .object = EPP_DOMAIN, .cltrid = STR("FW-create-1")};
    c.u.domain_create.name = STR("example.test");
    c.u.domain_create.auth.pw = STR("s3cret-auth");
    return c;
}

static struct str names[3];
static struct epp_command check_command(void)
{
    struct epp_command c = {.verb = EPP_CHECK, .object = EPP_DOMAIN, .cltrid = STR("FW-check-1")};
    names[0] = STR("a.test");
    names[1] = STR("b.test");
    c.u.check.keys = (struct epp_strs){names, 2};
    return c;
}

FW_UNUSED static enum status create(void)
{
    struct epp_command c = create_command();
    struct epp_response r;
    return epp_session_command(session, &a, &c, &r, &e);
}

FW_UNUSED static enum status check(void)
{
    struct epp_command c = check_command();
    struct epp_response r;
    return epp_session_command(session, &a, &c, &r, &e);
}

/* Connected and logged in, with a server that serves the following commands like that. */
FW_UNUSED static void begin(serve_fn *serve)
{
    server.serve = serve;
    server_start(&server);
    ck_assert_msg(open_session() == OK, "%s", e.text);
    ck_assert_msg(login() == OK, "%s", e.text);
}

FW_UNUSED static void end(void)
{
    epp_session_close(&session);
    server_join(&server);
}

static TCase *case_of(Suite *s, const char *name)
{
    TCase *c = tcase_create(name);
    tcase_add_unchecked_fixture(c, make_ca, remove_ca);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 120);
    suite_add_tcase(s, c);
    return c;
}

FW_UNUSED static int suite_end(Suite *s)
{
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? 0 : 1;
}

#endif
