#include <fcntl.h>

#include "base/metrics.h"
#include "tests/registry/client_fixture.h"

/* Our side against the sandbox registry, over TLS and its own database: each verb, what mishaps by name leave
 * behind, and what no answer at all does. */

DB_QUERY(t_creates, "SELECT COUNT(*) FROM registry_command WHERE verb = 'domain-create'");
DB_QUERY(t_asked, "SELECT COUNT(*) FROM registry_command WHERE asked = 1");
DB_QUERY(t_with, "SELECT COUNT(*) FROM registry_transcript WHERE INSTR(sent, ?) > 0 OR INSTR(received, ?) > 0");
DB_QUERY(t_contacts, "SELECT COUNT(*) FROM registry_contact");
DB_QUERY(t_messages, "SELECT COUNT(*) FROM registry_message");
DB_QUERY(t_open_messages, "SELECT COUNT(*) FROM registry_message WHERE state <> 'acked'");

static struct registry_domain_create create;

static enum status run(const char *key)
{
    return registry_domain_create(&cl_w, key, &create, &cl_o, &cl_e);
}

static struct registry_domain domain_seen(const char *name)
{
    struct registry_domain dom = {0};
    ck_status(registry_domain_info(&cl_w, str_of(name), STR_NULL, &dom, &cl_e), OK);
    return dom;
}

static int64_t ours(const struct db_query *q, const struct db_val *args, size_t n)
{
    struct db_result r;
    ck_status(db_select_one(cl_db, &cl_arena, q, args, n, &r, &cl_e), OK);
    return db_int(&r, 0, 0);
}

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

/* ---- mishaps by name ------------------------------------------------------------------------------------------ */

static const char *const done_faults[] = {
    "drop-after-commit:domain:create", "half-frame:domain:create", "garbage:domain:create"};

START_TEST(done_at_the_registry_without_a_readable_answer_is_found_done)
{
    cl_domain(&create, "a.test");
    cl_fault(done_faults[_i], 1, 0);
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    ck_assert_int_eq(cl_o.expires, domain_seen("a.test").expires);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), 1);
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 1);
}
END_TEST

static const char *const undone_faults[] = {"drop-before-commit:domain:create", "close-silent:domain:create"};

START_TEST(not_done_and_not_answered_is_sent_again_at_the_next_call)
{
    cl_domain(&create, "a.test");
    cl_fault(undone_faults[_i], 1, 0);
    ck_status(run("order:1:create"), UNCERTAIN);
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.attempt, 2);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), 1);
}
END_TEST

START_TEST(while_info_is_not_answered_either_nothing_is_sent)
{
    cl_domain(&create, "a.test");
    cl_fault("drop-after-commit:domain:create", 1, 0);
    cl_fault("close-silent:domain:info", 2, 0);
    ck_status(run("order:1:create"), UNCERTAIN);
    ck_status(run("order:1:create"), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-undecided");
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 1);
}
END_TEST

START_TEST(unknown_then_taken_by_another_registrar_is_refused)
{
    struct client rival;
    cl_domain(&create, "a.test");
    cl_fault("close-silent:domain:create", 1, 0);
    ck_status(run("order:1:create"), UNCERTAIN);
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "ada"), 1000);
    ck_assert_int_eq(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(run("order:1:create"), EXISTS);
    ck_assert_str_eq(cl_e.code, "epp-2302");
    client_close(&rival);
}
END_TEST

START_TEST(a_2400_is_not_done_and_tried_again)
{
    cl_domain(&create, "a.test");
    cl_fault("code:domain:create", 2, 2400);
    ck_status(run("order:1:create"), UNAVAILABLE);
    ck_status(run("order:1:create"), UNAVAILABLE);
    ck_status(run("order:1:create"), OK);
    ck_assert_int_eq(cl_o.attempt, 3);
}
END_TEST

START_TEST(a_host_and_a_contact_without_answers_are_found_by_asking)
{
    struct registry_host h = {STR("ns1.infra.test"), {STR("192.0.2.1")}, 1};
    struct registry_contact c;
    cl_contact(&c);
    c.id = STR("FW2");
    cl_fault("drop-after-commit:contact:create", 1, 0);
    ck_status(registry_contact_ensure(&cl_w, "order:1", &c, &cl_e), OK);
    cl_domain(&create, "infra.test");
    ck_status(run("order:1:create"), OK);
    cl_fault("drop-after-commit:host:create", 1, 0);
    ck_status(registry_hosts_ensure(&cl_w, "order:1", &h, 1, &cl_e), OK);
    ck_assert_int_eq(ours(&t_asked, DB_NO_ARGS), 2);
}
END_TEST

START_TEST(a_renewal_without_answer_is_charged_once)
{
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    struct registry_renew in = {.name = STR("a.test"), .expires = cl_o.expires, .years = 1};
    cl_fault("drop-after-commit:domain:renew", 1, 0);
    ck_status(registry_domain_renew(&cl_w, "order:2:renew", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(domain_seen("a.test").expires, time_add_years(in.expires, 1));
    in.expires = time_add_years(in.expires, 1);
    cl_fault("drop-before-commit:domain:renew", 1, 0);
    ck_status(registry_domain_renew(&cl_w, "order:3:renew", &in, &cl_o, &cl_e), UNCERTAIN);
    ck_status(registry_domain_renew(&cl_w, "order:3:renew", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(domain_seen("a.test").expires, time_add_years(in.expires, 1));
}
END_TEST

static enum status restore(enum registry_restore_op op)
{
    const struct registry_restore in = {.name = STR("a.alt"),
        .op = op,
        .before = STR("registered"),
        .after = STR("registered"),
        .deleted = cl_w.now,
        .restored = cl_w.now,
        .reason = STR("Deleted by mistake."),
        .statements = {STR("The registrant asked for it."), STR("This is true.")}};
    const char *key = op == REGISTRY_RESTORE_REPORT ? "order:3:report" : "order:3:restore";
    return registry_domain_restore(&cl_w, key, &in, &cl_o, &cl_e);
}

/* .alt has no add grace period: what is deleted there is in redemption. */
START_TEST(a_restore_without_answers_is_found_by_asking_and_charged_once)
{
    cl_domain(&create, "a.alt");
    ck_status(run("order:1:create"), OK);
    ck_status(registry_domain_delete(&cl_w, "order:2:delete", create.name, &cl_o, &cl_e), OK);
    struct registry_domain dom = domain_seen("a.alt");
    ck_assert(verb_has_status(dom.rgp, dom.rgp_n, "redemptionPeriod"));
    cl_fault("drop-before-commit:domain:update", 1, 0);
    ck_status(restore(REGISTRY_RESTORE_REQUEST), UNCERTAIN);
    cl_fault("drop-after-commit:domain:update", 1, 0);
    ck_status(restore(REGISTRY_RESTORE_REQUEST), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    dom = domain_seen("a.alt");
    ck_assert(verb_has_status(dom.rgp, dom.rgp_n, "pendingRestore"));
    cl_fault("close-silent:domain:update", 1, 0);
    ck_status(restore(REGISTRY_RESTORE_REPORT), UNCERTAIN);
    cl_fault("half-frame:domain:update", 1, 0);
    ck_status(restore(REGISTRY_RESTORE_REPORT), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    dom = domain_seen("a.alt");
    ck_assert(!verb_has_status(dom.statuses, dom.statuses_n, "pendingDelete"));
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM posting WHERE what LIKE 'restore %'"), 1);
}
END_TEST

START_TEST(a_restore_of_what_was_never_deleted_is_refused)
{
    cl_domain(&create, "a.alt");
    ck_status(run("order:1:create"), OK);
    ck_status(restore(REGISTRY_RESTORE_REQUEST), DENIED);
    ck_assert_int_eq(cl_o.code, 2304);
}
END_TEST

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

/* ---- transfer and poll ------------------------------------------------------------------------------------------- */

struct seen {
    int n, transfers;
    struct str status, object;
    enum registry_meaning meaning;
};

static enum status message_see(
    void *ctx, const struct registry_work *w, const struct registry_message *m, struct str key, struct error *e)
{
    struct seen *seen = ctx;
    (void)key, (void)e;
    seen->n++;
    seen->meaning = m->meaning;
    seen->object = str_is_null(m->object) ? STR("") : str_dup(w->arena, m->object);
    if (m->kind != REGISTRY_MESSAGE_TRANSFER)
        return OK;
    seen->transfers++;
    seen->status = str_dup(w->arena, m->transfer.status);
    return OK;
}

START_TEST(a_message_in_words_means_what_the_profile_says)
{
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create"), OK);
    ck_status(sandbox_sweep_now(fx_sandbox, cl_o.expires + US_PER_S, &cl_e), OK);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_int_eq(seen.n, 1);
    ck_assert_int_eq(seen.meaning, REGISTRY_MEANS_RENEWED);
    ck_assert(str_eqz(seen.object, "a.test"));
}
END_TEST

START_TEST(a_transfer_is_asked_for_approved_and_told_by_a_message)
{
    struct client rival;
    struct registry_transfer_info t = {0};
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("domain-auth"), .years = 1};
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "ada"), 1000);
    ck_assert_int_eq(domain_create(&rival, "a.test", REGISTRANT), 1000);
    cl_fault("drop-after-commit:domain:transfer", 1, 0);
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending);
    ck_status(registry_transfer_query(&cl_w, in.name, in.authinfo, &t, &cl_e), OK);
    ck_assert(str_eqz(t.status, "pending") && str_eqz(t.reid, "fourways"));
    ck_code(client_command(&rival, "<transfer op=\"approve\"><domain:transfer "
                                   "xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>a.test"
                                   "</domain:name></domain:transfer></transfer>"),
        1000);
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_int_ge(seen.transfers, 1);
    ck_assert(str_eqz(seen.status, "clientApproved"));
    ck_assert(str_eqz(domain_seen("a.test").clid, "fourways"));
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_assert(!cl_o.pending && cl_o.code == 1000 && cl_o.source == OUTCOME_RECORD);
    client_close(&rival);
}
END_TEST

static int rival_answers(struct client *rival, const char *op)
{
    return client_command(rival,
        "<transfer op=\"%s\"><domain:transfer xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">"
        "<domain:name>a.test</domain:name></domain:transfer></transfer>",
        op);
}

/* The first request was refused while nobody fetched messages; the second is still open. Its date is known by the answer,
 * by asking after the answer was lost, or not at all. */
START_TEST(a_message_about_an_older_transfer_does_not_end_a_newer_one)
{
    struct client rival;
    struct registry_outcome second;
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("domain-auth"), .years = 1};
    client_login(&rival, "rival");
    ck_code(contact_create(&rival, "ada"), 1000);
    ck_code(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_code(rival_answers(&rival, "reject"), 1000);
    fx_sql("UPDATE clock SET ahead_us = ahead_us + 2000000000");
    cl_w.now += 2000 * US_PER_S;
    if (_i == 1)
        cl_fault("drop-after-commit:domain:transfer", 1, 0);
    ck_status(registry_domain_transfer(&cl_w, "order:2:transfer", &in, &second, &cl_e), OK);
    ck_assert(second.pending && second.created != 0);
    if (_i == 2)
        ck_status(db_run_script(cl_db, STR("UPDATE registry_command SET object_created = NULL"), &cl_e), OK);
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_int_eq(seen.transfers, 1);
    ck_assert(str_eqz(seen.status, "clientRejected"));
    ck_status(journal_look(&cl_w, "order:2:transfer", &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending);
    ck_status(journal_look(&cl_w, "order:1:transfer", &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.code, 2308);
    ck_code(rival_answers(&rival, "approve"), 1000);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_status(journal_look(&cl_w, "order:2:transfer", &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.code, 1000);
    client_close(&rival);
}
END_TEST

/* A call is safe to repeat, also when another request is open by then. */
START_TEST(a_cancel_called_again_does_not_end_the_next_request)
{
    struct client rival;
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("domain-auth"), .years = 1};
    const struct registry_transfer cancel = {.name = STR("a.test"), .op = REGISTRY_TRANSFER_CANCEL};
    client_login(&rival, "rival");
    ck_code(contact_create(&rival, "ada"), 1000);
    ck_code(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_status(registry_domain_transfer(&cl_w, "order:1:cancel", &cancel, &cl_o, &cl_e), OK);
    ck_status(journal_look(&cl_w, "order:1:transfer", &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.code, 2308);
    ck_status(registry_domain_transfer(&cl_w, "order:2:transfer", &in, &cl_o, &cl_e), OK);
    ck_status(registry_domain_transfer(&cl_w, "order:1:cancel", &cancel, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_RECORD);
    ck_status(journal_look(&cl_w, "order:2:transfer", &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending);
    client_close(&rival);
}
END_TEST

DB_QUERY(t_quarantined, "SELECT COUNT(*) FROM registry_message WHERE state = 'quarantined' AND acked IS NULL AND"
                        " message LIKE 'sha256:%' AND LENGTH(frame) > 0");

START_TEST(what_is_no_message_at_all_is_kept_once_and_the_run_ends)
{
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    cl_fault("garbage:poll", 2, 0);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), UNAVAILABLE);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), UNAVAILABLE);
    ck_assert_int_eq(ours(&t_quarantined, DB_NO_ARGS), 1);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(seen.n, 0);
}
END_TEST

START_TEST(a_message_whose_acknowledgement_is_lost_is_applied_once)
{
    struct client rival;
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("domain-auth"), .years = 1};
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "ada"), 1000);
    ck_assert_int_eq(domain_create(&rival, "a.test", REGISTRANT), 1000);
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), OK);
    ck_code(client_command(&rival, "<transfer op=\"reject\"><domain:transfer "
                                   "xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>a.test"
                                   "</domain:name></domain:transfer></transfer>"),
        1000);
    struct seen seen = {0};
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    /* The first poll asks and gets it; the acknowledgement is the second command of that verb. */
    cl_fault("delay-ms:poll", 1, 1);
    cl_fault("drop-before-commit:poll", 1, 0);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), UNAVAILABLE);
    while (registry_poll_run(&cl_w, &h, 10, &n, &cl_e) != OK || n > 0)
        continue;
    ck_assert_int_eq(seen.n, (int)ours(&t_messages, DB_NO_ARGS));
    ck_assert_int_eq(ours(&t_open_messages, DB_NO_ARGS), 0);
    /* It said that the transfer was rejected. */
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "epp-2308");
    client_close(&rival);
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
    tcase_add_loop_test(
        c, done_at_the_registry_without_a_readable_answer_is_found_done, 0, (int)ARRAY_LEN(done_faults));
    tcase_add_loop_test(c, not_done_and_not_answered_is_sent_again_at_the_next_call, 0, (int)ARRAY_LEN(undone_faults));
    tcase_add_test(c, while_info_is_not_answered_either_nothing_is_sent);
    tcase_add_test(c, unknown_then_taken_by_another_registrar_is_refused);
    tcase_add_test(c, a_2400_is_not_done_and_tried_again);
    tcase_add_test(c, a_host_and_a_contact_without_answers_are_found_by_asking);
    tcase_add_test(c, a_renewal_without_answer_is_charged_once);
    tcase_add_test(c, a_restore_without_answers_is_found_by_asking_and_charged_once);
    tcase_add_test(c, a_restore_of_what_was_never_deleted_is_refused);
    tcase_add_test(c, the_journal_keeps_no_secret);
    tcase_add_test(c, no_secret_reaches_a_log);
    tcase_add_test(c, commands_are_counted_by_verb_and_code);
    tcase_add_test(c, a_premium_name_is_bought_at_its_price_or_not_at_all);
    tcase_add_test(c, what_was_agreed_is_what_is_charged);
    tcase_add_test(c, a_message_in_words_means_what_the_profile_says);
    tcase_add_test(c, a_transfer_is_asked_for_approved_and_told_by_a_message);
    tcase_add_test(c, a_cancel_called_again_does_not_end_the_next_request);
    tcase_add_loop_test(c, a_message_about_an_older_transfer_does_not_end_a_newer_one, 0, 3);
    tcase_add_test(c, what_is_no_message_at_all_is_kept_once_and_the_run_ends);
    tcase_add_test(c, a_message_whose_acknowledgement_is_lost_is_applied_once);
    suite_add_tcase(s, c);
    return suite_run(s);
}
