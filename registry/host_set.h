/* Sets of name servers, at registries where a domain names such a set instead of its name servers (FRED's nssets).
 *
 * A set is made once and never changed: its id is a digest of its content, so that the same name servers are always the
 * same set, domains that have them share it, and a set under that id is either ours and right or somebody else's. Other
 * name servers for a domain are another set; what no domain names any more the registry deletes by itself. Who asks for
 * name servers knows nothing of this: registry_hosts_ensure makes the set, and the journal puts its id into the domain's
 * create or update. Our account and the technical contact are part of the digest, since ids are unique over all
 * registrars.
 */
#ifndef FW_REGISTRY_HOST_SET_H
#define FW_REGISTRY_HOST_SET_H

#include "registry/journal.h"

/* The set of these name servers: in lower case and in order, with addresses where the registry wants them. INVALID
 * "hosts-count", "host-bad", "host-needs-address". */
enum status host_set_of(const struct registry_work *w, const struct registry_host *hosts, size_t n,
    struct registry_host_set *out, struct error *e) FW_MUST_CHECK;
/* The set stands at the registry when this returns OK; as registry_hosts_ensure. EXISTS "host-set-taken". */
enum status host_set_ensure(const struct registry_work *w, const char *ref, const struct registry_host *hosts, size_t n,
    struct error *e) FW_MUST_CHECK;
/* Puts the id of the set into a request that gives a domain its name servers. */
enum status host_set_name(const struct registry_work *w, struct registry_request *r, struct error *e) FW_MUST_CHECK;
/* What was seen of the set is not believed any more. */
enum status host_set_forget(const struct registry_work *w, struct str id, struct error *e) FW_MUST_CHECK;
/* The same name servers with the same addresses, in any order. */
bool host_set_same(const struct registry_host *a, size_t an, const struct registry_host *b, size_t bn);

#endif
