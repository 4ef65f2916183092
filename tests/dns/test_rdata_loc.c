/* LOC (RFC 1876). */
#include "tests/dns/rdata_test.h"

START_TEST(positions_are_written_whole)
{
    static const struct rdata_sample rows[] = {
        {DNS_LOC, "52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m", NULL},
        {DNS_LOC, "52 N 4 E 0", "52 0 0.000 N 4 0 0.000 E 0.00m 1m 10000m 10m"},
        {DNS_LOC, "52 22 N 4 E 0 0 0m 0.00m", "52 22 0.000 N 4 0 0.000 E 0.00m 0m 0m 0m"},
        {DNS_LOC, "0 0 0.001 S 0 0 0.01 W 1.5 0.05 20m 90000000m", "0 0 0.001 S 0 0 0.010 W 1.50m 0.05m 20m 90000000m"},
        {DNS_LOC, "90 S 180 W -100000m", "90 0 0.000 S 180 0 0.000 W -100000.00m 1m 10000m 10m"},
        {DNS_LOC, "90 N 180 E 42849672.95m", "90 0 0.000 N 180 0 0.000 E 42849672.95m 1m 10000m 10m"},
        {DNS_LOC, "0 N 0 E -0.01m 15m 0.19m", "0 0 0.000 N 0 0 0.000 E -0.01m 10m 0.10m 10m"},
    };

    samples_hold(rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(mistakes_name_the_part)
{
    static const struct rdata_mistake rows[] = {
        {DNS_LOC, "", "rdata-missing", "LOC position: this field is missing"},
        {DNS_LOC, "91 N 0 E 0", "rdata-location", "LOC latitude: 91 is over 90"},
        {DNS_LOC, "x N 0 E 0", "rdata-location", "LOC latitude: \"x\" is not a number of degrees"},
        {DNS_LOC, "-1 N 0 E 0", "rdata-location", "LOC latitude: \"-1\""},
        {DNS_LOC, "90 0 0.001 N 0 E 0", "rdata-location", "LOC latitude: more than 90 degrees"},
        {DNS_LOC, "0 60 N 0 E 0", "rdata-location", "LOC latitude: \"60\" is not a number of minutes to 59"},
        {DNS_LOC, "0 0 60 N 0 E 0", "rdata-location", "LOC latitude: \"60\" is not a number of seconds to 59.999"},
        {DNS_LOC, "0 0 0.0001 N 0 E 0", "rdata-location", "three places"},
        {DNS_LOC, "0 0 0 0 N 0 E 0", "rdata-location", "LOC latitude: N or S is missing"},
        {DNS_LOC, "0 n 0 E 0", "rdata-location", "LOC latitude: N or S is missing"},
        {DNS_LOC, "0", "rdata-location", "LOC latitude: N or S is missing"},
        {DNS_LOC, "0 N", "rdata-location", "LOC longitude: \"\" is not a number of degrees"},
        {DNS_LOC, "0 N 181 E 0", "rdata-location", "LOC longitude: 181 is over 180"},
        {DNS_LOC, "0 N 0 N 0", "rdata-location", "LOC longitude: E or W is missing"},
        {DNS_LOC, "0 N 0 E", "rdata-location", "LOC altitude: \"\" is not a number of metres"},
        {DNS_LOC, "0 N 0 E -100000.01m", "rdata-location", "LOC altitude: \"-100000.01m\""},
        {DNS_LOC, "0 N 0 E 42849672.96m", "rdata-location", "LOC altitude"},
        {DNS_LOC, "0 N 0 E 99999999999999999999999m", "rdata-location", "LOC altitude"},
        {DNS_LOC, "0 N 0 E 0 90000000.01m", "rdata-location", "LOC size: \"90000000.01m\" is not a number of metres"},
        {DNS_LOC, "0 N 0 E 0 1 x", "rdata-location", "LOC horizontal precision: \"x\""},
        {DNS_LOC, "0 N 0 E 0 1 1 -1", "rdata-location", "LOC vertical precision: \"-1\""},
        {DNS_LOC, "0 N 0 E 0 1 1 1 1", "rdata-extra", "LOC: \"1\" is more"},
    };

    mistakes_are_named(rows, ARRAY_LEN(rows));
}
END_TEST

#define ZERO "\x80\0\0\0"

START_TEST(malformed_wire_is_found)
{
    static const struct str bad[] = {
        {"", 0},
        {"\0\x12\x16\x13" ZERO ZERO "\0\0\0", 15},
        {"\0\x12\x16\x13" ZERO ZERO ZERO "\0", 17},
        {"\0\x02\x16\x13" ZERO ZERO ZERO, 16},
        {"\0\x12\x1a\x13" ZERO ZERO ZERO, 16},
        {"\0\x12\x16\xa3" ZERO ZERO ZERO, 16},
        {"\0\x12\x16\x13\x93\x4f\xd9\x01" ZERO ZERO, 16},
        {"\0\x12\x16\x13\x6c\xb0\x26\xff" ZERO ZERO, 16},
        {"\0\x12\x16\x13" ZERO "\xa6\x9f\xb2\x01" ZERO, 16},
        {"\0\x12\x16\x13" ZERO "\x59\x60\x4d\xff" ZERO, 16},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(dns_rdata_check(DNS_LOC, bad[i], &e), INVALID, "rdata-malformed", "LOC");
    CK_OK(dns_rdata_check(DNS_LOC, str_n("\0\0\0\0\x6c\xb0\x27\0\x59\x60\x4e\0" ZERO, 16), &e));
}
END_TEST

START_TEST(another_version_is_kept_as_it_is)
{
    struct str rdata = rdata_of(DNS_LOC, "\\# 3 010203");

    CK_STR(dns_rdata_text(&a, DNS_LOC, rdata), "\\# 3 010203");
}
END_TEST

TESTS_MAIN("dns/rdata_loc", positions_are_written_whole, mistakes_name_the_part, malformed_wire_is_found,
    another_version_is_kept_as_it_is)
