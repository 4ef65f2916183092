/* Another authorisation code: the customer's, or a new one that nobody has seen. */
#include "registrar/advance.h"
#include "registrar/change.h"
#include "registrar/sealing.h"

/* Made once and kept with the order, so that a repetition sets the same. */
STEP(authinfo_new)
{
    struct registry_work w;
    TRY(step_work(r, &w, e));
    if (str_is_null(r->o->secret))
        r->authinfo = registry_authinfo_new(w.registry->profile, r->arena);
    return OK;
}

STEP_KEEP(authinfo_new)
{
    struct step_run *r = ctx;
    struct str sealed;
    if (str_is_null(r->authinfo))
        return OK;
    TRY(sealing_seal(db, r->arena, r->o->name, r->authinfo, &sealed, e));
    return order_set_secret(db, r->o, sealed, e);
}

/* Where the registry keeps it to itself, it can only be set. */
CHANGE_DIFF(authinfo)
{
    (void)w;
    struct str wanted;
    TRY(sealing_open(r->arena, &r->us->sealing, r->o->name, r->o->secret, &wanted, e));
    bool shown = !str_is_null(there->authinfo);
    if (shown ? !crypto_equal(there->authinfo, wanted) : str_eqz(r->o->step, "update"))
        up->authinfo = wanted;
    r->authinfo = wanted;
    return OK;
}

CHANGE_KEEP(authinfo)
{
    return domain_set_authinfo(db, r->arena, &r->us->sealing, r->o->name, r->authinfo, e);
}
