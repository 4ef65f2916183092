/* What a registry publishes so that a domain's signatures can be checked (RFC 5910): its DS records, or the keys from
 * which the registry makes them, as its profile says.
 *
 * A change has the meaning of a whole set: dnssec_diff says what of the wanted set is missing at the registry and what
 * there is too much. The set itself goes along, because secDNS-1.0 (RFC 4310) can only exchange everything, and a
 * registry that shows something else meanwhile is then still brought to what is wanted.
 */
#ifndef FW_REGISTRY_DNSSEC_H
#define FW_REGISTRY_DNSSEC_H

#include "registry/adapter.h"
#include "registry/profile.h"

/* INVALID "dnssec-…", the text naming the record: key tag and numbers in their range, an algorithm that signs zones, a
 * digest as long as its type demands, a key that is base64 and a zone key (RFC 4034 2.1), none twice, DS records or keys
 * but not both, a life of signatures only with any of them. */
enum status dnssec_check(const struct registry_dnssec *d, struct arena *a, struct error *e) FW_MUST_CHECK;

/* wanted->max_sig_life 0: as it is. */
void dnssec_diff(
    const struct registry_dnssec *there, const struct registry_dnssec *wanted, struct registry_dnssec_change *out);
/* There is something to send. */
bool dnssec_changes(const struct registry_dnssec_change *c);
/* The same keys, in any order. */
bool dnssec_same_keys(const struct registry_dnskey *a, size_t an, const struct registry_dnskey *b, size_t bn);
/* What was to be added is there, what was to be removed is gone. */
bool dnssec_shown(const struct registry_dnssec *there, const struct registry_dnssec_change *c);

/* INVALID where the registry cannot do that: "dnssec-not-spoken", "dnssec-wants-keys", "dnssec-wants-ds", "dnssec-count",
 * "dnssec-max-sig-life", "dnssec-urgent". */
enum status dnssec_fit(const struct registry_profile *p, struct str name, const struct registry_dnssec_change *c,
    struct error *e) FW_MUST_CHECK;

#endif
