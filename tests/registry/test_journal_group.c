#include <check.h>
#include <sched.h>

#include "base/crypto.h"
#include "base/log.h"
#include "registry/journal_group.h"
#include "registry/meter.h"
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
    struct journal_write write;
    struct transcript_row row;
    struct str contact;
    enum status fail; /* what its run ends with */
    bool first; /* waits in the middle of its transaction for all others to be in line */
    int runs;
    enum status status;
    struct error error;
};
static struct writer writers[THREADS];

static const struct db_query q_insert = {
    "test_insert", "INSERT INTO registry_contact (registry, contact, digest, seen) VALUES ('group', ?, ?, 1)"};
static const struct db_query q_count = {"test_count", "SELECT COUNT(*) FROM registry_contact"};

static enum status run(struct db *on, void *ctx, struct error *err)
{
    static const char digest[32];
    struct writer *w = ctx;
    w->runs++;
    while (w->first && w->runs == 1 && journal_group_waiting(group) < THREADS - 1)
        (void)sched_yield();
    if (w->fail != OK)
        return error_set(err, w->fail, "as-told", "this one fails");
    return db_exec(on, &q_insert, DB_ARGS(db_s(w->contact), db_b(str_n(digest, sizeof(digest)))), NULL, err);
}

static void writer_set(struct writer *w, unsigned i)
{
    *w = (struct writer){.first = i == 0};
    arena_init(&w->arena, 0);
    ck_assert_int_eq(db_open(testdb_settings(), &w->db, &e), OK);
    w->contact = str_printf(&w->arena, "C%u", i);
    w->row = (struct transcript_row){
        .kind = TRANSCRIPT_INTENT, .at = 1, .verb = STR("contact-create"), .object = w->contact, .cltrid = w->contact};
    w->write = (struct journal_write){.run = run, .ctx = w, .row = &w->row};
}

static void setup(void)
{
    crypto_init();
    log_init(NULL, LOG_ERROR);
    arena_init(&arena, 0);
    db = testdb_open(&arena);
    group = journal_group_new(id);
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
    testdb_close(&db);
    arena_clear(&arena);
}

static void *writer_run(void *arg)
{
    struct writer *w = arg;
    w->status = journal_group_commit(group, id, w->db, &w->arena, &w->write, &w->error);
    return NULL;
}

/* The first one is in its transaction until all others are in line. */
static void write_all(void)
{
    for (unsigned i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&writers[i].thread, NULL, writer_run, &writers[i]), 0);
        while (i == 0 && __atomic_load_n(&writers[0].runs, __ATOMIC_RELAXED) == 0)
            (void)sched_yield();
    }
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(writers[i].thread, NULL), 0);
}

static int64_t contacts(void)
{
    struct db_result r;
    ck_assert_int_eq(db_select_one(db, &arena, &q_count, DB_NO_ARGS, &r, &e), OK);
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

START_TEST(what_waits_for_a_commit_goes_with_the_next_one)
{
    int64_t before = commits();
    write_all();
    for (unsigned i = 0; i < THREADS; i++) {
        ck_assert_msg(writers[i].status == OK, "%u: %s", i, writers[i].error.text);
        ck_assert_int_eq(writers[i].runs, 1);
    }
    ck_assert_int_eq(commits() - before, 2);
    ck_assert_int_eq(contacts(), THREADS);
    ck_transcript(THREADS);
}
END_TEST

START_TEST(a_write_that_fails_fails_alone)
{
    writers[7].fail = INVALID;
    writers[9].contact = writers[3].contact; /* a duplicate key */
    write_all();
    for (unsigned i = 0; i < THREADS; i++)
        if (i == 7) {
            ck_assert_int_eq(writers[i].status, INVALID);
            ck_assert_str_eq(writers[i].error.code, "as-told");
        } else if (i != 3 && i != 9) {
            ck_assert_msg(writers[i].status == OK, "%u: %s", i, writers[i].error.text);
        }
    /* Whichever of the two came first. */
    ck_assert_int_eq(writers[3].status + writers[9].status, EXISTS + OK);
    ck_assert_int_eq(contacts(), THREADS - 2);
    ck_transcript(THREADS - 2);
}
END_TEST

START_TEST(a_write_alone_is_committed_at_once_with_a_group_and_without)
{
    writers[1].first = false;
    (void)writer_run(&writers[1]);
    ck_assert_msg(writers[1].status == OK, "%s", writers[1].error.text);
    ck_assert_int_eq(journal_group_commit(NULL, id, writers[2].db, &writers[2].arena, &writers[2].write, &e), OK);
    ck_assert_int_eq(contacts(), 2);
    ck_transcript(2);
}
END_TEST

START_TEST(a_database_that_is_gone_is_told_to_all)
{
    static const struct db_query q_kill = {"test_kill", "SELECT CONNECTION_ID()"};
    struct db_result r;
    ck_assert_int_eq(db_select_one(writers[0].db, &arena, &q_kill, DB_NO_ARGS, &r, &e), OK);
    /* In the middle of the first one's transaction; it is told, the others are committed by another. */
    writers[0].first = true;
    ck_assert_int_eq(pthread_create(&writers[0].thread, NULL, writer_run, &writers[0]), 0);
    while (__atomic_load_n(&writers[0].runs, __ATOMIC_RELAXED) == 0)
        (void)sched_yield();
    const char *kill = arena_printf(&arena, "KILL %lld", (long long)db_int(&r, 0, 0));
    ck_assert_int_eq(db_run_script(db, str_of(kill), &e), OK);
    for (unsigned i = 1; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&writers[i].thread, NULL, writer_run, &writers[i]), 0);
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(writers[i].thread, NULL), 0);
    ck_assert_int_eq(writers[0].status, UNAVAILABLE);
    for (unsigned i = 1; i < THREADS; i++)
        ck_assert_msg(writers[i].status == OK, "%u: %s", i, writers[i].error.text);
    ck_assert_int_eq(contacts(), THREADS - 1);
    ck_transcript(THREADS - 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("journal group");
    TCase *c = tcase_create("group");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, what_waits_for_a_commit_goes_with_the_next_one);
    tcase_add_test(c, a_write_that_fails_fails_alone);
    tcase_add_test(c, a_write_alone_is_committed_at_once_with_a_group_and_without);
    tcase_add_test(c, a_database_that_is_gone_is_told_to_all);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? 0 : 1;
}
