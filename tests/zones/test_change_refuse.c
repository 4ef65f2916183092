/* What a change set refuses, and its limits. */
#include "tests/zones/change_fixture.h"

/* ---- what a change set refuses ------------------------------------------------------------ */

START_TEST(what_a_zone_cannot_have_is_refused_by_name_and_field)
{
    static const struct {
        const char *name, *type;
        int64_t ttl;
        const char *values;
        const char *code, *says;
    } bad[] = {
        {"www.shop.example", "A", 60, "192.0.2.1", "record-outside", "www.shop.example A"},
        {"eshop.test", "A", 60, "192.0.2.1", "record-outside", "not in the zone shop.test"},
        {"www..shop.test", "A", 60, "192.0.2.1", "empty-label", "record name"},
        {"www.shop.test", "BANANA", 60, "x", "record-type", "BANANA"},
        {"www.shop.test", "ANY", 60, "x", "record-type", "ANY"},
        {"www.shop.test", "TYPE65280", 60, "192.0.2.1", "rdata-missing", "TYPE65280"},
        {"www.shop.test", "TYPE200", 60, "\\# 1 00", "record-type", "TYPE200"},
        {"www.shop.test", "RRSIG", 60, "\\# 1 00", "record-type", "RRSIG"},
        {"www.shop.test", "A", -1, "192.0.2.1", "record-ttl", "www.shop.test A: TTL -1"},
        {"www.shop.test", "A", INT64_C(2147483648), "192.0.2.1", "record-ttl", "2147483648"},
        {"www.shop.test", "A", 60, "192.0.2.256", "rdata-address", "www.shop.test A"},
        {"www.shop.test", "A", 60, "192.0.2.1|::1", "rdata-address", "value 2"},
        {"www.shop.test", "AAAA", 60, "192.0.2.1", "rdata-address", "www.shop.test AAAA"},
        {"www.shop.test", "A", 60, "192.0.2.1|192.0.2.1", "record-duplicate", "value 2"},
        {"www.shop.test", "NS", 60, "ns.x.|NS.X.", "record-duplicate", "value 2"},
        {"x.shop.test", "MX", 60, "70000 mx.example.", "rdata-number", "preference"},
        {"x.shop.test", "MX", 60, "10", "rdata-missing", "x.shop.test MX"},
        {"x.shop.test", "MX", 60, "10 bad_host.example.", "record-host", "bad_host.example"},
        {"x.shop.test", "SRV", 60, "1 2 3 -x.example.", "record-host", "-x.example"},
        {"x.shop.test", "NS", 60, ".", "record-host", "x.shop.test NS"},
        {"x.shop.test", "MX", 60, "0 .|10 mx.example.", "record-host", "x.shop.test MX"},
        {"x.shop.test", "CNAME", 60, "a.example.|b.example.", "rrset-singleton", "x.shop.test CNAME"},
        {"x.shop.test", "CNAME", 60, "X.Shop.Test.", "cname-self", "itself"},
        {"x.shop.test", "DNAME", 60, "X.Shop.Test.", "dname-self", "x.shop.test DNAME"},
        {"x.shop.test", "DNAME", 60, "a.x.shop.test.", "dname-self", "for ever"},
        {"@", "DNAME", 60, "x.shop.test.", "dname-self", "shop.test DNAME"},
        {"@", "CNAME", 60, "a.example.", "cname-apex", "shop.test CNAME"},
        {"shop.test", "CNAME", 60, "a.example.", "cname-apex", "alias"},
        {"www.shop.test", "SOA", 60, "a. b. 1 1 1 1 1", "soa-not-apex", "www.shop.test SOA"},
        {"*.shop.test", "NS", 60, "ns.example.", "ns-wildcard", "wildcard"},
        {"*.x.shop.test", "NS", 60, "ns.example.", "ns-wildcard", "*.x.shop.test NS"},
        {"www.shop.test", "CNAME", 60, "a.example.", "cname-beside", "there is A"},
        {"ftp.shop.test", "TXT", 60, "x", "cname-beside", "there is TXT"},
        {"www.shop.test", "DS", 60, "1 13 2 E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
            "ds-without-ns", "www.shop.test DS"},
        {"shop.test", "DS", 60, "1 13 2 E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
            "ds-without-ns", "shop.test DS"},
        {"a.sub.shop.test", "TXT", 60, "x", "below-delegation", "sub.shop.test is delegated"},
        {"a.b.sub.shop.test", "CNAME", 60, "x.example.", "below-delegation", "a.b.sub.shop.test CNAME"},
        {"a.sub.shop.test", "NS", 60, "ns.example.", "below-delegation", "a.sub.shop.test NS"},
        {"sub.shop.test", "TXT", 60, "x", "at-delegation", "sub.shop.test TXT"},
        {"ftp.shop.test", "NS", 60, "ns.example.", "cname-beside", "there is NS"},
        {"tree.shop.test", "NS", 60, "ns.example.", "below-delegation", "deep.tree.shop.test TXT"},
    };
    struct zone z = furnished();
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        refused(change_one(&z, '=', record(bad[i].name, bad[i].type, bad[i].ttl, bad[i].values)), INVALID, bad[i].code,
            bad[i].says);
    refused(change_one(&z, '=', record("www.shop.test", "A", 60, "")), INVALID, "rdata-missing", "www.shop.test A");
    struct record_set none = {.name = STR("www.shop.test"), .type = STR("A"), .ttl = 60};
    refused(change_one(&z, '=', none), INVALID, "record-values", "0 values");
    nothing_changed(&z);
}
END_TEST

START_TEST(the_edges_of_what_is_allowed_are_allowed)
{
    struct zone z = furnished();
    ok(change_one(&z, '=', record("t.shop.test", "A", 0, "192.0.2.1")));
    ok(change_one(&z, '=', record("t.shop.test", "A", 2147483647, "192.0.2.1")));
    ok(change_one(&z, '=', record("x.sub.shop.test", "AAAA", 60, "::1")));
    ok(change_one(&z, '=', record("sub.shop.test", "A", 60, "192.0.2.2")));
    ok(change_one(&z, '=',
        record("sub.shop.test", "DS", 60, "1 13 2 E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")));
    ok(change_one(&z, '=', record("www.deep.tree.shop.test", "NS", 60, "ns.example.")));
    ok(change_one(&z, '=', record("@", "NS", 3600, "ns1.example.|ns2.example.")));
    ok(change_one(&z, '=', record("tree.shop.test", "TXT", 60, "\"an empty non-terminal gets data\"")));
    ok(change_one(&z, '=', record("_x._y.shop.test", "A", 60, "192.0.2.3")));
}
END_TEST

START_TEST(the_apex_keeps_soa_and_ns)
{
    struct zone z = furnished();
    struct zone_change_done done;
    static const char *const types[] = {"SOA", "NS"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
        ok(zone_change_delete_any(c, STR("@"), str_of(types[i]), false, &err));
        refused(zone_change_commit(c, db, T0, &done, &err), INVALID, "apex-required", types[i]);
    }
    nothing_changed(&z);
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct record_set ns = record("@", "NS", 60, "ns1.example.|ns2.example.");
    ok(zone_change_delete_any(c, STR("@"), STR("NS"), false, &err));
    ok(zone_change_add(c, &ns, &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
}
END_TEST

START_TEST(adding_what_is_there_and_deleting_what_is_not_are_refused)
{
    struct zone z = furnished();
    struct zone_change_done done;
    refused(change_one(&z, '+', record("www.shop.test", "A", 300, "192.0.2.1")), EXISTS, "record-exists",
        "www.shop.test A");
    refused(change_one(&z, '-', record("no.shop.test", "A", 300, "192.0.2.1")), NOT_FOUND, "record", "no.shop.test A");
    refused(change_one(&z, '-', record("www.shop.test", "A", 301, "192.0.2.1")), CONFLICT, "record-differs",
        "www.shop.test A");
    refused(change_one(&z, '-', record("www.shop.test", "A", 300, "192.0.2.2")), CONFLICT, "record-differs", "A");
    refused(change_one(&z, '-', record("www.shop.test", "A", 300, "192.0.2.1|192.0.2.2")), CONFLICT, "record-differs",
        "read it again");
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    ok(zone_change_delete_any(c, STR("no.shop.test"), STR("A"), false, &err));
    refused(zone_change_commit(c, db, T0, &done, &err), NOT_FOUND, "record", "no.shop.test A");
    nothing_changed(&z);
    c = zone_change_begin(&a, &z, ACCOUNT);
    ok(zone_change_delete_any(c, STR("no.shop.test"), STR("A"), true, &err));
    ok(zone_change_delete_any(c, STR("www.shop.test"), STR("A"), true, &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
    ck_assert_ptr_null(values_of(&z, "www.shop.test", "A"));
    ok(change_one(&z, '-', record("FTP.shop.test", "cname", 300, "WWW.SHOP.TEST.")));
}
END_TEST

START_TEST(one_bad_operation_undoes_all_of_them)
{
    struct zone z = furnished();
    struct zone_change_done done;
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct record_set good = record("new.shop.test", "A", 60, "192.0.2.1");
    struct record_set bad = record("tree.shop.test", "NS", 60, "ns.example."); /* seen only when all is written */
    ok(zone_change_add(c, &good, &err));
    ok(zone_change_delete_any(c, STR("www.shop.test"), STR("A"), false, &err));
    ok(zone_change_add(c, &bad, &err));
    refused(zone_change_commit(c, db, T0, &done, &err), INVALID, "below-delegation", "tree.shop.test NS");
    nothing_changed(&z);
    ck_assert_ptr_null(values_of(&z, "new.shop.test", "A"));
    ck_assert_str_eq(values_of(&z, "www.shop.test", "A"), "192.0.2.1");
}
END_TEST

START_TEST(a_delegation_and_its_glue_come_and_go_in_one_change_set)
{
    struct zone z = furnished();
    struct zone_change_done done;
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct record_set ns = record("tree.shop.test", "NS", 60, "ns.tree.shop.test.");
    struct record_set glue = record("ns.tree.shop.test", "A", 60, "192.0.2.1");
    ok(zone_change_add(c, &ns, &err));
    ok(zone_change_add(c, &glue, &err));
    ok(zone_change_delete_any(c, STR("deep.tree.shop.test"), STR("TXT"), false, &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
    c = zone_change_begin(&a, &z, ACCOUNT);
    struct record_set txt = record("deep.tree.shop.test", "TXT", 60, "back");
    ok(zone_change_add(c, &txt, &err));
    ok(zone_change_delete(c, &ns, &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
    ck_assert_str_eq(values_of(&z, "deep.tree.shop.test", "TXT"), "\"back\"");
}
END_TEST

/* ---- limits ------------------------------------------------------------ */

START_TEST(nothing_stands_below_a_dname)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    ok(change_one(&z, '=', record("moved.shop.test", "DNAME", 60, "elsewhere.example.")));
    ok(change_one(&z, '=', record("moved.shop.test", "TXT", 60, "beside")));
    refused(change_one(&z, '=', record("a.b.moved.shop.test", "A", 60, "192.0.2.1")), INVALID, "below-dname",
        "a.b.moved.shop.test A: moved.shop.test has a DNAME");
    ok(change_one(&z, '=', record("a.tree.shop.test", "A", 60, "192.0.2.1")));
    refused(change_one(&z, '=', record("tree.shop.test", "DNAME", 60, "elsewhere.example.")), INVALID, "below-dname",
        "a.tree.shop.test A is below it");
    refused(change_one(&z, '=', record("shop.test", "DNAME", 60, "elsewhere.example.")), INVALID, "below-dname",
        "is below it");
    ok(change_one(&z, '-', record("a.tree.shop.test", "A", 60, "192.0.2.1")));
    ok(change_one(&z, '=', record("tree.shop.test", "DNAME", 60, "elsewhere.example.")));
}
END_TEST

START_TEST(a_change_set_has_a_thousand_changes_and_no_more)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct zone_change_done done;
    for (int i = 0; i < ZONE_CHANGES_MAX; i++) {
        struct record_set set = record(arena_printf(&a, "h%d.shop.test", i), "A", 60, "192.0.2.1");
        ok(zone_change_add(c, &set, &err));
    }
    struct record_set one = record("more.shop.test", "A", 60, "192.0.2.1");
    refused(zone_change_add(c, &one, &err), INVALID, "change-too-many", "1000");
    ok(zone_change_commit(c, db, T0, &done, &err));
    ck_assert_int_eq(again(&z).rrsets, 1002);
    ck_assert_uint_eq(zone_change_count(c), ZONE_CHANGES_MAX);
}
END_TEST

START_TEST(a_change_set_has_bounded_bytes_and_a_record_set_bounded_records)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct zone_change_done done;
    char text[256];
    memset(text, 'x', 250);
    text[250] = '\0';
    for (int i = 0; i < ZONE_CHANGE_BYTES_MAX / 251; i++) {
        struct record_set set = record(arena_printf(&a, "t%d.shop.test", i), "TXT", 60, text);
        ok(zone_change_add(c, &set, &err));
    }
    struct record_set more = record("more.shop.test", "TXT", 60, text);
    refused(zone_change_add(c, &more, &err), INVALID, "change-too-large", "32000");

    struct buf many;
    buf_in(&many, &a, 10000);
    for (int i = 0; i < ZONE_RRSET_RECORDS_MAX; i++)
        buf_printf(&many, "%s192.0.2.%d", i > 0 ? "|" : "", i);
    ok(change_one(&z, '+', record("many.shop.test", "A", 60, many.p)));
    buf_puts(&many, "|192.0.2.200");
    refused(change_one(&z, '=', record("many.shop.test", "A", 60, many.p)), INVALID, "record-values", "101 values");
    c = zone_change_begin(&a, &z, ACCOUNT);
    refused(zone_change_commit(c, db, T0, &done, &err), INVALID, "change-empty", "no changes");
}
END_TEST

START_TEST(a_zone_has_a_limited_number_of_record_sets)
{
    struct zone z;
    struct zone_new n = {.account_id = ACCOUNT, .name = STR("small.test"), .rrsets_max = 4};
    ok(zone_create(db, &a, &n, T0, &z, NULL, &err));
    ok(change_one(&z, '+', record("a.small.test", "A", 60, "192.0.2.1")));
    ok(change_one(&z, '+', record("b.small.test", "A", 60, "192.0.2.1")));
    refused(change_one(&z, '+', record("c.small.test", "A", 60, "192.0.2.1")), INVALID, "zone-too-large", "can have 4");
    ok(change_one(&z, '=', record("b.small.test", "A", 60, "192.0.2.2")));
    ok(change_one(&z, '-', record("b.small.test", "A", 60, "192.0.2.2")));
    ok(change_one(&z, '+', record("c.small.test", "A", 60, "192.0.2.1")));
}
END_TEST

START_TEST(a_comment_is_short_utf8)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct buf b;
    buf_in(&b, &a, 2000);
    for (int i = 0; i < ZONE_CHANGE_COMMENT_MAX; i++)
        buf_puts(&b, "ü");
    ok(zone_change_comment(c, buf_view(&b), &err));
    buf_puts(&b, "x");
    refused(zone_change_comment(c, buf_view(&b), &err), INVALID, "change-comment", "257");
    refused(zone_change_comment(c, STR("\xff"), &err), INVALID, "change-comment", "UTF-8");
}
END_TEST

TEST_MAIN("change_refuse", what_a_zone_cannot_have_is_refused_by_name_and_field,
    the_edges_of_what_is_allowed_are_allowed, the_apex_keeps_soa_and_ns,
    adding_what_is_there_and_deleting_what_is_not_are_refused, one_bad_operation_undoes_all_of_them,
    a_delegation_and_its_glue_come_and_go_in_one_change_set, nothing_stands_below_a_dname,
    a_change_set_has_a_thousand_changes_and_no_more, a_change_set_has_bounded_bytes_and_a_record_set_bounded_records,
    a_zone_has_a_limited_number_of_record_sets, a_comment_is_short_utf8);
