#include <check.h>

#include "tests/support/testdb.h"

DB_QUERY(t_make, "INSERT INTO t (id, n, s, b) VALUES (?, ?, ?, ?)");
DB_QUERY(t_get, "SELECT id, n, s, b FROM t WHERE id = ?");

static struct arena arena;
static struct db *db;
static struct error e;

static void ground(void)
{
    arena_init(&arena, 0);
    db = testdb_open_dir(&arena, NULL);
    ck_assert_msg(db_run_script(db, STR("CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY, n BIGINT, s VARCHAR(50), "
                                        "b LONGBLOB);"),
                      &e) == OK,
        "%s", e.text);
}

static void clear(void)
{
    testdb_close(&db);
    arena_clear(&arena);
}

START_TEST(a_row_comes_back)
{
    struct db_result r;
    ck_assert_int_eq(db_exec(db, &t_make, DB_ARGS(db_i(1), db_i(-5), db_s(STR("hé")), db_b(STR("a\0b"))), NULL, &e), OK);
    ck_assert_int_eq(db_select_one(db, &arena, &t_get, DB_ARGS(db_i(1)), &r, &e), OK);
    ck_assert_int_eq(db_int(&r, 0, 1), -5);
    ck_assert(str_eq(db_str(&r, 0, 2), STR("hé")));
    ck_assert(str_eq(db_str(&r, 0, 3), STR("a\0b")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("db");
    TCase *c = tcase_create("db");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, ground, clear);
    tcase_add_test(c, a_row_comes_back);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? 0 : 1;
}
