#include <pthread.h>

#include "tests/support/db_relay.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

/* Connections that are killed, answers that never come, deadlocks. The wire is cut by a relay between the
 * client and the server, which watches for a marker in what the client sends (tests/support/db_relay.h). */

DB_QUERY(l_add, "INSERT INTO t (s) VALUES (?)");
DB_QUERY(l_count, "SELECT COUNT(*) FROM t");
DB_QUERY(l_has, "SELECT COUNT(*) FROM t WHERE s = ?");
DB_QUERY(l_me, "SELECT CONNECTION_ID()");
DB_QUERY(l_read, "SELECT CONCAT(?, '')");
DB_QUERY(l_update, "UPDATE t SET n = n + 1 WHERE id = ?");
DB_QUERY(l_total, "SELECT SUM(n) FROM t");
DB_QUERY(l_alive, "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?");
DB_QUERY(l_waiting, "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ? AND info LIKE 'UPDATE%'");

static struct arena arena;
static struct db *db, *other;
static struct error e, ignored;

static void ck_ok(enum status s, const struct error *err)
{
    ck_assert_msg(s == OK, "%s: %s", err->code, err->text);
}

static void ck_error(enum status got, enum status want, const char *code)
{
    ck_assert_msg(got == want, "status %d, not %d: %s: %s", got, want, e.code, e.text);
    ck_assert_str_eq(e.code, code);
}

static void ground(void)
{
    arena_init(&arena, 0);
    db = testdb_open_dir(&arena, NULL);
    ck_ok(db_open(testdb_settings(), &other, &e), &e);
    ck_ok(db_run_script(db,
              STR("CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, n BIGINT NOT NULL DEFAULT 0,"
                  " s VARCHAR(20))"),
              &e),
        &e);
}

static void clear(void)
{
    db_close(&other);
    testdb_close(&db);
    arena_clear(&arena);
}

static int64_t number(struct db *d, const struct db_query *q, const struct db_val *args, size_t n)
{
    struct db_result r;
    struct error err;
    ck_ok(db_select_one(d, &arena, q, args, n, &r, &err), &err);
    return db_int(&r, 0, 0);
}

static enum status add(struct db *d, const char *s)
{
    return db_exec(d, &l_add, DB_ARGS(db_s(str_of(s))), NULL, &e);
}

/* Returns when the server has ended that connection. */
static void kill_connection(int64_t id)
{
    ck_ok(db_run_script(other, str_printf(&arena, "KILL %lld", (long long)id), &ignored), &ignored);
    while (number(other, &l_alive, DB_ARGS(db_i(id))) > 0)
        ;
}

/* ---- killed by the server ----------------------------------------------------------------------- */

START_TEST(a_connection_killed_between_statements_is_made_anew)
{
    ck_ok(add(db, "one"), &e);
    int64_t me = number(db, &l_me, DB_NO_ARGS);
    kill_connection(me);
    ck_ok(add(db, "two"), &e); /* prepared before, prepared again */
    ck_assert_int_ne(number(db, &l_me, DB_NO_ARGS), me);
    ck_assert_int_eq(number(db, &l_count, DB_NO_ARGS), 2);
    kill_connection(number(db, &l_me, DB_NO_ARGS));
    ck_ok(db_begin(db, &e), &e);
    db_abort(db);
}
END_TEST

START_TEST(a_new_connection_has_the_same_session)
{
    struct error err;
    kill_connection(number(db, &l_me, DB_NO_ARGS));
    ck_assert_int_eq(db_exec(db, &l_add, DB_ARGS(db_s(STR("123456789012345678901"))), NULL, &err), INVALID);
}
END_TEST

START_TEST(a_connection_killed_in_a_transaction_breaks_all_of_it)
{
    ck_ok(db_begin(db, &e), &e);
    ck_ok(add(db, "lost"), &e);
    kill_connection(number(db, &l_me, DB_NO_ARGS));
    ck_error(add(db, "outside?"), UNAVAILABLE, "db-lost");
    ck_error(add(db, "outside?"), UNAVAILABLE, "db-lost");
    ck_assert(db_in_transaction(db));
    ck_error(db_commit(db, &e), UNAVAILABLE, "db-lost");
    ck_assert(!db_in_transaction(db));
    ck_assert_int_eq(number(db, &l_count, DB_NO_ARGS), 0);
    ck_ok(add(db, "fine"), &e);
}
END_TEST

START_TEST(a_connection_killed_before_its_commit_is_sent_is_known_to_have_kept_nothing)
{
    ck_ok(db_begin(db, &e), &e);
    ck_ok(add(db, "lost"), &e);
    kill_connection(number(db, &l_me, DB_NO_ARGS));
    ck_error(db_commit(db, &e), UNAVAILABLE, "db-lost");
    ck_assert_int_eq(number(db, &l_count, DB_NO_ARGS), 0);
}
END_TEST

/* ---- cut on the wire ---------------------------------------------------------------------------- */

static struct db *relay_open(struct db_relay *r, enum db_cut cut)
{
    struct db *d;
    db_relay_start(r, &arena, cut);
    ck_ok(db_open(&r->through, &d, &e), &e);
    return d;
}

static void relay_close(struct db_relay *r, struct db **d)
{
    db_close(d);
    db_relay_stop(r);
}

static int64_t rows_with(const char *s)
{
    return number(other, &l_has, DB_ARGS(db_s(str_of(s))));
}

START_TEST(a_commit_without_an_answer_is_uncertain_whether_done_or_not)
{
    struct db_relay r;
    struct db *d = relay_open(&r, _i == 0 ? DB_CUT_BEFORE_SERVER : DB_CUT_BEFORE_CLIENT);
    ck_ok(db_begin(d, &e), &e);
    ck_ok(add(d, "row"), &e);
    r.marker = "COMMIT";
    ck_error(db_commit(d, &e), UNCERTAIN, "db-uncertain");
    ck_assert(!db_in_transaction(d));
    ck_assert_int_eq(rows_with("row"), _i == 0 ? 0 : 1);
    ck_ok(add(d, "after"), &e);
    relay_close(&r, &d);
}
END_TEST

static enum status add_row(struct db *d, void *ctx, struct error *err)
{
    ++*(int *)ctx;
    return db_exec(d, &l_add, DB_ARGS(db_s(STR("row"))), NULL, err);
}

START_TEST(an_uncertain_transaction_is_not_run_again)
{
    struct db_relay r;
    int calls = 0;
    struct db *d = relay_open(&r, DB_CUT_BEFORE_CLIENT);
    r.marker = "COMMIT";
    ck_error(db_transaction(d, add_row, &calls, &e), UNCERTAIN, "db-uncertain");
    ck_assert_int_eq(calls, 1);
    ck_assert_int_eq(rows_with("row"), 1);
    relay_close(&r, &d);
}
END_TEST

START_TEST(a_lone_write_without_an_answer_is_uncertain)
{
    struct db_relay r;
    struct db *d = relay_open(&r, _i == 0 ? DB_CUT_BEFORE_SERVER : DB_CUT_BEFORE_CLIENT);
    ck_ok(add(d, "first"), &e);
    r.marker = "MARKER";
    ck_error(add(d, "MARKER"), UNCERTAIN, "db-uncertain");
    ck_assert_int_eq(rows_with("MARKER"), _i == 0 ? 0 : 1);
    ck_ok(add(d, "after"), &e);
    relay_close(&r, &d);
}
END_TEST

START_TEST(a_write_inside_a_transaction_without_an_answer_is_unavailable)
{
    struct db_relay r;
    struct db *d = relay_open(&r, DB_CUT_BEFORE_CLIENT);
    ck_ok(db_begin(d, &e), &e);
    r.marker = "MARKER";
    ck_error(add(d, "MARKER"), UNAVAILABLE, "db-lost");
    ck_error(add(d, "more"), UNAVAILABLE, "db-lost");
    db_abort(d);
    ck_assert_int_eq(rows_with("MARKER"), 0);
    ck_ok(add(d, "after"), &e);
    relay_close(&r, &d);
}
END_TEST

START_TEST(a_read_without_an_answer_is_asked_again)
{
    struct db_relay r;
    struct db_result result;
    struct db *d = relay_open(&r, _i == 0 ? DB_CUT_BEFORE_SERVER : DB_CUT_BEFORE_CLIENT);
    r.marker = "MARKER";
    ck_ok(db_select_one(d, &arena, &l_read, DB_ARGS(db_s(STR("MARKER"))), &result, &e), &e);
    ck_assert(str_eqz(db_str(&result, 0, 0), "MARKER"));
    ck_assert_ptr_null(r.marker);
    relay_close(&r, &d);
}
END_TEST

/* ---- locks ------------------------------------------------------------------------------------ */

static void two_rows(void)
{
    ck_ok(add(db, "a"), &e);
    ck_ok(add(db, "b"), &e);
}

static enum status touch(struct db *d, int64_t id, struct error *err)
{
    return db_exec(d, &l_update, DB_ARGS(db_i(id)), NULL, err);
}

struct crossing {
    int64_t first, second;
    pthread_barrier_t *meet; /* both hold their first row before either wants its second */
    int calls;
    enum status status;
    struct error error;
};

static enum status cross(struct db *d, void *ctx, struct error *err)
{
    struct crossing *c = ctx;
    TRY(touch(d, c->first, err));
    if (c->calls++ == 0)
        pthread_barrier_wait(c->meet);
    return touch(d, c->second, err);
}

static void *cross_main(void *arg)
{
    struct crossing *c = arg;
    c->status = db_transaction(other, cross, c, &c->error);
    return NULL;
}

START_TEST(a_deadlock_is_run_again_until_both_are_done)
{
    pthread_t thread;
    pthread_barrier_t meet;
    two_rows();
    pthread_barrier_init(&meet, NULL, 2);
    struct crossing here = {.first = 1, .second = 2, .meet = &meet}, there = {.first = 2, .second = 1, .meet = &meet};
    ck_assert_int_eq(pthread_create(&thread, NULL, cross_main, &there), 0);
    here.status = db_transaction(db, cross, &here, &here.error);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&meet);
    ck_ok(here.status, &here.error);
    ck_ok(there.status, &there.error);
    ck_assert_int_gt(here.calls + there.calls, 2); /* one of them was the victim */
    ck_assert_int_eq(number(db, &l_total, DB_NO_ARGS), 4);
}
END_TEST

static void *touch_main(void *arg)
{
    struct crossing *c = arg;
    c->status = touch(other, c->second, &c->error);
    return NULL;
}

START_TEST(after_a_deadlock_nothing_runs_outside_the_dead_transaction)
{
    pthread_t thread;
    two_rows();
    int64_t their_id = number(other, &l_me, DB_NO_ARGS);
    ck_ok(db_begin(db, &e), &e);
    ck_ok(db_begin(other, &e), &e);
    ck_ok(touch(other, 2, &e), &e);
    ck_ok(touch(other, 2, &e), &e);
    ck_ok(touch(db, 1, &e), &e);
    struct crossing there = {.second = 1};
    ck_assert_int_eq(pthread_create(&thread, NULL, touch_main, &there), 0);
    while (number(db, &l_waiting, DB_ARGS(db_i(their_id))) == 0)
        ;
    enum status here = touch(db, 2, &e); /* closes the circle: one side dies */
    if (here == OK)
        db_abort(db); /* then it was the other: let it end */
    pthread_join(thread, NULL);
    struct db *dead = here == OK ? other : db;
    if (here == OK)
        e = there.error;
    ck_error(here == OK ? there.status : here, CONFLICT, "db-retry");
    ck_error(add(dead, "stray"), CONFLICT, "db-retry");
    ck_error(db_commit(dead, &e), CONFLICT, "db-retry");
    db_abort(other);
    db_abort(db);
    ck_assert_int_eq(rows_with("stray"), 0);
    ck_assert_int_eq(number(db, &l_total, DB_NO_ARGS), 0);
}
END_TEST

START_TEST(a_lock_that_is_not_given_in_time_is_a_retry_before_the_connection_times_out)
{
    struct db *hasty;
    struct db_settings s = *testdb_settings();
    s.timeout_ms = 2000;
    two_rows();
    ck_ok(db_open(&s, &hasty, &e), &e);
    ck_ok(db_begin(db, &e), &e);
    ck_ok(touch(db, 1, &e), &e);
    ck_error(touch(hasty, 1, &e), CONFLICT, "db-retry");
    db_abort(db);
    ck_ok(touch(hasty, 1, &e), &e); /* the same connection */
    db_close(&hasty);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("db_lost");
    TCase *c = tcase_create("db_lost");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, ground, clear);
    tcase_add_test(c, a_connection_killed_between_statements_is_made_anew);
    tcase_add_test(c, a_new_connection_has_the_same_session);
    tcase_add_test(c, a_connection_killed_in_a_transaction_breaks_all_of_it);
    tcase_add_test(c, a_connection_killed_before_its_commit_is_sent_is_known_to_have_kept_nothing);
    tcase_add_loop_test(c, a_commit_without_an_answer_is_uncertain_whether_done_or_not, 0, 2);
    tcase_add_test(c, an_uncertain_transaction_is_not_run_again);
    tcase_add_loop_test(c, a_lone_write_without_an_answer_is_uncertain, 0, 2);
    tcase_add_test(c, a_write_inside_a_transaction_without_an_answer_is_unavailable);
    tcase_add_loop_test(c, a_read_without_an_answer_is_asked_again, 0, 2);
    tcase_add_test(c, a_deadlock_is_run_again_until_both_are_done);
    tcase_add_test(c, after_a_deadlock_nothing_runs_outside_the_dead_transaction);
    tcase_add_test(c, a_lock_that_is_not_given_in_time_is_a_retry_before_the_connection_times_out);
    suite_add_tcase(s, c);
    return suite_run(s);
}
