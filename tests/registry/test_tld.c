#include "registry/profile.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

/* What may be bought, and what people are told when it may not. */

static struct arena arena;
static struct tld_table table;
static struct error e;

static void setup(void)
{
    arena_init(&arena, 0);
    error_clear(&e);
    struct str file = str_of(testdir_path(&arena, test_root(), "registry/profiles/sandbox.conf"));
    if (tld_table_read(&arena, &file, 1, &table, &e) != OK)
        ck_abort_msg("%s", e.text);
}

static void teardown(void)
{
    arena_clear(&arena);
}

#define L10 "abcdefghij"
#define L60 L10 L10 L10 L10 L10 L10
static const struct {
    const char *typed, *name, *shown;
} good[] = {
    {"example.test", "example.test", "example.test"},
    {"  Example.TEST. ", "example.test", "example.test"},
    {"a.test", "a.test", "a.test"},
    {"123.test", "123.test", "123.test"},
    {"a-b.alt", "a-b.alt", "a-b.alt"},
    {"b\xc3\xbc"
     "cher.test",
        "xn--bcher-kva.test",
        "b\xc3\xbc"
        "cher.test"},
    {"B\xc3\x9c"
     "CHER.test",
        "xn--bcher-kva.test",
        "b\xc3\xbc"
        "cher.test"},
    {"xn--bcher-kva.test", "xn--bcher-kva.test",
        "b\xc3\xbc"
        "cher.test"},
    {"\xe4\xbe\x8b\xe3\x81\x88.test", "xn--r8jz45g.test", "\xe4\xbe\x8b\xe3\x81\x88.test"},
    {"b\xc3\xbc"
     "cher\xe3\x80\x82"
     "test",
        "xn--bcher-kva.test",
        "b\xc3\xbc"
        "cher.test"},
    {L60 "abc.test", L60 "abc.test", L60 "abc.test"},
};

START_TEST(good_names_come_back_in_one_form)
{
    struct valid_name n;
    if (name_validate(&arena, &table, str_of(good[_i].typed), &n, &e) != OK)
        ck_abort_msg("%s: %s", good[_i].typed, e.text);
    ck_assert_str_eq(str_dupz(&arena, n.name), good[_i].name);
    ck_assert_str_eq(str_dupz(&arena, n.shown), good[_i].shown);
    ck_assert(str_ends(n.name, n.tld->tld));
}
END_TEST

static const struct {
    const char *typed, *code;
} bad[] = {
    {"", "name-empty"},
    {"   ", "name-empty"},
    {".", "label-empty"},
    {".test", "label-empty"},
    {"a..test", "label-empty"},
    {"fourways", "name-no-tld"},
    {"example", "name-is-tld"},
    {"test", "name-is-tld"},
    {"example.com", "tld-not-sold"},
    {"www.a.test", "name-too-deep"},
    {L60 "abcd.test", "label-too-long"},
    {"a_b.test", "label-bad-character"},
    {"a b.test", "label-bad-character"},
    {"a/b.test", "label-bad-character"},
    {"<script>.test", "label-bad-character"},
    {"a%00.test", "label-bad-character"},
    {"-a.test", "label-hyphen"},
    {"a-.test", "label-hyphen"},
    {"ab--c.test", "label-hyphen"},
    {"a\tb.test", "name-not-text"},
    {"a\xff.test", "name-not-text"},
    {"nic.test", "name-reserved"},
    {"NIC.test", "name-reserved"},
    {"onion.alt", "name-reserved"},
    {"a.invalid", "label-too-short"},
    {"b\xc3\xbc"
     "cher.invalid",
        "name-idn-refused"},
    {"xn--bcher-kva.invalid", "name-idn-refused"},
    {"xn--a.test", "name-idn-invalid"},
    {"xn--.test", "label-hyphen"},
    /* Cyrillic а in a Latin word; a word of Cyrillic letters that all look Latin */
    {"p\xd0\xb0ypal.test", "name-confusable"},
    {"\xd0\xb0\xd1\x80\xd1\x80\xd0\xb5.test", "name-confusable"},
    {"\xe2\x98\x83.test", "name-idn-invalid"},
    {"\xe2\x80\xae"
     "abc.test",
        "name-idn-invalid"},
    {L60 "." L60 "." L60 "." L60 "." L10 ".test", "name-too-long"},
};

START_TEST(bad_names_are_refused_with_a_word_and_a_sentence)
{
    struct valid_name n;
    ck_assert_int_eq(name_validate(&arena, &table, str_of(bad[_i].typed), &n, &e), INVALID);
    if (strcmp(e.code, bad[_i].code) != 0)
        ck_abort_msg("\"%s\" gave %s (%s), not %s", bad[_i].typed, e.code, e.text, bad[_i].code);
    ck_assert_uint_gt(strlen(e.text), 15);
    ck_assert(str_utf8_valid(str_of(e.text)));
}
END_TEST

START_TEST(ten_thousand_bytes_are_too_long_and_the_text_stays_short)
{
    char *big = arena_alloc(&arena, 10000);
    struct valid_name n;
    memset(big, 'a', 10000);
    ck_assert_int_eq(name_validate(&arena, &table, str_n(big, 10000), &n, &e), INVALID);
    ck_assert_str_eq(e.code, "name-too-long");
    ck_assert_uint_lt(strlen(e.text), 300);
}
END_TEST

START_TEST(years_outside_the_tld_s_range_are_refused_with_the_range)
{
    const struct tld_policy *alt = tld_find(&table, STR("alt"));
    ck_assert_int_eq(tld_years_validate(alt, 5, &e), OK);
    ck_assert_int_eq(tld_years_validate(alt, 6, &e), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, "1 to 5 years"));
    ck_assert_int_eq(tld_years_validate(alt, 0, &e), INVALID);
    ck_assert_int_eq(tld_years_validate(alt, INT64_MAX, &e), INVALID);
}
END_TEST

START_TEST(the_longest_tld_serves_a_name)
{
    struct tld_policy two[2];
    ck_assert_int_eq(tld_policy_parse(&arena, STR("co.test years=2-3"), &two[0], &e), OK);
    ck_assert_int_eq(tld_policy_parse(&arena, STR("test"), &two[1], &e), OK);
    const struct tld_table t = {two, 2};
    struct valid_name n;
    ck_assert_int_eq(name_validate(&arena, &t, STR("a.co.test"), &n, &e), OK);
    ck_assert_int_eq(n.tld->years_min, 2);
    ck_assert_int_eq(name_validate(&arena, &t, STR("co.test"), &n, &e), INVALID);
    ck_assert_str_eq(e.code, "name-is-tld");
}
END_TEST

static const char *const bad_lines[] = {"", "label=1-63", "test label=0-63", "test label=1-64", "test label=9-3",
    "test years=1-100", "test years=1", "test idn=maybe", "test reserved=a,,b", "test colour=red", "-bad", "te st"};

START_TEST(bad_tld_lines_are_refused)
{
    struct tld_policy p;
    ck_assert_int_eq(tld_policy_parse(&arena, str_of(bad_lines[_i]), &p, &e), INVALID);
}
END_TEST

START_TEST(a_tld_in_two_profiles_is_refused)
{
    struct str files[2];
    files[0] = files[1] = str_of(testdir_path(&arena, test_root(), "registry/profiles/sandbox.conf"));
    ck_assert_int_eq(tld_table_read(&arena, files, 2, &table, &e), EXISTS);
    ck_assert_str_eq(e.code, "tld-twice");
}
END_TEST

static const char *const bad_connections[][2] = {{"id = ", "id = a/b\n#"}, {"id = ", "id = \n#"},
    {"profile = ", "profile = missing.conf\n#"}, {"key-file = ", "#"}, {"sessions-max = ", "sessions-max = -"},
    {"clid = ", "#"}, {"addr", "address"}};

START_TEST(the_example_of_a_connection_reads_and_its_mistakes_are_named)
{
    struct registry_config c;
    struct str text;
    const char *dir = testdir_path(&arena, test_root(), "registry/profiles");
    const char *path = testdir_path(&arena, dir, "connection.example.conf");
    ck_assert_int_eq(registry_config_read(&arena, path, &c, &e), OK);
    ck_assert(str_eqz(c.profile->name, "sandbox"));
    ck_assert(str_ends(c.ca_file, STR("registry/profiles/ca.pem")));
    ck_assert_int_eq(file_read(&arena, path, 65536, &text, &e), OK);
    const char *all = str_dupz(&arena, text);
    for (size_t i = 0; i < ARRAY_LEN(bad_connections); i++) {
        const char *own = testdir_new(&arena), *file = testdir_path(&arena, own, "c.conf");
        const char *at = strstr(all, arena_printf(&arena, "\n%s", bad_connections[i][0]));
        ck_assert_ptr_nonnull(at);
        testdir_write(file, str_printf(&arena, "%.*s\n%s%s", (int)(at - all), all, bad_connections[i][1],
                                at + 1 + strlen(bad_connections[i][0])));
        ck_assert_int_ne(registry_config_read(&arena, file, &c, &e), OK);
        ck_assert_ptr_nonnull(strstr(e.text, own));
        testdir_free(own);
    }
}
END_TEST

START_TEST(hosts_below_its_tlds_are_the_registry_s_own)
{
    struct registry_profile *p;
    const char *path = testdir_path(&arena, test_root(), "registry/profiles/sandbox.conf");
    ck_assert_int_eq(profile_read(&arena, path, &p, &e), OK);
    ck_assert(profile_serves(p, STR("ns-1.fourways-dns.test")));
    ck_assert(profile_serves(p, STR("a.alt")));
    ck_assert(!profile_serves(p, STR("ns1.example.org")));
    ck_assert(!profile_serves(p, STR("test")));
    ck_assert(!profile_serves(p, STR("")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tld");
    TCase *c = tcase_create("tld");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, good_names_come_back_in_one_form, 0, (int)ARRAY_LEN(good));
    tcase_add_loop_test(c, bad_names_are_refused_with_a_word_and_a_sentence, 0, (int)ARRAY_LEN(bad));
    tcase_add_test(c, ten_thousand_bytes_are_too_long_and_the_text_stays_short);
    tcase_add_test(c, years_outside_the_tld_s_range_are_refused_with_the_range);
    tcase_add_test(c, the_longest_tld_serves_a_name);
    tcase_add_loop_test(c, bad_tld_lines_are_refused, 0, (int)ARRAY_LEN(bad_lines));
    tcase_add_test(c, a_tld_in_two_profiles_is_refused);
    tcase_add_test(c, the_example_of_a_connection_reads_and_its_mistakes_are_named);
    tcase_add_test(c, hosts_below_its_tlds_are_the_registry_s_own);
    suite_add_tcase(s, c);
    return suite_run(s);
}
