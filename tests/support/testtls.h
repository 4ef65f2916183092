/* A TLS server on a thread, for tests: it accepts one connection with a certificate of a private authority,
 * does with it what the test says, and keeps what it saw. */
#ifndef FW_TESTS_SUPPORT_TESTTLS_H
#define FW_TESTS_SUPPORT_TESTTLS_H

#include <pthread.h>

#include "base/tls.h"

#define TESTTLS_WAIT_MS 5000

struct testtls {
    struct tls_ctx *ctx;
    int listener;
    struct net_addr addr;
    int timeout_ms; /* of the handshake */
    bool only_1_3;
    void (*play)(struct testtls *s, struct tls_conn *c);
    pthread_t thread;
    enum status status; /* of accepting */
    struct error error;
    enum status io; /* what play met */
    size_t got; /* bytes read by play */
    char fingerprint[65];
};

/* A private authority in DIR/SUB with "server" (registry.test, 127.0.0.1) and "client". */
void testtls_ca(struct arena *a, const char *dir, const char *sub);
/* A client that trusts DIR/CA and shows DIR/IDENTITY.pem (NULL: nothing). */
struct tls_ctx *testtls_client(struct arena *a, const char *dir, const char *ca, const char *identity);
/* Serves one connection with DIR/ca. */
void testtls_start(struct arena *a, struct testtls *s, const char *dir, bool client_certs,
    void (*play)(struct testtls *, struct tls_conn *));
void testtls_end(struct testtls *s);
struct tls_conn *testtls_connect(struct testtls *s, struct tls_ctx *ctx);

#endif
