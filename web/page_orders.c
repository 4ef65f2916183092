#include "web/handlers.h"
#include "web/page_order.h"

#define ORDERS_SHOWN 50

static void put_row(struct request *r, const struct order *o)
{
    struct html *h = &r->html;
    struct str id = text_int(r->arena, o->id);
    html_put(h, "<tr>\n<th scope=\"row\"><a href=\"/orders/{}\">", id);
    put_name(r, o->name);
    html_put(h,
        "</a></th>\n<td data-label=\"Order\">{}</td>\n<td data-label=\"Kind\">{}</td>\n"
        "<td data-label=\"State\">",
        id, order_kind_word(o->kind));
    put_order_state(r, o);
    html_put(h, "</td>\n<td class=\"num\" data-label=\"Price\">{}</td>\n<td data-label=\"Ordered\">",
        o->price.amount > 0 ? money_text(r->arena, o->price) : STR("–"));
    put_time(r, o->created);
    html_raw(h, "</td>\n</tr>\n");
}

void put_orders(struct request *r, const struct order *list, size_t n)
{
    struct html *h = &r->html;
    if (n == 0) {
        html_raw(h,
            "<div class=\"empty\"><p>There are no orders yet.</p><p><a class=\"button\" href=\"/\">Find a domain</a>"
            "</p></div>\n");
        return;
    }
    html_raw(h, "<table>\n<caption class=\"unseen\">Orders, the newest first</caption>\n<thead><tr>"
                "<th scope=\"col\">Name</th><th scope=\"col\">Order</th><th scope=\"col\">Kind</th>"
                "<th scope=\"col\">State</th><th scope=\"col\" class=\"num\">Price</th><th scope=\"col\">Ordered</th>"
                "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++)
        put_row(r, &list[i]);
    html_raw(h, "</tbody>\n</table>\n");
}

HANDLER(page_orders)
{
    struct order *list;
    size_t n = 0;
    int64_t before = 0;
    if (!str_to_i64(request_query(r, "before"), 1, INT64_MAX, &before))
        before = 0;
    TRY(order_list(r->db, r->arena, r->acc.id, STR_NULL, before, ORDERS_SHOWN, &list, &n, e));
    page_begin(r, &(struct page){.title = "Your orders", .nav = "orders"});
    html_raw(&r->html, "<h1>Your orders</h1>\n");
    put_orders(r, list, n);
    if (n == ORDERS_SHOWN)
        html_put(
            &r->html, "<p><a href=\"/orders?before={u}\">Earlier orders</a></p>\n", text_int(r->arena, list[n - 1].id));
    return page_end(r);
}
