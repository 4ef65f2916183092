/* The profiles that are shipped: each loads, and makes the commands that its registry wants. */
#include <glob.h>

#include "epp/verisign.h"
#include "registry/epp_build.h"
#include "tests/registry/frames_fixture.h"

/* What each profile does to the same requests. A code in the place of a frame: it is refused with that. */
static const struct {
    const char *name, *tld;
    const char *hosts; /* the element that names name servers in a create, or a code */
    const char *addrs; /* sent with: "", "own" (ns1 below the domain), "all" */
    const char *period; /* of two years, or of one where the TLD has no more: the element, "" for none */
    const char *contacts; /* of admin, tech and billing */
    bool registrant, authinfo; /* the create carries one that is not empty */
    const char *renew, *transfer; /* period element, "" for none, or a code */
    const char *clear; /* what takes authInfo away, or a code */
    const char *postal;
    const char *subproduct;
} want[] = {
    {"at", "at", "hostAttr", "all", "", "tech", true, false, "renew-not-offered", "", "authinfo-stays", "int", ""},
    {"be", "be", "hostAttr", "own", "1y", "tech billing", true, false, "renew-not-offered", "", "authinfo-stays", "loc",
        ""},
    {"br", "com.br", "hostAttr", "own", "2y", "admin tech billing", false, true, "1y", "transfer-push",
        "authinfo-stays", "loc", ""},
    {"ca", "ca", "hostObj", "", "2y", "admin tech", true, true, "1y", "1y", "null", "loc", ""},
    {"centralnic", "xyz", "hostObj", "", "2y", "admin tech billing", true, false, "1y", "1y", "empty", "int", ""},
    {"ch", "ch", "hostObj", "", "", "tech", true, false, "renew-not-offered", "", "empty", "loc", ""},
    {"core", "eus", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"cz", "cz", "nsset", "own", "2y", "admin", true, false, "1y", "", "authinfo-stays", "int", ""},
    {"eu", "eu", "hostAttr", "own", "2y", "tech billing", true, false, "1y", "1y", "authinfo-stays", "loc", ""},
    {"fi", "fi", "hostAttr", "own", "2y", "admin tech", true, true, "1y", "", "authinfo-stays", "loc", ""},
    {"fr", "fr", "hostAttr", "own", "2y", "admin tech", true, true, "1y", "", "authinfo-stays", "loc", ""},
    {"godaddy", "biz", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"google", "app", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"identity-digital", "info", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"it", "it", "hostAttr", "own", "1y", "admin tech", true, true, "renew-not-offered", "", "null", "loc", ""},
    {"ksregistry", "saarland", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"nl", "nl", "hostObj", "", "", "admin tech", true, false, "renew-not-offered", "", "authinfo-stays", "loc", ""},
    {"no", "no", "hostObj", "", "12m", "tech", true, true, "12m", "", "null", "loc", ""},
    {"nominet-gtld", "wales", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"pl", "pl", "hostObj", "", "2y", "", true, true, "1y", "1y", "null", "loc", ""},
    {"sandbox", "test", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"se", "se", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "", "null", "loc", ""},
    {"tucows", "link", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"uk", "co.uk", "hostObj", "", "2y", "", true, true, "1y", "transfer-push", "authinfo-stays", "loc", ""},
    {"us", "us", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
    {"verisign", "com", "hostObj", "", "2y", "", false, true, "1y", "1y", "null", "", "dotCOM"},
    {"zdns", "top", "hostObj", "", "2y", "admin tech billing", true, true, "1y", "1y", "null", "int", ""},
};

/* ---- making frames ----------------------------------------------------------------------------------------- */

static const char *written(size_t i, unsigned number, struct epp_command *cmd)
{
    return written_as(want[i].name, want[i].subproduct, number, cmd);
}

/* period: "", "2y", "12m" */
static void ck_period(const char *name, const char *doc, const char *period)
{
    ck_has(name, doc, "<domain:period", period[0] != '\0');
    if (period[0] == '\0')
        return;
    size_t n = strlen(period) - 1;
    ck_has(name, doc,
        arena_printf(&arena, "<domain:period unit=\"%c\">%.*s</domain:period>", period[n], (int)n, period), true);
}

static bool is_code(const char *text)
{
    return strchr(text, '-') != NULL;
}

static bool is_code_refused(const char *name, const char *wanted, const struct registry_request *r)
{
    ck_assert_msg((r == NULL) == is_code(wanted), "%s: %s, wanted %s", name, r == NULL ? e.text : "taken", wanted);
    if (r == NULL)
        ck_assert_msg(strcmp(e.code, wanted) == 0, "%s: %s, wanted %s", name, e.code, wanted);
    return r == NULL;
}

/* ---- requests ------------------------------------------------------------------------------------------------ */

static struct str domain_of(size_t i)
{
    return str_printf(&arena, "example.%s", want[i].tld);
}

static void ck_contacts(size_t i, const char *doc)
{
    static const char *const types[] = {"admin", "tech", "billing"};
    for (size_t k = 0; k < ARRAY_LEN(types); k++)
        ck_has(want[i].name, doc, arena_printf(&arena, "<domain:contact type=\"%s\">", types[k]),
            has(want[i].contacts, types[k]));
    ck_has(want[i].name, doc, "<domain:registrant>FW-R1<", want[i].registrant);
}

static void ck_hosts(size_t i, const char *doc)
{
    const char *name = want[i].name;
    ck_has(name, doc, "<domain:hostObj>ns2.elsewhere.example<", strcmp(want[i].hosts, "hostObj") == 0);
    ck_has(name, doc, "<domain:hostName>ns2.elsewhere.example<", strcmp(want[i].hosts, "hostAttr") == 0);
    ck_has(name, doc, "<domain:hostAddr>192.0.2.1<", want[i].addrs[0] != '\0');
    ck_has(name, doc, "<domain:hostAddr ip=\"v6\">2001:db8::1<", want[i].addrs[0] != '\0');
    ck_has(name, doc, "<domain:hostAddr>192.0.2.2<", strcmp(want[i].addrs, "all") == 0);
}

START_TEST(a_create_is_as_the_profile_wants_it)
{
    size_t i = (size_t)_i;
    const struct registry_profile *p = profile_of(want[i].name);
    if (p->fred) /* test_fred_build.c */
        return;
    const struct epp_build b = {p, &arena};
    struct registry_domain_create in;
    create_request(p, want[i].tld, &in);
    struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE, .key = "k", .domain_create = &in};
    if (is_code_refused(want[i].name, want[i].hosts, fitted(p, &r)))
        in.hosts_n = 0;
    const struct registry_request *f = fitted(p, &r);
    ck_assert_msg(f != NULL, "%s: %s", want[i].name, e.text);
    struct epp_command cmd = epp_build_domain_create(&b, f->domain_create);
    const char *doc = written(i, 1, &cmd);
    ck_period(want[i].name, doc, want[i].period);
    ck_contacts(i, doc);
    ck_hosts(i, doc);
    ck_has(want[i].name, doc, "<domain:pw></domain:pw>", false);
    ck_has(want[i].name, doc, "<domain:pw/>", !want[i].authinfo);
}
END_TEST

#define DIGEST "2BB183AF5F22588179A53B0A98631FAD1A292118B83C0C1E4E2A6A1D9C4F7E10"
#define KEY "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="

/* What the profile names goes into the create; of what it does not, nothing is sent. */
START_TEST(a_create_with_dnssec_data_is_as_the_profile_wants_it)
{
    static const struct registry_dnssec ds = {.ds = {{12345, 13, 2, STR(DIGEST)}}, .ds_n = 1},
                                        keys = {.keys = {{257, 3, 13, STR(KEY)}}, .keys_n = 1};
    size_t i = (size_t)_i;
    const struct registry_profile *p = profile_of(want[i].name);
    if (p->fred) /* it names a set */
        return;
    const struct epp_build b = {p, &arena};
    bool takes[] = {p->secdns != PROFILE_SECDNS_NONE && p->dnssec != PROFILE_DNSSEC_KEYS,
        p->secdns == PROFILE_SECDNS_1_1 && p->dnssec != PROFILE_DNSSEC_DS};
    struct registry_domain_create in;
    create_request(p, want[i].tld, &in);
    struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE, .key = "k", .domain_create = &in};
    if (is_code(want[i].hosts))
        in.hosts_n = 0;
    for (unsigned k = 0; k < 2; k++) {
        in.dnssec = k == 0 ? ds : keys;
        const struct registry_request *f = fitted(p, &r);
        ck_assert_msg((f != NULL) == takes[k], "%s %u: %s", want[i].name, k, e.text);
        if (f == NULL) {
            ck_assert(strncmp(e.code, "dnssec-", 7) == 0);
            continue;
        }
        struct epp_command cmd = epp_build_domain_create(&b, f->domain_create);
        const char *doc = written(i, 20 + k, &cmd);
        ck_has(want[i].name, doc, k == 0 ? "Data><secDNS:keyTag>12345<" : "<secDNS:keyData><secDNS:flags>257<", true);
        ck_has(want[i].name, doc, p->secdns == PROFILE_SECDNS_1_0 ? "secDNS-1.0" : "secDNS-1.1", true);
    }
}
END_TEST

START_TEST(a_create_says_the_table_of_an_internationalized_name_as_the_profile_wants_it)
{
    size_t i = (size_t)_i;
    const struct registry_profile *p = profile_of(want[i].name);
    if (p->fred) /* whose create has no place for it */
        return;
    const struct epp_build b = {p, &arena};
    struct registry_domain_create in;
    create_request(p, want[i].tld, &in);
    struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE, .key = "k", .domain_create = &in};
    if (is_code(want[i].hosts))
        in.hosts_n = 0;
    in.idn_table = STR("GER");
    ck_assert_ptr_null(fitted(p, &r));
    ck_assert_str_eq(e.code, p->idn == PROFILE_IDN_NONE ? "idn-not-spoken" : "idn-unused");
    in.name = str_printf(&arena, "xn--bcher-kva.%s", want[i].tld);
    const struct registry_request *f = fitted(p, &r);
    ck_assert_msg((f != NULL) == (p->idn != PROFILE_IDN_NONE), "%s: %s", want[i].name, e.text);
    if (f == NULL)
        return;
    struct epp_command cmd = epp_build_domain_create(&b, f->domain_create);
    const char *doc = written(i, 23, &cmd);
    ck_has(want[i].name, doc, "<idnLang:tag", p->idn == PROFILE_IDN_LANG);
    ck_has(want[i].name, doc,
        "<idn:table>GER</idn:table><idn:uname>b\xc3\xbc"
        "cher.",
        p->idn == PROFILE_IDN_TABLE);
}
END_TEST

START_TEST(a_release_is_sent_where_domains_are_pushed_by_it)
{
    size_t i = (size_t)_i;
    const struct registry_profile *p = profile_of(want[i].name);
    const struct epp_build b = {p, &arena};
    const struct registry_release in = {.name = domain_of(i), .tag = STR("OTHER-TAG")};
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_RELEASE, .key = "k", .release = &in}, *f = fitted(p, &r);
    bool releases = strcmp(want[i].name, "uk") == 0;
    ck_assert_msg((f != NULL) == releases, "%s: %s", want[i].name, e.text);
    if (!releases) {
        ck_assert_str_eq(e.code, "release-not-offered");
        return;
    }
    struct epp_command cmd = epp_build_release(&b, f->release);
    const char *doc = written(i, 22, &cmd);
    ck_has(want[i].name, doc, "<release:domainName>example.co.uk</release:domainName>", true);
    ck_has(want[i].name, doc, "<release:registrarTag>OTHER-TAG</release:registrarTag>", true);
}
END_TEST

START_TEST(a_renewal_is_as_the_profile_wants_it)
{
    size_t i = (size_t)_i;
    const struct registry_profile *p = profile_of(want[i].name);
    if (p->fred) /* test_fred_build.c */
        return;
    const struct epp_build b = {p, &arena};
    const struct registry_renew in = {.name = domain_of(i), .expires = NOW + 86400 * US_PER_S, .years = 1};
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_RENEW, .key = "k", .renew = &in}, *f = fitted(p, &r);
    if (is_code_refused(want[i].name, want[i].renew, f))
        return;
    struct epp_command cmd = epp_build_domain_renew(&b, f->renew);
    const char *doc = written(i, 2, &cmd);
    ck_period(want[i].name, doc, want[i].renew);
    ck_has(want[i].name, doc, "<domain:curExpDate>2026-01-02</domain:curExpDate>", true);
}
END_TEST

START_TEST(a_transfer_is_as_the_profile_wants_it)
{
    size_t i = (size_t)_i;
    const struct registry_profile *p = profile_of(want[i].name);
    if (p->fred) /* test_fred_build.c */
        return;
    const struct epp_build b = {p, &arena};
    const struct registry_transfer in = {
        .name = domain_of(i), .op = REGISTRY_TRANSFER_REQUEST, .authinfo = STR("Secret-from-there1"), .years = 1};
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_TRANSFER, .key = "k", .transfer = &in},
                                  *f = fitted(p, &r);
    if (is_code_refused(want[i].name, want[i].transfer, f))
        return;
    struct epp_command cmd = epp_build_transfer(&b, EPP_OP_REQUEST, f->transfer);
    const char *doc = written(i, 3, &cmd);
    ck_period(want[i].name, doc, want[i].transfer);
    ck_has(want[i].name, doc, "<domain:pw>Secret-from-there1</domain:pw>", true);
}
END_TEST

/* Contacts of all types and authInfo go in; what the registry has no place for does not come out. */
START_TEST(an_update_is_as_the_profile_wants_it)
{
    size_t i = (size_t)_i;
    const struct registry_profile *p = profile_of(want[i].name);
    if (p->fred) /* test_fred_build.c */
        return;
    const struct epp_build b = {p, &arena};
    struct registry_domain_update in = {.name = domain_of(i),
        .add_contacts = {{STR("admin"), STR("FW-A2")}, {STR("tech"), STR("FW-T2")}, {STR("billing"), STR("FW-B2")}},
        .add_contacts_n = 3,
        .add_statuses = {STR("clientHold")},
        .add_statuses_n = 1,
        .registrant = STR("FW-R1")};
    struct registry_request r = {.verb = REGISTRY_DOMAIN_UPDATE, .key = "k", .domain_update = &in};
    const struct registry_request *f = fitted(p, &r);
    ck_assert_msg(f != NULL, "%s: %s", want[i].name, e.text);
    struct epp_command cmd = epp_build_domain_update(&b, f->domain_update);
    ck_contacts(i, written(i, 4, &cmd));
    in.authinfo = STR("");
    f = fitted(p, &r);
    if (is_code(want[i].clear)) {
        ck_assert_ptr_null(f);
        ck_assert_str_eq(e.code, want[i].clear);
        return;
    }
    ck_assert_msg(f != NULL, "%s: %s", want[i].name, e.text);
    cmd = epp_build_domain_update(&b, f->domain_update);
    const char *doc = written(i, 5, &cmd);
    ck_has(want[i].name, doc, "<domain:null/>", strcmp(want[i].clear, "null") == 0);
    ck_has(want[i].name, doc, "<domain:pw/>", strcmp(want[i].clear, "empty") == 0);
}
END_TEST

START_TEST(a_contact_is_as_the_profile_wants_it)
{
    size_t i = (size_t)_i;
    const struct registry_profile *p = profile_of(want[i].name);
    if (p->fred) /* test_fred_build.c */
        return;
    const struct epp_build b = {p, &arena};
    struct registry_contact in = {.id = STR("FW-R1"),
        .name = STR("Ada Example"),
        .street = {STR("1 Road")},
        .street_n = 1,
        .city = STR("Town"),
        .pc = STR("12345"),
        .cc = STR("DE"),
        .voice = STR("+49.301234567"),
        .email = STR("ada@example.test")};
    const struct registry_request r = {.verb = REGISTRY_CONTACT_CREATE, .key = "k", .contact = &in};
    if (want[i].postal[0] == '\0') {
        ck_assert_ptr_null(fitted(p, &r));
        ck_assert_str_eq(e.code, "contacts-not-there");
        return;
    }
    ck_assert_ptr_nonnull(fitted(p, &r));
    struct epp_command cmd = epp_build_contact_create(&b, &in);
    const char *doc = written(i, 6, &cmd);
    ck_has(want[i].name, doc, p->contact_ids_ours ? "<contact:id>FW-R1<" : "<contact:id>auto<", true);
    ck_has(want[i].name, doc, "<contact:pw/>", p->contact_auth == PROFILE_AUTH_EMPTY);
    ck_has(want[i].name, doc, "<contact:postalInfo type=\"int\">", strcmp(want[i].postal, "int") == 0);
    ck_has(want[i].name, doc, "<contact:postalInfo type=\"loc\">", strcmp(want[i].postal, "loc") == 0);
}
END_TEST

/* ---- FRED's objects ------------------------------------------------------------------------------------------ */

static struct epp_strs strs_of(const struct conf_list *list)
{
    return (struct epp_strs){list->items, list->n};
}

START_TEST(contacts_whose_ids_the_registry_makes_are_asked_for_so)
{
    static const char *const theirs[] = {"at", "be", "br", "ch", "eu", "fi", "fr", "nl", "no"};
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        if (!profile_of(want[i].name)->contact_ids_ours) {
            ck_assert_uint_lt(n, ARRAY_LEN(theirs));
            ck_assert_str_eq(want[i].name, theirs[n++]);
        }
    ck_assert_uint_eq(n, ARRAY_LEN(theirs));
}
END_TEST

/* Of another TLD of the same registry another one; what lies in no TLD has the profile's. */
START_TEST(the_subproduct_is_that_of_the_tld)
{
    static const struct {
        const char *name, *product;
    } asked[] = {{"a.com", "dotCOM"}, {"a.net", "dotNET"}, {"ns1.a.net", "dotNET"}, {"ns1.a.example", "dotCOM"}};
    const struct epp_build b = {profile_of("verisign"), &arena};
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        struct str key = str_of(asked[i].name);
        struct epp_command check = epp_build_check(&b, i < 2 ? EPP_DOMAIN : EPP_HOST, &key, 1);
        const struct epp_namestore *n = epp_ext_find(&check.ext, &epp_namestore);
        ck_assert_ptr_nonnull(n);
        ck_assert(str_eqz(n->sub_product, asked[i].product));
        struct epp_command drop = epp_build_key(&b, EPP_DELETE, i < 2 ? EPP_DOMAIN : EPP_HOST, key);
        ck_assert_ptr_nonnull(epp_ext_find(&drop.ext, &epp_namestore));
    }
}
END_TEST

/* The same commands mean the same without prefixes. */
START_TEST(objects_can_be_written_without_prefix)
{
    size_t i = (size_t)_i;
    struct registry_profile *p = profile_of(want[i].name);
    if (p->fred) /* test_fred_build.c */
        return;
    const struct epp_build b = {p, &arena};
    struct registry_domain_create in;
    create_request(p, want[i].tld, &in);
    p->style = PROFILE_STYLE_DEFAULT;
    struct epp_command cmd = epp_build_domain_create(&b, &in);
    const char *doc = written(i, 8, &cmd);
    ck_has(want[i].name, doc, "<create><create xmlns=\"urn:ietf:params:xml:ns:domain-1.0\"><name>", true);
    ck_has(want[i].name, doc, "<domain:", false);
    p->style = PROFILE_STYLE_PREFIX;
    struct epp_command usual = epp_build_domain_create(&b, &in);
    struct epp_command back = decode_command(&arena, str_of(doc));
    const char *other = written(i, 9, &usual);
    back.ext = usual.ext;
    ck_assert_str_eq(other, written(i, 10, &back));
}
END_TEST

START_TEST(a_login_names_the_services_of_the_profile)
{
    const char *name = want[_i].name;
    const struct registry_profile *p = profile_of(name);
    struct epp_command cmd = {.verb = EPP_LOGIN};
    cmd.u.login = (struct epp_login){.clid = STR("fourways"),
        .pw = STR("secret-1"),
        .lang = p->login_lang,
        .objects = strs_of(&p->objects),
        .extensions = strs_of(&p->extensions)};
    const char *doc = written((size_t)_i, 7, &cmd);
    for (size_t k = 0; k < p->objects.n; k++)
        ck_has(name, doc, arena_printf(&arena, "<objURI>%.*s</objURI>", STR_ARG(p->objects.items[k])), true);
    bool fee = !str_eqz(p->fee_version, "none");
    ck_has(name, doc, ":fee-", fee);
}
END_TEST

/* ---- all of them ------------------------------------------------------------------------------------------------ */

START_TEST(every_profile_that_is_shipped_is_tried_here)
{
    glob_t found;
    ck_assert_int_eq(glob(testdir_path(&arena, test_root(), "registry/profiles/*.conf"), 0, NULL, &found), 0);
    size_t n = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *base = strrchr(found.gl_pathv[i], '/') + 1;
        if (strcmp(base, "connection.example.conf") == 0)
            continue;
        ck_assert_msg(n < ARRAY_LEN(want), "%s is not in this test's table", base);
        ck_assert_str_eq(base, arena_printf(&arena, "%s.conf", want[n].name));
        n++;
    }
    globfree(&found);
    ck_assert_uint_eq(n, ARRAY_LEN(want));
}
END_TEST

START_TEST(no_tld_is_in_two_of_them)
{
    struct registry_profile *all[ARRAY_LEN(want)];
    struct tld_table table;
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        all[i] = profile_of(want[i].name);
    ck_assert_msg(tld_table_build(&arena, all, ARRAY_LEN(want), &table, &e) == OK, "%s", e.text);
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        ck_assert_ptr_nonnull(tld_find(&table, str_of(want[i].tld)));
}
END_TEST

/* A reader must be able to tell what is known from what is not. */
START_TEST(each_says_what_is_documented_and_what_is_assumed)
{
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        struct str text;
        const char *file = arena_printf(&arena, "registry/profiles/%s.conf", want[i].name);
        ck_assert_int_eq(file_read(&arena, testdir_path(&arena, test_root(), file), 65536, &text, &e), OK);
        bool ours = strcmp(want[i].name, "sandbox") == 0;
        ck_has(want[i].name, str_dupz(&arena, text), "\n# Documented: ", !ours);
        ck_has(want[i].name, str_dupz(&arena, text), "\n# Assumed: ", !ours);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("profile frames");
    TCase *c = tcase_create("profile frames");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, every_profile_that_is_shipped_is_tried_here);
    tcase_add_test(c, no_tld_is_in_two_of_them);
    tcase_add_test(c, each_says_what_is_documented_and_what_is_assumed);
    tcase_add_loop_test(c, a_create_is_as_the_profile_wants_it, 0, (int)ARRAY_LEN(want));
    tcase_add_loop_test(c, a_create_with_dnssec_data_is_as_the_profile_wants_it, 0, (int)ARRAY_LEN(want));
    tcase_add_loop_test(
        c, a_create_says_the_table_of_an_internationalized_name_as_the_profile_wants_it, 0, (int)ARRAY_LEN(want));
    tcase_add_loop_test(c, a_release_is_sent_where_domains_are_pushed_by_it, 0, (int)ARRAY_LEN(want));
    tcase_add_loop_test(c, a_renewal_is_as_the_profile_wants_it, 0, (int)ARRAY_LEN(want));
    tcase_add_loop_test(c, a_transfer_is_as_the_profile_wants_it, 0, (int)ARRAY_LEN(want));
    tcase_add_loop_test(c, an_update_is_as_the_profile_wants_it, 0, (int)ARRAY_LEN(want));
    tcase_add_loop_test(c, a_contact_is_as_the_profile_wants_it, 0, (int)ARRAY_LEN(want));
    tcase_add_test(c, contacts_whose_ids_the_registry_makes_are_asked_for_so);
    tcase_add_test(c, the_subproduct_is_that_of_the_tld);
    tcase_add_loop_test(c, objects_can_be_written_without_prefix, 0, (int)ARRAY_LEN(want));
    tcase_add_loop_test(c, a_login_names_the_services_of_the_profile, 0, (int)ARRAY_LEN(want));
    suite_add_tcase(s, c);
    return suite_run(s);
}
