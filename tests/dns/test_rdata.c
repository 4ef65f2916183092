#include "dns/soa.h"
#include "tests/dns/random_rdata.h"

static struct str parse(uint16_t type, const char *text)
{
    struct dns_name origin = dns_name_of("example.test");
    struct str rdata;

    CK_OK(dns_rdata_parse(&a, type, str_of(text), &origin, &rdata, &e));
    return rdata;
}

static enum status try_parse(uint16_t type, struct str text)
{
    struct dns_name origin = dns_name_of("example.test");
    struct str rdata;

    return dns_rdata_parse(&a, type, text, &origin, &rdata, &e);
}

START_TEST(every_type_goes_to_wire_and_back)
{
    static const struct {
        uint16_t type;
        const char *in, *out;
        size_t n;
    } rows[] = {
        {DNS_A, "192.0.2.1", "192.0.2.1", 4},
        {DNS_AAAA, "2001:DB8:0:0::1", "2001:db8::1", 16},
        {DNS_NS, "ns1", "ns1.example.test.", 18},
        {DNS_CNAME, "@", "example.test.", 14},
        {DNS_PTR, "Host.example.", "Host.example.", 14},
        {DNS_MX, "10 mail", "10 mail.example.test.", 21},
        {DNS_MX, "0 .", "0 .", 3},
        {DNS_SRV, "1 65535 443 www.example.org.", "1 65535 443 www.example.org.", 23},
        {DNS_DNAME, "other.example.", "other.example.", 15},
        {DNS_TXT, "\"v=spf1 -all\" plain \"\"", "\"v=spf1 -all\" \"plain\" \"\"", 19},
        {DNS_TXT, "\"a\\\"b\\\\c\\000\\255;\"", "\"a\\\"b\\\\c\\000\\255;\"", 9},
        {DNS_CAA, "128 issue \"ca.example; x=y\"", "128 issue \"ca.example; x=y\"", 22},
        {DNS_CAA, "0 issue \"\"", "0 issue \"\"", 7},
        {DNS_DS, "60485 5 1 2BB183AF 5F22588179 A53B0A98631FAD1A292118",
            "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118", 24},
        {DNS_SOA, "ns1 hostmaster 7 1h 15m 2w 300", "ns1.example.test. hostmaster.example.test. 7 3600 900 1209600 300",
            63},
        {DNS_TXT, "\\# 4 03 61 62 63", "\"abc\"", 4},
        {4711, "\\# 3 01 0203", "\\# 3 010203", 3},
        {4711, "\\# 0", "\\# 0", 0},
        {DNS_A, "\\# 4 c0000201", "192.0.2.1", 4},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str rdata = parse(rows[i].type, rows[i].in);

        ck_assert_msg(rdata.n == rows[i].n, "%s: %zu bytes", rows[i].in, rdata.n);
        CK_STR(dns_rdata_text(&a, rows[i].type, rdata), rows[i].out);
        CK_OK(dns_rdata_check(rows[i].type, rdata, &e));
    }
}
END_TEST

START_TEST(errors_name_type_field_and_value)
{
    static const struct {
        uint16_t type;
        const char *text, *code, *says;
    } bad[] = {
        {DNS_MX, "70000 mail", "rdata-number", "MX preference: 70000 is over 65535"},
        {DNS_MX, "ten mail", "rdata-number", "MX preference: \"ten\" is not a number"},
        {DNS_MX, "-1 mail", "rdata-number", "MX preference"},
        {DNS_MX, "99999999999999999999999 mail", "rdata-number", "is over 65535"},
        {DNS_MX, "10", "rdata-missing", "MX exchange: this field is missing"},
        {DNS_MX, "10 a b", "rdata-extra", "\"b\""},
        {DNS_MX, "10 a..b", "empty-label", "MX exchange"},
        {DNS_A, "", "rdata-missing", "A address"},
        {DNS_A, "192.0.2", "rdata-address", "192.0.2.1"},
        {DNS_A, "192.0.2.256", "rdata-address", "A address"},
        {DNS_A, "192.0.2.1.192.0.2.1.192.0.2.1.192.0.2.1.192.0.2.1.192.0.2.1", "rdata-address", "A address"},
        {DNS_A, "2001:db8::1", "rdata-address", "IPv4"},
        {DNS_AAAA, "192.0.2.1", "rdata-address", "IPv6"},
        {DNS_AAAA, "2001:db8::1%eth0", "rdata-address", "IPv6"},
        {DNS_TXT, "", "rdata-missing", "TXT text"},
        {DNS_TXT, "\"open", "open-quote", "not closed"},
        {DNS_TXT, "v=DKIM1; p=x", "unquoted-semicolon", "double quotes"},
        {DNS_TXT, "v=spf1 include:a.test -all", "txt-unquoted", "double quotes"},
        {DNS_TXT, "hello (world)", "unquoted-paren", "double quotes"},
        {DNS_TXT, "\"\\999\"", "bad-escape", "over 255"},
        {DNS_TXT, "one\ntwo", "rdata-extra", "line break"},
        {DNS_TXT, "\"bell\a\"", "bad-character", "code 7"},
        {DNS_CAA, "0 is-sue \"x\"", "rdata-tag", "CAA tag"},
        {DNS_CAA, "256 issue \"x\"", "rdata-number", "CAA flags"},
        {DNS_CAA, "0 issue", "rdata-missing", "CAA value"},
        {DNS_DS, "1 2 3 abc", "rdata-hex", "odd"},
        {DNS_DS, "1 2 3 xy", "rdata-hex", "\"xy\""},
        {DNS_SOA, "a b 1 2 3 4", "rdata-missing", "SOA minimum"},
        {DNS_SOA, "a b 1 4294967296 3 4 5", "rdata-number", "SOA refresh"},
        {DNS_SOA, "a b 4294967296 2 3 4 5", "rdata-number", "SOA serial"},
        {DNS_A, "\\# 4 c00002", "rdata-hex", "says 4 bytes, but the hexadecimal has 3"},
        {DNS_A, "\\# 3 c00002", "rdata-malformed", "A address"},
        {DNS_A, "\\# 5 c000020101", "rdata-malformed", "1 bytes are left"},
        {DNS_A, "\\# x", "rdata-number", "number of bytes"},
        {DNS_A, "\\# 1 0", "rdata-hex", "and a half"},
        {4711, "192.0.2.1", "rdata-missing", "TYPE4711"},
        {4711, "\\# 65536 00", "rdata-number", "0 to 65535"},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(try_parse(bad[i].type, str_of(bad[i].text)), INVALID, bad[i].code, bad[i].says);
}
END_TEST

static char *quoted(size_t n)
{
    char *p = arena_alloc(&a, n + 4);

    memset(p, 'x', n + 3);
    p[0] = p[n + 1] = '"';
    p[n + 2] = ' ';
    return p;
}

START_TEST(strings_end_at_255_and_texts_at_4000_bytes)
{
    struct buf b;

    CK_OK(try_parse(DNS_TXT, str_of(quoted(255))));
    CK_FAILS(try_parse(DNS_TXT, str_of(quoted(256))), INVALID, "rdata-string", "256 bytes is longer than 255");
    buf_in(&b, &a, 65536);
    for (int i = 0; i < 20; i++)
        buf_puts(&b, quoted(200));
    CK_OK(try_parse(DNS_TXT, buf_view(&b)));
    buf_puts(&b, "\"y\"");
    CK_FAILS(
        try_parse(DNS_TXT, buf_view(&b)), INVALID, "txt-too-long", "TXT text: 4001 bytes of text, the most is 4000");
    buf_reset(&b);
    buf_puts(&b, "0 issue ");
    buf_puts(&b, quoted(4001));
    CK_FAILS(try_parse(DNS_CAA, buf_view(&b)), INVALID, "txt-too-long", "CAA value");
}
END_TEST

START_TEST(data_over_64_kib_is_refused)
{
    char *hex = arena_alloc(&a, 2 * 40000 + 2);
    struct str text;

    memset(hex, 'a', 80000);
    text = str_printf(&a, "1 2 3 %.*s %.*s", 60000, hex, 60000, hex);
    CK_OK(try_parse(DNS_DS, text));
    text = str_printf(&a, "1 2 3 %.*s %.*s %.*s", 60000, hex, 60000, hex, 20000, hex);
    CK_FAILS(try_parse(DNS_DS, text), INVALID, "rdata-too-long", "65535");
    CK_FAILS(try_parse(DNS_DS, str_printf(&a, "1 2 3 %s", hex)), INVALID, "token-too-long", "80000");
}
END_TEST

START_TEST(malformed_wire_is_found)
{
    static const struct {
        uint16_t type;
        struct str wire;
        const char *says;
    } bad[] = {
        {DNS_A, {"\1\2\3", 3}, "A address"},
        {DNS_A, {"\1\2\3\4\5", 5}, "left behind"},
        {DNS_MX, {"\0\1", 2}, "MX exchange"},
        {DNS_MX, {"\0\1\3abc", 6}, "MX exchange"},
        {DNS_MX, {"\0\1\xc0\x0c", 4}, "MX exchange"},
        {DNS_TXT, {"", 0}, "TXT text"},
        {DNS_TXT, {"\5abc", 4}, "TXT text"},
        {DNS_CAA, {"\0\0", 2}, "CAA tag"},
        {DNS_CAA, {"\0\5issu", 6}, "CAA tag"},
        {DNS_CAA, {"\0\1-", 3}, "CAA tag"},
        {DNS_DS, {"\0\1\1\1", 4}, "DS digest"},
        {DNS_SOA, {"\0\0\0\0\0\1", 6}, "SOA refresh"},
        {DNS_SRV, {"\0\0\0\0\0\0", 6}, "SRV target"},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(dns_rdata_check(bad[i].type, bad[i].wire, &e), INVALID, "rdata-malformed", bad[i].says);
}
END_TEST

/* May the last field of the type end anywhere? */
static bool ends_open(const char *layout)
{
    const char *last = strrchr(layout, ' ') != NULL ? strrchr(layout, ' ') + 1 : layout;

    return kind_is(last, "S") || kind_is(last, "v") || kind_is(last, "u") || kind_is(last, "x") || kind_is(last, "b") ||
           kind_is(last, "svcb");
}

START_TEST(random_data_of_every_type_survives_text_and_messages)
{
    uint64_t state = 99;
    const struct dns_type *t;

    for (size_t i = 0; (t = dns_type_at(i)) != NULL; i++)
        for (int k = 0; k < 300 && (t->flags & DNS_TYPE_DATA) != 0; k++) {
            struct str rdata = random_rdata(&state, t->code), back, text;
            struct dns_field fields[DNS_FIELDS_MAX];
            size_t n = dns_rdata_fields(t->code, rdata, fields), sum = 0;

            CK_OK(dns_rdata_check(t->code, rdata, &e));
            text = dns_rdata_text(&a, t->code, rdata);
            CK_OK(dns_rdata_parse(&a, t->code, text, NULL, &back, &e));
            ck_assert_msg(str_eq(rdata, back), "%s %.*s", t->name, STR_ARG(text));
            CK_OK(dns_rdata_from_message(&a, t->code, rdata, 0, rdata.n, &back, &e));
            ck_assert(str_eq(rdata, back));
            for (size_t f = 0; f < n; f++)
                sum += fields[f].n;
            ck_assert_uint_eq(sum, rdata.n);
            for (size_t cut = 0; cut < rdata.n; cut++)
                ck_assert(dns_rdata_check(t->code, str_n(rdata.p, cut), &e) != OK || ends_open(t->layout));
            arena_reset(&a);
        }
}
END_TEST

START_TEST(canonical_form_lowers_names_and_nothing_else)
{
    struct str mx = parse(DNS_MX, "10 MAIL.Example.Test."), txt = parse(DNS_TXT, "ABC");

    CK_STR(dns_rdata_text(&a, DNS_MX, dns_rdata_canonical(&a, DNS_MX, mx)), "10 mail.example.test.");
    ck_assert_ptr_eq(dns_rdata_canonical(&a, DNS_TXT, txt).p, txt.p);
    mx = parse(DNS_MX, "16705 mail.test.");
    ck_assert_ptr_eq(dns_rdata_canonical(&a, DNS_MX, mx).p, mx.p);
}
END_TEST

START_TEST(comparing_is_comparing_canonical_forms)
{
    uint64_t state = 5;
    static const uint16_t types[] = {DNS_SOA, DNS_MX, DNS_SRV, DNS_TXT, DNS_NS, DNS_A, 4711};

    for (int i = 0; i < 3000; i++) {
        uint16_t type = types[random_below(&state, ARRAY_LEN(types))];
        struct str x = random_rdata(&state, type), y = random_rdata(&state, type);
        struct str cx = dns_rdata_canonical(&a, type, x), cy = dns_rdata_canonical(&a, type, y);
        int d = dns_rdata_compare(type, x, y), want = str_cmp(cx, cy);

        ck_assert_int_eq((d > 0) - (d < 0), (want > 0) - (want < 0));
        ck_assert_int_eq(dns_rdata_compare(type, x, cx), 0);
        arena_reset(&a);
    }
}
END_TEST

START_TEST(targets_are_the_names_that_records_point_to)
{
    struct dns_name name;

    ck_assert(dns_rdata_target(DNS_MX, parse(DNS_MX, "10 mail"), &name));
    CK_STR(dns_name_text(&a, &name, true), "mail.example.test.");
    ck_assert(dns_rdata_target(DNS_SRV, parse(DNS_SRV, "0 0 443 www"), &name));
    CK_STR(dns_name_text(&a, &name, true), "www.example.test.");
    ck_assert(dns_rdata_target(DNS_CNAME, parse(DNS_CNAME, "@"), &name));
    ck_assert(!dns_rdata_target(DNS_A, parse(DNS_A, "192.0.2.1"), &name));
    ck_assert(!dns_rdata_target(DNS_SOA, parse(DNS_SOA, "a b 1 2 3 4 5"), &name));
    ck_assert(!dns_rdata_target(4711, parse(4711, "\\# 1 00"), &name));
}
END_TEST

START_TEST(names_inside_messages_are_decompressed)
{
    struct str msg = STR("............\7example\4test\0\0\12\4mail\xc0\x0c!"), rdata;

    CK_OK(dns_rdata_from_message(&a, DNS_MX, msg, 26, 9, &rdata, &e));
    CK_STR(dns_rdata_text(&a, DNS_MX, rdata), "10 mail.example.test.");
    CK_FAILS(dns_rdata_from_message(&a, DNS_MX, msg, 26, 8, &rdata, &e), PROTOCOL, "rdata-malformed", "MX exchange");
    CK_FAILS(dns_rdata_from_message(&a, DNS_MX, msg, 26, 10, &rdata, &e), PROTOCOL, "rdata-malformed", "left behind");
    CK_FAILS(dns_rdata_from_message(&a, DNS_MX, msg, 26, 11, &rdata, &e), PROTOCOL, "rdata-malformed", "past the end");
    CK_FAILS(dns_rdata_from_message(&a, DNS_MX, msg, 99, 1, &rdata, &e), PROTOCOL, "rdata-malformed", "past the end");
    CK_FAILS(dns_rdata_from_message(&a, DNS_A, msg, 26, 3, &rdata, &e), PROTOCOL, "rdata-malformed", "A address");
}
END_TEST

START_TEST(soa_fields_are_built_and_read)
{
    struct dns_soa soa = {.mname = dns_name_of("ns1.example.test"),
                       .rname = dns_name_of("hostmaster.example.test"),
                       .serial = 1,
                       .refresh = 2,
                       .retry = 3,
                       .expire = 4,
                       .minimum = 5},
                   back;
    struct str rdata = dns_soa_build(&a, &soa);

    CK_OK(dns_rdata_check(DNS_SOA, rdata, &e));
    CK_STR(dns_rdata_text(&a, DNS_SOA, rdata), "ns1.example.test. hostmaster.example.test. 1 2 3 4 5");
    dns_soa_set_serial((char *)rdata.p, rdata.n, 4000000000u);
    ck_assert(dns_soa_read(rdata, &back));
    ck_assert_uint_eq(back.serial, 4000000000u);
    ck_assert_uint_eq(back.minimum, 5);
    ck_assert(dns_name_equal(&back.rname, &soa.rname));
    for (size_t n = 0; n < rdata.n; n++)
        ck_assert(!dns_soa_read(str_n(rdata.p, n), &back));
}
END_TEST

START_TEST(serials_go_round)
{
    ck_assert(dns_serial_newer(1, 0) && !dns_serial_newer(0, 1) && !dns_serial_newer(7, 7));
    ck_assert(dns_serial_newer(0, 0xffffffffu));
    ck_assert(
        dns_serial_newer(0x7fffffffu, 0) && !dns_serial_newer(0x80000000u, 0) && !dns_serial_newer(0, 0x80000000u));
    ck_assert_uint_eq(dns_serial_next(5, 2026112201), 2026112201);
    ck_assert_uint_eq(dns_serial_next(2026112201, 2026112201), 2026112202);
    ck_assert_uint_eq(dns_serial_next(2026112299, 2026112201), 2026112300);
    ck_assert_uint_eq(dns_serial_next(0xffffffffu, 0xffffffffu), 1);
}
END_TEST

START_TEST(types_are_known_by_code_and_name)
{
    uint16_t code = 0;
    uint16_t last = 0;

    for (size_t i = 0; dns_type_at(i) != NULL; i++) {
        const struct dns_type *t = dns_type_at(i);

        ck_assert_msg(t->code > last, "%s is out of order", t->name);
        last = t->code;
        ck_assert_ptr_eq(dns_type_find(t->code), t);
        ck_assert(dns_type_parse(str_lower(&a, str_of(t->name)), &code) && code == t->code);
        if ((t->flags & DNS_TYPE_DATA) == 0)
            continue;
        ck_assert(t->layout != NULL && t->help != NULL && t->example != NULL);
        CK_OK(try_parse(t->code, str_of(t->example)));
    }
    ck_assert(dns_type_parse(STR("type1"), &code) && code == 1);
    ck_assert(dns_type_parse(STR("TYPE65535"), &code) && code == 65535);
    ck_assert(!dns_type_parse(STR("TYPE65536"), &code) && !dns_type_parse(STR("TYPE"), &code));
    ck_assert(!dns_type_parse(STR("TYPE-1"), &code) && !dns_type_parse(STR(""), &code));
    CK_STR(dns_type_text(&a, 4711), "TYPE4711");
    ck_assert(dns_type_is_data(4711) && dns_type_is_data(DNS_MX));
    ck_assert(
        !dns_type_is_data(DNS_ANY) && !dns_type_is_data(0) && !dns_type_is_data(200) && !dns_type_is_data(DNS_RRSIG));
    ck_assert(
        dns_class_parse(STR("in"), &code) && code == DNS_IN && dns_class_parse(STR("CLASS9"), &code) && code == 9);
    ck_assert(!dns_class_parse(STR("A"), &code));
}
END_TEST

START_TEST(periods_have_units_and_a_ceiling)
{
    uint32_t s;

    ck_assert(dns_period_parse(STR("3600"), &s) && s == 3600);
    ck_assert(dns_period_parse(STR("1w2D3h4m5s"), &s) && s == 604800 + 2 * 86400 + 3 * 3600 + 4 * 60 + 5);
    ck_assert(dns_period_parse(STR("2147483647"), &s) && !dns_period_parse(STR("2147483648"), &s));
    ck_assert(!dns_period_parse(STR(""), &s) && !dns_period_parse(STR("h"), &s) && !dns_period_parse(STR("1y"), &s));
    ck_assert(
        !dns_period_parse(STR("3551w"), &s) && !dns_period_parse(STR("-1"), &s) && !dns_period_parse(STR("1hh"), &s));
}
END_TEST

TESTS_MAIN("dns/rdata", every_type_goes_to_wire_and_back, errors_name_type_field_and_value,
    strings_end_at_255_and_texts_at_4000_bytes, data_over_64_kib_is_refused, malformed_wire_is_found,
    random_data_of_every_type_survives_text_and_messages, canonical_form_lowers_names_and_nothing_else,
    comparing_is_comparing_canonical_forms, targets_are_the_names_that_records_point_to,
    names_inside_messages_are_decompressed, soa_fields_are_built_and_read, serials_go_round,
    types_are_known_by_code_and_name, periods_have_units_and_a_ceiling)
