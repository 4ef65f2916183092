#include "tests/dns/dns_test.h"

static struct dns_name parse(const char *text)
{
    struct dns_name name;

    CK_OK(dns_name_parse(str_of(text), NULL, &name, &e));
    return name;
}

static char *repeat(char c, size_t n)
{
    char *p = arena_alloc(&a, n + 1);

    memset(p, c, n);
    return p;
}

START_TEST(text_becomes_wire_and_text_again)
{
    struct dns_name name = parse("www.Example.test.");

    ck_assert_uint_eq(name.labels, 3);
    ck_assert_uint_eq(name.len, 18);
    ck_assert_mem_eq(name.wire, "\3www\7Example\4test", 18);
    CK_STR(dns_name_text(&a, &name, true), "www.Example.test.");
    CK_STR(dns_name_text(&a, &name, false), "www.Example.test");
    name = parse(".");
    ck_assert(dns_name_equal(&name, &dns_name_root));
    CK_STR(dns_name_text(&a, &name, false), ".");
}
END_TEST

START_TEST(escapes_are_read_and_written)
{
    struct dns_name name = parse("a\\.b\\\\.\\000\\255\\032x\\;.test");

    ck_assert_mem_eq(name.wire, "\4a.b\\\5\0\xff x;\4test", 17);
    CK_STR(dns_name_text(&a, &name, true), "a\\.b\\\\.\\000\\255\\032x\\;.test.");
    name = parse("a\\@\\$\\\"\\(\\)");
    CK_STR(dns_name_text(&a, &name, false), "a\\@\\$\\\"\\(\\)");
}
END_TEST

START_TEST(relative_names_take_the_origin)
{
    struct dns_name origin = parse("example.test."), name;

    CK_OK(dns_name_parse(STR("www"), &origin, &name, &e));
    CK_STR(dns_name_text(&a, &name, true), "www.example.test.");
    CK_OK(dns_name_parse(STR("www."), &origin, &name, &e));
    CK_STR(dns_name_text(&a, &name, true), "www.");
    CK_OK(dns_name_parse(STR("@"), &origin, &name, &e));
    ck_assert(dns_name_equal(&name, &origin));
    CK_OK(dns_name_parse(STR("www\\."), &origin, &name, &e));
    CK_STR(dns_name_text(&a, &name, true), "www\\..example.test.");
}
END_TEST

START_TEST(what_is_no_name_is_refused_with_its_place)
{
    static const struct {
        const char *text, *code, *says;
    } bad[] = {
        {"", "empty-name", "empty"},
        {"a..b", "empty-label", "character 3"},
        {".a", "empty-label", "character 1"},
        {"..", "empty-label", "character 1"},
        {"a.\\", "bad-escape", "character 3"},
        {"a\\25", "bad-escape", "character 2"},
        {"a\\2x5", "bad-escape", "character 2"},
        {"\\256", "bad-escape", "over 255"},
        {"a b", "bad-character", "character 2"},
        {"a;b", "bad-character", "character 2 (;)"},
        {"a\"b", "bad-character", "character 2"},
        {"m\xc3\xbcller.test", "bad-character", "xn--"},
        {"a\x7f", "bad-character", "code 127"},
    };
    struct dns_name name;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(dns_name_parse(str_of(bad[i].text), NULL, &name, &e), INVALID, bad[i].code, bad[i].says);
}
END_TEST

START_TEST(labels_end_at_63_and_names_at_255_bytes)
{
    struct dns_name name, origin = parse("abc");
    char *l63 = repeat('a', 63), *l64 = repeat('a', 64), *l61 = repeat('b', 61);

    name = parse(l63);
    ck_assert_uint_eq(name.len, 65);
    CK_FAILS(dns_name_parse(str_printf(&a, "x.%s", l64), NULL, &name, &e), INVALID, "label-too-long", "character 3");
    CK_OK(dns_name_parse(str_printf(&a, "%s.%s.%s.%s.", l63, l63, l63, l61), NULL, &name, &e));
    ck_assert_uint_eq(name.len, 255);
    CK_STR(dns_name_text(&a, &name, true), arena_printf(&a, "%s.%s.%s.%s.", l63, l63, l63, l61));
    CK_FAILS(dns_name_parse(str_printf(&a, "%s.%s.%s.b%s.", l63, l63, l63, l61), NULL, &name, &e), INVALID,
        "name-too-long", "255");
    CK_FAILS(dns_name_parse(str_printf(&a, "%s.%s.%s.%s", l63, l63, l63, l61), &origin, &name, &e), INVALID,
        "name-too-long", "259");
}
END_TEST

START_TEST(a_name_of_127_labels_is_whole)
{
    struct dns_name name = dns_name_root, other;

    for (int i = 0; i < 127; i++)
        CK_OK(dns_name_prepend(STR("x"), &name, &name, &e));
    ck_assert_uint_eq(name.len, 255);
    ck_assert_uint_eq(name.labels, 127);
    CK_FAILS(dns_name_prepend(STR("x"), &name, &other, &e), INVALID, "name-too-long", "257");
    ck_assert(!dns_name_wildcard(&name, &other));
    CK_OK(dns_name_parse(dns_name_text(&a, &name, false), NULL, &other, &e));
    ck_assert(dns_name_equal(&name, &other));
    ck_assert_int_eq(dns_name_compare(&name, &other), 0);
    ck_assert_uint_eq(dns_name_common(&name, &other), 127);
}
END_TEST

START_TEST(the_longest_text_is_read_and_fits_its_constant)
{
    struct dns_name name = dns_name_root, back;
    struct str text;
    char zeros[63] = {0};

    CK_OK(dns_name_prepend(str_n(zeros, 61), &name, &name, &e));
    for (int i = 0; i < 3; i++)
        CK_OK(dns_name_prepend(str_n(zeros, 63), &name, &name, &e));
    text = dns_name_text(&a, &name, true);
    ck_assert_uint_eq(text.n, DNS_NAME_TEXT_MAX);
    CK_OK(dns_name_parse(text, NULL, &back, &e));
    ck_assert(dns_name_equal(&name, &back));
}
END_TEST

START_TEST(canonical_order_is_that_of_rfc_4034)
{
    static const char *const order[] = {"example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE",
        "z.example", "\\001.z.example", "*.z.example", "\\200.z.example"};

    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        for (size_t k = 0; k < ARRAY_LEN(order); k++) {
            struct dns_name x = parse(order[i]), y = parse(order[k]);
            int d = dns_name_compare(&x, &y);
            ck_assert_msg((i < k) == (d < 0) && (i == k) == (d == 0), "%s against %s: %d", order[i], order[k], d);
        }
}
END_TEST

START_TEST(case_is_kept_but_does_not_count)
{
    struct dns_name x = parse("WwW.eXample.TEST"), y = parse("www.example.test");
    struct dns_hash_key key = {{1, 2}}, other = {{1, 3}};

    ck_assert(dns_name_equal(&x, &y));
    ck_assert_int_eq(dns_name_compare(&x, &y), 0);
    ck_assert_uint_eq(dns_name_hash(&key, x.wire, x.len), dns_name_hash(&key, y.wire, y.len));
    ck_assert_uint_ne(dns_name_hash(&key, x.wire, x.len), dns_name_hash(&other, x.wire, x.len));
    CK_STR(dns_name_text(&a, &x, false), "WwW.eXample.TEST");
    dns_name_lower(&x);
    CK_STR(dns_name_text(&a, &x, false), "www.example.test");
    x = parse("\\064\\091\\192\\219");
    dns_name_lower(&x);
    ck_assert_mem_eq(x.wire, "\4\x40\x5b\xc0\xdb", 6);
}
END_TEST

/* The reference vector of SipHash-1-3: key 00..0f, message 00..3e (as the Rust standard library publishes it). */
START_TEST(the_hash_is_siphash_1_3)
{
    static const struct {
        size_t n;
        uint64_t hash;
    } vectors[] = {{0, UINT64_C(0xabac0158050fc4dc)}, {1, UINT64_C(0xc9f49bf37d57ca93)},
        {7, UINT64_C(0xd3927d989bb11140)}, {8, UINT64_C(0x369095118d299a8e)}};
    struct dns_hash_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
    uint8_t in[64];

    for (size_t i = 0; i < sizeof(in); i++)
        in[i] = (uint8_t)i;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
        ck_assert_uint_eq(dns_name_hash(&key, in, vectors[i].n), vectors[i].hash);
}
END_TEST

START_TEST(lowering_eight_at_a_time_is_lowering_each)
{
    uint8_t in[256 + 13], out[sizeof(in)];

    for (size_t i = 0; i < sizeof(in); i++)
        in[i] = (uint8_t)i;
    for (size_t shift = 0; shift < 8; shift++) {
        dns_wire_lower(out, in + shift, sizeof(in) - shift);
        for (size_t i = 0; i < sizeof(in) - shift; i++)
            ck_assert_uint_eq(out[i], (uint8_t)ascii_lower((char)in[i + shift]));
    }
}
END_TEST

START_TEST(a_subdomain_is_the_name_itself_or_below)
{
    struct dns_name zone = parse("Example.test"), www = parse("www.example.TEST"), other = parse("wwwexample.test"),
                    tricky = parse("x\\007example\\004test");

    ck_assert(dns_name_is_subdomain(&zone, &zone));
    ck_assert(dns_name_is_subdomain(&www, &zone));
    ck_assert(!dns_name_is_subdomain(&zone, &www));
    ck_assert(!dns_name_is_subdomain(&other, &zone));
    ck_assert(!dns_name_is_subdomain(&tricky, &zone));
    ck_assert(dns_name_is_subdomain(&www, &dns_name_root));
    ck_assert_uint_eq(dns_name_common(&www, &zone), 2);
    ck_assert_uint_eq(dns_name_common(&other, &zone), 1);
}
END_TEST

START_TEST(labels_come_off_and_go_on)
{
    struct dns_name name = parse("*.b.c"), out;

    CK_STR(dns_name_label(&name, 0), "*");
    CK_STR(dns_name_label(&name, 2), "c");
    ck_assert(dns_name_is_wildcard(&name));
    dns_name_strip(&name, 0, &out);
    ck_assert(dns_name_equal(&name, &out));
    ck_assert(dns_name_parent(&name, &name));
    CK_STR(dns_name_text(&a, &name, false), "b.c");
    ck_assert(!dns_name_is_wildcard(&name));
    ck_assert(dns_name_wildcard(&name, &out));
    CK_STR(dns_name_text(&a, &out, false), "*.b.c");
    dns_name_strip(&name, 2, &name);
    ck_assert(dns_name_is_root(&name));
    ck_assert(!dns_name_parent(&name, &out));
    CK_FAILS(dns_name_prepend(STR(""), &name, &out, &e), INVALID, "empty-label", "empty");
    CK_FAILS(dns_name_prepend(str_of(repeat('a', 64)), &name, &out, &e), INVALID, "label-too-long", "64");
    name = parse("**.c");
    ck_assert(!dns_name_is_wildcard(&name));
}
END_TEST

START_TEST(relative_text_is_what_a_master_file_shows)
{
    struct dns_name origin = parse("example.test"), www = parse("www.Example.test"), out = parse("example.org");
    struct buf b;

    buf_in(&b, &a, 4096);
    dns_name_write_relative(&b, &origin, &origin);
    buf_putc(&b, ' ');
    dns_name_write_relative(&b, &www, &origin);
    buf_putc(&b, ' ');
    dns_name_write_relative(&b, &out, &origin);
    buf_putc(&b, ' ');
    dns_name_write_relative(&b, &out, &dns_name_root);
    CK_STR(buf_view(&b), "@ www example.org. example.org.");
}
END_TEST

START_TEST(host_names_are_letters_digits_and_hyphens)
{
    static const char *const good[] = {"ns1.example.test", "a", "1.test", "xn--mller-kva.test", "a-b.c-d"};
    static const struct {
        const char *text, *says;
    } bad[] = {{".", "root"}, {"-a.test", "begins"}, {"a-.test", "ends"}, {"a_b.test", "(_)"}, {"*.test", "(*)"},
        {"192.0.2.1", "address"}, {"a.b\\000", "code 0"}, {"ok.b\\ d", "label 2"}};
    struct dns_name name;

    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        name = parse(good[i]);
        CK_OK(dns_name_check_host(&name, &e));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        name = parse(bad[i].text);
        CK_FAILS(dns_name_check_host(&name, &e), INVALID, "bad-host-name", bad[i].says);
    }
    CK_FAILS(dns_label_check_host(STR(""), &e), INVALID, "bad-host-name", "not 0");
}
END_TEST

static enum status from_message(const char *bytes, size_t n, size_t at, struct dns_name *name_r, size_t *end_r)
{
    *end_r = at;
    return dns_name_from_message(str_n(arena_copy(&a, bytes, n), n), end_r, name_r, &e);
}

#define MESSAGE(bytes) "............" bytes, sizeof(bytes) + 11

START_TEST(pointers_in_messages_are_followed_back)
{
    struct dns_name name;
    size_t end;

    CK_OK(from_message(MESSAGE("\1a\4test\0\1b\xc0\x0e\1c\xc0\x14"), 24, &name, &end));
    CK_STR(dns_name_text(&a, &name, true), "c.b.test.");
    ck_assert_uint_eq(end, 28);
    CK_OK(from_message(MESSAGE("\1a\4test\0"), 12, &name, &end));
    ck_assert_uint_eq(end, 20);
    CK_OK(from_message(MESSAGE("\0\xc0\x0c"), 13, &name, &end));
    ck_assert(dns_name_is_root(&name));
}
END_TEST

START_TEST(labels_of_one_name_are_put_in_front_of_another_up_to_255_bytes)
{
    struct dns_name name = dns_name_of("a.B.old.test"), onto = dns_name_of("New.example"), want, out;

    ck_assert(dns_name_join(&name, 2, &onto, &out));
    want = dns_name_of("a.B.New.example");
    ck_assert_uint_eq(out.len, want.len);
    ck_assert_uint_eq(out.labels, 4);
    ck_assert_mem_eq(out.wire, want.wire, want.len);
    ck_assert(dns_name_join(&name, 0, &onto, &out) && dns_name_equal(&out, &onto));
    ck_assert(dns_name_join(&name, 4, &dns_name_root, &out) && dns_name_equal(&out, &name));
    ck_assert(dns_name_join(&name, 1, &onto, &onto) && onto.labels == 3); /* into itself */
    name = dns_name_of("x");
    for (size_t n = 0; n < 126; n++) /* two bytes more each time: 1 + 2 * 127 is the most */
        ck_assert(dns_name_join(&dns_name_root, 0, &name, &name) && dns_name_join(&want, 1, &name, &name));
    ck_assert_uint_eq(name.len, DNS_NAME_MAX);
    out = want;
    ck_assert(!dns_name_join(&want, 1, &name, &out) && dns_name_equal(&out, &want));
}
END_TEST

START_TEST(pointers_that_lead_nowhere_are_refused)
{
    struct dns_name name;
    size_t end;

    CK_FAILS(from_message(MESSAGE("\xc0\x0c"), 12, &name, &end), PROTOCOL, "name-pointer", "must point back");
    CK_FAILS(from_message(MESSAGE("\1a\xc0\x0c"), 12, &name, &end), PROTOCOL, "name-pointer", "must point back");
    CK_FAILS(from_message(MESSAGE("\xc0\x0e\xc0\x0c"), 14, &name, &end), PROTOCOL, "name-pointer", "must point back");
    CK_FAILS(from_message(MESSAGE("\xc0\x0e\1a\0"), 12, &name, &end), PROTOCOL, "name-pointer", "must point back");
    CK_FAILS(from_message(MESSAGE("\1a\0\xc0\x03"), 15, &name, &end), PROTOCOL, "name-pointer", "header");
    CK_FAILS(from_message(MESSAGE("\1a\xc0"), 12, &name, &end), PROTOCOL, "name-truncated", "byte 14");
    CK_FAILS(from_message(MESSAGE("\5abc"), 12, &name, &end), PROTOCOL, "name-truncated", "byte 12");
    CK_FAILS(from_message(MESSAGE("\1a"), 12, &name, &end), PROTOCOL, "name-truncated", "byte 14");
    CK_FAILS(from_message(MESSAGE("\x41x\0"), 12, &name, &end), PROTOCOL, "label-type", "0x40");
    CK_FAILS(from_message(MESSAGE("\x80\0"), 12, &name, &end), PROTOCOL, "label-type", "0x80");
    CK_FAILS(from_message("", 0, 0, &name, &end), PROTOCOL, "name-truncated", "byte 0");
}
END_TEST

START_TEST(chains_of_pointers_end)
{
    char msg[2048] = {0};
    struct dns_name name;
    size_t at = 14, end;

    for (; at < 14 + 2 * 126; at += 2)
        write_u16(msg + at, (uint16_t)(0xc000 | (at == 14 ? 12 : at - 2)));
    CK_OK(from_message(msg, at, at - 2, &name, &end));
    for (; at < 14 + 2 * 200; at += 2)
        write_u16(msg + at, (uint16_t)(0xc000 | (at - 2)));
    CK_FAILS(from_message(msg, at, at - 2, &name, &end), PROTOCOL, "name-pointer", "too many");
}
END_TEST

START_TEST(names_grown_by_pointers_stop_at_255_bytes)
{
    char msg[1024] = {0};
    struct dns_name name;
    size_t at = 12, start[6], end;

    for (int i = 0; i < 5; i++) {
        start[i] = at;
        msg[at] = 49;
        memset(msg + at + 1, 'a', 49);
        at += 50;
        write_u16(msg + at, i == 0 ? 0 : (uint16_t)(0xc000 | start[i - 1]));
        at += i == 0 ? 1 : 2;
    }
    CK_OK(from_message(msg, at, start[4], &name, &end));
    ck_assert_uint_eq(name.len, 251);
    memcpy(msg + at, "\2aa", 3);
    write_u16(msg + at + 3, (uint16_t)(0xc000 | start[4]));
    CK_OK(from_message(msg, at + 5, at, &name, &end));
    ck_assert_uint_eq(name.len, 254);
    memcpy(msg + at, "\4aaaa", 5);
    write_u16(msg + at + 5, (uint16_t)(0xc000 | start[4]));
    CK_FAILS(from_message(msg, at + 7, at, &name, &end), PROTOCOL, "name-too-long", "255");
}
END_TEST

START_TEST(random_names_survive_every_form)
{
    uint64_t state = 42;

    for (int i = 0; i < 5000; i++) {
        struct dns_name name = random_name(&state), back;
        size_t at = 0;

        CK_OK(dns_name_parse(dns_name_text(&a, &name, i % 2 == 0), NULL, &back, &e));
        ck_assert_uint_eq(name.len, back.len);
        ck_assert_mem_eq(name.wire, back.wire, name.len);
        ck_assert_uint_eq(dns_name_from_wire(name.wire, name.len, &back), name.len);
        ck_assert_uint_eq(back.labels, name.labels);
        CK_OK(dns_name_from_message(dns_name_wire(&name), &at, &back, &e));
        ck_assert(dns_name_equal(&name, &back) && at == name.len);
        for (size_t cut = 0; cut < name.len; cut++)
            ck_assert_uint_eq(dns_name_from_wire(name.wire, cut, &back), 0);
        arena_reset(&a);
    }
}
END_TEST

START_TEST(order_equality_and_ancestry_agree_on_random_names)
{
    uint64_t state = 7;

    for (int i = 0; i < 20000; i++) {
        struct dns_name x = random_name(&state), y = random_name(&state), up;
        int xy = dns_name_compare(&x, &y), yx = dns_name_compare(&y, &x);

        ck_assert_int_eq((xy > 0) - (xy < 0), (yx < 0) - (yx > 0));
        ck_assert_int_eq(xy == 0, dns_name_equal(&x, &y));
        ck_assert(dns_name_is_subdomain(&x, &y) == (dns_name_common(&x, &y) == y.labels));
        if (dns_name_parent(&x, &up)) {
            ck_assert(dns_name_is_subdomain(&x, &up) && !dns_name_is_subdomain(&up, &x));
            ck_assert_int_gt(dns_name_compare(&x, &up), 0);
        }
    }
}
END_TEST

TESTS_MAIN("dns/name", text_becomes_wire_and_text_again, escapes_are_read_and_written, relative_names_take_the_origin,
    what_is_no_name_is_refused_with_its_place, labels_end_at_63_and_names_at_255_bytes, a_name_of_127_labels_is_whole,
    the_longest_text_is_read_and_fits_its_constant, canonical_order_is_that_of_rfc_4034,
    case_is_kept_but_does_not_count, the_hash_is_siphash_1_3, lowering_eight_at_a_time_is_lowering_each,
    a_subdomain_is_the_name_itself_or_below, labels_come_off_and_go_on, relative_text_is_what_a_master_file_shows,
    host_names_are_letters_digits_and_hyphens, pointers_in_messages_are_followed_back,
    pointers_that_lead_nowhere_are_refused, chains_of_pointers_end,
    labels_of_one_name_are_put_in_front_of_another_up_to_255_bytes, names_grown_by_pointers_stop_at_255_bytes,
    random_names_survive_every_form, order_equality_and_ancestry_agree_on_random_names)
