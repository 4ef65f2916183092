/* Commands to a registry that runs FRED, in its own words. */
#include "registry/epp_build.h"
#include "registry/fred_build.h"
#include "tests/registry/frames_fixture.h"

static const char *fred_written(unsigned number, struct epp_command *cmd)
{
    return written_as("fred", "", number, cmd);
}

START_TEST(a_domain_of_fred_names_its_set_of_name_servers)
{
    const struct registry_profile *p = profile_of("cz");
    const struct epp_build b = {p, &arena};
    struct registry_domain_create in;
    create_request(p, "cz", &in);
    struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE, .key = "k", .domain_create = &in};
    const struct registry_request *f = fitted(p, &r);
    ck_assert_msg(f != NULL, "%s", e.text);
    struct registry_domain_create d = *f->domain_create;
    d.host_set = STR("FW-0123");
    struct epp_command cmd = fred_build_domain_create(&b, &d);
    const char *doc = fred_written(1, &cmd);
    ck_has("cz", doc,
        "<domain:name>example.cz</domain:name><domain:period unit=\"y\">2</domain:period>"
        "<domain:nsset>FW-0123</domain:nsset><domain:registrant>FW-R1</domain:registrant>"
        "<domain:admin>FW-A1</domain:admin></domain:create>",
        true);
}
END_TEST

START_TEST(other_name_servers_of_fred_are_another_set)
{
    const struct registry_profile *p = profile_of("cz");
    const struct epp_build b = {p, &arena};
    struct registry_domain_update in = {.name = STR("example.cz"),
        .add_hosts = {{.name = STR("ns1.elsewhere.example")}},
        .add_hosts_n = 1,
        .add_contacts = {{STR("admin"), STR("FW-A2")}, {STR("tech"), STR("FW-T2")}},
        .add_contacts_n = 2,
        .registrant = STR("FW-R2")};
    struct registry_request r = {.verb = REGISTRY_DOMAIN_UPDATE, .key = "k", .domain_update = &in};
    ck_assert_ptr_null(fitted(p, &r)); /* of a set all must be known */
    ck_assert_str_eq(e.code, "hosts-set-incomplete");
    in.hosts[0] = in.add_hosts[0];
    in.hosts[in.hosts_n = 1].name = STR("ns2.elsewhere.example");
    in.hosts_n = 2;
    const struct registry_request *f = fitted(p, &r);
    ck_assert_msg(f != NULL, "%s", e.text);
    struct registry_domain_update u = *f->domain_update;
    u.host_set = STR("FW-4567");
    struct epp_command cmd = fred_build_domain_update(&b, &u);
    ck_has("cz", fred_written(2, &cmd),
        "<domain:add><domain:admin>FW-A2</domain:admin></domain:add><domain:chg><domain:nsset>FW-4567</domain:nsset>"
        "<domain:registrant>FW-R2</domain:registrant></domain:chg>",
        true);
    in.add_statuses[in.add_statuses_n++] = STR("clientHold");
    ck_assert_ptr_null(fitted(p, &r));
    ck_assert_str_eq(e.code, "statuses-not-ours");
}
END_TEST

START_TEST(sets_contacts_and_transfers_of_fred_are_in_its_own_words)
{
    const struct registry_profile *p = profile_of("cz");
    const struct epp_build b = {p, &arena};
    const struct registry_host_set set = {.id = STR("FW-0123"),
        .hosts = {{STR("ns1.example.cz"), {STR("192.0.2.1"), STR("2001:db8::1")}, 2}, {.name = STR("ns2.example.net")}},
        .hosts_n = 2,
        .tech = STR("FW-TECH")};
    struct epp_command cmd = fred_build_host_set_create(&b, &set);
    ck_has("cz", fred_written(3, &cmd),
        "<nsset:id>FW-0123</nsset:id><nsset:ns><nsset:name>ns1.example.cz</nsset:name><nsset:addr>192.0.2.1</"
        "nsset:addr>"
        "<nsset:addr>2001:db8::1</nsset:addr></nsset:ns><nsset:ns><nsset:name>ns2.example.net</nsset:name></nsset:ns>"
        "<nsset:tech>FW-TECH</nsset:tech>",
        true);
    const struct registry_contact contact = {.id = STR("FW-R1"),
        .name = STR("Ada Příkladová"),
        .city = STR("Praha"),
        .cc = STR("CZ"),
        .email = STR("ada@example.test")};
    cmd = fred_build_contact_create(&b, &contact);
    ck_has("cz", fred_written(4, &cmd), "<contact:street/>", true);
    cmd = fred_build_contact_update(&b, &contact);
    ck_has("cz", fred_written(5, &cmd), "<contact:voice/>", true);
    cmd = fred_build_transfer(&(struct registry_transfer){.name = STR("example.cz"), .authinfo = STR("from-there")});
    ck_has("cz", fred_written(6, &cmd), "<domain:authInfo>from-there</domain:authInfo>", true);
    cmd = fred_build_authinfo_send(STR("example.cz"));
    ck_has("cz", fred_written(11, &cmd), "<extension><fred:extcommand", true);
    const struct registry_renew renew = {.name = STR("example.cz"), .expires = NOW, .years = 1};
    cmd = fred_build_domain_renew(&b, &renew);
    ck_has("cz", fred_written(12, &cmd), "<domain:curExpDate>2026-01-01</domain:curExpDate>", true);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fred build");
    TCase *c = tcase_create("fred build");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_domain_of_fred_names_its_set_of_name_servers);
    tcase_add_test(c, other_name_servers_of_fred_are_another_set);
    tcase_add_test(c, sets_contacts_and_transfers_of_fred_are_in_its_own_words);
    suite_add_tcase(s, c);
    return suite_run(s);
}
