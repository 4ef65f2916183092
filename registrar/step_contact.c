/* The transfer of a contact between registrars (RFC 5733 3.2.4): asked for by us, or our answer to who asks. */
#include "registrar/advance.h"
#include "registrar/order_args.h"
#include "registrar/sealing.h"
#include "registrar/step.h"

#include "registry/ensure.h"
#include "registry/journal.h"

#define DECIDED_LOOK_US (60 * US_PER_S) /* the registry's message comes sooner */

static enum status transfer_of(
    struct step_run *r, struct registry_work *w, struct registry_transfer *in_r, struct error *e)
{
    struct str registry;
    *in_r = (struct registry_transfer){.name = r->o->name};
    TRY(step_work(r, w, e));
    TRY(order_args_contact(r->o->args, &in_r->op, &registry, e));
    if (str_is_null(r->o->secret))
        return OK;
    return sealing_open(r->arena, &r->us->sealing, SEALED_AUTHINFO, r->o->name, r->o->secret, &in_r->authinfo, e);
}

static struct registry_request request_of(struct step_run *r, const struct registry_transfer *in)
{
    return (struct registry_request){.verb = REGISTRY_CONTACT_TRANSFER,
        .key = step_key(r, "contact-transfer"),
        .order_id = r->o->id,
        .transfer = in};
}

STEP(contact_transfer)
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
    if (in.op == REGISTRY_TRANSFER_REQUEST)
        return OK;
    if (out.pending)
        return step_wait(r, DECIDED_LOOK_US, e, "the registry has taken the answer on and will decide (1001)");
    if (in.op == REGISTRY_TRANSFER_APPROVE)
        ensure_forget_contact(&w, r->o->name);
    return OK;
}

/* What the registry says of our request. */
static enum status request_state(
    struct step_run *r, const struct registry_work *w, const struct registry_transfer *in, struct error *e)
{
    struct registry_transfer_info t = {0};
    const struct registry_request request = request_of(r, in);
    TRY(step_transfer_known(r, w, &request, e));
    enum status s = registry_contact_transfer_query(w, in->name, in->authinfo, &t, e);
    if (s == DENIED || s == CONFLICT)
        return step_wait(r, DECIDED_LOOK_US, e, "the registry does not say how the transfer is: %s",
            arena_strdup(r->arena, e->text));
    TRY(s);
    bool ours = str_ieq(t.reid, w->registry->config.clid), pending = str_eqz(t.status, "pending");
    if (ours && (str_eqz(t.status, "clientApproved") || str_eqz(t.status, "serverApproved"))) {
        step_detail(r, "%.*s by %.*s", STR_ARG(t.status), STR_ARG(t.acid));
        return OK;
    }
    r->refused = ours && !pending;
    if (r->refused)
        return error_set(e, DENIED, "transfer-refused", "the transfer of %.*s has ended as %.*s", STR_ARG(in->name),
            STR_ARG(t.status));
    r->patient_until = pending && t.acts_by != 0 ? t.acts_by + ORDER_PATIENCE_US : 0;
    return step_wait(r, DECIDED_LOOK_US, e, "the transfer is %.*s; %.*s has until %.*s to answer", STR_ARG(t.status),
        STR_ARG(t.acid), STR_ARG(time_text(r->arena, t.acts_by)));
}

/* A message, or the answer itself, may have decided it; else the registry is asked. */
STEP(contact_decided)
{
    struct registry_work w;
    struct registry_transfer in;
    struct registry_outcome out = {0};
    TRY(transfer_of(r, &w, &in, e));
    if (in.op != REGISTRY_TRANSFER_REQUEST)
        return OK;
    TRY(journal_look(&w, step_key(r, "contact-transfer"), &out, e));
    if (!out.pending && out.code != 0 && out.code < 2000) {
        step_detail(r, "the contact is with us");
        return OK;
    }
    return request_state(r, &w, &in, e);
}
