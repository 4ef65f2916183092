/* $GENERATE and $INCLUDE, and all errors of a file by line. */
#include "dns/master.h"
#include "tests/dns/dns_test.h"

#include <time.h>

static struct dns_name zone;
static struct dns_master_report report;
static struct buf got; /* "owner ttl type data" a line, and comments */

static enum status put_record(void *ctx, const struct dns_master_record *r, struct error *err)
{
    (void)ctx;
    (void)err;
    dns_name_write_relative(&got, &r->owner, &zone);
    buf_printf(&got, " %u ", r->ttl);
    dns_type_write(&got, r->type);
    buf_putc(&got, ' ');
    dns_rdata_write(&got, r->type, r->rdata);
    buf_putc(&got, '\n');
    return OK;
}

static enum status scan_with(const char *text, struct dns_master_options o)
{
    zone = dns_name_of("example.test");
    o.origin = &zone;
    o.default_ttl = 60;
    buf_in(&got, &a, 1 << 20);
    return dns_master_scan(&a, str_of(text), &o, put_record, NULL, &e);
}

static enum status scan(const char *text)
{
    return scan_with(text, (struct dns_master_options){0});
}

static enum status scan_reporting(const char *text)
{
    dns_master_report_init(&report, &a, 0);
    return scan_with(text, (struct dns_master_options){.report = &report});
}

/* "3 rdata-number\n…" */
static const char *problems(void)
{
    struct buf b;

    buf_in(&b, &a, 1 << 20);
    for (size_t i = 0; i < report.n; i++)
        buf_printf(&b, "%.*s%s%u %s\n", STR_ARG(report.items[i].file), report.items[i].file.n > 0 ? ":" : "",
            report.items[i].line, report.items[i].code);
    buf_putc(&b, '\0');
    return b.p;
}

START_TEST(generate_makes_a_record_for_each_number)
{
    static const struct {
        const char *line, *records;
    } good[] = {
        {"$GENERATE 1-3 host-$ A 192.0.2.$", "host-1 60 A 192.0.2.1\nhost-2 60 A 192.0.2.2\nhost-3 60 A 192.0.2.3\n"},
        {"$GENERATE 0-4/2 $ 300 IN PTR h$.example.org.",
            "0 300 PTR h0.example.org.\n2 300 PTR h2.example.org.\n4 300 PTR h4.example.org.\n"},
        {"$generate 7-7 $ in 1h cname ${3,4,d}", "7 3600 CNAME 0010.example.test.\n"},
        {"$GENERATE 10-10 a${-3} A 192.0.2.${-9,1}", "a7 60 A 192.0.2.1\n"},
        {"$GENERATE 64-64 ${0,4,o}.o A 192.0.2.1", "0100.o 60 A 192.0.2.1\n"},
        {"$GENERATE 250-250 ${0,4,x}.x A 192.0.2.1", "00fa.x 60 A 192.0.2.1\n"},
        {"$GENERATE 250-250 ${0,4,X}.x A 192.0.2.1", "00FA.x 60 A 192.0.2.1\n"},
        {"$GENERATE 250-250 ${0,0,n} PTR a", "a.f 60 PTR a.example.test.\n"},
        {"$GENERATE 250-250 ${0,8,N} PTR a", "A.F.0.0. 60 PTR a.example.test.\n"},
        {"$GENERATE 250-250 ${0,7,N} PTR a", "A.F.0.0 60 PTR a.example.test.\n"},
        {"$GENERATE 1-1 a\\$b$ A 192.0.2.1", "a\\$b1 60 A 192.0.2.1\n"},
        {"$GENERATE 1-1 a$$b$ A 192.0.2.1", "a\\$b1 60 A 192.0.2.1\n"},
        {"$GENERATE 1-2 @ MX \"$0 mail$\"", "@ 60 MX 10 mail1.example.test.\n@ 60 MX 20 mail2.example.test.\n"},
        {"$GENERATE 1-1 _s._tcp SRV 0 0 80$ h$ ; a comment", "_s._tcp 60 SRV 0 0 801 h1.example.test.\n"},
        {"$GENERATE 1-1 t TXT \"number $\" two", "t 60 TXT \"number 1\" \"two\"\n"},
        {"$GENERATE 2147483647-2147483647 h$ A 192.0.2.1", "h2147483647 60 A 192.0.2.1\n"},
        {"a A 192.0.2.1\n$GENERATE 1-1 b A 192.0.2.2\n A 192.0.2.3",
            "a 60 A 192.0.2.1\nb 60 A 192.0.2.2\na 60 A 192.0.2.3\n"},
    };

    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        enum status s = scan(good[i].line);
        if (strstr(good[i].line, "${0,8,N}") != NULL) { /* ends in a dot, and so is outside of the zone: as in BIND */
            CK_FAILS(s, INVALID, "master-out-of-zone", "A.F.0.0. is not");
            continue;
        }
        CK_OK(s);
        CK_STR(buf_view(&got), good[i].records);
    }
}
END_TEST

START_TEST(generate_refuses_what_it_cannot_mean)
{
    static const struct {
        const char *text, *code, *says;
    } bad[] = {
        {"$GENERATE", "master-generate", "takes a range"},
        {"$GENERATE 1-2 a A", "master-generate", "takes a range"},
        {"$GENERATE 1-2 a 60 IN A", "master-generate", "no data"},
        {"$GENERATE 1 a A 192.0.2.$", "master-generate", "\"1\" is no range"},
        {"$GENERATE x-2 a A 192.0.2.$", "master-generate", "is no range"},
        {"$GENERATE 1-2/0 a A 192.0.2.$", "master-generate", "is no range"},
        {"$GENERATE 1-2/x a A 192.0.2.$", "master-generate", "is no range"},
        {"$GENERATE 1-2147483648 a A 192.0.2.$", "master-generate", "is no range"},
        {"$GENERATE 5-2 a A 192.0.2.$", "master-generate", "ends before it begins"},
        {"$GENERATE 1-2 a${ A 192.0.2.$", "master-generate", "without a }"},
        {"$GENERATE 1-2 a${} A 192.0.2.$", "master-generate", "begins with no number"},
        {"$GENERATE 1-2 a${x} A 192.0.2.$", "master-generate", "begins with no number"},
        {"$GENERATE 1-2 a${0,256} A 192.0.2.$", "master-generate", "width"},
        {"$GENERATE 1-2 a${0,1,q} A 192.0.2.$", "master-generate", "base"},
        {"$GENERATE 1-2 a${0,1,d,1} A 192.0.2.$", "master-generate", "base"},
        {"$GENERATE 1-2 a${-2} A 192.0.2.$", "master-generate", "below zero"},
        {"$GENERATE 1-2 a..$ A 192.0.2.$", "empty-label", "line 1"},
        {"$GENERATE 1-2 a$.org. A 192.0.2.$", "master-out-of-zone", "a1.org."},
        {"$GENERATE 254-256 a$ A 192.0.2.$", "rdata-address", "192.0.2.256"},
        {"$GENERATE 1-2 a$ FOO 192.0.2.$", "master-type", "FOO"},
        {"$GENERATE 1-2 a$ CH A 192.0.2.$", "master-class", "CH"},
        {"\n\n$GENERATE 1-2000000000 a$ A 192.0.2.1", "master-too-many", "line 3: more than 100000 records"},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(scan(bad[i].text), INVALID, bad[i].code, bad[i].says);
    /* with a report: one error for the directive, not one a number, and a limit still ends it */
    CK_FAILS(
        scan_reporting("$GENERATE 1-100000 a..$ A 192.0.2.1\nb A 192.0.2.1\n"), INVALID, "master-errors", "line 1");
    ck_assert_str_eq(problems(), "1 empty-label\n");
    CK_FAILS(scan_reporting("$GENERATE 1-2000000000 a$ A 192.0.2.1\nb A x\n"), INVALID, "master-errors", "more than");
    ck_assert_str_eq(problems(), "1 master-too-many\n");
}
END_TEST

START_TEST(each_error_is_told_with_its_line_and_the_rest_is_read)
{
    CK_FAILS(scan_reporting("a A 192.0.2.1\n"
                            "b MX 70000 x\n"
                            "c FOO x\n"
                            "d A 192.0.2.4\n"
                            "e TXT \"open\n"
                            "f A 192.0.2.6\n"
                            "g TXT x\001y\n"
                            "$FOO\n"
                            "h..h A 192.0.2.8\n"
                            "  A 192.0.2.9\n"
                            "  A 192.0.2.999\n"
                            "i A 192.0.2.10\n"),
        INVALID, "master-errors", "7 errors, the first in line 2: MX preference");
    ck_assert_str_eq(problems(), "2 rdata-number\n3 master-type\n5 open-quote\n7 bad-character\n8 master-directive\n"
                                 "9 empty-label\n11 rdata-address\n");
    CK_STR(buf_view(&got), "a 60 A 192.0.2.1\nd 60 A 192.0.2.4\nf 60 A 192.0.2.6\ni 60 A 192.0.2.10\n");
}
END_TEST

START_TEST(parentheses_are_left_where_they_end)
{
    CK_FAILS(scan_reporting("a TXT ( x\n  \"open\n  y )\nb A 192.0.2.1\n"), INVALID, "master-errors", "line 2");
    ck_assert_str_eq(problems(), "2 open-quote\n");
    CK_STR(buf_view(&got), "b 60 A 192.0.2.1\n");
    /* one that is missing costs its own record, not the file behind it */
    CK_FAILS(scan_reporting("a TXT ( x\n  y\nb A 192.0.2.1\nc A 192.0.2.2\n"), INVALID, "master-errors", "line 1");
    ck_assert_str_eq(problems(), "1 open-paren\n");
    CK_STR(buf_view(&got), "b 60 A 192.0.2.1\nc 60 A 192.0.2.2\n");
    CK_FAILS(scan_reporting("a TXT ( x\n  y\nb TXT ( z )\nc A 192.0.2.2\n"), INVALID, "master-errors", "line 3");
    ck_assert_str_eq(problems(), "3 stray-paren\n");
    CK_STR(buf_view(&got), "b 60 TXT \"z\"\nc 60 A 192.0.2.2\n");
    CK_FAILS(scan_reporting("a TXT x )\nb A 192.0.2.1\n"), INVALID, "master-errors", "line 1");
    CK_STR(buf_view(&got), "b 60 A 192.0.2.1\n");
    CK_FAILS(scan_reporting("a TXT ("), INVALID, "master-errors", "line 1");
    ck_assert_str_eq(problems(), "1 open-paren\n");
}
END_TEST

START_TEST(a_long_list_of_errors_is_counted_and_cut)
{
    struct buf b;

    buf_in(&b, &a, 1 << 20);
    for (int i = 0; i < 2500; i++)
        buf_puts(&b, "a A x\n");
    buf_putc(&b, '\0');
    CK_FAILS(scan_reporting(b.p), INVALID, "master-errors", "2500 errors");
    ck_assert_uint_eq(report.n, DNS_MASTER_PROBLEMS_MAX);
    ck_assert_uint_eq(report.items[999].line, 1000);
    ck_assert_uint_eq(report.errors, 2500);
}
END_TEST

START_TEST(unclosed_parentheses_cost_no_more_than_their_lines)
{
    struct buf b;
    clock_t began = clock();

    buf_in(&b, &a, 16 << 20);
    for (int i = 0; i < 300000; i++)
        buf_puts(&b, i % 2 == 0 ? "a TXT ( x\n" : " y\n");
    buf_putc(&b, '\0');
    CK_FAILS(scan_reporting(b.p), INVALID, "master-errors", "150000 errors");
    ck_assert_int_lt((clock() - began) / CLOCKS_PER_SEC, 30); /* it would be hours */
}
END_TEST

START_TEST(the_same_set_with_two_ttls_is_told_for_each_line)
{
    struct dns_rrset *sets;
    size_t n;

    zone = dns_name_of("example.test");
    dns_master_report_init(&report, &a, 0);
    struct dns_master_options o = {.origin = &zone, .default_ttl = 60, .report = &report};
    CK_FAILS(
        dns_master_read(&a, STR("b CNAME x\nb CNAME y\na 1 A 192.0.2.1\nc FOO\na 2 A 192.0.2.2\na 3 A 192.0.2.3\n"), &o,
            &sets, &n, &e),
        INVALID, "master-errors", "4 errors");
    ck_assert_str_eq(problems(), "2 rrset-singleton\n4 master-type\n5 master-ttl-mismatch\n6 master-ttl-mismatch\n");
    ck_assert_uint_eq(n, 2);
}
END_TEST

static enum status put_comment(void *ctx, struct str text, const struct str *file, unsigned line, struct error *err)
{
    (void)ctx;
    (void)file;
    if (str_eqz(text, " bad"))
        return error_set(err, INVALID, "comment-bad", "it is bad");
    buf_printf(&got, "%u;%.*s\n", line, STR_ARG(text));
    return OK;
}

START_TEST(comments_on_lines_of_their_own_can_be_had)
{
    CK_OK(scan_with("; one\na A 192.0.2.1 ; no\n ; no\nb TXT ( x\n; no\n) ; no\n;last",
        (struct dns_master_options){.comment = put_comment}));
    CK_STR(buf_view(&got), "1; one\na 60 A 192.0.2.1\nb 60 TXT \"x\"\n7;last\n");
}
END_TEST

START_TEST(an_error_of_a_comment_has_its_line)
{
    CK_FAILS(scan_with("\n; bad\n", (struct dns_master_options){.comment = put_comment}), INVALID, "comment-bad",
        "line 2: it is bad");
}
END_TEST

/* ---- $INCLUDE: files by name in a table ------------------------------------------------------------- */

static const struct {
    const char *name, *text;
} files[] = {
    {"sub", "$ORIGIN deep\nx A 192.0.2.1\n$TTL 7\ny A 192.0.2.2\n"},
    {"loop", "$INCLUDE loop\n"},
    {"bad", "\nx A 192.0.2.1\nx A 192.0.2.x\n"},
    {"outer", "o A 192.0.2.9\n$INCLUDE bad\np A 192.0.2.9\n"},
    {"two words", "w A 192.0.2.5\n"},
};

static enum status open_table(
    void *ctx, struct str from, struct str name, struct str *file_r, struct str *text_r, struct error *err)
{
    (void)ctx;
    (void)from;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        if (str_eqz(name, files[i].name)) {
            *file_r = str_of(files[i].name);
            *text_r = str_of(files[i].text);
            return OK;
        }
    return error_set(err, INVALID, "no-file", "there is no %.*s", STR_ARG(name));
}

static enum status scan_including(const char *text, bool all)
{
    dns_master_report_init(&report, &a, 0);
    return scan_with(
        text, (struct dns_master_options){.file = STR("main"), .report = all ? &report : NULL, .include = open_table});
}

START_TEST(include_reads_with_its_own_origin_and_comes_back)
{
    CK_OK(
        scan_including("a A 192.0.2.1\n$INCLUDE sub s\n  A 192.0.2.3\n$INCLUDE \"two words\"\nb A 192.0.2.4\n", false));
    CK_STR(buf_view(&got), "a 60 A 192.0.2.1\nx.deep.s 60 A 192.0.2.1\ny.deep.s 7 A 192.0.2.2\na 7 A 192.0.2.3\n"
                           "w 7 A 192.0.2.5\nb 7 A 192.0.2.4\n");
}
END_TEST

START_TEST(errors_of_included_files_name_them)
{
    CK_FAILS(scan_including("$INCLUDE outer\n", false), INVALID, "rdata-address", "bad:3: A address");
    CK_FAILS(
        scan_including("$INCLUDE outer\nz A x\n$INCLUDE none\n$INCLUDE\n$INCLUDE a b c\n$INCLUDE outer a..b\n", true),
        INVALID, "master-errors", "6 errors");
    ck_assert_str_eq(problems(), "bad:3 rdata-address\nmain:2 rdata-address\nmain:3 no-file\nmain:4 master-directive\n"
                                 "main:5 master-directive\nmain:6 empty-label\n");
    CK_STR(buf_view(&got), "o 60 A 192.0.2.9\nx 60 A 192.0.2.1\np 60 A 192.0.2.9\n");
    CK_FAILS(
        scan_including("a A 192.0.2.1\n$INCLUDE loop\n", false), INVALID, "master-include", "loop:1: more than 10");
    CK_FAILS(scan_with("$INCLUDE sub\n", (struct dns_master_options){.include = open_table, .bytes_max = 20}), INVALID,
        "master-too-large", "the most is 20");
}
END_TEST

TESTS_MAIN("dns/master_directives", generate_makes_a_record_for_each_number, generate_refuses_what_it_cannot_mean,
    each_error_is_told_with_its_line_and_the_rest_is_read, parentheses_are_left_where_they_end,
    a_long_list_of_errors_is_counted_and_cut, unclosed_parentheses_cost_no_more_than_their_lines,
    the_same_set_with_two_ttls_is_told_for_each_line, comments_on_lines_of_their_own_can_be_had,
    an_error_of_a_comment_has_its_line, include_reads_with_its_own_origin_and_comes_back,
    errors_of_included_files_name_them)
