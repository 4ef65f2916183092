#include "registrar/csv.h"

#include "base/buf.h"
#include "tests/support/suite.h"

static struct arena a;
static struct error e;

static void setup(void)
{
    arena_init(&a, 0);
}

static void teardown(void)
{
    arena_clear(&a);
}

/* "a|b|c;d|…" of the rows read, or the error's code behind them. */
static const char *rows_of(struct str text)
{
    struct csv c;
    struct csv_row *row = ARENA_NEW(&a, struct csv_row);
    struct buf b;
    enum status s;
    buf_in(&b, &a, 1 << 20);
    csv_begin(&c, text);
    while ((s = csv_next(&c, &a, row, &e)) == OK) {
        if (b.n > 0)
            buf_putc(&b, ';');
        for (size_t i = 0; i < row->n; i++) {
            if (i > 0)
                buf_putc(&b, '|');
            buf_str(&b, row->field[i]);
        }
    }
    if (s != NOT_FOUND) {
        ck_assert_int_eq(s, INVALID);
        buf_printf(&b, "!%s", e.code);
    }
    return str_dupz(&a, buf_view(&b));
}

static const char *const files[][2] = {
    {"", ""},
    {"a", "a"},
    {"a\n", "a"},
    {"a,b\nc,d\n", "a|b;c|d"},
    {"a,b\r\nc,d\r\n", "a|b;c|d"},
    {"a,b\r\nc,d", "a|b;c|d"},
    {"a,\n,b\n", "a|;|b"},
    {"a,", "a|"},
    {",", "|"},
    {"\n\n a \n\n\r\nb\n\n", " a ;b"},
    {"\"a,b\",\"c\"\n", "a,b|c"},
    {"\"say \"\"hi\"\"\"\n", "say \"hi\""},
    {"\"\",\"\"\n", "|"},
    {"\"two\nlines\",x\n", "two\nlines|x"},
    {"\"two\r\nlines\",x\r\n", "two\r\nlines|x"},
    {"a\"b,c\n", "a\"b|c"},
    {"a\rb\n", "a\rb"},
    {"\xef\xbb\xbfname,x\n", "name|x"},
    {"caf\xc3\xa9\n", "caf\xc3\xa9"},
    {"\"a", "!csv-quote"},
    {"a,\"b\n", "!csv-quote"},
    {"\"a\"b\n", "!csv-quote"},
    {"x\n\"a\" ,b\n", "x!csv-quote"},
};

START_TEST(files_are_read_row_by_row)
{
    ck_assert_str_eq(rows_of(str_of(files[_i][0])), files[_i][1]);
}
END_TEST

START_TEST(errors_name_the_line)
{
    rows_of(STR("a\n\"two\nlines\"\n\nx,\"open\n"));
    ck_assert_msg(strstr(e.text, "line 5") != NULL, "%s", e.text);
}
END_TEST

START_TEST(fields_and_columns_have_limits)
{
    struct buf b;
    buf_in(&b, &a, 1 << 20);
    for (int i = 0; i < CSV_FIELD_BYTES_MAX; i++)
        buf_putc(&b, 'x');
    ck_assert_uint_eq(strlen(rows_of(buf_view(&b))), CSV_FIELD_BYTES_MAX);
    buf_putc(&b, 'x');
    ck_assert_str_eq(rows_of(buf_view(&b)), "!csv-field");
    buf_reset(&b);
    for (int i = 1; i < CSV_FIELDS_MAX; i++)
        buf_putc(&b, ',');
    ck_assert_uint_eq(strlen(rows_of(buf_view(&b))), CSV_FIELDS_MAX - 1);
    buf_putc(&b, ',');
    ck_assert_str_eq(rows_of(buf_view(&b)), "!csv-fields");
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
    static const char *const fields[] = {
        "", "plain", "a,b", "say \"hi\"", "two\nlines", "cr\r", " blanks ", "\"", "caf\xc3\xa9"};
    struct csv c;
    struct csv_row *row = ARENA_NEW(&a, struct csv_row);
    struct buf b;
    buf_in(&b, &a, 4096);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        csv_put(&b, str_of(fields[i]), i + 1 == ARRAY_LEN(fields));
    csv_begin(&c, buf_view(&b));
    ck_assert_int_eq(csv_next(&c, &a, row, &e), OK);
    ck_assert_uint_eq(row->n, ARRAY_LEN(fields));
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        ck_assert(str_eqz(row->field[i], fields[i]));
    ck_assert_int_eq(csv_next(&c, &a, row, &e), NOT_FOUND);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv");
    TCase *t = tcase_create("csv");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, files_are_read_row_by_row, 0, ARRAY_LEN(files));
    tcase_add_test(t, errors_name_the_line);
    tcase_add_test(t, fields_and_columns_have_limits);
    tcase_add_test(t, what_is_written_is_read_back);
    suite_add_tcase(s, t);
    return suite_run(s);
}
