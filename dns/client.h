/* A small stub client: one question to one server, one reply. It does not resolve, retry or cache;
 * it is for verifying what a given server says. Blocks up to the time-out.
 *
 * Against forged replies: random id, a fresh connected socket with a random port each time; a datagram
 * counts only when its id, opcode and question (bytes, any case) are ours; others are passed over until
 * the time is up. */
#ifndef FW_DNS_CLIENT_H
#define FW_DNS_CLIENT_H

#include "base/net.h"
#include "dns/message.h"

enum dns_transport {
    DNS_UDP_THEN_TCP, /* TCP when the reply says TC */
    DNS_UDP,
    DNS_TCP,
};

struct dns_ask {
    struct dns_name name;
    uint16_t type;
    enum dns_transport transport;
    int timeout_ms; /* for all of it; 0: 2000 */
    uint16_t udp_size; /* EDNS size offered; 0: DNS_EDNS_UDP_SIZE */
    bool no_edns, rd, do_bit;
};

/* reply_r lives in the arena. UNAVAILABLE "dns-timeout", "dns-unreachable"; PROTOCOL when the reply cannot be read.
 * Any rcode is a reply, thus OK. */
enum status dns_client_ask(struct arena *a, const struct net_addr *server, const struct dns_ask *ask,
    struct dns_message *reply_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
