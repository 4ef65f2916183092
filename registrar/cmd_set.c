/* Zones made by hand, and reusable delegation sets to make them on. */
#include "registrar/cli.h"

#include "registrar/domain.h"
#include "zones/delegation.h"

#include <unistd.h>

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

/* A zone that a registered domain sends its visitors to. */
static enum status check_domain(struct cli *c, const struct zone *z, struct error *e)
{
    struct domain d;
    enum status s = domain_find(c->db, c->arena, 0, z->name, &d, e);
    if (s == NOT_FOUND) {
        error_clear(e);
        return OK;
    }
    TRY(s);
    if (d.zone_id != z->id || cli_flag(c, "force"))
        return OK;
    return error_set(e, CONFLICT, "zone-delegated",
        "the domain %.*s is registered here, and its registry sends the world to this zone: delete the domain first, or"
        " give --force",
        STR_ARG(z->name));
}

/* Asked on a terminal; elsewhere a zone with records needs --yes. */
static bool agreed(struct cli *c, const struct zone *z)
{
    char line[16];
    if (cli_flag(c, "yes") || cli_flag(c, "force"))
        return true;
    if (z->rrsets <= 2 || !isatty(STDIN_FILENO))
        return false;
    fprintf(stderr, "%.*s has %lld record sets. Delete it with all of them? [yes/no] ", STR_ARG(z->name),
        (long long)z->rrsets);
    return fgets(line, sizeof line, stdin) != NULL && strcmp(line, "yes\n") == 0;
}

static enum status delete_agreed(struct cli *c, const struct zone *z, struct error *e)
{
    enum status s = zone_delete(c->db, z->id, c->acc.id, agreed(c, z), clock_now(), e);
    if (s != CONFLICT || strcmp(e->code, "zone-not-empty") != 0)
        return s;
    return error_set(e, CONFLICT, "zone-not-empty",
        "%.*s has %lld record sets besides SOA and NS of the zone itself: give --yes to delete it with them",
        STR_ARG(z->name), (long long)z->rrsets - 2);
}

CMD(zone_delete)
{
    struct error e;
    struct zone z;
    if (zone_find(c->db, c->arena, c->args[0], c->acc.id, &z, &e) != OK || check_domain(c, &z, &e) != OK ||
        delete_agreed(c, &z, &e) != OK)
        return cli_fail(c, &e);
    printf("zone %.*s deleted\n", STR_ARG(z.name));
    return 0;
}
