/* The restoration of a deleted domain (RFC 3915), and how to tell whether one in doubt was done. */
#include "registry/verb.h"

static struct str restore_object(const struct registry_request *r)
{
    return r->restore != NULL ? r->restore->name : STR_NULL;
}

static enum status restore_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->domain_restore(a->ctx, c, r->restore, e);
}

static struct verdict refused(int code, const char *why)
{
    return (struct verdict){.kind = VERDICT_REFUSED, .code = code, .why = why};
}

/* In redemptionPeriod nothing was asked for; after the request it is pendingRestore; registries that want no report
 * are then done with it. */
static struct verdict request_judge(const struct registry_domain *dom)
{
    if (verb_has_status(dom->rgp, dom->rgp_n, "pendingRestore"))
        return (struct verdict){.kind = VERDICT_DONE, .why = "it is in pendingRestore"};
    if (!verb_has_status(dom->statuses, dom->statuses_n, "pendingDelete"))
        return (struct verdict){.kind = VERDICT_DONE, .why = "it is no longer deleted", .expires = dom->expires};
    if (verb_has_status(dom->rgp, dom->rgp_n, "pendingDelete"))
        return refused(2304, "its redemption period is over");
    return (struct verdict){.kind = VERDICT_NOT_DONE, .why = "it is deleted, and no restore was requested"};
}

static struct verdict report_judge(const struct registry_domain *dom)
{
    if (verb_has_status(dom->rgp, dom->rgp_n, "pendingRestore"))
        return (struct verdict){.kind = VERDICT_NOT_DONE, .why = "it is still in pendingRestore"};
    if (!verb_has_status(dom->statuses, dom->statuses_n, "pendingDelete"))
        return (struct verdict){.kind = VERDICT_DONE, .why = "it is restored", .expires = dom->expires};
    return refused(2304, "the restore has lapsed: it is deleted again");
}

static enum status restore_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_restore *in = d->r->restore;
    struct registry_domain dom = {0};
    bool found;
    enum status s = verb_found(registry_domain_info(d->w, in->name, STR_NULL, &dom, e), &found);
    bool hidden = verb_hidden(s, e);
    if (!hidden)
        TRY(s);
    if (hidden || (found && !verb_is_ours(d->w, dom.clid)))
        *v = refused(2201, "the domain is with another registrar");
    else if (!found)
        *v = refused(2303, "the registry does not have the domain");
    else
        *v = in->op == REGISTRY_RESTORE_REPORT ? report_judge(&dom) : request_judge(&dom);
    return OK;
}

const struct verb_row verb_domain_restore = VERB_ROW("domain-restore", restore_object, restore_send, restore_settle);
