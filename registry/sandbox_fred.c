#include "registry/sandbox_fred.h"

#include "base/crypto.h"
#include "registry/sandbox_contact.h"
#include "registry/sandbox_domain.h"

typedef enum status handler_fn(struct sandbox_call *c, struct error *e);

/* The command that says the same in EPP's own objects, by its handler. */
static enum status handle_as(struct sandbox_call *c, struct epp_command *in, handler_fn *run, struct error *e)
{
    const struct epp_command *outer = c->cmd;
    in->cltrid = outer->cltrid;
    c->cmd = in;
    enum status s = run(c, e);
    c->cmd = outer;
    if (s == OK && c->rsp->data != EPP_NO_DATA)
        c->rsp->object = outer->object;
    return s;
}

/* Where the bodies are the same. */
static enum status handle_same(struct sandbox_call *c, enum epp_object object, handler_fn *run, struct error *e)
{
    struct epp_command in = *c->cmd;
    in.object = object;
    return handle_as(c, &in, run, e);
}

/* Statuses that FRED has; a domain that is being deleted is a candidate for it. */
static struct epp_statuses statuses_known(struct arena *a, const struct epp_statuses *from)
{
    static const char *const known[] = {"ok", "linked", "serverDeleteProhibited", "serverRenewProhibited",
        "serverTransferProhibited", "serverUpdateProhibited", NULL};
    struct epp_statuses out = {ARENA_ARRAY(a, from->n + 1, struct epp_status), 0};
    for (size_t i = 0; i < from->n; i++) {
        bool goes = str_eqz(from->v[i].s, "pendingDelete");
        for (size_t k = 0; known[k] != NULL; k++)
            if (str_eqz(from->v[i].s, known[k]))
                out.v[out.n++].s = from->v[i].s;
        if (goes)
            out.v[out.n++].s = STR("deleteCandidate");
    }
    if (out.n == 0)
        out.v[out.n++].s = STR("ok");
    return out;
}

static struct epp_auth auth_of(struct str pw)
{
    return (struct epp_auth){.pw = str_is_null(pw) ? STR("") : pw};
}

/* ---- domains ------------------------------------------------------------------------------------------------ */

enum status sandbox_fred_domain_check(struct sandbox_call *c, struct error *e)
{
    return handle_same(c, EPP_DOMAIN, sandbox_domain_check, e);
}

enum status sandbox_fred_domain_renew(struct sandbox_call *c, struct error *e)
{
    return handle_same(c, EPP_DOMAIN, sandbox_domain_renew, e);
}

enum status sandbox_fred_domain_delete(struct sandbox_call *c, struct error *e)
{
    return handle_same(c, EPP_DOMAIN, sandbox_domain_delete, e);
}

static struct epp_domain_contacts admins_of(struct arena *a, const struct epp_strs *ids)
{
    struct epp_domain_contacts out = {ARENA_ARRAY(a, ids->n, struct epp_domain_contact), ids->n};
    for (size_t i = 0; i < ids->n; i++)
        out.v[i] = (struct epp_domain_contact){STR("admin"), ids->v[i]};
    return out;
}

/* 2303 for a set of keys that is not there. */
static enum status keyset_there(struct sandbox_call *c, struct str id, struct error *e)
{
    struct sandbox_set s;
    return str_empty(id) ? OK : sandbox_set_open(c, EPP_FRED_KEYSET, "keyset", id, true, &s, e);
}

/* Which sets the domain names from now on; STR_NULL: as it was. */
static enum status sets_put(
    struct sandbox_call *c, struct str domain, struct str nsset, struct str keyset, struct error *e)
{
    if (!str_is_null(nsset))
        TRY(sandbox_domain_set_put(c->db, EPP_FRED_NSSET, domain, nsset, e));
    return str_is_null(keyset) ? OK : sandbox_domain_set_put(c->db, EPP_FRED_KEYSET, domain, keyset, e);
}

/* The set's name servers; those below the domain with their addresses. */
static enum status set_attrs(
    struct sandbox_call *c, struct str set, struct str domain, struct epp_host_attrs *out, struct error *e)
{
    struct sandbox_set s;
    struct epp_fred_nss hosts;
    struct str name = str_lower(c->arena, domain), tail = str_printf(c->arena, ".%.*s", STR_ARG(name));
    TRY(sandbox_set_open(c, EPP_FRED_NSSET, "nsset", set, true, &s, e));
    TRY(sandbox_nsset_hosts(c->db, c->arena, s.id, &hosts, e));
    *out = (struct epp_host_attrs){ARENA_ARRAY(c->arena, hosts.n, struct epp_host_attr), hosts.n};
    for (size_t i = 0; i < hosts.n; i++) {
        const struct epp_fred_ns *from = &hosts.v[i];
        struct epp_host_attr *to = &out->v[i];
        to->name = from->name;
        to->addrs.v = ARENA_ARRAY(c->arena, from->addrs.n, struct epp_addr);
        for (size_t k = 0; k < from->addrs.n && (str_eq(from->name, name) || str_ends(from->name, tail)); k++)
            to->addrs.v[to->addrs.n++] =
                (struct epp_addr){str_find(from->addrs.v[k], ':', 0) >= 0 ? STR("v6") : STR("v4"), from->addrs.v[k]};
    }
    return OK;
}

enum status sandbox_fred_domain_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_domain_create *d = &c->cmd->u.fred_domain_create;
    struct epp_command in = {.verb = EPP_CREATE, .object = EPP_DOMAIN};
    in.u.domain_create = (struct epp_domain_create){.name = d->name,
        .period = d->period,
        .registrant = d->registrant,
        .contacts = admins_of(c->arena, &d->admins),
        .auth = auth_of(d->auth)};
    TRY(keyset_there(c, d->keyset, e));
    if (!str_is_null(d->nsset))
        TRY(set_attrs(c, d->nsset, d->name, &in.u.domain_create.ns.attrs, e));
    TRY(handle_as(c, &in, sandbox_domain_create, e));
    return sets_put(c, c->rsp->u.create.key, d->nsset, d->keyset, e);
}

/* Another set: all name servers of the old one go, all of the new one come. */
static enum status set_change(
    struct sandbox_call *c, struct str name, struct str set, struct epp_domain_update *in, struct error *e)
{
    struct sandbox_domain d;
    TRY(sandbox_domain_open(c, name, true, &d, e));
    TRY(sandbox_domain_attrs(c->db, c->arena, d.id, &in->rem.ns.attrs, e));
    return set.n == 0 ? OK : set_attrs(c, set, name, &in->add.ns.attrs, e);
}

static bool says_nothing(const struct epp_domain_update *u)
{
    return u->add.ns.attrs.n + u->rem.ns.attrs.n + u->add.contacts.n + u->rem.contacts.n == 0 &&
           str_is_null(u->chg.registrant) && str_is_null(u->chg.auth.pw);
}

/* Of another set of keys alone EPP's own update knows nothing. */
static enum status keyset_change(struct sandbox_call *c, struct str name, struct error *e)
{
    struct sandbox_domain d;
    TRY(sandbox_domain_open(c, name, true, &d, e));
    TRY(sandbox_domain_owned(c, &d, e));
    TRY(sandbox_domain_barred(c, &d, SB_NO_UPDATE | SB_CLIENT_UPDATE, e));
    d.updater = c->who;
    d.updated = c->now;
    TRY(sandbox_domain_store(c->db, &d, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

enum status sandbox_fred_domain_update(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_domain_update *u = &c->cmd->u.fred_domain_update;
    struct epp_command in = {.verb = EPP_UPDATE, .object = EPP_DOMAIN};
    struct epp_domain_update *to = &in.u.domain_update;
    to->name = u->name;
    to->add.contacts = admins_of(c->arena, &u->add_admins);
    to->rem.contacts = admins_of(c->arena, &u->rem_admins);
    to->chg.registrant = u->chg.registrant;
    to->chg.auth.pw = u->chg.auth;
    TRY(keyset_there(c, u->chg.keyset, e));
    if (!str_is_null(u->chg.nsset))
        TRY(set_change(c, u->name, u->chg.nsset, to, e));
    bool sets_only = c->cmd->u.fred_domain_update.chg.keyset.p != NULL && says_nothing(to);
    TRY(sets_only ? keyset_change(c, u->name, e) : handle_as(c, &in, sandbox_domain_update, e));
    return sets_put(c, str_lower(c->arena, u->name), u->chg.nsset, u->chg.keyset, e);
}

static struct epp_fred_record record_of(struct arena *a, struct str roid, const struct epp_statuses *statuses)
{
    return (struct epp_fred_record){.roid = roid, .statuses = statuses_known(a, statuses)};
}

static void dates_take(
    struct epp_fred_record *r, struct str cl_id, struct str cr_id, time_us cr_date, struct str up_id, time_us up_date)
{
    r->cl_id = cl_id;
    r->cr_id = cr_id;
    r->cr_date = cr_date;
    r->up_id = up_id;
    r->up_date = up_date;
}

enum status sandbox_fred_domain_info(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_key *k = &c->cmd->u.fred_key;
    struct epp_command in = {.verb = EPP_INFO, .object = EPP_DOMAIN};
    in.u.domain_info = (struct epp_domain_info){.name = k->key, .auth = {.pw = k->auth}};
    TRY(handle_as(c, &in, sandbox_domain_info, e));
    const struct epp_domain_info_data d = c->rsp->u.domain_info;
    struct epp_fred_domain_info_data out = {.name = d.name,
        .record = record_of(c->arena, d.roid, &d.statuses),
        .registrant = d.registrant,
        .admins = {ARENA_ARRAY(c->arena, d.contacts.n, struct str), 0},
        .ex_date = d.ex_date,
        .auth = d.auth.pw};
    dates_take(&out.record, d.cl_id, d.cr_id, d.cr_date, d.up_id, d.up_date);
    out.record.tr_date = d.tr_date;
    for (size_t i = 0; i < d.contacts.n; i++)
        out.admins.v[out.admins.n++] = d.contacts.v[i].id;
    TRY(sandbox_domain_set(c->db, c->arena, EPP_FRED_NSSET, d.name, &out.nsset, e));
    TRY(sandbox_domain_set(c->db, c->arena, EPP_FRED_KEYSET, d.name, &out.keyset, e));
    c->rsp->u.fred_domain_info = out;
    return OK;
}

static enum status request_only(struct sandbox_call *c, struct error *e)
{
    if (c->cmd->op == EPP_OP_REQUEST)
        return OK;
    return sandbox_refuse(c, e, EPP_NO_OPTION, NULL, STR_NULL, "a transfer can only be requested, and is done then");
}

enum status sandbox_fred_domain_transfer(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_key *k = &c->cmd->u.fred_key;
    struct epp_command in = {.verb = EPP_TRANSFER, .object = EPP_DOMAIN, .op = EPP_OP_REQUEST};
    in.u.domain_transfer = (struct epp_domain_transfer){.name = k->key, .auth = {.pw = k->auth}};
    TRY(request_only(c, e));
    TRY(handle_as(c, &in, sandbox_domain_transfer, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA); /* without data */
    return OK;
}

/* A new authInfo, which the holder is told and nobody else. */
enum status sandbox_fred_domain_mail(struct sandbox_call *c, struct error *e)
{
    struct sandbox_domain d;
    struct str pw = crypto_token(c->arena, 16);
    TRY(sandbox_domain_open(c, c->cmd->u.key.key, true, &d, e));
    d.auth_sealed = sandbox_seal(c, "domain", d.name, pw);
    TRY(sandbox_domain_store(c->db, &d, e));
    TRY(sandbox_mail_put(c->db, d.name, pw, c->now, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

/* ---- contacts ----------------------------------------------------------------------------------------------- */

enum status sandbox_fred_contact_check(struct sandbox_call *c, struct error *e)
{
    return handle_same(c, EPP_CONTACT, sandbox_contact_check, e);
}

enum status sandbox_fred_contact_delete(struct sandbox_call *c, struct error *e)
{
    return handle_same(c, EPP_CONTACT, sandbox_contact_delete, e);
}

static struct epp_postals postal_of(struct arena *a, const struct epp_postal *from)
{
    struct epp_postals out = {ARENA_ARRAY(a, 1, struct epp_postal), 1};
    out.v[0] = *from;
    out.v[0].type = STR("loc");
    return out;
}

enum status sandbox_fred_contact_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_contact *k = &c->cmd->u.fred_contact;
    struct epp_command in = {.verb = EPP_CREATE, .object = EPP_CONTACT};
    in.u.contact_create = (struct epp_contact_create){.id = k->id,
        .postal = postal_of(c->arena, &k->postal),
        .voice.number = k->voice,
        .fax.number = k->fax,
        .email = k->email,
        .auth = auth_of(k->auth)};
    if (k->id.n > 16)
        return sandbox_refuse(c, e, EPP_VALUE, "id", k->id, "this registry keeps ids of up to 16 characters");
    return handle_as(c, &in, sandbox_contact_create, e);
}

enum status sandbox_fred_contact_update(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_contact *k = &c->cmd->u.fred_contact;
    struct epp_command in = {.verb = EPP_UPDATE, .object = EPP_CONTACT};
    struct epp_contact_update *u = &in.u.contact_update;
    const struct epp_postal *p = &k->postal;
    u->id = k->id;
    if (!str_is_null(p->name) || !str_is_null(p->org) || !str_is_null(p->addr.city))
        u->chg.postal = postal_of(c->arena, p);
    u->chg.voice.number = k->voice;
    u->chg.fax.number = k->fax;
    u->chg.email = k->email;
    u->chg.auth.pw = k->auth;
    return handle_as(c, &in, sandbox_contact_update, e);
}

enum status sandbox_fred_contact_info(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_key *k = &c->cmd->u.fred_key;
    struct epp_command in = {.verb = EPP_INFO, .object = EPP_CONTACT};
    in.u.contact_info = (struct epp_contact_info){.id = k->key, .auth = {.pw = k->auth}};
    TRY(handle_as(c, &in, sandbox_contact_info, e));
    const struct epp_contact_info_data d = c->rsp->u.contact_info;
    struct epp_fred_contact_info_data out = {.record = record_of(c->arena, d.roid, &d.statuses)};
    out.contact.id = d.id;
    if (d.postal.n > 0)
        out.contact.postal = d.postal.v[0];
    out.contact.voice = d.voice.number;
    out.contact.fax = d.fax.number;
    out.contact.email = d.email;
    out.contact.auth = d.auth.pw;
    dates_take(&out.record, d.cl_id, d.cr_id, d.cr_date, d.up_id, d.up_date);
    out.record.tr_date = d.tr_date;
    out.contact.postal.type = STR_NULL;
    c->rsp->u.fred_contact_info = out;
    return OK;
}
