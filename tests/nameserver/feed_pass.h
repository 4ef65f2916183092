/* A feed whose passes the test makes one by one. `now` is the test's own, so that no test waits for a clock. */
#ifndef FW_TESTS_NAMESERVER_FEED_PASS_H
#define FW_TESTS_NAMESERVER_FEED_PASS_H

#include "nameserver/feed_impl.h"
#include "tests/nameserver/feed_fixture.h"

#define T0 (INT64_C(1700000000) * US_PER_S)

static struct fixture f;
static struct db *db;
static struct feed *feed;
static time_us now;

static void feed_open(void)
{
    struct feed_settings s = feed_settings_of(testdb_settings());
    struct error e;

    ck_assert_msg(feed_new(&f.st, &s, &feed, &e) == OK, "%s", e.text);
}

static void setup(void)
{
    fixture_open(&f);
    db = testdb_open(&f.a);
    now = T0;
    feed_open();
}

static void teardown(void)
{
    feed_free(&feed);
    testdb_close(&db);
    fixture_close(&f);
}

static void pass(void)
{
    struct error e;

    now += US_PER_S;
    ck_assert_msg(feed_pass(feed, false, now, &e) == OK, "%s", e.text);
}

/* As after a wake-up: only the newest changes are looked at. */
FW_UNUSED static void pass_woken(void)
{
    struct error e;

    now += 1000;
    ck_assert_msg(feed_pass(feed, true, now, &e) == OK, "%s", e.text);
}

static void write_zone(uint64_t id, uint64_t version, const char *origin, const char *lines)
{
    struct change c = version_of(&f.a, id, version, origin, lines);

    commit(db, &f.a, &c, now);
}

DB_QUERY(q_test_served, "SELECT version FROM zone_served WHERE server_id = 7 AND zone_id = ?");
DB_QUERY(q_test_server, "SELECT name, col, row_from, row_to, dns_addrs, last_seen FROM dns_server WHERE id = 7");

static int64_t served(int64_t zone)
{
    struct db_result r;
    struct error e;
    enum status s = db_select_one(db, &f.a, &q_test_served, DB_ARGS(db_i(zone)), &r, &e);

    ck_assert(s == OK || s == NOT_FOUND);
    return s == OK ? db_int(&r, 0, 0) : 0;
}

#endif
