#include "registrar/delegate.h"

#include "dns/client.h"
#include "zones/sync.h"

enum status delegation_hosts(
    struct step_run *r, const struct zone *z, struct registry_host hosts[ZONE_NS_COUNT], struct error *e)
{
    for (size_t i = 0; i < ZONE_NS_COUNT; i++) {
        struct str v4, v6;
        TRY(delegation_host_find(r->db, r->arena, z->ns[i], &v4, &v6, e));
        hosts[i] = (struct registry_host){.name = z->ns[i]};
        if (!str_is_null(v4))
            hosts[i].addrs[hosts[i].addrs_n++] = v4;
        if (!str_is_null(v6))
            hosts[i].addrs[hosts[i].addrs_n++] = v6;
    }
    return OK;
}

bool delegation_matches(const struct zone *z, const struct registry_domain *d)
{
    if (d->hosts_n != ZONE_NS_COUNT)
        return false;
    for (size_t i = 0; i < ZONE_NS_COUNT; i++) {
        bool found = false;
        for (size_t j = 0; !found && j < d->hosts_n; j++)
            found = str_ieq(z->ns[i], d->hosts[j].name);
        if (!found)
            return false;
    }
    return true;
}

#define INFRA_LOOK_US INT64_C(100000)

enum status name_servers_ready(struct step_run *r, const struct registry_work *w, struct error *e)
{
    if (!r->us->own_name_servers)
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(r->us->name_servers); i++) {
        struct domain d = {0};
        struct str name = r->us->name_servers[i];
        if (!profile_serves(w->registry->profile, name))
            continue;
        enum status s = domain_find(r->db, r->arena, 0, name, &d, e);
        if (s != OK && s != NOT_FOUND)
            return s;
        if (s == NOT_FOUND || d.registered == 0)
            return step_wait(r, INFRA_LOOK_US, e, "the name servers' domain %.*s is not registered yet", STR_ARG(name));
    }
    return OK;
}

static enum status server_answers(
    struct step_run *r, const struct zone *z, const struct zone_server *srv, struct error *e)
{
    struct str rest = srv->dns_addrs, addr;
    struct dns_ask ask = {.name = z->apex, .type = DNS_SOA, .timeout_ms = 2000};
    while (str_take(&rest, ' ', &addr)) {
        struct net_addr to;
        struct dns_message m;
        if (str_empty(addr))
            continue;
        TRY(net_addr_parse(addr, &to, e));
        enum status s = dns_client_ask(r->arena, &to, &ask, &m, e);
        if (s != OK)
            return step_wait(r, US_PER_S, e, "%.*s (%.*s) does not answer yet: %s", STR_ARG(srv->host), STR_ARG(addr),
                arena_strdup(r->arena, e->text));
        if (m.rcode != DNS_NOERROR || (m.header.flags & DNS_AA) == 0 || m.n[DNS_ANSWER] == 0)
            return step_wait(r, US_PER_S / 5, e, "%.*s (%.*s) does not answer with authority yet", STR_ARG(srv->host),
                STR_ARG(addr));
    }
    return OK;
}

enum status servers_answer(struct step_run *r, const struct zone *z, struct error *e)
{
    struct zone_sync sync;
    TRY(zone_insync(r->db, r->arena, z->id, 0, &sync, e));
    for (size_t i = 0; i < sync.n; i++)
        TRY(server_answers(r, z, &sync.servers[i], e));
    return OK;
}
