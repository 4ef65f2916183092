/* What follows an answer when answers are not minimal, and that it never costs the answer. */
#include "nameserver/additional.h"

#include "tests/nameserver/fixture.h"

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    f.st.additional = true;
    serve(&f, 1, "ex.test",
        "@ MX 10 mail\n@ MX 20 mail.two.test.\n@ MX 30 mail.far.invalid.\nmail 60 A 192.0.2.25\nmail 70 AAAA ::25\n"
        "null MX 0 .\n_s._tcp SRV 1 2 3 www\n_s._tcp SRV 2 2 3 c\n_n._tcp SRV 0 0 0 .\nwww A 192.0.2.1\nc CNAME www\n"
        "cm CNAME @\nal HTTPS 0 svc\nsvc HTTPS 1 . alpn=h2\nsvc HTTPS 2 www\nsvc A 192.0.2.90\n"
        "l1 HTTPS 0 l2\nl2 HTTPS 0 l1\nl2 A 192.0.2.91\nal2 SVCB 0 .\n*.w HTTPS 1 .\n*.w A 192.0.2.92\n"
        "sub NS ns.sub\nns.sub A 192.0.2.60\nxm MX 1 ns.sub\nwm MX 1 some.w\n");
}

static void teardown(void)
{
    fixture_close(&f);
}

static const char *additional(const char *name, uint16_t type)
{
    struct dns_message m = ask(&f, name, type);
    const char *s = shown(&f, &m);

    ck_assert_uint_eq(m.rcode, DNS_NOERROR);
    return strrchr(s, '|') + 1;
}

START_TEST(mx_and_srv_bring_the_addresses_of_their_hosts)
{
    ck_assert_str_eq(additional("ex.test", DNS_MX), " mail.ex.test 60 A 192.0.2.25, mail.ex.test 70 AAAA ::25");
    ck_assert_str_eq(additional("_s._tcp.ex.test", DNS_SRV), " www.ex.test 300 A 192.0.2.1"); /* none behind a CNAME */
    ck_assert_str_eq(additional("null.ex.test", DNS_MX), "");
    ck_assert_str_eq(additional("_n._tcp.ex.test", DNS_SRV), "");
    ck_assert_str_eq(additional("wm.ex.test", DNS_MX), " some.w.ex.test 300 A 192.0.2.92");
}
END_TEST

START_TEST(ns_at_the_apex_brings_its_servers_addresses)
{
    ck_assert_str_eq(additional("ex.test", DNS_NS), " ns1.ex.test 300 A 192.0.2.53");
    ck_assert_str_eq(additional("ex.test", DNS_SOA), "");
}
END_TEST

START_TEST(a_service_brings_its_addresses_and_an_alias_of_one_the_service_too)
{
    ck_assert_str_eq(
        additional("svc.ex.test", DNS_HTTPS), " svc.ex.test 300 A 192.0.2.90, www.ex.test 300 A 192.0.2.1");
    ck_assert_str_eq(additional("al.ex.test", DNS_HTTPS),
        " svc.ex.test 300 HTTPS 1 . alpn=\"h2\", svc.ex.test 300 HTTPS 2 www.ex.test., www.ex.test 300 A 192.0.2.1, "
        "svc.ex.test 300 A 192.0.2.90");
    ck_assert_str_eq(additional("q.w.ex.test", DNS_HTTPS), " q.w.ex.test 300 A 192.0.2.92");
    ck_assert_str_eq(additional("al2.ex.test", DNS_SVCB), "");
}
END_TEST

START_TEST(a_circle_of_service_aliases_ends)
{
    ck_assert_str_eq(additional("l1.ex.test", DNS_HTTPS),
        " l2.ex.test 300 HTTPS 0 l1.ex.test., l1.ex.test 300 HTTPS 0 l2.ex.test., l2.ex.test 300 A 192.0.2.91");
}
END_TEST

START_TEST(other_zones_here_count_and_their_changes_are_seen)
{
    struct change c;

    serve(&f, 2, "two.test", "mail A 192.0.2.26\n");
    ck_assert_str_eq(additional("ex.test", DNS_MX),
        " mail.ex.test 60 A 192.0.2.25, mail.ex.test 70 AAAA ::25, mail.two.test 300 A 192.0.2.26");
    c = next_version(&f, 2, "two.test", "mail A 192.0.2.27\n");
    apply(&f, &c);
    ck_assert(strstr(additional("ex.test", DNS_MX), "192.0.2.27") != NULL);
    store_remove(&f.st, store_zone(&f.st, 2));
    ck_assert(strstr(additional("ex.test", DNS_MX), "two.test") == NULL);
}
END_TEST

START_TEST(what_lies_below_a_cut_is_not_ours_to_add)
{
    ck_assert_str_eq(additional("xm.ex.test", DNS_MX), "");
}
END_TEST

START_TEST(what_a_chain_leads_to_brings_them_too)
{
    ck_assert_str_eq(additional("cm.ex.test", DNS_MX), " mail.ex.test 60 A 192.0.2.25, mail.ex.test 70 AAAA ::25");
}
END_TEST

START_TEST(minimal_answers_have_none)
{
    struct change c;

    f.st.additional = false;
    c = next_version(&f, 1, "ex.test", "@ MX 5 mail\n");
    apply(&f, &c);
    ck_assert_str_eq(additional("ex.test", DNS_MX), "");
}
END_TEST

/* Many targets and big sets: some are left out when compiled, the others where the answer has no room. */
START_TEST(it_is_bounded_and_never_costs_the_answer)
{
    struct dns_name name = dns_name_of("big.test");
    struct dns_message m;
    struct buf b;

    buf_in(&b, &f.a, 1 << 20);
    for (int i = 0; i < 20; i++)
        buf_printf(&b, "@ MX %d m%d\nm%d A 192.0.2.%d\n", i, i, i, i);
    for (int i = 0; i < 900; i++)
        buf_printf(&b, "fat AAAA 2001:db8::%x\n", i);
    buf_puts(&b, "f MX 1 fat\nf MX 2 m1\n");
    buf_putc(&b, '\0');
    serve(&f, 3, "big.test", b.p);
    m = ask_name(&f, &name, DNS_MX, (struct how){.tcp = true});
    ck_assert_uint_eq(m.n[DNS_ANSWER], 20);
    ck_assert_uint_eq(m.n[DNS_ADDITIONAL], ADDITIONAL_TARGETS_MAX);
    m = ask_name(&f, &name, DNS_MX, (struct how){.no_edns = true});
    ck_assert_uint_eq(m.n[DNS_ANSWER], 20);
    ck_assert_uint_eq(m.n[DNS_ADDITIONAL], 0);
    ck_assert((m.header.flags & DNS_TC) == 0);
    ck_assert_str_eq(additional("f.big.test", DNS_MX), " m1.big.test 300 A 192.0.2.1");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, mx_and_srv_bring_the_addresses_of_their_hosts);
    tcase_add_test(t, ns_at_the_apex_brings_its_servers_addresses);
    tcase_add_test(t, a_service_brings_its_addresses_and_an_alias_of_one_the_service_too);
    tcase_add_test(t, a_circle_of_service_aliases_ends);
    tcase_add_test(t, other_zones_here_count_and_their_changes_are_seen);
    tcase_add_test(t, what_lies_below_a_cut_is_not_ours_to_add);
    tcase_add_test(t, what_a_chain_leads_to_brings_them_too);
    tcase_add_test(t, minimal_answers_have_none);
    tcase_add_test(t, it_is_bounded_and_never_costs_the_answer);
}

int main(void)
{
    return fixture_main("nameserver additional", add);
}
