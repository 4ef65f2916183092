/* The verbs at registries that run FRED which differ from those of epp_domain.c and epp_object.c by more than the form of
 * their commands (struct epp_dialect); these here take their place in the adapter's table.
 *
 * What differs: a domain's name servers and keys are those of the sets that it names, so an info asks up to three times;
 * there is no query of transfers, which take place at once, so that the domain itself tells of the last one; contacts have one
 * address and are not transferred.
 */
#include "registry/epp_call.h"
#include "registry/fred_build.h"

static void record_take(const struct epp_adapter *x, const struct epp_fred_record *r, struct str *roid,
    struct str *clid, struct str *crid, struct str *statuses, size_t *statuses_n)
{
    *roid = r->roid;
    *clid = r->cl_id;
    *crid = r->cr_id;
    *statuses_n = epp_statuses_take(x, &r->statuses, statuses);
}

/* ---- sets ------------------------------------------------------------------------------------------------------- */

static enum status host_set_info(
    void *ctx, struct registry_call *c, struct str id, struct registry_host_set_info *out, struct error *e)
{
    struct epp_command cmd = fred_build_info(EPP_FRED_NSSET, id, STR_NULL);
    struct epp_response r = {0};
    TRY(epp_ask(ctx, c, &cmd, EPP_INF_DATA, &r, e));
    const struct epp_fred_nsset_info_data *d = &r.u.fred_nsset_info;
    *out = (struct registry_host_set_info){
        .set = {.id = d->nsset.id, .tech = d->nsset.techs.n > 0 ? d->nsset.techs.v[0] : STR_NULL},
        .clid = d->record.cl_id,
        .created = d->record.cr_date,
    };
    for (size_t i = 0; i < d->nsset.ns.n && i < REGISTRY_HOSTS_MAX; i++) {
        const struct epp_fred_ns *from = &d->nsset.ns.v[i];
        struct registry_host *to = &out->set.hosts[out->set.hosts_n++];
        to->name = from->name;
        for (size_t k = 0; k < from->addrs.n && k < REGISTRY_ADDRS_MAX; k++)
            to->addrs[to->addrs_n++] = from->addrs.v[k];
    }
    return OK;
}

static enum status host_set_create(
    void *ctx, struct registry_call *c, const struct registry_host_set *in, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = fred_build_host_set_create(&b, in);
    return epp_tell(ctx, c, &cmd, e);
}

static enum status key_set_info(
    void *ctx, struct registry_call *c, struct str id, struct registry_key_set_info *out, struct error *e)
{
    struct epp_command cmd = fred_build_info(EPP_FRED_KEYSET, id, STR_NULL);
    struct epp_response r = {0};
    TRY(epp_ask(ctx, c, &cmd, EPP_INF_DATA, &r, e));
    const struct epp_fred_keyset_info_data *d = &r.u.fred_keyset_info;
    *out = (struct registry_key_set_info){
        .set = {.id = d->keyset.id, .tech = d->keyset.techs.n > 0 ? d->keyset.techs.v[0] : STR_NULL},
        .clid = d->record.cl_id,
        .created = d->record.cr_date,
    };
    for (size_t i = 0; i < d->keyset.keys.n && i < REGISTRY_DS_MAX; i++) {
        const struct epp_dnskey *k = &d->keyset.keys.v[i];
        out->set.keys[out->set.keys_n++] =
            (struct registry_dnskey){(int)k->flags, (int)k->protocol, (int)k->alg, k->pub_key};
    }
    return OK;
}

static enum status key_set_create(
    void *ctx, struct registry_call *c, const struct registry_key_set *in, struct error *e)
{
    const struct epp_build b = epp_build_of(ctx, c);
    struct epp_command cmd = fred_build_key_set_create(&b, in);
    return epp_tell(ctx, c, &cmd, e);
}

/* ---- domains ---------------------------------------------------------------------------------------------------- */

/* The set went away between the domain's answer and its own: the domain has another by now, and is not itself missing. */
static enum status set_gone(enum status s, struct str set, struct error *e)
{
    if (s != NOT_FOUND)
        return s;
    return error_set(
        e, UNAVAILABLE, "set-gone", "the set %.*s, which the domain named, is not there any more", STR_ARG(set));
}

/* A domain's info: the domain is asked for, then each set that it names, and all of it has the time of one call. */
struct walk {
    struct epp_adapter *x;
    const struct registry_call *domain; /* its call */
    uint64_t deadline; /* no command begins after it */
};

/* The call that asks for a set: one of its own, so that what goes with the domain's, and its answer, stay as they are. */
static enum status walk_call(const struct walk *w, struct str set, struct registry_call *call_r, struct error *e)
{
    int left = epp_ms_until(w->deadline);
    if (left == 0)
        return error_set(
            e, UNAVAILABLE, "registry-slow", "no time is left to ask for the set %.*s of the domain", STR_ARG(set));
    *call_r = (struct registry_call){
        .arena = w->domain->arena, .lane = w->domain->lane, .customer = w->domain->customer, .timeout_ms = left};
    return OK;
}

static enum status hosts_ask(const struct walk *w, struct str set, struct registry_domain *out, struct error *e)
{
    struct registry_call c;
    struct registry_host_set_info info = {0};
    if (str_empty(set))
        return OK;
    TRY(walk_call(w, set, &c, e));
    TRY(set_gone(host_set_info(w->x, &c, set, &info, e), set, e));
    memcpy(out->hosts, info.set.hosts, sizeof(out->hosts));
    out->hosts_n = info.set.hosts_n;
    return OK;
}

static enum status keys_ask(const struct walk *w, struct str set, struct registry_domain *out, struct error *e)
{
    struct registry_call c;
    struct registry_key_set_info info = {0};
    if (str_empty(set))
        return OK;
    TRY(walk_call(w, set, &c, e));
    TRY(set_gone(key_set_info(w->x, &c, set, &info, e), set, e));
    memcpy(out->dnssec.keys, info.set.keys, sizeof(out->dnssec.keys));
    out->dnssec.keys_n = info.set.keys_n;
    return OK;
}

/* What a domain names. */
struct sets {
    struct str hosts, keys; /* STR_NULL: none */
};

static void domain_take(
    const struct epp_adapter *x, const struct epp_fred_domain_info_data *d, struct registry_domain *out)
{
    *out = (struct registry_domain){
        .name = d->name,
        .upid = d->record.up_id,
        .registrant = d->registrant,
        .created = d->record.cr_date,
        .updated = d->record.up_date,
        .expires = d->ex_date,
        .transferred = d->record.tr_date,
        .authinfo = d->auth,
    };
    record_take(x, &d->record, &out->roid, &out->clid, &out->crid, out->statuses, &out->statuses_n);
    for (size_t i = 0; i < d->admins.n && out->contacts_n < REGISTRY_CONTACTS_MAX; i++)
        out->contacts[out->contacts_n++] = (struct registry_contact_ref){STR("admin"), d->admins.v[i]};
}

static enum status domain_ask(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_domain *out, struct sets *sets_r, struct error *e)
{
    struct epp_command cmd = fred_build_info(EPP_FRED_DOMAIN, name, authinfo);
    struct epp_response r = {0};
    TRY(epp_ask(ctx, c, &cmd, EPP_INF_DATA, &r, e));
    domain_take(ctx, &r.u.fred_domain_info, out);
    *sets_r = (struct sets){r.u.fred_domain_info.nsset, r.u.fred_domain_info.keyset};
    return OK;
}

static enum status domain_info(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_domain *out, struct error *e)
{
    const struct walk w = {ctx, c, epp_deadline(ctx, c)};
    struct sets sets;
    TRY(domain_ask(ctx, c, name, authinfo, out, &sets, e));
    TRY(hosts_ask(&w, sets.hosts, out, e));
    return keys_ask(&w, sets.keys, out, e);
}

static enum status transfer(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *e)
{
    struct epp_command cmd = fred_build_transfer(in);
    TRY(epp_tell(ctx, c, &cmd, e));
    *out = (struct registry_transfer_info){.name = in->name};
    return OK;
}

static enum status transfer_query(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    struct registry_domain d = {0};
    struct sets sets;
    (void)authinfo; /* it ends with the transfer that it was used for, and everybody may see whose a domain is */
    TRY(domain_ask(ctx, c, name, STR_NULL, &d, &sets, e));
    if (d.transferred == 0)
        return error_set(e, CONFLICT, "transfer-none", "%.*s was never transferred", STR_ARG(name));
    *out = (struct registry_transfer_info){.name = name,
        .status = STR("serverApproved"),
        .reid = d.clid,
        .requested = d.transferred,
        .acts_by = d.transferred,
        .expires = d.expires};
    return OK;
}

static enum status authinfo_send(void *ctx, struct registry_call *c, struct str name, struct error *e)
{
    struct epp_command cmd = fred_build_authinfo_send(name);
    return epp_tell(ctx, c, &cmd, e);
}

/* ---- contacts --------------------------------------------------------------------------------------------------- */

static enum status contact_info(
    void *ctx, struct registry_call *c, struct str id, struct registry_contact_info *out, struct error *e)
{
    struct epp_command cmd = fred_build_info(EPP_FRED_CONTACT, id, STR_NULL);
    struct epp_response r = {0};
    TRY(epp_ask(ctx, c, &cmd, EPP_INF_DATA, &r, e));
    const struct epp_fred_contact_info_data *d = &r.u.fred_contact_info;
    const struct epp_fred_contact *from = &d->contact;
    *out = (struct registry_contact_info){.created = d->record.cr_date, .updated = d->record.up_date};
    record_take(ctx, &d->record, &out->roid, &out->clid, &out->crid, out->statuses, &out->statuses_n);
    out->contact = (struct registry_contact){
        .id = from->id,
        .voice = from->voice,
        .fax = from->fax,
        .email = from->email,
        .localized = true, /* one form, in which any letter may stand */
        .authinfo = from->auth,
    };
    epp_postal_take(&from->postal, &out->contact);
    return OK;
}

static enum status no_contact_transfer(struct str id, struct error *e)
{
    return error_set(e, INVALID, "contact-transfer-not-spoken",
        "%.*s: contacts are not transferred at registries that run FRED", STR_ARG(id));
}

static enum status contact_transfer(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *e)
{
    (void)ctx, (void)c, (void)out;
    return no_contact_transfer(in->name, e);
}

static enum status contact_transfer_query(void *ctx, struct registry_call *c, struct str id, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    (void)ctx, (void)c, (void)authinfo, (void)out;
    return no_contact_transfer(id, e);
}

void epp_fred_verbs(struct registry_adapter *a)
{
    a->domain_info = domain_info;
    a->transfer = transfer;
    a->transfer_query = transfer_query;
    a->authinfo_send = authinfo_send;
    a->contact_info = contact_info;
    a->contact_transfer = contact_transfer;
    a->contact_transfer_query = contact_transfer_query;
    a->host_set_info = host_set_info;
    a->host_set_create = host_set_create;
    a->key_set_info = key_set_info;
    a->key_set_create = key_set_create;
}
