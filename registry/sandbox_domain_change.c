#include "registry/sandbox_contact.h"
#include "registry/sandbox_ds.h"
#include "registry/sandbox_grace.h"

static enum status statuses_change(
    struct sandbox_call *c, unsigned *statuses, const struct epp_statuses *list, bool add, struct error *e)
{
    for (size_t i = 0; i < list->n; i++) {
        unsigned bit = sandbox_status_bit(list->v[i].s);
        if (!sandbox_status_settable(bit, EPP_DOMAIN))
            return sandbox_refuse(
                c, e, EPP_POLICY, "status", list->v[i].s, "only the registry sets or removes this status");
        *statuses = add ? *statuses | bit : *statuses & ~bit;
    }
    return OK;
}

static bool change_empty(const struct epp_domain_change *g)
{
    return g->ns.hosts.n + g->ns.attrs.n + g->contacts.n + g->statuses.n == 0;
}

static bool auth_given(const struct epp_auth *a)
{
    return !str_is_null(a->pw) || !str_is_null(a->ext) || a->null;
}

/* Who may update, and when: a clientUpdateProhibited that this very command removes does not bar it (RFC
 * 5731 §2.3). */
static enum status may_update(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    const struct epp_domain_update *in = &c->cmd->u.domain_update;
    struct sandbox_domain after = *d;
    if (change_empty(&in->add) && change_empty(&in->rem) && str_is_null(in->chg.registrant) &&
        !auth_given(&in->chg.auth) && epp_ext_find(&c->cmd->ext, &epp_secdns_update) == NULL)
        return sandbox_refuse(c, e, EPP_MISSING, NULL, STR_NULL, "nothing to add, remove or change");
    TRY(sandbox_domain_owned(c, d, e));
    TRY(statuses_change(c, &after.statuses, &in->rem.statuses, false, e));
    TRY(sandbox_domain_barred(c, &after, SB_CLIENT_UPDATE, e));
    unsigned bars = str_is_null(d->applied) ? SB_NO_UPDATE : SB_NO_UPDATE & ~(unsigned)SB_PENDING_CREATE;
    return sandbox_domain_barred(c, d, bars, e);
}

static enum status update_registrant(
    struct sandbox_call *c, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    struct str registrant = c->cmd->u.domain_update.chg.registrant;
    if (str_is_null(registrant))
        return OK;
    d->registrant_id = 0;
    if (!str_empty(registrant) && c->sb->as.contacts == SB_CONTACTS_NONE)
        return sandbox_refuse(c, e, EPP_POLICY, "registrant", STR_NULL, "this registry keeps no contacts");
    if (!str_empty(registrant))
        return sandbox_domain_contact_id(c, "registrant", registrant, &d->registrant_id, e);
    if (c->sb->as.registrant == SB_REGISTRANT_REQUIRED ||
        (c->sb->as.registrant == SB_REGISTRANT_TLD && tld->registrant_required))
        return sandbox_refuse(
            c, e, EPP_DATA_POLICY, "registrant", STR_NULL, "a domain in .%.*s keeps a registrant", STR_ARG(tld->name));
    return OK;
}

static enum status clear_policy(struct sandbox_call *c, const struct epp_auth *auth, struct error *e)
{
    enum sandbox_auth_clear as = c->sb->as.authinfo_clear;
    bool clears = auth->null || (!str_is_null(auth->pw) && str_empty(auth->pw));
    if (!clears || as == SB_CLEAR_ANY || as == (auth->null ? SB_CLEAR_NULL : SB_CLEAR_EMPTY))
        return OK;
    return sandbox_refuse(c, e, EPP_POLICY, "authInfo", STR_NULL, "authInfo is not taken away like that here");
}

static enum status update_auth(struct sandbox_call *c, struct sandbox_domain *d, struct error *e)
{
    const struct epp_auth *auth = &c->cmd->u.domain_update.chg.auth;
    if (!auth_given(auth))
        return OK;
    TRY(clear_policy(c, auth, e));
    if (auth->null) {
        d->auth_sealed = STR_NULL;
        return OK;
    }
    TRY(sandbox_auth_policy(c, auth, false, e));
    d->auth_sealed = sandbox_seal_auth(c, "domain", d->name, auth);
    return OK;
}

/* Too few of something is a violation of what must be kept (2308) where the command takes some away. */
static enum status update_links(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    const struct epp_domain_change *add = &c->cmd->u.domain_update.add, *rem = &c->cmd->u.domain_update.rem;
    size_t ns = rem->ns.hosts.n + rem->ns.attrs.n, added = add->ns.hosts.n + add->ns.attrs.n;
    TRY(sandbox_domain_unlink_ns(c, d, &rem->ns, e));
    TRY(sandbox_domain_link_ns(c, d, &add->ns, e));
    if (ns + added > 0)
        TRY(sandbox_domain_ns_policy(c, d, tld, ns > 0 ? EPP_DATA_POLICY : EPP_POLICY, e));
    TRY(sandbox_domain_unlink_contacts(c, d, &rem->contacts, e));
    TRY(sandbox_domain_link_contacts(c, d, &add->contacts, e));
    if (rem->contacts.n + add->contacts.n == 0)
        return OK;
    return sandbox_domain_contacts_policy(c, d, rem->contacts.n > 0 ? EPP_DATA_POLICY : EPP_POLICY, e);
}

enum status sandbox_domain_update(struct sandbox_call *c, struct error *e)
{
    const struct epp_domain_update *in = &c->cmd->u.domain_update;
    struct sandbox_domain d;
    struct sandbox_tld tld;
    TRY(sandbox_domain_open(c, in->name, true, &d, e));
    const struct epp_rgp_update *rgp = epp_ext_find(&c->cmd->ext, &epp_rgp_update);
    if (rgp != NULL)
        return sandbox_domain_restore(c, &d, rgp, e);
    TRY(may_update(c, &d, e));
    TRY(sandbox_domain_tld(c, d.tld, &tld, e));
    TRY(statuses_change(c, &d.statuses, &in->rem.statuses, false, e));
    TRY(statuses_change(c, &d.statuses, &in->add.statuses, true, e));
    TRY(update_registrant(c, &d, &tld, e));
    TRY(update_auth(c, &d, e));
    TRY(update_links(c, &d, &tld, e));
    TRY(sandbox_ds_update(c, &d, e));
    d.updater = c->who;
    d.updated = c->now;
    TRY(sandbox_domain_store(c->db, &d, e));
    c->zones_changed = true;
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}
