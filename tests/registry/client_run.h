/* A create of one domain, and what our database says of it. */
#ifndef FW_TESTS_REGISTRY_CLIENT_RUN_H
#define FW_TESTS_REGISTRY_CLIENT_RUN_H

#include "tests/registry/client_fixture.h"

DB_QUERY(t_creates, "SELECT COUNT(*) FROM registry_command WHERE verb = 'domain-create'");

static struct registry_domain_create create;

static enum status run(const char *key)
{
    return registry_domain_create(&cl_w, key, &create, &cl_o, &cl_e);
}

static struct registry_domain domain_seen(const char *name)
{
    struct registry_domain dom = {0};
    ck_status(registry_domain_info(&cl_w, str_of(name), STR_NULL, &dom, &cl_e), OK);
    return dom;
}

static int64_t ours(const struct db_query *q, const struct db_val *args, size_t n)
{
    struct db_result r;
    ck_status(db_select_one(cl_db, &cl_arena, q, args, n, &r, &cl_e), OK);
    return db_int(&r, 0, 0);
}

#endif
