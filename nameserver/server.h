/* The sockets and the threads behind them.
 *
 * UDP: each thread has its own socket for every listen address (SO_REUSEPORT: the kernel spreads the flows), reads up to
 * 32 datagrams with one call, answers them from one view, and sends them with one call. It sleeps only when all
 * of its sockets are empty. Where a socket is bound to a wildcard address, the answer leaves from the address
 * that was asked.
 *
 * TCP (RFC 7766): one thread for all connections. Queries may be pipelined and are answered in order; a client that
 * does not read is not read from. A connection that completes no query for tcp_idle_s is closed, however busily it
 * drips; when all places are taken, the one that has been silent for longest goes.
 */
#ifndef FW_NAMESERVER_SERVER_H
#define FW_NAMESERVER_SERVER_H

#include "nameserver/inherit.h"
#include "nameserver/query.h"

#define SERVER_ADDRS_MAX 16
#define SERVER_THREADS_MAX 128
#define SERVER_TCP_MAX 1024

struct server_settings {
    const struct net_addr *addrs; /* port 0: any free one, the same for UDP and TCP */
    size_t addrs_n;
    unsigned threads; /* for UDP; 0: one for each core */
    unsigned tcp_max; /* connections; 0: SERVER_TCP_MAX; fewer where the limit of open files is lower */
    unsigned tcp_client_max; /* of one client: an IPv4 address or an IPv6 /64; 0: 64 */
    unsigned tcp_idle_s; /* 0: 10 */
    struct inherited *inherited; /* sockets to take before making new ones; NULL: none */
    const struct query_settings *query; /* lives as long as the server; NULL: query_settings_default */
};

struct server;

/* Answers from the moment it returns. */
enum status server_start(
    struct store *st, const struct server_settings *s, struct server **server_r, struct error *e) FW_MUST_CHECK;
/* Answers what has been received, and ends the threads. */
void server_stop(struct server **server);
/* For a successor that answers on the same sockets: calls put for each of them. The descriptors stay the server's. */
void server_sockets(const struct server *server, void (*put)(void *to, enum inherit_kind kind, int fd), void *to);
/* Answers what UDP has received, closes its sockets, and accepts no connection any more; those that are open are served
 * on. */
void server_drain(struct server *server) FW_NONNULL_ALL;
/* After server_drain: waits until no connection is open; false when one still is after so many seconds. */
bool server_drained(struct server *server, unsigned seconds) FW_NONNULL_ALL;
/* The address really bound, for tests with port 0. */
const struct net_addr *server_addr(const struct server *server, size_t i) FW_NONNULL_ALL;

/* ---- its parts --------------------------------------------------------------------------------------- */

struct udp_worker;
enum status udp_worker_new(struct store *st, const struct server_settings *s, const struct net_addr *addrs, int stop_fd,
    struct udp_worker **w_r, struct error *e) FW_MUST_CHECK;
/* The first socket's address, once port 0 has become a port. */
enum status udp_worker_addr(
    const struct udp_worker *w, size_t i, struct net_addr *addr_r, struct error *e) FW_MUST_CHECK;
int udp_worker_socket(const struct udp_worker *w, size_t i) FW_NONNULL_ALL;
void udp_worker_run(struct udp_worker *w) FW_NONNULL_ALL;
void udp_worker_free(struct udp_worker **w) FW_NONNULL_ALL;

struct tcp_worker;
enum status tcp_worker_new(struct store *st, const struct server_settings *s, const struct net_addr *addrs, int stop_fd,
    int drain_fd, struct tcp_worker **w_r, struct error *e) FW_MUST_CHECK;
int tcp_worker_listener(const struct tcp_worker *w, size_t i) FW_NONNULL_ALL;
/* Until stop_fd is readable; or drain_fd is, which closes the listeners, and the last connection has ended. */
void tcp_worker_run(struct tcp_worker *w) FW_NONNULL_ALL;
void tcp_worker_free(struct tcp_worker **w) FW_NONNULL_ALL;

#endif
