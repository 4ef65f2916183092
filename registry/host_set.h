/* Sets of name servers, and of keys, at registries where a domain names such a set instead of its name servers and its
 * keys (FRED's nssets and keysets).
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
/* Puts the ids of the sets into a request that gives a domain its name servers or keys. */
enum status host_set_name(const struct registry_work *w, struct registry_request *r, struct error *e) FW_MUST_CHECK;
/* The same of keys; no keys: OK at once, and at registries without such sets. EXISTS "key-set-taken". */
enum status key_set_of(const struct registry_work *w, const struct registry_dnskey *keys, size_t n,
    struct registry_key_set *out, struct error *e) FW_MUST_CHECK;
enum status registry_keys_ensure(const struct registry_work *w, const char *ref, const struct registry_dnssec *wanted,
    struct error *e) FW_MUST_CHECK;
/* What was seen of the set is not believed any more. */
enum status host_set_forget(const struct registry_work *w, struct str id, struct error *e) FW_MUST_CHECK;
/* The same name servers with the same addresses, in any order. */
bool host_set_same(const struct registry_host *a, size_t an, const struct registry_host *b, size_t bn);

#endif
