/* The domain verbs (RFC 5731). */
#include "registry/epp_call.h"

/* ---- our structs to EPP's --------------------------------------------------------------------------------- */

static struct epp_ns ns_of(const struct epp_adapter *x, struct arena *a, const struct registry_host *hosts, size_t n)
{
    struct epp_ns ns = {0};
    if (n == 0)
        return ns;
    if (x->config->profile->hosts == PROFILE_HOSTS_OBJECTS) {
        ns.hosts = (struct epp_strs){ARENA_ARRAY(a, n, struct str), n};
        for (size_t i = 0; i < n; i++)
            ns.hosts.v[i] = hosts[i].name;
        return ns;
    }
    ns.attrs = (struct epp_host_attrs){ARENA_ARRAY(a, n, struct epp_host_attr), n};
    for (size_t i = 0; i < n; i++)
        ns.attrs.v[i] = (struct epp_host_attr){hosts[i].name, epp_addrs_of(a, hosts[i].addrs, hosts[i].addrs_n)};
    return ns;
}

static struct epp_domain_contacts contacts_of(struct arena *a, const struct registry_contact_ref *refs, size_t n)
{
    struct epp_domain_contacts out = {ARENA_ARRAY(a, n, struct epp_domain_contact), n};
    for (size_t i = 0; i < n; i++)
        out.v[i] = (struct epp_domain_contact){refs[i].type, refs[i].id};
    return out;
}

static struct epp_statuses statuses_of(struct arena *a, const struct str *words, size_t n)
{
    struct epp_statuses out = {ARENA_ARRAY(a, n, struct epp_status), n};
    for (size_t i = 0; i < n; i++)
        out.v[i].s = words[i];
    return out;
}

static struct epp_period years_of(int years)
{
    return (struct epp_period){.n = (unsigned)years, .unit = years > 0 ? STR("y") : STR_NULL};
}

/* ---- EPP's to ours ------------------------------------------------------------------------------------------ */

static size_t least(size_t n, size_t max)
{
    return n < max ? n : max;
}

static void hosts_take(const struct epp_ns *ns, struct registry_domain *out)
{
    for (size_t i = 0; i < ns->hosts.n && out->hosts_n < REGISTRY_HOSTS_MAX; i++)
        out->hosts[out->hosts_n++].name = ns->hosts.v[i];
    for (size_t i = 0; i < ns->attrs.n && out->hosts_n < REGISTRY_HOSTS_MAX; i++) {
        const struct epp_host_attr *from = &ns->attrs.v[i];
        struct registry_host *to = &out->hosts[out->hosts_n++];
        to->name = from->name;
        to->addrs_n = least(from->addrs.n, REGISTRY_ADDRS_MAX);
        for (size_t k = 0; k < to->addrs_n; k++)
            to->addrs[k] = from->addrs.v[k].text;
    }
}

static void domain_take(const struct epp_adapter *x, const struct epp_domain_info_data *d, struct registry_domain *out)
{
    *out = (struct registry_domain){
        .name = d->name,
        .roid = d->roid,
        .clid = d->cl_id,
        .crid = d->cr_id,
        .upid = d->up_id,
        .registrant = d->registrant,
        .created = d->cr_date,
        .updated = d->up_date,
        .expires = d->ex_date,
        .transferred = d->tr_date,
        .authinfo = d->auth.pw,
    };
    out->statuses_n = epp_statuses_take(x, &d->statuses, out->statuses);
    out->contacts_n = least(d->contacts.n, REGISTRY_CONTACTS_MAX);
    for (size_t i = 0; i < out->contacts_n; i++)
        out->contacts[i] = (struct registry_contact_ref){d->contacts.v[i].type, d->contacts.v[i].id};
    hosts_take(&d->ns, out);
}

/* ---- verbs ------------------------------------------------------------------------------------------------------ */

static enum status domain_check(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return epp_check(ctx, c, EPP_DOMAIN, names, n, out, e);
}

static enum status domain_info(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_domain *out, struct error *e)
{
    struct epp_command cmd = {.verb = EPP_INFO, .object = EPP_DOMAIN};
    struct epp_response r = {0};
    cmd.u.domain_info.name = name;
    cmd.u.domain_info.auth.pw = authinfo;
    TRY(epp_call(ctx, c, &cmd, &r, e));
    TRY(epp_expect(c, &r, EPP_DOMAIN, EPP_INF_DATA, e));
    domain_take(ctx, &r.u.domain_info, out);
    return OK;
}

static enum status domain_create(void *ctx, struct registry_call *c, const struct registry_domain_create *in,
    struct registry_done *out, struct error *e)
{
    struct epp_command cmd = {.verb = EPP_CREATE, .object = EPP_DOMAIN};
    struct epp_response r = {0};
    cmd.u.domain_create = (struct epp_domain_create){
        .name = in->name,
        .period = years_of(in->years),
        .ns = ns_of(ctx, c->arena, in->hosts, in->hosts_n),
        .registrant = in->registrant,
        .contacts = contacts_of(c->arena, in->contacts, in->contacts_n),
        .auth = {.pw = in->authinfo},
    };
    TRY(epp_call(ctx, c, &cmd, &r, e));
    if (r.data == EPP_CRE_DATA)
        *out = (struct registry_done){.name = in->name, .created = r.u.create.cr_date, .expires = r.u.create.ex_date};
    return OK;
}

static enum status domain_renew(
    void *ctx, struct registry_call *c, const struct registry_renew *in, struct registry_done *out, struct error *e)
{
    struct epp_command cmd = {.verb = EPP_RENEW, .object = EPP_DOMAIN};
    struct epp_response r = {0};
    cmd.u.domain_renew =
        (struct epp_domain_renew){.name = in->name, .cur_ex_date = in->expires, .period = years_of(in->years)};
    TRY(epp_call(ctx, c, &cmd, &r, e));
    if (r.data == EPP_REN_DATA)
        *out = (struct registry_done){.name = in->name, .expires = r.u.renew.ex_date};
    return OK;
}

static enum status domain_update(
    void *ctx, struct registry_call *c, const struct registry_domain_update *in, struct error *e)
{
    struct epp_command cmd = {.verb = EPP_UPDATE, .object = EPP_DOMAIN};
    struct epp_response r = {0};
    struct epp_domain_update *u = &cmd.u.domain_update;
    u->name = in->name;
    u->add = (struct epp_domain_change){
        .ns = ns_of(ctx, c->arena, in->add_hosts, in->add_hosts_n),
        .contacts = contacts_of(c->arena, in->add_contacts, in->add_contacts_n),
        .statuses = statuses_of(c->arena, in->add_statuses, in->add_statuses_n),
    };
    u->rem = (struct epp_domain_change){
        .ns = ns_of(ctx, c->arena, in->rem_hosts, in->rem_hosts_n),
        .contacts = contacts_of(c->arena, in->rem_contacts, in->rem_contacts_n),
        .statuses = statuses_of(c->arena, in->rem_statuses, in->rem_statuses_n),
    };
    u->chg.registrant = in->registrant;
    u->chg.auth.pw = in->authinfo;
    return epp_call(ctx, c, &cmd, &r, e);
}

static enum status domain_delete(void *ctx, struct registry_call *c, struct str name, struct error *e)
{
    return epp_delete(ctx, c, EPP_DOMAIN, name, e);
}

static enum status transfer_send(void *ctx, struct registry_call *c, enum epp_transfer_op op,
    const struct registry_transfer *in, struct registry_transfer_info *out, struct error *e)
{
    struct epp_command cmd = {.verb = EPP_TRANSFER, .object = EPP_DOMAIN, .op = op};
    struct epp_response r = {0};
    cmd.u.domain_transfer =
        (struct epp_domain_transfer){.name = in->name, .period = years_of(in->years), .auth = {.pw = in->authinfo}};
    TRY(epp_call(ctx, c, &cmd, &r, e));
    if (r.data == EPP_TRN_DATA)
        epp_transfer_take(&r.u.transfer, out);
    return OK;
}

static enum status transfer(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *e)
{
    static const enum epp_transfer_op ops[] = {
        [REGISTRY_TRANSFER_REQUEST] = EPP_OP_REQUEST,
        [REGISTRY_TRANSFER_CANCEL] = EPP_OP_CANCEL,
        [REGISTRY_TRANSFER_APPROVE] = EPP_OP_APPROVE,
        [REGISTRY_TRANSFER_REJECT] = EPP_OP_REJECT,
    };
    return transfer_send(ctx, c, ops[in->op], in, out, e);
}

static enum status transfer_query(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    const struct registry_transfer in = {.name = name, .authinfo = authinfo};
    return transfer_send(ctx, c, EPP_OP_QUERY, &in, out, e);
}

void epp_domain_verbs(struct registry_adapter *a)
{
    a->domain_check = domain_check;
    a->domain_info = domain_info;
    a->domain_create = domain_create;
    a->domain_renew = domain_renew;
    a->domain_update = domain_update;
    a->domain_delete = domain_delete;
    a->transfer = transfer;
    a->transfer_query = transfer_query;
}
