/* Our side against the sandbox registry, over TLS and its own database: each verb, refusals, prices, other profiles. */
#include <fcntl.h>

#include "base/metrics.h"
#include "tests/registry/client_run.h"

DB_QUERY(t_with, "SELECT COUNT(*) FROM registry_transcript WHERE INSTR(sent, ?) > 0 OR INSTR(received, ?) > 0");
DB_QUERY(t_contacts, "SELECT COUNT(*) FROM registry_contact");

/* ---- the way it goes -------------------------------------------------------------------------------------- */

START_TEST(check_tells_free_taken_and_reserved)
{
    const struct str names[] = {STR("free.test"), STR("nic.test"), STR("gone.test")};
    struct registry_avail avail[3];
    cl_domain(&create, "gone.test");
    ck_status(run("order:1:create"), OK);
    ck_status(registry_domain_check(&cl_w, names, 3, avail, &cl_e), OK);
    ck_assert(avail[0].available);
    ck_assert(!avail[1].available);
    ck_assert(!avail[2].available);
    ck_assert_uint_gt(avail[2].reason.n, 0);
}
END_TEST

START_TEST(more_names_than_one_check_takes_are_asked_in_portions)
{
    struct str names[120];
    struct registry_avail avail[120];
    for (size_t i = 0; i < 120; i++)
        names[i] = str_printf(&cl_arena, "n%zu.test", i);
    ck_status(registry_domain_check(&cl_w, names, 120, avail, &cl_e), OK);
    for (size_t i = 0; i < 120; i++)
        ck_assert(avail[i].available && str_eq(avail[i].name, names[i]));
}
END_TEST

/* As the first start does it: the domain, hosts below it with addresses, then the delegation. */
START_TEST(a_domain_gets_hosts_of_its_own_and_is_read_back)
{
    struct registry_host hosts[] = {{STR("ns1.infra.test"), {STR("192.0.2.1"), STR("2001:db8::1")}, 2},
        {STR("ns2.infra.test"), {STR("192.0.2.2")}, 1}};
    struct registry_domain_update u = {.name = STR("infra.test"), .add_hosts = {hosts[0], hosts[1]}, .add_hosts_n = 2};
    cl_domain(&create, "infra.test");
    create.years = 2;
    create.contacts[create.contacts_n++] = (struct registry_contact_ref){STR("admin"), STR("FW1")};
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.code, 1000);
    ck_assert(str_starts(cl_o.cltrid, STR("FW-")) && cl_o.svtrid.n > 0);
    ck_status(registry_hosts_ensure(&cl_w, "order:1", hosts, 2, &cl_e), OK);
    ck_status(registry_domain_update(&cl_w, "order:1:delegate", &u, &cl_o, &cl_e), OK);
    struct registry_domain dom = domain_seen("infra.test");
    ck_assert_uint_eq(dom.hosts_n, 2);
    ck_assert(str_eqz(dom.registrant, "FW1") && str_eqz(dom.clid, "fourways"));
    ck_assert(str_eq(dom.authinfo, create.authinfo));
    ck_assert_int_eq(dom.expires, time_add_years(dom.created, 2));
    struct registry_host_info info;
    ck_status(registry_host_info(&cl_w, STR("ns1.infra.test"), &info, &cl_e), OK);
    ck_assert(verb_same_addrs(info.host.addrs, info.host.addrs_n, hosts[0].addrs, 2));
}
END_TEST

START_TEST(a_host_that_moves_is_updated_at_the_registry)
{
    struct registry_host h = {STR("ns1.infra.test"), {STR("192.0.2.1"), STR("192.0.2.3")}, 2};
    cl_domain(&create, "infra.test");
    ck_status(run("order:1:create"), OK);
    ck_status(registry_hosts_ensure(&cl_w, "order:1", &h, 1, &cl_e), OK);
    h.addrs[1] = STR("2001:db8::3");
    ck_status(registry_hosts_ensure(&cl_w, "order:2", &h, 1, &cl_e), OK);
    struct registry_host_info info;
    ck_status(registry_host_info(&cl_w, h.name, &info, &cl_e), OK);
    ck_assert(verb_same_addrs(info.host.addrs, info.host.addrs_n, h.addrs, 2));
}
END_TEST

START_TEST(a_contact_is_updated_when_it_changed)
{
    struct registry_contact c;
    struct registry_contact_info info;
    cl_contact(&c);
    ck_status(registry_contact_ensure(&cl_w, "order:1", &c, &cl_e), OK);
    c.city = STR("Another Town");
    c.org = STR_NULL;
    ck_status(registry_contact_ensure(&cl_w, "order:2", &c, &cl_e), OK);
    ck_status(registry_contact_info(&cl_w, STR("FW1"), &info, &cl_e), OK);
    ck_assert(str_eqz(info.contact.city, "Another Town"));
    ck_assert(str_eqz(info.contact.voice, "+49.301234567"));
    ck_assert_uint_eq(info.contact.street_n, 2);
}
END_TEST

START_TEST(another_registrar_s_contact_id_is_not_taken_over)
{
    struct client rival;
    struct registry_contact c;
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "FW1"), 1000);
    cl_contact(&c);
    ck_status(registry_contact_ensure(&cl_w, "order:1", &c, &cl_e), EXISTS);
    ck_assert_str_eq(cl_e.code, "contact-id-taken");
    client_close(&rival);
}
END_TEST

START_TEST(renew_moves_the_expiry_once_per_key)
{
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    struct registry_renew in = {.name = STR("a.test"), .expires = cl_o.expires, .years = 3};
    ck_status(registry_domain_renew(&cl_w, "order:2:renew", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.expires, time_add_years(in.expires, 3));
    ck_status(registry_domain_renew(&cl_w, "order:2:renew", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_RECORD);
    ck_assert_int_eq(domain_seen("a.test").expires, time_add_years(in.expires, 3));
    /* Another order that starts from the old expiry is refused by the registry itself. */
    ck_status(registry_domain_renew(&cl_w, "order:3:renew", &in, &cl_o, &cl_e), INVALID);
}
END_TEST

START_TEST(delete_in_the_add_grace_period_removes_the_domain)
{
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    ck_status(registry_domain_delete(&cl_w, "order:2:delete", STR("a.test"), &cl_o, &cl_e), OK);
    struct registry_domain dom = {0};
    enum status s = registry_domain_info(&cl_w, STR("a.test"), STR_NULL, &dom, &cl_e);
    ck_assert(s == NOT_FOUND || verb_has_status(dom.statuses, dom.statuses_n, "pendingDelete"));
}
END_TEST

/* ---- refusals ---------------------------------------------------------------------------------------------- */

START_TEST(a_name_that_another_registrar_has_is_refused_for_good)
{
    struct client rival;
    cl_domain(&create, "a.test");
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "ada"), 1000);
    ck_assert_int_eq(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(run("order:1:create"), EXISTS);
    ck_assert_str_eq(cl_e.code, "epp-2302");
    ck_status(run("order:1:create"), EXISTS);
    ck_assert_int_eq(cl_o.source, OUTCOME_RECORD);
    client_close(&rival);
}
END_TEST

START_TEST(what_epp_cannot_carry_is_refused_before_anything_is_written)
{
    cl_domain(&create, "a.test");
    create.registrant = STR("x");
    ck_status(run("order:1:create"), INVALID);
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 0);
}
END_TEST

START_TEST(a_missing_registrant_forgets_what_was_seen)
{
    cl_domain(&create, "a.test");
    const struct registry_request gone = {.verb = REGISTRY_CONTACT_DELETE, .key = "purge", .name = STR("FW1")};
    ck_status(registry_transform(&cl_w, &gone, &cl_o, &cl_e), OK);
    ck_assert_int_ne(run("order:1:create"), OK);
    ck_assert_int_ge(cl_o.code, 2300);
    ck_assert_int_eq(ours(&t_contacts, DB_NO_ARGS), 0);
}
END_TEST

/* ---- what is kept, logged and counted --------------------------------------------------------------------------- */

START_TEST(the_journal_keeps_no_secret)
{
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    domain_seen("a.test"); /* whose answer shows the authInfo */
    struct str secret = create.authinfo, name = STR("a.test"),
               mark = STR("<domain:authInfo>secret:domain/a.test</domain:authInfo>");
    ck_assert_int_eq(ours(&t_with, DB_ARGS(db_b(secret), db_b(secret))), 0);
    ck_assert_int_eq(ours(&t_with, DB_ARGS(db_b(name), db_b(name))), 4);
    ck_assert_int_eq(ours(&t_with, DB_ARGS(db_b(mark), db_b(mark))), 1);
}
END_TEST

/* Both sides' logs at their most talkative, from login on. */
START_TEST(no_secret_reaches_a_log)
{
    const char *path = fx_path("log").p;
    struct str text;
    int keep = dup(2), file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    ck_assert(keep >= 0 && file >= 0 && dup2(file, 2) == 2);
    log_init(NULL, LOG_DEBUG);
    registries_close(&cl_set);
    cl_open(); /* whether frames are logged is known from there on */
    cl_domain(&create, "a.test");
    enum status s = run("order:1:create");
    struct registry_domain dom = domain_seen("a.test");
    log_init(NULL, LOG_ERROR);
    ck_assert_int_eq(dup2(keep, 2), 2);
    (void)close(keep);
    (void)close(file);
    ck_status(s, OK);
    ck_assert(str_eq(dom.authinfo, create.authinfo));
    ck_status(file_read(&cl_arena, path, 1 << 20, &text, &cl_e), OK);
    const char *log = str_dupz(&cl_arena, text);
    ck_assert_ptr_nonnull(strstr(log, "<login>"));
    ck_assert_ptr_nonnull(strstr(log, "a.test"));
    ck_assert_ptr_null(strstr(log, "secret-one"));
    ck_assert_ptr_null(strstr(log, str_dupz(&cl_arena, create.authinfo)));
}
END_TEST

START_TEST(commands_are_counted_by_verb_and_code)
{
    struct buf out;
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    ck_status(run("order:2:create"), EXISTS);
    buf_in(&out, &cl_arena, 1 << 20);
    metrics_write(&out);
    const char *text = str_dupz(&cl_arena, buf_view(&out));
    ck_assert_ptr_nonnull(strstr(
        text, "fourways_registry_commands_total{registry=\"sandbox\",verb=\"domain-create\",code=\"1000\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(
        text, "fourways_registry_commands_total{registry=\"sandbox\",verb=\"domain-create\",code=\"2302\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "fourways_registry_sessions{registry=\"sandbox\"} 1\n"));
}
END_TEST

/* ---- price --------------------------------------------------------------------------------------------------------- */

static enum status buy(const char *name, const char *key, int64_t most)
{
    cl_domain(&create, name);
    const struct registry_request r = {
        .verb = REGISTRY_DOMAIN_CREATE, .key = key, .domain_create = &create, .ceiling = {most, STR("EUR")}};
    return registry_transform(&cl_w, &r, &cl_o, &cl_e);
}

START_TEST(a_premium_name_is_bought_at_its_price_or_not_at_all)
{
    int64_t before = fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
    ck_status(buy("gold.test", "order:1:create", 900), DENIED);
    ck_assert_str_eq(cl_e.code, "registry-price-above");
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 0);
    ck_status(buy("gold.test", "order:2:create", 50000), OK);
    ck_assert_int_eq(cl_o.fee.amount, 50000);
    ck_assert_int_eq(before - fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), 50000);
}
END_TEST

DB_QUERY(t_charged, "SELECT COUNT(*) FROM registry_command WHERE charged = fee AND fee_currency = 'EUR'");

START_TEST(what_was_agreed_is_what_is_charged)
{
    ck_status(buy("a.test", "order:1:create", 900), OK);
    ck_assert_int_eq(ours(&t_charged, DB_NO_ARGS), 1);
    struct registry_renew in = {.name = STR("a.test"), .expires = cl_o.expires, .years = 2};
    ck_status(registry_domain_renew(&cl_w, "order:2:renew", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(ours(&t_charged, DB_NO_ARGS), 2);
    cl_fault("code:domain:create", 1, 2004);
    ck_status(buy("b.test", "order:3:create", 900), INVALID);
}
END_TEST

/* ---- by another profile ------------------------------------------------------------------------------------------ */

/* The sandbox knows no other words, so its own stand for a registry's own. */
START_TEST(words_and_codes_are_put_into_epp_s_where_answers_are_read)
{
    struct registry_profile *p = cl_set.items[0].config.profile;
    struct profile_status_map statuses[] = {{STR("inactive"), STR("")}, {STR("ok"), STR("serverHold")}};
    struct profile_code_map codes[] = {{STR("domain-info"), 2303, 2306}};
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    struct registry_domain before = domain_seen("a.test");
    p->status_maps = statuses;
    p->status_maps_n = ARRAY_LEN(statuses);
    p->code_maps = codes;
    p->code_maps_n = ARRAY_LEN(codes);
    struct registry_domain after = domain_seen("a.test");
    ck_assert(verb_has_status(before.statuses, before.statuses_n, "inactive"));
    ck_assert(!verb_has_status(after.statuses, after.statuses_n, "inactive"));
    ck_assert_uint_lt(after.statuses_n, before.statuses_n + 1);
    ck_status(registry_domain_info(&cl_w, STR("b.test"), STR_NULL, &after, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "epp-2306");
}
END_TEST

/* A life with another style: no prefixes, months, both forms of addresses, authInfo that is taken away. */
START_TEST(a_registry_of_another_style_is_spoken_to_in_its_own)
{
    struct registry_profile *p = cl_set.items[0].config.profile;
    p->style = PROFILE_STYLE_DEFAULT;
    p->period = PROFILE_PERIOD_MONTHS;
    p->contact_postal = PROFILE_POSTAL_BOTH;
    cl_domain(&create, "a.test");
    create.years = 2;
    ck_status(run("order:1:create"), OK);
    struct registry_domain dom = domain_seen("a.test");
    ck_assert_int_eq(dom.expires, time_add_years(dom.created, 2));
    struct registry_domain_update u = {.name = STR("a.test"), .authinfo = registry_authinfo_new(p, &cl_arena)};
    ck_status(registry_domain_update(&cl_w, "order:1:authinfo", &u, &cl_o, &cl_e), OK);
    ck_assert(str_eq(domain_seen("a.test").authinfo, u.authinfo));
    u.authinfo = STR("");
    ck_status(registry_domain_update(&cl_w, "order:1:clear", &u, &cl_o, &cl_e), OK);
    ck_assert(str_empty(domain_seen("a.test").authinfo));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client");
    TCase *c = tcase_create("client");
    tcase_add_checked_fixture(c, cl_setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, check_tells_free_taken_and_reserved);
    tcase_add_test(c, more_names_than_one_check_takes_are_asked_in_portions);
    tcase_add_test(c, a_domain_gets_hosts_of_its_own_and_is_read_back);
    tcase_add_test(c, a_host_that_moves_is_updated_at_the_registry);
    tcase_add_test(c, a_contact_is_updated_when_it_changed);
    tcase_add_test(c, words_and_codes_are_put_into_epp_s_where_answers_are_read);
    tcase_add_test(c, a_registry_of_another_style_is_spoken_to_in_its_own);
    tcase_add_test(c, another_registrar_s_contact_id_is_not_taken_over);
    tcase_add_test(c, renew_moves_the_expiry_once_per_key);
    tcase_add_test(c, delete_in_the_add_grace_period_removes_the_domain);
    tcase_add_test(c, a_name_that_another_registrar_has_is_refused_for_good);
    tcase_add_test(c, what_epp_cannot_carry_is_refused_before_anything_is_written);
    tcase_add_test(c, a_missing_registrant_forgets_what_was_seen);
    tcase_add_test(c, the_journal_keeps_no_secret);
    tcase_add_test(c, no_secret_reaches_a_log);
    tcase_add_test(c, commands_are_counted_by_verb_and_code);
    tcase_add_test(c, a_premium_name_is_bought_at_its_price_or_not_at_all);
    tcase_add_test(c, what_was_agreed_is_what_is_charged);
    suite_add_tcase(s, c);
    return suite_run(s);
}
