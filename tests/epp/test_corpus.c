/* The documents of tests/data/epp, one per command and response: each is read, and means the same when it was
 * written and read again. Those in odd/ are not valid by the schemas, and are read all the same. */
#include <glob.h>

#include "tests/epp/gen.h"
#include "tests/support/suite.h"

/* Those of single registries lie in folders of their own. */
#define COMMANDS "tests/data/epp/{.,eurid,fred,nominet}/command-*.xml"
#define RESPONSES "tests/data/epp/{.,eurid,fred,nominet}/response-*.xml"

static struct arena a;
static struct error e;
static glob_t found;

static void setup(void)
{
    arena_init(&a, 0);
    error_clear(&e);
}

static void teardown(void)
{
    globfree(&found);
    arena_clear(&a);
}

static void find(const char *pattern, size_t least)
{
    ck_assert_int_eq(glob(pattern, GLOB_BRACE, NULL, &found), 0);
    ck_assert_uint_ge(found.gl_pathc, least);
}

static struct str file(size_t i)
{
    struct str doc;
    ck_assert_msg(file_read(&a, found.gl_pathv[i], 1 << 20, &doc, &e) == OK, "%s", e.text);
    return doc;
}

/* A folder's documents are held against that registry's schemas. */
static const char *schema_of(const char *path)
{
    if (strstr(path, "/eurid/") != NULL)
        return "eurid";
    if (strstr(path, "/fred/") != NULL)
        return "fred";
    return strstr(path, "/nominet/") != NULL ? "nominet" : "valid";
}

/* The file's name says what it holds: command-domain-transfer-query. */
static void ck_named(const char *path, const struct epp_command *c)
{
    char *name =
        arena_printf(&a, "/command-%s%s%s%s%s", epp_object_name(c->object), c->object != EPP_NO_OBJECT ? "-" : "",
            epp_verb_name(c->verb), c->op != EPP_OP_NONE ? "-" : "", epp_op_name(c->op));
    ck_assert_msg(strstr(path, name) != NULL, "%s holds %s", path, name);
}

START_TEST(commands_are_read_and_written_again)
{
    find(COMMANDS, 30);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct epp_command c = decode_command(&a, file(i));
        ck_named(found.gl_pathv[i], &c);
        struct str doc = encode_command(&a, &c);
        keep_frame(schema_of(found.gl_pathv[i]), "corpus-command", (unsigned)i, doc);
        struct epp_command back = decode_command(&a, doc);
        const struct epp_shape *shape = body_shape(c.verb, c.object);
        ck_assert(shape == NULL || same_shape(shape, &c.u, &back.u));
        ck_assert_uint_eq(c.ext.n, back.ext.n);
        ck_assert(str_eq(doc, encode_command(&a, &back)));
    }
}
END_TEST

START_TEST(responses_are_read_and_written_again)
{
    find(RESPONSES, 25);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct epp_response r = decode_response(&a, file(i));
        bool raw = strstr(found.gl_pathv[i], "-raw-") != NULL;
        ck_assert_msg(str_is_null(r.unread) == !raw, "%s: %.*s", found.gl_pathv[i], STR_ARG(r.unread));
        ck_assert_uint_eq(r.other.n, raw);
        if (r.data != EPP_NO_DATA)
            ck_assert_ptr_nonnull(strstr(found.gl_pathv[i], epp_object_name(r.object)) != NULL
                                      ? found.gl_pathv[i]
                                      : strstr(found.gl_pathv[i], "poll"));
        struct str doc = encode_response(&a, &r);
        keep_frame(schema_of(found.gl_pathv[i]), "corpus-response", (unsigned)i, doc);
        struct epp_response back = decode_response(&a, doc);
        ck_assert(r.data == EPP_NO_DATA || same_shape(epp_object_row(r.object)->data[r.data], &r.u, &back.u));
        ck_assert(str_eq(doc, encode_response(&a, &back)));
    }
}
END_TEST

START_TEST(hello_and_greeting_are_read)
{
    struct epp_greeting g;
    find("tests/data/epp/[gh]*.xml", 2);
    ck_assert_int_eq(epp_greeting_decode(&a, parse(&a, file(0)), &g, &e), OK);
    ck_assert_str(g.sv_id, "Registry of test");
    ck_assert_uint_eq(g.objects.n, 3);
    ck_assert_str(g.langs.v[1], "de-CH");
    ck_assert_str(g.extensions.v[0], EPP_RGP_NS);
    ck_assert_int_eq(decode_command(&a, file(1)).verb, EPP_HELLO);
}
END_TEST

START_TEST(odd_answers_are_understood)
{
    find("tests/data/epp/odd/response-*.xml", 5);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct epp_response r = decode_response(&a, file(i));
        ck_assert_msg(str_is_null(r.unread), "%s: %.*s", found.gl_pathv[i], STR_ARG(r.unread));
        ck_assert_uint_ge(r.results.v[0].code, 1000);
    }
    time_us t;
    struct epp_response r = decode_response(&a, file(0));
    ck_assert(time_parse(STR("2027-04-04T03:00:00.123456Z"), &t));
    ck_assert_int_eq(r.u.domain_info.ex_date, t);
    ck_assert(r.u.domain_info.cr_date != 0 && r.u.domain_info.up_date != 0);
}
END_TEST

/* One file for each pair of verb and object, and for each kind of data. */
START_TEST(the_corpus_is_complete)
{
    bool commands[EPP_VERB_COUNT][EPP_OBJECT_COUNT] = {0}, data[EPP_DATA_COUNT][EPP_OBJECT_COUNT] = {0};
    find(COMMANDS, 30);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct epp_command c = decode_command(&a, file(i));
        commands[c.verb][c.object] = true;
    }
    globfree(&found);
    find(RESPONSES, 25);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct epp_response r = decode_response(&a, file(i));
        data[r.data][r.object] = true;
    }
    for (enum epp_object o = EPP_DOMAIN; o < EPP_OBJECT_COUNT; o++) {
        for (enum epp_verb v = 0; v < EPP_VERB_COUNT; v++)
            ck_assert_msg(commands[v][o] == (epp_object_row(o)->command[v] != NULL), "%s %s", epp_verb_name(v),
                epp_object_name(o));
        for (enum epp_data d = EPP_CHK_DATA; d < EPP_DATA_COUNT; d++)
            ck_assert_msg(
                data[d][o] == (epp_object_row(o)->data[d] != NULL), "%s %s", epp_data_name(d), epp_object_name(o));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("corpus");
    TCase *c = tcase_create("corpus");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, commands_are_read_and_written_again);
    tcase_add_test(c, responses_are_read_and_written_again);
    tcase_add_test(c, hello_and_greeting_are_read);
    tcase_add_test(c, odd_answers_are_understood);
    tcase_add_test(c, the_corpus_is_complete);
    suite_add_tcase(s, c);
    return suite_run(s);
}
