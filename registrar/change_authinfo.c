/* Another authorisation code: the customer's, or a new one that nobody has seen. */
#include "registrar/advance.h"
#include "registrar/change.h"
#include "registrar/sealing.h"

/* Where the registry makes it, the holder gets it from there, and we never see it. */
static enum status authinfo_send(struct step_run *r, const struct registry_work *w, struct error *e)
{
    struct registry_outcome out = {0};
    const struct registry_request request = {
        .verb = REGISTRY_AUTHINFO_SEND, .key = step_key(r, "send"), .order_id = r->o->id, .name = r->o->name};
    if (!str_is_null(r->o->secret))
        return error_set(e, INVALID, "authinfo-not-ours",
            "%.*s: its registry makes the authorisation code itself, and takes none from us", STR_ARG(r->o->name));
    TRY(registry_transform(w, &request, &out, e));
    step_detail(
        r, "the registry sends it to the holder: clTRID %.*s svTRID %.*s", STR_ARG(out.cltrid), STR_ARG(out.svtrid));
    return OK;
}

/* Made once and kept with the order, so that a repetition sets the same. */
STEP(authinfo_new)
{
    struct registry_work w;
    TRY(step_work(r, &w, e));
    if (w.registry->profile->authinfo_source == PROFILE_AUTH_REGISTRY)
        return authinfo_send(r, &w, e);
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
    TRY(sealing_seal(db, r->arena, SEALED_AUTHINFO, r->o->name, r->authinfo, &sealed, e));
    return order_set_secret(db, r->o, sealed, e);
}

/* Where the registry keeps it to itself, it can only be set. */
CHANGE_DIFF(authinfo)
{
    struct str wanted;
    if (w->registry->profile->authinfo_source == PROFILE_AUTH_REGISTRY)
        return OK;
    TRY(sealing_open(r->arena, &r->us->sealing, SEALED_AUTHINFO, r->o->name, r->o->secret, &wanted, e));
    bool shown = !str_is_null(there->authinfo);
    if (shown ? !crypto_equal(there->authinfo, wanted) : str_eqz(r->o->step, "update"))
        up->authinfo = wanted;
    r->authinfo = wanted;
    return OK;
}

CHANGE_KEEP(authinfo)
{
    if (str_is_null(r->authinfo)) /* the registry's own affair */
        return OK;
    return domain_set_authinfo(db, r->arena, &r->us->sealing, r->o->name, r->authinfo, e);
}
