#include "web/probe.h"

#include "dns/client.h"
#include "dns/soa.h"

#include <pthread.h>

#define PROBES_MAX 16 /* servers asked for one page; a zone has four unless columns are split */

struct probe_run {
    pthread_t thread;
    bool started;
    struct arena arena; /* of this thread */
    struct net_addr addr;
    struct dns_name name;
    int timeout_ms;
    struct probe *result;
};

static enum status ask(struct probe_run *p, uint16_t type, struct dns_message *m_r, struct error *e)
{
    const struct dns_ask q = {.name = p->name, .type = type, .timeout_ms = p->timeout_ms};
    TRY(dns_client_ask(&p->arena, &p->addr, &q, m_r, e));
    if (m_r->rcode != DNS_NOERROR)
        return error_set(e, NOT_FOUND, "dns-rcode", "%s", dns_rcode_text(m_r->rcode));
    if ((m_r->header.flags & DNS_AA) == 0)
        return error_set(e, NOT_FOUND, "dns-not-authoritative", "answers without authority");
    return OK;
}

static enum status ask_serial(struct probe_run *p, struct error *e)
{
    struct dns_message m;
    struct dns_soa soa;
    TRY(ask(p, DNS_SOA, &m, e));
    p->result->answered = true;
    for (size_t i = 0; i < m.n[DNS_ANSWER]; i++)
        if (m.records[DNS_ANSWER][i].type == DNS_SOA && dns_soa_read(m.records[DNS_ANSWER][i].rdata, &soa)) {
            p->result->has_serial = true;
            p->result->serial = soa.serial;
        }
    return OK;
}

static enum status ask_addresses(struct probe_run *p, struct buf *out, struct error *e)
{
    static const uint16_t types[] = {DNS_A, DNS_AAAA};
    struct dns_message m;
    for (size_t t = 0; t < ARRAY_LEN(types); t++) {
        TRY(ask(p, types[t], &m, e));
        for (size_t i = 0; i < m.n[DNS_ANSWER]; i++) {
            const struct dns_record *rec = &m.records[DNS_ANSWER][i];
            if (rec->type != types[t])
                continue;
            struct str text = dns_rdata_text(&p->arena, rec->type, rec->rdata);
            buf_printf(out, "%s%s %.*s", out->n > 0 ? ", " : "", types[t] == DNS_A ? "A" : "AAAA", STR_ARG(text));
        }
    }
    if (out->n == 0)
        buf_puts(out, "answers; no address there yet");
    return OK;
}

static void *probe_main(void *ctx)
{
    struct probe_run *p = ctx;
    struct error e = {0};
    struct buf out;
    buf_in(&out, &p->arena, 4096);
    enum status s = ask_serial(p, &e);
    if (s == OK)
        s = ask_addresses(p, &out, &e);
    if (s != OK) {
        buf_reset(&out);
        buf_puts(&out, strcmp(e.code, "dns-timeout") == 0 ? "no answer" : e.text);
    }
    p->result->answer = buf_view(&out);
    return NULL;
}

/* Without a thread to spare, the question is simply asked here. */
static void probe_start(struct request *r, struct probe_run *p, const struct zone_server *server, struct str zone)
{
    struct error e = {0};
    struct str addrs = server->dns_addrs;
    p->result->server = server;
    p->timeout_ms = r->web->dns_timeout_ms;
    arena_init(&p->arena, (size_t)4 << 20);
    if (!str_take(&addrs, ' ', &p->result->addr) || net_addr_parse(p->result->addr, &p->addr, &e) != OK ||
        dns_name_parse(zone, NULL, &p->name, &e) != OK) {
        p->result->answer = str_dup(r->arena, str_of(e.text));
        return;
    }
    p->started = pthread_create(&p->thread, NULL, probe_main, p) == 0;
    if (!p->started)
        (void)probe_main(p);
}

void probe_all(struct request *r, const struct zone_sync *sync, struct str zone, struct probe **list_r)
{
    size_t n = sync->n < PROBES_MAX ? sync->n : PROBES_MAX;
    struct probe *list = ARENA_ARRAY(r->arena, sync->n, struct probe);
    struct probe_run *runs = ARENA_ARRAY(r->arena, n, struct probe_run);
    for (size_t i = 0; i < sync->n; i++) {
        list[i].server = &sync->servers[i];
        list[i].answer = STR("not asked");
    }
    for (size_t i = 0; i < n; i++) {
        runs[i].result = &list[i];
        probe_start(r, &runs[i], &sync->servers[i], zone);
    }
    for (size_t i = 0; i < n; i++) {
        if (runs[i].started)
            INVARIANT(pthread_join(runs[i].thread, NULL) == 0);
        list[i].answer = str_dup(r->arena, list[i].answer);
        arena_clear(&runs[i].arena);
    }
    *list_r = list;
}
