/* Commands as a registry that runs FRED wants them (epp/fred_object.h): what epp_build.h is for those of RFC 5731 to 5733.
 * Private to the EPP adapter and its tests. */
#ifndef FW_REGISTRY_FRED_BUILD_H
#define FW_REGISTRY_FRED_BUILD_H

#include "registry/epp_build.h"

extern const struct epp_dialect epp_dialect_fred;

/* info of any object; authinfo may be STR_NULL */
struct epp_command fred_build_info(enum epp_object object, struct str key, struct str authinfo);
struct epp_command fred_build_domain_create(const struct epp_build *b, const struct registry_domain_create *in);
struct epp_command fred_build_domain_renew(const struct epp_build *b, const struct registry_renew *in);
struct epp_command fred_build_domain_update(const struct epp_build *b, const struct registry_domain_update *in);
struct epp_command fred_build_transfer(const struct registry_transfer *in);
struct epp_command fred_build_authinfo_send(struct str name);
struct epp_command fred_build_contact_create(const struct epp_build *b, const struct registry_contact *in);
struct epp_command fred_build_contact_update(const struct epp_build *b, const struct registry_contact *in);
struct epp_command fred_build_key_set_create(const struct epp_build *b, const struct registry_key_set *in);
struct epp_command fred_build_host_set_create(const struct epp_build *b, const struct registry_host_set *in);

#endif
