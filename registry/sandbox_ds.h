/* DS records of domains (secDNS-1.1, RFC 5910; the DS data interface). They are published with the delegation.
 *
 * Digests must be of a type whose length is known; keys instead of DS records, urgent updates and maxSigLife are
 * refused, as the RFC says for a server that has no such service.
 */
#ifndef FW_REGISTRY_SANDBOX_DS_H
#define FW_REGISTRY_SANDBOX_DS_H

#include "epp/secdns.h"
#include "registry/sandbox_domain.h"

/* What a create or update says about DS records, done. No word about them: nothing. */
enum status sandbox_ds_create(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
enum status sandbox_ds_update(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
/* Into the answer to an info, where the session asked for the extension. */
enum status sandbox_ds_tell(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;

enum status sandbox_ds_list(
    struct db *db, struct arena *a, int64_t domain_id, struct epp_ds_list *list_r, struct error *e) FW_MUST_CHECK;
/* digest: the bytes. */
enum status sandbox_ds_add(
    struct db *db, int64_t domain_id, const struct epp_ds *ds, struct str digest, struct error *e) FW_MUST_CHECK;
enum status sandbox_ds_drop(struct db *db, int64_t domain_id, const struct epp_ds *ds, struct str digest, bool *found_r,
    struct error *e) FW_MUST_CHECK;
enum status sandbox_ds_clear(struct db *db, int64_t domain_id, struct error *e) FW_MUST_CHECK;

#endif
