/* What a start makes of damaged files, and a writer of a full disk: the last good data, or less of it where it is nowhere
 * any more, and never an answer that no version of the zone had. The seed is printed with a failure; SEED=n runs that
 * case alone. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "nameserver/changelog.h"
#include "nameserver/snapshot_format.h"
#include "tests/nameserver/fixture.h"
#include "tests/support/testdb.h"

#define CASES 1000
#define ZONES 6
#define LAST 4 /* version that every zone has in the end */

static struct fixture f;
static const char *dir, *path;

enum what { SNAPSHOT, PREVIOUS, LOG_1, LOG_2, LOG_3, FILES };
static const char *const names[FILES] = {"zones", "zones.prev", "zones.log.1", "zones.log.2", "zones.log.3"};
static struct str whole[FILES];

static void setup(void)
{
    log_init(NULL, LOG_ERROR);
    fixture_open(&f);
    dir = testdir_new(&f.a);
    path = testdir_path(&f.a, dir, names[SNAPSHOT]);
}

static void teardown(void)
{
    testdir_free(dir);
    fixture_close(&f);
}

/* ---- what there is ------------------------------------------------------------------------------------------- */

static const char *zone_text(unsigned zone)
{
    return arena_printf(&f.a, "zone%u.test", zone);
}

/* Each version says its number twice; the last zone says what the first one says. */
static void zone_version(struct changelog *l, unsigned zone, unsigned version)
{
    struct change c = change_of(&f.a, zone, version, zone_text(zone),
        arena_printf(&f.a, SOA_LINE "www 60 A 192.0.2.%u\nwww 60 TXT \"%u\"\nc CNAME www\n", version, version));

    if (zone == ZONES)
        change_add_alias(&f.a, &c, zone_text(zone), DNS_A, 1, "www.zone1.test");
    apply(&f, &c);
    changelog_change(l, &c, version - 1);
}

static void round_of_changes(struct changelog *l, unsigned version)
{
    struct error e;

    for (unsigned zone = 1; zone <= ZONES; zone++)
        zone_version(l, zone, version);
    ck_assert_msg(changelog_sync(l, &e) == OK, "%s", e.text);
}

static void save(struct changelog *l)
{
    struct snapshot_writer *w;
    struct error e;

    ck_assert_msg(snapshot_begin(&f.st, path, changelog_turn(l), 1, &w, &e) == OK, "%s", e.text);
    ck_assert_msg(snapshot_end(&w, &e) == OK, "%s", e.text);
}

/* Log 1: versions 1 and 2 · PATH.prev · log 2: 3 · PATH · log 3: 4. */
static void files_make(void)
{
    struct changelog *l = changelog_new(path, 1);
    struct error e;

    round_of_changes(l, 1);
    round_of_changes(l, 2);
    save(l);
    round_of_changes(l, 3);
    save(l);
    round_of_changes(l, LAST);
    changelog_free(&l);
    for (unsigned i = 0; i < FILES; i++)
        ck_assert_msg(file_read(&f.a, testdir_path(&f.a, dir, names[i]), 1 << 24, &whole[i], &e) == OK, "%s", e.text);
}

/* ---- damage ---------------------------------------------------------------------------------------------------- */

static uint64_t rng;

static uint64_t roll(uint64_t bound)
{
    rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (rng >> 33) % bound;
}

static void file_damage(unsigned i)
{
    char *p = arena_alloc(&f.a, whole[i].n);
    size_t n = whole[i].n;

    memcpy(p, whole[i].p, n);
    if (roll(2) == 0)
        n = roll(n);
    for (uint64_t flips = n == whole[i].n ? 1 + roll(3) : roll(2); flips > 0 && n > 0; flips--)
        p[roll(n)] ^= (char)(1 << roll(8));
    testdir_write(testdir_path(&f.a, dir, names[i]), str_n(p, n));
}

/* true: some file is damaged, by its number. */
static void files_damage(bool damaged[FILES])
{
    for (unsigned i = 0; i < FILES; i++) {
        damaged[i] = roll(3) == 0;
        testdir_write(testdir_path(&f.a, dir, names[i]), whole[i]);
        if (damaged[i])
            file_damage(i);
    }
    (void)unlink(testdir_path(&f.a, dir, "zones.damaged"));
}

/* The version that must be there at least, as far as files tell that cannot have been told apart from good ones. */
static unsigned least(const bool damaged[FILES])
{
    if (!damaged[LOG_3] && (!damaged[SNAPSHOT] || (!damaged[LOG_2] && (!damaged[PREVIOUS] || !damaged[LOG_1]))))
        return LAST;
    if (!damaged[SNAPSHOT])
        return 3;
    return damaged[PREVIOUS] ? 0 : 2;
}

static void check_zone(struct fixture *g, unsigned zone, unsigned at_least, unsigned long long seed)
{
    const struct zone *z = store_zone(&g->st, zone), *first = store_zone(&g->st, 1);
    unsigned v = z != NULL ? (unsigned)z->version : 0;
    const char *name = zone_text(zone);
    struct dns_message m = ask(g, arena_printf(&f.a, "c.%s", name), DNS_TXT);

    ck_assert_msg(v >= at_least && v <= LAST, "seed %llu: zone %u is at %u", seed, zone, v);
    if (z == NULL) {
        ck_assert_int_eq(m.rcode, DNS_REFUSED);
        return;
    }
    ck_assert_str_eq(shown(g, &m),
        arena_printf(&f.a, "NOERROR aa | c.%s 300 CNAME www.%s., www.%s 60 TXT \"%u\" | |", name, name, name, v));
    m = ask(g, arena_printf(&f.a, "www.%s", name), DNS_A);
    ck_assert_str_eq(shown(g, &m), arena_printf(&f.a, "NOERROR aa | www.%s 60 A 192.0.2.%u | |", name, v));
    if (zone != ZONES)
        return;
    m = ask(g, name, DNS_A);
    ck_assert_uint_eq(m.n[DNS_ANSWER], first != NULL);
    if (first != NULL)
        ck_assert_uint_eq((uint8_t)m.records[DNS_ANSWER][0].rdata.p[3], first->version);
}

static void run_case(unsigned long long seed)
{
    static struct fixture g;
    bool damaged[FILES];
    struct snapshot_read r;
    struct changelog_read log;

    rng = seed * 2 + 1;
    (void)roll(1);
    files_damage(damaged);
    fixture_open(&g);
    snapshot_load(&g.st, &g.a, path, &r);
    changelog_load(&g.st, &g.a, path, r.path != NULL ? r.log_from : 0, &log);
    for (unsigned zone = 1; zone <= ZONES; zone++)
        check_zone(&g, zone, least(damaged), seed);
    fixture_close(&g);
}

START_TEST(whatever_is_damaged_the_last_good_data_is_served_and_nothing_else)
{
    const char *given = getenv("SEED");
    struct arena keep;

    files_make();
    (void)log_init(NULL, LOG_ERROR);
    for (unsigned long long seed = 1; seed <= CASES; seed++) {
        keep = f.a;
        arena_init(&f.a, 0);
        run_case(given != NULL ? strtoull(given, NULL, 10) : seed);
        arena_clear(&f.a);
        f.a = keep;
    }
}
END_TEST

/* ---- a full disk ------------------------------------------------------------------------------------------------- */

static void serve_large(void)
{
    struct buf b;

    buf_in(&b, &f.a, 1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_printf(&b, "h%d TXT \"some text of number %d\"\n", i, i);
    buf_putc(&b, '\0');
    serve(&f, 1, "one.test", b.p);
}

static void write_fails_and_old_stays(struct str before)
{
    struct str now;
    struct error e;

    ck_assert_int_eq(snapshot_write(&f.st, path, 2, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "snapshot-write");
    ck_assert_int_ne(access(arena_printf(&f.a, "%s.new", path), F_OK), 0);
    ck_assert_msg(file_read(&f.a, path, 1 << 24, &now, &e) == OK, "%s", e.text);
    ck_assert(str_eq(before, now));
}

static struct str saved(void)
{
    struct str s;
    struct error e;

    ck_assert_msg(snapshot_write(&f.st, path, 1, &e) == OK, "%s", e.text);
    ck_assert_msg(file_read(&f.a, path, 1 << 24, &s, &e) == OK, "%s", e.text);
    return s;
}

START_TEST(a_disk_that_is_full_at_any_place_leaves_the_old_snapshot_as_it_is)
{
    struct rlimit was;
    struct str before;

    serve_large();
    before = saved();
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
    for (rlim_t limit = 0; limit < before.n; limit += limit < 64 ? 8 : 5000) {
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, was.rlim_max}), 0);
        write_fails_and_old_stays(before);
    }
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
    (void)saved();
}
END_TEST

START_TEST(nor_does_a_file_system_without_room)
{
    const char *mounted = testdir_path(&f.a, dir, "small");
    struct str before;

    ck_assert_int_eq(mkdir(mounted, 0700), 0);
    if (unshare(CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", mounted, "tmpfs", 0, "size=220k") != 0) {
        printf("a file system without room: left out, no mount to be had here: %s\n", strerror(errno));
        return;
    }
    path = arena_printf(&f.a, "%s/zones", mounted);
    serve_large();
    before = saved();
    ck_assert_uint_gt(before.n, 110 * 1024); /* two of it do not fit */
    write_fails_and_old_stays(before);
    ck_assert_int_eq(umount(mounted), 0);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, whatever_is_damaged_the_last_good_data_is_served_and_nothing_else);
    tcase_add_test(t, a_disk_that_is_full_at_any_place_leaves_the_old_snapshot_as_it_is);
    tcase_add_test(t, nor_does_a_file_system_without_room);
}

int main(void)
{
    return fixture_main("nameserver damage", add);
}
