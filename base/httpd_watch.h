/* Inside of the HTTP door: the deadline of a whole request, and of its reply.
 *
 * libmicrohttpd ends a connection on which nothing moves. One that sends a byte every few seconds, or takes its reply
 * so, would be kept for ever: a few hundred of them and nobody else gets in. So each connection has a
 * deadline here while it is the peer's turn, and none while it is ours; a thread shuts down those that pass it, and
 * the library then finds them closed.
 *
 * Made by httpd_start, told of each turn by httpd.c on the library's I/O threads. */
#ifndef FW_BASE_HTTPD_WATCH_H
#define FW_BASE_HTTPD_WATCH_H

#include "base/error.h"

struct watch;
struct watched; /* one connection */

enum status watch_start(int request_s, struct watch **w_r, struct error *e) FW_MUST_CHECK;
/* All connections must have been removed. */
void watch_stop(struct watch **w);

/* Below, no connection (NULL) is fine: the library may tell of the end of one that is removed already. */
/* A connection; its first request begins. fd stays the caller's, and open until watch_remove. */
struct watched *watch_add(struct watch *w, int fd) FW_RETURNS_NONNULL;
void watch_remove(struct watched **x);
/* A request is awaited: it has request_s to come whole. */
void watch_request(struct watched *x);
/* It is there, and our turn: no deadline. */
void watch_rest(struct watched *x);
/* A reply goes out: the peer has request_s, and a second more for each 16 KiB, to take it. */
void watch_reply(struct watched *x, size_t bytes);

#endif
