/* Inside of a session pool: shared by pool.c (who gets a place) and pool_session.c (connecting, keeping awake) and by
 * nothing else. Times are monotonic nanoseconds. */
#ifndef FW_REGISTRY_POOL_INNER_H
#define FW_REGISTRY_POOL_INNER_H

#include <pthread.h>

#include "epp/session.h"
#include "registry/meter.h"
#include "registry/pool.h"
#include "registry/pool_queue.h"
#include "registry/pool_rate.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)
#define POOL_SESSIONS_MAX 256

enum slot_state {
    SLOT_EMPTY,
    SLOT_OPENING, /* the opener's */
    SLOT_OPEN,
    SLOT_ENDING /* gets no more commands; the keeper logs out when the last one is done */
};
struct slot {
    enum slot_state state;
    struct epp_session *session;
    unsigned users; /* places taken; also by the keeper */
    const char *why; /* ENDING: for the log and the meter */
    uint64_t used; /* last command */
    uint64_t spoken; /* last sign of life, keep-alive included */
    uint64_t ends; /* when it is to be replaced; UINT64_MAX: never */
};

struct pool {
    struct arena arena;
    const struct registry_config *config;
    char id[REGISTRY_ID_MAX + 1];
    struct tls_ctx *tls;
    struct epp_session_settings settings; /* all but the address */
    struct str password;
    struct pool_meters meters;
    size_t most; /* sessions that we may have at all */
    unsigned depth; /* commands in flight on each */

    pthread_mutex_t lock; /* over all below */
    pthread_cond_t opener_wake, keeper_wake;
    pthread_t opener, keeper;
    struct slot slots[POOL_SESSIONS_MAX];
    struct pool_queue queue;
    struct pool_rate rate, logins;
    uint64_t turn; /* when the next command may go, where that is what is waited for; else 0 */
    size_t limit; /* sessions that the registry grants, as far as we know; at most `most` */
    uint64_t grow_at; /* when to try one more */
    bool wanted; /* a further session is */
    bool closing, stopped;
    char why[ERROR_TEXT_MAX]; /* stopped: the reason; else of the last failure to connect */
    unsigned failures; /* to connect, in a row */
    uint64_t retry_at;
};

/* All with the lock held. */
/* ---- pool.c */
void pool_wait(pthread_cond_t *cond, struct pool *p, uint64_t until); /* UINT64_MAX: no limit */
/* Gives out all places that can be given now. */
void pool_dispatch(struct pool *p, uint64_t now);
/* Sessions open, those that end included: the registry counts them too. */
size_t pool_open_count(const struct pool *p);
bool pool_backing_off(const struct pool *p, uint64_t now);
void pool_shrink(struct pool *p, size_t to, uint64_t now);
void pool_stop(struct pool *p, const char *why);
/* Everybody who waits is told of p->why. */
void pool_fail_all(struct pool *p);
/* What an answer's code, or its absence, means to the session it came on. */
void slot_judge(struct pool *p, struct slot *s, unsigned code, bool broken);
void slot_end(struct pool *p, struct slot *s, const char *why);
void slot_drop(struct pool *p, struct slot *s, const char *why);

/* ---- pool_session.c */
void *pool_opener_run(void *pool);
void *pool_keeper_run(void *pool);
/* When neither of them runs any more: the opener may have brought one more session just before its end. */
void pool_logout_all(struct pool *p);

#endif
