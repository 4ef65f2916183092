/* Lists of what is due. */
#ifndef FW_REGISTRY_SANDBOX_SWEEP_DB_H
#define FW_REGISTRY_SANDBOX_SWEEP_DB_H

#include "registry/sandbox_call.h"

#define SB_SWEEP_BATCH 200

struct sandbox_due {
    int64_t *ids;
    size_t n;
};

enum status sandbox_due_domains(
    struct db *db, struct arena *a, time_us now, struct sandbox_due *due_r, struct error *e) FW_MUST_CHECK;
/* Objects whose pending transfer is over its time. */
enum status sandbox_due_transfers(struct db *db, struct arena *a, enum epp_object object, time_us now,
    struct sandbox_due *due_r, struct error *e) FW_MUST_CHECK;

#endif
