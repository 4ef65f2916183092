/* Handing a domain to another registrar where domains are pushed, not asked for. */
#include "registrar/advance.h"
#include "registrar/step.h"
#include "registry/journal.h"

#define ACCEPTED_LOOK_US (600 * US_PER_S) /* the registry's message comes sooner */
#define DAY_US (86400 * US_PER_S)

STEP(release)
{
    struct registry_work w;
    struct registry_outcome out = {0};
    const struct registry_release in = {.name = r->o->name, .tag = r->o->args};
    TRY(step_work(r, &w, e));
    const struct registry_request request = {
        .verb = REGISTRY_DOMAIN_RELEASE, .key = step_key(r, "release"), .order_id = r->o->id, .release = &in};
    enum status s = registry_transform(&w, &request, &out, e);
    step_outcome(r, &out);
    TRY(s);
    if (out.pending) {
        r->patient_until = r->o->created + w.registry->profile->transfer_days * DAY_US + ORDER_PATIENCE_US;
        return step_wait(r, ACCEPTED_LOOK_US, e, "%.*s must accept it (1001)", STR_ARG(in.tag));
    }
    step_detail(r, "to %.*s: clTRID %.*s svTRID %.*s", STR_ARG(in.tag), STR_ARG(out.cltrid), STR_ARG(out.svtrid));
    return OK;
}
