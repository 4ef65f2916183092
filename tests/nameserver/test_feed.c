/* The feed against a real MariaDB: what a pass reads, and that no change is missed. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/net.h"
#include "tests/nameserver/feed_pass.h"

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
    tcase_add_test(t, a_change_in_a_large_zone_costs_as_much_as_in_a_small_one);
    tcase_add_test(t, a_change_without_its_wake_up_is_found_by_polling);
    tcase_add_test(t, a_wake_up_makes_a_change_answered_at_once);
}

int main(void)
{
    return fixture_main("nameserver feed", add);
}
