/* The statuses that a registrar sets to have the registry refuse what its customer did not ask for (RFC 5731 2.3). */
#include "registrar/change.h"
#include "registrar/order_args.h"

static bool has(const struct registry_domain *d, struct str status)
{
    for (size_t i = 0; i < d->statuses_n; i++)
        if (str_eq(d->statuses[i], status))
            return true;
    return false;
}

CHANGE_DIFF(lock)
{
    (void)w;
    struct str statuses[ORDER_LOCKS_MAX];
    size_t n = 0;
    TRY(order_args_locks(r->o->args, statuses, &n, e));
    for (size_t i = 0; i < n; i++)
        if (!has(there, statuses[i]))
            up->add_statuses[up->add_statuses_n++] = statuses[i];
    return OK;
}

CHANGE_DIFF(unlock)
{
    (void)w;
    struct str statuses[ORDER_LOCKS_MAX];
    size_t n = 0;
    TRY(order_args_locks(r->o->args, statuses, &n, e));
    for (size_t i = 0; i < n; i++)
        if (has(there, statuses[i]))
            up->rem_statuses[up->rem_statuses_n++] = statuses[i];
    return OK;
}
