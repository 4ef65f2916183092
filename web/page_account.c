#include "web/handlers.h"
#include "web/page.h"

#define STATEMENT_MAX 100

static struct str kind_word(struct str kind)
{
    return str_eqz(kind, "held") ? STR("set aside") : STR("booked");
}

static void put_entry(struct request *r, const struct account_entry *entry)
{
    struct html *h = &r->html;
    struct str amount = money_of(r, entry->amount < 0 ? -entry->amount : entry->amount);
    html_put(h, "<tr><th scope=\"row\">{}</th><td data-label=\"When\">", entry->memo);
    put_time(r, entry->created);
    html_put(h, "</td><td data-label=\"State\">{}</td><td class=\"num\" data-label=\"Amount\">{}{}</td></tr>\n",
        kind_word(entry->kind), entry->amount < 0 ? STR("−") : STR("+"), amount);
}

HANDLER(page_account)
{
    struct html *h = &r->html;
    struct account_balance b;
    struct account_entry *list;
    size_t n = 0;
    TRY(account_balance(r->db, &r->acc, &b, e));
    TRY(account_statement(r->db, r->arena, &r->acc, STATEMENT_MAX, &list, &n, e));
    page_begin(r, &(struct page){.title = "Your account", .nav = "account"});
    html_put(h, "<h1>Your account</h1>\n<p class=\"lead\">{}</p>\n<dl class=\"facts\">\n", r->acc.name);
    put_fact(r, "Available", money_of(r, b.available));
    put_fact(r, "Set aside for orders under way", money_of(r, b.held));
    put_fact(r, "Balance (available and set aside)", money_of(r, b.posted));
    html_raw(h, "</dl>\n<h2>Statement</h2>\n<table class=\"statement\">\n<caption class=\"unseen\">What was booked and "
                "set aside, the newest first"
                "</caption>\n<thead><tr><th scope=\"col\">What</th>"
                "<th scope=\"col\">When</th><th scope=\"col\">State</th><th scope=\"col\" class=\"num\">Amount</th>"
                "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++)
        put_entry(r, &list[i]);
    if (n == 0)
        html_raw(h, "<tr><td colspan=\"4\">Nothing has been booked yet.</td></tr>\n");
    html_raw(h, "</tbody>\n</table>\n");
    if (n == STATEMENT_MAX)
        html_raw(h, "<p class=\"quiet\">The newest 100 are shown.</p>\n");
    return page_end(r);
}
