#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/conf.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

struct settings {
    struct str name;
    int64_t port;
    bool loud;
    struct conf_list addrs;
    struct str optional;
    struct conf_list more;
    int shape;
};

static const struct conf_item items[] = {
    {"name", CONF_STR, offsetof(struct settings, name), NULL, 0, 0, "The name."},
    {"port", CONF_INT, offsetof(struct settings, port), "53", 1, 65535, "The port."},
    {"loud", CONF_BOOL, offsetof(struct settings, loud), "no", 0, 0, "Whether it is loud."},
    {"addr", CONF_LIST, offsetof(struct settings, addrs), "127.0.0.1:53", 0, 0, "An address."},
    {"optional", CONF_STR, offsetof(struct settings, optional), "", 0, 0, "Something."},
    {"more", CONF_LIST, offsetof(struct settings, more), "", 0, 0, "More of it."},
    {"shape", CONF_WORD, offsetof(struct settings, shape), "round|square|flat", 0, 0, "Its shape."},
};

static struct arena a;
static struct error e;
static struct settings conf;
static const char *dir, *path;

static void setup(void)
{
    arena_init(&a, 0);
    memset(&conf, 0x5A, sizeof(conf));
    dir = testdir_new(&a);
    path = testdir_path(&a, dir, "x.conf");
}

static void teardown(void)
{
    testdir_free(dir);
    arena_clear(&a);
}

static enum status read_text(struct str text)
{
    testdir_write(path, text);
    return conf_read(&a, path, items, ARRAY_LEN(items), &conf, &e);
}

START_TEST(a_file_fills_the_target)
{
    ck_assert_int_eq(read_text(STR("# a comment\n\n  name =  hé = # x \r\nport=8053\nloud = yes\naddr = a\naddr = b\n"
                                   "addr=c\nmore =\nshape = flat")),
        OK);
    ck_assert(str_eqz(conf.name, "hé = # x"));
    ck_assert_int_eq(conf.port, 8053);
    ck_assert(conf.loud);
    ck_assert_uint_eq(conf.addrs.n, 3);
    ck_assert(str_eqz(conf.addrs.items[0], "a") && str_eqz(conf.addrs.items[2], "c"));
    ck_assert_uint_eq(conf.more.n, 1);
    ck_assert(str_empty(conf.more.items[0]));
    ck_assert_int_eq(conf.shape, 2);
}
END_TEST

START_TEST(what_is_not_said_has_its_default)
{
    ck_assert_int_eq(read_text(STR("name = x")), OK);
    ck_assert_int_eq(conf.port, 53);
    ck_assert(!conf.loud);
    ck_assert_uint_eq(conf.addrs.n, 1);
    ck_assert(str_eqz(conf.addrs.items[0], "127.0.0.1:53"));
    ck_assert(!str_is_null(conf.optional) && str_empty(conf.optional));
    ck_assert_uint_eq(conf.more.n, 0);
    ck_assert_int_eq(conf.shape, 0);
}
END_TEST

START_TEST(errors_name_file_line_and_key)
{
    static const struct {
        const char *text, *code, *says;
    } bad[] = {
        {"name = x\nprot = 1\n", "config-key", ":2: unknown key \"prot\""},
        {"port = 1\n", "config-missing", "\"name = …\" is missing"},
        {"", "config-missing", "name"},
        {"name = x\n\nport = 0\n", "config-value", ":3: port must be a whole number from 1 to 65535, not \"0\""},
        {"name = x\nport = 65536", "config-value", ":2: port"},
        {"name = x\nport = 5x", "config-value", ":2: port"},
        {"name = x\nport =", "config-value", ":2: port"},
        {"name = x\nloud = maybe", "config-value", ":2: loud must be yes or no, not \"maybe\""},
        {"name = x\nshape = roun", "config-value", ":2: shape must be one of round|square|flat, not \"roun\""},
        {"name = x\nshape =", "config-value", ":2: shape"},
        {"name = x\nname = y", "config-twice", ":2: name stands a second time"},
        {"name", "config-line", ":1: not of the form"},
        {"= x", "config-key", ":1: unknown key \"\""},
        {"name = \xFF", "config-line", ":1: control characters, or not UTF-8"},
        {"name = a\x01z", "config-line", ":1: control characters"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(read_text(str_of(bad[i].text)), INVALID);
        ck_assert_str_eq(e.code, bad[i].code);
        ck_assert_msg(strstr(e.text, bad[i].says) != NULL, "%s", e.text);
        ck_assert_msg(strstr(e.text, path) != NULL, "%s", e.text);
    }
}
END_TEST

START_TEST(where_each_value_stands_is_told)
{
    int *lines[ARRAY_LEN(items)];
    testdir_write(path, STR("\nname = x\naddr = a\n# b\naddr = b\naddr = c\naddr = d\naddr = e\n"));
    ck_assert_int_eq(conf_read_lines(&a, path, items, ARRAY_LEN(items), &conf, lines, &e), OK);
    ck_assert_int_eq(lines[0][0], 2);
    ck_assert_ptr_null(lines[1]);
    ck_assert_uint_eq(conf.addrs.n, 5);
    ck_assert_int_eq(lines[3][0], 3);
    for (int k = 1; k < 5; k++)
        ck_assert_int_eq(lines[3][k], k + 4);
}
END_TEST

START_TEST(a_nul_in_the_file_is_refused)
{
    ck_assert_int_eq(read_text(STR("name = a\0b\n")), INVALID);
    ck_assert_str_eq(e.code, "config-line");
}
END_TEST

START_TEST(a_missing_file_is_not_found)
{
    ck_assert_int_eq(conf_read(&a, "/nonexistent/x.conf", items, ARRAY_LEN(items), &conf, &e), NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(e.text, "/nonexistent/x.conf"));
}
END_TEST

START_TEST(a_file_past_the_limit_is_refused)
{
    struct str text = str_n(arena_alloc(&a, CONF_MAX_FILE + 1), CONF_MAX_FILE + 1);
    ck_assert_int_eq(read_text(text), INVALID);
    ck_assert_str_eq(e.code, "file-too-large");
}
END_TEST

START_TEST(long_lists_are_kept_whole)
{
    struct buf b;
    buf_in(&b, &a, CONF_MAX_FILE);
    buf_puts(&b, "name = x\n");
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "addr = %d\n", i);
    ck_assert_int_eq(read_text(buf_view(&b)), OK);
    ck_assert_uint_eq(conf.addrs.n, 1000);
    for (int i = 0; i < 1000; i++)
        ck_assert(str_eq(conf.addrs.items[i], str_printf(&a, "%d", i)));
}
END_TEST

START_TEST(what_is_printed_can_be_read)
{
    int saved = dup(STDOUT_FILENO);
    ck_assert_ptr_nonnull(freopen(path, "w", stdout));
    conf_print(items, ARRAY_LEN(items));
    (void)fflush(stdout);
    ck_assert_int_ge(dup2(saved, STDOUT_FILENO), 0);
    (void)close(saved);
    struct str text;
    ck_assert_int_eq(file_read(&a, path, CONF_MAX_FILE, &text, &e), OK);
    for (size_t i = 0; i < ARRAY_LEN(items); i++)
        ck_assert_ptr_nonnull(memmem(text.p, text.n, items[i].key, strlen(items[i].key)));
    struct str whole = str_printf(&a, "%.*sname = x\n", STR_ARG(text));
    ck_assert_msg(read_text(whole) == OK, "%s", e.text);
    ck_assert_int_eq(conf.port, 53);
}
END_TEST

START_TEST(files_are_read_up_to_their_limit)
{
    struct str out;
    testdir_write(path, STR("12345"));
    ck_assert_int_eq(file_read(&a, path, 5, &out, &e), OK);
    ck_assert(str_eqz(out, "12345"));
    ck_assert_str_eq(out.p, "12345");
    ck_assert_int_eq(file_read(&a, path, 4, &out, &e), INVALID);
    ck_assert_str_eq(e.code, "file-too-large");
    testdir_write(path, STR(""));
    ck_assert_int_eq(file_read(&a, path, 0, &out, &e), OK);
    ck_assert(!str_is_null(out) && str_empty(out));
    ck_assert_int_eq(file_read(&a, dir, 100, &out, &e), UNAVAILABLE);
}
END_TEST

START_TEST(a_large_file_is_read_whole)
{
    size_t n = 300001;
    char *text = arena_alloc(&a, n);
    struct str out;
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('a' + i % 26);
    testdir_write(path, str_n(text, n));
    ck_assert_int_eq(file_read(&a, path, n, &out, &e), OK);
    ck_assert(str_eq(out, str_n(text, n)));
}
END_TEST

static size_t files_in_dir(void)
{
    size_t n = 0;
    DIR *d = opendir(dir);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *entry; (entry = readdir(d)) != NULL;)
        n += entry->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

START_TEST(a_written_file_replaces_the_old_one)
{
    struct stat st;
    struct str out;
    ck_assert_int_eq(file_write(path, STR("one"), 0600, &e), OK);
    ck_assert_int_eq(file_write(path, STR("two"), 0640, &e), OK);
    ck_assert_int_eq(file_read(&a, path, 100, &out, &e), OK);
    ck_assert(str_eqz(out, "two"));
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0640);
    ck_assert_uint_eq(files_in_dir(), 1);
}
END_TEST

START_TEST(a_failed_write_leaves_nothing_behind)
{
    ck_assert_int_eq(file_write(testdir_path(&a, dir, "no/such"), STR("x"), 0600, &e), NOT_FOUND);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_int_ne(file_write(path, STR("x"), 0600, &e), OK);
    ck_assert_uint_eq(files_in_dir(), 1);
    char *lengthy = arena_alloc(&a, 5001);
    memset(lengthy, 'a', 5000);
    ck_assert_int_eq(file_write(lengthy, STR("x"), 0600, &e), INVALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("conf");
    TCase *c = tcase_create("conf");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_file_fills_the_target);
    tcase_add_test(c, what_is_not_said_has_its_default);
    tcase_add_test(c, errors_name_file_line_and_key);
    tcase_add_test(c, where_each_value_stands_is_told);
    tcase_add_test(c, a_nul_in_the_file_is_refused);
    tcase_add_test(c, a_missing_file_is_not_found);
    tcase_add_test(c, a_file_past_the_limit_is_refused);
    tcase_add_test(c, long_lists_are_kept_whole);
    tcase_add_test(c, what_is_printed_can_be_read);
    tcase_add_test(c, files_are_read_up_to_their_limit);
    tcase_add_test(c, a_large_file_is_read_whole);
    tcase_add_test(c, a_written_file_replaces_the_old_one);
    tcase_add_test(c, a_failed_write_leaves_nothing_behind);
    suite_add_tcase(s, c);
    return suite_run(s);
}
