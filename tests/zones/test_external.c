/* Aliases to names elsewhere: what may be one, how it is told from an alias to a name hosted here, and how it is read. */
#include "tests/zones/zones_test.h"
#include "zones/export.h"

static struct zone one;

static struct record_set elsewhere(const char *name, const char *type, const char *target)
{
    struct record_set set = alias(name, type, target);
    set.alias_external = true;
    return set;
}

static struct record_set found(const char *name, const char *type)
{
    struct record_set set;
    ok(record_find(db, &a, one.id, ACCOUNT, str_of(name), str_of(type), &set, &err));
    return set;
}

START_TEST(a_target_that_no_zone_here_holds_is_elsewhere)
{
    one = make_zone("one.test", ACCOUNT);
    ok(change_one(&one, '+', alias("@", "A", "LB-1.far.example.")));
    ok(change_one(&one, '+', alias("*.one.test", "AAAA", "lb-1.far.example")));
    struct record_set set = found("one.test", "A");
    ck_assert(set.alias_external && str_eqz(set.alias, "lb-1.far.example"));
    ck_assert(str_is_null(set.alias_zone));
    ck_assert_int_eq(set.alias_zone_id, 0);
    ck_assert_uint_eq(set.values_n, 0);
}
END_TEST

START_TEST(it_is_a_row_with_a_target_and_without_a_zone)
{
    static const struct db_query q = {"external_columns",
        "SELECT alias_zone_id, alias_owner, LENGTH(rdata), ttl FROM rrset WHERE zone_id = ? AND type = 1"
        " AND alias_owner IS NOT NULL"};
    struct dns_name target = dns_name_of("lb.far.example");
    struct db_result r;
    one = make_zone("one.test", ACCOUNT);
    ok(change_one(&one, '=', alias("@", "A", "lb.far.example")));
    ok(db_select_one(db, &a, &q, DB_ARGS(db_i(one.id)), &r, &err));
    ck_assert(db_is_null(&r, 0, 0));
    ck_assert(str_eq(db_str(&r, 0, 1), dns_name_wire(&target)));
    ck_assert_int_eq(db_int(&r, 0, 2), 0);
    ck_assert_int_eq(db_int(&r, 0, 3), 0);
}
END_TEST

START_TEST(a_target_in_a_zone_here_is_not_elsewhere_unless_that_is_said)
{
    struct zone two = make_zone("two.test", OTHER);
    one = make_zone("one.test", ACCOUNT);
    ok(change_one(&two, '+', record("www.two.test", "A", 60, "192.0.2.1")));
    ok(change_one(&one, '=', alias("@", "A", "www.two.test")));
    ck_assert(!found("one.test", "A").alias_external);
    ok(change_one(&one, '=', elsewhere("@", "A", "www.two.test")));
    ck_assert(found("one.test", "A").alias_external);
    ok(change_one(&one, '=', elsewhere("@", "A", "nothing.two.test"))); /* the public may see another two.test */
    ok(change_one(&one, '=', alias("@", "A", "www.two.test")));
    ck_assert(!found("one.test", "A").alias_external);
}
END_TEST

START_TEST(it_stays_elsewhere_when_a_zone_that_holds_the_target_appears_here)
{
    one = make_zone("one.test", ACCOUNT);
    ok(change_one(&one, '+', alias("@", "A", "lb.far.example")));
    struct zone far = make_zone("far.example", OTHER);
    ok(change_one(&far, '+', record("lb.far.example", "A", 60, "192.0.2.66")));
    struct record_set set = found("one.test", "A");
    ck_assert(set.alias_external && str_is_null(set.alias_zone));
    ok(change_one(&one, '-', set));
}
END_TEST

START_TEST(what_was_read_can_be_deleted_and_only_that)
{
    struct zone two = make_zone("two.test", OTHER);
    one = make_zone("one.test", ACCOUNT);
    ok(change_one(&two, '+', record("www.two.test", "A", 60, "192.0.2.1")));
    ok(change_one(&one, '+', alias("x.one.test", "A", "www.two.test")));
    refused(change_one(&one, '-', elsewhere("x.one.test", "A", "www.two.test")), CONFLICT, "record-differs", "x.one");
    ok(change_one(&one, '=', elsewhere("x.one.test", "A", "www.two.test")));
    struct record_set inside = alias("x.one.test", "A", "www.two.test");
    inside.alias_zone_id = two.id;
    refused(change_one(&one, '-', inside), CONFLICT, "record-differs", "x.one.test");
    refused(change_one(&one, '-', elsewhere("x.one.test", "A", "lb.two.test")), CONFLICT, "record-differs", "x.one");
    ok(change_one(&one, '-', found("x.one.test", "A")));
}
END_TEST

START_TEST(what_cannot_be_a_host_elsewhere_is_refused)
{
    one = make_zone("one.test", ACCOUNT);
    refused(change_one(&one, '=', alias("@", "MX", "lb.far.example")), INVALID, "alias-type", "A or AAAA");
    refused(change_one(&one, '=', alias("@", "A", "192.0.2.1")), INVALID, "alias-target-host", "192.0.2.1");
    refused(change_one(&one, '=', alias("@", "A", "localhost")), INVALID, "alias-target-host", "full name");
    refused(change_one(&one, '=', alias("@", "A", ".")), INVALID, "alias-target-host", "full name");
    refused(change_one(&one, '=', alias("@", "A", "*.far.example")), INVALID, "alias-target-host", "host name");
    refused(change_one(&one, '=', elsewhere("@", "A", "a_b.far.example")), INVALID, "alias-target-host", "host name");
    refused(change_one(&one, '=', elsewhere("@", "A", "www.one.test")), INVALID, "alias-inside", "in this zone");
    refused(change_one(&one, '=', elsewhere("@", "A", "one.test")), INVALID, "alias-inside", "in this zone");
    struct record_set both = elsewhere("@", "A", "lb.far.example");
    both.alias_zone_id = one.id;
    refused(change_one(&one, '=', both), INVALID, "alias-values", "no zone");
    both.alias_external = false;
    refused(change_one(&one, '=', both), INVALID, "alias-not-hosted", "zone number");
}
END_TEST

START_TEST(the_rules_for_aliases_hold_for_it_too)
{
    one = make_zone("one.test", ACCOUNT);
    ok(change_one(&one, '+', record("c.one.test", "CNAME", 60, "www.one.test.")));
    refused(change_one(&one, '=', alias("c.one.test", "A", "lb.far.example")), INVALID, "cname-beside", "c.one.test");
    ok(change_one(&one, '+', record("sub.one.test", "NS", 60, "ns.example.")));
    refused(change_one(&one, '=', alias("sub.one.test", "A", "lb.far.example")), INVALID, "at-delegation", "sub.one");
    refused(
        change_one(&one, '=', alias("a.sub.one.test", "A", "lb.far.example")), INVALID, "below-delegation", "a.sub");
    ok(change_one(&one, '+', alias("a.cut.one.test", "A", "lb.far.example")));
    refused(change_one(&one, '+', record("cut.one.test", "NS", 60, "ns.example.")), INVALID, "below-delegation",
        "a.cut.one.test A");
}
END_TEST

START_TEST(a_chain_that_ends_elsewhere_has_eight_steps_too)
{
    one = make_zone("one.test", ACCOUNT);
    ok(change_one(&one, '+', alias("c1.one.test", "A", "lb.far.example")));
    for (int i = 2; i <= ZONE_ALIAS_DEPTH_MAX; i++)
        ok(change_one(
            &one, '+', alias(arena_printf(&a, "c%d.one.test", i), "A", arena_printf(&a, "c%d.one.test", i - 1))));
    refused(change_one(&one, '+', alias("c9.one.test", "A", "c8.one.test")), INVALID, "alias-too-deep", "more than 8");
    ok(change_one(&one, '=', record("c1.one.test", "A", 60, "192.0.2.1")));
    ok(change_one(&one, '=', alias("c1.one.test", "A", "lb.far.example")));
}
END_TEST

START_TEST(a_zone_has_100_of_them_and_no_more)
{
    struct zone_change_done done;
    one = make_zone("one.test", ACCOUNT);
    struct zone_change *c = zone_change_begin(&a, &one, ACCOUNT);
    for (int i = 0; i < ZONE_EXTERNAL_MAX; i++) {
        struct record_set set = alias(arena_printf(&a, "n%d.one.test", i), "A", "lb.far.example");
        ok(zone_change_add(c, &set, &err));
    }
    ok(zone_change_commit(c, db, T0, &done, &err));
    refused(change_one(&one, '+', alias("m.one.test", "A", "lb.far.example")), INVALID, "alias-too-many", "100");
    ok(change_one(&one, '=', alias("n0.one.test", "A", "lb2.far.example"))); /* one for another */
    ok(change_one(&one, '=', record("n0.one.test", "A", 60, "192.0.2.1")));
    ok(change_one(&one, '+', alias("m.one.test", "A", "lb.far.example")));
    refused(
        change_one(&one, '=', alias("n0.one.test", "A", "lb.far.example")), INVALID, "alias-too-many", "n0.one.test");
}
END_TEST

static const char *exported(enum export_alias how)
{
    struct buf out;
    buf_in(&out, &a, 1 << 20);
    ok(zone_export(db, &a, one.id, ACCOUNT, how, &out, &err));
    return str_dupz(&a, buf_view(&out));
}

START_TEST(an_export_shows_it_as_a_comment_flattened_too)
{
    one = make_zone("one.test", ACCOUNT);
    ok(change_one(&one, '+', alias("lb.one.test", "A", "lb.far.example")));
    ok(change_one(&one, '+', alias("www.one.test", "A", "lb.one.test")));
    ck_assert_ptr_nonnull(
        strstr(exported(EXPORT_ALIAS_COMMENT), "; alias: lb.one.test. A -> lb.far.example. (elsewhere)\n"));
    const char *flat = exported(EXPORT_ALIAS_FLATTEN);
    ck_assert_ptr_nonnull(strstr(flat, "; alias: lb.one.test. A -> lb.far.example. (leads elsewhere"));
    ck_assert_ptr_nonnull(strstr(flat, "; alias: www.one.test. A -> lb.one.test. (leads elsewhere"));
}
END_TEST

TEST_MAIN("external", a_target_that_no_zone_here_holds_is_elsewhere, it_is_a_row_with_a_target_and_without_a_zone,
    a_target_in_a_zone_here_is_not_elsewhere_unless_that_is_said,
    it_stays_elsewhere_when_a_zone_that_holds_the_target_appears_here, what_was_read_can_be_deleted_and_only_that,
    what_cannot_be_a_host_elsewhere_is_refused, the_rules_for_aliases_hold_for_it_too,
    a_chain_that_ends_elsewhere_has_eight_steps_too, a_zone_has_100_of_them_and_no_more,
    an_export_shows_it_as_a_comment_flattened_too);
