#include "registry/dnssec.h"
#include "registry/epp_build.h"
#include "registry/fit.h"
#include "tests/epp/gen.h"
#include "tests/registry/profile_fixture.h"

/* DS records and keys: what is refused, what a change is, and how each version of secDNS says it. */

#define BASE "name = x\nobject = urn:ietf:params:xml:ns:domain-1.0\ntld = test\n"
#define V11 "extension = urn:ietf:params:xml:ns:secDNS-1.1\n"
#define V10 "extension = urn:ietf:params:xml:ns:secDNS-1.0\n"
#define SHA1 "49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC"
#define SHA256 "2BB183AF5F22588179A53B0A98631FAD1A292118B83C0C1E4E2A6A1D9C4F7E10"
#define SHA384 SHA256 "2BB183AF5F22588179A53B0A98631FAD"
#define KEY "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="

/* ---- one record -------------------------------------------------------------------------------------------- */

static const struct {
    struct registry_ds ds;
    const char *code;
} records[] = {
    {{0, 8, 1, STR(SHA1)}, NULL},
    {{65535, 13, 2, STR(SHA256)}, NULL},
    {{1, 15, 4, STR(SHA384)}, NULL},
    {{1, 13, 2, STR("2bb183af5f22588179a53b0a98631fad1a292118b83c0c1e4e2a6a1d9c4f7e10")}, NULL},
    {{65536, 13, 2, STR(SHA256)}, "dnssec-key-tag"},
    {{-1, 13, 2, STR(SHA256)}, "dnssec-key-tag"},
    {{1, 0, 2, STR(SHA256)}, "dnssec-algorithm"},
    {{1, 1, 2, STR(SHA256)}, "dnssec-algorithm"},
    {{1, 2, 2, STR(SHA256)}, "dnssec-algorithm"},
    {{1, 9, 2, STR(SHA256)}, "dnssec-algorithm"},
    {{1, 255, 2, STR(SHA256)}, "dnssec-algorithm"},
    {{1, 13, 0, STR(SHA256)}, "dnssec-digest-type"},
    {{1, 13, 7, STR(SHA256)}, "dnssec-digest-type"},
    {{1, 13, 255, STR(SHA256)}, "dnssec-digest-type"},
    {{1, 13, 1, STR(SHA256)}, "dnssec-digest"},
    {{1, 13, 2, STR(SHA1)}, "dnssec-digest"},
    {{1, 13, 2, STR("")}, "dnssec-digest"},
    {{1, 13, 1, STR("49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AG")}, "dnssec-digest"},
};

START_TEST(a_ds_record_is_well_or_is_refused_by_name)
{
    const struct registry_dnssec d = {.ds = {records[_i].ds}, .ds_n = 1};
    enum status s = dnssec_check(&d, &arena, &e);
    ck_assert_msg(s == (records[_i].code == NULL ? OK : INVALID), "%d: %s", _i, e.text);
    if (s != OK)
        ck_assert_str_eq(e.code, records[_i].code);
}
END_TEST

static const struct {
    struct registry_dnskey key;
    const char *code;
} keys[] = {
    {{257, 3, 13, STR(KEY)}, NULL},
    {{256, 3, 13, STR(KEY)}, NULL},
    {{385, 3, 13, STR(KEY)}, NULL},
    {{1, 3, 13, STR(KEY)}, "dnssec-key-flags"},
    {{65535, 3, 13, STR(KEY)}, "dnssec-key-flags"},
    {{257, 2, 13, STR(KEY)}, "dnssec-key-protocol"},
    {{257, 3, 4, STR(KEY)}, "dnssec-algorithm"},
    {{257, 3, 13, STR("not base64!")}, "dnssec-key"},
    {{257, 3, 13, STR("")}, "dnssec-key"},
    {{257, 3, 13, STR("YWJj")}, "dnssec-key"},
};

START_TEST(a_key_is_well_or_is_refused_by_name)
{
    const struct registry_dnssec d = {.keys = {keys[_i].key}, .keys_n = 1};
    enum status s = dnssec_check(&d, &arena, &e);
    ck_assert_msg(s == (keys[_i].code == NULL ? OK : INVALID), "%d: %s", _i, e.text);
    if (s != OK)
        ck_assert_str_eq(e.code, keys[_i].code);
}
END_TEST

static void ck_refused(const struct registry_dnssec *d, const char *code)
{
    ck_assert_int_eq(dnssec_check(d, &arena, &e), INVALID);
    ck_assert_str_eq(e.code, code);
}

START_TEST(what_does_not_go_together_is_refused)
{
    const struct registry_ds ds = {1, 13, 2, STR(SHA256)};
    const struct registry_dnskey key = {257, 3, 13, STR(KEY)};
    ck_refused(&(struct registry_dnssec){.ds = {ds, ds}, .ds_n = 2}, "dnssec-twice");
    ck_refused(&(struct registry_dnssec){.keys = {key, key}, .keys_n = 2}, "dnssec-twice");
    ck_refused(&(struct registry_dnssec){.ds = {ds}, .ds_n = 1, .keys = {key}, .keys_n = 1}, "dnssec-mixed");
    ck_refused(&(struct registry_dnssec){.max_sig_life = 86400}, "dnssec-max-sig-life");
    ck_refused(&(struct registry_dnssec){.ds = {ds}, .ds_n = 1, .max_sig_life = -1}, "dnssec-max-sig-life");
}
END_TEST

/* ---- a change ------------------------------------------------------------------------------------------------ */

static const struct registry_ds one = {1, 13, 2, STR(SHA256)}, two = {2, 13, 1, STR(SHA1)},
                                three = {3, 8, 1, STR(SHA1)}, other_one = {1, 8, 1, STR(SHA1)};

static struct registry_dnssec set(size_t n, const struct registry_ds *a, const struct registry_ds *b)
{
    struct registry_dnssec d = {.ds_n = n};
    if (n > 0)
        d.ds[0] = *a;
    if (n > 1)
        d.ds[1] = *b;
    return d;
}

static struct registry_dnssec_change diff(struct registry_dnssec there, struct registry_dnssec wanted)
{
    struct registry_dnssec_change c;
    dnssec_diff(&there, &wanted, &c);
    return c;
}

START_TEST(a_change_is_what_is_missing_and_what_is_too_much)
{
    struct registry_dnssec_change c = diff(set(2, &one, &two), set(2, &two, &three));
    ck_assert(c.add.ds_n == 1 && c.add.ds[0].key_tag == 3 && c.rem.ds_n == 1 && c.rem.ds[0].key_tag == 1);
    ck_assert(dnssec_changes(&c) && c.whole.ds_n == 2);
    struct registry_dnssec there = set(2, &two, &three);
    ck_assert(dnssec_shown(&there, &c));
    there = set(2, &one, &three);
    ck_assert(!dnssec_shown(&there, &c)); /* what was to go is there */
    there = set(1, &two, NULL);
    ck_assert(!dnssec_shown(&there, &c)); /* what was to come is not */
    c = diff(set(2, &one, &two), set(2, &two, &one));
    ck_assert(!dnssec_changes(&c));
    struct registry_dnssec lower = set(1, &one, NULL);
    lower.ds[0].digest = str_lower(&arena, one.digest);
    c = diff(lower, set(1, &one, NULL));
    ck_assert(!dnssec_changes(&c));
}
END_TEST

START_TEST(a_key_whose_lines_are_broken_is_the_same_key)
{
    struct registry_dnssec there = {.keys = {{257, 3, 13,
                                        STR("mdsswUyr3DPW132mOi8V9xESWE8jTo0d\n xCjjnopKl+GqJxpVXckHA"
                                            "eF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==")}},
        .keys_n = 1};
    struct registry_dnssec wanted = {.keys = {{257, 3, 13, STR(KEY)}}, .keys_n = 1};
    struct registry_dnssec_change c = diff(there, wanted);
    ck_assert(!dnssec_changes(&c));
    wanted.keys[0].flags = 256;
    c = diff(there, wanted);
    ck_assert(dnssec_changes(&c) && c.add.keys_n == 1 && c.rem.keys_n == 1);
}
END_TEST

/* ---- the profile --------------------------------------------------------------------------------------------- */

static void ck_fit(const char *lines, struct registry_dnssec wanted, bool urgent, const char *code)
{
    struct registry_request out;
    struct registry_domain_update u = {
        .name = STR("a.test"), .dnssec = diff((struct registry_dnssec){.ds_n = 0}, wanted)};
    const struct registry_request in = {.verb = REGISTRY_DOMAIN_UPDATE, .key = "k", .domain_update = &u};
    u.dnssec.urgent = urgent;
    profile_set(BASE, lines);
    error_clear(&e);
    enum status s = request_fit(profile, &arena, 0, &in, &out, &e);
    ck_assert_msg(s == (code == NULL ? OK : INVALID), "%s: %s", lines, e.text);
    if (code != NULL)
        ck_assert_msg(strcmp(e.code, code) == 0, "%s: %s: %s", lines, e.code, e.text);
}

START_TEST(a_registry_is_told_what_its_profile_says)
{
    struct registry_dnssec ds = set(2, &one, &two), key = {.keys = {{257, 3, 13, STR(KEY)}}, .keys_n = 1};
    ck_fit("", ds, false, "dnssec-not-spoken");
    ck_fit(V11, ds, false, NULL);
    ck_fit(V11, key, false, "dnssec-wants-ds");
    ck_fit(V11 "dnssec = keys", key, false, NULL);
    ck_fit(V11 "dnssec = keys", ds, false, "dnssec-wants-keys");
    ck_fit(V11 "dnssec = either", ds, false, NULL);
    ck_fit(V11 "dnssec = either", key, false, NULL);
    ck_fit(V10 "dnssec = either", key, false, "dnssec-wants-ds");
    ck_fit(V11 "dnssec-max = 1", ds, false, "dnssec-count");
    ck_fit(V11, ds, true, "dnssec-urgent");
    ck_fit(V11 "dnssec-urgent = yes", ds, true, NULL);
    ds.max_sig_life = 86400;
    ck_fit(V11, ds, false, "dnssec-max-sig-life");
    ck_fit(V11 "dnssec-max-sig-life = yes", ds, false, NULL);
}
END_TEST

START_TEST(how_long_signatures_live_is_said_of_records_only)
{
    const struct registry_dnssec none = {.ds_n = 0};
    struct registry_request out;
    struct registry_domain_update u = {.name = STR("a.test"), .dnssec = diff(set(1, &one, NULL), none)};
    const struct registry_request in = {.verb = REGISTRY_DOMAIN_UPDATE, .key = "k", .domain_update = &u};
    profile_set(BASE, V11 "dnssec-max-sig-life = yes");
    ck_assert_int_eq(request_fit(profile, &arena, 0, &in, &out, &e), OK);
    u.dnssec.max_sig_life = 3600;
    ck_assert_int_eq(request_fit(profile, &arena, 0, &in, &out, &e), INVALID);
    ck_assert_str_eq(e.code, "dnssec-max-sig-life");
}
END_TEST

/* ---- on the wire ------------------------------------------------------------------------------------------------ */

#define DS(tag, alg, type, digest)                                                                                     \
    "<secDNS:dsData><secDNS:keyTag>" tag "</secDNS:keyTag><secDNS:alg>" alg "</secDNS:alg><secDNS:digestType>" type    \
    "</secDNS:digestType><secDNS:digest>" digest "</secDNS:digest></secDNS:dsData>"
#define ONE DS("1", "13", "2", SHA256)
#define TWO DS("2", "13", "1", SHA1)
#define THREE DS("3", "8", "1", SHA1)

static const char *frames; /* what a test's documents are kept as */

static const char *said(const char *lines, const struct registry_dnssec_change *c)
{
    static unsigned number; /* each test is a process of its own */
    struct registry_domain_update u = {.name = STR("a.test"), .dnssec = *c};
    profile_set(BASE, lines);
    const struct epp_build b = {profile, &arena};
    struct epp_command cmd = epp_build_domain_update(&b, &u);
    cmd.cltrid = STR("FW-test-0001");
    struct str doc = encode_command(&arena, &cmd);
    keep_frame("valid", arena_printf(&arena, "dnssec-%s", frames), number++, doc);
    (void)decode_command(&arena, doc);
    return str_dupz(&arena, doc);
}

static void ck_said(const char *lines, struct registry_dnssec_change c, const char *want)
{
    const char *doc = said(lines, &c);
    ck_assert_msg(strstr(doc, want) != NULL, "no %s in %s", want, doc);
}

START_TEST(secdns_1_1_says_what_goes_and_what_comes)
{
    frames = "1.1";
    struct registry_dnssec none = {.ds_n = 0};
    ck_said(V11, diff(none, set(1, &one, NULL)), "secDNS-1.1\"><secDNS:add>" ONE "</secDNS:add></secDNS:update>");
    ck_said(V11, diff(set(2, &one, &two), set(2, &two, &three)),
        "<secDNS:rem>" ONE "</secDNS:rem><secDNS:add>" THREE "</secDNS:add></secDNS:update>");
    ck_said(V11, diff(set(2, &one, &two), none), "<secDNS:rem><secDNS:all>1</secDNS:all></secDNS:rem></secDNS:update>");
    ck_said(V11, diff(set(1, &one, NULL), set(1, &two, NULL)),
        "<secDNS:rem><secDNS:all>1</secDNS:all></secDNS:rem><secDNS:add>" TWO "</secDNS:add></secDNS:update>");
    struct registry_dnssec_change c = diff(none, set(1, &one, NULL));
    struct registry_dnssec before = set(1, &one, NULL), after = set(1, &two, NULL);
    before.max_sig_life = after.max_sig_life = 3600; /* which may go with the last record */
    ck_said(V11, diff(before, after),
        "<secDNS:rem><secDNS:all>1</secDNS:all></secDNS:rem><secDNS:add>" TWO
        "</secDNS:add><secDNS:chg><secDNS:maxSigLife>3600</secDNS:maxSigLife></secDNS:chg></secDNS:update>");
    ck_said(V11, diff(before, none), "<secDNS:rem><secDNS:all>1</secDNS:all></secDNS:rem></secDNS:update>");
    after = set(2, &one, &two);
    after.max_sig_life = 3600;
    ck_said(V11, diff(before, after), "<secDNS:add>" TWO "</secDNS:add></secDNS:update>");
    c.urgent = true;
    c.max_sig_life = 604800;
    ck_said(V11, c, "<secDNS:chg><secDNS:maxSigLife>604800</secDNS:maxSigLife></secDNS:chg>");
    ck_said(V11, c, "urgent=\"1\"");
}
END_TEST

START_TEST(keys_and_ds_records_are_exchanged_for_each_other)
{
    frames = "keys";
    const struct registry_dnssec key = {.keys = {{257, 3, 13, STR(KEY)}}, .keys_n = 1};
    ck_said(V11 "dnssec = either", diff(set(1, &one, NULL), key),
        "<secDNS:rem><secDNS:all>1</secDNS:all></secDNS:rem><secDNS:add><secDNS:keyData><secDNS:flags>257</"
        "secDNS:flags>"
        "<secDNS:protocol>3</secDNS:protocol><secDNS:alg>13</secDNS:alg><secDNS:pubKey>" KEY "</secDNS:pubKey>"
        "</secDNS:keyData></secDNS:add>");
}
END_TEST

START_TEST(secdns_1_0_adds_or_removes_by_key_tag_or_exchanges_all)
{
    frames = "1.0";
    struct registry_dnssec none = {.ds_n = 0};
    ck_said(V10, diff(set(1, &one, NULL), set(2, &one, &two)),
        "secDNS-1.0\"><secDNS:add>" TWO "</secDNS:add></secDNS:update>");
    ck_said(
        V10, diff(set(2, &one, &two), set(2, &two, &three)), "<secDNS:chg>" TWO THREE "</secDNS:chg></secDNS:update>");
    ck_said(V10, diff(set(2, &one, &two), set(1, &two, NULL)), "<secDNS:chg>" TWO "</secDNS:chg></secDNS:update>");
    ck_said(V10, diff(set(2, &one, &other_one), none),
        "<secDNS:rem><secDNS:keyTag>1</secDNS:keyTag></secDNS:rem></secDNS:update>");
    struct registry_dnssec_change c = diff(none, set(1, &one, NULL));
    c.max_sig_life = 604800;
    ck_said(V10, c, "<secDNS:maxSigLife>604800</secDNS:maxSigLife></secDNS:dsData>");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dnssec");
    TCase *c = tcase_create("dnssec");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, a_ds_record_is_well_or_is_refused_by_name, 0, (int)ARRAY_LEN(records));
    tcase_add_loop_test(c, a_key_is_well_or_is_refused_by_name, 0, (int)ARRAY_LEN(keys));
    tcase_add_test(c, what_does_not_go_together_is_refused);
    tcase_add_test(c, a_change_is_what_is_missing_and_what_is_too_much);
    tcase_add_test(c, a_key_whose_lines_are_broken_is_the_same_key);
    tcase_add_test(c, a_registry_is_told_what_its_profile_says);
    tcase_add_test(c, how_long_signatures_live_is_said_of_records_only);
    tcase_add_test(c, secdns_1_1_says_what_goes_and_what_comes);
    tcase_add_test(c, keys_and_ds_records_are_exchanged_for_each_other);
    tcase_add_test(c, secdns_1_0_adds_or_removes_by_key_tag_or_exchanges_all);
    suite_add_tcase(s, c);
    return suite_run(s);
}
