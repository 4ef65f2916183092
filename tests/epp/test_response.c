#include "epp/unhandled.h"
#include "tests/epp/codec_fixture.h"

static const struct {
    enum epp_object object;
    enum epp_data data;
} kinds[] = {{EPP_NO_OBJECT, EPP_NO_DATA}, {EPP_DOMAIN, EPP_CHK_DATA}, {EPP_DOMAIN, EPP_CRE_DATA},
    {EPP_DOMAIN, EPP_INF_DATA}, {EPP_DOMAIN, EPP_REN_DATA}, {EPP_DOMAIN, EPP_TRN_DATA}, {EPP_DOMAIN, EPP_PAN_DATA},
    {EPP_CONTACT, EPP_CHK_DATA}, {EPP_CONTACT, EPP_CRE_DATA}, {EPP_CONTACT, EPP_INF_DATA}, {EPP_CONTACT, EPP_TRN_DATA},
    {EPP_CONTACT, EPP_PAN_DATA}, {EPP_HOST, EPP_CHK_DATA}, {EPP_HOST, EPP_CRE_DATA}, {EPP_HOST, EPP_INF_DATA},
    {EPP_HOST, EPP_PAN_DATA}, {EPP_ORG, EPP_CHK_DATA}, {EPP_ORG, EPP_CRE_DATA}, {EPP_ORG, EPP_INF_DATA},
    {EPP_ORG, EPP_PAN_DATA}, {EPP_MAINTENANCE, EPP_INF_DATA}, {EPP_LOW_BALANCE, EPP_POLL_DATA},
    {EPP_RGP_POLL, EPP_POLL_DATA}, {EPP_EURID_POLL, EPP_POLL_DATA}, {EPP_FRED_DOMAIN, EPP_CHK_DATA},
    {EPP_FRED_DOMAIN, EPP_CRE_DATA}, {EPP_FRED_DOMAIN, EPP_INF_DATA}, {EPP_FRED_DOMAIN, EPP_REN_DATA},
    {EPP_FRED_DOMAIN, EPP_TRN_DATA}, {EPP_FRED_DOMAIN, EPP_DEL_DATA}, {EPP_FRED_DOMAIN, EPP_UPDATE_DATA},
    {EPP_FRED_CONTACT, EPP_CHK_DATA}, {EPP_FRED_CONTACT, EPP_CRE_DATA}, {EPP_FRED_CONTACT, EPP_INF_DATA},
    {EPP_FRED_CONTACT, EPP_TRN_DATA}, {EPP_FRED_CONTACT, EPP_IDLE_DEL_DATA}, {EPP_FRED_NSSET, EPP_CHK_DATA},
    {EPP_FRED_NSSET, EPP_CRE_DATA}, {EPP_FRED_NSSET, EPP_INF_DATA}, {EPP_FRED_NSSET, EPP_TEST_DATA},
    {EPP_FRED_KEYSET, EPP_INF_DATA}, {EPP_FRED_KEYSET, EPP_UPDATE_DATA}, {EPP_FRED_ENUM, EPP_VAL_EXP_DATA},
    {EPP_FRED, EPP_CREDIT_DATA}, {EPP_FRED, EPP_INFO_RESPONSE}, {EPP_FRED, EPP_RESULTS_LIST},
    {EPP_FRED, EPP_LOW_CREDIT_DATA}, {EPP_FRED, EPP_REQUEST_FEE_DATA}};

static const char *schema_of(enum epp_object o)
{
    if (o >= EPP_FRED_DOMAIN)
        return "fred";
    return o == EPP_EURID_POLL ? "eurid" : "valid";
}

static struct epp_result gen_result(struct gen *g)
{
    size_t n;
    const struct epp_result_meaning *table = epp_result_table(&n);
    struct epp_result r = {.code = table[gen_below(g, (unsigned)n)].code};
    if (gen_below(g, 2) == 1) {
        r.msg = gen_text(g, 1, 60);
        r.lang = gen_below(g, 2) == 1 ? STR("fr") : STR_NULL;
    }
    r.values.n = gen_below(g, 3);
    r.values.v = ARENA_ARRAY(g->a, r.values.n, struct epp_value);
    for (size_t i = 0; i < r.values.n; i++)
        r.values.v[i] = (struct epp_value){.ns = STR(EPP_CONTACT_NS), .element = STR("id"), .text = gen_text(g, 0, 40)};
    r.ext_values.n = gen_below(g, 3);
    r.ext_values.v = ARENA_ARRAY(g->a, r.ext_values.n, struct epp_ext_value);
    for (size_t i = 0; i < r.ext_values.n; i++)
        r.ext_values.v[i] =
            (struct epp_ext_value){.value = {.ns = STR(EPP_NS), .element = STR("clTRID"), .text = gen_text(g, 0, 40)},
                .reason = gen_text(g, 1, 80)};
    return r;
}

static void gen_extensions(struct gen *g, struct epp_response *r)
{
    if (gen_below(g, 3) != 0 || r->object >= EPP_FRED_DOMAIN || r->object == EPP_EURID_POLL) /* they know no RGP */
        return;
    struct epp_rgp_data *data = ARENA_NEW(g->a, struct epp_rgp_data);
    gen_shape(g, epp_rgp_inf_data.shape, data);
    epp_ext_add(g->a, &r->ext, gen_below(g, 2) == 1 ? &epp_rgp_inf_data : &epp_rgp_up_data, data);
}

static struct epp_response gen_response(struct gen *g, enum epp_object object, enum epp_data data)
{
    struct epp_response r = {.object = object, .data = data};
    r.results.n = 1 + gen_below(g, 2);
    r.results.v = ARENA_ARRAY(g->a, r.results.n, struct epp_result);
    for (size_t i = 0; i < r.results.n; i++)
        r.results.v[i] = gen_result(g);
    if (gen_below(g, 2) == 1)
        r.msg_q = (struct epp_msg_q){.present = true, .count = gen_next(g), .id = gen_text(g, 1, 20)};
    if (r.msg_q.present && gen_below(g, 2) == 1) {
        r.msg_q.q_date = 1234567890 * US_PER_S;
        r.msg_q.msg = gen_below(g, 3) > 0 ? gen_text(g, 1, 80) : STR_NULL;
        if (gen_below(g, 3) == 0)
            r.msg_q.msg_xml = STR("<note xmlns=\"urn:note\"><line>a &amp; b</line></note>");
    }
    if (data != EPP_NO_DATA)
        gen_shape(g, epp_object_row(object)->data[data], &r.u);
    gen_extensions(g, &r);
    r.tr_id.cltrid = gen_below(g, 4) > 0 ? gen_text(g, 3, 64) : STR_NULL;
    r.tr_id.svtrid = gen_text(g, 3, 64);
    return r;
}

START_TEST(random_responses_come_back_as_they_were)
{
    struct gen g = {.a = &a, .state = 521288629u + _i};
    for (unsigned k = 0; k < 200; k++) {
        struct epp_response r = gen_response(&g, kinds[_i].object, kinds[_i].data);
        struct str doc = encode_response(&a, &r);
        struct epp_response back = decode_response(&a, doc);
        keep_frame(schema_of(r.object), "response", _i * 1000 + k, doc);
        ck_assert(str_is_null(back.unread));
        ck_assert_int_eq(back.object, r.object);
        ck_assert_int_eq(back.data, r.data);
        ck_assert(r.data == EPP_NO_DATA || same_shape(epp_object_row(r.object)->data[r.data], &r.u, &back.u));
        ck_assert_uint_eq(back.ext.n, r.ext.n);
        ck_assert_uint_eq(back.results.n, r.results.n);
        ck_assert_uint_eq(back.results.v[0].code, r.results.v[0].code);
        ck_assert(str_eq(doc, encode_response(&a, &back)));
        arena_reset(&a);
    }
}
END_TEST

START_TEST(random_greetings_come_back_as_they_were)
{
    struct gen g = {.a = &a, .state = 99};
    for (unsigned k = 0; k < 100; k++) {
        struct str uris[] = {STR(EPP_DOMAIN_NS), STR(EPP_HOST_NS), STR(EPP_RGP_NS)};
        struct epp_greeting back, in = {.sv_id = gen_value(&g, EPP_T_SVID),
                                      .sv_date = (k + 1) * INT64_C(1000000000123),
                                      .objects = {uris, 1 + gen_below(&g, 2)},
                                      .extensions = {uris + 2, gen_below(&g, 2)}};
        struct buf out;
        buf_in(&out, &a, 1 << 16);
        ck_assert_int_eq(epp_greeting_encode(&in, &out, &e), OK);
        keep_frame("valid", "greeting", k, buf_view(&out));
        struct xml_node *root = parse(&a, buf_view(&out));
        ck_assert(epp_is_greeting(root));
        ck_assert_int_eq(epp_greeting_decode(&a, root, &back, &e), OK);
        ck_assert(str_eq(back.sv_id, in.sv_id));
        ck_assert_int_eq(back.sv_date, in.sv_date);
        ck_assert_uint_eq(back.objects.n, in.objects.n);
        ck_assert_uint_eq(back.extensions.n, in.extensions.n);
        ck_assert_str(back.versions.v[0], "1.0");
        ck_assert_str(back.langs.v[0], "en");
    }
}
END_TEST

/* ---- lenient reading --------------------------------------------------------------------------------- */
#define RESPONSE(x) "<e:epp xmlns:e='" EPP_NS "'><e:response>" x "</e:response></e:epp>"
#define DONE "<e:result code='1000'><e:msg>ok</e:msg></e:result>"
#define INF(x)                                                                                                         \
    RESPONSE(DONE "<e:resData><q:infData xmlns:q='" EPP_DOMAIN_NS "'>" x "</q:infData></e:resData>"                    \
                  "<e:trID><e:svTRID>S-1</e:svTRID></e:trID>")

static time_us at(const char *z)
{
    time_us t;
    ck_assert(time_parse(str_of(z), &t));
    return t;
}

START_TEST(dates_are_read_in_every_form_registries_use)
{
    static const char *const forms[] = {"2027-04-03T22:00:00.0Z", "2027-04-03T22:00:00Z", "2027-04-03T22:00:00",
        "2027-04-04T00:00:00+02:00", "2027-04-03T22:00:00.000000Z", " 2027-04-03T22:00:00Z "};
    struct str doc = str_printf(&a, INF("<q:exDate>%s</q:exDate>"), forms[_i]);
    struct epp_response r = decode_response(&a, doc);
    ck_assert_int_eq(r.u.domain_info.ex_date, at("2027-04-03T22:00:00Z"));
    ck_assert(str_is_null(r.unread));
}
END_TEST

START_TEST(a_date_without_time_is_midnight)
{
    struct epp_response r = decode_response(&a, STR(INF("<q:exDate>2027-04-03</q:exDate>")));
    ck_assert_int_eq(r.u.domain_info.ex_date, at("2027-04-03T00:00:00Z"));
}
END_TEST

START_TEST(wrong_order_unknown_elements_and_missing_parts_do_not_matter)
{
    struct epp_response r = decode_response(
        &a, STR(INF("<q:exDate>2027-04-03</q:exDate><q:new xmlns:q='urn:else'>x</q:new><q:status s='brandNew'/>"
                    "<q:name>example.test</q:name><q:status s='ok'/><q:clID>a-registrar-with-a-long-name</q:clID>"
                    "<q:ns><q:hostObj>a.test</q:hostObj><q:hostAttr><q:hostName>b.test</q:hostName>"
                    "<q:hostAddr ip='v6'>2001:db8::1</q:hostAddr></q:hostAttr><q:hostObj>c.test</q:hostObj></q:ns>")));
    const struct epp_domain_info_data *d = &r.u.domain_info;
    ck_assert_str(d->name, "example.test");
    ck_assert_str(d->cl_id, "a-registrar-with-a-long-name");
    ck_assert_uint_eq(d->statuses.n, 2);
    ck_assert_str(d->statuses.v[0].s, "brandNew");
    ck_assert_uint_eq(d->ns.hosts.n, 2);
    ck_assert_str(d->ns.hosts.v[1], "c.test");
    ck_assert_uint_eq(d->ns.attrs.n, 1);
    ck_assert_str(d->ns.attrs.v[0].addrs.v[0].ip, "v6");
    ck_assert(str_is_null(d->roid) && str_is_null(d->registrant));
    ck_assert(str_is_null(r.unread));
}
END_TEST

START_TEST(what_cannot_be_read_is_told_and_the_result_stands)
{
    struct epp_response r = decode_response(&a, STR(INF("<q:name>a.test</q:name><q:exDate>never</q:exDate>")));
    ck_assert_uint_eq(r.results.v[0].code, 1000);
    ck_assert_str(r.u.domain_info.name, "a.test");
    ck_assert_int_eq(r.u.domain_info.ex_date, 0);
    ck_assert_str(r.unread, "<exDate> is not a time such as 2026-11-22T13:00:00Z");
    r = decode_response(&a, STR(RESPONSE(DONE "<e:resData><x:infData xmlns:x='urn:x'/></e:resData>")));
    ck_assert_int_eq(r.data, EPP_NO_DATA);
    ck_assert_str(r.unread, "<infData> in resData is of no kind known here (namespace urn:x)");
    r = decode_response(&a, STR(RESPONSE(DONE "<e:resData><x:renData xmlns:x='" EPP_HOST_NS "'/></e:resData>")));
    ck_assert_int_eq(r.data, EPP_NO_DATA);
}
END_TEST

START_TEST(unknown_extensions_are_kept_as_xml)
{
    struct epp_response r = decode_response(
        &a, STR(RESPONSE(DONE "<e:extension><f:chkData xmlns:f='urn:fee' xml:lang='en'><f:cd f:x='1' y='&lt;'>a &amp; b"
                              "</f:cd><r:z xmlns:r='urn:r'/></f:chkData><rgp:infData xmlns:rgp='" EPP_RGP_NS "'>"
                              "<rgp:rgpStatus s='redemptionPeriod'/></rgp:infData></e:extension>")));
    ck_assert_uint_eq(r.ext.n, 2);
    ck_assert_ptr_null(r.ext.v[0].type);
    ck_assert_str(r.ext.v[0].ns, "urn:fee");
    ck_assert_str(r.ext.v[0].name, "chkData");
    ck_assert_str(r.ext.v[0].raw, "<chkData xmlns=\"urn:fee\" xml:lang=\"en\"><cd xmlns:a0=\"urn:fee\" a0:x=\"1\" "
                                  "y=\"&lt;\">a &amp; b</cd><z xmlns=\"urn:r\"/></chkData>");
    const struct epp_rgp_data *rgp = epp_ext_find(&r.ext, &epp_rgp_inf_data);
    ck_assert_ptr_nonnull(rgp);
    ck_assert_str(rgp->statuses.v[0].s, "redemptionPeriod");
    ck_assert_ptr_null(epp_ext_find(&r.ext, &epp_rgp_up_data));
    /* and what was kept can be read again */
    ck_assert_str_eq(parse(&a, r.ext.v[0].raw)->name, "chkData");
}
END_TEST

/* ---- poll messages as they come ------------------------------------------------------------------------ */
#define QUEUE "<e:msgQ count='2' id='m-9'><e:msg>x</e:msg></e:msgQ>"

static struct epp_response read_lenient(struct str doc)
{
    struct xml_node *root;
    struct epp_response r;
    ck_assert_msg(xml_parse(&a, doc, &xml_limits_lenient, &root, &e) == OK, "%s", e.text);
    ck_assert_msg(epp_response_decode(&a, root, &r, &e) == OK, "%s", e.text);
    return r;
}

START_TEST(data_with_an_undeclared_prefix_is_kept_raw_and_the_message_id_stands)
{
    struct epp_response r = read_lenient(
        STR(RESPONSE("<e:result code='1301'><e:msg>ack</e:msg></e:result>" QUEUE
                     "<e:resData><domain:trnData><domain:name>a.test</domain:name></domain:trnData></e:resData>")));
    ck_assert_str(r.msg_q.id, "m-9");
    ck_assert_int_eq(r.data, EPP_NO_DATA);
    ck_assert_uint_eq(r.other.n, 1);
    ck_assert_str(r.other.v[0].name, "trnData");
    ck_assert_str(r.other.v[0].raw, "<trnData xmlns=\"undeclared:domain\"><name>a.test</name></trnData>");
    ck_assert_str(r.unread, "<trnData> in resData is of no kind known here (namespace undeclared:domain)");
    /* and it can be written again */
    r.tr_id.svtrid = STR("S-1");
    struct epp_response back = decode_response(&a, encode_response(&a, &r));
    ck_assert(str_eq(back.other.v[0].raw, r.other.v[0].raw));
}
END_TEST

START_TEST(an_undeclared_prefix_elsewhere_harms_nothing)
{
    struct epp_response r = read_lenient(STR("<epp xmlns='" EPP_NS "' xsi:schemaLocation='x y'><response>"
                                             "<result code='1000'><msg>ok</msg></result><extension><fee:x/></extension>"
                                             "<trID><svTRID>S-1</svTRID></trID></response></epp>"));
    ck_assert_uint_eq(r.results.v[0].code, 1000);
    ck_assert_str(r.ext.v[0].raw, "<x xmlns=\"undeclared:fee\"/>");
}
END_TEST

START_TEST(all_that_stands_in_res_data_comes_out)
{
    struct epp_response r = decode_response(
        &a, STR(RESPONSE(DONE "<e:resData><b:lowBalance xmlns:b='urn:b'><b:left>1.00</b:left></b:lowBalance>"
                              "<d:renData xmlns:d='" EPP_DOMAIN_NS "'><d:name>a.test</d:name></d:renData>"
                              "<d:creData xmlns:d='" EPP_DOMAIN_NS "'><d:name>b.test</d:name></d:creData></e:resData>"
                              "<e:trID><e:svTRID>S-1</e:svTRID></e:trID>")));
    ck_assert_int_eq(r.data, EPP_REN_DATA);
    ck_assert_str(r.u.renew.name, "a.test");
    ck_assert_uint_eq(r.other.n, 2);
    ck_assert_str(r.other.v[0].raw, "<lowBalance xmlns=\"urn:b\"><left>1.00</left></lowBalance>");
    ck_assert_str(r.other.v[1].name, "creData");
    ck_assert_uint_eq(decode_response(&a, encode_response(&a, &r)).other.n, 2);
}
END_TEST

START_TEST(data_among_a_message_s_words_are_read_and_written_where_they_stood)
{
    struct epp_response r = decode_response(
        &a, STR(RESPONSE("<e:result code='1301'><e:msg>ack</e:msg></e:result><e:msgQ count='1' id='7'><e:msg>"
                         "<d:renData xmlns:d='" EPP_DOMAIN_NS "'><d:name>a.test</d:name></d:renData></e:msg></e:msgQ>"
                         "<e:trID><e:svTRID>S-1</e:svTRID></e:trID>")));
    ck_assert(r.in_msg && r.data == EPP_REN_DATA && str_is_null(r.unread));
    ck_assert_str(r.u.renew.name, "a.test");
    struct str doc = encode_response(&a, &r);
    ck_assert_ptr_null(strstr(str_dupz(&a, doc), "resData"));
    ck_assert_str(decode_response(&a, doc).u.renew.name, "a.test");
}
END_TEST

START_TEST(a_message_in_xml_is_kept_with_its_text)
{
    struct epp_response r = decode_response(
        &a, STR(RESPONSE("<e:result code='1301'><e:msg>ack</e:msg></e:result><e:msgQ count='1' id='7'><e:msg lang='de'>"
                         "Guthaben\n niedrig<b:left xmlns:b='urn:b' b:cur='EUR'>1.00</b:left></e:msg></e:msgQ>"
                         "<e:trID><e:svTRID>S-1</e:svTRID></e:trID>")));
    ck_assert_str(r.msg_q.msg, "Guthaben  niedrig");
    ck_assert_str(r.msg_q.lang, "de");
    ck_assert_str(r.msg_q.msg_xml, "<left xmlns=\"urn:b\" xmlns:a0=\"urn:b\" a0:cur=\"EUR\">1.00</left>");
    struct epp_response back = decode_response(&a, encode_response(&a, &r));
    ck_assert(str_eq(back.msg_q.msg, r.msg_q.msg) && str_eq(back.msg_q.msg_xml, r.msg_q.msg_xml));
}
END_TEST

START_TEST(a_value_of_more_than_a_text_is_kept_as_xml)
{
    struct epp_response r = decode_response(
        &a, STR(RESPONSE("<e:result code='1000'><e:msg>ok</e:msg><e:extValue><e:value><r:infData xmlns:r='urn:r'>"
                         "<r:s s='x'/></r:infData></e:value><e:reason>urn:r not in login services</e:reason>"
                         "</e:extValue></e:result><e:trID><e:svTRID>S-1</e:svTRID></e:trID>")));
    const struct epp_value *v = &r.results.v[0].ext_values.v[0].value;
    ck_assert_str(v->element, "infData");
    ck_assert_str(v->raw, "<infData xmlns=\"urn:r\"><s s=\"x\"/></infData>");
    struct epp_response back = decode_response(&a, encode_response(&a, &r));
    ck_assert(str_eq(back.results.v[0].ext_values.v[0].value.raw, v->raw));
}
END_TEST

START_TEST(parts_the_client_did_not_log_in_for_are_found_raw)
{
    struct epp_response r;
    epp_response_simple(&a, &r, 1000, STR_NULL, STR("S-1"));
    epp_unhandled_add(&a, &r, STR("urn:r"), STR("infData"), STR("<infData xmlns=\"urn:r\"><s s=\"x\"/></infData>"));
    epp_response_explain(&a, &r, EPP_DOMAIN_NS, "name", STR("a.test"), STR("something else"));
    struct epp_response back = decode_response(&a, encode_response(&a, &r));
    struct epp_exts found = epp_unhandled_find(&a, &back);
    ck_assert_uint_eq(found.n, 1);
    ck_assert_str(found.v[0].ns, "urn:r");
    ck_assert_str(found.v[0].name, "infData");
    ck_assert_str(found.v[0].raw, "<infData xmlns=\"urn:r\"><s s=\"x\"/></infData>");
    back.results.v[0].ext_values.v[0].value.raw = STR_NULL; /* as an element of a text only comes */
    back.results.v[0].ext_values.v[0].value.text = STR("a & b");
    ck_assert_str(epp_unhandled_find(&a, &back).v[0].raw, "<infData xmlns=\"urn:r\">a &amp; b</infData>");
    back.results.v[0].code = 2306; /* a failure explains itself */
    ck_assert_uint_eq(epp_unhandled_find(&a, &back).n, 0);
}
END_TEST

START_TEST(the_key_of_data_is_known_whatever_they_are)
{
    static const struct {
        const char *file, *key;
    } files[] = {{"response-domain-info", "example.test"}, {"response-contact-info", "sh8013"},
        {"response-org-info", "res1523"}, {"response-maint-info", "2e6df9b0"}, {"response-maint-info-list", NULL},
        {"response-domain-check", NULL}, {"response-poll-rgp", "example.test"}, {"response-poll-low-balance", NULL},
        {"eurid/response-poll", "xn--exampl-gva.test"}, {"response-org-pandata", "res1523"},
        {"response-poll-domain-renew", "example.test"}};
    struct str doc;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char *path = arena_printf(&a, "tests/data/epp/%s.xml", files[i].file);
        ck_assert_msg(file_read(&a, path, 1 << 20, &doc, &e) == OK, "%s", e.text);
        struct epp_response r = decode_response(&a, doc);
        ck_assert_msg(str_eq(epp_response_key(&r), str_of(files[i].key)), "%s", path);
    }
}
END_TEST

START_TEST(of_a_broken_poll_message_the_queue_gets_what_it_needs)
{
    static const char *const broken[] = {
        "<epp xmlns='" EPP_NS "'><response><result code='1301'><msg>x</msg></result><msgQ count='3' id='m-9'>"
        "<msg>a & b</msg></msgQ><resData><p:panData><p:paTRID><clTRID>other</clTRID></p:paTRID></p:wrong></resData>"
        "<trID><clTRID>FW-1</clTRID><svTRID>S-1</svTRID></trID></response></epp>",
        "<e:epp><e:response><e:result code=\"1301\"/><e:msgQ id=\"m-9\" count=\"3\"><e:msg>\xff\xfe</e:msg></e:msgQ>"
        "<e:trID><e:clTRID> FW-1 </e:clTRID><e:svTRID>S-1</e:svTRID></e:trID>",
        "<!DOCTYPE x [<!ENTITY l 'lol'>]><epp><response><result\n code = '1301'><msg>&l;</msg></result>"
        "<msgQ count='3' id='m-9'/><trID><clTRID>FW-1</clTRID><svTRID>S-1</svTRID></trID></response></epp>"};
    struct epp_response r;
    ck_assert(epp_response_salvage(&a, str_of(broken[_i]), "line 1: broken", &r));
    ck_assert_uint_eq(r.results.v[0].code, 1301);
    ck_assert_str(r.msg_q.id, "m-9");
    ck_assert_uint_eq(r.msg_q.count, 3);
    ck_assert_str(r.tr_id.cltrid, "FW-1");
    ck_assert_str(r.tr_id.svtrid, "S-1");
    ck_assert_str(r.unread, "the document: line 1: broken");
    ck_assert_int_eq(r.data, EPP_NO_DATA);
}
END_TEST

START_TEST(a_broken_message_without_code_or_plain_id_gives_nothing)
{
    static const char *const broken[] = {"", "<", "<result code='1301'", "<msgQ id='7'/>",
        "<result code='1301'/><msgQ count='1'/>", "<result code='1301'/><msgQ id='a&lt;b'/>",
        "<result code='1301'/><msgQ id='a b'/>", "<result code='9999'/><msgQ id='7'/>",
        "<result code='1301'/><resData><msgQ id='7'/></resData>", "<result code='1301'/><!-- <msgQ id='7'/> -->",
        "<result code='1301'/><msgQ id=7/>", "<result code='1301'/><msgQ id='7", "HTTP/1.1 400 Bad Request"};
    struct epp_response r;
    ck_assert_msg(!epp_response_salvage(&a, str_of(broken[_i]), "x", &r), "%s", broken[_i]);
}
END_TEST

/* Servers say what they object to by giving it back. */
START_TEST(a_secret_that_is_objected_to_is_not_shown)
{
    struct epp_response r = decode_response(
        &a, STR(RESPONSE("<e:result code='2202'><e:msg>Invalid authorization information</e:msg>"
                         "<e:value><d:pw xmlns:d='" EPP_DOMAIN_NS "'>Top-Secret-1</d:pw></e:value>"
                         "<e:extValue><e:value><d:pw xmlns:d='" EPP_DOMAIN_NS "'>Top-Secret-2</d:pw></e:value>"
                         "<e:reason>wrong</e:reason></e:extValue>"
                         "<e:extValue><e:value><d:authInfo xmlns:d='" EPP_DOMAIN_NS "'><d:pw>Top-Secret-3</d:pw>"
                         "</d:authInfo></e:value><e:reason>wrong</e:reason></e:extValue></e:result>")));
    const struct epp_result *res = &r.results.v[0];
    ck_assert_str(epp_response_text(&a, &r), "2202 Invalid authorization information: wrong; wrong (pw ***)");
    for (size_t i = 0; i < res->ext_values.n; i++)
        ck_assert(strstr(arena_printf(&a, "%.*s", STR_ARG(epp_value_shown(&res->ext_values.v[i].value))),
                      "Top-Secret") == NULL);
    ck_assert_str(epp_value_shown(&res->ext_values.v[0].value), "***");
}
END_TEST

START_TEST(results_tell_all_their_reasons)
{
    struct epp_response r = decode_response(
        &a, STR(RESPONSE("<e:result code='2306'><e:msg lang='en'>Parameter value policy error</e:msg>"
                         "<e:extValue><e:value><d:name xmlns:d='" EPP_DOMAIN_NS "'>a.test</d:name></e:value>"
                         "<e:reason>reserved</e:reason></e:extValue><e:value>bare text</e:value>"
                         "<e:extValue><e:value/><e:reason>twice</e:reason></e:extValue></e:result>"
                         "<e:msgQ count='5' id='m-7'><e:qDate>2026-11-22</e:qDate><e:msg>Transfer</e:msg></e:msgQ>")));
    ck_assert_str(epp_response_text(&a, &r), "2306 Parameter value policy error: reserved; twice (bare text)");
    ck_assert_str(r.results.v[0].ext_values.v[0].value.element, "name");
    ck_assert_str(r.results.v[0].ext_values.v[0].value.ns, EPP_DOMAIN_NS);
    ck_assert_str(r.results.v[0].ext_values.v[0].value.text, "a.test");
    ck_assert(r.msg_q.present && r.msg_q.count == 5);
    ck_assert_str(r.msg_q.id, "m-7");
    ck_assert_int_eq(epp_result_error(&r, &e), INVALID);
    ck_assert_str_eq(e.code, "epp-2306");
    ck_assert_str_eq(e.text, "2306 Parameter value policy error: reserved; twice (bare text)");
}
END_TEST

START_TEST(without_a_result_it_is_no_response)
{
    static const char *const bad[] = {"<x/>", "<epp xmlns='" EPP_NS "'/>", RESPONSE(""),
        RESPONSE("<e:result><e:msg>x</e:msg></e:result>"), RESPONSE("<e:result code='ok'/>"),
        RESPONSE("<e:result code='100'/>"), RESPONSE("<e:result code='10000'/>"), RESPONSE("<e:result code='3000'/>"),
        RESPONSE("<e:result code='0999'/>"), "<epp xmlns='urn:other'><response><result code='1000'/></response></epp>"};
    struct epp_response r;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(epp_response_decode(&a, parse(&a, str_of(bad[i])), &r, &e), PROTOCOL);
        ck_assert_str_eq(e.code, "epp-response");
    }
}
END_TEST

START_TEST(what_is_no_greeting_is_refused)
{
    static const char *const bad[] = {
        "<greeting/>", RESPONSE(DONE), "<epp xmlns='" EPP_NS "'><greeting><svID>x</svID></greeting></epp>"};
    struct epp_greeting g;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(epp_greeting_decode(&a, parse(&a, str_of(bad[i])), &g, &e), PROTOCOL);
        ck_assert_str_eq(e.code, "epp-greeting");
    }
}
END_TEST

START_TEST(what_the_schema_forbids_is_not_written)
{
    struct epp_response r;
    struct buf out;
    buf_in(&out, &a, 1 << 16);
    epp_response_simple(&a, &r, 1000, STR_NULL, STR_NULL);
    ck_assert_int_eq(epp_response_encode(&r, &out, &e), INVALID);
    ck_assert_str_eq(e.text, "response/trID: <svTRID> is required");
    epp_response_simple(&a, &r, 1234, STR_NULL, STR("S-1"));
    ck_assert_int_eq(epp_response_encode(&r, &out, &e), INVALID);
    ck_assert_str_eq(e.text, "response/result: 1234 is no result code of EPP");
    epp_response_simple(&a, &r, 1000, STR_NULL, STR("S-1"));
    r.object = EPP_HOST;
    r.data = EPP_REN_DATA;
    ck_assert_int_eq(epp_response_encode(&r, &out, &e), INVALID);
    r = (struct epp_response){.tr_id.svtrid = STR("S-1")};
    ck_assert_int_eq(epp_response_encode(&r, &out, &e), INVALID);
    ck_assert_str_eq(e.text, "response: <result> is required");
}
END_TEST

/* ---- the table of result codes ----------------------------------------------------------------------- */
START_TEST(every_code_of_rfc_5730_has_a_meaning)
{
    static const unsigned codes[] = {1000, 1001, 1300, 1301, 1500, 2000, 2001, 2002, 2003, 2004, 2005, 2100, 2101, 2102,
        2103, 2104, 2105, 2106, 2200, 2201, 2202, 2300, 2301, 2302, 2303, 2304, 2305, 2306, 2307, 2308, 2400, 2500,
        2501, 2502};
    size_t n;
    const struct epp_result_meaning *table = epp_result_table(&n);
    ck_assert_uint_eq(n, ARRAY_LEN(codes));
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(table[i].code, codes[i]);
        ck_assert_ptr_eq(epp_result_meaning(codes[i]), &table[i]);
        ck_assert_int_eq(table[i].status == OK, codes[i] < 2000);
        ck_assert_int_eq(table[i].kind == EPP_PENDING, codes[i] == 1001);
        ck_assert_int_eq(table[i].ends, codes[i] == 1500 || codes[i] >= 2500);
        ck_assert(table[i].status != UNCERTAIN);
    }
}
END_TEST

START_TEST(an_unlisted_code_is_judged_by_its_category)
{
    ck_assert_int_eq(epp_result_meaning(1999)->status, OK);
    ck_assert_int_eq(epp_result_meaning(2099)->status, INVALID);
    ck_assert_int_eq(epp_result_meaning(2299)->status, DENIED);
    ck_assert_int_eq(epp_result_meaning(2399)->status, CONFLICT);
    ck_assert_int_eq(epp_result_meaning(2499)->status, UNAVAILABLE);
    ck_assert(epp_result_meaning(2599)->ends && !epp_result_meaning(2499)->ends);
    ck_assert_int_eq(epp_result_meaning(2600)->status, INVALID);
    ck_assert_int_eq(epp_result_meaning(2999)->kind, EPP_FAILURE);
    ck_assert(!epp_result_meaning(2999)->ends);
    ck_assert_int_eq(epp_result_meaning(999)->status, PROTOCOL);
    ck_assert_int_eq(epp_result_meaning(3000)->status, PROTOCOL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("response");
    TCase *c = tcase_create("response");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, random_responses_come_back_as_they_were, 0, ARRAY_LEN(kinds));
    tcase_add_test(c, random_greetings_come_back_as_they_were);
    tcase_add_loop_test(c, dates_are_read_in_every_form_registries_use, 0, 6);
    tcase_add_test(c, a_date_without_time_is_midnight);
    tcase_add_test(c, wrong_order_unknown_elements_and_missing_parts_do_not_matter);
    tcase_add_test(c, what_cannot_be_read_is_told_and_the_result_stands);
    tcase_add_test(c, unknown_extensions_are_kept_as_xml);
    tcase_add_test(c, data_with_an_undeclared_prefix_is_kept_raw_and_the_message_id_stands);
    tcase_add_test(c, an_undeclared_prefix_elsewhere_harms_nothing);
    tcase_add_test(c, all_that_stands_in_res_data_comes_out);
    tcase_add_test(c, data_among_a_message_s_words_are_read_and_written_where_they_stood);
    tcase_add_test(c, a_message_in_xml_is_kept_with_its_text);
    tcase_add_test(c, a_value_of_more_than_a_text_is_kept_as_xml);
    tcase_add_test(c, parts_the_client_did_not_log_in_for_are_found_raw);
    tcase_add_test(c, the_key_of_data_is_known_whatever_they_are);
    tcase_add_loop_test(c, of_a_broken_poll_message_the_queue_gets_what_it_needs, 0, 3);
    tcase_add_loop_test(c, a_broken_message_without_code_or_plain_id_gives_nothing, 0, 13);
    tcase_add_test(c, a_secret_that_is_objected_to_is_not_shown);
    tcase_add_test(c, results_tell_all_their_reasons);
    tcase_add_test(c, without_a_result_it_is_no_response);
    tcase_add_test(c, what_is_no_greeting_is_refused);
    tcase_add_test(c, what_the_schema_forbids_is_not_written);
    tcase_add_test(c, every_code_of_rfc_5730_has_a_meaning);
    tcase_add_test(c, an_unlisted_code_is_judged_by_its_category);
    suite_add_tcase(s, c);
    return suite_run(s);
}
