/* EURid's extensions, for .eu: what a contact is and speaks, a domain's groups and state, deletion by date, the request
 * for a transfer's code, and what checks say beside availability. Its poll messages are in poll_data.h. */
#ifndef FW_EPP_EURID_H
#define FW_EPP_EURID_H

#include "epp/extension.h"

#define EPP_EURID_CONTACT_NS "http://www.eurid.eu/xml/epp/contact-ext-1.4"
#define EPP_EURID_DOMAIN_NS "http://www.eurid.eu/xml/epp/domain-ext-2.6"
#define EPP_EURID_AUTH_NS "http://www.eurid.eu/xml/epp/authInfo-1.1"
#define EPP_EURID_HOMOGLYPH_NS "http://www.eurid.eu/xml/epp/homoglyph-1.0"
#define EPP_EURID_IDN_NS "http://www.eurid.eu/xml/epp/idn-1.0"

struct epp_eurid_contact { /* a contact's create, update (without type), info's answer */
    struct str type; /* "registrant", "billing", "tech", "onsite", "reseller" */
    struct str vat, lang, whois_email;
    enum epp_said natural_person;
    struct str citizenship; /* country code; empty in an update removes it */
    /* info's answer */
    enum epp_said has_reserved, has_on_hold, has_registry_lock, has_registrar_lock;
};
struct epp_eurid_links {
    struct epp_domain_contacts contacts; /* of EURid's types */
    struct epp_strs nsgroups; /* up to 9 */
    struct str keygroup;
};
struct epp_eurid_create {
    struct epp_eurid_links links;
    struct str voucher;
    struct str reference; /* the registrar's own */
};
struct epp_eurid_update {
    struct epp_eurid_links add, rem;
    struct str reference; /* chg */
};
struct epp_eurid_delete { /* one of the two */
    time_us date;
    bool cancel;
};
struct epp_eurid_transfer {
    struct str registrant;
    struct epp_eurid_links links;
    struct epp_ns ns;
    struct str reference;
};
struct epp_eurid_domain { /* answers to info (without registrant, ns, reason) and transfer */
    enum epp_said on_hold, reserved, quarantined, suspended, seized, delayed;
    time_us available_date, suspension_date, deletion_date;
    struct str registrant;
    struct epp_ns ns;
    struct epp_eurid_links links;
    unsigned max_extension; /* years */
    struct str reason;
    struct str country, citizenship; /* of the registrant */
    struct str reference;
};
struct epp_eurid_checked {
    struct str name;
    time_us available_date;
    struct epp_statuses statuses;
};
struct epp_eurid_check_data {
    struct {
        struct epp_eurid_checked *v;
        size_t n;
    } domains;
};
struct epp_eurid_renew_data {
    bool removed_deletion_date;
};
struct epp_eurid_auth { /* info; one of the two */
    bool request, cancel;
};
struct epp_eurid_auth_data {
    time_us valid_until;
};
struct epp_eurid_blocked {
    struct str name;
    struct epp_strs by;
};
struct epp_eurid_homoglyphs { /* answer to check */
    struct {
        struct epp_eurid_blocked *v;
        size_t n;
    } domains;
};
struct epp_eurid_idn {
    struct str ace, unicode;
};
struct epp_eurid_idns { /* beside any answer that names IDNs */
    struct {
        struct epp_eurid_idn *v;
        size_t n;
    } names;
};

extern const struct epp_ext_element epp_eurid_contact_create, epp_eurid_contact_update, epp_eurid_contact_inf_data;
extern const struct epp_ext_element epp_eurid_create, epp_eurid_update, epp_eurid_delete, epp_eurid_transfer,
    epp_eurid_chk_data, epp_eurid_inf_data, epp_eurid_ren_data, epp_eurid_trn_data;
extern const struct epp_ext_element epp_eurid_auth_info, epp_eurid_auth_inf_data;
extern const struct epp_ext_element epp_eurid_homoglyph_chk_data, epp_eurid_idn_mapping;
extern const struct epp_extension epp_eurid_contact_extension, epp_eurid_domain_extension, epp_eurid_auth_extension,
    epp_eurid_homoglyph_extension, epp_eurid_idn_extension;

#endif
