/* Sessions to one registry: as many as allowed, as few as needed.
 *
 * Sessions are connected and logged in on demand, up to the limit that the registry grants; an idle
 * one is kept awake with a <hello> before the registry's idle limit passes (RFC 5730 2.4), and let go when it
 * has not been needed for long. A thread of the pool does that. After a failure to connect, new
 * attempts wait, doubling with jitter up to a minute, so that a registry that comes back is not stormed.
 *
 * A session whose registry ended it (2500-2502), that broke, or that lost step (an answer that is not to
 * our command) is given back as broken and closed. 2501 (authentication, closing) or a refused login
 * (2200), or of our certificate, stops the pool: trying on could lock the account. It says so loudly and answers
 * UNAVAILABLE "registry-login-refused", so that orders wait, until the process is restarted with mended
 * credentials.
 *
 * One more duty: the registry's commands per second, over all sessions, by letting pool_take wait.
 */
#ifndef FW_REGISTRY_POOL_H
#define FW_REGISTRY_POOL_H

#include "registry/profile.h"

struct pool;
struct epp_session;

/* Reads password and certificates; connects to nothing yet. The config must outlive the pool. */
enum status pool_open(const struct registry_config *c, struct pool **p_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Logs out and frees; sessions out on loan must have been given back. */
void pool_close(struct pool **p);
/* A logged-in session for the caller alone. UNAVAILABLE "registry-busy" when none came free in time,
 * "registry-unreachable" with the last failure while waiting to reconnect, "registry-login-refused" when stopped. */
enum status pool_take(struct pool *p, int timeout_ms, struct epp_session **s_r, struct error *e) FW_MUST_CHECK;
/* broken: its state is not known, or the registry is ending it: closed, not reused. */
void pool_give(struct pool *p, struct epp_session *s, bool broken);
/* The registry refuses our credentials (2501): no more logins. */
void pool_stop(struct pool *p, const char *why);
/* false, with the reason, when stopped. */
bool pool_healthy(struct pool *p, char *why, size_t n);
/* Sessions open now, in use or idle. */
size_t pool_sessions(struct pool *p);

#endif
