/* CentralNic's extensions: the type of a registration and further contacts (in use by its gTLDs), prices asked for by
 * check, and those of single TLDs: the address of a web forward, works of art, the identity of a .sk contact. */
#ifndef FW_EPP_CENTRALNIC_H
#define FW_EPP_CENTRALNIC_H

#include "epp/extension.h"

#define EPP_REGTYPE_NS "urn:ietf:params:xml:ns:regtype-0.1"
#define EPP_AUXCONTACT_NS "urn:ietf:params:xml:ns:auxcontact-0.1"
#define EPP_PRICING_NS "urn:centralnic:params:xml:ns:pricing-1.0"
#define EPP_WF_NS "urn:centralnic:params:xml:ns:wf-1.0"
#define EPP_ART_RECORD_NS "urn:ietf:params:xml:ns:artRecord-0.1"
#define EPP_SK_IDENT_NS "http://www.sk-nic.sk/xml/epp/sk-contact-ident-0.2"

struct epp_regtype { /* create, update, info's answer */
    struct str type;
};
struct epp_auxcontacts { /* create, info's answer; the contacts' types are the registry's words */
    struct epp_domain_contacts contacts;
};
struct epp_auxcontact_update {
    struct epp_auxcontacts rem, add;
};
struct epp_pricing { /* check and its answer */
    struct str currency;
    struct str action; /* "create", "renew", "transfer", "restore" */
    struct epp_period period;
    struct str price; /* in the answer */
};
struct epp_wf { /* create, update, info's answer */
    struct str url;
};
struct epp_art_record { /* create, update, info's answer; all of them, if empty */
    struct str object_type, materials, dimensions, title, period, maker, reference;
};
struct epp_sk_ident { /* a contact's create and info's answer */
    struct str legal_form; /* "CORP", "PERS" */
    struct str corporation; /* its number; or */
    time_us person; /* the day of birth */
};
extern const struct epp_ext_element epp_regtype_create, epp_regtype_update, epp_regtype_inf_data;
extern const struct epp_ext_element epp_auxcontact_create, epp_auxcontact_update, epp_auxcontact_inf_data;
extern const struct epp_ext_element epp_pricing_check, epp_pricing_chk_data;
extern const struct epp_ext_element epp_wf_create, epp_wf_update, epp_wf_inf_data;
extern const struct epp_ext_element epp_art_record_create, epp_art_record_update, epp_art_record_inf_data;
extern const struct epp_ext_element epp_sk_ident_create, epp_sk_ident_inf_data;
extern const struct epp_extension epp_regtype_extension, epp_auxcontact_extension, epp_pricing_extension,
    epp_wf_extension, epp_art_record_extension, epp_sk_ident_extension;

#endif
