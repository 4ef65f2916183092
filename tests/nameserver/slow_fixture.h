/* A disk and a database that take their time: an fdatasync that returns when the test lets it, in the place of the C
 * library's (of what a name server does, only the change log calls it), and rows that another connection has locked. And
 * waiting for what other threads do. */
#ifndef FW_TESTS_NAMESERVER_SLOW_FIXTURE_H
#define FW_TESTS_NAMESERVER_SLOW_FIXTURE_H

#include <poll.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/nameserver/feed_fixture.h"

#define PATIENCE_NS (30 * UINT64_C(1000000000))
#define WAIT_UNTIL(is, with) wait_until((is), (with), #is " " #with)

/* ---- the disk ---------------------------------------------------------------------------------------- */

static _Atomic bool disk_slow;
static _Atomic unsigned disk_waiting, disk_synced;

int fdatasync(int fd)
{
    atomic_fetch_add(&disk_waiting, 1);
    while (atomic_load(&disk_slow))
        (void)poll(NULL, 0, 1);
    atomic_fetch_sub(&disk_waiting, 1);
    atomic_fetch_add(&disk_synced, 1);
    return (int)syscall(SYS_fdatasync, fd);
}

static void wait_until(bool (*is)(int64_t with), int64_t with, const char *what)
{
    uint64_t from = clock_monotonic_ns();

    while (!is(with)) {
        ck_assert_msg(clock_monotonic_ns() - from < PATIENCE_NS, "not within half a minute: %s", what);
        (void)poll(NULL, 0, 1);
    }
}

static bool disk_is_waited_for(int64_t with FW_UNUSED)
{
    return atomic_load(&disk_waiting) > 0;
}

/* ---- the database ---------------------------------------------------------------------------------------- */

static struct fixture f;
static struct db *db, *locker;
static const char *dir, *path;
static struct db_settings settings;
static struct feed_server server;
static time_us now;

static void setup(void)
{
    fixture_open(&f);
    dir = testdir_new(&f.a);
    path = testdir_path(&f.a, dir, "zones");
    db = testdb_open(&f.a);
    settings = *testdb_settings();
    settings.timeout_ms = 3000; /* a lock is waited for a second */
    server = feed_settings_of(&settings).server;
    now = INT64_C(1700000000) * US_PER_S;
    locker = NULL;
}

static void teardown(void)
{
    atomic_store(&disk_slow, false);
    db_close(&locker);
    testdb_close(&db);
    testdir_free(dir);
    fixture_close(&f);
}

static struct db *connection(const struct db_settings *to)
{
    struct db_settings once = *to;
    struct error e;
    struct db *d;

    once.once = true;
    ck_assert_msg(db_open(&once, &d, &e) == OK, "%s", e.text);
    return d;
}

DB_QUERY(q_test_served, "SELECT version FROM zone_served WHERE server_id = 7 AND zone_id = ?");
DB_QUERY(q_test_served_n, "SELECT COUNT(*) FROM zone_served WHERE server_id = 7");
DB_QUERY(q_test_reports, "SELECT COUNT(*) FROM information_schema.processlist"
                         " WHERE db = DATABASE() AND info LIKE 'INSERT INTO zone_served%'");
DB_QUERY(q_test_seen, "SELECT last_seen FROM dns_server WHERE id = 7");
DB_QUERY(q_test_lag, "SELECT feed_lag_us FROM dns_server WHERE id = 7");

static int64_t served_in(struct db *d, int64_t zone)
{
    struct db_result r;
    struct error e;

    ck_assert_msg(db_select(d, &f.a, &q_test_served, DB_ARGS(db_i(zone)), 1, &r, &e) == OK, "%s", e.text);
    return r.rows == 1 ? db_int(&r, 0, 0) : 0;
}

static int64_t number(const struct db_query *q)
{
    struct db_result r;
    struct error e;

    ck_assert_msg(db_select_one(db, &f.a, q, DB_NO_ARGS, &r, &e) == OK, "%s", e.text);
    return db_int(&r, 0, 0);
}

static int64_t served(int64_t zone)
{
    return served_in(db, zone);
}

static bool one_is_served(int64_t version)
{
    return served(1) == version;
}

static bool two_is_served(int64_t version)
{
    return served(2) == version;
}

static bool a_report_is_under_way(int64_t want)
{
    return (number(&q_test_reports) > 0) == (want != 0);
}

/* A second one, with some of the tables, empty. */
static struct db_settings other_database(const char *const *tables)
{
    struct db_settings other = settings;

    other.database = arena_printf(&f.a, "%s_other", settings.database);
    run_script(db, arena_printf(&f.a, "CREATE DATABASE %s;\n", other.database));
    for (; *tables != NULL; tables++)
        run_script(db, arena_printf(&f.a, "CREATE TABLE %s.%s LIKE %s;\n", other.database, *tables, *tables));
    return other;
}

static void other_database_drop(const struct db_settings *other)
{
    run_script(db, arena_printf(&f.a, "DROP DATABASE %s;\n", other->database));
}

/* The row in which a report of the zone would go, until unlock_row. */
static void lock_row(int zone)
{
    locker = connection(&settings);
    run_script(locker, arena_printf(&f.a,
                           "INSERT IGNORE INTO zone_served VALUES (7, %d, 0, 0);\nSTART TRANSACTION;\n"
                           "UPDATE zone_served SET at = at + 1 WHERE server_id = 7 AND zone_id = %d;\n",
                           zone, zone));
}

static void unlock_row(void)
{
    run_script(locker, "ROLLBACK;\n");
    db_close(&locker);
}

#endif
