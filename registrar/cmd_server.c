#include "registrar/cli.h"

#include "zones/server.h"

static void servers_json(struct cli *c, const struct server_info *list, size_t n)
{
    struct buf out;
    struct json_writer j;

    cli_json_begin(c, &j, &out);
    json_open_array(&j, "servers");
    for (size_t i = 0; i < n; i++) {
        const struct server_info *s = &list[i];

        json_open_object(&j, NULL);
        json_put_int(&j, "id", s->id);
        json_put_str(&j, "name", s->name);
        json_put_int(&j, "column", s->column);
        json_put_int(&j, "row_from", s->row_from);
        json_put_int(&j, "row_to", s->row_to);
        json_put_str(&j, "addresses", s->dns_addrs);
        json_put_str(&j, "started", time_text(c->arena, s->started));
        json_put_str(&j, "last_seen", time_text(c->arena, s->last_seen));
        json_put_int(&j, "lag_us", s->lag_us);
        json_put_int(&j, "zones", s->zones);
        json_put_int(&j, "behind", s->behind);
        json_close_object(&j);
    }
    json_close_array(&j);
    cli_json_end(&j);
}

static void server_print(struct cli *c, const struct server_info *s, time_us now)
{
    printf("%-4lld %-16.*s column %u rows %u-%u  %.*s\n", (long long)s->id, STR_ARG(cli_text(c->arena, s->name)),
        s->column, s->row_from, s->row_to, STR_ARG(cli_text(c->arena, s->dns_addrs)));
    printf("     last heard of %lld s ago, up since %.*s; newest change served after %.1f ms\n",
        (long long)((now - s->last_seen) / US_PER_S), STR_ARG(time_text(c->arena, s->started)),
        (double)s->lag_us / 1000);
    printf("     %lld of %lld zones at their newest version%s\n", (long long)(s->zones - s->behind),
        (long long)s->zones, s->behind == 0 ? "" : "; the others are not in sync until it is");
}

CMD(server_list)
{
    struct error e;
    struct server_info *list;
    size_t n = 0;

    if (server_list(c->db, c->arena, &list, &n, &e) != OK)
        return cli_fail(c, &e);
    if (c->json)
        return servers_json(c, list, n), 0;
    for (size_t i = 0; i < n; i++)
        server_print(c, &list[i], clock_now());
    if (n == 0)
        printf("no name server has registered\n");
    return 0;
}

CMD(server_forget)
{
    struct error e;
    int64_t id;

    if (!str_to_i64(c->args[0], 1, INT64_MAX, &id)) {
        (void)error_set(
            &e, INVALID, "server", "'%.*s' is not a name server's number; server list shows them", STR_ARG(c->args[0]));
        return cli_fail(c, &e);
    }
    if (server_forget(c->db, c->arena, id, clock_now(), &e) != OK)
        return cli_fail(c, &e);
    printf("name server %lld is forgotten; zones no longer wait for it\n", (long long)id);
    return 0;
}
