/* Published zones, and what time does to domains. */
#include "dns/master.h"
#include "tests/registry/sandbox_client.h"

#define DAY_US (INT64_C(86400) * US_PER_S)
#define YEAR_US (366 * DAY_US)

/* ---- zones ------------------------------------------------------------------------------------------ */

struct zone {
    struct dns_rrset *sets;
    size_t n;
};

static struct zone zone_read(const char *tld)
{
    struct error e;
    struct str text;
    struct zone z;
    struct dns_name origin = dns_name_of(strcmp(tld, "root") == 0 ? "." : tld);
    struct dns_master_options options = {.origin = &origin, .default_ttl = 300};
    sandbox_publish_wait(fx_sandbox);
    const char *path = arena_printf(&fx_arena, "%s/zones/%s.zone", fx_dir, tld);
    ck_assert_int_eq(file_read(&fx_arena, path, 1 << 20, &text, &e), OK);
    if (dns_master_read(&fx_arena, text, &options, &z.sets, &z.n, &e) != OK)
        ck_abort_msg("%s: %s", path, e.text);
    return z;
}

/* The RRset as presentation text of its records, blank-separated; NULL where there is none. */
static const char *zone_has(const struct zone *z, const char *owner, uint16_t type)
{
    struct dns_name name = dns_name_of(owner);
    for (size_t i = 0; i < z->n; i++) {
        if (z->sets[i].type != type || !dns_name_equal(&z->sets[i].owner, &name))
            continue;
        struct buf text;
        buf_in(&text, &fx_arena, 1 << 16);
        for (size_t k = 0; k < z->sets[i].n; k++) {
            buf_puts(&text, k > 0 ? " " : "");
            dns_rdata_write(&text, type, z->sets[i].rdata[k]);
        }
        return str_dupz(&fx_arena, buf_view(&text));
    }
    return NULL;
}

static uint32_t zone_serial(const struct zone *z)
{
    ck_assert_uint_gt(z->n, 0);
    ck_assert_uint_eq(z->sets[0].type, DNS_SOA);
    return read_u32(z->sets[0].rdata[0].p + z->sets[0].rdata[0].n - 20);
}

static void shop_create(void)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(host_create(&c, "ns1.shop.test", V4("192.0.2.1") V6("2001:db8::1")), 1000);
    ck_code(host_create(&c, "unused.shop.test", V4("192.0.2.9")), 1000);
    ck_code(host_create(&c, "ns.elsewhere.net", ""), 1000);
    ck_code(domain_command(&c, "update",
                "<domain:name>shop.test</domain:name><domain:add><domain:ns><domain:hostObj>ns1.shop.test"
                "</domain:hostObj><domain:hostObj>ns.elsewhere.net</domain:hostObj></domain:ns></domain:add>"),
        1000);
}

START_TEST(zones_hold_delegations_and_the_glue_that_is_used)
{
    shop_create();
    struct zone z = zone_read("test");
    ck_assert_str_eq(zone_has(&z, "shop.test", DNS_NS), "ns.elsewhere.net. ns1.shop.test.");
    ck_assert_str_eq(zone_has(&z, "ns1.shop.test", DNS_A), "192.0.2.1");
    ck_assert_str_eq(zone_has(&z, "ns1.shop.test", DNS_AAAA), "2001:db8::1");
    ck_assert_ptr_null(zone_has(&z, "unused.shop.test", DNS_A));
    ck_assert_ptr_null(zone_has(&z, "ns.elsewhere.net", DNS_A));
    ck_assert_str_eq(zone_has(&z, "test", DNS_NS), "a.nic.test. b.nic.test.");
    ck_assert_str_eq(zone_has(&z, "a.nic.test", DNS_AAAA), "::1");
    ck_assert_str_eq(zone_has(&z, "b.nic.test", DNS_A), "127.0.0.2");
}
END_TEST

START_TEST(glue_stands_in_the_zone_of_the_host_even_if_other_tlds_use_it)
{
    shop_create();
    ck_code(domain_create(&c, "shop.example",
                "<domain:ns><domain:hostObj>unused.shop.test</domain:hostObj></domain:ns>" REGISTRANT),
        1000);
    struct zone z = zone_read("test"), other = zone_read("example");
    ck_assert_str_eq(zone_has(&z, "unused.shop.test", DNS_A), "192.0.2.9");
    ck_assert_str_eq(zone_has(&other, "shop.example", DNS_NS), "unused.shop.test.");
}
END_TEST

START_TEST(serials_rise_with_changes_and_only_with_changes)
{
    struct zone before = zone_read("test"), quiet = zone_read("example");
    shop_create();
    struct zone after = zone_read("test"), still = zone_read("example");
    ck_assert_uint_gt(zone_serial(&after), zone_serial(&before));
    ck_assert_uint_eq(zone_serial(&still), zone_serial(&quiet));
    client_close(&c);
    sandbox_stop(&fx_sandbox);
    fx_start();
    client_login(&c, "fourways");
    struct zone again = zone_read("test");
    ck_assert_uint_eq(zone_serial(&again), zone_serial(&after));
}
END_TEST

START_TEST(domains_on_hold_or_deleted_are_not_delegated)
{
    shop_create();
    ck_code(domain_command(&c, "update",
                "<domain:name>shop.test</domain:name><domain:add><domain:status s=\"clientHold\"/></domain:add>"),
        1000);
    struct zone z = zone_read("test");
    ck_assert_ptr_null(zone_has(&z, "shop.test", DNS_NS));
    ck_code(domain_command(&c, "update",
                "<domain:name>shop.test</domain:name><domain:rem><domain:status s=\"clientHold\"/></domain:rem>"),
        1000);
    z = zone_read("test");
    ck_assert_ptr_nonnull(zone_has(&z, "shop.test", DNS_NS));
    ck_code(domain_create(
                &c, "gone.test", "<domain:ns><domain:hostObj>ns.elsewhere.net</domain:hostObj></domain:ns>" REGISTRANT),
        1000);
    fx_sql("UPDATE domain SET created = created - 864000000000 WHERE name = 'gone.test'");
    ck_code(domain_by_name(&c, "delete", "gone.test"), 1001);
    z = zone_read("test");
    ck_assert_ptr_null(zone_has(&z, "gone.test", DNS_NS));
}
END_TEST

START_TEST(the_root_delegates_every_tld_with_addresses)
{
    static const char *const tlds[] = {"alt", "example", "invalid", "test"};
    struct zone z = zone_read("root");
    ck_assert_ptr_nonnull(zone_has(&z, ".", DNS_NS));
    for (size_t i = 0; i < ARRAY_LEN(tlds); i++) {
        const char *server = arena_printf(&fx_arena, "a.nic.%s", tlds[i]);
        ck_assert_ptr_nonnull(strstr(zone_has(&z, tlds[i], DNS_NS), server));
        ck_assert_str_eq(zone_has(&z, server, DNS_A), "127.0.0.1");
    }
}
END_TEST

START_TEST(a_lost_zone_file_is_written_again)
{
    shop_create();
    (void)zone_read("test");
    ck_assert_int_eq(unlink(arena_printf(&fx_arena, "%s/zones/test.zone", fx_dir)), 0);
    client_close(&c);
    sandbox_stop(&fx_sandbox);
    fx_start();
    client_login(&c, "fourways");
    struct zone z = zone_read("test");
    ck_assert_ptr_nonnull(zone_has(&z, "shop.test", DNS_NS));
}
END_TEST

/* As after a kill between commit and publication: the row is there, no wake-up ever came. */
START_TEST(a_change_that_was_never_published_is_published_at_the_next_start)
{
    shop_create();
    ck_assert_ptr_nonnull(zone_read("test").sets);
    client_close(&c);
    sandbox_stop(&fx_sandbox);
    fx_sql("DELETE n FROM domain_ns n JOIN host h ON h.id = n.host_id WHERE h.name = 'ns.elsewhere.net'");
    fx_start();
    client_login(&c, "fourways");
    struct zone z = zone_read("test");
    ck_assert_str_eq(zone_has(&z, "shop.test", DNS_NS), "ns1.shop.test.");
}
END_TEST

START_TEST(the_publish_command_runs_without_a_shell)
{
    client_close(&c);
    sandbox_stop(&fx_sandbox);
    fx_settings.publish_command = str_printf(&fx_arena, "/bin/cp %s/zones/test.zone %s/copied;$HOME", fx_dir, fx_dir);
    fx_start();
    client_login(&c, "fourways");
    shop_create();
    sandbox_publish_wait(fx_sandbox);
    struct str text;
    struct error e;
    ck_assert_int_eq(file_read(&fx_arena, arena_printf(&fx_arena, "%s/copied;$HOME", fx_dir), 1 << 20, &text, &e), OK);
    ck_assert_ptr_nonnull(strstr(str_dupz(&fx_arena, text), "shop"));
}
END_TEST

/* ---- time ------------------------------------------------------------------------------------------- */

static void sweep_at(time_us now)
{
    struct error e;
    if (sandbox_sweep_now(fx_sandbox, now, &e) != OK)
        ck_abort_msg("sweep: %s", e.text);
}

START_TEST(a_deleted_domain_is_purged_after_its_periods_and_free_again)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    fx_sql("UPDATE domain SET created = created - 864000000000");
    ck_code(domain_by_name(&c, "delete", "shop.test"), 1001);
    sweep_at(clock_now() + 34 * DAY_US);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    sweep_at(clock_now() + 36 * DAY_US);
    ck_code(domain_by_name(&c, "info", "shop.test"), 2303);
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(client_command(&c, "<poll op=\"req\"/>"), 1301);
    ck_assert(says(&c, "shop.test: purged"));
}
END_TEST

START_TEST(an_expired_domain_is_renewed_and_charged)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    int64_t expires = fx_number("SELECT expires FROM domain");
    int64_t balance = fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
    sweep_at(expires + 1);
    ck_assert_int_eq(fx_number("SELECT expires FROM domain"), time_add_years(expires, 1));
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), balance - 800);
    sweep_at(expires + 2);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), balance - 800);
}
END_TEST

START_TEST(an_expired_domain_that_nobody_pays_goes_to_redemption)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    fx_sql("UPDATE registrar SET balance = 0 WHERE id = 'fourways'");
    sweep_at(clock_now() + YEAR_US);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "pendingDelete"));
}
END_TEST

START_TEST(a_restore_without_its_report_lapses)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    fx_sql("UPDATE domain SET created = created - 864000000000");
    ck_code(domain_by_name(&c, "delete", "shop.test"), 1001);
    ck_code(client_command(&c, "<update><domain:update xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>"
                               "shop.test</domain:name><domain:chg/></domain:update></update><extension><rgp:update"
                               " xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\"><rgp:restore op=\"request\"/>"
                               "</rgp:update></extension>"),
        1000);
    sweep_at(clock_now() + 8 * DAY_US);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "redemptionPeriod") && !says(&c, "pendingRestore"));
}
END_TEST

START_TEST(messages_wait_in_order_and_go_one_by_one)
{
    ck_code(client_command(&c, "<poll op=\"req\"/>"), 1300);
    ck_code(domain_create(&c, "one.test", REGISTRANT), 1000);
    ck_code(domain_create(&c, "two.test", REGISTRANT), 1000);
    fx_sql("UPDATE domain SET due = id");
    sweep_at(clock_now() + YEAR_US);
    ck_code(client_command(&c, "<poll op=\"req\"/>"), 1301);
    ck_assert(says(&c, "count=\"2\"") && says(&c, "one.test"));
    ck_code(client_command(&c, "<poll op=\"req\"/>"), 1301); /* asking takes nothing away */
    int64_t id = fx_number("SELECT MIN(id) FROM message");
    ck_code(client_command(&c, "<poll op=\"ack\" msgID=\"%lld\"/>", (long long)id), 1000);
    ck_code(client_command(&c, "<poll op=\"ack\" msgID=\"%lld\"/>", (long long)id), 2303);
    ck_code(client_command(&c, "<poll op=\"req\"/>"), 1301);
    ck_assert(says(&c, "count=\"1\"") && says(&c, "two.test"));
}
END_TEST

/* ---- transfers ---------------------------------------------------------------------------------------- */

static int transfer(struct client *k, const char *op, const char *auth)
{
    return client_command(k,
        "<transfer op=\"%s\"><domain:transfer xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>shop.test"
        "</domain:name>%s</domain:transfer></transfer>",
        op, auth);
}

#define AUTH "<domain:authInfo><domain:pw>domain-auth</domain:pw></domain:authInfo>"
#define WRONG "<domain:authInfo><domain:pw>another-auth</domain:pw></domain:authInfo>"

START_TEST(a_transfer_is_asked_for_approved_and_told_to_both)
{
    struct client rival;
    client_login(&rival, "rival");
    shop_create();
    ck_code(transfer(&c, "query", ""), 2301);
    ck_code(transfer(&rival, "request", WRONG), 2202);
    ck_code(transfer(&rival, "request", AUTH), 1001);
    ck_assert(says(&rival, "<domain:trStatus>pending</domain:trStatus>"));
    ck_code(transfer(&rival, "request", AUTH), 2300);
    ck_code(domain_by_name(&c, "delete", "shop.test"), 2304);
    ck_code(client_command(&c, "<poll op=\"req\"/>"), 1301);
    ck_assert(says(&c, "<domain:trnData"));
    ck_code(transfer(&rival, "approve", ""), 2201);
    ck_code(transfer(&c, "approve", ""), 1000);
    ck_assert(says(&c, "clientApproved"));
    ck_code(domain_by_name(&rival, "info", "shop.test"), 1000);
    ck_assert(says(&rival, "<domain:clID>rival</domain:clID>") && says(&rival, "trDate"));
    ck_code(host_by_name(&rival, "info", "ns1.shop.test"), 1000);
    ck_assert(says(&rival, "<host:clID>rival</host:clID>"));
    ck_code(client_command(&rival, "<poll op=\"req\"/>"), 1301);
    ck_assert(says(&rival, "clientApproved"));
    ck_code(domain_by_name(&c, "delete", "shop.test"), 2201);
    ck_code(transfer(&c, "approve", ""), 2301);
    client_close(&rival);
}
END_TEST

START_TEST(a_rejected_or_cancelled_transfer_changes_nothing_and_costs_nothing)
{
    struct client rival;
    client_login(&rival, "rival");
    shop_create();
    int64_t balance = fx_number("SELECT balance FROM registrar WHERE id = 'rival'");
    ck_code(transfer(&rival, "request", AUTH), 1001);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'rival'"), balance - 800);
    ck_code(transfer(&c, "cancel", ""), 2201);
    ck_code(transfer(&c, "reject", ""), 1000);
    ck_code(transfer(&rival, "query", ""), 1000);
    ck_assert(says(&rival, "clientRejected"));
    ck_code(transfer(&rival, "request", AUTH), 1001);
    ck_code(transfer(&rival, "cancel", ""), 1000);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'rival'"), balance);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "<domain:clID>fourways</domain:clID>") && !says(&c, "pendingTransfer"));
    client_close(&rival);
}
END_TEST

START_TEST(a_transfer_that_nobody_answers_is_approved_by_the_clock)
{
    struct client rival;
    client_login(&rival, "rival");
    shop_create();
    ck_code(transfer(&rival, "request", AUTH), 1001);
    sweep_at(clock_now() + 4 * DAY_US);
    ck_code(transfer(&rival, "query", ""), 1000);
    ck_assert(says(&rival, "pending"));
    sweep_at(clock_now() + 6 * DAY_US);
    ck_code(transfer(&rival, "query", ""), 1000);
    ck_assert(says(&rival, "serverApproved"));
    ck_code(domain_by_name(&rival, "info", "shop.test"), 1000);
    ck_assert(says(&rival, "<domain:clID>rival</domain:clID>"));
    client_close(&rival);
}
END_TEST

START_TEST(a_transfer_prohibited_by_the_sponsor_is_2304)
{
    struct client rival;
    client_login(&rival, "rival");
    shop_create();
    ck_code(domain_command(&c, "update",
                "<domain:name>shop.test</domain:name><domain:add><domain:status s=\"clientTransferProhibited\"/>"
                "</domain:add>"),
        1000);
    ck_code(transfer(&rival, "request", AUTH), 2304);
    client_close(&rival);
}
END_TEST

START_TEST(a_contact_is_transferred_too)
{
    struct client rival;
    client_login(&rival, "rival");
    const char *body = "<contact:transfer xmlns:contact=\"urn:ietf:params:xml:ns:contact-1.0\"><contact:id>ada"
                       "</contact:id><contact:authInfo><contact:pw>contact-auth</contact:pw></contact:authInfo>"
                       "</contact:transfer></transfer>";
    ck_code(client_command(&rival, "<transfer op=\"request\">%s", body), 1001);
    ck_code(client_command(&c, "<transfer op=\"approve\">%s", body), 1000);
    ck_code(contact_command(&rival, "info", "<contact:id>ada</contact:id>"), 1000);
    ck_assert(says(&rival, "<contact:clID>rival</contact:clID>"));
    ck_code(client_command(&c, "<transfer op=\"request\">%s", body), 1001);
    sweep_at(clock_now() + 6 * DAY_US);
    ck_code(contact_command(&c, "info", "<contact:id>ada</contact:id>"), 1000);
    ck_assert(says(&c, "<contact:clID>fourways</contact:clID>") && !says(&c, "pendingTransfer"));
    client_close(&rival);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox zones");
    TCase *t = tcase_create("zones");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, zones_hold_delegations_and_the_glue_that_is_used);
    tcase_add_test(t, glue_stands_in_the_zone_of_the_host_even_if_other_tlds_use_it);
    tcase_add_test(t, serials_rise_with_changes_and_only_with_changes);
    tcase_add_test(t, domains_on_hold_or_deleted_are_not_delegated);
    tcase_add_test(t, the_root_delegates_every_tld_with_addresses);
    tcase_add_test(t, a_lost_zone_file_is_written_again);
    tcase_add_test(t, a_change_that_was_never_published_is_published_at_the_next_start);
    tcase_add_test(t, the_publish_command_runs_without_a_shell);
    tcase_add_test(t, a_deleted_domain_is_purged_after_its_periods_and_free_again);
    tcase_add_test(t, an_expired_domain_is_renewed_and_charged);
    tcase_add_test(t, an_expired_domain_that_nobody_pays_goes_to_redemption);
    tcase_add_test(t, a_restore_without_its_report_lapses);
    tcase_add_test(t, messages_wait_in_order_and_go_one_by_one);
    tcase_add_test(t, a_transfer_is_asked_for_approved_and_told_to_both);
    tcase_add_test(t, a_rejected_or_cancelled_transfer_changes_nothing_and_costs_nothing);
    tcase_add_test(t, a_transfer_that_nobody_answers_is_approved_by_the_clock);
    tcase_add_test(t, a_transfer_prohibited_by_the_sponsor_is_2304);
    tcase_add_test(t, a_contact_is_transferred_too);
    suite_add_tcase(s, t);
    return suite_run(s);
}
