#include "tests/registry/client_fixture.h"

/* Internationalized names whose registry wants to be told their table (idn-1.0) or language (idnLang-1.0), against the
 * sandbox registry over TLS. */

static const char *const uris[] = {"urn:ietf:params:xml:ns:idn-1.0", "http://www.verisign.com/epp/idnLang-1.0"};

static void setup_with(const char *uri)
{
    static char personality[400], extra[100];
    (void)snprintf(personality, sizeof(personality),
        "name = own\nextension = urn:ietf:params:xml:ns:rgp-1.0\nextension = urn:ietf:params:xml:ns:epp:fee-1.0\n"
        "extension = %s\n",
        uri);
    (void)snprintf(extra, sizeof(extra), "extension = %s\n", uri);
    cl_personality = personality;
    cl_profile_extra = extra;
    cl_setup();
}

static enum status make(const char *key, const char *name, const char *table)
{
    struct registry_domain_create create;
    cl_domain(&create, name);
    create.idn_table = str_of(table);
    return registry_domain_create(&cl_w, key, &create, &cl_o, &cl_e);
}

START_TEST(an_internationalized_name_is_registered_with_its_table)
{
    setup_with(uris[_i]);
    ck_status(make("order:1:create", "xn--bcher-kva.test", NULL), INVALID);
    ck_assert_int_eq(cl_o.code, 2003);
    ck_status(make("order:2:create", "xn--bcher-kva.test", "GER"), OK);
    ck_status(make("order:3:create", "plain.test", "GER"), INVALID);
    ck_assert_str_eq(cl_e.code, "idn-unused");
    ck_status(make("order:4:create", "plain.test", NULL), OK);
    cl_teardown();
}
END_TEST

#define CREATE                                                                                                         \
    "<create><domain:create xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>%s</domain:name>"          \
    "<domain:authInfo><domain:pw>domain-Auth1</domain:pw></domain:authInfo></domain:create></create><extension>"       \
    "<idn:data xmlns:idn=\"urn:ietf:params:xml:ns:idn-1.0\"><idn:table>de</idn:table><idn:uname>%s</idn:uname>"        \
    "</idn:data></extension>"

START_TEST(a_table_must_be_of_the_name)
{
    struct client rival;
    setup_with(uris[0]);
    ck_assert_int_eq(client_login_for(&rival, "rival",
                         OBJECT_URI("domain") "<svcExtension>" EXTENSION_URI("idn-1.0") "</svcExtension>"),
        1000);
    ck_assert_int_eq(client_command(&rival, CREATE, "xn--bcher-kva.test",
                         "b\xc3\xbc"
                         "ch.test"),
        2306);
    ck_assert_int_eq(client_command(&rival, CREATE, "plain.test", "plain.test"), 2306);
    client_close(&rival);
    cl_teardown();
}
END_TEST

START_TEST(a_registry_that_is_told_no_table_is_sent_nothing)
{
    cl_personality = NULL;
    cl_profile_extra = "";
    cl_setup();
    ck_status(make("order:1:create", "xn--bcher-kva.test", "GER"), INVALID);
    ck_assert_str_eq(cl_e.code, "idn-not-spoken");
    ck_status(make("order:2:create", "xn--bcher-kva.test", NULL), OK);
    cl_teardown();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_idn");
    TCase *c = tcase_create("client_idn");
    tcase_set_timeout(c, 90);
    tcase_add_loop_test(c, an_internationalized_name_is_registered_with_its_table, 0, 2);
    tcase_add_test(c, a_table_must_be_of_the_name);
    tcase_add_test(c, a_registry_that_is_told_no_table_is_sent_nothing);
    suite_add_tcase(s, c);
    return suite_run(s);
}
