/* TSIG records (RFC 8945): reading one, and refusing a signature for want of the key. */
#ifndef FW_DNS_TSIG_H
#define FW_DNS_TSIG_H

#include "dns/message.h"

enum { DNS_TSIG_BADKEY = 17 }; /* RFC 8945 §3 */

struct dns_tsig {
    struct dns_name key, algorithm;
    uint64_t time_s; /* seconds since 1970, 48 bits */
    uint16_t fudge_s;
    struct str mac; /* borrowed from the message */
    uint16_t original_id, error;
    struct str other; /* borrowed */
};
/* The record at `at`, which must be the last of the message, of class ANY and with TTL 0 (§4.2). */
bool dns_tsig_read(struct str msg, size_t at, struct dns_tsig *t_r) FW_NONNULL_ALL;
/* The record of an answer that is not signed since the key or the signature is no good (§5.3.2): the request's, with the
 * error and without MAC. Bytes written; 0 where there is no room for them. */
size_t dns_tsig_write_error(const struct dns_tsig *request, uint16_t error, void *out, size_t max) FW_NONNULL_ALL;

#endif
