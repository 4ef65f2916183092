/* Transfer to us (RFC 5731 3.2.4): asked for, then in the hands of the other registrar and of the registry for days. */
#include "registrar/advance.h"
#include "registrar/delegate.h"
#include "registrar/sealing.h"
#include "registrar/step.h"

#define TRANSFER_LOOK_US (60 * US_PER_S) /* the registry's message comes sooner */

static enum status authinfo_of(struct step_run *r, struct str *plain_r, struct error *e)
{
    return sealing_open(r->arena, &r->us->sealing, SEALED_AUTHINFO, r->o->name, r->o->secret, plain_r, e);
}

static bool ours(const struct registry_work *w, struct str clid)
{
    return str_ieq(clid, w->registry->config.clid);
}

/* Where domains are pushed, only the registrar that has one can act, and only its holder can have it do so. One that
 * has come is not given to whoever orders it: nothing at the registry says for which of our customers it came. */
static enum status pushed_only(const struct step_run *r, const struct registry_work *w, struct error *e)
{
    if (w->registry->profile->transfer != PROFILE_TRANSFER_PUSH)
        return OK;
    return error_set(e, INVALID, "transfer-push",
        "%.*s: at its registry no transfer can be asked for. Have the registrar that has the domain release it to "
        "\"%.*s\", "
        "and tell us that it is coming",
        STR_ARG(r->o->name), STR_ARG(w->registry->config.clid));
}

/* What the registry would refuse is better said before it is asked. */
STEP(transfer_look)
{
    struct registry_work w;
    struct str authinfo;
    struct registry_domain *d = &r->found;
    TRY(step_work(r, &w, e));
    TRY(pushed_only(r, &w, e));
    TRY(authinfo_of(r, &authinfo, e));
    enum status s = registry_domain_info(&w, r->o->name, authinfo, d, e);
    if (s == NOT_FOUND)
        return error_set(
            e, NOT_FOUND, "not-registered", "%.*s is not registered: nothing to transfer", STR_ARG(r->o->name));
    TRY(s);
    if (ours(&w, d->clid))
        return error_set(e, EXISTS, "with-us", "%.*s is with us already", STR_ARG(r->o->name));
    for (size_t i = 0; i < d->statuses_n; i++)
        if (str_ends(d->statuses[i], STR("TransferProhibited")))
            return error_set(e, DENIED, "transfer-prohibited", "%.*s has the status %.*s: its registrar must remove it",
                STR_ARG(r->o->name), STR_ARG(d->statuses[i]));
    step_detail(r, "with registrar %.*s", STR_ARG(d->clid));
    return OK;
}

static struct registry_request request_of(struct step_run *r, const struct registry_transfer *in)
{
    return (struct registry_request){.verb = REGISTRY_DOMAIN_TRANSFER,
        .key = step_key(r, "transfer"),
        .order_id = r->o->id,
        .transfer = in,
        .ceiling = step_ceiling(r)};
}

static enum status transfer_of(
    struct step_run *r, struct registry_work *w, struct registry_transfer *in_r, struct error *e)
{
    *in_r = (struct registry_transfer){.name = r->o->name, .op = REGISTRY_TRANSFER_REQUEST, .years = 1};
    TRY(step_work(r, w, e));
    return authinfo_of(r, &in_r->authinfo, e);
}

STEP(transfer)
{
    struct registry_work w;
    struct registry_transfer in;
    struct registry_outcome out = {0};
    TRY(transfer_of(r, &w, &in, e));
    const struct registry_request request = request_of(r, &in);
    enum status s = registry_transform(&w, &request, &out, e);
    step_outcome(r, &out);
    TRY(s);
    step_detail(r, "clTRID %.*s svTRID %.*s", STR_ARG(out.cltrid), STR_ARG(out.svtrid));
    return OK;
}

#define DAY_US (86400 * US_PER_S)

/* Until the other registrar's time is over, and an hour more. Where nobody says how long it has: as any other step. */
static time_us patience(const struct step_run *r, const struct registry_work *w, time_us acts_by)
{
    int64_t days = w->registry->profile->transfer_days;
    time_us until = acts_by != 0 ? acts_by : days > 0 ? r->o->created + days * DAY_US : 0;
    return until != 0 ? until + ORDER_PATIENCE_US : 0;
}

/* The domain is still elsewhere: what became of the request. */
static enum status transfer_state(
    struct step_run *r, const struct registry_work *w, const struct registry_transfer *in, struct error *e)
{
    struct registry_transfer_info t = {0};
    const struct registry_request request = request_of(r, in);
    TRY(step_transfer_known(r, w, &request, e));
    enum status s = registry_transfer_query(w, in->name, in->authinfo, &t, e);
    r->patient_until = patience(r, w, str_eqz(t.status, "pending") ? t.acts_by : 0);
    /* the code may have been changed meanwhile, which ends no transfer: it may yet be approved, and must be paid then;
     * nor does a registry that shows no transfer (2301) say how it has ended */
    if (s == DENIED || s == CONFLICT)
        return step_wait(r, TRANSFER_LOOK_US, e, "the registry does not say how the transfer is: %s",
            arena_strdup(r->arena, e->text));
    TRY(s);
    bool refused = str_eqz(t.status, "clientRejected") || str_eqz(t.status, "clientCancelled") ||
                   str_eqz(t.status, "serverCancelled");
    r->refused = refused && ours(w, t.reid);
    if (r->refused)
        return error_set(e, DENIED, "transfer-refused", "the transfer of %.*s has ended as %.*s", STR_ARG(r->o->name),
            STR_ARG(t.status));
    return step_wait(r, TRANSFER_LOOK_US, e, "the transfer is %.*s; %.*s has until %.*s to object", STR_ARG(t.status),
        STR_ARG(t.acid), STR_ARG(time_text(r->arena, t.acts_by)));
}

STEP(transferred)
{
    struct registry_work w;
    struct registry_transfer in;
    struct registry_domain *d = &r->found;
    TRY(transfer_of(r, &w, &in, e));
    enum status s = registry_domain_info(&w, r->o->name, STR_NULL, d, e);
    if (s != OK && s != DENIED)
        return s;
    if (s == DENIED || !ours(&w, d->clid))
        return transfer_state(r, &w, &in, e);
    if (d->expires == 0)
        return error_set(e, PROTOCOL, "no-expiry", "the registry gives no expiry date for %.*s", STR_ARG(r->o->name));
    step_detail(r, "%.*s until %.*s", STR_ARG(d->roid), STR_ARG(time_text(r->arena, d->expires)));
    return OK;
}

STEP_KEEP(transferred)
{
    struct step_run *r = ctx;
    const struct registry_domain *d = &r->found;
    return domain_activate(db, r->o->name, r->o->id, d->roid, d->created, d->expires, e);
}
