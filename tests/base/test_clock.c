#include "base/clock.h"
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

static time_us parsed(const char *text)
{
    time_us t = -1;
    ck_assert_msg(time_parse(str_of(text), &t), "%s", text);
    return t;
}

START_TEST(times_are_written_in_utc)
{
    ck_assert(str_eqz(time_text(&a, 0), "1970-01-01T00:00:00Z"));
    ck_assert(str_eqz(time_text(&a, INT64_C(1795352405999999)), "2026-11-22T13:00:05Z"));
    ck_assert(str_eqz(time_text_us(&a, INT64_C(1795352405000042)), "2026-11-22T13:00:05.000042Z"));
    ck_assert(str_eqz(time_text_us(&a, -1), "1969-12-31T23:59:59.999999Z"));
    ck_assert(str_eqz(time_text(&a, -1), "1969-12-31T23:59:59Z"));
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
    static const time_us times[] = {0, 1, -1, INT64_C(1795352405123456), INT64_C(253402300799999999),
        INT64_C(-62167219200000000), INT64_C(951782400000000)};
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        time_us t;
        ck_assert(time_parse(time_text_us(&a, times[i]), &t));
        ck_assert_int_eq(t, times[i]);
    }
}
END_TEST

START_TEST(all_forms_of_registries_are_read)
{
    time_us t = parsed("2026-11-22T13:00:05Z");
    ck_assert_int_eq(t, INT64_C(1795352405000000));
    ck_assert_int_eq(parsed("2026-11-22T13:00:05"), t);
    ck_assert_int_eq(parsed("2026-11-22t13:00:05z"), t);
    ck_assert_int_eq(parsed("2026-11-22 13:00:05Z"), t);
    ck_assert_int_eq(parsed("2026-11-22T14:00:05+01:00"), t);
    ck_assert_int_eq(parsed("2026-11-22T07:30:05-05:30"), t);
    ck_assert_int_eq(parsed("2026-11-22T13:00:05.0Z"), t);
    ck_assert_int_eq(parsed("2026-11-22T13:00:05.25Z"), t + 250000);
    ck_assert_int_eq(parsed("2026-11-22T13:00:05.123456789Z"), t + 123456);
    ck_assert_int_eq(parsed("2026-11-22"), t - (13 * 3600 + 5) * US_PER_S);
    ck_assert_int_eq(parsed("2026-11-22Z"), parsed("2026-11-22"));
    ck_assert_int_eq(parsed("2016-12-31T23:59:60Z"), parsed("2017-01-01T00:00:00Z"));
}
END_TEST

START_TEST(bad_times_are_refused)
{
    static const char *const bad[] = {"", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-11-00", "2026-11-31",
        "2025-02-29", "1900-02-29", "2026-11-22T", "2026-11-22T13", "2026-11-22T24:00:00Z", "2026-11-22T13:60:00Z",
        "2026-11-22T13:00:61Z", "2026-11-22T13:00:05.Z", "2026-11-22T13:00:05+0100", "2026-11-22T13:00:05+24:00",
        "2026-11-22T13:00:05ZZ", "2026-11-22T13:00:05Z ", " 2026-11-22", "+026-11-22", "2026/11/22", "20261122",
        "12026-11-22"};
    time_us t;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!time_parse(str_of(bad[i]), &t), "%s", bad[i]);
    ck_assert(!time_parse(STR_NULL, &t));
    ck_assert(!time_parse(STR("2026-11-22\0"), &t));
}
END_TEST

START_TEST(leap_days_exist_every_four_years_mostly)
{
    (void)parsed("2024-02-29");
    (void)parsed("2000-02-29");
}
END_TEST

START_TEST(years_are_calendar_years)
{
    ck_assert_int_eq(time_add_years(parsed("2026-11-22T13:00:05.5Z"), 10), parsed("2036-11-22T13:00:05.5Z"));
    ck_assert_int_eq(time_add_years(parsed("2024-02-29T12:00:00Z"), 1), parsed("2025-02-28T12:00:00Z"));
    ck_assert_int_eq(time_add_years(parsed("2024-02-29T12:00:00Z"), 4), parsed("2028-02-29T12:00:00Z"));
    ck_assert_int_eq(time_add_years(parsed("2096-02-29T12:00:00Z"), 4), parsed("2100-02-28T12:00:00Z"));
    ck_assert_int_eq(time_add_years(parsed("2026-11-22"), -1), parsed("2025-11-22"));
    ck_assert_int_eq(time_add_years(parsed("2026-11-22"), 0), parsed("2026-11-22"));
}
END_TEST

START_TEST(the_clock_goes_forward)
{
    uint64_t before = clock_monotonic_ns();
    ck_assert_int_gt(clock_now(), parsed("2024-01-01"));
    ck_assert_uint_ge(clock_monotonic_ns(), before);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clock");
    TCase *c = tcase_create("clock");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, times_are_written_in_utc);
    tcase_add_test(c, what_is_written_is_read_back);
    tcase_add_test(c, all_forms_of_registries_are_read);
    tcase_add_test(c, bad_times_are_refused);
    tcase_add_test(c, leap_days_exist_every_four_years_mostly);
    tcase_add_test(c, years_are_calendar_years);
    tcase_add_test(c, the_clock_goes_forward);
    suite_add_tcase(s, c);
    return suite_run(s);
}
