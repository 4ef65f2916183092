#include "zones/change.h"

#include <pthread.h>

#include "dns/soa.h"
#include "tests/zones/zones_test.h"

/* ---- what a change does ------------------------------------------------------------ */

START_TEST(records_of_all_types_come_back_as_they_were_given)
{
    static const char *const sets[][3] = {
        {"www.shop.test", "A", "192.0.2.1|192.0.2.2"},
        {"www.shop.test", "AAAA", "2001:db8::1"},
        {"ftp.shop.test", "CNAME", "www.shop.test."},
        {"shop.test", "MX", "10 mx1.shop.test.|20 mx2.shop.test."},
        {"shop.test", "TXT", "\"v=spf1 -all\""},
        {"sub.shop.test", "NS", "ns1.example.|ns2.example."},
        {"_sip._tcp.shop.test", "SRV", "10 20 5060 sip.shop.test."},
        {"shop.test", "CAA", "0 issue \"ca.example\""},
        {"1.shop.test", "PTR", "host.shop.test."},
        {"*.shop.test", "A", "192.0.2.9"},
        {"sub.shop.test", "DS", "1 13 2 E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"},
        {"nomail.shop.test", "MX", "0 ."},
        {"shop.test", "HTTPS", "1 . alpn=\"h2,h3\" ipv4hint=192.0.2.1"},
        {"moved.shop.test", "DNAME", "shop.example."},
        {"odd.shop.test", "TYPE65280", "\\# 2 ABCD"},
    };
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct zone_change_done done;
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        struct record_set set = record(sets[i][0], sets[i][1], 300, sets[i][2]);
        ok(zone_change_add(c, &set, &err));
    }
    ok(zone_change_commit(c, db, T0 + 5, &done, &err));
    ck_assert_int_eq(done.version, 2);
    for (size_t i = 0; i < ARRAY_LEN(sets); i++)
        ck_assert_str_eq(values_of(&z, sets[i][0], sets[i][1]), sets[i][2]);
    ck_assert_int_eq(again(&z).rrsets, 2 + (int)ARRAY_LEN(sets));
}
END_TEST

static struct dns_soa soa_of(const struct zone *z)
{
    struct record_set set;
    struct dns_rrset rrset;
    struct dns_soa soa;
    ok(record_find(db, &a, z->id, ZONE_ANY_ACCOUNT, z->name, STR("SOA"), &set, &err));
    ok(record_parse(&a, &z->apex, &set, &rrset, &err));
    ck_assert(dns_soa_read(rrset.rdata[0], &soa));
    return soa;
}

START_TEST(every_change_counts_up_version_and_serial_in_zone_and_soa)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    ck_assert_uint_eq(soa_of(&z).serial, 1);
    for (int i = 0; i < 3; i++)
        ok(change_one(&z, '=', record("www.shop.test", "A", 60 + i, "192.0.2.1")));
    z = again(&z);
    ck_assert_int_eq(z.version, 4);
    ck_assert_uint_eq(z.serial, 4);
    ck_assert_uint_eq(soa_of(&z).serial, 4);
    ck_assert_int_eq(z.changed, T0 + 1);
}
END_TEST

START_TEST(the_serial_goes_round_past_its_largest_value_and_skips_zero)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    ok(db_run_script(db, STR("UPDATE zone SET serial = 4294967295;"), &err));
    ok(change_one(&z, '=', record("www.shop.test", "A", 60, "192.0.2.1")));
    ck_assert_uint_eq(again(&z).serial, 1);
    ck_assert_uint_eq(soa_of(&z).serial, 1);
    ck_assert_int_eq(again(&z).version, 2);
}
END_TEST

START_TEST(the_soa_can_be_edited_but_its_serial_is_ours)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    ok(change_one(&z, '=', record("@", "SOA", 300, "ns.example. me.example. 77 1 2 3 4")));
    struct dns_soa soa = soa_of(&z);
    ck_assert_uint_eq(soa.serial, 2);
    ck_assert_uint_eq(soa.expire, 3);
    refused(change_one(&z, '=', record("@", "SOA", 300, "a. b. 1 1 1 1 1|c. b. 1 1 1 1 1")), INVALID, "rrset-singleton",
        "shop.test SOA");
}
END_TEST

START_TEST(a_change_is_recorded_and_the_time_never_goes_back)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct zone_change_done done;
    struct change_info info;
    struct record_set set = record("www.shop.test", "A", 60, "192.0.2.1");
    ok(zone_change_set(c, &set, &err));
    ok(zone_change_comment(c, STR("für das Fest"), &err));
    ok(zone_change_commit(c, db, T0 - 1000, &done, &err));
    ck_assert_int_eq(again(&z).changed, T0);
    ok(change_status(db, &a, done.id, ACCOUNT, &info, &err));
    ck_assert(str_eqz(info.comment, "für das Fest"));
    ck_assert_int_eq(info.version, 2);
    ck_assert_int_eq(info.submitted, T0 - 1000);
    refused(change_status(db, &a, done.id, OTHER, &info, &err), NOT_FOUND, "change", "no change");
    refused(change_status(db, &a, done.id + 1, ACCOUNT, &info, &err), NOT_FOUND, "change", "no change");
}
END_TEST

START_TEST(a_deleted_record_leaves_a_tombstone_and_can_come_again)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct db_result r;
    static const struct db_query q = {
        "tombstone", "SELECT deleted, version, LENGTH(rdata), ttl FROM rrset WHERE zone_id = ? AND type = 1"};
    ok(change_one(&z, '+', record("www.shop.test", "A", 60, "192.0.2.1")));
    ok(change_one(&z, '-', record("www.shop.test", "A", 60, "192.0.2.1")));
    ok(db_select_one(db, &a, &q, DB_ARGS(db_i(z.id)), &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), 1);
    ck_assert_int_eq(db_int(&r, 0, 1), 3);
    ck_assert_int_eq(db_int(&r, 0, 2), 0);
    ck_assert_ptr_null(values_of(&z, "www.shop.test", "A"));
    ck_assert_int_eq(again(&z).rrsets, 2);
    ok(change_one(&z, '+', record("www.shop.test", "A", 90, "192.0.2.7")));
    ck_assert_str_eq(values_of(&z, "www.shop.test", "A"), "192.0.2.7");
    ok(db_select_one(db, &a, &q, DB_ARGS(db_i(z.id)), &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), 0);
    ck_assert_int_eq(db_int(&r, 0, 1), 4);
    ck_assert_int_eq(db_int(&r, 0, 3), 90);
}
END_TEST

START_TEST(an_rrset_at_hand_is_taken_byte_for_byte)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_change_done done;
    struct record_set text;
    struct dns_rrset set, back;
    struct dns_name owner = dns_name_of("T.shop.test");
    dns_rrset_init(&set, &owner, DNS_TXT, 60);
    ok(dns_rrset_add(&a, &set, STR("\4a\0\"\xff\3b \\"), &err));
    ok(dns_rrset_add(&a, &set, STR("\0"), &err));
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    ok(zone_change_set_rrset(c, &set, &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
    ok(record_find(db, &a, z.id, ACCOUNT, STR("t.shop.test"), STR("TXT"), &text, &err));
    ok(record_parse(&a, &z.apex, &text, &back, &err));
    ck_assert(dns_rrset_equal(&set, &back));
    dns_rrset_init(&set, &owner, DNS_TXT, 60);
    refused(zone_change_set_rrset(c, &set, &err), INVALID, "record-values", "0 values");
}
END_TEST

START_TEST(only_what_differs_is_written)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    static const struct db_query q = {
        "row_version", "SELECT version FROM rrset WHERE zone_id = ? AND type = 1 AND owner LIKE ?"};
    struct db_result r;
    ok(change_one(&z, '=', record("www.shop.test", "A", 60, "192.0.2.1|192.0.2.2")));
    ok(change_one(&z, '=', record("WWW.shop.test.", "a", 60, "192.0.2.2|192.0.2.1")));
    ok(db_select_one(db, &a, &q, DB_ARGS(db_i(z.id), db_b(STR("\3www%"))), &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), 2);
    ck_assert_int_eq(again(&z).version, 3);
}
END_TEST

START_TEST(operations_of_a_change_set_work_one_after_the_other)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_change_done done;
    ok(change_one(&z, '+', record("www.shop.test", "A", 60, "192.0.2.1")));
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    struct record_set old = record("www.shop.test", "A", 60, "192.0.2.1");
    struct record_set cname = record("www.shop.test", "CNAME", 60, "shop.example.");
    ok(zone_change_delete(c, &old, &err));
    ok(zone_change_add(c, &cname, &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
    ck_assert_str_eq(values_of(&z, "www.shop.test", "CNAME"), "shop.example.");
    ck_assert_ptr_null(values_of(&z, "www.shop.test", "A"));
}
END_TEST

/* ---- what a change set refuses ------------------------------------------------------------ */

static void nothing_changed(const struct zone *before)
{
    struct zone now = again(before);
    ck_assert_int_eq(now.version, before->version);
    ck_assert_uint_eq(now.serial, before->serial);
    ck_assert_int_eq(now.rrsets, before->rrsets);
    ck_assert_uint_eq(soa_of(&now).serial, before->serial);
}

/* A zone with www A, ftp CNAME, and sub delegated with glue at ns.sub. */
static struct zone furnished(void)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    ok(change_one(&z, '+', record("www.shop.test", "A", 300, "192.0.2.1")));
    ok(change_one(&z, '+', record("ftp.shop.test", "CNAME", 300, "www.shop.test.")));
    ok(change_one(&z, '+', record("sub.shop.test", "NS", 300, "ns.sub.shop.test.")));
    ok(change_one(&z, '+', record("ns.sub.shop.test", "A", 300, "192.0.2.53")));
    ok(change_one(&z, '+', record("deep.tree.shop.test", "TXT", 300, "leaf")));
    return again(&z);
}

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

/* ---- whose zone, and which version ------------------------------------------------------------ */

START_TEST(a_change_of_another_accounts_zone_finds_no_zone)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct record_set set = record("www.shop.test", "A", 60, "192.0.2.1");
    struct zone_change_done done;
    struct zone_change *c = zone_change_begin(&a, &z, OTHER);
    ok(zone_change_add(c, &set, &err));
    refused(zone_change_commit(c, db, T0, &done, &err), NOT_FOUND, "zone", "no hosted zone");
    nothing_changed(&z);
    ok(zone_delete(db, z.id, ACCOUNT, false, T0, &err));
    refused(change_one(&z, '+', set), NOT_FOUND, "zone", "no hosted zone");
}
END_TEST

START_TEST(an_expected_version_that_has_passed_is_a_conflict)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct record_set set = record("www.shop.test", "A", 60, "192.0.2.1");
    struct zone_change_done done;
    struct zone_change *first = zone_change_begin(&a, &z, ACCOUNT), *second = zone_change_begin(&a, &z, ACCOUNT);
    zone_change_expect(first, z.version);
    zone_change_expect(second, z.version);
    ok(zone_change_set(first, &set, &err));
    ok(zone_change_set(second, &set, &err));
    ok(zone_change_commit(first, db, T0, &done, &err));
    refused(zone_change_commit(second, db, T0, &done, &err), CONFLICT, "zone-version", "version 2 by now, not 1");
    ck_assert_int_eq(again(&z).version, 2);
}
END_TEST

/* ---- several at once ------------------------------------------------------------ */

enum { WRITERS = 4, WRITES = 25 };
struct writer {
    pthread_t thread;
    int number;
    struct zone zone;
    struct error e;
    enum status s;
};

static enum status writer_change(struct writer *w, struct db *mine, struct arena *own, int i)
{
    struct zone_change_done done;
    struct str value = STR("192.0.2.1");
    struct record_set set = {.name = str_printf(own, "w%d-%d.shop.test", w->number, i),
        .type = STR("A"),
        .ttl = 60,
        .values = &value,
        .values_n = 1};
    struct zone_change *c = zone_change_begin(own, &w->zone, ACCOUNT);
    TRY(zone_change_add(c, &set, &w->e));
    return zone_change_commit(c, mine, T0 + i, &done, &w->e);
}

static void *writer_run(void *ctx)
{
    struct writer *w = ctx;
    struct arena own;
    struct db *mine;
    arena_init(&own, 0);
    w->s = db_open(testdb_settings(), &mine, &w->e);
    for (int i = 0; w->s == OK && i < WRITES; i++)
        w->s = writer_change(w, mine, &own, i);
    db_close(&mine);
    arena_clear(&own);
    return NULL;
}

START_TEST(change_sets_of_several_connections_on_one_zone_lose_nothing)
{
    static struct writer w[WRITERS];
    struct zone z = make_zone("shop.test", ACCOUNT);
    for (int i = 0; i < WRITERS; i++) {
        w[i] = (struct writer){.number = i, .zone = z};
        ck_assert_int_eq(pthread_create(&w[i].thread, NULL, writer_run, &w[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        ck_assert_int_eq(pthread_join(w[i].thread, NULL), 0);
        ck_assert_msg(w[i].s == OK, "%s", w[i].e.text);
    }
    z = again(&z);
    ck_assert_int_eq(z.version, 1 + WRITERS * WRITES);
    ck_assert_uint_eq(z.serial, 1 + WRITERS * WRITES);
    ck_assert_int_eq(z.rrsets, 2 + WRITERS * WRITES);
    for (int i = 0; i < WRITERS * WRITES; i++)
        ck_assert_ptr_nonnull(values_of(&z, arena_printf(&a, "w%d-%d.shop.test", i % WRITERS, i / WRITERS), "A"));
}
END_TEST

/* The connection is killed with all rows written and nothing committed. */
START_TEST(a_connection_that_dies_in_the_middle_leaves_nothing)
{
    struct zone z = furnished();
    struct record_set set = record("new.shop.test", "A", 60, "192.0.2.1");
    struct zone_change_done done;
    struct db *doomed;
    struct db_result r;
    static const struct db_query q_id = {"connection", "SELECT CONNECTION_ID()"};
    ok(db_open(testdb_settings(), &doomed, &err));
    ok(db_begin(doomed, &err));
    ok(db_select_one(doomed, &a, &q_id, DB_NO_ARGS, &r, &err));
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    ok(zone_change_add(c, &set, &err));
    ok(zone_change_commit(c, doomed, T0, &done, &err));
    ck_assert_int_eq(done.version, z.version + 1);
    ok(db_run_script(db, str_printf(&a, "KILL %lld;", (long long)db_int(&r, 0, 0)), &err));
    ck_assert_int_ne(db_commit(doomed, &err), OK);
    db_abort(doomed);
    nothing_changed(&z);
    ck_assert_ptr_null(values_of(&z, "new.shop.test", "A"));
    ok(zone_change_commit(c, doomed, T0, &done, &err)); /* the same change set again, on a fresh connection */
    db_close(&doomed);
    ck_assert_str_eq(values_of(&z, "new.shop.test", "A"), "192.0.2.1");
}
END_TEST

START_TEST(a_change_joins_the_transaction_of_its_caller)
{
    struct zone z = furnished();
    ok(db_begin(db, &err));
    ok(change_one(&z, '+', record("new.shop.test", "A", 60, "192.0.2.1")));
    ck_assert(db_in_transaction(db));
    db_abort(db);
    nothing_changed(&z);
    ck_assert_ptr_null(values_of(&z, "new.shop.test", "A"));
}
END_TEST

TEST_MAIN("change", records_of_all_types_come_back_as_they_were_given,
    every_change_counts_up_version_and_serial_in_zone_and_soa,
    the_serial_goes_round_past_its_largest_value_and_skips_zero, the_soa_can_be_edited_but_its_serial_is_ours,
    a_change_is_recorded_and_the_time_never_goes_back, a_deleted_record_leaves_a_tombstone_and_can_come_again,
    an_rrset_at_hand_is_taken_byte_for_byte, only_what_differs_is_written,
    operations_of_a_change_set_work_one_after_the_other, what_a_zone_cannot_have_is_refused_by_name_and_field,
    the_edges_of_what_is_allowed_are_allowed, the_apex_keeps_soa_and_ns,
    adding_what_is_there_and_deleting_what_is_not_are_refused, one_bad_operation_undoes_all_of_them,
    a_delegation_and_its_glue_come_and_go_in_one_change_set, nothing_stands_below_a_dname,
    a_change_set_has_a_thousand_changes_and_no_more, a_change_set_has_bounded_bytes_and_a_record_set_bounded_records,
    a_zone_has_a_limited_number_of_record_sets, a_comment_is_short_utf8,
    a_change_of_another_accounts_zone_finds_no_zone, an_expected_version_that_has_passed_is_a_conflict,
    change_sets_of_several_connections_on_one_zone_lose_nothing, a_connection_that_dies_in_the_middle_leaves_nothing,
    a_change_joins_the_transaction_of_its_caller);
