/* Renewal: the date that the term is counted from is read once and kept, so that a repetition cannot renew twice. */
#include "registrar/advance.h"
#include "registrar/delegate.h"
#include "registrar/step.h"

STEP(look)
{
    struct registry_work w;
    struct registry_domain *d = &r->found;
    TRY(step_work(r, &w, e));
    TRY(registry_domain_info(&w, r->o->name, STR_NULL, d, e));
    if (d->expires == 0)
        return error_set(e, PROTOCOL, "no-expiry", "the registry gives no expiry date for %.*s", STR_ARG(r->o->name));
    if (r->o->cur_expires != 0 && r->o->cur_expires != d->expires)
        return error_set(e, INVALID, "expiry-changed",
            "%.*s was to be renewed from %.*s, and by now expires at %.*s: look, and order anew", STR_ARG(r->o->name),
            STR_ARG(time_text(r->arena, r->o->cur_expires)), STR_ARG(time_text(r->arena, d->expires)));
    step_detail(r, "until %.*s", STR_ARG(time_text(r->arena, d->expires)));
    return OK;
}

STEP_KEEP(look)
{
    struct step_run *r = ctx;
    return order_set_cur_expires(db, r->o, r->found.expires, e);
}

STEP(renew)
{
    struct registry_work w;
    struct registry_outcome out = {0};
    TRY(step_work(r, &w, e));
    struct registry_renew in = {.name = r->o->name, .expires = r->o->cur_expires, .years = r->o->years};
    const struct registry_request request = {.verb = REGISTRY_DOMAIN_RENEW,
        .key = step_key(r, "renew"),
        .order_id = r->o->id,
        .renew = &in,
        .ceiling = step_ceiling(r)};
    enum status s = registry_transform(&w, &request, &out, e);
    step_outcome(r, &out);
    TRY(s);
    if (out.pending)
        return step_wait(r, 30 * US_PER_S, e, "the registry has taken it on and will decide (1001)");
    step_detail(r, "clTRID %.*s svTRID %.*s", STR_ARG(out.cltrid), STR_ARG(out.svtrid));
    return OK;
}

STEP(renewed)
{
    struct registry_work w;
    struct registry_domain *d = &r->found;
    TRY(step_work(r, &w, e));
    TRY(registry_domain_info(&w, r->o->name, STR_NULL, d, e));
    if (d->expires <= r->o->cur_expires)
        return step_wait(r, US_PER_S, e, "the registry does not show the new term yet");
    step_detail(r, "until %.*s", STR_ARG(time_text(r->arena, d->expires)));
    return OK;
}

STEP_KEEP(renewed)
{
    struct step_run *r = ctx;
    return domain_set_expires(db, r->o->name, r->found.expires, e);
}
