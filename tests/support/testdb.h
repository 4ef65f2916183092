/* The ground the tests stand on: a private MariaDB, a fresh migrated database per test, a private
 * directory, a free port.
 *
 * tests/run starts one private server for all test programs and names its socket in
 * $FOURWAYS_TEST_DB_SOCKET. A program run by hand without it starts its own and ends it when it exits.
 * Everything here aborts with a clear message instead of failing: without ground there is no test. */
#ifndef FW_TESTS_SUPPORT_TESTDB_H
#define FW_TESTS_SUPPORT_TESTDB_H

#include "base/db.h"

/* A new database with a random name, migrated from sql/ (the schema of the product), and a connection
 * to it. One at a time. */
struct db *testdb_open(struct arena *a);
/* The same with the migrations of another directory; NULL: without any. */
struct db *testdb_open_dir(struct arena *a, const char *dir);
/* Drops the database and closes the connection. */
void testdb_close(struct db **db);
/* For further connections to the database opened last. */
const struct db_settings *testdb_settings(void);

/* A private directory; testdir_free removes it with all that is in it. */
const char *testdir_new(struct arena *a);
void testdir_free(const char *dir);
/* "DIR/NAME" */
const char *testdir_path(struct arena *a, const char *dir, const char *name);
void testdir_write(const char *path, struct str content);

/* A TCP and UDP port on 127.0.0.1 that is free now. Prefer binding port 0 where the program can tell
 * which one it got. */
unsigned test_free_port(void);
/* The root of the source tree ($FOURWAYS_ROOT, or found from the working directory). */
const char *test_root(void);

#endif
