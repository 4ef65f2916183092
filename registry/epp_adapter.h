/* The adapter that speaks EPP (RFC 5730 to 5733): each call takes a session from the pool, sends one
 * command, and gives the session back, or drops it where the registry ended it.
 *
 * Verbs and answers are turned into the structs of epp/model.h and back here and nowhere above. The frame
 * handed to call->intent is encoded exactly as it will be sent, then redacted.
 */
#ifndef FW_REGISTRY_EPP_ADAPTER_H
#define FW_REGISTRY_EPP_ADAPTER_H

#include "registry/adapter.h"
#include "registry/pool.h"

/* Lives in the arena; pool and config must outlive it. */
void epp_adapter_init(
    struct arena *a, struct pool *pool, const struct registry_config *c, struct registry_adapter *adapter_r);

#endif
