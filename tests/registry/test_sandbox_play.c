/* The registry as each of its personalities: what a file says is enforced, seen from outside through TLS. */
#include <dirent.h>
#include <poll.h>

#include "registry/sandbox_personality.h"
#include "registry/sandbox_service.h"
#include "tests/registry/sandbox_fixture.h"

static struct client c;

#define GTLD OBJECT_URI("domain") OBJECT_URI("contact") OBJECT_URI("host")
#define RGP_URI EXTENSION_URI("rgp-1.0")
#define SECDNS_URI EXTENSION_URI("secDNS-1.1")
#define EXTENSIONS(list) "<svcExtension>" list "</svcExtension>"
#define STRONG "<domain:authInfo><domain:pw>Aa1-Aa1-Aa1</domain:pw></domain:authInfo>"
#define NAME(n) "<domain:name>" n "</domain:name>"
#define ATTR(host, addrs) "<domain:hostAttr><domain:hostName>" host "</domain:hostName>" addrs "</domain:hostAttr>"
#define ADDR(a) "<domain:hostAddr ip=\"v4\">" a "</domain:hostAddr>"
#define NS(hosts) "<domain:ns>" hosts "</domain:ns>"

static int create(const char *name, const char *more)
{
    return domain_command(&c, "create", arena_printf(&c.arena, "<domain:name>%s</domain:name>%s" STRONG, name, more));
}

static int update(const char *name, const char *more)
{
    return domain_command(&c, "update", arena_printf(&c.arena, "<domain:name>%s</domain:name>%s", name, more));
}

static int contact_as(const char *id, const char *type)
{
    return contact_command(&c, "create",
        arena_printf(&c.arena,
            "<contact:id>%s</contact:id><contact:postalInfo type=\"%s\"><contact:name>Ada</contact:name><contact:addr>"
            "<contact:city>Town</contact:city><contact:cc>DE</contact:cc></contact:addr></contact:postalInfo>"
            "<contact:email>ada@shop.test</contact:email><contact:authInfo><contact:pw>Aa1-Aa1-Aa1</contact:pw>"
            "</contact:authInfo>",
            id, type));
}

/* As many names as that in one check. */
static int check_many(unsigned n)
{
    struct buf b;
    buf_in(&b, &c.arena, 60000);
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, "<domain:name>n%u.test</domain:name>", i);
    return domain_command(&c, "check", b.p);
}

static void advance(const char *by_us)
{
    fx_sql(arena_printf(&fx_arena, "UPDATE clock SET ahead_us = ahead_us + %s", by_us));
}

static void frame_put(struct buf *out, const char *doc)
{
    struct error e;
    ck_assert_int_eq(epp_frame_write(out, str_of(doc), 0, &e), OK);
}

/* Two polls in one write; gives the code of the second's answer. */
static int piled(void)
{
    static const char doc[] =
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><poll op=\"req\"/></command></epp>";
    struct buf out;
    buf_in(&out, &c.arena, 4096);
    frame_put(&out, doc);
    frame_put(&out, doc);
    ck_assert(client_send_bytes(&c, buf_view(&out)));
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 1300);
    ck_assert_ptr_nonnull(client_read(&c));
    return c.code;
}

START_TEST(a_generic_tld_wants_strong_authinfo_two_name_servers_and_premium_prices_agreed_to)
{
    fx_play("gtld");
    ck_code(client_login_for(&c, "fourways", GTLD EXTENSIONS(RGP_URI SECDNS_URI EXTENSION_URI("epp:fee-1.0"))), 1000);
    ck_code(check_many(50), 1000);
    ck_code(check_many(51), 2306);
    ck_code(domain_command(
                &c, "create", NAME("weak.test") "<domain:authInfo><domain:pw>onlysmall</domain:pw></domain:authInfo>"),
        2306);
    ck_assert(says(&c, "a capital letter"));
    ck_code(host_create(&c, "ns1.elsewhere.net", ""), 1000);
    ck_code(create("one.test", NS("<domain:hostObj>ns1.elsewhere.net</domain:hostObj>")), 2306);
    ck_code(create("none.test", ""), 1000); /* a domain may stand without */
    ck_code(domain_by_name(&c, "info", "none.test"), 1000);
    ck_assert(!says(&c, "authInfo"));
    ck_code(create("gold.test", ""), 2003); /* premium: say what you agree to pay */
    ck_code(client_command(&c,
                "<create><domain:create xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" NAME("gold.test") STRONG
                "</domain:create></create><extension><fee:create xmlns:fee=\"urn:ietf:params:xml:ns:epp:fee-1.0\">"
                "<fee:currency>EUR</fee:currency><fee:fee>499.99</fee:fee></fee:create></extension>"),
        2004);
    ck_code(client_command(&c,
                "<create><domain:create xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" NAME("gold.test") STRONG
                "</domain:create></create><extension><fee:create xmlns:fee=\"urn:ietf:params:xml:ns:epp:fee-1.0\">"
                "<fee:currency>EUR</fee:currency><fee:fee>500.00</fee:fee></fee:create></extension>"),
        1000);
    ck_assert(says(&c, "500.00"));
    client_close(&c);
}
END_TEST

START_TEST(a_check_tells_what_names_cost_in_the_version_that_it_asks_with)
{
    fx_play("draft-fees");
    ck_code(client_login_for(&c, "fourways", GTLD EXTENSIONS(EXTENSION_URI("epp:fee-1.0"))), 2103);
    client_close(&c);
    ck_code(client_login_for(&c, "fourways", GTLD EXTENSIONS(EXTENSION_URI("fee-0.11"))), 1000);
    ck_code(client_command(&c,
                "<check><domain:check xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" NAME("gold.test")
                    NAME("plain.test") NAME(
                        "nic.test") "</domain:check></check><extension><fee:check"
                                    " xmlns:fee=\"urn:ietf:params:xml:ns:fee-0.11\"><fee:command>create</fee:command>"
                                    "<fee:currency>EUR</fee:currency><fee:period "
                                    "unit=\"y\">2</fee:period></fee:check></extension>"),
        1000);
    ck_assert(says(&c, "1000.00") && says(&c, "16.00") && says(&c, "premium"));
    ck_code(create("plain.test", ""), 2003); /* here every price must be agreed to */
    client_close(&c);
}
END_TEST

START_TEST(a_thin_registry_has_no_contacts_and_takes_one_command_at_a_time)
{
    fx_play("thin");
    client_open_as(&c, "fourways");
    ck_assert(!says(&c, "contact-1.0"));
    client_close(&c);
    ck_code(client_login_for(&c, "fourways", GTLD), 2307);
    client_close(&c);
    ck_code(client_login_for(&c, "fourways", OBJECT_URI("domain")), 2307); /* all that is offered must be named */
    client_close(&c);
    ck_code(client_login_for(&c, "fourways", OBJECT_URI("domain") OBJECT_URI("host")), 1000);
    ck_code(create("shop.test", REGISTRANT), 2306);
    ck_code(create("shop.test", "<domain:contact type=\"admin\">ada</domain:contact>"), 2306);
    ck_code(create("shop.test", ""), 1000);
    ck_code(update("shop.test", "<domain:chg>" REGISTRANT "</domain:chg>"), 2306);
    ck_assert_int_eq(piled(), 2002);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
    client_close(&c);
}
END_TEST

static int transfer(struct client *k, const char *more)
{
    return client_command(k,
        "<transfer op=\"request\"><domain:transfer xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" NAME(
            "shop.alt") "%s" STRONG "</domain:transfer></transfer>",
        more);
}

static void attributes_hosts(void)
{
    ck_code(create("shop.alt", REGISTRANT NS("<domain:hostObj>ns1.elsewhere.net</domain:hostObj>")), 2001);
    ck_code(create("shop.alt", NS("<domain:hostObj>ns1.elsewhere.net</domain:hostObj>") REGISTRANT), 2102);
    ck_code(create("shop.alt", NS(ATTR("ns1.shop.alt", "") ATTR("ns2.elsewhere.net", "")) REGISTRANT), 2003);
    ck_code(
        create("shop.alt", NS(ATTR("ns1.elsewhere.net", ADDR("192.0.2.1")) ATTR("ns2.elsewhere.net", "")) REGISTRANT),
        2306);
    ck_code(create("shop.alt", NS(ATTR("ns1.shop.alt", ADDR("192.0.2.1")) ATTR("ns2.elsewhere.net", "")) REGISTRANT
                "<domain:contact type=\"admin\">ada</domain:contact>"),
        2306); /* no contacts of that type here */
    ck_code(create("shop.alt", NS(ATTR("ns1.shop.alt", ADDR("192.0.2.1")) ATTR("ns2.elsewhere.net", "")) REGISTRANT
                "<domain:contact type=\"tech\">ada</domain:contact>"),
        1000);
    ck_code(domain_by_name(&c, "info", "shop.alt"), 1000);
    ck_assert(says(&c, "<domain:hostName>ns1.shop.alt</domain:hostName>") && says(&c, "192.0.2.1"));
    ck_code(update("shop.alt", "<domain:rem>" NS(ATTR("ns2.elsewhere.net", "")) "</domain:rem>"), 2308);
    ck_code(update("shop.alt", "<domain:add>" NS(ATTR("ns3.elsewhere.net", "")) "</domain:add><domain:rem>" NS(
                                   ATTR("ns2.elsewhere.net", "")) "</domain:rem>"),
        1000);
    sandbox_publish_wait(fx_sandbox);
    struct str zone;
    struct error e;
    ck_assert_int_eq(
        file_read(&fx_arena, arena_printf(&fx_arena, "%s/zones/alt.zone", fx_dir), 1 << 20, &zone, &e), OK);
    const char *text = str_dupz(&fx_arena, zone);
    ck_assert(strstr(text, "ns3.elsewhere.net.") != NULL && strstr(text, "192.0.2.1") != NULL);
}

START_TEST(where_name_servers_are_attributes_transfers_are_immediate_and_a_request_restores)
{
    struct client rival;
    fx_play("attributes");
    ck_code(client_login_for(&c, "fourways", OBJECT_URI("domain") OBJECT_URI("contact") EXTENSIONS(RGP_URI)), 1000);
    ck_code(contact_as("ada", "int"), 2306);
    ck_code(contact_as("ada", "loc"), 1000);
    attributes_hosts();
    ck_code(client_login_for(&rival, "rival", OBJECT_URI("domain") OBJECT_URI("contact") EXTENSIONS(RGP_URI)), 1000);
    ck_code(transfer(&rival, "<domain:period unit=\"y\">1</domain:period>"), 2102);
    ck_code(transfer(&rival, ""), 1000);
    ck_assert(says(&rival, "serverApproved"));
    ck_code(transfer(&c, ""), 2202); /* the transfer took the authInfo away */
    ck_code(client_command(&c, "<poll op=\"req\"/>"), 1301);
    ck_assert(says(&c, "serverApproved"));
    advance("864000000000");
    ck_code(domain_by_name(&rival, "delete", "shop.alt"), 1001);
    ck_code(client_command(&rival, "<update><domain:update xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" NAME(
                                       "shop.alt") "<domain:chg/></domain:update></update><extension><rgp:update"
                                                   " xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\"><rgp:restore "
                                                   "op=\"request\"/></rgp:update></extension>"),
        1000);
    ck_code(domain_by_name(&rival, "info", "shop.alt"), 1000);
    ck_assert(!says(&rival, "pendingDelete"));
    client_close(&rival);
    client_close(&c);
}
END_TEST

#define HOSTS NS("<domain:hostObj>ns1.elsewhere.net</domain:hostObj><domain:hostObj>ns2.elsewhere.net</domain:hostObj>")
#define PEOPLE                                                                                                         \
    REGISTRANT "<domain:contact type=\"admin\">ada</domain:contact><domain:contact type=\"tech\">ada</domain:contact>"

START_TEST(creates_that_wait_are_decided_later_and_told_by_a_message)
{
    fx_play("pending");
    ck_code(client_login_for(&c, "fourways", GTLD), 1000);
    ck_code(contact_as("ada", "int"), 1000);
    ck_code(host_create(&c, "ns1.elsewhere.net", ""), 1000);
    ck_code(host_create(&c, "ns2.elsewhere.net", ""), 1000);
    ck_code(create("shop.test", HOSTS REGISTRANT), 2003); /* an admin and a tech contact */
    ck_code(create("shop.test", PEOPLE), 2306); /* name servers from the start */
    int64_t balance = fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
    ck_code(create("shop.test", HOSTS PEOPLE), 1001);
    ck_code(create("no-shop.test", HOSTS PEOPLE), 1001);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
    ck_assert(says(&c, "avail=\"0\"") || says(&c, "avail=\"false\""));
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "pendingCreate"));
    ck_code(update("shop.test", "<domain:add><domain:status s=\"clientHold\"/></domain:add>"), 2304);
    ck_code(domain_by_name(&c, "delete", "shop.test"), 2304);
    advance("3601000000");
    ck_code(client_command(&c, "<poll op=\"req\"/>"), 1301);
    ck_assert(says(&c, "<domain:name paResult=\"1\">shop.test</domain:name>") && says(&c, "<clTRID>TEST-"));
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(!says(&c, "pendingCreate"));
    ck_code(domain_by_name(&c, "info", "no-shop.test"), 2303);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM message"), 2);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), balance - 800);
    ck_code(update("shop.test", "<domain:rem><domain:contact type=\"admin\">ada</domain:contact></domain:rem>"), 2308);
    client_close(&c);
}
END_TEST

/* Three logins of which the third is refused; and more commands than the rate, which are refused one by one. */
START_TEST(sessions_and_rates_are_what_the_personality_grants)
{
    struct client k[3];
    int refused = 0, done = 0;
    fx_play("pending");
    ck_code(client_login_for(&k[0], "fourways", GTLD), 1000);
    ck_code(client_login_for(&k[1], "fourways", GTLD), 1000);
    ck_code(client_login_for(&k[2], "fourways", GTLD), 2502);
    ck_assert_ptr_null(client_read(&k[2]));
    for (int i = 0; i < 60 && refused == 0; i++) {
        int code = client_command(&k[0], "<poll op=\"req\"/>");
        done += code == 1300;
        refused += code == 2400;
    }
    ck_assert_int_ge(done, 39); /* the burst, less the login */
    ck_assert_int_eq(refused, 1);
    for (size_t i = 0; i < 3; i++)
        client_close(&k[i]);
}
END_TEST

START_TEST(a_session_ends_in_silence_or_with_a_farewell)
{
    fx_play_text("name = own\nlifetime-s = 1\nfarewell = no\n");
    client_login(&c, "fourways");
    ck_assert_ptr_null(client_read(&c));
    client_close(&c);
    fx_play_text("name = own\nidle-s = 1\n");
    client_login(&c, "fourways");
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 2500);
    client_close(&c);
}
END_TEST

START_TEST(refusals_may_be_slow_and_excess_may_wait)
{
    fx_play_text("name = own\nerror-penalty-ms = 150\nexcess = delay\ncommands-per-s = 20\nburst = 1\n");
    client_login(&c, "fourways");
    uint64_t began = clock_monotonic_ns();
    ck_code(domain_by_name(&c, "info", "gone.test"), 2303);
    ck_assert_uint_ge(clock_monotonic_ns() - began, UINT64_C(150000000));
    began = clock_monotonic_ns();
    for (int i = 0; i < 4; i++)
        ck_code(client_command(&c, "<poll op=\"req\"/>"), 1300);
    ck_assert_uint_ge(clock_monotonic_ns() - began, UINT64_C(100000000));
    client_close(&c);
}
END_TEST

START_TEST(a_registry_may_know_no_restore)
{
    fx_play_text("name = own\nrestore = none\n");
    client_login(&c, "fourways");
    ck_code(contact_create(&c, "ada"), 1000);
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    advance("864000000000");
    ck_code(domain_by_name(&c, "delete", "shop.test"), 1001);
    ck_code(client_command(&c, "<update><domain:update xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" NAME(
                                   "shop.test") "<domain:chg/></domain:update></update><extension><rgp:update"
                                                " xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\"><rgp:restore "
                                                "op=\"request\"/></rgp:update></extension>"),
        2102);
    client_close(&c);
}
END_TEST

#define NAMESTORE(word)                                                                                                \
    "<extension><namestoreExt:namestoreExt xmlns:namestoreExt=\"http://www.verisign-grs.com/epp/namestoreExt-1.1\">"   \
    "<namestoreExt:subProduct>" word "</namestoreExt:subProduct></namestoreExt:namestoreExt></extension>"

static int check_of(const char *name, const char *ext)
{
    return client_command(&c,
        "<check><domain:check xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" NAME(
            "%s") "</domain:check></check>%s",
        name, ext);
}

START_TEST(a_platform_of_several_tlds_wants_to_be_told_which)
{
    fx_play("namestore");
    ck_code(client_login_for(&c, "fourways",
                OBJECT_URI("domain") OBJECT_URI("host")
                    EXTENSIONS("<extURI>http://www.verisign-grs.com/epp/namestoreExt-1.1</extURI>")),
        1000);
    ck_code(check_of("shop.test", ""), 2003);
    ck_code(check_of("shop.test", NAMESTORE("dotALT")), 2306);
    ck_code(check_of("shop.test", NAMESTORE("test")), 2306);
    ck_code(check_of("shop.test", NAMESTORE("dotTEST")), 1000);
    ck_code(check_of("shop.TEST</domain:name><domain:name>work.test", NAMESTORE("dotTEST")), 1000);
    ck_code(check_of("shop.test</domain:name><domain:name>shop.alt", NAMESTORE("dotTEST")), 2306);
    ck_assert(says(&c, "shop.alt"));
    client_close(&c);
}
END_TEST

START_TEST(ids_periods_renewals_and_transfers_are_as_the_family_has_them)
{
    fx_play_text("name = own\ncontact-ids = registry\nperiod = none\nrenew = no\ntransfer = push\n"
                 "authinfo-clear = never\n");
    client_login(&c, "fourways");
    ck_code(contact_as("ada", "int"), 1000);
    ck_assert(!says(&c, "<contact:id>ada</contact:id>") && says(&c, "<contact:id>SB-"));
    ck_code(create("shop.alt", "<domain:period unit=\"y\">1</domain:period>"), 2102);
    ck_code(create("shop.alt", ""), 1000);
    ck_code(domain_command(&c, "renew", NAME("shop.alt") "<domain:curExpDate>2027-01-01</domain:curExpDate>"), 2101);
    ck_code(update("shop.alt", "<domain:chg><domain:authInfo><domain:null/></domain:authInfo></domain:chg>"), 2306);
    client_close(&c);
    client_login(&c, "rival");
    ck_code(transfer(&c, ""), 2101);
    client_close(&c);
    fx_play_text("name = own\nperiod = months\nauthinfo-clear = null\n");
    client_login(&c, "fourways");
    ck_code(create("other.alt", "<domain:period unit=\"y\">1</domain:period>"), 2306);
    ck_code(create("other.alt", "<domain:period unit=\"m\">12</domain:period>"), 1000);
    ck_code(update("other.alt", "<domain:chg><domain:authInfo><domain:pw></domain:pw></domain:authInfo></domain:chg>"),
        2306);
    ck_code(update("other.alt", "<domain:chg><domain:authInfo><domain:null/></domain:authInfo></domain:chg>"), 1000);
    client_close(&c);
}
END_TEST

START_TEST(every_personality_that_is_shipped_can_be_played_and_bad_ones_are_refused_by_name)
{
    static const struct {
        const char *text, *why;
    } bad[] = {{"restore = perhaps\n", "restore must be one of"}, {"hosts-min = 5\nhosts-max = 4\n", "hosts-min"},
        {"authinfo-min = 9\nauthinfo-max = 8\n", "authinfo-min"},
        {"authinfo-needs = upper lucky\n", ":1: authinfo-needs takes upper, lower, digit and sign, not \"lucky\""},
        {"contact = boss 1-1\n", ":1: contact is for the types admin, tech and billing, not \"boss\""},
        {"contact = admin 3-1\n", "admin 3-1"}, {"color = blue\n", "color"}, {"check-max = many\n", "check-max"},
        {"allocation-token = alone\n", "LABEL TOKEN"}, {"password-min = 9\npassword-max = 8\n", "password-min"},
        {"password-needs = lucky\n", ":1: password-needs takes upper, lower, digit and sign, not \"lucky\""},
        {"contact = tech 0-1\ncontact = tech 0-2\n", ":2: contact names the type tech a second time"},
        {"allocation-token = a b\nallocation-token = c\n", ":2: allocation-token must be LABEL TOKEN"}};
    struct sandbox_personality p;
    struct error e;
    const char *dir = testdir_path(&fx_arena, test_root(), "registry/personalities");
    DIR *d = opendir(dir);
    ck_assert_ptr_nonnull(d);
    int n = 0;
    for (struct dirent *f = readdir(d); f != NULL; f = readdir(d)) {
        if (f->d_name[0] == '.')
            continue;
        struct sandbox_services offered;
        if (sandbox_personality_read(&fx_arena, str_of(testdir_path(&fx_arena, dir, f->d_name)), &p, &e) != OK)
            ck_abort_msg("%s: %s", f->d_name, e.text);
        ck_assert_int_eq(sandbox_services_offered(&p, &offered, &e), OK);
        n++;
    }
    (void)closedir(d);
    ck_assert_int_ge(n, 15);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str path = fx_path("bad.conf");
        testdir_write(path.p, str_of(bad[i].text));
        ck_assert_int_eq(sandbox_personality_read(&fx_arena, path, &p, &e), INVALID);
        ck_assert_msg(strstr(e.text, bad[i].why) != NULL, "%s", e.text);
    }
    testdir_write(fx_path("bad.conf").p, STR("extension = urn:x\n"));
    ck_assert_int_eq(sandbox_personality_read(&fx_arena, fx_path("bad.conf"), &p, &e), OK);
    struct sandbox_services offered;
    ck_assert_int_eq(sandbox_services_offered(&p, &offered, &e), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, "urn:x"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox play");
    TCase *t = tcase_create("play");
    tcase_add_checked_fixture(t, fx_setup, fx_teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_generic_tld_wants_strong_authinfo_two_name_servers_and_premium_prices_agreed_to);
    tcase_add_test(t, a_check_tells_what_names_cost_in_the_version_that_it_asks_with);
    tcase_add_test(t, a_thin_registry_has_no_contacts_and_takes_one_command_at_a_time);
    tcase_add_test(t, where_name_servers_are_attributes_transfers_are_immediate_and_a_request_restores);
    tcase_add_test(t, creates_that_wait_are_decided_later_and_told_by_a_message);
    tcase_add_test(t, sessions_and_rates_are_what_the_personality_grants);
    tcase_add_test(t, a_session_ends_in_silence_or_with_a_farewell);
    tcase_add_test(t, refusals_may_be_slow_and_excess_may_wait);
    tcase_add_test(t, a_registry_may_know_no_restore);
    tcase_add_test(t, a_platform_of_several_tlds_wants_to_be_told_which);
    tcase_add_test(t, ids_periods_renewals_and_transfers_are_as_the_family_has_them);
    tcase_add_test(t, every_personality_that_is_shipped_can_be_played_and_bad_ones_are_refused_by_name);
    suite_add_tcase(s, t);
    return suite_run(s);
}
