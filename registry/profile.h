/* How a registry wants to be spoken to, as data.
 *
 * One file per registry, registry/profiles/NAME.conf: which services it announces, how it models
 * contacts and hosts, how many name servers a domain has, its limits, and its TLDs with their rules
 * (registry/tld.h). Adding a registry is adding such a file; code changes only when it speaks a
 * dialect that no field here describes. registry/profiles/sandbox.conf documents every key.
 *
 * A profile holds no credentials and no addresses: those are the registrar's own, a second file per
 * registry (struct registry_config), so that profiles can be shared and published.
 */
#ifndef FW_REGISTRY_PROFILE_H
#define FW_REGISTRY_PROFILE_H

#include "base/conf.h"
#include "registry/tld.h"

#define PROFILE_SERVICES_MAX 16
#define PROFILE_TLDS_MAX 512

struct registry_profile {
    struct str name; /* "sandbox" */
    struct str description;
    struct conf_list objects; /* service URIs demanded at login: urn:ietf:params:xml:ns:domain-1.0 … */
    struct conf_list extensions; /* used where the greeting offers them */
    bool contacts; /* contact objects exist (a thick registry) */
    bool contact_localized; /* wants postalInfo "loc" rather than "int" */
    bool hosts_are_objects; /* hostObj; false: hostAttr inside the domain */
    int64_t hosts_min, hosts_max; /* name servers of a domain; min counts only where any are given */
    bool hosts_optional; /* a domain may stand without name servers */
    int64_t authinfo_min, authinfo_max; /* length of the password we make */
    bool authinfo_shown; /* info returns it to the sponsor */
    int64_t sessions_max; /* at once, for this registrar */
    int64_t check_max; /* names per check */
    int64_t pipeline; /* commands in flight on one session (RFC 5734 section 3); 1: each waits for the one before */
    bool svtrid_repeats; /* the registry's svTRIDs are not unique, so that a repeated one says nothing */
    int64_t commands_per_s; /* over all sessions; 0: no limit */
    int64_t burst; /* commands that may go at once after a pause; 0: a second's worth */
    int64_t error_penalty_ms; /* how much longer the next command waits after one that was refused */
    int64_t idle_s; /* the registry closes a session that is quiet so long; we speak earlier */
    struct str keepalive; /* with what: "poll", "hello", or "check NAME" */
    int64_t lifetime_s; /* the registry closes a session that is so old, busy or not; 0: never */
    int64_t answer_s; /* how long we wait for an answer */
    int64_t skew_s; /* by how much its clock may differ from ours */
    struct tld_policy *tlds;
    size_t tlds_n;
};

enum status profile_read(
    struct arena *a, const char *path, struct registry_profile **p_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The policy of one of this registry's TLDs ("test"); NULL if it does not serve it. */
const struct tld_policy *profile_tld(const struct registry_profile *p, struct str tld);
/* True where name (A-labels) lies in one of the registry's zones: a host there needs addresses. */
bool profile_serves(const struct registry_profile *p, struct str name);

/* The registrar's connection to one registry: a `key = value` file that the registrar's configuration
 * names (registry/profiles/connection.example.conf describes each key). File names in it are relative to that
 * file's own directory. */
struct registry_config {
    struct str id; /* our word for it in the database and the logs: "sandbox" */
    struct str profile_file;
    struct str addr; /* "epp.registry.example:700", "127.0.0.1:8070" */
    struct str tls_name; /* the name its certificate must have */
    struct str clid; /* our account there */
    struct str password_file; /* one line; mode 0600 */
    struct str ca_file, cert_file, key_file; /* cert and key may be empty */
    int64_t sessions_max; /* 0: the profile's */
    struct registry_profile *profile; /* read from profile_file */
};
enum status registry_config_read(
    struct arena *a, const char *path, struct registry_config *c_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
