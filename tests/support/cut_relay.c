#include "tests/support/cut_relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAIRS_MAX 64
#define CHUNK 4096

struct pair {
    int fd[2]; /* [CUT_UP]: the client's, bytes from it go up; [CUT_DOWN]: the server's */
};

struct cut_relay {
    pthread_mutex_t lock;
    pthread_t thread;
    int listener, wake[2];
    unsigned port, target, connections;
    struct pair pairs[PAIRS_MAX];
    size_t pairs_n;
    bool armed, fired, refuse, stop;
    enum cut_direction direction;
    size_t left, passed[2];
};

static int loopback(unsigned port, struct sockaddr_in *sa)
{
    *sa = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    INVARIANT(fd >= 0);
    return fd;
}

/* A reset, not a polite end: both sides see a broken connection. */
static void reset_close(int fd)
{
    struct linger l = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
    (void)close(fd);
}

static void pair_drop(struct cut_relay *r, size_t i, bool reset)
{
    for (int k = 0; k < 2; k++) {
        if (reset)
            reset_close(r->pairs[i].fd[k]);
        else
            (void)close(r->pairs[i].fd[k]);
    }
    r->pairs[i] = r->pairs[--r->pairs_n];
}

static void pair_add(struct cut_relay *r)
{
    struct sockaddr_in sa;
    int one = 1, client = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0)
        return;
    r->connections++;
    int server = loopback(r->target, &sa);
    if (r->refuse || r->pairs_n == PAIRS_MAX || connect(server, (struct sockaddr *)&sa, sizeof(sa)) != 0) {
        reset_close(client);
        (void)close(server);
        return;
    }
    (void)setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    (void)setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    r->pairs[r->pairs_n++] = (struct pair){{client, server}};
}

static bool send_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
    return true;
}

/* false: the pair is gone. */
static bool pass(struct cut_relay *r, size_t i, enum cut_direction d)
{
    char chunk[CHUNK];
    ssize_t got = recv(r->pairs[i].fd[d], chunk, sizeof(chunk), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (got <= 0) {
        pair_drop(r, i, false);
        return false;
    }
    size_t n = (size_t)got;
    bool cut = r->armed && r->direction == d && n >= r->left;
    if (cut)
        n = r->left;
    else if (r->armed && r->direction == d)
        r->left -= n;
    bool sent = send_all(r->pairs[i].fd[!d], chunk, n);
    r->passed[d] += n;
    if (cut) {
        r->armed = false;
        r->fired = true;
    }
    if (cut || !sent) {
        /* Going up, what was passed must arrive: no reset may overtake it there. */
        if (d == CUT_UP && sent) {
            (void)shutdown(r->pairs[i].fd[CUT_DOWN], SHUT_WR);
            reset_close(r->pairs[i].fd[CUT_UP]);
            (void)close(r->pairs[i].fd[CUT_DOWN]);
            r->pairs[i] = r->pairs[--r->pairs_n];
        } else {
            pair_drop(r, i, true);
        }
        return false;
    }
    return true;
}

static void pairs_pass(struct cut_relay *r, const struct pollfd *fds)
{
    /* Backwards: a dropped pair is replaced by the last one, which has had its turn. */
    for (size_t i = r->pairs_n; i-- > 0;) {
        if (fds[2 + 2 * i].revents != 0 && !pass(r, i, CUT_UP))
            continue;
        if (fds[3 + 2 * i].revents != 0)
            (void)pass(r, i, CUT_DOWN);
    }
}

static void *relay_run(void *ctx)
{
    struct cut_relay *r = ctx;
    struct pollfd fds[2 + 2 * PAIRS_MAX];
    (void)pthread_mutex_lock(&r->lock);
    while (!r->stop) {
        fds[0] = (struct pollfd){.fd = r->listener, .events = POLLIN};
        fds[1] = (struct pollfd){.fd = r->wake[0], .events = POLLIN};
        for (size_t i = 0; i < r->pairs_n; i++)
            for (size_t k = 0; k < 2; k++)
                fds[2 + 2 * i + k] = (struct pollfd){.fd = r->pairs[i].fd[k], .events = POLLIN};
        nfds_t n = 2 + 2 * (nfds_t)r->pairs_n;
        (void)pthread_mutex_unlock(&r->lock);
        (void)poll(fds, n, -1);
        (void)pthread_mutex_lock(&r->lock);
        pairs_pass(r, fds);
        if (fds[0].revents != 0)
            pair_add(r);
    }
    while (r->pairs_n > 0)
        pair_drop(r, 0, true);
    (void)pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct cut_relay *cut_relay_start(unsigned port)
{
    struct cut_relay *r = calloc(1, sizeof(*r));
    struct sockaddr_in sa;
    socklen_t len = sizeof(sa);
    INVARIANT(r != NULL && pthread_mutex_init(&r->lock, NULL) == 0 && pipe(r->wake) == 0);
    r->target = port;
    r->listener = loopback(0, &sa);
    INVARIANT(bind(r->listener, (struct sockaddr *)&sa, sizeof(sa)) == 0 && listen(r->listener, 64) == 0);
    INVARIANT(getsockname(r->listener, (struct sockaddr *)&sa, &len) == 0);
    r->port = ntohs(sa.sin_port);
    INVARIANT(pthread_create(&r->thread, NULL, relay_run, r) == 0);
    return r;
}

void cut_relay_stop(struct cut_relay **rp)
{
    struct cut_relay *r = *rp;
    (void)pthread_mutex_lock(&r->lock);
    r->stop = true;
    (void)pthread_mutex_unlock(&r->lock);
    INVARIANT(write(r->wake[1], "", 1) == 1);
    (void)pthread_join(r->thread, NULL);
    (void)close(r->listener);
    (void)close(r->wake[0]);
    (void)close(r->wake[1]);
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
    *rp = NULL;
}

unsigned cut_relay_port(const struct cut_relay *r)
{
    return r->port;
}

void cut_relay_target(struct cut_relay *r, unsigned port)
{
    (void)pthread_mutex_lock(&r->lock);
    r->target = port;
    (void)pthread_mutex_unlock(&r->lock);
}

void cut_relay_arm(struct cut_relay *r, enum cut_direction d, size_t n)
{
    INVARIANT(n > 0);
    (void)pthread_mutex_lock(&r->lock);
    r->armed = true;
    r->fired = false;
    r->direction = d;
    r->left = n;
    (void)pthread_mutex_unlock(&r->lock);
}

void cut_relay_disarm(struct cut_relay *r)
{
    (void)pthread_mutex_lock(&r->lock);
    r->armed = false;
    (void)pthread_mutex_unlock(&r->lock);
}

bool cut_relay_fired(struct cut_relay *r)
{
    (void)pthread_mutex_lock(&r->lock);
    bool fired = r->fired;
    (void)pthread_mutex_unlock(&r->lock);
    return fired;
}

size_t cut_relay_passed(struct cut_relay *r, enum cut_direction d)
{
    (void)pthread_mutex_lock(&r->lock);
    size_t n = r->passed[d];
    (void)pthread_mutex_unlock(&r->lock);
    return n;
}

unsigned cut_relay_connections(struct cut_relay *r)
{
    (void)pthread_mutex_lock(&r->lock);
    unsigned n = r->connections;
    (void)pthread_mutex_unlock(&r->lock);
    return n;
}

void cut_relay_refuse(struct cut_relay *r, bool refuse)
{
    (void)pthread_mutex_lock(&r->lock);
    r->refuse = refuse;
    (void)pthread_mutex_unlock(&r->lock);
}
