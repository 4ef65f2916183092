/* A new process takes the place of a running one without a gap: `fourways-dns --takeover`.
 *
 * The running process (the old one) listens on a unix socket beside its snapshot. The conversation, in one connection:
 *
 *   new → old   TAKE       the old one's feed stops: change log synced, last snapshot written; from now on only the new one
 *                          may write either. The old one answers on, with what it has.
 *   old → new   SOCKETS    with descriptors: UDP sockets, TCP listeners, the socket of the wake-ups; as often as it takes
 *   old → new   THATS_ALL
 *               (the new one loads the snapshot, and begins to answer on the same sockets beside the old one)
 *   new → old   READY      the old one closes /metrics, answers what it has received, accepts no connection any more
 *   old → new   GONE       the new one opens its /metrics and starts its feed. The old one serves the TCP connections
 *                          it has until they end or idle out, but no longer than TAKEOVER_DRAIN_S, and ends.
 *
 * Both read from the same sockets in between, so nothing that was sent to them is lost. When the new one dies before READY,
 * or does not come that far in TAKEOVER_TRIES_S, the old one starts its feed again and nothing has happened; when the old
 * one dies, its sockets live on in the new one, or are made anew.
 *
 * Nobody but the same user (or root) can connect. That it must be asked for is on purpose: a program started twice by
 * mistake says that its port is taken, and two supervisors do not take the place from each other for ever. */
#ifndef FW_NAMESERVER_TAKEOVER_H
#define FW_NAMESERVER_TAKEOVER_H

#include "nameserver/inherit.h"

#define TAKEOVER_TRIES_S 120
#define TAKEOVER_DRAIN_S 30

/* ---- the new one ------------------------------------------------------------------------------------ */

struct takeover {
    int fd; /* -1: there is no predecessor */
    struct inherited sockets;
};

/* Asks who listens at the path for its sockets; waits until its feed has stopped. OK without one when nobody listens, or who
 * did died before it had sent them all. Errors: INVALID for a path that is too long, DENIED; UNAVAILABLE when it lives and
 * does not send them, or this process is told to stop meanwhile. */
enum status takeover_ask(const char *path, struct takeover *t_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* This process answers: lets the old one go and waits until it has closed what must not be open twice. */
void takeover_ready(struct takeover *t) FW_NONNULL_ALL;
/* Also closes sockets that were not wanted, if inherit_clear has not. Before takeover_ready: the old one goes on. */
void takeover_clear(struct takeover *t) FW_NONNULL_ALL;

/* ---- the old one ------------------------------------------------------------------------------------ */

/* What the program does at each turn; called from the thread of takeover_new. */
struct takeover_host {
    void *ctx;
    void (*feed_stop)(void *ctx);
    void (*feed_start)(void *ctx); /* the successor failed */
    /* Calls put for each socket; the descriptors stay the caller's. */
    void (*sockets)(void *ctx, void (*put)(void *to, enum inherit_kind kind, int fd), void *to);
    void (*let_go)(
        void *ctx); /* closes /metrics and ends UDP and accepting, before it returns; then the program ends */
    void (*gone)(void *ctx); /* the successor has been told */
};

struct takeover_door;
/* Listens at the path, in the place of whoever did, until takeover_close. */
enum status takeover_open(const char *path, const struct takeover_host *host, struct takeover_door **d_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
void takeover_close(struct takeover_door **d);

#endif
