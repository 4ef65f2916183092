/* What the feed reports as served, and the databases that it reports to. */
#include <sys/stat.h>
#include <unistd.h>

#include "tests/nameserver/feed_pass.h"

static size_t server_rows(void)
{
    struct db_result r;
    struct error e;

    ck_assert(db_select(db, &f.a, &q_test_server, DB_NO_ARGS, 10, &r, &e) == OK);
    return r.rows;
}

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

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, reports_that_the_database_refuses_do_not_pile_up);
    tcase_add_test(t, what_the_disk_does_not_take_is_served_and_not_reported);
    tcase_add_test(t, a_start_from_a_snapshot_reads_only_what_is_newer_and_reports_all);
    tcase_add_test(t, what_was_reported_is_told_again_when_the_row_or_the_connection_is_new);
    tcase_add_test(t, a_database_that_hung_up_between_passes_is_told_again_what_is_served);
    tcase_add_test(t, a_database_that_is_not_there_is_passed_over_in_the_same_pass);
    tcase_add_test(t, a_database_that_takes_connections_and_no_statements_is_left_for_the_next);
    tcase_add_test(t, a_version_given_to_another_change_while_nobody_looked_is_followed);
}

int main(void)
{
    return fixture_main("nameserver feed report", add);
}
