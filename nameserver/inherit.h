/* Sockets that a predecessor left to this process (takeover.h), until they find their places.
 *
 * Whoever needs a socket asks here before making one: udp.c, tcp.c, and the feed for its wake-ups. A datagram that waits in
 * an inherited socket, or a connection in its queue, is then served as if nothing had happened. One thread. */
#ifndef FW_NAMESERVER_INHERIT_H
#define FW_NAMESERVER_INHERIT_H

#include "base/net.h"

#define INHERIT_MAX 4096

enum inherit_kind { INHERIT_UDP, INHERIT_TCP, INHERIT_NOTIFY };

struct inherited {
    struct inherited_socket {
        enum inherit_kind kind;
        struct net_addr addr;
        int fd; /* -1: taken */
    } * sockets;
    size_t n, cap;
};

/* Takes the descriptor. The address is asked of the socket itself. false, and the descriptor closed, where it has none or
 * there are too many. */
bool inherit_add(struct inherited *i, enum inherit_kind kind, int fd) FW_NONNULL_ALL;
/* The first of that kind and address, now the caller's; -1 where there is none. i NULL: no predecessor. */
int inherit_take(struct inherited *i, enum inherit_kind kind, const struct net_addr *addr);
/* Closes what nobody took, and frees the list. */
void inherit_clear(struct inherited *i) FW_NONNULL_ALL;

#endif
