#include "registry/sandbox_domain.h"

#include "registry/sandbox_contact.h"
#include "registry/sandbox_name.h"
#include "registry/sandbox_policy_db.h"

#define CHECK_MAX 100

enum status sandbox_domain_check(struct sandbox_call *c, struct error *e)
{
    const struct epp_strs *keys = &c->cmd->u.check.keys;
    if (keys->n > CHECK_MAX)
        return sandbox_refuse(c, e, EPP_POLICY, "name", STR_NULL, "at most %d names in one check", CHECK_MAX);
    struct epp_check_data *data = &c->rsp->u.check;
    *data = (struct epp_check_data){.v = ARENA_ARRAY(c->arena, keys->n, struct epp_checked), .n = keys->n};
    for (size_t i = 0; i < keys->n; i++) {
        struct sandbox_name name;
        struct sandbox_name_fault fault;
        struct sandbox_domain d;
        data->v[i].key = keys->v[i];
        TRY(sandbox_name_check(c->db, c->arena, keys->v[i], &name, &fault, e));
        if (fault.code != 0) {
            data->v[i].reason = str_of(fault.brief);
            continue;
        }
        enum status s = sandbox_domain_find(c->db, c->arena, name.name, false, &d, e);
        if (s != OK && s != NOT_FOUND)
            return s;
        data->v[i].avail = s == NOT_FOUND;
        data->v[i].reason = s == OK ? STR("In use") : STR_NULL;
    }
    sandbox_reply(c, EPP_DONE, EPP_CHK_DATA);
    return OK;
}

enum status sandbox_domain_open(
    struct sandbox_call *c, struct str text, bool lock, struct sandbox_domain *d, struct error *e)
{
    struct str name, reason;
    if (!sandbox_name_host(c->arena, text, &name, &reason))
        return sandbox_refuse(c, e, EPP_VALUE, "name", text, "%.*s", STR_ARG(reason));
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
    struct sandbox_tld *tlds;
    size_t n;
    TRY(sandbox_tlds(c->db, c->arena, &tlds, &n, e));
    const struct sandbox_tld *found = sandbox_tld_find(tlds, n, tld);
    if (found == NULL)
        return error_set(e, INTERNAL, "tld-gone", "domains of .%.*s exist without a row in tld", STR_ARG(tld));
    *tld_r = *found;
    return OK;
}

enum status sandbox_domain_years(
    struct sandbox_call *c, const struct sandbox_tld *tld, const struct epp_period *p, int *years_r, struct error *e)
{
    bool months = str_eqz(p->unit, "m");
    *years_r = p->n == 0 ? tld->min_years : (int)(months ? p->n / 12 : p->n);
    struct str text = str_printf(c->arena, "%u", p->n);
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
    enum status s = sandbox_charge(c->db, c->who, amount, text, c->svtrid, c->now, e);
    if (s == FUNDS)
        return sandbox_refuse(c, e, EPP_BILLING, "name", name,
            "it costs %lld.%02lld and the balance does not cover that", (long long)(amount / 100),
            (long long)(amount % 100));
    return s;
}

enum status sandbox_domain_contact_id(
    struct sandbox_call *c, const char *element, struct str handle, int64_t *id_r, struct error *e)
{
    struct sandbox_contact k;
    enum status s = sandbox_contact_find(c->db, c->arena, handle, SB_SHARE, &k, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, element, handle, "there is no contact of that id");
    if (s != OK)
        return s;
    *id_r = k.id;
    return OK;
}

enum status sandbox_domain_link_contacts(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_domain_contacts *list, struct error *e)
{
    struct epp_domain_contacts now;
    for (size_t i = 0; i < list->n; i++) {
        int64_t id;
        struct str type = str_is_null(list->v[i].type) ? STR("admin") : list->v[i].type;
        TRY(sandbox_domain_contact_id(c, "contact", list->v[i].id, &id, e));
        TRY(sandbox_domain_contact_add(c->db, d->id, type, id, e));
    }
    TRY(sandbox_domain_contacts(c->db, c->arena, d->id, &now, e));
    if (now.n > SB_DOMAIN_CONTACTS_MAX)
        return sandbox_refuse(
            c, e, EPP_POLICY, "contact", STR_NULL, "at most %d contacts for a domain", SB_DOMAIN_CONTACTS_MAX);
    return OK;
}

enum status sandbox_domain_link_ns(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ns *ns, struct error *e)
{
    if (ns->attrs.n > 0)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "hostAttr", ns->attrs.v[0].name,
            "name servers are host objects here: create the host, then use hostObj");
    for (size_t i = 0; i < ns->hosts.n; i++) {
        struct str name, reason;
        struct sandbox_host h;
        if (!sandbox_name_host(c->arena, ns->hosts.v[i], &name, &reason))
            return sandbox_refuse(c, e, EPP_VALUE, "hostObj", ns->hosts.v[i], "%.*s", STR_ARG(reason));
        enum status s = sandbox_host_find(c->db, c->arena, name, SB_SHARE, &h, e);
        if (s == NOT_FOUND)
            return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "hostObj", ns->hosts.v[i],
                "there is no host object of that name: create it first");
        if (s != OK)
            return s;
        TRY(sandbox_domain_ns_add(c->db, d->id, h.id, e));
    }
    return OK;
}

enum status sandbox_domain_auth_policy(struct sandbox_call *c, const struct epp_auth *auth, struct error *e)
{
    if (!str_is_null(auth->ext))
        return sandbox_refuse(c, e, EPP_NO_OPTION, "authInfo", STR_NULL, "only authInfo of kind pw is known here");
    if (auth->pw.n < 6 || auth->pw.n > 64)
        return sandbox_refuse(c, e, EPP_POLICY, "authInfo", STR_NULL, "authInfo has 6 to 64 characters");
    return OK;
}

static time_us earlier(time_us a, time_us b)
{
    if (a == 0 || b == 0)
        return a == 0 ? b : a;
    return a < b ? a : b;
}

time_us sandbox_domain_due(const struct sandbox_domain *d, const struct sandbox_tld *tld)
{
    if ((d->statuses & SB_PENDING_DELETE) == 0)
        return d->expires;
    time_us report = d->restore_requested == 0 ? 0 : d->restore_requested + tld->restore_report;
    time_us purge = d->restore_requested != 0 ? 0 : d->deleted + tld->redemption + tld->pending_delete;
    return earlier(report, purge);
}

struct epp_statuses sandbox_domain_rgp(
    struct arena *a, const struct sandbox_domain *d, const struct sandbox_tld *tld, time_us now)
{
    struct epp_statuses list = {.v = ARENA_ARRAY(a, 3, struct epp_status)};
    if ((d->statuses & SB_PENDING_DELETE) != 0) {
        bool redeemable = now < d->deleted + tld->redemption;
        list.v[list.n++].s = d->restore_requested != 0 ? STR("pendingRestore")
                             : redeemable              ? STR("redemptionPeriod")
                                                       : STR("pendingDelete");
        return list;
    }
    if (now < d->created + tld->add_grace)
        list.v[list.n++].s = STR("addPeriod");
    return list;
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

static enum status info_links(struct sandbox_call *c, const struct sandbox_domain *d, bool full, struct error *e)
{
    struct epp_domain_info_data *out = &c->rsp->u.domain_info;
    struct str hosts = c->cmd->u.domain_info.hosts;
    bool all = str_is_null(hosts) || str_eqz(hosts, "all");
    struct epp_strs ns = {0};
    TRY(sandbox_domain_ns(c->db, c->arena, d->id, &ns, e));
    unsigned computed = ns.n == 0 ? SB_INACTIVE : 0;
    out->statuses = sandbox_status_list(c->arena, d->statuses | computed);
    if (all || str_eqz(hosts, "del"))
        out->ns.hosts = ns;
    if (all || str_eqz(hosts, "sub"))
        TRY(sandbox_domain_subordinates(c->db, c->arena, d->id, &out->hosts, e));
    if (!full)
        return OK;
    TRY(sandbox_domain_contacts(c->db, c->arena, d->id, &out->contacts, e));
    struct sandbox_contact k;
    if (d->registrant_id != 0) {
        TRY(sandbox_contact_find_id(c->db, c->arena, d->registrant_id, &k, e));
        out->registrant = k.handle;
    }
    return sandbox_unseal(c, "domain", d->name, d->auth_sealed, &out->auth.pw, e);
}

enum status sandbox_domain_info(struct sandbox_call *c, struct error *e)
{
    struct sandbox_domain d;
    struct sandbox_tld tld;
    bool full = false;
    TRY(sandbox_domain_open(c, c->cmd->u.domain_info.name, false, &d, e));
    TRY(info_auth(c, &d, &full, e));
    TRY(sandbox_domain_tld(c, d.tld, &tld, e));
    TRY(info_links(c, &d, full, e));
    struct epp_domain_info_data *out = &c->rsp->u.domain_info;
    out->name = d.name;
    out->roid = str_printf(c->arena, "D%lld-FWSB", (long long)d.id);
    out->cl_id = d.sponsor;
    out->cr_id = d.creator;
    out->cr_date = d.created;
    out->up_id = d.updater;
    out->up_date = d.updated;
    out->ex_date = d.expires;
    out->tr_date = d.transferred;
    sandbox_reply(c, EPP_DONE, EPP_INF_DATA);
    struct epp_rgp_data *rgp = ARENA_NEW(c->arena, struct epp_rgp_data);
    rgp->statuses = sandbox_domain_rgp(c->arena, &d, &tld, c->now);
    if (rgp->statuses.n > 0 && c->session->rgp)
        epp_ext_add(c->arena, &c->rsp->ext, &epp_rgp_inf_data, rgp);
    return OK;
}

static enum status create_policy(struct sandbox_call *c, struct sandbox_name *name, int *years_r, struct error *e)
{
    const struct epp_domain_create *in = &c->cmd->u.domain_create;
    struct sandbox_name_fault fault;
    TRY(sandbox_name_check(c->db, c->arena, in->name, name, &fault, e));
    if (fault.code != 0)
        return sandbox_refuse(c, e, fault.code, "name", in->name, "%.*s", STR_ARG(fault.reason));
    TRY(sandbox_domain_years(c, &name->tld, &in->period, years_r, e));
    TRY(sandbox_domain_auth_policy(c, &in->auth, e));
    if (name->tld.registrant_required && str_is_null(in->registrant))
        return sandbox_refuse(
            c, e, EPP_MISSING, "registrant", STR_NULL, "a domain in .%.*s needs a registrant", STR_ARG(name->tld.name));
    if (in->ns.hosts.n > name->tld.ns_max)
        return sandbox_refuse(
            c, e, EPP_POLICY, "ns", STR_NULL, "at most %u name servers for a domain", name->tld.ns_max);
    return OK;
}

enum status sandbox_domain_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_domain_create *in = &c->cmd->u.domain_create;
    struct sandbox_name name;
    int years = 0;
    int64_t price = 0, renewal = 0;
    TRY(create_policy(c, &name, &years, e));
    TRY(sandbox_price(c->db, c->arena, &name.tld, name.name, &price, &renewal, e));
    struct sandbox_domain d = {.name = name.name,
        .tld = name.tld.name,
        .sponsor = c->who,
        .creator = c->who,
        .created = c->now,
        .expires = time_add_years(c->now, years),
        .paid = price + renewal * (years - 1),
        .auth_sealed = sandbox_seal(c, "domain", name.name, in->auth.pw)};
    d.due = sandbox_domain_due(&d, &name.tld);
    if (!str_is_null(in->registrant))
        TRY(sandbox_domain_contact_id(c, "registrant", in->registrant, &d.registrant_id, e));
    enum status s = sandbox_domain_insert(c->db, &d, e);
    if (s == EXISTS)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "name", in->name, "this domain is registered already");
    if (s != OK)
        return s;
    TRY(sandbox_domain_link_ns(c, &d, &in->ns, e));
    TRY(sandbox_domain_link_contacts(c, &d, &in->contacts, e));
    TRY(sandbox_domain_charge(c, d.paid, "create", d.name, e));
    c->zones_changed = in->ns.hosts.n > 0;
    c->rsp->u.create = (struct epp_create_data){.key = d.name, .cr_date = d.created, .ex_date = d.expires};
    sandbox_reply(c, EPP_DONE, EPP_CRE_DATA);
    return OK;
}
