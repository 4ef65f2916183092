#include "tests/bench/epp/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
    (void)fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

SSL_CTX *wire_context(const char *dir, bool server, const char *name)
{
    char ca[500], cert[500], key[500];
    (void)snprintf(ca, sizeof(ca), "%s/ca.pem", dir);
    (void)snprintf(cert, sizeof(cert), "%s/%s.pem", dir, name);
    (void)snprintf(key, sizeof(key), "%s/%s.key", dir, name);
    SSL_CTX *c = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (c == NULL || SSL_CTX_load_verify_file(c, ca) != 1 || SSL_CTX_use_certificate_chain_file(c, cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1)
        die("the certificates cannot be used");
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_read_ahead(c, 1);
    if (server)
        (void)SSL_CTX_set_num_tickets(c, 0);
    return c;
}

void wire_frame(struct wire_buf *b, const char *fmt, ...)
{
    va_list ap;
    char *at = b->p + b->n;
    va_start(ap, fmt);
    int n = vsnprintf(at + 4, sizeof(b->p) - b->n - 4, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof(b->p) - b->n - 4)
        die("a buffer is full");
    uint32_t length = htonl((uint32_t)n + 4);
    memcpy(at, &length, 4);
    b->n += (size_t)n + 4;
}

const char *wire_next(const struct wire_buf *b, size_t at, size_t *len_r, size_t *next_r)
{
    uint32_t length;
    if (b->n - at < 4)
        return NULL;
    memcpy(&length, b->p + at, 4);
    length = ntohl(length);
    if (length < 5 || length > WIRE_FRAME_MAX)
        die("a frame of impossible length");
    if (b->n - at < length)
        return NULL;
    *len_r = length - 4;
    *next_r = at + length;
    return b->p + at + 4;
}

bool wire_read(SSL *ssl, struct wire_buf *b)
{
    int n = SSL_read(ssl, b->p + b->n, (int)(sizeof(b->p) - b->n));
    if (n <= 0)
        return false;
    b->n += (size_t)n;
    return true;
}

bool wire_write(SSL *ssl, struct wire_buf *b)
{
    bool ok = b->n == 0 || SSL_write(ssl, b->p, (int)b->n) == (int)b->n;
    b->n = 0;
    return ok;
}

void wire_drop(struct wire_buf *b, size_t n)
{
    memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
}

int wire_connect(unsigned port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
        die("cannot connect");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

double wire_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
