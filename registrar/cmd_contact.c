/* Contacts at a registry, for operators: their transfer between registrars (RFC 5733 3.2.4). */
#include "registrar/cmd_order.h"
#include "registrar/lookup.h"
#include "registrar/order_args.h"

#define REGISTRY_WAIT_MS 10000

/* --registry, or the only one there is. */
static enum status registry_option(struct cli *c, struct str *registry_r, struct error *e)
{
    const struct tld_table *t = &c->desk.tlds;
    *registry_r = cli_option(c, "registry");
    if (!str_is_null(*registry_r))
        return OK;
    for (size_t i = 1; i < t->n; i++)
        if (!str_eq(t->items[i].registry, t->items[0].registry))
            return error_set(e, INVALID, "registry-needed", "several registries are configured: give --registry NAME");
    if (t->n == 0)
        return error_set(e, INVALID, "registry-needed", "no registry is configured: there is no registry-profile");
    *registry_r = t->items[0].registry;
    return OK;
}

static void transfer_json(struct cli *c, const struct lookup_transfer *t)
{
    struct buf out;
    struct json_writer j;
    cli_json_begin(c, &j, &out);
    json_put_str(&j, "id", c->args[1]);
    json_put_str(&j, "status", t->status);
    json_put_str(&j, "requested_by", t->reid);
    json_put_str(&j, "requested", t->requested != 0 ? time_text(c->arena, t->requested) : STR_NULL);
    json_put_str(&j, "acts", t->acid);
    json_put_str(&j, "acts_by", t->acts_by != 0 ? time_text(c->arena, t->acts_by) : STR_NULL);
    cli_json_end(&j);
}

static enum status transfer_query(struct cli *c, struct str registry, struct error *e)
{
    struct arena *a = c->arena;
    struct lookup_transfer t;
    TRY(lookup_contact_transfer(&c->desk, c->db, a, registry, c->args[1], REGISTRY_WAIT_MS, &t, e));
    if (c->json) {
        transfer_json(c, &t);
        return OK;
    }
    printf("contact %.*s: %.*s\n  asked for by  %.*s\n", STR_ARG(cli_text(a, c->args[1])),
        STR_ARG(cli_text(a, t.status)), STR_ARG(cli_text(a, t.reid)));
    if (t.requested != 0)
        printf("  asked         %.*s\n", STR_ARG(time_text(a, t.requested)));
    printf("  answers       %.*s\n", STR_ARG(cli_text(a, t.acid)));
    if (t.acts_by != 0)
        printf("  %-13s %.*s\n", str_eqz(t.status, "pending") ? "until" : "decided", STR_ARG(time_text(a, t.acts_by)));
    return OK;
}

/* The authInfo that a request needs; with an answer it may be given. */
static enum status authinfo_option(struct cli *c, struct str *authinfo_r, struct error *e)
{
    *authinfo_r = STR_NULL;
    if (!str_eqz(c->args[0], "request") && str_is_null(cli_option(c, "authinfo-file")))
        return OK;
    const char *what = arena_printf(c->arena, "authInfo of contact %.*s", STR_ARG(cli_text(c->arena, c->args[1])));
    return cmd_secret(c, "authinfo-file", what, authinfo_r, e);
}

static enum status transfer_place(struct cli *c, struct str registry, int *code, struct error *e)
{
    struct order o;
    bool repeated = false;
    struct order_request rq = {
        .kind = STR("contact-transfer"),
        .name = c->args[1],
        .args = str_printf(c->arena, "%.*s %.*s", STR_ARG(c->args[0]), STR_ARG(registry)),
        .key = cli_option(c, "key"),
    };
    enum registry_transfer_op op;
    TRY(order_args_contact(rq.args, &op, &registry, e)); /* before anybody types a secret */
    TRY(authinfo_option(c, &rq.secret, e));
    TRY(order_place(&c->desk, c->db, c->arena, &c->acc, &rq, clock_now(), &o, &repeated, e));
    fprintf(stderr, "order %lld%s\n", (long long)o.id, repeated ? " (made before with this key)" : "");
    if (!cli_flag(c, "no-wait"))
        TRY(cmd_watch(c, o.id, "contact-decided", &o, e));
    TRY(cmd_order_print(c, &o, e));
    *code = str_eqz(o.state, "failed") ? 1 : 0;
    return OK;
}

CMD(contact_transfer)
{
    struct error e;
    struct str registry;
    int code = 0;
    if (registry_option(c, &registry, &e) != OK)
        return cli_fail(c, &e);
    enum status s =
        str_eqz(c->args[0], "query") ? transfer_query(c, registry, &e) : transfer_place(c, registry, &code, &e);
    return s == OK ? code : cli_fail(c, &e);
}
