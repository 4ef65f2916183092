#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "tests/registry/client_fixture.h"

/* The process is killed at each break point of a transform; another one then calls with the same key. A child
 * (this program again, with an argument) does the first half, so that the kill is a real one. */

extern char **environ;

static const char *const points[] = {"intent", "sent", "answered"};
static const char *const verbs[] = {"domain-create", "domain-renew", "domain-update", "domain-delete"};

DB_QUERY(t_attempts, "SELECT COUNT(*) FROM registry_command WHERE ref = ?");
DB_QUERY(t_open, "SELECT COUNT(*) FROM registry_command WHERE state IN ('intent', 'unknown')");

/* The same request in child and parent: what the caller keeps is name, authInfo and expiry. */
static enum status transform(const char *verb, const char *key, const char *name, time_us expires)
{
    struct registry_domain_create create = {
        .name = str_of(name), .years = 1, .registrant = STR("FW1"), .authinfo = STR("Sealed-by-the-order1")};
    struct registry_domain_update update = {
        .name = str_of(name), .add_statuses = {STR("clientHold")}, .add_statuses_n = 1};
    const struct registry_renew renew = {.name = str_of(name), .expires = expires, .years = 1};
    if (strcmp(verb, "domain-create") == 0)
        return registry_domain_create(&cl_w, key, &create, &cl_o, &cl_e);
    if (strcmp(verb, "domain-renew") == 0)
        return registry_domain_renew(&cl_w, key, &renew, &cl_o, &cl_e);
    if (strcmp(verb, "domain-update") == 0)
        return registry_domain_update(&cl_w, key, &update, &cl_o, &cl_e);
    return registry_domain_delete(&cl_w, key, str_of(name), &cl_o, &cl_e);
}

/* CONF SOCKET DATABASE VERB KEY NAME EXPIRES */
static int child(char **argv)
{
    const struct db_settings db = {.socket = argv[1], .user = "root", .database = argv[2]};
    struct str file = str_of(argv[0]);
    crypto_init();
    log_init(NULL, LOG_ERROR);
    arena_init(&cl_arena, 0);
    if (db_open(&db, &cl_db, &cl_e) != OK || registries_open(&cl_arena, &file, 1, &cl_set, &cl_e) != OK)
        return 3;
    cl_w = (struct registry_work){
        .registry = &cl_set.items[0], .db = cl_db, .arena = &cl_arena, .now = clock_now(), .timeout_ms = 10000};
    return transform(argv[3], argv[4], argv[5], strtoll(argv[6], NULL, 10)) == OK ? 0 : 4;
}

static int child_run(const char *verb, const char *point, const char *key, const char *name, time_us expires)
{
    char *argv[] = {arena_strdup(&cl_arena, "test_crash"), arena_strdup(&cl_arena, "child"),
        str_dupz(&cl_arena, fx_path("sandbox.conf")), arena_strdup(&cl_arena, testdb_settings()->socket), cl_database,
        arena_strdup(&cl_arena, verb), arena_strdup(&cl_arena, key), arena_strdup(&cl_arena, name),
        arena_printf(&cl_arena, "%lld", (long long)expires), NULL};
    pid_t pid;
    int status = 0;
    ck_assert_int_eq(setenv("FOURWAYS_BREAK", arena_printf(&cl_arena, "epp:%s:%s=KILL", verb, point), 1), 0);
    ck_assert_int_eq(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ), 0);
    (void)unsetenv("FOURWAYS_BREAK");
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

static struct registry_domain domain_seen(const char *name)
{
    struct registry_domain dom = {0};
    enum status s = registry_domain_info(&cl_w, str_of(name), STR_NULL, &dom, &cl_e);
    ck_assert(s == OK || s == NOT_FOUND);
    return dom;
}

static void looks_done(const char *verb, const struct registry_domain *dom, time_us expires)
{
    if (strcmp(verb, "domain-create") == 0)
        ck_assert(str_eqz(dom->clid, "fourways"));
    else if (strcmp(verb, "domain-renew") == 0)
        ck_assert_int_eq(dom->expires, time_add_years(expires, 1));
    else if (strcmp(verb, "domain-update") == 0)
        ck_assert(verb_has_status(dom->statuses, dom->statuses_n, "clientHold"));
    else
        ck_assert(str_is_null(dom->name) || verb_has_status(dom->statuses, dom->statuses_n, "pendingDelete"));
}

START_TEST(a_kill_at_any_point_leaves_the_next_process_able_to_finish)
{
    const char *verb = verbs[_i];
    struct registry_contact c;
    cl_contact(&c);
    ck_status(registry_contact_ensure(&cl_w, "fixture", &c, &cl_e), OK);
    for (size_t k = 0; k < ARRAY_LEN(points); k++) {
        const char *name = arena_printf(&cl_arena, "crash%zu.test", k);
        const char *key = arena_printf(&cl_arena, "order:%zu:%s", k, verb);
        if (strcmp(verb, "domain-create") != 0)
            ck_status(transform("domain-create", arena_printf(&cl_arena, "made:%zu", k), name, 0), OK);
        time_us expires = domain_seen(name).expires;
        int status = child_run(verb, points[k], key, name, expires);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        cl_w.now = clock_now();
        ck_status(transform(verb, key, name, expires), OK);
        struct registry_domain dom = domain_seen(name);
        looks_done(verb, &dom, expires);
        struct db_result r;
        ck_status(db_select_one(cl_db, &cl_arena, &t_attempts, DB_ARGS(db_s(str_of(key))), &r, &cl_e), OK);
        ck_assert_int_le(db_int(&r, 0, 0), strcmp(points[k], "answered") == 0 ? 1 : 2);
        ck_status(db_select_one(cl_db, &cl_arena, &t_open, DB_NO_ARGS, &r, &cl_e), OK);
        ck_assert_int_eq(db_int(&r, 0, 0), 0);
    }
}
END_TEST

int main(int argc, char **argv)
{
    if (argc == 9 && strcmp(argv[1], "child") == 0)
        return child(argv + 2);
    Suite *s = suite_create("crash");
    TCase *c = tcase_create("crash");
    tcase_add_checked_fixture(c, cl_setup, cl_teardown);
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, a_kill_at_any_point_leaves_the_next_process_able_to_finish, 0, (int)ARRAY_LEN(verbs));
    suite_add_tcase(s, c);
    return suite_run(s);
}
