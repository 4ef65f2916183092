/* Policy rows: TLDs, premium names, reserved labels. */
#ifndef FW_REGISTRY_SANDBOX_POLICY_DB_H
#define FW_REGISTRY_SANDBOX_POLICY_DB_H

#include "registry/sandbox_call.h"

enum status sandbox_tlds(
    struct db *db, struct arena *a, struct sandbox_tld **tlds_r, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* NULL where no such TLD is served. */
const struct sandbox_tld *sandbox_tld_find(const struct sandbox_tld *tlds, size_t n, struct str name);
/* What a name costs, in cents: the first year, each further one, a transfer's year, a restore. A premium name has
 * prices of its own, and its transfer costs as its renewal does. */
struct sandbox_prices {
    bool premium;
    int64_t create, renew, transfer, restore;
};
enum status sandbox_prices(struct db *db, struct arena *a, const struct sandbox_tld *tld, struct str name,
    struct sandbox_prices *p_r, struct error *e) FW_MUST_CHECK;
/* TLDs, clock and whether there are faults, in one question. */
enum status sandbox_control_select(struct db *db, struct sandbox_control *k, struct error *e) FW_MUST_CHECK;

/* What the database knows about a name that may be registered. */
struct sandbox_known {
    struct str name, label; /* given */
    bool registered, reserved, premium;
    int64_t create_price, renew_price; /* where it is premium */
};
/* The prices of a name that was asked for so. */
struct sandbox_prices sandbox_known_prices(const struct sandbox_tld *tld, const struct sandbox_known *k);
/* Fills them, with few questions for many names. */
enum status sandbox_names_known(
    struct db *db, struct arena *a, struct sandbox_known *known, size_t n, struct error *e) FW_MUST_CHECK;

#endif
