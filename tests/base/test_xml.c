#include "base/xml.h"
#include "tests/support/suite.h"

static struct arena arena;
static struct error e;

static void ground(void)
{
    arena_init(&arena, 0);
    error_clear(&e);
}

static void clear(void)
{
    arena_clear(&arena);
}

static struct xml_node *read_ok(struct str doc)
{
    struct xml_node *root;
    enum status s = xml_parse(&arena, doc, &xml_limits_default, &root, &e);
    ck_assert_msg(s == OK, "%s: %s", e.code, e.text);
    return root;
}

/* The document is refused with that code, and the text holds that part. */
static void refused(struct str doc, const struct xml_limits *lim, const char *code, const char *part)
{
    struct xml_node *root = (struct xml_node *)&arena;
    ck_assert_int_eq(xml_parse(&arena, doc, lim != NULL ? lim : &xml_limits_default, &root, &e), INVALID);
    ck_assert_str_eq(e.code, code);
    ck_assert_msg(strstr(e.text, part) != NULL, "\"%s\" is not in \"%s\"", part, e.text);
    ck_assert_ptr_null(root);
}

static void ck_str(struct str s, const char *want)
{
    ck_assert_msg(str_eqz(s, want), "\"%.*s\" is not \"%s\"", STR_ARG(s), want);
}

START_TEST(names_namespaces_and_order_are_kept)
{
    struct xml_node *root = read_ok(STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                        "<epp xmlns=\"urn:e\" xmlns:d=\"urn:d\">\n <d:a k=\"1\" d:k=\"2\">x</d:a>\n"
                                        " <b/><d:a>y</d:a></epp>"));
    ck_assert_str_eq(root->ns, "urn:e");
    ck_assert_str_eq(root->name, "epp");
    ck_assert_ptr_null(root->parent);
    const struct xml_node *a = xml_child(root, "urn:d", "a");
    ck_assert_int_eq(a->line, 3);
    ck_assert_ptr_eq(a->parent, root);
    ck_str(xml_attr(a, "k"), "1");
    ck_assert(str_is_null(xml_attr(a, "missing")));
    ck_assert_str_eq(a->attrs->next->ns, "urn:d");
    ck_str(a->attrs->next->value, "2");
    ck_assert_str_eq(a->next->name, "b");
    ck_str(xml_next(a, "urn:d", "a")->text, "y");
    ck_assert_ptr_null(xml_child(root, "urn:e", "a"));
    ck_str(xml_child(root, NULL, "a")->text, "x");
    ck_assert_ptr_null(xml_next(xml_next(a, NULL, "a"), NULL, "a"));
}
END_TEST

START_TEST(text_is_joined_over_references_and_cdata)
{
    struct xml_node *root = read_ok(STR("<a>1 &lt;&amp;<b>in</b>&#x41;&#233;<![CDATA[<&]]>&quot;&apos;&gt;</a>"));
    ck_str(root->text, "1 <&A\xc3\xa9<&\"'>");
    ck_str(root->first->text, "in");
}
END_TEST

START_TEST(attributes_are_unescaped)
{
    struct xml_node *root = read_ok(STR("<a k='&amp;&lt;&gt;&quot;&apos;&#38;x &#10;y'/>"));
    ck_str(xml_attr(root, "k"), "&<>\"'&x \ny");
}
END_TEST

START_TEST(child_text_is_trimmed_and_absent_is_null)
{
    struct xml_node *root = read_ok(STR("<a><n>\n  two words \t</n><empty/></a>"));
    ck_str(xml_child_text(root, "", "n"), "two words");
    ck_assert(!str_is_null(xml_child_text(root, "", "empty")));
    ck_assert_uint_eq(xml_child_text(root, "", "empty").n, 0);
    ck_assert(str_is_null(xml_child_text(root, "", "gone")));
}
END_TEST

START_TEST(comments_and_instructions_are_passed_over)
{
    struct xml_node *root =
        read_ok(STR("\xef\xbb\xbf<?xml version='1.0'?><!-- x --><?pi y?><a>1<!-- 2 -->3</a><!-- z -->"));
    ck_str(root->text, "13");
}
END_TEST

static const char *const malformed[] = {"<a>", "<a></b>", "<a/><b/>", "x<a/>", "<a k=1/>", "<a k='1' k='2'/>",
    "<a>&#0;</a>", "<a>&#xFFFF;</a>", "<a>\x01</a>", "<a><</a>", "<p:a/>", "<a p:k='1'/>", "<a>]]></a>", "   ",
    "<a xmlns:p='u' xmlns:q='u' p:k='' q:k=''/>", "<?xml version='1.0'?>", "<a/>trailing", "<1/>"};

START_TEST(malformed_documents_are_refused_with_their_line)
{
    refused(str_of(malformed[_i]), NULL, "xml-malformed", "line 1: ");
}
END_TEST

static struct xml_node *read_lenient(struct str doc)
{
    struct xml_node *root;
    enum status s = xml_parse(&arena, doc, &xml_limits_lenient, &root, &e);
    ck_assert_msg(s == OK, "%s: %s", e.code, e.text);
    return root;
}

START_TEST(an_undeclared_prefix_becomes_a_namespace_of_its_own_where_that_is_allowed)
{
    struct xml_node *root = read_lenient(STR("<a xmlns='urn:a' xsi:x='1'><p:b x='2' q:x='3'/><p:c xmlns:p='urn:p'/>"
                                             "<r:d xmlns:r=''/><\xc3\xa9:e/></a>"));
    const struct xml_node *b = root->first;
    ck_assert_str_eq(root->ns, "urn:a");
    ck_assert_str_eq(root->attrs->ns, "undeclared:xsi");
    ck_assert_str_eq(b->ns, "undeclared:p");
    ck_assert_str_eq(b->name, "b");
    ck_str(xml_attr(b, "x"), "2");
    ck_assert_str_eq(b->attrs->next->ns, "undeclared:q");
    ck_assert_str_eq(b->next->ns, "urn:p");
    ck_assert_str_eq(b->next->next->ns, "undeclared:r");
    ck_assert_str_eq(b->next->next->next->ns, "undeclared:%C3%A9"); /* a namespace is a URI */
}
END_TEST

START_TEST(nothing_else_is_forgiven_where_undeclared_prefixes_are)
{
    if (strcmp(malformed[_i], "<p:a/>") == 0 || strcmp(malformed[_i], "<a p:k='1'/>") == 0)
        read_lenient(str_of(malformed[_i]));
    else
        refused(str_of(malformed[_i]), &xml_limits_lenient, "xml-malformed", "line 1: ");
}
END_TEST

START_TEST(the_line_of_the_fault_is_told)
{
    refused(STR("<a>\n<b>\n</c>\n</a>"), NULL, "xml-malformed", "line 3: ");
}
END_TEST

START_TEST(an_empty_document_is_refused)
{
    refused(STR(""), NULL, "xml-malformed", "empty");
}
END_TEST

START_TEST(every_cut_of_a_document_is_refused)
{
    static const char doc[] = "<?xml version=\"1.0\"?><a k=\"v&amp;\"><b>t&lt;<![CDATA[c]]></b><!--x--></a>";
    for (size_t n = 1; n < sizeof doc - 1; n++) {
        char *cut = arena_copy(&arena, doc, n); /* its own block, so that a read past the end is seen */
        refused(str_n(cut, n), NULL, "xml-malformed", "line 1: ");
    }
    read_ok(str_n(doc, sizeof doc - 1));
}
END_TEST

static const char *const doctypes[] = {"<!DOCTYPE a><a/>", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
    "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
    "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1:9/x\"> %x;]><a/>",
    ("<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;&l;&l;&l;&l;&l;\"><!ENTITY n \"&m;&m;&m;&m;&m;&m;\">]>"
     "<a>&n;&n;&n;&n;</a>"),
    "<!DOCTYPE a [<!ATTLIST a k CDATA 'given'>]><a/>"};

START_TEST(a_doctype_is_refused_before_anything_of_it)
{
    refused(str_of(doctypes[_i]), NULL, "xml-doctype", "line 1: a DOCTYPE");
}
END_TEST

START_TEST(entities_beyond_the_five_are_refused)
{
    refused(STR("<a>\n&nbsp;</a>"), NULL, "xml-entity", "line 2: the entity &nbsp;");
    refused(STR("<a k='&nbsp;'/>"), NULL, "xml-entity", "&nbsp;");
}
END_TEST

START_TEST(nul_bytes_are_refused)
{
    refused(STR("<a>\n\0</a>"), NULL, "xml-malformed", "line 2: a NUL");
    refused(STR("<a/>\0<b/>"), NULL, "xml-malformed", "NUL");
}
END_TEST

START_TEST(only_utf8_is_read)
{
    refused(STR("<a>\xe9</a>"), NULL, "xml-encoding", "UTF-8");
    refused(STR("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"), NULL, "xml-encoding", "ISO-8859-1");
    refused(STR("<?xml version='1.0' encoding='UTF-7'?><a>+ADw-</a>"), NULL, "xml-encoding", "UTF-7");
    refused(STR("\xff\xfe<\0a\0/\0>\0"), NULL, "xml-malformed", "NUL");
    read_ok(STR("<?xml version='1.0' encoding='utf-8'?><a/>"));
}
END_TEST

START_TEST(attributes_of_a_refused_element_are_not_looked_at)
{
    struct xml_limits lim = {.bytes = 4096, .depth = 4, .nodes = 9, .attrs = 2};
    refused(STR("<?xml version='1.0' encoding='ISO-8859-1'?><a k='v'/>"), NULL, "xml-encoding", "ISO-8859-1");
    refused(STR("<a k='v' xmlns:b='b' xmlns:c='c' xmlns:d='d'/>"), &lim, "xml-too-many-attributes", "declares 3");
}
END_TEST

/* Any one byte of a document replaced by one that means something: it is read or refused, never more. */
START_TEST(every_byte_can_be_wrong)
{
    static const char doc[] = "<?xml version='1.0' encoding='UTF-8'?><!--c--><a xmlns='u' xmlns:p='v' p:k='1&amp;'>"
                              "<p:b>t&lt;&#65;<![CDATA[c]]></p:b><?x y?><c/></a>";
    static const char wrong[] = "<>&;!?/:='\"-[]# a\n\x01\x80\xff";
    size_t read = 0, not_read = 0;
    for (size_t i = 0; i < sizeof doc - 1; i++) {
        for (size_t k = 0; k < sizeof wrong; k++) { /* the NUL too */
            struct xml_node *root;
            char *copy = arena_copy(&arena, doc, sizeof doc - 1);
            copy[i] = wrong[k];
            enum status s = xml_parse(&arena, str_n(copy, sizeof doc - 1), &xml_limits_default, &root, &e);
            ck_assert(s == OK || s == INVALID);
            ck_assert_int_eq(s == OK, root != NULL);
            read += s == OK;
            not_read += s != OK;
        }
        arena_reset(&arena);
    }
    ck_assert_uint_gt(read, 100);
    ck_assert_uint_gt(not_read, 1000);
}
END_TEST

static struct str nested(size_t depth)
{
    struct buf b;
    buf_in(&b, &arena, 1u << 20);
    for (size_t i = 0; i < depth; i++)
        buf_puts(&b, "<a>");
    for (size_t i = 0; i < depth; i++)
        buf_puts(&b, "</a>");
    return buf_view(&b);
}

START_TEST(depth_is_limited_exactly)
{
    read_ok(nested(xml_limits_default.depth));
    refused(nested(xml_limits_default.depth + 1), NULL, "xml-too-deep", "32");
    refused(nested(100000), NULL, "xml-too-deep", "32");
}
END_TEST

static struct str with_children(size_t n, const char *child)
{
    struct buf b;
    buf_in(&b, &arena, 1u << 22);
    buf_puts(&b, "<r>");
    for (size_t i = 0; i < n; i++)
        buf_puts(&b, child);
    buf_puts(&b, "</r>");
    return buf_view(&b);
}

START_TEST(elements_are_limited_exactly)
{
    struct xml_limits lim = {.bytes = 1u << 20, .depth = 4, .nodes = 100, .attrs = 4};
    struct xml_node *root;
    ck_assert_int_eq(xml_parse(&arena, with_children(99, "<a/>"), &lim, &root, &e), OK);
    refused(with_children(100, "<a/>"), &lim, "xml-too-large", "100 elements");
}
END_TEST

START_TEST(attributes_are_limited_exactly)
{
    struct xml_limits lim = {.bytes = 4096, .depth = 4, .nodes = 9, .attrs = 2};
    struct xml_node *root;
    ck_assert_int_eq(xml_parse(&arena, STR("<a b='' c=''/>"), &lim, &root, &e), OK);
    refused(STR("<a b='' c='' d=''/>"), &lim, "xml-too-many-attributes", "element a has 3");
    refused(STR("<a xmlns:b='b' xmlns:c='c' xmlns:d='d'/>"), &lim, "xml-too-many-attributes", "declares 3");
}
END_TEST

START_TEST(bytes_are_limited_exactly)
{
    struct xml_limits lim = {.bytes = 10, .depth = 4, .nodes = 9, .attrs = 2};
    struct xml_node *root;
    ck_assert_int_eq(xml_parse(&arena, STR("<a>123</a>"), &lim, &root, &e), OK);
    refused(STR("<a>1234</a>"), &lim, "xml-too-large", "11 bytes");
}
END_TEST

START_TEST(what_is_written_reads_back_the_same)
{
    static const struct str nasty = STR("<&>\"'\t\n\r]]> \xc3\xa9 \xf0\x9f\x98\x80 &amp; <!--");
    struct xml_writer w;
    struct buf b;
    buf_in(&b, &arena, 4096);
    xml_begin(&w, &b);
    xml_start(&w, "d:a");
    xml_set(&w, "xmlns:d", STR("urn:d"));
    xml_set(&w, "k", nasty);
    xml_leaf(&w, "d:leaf", nasty);
    xml_empty(&w, "d:none");
    xml_leaf(&w, "d:void", STR(""));
    xml_end(&w);
    ck_assert_int_eq(xml_finish(&w, &e), OK);
    struct xml_node *root = read_ok(buf_view(&b));
    ck_assert(str_eq(xml_attr(root, "k"), nasty));
    ck_assert(str_eq(xml_child(root, "urn:d", "leaf")->text, nasty));
    ck_assert_ptr_nonnull(xml_child(root, "urn:d", "none"));
    ck_assert_uint_eq(xml_child(root, "urn:d", "void")->text.n, 0);
}
END_TEST

START_TEST(characters_that_xml_forbids_fail_the_writer)
{
    static const struct str forbidden[] = {STR("a\x01"), STR("a\0b"), STR("\xff"), STR("\xef\xbf\xbf"), STR("\x1b[0m")};
    for (size_t i = 0; i < ARRAY_LEN(forbidden); i++) {
        struct xml_writer w;
        struct buf b;
        buf_in(&b, &arena, 4096);
        xml_begin_fragment(&w, &b);
        xml_leaf(&w, "a", forbidden[i]);
        ck_assert_int_eq(xml_finish(&w, &e), INVALID);
        ck_assert_str_eq(e.code, "xml-character");
    }
}
END_TEST

START_TEST(an_open_element_and_a_full_buffer_fail_the_writer)
{
    struct xml_writer w;
    struct buf b;
    buf_in(&b, &arena, 4096);
    xml_begin_fragment(&w, &b);
    xml_start(&w, "left");
    ck_assert_int_eq(xml_finish(&w, &e), INTERNAL);
    ck_assert_ptr_nonnull(strstr(e.text, "left"));

    buf_in(&b, &arena, 8);
    xml_begin_fragment(&w, &b);
    xml_leaf(&w, "a", STR("0123456789"));
    ck_assert_int_eq(xml_finish(&w, &e), INVALID);
    ck_assert_str_eq(e.code, "xml-too-large");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("xml");
    TCase *c = tcase_create("xml");
    tcase_set_timeout(c, 30);
    tcase_add_checked_fixture(c, ground, clear);
    tcase_add_test(c, names_namespaces_and_order_are_kept);
    tcase_add_test(c, text_is_joined_over_references_and_cdata);
    tcase_add_test(c, attributes_are_unescaped);
    tcase_add_test(c, child_text_is_trimmed_and_absent_is_null);
    tcase_add_test(c, comments_and_instructions_are_passed_over);
    tcase_add_loop_test(c, malformed_documents_are_refused_with_their_line, 0, (int)ARRAY_LEN(malformed));
    tcase_add_test(c, an_undeclared_prefix_becomes_a_namespace_of_its_own_where_that_is_allowed);
    tcase_add_loop_test(c, nothing_else_is_forgiven_where_undeclared_prefixes_are, 0, (int)ARRAY_LEN(malformed));
    tcase_add_test(c, the_line_of_the_fault_is_told);
    tcase_add_test(c, an_empty_document_is_refused);
    tcase_add_test(c, every_cut_of_a_document_is_refused);
    tcase_add_loop_test(c, a_doctype_is_refused_before_anything_of_it, 0, (int)ARRAY_LEN(doctypes));
    tcase_add_test(c, entities_beyond_the_five_are_refused);
    tcase_add_test(c, nul_bytes_are_refused);
    tcase_add_test(c, only_utf8_is_read);
    tcase_add_test(c, attributes_of_a_refused_element_are_not_looked_at);
    tcase_add_test(c, every_byte_can_be_wrong);
    tcase_add_test(c, depth_is_limited_exactly);
    tcase_add_test(c, elements_are_limited_exactly);
    tcase_add_test(c, attributes_are_limited_exactly);
    tcase_add_test(c, bytes_are_limited_exactly);
    tcase_add_test(c, what_is_written_reads_back_the_same);
    tcase_add_test(c, characters_that_xml_forbids_fail_the_writer);
    tcase_add_test(c, an_open_element_and_a_full_buffer_fail_the_writer);
    suite_add_tcase(s, c);
    return suite_run(s);
}
