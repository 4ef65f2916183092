/* What a zone's name servers answer just now, asked over the network: each its own thread, so that a server which
 * is silent costs one time-out and not four. */
#ifndef FW_WEB_PROBE_H
#define FW_WEB_PROBE_H

#include "web/request.h"
#include "zones/sync.h"

struct probe {
    const struct zone_server *server;
    struct str addr; /* "127.0.0.1:8060", the first of the server's addresses */
    bool answered; /* to the question for the SOA, with authority */
    bool has_serial;
    uint32_t serial;
    struct str answer; /* "A 192.0.2.1, AAAA 2001:db8::1", "no address yet", or why it did not answer */
};

/* One probe for each server of the zone's, in its order. */
void probe_all(struct request *r, const struct zone_sync *sync, struct str zone, struct probe **list_r) FW_NONNULL_ALL;

#endif
