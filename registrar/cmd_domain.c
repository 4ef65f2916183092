#include "registrar/cmd_order.h"
#include "registrar/lookup.h"

#include "billing/price.h"

#define REGISTRY_WAIT_MS 10000

static enum status check(struct cli *c, struct error *e)
{
    struct lookup_check k;
    struct valid_name name;
    struct money price;
    TRY(name_validate(c->arena, &c->desk.tlds, c->args[0], &name, e));
    TRY(lookup_check(&c->desk, c->db, c->arena, c->args[0], REGISTRY_WAIT_MS, &k, e));
    TRY(price_quote(c->db, c->arena, name.tld->tld, PRICE_REGISTER, 1, str_of(c->acc.currency), &price, e));
    if (c->json) {
        struct buf out;
        struct json_writer j;
        cli_json_begin(c, &j, &out);
        json_put_str(&j, "name", k.name);
        json_put_bool(&j, "available", k.available);
        json_put_str(&j, "reason", k.available ? STR_NULL : k.reason);
        json_put_str(&j, "price", money_text(c->arena, price));
        cli_json_end(&j);
    } else if (k.available)
        printf("%.*s is free: %.*s a year\n", STR_ARG(k.name), STR_ARG(money_text(c->arena, price)));
    else
        printf("%.*s is not free: %.*s\n", STR_ARG(k.name),
            STR_ARG(str_is_null(k.reason) ? STR("registered") : cli_text(c->arena, k.reason)));
    return OK;
}

CMD(domain_check)
{
    struct error e;
    return check(c, &e) == OK ? 0 : cli_fail(c, &e);
}

/* What an order says beside the name: an argument, or options of a registration. */
static struct str place_args(const struct cli *c)
{
    struct str ds = cli_option(c, "ds"), idn = cli_option(c, "idn");
    if (c->args_n > 1)
        return c->args[1];
    return str_is_null(idn) ? ds : str_printf(c->arena, "%.*s; idn %.*s", STR_ARG(ds), STR_ARG(idn));
}

static enum status place(struct cli *c, const char *kind, const struct contact *contact, int *code, struct error *e)
{
    struct order o;
    bool repeated = false;
    int64_t years = 0;
    struct order_request rq = {
        .kind = str_of(kind),
        .name = c->args[0],
        .contact = contact,
        .args = place_args(c),
        .key = cli_option(c, "key"),
    };
    TRY(cli_option_int(c, "years", 1, 10, 1, &years, e));
    TRY(cmd_max_price(c, &rq.max_price, e));
    if (!str_is_null(cli_option(c, "token-file")))
        TRY(cmd_secret(c, "token-file", "allocation token", &rq.token, e));
    rq.years = (int)years;
    TRY(order_place(&c->desk, c->db, c->arena, &c->acc, &rq, clock_now(), &o, &repeated, e));
    fprintf(stderr, "order %lld%s\n", (long long)o.id, repeated ? " (made before with this key)" : "");
    if (!cli_flag(c, "no-wait"))
        TRY(cmd_watch(c, o.id, strcmp(kind, "release") == 0 ? kind : NULL, &o, e));
    TRY(cmd_order_print(c, &o, e));
    *code = str_eqz(o.state, "failed") ? 1 : 0;
    return OK;
}

CMD(domain_register)
{
    struct error e;
    struct contact contact;
    int code = 0;
    if (cmd_contact(c, &contact, &e) != OK || place(c, "register", &contact, &code, &e) != OK)
        return cli_fail(c, &e);
    return code;
}

CMD(domain_renew)
{
    struct error e;
    int code = 0;
    return place(c, "renew", NULL, &code, &e) == OK ? code : cli_fail(c, &e);
}

CMD(domain_delete)
{
    struct error e;
    int code = 0;
    return place(c, "delete", NULL, &code, &e) == OK ? code : cli_fail(c, &e);
}

CMD(domain_release)
{
    struct error e;
    int code = 0;
    return place(c, "release", NULL, &code, &e) == OK ? code : cli_fail(c, &e);
}

static void info_json(struct cli *c, const struct domain *d, const struct lookup_info *i)
{
    struct buf out;
    struct json_writer j;
    cli_json_begin(c, &j, &out);
    json_put_str(&j, "name", d->name);
    json_put_str(&j, "state", d->state);
    json_put_int(&j, "order", d->order_id);
    json_put_str(&j, "roid", i->roid);
    json_put_str(&j, "sponsor", i->sponsor);
    json_put_str(&j, "created", time_text(c->arena, i->created));
    json_put_str(&j, "expires", time_text(c->arena, i->expires));
    json_open_array(&j, "ns");
    for (size_t n = 0; n < i->ns_n; n++)
        json_put_str(&j, NULL, i->ns[n]);
    json_close_array(&j);
    json_open_array(&j, "statuses");
    for (size_t n = 0; n < i->statuses_n; n++)
        json_put_str(&j, NULL, i->statuses[n]);
    json_close_array(&j);
    cli_json_end(&j);
}

static enum status info(struct cli *c, struct error *e)
{
    struct valid_name name;
    struct domain d;
    struct lookup_info i;
    struct arena *a = c->arena;
    TRY(name_validate(a, &c->desk.tlds, c->args[0], &name, e));
    TRY(domain_find(c->db, a, c->acc.id, name.name, &d, e));
    if (c->json) {
        TRY(lookup_info(&c->desk, c->db, a, c->args[0], REGISTRY_WAIT_MS, &i, e));
        info_json(c, &d, &i);
        return OK;
    }
    printf("domain      %.*s\nstate       %.*s\norder       %lld\n", STR_ARG(d.name), STR_ARG(d.state),
        (long long)d.order_id);
    if (d.expires != 0)
        printf("expires     %.*s\n", STR_ARG(time_text(a, d.expires)));
    TRY(lookup_info(&c->desk, c->db, a, c->args[0], REGISTRY_WAIT_MS, &i, e));
    printf("at the registry:\n  roid      %.*s\n  sponsor   %.*s\n  created   %.*s\n  expires   %.*s\n",
        STR_ARG(cli_text(a, i.roid)), STR_ARG(cli_text(a, i.sponsor)), STR_ARG(time_text(a, i.created)),
        STR_ARG(time_text(a, i.expires)));
    for (size_t n = 0; n < i.ns_n; n++)
        printf("  ns        %.*s\n", STR_ARG(cli_text(a, i.ns[n])));
    for (size_t n = 0; n < i.statuses_n; n++)
        printf("  status    %.*s\n", STR_ARG(cli_text(a, i.statuses[n])));
    return OK;
}

CMD(domain_info)
{
    struct error e;
    return info(c, &e) == OK ? 0 : cli_fail(c, &e);
}

static void domains_json(struct cli *c, const struct domain *list, size_t n)
{
    struct buf out;
    struct json_writer j;
    cli_json_begin(c, &j, &out);
    json_open_array(&j, "domains");
    for (size_t i = 0; i < n; i++) {
        json_open_object(&j, NULL);
        json_put_str(&j, "name", list[i].name);
        json_put_str(&j, "state", list[i].state);
        json_put_str(&j, "expires", list[i].expires != 0 ? time_text(c->arena, list[i].expires) : STR_NULL);
        json_close_object(&j);
    }
    json_close_array(&j);
    cli_json_end(&j);
}

CMD(domain_list)
{
    struct error e;
    struct domain *list;
    size_t n = 0;
    int64_t limit = 0;
    if (cli_option_int(c, "limit", 1, 1000, 1000, &limit, &e) != OK ||
        domain_list(c->db, c->arena, c->acc.id, cli_option(c, "after"), (size_t)limit, &list, &n, &e) != OK)
        return cli_fail(c, &e);
    if (c->json)
        return domains_json(c, list, n), 0;
    for (size_t i = 0; i < n; i++)
        printf("%-48.*s  %-12.*s  %.*s\n", STR_ARG(list[i].name), STR_ARG(list[i].state),
            STR_ARG(list[i].expires != 0 ? time_text(c->arena, list[i].expires) : STR("-")));
    return 0;
}
