/* The domain transforms, and how to tell whether one in doubt was done. */
#include "base/crypto.h"
#include "registry/dnssec.h"
#include "registry/verb.h"

#define DAY (86400 * US_PER_S)

static enum status ask(
    const struct doubt *d, struct str name, struct registry_domain *dom, bool *found, struct error *e)
{
    return verb_found(registry_domain_info(d->w, name, STR_NULL, dom, e), found);
}

/* The same where another sponsor is as good as an answer: some registries show a domain to its sponsor only, and
 * then *dom is left without one. */
static enum status ask_ours(
    const struct doubt *d, struct str name, struct registry_domain *dom, bool *found, struct error *e)
{
    enum status s = ask(d, name, dom, found, e);
    if (!verb_hidden(s, e))
        return s;
    *dom = (struct registry_domain){0};
    *found = true;
    return OK;
}

/* ---- create ------------------------------------------------------------------------------------------------ */

static struct str create_object(const struct registry_request *r)
{
    return r->domain_create != NULL ? r->domain_create->name : STR_NULL;
}

static enum status create_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    return a->domain_create(a->ctx, c, r->domain_create, out, e);
}

static struct verdict refused(int code, const char *why)
{
    return (struct verdict){.kind = VERDICT_REFUSED, .code = code, .why = why};
}

/* Why the domain, which is ours, is not by this command; NULL: it is. The authInfo we sent is a mark that only this
 * command could leave, whatever the registry's clock says. Where the registry keeps it to itself, time and
 * registrant must do. */
static const char *not_by_us(const struct doubt *d, const struct registry_domain *dom)
{
    const struct registry_domain_create *in = d->r->domain_create;
    bool marked = !str_empty(dom->authinfo) && !str_empty(in->authinfo);
    if (marked && crypto_equal(dom->authinfo, in->authinfo))
        return NULL;
    if (dom->created != 0 && dom->created < d->since)
        return "it was ours before this command";
    bool other = d->fitted && !str_is_null(in->registrant) && !str_ieq(in->registrant, dom->registrant);
    if (marked || other)
        return "it is ours, but by another command";
    return NULL;
}

static enum status create_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_domain_create *in = d->r->domain_create;
    struct registry_domain dom = {0};
    bool found;
    enum status s = ask(d, in->name, &dom, &found, e);
    if (verb_hidden(s, e)) { /* some registries show a domain to its sponsor only */
        *v = refused(2302, "the registry has it for another registrar");
        return OK;
    }
    TRY(s);
    if (!found)
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry does not have it"};
    else if (!verb_is_ours(d->w, dom.clid) || (!str_is_null(dom.crid) && !verb_is_ours(d->w, dom.crid)))
        *v = refused(2302, "the registry has it for another registrar");
    else if (not_by_us(d, &dom) != NULL)
        *v = refused(2302, not_by_us(d, &dom));
    else
        *v = (struct verdict){.kind = VERDICT_DONE,
            .code = verb_has_status(dom.statuses, dom.statuses_n, "pendingCreate") ? 1001 : 1000,
            .why = "the registry has it for us, as sent",
            .created = dom.created,
            .expires = dom.expires};
    return OK;
}

const struct verb_row verb_domain_create = VERB_ROW("domain-create", create_object, create_send, create_settle);

/* ---- renew -------------------------------------------------------------------------------------------------- */

static struct str renew_object(const struct registry_request *r)
{
    return r->renew != NULL ? r->renew->name : STR_NULL;
}

static enum status renew_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    return a->domain_renew(a->ctx, c, r->renew, out, e);
}

/* curExpDate makes the command itself safe to repeat; this tells which result to record. */
static enum status renew_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_renew *in = d->r->renew;
    struct registry_domain dom = {0};
    bool found;
    time_us wanted = time_add_years(d->basis, in->years);
    TRY(ask_ours(d, in->name, &dom, &found, e));
    if (!found)
        *v = refused(2303, "the registry does not have the domain");
    else if (!verb_is_ours(d->w, dom.clid))
        *v = refused(2201, "the domain is with another registrar");
    else if (dom.expires >= wanted - DAY)
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "it expires as wanted", .expires = dom.expires};
    else if (dom.expires <= d->basis + DAY)
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "it expires as before"};
    else
        *v = refused(2306, "its expiry was moved by something else meanwhile");
    return OK;
}

const struct verb_row verb_domain_renew = VERB_ROW("domain-renew", renew_object, renew_send, renew_settle);

/* ---- update -------------------------------------------------------------------------------------------------- */

static struct str update_object(const struct registry_request *r)
{
    return r->domain_update != NULL ? r->domain_update->name : STR_NULL;
}

static enum status update_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->domain_update(a->ctx, c, r->domain_update, e);
}

static bool has_host(const struct registry_domain *dom, const struct registry_host *h)
{
    for (size_t i = 0; i < dom->hosts_n; i++)
        if (str_ieq(dom->hosts[i].name, h->name))
            return true;
    return false;
}

static bool has_contact(const struct registry_domain *dom, const struct registry_contact_ref *c)
{
    for (size_t i = 0; i < dom->contacts_n; i++)
        if (str_eq(dom->contacts[i].type, c->type) && str_ieq(dom->contacts[i].id, c->id))
            return true;
    return false;
}

static bool has_status(const struct registry_domain *dom, struct str word)
{
    for (size_t i = 0; i < dom->statuses_n; i++)
        if (str_eq(dom->statuses[i], word))
            return true;
    return false;
}

static bool added(const struct registry_domain *dom, const struct registry_domain_update *u)
{
    for (size_t i = 0; i < u->add_hosts_n; i++)
        if (!has_host(dom, &u->add_hosts[i]))
            return false;
    for (size_t i = 0; i < u->add_contacts_n; i++)
        if (!has_contact(dom, &u->add_contacts[i]))
            return false;
    for (size_t i = 0; i < u->add_statuses_n; i++)
        if (!has_status(dom, u->add_statuses[i]))
            return false;
    return true;
}

static bool removed(const struct registry_domain *dom, const struct registry_domain_update *u)
{
    for (size_t i = 0; i < u->rem_hosts_n; i++)
        if (has_host(dom, &u->rem_hosts[i]))
            return false;
    for (size_t i = 0; i < u->rem_contacts_n; i++)
        if (has_contact(dom, &u->rem_contacts[i]))
            return false;
    for (size_t i = 0; i < u->rem_statuses_n; i++)
        if (has_status(dom, u->rem_statuses[i]))
            return false;
    return true;
}

/* A new authInfo that the registry keeps to itself counts as not set: setting it again does no harm. */
static bool changed(const struct doubt *d, const struct registry_domain *dom)
{
    const struct registry_domain_update *u = d->r->domain_update;
    if (!str_is_null(u->registrant) && !str_ieq(u->registrant, dom->registrant))
        return false;
    return str_is_null(u->authinfo) || (d->answered && str_empty(dom->authinfo)) ||
           crypto_equal(u->authinfo, dom->authinfo);
}

static enum status update_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_domain_update *in = d->r->domain_update;
    struct registry_domain dom = {0};
    bool found;
    TRY(ask_ours(d, in->name, &dom, &found, e));
    if (!found)
        *v = refused(2303, "the registry does not have the domain");
    else if (!verb_is_ours(d->w, dom.clid))
        *v = refused(2201, "the domain is with another registrar");
    else if (added(&dom, in) && removed(&dom, in) && dnssec_shown(&dom.dnssec, &in->dnssec) && changed(d, &dom))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the domain is as wanted"};
    else
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the domain is not as wanted"};
    return OK;
}

const struct verb_row verb_domain_update = VERB_ROW("domain-update", update_object, update_send, update_settle);

/* ---- delete -------------------------------------------------------------------------------------------------- */

static struct str name_object(const struct registry_request *r)
{
    return r->name;
}

static enum status delete_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    (void)out;
    return a->domain_delete(a->ctx, c, r->name, e);
}

static enum status delete_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    struct registry_domain dom = {0};
    bool found;
    enum status s = ask(d, d->r->name, &dom, &found, e);
    bool hidden = verb_hidden(s, e);
    if (!hidden)
        TRY(s);
    if (hidden || !found || !verb_is_ours(d->w, dom.clid))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the registry no longer has it for us"};
    else if (verb_has_status(dom.statuses, dom.statuses_n, "pendingDelete"))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "it is in pendingDelete"};
    else
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry still has it"};
    return OK;
}

const struct verb_row verb_domain_delete = VERB_ROW("domain-delete", name_object, delete_send, delete_settle);

/* ---- transfer -------------------------------------------------------------------------------------------------- */

static struct str transfer_object(const struct registry_request *r)
{
    return r->transfer != NULL ? r->transfer->name : STR_NULL;
}

/* Some registries answer 1000 to a request that the other registrar has yet to answer. */
static bool still_pending(const struct registry_request *r, const struct registry_transfer_info *t)
{
    return r->transfer->op == REGISTRY_TRANSFER_REQUEST && str_eqz(t->status, "pending");
}

static enum status transfer_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    struct registry_transfer_info info = {0};
    TRY(a->transfer(a->ctx, c, r->transfer, &info, e));
    *out = (struct registry_done){
        .name = info.name, .created = info.requested, .expires = info.expires, .pending = still_pending(r, &info)};
    return OK;
}

static void request_judge(const struct doubt *d, const struct registry_transfer_info *t, struct verdict *v)
{
    /* There is one request at a time: a pending one of ours is this, whatever the registry's clock says. */
    bool ours = verb_is_ours(d->w, t->reid), pending = str_eqz(t->status, "pending");
    if (!ours || (!pending && t->requested < d->since))
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry has no such request of ours"};
    else if (pending)
        *v = (struct verdict){
            .kind = VERDICT_DONE, .code = 1001, .why = "our request is pending", .created = t->requested};
    else if (str_eqz(t->status, "clientApproved") || str_eqz(t->status, "serverApproved"))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "our request was approved", .expires = t->expires};
    else
        *v = refused(2308, "our request was taken, and rejected or cancelled");
}

static void answer_judge(enum registry_transfer_op op, const struct registry_transfer_info *t, struct verdict *v)
{
    static const char *const ends[] = {
        [REGISTRY_TRANSFER_REQUEST] = "",
        [REGISTRY_TRANSFER_CANCEL] = "clientCancelled",
        [REGISTRY_TRANSFER_APPROVE] = "clientApproved",
        [REGISTRY_TRANSFER_REJECT] = "clientRejected",
    };
    if (str_eqz(t->status, ends[op]))
        *v = (struct verdict){.kind = VERDICT_DONE, .why = "the transfer is in that state", .expires = t->expires};
    else if (str_eqz(t->status, "pending"))
        *v = (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the transfer is still pending"};
    else
        *v = refused(2301, "the transfer has ended otherwise");
}

/* 2301 from a query: there was never one. Other codes of its class are no answer to a question. */
static enum status transfer_settle(const struct doubt *d, struct verdict *v, struct error *e)
{
    const struct registry_transfer *in = d->r->transfer;
    struct registry_transfer_info t = {0};
    bool contact = d->r->verb == REGISTRY_CONTACT_TRANSFER;
    enum status s = contact ? registry_contact_transfer_query(d->w, in->name, in->authinfo, &t, e)
                            : registry_transfer_query(d->w, in->name, in->authinfo, &t, e);
    if (s == CONFLICT && strcmp(e->code, "epp-2301") == 0) {
        *v = in->op == REGISTRY_TRANSFER_REQUEST
                 ? (struct verdict){.kind = VERDICT_NOT_DONE, .why = "the registry has no request"}
                 : refused(2301, "no transfer is pending");
        return OK;
    }
    if (s == NOT_FOUND) {
        *v =
            refused(2303, contact ? "the registry does not have the contact" : "the registry does not have the domain");
        return OK;
    }
    TRY(s);
    if (in->op == REGISTRY_TRANSFER_REQUEST)
        request_judge(d, &t, v);
    else
        answer_judge(in->op, &t, v);
    return OK;
}

const struct verb_row verb_domain_transfer =
    VERB_ROW("domain-transfer", transfer_object, transfer_send, transfer_settle);

static enum status contact_transfer_send(const struct registry_adapter *a, struct registry_call *c,
    const struct registry_request *r, struct registry_done *out, struct error *e)
{
    struct registry_transfer_info info = {0};
    TRY(a->contact_transfer(a->ctx, c, r->transfer, &info, e));
    *out = (struct registry_done){.name = info.name, .created = info.requested, .pending = still_pending(r, &info)};
    return OK;
}

const struct verb_row verb_contact_transfer =
    VERB_ROW("contact-transfer", transfer_object, contact_transfer_send, transfer_settle);
