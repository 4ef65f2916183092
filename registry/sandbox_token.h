/* Names for who has an allocation token (RFC 8495): which they are, and by what token, the personality says
 * (allocation-token).
 *
 * A check without the right token finds such a name unavailable; a create without a token gets 2304, with a wrong one
 * 2201; a transfer with a wrong one 2201. An info that asks for the token is answered to the sponsor (2201 to others;
 * 2303 where the name has none).
 */
#ifndef FW_REGISTRY_SANDBOX_TOKEN_H
#define FW_REGISTRY_SANDBOX_TOKEN_H

#include "epp/allocation_token.h"
#include "registry/sandbox_domain.h"

/* NULL where the command may have the name of this label; else, in at most 32 characters, why not. */
const char *sandbox_token_bars(struct sandbox_call *c, struct str label);
enum status sandbox_token_create(struct sandbox_call *c, struct str label, struct error *e) FW_MUST_CHECK;
enum status sandbox_token_transfer(
    struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
/* Into the answer to an info that asks for it. */
enum status sandbox_token_tell(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;

#endif
