#include <signal.h>

#include "base/error.h"
#include "base/str.h"
#include "tests/support/suite.h"

static struct error e;

START_TEST(an_error_says_class_code_and_text)
{
    enum status s = error_set(&e, NOT_FOUND, "no-zone", "no zone %s in account %d", "a.test", 7);
    ck_assert_int_eq(s, NOT_FOUND);
    ck_assert_int_eq(e.status, NOT_FOUND);
    ck_assert_str_eq(e.code, "no-zone");
    ck_assert_str_eq(e.text, "no zone a.test in account 7");
    error_clear(&e);
    ck_assert_int_eq(e.status, OK);
    ck_assert_str_eq(e.code, "");
    ck_assert_str_eq(e.text, "");
}
END_TEST

START_TEST(an_error_may_be_made_of_itself)
{
    (void)error_set(&e, INVALID, "inner", "the inner text");
    ck_assert_int_eq(error_set(&e, UNAVAILABLE, e.code, "outer: %s", e.text), UNAVAILABLE);
    ck_assert_str_eq(e.code, "inner");
    ck_assert_str_eq(e.text, "outer: the inner text");
}
END_TEST

START_TEST(a_prefix_goes_in_front)
{
    (void)error_set(&e, INVALID, "c", "bad label");
    ck_assert_int_eq(error_prefix(&e, "line %d", 3), INVALID);
    ck_assert_str_eq(e.text, "line 3: bad label");
    ck_assert_str_eq(e.code, "c");
}
END_TEST

START_TEST(too_long_texts_are_cut_between_characters)
{
    char text[3 * ERROR_TEXT_MAX];
    for (size_t i = 0; i + 2 < sizeof(text); i += 3)
        memcpy(text + i, "\xE2\x82\xAC", 3);
    text[sizeof(text) - 1] = '\0';
    (void)error_set(&e, INVALID, text, "x%s", text);
    ck_assert_uint_lt(strlen(e.text), ERROR_TEXT_MAX);
    ck_assert_uint_gt(strlen(e.text), ERROR_TEXT_MAX - 5);
    ck_assert(str_utf8_valid(str_of(e.text)));
    ck_assert(str_utf8_valid(str_of(e.code)));
    (void)error_prefix(&e, "%s", text);
    ck_assert_uint_lt(strlen(e.text), ERROR_TEXT_MAX);
    ck_assert(str_utf8_valid(str_of(e.text)));
}
END_TEST

START_TEST(every_class_has_a_meaning)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        const struct status_meaning *m = status_meaning((enum status)i);
        ck_assert_ptr_nonnull(m->word);
        ck_assert_int_ge(m->http, 200);
        ck_assert_int_le(m->http, 599);
        ck_assert_int_eq(m->exit_code == 0, i == OK);
        ck_assert_int_eq(m->act == WORKER_DONE, i == OK);
    }
    ck_assert_int_eq(status_meaning(UNCERTAIN)->act, WORKER_RECONCILE);
    ck_assert_int_eq(status_meaning(UNAVAILABLE)->act, WORKER_RETRY);
    ck_assert_int_eq(status_meaning(INVALID)->http, 400);
    ck_assert_int_eq(status_meaning(FUNDS)->http, 402);
}
END_TEST

START_TEST(ok_is_not_an_error)
{
    (void)error_set(&e, OK, "c", "text");
}
END_TEST

START_TEST(an_unknown_class_stops_the_program)
{
    (void)status_meaning(STATUS_COUNT);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("error");
    TCase *c = tcase_create("error");
    tcase_add_test(c, an_error_says_class_code_and_text);
    tcase_add_test(c, an_error_may_be_made_of_itself);
    tcase_add_test(c, a_prefix_goes_in_front);
    tcase_add_test(c, too_long_texts_are_cut_between_characters);
    tcase_add_test(c, every_class_has_a_meaning);
    tcase_add_test_raise_signal(c, ok_is_not_an_error, SIGABRT);
    tcase_add_test_raise_signal(c, an_unknown_class_stops_the_program, SIGABRT);
    suite_add_tcase(s, c);
    return suite_run(s);
}
