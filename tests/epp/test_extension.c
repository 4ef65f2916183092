/* Every element of every extension, made at random from its table, in every command it extends and in responses. */
#include <glob.h>

#include "epp/fee.h"
#include "epp/login_sec.h"
#include "epp/secdns.h"
#include "tests/epp/codec_fixture.h"
#include "tests/epp/mutate.h"

/* Which schemas hold documents with that extension: "valid", those of the common set; a registry's own, which its
 * documents are held against (ops/check-epp-xsd); "no-schema", where our own tables are all there is. */
static const char *schema_of(const char *uri)
{
    static const struct {
        const char *part, *kind;
    } own[] = {{"fee-0.7", "no-schema"}, {"fee-0.8", "no-schema"}, {"fee-0.9", "no-schema"}, {"fee-0.21", "no-schema"},
        {"www.eurid.eu", "eurid"}, {"www.nominet.org.uk", "nominet"}, {"www.nic.cz", "fred"}};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (strstr(uri, own[i].part) != NULL)
            return own[i].kind;
    return "valid";
}

/* A registry's own schemas may not know what random authInfo holds. */
static const char *schema_for(const char *uri, struct str doc)
{
    const char *kind = schema_of(uri);
    bool rgp = memmem(doc.p, doc.n, EPP_RGP_NS, strlen(EPP_RGP_NS)) != NULL;
    return rgp && strcmp(kind, "valid") != 0 ? "no-schema" : kind;
}

static bool has_schema(const char *uri)
{
    return strcmp(schema_of(uri), "valid") == 0;
}

#define EACH_ELEMENT(x)                                                                                                \
    for (size_t i_ = 0, k_ = 0, n_ = 0; i_ < (epp_extensions(&n_), n_); i_++)                                          \
        for (k_ = 0; k_ < epp_extensions(&n_)[i_]->n; k_++)                                                            \
            for (const struct epp_ext_element *x = epp_extensions(&n_)[i_]->elements[k_]; x != NULL; x = NULL)

/* ---- there and back ---------------------------------------------------------------------------------- */
static struct epp_command extended(struct gen *g, const struct epp_ext_element *x, enum epp_verb verb)
{
    static const enum epp_object objects[] = {EPP_DOMAIN, EPP_CONTACT, EPP_HOST, EPP_FRED_DOMAIN, EPP_FRED_CONTACT};
    enum epp_object object = EPP_NO_OBJECT;
    for (size_t i = 0; i < ARRAY_LEN(objects) && object == EPP_NO_OBJECT; i++)
        if (body_shape(verb, objects[i]) != NULL && verb > EPP_POLL &&
            (x->objects == 0 || (x->objects & EPP_ON(objects[i])) != 0))
            object = objects[i];
    struct epp_command c = gen_command(g, verb, object);
    void *data = arena_alloc(&a, x->shape->size);
    gen_shape(g, x->shape, data);
    c.ext = (struct epp_exts){0};
    epp_ext_add(&a, &c.ext, x, data);
    return c;
}

static void ck_command(struct gen *g, const struct epp_ext_element *x, enum epp_verb verb, unsigned number)
{
    struct epp_command c = extended(g, x, verb);
    struct str doc = encode_command(&a, &c);
    keep_frame(schema_for(x->ns, doc), "extended", number, doc);
    struct epp_command back = decode_command(&a, doc);
    ck_assert_uint_eq(back.ext.n, 1);
    ck_assert_ptr_eq(back.ext.v[0].type, x);
    ck_assert_msg(same_shape(x->shape, c.ext.v[0].data, back.ext.v[0].data), "%.*s", STR_ARG(doc));
    ck_assert(str_eq(doc, encode_command(&a, &back)));
}

START_TEST(an_element_in_a_command_comes_back_as_it_was)
{
    struct gen g = {.a = &a, .state = 1442695040888963407u};
    unsigned number = 0;
    EACH_ELEMENT(x)
    for (enum epp_verb verb = 0; verb < EPP_VERB_COUNT; verb++)
        for (unsigned k = 0; k < 8 && (x->commands & EPP_WITH(verb)) != 0; k++) {
            ck_command(&g, x, verb, number++);
            arena_reset(&a);
        }
    ck_assert_uint_gt(number, 8 * 60);
}
END_TEST

static struct epp_response carrying(struct gen *g, const struct epp_ext_element *x)
{
    struct epp_response r;
    epp_response_simple(&a, &r, 1000, STR("ABC-1"), STR("SRV-1"));
    void *data = arena_alloc(&a, x->shape->size);
    gen_shape(g, x->shape, data);
    epp_ext_add(&a, &r.ext, x, data);
    return r;
}

START_TEST(an_element_in_a_response_comes_back_as_it_was)
{
    struct gen g = {.a = &a, .state = 88172645463325252u};
    unsigned number = 0;
    EACH_ELEMENT(x)
    for (unsigned k = 0; k < 8 && x->response; k++) {
        struct epp_response r = carrying(&g, x);
        struct str doc = encode_response(&a, &r);
        keep_frame(schema_for(x->ns, doc), "carrying", number++, doc);
        struct epp_response back = decode_response(&a, doc);
        ck_assert_msg(str_is_null(back.unread), "%.*s", STR_ARG(back.unread));
        ck_assert_uint_eq(back.ext.n, 1);
        ck_assert_ptr_eq(back.ext.v[0].type, x);
        ck_assert_msg(same_shape(x->shape, r.ext.v[0].data, back.ext.v[0].data), "%.*s", STR_ARG(doc));
        ck_assert(str_eq(doc, encode_response(&a, &back)));
        arena_reset(&a);
    }
    ck_assert_uint_gt(number, 8 * 60);
}
END_TEST

/* ---- hostile variants -------------------------------------------------------------------------------- */
/* Rules of ours where the schema has none: lengths, and that the element stands where it belongs. */
static bool is_own_rule(const struct epp_fault *f, struct str doc)
{
    return str_ends(f->reason, STR("does not extend this command")) || (f->code == EPP_VALUE && doc.n > 10000);
}

/* A signed mark that stands twice has its xs:ID twice, which only a schema minds. */
static bool repeats_an_id(struct str doc)
{
    static const char mark[] = "<signedMark ";
    const char *first = memmem(doc.p, doc.n, mark, sizeof mark - 1);
    size_t rest = first != NULL ? doc.n - (size_t)(first + 1 - doc.p) : 0;
    return first != NULL && memmem(first + 1, rest, mark, sizeof mark - 1) != NULL;
}

static void try_mutant(const struct epp_ext_element *x, struct str doc, unsigned number)
{
    struct epp_command c;
    struct epp_fault f;
    struct epp_response r;
    bool known = has_schema(x->ns) && !repeats_an_id(doc);
    if (epp_command_decode(&a, parse(&a, doc), &c, &f, &e) == OK) {
        keep_frame(known && !holds_raw(doc) ? "valid" : "own-rule", "extended-mutant", number, doc);
        encode_command(&a, &c);
        return;
    }
    keep_frame(known && !is_own_rule(&f, doc) ? "refused" : "own-rule", "extended-mutant", number, doc);
    ck_assert_uint_eq(epp_result_meaning((unsigned)f.code)->code, (unsigned)f.code);
    ck_assert(f.reason.n > 0 && f.element != NULL);
    epp_response_fault(&a, &r, &f, c.cltrid, STR("SRV-1"));
    encode_response(&a, &r);
}

static struct xml_node *extension_of(struct xml_node *root)
{
    struct xml_node *n = root->first->first;
    while (strcmp(n->name, "extension") != 0)
        n = n->next;
    return n;
}

/* All mutations of all elements of one extended command; how many there were. */
static unsigned try_mutants(const struct epp_ext_element *x, struct str doc, unsigned number)
{
    unsigned tried = 0;
    for (unsigned k = 1;; k++) /* 0 is <extension> */
        for (unsigned how = 0; how < MUTATIONS; how++) {
            unsigned at = k;
            struct xml_node *root = parse(&a, doc), *n = nth(extension_of(root), &at);
            if (n == NULL)
                return tried;
            if (mutate(&a, n, how))
                try_mutant(x, epp_raw_of(&a, root), number + tried++);
            arena_reset(&a);
        }
}

START_TEST(every_mutant_is_refused_with_an_answer_or_understood)
{
    struct gen g = {.a = &a, .state = 362436069u};
    struct arena keep;
    const struct epp_shape *done[200];
    size_t shapes = 0;
    unsigned number = 0;
    arena_init(&keep, 0);
    EACH_ELEMENT(x)
    {
        bool seen = x->commands == 0;
        for (size_t i = 0; i < shapes; i++)
            seen = seen || done[i] == x->shape;
        if (seen)
            continue;
        ck_assert_uint_lt(shapes, ARRAY_LEN(done));
        done[shapes++] = x->shape;
        struct epp_command c = extended(&g, x, (enum epp_verb)__builtin_ctz(x->commands));
        unsigned tried = try_mutants(x, str_dup(&keep, encode_command(&a, &c)), number);
        ck_assert_uint_gt(tried, 4);
        number += tried;
    }
    arena_clear(&keep);
    ck_assert_uint_gt(shapes, 20);
}
END_TEST

/* ---- what is refused, and how ------------------------------------------------------------------------- */
#define D(verb, x) "<" verb "><d:" verb " xmlns:d='" EPP_DOMAIN_NS "'>" x "</d:" verb "></" verb ">"
#define WITH(command, x)                                                                                               \
    "<epp xmlns='" EPP_NS "'><command>" command "<extension>" x "</extension><clTRID>ABC-12345</clTRID></command>"     \
    "</epp>"
#define CREATE(x) WITH(D("create", "<d:name>a.test</d:name><d:authInfo><d:pw/></d:authInfo>"), x)
#define UPDATE(x) WITH(D("update", "<d:name>a.test</d:name>"), x)
#define CHECK(x) WITH(D("check", "<d:name>a.test</d:name>"), x)
#define SEC "urn:ietf:params:xml:ns:secDNS-1.1"
#define SEC_CREATE(x) CREATE("<s:create xmlns:s='" SEC "'>" x "</s:create>")
#define SEC_UPDATE(x) UPDATE("<s:update xmlns:s='" SEC "'>" x "</s:update>")
#define KEY                                                                                                            \
    "<s:keyData><s:flags>257</s:flags><s:protocol>3</s:protocol><s:alg>13</s:alg><s:pubKey>AQPJ</s:pubKey></"          \
    "s:keyData>"
#define DS(tag, digest)                                                                                                \
    "<s:dsData><s:keyTag>" tag "</s:keyTag><s:alg>13</s:alg><s:digestType>2</s:digestType><s:digest>" digest           \
    "</s:digest></s:dsData>"
#define FEE "urn:ietf:params:xml:ns:epp:fee-1.0"
#define FEE_CREATE(x) CREATE("<f:create xmlns:f='" FEE "'>" x "</f:create>")
#define FEE_CHECK(x) CHECK("<f:check xmlns:f='" FEE "'>" x "</f:check>")
#define RGP(x) UPDATE("<r:update xmlns:r='" EPP_RGP_NS "'>" x "</r:update>")
#define LOGIN(x)                                                                                                       \
    WITH("<login><clID>abc</clID><pw>foo-BAR2</pw><options><version>1.0</version><lang>en</lang></options><svcs>"      \
         "<objURI>urn:x</objURI></svcs></login>",                                                                      \
        "<l:loginSec xmlns:l='urn:ietf:params:xml:ns:epp:loginSec-1.0'>" x "</l:loginSec>")

static const struct {
    const char *doc;
    int code;
    const char *element, *reason;
} faults[] = {
    {SEC_CREATE(""), 2003, "dsData", "<dsData> is missing in <create>"},
    {SEC_CREATE(DS("65536", "AB")), 2004, "keyTag", "<keyTag> must be from 0 to 65535"},
    {SEC_CREATE(DS("-1", "AB")), 2005, "keyTag", "<keyTag> is not a number"},
    {SEC_CREATE(DS("1", "ABC")), 2005, "digest", "<digest> must be octets in hexadecimal"},
    {SEC_CREATE(DS("1", "AB") KEY), 2001, "keyData", "<keyData> is not expected at this place in <create>"},
    {SEC_CREATE("<s:maxSigLife>0</s:maxSigLife>" KEY), 2004, "maxSigLife", "<maxSigLife> must be from 1 to 2147483647"},
    {SEC_CREATE("<s:maxSigLife>1</s:maxSigLife>"), 2003, "dsData", "<dsData> is missing in <create>"},
    {SEC_CREATE("<s:keyData><s:flags>257</s:flags><s:protocol>3</s:protocol><s:alg>13</s:alg><s:pubKey>A</s:pubKey>"
                "</s:keyData>"),
        2005, "pubKey", "<pubKey> must be base64"},
    {SEC_UPDATE("<s:rem/>"), 2003, "all", "<all> is missing in <rem>"},
    {SEC_UPDATE("<s:rem><s:all>maybe</s:all></s:rem>"), 2005, "all", "<all> is neither 0 nor 1"},
    {SEC_UPDATE("<s:add>" KEY "</s:add><s:rem><s:all>true</s:all></s:rem>"), 2001, "rem",
        "<rem> is not expected at this place in <update>"},
    {UPDATE("<s:update xmlns:s='" SEC "' urgent='soon'/>"), 2005, "update",
        "<update> has an attribute urgent that is neither 0 nor 1"},
    {CHECK("<s:update xmlns:s='" SEC "'/>"), 2103, "update", "<update> does not extend this command"},
    {WITH("<update><h:update xmlns:h='" EPP_HOST_NS "'><h:name>ns1.a.test</h:name></h:update></update>",
         "<s:update xmlns:s='" SEC "'/>"),
        2103, "update", "<update> does not extend this command"},
    {UPDATE("<s:update xmlns:s='urn:ietf:params:xml:ns:secDNS-1.0'/>"), 2003, "add", "<add> is missing in <update>"},
    {RGP(""), 2003, "restore", "<restore> is missing in <update>"},
    {RGP("<r:restore op='undo'/>"), 2004, "restore",
        "<restore> has an attribute op that is not one of the words the schema lists"},
    {RGP("<r:restore op='report'><r:report><r:preData/></r:report></r:restore>"), 2003, "postData",
        "<postData> is missing in <report>"},
    {FEE_CREATE(""), 2003, "fee", "<fee> is missing in <create>"},
    {FEE_CREATE("<f:fee>-1.00</f:fee>"), 2005, "fee", "<fee> must be a decimal number, 0 or more"},
    {FEE_CREATE("<f:fee>1</f:fee><f:credit>1.00</f:credit>"), 2005, "credit",
        "<credit> must be a decimal number, 0 or less"},
    {FEE_CREATE("<f:fee>1e3</f:fee>"), 2005, "fee", "<fee> must be a decimal number, 0 or more"},
    {FEE_CREATE("<f:currency>usd</f:currency><f:fee>1</f:fee>"), 2005, "currency",
        "<currency> must be three capitals, such as USD"},
    {FEE_CREATE("<f:fee grace-period='5D'>1</f:fee>"), 2005, "fee",
        "<fee> has an attribute grace-period that must be a duration such as P5D"},
    {FEE_CREATE("<f:fee applied='never'>1</f:fee>"), 2004, "fee",
        "<fee> has an attribute applied that is not one of the words the schema lists"},
    {FEE_CHECK("<f:command/>"), 2003, "command", "<command> lacks the attribute name"},
    {FEE_CHECK("<f:command name='fly'/>"), 2004, "command",
        "<command> has an attribute name that is not one of the words the schema lists"},
    {CHECK("<f:check xmlns:f='urn:ietf:params:xml:ns:fee-0.5'><f:domain><f:name>a.test</f:name></f:domain></f:check>"),
        2003, "command", "<command> is missing in <domain>"},
    {CREATE("<f:create xmlns:f='urn:ietf:params:xml:ns:fee-0.6'><f:fee>1</f:fee></f:create>"), 2003, "currency",
        "<currency> is missing in <create>"},
    {CREATE("<t:allocationToken xmlns:t='urn:ietf:params:xml:ns:allocationToken-1.0'/>"), 2005, "allocationToken",
        "<allocationToken> must have 1 to 1024 characters"},
    {LOGIN("<l:pw>short</l:pw>"), 2005, "pw", "<pw> must have 6 to 1024 characters"},
    {LOGIN("<l:userAgent/>"), 2003, "app", "<app> is missing in <userAgent>"},
    {LOGIN("<l:userAgent><l:os>x</l:os><l:app>y</l:app></l:userAgent>"), 2001, "app",
        "<app> is not expected at this place in <userAgent>"},
    {CREATE("<i:data xmlns:i='urn:ietf:params:xml:ns:idn-1.0'/>"), 2003, "table", "<table> is missing in <data>"},
    {CHECK("<n:namestoreExt xmlns:n='http://www.verisign-grs.com/epp/namestoreExt-1.1'/>"), 2003, "subProduct",
        "<subProduct> is missing in <namestoreExt>"},
    {UPDATE(
         "<y:update xmlns:y='http://www.verisign.com/epp/sync-1.0'><y:expMonthDay>--02-30</y:expMonthDay></y:update>"),
        2005, "expMonthDay", "<expMonthDay> must be a day such as --12-31"},
};

START_TEST(a_fault_has_its_code_and_names_its_element)
{
    struct epp_command c;
    struct epp_fault f;
    struct epp_response r;
    ck_assert_int_eq(epp_command_decode(&a, parse(&a, str_of(faults[_i].doc)), &c, &f, &e), INVALID);
    ck_assert_msg(str_eqz(f.reason, faults[_i].reason), "%.*s", STR_ARG(f.reason));
    ck_assert_int_eq(f.code, faults[_i].code);
    ck_assert_str_eq(f.element, faults[_i].element);
    ck_assert_str(c.cltrid, "ABC-12345");
    epp_response_fault(&a, &r, &f, c.cltrid, STR("SRV-1"));
    keep_frame("valid", "extension-fault", (unsigned)_i, encode_response(&a, &r));
}
END_TEST

START_TEST(a_fault_never_shows_a_secret)
{
    static const char *const docs[] = {LOGIN("<l:pw>hush</l:pw>"), LOGIN("<l:newPW>hush</l:newPW>")};
    struct epp_command c;
    struct epp_fault f;
    for (size_t i = 0; i < ARRAY_LEN(docs); i++) {
        ck_assert_int_eq(epp_command_decode(&a, parse(&a, str_of(docs[i])), &c, &f, &e), INVALID);
        ck_assert(str_is_null(f.value));
        ck_assert_ptr_null(strstr(e.text, "hush"));
    }
}
END_TEST

/* ---- answers as registries send them ------------------------------------------------------------------ */
#define ANSWER(x)                                                                                                      \
    "<e:epp xmlns:e='" EPP_NS "'><e:response><e:result code='1000'><e:msg>ok</e:msg></e:result><e:extension>" x        \
    "</e:extension><e:trID><e:svTRID>S-1</e:svTRID></e:trID></e:response></e:epp>"

START_TEST(odd_answers_are_understood)
{
    struct epp_response r = decode_response(
        &a, STR(ANSWER("<infData xmlns='" SEC "'><dsData><digest>49 FD\n46</digest><alg>13</alg><extra/>"
                       "<digestType>2</digestType><keyTag> 12345 </keyTag></dsData><keyData><pubKey>AQ\n PJ</pubKey>"
                       "<flags>257</flags></keyData></infData>"
                       "<q:infData xmlns:q='" EPP_RGP_NS "'><q:rgpStatus s='someDayPeriod'/></q:infData>"
                       "<loginSecData xmlns='urn:ietf:params:xml:ns:epp:loginSec-1.0'><event type='passphrase' "
                       "exDate='2027-04-01' mood='bad'/></loginSecData>")));
    ck_assert(str_is_null(r.unread));
    ck_assert_uint_eq(r.ext.n, 3);
    const struct epp_secdns *sec = epp_ext_find(&r.ext, &epp_secdns_inf_data);
    ck_assert_uint_eq(sec->ds.n, 1);
    ck_assert_uint_eq(sec->ds.v[0].key_tag, 12345);
    ck_assert_str(sec->ds.v[0].digest, "49FD46");
    ck_assert_uint_eq(sec->keys.n, 1);
    ck_assert_str(sec->keys.v[0].pub_key, "AQPJ");
    const struct epp_rgp_data *rgp = epp_ext_find(&r.ext, &epp_rgp_inf_data);
    ck_assert_str(rgp->statuses.v[0].s, "someDayPeriod");
    const struct epp_login_sec_data *login = epp_ext_find(&r.ext, &epp_login_sec_data);
    ck_assert_str(login->events.v[0].type, "passphrase");
    ck_assert_int_ne(login->events.v[0].ex_date, 0);
}
END_TEST

START_TEST(odd_prices_are_understood)
{
    struct epp_response r = decode_response(
        &a, STR(ANSWER(
                "<chkData xmlns='" FEE "'><cd avail='true'><command name='create'><fee refundable='maybe'>10 USD</fee>"
                "<fee>5.00</fee><period>1</period></command><class>gold</class><objID>A.test</objID></cd>"
                "<cd><objID>b.test</objID></cd></chkData>"
                "<f:chkData xmlns:f='urn:ietf:params:xml:ns:fee-0.7'><f:cd><f:name>c.test</f:name><f:command>\n create"
                "\n</f:command></f:cd></f:chkData>")));
    struct epp_fee_prices prices = epp_fee_prices(&a, &r.ext);
    ck_assert_uint_eq(prices.n, 3);
    const struct epp_fee_price *p = epp_fee_price(&prices, STR("a.test"), "create");
    ck_assert_ptr_nonnull(p);
    ck_assert_int_eq(p->avail, EPP_YES);
    ck_assert_str(p->class, "gold");
    ck_assert_uint_eq(p->period.n, 1);
    ck_assert_uint_eq(p->fees.n, 2);
    ck_assert_str(p->fees.v[0].amount, "10 USD");
    int64_t total;
    ck_assert(!epp_fee_total(&p->fees, &p->credits, 2, &total)); /* never taken for a price */
    ck_assert_msg(strstr(str_dupz(&a, r.unread), "refundable") != NULL, "%.*s", STR_ARG(r.unread));
    ck_assert_ptr_nonnull(epp_fee_price(&prices, STR("c.test"), "create"));
}
END_TEST

/* ---- the corpus --------------------------------------------------------------------------------------- */
static void mark(struct epp_exts *exts, const struct epp_ext_element *seen[], size_t *n, size_t max)
{
    for (size_t i = 0; i < exts->n && *n < max; i++)
        seen[(*n)++] = exts->v[i].type;
}

static void read_corpus(const char *pattern, bool response, const struct epp_ext_element *seen[], size_t *n, size_t max)
{
    glob_t found;
    struct str doc;
    ck_assert_int_eq(glob(pattern, GLOB_BRACE, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        ck_assert_msg(file_read(&a, found.gl_pathv[i], 1 << 20, &doc, &e) == OK, "%s", e.text);
        if (response) {
            struct epp_response r = decode_response(&a, doc);
            doc = encode_response(&a, &r);
            struct epp_response back = decode_response(&a, doc);
            ck_assert_msg(str_is_null(r.unread) || r.other.n > 0, "%s: %.*s", found.gl_pathv[i], STR_ARG(r.unread));
            ck_assert(str_eq(doc, encode_response(&a, &back)));
            mark(&r.ext, seen, n, max);
        } else {
            struct epp_command c = decode_command(&a, doc);
            doc = encode_command(&a, &c);
            struct epp_command back = decode_command(&a, doc);
            ck_assert(str_eq(doc, encode_command(&a, &back)));
            mark(&c.ext, seen, n, max);
        }
    }
    globfree(&found);
}

static bool is_fee_charge(const struct epp_ext_element *x)
{
    return strstr(x->ns, "fee-") != NULL && strcmp(x->name, "check") != 0 && strcmp(x->name, "chkData") != 0;
}

/* A document for each element; of the fee extension's charges, for each in one version at least. */
START_TEST(the_corpus_has_every_element)
{
    const struct epp_ext_element *seen[800];
    size_t n = 0;
    read_corpus("tests/data/epp/{.,drafts,eurid,fred,nominet}/command-*.xml", false, seen, &n, ARRAY_LEN(seen));
    read_corpus("tests/data/epp/{.,drafts,eurid,fred,nominet}/response-*.xml", true, seen, &n, ARRAY_LEN(seen));
    ck_assert_uint_lt(n, ARRAY_LEN(seen));
    EACH_ELEMENT(x)
    {
        bool found = false;
        for (size_t i = 0; i < n; i++)
            found =
                found || seen[i] == x ||
                (seen[i] != NULL && is_fee_charge(x) && is_fee_charge(seen[i]) && strcmp(x->name, seen[i]->name) == 0);
        ck_assert_msg(found, "no document of the corpus has <%s> of %s", x->name, x->ns);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("extension");
    TCase *c = tcase_create("extension");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, an_element_in_a_command_comes_back_as_it_was);
    tcase_add_test(c, an_element_in_a_response_comes_back_as_it_was);
    tcase_add_test(c, every_mutant_is_refused_with_an_answer_or_understood);
    tcase_add_loop_test(c, a_fault_has_its_code_and_names_its_element, 0, ARRAY_LEN(faults));
    tcase_add_test(c, a_fault_never_shows_a_secret);
    tcase_add_test(c, odd_answers_are_understood);
    tcase_add_test(c, odd_prices_are_understood);
    tcase_add_test(c, the_corpus_has_every_element);
    suite_add_tcase(s, c);
    return suite_run(s);
}
