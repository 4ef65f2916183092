#include "base/log.h"
#include "billing/price.h"
#include "registrar/domain.h"
#include "registrar/name.h"
#include "web/ask.h"
#include "web/handlers.h"
#include "web/page.h"

/* One name of the result: what was typed, or its label under another TLD. */
struct offer {
    struct name_offer name;
    enum { OFFER_FREE, OFFER_TAKEN, OFFER_UNKNOWN } state;
    const char *why; /* for TAKEN and UNKNOWN */
    struct str price; /* a year; "" where we have none */
};

static struct str currency_of(const struct request *r)
{
    return r->acc.id != 0 ? str_of(r->acc.currency) : r->web->currency;
}

static enum status offer_price(struct request *r, struct offer *o, struct error *e)
{
    struct money m;
    enum status s = price_quote(r->db, r->arena, o->name.tld, PRICE_REGISTER, 1, currency_of(r), &m, e);
    if (s == NOT_FOUND) {
        o->state = OFFER_UNKNOWN;
        o->why = "not for sale in your currency";
        o->price = STR("");
        return OK;
    }
    TRY(s);
    o->price = money_text(r->arena, m);
    return OK;
}

/* An order of ours that is still on its way there makes a name taken before the registry knows. What the registry does
 * not answer in time is shown as not known, beside those that it did answer. */
static enum status offer_ask(struct request *r, struct offer *o, uint64_t end, struct error *e)
{
    struct domain d;
    struct lookup_check c;
    enum status s = domain_find(r->db, r->arena, 0, o->name.name, &d, e);
    if (s == OK) {
        o->state = OFFER_TAKEN;
        o->why = d.account_id == r->acc.id ? "yours" : "taken";
        return OK;
    }
    if (s != NOT_FOUND)
        return s;
    uint64_t now = clock_monotonic_ns();
    int ms = now < end ? (int)((end - now) / 1000000u) : 0;
    s = ask_check(r, o->name.name, ms > 50 ? ms : 50, &c, e);
    if (s == OK) {
        o->state = c.available ? OFFER_FREE : OFFER_TAKEN;
        o->why = c.available ? NULL : "taken";
        return OK;
    }
    if (s == INTERNAL || str_starts(str_of(e->code), STR("db-")))
        return s;
    log_event(LOG_WARN, "http", "search", "name=%.*s code=%s %s", STR_ARG(o->name.name), e->code, e->text);
    o->state = OFFER_UNKNOWN;
    o->why = "the registry has not answered";
    return OK;
}

/* ---- what was typed ---------------------------------------------------------------------------------------- */

static struct str first_label(struct str typed)
{
    struct str label;
    return str_take(&typed, '.', &label) ? label : STR("");
}

/* The typed name first where it is one of ours, then its label under each TLD. Labels that a TLD refuses are left
 * out; if all do, *why_r says what the first said. */
static size_t offers_make(struct request *r, struct str typed, struct offer *list, size_t max, const char **why_r)
{
    struct error e = {0};
    size_t n = 0;
    struct str label = first_label(typed);
    bool dotted = label.n < typed.n;
    *why_r = NULL;
    if (dotted && name_check(&r->web->desk, r->arena, typed, &list[0].name, &e) == OK)
        n = 1;
    else if (dotted)
        *why_r = arena_strdup(r->arena, e.text);
    if (dotted && n == 0 && strcmp(e.code, "tld-not-sold") != 0)
        return 0;
    for (size_t i = 0; n < max && !str_is_null(name_tld(&r->web->desk, i)); i++) {
        struct str tld = name_tld(&r->web->desk, i);
        struct str full = str_printf(r->arena, "%.*s.%.*s", STR_ARG(label), STR_ARG(tld));
        enum status s = name_check(&r->web->desk, r->arena, full, &list[n].name, &e);
        if (s != OK && *why_r == NULL && !dotted)
            *why_r = arena_strdup(r->arena, e.text);
        if (s == OK && (n == 0 || !dotted || !str_eq(list[n].name.name, list[0].name.name)))
            n++;
    }
    return n;
}

/* ---- the page -------------------------------------------------------------------------------------------------- */

static void put_offer(struct request *r, const struct offer *o)
{
    struct html *h = &r->html;
    html_raw(h, "<tr>\n<th scope=\"row\">");
    put_name(r, o->name.name);
    html_raw(h, "</th>\n<td>");
    if (o->state == OFFER_FREE)
        put_tag(r, "good", STR("available"));
    else
        put_tag(r, o->state == OFFER_TAKEN ? "plain" : "busy", str_of(o->why));
    html_put(h, "</td>\n<td class=\"num\">{}</td>\n<td class=\"act\">",
        str_empty(o->price) ? STR("–") : str_printf(r->arena, "%.*s a year", STR_ARG(o->price)));
    if (o->state == OFFER_FREE)
        html_put(h, "<a class=\"button\" href=\"/register?domain={u}\">Register<span class=\"unseen\"> {}</span></a>",
            o->name.name, o->name.shown);
    html_raw(h, "</td>\n</tr>\n");
}

static enum status put_offers(struct request *r, struct offer *list, size_t n, struct error *e)
{
    struct html *h = &r->html;
    uint64_t end = clock_monotonic_ns() + (uint64_t)r->web->registry_timeout_ms * 1000000u;
    for (size_t i = 0; i < n; i++) {
        TRY(offer_ask(r, &list[i], end, e));
        TRY(offer_price(r, &list[i], e));
    }
    html_raw(h, "<table class=\"offers\">\n<caption class=\"unseen\">Names and their prices</caption>\n<thead><tr>"
                "<th scope=\"col\">Name</th><th scope=\"col\">Availability</th><th scope=\"col\" "
                "class=\"num\">Price</th><th scope=\"col\"><span class=\"unseen\">Order</span></th></tr></thead>\n"
                "<tbody>\n");
    for (size_t i = 0; i < n; i++)
        put_offer(r, &list[i]);
    html_raw(h, "</tbody>\n</table>\n");
    return OK;
}

static void put_form(struct request *r, struct str typed, const char *why)
{
    struct html *h = &r->html;
    html_raw(h,
        "<h1>Find a domain</h1>\n<p class=\"lead\">Register a domain name, and have it answered by four "
        "name servers within seconds.</p>\n<form class=\"search\" method=\"get\" action=\"/\" role=\"search\">\n");
    html_put(h,
        "<div class=\"field{}\">\n<label for=\"f-name\">Name</label>\n<p class=\"hint\" id=\"h-name\">A word, "
        "or a whole name such as shop.test</p>\n",
        why != NULL ? STR(" wrong") : STR(""));
    if (why != NULL)
        html_put(h, "<p class=\"error\" id=\"e-name\"><span class=\"unseen\">Error: </span>{}</p>\n", str_of(why));
    html_put(h,
        "<div class=\"together\"><input type=\"search\" id=\"f-name\" name=\"name\" value=\"{}\" "
        "autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" aria-describedby=\"h-name{}\" "
        "aria-invalid=\"{}\"/>"
        "<button type=\"submit\">Search</button></div>\n</div>\n</form>\n",
        typed, why != NULL ? STR(" e-name") : STR(""), why != NULL ? STR("true") : STR("false"));
}

static enum status put_tlds(struct request *r, struct error *e)
{
    struct html *h = &r->html;
    html_raw(h, "<h2>Prices</h2>\n<ul class=\"tlds\">\n");
    for (size_t i = 0; !str_is_null(name_tld(&r->web->desk, i)); i++) {
        struct offer o = {.name.tld = name_tld(&r->web->desk, i)};
        TRY(offer_price(r, &o, e));
        if (!str_empty(o.price))
            html_put(h, "<li><strong>.{}</strong> {} a year</li>\n", o.name.tld, o.price);
    }
    html_raw(h, "</ul>\n");
    return OK;
}

static void put_promises(struct request *r)
{
    html_raw(&r->html,
        "<h2>What you get</h2>\n<ul class=\"promises\">\n"
        "<li><h3>Four name servers</h3><p>Each name is answered by four servers under four different top-level "
        "domains, so that no single failure takes it away.</p></li>\n"
        "<li><h3>Answering from the start</h3><p>All four answer before the registry points to them. You watch each "
        "step as it happens.</p></li>\n"
        "<li><h3>Records within seconds</h3><p>Change addresses, mail, text and aliases on one page; you see when "
        "every server has them.</p></li>\n"
        "<li><h3>Three ways in</h3><p>These pages, the command line, and an API for those who register many.</p></li>\n"
        "</ul>\n");
}

#define OFFERS_MAX 24

HANDLER(page_search)
{
    const char *why = NULL;
    struct str typed = request_query(r, "name");
    struct offer *list = ARENA_ARRAY(r->arena, OFFERS_MAX + 1, struct offer);
    size_t n = str_empty(typed) ? 0 : offers_make(r, typed, list, OFFERS_MAX, &why);
    if (n > 0 && why != NULL && str_find(typed, '.', 0) < 0)
        why = NULL; /* some TLD takes it */
    struct str title =
        n > 0 ? str_printf(r->arena, "%.*s: names and prices", STR_ARG(list[0].name.shown)) : STR("Find a domain");
    page_begin(r, &(struct page){.title = str_dupz(r->arena, title), .has_errors = why != NULL && n == 0});
    put_form(r, typed, why);
    if (n > 0)
        TRY(put_offers(r, list, n, e));
    else
        TRY(put_tlds(r, e));
    if (str_empty(typed))
        put_promises(r);
    return page_end(r);
}
