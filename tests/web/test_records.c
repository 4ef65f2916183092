#include <pthread.h>

#include "dns/message.h"
#include "tests/web/browser.h"
#include "zones/records.h"

/* The pages for a zone's records. */

/* "192.0.2.1|192.0.2.2", "-> target", NULL where there is none. */
static const char *values_of(const char *name, const char *type)
{
    struct record_set set;
    struct buf out;
    enum status s = record_find(db, &a, shop.id, demo.id, str_of(name), str_of(type), &set, &err);
    if (s == NOT_FOUND)
        return NULL;
    ok(s);
    buf_in(&out, &a, 65536);
    if (!str_is_null(set.alias))
        buf_printf(&out, "-> %.*s", STR_ARG(set.alias));
    for (size_t i = 0; i < set.values_n; i++)
        buf_printf(&out, "%s%.*s", i > 0 ? "|" : "", STR_ARG(set.values[i]));
    return str_dupz(&a, buf_view(&out));
}

#define NEW "/zones/shop.test/records/new"
#define EDIT "/zones/shop.test/records/edit"
#define DELETE "/zones/shop.test/records/delete"

static const struct {
    const char *kind, *type, *fields, *name, *values;
} good[] = {
    {"A", "A", "name=www|ttl=300|values=192.0.2.2\r\n 192.0.2.1 \r\n\r\n", "www.shop.test", "192.0.2.1|192.0.2.2"},
    {"AAAA", "AAAA", "name=www|ttl=300|values=2001:db8::1", "www.shop.test", "2001:db8::1"},
    {"CNAME", "CNAME", "name=Web|ttl=0|values=www.shop.test.", "web.shop.test", "www.shop.test."},
    {"MX", "MX", "name=@|ttl=300|values=10 mail.example.net.", "shop.test", "10 mail.example.net."},
    {"TXT", "TXT", "name=|ttl=300|values=\"</textarea><script>\"", "shop.test", "\"</textarea><script>\""},
    {"NS", "NS", "name=below|ttl=300|values=ns1.example.net.", "below.shop.test", "ns1.example.net."},
    {"SRV", "SRV", "name=_sip._tcp|ttl=300|values=10 60 5060 sip.example.net.", "_sip._tcp.shop.test",
        "10 60 5060 sip.example.net."},
    {"CAA", "CAA", "name=|ttl=300|values=0 issue \"ca.example.net\"", "shop.test", "0 issue \"ca.example.net\""},
    {"HTTPS", "HTTPS", "name=|ttl=300|values=1 . alpn=\"h2,h3\" port=8443", "shop.test",
        "1 . alpn=\"h2,h3\" port=8443"},
    {"LOC", "LOC", "name=|ttl=300|values=52 22 23 N 4 53 32 E -2m", "shop.test",
        "52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m"},
    {"DNAME", "DNAME", "name=moved|ttl=300|values=elsewhere.example.", "moved.shop.test", "elsewhere.example."},
    {"alias-A", "A", "name=@|target=www", "shop.test", "-> www.shop.test"},
    {"alias-AAAA", "AAAA", "name=|target=www.shop.test.", "shop.test", "-> www.shop.test"},
    {"alias-MX", "MX", "name=mx|target=@", "mx.shop.test", "-> shop.test"},
    {"alias-HTTPS", "HTTPS", "name=web2|target=shop.test", "web2.shop.test", "-> shop.test"},
    {"alias-A", "A", "name=lb|target=LB-1.elsewhere.example", "lb.shop.test", "-> lb-1.elsewhere.example"},
};

START_TEST(each_kind_of_record_is_added_changed_and_deleted)
{
    struct browser b = signed_in("demo");
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct got g = visit(&b, arena_printf(&a, NEW "?kind=%s", good[i].kind));
        ck_assert_int_eq(g.status, 200);
        g = submit(&b, NEW, arena_printf(&a, "kind=%s|%s", good[i].kind, good[i].fields));
        ck_assert_msg(g.status == 303, "%s: %.*s", good[i].kind, STR_ARG(g.body));
        ck_assert_str_eq(values_of(good[i].name, good[i].type), good[i].values);
    }
    struct got g = visit(&b, "/zones/shop.test");
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(g.body, "alias of www.shop.test<") && says(g.body, "alias of lb-1.elsewhere.example (elsewhere)") &&
              says(g.body, "&lt;/textarea&gt;&lt;script&gt;"));
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        const char *query = arena_printf(&a, "?name=%s&type=%s", good[i].name, good[i].type);
        ck_assert_int_eq(visit(&b, arena_printf(&a, EDIT "%s", query)).status, 200);
        ck_assert_int_eq(visit(&b, arena_printf(&a, DELETE "%s", query)).status, 200);
    }
    for (size_t i = ARRAY_LEN(good); i-- > 0;) {
        g = submit(&b, DELETE, arena_printf(&a, "name=%s|type=%s", good[i].name, good[i].type));
        ck_assert_int_eq(g.status, 303);
        ck_assert_ptr_null(values_of(good[i].name, good[i].type));
    }
}
END_TEST

START_TEST(every_type_that_a_zone_can_have_is_offered_with_its_help)
{
    struct browser b = signed_in("demo");
    struct str page = visit(&b, "/zones/shop.test").body;
    const struct dns_type *t;
    for (size_t i = 0; (t = dns_type_at(i)) != NULL; i++) {
        bool wanted = (t->flags & DNS_TYPE_DATA) != 0 && t->code != DNS_SOA;
        ck_assert_msg(says(page, arena_printf(&a, "<option value=\"%s\">", t->name)) == wanted, "%s", t->name);
        struct got g = visit(&b, arena_printf(&a, NEW "?kind=%s", t->name));
        ck_assert_msg(g.status == (wanted ? 200 : 404), "%s: %d", t->name, g.status);
    }
    ck_assert(says(page, "Fingerprint of a host&#39;s SSH key (SSHFP)"));
    ck_assert(says(visit(&b, NEW "?kind=SSHFP").body, "One a line, such as 4 2 1234"));
}
END_TEST

static const struct {
    const char *kind, *fields, *field, *kept;
} bad[] = {
    {"A", "name=www|ttl=300|values=192.0.2.x", "values", "192.0.2.x</textarea>"},
    {"A", "name=www|ttl=300|values=", "values", NULL},
    {"A", "name=www|ttl=soon|values=192.0.2.1", "ttl", "value=\"soon\""},
    {"A", "name=www|ttl=-1|values=192.0.2.1", "ttl", "value=\"-1\""},
    {"A", "name=www.other.test.|ttl=300|values=192.0.2.1", "name", "value=\"www.other.test.\""},
    {"A", "name=a..b|ttl=300|values=192.0.2.1", "name", "value=\"a..b\""},
    {"MX", "name=|ttl=300|values=mail.example.net.", "values", "mail.example.net."},
    {"MX", "name=|ttl=300|values=70000 mail.example.net.", "values", "70000"},
    {"LOC", "name=|ttl=300|values=91 N 0 E 0", "values", "91 N 0 E 0"},
    {"SVCB", "name=|ttl=300|values=1 . port", "values", "1 . port"},
    {"CNAME", "name=@|ttl=300|values=x.example.", "name", NULL},
    {"CNAME", "name=x|ttl=300|values=x.shop.test.", "values", NULL},
    {"CNAME", "name=x|ttl=300|values=a.example.\nb.example.", "values", NULL},
    {"MX", "name=|ttl=300|values=10 a..b.example.", "values", NULL},
    {"TXT", "name=|ttl=300|values=\"never ended", "values", "&quot;never ended"},
    {"alias-A", "name=|target=", "target", NULL},
    {"alias-A", "name=|target=gone", "target", "value=\"gone\""},
    {"alias-A", "name=|target=www_.elsewhere.example.", "target", NULL},
    {"alias-A", "name=x|target=x", "target", NULL},
};

START_TEST(a_bad_record_is_an_error_at_its_field_and_changes_nothing)
{
    struct browser b = signed_in("demo");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct got g = submit(&b, NEW, arena_printf(&a, "kind=%s|%s", bad[i].kind, bad[i].fields));
        ck_assert_msg(g.status == 422, "%s %s: %d", bad[i].kind, bad[i].fields, g.status);
        ck_assert_msg(says(g.body, arena_printf(&a, "id=\"e-%s\"", bad[i].field)), "%s %s: %.*s", bad[i].kind,
            bad[i].fields, STR_ARG(g.body));
        ck_assert_msg(bad[i].kept == NULL || says(g.body, bad[i].kept), "%s %s", bad[i].kind, bad[i].fields);
    }
    struct zone z;
    ok(zone_find(db, &a, STR("shop.test"), demo.id, &z, &err));
    ck_assert_int_eq(z.version, 1);
}
END_TEST

START_TEST(ten_thousand_bytes_in_any_field_are_an_error_at_a_field)
{
    struct browser b = signed_in("demo");
    static const char *const fields[] = {"kind=TXT|ttl=300|values=\"x\"|name=%", "kind=TXT|name=|values=\"x\"|ttl=%",
        "kind=TXT|name=|ttl=300|values=%", "kind=MX|name=|ttl=300|values=%", "kind=alias-A|name=|target=%"};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        char nines[10001] = {0};
        memset(nines, '9', 10000);
        struct str f = str_of(fields[i]), front;
        ck_assert(str_take(&f, '%', &front));
        struct got g = submit(&b, NEW, arena_printf(&a, "%.*s%s", STR_ARG(front), nines));
        ck_assert_msg(g.status == 422 && says(g.body, "aria-invalid=\"true\""), "%s: %d", fields[i], g.status);
    }
    struct buf many;
    buf_in(&many, &a, 1 << 16);
    for (int i = 0; i < 101; i++)
        buf_printf(&many, "192.0.2.%d\n", i);
    struct got g = submit(&b, NEW, arena_printf(&a, "kind=A|name=x|ttl=1|values=%s", str_dupz(&a, buf_view(&many))));
    ck_assert_int_eq(g.status, 422);
    ck_assert(says(g.body, "more than 100 values"));
}
END_TEST

START_TEST(a_change_made_meanwhile_is_not_overwritten)
{
    struct browser b = signed_in("demo");
    ck_assert_int_eq(submit(&b, NEW, "kind=A|name=www|ttl=300|values=192.0.2.1").status, 303);
    ck_assert_int_eq(
        submit(&b, EDIT, "kind=A|name=www.shop.test|old_ttl=300|old_values=192.0.2.1|ttl=60|values=192.0.2.2").status,
        303);
    ck_assert_str_eq(values_of("www.shop.test", "A"), "192.0.2.2");
    struct got g =
        submit(&b, EDIT, "kind=A|name=www.shop.test|old_ttl=300|old_values=192.0.2.1|ttl=60|values=192.0.2.3");
    ck_assert_int_eq(g.status, 422);
    ck_assert(says(g.body, "meanwhile") && says(g.body, "192.0.2.3</textarea>"));
    ck_assert_str_eq(values_of("www.shop.test", "A"), "192.0.2.2");
    g = submit(&b, NEW, "kind=A|name=www|ttl=300|values=192.0.2.9");
    ck_assert_int_eq(g.status, 422);
    ck_assert(says(g.body, "exists already"));
    g = submit(&b, EDIT, "kind=A|name=www.shop.test|old_ttl=60|old_values=192.0.2.2|ttl=60|values=x");
    ck_assert_int_eq(g.status, 422);
    ck_assert(says(g.body, "id=\"e-values\""));
    ck_assert_int_eq(submit(&b, EDIT, "kind=A|name=www.shop.test|ttl=60|values=192.0.2.4").status, 400);
}
END_TEST

START_TEST(what_keeps_a_zone_alive_cannot_be_deleted)
{
    struct browser b = signed_in("demo");
    static const char *const kept[] = {"SOA", "NS"};
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        struct got g = submit(&b, DELETE, arena_printf(&a, "name=shop.test|type=%s", kept[i]));
        ck_assert_msg(g.status == 400, "%d", g.status);
    }
    ck_assert_int_eq(visit(&b, NEW "?kind=SOA").status, 404);
    ck_assert_int_eq(visit(&b, EDIT "?name=gone.shop.test&type=A").status, 404);
    ck_assert_int_eq(visit(&b, EDIT "?name=shop.test&type=SOA").status, 400);
}
END_TEST

START_TEST(a_zone_is_shown_and_changed_by_its_owner_alone)
{
    struct browser r = signed_in("rival");
    static const char *const paths[] = {"/zones/shop.test", "/zones/shop.test/live", "/zones/shop.test/export",
        NEW "?kind=A", EDIT "?name=shop.test&type=NS", DELETE "?name=shop.test&type=NS"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        ck_assert_msg(visit(&r, paths[i]).status == 404, "%s", paths[i]);
    ck_assert_int_eq(submit(&r, NEW, "kind=A|name=x|ttl=1|values=192.0.2.1").status, 404);
    ck_assert_int_eq(
        submit(&r, EDIT, "kind=A|name=x.shop.test|old_ttl=1|old_values=192.0.2.1|ttl=1|values=192.0.2.2").status, 404);
    ck_assert_int_eq(submit(&r, DELETE, "name=shop.test|type=NS").status, 404);
    struct got g = visit(&r, "/zones");
    ck_assert(!says(g.body, "shop.test"));
}
END_TEST

START_TEST(a_zone_comes_as_a_master_file)
{
    struct browser b = signed_in("demo");
    struct got g = visit(&b, "/zones/shop.test/export");
    ck_assert_int_eq(g.status, 200);
    ck_assert(says(header_of(&g, "content-disposition", ""), "filename=\"shop.test.zone\""));
    ck_assert(says(g.body, "SOA"));
}
END_TEST

/* Two servers of the zone's: one that says SOA serial 7 with authority and an address, and a port where nobody is. */
static void *name_server(void *ctx)
{
    int fd = *(int *)ctx;
    uint8_t in[2048], out[2048];
    struct sockaddr_storage from;
    for (int i = 0; i < 3; i++) {
        socklen_t from_n = sizeof(from);
        struct pollfd p = {.fd = fd, .events = POLLIN};
        struct dns_query q;
        struct dns_writer w;
        if (net_poll(&p, 1, net_deadline(10000)) <= 0)
            return NULL;
        ssize_t n = recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from, &from_n);
        if (n < 0 || dns_query_parse(str_n((char *)in, (size_t)n), &q) != DNS_NOERROR)
            return NULL;
        struct dns_rrset set;
        struct error e;
        struct arena mine;
        arena_init(&mine, 0);
        dns_writer_begin(&w, out, sizeof(out), q.id, DNS_QR | DNS_AA);
        (void)dns_writer_question(&w, &q.name, q.type, DNS_IN);
        dns_rrset_init(&set, &q.name, q.type, 60);
        const char *text = q.type == DNS_SOA ? "ns. host. 7 1 1 1 1" : q.type == DNS_A ? "192.0.2.77" : "2001:db8::77";
        if (dns_rrset_add_text(&mine, &set, str_of(text), NULL, &e) == OK)
            (void)dns_writer_rrset(&w, DNS_ANSWER, &set);
        struct str reply = dns_writer_end(&w);
        (void)sendto(fd, reply.p, reply.n, 0, (struct sockaddr *)&from, from_n);
        arena_clear(&mine);
    }
    return NULL;
}

DB_QUERY(q_server_add, "INSERT INTO dns_server (id, col, row_from, row_to, name, dns_addrs, started, last_seen)"
                       " VALUES (?, ?, 0, 511, 'dns', ?, 1, 1)");
DB_QUERY(q_served_add, "INSERT INTO zone_served (server_id, zone_id, version, at) VALUES (?, ?, 1, 1)");

START_TEST(what_each_name_server_answers_now_is_shown)
{
    struct browser b = signed_in("demo");
    struct net_addr at;
    pthread_t thread;
    int fd;
    ok(net_addr_parse(STR("127.0.0.1:0"), &at, &err));
    ok(net_bind_udp(&at, false, &fd, &err));
    ok(net_addr_local(fd, &at, &err));
    ok(db_exec(db, &q_server_add, DB_ARGS(db_i(1), db_i(0), db_s(net_addr_text(&a, &at))), NULL, &err));
    ok(db_exec(db, &q_served_add, DB_ARGS(db_i(1), db_i(shop.id)), NULL, &err));
    struct str dead = str_printf(&a, "127.0.0.1:%u", test_free_port());
    ok(db_exec(db, &q_server_add, DB_ARGS(db_i(2), db_i(1), db_s(dead)), NULL, &err));
    ck_assert_int_eq(pthread_create(&thread, NULL, name_server, &fd), 0);
    struct got g = visit(&b, "/zones/shop.test/live");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    close(fd);
    ck_assert_msg(says(g.body, "192.0.2.77") && says(g.body, "2001:db8::77"), "%.*s", STR_ARG(g.body));
    ck_assert(says(g.body, ">7<") && says(g.body, "in sync"));
    ck_assert(says(g.body, "not yet") && says(g.body, str_dupz(&a, dead)));
    ck_assert(says(g.body, "data-moving=\"yes\""));
}
END_TEST

TEST_MAIN("records", ground_open, ground_close, setup, teardown,
    every_type_that_a_zone_can_have_is_offered_with_its_help, each_kind_of_record_is_added_changed_and_deleted,
    a_bad_record_is_an_error_at_its_field_and_changes_nothing, ten_thousand_bytes_in_any_field_are_an_error_at_a_field,
    a_change_made_meanwhile_is_not_overwritten, what_keeps_a_zone_alive_cannot_be_deleted,
    a_zone_is_shown_and_changed_by_its_owner_alone, a_zone_comes_as_a_master_file,
    what_each_name_server_answers_now_is_shown);
