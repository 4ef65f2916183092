/* The verbs of contacts (RFC 5733; of FRED's those that differ by their commands alone) and hosts (RFC 5732). */
#include "registry/epp_call.h"

/* ---- contacts ----------------------------------------------------------------------------------------------- */

void epp_postal_take(const struct epp_postal *from, struct registry_contact *to)
{
    to->name = from->name;
    to->org = from->org;
    to->city = from->addr.city;
    to->sp = from->addr.sp;
    to->pc = from->addr.pc;
    to->cc = from->addr.cc;
    for (size_t i = 0; i < from->addr.street.n && i < ARRAY_LEN(to->street); i++)
        to->street[to->street_n++] = from->addr.street.v[i];
}

static void contact_take(
    const struct epp_adapter *x, const struct epp_contact_info_data *d, struct registry_contact_info *out)
{
    *out = (struct registry_contact_info){.roid = d->roid,
        .clid = d->cl_id,
        .crid = d->cr_id,
        .created = d->cr_date,
        .updated = d->up_date,
        .contact = {
            .id = d->id, .voice = d->voice.number, .fax = d->fax.number, .email = d->email, .authinfo = d->auth.pw}};
    out->statuses_n = epp_statuses_take(x, &d->statuses, out->statuses);
    if (d->postal.n == 0)
        return;
    /* Where both forms are there, the one that this registry's contacts are sent in. */
    const struct epp_postal *p = &d->postal.v[0];
    struct str wanted = x->config->profile->contact_postal == PROFILE_POSTAL_LOC ? STR("loc") : STR("int");
    for (size_t i = 1; i < d->postal.n; i++)
        if (str_eq(d->postal.v[i].type, wanted))
            p = &d->postal.v[i];
    out->contact.localized = str_eqz(p->type, "loc");
    epp_postal_take(p, &out->contact);
}

static enum status contact_check(
    void *ctx, struct registry_call *c, const struct str *ids, size_t n, struct registry_avail *out, struct error *e)
{
    const struct epp_adapter *x = ctx;
    return epp_check(ctx, c, x->dialect->contact, ids, n, out, e);
}

static enum status contact_info(
    void *ctx, struct registry_call *c, struct str id, struct registry_contact_info *out, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_contact_info(&b, id);
    struct epp_response r = {0};
    TRY(epp_ask(ctx, c, &cmd, EPP_INF_DATA, &r, e));
    contact_take(ctx, &r.u.contact_info, out);
    return OK;
}

static enum status contact_create(
    void *ctx, struct registry_call *c, const struct registry_contact *in, struct error *e)
{
    const struct epp_adapter *x = ctx;
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = x->dialect->contact_create(&b, in);
    struct epp_response r = {0};
    TRY(epp_call(ctx, c, &cmd, &r, e));
    if (r.object == x->dialect->contact && r.data == EPP_CRE_DATA)
        c->answer.given = r.u.create.key;
    return OK;
}

static enum status contact_update(
    void *ctx, struct registry_call *c, const struct registry_contact *in, struct error *e)
{
    const struct epp_adapter *x = ctx;
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = x->dialect->contact_update(&b, in);
    return epp_tell(ctx, c, &cmd, e);
}

static enum status contact_transfer_send(void *ctx, struct registry_call *c, enum epp_transfer_op op, struct str id,
    struct str authinfo, struct registry_transfer_info *out, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_contact_transfer(&b, op, id, authinfo);
    return epp_transfer(ctx, c, &cmd, out, e);
}

static enum status contact_transfer(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *e)
{
    return contact_transfer_send(ctx, c, epp_transfer_op_of(in->op), in->name, in->authinfo, out, e);
}

static enum status contact_transfer_query(void *ctx, struct registry_call *c, struct str id, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    return contact_transfer_send(ctx, c, EPP_OP_QUERY, id, authinfo, out, e);
}

static enum status contact_delete(void *ctx, struct registry_call *c, struct str id, struct error *e)
{
    const struct epp_adapter *x = ctx;
    return epp_delete(ctx, c, x->dialect->contact, id, e);
}

/* ---- hosts ------------------------------------------------------------------------------------------------------ */

static enum status host_check(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return epp_check(ctx, c, EPP_HOST, names, n, out, e);
}

static enum status host_info(
    void *ctx, struct registry_call *c, struct str name, struct registry_host_info *out, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_key(&b, EPP_INFO, EPP_HOST, name);
    struct epp_response r = {0};
    TRY(epp_ask(ctx, c, &cmd, EPP_INF_DATA, &r, e));
    const struct epp_host_info_data *d = &r.u.host_info;
    *out = (struct registry_host_info){.host = {.name = d->name},
        .roid = d->roid,
        .clid = d->cl_id,
        .crid = d->cr_id,
        .created = d->cr_date,
        .updated = d->up_date};
    out->statuses_n = epp_statuses_take(ctx, &d->statuses, out->statuses);
    for (size_t i = 0; i < d->addrs.n && i < REGISTRY_ADDRS_MAX; i++)
        out->host.addrs[out->host.addrs_n++] = d->addrs.v[i].text;
    return OK;
}

static enum status host_create(void *ctx, struct registry_call *c, const struct registry_host *in, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_host_create(&b, in);
    return epp_tell(ctx, c, &cmd, e);
}

static enum status host_update(
    void *ctx, struct registry_call *c, const struct registry_host_update *in, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = epp_build_host_update(&b, in);
    return epp_tell(ctx, c, &cmd, e);
}

static enum status host_delete(void *ctx, struct registry_call *c, struct str name, struct error *e)
{
    return epp_delete(ctx, c, EPP_HOST, name, e);
}

void epp_object_verbs(struct registry_adapter *a)
{
    a->contact_check = contact_check;
    a->contact_info = contact_info;
    a->contact_create = contact_create;
    a->contact_update = contact_update;
    a->contact_delete = contact_delete;
    a->contact_transfer = contact_transfer;
    a->contact_transfer_query = contact_transfer_query;
    a->host_check = host_check;
    a->host_info = host_info;
    a->host_create = host_create;
    a->host_update = host_update;
    a->host_delete = host_delete;
}
