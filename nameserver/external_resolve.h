/* Keeps the answers of names elsewhere fresh (external.h): asks the configured resolvers for what is due, hands over what they
 * say, and keeps it on the disk. Runs on the writer's thread, in rounds that never wait: the waiting is done by the resolver
 * library's own thread. At most EXTERNAL_ASKED_MAX questions are under way; what is due meanwhile stands in line, the longest
 * overdue first. A question without an answer after EXTERNAL_TIMEOUT_S has failed.
 *
 * Without resolvers nothing is asked: what was kept is answered until it is too old, everything else is SERVFAIL. */
#ifndef FW_NAMESERVER_EXTERNAL_RESOLVE_H
#define FW_NAMESERVER_EXTERNAL_RESOLVE_H

#include "base/net.h"
#include "nameserver/external.h"

#define EXTERNAL_ASKED_MAX 32
#define EXTERNAL_TIMEOUT_S 5

struct external_settings {
    const struct net_addr *resolvers;
    size_t resolvers_n; /* 0: none */
    const char *trust_anchors; /* file; NULL: no validation */
    const char *path; /* of what is kept; NULL: nothing is */
    size_t targets_max;
    int64_t stale_us; /* how long an answer stands that is not confirmed */
};

struct external_resolver;

/* Restores kept answers: before any zone is put into the store. INVALID "resolver". */
enum status external_resolver_new(struct store *st, const struct external_settings *s, time_us now,
    struct external_resolver **r_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Before the store is cleared. */
void external_resolver_free(struct external_resolver **r);

/* Takes what was heard, asks for what is due, writes what is news. */
void external_round(struct external_resolver *r, time_us now) FW_NONNULL_ALL;
/* Readable: there is something for a round; -1: never. */
int external_fd(const struct external_resolver *r) FW_NONNULL_ALL;
/* Milliseconds until a round has something to do without that; at most `most`. */
int external_wait_ms(const struct external_resolver *r, time_us now, int most) FW_NONNULL_ALL;

#endif
