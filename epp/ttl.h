/* The time to live of the records that a registry publishes for a domain or host, ttl-1.0 (RFC 9803). */
#ifndef FW_EPP_TTL_H
#define FW_EPP_TTL_H

#include "epp/extension.h"

#define EPP_TTL_NS "urn:ietf:params:xml:ns:epp:ttl-1.0"

struct epp_ttl_value {
    struct str type; /* "NS", "DS", "DNAME", "A", "AAAA", "custom"; each at most once */
    struct str custom; /* the record type's name, with "custom" */
    struct str min, fallback, max; /* in answers: the registry's policy, in seconds */
    struct str ttl; /* seconds; empty: the registry's default */
};
struct epp_ttl { /* create, update, and the answer to info (infData) */
    struct {
        struct epp_ttl_value *v;
        size_t n;
    } values;
};
struct epp_ttl_info {
    enum epp_said policy; /* also what is allowed, and of all types */
};
extern const struct epp_ext_element epp_ttl_info, epp_ttl_create, epp_ttl_update, epp_ttl_inf_data;
extern const struct epp_extension epp_ttl_extension;

#endif
