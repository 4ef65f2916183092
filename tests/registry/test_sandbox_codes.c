/* Every result code, from the cause that RFC 5730 §3 gives for it. */
#include "epp/result.h"
#include "tests/registry/sandbox_fixture.h"

static struct client c, rival;

static void setup(void)
{
    fx_setup();
    client_login(&c, "fourways");
    client_login(&rival, "rival");
    ck_code(contact_create(&c, "ada"), 1000);
}

static void teardown(void)
{
    client_close(&c);
    client_close(&rival);
    fx_teardown();
}

static int domain_update(struct client *k, const char *name, const char *inside)
{
    return domain_command(k, "update", arena_printf(&k->arena, "<domain:name>%s</domain:name>%s", name, inside));
}

START_TEST(bad_names_are_refused_and_say_why)
{
    static const struct {
        const char *name;
        int code;
    } names[] = {
        {"-shop.test", 2005}, {"sh_op.test", 2005}, {"shop..test", 2005}, {"shop.test.", 2005},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test", 2005},
        {"xn--a.test", 2005}, /* no valid A-label */
        {"xn--mller-kva.invalid", 2306}, /* no IDNs there */
        {"ab--cd.test", 2306}, {"shop.com", 2306}, {"a.b.test", 2306}, {"test", 2306}, {"nic.test", 2306},
        {"www.example", 2306}, {"x.invalid", 2306}, /* two characters at least */
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        int code = domain_create(&c, names[i].name, REGISTRANT);
        if (code != names[i].code)
            ck_abort_msg("%s gave %d, not %d", names[i].name, code, names[i].code);
        ck_assert(says(&c, "<reason>"));
        ck_code(domain_by_name(&c, "check", names[i].name), 1000);
        ck_assert(says(&c, "<domain:reason>"));
    }
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), 0);
    ck_code(domain_create(&c, "xn--mller-kva.test", REGISTRANT), 1000);
}
END_TEST

START_TEST(labels_of_mixed_scripts_are_refused)
{
    ck_code(domain_create(&c, "xn--pple-43d.test", REGISTRANT), 2306); /* Cyrillic a in front of Latin */
}
END_TEST

START_TEST(a_taken_name_is_2302_for_everybody)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(domain_create(&rival, "shop.test", REGISTRANT), 2302);
    ck_code(contact_create(&rival, "ada"), 2302);
    ck_code(host_create(&c, "ns1.elsewhere.net", ""), 1000);
    ck_code(host_create(&rival, "ns1.elsewhere.net", ""), 2302);
}
END_TEST

START_TEST(what_is_not_there_is_2303)
{
    ck_code(domain_by_name(&c, "info", "gone.test"), 2303);
    ck_code(domain_by_name(&c, "delete", "gone.test"), 2303);
    ck_code(host_by_name(&c, "info", "ns1.gone.test"), 2303);
    ck_code(contact_command(&c, "info", "<contact:id>gone</contact:id>"), 2303);
    ck_code(domain_create(&c, "shop.test", "<domain:registrant>gone</domain:registrant>"), 2303);
    ck_code(domain_create(
                &c, "shop.test", "<domain:ns><domain:hostObj>ns1.gone.net</domain:hostObj></domain:ns>" REGISTRANT),
        2303);
    ck_code(host_create(&c, "ns1.gone.test", V4("192.0.2.1")), 2303);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), 0);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM posting"), 0);
}
END_TEST

START_TEST(what_another_registrar_sponsors_is_2201)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(host_create(&c, "ns1.shop.test", V4("192.0.2.1")), 1000);
    ck_code(domain_update(&rival, "shop.test", "<domain:add><domain:status s=\"clientHold\"/></domain:add>"), 2201);
    ck_code(domain_by_name(&rival, "delete", "shop.test"), 2201);
    ck_code(host_create(&rival, "ns2.shop.test", V4("192.0.2.2")), 2201);
    ck_code(host_by_name(&rival, "delete", "ns1.shop.test"), 2201);
    ck_code(contact_command(&rival, "info", "<contact:id>ada</contact:id>"), 2201);
    ck_code(contact_command(&rival, "delete", "<contact:id>ada</contact:id>"), 2201);
    ck_code(domain_by_name(&rival, "info", "shop.test"), 1000);
    ck_assert(!says(&rival, "authInfo") && !says(&rival, "registrant"));
}
END_TEST

START_TEST(a_wrong_authinfo_is_2202_and_the_right_one_shows_all)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(domain_command(&rival, "info",
                "<domain:name>shop.test</domain:name><domain:authInfo><domain:pw>wrong-auth</domain:pw>"
                "</domain:authInfo>"),
        2202);
    ck_code(domain_command(&rival, "info",
                "<domain:name>shop.test</domain:name><domain:authInfo><domain:pw>domain-auth</domain:pw>"
                "</domain:authInfo>"),
        1000);
    ck_assert(says(&rival, "registrant"));
    ck_code(contact_command(&rival, "info",
                "<contact:id>ada</contact:id><contact:authInfo><contact:pw>wrong-auth</contact:pw>"
                "</contact:authInfo>"),
        2202);
}
END_TEST

START_TEST(statuses_prohibit_with_2304)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(domain_update(&c, "shop.test",
                "<domain:add><domain:status s=\"clientDeleteProhibited\"/><domain:status s=\"clientRenewProhibited\"/>"
                "<domain:status s=\"clientUpdateProhibited\"/></domain:add>"),
        1000);
    ck_code(domain_by_name(&c, "delete", "shop.test"), 2304);
    ck_code(domain_update(&c, "shop.test", "<domain:add><domain:status s=\"clientHold\"/></domain:add>"), 2304);
    ck_code(
        domain_update(&c, "shop.test", "<domain:rem><domain:status s=\"clientUpdateProhibited\"/></domain:rem>"), 1000);
    ck_code(domain_update(&c, "shop.test", "<domain:add><domain:status s=\"serverHold\"/></domain:add>"), 2306);
    fx_sql("UPDATE domain SET statuses = statuses | 512"); /* serverUpdateProhibited */
    ck_code(domain_update(&c, "shop.test", "<domain:add><domain:status s=\"clientHold\"/></domain:add>"), 2304);
}
END_TEST

START_TEST(associations_prohibit_with_2305)
{
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(host_create(&c, "ns1.shop.test", V4("192.0.2.1")), 1000);
    ck_code(domain_by_name(&c, "delete", "shop.test"), 2305); /* hosts below it */
    ck_code(contact_command(&c, "delete", "<contact:id>ada</contact:id>"), 2305);
    ck_code(domain_create(&rival, "other.test",
                "<domain:ns><domain:hostObj>ns1.shop.test</domain:hostObj></domain:ns>" REGISTRANT),
        1000);
    ck_code(host_by_name(&c, "delete", "ns1.shop.test"), 2305);
    ck_code(host_command(&c, "update",
                "<host:name>ns1.shop.test</host:name><host:chg><host:name>ns2.shop.test</host:name></host:chg>"),
        2305);
}
END_TEST

START_TEST(addresses_follow_the_kind_of_host)
{
    ck_code(host_create(&c, "ns1.elsewhere.net", V4("192.0.2.1")), 2306);
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_code(host_create(&c, "ns1.shop.test", ""), 2003);
    ck_code(host_create(&c, "ns1.shop.test", V4("192.0.2.300")), 2005);
    ck_code(host_create(&c, "ns1.shop.test", V6("192.0.2.3")), 2005);
    ck_code(host_create(&c, "ns1.shop.test", V4("0.0.0.0")), 2306);
    ck_code(host_create(&c, "ns1.shop.test", V4("192.0.2.1")), 1000);
    ck_code(host_command(&c, "update", "<host:name>ns1.shop.test</host:name><host:rem>" V4("192.0.2.1") "</host:rem>"),
        2003);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM host_addr"), 1);
}
END_TEST

START_TEST(an_empty_purse_is_2104_and_nothing_is_created)
{
    fx_sql("UPDATE registrar SET balance = 799 WHERE id = 'fourways'");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 2104);
    ck_code(domain_by_name(&c, "info", "shop.test"), 2303);
    fx_sql("UPDATE registrar SET balance = 800 WHERE id = 'fourways'");
    ck_code(domain_create(&c, "shop.test", REGISTRANT), 1000);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), 0);
}
END_TEST

START_TEST(periods_outside_of_policy_are_2004_and_too_long_a_renewal_2105)
{
    ck_code(domain_create(&c, "shop.test", "<domain:period unit=\"y\">11</domain:period>" REGISTRANT), 2004);
    ck_code(domain_create(&c, "shop.test", "<domain:period unit=\"m\">13</domain:period>" REGISTRANT), 2306);
    ck_code(domain_create(&c, "shop.test", "<domain:period unit=\"m\">24</domain:period>" REGISTRANT), 1000);
    struct str day = time_text(&c.arena, fx_number("SELECT expires FROM domain"));
    ck_code(domain_command(&c, "renew",
                arena_printf(&c.arena,
                    "<domain:name>shop.test</domain:name><domain:curExpDate>%.10s</domain:curExpDate>"
                    "<domain:period unit=\"y\">9</domain:period>",
                    day.p)),
        2105);
}
END_TEST

START_TEST(a_transfer_to_its_sponsor_or_within_the_lock_is_2106)
{
    const char *transfer =
        "<transfer op=\"request\"><domain:transfer xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">"
        "<domain:name>shop.example</domain:name><domain:authInfo><domain:pw>domain-auth</domain:pw>"
        "</domain:authInfo></domain:transfer></transfer>";
    ck_code(domain_create(&c, "shop.example", REGISTRANT), 1000);
    ck_code(client_command(&c, "%s", transfer), 2106);
    ck_code(client_command(&rival, "%s", transfer), 2106); /* .example locks for 60 days */
}
END_TEST

START_TEST(missing_parts_are_2003)
{
    ck_code(domain_create(&c, "shop.test", ""), 2003); /* .test wants a registrant */
    ck_code(domain_create(&c, "shop.alt", ""), 1000); /* .alt does not */
    ck_code(domain_update(&c, "shop.alt", ""), 2003);
    ck_code(client_command(&c, "<poll op=\"ack\"/>"), 2003);
}
END_TEST

START_TEST(authinfo_too_short_or_of_another_kind_is_refused)
{
    ck_code(domain_command(&c, "create",
                "<domain:name>shop.alt</domain:name><domain:authInfo><domain:pw>short</domain:pw></domain:authInfo>"),
        2306);
    ck_code(domain_command(&c, "create",
                "<domain:name>shop.alt</domain:name><domain:authInfo><domain:ext><x xmlns=\"urn:x\"/></domain:ext>"
                "</domain:authInfo>"),
        2102);
}
END_TEST

START_TEST(host_attributes_are_2102)
{
    ck_code(domain_create(&c, "shop.test",
                "<domain:ns><domain:hostAttr><domain:hostName>ns1.elsewhere.net</domain:hostName></domain:hostAttr>"
                "</domain:ns>" REGISTRANT),
        2102);
}
END_TEST

START_TEST(syntax_and_unknown_commands_have_their_codes)
{
    ck_code(client_command(&c, "<create><domain:create xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">"
                               "<domain:label>x</domain:label></domain:create></create>"),
        2003);
    ck_code(client_command(&c, "<check><domain:check xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>"
                               "shop.test</domain:name><domain:label>x</domain:label></domain:check></check>"),
        2001);
    ck_code(client_command(&c, "<frobnicate/>"), 2000);
    ck_code(client_command(&c, "<info><x:info xmlns:x=\"urn:example:thing-1.0\"/></info>"), 2307);
    ck_code(client_command(&c, "<info><domain:info xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>"
                               "shop.test</domain:name></domain:info></info><extension><x xmlns=\"urn:x\"/>"
                               "</extension>"),
        2103);
    client_send(&c, "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><extension><x xmlns=\"urn:x\"/></extension></epp>");
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert(c.code == 2101 || c.code == 2000);
}
END_TEST

START_TEST(commands_before_login_and_a_second_login_are_2002)
{
    struct client k;
    client_open_as(&k, "fourways");
    ck_code(domain_by_name(&k, "check", "shop.test"), 2002);
    ck_code(client_command(&k, "<poll op=\"req\"/>"), 2002);
    ck_code(client_command(&k, LOGIN("fourways", "secret-one", "")), 1000);
    ck_code(client_command(&k, LOGIN("fourways", "secret-one", "")), 2002);
    client_close(&k);
}
END_TEST

START_TEST(logins_are_judged_by_id_password_and_certificate)
{
    struct client k;
    client_open_as(&k, "fourways");
    ck_code(client_command(&k, LOGIN("nobody", "secret-one", "")), 2200);
    ck_code(client_command(&k, LOGIN("rival", "secret-two", "")), 2200); /* the certificate is not rival's */
    ck_code(client_command(&k, LOGIN("fourways", "wrong-pw", "")), 2501);
    ck_assert_ptr_null(client_read(&k));
    client_close(&k);
}
END_TEST

START_TEST(services_that_are_not_offered_are_refused_at_login)
{
    struct client k;
    client_open_as(&k, "fourways");
#define WITH(version, lang, svcs)                                                                                      \
    "<login><clID>fourways</clID><pw>secret-one</pw><options><version>" version "</version><lang>" lang                \
    "</lang></options><svcs>" svcs "</svcs></login>"
    ck_code(client_command(&k, WITH("1.0", "en", "<objURI>urn:x</objURI>")), 2307);
    ck_code(client_command(&k, WITH("1.0", "en",
                                   "<objURI>urn:ietf:params:xml:ns:host-1.0</objURI><svcExtension>"
                                   "<extURI>urn:x</extURI></svcExtension>")),
        2103);
    ck_code(client_command(&k, WITH("2.0", "en", "<objURI>urn:ietf:params:xml:ns:host-1.0</objURI>")), 2100);
    ck_code(client_command(&k, WITH("1.0", "fr", "<objURI>urn:ietf:params:xml:ns:host-1.0</objURI>")), 2102);
    ck_code(client_command(&k, WITH("1.0", "en", "<objURI>urn:ietf:params:xml:ns:host-1.0</objURI>")), 1000);
    ck_code(domain_by_name(&k, "check", "shop.test"), 2307); /* not logged in for domains */
    client_close(&k);
}
END_TEST

START_TEST(one_session_too_many_is_2502)
{
    struct client k[3];
    fx_settings.max_sessions_each = 3;
    client_login(&k[0], "fourways");
    client_login(&k[1], "fourways");
    client_open_as(&k[2], "fourways");
    ck_code(client_command(&k[2], LOGIN("fourways", "secret-one", "")), 2502);
    ck_assert_ptr_null(client_read(&k[2]));
    for (size_t i = 0; i < 3; i++)
        client_close(&k[i]);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
}
END_TEST

START_TEST(contacts_keep_to_the_policy)
{
    ck_code(contact_command(&c, "create",
                "<contact:id>umlaut</contact:id><contact:postalInfo type=\"int\"><contact:name>J\xc3\xbcrgen"
                "</contact:name><contact:addr><contact:city>Town</contact:city><contact:cc>DE</contact:cc>"
                "</contact:addr></contact:postalInfo><contact:email>a@b.test</contact:email><contact:authInfo>"
                "<contact:pw>contact-auth</contact:pw></contact:authInfo>"),
        2306);
    ck_code(contact_command(&c, "create",
                "<contact:id>umlaut</contact:id><contact:postalInfo type=\"loc\"><contact:name>J\xc3\xbcrgen"
                "</contact:name><contact:addr><contact:city>Town</contact:city><contact:cc>DE</contact:cc>"
                "</contact:addr></contact:postalInfo><contact:email>a@b.test</contact:email><contact:authInfo>"
                "<contact:pw>contact-auth</contact:pw></contact:authInfo>"),
        1000);
    ck_code(contact_command(&c, "info", "<contact:id>umlaut</contact:id>"), 1000);
    ck_assert(says(&c, "J\xc3\xbcrgen"));
}
END_TEST

/* ---- all of them --------------------------------------------------------------------------------------- */

#define D(verb, inside)                                                                                                \
    "<" verb "><domain:" verb " xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" inside "</domain:" verb           \
    "></" verb ">"
#define NAME(n) "<domain:name>" n "</domain:name>"
#define AUTH "<domain:authInfo><domain:pw>domain-auth</domain:pw></domain:authInfo>"
#define TRANSFER(op, n, auth)                                                                                          \
    "<transfer op=\"" op "\"><domain:transfer xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" NAME(n) auth        \
        "</domain:transfer></transfer>"

/* In this order; fresh: on a connection that nobody has logged in on, and that ends with it. */
static const struct cause {
    unsigned code;
    enum { OURS, RIVALS, FRESH } who;
    const char *sql; /* done before */
    const char *command;
} causes[] = {
    {EPP_DONE, OURS, NULL, D("create", NAME("shop.test") REGISTRANT AUTH)},
    {EPP_QUEUE_EMPTY, OURS, NULL, "<poll op=\"req\"/>"},
    {EPP_BYE, FRESH, NULL, LOGIN("fourways", "secret-one", "")},
    {EPP_UNKNOWN_COMMAND, OURS, NULL, "<frobnicate/>"},
    {EPP_SYNTAX, OURS, NULL, D("check", NAME("a.test") "<domain:label>x</domain:label>")},
    {EPP_USE, FRESH, NULL, "<poll op=\"req\"/>"},
    {EPP_MISSING, OURS, NULL, D("create", NAME("bare.test") AUTH)},
    {EPP_RANGE, OURS, NULL,
        D("create", NAME("long.test") "<domain:period unit=\"y\">11</domain:period>" REGISTRANT AUTH)},
    {EPP_VALUE, OURS, NULL, D("create", NAME("-shop.test") REGISTRANT AUTH)},
    {EPP_NO_VERSION, FRESH, NULL,
        "<login><clID>fourways</clID><pw>secret-one</pw><options><version>2.0</version><lang>en</lang></options>" SVCS
        "</login>"},
    {EPP_NO_COMMAND, OURS, NULL,
        "<renew><host:renew xmlns:host=\"urn:ietf:params:xml:ns:host-1.0\"><host:name>ns1.a.test</host:name>"
        "</host:renew></renew>"},
    {EPP_NO_OPTION, OURS, NULL,
        D("create", NAME("a.test") REGISTRANT "<domain:authInfo><domain:ext><x xmlns=\"urn:x\"/></domain:ext>"
                                              "</domain:authInfo>")},
    {EPP_NO_EXTENSION, OURS, NULL, D("info", NAME("shop.test")) "<extension><x xmlns=\"urn:x\"/></extension>"},
    {EPP_BILLING, OURS, "UPDATE registrar SET balance = 1 WHERE id = 'fourways'",
        D("create", NAME("dear.test") REGISTRANT AUTH)},
    {EPP_NOT_RENEWABLE, OURS,
        "UPDATE registrar SET balance = 1000000; UPDATE domain SET expires = 1893456000000000 WHERE name = 'shop.test'",
        D("renew", NAME("shop.test") "<domain:curExpDate>2030-01-01</domain:curExpDate>"
                                     "<domain:period unit=\"y\">10</domain:period>")},
    {EPP_NOT_TRANSFERABLE, OURS, NULL, TRANSFER("request", "shop.test", AUTH)},
    {EPP_AUTHENTICATION, FRESH, NULL, LOGIN("fourways", "wrong-pw", "")},
    {EPP_AUTHORIZATION, RIVALS, NULL, D("delete", NAME("shop.test"))},
    {EPP_BAD_AUTHINFO, RIVALS, NULL,
        TRANSFER("request", "shop.test", "<domain:authInfo><domain:pw>another-auth</domain:pw></domain:authInfo>")},
    {EPP_NOT_PENDING_TRANSFER, OURS, NULL, TRANSFER("approve", "shop.test", "")},
    {EPP_DONE_PENDING, RIVALS, NULL, TRANSFER("request", "shop.test", AUTH)},
    {EPP_PENDING_TRANSFER, RIVALS, NULL, TRANSFER("request", "shop.test", AUTH)},
    {EPP_QUEUE_ACK, OURS, NULL, "<poll op=\"req\"/>"},
    {EPP_OBJECT_EXISTS, RIVALS, NULL, D("create", NAME("shop.test") REGISTRANT AUTH)},
    {EPP_NO_OBJECT_THERE, OURS, NULL, D("info", NAME("gone.test"))},
    {EPP_STATUS_PROHIBITS, OURS, NULL, D("delete", NAME("shop.test"))}, /* pendingTransfer */
    {EPP_ASSOCIATION_PROHIBITS, OURS, NULL,
        "<delete><contact:delete xmlns:contact=\"urn:ietf:params:xml:ns:contact-1.0\"><contact:id>ada</contact:id>"
        "</contact:delete></delete>"},
    {EPP_POLICY, OURS, NULL, D("create", NAME("nic.test") REGISTRANT AUTH)},
    {EPP_NO_SERVICE, OURS, NULL, "<info><x:info xmlns:x=\"urn:example:thing-1.0\"/></info>"},
    {EPP_DATA_POLICY, OURS, "UPDATE domain SET statuses = 0",
        D("update", NAME("shop.test") "<domain:chg><domain:registrant/></domain:chg>")},
    {EPP_FAILED, OURS, "RENAME TABLE premium_name TO away", D("check", NAME("a.test"))},
    {EPP_SESSION_LIMIT_CLOSING, FRESH, "RENAME TABLE away TO premium_name", LOGIN("fourways", "secret-one", "")},
};

static void code_got(bool *reached, size_t n, const struct epp_result_meaning *table, unsigned code)
{
    for (size_t i = 0; i < n; i++)
        reached[i] = reached[i] || table[i].code == code;
}

/* What needs more than a command: a logout, the third wrong password, a frame that is none. */
static unsigned fresh_end(struct client *k, const struct cause *u)
{
    client_open_as(k, "fourways");
    if (u->code == EPP_SESSION_LIMIT_CLOSING)
        fx_settings.max_sessions_each = 1;
    int code = client_command(k, "%s", u->command);
    if (u->code == EPP_BYE)
        code = client_command(k, "<logout/>");
    if (u->code != EPP_AUTHENTICATION)
        return (unsigned)code;
    ck_code(client_command(k, "%s", u->command), EPP_AUTHENTICATION);
    ck_code(client_command(k, "%s", u->command), EPP_AUTHENTICATION_CLOSING);
    ck_assert_ptr_null(client_read(k));
    return (unsigned)code;
}

static unsigned cause_run(const struct cause *u)
{
    struct client k;
    if (u->sql != NULL)
        fx_sql(u->sql);
    if (u->who != FRESH)
        return (unsigned)client_command(u->who == OURS ? &c : &rival, "%s", u->command);
    unsigned code = fresh_end(&k, u);
    client_close(&k);
    return code;
}

START_TEST(every_code_of_the_rfc_has_a_cause)
{
    size_t n;
    const struct epp_result_meaning *table = epp_result_table(&n);
    bool *reached = ARENA_ARRAY(&fx_arena, n, bool);
    for (size_t i = 0; i < ARRAY_LEN(causes); i++) {
        unsigned code = cause_run(&causes[i]);
        if (code != causes[i].code)
            ck_abort_msg("cause %zu gave %u, not %u", i, code, causes[i].code);
        code_got(reached, n, table, code);
    }
    code_got(reached, n, table, EPP_AUTHENTICATION_CLOSING); /* seen above */
    ck_assert(client_send_bytes(&c, str_n("\0\0\0\0", 4)));
    ck_assert_ptr_nonnull(client_read(&c));
    code_got(reached, n, table, (unsigned)c.code);
    for (size_t i = 0; i < n; i++) {
        if (!reached[i])
            ck_abort_msg("%u was not reached", table[i].code);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox codes");
    TCase *t = tcase_create("codes");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, bad_names_are_refused_and_say_why);
    tcase_add_test(t, labels_of_mixed_scripts_are_refused);
    tcase_add_test(t, a_taken_name_is_2302_for_everybody);
    tcase_add_test(t, what_is_not_there_is_2303);
    tcase_add_test(t, what_another_registrar_sponsors_is_2201);
    tcase_add_test(t, a_wrong_authinfo_is_2202_and_the_right_one_shows_all);
    tcase_add_test(t, statuses_prohibit_with_2304);
    tcase_add_test(t, associations_prohibit_with_2305);
    tcase_add_test(t, addresses_follow_the_kind_of_host);
    tcase_add_test(t, an_empty_purse_is_2104_and_nothing_is_created);
    tcase_add_test(t, periods_outside_of_policy_are_2004_and_too_long_a_renewal_2105);
    tcase_add_test(t, a_transfer_to_its_sponsor_or_within_the_lock_is_2106);
    tcase_add_test(t, missing_parts_are_2003);
    tcase_add_test(t, authinfo_too_short_or_of_another_kind_is_refused);
    tcase_add_test(t, host_attributes_are_2102);
    tcase_add_test(t, syntax_and_unknown_commands_have_their_codes);
    tcase_add_test(t, commands_before_login_and_a_second_login_are_2002);
    tcase_add_test(t, logins_are_judged_by_id_password_and_certificate);
    tcase_add_test(t, services_that_are_not_offered_are_refused_at_login);
    tcase_add_test(t, one_session_too_many_is_2502);
    tcase_add_test(t, contacts_keep_to_the_policy);
    tcase_add_test(t, every_code_of_the_rfc_has_a_cause);
    suite_add_tcase(s, t);
    return suite_run(s);
}
