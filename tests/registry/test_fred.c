/* A registry with FRED's objects, from the registrar's side: the sandbox plays one, and the profile is that of .cz with
 * the sandbox's TLD. */
#include "registry/dnssec.h"
#include "registry/host_set.h"
#include "tests/registry/client_fixture.h"

static struct registries rival_set;
static struct registry_work rival_w;

static const struct registry_host ours[] = {{.name = {"ns1.fourways.net", 16}}, {.name = {"NS2.fourways.net", 16}}};
static const struct registry_host others[] = {
    {.name = {"ns1.fourways.net", 16}}, {.name = {"ns1.fred.test", 13}, .addrs = {{"192.0.2.1", 9}}, .addrs_n = 1}};

static void profile_write(void)
{
    struct str text;
    const char *path = testdir_path(&cl_arena, test_root(), "registry/profiles/cz.conf");
    ck_assert_int_eq(file_read(&cl_arena, path, 65536, &text, &cl_e), OK);
    const char *z = str_dupz(&cl_arena, text), *tld = strstr(z, "\ntld = cz");
    ck_assert_ptr_nonnull(tld);
    testdir_write(fx_path("profile.conf").p, str_printf(&cl_arena, "%.*s\ntld = test\n", (int)(tld - z), z));
}

static struct str connection_write(const char *who, const char *password_file)
{
    struct str path = fx_path(who);
    testdir_write(path.p, str_printf(&cl_arena,
                              "id = %s\nprofile = profile.conf\naddr = 127.0.0.1:%u\ntls-name = localhost\nclid = %s\n"
                              "password-file = %s\ntech-contact = FWTECH\nca-file = ca/ca.pem\ncert-file = "
                              "ca/%s.pem\nkey-file = ca/%s.key\n",
                              who, cut_relay_port(cl_relay), who, password_file, who, who));
    return path;
}

static struct registry_work work_open(struct registries *set, struct str file)
{
    if (registries_open(&cl_arena, &file, 1, set, &cl_e) != OK)
        ck_abort_msg("registries_open: %s", cl_e.text);
    return (struct registry_work){
        .registry = &set->items[0], .db = cl_db, .arena = &cl_arena, .now = clock_now(), .timeout_ms = 10000};
}

static void contact_stands(const struct registry_work *w, const char *id)
{
    struct registry_contact c;
    cl_contact(&c);
    c.id = str_of(id);
    c.name = STR("Ada Příkladová");
    ck_status(registry_contact_ensure(w, "fixture", &c, &cl_e), OK);
}

static void setup(void)
{
    cl_setup();
    registries_close(&cl_set);
    fx_play("fred");
    cut_relay_target(cl_relay, sandbox_port(fx_sandbox));
    profile_write();
    struct error e;
    ck_assert_int_eq(file_write(fx_path("rival.pw").p, STR("secret-two\n"), 0600, &e), OK);
    cl_w = work_open(&cl_set, connection_write("fourways", "our.pw"));
    rival_w = work_open(&rival_set, connection_write("rival", "rival.pw"));
    contact_stands(&cl_w, "FWTECH");
    contact_stands(&cl_w, "FW1");
}

static void teardown(void)
{
    registries_close(&rival_set);
    cl_teardown();
}

static struct registry_domain_create wanted(const char *name)
{
    return (struct registry_domain_create){.name = str_of(name),
        .years = 2,
        .hosts = {ours[0], ours[1]},
        .hosts_n = 2,
        .registrant = STR("FW1"),
        .contacts = {{STR("admin"), STR("FW1")}, {STR("tech"), STR("FW1")}},
        .contacts_n = 2};
}

static void registered(const char *order, const char *name)
{
    const struct registry_domain_create in = wanted(name);
    ck_status(registry_hosts_ensure(&cl_w, order, in.hosts, in.hosts_n, &cl_e), OK);
    ck_status(registry_domain_create(&cl_w, arena_printf(&cl_arena, "%s:create", order), &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.code, 1000);
}

static struct registry_domain seen(const struct registry_work *w, const char *name)
{
    struct registry_domain d = {0};
    ck_status(registry_domain_info(w, str_of(name), STR_NULL, &d, &cl_e), OK);
    return d;
}

START_TEST(a_domain_is_registered_with_a_set_of_name_servers)
{
    registered("order:1", "example.test");
    struct registry_domain d = seen(&cl_w, "example.test");
    ck_assert(str_eqz(d.clid, "fourways") && str_eqz(d.registrant, "FW1"));
    ck_assert_uint_eq(d.contacts_n, 1);
    ck_assert(str_eqz(d.contacts[0].type, "admin") && str_eqz(d.contacts[0].id, "FW1"));
    ck_assert(host_set_same(d.hosts, d.hosts_n, ours, 2));
    ck_assert(str_is_null(d.authinfo));
    time_us day = 86400 * US_PER_S, until = time_add_years(d.created, 2);
    ck_assert_int_eq(d.expires, until - until % day);
    registered("order:2", "other.test"); /* the same name servers are the same set */
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM nsset"), 1);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain_nsset"), 2);
}
END_TEST

START_TEST(other_name_servers_are_another_set)
{
    registered("order:1", "example.test");
    struct registry_domain_update u = {.name = STR("example.test"),
        .add_hosts = {others[1]},
        .add_hosts_n = 1,
        .rem_hosts = {ours[1]},
        .rem_hosts_n = 1,
        .hosts = {others[0], others[1]},
        .hosts_n = 2};
    ck_status(registry_hosts_ensure(&cl_w, "order:2", others, 2, &cl_e), OK);
    ck_status(registry_domain_update(&cl_w, "order:2:update", &u, &cl_o, &cl_e), OK);
    struct registry_domain d = seen(&cl_w, "example.test");
    ck_assert(host_set_same(d.hosts, d.hosts_n, others, 2));
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM nsset"), 2);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain_attr WHERE name = 'ns2.fourways.net'"), 0);
}
END_TEST

START_TEST(a_set_whose_answer_is_lost_is_asked_for)
{
    cl_fault("drop-after-commit:nsset:create", 1, 0);
    enum status s = registry_hosts_ensure(&cl_w, "order:1", ours, 2, &cl_e);
    ck_assert_msg(s == OK || s == UNCERTAIN, "%s", cl_e.text);
    ck_status(registry_hosts_ensure(&cl_w, "order:1", ours, 2, &cl_e), OK);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM nsset"), 1);
    ck_assert_int_eq(fx_number("SELECT left_n FROM fault"), 0);
}
END_TEST

START_TEST(a_set_that_the_registry_dropped_is_made_anew)
{
    const struct registry_domain_create in = wanted("example.test");
    ck_status(registry_hosts_ensure(&cl_w, "order:1", in.hosts, 2, &cl_e), OK);
    fx_sql("DELETE FROM nsset; DELETE FROM nsset_host; DELETE FROM nsset_tech");
    ck_status(registry_domain_create(&cl_w, "order:1:create", &in, &cl_o, &cl_e), NOT_FOUND);
    registered("order:2", "example.test");
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM nsset"), 1);
    const struct registry_domain_update u = {.name = in.name,
        .add_hosts = {others[1]},
        .add_hosts_n = 1,
        .rem_hosts = {ours[1]},
        .rem_hosts_n = 1,
        .hosts = {others[0], others[1]},
        .hosts_n = 2};
    ck_status(registry_hosts_ensure(&cl_w, "order:3", others, 2, &cl_e), OK);
    fx_sql("DELETE FROM nsset WHERE id NOT IN (SELECT nsset FROM domain_nsset)");
    ck_status(registry_domain_update(&cl_w, "order:3:update", &u, &cl_o, &cl_e), NOT_FOUND);
    fx_sql("DELETE FROM nsset_host WHERE nsset NOT IN (SELECT nsset FROM domain_nsset)");
    ck_status(registry_hosts_ensure(&cl_w, "order:4", others, 2, &cl_e), OK);
    ck_status(registry_domain_update(&cl_w, "order:4:update", &u, &cl_o, &cl_e), OK);
}
END_TEST

/* Whoever takes the domain itself for missing would register it again. */
START_TEST(a_set_gone_between_two_answers_is_no_missing_domain)
{
    registered("order:1", "example.test");
    fx_sql("SET FOREIGN_KEY_CHECKS = 0; DELETE FROM nsset; SET FOREIGN_KEY_CHECKS = 1");
    struct registry_domain d = {0};
    ck_status(registry_domain_info(&cl_w, STR("example.test"), STR_NULL, &d, &cl_e), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "set-gone");
}
END_TEST

START_TEST(a_name_server_may_be_the_domain_itself)
{
    struct registry_domain_create in = wanted("example.test");
    in.hosts[0] = (struct registry_host){.name = STR("example.test"), .addrs = {STR("192.0.2.7")}, .addrs_n = 1};
    ck_status(registry_hosts_ensure(&cl_w, "order:1", in.hosts, in.hosts_n, &cl_e), OK);
    ck_status(registry_domain_create(&cl_w, "order:1:create", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(
        fx_number("SELECT COUNT(*) FROM domain_attr WHERE name = 'example.test' AND addr = '192.0.2.7'"), 1);
}
END_TEST

START_TEST(contacts_are_not_transferred)
{
    const struct registry_transfer in = {
        .name = STR("FWTECH"), .op = REGISTRY_TRANSFER_REQUEST, .authinfo = STR("abc")};
    struct registry_transfer_info t = {0};
    ck_status(registry_contact_transfer(&rival_w, "order:1", &in, &cl_o, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "contact-transfer-not-spoken");
    ck_status(registry_contact_transfer_query(&rival_w, in.name, STR_NULL, &t, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "contact-transfer-not-spoken");
}
END_TEST

START_TEST(a_set_that_is_another_s_is_not_used)
{
    struct registry_host_set set;
    ck_status(host_set_of(&cl_w, ours, 2, &set, &cl_e), OK);
    ck_assert_uint_eq(set.id.n, 27);
    fx_sql(arena_printf(&cl_arena, "INSERT INTO nsset (id, sponsor, created, level) VALUES ('%.*s', 'rival', 1, '0')",
        STR_ARG(set.id)));
    fx_sql(arena_printf(&cl_arena, "INSERT INTO nsset_tech (nsset, contact_id) SELECT '%.*s', id FROM contact LIMIT 1",
        STR_ARG(set.id)));
    ck_status(registry_hosts_ensure(&cl_w, "order:1", ours, 2, &cl_e), EXISTS);
    ck_assert_str_eq(cl_e.code, "host-set-taken");
}
END_TEST

START_TEST(the_order_of_name_servers_and_their_case_make_no_other_set)
{
    const struct registry_host turned[] = {ours[1], ours[0]}, small[] = {{.name = STR("ns2.fourways.net")}, ours[0]};
    struct registry_host_set a, b, c, d;
    ck_status(host_set_of(&cl_w, ours, 2, &a, &cl_e), OK);
    ck_status(host_set_of(&cl_w, turned, 2, &b, &cl_e), OK);
    ck_status(host_set_of(&cl_w, small, 2, &c, &cl_e), OK);
    ck_status(host_set_of(&rival_w, ours, 2, &d, &cl_e), OK);
    ck_assert(str_eq(a.id, b.id) && str_eq(a.id, c.id));
    ck_assert(!str_eq(a.id, d.id)); /* ids are of all registrars */
    ck_status(host_set_of(&cl_w, ours, 0, &d, &cl_e), INVALID);
    const struct registry_host bare[] = {{.name = STR("ns1.example.test")}};
    ck_status(host_set_of(&cl_w, bare, 1, &d, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "host-needs-address");
}
END_TEST

START_TEST(keys_are_a_set_too)
{
    registered("order:1", "example.test");
    const struct registry_dnssec wanted = {.keys = {{257, 3, 13, STR("AQPJAQPJAQPJAQPJAQPJAQPJ")}}, .keys_n = 1},
                                 none = {.keys_n = 0};
    struct registry_domain_update u = {.name = STR("example.test")};
    dnssec_diff(&none, &wanted, &u.dnssec);
    cl_fault("drop-after-commit:keyset:create", 1, 0);
    enum status s = registry_keys_ensure(&cl_w, "order:2", &wanted, &cl_e);
    ck_assert_msg(s == OK || s == UNCERTAIN, "%s", cl_e.text);
    ck_status(registry_keys_ensure(&cl_w, "order:2", &wanted, &cl_e), OK);
    ck_status(registry_domain_update(&cl_w, "order:2:update", &u, &cl_o, &cl_e), OK); /* and read back */
    struct registry_domain d = seen(&cl_w, "example.test");
    ck_assert(dnssec_same_keys(d.dnssec.keys, d.dnssec.keys_n, wanted.keys, 1));
    ck_assert(host_set_same(d.hosts, d.hosts_n, ours, 2));
    ck_status(registry_keys_ensure(&cl_w, "order:3", &wanted, &cl_e), OK); /* it stands: the same again is no error */
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM keyset"), 1);
    dnssec_diff(&wanted, &none, &u.dnssec);
    ck_status(registry_domain_update(&cl_w, "order:4:update", &u, &cl_o, &cl_e), OK);
    ck_assert_uint_eq(seen(&cl_w, "example.test").dnssec.keys_n, 0);
    const struct registry_dnssec ds = {.ds = {{1, 13, 2, STR("49FD46E6")}}, .ds_n = 1};
    dnssec_diff(&none, &ds, &u.dnssec);
    ck_status(registry_domain_update(&cl_w, "order:5:update", &u, &cl_o, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "dnssec-wants-keys");
}
END_TEST

static void ck_too_slow(const char *fault)
{
    struct registry_work hasty = cl_w;
    struct registry_domain d = {0};
    hasty.timeout_ms = 500;
    cl_fault(fault, 1, 600);
    ck_status(registry_domain_info(&hasty, STR("example.test"), STR_NULL, &d, &cl_e), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-slow");
    ck_assert_int_eq(fx_number("SELECT SUM(left_n) FROM fault"), 0);
}

/* However late each answer is: not the same time again for each set. */
START_TEST(a_domain_and_its_sets_are_asked_for_in_the_time_of_one_call)
{
    registered("order:1", "example.test");
    const struct registry_dnssec keys = {.keys = {{257, 3, 13, STR("AQPJAQPJAQPJAQPJAQPJAQPJ")}}, .keys_n = 1},
                                 none = {.keys_n = 0};
    struct registry_domain_update u = {.name = STR("example.test")};
    dnssec_diff(&none, &keys, &u.dnssec);
    ck_status(registry_keys_ensure(&cl_w, "order:2", &keys, &cl_e), OK);
    ck_status(registry_domain_update(&cl_w, "order:2:update", &u, &cl_o, &cl_e), OK);
    ck_too_slow("delay-reply-ms:domain:info");
    ck_too_slow("delay-reply-ms:nsset:info");
    struct registry_domain d = seen(&cl_w, "example.test");
    ck_assert(d.hosts_n == 2 && d.dnssec.keys_n == 1);
}
END_TEST

START_TEST(keys_that_sign_no_zone_make_no_set)
{
    static const struct registry_dnskey bad[] = {
        {1, 3, 13, STR("AQPJAQPJAQPJ")}, {257, 2, 13, STR("AQPJAQPJAQPJ")}, {257, 3, 253, STR("AQPJAQPJAQPJ")}};
    struct registry_call call = {.arena = &cl_arena};
    const struct registry_adapter *a = &cl_w.registry->adapter;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct registry_key_set set = {
            .id = STR("FWKEYS1"), .keys = {bad[i]}, .keys_n = 1, .tech = STR("FWTECH")};
        call.cltrid = STR_NULL;
        ck_status(a->key_set_create(a->ctx, &call, &set, &cl_e), INVALID);
        ck_assert_int_eq(call.answer.code, 2306);
    }
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM keyset"), 0);
}
END_TEST

START_TEST(a_domain_is_registered_with_its_keys)
{
    const struct registry_dnssec wanted_keys = {.keys = {{257, 3, 13, STR("AQPJAQPJAQPJAQPJAQPJAQPJ")}}, .keys_n = 1};
    struct registry_domain_create in = wanted("example.test");
    in.dnssec = wanted_keys;
    ck_status(registry_hosts_ensure(&cl_w, "order:1", in.hosts, in.hosts_n, &cl_e), OK);
    ck_status(registry_keys_ensure(&cl_w, "order:1", &in.dnssec, &cl_e), OK);
    ck_status(registry_domain_create(&cl_w, "order:1:create", &in, &cl_o, &cl_e), OK);
    struct registry_domain d = seen(&cl_w, "example.test");
    ck_assert(dnssec_same_keys(d.dnssec.keys, d.dnssec.keys_n, wanted_keys.keys, 1));
}
END_TEST

START_TEST(a_domain_is_renewed_and_deleted)
{
    registered("order:1", "example.test");
    const struct registry_renew in = {
        .name = STR("example.test"), .expires = seen(&cl_w, "example.test").expires, .years = 1};
    ck_status(registry_domain_renew(&cl_w, "order:2:renew", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.expires, time_add_years(in.expires, 1));
    ck_status(registry_domain_delete(&cl_w, "order:3:delete", in.name, &cl_o, &cl_e), OK);
}
END_TEST

static enum status message_take(
    void *ctx, const struct registry_work *w, const struct registry_message *m, struct str key, struct error *e)
{
    (void)w, (void)key, (void)e;
    ck_assert_int_eq(m->kind, REGISTRY_MESSAGE_TRANSFER);
    ck_assert(str_eqz(m->object, "example.test") && str_eqz(m->transfer.reid, "rival"));
    ck_assert(str_eqz(m->transfer.status, "serverApproved"));
    *(int *)ctx += 1;
    return OK;
}

static void ck_told(const struct registry_work *w)
{
    int told = 0;
    size_t n = 0;
    const struct poll_handler h = {message_take, &told};
    ck_status(registry_poll_run(w, &h, 20, &n, &cl_e), OK);
    ck_assert_int_eq(told, 1);
}

/* The code that the holder of example.test is sent. */
static struct str code_sent(void)
{
    static const struct db_query mail = {"mail", "SELECT text FROM mail WHERE domain = 'example.test'"};
    const struct registry_request send = {
        .verb = REGISTRY_AUTHINFO_SEND, .key = "order:2:send", .name = STR("example.test")};
    struct db_result r;
    ck_status(registry_transform(&cl_w, &send, &cl_o, &cl_e), OK);
    ck_assert_int_eq(db_select_one(fx_db, &fx_arena, &mail, DB_NO_ARGS, &r, &cl_e), OK);
    return db_str(&r, 0, 0);
}

/* The registry makes the code and mails it to the holder; the transfer takes place at once, and the domain says so. */
START_TEST(a_transfer_takes_the_code_that_the_holder_was_sent)
{
    registered("order:1", "example.test");
    struct str code = code_sent();
    struct registry_transfer in = {
        .name = STR("example.test"), .op = REGISTRY_TRANSFER_REQUEST, .authinfo = STR("wrong-code-1!")};
    ck_status(registry_domain_transfer(&rival_w, "order:3:transfer", &in, &cl_o, &cl_e), DENIED);
    in.authinfo = code;
    ck_status(registry_domain_transfer(&rival_w, "order:4:transfer", &in, &cl_o, &cl_e), OK);
    ck_assert(str_eqz(seen(&cl_w, "example.test").clid, "rival"));
    ck_told(&cl_w);
    struct registry_transfer_info t = {0};
    ck_status(registry_transfer_query(&rival_w, in.name, STR_NULL, &t, &cl_e), OK);
    ck_assert(str_eqz(t.status, "serverApproved") && str_eqz(t.reid, "rival"));
    in.op = REGISTRY_TRANSFER_CANCEL;
    ck_status(registry_domain_transfer(&rival_w, "order:4:cancel", &in, &cl_o, &cl_e), INVALID);
}
END_TEST

START_TEST(a_transfer_whose_answer_is_lost_is_found_done)
{
    registered("order:1", "example.test");
    struct str code = code_sent();
    const struct registry_transfer in = {
        .name = STR("example.test"), .op = REGISTRY_TRANSFER_REQUEST, .authinfo = code};
    cl_fault("drop-after-commit:domain:transfer", 1, 0);
    enum status s = registry_domain_transfer(&rival_w, "order:3:transfer", &in, &cl_o, &cl_e);
    ck_assert_msg(s == OK || s == UNCERTAIN, "%s", cl_e.text);
    ck_status(registry_domain_transfer(&rival_w, "order:3:transfer", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(fx_number("SELECT left_n FROM fault"), 0);
}
END_TEST

START_TEST(a_contact_is_changed_and_read_back)
{
    struct registry_contact c;
    struct registry_contact_info info;
    cl_contact(&c);
    c.city = STR("Žďár");
    c.org = STR_NULL;
    ck_status(registry_contact_ensure(&cl_w, "order:1", &c, &cl_e), OK);
    c.id = STR("FW1");
    c.city = STR("Brno");
    ck_status(registry_contact_ensure(&cl_w, "order:2", &c, &cl_e), OK);
    ck_status(registry_contact_info(&cl_w, STR("FW1"), &info, &cl_e), OK);
    ck_assert(str_eqz(info.contact.city, "Brno") && str_empty(info.contact.org));
    ck_assert(str_eqz(info.contact.name, "Ada Example"));
}
END_TEST

START_TEST(locks_are_the_registry_s_own)
{
    registered("order:1", "example.test");
    const struct registry_domain_update u = {
        .name = STR("example.test"), .add_statuses = {STR("clientTransferProhibited")}, .add_statuses_n = 1};
    ck_status(registry_domain_update(&cl_w, "order:2:lock", &u, &cl_o, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "statuses-not-ours");
}
END_TEST

static enum status meaning_see(
    void *ctx, const struct registry_work *w, const struct registry_message *m, struct str key, struct error *e)
{
    (void)w, (void)key, (void)e;
    *(int *)ctx += m->meaning == REGISTRY_MEANS_LOW_BALANCE;
    return OK;
}

START_TEST(a_credit_that_runs_low_is_told_in_fred_s_words)
{
    int told = 0;
    size_t n = 0;
    const struct poll_handler h = {meaning_see, &told};
    fx_sql("UPDATE registrar SET balance = 10500 WHERE id = 'fourways'");
    registered("order:1", "example.test");
    ck_status(registry_poll_run(&cl_w, &h, 20, &n, &cl_e), OK);
    ck_assert_int_eq(told, 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fred");
    TCase *c = tcase_create("fred");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 120);
    tcase_add_test(c, a_domain_is_registered_with_a_set_of_name_servers);
    tcase_add_test(c, other_name_servers_are_another_set);
    tcase_add_test(c, a_set_whose_answer_is_lost_is_asked_for);
    tcase_add_test(c, a_set_that_the_registry_dropped_is_made_anew);
    tcase_add_test(c, a_set_that_is_another_s_is_not_used);
    tcase_add_test(c, a_set_gone_between_two_answers_is_no_missing_domain);
    tcase_add_test(c, a_name_server_may_be_the_domain_itself);
    tcase_add_test(c, contacts_are_not_transferred);
    tcase_add_test(c, the_order_of_name_servers_and_their_case_make_no_other_set);
    tcase_add_test(c, keys_are_a_set_too);
    tcase_add_test(c, a_credit_that_runs_low_is_told_in_fred_s_words);
    tcase_add_test(c, a_domain_and_its_sets_are_asked_for_in_the_time_of_one_call);
    tcase_add_test(c, keys_that_sign_no_zone_make_no_set);
    tcase_add_test(c, a_domain_is_registered_with_its_keys);
    tcase_add_test(c, a_domain_is_renewed_and_deleted);
    tcase_add_test(c, a_transfer_takes_the_code_that_the_holder_was_sent);
    tcase_add_test(c, a_transfer_whose_answer_is_lost_is_found_done);
    tcase_add_test(c, a_contact_is_changed_and_read_back);
    tcase_add_test(c, locks_are_the_registry_s_own);
    suite_add_tcase(s, c);
    return suite_run(s);
}
