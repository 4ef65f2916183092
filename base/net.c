#include "base/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "base/clock.h"

#define WAKE_DRAIN_MAX 1024 /* datagrams taken per wake-up; the rest wakes again */

static enum status addr_bad(struct str s, struct error *e)
{
    return error_set(e, INVALID, "address-invalid",
        "\"%.*s\" is not an address with port: write 127.0.0.1:53 or [::1]:53", STR_ARG(s));
}

/* Splits "host:port" or "[host]:port"; v6 says which. */
static bool addr_split(struct str s, struct str *host_r, struct str *port_r, bool *v6_r)
{
    *v6_r = s.n > 0 && s.p[0] == '[';
    ptrdiff_t end = str_find(s, *v6_r ? ']' : ':', 0);
    if (end < 0)
        return false;
    size_t from = *v6_r ? 1 : 0;
    size_t at = (size_t)end + from; /* of the colon */
    if (at >= s.n || s.p[at] != ':')
        return false;
    *host_r = str_n(s.p + from, (size_t)end - from);
    *port_r = str_n(s.p + at + 1, s.n - at - 1);
    return true;
}

enum status net_addr_parse(struct str s, struct net_addr *a_r, struct error *e)
{
    struct str host, port;
    bool v6;
    uint64_t number;
    char text[INET6_ADDRSTRLEN];
    if (!addr_split(s, &host, &port, &v6) || !str_to_u64(port, 65535, &number) || host.n >= sizeof text ||
        memchr(host.p, '\0', host.n) != NULL)
        return addr_bad(s, e);
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';

    *a_r = (struct net_addr){0};
    struct sockaddr_in *in4 = (struct sockaddr_in *)&a_r->sa;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a_r->sa;
    a_r->sa.ss_family = v6 ? AF_INET6 : AF_INET;
    a_r->len = v6 ? sizeof *in6 : sizeof *in4;
    if (v6)
        in6->sin6_port = htons((uint16_t)number);
    else
        in4->sin_port = htons((uint16_t)number);
    void *bytes = v6 ? (void *)&in6->sin6_addr : (void *)&in4->sin_addr;
    if (inet_pton(a_r->sa.ss_family, text, bytes) != 1)
        return addr_bad(s, e);
    return OK;
}

#define HOST_MAX 253 /* RFC 1035 section 2.3.4, as text */

static enum status resolve_failed(int why, const char *host, struct error *e)
{
    if (why == EAI_NONAME)
        return error_set(e, NOT_FOUND, "resolve", "there is no host \"%s\"", host);
    const char *text = why == EAI_SYSTEM ? strerror(errno) : gai_strerror(why);
    return error_set(e, UNAVAILABLE, "resolve", "looking up \"%s\": %s", host, text);
}

/* "host:port" with a host that may be asked for. */
static bool host_split(struct str s, struct str *host_r, unsigned *port_r)
{
    struct str port;
    bool v6;
    uint64_t number;
    if (!addr_split(s, host_r, &port, &v6) || !str_to_u64(port, 65535, &number) || str_empty(*host_r) ||
        host_r->n > HOST_MAX)
        return false;
    for (size_t i = 0; i < host_r->n; i++)
        if ((unsigned char)host_r->p[i] <= ' ' || (unsigned char)host_r->p[i] >= 0x7F)
            return false;
    *port_r = (unsigned)number;
    return true;
}

static enum status host_bad(struct str s, struct error *e)
{
    return error_set(
        e, INVALID, "address-invalid", "\"%.*s\" is not a host with port: write epp.registry.example:700", STR_ARG(s));
}

enum status net_host_check(struct str s, struct error *e)
{
    struct str host;
    unsigned port;
    return host_split(s, &host, &port) ? OK : host_bad(s, e);
}

enum status net_resolve(struct str s, struct net_addr *addrs, size_t max, size_t *n_r, struct error *e)
{
    struct str host;
    unsigned port;
    char name[HOST_MAX + 1], service[8];
    *n_r = 0;
    if (!host_split(s, &host, &port))
        return host_bad(s, e);
    snprintf(name, sizeof name, "%.*s", STR_ARG(host));
    snprintf(service, sizeof service, "%u", port);

    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    int why = getaddrinfo(name, service, &hints, &found);
    if (why != 0)
        return resolve_failed(why, name, e);
    for (const struct addrinfo *f = found; f != NULL && *n_r < max; f = f->ai_next) {
        struct net_addr *a = &addrs[(*n_r)++];
        *a = (struct net_addr){.len = f->ai_addrlen};
        memcpy(&a->sa, f->ai_addr, f->ai_addrlen);
    }
    freeaddrinfo(found);
    return OK;
}

/* Enough for "[", the longest IPv6 text, "]:65535". */
#define ADDR_TEXT_MAX (INET6_ADDRSTRLEN + 10)

static void addr_print(const struct net_addr *addr, char *out, size_t n)
{
    char host[INET6_ADDRSTRLEN] = "?";
    if (addr->sa.ss_family == AF_INET) {
        const struct sockaddr_in *in4 = (const struct sockaddr_in *)&addr->sa;
        inet_ntop(AF_INET, &in4->sin_addr, host, sizeof host);
        snprintf(out, n, "%s:%u", host, ntohs(in4->sin_port));
        return;
    }
    if (addr->sa.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&addr->sa;
        inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof host);
        snprintf(out, n, "[%s]:%u", host, ntohs(in6->sin6_port));
        return;
    }
    snprintf(out, n, "(family %u)", addr->sa.ss_family);
}

struct str net_addr_text(struct arena *a, const struct net_addr *addr)
{
    char text[ADDR_TEXT_MAX];
    addr_print(addr, text, sizeof text);
    return str_of(arena_strdup(a, text));
}

enum status net_addr_local(int fd, struct net_addr *a_r, struct error *e)
{
    *a_r = (struct net_addr){.len = sizeof a_r->sa};
    if (getsockname(fd, (struct sockaddr *)&a_r->sa, &a_r->len) != 0)
        return error_set(e, INTERNAL, "socket", "reading a socket's own address: %s", strerror(errno));
    return OK;
}

/* What errno means for a socket on addr; closes fd when it is one. */
static enum status socket_failed(const struct net_addr *addr, const char *doing, int fd, struct error *e)
{
    int err = errno;
    char text[ADDR_TEXT_MAX];
    addr_print(addr, text, sizeof text);
    if (fd >= 0)
        close(fd);
    switch (err) {
    case EADDRINUSE:
        return error_set(e, UNAVAILABLE, "port-taken",
            "%s %s: another program uses this address and port; stop it or choose another port", doing, text);
    case EADDRNOTAVAIL:
        return error_set(e, INVALID, "address-not-here", "%s %s: this machine has no such address", doing, text);
    case EACCES:
    case EPERM:
        return error_set(
            e, DENIED, "port-denied", "%s %s: not permitted; ports below 1024 need CAP_NET_BIND_SERVICE", doing, text);
    default:
        return error_set(e, UNAVAILABLE, "socket", "%s %s: %s", doing, text, strerror(err));
    }
}

static bool option_set(int fd, int level, int option)
{
    int on = 1;
    return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

/* A bound socket of that type, or -1 with errno; *fd_r is set also then, for the caller to close. */
static bool socket_bind(const struct net_addr *addr, int type, int reuse, int *fd_r)
{
    *fd_r = socket(addr->sa.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd_r < 0)
        return false;
    if (reuse != 0 && !option_set(*fd_r, SOL_SOCKET, reuse))
        return false;
    /* [::] must not take the IPv4 port too: both are listened on by name. */
    if (addr->sa.ss_family == AF_INET6 && !option_set(*fd_r, IPPROTO_IPV6, IPV6_V6ONLY))
        return false;
    return bind(*fd_r, (const struct sockaddr *)&addr->sa, addr->len) == 0;
}

enum status net_listen_tcp(const struct net_addr *addr, int backlog, int *fd_r, struct error *e)
{
    int fd;
    *fd_r = -1;
    if (!socket_bind(addr, SOCK_STREAM, SO_REUSEADDR, &fd) || listen(fd, backlog) != 0)
        return socket_failed(addr, "listening on TCP", fd, e);
    *fd_r = fd;
    return OK;
}

enum status net_bind_udp(const struct net_addr *addr, bool reuseport, int *fd_r, struct error *e)
{
    int fd;
    *fd_r = -1;
    if (!socket_bind(addr, SOCK_DGRAM, reuseport ? SO_REUSEPORT : 0, &fd))
        return socket_failed(addr, "listening on UDP", fd, e);
    *fd_r = fd;
    return OK;
}

uint64_t net_deadline(int timeout_ms)
{
    if (timeout_ms < 0)
        return NET_NO_DEADLINE;
    return clock_monotonic_ns() + (uint64_t)timeout_ms * 1000000;
}

int net_poll(struct pollfd *fds, unsigned n, uint64_t deadline)
{
    for (;;) {
        int wait_ms = -1;
        if (deadline != NET_NO_DEADLINE) {
            uint64_t now = clock_monotonic_ns();
            uint64_t left = deadline > now ? (deadline - now + 999999) / 1000000 : 0;
            wait_ms = left > 3600000 ? 3600000 : (int)left;
        }
        int got = poll(fds, n, wait_ms);
        if (got > 0)
            return got;
        if (got < 0 && errno != EINTR)
            return -1;
        if (deadline != NET_NO_DEADLINE && clock_monotonic_ns() >= deadline)
            return 0;
    }
}

static enum status connect_failed(const struct net_addr *addr, int err, int fd, struct error *e)
{
    char text[ADDR_TEXT_MAX];
    addr_print(addr, text, sizeof text);
    close(fd);
    if (err == ETIMEDOUT)
        return error_set(e, UNAVAILABLE, "timeout", "connecting to %s: no answer in time", text);
    return error_set(e, UNAVAILABLE, "connect", "connecting to %s: %s", text, strerror(err));
}

/* 0, or the errno that the connection attempt ended with. */
static int connect_outcome(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int got = net_poll(&p, 1, net_deadline(timeout_ms));
    if (got < 0)
        return errno;
    if (got == 0)
        return ETIMEDOUT;
    int err = 0;
    socklen_t len = sizeof err;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0)
        return errno;
    return err;
}

enum status net_connect_tcp(const struct net_addr *addr, int timeout_ms, int *fd_r, struct error *e)
{
    *fd_r = -1;
    int fd = socket(addr->sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return socket_failed(addr, "connecting to", fd, e);
    /* Protocols here are question and answer: waiting to fill a segment only adds latency. */
    if (!option_set(fd, IPPROTO_TCP, TCP_NODELAY))
        return connect_failed(addr, errno, fd, e);
    if (connect(fd, (const struct sockaddr *)&addr->sa, addr->len) != 0) {
        int err = errno == EINPROGRESS ? connect_outcome(fd, timeout_ms) : errno;
        if (err != 0)
            return connect_failed(addr, err, fd, e);
    }
    *fd_r = fd;
    return OK;
}

void net_wake(const struct net_addr *addr)
{
    int fd = socket(addr->sa.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, "", 0, MSG_NOSIGNAL, (const struct sockaddr *)&addr->sa, addr->len);
    close(fd);
}

/* Takes what waits; true if there was anything. */
static bool wake_drain(int fd)
{
    char byte;
    bool any = false;
    for (int i = 0; i < WAKE_DRAIN_MAX; i++) {
        ssize_t got = recv(fd, &byte, sizeof byte, MSG_DONTWAIT | MSG_TRUNC);
        if (got < 0 && errno != EINTR)
            break;
        any = any || got >= 0;
    }
    return any;
}

bool net_wait_wake(int fd, int stop_fd, int timeout_ms)
{
    uint64_t deadline = net_deadline(timeout_ms);
    for (;;) {
        struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
        if (net_poll(p, stop_fd >= 0 ? 2 : 1, deadline) <= 0)
            return false;
        if (stop_fd >= 0 && p[1].revents != 0)
            return false;
        /* An ICMP error makes the socket ready with nothing to take: then the wait goes on. */
        if (wake_drain(fd))
            return true;
    }
}
