/* From a zone's four name servers to what a registry and a resolver see. Used by the steps only. */
#ifndef FW_REGISTRAR_DELEGATE_H
#define FW_REGISTRAR_DELEGATE_H

#include "registrar/step.h"

#include "registry/journal.h"
#include "zones/delegation.h"

/* The zone's four hosts with their addresses from the pool. */
enum status delegation_hosts(
    struct step_run *r, const struct zone *z, struct registry_host hosts[ZONE_NS_COUNT], struct error *e) FW_MUST_CHECK;
/* The registry has exactly the zone's four, in any order. */
bool delegation_matches(const struct zone *z, const struct registry_domain *d);
/* Host objects inside a registry need the name servers' own domains there first: waits until our orders of kind
 * infra have made them. */
enum status name_servers_ready(struct step_run *r, const struct registry_work *w, struct error *e) FW_MUST_CHECK;
/* Asks each server of the zone for its SOA over DNS, on each of its addresses: it must answer with authority. */
enum status servers_answer(struct step_run *r, const struct zone *z, struct error *e) FW_MUST_CHECK;
/* The create command through the journal; shared by "create" and "create-bare". */
enum status create_domain(struct step_run *r, const struct registry_host *hosts, size_t hosts_n, const char *key,
    struct error *e) FW_MUST_CHECK;

#endif
