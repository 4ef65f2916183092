/* Sessions to one registry: as many as allowed, as few as needed, and who may use them next.
 *
 * Sessions are connected and logged in on demand, one after the other and up to the limit that the registry
 * grants: the pool has a thread for that, so that nobody waits for a connection while another session is free. On
 * each of them as many commands may be in flight as the profile says (RFC 5734 section 3); an idle session is
 * preferred, then a further one is opened, while it opens the least loaded one is shared. After a failure to
 * connect, new attempts wait, doubling with jitter up to a minute, so that a registry that comes back is not stormed.
 *
 * Who waits is served by lane and customer (registry/pool_queue.h), as fast as the registry's commands per second
 * allow (registry/pool_rate.h); a command that was refused costs what the profile says.
 *
 * A second thread keeps idle sessions awake with the profile's keep-alive before the idle limit passes, and logs
 * out of those that have not been needed for long or come near the registry's lifetime limit, before it cuts them
 * in the middle of a command.
 *
 * What ends a session: its connection broke or it lost step; 2002 (the registry thinks we may not do this here and
 * now) and 2500 to 2502. Beyond that, 2502 shrinks the pool to what the registry granted, for ten minutes a
 * session; 2501 (authentication, closing), a refused login (2200) or a refused certificate of ours stops the pool, as trying
 * on could lock the account. It says so loudly and answers UNAVAILABLE "registry-login-refused", so that orders
 * wait, until the process is restarted with mended credentials.
 */
#ifndef FW_REGISTRY_POOL_H
#define FW_REGISTRY_POOL_H

#include "registry/profile.h"

struct pool;
struct epp_session;

/* Who asks, and until when. */
struct pool_ask {
    enum registry_lane lane; /* AUTO: normal */
    int64_t customer; /* 0: ourselves */
    int timeout_ms;
};

/* Reads password and certificates; connects to nothing yet. The config must outlive the pool. */
enum status pool_open(const struct registry_config *c, struct pool **p_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Logs out and frees; sessions out on loan must have been given back. */
void pool_close(struct pool **p);
/* A place for one command on a logged-in session, which others may be using too. UNAVAILABLE "registry-busy" when
 * none came free in time, "registry-unreachable" with the last failure while waiting to reconnect,
 * "registry-login-refused" when stopped. */
enum status pool_take(
    struct pool *p, const struct pool_ask *ask, struct epp_session **s_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* code: of the answer, 0 if there was none. broken: the session's state is not known; it is not used again. */
void pool_give(struct pool *p, struct epp_session *s, unsigned code, bool broken);
/* false, with the reason, when stopped. */
bool pool_healthy(struct pool *p, char *why, size_t n);
/* Sessions open now, in use or idle. */
size_t pool_sessions(struct pool *p);
/* Callers that wait for a place. */
size_t pool_waiting(struct pool *p);

#endif
