#include <pthread.h>

#include "tests/zones/zones_test.h"

static struct zone one, two, three;

static void zones_made(void)
{
    one = make_zone("one.test", ACCOUNT);
    two = make_zone("two.test", ACCOUNT);
    three = make_zone("three.test", OTHER);
    ok(change_one(&one, '+', record("www.one.test", "A", 300, "192.0.2.1")));
    ok(change_one(&one, '+', record("www.one.test", "AAAA", 300, "2001:db8::1")));
    ok(change_one(&two, '+', record("www.two.test", "A", 300, "192.0.2.2")));
    ok(change_one(&three, '+', record("www.three.test", "A", 300, "192.0.2.3")));
}

START_TEST(an_alias_stands_at_the_apex_and_anywhere_in_this_or_another_zone)
{
    struct record_set set;
    zones_made();
    ok(change_one(&one, '+', alias("@", "A", "www.one.test")));
    ok(change_one(&one, '+', alias("@", "AAAA", "WWW.one.test.")));
    ok(change_one(&two, '+', alias("a.two.test", "A", "www.three.test")));
    ok(change_one(&two, '+', alias("*.two.test", "A", "one.test")));
    ok(record_find(db, &a, two.id, ACCOUNT, STR("a.two.test"), STR("A"), &set, &err));
    ck_assert(str_eqz(set.alias, "www.three.test") && str_eqz(set.alias_zone, "three.test"));
    ck_assert_int_eq(set.alias_zone_id, three.id);
    ck_assert_uint_eq(set.values_n, 0);
    ck_assert_str_eq(values_of(&one, "one.test", "AAAA"), "-> www.one.test");
}
END_TEST

START_TEST(what_was_read_can_be_deleted_and_only_that)
{
    struct record_set set;
    zones_made();
    ok(change_one(&one, '+', alias("@", "A", "www.one.test")));
    refused(change_one(&one, '-', alias("@", "A", "www.two.test")), CONFLICT, "record-differs", "one.test A");
    refused(change_one(&one, '-', record("@", "A", 300, "192.0.2.1")), CONFLICT, "record-differs", "one.test A");
    refused(
        change_one(&one, '-', alias("www.one.test", "A", "one.test")), CONFLICT, "record-differs", "www.one.test A");
    ok(record_find(db, &a, one.id, ACCOUNT, STR("one.test"), STR("A"), &set, &err));
    ok(change_one(&one, '-', set));
    ck_assert_ptr_null(values_of(&one, "one.test", "A"));
}
END_TEST

START_TEST(an_alias_can_become_data_and_data_an_alias)
{
    static const struct db_query q = {"alias_columns",
        "SELECT alias_zone_id, LENGTH(rdata), ttl FROM rrset WHERE zone_id = ? AND type = 1 AND owner = ?"};
    struct dns_name apex = dns_name_of("one.test");
    struct db_result r;
    zones_made();
    ok(change_one(&one, '=', record("@", "A", 60, "192.0.2.7")));
    ok(change_one(&one, '=', alias("@", "A", "www.one.test")));
    ok(db_select_one(db, &a, &q, DB_ARGS(db_i(one.id), db_b(dns_name_wire(&apex))), &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), one.id);
    ck_assert_int_eq(db_int(&r, 0, 1), 0);
    ck_assert_int_eq(db_int(&r, 0, 2), 0);
    ok(change_one(&one, '=', record("@", "A", 60, "192.0.2.8")));
    ok(db_select_one(db, &a, &q, DB_ARGS(db_i(one.id), db_b(dns_name_wire(&apex))), &r, &err));
    ck_assert(db_is_null(&r, 0, 0));
    ck_assert_str_eq(values_of(&one, "one.test", "A"), "192.0.2.8");
}
END_TEST

START_TEST(what_is_no_alias_is_refused)
{
    zones_made();
    struct record_set both = record("x.one.test", "A", 60, "192.0.2.1");
    both.alias = STR("www.one.test");
    refused(change_one(&one, '=', both), INVALID, "alias-values", "x.one.test A");
    refused(change_one(&one, '=', alias("x.one.test", "NS", "one.test")), INVALID, "alias-type", "x.one.test NS");
    refused(change_one(&one, '=', alias("one.test", "SOA", "two.test")), INVALID, "alias-type", "one.test SOA");
    refused(change_one(&one, '=', alias("x.one.test", "DNAME", "one.test")), INVALID, "alias-type", "x.one.test DNAME");
    refused(change_one(&one, '=', alias("x.one.test", "MX", "www.one.test")), INVALID, "alias-target-missing",
        "www.one.test MX");
    refused(change_one(&one, '=', alias("@", "CNAME", "c.two.test")), INVALID, "cname-apex", "one.test CNAME");
    refused(change_one(&one, '=', alias("x.one.test", "A", "www..one.test")), INVALID, "empty-label", "alias target");
    refused(change_one(&one, '=', alias("x.one.test", "A", "")), INVALID, "empty-name", "alias target");
    refused(change_one(&one, '=', alias("x.one.test", "A", "nothing.two.test")), INVALID, "alias-target-missing",
        "nothing.two.test A");
    refused(change_one(&one, '=', alias("x.one.test", "A", "nothing.one.test")), INVALID, "alias-target-missing",
        "nothing.one.test A");
    refused(change_one(&one, '=', alias("x.one.test", "AAAA", "www.two.test")), INVALID, "alias-target-missing",
        "www.two.test AAAA");
    struct record_set elsewhere = alias("x.one.test", "A", "www.two.test");
    elsewhere.alias_zone_id = three.id;
    refused(change_one(&one, '=', elsewhere), INVALID, "alias-not-hosted", "zone number");
    ok(change_one(&one, '=', record("c.one.test", "CNAME", 60, "www.one.test.")));
    refused(change_one(&one, '=', alias("c.one.test", "A", "www.one.test")), INVALID, "cname-beside", "there is A");
    refused(
        change_one(&one, '=', alias("x.one.test", "A", "c.one.test")), INVALID, "alias-target-missing", "c.one.test");
    ok(change_one(&one, '=', record("sub.one.test", "NS", 60, "ns.example.")));
    refused(
        change_one(&one, '=', alias("sub.one.test", "A", "www.one.test")), INVALID, "at-delegation", "sub.one.test");
    refused(
        change_one(&one, '=', alias("a.sub.one.test", "A", "www.one.test")), INVALID, "below-delegation", "a.sub.one");
    ok(change_one(&one, '=', alias("a.cut.one.test", "A", "www.one.test")));
    refused(change_one(&one, '=', record("cut.one.test", "NS", 60, "ns.example.")), INVALID, "below-delegation",
        "a.cut.one.test A");
}
END_TEST

START_TEST(an_alias_of_any_type_needs_a_target_of_that_type)
{
    zones_made();
    ok(change_one(&two, '+', record("t.two.test", "TXT", 60, "\"x\"")));
    ok(change_one(&two, '+', record("c.two.test", "CNAME", 60, "www.two.test.")));
    ok(change_one(&two, '+', record("two.test", "MX", 60, "1 www.two.test.")));
    ok(change_one(&one, '+', alias("x.one.test", "TXT", "t.two.test")));
    ok(change_one(&one, '+', alias("x.one.test", "MX", "two.test")));
    ok(change_one(&one, '+', alias("c.one.test", "CNAME", "c.two.test")));
    refused(change_one(&one, '+', alias("c.one.test", "TXT", "t.two.test")), INVALID, "cname-beside", "there is TXT");
    refused(change_one(&one, '+', alias("y.one.test", "TXT", "www.two.test")), INVALID, "alias-target-missing",
        "www.two.test TXT");
}
END_TEST

START_TEST(the_target_of_an_alias_may_be_a_wildcard_or_covered_by_one)
{
    zones_made();
    ok(change_one(&one, '+', record("*.w.one.test", "A", 60, "192.0.2.1")));
    ok(change_one(&two, '+', record("*.w.two.test", "A", 60, "192.0.2.1")));
    ok(change_one(&one, '+', alias("x.one.test", "A", "any.thing.w.one.test")));
    ok(change_one(&one, '+', alias("y.one.test", "A", "any.thing.w.two.test")));
    ok(change_one(&one, '+', alias("z.one.test", "A", "*.w.two.test")));
    refused(change_one(&one, '+', alias("v.one.test", "AAAA", "any.w.two.test")), INVALID, "alias-target-missing",
        "any.w.two.test AAAA");
    refused(
        change_one(&one, '+', alias("v.one.test", "A", "w.two.test")), INVALID, "alias-target-missing", "w.two.test A");
    /* a circle through the wildcard is none the less one */
    refused(change_one(&one, '=', alias("*.w.one.test", "A", "x.one.test")), INVALID, "alias-too-deep", "more than 8");
    ok(change_one(&one, '=', alias("*.w.one.test", "A", "www.one.test")));
    refused(change_one(&one, '=', alias("www.one.test", "A", "any.w.one.test")), INVALID, "alias-loop", "itself");
}
END_TEST

START_TEST(a_target_made_in_the_same_change_set_counts)
{
    struct zone_change_done done;
    zones_made();
    struct zone_change *c = zone_change_begin(&a, &one, ACCOUNT);
    struct record_set first = alias("x.one.test", "A", "new.one.test");
    struct record_set target = record("new.one.test", "A", 60, "192.0.2.5");
    ok(zone_change_add(c, &first, &err));
    ok(zone_change_add(c, &target, &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
    c = zone_change_begin(&a, &one, ACCOUNT);
    struct record_set second = alias("y.one.test", "A", "new.one.test");
    ok(zone_change_add(c, &second, &err));
    ok(zone_change_delete(c, &target, &err));
    refused(zone_change_commit(c, db, T0, &done, &err), INVALID, "alias-target-missing", "new.one.test A");
}
END_TEST

START_TEST(loops_are_refused_in_one_zone_and_across_three)
{
    zones_made();
    refused(change_one(&one, '=', alias("www.one.test", "A", "www.one.test")), INVALID, "alias-loop", "www.one.test A");
    ok(change_one(&one, '=', alias("x.one.test", "A", "www.one.test")));
    refused(change_one(&one, '=', alias("www.one.test", "A", "x.one.test")), INVALID, "alias-loop", "www.one.test A");
    ok(change_one(&one, '=', alias("l.one.test", "A", "www.two.test")));
    ok(change_one(&two, '=', alias("www.two.test", "A", "www.three.test")));
    refused(
        change_one(&three, '=', alias("www.three.test", "A", "l.one.test")), INVALID, "alias-loop", "www.three.test A");
    ck_assert_str_eq(values_of(&three, "www.three.test", "A"), "192.0.2.3");
    /* the other type is another graph */
    ok(change_one(&one, '=', record("l.one.test", "AAAA", 60, "::1")));
    ok(change_one(&three, '=', alias("www.three.test", "AAAA", "l.one.test")));
}
END_TEST

START_TEST(a_loop_inside_one_change_set_is_refused)
{
    struct zone_change_done done;
    zones_made();
    struct zone_change *c = zone_change_begin(&a, &one, ACCOUNT);
    struct record_set x = alias("x.one.test", "A", "y.one.test"), y = alias("y.one.test", "A", "x.one.test");
    ok(zone_change_add(c, &x, &err));
    ok(zone_change_add(c, &y, &err));
    refused(zone_change_commit(c, db, T0, &done, &err), INVALID, "alias-loop", "one.test A");
    ck_assert_ptr_null(values_of(&one, "x.one.test", "A"));
}
END_TEST

static const char *link_name(int i, const struct zone **z)
{
    *z = i % 2 == 0 ? &one : &two;
    return arena_printf(&a, "c%d.%s.test", i, i % 2 == 0 ? "one" : "two");
}

START_TEST(a_chain_has_eight_steps_and_no_more_from_either_end)
{
    const struct zone *z;
    zones_made();
    ok(change_one(&one, '+', record("c0.one.test", "A", 60, "192.0.2.1")));
    for (int i = 1; i <= ZONE_ALIAS_DEPTH_MAX; i++) {
        const char *to = link_name(i - 1, &z);
        const char *from = link_name(i, &z);
        ok(change_one(z, '+', alias(from, "A", to)));
    }
    const struct zone *ninth;
    const char *from = link_name(9, &ninth), *to = link_name(8, &z);
    refused(change_one(ninth, '+', alias(from, "A", to)), INVALID, "alias-too-deep", "more than 8");
    /* the near end is data until now: making it an alias makes the far end too long */
    refused(change_one(&one, '=', alias("c0.one.test", "A", "www.one.test")), INVALID, "alias-too-deep", "8 lead here");
    ok(change_one(&one, '-', alias("c8.one.test", "A", "c7.two.test")));
    ok(change_one(&one, '=', alias("c0.one.test", "A", "www.one.test")));
}
END_TEST

START_TEST(the_target_of_an_alias_may_go_and_the_alias_stays)
{
    zones_made();
    ok(change_one(&one, '+', alias("x.one.test", "A", "www.two.test")));
    ok(change_one(&one, '+', alias("y.one.test", "A", "www.three.test")));
    ok(change_one(&two, '-', record("www.two.test", "A", 300, "192.0.2.2")));
    ck_assert_str_eq(values_of(&one, "x.one.test", "A"), "-> www.two.test");
    ok(zone_delete(db, three.id, OTHER, true, T0, &err));
    ck_assert_str_eq(values_of(&one, "y.one.test", "A"), "-> www.three.test");
    ok(change_one(&one, '+', record("z.one.test", "A", 60, "192.0.2.4"))); /* others change on */
}
END_TEST

/* ---- two halves of a loop at the same moment ------------------------------------------------------------ */

struct half {
    pthread_t thread;
    struct zone zone;
    struct record_set set;
    pthread_barrier_t *start;
    struct error e;
    enum status s;
};

static void *half_run(void *ctx)
{
    struct half *h = ctx;
    struct arena own;
    struct db *mine;
    struct zone_change_done done;
    arena_init(&own, 0);
    h->s = db_open(testdb_settings(), &mine, &h->e);
    struct zone_change *c = zone_change_begin(&own, &h->zone, ZONE_ANY_ACCOUNT);
    if (h->s == OK)
        h->s = zone_change_set(c, &h->set, &h->e);
    (void)pthread_barrier_wait(h->start);
    if (h->s == OK)
        h->s = zone_change_commit(c, mine, T0, &done, &h->e);
    db_close(&mine);
    arena_clear(&own);
    return NULL;
}

START_TEST(of_two_changes_that_close_a_loop_together_one_is_refused)
{
    static struct half h[2];
    pthread_barrier_t start;
    zones_made();
    for (int round = 0; round < 20; round++) {
        ok(change_one(&one, '=', record("www.one.test", "A", 60, "192.0.2.1")));
        ok(change_one(&two, '=', record("www.two.test", "A", 60, "192.0.2.1")));
        ck_assert_int_eq(pthread_barrier_init(&start, NULL, 2), 0);
        h[0] = (struct half){.zone = one, .set = alias("www.one.test", "A", "www.two.test"), .start = &start};
        h[1] = (struct half){.zone = two, .set = alias("www.two.test", "A", "www.one.test"), .start = &start};
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(pthread_create(&h[i].thread, NULL, half_run, &h[i]), 0);
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(pthread_join(h[i].thread, NULL), 0);
        ck_assert_int_eq(pthread_barrier_destroy(&start), 0);
        int good = (h[0].s == OK) + (h[1].s == OK);
        const struct half *bad = h[0].s == OK ? &h[1] : &h[0];
        ck_assert_msg(good == 1, "round %d: %d of 2 were taken (%s %s)", round, good, bad->e.code, bad->e.text);
        ck_assert_int_eq(bad->s, INVALID);
        ck_assert_str_eq(bad->e.code, "alias-loop");
    }
}
END_TEST

TEST_MAIN("alias", an_alias_stands_at_the_apex_and_anywhere_in_this_or_another_zone,
    what_was_read_can_be_deleted_and_only_that, an_alias_can_become_data_and_data_an_alias, what_is_no_alias_is_refused,
    an_alias_of_any_type_needs_a_target_of_that_type, the_target_of_an_alias_may_be_a_wildcard_or_covered_by_one,
    a_target_made_in_the_same_change_set_counts, loops_are_refused_in_one_zone_and_across_three,
    a_loop_inside_one_change_set_is_refused, a_chain_has_eight_steps_and_no_more_from_either_end,
    the_target_of_an_alias_may_go_and_the_alias_stays, of_two_changes_that_close_a_loop_together_one_is_refused);
