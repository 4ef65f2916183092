/* UDP: to each server up to WINDOW questions under way, each sent again when it stays unanswered. TCP: one connection to
 * each server that is kept, PIPELINE questions written at once; opened again when the server closes it. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/net.h"
#include "tests/differential/differential.h"

#define WINDOW 96
#define PIPELINE 64
#define TRIES 8
#define AGAIN_NS UINT64_C(500000000)
#define TCP_WAIT_S 10

struct flight {
    uint64_t sent;
    uint8_t tries;
    bool done;
};

struct server {
    struct net_addr addr;
    int udp, tcp;
    size_t next, first, under_way; /* of the batch: not yet sent; none open in front of it */
    struct flight flights[ASK_BATCH];
};

struct asker {
    struct server servers[SERVERS];
    uint16_t number; /* id of the batch's first question */
    uint8_t buf[2 + 65535];
    uint8_t out[PIPELINE * (2 + 512)];
};

static void give_up(const char *what)
{
    fprintf(stderr, "differential: %s: %s\n", what, strerror(errno));
    exit(2);
}

static void udp_open(struct server *s, const char *addr)
{
    struct error e;
    int size = 4 << 20;

    if (net_addr_parse(str_of(addr), &s->addr, &e) != OK) {
        fprintf(stderr, "differential: %s\n", e.text);
        exit(2);
    }
    s->tcp = -1;
    s->udp = socket(s->addr.sa.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->udp < 0 || connect(s->udp, (const struct sockaddr *)&s->addr.sa, s->addr.len) != 0)
        give_up(addr);
    (void)setsockopt(s->udp, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

struct asker *asker_new(struct arena *a, const char *const addrs[SERVERS])
{
    struct asker *k = arena_alloc(a, sizeof(*k));

    for (int s = 0; s < SERVERS; s++)
        udp_open(&k->servers[s], addrs[s]);
    return k;
}

void asker_close(struct asker *k)
{
    for (int s = 0; s < SERVERS; s++) {
        close(k->servers[s].udp);
        if (k->servers[s].tcp >= 0)
            close(k->servers[s].tcp);
    }
}

static uint16_t number_of(const struct asker *k, size_t i)
{
    return (uint16_t)(k->number + i);
}

/* ---- UDP --------------------------------------------------------------------------------------------- */

static bool udp_send(struct asker *k, struct server *s, const struct question *q, size_t i, uint64_t now)
{
    struct flight *f = &s->flights[i];

    memcpy(k->buf, q->wire, q->n);
    write_u16(k->buf, number_of(k, i));
    if (send(s->udp, k->buf, q->n, 0) < 0 && errno != EAGAIN && errno != ECONNREFUSED && errno != ENOBUFS)
        give_up("send");
    f->sent = now;
    return ++f->tries <= TRIES;
}

static void udp_fill(struct asker *k, struct server *s, const struct question *const *q, size_t n, uint64_t now)
{
    for (; s->next < n && s->under_way < WINDOW; s->next++, s->under_way++)
        (void)udp_send(k, s, q[s->next], s->next, now);
}

static void udp_again(struct asker *k, struct server *s, const struct question *const *q, uint64_t now)
{
    while (s->first < s->next && s->flights[s->first].done)
        s->first++;
    for (size_t i = s->first; i < s->next; i++) {
        struct flight *f = &s->flights[i];

        if (f->done || now - f->sent < AGAIN_NS)
            continue;
        if (!udp_send(k, s, q[i], i, now)) {
            f->done = true; /* there is no reply; comparing says so */
            s->under_way--;
        }
    }
}

static void udp_receive(struct asker *k, struct arena *a, int server, size_t n, struct reply *replies)
{
    struct server *s = &k->servers[server];
    ssize_t got;

    while ((got = recv(s->udp, k->buf, sizeof(k->buf), 0)) >= 0 || errno == ECONNREFUSED) {
        size_t i = got < 2 ? n : (uint16_t)(read_u16(k->buf) - k->number);

        if (i >= s->next || s->flights[i].done)
            continue; /* a second reply to a question sent twice */
        s->flights[i].done = true;
        s->under_way--;
        reply_read(a, arena_copy(a, k->buf, (size_t)got), (size_t)got, &replies[i * SERVERS + (size_t)server]);
    }
    if (errno != EAGAIN && errno != EINTR)
        give_up("recv");
}

static bool udp_step(struct asker *k, struct arena *a, const struct question *const *q, size_t n, struct reply *replies)
{
    struct pollfd fds[SERVERS];
    uint64_t now = clock_monotonic_ns();
    bool more = false;

    for (int s = 0; s < SERVERS; s++) {
        struct server *v = &k->servers[s];

        udp_fill(k, v, q, n, now);
        udp_again(k, v, q, now);
        more |= v->under_way > 0 || v->next < n;
        fds[s] = (struct pollfd){.fd = v->udp, .events = POLLIN};
    }
    if (!more)
        return false;
    if (poll(fds, SERVERS, 100) < 0 && errno != EINTR)
        give_up("poll");
    for (int s = 0; s < SERVERS; s++) {
        if (fds[s].revents != 0)
            udp_receive(k, a, s, n, replies);
    }
    return true;
}

/* ---- TCP --------------------------------------------------------------------------------------------- */

static bool tcp_open(struct server *s)
{
    struct timeval wait = {.tv_sec = TCP_WAIT_S};
    int one = 1;

    if (s->tcp >= 0)
        return true;
    s->tcp = socket(s->addr.sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->tcp < 0)
        give_up("socket");
    (void)setsockopt(s->tcp, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    (void)setsockopt(s->tcp, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    (void)setsockopt(s->tcp, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(s->tcp, (const struct sockaddr *)&s->addr.sa, s->addr.len) == 0)
        return true;
    close(s->tcp);
    s->tcp = -1;
    return false;
}

static bool all_in(int fd, uint8_t *p, size_t n)
{
    const int one = 1;

    while (n > 0) {
        ssize_t got;

        /* A server that lets small replies wait for what it has sent being acknowledged shall not wait long. */
        (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one));
        got = recv(fd, p, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static bool all_out(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

static bool tcp_write(struct asker *k, struct server *s, const struct question *const *q, size_t from, size_t to)
{
    uint8_t *p = k->out;

    for (size_t i = from; i < to; i++) {
        if (s->flights[i].done)
            continue;
        write_u16(p, q[i]->n);
        memcpy(p + 2, q[i]->wire, q[i]->n);
        write_u16(p + 2, number_of(k, i));
        p += 2 + q[i]->n;
    }
    return all_out(s->tcp, k->out, (size_t)(p - k->out));
}

static bool tcp_read(struct asker *k, struct arena *a, int server, size_t from, size_t to, struct reply *replies)
{
    struct server *s = &k->servers[server];
    size_t open = 0;

    for (size_t i = from; i < to; i++)
        open += !s->flights[i].done;
    while (open > 0) {
        size_t n, i;

        if (!all_in(s->tcp, k->buf, 2))
            return false;
        n = read_u16(k->buf);
        if (n < 2 || !all_in(s->tcp, k->buf, n))
            return false;
        i = (uint16_t)(read_u16(k->buf) - k->number);
        if (i < from || i >= to || s->flights[i].done)
            return false;
        s->flights[i].done = true;
        open--;
        reply_read(a, arena_copy(a, k->buf, n), n, &replies[i * SERVERS + (size_t)server]);
    }
    return true;
}

/* Questions from..to to one server, on as many connections as it takes. */
static void tcp_part(struct asker *k, struct arena *a, int server, const struct question *const *q, size_t from,
    size_t to, struct reply *replies)
{
    struct server *s = &k->servers[server];

    for (unsigned tries = 0; tries < TRIES; tries++) {
        if (!tcp_open(s))
            continue;
        if (tcp_write(k, s, q, from, to) && tcp_read(k, a, server, from, to, replies))
            return;
        close(s->tcp);
        s->tcp = -1;
    }
}

static void tcp_all(
    struct asker *k, struct arena *a, const struct question *const *q, size_t n, int server, struct reply *replies)
{
    for (size_t i = 0; i < n; i += PIPELINE)
        tcp_part(k, a, server, q, i, n - i < PIPELINE ? n : i + PIPELINE, replies);
}

/* ---- both -------------------------------------------------------------------------------------------- */

static void batch_begin(struct asker *k, size_t n)
{
    k->number = (uint16_t)(k->number + ASK_BATCH);
    for (int s = 0; s < SERVERS; s++) {
        struct server *v = &k->servers[s];

        v->next = v->first = v->under_way = 0;
        memset(v->flights, 0, n * sizeof(v->flights[0]));
    }
}

void ask_all(struct asker *k, struct arena *a, const struct question *const *questions, size_t n, bool tcp,
    struct reply *replies)
{
    batch_begin(k, n);
    for (size_t i = 0; i < n * SERVERS; i++)
        reply_read(a, (const uint8_t *)"", 0, &replies[i]);
    if (tcp) {
        for (int s = 0; s < SERVERS; s++)
            tcp_all(k, a, questions, n, s, replies);
    } else {
        while (udp_step(k, a, questions, n, replies))
            ;
    }
}

void ask_one(struct asker *k, struct arena *a, int server, const struct question *q, struct reply *r)
{
    struct reply replies[SERVERS];

    batch_begin(k, 1);
    reply_read(a, (const uint8_t *)"", 0, &replies[server]);
    tcp_part(k, a, server, &q, 0, 1, replies);
    *r = replies[server];
}
