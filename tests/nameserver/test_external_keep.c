/* The file of last good answers: what comes back from it, whole, cut at any byte, or damaged; and a disk that is full. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "nameserver/external_keep.h"
#include "tests/nameserver/fixture.h"

#define S US_PER_S
#define T0 (1000000 * S)
#define NO_DATA "NOERROR aa | | one.test 300 SOA ns1.one.test. hostmaster.one.test. 1 3600 600 86400 300 |"
#define UNRESOLVED "SERVFAIL -- | | |"

static struct fixture f;
static struct external_keep *keep;
static char dir[] = "/tmp/fw-external-XXXXXX";
static char path[64];

/* As after a start at that time: the answers first, then the zones. */
static void start(time_us now)
{
    struct change c;

    fixture_open(&f);
    keep = external_keep_open(&f.st, path, now);
    c = change_of(&f.a, 1, 1, "one.test", SOA_LINE);
    for (int i = 0; i < 4; i++)
        change_add_alias(
            &f.a, &c, arena_printf(&f.a, "n%d.one.test", i), DNS_A, 0, arena_printf(&f.a, "n%d.far.example", i));
    change_add_alias(&f.a, &c, "six.one.test", DNS_AAAA, 0, "n0.far.example");
    apply(&f, &c);
}

static void end(void)
{
    external_keep_close(&keep);
    fixture_close(&f);
}

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/kept", dir);
    start(T0);
}

static void teardown(void)
{
    end();
    (void)unlink(path);
    (void)rmdir(path);
    ck_assert_int_eq(rmdir(dir), 0);
    (void)snprintf(dir, sizeof(dir), "/tmp/fw-external-XXXXXX");
}

/* Every target that is due hears the address 192.0.2.last, or that there is none. */
static void hear_all(time_us now, char last)
{
    char a[] = {(char)192, 0, 2, last}, aaaa[16] = {0x20, 1, 0x0d, (char)0xb8};
    struct external *t;

    aaaa[15] = last;
    while ((t = external_next(&f.st, now)) != NULL) {
        struct str rdata = t->type == DNS_A ? str_n(a, 4) : str_n(aaaa, 16);
        struct external_result r = {
            .outcome = last == 0 ? EXTERNAL_DENIED : EXTERNAL_FOUND, .ttl = 30, .rdata = &rdata, .n = 1};

        external_result(&f.st, t, &r, now);
    }
}

static const char *address(char last)
{
    return arena_printf(&f.a, "NOERROR aa | n3.one.test 30 A 192.0.2.%d | |", last);
}

static struct str file_bytes(void)
{
    struct str s;
    struct error e;

    ck_assert_msg(file_read(&f.a, path, 1 << 24, &s, &e) == OK, "%s", e.text);
    return s;
}

/* Beside it and renamed, as another process would. */
static void file_put(const void *p, size_t n)
{
    char beside[80];
    FILE *file;

    (void)snprintf(beside, sizeof(beside), "%s.other", path);
    file = fopen(beside, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(p, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(rename(beside, path), 0);
}

START_TEST(answers_come_back_without_anybody_being_asked)
{
    hear_all(T0, 7);
    ck_assert(external_keep_write(keep, T0));
    end();
    start(T0 + 3600 * S);
    ASK(&f, "n3.one.test", DNS_A, address(7));
    ASK(&f, "six.one.test", DNS_AAAA, "NOERROR aa | six.one.test 30 AAAA 2001:db8::7 | |");
    ck_assert_uint_eq(f.st.externals->unresolved, 0);
    ck_assert_ptr_nonnull(external_next(&f.st, T0 + 3600 * S)); /* and are asked for again at once */
}
END_TEST

START_TEST(no_data_comes_back_and_of_several_answers_the_last_one)
{
    hear_all(T0, 0);
    ck_assert(external_keep_write(keep, T0));
    end();
    start(T0 + S);
    ASK(&f, "n3.one.test", DNS_A, NO_DATA);
    hear_all(T0 + 60 * S, 1);
    ck_assert(external_keep_write(keep, T0 + 60 * S));
    hear_all(T0 + 120 * S, 2);
    ck_assert(external_keep_write(keep, T0 + 120 * S));
    end();
    start(T0 + 121 * S);
    ASK(&f, "n3.one.test", DNS_A, address(2));
}
END_TEST

/* Under the sanitizers an age that no number holds would end the process. */
START_TEST(an_answer_from_before_all_time_is_malformed)
{
    struct dns_name name = dns_name_of("host.elsewhere.example");

    ck_assert(!external_restore(&f.st, &name, DNS_A, 30, INT64_MIN, STR("\0\4abcd"), T0));
    ck_assert(!external_restore(&f.st, &name, DNS_A, 30, -1, STR("\0\4abcd"), T0));
    ck_assert(external_restore(&f.st, &name, DNS_A, 30, T0 - S, STR("\0\4abcd"), T0));
}
END_TEST

START_TEST(an_answer_that_was_confirmed_too_long_ago_does_not_come_back)
{
    hear_all(T0, 7);
    ck_assert(external_keep_write(keep, T0));
    end();
    start(T0 + (EXTERNAL_STALE_S + 1) * S);
    ASK(&f, "n3.one.test", DNS_A, UNRESOLVED);
}
END_TEST

START_TEST(being_confirmed_is_written_now_and_then_so_that_the_bound_holds)
{
    time_us now = T0;
    size_t n;

    hear_all(T0, 7);
    ck_assert(external_keep_write(keep, T0));
    n = file_bytes().n;
    for (int i = 0; i < 100; i++, now += 30 * S)
        hear_all(now, 7);
    ck_assert(external_keep_write(keep, now));
    ck_assert_uint_eq(file_bytes().n, n); /* not each time */
    hear_all(T0 + EXTERNAL_STALE_S * S, 7);
    ck_assert(external_keep_write(keep, T0 + EXTERNAL_STALE_S * S));
    end();
    start(T0 + (2 * EXTERNAL_STALE_S - 1) * S);
    ASK(&f, "n3.one.test", DNS_A, address(7));
}
END_TEST

START_TEST(a_file_cut_at_any_byte_gives_what_was_before_the_cut)
{
    struct str whole;
    size_t restored, last = 0;
    char *bytes;

    hear_all(T0, 7);
    ck_assert(external_keep_write(keep, T0));
    whole = file_bytes();
    bytes = malloc(whole.n);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, whole.p, whole.n);
    for (size_t cut = 0, n = whole.n; cut <= n; cut++) {
        end();
        file_put(bytes, cut);
        start(T0 + S);
        restored = f.st.externals->by_hash.n - f.st.externals->unresolved;
        ck_assert_uint_ge(restored, last);
        last = restored;
    }
    ck_assert_uint_eq(last, 5);
    free(bytes);
}
END_TEST

START_TEST(a_flipped_bit_anywhere_never_gives_another_answer)
{
    struct str whole;
    char *bytes;
    size_t n;

    hear_all(T0, 7);
    ck_assert(external_keep_write(keep, T0));
    whole = file_bytes();
    n = whole.n;
    bytes = malloc(n);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, whole.p, n);
    for (size_t at = 0; at < n; at++) {
        const char *said;
        struct dns_message m;

        end();
        bytes[at] ^= (char)(1 << at % 8);
        file_put(bytes, n);
        bytes[at] ^= (char)(1 << at % 8);
        start(T0 + S);
        m = ask(&f, "n3.one.test", DNS_A);
        said = shown(&f, &m);
        ck_assert_msg(strcmp(said, address(7)) == 0 || strcmp(said, UNRESOLVED) == 0, "byte %zu: %s", at, said);
        ck_assert_uint_ge(f.st.externals->unresolved, 1); /* and it is noticed */
    }
    free(bytes);
}
END_TEST

START_TEST(after_damage_the_next_answer_writes_the_file_anew)
{
    hear_all(T0, 7);
    ck_assert(external_keep_write(keep, T0));
    file_put("FWEXTN01 and then nothing that makes sense", 42);
    end();
    start(T0 + S);
    hear_all(T0 + S, 8);
    ck_assert(external_keep_write(keep, T0 + S));
    end();
    start(T0 + 2 * S);
    ASK(&f, "n3.one.test", DNS_A, address(8));
}
END_TEST

START_TEST(another_process_that_wrote_the_file_meanwhile_does_no_harm)
{
    hear_all(T0, 7);
    ck_assert(external_keep_write(keep, T0));
    file_put("something else", 14);
    hear_all(T0 + 60 * S, 8);
    ck_assert(external_keep_write(keep, T0 + 60 * S));
    end();
    start(T0 + 61 * S);
    ASK(&f, "n3.one.test", DNS_A, address(8));
}
END_TEST

START_TEST(the_file_does_not_grow_without_bound)
{
    time_us now = T0;

    for (int i = 0; i < 15000; i++, now += 60 * S) {
        hear_all(now, (char)(1 + i % 2));
        ck_assert(external_keep_write(keep, now));
        if (i % 1000 == 0)
            ck_assert_uint_lt(file_bytes().n, (size_t)3 << 19);
    }
    end();
    start(now);
    ASK(&f, "n3.one.test", DNS_A, address(2));
}
END_TEST

START_TEST(a_disk_that_does_not_take_it_is_tried_again_and_loses_nothing)
{
    hear_all(T0, 7);
    ck_assert_int_eq(mkdir(path, 0700), 0); /* in the way */
    ck_assert(!external_keep_write(keep, T0));
    ASK(&f, "n3.one.test", DNS_A, address(7));
    ck_assert_int_eq(rmdir(path), 0);
    ck_assert(!external_keep_write(keep, T0 + S)); /* not at once */
    ck_assert(external_keep_write(keep, T0 + 11 * S));
    end();
    start(T0 + 12 * S);
    ASK(&f, "n3.one.test", DNS_A, address(7));
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, answers_come_back_without_anybody_being_asked);
    tcase_add_test(t, no_data_comes_back_and_of_several_answers_the_last_one);
    tcase_add_test(t, an_answer_from_before_all_time_is_malformed);
    tcase_add_test(t, an_answer_that_was_confirmed_too_long_ago_does_not_come_back);
    tcase_add_test(t, being_confirmed_is_written_now_and_then_so_that_the_bound_holds);
    tcase_add_test(t, a_file_cut_at_any_byte_gives_what_was_before_the_cut);
    tcase_add_test(t, a_flipped_bit_anywhere_never_gives_another_answer);
    tcase_add_test(t, after_damage_the_next_answer_writes_the_file_anew);
    tcase_add_test(t, another_process_that_wrote_the_file_meanwhile_does_no_harm);
    tcase_add_test(t, the_file_does_not_grow_without_bound);
    tcase_add_test(t, a_disk_that_does_not_take_it_is_tried_again_and_loses_nothing);
}

int main(void)
{
    return fixture_main("external_keep", add);
}
