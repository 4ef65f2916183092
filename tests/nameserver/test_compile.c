/* What goes into answers when data changes: aliases, back-references, checks, and what a refused change leaves behind. */
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

static void delete (uint64_t id, const char *origin, const char *owner, uint16_t type)
{
    struct change c = next_version(&f, id, origin, "");

    change_add_deletion(&f.a, &c, owner, type);
    apply(&f, &c);
}

#define SPF 99
#define NODATA(m) ((m).rcode == DNS_NOERROR && (m).n[DNS_ANSWER] == 0 && (m).n[DNS_AUTHORITY] == 1)

START_TEST(a_chain_that_led_elsewhere_follows_when_a_zone_comes_even_the_root)
{
    serve(&f, 1, "one.test", "c CNAME www.other.alt.\n");
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 300 CNAME www.other.alt. | |");
    serve(&f, 2, ".", ""); /* which says that there is no such name, and nothing above it */
    ck_assert_int_eq(ask(&f, "c.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    serve(&f, 3, "alt", "www.other A 192.0.2.3\n");
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 300 CNAME www.other.alt., www.other.alt 300 A 192.0.2.3 | |");
}
END_TEST

/* Names, wildcards and zones that come and go leave nothing behind. */
START_TEST(thousands_of_changes_leave_no_more_behind_than_one)
{
    struct arena a;

    arena_init(&a, 0);
    serve(&f, 1, "one.test", "www A 192.0.2.1\n");
    serve(&f, 2, "two.test", "c CNAME h5.one.test.\n");
    for (unsigned i = 0; i < 5000; i++) {
        struct change c = change_of(&a, 1, i + 2, "one.test",
            arena_printf(&a, "@ SOA ns1 h %u 1 1 1 300\nh%u A 192.0.2.1\n*.w%u A 192.0.2.1\n", i + 2, i % 50, i % 70));

        change_add_deletion(&a, &c, arena_printf(&a, "h%u.one.test", (i + 25) % 50), DNS_A);
        change_add_deletion(&a, &c, arena_printf(&a, "*.w%u.one.test", (i + 35) % 70), DNS_A);
        apply(&f, &c);
        c = change_of(&a, 10 + i, 1, "z.test", "@ SOA ns1 h 1 1 1 1 300\nx.y A 192.0.2.1\n");
        apply(&f, &c);
        store_remove(&f.st, store_zone(&f.st, 10 + i));
        (void)epoch_reclaim(&f.st.epochs);
        arena_reset(&a);
    }
    while (epoch_reclaim(&f.st.epochs))
        ;
    ck_assert_uint_eq(f.st.epochs.n, 0);
    ck_assert_uint_le(f.st.epochs.cap, 1024);
    ck_assert_uint_le(f.st.names_n, 200);
    ck_assert_uint_le(f.st.deps.n, 50);
    ck_assert_uint_le(atomic_load(&f.st.table.slots)->mask + 1, 1024);
    arena_clear(&a);
}
END_TEST

START_TEST(a_chain_across_zones_follows_their_coming_and_going)
{
    serve(&f, 1, "one.test", "c 9 CNAME www.two.test.\n");
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 9 CNAME www.two.test. | |");
    serve(&f, 2, "two.test", "www 5 A 192.0.2.1\n");
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 9 CNAME www.two.test., www.two.test 5 A 192.0.2.1 | |");
    delete (2, "two.test", "www.two.test", DNS_A);
    ASK(&f, "c.one.test", DNS_A,
        "NXDOMAIN aa | c.one.test 9 CNAME www.two.test. | two.test 300 SOA ns1.two.test. hostmaster.two.test. 2 3600 "
        "600 "
        "86400 300 |");
    put(2, "two.test", "other A 192.0.2.3\n"); /* the serial in the chain's SOA moves too */
    ASK(&f, "c.one.test", DNS_A,
        "NXDOMAIN aa | c.one.test 9 CNAME www.two.test. | two.test 300 SOA ns1.two.test. hostmaster.two.test. 3 3600 "
        "600 "
        "86400 300 |");
    store_remove(&f.st, store_zone(&f.st, 2));
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 9 CNAME www.two.test. | |");
}
END_TEST

START_TEST(a_cname_holds_no_copies_of_a_great_deal)
{
    struct buf lines;
    struct dns_name big = dns_name_of("big.one.test"), c = dns_name_of("c.one.test");

    buf_in(&lines, &f.a, 1 << 20);
    buf_puts(&lines, "c CNAME big\nbig A 192.0.2.1\n");
    for (unsigned i = 0; i < 200; i++)
        buf_printf(&lines, "big TXT \"%0200u\"\nbig SPF \"%0200u\"\n", i, i);
    buf_putc(&lines, 0);
    serve(&f, 1, "one.test", buf_view(&lines).p);
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 300 CNAME big.one.test., big.one.test 300 A 192.0.2.1 | |");
    ck_assert_uint_eq(ask_name(&f, &c, DNS_TXT, (struct how){.tcp = true}).n[DNS_ANSWER], 201);
    ASK(&f, "c.one.test", SPF, "NOERROR aa | c.one.test 300 CNAME big.one.test. | |");
    ck_assert_uint_eq(ask_name(&f, &big, SPF, (struct how){.tcp = true}).n[DNS_ANSWER], 200);
    serve(&f, 2, "two.test", "c CNAME big.one.test.\n");
    ASK(&f, "c.two.test", SPF, "NOERROR aa | c.two.test 300 CNAME big.one.test. | |");
}
END_TEST

START_TEST(glue_follows_its_host)
{
    serve(&f, 1, "one.test", "sub NS ns.sub\n");
    ck_assert_uint_eq(ask(&f, "x.sub.one.test", DNS_A).n[DNS_ADDITIONAL], 0);
    put(1, "one.test", "ns.sub A 192.0.2.7\n");
    ASK(&f, "x.sub.one.test", DNS_A,
        "NOERROR -- | | sub.one.test 300 NS ns.sub.one.test. | ns.sub.one.test 300 A 192.0.2.7");
    delete (1, "one.test", "sub.one.test", DNS_NS); /* no cut any more: the name below comes into sight */
    ASK(&f, "ns.sub.one.test", DNS_A, "NOERROR aa | ns.sub.one.test 300 A 192.0.2.7 | |");
    ck_assert(NODATA(ask(&f, "sub.one.test", DNS_A)));
}
END_TEST

/* The chain looked no further up than the glue's name. */
START_TEST(a_chain_to_a_name_of_glue_follows_the_cut_above_it)
{
    serve(&f, 1, "one.test", "sub NS ns.sub\nns.sub A 192.0.2.7\nc CNAME ns.sub\n");
    ck_assert_uint_eq(ask(&f, "c.one.test", DNS_A).n[DNS_AUTHORITY], 1);
    put(1, "one.test", "sub NS ns.sub\nsub NS ns.far.invalid.\n");
    ck_assert_uint_eq(ask(&f, "c.one.test", DNS_A).n[DNS_AUTHORITY], 2);
}
END_TEST

START_TEST(empty_non_terminals_come_and_go_with_what_is_below)
{
    serve(&f, 1, "one.test", "a.b.c TXT x\n");
    ck_assert(NODATA(ask(&f, "c.one.test", DNS_A)));
    delete (1, "one.test", "a.b.c.one.test", DNS_TXT);
    ck_assert_uint_eq(ask(&f, "c.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_uint_eq(ask(&f, "b.c.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_uint_eq(store_zone(&f.st, 1)->owners_n, 2); /* apex and ns1 */
}
END_TEST

START_TEST(a_wildcard_comes_and_goes)
{
    serve(&f, 1, "one.test", "");
    ck_assert_uint_eq(ask(&f, "x.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    put(1, "one.test", "* A 192.0.2.1\n");
    ck_assert_uint_eq(ask(&f, "x.one.test", DNS_A).n[DNS_ANSWER], 1);
    delete (1, "one.test", "*.one.test", DNS_A);
    ck_assert_uint_eq(ask(&f, "x.one.test", DNS_A).rcode, DNS_NXDOMAIN);
}
END_TEST

START_TEST(names_that_share_nothing_but_letters_are_not_compressed_into_each_other)
{
    serve(&f, 1, "one.test",
        "@ MX 1 mail.ONE.test.\n@ MX 2 a\\000b.one.test.\n@ MX 3 a\\000c.one.test.\n@ MX 4 xone.test.\n");
    ASK(&f, "one.test", DNS_MX,
        "NOERROR aa | one.test 300 MX 1 mail.one.test., one.test 300 MX 2 a\\000b.one.test., "
        "one.test 300 MX 3 a\\000c.one.test., one.test 300 MX 4 xone.test. | |");
}
END_TEST

START_TEST(names_with_zero_bytes_are_compressed_like_others)
{
    struct dns_message m;

    serve(&f, 1, "a\\000b.test", "@ MX 1 mail\n@ MX 2 a\\000c\ncut NS ns.CUT\nns.cut A 192.0.2.1\n");
    m = ask(&f, "a\\000b.test", DNS_MX);
    /* header, question, for each record owner, type, class, TTL, length, preference, label, pointer; OPT */
    ck_assert_uint_eq(m.size, 12 + (10 + 4) + (2 + 10 + 2 + 5 + 2) + (2 + 10 + 2 + 4 + 2) + 11);
    m = ask(&f, "x.cut.a\\000b.test", DNS_A);
    ck_assert_uint_eq(m.size, 12 + (16 + 4) + (2 + 10 + 3 + 2) + (2 + 10 + 4) + 11);
}
END_TEST

START_TEST(a_chain_into_a_zone_with_a_zero_byte_in_its_name_ends_with_its_soa)
{
    serve(&f, 1, "one.test", "c CNAME none.z\\000z.test.\n");
    serve(&f, 2, "z\\000z.test", "");
    ASK(&f, "c.one.test", DNS_A,
        "NXDOMAIN aa | c.one.test 300 CNAME none.z\\000z.test. | z\\000z.test 300 SOA ns1.z\\000z.test. "
        "hostmaster.z\\000z.test. 1 3600 600 86400 300 |");
}
END_TEST

/* ---- refusals ------------------------------------------------------------------------------------------------------ */

static void refused(struct change *c, enum status status, const char *code, const char *says)
{
    struct error e;

    ck_assert_int_eq(store_apply(&f.st, c, &e), status);
    ck_assert_str_eq(e.code, code);
    ck_assert_msg(strstr(e.text, says) != NULL, "\"%s\" does not say \"%s\"", e.text, says);
}

START_TEST(a_zone_without_soa_is_refused)
{
    struct change c = change_of(&f.a, 1, 1, "one.test", "www A 192.0.2.1\n");

    refused(&c, INVALID, "no-soa", "no SOA");
    ASK(&f, "www.one.test", DNS_A, "REFUSED -- | | |");
}
END_TEST

START_TEST(what_would_be_wrong_to_serve_leaves_the_zone_as_it_was)
{
    struct change c;

    serve(&f, 1, "one.test", "www 60 A 192.0.2.1\n");
    c = next_version(&f, 1, "one.test", "www CNAME other\nother A 192.0.2.2\n");
    refused(&c, INVALID, "cname-beside-data", "www.one.test");
    c = next_version(&f, 1, "one.test", "");
    change_add_deletion(&f.a, &c, "one.test", DNS_SOA);
    c.rows++;
    c.n--;
    refused(&c, INVALID, "bad-row", "without SOA");
    c = next_version(&f, 1, "one.test", "ok A 192.0.2.1\n");
    c.rows[c.n - 1].owner = wire_of(&f.a, "www.two.test");
    refused(&c, INVALID, "bad-row", "outside of the zone");
    c = next_version(&f, 1, "one.test", "ok A 192.0.2.1\n");
    c.rows[c.n - 1].data = STR("\0\3\1\2\3");
    refused(&c, INVALID, "rdata-malformed", "ok.one.test A");
    c = next_version(&f, 1, "one.test", "ok A 192.0.2.1\n");
    c.rows[c.n - 1].owner = STR("\2ok");
    refused(&c, INVALID, "bad-row", "no name");
    c = next_version(&f, 1, "one.test", "ok A 192.0.2.1\n");
    c.rows[c.n - 1].owner = STR("\2OK\3one\4test\0");
    refused(&c, INVALID, "bad-row", "lower case");
    c = next_version(&f, 1, "one.test", "ok A 192.0.2.1\n");
    c.rows[c.n - 1].type = DNS_ANY;
    refused(&c, INVALID, "bad-row", "not a type");
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 60 A 192.0.2.1 | |");
    ck_assert_uint_eq(ask(&f, "ok.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_uint_eq(store_zone(&f.st, 1)->version, 1);
}
END_TEST

START_TEST(an_older_or_equal_version_changes_nothing)
{
    struct change c;

    serve(&f, 1, "one.test", "www 60 A 192.0.2.1\n");
    put(1, "one.test", "www 60 A 192.0.2.2\n");
    c = change_of(&f.a, 1, 2, "one.test", SOA_LINE "www 60 A 192.0.2.9\n");
    apply(&f, &c);
    c.version = 1;
    apply(&f, &c);
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 60 A 192.0.2.2 | |");
}
END_TEST

START_TEST(a_second_zone_of_the_same_name_is_refused_while_the_first_is_there)
{
    struct change c;

    serve(&f, 1, "one.test", "www 60 A 192.0.2.1\n");
    c = change_of(&f.a, 2, 1, "one.test", SOA_LINE "www 60 A 192.0.2.2\n");
    refused(&c, EXISTS, "name-served", "zone 1");
    c = change_of(&f.a, 1, 5, "two.test", SOA_LINE);
    refused(&c, INVALID, "zone-renamed", "zone 1");
    store_remove(&f.st, store_zone(&f.st, 1));
    c = change_of(&f.a, 2, 1, "one.test", SOA_LINE "www 60 A 192.0.2.2\n");
    apply(&f, &c);
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 60 A 192.0.2.2 | |");
}
END_TEST

START_TEST(everything_is_given_back_when_zones_go)
{
    for (int round = 0; round < 20; round++) {
        serve(&f, 1, "one.test", "a.b.c TXT x\n* A 192.0.2.1\nc9 CNAME x.two.test.\n");
        serve(&f, 2, "two.test", "x CNAME c.one.test.\n");
        store_remove(&f.st, store_zone(&f.st, 1));
        store_remove(&f.st, store_zone(&f.st, 2));
        while (epoch_reclaim(&f.st.epochs))
            ;
        ck_assert_uint_eq(f.st.names_n + f.st.sets_n + f.st.owners.n + f.st.deps.n + f.st.table.names, 0);
    }
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_chain_that_led_elsewhere_follows_when_a_zone_comes_even_the_root);
    tcase_add_test(t, thousands_of_changes_leave_no_more_behind_than_one);
    tcase_add_test(t, a_chain_across_zones_follows_their_coming_and_going);
    tcase_add_test(t, a_cname_holds_no_copies_of_a_great_deal);
    tcase_add_test(t, glue_follows_its_host);
    tcase_add_test(t, a_chain_to_a_name_of_glue_follows_the_cut_above_it);
    tcase_add_test(t, empty_non_terminals_come_and_go_with_what_is_below);
    tcase_add_test(t, a_wildcard_comes_and_goes);
    tcase_add_test(t, names_with_zero_bytes_are_compressed_like_others);
    tcase_add_test(t, a_chain_into_a_zone_with_a_zero_byte_in_its_name_ends_with_its_soa);
    tcase_add_test(t, names_that_share_nothing_but_letters_are_not_compressed_into_each_other);
    tcase_add_test(t, a_zone_without_soa_is_refused);
    tcase_add_test(t, what_would_be_wrong_to_serve_leaves_the_zone_as_it_was);
    tcase_add_test(t, an_older_or_equal_version_changes_nothing);
    tcase_add_test(t, a_second_zone_of_the_same_name_is_refused_while_the_first_is_there);
    tcase_add_test(t, everything_is_given_back_when_zones_go);
}

int main(void)
{
    return fixture_main("nameserver compile", add);
}
