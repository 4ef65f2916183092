#include <pthread.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "tests/support/suite.h"

static char captured[1 << 20];
static FILE *file;
static int saved_stderr;

static void capture_start(void)
{
    file = tmpfile();
    ck_assert_ptr_nonnull(file);
    saved_stderr = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
}

static const char *capture_end(void)
{
    ck_assert_int_ge(dup2(saved_stderr, STDERR_FILENO), 0);
    (void)close(saved_stderr);
    rewind(file);
    size_t n = fread(captured, 1, sizeof(captured) - 1, file);
    captured[n] = '\0';
    (void)fclose(file);
    return captured;
}

/* Behind the time, which is checked for its form. */
static const char *after_time(const char *line)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ ";
    for (size_t i = 0; form[i] != '\0'; i++) {
        if (form[i] == 'd')
            ck_assert_msg(ascii_is_digit(line[i]), "%s", line);
        else
            ck_assert_msg(line[i] == form[i], "%s", line);
    }
    return line + sizeof(form) - 1;
}

START_TEST(a_line_has_time_level_subject_and_text)
{
    capture_start();
    log_event(LOG_INFO, "order", "42 welcome.test", "step %s done", "create");
    ck_assert_str_eq(after_time(capture_end()), "info order 42 welcome.test: step create done\n");
}
END_TEST

START_TEST(the_program_and_no_subject)
{
    log_init("fourways-x", LOG_INFO);
    capture_start();
    log_event(LOG_ERROR, "process", NULL, "gone");
    ck_assert_str_eq(after_time(capture_end()), "fourways-x error process: gone\n");
}
END_TEST

START_TEST(what_is_too_talkative_is_not_written)
{
    log_init(NULL, LOG_WARN);
    capture_start();
    log_event(LOG_INFO, "x", NULL, "no");
    log_event(LOG_DEBUG, "x", NULL, "no");
    log_event(LOG_WARN, "x", NULL, "yes");
    ck_assert_str_eq(after_time(capture_end()), "warn x: yes\n");
}
END_TEST

START_TEST(a_line_cannot_be_forged)
{
    capture_start();
    log_event(LOG_INFO, "zone", "a\nb", "t\r\n\x1b[31m\x7f");
    ck_assert_str_eq(after_time(capture_end()), "info zone a\\x0ab: t\\x0d\\x0a\\x1b[31m\\x7f\n");
}
END_TEST

START_TEST(what_is_not_utf8_is_escaped_and_the_rest_kept)
{
    capture_start();
    log_event(LOG_INFO, "zone", "h\xC3\xA9", "\xff \xC3( \xC2\x9B");
    ck_assert_str_eq(after_time(capture_end()), "info zone h\xC3\xA9: \\xff \\xc3( \\xc2\\x9b\n");
}
END_TEST

START_TEST(a_long_text_is_cut_and_says_so)
{
    char text[20000];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    capture_start();
    log_event(LOG_INFO, "x", NULL, "%s", text);
    const char *line = capture_end();
    ck_assert_uint_lt(strlen(line), 8192);
    ck_assert_ptr_nonnull(strstr(line, "aaa [cut]\n"));
}
END_TEST

START_TEST(a_long_text_of_escapes_is_still_one_line)
{
    char text[4000];
    memset(text, 1, sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    capture_start();
    log_event(LOG_INFO, "x", text, "%s", text);
    const char *line = capture_end();
    ck_assert_uint_le(strlen(line), 8192);
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
}
END_TEST

static void *talk(void *arg)
{
    (void)arg;
    for (int i = 0; i < 500; i++)
        log_event(LOG_INFO, "x", "subject", "%s", "0123456789012345678901234567890123456789");
    return NULL;
}

START_TEST(lines_of_threads_do_not_mix)
{
    pthread_t threads[4];
    struct str rest, line;
    size_t n = 0;
    capture_start();
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, talk, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        (void)pthread_join(threads[i], NULL);
    rest = str_of(capture_end());
    while (str_take(&rest, '\n', &line) && line.n > 0) {
        ck_assert_uint_eq(line.n, sizeof("2026-11-22T13:00:05.123Z info x subject: ") - 1 + 40);
        n++;
    }
    ck_assert_uint_eq(n, 2000);
}
END_TEST

START_TEST(levels_have_words)
{
    enum log_level level = LOG_INFO;
    ck_assert(log_level_parse("debug", &level) && level == LOG_DEBUG);
    ck_assert(log_level_parse("error", &level) && level == LOG_ERROR);
    ck_assert(!log_level_parse("Error", &level));
    ck_assert(!log_level_parse("", &level));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("log");
    TCase *c = tcase_create("log");
    tcase_add_test(c, a_line_has_time_level_subject_and_text);
    tcase_add_test(c, the_program_and_no_subject);
    tcase_add_test(c, what_is_too_talkative_is_not_written);
    tcase_add_test(c, a_line_cannot_be_forged);
    tcase_add_test(c, what_is_not_utf8_is_escaped_and_the_rest_kept);
    tcase_add_test(c, a_long_text_is_cut_and_says_so);
    tcase_add_test(c, a_long_text_of_escapes_is_still_one_line);
    tcase_add_test(c, lines_of_threads_do_not_mix);
    tcase_add_test(c, levels_have_words);
    suite_add_tcase(s, c);
    return suite_run(s);
}
