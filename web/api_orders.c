#include "dns/idna.h"
#include "web/api_order.h"
#include "web/handlers.h"

void api_order_members(struct request *r, struct json_writer *j, const struct order *o)
{
    json_put_int(j, "id", o->id);
    json_put_str(j, "kind", o->kind);
    api_name(r, j, o->name);
    json_put_int(j, "years", o->years);
    json_put_str(j, "state", o->state);
    json_put_str(j, "step", str_empty(o->step) ? STR_NULL : o->step);
    json_put_bool(j, "needs_person", o->needs_person);
    api_money(r, j, "price", o->price);
    api_time(r, j, "created", o->created);
    api_time(r, j, "finished", o->finished);
    if (str_empty(o->error_code)) {
        json_put_null(j, "error");
        return;
    }
    json_open_object(j, "error");
    json_put_str(j, "code", o->error_code);
    json_put_str(j, "detail", o->error_text);
    json_close_object(j);
}

static enum status timeline(struct request *r, struct json_writer *j, const struct order *o, struct error *e)
{
    struct order_step_view *steps;
    size_t n = 0;
    TRY(order_timeline(r->db, r->arena, o, &steps, &n, e));
    json_open_array(j, "timeline");
    for (size_t i = 0; i < n; i++) {
        json_open_object(j, NULL);
        json_put_str(j, "step", str_of(steps[i].step));
        json_put_str(j, "title", str_of(steps[i].title));
        json_put_str(j, "outcome", str_of(steps[i].outcome));
        json_put_bool(j, "undo", steps[i].undo);
        json_put_int(j, "attempts", steps[i].attempts);
        api_time(r, j, "started", steps[i].started);
        api_time(r, j, "finished", steps[i].finished);
        json_put_str(j, "detail", str_is_null(steps[i].detail) ? STR("") : steps[i].detail);
        json_close_object(j);
    }
    json_close_array(j);
    return OK;
}

enum status api_order_place(struct request *r, struct order_request *rq, struct error *e)
{
    struct order o;
    struct json_writer j;
    bool repeated = false;
    rq->key = http_header(r->http, "idempotency-key");
    TRY(order_place(&r->web->desk, r->db, r->arena, &r->acc, rq, r->now, &o, &repeated, e));
    api_begin(r, 202, &j);
    api_order_members(r, &j, &o);
    TRY(timeline(r, &j, &o, e));
    request_header(r, "Location", str_printf(r->arena, "/v1/orders/%lld", (long long)o.id));
    if (repeated)
        request_header(r, "Idempotency-Replayed", STR("true"));
    return api_end(r, &j);
}

/* ?name=, as people type names; STR_NULL: orders of all names. */
static enum status name_filter(struct request *r, struct str *name_r, struct error *e)
{
    struct str typed = http_query(r->http, "name");
    *name_r = typed;
    if (str_is_null(typed))
        return OK;
    r->field = "name";
    TRY(idna_to_ascii(r->arena, typed, name_r, e));
    r->field = NULL;
    if (str_ends(*name_r, STR(".")))
        name_r->n--;
    return OK;
}

HANDLER(api_orders)
{
    struct order *list;
    size_t n = 0, limit = 0;
    int64_t before = 0;
    struct json_writer j;
    struct str text = http_query(r->http, "before"), name;
    TRY(api_limit(r, &limit, e));
    if (!str_is_null(text) && !str_to_i64(text, 1, INT64_MAX, &before))
        return request_invalid(r, "before", e, "before", "this must be an order's number");
    TRY(name_filter(r, &name, e));
    TRY(order_list(r->db, r->arena, r->acc.id, name, before, limit, &list, &n, e));
    api_begin(r, 200, &j);
    json_open_array(&j, "orders");
    for (size_t i = 0; i < n; i++) {
        json_open_object(&j, NULL);
        api_order_members(r, &j, &list[i]);
        json_close_object(&j);
    }
    json_close_array(&j);
    if (n == limit)
        json_put_int(&j, "next_before", list[n - 1].id);
    else
        json_put_null(&j, "next_before");
    return api_end(r, &j);
}

HANDLER(api_order)
{
    struct order o;
    struct json_writer j;
    int64_t id = 0;
    TRY(request_id(r, 0, "order", &id, e));
    TRY(order_find(r->db, r->arena, r->acc.id, id, &o, e));
    api_begin(r, 200, &j);
    api_order_members(r, &j, &o);
    TRY(timeline(r, &j, &o, e));
    return api_end(r, &j);
}
