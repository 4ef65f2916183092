/* What the tests of single types share: text to wire and back, and errors by type, text, code and words. */
#ifndef FW_TESTS_RDATA_TEST_H
#define FW_TESTS_RDATA_TEST_H

#include "tests/dns/dns_test.h"

struct rdata_sample {
    uint16_t type;
    const char *in, *out; /* out NULL: the same */
};

struct rdata_mistake {
    uint16_t type;
    const char *text, *code, *says;
};

static inline struct str rdata_of(uint16_t type, const char *text)
{
    struct str rdata;

    CK_OK(dns_rdata_parse(&a, type, str_of(text), NULL, &rdata, &e));
    return rdata;
}

static inline void samples_hold(const struct rdata_sample *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct str rdata = rdata_of(rows[i].type, rows[i].in), again;

        CK_STR(dns_rdata_text(&a, rows[i].type, rdata), rows[i].out != NULL ? rows[i].out : rows[i].in);
        CK_OK(dns_rdata_parse(&a, rows[i].type, dns_rdata_text(&a, rows[i].type, rdata), NULL, &again, &e));
        ck_assert_msg(str_eq(rdata, again), "%s", rows[i].in);
    }
}

static inline void mistakes_are_named(const struct rdata_mistake *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct str rdata;

        ck_assert_msg(dns_rdata_parse(&a, rows[i].type, str_of(rows[i].text), NULL, &rdata, &e) == INVALID,
            "accepted: %s", rows[i].text);
        ck_assert_msg(strcmp(e.code, rows[i].code) == 0, "%s: %s (%s)", rows[i].text, e.code, e.text);
        ck_assert_msg(strstr(e.text, rows[i].says) != NULL, "%s: %s", rows[i].text, e.text);
    }
}

#endif
