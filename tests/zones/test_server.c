#include "zones/server.h"

#include "tests/zones/zones_test.h"
#include "zones/sync.h"

#define NOW (1000 * US_PER_S)

static void server_add(int id, int col, int row_to, int seen_s)
{
    ok(db_run_script(db,
        str_printf(&a,
            "INSERT INTO dns_server (id, col, row_from, row_to, name, dns_addrs, notify_addr, started, last_seen,"
            " feed_lag_us) VALUES (%d, %d, 0, %d, 'dns-%d', '127.0.0.1:%d', NULL, 1, %d000000, 1500);",
            id, col, row_to, id, 5300 + id, seen_s),
        &err));
}

static void served(int server, const struct zone *z, int64_t version)
{
    ok(db_run_script(db,
        str_printf(
            &a, "REPLACE INTO zone_served VALUES (%d, %lld, %lld, 9);", server, (long long)z->id, (long long)version),
        &err));
}

static struct server_info *list(size_t n_wanted)
{
    struct server_info *s;
    size_t n;

    ok(server_list(db, &a, &s, &n, &err));
    ck_assert_uint_eq(n, n_wanted);
    return s;
}

START_TEST(the_list_says_what_each_server_is_and_how_far_behind)
{
    struct server_info *s;

    list(0);
    server_add(7, 1, 511, 900);
    server_add(3, 1, 511, 950);
    server_add(9, 0, 511, 990);
    s = list(3);
    ck_assert(s[0].id == 9 && s[1].id == 3 && s[2].id == 7);
    ck_assert(s[2].column == 1 && s[2].row_from == 0 && s[2].row_to == 511 && s[2].last_seen == 900 * US_PER_S);
    ck_assert(str_eqz(s[2].name, "dns-7") && str_eqz(s[2].dns_addrs, "127.0.0.1:5307") && s[2].lag_us == 1500);
    ck_assert(str_is_null(s[2].notify_addr) && s[2].zones == 0 && s[2].behind == 0);
}
END_TEST

START_TEST(zones_at_an_older_version_or_none_count_as_behind)
{
    struct zone one = make_zone("one.test", ACCOUNT), two = make_zone("two.test", ACCOUNT);
    struct server_info *s;

    server_add(3, 0, 511, 950);
    s = list(1);
    ck_assert(s->zones == 2 && s->behind == 2);
    served(3, &one, 1);
    served(3, &two, 1);
    ck_assert(list(1)->behind == 0);
    ok(change_one(&two, '+', record("www.two.test", "A", 60, "192.0.2.1")));
    s = list(1);
    ck_assert(s->zones == 2 && s->behind == 1);
}
END_TEST

START_TEST(a_server_of_other_rows_is_not_behind)
{
    (void)make_zone("one.test", ACCOUNT);
    ok(db_run_script(db, STR("UPDATE delegation_set SET r0 = 5;"), &err));
    server_add(3, 0, 4, 950);
    ck_assert(list(1)->zones == 0 && list(1)->behind == 0);
}
END_TEST

START_TEST(a_forgotten_server_holds_up_nobody)
{
    struct zone z = make_zone("one.test", ACCOUNT);
    struct zone_sync sync;

    for (int c = 0; c < 4; c++) {
        server_add(10 + c, c, 511, 990);
        served(10 + c, &z, 1);
    }
    server_add(20, 2, 511, 500);
    ok(zone_insync(db, &a, z.id, 1, &sync, &err));
    ck_assert(!sync.insync);
    ok(server_forget(db, &a, 20, NOW, &err));
    ok(zone_insync(db, &a, z.id, 1, &sync, &err));
    ck_assert(sync.insync);
    list(4);
}
END_TEST

START_TEST(what_it_reported_goes_with_it)
{
    struct zone z = make_zone("one.test", ACCOUNT);

    server_add(20, 2, 511, 500);
    served(20, &z, 1);
    ok(server_forget(db, &a, 20, NOW, &err));
    server_add(20, 2, 511, 990);
    ck_assert(list(1)->behind == 1);
}
END_TEST

START_TEST(one_that_lives_or_never_was_is_not_forgotten)
{
    server_add(20, 2, 511, 980);
    ck_assert_int_eq(server_forget(db, &a, 20, NOW, &err), CONFLICT);
    ck_assert_str_eq(err.code, "server-alive");
    ck_assert_int_eq(server_forget(db, &a, 21, NOW, &err), NOT_FOUND);
    ck_assert_str_eq(err.code, "server");
    list(1);
}
END_TEST

TEST_MAIN("server", the_list_says_what_each_server_is_and_how_far_behind,
    zones_at_an_older_version_or_none_count_as_behind, a_server_of_other_rows_is_not_behind,
    a_forgotten_server_holds_up_nobody, what_it_reported_goes_with_it, one_that_lives_or_never_was_is_not_forgotten);
