/* Other name servers: those of the hosted zone, or any. */
#include "registrar/change.h"
#include "registrar/delegate.h"
#include "registrar/order_args.h"

#include "registry/ensure.h"

static enum status wanted(
    struct step_run *r, struct registry_host hosts[REGISTRY_HOSTS_MAX], size_t *n_r, struct error *e)
{
    struct zone z;
    TRY(order_args_hosts(r->arena, r->o->args, hosts, n_r, e));
    if (*n_r > 0)
        return OK;
    enum status s = zone_find(r->db, r->arena, r->o->name, r->o->account_id, &z, e);
    if (s == NOT_FOUND)
        return error_set(e, INVALID, "no-zone",
            "%.*s has no hosted zone, so there are no name servers of ours for it: make the zone first",
            STR_ARG(r->o->name));
    TRY(s);
    TRY(servers_answer(r, &z, e));
    *n_r = ZONE_NS_COUNT;
    return delegation_hosts(r, &z, hosts, e);
}

CHANGE_READY(ns)
{
    struct registry_host hosts[REGISTRY_HOSTS_MAX];
    size_t n = 0;
    TRY(name_servers_ready(r, w, e));
    TRY(wanted(r, hosts, &n, e));
    return registry_hosts_ensure(w, step_key(r, "hosts"), hosts, n, e);
}

static bool among(struct str name, const struct registry_host *hosts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(hosts[i].name, name))
            return true;
    return false;
}

CHANGE_DIFF(ns)
{
    (void)w;
    struct registry_host hosts[REGISTRY_HOSTS_MAX];
    size_t n = 0;
    TRY(wanted(r, hosts, &n, e));
    memcpy(up->hosts, hosts, sizeof(up->hosts));
    up->hosts_n = n;
    for (size_t i = 0; i < n; i++)
        if (!among(hosts[i].name, there->hosts, there->hosts_n))
            up->add_hosts[up->add_hosts_n++] = hosts[i];
    for (size_t i = 0; i < there->hosts_n; i++)
        if (!among(there->hosts[i].name, hosts, n))
            up->rem_hosts[up->rem_hosts_n++] = there->hosts[i];
    return OK;
}
