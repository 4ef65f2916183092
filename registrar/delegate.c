#include "registrar/delegate.h"

#include "dns/client.h"
#include "zones/sync.h"

enum status delegation_hosts(
    struct step_run *r, const struct zone *z, struct registry_host hosts[ZONE_NS_COUNT], struct error *e)
{
    struct str v4[ZONE_NS_COUNT], v6[ZONE_NS_COUNT];
    TRY(delegation_hosts_find(r->db, r->arena, z->ns, v4, v6, e));
    for (size_t i = 0; i < ZONE_NS_COUNT; i++) {
        hosts[i] = (struct registry_host){.name = z->ns[i]};
        if (!str_is_null(v4[i]))
            hosts[i].addrs[hosts[i].addrs_n++] = v4[i];
        if (!str_is_null(v6[i]))
            hosts[i].addrs[hosts[i].addrs_n++] = v6[i];
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
    struct str here[ARRAY_LEN(r->us->name_servers)], missing = STR_NULL;
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(here) && r->us->own_name_servers; i++)
        if (profile_serves(w->registry->profile, r->us->name_servers[i]))
            here[n++] = r->us->name_servers[i];
    if (n > 0)
        TRY(domain_missing(r->db, r->arena, here, n, &missing, e));
    if (str_is_null(missing))
        return OK;
    return step_wait(r, INFRA_LOOK_US, e, "the name servers' domain %.*s is not registered yet", STR_ARG(missing));
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
    if (r->memo != NULL && r->memo->sync != NULL && r->o->zone_id == z->id)
        sync = *r->memo->sync;
    else
        TRY(zone_insync(r->db, r->arena, z->id, 0, &sync, e));
    for (size_t i = 0; i < sync.n; i++)
        TRY(server_answers(r, z, &sync.servers[i], e));
    return OK;
}
