#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include "nameserver/ahead.h"
#include "nameserver/counts.h"
#include "nameserver/mem.h"
#include "nameserver/server.h"

#define BATCH AHEAD_MAX
#define QUERY_IN_MAX 1500 /* longer datagrams are no questions */
#define BUSY (BATCH / 8) /* from so many questions on a batch shows that more are coming */
#define LINE 64
#define OUT_ROOM (QUERY_UDP_MAX + LINE)
#define ROUNDS_MAX 64 /* batches from one socket before the others have a turn */
#define TURNS_MAX 16 /* over all sockets after the stop signal */

union udp_control {
    struct cmsghdr align;
    uint8_t room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct udp_worker {
    struct query_view view;
    int stop_fd;
    size_t sockets_n;
    int sockets[SERVER_ADDRS_MAX];
    bool wildcard[SERVER_ADDRS_MAX];
    bool wildcards; /* any of them */
    struct mmsghdr in[BATCH], out[BATCH];
    struct iovec in_vec[BATCH], out_vec[BATCH];
    struct sockaddr_storage peers[BATCH];
    union udp_control controls[BATCH];
    struct query queries[BATCH];
    uint8_t in_bytes[BATCH][QUERY_IN_MAX];
    uint8_t out_bytes[BATCH * OUT_ROOM]; /* one answer close behind the other: most need little of their room */
};

/* ---- setting up ----------------------------------------------------------------------------------------- */

static bool addr_is_wildcard(const struct net_addr *a)
{
    if (a->sa.ss_family == AF_INET)
        return ((const struct sockaddr_in *)(const void *)&a->sa)->sin_addr.s_addr == htonl(INADDR_ANY);
    return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)(const void *)&a->sa)->sin6_addr);
}

static enum status socket_wants_destination(int fd, const struct net_addr *a, struct error *e)
{
    int on = 1;
    bool v4 = a->sa.ss_family == AF_INET;

    if (setsockopt(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_PKTINFO : IPV6_RECVPKTINFO, &on, sizeof(on)) != 0)
        return error_set(e, INTERNAL, "socket", "asking for destination addresses: %s", strerror(errno));
    return OK;
}

/* Answers fit into 1280 bytes, so no ICMP message, forged ones least of all, shall make the kernel fragment them (RFC
 * 9715 §3.1). An old kernel that cannot do this serves as well. */
static void path_mtu_ignore(int fd, bool v4)
{
    int omit = v4 ? IP_PMTUDISC_OMIT : IPV6_PMTUDISC_OMIT;

    (void)setsockopt(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, &omit, sizeof(omit));
}

static void batch_init(struct udp_worker *w)
{
    for (unsigned i = 0; i < BATCH; i++) {
        w->in_vec[i] = (struct iovec){.iov_base = w->in_bytes[i], .iov_len = QUERY_IN_MAX};
        w->in[i].msg_hdr = (struct msghdr){
            .msg_name = &w->peers[i], .msg_namelen = sizeof(w->peers[i]), .msg_iov = &w->in_vec[i], .msg_iovlen = 1};
        w->out[i].msg_hdr = (struct msghdr){.msg_iov = &w->out_vec[i], .msg_iovlen = 1};
        w->queries[i].in = w->in_bytes[i];
        w->queries[i].client = &w->peers[i];
    }
}

static enum status socket_add(
    struct udp_worker *w, struct inherited *inherited, const struct net_addr *addr, struct error *e)
{
    size_t i = w->sockets_n;

    w->sockets[i] = inherit_take(inherited, INHERIT_UDP, addr);
    if (w->sockets[i] < 0)
        TRY(net_bind_udp(addr, true, &w->sockets[i], e));
    w->sockets_n++;
    path_mtu_ignore(w->sockets[i], addr->sa.ss_family == AF_INET);
    w->wildcard[i] = addr_is_wildcard(addr);
    w->wildcards |= w->wildcard[i];
    if (w->wildcard[i])
        TRY(socket_wants_destination(w->sockets[i], addr, e));
    return OK;
}

enum status udp_worker_new(struct store *st, const struct server_settings *settings, const struct net_addr *addrs,
    int stop_fd, struct udp_worker **w_r, struct error *e)
{
    struct udp_worker *w = mem_new(sizeof(*w));
    enum status s = OK;

    INVARIANT(settings->addrs_n <= SERVER_ADDRS_MAX);
    query_view_init(&w->view, st, settings->query);
    batch_init(w);
    w->stop_fd = stop_fd;
    for (size_t i = 0; i < settings->addrs_n && s == OK; i++)
        s = socket_add(w, settings->inherited, &addrs[i], e);
    if (s != OK)
        udp_worker_free(&w);
    *w_r = w;
    return s;
}

enum status udp_worker_addr(const struct udp_worker *w, size_t i, struct net_addr *addr_r, struct error *e)
{
    return net_addr_local(w->sockets[i], addr_r, e);
}

int udp_worker_socket(const struct udp_worker *w, size_t i)
{
    return w->sockets[i];
}

void udp_worker_free(struct udp_worker **w)
{
    for (size_t i = 0; i < (*w)->sockets_n; i++)
        close((*w)->sockets[i]);
    query_view_clear(&(*w)->view);
    mem_free(*w);
    *w = NULL;
}

/* ---- the path ------------------------------------------------------------------------------------------- */

/* The answer leaves from the address that was asked; through which interface is the routing table's choice, but for
 * link-local addresses, which mean nothing without one. */
static void control_for_answer(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            ((struct in_pktinfo *)(void *)CMSG_DATA(c))->ipi_ifindex = 0;
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo *info = (struct in6_pktinfo *)(void *)CMSG_DATA(c);

            if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr))
                info->ipi6_ifindex = 0;
        }
    }
}

static int batch_receive(struct udp_worker *w, size_t i)
{
    for (unsigned k = 0; w->wildcards && k < BATCH; k++) {
        w->in[k].msg_hdr.msg_control = w->wildcard[i] ? &w->controls[k] : NULL;
        w->in[k].msg_hdr.msg_controllen = w->wildcard[i] ? sizeof(w->controls[k]) : 0;
    }
    return recvmmsg(w->sockets[i], w->in, BATCH, MSG_DONTWAIT, NULL);
}

/* The answer to in[k] becomes out[at]. */
static void answer_queue(struct udp_worker *w, unsigned k, unsigned at)
{
    struct msghdr *in = &w->in[k].msg_hdr, *out = &w->out[at].msg_hdr;

    w->out_vec[at].iov_base = w->queries[k].out;
    w->out_vec[at].iov_len = w->queries[k].out_n;
    out->msg_name = in->msg_name;
    out->msg_namelen = in->msg_namelen;
    out->msg_control = in->msg_control;
    out->msg_controllen = in->msg_controllen;
}

static void batch_read(struct udp_worker *w, unsigned n)
{
    for (unsigned k = 0; k < n; k++) {
        struct query *q = &w->queries[k];

        q->in_n = (w->in[k].msg_hdr.msg_flags & MSG_TRUNC) != 0 ? 0 : w->in[k].msg_len;
        query_prepare(&w->view, q);
    }
    ahead_fetch(&w->view, w->queries, n);
}

static unsigned batch_answer(struct udp_worker *w, unsigned n)
{
    unsigned out = 0;
    size_t at = 0;

    query_view_take(&w->view);
    batch_read(w, n);
    for (unsigned k = 0; k < n; k++) {
        w->queries[k].out = w->out_bytes + at;
        query_answer(&w->view, &w->queries[k]);
        at += (w->queries[k].out_n + LINE - 1) / LINE * LINE;
        if (w->queries[k].out_n != 0)
            answer_queue(w, k, out++);
        w->in[k].msg_hdr.msg_namelen = sizeof(w->peers[k]); /* the kernel had written the real one there */
    }
    query_view_give(&w->view);
    return out;
}

static void batch_send(struct udp_worker *w, size_t i, unsigned n)
{
    unsigned at = 0;
    uint64_t failed = 0;

    if (w->wildcard[i]) {
        for (unsigned k = 0; k < n; k++)
            control_for_answer(&w->out[k].msg_hdr);
    }
    while (at < n) {
        int sent = sendmmsg(w->sockets[i], w->out + at, n - at, MSG_DONTWAIT);

        if (sent > 0) {
            at += (unsigned)sent;
        } else if (errno != EINTR) {
            failed++; /* this one cannot go (no route, no room); the client will ask again */
            at++;
        }
    }
    if (failed > 0)
        count_send_failed(failed);
}

/* true: there may be more. A batch of a few was all there was, and asking the socket again would only cost a call; behind a
 * larger one others have most likely come while it was answered, and asking poll first would be the call too many. */
static bool socket_serve(struct udp_worker *w, size_t i)
{
    int n = BATCH;

    for (unsigned round = 0; n >= BUSY && round < ROUNDS_MAX; round++) {
        n = batch_receive(w, i);
        if (n <= 0)
            break;
        batch_send(w, i, batch_answer(w, (unsigned)n));
        counts_flush(&w->view.counts, BY_UDP);
    }
    return n >= BUSY;
}

/* What has been received by the stop is answered. */
static void sockets_drain(struct udp_worker *w)
{
    bool more = true;

    for (unsigned turn = 0; more && turn < TURNS_MAX; turn++) {
        more = false;
        for (size_t i = 0; i < w->sockets_n; i++)
            more |= socket_serve(w, i);
    }
}

/* poll, not epoll: a socket in an epoll set calls that set for every datagram that comes or has gone, also while nobody
 * waits; a socket of poll's only while the worker sleeps. */
void udp_worker_run(struct udp_worker *w)
{
    struct pollfd fds[SERVER_ADDRS_MAX + 1];
    size_t n = w->sockets_n;

    for (size_t i = 0; i < n; i++)
        fds[i] = (struct pollfd){.fd = w->sockets[i], .events = POLLIN};
    fds[n] = (struct pollfd){.fd = w->stop_fd, .events = POLLIN};
    do {
        if (poll(fds, n + 1, -1) < 0)
            continue; /* a signal; what was found before it stands in fds and does no harm */
        for (size_t i = 0; i < n; i++) {
            if (fds[i].revents != 0)
                (void)socket_serve(w, i);
        }
    } while (fds[n].revents == 0);
    sockets_drain(w);
}
