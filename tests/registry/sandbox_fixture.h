/* A sandbox registry in this process over real TLS and MariaDB, and a client that speaks raw frames: its XML is
 * written by hand here, so that both sides of epp/ do not agree on a mistake. ops/check-epp-xsd holds the answers
 * against the schemas. */
#ifndef FW_TESTS_REGISTRY_SANDBOX_FIXTURE_H
#define FW_TESTS_REGISTRY_SANDBOX_FIXTURE_H

#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/tls.h"
#include "base/xml.h"
#include "epp/frame.h"
#include "registry/sandbox.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

#define TIMEOUT_MS 20000

static struct arena fx_arena;
static struct db *fx_db; /* into the registry's database */
static const char *fx_dir;
static struct sandbox_settings fx_settings;
static struct sandbox *fx_sandbox;

struct client {
    struct arena arena;
    struct tls_ctx *ctx;
    struct tls_conn *tls;
    struct epp_frame_reader frames;
    const char *answer; /* the last document, NUL-terminated; NULL: the server closed */
    int code; /* its result code; 0 for a greeting */
};

static struct str fx_path(const char *name)
{
    return str_of(testdir_path(&fx_arena, fx_dir, name));
}

static void fx_settings_fill(void)
{
    static struct str servers[] = {{"a.nic 127.0.0.1 ::1", 19}, {"b.nic 127.0.0.2", 15}};
    struct str *registrars = ARENA_ARRAY(&fx_arena, 2, struct str);
    registrars[0] = str_printf(&fx_arena, "fourways %s/fourways.pw fourways 10000000", fx_dir);
    registrars[1] = str_printf(&fx_arena, "rival %s/rival.pw rival 10000000", fx_dir);
    fx_settings = (struct sandbox_settings){.listen = STR("127.0.0.1:0"),
        .db_socket = str_of(testdb_settings()->socket),
        .db_user = STR("root"),
        .db_name = str_of(testdb_settings()->database),
        .sql_dir = str_of(testdir_path(&fx_arena, test_root(), "sql/sandbox")),
        .ca_dir = fx_path("ca"),
        .server_name = STR("localhost"),
        .key_file = fx_path("seal.key"),
        .zone_dir = fx_path("zones"),
        .zone_servers = {.items = servers, .n = 2},
        .registrars = {.items = registrars, .n = 2},
        .zone_ttl_s = 300,
        .publish_delay_ms = 20,
        .sweep_ms = 3600000, /* tests sweep by hand */
        .max_sessions = 32,
        .max_sessions_each = 16,
        .idle_s = 60,
        .session_s = 600,
        .handshake_ms = 5000,
        .write_ms = 5000,
        .frame_ms = 5000,
        .frame_max = 65536,
        .commands_per_s = 10000,
        .login_tries = 3};
}

FW_UNUSED static void fx_start(void)
{
    struct error e;
    if (sandbox_start(&fx_settings, &fx_sandbox, &e) != OK)
        ck_abort_msg("sandbox_start: %s", e.text);
}

/* The registry begins anew as one of that personality. */
FW_UNUSED static void fx_play(const char *personality)
{
    sandbox_stop(&fx_sandbox);
    fx_settings.personality = str_printf(&fx_arena, "%s/registry/personalities/%s.conf", test_root(), personality);
    fx_start();
}

/* A personality of the test's own, for what would take too long with those that are shipped. */
FW_UNUSED static void fx_play_text(const char *text)
{
    sandbox_stop(&fx_sandbox);
    fx_settings.personality = fx_path("own.conf");
    testdir_write(fx_settings.personality.p, str_of(text));
    fx_start();
}

FW_UNUSED static void fx_setup(void)
{
    crypto_init();
    log_init(NULL, getenv("FW_TEST_LOG") != NULL ? LOG_DEBUG : LOG_ERROR);
    arena_init(&fx_arena, 0);
    fx_db = testdb_open_dir(&fx_arena, NULL);
    fx_dir = testdir_new(&fx_arena);
    fx_settings_fill();
    testdir_write(fx_path("fourways.pw").p, STR("secret-one\n"));
    testdir_write(fx_path("rival.pw").p, STR("secret-two\n"));
    fx_start();
}

FW_UNUSED static void fx_teardown(void)
{
    sandbox_stop(&fx_sandbox);
    testdb_close(&fx_db);
    testdir_free(fx_dir);
    arena_clear(&fx_arena);
}

FW_UNUSED static void fx_sql(const char *sql)
{
    struct error e;
    if (db_run_script(fx_db, str_of(sql), &e) != OK)
        ck_abort_msg("%s: %s", sql, e.text);
}

/* The first column of the only row, as a number. */
FW_UNUSED static int64_t fx_number(const char *sql)
{
    struct error e;
    struct db_result r;
    struct db_query *q = ARENA_NEW(&fx_arena, struct db_query); /* statements are known by this address */
    *q = (struct db_query){"test", sql};
    if (db_select_one(fx_db, &fx_arena, q, DB_NO_ARGS, &r, &e) != OK)
        ck_abort_msg("%s: %s", sql, e.text);
    return db_int(&r, 0, 0);
}

/* ---- the client ----------------------------------------------------------------------------------- */

/* Waits for one document; NULL when the server closed or broke off. */
FW_UNUSED static const char *client_read(struct client *c)
{
    struct error e;
    struct str doc;
    char chunk[4096];
    c->answer = NULL;
    c->code = 0;
    for (;;) {
        if (epp_frame_next(&c->frames, &doc, &e) != OK)
            ck_abort_msg("the server sent a bad frame: %s", e.text);
        if (!str_is_null(doc))
            break;
        size_t n, room = epp_frame_room(&c->frames);
        enum status s = tls_read(c->tls, chunk, room < sizeof(chunk) ? room : sizeof(chunk), TIMEOUT_MS, &n, &e);
        if (s == UNAVAILABLE && strcmp(e.code, "timeout") == 0)
            ck_abort_msg("no answer in %d ms", TIMEOUT_MS);
        if (s != OK || n == 0)
            return NULL;
        epp_frame_feed(&c->frames, chunk, n);
    }
    c->answer = str_dupz(&c->arena, doc);
    const char *code = strstr(c->answer, "<result code=\"");
    if (code != NULL)
        c->code = (int)strtol(code + 14, NULL, 10);
    return c->answer;
}

FW_UNUSED static bool client_send_bytes(struct client *c, struct str bytes)
{
    struct error e;
    return tls_write(c->tls, bytes, TIMEOUT_MS, &e) == OK;
}

FW_UNUSED static void client_send(struct client *c, const char *doc)
{
    struct buf out;
    struct error e;
    buf_in(&out, &c->arena, EPP_FRAME_MAX);
    ck_assert_int_eq(epp_frame_write(&out, str_of(doc), 0, &e), OK);
    (void)client_send_bytes(c, buf_view(&out));
}

FW_UNUSED static void client_open_as(struct client *c, const char *cert)
{
    struct error e;
    struct net_addr addr;
    char text[40];
    *c = (struct client){0};
    arena_init(&c->arena, 0);
    epp_frame_reader_init(&c->frames, 0);
    const char *ca = fx_path("ca").p;
    struct tls_settings t = {.ca_file = arena_printf(&c->arena, "%s/ca.pem", ca),
        .cert_file = arena_printf(&c->arena, "%s/%s.pem", ca, cert),
        .key_file = arena_printf(&c->arena, "%s/%s.key", ca, cert)};
    (void)snprintf(text, sizeof(text), "127.0.0.1:%u", sandbox_port(fx_sandbox));
    ck_assert_int_eq(net_addr_parse(str_of(text), &addr, &e), OK);
    if (tls_client_ctx(&t, &c->ctx, &e) != OK || tls_connect(c->ctx, &addr, "localhost", TIMEOUT_MS, &c->tls, &e) != OK)
        ck_abort_msg("connect: %s", e.text);
    ck_assert_ptr_nonnull(client_read(c));
    ck_assert_ptr_nonnull(strstr(c->answer, "<greeting>"));
}

FW_UNUSED static void client_close(struct client *c)
{
    if (c->tls != NULL)
        tls_abort(&c->tls);
    tls_ctx_free(&c->ctx);
    epp_frame_reader_clear(&c->frames);
    arena_clear(&c->arena);
}

/* Wraps the inside of <command> and waits for the answer's code; 0: none came. */
FW_UNUSED static int client_command(struct client *c, const char *fmt, ...) FW_PRINTF(2, 3);
FW_UNUSED static int client_command(struct client *c, const char *fmt, ...)
{
    static _Atomic unsigned next;
    unsigned number = ++next;
    va_list ap;
    va_start(ap, fmt);
    const char *inside = arena_vprintf(&c->arena, fmt, ap);
    va_end(ap);
    client_send(c, arena_printf(&c->arena,
                       "<?xml version=\"1.0\" encoding=\"UTF-8\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">"
                       "<command>%s<clTRID>TEST-%u</clTRID></command></epp>",
                       inside, number));
    if (client_read(c) == NULL)
        return 0;
    ck_assert_ptr_nonnull(strstr(c->answer, arena_printf(&c->arena, "<clTRID>TEST-%u</clTRID>", number)));
    return c->code;
}

#define SVCS                                                                                                           \
    "<svcs><objURI>urn:ietf:params:xml:ns:domain-1.0</objURI><objURI>urn:ietf:params:xml:ns:contact-1.0</objURI>"      \
    "<objURI>urn:ietf:params:xml:ns:host-1.0</objURI><svcExtension><extURI>urn:ietf:params:xml:ns:rgp-1.0</extURI>"    \
    "</svcExtension></svcs>"
#define LOGIN(id, pw, more)                                                                                            \
    "<login><clID>" id "</clID><pw>" pw "</pw>" more "<options><version>1.0</version><lang>en</lang></options>" SVCS   \
    "</login>"

FW_UNUSED static void client_login(struct client *c, const char *who)
{
    client_open_as(c, who);
    int code = strcmp(who, "rival") == 0 ? client_command(c, LOGIN("rival", "secret-two", ""))
                                         : client_command(c, LOGIN("fourways", "secret-one", ""));
    ck_assert_int_eq(code, 1000);
}

#define OBJECT_URI(o) "<objURI>urn:ietf:params:xml:ns:" o "-1.0</objURI>"
#define EXTENSION_URI(u) "<extURI>urn:ietf:params:xml:ns:" u "</extURI>"

/* With other services than usual. */
FW_UNUSED static int client_login_for(struct client *c, const char *who, const char *services)
{
    client_open_as(c, who);
    return client_command(c,
        "<login><clID>%s</clID><pw>%s</pw><options><version>1.0</version><lang>en</lang></options><svcs>%s</svcs>"
        "</login>",
        who, strcmp(who, "rival") == 0 ? "secret-two" : "secret-one", services);
}

/* ---- commands by object ---------------------------------------------------------------------------- */

FW_UNUSED static int domain_command(struct client *c, const char *verb, const char *inside)
{
    return client_command(c, "<%s><domain:%s xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">%s</domain:%s></%s>",
        verb, verb, inside, verb, verb);
}

FW_UNUSED static int host_command(struct client *c, const char *verb, const char *inside)
{
    return client_command(c, "<%s><host:%s xmlns:host=\"urn:ietf:params:xml:ns:host-1.0\">%s</host:%s></%s>", verb,
        verb, inside, verb, verb);
}

FW_UNUSED static int contact_command(struct client *c, const char *verb, const char *inside)
{
    return client_command(c,
        "<%s><contact:%s xmlns:contact=\"urn:ietf:params:xml:ns:contact-1.0\">%s</contact:%s></%s>", verb, verb, inside,
        verb, verb);
}

FW_UNUSED static int contact_create(struct client *c, const char *id)
{
    return contact_command(c, "create",
        arena_printf(&c->arena,
            "<contact:id>%s</contact:id><contact:postalInfo type=\"int\"><contact:name>Ada Example</contact:name>"
            "<contact:org>Example Works</contact:org><contact:addr><contact:street>1 Road</contact:street>"
            "<contact:street>Back yard</contact:street><contact:city>Town</contact:city><contact:pc>12345</contact:pc>"
            "<contact:cc>DE</contact:cc></contact:addr></contact:postalInfo>"
            "<contact:voice x=\"12\">+49.301234</contact:voice><contact:email>ada@shop.test</contact:email>"
            "<contact:authInfo><contact:pw>contact-auth</contact:pw></contact:authInfo>"
            "<contact:disclose flag=\"0\"><contact:voice/><contact:email/></contact:disclose>",
            id));
}

/* more: what stands between name and authInfo. */
FW_UNUSED static int domain_create(struct client *c, const char *name, const char *more)
{
    return domain_command(c, "create",
        arena_printf(&c->arena,
            "<domain:name>%s</domain:name>%s<domain:authInfo><domain:pw>domain-auth</domain:pw></domain:authInfo>",
            name, more));
}

FW_UNUSED static int domain_by_name(struct client *c, const char *verb, const char *name)
{
    return domain_command(c, verb, arena_printf(&c->arena, "<domain:name>%s</domain:name>", name));
}

FW_UNUSED static int host_by_name(struct client *c, const char *verb, const char *name)
{
    return host_command(c, verb, arena_printf(&c->arena, "<host:name>%s</host:name>", name));
}

FW_UNUSED static int host_create(struct client *c, const char *name, const char *addrs)
{
    return host_command(c, "create", arena_printf(&c->arena, "<host:name>%s</host:name>%s", name, addrs));
}

FW_UNUSED static bool says(const struct client *c, const char *text)
{
    return c->answer != NULL && strstr(c->answer, text) != NULL;
}

#define V4(a) "<host:addr ip=\"v4\">" a "</host:addr>"
#define V6(a) "<host:addr ip=\"v6\">" a "</host:addr>"
#define REGISTRANT "<domain:registrant>ada</domain:registrant>"
#define ck_code(call, want)                                                                                            \
    do {                                                                                                               \
        int got_ = (call);                                                                                             \
        if (got_ != (want))                                                                                            \
            ck_abort_msg("%s gave %d, not %d", #call, got_, (want));                                                   \
    } while (0)

#endif
