/* Extensions of FRED, the registry software of .cz: the validation of ENUM domains, and a contact's mailing address.
 * They extend FRED's own objects (fred_object.h). */
#ifndef FW_EPP_FRED_H
#define FW_EPP_FRED_H

#include "epp/extension.h"

#define EPP_ENUMVAL_NS "http://www.nic.cz/xml/epp/enumval-1.2"
#define EPP_EXTRA_ADDR_NS "http://www.nic.cz/xml/epp/extra-addr-1.0"

struct epp_enumval { /* create, renew, update, info's answer */
    time_us valid_until; /* a day */
    enum epp_said publish;
};
struct epp_mailing_addr {
    struct epp_strs street; /* 1 to 3 */
    struct str city, sp, pc, cc;
};
struct epp_extra_addr { /* a contact's create and info's answer */
    struct epp_mailing_addr mailing;
};
struct epp_extra_addr_update {
    struct epp_mailing_addr set;
    bool rem;
};
extern const struct epp_ext_element epp_enumval_create, epp_enumval_renew, epp_enumval_update, epp_enumval_inf_data;
extern const struct epp_ext_element epp_extra_addr_create, epp_extra_addr_update, epp_extra_addr_inf_data;
extern const struct epp_extension epp_enumval_extension, epp_extra_addr_extension;

#endif
