/* Commands at the same moment, and mishaps between commit and answer. */
#include <poll.h>

#include "tests/registry/sandbox_client.h"

#define THREADS 8
#define ROUNDS 5

/* ---- at once ---------------------------------------------------------------------------------------- */

struct racer {
    pthread_t thread;
    pthread_barrier_t *start;
    struct client client;
    const char *name;
    int index;
    int (*run)(struct racer *r);
    int code;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    (void)pthread_barrier_wait(r->start);
    r->code = r->run(r);
    return NULL;
}

/* How many of the racers got this code. */
static int race_all(struct racer *racers, const char *name, int (*run)(struct racer *), int code)
{
    pthread_barrier_t start;
    int n = 0;
    ck_assert_int_eq(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        racers[i].start = &start;
        racers[i].name = name;
        racers[i].index = i;
        racers[i].run = run;
        ck_assert_int_eq(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(racers[i].thread, NULL), 0);
        n += racers[i].code == code;
    }
    (void)pthread_barrier_destroy(&start);
    return n;
}

static void racers_login(struct racer *racers)
{
    for (int i = 0; i < THREADS; i++)
        client_login(&racers[i].client, i % 2 == 0 ? "fourways" : "rival");
}

static void racers_close(struct racer *racers)
{
    for (int i = 0; i < THREADS; i++)
        client_close(&racers[i].client);
}

static int create_domain(struct racer *r)
{
    return domain_create(&r->client, r->name, REGISTRANT "<domain:contact type=\"tech\">ada</domain:contact>");
}

START_TEST(of_eight_creates_at_once_exactly_one_wins)
{
    static struct racer racers[THREADS];
    racers_login(racers);
    for (int round = 0; round < ROUNDS; round++) {
        const char *name = arena_printf(&fx_arena, "race%d.test", round);
        ck_assert_int_eq(race_all(racers, name, create_domain, 1000), 1);
        int lost = 0;
        for (int i = 0; i < THREADS; i++)
            lost += racers[i].code == 2302;
        ck_assert_int_eq(lost, THREADS - 1);
    }
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), ROUNDS);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM posting"), ROUNDS);
    ck_assert_int_eq(fx_number("SELECT 20000000 - SUM(balance) FROM registrar"), ROUNDS * 800);
    racers_close(racers);
}
END_TEST

static int create_own(struct racer *r)
{
    return domain_create(&r->client, arena_printf(&r->client.arena, "%s%d.test", r->name, r->index), REGISTRANT);
}

START_TEST(the_last_money_is_spent_once)
{
    static struct racer racers[THREADS];
    racers_login(racers);
    fx_sql("UPDATE registrar SET balance = 1700"); /* two each */
    ck_assert_int_eq(race_all(racers, "a", create_own, 1000), 4);
    ck_assert_int_eq(fx_number("SELECT SUM(balance) FROM registrar"), 200);
    racers_close(racers);
}
END_TEST

static int delete_or_link(struct racer *r)
{
    if (r->index % 2 == 0)
        return host_by_name(&r->client, "delete", r->name);
    return domain_command(&r->client, "update",
        "<domain:name>shop.test</domain:name><domain:add><domain:ns><domain:hostObj>ns1.elsewhere.net</domain:hostObj>"
        "</domain:ns></domain:add>");
}

START_TEST(a_host_is_never_deleted_while_it_is_being_linked)
{
    static struct racer racers[THREADS];
    for (int i = 0; i < THREADS; i++)
        client_login(&racers[i].client, "fourways");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    for (int round = 0; round < ROUNDS; round++) {
        ck_code(host_create(&c, "ns1.elsewhere.net", ""), 1000);
        (void)race_all(racers, "ns1.elsewhere.net", delete_or_link, 1000);
        ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain_ns n LEFT JOIN host h ON h.id = n.host_id"
                                   " WHERE h.id IS NULL"),
            0);
        fx_sql("DELETE FROM domain_ns; DELETE FROM host;");
    }
    racers_close(racers);
}
END_TEST

/* ---- mishaps ---------------------------------------------------------------------------------------- */

static void reconnect(void)
{
    client_close(&c);
    client_login(&c, "fourways");
}

START_TEST(a_drop_after_the_commit_leaves_the_domain_created)
{
    fx_sql("INSERT INTO fault (name) VALUES ('drop-after-commit:create')");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 0);
    reconnect();
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
    ck_code(domain_create(&c, "other.test", REGISTRANT), 1000); /* it fired once, and never again */
}
END_TEST

START_TEST(a_drop_before_the_commit_leaves_nothing)
{
    int64_t before = fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
    fx_sql("INSERT INTO fault (name) VALUES ('drop-before-commit:domain:create')");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 0);
    reconnect();
    ck_code(domain_by_name(&c, "info", "shop.test"), 2303);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), before);
}
END_TEST

START_TEST(half_an_answer_comes_after_the_commit)
{
    fx_sql("INSERT INTO fault (name) VALUES ('half-frame:create')");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 0);
    ck_assert(epp_frame_partial(&c.frames));
    reconnect();
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
}
END_TEST

START_TEST(a_silent_close_does_nothing)
{
    fx_sql("INSERT INTO fault (name, left_n) VALUES ('close-silent:create', 2)");
    for (int i = 0; i < 2; i++) {
        ck_code(domain_create(&c, "shop.test", REGISTRANT), 0);
        reconnect();
    }
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
}
END_TEST

START_TEST(an_ordered_code_is_answered_and_nothing_done)
{
    fx_sql("INSERT INTO fault (name, arg) VALUES ('code:create', 2400), ('code:info', 2500)");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 2400);
    ck_code(domain_by_name(&c, "info", "shop.test"), 2500);
    ck_assert_ptr_null(client_read(&c)); /* 2500 closes */
    reconnect();
    ck_code(domain_by_name(&c, "info", "shop.test"), 2303);
}
END_TEST

START_TEST(delays_delay)
{
    fx_sql("INSERT INTO fault (name, arg) VALUES ('delay-ms:check', 150), ('delay-reply-ms:info', 150)");
    uint64_t began = clock_monotonic_ns();
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
    ck_assert_uint_ge(clock_monotonic_ns() - began, 150000000);
    began = clock_monotonic_ns();
    ck_code(domain_by_name(&c, "info", "shop.test"), 2303);
    ck_code(contact_command(&c, "info", "<contact:id>ada</contact:id>"), 1000);
}
END_TEST

START_TEST(garbage_comes_instead_of_an_answer)
{
    fx_sql("INSERT INTO fault (name) VALUES ('garbage:create')");
    client_send(&c, arena_printf(&c.arena,
                        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><create><host:create"
                        " xmlns:host=\"urn:ietf:params:xml:ns:host-1.0\"><host:name>ns1.elsewhere.net</host:name>"
                        "</host:create></create></command></epp>"));
    ck_assert_str_eq(client_read(&c), "this is no XML");
    ck_code(host_by_name(&c, "info", "ns1.elsewhere.net"), 1000);
}
END_TEST

START_TEST(faults_of_the_configuration_are_rows_like_others)
{
    static struct str faults[] = {{"close-silent:renew 3 7", 22}};
    struct error e;
    client_close(&c);
    sandbox_stop(&fx_sandbox);
    fx_settings.faults = (struct conf_list){.items = faults, .n = 1};
    fx_start();
    client_login(&c, "fourways");
    ck_assert_int_eq(fx_number("SELECT left_n * 10 + arg FROM fault WHERE name = 'close-silent:renew'"), 37);
    struct sandbox_settings bad = fx_settings;
    struct sandbox *none = NULL;
    faults[0] = STR("no-such-fault");
    ck_assert_int_eq(sandbox_start(&bad, &none, &e), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, "no-such-fault"));
}
END_TEST

START_TEST(trouble_in_the_database_is_2400_and_the_session_goes_on)
{
    fx_sql("RENAME TABLE domain TO domain_away");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 2400);
    ck_assert(!says(&c, "domain_away") && !says(&c, "SQL")); /* the client learns nothing of the inside */
    fx_sql("RENAME TABLE domain_away TO domain");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
}
END_TEST

START_TEST(a_lost_database_connection_is_made_again)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    int64_t last = 0, killed = 0;
    for (;;) {
        last = fx_number(arena_printf(&fx_arena,
            "SELECT COALESCE(MIN(id), 0) FROM information_schema.processlist WHERE db = DATABASE()"
            " AND id <> CONNECTION_ID() AND id > %lld",
            (long long)last));
        if (last == 0)
            break;
        fx_sql(arena_printf(&fx_arena, "KILL %lld", (long long)last));
        killed++;
    }
    ck_assert_int_gt(killed, 0);
    ck_code(domain_by_name(&c, "info", "shop.test"), 1000);
}
END_TEST

START_TEST(a_stop_lets_the_command_in_hand_finish)
{
    fx_sql("INSERT INTO fault (name, arg) VALUES ('delay-reply-ms:create', 60000)");
    client_send(&c, "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><create><host:create"
                    " xmlns:host=\"urn:ietf:params:xml:ns:host-1.0\"><host:name>ns1.elsewhere.net</host:name>"
                    "</host:create></create></command></epp>");
    while (fx_number("SELECT COUNT(*) FROM host") == 0)
        (void)poll(NULL, 0, 5);
    uint64_t began = clock_monotonic_ns();
    sandbox_stop(&fx_sandbox);
    ck_assert_uint_lt(clock_monotonic_ns() - began, UINT64_C(20000000000));
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 1000);
    fx_start();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox race");
    TCase *t = tcase_create("race");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 90);
    tcase_add_test(t, of_eight_creates_at_once_exactly_one_wins);
    tcase_add_test(t, the_last_money_is_spent_once);
    tcase_add_test(t, a_host_is_never_deleted_while_it_is_being_linked);
    tcase_add_test(t, a_drop_after_the_commit_leaves_the_domain_created);
    tcase_add_test(t, a_drop_before_the_commit_leaves_nothing);
    tcase_add_test(t, half_an_answer_comes_after_the_commit);
    tcase_add_test(t, a_silent_close_does_nothing);
    tcase_add_test(t, an_ordered_code_is_answered_and_nothing_done);
    tcase_add_test(t, delays_delay);
    tcase_add_test(t, garbage_comes_instead_of_an_answer);
    tcase_add_test(t, faults_of_the_configuration_are_rows_like_others);
    tcase_add_test(t, trouble_in_the_database_is_2400_and_the_session_goes_on);
    tcase_add_test(t, a_lost_database_connection_is_made_again);
    tcase_add_test(t, a_stop_lets_the_command_in_hand_finish);
    suite_add_tcase(s, t);
    return suite_run(s);
}
