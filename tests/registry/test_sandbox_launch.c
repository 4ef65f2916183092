/* The launch of a registry, seen from outside: phases on the clock, claims, marks, applications (RFC 8334). */
#include <poll.h>

#include "tests/registry/sandbox_fixture.h"

static struct client c;

#define LAUNCH_NS "urn:ietf:params:xml:ns:launch-1.0"
#define SMD_NS "urn:ietf:params:xml:ns:signedMark-1.0"
#define SERVICES                                                                                                       \
    OBJECT_URI("domain")                                                                                               \
    OBJECT_URI("contact") OBJECT_URI("host") "<svcExtension>" EXTENSION_URI("launch-1.0") "</svcExtension>"
#define KEY "2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001"
#define BASE "name = own\nextension = " LAUNCH_NS "\ntrademark = Apple " KEY "\n"
#define PHASE(p) "<launch:phase>" p "</launch:phase>"
#define EXT(verb, inside)                                                                                              \
    "<extension><launch:" verb " xmlns:launch=\"" LAUNCH_NS "\">" inside "</launch:" verb "></extension>"

static void play(const char *phases)
{
    fx_play_text(arena_printf(&fx_arena, BASE "%s", phases));
    ck_code(client_login_for(&c, "fourways", SERVICES), 1000);
}

static void advance_days(int n)
{
    client_close(&c); /* what runs when is looked at before each command that had to be waited for */
    fx_sql(arena_printf(&fx_arena, "UPDATE clock SET ahead_us = ahead_us + %d * 86400000000", n));
    ck_code(client_login_for(&c, "fourways", SERVICES), 1000);
}

static int ext_as(struct client *k, const char *verb, const char *name, const char *more, const char *ext)
{
    return client_command(k,
        "<%s><domain:%s "
        "xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>%s</domain:name>%s</domain:%s></%s>%s",
        verb, verb, name, more, verb, verb, ext);
}

#define AUTH "<domain:authInfo><domain:pw>domain-auth</domain:pw></domain:authInfo>"

static int create(const char *name, const char *ext)
{
    return ext_as(&c, "create", name, AUTH, ext);
}

static int check(const char *name, const char *ext)
{
    return ext_as(&c, "check", name, "", ext);
}

/* ---- claims ------------------------------------------------------------------------------------------------ */

static const char *when(int64_t after_s)
{
    return str_dupz(&fx_arena, time_text(&fx_arena, clock_now() + after_s * US_PER_S));
}

static const char *notice(const char *id, const char *not_after, const char *accepted)
{
    return arena_printf(&fx_arena,
        EXT("create",
            PHASE("claims") "<launch:notice><launch:noticeID>%s</launch:noticeID><launch:notAfter>%s"
                            "</launch:notAfter><launch:acceptedDate>%s</launch:acceptedDate></launch:notice>"),
        id, not_after, accepted);
}

/* The ids were made apart, by zlib's CRC-32 over the label, the end in seconds since 1970 and the number. */
#define ENDS "2100-01-01T00:00:00Z"
#define ENDED "2020-01-01T00:00:00Z"
#define ID_APPLE "dd8d870a9223372036854775807"
#define ID_ENDED "fb5783969223372036854775807"

START_TEST(in_the_claims_phase_a_check_gives_the_key_of_the_notice)
{
    play("launch-phase = claims 90\n");
    ck_code(check("apple.alt</domain:name><domain:name>pear.alt", EXT("check", PHASE("claims"))), 1000);
    ck_assert(says(&c, "exists=\"1\">apple.alt<") && says(&c, KEY) && says(&c, "exists=\"0\">pear.alt<"));
    ck_assert(!says(&c, "resData"));
    ck_code(check("APPLE.alt", EXT("check", "")), 1000); /* without a phase the same */
    ck_assert(says(&c, KEY));
    ck_code(check("apple.alt", EXT("check", PHASE("sunrise"))), 2306);
    ck_code(check("apple.alt", ""), 1000);
    ck_assert(says(&c, "avail=\"1\"") && !says(&c, "launch"));
    client_close(&c);
}
END_TEST

START_TEST(a_name_with_claims_is_created_with_a_notice_that_holds)
{
    static const struct {
        const char *id, *ends, *accepted;
        int code;
        const char *says;
    } bad[] = {{"370d0b7c", ENDS, NULL, 2005, "checksum of 8"}, {"xyzxyzxy1", ENDS, NULL, 2005, "checksum of 8"},
        {"370d0b7c9223372036854775807", ENDS, NULL, 2306, "checksum is not"},
        {ID_ENDED, ENDED, "2019-12-31T00:00:00Z", 2306, "has ended"}};
    play("launch-phase = claims 90\n");
    ck_code(create("pear.alt", ""), 1000); /* no claims, no notice */
    ck_code(create("plum.alt", EXT("create", PHASE("claims"))), 1000);
    ck_code(create("apple.alt", ""), 2003);
    ck_code(create("apple.alt", EXT("create", PHASE("claims"))), 2003);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_code(
            create("apple.alt", notice(bad[i].id, bad[i].ends, bad[i].accepted != NULL ? bad[i].accepted : when(-60))),
            bad[i].code);
        ck_assert_msg(says(&c, bad[i].says), "%s", c.answer);
    }
    ck_code(create("apple.alt", notice(ID_APPLE, ENDS, when(3600))), 2306);
    ck_code(create("apple.alt", notice(ID_APPLE, ENDS, when(-49 * 3600))), 2306);
    ck_assert(says(&c, "48 hours"));
    ck_code(create("fig.alt", notice(ID_APPLE, ENDS, when(-60))), 2306);
    ck_code(create("apple.alt", notice(ID_APPLE, ENDS, when(-60))), 1000);
    ck_code(create("apple.alt", notice(ID_APPLE, ENDS, when(-60))), 2302);
    client_close(&c);
}
END_TEST

START_TEST(phases_follow_one_another_and_another_than_the_one_that_runs_is_refused)
{
    play("launch-phase = landrush 10\nlaunch-phase = claims 30\n");
    ck_code(create("a.alt", ""), 2003);
    ck_assert(says(&c, "landrush"));
    ck_code(create("a.alt", EXT("create", PHASE("claims"))), 2306);
    ck_code(create("a.alt", EXT("create", "<launch:phase name=\"x\">landrush</launch:phase>")), 2306);
    ck_code(create("a.alt", EXT("create", PHASE("landrush"))), 1000);
    ck_code(create("apple.alt", notice(ID_APPLE, ENDS, when(-60))), 2306);
    ck_code(check("apple.alt", EXT("check", PHASE("claims"))), 2306);
    ck_code(
        check("apple.alt", "<extension><launch:check xmlns:launch=\"" LAUNCH_NS "\" type=\"trademark\"/></extension>"),
        1000);
    ck_assert(says(&c, KEY) && !says(&c, "launch:phase"));
    advance_days(10);
    ck_code(create("apple.alt", ""), 2003);
    ck_code(create("b.alt", EXT("create", PHASE("landrush"))), 2306);
    advance_days(30);
    ck_code(check("apple.alt", EXT("check", PHASE("claims"))), 2306);
    ck_code(create("c.alt", EXT("create", PHASE("claims"))), 2306);
    ck_code(create("apple.alt", EXT("create", PHASE("open"))), 1000);
    ck_code(create("d.alt", ""), 1000);
    client_close(&c);
}
END_TEST

/* ---- sunrise ----------------------------------------------------------------------------------------------- */

static const char *smd(const char *begins, const char *ends, const char *label, const char *signature)
{
    return arena_printf(&fx_arena,
        "<smd:signedMark xmlns:smd=\"" SMD_NS "\" id=\"smd1\"><smd:id>0000001-1</smd:id><smd:issuerInfo issuerID=\"1\">"
        "<smd:org>Clearing house</smd:org><smd:email>a@example.test</smd:email></smd:issuerInfo><smd:notBefore>%s"
        "</smd:notBefore><smd:notAfter>%s</smd:notAfter><mark:mark xmlns:mark=\"urn:ietf:params:xml:ns:mark-1.0\">"
        "<mark:trademark><mark:id>1-1</mark:id><mark:markName>Apple</mark:markName><mark:label>%s</mark:label>"
        "</mark:trademark></mark:mark>%s</smd:signedMark>",
        begins, ends, label, signature);
}

#define SIGNATURE "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/>"

static const char *encoded(const char *type, const char *doc)
{
    return arena_printf(&fx_arena,
        "<extension><launch:create xmlns:launch=\"" LAUNCH_NS
        "\"%s>" PHASE("sunrise") "<smd:encodedSignedMark xmlns:smd=\"" SMD_NS
                                 "\">\n%.*s\n</smd:encodedSignedMark></launch:create>"
                                 "</extension>",
        type, STR_ARG(base64_encode(&fx_arena, doc, strlen(doc))));
}

START_TEST(in_sunrise_a_name_needs_a_mark_for_it_that_can_be_read_and_is_of_this_time)
{
    play("launch-phase = sunrise 60\n");
    const char *good = smd(ENDED, ENDS, "apple", SIGNATURE);
    ck_code(create("apple.alt", ""), 2003);
    ck_code(create("apple.alt", EXT("create", PHASE("sunrise"))), 2003);
    ck_code(create("apple.alt", encoded("", "<a/>")), 2005);
    ck_code(create("apple.alt", encoded("", "no XML")), 2005);
    ck_code(create("apple.alt", encoded("", smd(ENDED, ENDS, "apple", ""))), 2005);
    ck_code(create("apple.alt", encoded("", smd("soon", ENDS, "apple", SIGNATURE))), 2005);
    ck_code(create("apple.alt", encoded("", smd(ENDED, ENDED, "apple", SIGNATURE))), 2306);
    ck_code(create("apple.alt", encoded("", smd(ENDED, ENDS, "pear", SIGNATURE))), 2306);
    ck_code(create("apple.alt",
                EXT("create", PHASE("sunrise") "<launch:codeMark><launch:code>1</launch:code></launch:codeMark>")),
        2306);
    ck_code(create("apple.alt", encoded(" type=\"application\"", good)), 2306); /* names are registered here */
    ck_code(create("apple.alt", encoded(" type=\"registration\"", good)), 1000);
    ck_code(check("pear.alt", "<extension><launch:check xmlns:launch=\"" LAUNCH_NS
                              "\" type=\"avail\">" PHASE("sunrise") "</launch:check></extension>"),
        1000);
    ck_assert(says(&c, "avail=\"1\""));
    client_close(&c);
}
END_TEST

/* ---- applications ------------------------------------------------------------------------------------------ */

static const char *application_id(const struct client *k)
{
    const char *at = k->answer == NULL ? NULL : strstr(k->answer, "applicationID>");
    ck_assert_msg(at != NULL, "%s", k->answer);
    at += strlen("applicationID>");
    return arena_printf(&fx_arena, "%.*s", (int)strcspn(at, "<"), at);
}

static const char *about(const char *verb, const char *phase, const char *id)
{
    return arena_printf(&fx_arena,
        "<extension><launch:%s xmlns:launch=\"" LAUNCH_NS
        "\"><launch:phase>%s</launch:phase><launch:applicationID>%s</launch:applicationID></launch:%s></extension>",
        verb, phase, id, verb);
}

#define APPLY EXT("create", PHASE("landrush"))
#define HOLD "<domain:add><domain:status s=\"clientHold\"/></domain:add>"

START_TEST(an_application_is_shown_changed_and_withdrawn_by_its_id)
{
    play("launch-phase = landrush 10 applications\n");
    int64_t before = fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
    ck_code(create("apple.alt", APPLY), 1001);
    const char *id = application_id(&c);
    ck_assert(!says(&c, "exDate"));
    ck_assert_int_lt(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), before);
    ck_code(ext_as(&c, "info", "apple.alt", "", ""), 2303);
    ck_code(check("apple.alt", ""), 1000);
    ck_assert(says(&c, "avail=\"1\"")); /* it is not anybody's yet */
    ck_code(ext_as(&c, "info", "apple.alt", "", about("info", "landrush", id)), 1000);
    ck_assert(
        says(&c, ">apple.alt<") && says(&c, "pendingCreate") && says(&c, "s=\"pendingAllocation\"") && says(&c, id));
    ck_assert(!says(&c, "exDate"));
    ck_code(ext_as(&c, "info", "pear.alt", "", about("info", "landrush", id)), 2303);
    ck_code(ext_as(&c, "info", "apple.alt", "", about("info", "landrush", "APP-999")), 2303);
    ck_code(ext_as(&c, "info", "apple.alt", "", about("info", "sunrise", id)), 2306);
    ck_code(ext_as(&c, "update", "apple.alt", HOLD, ""), 2303);
    ck_code(ext_as(&c, "update", "apple.alt", HOLD, about("update", "landrush", id)), 1000);
    ck_code(ext_as(&c, "info", "apple.alt", "", about("info", "landrush", id)), 1000);
    ck_assert(says(&c, "clientHold"));
    client_close(&c);
    ck_code(client_login_for(&c, "rival", SERVICES), 1000);
    ck_code(ext_as(&c, "update", "apple.alt", HOLD, about("update", "landrush", id)), 2201);
    ck_code(ext_as(&c, "delete", "apple.alt", "", about("delete", "landrush", id)), 2201);
    client_close(&c);
    ck_code(client_login_for(&c, "fourways", SERVICES), 1000);
    ck_code(ext_as(&c, "delete", "apple.alt", "", about("delete", "landrush", id)), 1000);
    ck_code(ext_as(&c, "info", "apple.alt", "", about("info", "landrush", id)), 2303);
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), before);
    client_close(&c);
}
END_TEST

static void ck_told(struct client *k, const char *who, const char *id, const char *outcome, const char *result)
{
    ck_code(client_login_for(k, who, SERVICES), 1000);
    ck_code(client_command(k, "<poll op=\"req\"/>"), 1301);
    ck_assert_msg(says(k, id) && says(k, outcome) && says(k, result) && says(k, "panData"), "%s", k->answer);
}

START_TEST(when_the_phase_ends_the_first_application_gets_the_name_and_the_others_their_money)
{
    struct client rival;
    play("launch-phase = landrush 10 applications\n");
    ck_code(client_login_for(&rival, "rival", SERVICES), 1000);
    int64_t before = fx_number("SELECT balance FROM registrar WHERE id = 'rival'");
    ck_code(create("apple.alt", APPLY), 1001);
    const char *first = application_id(&c);
    ck_code(ext_as(&rival, "create", "apple.alt", AUTH, APPLY), 1001);
    const char *second = application_id(&rival);
    client_close(&rival);
    advance_days(10);
    ck_code(ext_as(&c, "info", "apple.alt", "", ""), 1000);
    ck_assert(says(&c, "<domain:clID>fourways<") && says(&c, "exDate") && !says(&c, "pendingCreate"));
    ck_code(ext_as(&c, "info", "apple.alt", "", about("info", "landrush", first)), 2303); /* it is decided */
    ck_code(create("apple.alt", ""), 2302);
    client_close(&c);
    ck_told(&c, "fourways", first, "s=\"allocated\"", "paResult=\"1\"");
    ck_told(&rival, "rival", second, "s=\"rejected\"", "paResult=\"0\"");
    ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'rival'"), before);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), 1);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM application"), 0);
    client_close(&c);
    client_close(&rival);
}
END_TEST

#define STATUS(verb, s) "<domain:" verb "><domain:status s=\"" s "\"/></domain:" verb ">"

START_TEST(an_application_that_must_not_be_deleted_is_not_withdrawn)
{
    play("launch-phase = landrush 10 applications\n");
    ck_code(create("apple.alt", APPLY), 1001);
    const char *id = application_id(&c);
    ck_code(ext_as(&c, "update", "apple.alt", STATUS("add", "clientDeleteProhibited"), about("update", "landrush", id)),
        1000);
    ck_code(ext_as(&c, "delete", "apple.alt", "", about("delete", "landrush", id)), 2304);
    ck_code(ext_as(&c, "update", "apple.alt", STATUS("rem", "clientDeleteProhibited"), about("update", "landrush", id)),
        1000);
    ck_code(ext_as(&c, "delete", "apple.alt", "", about("delete", "landrush", id)), 1000);
    client_close(&c);
}
END_TEST

static void send_delete(const char *name, const char *ext)
{
    client_send(&c, arena_printf(&fx_arena,
                        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><delete><domain:delete "
                        "xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>%s</domain:name>"
                        "</domain:delete></delete>%s</command></epp>",
                        name, ext));
}

/* With the row in our hands, whoever has begun to ask for it waits. */
static void session_waits_for_the_row(void)
{
    while (
        fx_number("SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
                  " AND info LIKE '%FROM domain%FOR UPDATE%'") == 0)
        (void)poll(NULL, 0, 20);
}

START_TEST(what_was_decided_while_its_withdrawal_waited_stays_as_it_was_decided)
{
    static const char *const decided[] = {"UPDATE domain SET name = 'apple.alt'; DELETE FROM application",
        "DELETE FROM domain; DELETE FROM application; DELETE FROM pending_create"};
    play("launch-phase = landrush 10 applications\n");
    for (size_t i = 0; i < ARRAY_LEN(decided); i++) {
        ck_code(create("apple.alt", APPLY), 1001);
        const char *ext = about("delete", "landrush", application_id(&c));
        int64_t balance = fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
        fx_sql("START TRANSACTION");
        (void)fx_number("SELECT id FROM domain FOR UPDATE");
        send_delete("apple.alt", ext);
        session_waits_for_the_row();
        fx_sql(decided[i]);
        fx_sql("COMMIT");
        ck_assert_ptr_nonnull(client_read(&c));
        ck_assert_msg(c.code == 2303, "%s", c.answer);
        ck_assert_int_eq(fx_number("SELECT balance FROM registrar WHERE id = 'fourways'"), balance);
        ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain"), i == 0);
        fx_sql("DELETE FROM domain; DELETE FROM pending_create");
    }
    client_close(&c);
}
END_TEST

START_TEST(a_name_whose_applications_are_not_decided_yet_goes_to_nobody_else)
{
    play("launch-phase = landrush 10 applications\n");
    ck_code(create("apple.alt", APPLY), 1001);
    client_close(&c);
    fx_sql("UPDATE launch SET began = began - 10 * 86400000000"); /* the phase is over; nothing has fallen due */
    play("launch-phase = landrush 10 applications\n");
    ck_code(create("apple.alt", ""), 2302);
    ck_code(create("pear.alt", ""), 1000);
    advance_days(10);
    ck_code(ext_as(&c, "info", "apple.alt", "", ""), 1000);
    client_close(&c);
}
END_TEST

START_TEST(a_phase_that_cannot_be_read_keeps_the_registry_from_starting)
{
    struct error e;
    static const char *const bad[] = {"launch-phase = moonrise 3\n", "launch-phase = sunrise\n",
        "launch-phase = sunrise 0\n", "launch-phase = sunrise 3 perhaps\n", "trademark = apple\n"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        sandbox_stop(&fx_sandbox);
        fx_settings.personality = fx_path("own.conf");
        testdir_write(fx_settings.personality.p, str_printf(&fx_arena, BASE "%s", bad[i]));
        ck_assert_int_eq(sandbox_start(&fx_settings, &fx_sandbox, &e), INVALID);
        ck_assert_msg(strstr(e.text, "own.conf") != NULL, "%s", e.text);
    }
    fx_settings.personality = STR("");
    fx_start();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox launch");
    TCase *t = tcase_create("launch");
    tcase_add_checked_fixture(t, fx_setup, fx_teardown);
    tcase_set_timeout(t, 90);
    tcase_add_test(t, in_the_claims_phase_a_check_gives_the_key_of_the_notice);
    tcase_add_test(t, a_name_with_claims_is_created_with_a_notice_that_holds);
    tcase_add_test(t, phases_follow_one_another_and_another_than_the_one_that_runs_is_refused);
    tcase_add_test(t, in_sunrise_a_name_needs_a_mark_for_it_that_can_be_read_and_is_of_this_time);
    tcase_add_test(t, an_application_is_shown_changed_and_withdrawn_by_its_id);
    tcase_add_test(t, when_the_phase_ends_the_first_application_gets_the_name_and_the_others_their_money);
    tcase_add_test(t, an_application_that_must_not_be_deleted_is_not_withdrawn);
    tcase_add_test(t, what_was_decided_while_its_withdrawal_waited_stays_as_it_was_decided);
    tcase_add_test(t, a_name_whose_applications_are_not_decided_yet_goes_to_nobody_else);
    tcase_add_test(t, a_phase_that_cannot_be_read_keeps_the_registry_from_starting);
    suite_add_tcase(s, t);
    return suite_run(s);
}
