/* Deletion: the registry first, so that the delegation is gone before the zone stops answering. */
#include "registrar/advance.h"
#include "registrar/delegate.h"
#include "registrar/step.h"

#include "zones/sync.h"

/* Refused because it is not ours (2201): another registrar has it by now. */
static bool with_another(const struct registry_work *w, struct str name)
{
    struct registry_domain d = {0};
    struct error ignored;
    enum status s = registry_domain_info(w, name, STR_NULL, &d, &ignored);
    return s == NOT_FOUND || (s == OK && !str_eq(d.clid, w->registry->config.clid));
}

/* 1001 is not waited for: the domain is in pendingDelete then, out of the registry's zone, and stays there for weeks
 * before the name is free (RFC 3915). That it cannot be registered meanwhile is the registry's to say, and a refusal
 * after all comes as a message (worker.c). A domain that the registry does not have for us is as good as deleted. */
STEP(delete)
{
    struct registry_work w;
    struct registry_outcome out = {0};
    TRY(step_work(r, &w, e));
    enum status s = registry_domain_delete(&w, step_key(r, "delete"), r->o->name, &out, e);
    step_outcome(r, &out);
    if (s == NOT_FOUND || (s == DENIED && out.code == 2201 && with_another(&w, r->o->name))) {
        step_detail(r, "the registry does not have it for us any more");
        return OK;
    }
    TRY(s);
    if (out.pending)
        step_detail(r, "pending at the registry (1001), which keeps the name for some time yet");
    return OK;
}

/* Under the lease: a worker that was overtaken must not remove the zone of whoever has the name next. */
static enum status zone_remove(struct db *db, void *ctx, struct error *e)
{
    struct step_run *r = ctx;
    struct zone z;
    TRY(order_lease_check(db, r->o, e));
    enum status s = zone_find(db, r->arena, r->o->name, r->o->account_id, &z, e);
    if (s == OK)
        s = zone_delete(db, z.id, r->o->account_id, true, r->now, e);
    return s == NOT_FOUND ? OK : s;
}

STEP(zone_drop)
{
    struct zone z;
    enum status s = zone_find(r->db, r->arena, r->o->name, r->o->account_id, &z, e);
    if (s == NOT_FOUND)
        return OK;
    TRY(s);
    TRY(db_transaction(r->db, zone_remove, r, e));
    zone_wake(r->db, z.id);
    return OK;
}
