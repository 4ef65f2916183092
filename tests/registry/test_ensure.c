/* Hosts and contacts that a domain needs: made where they are missing, mended where they differ, nothing where they stand. */
#include "registry/ensure.h"
#include "tests/registry/journal_fixture.h"

/* ---- hosts and contacts ------------------------------------------------------------------------------------ */

static struct registry_host host(const char *name, const char *addr)
{
    struct registry_host h = {.name = str_of(name)};
    if (addr != NULL)
        h.addrs[h.addrs_n++] = str_of(addr);
    return h;
}

START_TEST(hosts_are_made_once_and_then_cost_nothing)
{
    const struct registry_host hosts[] = {host("ns1.b.test", "192.0.2.1"), host("ns2.b.example", "2001:db8::1")};
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 2, &e), OK);
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:2", hosts, 2, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "host-create"), 2);
    ck_assert_int_eq(fake_registry_heard(fake, "host-check"), 1);
}
END_TEST

START_TEST(a_host_s_new_address_replaces_the_old_one)
{
    struct registry_host hosts[] = {host("ns1.b.test", "192.0.2.1")};
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), OK);
    hosts[0].addrs[0] = STR("192.0.2.7");
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:2", hosts, 1, &e), OK);
    struct registry_host_info info;
    ck_assert_int_eq(registry_host_info(&w, STR("ns1.b.test"), &info, &e), OK);
    ck_assert_uint_eq(info.host.addrs_n, 1);
    ck_assert(str_eqz(info.host.addrs[0], "192.0.2.7"));
}
END_TEST

START_TEST(a_host_outside_the_registry_is_sent_without_addresses)
{
    const struct registry_host hosts[] = {host("ns1.elsewhere.org", "192.0.2.1")};
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), OK);
    struct registry_host_info info;
    ck_assert_int_eq(registry_host_info(&w, STR("ns1.elsewhere.org"), &info, &e), OK);
    ck_assert_uint_eq(info.host.addrs_n, 0);
}
END_TEST

START_TEST(a_host_inside_the_registry_without_address_is_refused_here)
{
    const struct registry_host hosts[] = {host("ns1.b.test", NULL)};
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), INVALID);
    ck_assert_str_eq(e.code, "host-needs-address");
}
END_TEST

START_TEST(a_host_made_by_somebody_meanwhile_is_no_failure)
{
    const struct registry_host hosts[] = {host("ns1.b.test", "192.0.2.1")};
    mishap("host-create", FAKE_UNANSWERED, 0);
    fake_registry_mishap(fake, "host-info", FAKE_UNREACHABLE, 0, 1);
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), UNCERTAIN);
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:2", hosts, 1, &e), OK);
    ck_assert_int_eq(registry_hosts_ensure(&w, "order:1", hosts, 1, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "host-create"), 1);
}
END_TEST

static struct registry_contact contact(void)
{
    return (struct registry_contact){.id = STR("FW1"),
        .name = STR("A Person"),
        .street = {STR("1 Street")},
        .street_n = 1,
        .city = STR("Town"),
        .cc = STR("DE"),
        .email = STR("a@example.test")};
}

START_TEST(a_contact_is_made_once_and_mended_when_it_changes)
{
    struct registry_contact c = contact();
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:2", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 1);
    c.city = STR("City");
    ck_assert_int_eq(registry_contact_ensure(&w, "order:3", &c, &e), OK);
    struct registry_contact_info info;
    ck_assert_int_eq(registry_contact_info(&w, STR("FW1"), &info, &e), OK);
    ck_assert(str_eqz(info.contact.city, "City"));
}
END_TEST

START_TEST(a_contact_that_the_registry_purged_is_made_again)
{
    struct registry_contact c = contact();
    const struct registry_request gone = {.verb = REGISTRY_CONTACT_DELETE, .key = "purge", .name = STR("FW1")};
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_transform(&w, &gone, &o, &e), OK);
    /* Found out when a domain is refused for it. */
    create.registrant = STR("FW1");
    ck_assert_int_eq(run(), NOT_FOUND);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:2", &c, &e), OK);
    ck_assert(fake_registry_has(fake, "contact", "FW1"));
}
END_TEST

/* ---- where the registry makes the ids of contacts ------------------------------------------------------------- */

DB_QUERY(t_forget, "DELETE FROM registry_contact");

static void ids_are_theirs(bool mute)
{
    set.items[0].config.profile->contact_ids_ours = false;
    fake_registry_contact_ids(fake, mute);
}

/* The domain as the registry has it. */
static struct registry_domain domain_there(void)
{
    struct registry_domain d = {0};
    ck_assert_int_eq(registry_domain_info(&w, STR("a.test"), STR_NULL, &d, &e), OK);
    return d;
}

START_TEST(a_domain_points_at_the_registry_s_own_ids_of_our_contacts)
{
    struct registry_contact c = contact();
    ids_are_theirs(false);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:2", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 1);
    ck_assert(!fake_registry_has(fake, "contact", "FW1"));
    create.registrant = STR("FW1");
    create.contacts[0] = (struct registry_contact_ref){STR("tech"), STR("FW1")};
    create.contacts_n = 1;
    ck_assert_int_eq(run(), OK);
    struct registry_domain d = domain_there();
    ck_assert(str_starts(d.registrant, STR("THEIRS-")));
    ck_assert(str_eq(d.contacts[0].id, d.registrant));
    /* Theirs, as info shows it, is as good as ours; so an update can take it away. */
    struct registry_domain_update u = {.name = STR("a.test"), .rem_contacts = {d.contacts[0]}, .rem_contacts_n = 1};
    ck_assert_int_eq(registry_domain_update(&w, "order:1:update", &u, &o, &e), OK);
    ck_assert_uint_eq(domain_there().contacts_n, 0);
    c.city = STR("City");
    ck_assert_int_eq(registry_contact_ensure(&w, "order:3", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 1);
    struct registry_contact_info info;
    ck_assert_int_eq(registry_contact_info(&w, d.registrant, &info, &e), OK);
    ck_assert(str_eqz(info.contact.city, "City"));
}
END_TEST

START_TEST(a_contact_whose_id_nobody_kept_is_made_again)
{
    struct registry_contact c = contact();
    ids_are_theirs(false);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(db_exec(db, &t_forget, DB_NO_ARGS, NULL, &e), OK); /* as if killed before it was kept */
    create.registrant = STR("FW1");
    ck_assert_int_eq(run(), INVALID);
    ck_assert_str_eq(e.code, "contact-id-unknown");
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 2);
    ck_assert_int_eq(run(), OK);
    ck_assert(str_starts(domain_there().registrant, STR("THEIRS-")));
}
END_TEST

START_TEST(a_contact_whose_id_was_in_a_lost_answer_is_made_again)
{
    struct registry_contact c = contact();
    ids_are_theirs(false);
    mishap("contact-create", FAKE_UNANSWERED, 0);
    ck_assert_int_ne(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "contact-create"), 2);
    create.registrant = STR("FW1");
    ck_assert_int_eq(run(), OK);
}
END_TEST

START_TEST(a_contact_that_is_made_without_an_id_is_no_contact)
{
    struct registry_contact c = contact();
    ids_are_theirs(true);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), PROTOCOL);
    ck_assert_str_eq(e.code, "contact-id-missing");
}
END_TEST

/* Between the create and the question what came of it another order's refusal had us forget the contact. */
START_TEST(a_create_in_doubt_is_ours_though_its_contact_is_forgotten)
{
    struct registry_contact c = contact();
    ids_are_theirs(false);
    set.items[0].config.profile->authinfo_create = PROFILE_AUTH_EMPTY;
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    create.registrant = STR("FW1");
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(run(), UNCERTAIN);
    ck_assert_int_eq(db_exec(db, &t_forget, DB_NO_ARGS, NULL, &e), OK);
    ck_assert_msg(run() == OK, "%s %s", e.code, e.text);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
}
END_TEST

static struct str transferred; /* the id that the registry is told */

static enum status contact_transfer(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *err)
{
    (void)ctx, (void)err;
    ck_assert_int_eq(c->intent(c->ctx, STR("contact-transfer"), err), OK);
    c->sent = true;
    c->answer = (struct registry_answer){.code = 1000, .cltrid = c->cltrid};
    transferred = in->name;
    *out = (struct registry_transfer_info){.name = in->name};
    return OK;
}

START_TEST(a_contact_s_transfer_names_it_as_the_registry_does)
{
    struct registry_contact c = contact();
    struct registry_transfer in = {.name = STR("FW1"), .op = REGISTRY_TRANSFER_REJECT};
    set.items[0].adapter.contact_transfer = contact_transfer;
    ids_are_theirs(false);
    ck_assert_int_eq(registry_contact_ensure(&w, "order:1", &c, &e), OK);
    ck_assert_int_eq(registry_contact_transfer(&w, "reject:1", &in, &o, &e), OK);
    ck_assert(str_starts(transferred, STR("THEIRS-")));
    ck_assert(str_eqz(in.name, "FW1"));
    ck_assert_int_eq(db_exec(db, &t_forget, DB_NO_ARGS, NULL, &e), OK); /* it is gone, and we are asked again */
    ck_assert_msg(registry_contact_transfer(&w, "reject:1", &in, &o, &e) == OK, "%s %s", e.code, e.text);
    ck_assert_int_eq(o.source, OUTCOME_RECORD);
    in = (struct registry_transfer){.name = STR("SH8013"), .authinfo = STR("not-yours")}; /* another registrar's */
    ck_assert_int_eq(registry_contact_transfer(&w, "request:1", &in, &o, &e), OK);
    ck_assert(str_eqz(transferred, "SH8013"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ensure");
    TCase *c = tcase_create("ensure");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, hosts_are_made_once_and_then_cost_nothing);
    tcase_add_test(c, a_host_s_new_address_replaces_the_old_one);
    tcase_add_test(c, a_host_outside_the_registry_is_sent_without_addresses);
    tcase_add_test(c, a_host_inside_the_registry_without_address_is_refused_here);
    tcase_add_test(c, a_host_made_by_somebody_meanwhile_is_no_failure);
    tcase_add_test(c, a_contact_is_made_once_and_mended_when_it_changes);
    tcase_add_test(c, a_contact_that_the_registry_purged_is_made_again);
    tcase_add_test(c, a_domain_points_at_the_registry_s_own_ids_of_our_contacts);
    tcase_add_test(c, a_contact_whose_id_nobody_kept_is_made_again);
    tcase_add_test(c, a_contact_whose_id_was_in_a_lost_answer_is_made_again);
    tcase_add_test(c, a_create_in_doubt_is_ours_though_its_contact_is_forgotten);
    tcase_add_test(c, a_contact_s_transfer_names_it_as_the_registry_does);
    tcase_add_test(c, a_contact_that_is_made_without_an_id_is_no_contact);
    suite_add_tcase(s, c);
    return suite_run(s);
}
