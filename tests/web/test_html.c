#include <dirent.h>
#include <signal.h>

#include "base/conf.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"
#include "web/html.h"

static struct arena a;
static struct buf out;
static struct html h;

static void setup(void)
{
    arena_init(&a, 0);
    buf_in(&out, &a, 1 << 20);
    h.out = &out;
}

static void teardown(void)
{
    arena_clear(&a);
}

static const char *written(void)
{
    buf_putc(&out, '\0');
    return out.p;
}

START_TEST(every_value_is_escaped)
{
    html_put(&h, "<a title=\"{}\">{}</a>", STR("a\"b'c"), STR("<script>&amp;"));
    ck_assert_str_eq(written(), "<a title=\"a&quot;b&#39;c\">&lt;script&gt;&amp;amp;</a>");
}
END_TEST

START_TEST(a_part_of_a_url_is_percent_encoded)
{
    html_put(&h, "<a href=\"/zones/{u}?x={u}\">{}</a>", STR("a/b?c#d"), STR("1&2=3 \"é"), STR("t"));
    ck_assert_str_eq(written(), "<a href=\"/zones/a%2Fb%3Fc%23d?x=1%262%3D3%20%22%C3%A9\">t</a>");
    ck_assert(str_eqz(url_encode(&a, STR("a-b.c_d~e/")), "a-b.c_d~e%2F"));
}
END_TEST

START_TEST(what_is_no_text_becomes_a_replacement_character)
{
    html_text(&h, str_n("a\0b\x01\xff\xc0\xaf\n\x7f", 9));
    html_text(&h, STR("\xEF\xBF\xBF|\xF0\x9F\x98\x80"));
    ck_assert_str_eq(written(), "a\xEF\xBF\xBD"
                                "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n\xEF\xBF\xBD\xEF\xBF\xBD|"
                                "\xF0\x9F\x98\x80");
}
END_TEST

START_TEST(too_few_values_break_an_invariant)
{
    html_put(&h, "<p>{} {}</p>", STR("one"));
}
END_TEST

START_TEST(too_many_values_break_an_invariant)
{
    html_put(&h, "<p>{}</p>", STR("one"), STR("two"));
}
END_TEST

START_TEST(a_value_as_an_attribute_without_quotes_breaks_an_invariant)
{
    html_put(&h, "<p class={}>", STR("x onclick=y"));
}
END_TEST

START_TEST(an_unknown_placeholder_breaks_an_invariant)
{
    html_put(&h, "<p>{raw}</p>", STR("<b>"));
}
END_TEST

/* The invariants above are found when a page is written; this finds the same in pages that no test writes. And no
 * markup stands inline that the content security policy would refuse. */
START_TEST(no_template_has_an_unquoted_value_or_anything_inline)
{
    static const char *const refused[] = {"={}", "style=\\\"", "onclick", "onsubmit", "<style", "javascript:"};
    struct error e;
    const char *dir = arena_printf(&a, "%s/web", test_root());
    DIR *d = opendir(dir);
    size_t files = 0;
    ck_assert(d != NULL);
    for (struct dirent *f = readdir(d); f != NULL; f = readdir(d)) {
        struct str text;
        if (!str_ends(str_of(f->d_name), STR(".c")))
            continue;
        files++;
        ck_assert_int_eq(file_read(&a, arena_printf(&a, "%s/%s", dir, f->d_name), 1 << 20, &text, &e), OK);
        for (size_t i = 0; i < ARRAY_LEN(refused); i++)
            ck_assert_msg(
                memmem(text.p, text.n, refused[i], strlen(refused[i])) == NULL, "%s has %s", f->d_name, refused[i]);
    }
    ck_assert_int_eq(closedir(d), 0);
    ck_assert_uint_gt(files, 20);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("html");
    TCase *c = tcase_create("html");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, every_value_is_escaped);
    tcase_add_test(c, a_part_of_a_url_is_percent_encoded);
    tcase_add_test(c, what_is_no_text_becomes_a_replacement_character);
    tcase_add_test_raise_signal(c, too_few_values_break_an_invariant, SIGABRT);
    tcase_add_test_raise_signal(c, too_many_values_break_an_invariant, SIGABRT);
    tcase_add_test_raise_signal(c, a_value_as_an_attribute_without_quotes_breaks_an_invariant, SIGABRT);
    tcase_add_test_raise_signal(c, an_unknown_placeholder_breaks_an_invariant, SIGABRT);
    tcase_add_test(c, no_template_has_an_unquoted_value_or_anything_inline);
    suite_add_tcase(s, c);
    return suite_run(s);
}
