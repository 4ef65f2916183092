#include "base/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"

#define CLOSE_TIMEOUT_MS 500 /* for sending close_notify, no more */
#define NO_WAIT UINT64_C(0) /* a deadline long past */
#define WRITE_SLICE ((size_t)1 << 20) /* SSL_write takes an int */

struct tls_ctx {
    SSL_CTX *ssl;
    bool server;
};

struct tls_conn {
    SSL *ssl;
    int fd;
    bool dead; /* a fatal error: not even close_notify may be sent */
    bool ended; /* the peer sends no more */
    bool more; /* the last read gave something: what is left over may be a whole record */
};

/* ---- errors ----------------------------------------------------------------------------------- */

/* The oldest error tells the cause; the queue is emptied so that it cannot speak for a later call. */
static const char *ssl_reason(char *out, size_t n)
{
    unsigned long code = ERR_get_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
    snprintf(out, n, "%s", reason != NULL ? reason : code != 0 ? "unknown TLS error" : "no reason given");
    ERR_clear_error();
    return out;
}

static enum status ssl_failed(struct error *e, enum status s, const char *code, const char *what)
{
    char reason[160];
    return error_set(e, s, code, "%s: %s", what, ssl_reason(reason, sizeof reason));
}

/* ---- contexts --------------------------------------------------------------------------------- */

static enum status identity_load(SSL_CTX *ssl, const struct tls_settings *s, struct error *e)
{
    if (s->cert_file == NULL)
        return OK;
    if (s->key_file == NULL)
        return error_set(e, INVALID, "tls-key", "the certificate %s has no key file beside it", s->cert_file);
    if (SSL_CTX_use_certificate_chain_file(ssl, s->cert_file) != 1)
        return ssl_failed(e, INVALID, "tls-cert", s->cert_file);
    if (SSL_CTX_use_PrivateKey_file(ssl, s->key_file, SSL_FILETYPE_PEM) != 1)
        return ssl_failed(e, INVALID, "tls-key", s->key_file);
    if (SSL_CTX_check_private_key(ssl) != 1)
        return ssl_failed(e, INVALID, "tls-key", s->key_file);
    return OK;
}

static enum status trust_load(SSL_CTX *ssl, const struct tls_settings *s, struct error *e)
{
    if (s->ca_file != NULL) {
        if (SSL_CTX_load_verify_file(ssl, s->ca_file) != 1)
            return ssl_failed(e, INVALID, "tls-ca", s->ca_file);
        return OK;
    }
    if (SSL_CTX_set_default_verify_paths(ssl) != 1)
        return ssl_failed(e, UNAVAILABLE, "tls-ca", "loading the system's trust anchors");
    return OK;
}

/* Tells a client which authorities a server accepts, so that it can choose among its certificates. */
static enum status client_cas_name(SSL_CTX *ssl, const struct tls_settings *s, struct error *e)
{
    if (s->ca_file == NULL)
        return OK;
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(s->ca_file);
    if (names == NULL)
        return ssl_failed(e, INVALID, "tls-ca", s->ca_file);
    SSL_CTX_set_client_CA_list(ssl, names);
    return OK;
}

static enum status ctx_fill(struct tls_ctx *ctx, const struct tls_settings *s, struct error *e)
{
    static const unsigned char session_context[] = "fourways";
    SSL_CTX *ssl = ctx->ssl;
    if (SSL_CTX_set_min_proto_version(ssl, s->only_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION) != 1)
        return ssl_failed(e, INTERNAL, "tls", "setting the lowest TLS version");
    SSL_CTX_set_options(ssl, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    /* A peer that ends without close_notify reads as the end like any other, and may still be written to: the
     * framing above notices whether something is missing. */
    SSL_CTX_set_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(
        ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(ssl, 1); /* many records by one call */
    TRY(identity_load(ssl, s, e));
    if (!ctx->server || s->require_peer_cert)
        TRY(trust_load(ssl, s, e));
    if (!ctx->server) {
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
        return OK;
    }
    /* A resumed session would skip looking at the client's certificate again. */
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(ssl, 0);
    if (SSL_CTX_set_session_id_context(ssl, session_context, sizeof session_context - 1) != 1)
        return ssl_failed(e, INTERNAL, "tls", "setting the session context");
    if (!s->require_peer_cert)
        return OK;
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return client_cas_name(ssl, s, e);
}

static enum status ctx_make(const struct tls_settings *s, bool server, struct tls_ctx **ctx_r, struct error *e)
{
    *ctx_r = NULL;
    struct tls_ctx *ctx = calloc(1, sizeof *ctx);
    INVARIANT(ctx != NULL);
    ERR_clear_error();
    ctx->server = server;
    ctx->ssl = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    INVARIANT(ctx->ssl != NULL);
    enum status status = ctx_fill(ctx, s, e);
    if (status != OK)
        tls_ctx_free(&ctx);
    *ctx_r = ctx;
    return status;
}

enum status tls_client_ctx(const struct tls_settings *s, struct tls_ctx **ctx_r, struct error *e)
{
    return ctx_make(s, false, ctx_r, e);
}

enum status tls_server_ctx(const struct tls_settings *s, struct tls_ctx **ctx_r, struct error *e)
{
    *ctx_r = NULL;
    if (s->cert_file == NULL)
        return error_set(e, INVALID, "tls-cert", "a TLS server needs a certificate");
    return ctx_make(s, true, ctx_r, e);
}

void tls_ctx_free(struct tls_ctx **ctx)
{
    if (*ctx == NULL)
        return;
    SSL_CTX_free((*ctx)->ssl);
    free(*ctx);
    *ctx = NULL;
}

/* ---- the socket below OpenSSL -----------------------------------------------------------------
 * OpenSSL's own writes with write(2), which raises SIGPIPE on a closed connection; send(2) can be told not to. */

static int socket_result(BIO *b, ssize_t got)
{
    BIO_clear_retry_flags(b);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(b); /* for both directions: which it was, SSL_get_error knows from the call */
    return (int)got;
}

static int socket_read(BIO *b, char *p, int n)
{
    struct tls_conn *c = BIO_get_data(b);
    ssize_t got = recv(c->fd, p, (size_t)n, 0);
    c->ended = c->ended || got == 0;
    return socket_result(b, got);
}

static int socket_write(BIO *b, const char *p, int n)
{
    struct tls_conn *c = BIO_get_data(b);
    int got = socket_result(b, send(c->fd, p, (size_t)n, MSG_NOSIGNAL));
    if (BIO_should_retry(b)) {
        BIO_clear_retry_flags(b);
        BIO_set_retry_write(b);
    }
    return got;
}

static long socket_ctrl(BIO *b, int cmd, long larg, void *parg)
{
    const struct tls_conn *c = BIO_get_data(b);
    (void)larg, (void)parg;
    return cmd == BIO_CTRL_FLUSH || (cmd == BIO_CTRL_EOF && c->ended);
}

static BIO_METHOD *socket_method;

static void socket_method_make(void)
{
    socket_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
    INVARIANT(socket_method != NULL && BIO_meth_set_read(socket_method, socket_read) == 1 &&
              BIO_meth_set_write(socket_method, socket_write) == 1 &&
              BIO_meth_set_ctrl(socket_method, socket_ctrl) == 1);
}

static BIO *socket_new(struct tls_conn *c)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, socket_method_make);
    BIO *b = BIO_new(socket_method);
    INVARIANT(b != NULL);
    BIO_set_data(b, c);
    BIO_set_init(b, 1);
    return b;
}

/* ---- one step: an OpenSSL call, repeated while the socket makes it wait ---------------------------- */

enum step_kind { STEP_HANDSHAKE, STEP_READ, STEP_WRITE, STEP_SHUTDOWN };

struct step {
    enum step_kind kind;
    void *p;
    size_t n;
    int got; /* > 0 done; 0 the peer closed */
};

static int step_call(struct tls_conn *c, struct step *s)
{
    int n = (int)s->n;
    switch (s->kind) {
    case STEP_HANDSHAKE:
        return SSL_do_handshake(c->ssl);
    case STEP_READ:
        return SSL_read(c->ssl, s->p, n);
    case STEP_WRITE:
        return SSL_write(c->ssl, s->p, n);
    case STEP_SHUTDOWN:
        break;
    }
    return SSL_shutdown(c->ssl) >= 0 ? 1 : -1; /* 0: ours is sent, theirs not here: enough */
}

static const char *step_name(enum step_kind kind)
{
    static const char *const names[] = {"the TLS handshake", "reading", "writing", "closing"};
    return names[kind];
}

static enum status wait_for(struct tls_conn *c, short events, enum step_kind kind, uint64_t deadline, struct error *e)
{
    struct pollfd p = {.fd = c->fd, .events = events};
    int got = deadline == NO_WAIT ? 0 : net_poll(&p, 1, deadline);
    if (got > 0)
        return OK;
    if (got == 0)
        return error_set(e, UNAVAILABLE, "timeout", "%s: the other side did not answer in time", step_name(kind));
    return error_set(e, UNAVAILABLE, "reset", "%s: %s", step_name(kind), strerror(errno));
}

/* A handshake that failed because of a certificate says which rule it broke. */
static enum status handshake_failed(struct tls_conn *c, struct error *e)
{
    long verdict = SSL_get_verify_result(c->ssl);
    unsigned long code = ERR_peek_error();
    if (verdict != X509_V_OK) {
        ERR_clear_error();
        return error_set(e, DENIED, "tls-verify", "the other side's certificate is not acceptable: %s",
            X509_verify_cert_error_string(verdict));
    }
    if (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        return ssl_failed(e, DENIED, "tls-no-cert", "the client showed no certificate");
    return ssl_failed(e, PROTOCOL, "tls-handshake", "the TLS handshake failed");
}

/* In TLS 1.3 a client has finished when the server looks at its certificate: the refusal comes as an alert to
 * the first read. */
static bool is_refusal(int reason)
{
    switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        return true;
    default:
        return false;
    }
}

static enum status step_failed(struct tls_conn *c, const struct step *s, int why, struct error *e)
{
    int err = errno;
    int reason = ERR_GET_REASON(ERR_peek_error());
    /* What the peer sent before it closed can be read still. */
    c->dead = s->kind != STEP_WRITE || why != SSL_ERROR_SYSCALL;
    if (why == SSL_ERROR_SYSCALL || why == SSL_ERROR_ZERO_RETURN) {
        ERR_clear_error();
        return error_set(e, UNAVAILABLE, "reset", "%s: the connection broke: %s", step_name(s->kind),
            err != 0 ? strerror(err) : "closed by the other side");
    }
    if (is_refusal(reason))
        return ssl_failed(e, DENIED, "tls-refused", "the other side refuses our certificate");
    if (s->kind == STEP_HANDSHAKE)
        return handshake_failed(c, e);
    return ssl_failed(e, PROTOCOL, "tls", step_name(s->kind));
}

static int step_once(struct tls_conn *c, struct step *s, int *why_r)
{
    ERR_clear_error();
    errno = 0;
    int got = step_call(c, s);
    *why_r = got > 0 ? SSL_ERROR_NONE : SSL_get_error(c->ssl, got);
    return got;
}

static enum status step_run(struct tls_conn *c, struct step *s, uint64_t deadline, struct error *e)
{
    if (c->dead)
        return error_set(e, UNAVAILABLE, "reset", "%s: the connection has failed before", step_name(s->kind));
    for (;;) {
        int why;
        s->got = step_once(c, s, &why);
        if (s->kind == STEP_READ)
            c->more = s->got > 0;
        if (s->got > 0)
            return OK;
        if (why == SSL_ERROR_ZERO_RETURN && s->kind == STEP_READ) {
            s->got = 0;
            return OK;
        }
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
            return step_failed(c, s, why, e);
        TRY(wait_for(c, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, s->kind, deadline, e));
    }
}

/* ---- connections ------------------------------------------------------------------------------ */

static struct tls_conn *conn_new(struct tls_ctx *ctx, int fd)
{
    struct tls_conn *c = calloc(1, sizeof *c);
    INVARIANT(c != NULL);
    c->fd = fd;
    c->ssl = SSL_new(ctx->ssl);
    INVARIANT(c->ssl != NULL);
    BIO *b = socket_new(c);
    SSL_set_bio(c->ssl, b, b);
    return c;
}

/* The name goes out as SNI (RFC 6066 section 3 forbids addresses there) and must be in the certificate. */
static enum status name_expect(struct tls_conn *c, const char *host, struct error *e)
{
    unsigned char ip[16];
    X509_VERIFY_PARAM *param = SSL_get0_param(c->ssl);
    bool is_ip = inet_pton(AF_INET, host, ip) == 1 || inet_pton(AF_INET6, host, ip) == 1;
    if (is_ip && X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1)
        return OK;
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!is_ip && *host != '\0' && SSL_set1_host(c->ssl, host) == 1 && SSL_set_tlsext_host_name(c->ssl, host) == 1)
        return OK;
    return error_set(e, INVALID, "tls-name", "\"%s\" cannot be the name of a TLS server", host);
}

static int left_ms(uint64_t deadline)
{
    if (deadline == NET_NO_DEADLINE)
        return -1;
    uint64_t now = clock_monotonic_ns();
    return deadline > now ? (int)((deadline - now) / 1000000) : 0;
}

enum status tls_connect(struct tls_ctx *ctx, const struct net_addr *addr, const char *host, int timeout_ms,
    struct tls_conn **c_r, struct error *e)
{
    int fd;
    *c_r = NULL;
    INVARIANT(!ctx->server);
    uint64_t deadline = net_deadline(timeout_ms);
    TRY(net_connect_tcp(addr, left_ms(deadline), &fd, e));
    struct tls_conn *c = conn_new(ctx, fd);
    SSL_set_connect_state(c->ssl);
    struct step shake = {.kind = STEP_HANDSHAKE};
    enum status s = name_expect(c, host, e);
    if (s == OK)
        s = step_run(c, &shake, deadline, e);
    if (s != OK) {
        tls_abort(&c);
        return error_prefix(e, "%s", host);
    }
    *c_r = c;
    return OK;
}

enum status tls_accept_take(struct tls_ctx *ctx, int fd, int timeout_ms, struct tls_conn **c_r, struct error *e)
{
    *c_r = NULL;
    INVARIANT(ctx->server);
    int on = 1;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        close(fd);
        return error_set(e, INTERNAL, "socket", "preparing an accepted connection: %s", strerror(errno));
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* only latency; fails on other sockets */
    struct tls_conn *c = conn_new(ctx, fd);
    SSL_set_accept_state(c->ssl);
    struct step shake = {.kind = STEP_HANDSHAKE};
    enum status s = step_run(c, &shake, net_deadline(timeout_ms), e);
    if (s != OK)
        tls_abort(&c);
    *c_r = c;
    return s;
}

enum status tls_read(struct tls_conn *c, void *p, size_t n, int timeout_ms, size_t *n_r, struct error *e)
{
    struct step s = {.kind = STEP_READ, .p = p, .n = n < WRITE_SLICE ? n : WRITE_SLICE};
    *n_r = 0;
    INVARIANT(n > 0);
    TRY(step_run(c, &s, timeout_ms == 0 ? NO_WAIT : net_deadline(timeout_ms), e));
    *n_r = (size_t)s.got;
    return OK;
}

enum status tls_write(struct tls_conn *c, struct str data, int timeout_ms, struct error *e)
{
    uint64_t deadline = net_deadline(timeout_ms);
    size_t sent = 0;
    while (sent < data.n) {
        size_t left = data.n - sent;
        struct step s = {.kind = STEP_WRITE, .p = (char *)data.p + sent, .n = left < WRITE_SLICE ? left : WRITE_SLICE};
        enum status status = step_run(c, &s, deadline, e);
        if (status != OK) {
            c->dead = true;
            e->status = UNCERTAIN;
            return error_prefix(e, "after %zu of %zu bytes", sent, data.n);
        }
        sent += (size_t)s.got;
    }
    return OK;
}

enum status tls_write_some(struct tls_conn *c, struct str data, size_t *n_r, struct error *e)
{
    struct step s = {.kind = STEP_WRITE, .p = (char *)data.p, .n = data.n < WRITE_SLICE ? data.n : WRITE_SLICE};
    *n_r = 0;
    INVARIANT(data.n > 0);
    enum status status = step_run(c, &s, NO_WAIT, e);
    if (status == OK)
        *n_r = (size_t)s.got;
    if (status == UNAVAILABLE && strcmp(e->code, "timeout") == 0) {
        error_clear(e);
        return OK;
    }
    return status;
}

bool tls_pending(const struct tls_conn *c)
{
    return c->more && SSL_has_pending(c->ssl) == 1;
}

int tls_fd(const struct tls_conn *c)
{
    return c->fd;
}

struct str tls_peer_fingerprint(struct arena *a, const struct tls_conn *c)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    X509 *cert = SSL_get0_peer_certificate(c->ssl);
    if (cert == NULL || X509_digest(cert, EVP_sha256(), digest, &n) != 1)
        return STR_NULL;
    return hex_encode(a, digest, n);
}

void tls_abort(struct tls_conn **cp)
{
    struct tls_conn *c = *cp;
    if (c == NULL)
        return;
    SSL_free(c->ssl);
    close(c->fd);
    ERR_clear_error();
    free(c);
    *cp = NULL;
}

void tls_close(struct tls_conn **cp)
{
    struct tls_conn *c = *cp;
    struct error ignored;
    struct step bye = {.kind = STEP_SHUTDOWN};
    if (c != NULL && !c->dead && step_run(c, &bye, net_deadline(CLOSE_TIMEOUT_MS), &ignored) != OK)
        c->dead = true; /* best effort: it is closed now in any case */
    tls_abort(cp);
}
