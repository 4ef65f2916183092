/* EDNS and what comes with it: options, sizes, signatures, questions about the server. */
#include "dns/tsig.h"
#include "tests/nameserver/edns_fixture.h"

/* ---- asking ------------------------------------------------------------------------------------------------ */

static const char *options_of(const struct dns_message *m)
{
    return str_dupz(&f.a, hex_encode(&f.a, m->edns.options.p != NULL ? m->edns.options.p : "", m->edns.options.n));
}

/* ---- EDNS ----------------------------------------------------------------------------------------------------- */

START_TEST(an_answer_has_opt_only_where_the_question_had)
{
    struct dns_message m = put((struct asking){.no_opt = true});

    ck_assert(!m.edns.present);
    m = put((struct asking){.size = 4096});
    ck_assert(m.edns.present && m.edns.version == 0 && m.edns.udp_size == 1232 && m.edns.options.n == 0);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
}
END_TEST

START_TEST(flags_that_mean_nothing_are_ignored_and_not_sent_back)
{
    struct str out = ask_bytes((struct asking){.opt_ttl = 0x0000ffff});

    ck_assert_uint_eq(parsed(out).n[DNS_ANSWER], 1);
    ck_assert_uint_eq(read_u32(out.p + out.n - 6), 0x00008000); /* DO, and nothing else */
    out = ask_bytes((struct asking){.opt_ttl = 0x00007fff, .flags = 0x0040}); /* and the header's Z bit */
    ck_assert_uint_eq(read_u32(out.p + out.n - 6), 0);
    ck_assert_uint_eq(read_u16(out.p + 2) & 0x0040, 0);
}
END_TEST

START_TEST(another_version_gets_badvers_with_ours_and_nothing_else)
{
    static const uint32_t versions[] = {0x00010000, 0x00ff0000, 0x00018000};

    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        struct dns_message m = put((struct asking){.opt_ttl = versions[i], .options = bytes(CLIENT_COOKIE "00030000")});

        ck_assert_uint_eq(m.rcode, DNS_BADVERS);
        ck_assert(m.edns.present && m.edns.version == 0 && m.edns.options.n == 0 && m.has_question);
        ck_assert_uint_eq(m.n[0] + m.n[1] + m.n[2], 0);
        ck_assert_uint_eq(m.header.flags & DNS_AA, 0);
        ck_assert_int_eq(m.edns.do_bit, (versions[i] & 0x8000) != 0);
    }
    /* its options may have any form */
    ck_assert_uint_eq(put((struct asking){.opt_ttl = 0x00010000, .options = bytes("ffff")}).rcode, DNS_BADVERS);
}
END_TEST

START_TEST(unknown_options_and_those_of_no_use_are_passed_over)
{
    static const char *const options[] = {
        "00640000", /* 100, empty */
        "fde80003010203", /* 65000 */
        "000800070001180000c000", /* a client's subnet */
        "000c000400000000", /* Padding */
        "00090000", /* EXPIRE */
        "000b0000", /* keepalive over UDP */
        "000b00020064", /* with a time */
        "00030000", /* NSID: there is none here */
        "0003000401020304", "000f0002000f", /* EDE in a question */
    };

    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        struct dns_message m = put((struct asking){.options = bytes(options[i])});

        ck_assert_msg(
            m.n[DNS_ANSWER] == 1 && m.edns.present && m.edns.options.n == 0, "%s: %s", options[i], options_of(&m));
    }
}
END_TEST

START_TEST(options_that_do_not_fill_their_record_are_formerr)
{
    static const char *const bad[] = {"00", "0064", "006400", "00640001", "0064000001", "0064000400"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct dns_message m = put((struct asking){.options = bytes(bad[i])});

        ck_assert_msg(m.rcode == DNS_FORMERR && !m.edns.present, "%s", bad[i]);
    }
}
END_TEST

START_TEST(nsid_is_told_to_who_asks)
{
    struct dns_message m;

    settings.nsid = STR("dns-1");
    m = put((struct asking){.options = bytes("00030000")});
    ck_assert_str_eq(options_of(&m), "00030005646e732d31");
    m = put((struct asking){.options = bytes("0003000000030000")});
    ck_assert_str_eq(options_of(&m), "00030005646e732d31");
    m = put((struct asking){.options = bytes("00640000")});
    ck_assert_str_eq(options_of(&m), "");
    m = put((struct asking){.options = bytes("00030000"), .name = "elsewhere.invalid"});
    ck_assert_str_eq(options_of(&m), "00030005646e732d31"
                                     "000f00020014");
}
END_TEST

START_TEST(keepalive_is_answered_over_tcp_with_our_time)
{
    struct dns_message m;

    settings.tcp_idle = 100;
    m = put((struct asking){.options = bytes("000b0000"), .tcp = true});
    ck_assert_str_eq(options_of(&m), "000b00020064");
    m = put((struct asking){.options = bytes("00640000"), .tcp = true});
    ck_assert_str_eq(options_of(&m), "");
}
END_TEST

START_TEST(refused_for_a_foreign_name_says_not_authoritative)
{
    struct dns_message m = put((struct asking){.name = "elsewhere.invalid"});

    ck_assert_uint_eq(m.rcode, DNS_REFUSED);
    ck_assert_str_eq(options_of(&m), "000f00020014");
    m = put((struct asking){.name = "elsewhere.invalid", .no_opt = true});
    ck_assert_uint_eq(m.rcode, DNS_REFUSED);
    ck_assert(!m.edns.present);
    /* and says no more than that it is refused where it is for another reason */
    m = put((struct asking){.name = "example.test", .type = DNS_AXFR});
    ck_assert_uint_eq(m.rcode, DNS_REFUSED);
    ck_assert_str_eq(options_of(&m), "");
}
END_TEST

/* ---- sizes --------------------------------------------------------------------------------------------------- */

static void serve_texts(unsigned n)
{
    struct buf b;

    buf_in(&b, &f.a, 1 << 16);
    for (unsigned i = 0; i < n; i++)
        buf_printf(
            &b, "@ TXT \"%03u 567890123456789012345678901234567890123456789012345678901234567890123456789\"\n", i);
    buf_putc(&b, '\0');
    serve(&f, 2, "texts.test", b.p);
}

static bool fits(uint16_t size, bool edns)
{
    struct str out = ask_bytes(
        (struct asking){.name = "texts.test", .type = DNS_TXT, .size = size, .no_opt = !edns, .options = STR_NULL});
    struct dns_message m = parsed(out);
    size_t limit = !edns || size < 512 ? 512 : size < settings.udp_size ? size : settings.udp_size;

    ck_assert_uint_le(out.n, limit);
    ck_assert(((m.header.flags & DNS_TC) != 0) == (m.n[DNS_ANSWER] == 0));
    return m.n[DNS_ANSWER] > 0;
}

static void udp_size_is(uint16_t n)
{
    settings.udp_size = n;
    query_view_use(&f.view, &settings);
}

START_TEST(an_answer_is_no_longer_than_both_sides_want)
{
    serve_texts(12); /* 28 + 12 * 92 + 11 = 1143 bytes */
    ck_assert(fits(1232, true) && fits(65535, true) && fits(1143, true));
    ck_assert(!fits(1142, true) && !fits(512, true) && !fits(100, true) && !fits(1, true) && !fits(0, false));
    udp_size_is(1142);
    ck_assert(!fits(65535, true));
    udp_size_is(512);
    ck_assert(!fits(4096, true));
    ck_assert_uint_eq(put((struct asking){.size = 4096}).edns.udp_size, 512);
    udp_size_is(4096);
    ck_assert_uint_eq(put((struct asking){.size = 4096}).edns.udp_size, 4096);
}
END_TEST

START_TEST(options_count_among_the_bytes)
{
    struct dns_message m;
    struct asking k = {.name = "texts.test", .type = DNS_TXT, .size = 1143};

    serve_texts(12);
    ck_assert_uint_eq(put(k).n[DNS_ANSWER], 12);
    k.options = bytes(CLIENT_COOKIE);
    m = put(k);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 0);
    ck_assert_uint_ne(m.header.flags & DNS_TC, 0);
    ck_assert_uint_eq(m.edns.options.n, 4 + COOKIE_SIZE);
    k.size = 1143 + 28;
    ck_assert_uint_eq(put(k).n[DNS_ANSWER], 12);
}
END_TEST

/* 255 bytes of name, and every option that there is, in 512. */
START_TEST(all_options_at_once_have_room)
{
    static const char label[] = "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghi";
    char name[255];
    char nsid[NSID_MAX];
    struct str out;

    memset(nsid, 'n', sizeof(nsid));
    settings.nsid = str_n(nsid, sizeof(nsid));
    ck_assert_int_lt(snprintf(name, sizeof(name), "%s.%s.%s.%s.abcdefg", label, label, label, label), 255);
    out = ask_bytes((struct asking){.name = name,
        .size = 512,
        .options = bytes(CLIENT_COOKIE "00030000"
                                       "000b0000")});
    ck_assert_uint_le(out.n, 512);
    ck_assert_uint_eq(parsed(out).edns.options.n, 28 + 4 + NSID_MAX + 6);
    out = ask_bytes((struct asking){.name = name,
        .tcp = true,
        .options = bytes(CLIENT_COOKIE "00030000"
                                       "000b0000")});
    ck_assert_uint_eq(parsed(out).edns.options.n, 28 + 4 + NSID_MAX + 6 + 6);
}
END_TEST

/* ---- signatures --------------------------------------------------------------------------------------------------- */

START_TEST(a_signed_question_is_told_that_its_key_is_not_known)
{
    struct str tsig = STR(TSIG), out;
    struct dns_tsig t;
    size_t at;

    for (unsigned edns = 0; edns < 2; edns++) {
        out = with_behind((struct asking){.no_opt = edns == 0}, tsig, 1);
        ck_assert_uint_eq(parsed(out).rcode, DNS_NOTAUTH);
        ck_assert_uint_eq(read_u16(out.p + 6), 0);
        ck_assert_uint_eq(read_u16(out.p + 10), 1 + edns);
        at = f.q.question_end + (edns ? DNS_OPT_SIZE : 0u);
        ck_assert(dns_tsig_read(out, at, &t));
        ck_assert(t.error == DNS_TSIG_BADKEY && t.mac.n == 0 && t.other.n == 0 && t.original_id == 0x4711);
        ck_assert(t.time_s == 0x5cf79f11 && t.fudge_s == 300);
        ck_assert(dns_name_equal(&t.key, &(struct dns_name){5, 1, "\3key"}));
        ck_assert_uint_le(out.n, f.q.in_n); /* no longer than what was asked with */
    }
}
END_TEST

START_TEST(a_malformed_signature_is_formerr)
{
    struct str tsig = STR(TSIG), both = STR(TSIG TSIG), opt = STR(TSIG "\0\0\x29\4\xd0\0\0\0\0\0\0");
    uint8_t *p;

    ck_assert_uint_eq(parsed(with_behind((struct asking){.no_opt = true}, both, 2)).rcode, DNS_FORMERR);
    ck_assert_uint_eq(parsed(with_behind((struct asking){.no_opt = true}, opt, 2)).rcode, DNS_FORMERR); /* not last */
    for (size_t at = 5; at < tsig.n - 1; at++) { /* lengths and fixed parts that lie */
        static const uint8_t where[] = {7, 8, 9, 10, 11, 12, 14, 15, 36, 37, 46, 47};

        if (memchr(where, (int)at, sizeof(where)) == NULL)
            continue;
        p = arena_copy(&f.a, tsig.p, tsig.n);
        p[at] ^= 0x01;
        ck_assert_msg(
            parsed(with_behind((struct asking){.no_opt = true}, str_n((char *)p, tsig.n), 1)).rcode == DNS_FORMERR,
            "byte %zu", at);
    }
}
END_TEST

/* ---- what is not a question of a zone ------------------------------------------------------------------------- */

START_TEST(other_opcodes_are_not_implemented_and_keep_their_opt)
{
    for (uint16_t opcode = 1; opcode < 16; opcode++) {
        struct dns_message m = put((struct asking){.flags = (uint16_t)(opcode << 11 | DNS_RD)});

        ck_assert_uint_eq(m.rcode, DNS_NOTIMP);
        ck_assert_uint_eq(dns_flags_opcode(m.header.flags), opcode);
        ck_assert(m.edns.present && m.edns.options.n == 0);
        ck_assert_uint_eq(m.n[0] + m.n[1] + m.n[2], 0);
        ck_assert(!put((struct asking){.flags = (uint16_t)(opcode << 11), .no_opt = true}).edns.present);
        ck_assert_uint_eq(put((struct asking){.flags = (uint16_t)(opcode << 11), .name = ""}).rcode, DNS_NOTIMP);
    }
}
END_TEST

START_TEST(questions_about_the_server_are_refused_until_the_operator_says_otherwise)
{
    static const char *const names[] = {"version.bind", "version.server", "id.server", "hostname.bind"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct asking k = {.name = names[i], .type = DNS_TXT, .class_ = DNS_CH};

        ck_assert_uint_eq(put(k).rcode, DNS_REFUSED);
    }
    settings.version = STR("nine");
    settings.identity = STR("dns-1");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct asking k = {.name = names[i], .type = i % 2 == 0 ? DNS_TXT : DNS_ANY, .class_ = DNS_CH};
        struct dns_message m = put(k);

        ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
        ck_assert(m.records[DNS_ANSWER][0].class_ == DNS_CH && m.records[DNS_ANSWER][0].ttl == 0);
        ck_assert(str_eq(m.records[DNS_ANSWER][0].rdata, i < 2 ? STR("\4nine") : STR("\5dns-1")));
        ck_assert(dns_name_equal(&m.records[DNS_ANSWER][0].owner, &m.qname));
        ck_assert_uint_ne(m.header.flags & DNS_AA, 0);
        k.class_ = DNS_IN;
        ck_assert_uint_eq(put(k).rcode, DNS_REFUSED);
        k.class_ = DNS_CH;
        k.type = DNS_A;
        ck_assert_uint_eq(put(k).rcode, DNS_REFUSED);
    }
    ck_assert_uint_eq(put((struct asking){.name = "VERSION.Bind", .type = DNS_TXT, .class_ = DNS_CH}).n[0], 1);
    ck_assert_uint_eq(put((struct asking){.name = "www.version.bind", .type = DNS_TXT, .class_ = DNS_CH}).n[0], 0);
}
END_TEST

START_TEST(other_classes_are_refused)
{
    static const uint16_t classes[] = {0xffff, 2, DNS_CH, 4, DNS_CLASS_NONE, DNS_CLASS_ANY};

    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        ck_assert_uint_eq(put((struct asking){.class_ = classes[i]}).rcode, DNS_REFUSED);
}
END_TEST

START_TEST(ports_that_would_answer_the_answer_get_none)
{
    static const uint16_t silent[] = {0, 7, 13, 17, 19, 37, 464}, served[] = {53, 1, 123, 1023, 1024, 65535};

    for (size_t i = 0; i < ARRAY_LEN(silent); i++) {
        client_is(i % 2 == 0 ? "192.0.2.77" : "2001:db8::1", silent[i]);
        ck_assert_uint_eq(ask_bytes((struct asking){.size = 0}).n, 0);
        ck_assert_uint_gt(ask_bytes((struct asking){.tcp = true}).n, 0);
    }
    ck_assert_uint_eq(f.view.counts.dropped, ARRAY_LEN(silent));
    for (size_t i = 0; i < ARRAY_LEN(served); i++) {
        client_is(i % 2 == 0 ? "192.0.2.77" : "2001:db8::1", served[i]);
        ck_assert_uint_eq(put((struct asking){.size = 0}).n[DNS_ANSWER], 1);
    }
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_answer_has_opt_only_where_the_question_had);
    tcase_add_test(t, flags_that_mean_nothing_are_ignored_and_not_sent_back);
    tcase_add_test(t, another_version_gets_badvers_with_ours_and_nothing_else);
    tcase_add_test(t, unknown_options_and_those_of_no_use_are_passed_over);
    tcase_add_test(t, options_that_do_not_fill_their_record_are_formerr);
    tcase_add_test(t, nsid_is_told_to_who_asks);
    tcase_add_test(t, keepalive_is_answered_over_tcp_with_our_time);
    tcase_add_test(t, refused_for_a_foreign_name_says_not_authoritative);
    tcase_add_test(t, an_answer_is_no_longer_than_both_sides_want);
    tcase_add_test(t, options_count_among_the_bytes);
    tcase_add_test(t, all_options_at_once_have_room);
    tcase_add_test(t, a_signed_question_is_told_that_its_key_is_not_known);
    tcase_add_test(t, a_malformed_signature_is_formerr);
    tcase_add_test(t, other_opcodes_are_not_implemented_and_keep_their_opt);
    tcase_add_test(t, questions_about_the_server_are_refused_until_the_operator_says_otherwise);
    tcase_add_test(t, other_classes_are_refused);
    tcase_add_test(t, ports_that_would_answer_the_answer_get_none);
}

int main(void)
{
    return fixture_main("edns", add);
}
