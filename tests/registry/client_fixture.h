/* Our side of a registry in this process: the sandbox of sandbox_fixture.h, a migrated database of the
 * product, and a set of one registry "sandbox" read from files as the registrar would. Between the two stands a relay
 * that can cut the connection after a chosen byte. */
#ifndef FW_TESTS_REGISTRY_CLIENT_FIXTURE_H
#define FW_TESTS_REGISTRY_CLIENT_FIXTURE_H

#include "registry/ensure.h"
#include "registry/journal.h"
#include "registry/poll.h"
#include "registry/pool.h"
#include "registry/verb.h"
#include "tests/registry/sandbox_fixture.h"
#include "tests/support/cut_relay.h"

static struct arena cl_arena;
static struct db *cl_db;
static char cl_database[64];
static struct cut_relay *cl_relay;
static struct registries cl_set;
static struct registry_work cl_w;
FW_UNUSED static struct registry_outcome cl_o;
static struct error cl_e;
static const char *cl_profile_extra = ""; /* lines put behind the profile */
static const char *cl_host = "127.0.0.1", *cl_tls_name = "localhost";
static int cl_sessions = 3; /* of the connection file */
static const char *cl_personality; /* text of the sandbox's; NULL: as it is */
static const char *cl_profile_edit[2]; /* a text of the profile and what replaces it; NULL: none */

static const char *profile_text(void)
{
    struct str text;
    struct error e;
    const char *path = testdir_path(&cl_arena, test_root(), "registry/profiles/sandbox.conf");
    ck_assert_int_eq(file_read(&cl_arena, path, 65536, &text, &e), OK);
    const char *z = str_dupz(&cl_arena, text);
    if (cl_profile_edit[0] == NULL)
        return z;
    const char *at = strstr(z, cl_profile_edit[0]);
    ck_assert_ptr_nonnull(at);
    return arena_printf(&cl_arena, "%.*s%s%s", (int)(at - z), z, cl_profile_edit[1], at + strlen(cl_profile_edit[0]));
}

static void cl_files_write(const char *password)
{
    struct buf b;
    buf_in(&b, &cl_arena, 4096);
    buf_printf(&b,
        "id = sandbox\nprofile = profile.conf\naddr = %s:%u\ntls-name = %s\nclid = fourways\n"
        "password-file = our.pw\nca-file = ca/ca.pem\ncert-file = ca/fourways.pem\nkey-file = ca/fourways.key\n"
        "sessions-max = %d\n",
        cl_host, cut_relay_port(cl_relay), cl_tls_name, cl_sessions);
    testdir_write(fx_path("sandbox.conf").p, buf_view(&b));
    testdir_write(fx_path("profile.conf").p, str_printf(&cl_arena, "%s%s", profile_text(), cl_profile_extra));
    struct error e;
    ck_assert_int_eq(file_write(fx_path("our.pw").p, str_of(password), 0600, &e), OK);
}

static void cl_open(void)
{
    struct str file = fx_path("sandbox.conf");
    if (registries_open(&cl_arena, &file, 1, &cl_set, &cl_e) != OK)
        ck_abort_msg("registries_open: %s", cl_e.text);
    cl_w = (struct registry_work){
        .registry = &cl_set.items[0], .db = cl_db, .arena = &cl_arena, .now = clock_now(), .timeout_ms = 10000};
}

FW_UNUSED static void cl_setup(void)
{
    arena_init(&cl_arena, 0);
    error_clear(&cl_e);
    /* Opened first: the ground remembers one database, and that is then the registry's. */
    cl_db = testdb_open(&cl_arena);
    (void)snprintf(cl_database, sizeof(cl_database), "%s", testdb_settings()->database);
    fx_setup();
    if (cl_personality != NULL)
        fx_play_text(cl_personality);
    cl_relay = cut_relay_start(sandbox_port(fx_sandbox));
    cl_files_write("secret-one\n");
    cl_open();
}

FW_UNUSED static void cl_teardown(void)
{
    registries_close(&cl_set);
    cut_relay_stop(&cl_relay);
    const char *drop = arena_printf(&cl_arena, "DROP DATABASE `%s`", cl_database);
    ck_assert_int_eq(db_run_script(cl_db, str_of(drop), &cl_e), OK);
    db_close(&cl_db);
    fx_teardown();
    cl_host = "127.0.0.1";
    cl_tls_name = "localhost";
    arena_clear(&cl_arena);
}

FW_UNUSED static void cl_fault(const char *name, int count, int arg)
{
    fx_sql(arena_printf(&cl_arena, "INSERT INTO fault (name, arg, left_n) VALUES ('%s', %d, %d)", name, arg, count));
}

FW_UNUSED static void cl_contact(struct registry_contact *c)
{
    *c = (struct registry_contact){.id = STR("FW1"),
        .name = STR("Ada Example"),
        .org = STR("Example Works"),
        .street = {STR("1 Road"), STR("Back yard")},
        .street_n = 2,
        .city = STR("Town"),
        .pc = STR("12345"),
        .cc = STR("DE"),
        .voice = STR("+49.301234567"),
        .email = STR("ada@example.test")};
}

/* A domain without name servers, its contact made. */
FW_UNUSED static void cl_domain(struct registry_domain_create *in, const char *name)
{
    struct registry_contact c;
    cl_contact(&c);
    if (registry_contact_ensure(&cl_w, "fixture", &c, &cl_e) != OK)
        ck_abort_msg("contact: %s", cl_e.text);
    *in = (struct registry_domain_create){.name = str_of(name),
        .years = 1,
        .registrant = STR("FW1"),
        .authinfo = registry_authinfo_new(cl_w.registry->profile, &cl_arena)};
}

#define ck_status(call, want)                                                                                          \
    do {                                                                                                               \
        enum status got_ = (call);                                                                                     \
        if (got_ != (want))                                                                                            \
            ck_abort_msg(                                                                                              \
                "%s gave %s, not %s: %s", #call, status_meaning(got_)->word, status_meaning(want)->word, cl_e.text);   \
    } while (0)

#endif
