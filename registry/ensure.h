/* Host and contact objects that must stand at a registry before a domain can point at them.
 *
 * Both calls may be repeated at will: what stands there already and is as wished costs no command
 * (table registry_host, registry_contact: a cache of what we saw, never the truth), what is missing
 * is created through the journal, what differs is updated. `ref` names the unit of work that asks
 * ("order:42"); the journal keys are made from it, so that a refusal (say, the host's own domain does
 * not exist yet) binds this unit only.
 */
#ifndef FW_REGISTRY_ENSURE_H
#define FW_REGISTRY_ENSURE_H

#include "registry/registry.h"

/* Addresses are sent only for a host inside the registry's own zones (RFC 5732 3.2.1); such a host
 * without addresses is INVALID "host-needs-address". Where name servers are sets, the set of exactly these (registry/host_set.h). Where
 * they are attributes: OK at once. */
enum status registry_hosts_ensure(const struct registry_work *w, const char *ref, const struct registry_host *hosts,
    size_t n, struct error *e) FW_MUST_CHECK;

/* EXISTS "contact-id-taken": another registrar's contact has the id; choose another. Where the registry
 * has no contacts: OK at once. */
enum status registry_contact_ensure(const struct registry_work *w, const char *ref,
    const struct registry_contact *contact, struct error *e) FW_MUST_CHECK;

/* Puts the registry's ids of contacts where the request has ours, where the registry makes them. An id
 * that is the registry's already stays, and so does, in a transfer of a contact, one that we do not know. INVALID
 * "contact-id-unknown": that contact has not been made there. The journal calls it. */
struct registry_request;
enum status contact_ids_translate(
    const struct registry_work *w, struct registry_request *r, struct error *e) FW_MUST_CHECK;

/* After a refused create that may point at what is no longer there (2303, 2305): the hosts and contacts
 * are asked about again next time. The journal calls it. */
void ensure_forget_domain(const struct registry_work *w, const struct registry_domain_create *in);
/* After a contact has become another registrar's. */
void ensure_forget_contact(const struct registry_work *w, struct str id);
/* The same of the set of name servers that an update named; STR_NULL: none. */
void ensure_forget_set(const struct registry_work *w, struct str id);

#endif
