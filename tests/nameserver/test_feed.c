/* The feed against a real MariaDB. `now` is the test's own, so that no test waits for a clock. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/net.h"
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
static void pass_woken(void)
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

static size_t server_rows(void)
{
    struct db_result r;
    struct error e;

    ck_assert(db_select(db, &f.a, &q_test_server, DB_NO_ARGS, 10, &r, &e) == OK);
    return r.rows;
}

START_TEST(the_first_pass_reads_everything_reports_it_and_is_ready)
{
    struct db_result r;
    struct error e;

    for (int i = 1; i <= 30; i++)
        write_zone((uint64_t)i, 1, arena_printf(&f.a, "z%d.test", i), arena_printf(&f.a, "www A 192.0.2.%d\n", i));
    ck_assert(!feed_ready(feed));
    pass();
    ck_assert(feed_ready(feed));
    ASK(&f, "www.z7.test", DNS_A, "NOERROR aa | www.z7.test 300 A 192.0.2.7 | |");
    ASK(&f, "www.z30.test", DNS_A, "NOERROR aa | www.z30.test 300 A 192.0.2.30 | |");
    for (int i = 1; i <= 30; i++)
        ck_assert_int_eq(served(i), 1);
    ck_assert(db_select_one(db, &f.a, &q_test_server, DB_NO_ARGS, &r, &e) == OK);
    ck_assert(str_eqz(db_str(&r, 0, 0), "dns-2") && db_int(&r, 0, 1) == 2 && db_int(&r, 0, 3) == 511);
}
END_TEST

/* All in one transaction, as an import leaves them. */
static void write_many(int n)
{
    struct buf b;

    buf_in(&b, &f.a, 64 << 20);
    buf_puts(&b, "START TRANSACTION;\n");
    for (int i = 1; i <= n; i++) {
        struct change c = version_of(&f.a, (uint64_t)i, 1, arena_printf(&f.a, "z%d.test", i), "www A 192.0.2.1\n");

        buf_puts(&b, change_sql(&f.a, &c, now));
    }
    buf_puts(&b, "COMMIT;\n");
    buf_putc(&b, '\0');
    run_script(db, b.p);
}

START_TEST(more_zones_than_a_page_are_all_read)
{
    int n = FEED_PAGE + 200;

    write_many(n);
    pass();
    ck_assert_uint_eq(f.st.zones_by_id.n, (size_t)n);
    ck_assert_int_eq(served(n), 1);
}
END_TEST

DB_QUERY(q_test_sent, "SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM information_schema.SESSION_STATUS"
                      " WHERE VARIABLE_NAME = 'ROWS_SENT'");

/* Rows that a pass reads. */
static int64_t pass_rows(void)
{
    int64_t rows[2];

    for (int i = 0; i < 2; i++) {
        struct db_result r;
        struct error e;

        ck_assert_msg(db_select_one(feed->db, &f.a, &q_test_sent, DB_NO_ARGS, &r, &e) == OK, "%s", e.text);
        rows[i] = db_int(&r, 0, 0);
        if (i == 0)
            pass();
    }
    return rows[1] - rows[0];
}

START_TEST(an_import_is_not_read_again_with_each_pass_once_its_time_is_over)
{
    write_many(FEED_PAGE / 2);
    pass();
    ck_assert_int_ge(pass_rows(), FEED_PAGE); /* once as changes that others may come behind of, once by the sweep */
    now += FEED_OVERLAP_POLL_US;
    ck_assert_int_le(pass_rows(), FEED_PAGE / 2 + 2);
    write_zone(3, 2, "z3.test", "new A 192.0.2.3\n");
    pass_woken();
    ck_assert_uint_eq(ask(&f, "new.z3.test", DNS_A).n[DNS_ANSWER], 1);
}
END_TEST

START_TEST(a_change_reads_only_its_rows_and_tombstones_take_names_away)
{
    struct change c;

    write_zone(1, 1, "one.test", "www A 192.0.2.1\nold A 192.0.2.2\n");
    pass();
    c = version_of(&f.a, 1, 2, "one.test", "www A 192.0.2.9\n");
    change_add_deletion(&f.a, &c, "old.one.test", DNS_A);
    commit(db, &f.a, &c, now);
    pass_woken();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.9 | |");
    ck_assert_uint_eq(ask(&f, "old.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_int_eq(served(1), 2);
}
END_TEST

START_TEST(an_alias_row_is_read)
{
    struct change c = version_of(&f.a, 1, 1, "one.test", "www 66 A 192.0.2.1\n");

    change_add_alias(&f.a, &c, "one.test", DNS_A, 1, "www.one.test");
    commit(db, &f.a, &c, now);
    pass();
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 66 A 192.0.2.1 | |");
}
END_TEST

START_TEST(an_alias_row_without_a_zone_leads_elsewhere)
{
    struct change c = version_of(&f.a, 1, 1, "one.test", "www 66 A 192.0.2.1\n");

    change_add_alias(&f.a, &c, "one.test", DNS_A, 0, "www.one.test"); /* not what is served under that name here */
    commit(db, &f.a, &c, now);
    pass();
    ASK(&f, "one.test", DNS_A, "SERVFAIL -- | | |");
    ck_assert_ptr_nonnull(external_next(&f.st, now));
}
END_TEST

START_TEST(a_change_that_commits_behind_a_later_one_is_not_missed)
{
    struct change first, second;
    struct db *slow;
    struct error e;

    write_zone(1, 1, "one.test", "");
    write_zone(2, 1, "two.test", "");
    pass();
    first = version_of(&f.a, 1, 2, "one.test", "www A 192.0.2.1\n");
    second = version_of(&f.a, 2, 2, "two.test", "www A 192.0.2.2\n");
    ck_assert(db_open(testdb_settings(), &slow, &e) == OK);
    run_script(slow, arena_printf(&f.a, "START TRANSACTION;\n%s", change_sql(&f.a, &first, now + 1000)));
    commit(db, &f.a, &second, now + 900000);
    pass_woken();
    ck_assert_uint_eq(ask(&f, "www.two.test", DNS_A).n[DNS_ANSWER], 1);
    ck_assert_uint_eq(ask(&f, "www.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    run_script(slow, "COMMIT;\n");
    pass_woken();
    ck_assert_uint_eq(ask(&f, "www.one.test", DNS_A).n[DNS_ANSWER], 1);
    db_close(&slow);
}
END_TEST

START_TEST(a_change_that_commits_behind_the_overlap_is_found_by_the_sweep)
{
    struct change c;

    write_zone(1, 1, "one.test", "");
    write_zone(2, 1, "two.test", "");
    pass();
    now += 3600 * US_PER_S;
    write_zone(2, 2, "two.test", "www A 192.0.2.2\n");
    pass();
    c = version_of(&f.a, 1, 2, "one.test", "www A 192.0.2.1\n");
    commit(db, &f.a, &c, now - 1800 * US_PER_S);
    pass_woken();
    ck_assert_uint_eq(ask(&f, "www.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    pass();
    ck_assert_uint_eq(ask(&f, "www.one.test", DNS_A).n[DNS_ANSWER], 1);
}
END_TEST

START_TEST(a_deleted_zone_goes_and_a_new_one_of_its_name_comes)
{
    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    pass();
    run_script(db,
        arena_printf(&f.a, "UPDATE zone SET deleted = 1, version = 2, changed = %lld WHERE id = 1;\n", (long long)now));
    pass_woken();
    ASK(&f, "www.one.test", DNS_A, "REFUSED -- | | |");
    ck_assert_int_eq(served(1), 2);
    write_zone(2, 1, "one.test", "www A 192.0.2.2\n");
    pass_woken();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.2 | |");
}
END_TEST

START_TEST(a_zone_made_again_is_served_even_if_its_deletion_is_seen_later)
{
    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    pass();
    /* the new zone's change time is the older: it is first in the page */
    run_script(db, arena_printf(&f.a, "UPDATE zone SET deleted = 1, version = 2, changed = %lld WHERE id = 1;\n",
                       (long long)now + 500));
    write_zone(2, 1, "one.test", "www A 192.0.2.2\n");
    pass_woken();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.2 | |");
    ck_assert_int_eq(served(2), 1);
    ck_assert_int_eq(served(1), 2);
}
END_TEST

START_TEST(a_zone_that_cannot_be_served_stays_as_it_was_until_it_can)
{
    struct change c;

    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    write_zone(2, 1, "two.test", "www A 192.0.2.1\n");
    pass();
    c = version_of(&f.a, 1, 2, "one.test", "www A 192.0.2.2\nbad A 192.0.2.2\n");
    c.rows[c.n - 1].data = STR("\0\3abc");
    commit(db, &f.a, &c, now);
    write_zone(2, 2, "two.test", "www A 192.0.2.2\n");
    pass();
    pass();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.1 | |");
    ASK(&f, "www.two.test", DNS_A, "NOERROR aa | www.two.test 300 A 192.0.2.2 | |");
    ck_assert_int_eq(served(1), 1);
    write_zone(1, 3, "one.test", "www A 192.0.2.3\n"); /* mends the row that was bad */
    pass();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.3 | |");
    ASK(&f, "bad.one.test", DNS_A, "NOERROR aa | bad.one.test 300 A 192.0.2.2 | |");
    ck_assert_int_eq(served(1), 3);
}
END_TEST

START_TEST(a_database_that_went_backwards_is_not_followed)
{
    struct change c;

    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    write_zone(2, 1, "two.test", "www A 192.0.2.1\n");
    pass();
    c = version_of(&f.a, 1, 5, "one.test", "www A 192.0.2.5\n");
    commit(db, &f.a, &c, now);
    pass();
    write_zone(1, 2, "one.test", "www A 192.0.2.2\n");
    run_script(db, "DELETE FROM rrset WHERE zone_id = 2;\nDELETE FROM zone WHERE id = 2;\n");
    pass();
    pass();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.5 | |");
    ASK(&f, "www.two.test", DNS_A, "NOERROR aa | www.two.test 300 A 192.0.2.1 | |");
}
END_TEST

/* A copy was restored, and lives on: its versions 2 to 5 are not those that were served. */
START_TEST(a_database_that_went_backwards_is_taken_whole_once_it_is_newer)
{
    struct feed_settings s = feed_settings_of(testdb_settings());
    const char *dir = testdir_new(&f.a);
    static struct fixture g;
    struct feed_kept kept;
    struct error e;

    feed_free(&feed);
    s.snapshot = testdir_path(&f.a, dir, "zones");
    ck_assert_msg(feed_new(&f.st, &s, &feed, &e) == OK, "%s", e.text);
    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    pass();
    write_zone(1, 5, "one.test", "www A 192.0.2.5\nlost A 192.0.2.5\n");
    pass();
    run_script(db, "DELETE FROM rrset WHERE version = 5;\n");
    write_zone(1, 2, "one.test", "other A 192.0.2.2\n");
    pass();
    ASK(&f, "lost.one.test", DNS_A, "NOERROR aa | lost.one.test 300 A 192.0.2.5 | |");
    write_zone(1, 5, "one.test", "other A 192.0.2.55\n"); /* a version given once more, for another change */
    pass();
    ASK(&f, "other.one.test", DNS_A, "NOERROR aa | other.one.test 300 A 192.0.2.55 | |");
    ck_assert_int_eq(ask(&f, "lost.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_int_eq(served(1), 5);
    fixture_open(&g);
    feed_load(&g.st, &g.a, s.snapshot, &kept); /* the log says the same */
    ck_assert_int_eq(ask(&g, "lost.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ASK(&g, "other.one.test", DNS_A, "NOERROR aa | other.one.test 300 A 192.0.2.55 | |");
    fixture_close(&g);
    write_zone(1, 6, "one.test", "last A 192.0.2.6\n");
    pass();
    ASK(&f, "other.one.test", DNS_A, "NOERROR aa | other.one.test 300 A 192.0.2.55 | |");
    ASK(&f, "last.one.test", DNS_A, "NOERROR aa | last.one.test 300 A 192.0.2.6 | |");
    ck_assert_int_eq(ask(&f, "lost.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_int_eq(served(1), 6);
    fixture_open(&g);
    feed_load(&g.st, &g.a, s.snapshot, &kept);
    ck_assert_int_eq(ask(&g, "lost.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ASK(&g, "other.one.test", DNS_A, "NOERROR aa | other.one.test 300 A 192.0.2.55 | |");
    ASK(&g, "last.one.test", DNS_A, "NOERROR aa | last.one.test 300 A 192.0.2.6 | |");
    fixture_close(&g);
    testdir_free(dir);
}
END_TEST

START_TEST(a_clock_that_is_set_back_hides_no_change)
{
    write_zone(1, 1, "one.test", "");
    write_zone(2, 1, "two.test", "");
    pass();
    now -= 3600 * US_PER_S;
    pass();
    write_zone(1, 2, "one.test", "www A 192.0.2.1\n");
    pass_woken();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.1 | |");
    ck_assert_int_eq(served(1), 2);
}
END_TEST

/* Those of the hosts that write are not one clock. */
START_TEST(a_change_from_a_clock_that_is_ahead_hides_none_of_the_others)
{
    struct change ahead = version_of(&f.a, 1, 2, "one.test", "www A 192.0.2.1\n");

    write_zone(1, 1, "one.test", "");
    write_zone(2, 1, "two.test", "");
    pass();
    commit(db, &f.a, &ahead, now + 2 * FEED_OVERLAP_POLL_US);
    pass_woken();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.1 | |");
    now += FEED_OVERLAP_POLL_US;
    pass();
    write_zone(2, 2, "two.test", "www A 192.0.2.2\n");
    pass_woken();
    ASK(&f, "www.two.test", DNS_A, "NOERROR aa | www.two.test 300 A 192.0.2.2 | |");
    now += FEED_OVERLAP_POLL_US + US_PER_S; /* its time has come, and what began before has not committed yet */
    pass();
    ahead = version_of(&f.a, 2, 3, "two.test", "w A 192.0.2.3\n");
    commit(db, &f.a, &ahead, feed->newest - US_PER_S);
    pass_woken();
    ASK(&f, "w.two.test", DNS_A, "NOERROR aa | w.two.test 300 A 192.0.2.3 | |");
}
END_TEST

START_TEST(a_clock_that_is_set_back_does_not_stop_connecting)
{
    struct feed_settings s = feed_settings_of(testdb_settings());
    struct error e;

    feed_free(&feed);
    s.db.socket = "/nonexistent/socket";
    ck_assert_msg(feed_new(&f.st, &s, &feed, &e) == OK, "%s", e.text);
    ck_assert_int_ne(feed_pass(feed, false, now, &e), OK);
    ck_assert_str_ne(e.code, "db-pause");
    ck_assert_int_ne(feed_pass(feed, false, now, &e), OK);
    ck_assert_str_eq(e.code, "db-pause");
    ck_assert_int_ne(feed_pass(feed, false, now - 3600 * US_PER_S, &e), OK);
    ck_assert_str_ne(e.code, "db-pause");
}
END_TEST

START_TEST(reports_that_the_database_refuses_do_not_pile_up)
{
    struct error e;

    for (int i = 1; i <= 10; i++)
        write_zone((uint64_t)i, 1, arena_printf(&f.a, "z%d.test", i), "");
    run_script(db, "RENAME TABLE zone_served TO away;\n");
    for (int i = 0; i < 5; i++) {
        now += 10 * US_PER_S;
        ck_assert_int_ne(feed_pass(feed, false, now, &e), OK);
        ck_assert_uint_le(feed->reports.n, 10);
    }
    run_script(db, "RENAME TABLE away TO zone_served;\n");
    now += 10 * US_PER_S;
    pass();
    ck_assert_int_eq(served(10), 1);
}
END_TEST

/* Served, but not told, until the disk takes it; then told without a further change. */
START_TEST(what_the_disk_does_not_take_is_served_and_not_reported)
{
    struct feed_settings s = feed_settings_of(testdb_settings());
    const char *dir = testdir_new(&f.a), *gone;
    struct error e;

    feed_free(&feed);
    gone = testdir_path(&f.a, dir, "sub");
    s.snapshot = arena_printf(&f.a, "%s/zones", gone);
    ck_assert_msg(feed_new(&f.st, &s, &feed, &e) == OK, "%s", e.text);
    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    pass();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.1 | |");
    ck_assert_int_eq(served(1), 0);
    feed_snapshot(feed, true, now);
    pass();
    ck_assert_int_eq(served(1), 0);
    ck_assert_int_eq(mkdir(gone, 0700), 0);
    feed_snapshot(feed, true, now);
    pass();
    ck_assert_int_eq(served(1), 1);
    ck_assert_int_eq(access(s.snapshot, F_OK), 0);
    feed_free(&feed);
    feed_open();
    testdir_free(dir);
}
END_TEST

START_TEST(a_start_from_a_snapshot_reads_only_what_is_newer_and_reports_all)
{
    struct change c = version_of(&f.a, 1, 1, "one.test", "www A 192.0.2.1\n");

    apply(&f, &c);
    commit(db, &f.a, &c, now);
    c = version_of(&f.a, 2, 3, "two.test", "www A 192.0.2.1\n");
    apply(&f, &c);
    c = version_of(&f.a, 2, 4, "two.test", "www A 192.0.2.4\n");
    commit(db, &f.a, &c, now);
    pass();
    ck_assert_int_eq(served(1), 1);
    ck_assert_int_eq(served(2), 4);
    ASK(&f, "www.two.test", DNS_A, "NOERROR aa | www.two.test 300 A 192.0.2.4 | |");
}
END_TEST

START_TEST(what_was_reported_is_told_again_when_the_row_or_the_connection_is_new)
{
    struct error e;

    write_zone(1, 1, "one.test", "");
    pass();
    run_script(db, "DELETE FROM dns_server;\nDELETE FROM zone_served;\n");
    pass();
    pass();
    ck_assert_int_eq(server_rows(), 1);
    feed_free(&feed);
    feed_open();
    ck_assert_int_eq(served(1), 0);
    now += US_PER_S;
    ck_assert_msg(feed_pass(feed, false, now, &e) == OK, "%s", e.text);
    ck_assert_int_eq(served(1), 1);
}
END_TEST

/* ---- other databases ----------------------------------------------------------------------------------------------- */

DB_QUERY(q_test_connections,
    "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");

/* As a restart of MariaDB looks from here. */
static void connections_kill(void)
{
    struct db_result r;
    struct error e;

    ck_assert_msg(db_select(db, &f.a, &q_test_connections, DB_NO_ARGS, 10, &r, &e) == OK, "%s", e.text);
    ck_assert_uint_eq(r.rows, 1);
    run_script(db, arena_printf(&f.a, "KILL %lld;\n", (long long)db_int(&r, 0, 0)));
    do
        ck_assert_msg(db_select(db, &f.a, &q_test_connections, DB_NO_ARGS, 10, &r, &e) == OK, "%s", e.text);
    while (r.rows > 0);
}

START_TEST(a_database_that_hung_up_between_passes_is_told_again_what_is_served)
{
    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    pass();
    connections_kill();
    run_script(db, "DELETE FROM dns_server;\nDELETE FROM zone_served;\n"); /* another copy is there by now */
    pass();
    ck_assert_int_eq(served(1), 1);
    ck_assert_int_eq(server_rows(), 1);
}
END_TEST

START_TEST(a_database_that_is_not_there_is_passed_over_in_the_same_pass)
{
    struct feed_settings s = feed_settings_of(testdb_settings());
    struct db_settings standby[2] = {s.db, s.db};
    struct error e;

    feed_free(&feed);
    s.db.socket = standby[0].socket = "/nonexistent/socket";
    s.standby = standby;
    s.standby_n = 2;
    ck_assert_msg(feed_new(&f.st, &s, &feed, &e) == OK, "%s", e.text);
    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    pass();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.1 | |");
    ck_assert_uint_eq(feed->db_at, 2);
    connections_kill();
    pass(); /* asked once more, and there */
    ck_assert_uint_eq(feed->db_at, 2);
    feed_free(&feed);
    feed_open();
}
END_TEST

START_TEST(a_database_that_takes_connections_and_no_statements_is_left_for_the_next)
{
    struct feed_settings s = feed_settings_of(testdb_settings());
    struct db_settings standby = s.db;
    struct error e;

    feed_free(&feed);
    s.db.database = "information_schema";
    s.standby = &standby;
    s.standby_n = 1;
    ck_assert_msg(feed_new(&f.st, &s, &feed, &e) == OK, "%s", e.text);
    write_zone(1, 1, "one.test", "");
    pass();
    ck_assert_uint_eq(feed->db_at, 1);
    ck_assert_int_eq(served(1), 1);
    feed_free(&feed);
    feed_open();
}
END_TEST

/* The first database was a change ahead when it went; the next gave the same version to another change, before we came. */
START_TEST(a_version_given_to_another_change_while_nobody_looked_is_followed)
{
    write_zone(1, 1, "one.test", "www A 192.0.2.1\n");
    write_zone(2, 1, "two.test", "www A 192.0.2.1\n");
    pass();
    write_zone(1, 2, "one.test", "www A 192.0.2.2\nlost A 192.0.2.2\n");
    write_zone(2, 2, "two.test", "www A 192.0.2.2\nlost A 192.0.2.2\n");
    pass();
    connections_kill();
    now += 10 * US_PER_S;
    run_script(db, "DELETE FROM rrset WHERE version = 2;\n");
    write_zone(1, 2, "one.test", "www A 192.0.2.22\n");
    write_zone(2, 3, "two.test", "www A 192.0.2.33\n");
    pass();
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.22 | |");
    ASK(&f, "www.two.test", DNS_A, "NOERROR aa | www.two.test 300 A 192.0.2.33 | |");
    ck_assert_int_eq(ask(&f, "lost.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_int_eq(ask(&f, "lost.two.test", DNS_A).rcode, DNS_NXDOMAIN);
    ck_assert_int_eq(served(1), 2);
    ck_assert_int_eq(served(2), 3);
}
END_TEST

/* ---- the work of one change ------------------------------------------------------------------------------------------ */

#define MANY 100000

DB_QUERY(q_test_work, "SELECT CAST(SUM(variable_value) AS UNSIGNED) FROM information_schema.session_status"
                      " WHERE variable_name LIKE 'Handler_read%'");

/* Rows that MariaDB has looked at for the feed. */
static int64_t rows_looked_at(void)
{
    struct db_result r;
    struct error e;

    ck_assert_msg(db_select_one(feed->db, &f.a, &q_test_work, DB_NO_ARGS, &r, &e) == OK, "%s", e.text);
    return db_int(&r, 0, 0);
}

START_TEST(a_change_in_a_large_zone_costs_as_much_as_in_a_small_one)
{
    uint64_t rows, compiled;
    int64_t looked;

    write_zone(1, 1, "one.test", "");
    for (int i = 0; i < MANY; i += MANY / 20)
        run_script(db, arena_printf(&f.a,
                           "INSERT INTO rrset SELECT 1, w, 1, 300, x'0004C0000201', NULL, NULL, 1, 0, w FROM (SELECT "
                           "CONCAT(x'07', LPAD(seq, 7, 'n'), x'036f6e65047465737400') w FROM seq_%d_to_%d) s;\n",
                           i + 1, i + MANY / 20));
    pass();
    ck_assert_uint_ge(f.st.names_n, MANY);
    ck_assert_uint_eq(ask(&f, "new.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    rows = feed->rows_read;
    compiled = f.st.compiled;
    looked = rows_looked_at();
    write_zone(1, 2, "one.test", "new A 192.0.2.2\n");
    pass_woken();
    ASK(&f, "new.one.test", DNS_A, "NOERROR aa | new.one.test 300 A 192.0.2.2 | |");
    ASK(&f, "nn12345.one.test", DNS_A, "NOERROR aa | nn12345.one.test 300 A 192.0.2.1 | |");
    ck_assert_uint_eq(feed->rows_read - rows, 2); /* the SOA, and what is new */
    ck_assert_uint_eq(f.st.compiled - compiled, 2);
    looked = rows_looked_at() - looked;
    ck_assert_msg(looked < 700, "%lld", (long long)looked); /* most of them are those of session_status */
}
END_TEST

/* ---- the thread --------------------------------------------------------------------------------------------------- */

static int stop_fd;

static void *feed_main(void *arg)
{
    feed_run(arg, stop_fd);
    return NULL;
}

/* Runs the feed on a thread of its own, commits a change of one.test, and returns once it is answered. */
static void change_followed(int poll_ms, bool wake)
{
    struct feed_settings s = feed_settings_of(testdb_settings());
    struct error e;
    struct change c;
    pthread_t thread;
    uint64_t one = 1, from;

    feed_free(&feed);
    s.poll_ms = poll_ms;
    ck_assert(net_addr_parse(STR("127.0.0.1:0"), &s.notify, &e) == OK);
    write_zone(1, 1, "one.test", "");
    ck_assert_msg(feed_new(&f.st, &s, &feed, &e) == OK, "%s", e.text);
    stop_fd = eventfd(0, EFD_CLOEXEC);
    ck_assert_int_eq(pthread_create(&thread, NULL, feed_main, feed), 0);
    while (!feed_ready(feed))
        sched_yield();
    c = version_of(&f.a, 1, 2, "one.test", "www A 192.0.2.1\n");
    commit(db, &f.a, &c, clock_now());
    from = clock_monotonic_ns();
    if (wake)
        net_wake(feed_notify_addr(feed));
    while (
        ask(&f, "www.one.test", DNS_A).rcode != DNS_NOERROR && clock_monotonic_ns() - from < 30 * UINT64_C(1000000000))
        sched_yield();
    ck_assert_uint_eq(ask(&f, "www.one.test", DNS_A).n[DNS_ANSWER], 1);
    ck_assert_int_eq(write(stop_fd, &one, 8), 8);
    pthread_join(thread, NULL);
    close(stop_fd);
}

START_TEST(a_wake_up_makes_a_change_answered_at_once)
{
    change_followed(60000, true); /* polls so rarely that only the wake-up can have done it */
}
END_TEST

START_TEST(a_change_without_its_wake_up_is_found_by_polling)
{
    change_followed(100, false);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_first_pass_reads_everything_reports_it_and_is_ready);
    tcase_add_test(t, more_zones_than_a_page_are_all_read);
    tcase_add_test(t, an_import_is_not_read_again_with_each_pass_once_its_time_is_over);
    tcase_add_test(t, a_change_reads_only_its_rows_and_tombstones_take_names_away);
    tcase_add_test(t, an_alias_row_is_read);
    tcase_add_test(t, an_alias_row_without_a_zone_leads_elsewhere);
    tcase_add_test(t, a_change_that_commits_behind_a_later_one_is_not_missed);
    tcase_add_test(t, a_change_that_commits_behind_the_overlap_is_found_by_the_sweep);
    tcase_add_test(t, a_deleted_zone_goes_and_a_new_one_of_its_name_comes);
    tcase_add_test(t, a_zone_made_again_is_served_even_if_its_deletion_is_seen_later);
    tcase_add_test(t, a_zone_that_cannot_be_served_stays_as_it_was_until_it_can);
    tcase_add_test(t, a_database_that_went_backwards_is_not_followed);
    tcase_add_test(t, a_database_that_went_backwards_is_taken_whole_once_it_is_newer);
    tcase_add_test(t, a_clock_that_is_set_back_hides_no_change);
    tcase_add_test(t, a_change_from_a_clock_that_is_ahead_hides_none_of_the_others);
    tcase_add_test(t, a_clock_that_is_set_back_does_not_stop_connecting);
    tcase_add_test(t, reports_that_the_database_refuses_do_not_pile_up);
    tcase_add_test(t, what_the_disk_does_not_take_is_served_and_not_reported);
    tcase_add_test(t, a_start_from_a_snapshot_reads_only_what_is_newer_and_reports_all);
    tcase_add_test(t, what_was_reported_is_told_again_when_the_row_or_the_connection_is_new);
    tcase_add_test(t, a_database_that_hung_up_between_passes_is_told_again_what_is_served);
    tcase_add_test(t, a_database_that_is_not_there_is_passed_over_in_the_same_pass);
    tcase_add_test(t, a_database_that_takes_connections_and_no_statements_is_left_for_the_next);
    tcase_add_test(t, a_version_given_to_another_change_while_nobody_looked_is_followed);
    tcase_add_test(t, a_change_in_a_large_zone_costs_as_much_as_in_a_small_one);
    tcase_add_test(t, a_change_without_its_wake_up_is_found_by_polling);
    tcase_add_test(t, a_wake_up_makes_a_change_answered_at_once);
}

int main(void)
{
    return fixture_main("nameserver feed", add);
}
