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
    if (k.available)
        printf("%.*s is free: %.*s a year\n", STR_ARG(k.name), STR_ARG(money_text(c->arena, price)));
    else
        printf(
            "%.*s is not free: %.*s\n", STR_ARG(k.name), STR_ARG(str_is_null(k.reason) ? STR("registered") : k.reason));
    return OK;
}

CMD(domain_check)
{
    struct error e;
    return check(c, &e) == OK ? 0 : cli_fail(c, &e);
}

static enum status max_price(struct cli *c, int64_t *amount_r, struct error *e)
{
    struct money m = {0};
    struct str text = cli_option(c, "max-price");
    if (!str_is_null(text))
        TRY(money_parse(text, str_of(c->acc.currency), &m, e));
    *amount_r = m.amount;
    return OK;
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
        .key = cli_option(c, "key"),
    };
    TRY(cli_option_int(c, "years", 1, 10, 1, &years, e));
    TRY(max_price(c, &rq.max_price, e));
    rq.years = (int)years;
    TRY(order_place(&c->desk, c->db, c->arena, &c->acc, &rq, clock_now(), &o, &repeated, e));
    fprintf(stderr, "order %lld%s\n", (long long)o.id, repeated ? " (made before with this key)" : "");
    if (!cli_flag(c, "no-wait"))
        TRY(cmd_watch(c, o.id, &o, e));
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

static enum status info(struct cli *c, struct error *e)
{
    struct valid_name name;
    struct domain d;
    struct lookup_info i;
    struct arena *a = c->arena;
    TRY(name_validate(a, &c->desk.tlds, c->args[0], &name, e));
    TRY(domain_find(c->db, a, c->acc.id, name.name, &d, e));
    printf("domain      %.*s\nstate       %.*s\norder       %lld\n", STR_ARG(d.name), STR_ARG(d.state),
        (long long)d.order_id);
    if (d.expires != 0)
        printf("expires     %.*s\n", STR_ARG(time_text(a, d.expires)));
    TRY(lookup_info(&c->desk, c->db, a, c->args[0], REGISTRY_WAIT_MS, &i, e));
    printf("at the registry:\n  roid      %.*s\n  sponsor   %.*s\n  created   %.*s\n  expires   %.*s\n",
        STR_ARG(i.roid), STR_ARG(i.sponsor), STR_ARG(time_text(a, i.created)), STR_ARG(time_text(a, i.expires)));
    for (size_t n = 0; n < i.ns_n; n++)
        printf("  ns        %.*s\n", STR_ARG(i.ns[n]));
    for (size_t n = 0; n < i.statuses_n; n++)
        printf("  status    %.*s\n", STR_ARG(i.statuses[n]));
    return OK;
}

CMD(domain_info)
{
    struct error e;
    return info(c, &e) == OK ? 0 : cli_fail(c, &e);
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
    for (size_t i = 0; i < n; i++)
        printf("%-48.*s  %-12.*s  %.*s\n", STR_ARG(list[i].name), STR_ARG(list[i].state),
            STR_ARG(list[i].expires != 0 ? time_text(c->arena, list[i].expires) : STR("-")));
    return 0;
}
