#include "tests/epp/codec_fixture.h"
#include "tests/epp/mutate.h"

/* All pairs of verb and object that EPP has. */
struct pair {
    enum epp_verb verb;
    enum epp_object object;
};
static const struct pair pairs[] = {{EPP_HELLO, EPP_NO_OBJECT}, {EPP_LOGIN, EPP_NO_OBJECT}, {EPP_LOGOUT, EPP_NO_OBJECT},
    {EPP_POLL, EPP_NO_OBJECT}, {EPP_CHECK, EPP_DOMAIN}, {EPP_INFO, EPP_DOMAIN}, {EPP_CREATE, EPP_DOMAIN},
    {EPP_UPDATE, EPP_DOMAIN}, {EPP_DELETE, EPP_DOMAIN}, {EPP_RENEW, EPP_DOMAIN}, {EPP_TRANSFER, EPP_DOMAIN},
    {EPP_CHECK, EPP_CONTACT}, {EPP_INFO, EPP_CONTACT}, {EPP_CREATE, EPP_CONTACT}, {EPP_UPDATE, EPP_CONTACT},
    {EPP_DELETE, EPP_CONTACT}, {EPP_TRANSFER, EPP_CONTACT}, {EPP_CHECK, EPP_HOST}, {EPP_INFO, EPP_HOST},
    {EPP_CREATE, EPP_HOST}, {EPP_UPDATE, EPP_HOST}, {EPP_DELETE, EPP_HOST}, {EPP_CHECK, EPP_ORG}, {EPP_INFO, EPP_ORG},
    {EPP_CREATE, EPP_ORG}, {EPP_UPDATE, EPP_ORG}, {EPP_DELETE, EPP_ORG}, {EPP_INFO, EPP_MAINTENANCE},
    {EPP_UPDATE, EPP_RELEASE}, {EPP_CHECK, EPP_FRED_DOMAIN}, {EPP_INFO, EPP_FRED_DOMAIN}, {EPP_CREATE, EPP_FRED_DOMAIN},
    {EPP_UPDATE, EPP_FRED_DOMAIN}, {EPP_DELETE, EPP_FRED_DOMAIN}, {EPP_RENEW, EPP_FRED_DOMAIN},
    {EPP_TRANSFER, EPP_FRED_DOMAIN}, {EPP_SEND_AUTH_INFO, EPP_FRED_DOMAIN}, {EPP_CHECK, EPP_FRED_CONTACT},
    {EPP_INFO, EPP_FRED_CONTACT}, {EPP_CREATE, EPP_FRED_CONTACT}, {EPP_UPDATE, EPP_FRED_CONTACT},
    {EPP_DELETE, EPP_FRED_CONTACT}, {EPP_TRANSFER, EPP_FRED_CONTACT}, {EPP_SEND_AUTH_INFO, EPP_FRED_CONTACT},
    {EPP_CHECK, EPP_FRED_NSSET}, {EPP_INFO, EPP_FRED_NSSET}, {EPP_CREATE, EPP_FRED_NSSET}, {EPP_UPDATE, EPP_FRED_NSSET},
    {EPP_DELETE, EPP_FRED_NSSET}, {EPP_TRANSFER, EPP_FRED_NSSET}, {EPP_SEND_AUTH_INFO, EPP_FRED_NSSET},
    {EPP_TEST, EPP_FRED_NSSET}, {EPP_CHECK, EPP_FRED_KEYSET}, {EPP_INFO, EPP_FRED_KEYSET},
    {EPP_CREATE, EPP_FRED_KEYSET}, {EPP_UPDATE, EPP_FRED_KEYSET}, {EPP_DELETE, EPP_FRED_KEYSET},
    {EPP_TRANSFER, EPP_FRED_KEYSET}, {EPP_SEND_AUTH_INFO, EPP_FRED_KEYSET}, {EPP_TEST, EPP_FRED_KEYSET},
    {EPP_EXTRA, EPP_FRED}};

/* Nominet's own schemas hold its release, FRED's its objects. */
static const char *schema_of(const struct epp_command *c)
{
    if (c->object >= EPP_FRED_DOMAIN)
        return "fred";
    return c->object == EPP_RELEASE ? "nominet" : "valid";
}

static void ck_same_command(const struct epp_command *x, const struct epp_command *y)
{
    const struct epp_shape *shape = body_shape(x->verb, x->object);
    ck_assert_int_eq(x->verb, y->verb);
    ck_assert_int_eq(x->object, y->object);
    ck_assert_int_eq(x->op, y->op);
    ck_assert(same_strs(x->cltrid, y->cltrid, NULL));
    ck_assert(shape == NULL || same_shape(shape, &x->u, &y->u));
    ck_assert_uint_eq(x->ext.n, y->ext.n);
    for (size_t i = 0; i < x->ext.n; i++)
        ck_assert(same_shape(x->ext.v[i].type->shape, x->ext.v[i].data, y->ext.v[i].data));
}

START_TEST(random_commands_come_back_as_they_were)
{
    const struct pair *p = &pairs[_i];
    struct gen g = {.a = &a, .state = 88172645463325252u + _i};
    for (unsigned k = 0; k < 200; k++) {
        struct epp_command c = gen_command(&g, p->verb, p->object);
        if (p->verb == EPP_HELLO)
            c.cltrid = STR_NULL;
        struct str doc = encode_command(&a, &c);
        struct epp_command back = decode_command(&a, doc);
        ck_same_command(&c, &back);
        ck_assert(str_eq(doc, encode_command(&a, &back)));
        keep_frame(schema_of(&c), "command", _i * 1000 + k, doc);
        arena_reset(&a);
    }
}
END_TEST

START_TEST(a_domain_create_says_all_it_was_given)
{
    struct str hosts[] = {STR("ns1.example.test"), STR("ns2.example.test")};
    struct epp_domain_contact contacts[] = {{STR("admin"), STR("sh8013")}, {STR("tech"), STR("sh8014")}};
    struct epp_command c = {.verb = EPP_CREATE, .object = EPP_DOMAIN, .cltrid = STR("FW-1")};
    c.u.domain_create = (struct epp_domain_create){.name = STR("example.test"),
        .period = {.n = 2},
        .ns.hosts = {hosts, 2},
        .registrant = STR("jd1234"),
        .contacts = {contacts, 2},
        .auth.pw = STR("2fooBAR")};
    ck_assert_str(encode_command(&a, &c),
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><create>"
        "<domain:create xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>example.test</domain:name>"
        "<domain:period unit=\"y\">2</domain:period><domain:ns><domain:hostObj>ns1.example.test</domain:hostObj>"
        "<domain:hostObj>ns2.example.test</domain:hostObj></domain:ns><domain:registrant>jd1234</domain:registrant>"
        "<domain:contact type=\"admin\">sh8013</domain:contact><domain:contact type=\"tech\">sh8014</domain:contact>"
        "<domain:authInfo><domain:pw>2fooBAR</domain:pw></domain:authInfo></domain:create></create>"
        "<clTRID>FW-1</clTRID></command></epp>");
}
END_TEST

START_TEST(an_empty_value_clears_and_an_absent_one_leaves_alone)
{
    struct epp_command c = {.verb = EPP_UPDATE, .object = EPP_DOMAIN};
    c.u.domain_update.name = STR("example.test");
    c.u.domain_update.chg.registrant = STR("");
    c.u.domain_update.chg.auth.null = true;
    struct epp_command back = decode_command(&a, encode_command(&a, &c));
    ck_assert(back.u.domain_update.chg.registrant.p != NULL && back.u.domain_update.chg.registrant.n == 0);
    ck_assert(back.u.domain_update.chg.auth.null && str_is_null(back.u.domain_update.chg.auth.pw));

    c = (struct epp_command){.verb = EPP_UPDATE, .object = EPP_CONTACT};
    c.u.contact_update.id = STR("sh8013");
    c.u.contact_update.chg.fax.number = STR("");
    back = decode_command(&a, encode_command(&a, &c));
    ck_assert(back.u.contact_update.chg.fax.number.p != NULL);
    ck_assert(str_is_null(back.u.contact_update.chg.voice.number));
}
END_TEST

START_TEST(a_renewal_carries_the_day_only)
{
    struct epp_command c = {.verb = EPP_RENEW, .object = EPP_DOMAIN};
    c.u.domain_renew.name = STR("example.test");
    ck_assert(time_parse(STR("2027-04-03T22:00:00Z"), &c.u.domain_renew.cur_ex_date));
    struct str doc = encode_command(&a, &c);
    ck_assert_ptr_nonnull(memmem(doc.p, doc.n, ">2027-04-03<", 12));
    time_us day;
    ck_assert(time_parse(STR("2027-04-03T00:00:00Z"), &day));
    ck_assert_int_eq(decode_command(&a, doc).u.domain_renew.cur_ex_date, day);
}
END_TEST

/* ---- what the encoder refuses ------------------------------------------------------------------------ */
static void ck_refused(const struct epp_command *c, const char *text)
{
    struct buf out;
    buf_in(&out, &a, 1 << 20);
    ck_assert_int_eq(epp_command_encode(c, &out, &e), INVALID);
    ck_assert_str_eq(e.code, "epp-value");
    ck_assert_str_eq(e.text, text);
}

static struct epp_command good_create(void)
{
    struct epp_command c = {.verb = EPP_CREATE, .object = EPP_DOMAIN, .cltrid = STR("FW-1")};
    c.u.domain_create.name = STR("example.test");
    c.u.domain_create.auth.pw = STR("2fooBAR");
    return c;
}

START_TEST(what_the_schema_forbids_is_not_written)
{
    struct epp_command c = good_create();
    c.u.domain_create.name = STR_NULL;
    ck_refused(&c, "command/create/domain:create: <name> is required");
    c = good_create();
    c.u.domain_create.auth.pw = STR_NULL;
    ck_refused(&c, "command/create/domain:create/domain:authInfo: exactly one of its alternatives must be set, not 0");
    c = good_create();
    c.u.domain_create.registrant = STR("ab");
    ck_refused(&c, "command/create/domain:create/domain:registrant: \"ab\" must have 3 to 16 characters");
    c = good_create();
    c.u.domain_create.period.n = 100;
    ck_refused(&c, "command/create/domain:create/domain:period: 100 is not in the range 1 to 99");
    c = good_create();
    c.u.domain_create.name = STR(" example.test");
    ck_refused(&c, "command/create/domain:create/domain:name: \" example.test\" must not begin or end with a blank, "
                   "nor have two in a row");
    c = good_create();
    c.u.domain_create.ns.hosts = (struct epp_strs){&c.u.domain_create.name, 1};
    c.u.domain_create.ns.attrs = (struct epp_host_attrs){&(struct epp_host_attr){.name = STR("ns1.test")}, 1};
    ck_refused(&c, "command/create/domain:create/domain:ns: exactly one of its alternatives must be set, not 2");
    c = good_create();
    c.cltrid = STR("x");
    ck_refused(&c, "command/clTRID: \"x\" must have 3 to 64 characters");
    c = good_create();
    c.verb = EPP_TRANSFER;
    c.object = EPP_HOST;
    c.op = EPP_OP_QUERY;
    ck_refused(&c, "command/transfer: the object \"host\" has no such command");
}
END_TEST

START_TEST(a_refused_secret_is_not_told)
{
    struct epp_command c = {.verb = EPP_LOGIN};
    c.u.login = (struct epp_login){.clid = STR("ClientX"), .pw = STR("hunter2-but-far-too-long")};
    ck_refused(&c, "command/login/pw: the value must have 6 to 16 characters");
}
END_TEST

START_TEST(characters_xml_cannot_carry_are_refused)
{
    struct epp_command c = good_create();
    struct buf out;
    buf_in(&out, &a, 1 << 20);
    c.u.domain_create.name = STR("exa\001mple");
    ck_assert_int_eq(epp_command_encode(&c, &out, &e), INVALID);
}
END_TEST

START_TEST(a_document_over_the_buffers_maximum_is_refused)
{
    struct epp_command c = good_create();
    struct buf out;
    buf_in(&out, &a, 200);
    ck_assert_int_eq(epp_command_encode(&c, &out, &e), INVALID);
    ck_assert_str_eq(e.code, "epp-too-large");
}
END_TEST

/* ---- what the decoder refuses, and how ---------------------------------------------------------------- */
#define EPP(x) "<epp xmlns='" EPP_NS "'>" x "</epp>"
#define COMMAND(x) EPP("<command>" x "<clTRID>ABC-12345</clTRID></command>")
#define D(verb, x) "<" verb "><d:" verb " xmlns:d='" EPP_DOMAIN_NS "'>" x "</d:" verb "></" verb ">"
#define PW "<d:authInfo><d:pw>x</d:pw></d:authInfo>"

static const struct {
    const char *doc;
    int code;
    const char *element, *reason;
} faults[] = {
    {"<x/>", 2001, "x", "<x> is no <epp> of the namespace " EPP_NS},
    {"<epp/>", 2001, "epp", "<epp> is no <epp> of the namespace " EPP_NS},
    {EPP(""), 2001, "epp", "<epp> is empty"},
    {EPP("<greeting/>"), 2000, "greeting", "<greeting> is neither <hello> nor <command>"},
    {EPP("<hello/><hello/>"), 2001, "hello", "<hello> is a second element in <epp>"},
    {EPP("<command/>"), 2001, "command", "<command> is empty"},
    {COMMAND(""), 2001, "clTRID", "<clTRID> stands where a command must"},
    {COMMAND("<fly/>"), 2000, "fly", "<fly> is no command of EPP"},
    {COMMAND("<logout/><x/>"), 2001, "x", "<x> is not expected at this place in <command>"},
    {COMMAND("<logout>x</logout>"), 2001, "logout", "<logout> may not have text of its own"},
    {COMMAND("<logout a='1'/>"), 2001, "logout", "<logout> has an attribute a it may not have"},
    {COMMAND("<poll/>"), 2003, "poll", "<poll> lacks the attribute op"},
    {COMMAND("<poll op='ack'/>"), 2003, "poll", "<poll> lacks the attribute msgID, which op=\"ack\" needs"},
    {COMMAND("<poll op='get'/>"), 2004, "poll",
        "<poll> has an attribute op that is not one of the words the schema lists"},
    {COMMAND("<check/>"), 2001, "check", "<check> is empty: it must hold an object's element"},
    {COMMAND("<check><x:check xmlns:x='urn:x'/></check>"), 2307, "check",
        "<check> is of an object not known here (namespace urn:x)"},
    {COMMAND("<check><d:info xmlns:d='" EPP_DOMAIN_NS "'/></check>"), 2001, "info", "<info> may not stand in <check>"},
    {COMMAND("<renew><h:renew xmlns:h='" EPP_HOST_NS "'/></renew>"), 2101, "renew",
        "<renew> is no command of the object host"},
    {COMMAND(D("check", "")), 2003, "name", "<name> is missing in <check>"},
    {COMMAND(D("delete", "<d:name>a</d:name><d:name>b</d:name>")), 2001, "name",
        "<name> stands 2 times; at most 1 are allowed"},
    {COMMAND(D("delete", "<name>a</name>")), 2003, "name", "<name> is missing in <delete>"},
    {COMMAND(D("delete", "<d:name/>")), 2005, "name", "<name> must have 1 to 255 characters"},
    {COMMAND(D("delete", "<d:name><d:b/></d:name>")), 2001, "b", "<b> may not stand in <name>"},
    {COMMAND(D("create", "<d:name>a</d:name>")), 2003, "authInfo", "<authInfo> is missing in <create>"},
    {COMMAND(D("create", PW "<d:name>a</d:name>")), 2001, "name", "<name> stands at the wrong place in <create>"},
    {COMMAND(D("create", "<d:name>a</d:name>" PW "<d:period unit='y'>1</d:period>")), 2001, "period",
        "<period> is not expected at this place in <create>"},
    {COMMAND(D("create", "<d:name>a</d:name><d:authInfo/>")), 2003, "pw", "<pw> is missing in <authInfo>"},
    {COMMAND(D("create", "<d:name>a</d:name><d:period>1</d:period>" PW)), 2003, "period",
        "<period> lacks the attribute unit"},
    {COMMAND(D("create", "<d:name>a</d:name><d:period unit='y'>0</d:period>" PW)), 2004, "period",
        "<period> must be from 1 to 99"},
    {COMMAND(D("create", "<d:name>a</d:name><d:period unit='y'>two</d:period>" PW)), 2005, "period",
        "<period> is not a number"},
    {COMMAND(D("create", "<d:name>a</d:name><d:ns/>" PW)), 2003, "hostObj", "<hostObj> is missing in <ns>"},
    {COMMAND(D("create", "<d:name>a</d:name><d:ns><d:hostObj>b</d:hostObj><d:hostAttr/></d:ns>" PW)), 2001, "hostAttr",
        "<hostAttr> is not expected at this place in <ns>"},
    {COMMAND(D("create", "<d:name>a</d:name><d:registrant>12345678901234567</d:registrant>" PW)), 2005, "registrant",
        "<registrant> must have 3 to 16 characters"},
    {COMMAND(D("renew", "<d:name>a</d:name><d:curExpDate>soon</d:curExpDate>")), 2005, "curExpDate",
        "<curExpDate> is not a date such as 2026-11-22"},
    {COMMAND(D("renew", "<d:name>a</d:name><d:curExpDate>2026-11-22T00:00:00Z</d:curExpDate>")), 2005, "curExpDate",
        "<curExpDate> is not a date such as 2026-11-22"},
    {COMMAND(D("update", "<d:name>a</d:name>")), 2003, "chg", "<chg> is missing in <update>"},
    {COMMAND(D("update", "<d:name>a</d:name><d:add><d:status s='bad'/></d:add>")), 2004, "status",
        "<status> has an attribute s that is not one of the words the schema lists"},
    {COMMAND(D("transfer", "<d:name>a</d:name>")), 2003, "transfer", "<transfer> lacks the attribute op"},
    {COMMAND("<transfer op='steal'><d:transfer xmlns:d='" EPP_DOMAIN_NS "'/></transfer>"), 2004, "transfer",
        "<transfer> has an op that is none of EPP's"},
    {COMMAND("<info op='query'><d:info xmlns:d='" EPP_DOMAIN_NS "'/></info>"), 2001, "info",
        "<info> has an attribute op it may not have"},
    {COMMAND(D("delete", "<d:name>a</d:name>") "<extension><x:y xmlns:x='urn:x'/></extension>"), 2103, "y",
        "<y> is an extension that is not known here (namespace urn:x)"},
    {COMMAND(D("delete", "<d:name>a</d:name>") "<extension><r:update xmlns:r='" EPP_RGP_NS "'/></extension>"), 2103,
        "update", "<update> does not extend this command"},
    {COMMAND("<login><clID>abc</clID><pw>foo-BAR2</pw><options><version>2.0</version><lang>en</lang></options><svcs>"
             "<objURI>urn:x</objURI></svcs></login>"),
        2100, "version", "<version> is not one of the words the schema lists"},
    {COMMAND("<login><clID>abc</clID><pw>short</pw></login>"), 2005, "pw", "<pw> must have 6 to 16 characters"},
};

START_TEST(a_fault_has_its_code_and_names_its_element)
{
    struct epp_command c;
    struct epp_fault f;
    struct str doc = str_of(faults[_i].doc);
    ck_assert_int_eq(epp_command_decode(&a, parse(&a, doc), &c, &f, &e), INVALID);
    ck_assert_str_eq(e.code, "epp-command");
    ck_assert_msg(str_eqz(f.reason, faults[_i].reason), "%.*s", STR_ARG(f.reason));
    ck_assert_int_eq(f.code, faults[_i].code);
    ck_assert_str_eq(f.element, faults[_i].element);
    if (memmem(doc.p, doc.n, "ABC-12345", 9) != NULL)
        ck_assert_str(c.cltrid, "ABC-12345");
    /* and it can be answered */
    struct epp_response r;
    epp_response_fault(&a, &r, &f, c.cltrid, STR("SRV-1"));
    struct str answer = encode_response(&a, &r);
    keep_frame("valid", "fault", _i, answer);
    struct epp_response back = decode_response(&a, answer);
    ck_assert_uint_eq(back.results.v[0].code, (unsigned)f.code);
    ck_assert_str(back.results.v[0].ext_values.v[0].value.element, f.element);
}
END_TEST

START_TEST(a_fault_never_shows_a_password)
{
    struct epp_command c;
    struct epp_fault f;
    struct str doc = STR(COMMAND("<login><clID>abc</clID><pw>short</pw></login>"));
    ck_assert_int_eq(epp_command_decode(&a, parse(&a, doc), &c, &f, &e), INVALID);
    ck_assert(str_is_null(f.value));
    doc = STR(COMMAND(D("delete", "<d:name/>")));
    ck_assert_int_eq(epp_command_decode(&a, parse(&a, doc), &c, &f, &e), INVALID);
    ck_assert(!str_is_null(f.value));
}
END_TEST

START_TEST(a_fault_about_a_name_of_any_length_can_be_answered)
{
    struct epp_command c;
    struct epp_fault f;
    struct epp_response r;
    struct str doc = STR(COMMAND("<logout/><ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé/>"));
    ck_assert_int_eq(epp_command_decode(&a, parse(&a, doc), &c, &f, &e), INVALID);
    epp_response_fault(&a, &r, &f, c.cltrid, STR("SRV-1"));
    keep_frame("valid", "long-name", 0, encode_response(&a, &r));
}
END_TEST

START_TEST(more_items_than_the_limit_are_a_policy_fault)
{
    struct buf doc;
    buf_in(&doc, &a, 1 << 20);
    buf_puts(&doc, "<epp xmlns='" EPP_NS "'><command><check><d:check xmlns:d='" EPP_DOMAIN_NS "'>");
    for (int i = 0; i <= EPP_MANY; i++)
        buf_puts(&doc, "<d:name>a</d:name>");
    buf_puts(&doc, "</d:check></check></command></epp>");
    struct epp_command c;
    struct epp_fault f;
    ck_assert_int_eq(epp_command_decode(&a, parse(&a, buf_view(&doc)), &c, &f, &e), INVALID);
    ck_assert_int_eq(f.code, 2306);
}
END_TEST

START_TEST(blanks_around_tokens_and_foreign_attributes_do_no_harm)
{
    struct epp_command c = decode_command(
        &a, STR("<e:epp xmlns:e='" EPP_NS "' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
                "xsi:schemaLocation='" EPP_NS " epp-1.0.xsd'><e:command>\n <e:info>\n  <info xmlns='" EPP_DOMAIN_NS
                "'>\n   <name\n hosts=' sub '>\n\texample.test </name>\n  </info>\n </e:info>\n"
                " <!-- why --><e:clTRID> a  b\n</e:clTRID>\n</e:command></e:epp>"));
    ck_assert_str(c.u.domain_info.name, "example.test");
    ck_assert_str(c.u.domain_info.hosts, "sub");
    ck_assert_str(c.cltrid, "a b");
}
END_TEST

START_TEST(what_only_asks_is_known)
{
    struct epp_command c = {.verb = EPP_POLL};
    c.u.poll.op = STR("req");
    ck_assert(epp_command_is_query(&c));
    c.u.poll.op = STR("ack");
    ck_assert(!epp_command_is_query(&c));
    c = (struct epp_command){.verb = EPP_TRANSFER, .object = EPP_DOMAIN, .op = EPP_OP_QUERY};
    ck_assert(epp_command_is_query(&c));
    c.op = EPP_OP_REQUEST;
    ck_assert(!epp_command_is_query(&c));
    c.verb = EPP_CREATE;
    ck_assert(!epp_command_is_query(&c));
    c.verb = EPP_CHECK;
    ck_assert(epp_command_is_query(&c));
}
END_TEST

/* ---- hostile variants of good documents --------------------------------------------------------------- */
static bool is_flag(const struct epp_fault *f)
{
    static const char *const flags[] = {"voice", "fax", "email", "null", "list"};
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (strcmp(f->element, flags[i]) == 0 || strstr(str_dupz(&a, f->reason), flags[i]) != NULL)
            return true;
    return false;
}

static bool is_own_rule(const struct epp_command *c, const struct epp_fault *f, struct str doc)
{
    return str_eqz(f->reason, "<chg> is missing in <update>") || str_starts(f->reason, STR("<poll> lacks")) ||
           str_ends(f->reason, STR("does not extend this command")) ||
           (f->code == EPP_VALUE && doc.n > 10000) || /* lengths the schema leaves open */
           (f->code == EPP_VALUE &&
               (strstr(f->element, "URI") != NULL || strcmp(f->element, "url") == 0)) || /* empty */
           c->verb == EPP_LOGOUT ||
           is_flag(f); /* these may hold anything, says the schema */
}

/* What a mutant may be: refused with a fault that can be answered, or accepted and then good enough to be
 * written again. Rules that are EPP's but not the schema's are left out of the schemas' proof. */
static void try_mutant(struct str doc, unsigned number)
{
    struct epp_command c;
    struct epp_fault f;
    struct epp_response r;
    if (epp_command_decode(&a, parse(&a, doc), &c, &f, &e) == OK) {
        keep_frame(holds_raw(doc) ? "own-rule" : schema_of(&c), "mutant", number, doc);
        encode_command(&a, &c);
        return;
    }
    bool common = memmem(doc.p, doc.n, EPP_RELEASE_NS, strlen(EPP_RELEASE_NS)) == NULL;
    keep_frame(!common || is_own_rule(&c, &f, doc) ? "own-rule" : "refused", "mutant", number, doc);
    ck_assert_uint_eq(epp_result_meaning((unsigned)f.code)->code, (unsigned)f.code);
    ck_assert(f.reason.n > 0 && f.element != NULL);
    epp_response_fault(&a, &r, &f, c.cltrid, STR("SRV-1"));
    struct str answer = encode_response(&a, &r);
    if (number % 16 == 0)
        keep_frame("valid", "mutant-answer", number, answer);
}

START_TEST(every_mutant_is_refused_with_an_answer_or_understood)
{
    struct gen g = {.a = &a, .state = 362436069u + _i};
    struct arena keep;
    arena_init(&keep, 0);
    for (unsigned round = 0; round < 2; round++) {
        struct epp_command c = gen_command(&g, pairs[_i].verb, pairs[_i].object);
        struct str doc = str_dup(&keep, encode_command(&a, &c));
        unsigned tried = 0;
        for (unsigned k = 1;; k++) { /* 0 is <epp> */
            for (unsigned how = 0; how < MUTATIONS; how++) {
                unsigned at = k;
                struct xml_node *root = parse(&a, doc), *n = nth(root, &at);
                if (n == NULL)
                    goto done;
                if (mutate(&a, n, how))
                    try_mutant(epp_raw_of(&a, root), _i * 10000 + round * 5000 + tried++);
                arena_reset(&a);
            }
        }
    done:
        ck_assert_uint_lt(tried, 5000);
        ck_assert_uint_gt(tried, 5);
    }
    arena_clear(&keep);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("command");
    TCase *c = tcase_create("command");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, random_commands_come_back_as_they_were, 0, ARRAY_LEN(pairs));
    tcase_add_test(c, a_domain_create_says_all_it_was_given);
    tcase_add_test(c, an_empty_value_clears_and_an_absent_one_leaves_alone);
    tcase_add_test(c, a_renewal_carries_the_day_only);
    tcase_add_test(c, what_the_schema_forbids_is_not_written);
    tcase_add_test(c, a_refused_secret_is_not_told);
    tcase_add_test(c, characters_xml_cannot_carry_are_refused);
    tcase_add_test(c, a_document_over_the_buffers_maximum_is_refused);
    tcase_add_loop_test(c, a_fault_has_its_code_and_names_its_element, 0, ARRAY_LEN(faults));
    tcase_add_test(c, a_fault_never_shows_a_password);
    tcase_add_test(c, a_fault_about_a_name_of_any_length_can_be_answered);
    tcase_add_test(c, more_items_than_the_limit_are_a_policy_fault);
    tcase_add_test(c, blanks_around_tokens_and_foreign_attributes_do_no_harm);
    tcase_add_test(c, what_only_asks_is_known);
    tcase_add_loop_test(c, every_mutant_is_refused_with_an_answer_or_understood, 0, ARRAY_LEN(pairs));
    suite_add_tcase(s, c);
    return suite_run(s);
}
