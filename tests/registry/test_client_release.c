#include "tests/registry/client_fixture.h"

/* Domains that are released to another registrar (epp/release.h), against the sandbox registry over TLS. */

#define RELEASE_NS "http://www.nominet.org.uk/epp/xml/std-release-1.0"
#define RIVAL_EXTENSIONS "<svcExtension><extURI>" RELEASE_NS "</extURI></svcExtension>"

static struct client rival;
static const struct registry_release to_rival = {.name = STR("a.test"), .tag = STR("rival")};

static void setup(void)
{
    struct registry_domain_create create;
    cl_personality =
        "name = own\nextension = urn:ietf:params:xml:ns:rgp-1.0\nextension = urn:ietf:params:xml:ns:epp:fee-1.0\n"
        "extension = " RELEASE_NS "\n";
    cl_profile_edit[0] = "release = no";
    cl_profile_edit[1] = "release = yes";
    cl_profile_extra = "extension = " RELEASE_NS "\n";
    cl_setup();
    cl_domain(&create, "a.test");
    ck_status(registry_domain_create(&cl_w, "order:1:create", &create, &cl_o, &cl_e), OK);
    client_login(&rival, "rival");
}

static void teardown(void)
{
    client_close(&rival);
    cl_teardown();
}

static enum status release(const char *key, const struct registry_release *in)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_RELEASE, .key = key, .release = in};
    return registry_transform(&cl_w, &r, &cl_o, &cl_e);
}

static bool at_rival(void)
{
    return fx_number("SELECT COUNT(*) FROM domain WHERE name = 'a.test' AND sponsor = 'rival'") == 1;
}

START_TEST(a_domain_is_released_once_and_the_other_registrar_is_told)
{
    ck_status(release("order:2:release", &to_rival), OK);
    ck_assert(cl_o.code == 1000 && cl_o.source == OUTCOME_ANSWER && at_rival());
    ck_code(client_command(&rival, "<poll op=\"req\"/>"), 1301);
    ck_assert(says(&rival, "Domain a.test was released to you by fourways"));
    ck_status(release("order:2:release", &to_rival), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_RECORD);
    ck_status(release("order:3:release", &to_rival), DENIED); /* it is not ours to give any more */
}
END_TEST

START_TEST(a_release_without_an_answer_is_found_by_asking)
{
    cl_fault("drop-after-commit:release:update", 1, 0);
    ck_status(release("order:2:release", &to_rival), OK);
    ck_assert(cl_o.source == OUTCOME_ASKED && at_rival());
}
END_TEST

START_TEST(a_release_that_was_not_heard_is_sent_again)
{
    cl_fault("drop-before-commit:release:update", 1, 0);
    ck_status(release("order:2:release", &to_rival), UNCERTAIN);
    ck_assert(!at_rival());
    ck_status(release("order:2:release", &to_rival), OK);
    ck_assert(cl_o.attempt == 2 && at_rival());
}
END_TEST

START_TEST(what_cannot_be_released_is_refused)
{
    const struct registry_release nobody = {.name = STR("a.test"), .tag = STR("nobody")},
                                  ourselves = {.name = STR("a.test"), .tag = STR("fourways")},
                                  missing = {.name = STR("b.test"), .tag = STR("rival")};
    ck_status(release("order:2:release", &nobody), NOT_FOUND);
    ck_assert_int_eq(cl_o.code, 2303);
    ck_status(release("order:3:release", &ourselves), INVALID);
    ck_assert_int_eq(cl_o.code, 2306);
    ck_status(release("order:4:release", &missing), NOT_FOUND);
    const struct registry_domain_update lock = {
        .name = STR("a.test"), .add_statuses = {STR("clientTransferProhibited")}, .add_statuses_n = 1};
    ck_status(registry_domain_update(&cl_w, "order:5:lock", &lock, &cl_o, &cl_e), OK);
    ck_status(release("order:6:release", &to_rival), DENIED);
    ck_assert_int_eq(cl_o.code, 2304);
    ck_assert(!at_rival());
}
END_TEST

#define RELEASE                                                                                                        \
    "<update><release:release xmlns:release=\"" RELEASE_NS "\">%s<release:registrarTag>rival"                          \
    "</release:registrarTag></release:release></update>"

START_TEST(only_who_named_the_extension_at_login_can_release)
{
    ck_code(client_command(&rival, RELEASE, "<release:domainName>a.test</release:domainName>"), 2307);
    client_close(&rival);
    ck_code(
        client_login_for(&rival, "rival", "<objURI>urn:ietf:params:xml:ns:domain-1.0</objURI>" RIVAL_EXTENSIONS), 1000);
    ck_code(client_command(&rival, RELEASE, "<release:domainName>a.test</release:domainName>"), 2201);
    ck_code(client_command(&rival, RELEASE, "<release:registrant>FW1</release:registrant>"), 2102);
}
END_TEST

START_TEST(a_registry_that_releases_nothing_is_sent_nothing)
{
    struct registry_profile *p = arena_copy(&cl_arena, cl_w.registry->profile, sizeof(*p));
    p->release = false;
    cl_w.registry->profile = p;
    ck_status(release("order:2:release", &to_rival), INVALID);
    ck_assert_str_eq(cl_e.code, "release-not-offered");
    ck_assert(!at_rival());
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_release");
    TCase *c = tcase_create("client_release");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, a_domain_is_released_once_and_the_other_registrar_is_told);
    tcase_add_test(c, a_release_without_an_answer_is_found_by_asking);
    tcase_add_test(c, a_release_that_was_not_heard_is_sent_again);
    tcase_add_test(c, what_cannot_be_released_is_refused);
    tcase_add_test(c, only_who_named_the_extension_at_login_can_release);
    tcase_add_test(c, a_registry_that_releases_nothing_is_sent_nothing);
    suite_add_tcase(s, c);
    return suite_run(s);
}
