/* Sockets: addresses as "127.0.0.1:53", "[::1]:53"; listening; connecting with a deadline; and
 * wake-up datagrams (one empty UDP datagram: "look now"; losing one costs only latency). */
#ifndef FW_BASE_NET_H
#define FW_BASE_NET_H

#include <poll.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/str.h"

struct net_addr {
    struct sockaddr_storage sa;
    socklen_t len;
};

enum status net_addr_parse(struct str s, struct net_addr *a_r, struct error *e) FW_MUST_CHECK;
/* The form of what net_resolve takes; asks nobody. INVALID "address-invalid". */
enum status net_host_check(struct str s, struct error *e) FW_MUST_CHECK;
/* "epp.registry.example:700", or an address as above: the host's addresses in the system's order of preference,
 * at most max. Asks the system's resolver and may take its time-outs (seconds): never on a path that answers
 * queries. UNAVAILABLE "resolve" when there is no answer now, NOT_FOUND "resolve" when there is no such name. */
enum status net_resolve(struct str s, struct net_addr *addrs, size_t max, size_t *n_r, struct error *e) FW_MUST_CHECK;
struct str net_addr_text(struct arena *a, const struct net_addr *addr);
/* The address a socket is bound to: tells the port after binding port 0. */
enum status net_addr_local(int fd, struct net_addr *a_r, struct error *e) FW_MUST_CHECK;

/* All descriptors are non-blocking and close-on-exec. A taken port is UNAVAILABLE "port-taken"
 * with the address in the text. */
enum status net_listen_tcp(const struct net_addr *addr, int backlog, int *fd_r, struct error *e) FW_MUST_CHECK;
/* reuseport: several sockets on the address, the kernel spreads flows (SO_REUSEPORT). */
enum status net_bind_udp(const struct net_addr *addr, bool reuseport, int *fd_r, struct error *e) FW_MUST_CHECK;
enum status net_connect_tcp(const struct net_addr *addr, int timeout_ms, int *fd_r, struct error *e) FW_MUST_CHECK;

/* Deadlines: the instant (clock_monotonic_ns) timeout_ms from now; a negative timeout never comes. */
#define NET_NO_DEADLINE UINT64_MAX
uint64_t net_deadline(int timeout_ms);
/* poll(2) until the deadline, over interruptions: > 0 ready, 0 deadline passed, -1 with errno. */
int net_poll(struct pollfd *fds, unsigned n, uint64_t deadline);

/* Sends a wake-up; failures are silent by contract. */
void net_wake(const struct net_addr *addr);
/* Waits up to timeout_ms for a wake-up on a socket from net_bind_udp and drains it. true if one came.
 * Returns early (false) when stop_fd >= 0 becomes readable. A negative timeout waits for ever. */
bool net_wait_wake(int fd, int stop_fd, int timeout_ms);

#endif
