#include "web/ask.h"

#include <stdatomic.h>

static atomic_int waiting;

static enum status ask_begin(const struct request *r, struct error *e)
{
    if (atomic_fetch_add(&waiting, 1) < r->web->asks_max)
        return OK;
    atomic_fetch_sub(&waiting, 1);
    return error_set(e, UNAVAILABLE, "registry-busy",
        "Many people are asking the registries just now. Please try again in a few seconds.");
}

enum status ask_check(struct request *r, struct str name, int timeout_ms, struct lookup_check *c_r, struct error *e)
{
    TRY(ask_begin(r, e));
    enum status s = lookup_check(&r->web->desk, r->db, r->arena, name, timeout_ms, c_r, e);
    atomic_fetch_sub(&waiting, 1);
    return s;
}

enum status ask_info(struct request *r, struct str name, int timeout_ms, struct lookup_info *i_r, struct error *e)
{
    TRY(ask_begin(r, e));
    enum status s = lookup_info(&r->web->desk, r->db, r->arena, name, timeout_ms, i_r, e);
    atomic_fetch_sub(&waiting, 1);
    return s;
}
