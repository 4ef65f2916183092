/* The life cycle of contacts, hosts and domains at the sandbox registry. */
#include "tests/registry/sandbox_fixture.h"

START_TEST(the_whole_life_of_a_domain)
{
    struct client c;
    client_login(&c, "fourways");
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
    ck_assert(says(&c, "avail=\"1\">shop.test") || says(&c, "avail=\"true\">shop.test"));
    ck_code(contact_create(&c, "ada"), 1000);
    ck_code(host_create(&c, "ns1.elsewhere.net", ""), 1000);
    ck_code(domain_create(&c, "shop.test",
                "<domain:period unit=\"y\">2</domain:period><domain:ns><domain:hostObj>ns1.elsewhere.net"
                "</domain:hostObj></domain:ns><domain:registrant>ada</domain:registrant>"
                "<domain:contact type=\"admin\">ada</domain:contact>"),
        1000);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
    ck_assert(says(&c, "In use"));
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_assert(says(&c, "<domain:status s=\"ok\"/>"));
    ck_assert(says(&c, "<domain:hostObj>ns1.elsewhere.net</domain:hostObj>"));
    ck_assert(says(&c, "<domain:registrant>ada</domain:registrant>"));
    ck_assert(says(&c, "<domain:pw>domain-auth</domain:pw>"));
    ck_assert(says(&c, "addPeriod"));
    ck_code(host_by_name(&c, "info", "ns1.elsewhere.net"), 1000);
    ck_assert(says(&c, "linked"));
    ck_code(host_by_name(&c, "delete", "ns1.elsewhere.net"), 2305);
    ck_code(domain_by_name(&c, "delete", "shop.test"), 1000);
    ck_code(domain_by_name(&c, "info", "shop.test"), 2303);
    ck_code(host_by_name(&c, "delete", "ns1.elsewhere.net"), 1000);
    ck_code(client_command(&c, "<logout/>"), 1500);
    ck_assert_ptr_null(client_read(&c));
    client_close(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox life");
    TCase *t = tcase_create("life");
    tcase_add_checked_fixture(t, fx_setup, fx_teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_whole_life_of_a_domain);
    suite_add_tcase(s, t);
    return suite_run(s);
}
