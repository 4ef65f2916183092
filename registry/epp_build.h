/* Commands as a registry's profile wants them written (RFC 5731 to 5733). Private to the EPP adapter and its tests.
 *
 * In go plain structs that fit the profile (fit.h), out comes the command, ready but for its clTRID: name servers as
 * objects or attributes, periods in years, months or not at all, authInfo given, empty or taken away, addresses of
 * contacts in the form that is wanted, the object's namespace by prefix or as the default, and what the registry
 * wants said with each command. Lists and strings are borrowed or lie in the arena.
 */
#ifndef FW_REGISTRY_EPP_BUILD_H
#define FW_REGISTRY_EPP_BUILD_H

#include "epp/command.h"
#include "registry/adapter.h"
#include "registry/profile.h"

struct epp_build {
    const struct registry_profile *profile;
    struct arena *arena;
};

/* Objects are written as RFC 5731 and 5733 have them, or as FRED has them. Which of both, and what each writes in its own way: the
 * adapter's verbs, which are the same for both, build their commands by this table. */
struct epp_dialect {
    enum epp_object domain, contact;
    struct epp_command (*domain_create)(const struct epp_build *b, const struct registry_domain_create *in);
    struct epp_command (*domain_renew)(const struct epp_build *b, const struct registry_renew *in);
    struct epp_command (*domain_update)(const struct epp_build *b, const struct registry_domain_update *in);
    struct epp_command (*contact_create)(const struct epp_build *b, const struct registry_contact *in);
    struct epp_command (*contact_update)(const struct epp_build *b, const struct registry_contact *in);
};
extern const struct epp_dialect epp_dialect_rfc;

struct epp_command epp_build_check(const struct epp_build *b, enum epp_object object, const struct str *keys, size_t n);
/* info of hosts, delete of any object: by name or id */
struct epp_command epp_build_key(const struct epp_build *b, enum epp_verb verb, enum epp_object object, struct str key);
struct epp_command epp_build_domain_info(const struct epp_build *b, struct str name, struct str authinfo);
struct epp_command epp_build_domain_create(const struct epp_build *b, const struct registry_domain_create *in);
struct epp_command epp_build_domain_renew(const struct epp_build *b, const struct registry_renew *in);
struct epp_command epp_build_domain_update(const struct epp_build *b, const struct registry_domain_update *in);
/* The notice of trademark claims that goes with a create. */
void epp_notice_put(const struct epp_build *b, const struct registry_notice *n, struct epp_command *cmd);
/* What is said of DNSSEC, in the version that the profile names. */
void epp_dnssec_put(const struct epp_build *b, const struct registry_dnssec_change *c, struct epp_command *cmd);
/* The same for a create. */
void epp_dnssec_create(const struct epp_build *b, const struct registry_dnssec *d, struct epp_command *cmd);
struct epp_command epp_build_domain_restore(const struct epp_build *b, const struct registry_restore *in);
struct epp_command epp_build_transfer(
    const struct epp_build *b, enum epp_transfer_op op, const struct registry_transfer *in);
struct epp_command epp_build_release(const struct epp_build *b, const struct registry_release *in);
struct epp_command epp_build_contact_transfer(
    const struct epp_build *b, enum epp_transfer_op op, struct str id, struct str authinfo);
struct epp_command epp_build_contact_info(const struct epp_build *b, struct str id);
struct epp_command epp_build_contact_create(const struct epp_build *b, const struct registry_contact *in);
struct epp_command epp_build_contact_update(const struct epp_build *b, const struct registry_contact *in);
struct epp_command epp_build_host_create(const struct epp_build *b, const struct registry_host *in);
struct epp_command epp_build_host_update(const struct epp_build *b, const struct registry_host_update *in);

#endif
