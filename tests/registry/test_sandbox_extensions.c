/* What the registry does by extensions that only some personalities have: keys in place of DS records, allocation
 * tokens, login security. */
#include "tests/registry/sandbox_fixture.h"

static struct client c;

#define OBJECTS OBJECT_URI("domain") OBJECT_URI("contact") OBJECT_URI("host")
#define EXTENSIONS(list) "<svcExtension>" list "</svcExtension>"
#define DOMAIN_NS "xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\""
#define NAME(n) "<domain:name>" n "</domain:name>"
#define AUTH "<domain:authInfo><domain:pw>domain-auth</domain:pw></domain:authInfo>"
#define DAYS(n) #n "*86400000000"

static void advance(const char *by_us)
{
    fx_sql(arena_printf(&fx_arena, "UPDATE clock SET ahead_us = ahead_us + %s", by_us));
}

/* ---- secDNS --------------------------------------------------------------------------------------------- */

#define SECDNS "urn:ietf:params:xml:ns:secDNS-1.1"
#define SEC(verb, more, inside)                                                                                        \
    "<extension><secDNS:" verb " xmlns:secDNS=\"" SECDNS "\"" more ">" inside "</secDNS:" verb "></extension>"
/* The key of RFC 4034 5.4, whose DS record by SHA-256 is in RFC 4509 2.3 for the name dskey.example.com. */
#define PUB_KEY                                                                                                        \
    "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/"            \
    "M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
#define KEY_DATA(flags, protocol, alg, key)                                                                            \
    "<secDNS:keyData><secDNS:flags>" flags "</secDNS:flags><secDNS:protocol>" protocol                                 \
    "</secDNS:protocol><secDNS:alg>" alg "</secDNS:alg><secDNS:pubKey>" key "</secDNS:pubKey></secDNS:keyData>"
#define KEY KEY_DATA("256", "3", "5", PUB_KEY)
#define DS                                                                                                             \
    "<secDNS:dsData><secDNS:keyTag>12345</secDNS:keyTag><secDNS:alg>13</secDNS:alg><secDNS:digestType>2"               \
    "</secDNS:digestType><secDNS:digest>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"              \
    "</secDNS:digest></secDNS:dsData>"
#define LIFE(s) "<secDNS:maxSigLife>" s "</secDNS:maxSigLife>"
#define KEY_NAME "dskey.alt"
/* Computed apart, by a program that gives RFC 4509's digest for RFC 4509's name. */
#define DS_DIGEST "7d8782d818055888f1d621e432afe4dbb777fbb6b5cf640d47387894c8b27022"

static int create_ext(const char *name, const char *ext)
{
    return client_command(&c,
        "<create><domain:create " DOMAIN_NS ">" NAME("%s") "%s" AUTH "</domain:create></create>%s", name,
        strstr(name, ".alt") != NULL ? "" : REGISTRANT, ext);
}

static int update_ext(const char *name, const char *ext)
{
    return client_command(
        &c, "<update><domain:update " DOMAIN_NS ">" NAME("%s") "</domain:update></update>%s", name, ext);
}

static void play_secdns(const char *personality)
{
    fx_play_text(personality);
    ck_code(client_login_for(&c, "fourways", OBJECTS EXTENSIONS(EXTENSION_URI("secDNS-1.1"))), 1000);
}

static const char *zone_text(const char *tld)
{
    struct str zone;
    struct error e;
    sandbox_publish_wait(fx_sandbox);
    const char *path = arena_printf(&fx_arena, "%s/zones/%s.zone", fx_dir, tld);
    ck_assert_int_eq(file_read(&fx_arena, path, 1 << 20, &zone, &e), OK);
    return str_dupz(&fx_arena, zone);
}

START_TEST(a_registry_of_keys_makes_the_ds_records_itself)
{
    play_secdns("name = own\nsecdns = keys\nhosts-min = 1\n");
    ck_code(create_ext(KEY_NAME, SEC("create", "", DS)), 2306);
    ck_assert(says(&c, "makes the DS records itself"));
    ck_code(create_ext(KEY_NAME, SEC("create", "", KEY)), 1000);
    ck_code(domain_by_name(&c, "info", KEY_NAME), 1000);
    ck_assert(says(&c, "<secDNS:keyData>") && says(&c, PUB_KEY) && !says(&c, "dsData"));
    ck_code(host_create(&c, "ns1.elsewhere.net", ""), 1000);
    ck_code(domain_command(&c, "update",
                NAME(KEY_NAME) "<domain:add><domain:ns><domain:hostObj>ns1.elsewhere.net</domain:hostObj></domain:ns>"
                               "</domain:add>"),
        1000);
    ck_assert_ptr_nonnull(strcasestr(zone_text("alt"), DS_DIGEST));
    ck_code(update_ext(KEY_NAME, SEC("update", "", "<secDNS:rem>" KEY_DATA("257", "3", "5", PUB_KEY) "</secDNS:rem>")),
        2303);
    ck_code(update_ext(KEY_NAME, SEC("update", "", "<secDNS:rem>" KEY "</secDNS:rem>")), 1000);
    ck_code(domain_by_name(&c, "info", KEY_NAME), 1000);
    ck_assert(!says(&c, "keyData"));
    ck_assert_ptr_null(strcasestr(zone_text("alt"), DS_DIGEST));
    client_close(&c);
}
END_TEST

START_TEST(keys_that_sign_no_zone_are_refused_with_what_is_wrong)
{
    play_secdns("name = own\nsecdns = keys\n");
    ck_code(create_ext("a.alt", SEC("create", "", KEY_DATA("256", "2", "5", PUB_KEY))), 2306);
    ck_assert(says(&c, "protocol"));
    ck_code(create_ext("a.alt", SEC("create", "", KEY_DATA("1", "3", "5", PUB_KEY))), 2306);
    ck_assert(says(&c, "flags"));
    ck_code(create_ext("a.alt", SEC("create", "", KEY_DATA("256", "3", "253", PUB_KEY))), 2306);
    ck_assert(says(&c, "alg"));
    ck_code(create_ext("a.alt", SEC("create", "", KEY)), 1000);
    client_close(&c);
}
END_TEST

START_TEST(a_registry_of_both_keeps_one_kind_for_a_domain)
{
    play_secdns("name = own\nsecdns = both\n");
    ck_code(create_ext("a.alt", SEC("create", "", KEY)), 1000);
    ck_code(update_ext("a.alt", SEC("update", "", "<secDNS:add>" DS "</secDNS:add>")), 2306);
    ck_code(
        update_ext("a.alt",
            SEC("update", "", "<secDNS:rem><secDNS:all>true</secDNS:all></secDNS:rem><secDNS:add>" DS "</secDNS:add>")),
        1000);
    ck_code(domain_by_name(&c, "info", "a.alt"), 1000);
    ck_assert(says(&c, "dsData") && !says(&c, "keyData"));
    client_close(&c);
}
END_TEST

START_TEST(how_long_signatures_live_and_urgent_updates_are_for_registries_that_have_them)
{
    play_secdns("name = own\n");
    ck_code(create_ext("a.alt", SEC("create", "", KEY)), 2306);
    ck_code(create_ext("a.alt", SEC("create", "", LIFE("3600") DS)), 2102);
    ck_code(create_ext("a.alt", SEC("create", "", DS)), 1000);
    ck_code(update_ext("a.alt", SEC("update", " urgent=\"true\"", "<secDNS:add>" DS "</secDNS:add>")), 2102);
    client_close(&c);
    play_secdns("name = own\nmax-sig-life = 604800\nds-urgent = yes\n");
    ck_code(create_ext("b.alt", SEC("create", "", LIFE("604801") DS)), 2004);
    ck_code(create_ext("b.alt", SEC("create", "", LIFE("604800") DS)), 1000);
    ck_code(update_ext("b.alt", SEC("update", " urgent=\"true\"", "<secDNS:chg>" LIFE("7200") "</secDNS:chg>")), 1000);
    ck_code(domain_by_name(&c, "info", "b.alt"), 1000);
    ck_assert(says(&c, LIFE("7200")));
    client_close(&c);
}
END_TEST

/* ---- allocation tokens ------------------------------------------------------------------------------------ */

#define TOKEN(t)                                                                                                       \
    "<extension><allocationToken:allocationToken "                                                                     \
    "xmlns:allocationToken=\"urn:ietf:params:xml:ns:allocationToken-1.0\">" t                                          \
    "</allocationToken:allocationToken></extension>"
#define TOKEN_INFO                                                                                                     \
    "<extension><allocationToken:info "                                                                                \
    "xmlns:allocationToken=\"urn:ietf:params:xml:ns:allocationToken-1.0\"/></extension>"

static int named(const char *verb, const char *name, const char *ext)
{
    return client_command(
        &c, "<%s><domain:%s " DOMAIN_NS ">" NAME("%s") "</domain:%s></%s>%s", verb, verb, name, verb, verb, ext);
}

START_TEST(a_name_with_an_allocation_token_is_only_for_who_has_it)
{
    fx_play_text(
        "name = own\nextension = urn:ietf:params:xml:ns:allocationToken-1.0\nallocation-token = Kept abc123\n");
    ck_code(client_login_for(&c, "fourways", OBJECTS EXTENSIONS(EXTENSION_URI("allocationToken-1.0"))), 1000);
    ck_code(named("check", "kept.alt", ""), 1000);
    ck_assert(says(&c, "avail=\"0\"") && says(&c, "Needs an Allocation Token"));
    ck_code(named("check", "kept.alt", TOKEN("wrong")), 1000);
    ck_assert(says(&c, "avail=\"0\"") && says(&c, "Allocation Token mismatch"));
    ck_code(named("check", "KEPT.alt", TOKEN("abc123")), 1000);
    ck_assert(says(&c, "avail=\"1\""));
    ck_code(named("check", "free.alt", TOKEN("abc123")), 1000);
    ck_assert(says(&c, "avail=\"1\""));
    ck_code(create_ext("kept.alt", ""), 2304);
    ck_code(create_ext("kept.alt", TOKEN("wrong")), 2201);
    ck_code(create_ext("kept.alt", TOKEN("abc123")), 1000);
    ck_code(named("info", "kept.alt", TOKEN_INFO), 1000);
    ck_assert(says(&c, ">abc123<"));
    ck_code(named("info", "kept.alt", ""), 1000);
    ck_assert(!says(&c, "abc123"));
    ck_code(create_ext("free.alt", ""), 1000);
    ck_code(named("info", "free.alt", TOKEN_INFO), 2303);
    client_close(&c);
    ck_code(client_login_for(&c, "rival", OBJECTS EXTENSIONS(EXTENSION_URI("allocationToken-1.0"))), 1000);
    ck_code(named("info", "kept.alt", TOKEN_INFO), 2201);
    ck_assert(!says(&c, "abc123"));
    ck_code(client_command(&c, "<transfer op=\"request\"><domain:transfer " DOMAIN_NS ">" NAME("kept.alt") AUTH
                "</domain:transfer></transfer>" TOKEN("wrong")),
        2201);
    ck_code(client_command(&c, "<transfer op=\"request\"><domain:transfer " DOMAIN_NS ">" NAME("kept.alt") AUTH
                "</domain:transfer></transfer>" TOKEN("abc123")),
        1001);
    client_close(&c);
}
END_TEST

/* ---- login security --------------------------------------------------------------------------------------- */

#define LONG_PW "a phrase that is longer than sixteen characters 1"
#define SECURITY                                                                                                       \
    "name = own\nextension = urn:ietf:params:xml:ns:epp:loginSec-1.0\npassword-min = 8\npassword-max = 64\n"           \
    "password-needs = lower digit\npassword-days = 30\npassword-warn-days = 5\n"

static int login_sec(const char *pw, const char *new_pw, const char *sec)
{
    client_open_as(&c, "fourways");
    return client_command(&c,
        "<login><clID>fourways</clID><pw>%s</pw>%s<options><version>1.0</version><lang>en</lang></"
        "options><svcs>" OBJECTS EXTENSIONS(EXTENSION_URI("epp:loginSec-1.0")) "</svcs></login>%s",
        pw, new_pw, sec);
}

#define SEC_LOGIN(inside)                                                                                              \
    "<extension><loginSec:loginSec xmlns:loginSec=\"urn:ietf:params:xml:ns:epp:loginSec-1.0\">" inside                 \
    "</loginSec:loginSec></extension>"
#define IN_EXTENSION "[LOGIN-SECURITY]"

START_TEST(a_password_may_be_longer_than_sixteen_characters_by_the_extension)
{
    fx_play_text(SECURITY);
    ck_code(login_sec("secret-one", "<newPW>" IN_EXTENSION "</newPW>",
                SEC_LOGIN("<loginSec:newPW>" LONG_PW "</loginSec:newPW>")),
        1000);
    client_close(&c);
    ck_code(login_sec("secret-one", "", ""), 2200);
    client_close(&c);
    ck_code(login_sec(IN_EXTENSION, "", ""), 2001);
    client_close(&c);
    ck_code(login_sec(IN_EXTENSION, "", SEC_LOGIN("<loginSec:pw>" LONG_PW "</loginSec:pw>")), 1000);
    ck_assert(says(&c, "type=\"stat\"") && says(&c, "name=\"failedLogins\"") && says(&c, "value=\"1\""));
    client_close(&c);
    ck_code(login_sec(IN_EXTENSION, "", SEC_LOGIN("<loginSec:pw>" LONG_PW "</loginSec:pw>")), 1000);
    ck_assert(!says(&c, "loginSecData")); /* told once */
    client_close(&c);
}
END_TEST

START_TEST(a_new_password_must_keep_the_rules_and_be_another_one)
{
    fx_play_text(SECURITY);
    ck_code(login_sec("secret-one", "<newPW>nodigits</newPW>", ""), 2306);
    ck_assert(says(&c, "type=\"newPW\"") && says(&c, "level=\"error\"") && says(&c, "a digit"));
    client_close(&c);
    ck_code(login_sec("secret-one", "<newPW>seven77</newPW>", ""), 2306);
    client_close(&c);
    ck_code(login_sec("secret-one", "<newPW>secret-one</newPW>", ""), 2306);
    client_close(&c);
    ck_code(login_sec("secret-one", "<newPW>secret-1</newPW>", ""), 1000);
    client_close(&c);
}
END_TEST

START_TEST(a_password_ends_by_the_clock_after_a_warning)
{
    fx_play_text(SECURITY);
    ck_code(login_sec("secret-one", "", ""), 1000);
    ck_assert(!says(&c, "loginSecData"));
    client_close(&c);
    advance(DAYS(26));
    ck_code(login_sec("secret-one", "", ""), 1000);
    ck_assert(says(&c, "type=\"password\"") && says(&c, "level=\"warning\"") && says(&c, "exDate="));
    client_close(&c);
    advance(DAYS(5));
    ck_code(login_sec("secret-one", "", ""), 2200);
    ck_assert(says(&c, "type=\"password\"") && says(&c, "level=\"error\""));
    client_close(&c);
    ck_code(login_sec("secret-one", "<newPW>secret-2</newPW>", ""), 1000);
    client_close(&c);
    ck_code(login_sec("secret-2", "", ""), 1000);
    ck_assert(!says(&c, "loginSecData"));
    client_close(&c);
}
END_TEST

START_TEST(failed_logins_lock_a_registrar_out_until_the_lock_ends)
{
    fx_play_text("name = own\nextension = urn:ietf:params:xml:ns:epp:loginSec-1.0\nlock-after = 2\nlock-s = 86400\n");
    for (int i = 0; i < 2; i++) {
        ck_code(login_sec("wrong-pw", "", ""), 2200);
        client_close(&c);
    }
    for (int i = 0; i < 3; i++) { /* trying on makes the lock no longer */
        ck_code(login_sec("secret-one", "", ""), 2501);
        client_close(&c);
    }
    ck_code(client_login_for(&c, "rival", OBJECTS), 1000); /* the others are not concerned */
    client_close(&c);
    advance(DAYS(1));
    ck_code(login_sec("secret-one", "", ""), 1000);
    ck_assert(says(&c, "value=\"2\""));
    client_close(&c);
}
END_TEST

static int login_of(const char *id)
{
    client_open_as(&c, "rival");
    int code = client_command(&c,
        "<login><clID>%s</clID><pw>secret-0</pw><options><version>1.0</version><lang>en</lang></options><svcs>" OBJECTS
        "</svcs></login>",
        id);
    client_close(&c);
    return code;
}

/* Processor time, the server's threads with it: of the hour it says little on a machine that is busy. */
static int64_t worked_us(void)
{
    struct timespec t;
    ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

START_TEST(an_id_that_nobody_has_is_refused_like_one_with_another_password)
{
    fx_play_text("name = own\nlock-after = 3\nlock-s = 86400\n");
    static const int codes[] = {2200, 2200, 2200, 2501, 2501}; /* the fourth finds the lock */
    int64_t spent[2] = {0};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        static const char *const ids[] = {"fourways", "nobody"};
        for (size_t k = 0; k < ARRAY_LEN(ids); k++) {
            int64_t began = worked_us();
            ck_code(login_of(ids[k]), codes[i]);
            spent[k] += worked_us() - began;
        }
    }
    ck_assert_msg(spent[1] > spent[0] / 2 && spent[0] > spent[1] / 2, "%lld us and %lld us of work",
        (long long)spent[0], (long long)spent[1]);
    ck_assert_int_eq(fx_number("SELECT COUNT(DISTINCT failures, locked_until > 0) FROM login_failure"), 1);
    ck_code(login_of("rival"), 2200); /* their ids do not lock others */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox extensions");
    TCase *t = tcase_create("extensions");
    tcase_add_checked_fixture(t, fx_setup, fx_teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_registry_of_keys_makes_the_ds_records_itself);
    tcase_add_test(t, keys_that_sign_no_zone_are_refused_with_what_is_wrong);
    tcase_add_test(t, a_registry_of_both_keeps_one_kind_for_a_domain);
    tcase_add_test(t, how_long_signatures_live_and_urgent_updates_are_for_registries_that_have_them);
    tcase_add_test(t, a_name_with_an_allocation_token_is_only_for_who_has_it);
    tcase_add_test(t, a_password_may_be_longer_than_sixteen_characters_by_the_extension);
    tcase_add_test(t, a_new_password_must_keep_the_rules_and_be_another_one);
    tcase_add_test(t, a_password_ends_by_the_clock_after_a_warning);
    tcase_add_test(t, failed_logins_lock_a_registrar_out_until_the_lock_ends);
    tcase_add_test(t, an_id_that_nobody_has_is_refused_like_one_with_another_password);
    suite_add_tcase(s, t);
    return suite_run(s);
}
