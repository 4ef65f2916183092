/* Promise 4: the ledger sums to zero whatever SQL the application's user sends. And the audit sees what was damaged by
 * somebody with more rights. */
#include "tests/billing/billing_test.h"

static struct db *web;

static void setup_web(void)
{
    setup();
    web = as_user("fw_web");
    fill(alice, 1000);
    ok(hold_place(db, id_of("open"), alice, bob, eur(100), STR("open"), T0, &err));
    ok(hold_place(db, id_of("paid"), alice, bob, eur(50), STR("paid"), T0, &err));
    ok(hold_post(db, id_of("paid"), 0, STR("paid"), T0, &err));
    balance_is(alice, 950, 100);
    balance_is(bob, 50, 0);
}

static void teardown_web(void)
{
    db_close(&web);
    balance_is(alice, 950, 100);
    balance_is(bob, 50, 0);
    teardown();
}

static const char *const switches =
    "SET SESSION unique_checks = 0; SET SESSION check_constraint_checks = 0; SET SESSION foreign_key_checks = 0;"
    "SET SESSION sql_mode = '';";

/* `$x` stands for what a statement needs to know. */
static struct str filled_in(const char *sql)
{
    const struct {
        const char *mark;
        struct str text;
    } marks[] = {
        {"$alice", str_printf(&a, "%lld", (long long)alice)},
        {"$bob", str_printf(&a, "%lld", (long long)bob)},
        {"$bank", str_printf(&a, "%lld", (long long)bank)},
        {"$open", str_printf(&a, "x'%.*s'", STR_ARG(hex_encode(&a, id_of("open").b, 16)))},
        {"$paid", str_printf(&a, "x'%.*s'", STR_ARG(hex_encode(&a, id_of("paid").b, 16)))},
    };
    struct buf b;
    buf_in(&b, &a, 8192);
    while (*sql != '\0') {
        size_t i = 0;
        while (i < ARRAY_LEN(marks) && strncmp(sql, marks[i].mark, strlen(marks[i].mark)) != 0)
            i++;
        if (i == ARRAY_LEN(marks)) {
            buf_putc(&b, *sql++);
        } else {
            buf_str(&b, marks[i].text);
            sql += strlen(marks[i].mark);
        }
    }
    return buf_view(&b);
}

#define COLUMNS "ledger_transfer (id, kind, pending_id, debit_id, credit_id, amount, currency, memo, created)"
#define NEW "x'000102030405060708090a0b0c0d0e0f'"

static const char *const refused_sql[] = {
    /* rows that stand */
    "UPDATE ledger_transfer SET amount = 1",
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_transfer",
    "REPLACE INTO " COLUMNS " SELECT id, kind, pending_id, debit_id, credit_id, amount + 1, currency, memo, created"
    " FROM ledger_transfer",
    "INSERT INTO " COLUMNS " SELECT id, kind, pending_id, debit_id, credit_id, amount, currency, memo, created"
    " FROM ledger_transfer ON DUPLICATE KEY UPDATE amount = 1",
    "INSERT INTO " COLUMNS " VALUES ($open, 'pending', NULL, $alice, $bob, 1, 'EUR', '', 0)"
    " ON DUPLICATE KEY UPDATE memo = 'x'",
    /* what the trigger keeps */
    "UPDATE ledger_balance SET credits_posted = 1000000",
    "INSERT INTO ledger_balance VALUES (77, 0, 100, 0, 0)",
    "REPLACE INTO ledger_balance VALUES ($alice, 0, 100, 0, 0)",
    "DELETE FROM ledger_balance",
    "UPDATE ledger_hold SET resolved_by = NULL",
    "INSERT INTO ledger_hold VALUES (" NEW ", 5, $alice, $bob, NULL)",
    "DELETE FROM ledger_hold",
    "UPDATE ledger_account SET may_overdraw = 1",
    "UPDATE ledger_account SET currency = 'JPY'",
    "REPLACE INTO ledger_account VALUES ($alice, 'customer:alice', 'EUR', 1)",
    "INSERT INTO ledger_account VALUES ($alice, 'customer:alice', 'EUR', 1) ON DUPLICATE KEY UPDATE may_overdraw = 1",
    "DELETE FROM ledger_account",
    /* the ground */
    "DROP TRIGGER ledger_transfer_booked",
    "ALTER TABLE ledger_transfer ADD COLUMN x INT",
    "DROP TABLE ledger_balance",
    "CREATE TRIGGER t BEFORE INSERT ON ledger_transfer FOR EACH ROW SET NEW.amount = 1",
    "SET SESSION sql_log_bin = 0",
    "SET @@session.rowid_merge_buff_size = 0; UPDATE account SET ledger_account_id = 1",
    /* transfers that are none */
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, $bob, 901, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, $bob, -100, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, $bob, 0, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, $alice, 5, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, $bob, 5, 'JPY', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, 4711, 5, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', $open, $alice, $bob, 5, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'gift', NULL, $bank, $bob, 5, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'pending', NULL, $alice, $bob, 851, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'post', NULL, $alice, $bob, 5, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'post', $paid, $alice, $bob, 5, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'void', $paid, $alice, $bob, 50, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'post', $open, $alice, $bob, 101, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'post', $open, $bob, $alice, 50, 'EUR', '', 0)",
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'void', " NEW ", $alice, $bob, 5, 'EUR', '', 0)",
    /* one row of several: all or nothing */
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, $bob, 5, 'EUR', '', 0),"
    " (x'ff0102030405060708090a0b0c0d0e0f', 'single', NULL, $alice, $bob, 5000, 'EUR', '', 0)",
};

START_TEST(sql_that_would_move_what_it_must_not_is_refused)
{
    struct str sql = filled_in(refused_sql[_i]);
    ck_assert_msg(db_run_script(web, sql, &err) != OK, "went through: %.*s", STR_ARG(sql));
}
END_TEST

START_TEST(checks_switched_off_do_not_help)
{
    struct str sql = filled_in(refused_sql[_i]);
    ok(db_run_script(web, str_of(switches), &err));
    ck_assert_msg(db_run_script(web, sql, &err) != OK, "went through: %.*s", STR_ARG(sql));
}
END_TEST

/* IGNORE turns errors of the row into warnings: the statement may "succeed", the books may not move. */
START_TEST(insert_ignore_moves_nothing_that_insert_would_not)
{
    struct str sql = filled_in(refused_sql[_i]), rest;
    if (!str_starts(sql, STR("INSERT INTO ledger")))
        return;
    rest = str_n(sql.p + 7, sql.n - 7);
    ok(db_run_script(web, str_of(switches), &err));
    if (db_run_script(web, str_printf(&a, "INSERT IGNORE %.*s", STR_ARG(rest)), &err) == OK)
        ck_assert_msg(strstr(str_dupz(&a, sql), "DUPLICATE") == NULL, "went through: %.*s", STR_ARG(sql));
}
END_TEST

static void teardown_books_only(void)
{
    db_close(&web);
    ck_assert_int_ge(balance(alice).available, 0);
    teardown();
}

START_TEST(good_rows_beside_ignored_ones_are_booked_exactly)
{
    ok(db_run_script(web, str_of(switches), &err));
    enum status s = db_run_script(web,
        filled_in("INSERT IGNORE INTO " COLUMNS " VALUES ($open, 'pending', NULL, $alice, $bob, 1, 'EUR', '', 0),"
                  " (" NEW ", 'single', NULL, $alice, $bob, 5, 'EUR', '', 0),"
                  " (" NEW ", 'single', NULL, $alice, $bob, 5, 'EUR', '', 0)"),
        &err);
    balance_is(alice, s == OK ? 945 : 950, 100);
}
END_TEST

START_TEST(a_total_that_would_overflow_is_refused_whole)
{
    /* as near to the end of BIGINT as years of the largest transfers would bring it */
    ok(db_run_script(
        db, filled_in("UPDATE ledger_balance SET debits_posted = 9223372036854775800 WHERE account_id = $bank"), &err));
    ok(db_run_script(web, str_of(switches), &err));
    (void)!db_run_script(web,
        filled_in("INSERT IGNORE INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $bank, $bob, 100, 'EUR', '', 0)"),
        &err);
    balance_is(bob, 50, 0);
    ok(db_run_script(db, filled_in("UPDATE ledger_balance SET debits_posted = 1000 WHERE account_id = $bank"), &err));
}
END_TEST

START_TEST(several_rows_of_one_statement_are_each_checked)
{
    ck_assert_int_ne(db_run_script(web,
                         filled_in("INSERT INTO " COLUMNS " SELECT UNHEX(MD5(seq)), 'single', NULL, $alice, $bob, 300,"
                                   " 'EUR', '', 0 FROM seq_1_to_3"),
                         &err),
        OK);
    balance_is(alice, 950, 100);
}
END_TEST

/* ---- the audit -------------------------------------------------------------------------------------------------- */

static const char *const damages[] = {
    "UPDATE ledger_balance SET credits_posted = credits_posted + 1 WHERE account_id = $alice",
    "UPDATE ledger_balance SET credits_posted = credits_posted + 1, debits_posted = debits_posted + 1"
    " WHERE account_id = $alice",
    "UPDATE ledger_balance SET debits_pending = 0 WHERE account_id = $alice;"
    "UPDATE ledger_balance SET credits_pending = 0 WHERE account_id = $bob",
    "UPDATE ledger_hold SET resolved_by = NULL WHERE id = $paid",
    "UPDATE ledger_hold SET resolved_by = $paid WHERE id = $open",
    "UPDATE ledger_hold SET amount = 99 WHERE id = $open;"
    "UPDATE ledger_balance SET debits_pending = 99 WHERE account_id = $alice;"
    "UPDATE ledger_balance SET credits_pending = 99 WHERE account_id = $bob",
    "DELETE FROM ledger_hold WHERE id = $paid",
    "DELETE FROM ledger_balance WHERE account_id = $bob",
    "INSERT INTO ledger_hold VALUES (" NEW ", 5, $alice, $bob, $paid)",
    "DROP TRIGGER ledger_transfer_fixed; UPDATE ledger_transfer SET amount = amount + 1 WHERE kind = 'single'",
    "DROP TRIGGER ledger_transfer_fixed; UPDATE ledger_transfer SET currency = 'JPY' WHERE id = $open",
    "DROP TRIGGER ledger_transfer_fixed; UPDATE ledger_transfer SET kind = 'gift' WHERE id = $open",
    "DROP TRIGGER ledger_transfer_kept; DELETE FROM ledger_transfer WHERE kind = 'post'",
    "DROP TRIGGER ledger_transfer_kept; DELETE FROM ledger_transfer WHERE id = $paid",
    "DROP TRIGGER ledger_transfer_booked;"
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, $bob, 5, 'EUR', '', 0)",
    "DROP TRIGGER ledger_transfer_booked;"
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'post', $paid, $alice, $bob, 5, 'EUR', '', 0);"
    "UPDATE ledger_balance SET debits_posted = debits_posted + 5 WHERE account_id = $alice;"
    "UPDATE ledger_balance SET credits_posted = credits_posted + 5 WHERE account_id = $bob",
    "DROP TRIGGER ledger_transfer_booked;"
    "INSERT INTO " COLUMNS " VALUES (" NEW ", 'single', NULL, $alice, $bob, 900, 'EUR', '', 0);"
    "UPDATE ledger_balance SET debits_posted = debits_posted + 900 WHERE account_id = $alice;"
    "UPDATE ledger_balance SET credits_posted = credits_posted + 900 WHERE account_id = $bob",
};

static struct db *product;
static struct arena product_arena;

/* A damaged schema is thrown away with its test. */
static void setup_alone(void)
{
    crypto_init();
    arena_init(&a, 0);
    arena_init(&product_arena, 0);
    product = testdb_open(&product_arena);
    db = product;
    ok(ledger_open(db, STR("bank"), STR("EUR"), true, &bank, &err));
    ok(ledger_open(db, STR("customer:alice"), STR("EUR"), false, &alice, &err));
    ok(ledger_open(db, STR("customer:bob"), STR("EUR"), false, &bob, &err));
    fill(alice, 1000);
    ok(hold_place(db, id_of("open"), alice, bob, eur(100), STR("open"), T0, &err));
    ok(hold_place(db, id_of("paid"), alice, bob, eur(50), STR("paid"), T0, &err));
    ok(hold_post(db, id_of("paid"), 0, STR("paid"), T0, &err));
    ok(ledger_audit(db, &err));
}

static void teardown_alone(void)
{
    testdb_close(&product);
    arena_clear(&product_arena);
    arena_clear(&a);
}

START_TEST(the_audit_finds_planted_damage)
{
    ok(db_run_script(db, filled_in(damages[_i]), &err));
    refused(ledger_audit(db, &err), INTERNAL, "ledger-audit");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hostile_sql");
    TCase *t = tcase_create("hostile"), *i = tcase_create("ignored"), *d = tcase_create("damaged");
    tcase_add_checked_fixture(t, setup_web, teardown_web);
    tcase_add_loop_test(t, sql_that_would_move_what_it_must_not_is_refused, 0, ARRAY_LEN(refused_sql));
    tcase_add_loop_test(t, checks_switched_off_do_not_help, 0, ARRAY_LEN(refused_sql));
    tcase_add_test(t, several_rows_of_one_statement_are_each_checked);
    tcase_add_test(t, a_total_that_would_overflow_is_refused_whole);
    tcase_add_checked_fixture(i, setup_web, teardown_books_only);
    tcase_add_loop_test(i, insert_ignore_moves_nothing_that_insert_would_not, 0, ARRAY_LEN(refused_sql));
    tcase_add_test(i, good_rows_beside_ignored_ones_are_booked_exactly);
    tcase_add_checked_fixture(d, setup_alone, teardown_alone);
    tcase_set_timeout(t, 60);
    tcase_set_timeout(i, 60);
    tcase_set_timeout(d, 60);
    tcase_add_loop_test(d, the_audit_finds_planted_damage, 0, ARRAY_LEN(damages));
    suite_add_tcase(s, t);
    suite_add_tcase(s, i);
    suite_add_tcase(s, d);
    return suite_run(s);
}
