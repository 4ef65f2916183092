#include "tests/registry/client_fixture.h"

/* A name that is only for who has its allocation token (RFC 8495), against the sandbox registry over TLS. */

#define TOKEN "Kept-For-Us-77"
DB_QUERY(t_with, "SELECT COUNT(*) FROM registry_transcript WHERE INSTR(sent, ?) > 0 OR INSTR(received, ?) > 0");
DB_QUERY(t_creates, "SELECT COUNT(*) FROM registry_command WHERE verb = 'domain-create'");

static struct registry_domain_create create;

static enum status run(const char *key, const char *token)
{
    cl_w.token = str_of(token);
    return registry_domain_create(&cl_w, key, &create, &cl_o, &cl_e);
}

static bool available(const char *token)
{
    const struct str name = STR("kept.test");
    struct registry_avail avail = {0};
    cl_w.token = str_of(token);
    ck_status(registry_domain_check(&cl_w, &name, 1, &avail, &cl_e), OK);
    return avail.available;
}

static int64_t ours(const struct db_query *q, const struct db_val *args, size_t n)
{
    struct db_result r;
    ck_status(db_select_one(cl_db, &cl_arena, q, args, n, &r, &cl_e), OK);
    return db_int(&r, 0, 0);
}

static void setup(void)
{
    cl_personality = "name = own\nfee-needed = premium\nextension = urn:ietf:params:xml:ns:rgp-1.0\n"
                     "extension = urn:ietf:params:xml:ns:epp:fee-1.0\n"
                     "extension = urn:ietf:params:xml:ns:allocationToken-1.0\nallocation-token = kept " TOKEN "\n";
    cl_setup();
}

START_TEST(a_kept_name_is_registered_with_its_token_of_which_only_a_reference_is_written_down)
{
    const struct str secret = STR(TOKEN), mark = STR("allocationToken-1.0\">secret:token/kept.test</");
    cl_domain(&create, "kept.test");
    ck_assert(!available(NULL) && !available("wrong") && available(TOKEN));
    ck_status(run("order:1:create", NULL), DENIED);
    ck_assert_int_eq(cl_o.code, 2304);
    ck_status(run("order:2:create", "wrong"), DENIED);
    ck_assert_int_eq(cl_o.code, 2201);
    cl_fault("drop-after-commit:domain:create", 1, 0);
    ck_status(run("order:3:create", TOKEN), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    ck_assert_int_eq(ours(&t_with, DB_ARGS(db_b(secret), db_b(secret))), 0);
    ck_assert_int_eq(ours(&t_with, DB_ARGS(db_b(mark), db_b(mark))), 2);
}
END_TEST

START_TEST(a_transfer_takes_the_token_of_the_name)
{
    struct client rival;
    struct registry_transfer in = {
        .name = STR("kept.test"), .op = REGISTRY_TRANSFER_REQUEST, .authinfo = STR("domain-auth"), .years = 1};
    ck_code(client_login_for(&rival, "rival",
                OBJECT_URI("domain") OBJECT_URI("contact")
                    OBJECT_URI("host") "<svcExtension>" EXTENSION_URI("allocationToken-1.0") "</svcExtension>"),
        1000);
    ck_code(contact_create(&rival, "ada"), 1000);
    ck_code(client_command(&rival,
                "<create><domain:create xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>kept.test"
                "</domain:name>" REGISTRANT "<domain:authInfo><domain:pw>domain-auth</domain:pw></domain:authInfo>"
                "</domain:create></create><extension><allocationToken:allocationToken xmlns:allocationToken=\""
                "urn:ietf:params:xml:ns:allocationToken-1.0\">" TOKEN "</allocationToken:allocationToken></extension>"),
        1000);
    client_close(&rival);
    cl_w.token = STR("wrong");
    ck_status(registry_domain_transfer(&cl_w, "order:1:transfer", &in, &cl_o, &cl_e), DENIED);
    ck_assert_int_eq(cl_o.code, 2201);
    cl_w.token = STR(TOKEN);
    ck_status(registry_domain_transfer(&cl_w, "order:2:transfer", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.code, 1001);
}
END_TEST

START_TEST(a_token_is_not_sent_to_a_registry_that_takes_none)
{
    struct registry_profile *p = arena_copy(&cl_arena, cl_w.registry->profile, sizeof(*p));
    p->allocation_token = false;
    cl_w.registry->profile = p;
    cl_domain(&create, "a.test");
    ck_status(run("order:1:create", TOKEN), INVALID);
    ck_assert_str_eq(cl_e.code, "token-not-taken");
    ck_assert_int_eq(ours(&t_creates, DB_NO_ARGS), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_token");
    TCase *c = tcase_create("client_token");
    tcase_add_checked_fixture(c, setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, a_kept_name_is_registered_with_its_token_of_which_only_a_reference_is_written_down);
    tcase_add_test(c, a_transfer_takes_the_token_of_the_name);
    tcase_add_test(c, a_token_is_not_sent_to_a_registry_that_takes_none);
    suite_add_tcase(s, c);
    return suite_run(s);
}
