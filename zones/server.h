/* The name servers themselves, as operators look after them: who has registered, when it was last heard of, how far
 * behind its feed was then, and how many zones it does not serve at their newest version (zones/sync.h says the same of one
 * zone). A server registers its own row; only an operator removes one, since a zone is not in sync until all of its
 * servers are. */
#ifndef FW_ZONES_SERVER_H
#define FW_ZONES_SERVER_H

#include "base/clock.h"
#include "base/db.h"

#define SERVERS_MAX 4096
/* One that was heard of this lately may be running: it is not forgotten. */
#define SERVER_ALIVE_US (30 * US_PER_S)

struct server_info {
    int64_t id;
    unsigned column, row_from, row_to;
    struct str name;
    struct str dns_addrs; /* address:port, blank-separated */
    struct str notify_addr; /* STR_NULL: it polls only */
    time_us started, last_seen;
    int64_t lag_us; /* from a change's commit to its being served, of the newest change */
    int64_t zones; /* live ones that it is to serve */
    int64_t behind; /* of them, how many it does not serve at their newest version */
};

/* In order of column, then id. Counts over all zones: seconds where there are millions. */
enum status server_list(
    struct db *db, struct arena *a, struct server_info **servers_r, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* Removes its row and its reports; it registers anew when it is started again. NOT_FOUND "server"; CONFLICT
 * "server-alive" when it was last heard of less than SERVER_ALIVE_US ago. */
enum status server_forget(struct db *db, struct arena *a, int64_t id, time_us now, struct error *e) FW_MUST_CHECK;

#endif
