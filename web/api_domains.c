#include "billing/price.h"
#include "registrar/name.h"
#include "web/api_order.h"
#include "web/ask.h"
#include "web/handlers.h"

static void domain_members(struct request *r, struct json_writer *j, const struct domain *d)
{
    api_name(r, j, d->name);
    json_put_str(j, "state", d->state);
    json_put_str(j, "roid", str_empty(d->roid) ? STR_NULL : d->roid);
    api_time(r, j, "registered", d->registered);
    api_time(r, j, "expires", d->expires);
    json_put_int(j, "order", d->order_id);
}

HANDLER(api_domains)
{
    struct domain *list;
    size_t n = 0, limit = 0;
    struct json_writer j;
    struct str after = http_query(r->http, "after");
    TRY(api_limit(r, &limit, e));
    TRY(domain_list(r->db, r->arena, r->acc.id, str_is_null(after) ? STR("") : after, limit, &list, &n, e));
    api_begin(r, 200, &j);
    json_open_array(&j, "domains");
    for (size_t i = 0; i < n; i++) {
        json_open_object(&j, NULL);
        domain_members(r, &j, &list[i]);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_put_str(&j, "next_after", n == limit ? list[n - 1].name : STR_NULL);
    return api_end(r, &j);
}

static void contact_members(struct json_writer *j, struct contact *c)
{
    json_open_object(j, "registrant");
    for (size_t i = 0; i < contact_fields_n; i++)
        json_put_str(j, contact_fields[i].key, *contact_field_of(c, &contact_fields[i]));
    json_close_object(j);
}

HANDLER(api_domain)
{
    struct name_offer n;
    struct domain d;
    struct contact c;
    struct json_writer j;
    TRY(name_check(&r->web->desk, r->arena, r->params[0], &n, e));
    TRY(domain_find(r->db, r->arena, r->acc.id, n.name, &d, e));
    api_begin(r, 200, &j);
    domain_members(r, &j, &d);
    if (d.contact_id != 0) {
        TRY(contact_find(r->db, r->arena, d.contact_id, &c, e));
        contact_members(&j, &c);
    }
    return api_end(r, &j);
}

/* ---- orders ---------------------------------------------------------------------------------------------- */

static enum status years_of(struct request *r, const struct json_val *v, int *years_r, struct error *e)
{
    *years_r = 1;
    if (v == NULL)
        return OK;
    if (v->i < 1 || v->i > 10)
        return request_invalid(r, "years", e, "years-out-of-range", "this must be 1 to 10");
    *years_r = (int)v->i;
    return OK;
}

static enum status max_price_of(struct request *r, const struct json_val *v, int64_t *amount_r, struct error *e)
{
    struct money m;
    *amount_r = 0;
    if (v == NULL)
        return OK;
    r->field = "max_price";
    TRY(money_parse(v->str, str_of(r->acc.currency), &m, e));
    if (m.amount <= 0)
        return request_invalid(r, "max_price", e, "price-above-limit", "a limit of nothing lets nothing through");
    r->field = NULL;
    *amount_r = m.amount;
    return OK;
}

static enum status registrant_of(struct request *r, const struct json_val *v, struct contact *c_r, struct error *e)
{
    const struct json_val **values = ARENA_ARRAY(r->arena, contact_fields_n, const struct json_val *);
    struct api_member *members = ARENA_ARRAY(r->arena, contact_fields_n, struct api_member);
    for (size_t i = 0; i < contact_fields_n; i++)
        members[i] = (struct api_member){contact_fields[i].key, API_STRING, contact_fields[i].required, &values[i]};
    TRY(api_members(r, v, "registrant.", members, contact_fields_n, e));
    *c_r = (struct contact){0};
    for (size_t i = 0; i < contact_fields_n; i++)
        *contact_field_of(c_r, &contact_fields[i]) = values[i] != NULL ? values[i]->str : STR("");
    return OK;
}

HANDLER(api_domain_register)
{
    const struct json_val *body, *name, *years, *registrant, *max_price;
    struct contact contact;
    struct order_request rq = {.kind = STR("register"), .contact = &contact};
    const struct api_member members[] = {
        {"name", API_STRING, true, &name},
        {"years", API_INTEGER, false, &years},
        {"registrant", API_OBJECT, true, &registrant},
        {"max_price", API_STRING, false, &max_price},
    };
    TRY(api_body(r, &body, e));
    TRY(api_members(r, body, "", members, ARRAY_LEN(members), e));
    TRY(years_of(r, years, &rq.years, e));
    TRY(max_price_of(r, max_price, &rq.max_price, e));
    TRY(registrant_of(r, registrant, &contact, e));
    rq.name = name->str;
    return api_order_place(r, &rq, e);
}

HANDLER(api_domain_renew)
{
    const struct json_val *body, *years, *max_price;
    struct order_request rq = {.kind = STR("renew"), .name = r->params[0]};
    const struct api_member members[] = {
        {"years", API_INTEGER, true, &years},
        {"max_price", API_STRING, false, &max_price},
    };
    TRY(api_body(r, &body, e));
    TRY(api_members(r, body, "", members, ARRAY_LEN(members), e));
    TRY(years_of(r, years, &rq.years, e));
    TRY(max_price_of(r, max_price, &rq.max_price, e));
    return api_order_place(r, &rq, e);
}

HANDLER(api_domain_delete)
{
    struct order_request rq = {.kind = STR("delete"), .name = r->params[0]};
    if (!str_empty(r->http->body))
        return error_set(e, INVALID, "body-unexpected", "a deletion has no body");
    return api_order_place(r, &rq, e);
}

HANDLER(api_availability)
{
    struct name_offer n;
    struct lookup_check c;
    struct money price;
    struct json_writer j;
    struct str typed = http_query(r->http, "name");
    if (str_is_null(typed))
        return request_invalid(r, "name", e, "member-missing", "give ?name=");
    TRY(name_check(&r->web->desk, r->arena, typed, &n, e));
    TRY(ask_check(r, n.name, r->web->registry_timeout_ms, &c, e));
    TRY(price_quote(r->db, r->arena, n.tld, PRICE_REGISTER, 1, str_of(r->acc.currency), &price, e));
    api_begin(r, 200, &j);
    api_name(r, &j, n.name);
    json_put_bool(&j, "available", c.available);
    json_put_str(&j, "reason", c.reason);
    api_money(r, &j, "price_per_year", price);
    json_put_int(&j, "years_min", n.years_min);
    json_put_int(&j, "years_max", n.years_max);
    return api_end(r, &j);
}
