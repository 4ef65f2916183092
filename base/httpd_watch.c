#include "base/httpd_watch.h"

#include <pthread.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/net.h"

#define NS_PER_S UINT64_C(1000000000)
#define REPLY_BYTES_PER_S ((size_t)16 << 10)

struct watched {
    struct watch *w;
    struct watched *prev, *next;
    int fd;
    uint64_t deadline;
};

struct watch {
    pthread_mutex_t lock; /* of all below and of the deadlines */
    pthread_cond_t changed;
    pthread_t thread;
    struct watched *first;
    uint64_t request_ns;
    uint64_t until; /* when the thread looks next */
    bool stopping;
};

/* The soonest deadline left. */
static uint64_t pass(struct watch *w)
{
    uint64_t now = clock_monotonic_ns(), soonest = NET_NO_DEADLINE;
    for (struct watched *x = w->first; x != NULL; x = x->next) {
        if (x->deadline <= now) {
            (void)shutdown(x->fd, SHUT_RDWR);
            x->deadline = NET_NO_DEADLINE;
            log_event(LOG_INFO, "http", NULL,
                "a connection was ended: its request did not come, or its reply was not "
                "taken, in time");
        }
        if (x->deadline < soonest)
            soonest = x->deadline;
    }
    return soonest;
}

static void *watch_run(void *arg)
{
    struct watch *w = arg;
    (void)pthread_mutex_lock(&w->lock);
    while (!w->stopping) {
        w->until = pass(w);
        struct timespec t = {.tv_sec = (time_t)(w->until / NS_PER_S), .tv_nsec = (long)(w->until % NS_PER_S)};
        if (w->until == NET_NO_DEADLINE)
            (void)pthread_cond_wait(&w->changed, &w->lock);
        else
            (void)pthread_cond_timedwait(&w->changed, &w->lock, &t);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

enum status watch_start(int request_s, struct watch **w_r, struct error *e)
{
    pthread_condattr_t monotonic;
    struct watch *w = calloc(1, sizeof(*w));
    INVARIANT(w != NULL);
    *w_r = NULL;
    w->request_ns = (uint64_t)request_s * NS_PER_S;
    w->until = NET_NO_DEADLINE;
    INVARIANT(pthread_mutex_init(&w->lock, NULL) == 0);
    INVARIANT(pthread_condattr_init(&monotonic) == 0 && pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    INVARIANT(pthread_cond_init(&w->changed, &monotonic) == 0);
    (void)pthread_condattr_destroy(&monotonic);
    int failed = pthread_create(&w->thread, NULL, watch_run, w);
    if (failed == 0) {
        *w_r = w;
        return OK;
    }
    (void)pthread_cond_destroy(&w->changed);
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
    return error_set(e, UNAVAILABLE, "http-start", "cannot start a thread: %s", strerror(failed));
}

void watch_stop(struct watch **wp)
{
    struct watch *w = *wp;
    if (w == NULL)
        return;
    (void)pthread_mutex_lock(&w->lock);
    INVARIANT(w->first == NULL);
    w->stopping = true;
    (void)pthread_cond_signal(&w->changed);
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL);
    (void)pthread_cond_destroy(&w->changed);
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
    *wp = NULL;
}

/* With the lock held. */
static void deadline_set(struct watched *x, uint64_t deadline)
{
    x->deadline = deadline;
    if (deadline < x->w->until)
        (void)pthread_cond_signal(&x->w->changed);
}

static void turn(struct watched *x, uint64_t deadline)
{
    (void)pthread_mutex_lock(&x->w->lock);
    deadline_set(x, deadline);
    (void)pthread_mutex_unlock(&x->w->lock);
}

struct watched *watch_add(struct watch *w, int fd)
{
    struct watched *x = calloc(1, sizeof(*x));
    INVARIANT(x != NULL);
    x->w = w;
    x->fd = fd;
    (void)pthread_mutex_lock(&w->lock);
    x->next = w->first;
    if (x->next != NULL)
        x->next->prev = x;
    w->first = x;
    deadline_set(x, clock_monotonic_ns() + w->request_ns);
    (void)pthread_mutex_unlock(&w->lock);
    return x;
}

void watch_remove(struct watched **xp)
{
    struct watched *x = *xp;
    if (x == NULL)
        return;
    struct watch *w = x->w;
    (void)pthread_mutex_lock(&w->lock);
    if (x->prev != NULL)
        x->prev->next = x->next;
    else
        w->first = x->next;
    if (x->next != NULL)
        x->next->prev = x->prev;
    (void)pthread_mutex_unlock(&w->lock);
    free(x);
    *xp = NULL;
}

void watch_request(struct watched *x)
{
    if (x != NULL)
        turn(x, clock_monotonic_ns() + x->w->request_ns);
}

void watch_rest(struct watched *x)
{
    if (x != NULL)
        turn(x, NET_NO_DEADLINE);
}

void watch_reply(struct watched *x, size_t bytes)
{
    if (x != NULL)
        turn(x, clock_monotonic_ns() + x->w->request_ns + bytes / REPLY_BYTES_PER_S * NS_PER_S);
}
