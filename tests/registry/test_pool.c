/* Sessions: how many, how they end, how they come back. */
#include <sched.h>

#include "registry/pool_inner.h"
#include "tests/registry/client_fixture.h"

#define SESSIONS 3 /* as the fixture's connection file has it */
#define ALONE "pipeline = 16", "pipeline = 1"

static struct pool *pool(void)
{
    return cl_w.registry->pool;
}

static enum status take(int timeout_ms, struct epp_session **s_r)
{
    const struct pool_ask ask = {.timeout_ms = timeout_ms};
    return pool_take(pool(), &ask, s_r, &cl_e);
}

static void give(struct epp_session *s)
{
    pool_give(pool(), s, 1000, false);
}

static enum status check(const char *name, struct registry_avail *avail)
{
    struct str n = str_of(name);
    return registry_domain_check(&cl_w, &n, 1, avail, &cl_e);
}

/* With another line in the profile, or another password. */
static void reopen(const char *from, const char *to, const char *password)
{
    registries_close(&cl_set);
    cl_profile_edit[0] = from;
    cl_profile_edit[1] = to;
    cl_files_write(password);
    cl_open();
}

static void registry_restart(void)
{
    sandbox_stop(&fx_sandbox);
    fx_start();
    cut_relay_target(cl_relay, sandbox_port(fx_sandbox));
}

START_TEST(no_session_is_opened_before_it_is_needed_and_one_is_used_again)
{
    struct registry_avail avail;
    ck_assert_uint_eq(pool_sessions(pool()), 0);
    for (int i = 0; i < 5; i++)
        ck_status(check("a.test", &avail), OK);
    ck_assert_uint_eq(pool_sessions(pool()), 1);
    ck_assert_uint_eq(cut_relay_connections(cl_relay), 1);
}
END_TEST

START_TEST(at_most_the_agreed_number_of_sessions_is_open)
{
    struct epp_session *s[SESSIONS + 1];
    reopen(ALONE, "secret-one\n");
    for (int i = 0; i < SESSIONS; i++)
        ck_status(take(5000, &s[i]), OK);
    ck_status(take(50, &s[SESSIONS]), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-busy");
    give(s[1]);
    ck_status(take(5000, &s[SESSIONS]), OK);
    ck_assert_ptr_eq(s[SESSIONS], s[1]);
    pool_give(pool(), s[0], 0, true);
    ck_assert_uint_eq(pool_sessions(pool()), SESSIONS - 1);
    give(s[1]);
    give(s[2]);
}
END_TEST

/* We may have three, but the registry grants one: the second caller waits for it. */
START_TEST(a_registry_that_grants_fewer_sessions_is_waited_for)
{
    struct epp_session *a = NULL, *b = NULL;
    fx_settings.max_sessions_each = 1;
    registry_restart();
    reopen(ALONE, "secret-one\n");
    ck_status(take(5000, &a), OK);
    ck_status(take(300, &b), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-busy");
    give(a);
    ck_status(take(300, &b), OK);
    give(b);
}
END_TEST

struct caller {
    pthread_t thread;
    struct arena arena;
    struct registry_work w;
    int failed;
};

static void *caller_run(void *ctx)
{
    struct caller *c = ctx;
    struct error e;
    for (int i = 0; i < 20; i++) {
        struct str name = str_printf(&c->arena, "n%d.test", i);
        struct registry_avail avail;
        if (registry_domain_check(&c->w, &name, 1, &avail, &e) != OK || !str_eq(avail.name, name))
            c->failed++;
    }
    return NULL;
}

START_TEST(many_threads_share_few_sessions)
{
    struct caller callers[8];
    for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
        callers[i] = (struct caller){.w = cl_w};
        arena_init(&callers[i].arena, 0);
        callers[i].w.arena = &callers[i].arena;
        ck_assert_int_eq(pthread_create(&callers[i].thread, NULL, caller_run, &callers[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
        (void)pthread_join(callers[i].thread, NULL);
        ck_assert_int_eq(callers[i].failed, 0);
        arena_clear(&callers[i].arena);
    }
    ck_assert_uint_le(cut_relay_connections(cl_relay), SESSIONS);
}
END_TEST

START_TEST(a_registry_that_restarted_is_not_noticed_by_the_next_command)
{
    struct epp_session *s[SESSIONS];
    reopen(ALONE, "secret-one\n");
    for (int i = 0; i < SESSIONS; i++)
        ck_status(take(5000, &s[i]), OK);
    for (int i = 0; i < SESSIONS; i++)
        give(s[i]);
    registry_restart();
    struct registry_domain_create in;
    cl_domain(&in, "a.test");
    ck_status(registry_domain_create(&cl_w, "order:1:create", &in, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.attempt, 1);
    ck_assert_int_eq(cl_o.source, OUTCOME_ANSWER);
}
END_TEST

START_TEST(a_wrong_password_stops_the_pool_instead_of_locking_the_account)
{
    struct registry_avail avail;
    char why[200];
    reopen(NULL, NULL, "wrong-one\n");
    unsigned before = cut_relay_connections(cl_relay);
    for (int i = 0; i < 5; i++) {
        ck_status(check("a.test", &avail), UNAVAILABLE);
        ck_assert_str_eq(cl_e.code, "registry-login-refused");
    }
    ck_assert_uint_eq(cut_relay_connections(cl_relay), before + 1);
    ck_assert(!registries_healthy(&cl_set, why, sizeof(why)));
    ck_assert_ptr_null(strstr(why, "wrong-one"));
}
END_TEST

START_TEST(code_2501_stops_the_pool)
{
    struct registry_domain_create in;
    char why[200];
    cl_domain(&in, "a.test");
    cl_fault("code:domain:create", 1, 2501);
    for (int i = 0; i < 3; i++) {
        ck_status(registry_domain_create(&cl_w, "order:1:create", &in, &cl_o, &cl_e), UNAVAILABLE);
        ck_assert_int_eq(cl_o.attempt, i == 0 ? 1 : 0);
    }
    ck_assert(!registries_healthy(&cl_set, why, sizeof(why)));
    ck_assert_uint_eq(cut_relay_connections(cl_relay), 1);
}
END_TEST

static const int closing_codes[] = {2500, 2502};

START_TEST(a_closing_code_ends_that_session_only)
{
    struct registry_avail avail;
    cl_fault("code:domain:check", 1, closing_codes[_i]);
    ck_status(check("a.test", &avail), UNAVAILABLE);
    ck_assert_uint_eq(pool_sessions(pool()), 0);
    ck_status(check("a.test", &avail), OK);
    ck_assert_uint_eq(cut_relay_connections(cl_relay), 2);
}
END_TEST

/* The relay listens on 127.0.0.1 only; where localhost is ::1 first, the second address is the one. */
START_TEST(a_registry_may_be_a_host_name)
{
    struct registry_avail avail;
    cl_host = "localhost";
    reopen(NULL, NULL, "secret-one\n");
    ck_status(check("a.test", &avail), OK);
}
END_TEST

START_TEST(a_host_that_does_not_exist_is_named)
{
    struct registry_avail avail;
    cl_host = "no-such-host.invalid";
    reopen(NULL, NULL, "secret-one\n");
    ck_status(check("a.test", &avail), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-unreachable");
    ck_assert_ptr_nonnull(strstr(cl_e.text, "no-such-host.invalid"));
}
END_TEST

/* Their certificate is theirs to mend: we come back by ourselves, and say nothing of our password before. */
START_TEST(a_certificate_of_another_name_is_refused_and_stops_nothing)
{
    struct registry_avail avail;
    char why[200];
    cl_tls_name = "registry.test";
    reopen(NULL, NULL, "secret-one\n");
    ck_status(check("a.test", &avail), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-unreachable");
    ck_assert_ptr_nonnull(strstr(cl_e.text, "certificate"));
    ck_assert(registries_healthy(&cl_set, why, sizeof(why)));
}
END_TEST

START_TEST(an_unreachable_registry_is_not_stormed_and_found_again)
{
    struct registry_avail avail;
    cut_relay_refuse(cl_relay, true);
    ck_status(check("a.test", &avail), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-unreachable");
    ck_status(check("a.test", &avail), UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(cl_e.text, "next attempt"));
    ck_assert_uint_eq(cut_relay_connections(cl_relay), 1);
    cut_relay_refuse(cl_relay, false);
    enum status s;
    uint64_t end = clock_monotonic_ns() + UINT64_C(20000000000);
    while ((s = check("a.test", &avail)) != OK && clock_monotonic_ns() < end)
        ck_assert_str_eq(cl_e.code, "registry-unreachable");
    ck_status(s, OK);
}
END_TEST

START_TEST(commands_wait_for_the_registry_s_rate)
{
    struct epp_session *s = NULL;
    int taken = 0;
    reopen("commands-per-s = 0", "commands-per-s = 2", "secret-one\n");
    while (taken < 10 && take(taken == 0 ? 5000 : 20, &s) == OK) {
        give(s);
        taken++;
    }
    ck_assert_int_le(taken, 4);
    ck_assert_str_eq(cl_e.code, "registry-busy");
    ck_status(take(5000, &s), OK);
    give(s);
}
END_TEST

/* ---- time ------------------------------------------------------------------------------------------------------- */

#define PATIENCE UINT64_C(20000000000)

/* The registry would close after 4 silent seconds; we speak before. Only time itself can show that. */
static const char *const keepalives[] = {"keepalive = poll", "keepalive = hello", "keepalive = check nic.test"};

START_TEST(an_idle_session_is_kept_awake)
{
    struct registry_avail avail;
    fx_settings.idle_s = 4;
    registry_restart();
    const char *was = strstr(profile_text(), "idle-s = 300");
    ck_assert_ptr_nonnull(was);
    const char *end_of = strstr(was, "keepalive = poll") + strlen("keepalive = poll");
    const char *between = arena_printf(&cl_arena, "%.*s", (int)(end_of - was), was);
    reopen(between, arena_printf(&cl_arena, "idle-s = 5\n%s", keepalives[_i]), "secret-one\n");
    unsigned before = cut_relay_connections(cl_relay);
    ck_status(check("a.test", &avail), OK);
    size_t up = cut_relay_passed(cl_relay, CUT_UP);
    uint64_t end = clock_monotonic_ns() + (_i == 0 ? UINT64_C(6000000000) : PATIENCE);
    while (clock_monotonic_ns() < end && (_i == 0 || cut_relay_passed(cl_relay, CUT_UP) == up))
        (void)usleep(50000);
    ck_assert_uint_gt(cut_relay_passed(cl_relay, CUT_UP), up);
    ck_status(check("a.test", &avail), OK);
    ck_assert_uint_eq(cut_relay_connections(cl_relay), before + 1);
}
END_TEST

static void sessions_await(size_t n)
{
    uint64_t end = clock_monotonic_ns() + PATIENCE;
    while (pool_sessions(pool()) != n && clock_monotonic_ns() < end)
        (void)usleep(5000);
    ck_assert_uint_eq(pool_sessions(pool()), n);
}

/* Before the registry would cut it, perhaps in the middle of a command. */
START_TEST(a_session_is_replaced_before_its_lifetime_ends)
{
    struct registry_avail avail;
    struct epp_session *s = NULL;
    reopen("lifetime-s = 86400", "lifetime-s = 1", "secret-one\n");
    unsigned before = cut_relay_connections(cl_relay);
    uint64_t start = clock_monotonic_ns();
    ck_status(check("a.test", &avail), OK);
    ck_status(take(5000, &s), OK); /* in use, it is waited for */
    while (clock_monotonic_ns() < start + UINT64_C(1200000000))
        (void)usleep(10000);
    ck_assert_uint_eq(pool_sessions(pool()), 1);
    give(s);
    sessions_await(0);
    ck_status(check("a.test", &avail), OK);
    ck_assert_uint_eq(cut_relay_connections(cl_relay), before + 2);
}
END_TEST

/* One login a minute: the second session must wait, and is no reason to fail what the first can do. */
START_TEST(logins_wait_for_their_rate)
{
    struct epp_session *a = NULL, *b = NULL;
    reopen("logins-per-min = 0", "logins-per-min = 1", "secret-one\n");
    ck_status(take(5000, &a), OK);
    ck_status(take(5000, &b), OK); /* the same session: its pipe has room */
    ck_assert_ptr_eq(a, b);
    ck_assert_uint_eq(cut_relay_connections(cl_relay), 1);
    give(a);
    give(b);
}
END_TEST

/* ---- codes ------------------------------------------------------------------------------------------------------ */

START_TEST(code_2002_ends_that_session_only)
{
    struct registry_avail avail;
    cl_fault("code:domain:check", 1, 2002);
    ck_assert_int_ne(check("a.test", &avail), OK);
    sessions_await(0);
    ck_status(check("a.test", &avail), OK);
    ck_assert_uint_eq(cut_relay_connections(cl_relay), 2);
}
END_TEST

START_TEST(code_2502_shrinks_the_pool)
{
    struct epp_session *s[2], *more = NULL;
    struct registry_avail avail;
    struct pool_meters m;
    reopen(ALONE, "secret-one\n");
    meter_pool("sandbox", &m);
    ck_assert_int_eq(m.limit->value, SESSIONS);
    for (int i = 0; i < 2; i++)
        ck_status(take(5000, &s[i]), OK);
    cl_fault("code:domain:check", 1, 2502);
    ck_status(check("a.test", &avail), UNAVAILABLE); /* on the third */
    ck_assert_int_eq(m.limit->value, 2);
    ck_status(take(100, &more), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-busy");
    give(s[0]);
    ck_status(take(100, &more), OK);
    give(more);
    give(s[1]);
    ck_assert_uint_eq(cut_relay_connections(cl_relay), 3);
}
END_TEST

/* ---- who is next ------------------------------------------------------------------------------------------------ */

static struct {
    pthread_mutex_t lock;
    int64_t customers[40];
    size_t n;
} served = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct asker {
    pthread_t thread;
    struct pool_ask ask;
    enum status status;
};

static void *asker_run(void *ctx)
{
    struct asker *a = ctx;
    struct epp_session *s = NULL;
    struct error e;
    a->status = pool_take(pool(), &a->ask, &s, &e);
    if (a->status != OK)
        return NULL;
    (void)pthread_mutex_lock(&served.lock);
    served.customers[served.n++] = a->ask.customer;
    (void)pthread_mutex_unlock(&served.lock);
    give(s);
    return NULL;
}

/* One place: they wait one behind the other, and each is in line before the next comes. */
START_TEST(places_are_given_by_lane_and_in_turn_to_customers)
{
    static const struct pool_ask asks[] = {{REGISTRY_LANE_BATCH, 9, 20000}, {REGISTRY_LANE_NORMAL, 1, 20000},
        {REGISTRY_LANE_NORMAL, 1, 20000}, {REGISTRY_LANE_NORMAL, 1, 20000}, {REGISTRY_LANE_NORMAL, 2, 20000},
        {REGISTRY_LANE_URGENT, 3, 20000}};
    static const int64_t want[] = {3, 1, 2, 1, 1, 9};
    struct asker askers[ARRAY_LEN(asks)];
    struct epp_session *s = NULL;
    cl_sessions = 1;
    reopen(ALONE, "secret-one\n");
    ck_status(take(5000, &s), OK);
    for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
        askers[i] = (struct asker){.ask = asks[i]};
        ck_assert_int_eq(pthread_create(&askers[i].thread, NULL, asker_run, &askers[i]), 0);
        while (pool_waiting(pool()) < i + 1)
            (void)sched_yield();
    }
    give(s);
    for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
        (void)pthread_join(askers[i].thread, NULL);
        ck_assert_int_eq(askers[i].status, OK);
    }
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        ck_assert_msg(served.customers[i] == want[i], "place %zu went to %lld", i, (long long)served.customers[i]);
}
END_TEST

START_TEST(several_commands_share_a_session_up_to_its_depth)
{
    struct epp_session *s[4];
    cl_sessions = 1;
    reopen("pipeline = 16", "pipeline = 3", "secret-one\n");
    for (int i = 0; i < 3; i++) {
        ck_status(take(5000, &s[i]), OK);
        ck_assert_ptr_eq(s[i], s[0]);
    }
    ck_status(take(50, &s[3]), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-busy");
    for (int i = 0; i < 3; i++)
        give(s[i]);
}
END_TEST

/* Many callers and no registry: one attempt is made for all, and the next only when its time has come. */
START_TEST(many_callers_make_no_storm)
{
    struct asker askers[30];
    unsigned before = cut_relay_connections(cl_relay);
    cut_relay_refuse(cl_relay, true);
    for (size_t i = 0; i < ARRAY_LEN(askers); i++) {
        askers[i] = (struct asker){.ask = {.customer = (int64_t)i, .timeout_ms = 10000}};
        ck_assert_int_eq(pthread_create(&askers[i].thread, NULL, asker_run, &askers[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(askers); i++) {
        (void)pthread_join(askers[i].thread, NULL);
        ck_assert_int_eq(askers[i].status, UNAVAILABLE);
    }
    ck_assert_uint_le(
        cut_relay_connections(cl_relay) - before, 3); /* more where the machine is slow: the wait is over */
    cut_relay_refuse(cl_relay, false);
}
END_TEST

static bool backs_off(void)
{
    struct pool *p = pool();
    (void)pthread_mutex_lock(&p->lock);
    bool yes = pool_backing_off(p, clock_monotonic_ns());
    (void)pthread_mutex_unlock(&p->lock);
    return yes;
}

/* It waits for the one session while a second cannot be had; then the one dies. */
START_TEST(who_waits_is_told_when_the_last_session_dies_while_none_can_be_opened)
{
    struct epp_session *s = NULL;
    struct asker asker = {.ask = {.timeout_ms = 600000}};
    reopen(ALONE, "secret-one\n");
    ck_status(take(5000, &s), OK);
    cut_relay_refuse(cl_relay, true);
    ck_assert_int_eq(pthread_create(&asker.thread, NULL, asker_run, &asker), 0);
    while (!backs_off())
        (void)usleep(1000);
    pool_give(pool(), s, 0, true);
    (void)pthread_join(asker.thread, NULL);
    ck_assert_int_eq(asker.status, UNAVAILABLE);
    cut_relay_refuse(cl_relay, false);
}
END_TEST

/* Every session is dead, and the registry's rate lets them be found out one after the other only. */
START_TEST(a_call_among_dead_sessions_ends_when_its_time_is_over)
{
    struct epp_session *s[8];
    struct registry_avail avail;
    const char *text = profile_text(), *from = strstr(text, "commands-per-s = 0"), *last = "pipeline = 16";
    const char *until = strstr(from, last) + strlen(last);
    cl_sessions = 8;
    reopen(arena_printf(&cl_arena, "%.*s", (int)(until - from), from),
        "commands-per-s = 1\nburst = 8\nlogins-per-min = 0\npipeline = 1", "secret-one\n");
    for (size_t i = 0; i < ARRAY_LEN(s); i++)
        ck_status(take(20000, &s[i]), OK);
    for (size_t i = 0; i < ARRAY_LEN(s); i++)
        give(s[i]);
    registry_restart();
    cl_w.timeout_ms = 1500;
    ck_status(check("a.test", &avail), UNAVAILABLE);
    ck_assert_uint_ge(pool_sessions(pool()), 1);
    cl_sessions = 3;
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pool");
    TCase *c = tcase_create("pool");
    tcase_add_checked_fixture(c, cl_setup, cl_teardown);
    tcase_set_timeout(c, 120);
    tcase_add_test(c, no_session_is_opened_before_it_is_needed_and_one_is_used_again);
    tcase_add_test(c, at_most_the_agreed_number_of_sessions_is_open);
    tcase_add_test(c, a_registry_that_grants_fewer_sessions_is_waited_for);
    tcase_add_test(c, many_threads_share_few_sessions);
    tcase_add_test(c, a_registry_that_restarted_is_not_noticed_by_the_next_command);
    tcase_add_test(c, a_wrong_password_stops_the_pool_instead_of_locking_the_account);
    tcase_add_test(c, code_2501_stops_the_pool);
    tcase_add_loop_test(c, a_closing_code_ends_that_session_only, 0, (int)ARRAY_LEN(closing_codes));
    tcase_add_test(c, an_unreachable_registry_is_not_stormed_and_found_again);
    tcase_add_test(c, a_registry_may_be_a_host_name);
    tcase_add_test(c, a_host_that_does_not_exist_is_named);
    tcase_add_test(c, a_certificate_of_another_name_is_refused_and_stops_nothing);
    tcase_add_test(c, commands_wait_for_the_registry_s_rate);
    tcase_add_loop_test(c, an_idle_session_is_kept_awake, 0, (int)ARRAY_LEN(keepalives));
    tcase_add_test(c, a_session_is_replaced_before_its_lifetime_ends);
    tcase_add_test(c, logins_wait_for_their_rate);
    tcase_add_test(c, code_2002_ends_that_session_only);
    tcase_add_test(c, code_2502_shrinks_the_pool);
    tcase_add_test(c, places_are_given_by_lane_and_in_turn_to_customers);
    tcase_add_test(c, several_commands_share_a_session_up_to_its_depth);
    tcase_add_test(c, many_callers_make_no_storm);
    tcase_add_test(c, who_waits_is_told_when_the_last_session_dies_while_none_can_be_opened);
    tcase_add_test(c, a_call_among_dead_sessions_ends_when_its_time_is_over);
    suite_add_tcase(s, c);
    return suite_run(s);
}
