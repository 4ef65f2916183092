/* The thread that brings changes to the disk and reports them: alone, and behind a feed that runs. Slow are the things
 * themselves: a row that another connection has locked, and an fdatasync that returns when the test lets it. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/net.h"
#include "nameserver/feed_impl.h"
#include "nameserver/mem.h"
#include "tests/nameserver/slow_fixture.h"

/* ---- the thread alone ------------------------------------------------------------------------------------- */

static struct reporter *r;
static struct changelog *l;
static bool holding;

static void start(void)
{
    holding = false;
    l = changelog_new(path, 1);
    r = reporter_start(l, &holding, &server);
    ck_assert_ptr_nonnull(r);
    reporter_connect(r, connection(&settings));
}

static void end(void)
{
    reporter_free(&r);
    changelog_free(&l);
}

static void hand_over(uint64_t zone, uint64_t version)
{
    const struct served_report one = {.zone_id = zone, .version = version};

    ck_assert_uint_eq(reporter_hand_over(r, now, &one, 1), 1);
}

static bool has_ended(int64_t with FW_UNUSED)
{
    struct error e;

    return reporter_check(r, &e) != OK;
}

static bool has_worked(int64_t with FW_UNUSED)
{
    return reporter_worked(r);
}

/* Versions of the reports that came back, in order. */
static const char *taken_back(void)
{
    struct report_list back = reporter_take_back(r);
    struct buf b;

    buf_in(&b, &f.a, 1 << 20);
    for (size_t i = 0; i < back.n; i++)
        buf_printf(&b, "%llu@%llu ", (unsigned long long)back.p[i].zone_id, (unsigned long long)back.p[i].version);
    report_list_clear(&back);
    buf_putc(&b, '\0');
    return b.p;
}

static void log_change(uint64_t version)
{
    struct change c = version_of(&f.a, 1, version, "one.test", "");

    changelog_change(l, &c, version - 1);
}

START_TEST(nothing_is_reported_that_is_not_on_the_disk)
{
    start();
    atomic_store(&disk_slow, true);
    log_change(1);
    hand_over(1, 1);
    WAIT_UNTIL(disk_is_waited_for, 0);
    log_change(2);
    hand_over(1, 2);
    ck_assert_int_eq(served(1), 0);
    atomic_store(&disk_slow, false);
    WAIT_UNTIL(one_is_served, 2);
    end();
}
END_TEST

START_TEST(a_log_is_turned_while_the_disk_is_slow)
{
    struct changelog_read read;
    uint64_t from;

    start();
    atomic_store(&disk_slow, true);
    log_change(1);
    hand_over(1, 1);
    WAIT_UNTIL(disk_is_waited_for, 0);
    log_change(2); /* waits behind the first */
    from = changelog_turn(l);
    ck_assert_uint_eq(from, 2);
    log_change(3);
    hand_over(1, 3);
    atomic_store(&disk_slow, false);
    WAIT_UNTIL(one_is_served, 3);
    end();
    changelog_load(&f.st, &f.a, path, 2, &read); /* as a snapshot that holds version 1 and not yet 2 would need it */
    ck_assert_uint_eq(read.files, 1);
    ck_assert_uint_eq(read.refused, 2);
    changelog_load(&f.st, &f.a, path, 1, &read);
    ck_assert_uint_eq(read.files, 2);
    ck_assert_uint_eq(read.changes, 3);
    ck_assert_uint_eq(store_zone(&f.st, 1)->version, 3);
}
END_TEST

/* A process may be killed between its write and the sync. */
START_TEST(what_an_earlier_process_wrote_is_brought_to_the_disk_before_it_is_served)
{
    struct changelog_read read;
    unsigned synced;

    start();
    log_change(1);
    hand_over(1, 1);
    WAIT_UNTIL(one_is_served, 1);
    end();
    synced = atomic_load(&disk_synced);
    changelog_load(&f.st, &f.a, path, 1, &read);
    ck_assert_uint_eq(read.changes, 1);
    ck_assert_uint_eq(atomic_load(&disk_synced), synced + 1);
}
END_TEST

START_TEST(to_be_connected_is_not_to_have_taken_a_report)
{
    start();
    log_change(1);
    ck_assert_uint_eq(reporter_hand_over(r, now, NULL, 0), 0);
    reporter_stop(r); /* whatever there was to do is done */
    ck_assert(!reporter_worked(r));
    end();
    start();
    hand_over(1, 1);
    reporter_stop(r);
    ck_assert(reporter_worked(r));
    end();
}
END_TEST

START_TEST(a_report_that_meets_a_lock_is_sent_until_it_succeeds)
{
    struct error e;

    start();
    lock_row(1);
    hand_over(1, 1);
    WAIT_UNTIL(a_report_is_under_way, 1);
    hand_over(1, 2);
    WAIT_UNTIL(a_report_is_under_way, 0); /* given up, after a second */
    WAIT_UNTIL(a_report_is_under_way, 1);
    unlock_row();
    WAIT_UNTIL(one_is_served, 2);
    ck_assert_int_eq(reporter_check(r, &e), OK);
    ck_assert_str_eq(taken_back(), "");
    end();
}
END_TEST

START_TEST(a_report_of_an_older_connection_reaches_no_other_database)
{
    struct db_settings other = other_database((const char *[]){"zone_served", NULL});
    struct db *there = connection(&other);

    start();
    lock_row(1);
    hand_over(1, 5);
    WAIT_UNTIL(a_report_is_under_way, 1);
    hand_over(2, 5);
    reporter_connect(r, connection(&other));
    ck_assert_str_eq(taken_back(), "2@5 ");
    hand_over(3, 6);
    unlock_row();
    WAIT_UNTIL(has_worked, 0);
    ck_assert_int_eq(served(1), 5); /* was under way */
    ck_assert_int_eq(served(2), 0);
    ck_assert_int_eq(served_in(there, 1), 0);
    ck_assert_int_eq(served_in(there, 2), 0);
    ck_assert_int_eq(served_in(there, 3), 6);
    end();
    db_close(&there);
    other_database_drop(&other);
}
END_TEST

START_TEST(what_is_left_of_older_work_is_dropped_with_its_connection)
{
    struct served_report many[3 * SERVED_BATCH];
    struct report_list back;

    start();
    for (unsigned i = 0; i < ARRAY_LEN(many); i++)
        many[i] = (struct served_report){.zone_id = i + 1, .version = 5};
    lock_row(SERVED_BATCH + 1); /* in the second statement */
    ck_assert_uint_eq(reporter_hand_over(r, now, many, ARRAY_LEN(many)), ARRAY_LEN(many));
    WAIT_UNTIL(one_is_served, 5);
    WAIT_UNTIL(a_report_is_under_way, 1);
    reporter_connect(r, connection(&settings));
    unlock_row();
    hand_over(1, 6);
    WAIT_UNTIL(one_is_served, 6);
    ck_assert_int_eq(served(2 * SERVED_BATCH + 1), 0);
    back = reporter_take_back(r);
    ck_assert_uint_ge(back.n, SERVED_BATCH);
    report_list_clear(&back);
    end();
}
END_TEST

START_TEST(a_refused_report_ends_the_connection_and_comes_back)
{
    start();
    hand_over(1, 1);
    WAIT_UNTIL(one_is_served, 1);
    WAIT_UNTIL(has_worked, 0);
    run_script(db, "RENAME TABLE zone_served TO away;\n");
    hand_over(1, 2);
    WAIT_UNTIL(has_ended, 0);
    ck_assert(!reporter_worked(r));
    hand_over(1, 3); /* nobody has looked yet */
    run_script(db, "RENAME TABLE away TO zone_served;\n");
    reporter_connect(r, connection(&settings));
    ck_assert(!has_ended(0));
    hand_over(2, 1);
    WAIT_UNTIL(two_is_served, 1);
    ck_assert_int_eq(served(1), 1);
    ck_assert_str_eq(taken_back(), "1@2 1@3 ");
    end();
}
END_TEST

START_TEST(what_the_disk_does_not_take_comes_back_and_ends_nothing)
{
    struct error e;
    const char *back = "";

    ck_assert_int_eq(mkdir(arena_printf(&f.a, "%s.log.1", path), 0700), 0);
    start();
    log_change(1);
    hand_over(1, 1);
    for (uint64_t from = clock_monotonic_ns(); *back == '\0'; back = taken_back()) {
        ck_assert_uint_lt(clock_monotonic_ns() - from, PATIENCE_NS);
        (void)poll(NULL, 0, 1);
    }
    ck_assert_str_eq(back, "1@1 ");
    ck_assert_int_eq(reporter_check(r, &e), OK);
    ck_assert_int_eq(served(1), 0);
    hand_over(1, 1); /* the log that follows can be written */
    WAIT_UNTIL(one_is_served, 1);
    end();
}
END_TEST

START_TEST(that_the_server_lives_is_said_and_its_row_made_anew)
{
    for (int64_t i = 1; i <= 2; i++) {
        start();
        reporter_seen(r, now + i, 42);
        reporter_stop(r);
        ck_assert_int_eq(number(&q_test_seen), now + i);
        end();
    }
    ck_assert_int_eq(number(&q_test_lag), 42);
}
END_TEST

START_TEST(a_stop_writes_and_reports_what_was_handed_over)
{
    struct changelog_read read;

    start();
    for (uint64_t i = 1; i <= 1000; i++)
        hand_over(i, 1);
    log_change(1);
    reporter_stop(r);
    ck_assert_int_eq(number(&q_test_served_n), 1000);
    ck_assert_str_eq(taken_back(), "");
    end();
    changelog_load(&f.st, &f.a, path, 0, &read);
    ck_assert_uint_eq(read.changes, 1);
}
END_TEST

START_TEST(a_stop_gives_up_what_a_lock_holds)
{
    uint64_t from;

    start();
    lock_row(1);
    hand_over(1, 1);
    from = clock_monotonic_ns();
    reporter_stop(r);
    ck_assert_uint_lt(clock_monotonic_ns() - from, PATIENCE_NS); /* and not for as long as the lock is held */
    ck_assert_str_eq(taken_back(), "1@1 ");
    unlock_row();
    end();
}
END_TEST

START_TEST(more_is_taken_only_while_there_is_room)
{
    size_t n = REPORTER_WAITING_MAX + 5;
    struct served_report *many = mem_new(n * sizeof(*many));

    start();
    atomic_store(&disk_slow, true);
    log_change(1);
    hand_over(1, 1);
    WAIT_UNTIL(disk_is_waited_for, 0);
    ck_assert_uint_eq(reporter_hand_over(r, now, many, n), REPORTER_WAITING_MAX);
    ck_assert_uint_eq(reporter_hand_over(r, now, many, 1), 0);
    reporter_connect(r, NULL);
    atomic_store(&disk_slow, false);
    mem_free(many);
    end();
}
END_TEST

/* ---- behind a feed that runs ---------------------------------------------------------------------------------- */

static struct feed *feed;
static const struct db_settings *standby; /* NULL: none */
static pthread_t feed_thread;
static int stop_fd;

static void *feed_main(void *arg)
{
    feed_run(arg, stop_fd);
    return NULL;
}

static void write_zone(uint64_t id, uint64_t version, const char *origin, const char *lines)
{
    struct change c = version_of(&f.a, id, version, origin, lines);

    commit(db, &f.a, &c, clock_now());
}

/* Serves one.test and two.test, and has reported them. */
static void feed_begin(const char *snapshot)
{
    struct feed_settings s = feed_settings_of(&settings);
    struct error e;

    s.poll_ms = 50;
    s.snapshot = snapshot;
    s.standby = standby;
    s.standby_n = standby != NULL;
    ck_assert(net_addr_parse(STR("127.0.0.1:0"), &s.notify, &e) == OK);
    write_zone(1, 1, "one.test", "");
    write_zone(2, 1, "two.test", "");
    ck_assert_msg(feed_new(&f.st, &s, &feed, &e) == OK, "%s", e.text);
    stop_fd = eventfd(0, EFD_CLOEXEC);
    ck_assert_int_eq(pthread_create(&feed_thread, NULL, feed_main, feed), 0);
}

static void feed_end(void)
{
    uint64_t one = 1;

    ck_assert_int_eq(write(stop_fd, &one, 8), 8);
    ck_assert_int_eq(pthread_join(feed_thread, NULL), 0);
    close(stop_fd);
    feed_free(&feed);
}

static const char *asked;

static bool is_answered(int64_t with FW_UNUSED)
{
    return ask(&f, asked, DNS_A).rcode == DNS_NOERROR;
}

static void change_is_answered(uint64_t id, uint64_t version, const char *origin, const char *label)
{
    asked = arena_printf(&f.a, "%s.%s", label, origin);
    write_zone(id, version, origin, arena_printf(&f.a, "%s A 192.0.2.1\n", label));
    net_wake(feed_notify_addr(feed));
    WAIT_UNTIL(is_answered, 0);
}

static bool two_is_gone(int64_t with FW_UNUSED)
{
    return ask(&f, "two.test", DNS_SOA).rcode == DNS_REFUSED;
}

START_TEST(a_locked_row_delays_no_answer)
{
    settings.timeout_ms = 100000; /* longer than the test has patience */
    feed_begin(path);
    WAIT_UNTIL(one_is_served, 1);
    WAIT_UNTIL(two_is_served, 1);
    lock_row(1);
    change_is_answered(1, 2, "one.test", "a");
    WAIT_UNTIL(a_report_is_under_way, 1);
    change_is_answered(2, 2, "two.test", "b");
    change_is_answered(1, 3, "one.test", "c");
    ck_assert_int_eq(served(1), 1);
    unlock_row();
    WAIT_UNTIL(one_is_served, 3);
    WAIT_UNTIL(two_is_served, 2);
    feed_end();
}
END_TEST

START_TEST(a_slow_disk_delays_no_answer_and_its_changes_are_not_reported)
{
    feed_begin(path);
    WAIT_UNTIL(one_is_served, 1);
    WAIT_UNTIL(two_is_served, 1);
    atomic_store(&disk_slow, true);
    change_is_answered(1, 2, "one.test", "a");
    WAIT_UNTIL(disk_is_waited_for, 0);
    change_is_answered(2, 2, "two.test", "b"); /* snapshots are due all the time: the log is turned meanwhile */
    change_is_answered(1, 3, "one.test", "c");
    ck_assert_int_eq(served(1), 1);
    ck_assert_int_eq(served(2), 1);
    atomic_store(&disk_slow, false);
    WAIT_UNTIL(one_is_served, 3);
    WAIT_UNTIL(two_is_served, 2);
    feed_end();
}
END_TEST

/* No further change comes: the feed itself must see that the report is missing. */
START_TEST(a_report_that_failed_is_repeated)
{
    feed_begin(NULL);
    WAIT_UNTIL(one_is_served, 1);
    run_script(db, "RENAME TABLE zone_served TO away;\n");
    change_is_answered(1, 2, "one.test", "a");
    change_is_answered(1, 3, "one.test", "b");
    run_script(db, "UPDATE zone SET deleted = 1, version = 2 WHERE id = 2;\n");
    WAIT_UNTIL(two_is_gone, 0);
    run_script(db, "RENAME TABLE away TO zone_served;\n");
    WAIT_UNTIL(one_is_served, 3);
    WAIT_UNTIL(two_is_served, 2); /* which nobody would ever look at again */
    feed_end();
}
END_TEST

/* Its zones can be read. */
START_TEST(a_database_that_takes_no_reports_is_left_for_the_next)
{
    struct change c = version_of(&f.a, 1, 1, "one.test", "");
    struct db_settings next = settings;
    struct db *there;

    settings = other_database((const char *[]){"zone", "rrset", "dns_server", NULL});
    there = connection(&settings);
    commit(there, &f.a, &c, clock_now());
    standby = &next;
    feed_begin(NULL);
    WAIT_UNTIL(one_is_served, 1);
    WAIT_UNTIL(two_is_served, 1);
    feed_end();
    db_close(&there);
    other_database_drop(&settings);
}
END_TEST

/* It has taken them before. */
START_TEST(a_database_that_takes_no_more_reports_is_left_for_the_next)
{
    struct change c = version_of(&f.a, 1, 1, "one.test", "");
    struct db_settings next = settings;
    struct db *there;

    settings = other_database((const char *[]){"zone", "rrset", "dns_server", "zone_served", NULL});
    there = connection(&settings);
    commit(there, &f.a, &c, clock_now());
    standby = &next;
    feed_begin(NULL);
    for (uint64_t from = clock_monotonic_ns(); served_in(there, 1) != 1; (void)poll(NULL, 0, 1))
        ck_assert_uint_lt(clock_monotonic_ns() - from, PATIENCE_NS);
    ck_assert_int_eq(served(1), 0);
    run_script(there, "DROP TABLE zone_served;\n");
    c = version_of(&f.a, 1, 2, "one.test", "");
    commit(there, &f.a, &c, clock_now());
    commit(db, &f.a, &c, clock_now());
    WAIT_UNTIL(one_is_served, 2);
    WAIT_UNTIL(two_is_served, 1);
    feed_end();
    db_close(&there);
    other_database_drop(&settings);
}
END_TEST

START_TEST(a_report_that_the_disk_held_up_is_repeated)
{
    const char *gone = testdir_path(&f.a, dir, "sub");

    feed_begin(arena_printf(&f.a, "%s/zones", gone));
    change_is_answered(1, 2, "one.test", "a");
    ck_assert_int_eq(served(1), 0);
    ck_assert_int_eq(mkdir(gone, 0700), 0);
    WAIT_UNTIL(one_is_served, 2);
    WAIT_UNTIL(two_is_served, 1);
    feed_end();
}
END_TEST

START_TEST(a_feed_that_stops_has_reported_and_can_go_on)
{
    struct error e;

    feed_begin(path);
    WAIT_UNTIL(two_is_served, 1);
    change_is_answered(1, 2, "one.test", "a");
    ck_assert_int_eq(eventfd_write(stop_fd, 1), 0);
    ck_assert_int_eq(pthread_join(feed_thread, NULL), 0);
    ck_assert_int_eq(served(1), 2);
    write_zone(1, 3, "one.test", "b A 192.0.2.1\n");
    ck_assert_msg(feed_pass(feed, false, clock_now(), &e) == OK, "%s", e.text); /* without the thread */
    ck_assert_int_eq(served(1), 3);
    close(stop_fd);
    stop_fd = eventfd(0, EFD_CLOEXEC);
    ck_assert_int_eq(pthread_create(&feed_thread, NULL, feed_main, feed), 0);
    change_is_answered(1, 4, "one.test", "c");
    WAIT_UNTIL(one_is_served, 4);
    feed_end();
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, nothing_is_reported_that_is_not_on_the_disk);
    tcase_add_test(t, a_log_is_turned_while_the_disk_is_slow);
    tcase_add_test(t, what_an_earlier_process_wrote_is_brought_to_the_disk_before_it_is_served);
    tcase_add_test(t, to_be_connected_is_not_to_have_taken_a_report);
    tcase_add_test(t, a_report_that_meets_a_lock_is_sent_until_it_succeeds);
    tcase_add_test(t, a_report_of_an_older_connection_reaches_no_other_database);
    tcase_add_test(t, what_is_left_of_older_work_is_dropped_with_its_connection);
    tcase_add_test(t, a_refused_report_ends_the_connection_and_comes_back);
    tcase_add_test(t, what_the_disk_does_not_take_comes_back_and_ends_nothing);
    tcase_add_test(t, that_the_server_lives_is_said_and_its_row_made_anew);
    tcase_add_test(t, a_stop_writes_and_reports_what_was_handed_over);
    tcase_add_test(t, a_stop_gives_up_what_a_lock_holds);
    tcase_add_test(t, more_is_taken_only_while_there_is_room);
    tcase_add_test(t, a_locked_row_delays_no_answer);
    tcase_add_test(t, a_slow_disk_delays_no_answer_and_its_changes_are_not_reported);
    tcase_add_test(t, a_report_that_failed_is_repeated);
    tcase_add_test(t, a_database_that_takes_no_reports_is_left_for_the_next);
    tcase_add_test(t, a_database_that_takes_no_more_reports_is_left_for_the_next);
    tcase_add_test(t, a_report_that_the_disk_held_up_is_repeated);
    tcase_add_test(t, a_feed_that_stops_has_reported_and_can_go_on);
}

int main(void)
{
    return fixture_main("nameserver reporter", add);
}
