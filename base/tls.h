/* TLS 1.2/1.3 connections over TCP, both sides, with a deadline on every call.
 * A partial read or write is handled inside: write sends all or fails; read returns what is there.
 * The server side can require a client certificate. Verification is on by default on both sides and
 * checks the peer's name (client) against the certificate. */
#ifndef FW_BASE_TLS_H
#define FW_BASE_TLS_H

#include "base/net.h"

struct tls_ctx;
struct tls_conn;

struct tls_settings {
    const char *ca_file; /* PEM; trust anchors for the peer; NULL: the system's */
    const char *cert_file; /* PEM chain; may be NULL for a client */
    const char *key_file;
    bool require_peer_cert; /* server */
    bool only_1_3; /* refuse TLS 1.2 too */
};

enum status tls_client_ctx(const struct tls_settings *s, struct tls_ctx **ctx_r, struct error *e) FW_MUST_CHECK;
enum status tls_server_ctx(const struct tls_settings *s, struct tls_ctx **ctx_r, struct error *e) FW_MUST_CHECK;
void tls_ctx_free(struct tls_ctx **ctx);

/* host: the name to verify and to send as SNI. The whole of TCP connect + handshake within timeout_ms. */
enum status tls_connect(struct tls_ctx *ctx, const struct net_addr *addr, const char *host, int timeout_ms,
    struct tls_conn **c_r, struct error *e) FW_MUST_CHECK;
/* Takes fd (closes it also on failure). */
enum status tls_accept_take(
    struct tls_ctx *ctx, int fd, int timeout_ms, struct tls_conn **c_r, struct error *e) FW_MUST_CHECK;
/* 1..n bytes into p. *n_r == 0 means the peer closed (close_notify or EOF). UNAVAILABLE "timeout" when
 * nothing came in time; UNAVAILABLE "reset" when the connection broke. */
enum status tls_read(struct tls_conn *c, void *p, size_t n, int timeout_ms, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* All of it, or an error after which the connection is of no more use (UNCERTAIN: some bytes may be out). */
enum status tls_write(struct tls_conn *c, struct str data, int timeout_ms, struct error *e) FW_MUST_CHECK;
/* As much as goes without waiting; *n_r may be 0. Go on with the very rest of the data. Fails as tls_write does, but with
 * the cause's own status. */
enum status tls_write_some(struct tls_conn *c, struct str data, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* Bytes were taken from the socket and not read yet, so poll() on the descriptor would miss them. */
bool tls_pending(const struct tls_conn *c);
int tls_fd(const struct tls_conn *c);
/* SHA-256 of the peer's certificate, hex; STR_NULL if it showed none. */
struct str tls_peer_fingerprint(struct arena *a, const struct tls_conn *c);
void tls_close(struct tls_conn **c); /* close_notify, best effort, then closed and freed */
void tls_abort(struct tls_conn **c); /* closed at once */

/* Makes a private CA and leaves for the sandbox: files under dir, existing ones kept.
 *   ca.pem ca.key, then NAME.pem NAME.key for each name ("server" gets serverAuth and the given SANs,
 *   all others clientAuth). EC P-256. */
enum status tls_make_ca(const char *dir, const char *const *names, size_t n, const char *server_san_dns,
    const char *server_san_ip, struct error *e) FW_MUST_CHECK;

#endif
