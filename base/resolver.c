#include "base/resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unbound.h>
#include <unistd.h>

#include "base/buf.h"

#define ASKED_MAX 256 /* questions under way */
#define CONF_BYTES_MAX 8192

struct asked {
    struct resolver *r;
    bool used;
    int async_id;
    void (*done)(void *ctx, const struct resolver_answer *answer);
    void *ctx;
};

struct resolver {
    struct ub_ctx *ub;
    struct resolver_answer answer;
    struct asked asked[ASKED_MAX];
};

/* ---- what the library is told ------------------------------------------------------------------------- */

/* The library has answers of its own for some zones, which are real ones to whoever configures a resolver that knows them. */
static const char fixed_options[] = "server:\n"
                                    "  do-not-query-localhost: no\n"
                                    "  use-syslog: no\n"
                                    "  qname-minimisation: no\n"
                                    "  infra-host-ttl: 5\n" /* resolvers that come back are used again soon */
                                    "  unblock-lan-zones: yes\n"
                                    "  insecure-lan-zones: yes\n"
                                    "  local-zone: test. nodefault\n"
                                    "  local-zone: invalid. nodefault\n"
                                    "  local-zone: home.arpa. nodefault\n";

static enum status write_addr(struct buf *out, const struct net_addr *addr, struct error *e)
{
    const struct sockaddr_in *v4 = (const void *)&addr->sa;
    const struct sockaddr_in6 *v6 = (const void *)&addr->sa;
    bool is6 = addr->sa.ss_family == AF_INET6;
    unsigned port = ntohs(is6 ? v6->sin6_port : v4->sin_port);
    char text[INET6_ADDRSTRLEN];

    if (port == 0)
        return error_set(e, INVALID, "resolver", "a resolver's address needs its port");
    INVARIANT(inet_ntop(addr->sa.ss_family, is6 ? (const void *)&v6->sin6_addr : (const void *)&v4->sin_addr, text,
                  sizeof(text)) != NULL);
    buf_printf(out, "  forward-addr: %s@%u\n", text, port);
    return OK;
}

static enum status write_conf(
    struct buf *out, const struct net_addr *addrs, size_t n, const char *trust_anchors, struct error *e)
{
    if (n == 0 || n > RESOLVER_ADDRS_MAX)
        return error_set(e, INVALID, "resolver", "%zu resolvers; 1 to %d are possible", n, RESOLVER_ADDRS_MAX);
    if (trust_anchors != NULL && (strpbrk(trust_anchors, "\"\n") != NULL || access(trust_anchors, R_OK) != 0))
        return error_set(e, INVALID, "resolver", "%s: trust anchors: cannot be read", trust_anchors);
    buf_puts(out, fixed_options);
    if (trust_anchors != NULL)
        buf_printf(out, "  module-config: \"validator iterator\"\n  trust-anchor-file: \"%s\"\n", trust_anchors);
    else
        buf_puts(out, "  module-config: \"iterator\"\n");
    buf_puts(out, "forward-zone:\n  name: \".\"\n  forward-no-cache: yes\n");
    for (size_t i = 0; i < n; i++)
        TRY(write_addr(out, &addrs[i], e));
    return buf_over(out) ? error_set(e, INVALID, "resolver", "the trust anchors' path is too long") : OK;
}

/* Not all of it can be said by the library's calls; so it reads a file, one that is in memory only. */
static enum status conf_give(struct ub_ctx *ub, struct str conf, struct error *e)
{
    int fd = memfd_create("resolver.conf", MFD_CLOEXEC);
    char path[64];
    int err;

    if (fd < 0 || write(fd, conf.p, conf.n) != (ssize_t)conf.n) {
        if (fd >= 0)
            close(fd);
        return error_set(e, INTERNAL, "resolver", "a file in memory: %s", strerror(errno));
    }
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    err = ub_ctx_config(ub, path);
    close(fd);
    return err == 0 ? OK : error_set(e, INVALID, "resolver", "configuring the resolver: %s", ub_strerror(err));
}

static enum status context_open(struct resolver *r, struct str conf, struct error *e)
{
    r->ub = ub_ctx_create();
    if (r->ub == NULL)
        return error_set(e, INTERNAL, "resolver", "the resolver's library does not start");
    (void)ub_ctx_debugout(r->ub, NULL);
    (void)ub_ctx_async(r->ub, 1);
    return conf_give(r->ub, conf, e);
}

enum status resolver_new(
    const struct net_addr *addrs, size_t n, const char *trust_anchors, struct resolver **r_r, struct error *e)
{
    struct resolver *r = calloc(1, sizeof(*r));
    struct buf conf;
    enum status s;

    INVARIANT(r != NULL);
    buf_init(&conf, CONF_BYTES_MAX);
    s = write_conf(&conf, addrs, n, trust_anchors, e);
    if (s == OK)
        s = context_open(r, buf_view(&conf), e);
    buf_clear(&conf);
    *r_r = r;
    if (s != OK)
        resolver_free(r_r);
    return s;
}

void resolver_free(struct resolver **r)
{
    if (*r == NULL)
        return;
    if ((*r)->ub != NULL)
        ub_ctx_delete((*r)->ub);
    free(*r);
    *r = NULL;
}

/* ---- asking --------------------------------------------------------------------------------------------- */

static void answer_failed(struct resolver_answer *a, const char *why)
{
    a->outcome = RESOLVER_FAILED;
    a->why = why;
}

static void answer_records(struct resolver_answer *a, const struct ub_result *res)
{
    a->outcome = RESOLVER_DATA;
    for (; a->n < RESOLVER_RECORDS_MAX && res->data[a->n] != NULL; a->n++)
        a->rdata[a->n] = str_n(res->data[a->n], (size_t)res->len[a->n]);
}

static void answer_read(struct resolver_answer *a, int err, const struct ub_result *res)
{
    enum { RCODE_OK = 0, RCODE_NO_NAME = 3 };

    a->n = 0;
    a->ttl = 0;
    a->why = NULL;
    if (err != 0 || res == NULL) {
        answer_failed(a, ub_strerror(err));
        return;
    }
    if (res->bogus) {
        answer_failed(a, res->why_bogus != NULL ? res->why_bogus : "the answer does not validate");
        return;
    }
    if (res->rcode != RCODE_OK && res->rcode != RCODE_NO_NAME) {
        answer_failed(a, "the resolvers have no answer");
        return;
    }
    a->ttl = res->ttl > 0 ? (uint32_t)res->ttl : 0;
    if (res->havedata)
        answer_records(a, res);
    else
        a->outcome = RESOLVER_NO_DATA;
}

static void resolved(void *ctx, int err, struct ub_result *res)
{
    struct asked *q = ctx;

    q->used = false;
    answer_read(&q->r->answer, err, res);
    q->done(q->ctx, &q->r->answer);
    if (res != NULL)
        ub_resolve_free(res);
}

static int asked_free(const struct resolver *r)
{
    for (int i = 0; i < ASKED_MAX; i++) {
        if (!r->asked[i].used)
            return i;
    }
    return -1;
}

enum status resolver_ask(struct resolver *r, const char *name, uint16_t type,
    void (*done)(void *ctx, const struct resolver_answer *answer), void *ctx, int *id_r, struct error *e)
{
    enum { CLASS_IN = 1 };
    int id = asked_free(r), err;
    struct asked *q;

    if (id < 0)
        return error_set(e, UNAVAILABLE, "resolver", "%d questions are under way already", ASKED_MAX);
    q = &r->asked[id];
    *q = (struct asked){.r = r, .used = true, .done = done, .ctx = ctx};
    err = ub_resolve_async(r->ub, name, type, CLASS_IN, q, resolved, &q->async_id);
    if (err != 0) {
        q->used = false;
        return error_set(e, UNAVAILABLE, "resolver", "asking: %s", ub_strerror(err));
    }
    *id_r = id;
    return OK;
}

void resolver_cancel(struct resolver *r, int id)
{
    INVARIANT(id >= 0 && id < ASKED_MAX);
    if (!r->asked[id].used)
        return;
    (void)ub_cancel(r->ub, r->asked[id].async_id);
    r->asked[id].used = false;
}

int resolver_fd(const struct resolver *r)
{
    return ub_fd(r->ub);
}

void resolver_process(struct resolver *r)
{
    (void)ub_process(r->ub);
}
