#include "tests/web/web_test.h"

/* Sessions alone: what is stored, and when they end. */

#define T0 INT64_C(1700000000000000)
static const struct session_times times = {100 * US_PER_S, 50 * US_PER_S};

START_TEST(a_session_is_found_by_its_token_and_stored_without_it)
{
    struct session s, again;
    struct db_result r;
    ok(session_create(db, &a, demo.id, STR("demo"), &times, T0, &s, &err));
    ck_assert_uint_eq(s.token.n, SESSION_TOKEN_CHARS);
    ok(session_find(db, &a, s.token, &times, T0 + 1, &again, &err));
    ck_assert_int_eq(again.account_id, demo.id);
    ck_assert(str_eqz(again.login, "demo"));
    DB_QUERY(q_test_session, "SELECT COUNT(*) FROM web_session WHERE id_digest = ? OR id_digest = UNHEX(?)");
    ok(db_select_one(db, &a, &q_test_session, DB_ARGS(db_b(str_n(s.token.p, 32)), db_s(s.token)), &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), 0);
}
END_TEST

START_TEST(no_two_sessions_are_the_same)
{
    struct session s, t;
    ok(session_create(db, &a, demo.id, STR("demo"), &times, T0, &s, &err));
    ok(session_create(db, &a, demo.id, STR("demo"), &times, T0, &t, &err));
    ck_assert(!str_eq(s.token, t.token));
}
END_TEST

START_TEST(what_is_no_token_finds_nothing)
{
    struct session s;
    static const char *const bad[] = {"", "x", "0000000000000000000000000000000000000000000000000000000000000000",
        "00000000000000000000000000000000000000000000000000000000000000000"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_int_eq(session_find(db, &a, str_of(bad[i]), &times, T0, &s, &err), NOT_FOUND);
}
END_TEST

START_TEST(it_ends_without_use_and_however_much_it_is_used)
{
    struct session s, f;
    ok(session_create(db, &a, demo.id, STR("demo"), &times, T0, &s, &err));
    ck_assert_int_eq(session_find(db, &a, s.token, &times, T0 + 50 * US_PER_S, &f, &err), NOT_FOUND);
    const struct session_times busy = {200 * US_PER_S, 90 * US_PER_S};
    ok(session_create(db, &a, demo.id, STR("demo"), &busy, T0, &s, &err));
    ok(session_find(db, &a, s.token, &busy, T0 + 80 * US_PER_S, &f, &err));
    ok(session_find(db, &a, s.token, &busy, T0 + 160 * US_PER_S, &f, &err));
    ck_assert_int_eq(session_find(db, &a, s.token, &busy, T0 + 200 * US_PER_S, &f, &err), NOT_FOUND);
    ck_assert_int_eq(f.account_id, 0);
}
END_TEST

START_TEST(it_lasts_while_it_is_used_however_short_a_pause_may_be)
{
    struct session s, f;
    const struct session_times brief = {1000 * US_PER_S, 60 * US_PER_S};
    ok(session_create(db, &a, demo.id, STR("demo"), &brief, T0, &s, &err));
    for (int at = 20; at < 200; at += 20)
        ok(session_find(db, &a, s.token, &brief, T0 + at * US_PER_S, &f, &err));
    ck_assert_int_eq(session_find(db, &a, s.token, &brief, T0 + 240 * US_PER_S, &f, &err), NOT_FOUND);
}
END_TEST

START_TEST(signing_out_ends_it_and_only_it)
{
    struct session s, t, f;
    ok(session_create(db, &a, demo.id, STR("demo"), &times, T0, &s, &err));
    ok(session_create(db, &a, demo.id, STR("demo"), &times, T0, &t, &err));
    ok(session_end(db, &a, &s, &err));
    ck_assert_int_eq(session_find(db, &a, s.token, &times, T0, &f, &err), NOT_FOUND);
    ok(session_find(db, &a, t.token, &times, T0, &f, &err));
}
END_TEST

START_TEST(sessions_that_have_ended_are_forgotten)
{
    struct session s;
    struct db_result r;
    DB_QUERY(q_test_sessions, "SELECT COUNT(*) FROM web_session");
    for (int i = 0; i < 5; i++)
        ok(session_create(db, &a, demo.id, STR("demo"), &times, T0, &s, &err));
    ok(session_create(db, &a, demo.id, STR("demo"), &times, T0 + 101 * US_PER_S, &s, &err));
    ok(db_select_one(db, &a, &q_test_sessions, DB_NO_ARGS, &r, &err));
    ck_assert_int_eq(db_int(&r, 0, 0), 1);
}
END_TEST

START_TEST(all_queries_are_understood_by_the_migrated_schema)
{
    size_t n;
    const struct db_query *const *q = db_queries(&n);
    ck_assert_uint_ge(n, 30);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(db_prepare_check(db, q[i], &err) == OK, "%s: %s", q[i]->name, err.text);
}
END_TEST

TEST_MAIN("session", ground_open, ground_close, setup, teardown, a_session_is_found_by_its_token_and_stored_without_it,
    no_two_sessions_are_the_same, what_is_no_token_finds_nothing, it_ends_without_use_and_however_much_it_is_used,
    it_lasts_while_it_is_used_however_short_a_pause_may_be, signing_out_ends_it_and_only_it,
    sessions_that_have_ended_are_forgotten, all_queries_are_understood_by_the_migrated_schema);
