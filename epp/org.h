/* Organizations as objects, org-1.0 (RFC 8543): resellers, privacy and proxy services, DNS operators, which a registry
 * knows by an identifier and which other objects are linked to (org_ext.h).
 *
 * check and delete are by key, as for contacts; what create answers and what a poll message decides likewise.
 */
#ifndef FW_EPP_ORG_H
#define FW_EPP_ORG_H

#include "epp/model.h"

#define EPP_ORG_NS "urn:ietf:params:xml:ns:epp:org-1.0"

struct epp_org_role {
    struct str type; /* "reseller", "privacyproxy", … (a registry of IANA) */
    struct epp_strs statuses; /* "ok", "linked", "clientLinkProhibited", "serverLinkProhibited" */
    struct str id; /* third party's identifier for the organization in that role */
};
struct epp_org_roles {
    struct epp_org_role *v;
    size_t n;
};
struct epp_org_contact {
    struct str type; /* "admin", "billing", "tech", "abuse", "custom" */
    struct str type_name; /* with "custom" */
    struct str id;
};
struct epp_org_contacts {
    struct epp_org_contact *v;
    size_t n;
};
struct epp_org_create {
    struct str id;
    struct epp_org_roles roles;
    struct epp_strs statuses; /* up to 4 */
    struct str parent;
    struct epp_postals postal; /* without org */
    struct epp_phone voice, fax;
    struct str email, url;
    struct epp_org_contacts contacts;
};
struct epp_org_change {
    struct epp_org_contacts contacts;
    struct epp_org_roles roles;
    struct epp_strs statuses;
};
struct epp_org_update {
    struct str id;
    struct epp_org_change add, rem;
    struct {
        struct str parent;
        struct epp_postals postal;
        struct epp_phone voice, fax;
        struct str email, url;
    } chg;
};
struct epp_org_info_data {
    struct str id, roid;
    struct epp_org_roles roles;
    struct epp_strs statuses;
    struct str parent;
    struct epp_postals postal;
    struct epp_phone voice, fax;
    struct str email, url;
    struct epp_org_contacts contacts;
    struct str cl_id, cr_id;
    time_us cr_date;
    struct str up_id;
    time_us up_date;
};

#endif
