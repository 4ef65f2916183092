/* Are the name servers up to date, and telling them to look.
 *
 * A zone is served by the dns_server rows whose column and rows contain the hosts of its delegation set. INSYNC
 * for a version: each of the four columns has a server, and every such server has reported (zone_served) that
 * version or a later one. The report is written by the name server after it has swapped the version in, so INSYNC
 * means that no server gives an older answer any more. A server that is down keeps a zone from being in sync until it
 * is back or an operator removes its row.
 */
#ifndef FW_ZONES_SYNC_H
#define FW_ZONES_SYNC_H

#include "zones/zone.h"

struct zone_server {
    int64_t id;
    unsigned column; /* 0..3 */
    struct str name; /* "dns-0" */
    struct str host; /* the zone's name server there: ns-17.fourways-dns.test */
    struct str dns_addrs; /* address:port, blank-separated */
    int64_t version; /* that it serves; 0: none yet */
    time_us at; /* when it reported that */
    time_us last_seen;
    bool insync; /* version >= the one asked about */
};
struct zone_sync {
    struct zone_server *servers; /* by column, then id */
    size_t n;
    int64_t version; /* asked about */
    bool insync;
};

#define ZONE_SERVERS_MAX 4096
/* version 0: the zone's newest. NOT_FOUND "zone". */
enum status zone_insync(struct db *db, struct arena *a, int64_t zone_id, int64_t version, struct zone_sync *sync_r,
    struct error *e) FW_MUST_CHECK;

/* After the commit of a change: one wake-up datagram to every server of the zone. Best effort by contract, since the
 * servers also poll; call it outside a transaction. Does nothing while one is open. */
void zone_wake(struct db *db, int64_t zone_id);

#endif
