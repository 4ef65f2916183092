/* The contact transforms, and how to tell whether one in doubt was done. */
#include "registry/verb.h"

static enum status ask(
    const struct doubt *d, struct str id, struct registry_contact_info *info, bool *found, struct error *e)
{
    return verb_found(registry_contact_info(d->w, id, info, e), found);
}

static struct str contact_object(const struct registry_request *r)
{
    return r->contact != NULL ? r->contact->id : STR_NULL;
}

static struct str name_object(const struct registry_request *r)
{
    return r->name;
}

static enum status create_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->contact_create(a->ctx, c, r->contact, e);
}

/* Ids are ours and never used twice: one that stands there for us was made by this command. */
static enum status create_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    struct registry_contact_info info = {0};
    bool found;
    enum status s = ask(d, d->r->contact->id, &info, &found, e);
    bool hidden = verb_hidden(s, e);
    if (!hidden)
        TRY(s);
    if (!hidden && !found)
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry does not have it"};
    else if (hidden || !verb_is_ours(d->w, info.clid))
        *v = (struct verdict){VERDICT_REFUSED, 2302, "the id is another registrar's", 0, 0};
    else
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the registry has it for us", .created = info.created};
    return OK;
}

const struct verb_row verb_contact_create = VERB_ROW("contact-create", contact_object, create_send, create_settle);

static enum status update_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->contact_update(a->ctx, c, r->contact, e);
}

static enum status update_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    struct registry_contact_info info = {0};
    bool found;
    TRY(ask(d, d->r->contact->id, &info, &found, e));
    if (!found)
        *v = (struct verdict){VERDICT_REFUSED, 2303, "the registry does not have the contact", 0, 0};
    else if (!verb_is_ours(d->w, info.clid))
        *v = (struct verdict){VERDICT_REFUSED, 2201, "the contact is another registrar's", 0, 0};
    else if (verb_same_contact(d->r->contact, &info.contact))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the contact is as wanted"};
    else
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the contact is not as wanted"};
    return OK;
}

const struct verb_row verb_contact_update = VERB_ROW("contact-update", contact_object, update_send, update_settle);

static enum status delete_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->contact_delete(a->ctx, c, r->name, e);
}

static enum status delete_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    struct registry_contact_info info = {0};
    bool found;
    TRY(ask(d, d->r->name, &info, &found, e));
    if (!found || verb_has_status(info.statuses, info.statuses_n, "pendingDelete"))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the registry no longer has it"};
    else
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry still has it"};
    return OK;
}

const struct verb_row verb_contact_delete = VERB_ROW("contact-delete", name_object, delete_send, delete_settle);
