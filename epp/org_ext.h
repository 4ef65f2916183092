/* Which organizations stand behind an object, orgext-1.0 (RFC 8544): the reseller of a domain, say. The
 * organizations themselves are objects of their own (org.h). */
#ifndef FW_EPP_ORG_EXT_H
#define FW_EPP_ORG_EXT_H

#include "epp/extension.h"

#define EPP_ORG_EXT_NS "urn:ietf:params:xml:ns:epp:orgext-1.0"

struct epp_org_link {
    struct str role; /* "reseller", "privacyproxy", … */
    struct str id; /* of the organization */
};
struct epp_org_links {
    struct epp_org_link *v;
    size_t n;
};
struct epp_org_ext { /* create (at least one) and infData */
    struct epp_org_links ids;
};
struct epp_org_ext_update {
    struct epp_org_ext add, rem;
    struct epp_org_ext chg; /* replaces whatever has the role */
};
extern const struct epp_ext_element epp_org_ext_create, epp_org_ext_update, epp_org_ext_inf_data;
extern const struct epp_extension epp_org_ext_extension;

#endif
