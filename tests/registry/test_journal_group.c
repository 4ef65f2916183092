#include <sched.h>

#include "base/crypto.h"
#include "base/log.h"
#include "registry/journal_group.h"
#include "registry/meter.h"
#include "tests/support/db_relay.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

/* Group commit on a real database: what is committed together, and what one failure means to the others. */

#define THREADS 20

static struct arena arena;
static struct db *db;
static struct error e;
static struct journal_group *group;
static const struct str id = {"group", 5};

struct writer {
    pthread_t thread;
    struct arena arena;
    struct db *db;
    struct db_val args[2];
    struct journal_write write;
    struct transcript_row row;
    struct str contact;
    enum status status;
    struct error error;
};
static struct writer writers[THREADS];
static struct db *holder; /* has the head of the transcript locked */

static const struct db_query q_insert = {
    "test_insert", "INSERT INTO registry_contact (registry, contact, digest, seen) VALUES ('group', ?, ?, 1)"};
static const struct db_query q_update = {
    "test_update", "UPDATE registry_contact SET seen = ? WHERE contact = ? AND registry = 'group'"};
static const struct db_query q_count = {"test_count", "SELECT COUNT(*) FROM registry_contact"};
static const struct db_query q_seen = {"test_seen", "SELECT COUNT(*) FROM registry_contact WHERE seen = 7"};
static const struct db_query q_hold = {
    "test_hold", "SELECT seq FROM registry_chain WHERE registry = 'group' FOR UPDATE"};

static void writer_insert(struct writer *w, struct str contact)
{
    static const char digest[32];
    w->contact = contact;
    w->args[0] = db_s(contact);
    w->args[1] = db_b(str_n(digest, sizeof(digest)));
    w->row = (struct transcript_row){
        .kind = TRANSCRIPT_INTENT, .at = 1, .verb = STR("contact-create"), .object = contact, .cltrid = contact};
    w->write = (struct journal_write){.query = &q_insert, .args = w->args, .args_n = 2, .rows = &w->row, .rows_n = 1};
}

static void writer_update(struct writer *w, struct str contact)
{
    writer_insert(w, contact);
    w->args[0] = db_i(7);
    w->args[1] = db_s(contact);
    w->row.kind = TRANSCRIPT_RESULT;
    w->write.query = &q_update;
}

static void writer_set(struct writer *w, unsigned i)
{
    *w = (struct writer){0};
    arena_init(&w->arena, 0);
    ck_assert_int_eq(db_open(testdb_settings(), &w->db, &e), OK);
    writer_insert(w, str_printf(&w->arena, "C%u", i));
}

static void setup(void)
{
    crypto_init();
    log_init(NULL, LOG_ERROR);
    arena_init(&arena, 0);
    db = testdb_open(&arena);
    group = journal_group_new(id);
    ck_assert_int_eq(db_open(testdb_settings(), &holder, &e), OK);
    for (unsigned i = 0; i < THREADS; i++)
        writer_set(&writers[i], i);
}

static void teardown(void)
{
    for (unsigned i = 0; i < THREADS; i++) {
        db_close(&writers[i].db);
        arena_clear(&writers[i].arena);
    }
    journal_group_free(&group);
    db_close(&holder);
    testdb_close(&db);
    arena_clear(&arena);
}

static void *writer_run(void *arg)
{
    struct writer *w = arg;
    w->status = journal_group_commit(group, id, w->db, &w->arena, &w->write, &w->error);
    return NULL;
}

/* The first one cannot go on before all others are in line: its commit needs the head of the transcript, which somebody
 * else holds until then. */
static void write_all(void)
{
    struct transcript_row first = {.kind = TRANSCRIPT_QUERY, .at = 1, .verb = STR("x"), .object = STR("x")};
    struct db_result r;
    ck_assert_int_eq(transcript_add(db, &arena, id, &first, &e), OK);
    ck_assert_int_eq(db_begin(holder, &e), OK);
    ck_assert_int_eq(db_select_one(holder, &arena, &q_hold, DB_NO_ARGS, &r, &e), OK);
    for (unsigned i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&writers[i].thread, NULL, writer_run, &writers[i]), 0);
        size_t running = 0;
        while (journal_group_waiting(group, &running) + running != i + 1 || running == 0)
            (void)sched_yield();
    }
    db_abort(holder);
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(writers[i].thread, NULL), 0);
}

static int64_t count(const struct db_query *q)
{
    struct db_result r;
    ck_assert_int_eq(db_select_one(db, &arena, q, DB_NO_ARGS, &r, &e), OK);
    return db_int(&r, 0, 0);
}

/* The transcript has a row for each write that was committed, in one unbroken chain. */
static void ck_transcript(int64_t want)
{
    struct transcript_fault fault;
    int64_t rows;
    ck_assert_int_eq(transcript_verify(db, &arena, id, NULL, &fault, &rows, &e), OK);
    ck_assert_int_eq(fault.seq, 0);
    ck_assert_int_eq(rows, want);
}

static int64_t commits(void)
{
    return meter_journal_commits(id)->value;
}

static void ck_all_ok(void)
{
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_msg(writers[i].status == OK, "%u: %s", i, writers[i].error.text);
}

START_TEST(what_waits_for_a_commit_goes_with_the_next_one)
{
    int64_t before = commits();
    write_all();
    ck_all_ok();
    ck_assert_int_eq(commits() - before, 2);
    ck_assert_int_eq(count(&q_count), THREADS);
    ck_transcript(THREADS + 1);
}
END_TEST

START_TEST(writes_of_several_kinds_go_together)
{
    write_all();
    ck_all_ok();
    for (unsigned i = 0; i < THREADS; i++)
        if (i % 3 == 0)
            writer_update(&writers[i], str_printf(&arena, "C%u", i));
        else
            writer_insert(&writers[i], str_printf(&arena, "D%u", i));
    int64_t before = commits();
    write_all();
    ck_all_ok();
    ck_assert_int_eq(commits() - before, 2);
    ck_assert_int_eq(count(&q_seen), 7);
    ck_assert_int_eq(count(&q_count), THREADS + 13);
    ck_transcript(2 * THREADS + 2);
}
END_TEST

START_TEST(a_write_that_fails_fails_alone)
{
    writer_update(&writers[7], STR("nobody"));
    writer_insert(&writers[9], writers[3].contact); /* a duplicate key: its place in line is behind */
    writer_insert(&writers[11], STR("a contact id that is too long for its column"));
    write_all();
    ck_assert_int_eq(writers[7].status, CONFLICT);
    ck_assert_str_eq(writers[7].error.code, "journal-rows");
    ck_assert_int_eq(writers[9].status, EXISTS);
    ck_assert_int_eq(writers[11].status, INVALID);
    for (unsigned i = 0; i < THREADS; i++)
        if (i != 7 && i != 9 && i != 11)
            ck_assert_msg(writers[i].status == OK, "%u: %s", i, writers[i].error.text);
    ck_assert_int_eq(count(&q_count), THREADS - 3);
    ck_transcript(THREADS - 3 + 1);
}
END_TEST

/* ---- the connection of the one who commits for all ------------------------------------------------------------ */

/* What waits goes with the second writer, whose connection leads through the relay. */
static void relay_open(struct db_relay *r, enum db_cut cut)
{
    db_relay_start(r, &arena, cut);
    db_close(&writers[1].db);
    ck_assert_int_eq(db_open(&r->through, &writers[1].db, &e), OK);
}

static void relay_close(struct db_relay *r)
{
    db_close(&writers[1].db);
    db_relay_stop(r);
}

static void ck_group(enum status status, const char *code)
{
    ck_assert_msg(writers[0].status == OK, "%s", writers[0].error.text);
    for (unsigned i = 1; i < THREADS; i++) {
        ck_assert_msg(writers[i].status == status, "%u: %s", i, writers[i].error.text);
        ck_assert_str_eq(writers[i].error.code, code);
    }
}

static void others_again(void)
{
    for (unsigned i = 1; i < THREADS; i++) {
        error_clear(&writers[i].error);
        (void)writer_run(&writers[i]);
    }
}

START_TEST(a_connection_lost_before_the_commit_leaves_nothing_of_the_group)
{
    struct db_relay r;
    relay_open(&r, _i == 0 ? DB_CUT_BEFORE_SERVER : DB_CUT_BEFORE_CLIENT);
    r.marker = "contact-create"; /* the rows of the transcript */
    write_all();
    ck_group(UNAVAILABLE, "db-lost");
    ck_assert_int_eq(count(&q_count), 1);
    ck_transcript(2);
    others_again();
    ck_all_ok();
    ck_assert_int_eq(count(&q_count), THREADS);
    ck_transcript(THREADS + 1);
    relay_close(&r);
}
END_TEST

/* Nobody knows which, but it is all of them or none; and the chain goes on from what stands. */
START_TEST(a_connection_lost_in_the_commit_leaves_the_whole_group_uncertain)
{
    struct db_relay r;
    bool done = _i == 1;
    relay_open(&r, done ? DB_CUT_BEFORE_CLIENT : DB_CUT_BEFORE_SERVER);
    r.marker = "COMMIT";
    write_all();
    ck_group(UNCERTAIN, "db-uncertain");
    ck_assert_int_eq(count(&q_count), done ? THREADS : 1);
    ck_transcript(done ? THREADS + 1 : 2);
    others_again();
    for (unsigned i = 1; i < THREADS; i++)
        ck_assert_int_eq(writers[i].status, done ? EXISTS : OK);
    ck_assert_int_eq(count(&q_count), THREADS);
    ck_transcript(THREADS + 1);
    relay_close(&r);
}
END_TEST

/* Another process, the poll loop: the group finds out that the head is not where it left it. */
START_TEST(a_chain_that_somebody_else_moved_is_gone_on_with)
{
    struct transcript_row row = {.kind = TRANSCRIPT_MESSAGE, .at = 1, .verb = STR("x"), .object = STR("x")};
    (void)writer_run(&writers[0]);
    (void)writer_run(&writers[1]);
    ck_assert_int_eq(transcript_add(db, &arena, id, &row, &e), OK);
    (void)writer_run(&writers[2]);
    (void)writer_run(&writers[3]);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_msg(writers[i].status == OK, "%u: %s", i, writers[i].error.text);
    ck_transcript(5);
}
END_TEST

START_TEST(a_write_alone_is_committed_at_once_with_a_group_and_without)
{
    (void)writer_run(&writers[1]);
    ck_assert_msg(writers[1].status == OK, "%s", writers[1].error.text);
    ck_assert_int_eq(journal_group_commit(NULL, id, writers[2].db, &writers[2].arena, &writers[2].write, &e), OK);
    ck_assert_int_eq(count(&q_count), 2);
    ck_transcript(2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("journal group");
    TCase *c = tcase_create("group");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, what_waits_for_a_commit_goes_with_the_next_one);
    tcase_add_test(c, writes_of_several_kinds_go_together);
    tcase_add_test(c, a_write_that_fails_fails_alone);
    tcase_add_test(c, a_write_alone_is_committed_at_once_with_a_group_and_without);
    tcase_add_loop_test(c, a_connection_lost_before_the_commit_leaves_nothing_of_the_group, 0, 2);
    tcase_add_loop_test(c, a_connection_lost_in_the_commit_leaves_the_whole_group_uncertain, 0, 2);
    tcase_add_test(c, a_chain_that_somebody_else_moved_is_gone_on_with);
    suite_add_tcase(s, c);
    return suite_run(s);
}
