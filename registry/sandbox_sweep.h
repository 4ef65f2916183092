/* What time does to domains: purge after pendingDelete, renewal at expiry, approval of transfers that nobody
 * answered, the end of a restore that was not reported. Each object in a transaction of its own. */
#ifndef FW_REGISTRY_SANDBOX_SWEEP_H
#define FW_REGISTRY_SANDBOX_SWEEP_H

#include "registry/sandbox_call.h"

/* Everything that is due at `now`. changed_r: something in the zones may have changed. */
enum status sandbox_sweep(
    struct sandbox *sb, struct db *db, time_us now, bool *changed_r, struct error *e) FW_MUST_CHECK;

#endif
