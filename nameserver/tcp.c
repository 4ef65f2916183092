#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "nameserver/ahead.h"
#include "nameserver/counts.h"
#include "nameserver/map.h"
#include "nameserver/mem.h"
#include "nameserver/server.h"

#define IN_MAX 4096 /* longest query, with its length in front */
#define OUT_MAX (2 + DNS_MESSAGE_MAX)
#define BATCH AHEAD_MAX
#define BATCH_BYTES (2 * (size_t)OUT_MAX) /* also the most that is kept for a client that does not read */
#define BACKLOG 511
#define EVENTS 64
#define TICK_MS 500
#define NO_ROOM_MS 20

enum what { WHAT_STOP, WHAT_DRAIN, WHAT_LISTEN, WHAT_CONN };

struct watched {
    enum what what;
    int fd;
};

/* Who has connections open: an IPv4 address, or the /64 that an IPv6 client can pick from. */
struct client {
    struct map_node by_hash;
    unsigned open;
};

struct conn {
    struct watched w; /* first: what epoll hands out */
    struct client *of;
    struct sockaddr_storage client;
    struct conn *newer, *older; /* in order of `active` */
    uint64_t active_ns; /* opened, or last completed a query or took an answer */
    bool closing; /* the client has sent its last */
    size_t in_n;
    uint8_t *rest; /* answers the kernel has not taken yet */
    size_t rest_n, rest_at;
    uint8_t in[IN_MAX];
};

struct tcp_worker {
    struct query_view view;
    int epoll_fd;
    struct watched stop, drain, listeners[SERVER_ADDRS_MAX];
    size_t listeners_n;
    unsigned max, client_max, open;
    uint64_t idle_ns;
    uint64_t now_ns; /* when the events at hand came */
    bool draining; /* the listeners are closed; it ends with the last connection */
    struct map clients;
    struct conn *newest, *oldest;
    struct conn *closed; /* freed after the batch of events that may still name them */
    size_t out_n;
    struct query queries[BATCH];
    uint8_t out[BATCH_BYTES];
};

/* ---- connections, by time and by client ---------------------------------------------------------------- */

static void conn_unlink(struct tcp_worker *w, struct conn *c)
{
    *(c->newer != NULL ? &c->newer->older : &w->newest) = c->older;
    *(c->older != NULL ? &c->older->newer : &w->oldest) = c->newer;
}

static void conn_link(struct tcp_worker *w, struct conn *c)
{
    c->active_ns = w->now_ns;
    c->newer = NULL;
    c->older = w->newest;
    *(w->newest != NULL ? &w->newest->newer : &w->oldest) = c;
    w->newest = c;
}

static void conn_active(struct tcp_worker *w, struct conn *c)
{
    conn_unlink(w, c);
    conn_link(w, c);
}

static uint64_t client_hash(const struct tcp_worker *w, const struct sockaddr_storage *sa)
{
    const uint8_t *key = (const uint8_t *)&w->view.store->key;
    uint8_t hash[8];

    if (sa->ss_family == AF_INET)
        crypto_siphash(key, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4, hash);
    else
        crypto_siphash(key, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 8, hash);
    return read_u64(hash);
}

/* NULL where it has as many as it may have. Two whose hashes of 64 bits are the same count as one. */
static struct client *client_enter(struct tcp_worker *w, const struct sockaddr_storage *sa)
{
    uint64_t hash = client_hash(w, sa);
    struct map_node *node = map_find(&w->clients, hash);
    struct client *c = node != NULL ? MAP_ITEM(node, struct client, by_hash) : NULL;

    if (c != NULL && c->open >= w->client_max)
        return NULL;
    if (c == NULL) {
        c = mem_new(sizeof(*c));
        map_add(&w->clients, &c->by_hash, hash);
    }
    c->open++;
    return c;
}

static void client_leave(struct tcp_worker *w, struct client *c)
{
    if (--c->open > 0)
        return;
    map_remove(&w->clients, &c->by_hash);
    mem_free(c);
}

static void conn_close(struct tcp_worker *w, struct conn *c)
{
    if (c->w.fd < 0)
        return;
    close(c->w.fd);
    c->w.fd = -1;
    conn_unlink(w, c);
    client_leave(w, c->of);
    w->open--;
    count_tcp_open(-1);
    c->older = w->closed;
    w->closed = c;
}

static void closed_free(struct tcp_worker *w)
{
    while (w->closed != NULL) {
        struct conn *c = w->closed;

        w->closed = c->older;
        mem_free(c->rest);
        mem_free(c);
    }
}

static bool watch(struct tcp_worker *w, struct watched *what, uint32_t events, int op)
{
    struct epoll_event ev = {.events = events, .data.ptr = what};

    return epoll_ctl(w->epoll_fd, op, what->fd, &ev) == 0;
}

static void conn_open(struct tcp_worker *w, int fd, const struct sockaddr_storage *peer)
{
    struct client *client = client_enter(w, peer);
    struct conn *c;

    if (client == NULL) {
        count_tcp_refused();
        close(fd);
        return;
    }
    if (w->open >= w->max) {
        count_tcp_refused();
        conn_close(w, w->oldest);
    }
    c = mem_new(sizeof(*c));
    c->w = (struct watched){WHAT_CONN, fd};
    c->client = *peer;
    c->of = client;
    conn_link(w, c);
    w->open++;
    count_tcp_open(1);
    if (!watch(w, &c->w, EPOLLIN, EPOLL_CTL_ADD))
        conn_close(w, c);
}

static void listener_accept(struct tcp_worker *w, int listen_fd)
{
    for (unsigned i = 0; i < EVENTS; i++) {
        struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
        socklen_t n = sizeof(peer);
        int fd = accept4(listen_fd, (struct sockaddr *)&peer, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            conn_open(w, fd, &peer);
        } else if ((errno == EMFILE || errno == ENFILE) && w->oldest != NULL) {
            count_tcp_refused();
            conn_close(w, w->oldest); /* makes room for the next round */
            return;
        } else if (errno == EMFILE || errno == ENFILE) {
            count_tcp_refused();
            (void)poll(NULL, 0, NO_ROOM_MS); /* none of ours to give back, and epoll would say the same at once */
            return;
        } else {
            return;
        }
    }
}

/* ---- bytes ------------------------------------------------------------------------------------------------ */

/* Keeps what the kernel did not take; no more is read from the client until it has. */
static void conn_keep_rest(struct tcp_worker *w, struct conn *c, const uint8_t *p, size_t n)
{
    c->rest = mem_new(n);
    memcpy(c->rest, p, n);
    c->rest_n = n;
    c->rest_at = 0;
    if (!watch(w, &c->w, EPOLLOUT, EPOLL_CTL_MOD))
        conn_close(w, c);
}

/* Sends the answers in w->out. */
static void conn_flush(struct tcp_worker *w, struct conn *c)
{
    size_t n = w->out_n;
    ssize_t sent;

    w->out_n = 0;
    if (n == 0)
        return;
    sent = send(c->w.fd, w->out, n, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        conn_close(w, c);
        return;
    }
    if (sent > 0)
        conn_active(w, c);
    if (sent < (ssize_t)n)
        conn_keep_rest(w, c, w->out + (sent > 0 ? sent : 0), n - (size_t)(sent > 0 ? sent : 0));
}

static void answer_one(struct tcp_worker *w, struct query *q)
{
    q->out = w->out + w->out_n + 2;
    query_answer(&w->view, q);
    if (q->out_n == 0)
        return;
    write_u16(w->out + w->out_n, (uint16_t)q->out_n);
    w->out_n += 2 + q->out_n;
}

/* Makes the next whole queries in the buffer ready, and says how many; *bad_r: behind them comes what is longer than any
 * question can be. */
static unsigned batch_read(struct tcp_worker *w, const struct conn *c, size_t at, bool *bad_r)
{
    unsigned n = 0;

    *bad_r = false;
    while (n < BATCH && c->in_n - at >= 2) {
        struct query *q = &w->queries[n];

        q->in_n = read_u16(c->in + at);
        *bad_r = q->in_n > IN_MAX - 2;
        if (c->in_n - at - 2 < q->in_n)
            break;
        q->in = c->in + at + 2;
        q->client = &c->client;
        query_prepare(&w->view, q);
        at += 2 + q->in_n;
        n++;
    }
    ahead_fetch(&w->view, w->queries, n);
    return n;
}

/* Answers a batch as far as the client takes the answers; false when there is nothing more to do for now. */
static bool batch_answer(struct tcp_worker *w, struct conn *c, size_t *at)
{
    bool bad;
    unsigned n = batch_read(w, c, *at, &bad);

    for (unsigned k = 0; k < n; k++) {
        answer_one(w, &w->queries[k]);
        *at += 2 + w->queries[k].in_n;
        if (w->out_n > BATCH_BYTES - OUT_MAX)
            conn_flush(w, c);
        if (c->w.fd < 0 || c->rest != NULL)
            return false;
    }
    if (bad) {
        conn_flush(w, c);
        conn_close(w, c);
    }
    return n == BATCH && !bad;
}

/* Answers every whole query in the buffer, as far as the client takes the answers. */
static void conn_answer(struct tcp_worker *w, struct conn *c)
{
    size_t at = 0;

    query_view_take(&w->view);
    while (batch_answer(w, c, &at))
        ;
    query_view_give(&w->view);
    counts_flush(&w->view.counts, BY_TCP);
    if (c->w.fd < 0) {
        w->out_n = 0;
        return;
    }
    c->in_n -= at;
    if (c->in_n > 0)
        memmove(c->in, c->in + at, c->in_n);
    if (c->rest == NULL)
        conn_flush(w, c);
}

static void conn_read(struct tcp_worker *w, struct conn *c)
{
    ssize_t n = recv(c->w.fd, c->in + c->in_n, IN_MAX - c->in_n, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0) {
        conn_close(w, c);
        return;
    }
    c->closing = n == 0;
    c->in_n += (size_t)n;
    conn_answer(w, c);
    if (c->closing && c->w.fd >= 0 && c->rest == NULL)
        conn_close(w, c);
}

static void conn_write(struct tcp_worker *w, struct conn *c)
{
    ssize_t n = send(c->w.fd, c->rest + c->rest_at, c->rest_n - c->rest_at, MSG_NOSIGNAL);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0) {
        conn_close(w, c);
        return;
    }
    conn_active(w, c);
    c->rest_at += (size_t)n;
    if (c->rest_at < c->rest_n)
        return;
    mem_free(c->rest);
    c->rest = NULL;
    if (!watch(w, &c->w, EPOLLIN, EPOLL_CTL_MOD)) {
        conn_close(w, c);
        return;
    }
    conn_answer(w, c); /* what was read before the client stopped taking */
    if (c->closing && c->w.fd >= 0 && c->rest == NULL)
        conn_close(w, c);
}

static void conn_event(struct tcp_worker *w, struct conn *c, uint32_t events)
{
    if (c->w.fd < 0)
        return; /* closed by an event before this one */
    if ((events & (EPOLLERR | EPOLLHUP)) != 0 && (events & (EPOLLIN | EPOLLOUT)) == 0)
        conn_close(w, c);
    else if (c->rest != NULL)
        conn_write(w, c);
    else
        conn_read(w, c);
}

static void idle_close(struct tcp_worker *w)
{
    while (w->oldest != NULL && w->now_ns - w->oldest->active_ns > w->idle_ns)
        conn_close(w, w->oldest);
}

/* ---- setting up and running --------------------------------------------------------------------------------- */

static enum status listener_add(
    struct tcp_worker *w, struct inherited *inherited, const struct net_addr *addr, struct error *e)
{
    struct watched *l = &w->listeners[w->listeners_n];
    int on = 1;

    l->fd = inherit_take(inherited, INHERIT_TCP, addr);
    if (l->fd < 0)
        TRY(net_listen_tcp(addr, BACKLOG, &l->fd, e));
    (void)setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* connections have it from their listener */
    l->what = WHAT_LISTEN;
    w->listeners_n++;
    if (!watch(w, l, EPOLLIN, EPOLL_CTL_ADD))
        return error_set(e, INTERNAL, "epoll", "watching a listening socket: %s", strerror(errno));
    return OK;
}

static enum status worker_open(
    struct tcp_worker *w, const struct server_settings *s, const struct net_addr *addrs, struct error *e)
{
    w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (w->epoll_fd < 0 || !watch(w, &w->stop, EPOLLIN, EPOLL_CTL_ADD) || !watch(w, &w->drain, EPOLLIN, EPOLL_CTL_ADD))
        return error_set(e, INTERNAL, "epoll", "epoll: %s", strerror(errno));
    for (size_t i = 0; i < s->addrs_n; i++)
        TRY(listener_add(w, s->inherited, &addrs[i], e));
    return OK;
}

enum status tcp_worker_new(struct store *st, const struct server_settings *s, const struct net_addr *addrs, int stop_fd,
    int drain_fd, struct tcp_worker **w_r, struct error *e)
{
    struct tcp_worker *w = mem_new(sizeof(*w));
    enum status status;

    INVARIANT(s->addrs_n <= SERVER_ADDRS_MAX);
    query_view_init(&w->view, st, s->query);
    map_init(&w->clients);
    for (unsigned i = 0; i < BATCH; i++)
        w->queries[i].tcp = true;
    w->max = s->tcp_max != 0 ? s->tcp_max : SERVER_TCP_MAX;
    w->client_max = s->tcp_client_max != 0 ? s->tcp_client_max : 64;
    w->idle_ns = (s->tcp_idle_s != 0 ? s->tcp_idle_s : 10) * UINT64_C(1000000000);
    w->stop = (struct watched){WHAT_STOP, stop_fd};
    w->drain = (struct watched){WHAT_DRAIN, drain_fd};
    status = worker_open(w, s, addrs, e);
    if (status != OK)
        tcp_worker_free(&w);
    *w_r = w;
    return status;
}

int tcp_worker_listener(const struct tcp_worker *w, size_t i)
{
    return w->listeners[i].fd;
}

void tcp_worker_free(struct tcp_worker **w_)
{
    struct tcp_worker *w = *w_;

    while (w->oldest != NULL)
        conn_close(w, w->oldest);
    closed_free(w);
    for (size_t i = 0; i < w->listeners_n; i++)
        close(w->listeners[i].fd);
    if (w->epoll_fd >= 0)
        close(w->epoll_fd);
    map_clear(&w->clients);
    query_view_clear(&w->view);
    mem_free(w);
    *w_ = NULL;
}

/* Somebody else may go on listening on the same sockets, so closing them here does not take them out of epoll. */
static void listeners_close(struct tcp_worker *w)
{
    (void)epoll_ctl(w->epoll_fd, EPOLL_CTL_DEL, w->drain.fd, NULL);
    while (w->listeners_n > 0) {
        int fd = w->listeners[--w->listeners_n].fd;

        (void)epoll_ctl(w->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        close(fd);
    }
    w->draining = true;
}

/* false: stop. */
static bool events_serve(struct tcp_worker *w, const struct epoll_event *ev, int n)
{
    for (int i = 0; i < n; i++) {
        struct watched *what = ev[i].data.ptr;

        if (what->what == WHAT_STOP)
            return false;
        if (what->what == WHAT_DRAIN)
            listeners_close(w);
        else if (what->what == WHAT_CONN)
            conn_event(w, (struct conn *)(void *)what, ev[i].events);
        else if (!w->draining)
            listener_accept(w, what->fd);
    }
    return true;
}

void tcp_worker_run(struct tcp_worker *w)
{
    struct epoll_event ev[EVENTS];

    while (!w->draining || w->open > 0) {
        int n = epoll_wait(w->epoll_fd, ev, EVENTS, w->open > 0 ? TICK_MS : -1);

        w->now_ns = clock_monotonic_ns();
        if (!events_serve(w, ev, n))
            return;
        idle_close(w);
        closed_free(w);
    }
}
