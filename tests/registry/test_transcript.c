#include <pthread.h>

#include "base/crypto.h"
#include "registry/transcript.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

/* The chain against whoever may write its tables: each kind of tampering is done here, and must be found at the row it
 * was done to. */

#define ROWS 8
#define WRITERS 4
#define WRITES 25

DB_QUERY(t_first_hash, "SELECT hash FROM registry_transcript WHERE registry = 'a' AND seq = 1");

static struct arena arena;
static struct db *db;
static struct error e;

static struct transcript_row a_row(int i)
{
    return (struct transcript_row){.kind = TRANSCRIPT_INTENT,
        .verb = STR("domain-create"),
        .object = str_printf(&arena, "n%d.test", i % 3),
        .ref = str_printf(&arena, "order:%d:create", i),
        .cltrid = str_printf(&arena, "FW-%d", i),
        .session = STR("s1"),
        .sent = STR("<epp>command</epp>")};
}

static void append(struct db *on, const char *registry, int i)
{
    struct transcript_row row = a_row(i);
    ck_assert_int_eq(transcript_add(on, &arena, str_of(registry), &row, &e), OK);
}

static void setup(void)
{
    crypto_init();
    arena_init(&arena, 0);
    db = testdb_open(&arena);
    for (int i = 0; i < ROWS; i++)
        append(db, "a", i);
}

static void teardown(void)
{
    testdb_close(&db);
    arena_clear(&arena);
}

static int64_t first_fault(const struct transcript_head *known)
{
    struct transcript_fault fault;
    int64_t rows = 0;
    enum status s = transcript_verify(db, &arena, STR("a"), known, &fault, &rows, &e);
    ck_assert_msg(s == OK, "%s", e.text);
    ck_assert(fault.seq == 0 || fault.what.n > 0);
    return fault.seq;
}

static void tamper(const char *sql)
{
    ck_assert_msg(db_run_script(db, str_of(sql), &e) == OK, "%s: %s", sql, e.text);
}

START_TEST(a_chain_as_it_was_written_is_whole)
{
    struct transcript_head h;
    ck_assert_int_eq(first_fault(NULL), 0);
    ck_assert_int_eq(transcript_head(db, &arena, STR("a"), &h, &e), OK);
    ck_assert_int_eq(h.seq, ROWS);
    append(db, "b", 1);
    ck_assert_int_eq(first_fault(&h), 0);
    append(db, "a", 99);
    ck_assert_int_eq(first_fault(&h), 0);
}
END_TEST

/* What the header says of the bytes that are hashed, done here by hand. */
START_TEST(the_hash_is_what_the_header_says)
{
    struct db_result r;
    struct transcript_row *rows;
    size_t n;
    uint8_t sum[32];
    ck_assert_int_eq(transcript_of(db, &arena, STR("n0.test"), 10, &rows, &n, &e), OK);
    char at[32];
    (void)snprintf(at, sizeof(at), "%lld", (long long)rows[0].at);
    struct buf b;
    buf_in(&b, &arena, 1000);
    for (int i = 0; i < 32; i++)
        buf_putc(&b, '\0');
    buf_printf(&b,
        "fourways-transcript-11:a,1:1,%zu:%s,6:intent,13:domain-create,7:n0.test,14:order:0:create,4:FW-0,0:,2:s1,1:0,"
        "18:<epp>command</epp>,0:,0:,",
        strlen(at), at);
    crypto_sha256(buf_view(&b), sum);
    ck_assert_int_eq(db_select_one(db, &arena, &t_first_hash, DB_NO_ARGS, &r, &e), OK);
    ck_assert_mem_eq(db_str(&r, 0, 0).p, sum, 32);
}
END_TEST

static const char *const changes[] = {
    "UPDATE registry_transcript SET at = at + 1 WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET kind = 'result' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET kind = 'nonsense' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET verb = 'domain-delete' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET object = 'other.test' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET ref = '' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET cltrid = 'FW-33' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET svtrid = 'S' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET session = 's2' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET code = 1000 WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET sent = REPLACE(sent, 'command', 'Command') WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET received = 'x' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET note = 'x' WHERE registry = 'a' AND seq = 4;",
    "UPDATE registry_transcript SET hash = REPEAT('x', 32) WHERE registry = 'a' AND seq = 4;",
    "DELETE FROM registry_transcript WHERE registry = 'a' AND seq = 4;",
    /* a byte moved from one field to its neighbour */
    "UPDATE registry_transcript SET cltrid = '', svtrid = cltrid WHERE registry = 'a' AND seq = 4;",
    /* two rows exchanged */
    "UPDATE registry_transcript SET seq = 100 WHERE registry = 'a' AND seq = 4;"
    "UPDATE registry_transcript SET seq = 4 WHERE registry = 'a' AND seq = 5;"
    "UPDATE registry_transcript SET seq = 5 WHERE registry = 'a' AND seq = 100;",
};

START_TEST(each_change_of_a_row_is_found_at_that_row)
{
    tamper(changes[_i]);
    ck_assert_int_eq(first_fault(NULL), 4);
}
END_TEST

START_TEST(a_removed_tail_is_missed)
{
    tamper("DELETE FROM registry_transcript WHERE registry = 'a' AND seq > 6;");
    ck_assert_int_eq(first_fault(NULL), 7);
}
END_TEST

START_TEST(a_head_set_back_is_found)
{
    tamper("UPDATE registry_chain SET seq = 6, hash = (SELECT hash FROM registry_transcript WHERE registry = 'a' AND"
           " seq = 6) WHERE registry = 'a';");
    ck_assert_int_eq(first_fault(NULL), 7);
}
END_TEST

START_TEST(all_rows_gone_are_missed)
{
    tamper("DELETE FROM registry_transcript WHERE registry = 'a';");
    ck_assert_int_eq(first_fault(NULL), 1);
}
END_TEST

/* Tail and head together: nothing in the tables shows it, a head that was noted does. */
START_TEST(a_chain_cut_with_its_head_is_found_by_a_noted_head)
{
    struct transcript_head h;
    ck_assert_int_eq(transcript_head(db, &arena, STR("a"), &h, &e), OK);
    tamper("DELETE FROM registry_transcript WHERE registry = 'a' AND seq > 6;"
           "UPDATE registry_chain SET seq = 6, hash = (SELECT hash FROM registry_transcript WHERE registry = 'a' AND"
           " seq = 6) WHERE registry = 'a';");
    ck_assert_int_eq(first_fault(NULL), 0);
    ck_assert_int_eq(first_fault(&h), 7);
    append(db, "a", 16);
    append(db, "a", 17);
    ck_assert_int_eq(first_fault(NULL), 0);
    ck_assert_int_eq(first_fault(&h), 8);
}
END_TEST

START_TEST(rows_of_one_object_come_oldest_first_and_the_newest_where_there_are_too_many)
{
    struct transcript_row *rows;
    size_t n;
    ck_assert_int_eq(transcript_of(db, &arena, STR("n0.test"), 10, &rows, &n, &e), OK);
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(rows[0].seq, 1);
    ck_assert_int_eq(rows[2].seq, 7);
    ck_assert_int_eq(transcript_of(db, &arena, STR("n0.test"), 2, &rows, &n, &e), OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(rows[0].seq, 4);
}
END_TEST

/* Whatever a registry says fits, and is hashed as it stands in the table. */
START_TEST(over_long_and_malformed_words_are_cut_and_still_verify)
{
    char *long_text = arena_alloc(&arena, 5000);
    memset(long_text, 'x', 4999);
    struct transcript_row row = {.kind = TRANSCRIPT_RESULT,
        .verb = str_of(long_text),
        .object = STR("M\xc3\xbcll.test "),
        .svtrid = STR("\xff\xfe broken"),
        .code = 123456,
        .received = STR("\xff raw bytes \x01"),
        .note = str_printf(&arena, "%.999s\xc3\xbc", long_text)};
    ck_assert_int_eq(transcript_add(db, &arena, STR("a"), &row, &e), OK);
    ck_assert_uint_eq(row.note.n, 999);
    ck_assert_int_eq(first_fault(NULL), 0);
}
END_TEST

static void *writer(void *ctx)
{
    struct db *own = NULL;
    struct error err;
    struct arena a;
    const int *who = ctx;
    arena_init(&a, 0);
    INVARIANT(db_open(testdb_settings(), &own, &err) == OK);
    for (int i = 0; i < WRITES; i++) {
        struct transcript_row row = {
            .kind = TRANSCRIPT_RESULT, .verb = STR("domain-info"), .object = STR("c.test"), .code = 1000 + *who};
        INVARIANT(transcript_add(own, &a, STR("new"), &row, &err) == OK);
    }
    db_close(&own);
    arena_clear(&a);
    return NULL;
}

START_TEST(many_writers_make_one_chain_without_gaps)
{
    pthread_t threads[WRITERS];
    int who[WRITERS];
    struct transcript_fault fault;
    int64_t rows = 0;
    for (int i = 0; i < WRITERS; i++) {
        who[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, writer, &who[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_int_eq(transcript_verify(db, &arena, STR("new"), NULL, &fault, &rows, &e), OK);
    ck_assert_int_eq(fault.seq, 0);
    ck_assert_int_eq(rows, WRITERS * WRITES);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("transcript");
    TCase *c = tcase_create("transcript");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_chain_as_it_was_written_is_whole);
    tcase_add_test(c, the_hash_is_what_the_header_says);
    tcase_add_loop_test(c, each_change_of_a_row_is_found_at_that_row, 0, (int)ARRAY_LEN(changes));
    tcase_add_test(c, a_removed_tail_is_missed);
    tcase_add_test(c, a_head_set_back_is_found);
    tcase_add_test(c, all_rows_gone_are_missed);
    tcase_add_test(c, a_chain_cut_with_its_head_is_found_by_a_noted_head);
    tcase_add_test(c, rows_of_one_object_come_oldest_first_and_the_newest_where_there_are_too_many);
    tcase_add_test(c, over_long_and_malformed_words_are_cut_and_still_verify);
    tcase_add_test(c, many_writers_make_one_chain_without_gaps);
    suite_add_tcase(s, c);
    return suite_run(s);
}
