#include "dns/idna.h"
#include "tests/dns/dns_test.h"

START_TEST(international_names_become_a_labels)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"Müller.Example", "xn--mller-kva.example"},
        {"MÜLLER.test.", "xn--mller-kva.test."},
        {"mu\xcc\x88ller", "xn--mller-kva"},
        {"faß.test", "xn--fa-hia.test"},
        {"ＡＢＣ.test", "abc.test"},
        {"例え。テスト", "xn--r8jz45g.xn--zckzah"},
        {"XN--MLLER-KVA.test", "xn--mller-kva.test"},
        {"_dmarc.Example.test", "_dmarc.example.test"},
        {"plain", "plain"},
        {"", ""},
    };
    struct str out;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CK_OK(idna_to_ascii(&a, str_of(rows[i].in), &out, &e));
        CK_STR(out, rows[i].out);
    }
}
END_TEST

START_TEST(what_idna2008_forbids_is_refused)
{
    static const struct {
        const char *in, *code, *says;
    } bad[] = {
        {"☃.test", "idna-disallowed", "☃"},
        {"a💩.test", "idna-disallowed", "💩"},
        {"a\xe2\x80\x8d"
         "b",
            "idna-disallowed", "label"},
        {"-ü", "idna-disallowed", "hyphen"},
        {"ü_x", "idna-disallowed", "ü_x"},
        {"xب", "idna-disallowed", "bi-directional"},
        {"a\xe2\x80\xa4"
         "b",
            "idna-disallowed", "label"},
        {"\xc3(", "idna-bad-utf8", "UTF-8"},
        {"xn--a", "idna-bad-alabel", "xn--a"},
        {"xn--mller-kvb.test", "idna-bad-alabel", "xn--mller-kvb"},
        {"xn--n3h.test", "idna-bad-alabel", "xn--n3h"},
        {"xn--abc-", "idna-bad-alabel", "xn--abc-"},
    };
    struct str out;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(idna_to_ascii(&a, str_of(bad[i].in), &out, &e), INVALID, bad[i].code, bad[i].says);
    CK_FAILS(idna_to_ascii(&a, STR("a\0b"), &out, &e), INVALID, "idna-bad-utf8", "UTF-8");
}
END_TEST

START_TEST(lengths_are_bounded)
{
    char *p = arena_alloc(&a, IDNA_TEXT_MAX + 8);
    struct str out;

    memset(p, 'a', IDNA_TEXT_MAX + 1);
    CK_FAILS(idna_to_ascii(&a, str_of(p), &out, &e), INVALID, "idna-too-long", "1025");
    p[255] = '\0';
    CK_FAILS(idna_to_ascii(&a, str_of(p), &out, &e), INVALID, "idna-too-long", "253");
    memcpy(p + 70, "\xc3\xbc", 3);
    CK_FAILS(idna_to_ascii(&a, str_of(p), &out, &e), INVALID, "idna-too-long", "label");
}
END_TEST

START_TEST(names_are_shown_in_their_own_letters)
{
    CK_STR(idna_to_unicode(&a, STR("xn--mller-kva.example.")), "müller.example.");
    CK_STR(idna_to_unicode(&a, STR("XN--MLLER-KVA.example")), "müller.example");
    CK_STR(idna_to_unicode(&a, STR("xn--r8jz45g.xn--zckzah")), "例え.テスト");
    CK_STR(idna_to_unicode(&a, STR("www.example")), "www.example");
}
END_TEST

START_TEST(look_alikes_and_broken_labels_stay_encoded)
{
    CK_STR(idna_to_unicode(&a, STR("xn--80ak6aa92e.test")), "xn--80ak6aa92e.test");
    CK_STR(idna_to_unicode(&a, STR("xn--pypal-4ve.test")), "xn--pypal-4ve.test");
    CK_STR(idna_to_unicode(&a, STR("xn--n3h.test")), "xn--n3h.test");
    CK_STR(idna_to_unicode(&a, STR("xn--.test")), "xn--.test");
    CK_STR(idna_to_unicode(&a, STR("\xff\xfe.test")), "\xff\xfe.test");
}
END_TEST

START_TEST(labels_of_one_script_may_be_registered)
{
    static const char *const good[] = {"example", "müller", "xn--mller-kva", "пример", "ελλάδα", "例え", "日本語ーabc",
        "한국어abc", "漢字カタカナひらがな", "ㄅㄆ漢字abc", "שלום", "مثال", "a-1", "ไทย", "москва24"};

    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        CK_OK(idna_check_label(&a, str_of(good[i]), &e));
}
END_TEST

START_TEST(labels_of_mixed_scripts_may_not)
{
    static const struct {
        const char *label, *code, *says;
    } bad[] = {
        {"pаypal", "idna-mixed-script", "Latin and Cyrillic"}, /* the first a is Cyrillic */
        {"xn--pypal-4ve", "idna-mixed-script", "Latin and Cyrillic"},
        {"gοοgle", "idna-mixed-script", "Latin and Greek"},
        {"한국ひらがな", "idna-mixed-script", "Hangul"},
        {"аррӏе", "idna-whole-script", "Cyrillic"},
        {"аррӏе-24", "idna-whole-script", "Cyrillic"},
        {"ααα", "idna-whole-script", "Greek"},
        {"ab--cd", "idna-bad-alabel", "third and fourth"},
        {"xn--x", "idna-bad-alabel", "xn--x"},
        {"a.b", "idna-disallowed", "single label"},
        {"", "idna-disallowed", "single label"},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CK_FAILS(idna_check_label(&a, str_of(bad[i].label), &e), INVALID, bad[i].code, bad[i].says);
}
END_TEST

START_TEST(what_is_shown_encodes_to_the_same_again)
{
    static const char *const labels[] = {"müller", "пример", "日本語", "한국어", "مثال", "faß", "éa"};
    struct str ascii, again;

    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        CK_OK(idna_to_ascii(&a, str_of(labels[i]), &ascii, &e));
        CK_STR(idna_to_unicode(&a, ascii), labels[i]);
        CK_OK(idna_to_ascii(&a, ascii, &again, &e));
        ck_assert(str_eq(ascii, again));
    }
}
END_TEST

START_TEST(random_bytes_are_refused_or_converted_but_never_harm)
{
    uint64_t state = 17;
    char text[64];

    for (int i = 0; i < 20000; i++) {
        struct str in = str_n(text, random_below(&state, sizeof(text))), out;

        for (size_t k = 0; k < in.n; k++)
            text[k] = (char)random_below(&state, i % 2 == 0 ? 256 : 128);
        if (i % 3 == 0 && in.n > 4)
            memcpy(text, "xn--", 4);
        if (idna_to_ascii(&a, in, &out, &e) == OK)
            for (size_t k = 0; k < out.n; k++)
                ck_assert((uint8_t)out.p[k] < 128);
        (void)idna_to_unicode(&a, in);
        (void)!idna_check_label(&a, in, &e);
        arena_reset(&a);
    }
}
END_TEST

TESTS_MAIN("dns/idna", international_names_become_a_labels, what_idna2008_forbids_is_refused, lengths_are_bounded,
    names_are_shown_in_their_own_letters, look_alikes_and_broken_labels_stay_encoded,
    labels_of_one_script_may_be_registered, labels_of_mixed_scripts_may_not, what_is_shown_encodes_to_the_same_again,
    random_bytes_are_refused_or_converted_but_never_harm)
