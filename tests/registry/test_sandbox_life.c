/* The life cycle of contacts, hosts and domains at the sandbox registry. */
#include "tests/registry/sandbox_client.h"

START_TEST(a_domain_is_checked_created_shown_and_deleted)
{
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
    ck_assert(!says(&c, "In use"));
    ck_code(host_create(&c, "ns1.elsewhere.net", ""), 1000);
    ck_code(domain_create(&c, "shop.test",
                "<domain:period unit=\"y\">2</domain:period><domain:ns><domain:hostObj>ns1.elsewhere.net"
                "</domain:hostObj></domain:ns>" REGISTRANT "<domain:contact type=\"admin\">ada</domain:contact>"),
        1000);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
    ck_assert(says(&c, "In use"));
    ck_code(domain_by_name(&c, "info", "SHOP.test"), 1000);
    ck_assert(says(&c, "<domain:status s=\"ok\"/>"));
    ck_assert(says(&c, "<domain:hostObj>ns1.elsewhere.net</domain:hostObj>"));
    ck_assert(says(&c, "<domain:registrant>ada</domain:registrant>"));
    ck_assert(says(&c, "<domain:contact type=\"admin\">ada</domain:contact>"));
    ck_assert(says(&c, "<domain:pw>domain-auth</domain:pw>"));
    ck_assert(says(&c, "addPeriod"));
    ck_code(host_by_name(&c, "info", "ns1.elsewhere.net"), 1000);
    ck_assert(says(&c, "linked"));
    ck_code(domain_by_name(&c, "delete", "shop.test"), 1000);
    ck_code(domain_by_name(&c, "info", "shop.test"), 2303);
    ck_code(host_by_name(&c, "delete", "ns1.elsewhere.net"), 1000);
    ck_code(client_command(&c, "<logout/>"), 1500);
    ck_assert_ptr_null(client_read(&c));
}
END_TEST

START_TEST(a_domain_without_name_servers_is_inactive_until_an_update_adds_some)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "<domain:status s=\"inactive\"/>"));
    ck_code(host_create(&c, "ns1.shop.test", V4("192.0.2.1") V6("2001:DB8:0:0::1")), 1000);
    ck_code(domain_command(&c, "update",
                "<domain:name>shop.test</domain:name><domain:add><domain:ns><domain:hostObj>NS1.shop.test"
                "</domain:hostObj></domain:ns><domain:status s=\"clientTransferProhibited\"/></domain:add>"),
        1000);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(!says(&c, "inactive"));
    ck_assert(says(&c, "clientTransferProhibited"));
    ck_assert(says(&c, "<domain:host>ns1.shop.test</domain:host>"));
    ck_code(host_by_name(&c, "info", "ns1.shop.test"), 1000);
    ck_assert(says(&c, "<host:addr ip=\"v6\">2001:db8::1</host:addr>"));
    ck_code(domain_command(&c, "update",
                "<domain:name>shop.test</domain:name><domain:rem><domain:ns><domain:hostObj>ns1.shop.test"
                "</domain:hostObj></domain:ns></domain:rem>"),
        1000);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "inactive"));
}
END_TEST

START_TEST(a_host_changes_addresses_and_name)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(host_create(&c, "ns1.shop.test", V4("192.0.2.1")), 1000);
    ck_code(host_command(&c, "update",
                "<host:name>ns1.shop.test</host:name><host:add>" V4("192.0.2.2") "</host:add><host:rem>" V4(
                    "192.0.2.1") "</host:rem><host:chg><host:name>ns2.shop.test</host:name></host:chg>"),
        1000);
    ck_code(host_by_name(&c, "info", "ns1.shop.test"), 2303);
    ck_code(host_by_name(&c, "info", "ns2.shop.test"), 1000);
    ck_assert(says(&c, "192.0.2.2") && !says(&c, "192.0.2.1<"));
    ck_code(host_by_name(&c, "check", "ns2.shop.test"), 1000);
    ck_assert(says(&c, "In use"));
}
END_TEST

START_TEST(a_contact_is_checked_shown_changed_and_deleted)
{
    ck_code(contact_command(&c, "check", "<contact:id>ada</contact:id><contact:id>bob</contact:id>"), 1000);
    ck_assert(says(&c, "In use"));
    ck_code(contact_command(&c, "info", "<contact:id>ada</contact:id>"), 1000);
    ck_assert(says(&c, "<contact:street>Back yard</contact:street>"));
    ck_assert(says(&c, "x=\"12\""));
    ck_assert(says(&c, "<contact:disclose"));
    ck_assert(says(&c, "<contact:pw>contact-auth</contact:pw>"));
    ck_code(contact_command(&c, "update",
                "<contact:id>ada</contact:id><contact:add><contact:status s=\"clientDeleteProhibited\"/></contact:add>"
                "<contact:chg><contact:postalInfo type=\"int\"><contact:org>New Works</contact:org>"
                "</contact:postalInfo><contact:email>new@shop.test</contact:email></contact:chg>"),
        1000);
    ck_code(contact_command(&c, "info", "<contact:id>ada</contact:id>"), 1000);
    ck_assert(says(&c, "New Works") && says(&c, "Ada Example") && says(&c, "new@shop.test"));
    ck_code(contact_command(&c, "delete", "<contact:id>ada</contact:id>"), 2304);
    ck_code(
        contact_command(&c, "update",
            "<contact:id>ada</contact:id><contact:rem><contact:status s=\"clientDeleteProhibited\"/></contact:rem>"),
        1000);
    ck_code(contact_command(&c, "delete", "<contact:id>ada</contact:id>"), 1000);
    ck_code(contact_command(&c, "info", "<contact:id>ada</contact:id>"), 2303);
}
END_TEST

START_TEST(a_renewal_adds_years_once_and_costs)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    int64_t before = fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
    int64_t expires = fx_number("SELECT expires FROM domain");
    struct str day = time_text(&c.arena, expires);
    const char *renew = arena_printf(&c.arena,
        "<domain:name>shop.test</domain:name><domain:curExpDate>%.10s</domain:curExpDate>"
        "<domain:period unit=\"y\">3</domain:period>",
        day.p);
    ck_code(domain_command(&c, "renew", renew), 1000);
    ck_code(domain_command(&c, "renew", renew), 2004); /* the same again: the date has moved */
    ck_assert_int_eq(fx_number("SELECT expires FROM domain"), time_add_years(expires, 3));
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), before - 3 * 800);
}
END_TEST

START_TEST(a_deletion_within_the_add_grace_period_gives_the_money_back)
{
    int64_t before = fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
    ck_code(domain_create(&c, "gold.test", REGISTRANT), 1000);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), before - 50000);
    ck_code(domain_by_name(&c, "delete", "gold.test"), 1000);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), before);
    ck_assert_int_eq(fx_number("SELECT COALESCE(SUM(amount), 0) FROM posting"), 0);
}
END_TEST

static int restore(const char *op, const char *report)
{
    return client_command(&c,
        "<update><domain:update xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>shop.test</domain:name>"
        "<domain:chg/></domain:update></update><extension><rgp:update xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\">"
        "<rgp:restore op=\"%s\">%s</rgp:restore></rgp:update></extension>",
        op, report);
}

START_TEST(a_deleted_domain_waits_in_redemption_and_can_be_restored)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    fx_sql("UPDATE domain SET created = created - 864000000000");
    ck_code(domain_by_name(&c, "delete", "shop.test"), 1001);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "pendingDelete") && says(&c, "redemptionPeriod"));
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 2302);
    ck_code(restore("request", ""), 1000);
    ck_assert(says(&c, "pendingRestore"));
    ck_code(restore("report",
                "<rgp:report><rgp:preData>was</rgp:preData><rgp:postData>is</rgp:postData>"
                "<rgp:delTime>2026-01-01T00:00:00Z</rgp:delTime><rgp:resTime>2026-01-02T00:00:00Z</rgp:resTime>"
                "<rgp:resReason>error</rgp:resReason><rgp:statement>true</rgp:statement><rgp:statement>also"
                "</rgp:statement></rgp:report>"),
        1000);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(!says(&c, "pendingDelete"));
    ck_code(restore("request", ""), 2304);
}
END_TEST

START_TEST(a_restart_keeps_everything)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(client_command(&c, LOGIN("fourways", "secret-one", "")), 2002);
    client_close(&c);
    sandbox_stop(&fx_sandbox);
    fx_start();
    client_login(&c, "fourways");
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "<domain:pw>domain-auth</domain:pw>"));
}
END_TEST

START_TEST(a_new_password_is_in_force_from_the_next_login)
{
    client_close(&c);
    client_open_as(&c, "fourways");
    ck_code(client_command(&c, "<login><clID>fourways</clID><pw>secret-one</pw><newPW>secret-new</newPW><options>"
                               "<version>1.0</version><lang>en</lang></options>" SVCS "</login>"),
        1000);
    client_close(&c);
    client_open_as(&c, "fourways");
    ck_code(client_command(&c, LOGIN("fourways", "secret-one", "")), 2200);
    ck_code(client_command(&c, LOGIN("fourways", "secret-new", "")), 1000);
}
END_TEST

START_TEST(a_lost_password_file_gets_a_new_password_at_the_next_start)
{
    struct str made;
    struct error e;
    const char *file = fx_path("fourways.pw").p;
    client_close(&c);
    sandbox_stop(&fx_sandbox);
    ck_assert_int_eq(unlink(file), 0);
    fx_start();
    ck_assert_int_eq(file_read(&fx_arena, file, 100, &made, &e), OK);
    client_open_as(&c, "fourways");
    ck_code(client_command(&c, LOGIN("fourways", "secret-one", "")), 2200);
    ck_code(client_command(&c,
                "<login><clID>fourways</clID><pw>%.*s</pw><options><version>1.0</version>"
                "<lang>en</lang></options>" SVCS "</login>",
                STR_ARG(made)),
        1000);
}
END_TEST

START_TEST(hello_is_answered_with_a_greeting_at_any_time)
{
    client_send(&c, "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><hello/></epp>");
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert(says(&c, "<greeting>"));
}
END_TEST

START_TEST(authinfo_is_sealed_in_the_database)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain WHERE auth_sealed LIKE '%domain-auth%'"), 0);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain WHERE LENGTH(auth_sealed) > 20"), 1);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM contact WHERE auth_sealed LIKE '%contact-auth%'"), 0);
}
END_TEST

START_TEST(every_transform_is_on_record_with_both_transaction_ids)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 2302);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM command_done WHERE command = 'domain:create' AND"
                               " object_key = 'shop.test' AND cltrid LIKE 'TEST-%' AND registrar = 'fourways'"),
        1);
}
END_TEST

START_TEST(every_query_prepares_against_the_schema)
{
    size_t n, ours = 0;
    const struct db_query *const *queries = db_queries(&n);
    for (size_t i = 0; i < n; i++) {
        struct error e;
        if (strncmp(queries[i]->name, "q_sandbox_", 10) != 0)
            continue;
        ours++;
        if (db_prepare_check(fx_db, queries[i], &e) != OK)
            ck_abort_msg("%s: %s", queries[i]->name, e.text);
    }
    ck_assert_uint_gt(ours, 40);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox life");
    TCase *t = tcase_create("life");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_domain_is_checked_created_shown_and_deleted);
    tcase_add_test(t, a_domain_without_name_servers_is_inactive_until_an_update_adds_some);
    tcase_add_test(t, a_host_changes_addresses_and_name);
    tcase_add_test(t, a_contact_is_checked_shown_changed_and_deleted);
    tcase_add_test(t, a_renewal_adds_years_once_and_costs);
    tcase_add_test(t, a_deletion_within_the_add_grace_period_gives_the_money_back);
    tcase_add_test(t, a_deleted_domain_waits_in_redemption_and_can_be_restored);
    tcase_add_test(t, a_restart_keeps_everything);
    tcase_add_test(t, a_new_password_is_in_force_from_the_next_login);
    tcase_add_test(t, a_lost_password_file_gets_a_new_password_at_the_next_start);
    tcase_add_test(t, hello_is_answered_with_a_greeting_at_any_time);
    tcase_add_test(t, authinfo_is_sealed_in_the_database);
    tcase_add_test(t, every_transform_is_on_record_with_both_transaction_ids);
    tcase_add_test(t, every_query_prepares_against_the_schema);
    suite_add_tcase(s, t);
    return suite_run(s);
}
