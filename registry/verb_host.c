/* The host transforms, and how to tell whether one in doubt was done. */
#include "registry/verb.h"

static enum status ask(
    const struct doubt *d, struct str name, struct registry_host_info *info, bool *found, struct error *e)
{
    return verb_found(registry_host_info(d->w, name, info, e), found);
}

static struct str create_object(const struct registry_request *r)
{
    return r->host != NULL ? r->host->name : STR_NULL;
}

static struct str update_object(const struct registry_request *r)
{
    return r->host_update != NULL ? r->host_update->name : STR_NULL;
}

static struct str name_object(const struct registry_request *r)
{
    return r->name;
}

static enum status create_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->host_create(a->ctx, c, r->host, e);
}

static enum status create_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_host *in = d->r->host;
    struct registry_host_info info = {0};
    bool found;
    TRY(ask(d, in->name, &info, &found, e));
    if (!found)
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry does not have it"};
    else if (!verb_is_ours(d->w, info.clid))
        *v = (struct verdict){VERDICT_REFUSED, 2302, "the host is another registrar's", 0, 0};
    else if (!verb_same_addrs(in->addrs, in->addrs_n, info.host.addrs, info.host.addrs_n))
        *v = (struct verdict){VERDICT_REFUSED, 2302, "the host is ours, with other addresses", 0, 0};
    else
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the registry has it for us", .created = info.created};
    return OK;
}

const struct verb_row verb_host_create = VERB_ROW("host-create", create_object, create_send, create_settle);

static enum status update_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->host_update(a->ctx, c, r->host_update, e);
}

static bool has_addr(const struct registry_host *h, struct str addr)
{
    for (size_t i = 0; i < h->addrs_n; i++)
        if (verb_same_addr(h->addrs[i], addr))
            return true;
    return false;
}

static bool is_updated(const struct registry_host *h, const struct registry_host_update *u)
{
    for (size_t i = 0; i < u->add_addrs_n; i++)
        if (!has_addr(h, u->add_addrs[i]))
            return false;
    for (size_t i = 0; i < u->rem_addrs_n; i++)
        if (has_addr(h, u->rem_addrs[i]))
            return false;
    return true;
}

static enum status update_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    struct registry_host_info info = {0};
    bool found;
    TRY(ask(d, d->r->host_update->name, &info, &found, e));
    if (!found)
        *v = (struct verdict){VERDICT_REFUSED, 2303, "the registry does not have the host", 0, 0};
    else if (!verb_is_ours(d->w, info.clid))
        *v = (struct verdict){VERDICT_REFUSED, 2201, "the host is another registrar's", 0, 0};
    else if (is_updated(&info.host, d->r->host_update))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the host is as wanted"};
    else
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the host is not as wanted"};
    return OK;
}

const struct verb_row verb_host_update = VERB_ROW("host-update", update_object, update_send, update_settle);

static enum status delete_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->host_delete(a->ctx, c, r->name, e);
}

static enum status delete_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    struct registry_host_info info = {0};
    bool found;
    TRY(ask(d, d->r->name, &info, &found, e));
    if (!found || verb_has_status(info.statuses, info.statuses_n, "pendingDelete"))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the registry no longer has it"};
    else
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry still has it"};
    return OK;
}

const struct verb_row verb_host_delete = VERB_ROW("host-delete", name_object, delete_send, delete_settle);
