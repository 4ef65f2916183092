/* Policy rows: TLDs, premium names, reserved labels. */
#ifndef FW_REGISTRY_SANDBOX_POLICY_DB_H
#define FW_REGISTRY_SANDBOX_POLICY_DB_H

#include "registry/sandbox_call.h"

enum status sandbox_tlds(
    struct db *db, struct arena *a, struct sandbox_tld **tlds_r, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* NULL where no such TLD is served. */
const struct sandbox_tld *sandbox_tld_find(const struct sandbox_tld *tlds, size_t n, struct str name);
enum status sandbox_label_reserved(
    struct db *db, struct arena *a, struct str label, struct str tld, bool *reserved_r, struct error *e) FW_MUST_CHECK;
/* Prices of one year: the TLD's, or the premium name's own. */
enum status sandbox_price(struct db *db, struct arena *a, const struct sandbox_tld *tld, struct str name,
    int64_t *create_r, int64_t *renew_r, struct error *e) FW_MUST_CHECK;

#endif
