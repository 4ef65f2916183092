/* The threads themselves, the name servers' own domains, and a database that goes away. */
#include <pthread.h>
#include <sched.h>

#include "registrar/infra.h"
#include "tests/registrar/registrar_test.h"

static struct infra_conf infra;

static void setup_infra(void)
{
    static struct str lines[4] = {STR("fourways-dns.test 127.0.0.11 ::1"), STR("fourways-dns.example 127.0.0.12 -"),
        STR("fourways-dns.invalid - ::3"), STR("fourways-dns.alt 127.0.0.14 ::4")};
    static struct str contact[8] = {STR("name House Keeper"), STR("street 1 Road"), STR("city Town"),
        STR("postal_code 12345"), STR("country DE"), STR("phone +49.301234567"), STR("email house@example.test"),
        STR("")};
    setup();
    infra =
        (struct infra_conf){.name_servers = {lines, 4}, .own = true, .account = STR("house"), .contact = {contact, 8}};
}

static void ensure(void)
{
    ok(infra_ensure(&us, &infra, db, &a, clock_now(), &err));
}

static struct order newest(const char *name)
{
    struct order *list;
    size_t n = 0;
    ok(order_list(db, &a, 0, str_of(name), 0, 1, &list, &n, &err));
    ck_assert_uint_eq(n, 1);
    return list[0];
}

/* Threads run until nothing is live; the name servers follow. */
static void run_workers(unsigned threads)
{
    struct workers *w = NULL;
    struct workers_settings s = {
        .us = &us, .order_threads = threads, .lookup_threads = 1, .lease_s = 60, .idle_ms = 10, .poll_ms = 100};
    ok(workers_start(&s, &w, &err));
    uint64_t end = clock_monotonic_ns() + UINT64_C(30000000000);
    while (number("SELECT COUNT(*) FROM orders WHERE live = 1") > 0 && clock_monotonic_ns() < end)
        serve_all();
    workers_stop(&w);
    ck_assert_ptr_null(w);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE live = 1"), 0);
}

START_TEST(the_name_servers_domains_are_ordered_once_and_come_up_together)
{
    for (int i = 0; i < 3; i++)
        ensure();
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE kind = 'infra'"), 4);
    run_workers(4);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE kind = 'infra' AND state = 'done'"), 4);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM domain WHERE state = 'active'"), 4);
    ensure();
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders"), 4);
}
END_TEST

START_TEST(a_changed_house_contact_orders_nothing_anew)
{
    ensure();
    infra.contact.items[2] = STR("city Other Town");
    ensure();
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders"), 4);
    infra.contact.items[2] = STR("city Town");
}
END_TEST

START_TEST(a_name_servers_domain_that_is_taken_is_tried_anew_at_the_next_start)
{
    fake_registry_seize(fake, "fourways-dns.test", "rival");
    ensure();
    struct order o = newest("fourways-dns.test");
    sql("UPDATE orders SET next_run = 9000000000000000000 WHERE name <> 'fourways-dns.test'");
    o = work_to_end(&o);
    is_state(&o, "failed");
    log_init("test", LOG_ERROR);
    ensure();
    ck_assert_int_ne(newest("fourways-dns.test").id, o.id);
    ensure();
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE name = 'fourways-dns.test'"), 2);
}
END_TEST

START_TEST(a_pending_name_servers_domain_comes_up_when_it_is_approved)
{
    struct domain d;
    infra.name_servers.items[0] = STR("fourways-dns.test 127.0.0.11 ::1");
    ensure();
    struct order o = newest("fourways-dns.test");
    sql("UPDATE orders SET next_run = 9000000000000000000 WHERE name <> 'fourways-dns.test'");
    fake_registry_pend(fake);
    o = work(&o);
    ck_assert(str_eqz(o.step, "create-bare"));
    fake_registry_decide(fake, "fourways-dns.test", true);
    poll_registry();
    o = work(&o);
    ok(domain_find(db, &a, 0, STR("fourways-dns.test"), &d, &err));
    ck_assert(d.registered > 0);
}
END_TEST

START_TEST(wrong_configuration_is_refused_with_its_line)
{
    struct str items[4];
    memcpy(items, infra.name_servers.items, sizeof(items));
    struct infra_conf c = infra;
    c.name_servers = (struct conf_list){items, 3};
    refused(infra_ensure(&us, &c, db, &a, clock_now(), &err), INVALID, "name-server");
    c.name_servers.n = 4;
    items[3] = STR("fourways-dns.test 127.0.0.1");
    refused(infra_ensure(&us, &c, db, &a, clock_now(), &err), INVALID, "name-server");
    items[3] = STR("other-dns.test 127.0.0.1 -");
    refused(infra_ensure(&us, &c, db, &a, clock_now(), &err), INVALID, "name-server");
    struct str contact[1] = {STR("shoe-size 44")};
    c = infra;
    c.contact = (struct conf_list){contact, 1};
    refused(infra_ensure(&us, &c, db, &a, clock_now(), &err), INVALID, "house-contact");
    c.contact.n = 0;
    refused(infra_ensure(&us, &c, db, &a, clock_now(), &err), INVALID, "contact-name");
}
END_TEST

START_TEST(a_customers_order_waits_for_the_name_servers_own_domains)
{
    ensure();
    sql("UPDATE orders SET next_run = 9000000000000000000");
    struct order o = place("register", "shop.test");
    o = work(&o);
    is_state(&o, "open");
    ck_assert(str_eqz(o.step, "create") && o.attempt == 0);
    sql("UPDATE orders SET next_run = 0");
    run_workers(4);
    is_state(&o, "done");
    money_is(&acc, MONEY - PRICE, 0);
}
END_TEST

/* As in production: fourways-registrar starts, and works, with its own user's rights. */
START_TEST(the_registrars_own_user_can_do_all_its_work)
{
    struct db *registrar;
    bool did = false;
    grant_users();
    us.desk.db.user = "fw_registrar";
    ok(db_open(&us.desk.db, &registrar, &err));
    ok(order_lease_release(registrar, STR("test"), clock_now(), &err));
    ok(infra_ensure(&us, &infra, registrar, &a, clock_now(), &err));
    struct order good = place("register", "good.test");
    fake_registry_seize(fake, "bad.test", "rival");
    struct order bad = place("register", "bad.test");
    run_workers(2);
    is_state(&good, "done");
    is_state(&bad, "failed");
    struct order gone = place("delete", "good.test");
    run_workers(2);
    is_state(&gone, "done");
    sql("INSERT INTO lookup (kind, name, state, created) VALUES ('check', 'x.test', 'new', 5)");
    ok(lookup_serve(&us, registrar, 6, &did, &err));
    ok(lookup_sweep(registrar, clock_now(), &err));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM lookup"), 0);
    db_close(&registrar);
}
END_TEST

#define BATCH 40

START_TEST(many_orders_with_mishaps_end_each_once_and_the_books_balance)
{
    sql_of(str_printf(&a, "UPDATE price SET amount = 100"));
    for (int i = 0; i < BATCH; i++) {
        if (i % 8 == 0)
            fake_registry_seize(fake, arena_printf(&a, "m%d.test", i), "rival");
        (void)place("register", arena_printf(&a, "m%d.test", i));
    }
    fake_registry_mishap(fake, "domain-create", FAKE_UNANSWERED, 0, 5);
    fake_registry_mishap(fake, "domain-check", FAKE_UNREACHABLE, 0, 5);
    fake_registry_mishap(fake, "host-create", FAKE_UNHEARD, 0, 3);
    run_workers(8);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE state = 'failed'"), BATCH / 8);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE state = 'done'"), BATCH - BATCH / 8);
    money_is(&acc, MONEY - (BATCH - BATCH / 8) * 100, 0);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), BATCH - BATCH / 8);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM ledger_transfer WHERE kind IN ('post', 'void')"), BATCH);
}
END_TEST

/* The first check that comes in is answered when `released` is set. */
static int checks;
static bool released;
static enum status (*check_at_once)(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e);

#define CHECKS_AT_ONCE 3 /* a worker takes one order, then two, then four */

static enum status check_late(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    if (__atomic_add_fetch(&checks, 1, __ATOMIC_ACQ_REL) > CHECKS_AT_ONCE)
        while (!__atomic_load_n(&released, __ATOMIC_ACQUIRE))
            sched_yield();
    return check_at_once(ctx, c, names, n, out, e);
}

static void *stop(void *ctx)
{
    workers_stop(ctx);
    return NULL;
}

static int64_t connections(void)
{
    return number("SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()");
}

/* With four orders in its hands a worker ends the one that it has begun; the others another process may have at once. */
START_TEST(an_orderly_end_gives_back_what_was_leased_and_not_begun)
{
    pthread_t stopper;
    struct workers *w = NULL;
    const struct workers_settings s = {
        .us = &us, .order_threads = 1, .lookup_threads = 1, .lease_s = 3600, .idle_ms = 10, .poll_ms = 100};
    for (int i = 0; i < 8; i++)
        (void)place("register", arena_printf(&a, "m%d.test", i));
    check_at_once = us.registries.items[0].adapter.domain_check;
    us.registries.items[0].adapter.domain_check = check_late;
    int64_t before = connections();
    ok(workers_start(&s, &w, &err));
    while (__atomic_load_n(&checks, __ATOMIC_ACQUIRE) <= CHECKS_AT_ONCE)
        sched_yield();
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE lease_token <> 0"), 4);
    ck_assert_int_eq(pthread_create(&stopper, NULL, stop, &w), 0);
    while (connections() > before + 1) /* the other threads have seen that it ends */
        sched_yield();
    __atomic_store_n(&released, true, __ATOMIC_RELEASE);
    pthread_join(stopper, NULL);
    ck_assert_int_eq(checks, CHECKS_AT_ONCE + 1);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE lease_token <> 0"), 0);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE live = 1 AND step = 'check'"), 4);
    struct order o;
    ok(order_lease(db, &a, STR("another"), clock_now(), LEASE_US, &o, &err));
}
END_TEST

static bool killing;

static void keep_own_connection(void)
{
    sql("CREATE TABLE IF NOT EXISTS test_keep (v BIGINT); DELETE FROM test_keep;"
        "INSERT INTO test_keep SELECT CONNECTION_ID();"
        "CREATE TABLE IF NOT EXISTS test_kill (v BIGINT); DELETE FROM test_kill");
}

/* Ends every other connection to this database, again and again, as a server that is restarted would. */
static void *kill_connections(void *ctx)
{
    struct db *c;
    struct error e;
    (void)ctx;
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    const char *script = "DELIMITER //\nBEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;"
                         " FOR p IN (SELECT id FROM information_schema.processlist WHERE db = DATABASE()"
                         " AND id <> CONNECTION_ID() AND user = 'root' AND id NOT IN (SELECT v FROM test_keep)) DO"
                         " KILL p.id; INSERT INTO test_kill VALUES (p.id); END FOR; END//\nDELIMITER ;\n";
    while (__atomic_load_n(&killing, __ATOMIC_ACQUIRE))
        if (db_run_script(c, str_of(script), &e) != OK)
            fprintf(stderr, "kill: %s\n", e.text);
        else
            (void)poll(NULL, 0, 50); /* how often connections die is the test's own choice */
    db_close(&c);
    return NULL;
}

START_TEST(workers_get_over_connections_that_die_at_any_time)
{
    struct workers *w = NULL;
    pthread_t killer;
    struct workers_settings s = {
        .us = &us, .order_threads = 4, .lookup_threads = 1, .lease_s = 1, .idle_ms = 10, .poll_ms = 100};
    log_init("test", LOG_ERROR);
    keep_own_connection();
    for (int i = 0; i < 10; i++)
        (void)place("register", arena_printf(&a, "k%d.test", i));
    killing = true;
    ck_assert_int_eq(pthread_create(&killer, NULL, kill_connections, NULL), 0);
    ok(workers_start(&s, &w, &err));
    uint64_t kill_end = clock_monotonic_ns() + UINT64_C(2000000000), end = kill_end + UINT64_C(40000000000);
    while (number("SELECT COUNT(*) FROM orders WHERE live = 1") > 0 && clock_monotonic_ns() < end) {
        serve_all();
        if (killing && clock_monotonic_ns() > kill_end) {
            __atomic_store_n(&killing, false, __ATOMIC_RELEASE);
            pthread_join(killer, NULL);
        }
    }
    if (killing) {
        __atomic_store_n(&killing, false, __ATOMIC_RELEASE);
        pthread_join(killer, NULL);
    }
    workers_stop(&w);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE state = 'done'"), 10);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM ledger_transfer WHERE kind = 'post'"), 10);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 10);
    money_is(&acc, MONEY - 10 * PRICE, 0);
    ck_assert_int_gt(number("SELECT COUNT(*) FROM test_kill"), 20);
}
END_TEST

START_TEST(an_order_with_a_key_survives_connections_that_die_while_it_is_placed)
{
    pthread_t killer;
    struct db *c;
    keep_own_connection();
    ok(db_open(testdb_settings(), &c, &err));
    sql("UPDATE price SET amount = 10");
    killing = true;
    ck_assert_int_eq(pthread_create(&killer, NULL, kill_connections, NULL), 0);
    for (int i = 0; i < 200; i++) {
        struct order o;
        struct error e;
        struct str name = str_printf(&a, "p%d.test", i);
        struct order_request rq = {
            .kind = STR("register"), .name = name, .years = 1, .contact = &somebody, .key = name};
        enum status s;
        do
            s = order_place(&us.desk, c, &a, &acc, &rq, clock_now(), &o, NULL, &e);
        while (s == UNAVAILABLE || s == UNCERTAIN);
        ck_assert_msg(s == OK, "%s %s", e.code, e.text);
    }
    __atomic_store_n(&killing, false, __ATOMIC_RELEASE);
    pthread_join(killer, NULL);
    db_close(&c);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders"), 200);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM contact"), 1);
    money_is(&acc, MONEY, 2000);
    ck_assert_int_gt(number("SELECT COUNT(*) FROM test_kill"), 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("worker");
    TCase *t = tcase_create("worker");
    tcase_add_checked_fixture(t, setup_infra, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, the_name_servers_domains_are_ordered_once_and_come_up_together);
    tcase_add_test(t, a_changed_house_contact_orders_nothing_anew);
    tcase_add_test(t, a_name_servers_domain_that_is_taken_is_tried_anew_at_the_next_start);
    tcase_add_test(t, a_pending_name_servers_domain_comes_up_when_it_is_approved);
    tcase_add_test(t, wrong_configuration_is_refused_with_its_line);
    tcase_add_test(t, a_customers_order_waits_for_the_name_servers_own_domains);
    tcase_add_test(t, the_registrars_own_user_can_do_all_its_work);
    tcase_add_test(t, many_orders_with_mishaps_end_each_once_and_the_books_balance);
    tcase_add_test(t, an_orderly_end_gives_back_what_was_leased_and_not_begun);
    tcase_add_test(t, workers_get_over_connections_that_die_at_any_time);
    tcase_add_test(t, an_order_with_a_key_survives_connections_that_die_while_it_is_placed);
    suite_add_tcase(s, t);
    return suite_run(s);
}
