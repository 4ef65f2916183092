/* What the zones are built from. */
#ifndef FW_REGISTRY_SANDBOX_PUBLISH_DB_H
#define FW_REGISTRY_SANDBOX_PUBLISH_DB_H

#include "registry/sandbox_call.h"

typedef enum status sandbox_pair_fn(void *ctx, struct str first, struct str second, struct error *e);

/* (domain, name server) of every delegation of the TLD, ordered by domain. */
enum status sandbox_delegations(
    struct db *db, struct str tld, sandbox_pair_fn *fn, void *ctx, struct error *e) FW_MUST_CHECK;
/* (domain, rdata of a DS record) of every delegation that is signed, ordered by domain. */
enum status sandbox_zone_ds(
    struct db *db, struct str tld, sandbox_pair_fn *fn, void *ctx, struct error *e) FW_MUST_CHECK;
/* (host, address) of every internal host of the TLD that some domain uses, ordered by host. */
enum status sandbox_glue(struct db *db, struct str tld, sandbox_pair_fn *fn, void *ctx, struct error *e) FW_MUST_CHECK;

struct sandbox_published {
    uint32_t serial;
    struct str hash; /* STR_NULL: nothing yet */
};
/* tld STR_NULL: the root zone. */
enum status sandbox_published_find(
    struct db *db, struct arena *a, struct str tld, struct sandbox_published *p_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_published_store(
    struct db *db, struct str tld, const struct sandbox_published *p, struct error *e) FW_MUST_CHECK;

#endif
