#include "base/buf.h"
#include "registry/profile_keys.h"
#include "registry/registry.h"
#include "tests/registry/profile_fixture.h"

/* Profiles: those that are shipped, and what is said of those that are wrong. */

#define BASE "name = x\nobject = urn:x\ntld = test\n"

/* Behind the three lines of BASE. `says` follows the file's name. */
static const struct {
    const char *lines, *says;
} bad[] = {
    {"colour = red", ":4: unknown key \"colour\""},
    {"hosts-are-objects = yes", ":4: unknown key"},
    {"name = y", ":4: name stands a second time"},
    {"hosts = object", ":4: hosts must be one of objects|attributes|sets, not \"object\""},
    {"hosts = sets", ":4: hosts = sets goes with FRED's objects"},
    {"object = http://www.nic.cz/xml/epp/domain-1.4", ":2: object must name http://www.nic.cz/xml/epp/domain-1.4 and"},
    {"contacts = ", ":4: contacts must be one of"},
    {"authinfo-shown = perhaps", ":4: authinfo-shown must be yes or no"},
    {"# one\n\nsessions-max = 0", ":6: sessions-max must be a whole number from 1 to 256, not \"0\""},
    {"sessions-max = 257", ":4: sessions-max must be"},
    {"pipeline = 0", ":4: pipeline must be"},
    {"check-max = 1001", ":4: check-max must be"},
    {"commands-per-s = -1", ":4: commands-per-s must be"},
    {"idle-s = 4", ":4: idle-s must be"},
    {"lifetime-s = 99999999", ":4: lifetime-s must be"},
    {"error-penalty-ms = 60001", ":4: error-penalty-ms must be"},
    {"keepalive = ping", ":4: keepalive is poll, hello or check NAME, not \"ping\""},
    {"keepalive = check ", ":4: keepalive is"},
    {"answer-s = 0", ":4: answer-s must be"},
    {"hosts-max = 14", ":4: hosts-max must be"},
    {"hosts-min = 5\nhosts-max = 2", ":4: hosts-min = 5 is more than the greatest value allowed, 2"},
    {"hosts-max = 1", ": hosts-min = 2 is more"},
    {"authinfo-max = 8", ": authinfo-min = 12 is more"},
    {"authinfo-max = 65", ":4: authinfo-max must be"},
    {"authinfo-signs = -x", ":4: authinfo-signs must be ASCII signs"},
    {"authinfo-signs = - .", ":4: authinfo-signs must be ASCII signs"},
    {"authinfo-signs = \xc2\xa7", ":4: authinfo-signs must be ASCII signs"},
    {"authinfo-signs = !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", ":4: authinfo-signs has more than 32 signs"},
    {"authinfo-needs = upper digits", ":4: authinfo-needs takes upper, lower, digit and sign, not \"digits\""},
    {"authinfo-signs =\nauthinfo-needs = sign", ":5: authinfo-needs demands a sign"},
    {"authinfo-signs =", ": authinfo-needs demands a sign"},
    {"renew-years-min = 3\nrenew-years-max = 2", ":4: renew-years-min = 3"},
    {"transfer-years-max = 0", ": transfer-years-min = 1 is more"},
    {"renew-explicit = no\nrenew-auto = no", ":5: renew-auto must be yes"},
    {"term-years-max = 5", ":3: tld allows 10 years, and term-years-max is 5"},
    {"period = months", ": term-years-max must be 8 at most"},
    {"transport = http", ":4: transport must be one of tls|https"},
    {"fee-version = 0.4", ":4: fee-version \"0.4\" is no version"},
    {"fee-version = 0.10", ":4: fee-version \"0.10\" is no version"},
    {"fee-needed = always", ":4: fee-needed demands fees, and fee-version is none"},
    {"fee-version = 1.0\nfee-currency = EURO", ":5: fee-currency must have three letters"},
    {"contact = admin", ":4: contact must be TYPE MIN-MAX"},
    {"contact = admin 2-1", ":4: contact must be TYPE MIN-MAX"},
    {"contact = admin 0-5", ":4: contact must be TYPE MIN-MAX"},
    {"contact = tech 1-1\ncontact = onsite 1-1",
        ":5: contact is for the types admin, tech and billing, not \"onsite\""},
    {"contact = tech 1-1\ncontact = tech 0-1", ":5: contact names the type tech a second time"},
    {"contacts = none", ": registrant must be none where contacts = none"},
    {"contacts = none\nregistrant = none\ncontact = tech 0-1", ":6: contact cannot stand where contacts = none"},
    {"status = active", ":4: status must be THEIRS OURS"},
    {"status = active ok\nstatus = active -", ":5: status maps active a second time"},
    {"code = 2304 2305", ":4: code must be COMMAND THEIRS OURS"},
    {"message = wonder %: text", ":4: message must be MEANING PATTERN"},
    {"message = renewed", ":4: message must be MEANING PATTERN"},
    {"message = renewed % and %", ":4: message must be MEANING PATTERN"},
    {"message = renewed a*b", ":4: message must be MEANING PATTERN"},
    {"message = renewed %*", ":4: message must be MEANING PATTERN"},
    {"code = * 1000 2305", ":4: code must be COMMAND THEIRS OURS with codes from 2000 to 2999"},
    {"code = * 2304 2305 2306 2307 2308", ":4: code must be"},
    {"object = no-uri", ":4: object must be a URI"},
    {"object = urn:x", ":4: object names urn:x a second time"},
    {"extension = urn:a\nextension = urn:b c", ":5: extension must be a URI"},
    {"extension-required = :", ":4: extension-required must be a URI"},
    {"login-lang = e", ":4: login-lang must be a language tag"},
    {"tls-min = 1.1", ":4: tls-min must be one of 1.2|1.3"},
    {"tld = other colour=red", ":4: tld is not well: tld = other colour=red"},
    {"tld = other subproduct=", ":4: tld is not well"},
    {"tld = TEST", ":4: tld names test a second time"},
};

START_TEST(a_bad_profile_is_refused_with_file_line_and_key)
{
    ck_assert_int_eq(profile_try(BASE), OK);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        enum status s = profile_try(arena_printf(&arena, BASE "%s\n", bad[i].lines));
        ck_assert_msg(s == INVALID, "%s: accepted", bad[i].lines);
        ck_assert_msg(strncmp(e.text, path, strlen(path)) == 0, "%s: %s", bad[i].lines, e.text);
        ck_assert_msg(strncmp(e.text + strlen(path), bad[i].says, strlen(bad[i].says)) == 0, "%s: %s, not %s",
            bad[i].lines, e.text, bad[i].says);
    }
}
END_TEST

START_TEST(what_a_profile_must_say_is_missed)
{
    ck_assert_int_eq(profile_try("name = x\ntld = test\n"), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, "\"object = "));
    ck_assert_int_eq(profile_try("name = x\nobject = urn:x\n"), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, "\"tld = "));
    ck_assert_int_eq(profile_try("object = urn:x\ntld = test\nname = \n"), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, ":3: name must have 1 to 32 characters"));
    ck_assert_int_eq(profile_try("name = a-name-that-is-much-too-long-to-be-one\nobject = u:x\ntld = test\n"), INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, ":1: name"));
}
END_TEST

/* More of them than anybody needs: the limit holds, and the line past it is named. */
START_TEST(lists_have_an_end)
{
    static const struct {
        const char *key, *before, *after, *says;
        int max;
    } lists[] = {{"extension", "urn:", "", ":36: extension stands more than 32 times", 32},
        {"status", "s", " ok", ":68: status stands more than 64 times", 64},
        {"code", "* 2", " 2400", ":68: code stands more than 64 times", 64},
        {"tld", "t", "", ":515: tld stands more than 512 times", 512}};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct buf b;
        buf_in(&b, &arena, 65536);
        buf_puts(&b, BASE);
        for (int k = 0; k <= lists[i].max; k++)
            buf_printf(&b, "%s = %s%d%s\n", lists[i].key, lists[i].before, 100 + k, lists[i].after);
        ck_assert_int_eq(profile_try(str_dupz(&arena, buf_view(&b))), INVALID);
        ck_assert_msg(strstr(e.text, lists[i].says) != NULL, "%s", e.text);
    }
}
END_TEST

static int meaning(const char *text, const char *object)
{
    struct str named = STR("");
    int m = profile_message(profile, str_of(text), &named);
    ck_assert_msg(str_eqz(named, object), "\"%s\" names \"%.*s\"", text, STR_ARG(named));
    return m;
}

START_TEST(poll_messages_mean_what_the_profile_says_and_name_their_object)
{
    ck_assert_int_eq(profile_try(BASE "message = renewed %: renewed for a year\nmessage = expired The domain % has e*\n"
                                      "message = deleted Gone: %.\nmessage = low-balance data:lowBalance\n"),
        OK);
    ck_assert_int_eq(meaning("a-b.test: renewed for a year", "a-b.test"), REGISTRY_MEANS_RENEWED);
    ck_assert_int_eq(meaning("a.test: renewed for a year or so", ""), REGISTRY_MEANS_UNKNOWN);
    ck_assert_int_eq(meaning(": renewed for a year", ""), REGISTRY_MEANS_UNKNOWN);
    ck_assert_int_eq(meaning("The domain a.test has ended", "a.test"), REGISTRY_MEANS_EXPIRED);
    ck_assert_int_eq(meaning("Gone: a.test.", "a.test"), REGISTRY_MEANS_DELETED);
    ck_assert_int_eq(meaning("data:lowBalance", ""), REGISTRY_MEANS_LOW_BALANCE);
    ck_assert_int_eq(meaning("", ""), REGISTRY_MEANS_UNKNOWN);
}
END_TEST

START_TEST(words_and_codes_of_the_registry_are_put_into_those_of_epp)
{
    ck_assert_int_eq(profile_try(BASE "status = deleteCandidate pendingDelete\nstatus = noise -\n"
                                      "code = domain-info 2201 2303\ncode = * 2600 2400\n"),
        OK);
    ck_assert(str_eqz(profile_status(profile, STR("deleteCandidate")), "pendingDelete"));
    ck_assert(str_empty(profile_status(profile, STR("noise"))));
    ck_assert(str_eqz(profile_status(profile, STR("ok")), "ok"));
    ck_assert_int_eq(profile_code(profile, "domain-info", 2201), 2303);
    ck_assert_int_eq(profile_code(profile, "domain-update", 2201), 2201);
    ck_assert_int_eq(profile_code(profile, "host-check", 2600), 2400);
}
END_TEST

START_TEST(addresses_go_with_the_hosts_that_need_them)
{
    const struct str zone = STR("ns.other.test"), own = STR("ns.a.test"), far = STR("ns.a.example"), d = STR("a.test");
    ck_assert_int_eq(profile_try(BASE), OK);
    ck_assert(profile_host_has_addrs(profile, zone, d) && profile_host_has_addrs(profile, own, d));
    ck_assert(!profile_host_has_addrs(profile, far, d));
    ck_assert_int_eq(profile_try(BASE "host-addresses = domain\n"), OK);
    ck_assert(!profile_host_has_addrs(profile, zone, d) && profile_host_has_addrs(profile, own, d));
    ck_assert(
        profile_host_has_addrs(profile, STR("A.TEST"), d) && !profile_host_has_addrs(profile, STR("ns.aa.test"), d));
    ck_assert(profile_host_has_addrs(profile, zone, STR_NULL));
    ck_assert_int_eq(profile_try(BASE "host-addresses = always\n"), OK);
    ck_assert(profile_host_has_addrs(profile, far, d));
}
END_TEST

/* What a connection cannot do is known before anything is connected. */
START_TEST(a_connection_is_refused_where_the_profile_asks_for_more)
{
    static const char connection[] = "id = x\nprofile = p.conf\naddr = 127.0.0.1:700\ntls-name = localhost\nclid = us\n"
                                     "password-file = pw\n";
    const char *file = testdir_path(&arena, dir, "c.conf");
    struct registry_config c;
    testdir_write(file, str_of(connection));
    testdir_write(path, STR(BASE));
    ck_assert_int_eq(registry_config_read(&arena, file, &c, &e), OK);
    testdir_write(path, STR(BASE "tls-certificate = yes\n"));
    ck_assert_int_eq(registry_config_read(&arena, file, &c, &e), INVALID);
    ck_assert_str_eq(e.code, "registry-certificate");
    testdir_write(path, STR(BASE "transport = https\n"));
    ck_assert_int_eq(registry_config_read(&arena, file, &c, &e), INVALID);
    ck_assert_str_eq(e.code, "registry-transport");
}
END_TEST

START_TEST(extensions_that_other_keys_speak_of_are_logged_in_for)
{
    ck_assert_int_eq(profile_try(BASE "restore = none\n"), OK);
    ck_assert_uint_eq(profile->extensions.n + profile->extensions_required.n, 0);
    ck_assert_ptr_null(profile->fee);
    ck_assert_int_eq(profile_try(BASE "restore = none\nfee-version = 1.0\n"), OK);
    ck_assert(str_eqz(profile->extensions.items[0], "urn:ietf:params:xml:ns:epp:fee-1.0"));
    ck_assert_ptr_nonnull(profile->fee);
    ck_assert_int_eq(profile_try(BASE "extension = urn:a\nfee-version = 0.11\n"), OK);
    ck_assert_uint_eq(profile->extensions.n, 3);
    ck_assert(str_eqz(profile->extensions.items[1], "urn:ietf:params:xml:ns:fee-0.11"));
    ck_assert(str_eqz(profile->extensions.items[2], "urn:ietf:params:xml:ns:rgp-1.0"));
    ck_assert_int_eq(
        profile_try(BASE "restore = none\nextension = urn:ietf:params:xml:ns:fee-0.5\nfee-version = 0.5\n"), OK);
    ck_assert_uint_eq(profile->extensions.n, 1);
    ck_assert_int_eq(profile_try(BASE "tld = other subproduct=dotOTHER\n"), OK);
    ck_assert(str_eqz(profile->extensions_required.items[0], "http://www.verisign-grs.com/epp/namestoreExt-1.1"));
    ck_assert(str_eqz(profile_subproduct(profile, STR("a.other")), "dotOTHER"));
    ck_assert(
        str_empty(profile_subproduct(profile, STR("a.test"))) && str_empty(profile_subproduct(profile, STR_NULL)));
}
END_TEST

/* How many names were in each command. */
static size_t portions[8], portions_n;

static enum status check_noted(void *ctx, struct registry_call *c, const struct str *names, size_t n,
    struct registry_avail *out, struct error *err)
{
    (void)ctx, (void)c, (void)err;
    ck_assert_uint_lt(portions_n, ARRAY_LEN(portions));
    portions[portions_n++] = n;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct registry_avail){.name = names[i], .available = true};
    return OK;
}

START_TEST(a_long_check_goes_in_commands_that_the_registry_takes)
{
    static const char *const asked[] = {"a.test", "b.test", "c.test", "d.other", "e.other", "f.test"};
    struct str names[ARRAY_LEN(asked)];
    struct registry_avail out[ARRAY_LEN(asked)] = {0};
    struct registry r = {.adapter.domain_check = check_noted};
    const struct registry_work w = {.registry = &r, .arena = &arena};
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        names[i] = str_of(asked[i]);
    ck_assert_int_eq(profile_try(BASE "check-max = 4\ntld = other\n"), OK);
    r.profile = profile;
    portions_n = 0;
    ck_assert_int_eq(registry_domain_check(&w, names, ARRAY_LEN(names), out, &e), OK);
    ck_assert_uint_eq(portions_n, 2);
    ck_assert(portions[0] == 4 && portions[1] == 2);
    ck_assert_int_eq(profile_try(BASE "check-max = 2\nsubproduct = dotX\ntld = other subproduct=dotY\n"), OK);
    r.profile = profile;
    portions_n = 0;
    ck_assert_int_eq(registry_domain_check(&w, names, ARRAY_LEN(names), out, &e), OK);
    ck_assert_uint_eq(portions_n, 4);
    ck_assert(portions[0] == 2 && portions[1] == 1 && portions[2] == 2 && portions[3] == 1);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        ck_assert(str_eq(out[i].name, names[i]));
}
END_TEST

/* Each of the kinds that are demanded is there, nothing else is, and what we make passes our own check. */
START_TEST(authinfo_is_made_by_the_rules_of_the_profile)
{
    static const struct {
        const char *lines;
        size_t length;
    } rules[] = {{"", 16}, {"authinfo-max = 64", 24}, {"authinfo-min = 40\nauthinfo-max = 48", 40},
        {"authinfo-min = 6\nauthinfo-max = 6", 6}, {"authinfo-signs =\nauthinfo-needs = upper digit", 16},
        {"authinfo-signs = #\nauthinfo-needs = sign", 16}};
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        ck_assert_int_eq(profile_try(arena_printf(&arena, BASE "%s\n", rules[i].lines)), OK);
        for (int k = 0; k < 200; k++) {
            struct str text = registry_authinfo_new(profile, &arena);
            ck_assert_uint_eq(text.n, rules[i].length);
            ck_assert_msg(registry_authinfo_check(profile, text, &e) == OK, "%.*s: %s", STR_ARG(text), e.text);
            ck_assert(!ascii_is_digit(text.p[0]) && ascii_is_alnum(text.p[0]));
        }
    }
    ck_assert(!str_eq(registry_authinfo_new(profile, &arena), registry_authinfo_new(profile, &arena)));
}
END_TEST

START_TEST(authinfo_that_the_registry_would_refuse_is_not_sent)
{
    static const struct {
        const char *text, *says;
    } wrong[] = {{"Ab1-efghijk", "has 11 characters"}, {"Ab1-efghijklmnopq", "has 17 characters"},
        {"", "has 0 characters"}, {"ab1-efghijkl", "lacks a capital"}, {"AB1-EFGHIJKL", "lacks a small"},
        {"Abc-efghijkl", "lacks a digit"}, {"Ab1cefghijkl", "lacks a sign"}, {"Ab1-efgh#jkl", "does not take"},
        {"Ab1-ef ghijk", "does not take"},
        {"Ab1-\xc3\xbc"
         "efghij",
            "does not take"}};
    ck_assert_int_eq(profile_try(BASE), OK);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        ck_assert_int_eq(registry_authinfo_check(profile, str_of(wrong[i].text), &e), INVALID);
        ck_assert_msg(strstr(e.text, wrong[i].says) != NULL, "%s: %s", wrong[i].text, e.text);
        ck_assert_ptr_null(wrong[i].text[0] != '\0' ? strstr(e.text, wrong[i].text) : NULL);
    }
    ck_assert_int_eq(registry_authinfo_check(profile, STR("Ab1-efghijkl"), &e), OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("profile");
    TCase *c = tcase_create("profile");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_bad_profile_is_refused_with_file_line_and_key);
    tcase_add_test(c, what_a_profile_must_say_is_missed);
    tcase_add_test(c, lists_have_an_end);
    tcase_add_test(c, poll_messages_mean_what_the_profile_says_and_name_their_object);
    tcase_add_test(c, words_and_codes_of_the_registry_are_put_into_those_of_epp);
    tcase_add_test(c, addresses_go_with_the_hosts_that_need_them);
    tcase_add_test(c, a_connection_is_refused_where_the_profile_asks_for_more);
    tcase_add_test(c, extensions_that_other_keys_speak_of_are_logged_in_for);
    tcase_add_test(c, a_long_check_goes_in_commands_that_the_registry_takes);
    tcase_add_test(c, authinfo_is_made_by_the_rules_of_the_profile);
    tcase_add_test(c, authinfo_that_the_registry_would_refuse_is_not_sent);
    suite_add_tcase(s, c);
    return suite_run(s);
}
