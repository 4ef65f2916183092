/* The query path: bytes in, bytes out, one RFC case a test. */
#include "tests/nameserver/fixture.h"

static struct fixture f;

#define ZEROS32 "0000000000000000000000000000000000000000000000000000000000000000"
#define SOA_OF(zone) zone " 300 SOA ns1." zone ". hostmaster." zone ". 1 3600 600 86400 300"

static void setup(void)
{
    fixture_open(&f);
    serve(&f, 1, "example.test",
        "www 60 A 192.0.2.1\nwww 60 A 192.0.2.2\nwww AAAA 2001:db8::1\nmail A 192.0.2.25\n@ MX 10 mail\n"
        "_sip._udp SRV 1 2 5060 www\n"
        "a.b.ent TXT \"deep\"\n"
        "c1 60 CNAME c2\nc2 70 CNAME www\ncnx CNAME nothing\ncent CNAME b.ent\ncout CNAME www.elsewhere.invalid.\n"
        "l1 CNAME l2\nl2 CNAME l1\nself CNAME self\ncsub CNAME host.sub\ncwild CNAME x.y.wild\n"
        "*.wild 60 A 192.0.2.9\n*.wild 60 MX 5 mail.wild\nmail.wild A 192.0.2.26\nx.there.wild TXT t\n"
        "*.wc CNAME www\n"
        "sub NS ns.sub\nsub NS ns.sib\nsub NS ns1\nsub NS ns.far.invalid.\nns.sub A 192.0.2.60\nns.sub AAAA "
        "2001:db8::60\n"
        "sib NS ns.sib\nns.sib A 192.0.2.61\nsub DS 1 8 2 "
        "0000000000000000000000000000000000000000000000000000000000000000\nhidden.sub TXT no\n");
}

static void teardown(void)
{
    fixture_close(&f);
}

START_TEST(data_is_answered_with_aa_and_nothing_more)
{
    ASK(&f, "www.example.test", DNS_A,
        "NOERROR aa | www.example.test 60 A 192.0.2.1, www.example.test 60 A 192.0.2.2 | |");
    ASK(&f, "example.test", DNS_MX, "NOERROR aa | example.test 300 MX 10 mail.example.test. | |");
    ASK(&f, "_sip._udp.example.test", DNS_SRV,
        "NOERROR aa | _sip._udp.example.test 300 SRV 1 2 5060 www.example.test. | |");
    ASK(&f, "example.test", DNS_SOA,
        "NOERROR aa | example.test 3600 SOA ns1.example.test. hostmaster.example.test. 1 3600 600 86400 300 | |");
    ASK(&f, "example.test", DNS_NS, "NOERROR aa | example.test 3600 NS ns1.example.test. | |");
}
END_TEST

START_TEST(no_data_and_no_name_carry_the_soa_with_the_smaller_ttl)
{
    ASK(&f, "mail.example.test", DNS_AAAA, "NOERROR aa | | " SOA_OF("example.test") " |");
    ASK(&f, "nothing.example.test", DNS_A, "NXDOMAIN aa | | " SOA_OF("example.test") " |");
    ASK(&f, "a.b.c.d.e.f.nothing.example.test", DNS_A, "NXDOMAIN aa | | " SOA_OF("example.test") " |");
}
END_TEST

START_TEST(an_empty_non_terminal_exists)
{
    ASK(&f, "ent.example.test", DNS_A, "NOERROR aa | | " SOA_OF("example.test") " |");
    ASK(&f, "b.ent.example.test", DNS_ANY, "NOERROR aa | | " SOA_OF("example.test") " |");
    ASK(&f, "c.ent.example.test", DNS_A, "NXDOMAIN aa | | " SOA_OF("example.test") " |");
}
END_TEST

START_TEST(a_cname_chain_is_followed_within_the_zone)
{
    ASK(&f, "c1.example.test", DNS_AAAA,
        "NOERROR aa | c1.example.test 60 CNAME c2.example.test., c2.example.test 70 CNAME www.example.test., "
        "www.example.test 300 AAAA 2001:db8::1 | |");
    ASK(&f, "c1.example.test", DNS_CNAME, "NOERROR aa | c1.example.test 60 CNAME c2.example.test. | |");
    ASK(&f, "c1.example.test", DNS_ANY, "NOERROR aa | c1.example.test 60 CNAME c2.example.test. | |");
    ASK(&f, "c1.example.test", DNS_TXT,
        "NOERROR aa | c1.example.test 60 CNAME c2.example.test., c2.example.test 70 CNAME www.example.test. | " SOA_OF(
            "example.test") " |");
}
END_TEST

START_TEST(a_chain_ends_with_the_rcode_of_its_last_name)
{
    ASK(&f, "cnx.example.test", DNS_A,
        "NXDOMAIN aa | cnx.example.test 300 CNAME nothing.example.test. | " SOA_OF("example.test") " |");
    ASK(&f, "cent.example.test", DNS_A,
        "NOERROR aa | cent.example.test 300 CNAME b.ent.example.test. | " SOA_OF("example.test") " |");
    ASK(&f, "cout.example.test", DNS_A, "NOERROR aa | cout.example.test 300 CNAME www.elsewhere.invalid. | |");
}
END_TEST

START_TEST(a_cname_circle_ends)
{
    ASK(&f, "l1.example.test", DNS_A,
        "NOERROR aa | l1.example.test 300 CNAME l2.example.test., l2.example.test 300 CNAME l1.example.test. | |");
    ASK(&f, "self.example.test", DNS_A, "NOERROR aa | self.example.test 300 CNAME self.example.test. | |");
}
END_TEST

/* The answers of all three reference servers. */
START_TEST(a_wildcards_cname_to_a_name_it_covers_is_a_circle_of_names)
{
    struct change c = next_version(&f, 1, "example.test", "*.wl CNAME x.wl\n*.ww CNAME *.ww\n");

    apply(&f, &c);
    ASK(&f, "y.wl.example.test", DNS_A,
        "NOERROR aa | y.wl.example.test 300 CNAME x.wl.example.test., x.wl.example.test 300 CNAME x.wl.example.test. | "
        "|");
    ASK(&f, "y.ww.example.test", DNS_A,
        "NOERROR aa | y.ww.example.test 300 CNAME *.ww.example.test., *.ww.example.test 300 CNAME *.ww.example.test. | "
        "|");
}
END_TEST

/* So many labels that not all are remembered for compression. */
START_TEST(a_negative_answer_behind_very_long_names_has_its_soa)
{
    struct dns_name name = dns_name_of("c.z");
    struct dns_message m;
    char labels[2 * 120 + 1];

    for (size_t i = 0; i < 120; i++)
        memcpy(labels + 2 * i, "a.", 3);
    serve(&f, 2, "last.zone", "");
    serve(&f, 3, "z",
        arena_printf(&f.a,
            "c CNAME %s1.z.\n*.w CNAME %s1.z.\n%s1.z. CNAME %s2.z.\n%s2.z. CNAME %s3.z.\n%s3.z. CNAME no.last.zone.\n",
            labels, labels, labels, labels, labels, labels, labels));
    m = ask_name(&f, &name, DNS_A, (struct how){.tcp = true});
    ck_assert_uint_eq(m.n[DNS_ANSWER], 4);
    ck_assert_uint_eq(m.rcode, DNS_NXDOMAIN);
    ck_assert_str_eq(strstr(shown(&f, &m), "last.zone. | "), "last.zone. | " SOA_OF("last.zone") " |");
    name = dns_name_of("some.thing.w.z");
    m = ask_name(&f, &name, DNS_A, (struct how){.tcp = true});
    ck_assert_str_eq(strstr(shown(&f, &m), "last.zone. | "), "last.zone. | " SOA_OF("last.zone") " |");
}
END_TEST

START_TEST(a_chain_into_a_delegation_ends_in_the_referral)
{
    struct dns_message m = ask(&f, "csub.example.test", DNS_A);

    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert_uint_eq(m.n[DNS_AUTHORITY], 4);
    ck_assert(m.records[DNS_AUTHORITY][0].type == DNS_NS);
    ck_assert((m.header.flags & DNS_AA) != 0);
}
END_TEST

START_TEST(a_wildcard_answers_for_names_that_do_not_exist_below_its_encloser)
{
    ASK(&f, "x.wild.example.test", DNS_A, "NOERROR aa | x.wild.example.test 60 A 192.0.2.9 | |");
    ASK(&f, "x.y.z.wild.example.test", DNS_A, "NOERROR aa | x.y.z.wild.example.test 60 A 192.0.2.9 | |");
    ASK(&f, "*.wild.example.test", DNS_A, "NOERROR aa | *.wild.example.test 60 A 192.0.2.9 | |");
    ASK(&f, "x.y.z.wild.example.test", DNS_MX,
        "NOERROR aa | x.y.z.wild.example.test 60 MX 5 mail.wild.example.test. | |");
    ASK(&f, "x.wild.example.test", DNS_TXT, "NOERROR aa | | " SOA_OF("example.test") " |");
    ASK(&f, "wild.example.test", DNS_A, "NOERROR aa | | " SOA_OF("example.test") " |");
    ASK(&f, "mail.wild.example.test", DNS_MX, "NOERROR aa | | " SOA_OF("example.test") " |");
    /* there.wild exists (empty), so the wildcard does not reach below it: RFC 4592 §2.2.1 */
    ASK(&f, "y.there.wild.example.test", DNS_A, "NXDOMAIN aa | | " SOA_OF("example.test") " |");
}
END_TEST

START_TEST(a_wildcard_cname_is_synthesised_and_followed)
{
    ASK(&f, "some.long.name.wc.example.test", DNS_AAAA,
        "NOERROR aa | some.long.name.wc.example.test 300 CNAME www.example.test., www.example.test 300 AAAA "
        "2001:db8::1 | |");
    ASK(&f, "some.long.name.wc.example.test", DNS_TXT,
        "NOERROR aa | some.long.name.wc.example.test 300 CNAME www.example.test. | " SOA_OF("example.test") " |");
    ASK(&f, "cwild.example.test", DNS_A,
        "NOERROR aa | cwild.example.test 300 CNAME x.y.wild.example.test., x.y.wild.example.test 60 A 192.0.2.9 | |");
}
END_TEST

START_TEST(below_a_cut_comes_the_referral_with_glue_and_without_aa)
{
    struct dns_message m = ask(&f, "sub.example.test", DNS_A);
    ck_assert_uint_eq(m.n[DNS_AUTHORITY], 4);
    ck_assert_uint_eq(m.n[DNS_ADDITIONAL], 4);
    ck_assert((m.header.flags & DNS_AA) == 0);
    m = ask(&f, "a.long.name.under.ns.sub.example.test", DNS_TXT);
    ck_assert_uint_eq(m.n[DNS_AUTHORITY], 4);
    ck_assert_uint_eq(m.n[DNS_ADDITIONAL], 4);
    for (size_t i = 0; i < 4; i++) {
        struct dns_name cut = dns_name_of("sub.example.test");
        ck_assert(dns_name_equal(&m.records[DNS_AUTHORITY][i].owner, &cut));
    }
    m = ask(&f, "hidden.sub.example.test", DNS_TXT);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 0);
    m = ask(&f, "sub.example.test", DNS_NS);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 0);
}
END_TEST

START_TEST(ds_at_a_cut_is_answered_by_the_parent)
{
    struct dns_message m = ask(&f, "sub.example.test", DNS_DS);

    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert((m.header.flags & DNS_AA) != 0);
    ASK(&f, "sib.example.test", DNS_DS, "NOERROR aa | | " SOA_OF("example.test") " |");
}
END_TEST

START_TEST(ds_at_the_end_of_a_chain_is_the_parents_too)
{
    struct change c = next_version(&f, 1, "example.test", "cds CNAME sub\ncnods CNAME sib\ncapex CNAME deep\n");
    struct dns_message m;

    apply(&f, &c);
    m = ask(&f, "cds.example.test", DNS_DS);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 2);
    ck_assert_uint_eq(m.records[DNS_ANSWER][1].type, DNS_DS);
    m = ask(&f, "cnods.example.test", DNS_DS);
    ck_assert(m.n[DNS_ANSWER] == 1 && m.records[DNS_AUTHORITY][0].type == DNS_SOA);
    serve(&f, 2, "deep.example.test", "");
    c = next_version(&f, 1, "example.test", "deep NS ns1\ndeep DS 1 8 2 " ZEROS32 "\n");
    apply(&f, &c);
    m = ask(&f, "capex.example.test", DNS_DS);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 2);
    store_remove(&f.st, store_zone(&f.st, 1));
    serve(&f, 3, "other.test", "c CNAME deep.example.test.\n");
    ASK(&f, "c.other.test", DNS_DS,
        "NOERROR aa | c.other.test 300 CNAME deep.example.test. | " SOA_OF("deep.example.test") " |");
    serve(&f, 1, "example.test", "deep NS ns1\ndeep DS 1 8 2 " ZEROS32 "\n");
    ck_assert_uint_eq(ask(&f, "c.other.test", DNS_DS).n[DNS_ANSWER], 2);
}
END_TEST

START_TEST(a_deeper_zone_answers_for_its_names_and_the_parent_for_its_ds)
{
    serve(&f, 2, "sub.example.test", "hidden TXT mine\n");
    ASK(&f, "hidden.sub.example.test", DNS_TXT, "NOERROR aa | hidden.sub.example.test 300 TXT \"mine\" | |");
    ASK(&f, "ns.sub.example.test", DNS_A, "NXDOMAIN aa | | " SOA_OF("sub.example.test") " |");
    ASK(&f, "sub.example.test", DNS_NS, "NOERROR aa | sub.example.test 3600 NS ns1.sub.example.test. | |");
    ck_assert_uint_eq(ask(&f, "sub.example.test", DNS_DS).n[DNS_ANSWER], 1);
    store_remove(&f.st, store_zone(&f.st, 2));
    ck_assert((ask(&f, "hidden.sub.example.test", DNS_TXT).header.flags & DNS_AA) == 0);
    ck_assert_uint_eq(ask(&f, "ns.sub.example.test", DNS_A).n[DNS_AUTHORITY], 4);
}
END_TEST

START_TEST(ds_at_an_apex_without_a_served_parent_is_no_data)
{
    ASK(&f, "example.test", DNS_DS, "NOERROR aa | | " SOA_OF("example.test") " |");
}
END_TEST

START_TEST(a_zone_at_the_root_answers)
{
    struct change c = change_of(&f.a, 9, 1, ".",
        ". 3600 SOA a.nic.invalid. b.nic.invalid. 1 3600 600 86400 300\n. NS a.nic.invalid.\ninvalid. NS "
        "a.nic.invalid.\n"
        "a.nic.invalid. A 192.0.2.77\n");

    apply(&f, &c);
    ASK(&f, "nowhere", DNS_A, "NXDOMAIN aa | | . 300 SOA a.nic.invalid. b.nic.invalid. 1 3600 600 86400 300 |");
    ASK(&f, ".", DNS_NS, "NOERROR aa | . 300 NS a.nic.invalid. | |");
    ASK(&f, "x.invalid", DNS_A, "NOERROR -- | | invalid 300 NS a.nic.invalid. | a.nic.invalid 300 A 192.0.2.77");
    ASK(&f, "www.example.test", DNS_AAAA, "NOERROR aa | www.example.test 300 AAAA 2001:db8::1 | |");
}
END_TEST

START_TEST(any_gets_one_rrset)
{
    ASK(&f, "www.example.test", DNS_ANY,
        "NOERROR aa | www.example.test 60 A 192.0.2.1, www.example.test 60 A 192.0.2.2 | |");
    ASK(&f, "nothing.example.test", DNS_ANY, "NXDOMAIN aa | | " SOA_OF("example.test") " |");
}
END_TEST

START_TEST(what_is_not_ours_is_refused)
{
    struct dns_name version = dns_name_of("version.bind");
    struct dns_message m = ask_name(&f, &version, DNS_TXT, (struct how){.class_ = DNS_CH});

    ck_assert_uint_eq(m.rcode, DNS_REFUSED);
    ASK(&f, "www.elsewhere.invalid", DNS_A, "REFUSED -- | | |");
    ASK(&f, "test", DNS_A, "REFUSED -- | | |");
    ASK(&f, ".", DNS_NS, "REFUSED -- | | |");
    ASK(&f, "example.test", DNS_AXFR, "REFUSED -- | | |");
    ASK(&f, "example.test", DNS_IXFR, "REFUSED -- | | |");
    ASK(&f, "example.test", 254, "NOTIMP -- | | |");
    ASK(&f, "example.test", DNS_TSIG, "FORMERR -- | | |");
    ASK(&f, "example.test", DNS_OPT, "FORMERR -- | | |");
    ASK(&f, "example.test", 0, "NOERROR aa | | " SOA_OF("example.test") " |"); /* a type like any unknown one */
    ASK(&f, "c1.example.test", 0,
        "NOERROR aa | c1.example.test 60 CNAME c2.example.test., c2.example.test 70 CNAME www.example.test. | " SOA_OF(
            "example.test") " |");
}
END_TEST

START_TEST(the_question_keeps_its_case)
{
    struct dns_message m = ask(&f, "wWw.eXAMPLE.TesT", DNS_AAAA);

    ck_assert_mem_eq(f.out + 12, f.in + 12, 18 + 4);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert_mem_eq(m.records[DNS_ANSWER][0].owner.wire, f.in + 12, 18);
}
END_TEST

START_TEST(flags_and_edns_come_back_as_they_should)
{
    struct dns_name name = dns_name_of("www.example.test");
    struct dns_message m = ask_name(&f, &name, DNS_A, (struct how){.do_bit = true});

    ck_assert_uint_eq(m.header.id, 0x4711);
    ck_assert_uint_eq(m.header.flags & (DNS_QR | DNS_RD | DNS_RA | DNS_AD), DNS_QR | DNS_RD);
    ck_assert(m.edns.present && m.edns.do_bit && m.edns.udp_size == 1232 && m.edns.version == 0);
    m = ask_name(&f, &name, DNS_A, (struct how){.no_edns = true});
    ck_assert(!m.edns.present);
    m = ask_name(&f, &name, DNS_A, (struct how){.do_bit = false});
    ck_assert(m.edns.present && !m.edns.do_bit);
}
END_TEST

START_TEST(another_edns_version_is_badvers)
{
    struct dns_name name = dns_name_of("www.example.test");
    struct dns_message m;
    struct error e;
    size_t n = question_write(f.in, &name, DNS_A, &(struct how){.size = 0});

    f.in[n - DNS_OPT_SIZE + 6] = 1;
    ck_assert(dns_message_parse(&f.a, ask_raw(&f, f.in, n, false), &m, &e) == OK);
    ck_assert_uint_eq(m.rcode, DNS_BADVERS);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 0);
    ck_assert_uint_eq(m.edns.version, 0);
}
END_TEST

START_TEST(replies_and_scraps_get_no_answer)
{
    struct dns_name name = dns_name_of("www.example.test");
    size_t n = question_write(f.in, &name, DNS_A, &(struct how){.size = 0});

    for (size_t i = 0; i < 12; i++)
        ck_assert_uint_eq(ask_raw(&f, f.in, i, false).n, 0);
    f.in[2] |= 0x80;
    ck_assert_uint_eq(ask_raw(&f, f.in, n, false).n, 0);
}
END_TEST

START_TEST(malformed_queries_are_formerr_and_other_opcodes_notimp)
{
    struct dns_name name = dns_name_of("www.example.test");
    size_t n = question_write(f.in, &name, DNS_A, &(struct how){.size = 0});
    struct str out;

    for (size_t i = 12; i < n; i++) {
        out = ask_raw(&f, f.in, i, false);
        ck_assert_uint_ge(out.n, 12);
        ck_assert_uint_eq(out.p[3] & 15, DNS_FORMERR);
    }
    f.in[n] = 0;
    out = ask_raw(&f, f.in, n + 1, false);
    ck_assert_uint_eq(out.p[3] & 15, DNS_FORMERR);
    f.in[2] = 5 << 3;
    out = ask_raw(&f, f.in, n, false);
    ck_assert_uint_eq(out.p[3] & 15, DNS_NOTIMP);
    ck_assert_uint_eq((uint8_t)out.p[2], 0x80 | 5 << 3);
}
END_TEST

static void serve_big(void)
{
    struct buf b;

    buf_in(&b, &f.a, 1 << 20);
    for (int i = 0; i < 40; i++)
        buf_printf(&b, "big TXT \"%02d 45678901234567890123456789012345678901234567890\"\n", i);
    buf_puts(&b, "fat NS ns1.fat\nfat NS ns2.fat\nfat NS elsewhere\n");
    for (int i = 0; i < 12; i++)
        buf_printf(&b, "ns1.fat A 192.0.2.%d\nns2.fat AAAA 2001:db8::%d\n", i, i);
    for (int i = 0; i < 60; i++)
        buf_printf(&b, "elsewhere A 198.51.100.%d\n", i);
    buf_putc(&b, '\0');
    serve(&f, 3, "big.test", b.p);
}

START_TEST(what_does_not_fit_is_truncated_and_comes_whole_over_tcp)
{
    struct dns_name name = dns_name_of("big.big.test");
    struct dns_message m;

    serve_big();
    m = ask_name(&f, &name, DNS_TXT, (struct how){.size = 4096});
    ck_assert((m.header.flags & DNS_TC) != 0 && m.n[DNS_ANSWER] == 0 && m.edns.present);
    m = ask_name(&f, &name, DNS_TXT, (struct how){.no_edns = true});
    ck_assert((m.header.flags & DNS_TC) != 0);
    m = ask_name(&f, &name, DNS_TXT, (struct how){.tcp = true});
    ck_assert((m.header.flags & DNS_TC) == 0);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 40);
}
END_TEST

/* MNAME and RNAME far from the zone, so that little of the answer is compressed. */
#define LONG_SOA_ZONE "long.test"
static bool seen_512;

static void serve_long_soa(void)
{
    char l[61];
    struct change c;

    memset(l, 'x', 60);
    l[60] = '\0';
    c = change_of(&f.a, 77, 1, LONG_SOA_ZONE,
        arena_printf(&f.a, "@ SOA %s.%s.%s.m. %s.%s.%s.r. 1 1 1 1 300\n", l, l, l, l, l, l));
    apply(&f, &c);
}

/* The OPT record that is not asked for takes no room. */
START_TEST(a_negative_answer_of_512_bytes_fits_without_edns)
{
    for (unsigned pad = 40; pad <= 63; pad++) {
        char label[64];
        struct dns_name name;
        struct dns_message m;
        struct str tcp;
        size_t whole;
        struct how how = {.no_edns = true, .tcp = true};

        memset(label, 'a', sizeof(label));
        label[pad] = '\0';
        name = dns_name_of(arena_printf(&f.a, "%s.bbbbbbbbbbbbbbbbbbbb.%s", label, LONG_SOA_ZONE));
        if (pad == 40)
            serve_long_soa();
        tcp = ask_raw(&f, f.in, question_write(f.in, &name, DNS_A, &how), true);
        whole = tcp.n;
        how.tcp = false;
        m = ask_name(&f, &name, DNS_A, how);
        ck_assert_int_eq((m.header.flags & DNS_TC) != 0, whole > 512);
        seen_512 |= whole == 512;
    }
    ck_assert(seen_512);
}
END_TEST

START_TEST(optional_glue_is_left_out_and_needed_glue_makes_it_truncated)
{
    struct dns_name name = dns_name_of("x.fat.big.test");
    struct dns_message m;

    serve_big();
    m = ask_name(&f, &name, DNS_A, (struct how){.size = 4096});
    ck_assert((m.header.flags & DNS_TC) == 0);
    ck_assert_uint_eq(m.n[DNS_ADDITIONAL], 24);
    m = ask_name(&f, &name, DNS_A, (struct how){.no_edns = true});
    ck_assert((m.header.flags & DNS_TC) != 0);
    m = ask_name(&f, &name, DNS_A, (struct how){.tcp = true});
    ck_assert_uint_eq(m.n[DNS_ADDITIONAL], 84);
}
END_TEST

/* A question for the name of a server: its address can point to the question, which a referral's tail does not know. */
START_TEST(a_referral_that_fits_only_behind_this_question_is_given)
{
#define SERVER "a-long-name-of-a-server.tight"
    struct dns_name name = dns_name_of(SERVER ".example.test");
    struct dns_message m;
    struct change c;
    struct buf b;
    size_t whole;

    buf_in(&b, &f.a, 1 << 16);
    buf_puts(&b, "tight NS " SERVER "\ntight NS b.tight\n" SERVER " A 192.0.2.1\n");
    for (int i = 0; i < 40; i++)
        buf_printf(&b, "b.tight A 192.0.2.%d\n", i);
    buf_putc(&b, '\0');
    c = next_version(&f, 1, "example.test", b.p);
    apply(&f, &c);
    whole = ask_name(&f, &name, DNS_A, (struct how){.tcp = true}).size;
    ck_assert_uint_gt(whole, 600);
    for (size_t less = 1; less <= 25; less++) {
        m = ask_name(&f, &name, DNS_A, (struct how){.size = (uint16_t)(whole - less)});
        ck_assert_int_eq((m.header.flags & (DNS_TC | DNS_AA)) != 0, less == 25);
        ck_assert_uint_eq(m.n[DNS_ADDITIONAL], less < 25 ? 41 : 0);
        ck_assert_uint_eq(m.n[DNS_AUTHORITY], less < 25 ? 2 : 0);
        ck_assert(m.edns.present);
    }
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, data_is_answered_with_aa_and_nothing_more);
    tcase_add_test(t, no_data_and_no_name_carry_the_soa_with_the_smaller_ttl);
    tcase_add_test(t, an_empty_non_terminal_exists);
    tcase_add_test(t, a_cname_chain_is_followed_within_the_zone);
    tcase_add_test(t, a_chain_ends_with_the_rcode_of_its_last_name);
    tcase_add_test(t, a_cname_circle_ends);
    tcase_add_test(t, a_wildcards_cname_to_a_name_it_covers_is_a_circle_of_names);
    tcase_add_test(t, a_negative_answer_behind_very_long_names_has_its_soa);
    tcase_add_test(t, a_chain_into_a_delegation_ends_in_the_referral);
    tcase_add_test(t, a_wildcard_answers_for_names_that_do_not_exist_below_its_encloser);
    tcase_add_test(t, a_wildcard_cname_is_synthesised_and_followed);
    tcase_add_test(t, below_a_cut_comes_the_referral_with_glue_and_without_aa);
    tcase_add_test(t, ds_at_a_cut_is_answered_by_the_parent);
    tcase_add_test(t, ds_at_the_end_of_a_chain_is_the_parents_too);
    tcase_add_test(t, a_deeper_zone_answers_for_its_names_and_the_parent_for_its_ds);
    tcase_add_test(t, ds_at_an_apex_without_a_served_parent_is_no_data);
    tcase_add_test(t, a_zone_at_the_root_answers);
    tcase_add_test(t, any_gets_one_rrset);
    tcase_add_test(t, what_is_not_ours_is_refused);
    tcase_add_test(t, the_question_keeps_its_case);
    tcase_add_test(t, flags_and_edns_come_back_as_they_should);
    tcase_add_test(t, another_edns_version_is_badvers);
    tcase_add_test(t, replies_and_scraps_get_no_answer);
    tcase_add_test(t, malformed_queries_are_formerr_and_other_opcodes_notimp);
    tcase_add_test(t, what_does_not_fit_is_truncated_and_comes_whole_over_tcp);
    tcase_add_test(t, a_negative_answer_of_512_bytes_fits_without_edns);
    tcase_add_test(t, a_referral_that_fits_only_behind_this_question_is_given);
    tcase_add_test(t, optional_glue_is_left_out_and_needed_glue_makes_it_truncated);
}

int main(void)
{
    return fixture_main("nameserver query", add);
}
