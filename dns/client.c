#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "dns/client.h"

#define TIMEOUT_MS_DEFAULT 2000
#define QUERY_MAX 512

/* One question on its way: what was sent, and until when a reply counts. */
struct exchange {
    struct arena *arena;
    const struct net_addr *server;
    uint8_t query[QUERY_MAX];
    size_t query_n;
    size_t question_n; /* bytes of the question behind the header */
    uint64_t deadline_ns;
    int timeout_ms;
    int fd;
    struct error *e;
};

static int left_ms(const struct exchange *x)
{
    uint64_t now = clock_monotonic_ns();

    return now >= x->deadline_ns ? 0 : (int)((x->deadline_ns - now) / 1000000) + 1;
}

static enum status timed_out(const struct exchange *x)
{
    return error_set(x->e, UNAVAILABLE, "dns-timeout", "no answer from %.*s within %d ms",
        STR_ARG(net_addr_text(x->arena, x->server)), x->timeout_ms);
}

static enum status unreachable(const struct exchange *x, int error)
{
    return error_set(x->e, UNAVAILABLE, "dns-unreachable", "%.*s cannot be reached: %s",
        STR_ARG(net_addr_text(x->arena, x->server)), strerrordesc_np(error));
}

static enum status wait_for(const struct exchange *x, short events)
{
    struct pollfd p = {.fd = x->fd, .events = events};

    for (;;) {
        int left = left_ms(x), n;

        if (left == 0)
            return timed_out(x);
        n = poll(&p, 1, left);
        if (n > 0)
            return OK;
        if (n < 0 && errno != EINTR)
            return unreachable(x, errno);
    }
}

/* The query fits always: header 12, question at most 259, OPT 11. */
static void build_query(struct exchange *x, const struct dns_ask *ask)
{
    struct dns_writer w;
    uint16_t id;

    crypto_random(&id, sizeof(id));
    dns_writer_begin(&w, x->query, sizeof(x->query), id, ask->rd ? DNS_RD : 0);
    INVARIANT(dns_writer_question(&w, &ask->name, ask->type, DNS_IN));
    x->question_n = w.n - DNS_HEADER_SIZE;
    if (!ask->no_edns) {
        uint16_t size = ask->udp_size != 0 ? ask->udp_size : DNS_EDNS_UDP_SIZE;
        INVARIANT(dns_writer_opt(&w, DNS_NOERROR, size, ask->do_bit, STR("")));
    }
    x->query_n = dns_writer_end(&w).n;
}

/* Ours: our id and opcode, a reply, our question back (any case). A server that could not read the
 * question may leave it out, but then it must say so with an error. */
static bool is_ours(const struct exchange *x, struct str reply)
{
    const char *query = (const char *)x->query;
    size_t end = DNS_HEADER_SIZE + x->question_n, name_n = x->question_n - 4;
    struct dns_header h;

    if (!dns_header_read(reply, &h) || h.id != read_u16(query) || (h.flags & DNS_QR) == 0 ||
        dns_flags_opcode(h.flags) != DNS_OPCODE_QUERY)
        return false;
    if (h.count[0] == 0)
        return (h.flags & 15) != DNS_NOERROR;
    return reply.n >= end &&
           str_ieq(str_n(reply.p + DNS_HEADER_SIZE, name_n), str_n(query + DNS_HEADER_SIZE, name_n)) &&
           memcmp(reply.p + DNS_HEADER_SIZE + name_n, query + DNS_HEADER_SIZE + name_n, 4) == 0;
}

static enum status udp_receive(const struct exchange *x, struct str *reply_r)
{
    char *p = arena_alloc(x->arena, DNS_MESSAGE_MAX);

    for (;;) {
        ssize_t n;

        TRY(wait_for(x, POLLIN));
        n = recv(x->fd, p, DNS_MESSAGE_MAX, 0);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return unreachable(x, errno);
        if (n >= 0 && is_ours(x, str_n(p, (size_t)n))) {
            *reply_r = str_n(p, (size_t)n);
            return OK;
        }
    }
}

static enum status udp_ask(struct exchange *x, struct str *reply_r)
{
    enum status s;

    x->fd = socket(x->server->sa.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (x->fd < 0)
        return unreachable(x, errno);
    if (connect(x->fd, (const struct sockaddr *)&x->server->sa, x->server->len) != 0 ||
        send(x->fd, x->query, x->query_n, MSG_NOSIGNAL) != (ssize_t)x->query_n)
        s = unreachable(x, errno);
    else
        s = udp_receive(x, reply_r);
    close(x->fd);
    return s;
}

static enum status tcp_send(const struct exchange *x)
{
    uint8_t framed[2 + QUERY_MAX];
    size_t n = x->query_n + 2;

    write_u16(framed, (uint16_t)x->query_n);
    memcpy(framed + 2, x->query, x->query_n);
    for (size_t at = 0; at < n;) {
        ssize_t sent;

        TRY(wait_for(x, POLLOUT));
        sent = send(x->fd, framed + at, n - at, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return unreachable(x, errno);
        at += sent > 0 ? (size_t)sent : 0;
    }
    return OK;
}

static enum status tcp_read(const struct exchange *x, char *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got;

        TRY(wait_for(x, POLLIN));
        got = recv(x->fd, p + at, n - at, 0);
        if (got == 0)
            return error_set(x->e, UNAVAILABLE, "dns-unreachable", "%.*s closed the connection before its answer",
                STR_ARG(net_addr_text(x->arena, x->server)));
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return unreachable(x, errno);
        at += got > 0 ? (size_t)got : 0;
    }
    return OK;
}

static enum status tcp_exchange(const struct exchange *x, struct str *reply_r)
{
    char length[2];
    size_t n;
    char *p;

    TRY(tcp_send(x));
    TRY(tcp_read(x, length, sizeof(length)));
    n = read_u16(length);
    p = arena_alloc(x->arena, n);
    TRY(tcp_read(x, p, n));
    *reply_r = str_n(p, n);
    if (!is_ours(x, *reply_r))
        return error_set(x->e, PROTOCOL, "dns-mismatch", "the answer of %.*s is not to our question",
            STR_ARG(net_addr_text(x->arena, x->server)));
    return OK;
}

static enum status tcp_ask(struct exchange *x, struct str *reply_r)
{
    int left = left_ms(x);
    enum status s;

    if (left == 0)
        return timed_out(x);
    s = net_connect_tcp(x->server, left, &x->fd, x->e);
    if (s != OK)
        return error_set(
            x->e, s, left_ms(x) == 0 ? "dns-timeout" : "dns-unreachable", "%s", arena_strdup(x->arena, x->e->text));
    s = tcp_exchange(x, reply_r);
    close(x->fd);
    return s;
}

enum status dns_client_ask(struct arena *a, const struct net_addr *server, const struct dns_ask *ask,
    struct dns_message *reply_r, struct error *e)
{
    int timeout_ms = ask->timeout_ms > 0 ? ask->timeout_ms : TIMEOUT_MS_DEFAULT;
    struct exchange x = {.arena = a, .server = server, .timeout_ms = timeout_ms, .fd = -1, .e = e};
    struct str wire;

    x.deadline_ns = clock_monotonic_ns() + (uint64_t)timeout_ms * 1000000;
    build_query(&x, ask);
    TRY(ask->transport == DNS_TCP ? tcp_ask(&x, &wire) : udp_ask(&x, &wire));
    if (ask->transport == DNS_UDP_THEN_TCP && (read_u16(wire.p + 2) & DNS_TC) != 0)
        TRY(tcp_ask(&x, &wire));
    return dns_message_parse(a, wire, reply_r, e);
}
