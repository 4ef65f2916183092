#include "dns/master.h"
#include "tests/dns/random_rdata.h"

static struct dns_name zone;
static struct dns_rrset *sets;
static size_t sets_n;

static enum status read_with(const char *text, struct dns_master_options options)
{
    zone = dns_name_of("example.test");
    options.origin = &zone;
    return dns_master_read(&a, str_of(text), &options, &sets, &sets_n, &e);
}

static enum status read_text(const char *text)
{
    return read_with(text, (struct dns_master_options){.default_ttl = 3600});
}

static struct str written(void)
{
    struct buf b;

    buf_in(&b, &a, 1 << 20);
    dns_master_write(&b, &zone, sets, sets_n);
    ck_assert(!buf_over(&b));
    return buf_view(&b);
}

START_TEST(what_people_write_is_understood)
{
    CK_OK(read_text("\xef\xbb\xbf; a zone as people write it\r\n"
                    "$TTL 1h ; default\r\n"
                    "@ IN SOA ns1 hostmaster (\r\n"
                    "     2026112201 ; serial\r\n"
                    "     2h 15m\t2w 300 )\r\n"
                    "\r\n"
                    "  NS ns1\n"
                    "  IN NS ns2.example.test.\n"
                    "  300 IN MX 10 mail\n"
                    "ns1 IN 1d A 192.0.2.1\n"
                    "    1d IN AAAA 2001:db8::1\n"
                    "ns2 A 192.0.2.2\n"
                    "txt TXT \"semi ; colon\" two ; gone\n"
                    "$ORIGIN sub.example.test.\n"
                    "www cname @\n"
                    "\\@x TYPE4711 \\# 2 abcd\n"
                    "$ORIGIN test.\n"
                    "*.example A (\n192.0.2.9\n)"));
    CK_STR(written(), "$ORIGIN example.test.\n"
                      "$TTL 3600\n"
                      "@\t3600\tIN\tSOA\tns1.example.test. hostmaster.example.test. 2026112201 7200 900 1209600 300\n"
                      "@\t3600\tIN\tNS\tns1.example.test.\n"
                      "@\t3600\tIN\tNS\tns2.example.test.\n"
                      "@\t300\tIN\tMX\t10 mail.example.test.\n"
                      "*\t3600\tIN\tA\t192.0.2.9\n"
                      "ns1\t86400\tIN\tA\t192.0.2.1\n"
                      "ns1\t86400\tIN\tAAAA\t2001:db8::1\n"
                      "ns2\t3600\tIN\tA\t192.0.2.2\n"
                      "\\@x.sub\t3600\tIN\tTYPE4711\t\\# 2 ABCD\n"
                      "www.sub\t3600\tIN\tCNAME\tsub.example.test.\n"
                      "txt\t3600\tIN\tTXT\t\"semi ; colon\" \"two\"\n");
}
END_TEST

START_TEST(ttls_come_from_where_the_rfcs_say)
{
    CK_OK(read_with("a 60 A 192.0.2.1\nb A 192.0.2.1\n$TTL 70\nc A 192.0.2.1\nd 80 A 192.0.2.1\ne A 192.0.2.1\n",
        (struct dns_master_options){0}));
    ck_assert_uint_eq(sets[1].ttl, 60);
    ck_assert_uint_eq(sets[2].ttl, 70);
    ck_assert_uint_eq(sets[3].ttl, 80);
    ck_assert_uint_eq(sets[4].ttl, 70);
    CK_OK(read_with("@ SOA a b 1 2 3 4 99\na A 192.0.2.1\n", (struct dns_master_options){0}));
    ck_assert_uint_eq(sets[0].ttl, 99);
    ck_assert_uint_eq(sets[1].ttl, 99);
    CK_FAILS(read_with("a A 192.0.2.1", (struct dns_master_options){0}), INVALID, "master-ttl",
        "line 1: the record has no TTL");
}
END_TEST

START_TEST(errors_name_the_line)
{
    static const struct {
        const char *text, *code, *says;
    } bad[] = {
        {"\n\na MX 70000 b\n", "rdata-number", "line 3: MX preference: 70000 is over 65535"},
        {"a A 192.0.2.1\nb FOO x\n", "master-type", "line 2: \"FOO\""},
        {"a 60\n", "master-syntax", "line 1: the record has no type"},
        {"a \"A\" x\n", "master-type", "line 1"},
        {"\"a\" A 192.0.2.1\n", "master-syntax", "quoted"},
        {" A 192.0.2.1\n", "master-syntax", "first record"},
        {"a CH A 192.0.2.1\n", "master-class", "CH"},
        {"a IN IN A 192.0.2.1\n", "master-type", "\"IN\""},
        {"a 60 60 A 192.0.2.1\n", "master-type", "\"60\""},
        {"a 99999999999 A 192.0.2.1\n", "master-ttl", "2147483647"},
        {"a.example.org. A 192.0.2.1\n", "master-out-of-zone", "a.example.org. is not in the zone example.test."},
        {"$ORIGIN org.\na A 192.0.2.1\n", "master-out-of-zone", "line 2"},
        {"$INCLUDE /etc/passwd\n", "master-include", "$INCLUDE is not accepted"},
        {"$FOO\n", "master-directive", "$FOO is not known"},
        {"$TTL\n", "master-directive", "$TTL takes"},
        {"$TTL x\n", "master-directive", "$TTL takes"},
        {"$ORIGIN\n", "master-directive", "$ORIGIN takes"},
        {"$ORIGIN a..b\n", "empty-label", "line 1"},
        {"a ANY x\n", "master-type", "ANY cannot be given"},
        {"a RRSIG x\n", "master-type", "RRSIG cannot be given"},
        {"a A (192.0.2.1\n", "open-paren", "not closed"},
        {"a A 192.0.2.1 )\n", "stray-paren", "without"},
        {"a A ((192.0.2.1\n", "stray-paren", "nested"},
        {"a TXT \"open\n", "open-quote", "line 1"},
        {"a TXT x\001y\n", "bad-character", "code 1"},
        {"a A 192.0.2.1\nb A 192.0.2.1\na 60 A 192.0.2.2\n", "master-ttl-mismatch",
            "line 3: the TTL 60 differs from 3600"},
        {"a CNAME b\na CNAME c\n", "rrset-singleton", "line 2"},
        {"a..b A 192.0.2.1\n", "empty-label", "line 1"},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(read_text(bad[i].text), INVALID, bad[i].code, bad[i].says);
}
END_TEST

START_TEST(the_same_record_twice_is_one)
{
    CK_OK(read_text("a A 192.0.2.1\nA A 192.0.2.1\na A 192.0.2.2\n"));
    ck_assert_uint_eq(sets_n, 1);
    ck_assert_uint_eq(sets[0].n, 2);
}
END_TEST

START_TEST(an_empty_file_is_an_empty_zone)
{
    CK_OK(read_text(""));
    ck_assert_uint_eq(sets_n, 0);
    CK_OK(read_text("\n ; nothing\n\t\n$TTL 5"));
    ck_assert_uint_eq(sets_n, 0);
    CK_STR(written(), "$ORIGIN example.test.\n$TTL 3600\n");
}
END_TEST

START_TEST(sizes_and_counts_are_bounded)
{
    struct buf b;

    CK_FAILS(read_with("a 1 A 192.0.2.1\n", (struct dns_master_options){.bytes_max = 15}), INVALID, "master-too-large",
        "16 bytes");
    CK_FAILS(read_with("a 1 A 192.0.2.1\na 1 A 192.0.2.2\n", (struct dns_master_options){.records_max = 1}), INVALID,
        "master-too-many", "line 2: more than 1 records");
    buf_in(&b, &a, 1 << 20);
    buf_puts(&b, "a TXT (");
    for (int i = 0; i < DNS_ENTRY_TOKENS_MAX; i++)
        buf_puts(&b, " x");
    buf_puts(&b, ")");
    CK_FAILS(read_text(b.p), INVALID, "too-many-tokens", "2048");
    buf_reset(&b);
    buf_puts(&b, "a TXT ");
    for (int i = 0; i <= DNS_TOKEN_MAX; i++)
        buf_putc(&b, 'x');
    CK_FAILS(read_text(b.p), INVALID, "token-too-long", "65537");
}
END_TEST

START_TEST(random_zones_survive_writing_and_reading)
{
    uint64_t state = 31;
    static const uint16_t types[] = {
        DNS_A, DNS_NS, DNS_MX, DNS_TXT, DNS_SRV, DNS_CAA, DNS_DS, DNS_SOA, DNS_CNAME, 4711};

    for (int i = 0; i < 100; i++) {
        struct dns_rrset made[20], *before = made;
        size_t n = 0, want = random_below(&state, 20);
        struct str text;

        zone = i % 5 == 0 ? dns_name_root : dns_name_of("example.test");
        while (n < want) {
            struct dns_name owner = zone;

            for (unsigned k = random_below(&state, 3); k > 0; k--) {
                char label[3] = {(char)random_below(&state, 256), 'x', (char)random_below(&state, 256)};
                CK_OK(dns_name_prepend(str_n(label, 1 + random_below(&state, 3)), &owner, &owner, &e));
            }
            dns_rrset_init(
                &made[n], &owner, types[random_below(&state, ARRAY_LEN(types))], random_below(&state, 90000));
            for (size_t k = 0; k < n; k++)
                if (dns_rrset_compare(&made[k], &made[n]) == 0)
                    goto again;
            CK_OK(dns_rrset_add(&a, &made[n], random_rdata(&state, made[n].type), &e));
            n++;
        again:;
        }
        sets = before;
        sets_n = n;
        text = written();
        CK_OK(dns_master_read(&a, text, &(struct dns_master_options){.origin = &zone}, &sets, &sets_n, &e));
        ck_assert_uint_eq(sets_n, n);
        for (size_t k = 0; k < n; k++)
            ck_assert(dns_rrset_equal(&before[k], &sets[k]));
        ck_assert(str_eq(written(), text));
        arena_reset(&a);
    }
}
END_TEST

static enum status stop_at_second(void *ctx, const struct dns_master_record *r, struct error *err)
{
    unsigned *calls = ctx;

    (void)r;
    return ++*calls == 2 ? error_set(err, CONFLICT, "stop", "enough") : OK;
}

START_TEST(the_caller_can_stop_the_scan)
{
    unsigned calls = 0;

    zone = dns_name_of("example.test");
    CK_FAILS(dns_master_scan(&a, STR("a 1 A 192.0.2.1\nb 1 A 192.0.2.1\nc 1 A 192.0.2.1\n"),
                 &(struct dns_master_options){.origin = &zone}, stop_at_second, &calls, &e),
        CONFLICT, "stop", "line 2: enough");
    ck_assert_uint_eq(calls, 2);
}
END_TEST

TESTS_MAIN("dns/master", what_people_write_is_understood, ttls_come_from_where_the_rfcs_say, errors_name_the_line,
    the_same_record_twice_is_one, an_empty_file_is_an_empty_zone, sizes_and_counts_are_bounded,
    random_zones_survive_writing_and_reading, the_caller_can_stop_the_scan)
