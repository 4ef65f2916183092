/* The table of a zone's four name servers: what each has, and what it answers at this moment. */
#ifndef FW_WEB_SERVERS_H
#define FW_WEB_SERVERS_H

#include "web/page.h"
#include "zones/sync.h"

/* Asks them all (probe.h). */
void put_zone_servers(struct request *r, const struct zone_sync *sync, struct str zone) FW_NONNULL_ALL;

#endif
