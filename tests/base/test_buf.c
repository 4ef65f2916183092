#include <signal.h>

#include "base/buf.h"
#include "tests/support/suite.h"

START_TEST(bytes_are_kept_and_terminated)
{
    struct buf b;
    buf_init(&b, 100000);
    for (int i = 0; i < 10000; i++)
        buf_printf(&b, "%d,", i % 10);
    ck_assert_uint_eq(b.n, 20000);
    ck_assert_uint_eq(strlen(b.p), 20000);
    ck_assert(!buf_over(&b));
    buf_clear(&b);
}
END_TEST

START_TEST(the_maximum_may_be_reached_but_not_passed)
{
    struct buf b;
    buf_init(&b, 4);
    buf_puts(&b, "abcd");
    ck_assert(!buf_over(&b));
    buf_putc(&b, 'e');
    ck_assert(buf_over(&b));
    ck_assert(str_eqz(buf_view(&b), "abcd"));
    buf_clear(&b);
}
END_TEST

START_TEST(once_over_stays_over_and_drops_all)
{
    struct buf b;
    buf_init(&b, 4);
    buf_puts(&b, "abcde");
    buf_puts(&b, "x");
    buf_printf(&b, "%d", 1);
    ck_assert(buf_over(&b));
    ck_assert_uint_eq(b.n, 0);
    ck_assert_ptr_null(buf_room(&b, 1));
    buf_reset(&b);
    buf_puts(&b, "x");
    ck_assert(!buf_over(&b));
    ck_assert(str_eqz(buf_view(&b), "x"));
    buf_clear(&b);
}
END_TEST

START_TEST(an_impossible_length_is_over_not_an_overflow)
{
    struct buf b;
    buf_init(&b, 1000);
    buf_puts(&b, "abc");
    ck_assert_ptr_null(buf_room(&b, SIZE_MAX - 1));
    ck_assert(buf_over(&b));
    buf_clear(&b);
}
END_TEST

START_TEST(numbers_are_in_network_order)
{
    struct buf b;
    buf_init(&b, 100);
    buf_u8(&b, 0x01);
    buf_u16(&b, 0x0203);
    buf_u32(&b, 0x84050607);
    buf_u64(&b, UINT64_C(0xF8090A0B0C0D0E0F));
    ck_assert_mem_eq(b.p, "\x01\x02\x03\x84\x05\x06\x07\xF8\x09\x0A\x0B\x0C\x0D\x0E\x0F", 15);
    ck_assert_uint_eq(read_u16(b.p + 1), 0x0203);
    ck_assert_uint_eq(read_u32(b.p + 3), 0x84050607);
    ck_assert(read_u64(b.p + 7) == UINT64_C(0xF8090A0B0C0D0E0F));
    buf_set_u16(&b, 13, 0xBEEF);
    ck_assert_mem_eq(b.p + 13, "\xBE\xEF", 2);
    buf_clear(&b);
}
END_TEST

START_TEST(setting_past_the_end_stops_the_program)
{
    struct buf b;
    buf_init(&b, 100);
    buf_u16(&b, 1);
    buf_set_u16(&b, 1, 1);
}
END_TEST

START_TEST(dropping_more_than_there_is_stops_the_program)
{
    struct buf b;
    buf_init(&b, 100);
    buf_puts(&b, "ab");
    buf_drop(&b, 3);
}
END_TEST

START_TEST(consumed_input_is_dropped_from_the_front)
{
    struct buf b;
    buf_init(&b, 100);
    buf_drop(&b, 0);
    buf_puts(&b, "frame1frame2");
    buf_drop(&b, 6);
    ck_assert_str_eq(b.p, "frame2");
    buf_drop(&b, 6);
    ck_assert_uint_eq(buf_view(&b).n, 0);
    buf_clear(&b);
}
END_TEST

START_TEST(room_is_read_into)
{
    struct buf b;
    buf_init(&b, 600);
    buf_puts(&b, "a");
    char *room = buf_room(&b, 500);
    ck_assert_ptr_nonnull(room);
    memset(room, 'x', 500);
    b.n += 500;
    buf_putc(&b, 'z');
    ck_assert_uint_eq(strlen(b.p), 502);
    ck_assert_ptr_null(buf_room(&b, 99));
    buf_clear(&b);
}
END_TEST

START_TEST(an_empty_buffer_is_present_but_empty)
{
    struct buf b;
    buf_init(&b, 10);
    ck_assert(!str_is_null(buf_view(&b)));
    buf_put(&b, NULL, 0);
    ck_assert_str_eq(b.p, "");
    buf_clear(&b);
    buf_clear(&b);
}
END_TEST

START_TEST(an_arena_can_hold_the_bytes)
{
    struct arena a;
    struct buf b;
    arena_init(&a, 0);
    buf_in(&b, &a, 5000);
    for (int i = 0; i < 5000; i++)
        buf_putc(&b, 'y');
    ck_assert(!buf_over(&b));
    buf_putc(&b, 'y');
    ck_assert(buf_over(&b));
    ck_assert_uint_eq(b.n, 5000);
    arena_clear(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("buf");
    TCase *c = tcase_create("buf");
    tcase_add_test(c, bytes_are_kept_and_terminated);
    tcase_add_test(c, the_maximum_may_be_reached_but_not_passed);
    tcase_add_test(c, once_over_stays_over_and_drops_all);
    tcase_add_test(c, an_impossible_length_is_over_not_an_overflow);
    tcase_add_test(c, numbers_are_in_network_order);
    tcase_add_test_raise_signal(c, setting_past_the_end_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(c, dropping_more_than_there_is_stops_the_program, SIGABRT);
    tcase_add_test(c, consumed_input_is_dropped_from_the_front);
    tcase_add_test(c, room_is_read_into);
    tcase_add_test(c, an_empty_buffer_is_present_but_empty);
    tcase_add_test(c, an_arena_can_hold_the_bytes);
    suite_add_tcase(s, c);
    return suite_run(s);
}
