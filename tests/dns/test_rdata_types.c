/* The other types: how each field is read and written, which names are lowered and compressed, which rules hold. */
#include "dns/message.h"
#include "tests/dns/rdata_test.h"

#define SHA1 "123456789ABCDEF67890123456789ABCDEF67890"
#define SHA256 "123456789ABCDEF67890123456789ABCDEF67890123456789ABCDEF123456789"

START_TEST(fields_are_written_in_one_form)
{
    static const struct rdata_sample rows[] = {
        {DNS_HINFO, "INTEL \"UNIX 7\"", "\"INTEL\" \"UNIX 7\""},
        {DNS_RP, "admin.Example. .", NULL},
        {DNS_AFSDB, "1 afs.example.", NULL},
        {DNS_NAPTR, "100 10 u E2U+sip \"!^(.*)$!sip:\\\\1@x.example!i\" .",
            "100 10 \"u\" \"E2U+sip\" \"!^(.*)$!sip:\\\\1@x.example!i\" ."},
        {DNS_CERT, "PKIX 1 RSASHA256 AQ ID", "1 1 8 AQID"},
        {DNS_CERT, "oid 1 privateoid AQ==", "254 1 254 AQ=="},
        {DNS_DNAME, "Elsewhere.example.", NULL},
        {DNS_DS, "1 ED25519 SHA-1 123456789abcdef67890 123456789abcdef67890", "1 15 1 " SHA1},
        {DNS_SSHFP, "4 2 " SHA256, NULL},
        {DNS_TLSA, "3 1 1 d2 ab", "3 1 1 D2AB"},
        {DNS_OPENPGPKEY, "mQ IN BF it", "mQINBFit"},
        {DNS_SPF, "\"v=spf1 -all\"", NULL},
        {DNS_NID, "10 0014:4FFF:0:1", "10 14:4fff:0:1"},
        {DNS_L64, "10 2001:db8:1140:1000", NULL},
        {DNS_EUI48, "00-00-5E-00-53-2A", "00-00-5e-00-53-2a"},
        {DNS_EUI64, "00-00-5e-ef-10-00-00-2a", NULL},
        {DNS_URI, "10 1 \"https://www.example/a?b=\\\"c\\\"\"", NULL},
        {99, "word", "\"word\""},
        {65280, "\\# 3 AB cdEF", "\\# 3 ABCDEF"},
    };

    samples_hold(rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(mistakes_name_the_field)
{
    static const struct rdata_mistake rows[] = {
        {DNS_HINFO, "x", "rdata-missing", "HINFO os"},
        {DNS_RP, "a.", "rdata-missing", "RP text"},
        {DNS_CERT, "NOSUCH 0 0 AQID", "rdata-number", "CERT type: \"NOSUCH\" is neither a number from 0 to 65535"},
        {DNS_CERT, "65536 0 0 AQID", "rdata-number", "CERT type: 65536 is over"},
        {DNS_CERT, "PKIX 0 NOSUCH AQID", "rdata-number", "CERT algorithm: \"NOSUCH\" is neither"},
        {DNS_CERT, "PKIX 0 256 AQID", "rdata-number", "CERT algorithm: 256 is over 255"},
        {DNS_CERT, "PKIX 0 0 A*==", "rdata-base64", "CERT certificate: \"A*==\" is not base64"},
        {DNS_CERT, "PKIX 0 0 AQI", "rdata-base64", "ends inside a group of four"},
        {DNS_CERT, "PKIX 0 0 AR==", "rdata-base64", "is not base64"},
        {DNS_CERT, "PKIX 0 0 \"\"", "rdata-base64", "empty"},
        {DNS_DS, "1 13 SHA-9 00", "rdata-number", "DS digest-type: \"SHA-9\" is neither"},
        {DNS_DS, "1 13 2 " SHA1, "rdata-length", "DS digest: 20 bytes, and type 2 has 32"},
        {DNS_DS, "1 13 1 " SHA256, "rdata-length", "DS digest: 32 bytes, and type 1 has 20"},
        {DNS_DS, "1 13 4 " SHA256, "rdata-length", "DS digest: 32 bytes, and type 4 has 48"},
        {DNS_SSHFP, "4 2 " SHA1, "rdata-length", "SSHFP fingerprint: 20 bytes, and type 2 has 32"},
        {DNS_SSHFP, "4 1 " SHA256, "rdata-length", "SSHFP fingerprint: 32 bytes, and type 1 has 20"},
        {DNS_TLSA, "3 1 1", "rdata-missing", "TLSA data"},
        {DNS_TLSA, "3 256 1 00", "rdata-number", "TLSA selector: 256 is over 255"},
        {DNS_SMIMEA, "3 1 256 00", "rdata-number", "SMIMEA matching-type"},
        {DNS_OPENPGPKEY, "", "rdata-missing", "OPENPGPKEY key"},
        {DNS_NID, "10 1:2:3", "rdata-address", "NID node: \"1:2:3\" is not four groups of hexadecimal"},
        {DNS_NID, "10 1:2:3:4:5", "rdata-address", "NID node"},
        {DNS_NID, "10 1:2:3:12345", "rdata-address", "NID node"},
        {DNS_NID, "10 1:2:3:g", "rdata-address", "NID node"},
        {DNS_NID, "10 1:2::3", "rdata-address", "NID node"},
        {DNS_EUI48, "00:00:5e:00:53:2a", "rdata-address", "EUI48 address: \"00:00:5e:00:53:2a\" is not an address"},
        {DNS_EUI48, "00-00-5e-00-53-2", "rdata-address", "EUI48 address"},
        {DNS_EUI64, "00-00-5e-00-53-2a", "rdata-address", "such as 00-00-5e-ef-10-00-00-2a"},
        {DNS_URI, "10 1 \"\"", "rdata-string", "URI target: an empty URI"},
        {DNS_URI, "10 1", "rdata-missing", "URI target"},
        {DNS_NAPTR, "1 2 u s \"!a!\\\\1!\" .", "rdata-regexp", "NAPTR regexp: it must look like"},
        {DNS_NAPTR, "1 2 u s \"!a!b\" .", "rdata-regexp", "NAPTR regexp"},
        {DNS_NAPTR, "1 2 u s \"!a!b!x\" .", "rdata-regexp", "NAPTR regexp"},
        {DNS_NAPTR, "1 2 u s \"!!b!\" .", "rdata-regexp", "NAPTR regexp"},
        {DNS_NAPTR, "1 2 u s \"!\" .", "rdata-regexp", "NAPTR regexp"},
        {DNS_NAPTR, "1 2 u s \"1a1b1\" .", "rdata-regexp", "NAPTR regexp"},
        {DNS_NAPTR, "1 2 u s \"!(a\\\\)!\\\\2!\" .", "rdata-regexp", "NAPTR regexp"},
    };

    mistakes_are_named(rows, ARRAY_LEN(rows));
}
END_TEST

START_TEST(malformed_wire_names_the_field)
{
    static const struct {
        uint16_t type;
        struct str wire;
        const char *says;
    } bad[] = {
        {DNS_HINFO, {"\1x\2y", 4}, "HINFO os"},
        {DNS_CERT, {"\0\1\0\0\0", 5}, "CERT certificate"},
        {DNS_NAPTR, {"\0\1\0\1\0\0\5x\0", 9}, "NAPTR regexp"},
        {DNS_EUI48, {"12345", 5}, "EUI48 address"},
        {DNS_EUI64, {"123456789", 9}, "left behind"},
        {DNS_NID,
            {"\0\1"
             "1234567",
                9},
            "NID node"},
        {DNS_URI, {"\0\1\0\1", 4}, "URI target"},
        {DNS_LP, {"\0\1\xc0\0", 4}, "LP name"},
        {DNS_DNAME, {"\3abc", 4}, "DNAME target"},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(dns_rdata_check(bad[i].type, bad[i].wire, &e), INVALID, "rdata-malformed", bad[i].says);
}
END_TEST

/* RFC 4034 §6.2 with RFC 6840 §5.1, and RFC 3597 §7 for all later types. */
START_TEST(names_of_old_types_are_lowered_and_of_new_ones_kept)
{
    static const struct rdata_sample rows[] = {
        {DNS_DNAME, "A.B.", "a.b."},
        {DNS_RP, "A.B. C.D.", "a.b. c.d."},
        {DNS_AFSDB, "1 A.B.", "1 a.b."},
        {DNS_KX, "1 A.B.", "1 a.b."},
        {DNS_NAPTR, "1 1 \"S\" \"X\" \"\" A.B.", "1 1 \"S\" \"X\" \"\" a.b."},
        {DNS_SRV, "1 1 1 A.B.", "1 1 1 a.b."},
        {DNS_SVCB, "1 A.B.", "1 A.B."},
        {DNS_HTTPS, "1 A.B. alpn=\"X\"", "1 A.B. alpn=\"X\""},
        {DNS_LP, "1 A.B.", "1 A.B."},
        {DNS_HINFO, "\"A\" \"B\"", "\"A\" \"B\""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str rdata = rdata_of(rows[i].type, rows[i].in);
        struct str canonical = dns_rdata_canonical(&a, rows[i].type, rdata);
        bool same = strcmp(rows[i].in, rows[i].out) == 0;

        CK_STR(dns_rdata_text(&a, rows[i].type, canonical), rows[i].out);
        ck_assert_int_eq(dns_rdata_compare(rows[i].type, rdata, canonical), 0);
        ck_assert((canonical.p == rdata.p) == same);
    }
    ck_assert_int_ne(dns_rdata_compare(DNS_SVCB, rdata_of(DNS_SVCB, "1 A.B."), rdata_of(DNS_SVCB, "1 a.b.")), 0);
}
END_TEST

static size_t size_in_answer(uint16_t type, const char *text)
{
    struct dns_name owner = dns_name_of("example.test");
    struct dns_record rec = {.owner = owner, .type = type, .class_ = DNS_IN, .rdata = rdata_of(type, text)};
    struct dns_writer w;

    dns_writer_begin(&w, arena_alloc(&a, 4096), 4096, 1, 0);
    ck_assert(dns_writer_question(&w, &owner, type, DNS_IN) && dns_writer_record(&w, DNS_ANSWER, &rec));
    return dns_writer_end(&w).n;
}

/* A header, a question of 18 bytes, a record with a pointer for its owner, and the data. */
#define AROUND (12 + 18 + 12)

START_TEST(only_names_of_rfc_1035_are_compressed)
{
    ck_assert_uint_eq(size_in_answer(DNS_MX, "1 example.test."), AROUND + 2 + 2);
    ck_assert_uint_eq(size_in_answer(DNS_KX, "1 example.test."), AROUND + 2 + 14);
    ck_assert_uint_eq(size_in_answer(DNS_DNAME, "example.test."), AROUND + 14);
    ck_assert_uint_eq(size_in_answer(DNS_RP, "example.test. example.test."), AROUND + 28);
    ck_assert_uint_eq(size_in_answer(DNS_HTTPS, "1 example.test."), AROUND + 2 + 14);
}
END_TEST

START_TEST(old_types_are_read_compressed_and_new_ones_are_not)
{
    static const struct {
        uint16_t type;
        struct str wire;
        const char *text; /* NULL: refused */
    } rows[] = {
        {DNS_RP, {"\xc0\x0c\1x\xc0\x0c", 6}, "a.test. x.a.test."},
        {DNS_AFSDB, {"\0\1\xc0\x0c", 4}, "1 a.test."},
        {21, {"\0\1\xc0\x0c", 4}, "1 a.test."},
        {26, {"\0\1\xc0\x0c\xc0\x0c", 6}, "1 a.test. a.test."},
        {DNS_SRV, {"\0\1\0\1\0\1\xc0\x0c", 8}, "1 1 1 a.test."},
        {DNS_NAPTR, {"\0\1\0\1\0\0\0\xc0\x0c", 9}, "1 1 \"\" \"\" \"\" a.test."},
        {DNS_DNAME, {"\xc0\x0c", 2}, "a.test."},
        {DNS_LP, {"\0\1\xc0\x0c", 4}, NULL},
        {DNS_SVCB, {"\0\1\xc0\x0c", 4}, NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf msg;
        struct str rdata;

        buf_in(&msg, &a, 256);
        buf_put(&msg, "............\1a\4test", 20);
        buf_str(&msg, rows[i].wire);
        if (rows[i].text == NULL) {
            CK_FAILS(dns_rdata_from_message(&a, rows[i].type, buf_view(&msg), 20, rows[i].wire.n, &rdata, &e), PROTOCOL,
                "rdata-malformed", dns_type_find(rows[i].type)->name);
            continue;
        }
        CK_OK(dns_rdata_from_message(&a, rows[i].type, buf_view(&msg), 20, rows[i].wire.n, &rdata, &e));
        CK_STR(dns_rdata_text(&a, rows[i].type, rdata), rows[i].text);
    }
}
END_TEST

START_TEST(targets_are_the_last_names)
{
    struct dns_name name;

    ck_assert(dns_rdata_target(DNS_HTTPS, rdata_of(DNS_HTTPS, "1 svc.example. port=1"), &name));
    CK_STR(dns_name_text(&a, &name, true), "svc.example.");
    ck_assert(dns_rdata_target(DNS_DNAME, rdata_of(DNS_DNAME, "to.example."), &name));
    CK_STR(dns_name_text(&a, &name, true), "to.example.");
    ck_assert(!dns_rdata_target(DNS_TLSA, rdata_of(DNS_TLSA, "3 1 1 00"), &name));
}
END_TEST

START_TEST(a_name_has_one_dname)
{
    struct dns_name owner = dns_name_of("example.test");
    struct dns_rrset set;

    dns_rrset_init(&set, &owner, DNS_DNAME, 60);
    CK_OK(dns_rrset_add_text(&a, &set, STR("a.example."), NULL, &e));
    CK_FAILS(dns_rrset_add_text(&a, &set, STR("b.example."), NULL, &e), INVALID, "rrset-singleton", "DNAME");
}
END_TEST

/* Bad digests in messages are others' business: the layout holds. */
START_TEST(lengths_of_digests_are_asked_for_in_zones_only)
{
    struct str ds = str_n("\0\1\15\2abc", 7), rdata;

    CK_FAILS(dns_rdata_check(DNS_DS, ds, &e), INVALID, "rdata-length", "DS digest: 3 bytes");
    CK_FAILS(dns_rdata_check(DNS_CDS, ds, &e), INVALID, "rdata-length", "CDS digest: 3 bytes");
    CK_OK(dns_rdata_from_message(&a, DNS_DS, ds, 0, ds.n, &rdata, &e));
}
END_TEST

TESTS_MAIN("dns/rdata_types", fields_are_written_in_one_form, mistakes_name_the_field, malformed_wire_names_the_field,
    names_of_old_types_are_lowered_and_of_new_ones_kept, only_names_of_rfc_1035_are_compressed,
    old_types_are_read_compressed_and_new_ones_are_not, targets_are_the_last_names, a_name_has_one_dname,
    lengths_of_digests_are_asked_for_in_zones_only)
