#include "zones/sync.h"

#include <poll.h>
#include <unistd.h>

#include "base/net.h"
#include "tests/zones/zones_test.h"

static void server_add(int id, int col, int row_from, int row_to, const char *notify)
{
    ok(db_run_script(db,
        str_printf(&a,
            "INSERT INTO dns_server (id, col, row_from, row_to, name, dns_addrs, notify_addr, started, last_seen)"
            " VALUES (%d, %d, %d, %d, 'dns-%d', '127.0.0.1:%d', %s, 1, 2);",
            id, col, row_from, row_to, id, 5300 + id, notify == NULL ? "NULL" : arena_printf(&a, "'%s'", notify)),
        &err));
}

static void served(int server, const struct zone *z, int64_t version)
{
    ok(db_run_script(db,
        str_printf(
            &a, "REPLACE INTO zone_served VALUES (%d, %lld, %lld, 9);", server, (long long)z->id, (long long)version),
        &err));
}

static bool insync(const struct zone *z, int64_t version)
{
    struct zone_sync sync;
    ok(zone_insync(db, &a, z->id, version, &sync, &err));
    return sync.insync;
}

START_TEST(in_sync_means_that_every_server_of_the_zone_serves_the_version)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_sync sync;
    for (int c = 0; c < 4; c++)
        server_add(10 + c, c, 0, 511, NULL);
    for (int c = 0; c < 4; c++) {
        ck_assert(!insync(&z, 1));
        served(10 + c, &z, 1);
    }
    ck_assert(insync(&z, 1));
    ok(change_one(&z, '+', record("www.shop.test", "A", 60, "192.0.2.1")));
    ck_assert(insync(&z, 1));
    ck_assert(!insync(&z, 2) && !insync(&z, 0));
    served(10, &z, 2);
    served(11, &z, 3); /* later is fine */
    served(12, &z, 2);
    ok(zone_insync(db, &a, z.id, 0, &sync, &err));
    ck_assert(!sync.insync);
    ck_assert_int_eq(sync.version, 2);
    ck_assert_uint_eq(sync.n, 4);
    for (size_t c = 0; c < 4; c++) {
        ck_assert_uint_eq(sync.servers[c].column, c);
        ck_assert(str_eq(sync.servers[c].host, z.ns[c]));
        ck_assert(sync.servers[c].insync == (c != 3));
    }
    ck_assert_int_eq(sync.servers[3].version, 1);
    ck_assert(str_eqz(sync.servers[3].dns_addrs, "127.0.0.1:5313"));
    served(13, &z, 2);
    ck_assert(insync(&z, 0));
}
END_TEST

START_TEST(a_column_without_a_server_is_not_in_sync)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    ck_assert(!insync(&z, 1));
    for (int c = 0; c < 3; c++) {
        server_add(10 + c, c, 0, 511, NULL);
        served(10 + c, &z, 1);
    }
    ck_assert(!insync(&z, 1));
}
END_TEST

START_TEST(only_servers_of_the_zones_rows_count_and_all_of_them)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct delegation_set set;
    ok(delegation_set_find(db, &a, z.delegation_set_id, ZONE_ANY_ACCOUNT, &set, &err));
    for (int c = 0; c < 4; c++) {
        int row = (int)set.row[c];
        server_add(10 + c, c, row, row, NULL);
        served(10 + c, &z, 1);
        if (row > 0)
            server_add(20 + c, c, 0, row - 1, NULL);
        if (row < 511)
            server_add(30 + c, c, row + 1, 511, NULL);
    }
    ck_assert(insync(&z, 1));
    server_add(40, 2, 0, 511, NULL); /* a second one for the same row */
    ck_assert(!insync(&z, 1));
    served(40, &z, 1);
    ck_assert(insync(&z, 1));
}
END_TEST

START_TEST(a_change_is_pending_until_all_serve_it)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct zone_change_done done;
    struct change_info info;
    struct record_set set = record("www.shop.test", "A", 60, "192.0.2.1");
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    ok(zone_change_add(c, &set, &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
    for (int col = 0; col < 4; col++) {
        server_add(10 + col, col, 0, 511, NULL);
        served(10 + col, &z, col == 1 ? 1 : 2);
    }
    ok(change_status(db, &a, done.id, ACCOUNT, &info, &err));
    ck_assert(!info.insync);
    served(11, &z, 2);
    ok(change_status(db, &a, done.id, ACCOUNT, &info, &err));
    ck_assert(info.insync);
    served(11, &z, 1);
    ok(zone_delete(db, z.id, ACCOUNT, true, T0, &err));
    ok(change_status(db, &a, done.id, ACCOUNT, &info, &err));
    ck_assert(info.insync);
    struct zone_sync sync;
    refused(zone_insync(db, &a, z.id, 0, &sync, &err), NOT_FOUND, "zone", "no hosted zone");
}
END_TEST

/* A socket of our own in place of a name server's. */
static int notify_socket(const char **addr_r)
{
    struct net_addr addr;
    int fd;
    ok(net_addr_parse(STR("127.0.0.1:0"), &addr, &err));
    ok(net_bind_udp(&addr, false, &fd, &err));
    addr.len = sizeof addr.sa;
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&addr.sa, &addr.len), 0);
    *addr_r = str_dupz(&a, net_addr_text(&a, &addr));
    return fd;
}

START_TEST(a_committed_change_wakes_the_servers_and_an_open_one_does_not)
{
    const char *addr;
    int fd = notify_socket(&addr);
    struct zone z = make_zone("shop.test", ACCOUNT);
    server_add(9, 0, 0, 511, "no address"); /* is logged, and hurts nobody */
    server_add(10, 0, 0, 511, addr);
    server_add(11, 1, 0, 511, NULL);
    ok(db_begin(db, &err));
    ok(change_one(&z, '+', record("a.shop.test", "A", 60, "192.0.2.1")));
    ok(db_commit(db, &err));
    ck_assert(!net_wait_wake(fd, -1, 0));
    zone_wake(db, z.id);
    ck_assert(net_wait_wake(fd, -1, 10000));
    ok(change_one(&z, '+', record("b.shop.test", "A", 60, "192.0.2.1")));
    ck_assert(net_wait_wake(fd, -1, 10000));
    ok(zone_delete(db, z.id, ACCOUNT, true, T0, &err));
    ck_assert(net_wait_wake(fd, -1, 10000));
    make_zone("more.test", ACCOUNT);
    ck_assert(net_wait_wake(fd, -1, 10000));
    close(fd);
}
END_TEST

TEST_MAIN("sync", in_sync_means_that_every_server_of_the_zone_serves_the_version,
    a_column_without_a_server_is_not_in_sync, only_servers_of_the_zones_rows_count_and_all_of_them,
    a_change_is_pending_until_all_serve_it, a_committed_change_wakes_the_servers_and_an_open_one_does_not);
