/* The change log: with the snapshot before it, it brings back all that was synced; cut or damaged it never gives a state
 * that was not served at some time. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "nameserver/changelog_format.h"
#include "tests/nameserver/fixture.h"
#include "tests/support/testdb.h"

#define CHANGES 40

static struct fixture f;
static struct changelog *l;
static const char *dir, *path;

static void setup(void)
{
    fixture_open(&f);
    dir = testdir_new(&f.a);
    path = testdir_path(&f.a, dir, "zones");
    l = changelog_new(path, 1);
    log_init(NULL, LOG_ERROR);
}

static void teardown(void)
{
    changelog_free(&l);
    testdir_free(dir);
    fixture_close(&f);
}

static const char *log_path(unsigned number)
{
    return arena_printf(&f.a, "%s.log.%u", path, number);
}

static void sync_ok(void)
{
    struct error e;

    ck_assert_msg(changelog_sync(l, &e) == OK, "%s", e.text);
}

/* Into the store and the log, as the feed does it. */
static void put_in(const struct change *c)
{
    const struct zone *z = store_zone(&f.st, c->zone_id);
    uint64_t base = z != NULL ? z->version : 0;

    apply(&f, c);
    changelog_change(l, c, base);
}

static void put_out(uint64_t id)
{
    store_remove(&f.st, store_zone(&f.st, id));
    changelog_removal(l, id);
}

/* Version v of the zone: v says what stands at each of three names, one of them gone in every other version. */
static struct change version(uint64_t id, const char *origin, unsigned v)
{
    struct change c = change_of(&f.a, id, v, origin,
        arena_printf(
            &f.a, "%sv TXT \"%u\"\nw%u TXT \"%u\"\n%s", SOA_LINE, v, v % 3, v, v % 2 == 0 ? "even A 192.0.2.1\n" : ""));

    if (v % 2 != 0 && v > 1)
        change_add_deletion(&f.a, &c, arena_printf(&f.a, "even.%s", origin), DNS_A);
    return c;
}

static const char *text_at(struct fixture *g, const char *name, uint16_t type)
{
    struct dns_message m = ask(g, name, type);

    return shown(g, &m);
}

/* What `version` makes of the zone, and nothing else. */
static void version_is(struct fixture *g, const char *origin, unsigned v)
{
    ck_assert_str_eq(text_at(g, arena_printf(&g->a, "v.%s", origin), DNS_TXT),
        arena_printf(&g->a, "NOERROR aa | v.%s 300 TXT \"%u\" | |", origin, v));
    for (unsigned w = v > 2 ? v - 2 : 1; w <= v; w++)
        ck_assert_str_eq(text_at(g, arena_printf(&g->a, "w%u.%s", w % 3, origin), DNS_TXT),
            arena_printf(&g->a, "NOERROR aa | w%u.%s 300 TXT \"%u\" | |", w % 3, origin, w));
    ck_assert_int_eq(
        ask(g, arena_printf(&g->a, "even.%s", origin), DNS_A).rcode, v % 2 == 0 ? DNS_NOERROR : DNS_NXDOMAIN);
}

/* Another process, as it were: snapshot, then logs. */
static struct changelog_read reopen(struct fixture *g)
{
    struct snapshot_read s;
    struct changelog_read r;

    fixture_open(g);
    log_init(NULL, LOG_ERROR);
    snapshot_load(&g->st, &g->a, path, &s);
    changelog_load(&g->st, &g->a, path, s.path != NULL ? s.log_from : 0, &r);
    return r;
}

static void save(void)
{
    struct snapshot_writer *w;
    struct error e;
    uint64_t from;

    sync_ok();
    from = changelog_turn(l);
    ck_assert_msg(snapshot_begin(&f.st, path, from, 5, &w, &e) == OK, "%s", e.text);
    ck_assert_msg(snapshot_end(&w, &e) == OK, "%s", e.text);
    changelog_covered(l, from, from);
}

static struct str file(const char *name)
{
    struct str s;
    struct error e;

    ck_assert_msg(file_read(&f.a, name, 64 << 20, &s, &e) == OK, "%s", e.text);
    return s;
}

START_TEST(what_was_synced_comes_back_over_the_snapshot)
{
    static struct fixture g;
    struct change c = version(1, "one.test", 1);
    struct changelog_read r;

    put_in(&c);
    serve(&f, 2, "two.test", "www A 192.0.2.1\n");
    save();
    c = version(1, "one.test", 2);
    change_add_alias(&f.a, &c, "alias.one.test", DNS_A, 2, "www.two.test");
    put_in(&c);
    serve(&f, 3, "three.test", "");
    c = version(3, "three.test", 2);
    put_in(&c); /* goes on from a version that only this store has: to be refused */
    c = version(4, "four.test", 1);
    put_in(&c);
    put_out(4);
    c = version(5, "four.test", 7);
    put_in(&c);
    sync_ok();
    r = reopen(&g);
    version_is(&g, "one.test", 2);
    ASK(&g, "alias.one.test", DNS_A, "NOERROR aa | alias.one.test 300 A 192.0.2.1 | |");
    ASK(&g, "three.test", DNS_SOA, "REFUSED -- | | |");
    ck_assert_uint_eq(store_zone(&g.st, 5)->version, 7);
    ck_assert_uint_eq(r.changes, 4);
    ck_assert_uint_eq(r.refused, 1);
    ck_assert_uint_eq(r.damaged, 0);
    ck_assert_uint_eq(r.next, 3);
    fixture_close(&g);
}
END_TEST

START_TEST(what_is_put_in_twice_is_put_in_once)
{
    static struct fixture g;
    struct change c = version(1, "one.test", 1);
    struct changelog_read r;

    put_in(&c);
    c = version(1, "one.test", 2);
    put_in(&c);
    sync_ok();
    ck_assert_int_eq(rename(log_path(1), log_path(9)), 0); /* kept from the snapshot's tidying */
    save();
    ck_assert_int_eq(rename(log_path(9), log_path(1)), 0);
    r = reopen(&g);
    version_is(&g, "one.test", 2);
    ck_assert_uint_eq(r.files, 0);
    changelog_load(&g.st, &g.a, path, 0, &r);
    ck_assert_uint_eq(r.files, 1);
    ck_assert_uint_eq(r.changes + r.refused + r.damaged, 0);
    fixture_close(&g);
}
END_TEST

static void log_of_changes(void)
{
    for (unsigned v = 1; v <= CHANGES; v++) {
        struct change c = version(1 + v % 2, v % 2 == 0 ? "one.test" : "two.test", (v + 1) / 2);

        put_in(&c);
        if (v % 7 == 0)
            sync_ok();
    }
    sync_ok();
}

/* Both zones as at some moment; *at_r: the number of changes up to it where no change was left out. */
static void some_moment(struct fixture *g, unsigned *at_r)
{
    const struct zone *one = store_zone(&g->st, 1), *two = store_zone(&g->st, 2);

    if (one != NULL)
        version_is(g, "one.test", (unsigned)one->version);
    if (two != NULL)
        version_is(g, "two.test", (unsigned)two->version);
    *at_r = (unsigned)((one != NULL ? one->version : 0) + (two != NULL ? two->version : 0));
}

START_TEST(a_log_cut_off_anywhere_gives_what_is_whole_in_it)
{
    struct str whole;
    unsigned before = 0, at = 0;

    log_of_changes();
    whole = file(log_path(1));
    for (size_t n = 0; n <= whole.n; n += n < 600 || n + 300 > whole.n ? 1 : 37) {
        static struct fixture g;
        struct changelog_read r;

        testdir_write(log_path(1), str_n(whole.p, n));
        r = reopen(&g);
        some_moment(&g, &at);
        ck_assert_uint_eq(r.changes, at);
        ck_assert_uint_ge(at, before);
        ck_assert_uint_eq(r.damaged + r.refused, 0);
        before = at;
        fixture_close(&g);
    }
    ck_assert_uint_eq(at, CHANGES);
}
END_TEST

START_TEST(a_log_that_ends_in_zeros_is_a_log_cut_off)
{
    static struct fixture g;
    struct changelog_read r;
    struct buf b;
    unsigned at;

    log_of_changes();
    buf_in(&b, &f.a, 1 << 20);
    buf_str(&b, file(log_path(1)));
    for (int i = 0; i < 5000; i++)
        buf_putc(&b, '\0');
    testdir_write(log_path(1), buf_view(&b));
    r = reopen(&g);
    some_moment(&g, &at);
    ck_assert_uint_eq(at, CHANGES);
    ck_assert_uint_eq(r.damaged, 0);
    fixture_close(&g);
}
END_TEST

START_TEST(a_flipped_bit_is_seen_and_mixes_nothing)
{
    uint64_t rng = 11;
    struct str whole;

    log_of_changes();
    whole = file(log_path(1));
    for (int i = 0; i < 800; i++) {
        static struct fixture g;
        struct changelog_read r;
        size_t at;
        unsigned moment;
        char *p = (char *)(uintptr_t)whole.p, was;

        rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        at = i < 400 ? (size_t)i / 8 : (rng >> 33) % whole.n;
        was = p[at];
        p[at] = (char)(was ^ (1 << (i < 400 ? i % 8 : (int)(rng >> 20) & 7)));
        testdir_write(log_path(1), whole);
        p[at] = was;
        r = reopen(&g);
        ck_assert_msg(r.damaged > 0, "seed 11, case %d, byte %zu", i, at);
        some_moment(&g, &moment);
        ck_assert_uint_lt(moment, CHANGES);
        fixture_close(&g);
    }
}
END_TEST

START_TEST(a_change_whose_forerunner_is_lost_is_refused)
{
    static struct fixture g;
    struct change c = version(1, "one.test", 1);
    struct changelog_read r;

    put_in(&c);
    sync_ok();
    (void)changelog_turn(l);
    c = version(1, "one.test", 2);
    put_in(&c);
    sync_ok();
    (void)changelog_turn(l);
    c = version(1, "one.test", 3);
    put_in(&c);
    sync_ok();
    ck_assert_int_eq(unlink(log_path(2)), 0);
    r = reopen(&g);
    version_is(&g, "one.test", 1);
    ck_assert_uint_eq(r.refused, 1);
    ck_assert_uint_eq(r.next, 4);
    fixture_close(&g);
}
END_TEST

/* A snapshot that is being written has no zone that goes before its turn; the log has what was changed until then. */
START_TEST(changes_of_a_zone_that_is_removed_further_on_are_not_lost)
{
    static struct fixture g;
    struct change c = version(1, "one.test", 1);
    struct changelog_read r;

    apply(&f, &c); /* in no log */
    for (unsigned v = 2; v < 6; v++) {
        c = version(1, "one.test", v);
        put_in(&c);
    }
    sync_ok();
    r = reopen(&g);
    ck_assert_uint_eq(r.refused, 4);
    fixture_close(&g);
    (void)changelog_turn(l); /* the removal in a log of its own */
    put_out(1);
    sync_ok();
    r = reopen(&g);
    ck_assert_uint_eq(r.refused, 0);
    ck_assert_uint_eq(r.files, 2);
    ck_assert_ptr_null(store_zone(&g.st, 1));
    fixture_close(&g);
}
END_TEST

/* What waits as a snapshot begins is in it, and in the log behind it: nothing happens twice. */
START_TEST(what_waits_when_the_log_is_turned_is_put_in_once)
{
    static struct fixture g;
    struct change c = version(1, "one.test", 1);
    struct snapshot_writer *w;
    struct changelog_read r;
    struct error e;
    uint64_t from;

    put_in(&c);
    sync_ok();
    c = version(2, "two.test", 1);
    put_in(&c);
    put_out(2);
    c = version(1, "one.test", 2);
    put_in(&c);
    from = changelog_turn(l);
    ck_assert_uint_eq(from, 2);
    ck_assert_msg(snapshot_begin(&f.st, path, from, 5, &w, &e) == OK, "%s", e.text);
    c = version(1, "one.test", 3);
    put_in(&c);
    sync_ok();
    ck_assert_uint_eq(reopen(&g).changes, 5); /* a crash now: all of it from the logs */
    version_is(&g, "one.test", 3);
    fixture_close(&g);
    ck_assert_msg(snapshot_end(&w, &e) == OK, "%s", e.text);
    changelog_covered(l, from, from);
    r = reopen(&g);
    ck_assert_uint_eq(r.files, 1);
    ck_assert_uint_eq(r.refused + r.damaged, 0);
    ck_assert_uint_eq(g.st.zones_by_id.n, 1);
    version_is(&g, "one.test", 3);
    fixture_close(&g);
}
END_TEST

START_TEST(a_log_under_another_name_is_not_believed)
{
    static struct fixture g;
    struct change c = version(1, "one.test", 1);
    struct changelog_read r;

    put_in(&c);
    sync_ok();
    ck_assert_int_eq(rename(log_path(1), log_path(2)), 0);
    testdir_write(arena_printf(&f.a, "%s.log.x", path), STR("not a log"));
    testdir_write(arena_printf(&f.a, "%s.log.07", path), STR("not a log"));
    r = reopen(&g);
    ck_assert_uint_eq(r.files, 1);
    ck_assert_uint_eq(r.damaged, 1);
    ck_assert_uint_eq(g.st.zones_by_id.n, 0);
    fixture_close(&g);
}
END_TEST

START_TEST(what_the_disk_refused_is_written_when_it_takes_it)
{
    static struct fixture g;
    struct change c = version(1, "one.test", 1);
    struct error e;

    ck_assert_int_eq(mkdir(log_path(1), 0700), 0);
    put_in(&c);
    ck_assert_int_eq(changelog_sync(l, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "log-write");
    c = version(1, "one.test", 2);
    put_in(&c);
    sync_ok();
    ck_assert_int_eq(rmdir(log_path(1)), 0);
    reopen(&g);
    version_is(&g, "one.test", 2);
    fixture_close(&g);
}
END_TEST

/* Check writes a file too: nothing is asserted while no file may be larger than that. */
static void tries_of_a_full_disk(rlim_t bytes, enum status got_r[20])
{
    struct rlimit was, r;
    struct error e;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
    r = was;
    r.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &r), 0);
    for (unsigned i = 0; i < 20; i++)
        got_r[i] = changelog_sync(l, &e);
    (void)setrlimit(RLIMIT_FSIZE, &was);
}

static size_t logs_n(void)
{
    size_t n;

    (void)changelog_numbers(&f.a, path, &n);
    return n;
}

START_TEST(a_disk_that_stays_full_is_not_filled_with_logs)
{
    static struct fixture g;
    struct change c;
    enum status got[20];

    (void)signal(SIGXFSZ, SIG_IGN);
    for (unsigned v = 1; v < 4; v++) {
        c = version(1, "one.test", v);
        put_in(&c);
        if (v == 2)
            sync_ok(); /* the rest of the next one does not fit behind it */
        tries_of_a_full_disk(v == 1 ? 10 : 100, got);
        for (unsigned i = 0; i < ARRAY_LEN(got); i++)
            ck_assert_int_eq(got[i], v == 2 ? OK : UNAVAILABLE);
        ck_assert_uint_eq(logs_n(), v == 1 ? 0 : 1);
    }
    sync_ok();
    ck_assert_uint_eq(logs_n(), 2);
    reopen(&g);
    version_is(&g, "one.test", 3);
    fixture_close(&g);
}
END_TEST

START_TEST(what_was_given_up_is_safe_only_with_a_later_snapshot)
{
    static struct fixture g;
    struct change c = version(1, "one.test", 1);
    struct snapshot_writer *w;
    struct error e;
    uint64_t from;

    ck_assert_int_eq(mkdir(log_path(1), 0700), 0);
    put_in(&c);
    ck_assert_int_eq(changelog_sync(l, &e), UNAVAILABLE);
    from = changelog_turn(l); /* a snapshot begins */
    ck_assert_uint_gt(from, 1);
    ck_assert_int_eq(rmdir(log_path(1)), 0);
    ck_assert_int_eq(changelog_sync(l, &e), UNAVAILABLE);
    ck_assert_msg(snapshot_begin(&f.st, path, from, 5, &w, &e) == OK, "%s", e.text);
    c = version(1, "one.test", 2);
    put_in(&c);
    ck_assert_int_eq(changelog_sync(l, &e), UNAVAILABLE);
    ck_assert_msg(snapshot_end(&w, &e) == OK, "%s", e.text);
    changelog_covered(l, from, 0);
    sync_ok();
    reopen(&g);
    version_is(&g, "one.test", 2);
    fixture_close(&g);
}
END_TEST

/* Changes between the steps, each of which may find the file before or behind its zone. */
START_TEST(changes_while_a_snapshot_is_written_are_in_the_log)
{
    static struct fixture g;
    struct snapshot_writer *w;
    struct changelog_read r;
    struct change c;
    struct error e;
    uint64_t from;

    for (unsigned i = 1; i <= 8; i++) {
        c = version(i, arena_printf(&f.a, "z%u.test", i), 1);
        put_in(&c);
    }
    sync_ok();
    from = changelog_turn(l);
    ck_assert_msg(snapshot_begin(&f.st, path, from, 5, &w, &e) == OK, "%s", e.text);
    for (unsigned step = 0; step < 4; step++) {
        unsigned gone = 2 * step + 1, kept = 2 * step + 2;

        (void)snapshot_step(w, 0);
        put_out(gone);
        c = version(100 + gone, arena_printf(&f.a, "z%u.test", gone), 4);
        put_in(&c);
        c = version(kept, arena_printf(&f.a, "z%u.test", kept), 2);
        put_in(&c);
    }
    sync_ok();
    ck_assert_msg(snapshot_end(&w, &e) == OK, "%s", e.text);
    changelog_covered(l, from, from);
    ck_assert_int_eq(access(log_path(1), F_OK), -1);
    r = reopen(&g);
    ck_assert_uint_eq(r.refused + r.damaged, 0);
    ck_assert_uint_eq(g.st.zones_by_id.n, 8);
    for (unsigned i = 2; i <= 8; i += 2)
        version_is(&g, arena_printf(&f.a, "z%u.test", i), 2);
    for (unsigned i = 1; i <= 8; i += 2)
        ck_assert_uint_eq(store_zone(&g.st, 100 + i)->version, 4);
    fixture_close(&g);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_was_synced_comes_back_over_the_snapshot);
    tcase_add_test(t, what_is_put_in_twice_is_put_in_once);
    tcase_add_test(t, a_log_cut_off_anywhere_gives_what_is_whole_in_it);
    tcase_add_test(t, a_log_that_ends_in_zeros_is_a_log_cut_off);
    tcase_add_test(t, a_flipped_bit_is_seen_and_mixes_nothing);
    tcase_add_test(t, a_change_whose_forerunner_is_lost_is_refused);
    tcase_add_test(t, changes_of_a_zone_that_is_removed_further_on_are_not_lost);
    tcase_add_test(t, what_waits_when_the_log_is_turned_is_put_in_once);
    tcase_add_test(t, a_log_under_another_name_is_not_believed);
    tcase_add_test(t, what_the_disk_refused_is_written_when_it_takes_it);
    tcase_add_test(t, a_disk_that_stays_full_is_not_filled_with_logs);
    tcase_add_test(t, what_was_given_up_is_safe_only_with_a_later_snapshot);
    tcase_add_test(t, changes_while_a_snapshot_is_written_are_in_the_log);
}

int main(void)
{
    return fixture_main("nameserver changelog", add);
}
