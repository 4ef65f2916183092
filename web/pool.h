/* Database connections, one for each thread that handles requests: taken when a request first needs one, given
 * back when its reply is written. */
#ifndef FW_WEB_POOL_H
#define FW_WEB_POOL_H

#include "base/db.h"

struct db_pool;

/* Opens one connection, so that a wrong setting shows at start; the rest as they are needed. The settings must
 * outlive the pool. */
enum status db_pool_open(
    const struct db_settings *s, size_t size, struct db_pool **p_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Waits while all are taken. UNAVAILABLE where the database does not answer. */
enum status db_pool_take(struct db_pool *p, struct db **db_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* A transaction that is still open is rolled back. *db becomes NULL; NULL may be given back too. */
void db_pool_give(struct db_pool *p, struct db **db) FW_NONNULL_ALL;
/* All must have been given back. */
void db_pool_close(struct db_pool **p) FW_NONNULL_ALL;

#endif
