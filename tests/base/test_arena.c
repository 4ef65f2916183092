#include <signal.h>

#include "base/str.h"
#include "tests/support/suite.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a, 0);
}

static void teardown(void)
{
    arena_clear(&a);
}

static bool all_zero(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != 0)
            return false;
    return true;
}

START_TEST(memory_is_zeroed_and_aligned)
{
    for (size_t n = 0; n < 300; n++) {
        char *p = arena_alloc(&a, n);
        ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
        ck_assert(all_zero(p, n));
        memset(p, 0xAA, n);
    }
}
END_TEST

START_TEST(allocations_do_not_overlap)
{
    unsigned char *p[2000];
    for (size_t i = 0; i < ARRAY_LEN(p); i++) {
        size_t n = i % 97 == 0 ? 400000 : 1 + i % 50;
        p[i] = arena_alloc(&a, n);
        p[i][0] = (unsigned char)i;
        p[i][n - 1] = (unsigned char)i;
    }
    for (size_t i = 0; i < ARRAY_LEN(p); i++)
        ck_assert_uint_eq(p[i][0], (unsigned char)i);
}
END_TEST

START_TEST(what_comes_after_a_reset_is_zeroed_again)
{
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 200; i++) {
            char *p = arena_alloc(&a, 1000);
            ck_assert(all_zero(p, 1000));
            memset(p, 0x55, 1000);
        }
        arena_reset(&a);
        ck_assert_uint_eq(a.used, 0);
    }
}
END_TEST

START_TEST(a_reset_wipes_the_bytes_themselves)
{
    char *p = arena_strdup(&a, "the secret");
    arena_reset(&a);
    /* The kept block hands out the same bytes: they show what the reset left. */
    char *again = arena_alloc(&a, 11);
    ck_assert_ptr_eq(p, again);
    ck_assert(all_zero(again, 11));
}
END_TEST

START_TEST(a_reset_of_an_untouched_arena_is_nothing)
{
    arena_reset(&a);
    arena_clear(&a);
    ck_assert_str_eq(arena_strdup(&a, "used after"), "used after");
}
END_TEST

START_TEST(a_huge_block_is_not_kept_by_a_reset)
{
    (void)arena_alloc(&a, (size_t)8 << 20);
    arena_reset(&a);
    ck_assert_ptr_null(a.head);
}
END_TEST

START_TEST(the_limit_may_be_reached)
{
    struct arena small;
    arena_init(&small, 1000);
    (void)arena_alloc(&small, 400);
    (void)arena_alloc(&small, 600);
    ck_assert_uint_eq(small.used, 1000);
    arena_clear(&small);
}
END_TEST

START_TEST(passing_the_limit_stops_the_program)
{
    struct arena small;
    arena_init(&small, 1000);
    (void)arena_alloc(&small, 400);
    (void)arena_alloc(&small, 601);
}
END_TEST

START_TEST(an_overflowing_array_stops_the_program)
{
    (void)arena_array(&a, SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(an_allocation_of_everything_stops_the_program)
{
    (void)arena_alloc(&a, SIZE_MAX);
}
END_TEST

START_TEST(text_is_printed_whole)
{
    char *text = arena_printf(&a, "%s-%d-%5000s", "a", 42, "end");
    ck_assert_uint_eq(strlen(text), 5 + 5000);
    ck_assert_int_eq(strncmp(text, "a-42-", 5), 0);
    ck_assert_str_eq(text + 5 + 4997, "end");
}
END_TEST

START_TEST(copies_are_copies)
{
    char from[] = "abc";
    char *copy = arena_copy(&a, from, 3);
    from[0] = 'x';
    ck_assert_mem_eq(copy, "abc", 3);
    ck_assert_ptr_nonnull(arena_copy(&a, NULL, 0));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("arena");
    TCase *c = tcase_create("arena");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, memory_is_zeroed_and_aligned);
    tcase_add_test(c, allocations_do_not_overlap);
    tcase_add_test(c, what_comes_after_a_reset_is_zeroed_again);
    tcase_add_test(c, a_reset_wipes_the_bytes_themselves);
    tcase_add_test(c, a_reset_of_an_untouched_arena_is_nothing);
    tcase_add_test(c, a_huge_block_is_not_kept_by_a_reset);
    tcase_add_test(c, the_limit_may_be_reached);
    tcase_add_test_raise_signal(c, passing_the_limit_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(c, an_overflowing_array_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(c, an_allocation_of_everything_stops_the_program, SIGABRT);
    tcase_add_test(c, text_is_printed_whole);
    tcase_add_test(c, copies_are_copies);
    suite_add_tcase(s, c);
    return suite_run(s);
}
