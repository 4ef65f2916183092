#include "nameserver/takeover.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/daemon.h"
#include "base/log.h"
#include "nameserver/mem.h"

#define FDS_MAX 64 /* in one message; Linux takes 253 */
#define GONE_MS 15000
#define NO_ROOM_MS 100

enum word { WORD_TAKE = 'T', WORD_SOCKETS = 'S', WORD_THATS_ALL = 'A', WORD_READY = 'R', WORD_GONE = 'G' };

/* One message: the word, and for SOCKETS a kind for each descriptor. */
struct message {
    uint8_t bytes[1 + FDS_MAX];
    size_t n;
    int fds[FDS_MAX];
    size_t fds_n;
};

union control {
    struct cmsghdr align;
    uint8_t room[CMSG_SPACE(FDS_MAX * sizeof(int))];
};

static bool path_addr(const char *path, struct sockaddr_un *sa_r)
{
    size_t n = strlen(path);

    *sa_r = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (n >= sizeof(sa_r->sun_path))
        return false;
    memcpy(sa_r->sun_path, path, n + 1);
    return true;
}

static enum status path_error(const char *path, struct error *e)
{
    return error_set(e, INVALID, "path-too-long", "%s: a unix socket's path has at most %zu bytes", path,
        sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
}

static bool message_send(int fd, const struct message *m)
{
    union control c;
    struct iovec vec = {.iov_base = (void *)m->bytes, .iov_len = m->n};
    struct msghdr h = {.msg_iov = &vec, .msg_iovlen = 1};
    ssize_t n;

    if (m->fds_n > 0) {
        memset(&c, 0, sizeof(c));
        h.msg_control = &c;
        h.msg_controllen = CMSG_SPACE(m->fds_n * sizeof(int));
        c.align = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(m->fds_n * sizeof(int))};
        memcpy(CMSG_DATA(&c.align), m->fds, m->fds_n * sizeof(int));
    }
    do {
        n = sendmsg(fd, &h, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)m->n;
}

static bool word_send(int fd, enum word word)
{
    struct message m = {.bytes = {(uint8_t)word}, .n = 1};

    return message_send(fd, &m);
}

static void message_fds(struct msghdr *h, struct message *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        m->fds_n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(m->fds, CMSG_DATA(c), m->fds_n * sizeof(int));
    }
}

/* false: the other side is gone, the deadline has passed, or stop_fd is readable (-1: there is none). */
static bool message_receive(int fd, int stop_fd, uint64_t deadline, struct message *m)
{
    union control c;
    struct iovec vec = {.iov_base = m->bytes, .iov_len = sizeof(m->bytes)};
    struct msghdr h = {.msg_iov = &vec, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof(c)};
    struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
    ssize_t n;

    m->fds_n = 0;
    if (net_poll(p, 2, deadline) <= 0 || p[1].revents != 0)
        return false;
    do {
        n = recvmsg(fd, &h, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    m->n = (size_t)n;
    message_fds(&h, m);
    return true;
}

static bool word_receive(int fd, int stop_fd, enum word word, uint64_t deadline)
{
    struct message m;

    if (!message_receive(fd, stop_fd, deadline, &m))
        return false;
    for (size_t i = 0; i < m.fds_n; i++)
        close(m.fds[i]);
    return m.bytes[0] == word;
}

/* ---- the new one ------------------------------------------------------------------------------------------------ */

/* false: the old one is gone. */
static bool sockets_receive(struct takeover *t, uint64_t deadline)
{
    struct message m;

    while (message_receive(t->fd, daemon_stop_fd(), deadline, &m)) {
        if (m.bytes[0] == WORD_THATS_ALL)
            return true;
        for (size_t i = 0; i < m.fds_n; i++) {
            if (m.bytes[0] == WORD_SOCKETS && i + 1 < m.n)
                (void)inherit_add(&t->sockets, m.bytes[i + 1], m.fds[i]);
            else
                close(m.fds[i]);
        }
    }
    return false;
}

static enum status takeover_connect(const char *path, struct takeover *t, struct error *e)
{
    struct sockaddr_un sa;

    if (!path_addr(path, &sa))
        return path_error(path, e);
    t->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    INVARIANT(t->fd >= 0);
    if (connect(t->fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
        return OK;
    if (errno != ENOENT && errno != ECONNREFUSED)
        return error_set(e, DENIED, "takeover", "%s: %s", path, strerror(errno));
    close(t->fd);
    t->fd = -1;
    return OK;
}

static bool peer_is_there(int fd)
{
    uint8_t byte;
    ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return n > 0 || (n < 0 && errno == EAGAIN);
}

enum status takeover_ask(const char *path, struct takeover *t_r, struct error *e)
{
    *t_r = (struct takeover){.fd = -1};
    TRY(takeover_connect(path, t_r, e));
    if (t_r->fd < 0) {
        log_event(LOG_INFO, "takeover", NULL, "nobody to take over from at %s", path);
        return OK;
    }
    if (word_send(t_r->fd, WORD_TAKE) && sockets_receive(t_r, net_deadline(TAKEOVER_TRIES_S * 1000))) {
        log_event(LOG_INFO, "takeover", NULL, "%zu sockets from the process before", t_r->sockets.n);
        return OK;
    }
    if (peer_is_there(t_r->fd))
        return error_set(e, UNAVAILABLE, "takeover",
            "the process before has not handed over its sockets within %d s, or we were told to stop; it goes on",
            TAKEOVER_TRIES_S);
    /* It died: what it sent is ours, the rest is free. */
    close(t_r->fd);
    t_r->fd = -1;
    log_event(LOG_WARN, "takeover", NULL, "the process before ended while it was asked");
    return OK;
}

void takeover_ready(struct takeover *t)
{
    if (t->fd < 0)
        return;
    if (!word_send(t->fd, WORD_READY) || !word_receive(t->fd, -1, WORD_GONE, net_deadline(GONE_MS)))
        log_event(LOG_WARN, "takeover", NULL, "the process before ended without a word");
    close(t->fd);
    t->fd = -1;
}

void takeover_clear(struct takeover *t)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
    inherit_clear(&t->sockets);
}

/* ---- the old one ------------------------------------------------------------------------------------------------ */

struct takeover_door {
    struct takeover_host host;
    struct sockaddr_un sa;
    struct stat made; /* of our socket in the file system: another's is left alone */
    int listen_fd, stop_fd;
    pthread_t thread;
};

struct socket_sender {
    int fd;
    struct message m;
    bool failed;
};

static void sender_flush(struct socket_sender *s)
{
    if (s->m.fds_n > 0 && !s->failed)
        s->failed = !message_send(s->fd, &s->m);
    s->m = (struct message){.bytes = {WORD_SOCKETS}, .n = 1};
}

static void sender_put(void *to, enum inherit_kind kind, int fd)
{
    struct socket_sender *s = to;

    if (s->m.fds_n == FDS_MAX)
        sender_flush(s);
    s->m.bytes[s->m.n++] = (uint8_t)kind;
    s->m.fds[s->m.fds_n++] = fd;
}

static bool sockets_send(struct takeover_door *d, int fd)
{
    struct socket_sender s = {.fd = fd, .m = {.bytes = {WORD_SOCKETS}, .n = 1}};

    d->host.sockets(d->host.ctx, sender_put, &s);
    sender_flush(&s);
    return !s.failed && word_send(fd, WORD_THATS_ALL);
}

/* true: the successor answers. */
static bool hand_over(struct takeover_door *d, int fd)
{
    uint64_t deadline = net_deadline(TAKEOVER_TRIES_S * 1000);

    if (!word_receive(fd, d->stop_fd, WORD_TAKE, net_deadline(1000)))
        return false;
    log_event(LOG_INFO, "takeover", NULL, "a successor asks; the database is not followed until it answers");
    d->host.feed_stop(d->host.ctx);
    breakpoint("takeover:feed-stopped");
    if (sockets_send(d, fd) && word_receive(fd, d->stop_fd, WORD_READY, deadline))
        return true;
    log_event(LOG_WARN, "takeover", NULL, "the successor did not come up; going on");
    d->host.feed_start(d->host.ctx);
    return false;
}

/* SCM_RIGHTS gives our sockets away: only to ourselves. */
static bool peer_is_us(int fd)
{
    struct ucred who;
    socklen_t n = sizeof(who);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && (who.uid == geteuid() || who.uid == 0);
}

static bool peer_serve(struct takeover_door *d, int fd)
{
    if (!peer_is_us(fd) || !hand_over(d, fd))
        return false;
    d->host.let_go(d->host.ctx);
    (void)word_send(fd, WORD_GONE);
    d->host.gone(d->host.ctx);
    return true;
}

static void *door_main(void *door)
{
    struct takeover_door *d = door;
    struct pollfd p[2] = {{.fd = d->stop_fd, .events = POLLIN}, {.fd = d->listen_fd, .events = POLLIN}};
    bool gone = false;

    while (!gone && net_poll(p, 2, NET_NO_DEADLINE) > 0 && p[0].revents == 0) {
        int fd = accept4(d->listen_fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0) {
            (void)net_poll(p, 1, net_deadline(NO_ROOM_MS)); /* out of descriptors: poll would say the same at once */
            continue;
        }
        gone = peer_serve(d, fd);
        close(fd);
    }
    return NULL;
}

/* Bound beside the path and moved there: whoever connects meets the old one or the new one. */
static enum status door_bind(struct takeover_door *d, const char *path, struct error *e)
{
    struct sockaddr_un beside = d->sa;
    size_t n = strlen(path);

    if (n + 4 >= sizeof(beside.sun_path))
        return path_error(path, e);
    memcpy(beside.sun_path + n, ".new", 5);
    (void)unlink(beside.sun_path);
    d->listen_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (d->listen_fd < 0 || bind(d->listen_fd, (struct sockaddr *)&beside, sizeof(beside)) != 0 ||
        chmod(beside.sun_path, 0600) != 0 || listen(d->listen_fd, 4) != 0 || stat(beside.sun_path, &d->made) != 0 ||
        rename(beside.sun_path, path) != 0)
        return error_set(e, INTERNAL, "takeover", "%s: %s", path, strerror(errno));
    return OK;
}

static void door_free(struct takeover_door *d)
{
    if (d->listen_fd >= 0)
        close(d->listen_fd);
    close(d->stop_fd);
    mem_free(d);
}

enum status takeover_open(
    const char *path, const struct takeover_host *host, struct takeover_door **d_r, struct error *e)
{
    struct takeover_door *d = mem_new(sizeof(*d));
    enum status s = OK;

    d->host = *host;
    d->listen_fd = -1;
    d->stop_fd = eventfd(0, EFD_CLOEXEC);
    INVARIANT(d->stop_fd >= 0);
    *d_r = NULL;
    s = path_addr(path, &d->sa) ? door_bind(d, path, e) : path_error(path, e);
    if (s == OK && pthread_create(&d->thread, NULL, door_main, d) != 0)
        s = error_set(e, INTERNAL, "thread", "takeover: starting a thread: %s", strerror(errno));
    if (s == OK)
        *d_r = d;
    else
        door_free(d);
    return s;
}

void takeover_close(struct takeover_door **d_)
{
    struct takeover_door *d = *d_;
    struct stat there;
    uint64_t one = 1;

    if (d == NULL)
        return;
    INVARIANT(write(d->stop_fd, &one, sizeof(one)) == sizeof(one));
    pthread_join(d->thread, NULL);
    if (stat(d->sa.sun_path, &there) == 0 && there.st_ino == d->made.st_ino && there.st_dev == d->made.st_dev)
        (void)unlink(d->sa.sun_path);
    door_free(d);
    *d_ = NULL;
}
