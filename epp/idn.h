/* Internationalized names, idn-1.0 (draft-ietf-eppext-idnmap): the table whose characters a name uses, and its
 * U-label form. In a create; and in the answer to an info. */
#ifndef FW_EPP_IDN_H
#define FW_EPP_IDN_H

#include "epp/extension.h"

#define EPP_IDN_NS "urn:ietf:params:xml:ns:idn-1.0"

struct epp_idn {
    struct str table; /* a language or script as the registry names it: "de", "Latn" */
    struct str uname; /* the name as people read it; may be absent */
};
extern const struct epp_ext_element epp_idn_data;
extern const struct epp_extension epp_idn_extension;

#endif
