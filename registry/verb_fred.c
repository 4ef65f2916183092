/* The transforms that only registries with FRED's objects know: sets of name servers and of keys, and the authInfo sent
 * to the domain's holder. */
#include "registry/dnssec.h"
#include "registry/host_set.h"
#include "registry/verb.h"

static struct str set_object(const struct registry_request *r)
{
    return r->host_set != NULL ? r->host_set->id : STR_NULL;
}

static enum status set_send(const struct registry_adapter *a, struct registry_call *c, const struct registry_request *r,
    struct registry_done *out, struct error *e)
{
    (void)out;
    return a->host_set_create(a->ctx, c, r->host_set, e);
}

static enum status set_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_host_set *in = d->r->host_set;
    struct registry_host_set_info info = {0};
    bool found;
    TRY(verb_found(registry_host_set_info(d->w, in->id, &info, e), &found));
    if (!found)
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry does not have it"};
    else if (!verb_is_ours(d->w, info.clid))
        *v = (struct verdict){VERDICT_REFUSED, 2302, "the set is another registrar's", 0, 0};
    else if (!host_set_same(in->hosts, in->hosts_n, info.set.hosts, info.set.hosts_n))
        *v = (struct verdict){VERDICT_REFUSED, 2302, "the set is ours, with other name servers", 0, 0};
    else
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the registry has it for us", .created = info.created};
    return OK;
}

const struct verb_row verb_host_set_create = VERB_ROW("host-set-create", set_object, set_send, set_settle);

static struct str keys_object(const struct registry_request *r)
{
    return r->key_set != NULL ? r->key_set->id : STR_NULL;
}

static enum status keys_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->key_set_create(a->ctx, c, r->key_set, e);
}

static enum status keys_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_key_set *in = d->r->key_set;
    struct registry_key_set_info info = {0};
    bool found;
    TRY(verb_found(registry_key_set_info(d->w, in->id, &info, e), &found));
    if (!found)
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry does not have it"};
    else if (!verb_is_ours(d->w, info.clid))
        *v = (struct verdict){VERDICT_REFUSED, 2302, "the set is another registrar's", 0, 0};
    else if (!dnssec_same_keys(in->keys, in->keys_n, info.set.keys, info.set.keys_n))
        *v = (struct verdict){VERDICT_REFUSED, 2302, "the set is ours, with other keys", 0, 0};
    else
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the registry has it for us", .created = info.created};
    return OK;
}

const struct verb_row verb_key_set_create = VERB_ROW("key-set-create", keys_object, keys_send, keys_settle);

static struct str name_object(const struct registry_request *r)
{
    return r->name;
}

static enum status authinfo_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->authinfo_send(a->ctx, c, r->name, e);
}

/* Whether a mail was sent nobody can ask; a second one does no harm. */
static enum status authinfo_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    (void)d;
    (void)e;
    *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "whether it was sent cannot be asked: it is sent again"};
    return OK;
}

const struct verb_row verb_authinfo_send = VERB_ROW("authinfo-send", name_object, authinfo_send, authinfo_settle);
