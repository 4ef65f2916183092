/* What the tests of dns/ share: an arena, an error, seeded random data, and a main. */
#ifndef FW_TESTS_DNS_TEST_H
#define FW_TESTS_DNS_TEST_H

#include <check.h>

#include "dns/rrset.h"

static struct arena a;
static struct error e;

static inline void setup(void)
{
    arena_init(&a, 0);
}

static inline void teardown(void)
{
    arena_clear(&a);
}

#define CK_OK(expr)                                                                                                    \
    do {                                                                                                               \
        enum status ck_s_ = (expr);                                                                                    \
        ck_assert_msg(ck_s_ == OK, "%s: %s", e.code, e.text);                                                          \
    } while (0)
/* Fails with this status and code, and the text says this. */
#define CK_FAILS(expr, status_, code_, says)                                                                           \
    do {                                                                                                               \
        enum status ck_s_ = (expr);                                                                                    \
        ck_assert_int_eq(ck_s_, status_);                                                                              \
        ck_assert_int_eq(e.status, status_);                                                                           \
        ck_assert_str_eq(e.code, code_);                                                                               \
        ck_assert_msg(strstr(e.text, says) != NULL, "\"%s\" does not say \"%s\"", e.text, says);                       \
    } while (0)
#define CK_STR(s, z)                                                                                                   \
    do {                                                                                                               \
        struct str ck_v_ = (s);                                                                                        \
        ck_assert_msg(str_eqz(ck_v_, z), "\"%.*s\" is not \"%s\"", STR_ARG(ck_v_), z);                                 \
    } while (0)

/* xorshift64*: the same numbers on every machine and run. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static inline unsigned random_below(uint64_t *state, unsigned bound)
{
    return (unsigned)((next_random(state) >> 33) % bound);
}

/* Any bytes in the labels, any lengths that fit. */
static inline struct dns_name random_name(uint64_t *state)
{
    struct dns_name name = dns_name_root;
    unsigned labels = random_below(state, 6);
    char label[DNS_LABEL_MAX];

    for (unsigned i = 0; i < labels; i++) {
        size_t n = 1 + random_below(state, random_below(state, 8) == 0 ? DNS_LABEL_MAX : 8);
        bool odd = random_below(state, 4) == 0;

        for (size_t k = 0; k < n; k++)
            label[k] = odd ? (char)random_below(state, 256) : "abcdXYZ019-"[random_below(state, 11)];
        if (dns_name_prepend(str_n(label, n), &name, &name, &e) != OK)
            break;
    }
    return name;
}

static inline int run_tests(const char *name, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tc, tests[i]);
    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#define TESTS_MAIN(name, ...)                                                                                          \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        return run_tests(name, tests, ARRAY_LEN(tests));                                                               \
    }

#endif
