#include "nameserver/server.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "nameserver/mem.h"

#define PORT_TRIES 20 /* where any port will do */
#define DESCRIPTORS_ELSE 128 /* beside TCP connections and sockets: database, snapshot, logs, metrics */

struct server {
    int stop_fd, drain_fd; /* UDP's threads end with draining */
    struct net_addr addrs[SERVER_ADDRS_MAX]; /* as bound */
    size_t addrs_n;
    struct udp_worker *udp[SERVER_THREADS_MAX];
    pthread_t udp_thread[SERVER_THREADS_MAX];
    unsigned udp_n, udp_running;
    struct tcp_worker *tcp;
    pthread_t tcp_thread;
    bool tcp_running;
};

static void *udp_main(void *w)
{
    udp_worker_run(w);
    return NULL;
}

static void *tcp_main(void *w)
{
    tcp_worker_run(w);
    return NULL;
}

/* Signals are the main thread's. */
static bool thread_start(pthread_t *t, void *(*run)(void *), void *arg)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(t, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed == 0;
}

static unsigned threads_wanted(const struct server_settings *s)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = s->threads != 0 ? s->threads : cores > 0 ? (unsigned)cores : 1;

    return n < SERVER_THREADS_MAX ? n : SERVER_THREADS_MAX;
}

/* Clients must not be able to take the descriptors that the feed and the snapshot need: the limit is raised as far as it
 * may be, and where that is not enough there are fewer connections. */
static unsigned tcp_max_of(const struct server_settings *s, unsigned threads)
{
    unsigned want = s->tcp_max != 0 ? s->tcp_max : SERVER_TCP_MAX;
    rlim_t else_n = DESCRIPTORS_ELSE + (rlim_t)threads * (s->addrs_n + 1) + s->addrs_n, can;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return want;
    if (limit.rlim_cur < want + else_n) {
        limit.rlim_cur = limit.rlim_max < want + else_n ? limit.rlim_max : want + else_n;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    can = limit.rlim_cur > else_n ? limit.rlim_cur - else_n : 1;
    if (can >= want)
        return want;
    log_event(LOG_WARN, "process", NULL,
        "the limit of %llu open files leaves room for %llu TCP connections, not %u (ulimit -n, LimitNOFILE)",
        (unsigned long long)limit.rlim_cur, (unsigned long long)can, want);
    return (unsigned)can;
}

static enum status sockets_open(struct server *v, struct store *st, const struct server_settings *s, struct error *e)
{
    unsigned threads = threads_wanted(s);
    struct server_settings tcp = *s;

    tcp.tcp_max = tcp_max_of(s, threads);
    memcpy(v->addrs, s->addrs, s->addrs_n * sizeof(v->addrs[0]));
    v->addrs_n = s->addrs_n;
    while (v->udp_n < threads) {
        TRY(udp_worker_new(st, s, v->addrs, v->drain_fd, &v->udp[v->udp_n], e));
        v->udp_n++;
        for (size_t i = 0; v->udp_n == 1 && i < v->addrs_n; i++)
            TRY(udp_worker_addr(v->udp[0], i, &v->addrs[i], e));
    }
    return tcp_worker_new(st, &tcp, v->addrs, v->stop_fd, v->drain_fd, &v->tcp, e);
}

static enum status threads_start(struct server *v, struct error *e)
{
    for (; v->udp_running < v->udp_n; v->udp_running++) {
        if (!thread_start(&v->udp_thread[v->udp_running], udp_main, v->udp[v->udp_running]))
            return error_set(e, INTERNAL, "thread", "starting a thread: %s", strerror(errno));
    }
    v->tcp_running = thread_start(&v->tcp_thread, tcp_main, v->tcp);
    if (!v->tcp_running)
        return error_set(e, INTERNAL, "thread", "starting a thread: %s", strerror(errno));
    return OK;
}

static bool any_port_will_do(const struct server_settings *s)
{
    for (size_t i = 0; i < s->addrs_n; i++) {
        const struct sockaddr_storage *sa = &s->addrs[i].sa;

        if ((sa->ss_family == AF_INET ? ((const struct sockaddr_in *)(const void *)sa)->sin_port
                                      : ((const struct sockaddr_in6 *)(const void *)sa)->sin6_port) == 0)
            return true;
    }
    return false;
}

static enum status server_open(struct store *st, const struct server_settings *s, struct server **v_r, struct error *e)
{
    struct server *v = mem_new(sizeof(*v));
    enum status status;

    v->stop_fd = eventfd(0, EFD_CLOEXEC);
    v->drain_fd = eventfd(0, EFD_CLOEXEC);
    INVARIANT(v->stop_fd >= 0 && v->drain_fd >= 0);
    status = sockets_open(v, st, s, e);
    if (status != OK)
        server_stop(&v);
    *v_r = v;
    return status;
}

enum status server_start(struct store *st, const struct server_settings *s, struct server **server_r, struct error *e)
{
    enum status status;

    if (s->addrs_n == 0 || s->addrs_n > SERVER_ADDRS_MAX)
        return error_set(
            e, INVALID, "addresses", "%zu listen addresses; 1 to %d are possible", s->addrs_n, SERVER_ADDRS_MAX);
    status = server_open(st, s, server_r, e);
    /* A port that was free for UDP may be another program's for TCP. */
    for (unsigned i = 0; status != OK && strcmp(e->code, "port-taken") == 0 && any_port_will_do(s) && i < PORT_TRIES;
         i++)
        status = server_open(st, s, server_r, e);
    if (status != OK)
        return status;
    status = threads_start(*server_r, e);
    if (status != OK)
        server_stop(server_r);
    return status;
}

void server_sockets(const struct server *v, void (*put)(void *to, enum inherit_kind kind, int fd), void *to)
{
    for (unsigned i = 0; i < v->udp_n; i++) {
        for (size_t k = 0; k < v->addrs_n; k++)
            put(to, INHERIT_UDP, udp_worker_socket(v->udp[i], k));
    }
    for (size_t k = 0; k < v->addrs_n; k++)
        put(to, INHERIT_TCP, tcp_worker_listener(v->tcp, k));
}

static void signal_fd(int fd)
{
    uint64_t one = 1;

    INVARIANT(write(fd, &one, sizeof(one)) == sizeof(one));
}

void server_drain(struct server *v)
{
    signal_fd(v->drain_fd);
    while (v->udp_running > 0)
        pthread_join(v->udp_thread[--v->udp_running], NULL);
    /* The kernel goes on giving its share of the questions to a socket that nobody reads. */
    while (v->udp_n > 0)
        udp_worker_free(&v->udp[--v->udp_n]);
}

bool server_drained(struct server *v, unsigned seconds)
{
    struct timespec until;

    INVARIANT(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
    until.tv_sec += seconds;
    if (v->tcp_running && pthread_clockjoin_np(v->tcp_thread, NULL, CLOCK_MONOTONIC, &until) == 0)
        v->tcp_running = false;
    return !v->tcp_running;
}

void server_stop(struct server **server)
{
    struct server *v = *server;

    if (v == NULL)
        return;
    server_drain(v);
    signal_fd(v->stop_fd);
    if (v->tcp_running)
        pthread_join(v->tcp_thread, NULL);
    if (v->tcp != NULL)
        tcp_worker_free(&v->tcp);
    close(v->stop_fd);
    close(v->drain_fd);
    mem_free(v);
    *server = NULL;
}

const struct net_addr *server_addr(const struct server *server, size_t i)
{
    INVARIANT(i < server->addrs_n);
    return &server->addrs[i];
}
