#include "registry/fit.h"
#include "tests/registry/profile_fixture.h"

/* What is left out of a request, and what is refused, before the registry hears of it. */

#define NOW (INT64_C(1790000000) * US_PER_S)
#define DAY (86400 * US_PER_S)
#define BASE "name = x\nobject = urn:x\ntld = test\nauthinfo-max = 24\n"

static struct registry_request fitted;
static enum status fit(const struct registry_request *r)
{
    error_clear(&e);
    return request_fit(profile, &arena, NOW, r, &fitted, &e);
}

/* code: NULL where it fits. */
static void ck_fit(const struct registry_request *r, const char *code)
{
    enum status s = fit(r);
    if (code == NULL) {
        ck_assert_msg(s == OK, "%s", e.text);
        return;
    }
    ck_assert_msg(s == INVALID, "taken, not refused with %s", code);
    ck_assert_msg(strcmp(e.code, code) == 0, "%s, not %s: %s", e.code, code, e.text);
}

/* ---- create ------------------------------------------------------------------------------------------------ */

static struct registry_domain_create create(void)
{
    return (struct registry_domain_create){.name = STR("a.test"),
        .years = 1,
        .hosts = {{.name = STR("ns1.a.test"), .addrs = {STR("192.0.2.1"), STR("192.0.2.2")}, .addrs_n = 2},
            {.name = STR("ns2.b.test"), .addrs = {STR("192.0.2.3")}, .addrs_n = 1},
            {.name = STR("ns3.c.example"), .addrs = {STR("192.0.2.4")}, .addrs_n = 1}},
        .hosts_n = 3,
        .registrant = STR("R1"),
        .contacts = {{STR("admin"), STR("A1")}, {STR("tech"), STR("T1")}, {STR("tech"), STR("T2")}},
        .contacts_n = 3,
        .authinfo = STR("Abc-defghijk1")};
}

static const struct {
    const char *lines, *code;
    size_t hosts, contacts;
} creates[] = {
    {"contact = admin 0-4\ncontact = tech 0-4", NULL, 3, 3},
    {"contact = tech 1-2", NULL, 3, 2},
    {"contact = admin 1-1\ncontact = tech 0-0", "contacts-count", 0, 0},
    {"contact = tech 3-4", "contacts-count", 0, 0},
    {"contact = billing 1-1", "contacts-count", 0, 0},
    {"contact = billing 1-1\ncontacts = optional", NULL, 3, 0},
    {"contact = tech 3-3\ncontacts = optional", "contacts-count", 0, 0},
    {"contacts = none\nregistrant = none", NULL, 3, 0},
    {"hosts-min = 3\nhosts-max = 3", NULL, 3, 0},
    {"hosts-min = 4", "hosts-count", 0, 0},
    {"hosts-max = 2", "hosts-count", 0, 0},
    {"hosts = sets\nobject = http://www.nic.cz/xml/epp/domain-1.4\nobject = http://www.nic.cz/xml/epp/contact-1.6\n"
     "object = http://www.nic.cz/xml/epp/nsset-1.2",
        NULL, 3, 0},
    {"authinfo-min = 14", "authinfo-length", 0, 0},
    {"authinfo-signs = .", "authinfo-characters", 0, 0},
    {"hosts = attributes\nhost-addresses-max = 1", "host-addresses", 0, 0},
};

START_TEST(a_create_fits_or_is_refused)
{
    const struct registry_domain_create in = create();
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE, .key = "k", .domain_create = &in};
    profile_set(BASE, creates[_i].lines);
    ck_fit(&r, creates[_i].code);
    if (creates[_i].code != NULL)
        return;
    ck_assert_uint_eq(fitted.domain_create->hosts_n, creates[_i].hosts);
    ck_assert_uint_eq(fitted.domain_create->contacts_n, creates[_i].contacts);
    ck_assert(str_is_null(fitted.domain_create->registrant) == (profile->registrant == PROFILE_NONE));
    ck_assert_uint_eq(in.contacts_n, 3); /* the caller's own is left as it was */
}
END_TEST

/* How many addresses each of the three hosts is left with. */
static const struct {
    const char *lines;
    size_t addrs[3];
} addresses[] = {
    {"hosts = objects", {0, 0, 0}},
    {"hosts = attributes", {2, 1, 0}},
    {"hosts = attributes\nhost-addresses = domain", {2, 0, 0}},
    {"hosts = attributes\nhost-addresses = always", {2, 1, 1}},
};

START_TEST(hosts_are_sent_with_the_addresses_that_are_needed)
{
    const struct registry_domain_create in = create();
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE, .key = "k", .domain_create = &in};
    profile_set(BASE, addresses[_i].lines);
    ck_fit(&r, NULL);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(fitted.domain_create->hosts[i].addrs_n, addresses[_i].addrs[i]);
}
END_TEST

START_TEST(what_a_create_must_have_is_missed)
{
    struct registry_domain_create in = create();
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE, .key = "k", .domain_create = &in};
    profile_set(BASE, "hosts = attributes");
    in.hosts[0].addrs_n = 0;
    ck_fit(&r, "host-needs-address");
    in = create();
    in.registrant = STR_NULL;
    ck_fit(&r, "registrant-missing");
    in = create();
    in.authinfo = STR_NULL;
    ck_fit(&r, "authinfo-missing");
    in = create();
    in.hosts_n = 0;
    ck_fit(&r, "hosts-count");
    profile_set(BASE, "hosts-optional = yes\nauthinfo-create = empty\nregistrant = optional");
    ck_fit(&r, NULL);
    ck_assert(str_is_null(fitted.domain_create->authinfo));
}
END_TEST

/* ---- renew, transfer, restore -------------------------------------------------------------------------------- */

START_TEST(a_renewal_keeps_to_the_registry_s_years)
{
    struct registry_renew in = {.name = STR("a.test"), .expires = NOW + 30 * DAY, .years = 2};
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_RENEW, .key = "k", .renew = &in};
    profile_set(BASE, "renew-years-max = 2");
    ck_fit(&r, NULL);
    in.years = 3;
    ck_fit(&r, "years-out-of-range");
    in.years = 0;
    ck_fit(&r, "years-out-of-range");
    profile_set(BASE, "");
    in = (struct registry_renew){STR("a.test"), NOW, 10};
    ck_fit(&r, NULL);
    in.expires = NOW + 30 * DAY;
    ck_fit(&r, "years-out-of-range");
    profile_set(BASE, "renew-explicit = no");
    ck_fit(&r, "renew-not-offered");
}
END_TEST

START_TEST(a_transfer_follows_the_registry_s_model)
{
    struct registry_transfer in = {
        .name = STR("a.test"), .op = REGISTRY_TRANSFER_REQUEST, .authinfo = STR("x"), .years = 1};
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_TRANSFER, .key = "k", .transfer = &in};
    profile_set(BASE, "");
    ck_fit(&r, NULL);
    ck_assert_int_eq(fitted.transfer->years, 1);
    in.years = 2;
    ck_fit(&r, "years-out-of-range");
    in.years = 0;
    ck_fit(&r, NULL);
    in.authinfo = STR_NULL;
    ck_fit(&r, "authinfo-missing");
    in.op = REGISTRY_TRANSFER_APPROVE;
    ck_fit(&r, NULL);
    profile_set(BASE, "transfer = immediate\ntransfer-years-min = 0\ntransfer-years-max = 0\ntransfer-authinfo = no");
    ck_fit(&r, "transfer-immediate");
    in = (struct registry_transfer){.name = STR("a.test"), .years = 1};
    ck_fit(&r, NULL);
    ck_assert_int_eq(fitted.transfer->years, 0);
    profile_set(BASE, "transfer = push");
    ck_fit(&r, "transfer-push");
}
END_TEST

START_TEST(a_restore_follows_the_registry_s_model)
{
    static const struct {
        const char *word, *request, *report;
    } models[] = {{"report", NULL, NULL}, {"request", NULL, "restore-no-report"},
        {"vendor", "restore-not-offered", "restore-not-offered"},
        {"none", "restore-not-offered", "restore-not-offered"}};
    struct registry_restore in = {.name = STR("a.test")};
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_RESTORE, .key = "k", .restore = &in};
    for (size_t i = 0; i < ARRAY_LEN(models); i++) {
        profile_set(BASE, arena_printf(&arena, "restore = %s", models[i].word));
        in.op = REGISTRY_RESTORE_REQUEST;
        ck_fit(&r, models[i].request);
        in.op = REGISTRY_RESTORE_REPORT;
        ck_fit(&r, models[i].report);
    }
}
END_TEST

/* ---- update, contacts, hosts ----------------------------------------------------------------------------------- */

START_TEST(an_update_keeps_what_the_registry_has_a_place_for)
{
    struct registry_domain_update in = {.name = STR("a.test"),
        .add_contacts = {{STR("tech"), STR("T1")}, {STR("billing"), STR("B1")}},
        .add_contacts_n = 2,
        .rem_contacts = {{STR("billing"), STR("B0")}},
        .rem_contacts_n = 1};
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_UPDATE, .key = "k", .domain_update = &in};
    profile_set(BASE, "contact = tech 0-1");
    ck_fit(&r, NULL);
    ck_assert_uint_eq(fitted.domain_update->add_contacts_n, 1);
    ck_assert(str_eqz(fitted.domain_update->add_contacts[0].id, "T1"));
    ck_assert_uint_eq(fitted.domain_update->rem_contacts_n, 0);
    in.registrant = STR("R2");
    profile_set(BASE, "contacts = none\nregistrant = none");
    ck_fit(&r, "update-empty");
    in.authinfo = STR("Abc-defghijk1");
    ck_fit(&r, NULL);
    ck_assert(str_is_null(fitted.domain_update->registrant));
    in.authinfo = STR("short");
    ck_fit(&r, "authinfo-length");
    in.authinfo = STR("");
    ck_fit(&r, NULL);
    profile_set(BASE, "authinfo-clear = never");
    ck_fit(&r, "authinfo-stays");
    in.authinfo = STR("Abc-defghijk1");
    ck_fit(&r, NULL);
    profile_set(BASE, "authinfo-source = registry");
    ck_fit(&r, "authinfo-not-ours");
}
END_TEST

START_TEST(objects_that_the_registry_does_not_have_are_not_made)
{
    const struct registry_host host = {
        .name = STR("ns1.a.test"), .addrs = {STR("192.0.2.1"), STR("192.0.2.2")}, .addrs_n = 2};
    const struct registry_host_update change = {.name = STR("ns1.a.test")};
    const struct registry_contact contact = {.id = STR("C1")};
    const struct registry_request make = {.verb = REGISTRY_HOST_CREATE, .key = "k", .host = &host},
                                  mend = {.verb = REGISTRY_HOST_UPDATE, .key = "k", .host_update = &change},
                                  person = {.verb = REGISTRY_CONTACT_CREATE, .key = "k", .contact = &contact};
    profile_set(BASE, "");
    ck_fit(&make, NULL);
    ck_fit(&mend, NULL);
    ck_fit(&person, NULL);
    profile_set(BASE, "host-addresses-max = 1");
    ck_fit(&make, "host-addresses");
    profile_set(BASE, "hosts = attributes\ncontacts = none\nregistrant = none");
    ck_fit(&make, "hosts-not-objects");
    ck_fit(&mend, "hosts-not-objects");
    ck_fit(&person, "contacts-not-there");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fit");
    TCase *c = tcase_create("fit");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, a_create_fits_or_is_refused, 0, (int)ARRAY_LEN(creates));
    tcase_add_loop_test(c, hosts_are_sent_with_the_addresses_that_are_needed, 0, (int)ARRAY_LEN(addresses));
    tcase_add_test(c, what_a_create_must_have_is_missed);
    tcase_add_test(c, a_renewal_keeps_to_the_registry_s_years);
    tcase_add_test(c, a_transfer_follows_the_registry_s_model);
    tcase_add_test(c, a_restore_follows_the_registry_s_model);
    tcase_add_test(c, an_update_keeps_what_the_registry_has_a_place_for);
    tcase_add_test(c, objects_that_the_registry_does_not_have_are_not_made);
    suite_add_tcase(s, c);
    return suite_run(s);
}
