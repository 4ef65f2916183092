#include "web/servers.h"

#include "web/probe.h"

static void put_server(struct request *r, const struct probe *p)
{
    struct html *h = &r->html;
    html_put(h,
        "<tr>\n<th scope=\"row\">{}</th>\n<td class=\"mono\" data-label=\"Address\">{}</td>\n<td class=\"num\" "
        "data-label=\"Serial\">{}</td>\n<td data-label=\"Answer\">{}</td>\n<td data-label=\"State\">",
        p->server->host, p->addr, p->has_serial ? text_int(r->arena, p->serial) : STR("–"), p->answer);
    if (p->server->insync && p->answered)
        put_tag(r, "good", STR("in sync"));
    else if (p->server->insync)
        put_tag(r, "bad", STR("not answering"));
    else
        put_tag(r, "busy", STR("not yet"));
    html_raw(h, "</td>\n</tr>\n");
}

void put_zone_servers(struct request *r, const struct zone_sync *sync, struct str zone)
{
    struct html *h = &r->html;
    struct probe *list;
    html_raw(h, "<h2>Name servers</h2>\n");
    if (sync->n == 0) {
        html_raw(h, "<p>No name server has reported yet.</p>\n");
        return;
    }
    probe_all(r, sync, zone, &list);
    html_put(h, "<p>What each answers for {} at this moment.</p>\n", text_shown(r->arena, zone));
    html_raw(h, "<table>\n<caption class=\"unseen\">Name servers</caption>\n<thead><tr>"
                "<th scope=\"col\">Name server</th><th scope=\"col\">Address</th>"
                "<th scope=\"col\" class=\"num\">Serial</th><th scope=\"col\">Answer</th><th scope=\"col\">State</th>"
                "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < sync->n; i++)
        put_server(r, &list[i]);
    html_raw(h, "</tbody>\n</table>\n");
}
