/* Deletion: the registry first, so that the delegation is gone before the zone stops answering. */
#include "registrar/delegate.h"
#include "registrar/step.h"

STEP(delete)
{
    struct registry_work w;
    struct registry_outcome out = {0};
    struct domain d;
    TRY(step_work(r, &w, e));
    TRY(registry_domain_delete(&w, step_key(r, "delete"), r->o->name, &out, e));
    if (out.pending)
        step_detail(r, "the registry has taken it on (1001)");
    enum status s = domain_find(r->db, r->arena, r->o->account_id, r->o->name, &d, e);
    if (s == NOT_FOUND) /* released by this order before a crash */
        return OK;
    return s;
}

STEP(zone_drop)
{
    struct zone z;
    enum status s = zone_find(r->db, r->arena, r->o->name, r->o->account_id, &z, e);
    if (s == OK)
        s = zone_delete(r->db, z.id, r->o->account_id, true, r->now, e);
    if (s != OK && s != NOT_FOUND)
        return s;
    return domain_release(r->db, r->o->name, 0, e);
}
