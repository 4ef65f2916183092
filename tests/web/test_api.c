#include "base/json.h"
#include "tests/web/web_test.h"

/* The API over a socket, as a reseller's program has it. */

#define JSON_TYPE "Content-Type: application/json\r\n"
#define REGISTRANT                                                                                                     \
    "{\"name\":\"Demo\",\"street\":\"1 Street\",\"city\":\"Town\",\"postal_code\":\"1\",\"country\":\"DE\","           \
    "\"phone\":\"+49.301\",\"email\":\"a@b.example\"}"
#define REGISTER(name_, more) "{\"name\":\"" name_ "\",\"registrant\":" REGISTRANT more "}"

static const char *with_key(struct str id, struct str secret, const char *more)
{
    struct str plain = str_printf(&a, "%.*s:%.*s", STR_ARG(id), STR_ARG(secret));
    struct str coded = base64_encode(&a, plain.p, plain.n);
    return arena_printf(&a, "Authorization: Basic %.*s\r\n%s", STR_ARG(coded), more);
}

static struct got call(const char *method, const char *target, const char *headers, const char *body)
{
    return ask(method, target, with_key(key_id, key_secret, headers), str_of(body));
}

static const struct json_val *json_of(const struct got *g)
{
    struct json_val *v;
    ck_assert_msg(json_parse(&a, g->body, 4 << 20, &v, &err) == OK, "%s in %.*s", err.text, STR_ARG(g->body));
    return v;
}

static struct str text_of(const struct got *g, const char *key)
{
    const struct json_val *v = json_get(json_of(g), key);
    return v != NULL && v->type == JSON_T_STRING ? v->str : STR("");
}

/* RFC 9457, with our members. field NULL: there must be none. */
static void problem(const struct got *g, int status, const char *code, const char *field)
{
    ck_assert_msg(g->status == status, "%d, not %d: %.*s", g->status, status, STR_ARG(g->body));
    ck_assert(str_eqz(header_of(g, "content-type", ""), "application/problem+json"));
    ck_assert_int_eq(json_get(json_of(g), "status")->i, status);
    ck_assert_msg(str_eqz(text_of(g, "code"), code), "%.*s", STR_ARG(g->body));
    ck_assert(text_of(g, "title").n > 0 && text_of(g, "detail").n > 10 && text_of(g, "type").n > 0);
    ck_assert_msg(field == NULL ? json_get(json_of(g), "field") == NULL : str_eqz(text_of(g, "field"), field),
        "field of %.*s", STR_ARG(g->body));
}

static int64_t number(const struct db_query *q)
{
    struct db_result r;
    ok(db_select_one(db, &a, q, DB_NO_ARGS, &r, &err));
    return db_int(&r, 0, 0);
}
DB_QUERY(q_orders_n, "SELECT COUNT(*) FROM orders");

/* ---- who asks ---------------------------------------------------------------------------------------------- */

START_TEST(without_a_good_key_nothing_is_told)
{
    struct got g = ask("GET", "/v1/account", "", STR(""));
    problem(&g, 401, "bad-api-key", NULL);
    ck_assert(str_starts(header_of(&g, "www-authenticate", ""), STR("Basic realm=")));
    static const char *const bad[] = {"Authorization: Bearer x\r\n", "Authorization: Basic\r\n",
        "Authorization: Basic ???\r\n", "Authorization: Basic bm9jb2xvbg==\r\n", "Authorization: Basic Og==\r\n"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        g = ask("GET", "/v1/account", bad[i], STR(""));
        problem(&g, 401, "bad-api-key", NULL);
    }
    g = ask("GET", "/v1/account", with_key(key_id, STR("wrong"), ""), STR(""));
    problem(&g, 401, "bad-api-key", NULL);
    ck_assert(!says(g.body, key_secret.p));
    g = ask("GET", "/v1/account", with_key(STR("FWKnobody"), key_secret, ""), STR(""));
    problem(&g, 401, "bad-api-key", NULL);
    ok(api_key_revoke(db, key_id, clock_now(), &err));
    g = call("GET", "/v1/account", "", "");
    problem(&g, 401, "bad-api-key", NULL);
}
END_TEST

START_TEST(an_account_sees_its_own_and_nothing_of_others)
{
    struct str id, secret;
    struct got g = call("POST", "/v1/domains", JSON_TYPE, REGISTER("mine.test", ""));
    ck_assert_int_eq(g.status, 202);
    const char *path = str_dupz(&a, header_of(&g, "location", ""));
    ok(api_key_create(db, &a, &web.key, rival.id, clock_now(), &id, &secret, &err));
    static const char *const hidden[] = {"/v1/zones/shop.test", "/v1/zones/shop.test/records", "/v1/domains/mine.test"};
    for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
        g = ask("GET", hidden[i], with_key(id, secret, ""), STR(""));
        ck_assert_msg(g.status == 404, "%s: %d", hidden[i], g.status);
    }
    g = ask("GET", path, with_key(id, secret, ""), STR(""));
    problem(&g, 404, "no-order", NULL);
    g = ask("GET", "/v1/orders", with_key(id, secret, ""), STR(""));
    ck_assert_uint_eq(json_get(json_of(&g), "orders")->n, 0);
    g = ask("POST", "/v1/zones/shop.test/changes", with_key(id, secret, JSON_TYPE),
        STR("{\"changes\":[{\"action\":\"create\",\"name\":\"x\",\"type\":\"A\",\"ttl\":1,\"values\":[\"192.0.2.1\"]}]"
            "}"));
    problem(&g, 404, "zone", NULL);
}
END_TEST

START_TEST(the_account_shows_its_money)
{
    struct got g = call("GET", "/v1/account", "", "");
    ck_assert_int_eq(g.status, 200);
    ck_assert(str_eqz(header_of(&g, "cache-control", ""), "no-store"));
    ck_assert(str_eq(text_of(&g, "name"), demo.name));
    ck_assert(says(g.body, "\"balance\":{\"amount\":\"50.00\",\"currency\":\"EUR\"}"));
    g = call("GET", "/v1/prices", "", "");
    ck_assert(says(g.body, "{\"tld\":\"test\",\"operation\":\"register\",\"price_per_year\":{\"amount\":\"9.00\""));
}
END_TEST

/* ---- orders ------------------------------------------------------------------------------------------------- */

START_TEST(an_order_is_placed_and_can_be_followed)
{
    struct got g = call("POST", "/v1/domains", JSON_TYPE,
        REGISTER("B\xc3\xbc"
                 "cher.TEST",
            ",\"years\":2,\"max_price\":\"18.00\""));
    ck_assert_msg(g.status == 202, "%.*s", STR_ARG(g.body));
    struct str location = header_of(&g, "location", "");
    ck_assert(str_starts(location, STR("/v1/orders/")));
    ck_assert(str_eqz(text_of(&g, "name"), "xn--bcher-kva.test"));
    ck_assert(str_eqz(text_of(&g, "name_unicode"), "b\xc3\xbc"
                                                   "cher.test"));
    ck_assert(says(g.body, "\"price\":{\"amount\":\"18.00\",\"currency\":\"EUR\"}"));
    g = call("GET", str_dupz(&a, location), "", "");
    ck_assert_int_eq(g.status, 200);
    ck_assert(str_eqz(text_of(&g, "state"), "open"));
    ck_assert_uint_eq(json_get(json_of(&g), "timeline")->n, 8);
    g = call("GET", "/v1/domains/b%C3%BCcher.test", "", "");
    ck_assert_int_eq(g.status, 200);
    ck_assert(str_eqz(text_of(&g, "state"), "registering"));
    g = call("GET", "/v1/orders?name=xn--bcher-kva.test", "", "");
    ck_assert_uint_eq(json_get(json_of(&g), "orders")->n, 1);
    g = call("GET", "/v1/account", "", "");
    ck_assert(says(g.body, "\"held\":{\"amount\":\"18.00\""));
}
END_TEST

START_TEST(a_key_that_was_used_gives_the_order_it_made)
{
    const char *headers = JSON_TYPE "Idempotency-Key: k-1\r\n";
    struct got first = call("POST", "/v1/domains", headers, REGISTER("once.test", ""));
    struct got again = call("POST", "/v1/domains", headers, REGISTER("once.test", ""));
    ck_assert_int_eq(first.status, 202);
    ck_assert_int_eq(again.status, 202);
    ck_assert(str_eq(header_of(&first, "location", ""), header_of(&again, "location", "")));
    ck_assert(str_empty(header_of(&first, "idempotency-replayed", "")));
    ck_assert(str_eqz(header_of(&again, "idempotency-replayed", ""), "true"));
    ck_assert_int_eq(number(&q_orders_n), 1);
    struct got other = call("POST", "/v1/domains", headers, REGISTER("twice.test", ""));
    problem(&other, 409, "idempotency-key-reused", "Idempotency-Key");
    char longer[300] = {0};
    memset(longer, 'k', 256);
    other = call(
        "POST", "/v1/domains", arena_printf(&a, JSON_TYPE "Idempotency-Key: %s\r\n", longer), REGISTER("x.test", ""));
    problem(&other, 400, "idempotency-key", "Idempotency-Key");
    ck_assert_int_eq(number(&q_orders_n), 1);
}
END_TEST

static const struct {
    const char *body;
    int status;
    const char *code, *field;
} bad_orders[] = {
    {REGISTER("", ""), 400, "name-empty", "name"},
    {REGISTER("nic.test", ""), 400, "name-reserved", "name"},
    {REGISTER("shop.com", ""), 400, "tld-not-sold", "name"},
    {REGISTER("a.b.test", ""), 400, "name-too-deep", "name"},
    {REGISTER("-a.test", ""), 400, "label-hyphen", "name"},
    {REGISTER("p\xd0\xb0ypal.test", ""), 400, "name-confusable", "name"},
    {REGISTER("x.test", ",\"years\":0"), 400, "years-out-of-range", "years"},
    {REGISTER("x.test", ",\"years\":11"), 400, "years-out-of-range", "years"},
    {REGISTER("x.test", ",\"years\":\"1\""), 400, "member-type", "years"},
    {REGISTER("x.test", ",\"yers\":1"), 400, "member-unknown", "yers"},
    {REGISTER("x.test", ",\"max_price\":\"8.99\""), 400, "price-above-limit", "max_price"},
    {REGISTER("x.test", ",\"max_price\":\"0\""), 400, "price-above-limit", "max_price"},
    {REGISTER("x.test", ",\"max_price\":9.5"), 400, "member-type", "max_price"},
    {REGISTER("x.test", ",\"years\":6"), 402, "funds", NULL},
    {"{\"name\":\"x.test\"}", 400, "member-missing", "registrant"},
    {"{\"registrant\":" REGISTRANT "}", 400, "member-missing", "name"},
    {"{\"name\":\"x.test\",\"registrant\":{}}", 400, "member-missing", "registrant.name"},
    {"{\"name\":\"x.test\",\"registrant\":[]}", 400, "member-type", "registrant"},
    {"{\"name\":null,\"registrant\":" REGISTRANT "}", 400, "member-type", "name"},
    {"[]", 400, "json-not-object", NULL},
    {"", 400, "json-malformed", NULL},
    {"{\"name\":\"x.test\",\"name\":\"y.test\"}", 400, "json-duplicate-key", NULL},
};

START_TEST(a_bad_order_is_refused_by_the_name_of_what_is_wrong)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_orders); i++) {
        struct got g = call("POST", "/v1/domains", JSON_TYPE, bad_orders[i].body);
        problem(&g, bad_orders[i].status, bad_orders[i].code, bad_orders[i].field);
    }
    ck_assert_int_eq(number(&q_orders_n), 0);
    ck_assert_uint_gt(ARRAY_LEN(bad_orders), 0);
}
END_TEST

START_TEST(each_wrong_field_of_the_registrant_is_named)
{
    for (size_t i = 0; i < contact_fields_n; i++) {
        struct buf b;
        buf_in(&b, &a, 65536);
        buf_puts(&b, "{\"name\":\"x.test\",\"registrant\":{");
        for (size_t j = 0; j < contact_fields_n; j++)
            buf_printf(&b, "%s\"%s\":\"%0*d\"", j > 0 ? "," : "", contact_fields[j].key, j == i ? 10000 : 1, 1);
        buf_puts(&b, "}}");
        struct got g = call("POST", "/v1/domains", JSON_TYPE, str_dupz(&a, buf_view(&b)));
        ck_assert_int_eq(g.status, 400);
        ck_assert(str_starts(text_of(&g, "code"), STR("contact-")));
        ck_assert(str_starts(text_of(&g, "field"), STR("registrant.")));
        ck_assert_uint_lt(g.body.n, 1000);
    }
    ck_assert_int_eq(number(&q_orders_n), 0);
}
END_TEST

START_TEST(a_name_that_is_taken_or_not_ours_is_refused)
{
    struct got g = call("POST", "/v1/domains", JSON_TYPE, REGISTER("taken.test", ""));
    ck_assert_int_eq(g.status, 202);
    g = call("POST", "/v1/domains", JSON_TYPE, REGISTER("taken.test", ""));
    problem(&g, 409, "domain-taken", "name");
    g = call("POST", "/v1/domains/taken.test/renew", JSON_TYPE, "{\"years\":1}");
    problem(&g, 409, "domain-not-active", "name");
    g = call("POST", "/v1/domains/nobodys.test/renew", JSON_TYPE, "{\"years\":1}");
    problem(&g, 404, "no-domain", NULL);
    g = call("DELETE", "/v1/domains/nobodys.test", "", "");
    problem(&g, 404, "no-domain", NULL);
    g = call("DELETE", "/v1/domains/nobodys.test", "", "x");
    problem(&g, 400, "body-unexpected", NULL);
}
END_TEST

START_TEST(an_active_domain_is_renewed_and_deleted_by_orders)
{
    ck_assert_int_eq(call("POST", "/v1/domains", JSON_TYPE, REGISTER("mine.test", "")).status, 202);
    ok(db_run_script(db, STR(ORDERS_DONE "UPDATE domain SET state = 'active' WHERE name = 'mine.test';"), &err));
    struct got g = call("POST", "/v1/domains/mine.test/renew", JSON_TYPE "Idempotency-Key: r\r\n", "{\"years\":2}");
    ck_assert_msg(g.status == 202, "%.*s", STR_ARG(g.body));
    ck_assert(str_eqz(text_of(&g, "kind"), "renew"));
    g = call("DELETE", "/v1/domains/mine.test", "Idempotency-Key: d\r\n", "");
    problem(&g, 409, "domain-busy", "name");
    ok(db_run_script(db, STR(ORDERS_DONE), &err));
    g = call("DELETE", "/v1/domains/mine.test", "Idempotency-Key: d\r\n", "");
    ck_assert_int_eq(g.status, 202);
    ck_assert(str_eqz(text_of(&g, "kind"), "delete"));
    ck_assert_int_eq(number(&q_orders_n), 3);
}
END_TEST

START_TEST(lists_go_on_where_they_ended)
{
    ck_assert_int_eq(call("POST", "/v1/domains", JSON_TYPE, REGISTER("a.test", "")).status, 202);
    ck_assert_int_eq(call("POST", "/v1/domains", JSON_TYPE, REGISTER("b.test", "")).status, 202);
    struct got g = call("GET", "/v1/domains?limit=1", "", "");
    ck_assert(str_eqz(text_of(&g, "next_after"), "a.test"));
    g = call("GET", "/v1/domains?limit=2&after=a.test", "", "");
    ck_assert_uint_eq(json_get(json_of(&g), "domains")->n, 1);
    ck_assert(says(g.body, "b.test") && !says(g.body, "\"a.test\""));
    g = call("GET", "/v1/orders?limit=1", "", "");
    int64_t before = json_get(json_of(&g), "next_before")->i;
    ck_assert_int_gt(before, 0);
    g = call("GET", arena_printf(&a, "/v1/orders?before=%lld", (long long)before), "", "");
    ck_assert(says(g.body, "a.test") && !says(g.body, "b.test"));
    static const char *const bad[] = {"0", "501", "x", "-1", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        g = call("GET", arena_printf(&a, "/v1/zones?limit=%s", bad[i]), "", "");
        problem(&g, 400, "limit", "limit");
    }
}
END_TEST

START_TEST(a_registry_that_does_not_answer_is_unavailable)
{
    struct got g = call("GET", "/v1/availability?name=free.test", "", "");
    problem(&g, 503, "registry-no-answer", NULL);
    ck_assert(!str_empty(header_of(&g, "retry-after", "")));
    g = call("GET", "/v1/availability?name=a_b.test", "", "");
    problem(&g, 400, "label-bad-character", "name");
    g = call("GET", "/v1/availability", "", "");
    problem(&g, 400, "member-missing", "name");
}
END_TEST

/* ---- zones -------------------------------------------------------------------------------------------------------- */

static struct got change(const char *changes, const char *more)
{
    return call(
        "POST", "/v1/zones/shop.test/changes", JSON_TYPE, arena_printf(&a, "{\"changes\":[%s]%s}", changes, more));
}

#define WWW "{\"action\":\"create\",\"name\":\"www\",\"type\":\"A\",\"ttl\":300,\"values\":[\"192.0.2.1\"]}"

START_TEST(a_change_is_all_or_nothing)
{
    struct got g = change(WWW ",{\"action\":\"create\",\"name\":\"@\",\"type\":\"A\",\"alias\":{\"target\":\"www\"}}",
        ",\"comment\":\"first\",\"expected_version\":1");
    ck_assert_msg(g.status == 202, "%.*s", STR_ARG(g.body));
    ck_assert_int_eq(json_get(json_of(&g), "version")->i, 2);
    ck_assert(str_eqz(text_of(&g, "status"), "PENDING"));
    struct str location = header_of(&g, "location", "");
    g = call("GET", str_dupz(&a, location), "", "");
    ck_assert(str_eqz(text_of(&g, "comment"), "first"));
    g = call("GET", "/v1/zones/shop.test/records", "", "");
    ck_assert(says(g.body, "{\"name\":\"shop.test\",\"type\":\"A\",\"alias\":{\"target\":\"www.shop.test\"}}"));
    ck_assert(says(g.body, "{\"name\":\"www.shop.test\",\"type\":\"A\",\"ttl\":300,\"values\":[\"192.0.2.1\"]}"));
    g = change("{\"action\":\"upsert\",\"name\":\"x\",\"type\":\"A\",\"ttl\":1,\"values\":[\"192.0.2.9\"]}," WWW, "");
    problem(&g, 409, "record-exists", "changes");
    g = call("GET", "/v1/zones/shop.test", "", "");
    ck_assert_int_eq(json_get(json_of(&g), "version")->i, 2);
    ck_assert(str_eqz(text_of(&g, "status"), "PENDING"));
}
END_TEST

START_TEST(an_alias_to_a_host_elsewhere_is_shown_as_it_can_be_handed_back)
{
    static const char shown[] =
        "{\"name\":\"shop.test\",\"type\":\"A\",\"alias\":{\"target\":\"lb.far.example\",\"external\":true}}";
    struct got g =
        change("{\"action\":\"create\",\"name\":\"@\",\"type\":\"A\",\"alias\":{\"target\":\"LB.far.example.\"}}", "");
    ck_assert_msg(g.status == 202, "%.*s", STR_ARG(g.body));
    g = call("GET", "/v1/zones/shop.test/records", "", "");
    ck_assert_msg(says(g.body, shown), "%.*s", STR_ARG(g.body));
    g = change(arena_printf(&a, "{\"action\":\"delete\",%s", shown + 1), "");
    ck_assert_msg(g.status == 202, "%.*s", STR_ARG(g.body));
    g = change(arena_printf(&a, "{\"action\":\"upsert\",%s", shown + 1), "");
    ck_assert_msg(g.status == 202, "%.*s", STR_ARG(g.body));
}
END_TEST

#define ONE(more) "{\"action\":\"create\",\"name\":\"www\",\"type\":\"A\"" more "}"
static const struct {
    const char *changes, *more;
    int status;
    const char *code, *field;
} bad_changes[] = {
    {"", "", 400, "change-empty", "changes"},
    {"1", "", 400, "member-type", "changes[0]"},
    {WWW ",{}", "", 400, "member-missing", "changes[1].action"},
    {ONE(""), "", 400, "member-missing", "changes[0].values"},
    {ONE(",\"values\":[\"192.0.2.1\"]"), "", 400, "member-missing", "changes[0].ttl"},
    {ONE(",\"ttl\":-1,\"values\":[\"192.0.2.1\"]"), "", 400, "record-ttl", "changes[0].ttl"},
    {ONE(",\"ttl\":2147483648,\"values\":[\"192.0.2.1\"]"), "", 400, "record-ttl", "changes[0].ttl"},
    {ONE(",\"ttl\":1,\"values\":[1]"), "", 400, "member-type", "changes[0].values[0]"},
    {ONE(",\"ttl\":1,\"values\":[\"x\"]"), "", 400, "rdata-address", "changes[0]"},
    {ONE(",\"ttl\":1,\"values\":[\"192.0.2.1\"],\"alias\":{\"target\":\"a\"}"), "", 400, "alias-values",
        "changes[0].alias"},
    {ONE(",\"alias\":{}"), "", 400, "member-missing", "changes[0].alias.target"},
    {ONE(",\"alias\":{\"target\":\"gone\"}"), "", 400, "alias-target-missing", "changes"},
    {ONE(",\"alias\":{\"target\":\"www\"}"), "", 400, "alias-loop", "changes"},
    {ONE(",\"alias\":{\"target\":\"a.example\",\"external\":1}"), "", 400, "member-type", "changes[0].alias.external"},
    {ONE(",\"alias\":{\"target\":\"a\",\"external\":true}"), "", 400, "alias-inside", "changes[0]"},
    {ONE(",\"alias\":{\"target\":\"192.0.2.1\"}"), "", 400, "alias-target-host", "changes"},
    {"{\"action\":\"make\",\"name\":\"a\",\"type\":\"A\",\"ttl\":1,\"values\":[\"192.0.2.1\"]}", "", 400, "action",
        "changes[0].action"},
    {"{\"action\":\"create\",\"name\":\"a.other.test.\",\"type\":\"A\",\"ttl\":1,\"values\":[\"192.0.2.1\"]}", "", 400,
        "record-outside", "changes[0]"},
    {WWW ",{\"action\":\"create\",\"name\":\"www\",\"type\":\"CNAME\",\"ttl\":1,\"values\":[\"x.example.\"]}", "", 400,
        "cname-beside", "changes"},
    {"{\"action\":\"delete\",\"name\":\"gone\",\"type\":\"A\"}", "", 404, "record", NULL},
    {WWW, ",\"expected_version\":7", 409, "zone-version", "expected_version"},
    {WWW, ",\"expected_version\":0", 400, "zone-version", "expected_version"},
    {WWW, ",\"comment\":1", 400, "member-type", "comment"},
    {WWW, ",\"colour\":1", 400, "member-unknown", "colour"},
};

START_TEST(a_bad_change_is_refused_by_the_name_of_what_is_wrong)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_changes); i++) {
        struct got g = change(bad_changes[i].changes, bad_changes[i].more);
        problem(&g, bad_changes[i].status, bad_changes[i].code, bad_changes[i].field);
    }
    struct got g = call("GET", "/v1/zones/shop.test", "", "");
    ck_assert_int_eq(json_get(json_of(&g), "version")->i, 1);
}
END_TEST

START_TEST(too_many_of_anything_is_refused)
{
    struct buf b;
    buf_in(&b, &a, 1 << 20);
    for (int i = 0; i < 1001; i++)
        buf_printf(&b, "%s{\"action\":\"delete\",\"name\":\"a%d\",\"type\":\"A\"}", i > 0 ? "," : "", i);
    struct got g = change(str_dupz(&a, buf_view(&b)), "");
    problem(&g, 400, "change-too-many", "changes");
    buf_reset(&b);
    for (int i = 0; i < 101; i++)
        buf_printf(&b, "%s\"192.0.2.%d\"", i > 0 ? "," : "", i);
    g = change(arena_printf(&a, ONE(",\"ttl\":1,\"values\":[%s]"), str_dupz(&a, buf_view(&b))), "");
    problem(&g, 400, "record-values", "changes[0].values");
    buf_reset(&b);
    for (int i = 0; i < 100; i++)
        buf_puts(&b, "[");
    g = call("POST", "/v1/zones/shop.test/changes", JSON_TYPE, str_dupz(&a, buf_view(&b)));
    ck_assert_int_eq(g.status, 400);
    char *huge = arena_alloc(&a, (2 << 20) + 1);
    memset(huge, ' ', 2 << 20);
    g = call("POST", "/v1/domains", JSON_TYPE, huge);
    problem(&g, 413, "request-refused", NULL);
}
END_TEST

START_TEST(records_come_page_by_page)
{
    ck_assert_int_eq(change(WWW, "").status, 202);
    struct got g = call("GET", "/v1/zones/shop.test/records?limit=2", "", "");
    ck_assert_uint_eq(json_get(json_of(&g), "records")->n, 2);
    const char *next = arena_printf(&a, "/v1/zones/shop.test/records?after_name=%.*s&after_type=%.*s",
        STR_ARG(text_of(&g, "next_after_name")), STR_ARG(text_of(&g, "next_after_type")));
    g = call("GET", next, "", "");
    ck_assert_uint_eq(json_get(json_of(&g), "records")->n, 1);
    ck_assert_int_eq(json_get(json_of(&g), "next_after_name")->type, JSON_T_NULL);
    g = call("GET", "/v1/zones", "", "");
    ck_assert(says(g.body, "\"name\":\"shop.test\""));
}
END_TEST

/* ---- the protocol --------------------------------------------------------------------------------------------------- */

START_TEST(methods_types_and_paths_that_are_not_there_are_told_apart)
{
    struct got g = call("PUT", "/v1/domains", "", "");
    problem(&g, 405, "method", NULL);
    ck_assert(str_eqz(header_of(&g, "allow", ""), "GET, HEAD, POST"));
    g = call("GET", "/v1/nothing", "", "");
    problem(&g, 404, "no-page", NULL);
    g = call("GET", "/v1/orders/x", "", "");
    problem(&g, 404, "no-order", NULL);
    g = call("GET", "/v1/orders/99999999999999999999", "", "");
    problem(&g, 404, "no-order", NULL);
    g = call("POST", "/v1/domains", "Content-Type: text/plain\r\n", "{}");
    problem(&g, 415, "content-type", NULL);
    g = call("POST", "/v1/domains", "", "{}");
    problem(&g, 415, "content-type", NULL);
    g = call("POST", "/v1/domains", "Content-Type: application/json; charset=utf-8\r\n", "{}");
    problem(&g, 400, "member-missing", "name");
    g = call("GET", "/v1/domains/%zz", "", "");
    problem(&g, 400, "request-refused", NULL);
}
END_TEST

START_TEST(a_database_that_is_gone_is_unavailable_and_tells_nothing_of_itself)
{
    struct db *held;
    const char *there = web.desk.db.socket;
    ok(db_pool_take(web.pool, &held, &err)); /* the only connection so far: the next is to be made */
    web.desk.db.socket = "/no/such/socket";
    struct got g = call("GET", "/v1/account", "", "");
    ck_assert_int_eq(g.status, 503);
    ck_assert(!says(g.body, "socket") && !says(g.body, "MariaDB"));
    ck_assert(!str_empty(header_of(&g, "retry-after", "")));
    g = ask("GET", "/", "", STR(""));
    ck_assert_int_eq(g.status, 503);
    ck_assert(says(g.body, "<h1>Not available just now</h1>") && !says(g.body, "/no/such"));
    ck_assert_int_eq(ask("GET", "/healthz", "", STR("")).status, 503);
    web.desk.db.socket = there;
    db_pool_give(web.pool, &held);
    ck_assert_int_eq(call("GET", "/v1/account", "", "").status, 200);
    ck_assert_int_eq(ask("GET", "/healthz", "", STR("")).status, 200);
}
END_TEST

START_TEST(only_some_wait_for_a_registry_and_the_others_are_told_at_once)
{
    web.asks_max = 0;
    struct got g = call("GET", "/v1/availability?name=free.test", "", "");
    problem(&g, 503, "registry-busy", NULL);
    ck_assert(!str_empty(header_of(&g, "retry-after", "")));
    g = ask("GET", "/?name=free.test", "", STR(""));
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "the registry has not answered"));
    web.asks_max = 1; /* who has been told gave the place back */
    for (int i = 0; i < 3; i++) {
        g = call("GET", "/v1/availability?name=free.test", "", "");
        problem(&g, 503, "registry-no-answer", NULL);
    }
}
END_TEST

START_TEST(orders_are_found_by_their_name_as_people_type_it)
{
    ck_assert_int_eq(call("POST", "/v1/domains", JSON_TYPE, REGISTER("xn--bcher-kva.test", "")).status, 202);
    static const char *const same[] = {"xn--bcher-kva.test", "XN--BCHER-KVA.test.", "B%C3%BCcher.test"};
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        struct got g = call("GET", arena_printf(&a, "/v1/orders?name=%s", same[i]), "", "");
        ck_assert_int_eq(g.status, 200);
        ck_assert_msg(json_get(json_of(&g), "orders")->n == 1, "%s", same[i]);
    }
    struct got g = call("GET", "/v1/orders?name=%E2%99%A5%20.test", "", "");
    ck_assert_msg(g.status == 200 || g.status == 400, "%d", g.status);
    g = call("GET", "/v1/orders?name=", "", "");
    ck_assert_int_eq(g.status, 200);
}
END_TEST

START_TEST(the_description_is_open_to_all)
{
    struct got g = ask("GET", "/v1/openapi.json", "", STR(""));
    ck_assert_int_eq(g.status, 200);
    ck_assert(str_eqz(json_get(json_of(&g), "openapi")->str, "3.1.0"));
    /* what the process counts is for an address that is not the public's */
    ck_assert_int_eq(ask("GET", "/metrics", "", STR("")).status, 404);
}
END_TEST

TEST_MAIN("api", ground_open, ground_close, setup, teardown, without_a_good_key_nothing_is_told,
    an_account_sees_its_own_and_nothing_of_others, the_account_shows_its_money, an_order_is_placed_and_can_be_followed,
    a_key_that_was_used_gives_the_order_it_made, a_bad_order_is_refused_by_the_name_of_what_is_wrong,
    each_wrong_field_of_the_registrant_is_named, a_name_that_is_taken_or_not_ours_is_refused,
    an_active_domain_is_renewed_and_deleted_by_orders, lists_go_on_where_they_ended,
    a_registry_that_does_not_answer_is_unavailable, a_change_is_all_or_nothing,
    an_alias_to_a_host_elsewhere_is_shown_as_it_can_be_handed_back,
    a_bad_change_is_refused_by_the_name_of_what_is_wrong, too_many_of_anything_is_refused, records_come_page_by_page,
    methods_types_and_paths_that_are_not_there_are_told_apart,
    a_database_that_is_gone_is_unavailable_and_tells_nothing_of_itself,
    only_some_wait_for_a_registry_and_the_others_are_told_at_once, orders_are_found_by_their_name_as_people_type_it,
    the_description_is_open_to_all);
