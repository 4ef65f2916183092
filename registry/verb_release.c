/* Handing a domain to another registrar, and how to tell whether it was done. */
#include "registry/verb.h"

static struct str release_object(const struct registry_request *r)
{
    return r->release != NULL ? r->release->name : STR_NULL;
}

static enum status release_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->domain_release(a->ctx, c, r->release, e);
}

/* Some registries show a domain to its sponsor only: refused to show it, they say that we are that no more. */
static enum status release_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_release *in = d->r->release;
    struct registry_domain dom = {0};
    bool found;
    enum status s = verb_found(registry_domain_info(d->w, in->name, STR_NULL, &dom, e), &found);
    bool hidden = verb_hidden(s, e);
    if (!hidden)
        TRY(s);
    if (!hidden && !found)
        *v = (struct verdict){VERDICT_REFUSED, 2303, "the registry does not have the domain", 0, 0};
    else if (!hidden && verb_is_ours(d->w, dom.clid))
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the domain is still with us"};
    else if (hidden || str_ieq(dom.clid, in->tag))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the domain is with the other registrar"};
    else
        *v =
            (struct verdict){VERDICT_REFUSED, 2201, "the domain is with a registrar that it was not released to", 0, 0};
    return OK;
}

const struct verb_row verb_domain_release = VERB_ROW("domain-release", release_object, release_send, release_settle);
