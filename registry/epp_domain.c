/* The domain verbs (RFC 5731); of FRED's those that differ by their commands alone. */
#include "epp/rgp.h"
#include "registry/epp_call.h"

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
    const struct epp_adapter *x = ctx;
    return epp_check(ctx, c, x->dialect->domain, names, n, out, e);
}

static enum status domain_info(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_domain *out, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_domain_info(&b, name, authinfo);
    struct epp_response r = {0};
    TRY(epp_ask(ctx, c, &cmd, EPP_INF_DATA, &r, e));
    domain_take(ctx, &r.u.domain_info, out);
    epp_dnssec_take(ctx, &r, &out->dnssec);
    const struct epp_rgp_data *rgp = epp_ext_find(&r.ext, &epp_rgp_inf_data);
    if (rgp != NULL)
        out->rgp_n = epp_statuses_take(ctx, &rgp->statuses, out->rgp);
    return OK;
}

static enum status domain_create(void *ctx, struct registry_call *c, const struct registry_domain_create *in,
    struct registry_done *out, struct error *e)
{
    const struct epp_adapter *x = ctx;
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = x->dialect->domain_create(&b, in);
    struct epp_response r = {0};
    TRY(epp_call(ctx, c, &cmd, &r, e));
    if (r.data == EPP_CRE_DATA)
        *out = (struct registry_done){.name = in->name, .created = r.u.create.cr_date, .expires = r.u.create.ex_date};
    return OK;
}

static enum status domain_renew(
    void *ctx, struct registry_call *c, const struct registry_renew *in, struct registry_done *out, struct error *e)
{
    const struct epp_adapter *x = ctx;
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = x->dialect->domain_renew(&b, in);
    struct epp_response r = {0};
    TRY(epp_call(ctx, c, &cmd, &r, e));
    if (r.data == EPP_REN_DATA)
        *out = (struct registry_done){.name = in->name, .expires = r.u.renew.ex_date};
    return OK;
}

static enum status domain_update(
    void *ctx, struct registry_call *c, const struct registry_domain_update *in, struct error *e)
{
    const struct epp_adapter *x = ctx;
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = x->dialect->domain_update(&b, in);
    return epp_tell(ctx, c, &cmd, e);
}

static enum status domain_restore(
    void *ctx, struct registry_call *c, const struct registry_restore *in, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_domain_restore(&b, in);
    return epp_tell(ctx, c, &cmd, e);
}

static enum status domain_delete(void *ctx, struct registry_call *c, struct str name, struct error *e)
{
    const struct epp_adapter *x = ctx;
    return epp_delete(ctx, c, x->dialect->domain, name, e);
}

static enum status transfer_send(void *ctx, struct registry_call *c, enum epp_transfer_op op,
    const struct registry_transfer *in, struct registry_transfer_info *out, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_transfer(&b, op, in);
    return epp_transfer(ctx, c, &cmd, out, e);
}

static enum status transfer(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *e)
{
    return transfer_send(ctx, c, epp_transfer_op_of(in->op), in, out, e);
}

static enum status transfer_query(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    const struct registry_transfer in = {.name = name, .authinfo = authinfo};
    return transfer_send(ctx, c, EPP_OP_QUERY, &in, out, e);
}

static enum status domain_release(
    void *ctx, struct registry_call *c, const struct registry_release *in, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_release(&b, in);
    struct epp_response r = {0};
    return epp_call(ctx, c, &cmd, &r, e);
}

void epp_domain_verbs(struct registry_adapter *a)
{
    a->domain_check = domain_check;
    a->domain_info = domain_info;
    a->domain_create = domain_create;
    a->domain_renew = domain_renew;
    a->domain_update = domain_update;
    a->domain_delete = domain_delete;
    a->domain_restore = domain_restore;
    a->transfer = transfer;
    a->domain_release = domain_release;
    a->transfer_query = transfer_query;
}
