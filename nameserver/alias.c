#include "nameserver/alias.h"

#include "nameserver/external.h"
#include "nameserver/resolve.h"

static bool name_is_in(const struct dns_name *name, const struct zone *z)
{
    struct dns_name zone;

    zone_dns_name(z, &zone);
    return dns_name_is_subdomain(name, &zone);
}

const struct record_set *alias_resolve(struct store *st, struct owner *whom, const struct record_set *alias)
{
    const struct record_set *s = alias;

    for (unsigned depth = 0; depth < ALIAS_DEPTH_MAX && s != NULL && s->alias; depth++) {
        struct zone *z = store_zone(st, alias_zone_id(s));
        struct dns_name target;
        struct found f;

        if (!alias_target(s, &target))
            return NULL;
        if (alias_is_external(s))
            return external_answer(st, whom, &target, s->type);
        if (z == NULL || !name_is_in(&target, z)) {
            name_depend_on_zones(st, whom, &target); /* the zone may yet come */
            return NULL;
        }
        name_resolve(st, whom, z, &target, &f);
        s = f.kind == FOUND_OWNER ? owner_set(f.owner, alias->type) : NULL;
    }
    return s != NULL && !s->alias ? s : NULL;
}

const struct record_set *owner_data(struct store *st, struct owner *whom, const struct owner *o, uint16_t type)
{
    const struct record_set *s = owner_set(o, type);

    return s != NULL ? set_data(st, whom, s) : NULL;
}
