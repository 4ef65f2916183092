/* The journal against a registry in memory that mishears, does not answer, refuses. What happens on real connections
 * stands in test_client.c. */
#ifndef FW_TESTS_REGISTRY_JOURNAL_FIXTURE_H
#define FW_TESTS_REGISTRY_JOURNAL_FIXTURE_H

#include <check.h>

#include "registry/journal.h"
#include "tests/registry/fake_registry.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

DB_QUERY(t_states, "SELECT GROUP_CONCAT(state ORDER BY attempt) FROM registry_command WHERE ref = ?");

#define NOW (INT64_C(1790000000) * US_PER_S)

static struct arena arena;
static struct db *db;
static struct error e;
static struct fake_registry *fake;
static struct registries set;
static struct registry_work w;
static struct registry_outcome o;
static struct registry_domain_create create;

static void setup(void)
{
    arena_init(&arena, 0);
    error_clear(&e);
    db = testdb_open(&arena);
    fake = fake_registry_new("FOURWAYS", NOW);
    set = fake_registries(&arena, fake);
    w = (struct registry_work){.registry = &set.items[0], .db = db, .arena = &arena, .now = NOW};
    create = (struct registry_domain_create){.name = STR("a.test"), .years = 1, .authinfo = STR("our-secret-1")};
}

static void teardown(void)
{
    fake_registry_free(&fake);
    testdb_close(&db);
    arena_clear(&arena);
}

FW_UNUSED static const char *states(const char *key)
{
    struct db_result r;
    ck_assert_int_eq(db_select_one(db, &arena, &t_states, DB_ARGS(db_s(str_of(key))), &r, &e), OK);
    return str_dupz(&arena, db_str(&r, 0, 0));
}

FW_UNUSED static enum status run(void)
{
    return registry_domain_create(&w, "order:1:create", &create, &o, &e);
}

static void mishap(const char *verb, enum fake_mishap what, int code)
{
    fake_registry_mishap(fake, verb, what, code, 1);
}

#endif
