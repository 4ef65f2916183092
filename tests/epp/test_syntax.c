#include "epp/syntax.h"
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

static struct str repeat(const char *piece, size_t n)
{
    struct str s = STR("");
    for (size_t i = 0; i < n; i++)
        s = str_printf(&a, "%.*s%s", STR_ARG(s), piece);
    return s;
}

START_TEST(lengths_count_characters_and_both_ends_are_inside)
{
    static const struct {
        enum epp_type t;
        unsigned min, max;
    } rows[] = {{EPP_T_CLID, 3, 16}, {EPP_T_LABEL, 1, 255}, {EPP_T_TRID, 3, 64}, {EPP_T_PW, 6, 16},
        {EPP_T_REASON, 1, 32}, {EPP_T_LINE, 1, 255}, {EPP_T_POSTCODE, 0, 16}, {EPP_T_CC, 2, 2}, {EPP_T_IP, 3, 45}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ck_assert_int_eq(epp_value_check(&a, rows[i].t, repeat("é", rows[i].min), NULL), 0);
        ck_assert_int_eq(epp_value_check(&a, rows[i].t, repeat("日", rows[i].max), NULL), 0);
        ck_assert_int_eq(epp_value_check(&a, rows[i].t, repeat("x", rows[i].max + 1), NULL), 2005);
        if (rows[i].min > 0)
            ck_assert_int_eq(epp_value_check(&a, rows[i].t, repeat("é", rows[i].min - 1), NULL), 2005);
    }
}
END_TEST

START_TEST(repository_identifiers_have_two_parts)
{
    ck_assert(epp_roid_valid(STR("D1-R")));
    ck_assert(epp_roid_valid(STR("_x_9-ABCDEFGH")));
    ck_assert(epp_roid_valid(str_printf(&a, "%.*s-R", STR_ARG(repeat("x", 80)))));
    ck_assert(!epp_roid_valid(str_printf(&a, "%.*s-R", STR_ARG(repeat("x", 81)))));
    ck_assert(!epp_roid_valid(STR("D1")));
    ck_assert(!epp_roid_valid(STR("-R1")));
    ck_assert(!epp_roid_valid(STR("D1-")));
    ck_assert(!epp_roid_valid(STR("D1-ABCDEFGHI")));
    ck_assert(!epp_roid_valid(STR("D1-R_1")));
    ck_assert(!epp_roid_valid(STR("D 1-R")));
    ck_assert(!epp_roid_valid(STR("D-1-R")));
}
END_TEST

START_TEST(telephone_numbers_are_e164_with_a_dot)
{
    ck_assert(epp_phone_valid(STR("+1.7035555555")));
    ck_assert(epp_phone_valid(STR("+423.1")));
    ck_assert(!epp_phone_valid(STR("")));
    ck_assert(!epp_phone_valid(STR("+1")));
    ck_assert(!epp_phone_valid(STR("1.7035555555")));
    ck_assert(!epp_phone_valid(STR("+1.703 555")));
    ck_assert(!epp_phone_valid(STR("+.703")));
    ck_assert(!epp_phone_valid(STR("+1234.5")));
    ck_assert(!epp_phone_valid(STR("+1.")));
    ck_assert(!epp_phone_valid(STR("+1.123456789012345")));
    ck_assert(!epp_phone_valid(STR("+1.2.3")));
    ck_assert_int_eq(epp_value_check(&a, EPP_T_PHONE, STR(""), NULL), 0);
}
END_TEST

START_TEST(uris_and_languages_have_their_form)
{
    ck_assert_int_eq(epp_value_check(&a, EPP_T_URI, STR("urn:ietf:params:xml:ns:epp-1.0"), NULL), 0);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_URI, STR("http://example.test/a-1.0"), NULL), 0);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_URI, STR("no scheme"), NULL), 2005);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_URI, STR("2001:db8"), NULL), 2005);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_URI, STR("urn:a b"), NULL), 2005);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_URI, STR(":x"), NULL), 2005);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_LANG, STR("de-CH-1996"), NULL), 0);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_LANG, STR("1996"), NULL), 2005);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_LANG, STR("en-"), NULL), 2005);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_LANG, STR("englisch-x"), NULL), 0);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_LANG, STR("englischer"), NULL), 2005);
}
END_TEST

START_TEST(a_word_of_another_list_is_out_of_range)
{
    struct str why = STR_NULL;
    ck_assert_int_eq(epp_value_check(&a, EPP_T_DOMAIN_STATUS, STR("clientHold"), NULL), 0);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_HOST_STATUS, STR("clientHold"), &why), 2004);
    ck_assert(why.n > 0);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_DOMAIN_STATUS, STR("linked"), NULL), 2004);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_DOMAIN_STATUS, STR("CLIENTHOLD"), NULL), 2004);
    ck_assert_int_eq(epp_value_check(&a, EPP_T_VERSION, STR("1.1"), NULL), 2100);
}
END_TEST

START_TEST(white_space_is_taken_as_the_schema_takes_it)
{
    static const char *const rows[][3] = {/* as read, as token, as line */
        {"a", "a", "a"}, {" a ", "a", " a "}, {"a\n\tb", "a b", "a  b"}, {"\r\n", "", "  "}, {"", "", ""},
        {"a  b", "a b", "a  b"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str v = str_of(rows[i][0]);
        ck_assert(str_eqz(epp_value_normal(&a, EPP_T_TOKEN, v), rows[i][1]));
        ck_assert(str_eqz(epp_value_normal(&a, EPP_T_LINE, v), rows[i][2]));
        ck_assert_int_eq(epp_value_loose(EPP_T_TOKEN, v) == NULL, strcmp(rows[i][0], rows[i][1]) == 0);
        ck_assert_int_eq(epp_value_loose(EPP_T_LINE, v) == NULL, strcmp(rows[i][0], rows[i][2]) == 0);
    }
    ck_assert(str_is_null(epp_value_normal(&a, EPP_T_TOKEN, STR_NULL)));
}
END_TEST

START_TEST(short_hands_refuse_blanks_at_the_ends)
{
    ck_assert(epp_clid_valid(STR("ClientX")) && !epp_clid_valid(STR(" ClientX")) && !epp_clid_valid(STR("ab")));
    ck_assert(epp_cltrid_valid(STR("FW-1")) && !epp_cltrid_valid(STR("FW-1\n")) && !epp_cltrid_valid(STR("F")));
    ck_assert(epp_label_valid(STR("a.test")) && !epp_label_valid(STR("")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("syntax");
    TCase *c = tcase_create("syntax");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, lengths_count_characters_and_both_ends_are_inside);
    tcase_add_test(c, repository_identifiers_have_two_parts);
    tcase_add_test(c, telephone_numbers_are_e164_with_a_dot);
    tcase_add_test(c, uris_and_languages_have_their_form);
    tcase_add_test(c, a_word_of_another_list_is_out_of_range);
    tcase_add_test(c, white_space_is_taken_as_the_schema_takes_it);
    tcase_add_test(c, short_hands_refuse_blanks_at_the_ends);
    suite_add_tcase(s, c);
    return suite_run(s);
}
