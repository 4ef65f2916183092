#include "registry/fit.h"

#include "registry/dnssec.h"

struct fitting {
    const struct registry_profile *p;
    struct arena *arena;
    time_us now;
    struct error *e;
};

#define DAY (86400 * US_PER_S)

/* ---- name servers ---------------------------------------------------------------------------------------- */

static enum status hosts_count(const struct fitting *f, size_t n)
{
    const struct registry_profile *p = f->p;
    if (n == 0 ? p->hosts_optional : (int64_t)n >= p->hosts_min && (int64_t)n <= p->hosts_max)
        return OK;
    return error_set(f->e, INVALID, "hosts-count", "%zu name servers: the registry %.*s takes %lld to %lld%s", n,
        STR_ARG(p->name), (long long)p->hosts_min, (long long)p->hosts_max, p->hosts_optional ? ", or none" : "");
}

static enum status addrs_count(const struct fitting *f, struct str host, size_t n)
{
    if ((int64_t)n <= f->p->host_addrs_max)
        return OK;
    return error_set(f->e, INVALID, "host-addresses", "%zu addresses for %.*s: the registry %.*s takes up to %lld", n,
        STR_ARG(host), STR_ARG(f->p->name), (long long)f->p->host_addrs_max);
}

/* Host objects have their addresses elsewhere. give: whether an address that is needed and missing matters. */
static enum status hosts_fit(
    const struct fitting *f, struct str domain, struct registry_host *hosts, size_t n, bool give)
{
    for (size_t i = 0; i < n; i++) {
        struct registry_host *h = &hosts[i];
        if (f->p->hosts == PROFILE_HOSTS_OBJECTS || !give || !profile_host_has_addrs(f->p, h->name, domain))
            h->addrs_n = 0;
        else if (h->addrs_n == 0 && f->p->host_addrs != PROFILE_ADDRS_ALWAYS)
            return error_set(f->e, INVALID, "host-needs-address",
                "the name server %.*s lies in the registry's own zones and needs an address", STR_ARG(h->name));
        TRY(addrs_count(f, h->name, h->addrs_n));
    }
    return OK;
}

/* A set is made anew, so that all name servers must be known, not just those that come and go. */
static enum status set_fit(const struct fitting *f, struct registry_domain_update *u)
{
    if (f->p->hosts != PROFILE_HOSTS_SETS || u->add_hosts_n + u->rem_hosts_n == 0) {
        u->hosts_n = 0;
        return OK;
    }
    if (u->hosts_n == 0)
        return error_set(f->e, INVALID, "hosts-set-incomplete",
            "%.*s: the registry %.*s must be told all name servers that it shall have", STR_ARG(u->name),
            STR_ARG(f->p->name));
    TRY(hosts_count(f, u->hosts_n));
    return hosts_fit(f, u->name, u->hosts, u->hosts_n, true);
}

/* FRED: all statuses are the registry's. */
static enum status statuses_fit(const struct fitting *f, const struct registry_domain_update *u)
{
    if (!f->p->fred || u->add_statuses_n + u->rem_statuses_n == 0)
        return OK;
    return error_set(f->e, INVALID, "statuses-not-ours", "%.*s: at the registry %.*s only the registry sets statuses",
        STR_ARG(u->name), STR_ARG(f->p->name));
}

static enum status host_objects(const struct fitting *f, struct str host)
{
    if (f->p->hosts == PROFILE_HOSTS_OBJECTS)
        return OK;
    return error_set(f->e, INVALID, "hosts-not-objects", "%.*s: the registry %.*s has no host objects", STR_ARG(host),
        STR_ARG(f->p->name));
}

/* ---- contacts ------------------------------------------------------------------------------------------------ */

static size_t contacts_keep(const struct fitting *f, struct registry_contact_ref *refs, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (f->p->contacts != PROFILE_CONTACTS_NONE && profile_role(f->p, refs[i].type) != NULL)
            refs[kept++] = refs[i];
    return kept;
}

static enum status contacts_count(const struct fitting *f, const struct registry_domain_create *in)
{
    for (size_t i = 0; i < f->p->roles_n; i++) {
        const struct contact_role *role = &f->p->roles[i];
        int n = 0;
        for (size_t k = 0; k < in->contacts_n; k++)
            n += str_eq(in->contacts[k].type, role->type);
        if (n < role->min && (f->p->contacts == PROFILE_CONTACTS_THICK || n > 0))
            return error_set(f->e, INVALID, "contacts-count", "%d %.*s contacts: the registry %.*s wants %d at least",
                n, STR_ARG(role->type), STR_ARG(f->p->name), role->min);
        if (n > role->max)
            return error_set(f->e, INVALID, "contacts-count", "%d %.*s contacts: the registry %.*s takes up to %d", n,
                STR_ARG(role->type), STR_ARG(f->p->name), role->max);
    }
    return OK;
}

static enum status registrant_fit(const struct fitting *f, struct registry_domain_create *d)
{
    if (f->p->registrant == PROFILE_NONE)
        d->registrant = STR_NULL;
    if (f->p->registrant != PROFILE_REQUIRED || !str_empty(d->registrant))
        return OK;
    return error_set(f->e, INVALID, "registrant-missing", "%.*s: the registry %.*s wants a registrant",
        STR_ARG(d->name), STR_ARG(f->p->name));
}

static enum status contacts_there(const struct fitting *f, struct str id)
{
    if (f->p->contacts != PROFILE_CONTACTS_NONE)
        return OK;
    return error_set(f->e, INVALID, "contacts-not-there", "%.*s: the registry %.*s has no contacts", STR_ARG(id),
        STR_ARG(f->p->name));
}

/* ---- years --------------------------------------------------------------------------------------------------- */

static enum status years_within(const struct fitting *f, const char *what, int years, int64_t min, int64_t max)
{
    if (years >= min && years <= max)
        return OK;
    return error_set(f->e, INVALID, "years-out-of-range", "%s by %d years: the registry %.*s takes %lld to %lld", what,
        years, STR_ARG(f->p->name), (long long)min, (long long)max);
}

/* ---- verbs --------------------------------------------------------------------------------------------------- */

static enum status notice_fit(const struct fitting *f, const struct registry_domain_create *in)
{
    if (str_is_null(in->notice.id) || (f->p->launch && !f->p->fred))
        return OK;
    return error_set(f->e, INVALID, "launch-not-spoken",
        "%.*s: the registry %.*s has no launch phases: it takes no notice", STR_ARG(in->name), STR_ARG(f->p->name));
}

static enum status idn_fit(const struct fitting *f, const struct registry_domain_create *d)
{
    if (str_is_null(d->idn_table))
        return OK;
    if (f->p->idn == PROFILE_IDN_NONE)
        return error_set(f->e, INVALID, "idn-not-spoken",
            "%.*s: the registry %.*s is told no table or language of a name", STR_ARG(d->name), STR_ARG(f->p->name));
    if (str_starts(d->name, STR("xn--")))
        return OK;
    return error_set(
        f->e, INVALID, "idn-unused", "%.*s is not internationalized: it has no table or language", STR_ARG(d->name));
}

static enum status create_fit(
    const struct fitting *f, const struct registry_domain_create *in, struct registry_request *out)
{
    struct registry_domain_create *d = ARENA_NEW(f->arena, struct registry_domain_create);
    *d = *in;
    TRY(hosts_count(f, d->hosts_n));
    TRY(hosts_fit(f, d->name, d->hosts, d->hosts_n, true));
    TRY(registrant_fit(f, d));
    d->contacts_n = contacts_keep(f, d->contacts, d->contacts_n);
    TRY(contacts_count(f, d));
    TRY(notice_fit(f, d));
    const struct registry_dnssec_change c = {
        .add = d->dnssec, .whole = d->dnssec, .max_sig_life = d->dnssec.max_sig_life};
    TRY(dnssec_fit(f->p, d->name, &c, f->e));
    TRY(idn_fit(f, d));
    if (f->p->authinfo_create == PROFILE_AUTH_EMPTY)
        d->authinfo = STR_NULL;
    else if (!str_empty(d->authinfo))
        TRY(registry_authinfo_check(f->p, d->authinfo, f->e));
    else
        return error_set(f->e, INVALID, "authinfo-missing", "%.*s: the registry %.*s wants authInfo with the domain",
            STR_ARG(d->name), STR_ARG(f->p->name));
    out->domain_create = d;
    return OK;
}

static enum status renew_fit(const struct fitting *f, const struct registry_renew *in)
{
    const struct registry_profile *p = f->p;
    if (!p->renew_explicit)
        return error_set(f->e, INVALID, "renew-not-offered",
            "%.*s: the registry %.*s renews by itself and takes no renew command", STR_ARG(in->name), STR_ARG(p->name));
    TRY(years_within(f, "renewal", in->years, p->renew_years_min, p->renew_years_max));
    time_us furthest = time_add_years(f->now, (int)p->term_years_max) + DAY + p->skew_s * US_PER_S;
    if (f->now == 0 || time_add_years(in->expires, in->years) <= furthest)
        return OK;
    return error_set(f->e, INVALID, "years-out-of-range",
        "%.*s would expire more than %lld years ahead, beyond what the registry %.*s allows", STR_ARG(in->name),
        (long long)p->term_years_max, STR_ARG(p->name));
}

static enum status authinfo_fit(const struct fitting *f, const struct registry_domain_update *u)
{
    if (str_is_null(u->authinfo))
        return OK;
    if (u->authinfo.n == 0 && f->p->authinfo_clear == PROFILE_CLEAR_NEVER)
        return error_set(f->e, INVALID, "authinfo-stays", "%.*s: the registry %.*s does not let authInfo be taken away",
            STR_ARG(u->name), STR_ARG(f->p->name));
    if (f->p->authinfo_source == PROFILE_AUTH_REGISTRY)
        return error_set(f->e, INVALID, "authinfo-not-ours", "%.*s: the registry %.*s makes the authInfo itself",
            STR_ARG(u->name), STR_ARG(f->p->name));
    return u->authinfo.n == 0 ? OK : registry_authinfo_check(f->p, u->authinfo, f->e);
}

static bool update_changes(const struct registry_domain_update *u)
{
    return u->add_hosts_n + u->rem_hosts_n + u->add_contacts_n + u->rem_contacts_n + u->add_statuses_n +
                   u->rem_statuses_n >
               0 ||
           dnssec_changes(&u->dnssec) || !str_is_null(u->registrant) || !str_is_null(u->authinfo);
}

static enum status update_fit(
    const struct fitting *f, const struct registry_domain_update *in, struct registry_request *out)
{
    struct registry_domain_update *u = ARENA_NEW(f->arena, struct registry_domain_update);
    *u = *in;
    TRY(hosts_fit(f, u->name, u->add_hosts, u->add_hosts_n, true));
    TRY(hosts_fit(f, u->name, u->rem_hosts, u->rem_hosts_n, false));
    TRY(set_fit(f, u));
    TRY(statuses_fit(f, u));
    u->add_contacts_n = contacts_keep(f, u->add_contacts, u->add_contacts_n);
    u->rem_contacts_n = contacts_keep(f, u->rem_contacts, u->rem_contacts_n);
    if (f->p->registrant == PROFILE_NONE)
        u->registrant = STR_NULL;
    TRY(authinfo_fit(f, u));
    TRY(dnssec_fit(f->p, u->name, &u->dnssec, f->e));
    out->domain_update = u;
    if (update_changes(u) || !update_changes(in))
        return OK;
    return error_set(f->e, INVALID, "update-empty", "%.*s: the registry %.*s keeps nothing of what was to be changed",
        STR_ARG(u->name), STR_ARG(f->p->name));
}

static enum status transfer_fit(
    const struct fitting *f, const struct registry_transfer *in, struct registry_request *out)
{
    const struct registry_profile *p = f->p;
    if (p->transfer == PROFILE_TRANSFER_PUSH)
        return error_set(f->e, INVALID, "transfer-push",
            "%.*s: at the registry %.*s the registrar that has the domain hands it over", STR_ARG(in->name),
            STR_ARG(p->name));
    if (in->op != REGISTRY_TRANSFER_REQUEST && p->transfer == PROFILE_TRANSFER_IMMEDIATE)
        return error_set(f->e, INVALID, "transfer-immediate",
            "%.*s: transfers at the registry %.*s take place at once, there is nothing to answer", STR_ARG(in->name),
            STR_ARG(p->name));
    if (in->op != REGISTRY_TRANSFER_REQUEST)
        return OK;
    if (p->transfer_auth && str_empty(in->authinfo))
        return error_set(f->e, INVALID, "authinfo-missing", "%.*s: a transfer at the registry %.*s needs authInfo",
            STR_ARG(in->name), STR_ARG(p->name));
    struct registry_transfer *t = ARENA_NEW(f->arena, struct registry_transfer);
    *t = *in;
    if (p->transfer_years_max == 0 || p->period == PROFILE_PERIOD_NONE)
        t->years = 0;
    else if (t->years != 0)
        TRY(years_within(f, "transfer", t->years, p->transfer_years_min, p->transfer_years_max));
    out->transfer = t;
    return OK;
}

static enum status restore_fit(const struct fitting *f, const struct registry_restore *in)
{
    const struct registry_profile *p = f->p;
    if (p->restore == PROFILE_RESTORE_NONE || p->restore == PROFILE_RESTORE_VENDOR)
        return error_set(f->e, INVALID, "restore-not-offered", "%.*s: the registry %.*s does not restore by RFC 3915",
            STR_ARG(in->name), STR_ARG(p->name));
    if (in->op == REGISTRY_RESTORE_REPORT && p->restore == PROFILE_RESTORE_REQUEST)
        return error_set(f->e, INVALID, "restore-no-report", "%.*s: the registry %.*s takes no restore report",
            STR_ARG(in->name), STR_ARG(p->name));
    return OK;
}

static enum status release_fit(const struct fitting *f, const struct registry_release *in)
{
    if (f->p->release)
        return OK;
    return error_set(f->e, INVALID, "release-not-offered",
        "%.*s: at the registry %.*s domains are not released to other registrars by a command of ours",
        STR_ARG(in->name), STR_ARG(f->p->name));
}

static enum status host_set_fit(const struct fitting *f, const struct registry_host_set *in)
{
    if (f->p->hosts == PROFILE_HOSTS_SETS)
        return hosts_count(f, in->hosts_n);
    return error_set(f->e, INVALID, "hosts-not-sets", "%.*s: the registry %.*s has no sets of name servers",
        STR_ARG(in->id), STR_ARG(f->p->name));
}

static enum status key_set_fit(const struct fitting *f, const struct registry_key_set *in)
{
    if (f->p->fred && (int64_t)in->keys_n <= f->p->dnssec_max)
        return OK;
    return error_set(f->e, INVALID, "keys-not-sets", "%.*s: the registry %.*s takes no set of %zu keys",
        STR_ARG(in->id), STR_ARG(f->p->name), in->keys_n);
}

static enum status authinfo_send_fit(const struct fitting *f, struct str name)
{
    if (f->p->fred)
        return OK;
    return error_set(f->e, INVALID, "authinfo-not-sent",
        "%.*s: the registry %.*s has no command that sends the authInfo", STR_ARG(name), STR_ARG(f->p->name));
}

static enum status host_create_fit(const struct fitting *f, const struct registry_host *in)
{
    TRY(host_objects(f, in->name));
    return addrs_count(f, in->name, in->addrs_n);
}

enum status request_fit(const struct registry_profile *p, struct arena *a, time_us now,
    const struct registry_request *in, struct registry_request *out, struct error *e)
{
    const struct fitting f = {.p = p, .arena = a, .now = now, .e = e};
    *out = *in;
    switch (in->verb) {
    case REGISTRY_DOMAIN_CREATE:
        return create_fit(&f, in->domain_create, out);
    case REGISTRY_DOMAIN_RENEW:
        return renew_fit(&f, in->renew);
    case REGISTRY_DOMAIN_UPDATE:
        return update_fit(&f, in->domain_update, out);
    case REGISTRY_DOMAIN_TRANSFER:
        return transfer_fit(&f, in->transfer, out);
    case REGISTRY_DOMAIN_RESTORE:
        return restore_fit(&f, in->restore);
    case REGISTRY_DOMAIN_RELEASE:
        return release_fit(&f, in->release);
    case REGISTRY_CONTACT_TRANSFER:
        return contacts_there(&f, in->transfer->name);
    case REGISTRY_CONTACT_CREATE:
    case REGISTRY_CONTACT_UPDATE:
        return contacts_there(&f, in->contact->id);
    case REGISTRY_HOST_CREATE:
        return host_create_fit(&f, in->host);
    case REGISTRY_HOST_UPDATE:
        return host_objects(&f, in->host_update->name);
    case REGISTRY_HOST_SET_CREATE:
        return host_set_fit(&f, in->host_set);
    case REGISTRY_KEY_SET_CREATE:
        return key_set_fit(&f, in->key_set);
    case REGISTRY_AUTHINFO_SEND:
        return authinfo_send_fit(&f, in->name);
    case REGISTRY_DOMAIN_DELETE:
    case REGISTRY_CONTACT_DELETE:
    case REGISTRY_HOST_DELETE:
    case REGISTRY_VERB_COUNT:
        break;
    }
    return OK;
}

enum status token_fit(const struct registry_profile *p, struct str token, struct str object, struct error *e)
{
    if (str_is_null(token) || p->allocation_token)
        return OK;
    return error_set(e, INVALID, "token-not-taken", "%.*s: the registry %.*s takes no allocation tokens",
        STR_ARG(object), STR_ARG(p->name));
}
