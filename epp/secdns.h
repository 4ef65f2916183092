/* DNSSEC: what the registry publishes beside the delegation. secDNS-1.1 (RFC 5910), and secDNS-1.0 (RFC 4310),
 * which a few registries still speak.
 *
 * A registry takes either DS records or keys, from which it makes the DS records itself; a create, an update
 * and an info answer therefore hold one kind or the other. A DS record may come with the key it was made from.
 *
 * 1.1 removes by naming the whole record or all, then adds: to replace everything is {.rem.all = EPP_YES} with
 * .add in one command. 1.0 either adds, or replaces everything (chg), or removes by key tag.
 */
#ifndef FW_EPP_SECDNS_H
#define FW_EPP_SECDNS_H

#include "epp/extension.h"

#define EPP_SECDNS_NS "urn:ietf:params:xml:ns:secDNS-1.1"
#define EPP_SECDNS10_NS "urn:ietf:params:xml:ns:secDNS-1.0"

struct epp_dnskey {
    unsigned flags, protocol, alg;
    struct str pub_key; /* base64 */
};
struct epp_dnskeys {
    struct epp_dnskey *v;
    size_t n;
};
struct epp_ds {
    unsigned key_tag, alg, digest_type;
    struct str digest; /* hexadecimal */
    unsigned max_sig_life; /* seconds; secDNS-1.0 only */
    struct epp_dnskey key; /* may be absent */
};
struct epp_ds_list {
    struct epp_ds *v;
    size_t n;
};
/* Of a create, an info answer, and what an update adds: DS records or keys. */
struct epp_secdns {
    unsigned max_sig_life; /* seconds that signatures should live; 0: not said. secDNS-1.1 only */
    struct epp_ds_list ds;
    struct epp_dnskeys keys; /* secDNS-1.1 only */
};
struct epp_secdns_update {
    enum epp_said urgent; /* asks for publication at once; refused with 2306 where there is no such service */
    struct {
        enum epp_said all;
        struct epp_ds_list ds;
        struct epp_dnskeys keys;
    } rem;
    struct epp_secdns add;
    struct {
        unsigned max_sig_life;
    } chg;
};
struct epp_key_tag {
    unsigned tag;
};
struct epp_key_tags {
    struct epp_key_tag *v;
    size_t n;
};
struct epp_secdns10_update { /* exactly one of the three */
    enum epp_said urgent;
    struct epp_ds_list add, chg;
    struct epp_key_tags rem;
};
extern const struct epp_ext_element epp_secdns_create, epp_secdns_update, epp_secdns_inf_data;
extern const struct epp_ext_element epp_secdns10_create, epp_secdns10_update, epp_secdns10_inf_data;
extern const struct epp_extension epp_secdns_extension, epp_secdns10_extension;

#endif
