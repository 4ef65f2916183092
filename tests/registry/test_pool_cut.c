/* What a create comes to when its connection is cut after any byte. */
#include "tests/registry/client_fixture.h"

static struct registry_domain_create create;

static size_t bytes_of_a_create(enum cut_direction d)
{
    create.name = STR("measure.test");
    size_t before = cut_relay_passed(cl_relay, d);
    ck_status(registry_domain_create(&cl_w, "measure", &create, &cl_o, &cl_e), OK);
    return cut_relay_passed(cl_relay, d) - before;
}

/* The order's worker calls again and again; how often the registry heard of it must not matter. */
static void create_until_done(const char *name)
{
    const char *key = arena_printf(&cl_arena, "cut:%s", name);
    create.name = str_of(name);
    for (int i = 0;; i++) {
        enum status s = registry_domain_create(&cl_w, key, &create, &cl_o, &cl_e);
        if (s == OK)
            return;
        if ((s != UNCERTAIN && s != UNAVAILABLE) || i > 2000)
            ck_abort_msg("%s: %s", name, cl_e.text);
        if (strcmp(cl_e.code, "registry-unreachable") == 0)
            (void)usleep(20000);
    }
}

/* Every 31st byte; FW_CUT_STRIDE=1 (with CK_TIMEOUT_MULTIPLIER) takes each one. */
static size_t cut_stride(void)
{
    const char *given = getenv("FW_CUT_STRIDE");
    uint64_t n = 31;
    if (given != NULL)
        ck_assert(str_to_u64(str_of(given), 1000, &n) && n > 0);
    return n;
}

static void cut_everywhere(enum cut_direction d)
{
    size_t stride = cut_stride();
    cl_domain(&create, "measure.test");
    size_t total = bytes_of_a_create(d);
    int64_t n = 1, fired = 0;
    for (size_t at = 1; at <= total; at += at + stride > total && at < total ? total - at : stride) {
        cut_relay_arm(cl_relay, d, at);
        create_until_done(arena_printf(&cl_arena, "cut-%zu.test", at));
        cut_relay_disarm(cl_relay);
        fired += cut_relay_fired(cl_relay);
        n++;
    }
    /* Lengths vary by a few bytes with the name: the last cut may come too late. */
    ck_assert_int_gt(n, 10);
    ck_assert_int_ge(fired, n - 3);
    static const struct db_query q_domains = {"cut_domains", "SELECT COUNT(*) FROM domain"};
    static const struct db_query q_done = {
        "cut_done", "SELECT COUNT(*) FROM registry_command WHERE verb = 'domain-create' AND state = 'done'"};
    struct db_result r;
    ck_status(db_select_one(fx_db, &fx_arena, &q_domains, DB_NO_ARGS, &r, &cl_e), OK);
    ck_assert_int_eq(db_int(&r, 0, 0), n);
    ck_status(db_select_one(cl_db, &cl_arena, &q_done, DB_NO_ARGS, &r, &cl_e), OK);
    ck_assert_int_eq(db_int(&r, 0, 0), n);
}

START_TEST(a_create_cut_on_its_way_up_is_done_once)
{
    cut_everywhere(CUT_UP);
}
END_TEST

START_TEST(a_create_cut_on_its_way_down_is_done_once)
{
    cut_everywhere(CUT_DOWN);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pool_cut");
    TCase *c = tcase_create("pool_cut");
    tcase_add_checked_fixture(c, cl_setup, cl_teardown);
    tcase_set_timeout(c, 120);
    tcase_add_test(c, a_create_cut_on_its_way_up_is_done_once);
    tcase_add_test(c, a_create_cut_on_its_way_down_is_done_once);
    suite_add_tcase(s, c);
    return suite_run(s);
}
