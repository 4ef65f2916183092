#include "registry/profile.h"

#include "dns/name.h"
#include "registry/adapter.h"

/* As the file has it; the TLD lines are still text. */
struct profile_file {
    struct registry_profile p;
    struct conf_list tlds;
};

#define AT(field) offsetof(struct profile_file, p.field)
static const struct conf_item profile_items[] = {
    {"name", CONF_STR, AT(name), NULL, 0, 0, "Name of the registry in TLD tables and logs."},
    {"description", CONF_STR, AT(description), "", 0, 0, "What it is, for people."},
    {"object", CONF_LIST, AT(objects), NULL, 0, 0, "Object service URI demanded at login."},
    {"extension", CONF_LIST, AT(extensions), "", 0, 0, "Extension URI used where the registry offers it."},
    {"contacts", CONF_BOOL, AT(contacts), "yes", 0, 0, "Whether the registry keeps contact objects."},
    {"contact-localized", CONF_BOOL, AT(contact_localized), "no", 0, 0,
        "Whether contacts are sent as postalInfo \"loc\" rather than \"int\"."},
    {"hosts-are-objects", CONF_BOOL, AT(hosts_are_objects), "yes", 0, 0,
        "Whether name servers are host objects rather than attributes of the domain."},
    {"hosts-min", CONF_INT, AT(hosts_min), "2", 0, REGISTRY_HOSTS_MAX, "Fewest name servers of a domain with any."},
    {"hosts-max", CONF_INT, AT(hosts_max), "13", 1, REGISTRY_HOSTS_MAX, "Most name servers of a domain."},
    {"hosts-optional", CONF_BOOL, AT(hosts_optional), "no", 0, 0, "Whether a domain may stand without name servers."},
    {"authinfo-min", CONF_INT, AT(authinfo_min), "12", 6, REGISTRY_AUTHINFO_MAX, "Shortest authInfo, characters."},
    {"authinfo-max", CONF_INT, AT(authinfo_max), "16", 6, REGISTRY_AUTHINFO_MAX, "Longest authInfo, characters."},
    {"authinfo-shown", CONF_BOOL, AT(authinfo_shown), "no", 0, 0, "Whether info shows authInfo to the sponsor."},
    {"sessions-max", CONF_INT, AT(sessions_max), "4", 1, 256, "Sessions that the registry grants us at once."},
    {"check-max", CONF_INT, AT(check_max), "5", 1, 1000, "Names in one check command."},
    {"commands-per-s", CONF_INT, AT(commands_per_s), "0", 0, 100000,
        "Commands per second over all sessions; 0 for no limit."},
    {"pipeline", CONF_INT, AT(pipeline), "1", 1, REGISTRY_PIPELINE_MAX,
        "Commands in flight on one session; 1 to wait for each answer."},
    {"svtrid-repeats", CONF_BOOL, AT(svtrid_repeats), "no", 0, 0,
        "Whether the registry gives the same svTRID more than once."},
    {"burst", CONF_INT, AT(burst), "0", 0, 100000,
        "Commands that may go at once after a pause; 0 for a second's worth of commands-per-s."},
    {"error-penalty-ms", CONF_INT, AT(error_penalty_ms), "0", 0, 60000,
        "Milliseconds that the next command waits after a refused one."},
    {"idle-s", CONF_INT, AT(idle_s), "600", 5, 86400, "Seconds of silence after which the registry closes a session."},
    {"keepalive", CONF_STR, AT(keepalive), "poll", 0, 0,
        "What is said on a silent session: poll (a request, nothing is taken from the queue), hello, or check NAME."},
    {"lifetime-s", CONF_INT, AT(lifetime_s), "0", 0, 604800,
        "Seconds after which the registry closes a session, busy or not; 0 for never."},
    {"answer-s", CONF_INT, AT(answer_s), "60", 1, 600, "Seconds to wait for an answer."},
    {"skew-s", CONF_INT, AT(skew_s), "60", 0, 86400, "Seconds by which the registry's clock may differ from ours."},
    {"tld", CONF_LIST, offsetof(struct profile_file, tlds), NULL, 0, 0,
        "NAME [label=MIN-MAX] [years=MIN-MAX] [idn=yes|no] [reserved=a,b,c]."},
};
#undef AT

static enum status range_check(const char *path, const char *what, int64_t min, int64_t max, struct error *e)
{
    if (min <= max)
        return OK;
    return error_set(e, INVALID, "profile-range", "%s: %s-min %lld is more than %s-max %lld", path, what,
        (long long)min, what, (long long)max);
}

static enum status keepalive_check(const char *path, struct str word, struct error *e)
{
    if (str_eqz(word, "poll") || str_eqz(word, "hello") || (str_starts(word, STR("check ")) && word.n > 6))
        return OK;
    return error_set(e, INVALID, "profile-keepalive", "%s: keepalive is poll, hello or check NAME, not \"%.*s\"", path,
        STR_ARG(word));
}

static enum status profile_check(const char *path, const struct profile_file *f, struct error *e)
{
    if (f->p.name.n == 0 || f->p.name.n > REGISTRY_ID_MAX)
        return error_set(e, INVALID, "profile-name", "%s: name must have 1 to %d characters", path, REGISTRY_ID_MAX);
    if (f->p.objects.n > PROFILE_SERVICES_MAX || f->p.extensions.n > PROFILE_SERVICES_MAX)
        return error_set(
            e, INVALID, "profile-services", "%s: more than %d object or extension lines", path, PROFILE_SERVICES_MAX);
    if (f->tlds.n > PROFILE_TLDS_MAX)
        return error_set(e, INVALID, "profile-tlds", "%s: more than %d tld lines", path, PROFILE_TLDS_MAX);
    TRY(keepalive_check(path, f->p.keepalive, e));
    TRY(range_check(path, "hosts", f->p.hosts_min, f->p.hosts_max, e));
    return range_check(path, "authinfo", f->p.authinfo_min, f->p.authinfo_max, e);
}

enum status profile_read(struct arena *a, const char *path, struct registry_profile **p_r, struct error *e)
{
    struct profile_file *f = ARENA_NEW(a, struct profile_file);
    TRY(conf_read(a, path, profile_items, ARRAY_LEN(profile_items), f, e));
    TRY(profile_check(path, f, e));
    f->p.tlds = ARENA_ARRAY(a, f->tlds.n, struct tld_policy);
    for (size_t i = 0; i < f->tlds.n; i++) {
        if (tld_policy_parse(a, f->tlds.items[i], &f->p.tlds[i], e) != OK)
            return error_prefix(e, "%s", path);
        f->p.tlds[i].registry = f->p.name;
    }
    f->p.tlds_n = f->tlds.n;
    *p_r = &f->p;
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

/* ---- connection files -------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct registry_config, field)
static const struct conf_item config_items[] = {
    {"id", CONF_STR, AT(id), NULL, 0, 0, "Our word for the registry in the database and the logs; never change it."},
    {"profile", CONF_STR, AT(profile_file), NULL, 0, 0, "Profile file (registry/profiles)."},
    {"addr", CONF_STR, AT(addr), NULL, 0, 0, "Host or address of its EPP server, and port: epp.registry.example:700."},
    {"tls-name", CONF_STR, AT(tls_name), NULL, 0, 0, "Host name that its certificate must carry."},
    {"clid", CONF_STR, AT(clid), NULL, 0, 0, "Our client identifier there."},
    {"password-file", CONF_STR, AT(password_file), NULL, 0, 0, "File with our password on one line, mode 0600."},
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
    return profile_read(a, str_dupz(a, c->profile_file), &c->profile, e);
}
