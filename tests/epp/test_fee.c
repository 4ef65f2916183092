/* One model for all versions of the fee extension; and the helpers of the other extensions. */
#include "base/crypto.h"
#include "epp/auth.h"
#include "epp/fee.h"
#include "epp/login_sec.h"
#include "epp/verisign.h"
#include "tests/epp/codec_fixture.h"

#define VERSIONS 10

static const struct epp_fee_version *v(int i)
{
    const struct epp_fee_version *version = epp_fee_nth((size_t)i);
    ck_assert_ptr_nonnull(version);
    return version;
}

/* Not among the published schemas. */
static const char *kind(const struct epp_fee_version *version)
{
    const char *name = epp_fee_name(version);
    bool none =
        strcmp(name, "0.7") == 0 || strcmp(name, "0.8") == 0 || strcmp(name, "0.9") == 0 || strcmp(name, "0.21") == 0;
    return none ? "no-schema" : "valid";
}

static bool older(const struct epp_fee_version *version, const char *than)
{
    for (size_t i = 0; epp_fee_nth(i) != version; i++)
        if (strcmp(epp_fee_name(epp_fee_nth(i)), than) == 0)
            return false;
    return strcmp(epp_fee_name(version), than) != 0;
}

START_TEST(the_newest_version_both_sides_know_is_taken)
{
    struct str uris[] = {STR(EPP_RGP_NS), STR("urn:ietf:params:xml:ns:fee-0.9"), STR("urn:ietf:params:xml:ns:fee-0.11"),
        STR("urn:ietf:params:xml:ns:epp:fee-1.0"), STR("urn:ietf:params:xml:ns:fee-0.5")};
    ck_assert_ptr_null(epp_fee_newest(&(struct epp_strs){uris, 1}));
    ck_assert_str_eq(epp_fee_name(epp_fee_newest(&(struct epp_strs){uris, 2})), "0.9");
    ck_assert_str_eq(epp_fee_name(epp_fee_newest(&(struct epp_strs){uris, 3})), "0.11");
    ck_assert_str_eq(epp_fee_name(epp_fee_newest(&(struct epp_strs){uris, 5})), "1.0");
    ck_assert_ptr_null(epp_fee_version(STR("urn:ietf:params:xml:ns:fee-0.10")));
    ck_assert_ptr_null(epp_fee_nth(VERSIONS));
    ck_assert_ptr_null(epp_fee_named(STR("0.10")));
    for (int i = 0; i < VERSIONS; i++) {
        ck_assert_ptr_eq(epp_fee_version(str_of(epp_fee_uri(v(i)))), v(i));
        ck_assert_ptr_eq(epp_fee_named(str_of(epp_fee_name(v(i)))), v(i));
    }
}
END_TEST

/* ---- asking ------------------------------------------------------------------------------------------ */
static struct str names[] = {{"example.test", 12}, {"gold.test", 9}};
static struct epp_command check_of(size_t n)
{
    struct epp_command c = {.verb = EPP_CHECK, .object = EPP_DOMAIN, .cltrid = STR("FW-1")};
    c.u.check.keys = (struct epp_strs){names, n};
    return c;
}

static const struct epp_fee_price question = {.command = {"create", 6},
    .phase = {"sunrise", 7},
    .subphase = {"local", 5},
    .period = {.n = 2},
    .currency = {"USD", 3}};

START_TEST(a_question_is_understood_in_every_version)
{
    struct epp_command c = check_of(2);
    struct epp_fee_price q = question;
    ck_assert_int_eq(epp_fee_ask(&a, &c.ext, v(_i), &c.u.check.keys, &(struct epp_fee_prices){&q, 1}, &e), OK);
    struct str doc = encode_command(&a, &c);
    keep_frame(kind(v(_i)), "fee-ask", (unsigned)_i, doc);
    struct epp_command back = decode_command(&a, doc);
    ck_assert_ptr_eq(epp_fee_used(&back.ext), v(_i));
    struct epp_fee_prices asked = epp_fee_asked(&a, &back.ext);
    bool by_name = older(v(_i), "0.11");
    ck_assert_uint_eq(asked.n, by_name ? 2 : 1);
    for (size_t i = 0; i < asked.n; i++) {
        ck_assert(by_name ? str_eq(asked.v[i].id, names[i]) : str_is_null(asked.v[i].id));
        ck_assert_str(asked.v[i].command, "create");
        ck_assert_str(asked.v[i].phase, "sunrise");
        ck_assert_str(asked.v[i].subphase, "local");
        ck_assert_str(asked.v[i].currency, "USD");
        ck_assert_uint_eq(asked.v[i].period.n, 2);
    }
}
END_TEST

START_TEST(several_questions_at_once_are_refused_where_there_is_no_place_for_them)
{
    struct epp_command c = check_of(2);
    struct epp_fee_price q[] = {question, question};
    q[1].command = STR("restore");
    q[1].period.n = 0;
    enum status s = epp_fee_ask(&a, &c.ext, v(_i), &c.u.check.keys, &(struct epp_fee_prices){q, 2}, &e);
    ck_assert_int_eq(s, epp_fee_asks_many(v(_i)) ? OK : INVALID);
    ck_assert_int_eq(epp_fee_asks_many(v(_i)), strcmp(epp_fee_name(v(_i)), "0.11") != 0);
    if (s != OK) {
        ck_assert_str_eq(e.text, "fee-0.11 asks for one command at a time, not for 2");
        ck_assert_uint_eq(c.ext.n, 0);
        return;
    }
    struct str doc = encode_command(&a, &c);
    keep_frame(kind(v(_i)), "fee-ask-two", (unsigned)_i, doc);
    struct epp_command back = decode_command(&a, doc);
    struct epp_fee_prices asked = epp_fee_asked(&a, &back.ext);
    ck_assert_uint_eq(asked.n, older(v(_i), "0.11") ? 4 : 2);
    ck_assert_str(asked.v[1].command, "restore");
}
END_TEST

START_TEST(a_check_for_no_command_is_refused)
{
    struct epp_command c = check_of(1);
    ck_assert_int_eq(epp_fee_ask(&a, &c.ext, v(_i), &c.u.check.keys, &(struct epp_fee_prices){0}, &e), INVALID);
    ck_assert_str_eq(e.code, "fee-version");
}
END_TEST

/* ---- answering --------------------------------------------------------------------------------------- */
static struct epp_fee_amount fees[] = {
    {.amount = {"5.00", 4}, .description = {"Application", 11}, .refundable = EPP_NO},
    {.amount = {"10.00", 5}, .refundable = EPP_YES, .grace_period = {"P5D", 3}, .applied = {"delayed", 7}}};
static struct epp_fee_amount credits[] = {{.amount = {"-2.50", 5}}};

static struct epp_fee_prices prices_of(struct epp_fee_price p[3])
{
    p[0] = question;
    p[0].id = names[0];
    p[0].avail = EPP_YES;
    p[0].class = STR("premium-tier1");
    p[0].fees = (struct epp_fee_amounts){fees, 2};
    p[0].credits = (struct epp_fee_amounts){credits, 1};
    p[1] = (struct epp_fee_price){.id = names[0],
        .command = STR("renew"),
        .avail = EPP_YES,
        .class = STR("premium-tier1"),
        .period = {.n = 1},
        .currency = STR("USD"),
        .fees = {fees + 1, 1}};
    p[2] = (struct epp_fee_price){.id = names[1],
        .command = STR("renew"),
        .avail = EPP_NO,
        .period = {.n = 1},
        .currency = STR("USD"),
        .fees = {fees + 1, 1},
        .reason.text = STR("not for sale")};
    return (struct epp_fee_prices){p, 3};
}

static struct epp_fee_prices answered(const struct epp_fee_version *version, const struct epp_fee_prices *prices)
{
    struct epp_response r;
    epp_response_simple(&a, &r, 1000, STR("FW-1"), STR("SRV-1"));
    epp_fee_answer(&a, &r.ext, version, prices);
    struct str doc = encode_response(&a, &r);
    keep_frame(kind(version), "fee-answer", (unsigned)prices->n, doc);
    struct epp_response back = decode_response(&a, doc);
    ck_assert(str_is_null(back.unread));
    return epp_fee_prices(&a, &back.ext);
}

START_TEST(a_price_is_understood_in_every_version)
{
    struct epp_fee_price p[3];
    struct epp_fee_prices in = prices_of(p), out = answered(v(_i), &in);
    bool many = !older(v(_i), "0.12");
    ck_assert_uint_eq(out.n, 3);
    const struct epp_fee_price *create = epp_fee_price(&out, STR("EXAMPLE.test"), "create");
    const struct epp_fee_price *gold = epp_fee_price(&out, names[1], "renew");
    ck_assert_ptr_nonnull(create);
    ck_assert_ptr_nonnull(gold);
    ck_assert_ptr_null(epp_fee_price(&out, names[1], "create"));
    ck_assert_str(create->currency, "USD");
    ck_assert_str(create->class, "premium-tier1");
    ck_assert_str(create->phase, "sunrise");
    ck_assert_uint_eq(create->period.n, 2);
    ck_assert_uint_eq(create->fees.n, 2);
    ck_assert_str(create->fees.v[0].amount, "5.00");
    ck_assert_str(create->fees.v[0].description, "Application");
    ck_assert_int_eq(create->fees.v[0].refundable, EPP_NO);
    ck_assert_int_eq(create->fees.v[1].refundable, EPP_YES);
    ck_assert_str(create->fees.v[1].grace_period, "P5D");
    ck_assert(older(v(_i), "0.6") || str_eqz(create->fees.v[1].applied, "delayed"));
    ck_assert_uint_eq(create->credits.n, older(v(_i), "0.8") ? 0 : 1);
    ck_assert_int_eq(epp_fee_premium(create), EPP_YES);
    if (!older(v(_i), "0.11")) {
        ck_assert_int_eq(create->avail, EPP_YES);
        ck_assert_int_eq(gold->avail, EPP_NO);
        ck_assert_str(gold->reason.text, "not for sale");
    }
    ck_assert_int_eq(epp_fee_price(&out, names[0], "renew") == create + 1, true);
    ck_assert(!many || str_eqz(gold->currency, "USD"));
}
END_TEST

START_TEST(an_object_without_any_price_says_why)
{
    struct epp_fee_price p = {
        .id = names[1], .avail = EPP_NO, .currency = STR("USD"), .reason = {STR("not for sale"), STR_NULL}};
    struct epp_fee_prices out = answered(v(_i), &(struct epp_fee_prices){&p, 1});
    ck_assert_uint_eq(out.n, 1);
    ck_assert_int_eq(out.v[0].avail, EPP_NO);
    ck_assert_str(out.v[0].reason.text, "not for sale");
    ck_assert(str_is_null(out.v[0].command));
}
END_TEST

START_TEST(an_answer_without_prices_has_none)
{
    struct epp_exts none = {0};
    ck_assert_uint_eq(epp_fee_prices(&a, &none).n, 0);
    ck_assert_uint_eq(epp_fee_asked(&a, &none).n, 0);
    ck_assert_ptr_null(epp_fee_charged(&none));
    ck_assert_ptr_null(epp_fee_agreed(&none));
    ck_assert_ptr_null(epp_fee_used(&none));
}
END_TEST

/* ---- charges ----------------------------------------------------------------------------------------- */
static const enum epp_verb charged_verbs[] = {EPP_CREATE, EPP_RENEW, EPP_TRANSFER, EPP_UPDATE};

static struct epp_command transform(enum epp_verb verb)
{
    struct gen g = {.a = &a, .state = 4711};
    struct epp_command c = gen_command(&g, verb, EPP_DOMAIN);
    c.ext = (struct epp_exts){0};
    return c;
}

START_TEST(what_is_agreed_to_is_understood_in_every_version)
{
    struct epp_fee_charge charge = {.currency = STR("USD"), .fees = {fees, 2}};
    for (size_t k = 0; k < ARRAY_LEN(charged_verbs); k++) {
        struct epp_command c = transform(charged_verbs[k]);
        ck_assert_int_eq(epp_fee_agree(&a, &c.ext, v(_i), c.verb, &charge, &e), OK);
        struct str doc = encode_command(&a, &c);
        keep_frame(kind(v(_i)), "fee-agree", (unsigned)(_i * 10 + (int)k), doc);
        struct epp_command back = decode_command(&a, doc);
        const struct epp_fee_charge *agreed = epp_fee_agreed(&back.ext);
        ck_assert_ptr_nonnull(agreed);
        ck_assert_str(agreed->currency, "USD");
        ck_assert_uint_eq(agreed->fees.n, 2);
        ck_assert_str(agreed->fees.v[1].amount, "10.00");
        ck_assert_ptr_null(epp_fee_charged(&back.ext));
    }
}
END_TEST

START_TEST(what_a_version_cannot_say_is_not_left_out_of_what_we_agree_to)
{
    struct epp_exts exts = {0};
    struct epp_fee_charge charge = {.currency = STR("USD"), .fees = {fees, 1}, .credits = {credits, 1}};
    enum status s = epp_fee_agree(&a, &exts, v(_i), EPP_CREATE, &charge, &e);
    ck_assert_int_eq(s, older(v(_i), "0.8") ? INVALID : OK);
    ck_assert_int_eq(epp_fee_agree(&a, &exts, v(_i), EPP_DELETE, &charge, &e), INVALID);
    ck_assert_str_eq(e.text, "the fee extension has nothing to agree to in such a command");
}
END_TEST

START_TEST(what_was_charged_is_understood_in_every_version)
{
    static const enum epp_verb verbs[] = {EPP_CREATE, EPP_RENEW, EPP_TRANSFER, EPP_UPDATE, EPP_DELETE};
    struct epp_fee_charge charge = {.currency = STR("USD"),
        .fees = {fees, 1},
        .credits = {credits, 1},
        .balance = STR("-12.5"),
        .credit_limit = STR("1000")};
    for (size_t k = 0; k < ARRAY_LEN(verbs); k++) {
        struct epp_response r;
        epp_response_simple(&a, &r, 1000, STR("FW-1"), STR("SRV-1"));
        epp_fee_tell(&a, &r.ext, v(_i), verbs[k], &charge);
        struct str doc = encode_response(&a, &r);
        keep_frame(kind(v(_i)), "fee-tell", (unsigned)(_i * 10 + (int)k), doc);
        struct epp_response back = decode_response(&a, doc);
        const struct epp_fee_charge *told = epp_fee_charged(&back.ext);
        ck_assert_ptr_nonnull(told);
        ck_assert_str(told->currency, "USD");
        bool transfer = verbs[k] == EPP_TRANSFER, deleted = verbs[k] == EPP_DELETE;
        ck_assert(deleted ? told->credits.n == 1 : told->fees.n == 1);
        bool no_balance = transfer && !older(v(_i), "0.8") && older(v(_i), "0.12");
        ck_assert(no_balance ? str_is_null(told->balance) : str_eqz(told->balance, "-12.5"));
    }
}
END_TEST

/* ---- money ------------------------------------------------------------------------------------------- */
START_TEST(amounts_are_converted_exactly_or_not_at_all)
{
    static const struct {
        const char *amount;
        unsigned digits;
        bool ok;
        int64_t minor;
    } rows[] = {{"10.00", 2, true, 1000}, {"10.5", 2, true, 1050}, {"10", 2, true, 1000}, {"10.", 0, true, 10},
        {".5", 1, true, 5}, {"-2.50", 2, true, -250}, {"+1", 0, true, 1}, {"1.000", 1, true, 10}, {"0", 2, true, 0},
        {"1.001", 1, false, 0}, {"1.001", 2, false, 0}, {"0.0001", 3, false, 0}, {"1.05", 1, false, 0},
        {"922337203685477580", 1, true, 9223372036854775800}, {"922337203685477581", 1, false, 0},
        {"999999999999999999", 2, false, 0}, {"", 2, false, 0}, {"-", 2, false, 0}, {".", 2, false, 0},
        {"1,5", 2, false, 0}, {"1e3", 2, false, 0}, {"1 000", 2, false, 0}, {"1.2.3", 2, false, 0}, {"1", 19, false, 0},
        {"0.123", 3, true, 123}, {"7.000000", 3, true, 7000}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t minor = 0;
        ck_assert_msg(epp_fee_minor(str_of(rows[i].amount), rows[i].digits, &minor) == rows[i].ok, "%s %u",
            rows[i].amount, rows[i].digits);
        ck_assert_int_eq(minor, rows[i].minor);
    }
}
END_TEST

START_TEST(minor_units_are_written_as_decimals)
{
    ck_assert_str(epp_fee_decimal(&a, 1050, 2), "10.50");
    ck_assert_str(epp_fee_decimal(&a, -5, 2), "-0.05");
    ck_assert_str(epp_fee_decimal(&a, 0, 2), "0.00");
    ck_assert_str(epp_fee_decimal(&a, 1050, 0), "1050");
    ck_assert_str(epp_fee_decimal(&a, 1050, 3), "1.050");
    ck_assert_str(epp_fee_decimal(&a, INT64_MIN, 0), "-9223372036854775808");
}
END_TEST

START_TEST(fees_and_credits_are_added_up)
{
    int64_t total;
    ck_assert(epp_fee_total(&(struct epp_fee_amounts){fees, 2}, &(struct epp_fee_amounts){credits, 1}, 2, &total));
    ck_assert_int_eq(total, 1250);
    ck_assert(!epp_fee_total(&(struct epp_fee_amounts){fees, 2}, &(struct epp_fee_amounts){credits, 1}, 0, &total));
    struct epp_fee_amount big[] = {{.amount = STR("999999999999999999")}, {.amount = STR("999999999999999999")}};
    struct epp_fee_amounts many = {ARENA_ARRAY(&a, 10, struct epp_fee_amount), 10};
    for (size_t i = 0; i < many.n; i++)
        many.v[i] = big[0];
    ck_assert(!epp_fee_total(&many, &(struct epp_fee_amounts){0}, 0, &total));
}
END_TEST

START_TEST(what_is_premium_follows_from_class_or_standard)
{
    ck_assert_int_eq(epp_fee_premium(&(struct epp_fee_price){.class = STR("Standard")}), EPP_NO);
    ck_assert_int_eq(epp_fee_premium(&(struct epp_fee_price){.class = STR("tier 4")}), EPP_YES);
    ck_assert_int_eq(epp_fee_premium(&(struct epp_fee_price){.standard = EPP_YES}), EPP_NO);
    ck_assert_int_eq(epp_fee_premium(&(struct epp_fee_price){.standard = EPP_NO}), EPP_UNSAID);
    ck_assert_int_eq(epp_fee_premium(&(struct epp_fee_price){0}), EPP_UNSAID);
}
END_TEST

/* ---- login security ---------------------------------------------------------------------------------- */
START_TEST(a_long_password_travels_in_the_extension)
{
    struct epp_login_sec sec = {0};
    struct epp_command c = {.verb = EPP_LOGIN};
    struct str pw, new_pw, uri = STR(EPP_DOMAIN_NS);
    c.u.login.clid = STR("ClientX");
    c.u.login.objects = (struct epp_strs){&uri, 1};
    epp_login_sec_passwords(&c.u.login, &sec, STR("foo-BAR2"), STR("a password of thirty characters"));
    ck_assert_str(c.u.login.pw, "foo-BAR2");
    ck_assert_str(c.u.login.new_pw, EPP_LOGIN_SEC_PW);
    ck_assert(str_is_null(sec.pw));
    sec.agent.app = STR("Fourways");
    epp_ext_add(&a, &c.ext, &epp_login_sec, &sec);
    struct str doc = encode_command(&a, &c);
    keep_frame("valid", "login-sec", 0, doc);
    struct epp_command back = decode_command(&a, doc);
    ck_assert(epp_login_sec_resolve(&back.u.login, epp_ext_find(&back.ext, &epp_login_sec), &pw, &new_pw));
    ck_assert_str(pw, "foo-BAR2");
    ck_assert_str(new_pw, "a password of thirty characters");
}
END_TEST

START_TEST(a_password_that_is_neither_here_nor_there_is_found_out)
{
    struct str pw, new_pw;
    struct epp_login login = {.pw = STR(EPP_LOGIN_SEC_PW)};
    struct epp_login_sec sec = {.pw = STR("a password of thirty characters")};
    ck_assert(!epp_login_sec_resolve(&login, NULL, &pw, &new_pw));
    ck_assert(!epp_login_sec_resolve(&login, &(struct epp_login_sec){0}, &pw, &new_pw));
    ck_assert(epp_login_sec_resolve(&login, &sec, &pw, &new_pw));
    ck_assert(str_is_null(new_pw));
    login.pw = STR("foo-BAR2");
    ck_assert(!epp_login_sec_resolve(&login, &sec, &pw, &new_pw)); /* two passwords */
    ck_assert(epp_login_sec_resolve(&login, NULL, &pw, &new_pw));
    epp_login_sec_passwords(&login, &sec, STR(EPP_LOGIN_SEC_PW), STR_NULL);
    ck_assert_str(sec.pw, EPP_LOGIN_SEC_PW); /* a password may be that, too */
}
END_TEST

START_TEST(a_sync_names_the_day_of_the_year)
{
    time_us t;
    ck_assert(time_parse(STR("2028-02-29T23:59:59Z"), &t));
    ck_assert_str(epp_sync_day(&a, t), "--02-29");
}
END_TEST

/* ---- authInfo ---------------------------------------------------------------------------------------- */
START_TEST(auth_info_is_set_blank_or_cleared_as_the_object_has_it)
{
    struct epp_command c = {.verb = EPP_UPDATE, .object = EPP_DOMAIN};
    c.u.domain_update.name = names[0];
    c.u.domain_update.chg.auth = epp_auth_cleared(EPP_DOMAIN);
    struct str doc = encode_command(&a, &c);
    ck_assert_ptr_nonnull(memmem(doc.p, doc.n, "<domain:authInfo><domain:null/></domain:authInfo>", 49));
    struct epp_command back = decode_command(&a, doc);
    ck_assert(epp_auth_none(&back.u.domain_update.chg.auth));
    c = (struct epp_command){.verb = EPP_UPDATE, .object = EPP_CONTACT};
    c.u.contact_update.id = STR("sh8013");
    c.u.contact_update.chg.auth = epp_auth_cleared(EPP_CONTACT);
    doc = encode_command(&a, &c);
    ck_assert_ptr_nonnull(memmem(doc.p, doc.n, "<contact:authInfo><contact:pw/></contact:authInfo>", 50));
    back = decode_command(&a, doc);
    ck_assert(epp_auth_none(&back.u.contact_update.chg.auth));
    struct epp_auth set = epp_auth_set(STR("2fooBAR")), absent = {0};
    ck_assert(!epp_auth_none(&set));
    ck_assert(!epp_auth_none(&absent)); /* says nothing, which is not the same */
}
END_TEST

START_TEST(new_auth_info_is_strong_and_can_be_sent)
{
    struct str before = STR("");
    for (size_t n = EPP_AUTH_LENGTH; n < EPP_AUTH_LENGTH + 20; n++) {
        struct str pw = epp_auth_new(&a, n);
        struct epp_command c = {.verb = EPP_CREATE, .object = EPP_DOMAIN};
        c.u.domain_create.name = names[0];
        c.u.domain_create.auth = epp_auth_set(pw);
        struct epp_command back = decode_command(&a, encode_command(&a, &c));
        ck_assert_uint_eq(pw.n, n);
        ck_assert(str_eq(back.u.domain_create.auth.pw, pw));
        ck_assert(!str_eq(pw, before));
        before = pw;
    }
    ck_assert(epp_auth_strong(STR("LuQ7Bu@w9?%+_HK3cayg")));
    ck_assert(!epp_auth_strong(STR("LuQ7Bu@w9?%+_HK3cay")));
    ck_assert(!epp_auth_strong(STR("2fooBAR")));
    ck_assert(!epp_auth_strong(STR("")));
    ck_assert(!epp_auth_strong(STR("01234567890123456789012345678901234567")));
    ck_assert(epp_auth_strong(STR("012345678901234567890123456789012345678")));
}
END_TEST

START_TEST(a_hash_matches_its_auth_info_and_nothing_else)
{
    struct str hash = epp_auth_hash(&a, STR("2fooBAR")), other = epp_auth_hash(&a, STR("2fooBAR"));
    ck_assert(epp_auth_matches(hash, STR("2fooBAR")));
    ck_assert(epp_auth_matches(other, STR("2fooBAR")));
    ck_assert(!str_eq(hash, other)); /* salted */
    ck_assert_ptr_null(memmem(hash.p, hash.n, "2fooBAR", 7));
    ck_assert(!epp_auth_matches(hash, STR("2foobar")));
    ck_assert(!epp_auth_matches(hash, STR("")));
    ck_assert(!epp_auth_matches(hash, hash));
    ck_assert_str(epp_auth_hash(&a, STR("")), "");
    ck_assert(!epp_auth_matches(STR(""), STR("")));
    ck_assert(!epp_auth_matches(STR(""), STR("2fooBAR")));
    ck_assert(!epp_auth_matches(str_n(hash.p, hash.n - 1), STR("2fooBAR")));
}
END_TEST

int main(void)
{
    crypto_init();
    Suite *s = suite_create("fee");
    TCase *c = tcase_create("fee");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, the_newest_version_both_sides_know_is_taken);
    tcase_add_loop_test(c, a_question_is_understood_in_every_version, 0, VERSIONS);
    tcase_add_loop_test(c, several_questions_at_once_are_refused_where_there_is_no_place_for_them, 0, VERSIONS);
    tcase_add_loop_test(c, a_check_for_no_command_is_refused, 0, VERSIONS);
    tcase_add_loop_test(c, a_price_is_understood_in_every_version, 0, VERSIONS);
    tcase_add_loop_test(c, an_object_without_any_price_says_why, 7, VERSIONS); /* 0.21 and later */
    tcase_add_test(c, an_answer_without_prices_has_none);
    tcase_add_loop_test(c, what_is_agreed_to_is_understood_in_every_version, 0, VERSIONS);
    tcase_add_loop_test(c, what_a_version_cannot_say_is_not_left_out_of_what_we_agree_to, 0, VERSIONS);
    tcase_add_loop_test(c, what_was_charged_is_understood_in_every_version, 0, VERSIONS);
    tcase_add_test(c, amounts_are_converted_exactly_or_not_at_all);
    tcase_add_test(c, minor_units_are_written_as_decimals);
    tcase_add_test(c, fees_and_credits_are_added_up);
    tcase_add_test(c, what_is_premium_follows_from_class_or_standard);
    tcase_add_test(c, a_long_password_travels_in_the_extension);
    tcase_add_test(c, a_password_that_is_neither_here_nor_there_is_found_out);
    tcase_add_test(c, a_sync_names_the_day_of_the_year);
    tcase_add_test(c, auth_info_is_set_blank_or_cleared_as_the_object_has_it);
    tcase_add_test(c, new_auth_info_is_strong_and_can_be_sent);
    tcase_add_test(c, a_hash_matches_its_auth_info_and_nothing_else);
    suite_add_tcase(s, c);
    return suite_run(s);
}
