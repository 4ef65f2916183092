/* The create of a domain: at once, or pending until the registry has decided (1001). */
#include "registry/sandbox_ds.h"
#include "registry/sandbox_idn.h"
#include "registry/sandbox_launch.h"
#include "registry/sandbox_name.h"
#include "registry/sandbox_token.h"

static enum status registrant_policy(struct sandbox_call *c, const struct sandbox_tld *tld, struct error *e)
{
    const struct sandbox_personality *as = &c->sb->as;
    bool given = !str_is_null(c->cmd->u.domain_create.registrant);
    bool wanted =
        as->registrant == SB_REGISTRANT_REQUIRED || (as->registrant == SB_REGISTRANT_TLD && tld->registrant_required);
    if (as->contacts == SB_CONTACTS_NONE && given)
        return sandbox_refuse(c, e, EPP_POLICY, "registrant", STR_NULL, "this registry keeps no contacts");
    if (as->contacts != SB_CONTACTS_NONE && wanted && !given)
        return sandbox_refuse(
            c, e, EPP_MISSING, "registrant", STR_NULL, "a domain in .%.*s needs a registrant", STR_ARG(tld->name));
    return OK;
}

/* What a create comes to. */
struct plan {
    struct sandbox_name name;
    int years;
    time_us decided; /* it is an application, which will be decided then; 0: it is none */
};

static enum status create_policy(struct sandbox_call *c, struct plan *p, struct error *e)
{
    struct sandbox_name *name = &p->name;
    const struct epp_domain_create *in = &c->cmd->u.domain_create;
    struct sandbox_name_fault fault;
    TRY(sandbox_name_check(c, in->name, name, &fault, e));
    if (fault.code != 0)
        return sandbox_refuse(c, e, fault.code, "name", in->name, "%.*s", STR_ARG(fault.reason));
    if (name->known.registered)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "name", in->name, "this domain is registered already");
    TRY(sandbox_launch_create(c, name, &p->decided, e));
    TRY(sandbox_idn_create(c, name->name, e));
    TRY(sandbox_token_create(c, name->label, e));
    TRY(sandbox_domain_years(c, &name->tld, &in->period, &p->years, e));
    TRY(sandbox_auth_policy(c, &in->auth, true, e));
    return registrant_policy(c, &name->tld, e);
}

/* An application's row has a name of its own until it is decided. */
static enum status row_insert(struct sandbox_call *c, struct sandbox_domain *d, bool application, struct error *e)
{
    struct sandbox_domain row = *d;
    if (application)
        row.name = sandbox_application_key(c);
    enum status s = sandbox_domain_insert(c->db, &row, e);
    d->id = row.id;
    return s;
}

static enum status domain_enter(struct sandbox_call *c, struct sandbox_domain *d, const struct plan *p, struct error *e)
{
    const struct epp_domain_create *in = &c->cmd->u.domain_create;
    if (!str_is_null(in->registrant))
        TRY(sandbox_domain_contact_id(c, "registrant", in->registrant, &d->registrant_id, e));
    enum status s = row_insert(c, d, p->decided != 0, e);
    if (s == EXISTS)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "name", in->name, "this domain is registered already");
    if (s != OK)
        return s;
    TRY(sandbox_domain_link_ns(c, d, &in->ns, e));
    TRY(sandbox_domain_link_contacts(c, d, &in->contacts, e));
    TRY(sandbox_domain_ns_policy(c, d, &p->name.tld, EPP_POLICY, e));
    TRY(sandbox_domain_contacts_policy(c, d, EPP_MISSING, e));
    TRY(sandbox_ds_create(c, d, e));
    return sandbox_domain_charge(c, d->paid, "create", d->name, e);
}

static struct sandbox_domain domain_new(struct sandbox_call *c, const struct plan *p)
{
    const struct epp_auth *auth = &c->cmd->u.domain_create.auth;
    const struct sandbox_name *name = &p->name;
    struct sandbox_prices prices = sandbox_known_prices(&name->tld, &name->known);
    struct sandbox_domain d = {.name = name->name,
        .tld = name->tld.name,
        .sponsor = c->who,
        .creator = c->who,
        .created = c->now,
        .expires = time_add_years(c->now, p->years),
        .paid = prices.create + prices.renew * (p->years - 1),
        .auth_sealed = sandbox_seal_auth(c, "domain", name->name, auth)};
    if (c->sb->as.create_pending || p->decided != 0) {
        d.statuses = SB_PENDING_CREATE;
        d.due = p->decided != 0 ? p->decided : c->now + c->sb->as.create_pending_s * US_PER_S;
    }
    d.due = sandbox_domain_due(&d, &name->tld);
    return d;
}

enum status sandbox_domain_create(struct sandbox_call *c, struct error *e)
{
    struct plan p = {.years = 0};
    TRY(create_policy(c, &p, e));
    struct sandbox_domain d = domain_new(c, &p);
    bool pending = (d.statuses & SB_PENDING_CREATE) != 0;
    TRY(domain_enter(c, &d, &p, e));
    if (pending)
        TRY(sandbox_pending_put(c->db, d.id, c->cmd->cltrid, c->svtrid, e));
    c->zones_changed = !pending;
    c->rsp->u.create =
        (struct epp_create_data){.key = d.name, .cr_date = d.created, .ex_date = p.decided == 0 ? d.expires : 0};
    sandbox_reply(c, pending ? EPP_DONE_PENDING : EPP_DONE, EPP_CRE_DATA);
    return p.decided == 0 ? OK : sandbox_application_begin(c, &d, p.years, e);
}
