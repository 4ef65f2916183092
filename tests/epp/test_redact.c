/* Secrets are struck out of what is shown, wherever they stand. */
#include "tests/epp/session_fixture.h"

static const char *const redactions[][2] = {
    {"<pw>secret</pw>", "<pw>***</pw>"},
    {"<a:pw x='>'>secret</a:pw >z", "<a:pw x='>'>***</a:pw >z"},
    {"<newPW>s</newPW><pw/>", "<newPW>***</newPW><pw/>"},
    {"<d:authInfo><d:pw roid='x'>s</d:pw></d:authInfo><b>t</b>", "<d:authInfo>***</d:authInfo><b>t</b>"},
    {"<authInfo><authInfo>a</authInfo>s</authInfo>.", "<authInfo>***</authInfo>."},
    {"<t:allocationToken xmlns:t='urn:x'>s</t:allocationToken>",
        "<t:allocationToken xmlns:t='urn:x'>***</t:allocationToken>"},
    {"<pw><![CDATA[</pw>]]>s</pw>.", "<pw>***</pw>."},
    {"<pw><!-- </pw> -->s</pw>.", "<pw>***</pw>."},
    {"<!-- <pw> --><b>t</b>", "<!-- <pw> --><b>t</b>"},
    {"<![CDATA[<pw>]]><b>t</b>", "<![CDATA[<pw>]]><b>t</b>"},
    {"<pw>secret", "<pw>***"},
    {"<pw", "<pw"},
    {"<pwx>open</pwx>", "<pwx>open</pwx>"},
    {"", ""},
    {"<pw>\xff</pw>", "(10 bytes that are not UTF-8)"},
};

START_TEST(each_kind_of_secret_has_a_mark_of_its_own)
{
    struct buf out;
    const struct epp_marks marks = {.password = STR("P"), .token = STR("T")};
    buf_in(&out, &a, 1 << 16);
    epp_redact_as(
        STR("<authInfo><pw>a</pw></authInfo><x:allocationToken>b</x:allocationToken><pw>c</pw>"), &marks, &out);
    ck_assert_str(buf_view(&out), "<authInfo>P</authInfo><x:allocationToken>T</x:allocationToken><pw>P</pw>");
}
END_TEST

START_TEST(secrets_are_struck_out_wherever_they_stand)
{
    struct buf out;
    buf_in(&out, &a, 1 << 16);
    epp_redact(str_of(redactions[_i][0]), &out);
    ck_assert_str(buf_view(&out), redactions[_i][1]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("redact");
    TCase *c = case_of(s, "good");
    tcase_add_test(c, each_kind_of_secret_has_a_mark_of_its_own);
    tcase_add_loop_test(c, secrets_are_struck_out_wherever_they_stand, 0, ARRAY_LEN(redactions));
    return suite_end(s);
}
