#include "epp/frame.h"
#include "tests/support/suite.h"

static struct epp_frame_reader reader;
static struct buf wire;
static struct error e;

static void setup(void)
{
    epp_frame_reader_init(&reader, 0);
    buf_init(&wire, 4 << 20);
    error_clear(&e);
}

static void teardown(void)
{
    epp_frame_reader_clear(&reader);
    buf_clear(&wire);
}

static void expect_nothing(void)
{
    struct str doc;
    ck_assert_int_eq(epp_frame_next(&reader, &doc, &e), OK);
    ck_assert(str_is_null(doc));
}

static void expect_document(const char *z)
{
    struct str doc;
    ck_assert_int_eq(epp_frame_next(&reader, &doc, &e), OK);
    ck_assert_msg(str_eqz(doc, z), "\"%.*s\" is not \"%s\"", STR_ARG(doc), z);
}

static void write_frame(const char *z)
{
    ck_assert_int_eq(epp_frame_write(&wire, str_of(z), 0, &e), OK);
}

START_TEST(the_length_counts_the_header)
{
    write_frame("<epp/>");
    ck_assert_uint_eq(wire.n, 10);
    ck_assert_mem_eq(wire.p, "\0\0\0\n<epp/>", 10);
}
END_TEST

START_TEST(two_frames_split_at_every_byte_come_out_whole)
{
    write_frame("<first/>");
    write_frame("<second>x</second>");
    for (size_t cut = 0; cut <= wire.n; cut++) {
        unsigned seen = 0;
        const char *const expected[] = {"<first/>", "<second>x</second>"};
        for (int half = 0; half < 2; half++) {
            epp_frame_feed(&reader, wire.p + (half ? cut : 0), half ? wire.n - cut : cut);
            for (;;) {
                struct str doc;
                ck_assert_int_eq(epp_frame_next(&reader, &doc, &e), OK);
                if (doc.p == NULL)
                    break;
                ck_assert(seen < 2 && str_eqz(doc, expected[seen++]));
            }
        }
        ck_assert_uint_eq(seen, 2);
        ck_assert(!epp_frame_partial(&reader));
    }
}
END_TEST

START_TEST(one_byte_at_a_time_is_enough)
{
    write_frame("<epp/>");
    for (size_t i = 0; i < wire.n; i++) {
        expect_nothing();
        ck_assert_int_eq(epp_frame_partial(&reader), i > 0);
        epp_frame_feed(&reader, wire.p + i, 1);
    }
    expect_document("<epp/>");
    expect_nothing();
}
END_TEST

START_TEST(room_leads_to_exactly_one_frame)
{
    write_frame("<epp/>");
    write_frame("<next/>");
    size_t at = 0;
    for (size_t room = epp_frame_room(&reader); room > 0; room = epp_frame_room(&reader)) {
        epp_frame_feed(&reader, wire.p + at, room);
        at += room;
    }
    ck_assert_uint_eq(at, 10);
    expect_document("<epp/>");
    ck_assert_uint_eq(epp_frame_room(&reader), 4);
}
END_TEST

START_TEST(a_length_that_holds_no_document_is_refused)
{
    static const unsigned char lengths[] = {0, 1, 4};
    const char header[4] = {0, 0, 0, (char)lengths[_i]};
    struct str doc;
    epp_frame_feed(&reader, header, 4);
    ck_assert_int_eq(epp_frame_next(&reader, &doc, &e), PROTOCOL);
    ck_assert_str_eq(e.code, "frame-too-short");
    ck_assert(str_is_null(doc));
}
END_TEST

START_TEST(a_length_over_the_limit_is_refused_from_its_header_alone)
{
    struct str doc;
    epp_frame_reader_clear(&reader);
    epp_frame_reader_init(&reader, 100);
    epp_frame_feed(&reader, "\0\0\0\x65", 4);
    ck_assert_int_eq(epp_frame_next(&reader, &doc, &e), PROTOCOL);
    ck_assert_str_eq(e.code, "frame-too-large");
    ck_assert_ptr_nonnull(strstr(e.text, "101"));
    ck_assert_uint_eq(epp_frame_room(&reader), 0);
}
END_TEST

START_TEST(the_largest_frame_passes)
{
    char doc[96];
    struct str got;
    epp_frame_reader_clear(&reader);
    epp_frame_reader_init(&reader, 100);
    memset(doc, 'x', sizeof doc);
    ck_assert_int_eq(epp_frame_write(&wire, str_n(doc, sizeof doc), 100, &e), OK);
    epp_frame_feed(&reader, wire.p, wire.n);
    ck_assert_int_eq(epp_frame_next(&reader, &got, &e), OK);
    ck_assert_uint_eq(got.n, sizeof doc);
}
END_TEST

START_TEST(writing_refuses_what_reading_would)
{
    char doc[97];
    memset(doc, 'x', sizeof doc);
    ck_assert_int_eq(epp_frame_write(&wire, str_n(doc, sizeof doc), 100, &e), INVALID);
    ck_assert_str_eq(e.code, "frame-too-large");
    ck_assert_int_eq(epp_frame_write(&wire, STR(""), 0, &e), INVALID);
    ck_assert_str_eq(e.code, "frame-too-short");
    ck_assert_uint_eq(wire.n, 0);
}
END_TEST

START_TEST(feeding_without_taking_ends_in_an_error_not_in_memory)
{
    static char chunk[1 << 16];
    struct str doc;
    memset(chunk, 'x', sizeof chunk);
    epp_frame_feed(&reader, "\0\x0f\0\0", 4);
    for (int i = 0; i < 64; i++)
        epp_frame_feed(&reader, chunk, sizeof chunk);
    ck_assert_uint_le(reader.in.cap, 4 << 20);
    ck_assert_int_eq(epp_frame_next(&reader, &doc, &e), PROTOCOL);
    ck_assert_str_eq(e.code, "frame-too-large");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("frame");
    TCase *c = tcase_create("frame");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, the_length_counts_the_header);
    tcase_add_test(c, two_frames_split_at_every_byte_come_out_whole);
    tcase_add_test(c, one_byte_at_a_time_is_enough);
    tcase_add_test(c, room_leads_to_exactly_one_frame);
    tcase_add_loop_test(c, a_length_that_holds_no_document_is_refused, 0, 3);
    tcase_add_test(c, a_length_over_the_limit_is_refused_from_its_header_alone);
    tcase_add_test(c, the_largest_frame_passes);
    tcase_add_test(c, writing_refuses_what_reading_would);
    tcase_add_test(c, feeding_without_taking_ends_in_an_error_not_in_memory);
    suite_add_tcase(s, c);
    return suite_run(s);
}
