/* Each profile that is shipped against a registry that demands what the profile promises: our own client, told nothing
 * but the profile, logs in over TLS and lives a domain's life there, while the sandbox plays the personality of the
 * profile's family and enforces its limits and quirks. */
#include <glob.h>

#include "tests/registry/client_fixture.h"

#define FAMILY_MAX 12

static const struct family {
    const char *personality;
    const char *profiles[FAMILY_MAX];
} families[] = {
    {"standard", {"sandbox"}},
    {"gtld", {"centralnic", "core", "godaddy", "google", "identity-digital", "ksregistry", "nominet-gtld", "tucows",
                 "us", "zdns"}},
    {"namestore", {"verisign"}},
    {"attributes", {"be", "eu"}},
    {"attributes-approval", {"fr"}},
    {"attributes-beside", {"fi"}},
    {"attributes-periodless", {"at"}},
    {"attributes-push", {"br"}},
    {"country", {"ca", "se"}},
    {"fred", {"cz"}},
    {"months", {"no"}},
    {"periodless", {"ch", "nl"}},
    {"push", {"uk"}},
};

/* These cannot be connected to: with what code and for what reason. */
static const struct {
    const char *profile, *why;
} unspoken[] = {{"it", "HTTPS"}, {"pl", "HTTPS"}};

static struct registries theirs; /* cl_set is ours */
static struct registry_work rival;
static const struct registry_profile *p;
static const char *tag; /* the profile's name: part of the keys of its commands */

static void setup(void)
{
    arena_init(&cl_arena, 0);
    error_clear(&cl_e);
    cl_db = testdb_open(&cl_arena);
    (void)snprintf(cl_database, sizeof(cl_database), "%s", testdb_settings()->database);
    fx_setup();
}

static void teardown(void)
{
    const char *drop = arena_printf(&cl_arena, "DROP DATABASE `%s`", cl_database);
    ck_status(db_run_script(cl_db, str_of(drop), &cl_e), OK);
    db_close(&cl_db);
    fx_teardown();
    arena_clear(&cl_arena);
}

/* ---- the two registrars ------------------------------------------------------------------------------------ */

static enum status registrar_open(const char *profile, const char *who, const char *password, struct registries *set_r)
{
    const char *id = arena_printf(&cl_arena, "%s-%s", profile, who);
    struct str file = fx_path(arena_printf(&cl_arena, "%s.conf", id));
    ck_status(file_write(fx_path("conn.pw").p, str_of(password), 0600, &cl_e), OK);
    testdir_write(file.p,
        str_printf(&cl_arena,
            "id = %s\nprofile = %s/registry/profiles/%s.conf\naddr = 127.0.0.1:%u\ntls-name = localhost\nclid = %s\n"
            "password-file = conn.pw\nca-file = ca/ca.pem\ncert-file = ca/%s.pem\nkey-file = ca/%s.key\n"
            "tech-contact = L-%s\nsessions-max = 1\n",
            id, test_root(), profile, sandbox_port(fx_sandbox), who, who, who, profile));
    return registries_open(&cl_arena, &file, 1, set_r, &cl_e);
}

static struct registry_work work_of(const struct registries *set)
{
    return (struct registry_work){
        .registry = &set->items[0], .db = cl_db, .arena = &cl_arena, .now = clock_now(), .timeout_ms = 20000};
}

static const char *key(const char *what)
{
    return arena_printf(&cl_arena, "life:%s:%s", tag, what);
}

/* ---- a life -------------------------------------------------------------------------------------------------- */

static struct str domain_name(void)
{
    return str_printf(&cl_arena, "lifecycle.%.*s", STR_ARG(p->tlds[0].tld));
}

static struct registry_host host(const char *name, const char *addr)
{
    return (struct registry_host){str_of(name), {str_of(addr)}, 1};
}

/* One name more than a check takes. */
static void check_names(void)
{
    size_t n = (size_t)p->check_max + 1;
    struct str *names = ARENA_ARRAY(&cl_arena, n, struct str);
    struct registry_avail *avail = ARENA_ARRAY(&cl_arena, n, struct registry_avail);
    for (size_t i = 0; i < n; i++)
        names[i] = str_printf(&cl_arena, "name%zu.%.*s", i, STR_ARG(p->tlds[0].tld));
    ck_status(registry_domain_check(&cl_w, names, n, avail, &cl_e), OK);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(avail[i].available, "%s: %.*s", tag, STR_ARG(names[i]));
}

/* Contacts of each type as few as the profile demands. */
static void contacts_fill(struct registry_domain_create *in)
{
    struct registry_contact c;
    cl_contact(&c);
    c.localized = p->contact_postal != PROFILE_POSTAL_INT;
    if (p->contacts == PROFILE_CONTACTS_NONE)
        return;
    c.id = str_printf(&cl_arena, "L-%s", tag);
    c.id.n = c.id.n > REGISTRY_CONTACT_ID_MAX ? REGISTRY_CONTACT_ID_MAX : c.id.n;
    ck_status(registry_contact_ensure(&cl_w, key("contact"), &c, &cl_e), OK);
    if (p->registrant != PROFILE_NONE)
        in->registrant = c.id;
    for (size_t i = 0; i < p->roles_n; i++)
        if (p->roles[i].min > 0)
            in->contacts[in->contacts_n++] = (struct registry_contact_ref){p->roles[i].type, c.id};
}

static struct registry_domain seen_by(const struct registry_work *w)
{
    struct registry_domain d = {0};
    ck_status(registry_domain_info(w, domain_name(), STR_NULL, &d, &cl_e), OK);
    return d;
}

static void create(void)
{
    struct registry_domain_create in = {.name = domain_name(),
        .years = 1,
        .hosts = {host("ns1.elsewhere.int", "192.0.2.1"), host("ns2.elsewhere.int", "192.0.2.2")},
        .hosts_n = 2,
        .authinfo = registry_authinfo_new(p, &cl_arena)};
    contacts_fill(&in);
    ck_status(registry_hosts_ensure(&cl_w, key("hosts"), in.hosts, 2, &cl_e), OK);
    ck_status(registry_domain_create(&cl_w, key("create"), &in, &cl_o, &cl_e), OK);
    struct registry_domain d = seen_by(&cl_w);
    ck_assert(str_eqz(d.clid, "fourways"));
    ck_assert_uint_eq(d.hosts_n, 2);
    time_us until = time_add_years(d.created, 1), day = 86400 * US_PER_S;
    ck_assert_int_eq(d.expires, p->fred ? until - until % day : until); /* which tells the day only */
}

static void change_hosts(void)
{
    struct registry_domain_update u = {.name = domain_name(),
        .add_hosts = {host("ns3.elsewhere.int", "192.0.2.3")},
        .add_hosts_n = 1,
        .rem_hosts = {host("ns2.elsewhere.int", "192.0.2.2")},
        .rem_hosts_n = 1,
        .hosts = {host("ns1.elsewhere.int", "192.0.2.1"), host("ns3.elsewhere.int", "192.0.2.3")},
        .hosts_n = 2};
    ck_status(registry_hosts_ensure(&cl_w, key("host3"), u.hosts, 2, &cl_e), OK);
    ck_status(registry_domain_update(&cl_w, key("update"), &u, &cl_o, &cl_e), OK);
    struct registry_domain d = seen_by(&cl_w);
    ck_assert_uint_eq(d.hosts_n, 2);
    ck_assert(str_eqz(d.hosts[0].name, "ns3.elsewhere.int") || str_eqz(d.hosts[1].name, "ns3.elsewhere.int"));
}

static void renew(void)
{
    struct registry_renew in = {.name = domain_name(), .expires = seen_by(&cl_w).expires, .years = 1};
    enum status s = registry_domain_renew(&cl_w, key("renew"), &in, &cl_o, &cl_e);
    ck_assert_msg((s == OK) == (p->renew_explicit && p->term_years_max > 1), "%s: %s", tag, cl_e.text);
    if (s == OK)
        ck_assert_int_eq(seen_by(&cl_w).expires, time_add_years(in.expires, 1));
}

static enum status message_take(
    void *ctx, const struct registry_work *w, const struct registry_message *m, struct str k, struct error *e)
{
    (void)w, (void)k, (void)e;
    *(int *)ctx += m->kind == REGISTRY_MESSAGE_TRANSFER;
    return OK;
}

static int transfers_polled(const struct registry_work *w)
{
    int transfers = 0;
    size_t n = 0;
    const struct poll_handler h = {message_take, &transfers};
    ck_status(registry_poll_run(w, &h, 20, &n, &cl_e), OK);
    return transfers;
}

/* Where the registry hands the authInfo to the holder by mail, there is none that we could show. */
static bool transfer_possible(void)
{
    return p->transfer != PROFILE_TRANSFER_PUSH && p->authinfo_source == PROFILE_AUTH_OURS;
}

static void transfer(void)
{
    struct str pw = registry_authinfo_new(p, &cl_arena);
    struct registry_domain_update u = {.name = domain_name(), .authinfo = pw};
    struct registry_transfer in = {
        .name = domain_name(), .op = REGISTRY_TRANSFER_REQUEST, .authinfo = pw, .years = p->transfer_years_max > 0};
    ck_status(registry_domain_update(&cl_w, key("authinfo"), &u, &cl_o, &cl_e), OK);
    ck_status(registry_domain_transfer(&rival, key("transfer"), &in, &cl_o, &cl_e), OK);
    ck_assert_msg(cl_o.pending == (p->transfer == PROFILE_TRANSFER_APPROVAL), "%s: transfer %d", tag, cl_o.code);
    ck_assert_int_ge(transfers_polled(&cl_w), 1);
    if (cl_o.pending) {
        in = (struct registry_transfer){.name = domain_name(), .op = REGISTRY_TRANSFER_APPROVE};
        ck_status(registry_domain_transfer(&cl_w, key("approve"), &in, &cl_o, &cl_e), OK);
        ck_assert_int_ge(transfers_polled(&rival), 1);
    }
    ck_assert(str_eqz(seen_by(&rival).clid, "rival"));
}

static void push_is_refused(void)
{
    struct registry_transfer in = {
        .name = domain_name(), .op = REGISTRY_TRANSFER_REQUEST, .authinfo = registry_authinfo_new(p, &cl_arena)};
    ck_status(registry_domain_transfer(&rival, key("transfer"), &in, &cl_o, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "transfer-push");
}

/* There, and back by who has it then. */
static void release(void)
{
    const struct registry_release there = {.name = domain_name(), .tag = STR("rival")},
                                  back = {.name = domain_name(), .tag = STR("fourways")};
    struct registry_request r = {.verb = REGISTRY_DOMAIN_RELEASE, .key = key("release"), .release = &there};
    ck_status(registry_transform(&cl_w, &r, &cl_o, &cl_e), OK);
    ck_assert(str_eqz(seen_by(&rival).clid, "rival"));
    r.key = key("release-back");
    r.release = &back;
    ck_status(registry_transform(&rival, &r, &cl_o, &cl_e), OK);
    ck_assert(str_eqz(seen_by(&cl_w).clid, "fourways"));
}

static void restore(const struct registry_work *w)
{
    struct registry_restore in = {.name = domain_name(),
        .op = REGISTRY_RESTORE_REQUEST,
        .before = STR("as it was"),
        .after = STR("as it was"),
        .deleted = clock_now(),
        .restored = clock_now(),
        .reason = STR("deleted by mistake"),
        .statements = {STR("We are not its holder."), STR("This is true.")}};
    ck_status(registry_domain_restore(w, key("restore"), &in, &cl_o, &cl_e), OK);
    in.op = REGISTRY_RESTORE_REPORT;
    if (p->restore == PROFILE_RESTORE_REPORT)
        ck_status(registry_domain_restore(w, key("report"), &in, &cl_o, &cl_e), OK);
    struct registry_domain d = seen_by(w);
    ck_assert(!verb_has_status(d.statuses, d.statuses_n, "pendingDelete"));
}

static void delete_and_restore(const struct registry_work *w)
{
    ck_status(registry_domain_delete(w, key("delete"), domain_name(), &cl_o, &cl_e), OK);
    struct registry_domain d = seen_by(w);
    ck_assert(verb_has_status(d.statuses, d.statuses_n, "pendingDelete"));
    if (p->restore == PROFILE_RESTORE_REPORT || p->restore == PROFILE_RESTORE_REQUEST)
        restore(w);
}

static void live(const char *profile)
{
    tag = profile;
    ck_status(registrar_open(profile, "fourways", "secret-one\n", &cl_set), OK);
    ck_status(registrar_open(profile, "rival", "secret-two\n", &theirs), OK);
    cl_w = work_of(&cl_set);
    rival = work_of(&theirs);
    p = cl_w.registry->config.profile;
    check_names();
    create();
    change_hosts();
    renew();
    if (transfer_possible())
        transfer();
    else if (p->transfer == PROFILE_TRANSFER_PUSH)
        push_is_refused();
    if (p->release)
        release();
    delete_and_restore(transfer_possible() ? &rival : &cl_w);
    registries_close(&theirs);
    registries_close(&cl_set);
}

/* The registry serves the profile's first TLD, in its currency, and no add grace: a delete is one that can be undone. */
static void tld_serve(const char *profile)
{
    struct registry_profile *q;
    const char *file = arena_printf(&cl_arena, "registry/profiles/%s.conf", profile);
    ck_status(profile_read(&cl_arena, testdir_path(&cl_arena, test_root(), file), &q, &cl_e), OK);
    struct str currency = str_empty(q->fee_currency) ? STR("EUR") : q->fee_currency;
    fx_sql(arena_printf(&cl_arena,
        "CREATE TEMPORARY TABLE one SELECT * FROM tld WHERE name = 'test';"
        "UPDATE one SET name = '%.*s', add_grace_us = 0, currency = '%.*s';"
        "REPLACE INTO tld SELECT * FROM one; DROP TEMPORARY TABLE one;",
        STR_ARG(q->tlds[0].tld), STR_ARG(currency)));
}

START_TEST(a_profile_s_client_lives_a_domain_s_life_with_the_personality_of_its_family)
{
    const struct family *f = &families[_i];
    for (size_t i = 0; i < FAMILY_MAX && f->profiles[i] != NULL; i++)
        tld_serve(f->profiles[i]);
    fx_play(f->personality);
    for (size_t i = 0; i < FAMILY_MAX && f->profiles[i] != NULL; i++)
        live(f->profiles[i]);
}
END_TEST

START_TEST(what_we_do_not_speak_is_refused_before_anything_is_sent)
{
    for (size_t i = 0; i < ARRAY_LEN(unspoken); i++) {
        size_t n = 0;
        int transfers = 0;
        const struct poll_handler h = {message_take, &transfers};
        enum status s = registrar_open(unspoken[i].profile, "fourways", "secret-one\n", &cl_set);
        if (s == OK) {
            cl_w = work_of(&cl_set);
            cl_w.timeout_ms = 2000;
            s = registry_poll_run(&cl_w, &h, 1, &n, &cl_e);
            registries_close(&cl_set);
        }
        ck_assert_msg(s != OK && strstr(cl_e.text, unspoken[i].why) != NULL, "%s: %s", unspoken[i].profile, cl_e.text);
    }
}
END_TEST

/* Named in one of the tables. */
static bool is_listed(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(unspoken); i++)
        if (strcmp(unspoken[i].profile, name) == 0)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        for (size_t k = 0; k < FAMILY_MAX && families[i].profiles[k] != NULL; k++)
            if (strcmp(families[i].profiles[k], name) == 0)
                return true;
    return false;
}

START_TEST(every_profile_that_is_shipped_belongs_to_a_family)
{
    glob_t g;
    ck_assert_int_eq(glob(testdir_path(&cl_arena, test_root(), "registry/profiles/*.conf"), 0, NULL, &g), 0);
    for (size_t i = 0; i < g.gl_pathc; i++) {
        const char *base = strrchr(g.gl_pathv[i], '/') + 1;
        const char *name = arena_printf(&cl_arena, "%.*s", (int)(strlen(base) - strlen(".conf")), base);
        if (strcmp(name, "connection.example") != 0)
            ck_assert_msg(is_listed(name), "%s has no family", name);
    }
    globfree(&g);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("profile life");
    TCase *t = tcase_create("profile life");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(
        t, a_profile_s_client_lives_a_domain_s_life_with_the_personality_of_its_family, 0, (int)ARRAY_LEN(families));
    tcase_add_test(t, what_we_do_not_speak_is_refused_before_anything_is_sent);
    tcase_add_test(t, every_profile_that_is_shipped_belongs_to_a_family);
    suite_add_tcase(s, t);
    return suite_run(s);
}
