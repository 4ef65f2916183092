#include "tests/support/testtls.h"

#include <check.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/testdb.h"

static void must(enum status s, const struct error *e)
{
    ck_assert_msg(s == OK, "%s: %s", e->code, e->text);
}

void testtls_ca(struct arena *a, const char *dir, const char *sub)
{
    static const char *const names[] = {"server", "client"};
    struct error e;
    must(tls_make_ca(testdir_path(a, dir, sub), names, ARRAY_LEN(names), "registry.test", "127.0.0.1", &e), &e);
}

struct tls_ctx *testtls_client(struct arena *a, const char *dir, const char *ca, const char *identity)
{
    struct error e;
    struct tls_ctx *ctx;
    struct tls_settings s = {.ca_file = testdir_path(a, dir, ca)};
    if (identity != NULL) {
        s.cert_file = arena_printf(a, "%s/%s.pem", dir, identity);
        s.key_file = arena_printf(a, "%s/%s.key", dir, identity);
    }
    must(tls_client_ctx(&s, &ctx, &e), &e);
    return ctx;
}

static void *server_main(void *arg)
{
    struct testtls *s = arg;
    struct tls_conn *c;
    struct pollfd p = {.fd = s->listener, .events = POLLIN};
    if (net_poll(&p, 1, net_deadline(TESTTLS_WAIT_MS)) != 1)
        return NULL;
    s->status = tls_accept_take(s->ctx, accept(s->listener, NULL, NULL), s->timeout_ms, &c, &s->error);
    if (s->status != OK)
        return NULL;
    if (s->play != NULL)
        s->play(s, c);
    tls_close(&c);
    return NULL;
}

void testtls_start(struct arena *a, struct testtls *s, const char *dir, bool client_certs,
    void (*play)(struct testtls *, struct tls_conn *))
{
    struct error e;
    struct net_addr any;
    struct tls_settings set = {.ca_file = testdir_path(a, dir, "ca/ca.pem"),
        .cert_file = testdir_path(a, dir, "ca/server.pem"),
        .key_file = testdir_path(a, dir, "ca/server.key"),
        .require_peer_cert = client_certs,
        .only_1_3 = s->only_1_3};
    int timeout_ms = s->timeout_ms;
    *s = (struct testtls){.only_1_3 = s->only_1_3, .play = play, .status = STATUS_COUNT};
    s->timeout_ms = timeout_ms > 0 ? timeout_ms : TESTTLS_WAIT_MS;
    must(tls_server_ctx(&set, &s->ctx, &e), &e);
    must(net_addr_parse(STR("127.0.0.1:0"), &any, &e), &e);
    must(net_listen_tcp(&any, 5, &s->listener, &e), &e);
    must(net_addr_local(s->listener, &s->addr, &e), &e);
    ck_assert_int_eq(pthread_create(&s->thread, NULL, server_main, s), 0);
}

void testtls_end(struct testtls *s)
{
    pthread_join(s->thread, NULL);
    close(s->listener);
    tls_ctx_free(&s->ctx);
}

struct tls_conn *testtls_connect(struct testtls *s, struct tls_ctx *ctx)
{
    struct error e;
    struct tls_conn *c;
    must(tls_connect(ctx, &s->addr, "registry.test", TESTTLS_WAIT_MS, &c, &e), &e);
    return c;
}
