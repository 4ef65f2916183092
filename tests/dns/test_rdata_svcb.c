/* SVCB and HTTPS (RFC 9460, RFC 9461, RFC 9540). */
#include "tests/dns/rdata_test.h"

START_TEST(parameters_are_written_in_the_order_of_their_keys)
{
    static const struct rdata_sample rows[] = {
        {DNS_SVCB, "1 svc.example.", NULL},
        {DNS_SVCB, "0 svc.example.", NULL},
        {DNS_HTTPS, "1 . port=443 alpn=h2,h3", "1 . alpn=\"h2,h3\" port=443"},
        {DNS_HTTPS, "1 . ipv6hint=2001:DB8::1,2001:db8:0:0::2 ipv4hint=192.0.2.1,192.0.2.2",
            "1 . ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1,2001:db8::2"},
        {DNS_HTTPS, "1 . no-default-alpn alpn=\"h3\"", "1 . alpn=\"h3\" no-default-alpn"},
        {DNS_SVCB, "1 . mandatory=port,key667,alpn key667 port=1 alpn=x",
            "1 . mandatory=alpn,port,key667 alpn=\"x\" port=1 key667"},
        {DNS_HTTPS, "1 . ech=\"AEP+DQA/\"", "1 . ech=AEP+DQA/"},
        {DNS_SVCB, "1 . ohttp dohpath=/dns-query{?dns}", "1 . dohpath=\"/dns-query{?dns}\" ohttp"},
        {DNS_SVCB, "1 . key667=\"a b\\\"\\000\"", NULL},
        {DNS_SVCB, "1 . key1=\"\\002h2\"", "1 . alpn=\"h2\""},
        {DNS_SVCB, "1 . key65535=x", "1 . key65535=\"x\""},
        {DNS_SVCB, "0 . port=1", NULL},
    };

    samples_hold(rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(commas_and_backslashes_in_protocols_are_escaped_twice)
{
    static const char *const same[] = {"1 . alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "1 . alpn=f\\\\\\092oo\\092,bar,h2",
        "1 . alpn=\"f\\\\\\\\oo\\092,bar,h2\""};

    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        struct str rdata = rdata_of(DNS_SVCB, same[i]);

        ck_assert(str_eq(rdata, STR("\0\1\0\0\1\0\14\10f\\oo,bar\2h2")));
        CK_STR(dns_rdata_text(&a, DNS_SVCB, rdata), same[0]);
    }
}
END_TEST

START_TEST(mistakes_name_the_key)
{
    static const struct rdata_mistake rows[] = {
        {DNS_SVCB, "65536 .", "rdata-number", "SVCB priority: 65536 is over 65535"},
        {DNS_SVCB, "1", "rdata-missing", "SVCB target"},
        {DNS_HTTPS, "1 . nosuch=1", "rdata-param", "HTTPS parameters: \"nosuch\" is not a known key"},
        {DNS_HTTPS, "1 . PORT=1", "rdata-param", "\"PORT\" is not a known key"},
        {DNS_HTTPS, "1 . key0667=x", "rdata-param", "\"key0667\" is not"},
        {DNS_HTTPS, "1 . key65536=x", "rdata-param", "\"key65536\" is not"},
        {DNS_HTTPS, "1 . =1", "rdata-param", "\"\" is not a known key"},
        {DNS_HTTPS, "1 . \"port=1\"", "rdata-param", "\"port=1\" stands where a key must"},
        {DNS_HTTPS, "1 . alpn= \"h2\"", "rdata-param", "HTTPS alpn: a protocol has 1 to 255 bytes"},
        {DNS_HTTPS, "1 . port=\"1\"x", "rdata-param", "\"x\" stands where"},
        {DNS_HTTPS, "1 . port=1\"2\"", "rdata-param", "\"2\" stands where"},
        {DNS_HTTPS, "1 . alpn=h2 alpn=h3", "rdata-param", "HTTPS alpn: it is given twice"},
        {DNS_HTTPS, "1 . key1=\"\\002h2\" alpn=h2", "rdata-param", "HTTPS alpn: it is given twice"},
        {DNS_HTTPS, "1 . alpn=h2,,h3", "rdata-param", "HTTPS alpn: a protocol"},
        {DNS_HTTPS, "1 . alpn", "rdata-param", "HTTPS alpn: a protocol"},
        {DNS_HTTPS, "1 . alpn=\\999", "bad-escape", "HTTPS alpn"},
        {DNS_HTTPS, "1 . port=65536", "rdata-number", "HTTPS port: 65536 is over 65535"},
        {DNS_HTTPS, "1 . port", "rdata-number", "HTTPS port"},
        {DNS_HTTPS, "1 . no-default-alpn=x alpn=h2", "rdata-param", "HTTPS no-default-alpn: it has no value"},
        {DNS_HTTPS, "1 . no-default-alpn", "rdata-param", "HTTPS no-default-alpn: it needs alpn"},
        {DNS_HTTPS, "1 . ohttp=x", "rdata-param", "HTTPS ohttp: it has no value"},
        {DNS_HTTPS, "1 . ipv4hint=x", "rdata-address", "HTTPS ipv4hint: \"x\" is not an IPv4 address"},
        {DNS_HTTPS, "1 . ipv4hint=192.0.2.1,", "rdata-address", "HTTPS ipv4hint: \"\" is not"},
        {DNS_HTTPS, "1 . ipv6hint=192.0.2.1", "rdata-address", "HTTPS ipv6hint: \"192.0.2.1\" is not an IPv6"},
        {DNS_HTTPS, "1 . ech=AEP", "rdata-base64", "HTTPS ech: \"AEP\" is not base64"},
        {DNS_HTTPS, "1 . ech", "rdata-base64", "HTTPS ech"},
        {DNS_SVCB, "1 . dohpath=/q", "rdata-param", "SVCB dohpath: it is not a path with the variable dns"},
        {DNS_SVCB, "1 . dohpath=/{?dnsx}", "rdata-param", "SVCB dohpath"},
        {DNS_SVCB, "1 . dohpath=/\\255{?dns}", "rdata-param", "SVCB dohpath"},
        {DNS_HTTPS, "1 . mandatory=mandatory", "rdata-param", "HTTPS mandatory: it cannot name itself"},
        {DNS_HTTPS, "1 . mandatory=key0", "rdata-param", "HTTPS mandatory: it cannot name itself"},
        {DNS_HTTPS, "1 . mandatory=port,port port=1", "rdata-param", "HTTPS mandatory: a key is listed twice"},
        {DNS_HTTPS, "1 . mandatory=nosuch", "rdata-param", "HTTPS mandatory: \"nosuch\" is not a key"},
        {DNS_HTTPS, "1 . mandatory", "rdata-param", "HTTPS mandatory: \"\" is not a key"},
        {DNS_HTTPS, "1 . mandatory=port", "rdata-param", "HTTPS mandatory: it names port, which is not there"},
        {DNS_HTTPS, "1 . mandatory=key667", "rdata-param", "HTTPS mandatory: it names key667, which"},
        {DNS_HTTPS, "1 . key3=\"\\000\"", "rdata-param", "HTTPS key3: the value is malformed"},
    };

    mistakes_are_named(rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(long_values_are_refused_not_cut)
{
    struct buf b;
    struct str rdata;

    buf_in(&b, &a, (size_t)1 << 20);
    buf_puts(&b, "1 . alpn=");
    for (int i = 0; i < 255; i++)
        buf_putc(&b, 'x');
    CK_OK(dns_rdata_parse(&a, DNS_SVCB, buf_view(&b), NULL, &rdata, &e));
    buf_putc(&b, 'x');
    CK_FAILS(dns_rdata_parse(&a, DNS_SVCB, buf_view(&b), NULL, &rdata, &e), INVALID, "rdata-param", "1 to 255 bytes");
    buf_reset(&b);
    buf_puts(&b, "1 . key700=");
    for (int i = 0; i < 40000; i++)
        buf_putc(&b, 'x');
    CK_OK(dns_rdata_parse(&a, DNS_SVCB, buf_view(&b), NULL, &rdata, &e));
    buf_puts(&b, " key701=");
    for (int i = 0; i < 40000; i++)
        buf_putc(&b, 'x');
    CK_FAILS(dns_rdata_parse(&a, DNS_SVCB, buf_view(&b), NULL, &rdata, &e), INVALID, "rdata-too-long", "65535");
}
END_TEST

#define HEAD "\0\1\0"

START_TEST(malformed_wire_is_found)
{
    static const struct str bad[] = {
        {HEAD "\0\3", 5}, {HEAD "\0\3\0\2", 7}, {HEAD "\0\3\0\2\1", 8}, {HEAD "\0\3\0\2\1\1\0", 10},
        {HEAD "\0\3\0\2\1\1\0\3\0\2\1\1", 15}, {HEAD "\0\4\0\4\1\1\1\1\0\3\0\2\1\1", 17}, {HEAD "\0\1\0\0", 7},
        {HEAD "\0\1\0\1\0", 8}, {HEAD "\0\1\0\2\2h", 9}, {HEAD "\0\2\0\1x", 8}, {HEAD "\0\3\0\1x", 8},
        {HEAD "\0\4\0\0", 7}, {HEAD "\0\4\0\3abc", 10}, {HEAD "\0\5\0\0", 7}, {HEAD "\0\6\0\4abcd", 11},
        {HEAD "\0\7\0\2/q", 9}, {HEAD "\0\10\0\1x", 8}, {HEAD "\0\0\0\0", 7}, {HEAD "\0\0\0\1\0", 8},
        {HEAD "\0\0\0\2\0\0", 9}, {HEAD "\0\0\0\4\0\4\0\3\0\3\0\1x\0\4\0\4abcd", 24},
        {"\0\1\xc0\0", 4}, /* a compressed target */
    };
    struct str rdata;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_msg(dns_rdata_check(DNS_HTTPS, bad[i], &e) == INVALID, "%zu", i);
        ck_assert_str_eq(e.code, "rdata-malformed");
        ck_assert_int_eq(dns_rdata_from_message(&a, DNS_HTTPS, bad[i], 0, bad[i].n, &rdata, &e), PROTOCOL);
    }
}
END_TEST

/* What others serve may be read although a zone here could not have it. */
START_TEST(rules_between_parameters_are_for_zones_only)
{
    struct str alone = str_n(HEAD "\0\2\0\0", 7), missing = str_n(HEAD "\0\0\0\2\0\3", 9), rdata;

    CK_FAILS(dns_rdata_check(DNS_HTTPS, alone, &e), INVALID, "rdata-param", "HTTPS no-default-alpn");
    CK_FAILS(dns_rdata_check(DNS_SVCB, missing, &e), INVALID, "rdata-param", "SVCB mandatory: it names port");
    CK_OK(dns_rdata_from_message(&a, DNS_HTTPS, alone, 0, alone.n, &rdata, &e));
    CK_OK(dns_rdata_from_message(&a, DNS_SVCB, missing, 0, missing.n, &rdata, &e));
    CK_STR(dns_rdata_text(&a, DNS_SVCB, rdata), "1 . mandatory=port");
}
END_TEST

TESTS_MAIN("dns/rdata_svcb", parameters_are_written_in_the_order_of_their_keys,
    commas_and_backslashes_in_protocols_are_escaped_twice, mistakes_name_the_key, long_values_are_refused_not_cut,
    malformed_wire_is_found, rules_between_parameters_are_for_zones_only)
