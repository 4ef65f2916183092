#include "registrar/cmd_order.h"

#include "base/json.h"

#include <poll.h>

static enum status contact_option(struct cli *c, struct contact *contact, struct str option, struct error *e)
{
    ptrdiff_t eq = str_find(option, '=', 0);
    struct str key = eq > 0 ? str_n(option.p, (size_t)eq) : STR("");
    for (size_t i = 0; eq > 0 && i < contact_fields_n; i++)
        if (str_eqz(key, contact_fields[i].key)) {
            *contact_field_of(contact, &contact_fields[i]) = str_n(option.p + eq + 1, option.n - (size_t)eq - 1);
            return OK;
        }
    struct buf known;
    buf_in(&known, c->arena, 1024);
    for (size_t i = 0; i < contact_fields_n; i++)
        buf_printf(&known, "%s%s", i > 0 ? ", " : "", contact_fields[i].key);
    return error_set(e, INVALID, "contact-option", "--contact %.*s: give FIELD=VALUE; the fields are %.*s",
        STR_ARG(option), STR_ARG(buf_view(&known)));
}

enum status cmd_contact(struct cli *c, struct contact *contact_r, struct error *e)
{
    enum status s = contact_latest(c->db, c->arena, c->acc.id, contact_r, e);
    if (s == NOT_FOUND)
        *contact_r = (struct contact){0};
    else
        TRY(s);
    for (size_t i = 0; i < c->options_n; i++)
        if (str_eqz(c->options[i].name, "contact"))
            TRY(contact_option(c, contact_r, c->options[i].value, e));
    contact_r->id = 0;
    return OK;
}

enum status cmd_max_price(struct cli *c, int64_t *amount_r, struct error *e)
{
    struct money m = {0};
    struct str text = cli_option(c, "max-price");
    if (!str_is_null(text)) {
        TRY(money_parse(text, str_of(c->acc.currency), &m, e));
        if (m.amount == 0)
            return error_set(
                e, INVALID, "max-price", "--max-price %.*s: give more than nothing, or leave it out", STR_ARG(text));
    }
    *amount_r = m.amount;
    return OK;
}

/* Whether the order waits at that step for somebody to decide: the registry has taken it (1000, 1001). What has met no
 * answer, or one that may pass, waits to be tried again. */
static bool waits_at(const struct order *o, const struct order_step_view *steps, size_t n, const char *step)
{
    if (o->epp_code < 1000 || o->epp_code >= 2000)
        return false;
    for (size_t i = 0; i < n; i++)
        if (step != NULL && strcmp(steps[i].step, step) == 0)
            return strcmp(steps[i].outcome, "waiting") == 0;
    return false;
}

enum status cmd_watch(struct cli *c, int64_t order_id, const char *until, struct order *o_r, struct error *e)
{
    struct order_step_view *steps;
    size_t n = 0, shown = 0;
    struct arena a;
    arena_init(&a, 0);
    enum status s = OK;
    for (bool ended = false; s == OK && !ended;) {
        arena_reset(&a);
        s = order_find(c->db, &a, c->acc.id, order_id, o_r, e);
        if (s == OK)
            s = order_timeline(c->db, &a, o_r, &steps, &n, e);
        if (s != OK)
            break;
        for (; shown < n && strcmp(steps[shown].outcome, "done") == 0; shown++)
            fprintf(stderr, "  %s %s\n", steps[shown].undo ? "↺" : "✓", steps[shown].title);
        ended = order_ended(o_r) || waits_at(o_r, steps, n, until);
        if (!ended)
            poll(NULL, 0, 20); /* another process moves the order: its row is all there is to look at */
    }
    arena_clear(&a);
    TRY(s);
    return order_find(c->db, c->arena, c->acc.id, order_id, o_r, e);
}

static void order_json(struct cli *c, const struct order *o, const struct order_step_view *steps, size_t n)
{
    struct buf out;
    struct json_writer j;
    cli_json_begin(c, &j, &out);
    json_put_int(&j, "id", o->id);
    json_put_str(&j, "kind", o->kind);
    json_put_str(&j, "name", o->name);
    json_put_str(&j, "state", o->state);
    json_put_str(&j, "error_code", o->error_code);
    json_put_str(&j, "error", o->error_text);
    json_put_bool(&j, "needs_person", o->needs_person);
    json_put_str(&j, "price", money_text(c->arena, o->price));
    json_open_array(&j, "steps");
    for (size_t i = 0; i < n; i++) {
        json_open_object(&j, NULL);
        json_put_str(&j, "step", str_of(steps[i].step));
        json_put_str(&j, "title", str_of(steps[i].title));
        json_put_str(&j, "outcome", str_of(steps[i].outcome));
        json_put_str(&j, "detail", steps[i].detail);
        json_close_object(&j);
    }
    json_close_array(&j);
    cli_json_end(&j);
}

static void order_text(struct cli *c, const struct order *o, const struct order_step_view *steps, size_t n)
{
    struct arena *a = c->arena;
    printf("order %lld of %.*s: %.*s %.*s, %.*s\n", (long long)o->id, STR_ARG(time_text(a, o->created)),
        STR_ARG(o->kind), STR_ARG(o->name), STR_ARG(o->state));
    if (o->price.amount > 0)
        printf("price %.*s\n", STR_ARG(money_text(a, o->price)));
    for (size_t i = 0; i < n; i++) {
        struct str after = STR("");
        if (steps[i].finished != 0)
            after = str_printf(a, "after %.3f s", (double)(steps[i].finished - o->created) / 1e6);
        printf("  %-8s %-52s %.*s\n", steps[i].outcome, steps[i].title, STR_ARG(after));
        if (!str_empty(steps[i].detail))
            printf("           %.*s\n", STR_ARG(cli_text(a, steps[i].detail)));
    }
    if (!str_empty(o->error_text))
        printf("error: %.*s [%.*s]\n", STR_ARG(cli_text(a, o->error_text)), STR_ARG(o->error_code));
    if (o->needs_person)
        printf("somebody must look at this order; it goes on trying\n");
}

enum status cmd_order_print(struct cli *c, const struct order *o, struct error *e)
{
    struct order_step_view *steps;
    size_t n = 0;
    TRY(order_timeline(c->db, c->arena, o, &steps, &n, e));
    if (c->json)
        order_json(c, o, steps, n);
    else
        order_text(c, o, steps, n);
    return OK;
}

CMD(order_show)
{
    struct order o;
    struct error e;
    uint64_t id = 0;
    if (!str_to_u64(c->args[0], INT64_MAX, &id)) {
        enum status s = error_set(&e, INVALID, "order-id", "'%.*s' is not an order's number", STR_ARG(c->args[0]));
        return s != OK ? cli_fail(c, &e) : 0;
    }
    if (order_find(c->db, c->arena, c->acc.id, (int64_t)id, &o, &e) != OK || cmd_order_print(c, &o, &e) != OK)
        return cli_fail(c, &e);
    return 0;
}

static void orders_json(struct cli *c, const struct order *list, size_t n)
{
    struct buf out;
    struct json_writer j;
    cli_json_begin(c, &j, &out);
    json_open_array(&j, "orders");
    for (size_t i = 0; i < n; i++) {
        json_open_object(&j, NULL);
        json_put_int(&j, "id", list[i].id);
        json_put_str(&j, "kind", list[i].kind);
        json_put_str(&j, "name", list[i].name);
        json_put_str(&j, "state", list[i].state);
        json_put_str(&j, "created", time_text(c->arena, list[i].created));
        json_close_object(&j);
    }
    json_close_array(&j);
    cli_json_end(&j);
}

CMD(order_list)
{
    struct order *list;
    size_t n = 0;
    struct error e;
    int64_t limit = 0, before = 0;
    if (cli_option_int(c, "limit", 1, 500, 50, &limit, &e) != OK ||
        cli_option_int(c, "before", 1, INT64_MAX, 0, &before, &e) != OK ||
        order_list(c->db, c->arena, c->acc.id, STR_NULL, before, (size_t)limit, &list, &n, &e) != OK)
        return cli_fail(c, &e);
    if (c->json)
        return orders_json(c, list, n), 0;
    for (size_t i = 0; i < n; i++)
        printf("%8lld  %-8.*s  %-40.*s  %-8.*s  %.*s\n", (long long)list[i].id, STR_ARG(list[i].kind),
            STR_ARG(list[i].name), STR_ARG(list[i].state), STR_ARG(time_text(c->arena, list[i].created)));
    return 0;
}
