/* The name servers' own domains. A host object needs its domain, a delegation needs its hosts: so the domain is
 * created bare, then the hosts, then the delegation. */
#include "registrar/advance.h"
#include "registrar/delegate.h"
#include "registrar/step.h"

#include "registry/ensure.h"

static unsigned column_of(const struct step_run *r)
{
    unsigned c = 0;
    while (c < DELEGATION_COLUMNS && !str_eq(r->us->name_servers[c], r->o->name))
        c++;
    return c;
}

STEP(infra_zone)
{
    struct zone z;
    unsigned column = column_of(r);
    if (column == DELEGATION_COLUMNS)
        return error_set(e, INVALID, "not-infra", "%.*s is not a domain of our name servers", STR_ARG(r->o->name));
    TRY(delegation_infra_zone_fill(r->db, r->arena, column, r->o->account_id, r->now, &z, e));
    TRY(order_set_zone(r->db, r->o, z.id, false, e));
    TRY(domain_set_zone(r->db, r->o->name, r->o->id, z.id, e));
    step_detail(r, "column %u, %lld record sets", column, (long long)z.rrsets);
    return OK;
}

STEP(create_bare)
{
    return create_domain(r, NULL, 0, step_key(r, "create"), e);
}

STEP(hosts)
{
    struct zone z;
    struct registry_work w;
    struct registry_host hosts[ZONE_NS_COUNT];
    TRY(step_work(r, &w, e));
    TRY(name_servers_ready(r, &w, e));
    TRY(zone_find_id(r->db, r->arena, r->o->zone_id, ZONE_ANY_ACCOUNT, &z, e));
    TRY(delegation_hosts(r, &z, hosts, e));
    return registry_hosts_ensure(&w, step_key(r, "hosts"), hosts, ZONE_NS_COUNT, e);
}

STEP(delegate)
{
    struct zone z;
    struct registry_work w;
    struct registry_host hosts[ZONE_NS_COUNT];
    struct registry_outcome out = {0};
    TRY(step_work(r, &w, e));
    TRY(zone_find_id(r->db, r->arena, r->o->zone_id, ZONE_ANY_ACCOUNT, &z, e));
    TRY(delegation_hosts(r, &z, hosts, e));
    struct registry_domain_update up = {.name = r->o->name, .add_hosts_n = ZONE_NS_COUNT, .hosts_n = ZONE_NS_COUNT};
    for (size_t i = 0; i < ZONE_NS_COUNT; i++)
        up.hosts[i] = up.add_hosts[i] = hosts[i];
    TRY(registry_domain_update(&w, step_key(r, "delegate"), &up, &out, e));
    return out.pending ? step_wait(r, US_PER_S, e, "the registry will decide (1001)") : OK;
}
