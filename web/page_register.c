#include "billing/price.h"
#include "registrar/name.h"
#include "registrar/order.h"
#include "web/handlers.h"
#include "web/page.h"

/* The three pages of a purchase: who the registrant is, check your answers, and the order. Nothing is stored in
 * between: what was typed travels in the forms, and is checked again at each step. */
struct purchase {
    struct name_offer name;
    int years;
    const char *years_why;
    struct contact contact;
    const char **why; /* by contact_fields */
    struct money year;
};

/* Input of more than this is no contact's: it is refused, and not sent back. */
#define TYPED_MAX 2000

static enum status purchase_name(struct request *r, struct str typed, struct purchase *p, struct error *e)
{
    TRY(name_check(&r->web->desk, r->arena, typed, &p->name, e));
    p->why = ARENA_ARRAY(r->arena, contact_fields_n, const char *);
    return price_quote(r->db, r->arena, p->name.tld, PRICE_REGISTER, 1, str_of(r->acc.currency), &p->year, e);
}

static bool purchase_years(struct request *r, struct purchase *p)
{
    int64_t years = 0;
    if (str_to_i64(request_form(r, "years"), p->name.years_min, p->name.years_max, &years)) {
        p->years = (int)years;
        return true;
    }
    p->years = p->name.years_min;
    p->years_why = arena_printf(r->arena, "Choose %d to %d years", p->name.years_min, p->name.years_max);
    return false;
}

/* What the form said. false: something is wrong, and what it is stands in p. */
static bool purchase_read(struct request *r, struct purchase *p)
{
    for (size_t i = 0; i < contact_fields_n; i++)
        *contact_field_of(&p->contact, &contact_fields[i]) = request_form(r, contact_fields[i].key);
    bool years = purchase_years(r, p);
    return contact_check(r->arena, &p->contact, p->why) && years;
}

/* ---- the registrant ------------------------------------------------------------------------------------------- */

static const char *input_type(const char *autocomplete)
{
    return strcmp(autocomplete, "email") == 0 ? "email" : strcmp(autocomplete, "tel") == 0 ? "tel" : "text";
}

static struct field contact_input(struct request *r, struct purchase *p, size_t i)
{
    const struct contact_field *f = &contact_fields[i];
    struct str value = *contact_field_of(&p->contact, f);
    return (struct field){
        .name = f->key,
        .label = f->label,
        .hint = f->hint,
        .type = input_type(f->autocomplete),
        .autocomplete = f->autocomplete,
        .width = f->max <= 20 ? "w-short" : NULL,
        .optional = !f->required,
        .value = value.n <= TYPED_MAX ? value : str_printf(r->arena, "%.*s", TYPED_MAX, value.p),
        .error = p->why[i],
    };
}

static void put_price_line(struct request *r, const struct purchase *p)
{
    html_raw(&r->html, "<p class=\"lead\">");
    put_name(r, p->name.name);
    html_put(&r->html, " costs {} a year.</p>\n", money_text(r->arena, p->year));
}

static enum status show_form(struct request *r, struct purchase *p, bool good)
{
    struct html *h = &r->html;
    struct field *fields = ARENA_ARRAY(r->arena, contact_fields_n + 1, struct field);
    for (size_t i = 0; i < contact_fields_n; i++)
        fields[i] = contact_input(r, p, i);
    fields[contact_fields_n] = (struct field){.name = "years", .error = p->years_why};
    page_begin(r, &(struct page){.title = "Who is the registrant?", .status = good ? 200 : 422, .has_errors = !good});
    form_errors(r, fields, contact_fields_n + 1, NULL);
    html_raw(h, "<p class=\"steps\">Step 1 of 2</p>\n<h1>Who is the registrant?</h1>\n");
    put_price_line(r, p);
    html_raw(h, "<p>The registrant owns the name. The registry keeps these details.</p>\n");
    form_begin(r, STR("/register"));
    form_hidden(r, "domain", p->name.name);
    form_years(r, p->name.years_min, p->name.years_max, p->years, p->years_why);
    for (size_t i = 0; i < contact_fields_n; i++)
        form_field(r, &fields[i]);
    html_raw(h, "<button type=\"submit\">Continue</button>\n");
    form_end(r);
    return page_end(r);
}

HANDLER(page_register)
{
    struct purchase p = {.years = 1};
    TRY(purchase_name(r, request_query(r, "domain"), &p, e));
    p.years = p.name.years_min;
    enum status s = contact_latest(r->db, r->arena, r->acc.id, &p.contact, e);
    if (s != OK && s != NOT_FOUND)
        return s;
    return show_form(r, &p, true);
}

/* ---- check your answers -------------------------------------------------------------------------------------- */

static void hidden_all(struct request *r, struct purchase *p)
{
    form_hidden(r, "domain", p->name.name);
    form_hidden(r, "years", text_int(r->arena, p->years));
    for (size_t i = 0; i < contact_fields_n; i++)
        form_hidden(r, contact_fields[i].key, *contact_field_of(&p->contact, &contact_fields[i]));
}

static void put_answers(struct request *r, struct purchase *p, struct money total)
{
    struct html *h = &r->html;
    html_raw(h, "<h2>The name</h2>\n<dl class=\"facts\">\n<div><dt>Name</dt><dd>");
    put_name(r, p->name.name);
    html_raw(h, "</dd></div>\n");
    put_fact(r, "Term", str_printf(r->arena, "%d %s", p->years, p->years == 1 ? "year" : "years"));
    put_fact(r, "Price",
        p->years == 1 ? money_text(r->arena, total)
                      : str_printf(r->arena, "%.*s (%.*s a year)", STR_ARG(money_text(r->arena, total)),
                            STR_ARG(money_text(r->arena, p->year))));
    html_raw(h, "</dl>\n<h2>The registrant</h2>\n<dl class=\"facts\">\n");
    for (size_t i = 0; i < contact_fields_n; i++) {
        struct str v = *contact_field_of(&p->contact, &contact_fields[i]);
        if (!str_empty(v))
            put_fact(r, contact_fields[i].label, v);
    }
    html_raw(h, "</dl>\n");
}

static void put_change(struct request *r, struct purchase *p)
{
    form_begin(r, STR("/register"));
    hidden_all(r, p);
    form_hidden(r, "change", STR("yes"));
    html_raw(&r->html, "<button type=\"submit\" class=\"second\">Change these details</button>\n");
    form_end(r);
}

static void put_confirm(struct request *r, struct purchase *p, struct money total, struct str key)
{
    form_begin(r, STR("/register/confirm"));
    hidden_all(r, p);
    form_hidden(r, "key", key);
    form_hidden(r, "price", text_int(r->arena, total.amount));
    html_put(
        &r->html, "<button type=\"submit\" data-once=\"once\">Order for {}</button>\n", money_text(r->arena, total));
    form_end(r);
}

/* wrong: why the order could not be placed; NULL at first. */
static enum status show_answers(
    struct request *r, struct purchase *p, struct str key, int status, const char *wrong, struct error *e)
{
    struct html *h = &r->html;
    struct money total;
    struct account_balance b;
    TRY(price_quote(r->db, r->arena, p->name.tld, PRICE_REGISTER, p->years, str_of(r->acc.currency), &total, e));
    TRY(account_balance(r->db, &r->acc, &b, e));
    page_begin(r, &(struct page){.title = "Check your answers", .status = status, .has_errors = wrong != NULL});
    form_errors(r, NULL, 0, wrong);
    html_raw(h, "<p class=\"steps\">Step 2 of 2</p>\n<h1>Check your answers</h1>\n");
    put_answers(r, p, total);
    put_change(r, p);
    html_raw(h, "<h2>Order</h2>\n<dl class=\"facts\">\n");
    put_fact(r, "To pay", money_text(r->arena, total));
    put_fact(r, "Available on your account", money_of(r, b.available));
    html_raw(h, "</dl>\n");
    if (b.available < total.amount)
        html_raw(h, "<p class=\"notice bad\">Your balance does not cover this. Nothing can be ordered until money has "
                    "come in.</p>\n");
    else {
        html_raw(h, "<p>The price is set aside now, and paid when the name is yours. If it cannot be registered, you "
                    "are charged nothing.</p>\n");
        put_confirm(r, p, total, key);
    }
    return page_end(r);
}

HANDLER(page_register_post)
{
    struct purchase p = {0};
    TRY(purchase_name(r, request_form(r, "domain"), &p, e));
    bool good = purchase_read(r, &p);
    if (!good)
        return show_form(r, &p, false);
    if (str_eqz(request_form(r, "change"), "yes"))
        return show_form(r, &p, true);
    return show_answers(r, &p, crypto_token(r->arena, 32), 200, NULL, e);
}

/* ---- the order ------------------------------------------------------------------------------------------------ */

HANDLER(page_register_confirm_post)
{
    struct purchase p = {0};
    struct order o;
    struct str key = request_form(r, "key");
    struct order_request rq = {.kind = STR("register"), .contact = &p.contact};
    TRY(purchase_name(r, request_form(r, "domain"), &p, e));
    if (!purchase_read(r, &p))
        return show_form(r, &p, false);
    /* the price that was shown and agreed to, and a key: a form sent twice is one order */
    if (!str_to_i64(request_form(r, "price"), 1, MONEY_AMOUNT_MAX, &rq.max_price) || key.n < 16 || key.n > 64)
        return show_answers(r, &p, crypto_token(r->arena, 32), 422, "Please look once more, and confirm.", e);
    rq.name = p.name.name;
    rq.years = p.years;
    rq.key = str_printf(r->arena, "page:%.*s", STR_ARG(key));
    enum status s = order_place(&r->web->desk, r->db, r->arena, &r->acc, &rq, r->now, &o, NULL, e);
    if (s == OK)
        return request_redirect(r, str_printf(r->arena, "/orders/%lld", (long long)o.id));
    if (s != FUNDS && s != INVALID && s != EXISTS)
        return s;
    const char *why = arena_strdup(r->arena, e->text);
    error_clear(e);
    return show_answers(r, &p, crypto_token(r->arena, 32), status_meaning(s)->http, why, e);
}
