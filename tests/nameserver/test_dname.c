/* Names below a DNAME (RFC 6672): what is made when the question comes, and what CNAMEs that lead there have compiled in. */
#include <time.h>

#include "tests/nameserver/fixture.h"

static struct fixture f;

#define SOA_OF(zone) zone " 300 SOA ns1." zone ". hostmaster." zone ". 1 3600 600 86400 300"
#define D_T "d.ex.test 120 DNAME t.ex.test."
#define L61 "1234567890123456789012345678901234567890123456789012345678901"

static void setup(void)
{
    fixture_open(&f);
    serve(&f, 1, "ex.test",
        "www A 192.0.2.1\n"
        "d 120 DNAME t\nd TXT beside\n"
        "t TXT target\nw.t 60 A 192.0.2.7\nc.t CNAME www\nx.t CNAME y.d\ny.t A 192.0.2.8\nz.t CNAME z.d\n"
        "dd DNAME d\nout DNAME other.invalid.\nin2 DNAME two.test.\ndsub DNAME sub\n"
        "loop1 DNAME loop2\nloop2 DNAME loop1\ngrow DNAME grow.grow\n"
        "long DNAME " L61 "." L61 "." L61 ".ttttttttttttttttttt\n"
        "cd CNAME w.d\ncdx CNAME nope.d\ncdo CNAME foo.out\ncdl CNAME foo.loop1\n"
        "clong CNAME aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.long\ncgrow CNAME a.grow\n"
        "*.wd DNAME t\n*.wcd CNAME w.d\n"
        "sub NS ns.sub\nsub NS ns.far.invalid.\nns.sub A 192.0.2.60\n");
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

static void take_out(uint64_t id, const char *origin, const char *owner, uint16_t type)
{
    struct change c = next_version(&f, id, origin, "");

    change_add_deletion(&f.a, &c, owner, type);
    apply(&f, &c);
}

START_TEST(a_name_below_a_dname_gets_the_dname_a_cname_with_its_ttl_and_what_is_there)
{
    ASK(&f, "w.d.ex.test", DNS_A,
        "NOERROR aa | " D_T ", w.d.ex.test 120 CNAME w.t.ex.test., w.t.ex.test 60 A 192.0.2.7 | |");
    ASK(&f, "w.d.ex.test", DNS_TXT,
        "NOERROR aa | " D_T ", w.d.ex.test 120 CNAME w.t.ex.test. | " SOA_OF("ex.test") " |");
    ASK(&f, "w.d.ex.test", DNS_DNAME,
        "NOERROR aa | " D_T ", w.d.ex.test 120 CNAME w.t.ex.test. | " SOA_OF("ex.test") " |");
}
END_TEST

START_TEST(the_rcode_is_that_of_the_last_name)
{
    ASK(&f, "a.b.d.ex.test", DNS_A,
        "NXDOMAIN aa | " D_T ", a.b.d.ex.test 120 CNAME a.b.t.ex.test. | " SOA_OF("ex.test") " |");
    ASK(&f, "a.out.ex.test", DNS_A,
        "NOERROR aa | out.ex.test 300 DNAME other.invalid., a.out.ex.test 300 CNAME a.other.invalid. | |");
}
END_TEST

START_TEST(the_dnames_own_name_is_not_below_it)
{
    ASK(&f, "d.ex.test", DNS_DNAME, "NOERROR aa | " D_T " | |");
    ASK(&f, "d.ex.test", DNS_TXT, "NOERROR aa | d.ex.test 300 TXT \"beside\" | |");
    ASK(&f, "d.ex.test", DNS_A, "NOERROR aa | | " SOA_OF("ex.test") " |");
}
END_TEST

START_TEST(cname_and_any_are_answered_by_what_was_made)
{
    ASK(&f, "x.d.ex.test", DNS_CNAME, "NOERROR aa | " D_T ", x.d.ex.test 120 CNAME x.t.ex.test. | |");
    ASK(&f, "x.d.ex.test", DNS_ANY, "NOERROR aa | " D_T ", x.d.ex.test 120 CNAME x.t.ex.test. | |");
}
END_TEST

START_TEST(chains_of_dname_and_cname_are_followed_and_each_dname_stands_once)
{
    ASK(&f, "w.dd.ex.test", DNS_A,
        "NOERROR aa | dd.ex.test 300 DNAME d.ex.test., w.dd.ex.test 300 CNAME w.d.ex.test., " D_T
        ", w.d.ex.test 120 CNAME w.t.ex.test., w.t.ex.test 60 A 192.0.2.7 | |");
    ASK(&f, "x.d.ex.test", DNS_A,
        "NOERROR aa | " D_T ", x.d.ex.test 120 CNAME x.t.ex.test., x.t.ex.test 300 CNAME y.d.ex.test., "
        "y.d.ex.test 120 CNAME y.t.ex.test., y.t.ex.test 300 A 192.0.2.8 | |");
    ASK(&f, "c.d.ex.test", DNS_A,
        "NOERROR aa | " D_T ", c.d.ex.test 120 CNAME c.t.ex.test., c.t.ex.test 300 CNAME www.ex.test., "
        "www.ex.test 300 A 192.0.2.1 | |");
}
END_TEST

START_TEST(circles_end)
{
    ASK(&f, "a.loop1.ex.test", DNS_A,
        "NOERROR aa | loop1.ex.test 300 DNAME loop2.ex.test., a.loop1.ex.test 300 CNAME a.loop2.ex.test., "
        "loop2.ex.test 300 DNAME loop1.ex.test., a.loop2.ex.test 300 CNAME a.loop1.ex.test. | |");
    ASK(&f, "z.d.ex.test", DNS_A,
        "NOERROR aa | " D_T ", z.d.ex.test 120 CNAME z.t.ex.test., z.t.ex.test 300 CNAME z.d.ex.test. | |");
}
END_TEST

/* The question for DS at two.b.ex.test goes to the zone above, which says DNAME; what leads back there stays with that zone. */
START_TEST(a_circle_of_ds_ends_where_it_began)
{
    struct change c = change_of(&f.a, 2, 1, "b.ex.test", SOA_LINE "@ 60 DNAME up.other.test.\nfiller A 192.0.2.1\n");

    apply(&f, &c);
    serve(&f, 3, "two.b.ex.test", "@ 941 DS 1 8 1 6162636465666768696A6B6C6D6E6F7071727374\n");
    serve(&f, 4, "other.test", "two.up 14 CNAME two.b.ex.test.\n");
    ASK(&f, "two.b.ex.test", DNS_DS,
        "NOERROR aa | b.ex.test 60 DNAME up.other.test., two.b.ex.test 60 CNAME two.up.other.test., "
        "two.up.other.test 14 CNAME two.b.ex.test. | |");
    take_out(3, "two.b.ex.test", "two.b.ex.test", DNS_DS);
    ASK(&f, "two.b.ex.test", DNS_DS,
        "NOERROR aa | b.ex.test 60 DNAME up.other.test., two.b.ex.test 60 CNAME two.up.other.test., "
        "two.up.other.test 14 CNAME two.b.ex.test. | |");
}
END_TEST

START_TEST(a_name_that_grows_is_followed_sixteen_times)
{
    struct dns_name name = dns_name_of("a.grow.ex.test");
    struct dns_message m = ask_name(&f, &name, DNS_A, (struct how){.tcp = true});

    ck_assert_uint_eq(m.n[DNS_ANSWER], 17);
    ck_assert_uint_eq(m.records[DNS_ANSWER][0].type, DNS_DNAME);
    ck_assert_uint_eq(m.records[DNS_ANSWER][16].type, DNS_CNAME);
    name = dns_name_of("cgrow.ex.test");
    m = ask_name(&f, &name, DNS_A, (struct how){.tcp = true});
    ck_assert_uint_eq(m.n[DNS_ANSWER], 17); /* the CNAME, the DNAME, fifteen made of it */
    ck_assert_uint_eq(m.rcode, DNS_NOERROR);
}
END_TEST

START_TEST(a_name_that_would_be_too_long_is_yxdomain)
{
#define LONG "long.ex.test 300 DNAME " L61 "." L61 "." L61 ".ttttttttttttttttttt.ex.test."
    ASK(&f, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.long.ex.test", DNS_A, "YXDOMAIN aa | " LONG " | |");
    ASK(&f, "a.long.ex.test", DNS_CNAME,
        "NOERROR aa | " LONG ", a.long.ex.test 300 CNAME a." L61 "." L61 "." L61 ".ttttttttttttttttttt.ex.test. | |");
    ASK(&f, "clong.ex.test", DNS_A,
        "YXDOMAIN aa | clong.ex.test 300 CNAME aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.long.ex.test., " LONG " | |");
}
END_TEST

START_TEST(a_cname_that_leads_below_a_dname_has_it_compiled_in)
{
    ASK(&f, "cd.ex.test", DNS_A,
        "NOERROR aa | cd.ex.test 300 CNAME w.d.ex.test., " D_T
        ", w.d.ex.test 120 CNAME w.t.ex.test., w.t.ex.test 60 A 192.0.2.7 | |");
    ASK(&f, "cdx.ex.test", DNS_A,
        "NXDOMAIN aa | cdx.ex.test 300 CNAME nope.d.ex.test., " D_T
        ", nope.d.ex.test 120 CNAME nope.t.ex.test. | " SOA_OF("ex.test") " |");
    ASK(&f, "cdo.ex.test", DNS_A,
        "NOERROR aa | cdo.ex.test 300 CNAME foo.out.ex.test., out.ex.test 300 DNAME other.invalid., "
        "foo.out.ex.test 300 CNAME foo.other.invalid. | |");
    ASK(&f, "cdl.ex.test", DNS_A,
        "NOERROR aa | cdl.ex.test 300 CNAME foo.loop1.ex.test., loop1.ex.test 300 DNAME loop2.ex.test., "
        "foo.loop1.ex.test 300 CNAME foo.loop2.ex.test., loop2.ex.test 300 DNAME loop1.ex.test., "
        "foo.loop2.ex.test 300 CNAME foo.loop1.ex.test. | |");
    ASK(&f, "cd.ex.test", DNS_CNAME, "NOERROR aa | cd.ex.test 300 CNAME w.d.ex.test. | |");
    ASK(&f, "q.r.wcd.ex.test", DNS_A,
        "NOERROR aa | q.r.wcd.ex.test 300 CNAME w.d.ex.test., " D_T
        ", w.d.ex.test 120 CNAME w.t.ex.test., w.t.ex.test 60 A 192.0.2.7 | |");
}
END_TEST

START_TEST(a_compiled_chain_follows_the_dname_and_its_target)
{
    put(1, "ex.test", "d 120 DNAME t2\nw.t2 A 192.0.2.70\n");
    ASK(&f, "cd.ex.test", DNS_A,
        "NOERROR aa | cd.ex.test 300 CNAME w.d.ex.test., d.ex.test 120 DNAME t2.ex.test., "
        "w.d.ex.test 120 CNAME w.t2.ex.test., w.t2.ex.test 300 A 192.0.2.70 | |");
    take_out(1, "ex.test", "d.ex.test", DNS_DNAME);
    ck_assert_uint_eq(ask(&f, "cd.ex.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_uint_eq(ask(&f, "w.d.ex.test", DNS_A).rcode, DNS_NXDOMAIN);
    put(1, "ex.test", "w.d A 192.0.2.71\n");
    ASK(&f, "cd.ex.test", DNS_A, "NOERROR aa | cd.ex.test 300 CNAME w.d.ex.test., w.d.ex.test 300 A 192.0.2.71 | |");
    put(1, "ex.test", "d 120 DNAME t2\n");
    ck_assert_uint_eq(ask(&f, "cd.ex.test", DNS_A).n[DNS_ANSWER], 4);
}
END_TEST

START_TEST(what_stands_below_a_dname_is_not_seen_and_comes_back)
{
    put(1, "ex.test", "w.d A 192.0.2.9\n*.d TXT wild\ncut.d NS ns.cut.d\n");
    ASK(&f, "w.d.ex.test", DNS_A,
        "NOERROR aa | " D_T ", w.d.ex.test 120 CNAME w.t.ex.test., w.t.ex.test 60 A 192.0.2.7 | |");
    ck_assert_uint_eq(ask(&f, "q.d.ex.test", DNS_TXT).rcode, DNS_NXDOMAIN);
    ck_assert_uint_eq(ask(&f, "cut.d.ex.test", DNS_NS).n[DNS_AUTHORITY], 1);
    take_out(1, "ex.test", "d.ex.test", DNS_DNAME);
    ASK(&f, "w.d.ex.test", DNS_A, "NOERROR aa | w.d.ex.test 300 A 192.0.2.9 | |");
    ASK(&f, "q.d.ex.test", DNS_TXT, "NOERROR aa | q.d.ex.test 300 TXT \"wild\" | |");
    ASK(&f, "x.cut.d.ex.test", DNS_A, "NOERROR -- | | cut.d.ex.test 300 NS ns.cut.d.ex.test. |");
}
END_TEST

START_TEST(a_dname_at_the_apex_redirects_everything_below_it)
{
    serve(&f, 2, "ap.test", "@ 200 DNAME t.ex.test.\n");
    ASK(&f, "w.ap.test", DNS_A,
        "NOERROR aa | ap.test 200 DNAME t.ex.test., w.ap.test 200 CNAME w.t.ex.test., w.t.ex.test 60 A 192.0.2.7 | |");
    ASK(&f, "ap.test", DNS_NS, "NOERROR aa | ap.test 3600 NS ns1.ap.test. | |");
    ASK(&f, "ap.test", DNS_DNAME, "NOERROR aa | ap.test 200 DNAME t.ex.test. | |");
}
END_TEST

START_TEST(a_dname_leads_into_another_zone_as_long_as_it_is_there)
{
    const char *out = "NOERROR aa | in2.ex.test 300 DNAME two.test., w.in2.ex.test 300 CNAME w.two.test. | |";

    ASK(&f, "w.in2.ex.test", DNS_A, out);
    serve(&f, 2, "two.test", "w A 192.0.2.77\n");
    ASK(&f, "w.in2.ex.test", DNS_A,
        "NOERROR aa | in2.ex.test 300 DNAME two.test., w.in2.ex.test 300 CNAME w.two.test., "
        "w.two.test 300 A 192.0.2.77 | |");
    ASK(&f, "q.in2.ex.test", DNS_A,
        "NXDOMAIN aa | in2.ex.test 300 DNAME two.test., q.in2.ex.test 300 CNAME q.two.test. | " SOA_OF(
            "two.test") " |");
    store_remove(&f.st, store_zone(&f.st, 2));
    ASK(&f, "w.in2.ex.test", DNS_A, out);
}
END_TEST

START_TEST(a_deeper_zone_answers_for_its_names_below_the_dname)
{
    serve(&f, 2, "deep.d.ex.test", "w A 192.0.2.78\n");
    ASK(&f, "w.deep.d.ex.test", DNS_A, "NOERROR aa | w.deep.d.ex.test 300 A 192.0.2.78 | |");
    ck_assert_uint_eq(ask(&f, "w.d.ex.test", DNS_A).n[DNS_ANSWER], 3);
    ck_assert_uint_eq(ask(&f, "deep.d.ex.test", DNS_DS).records[DNS_ANSWER][0].type, DNS_DNAME);
}
END_TEST

START_TEST(a_dname_at_a_wildcard_is_data_and_redirects_nothing_but_what_is_below_the_asterisk)
{
    ASK(&f, "foo.wd.ex.test", DNS_DNAME, "NOERROR aa | foo.wd.ex.test 300 DNAME t.ex.test. | |");
    ASK(&f, "foo.wd.ex.test", DNS_A, "NOERROR aa | | " SOA_OF("ex.test") " |");
    ASK(&f, "w.foo.wd.ex.test", DNS_A, "NOERROR aa | | " SOA_OF("ex.test") " |");
    ASK(&f, "w.*.wd.ex.test", DNS_A,
        "NOERROR aa | *.wd.ex.test 300 DNAME t.ex.test., w.*.wd.ex.test 300 CNAME w.t.ex.test., "
        "w.t.ex.test 60 A 192.0.2.7 | |");
}
END_TEST

START_TEST(a_cut_is_stronger_than_a_dname_beside_it_or_below_it)
{
    put(1, "ex.test", "sub DNAME t\nx.sub DNAME t\n");
    ck_assert_uint_eq(ask(&f, "w.sub.ex.test", DNS_A).n[DNS_AUTHORITY], 2);
    ck_assert_uint_eq(ask(&f, "w.x.sub.ex.test", DNS_A).n[DNS_AUTHORITY], 2);
    ck_assert_uint_eq(ask(&f, "sub.ex.test", DNS_DNAME).n[DNS_ANSWER], 0);
}
END_TEST

START_TEST(a_dname_into_a_delegation_ends_in_the_referral)
{
    ASK(&f, "q.dsub.ex.test", DNS_A,
        "NOERROR aa | dsub.ex.test 300 DNAME sub.ex.test., q.dsub.ex.test 300 CNAME q.sub.ex.test. | "
        "sub.ex.test 300 NS ns.far.invalid., sub.ex.test 300 NS ns.sub.ex.test. | ns.sub.ex.test 300 A 192.0.2.60");
}
END_TEST

START_TEST(the_question_keeps_its_case_and_the_edns_record_comes_last)
{
    struct dns_message m = ask(&f, "W.d.EX.test", DNS_A);

    ck_assert_mem_eq(f.out + 12, f.in + 12, 13 + 4);
    ck_assert(m.edns.present);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 3);
    ck_assert_mem_eq(m.records[DNS_ANSWER][1].owner.wire, f.in + 12, 13);
}
END_TEST

/* One byte less than the whole makes it truncated; over TCP it comes whole. */
START_TEST(what_does_not_fit_is_truncated)
{
    struct dns_name name = dns_name_of("big.d.ex.test");
    struct dns_message m;
    struct buf b;
    size_t whole;

    buf_in(&b, &f.a, 1 << 16);
    for (int i = 0; i < 12; i++)
        buf_printf(&b, "big.t TXT \"%02d %060d\"\n", i, i);
    buf_putc(&b, '\0');
    put(1, "ex.test", b.p);
    m = ask_name(&f, &name, DNS_TXT, (struct how){.tcp = true});
    ck_assert_uint_eq(m.n[DNS_ANSWER], 14);
    whole = m.size;
    ck_assert_uint_gt(whole, 512);
    for (size_t room = whole - 1; room <= whole; room++) {
        m = ask_name(&f, &name, DNS_TXT, (struct how){.size = (uint16_t)room});
        ck_assert_int_eq((m.header.flags & DNS_TC) != 0, room < whole);
        ck_assert_uint_eq(m.n[DNS_ANSWER], room < whole ? 0 : 14);
        ck_assert(m.edns.present);
    }
}
END_TEST

START_TEST(an_alias_to_a_name_below_a_dname_is_no_data)
{
    struct change c = next_version(&f, 1, "ex.test", "");

    change_add_alias(&f.a, &c, "al.ex.test", DNS_A, 1, "w.d.ex.test");
    apply(&f, &c);
    ASK(&f, "al.ex.test", DNS_A,
        "NOERROR aa | | ex.test 300 SOA ns1.ex.test. hostmaster.ex.test. 2 3600 600 86400 300 |");
}
END_TEST

/* So many addresses at a name. */
static char *addresses(const char *owner, unsigned n)
{
    struct buf b;

    buf_in(&b, &f.a, 1 << 20);
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, "%s A 10.0.%u.%u\n", owner, i / 250, i % 250);
    buf_putc(&b, '\0');
    return b.p;
}

/* The least of some runs, of this thread's own time: what else the machine does counts little. */
static int64_t cost_of(const char *name)
{
    int64_t least = INT64_MAX;

    for (unsigned i = 0; i < 50; i++) {
        struct dns_name n = dns_name_of(name);
        size_t len = question_write(f.in, &n, DNS_A, &(struct how){.size = 1232});
        struct timespec from, to;
        int64_t took;

        ck_assert_int_eq(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from), 0);
        (void)ask_raw(&f, f.in, len, false);
        ck_assert_int_eq(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to), 0);
        took = (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
        least = took < least ? took : least;
    }
    return least;
}

START_TEST(what_can_only_be_truncated_costs_less_than_what_is_answered)
{
    struct dns_name big = dns_name_of("big.d.ex.test");
    struct dns_message m;
    int64_t cost;

    put(1, "ex.test", addresses("big.t", 1000));
    put(1, "ex.test", addresses("full.t", 60));
    m = ask(&f, "big.d.ex.test", DNS_A);
    ck_assert(m.rcode == DNS_NOERROR && (m.header.flags & DNS_TC) != 0 && (m.header.flags & DNS_AA) != 0);
    m = ask_name(&f, &big, DNS_A, (struct how){.tcp = true});
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1002);
    m = ask(&f, "full.d.ex.test", DNS_A);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 62);
    cost = cost_of("full.d.ex.test");
    ck_assert_int_lt(cost_of("big.d.ex.test"), cost);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_can_only_be_truncated_costs_less_than_what_is_answered);
    tcase_add_test(t, a_name_below_a_dname_gets_the_dname_a_cname_with_its_ttl_and_what_is_there);
    tcase_add_test(t, the_rcode_is_that_of_the_last_name);
    tcase_add_test(t, the_dnames_own_name_is_not_below_it);
    tcase_add_test(t, cname_and_any_are_answered_by_what_was_made);
    tcase_add_test(t, chains_of_dname_and_cname_are_followed_and_each_dname_stands_once);
    tcase_add_test(t, circles_end);
    tcase_add_test(t, a_circle_of_ds_ends_where_it_began);
    tcase_add_test(t, a_name_that_grows_is_followed_sixteen_times);
    tcase_add_test(t, a_name_that_would_be_too_long_is_yxdomain);
    tcase_add_test(t, a_cname_that_leads_below_a_dname_has_it_compiled_in);
    tcase_add_test(t, a_compiled_chain_follows_the_dname_and_its_target);
    tcase_add_test(t, what_stands_below_a_dname_is_not_seen_and_comes_back);
    tcase_add_test(t, a_dname_at_the_apex_redirects_everything_below_it);
    tcase_add_test(t, a_dname_leads_into_another_zone_as_long_as_it_is_there);
    tcase_add_test(t, a_deeper_zone_answers_for_its_names_below_the_dname);
    tcase_add_test(t, a_dname_at_a_wildcard_is_data_and_redirects_nothing_but_what_is_below_the_asterisk);
    tcase_add_test(t, a_cut_is_stronger_than_a_dname_beside_it_or_below_it);
    tcase_add_test(t, a_dname_into_a_delegation_ends_in_the_referral);
    tcase_add_test(t, the_question_keeps_its_case_and_the_edns_record_comes_last);
    tcase_add_test(t, what_does_not_fit_is_truncated);
    tcase_add_test(t, an_alias_to_a_name_below_a_dname_is_no_data);
}

int main(void)
{
    return fixture_main("nameserver dname", add);
}
