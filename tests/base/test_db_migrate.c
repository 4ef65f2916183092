#include <pthread.h>

#include "base/crypto.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

DB_QUERY(m_applied, "SELECT number, name, applied FROM schema_migration ORDER BY number");
DB_QUERY(m_progress, "SELECT number FROM schema_progress");
DB_QUERY(m_note, "REPLACE INTO schema_progress (number, statements, text) VALUES (?, ?, ?)");
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

/* Killed before and after the note of each statement of this file; n statements stand, `noted` are written down. */
static const struct {
    int done, noted;
} cuts[] = {{0, 0}, {1, 0}, {1, 1}, {2, 1}, {2, 2}, {3, 2}, {3, 3}};

START_TEST(a_migration_that_was_killed_in_the_middle_is_gone_on_with)
{
    static const char *const parts[] = {"CREATE TABLE k (id INT PRIMARY KEY);\n", "ALTER TABLE k ADD COLUMN n INT;\n",
        "CREATE INDEX k_n ON k (n);\n", "INSERT INTO notes VALUES ('killed');\n"};
    struct db_result r;
    struct buf all;
    buf_in(&all, &arena, 1000);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        buf_puts(&all, parts[i]);
    ck_ok(db_migrate(db, dir, &reached, &e));
    for (int i = 0; i < cuts[_i].done; i++)
        ck_ok(db_run_script(db, str_of(parts[i]), &e));
    struct buf noted;
    buf_in(&noted, &arena, 1000);
    for (int i = 0; i < cuts[_i].noted; i++)
        buf_puts(&noted, parts[i]);
    if (noted.n > 0)
        noted.n--; /* up to the delimiter */
    uint8_t sum[32];
    crypto_sha256(buf_view(&noted), sum);
    ck_ok(db_exec(db, &m_note, DB_ARGS(db_i(2), db_i(cuts[_i].noted), db_b(str_n((const char *)sum, 32))), NULL, &e));
    testdir_write(testdir_path(&arena, dir, "0002_killed.sql"), buf_view(&all));
    ck_ok(db_migrate(db, dir, &reached, &e));
    ck_assert_int_eq(reached, 2);
    ck_assert_uint_eq(rows(&m_notes, &r), 2);
    ck_assert_uint_eq(rows(&m_progress, &r), 0);
}
END_TEST

/* Only what a killed program may have done is passed over, and only once. */
START_TEST(what_is_there_already_is_an_error_where_nothing_was_killed)
{
    file("0002_twice.sql", "CREATE TABLE k (id INT);\nCREATE TABLE k (id INT);\n");
    ck_error(db_migrate(db, dir, &reached, &e), INTERNAL, "db", "line 2");
}
END_TEST

START_TEST(a_half_applied_migration_may_be_mended_behind_but_not_before_where_it_failed)
{
    struct db_result r;
    file("0002_wrong.sql", "INSERT INTO notes VALUES ('kept');\nINSERT INTO nowhere VALUES (1);\n");
    ck_error(db_migrate(db, dir, &reached, &e), INTERNAL, "db-schema", "line 2");
    file("0002_wrong.sql", "INSERT INTO notes VALUES ('other');\nINSERT INTO notes VALUES ('mended');\n");
    ck_error(db_migrate(db, dir, &reached, &e), INVALID, "migrate-changed", "0002_wrong.sql");
    file("0002_wrong.sql", "INSERT INTO notes VALUES ('kept');\nINSERT INTO notes VALUES ('mended');\n");
    ck_ok(db_migrate(db, dir, &reached, &e));
    ck_assert_uint_eq(rows(&m_notes, &r), 3);
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
    tcase_add_loop_test(c, a_migration_that_was_killed_in_the_middle_is_gone_on_with, 0, (int)ARRAY_LEN(cuts));
    tcase_add_test(c, what_is_there_already_is_an_error_where_nothing_was_killed);
    tcase_add_test(c, a_half_applied_migration_may_be_mended_behind_but_not_before_where_it_failed);
    tcase_add_test(c, an_applied_migration_cannot_change_its_name);
    tcase_add_loop_test(c, a_wrongly_named_file_is_refused_before_anything_is_applied, 0, (int)ARRAY_LEN(bad_names));
    tcase_add_test(c, two_files_with_one_number_are_refused);
    tcase_add_test(c, a_missing_directory_is_named);
    tcase_add_test(c, programs_that_start_at_once_apply_each_migration_once);
    tcase_add_test(c, the_time_out_is_as_before_afterwards);
    suite_add_tcase(s, c);
    return suite_run(s);
}
