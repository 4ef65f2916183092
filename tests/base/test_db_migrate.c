#include <check.h>
#include <pthread.h>

#include "tests/support/testdb.h"

DB_QUERY(m_applied, "SELECT number, name, applied FROM schema_migration ORDER BY number");
DB_QUERY(m_notes, "SELECT note FROM notes ORDER BY note");

static struct arena arena;
static struct db *db;
static struct error e;
static const char *dir;
static int reached;

static void ck_ok(enum status s)
{
    ck_assert_msg(s == OK, "%s: %s", e.code, e.text);
}

static void ck_error(enum status got, enum status want, const char *code, const char *part)
{
    ck_assert_msg(got == want, "status %d, not %d: %s: %s", got, want, e.code, e.text);
    ck_assert_str_eq(e.code, code);
    ck_assert_msg(strstr(e.text, part) != NULL, "\"%s\" is not in \"%s\"", part, e.text);
}

static void file(const char *name, const char *sql)
{
    testdir_write(testdir_path(&arena, dir, name), str_of(sql));
}

static void ground(void)
{
    arena_init(&arena, 0);
    db = testdb_open_dir(&arena, NULL);
    dir = testdir_new(&arena);
    file("0001_notes.sql", "CREATE TABLE notes (note VARCHAR(50) PRIMARY KEY);\nINSERT INTO notes VALUES ('first');");
}

static void clear(void)
{
    testdir_free(dir);
    testdb_close(&db);
    arena_clear(&arena);
}

static size_t rows(const struct db_query *q, struct db_result *r)
{
    ck_ok(db_select(db, &arena, q, DB_NO_ARGS, 100, r, &e));
    return r->rows;
}

START_TEST(migrations_are_applied_in_order_and_each_once)
{
    struct db_result r;
    file("0010_third.sql", "INSERT INTO notes SELECT CONCAT(note, '-third') FROM notes WHERE note = 'second'");
    file("0002_second.sql",
        "DELIMITER //\nCREATE TRIGGER x AFTER INSERT ON notes FOR EACH ROW BEGIN SET @n = 1; END//\n"
        "DELIMITER ;\nINSERT INTO notes VALUES ('second');");
    file("README", "not a migration");
    file("grants.sql", "nor this");
    ck_ok(db_migrate(db, dir, &reached, &e));
    ck_assert_int_eq(reached, 10);
    ck_ok(db_migrate(db, dir, &reached, &e));
    ck_assert_int_eq(reached, 10);
    ck_assert_uint_eq(rows(&m_notes, &r), 3);
    ck_assert_uint_eq(rows(&m_applied, &r), 3);
    ck_assert(str_eqz(db_str(&r, 1, 1), "0002_second.sql"));
    ck_assert_int_gt(db_int(&r, 1, 2), 0);
    file("0011_later.sql", "INSERT INTO notes VALUES ('later')");
    ck_ok(db_migrate(db, dir, &reached, &e));
    ck_assert_int_eq(reached, 11);
    ck_assert_uint_eq(rows(&m_notes, &r), 4);
}
END_TEST

START_TEST(a_failing_migration_names_file_and_line_and_is_not_recorded)
{
    struct db_result r;
    file("0002_wrong.sql", "INSERT INTO notes VALUES ('kept');\n\nINSERT INTO nowhere VALUES (1);\n");
    ck_error(db_migrate(db, dir, &reached, &e), INTERNAL, "db-schema", "0002_wrong.sql");
    ck_assert_ptr_nonnull(strstr(e.text, "line 3"));
    ck_assert_int_eq(reached, 1);
    ck_assert_uint_eq(rows(&m_applied, &r), 1);
}
END_TEST

START_TEST(an_applied_migration_cannot_change_its_name)
{
    ck_ok(db_migrate(db, dir, &reached, &e));
    remove(testdir_path(&arena, dir, "0001_notes.sql"));
    file("0001_other.sql", "SELECT 1");
    ck_error(db_migrate(db, dir, &reached, &e), INVALID, "migrate-changed", "0001_other.sql");
}
END_TEST

static const char *const bad_names[] = {
    "1_short.sql", "00001_long.sql", "0000_zero.sql", "0002_a b.sql", "0002-a.sql", "0002_.sql"};

START_TEST(a_wrongly_named_file_is_refused_before_anything_is_applied)
{
    struct db_result r;
    file(bad_names[_i], "SELECT 1");
    ck_error(db_migrate(db, dir, &reached, &e), INVALID, "migrate-files", bad_names[_i]);
    ck_assert_int_ne(db_select(db, &arena, &m_notes, DB_NO_ARGS, 1, &r, &e), OK);
}
END_TEST

START_TEST(two_files_with_one_number_are_refused)
{
    file("0001_again.sql", "SELECT 1");
    ck_error(db_migrate(db, dir, &reached, &e), INVALID, "migrate-files", "same number");
}
END_TEST

START_TEST(a_missing_directory_is_named)
{
    ck_error(db_migrate(db, "/nonexistent/sql", &reached, &e), INVALID, "migrate-files", "/nonexistent/sql");
}
END_TEST

struct migrator {
    struct db *db;
    enum status status;
    struct error error;
    int reached;
};

static void *migrator_main(void *arg)
{
    struct migrator *m = arg;
    m->status = db_migrate(m->db, dir, &m->reached, &m->error);
    return NULL;
}

START_TEST(programs_that_start_at_once_apply_each_migration_once)
{
    struct migrator m[4] = {0};
    pthread_t threads[ARRAY_LEN(m)];
    struct db_result r;
    file("0002_slow.sql", "INSERT INTO notes SELECT CONCAT('n', seq) FROM seq_1_to_50;\nSELECT SLEEP(0.2);");
    for (size_t i = 0; i < ARRAY_LEN(m); i++)
        ck_ok(db_open(testdb_settings(), &m[i].db, &e));
    for (size_t i = 0; i < ARRAY_LEN(m); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, migrator_main, &m[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(m); i++) {
        pthread_join(threads[i], NULL);
        ck_assert_msg(m[i].status == OK, "%s", m[i].error.text);
        ck_assert_int_eq(m[i].reached, 2);
        db_close(&m[i].db);
    }
    ck_assert_uint_eq(rows(&m_notes, &r), 51);
}
END_TEST

START_TEST(the_time_out_is_as_before_afterwards)
{
    ck_ok(db_migrate(db, dir, &reached, &e));
    struct db_result r;
    static const struct db_query wait = {"wait", "SELECT @@innodb_lock_wait_timeout"};
    ck_ok(db_select_one(db, &arena, &wait, DB_NO_ARGS, &r, &e));
    ck_assert_int_lt(db_int(&r, 0, 0), 5);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("db_migrate");
    TCase *c = tcase_create("db_migrate");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, ground, clear);
    tcase_add_test(c, migrations_are_applied_in_order_and_each_once);
    tcase_add_test(c, a_failing_migration_names_file_and_line_and_is_not_recorded);
    tcase_add_test(c, an_applied_migration_cannot_change_its_name);
    tcase_add_loop_test(c, a_wrongly_named_file_is_refused_before_anything_is_applied, 0, (int)ARRAY_LEN(bad_names));
    tcase_add_test(c, two_files_with_one_number_are_refused);
    tcase_add_test(c, a_missing_directory_is_named);
    tcase_add_test(c, programs_that_start_at_once_apply_each_migration_once);
    tcase_add_test(c, the_time_out_is_as_before_afterwards);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? 0 : 1;
}
