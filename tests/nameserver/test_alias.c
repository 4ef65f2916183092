/* Each rule of nameserver/alias.h, by its name. */
#include "nameserver/alias.h"

#include "tests/nameserver/fixture.h"

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

static void put(uint64_t id, const char *origin, const char *lines)
{
    struct change c = next_version(&f, id, origin, lines);

    apply(&f, &c);
}

static void put_alias(
    uint64_t id, const char *origin, const char *owner, uint16_t type, uint64_t zone, const char *target)
{
    struct change c = next_version(&f, id, origin, "");

    change_add_alias(&f.a, &c, owner, type, zone, target);
    apply(&f, &c);
}

static void take_out(uint64_t id, const char *origin, const char *owner, uint16_t type)
{
    struct change c = next_version(&f, id, origin, "");

    change_add_deletion(&f.a, &c, owner, type);
    apply(&f, &c);
}

static bool no_data(const char *name, uint16_t type)
{
    struct dns_message m = ask(&f, name, type);

    return m.rcode == DNS_NOERROR && m.n[DNS_ANSWER] == 0 && m.n[DNS_AUTHORITY] == 1 &&
           m.records[DNS_AUTHORITY][0].type == DNS_SOA;
}

START_TEST(the_targets_records_of_the_aliass_type_are_the_answer)
{
    serve(&f, 1, "one.test", "www 77 A 192.0.2.1\nwww 77 A 192.0.2.2\n");
    put_alias(1, "one.test", "one.test", DNS_A, 1, "www.one.test");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 77 A 192.0.2.1, one.test 77 A 192.0.2.2 | |");
    ck_assert(no_data("one.test", DNS_AAAA));
}
END_TEST

START_TEST(they_come_with_the_targets_ttl)
{
    serve(&f, 1, "one.test", "www 77 A 192.0.2.1\n");
    put_alias(1, "one.test", "x.one.test", DNS_A, 1, "www.one.test");
    ck_assert_uint_eq(ask(&f, "x.one.test", DNS_A).records[DNS_ANSWER][0].ttl, 77);
    put(1, "one.test", "www 78 A 192.0.2.1\n");
    ck_assert_uint_eq(ask(&f, "x.one.test", DNS_A).records[DNS_ANSWER][0].ttl, 78);
}
END_TEST

START_TEST(the_alias_is_invisible)
{
    serve(&f, 1, "one.test", "www 77 A 192.0.2.1\n");
    put_alias(1, "one.test", "x.one.test", DNS_A, 1, "www.one.test");
    ck_assert(no_data("x.one.test", DNS_CNAME));
    ASK(&f, "x.one.test", DNS_ANY, "NOERROR aa | x.one.test 77 A 192.0.2.1 | |");
}
END_TEST

START_TEST(it_leads_into_another_zone_and_sees_its_changes)
{
    serve(&f, 1, "one.test", "");
    put_alias(1, "one.test", "one.test", DNS_A, 2, "lb.two.test");
    ck_assert(no_data("one.test", DNS_A)); /* the target's zone is not there yet */
    serve(&f, 2, "two.test", "lb 10 A 192.0.2.1\n");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 10 A 192.0.2.1 | |");
    put(2, "two.test", "lb 20 A 192.0.2.2\n");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 20 A 192.0.2.2 | |");
    take_out(2, "two.test", "lb.two.test", DNS_A);
    ck_assert(no_data("one.test", DNS_A));
    put(2, "two.test", "lb 30 A 192.0.2.3\n");
    store_remove(&f.st, store_zone(&f.st, 2));
    ck_assert(no_data("one.test", DNS_A));
}
END_TEST

/* Else whoever makes the zone next would get the alias's visitors. */
START_TEST(it_does_not_follow_its_target_to_a_zone_made_again)
{
    serve(&f, 1, "one.test", "");
    serve(&f, 2, "two.test", "www 60 A 192.0.2.2\n");
    put_alias(1, "one.test", "one.test", DNS_A, 2, "www.two.test");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 60 A 192.0.2.2 | |");
    store_remove(&f.st, store_zone(&f.st, 2));
    ck_assert(no_data("one.test", DNS_A));
    serve(&f, 3, "two.test", "www 60 A 192.0.2.3\n");
    ck_assert(no_data("one.test", DNS_A));
    put_alias(1, "one.test", "one.test", DNS_A, 3, "www.two.test");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 60 A 192.0.2.3 | |");
}
END_TEST

START_TEST(it_may_be_of_every_type_but_ns_soa_and_dname)
{
    static const uint16_t some[] = {DNS_A, DNS_AAAA, DNS_MX, DNS_TXT, DNS_SRV, DNS_PTR, DNS_CAA, 4711};
    static const uint16_t never[] = {DNS_NS, DNS_SOA, DNS_DNAME};
    struct dns_message m;
    struct error e;

    serve(&f, 1, "one.test",
        "www A 192.0.2.1\nwww AAAA ::1\nwww MX 1 www\nwww TXT t\nwww SRV 1 2 3 www\nwww PTR www\n"
        "www CAA 0 issue \"ca.test\"\nwww TYPE4711 \\# 1 00\n");
    for (size_t i = 0; i < ARRAY_LEN(some); i++) {
        put_alias(1, "one.test", "x.one.test", some[i], 1, "www.one.test");
        m = ask(&f, "x.one.test", some[i]);
        ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
        ck_assert_uint_eq(m.records[DNS_ANSWER][0].type, some[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(never); i++) {
        struct change c = next_version(&f, 1, "one.test", "");

        if (never[i] == DNS_SOA)
            c.n = 0;
        change_add_alias(&f.a, &c, "one.test", never[i], 1, "www.one.test");
        ck_assert_int_eq(store_apply(&f.st, &c, &e), INVALID);
    }
}
END_TEST

START_TEST(it_stands_at_the_apex_and_beside_records_and_aliases_of_other_types)
{
    serve(&f, 1, "one.test", "www 5 A 192.0.2.1\nwww 6 AAAA ::1\n@ 7 TXT own\n");
    put_alias(1, "one.test", "one.test", DNS_A, 1, "www.one.test");
    put_alias(1, "one.test", "one.test", DNS_AAAA, 1, "www.one.test");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 5 A 192.0.2.1 | |");
    ASK(&f, "one.test", DNS_AAAA, "NOERROR aa | one.test 6 AAAA ::1 | |");
    ASK(&f, "one.test", DNS_TXT, "NOERROR aa | one.test 7 TXT \"own\" | |");
}
END_TEST

START_TEST(at_a_wildcard_it_answers_for_every_name_it_covers)
{
    serve(&f, 1, "one.test", "www 5 A 192.0.2.1\n");
    put_alias(1, "one.test", "*.one.test", DNS_A, 1, "www.one.test");
    ASK(&f, "any.thing.one.test", DNS_A, "NOERROR aa | any.thing.one.test 5 A 192.0.2.1 | |");
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 5 A 192.0.2.1 | |");
}
END_TEST

START_TEST(ds_beside_a_cuts_ns_may_be_one)
{
    serve(&f, 1, "one.test",
        "sub NS ns.far.invalid.\nother NS ns.far.invalid.\n"
        "d DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000\n");
    put_alias(1, "one.test", "sub.one.test", DNS_DS, 1, "d.one.test");
    ck_assert_uint_eq(ask(&f, "sub.one.test", DNS_DS).n[DNS_ANSWER], 1);
    ck_assert_uint_eq(ask(&f, "sub.one.test", DNS_A).n[DNS_AUTHORITY], 1);
}
END_TEST

START_TEST(an_alias_to_an_alias_is_followed_and_a_circle_is_no_data)
{
    serve(&f, 1, "one.test", "end 5 A 192.0.2.1\n");
    put_alias(1, "one.test", "a.one.test", DNS_A, 1, "b.one.test");
    put_alias(1, "one.test", "b.one.test", DNS_A, 1, "c.one.test");
    put_alias(1, "one.test", "c.one.test", DNS_A, 1, "end.one.test");
    ASK(&f, "a.one.test", DNS_A, "NOERROR aa | a.one.test 5 A 192.0.2.1 | |");
    put(1, "one.test", "end 6 A 192.0.2.2\n");
    ASK(&f, "a.one.test", DNS_A, "NOERROR aa | a.one.test 6 A 192.0.2.2 | |");
    put_alias(1, "one.test", "c.one.test", DNS_A, 1, "a.one.test");
    ck_assert(no_data("a.one.test", DNS_A));
    ck_assert(no_data("b.one.test", DNS_A));
    put_alias(1, "one.test", "self.one.test", DNS_A, 1, "self.one.test");
    ck_assert(no_data("self.one.test", DNS_A));
}
END_TEST

START_TEST(a_chain_has_eight_steps_and_no_more)
{
    serve(&f, 1, "one.test", "a0 5 A 192.0.2.1\n");
    for (int i = 1; i <= ALIAS_DEPTH_MAX + 1; i++)
        put_alias(
            1, "one.test", arena_printf(&f.a, "a%d.one.test", i), DNS_A, 1, arena_printf(&f.a, "a%d.one.test", i - 1));
    ASK(&f, "a8.one.test", DNS_A, "NOERROR aa | a8.one.test 5 A 192.0.2.1 | |");
    ck_assert(no_data("a9.one.test", DNS_A));
}
END_TEST

START_TEST(the_target_may_be_a_wildcard_or_covered_by_one)
{
    serve(&f, 1, "one.test", "*.w 5 A 192.0.2.1\n");
    put_alias(1, "one.test", "x.one.test", DNS_A, 1, "any.w.one.test");
    put_alias(1, "one.test", "y.one.test", DNS_A, 1, "*.w.one.test");
    ASK(&f, "x.one.test", DNS_A, "NOERROR aa | x.one.test 5 A 192.0.2.1 | |");
    ASK(&f, "y.one.test", DNS_A, "NOERROR aa | y.one.test 5 A 192.0.2.1 | |");
    put(1, "one.test", "any.w TXT here\n"); /* now the name exists, and hides the wildcard */
    ck_assert(no_data("x.one.test", DNS_A));
}
END_TEST

START_TEST(a_cname_at_the_target_is_no_data)
{
    serve(&f, 1, "one.test", "c CNAME www\nwww A 192.0.2.1\n");
    put_alias(1, "one.test", "x.one.test", DNS_A, 1, "c.one.test");
    ck_assert(no_data("x.one.test", DNS_A));
}
END_TEST

START_TEST(an_alias_of_type_cname_answers_as_the_targets_cname)
{
    struct change c;
    struct error e;

    serve(&f, 1, "one.test", "c 9 CNAME www\nwww 5 A 192.0.2.1\n");
    put_alias(1, "one.test", "x.one.test", DNS_CNAME, 1, "c.one.test");
    put_alias(1, "one.test", "y.one.test", DNS_CNAME, 1, "x.one.test");
    put(1, "one.test", "z CNAME y\n");
    ASK(&f, "x.one.test", DNS_A, "NOERROR aa | x.one.test 9 CNAME www.one.test., www.one.test 5 A 192.0.2.1 | |");
    ASK(&f, "y.one.test", DNS_CNAME, "NOERROR aa | y.one.test 9 CNAME www.one.test. | |");
    ASK(&f, "z.one.test", DNS_A,
        "NOERROR aa | z.one.test 300 CNAME y.one.test., y.one.test 9 CNAME www.one.test., "
        "www.one.test 5 A 192.0.2.1 | |");
    take_out(1, "one.test", "c.one.test", DNS_CNAME);
    ck_assert(no_data("x.one.test", DNS_A));
    ck_assert(no_data("x.one.test", DNS_CNAME));
    c = next_version(&f, 1, "one.test", "x TXT beside\n");
    ck_assert_int_eq(store_apply(&f.st, &c, &e), INVALID);
    ck_assert_str_eq(e.code, "cname-beside-data");
}
END_TEST

START_TEST(a_target_below_a_cut_or_a_dname_is_no_data)
{
    serve(&f, 1, "one.test", "sub NS ns.sub\nns.sub A 192.0.2.2\nd DNAME www\nh.d A 192.0.2.3\nwww A 192.0.2.1\n");
    put_alias(1, "one.test", "x.one.test", DNS_A, 1, "ns.sub.one.test");
    put_alias(1, "one.test", "y.one.test", DNS_A, 1, "h.d.one.test");
    ck_assert(no_data("x.one.test", DNS_A));
    ck_assert(no_data("y.one.test", DNS_A));
    take_out(1, "one.test", "sub.one.test", DNS_NS);
    take_out(1, "one.test", "d.one.test", DNS_DNAME);
    ASK(&f, "x.one.test", DNS_A, "NOERROR aa | x.one.test 300 A 192.0.2.2 | |");
    ASK(&f, "y.one.test", DNS_A, "NOERROR aa | y.one.test 300 A 192.0.2.3 | |");
}
END_TEST

START_TEST(what_cnames_and_dnames_lead_to_may_be_one)
{
    serve(&f, 1, "one.test", "www 5 A 192.0.2.1\nc 9 CNAME al\nd 7 DNAME @\n");
    put_alias(1, "one.test", "al.one.test", DNS_A, 1, "www.one.test");
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 9 CNAME al.one.test., al.one.test 5 A 192.0.2.1 | |");
    ASK(&f, "al.d.one.test", DNS_A,
        "NOERROR aa | d.one.test 7 DNAME one.test., al.d.one.test 7 CNAME al.one.test., al.one.test 5 A 192.0.2.1 | |");
    put(1, "one.test", "www 6 A 192.0.2.2\n");
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 9 CNAME al.one.test., al.one.test 6 A 192.0.2.2 | |");
}
END_TEST

START_TEST(it_is_no_glue)
{
    serve(&f, 1, "one.test", "www A 192.0.2.1\nsub NS al\n");
    put_alias(1, "one.test", "al.one.test", DNS_A, 1, "www.one.test");
    ck_assert_uint_eq(ask(&f, "x.sub.one.test", DNS_A).n[DNS_ADDITIONAL], 0);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_targets_records_of_the_aliass_type_are_the_answer);
    tcase_add_test(t, they_come_with_the_targets_ttl);
    tcase_add_test(t, the_alias_is_invisible);
    tcase_add_test(t, it_leads_into_another_zone_and_sees_its_changes);
    tcase_add_test(t, it_does_not_follow_its_target_to_a_zone_made_again);
    tcase_add_test(t, it_may_be_of_every_type_but_ns_soa_and_dname);
    tcase_add_test(t, it_stands_at_the_apex_and_beside_records_and_aliases_of_other_types);
    tcase_add_test(t, at_a_wildcard_it_answers_for_every_name_it_covers);
    tcase_add_test(t, ds_beside_a_cuts_ns_may_be_one);
    tcase_add_test(t, an_alias_to_an_alias_is_followed_and_a_circle_is_no_data);
    tcase_add_test(t, a_chain_has_eight_steps_and_no_more);
    tcase_add_test(t, the_target_may_be_a_wildcard_or_covered_by_one);
    tcase_add_test(t, a_cname_at_the_target_is_no_data);
    tcase_add_test(t, an_alias_of_type_cname_answers_as_the_targets_cname);
    tcase_add_test(t, a_target_below_a_cut_or_a_dname_is_no_data);
    tcase_add_test(t, what_cnames_and_dnames_lead_to_may_be_one);
    tcase_add_test(t, it_is_no_glue);
}

int main(void)
{
    return fixture_main("nameserver alias", add);
}
