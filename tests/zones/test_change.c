/* What a change does, and what it is among others. */
#include <pthread.h>

#include "tests/zones/change_fixture.h"
#include "zones/change.h"

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
    operations_of_a_change_set_work_one_after_the_other, a_change_of_another_accounts_zone_finds_no_zone,
    an_expected_version_that_has_passed_is_a_conflict, change_sets_of_several_connections_on_one_zone_lose_nothing,
    a_connection_that_dies_in_the_middle_leaves_nothing, a_change_joins_the_transaction_of_its_caller);
