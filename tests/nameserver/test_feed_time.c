/* The feed where databases and clocks go backwards or ahead. */
#include "tests/nameserver/feed_pass.h"

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

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_database_that_went_backwards_is_not_followed);
    tcase_add_test(t, a_database_that_went_backwards_is_taken_whole_once_it_is_newer);
    tcase_add_test(t, a_clock_that_is_set_back_hides_no_change);
    tcase_add_test(t, a_change_from_a_clock_that_is_ahead_hides_none_of_the_others);
    tcase_add_test(t, a_clock_that_is_set_back_does_not_stop_connecting);
}

int main(void)
{
    return fixture_main("nameserver feed time", add);
}
