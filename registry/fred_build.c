#include "registry/fred_build.h"

static struct epp_command command(enum epp_verb verb, enum epp_object object)
{
    return (struct epp_command){.verb = verb, .object = object};
}

struct epp_command fred_build_info(enum epp_object object, struct str key, struct str authinfo)
{
    struct epp_command cmd = command(EPP_INFO, object);
    cmd.u.fred_key = (struct epp_fred_key){key, authinfo};
    return cmd;
}

/* ---- domains -------------------------------------------------------------------------------------------------- */

static struct epp_period period_of(int years)
{
    return (struct epp_period){.n = (unsigned)years, .unit = years > 0 ? STR("y") : STR_NULL};
}

/* Administrators are the only contacts that a domain has beside its registrant. */
static struct epp_strs admins_of(struct arena *a, const struct registry_contact_ref *refs, size_t n)
{
    struct epp_strs out = {ARENA_ARRAY(a, n, struct str), 0};
    for (size_t i = 0; i < n; i++)
        if (str_eqz(refs[i].type, "admin"))
            out.v[out.n++] = refs[i].id;
    return out;
}

struct epp_command fred_build_domain_create(const struct epp_build *b, const struct registry_domain_create *in)
{
    struct epp_command cmd = command(EPP_CREATE, EPP_FRED_DOMAIN);
    cmd.u.fred_domain_create = (struct epp_fred_domain_create){
        .name = in->name,
        .period = period_of(in->years),
        .nsset = in->host_set,
        .keyset = in->key_set,
        .registrant = in->registrant,
        .admins = admins_of(b->arena, in->contacts, in->contacts_n),
        .auth = in->authinfo,
    };
    return cmd;
}

struct epp_command fred_build_domain_renew(const struct epp_build *b, const struct registry_renew *in)
{
    struct epp_command cmd = epp_build_domain_renew(b, in);
    cmd.object = EPP_FRED_DOMAIN;
    return cmd;
}

struct epp_command fred_build_domain_update(const struct epp_build *b, const struct registry_domain_update *in)
{
    struct epp_command cmd = command(EPP_UPDATE, EPP_FRED_DOMAIN);
    struct epp_fred_domain_update *u = &cmd.u.fred_domain_update;
    u->name = in->name;
    u->add_admins = admins_of(b->arena, in->add_contacts, in->add_contacts_n);
    u->rem_admins = admins_of(b->arena, in->rem_contacts, in->rem_contacts_n);
    u->chg.nsset = in->host_set;
    u->chg.keyset = in->key_set;
    u->chg.registrant = in->registrant;
    u->chg.auth = in->authinfo;
    return cmd;
}

struct epp_command fred_build_transfer(const struct registry_transfer *in)
{
    struct epp_command cmd = command(EPP_TRANSFER, EPP_FRED_DOMAIN);
    cmd.op = EPP_OP_REQUEST;
    cmd.u.fred_key = (struct epp_fred_key){in->name, in->authinfo};
    return cmd;
}

struct epp_command fred_build_authinfo_send(struct str name)
{
    struct epp_command cmd = command(EPP_SEND_AUTH_INFO, EPP_FRED_DOMAIN);
    cmd.u.key.key = name;
    return cmd;
}

/* ---- contacts -------------------------------------------------------------------------------------------------- */

/* One street at least must be there, be it empty, and a postal code. */
static struct epp_postal postal_of(struct arena *a, const struct registry_contact *in)
{
    struct epp_postal out = {.name = in->name, .org = in->org};
    size_t n = in->street_n > 0 ? in->street_n : 1;
    out.addr.street = (struct epp_strs){ARENA_ARRAY(a, n, struct str), n};
    for (size_t i = 0; i < n; i++)
        out.addr.street.v[i] = i < in->street_n && !str_is_null(in->street[i]) ? in->street[i] : STR("");
    out.addr.city = in->city;
    out.addr.sp = in->sp;
    out.addr.pc = str_is_null(in->pc) ? STR("") : in->pc;
    out.addr.cc = in->cc;
    return out;
}

struct epp_command fred_build_contact_create(const struct epp_build *b, const struct registry_contact *in)
{
    struct epp_command cmd = command(EPP_CREATE, EPP_FRED_CONTACT);
    cmd.u.fred_contact = (struct epp_fred_contact){
        .id = in->id,
        .postal = postal_of(b->arena, in),
        .voice = in->voice,
        .fax = in->fax,
        .email = in->email,
        .auth = b->profile->contact_auth == PROFILE_AUTH_GIVEN ? in->authinfo : STR_NULL,
    };
    return cmd;
}

static struct str or_empty(struct str s)
{
    return str_is_null(s) ? STR("") : s;
}

/* All of it is sent; what is absent is cleared. */
struct epp_command fred_build_contact_update(const struct epp_build *b, const struct registry_contact *in)
{
    struct epp_command cmd = command(EPP_UPDATE, EPP_FRED_CONTACT);
    struct epp_fred_contact *u = &cmd.u.fred_contact;
    u->id = in->id;
    u->postal = postal_of(b->arena, in);
    u->postal.org = or_empty(in->org);
    u->voice = or_empty(in->voice);
    u->fax = or_empty(in->fax);
    u->email = in->email;
    return cmd;
}

/* ---- sets ------------------------------------------------------------------------------------------------------- */

struct epp_command fred_build_host_set_create(const struct epp_build *b, const struct registry_host_set *in)
{
    struct epp_command cmd = command(EPP_CREATE, EPP_FRED_NSSET);
    struct epp_fred_nsset *s = &cmd.u.fred_nsset_create;
    struct str *tech = arena_copy(b->arena, &in->tech, sizeof(in->tech));
    *s = (struct epp_fred_nsset){.id = in->id, .techs = {tech, 1}};
    s->ns = (struct epp_fred_nss){ARENA_ARRAY(b->arena, in->hosts_n, struct epp_fred_ns), in->hosts_n};
    for (size_t i = 0; i < in->hosts_n; i++) {
        const struct registry_host *h = &in->hosts[i];
        s->ns.v[i].name = h->name;
        s->ns.v[i].addrs.v = arena_copy(b->arena, h->addrs, h->addrs_n * sizeof(h->addrs[0]));
        s->ns.v[i].addrs.n = h->addrs_n;
    }
    return cmd;
}

struct epp_command fred_build_key_set_create(const struct epp_build *b, const struct registry_key_set *in)
{
    struct epp_command cmd = command(EPP_CREATE, EPP_FRED_KEYSET);
    struct epp_fred_keyset *s = &cmd.u.fred_keyset_create;
    struct str *tech = arena_copy(b->arena, &in->tech, sizeof(in->tech));
    *s = (struct epp_fred_keyset){.id = in->id, .techs = {tech, 1}};
    s->keys = (struct epp_dnskeys){ARENA_ARRAY(b->arena, in->keys_n, struct epp_dnskey), in->keys_n};
    for (size_t i = 0; i < in->keys_n; i++)
        s->keys.v[i] = (struct epp_dnskey){.flags = (unsigned)in->keys[i].flags,
            .protocol = (unsigned)in->keys[i].protocol,
            .alg = (unsigned)in->keys[i].alg,
            .pub_key = in->keys[i].key};
    return cmd;
}

const struct epp_dialect epp_dialect_fred = {
    .domain = EPP_FRED_DOMAIN,
    .contact = EPP_FRED_CONTACT,
    .domain_create = fred_build_domain_create,
    .domain_renew = fred_build_domain_renew,
    .domain_update = fred_build_domain_update,
    .contact_create = fred_build_contact_create,
    .contact_update = fred_build_contact_update,
};
