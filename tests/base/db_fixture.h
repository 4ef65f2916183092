/* Some tables on a real server. What happens when the connection breaks stands in test_db_lost.c. */
#ifndef FW_TESTS_BASE_DB_FIXTURE_H
#define FW_TESTS_BASE_DB_FIXTURE_H

#include <check.h>
#include <signal.h>

#include "tests/support/suite.h"
#include "tests/support/testdb.h"

DB_QUERY(t_add, "INSERT INTO t (n) VALUES (?)");
DB_QUERY(t_all, "SELECT id, n, s, b FROM t ORDER BY id");
DB_QUERY(t_count, "SELECT COUNT(*) FROM t");

static struct arena arena;
static struct db *db;
static struct error e;

static const char schema[] =
    "CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, n BIGINT, s VARCHAR(20), b LONGBLOB,"
    " CHECK (n <> 13));\n"
    "CREATE TABLE u (name VARCHAR(20) NOT NULL, UNIQUE KEY u_name (name));\n"
    "CREATE TABLE c (t BIGINT UNSIGNED NOT NULL, FOREIGN KEY (t) REFERENCES t (id));\n"
    "CREATE TABLE sig (message VARCHAR(200));\n"
    "DELIMITER //\n"
    "CREATE TRIGGER sig_speaks AFTER INSERT ON sig FOR EACH ROW BEGIN\n"
    "  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = NEW.message;\n"
    "END//\n"
    "DELIMITER ;\n";

static void ck_ok(enum status s)
{
    ck_assert_msg(s == OK, "%s: %s", e.code, e.text);
}

static void ck_error(enum status got, enum status want, const char *code)
{
    ck_assert_msg(got == want, "status %d, not %d: %s: %s", got, want, e.code, e.text);
    ck_assert_int_eq(e.status, want);
    ck_assert_str_eq(e.code, code);
}

static void ck_says(const char *part)
{
    ck_assert_msg(strstr(e.text, part) != NULL, "\"%s\" is not in \"%s\"", part, e.text);
}

static void ground(void)
{
    arena_init(&arena, 0);
    db = testdb_open_dir(&arena, NULL);
    ck_ok(db_run_script(db, str_of(schema), &e));
}

static void clear(void)
{
    testdb_close(&db);
    arena_clear(&arena);
}

static int64_t rows_in_t(void)
{
    struct db_result r;
    ck_ok(db_select_one(db, &arena, &t_count, DB_NO_ARGS, &r, &e));
    return db_int(&r, 0, 0);
}

static void add(int64_t n)
{
    ck_ok(db_exec(db, &t_add, DB_ARGS(db_i(n)), NULL, &e));
}

#endif
