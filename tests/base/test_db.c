/* Values, results and errors. */
#include "tests/base/db_fixture.h"

DB_QUERY(t_insert, "INSERT INTO t (id, n, s, b) VALUES (?, ?, ?, ?)");
DB_QUERY(t_get, "SELECT n, s, b FROM t WHERE id = ?");
DB_QUERY(t_sum, "SELECT SUM(n), AVG(n), CAST(18446744073709551615 AS UNSIGNED) > 5 FROM t");
DB_QUERY(t_unsigned_big, "SELECT CAST(9223372036854775808 AS UNSIGNED)");
DB_QUERY(t_touch, "UPDATE t SET n = n WHERE id <= ?");
DB_QUERY(t_unique, "INSERT INTO u (name) VALUES (?)");
DB_QUERY(t_child, "INSERT INTO c (t) VALUES (?)");
DB_QUERY(t_delete, "DELETE FROM t WHERE id = ?");
DB_QUERY(t_signal, "INSERT INTO sig (message) VALUES (?)");
DB_QUERY(t_range, "INSERT INTO t (id, n) VALUES (?, 1)");
DB_QUERY(t_session, "SELECT @@sql_mode, @@time_zone, @@character_set_client, @@innodb_lock_wait_timeout, @@autocommit");
DB_QUERY(t_isolation, "SELECT @@tx_isolation");
DB_QUERY(t_bad_sql, "SELEKT 1");
DB_QUERY(t_no_table, "SELECT 1 FROM nowhere");
DB_QUERY(t_group, "SELECT id, n FROM t GROUP BY n");
DB_QUERY(t_sequence, "SELECT seq FROM seq_1_to_5000");
DB_QUERY(t_infile, "SELECT @@local_infile");

/* ---- values ----------------------------------------------------------------------------------- */

static void ck_round_trip(struct db_val n, struct db_val s, struct db_val b)
{
    struct db_result r;
    ck_ok(db_exec(db, &t_insert, DB_ARGS(db_null(), n, s, b), NULL, &e));
    ck_ok(db_select_one(db, &arena, &t_get, DB_ARGS(db_i(db_last_id(db))), &r, &e));
    ck_assert_uint_eq(r.cols, 3);
    ck_assert_int_eq(db_is_null(&r, 0, 0), n.type == DB_NULL);
    ck_assert_int_eq(db_int(&r, 0, 0), n.i);
    ck_assert_int_eq(db_is_null(&r, 0, 1), s.type == DB_NULL);
    ck_assert(str_eq(db_str(&r, 0, 1), s.s));
    ck_assert_int_eq(str_is_null(db_str(&r, 0, 1)), s.type == DB_NULL);
    ck_assert(str_eq(db_str(&r, 0, 2), b.s));
    ck_assert_int_eq(str_is_null(db_str(&r, 0, 2)), b.type == DB_NULL);
}

START_TEST(a_query_at_the_address_of_another_is_not_taken_for_it)
{
    struct db_result r;
    char text[32];
    struct db_query q = {"t_first", text};
    for (int i = 1; i <= 3; i++) {
        snprintf(text, sizeof text, "SELECT %d%s", i, i == 3 ? ", 4" : "");
        ck_ok(db_select_one(db, &arena, &q, DB_NO_ARGS, &r, &e));
        ck_assert_int_eq(db_int(&r, 0, 0), i);
    }
    ck_assert_uint_eq(r.cols, 2);
}
END_TEST

START_TEST(every_type_comes_back_as_it_went)
{
    ck_round_trip(db_i(0), db_s(STR("")), db_b(STR("")));
    ck_round_trip(db_i(INT64_MAX), db_s(STR("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80")), db_b(STR("\0\x01\xff'\\\"\0")));
    ck_round_trip(db_i(INT64_MIN), db_s(STR("'; DROP TABLE t; --")), db_b(STR("\xc3\x28")));
    ck_round_trip(db_null(), db_s(STR_NULL), db_b(STR_NULL));
    ck_round_trip(db_i(-1), db_s(STR_NULL), db_b(STR("x")));
}
END_TEST

static struct str blob_of(size_t n)
{
    char *p = arena_alloc(&arena, n);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(i * 2654435761u >> 24);
    return str_n(p, n);
}

START_TEST(many_rows_go_by_one_statement)
{
    struct db_result r;
    int64_t n = 0;
    const struct db_val rows[] = {db_null(), db_i(1), db_s(STR("one")), db_null(), /* */
        db_null(), db_null(), db_null(), db_b(STR("\0\1")), /* */
        db_null(), db_i(-3), db_s(STR("")), db_b(STR("three"))};
    ck_ok(db_exec_rows(db, &t_insert, rows, 4, 3, &n, &e));
    ck_assert_int_eq(n, 3);
    ck_ok(db_select(db, &arena, &t_all, DB_NO_ARGS, 10, &r, &e));
    ck_assert_uint_eq(r.rows, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(db_is_null(&r, i, 1), rows[i * 4 + 1].type == DB_NULL);
        ck_assert_int_eq(db_int(&r, i, 1), rows[i * 4 + 1].i);
        ck_assert(str_eq(db_str(&r, i, 2), rows[i * 4 + 2].s));
        ck_assert_int_eq(db_is_null(&r, i, 2), rows[i * 4 + 2].type == DB_NULL);
        ck_assert(str_eq(db_str(&r, i, 3), rows[i * 4 + 3].s));
    }
    add(5); /* the statement is for one row again */
    ck_ok(db_exec(db, &t_insert, DB_ARGS(db_null(), db_i(6), db_s(STR("six")), db_null()), &n, &e));
    ck_assert_int_eq(n, 1);
    ck_assert_int_eq(rows_in_t(), 5);
}
END_TEST

START_TEST(one_bad_row_of_many_fails_them_all)
{
    const struct db_val rows[] = {db_i(7), db_i(1), db_null(), db_null(), /* */
        db_i(7), db_i(2), db_null(), db_null()};
    ck_ok(db_begin(db, &e));
    ck_error(db_exec_rows(db, &t_insert, rows, 4, 2, NULL, &e), EXISTS, "duplicate");
    db_abort(db);
    ck_assert_int_eq(rows_in_t(), 0);
    add(1);
}
END_TEST

START_TEST(long_values_come_back_whole)
{
    static const size_t sizes[] = {1, 255, 256, 65535, 65536, 1u << 20, 17u << 20};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        ck_round_trip(db_i(1), db_s(STR("x")), db_b(blob_of(sizes[i])));
}
END_TEST

START_TEST(a_value_past_the_limit_is_refused_before_it_is_sent)
{
    struct str big = str_n("", ((size_t)64 << 20) + 1); /* never looked at */
    enum status s = db_exec(db, &t_insert, DB_ARGS(db_null(), db_i(1), db_s(STR("x")), db_b(big)), NULL, &e);
    ck_error(s, INVALID, "value-too-large");
    ck_says("parameter 4");
    ck_assert_int_eq(rows_in_t(), 0);
}
END_TEST

START_TEST(sums_are_integers_and_averages_are_text)
{
    struct db_result r;
    add(-7);
    add(10);
    ck_ok(db_select_one(db, &arena, &t_sum, DB_NO_ARGS, &r, &e));
    ck_assert_int_eq(db_int(&r, 0, 0), 3);
    ck_assert(str_eqz(db_str(&r, 0, 1), "1.5000"));
    ck_assert_int_eq(db_int(&r, 0, 2), 1);
}
END_TEST

START_TEST(a_sum_or_number_past_63_bits_is_an_error_not_a_wrong_number)
{
    struct db_result r;
    add(INT64_MAX);
    add(INT64_MAX);
    ck_error(db_select_one(db, &arena, &t_sum, DB_NO_ARGS, &r, &e), INTERNAL, "db-range");
    ck_error(db_select_one(db, &arena, &t_unsigned_big, DB_NO_ARGS, &r, &e), INTERNAL, "db-range");
    ck_assert_int_eq(rows_in_t(), 2); /* the connection goes on */
}
END_TEST

START_TEST(the_session_is_strict_utf8_utc_and_read_committed)
{
    struct db_result r;
    ck_ok(db_select_one(db, &arena, &t_session, DB_NO_ARGS, &r, &e));
    const char *mode = str_dupz(&arena, db_str(&r, 0, 0));
    ck_assert_ptr_nonnull(strstr(mode, "STRICT_ALL_TABLES"));
    ck_assert_ptr_nonnull(strstr(mode, "ONLY_FULL_GROUP_BY"));
    ck_assert_ptr_nonnull(strstr(mode, "NO_ENGINE_SUBSTITUTION"));
    ck_assert(str_eqz(db_str(&r, 0, 1), "+00:00"));
    ck_assert(str_eqz(db_str(&r, 0, 2), "utf8mb4"));
    ck_assert_int_lt(db_int(&r, 0, 3), 5);
    ck_assert_int_eq(db_int(&r, 0, 4), 1);
    ck_ok(db_select_one(db, &arena, &t_isolation, DB_NO_ARGS, &r, &e));
    ck_assert(str_eqz(db_str(&r, 0, 0), "READ-COMMITTED"));
}
END_TEST

START_TEST(a_server_cannot_ask_for_our_files)
{
    const char *dir = testdir_new(&arena);
    const char *path = testdir_path(&arena, dir, "rows");
    testdir_write(path, STR("1\n"));
    struct db_result r;
    ck_ok(db_select_one(db, &arena, &t_infile, DB_NO_ARGS, &r, &e));
    ck_assert_int_eq(db_int(&r, 0, 0), 1); /* it would, if we let it */
    ck_assert_int_ne(
        db_run_script(db, str_printf(&arena, "LOAD DATA LOCAL INFILE '%s' INTO TABLE t (n)", path), &e), OK);
    ck_assert_int_eq(rows_in_t(), 0);
    testdir_free(dir);
}
END_TEST

/* ---- results ---------------------------------------------------------------------------------- */

START_TEST(affected_counts_rows_matched_not_changed)
{
    int64_t n;
    add(1);
    add(2);
    ck_ok(db_exec(db, &t_touch, DB_ARGS(db_i(100)), &n, &e));
    ck_assert_int_eq(n, 2);
    ck_ok(db_exec(db, &t_touch, DB_ARGS(db_i(0)), &n, &e));
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(more_rows_than_asked_for_is_an_error_and_the_connection_goes_on)
{
    struct db_result r;
    for (int i = 0; i < 5; i++)
        add(i);
    ck_ok(db_select(db, &arena, &t_all, DB_NO_ARGS, 5, &r, &e));
    ck_assert_uint_eq(r.rows, 5);
    ck_assert_int_eq(db_int(&r, 4, 1), 4);
    ck_error(db_select(db, &arena, &t_all, DB_NO_ARGS, 4, &r, &e), INTERNAL, "too-many-rows");
    ck_assert_uint_eq(r.rows, 0);
    ck_error(db_select_one(db, &arena, &t_all, DB_NO_ARGS, &r, &e), INTERNAL, "too-many-rows");
    ck_ok(db_select(db, &arena, &t_all, DB_NO_ARGS, 5, &r, &e));
}
END_TEST

START_TEST(no_row_is_not_found)
{
    struct db_result r;
    ck_error(db_select_one(db, &arena, &t_get, DB_ARGS(db_i(404)), &r, &e), NOT_FOUND, "not-found");
    ck_ok(db_select(db, &arena, &t_get, DB_ARGS(db_i(404)), 1, &r, &e));
    ck_assert_uint_eq(r.rows, 0);
}
END_TEST

struct walk {
    int64_t seen, stop_at;
    bool nested;
};

static enum status walk_row(void *ctx, const struct db_val *cells, size_t cols, struct error *err)
{
    struct walk *w = ctx;
    ck_assert_uint_eq(cols, 1);
    ck_assert_int_eq(cells[0].i, ++w->seen);
    if (w->nested)
        return db_exec(db, &t_add, DB_ARGS(db_i(1)), NULL, err);
    if (w->seen == w->stop_at)
        return error_set(err, DENIED, "enough", "stopped at %d", (int)w->seen);
    return OK;
}

START_TEST(rows_come_one_by_one)
{
    struct walk w = {0};
    ck_ok(db_each(db, &t_sequence, DB_NO_ARGS, walk_row, &w, &e));
    ck_assert_int_eq(w.seen, 5000);
}
END_TEST

START_TEST(a_walk_can_stop_early_and_the_connection_goes_on)
{
    struct walk w = {.stop_at = 3};
    ck_error(db_each(db, &t_sequence, DB_NO_ARGS, walk_row, &w, &e), DENIED, "enough");
    ck_assert_int_eq(w.seen, 3);
    ck_assert_int_eq(rows_in_t(), 0);
}
END_TEST

START_TEST(a_statement_inside_a_walk_is_refused)
{
    struct walk w = {.nested = true};
    ck_error(db_each(db, &t_sequence, DB_NO_ARGS, walk_row, &w, &e), INTERNAL, "db-in-use");
    ck_assert_int_eq(rows_in_t(), 0);
}
END_TEST

START_TEST(wrong_use_of_a_query_is_named)
{
    struct db_result r;
    ck_error(db_exec(db, &t_add, DB_NO_ARGS, NULL, &e), INTERNAL, "db-args");
    ck_says("t_add: 0 values for 1");
    ck_error(db_exec(db, &t_count, DB_NO_ARGS, NULL, &e), INTERNAL, "db-rows");
    ck_error(db_select(db, &arena, &t_add, DB_ARGS(db_i(1)), 1, &r, &e), INTERNAL, "db-no-rows");
    ck_error(db_select(db, &arena, &t_bad_sql, DB_NO_ARGS, 1, &r, &e), INTERNAL, "db");
    ck_says("t_bad_sql");
    ck_error(db_select(db, &arena, &t_no_table, DB_NO_ARGS, 1, &r, &e), INTERNAL, "db-schema");
    ck_says("nowhere");
    ck_assert_int_ne(db_prepare_check(db, &t_bad_sql, &e), OK);
    ck_assert_int_ne(db_select(db, &arena, &t_group, DB_NO_ARGS, 1, &r, &e), OK);
    ck_ok(db_prepare_check(db, &t_count, &e));
}
END_TEST

START_TEST(the_wrong_type_of_a_column_aborts)
{
    struct db_result r;
    ck_ok(db_exec(db, &t_insert, DB_ARGS(db_i(1), db_i(1), db_s(STR("x")), db_null()), NULL, &e));
    ck_ok(db_select_one(db, &arena, &t_get, DB_ARGS(db_i(1)), &r, &e));
    db_int(&r, 0, 1);
}
END_TEST

START_TEST(the_program_s_queries_can_be_listed)
{
    size_t n;
    bool found = false;
    const struct db_query *const *all = db_queries(&n);
    for (size_t i = 0; i < n; i++)
        found = found || (all[i] == &t_sequence && strcmp(all[i]->name, "t_sequence") == 0);
    ck_assert(found);
}
END_TEST

/* ---- errors ----------------------------------------------------------------------------------- */

START_TEST(a_duplicate_names_the_key_and_not_the_value)
{
    ck_ok(db_exec(db, &t_unique, DB_ARGS(db_s(STR("private"))), NULL, &e));
    ck_error(db_exec(db, &t_unique, DB_ARGS(db_s(STR("private"))), NULL, &e), EXISTS, "duplicate");
    ck_says("u_name");
    ck_assert_ptr_null(strstr(e.text, "private"));
}
END_TEST

START_TEST(what_the_schema_refuses_is_invalid)
{
    struct str long_text = STR("123456789012345678901");
    ck_error(
        db_exec(db, &t_insert, DB_ARGS(db_null(), db_i(1), db_s(long_text), db_null()), NULL, &e), INVALID, "db-value");
    ck_says("'s'");
    ck_error(db_exec(db, &t_add, DB_ARGS(db_i(13)), NULL, &e), INVALID, "db-value");
    ck_error(db_exec(db, &t_range, DB_ARGS(db_i(-1)), NULL, &e), INVALID, "db-value");
    ck_error(db_exec(db, &t_unique, DB_ARGS(db_null()), NULL, &e), INVALID, "db-value");
    ck_error(db_exec(db, &t_unique, DB_ARGS(db_s(STR("\xff\xfe"))), NULL, &e), INVALID, "db-value");
    ck_error(db_exec(db, &t_add, DB_ARGS(db_s(STR("junk"))), NULL, &e), INVALID, "db-value");
}
END_TEST

START_TEST(foreign_keys_conflict_on_both_ends)
{
    add(1);
    int64_t id = db_last_id(db);
    ck_error(db_exec(db, &t_child, DB_ARGS(db_i(id + 1)), NULL, &e), CONFLICT, "db-reference");
    ck_ok(db_exec(db, &t_child, DB_ARGS(db_i(id)), NULL, &e));
    ck_error(db_exec(db, &t_delete, DB_ARGS(db_i(id)), NULL, &e), CONFLICT, "db-reference");
}
END_TEST

static const struct {
    const char *message;
    enum status status;
    const char *code;
    const char *text;
} signals[] = {
    {"funds: the balance is short", FUNDS, "funds", "the balance is short"},
    {"funds-short: by 3.00 EUR: sorry", FUNDS, "funds-short", "by 3.00 EUR: sorry"},
    {"conflict-version: moved", CONFLICT, "conflict-version", "moved"},
    {"invalid-currency: EUR", INVALID, "invalid-currency", "EUR"},
    {"exists: twice", EXISTS, "exists", "twice"},
    {"not-found: account", NOT_FOUND, "not-found", "account"},
    {"denied: no", DENIED, "denied", "no"},
    {"fundsy: no such word", INTERNAL, "fundsy", "no such word"},
    {"other: thing", INTERNAL, "other", "thing"},
    {"no code at all", INTERNAL, "db-signal", "no code at all"},
    {"two words: text", INTERNAL, "db-signal", "two words: text"},
    {"", INTERNAL, "db-signal", "t_signal"},
};

START_TEST(a_signal_becomes_its_status)
{
    enum status s = db_exec(db, &t_signal, DB_ARGS(db_s(str_of(signals[_i].message))), NULL, &e);
    ck_error(s, signals[_i].status, signals[_i].code);
    ck_says(signals[_i].text);
}
END_TEST

START_TEST(an_unreachable_server_is_unavailable_and_named)
{
    struct db *other;
    struct db_settings s = *testdb_settings();
    s.socket = "/nonexistent/socket";
    ck_error(db_open(&s, &other, &e), UNAVAILABLE, "db-connect");
    ck_says("/nonexistent/socket");
    ck_assert_ptr_null(other);
    s = (struct db_settings){.host = "127.0.0.1", .port = test_free_port(), .user = "root"};
    ck_error(db_open(&s, &other, &e), UNAVAILABLE, "db-connect");
    s = (struct db_settings){.user = "root"};
    ck_error(db_open(&s, &other, &e), INVALID, "db-settings");
}
END_TEST

START_TEST(a_wrong_user_or_database_is_our_own_fault)
{
    struct db *other;
    struct db_settings s = *testdb_settings();
    s.user = "nobody_here";
    s.password = "hunter2";
    ck_error(db_open(&s, &other, &e), INTERNAL, "db-denied");
    ck_assert_ptr_null(strstr(e.text, "hunter2"));
    s = *testdb_settings();
    s.database = "no_such_database";
    ck_error(db_open(&s, &other, &e), INTERNAL, "db-schema");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("db");
    TCase *c = tcase_create("db");
    tcase_add_checked_fixture(c, ground, clear);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_query_at_the_address_of_another_is_not_taken_for_it);
    tcase_add_test(c, every_type_comes_back_as_it_went);
    tcase_add_test(c, many_rows_go_by_one_statement);
    tcase_add_test(c, one_bad_row_of_many_fails_them_all);
    tcase_add_test(c, long_values_come_back_whole);
    tcase_add_test(c, a_value_past_the_limit_is_refused_before_it_is_sent);
    tcase_add_test(c, sums_are_integers_and_averages_are_text);
    tcase_add_test(c, a_sum_or_number_past_63_bits_is_an_error_not_a_wrong_number);
    tcase_add_test(c, the_session_is_strict_utf8_utc_and_read_committed);
    tcase_add_test(c, a_server_cannot_ask_for_our_files);
    tcase_add_test(c, affected_counts_rows_matched_not_changed);
    tcase_add_test(c, more_rows_than_asked_for_is_an_error_and_the_connection_goes_on);
    tcase_add_test(c, no_row_is_not_found);
    tcase_add_test(c, rows_come_one_by_one);
    tcase_add_test(c, a_walk_can_stop_early_and_the_connection_goes_on);
    tcase_add_test(c, a_statement_inside_a_walk_is_refused);
    tcase_add_test(c, wrong_use_of_a_query_is_named);
    tcase_add_test_raise_signal(c, the_wrong_type_of_a_column_aborts, SIGABRT);
    tcase_add_test(c, the_program_s_queries_can_be_listed);
    tcase_add_test(c, a_duplicate_names_the_key_and_not_the_value);
    tcase_add_test(c, what_the_schema_refuses_is_invalid);
    tcase_add_test(c, foreign_keys_conflict_on_both_ends);
    tcase_add_loop_test(c, a_signal_becomes_its_status, 0, (int)ARRAY_LEN(signals));
    tcase_add_test(c, an_unreachable_server_is_unavailable_and_named);
    tcase_add_test(c, a_wrong_user_or_database_is_our_own_fault);
    suite_add_tcase(s, c);
    return suite_run(s);
}
