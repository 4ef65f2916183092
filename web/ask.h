/* Questions to registries while somebody waits for a page or an API's answer.
 *
 * Who waits holds a thread and a database connection, for seconds where a registry is slow or no worker runs. So only
 * some of the threads wait (web.asks_max); who comes then is told at once, and the rest of the site goes on.
 */
#ifndef FW_WEB_ASK_H
#define FW_WEB_ASK_H

#include "registrar/lookup.h"
#include "web/request.h"

/* As lookup_check and lookup_info; UNAVAILABLE "registry-busy" where too many are waiting already. */
enum status ask_check(struct request *r, struct str name, int timeout_ms, struct lookup_check *c_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
enum status ask_info(struct request *r, struct str name, int timeout_ms, struct lookup_info *i_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
