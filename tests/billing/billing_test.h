/* What the tests of billing/ share: one migrated database for the program, emptied for each test; three ledger
 * accounts; the application's user with the grants it has in production. */
#ifndef FW_TESTS_BILLING_BILLING_TEST_H
#define FW_TESTS_BILLING_BILLING_TEST_H

#include <check.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "billing/account.h"
#include "billing/ledger.h"
#include "billing/price.h"
#include "tests/support/testdb.h"

#define T0 INT64_C(1700000000000000)

static struct arena a;
static struct db *db;
static struct error err;
static int64_t bank, alice, bob;

#define ok(expr)                                                                                                       \
    do {                                                                                                               \
        enum status ok_s_ = (expr);                                                                                    \
        ck_assert_msg(ok_s_ == OK, "%s: %s %s: %s", #expr, status_meaning(ok_s_)->word, err.code, err.text);           \
    } while (0)

#define refused(expr, status_, code_)                                                                                  \
    do {                                                                                                               \
        err = (struct error){0};                                                                                       \
        enum status refused_s_ = (expr);                                                                               \
        ck_assert_msg(refused_s_ == (status_), "%s: status %s, not %s (%s: %s)", #expr,                                \
            status_meaning(refused_s_)->word, status_meaning(status_)->word, err.code, err.text);                      \
        ck_assert_str_eq(err.code, code_);                                                                             \
        ck_assert_str_ne(err.text, "");                                                                                \
    } while (0)

static struct arena ground_arena;
static struct db *ground;

static FW_UNUSED void ground_open(void)
{
    crypto_init();
    arena_init(&ground_arena, 0);
    ground = testdb_open(&ground_arena);
}

static FW_UNUSED void ground_close(void)
{
    testdb_close(&ground);
    arena_clear(&ground_arena);
}

static FW_UNUSED struct money eur(int64_t amount)
{
    return (struct money){.amount = amount, .currency = "EUR"};
}

/* TRUNCATE passes the triggers that keep transfers and accounts for ever. */
static FW_UNUSED void setup(void)
{
    crypto_init();
    arena_init(&a, 0);
    ok(db_open(testdb_settings(), &db, &err));
    ok(db_run_script(db,
        STR("TRUNCATE ledger_transfer; TRUNCATE ledger_hold; TRUNCATE ledger_balance; TRUNCATE ledger_account;"
            "TRUNCATE account; TRUNCATE price;"),
        &err));
    ok(ledger_open(db, STR("bank"), STR("EUR"), true, &bank, &err));
    ok(ledger_open(db, STR("customer:alice"), STR("EUR"), false, &alice, &err));
    ok(ledger_open(db, STR("customer:bob"), STR("EUR"), false, &bob, &err));
}

/* Whatever a test did, the books balance. */
static FW_UNUSED void teardown(void)
{
    ok(ledger_audit(db, &err));
    db_close(&db);
    arena_clear(&a);
}

static FW_UNUSED void teardown_damaged(void)
{
    db_close(&db);
    arena_clear(&a);
}

static FW_UNUSED struct transfer_id id_of(const char *name)
{
    return transfer_id_of("test:%s", name);
}

static FW_UNUSED void fill(int64_t account, int64_t amount)
{
    static int n;
    ok(ledger_transfer(db, transfer_id_of("fill:%d", ++n), bank, account, eur(amount), STR("filled"), T0, &err));
}

static FW_UNUSED struct account_balance balance(int64_t ledger_account)
{
    struct account acc = {.name = STR("test"), .ledger_account_id = ledger_account};
    struct account_balance b = {0};
    ok(account_balance(db, &acc, &b, &err));
    return b;
}

static FW_UNUSED void balance_is(int64_t account, int64_t posted, int64_t held)
{
    struct account_balance b = balance(account);
    ck_assert_int_eq(b.posted, posted);
    ck_assert_int_eq(b.held, held);
    ck_assert_int_eq(b.available, posted - held);
}

/* A connection as the application's user, with sql/grants.sql. */
static FW_UNUSED struct db *as_user(const char *user)
{
    struct str grants;
    struct db *u;
    for (size_t i = 0; i < 5; i++) {
        static const char *const users[] = {"fw_web", "fw_registrar", "fw_dns", "fw_sandbox", "fw_cli"};
        ok(db_run_script(db, str_printf(&a, "CREATE USER IF NOT EXISTS '%s'@'localhost'", users[i]), &err));
    }
    ok(file_read(&a, testdir_path(&a, test_root(), "sql/grants.sql"), 1 << 20, &grants, &err));
    ok(db_run_script(db, grants, &err));
    struct db_settings s = *testdb_settings();
    s.user = user;
    ok(db_open(&s, &u, &err));
    return u;
}

static FW_UNUSED int suite_run(Suite *s)
{
    ground_open();
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    ground_close();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
