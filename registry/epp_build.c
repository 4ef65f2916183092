#include "registry/epp_build.h"

#include "dns/idna.h"
#include "epp/auth.h"
#include "epp/idn.h"
#include "epp/rgp.h"
#include "epp/verisign.h"
#include "registry/registry.h"

/* ---- our structs to EPP's --------------------------------------------------------------------------------- */

static struct epp_addrs addrs_of(struct arena *a, const struct str *addrs, size_t n)
{
    struct epp_addrs out = {ARENA_ARRAY(a, n, struct epp_addr), n};
    for (size_t i = 0; i < n; i++)
        out.v[i] = (struct epp_addr){.ip = str_find(addrs[i], ':', 0) >= 0 ? STR("v6") : STR("v4"), .text = addrs[i]};
    return out;
}

static struct epp_ns ns_of(const struct epp_build *b, const struct registry_host *hosts, size_t n)
{
    struct epp_ns ns = {0};
    if (n == 0)
        return ns;
    if (b->profile->hosts == PROFILE_HOSTS_OBJECTS) {
        ns.hosts = (struct epp_strs){ARENA_ARRAY(b->arena, n, struct str), n};
        for (size_t i = 0; i < n; i++)
            ns.hosts.v[i] = hosts[i].name;
        return ns;
    }
    ns.attrs = (struct epp_host_attrs){ARENA_ARRAY(b->arena, n, struct epp_host_attr), n};
    for (size_t i = 0; i < n; i++)
        ns.attrs.v[i] = (struct epp_host_attr){hosts[i].name, addrs_of(b->arena, hosts[i].addrs, hosts[i].addrs_n)};
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

static struct epp_period period_of(const struct epp_build *b, int years)
{
    if (years <= 0 || b->profile->period == PROFILE_PERIOD_NONE)
        return (struct epp_period){0};
    if (b->profile->period == PROFILE_PERIOD_MONTHS)
        return (struct epp_period){.n = (unsigned)years * 12, .unit = STR("m")};
    return (struct epp_period){.n = (unsigned)years, .unit = STR("y")};
}

/* ---- what goes with each command ---------------------------------------------------------------------------- */

/* name: of the domain or host that it is about; STR_NULL for contacts. A registry that serves several is told which one
 * each command is for. */
static struct epp_command command(
    const struct epp_build *b, enum epp_verb verb, enum epp_object object, struct str name)
{
    struct epp_command cmd = {.verb = verb, .object = object, .plain = b->profile->style == PROFILE_STYLE_DEFAULT};
    struct str product = profile_subproduct(b->profile, name);
    if (product.n == 0)
        return cmd;
    struct epp_namestore *n = ARENA_NEW(b->arena, struct epp_namestore);
    n->sub_product = product;
    epp_ext_add(b->arena, &cmd.ext, &epp_namestore, n);
    return cmd;
}

struct epp_command epp_build_check(const struct epp_build *b, enum epp_object object, const struct str *keys, size_t n)
{
    struct epp_command cmd = command(b, EPP_CHECK, object, object == EPP_CONTACT || n == 0 ? STR_NULL : keys[0]);
    cmd.u.check.keys = (struct epp_strs){arena_copy(b->arena, keys, n * sizeof(*keys)), n};
    return cmd;
}

struct epp_command epp_build_key(const struct epp_build *b, enum epp_verb verb, enum epp_object object, struct str key)
{
    struct epp_command cmd = command(b, verb, object, object == EPP_CONTACT ? STR_NULL : key);
    cmd.u.key.key = key;
    return cmd;
}

/* ---- domains -------------------------------------------------------------------------------------------------- */

struct epp_command epp_build_domain_info(const struct epp_build *b, struct str name, struct str authinfo)
{
    struct epp_command cmd = command(b, EPP_INFO, EPP_DOMAIN, name);
    cmd.u.domain_info.name = name;
    cmd.u.domain_info.auth.pw = authinfo;
    return cmd;
}

/* idn-1.0 wants the name as people read it beside. */
static void idn_put(const struct epp_build *b, const struct registry_domain_create *in, struct epp_command *cmd)
{
    if (str_is_null(in->idn_table))
        return;
    if (b->profile->idn == PROFILE_IDN_LANG) {
        struct epp_idn_lang *lang = ARENA_NEW(b->arena, struct epp_idn_lang);
        lang->tag = in->idn_table;
        epp_ext_add(b->arena, &cmd->ext, &epp_idn_lang_tag, lang);
        return;
    }
    struct epp_idn *idn = ARENA_NEW(b->arena, struct epp_idn);
    *idn = (struct epp_idn){.table = in->idn_table, .uname = idna_to_unicode(b->arena, in->name)};
    epp_ext_add(b->arena, &cmd->ext, &epp_idn_data, idn);
}

/* The schema demands authInfo in a create: where there is none it is empty (RFC 9154 section 4.1). */
struct epp_command epp_build_domain_create(const struct epp_build *b, const struct registry_domain_create *in)
{
    struct epp_command cmd = command(b, EPP_CREATE, EPP_DOMAIN, in->name);
    cmd.u.domain_create = (struct epp_domain_create){
        .name = in->name,
        .period = period_of(b, in->years),
        .ns = ns_of(b, in->hosts, in->hosts_n),
        .registrant = in->registrant,
        .contacts = contacts_of(b->arena, in->contacts, in->contacts_n),
        .auth = str_is_null(in->authinfo) ? epp_auth_blank() : epp_auth_set(in->authinfo),
    };
    epp_notice_put(b, &in->notice, &cmd);
    epp_dnssec_create(b, &in->dnssec, &cmd);
    idn_put(b, in, &cmd);
    return cmd;
}

struct epp_command epp_build_domain_renew(const struct epp_build *b, const struct registry_renew *in)
{
    struct epp_command cmd = command(b, EPP_RENEW, EPP_DOMAIN, in->name);
    cmd.u.domain_renew =
        (struct epp_domain_renew){.name = in->name, .cur_ex_date = in->expires, .period = period_of(b, in->years)};
    return cmd;
}

/* An empty authInfo in an update takes it away. */
static struct epp_auth auth_change(const struct epp_build *b, struct str authinfo)
{
    if (!str_is_null(authinfo) && authinfo.n == 0 && b->profile->authinfo_clear == PROFILE_CLEAR_NULL)
        return epp_auth_cleared(EPP_DOMAIN);
    return epp_auth_set(authinfo);
}

struct epp_command epp_build_domain_update(const struct epp_build *b, const struct registry_domain_update *in)
{
    struct epp_command cmd = command(b, EPP_UPDATE, EPP_DOMAIN, in->name);
    struct epp_domain_update *u = &cmd.u.domain_update;
    u->name = in->name;
    u->add = (struct epp_domain_change){
        .ns = ns_of(b, in->add_hosts, in->add_hosts_n),
        .contacts = contacts_of(b->arena, in->add_contacts, in->add_contacts_n),
        .statuses = statuses_of(b->arena, in->add_statuses, in->add_statuses_n),
    };
    u->rem = (struct epp_domain_change){
        .ns = ns_of(b, in->rem_hosts, in->rem_hosts_n),
        .contacts = contacts_of(b->arena, in->rem_contacts, in->rem_contacts_n),
        .statuses = statuses_of(b->arena, in->rem_statuses, in->rem_statuses_n),
    };
    u->chg.registrant = in->registrant;
    u->chg.auth = auth_change(b, in->authinfo);
    epp_dnssec_put(b, &in->dnssec, &cmd);
    return cmd;
}

struct epp_command epp_build_transfer(
    const struct epp_build *b, enum epp_transfer_op op, const struct registry_transfer *in)
{
    struct epp_command cmd = command(b, EPP_TRANSFER, EPP_DOMAIN, in->name);
    cmd.op = op;
    cmd.u.domain_transfer =
        (struct epp_domain_transfer){.name = in->name, .period = period_of(b, in->years), .auth = {.pw = in->authinfo}};
    return cmd;
}

/* An update of the extension's own kind, in no object's namespace. */
struct epp_command epp_build_release(const struct epp_build *b, const struct registry_release *in)
{
    struct epp_command cmd = command(b, EPP_UPDATE, EPP_RELEASE, in->name);
    cmd.u.release = (struct epp_release){.domain = in->name, .registrar_tag = in->tag};
    return cmd;
}

/* The registration before and after, as text; RFC 3915 leaves their form open. */
static struct epp_mixed mixed_of(struct str text)
{
    return (struct epp_mixed){.text = text};
}

static void report_fill(struct arena *a, const struct registry_restore *in, struct epp_rgp_update *out)
{
    size_t n = 0;
    struct epp_rgp_text *statements = ARENA_ARRAY(a, ARRAY_LEN(in->statements), struct epp_rgp_text);
    for (size_t i = 0; i < ARRAY_LEN(in->statements); i++)
        if (!str_is_null(in->statements[i]))
            statements[n++].text = mixed_of(in->statements[i]);
    out->report.pre_data = mixed_of(in->before);
    out->report.post_data = mixed_of(in->after);
    out->report.del_time = in->deleted;
    out->report.res_time = in->restored;
    out->report.reason.text = mixed_of(in->reason);
    out->report.statements = (struct epp_rgp_texts){statements, n};
    out->report.other = mixed_of(in->other);
}

struct epp_command epp_build_domain_restore(const struct epp_build *b, const struct registry_restore *in)
{
    struct epp_command cmd = command(b, EPP_UPDATE, EPP_DOMAIN, in->name);
    struct epp_rgp_update *rgp = ARENA_NEW(b->arena, struct epp_rgp_update);
    rgp->op = in->op == REGISTRY_RESTORE_REPORT ? STR("report") : STR("request");
    if (in->op == REGISTRY_RESTORE_REPORT)
        report_fill(b->arena, in, rgp);
    cmd.u.domain_update.name = in->name;
    epp_ext_add(b->arena, &cmd.ext, &epp_rgp_update, rgp);
    return cmd;
}

/* ---- contacts -------------------------------------------------------------------------------------------------- */

static struct epp_postal postal_of(struct arena *a, const struct registry_contact *in, struct str type)
{
    struct epp_postal out = {.type = type, .name = in->name, .org = in->org};
    out.addr.street.v = arena_copy(a, in->street, in->street_n * sizeof(*in->street));
    out.addr.street.n = in->street_n;
    out.addr.city = in->city;
    out.addr.sp = in->sp;
    out.addr.pc = in->pc;
    out.addr.cc = in->cc;
    return out;
}

/* A contact that is localized holds what "int" cannot say. */
static struct epp_postals postals_of(const struct epp_build *b, const struct registry_contact *in)
{
    struct epp_postals out = {ARENA_ARRAY(b->arena, 2, struct epp_postal), 0};
    if (!in->localized && b->profile->contact_postal != PROFILE_POSTAL_LOC)
        out.v[out.n++] = postal_of(b->arena, in, STR("int"));
    if (in->localized || b->profile->contact_postal != PROFILE_POSTAL_INT)
        out.v[out.n++] = postal_of(b->arena, in, STR("loc"));
    return out;
}

/* RFC 5733 demands one; nobody needs to know it unless the contact is to go to another registrar. */
static struct epp_auth contact_auth(const struct epp_build *b, struct str authinfo)
{
    if (b->profile->contact_auth == PROFILE_AUTH_EMPTY)
        return epp_auth_blank();
    return epp_auth_set(str_is_null(authinfo) ? registry_authinfo_new(b->profile, b->arena) : authinfo);
}

struct epp_command epp_build_contact_transfer(
    const struct epp_build *b, enum epp_transfer_op op, struct str id, struct str authinfo)
{
    struct epp_command cmd = command(b, EPP_TRANSFER, EPP_CONTACT, STR_NULL);
    cmd.op = op;
    cmd.u.contact_transfer.id = id;
    cmd.u.contact_transfer.auth.pw = authinfo;
    return cmd;
}

struct epp_command epp_build_contact_info(const struct epp_build *b, struct str id)
{
    struct epp_command cmd = command(b, EPP_INFO, EPP_CONTACT, STR_NULL);
    cmd.u.contact_info.id = id;
    return cmd;
}

struct epp_command epp_build_contact_create(const struct epp_build *b, const struct registry_contact *in)
{
    struct epp_command cmd = command(b, EPP_CREATE, EPP_CONTACT, STR_NULL);
    cmd.u.contact_create = (struct epp_contact_create){
        .id = b->profile->contact_ids_ours ? in->id : STR("auto"),
        .postal = postals_of(b, in),
        .voice = {.number = in->voice},
        .fax = {.number = in->fax},
        .email = in->email,
        .auth = contact_auth(b, in->authinfo),
    };
    return cmd;
}

/* All of it is sent; an absent number is cleared (RFC 5733 3.2.5: an empty element). */
static struct str number_or_empty(struct str number)
{
    return str_is_null(number) ? STR("") : number;
}

struct epp_command epp_build_contact_update(const struct epp_build *b, const struct registry_contact *in)
{
    struct epp_command cmd = command(b, EPP_UPDATE, EPP_CONTACT, STR_NULL);
    struct epp_contact_update *u = &cmd.u.contact_update;
    u->id = in->id;
    u->chg.postal = postals_of(b, in);
    u->chg.voice.number = number_or_empty(in->voice);
    u->chg.fax.number = number_or_empty(in->fax);
    u->chg.email = in->email;
    if (b->profile->contact_auth == PROFILE_AUTH_GIVEN)
        u->chg.auth.pw = in->authinfo;
    return cmd;
}

/* ---- hosts ------------------------------------------------------------------------------------------------------ */

struct epp_command epp_build_host_create(const struct epp_build *b, const struct registry_host *in)
{
    struct epp_command cmd = command(b, EPP_CREATE, EPP_HOST, in->name);
    cmd.u.host_create = (struct epp_host_create){in->name, addrs_of(b->arena, in->addrs, in->addrs_n)};
    return cmd;
}

struct epp_command epp_build_host_update(const struct epp_build *b, const struct registry_host_update *in)
{
    struct epp_command cmd = command(b, EPP_UPDATE, EPP_HOST, in->name);
    struct epp_host_update *u = &cmd.u.host_update;
    u->name = in->name;
    u->add.addrs = addrs_of(b->arena, in->add_addrs, in->add_addrs_n);
    u->rem.addrs = addrs_of(b->arena, in->rem_addrs, in->rem_addrs_n);
    return cmd;
}

const struct epp_dialect epp_dialect_rfc = {
    .domain = EPP_DOMAIN,
    .contact = EPP_CONTACT,
    .domain_create = epp_build_domain_create,
    .domain_renew = epp_build_domain_renew,
    .domain_update = epp_build_domain_update,
    .contact_create = epp_build_contact_create,
    .contact_update = epp_build_contact_update,
};
