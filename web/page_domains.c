#include "registrar/domain.h"
#include "web/handlers.h"
#include "web/page.h"

#define DOMAINS_SHOWN 100

static void put_row(struct request *r, const struct domain *d)
{
    struct html *h = &r->html;
    bool active = str_eqz(d->state, "active");
    html_put(h, "<tr>\n<th scope=\"row\"><a href=\"/domains/{u}\">", d->name);
    put_name(r, d->name);
    html_raw(h, "</a></th>\n<td data-label=\"State\">");
    put_tag(r, active ? "good" : "busy", active ? STR("active") : STR("being registered"));
    html_put(h, "</td>\n<td data-label=\"Expires\">{}</td>\n<td class=\"act\">",
        d->expires != 0 ? text_date(r->arena, d->expires) : STR("–"));
    if (active)
        html_put(h,
            "<a href=\"/zones/{u}\">Records<span class=\"unseen\"> of {}</span></a> "
            "<a href=\"/domains/{u}/renew\">Renew<span class=\"unseen\"> {}</span></a>",
            d->name, d->name, d->name, d->name);
    html_raw(h, "</td>\n</tr>\n");
}

HANDLER(page_domains)
{
    struct html *h = &r->html;
    struct domain *list;
    size_t n = 0;
    TRY(domain_list(r->db, r->arena, r->acc.id, request_query(r, "after"), DOMAINS_SHOWN, &list, &n, e));
    page_begin(r, &(struct page){.title = "Your domains", .nav = "domains"});
    html_raw(h, "<h1>Your domains</h1>\n");
    if (n == 0)
        html_raw(h,
            "<div class=\"empty\"><p>You have no domains yet.</p><p><a class=\"button\" href=\"/\">Find a domain</a>"
            "</p></div>\n");
    else
        html_raw(h, "<table>\n<caption class=\"unseen\">Domains</caption>\n<thead><tr>"
                    "<th scope=\"col\">Name</th><th scope=\"col\">State</th><th scope=\"col\">Expires</th>"
                    "<th scope=\"col\"><span class=\"unseen\">What you can do</span></th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++)
        put_row(r, &list[i]);
    if (n > 0)
        html_raw(h, "</tbody>\n</table>\n");
    if (n == DOMAINS_SHOWN)
        html_put(h, "<p><a href=\"/domains?after={u}\">More domains</a></p>\n", list[n - 1].name);
    return page_end(r);
}
