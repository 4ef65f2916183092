#include "zones/export.h"

#include "dns/master.h"
#include "tests/zones/zones_test.h"

static struct zone z;

static void furnished(void)
{
    z = make_zone("shop.test", ACCOUNT);
    struct zone other = make_zone("other.test", ACCOUNT);
    ok(change_one(&other, '+', record("end.other.test", "A", 77, "192.0.2.7|192.0.2.8")));
    ok(change_one(&other, '+', alias("www.other.test", "A", "end.other.test")));
    ok(change_one(&z, '+', record("www.shop.test", "A", 300, "192.0.2.1")));
    ok(change_one(&z, '+', record("shop.test", "MX", 300, "10 mx.example.")));
    ok(change_one(&z, '+', alias("@", "A", "www.other.test")));
}

static const char *exported(enum export_alias how)
{
    struct buf out;
    buf_in(&out, &a, 100000);
    ok(zone_export(db, &a, z.id, ACCOUNT, how, &out, &err));
    buf_putc(&out, '\0');
    return out.p;
}

static const struct dns_rrset *set_in(const struct dns_rrset *sets, size_t n, const char *owner, uint16_t type)
{
    struct dns_name name = dns_name_of(owner);
    for (size_t i = 0; i < n; i++)
        if (sets[i].type == type && dns_name_equal(&sets[i].owner, &name))
            return &sets[i];
    return NULL;
}

START_TEST(an_export_is_a_master_file_with_all_records_and_aliases_as_comments)
{
    struct dns_rrset *sets;
    size_t n;
    furnished();
    const char *text = exported(EXPORT_ALIAS_COMMENT);
    ck_assert_ptr_eq(strstr(text, "; zone shop.test, version 4\n"), text);
    ck_assert_ptr_nonnull(strstr(text, "; alias: shop.test. A -> www.other.test.\n"));
    struct dns_master_options options = {.origin = &z.apex};
    ok(dns_master_read(&a, str_of(text), &options, &sets, &n, &err));
    ck_assert_uint_eq(n, 4);
    const struct dns_rrset *www = set_in(sets, n, "www.shop.test", DNS_A);
    ck_assert_ptr_nonnull(www);
    ck_assert_uint_eq(www->ttl, 300);
    ck_assert_ptr_nonnull(set_in(sets, n, "shop.test", DNS_SOA));
    ck_assert_uint_eq(set_in(sets, n, "shop.test", DNS_NS)->n, 4);
    ck_assert_ptr_null(set_in(sets, n, "shop.test", DNS_A));
}
END_TEST

START_TEST(a_flattened_alias_has_the_addresses_and_the_ttl_of_its_target)
{
    struct dns_rrset *sets;
    size_t n;
    furnished();
    struct dns_master_options options = {.origin = &z.apex};
    ok(dns_master_read(&a, str_of(exported(EXPORT_ALIAS_FLATTEN)), &options, &sets, &n, &err));
    const struct dns_rrset *apex = set_in(sets, n, "shop.test", DNS_A);
    ck_assert_ptr_nonnull(apex);
    ck_assert_uint_eq(apex->ttl, 77);
    ck_assert_uint_eq(apex->n, 2);
    ck_assert(str_eqz(dns_rdata_text(&a, DNS_A, apex->rdata[1]), "192.0.2.8"));
}
END_TEST

START_TEST(an_alias_to_what_a_wildcard_has_is_flattened_to_that)
{
    furnished();
    struct zone far = make_zone("far.test", ACCOUNT);
    ok(change_one(&far, '+', record("*.w.far.test", "TXT", 60, "\"wild\"")));
    ok(change_one(&far, '+', record("a.b.w.far.test", "A", 60, "192.0.2.1")));
    ok(change_one(&z, '+', alias("covered.shop.test", "TXT", "x.y.w.far.test")));
    ok(change_one(&z, '+', alias("there.shop.test", "TXT", "b.w.far.test")));
    const char *text = exported(EXPORT_ALIAS_FLATTEN);
    ck_assert_ptr_nonnull(strstr(text, "\ncovered\t60\tIN\tTXT\t\"wild\"\n"));
    ck_assert_ptr_nonnull(strstr(text, "-> b.w.far.test. (the target has no records now)"));
}
END_TEST

START_TEST(an_alias_into_nothing_says_so)
{
    furnished();
    struct zone other;
    ok(zone_find(db, &a, STR("other.test"), ACCOUNT, &other, &err));
    ok(change_one(&other, '-', record("end.other.test", "A", 77, "192.0.2.7|192.0.2.8")));
    ck_assert_ptr_nonnull(strstr(exported(EXPORT_ALIAS_FLATTEN), "has no records now"));
}
END_TEST

START_TEST(two_exports_are_the_same_bytes_and_too_small_a_buffer_is_an_error)
{
    struct buf out;
    furnished();
    ck_assert_str_eq(exported(EXPORT_ALIAS_COMMENT), exported(EXPORT_ALIAS_COMMENT));
    buf_in(&out, &a, 100);
    refused(zone_export(db, &a, z.id, ACCOUNT, EXPORT_ALIAS_COMMENT, &out, &err), INVALID, "export-too-large", "100");
    refused(zone_export(db, &a, z.id, OTHER, EXPORT_ALIAS_COMMENT, &out, &err), NOT_FOUND, "zone", "no hosted zone");
}
END_TEST

TEST_MAIN("export", an_export_is_a_master_file_with_all_records_and_aliases_as_comments,
    a_flattened_alias_has_the_addresses_and_the_ttl_of_its_target, an_alias_to_what_a_wildcard_has_is_flattened_to_that,
    an_alias_into_nothing_says_so, two_exports_are_the_same_bytes_and_too_small_a_buffer_is_an_error);
