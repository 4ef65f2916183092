/* What the tests of zones/ share: a migrated database with a filled pool, and short ways to make zones and changes. */
#ifndef FW_TESTS_ZONES_ZONES_TEST_H
#define FW_TESTS_ZONES_ZONES_TEST_H

#include <check.h>

#include "tests/support/testdb.h"
#include "zones/change.h"
#include "zones/delegation.h"

#define T0 INT64_C(1700000000000000)
#define ACCOUNT INT64_C(7)
#define OTHER INT64_C(8)

static struct arena a;
static struct db *db;
static struct error err;

static FW_UNUSED const struct delegation_column pool[DELEGATION_COLUMNS] = {
    {STR("fourways-dns.test"), STR("127.0.0.11"), STR("::1")},
    {STR("fourways-dns.example"), STR("127.0.0.12"), STR_NULL},
    {STR("fourways-dns.invalid"), STR_NULL, STR("::3")},
    {STR("fourways-dns.alt"), STR("127.0.0.14"), STR("::4")},
};

#define ok(expr)                                                                                                       \
    do {                                                                                                               \
        enum status ok_s_ = (expr);                                                                                    \
        ck_assert_msg(ok_s_ == OK, "%s: %s %s: %s", #expr, status_meaning(ok_s_)->word, err.code, err.text);           \
    } while (0)

/* Refused with that status and code; the text holds the word. */
#define refused(expr, status_, code_, word_)                                                                           \
    do {                                                                                                               \
        enum status refused_s_ = (expr);                                                                               \
        ck_assert_msg(refused_s_ == (status_), "%s: status %s, not %s (%s: %s)", #expr,                                \
            status_meaning(refused_s_)->word, status_meaning(status_)->word, refused_s_ == OK ? "" : err.code,         \
            refused_s_ == OK ? "" : err.text);                                                                         \
        ck_assert_str_eq(err.code, code_);                                                                             \
        ck_assert_msg(strstr(err.text, word_) != NULL, "\"%s\" does not say \"%s\"", err.text, word_);                 \
    } while (0)

/* One database for the program, emptied for each test; each test, a process of its own, has its own connection. */
static struct arena ground_arena;
static struct db *ground;

static FW_UNUSED void ground_open(void)
{
    arena_init(&ground_arena, 0);
    ground = testdb_open(&ground_arena);
}

static FW_UNUSED void ground_close(void)
{
    testdb_close(&ground);
    arena_clear(&ground_arena);
}

static FW_UNUSED void setup(void)
{
    arena_init(&a, 0);
    ok(db_open(testdb_settings(), &db, &err));
    ok(db_run_script(db,
        STR("DELETE FROM zone; DELETE FROM rrset; DELETE FROM zone_change; DELETE FROM delegation_set;"
            "DELETE FROM name_server; DELETE FROM dns_server; DELETE FROM zone_served;"
            "UPDATE delegation_draw SET drawn = 0;"),
        &err));
    ok(delegation_pool_ensure(db, pool, &err));
}

static FW_UNUSED void teardown(void)
{
    db_close(&db);
    arena_clear(&a);
}

static FW_UNUSED struct zone make_zone(const char *name, int64_t account)
{
    struct zone z;
    struct zone_new n = {.account_id = account, .name = str_of(name)};
    ok(zone_create(db, &a, &n, T0, &z, NULL, &err));
    return z;
}

/* "10 mx.example. | 20 mx2.example." */
static FW_UNUSED struct record_set record(const char *name, const char *type, int64_t ttl, const char *values)
{
    struct str rest = str_of(values), part;
    struct str *v = ARENA_ARRAY(&a, 300, struct str);
    size_t n = 0;
    while (str_take(&rest, '|', &part))
        v[n++] = str_trim(part);
    return (struct record_set){
        .name = str_of(name), .type = str_of(type), .ttl = ttl, .values = v, .values_n = n, .alias = STR_NULL};
}

static FW_UNUSED struct record_set alias(const char *name, const char *type, const char *target)
{
    return (struct record_set){.name = str_of(name), .type = str_of(type), .alias = str_of(target)};
}

/* One operation, committed. kind: '+' add, '=' set, '-' delete. */
static FW_UNUSED enum status change_one(const struct zone *z, char kind, struct record_set set)
{
    struct zone_change_done done;
    struct zone_change *c = zone_change_begin(&a, z, z->account_id);
    TRY(kind == '+'   ? zone_change_add(c, &set, &err)
        : kind == '=' ? zone_change_set(c, &set, &err)
                      : zone_change_delete(c, &set, &err));
    return zone_change_commit(c, db, T0 + 1, &done, &err);
}

static FW_UNUSED struct zone again(const struct zone *z)
{
    struct zone n;
    ok(zone_find_id(db, &a, z->id, ZONE_ANY_ACCOUNT, &n, &err));
    return n;
}

/* "1.2.3.4|5.6.7.8", "-> target", or NULL where there is none. */
static FW_UNUSED const char *values_of(const struct zone *z, const char *name, const char *type)
{
    struct record_set set;
    struct buf out;
    enum status s = record_find(db, &a, z->id, ZONE_ANY_ACCOUNT, str_of(name), str_of(type), &set, &err);
    if (s == NOT_FOUND)
        return NULL;
    ok(s);
    buf_in(&out, &a, 65536);
    if (!str_is_null(set.alias))
        buf_printf(&out, "-> %.*s", STR_ARG(set.alias));
    for (size_t i = 0; i < set.values_n; i++)
        buf_printf(&out, "%s%.*s", i > 0 ? "|" : "", STR_ARG(set.values[i]));
    buf_putc(&out, '\0');
    return out.p;
}

#define TEST_MAIN(name_, ...)                                                                                          \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        Suite *s = suite_create(name_);                                                                                \
        TCase *c = tcase_create(name_);                                                                                \
        tcase_set_timeout(c, 120);                                                                                     \
        tcase_add_unchecked_fixture(c, ground_open, ground_close);                                                     \
        tcase_add_checked_fixture(c, setup, teardown);                                                                 \
        for (size_t i = 0; i < ARRAY_LEN(tests); i++)                                                                  \
            tcase_add_test(c, tests[i]);                                                                               \
        suite_add_tcase(s, c);                                                                                         \
        SRunner *r = srunner_create(s);                                                                                \
        srunner_run_all(r, CK_ENV);                                                                                    \
        int failed = srunner_ntests_failed(r);                                                                         \
        srunner_free(r);                                                                                               \
        return failed == 0 ? 0 : 1;                                                                                    \
    }                                                                                                                  \
    struct zones_test_main_ends_

#endif
