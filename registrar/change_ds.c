/* The DS records that the registry publishes, or the keys from which it makes them: exactly those that are ordered. */
#include "registrar/change.h"
#include "registrar/order_args.h"
#include "registry/dnssec.h"
#include "registry/host_set.h"

/* Where a domain names a set of keys, the set must stand first. */
CHANGE_READY(ds)
{
    struct registry_dnssec keys;
    bool urgent;
    TRY(order_args_dnssec(r->arena, r->o->args, &keys, &urgent, e));
    return registry_keys_ensure(w, step_key(r, "keys"), &keys, e);
}

CHANGE_DIFF(ds)
{
    (void)w;
    struct registry_dnssec wanted;
    bool urgent = false;
    TRY(order_args_dnssec(r->arena, r->o->args, &wanted, &urgent, e));
    dnssec_diff(&there->dnssec, &wanted, &up->dnssec);
    up->dnssec.urgent = urgent;
    return OK;
}
