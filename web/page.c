#include "web/page.h"

#include "web/static.h"

#define POLICY                                                                                                         \
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "                    \
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

static const struct {
    const char *key, *href, *word;
} menu[] = {
    {"domains", "/domains", "Domains"},
    {"zones", "/zones", "Zones"},
    {"orders", "/orders", "Orders"},
    {"account", "/account", "Account"},
};

void page_headers(struct request *r)
{
    request_header(r, "Content-Type", STR("text/html; charset=utf-8"));
    request_header(r, "Content-Security-Policy", STR(POLICY));
    request_header(r, "X-Content-Type-Options", STR("nosniff"));
    request_header(r, "Referrer-Policy", STR("same-origin"));
    request_header(r, "Cross-Origin-Opener-Policy", STR("same-origin"));
    request_header(r, "Cache-Control", STR("no-store"));
}

static void put_head(struct request *r, const struct page *p)
{
    struct html *h = &r->html;
    html_raw(h, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                "<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    html_put(h, "<title>{}{} – Fourways</title>\n", p->has_errors ? STR("Error: ") : STR(""), str_of(p->title));
    html_put(h, "<link rel=\"stylesheet\" href=\"{}\"/>\n", static_url(r->arena, "app.css"));
    html_put(h, "<link rel=\"icon\" type=\"image/svg+xml\" href=\"{}\"/>\n", static_url(r->arena, "icon.svg"));
    html_put(h, "<script defer=\"defer\" src=\"{}\"></script>\n", static_url(r->arena, "app.js"));
    if (p->refresh_s > 0)
        html_put(h, "<noscript><meta http-equiv=\"refresh\" content=\"{}\"/></noscript>\n",
            text_int(r->arena, p->refresh_s));
    html_raw(h, "</head>\n");
}

static void put_session(struct request *r)
{
    struct html *h = &r->html;
    if (r->session.account_id == 0) {
        if (r->db != NULL) /* else nobody has looked who this is */
            html_raw(h, "<a class=\"signin\" href=\"/login\">Sign in</a>\n");
        return;
    }
    html_put(h,
        "<form class=\"signout\" method=\"post\" action=\"/logout\">"
        "<input type=\"hidden\" name=\"csrf\" value=\"{}\"/>"
        "<span class=\"who\">{}</span> <button type=\"submit\" class=\"plain\">Sign out</button></form>\n",
        request_csrf(r), r->session.login);
}

static void put_menu(struct request *r, const struct page *p)
{
    struct html *h = &r->html;
    html_raw(h, "<body>\n<a class=\"skip\" href=\"#main\">Skip to main content</a>\n<header class=\"top\">\n<div "
                "class=\"wrap\">\n");
    html_put(h, "<a class=\"brand\" href=\"/\"><img src=\"{}\" alt=\"\" width=\"28\" height=\"28\"/>Fourways</a>\n",
        static_url(r->arena, "icon.svg"));
    if (r->session.account_id != 0) {
        html_raw(h, "<nav aria-label=\"Main\"><ul>\n");
        for (size_t i = 0; i < ARRAY_LEN(menu); i++) {
            bool here = p->nav != NULL && strcmp(p->nav, menu[i].key) == 0;
            html_put(h, "<li><a href=\"{}\"", str_of(menu[i].href));
            if (here)
                html_raw(h, " aria-current=\"page\"");
            html_put(h, ">{}</a></li>\n", str_of(menu[i].word));
        }
        html_raw(h, "</ul></nav>\n");
    }
    put_session(r);
    html_raw(h, "</div>\n</header>\n<main id=\"main\" class=\"wrap\" tabindex=\"-1\">\n");
}

void page_begin(struct request *r, const struct page *p)
{
    if (p->status != 0)
        r->reply->status = p->status;
    page_headers(r);
    put_head(r, p);
    put_menu(r, p);
}

enum status page_end(struct request *r)
{
    html_raw(&r->html, "</main>\n<footer class=\"bottom\"><div class=\"wrap\"><p>All times are UTC. "
                       "<a href=\"/v1/openapi.json\">API description</a></p></div></footer>\n"
                       "</body>\n</html>\n");
    return OK;
}

/* ---- small pieces ----------------------------------------------------------------------------------------- */

void put_name(struct request *r, struct str name)
{
    struct str shown = text_shown(r->arena, name);
    html_put(&r->html, "<span class=\"name\">{}</span>", shown);
    if (!str_eq(shown, name))
        html_put(&r->html, " <span class=\"alabel\">{}</span>", name);
}

void put_tag(struct request *r, const char *kind, struct str word)
{
    html_put(&r->html, "<strong class=\"tag {}\">{}</strong>", str_of(kind), word);
}

void put_time(struct request *r, time_us t)
{
    if (t == 0)
        return;
    html_put(&r->html, "<time datetime=\"{}\">{}</time>", time_text(r->arena, t), text_moment(r->arena, t));
}

void put_fact(struct request *r, const char *name, struct str value)
{
    html_put(&r->html, "<div><dt>{}</dt><dd>{}</dd></div>\n", str_of(name), value);
}

struct str money_of(struct request *r, int64_t amount)
{
    struct money m = {.amount = amount};
    memcpy(m.currency, r->acc.currency, sizeof(m.currency));
    return money_text(r->arena, m);
}
