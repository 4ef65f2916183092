#include "registrar/order.h"
#include "tests/web/browser.h"

/* The purchase and the other pages of a customer. */

DB_QUERY(q_orders_n, "SELECT COUNT(*) FROM orders");
static int64_t orders_n(void)
{
    struct db_result r;
    ok(db_select_one(db, &a, &q_orders_n, DB_NO_ARGS, &r, &err));
    return db_int(&r, 0, 0);
}

#define CONTACT                                                                                                        \
    "name=Ann <b>\"O'Neil\" & Co|org=|street=1 Street|city=Town|state=|postal_code=1|country=de|"                      \
    "phone=+49.30 12-34|email=a@b.example"
#define BUY "domain=my.test|years=1|" CONTACT

/* ---- search --------------------------------------------------------------------------------------------------- */

START_TEST(anybody_may_search)
{
    struct browser b = {0};
    struct got g = visit(&b, "/");
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "<h1") && says(g.body, "<html lang=\"en\">") && says(g.body, "name=\"name\""));
    ck_assert(str_eqz(header_of(&g, "x-content-type-options", ""), "nosniff"));
    ck_assert(says(header_of(&g, "content-security-policy", ""), "frame-ancestors 'none'"));
    ck_assert(says(header_of(&g, "content-security-policy", ""), "base-uri 'none'"));
    ck_assert(!str_empty(header_of(&g, "referrer-policy", "")));
}
END_TEST

START_TEST(a_search_without_a_registry_says_so_and_still_shows_prices)
{
    struct browser b = {0};
    struct got g = visit(&b, "/?name=B%C3%BCcher");
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "b\xc3\xbc"
                           "cher.test") &&
              says(g.body, "xn--bcher-kva.test"));
    ck_assert(says(g.body, "the registry has not answered"));
    ck_assert(says(g.body, "9.00 EUR"));
}
END_TEST

START_TEST(a_bad_search_says_what_is_wrong_and_keeps_what_was_typed)
{
    static const char *const bad[][2] = {{"a_b", "a_b"}, {"%3Cscript%3E", "&lt;script&gt;"}, {"-x.test", "-x.test"},
        {"%2E%2E", ".."}, {"nic.test", "nic.test"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct browser b = {0};
        struct got g = visit(&b, arena_printf(&a, "/?name=%s", bad[i][0]));
        ck_assert_int_eq(g.status, 200);
        ck_assert_msg(says(g.body, "id=\"e-name\""), "%s", bad[i][0]);
        ck_assert(says(g.body, arena_printf(&a, "value=\"%s\"", bad[i][1])));
        ck_assert(!says(g.body, "/register?"));
    }
}
END_TEST

START_TEST(a_name_on_its_way_is_taken)
{
    struct browser b = signed_in("demo"), stranger = {0};
    visit(&b, "/register?domain=my.test");
    struct got g = submit(&b, "/register", BUY);
    const char *key = str_dupz(&a, between(g.body, "name=\"key\" value=\"", "\""));
    ck_assert_int_eq(submit(&b, "/register/confirm", arena_printf(&a, BUY "|key=%s|price=900", key)).status, 303);
    g = visit(&b, "/?name=my.test");
    ck_assert(says(g.body, ">yours<"));
    g = visit(&stranger, "/?name=my.test");
    ck_assert(says(g.body, ">taken<"));
}
END_TEST

/* ---- the purchase -------------------------------------------------------------------------------------------------- */

START_TEST(each_wrong_field_has_its_message_and_nothing_typed_is_lost)
{
    struct browser b = signed_in("demo");
    struct got g = submit(&b, "/register",
        "domain=my.test|years=99|name=|org=Org "
        "<i>|street=|city=|state=Land|postal_code=|country=Germany|phone=12|email=nope");
    ck_assert_int_eq(g.status, 422);
    static const char *const wrong[] = {"name", "street", "city", "postal_code", "country", "phone", "email", "years"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        ck_assert_msg(says(g.body, arena_printf(&a, "id=\"e-%s\"", wrong[i])), "%s", wrong[i]);
        ck_assert_msg(says(g.body, arena_printf(&a, "href=\"#f-%s\"", wrong[i])), "%s", wrong[i]);
        ck_assert_msg(says(g.body, arena_printf(&a, "e-%s\" aria-invalid=\"true\"", wrong[i])), "%s", wrong[i]);
    }
    ck_assert(!says(g.body, "id=\"e-org\"") && !says(g.body, "id=\"e-state\""));
    ck_assert(says(g.body, "value=\"Org &lt;i&gt;\"") && says(g.body, "value=\"Germany\""));
    ck_assert(says(g.body, "value=\"nope\"") && says(g.body, "value=\"Land\""));
    ck_assert(says(g.body, "<title>Error: "));
}
END_TEST

START_TEST(a_field_of_ten_thousand_bytes_is_an_error_at_that_field)
{
    struct browser b = signed_in("demo");
    for (size_t i = 0; i < contact_fields_n; i++) {
        const char *fields = arena_printf(&a, "domain=my.test|years=1|%s=%010000d", contact_fields[i].key, 1);
        struct got g = submit(&b, "/register", fields);
        ck_assert_int_eq(g.status, 422);
        ck_assert_msg(
            says(g.body, arena_printf(&a, "id=\"e-%s\"", contact_fields[i].key)), "%s", contact_fields[i].key);
    }
    struct got g = submit(&b, "/register", arena_printf(&a, "domain=%010000d.test", 1));
    ck_assert_int_eq(g.status, 400);
    g = submit(&b, "/register", arena_printf(&a, "domain=my.test|name=%070000d", 1));
    ck_assert_int_eq(g.status, 413);
    ck_assert(says(g.body, "<h1>That was too much</h1>"));
    ck_assert_int_eq(orders_n(), 0);
}
END_TEST

START_TEST(answers_are_shown_before_anything_is_ordered)
{
    struct browser b = signed_in("demo");
    struct got g = submit(&b, "/register", BUY);
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "Check your answers") && says(g.body, "9.00 EUR") && says(g.body, "50.00 EUR"));
    ck_assert(says(g.body, "Ann &lt;b&gt;&quot;O&#39;Neil&quot; &amp; Co"));
    ck_assert(says(g.body, "+49.301234") && says(g.body, "value=\"DE\""));
    ck_assert_int_eq(orders_n(), 0);
    g = submit(&b, "/register", BUY "|change=yes");
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "value=\"Town\"") && says(g.body, "value=\"Ann &lt;b&gt;"));
}
END_TEST

START_TEST(confirming_twice_is_one_order)
{
    struct browser b = signed_in("demo");
    struct got g = submit(&b, "/register", BUY);
    const char *key = str_dupz(&a, between(g.body, "name=\"key\" value=\"", "\""));
    const char *fields = arena_printf(&a, BUY "|key=%s|price=900", key);
    struct got first = submit(&b, "/register/confirm", fields), again = submit(&b, "/register/confirm", fields);
    ck_assert_int_eq(first.status, 303);
    ck_assert_int_eq(again.status, 303);
    struct str location = header_of(&first, "location", "");
    ck_assert(str_starts(location, STR("/orders/")));
    ck_assert(str_eq(location, header_of(&again, "location", "")));
    ck_assert_int_eq(orders_n(), 1);
    g = visit(&b, str_dupz(&a, location));
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "data-moving=\"yes\"") && says(g.body, "<noscript><meta http-equiv=\"refresh\""));
    ck_assert(says(g.body, "Free at the registry") && says(g.body, "set aside on your account"));
    g = visit(&b, "/register?domain=other.test");
    ck_assert(says(g.body, "value=\"Town\"")); /* filled in from the time before */
}
END_TEST

START_TEST(a_price_that_went_up_is_shown_and_not_charged)
{
    struct browser b = signed_in("demo");
    struct got g = submit(&b, "/register", BUY);
    const char *key = str_dupz(&a, between(g.body, "name=\"key\" value=\"", "\""));
    g = submit(&b, "/register/confirm", arena_printf(&a, BUY "|key=%s|price=899", key));
    ck_assert_int_eq(g.status, 400);
    ck_assert(says(g.body, "There is a problem") && says(g.body, "above the limit") && says(g.body, "value=\"900\""));
    ck_assert_int_eq(submit(&b, "/register/confirm", arena_printf(&a, BUY "|key=%s|price=", key)).status, 422);
    ck_assert_int_eq(submit(&b, "/register/confirm", BUY "|key=|price=900").status, 422);
    ck_assert_int_eq(orders_n(), 0);
}
END_TEST

START_TEST(what_the_balance_does_not_cover_cannot_be_ordered)
{
    struct browser b = signed_in("demo");
    struct got g = submit(&b, "/register", "domain=my.test|years=6|" CONTACT);
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "does not cover this") && !says(g.body, "action=\"/register/confirm\""));
    g = submit(&b, "/register/confirm", "domain=my.test|years=6|key=0123456789abcdef|price=5400|" CONTACT);
    ck_assert_int_eq(g.status, 402);
    ck_assert(says(g.body, "50.00 EUR is available"));
    ck_assert_int_eq(orders_n(), 0);
}
END_TEST

START_TEST(a_name_somebody_else_took_meanwhile_is_said)
{
    struct browser b = signed_in("demo"), r = signed_in("rival");
    ck_assert_int_eq(submit(&r, "/register/confirm", BUY "|key=0123456789abcdef|price=900").status, 303);
    struct got g = submit(&b, "/register/confirm", BUY "|key=0123456789abcdef|price=900");
    ck_assert_int_eq(g.status, 409);
    ck_assert(says(g.body, "There is a problem"));
    ck_assert_int_eq(orders_n(), 1);
}
END_TEST

/* ---- orders, domains, account ------------------------------------------------------------------------------------- */

static const char *order_made(struct browser *b)
{
    struct got g = submit(b, "/register/confirm", BUY "|key=0123456789abcdef|price=900");
    ck_assert_int_eq(g.status, 303);
    return str_dupz(&a, header_of(&g, "location", ""));
}

START_TEST(an_order_is_shown_to_its_owner_alone)
{
    struct browser b = signed_in("demo"), r = signed_in("rival");
    const char *path = order_made(&b), *live = arena_printf(&a, "%s/live", path);
    struct got g = visit(&b, live);
    ck_assert_int_eq(g.status, 200);
    ck_assert(str_starts(g.body, STR("<div id=\"live\"")));
    ck_assert_int_eq(visit(&r, path).status, 404);
    ck_assert_int_eq(visit(&r, live).status, 404);
    ck_assert_int_eq(visit(&b, "/orders/0").status, 404);
    ck_assert_int_eq(visit(&b, "/orders/x").status, 404);
    g = visit(&b, "/orders");
    ck_assert(says(g.body, path) && says(g.body, "my.test"));
    g = visit(&r, "/orders");
    ck_assert(!says(g.body, "my.test") && says(g.body, "no orders yet"));
}
END_TEST

START_TEST(an_order_that_failed_says_why_in_plain_words)
{
    struct browser b = signed_in("demo");
    const char *path = order_made(&b);
    ok(db_run_script(db,
        STR("UPDATE orders SET state = 'failed', live = 0, step = '', finished = created + 1000000,"
            " error_code = 'taken', error_text = 'the registry has <given> it away';"),
        &err));
    struct got g = visit(&b, path);
    ck_assert(says(g.body, "the registry has &lt;given&gt; it away") && says(g.body, "data-moving=\"no\""));
    ck_assert(!says(g.body, "http-equiv=\"refresh\""));
}
END_TEST

START_TEST(a_domain_is_renewed_and_deleted_after_asking)
{
    struct browser b = signed_in("demo"), r = signed_in("rival");
    order_made(&b);
    struct got g = visit(&b, "/domains/my.test");
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "being registered"));
    ok(db_run_script(db, STR(ORDERS_DONE "UPDATE domain SET state = 'active', expires = 1900000000000000;"), &err));
    g = visit(&b, "/domains");
    ck_assert(says(g.body, "17 March 2030") && says(g.body, "/domains/my.test/renew"));
    g = visit(&b, "/domains/my.test");
    ck_assert(says(g.body, "has not answered")); /* no registry here: the rest of the page still stands */
    ck_assert(says(g.body, "Town"));
    ck_assert_int_eq(visit(&r, "/domains/my.test").status, 404);
    ck_assert_int_eq(visit(&r, "/domains/my.test/renew").status, 404);
    g = visit(&b, "/domains/my.test/renew");
    const char *key = str_dupz(&a, between(g.body, "name=\"key\" value=\"", "\""));
    const char *renew = arena_printf(&a, "years=2|year_price=900|key=%s", key);
    ck_assert_int_eq(submit(&b, "/domains/my.test/renew", renew).status, 303);
    ck_assert_int_eq(submit(&b, "/domains/my.test/renew", renew).status, 303);
    ck_assert_int_eq(orders_n(), 2);
    ck_assert_int_eq(submit(&b, "/domains/my.test/delete", "key=abcdefabcdefabcdef").status, 409);
    ok(db_run_script(db, STR(ORDERS_DONE), &err));
    ck_assert_int_eq(submit(&b, "/domains/my.test/renew", "years=2|year_price=1|key=0123456789abcdefg").status, 400);
    ck_assert_int_eq(submit(&b, "/domains/my.test/renew", "years=x|year_price=900|key=0123456789abcdefg").status, 422);
    ck_assert_int_eq(submit(&b, "/domains/my.test/renew", "years=9|year_price=900|key=0123456789abcdefg").status, 402);
    g = visit(&b, "/domains/my.test/delete");
    ck_assert(says(g.body, "Delete") && says(g.body, "not given back"));
    ck_assert_int_eq(orders_n(), 2);
    ck_assert_int_eq(submit(&b, "/domains/my.test/delete", "key=short").status, 400);
    ck_assert_int_eq(submit(&b, "/domains/my.test/delete", "key=abcdefabcdefabcdef").status, 303);
    ck_assert_int_eq(orders_n(), 3);
}
END_TEST

START_TEST(the_account_page_shows_balance_and_statement)
{
    struct browser b = signed_in("demo");
    order_made(&b);
    struct got g = visit(&b, "/account");
    ck_assert(says(g.body, "50.00 EUR") && says(g.body, "41.00 EUR") && says(g.body, "9.00 EUR"));
    ck_assert(says(g.body, "play &lt;money&gt;"));
}
END_TEST

/* ---- errors ------------------------------------------------------------------------------------------------------- */

START_TEST(error_pages_are_pages)
{
    struct browser b = {0};
    struct got g = visit(&b, "/no/such/page");
    ck_assert_int_eq(g.status, 404);
    ck_assert(says(g.body, "<h1") && says(g.body, "href=\"/\""));
    g = browse(&b, "PUT", "/", "", STR(""));
    ck_assert_int_eq(g.status, 405);
    ck_assert(str_eqz(header_of(&g, "allow", ""), "GET, HEAD"));
    g = visit(&b, "/%ff");
    ck_assert_int_eq(g.status, 400);
    ck_assert(says(g.body, "UTF-8"));
    g = visit(&b, arena_printf(&a, "/%09000d", 1));
    ck_assert_int_eq(g.status, 414);
    g = visit(&b, "/static/../web.h");
    ck_assert_int_eq(g.status, 404);
    g = browse(&b, "HEAD", "/", "", STR(""));
    ck_assert_int_eq(g.status, 200);
    ck_assert_uint_eq(g.body.n, 0);
}
END_TEST

START_TEST(files_are_kept_by_browsers_under_the_address_that_pages_give)
{
    struct browser b = {0};
    struct got g = visit(&b, "/");
    const char *css = str_dupz(&a, between(g.body, "rel=\"stylesheet\" href=\"", "\""));
    g = visit(&b, css);
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(header_of(&g, "cache-control", ""), "immutable"));
    ck_assert(str_eqz(header_of(&g, "content-type", ""), "text/css; charset=utf-8"));
    ck_assert(says(g.body, "prefers-color-scheme"));
    struct str tag = header_of(&g, "etag", "");
    g = visit(&b, "/static/app.css");
    ck_assert(str_eqz(header_of(&g, "cache-control", ""), "no-cache"));
    g = browse(&b, "GET", "/static/app.css", arena_printf(&a, "If-None-Match: %.*s\r\n", STR_ARG(tag)), STR(""));
    ck_assert_int_eq(g.status, 304);
}
END_TEST

TEST_MAIN("pages", ground_open, ground_close, setup, teardown, anybody_may_search,
    a_search_without_a_registry_says_so_and_still_shows_prices,
    a_bad_search_says_what_is_wrong_and_keeps_what_was_typed, a_name_on_its_way_is_taken,
    each_wrong_field_has_its_message_and_nothing_typed_is_lost, a_field_of_ten_thousand_bytes_is_an_error_at_that_field,
    answers_are_shown_before_anything_is_ordered, confirming_twice_is_one_order,
    a_price_that_went_up_is_shown_and_not_charged, what_the_balance_does_not_cover_cannot_be_ordered,
    a_name_somebody_else_took_meanwhile_is_said, an_order_is_shown_to_its_owner_alone,
    an_order_that_failed_says_why_in_plain_words, a_domain_is_renewed_and_deleted_after_asking,
    the_account_page_shows_balance_and_statement, error_pages_are_pages,
    files_are_kept_by_browsers_under_the_address_that_pages_give);
