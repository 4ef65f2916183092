/* The snapshot: comes back the same; cut or damaged it is not believed, and the one before takes its place. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "nameserver/snapshot_format.h"
#include "tests/nameserver/fixture.h"
#include "tests/support/testdb.h"

static struct fixture f;
static const char *dir, *path;

static void setup(void)
{
    fixture_open(&f);
    dir = testdir_new(&f.a);
    path = testdir_path(&f.a, dir, "zones");
    log_init(NULL, LOG_ERROR);
}

static void teardown(void)
{
    testdir_free(dir);
    fixture_close(&f);
}

static void serve_some(void)
{
    struct change c;
    struct buf b;

    serve(&f, 1, "one.test", "www 60 A 192.0.2.1\nc CNAME www\n*.w MX 1 mail\nsub NS ns.sub\nns.sub A 192.0.2.2\n");
    serve(&f, 2, "two.test", "");
    c = next_version(&f, 2, "two.test", "");
    change_add_alias(&f.a, &c, "two.test", DNS_A, 1, "www.one.test");
    apply(&f, &c);
    buf_in(&b, &f.a, 1 << 20);
    for (int i = 0; i < 4000; i++)
        buf_printf(&b, "h%d TXT \"some text of number %d\"\n", i, i);
    buf_putc(&b, '\0');
    serve(&f, 3, "three.test", b.p);
}

static void save(void)
{
    struct error e;

    ck_assert_msg(snapshot_write(&f.st, path, 1000000, &e) == OK, "%s", e.text);
}

static struct str file(void)
{
    struct str s;
    struct error e;

    ck_assert_msg(file_read(&f.a, path, 64 << 20, &s, &e) == OK, "%s", e.text);
    return s;
}

/* Another process, as it were. */
static struct snapshot_read reopen(struct fixture *g)
{
    struct snapshot_read r;

    fixture_open(g);
    snapshot_load(&g->st, &g->a, path, &r);
    return r;
}

/* Compiled answers are only for a server that would compile the same. */
START_TEST(other_choices_about_answers_compile_them_anew)
{
    static struct fixture g;
    struct snapshot_read r;

    serve(&f, 1, "one.test", "@ MX 1 www\nwww A 192.0.2.1\n");
    save();
    fixture_open(&g);
    g.st.additional = true;
    snapshot_load(&g.st, &g.a, path, &r);
    ASK(&g, "one.test", DNS_MX, "NOERROR aa | one.test 300 MX 1 www.one.test. | | www.one.test 300 A 192.0.2.1");
    fixture_close(&g);
}
END_TEST

START_TEST(a_dname_comes_back_and_still_hides_what_is_below_it)
{
    static struct fixture g;
    struct change c;

    serve(&f, 1, "one.test", "d DNAME t\nw.d A 192.0.2.1\nw.t A 192.0.2.2\nc CNAME w.d\n");
    save();
    (void)reopen(&g);
    ck_assert_uint_eq(ask(&g, "w.d.one.test", DNS_A).n[DNS_ANSWER], 3);
    ck_assert_uint_eq(ask(&g, "c.one.test", DNS_A).n[DNS_ANSWER], 4);
    c = next_version(&g, 1, "one.test", "");
    change_add_deletion(&g.a, &c, "d.one.test", DNS_DNAME);
    apply(&g, &c);
    ASK(&g, "w.d.one.test", DNS_A, "NOERROR aa | w.d.one.test 300 A 192.0.2.1 | |");
    ASK(&g, "c.one.test", DNS_A, "NOERROR aa | c.one.test 300 CNAME w.d.one.test., w.d.one.test 300 A 192.0.2.1 | |");
    fixture_close(&g);
}
END_TEST

START_TEST(everything_comes_back_as_it_was)
{
    static struct fixture g;
    struct snapshot_read r;

    serve_some();
    save();
    r = reopen(&g);
    ck_assert_str_eq(r.path, path);
    ck_assert_uint_eq(r.zones, 3);
    ck_assert_uint_eq(r.refused, 0);
    ck_assert_int_eq(r.written, 1000000);
    ck_assert_uint_eq(store_zone(&g.st, 2)->version, 2);
    ck_assert_uint_eq(g.st.sets_n, f.st.sets_n);
    ck_assert_uint_eq(g.st.names_n, f.st.names_n);
    ASK(&g, "two.test", DNS_A, "NOERROR aa | two.test 60 A 192.0.2.1 | |");
    ASK(&g, "c.one.test", DNS_A, "NOERROR aa | c.one.test 300 CNAME www.one.test., www.one.test 60 A 192.0.2.1 | |");
    ASK(&g, "h3999.three.test", DNS_TXT, "NOERROR aa | h3999.three.test 300 TXT \"some text of number 3999\" | |");
    ck_assert_uint_eq(ask(&g, "x.sub.one.test", DNS_A).n[DNS_ADDITIONAL], 1);
    fixture_close(&g);
}
END_TEST

START_TEST(an_empty_store_can_be_saved)
{
    static struct fixture g;
    struct snapshot_read r;

    save();
    r = reopen(&g);
    ck_assert_str_eq(r.path, path);
    ck_assert_uint_eq(r.zones, 0);
    fixture_close(&g);
}
END_TEST

START_TEST(no_file_means_an_empty_start)
{
    static struct fixture g;
    struct snapshot_read r = reopen(&g);

    ck_assert_ptr_null(r.path);
    fixture_close(&g);
}
END_TEST

static void damaged(const char *why)
{
    static struct fixture g;
    struct snapshot_read r;
    struct error e;

    fixture_open(&g);
    ck_assert_msg(snapshot_load_file(&g.st, path, &r, &e) == INVALID, "%s was believed", why);
    ck_assert_str_eq(e.code, "snapshot-damaged");
    ck_assert_uint_eq(g.st.zones_by_id.n, 0);
    fixture_close(&g);
}

START_TEST(a_file_cut_at_any_block_or_in_its_ends_is_not_believed)
{
    struct str whole;

    serve_some();
    save();
    whole = file();
    for (size_t n = 0; n < whole.n; n += n < 200 || n + 200 > whole.n ? 1 : 512) {
        testdir_write(path, str_n(whole.p, n));
        damaged(arena_printf(&f.a, "a file of %zu of %zu bytes", n, whole.n));
    }
    testdir_write(path, str_printf(&f.a, "%.*s%c", 0, "", 'x'));
    damaged("one letter");
}
END_TEST

START_TEST(bytes_behind_the_end_are_not_believed)
{
    struct buf b;

    serve_some();
    save();
    buf_init(&b, 64 << 20);
    buf_str(&b, file());
    buf_putc(&b, 'x');
    testdir_write(path, buf_view(&b));
    damaged("a longer file");
    buf_clear(&b);
}
END_TEST

START_TEST(a_flipped_bit_is_seen)
{
    uint64_t rng = 7;
    struct str whole;

    serve_some();
    save();
    whole = file();
    for (int i = 0; i < 1000; i++) {
        size_t at;
        char *p = (char *)(uintptr_t)whole.p;
        char was;

        rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        at = i < 64 * 8 ? (size_t)i / 8 : (rng >> 33) % whole.n;
        was = p[at];
        p[at] = (char)(was ^ (1 << (i < 64 * 8 ? i % 8 : (int)(rng >> 20) & 7)));
        testdir_write(path, whole);
        damaged(arena_printf(&f.a, "seed 7, case %d, byte %zu", i, at));
        p[at] = was;
    }
}
END_TEST

START_TEST(blocks_that_changed_places_are_seen)
{
    struct str whole;
    char *p;
    char *block = arena_alloc(&f.a, SNAPSHOT_BLOCK);
    uint64_t bytes, sum;

    serve_some();
    save();
    whole = file();
    p = (char *)(uintptr_t)whole.p;
    bytes = read_u64(p + 16);
    ck_assert_uint_gt(bytes, 2 * SNAPSHOT_BLOCK);
    memcpy(block, p + 64, SNAPSHOT_BLOCK);
    memcpy(p + 64, p + 64 + SNAPSHOT_BLOCK, SNAPSHOT_BLOCK);
    memcpy(p + 64 + SNAPSHOT_BLOCK, block, SNAPSHOT_BLOCK);
    sum = read_u64(p + 64 + bytes);
    write_u64(p + 64 + bytes, read_u64(p + 64 + bytes + 8));
    write_u64(p + 64 + bytes + 8, sum);
    testdir_write(path, whole);
    damaged("two blocks and their sums in the other order");
}
END_TEST

START_TEST(the_one_before_takes_the_place_of_a_damaged_one)
{
    static struct fixture g;
    struct snapshot_read r;
    struct change c;
    struct str whole;

    serve_some();
    save();
    c = next_version(&f, 1, "one.test", "www 60 A 192.0.2.9\n");
    apply(&f, &c);
    save();
    whole = file();
    testdir_write(path, str_n(whole.p, whole.n - 1));
    r = reopen(&g);
    ck_assert_str_eq(r.path, arena_printf(&f.a, "%s.prev", path));
    ASK(&g, "www.one.test", DNS_A, "NOERROR aa | www.one.test 60 A 192.0.2.1 | |");
    fixture_close(&g);
}
END_TEST

START_TEST(a_failed_write_leaves_the_old_files_alone)
{
    struct error e;
    struct str before;

    serve_some();
    save();
    before = file();
    ck_assert_int_eq(mkdir(arena_printf(&f.a, "%s.new", path), 0700), 0);
    ck_assert_int_eq(snapshot_write(&f.st, path, 2, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "snapshot-write");
    ck_assert_int_eq(rmdir(arena_printf(&f.a, "%s.new", path)), 0);
    ck_assert(str_eq(before, file()));
}
END_TEST

/* Right sums over wrong content: what the reader itself must hold against. */
START_TEST(content_that_runs_out_of_its_bounds_is_not_believed)
{
    struct str whole;
    char *p;

    serve(&f, 1, "one.test", "");
    save();
    whole = file();
    p = (char *)(uintptr_t)whole.p;
    for (size_t at = 64; at < 64 + read_u64(p + 16); at++) {
        static struct fixture g;
        struct snapshot_read r;
        struct error e;
        char was = p[at];

        p[at] = (char)0xff;
        write_u64(p + 64 + read_u64(p + 16), snapshot_sum(0, p + 64, read_u64(p + 16)));
        testdir_write(path, whole);
        log_init(NULL, LOG_ERROR);
        fixture_open(&g);
        if (snapshot_load_file(&g.st, path, &r, &e) == OK)
            ck_assert_uint_eq(r.zones + r.refused, 1);
        fixture_close(&g);
        p[at] = was;
    }
}
END_TEST

/* The last of three zones (ids 7, 5, 6 in the store's order) says the first's id and the second's name: both go, and it is what is served. */
START_TEST(a_zone_that_stands_there_under_anothers_id_and_name_takes_the_place_of_both)
{
    static struct fixture g;
    static const char was[] = "\0\0\0\0\0\0\0\6\0\0\0\0\0\0\0\1\11\2cc\4test";
    struct snapshot_read r;
    struct str whole;
    char *p;

    serve(&f, 7, "aa.test", "");
    serve(&f, 5, "bb.test", "");
    serve(&f, 6, "cc.test", "www A 192.0.2.7\n");
    save();
    whole = file();
    p = memmem(whole.p, whole.n, was, sizeof(was));
    ck_assert_ptr_nonnull(p);
    p[7] = 7;
    memcpy(p + 18, "bb", 2);
    ck_assert_uint_lt(read_u64(whole.p + 16), SNAPSHOT_BLOCK);
    write_u64((char *)(uintptr_t)whole.p + 64 + read_u64(whole.p + 16),
        snapshot_sum(0, whole.p + 64, read_u64(whole.p + 16)));
    testdir_write(path, whole);
    r = reopen(&g);
    ck_assert_uint_eq(r.refused, 0);
    ck_assert_uint_eq(g.st.zones_by_id.n, 1);
    ck_assert_uint_eq(g.st.zones_by_name.n, 1);
    ck_assert_int_eq(ask(&g, "aa.test", DNS_SOA).rcode, DNS_REFUSED);
    ASK(&g, "www.bb.test", DNS_A, "NOERROR aa | www.bb.test 300 A 192.0.2.7 | |");
    fixture_close(&g);
}
END_TEST

/* ---- compiled zones that no server wrote, with right sums ---- */

static char *place_of(struct str whole, const char *name)
{
    struct str wire = wire_of(&f.a, name);
    char *p = memmem(whole.p, whole.n, wire.p, wire.n);

    ck_assert_ptr_nonnull(p);
    return p;
}

static struct snapshot_read sealed_reopen(struct str whole, struct fixture *g)
{
    uint64_t bytes = read_u64(whole.p + 16);

    for (uint64_t at = 0, i = 0; at < bytes; at += SNAPSHOT_BLOCK, i++)
        write_u64((char *)(uintptr_t)whole.p + SNAPSHOT_HEADER + bytes + 8 * i,
            snapshot_sum(i, whole.p + SNAPSHOT_HEADER + at, bytes - at < SNAPSHOT_BLOCK ? bytes - at : SNAPSHOT_BLOCK));
    testdir_write(path, whole);
    return reopen(g);
}

/* The name of an image in the file. */
static void rename_image(struct str whole, const char *was, const char *is)
{
    struct str wire = wire_of(&f.a, is);

    memcpy(place_of(whole, was), wire.p, wire.n);
}

/* One tail's pointer to the zone, put in after all was looked at, would be the other's length. */
START_TEST(tails_that_lie_over_each_other_are_not_believed)
{
    static struct fixture g;
    struct slot slots[2];
    struct str whole;
    char *p;

    serve(&f, 1, "one.test", "x CNAME no\n");
    save();
    whole = file();
    p = place_of(whole, "x.one.test") - sizeof(slots);
    memcpy(slots, p, sizeof(slots));
    ck_assert_uint_eq(slots[0].type, 0);
    ck_assert_uint_eq(slots[1].type, DNS_CNAME);
    slots[1].at = slots[0].at + (uint32_t)sizeof(struct tail);
    memcpy(p, slots, sizeof(slots));
    ck_assert_uint_eq(sealed_reopen(whole, &g).compiled, 1);
    ASK(&g, "x.one.test", DNS_CNAME, "NOERROR aa | x.one.test 300 CNAME no.one.test. | |");
    fixture_close(&g);
}
END_TEST

START_TEST(a_compiled_name_without_a_record_goes_with_the_next_change)
{
    static struct fixture g;
    struct change c;
    struct str whole;

    serve(&f, 1, "one.test", "www A 192.0.2.1\n");
    save();
    whole = file();
    rename_image(whole, "www.one.test", "wwx.one.test");
    ck_assert_uint_eq(sealed_reopen(whole, &g).compiled, 0);
    zone_open(&g.st, store_zone(&g.st, 1));
    store_rest(&g.st);
    ck_assert_uint_eq(ask(&g, "wwx.one.test", DNS_A).n[DNS_ANSWER], 1);
    c = next_version(&g, 1, "one.test", "new A 192.0.2.2\n");
    apply(&g, &c);
    while (epoch_reclaim(&g.st.epochs))
        ;
    ck_assert_int_eq(ask(&g, "wwx.one.test", DNS_A).rcode, DNS_NXDOMAIN);
    ASK(&g, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.1 | |");
    ASK(&g, "new.one.test", DNS_A, "NOERROR aa | new.one.test 300 A 192.0.2.2 | |");
    ck_assert_uint_eq(g.st.names_n, 4);
    ck_assert_uint_eq(g.st.table.names, 4);
    fixture_close(&g);
}
END_TEST

START_TEST(a_zone_with_such_a_name_can_be_removed)
{
    static struct fixture g;
    struct str whole;

    serve(&f, 1, "one.test", "www A 192.0.2.1\n");
    save();
    whole = file();
    rename_image(whole, "www.one.test", "wwx.one.test");
    (void)sealed_reopen(whole, &g);
    store_remove(&g.st, store_zone(&g.st, 1));
    while (epoch_reclaim(&g.st.epochs))
        ;
    ck_assert_int_eq(ask(&g, "wwx.one.test", DNS_A).rcode, DNS_REFUSED);
    ck_assert_uint_eq(g.st.names_n, 0);
    ck_assert_uint_eq(g.st.table.names, 0);
    fixture_close(&g);
}
END_TEST

START_TEST(a_zone_that_says_a_name_twice_is_compiled_anew)
{
    static struct fixture g;
    struct str whole;

    serve(&f, 1, "one.test", "www A 192.0.2.1\n");
    save();
    whole = file();
    rename_image(whole, "www.one.test", "ns1.one.test");
    ck_assert_uint_eq(sealed_reopen(whole, &g).compiled, 1);
    ASK(&g, "www.one.test", DNS_A, "NOERROR aa | www.one.test 300 A 192.0.2.1 | |");
    ASK(&g, "ns1.one.test", DNS_A, "NOERROR aa | ns1.one.test 300 A 192.0.2.53 | |");
    ck_assert_uint_eq(g.st.names_n, 3);
    ck_assert_uint_eq(g.st.table.names, 3);
    fixture_close(&g);
}
END_TEST

/* That other zone is large, and is compiled when all are loaded. */
START_TEST(a_compiled_name_that_is_another_zones_takes_nothing_from_it)
{
    static struct fixture g;
    struct change c;
    struct str whole;

    serve(&f, 1, "test", "abc A 192.0.2.1\n");
    f.st.packed_names_max = 1;
    serve(&f, 2, "one.test", "www A 192.0.2.2\n");
    save();
    whole = file();
    rename_image(whole, "abc.test", "one.test");
    ck_assert_uint_eq(sealed_reopen(whole, &g).compiled, 1);
    for (int i = 0; i < 2; i++) {
        c = next_version(&g, 1, "test", "new A 192.0.2.2\n");
        apply(&g, &c);
        while (epoch_reclaim(&g.st.epochs))
            ;
        ck_assert_uint_eq(ask(&g, "one.test", DNS_SOA).n[DNS_ANSWER], 1);
        c = next_version(&g, 2, "one.test", "new A 192.0.2.2\n");
        apply(&g, &c);
    }
    ASK(&g, "new.one.test", DNS_A, "NOERROR aa | new.one.test 300 A 192.0.2.2 | |");
    ASK(&g, "abc.test", DNS_A, "NOERROR aa | abc.test 300 A 192.0.2.1 | |");
    fixture_close(&g);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, other_choices_about_answers_compile_them_anew);
    tcase_add_test(t, a_dname_comes_back_and_still_hides_what_is_below_it);
    tcase_add_test(t, everything_comes_back_as_it_was);
    tcase_add_test(t, an_empty_store_can_be_saved);
    tcase_add_test(t, no_file_means_an_empty_start);
    tcase_add_test(t, a_file_cut_at_any_block_or_in_its_ends_is_not_believed);
    tcase_add_test(t, bytes_behind_the_end_are_not_believed);
    tcase_add_test(t, a_flipped_bit_is_seen);
    tcase_add_test(t, blocks_that_changed_places_are_seen);
    tcase_add_test(t, the_one_before_takes_the_place_of_a_damaged_one);
    tcase_add_test(t, a_failed_write_leaves_the_old_files_alone);
    tcase_add_test(t, a_zone_that_stands_there_under_anothers_id_and_name_takes_the_place_of_both);
    tcase_add_test(t, tails_that_lie_over_each_other_are_not_believed);
    tcase_add_test(t, a_compiled_name_without_a_record_goes_with_the_next_change);
    tcase_add_test(t, a_zone_with_such_a_name_can_be_removed);
    tcase_add_test(t, a_zone_that_says_a_name_twice_is_compiled_anew);
    tcase_add_test(t, a_compiled_name_that_is_another_zones_takes_nothing_from_it);
    tcase_add_test(t, content_that_runs_out_of_its_bounds_is_not_believed);
}

int main(void)
{
    return fixture_main("nameserver snapshot", add);
}
