#include "zones/zone.h"

#include <pthread.h>

#include "tests/zones/zones_test.h"

START_TEST(a_new_zone_has_four_name_servers_and_a_sensible_apex)
{
    struct record_list list;
    struct zone z = make_zone("Shop.TEST.", ACCOUNT);
    ck_assert(str_eqz(z.name, "shop.test"));
    ck_assert_int_eq(z.version, 1);
    ck_assert_uint_eq(z.serial, 1);
    ok(record_list(db, &a, z.id, ACCOUNT, NULL, 10, &list, &err));
    ck_assert_uint_eq(list.n, 2);
    ck_assert_int_eq(list.items[0].ttl, 172800);
    ck_assert_uint_eq(list.items[0].values_n, 4);
    for (size_t i = 0; i < ZONE_NS_COUNT; i++) {
        ck_assert(str_ends(z.ns[i], pool[i].domain));
        ck_assert_ptr_nonnull(strstr(values_of(&z, "shop.test", "NS"), str_dupz(&a, z.ns[i])));
    }
    struct str soa = str_printf(&a, "%.*s. hostmaster.fourways-dns.test. 1 7200 900 1209600 86400", STR_ARG(z.ns[0]));
    ck_assert_str_eq(values_of(&z, "shop.test", "SOA"), str_dupz(&a, soa));
}
END_TEST

START_TEST(the_mailbox_of_the_soa_can_be_given)
{
    struct zone z;
    struct zone_new n = {.account_id = ACCOUNT, .name = STR("shop.test"), .rname = STR("dns.shop.test")};
    ok(zone_create(db, &a, &n, T0, &z, NULL, &err));
    ck_assert_ptr_nonnull(strstr(values_of(&z, "shop.test", "SOA"), " dns.shop.test. "));
    n = (struct zone_new){.account_id = ACCOUNT, .name = STR("shop2.test"), .rname = STR("dns..test")};
    refused(zone_create(db, &a, &n, T0, &z, NULL, &err), INVALID, "empty-label", "SOA rname");
    refused(zone_find(db, &a, STR("shop2.test"), ACCOUNT, &z, &err), NOT_FOUND, "zone", "shop2.test");
}
END_TEST

START_TEST(making_it_again_gives_the_one_that_is_there)
{
    struct zone first = make_zone("shop.test", ACCOUNT), second;
    bool created = true;
    struct zone_new n = {.account_id = ACCOUNT, .name = STR("SHOP.test")};
    ok(zone_create(db, &a, &n, T0 + 9, &second, &created, &err));
    ck_assert(!created);
    ck_assert_int_eq(second.id, first.id);
    ck_assert_int_eq(second.version, 1);
    n.delegation_set_id = first.delegation_set_id + 1;
    refused(zone_create(db, &a, &n, T0, &second, NULL, &err), CONFLICT, "zone-delegation-set", "shop.test");
}
END_TEST

START_TEST(what_is_no_name_for_a_zone_is_refused)
{
    static const char *const bad[] = {"", ".", "test", "a..test", "sh op.test", "sh\\032op.test", "*.test",
        "\xc3\xbc.test", "x.toolongtoolongtoolongtoolongtoolongtoolongtoolongtoolongtoolongtoolong.test", "shop.te$t"};
    struct zone z;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct zone_new n = {.account_id = ACCOUNT, .name = str_of(bad[i])};
        refused(zone_create(db, &a, &n, T0, &z, NULL, &err), INVALID, "zone-name", "cannot be a zone's name");
    }
    make_zone("0/25.2.0.192.in-addr.test", ACCOUNT);
    make_zone("_acme.shop.test", ACCOUNT);
}
END_TEST

START_TEST(no_account_gets_a_name_at_above_or_below_anothers_zone)
{
    static const char *const taken[] = {"shop.test", "www.shop.test", "a.b.c.shop.test"};
    struct zone z = make_zone("shop.test", ACCOUNT);
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        struct zone_new n = {.account_id = OTHER, .name = str_of(taken[i])};
        refused(zone_create(db, &a, &n, T0, &z, NULL, &err), DENIED, "zone-taken", taken[i]);
    }
    make_zone("www.shop.test", ACCOUNT);
    make_zone("x.deep.net.test", ACCOUNT);
    struct zone_new n = {.account_id = OTHER, .name = STR("net.test")};
    refused(zone_create(db, &a, &n, T0, &z, NULL, &err), DENIED, "zone-taken", "net.test");
    make_zone("eshop.test", OTHER);
    make_zone("shop-x.test", OTHER);
    ck_assert_int_eq(make_zone("net.test", ACCOUNT).account_id, ACCOUNT);
}
END_TEST

START_TEST(a_zone_is_found_by_name_by_number_and_by_a_name_inside)
{
    struct zone z = make_zone("shop.test", ACCOUNT), sub = make_zone("sub.shop.test", ACCOUNT), f;
    ok(zone_find(db, &a, STR("SHOP.TEST."), ACCOUNT, &f, &err));
    ck_assert_int_eq(f.id, z.id);
    ck_assert(str_eq(f.ns[3], z.ns[3]) && dns_name_equal(&f.apex, &z.apex));
    refused(zone_find(db, &a, STR("shop.test"), OTHER, &f, &err), NOT_FOUND, "zone", "shop.test");
    refused(zone_find_id(db, &a, z.id, OTHER, &f, &err), NOT_FOUND, "zone", "number");
    ok(zone_find_id(db, &a, z.id, ZONE_ANY_ACCOUNT, &f, &err));
    struct dns_name in = dns_name_of("A.b.Sub.shop.test"), beside = dns_name_of("b.shop.test"),
                    out = dns_name_of("b.other.test");
    ok(zone_find_enclosing(db, &a, &in, ACCOUNT, &f, &err));
    ck_assert_int_eq(f.id, sub.id);
    ok(zone_find_enclosing(db, &a, &beside, ACCOUNT, &f, &err));
    ck_assert_int_eq(f.id, z.id);
    refused(zone_find_enclosing(db, &a, &out, ACCOUNT, &f, &err), NOT_FOUND, "zone", "b.other.test");
    refused(zone_find_enclosing(db, &a, &in, OTHER, &f, &err), NOT_FOUND, "zone", "no hosted zone");
}
END_TEST

START_TEST(zones_are_listed_page_by_page_in_canonical_order)
{
    static const char *const order[] = {"a.test", "z.a.test", "b.test", "c.test", "a.c.test"};
    struct zone_list list;
    for (size_t i = ARRAY_LEN(order); i > 0; i--)
        make_zone(order[i - 1], ACCOUNT);
    make_zone("aa.test", OTHER);
    struct str after = STR_NULL;
    size_t seen = 0;
    do {
        ok(zone_list(db, &a, ACCOUNT, after, 2, &list, &err));
        for (size_t i = 0; i < list.n; i++)
            ck_assert(str_eqz(list.items[i].name, order[seen++]));
        after = list.items[list.n - 1].name;
    } while (list.more);
    ck_assert_uint_eq(seen, ARRAY_LEN(order));
    ok(zone_list(db, &a, ZONE_ANY_ACCOUNT, STR_NULL, ZONE_LIST_MAX, &list, &err));
    ck_assert_uint_eq(list.n, ARRAY_LEN(order) + 1);
    ck_assert(!list.more);
    refused(zone_list(db, &a, ACCOUNT, STR_NULL, 1001, &list, &err), INVALID, "zone-list-limit", "1000");
    refused(zone_list(db, &a, ACCOUNT, STR_NULL, 0, &list, &err), INVALID, "zone-list-limit", "1000");
    refused(zone_list(db, &a, ACCOUNT, STR("x"), 1, &list, &err), INVALID, "zone-name", "x");
}
END_TEST

START_TEST(a_zone_with_records_is_deleted_only_when_forced)
{
    struct zone z = make_zone("shop.test", ACCOUNT), f;
    ok(change_one(&z, '+', record("www.shop.test", "A", 60, "192.0.2.1")));
    refused(zone_delete(db, z.id, OTHER, true, T0, &err), NOT_FOUND, "zone", "no hosted zone");
    refused(zone_delete(db, z.id, ACCOUNT, false, T0, &err), CONFLICT, "zone-not-empty", "1 record sets");
    ok(zone_delete(db, z.id, ACCOUNT, true, T0 + 3, &err));
    refused(zone_find(db, &a, STR("shop.test"), ACCOUNT, &f, &err), NOT_FOUND, "zone", "shop.test");
    refused(zone_find_id(db, &a, z.id, ACCOUNT, &f, &err), NOT_FOUND, "zone", "number");
    refused(zone_delete(db, z.id, ACCOUNT, true, T0, &err), NOT_FOUND, "zone", "no hosted zone");
}
END_TEST

START_TEST(a_deleted_zone_leaves_a_tombstone_and_its_name_is_free)
{
    static const struct db_query q = {"zone_row", "SELECT deleted, version, changed FROM zone WHERE id = ?"};
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct db_result r;
    ok(zone_delete(db, z.id, ACCOUNT, false, T0 + 3, &err));
    ok(db_select_one(db, &a, &q, DB_ARGS(db_i(z.id)), &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), 1);
    ck_assert_int_eq(db_int(&r, 0, 1), 2);
    ck_assert_int_eq(db_int(&r, 0, 2), T0 + 3);
    struct zone n = make_zone("shop.test", OTHER);
    ck_assert_int_ne(n.id, z.id);
    ck_assert_int_ne(n.delegation_set_id, z.delegation_set_id);
    ck_assert_int_eq(n.version, 1);
    ck_assert_ptr_null(values_of(&n, "www.shop.test", "A"));
    ok(zone_delete(db, n.id, OTHER, false, T0 + 4, &err));
    make_zone("shop.test", ACCOUNT);
}
END_TEST

START_TEST(a_zone_made_in_a_transaction_that_is_given_up_was_never_there)
{
    struct zone z, f;
    struct db_result r;
    static const struct db_query q = {"rows_left",
        "SELECT (SELECT COUNT(*) FROM zone) + (SELECT COUNT(*) FROM rrset) + (SELECT COUNT(*) FROM zone_change)"
        " + (SELECT COUNT(*) FROM delegation_set) + (SELECT drawn FROM delegation_draw)"};
    ok(db_begin(db, &err));
    z = make_zone("shop.test", ACCOUNT);
    ok(change_one(&z, '+', record("www.shop.test", "A", 60, "192.0.2.1")));
    ok(zone_find(db, &a, STR("shop.test"), ACCOUNT, &f, &err));
    ck_assert_int_eq(f.version, 2);
    db_abort(db);
    ok(db_select_one(db, &a, &q, DB_NO_ARGS, &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), 0);
}
END_TEST

/* ---- several at once ------------------------------------------------------------ */

enum { MAKERS = 8 };
struct maker {
    pthread_t thread;
    struct zone_new n;
    pthread_barrier_t *start;
    int64_t id;
    bool created;
    struct error e;
    enum status s;
};

static void *maker_run(void *ctx)
{
    struct maker *m = ctx;
    struct arena own;
    struct db *mine;
    struct zone z = {0};
    arena_init(&own, 0);
    m->s = db_open(testdb_settings(), &mine, &m->e);
    (void)pthread_barrier_wait(m->start);
    if (m->s == OK)
        m->s = zone_create(mine, &own, &m->n, T0, &z, &m->created, &m->e);
    m->id = z.id;
    db_close(&mine);
    arena_clear(&own);
    return NULL;
}

static void makers_run(struct maker *m, int n)
{
    pthread_barrier_t start;
    ck_assert_int_eq(pthread_barrier_init(&start, NULL, (unsigned)n), 0);
    for (int i = 0; i < n; i++) {
        m[i].start = &start;
        ck_assert_int_eq(pthread_create(&m[i].thread, NULL, maker_run, &m[i]), 0);
    }
    for (int i = 0; i < n; i++)
        ck_assert_int_eq(pthread_join(m[i].thread, NULL), 0);
    ck_assert_int_eq(pthread_barrier_destroy(&start), 0);
}

START_TEST(one_name_wanted_by_many_at_once_is_one_zone)
{
    static struct maker m[MAKERS];
    int created = 0;
    for (int i = 0; i < MAKERS; i++)
        m[i].n = (struct zone_new){.account_id = ACCOUNT, .name = STR("shop.test")};
    makers_run(m, MAKERS);
    for (int i = 0; i < MAKERS; i++) {
        ck_assert_msg(m[i].s == OK, "%s", m[i].e.text);
        ck_assert_int_eq(m[i].id, m[0].id);
        created += m[i].created;
    }
    ck_assert_int_eq(created, 1);
}
END_TEST

START_TEST(of_overlapping_names_of_two_accounts_made_at_once_one_is_refused)
{
    static struct maker m[2];
    struct delegation_set sets[2]; /* reusable ones: the counter of draws would make one wait for the other */
    ok(delegation_set_create_reusable(db, &a, ACCOUNT, T0, &sets[0], &err));
    ok(delegation_set_create_reusable(db, &a, OTHER, T0, &sets[1], &err));
    for (int round = 0; round < 20; round++) {
        struct str top = str_printf(&a, "s%d.test", round), sub = str_printf(&a, "x.y.s%d.test", round);
        m[0].n = (struct zone_new){.account_id = ACCOUNT, .name = top, .delegation_set_id = sets[0].id};
        m[1].n = (struct zone_new){.account_id = OTHER, .name = sub, .delegation_set_id = sets[1].id};
        makers_run(m, 2);
        const struct maker *bad = m[0].s == OK ? &m[1] : &m[0];
        ck_assert_msg((m[0].s == OK) != (m[1].s == OK), "round %d: %s", round, bad->e.text);
        ck_assert_msg(bad->s == DENIED, "%s: %s", bad->e.code, bad->e.text);
        ck_assert_str_eq(bad->e.code, "zone-taken");
    }
}
END_TEST

START_TEST(all_queries_are_understood_by_the_migrated_schema)
{
    size_t n;
    const struct db_query *const *q = db_queries(&n);
    ck_assert_uint_ge(n, 30);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(db_prepare_check(db, q[i], &err) == OK, "%s: %s", q[i]->name, err.text);
}
END_TEST

TEST_MAIN("zone", a_new_zone_has_four_name_servers_and_a_sensible_apex, the_mailbox_of_the_soa_can_be_given,
    making_it_again_gives_the_one_that_is_there, what_is_no_name_for_a_zone_is_refused,
    no_account_gets_a_name_at_above_or_below_anothers_zone, a_zone_is_found_by_name_by_number_and_by_a_name_inside,
    zones_are_listed_page_by_page_in_canonical_order, a_zone_with_records_is_deleted_only_when_forced,
    a_deleted_zone_leaves_a_tombstone_and_its_name_is_free,
    a_zone_made_in_a_transaction_that_is_given_up_was_never_there, one_name_wanted_by_many_at_once_is_one_zone,
    of_overlapping_names_of_two_accounts_made_at_once_one_is_refused,
    all_queries_are_understood_by_the_migrated_schema);
