#include "tests/registry/client_run.h"

/* A registry in the claims phase of its launch, from the registrar's side: who claims a name, and the notice that a create
 * carries (RFC 8334). */

#define KEY "2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001"
#define LAUNCH "extension = urn:ietf:params:xml:ns:launch-1.0\n"
/* Made apart, by zlib's CRC-32: see test_sandbox_launch.c. */
#define ID_APPLE "dd8d870a9223372036854775807"
#define ENDS INT64_C(4102444800000000) /* 2100-01-01 */

static void setup(void)
{
    cl_personality =
        "name = own\ncheck-max = 2\nextension = urn:ietf:params:xml:ns:rgp-1.0\nextension = "
        "urn:ietf:params:xml:ns:epp:fee-1.0\n" LAUNCH "launch-phase = claims 90\ntrademark = apple " KEY "\n";
    cl_profile_extra = "\n" LAUNCH;
    cl_setup();
}

START_TEST(who_claims_a_name_is_asked_in_portions_of_the_registry_s_limit)
{
    const struct str names[] = {STR("pear.test"), STR("apple.test"), STR("plum.test")};
    struct registry_claim claims[ARRAY_LEN(names)];
    struct registry_profile *p = arena_copy(&cl_arena, cl_w.registry->profile, sizeof(*p));
    p->check_max = 2;
    cl_w.registry->profile = p;
    ck_status(registry_domain_claims(&cl_w, names, ARRAY_LEN(names), claims, &cl_e), OK);
    ck_assert(!claims[0].exists && claims[1].exists && !claims[2].exists);
    ck_assert(str_eqz(claims[1].key, KEY) && str_eqz(claims[1].validator, "tmch") && str_is_null(claims[0].key));
    ck_assert(str_eqz(claims[2].name, "plum.test"));
}
END_TEST

START_TEST(a_name_that_is_claimed_is_registered_with_the_notice_that_was_accepted)
{
    cl_domain(&create, "apple.test");
    ck_status(run("order:1:create"), INVALID);
    ck_assert_int_eq(cl_o.code, 2003);
    create.notice = (struct registry_notice){
        .id = STR(ID_APPLE), .not_after = ENDS, .accepted = clock_now() - 50 * 3600 * US_PER_S};
    ck_status(run("order:2:create"), INVALID);
    ck_assert_int_eq(cl_o.code, 2306);
    ck_assert(strstr(cl_e.text, "48 hours") != NULL);
    create.notice.accepted = clock_now() - 60 * US_PER_S;
    cl_fault("drop-after-commit:domain:create", 1, 0);
    ck_status(run("order:3:create"), OK); /* in doubt, and found */
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    ck_assert(str_eqz(domain_seen("apple.test").clid, "fourways"));
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 3);
}
END_TEST

START_TEST(after_the_phase_nobody_claims_and_no_notice_is_taken)
{
    const struct str name = STR("apple.test");
    struct registry_claim claim;
    fx_sql("UPDATE clock SET ahead_us = ahead_us + 90 * 86400000000");
    ck_status(registry_domain_claims(&cl_w, &name, 1, &claim, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "epp-2306");
    cl_domain(&create, "apple.test");
    ck_status(run("order:1:create"), OK);
}
END_TEST

START_TEST(a_registry_whose_profile_has_no_launch_is_neither_asked_nor_sent_a_notice)
{
    const struct str name = STR("apple.test");
    struct registry_claim claim;
    struct registry_profile *p = arena_copy(&cl_arena, cl_w.registry->profile, sizeof(*p));
    p->launch = false;
    cl_w.registry->profile = p;
    ck_status(registry_domain_claims(&cl_w, &name, 1, &claim, &cl_e), INVALID);
    ck_assert_str_eq(cl_e.code, "launch-not-spoken");
    cl_domain(&create, "apple.test");
    create.notice = (struct registry_notice){.id = STR(ID_APPLE), .not_after = ENDS, .accepted = clock_now()};
    ck_status(run("order:1:create"), INVALID);
    ck_assert_str_eq(cl_e.code, "launch-not-spoken");
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_launch");
    TCase *c = tcase_create("client_launch");
    tcase_add_checked_fixture(c, setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, who_claims_a_name_is_asked_in_portions_of_the_registry_s_limit);
    tcase_add_test(c, a_name_that_is_claimed_is_registered_with_the_notice_that_was_accepted);
    tcase_add_test(c, after_the_phase_nobody_claims_and_no_notice_is_taken);
    tcase_add_test(c, a_registry_whose_profile_has_no_launch_is_neither_asked_nor_sent_a_notice);
    suite_add_tcase(s, c);
    return suite_run(s);
}
