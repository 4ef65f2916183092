/* Allocation tokens (RFC 8495): a word known to who may register a name that is not for everybody.
 *
 * A check, create, transfer or update carries the token; a check then answers whether the name can be had with
 * it. An info asks for the token with epp_allocation_token_info, and the answer to the registrar entitled to it
 * carries the token again. It is a secret, and left out of logs.
 */
#ifndef FW_EPP_ALLOCATION_TOKEN_H
#define FW_EPP_ALLOCATION_TOKEN_H

#include "epp/extension.h"

#define EPP_ALLOCATION_TOKEN_NS "urn:ietf:params:xml:ns:allocationToken-1.0"

struct epp_allocation_token {
    struct str token; /* secret */
};
extern const struct epp_ext_element epp_allocation_token; /* in commands and answers */
extern const struct epp_ext_element epp_allocation_token_info; /* in info commands; struct epp_nothing */
extern const struct epp_extension epp_allocation_token_extension;

#endif
