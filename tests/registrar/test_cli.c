#include "registrar/cli.h"

#include "tests/registrar/registrar_test.h"

static void setup_cli(void)
{
    arena_init(&a, 0);
}

static void teardown_cli(void)
{
    arena_clear(&a);
}

START_TEST(text_of_others_cannot_steer_the_terminal)
{
    static const char *const pairs[][2] = {{"", ""}, {"plain text", "plain text"},
        {"caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac"}, {"a\x1b[2Jb", "a\\x1B[2Jb"},
        {"a\nb\tc", "a\\x0Ab\\x09c"}, {"\x7f", "\\x7F"},
        {"\xc2\x9b"
         "31m",
            "\\xC2\\x9B31m"},
        {"\xff\xfe", "\\xFF\\xFE"}, {"\xc3", "\\xC3"}, {"\xc2\xa0", "\xc2\xa0"}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        ck_assert_str_eq(str_dupz(&a, cli_text(&a, str_of(pairs[i][0]))), pairs[i][1]);
    ck_assert_str_eq(str_dupz(&a, cli_text(&a, str_n("a\0b", 3))), "a\\x00b");
    ck_assert_str_eq(str_dupz(&a, cli_text(&a, STR_NULL)), "");
}
END_TEST

START_TEST(no_command_hides_another)
{
    for (size_t i = 0; i < cli_commands_n; i++) {
        const struct cli_command *c = &cli_commands[i];
        ck_assert(c->words[0] != '\0' && c->help[0] != '\0' && c->run != NULL && c->args_min <= c->args_max);
        ck_assert_int_eq(c->args[0] == '\0', c->args_max == 0);
        /* the first whose words begin the line is taken */
        for (size_t k = i + 1; k < cli_commands_n; k++)
            ck_assert_msg(!str_starts(str_printf(&a, "%s ", cli_commands[k].words), str_printf(&a, "%s ", c->words)),
                "%s hides %s", c->words, cli_commands[k].words);
    }
}
END_TEST

START_TEST(options_are_found_and_numbers_checked)
{
    int64_t v = 0;
    struct cli c = {
        .options = {{STR("years"), STR("3")}, {STR("limit"), STR("x")}, {STR("years"), STR("5")}}, .options_n = 3};
    ck_assert(str_eqz(cli_option(&c, "years"), "5") && str_is_null(cli_option(&c, "key")));
    ck_assert(cli_flag(&c, "limit") && !cli_flag(&c, "key"));
    ok(cli_option_int(&c, "years", 1, 10, 1, &v, &err));
    ck_assert_int_eq(v, 5);
    ok(cli_option_int(&c, "key", 1, 10, 7, &v, &err));
    ck_assert_int_eq(v, 7);
    refused(cli_option_int(&c, "years", 1, 4, 1, &v, &err), INVALID, "option");
    refused(cli_option_int(&c, "limit", 1, 4, 1, &v, &err), INVALID, "option");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cli");
    TCase *t = tcase_create("cli");
    tcase_add_checked_fixture(t, setup_cli, teardown_cli);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, text_of_others_cannot_steer_the_terminal);
    tcase_add_test(t, no_command_hides_another);
    tcase_add_test(t, options_are_found_and_numbers_checked);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
