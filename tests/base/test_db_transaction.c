/* Transactions and scripts. */
#include "tests/base/db_fixture.h"

/* ---- transactions ------------------------------------------------------------------------------- */

START_TEST(a_commit_keeps_and_an_abort_drops)
{
    ck_ok(db_begin(db, &e));
    ck_assert(db_in_transaction(db));
    add(1);
    ck_ok(db_commit(db, &e));
    ck_assert(!db_in_transaction(db));
    ck_ok(db_begin(db, &e));
    add(2);
    db_abort(db);
    ck_assert(!db_in_transaction(db));
    ck_assert_int_eq(rows_in_t(), 1);
    db_abort(db); /* outside: nothing to do */
}
END_TEST

START_TEST(nesting_and_a_commit_outside_are_refused)
{
    ck_error(db_commit(db, &e), INTERNAL, "db-no-transaction");
    ck_ok(db_begin(db, &e));
    ck_error(db_begin(db, &e), INTERNAL, "db-nested");
    ck_error(db_run_script(db, STR("CREATE TABLE x (y INT)"), &e), INTERNAL, "db-nested");
    add(1);
    ck_ok(db_commit(db, &e));
    ck_assert_int_eq(rows_in_t(), 1);
}
END_TEST

static enum status add_then_fail(struct db *d, void *ctx, struct error *err)
{
    int *calls = ctx;
    ++*calls;
    TRY(db_exec(d, &t_add, DB_ARGS(db_i(*calls)), NULL, err));
    return error_set(err, CONFLICT, *calls < 3 ? "db-retry" : "moved", "try %d", *calls);
}

static enum status add_until_third(struct db *d, void *ctx, struct error *err)
{
    enum status s = add_then_fail(d, ctx, err);
    return *(int *)ctx < 3 ? s : OK;
}

static enum status always_retry(struct db *d, void *ctx, struct error *err)
{
    (void)d;
    ++*(int *)ctx;
    return error_set(err, CONFLICT, "db-retry", "again");
}

START_TEST(a_transaction_runs_again_for_db_retry_only)
{
    int calls = 0;
    ck_error(db_transaction(db, add_then_fail, &calls, &e), CONFLICT, "moved");
    ck_assert_int_eq(calls, 3);
    ck_assert_int_eq(rows_in_t(), 0);
    calls = 0;
    ck_ok(db_transaction(db, add_until_third, &calls, &e));
    ck_assert_int_eq(rows_in_t(), 1);
}
END_TEST

START_TEST(a_transaction_does_not_run_for_ever)
{
    int calls = 0;
    ck_error(db_transaction(db, always_retry, &calls, &e), CONFLICT, "db-retry");
    ck_assert_int_gt(calls, 1);
    ck_assert_int_le(calls, 10);
    ck_assert(!db_in_transaction(db));
}
END_TEST

/* ---- scripts ---------------------------------------------------------------------------------- */

START_TEST(scripts_with_comments_quotes_and_delimiters_run)
{
    ck_ok(db_run_script(db,
        STR("-- a ; comment\n# another ;\n/* and ; one */ INSERT INTO t (s) VALUES ('a;b'), ('it''s'), (\"q\\\";\");\n"
            "INSERT INTO t (n) VALUES (5--3); -- arithmetic\n"
            "delimiter $$\r\nINSERT INTO t (s) VALUES ('x;y') $$ DELIMITER ;\n;;\n"
            "/*! INSERT INTO t (n) VALUES (99) */;\n"
            "INSERT INTO t (s) VALUES ('last')"),
        &e));
    struct db_result r;
    ck_ok(db_select(db, &arena, &t_all, DB_NO_ARGS, 10, &r, &e));
    ck_assert_uint_eq(r.rows, 7);
    ck_assert(str_eqz(db_str(&r, 1, 2), "it's"));
    ck_assert(str_eqz(db_str(&r, 2, 2), "q\";"));
    ck_assert_int_eq(db_int(&r, 3, 1), 8);
    ck_assert(str_eqz(db_str(&r, 4, 2), "x;y"));
    ck_assert_int_eq(db_int(&r, 5, 1), 99);
}
END_TEST

START_TEST(a_failing_script_names_its_line_and_stops)
{
    ck_error(db_run_script(db,
                 STR("INSERT INTO t (n) VALUES (1);\n\nINSERT INTO x VALUES (1);\nINSERT INTO t (n) VALUES (2);"), &e),
        INTERNAL, "db-schema");
    ck_says("line 3");
    ck_assert_int_eq(rows_in_t(), 1);
    ck_error(db_run_script(db, STR("\nSELECT 'open"), &e), INVALID, "script-unterminated");
    ck_says("line 2");
    ck_error(db_run_script(db, STR("/* open"), &e), INVALID, "script-unterminated");
    ck_error(db_run_script(db, STR("DELIMITER \nSELECT 1"), &e), INVALID, "script-delimiter");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("db_transaction");
    TCase *c = tcase_create("db_transaction");
    tcase_add_checked_fixture(c, ground, clear);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_commit_keeps_and_an_abort_drops);
    tcase_add_test(c, nesting_and_a_commit_outside_are_refused);
    tcase_add_test(c, a_transaction_runs_again_for_db_retry_only);
    tcase_add_test(c, a_transaction_does_not_run_for_ever);
    tcase_add_test(c, scripts_with_comments_quotes_and_delimiters_run);
    tcase_add_test(c, a_failing_script_names_its_line_and_stops);
    suite_add_tcase(s, c);
    return suite_run(s);
}
