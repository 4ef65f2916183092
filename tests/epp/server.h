/* A small EPP server on a real TLS socket, in a thread, that can misbehave: it may cut the stream after any
 * byte in either direction, answer late or wrongly. One connection per thread; join it before looking. */
#ifndef FW_TESTS_EPP_SERVER_H
#define FW_TESTS_EPP_SERVER_H

#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/tls.h"
#include "epp/frame.h"
#include "epp/session.h"
#include "tests/epp/gen.h"

#define NO_CUT SIZE_MAX

struct server;
/* Sends whatever it likes in answer to a command. */
typedef void serve_fn(struct server *s, const struct epp_command *c);

struct server {
    int fd;
    struct net_addr addr;
    struct tls_ctx *tls;
    pthread_t thread;
    struct tls_conn *conn;
    struct arena a;
    /* how to behave */
    size_t send_cut, read_cut; /* bytes after which the connection is closed */
    serve_fn *serve; /* NULL: as it should */
    serve_fn *login; /* likewise */
    bool silent; /* not even a greeting */
    const char *greeting; /* instead of a good one */
    bool close_after_login;
    unsigned login_code;
    /* what happened */
    size_t sent, received;
    unsigned logins, creates, answers;
    char lang[16]; /* of the last login */
    unsigned held_n; /* commands kept back by a serve_fn, in the arena */
    struct epp_command *held;
    bool done; /* the connection is to be closed */
};

static inline void server_send_bytes(struct server *s, struct str bytes)
{
    struct error e;
    size_t left = s->send_cut - s->sent;
    if (bytes.n > left)
        bytes.n = left;
    if (s->done || (bytes.n > 0 && tls_write(s->conn, bytes, 5000, &e) != OK)) {
        s->done = true;
        return;
    }
    s->sent += bytes.n;
    s->done = s->sent >= s->send_cut;
}

static inline void server_send(struct server *s, struct str doc)
{
    struct error e;
    struct buf frame;
    buf_in(&frame, &s->a, 4 << 20);
    if (epp_frame_write(&frame, doc, 4 << 20, &e) == OK)
        server_send_bytes(s, buf_view(&frame));
}

static inline void server_greet(struct server *s)
{
    struct error e;
    struct str objects[] = {STR(EPP_DOMAIN_NS), STR(EPP_CONTACT_NS), STR(EPP_HOST_NS)};
    struct str extensions[] = {STR(EPP_RGP_NS)};
    struct epp_greeting g = {.sv_id = STR("Test Registry"),
        .sv_date = 1700000000 * US_PER_S,
        .objects = {objects, 3},
        .extensions = {extensions, 1}};
    struct buf out;
    buf_in(&out, &s->a, 1 << 16);
    if (epp_greeting_encode(&g, &out, &e) == OK)
        server_send(s, buf_view(&out));
}

static inline void server_respond(struct server *s, struct epp_response *r)
{
    struct error e;
    struct buf out;
    buf_in(&out, &s->a, 4 << 20);
    if (epp_response_encode(r, &out, &e) == OK)
        server_send(s, buf_view(&out));
}

static inline void server_answer(struct server *s, const struct epp_command *c, unsigned code, struct str cltrid)
{
    struct epp_response r;
    epp_response_simple(&s->a, &r, code, cltrid, str_printf(&s->a, "SRV-%u", ++s->answers));
    if (c->verb == EPP_CHECK) {
        r.object = c->object;
        r.data = EPP_CHK_DATA;
        r.u.check =
            (struct epp_check_data){ARENA_ARRAY(&s->a, c->u.check.keys.n, struct epp_checked), c->u.check.keys.n};
        for (size_t i = 0; i < c->u.check.keys.n; i++)
            r.u.check.v[i] = (struct epp_checked){.key = c->u.check.keys.v[i], .avail = i % 2 == 0};
    }
    server_respond(s, &r);
}

static inline void server_usual(struct server *s, const struct epp_command *c)
{
    switch (c->verb) {
    case EPP_HELLO:
        server_greet(s);
        return;
    case EPP_LOGIN:
        server_answer(s, c, s->login_code != 0 ? s->login_code : 1000, c->cltrid);
        s->done = s->done || s->close_after_login;
        return;
    case EPP_LOGOUT:
        server_answer(s, c, 1500, c->cltrid);
        s->done = true;
        return;
    default:
        server_answer(s, c, 1000, c->cltrid);
    }
}

static inline void server_command(struct server *s, struct str doc)
{
    struct error e;
    struct epp_fault f;
    struct epp_command c;
    struct xml_node *root;
    if (xml_parse(&s->a, str_dup(&s->a, doc), &xml_limits_default, &root, &e) != OK ||
        epp_command_decode(&s->a, root, &c, &f, &e) != OK) {
        s->done = true;
        return;
    }
    s->logins += c.verb == EPP_LOGIN;
    if (c.verb == EPP_LOGIN)
        snprintf(s->lang, sizeof s->lang, "%.*s", STR_ARG(c.u.login.lang));
    s->creates += c.verb == EPP_CREATE;
    if (s->login != NULL && c.verb == EPP_LOGIN)
        s->login(s, &c);
    else if (s->serve != NULL && c.verb != EPP_LOGIN)
        s->serve(s, &c);
    else
        server_usual(s, &c);
}

/* Reads what comes, up to read_cut; false at the end. */
static inline bool server_read(struct server *s, struct epp_frame_reader *in)
{
    struct error e;
    char bytes[4096];
    size_t n, want = s->read_cut - s->received;
    if (want == 0)
        return false;
    want = want < sizeof bytes ? want : sizeof bytes;
    if (tls_read(s->conn, bytes, want, 10000, &n, &e) != OK || n == 0)
        return false;
    s->received += n;
    epp_frame_feed(in, bytes, n);
    return true;
}

static inline void server_talk(struct server *s)
{
    struct error e;
    struct epp_frame_reader in;
    struct str doc;
    epp_frame_reader_init(&in, 0);
    if (s->greeting != NULL)
        server_send(s, str_of(s->greeting));
    else if (!s->silent)
        server_greet(s);
    while (!s->done && server_read(s, &in))
        while (!s->done && epp_frame_next(&in, &doc, &e) == OK && doc.p != NULL)
            server_command(s, doc);
    epp_frame_reader_clear(&in);
}

static inline void *server_thread(void *arg)
{
    struct server *s = arg;
    struct error e;
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    int fd = poll(&p, 1, 10000) == 1 ? accept(s->fd, NULL, NULL) : -1;
    if (fd >= 0 && tls_accept_take(s->tls, fd, 5000, &s->conn, &e) == OK) {
        server_talk(s);
        tls_close(&s->conn);
    }
    return NULL;
}

static inline void server_open(struct server *s, const char *dir)
{
    struct error e;
    char ca[300], cert[300], key[300];
    snprintf(ca, sizeof ca, "%s/ca.pem", dir);
    snprintf(cert, sizeof cert, "%s/server.pem", dir);
    snprintf(key, sizeof key, "%s/server.key", dir);
    *s = (struct server){.send_cut = NO_CUT, .read_cut = NO_CUT};
    struct tls_settings set = {.ca_file = ca, .cert_file = cert, .key_file = key, .require_peer_cert = true};
    ck_assert_msg(tls_server_ctx(&set, &s->tls, &e) == OK, "%s", e.text);
    ck_assert_int_eq(net_addr_parse(STR("127.0.0.1:0"), &s->addr, &e), OK);
    ck_assert_int_eq(net_listen_tcp(&s->addr, 8, &s->fd, &e), OK);
    s->addr.len = sizeof s->addr.sa;
    ck_assert_int_eq(getsockname(s->fd, (struct sockaddr *)&s->addr.sa, &s->addr.len), 0);
    arena_init(&s->a, 0);
}

/* Serves the next connection; behaviour is set before. */
static inline void server_start(struct server *s)
{
    s->sent = s->received = 0;
    s->logins = s->creates = s->answers = s->held_n = 0;
    s->done = false;
    arena_reset(&s->a);
    ck_assert_int_eq(pthread_create(&s->thread, NULL, server_thread, s), 0);
}

static inline void server_join(struct server *s)
{
    ck_assert_int_eq(pthread_join(s->thread, NULL), 0);
}

static inline void server_close(struct server *s)
{
    close(s->fd);
    tls_ctx_free(&s->tls);
    arena_clear(&s->a);
}

#endif
