/* What the tests of web/ share: the real handlers behind a real server, on a migrated database with an account that
 * has money, a login, an API key and a hosted zone; and a client that speaks HTTP over a socket. There is no registry:
 * orders are placed, and nobody works on them. */
#ifndef FW_TESTS_WEB_WEB_TEST_H
#define FW_TESTS_WEB_WEB_TEST_H

#include <check.h>
#include <unistd.h>

#include "base/xml.h"
#include "billing/account.h"
#include "billing/price.h"
#include "registrar/contact.h"
#include "registrar/credential.h"
#include "tests/support/testdb.h"
#include "web/web.h"
#include "zones/delegation.h"

static struct arena a;
static struct db *db;
static struct error err;
static struct web web;
static sem_t logins;
static struct httpd *server;
static struct net_addr server_addr;
static struct account demo, rival;
static struct str key_id, key_secret;
static struct zone shop;

/* What a registrar would have done. */
#define ORDERS_DONE "UPDATE orders SET state = 'done', live = 0, step = '', finished = created + 1;"

#define PASSWORD "correct horse"

#define ok(expr)                                                                                                       \
    do {                                                                                                               \
        enum status ok_s_ = (expr);                                                                                    \
        ck_assert_msg(ok_s_ == OK, "%s: %s %s: %s", #expr, status_meaning(ok_s_)->word, err.code, err.text);           \
    } while (0)

static FW_UNUSED const struct delegation_column pool[DELEGATION_COLUMNS] = {
    {STR("fourways-dns.test"), STR("127.0.0.11"), STR("::1")},
    {STR("fourways-dns.example"), STR("127.0.0.12"), STR_NULL},
    {STR("fourways-dns.invalid"), STR_NULL, STR("::3")},
    {STR("fourways-dns.alt"), STR("127.0.0.14"), STR("::4")},
};

/* ---- ground: one database for the program ------------------------------------------------------------------ */

static struct arena ground_arena;
static struct db *ground;

static void ground_fill(void)
{
    struct money year = {.amount = 900, .currency = "EUR"};
    ok(delegation_pool_ensure(ground, pool, &err));
    ok(price_set(ground, STR("test"), PRICE_REGISTER, year, &err));
    ok(price_set(ground, STR("test"), PRICE_RENEW, year, &err));
    ok(login_create(ground, &ground_arena, STR("demo"), 1, STR(PASSWORD), clock_now(), &err));
    ok(login_create(ground, &ground_arena, STR("rival"), 1, STR(PASSWORD), clock_now(), &err));
}

static FW_UNUSED void ground_open(void)
{
    crypto_init();
    arena_init(&ground_arena, 0);
    ground = testdb_open(&ground_arena);
    ground_fill();
}

static FW_UNUSED void ground_close(void)
{
    testdb_close(&ground);
    arena_clear(&ground_arena);
}

/* ---- each test -------------------------------------------------------------------------------------------------- */

static void web_fill(void)
{
    static struct str profile;
    const struct desk_conf c = {.db_socket = STR("-"),
        .db_user = STR("-"),
        .db_password_file = STR(""),
        .db_database = STR("-"),
        .profiles = {&profile, 1},
        .wake = STR("")};
    profile = str_printf(&a, "%s/registry/profiles/sandbox.conf", test_root());
    web = (struct web){.currency = STR("EUR"),
        .registry_timeout_ms = 60,
        .dns_timeout_ms = 200,
        .asks_max = 2,
        .logins = &logins,
        .session = {3600 * US_PER_S, 600 * US_PER_S}};
    ok(desk_open(&a, &c, &web.desk, &err));
    web.desk.db = *testdb_settings();
    crypto_random(web.key.b, sizeof(web.key.b));
    csrf_key_derive(&web.key, &web.csrf);
    ck_assert_int_eq(sem_init(&logins, 0, 2), 0);
    ok(db_pool_open(&web.desk.db, 4, &web.pool, &err));
}

/* Each test has accounts of its own, since money cannot be unbooked; the logins are moved to them. */
DB_QUERY(q_login_move, "UPDATE login SET account_id = ?, failures = 0, blocked_until = 0 WHERE name = ?");

static void account_fill(const char *login, struct account *acc_r)
{
    struct str name = str_printf(&a, "%s-%.*s", login, STR_ARG(crypto_token(&a, 8)));
    struct money much = {.amount = 5000, .currency = "EUR"};
    ok(account_create(db, &a, name, STR("demo@example.com"), STR("EUR"), clock_now(), acc_r, &err));
    ok(account_deposit(db, acc_r, name, much, STR("play <money>"), clock_now(), &err));
    ok(db_exec(db, &q_login_move, DB_ARGS(db_i(acc_r->id), db_s(str_of(login))), NULL, &err));
}

static void accounts_fill(void)
{
    account_fill("demo", &demo);
    account_fill("rival", &rival);
}

static FW_UNUSED void setup(void)
{
    struct net_addr any;
    const struct zone_new n = {.name = STR("shop.test")};
    struct zone_new of_demo = n;
    arena_init(&a, 0);
    ok(db_open(testdb_settings(), &db, &err));
    ok(db_run_script(db,
        STR("DELETE FROM zone; DELETE FROM rrset; DELETE FROM zone_change; DELETE FROM orders;"
            "DELETE FROM domain; DELETE FROM web_session; DELETE FROM idempotency; DELETE FROM contact;"
            "DELETE FROM dns_server;"),
        &err));
    accounts_fill();
    of_demo.account_id = demo.id;
    ok(zone_create(db, &a, &of_demo, clock_now(), &shop, NULL, &err));
    web_fill();
    ok(api_key_create(db, &a, &web.key, demo.id, clock_now(), &key_id, &key_secret, &err));
    ok(net_addr_parse(STR("127.0.0.1:0"), &any, &err));
    const struct httpd_settings s = {
        .addrs = &any, .addrs_n = 1, .threads = 4, .handler = web_handle, .refuse = web_refuse, .ctx = &web};
    ok(httpd_start(&s, &server, &err));
    httpd_addr(server, 0, &server_addr);
}

static FW_UNUSED void teardown(void)
{
    httpd_stop(&server);
    db_pool_close(&web.pool);
    ck_assert_int_eq(sem_destroy(&logins), 0);
    db_close(&db);
    arena_clear(&a);
}

/* ---- a client ------------------------------------------------------------------------------------------------------- */

struct got {
    int status;
    struct str head, body;
};

static struct str receive(int fd)
{
    struct buf in;
    buf_in(&in, &a, 4 << 20);
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        ck_assert_int_gt(net_poll(&p, 1, net_deadline(20000)), 0);
        char *room = buf_room(&in, 65536);
        ssize_t n = read(fd, room, 65536);
        ck_assert_int_ge(n, 0);
        if (n == 0)
            return buf_view(&in);
        in.n += (size_t)n;
    }
}

static void send_all(int fd, struct str s)
{
    while (s.n > 0) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        ck_assert_int_gt(net_poll(&p, 1, net_deadline(20000)), 0);
        ssize_t n = write(fd, s.p, s.n);
        ck_assert_int_gt(n, 0);
        s = str_n(s.p + n, s.n - (size_t)n);
    }
}

/* headers: whole lines, each with its CRLF. */
static FW_UNUSED struct got ask(const char *method, const char *target, const char *headers, struct str body)
{
    int fd;
    ok(net_connect_tcp(&server_addr, 5000, &fd, &err));
    send_all(fd, str_printf(&a, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%.*s",
                     method, target, body.n, headers, STR_ARG(body)));
    struct str all = receive(fd);
    close(fd);
    const char *end = all.n > 4 ? memmem(all.p, all.n, "\r\n\r\n", 4) : NULL;
    ck_assert_msg(end != NULL && all.n > 12, "no reply to %s %s", method, target);
    int64_t status = 0;
    ck_assert(str_to_i64(str_n(all.p + 9, 3), 100, 599, &status));
    size_t head = (size_t)(end - all.p) + 4;
    return (struct got){(int)status, str_n(all.p, head), str_n(all.p + head, all.n - head)};
}

static FW_UNUSED bool says(struct str s, const char *word)
{
    return memmem(s.p, s.n, word, strlen(word)) != NULL;
}

/* A header's value; "" where there is none. Several of a name: the one that begins with `begin`. */
static FW_UNUSED struct str header_of(const struct got *g, const char *name, const char *begin)
{
    struct str rest = g->head, line;
    while (str_take(&rest, '\n', &line)) {
        ptrdiff_t colon = str_find(line, ':', 0);
        if (colon < 0 || !str_ieq(str_n(line.p, (size_t)colon), str_of(name)))
            continue;
        struct str v = str_trim(str_n(line.p + colon + 1, line.n - (size_t)colon - 1));
        if (str_starts(v, str_of(begin)))
            return v;
    }
    return STR("");
}

/* What stands between two words of the body; fails where they do not. */
static FW_UNUSED struct str between(struct str s, const char *before, const char *after)
{
    const char *p = memmem(s.p, s.n, before, strlen(before));
    ck_assert_msg(p != NULL, "\"%s\" is not in: %.*s", before, STR_ARG(s));
    p += strlen(before);
    const char *q = memmem(p, (size_t)(s.p + s.n - p), after, strlen(after));
    ck_assert(q != NULL);
    return str_n(p, (size_t)(q - p));
}

#define TEST_MAIN(name_, before_all_, after_all_, before_, after_, ...)                                                \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        Suite *s = suite_create(name_);                                                                                \
        TCase *c = tcase_create(name_);                                                                                \
        tcase_set_timeout(c, 120);                                                                                     \
        tcase_add_unchecked_fixture(c, before_all_, after_all_);                                                       \
        tcase_add_checked_fixture(c, before_, after_);                                                                 \
        for (size_t i = 0; i < ARRAY_LEN(tests); i++)                                                                  \
            tcase_add_test(c, tests[i]);                                                                               \
        suite_add_tcase(s, c);                                                                                         \
        SRunner *r = srunner_create(s);                                                                                \
        srunner_run_all(r, CK_ENV);                                                                                    \
        int failed = srunner_ntests_failed(r);                                                                         \
        srunner_free(r);                                                                                               \
        return failed == 0 ? 0 : 1;                                                                                    \
    }                                                                                                                  \
    struct web_test_main_ends_

#endif
