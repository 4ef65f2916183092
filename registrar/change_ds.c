/* The DS records that the registry publishes, or the keys from which it makes them: exactly those that are ordered. */
#include "registrar/change.h"
#include "registrar/order_args.h"
#include "registry/dnssec.h"

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
