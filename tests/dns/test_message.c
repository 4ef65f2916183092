#include "dns/message.h"
#include "tests/dns/random_rdata.h"

static uint8_t out[DNS_MESSAGE_MAX];

static struct dns_rrset set_of(const char *owner, uint16_t type, const char *text)
{
    struct dns_name name = dns_name_of(owner);
    struct dns_rrset set;

    dns_rrset_init(&set, &name, type, 300);
    CK_OK(dns_rrset_add_text(&a, &set, str_of(text), NULL, &e));
    return set;
}

static struct dns_writer begin(size_t max)
{
    struct dns_writer w;
    struct dns_name name = dns_name_of("www.Example.test");

    dns_writer_begin(&w, out, max, 0x1234, DNS_QR | DNS_AA);
    ck_assert(dns_writer_question(&w, &name, DNS_A, DNS_IN));
    return w;
}

static struct dns_message parsed(struct str wire)
{
    struct dns_message m;

    CK_OK(dns_message_parse(&a, wire, &m, &e));
    return m;
}

START_TEST(a_reply_is_built_compressed_and_read_again)
{
    struct dns_writer w = begin(512);
    struct dns_rrset www = set_of("www.example.test", DNS_A, "192.0.2.1"),
                     ns = set_of("example.test", DNS_NS, "ns1.example.test"),
                     glue = set_of("ns1.example.test", DNS_AAAA, "2001:db8::1"),
                     srv = set_of("_a._tcp.example.test", DNS_SRV, "0 1 2 ns1.example.test");
    struct str wire;
    struct dns_message m;

    ck_assert(dns_writer_rrset(&w, DNS_ANSWER, &www) && w.n == 34 + 2 + 10 + 4);
    ck_assert(dns_writer_rrset(&w, DNS_AUTHORITY, &ns) && w.n == 50 + 2 + 10 + 4 + 2);
    ck_assert(dns_writer_rrset(&w, DNS_ADDITIONAL, &glue) && w.n == 68 + 2 + 10 + 16);
    ck_assert(dns_writer_rrset(&w, DNS_ADDITIONAL, &srv));
    ck_assert_uint_eq(w.n, 96 + 3 + 5 + 2 + 10 + 6 + 18); /* SRV's target is not compressed (RFC 2782) */
    ck_assert(dns_writer_opt(&w, DNS_BADVERS, 1232, true, STR("\0\3\0\2ab")));
    wire = dns_writer_end(&w);
    m = parsed(wire);
    ck_assert_uint_eq(m.header.id, 0x1234);
    ck_assert_uint_eq(m.rcode, DNS_BADVERS);
    ck_assert(m.edns.present && m.edns.do_bit && m.edns.udp_size == 1232 && m.edns.options.n == 6);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert_uint_eq(m.n[DNS_ADDITIONAL], 2);
    /* A pointer to the question brings its case along. */
    CK_STR(dns_rdata_text(&a, DNS_NS, m.records[DNS_AUTHORITY][0].rdata), "ns1.Example.test.");
    CK_STR(dns_rdata_text(&a, DNS_SRV, m.records[DNS_ADDITIONAL][1].rdata), "0 1 2 ns1.example.test.");
    www.owner = dns_name_of("WWW.example.test");
    ns = dns_message_rrset(&a, &m, DNS_ANSWER, &www.owner, DNS_A);
    ck_assert(dns_rrset_equal(&ns, &www));
    ck_assert_uint_eq(dns_message_rrset(&a, &m, DNS_ANSWER, &www.owner, DNS_MX).n, 0);
}
END_TEST

START_TEST(a_reply_is_shown_in_lines)
{
    struct dns_writer w = begin(512);
    struct dns_rrset www = set_of("www.example.test", DNS_A, "192.0.2.1");
    struct dns_message m;
    struct buf b;

    ck_assert(dns_writer_rrset(&w, DNS_ANSWER, &www));
    ck_assert(dns_writer_opt(&w, DNS_NXDOMAIN, 1232, false, STR("")));
    m = parsed(dns_writer_end(&w));
    buf_in(&b, &a, 65536);
    dns_message_write(&b, &m);
    CK_STR(buf_view(&b), ";; opcode: QUERY, status: NXDOMAIN, id: 4660\n"
                         ";; flags: qr aa; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1\n"
                         ";; EDNS: version: 0, flags:; udp: 1232\n"
                         "\n;; QUESTION SECTION:\n;www.Example.test.\t\tIN\tA\n"
                         "\n;; ANSWER SECTION:\nwww.Example.test.\t300\tIN\tA\t192.0.2.1\n"
                         "\n;; MSG SIZE: 61 bytes\n");
    ck_assert_str_eq(dns_rcode_text(5), "REFUSED");
    ck_assert_str_eq(dns_rcode_text(4000), "RCODE4000");
}
END_TEST

START_TEST(what_does_not_fit_leaves_no_trace)
{
    struct dns_rrset set = set_of("a.b.c.test", DNS_TXT, "0123456789");
    struct dns_writer w;
    struct str wire;

    for (size_t max = 34; max < 80; max++) {
        struct dns_message m;
        bool fits;

        w = begin(max);
        memset(out + max, 0xa5, 64);
        fits = dns_writer_rrset(&w, DNS_ANSWER, &set);
        ck_assert_msg(fits == (max >= 34 + 8 + 10 + 11), "%zu", max);
        if (!fits)
            dns_writer_truncate(&w);
        wire = dns_writer_end(&w);
        for (size_t i = max; i < max + 64; i++)
            ck_assert_uint_eq(out[i], 0xa5);
        m = parsed(wire);
        ck_assert_uint_eq(m.n[DNS_ANSWER], fits);
        ck_assert_int_eq((m.header.flags & DNS_TC) != 0, !fits);
    }
}
END_TEST

START_TEST(names_remembered_by_what_was_taken_back_are_forgotten)
{
    struct dns_rrset big = set_of("new.name.test", DNS_TXT, "012345678901234567890123456789"),
                     small = set_of("new.name.test", DNS_A, "192.0.2.1");
    struct dns_writer w = begin(62);
    struct dns_message m;

    ck_assert(!dns_writer_rrset(&w, DNS_ANSWER, &big));
    ck_assert(dns_writer_rrset(&w, DNS_ANSWER, &small));
    m = parsed(dns_writer_end(&w));
    CK_STR(dns_name_text(&a, &m.records[DNS_ANSWER][0].owner, true), "new.name.test.");
}
END_TEST

START_TEST(room_kept_for_opt_is_there)
{
    struct dns_rrset set = set_of("a.test", DNS_A, "192.0.2.1");
    struct dns_writer w = begin(60);

    dns_writer_reserve(&w, DNS_OPT_SIZE);
    ck_assert(!dns_writer_rrset(&w, DNS_ANSWER, &set));
    ck_assert(dns_writer_opt(&w, DNS_NOERROR, 1232, false, STR("")));
    ck_assert_uint_eq(parsed(dns_writer_end(&w)).n[DNS_ANSWER], 0);
    w = begin(40);
    dns_writer_reserve(&w, 1000);
    ck_assert(!dns_writer_opt(&w, DNS_NOERROR, 1232, false, STR("")));
    ck_assert(!parsed(dns_writer_end(&w)).edns.present);
}
END_TEST

START_TEST(records_behind_16_kib_are_not_pointed_to)
{
    struct dns_rrset set = set_of("deep.test", DNS_TXT, "x");
    struct dns_writer w;
    struct dns_message m;
    uint64_t state = 8;
    char text[255];

    for (int i = 0; i < 80; i++) {
        for (size_t k = 1; k < sizeof(text); k++)
            text[k] = (char)random_below(&state, 256);
        text[0] = (char)254;
        CK_OK(dns_rrset_add(&a, &set, str_n(text, sizeof(text)), &e));
    }
    w = begin(DNS_MESSAGE_MAX);
    ck_assert(dns_writer_rrset(&w, DNS_ANSWER, &set));
    ck_assert_uint_gt(w.n, 0x4000);
    for (int i = 0; i < 3; i++) {
        struct dns_rrset late = set_of(i == 0 ? "late.name.test" : "x.late.name.test", DNS_MX, "1 late.name.test");
        ck_assert(dns_writer_rrset(&w, DNS_AUTHORITY, &late));
    }
    m = parsed(dns_writer_end(&w));
    ck_assert_uint_eq(m.n[DNS_ANSWER], 81);
    CK_STR(dns_rdata_text(&a, DNS_MX, m.records[DNS_AUTHORITY][2].rdata), "1 late.name.test.");
}
END_TEST

START_TEST(random_messages_survive_building_and_reading)
{
    uint64_t state = 21;
    static const uint16_t types[] = {DNS_A, DNS_NS, DNS_SOA, DNS_MX, DNS_TXT, DNS_SRV, DNS_CAA, DNS_DS, 4711};

    for (int i = 0; i < 400; i++) {
        struct dns_rrset sets[12];
        struct dns_writer w = begin(DNS_MESSAGE_MAX);
        struct dns_message m;
        size_t n = random_below(&state, 12), at[DNS_SECTIONS] = {0};
        struct dns_name base = random_name(&state);

        for (size_t k = 0; k < n; k++) {
            sets[k] = (struct dns_rrset){0};
            dns_rrset_init(&sets[k], &base, types[random_below(&state, ARRAY_LEN(types))], (uint32_t)k);
            if (k % 2 == 0)
                sets[k].owner = random_name(&state);
            CK_OK(dns_rrset_add(&a, &sets[k], random_rdata(&state, sets[k].type), &e));
            ck_assert(dns_writer_rrset(&w, (enum dns_section)(k * 3 / 12), &sets[k]));
        }
        m = parsed(dns_writer_end(&w));
        for (size_t k = 0; k < n; k++) {
            enum dns_section s = (enum dns_section)(k * 3 / 12);
            const struct dns_record *r = &m.records[s][at[s]++];

            ck_assert(dns_name_equal(&r->owner, &sets[k].owner) && r->ttl == k && r->type == sets[k].type);
            ck_assert_int_eq(dns_rdata_compare(r->type, r->rdata, sets[k].rdata[0]), 0);
        }
        arena_reset(&a);
    }
}
END_TEST

START_TEST(a_message_cut_anywhere_is_refused)
{
    struct dns_writer w = begin(512);
    struct dns_rrset mx = set_of("example.test", DNS_MX, "10 mail.example.test");
    struct str wire;
    struct dns_message m;

    ck_assert(dns_writer_rrset(&w, DNS_ANSWER, &mx));
    ck_assert(dns_writer_opt(&w, 0, 1232, false, STR("\0\3\0\2ab")));
    wire = dns_writer_end(&w);
    for (size_t n = 0; n < wire.n; n++) {
        ck_assert_int_eq(dns_message_parse(&a, str_n(arena_copy(&a, wire.p, n), n), &m, &e), PROTOCOL);
        ck_assert_uint_gt(strlen(e.text), 0);
    }
    out[wire.n] = 0;
    CK_FAILS(dns_message_parse(&a, str_n(wire.p, wire.n + 1), &m, &e), PROTOCOL, "message-trailing", "1 bytes");
    out[5] = 2;
    CK_FAILS(dns_message_parse(&a, wire, &m, &e), PROTOCOL, "message-questions", "2 questions");
}
END_TEST

#define HEADER(flags, qd, an, ns, ar) "\x12\x34" flags "\0" qd "\0" an "\0" ns "\0" ar
#define QUESTION "\4name\4test\0\0\1\0\1"
#define OPT(ttl, n) "\0\0\x29\4\xd0" ttl n

START_TEST(bad_messages_say_what_and_where)
{
    static const struct {
        struct str wire;
        const char *code, *says;
    } bad[] = {
        {{HEADER("\x80\0", "\0", "\xff", "\0", "\0"), 12}, "message-truncated", "255 answer records"},
        {{HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0\0\1\0\1\0\0\0\0\0\5abcd", 27}, "message-truncated",
            "answer record 1"},
        {{HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0\0\1\0\1\0\0\0\0\0\3abc", 26}, "rdata-malformed", "A address"},
        {{HEADER("\x80\0", "\0", "\1", "\0", "\0") OPT("\0\0\0\0", "\0\0"), 23}, "message-opt", "answer record 1"},
        {{HEADER("\x80\0", "\0", "\0", "\0", "\2") OPT("\0\0\0\0", "\0\0") OPT("\0\0\0\0", "\0\0"), 34}, "message-opt",
            "additional record 2"},
        {{HEADER("\x80\0", "\0", "\0", "\0", "\1") OPT("\0\0\0\0", "\0\3") "\0\3\0", 26}, "message-opt", "options"},
        {{HEADER("\x80\0", "\0", "\0", "\0", "\1") OPT("\0\0\0\0", "\0\4") "\0\3\0\1", 27}, "message-opt", "options"},
        {{HEADER("\x80\0", "\1", "\0", "\0", "\0") "\xc0\x0c\0\1\0\1", 18}, "name-pointer", "point back"},
    };
    struct dns_message m;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(dns_message_parse(&a, bad[i].wire, &m, &e), PROTOCOL, bad[i].code, bad[i].says);
    CK_FAILS(dns_message_parse(&a, str_n((char *)out, 65536), &m, &e), PROTOCOL, "message-too-long", "65536");
}
END_TEST

START_TEST(a_plain_query_is_understood)
{
    struct dns_query q;
    struct str wire = {HEADER("\1\0", "\1", "\0", "\0", "\0") QUESTION, 12 + 15};

    ck_assert_int_eq(dns_query_parse(wire, &q), DNS_NOERROR);
    ck_assert_uint_eq(q.id, 0x1234);
    ck_assert((q.flags & DNS_RD) != 0 && !q.edns.present);
    ck_assert_uint_eq(q.type, DNS_A);
    ck_assert_uint_eq(q.class_, DNS_IN);
    ck_assert_uint_eq(q.question_end, 27);
    CK_STR(dns_name_text(&a, &q.name, true), "name.test.");
}
END_TEST

START_TEST(edns_is_read_with_unknown_options)
{
    struct dns_query q;
    struct str wire = {
        HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION OPT("\0\0\x80\0", "\0\7") "\xff\xf0\0\3abc", 27 + 11 + 7};

    ck_assert_int_eq(dns_query_parse(wire, &q), DNS_NOERROR);
    ck_assert(q.edns.present && q.edns.do_bit && q.edns.udp_size == 1232 && q.edns.options.n == 7);
    wire = (struct str){HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION "\0\0\x29\0\1\0\0\0\0\0\0", 27 + 11};
    ck_assert_int_eq(dns_query_parse(wire, &q), DNS_NOERROR);
    ck_assert_uint_eq(q.edns.udp_size, 512);
    wire = (struct str){HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION OPT("\0\1\0\0", "\0\1") "x", 27 + 12};
    ck_assert_int_eq(dns_query_parse(wire, &q), DNS_BADVERS);
    ck_assert(q.edns.present && q.question_end == 27);
    wire = (struct str){HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION "\xc0\x0c\0\1\0\1\0\0\0\0\0\4abcd", 27 + 16};
    ck_assert_int_eq(dns_query_parse(wire, &q), DNS_NOERROR);
}
END_TEST

START_TEST(bad_queries_get_their_rcode_and_a_reason)
{
    static const struct {
        struct str wire;
        int rcode;
        size_t question_end;
        const char *reason;
    } bad[] = {
        {{"", 0}, DNS_DROP, 0, "header"},
        {{"\x12\x34\0\0\0\1\0\0\0\0\0", 11}, DNS_DROP, 0, "header"},
        {{HEADER("\x80\0", "\1", "\0", "\0", "\0") QUESTION, 27}, DNS_DROP, 0, "a reply"},
        {{HEADER("\0\0", "\0", "\0", "\0", "\0"), 12}, DNS_FORMERR, 0, "no question"},
        {{HEADER("\0\0", "\2", "\0", "\0", "\0") QUESTION QUESTION, 42}, DNS_FORMERR, 0, "more than one"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\0"), 12}, DNS_FORMERR, 0, "malformed name"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\0") "\xc0\x0c\0\1\0\1", 18}, DNS_FORMERR, 0, "malformed name"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\0") "\4name\4test\0\0\1\0", 26}, DNS_FORMERR, 0, "cut off"},
        {{HEADER("\0\0", "\1", "\1", "\0", "\0") QUESTION, 27}, DNS_FORMERR, 27, "answer or authority"},
        {{HEADER("\0\0", "\1", "\0", "\1", "\0") QUESTION, 27}, DNS_FORMERR, 27, "answer or authority"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION, 27}, DNS_FORMERR, 27, "owner name"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION "\0\0\x29", 30}, DNS_FORMERR, 27, "record cut off"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION OPT("\0\0\0\0", "\0\1"), 38}, DNS_FORMERR, 27,
            "data cut off"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION OPT("\0\0\0\0", "\0\1") "x", 39}, DNS_FORMERR, 27, "options"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\2") QUESTION OPT("\0\0\0\0", "\0\0") OPT("\0\0\0\0", "\0\0"), 49},
            DNS_FORMERR, 27, "two OPT"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\1") QUESTION "\1a\0\0\x29\4\xd0\0\0\0\0\0\0", 40}, DNS_FORMERR, 27,
            "not at the root"},
        {{HEADER("\0\0", "\1", "\0", "\0", "\0") QUESTION "x", 28}, DNS_FORMERR, 27, "behind the last"},
        {{HEADER("\x28\0", "\1", "\0", "\0", "\0") QUESTION, 27}, DNS_NOTIMP, 27, "opcode"},
        {{HEADER("\x20\0", "\0", "\0", "\0", "\0"), 12}, DNS_NOTIMP, 0, "opcode"},
    };
    struct dns_query q;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int rcode = dns_query_parse(str_n(arena_copy(&a, bad[i].wire.p, bad[i].wire.n), bad[i].wire.n), &q);

        ck_assert_msg(rcode == bad[i].rcode, "%zu: %d", i, rcode);
        ck_assert_uint_eq(q.question_end, bad[i].question_end);
        ck_assert_msg(strstr(q.reason, bad[i].reason) != NULL, "%zu: %s", i, q.reason);
    }
}
END_TEST

START_TEST(an_ixfr_query_may_bring_its_soa)
{
    struct dns_query q;
    struct str wire = {HEADER("\0\0", "\1", "\0", "\1", "\0") "\4name\4test\0\0\xfb\0\1"
                                                              "\xc0\x0c\0\6\0\1\0\0\0\0\0\2\0\0",
        27 + 14};

    ck_assert_int_eq(dns_query_parse(wire, &q), DNS_NOERROR);
    ck_assert_uint_eq(q.type, DNS_IXFR);
}
END_TEST

TESTS_MAIN("dns/message", a_reply_is_built_compressed_and_read_again, a_reply_is_shown_in_lines,
    what_does_not_fit_leaves_no_trace, names_remembered_by_what_was_taken_back_are_forgotten,
    room_kept_for_opt_is_there, records_behind_16_kib_are_not_pointed_to, random_messages_survive_building_and_reading,
    a_message_cut_anywhere_is_refused, bad_messages_say_what_and_where, a_plain_query_is_understood,
    edns_is_read_with_unknown_options, bad_queries_get_their_rcode_and_a_reason, an_ixfr_query_may_bring_its_soa)
