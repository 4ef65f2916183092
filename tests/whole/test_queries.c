#include "tests/support/suite.h"
#include "tests/support/testdb.h"

/* Linked with every object of every folder, so that every DB_QUERY of the product is here: each must be
 * accepted by the server against the migrated schema. */

static struct arena arena;
static struct db *db;
static struct error e;

static void ground(void)
{
    arena_init(&arena, 0);
}

static void clear(void)
{
    testdb_close(&db);
    arena_clear(&arena);
}

/* Marks the queries that the database accepts; the others' errors are kept. */
static void accepted_mark(bool *accepted, struct error *why)
{
    size_t n;
    const struct db_query *const *all = db_queries(&n);
    for (size_t i = 0; i < n; i++)
        if (!accepted[i])
            accepted[i] = db_prepare_check(db, all[i], &why[i]) == OK;
}

/* The sandbox registry has a schema of its own. */
START_TEST(every_query_is_accepted_by_the_product_s_or_the_sandbox_s_schema)
{
    size_t n, bad = 0;
    const struct db_query *const *all = db_queries(&n);
    bool *accepted = ARENA_ARRAY(&arena, n, bool);
    struct error *product = ARENA_ARRAY(&arena, n, struct error), *sandbox = ARENA_ARRAY(&arena, n, struct error);
    ck_assert_uint_gt(n, 50); /* else the link has lost them */

    db = testdb_open(&arena);
    accepted_mark(accepted, product);
    testdb_close(&db);
    db = testdb_open_dir(&arena, testdir_path(&arena, test_root(), "sql/sandbox"));
    accepted_mark(accepted, sandbox);
    for (size_t i = 0; i < n; i++) {
        if (accepted[i])
            continue;
        bad++;
        fprintf(stderr, "%s\n  product: %s\n  sandbox: %s\n", all[i]->name, product[i].text, sandbox[i].text);
    }
    ck_assert_msg(bad == 0, "%zu of %zu queries are not accepted", bad, n);
}
END_TEST

START_TEST(no_query_is_accepted_that_the_schema_does_not_know)
{
    static const struct db_query stray = {"stray", "SELECT no_such_column FROM schema_migration"};
    db = testdb_open(&arena);
    ck_assert_int_ne(db_prepare_check(db, &stray, &e), OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("queries");
    TCase *c = tcase_create("queries");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, ground, clear);
    tcase_add_test(c, every_query_is_accepted_by_the_product_s_or_the_sandbox_s_schema);
    tcase_add_test(c, no_query_is_accepted_that_the_schema_does_not_know);
    suite_add_tcase(s, c);
    return suite_run(s);
}
