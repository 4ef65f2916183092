/* A canned EPP responder: epp-responder CERTIFICATES
 * It parses frames and finds in each the verb, the name and the clTRID by searching; nothing is read as XML, nothing
 * kept. All whole commands that have come are answered by one write. Prints its port; ends with its standard input. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/epp/wire.h"

#define NS(x) "urn:ietf:params:xml:ns:" x
#define RESULT "<response><result code=\"%d\"><msg>Command completed successfully</msg></result>"
#define TRID "<trID><clTRID>%.*s</clTRID><svTRID>CANNED-%lu</svTRID></trID></response></epp>"

static SSL_CTX *context;
static _Atomic unsigned long answers;

struct text {
    const char *p;
    int n;
};

static struct text between(const char *doc, size_t n, const char *open, const char *close)
{
    const char *from = memmem(doc, n, open, strlen(open));
    if (from == NULL)
        return (struct text){"", 0};
    from += strlen(open);
    const char *to = memmem(from, n - (size_t)(from - doc), close, strlen(close));
    return to == NULL ? (struct text){"", 0} : (struct text){from, (int)(to - from)};
}

static void greet(struct wire_buf *out)
{
    wire_frame(out, EPP_OPEN
        "<greeting><svID>canned</svID><svDate>2026-01-01T00:00:00Z</svDate><svcMenu><version>1.0</version>"
        "<lang>en</lang><objURI>" NS("domain-1.0") "</objURI><objURI>" NS("contact-1.0") "</objURI><objURI>" NS(
            "host-1.0") "</objURI></svcMenu><dcp><access><all/></access><statement><purpose><admin/><prov/>"
                        "</purpose><recipient><ours/><public/></recipient><retention><stated/></retention>"
                        "</statement></dcp></greeting></epp>");
}

static void answer(struct wire_buf *out, const char *doc, size_t n)
{
    struct text id = between(doc, n, "<clTRID>", "</clTRID>");
    struct text name = between(doc, n, "<domain:name>", "</domain:name>");
    unsigned long number = ++answers;
    if (memmem(doc, n, "<check>", 7) != NULL)
        wire_frame(out,
            EPP_OPEN RESULT "<resData><domain:chkData xmlns:domain=\"" NS(
                "domain-1.0") "\"><domain:cd><domain:name avail=\"1\">%.*s</domain:name></domain:cd></domain:chkData>"
                              "</resData>" TRID,
            1000, name.n, name.p, id.n, id.p, number);
    else if (memmem(doc, n, "<create>", 8) != NULL)
        wire_frame(out,
            EPP_OPEN RESULT "<resData><domain:creData xmlns:domain=\"" NS(
                "domain-1.0") "\"><domain:name>%.*s</domain:name><domain:crDate>2026-01-01T00:00:00Z</domain:crDate>"
                              "<domain:exDate>2027-01-01T00:00:00Z</domain:exDate></domain:creData></resData>" TRID,
            1000, name.n, name.p, id.n, id.p, number);
    else if (memmem(doc, n, "<hello/>", 8) != NULL)
        greet(out);
    else
        wire_frame(out, EPP_OPEN RESULT TRID, memmem(doc, n, "<logout/>", 9) != NULL ? 1500 : 1000, id.n, id.p, number);
}

static void *serve(void *arg)
{
    int fd = (int)(long)arg, on = 1;
    struct wire_buf *in = calloc(1, sizeof(*in)), *out = calloc(1, sizeof(*out));
    SSL *ssl = SSL_new(context);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)SSL_set_fd(ssl, fd);
    bool up = in != NULL && out != NULL && SSL_accept(ssl) == 1;
    if (up)
        greet(out);
    while (up && wire_write(ssl, out) && wire_read(ssl, in)) {
        size_t at = 0, len;
        for (const char *doc; (doc = wire_next(in, at, &len, &at)) != NULL;)
            answer(out, doc, len);
        wire_drop(in, at);
    }
    SSL_free(ssl);
    (void)close(fd);
    free(in);
    free(out);
    return NULL;
}

static int listen_any(unsigned *port_r)
{
    struct sockaddr_in me = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(me);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&me, len) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&me, &len) != 0)
        exit(1);
    *port_r = ntohs(me.sin_port);
    return fd;
}

int main(int argc, char **argv)
{
    unsigned port;
    if (argc != 2)
        return 2;
    (void)signal(SIGPIPE, SIG_IGN);
    context = wire_context(argv[1], true, "server");
    struct pollfd fds[] = {{.fd = listen_any(&port), .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    (void)printf("%u\n", port);
    (void)fflush(stdout);
    while (poll(fds, 2, -1) >= 0 && fds[1].revents == 0) {
        pthread_t thread;
        int fd = accept(fds[0].fd, NULL, NULL);
        if (fd >= 0 && pthread_create(&thread, NULL, serve, (void *)(long)fd) == 0)
            (void)pthread_detach(thread);
    }
    return 0;
}
