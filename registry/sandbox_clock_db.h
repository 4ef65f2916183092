/* The row of table `clock`. */
#ifndef FW_REGISTRY_SANDBOX_CLOCK_DB_H
#define FW_REGISTRY_SANDBOX_CLOCK_DB_H

#include "base/db.h"

enum status sandbox_clock_select(struct db *db, struct arena *a, int64_t *ahead_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_clock_add(struct db *db, int64_t us, struct error *e) FW_MUST_CHECK;

#endif
