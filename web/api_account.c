#include "billing/price.h"
#include "web/api.h"
#include "web/handlers.h"

static void balance(struct request *r, struct json_writer *j, const char *key, int64_t amount)
{
    struct money m = {.amount = amount};
    memcpy(m.currency, r->acc.currency, sizeof(m.currency));
    api_money(r, j, key, m);
}

HANDLER(api_account)
{
    struct account_balance b;
    struct json_writer j;
    TRY(account_balance(r->db, &r->acc, &b, e));
    api_begin(r, 200, &j);
    json_put_str(&j, "name", r->acc.name);
    json_put_str(&j, "email", r->acc.email);
    json_put_str(&j, "currency", str_of(r->acc.currency));
    balance(r, &j, "balance", b.posted);
    balance(r, &j, "held", b.held);
    balance(r, &j, "available", b.available);
    return api_end(r, &j);
}

HANDLER(api_prices)
{
    struct price *list;
    size_t n = 0;
    struct json_writer j;
    TRY(price_list(r->db, r->arena, &list, &n, e));
    api_begin(r, 200, &j);
    json_open_array(&j, "prices");
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].year.currency, r->acc.currency) != 0)
            continue;
        json_open_object(&j, NULL);
        json_put_str(&j, "tld", list[i].tld);
        json_put_str(&j, "operation", str_of(price_op_word(list[i].op)));
        api_money(r, &j, "price_per_year", list[i].year);
        json_close_object(&j);
    }
    json_close_array(&j);
    return api_end(r, &j);
}
