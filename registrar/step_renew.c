/* Renewal: the date that the term is counted from is read once and kept, so that a repetition cannot renew twice. */
#include "registrar/advance.h"
#include "registrar/delegate.h"
#include "registrar/step.h"

STEP(look)
{
    struct registry_work w;
    struct registry_domain d = {0};
    TRY(step_work(r, &w, e));
    if (r->o->cur_expires == 0) {
        TRY(registry_domain_info(&w, r->o->name, STR_NULL, &d, e));
        if (d.expires == 0)
            return error_set(
                e, PROTOCOL, "no-expiry", "the registry gives no expiry date for %.*s", STR_ARG(r->o->name));
        TRY(order_set_cur_expires(r->db, r->o, d.expires, e));
    }
    step_detail(r, "until %.*s", STR_ARG(time_text(r->arena, r->o->cur_expires)));
    return OK;
}

STEP(renew)
{
    struct registry_work w;
    struct registry_outcome out = {0};
    TRY(step_work(r, &w, e));
    struct registry_renew in = {.name = r->o->name, .expires = r->o->cur_expires, .years = r->o->years};
    TRY(registry_domain_renew(&w, step_key(r, "renew"), &in, &out, e));
    if (out.pending)
        return step_wait(r, 30 * US_PER_S, e, "the registry has taken it on and will decide (1001)");
    step_detail(r, "clTRID %.*s svTRID %.*s", STR_ARG(out.cltrid), STR_ARG(out.svtrid));
    return OK;
}

STEP(renewed)
{
    struct registry_work w;
    struct registry_domain d = {0};
    TRY(step_work(r, &w, e));
    TRY(registry_domain_info(&w, r->o->name, STR_NULL, &d, e));
    if (d.expires <= r->o->cur_expires)
        return step_wait(r, US_PER_S, e, "the registry does not show the new term yet");
    TRY(domain_set_expires(r->db, r->o->name, d.expires, e));
    step_detail(r, "until %.*s", STR_ARG(time_text(r->arena, d.expires)));
    return OK;
}
