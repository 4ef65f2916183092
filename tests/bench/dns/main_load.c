/* A closed-loop generator: so many questions are always under way, and each answer brings the next question.
 *
 *   dns-load udp ADDR PORT ZONES LIMIT [any]       one socket, 256 questions under way
 *   dns-load tcp ADDR PORT ZONES LIMIT [any]       8 connections with 64 each
 *
 * LIMIT is a time in seconds, or a number of answers: 3 or 20000q.
 * The question's number is its id, so each answer is held against what is right for it (rcode and number of records; not
 * with "any", for a responder that knows no answers). Prints one line: answers, lost, wrong, seconds, own CPU seconds. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/compiler.h"
#include "tests/bench/dns/mix.h"

#define BATCH 32
#define CONNECTIONS 8
#define CONNECTION_WINDOW 64
#define QUESTIONS 65536u
#define ANSWER_MAX 1500

static uint8_t questions[QUESTIONS][2 + MIX_QUERY_MAX]; /* length in front, as TCP wants it */
static uint16_t sizes[QUESTIONS];
static unsigned next;
static bool any;
static unsigned long long answers, lost, wrong;
static unsigned long long answers_max = UINT64_MAX;
static int lost_after_ms = 1000; /* a machine that does other things too may stop for a while */
static unsigned window = 256;

static FW_NORETURN void die(const char *what)
{
    (void)fprintf(stderr, "dns-load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The same for each run. Zones are drawn by a multiplicative walk, so all are met, in no order. */
static void questions_make(unsigned long long zones)
{
    uint64_t x = 88172645463325252u;

    for (unsigned i = 0; i < QUESTIONS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        sizes[i] = (uint16_t)mix_query(questions[i] + 2, (uint16_t)i, 1 + x % zones, i);
        questions[i][0] = (uint8_t)(sizes[i] >> 8);
        questions[i][1] = (uint8_t)sizes[i];
    }
}

static void answer_check(const uint8_t *p, size_t n)
{
    unsigned id = (unsigned)(p[0] << 8 | p[1]);
    const struct mix_kind *k = &mix_kinds[id % MIX_KINDS];

    answers++;
    if (n < 12 || (p[2] & 0x80) == 0 || (!any && ((p[3] & 15) != k->rcode || p[7] != k->answers)))
        wrong++;
}

/* ---- UDP ------------------------------------------------------------------------------------------------ */

struct udp {
    int fd;
    struct mmsghdr out[BATCH], in[BATCH];
    struct iovec out_vec[BATCH], in_vec[BATCH];
    uint8_t bytes[BATCH][ANSWER_MAX];
};

static void udp_send(struct udp *u, unsigned n)
{
    unsigned at = 0;

    for (unsigned i = 0; i < n; i++, next = (next + 1) % QUESTIONS)
        u->out_vec[i] = (struct iovec){questions[next] + 2, sizes[next]};
    while (at < n) {
        int sent = sendmmsg(u->fd, u->out + at, n - at, 0);

        if (sent < 0)
            die("sendmmsg");
        at += (unsigned)sent;
    }
}

/* A moment without sleeping, so that an answer need not wake us: that would be charged to the server, and the more the
 * faster we are beside it. Nor do we ask the socket all the time, whose lock the server takes as well. False: it is late. */
static bool pause_until(double late)
{
    double t = now(), until = t + 3e-6;

    while (t < until)
        t = now();
    return t < late;
}

static void udp_run(struct udp *u, double until)
{
    double heard = now();

    for (unsigned i = 0; i < window; i += BATCH)
        udp_send(u, BATCH);
    while (answers < answers_max && now() < until) {
        int n = recvmmsg(u->fd, u->in, BATCH, MSG_DONTWAIT, NULL);

        if (n > 0) {
            heard = now();
        } else if (!pause_until(heard + lost_after_ms / 1000.0)) {
            heard = now();
            lost += window; /* all of the window is gone: begin again */
            for (unsigned i = 0; i < window; i += BATCH)
                udp_send(u, BATCH);
        }
        for (int i = 0; i < n; i++)
            answer_check(u->bytes[i], u->in[i].msg_len);
        if (n > 0)
            udp_send(u, (unsigned)n);
    }
}

static void udp_start(const struct sockaddr *sa, socklen_t sa_n, double until)
{
    static struct udp u;

    u.fd = socket(sa->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (u.fd < 0 || connect(u.fd, sa, sa_n) != 0)
        die("connect");
    for (unsigned i = 0; i < BATCH; i++) {
        u.in_vec[i] = (struct iovec){u.bytes[i], ANSWER_MAX};
        u.in[i].msg_hdr = (struct msghdr){.msg_iov = &u.in_vec[i], .msg_iovlen = 1};
        u.out[i].msg_hdr = (struct msghdr){.msg_iov = &u.out_vec[i], .msg_iovlen = 1};
    }
    udp_run(&u, until);
    close(u.fd);
}

/* ---- TCP ------------------------------------------------------------------------------------------------ */

struct connection {
    int fd;
    uint8_t in[65536];
    size_t in_n;
    unsigned free; /* questions that may be asked now */
};

static void connection_ask(struct connection *c)
{
    static uint8_t out[CONNECTION_WINDOW * (2 + MIX_QUERY_MAX)];
    size_t n = 0, at = 0;

    for (; c->free > 0; c->free--, next = (next + 1) % QUESTIONS) {
        memcpy(out + n, questions[next], sizes[next] + 2u);
        n += sizes[next] + 2u;
    }
    while (at < n) {
        ssize_t sent = send(c->fd, out + at, n - at, MSG_NOSIGNAL);

        if (sent <= 0)
            die("send");
        at += (size_t)sent;
    }
}

static void connection_read(struct connection *c)
{
    ssize_t n = recv(c->fd, c->in + c->in_n, sizeof(c->in) - c->in_n, MSG_DONTWAIT);
    size_t at = 0;

    if (n == 0 || (n < 0 && errno != EAGAIN))
        die("the server closed a connection");
    c->in_n += n > 0 ? (size_t)n : 0;
    while (c->in_n - at >= 2 && c->in_n - at - 2 >= (size_t)(c->in[at] << 8 | c->in[at + 1])) {
        size_t size = (size_t)(c->in[at] << 8 | c->in[at + 1]);

        answer_check(c->in + at + 2, size);
        at += 2 + size;
        c->free++;
    }
    memmove(c->in, c->in + at, c->in_n - at);
    c->in_n -= at;
}

static void tcp_run(struct connection *c, struct pollfd *p, double until)
{
    while (answers < answers_max && now() < until) {
        for (unsigned i = 0; i < CONNECTIONS; i++) {
            if (c[i].free >= CONNECTION_WINDOW / 2)
                connection_ask(&c[i]);
        }
        if (poll(p, CONNECTIONS, 1000) <= 0)
            die("no answer within a second");
        for (unsigned i = 0; i < CONNECTIONS; i++) {
            if (p[i].revents != 0)
                connection_read(&c[i]);
        }
    }
}

static void tcp_start(const struct sockaddr *sa, socklen_t sa_n, double until)
{
    static struct connection c[CONNECTIONS];
    struct pollfd p[CONNECTIONS];
    int on = 1;

    for (unsigned i = 0; i < CONNECTIONS; i++) {
        c[i].fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (c[i].fd < 0 || connect(c[i].fd, sa, sa_n) != 0)
            die("connect");
        (void)setsockopt(c[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        c[i].free = CONNECTION_WINDOW;
        p[i] = (struct pollfd){.fd = c[i].fd, .events = POLLIN};
    }
    tcp_run(c, p, until);
    for (unsigned i = 0; i < CONNECTIONS; i++)
        close(c[i].fd);
}

/* ---- the command line ----------------------------------------------------------------------------------- */

static socklen_t address(const char *text, const char *port, struct sockaddr_storage *sa_r)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)sa_r;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)sa_r;
    uint16_t n = htons((uint16_t)strtoul(port, NULL, 10));

    memset(sa_r, 0, sizeof(*sa_r));
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = n;
        return sizeof(*v4);
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
        die("the address");
    v6->sin6_family = AF_INET6;
    v6->sin6_port = n;
    return sizeof(*v6);
}

/* When to stop. */
static double limit_read(const char *text)
{
    char *end;
    double n = strtod(text, &end);

    if (*end != 'q')
        return now() + n;
    answers_max = (unsigned long long)n;
    lost_after_ms = 10000; /* who counts answers may run the server fifty times slower */
    window = 64;
    return now() + 3600;
}

int main(int argc, char **argv)
{
    struct sockaddr_storage sa;
    struct rusage u;
    socklen_t sa_n;
    double from;

    if (argc < 6) {
        (void)fprintf(stderr, "usage: %s udp|tcp ADDR PORT ZONES LIMIT [any]\n", argv[0]);
        return 2;
    }
    sa_n = address(argv[2], argv[3], &sa);
    questions_make(strtoull(argv[4], NULL, 10));
    any = argc > 6;
    from = now();
    (strcmp(argv[1], "tcp") == 0 ? tcp_start : udp_start)((struct sockaddr *)&sa, sa_n, limit_read(argv[5]));
    (void)getrusage(RUSAGE_SELF, &u);
    printf("%llu %llu %llu %.6f %.6f\n", answers, lost, wrong, now() - from,
        (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
    return 0;
}
