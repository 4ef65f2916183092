#include "billing/price.h"
#include "registrar/name.h"
#include "web/ask.h"
#include "web/handlers.h"
#include "web/page_order.h"

#define ORDERS_OF_DOMAIN 20

static enum status find(struct request *r, struct name_offer *n, struct domain *d, struct error *e)
{
    TRY(name_check(&r->web->desk, r->arena, r->params[0], n, e));
    return domain_find(r->db, r->arena, r->acc.id, n->name, d, e);
}

static void put_heading(struct request *r, const char *before, struct str name, const char *after)
{
    html_put(&r->html, "<h1>{}", str_of(before));
    put_name(r, name);
    html_put(&r->html, "{}</h1>\n", str_of(after));
}

/* ---- the domain ------------------------------------------------------------------------------------------------- */

static struct str joined(struct arena *a, const struct str *list, size_t n)
{
    struct buf b;
    buf_in(&b, a, 65536);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%.*s", i > 0 ? "\n" : "", STR_ARG(list[i]));
    return buf_view(&b);
}

/* What the registry says is shown beside what we know; without it the page still stands. */
static enum status put_registry(struct request *r, const struct domain *d, struct error *e)
{
    struct lookup_info i = {0};
    struct arena *a = r->arena;
    html_raw(&r->html, "<h2>At the registry</h2>\n");
    enum status s = ask_info(r, d->name, r->web->registry_timeout_ms, &i, e);
    if (s == INTERNAL || (s != OK && str_starts(str_of(e->code), STR("db-"))))
        return s;
    if (s != OK) {
        html_put(&r->html, "<p class=\"notice busy\">{}</p>\n", str_of(e->text));
        error_clear(e);
        return OK;
    }
    html_raw(&r->html, "<dl class=\"facts\">\n");
    put_fact(r, "Registered", text_time(a, i.created));
    put_fact(r, "Expires", text_time(a, i.expires));
    put_fact(r, "Registrar", i.sponsor);
    put_fact(r, "Repository ID", i.roid);
    put_fact(r, "Status", joined(a, i.statuses, i.statuses_n));
    put_fact(r, "Name servers", joined(a, i.ns, i.ns_n));
    html_raw(&r->html, "</dl>\n");
    return OK;
}

static enum status put_registrant(struct request *r, const struct domain *d, struct error *e)
{
    struct contact c;
    if (d->contact_id == 0)
        return OK;
    TRY(contact_find(r->db, r->arena, d->contact_id, &c, e));
    html_raw(&r->html, "<h2>Registrant</h2>\n<dl class=\"facts\">\n");
    for (size_t i = 0; i < contact_fields_n; i++) {
        struct str v = *contact_field_of(&c, &contact_fields[i]);
        if (!str_empty(v))
            put_fact(r, contact_fields[i].label, v);
    }
    html_raw(&r->html, "</dl>\n");
    return OK;
}

static void put_actions(struct request *r, const struct domain *d)
{
    html_put(&r->html,
        "<p class=\"buttons\"><a class=\"button\" href=\"/zones/{u}\">Edit records</a> "
        "<a class=\"button second\" href=\"/domains/{u}/renew\">Renew</a> "
        "<a class=\"button second\" href=\"/domains/{u}/delete\">Delete</a></p>\n",
        d->name, d->name, d->name);
}

HANDLER(page_domain)
{
    struct name_offer n;
    struct domain d;
    struct order *orders;
    size_t orders_n = 0;
    TRY(find(r, &n, &d, e));
    TRY(order_list(r->db, r->arena, r->acc.id, d.name, 0, ORDERS_OF_DOMAIN, &orders, &orders_n, e));
    bool active = str_eqz(d.state, "active");
    page_begin(r, &(struct page){.title = str_dupz(r->arena, n.shown), .nav = "domains"});
    put_heading(r, "", d.name, "");
    html_raw(&r->html, "<p class=\"lead\">");
    put_tag(r, active ? "good" : "busy", active ? STR("active") : STR("being registered"));
    if (d.expires != 0)
        html_put(&r->html, " until {}", text_date(r->arena, d.expires));
    html_raw(&r->html, "</p>\n");
    if (active) {
        put_actions(r, &d);
        TRY(put_registry(r, &d, e));
    }
    TRY(put_registrant(r, &d, e));
    html_raw(&r->html, "<h2>Orders</h2>\n");
    put_orders(r, orders, orders_n);
    return page_end(r);
}

/* ---- orders for it ------------------------------------------------------------------------------------------------ */

static struct str own_path(struct request *r, const struct domain *d, const char *what)
{
    return str_printf(r->arena, "/domains/%.*s%s", STR_ARG(url_encode(r->arena, d->name)), what);
}

/* A form's key, so that sending it twice is one order. */
static struct str form_key(struct request *r)
{
    struct str key = request_form(r, "key");
    return key.n >= 16 && key.n <= 64 ? str_printf(r->arena, "page:%.*s", STR_ARG(key)) : STR_NULL;
}

static enum status show_renew(struct request *r, const struct name_offer *n, const struct domain *d, int status,
    const char *wrong, struct error *e)
{
    struct money year;
    struct account_balance b;
    TRY(price_quote(r->db, r->arena, n->tld, PRICE_RENEW, 1, str_of(r->acc.currency), &year, e));
    TRY(account_balance(r->db, &r->acc, &b, e));
    page_begin(
        r, &(struct page){.title = "Renew a domain", .nav = "domains", .status = status, .has_errors = wrong != NULL});
    form_errors(r, NULL, 0, wrong);
    put_heading(r, "Renew ", d->name, "");
    html_raw(&r->html, "<dl class=\"facts\">\n");
    put_fact(r, "Expires now", text_date(r->arena, d->expires));
    put_fact(r, "Price", str_printf(r->arena, "%.*s a year", STR_ARG(money_text(r->arena, year))));
    put_fact(r, "Available on your account", money_of(r, b.available));
    html_raw(&r->html, "</dl>\n");
    form_begin(r, own_path(r, d, "/renew"));
    form_hidden(r, "key", crypto_token(r->arena, 32));
    form_hidden(r, "year_price", text_int(r->arena, year.amount));
    form_years(r, n->years_min, n->years_max, 1, NULL);
    html_raw(&r->html, "<button type=\"submit\" data-once=\"once\">Renew</button>\n");
    form_end(r);
    return page_end(r);
}

HANDLER(page_domain_renew)
{
    struct name_offer n;
    struct domain d;
    TRY(find(r, &n, &d, e));
    return show_renew(r, &n, &d, 200, NULL, e);
}

HANDLER(page_domain_renew_post)
{
    struct name_offer n;
    struct domain d;
    struct order o;
    int64_t years = 0, price = 0;
    TRY(find(r, &n, &d, e));
    if (!str_to_i64(request_form(r, "years"), 1, 10, &years))
        return show_renew(r, &n, &d, 422, "Choose for how many years", e);
    if (!str_to_i64(request_form(r, "year_price"), 1, MONEY_AMOUNT_MAX / 10, &price) || str_is_null(form_key(r)))
        return show_renew(r, &n, &d, 422, "Please look once more, and confirm", e);
    const struct order_request rq = {
        .kind = STR("renew"), .name = d.name, .years = (int)years, .key = form_key(r), .max_price = price * years};
    enum status s = order_place(&r->web->desk, r->db, r->arena, &r->acc, &rq, r->now, &o, NULL, e);
    if (s == OK)
        return request_redirect(r, str_printf(r->arena, "/orders/%lld", (long long)o.id));
    if (s != FUNDS && s != INVALID && s != CONFLICT)
        return s;
    const char *why = arena_strdup(r->arena, e->text);
    error_clear(e);
    return show_renew(r, &n, &d, status_meaning(s)->http, why, e);
}

HANDLER(page_domain_delete)
{
    struct name_offer n;
    struct domain d;
    TRY(find(r, &n, &d, e));
    page_begin(r, &(struct page){.title = "Delete a domain", .nav = "domains"});
    put_heading(r, "Delete ", d.name, "?");
    html_raw(&r->html, "<p>It is deleted at the registry, and its records stop answering. Others may then register it. "
                       "What was paid is not given back.</p>\n");
    form_begin(r, own_path(r, &d, "/delete"));
    form_hidden(r, "key", crypto_token(r->arena, 32));
    html_put(&r->html,
        "<p class=\"buttons\"><button type=\"submit\" class=\"danger\" data-once=\"once\">Delete "
        "it</button> <a class=\"button second\" href=\"{}\">Keep it</a></p>\n",
        own_path(r, &d, ""));
    form_end(r);
    return page_end(r);
}

HANDLER(page_domain_delete_post)
{
    struct order o;
    const struct order_request rq = {.kind = STR("delete"), .name = r->params[0], .key = form_key(r)};
    if (str_is_null(rq.key))
        return error_set(e, INVALID, "form", "The form was not complete. Nothing was done.");
    TRY(order_place(&r->web->desk, r->db, r->arena, &r->acc, &rq, r->now, &o, NULL, e));
    return request_redirect(r, str_printf(r->arena, "/orders/%lld", (long long)o.id));
}
