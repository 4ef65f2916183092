/* How long a domain stands: renew, delete, restore (RFC 5731, RFC 3915), and the money that goes with them. */
#include "registry/sandbox_domain.h"
#include "registry/sandbox_grace.h"
#include "registry/sandbox_launch.h"

/* The day only: a renewal sent twice fails the second time, as the date has moved (RFC 5731 §3.2.3). */
static bool same_day(time_us a, time_us b)
{
    return a / (86400 * US_PER_S) == b / (86400 * US_PER_S);
}

static enum status renew_open(
    struct sandbox_call *c, struct sandbox_domain *d, struct sandbox_tld *tld, int *years_r, struct error *e)
{
    const struct epp_domain_renew *in = &c->cmd->u.domain_renew;
    if (!c->sb->as.renew)
        return sandbox_refuse(c, e, EPP_NO_COMMAND, NULL, STR_NULL, "domains renew by themselves here");
    TRY(sandbox_domain_open(c, in->name, true, d, e));
    TRY(sandbox_domain_owned(c, d, e));
    TRY(sandbox_domain_barred(c, d, SB_NO_RENEW, e));
    TRY(sandbox_domain_tld(c, d->tld, tld, e));
    TRY(sandbox_domain_years(c, tld, &in->period, years_r, e));
    if (!same_day(in->cur_ex_date, d->expires))
        return sandbox_refuse(c, e, EPP_RANGE, "curExpDate", STR_NULL, "the domain expires on %.*s",
            STR_ARG(time_text(c->arena, d->expires)));
    if (time_add_years(d->expires, *years_r) > time_add_years(c->now, tld->max_years))
        return sandbox_refuse(c, e, EPP_NOT_RENEWABLE, "name", d->name,
            "it would then expire more than %d years from now", tld->max_years);
    return OK;
}

enum status sandbox_domain_renew(struct sandbox_call *c, struct error *e)
{
    struct sandbox_domain d;
    struct sandbox_tld tld;
    struct sandbox_prices prices;
    int years = 0;
    TRY(renew_open(c, &d, &tld, &years, e));
    TRY(sandbox_prices(c->db, c->arena, &tld, d.name, &prices, e));
    struct sandbox_grace grace = {
        .kind = STR("renewPeriod"), .ends = c->now + tld.renew_grace, .amount = prices.renew * years, .years = years};
    d.expires = time_add_years(d.expires, years);
    d.due = sandbox_domain_due(&d, &tld);
    d.updater = c->who;
    d.updated = c->now;
    TRY(sandbox_domain_store(c->db, &d, e));
    TRY(sandbox_domain_charge(c, grace.amount, "renew", d.name, e));
    TRY(sandbox_grace_begin(c->db, d.id, &grace, c->now, e));
    c->rsp->u.renew = (struct epp_renew_data){.name = d.name, .ex_date = d.expires};
    sandbox_reply(c, EPP_DONE, EPP_REN_DATA);
    return OK;
}

static enum status delete_at_once(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    TRY(sandbox_domain_charge(c, -d->paid, "refund in addPeriod", d->name, e));
    TRY(sandbox_domain_remove(c->db, d->id, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

enum status sandbox_domain_delete(struct sandbox_call *c, struct error *e)
{
    struct sandbox_domain d;
    struct sandbox_tld tld;
    struct epp_strs below;
    int years;
    TRY(sandbox_domain_open(c, c->cmd->u.key.key, true, &d, e));
    if (!str_is_null(d.applied))
        return sandbox_application_withdraw(c, &d, e);
    TRY(sandbox_domain_owned(c, &d, e));
    TRY(sandbox_domain_barred(c, &d, SB_NO_DELETE, e));
    TRY(sandbox_domain_subordinates(c->db, c->arena, d.id, &below, e));
    if (below.n > 0)
        return sandbox_refuse(c, e, EPP_ASSOCIATION_PROHIBITS, "name", d.name,
            "%zu hosts are below it, such as %.*s: delete or rename them first", below.n, STR_ARG(below.v[0]));
    TRY(sandbox_domain_tld(c, d.tld, &tld, e));
    TRY(sandbox_graces_refund(c->db, c->arena, &d, NULL, c->svtrid, c->now, &years, e));
    c->zones_changed = true;
    if (c->now < d.created + tld.add_grace)
        return delete_at_once(c, &d, e);
    d.statuses |= SB_PENDING_DELETE;
    d.deleted = c->now;
    d.expires = time_add_years(d.expires, -years); /* what was given back is not owned */
    d.due = sandbox_domain_due(&d, &tld);
    d.updater = c->who;
    d.updated = c->now;
    TRY(sandbox_domain_store(c->db, &d, e));
    sandbox_reply(c, EPP_DONE_PENDING, EPP_NO_DATA);
    return OK;
}

/* The domain stands again; years that passed meanwhile are added. */
static void restored(struct sandbox_call *c, struct sandbox_domain *d)
{
    d->statuses &= ~(unsigned)SB_PENDING_DELETE;
    d->deleted = d->restore_requested = 0;
    while (d->expires <= c->now)
        d->expires = time_add_years(d->expires, 1);
    c->zones_changed = true;
}

static enum status restore_request(
    struct sandbox_call *c, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    struct sandbox_prices prices;
    if (d->restore_requested != 0)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", d->name, "its restore was requested already");
    if (c->now >= d->deleted + tld->redemption)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", d->name, "its redemption period is over");
    TRY(sandbox_prices(c->db, c->arena, tld, d->name, &prices, e));
    TRY(sandbox_domain_charge(c, prices.restore, "restore", d->name, e));
    d->restore_requested = c->now;
    if (c->sb->as.restore == SB_RESTORE_REQUEST)
        restored(c, d);
    return OK;
}

static enum status restore_report(
    struct sandbox_call *c, struct sandbox_domain *d, const struct epp_rgp_update *rgp, struct error *e)
{
    if (c->sb->as.restore == SB_RESTORE_REQUEST)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "restore", STR_NULL, "a restore needs no report here");
    if (d->restore_requested == 0)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", d->name, "request the restore before the report");
    if (rgp->report.statements.n == 0)
        return sandbox_refuse(c, e, EPP_MISSING, "statement", STR_NULL, "a restore report has its statements");
    restored(c, d);
    return OK;
}

enum status sandbox_domain_restore(
    struct sandbox_call *c, struct sandbox_domain *d, const struct epp_rgp_update *rgp, struct error *e)
{
    struct sandbox_tld tld;
    bool report = str_eqz(rgp->op, "report");
    TRY(sandbox_domain_owned(c, d, e));
    TRY(sandbox_domain_tld(c, d->tld, &tld, e));
    if (c->sb->as.restore == SB_RESTORE_NONE)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "restore", STR_NULL, "deleted domains cannot be restored here");
    if ((d->statuses & SB_PENDING_DELETE) == 0)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", d->name, "it is not deleted");
    TRY(report ? restore_report(c, d, rgp, e) : restore_request(c, d, &tld, e));
    d->due = sandbox_domain_due(d, &tld);
    d->updater = c->who;
    d->updated = c->now;
    TRY(sandbox_domain_store(c->db, d, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return sandbox_domain_rgp_tell(c, d, &tld, &epp_rgp_up_data, e);
}
