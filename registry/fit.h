/* A request made to fit the registry's profile, before anything is written down or sent.
 *
 * The registrar asks for what its customer wants: contacts of all types, name servers with their addresses, a number
 * of years. What the registry has no place for is left out here (contacts of a type that its domains do not have,
 * addresses of name servers outside its zones, the years of a transfer that adds none), what it demands and is not
 * there is refused (too few name servers, no registrant, no authInfo), and so is what it cannot do (a renew where there
 * is none, a transfer request where domains are pushed). The journal calls it first, so that the request that is
 * journalled, sent, and later compared with what the registry shows is one and the same.
 *
 * An allocation token (RFC 8495) belongs to no request but to the work for it; token_fit says whether it may go along.
 *
 * Refusals are INVALID, with the codes "hosts-count", "host-needs-address", "host-addresses", "hosts-not-objects",
 * "hosts-not-sets", "keys-not-sets", "hosts-set-incomplete", "statuses-not-ours", "authinfo-not-sent", "registrant-missing", "contacts-count", "contacts-not-there", "years-out-of-range",
 * "renew-not-offered", "transfer-push", "transfer-immediate", "authinfo-missing", "authinfo-length",
 * "authinfo-characters", "authinfo-not-ours", "authinfo-stays", "update-empty",
 * "restore-not-offered", "restore-no-report", and those of dnssec_fit (registry/dnssec.h).
 */
#ifndef FW_REGISTRY_FIT_H
#define FW_REGISTRY_FIT_H

#include "registry/journal.h"

/* *out borrows from `in` and from the arena. now: for how far ahead a term may reach; 0: not looked at. */
enum status request_fit(const struct registry_profile *p, struct arena *a, time_us now,
    const struct registry_request *in, struct registry_request *out, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* INVALID "token-not-taken": the profile does not name the extension. token STR_NULL: OK. object: for the complaint. */
enum status token_fit(
    const struct registry_profile *p, struct str token, struct str object, struct error *e) FW_MUST_CHECK;

#endif
