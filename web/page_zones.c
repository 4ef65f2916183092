#include "web/handlers.h"
#include "web/page.h"
#include "zones/zone.h"

#define ZONES_SHOWN 100

static void put_row(struct request *r, const struct zone *z)
{
    struct html *h = &r->html;
    html_put(h, "<tr>\n<th scope=\"row\"><a href=\"/zones/{u}\">", z->name);
    put_name(r, z->name);
    html_put(h,
        "</a></th>\n<td class=\"num\" data-label=\"Record sets\">{}</td>\n<td class=\"num\" "
        "data-label=\"Serial\">{}</td>\n<td data-label=\"Changed\">",
        text_int(r->arena, z->rrsets), text_int(r->arena, z->serial));
    put_time(r, z->changed);
    html_raw(h, "</td>\n</tr>\n");
}

HANDLER(page_zones)
{
    struct html *h = &r->html;
    struct zone_list list;
    struct str after = request_query(r, "after");
    TRY(zone_list(r->db, r->arena, r->acc.id, str_empty(after) ? STR_NULL : after, ZONES_SHOWN, &list, e));
    page_begin(r, &(struct page){.title = "Your zones", .nav = "zones"});
    html_raw(h, "<h1>Your zones</h1>\n");
    if (list.n == 0)
        html_raw(h,
            "<div class=\"empty\"><p>You have no zones yet: each domain comes with one.</p><p><a class=\"button\" "
            "href=\"/\">Find a domain</a></p></div>\n");
    else
        html_raw(h,
            "<table>\n<caption class=\"unseen\">Zones</caption>\n<thead><tr>"
            "<th scope=\"col\">Zone</th><th scope=\"col\" class=\"num\">Record sets</th>"
            "<th scope=\"col\" class=\"num\">Serial</th><th scope=\"col\">Changed</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < list.n; i++)
        put_row(r, &list.items[i]);
    if (list.n > 0)
        html_raw(h, "</tbody>\n</table>\n");
    if (list.more)
        html_put(h, "<p><a href=\"/zones?after={u}\">More zones</a></p>\n", list.items[list.n - 1].name);
    return page_end(r);
}
