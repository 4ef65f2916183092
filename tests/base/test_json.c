#include <signal.h>

#include "base/json.h"
#include "tests/support/suite.h"

#define MAX_BYTES 100000

static struct arena a;
static struct error e;
static struct json_val *v;

static void setup(void)
{
    arena_init(&a, 0);
}

static void teardown(void)
{
    arena_clear(&a);
}

static enum status parse(struct str doc)
{
    return json_parse(&a, doc, MAX_BYTES, &v, &e);
}

START_TEST(every_type_is_read)
{
    ck_assert_int_eq(parse(STR("{\"s\":\"h\\u00e9\\n\",\"i\":-42,\"r\":1.5,\"t\":true,\"f\":false,\"n\":null,"
                               "\"a\":[1,[],{}],\"o\":{\"x\":0}}")),
        OK);
    ck_assert_int_eq(v->type, JSON_T_OBJECT);
    ck_assert_uint_eq(v->n, 8);
    ck_assert(str_eqz(json_get(v, "s")->str, "h\xC3\xA9\n"));
    ck_assert_int_eq(json_get(v, "i")->i, -42);
    ck_assert_double_eq(json_get(v, "r")->real, 1.5);
    ck_assert_int_eq(json_get(v, "t")->type, JSON_T_BOOL);
    ck_assert_int_eq(json_get(v, "t")->i, 1);
    ck_assert_int_eq(json_get(v, "f")->i, 0);
    ck_assert_int_eq(json_get(v, "n")->type, JSON_T_NULL);
    const struct json_val *list = json_get(v, "a");
    ck_assert_int_eq(list->type, JSON_T_ARRAY);
    ck_assert_uint_eq(list->n, 3);
    ck_assert_int_eq(list->first->i, 1);
    ck_assert_int_eq(list->first->next->next->type, JSON_T_OBJECT);
    ck_assert_ptr_null(list->first->next->next->next);
    ck_assert_int_eq(json_get(json_get(v, "o"), "x")->i, 0);
}
END_TEST

START_TEST(members_keep_their_order)
{
    ck_assert_int_eq(parse(STR("{\"z\":1,\"a\":2,\"m\":3}")), OK);
    ck_assert_str_eq(v->first->key, "z");
    ck_assert_str_eq(v->first->next->key, "a");
    ck_assert_str_eq(v->first->next->next->key, "m");
}
END_TEST

START_TEST(what_is_absent_is_null)
{
    ck_assert_int_eq(parse(STR("[1]")), OK);
    ck_assert_ptr_null(json_get(v, "x"));
    ck_assert_ptr_null(json_get(NULL, "x"));
    ck_assert_int_eq(parse(STR("{}")), OK);
    ck_assert_ptr_null(json_get(v, "x"));
}
END_TEST

START_TEST(any_value_may_stand_alone)
{
    ck_assert_int_eq(parse(STR(" 7 ")), OK);
    ck_assert_int_eq(v->i, 7);
    ck_assert_int_eq(parse(STR("\"x\"")), OK);
    ck_assert_int_eq(parse(STR("9223372036854775807")), OK);
    ck_assert_int_eq(v->i, INT64_MAX);
}
END_TEST

START_TEST(malformed_documents_are_refused)
{
    static const char *const bad[] = {"", " ", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}",
        "{'a':1}", "{\"a\":1}x", "{} {}", "01", "+1", ".5", "1.", "nul", "NaN", "Infinity", "\"", "\"\\x\"", "\"\n\"",
        "\"\\ud800\"", "\"\\u0000\"", "\"\xFF\"", "\"\xC0\x80\"", "// c\n1", "9223372036854775808", "1e999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_msg(parse(str_of(bad[i])) == INVALID, "%s", bad[i]);
        ck_assert_msg(strcmp(e.code, "json-malformed") == 0, "%s: %s", bad[i], e.code);
        ck_assert_ptr_nonnull(strstr(e.text, "line"));
    }
    ck_assert_int_eq(parse(STR_NULL), INVALID);
    ck_assert_int_eq(parse(STR("{\"a\":1}\0")), INVALID);
    ck_assert_int_eq(parse(STR("\"a\0b\"")), INVALID);
}
END_TEST

START_TEST(duplicate_keys_are_refused)
{
    ck_assert_int_eq(parse(STR("{\"a\":1,\n\"a\":1}")), INVALID);
    ck_assert_str_eq(e.code, "json-duplicate-key");
    ck_assert_int_eq(parse(STR("[{\"b\":{\"a\":1,\"\\u0061\":2}}]")), INVALID);
    ck_assert_str_eq(e.code, "json-duplicate-key");
    ck_assert_int_eq(parse(STR("[{\"a\":1},{\"a\":1}]")), OK);
}
END_TEST

static struct str nested(size_t depth)
{
    struct buf b;
    buf_in(&b, &a, MAX_BYTES);
    for (size_t i = 0; i < depth; i++)
        buf_putc(&b, '[');
    for (size_t i = 0; i < depth; i++)
        buf_putc(&b, ']');
    return buf_view(&b);
}

START_TEST(depth_has_a_limit)
{
    ck_assert_int_eq(parse(nested(64)), OK);
    ck_assert_int_eq(parse(nested(65)), INVALID);
    ck_assert_str_eq(e.code, "json-too-deep");
    ck_assert_int_eq(parse(nested(40000)), INVALID);
    ck_assert_str_eq(e.code, "json-too-deep");
}
END_TEST

START_TEST(size_has_a_limit)
{
    ck_assert_int_eq(json_parse(&a, STR("[1,2]"), 5, &v, &e), OK);
    ck_assert_int_eq(json_parse(&a, STR("[1,2]"), 4, &v, &e), INVALID);
    ck_assert_str_eq(e.code, "json-too-large");
}
END_TEST

START_TEST(a_document_is_written_with_its_commas)
{
    struct buf b;
    struct json_writer w;
    buf_in(&b, &a, 1000);
    json_begin(&w, &b);
    json_open_object(&w, NULL);
    json_put_str(&w, "s", STR("x"));
    json_put_str(&w, "absent", STR_NULL);
    json_open_array(&w, "list");
    json_put_int(&w, NULL, INT64_MIN);
    json_put_bool(&w, NULL, true);
    json_open_object(&w, NULL);
    json_close_object(&w);
    json_open_array(&w, NULL);
    json_close_array(&w);
    json_close_array(&w);
    json_put_bool(&w, "f", false);
    json_put_null(&w, "n");
    json_close_object(&w);
    ck_assert_str_eq(
        b.p, "{\"s\":\"x\",\"absent\":null,\"list\":[-9223372036854775808,true,{},[]],\"f\":false,\"n\":null}");
    ck_assert_int_eq(parse(buf_view(&b)), OK);
}
END_TEST

START_TEST(whatever_is_written_is_read_back)
{
    char all[256];
    struct buf b;
    struct json_writer w;
    for (size_t i = 0; i < 127; i++)
        all[i] = (char)(i + 1);
    buf_in(&b, &a, 10000);
    json_begin(&w, &b);
    json_open_object(&w, NULL);
    json_put_str(&w, "k\"\n", str_n(all, 127));
    json_put_str(&w, "u", STR("h\xC3\xA9\xF0\x9F\x8C\x8D"));
    json_close_object(&w);
    ck_assert_msg(parse(buf_view(&b)) == OK, "%s", e.text);
    ck_assert(str_eq(json_get(v, "k\"\n")->str, str_n(all, 127)));
    ck_assert(str_eqz(json_get(v, "u")->str, "h\xC3\xA9\xF0\x9F\x8C\x8D"));
}
END_TEST

START_TEST(what_is_not_utf8_is_written_as_a_replacement)
{
    struct buf b;
    struct json_writer w;
    buf_in(&b, &a, 1000);
    json_begin(&w, &b);
    json_put_str(&w, NULL, STR("a\xFF\xC3z"));
    ck_assert_str_eq(b.p, "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
}
END_TEST

START_TEST(an_unbalanced_close_stops_the_program)
{
    struct buf b;
    struct json_writer w;
    buf_in(&b, &a, 1000);
    json_begin(&w, &b);
    json_close_object(&w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json");
    TCase *c = tcase_create("json");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, every_type_is_read);
    tcase_add_test(c, members_keep_their_order);
    tcase_add_test(c, what_is_absent_is_null);
    tcase_add_test(c, any_value_may_stand_alone);
    tcase_add_test(c, malformed_documents_are_refused);
    tcase_add_test(c, duplicate_keys_are_refused);
    tcase_add_test(c, depth_has_a_limit);
    tcase_add_test(c, size_has_a_limit);
    tcase_add_test(c, a_document_is_written_with_its_commas);
    tcase_add_test(c, whatever_is_written_is_read_back);
    tcase_add_test(c, what_is_not_utf8_is_written_as_a_replacement);
    tcase_add_test_raise_signal(c, an_unbalanced_close_stops_the_program, SIGABRT);
    suite_add_tcase(s, c);
    return suite_run(s);
}
