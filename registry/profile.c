#include "registry/profile_keys.h"

#include "registry/adapter.h"

enum status profile_read(struct arena *a, const char *path, struct registry_profile **p_r, struct error *e)
{
    struct profile_reader r = {
        .keys = {.arena = a,
            .path = path,
            .items = profile_items,
            .items_n = profile_items_n,
            .code = "profile-value",
            .e = e},
        .file = ARENA_NEW(a, struct profile_file),
    };
    TRY(key_file_read(&r.keys, r.file));
    TRY(profile_check(&r));
    *p_r = &r.file->p;
    return OK;
}

const struct tld_policy *profile_tld(const struct registry_profile *p, struct str tld)
{
    for (size_t i = 0; i < p->tlds_n; i++)
        if (str_ieq(p->tlds[i].tld, tld))
            return &p->tlds[i];
    return NULL;
}

/* TLDs may have several labels (co.example): every tail of the name is tried. */
bool profile_serves(const struct registry_profile *p, struct str name)
{
    ptrdiff_t dot;
    while ((dot = str_find(name, '.', 0)) >= 0) {
        name = str_n(name.p + dot + 1, name.n - (size_t)dot - 1);
        if (profile_tld(p, name) != NULL)
            return true;
    }
    return false;
}

/* host lies at or below name. */
static bool is_within(struct str host, struct str name)
{
    if (name.n == 0 || host.n < name.n || !str_ieq(str_n(host.p + host.n - name.n, name.n), name))
        return false;
    return host.n == name.n || host.p[host.n - name.n - 1] == '.';
}

bool profile_host_has_addrs(const struct registry_profile *p, struct str host, struct str domain)
{
    if (p->host_addrs == PROFILE_ADDRS_ALWAYS)
        return true;
    if (p->host_addrs == PROFILE_ADDRS_DOMAIN && domain.n > 0)
        return is_within(host, domain);
    return profile_serves(p, host);
}

const struct contact_role *profile_role(const struct registry_profile *p, struct str type)
{
    return contact_role_find(p->roles, p->roles_n, type);
}

struct str profile_subproduct(const struct registry_profile *p, struct str name)
{
    ptrdiff_t dot;
    while ((dot = str_find(name, '.', 0)) >= 0) {
        name = str_n(name.p + dot + 1, name.n - (size_t)dot - 1);
        const struct tld_policy *tld = profile_tld(p, name);
        if (tld != NULL && tld->subproduct.n > 0)
            return tld->subproduct;
    }
    return p->subproduct;
}

struct str profile_status(const struct registry_profile *p, struct str theirs)
{
    for (size_t i = 0; i < p->status_maps_n; i++)
        if (str_eq(p->status_maps[i].theirs, theirs))
            return p->status_maps[i].ours;
    return theirs;
}

int profile_code(const struct registry_profile *p, const char *command, int theirs)
{
    for (size_t i = 0; i < p->code_maps_n; i++) {
        const struct profile_code_map *m = &p->code_maps[i];
        if (m->theirs == theirs && (str_eqz(m->command, "*") || str_eqz(m->command, command)))
            return m->ours;
    }
    return theirs;
}

/* ---- connection files -------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct registry_config, field)
static const struct conf_item config_items[] = {
    {"id", CONF_STR, AT(id), NULL, 0, 0, "Our word for the registry in the database and the logs; never change it."},
    {"profile", CONF_STR, AT(profile_file), NULL, 0, 0, "Profile file (registry/profiles)."},
    {"addr", CONF_STR, AT(addr), NULL, 0, 0, "Host or address of its EPP server, and port: epp.registry.example:700."},
    {"tls-name", CONF_STR, AT(tls_name), NULL, 0, 0, "Host name that its certificate must carry."},
    {"clid", CONF_STR, AT(clid), NULL, 0, 0, "Our client identifier there."},
    {"password-file", CONF_STR, AT(password_file), NULL, 0, 0, "File with our password on one line, mode 0600."},
    {"tech-contact", CONF_STR, AT(tech_contact), "", 0, 0,
        "Contact of ours at the registry who answers for sets of name servers, where it has such (FRED)."},
    {"ca-file", CONF_STR, AT(ca_file), "", 0, 0, "PEM file of the authorities to trust; empty: the system's."},
    {"cert-file", CONF_STR, AT(cert_file), "", 0, 0, "PEM file of our certificate, if the registry wants one."},
    {"key-file", CONF_STR, AT(key_file), "", 0, 0, "PEM file of its private key."},
    {"sessions-max", CONF_INT, AT(sessions_max), "0", 0, 256, "Fewer sessions than the profile allows; 0: all."},
};
#undef AT

/* file beside the connection file, unless it is absolute or empty. */
static struct str path_beside(struct arena *a, const char *conf, struct str file)
{
    const char *slash = strrchr(conf, '/');
    if (file.n == 0 || file.p[0] == '/' || slash == NULL)
        return file;
    return str_printf(a, "%.*s/%.*s", (int)(slash - conf), conf, STR_ARG(file));
}

static bool id_valid(struct str id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!ascii_is_alnum(id.p[i]) && id.p[i] != '-')
            return false;
    return id.n > 0 && id.n <= REGISTRY_ID_MAX;
}

enum status registry_config_read(struct arena *a, const char *path, struct registry_config *c, struct error *e)
{
    TRY(conf_read(a, path, config_items, ARRAY_LEN(config_items), c, e));
    if (!id_valid(c->id))
        return error_set(
            e, INVALID, "registry-id", "%s: id must be 1 to %d letters, digits and hyphens", path, REGISTRY_ID_MAX);
    if ((c->cert_file.n == 0) != (c->key_file.n == 0))
        return error_set(e, INVALID, "registry-certificate", "%s: cert-file and key-file go together", path);
    c->profile_file = path_beside(a, path, c->profile_file);
    c->password_file = path_beside(a, path, c->password_file);
    c->ca_file = path_beside(a, path, c->ca_file);
    c->cert_file = path_beside(a, path, c->cert_file);
    c->key_file = path_beside(a, path, c->key_file);
    TRY(profile_read(a, str_dupz(a, c->profile_file), &c->profile, e));
    if (c->profile->transport != PROFILE_OVER_TLS)
        return error_set(e, INVALID, "registry-transport",
            "%s: the registry %.*s wants EPP over HTTPS, which we do not speak", path, STR_ARG(c->profile->name));
    if (c->profile->hosts == PROFILE_HOSTS_SETS && c->tech_contact.n == 0)
        return error_set(e, INVALID, "registry-tech-contact",
            "%s: at the registry %.*s sets of name servers need a contact of ours: tech-contact", path,
            STR_ARG(c->profile->name));
    if (c->profile->tls_certificate && c->cert_file.n == 0)
        return error_set(e, INVALID, "registry-certificate",
            "%s: the registry %.*s wants a client certificate: cert-file", path, STR_ARG(c->profile->name));
    return OK;
}
