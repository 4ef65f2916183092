/* What the tests of registrar/ share: a migrated database with name servers, a customer with money and a contact, and a
 * registry in memory (tests/registry/fake_registry.h) behind a struct registrar. One worker step at a time. */
#ifndef FW_TESTS_REGISTRAR_REGISTRAR_TEST_H
#define FW_TESTS_REGISTRAR_REGISTRAR_TEST_H

#include <check.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "billing/price.h"
#include "registrar/advance.h"
#include "registrar/plan.h"
#include "registrar/worker.h"
#include "registry/poll.h"
#include "tests/registry/fake_registry.h"
#include "tests/support/testdb.h"
#include "zones/change.h"
#include "zones/delegation.h"

#define LEASE_US (60 * US_PER_S)
#define PRICE 900
#define MONEY 10000

static struct arena a;
static struct db *db;
static struct error err;
static struct account acc, other;
static struct fake_registry *fake;
static struct registrar us;

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

static const struct delegation_column pool[DELEGATION_COLUMNS] = {
    {STR("fourways-dns.test"), STR("127.0.0.11"), STR("::1")},
    {STR("fourways-dns.example"), STR("127.0.0.12"), STR_NULL},
    {STR("fourways-dns.invalid"), STR_NULL, STR("::3")},
    {STR("fourways-dns.alt"), STR("127.0.0.14"), STR("::4")},
};

static const struct contact somebody = {
    .name = STR("Ada Example"),
    .org = STR("Example Works"),
    .street = STR("1 Road"),
    .city = STR("Town"),
    .postal_code = STR("12345"),
    .country = STR("DE"),
    .phone = STR("+49.301234567"),
    .email = STR("ada@example.test"),
};

static FW_UNUSED struct money eur(int64_t amount)
{
    return (struct money){.amount = amount, .currency = "EUR"};
}

static FW_UNUSED void sql(const char *text)
{
    ok(db_run_script(db, str_of(text), &err));
}

static FW_UNUSED void sql_of(struct str text)
{
    ok(db_run_script(db, text, &err));
}

DB_QUERY(q_one_number, "SELECT v FROM test_number");
/* The number that a SELECT gives. */
static FW_UNUSED int64_t number(const char *select)
{
    struct db_result r;
    sql_of(str_printf(&a, "CREATE OR REPLACE VIEW test_number AS SELECT CAST((%s) AS SIGNED) v", select));
    ok(db_select_one(db, &a, &q_one_number, DB_NO_ARGS, &r, &err));
    return db_int(&r, 0, 0);
}

static FW_UNUSED void setup(void)
{
    crypto_init();
    log_init("test", LOG_ERROR);
    arena_init(&a, 0);
    ok(db_open(testdb_settings(), &db, &err));
    sql("TRUNCATE ledger_transfer; TRUNCATE ledger_hold; TRUNCATE ledger_balance; TRUNCATE ledger_account;"
        "TRUNCATE account; TRUNCATE price; TRUNCATE contact; TRUNCATE domain; TRUNCATE orders; TRUNCATE order_step;"
        "TRUNCATE idempotency; TRUNCATE lookup; TRUNCATE login; TRUNCATE api_key; TRUNCATE registry_command;"
        "TRUNCATE registry_host; TRUNCATE registry_contact; TRUNCATE registry_message;"
        "DELETE FROM zone; DELETE FROM rrset; DELETE FROM zone_change; DELETE FROM zone_served;");
    fake = fake_registry_new("fourways", clock_now());
    us = (struct registrar){.epp_timeout_ms = 5000, .instance = "test"};
    us.registries = fake_registries(&a, fake);
    us.desk.tlds = us.registries.tlds;
    us.desk.db = *testdb_settings();
    crypto_random(&us.sealing, sizeof(us.sealing));
    ok(account_create(db, &a, STR("demo"), STR_NULL, STR("EUR"), clock_now(), &acc, &err));
    ok(account_create(db, &a, STR("other"), STR_NULL, STR("EUR"), clock_now(), &other, &err));
    ok(account_deposit(db, &acc, STR("1"), eur(MONEY), STR("in"), clock_now(), &err));
    ok(account_deposit(db, &other, STR("1"), eur(MONEY), STR("in"), clock_now(), &err));
    ok(price_set(db, STR("test"), PRICE_REGISTER, eur(PRICE), &err));
    ok(price_set(db, STR("test"), PRICE_RENEW, eur(PRICE), &err));
    ok(price_set(db, STR("alt"), PRICE_REGISTER, eur(0), &err));
}

/* Whatever a test did, the books balance. */
static FW_UNUSED void teardown(void)
{
    ok(ledger_audit(db, &err));
    fake_registry_free(&fake);
    db_close(&db);
    arena_clear(&a);
}

/* ---- orders -------------------------------------------------------------------------------------------------- */

static FW_UNUSED struct order place_for(
    const struct account *who, const char *kind, const char *name, int years, const char *key)
{
    struct order o;
    struct order_request rq = {
        .kind = str_of(kind), .name = str_of(name), .years = years, .contact = &somebody, .key = str_of(key)};
    ok(order_place(&us.desk, db, &a, who, &rq, clock_now(), &o, NULL, &err));
    return o;
}

static FW_UNUSED struct order place(const char *kind, const char *name)
{
    return place_for(&acc, kind, name, 1, NULL);
}

static FW_UNUSED struct order again(const struct order *o)
{
    struct order n;
    ok(order_find(db, &a, 0, o->id, &n, &err));
    return n;
}

/* The name servers have all there is. */
static FW_UNUSED void serve_all(void)
{
    sql("REPLACE INTO zone_served (server_id, zone_id, version, at) SELECT d.id, z.id, z.version, 0"
        " FROM dns_server d, zone z");
}

/* Leases the order, due or not; only one order may be live. */
static FW_UNUSED struct order lease(const struct order *o)
{
    struct order n;
    sql_of(str_printf(&a, "UPDATE orders SET next_run = 0, lease_token = 0 WHERE id = %lld", (long long)o->id));
    ok(order_lease(db, &a, STR("test"), clock_now(), LEASE_US, &n, &err));
    ck_assert_int_eq(n.id, o->id);
    return n;
}

/* As a worker does, but that it comes back at once to an order that waits for name servers. */
static FW_UNUSED struct order work(const struct order *o)
{
    struct order n = lease(o);
    ok(worker_run(&us, db, &a, &n, LEASE_US, &err));
    serve_all();
    if (!order_ended(&n) && str_eqz(n.step, "in-sync")) {
        n = lease(&n);
        ok(worker_run(&us, db, &a, &n, LEASE_US, &err));
    }
    return again(&n);
}

/* Until it stands at the step. */
static FW_UNUSED struct order work_to(const struct order *o, const char *step)
{
    struct order n = lease(o);
    while (!str_eqz(n.step, step)) {
        ck_assert(n.lease_token != 0 && !order_ended(&n));
        serve_all();
        ok(worker_step(&us, db, &a, &n, LEASE_US, &err));
    }
    return n;
}

static FW_UNUSED struct order work_to_end(const struct order *o)
{
    struct order n = *o;
    for (int i = 0; i < 20 && !order_ended(&n); i++)
        n = work(&n);
    return n;
}

#define is_state(o, state_)                                                                                            \
    do {                                                                                                               \
        struct order is_o_ = again(o);                                                                                 \
        ck_assert_msg(str_eqz(is_o_.state, state_), "%.*s at %.*s, not %s: %.*s %.*s", STR_ARG(is_o_.state),           \
            STR_ARG(is_o_.step), state_, STR_ARG(is_o_.error_code), STR_ARG(is_o_.error_text));                        \
    } while (0)

/* A domain of the customer, registered. */
static FW_UNUSED struct order registered(const char *name)
{
    struct order o = place("register", name);
    o = work_to_end(&o);
    is_state(&o, "done");
    return o;
}

static FW_UNUSED void money_is(const struct account *who, int64_t posted, int64_t held)
{
    struct account_balance b;
    ok(account_balance(db, who, &b, &err));
    ck_assert_int_eq(b.posted, posted);
    ck_assert_int_eq(b.held, held);
}

static FW_UNUSED void domain_is(const char *name, const char *state)
{
    struct domain d;
    enum status s = domain_find(db, &a, 0, str_of(name), &d, &err);
    if (state == NULL)
        ck_assert_int_eq(s, NOT_FOUND);
    else
        ck_assert_msg(s == OK && str_eqz(d.state, state), "%s is not %s", name, state);
}

static FW_UNUSED bool has_zone(const char *name)
{
    struct zone z;
    return zone_find(db, &a, str_of(name), ZONE_ANY_ACCOUNT, &z, &err) == OK;
}

/* The registry's messages are fetched and applied. */
static FW_UNUSED void poll_registry(void)
{
    size_t n = 0;
    const struct poll_handler h = {.apply = message_apply};
    struct registry_work w = {
        .registry = &us.registries.items[0], .db = db, .arena = &a, .now = clock_now(), .timeout_ms = 5000};
    ok(registry_poll_run(&w, &h, 100, &n, &err));
    ck_assert_uint_gt(n, 0);
}

/* The users of the processes, with the rights that they have in production. */
static FW_UNUSED void grant_users(void)
{
    static const char *const users[] = {"fw_web", "fw_registrar", "fw_dns", "fw_sandbox", "fw_cli"};
    struct str grants;
    for (size_t i = 0; i < ARRAY_LEN(users); i++)
        sql_of(str_printf(&a, "CREATE USER IF NOT EXISTS '%s'@'localhost'", users[i]));
    ok(file_read(&a, testdir_path(&a, test_root(), "sql/grants.sql"), 1 << 20, &grants, &err));
    sql_of(grants);
}

static FW_UNUSED int suite_run(Suite *s)
{
    crypto_init();
    arena_init(&ground_arena, 0);
    ground = testdb_open(&ground_arena);
    if (delegation_pool_ensure(ground, pool, &err) != OK ||
        db_run_script(ground,
            STR("INSERT INTO dns_server (id, col, row_from, row_to, name, dns_addrs, started, last_seen, feed_lag_us)"
                " VALUES (1, 0, 0, 511, 'dns-0', '', 0, 0, 0), (2, 1, 0, 511, 'dns-1', '', 0, 0, 0),"
                " (3, 2, 0, 511, 'dns-2', '', 0, 0, 0), (4, 3, 0, 511, 'dns-3', '', 0, 0, 0)"),
            &err) != OK) {
        fprintf(stderr, "no ground: %s\n", err.text);
        return EXIT_FAILURE;
    }
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    testdb_close(&ground);
    arena_clear(&ground_arena);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
