#include "registry/sandbox_contact.h"
#include "registry/sandbox_domain.h"
#include "registry/sandbox_policy_db.h"
#include "registry/sandbox_poll.h"

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
        !auth_given(&in->chg.auth))
        return sandbox_refuse(c, e, EPP_MISSING, NULL, STR_NULL, "nothing to add, remove or change");
    TRY(sandbox_domain_owned(c, d, e));
    TRY(statuses_change(c, &after.statuses, &in->rem.statuses, false, e));
    TRY(sandbox_domain_barred(c, &after, SB_CLIENT_UPDATE, e));
    return sandbox_domain_barred(c, d, SB_NO_UPDATE, e);
}

static enum status update_unlink(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    const struct epp_domain_change *rem = &c->cmd->u.domain_update.rem;
    if (rem->ns.attrs.n > 0)
        return sandbox_refuse(
            c, e, EPP_NO_OPTION, "hostAttr", rem->ns.attrs.v[0].name, "name servers are host objects here");
    for (size_t i = 0; i < rem->ns.hosts.n; i++) {
        struct sandbox_host h;
        struct str name = str_lower(c->arena, rem->ns.hosts.v[i]);
        enum status s = sandbox_host_find(c->db, c->arena, name, SB_READ, &h, e);
        if (s == NOT_FOUND)
            return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "hostObj", name, "there is no host object of that name");
        if (s != OK)
            return s;
        TRY(sandbox_domain_ns_drop(c->db, d->id, h.id, e));
    }
    for (size_t i = 0; i < rem->contacts.n; i++) {
        int64_t id;
        struct str type = str_is_null(rem->contacts.v[i].type) ? STR("admin") : rem->contacts.v[i].type;
        TRY(sandbox_domain_contact_id(c, "contact", rem->contacts.v[i].id, &id, e));
        TRY(sandbox_domain_contact_drop(c->db, d->id, type, id, e));
    }
    return OK;
}

static enum status update_registrant(
    struct sandbox_call *c, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    struct str registrant = c->cmd->u.domain_update.chg.registrant;
    if (str_is_null(registrant))
        return OK;
    d->registrant_id = 0;
    if (!str_empty(registrant))
        return sandbox_domain_contact_id(c, "registrant", registrant, &d->registrant_id, e);
    if (tld->registrant_required)
        return sandbox_refuse(
            c, e, EPP_POLICY, "registrant", STR_NULL, "a domain in .%.*s keeps a registrant", STR_ARG(tld->name));
    return OK;
}

static enum status update_auth(struct sandbox_call *c, struct sandbox_domain *d, struct error *e)
{
    const struct epp_auth *auth = &c->cmd->u.domain_update.chg.auth;
    if (!auth_given(auth))
        return OK;
    if (auth->null) {
        d->auth_sealed = STR_NULL;
        return OK;
    }
    TRY(sandbox_domain_auth_policy(c, auth, e));
    d->auth_sealed = sandbox_seal(c, "domain", d->name, auth->pw);
    return OK;
}

static enum status update_links(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    const struct epp_domain_change *add = &c->cmd->u.domain_update.add;
    struct epp_strs ns;
    TRY(update_unlink(c, d, e));
    TRY(sandbox_domain_link_ns(c, d, &add->ns, e));
    TRY(sandbox_domain_link_contacts(c, d, &add->contacts, e));
    TRY(sandbox_domain_ns(c->db, c->arena, d->id, &ns, e));
    if (ns.n > tld->ns_max)
        return sandbox_refuse(c, e, EPP_POLICY, "ns", STR_NULL, "at most %u name servers for a domain", tld->ns_max);
    return OK;
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
    d.updater = c->who;
    d.updated = c->now;
    TRY(sandbox_domain_store(c->db, &d, e));
    c->zones_changed = true;
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

/* The day only: a renewal sent twice fails the second time, as the date has moved (RFC 5731 §3.2.3). */
static bool same_day(time_us a, time_us b)
{
    return a / (86400 * US_PER_S) == b / (86400 * US_PER_S);
}

enum status sandbox_domain_renew(struct sandbox_call *c, struct error *e)
{
    const struct epp_domain_renew *in = &c->cmd->u.domain_renew;
    struct sandbox_domain d;
    struct sandbox_tld tld;
    int years = 0;
    int64_t first, price;
    TRY(sandbox_domain_open(c, in->name, true, &d, e));
    TRY(sandbox_domain_owned(c, &d, e));
    TRY(sandbox_domain_barred(c, &d, SB_NO_RENEW, e));
    TRY(sandbox_domain_tld(c, d.tld, &tld, e));
    TRY(sandbox_domain_years(c, &tld, &in->period, &years, e));
    if (!same_day(in->cur_ex_date, d.expires))
        return sandbox_refuse(c, e, EPP_RANGE, "curExpDate", STR_NULL, "the domain expires on %.*s",
            STR_ARG(time_text(c->arena, d.expires)));
    time_us expires = time_add_years(d.expires, years);
    if (expires > time_add_years(c->now, tld.max_years))
        return sandbox_refuse(
            c, e, EPP_NOT_RENEWABLE, "name", d.name, "it would then expire more than %d years from now", tld.max_years);
    TRY(sandbox_price(c->db, c->arena, &tld, d.name, &first, &price, e));
    d.expires = expires;
    d.due = sandbox_domain_due(&d, &tld);
    d.updater = c->who;
    d.updated = c->now;
    TRY(sandbox_domain_store(c->db, &d, e));
    TRY(sandbox_domain_charge(c, price * years, "renew", d.name, e));
    c->rsp->u.renew = (struct epp_renew_data){.name = d.name, .ex_date = d.expires};
    sandbox_reply(c, EPP_DONE, EPP_REN_DATA);
    return OK;
}

enum status sandbox_domain_delete(struct sandbox_call *c, struct error *e)
{
    struct sandbox_domain d;
    struct sandbox_tld tld;
    struct epp_strs below;
    TRY(sandbox_domain_open(c, c->cmd->u.key.key, true, &d, e));
    TRY(sandbox_domain_owned(c, &d, e));
    TRY(sandbox_domain_barred(c, &d, SB_NO_DELETE, e));
    TRY(sandbox_domain_subordinates(c->db, c->arena, d.id, &below, e));
    if (below.n > 0)
        return sandbox_refuse(c, e, EPP_ASSOCIATION_PROHIBITS, "name", d.name,
            "%zu hosts are below it, such as %.*s: delete or rename them first", below.n, STR_ARG(below.v[0]));
    TRY(sandbox_domain_tld(c, d.tld, &tld, e));
    c->zones_changed = true;
    if (c->now < d.created + tld.add_grace) {
        TRY(sandbox_domain_remove(c->db, d.id, e));
        TRY(sandbox_domain_charge(c, -d.paid, "refund in add grace period", d.name, e));
        sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
        return OK;
    }
    d.statuses |= SB_PENDING_DELETE;
    d.deleted = c->now;
    d.due = sandbox_domain_due(&d, &tld);
    d.updater = c->who;
    d.updated = c->now;
    TRY(sandbox_domain_store(c->db, &d, e));
    sandbox_reply(c, EPP_DONE_PENDING, EPP_NO_DATA);
    return OK;
}

static enum status restore_request(
    struct sandbox_call *c, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    if (d->restore_requested != 0)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", d->name, "its restore was requested already");
    if (c->now >= d->deleted + tld->redemption)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", d->name, "its redemption period is over");
    TRY(sandbox_domain_charge(c, tld->restore_price, "restore", d->name, e));
    d->restore_requested = c->now;
    d->due = sandbox_domain_due(d, tld);
    return OK;
}

static enum status restore_report(struct sandbox_call *c, struct sandbox_domain *d, const struct sandbox_tld *tld,
    const struct epp_rgp_update *rgp, struct error *e)
{
    if (d->restore_requested == 0)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", d->name, "request the restore before the report");
    if (rgp->report.statements.n == 0)
        return sandbox_refuse(c, e, EPP_MISSING, "statement", STR_NULL, "a restore report has its statements");
    d->statuses &= ~(unsigned)SB_PENDING_DELETE;
    d->deleted = d->restore_requested = 0;
    while (d->expires <= c->now)
        d->expires = time_add_years(d->expires, 1);
    d->due = sandbox_domain_due(d, tld);
    c->zones_changed = true;
    return OK;
}

enum status sandbox_domain_restore(
    struct sandbox_call *c, struct sandbox_domain *d, const struct epp_rgp_update *rgp, struct error *e)
{
    struct sandbox_tld tld;
    TRY(sandbox_domain_owned(c, d, e));
    TRY(sandbox_domain_tld(c, d->tld, &tld, e));
    if ((d->statuses & SB_PENDING_DELETE) == 0)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", d->name, "it is not deleted");
    bool report = str_eqz(rgp->op, "report");
    TRY(report ? restore_report(c, d, &tld, rgp, e) : restore_request(c, d, &tld, e));
    d->updater = c->who;
    d->updated = c->now;
    TRY(sandbox_domain_store(c->db, d, e));
    struct epp_rgp_data *out = ARENA_NEW(c->arena, struct epp_rgp_data);
    out->statuses = sandbox_domain_rgp(c->arena, d, &tld, c->now);
    if (out->statuses.n > 0)
        epp_ext_add(c->arena, &c->rsp->ext, &epp_rgp_up_data, out);
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}
