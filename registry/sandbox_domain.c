#include "registry/sandbox_domain.h"

#include "registry/sandbox_balance.h"
#include "registry/sandbox_contact.h"
#include "registry/sandbox_ds.h"
#include "registry/sandbox_fee.h"
#include "registry/sandbox_foresee.h"
#include "registry/sandbox_grace.h"
#include "registry/sandbox_launch.h"
#include "registry/sandbox_name.h"
#include "registry/sandbox_token.h"

static void checked_judge(struct sandbox_call *c, struct epp_checked *out, const struct sandbox_known *k)
{
    const char *bars = k->reserved ? "Reserved" : k->registered ? "In use" : sandbox_token_bars(c, k->label);
    out->avail = bars == NULL;
    if (bars != NULL)
        out->reason = str_of(bars);
}

enum status sandbox_domain_check(struct sandbox_call *c, struct error *e)
{
    const struct epp_strs *keys = &c->cmd->u.check.keys;
    bool answered;
    TRY(sandbox_check_size(c, "name", e));
    TRY(sandbox_launch_check(c, &answered, e));
    if (answered)
        return OK;
    struct epp_check_data *data = &c->rsp->u.check;
    *data = (struct epp_check_data){.v = ARENA_ARRAY(c->arena, keys->n, struct epp_checked), .n = keys->n};
    struct sandbox_known *known = ARENA_ARRAY(c->arena, keys->n, struct sandbox_known);
    struct sandbox_priced *priced = ARENA_ARRAY(c->arena, keys->n, struct sandbox_priced);
    size_t *place = ARENA_ARRAY(c->arena, keys->n, size_t), n = 0;
    for (size_t i = 0; i < keys->n; i++) {
        struct sandbox_name name;
        struct sandbox_name_fault fault;
        data->v[i].key = priced[i].key = keys->v[i];
        sandbox_name_read(c, keys->v[i], &name, &fault);
        if (fault.code != 0) {
            data->v[i].reason = priced[i].reason = str_of(fault.brief);
            continue;
        }
        priced[i].known = &known[n];
        known[n] = (struct sandbox_known){.name = name.name, .label = name.label};
        place[n++] = i;
    }
    if (!sandbox_foreseen(c->session, known, n))
        TRY(sandbox_names_known(c->db, c->arena, known, n, e));
    for (size_t i = 0; i < n; i++)
        checked_judge(c, &data->v[place[i]], &known[i]);
    sandbox_reply(c, EPP_DONE, EPP_CHK_DATA);
    sandbox_fee_check(c, priced, keys->n);
    return OK;
}

enum status sandbox_domain_open(
    struct sandbox_call *c, struct str text, bool lock, struct sandbox_domain *d, struct error *e)
{
    struct str name, reason;
    if (!sandbox_name_host(c->arena, text, &name, &reason))
        return sandbox_refuse(c, e, EPP_VALUE, "name", text, "%.*s", STR_ARG(reason));
    struct str application = sandbox_application_named(c);
    if (!str_is_null(application))
        return sandbox_application_open(c, application, name, lock, d, e);
    enum status s = sandbox_domain_find(c->db, c->arena, name, lock, d, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "name", text, "this domain is not registered");
    return s;
}

enum status sandbox_domain_owned(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    if (str_eq(d->sponsor, c->who))
        return OK;
    return sandbox_refuse(
        c, e, EPP_AUTHORIZATION, "name", d->name, "the domain is sponsored by %.*s", STR_ARG(d->sponsor));
}

enum status sandbox_domain_barred(
    struct sandbox_call *c, const struct sandbox_domain *d, unsigned bits, struct error *e)
{
    unsigned bar = d->statuses & bits;
    if (bar == 0)
        return OK;
    return sandbox_refuse(
        c, e, EPP_STATUS_PROHIBITS, "name", d->name, "the domain has status %s", sandbox_status_word(bar));
}

enum status sandbox_domain_tld(struct sandbox_call *c, struct str tld, struct sandbox_tld *tld_r, struct error *e)
{
    const struct sandbox_tld *found = sandbox_tld_find(c->tlds, c->tlds_n, tld);
    if (found == NULL)
        return error_set(e, INTERNAL, "tld-gone", "domains of .%.*s exist without a row in tld", STR_ARG(tld));
    *tld_r = *found;
    return OK;
}

static enum status period_check(struct sandbox_call *c, const struct epp_period *p, struct str text, struct error *e)
{
    enum sandbox_period as = c->sb->as.period;
    bool months = str_eqz(p->unit, "m");
    if (p->n == 0 || as == SB_PERIOD_ANY)
        return OK;
    if (as == SB_PERIOD_NONE)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "period", text, "commands give no periods here");
    if (months == (as == SB_PERIOD_MONTHS))
        return OK;
    return sandbox_refuse(
        c, e, EPP_POLICY, "period", text, "periods are given in %s here", months ? "years" : "months");
}

enum status sandbox_domain_years(
    struct sandbox_call *c, const struct sandbox_tld *tld, const struct epp_period *p, int *years_r, struct error *e)
{
    bool months = str_eqz(p->unit, "m");
    *years_r = p->n == 0 ? tld->min_years : (int)(months ? p->n / 12 : p->n);
    struct str text = str_printf(c->arena, "%u", p->n);
    TRY(period_check(c, p, text, e));
    if (months && p->n % 12 != 0)
        return sandbox_refuse(c, e, EPP_POLICY, "period", text, "periods are whole years here");
    if (*years_r < tld->min_years || *years_r > tld->max_years)
        return sandbox_refuse(c, e, EPP_RANGE, "period", text, "a period in .%.*s has %d to %d years",
            STR_ARG(tld->name), tld->min_years, tld->max_years);
    return OK;
}

enum status sandbox_domain_charge(
    struct sandbox_call *c, int64_t amount, const char *what, struct str name, struct error *e)
{
    struct str text = str_printf(c->arena, "%s %.*s", what, STR_ARG(name));
    if (amount >= 0)
        TRY(sandbox_fee_agreed(c, name, amount, e));
    enum status s = sandbox_charge(c->db, c->who, amount, text, c->svtrid, c->now, e);
    if (s == FUNDS)
        return sandbox_refuse(c, e, EPP_BILLING, "name", name,
            "it costs %lld.%02lld and the balance does not cover that", (long long)(amount / 100),
            (long long)(amount % 100));
    TRY(s);
    if (amount >= 0)
        sandbox_fee_tell(c, name, amount, what);
    return sandbox_balance_watch(c->sb, c->db, c->arena, c->who, amount, c->now, e);
}

static time_us earlier(time_us a, time_us b)
{
    if (a == 0 || b == 0)
        return a == 0 ? b : a;
    return a < b ? a : b;
}

time_us sandbox_domain_due(const struct sandbox_domain *d, const struct sandbox_tld *tld)
{
    if ((d->statuses & SB_PENDING_CREATE) != 0)
        return d->due;
    if ((d->statuses & SB_PENDING_DELETE) == 0)
        return d->expires;
    time_us report = d->restore_requested == 0 ? 0 : d->restore_requested + tld->restore_report;
    time_us purge = d->restore_requested != 0 ? 0 : d->deleted + tld->redemption + tld->pending_delete;
    return earlier(report, purge);
}

/* 0: everything may be shown with authInfo; 2202 for a wrong one. */
static enum status info_auth(struct sandbox_call *c, const struct sandbox_domain *d, bool *full_r, struct error *e)
{
    const struct epp_auth *given = &c->cmd->u.domain_info.auth;
    bool any = !str_is_null(given->pw) || !str_is_null(given->ext);
    if (any && !sandbox_auth_matches(c, "domain", d->name, d->auth_sealed, given))
        return sandbox_refuse(c, e, EPP_BAD_AUTHINFO, NULL, STR_NULL, "the authInfo is not this domain's");
    *full_r = any || str_eq(d->sponsor, c->who);
    return OK;
}

static enum status info_hosts(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    struct epp_domain_info_data *out = &c->rsp->u.domain_info;
    struct str hosts = c->cmd->u.domain_info.hosts;
    bool all = str_is_null(hosts) || str_eqz(hosts, "all");
    struct epp_ns ns = {0};
    TRY(sandbox_domain_ns(c->db, c->arena, d->id, &ns.hosts, e));
    TRY(sandbox_domain_attrs(c->db, c->arena, d->id, &ns.attrs, e));
    unsigned computed = ns.hosts.n + ns.attrs.n == 0 ? SB_INACTIVE : 0;
    out->statuses = sandbox_status_list(c->arena, d->statuses | computed);
    if (all || str_eqz(hosts, "del"))
        out->ns = ns;
    if (all || str_eqz(hosts, "sub"))
        return sandbox_domain_subordinates(c->db, c->arena, d->id, &out->hosts, e);
    return OK;
}

/* What only the sponsor, and who shows the authInfo, may see. */
static enum status info_private(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    struct epp_domain_info_data *out = &c->rsp->u.domain_info;
    struct sandbox_contact k;
    TRY(sandbox_domain_contacts(c->db, c->arena, d->id, &out->contacts, e));
    if (d->registrant_id != 0) {
        TRY(sandbox_contact_find_id(c->db, c->arena, d->registrant_id, &k, e));
        out->registrant = k.handle;
    }
    if (!c->sb->as.authinfo_shown)
        return OK;
    return sandbox_unseal(c, "domain", d->name, d->auth_sealed, &out->auth.pw, e);
}

static void info_fill(struct epp_domain_info_data *out, struct arena *a, const struct sandbox_domain *d)
{
    out->name = d->name;
    out->roid = str_printf(a, "D%lld-FWSB", (long long)d->id);
    out->cl_id = d->sponsor;
    out->cr_id = d->creator;
    out->cr_date = d->created;
    out->up_id = d->updater;
    out->up_date = d->updated;
    out->ex_date = str_is_null(d->applied) ? d->expires : 0;
    out->tr_date = d->transferred;
}

enum status sandbox_domain_info(struct sandbox_call *c, struct error *e)
{
    struct sandbox_domain d;
    struct sandbox_tld tld;
    bool full = false;
    TRY(sandbox_domain_open(c, c->cmd->u.domain_info.name, false, &d, e));
    TRY(info_auth(c, &d, &full, e));
    TRY(sandbox_domain_tld(c, d.tld, &tld, e));
    TRY(info_hosts(c, &d, e));
    if (full)
        TRY(info_private(c, &d, e));
    info_fill(&c->rsp->u.domain_info, c->arena, &d);
    sandbox_reply(c, EPP_DONE, EPP_INF_DATA);
    TRY(sandbox_ds_tell(c, &d, e));
    TRY(sandbox_token_tell(c, &d, e));
    sandbox_application_tell(c, &d);
    return sandbox_domain_rgp_tell(c, &d, &tld, &epp_rgp_inf_data, e);
}

enum status sandbox_domain_rgp_tell(struct sandbox_call *c, const struct sandbox_domain *d,
    const struct sandbox_tld *tld, const struct epp_ext_element *element, struct error *e)
{
    struct epp_rgp_data *rgp = ARENA_NEW(c->arena, struct epp_rgp_data);
    if (!sandbox_services_have(c->session->services, STR(EPP_RGP_NS)))
        return OK;
    TRY(sandbox_rgp_statuses(c->db, c->arena, d, tld, c->now, &rgp->statuses, e));
    if (rgp->statuses.n > 0)
        epp_ext_add(c->arena, &c->rsp->ext, element, rgp);
    return OK;
}
