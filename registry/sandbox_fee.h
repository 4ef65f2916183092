/* Prices told, and prices agreed to (the fee extension, RFC 8748 and its drafts; epp/fee.h).
 *
 * A check that asks gets a price for each name and command. A command that says what it agrees to pay is refused
 * with 2004 when that is not the price, in amount or currency; where the personality demands it, one that does not
 * say so is refused with 2003. What was taken stands in the answer of every command that used the extension.
 */
#ifndef FW_REGISTRY_SANDBOX_FEE_H
#define FW_REGISTRY_SANDBOX_FEE_H

#include "epp/fee.h"
#include "registry/sandbox_policy_db.h"

/* One name of a check: known is NULL where it cannot be registered, and reason says why. */
struct sandbox_priced {
    struct str key; /* as the check has it */
    const struct sandbox_known *known;
    struct str reason;
};
/* Prices for the names of a check, as far as it asks for them. */
void sandbox_fee_check(struct sandbox_call *c, const struct sandbox_priced *names, size_t n);
/* Whether the command agrees to pay `amount` cents for what it does to the name. */
enum status sandbox_fee_agreed(struct sandbox_call *c, struct str name, int64_t amount, struct error *e) FW_MUST_CHECK;
/* Into the answer: what it cost. */
void sandbox_fee_tell(struct sandbox_call *c, struct str name, int64_t amount, const char *what);

#endif
