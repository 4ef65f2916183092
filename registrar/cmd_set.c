/* Zones made by hand, and reusable delegation sets to make them on. */
#include "registrar/cli.h"

#include "zones/delegation.h"

static void set_print(const struct delegation_set *s)
{
    printf("set %lld: %.*s %.*s %.*s %.*s\n", (long long)s->id, STR_ARG(s->host[0]), STR_ARG(s->host[1]),
        STR_ARG(s->host[2]), STR_ARG(s->host[3]));
}

CMD(set_create)
{
    struct error e;
    struct delegation_set set;
    if (delegation_set_create_reusable(c->db, c->arena, c->acc.id, clock_now(), &set, &e) != OK)
        return cli_fail(c, &e);
    set_print(&set);
    return 0;
}

CMD(set_list)
{
    struct error e;
    struct delegation_set *sets;
    size_t n = 0;
    if (delegation_set_list(c->db, c->arena, c->acc.id, &sets, &n, &e) != OK)
        return cli_fail(c, &e);
    for (size_t i = 0; i < n; i++)
        set_print(&sets[i]);
    return 0;
}

CMD(zone_create)
{
    struct error e;
    struct zone z;
    bool created = false;
    struct zone_new n = {.account_id = c->acc.id, .name = c->args[0]};
    if (cli_option_int(c, "set", 1, INT64_MAX, 0, &n.delegation_set_id, &e) != OK ||
        zone_create(c->db, c->arena, &n, clock_now(), &z, &created, &e) != OK)
        return cli_fail(c, &e);
    printf("zone %.*s%s\n", STR_ARG(z.name), created ? "" : " (was there already)");
    for (size_t i = 0; i < ZONE_NS_COUNT; i++)
        printf("  %.*s\n", STR_ARG(z.ns[i]));
    return 0;
}

CMD(zone_delete)
{
    struct error e;
    struct zone z;
    if (zone_find(c->db, c->arena, c->args[0], c->acc.id, &z, &e) != OK ||
        zone_delete(c->db, z.id, c->acc.id, cli_flag(c, "force"), clock_now(), &e) != OK)
        return cli_fail(c, &e);
    printf("zone %.*s deleted\n", STR_ARG(z.name));
    return 0;
}
