/* Nominet's extensions, for .uk: what a registrant is, how a domain is billed and renewed, the check of a registrant's
 * data; and the release of domains to another registrar, which is how .uk names move. A release is an update of its own
 * kind, struct epp_release of a command with the object EPP_RELEASE.
 */
#ifndef FW_EPP_NOMINET_H
#define FW_EPP_NOMINET_H

#include "epp/extension.h"
#include "epp/release.h"

#define EPP_NOM_CONTACT_NS "http://www.nominet.org.uk/epp/xml/contact-nom-ext-1.0"
#define EPP_NOM_DOMAIN_NS "http://www.nominet.org.uk/epp/xml/domain-nom-ext-1.2"
#define EPP_NOM_QUALITY_NS "http://www.nominet.org.uk/epp/xml/nom-data-quality-1.1"

struct epp_nom_contact { /* a contact's create, update, info's answer */
    struct str trad_name;
    struct str type; /* "LTD", "PLC", "IND", … */
    struct str company_number;
    struct str opt_out; /* "y", "n" */
};
struct epp_nom_domain { /* create, update (where empty clears), info's answer */
    struct str status; /* in the answer: "Registered until expiry date.", "Renewal required.", … */
    struct str first_bill, recur_bill; /* "bc", "th" */
    struct str auto_bill, next_bill; /* days, 0 to 182 */
    struct str auto_period, next_period; /* years, 1 to 9 */
    struct str renew_not_required; /* "y", "n" */
    struct epp_strs notes;
    struct str reseller;
};
struct epp_nom_check_data {
    struct str abuse_limit; /* how many checks are left */
};
struct epp_nom_quality_update { /* of a contact: have it validated */
    bool validate;
};
struct epp_nom_quality {
    struct str status; /* "valid", "invalid", … */
    struct str reason;
    time_us commenced, to_suspend;
    struct str lock_applied; /* "Y", "N" */
    struct {
        struct str count;
        struct epp_strs names;
    } domains;
};
extern const struct epp_ext_element epp_nom_contact_create, epp_nom_contact_update, epp_nom_contact_inf_data;
extern const struct epp_ext_element epp_nom_create, epp_nom_update, epp_nom_chk_data, epp_nom_inf_data;
extern const struct epp_ext_element epp_nom_quality_update, epp_nom_quality_inf_data;
extern const struct epp_extension epp_nom_contact_extension, epp_nom_domain_extension, epp_nom_quality_extension;

#endif
