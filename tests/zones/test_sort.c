#include "zones/sort.h"

#include "tests/zones/zones_test.h"

/* RFC 4034 §6.1, with names whose labels hold bytes 0, 1 and 255. */
static const char *const in_order[] = {
    ".",
    "example",
    "a.example",
    "yljkjljk.a.example",
    "z.a.example",
    "zabc.a.example",
    "z.example",
    "\\000.z.example",
    "\\000\\000.z.example",
    "\\000a.z.example",
    "\\001.z.example",
    "*.z.example",
    "\\200.z.example",
    "\\255.z.example",
    "\\255\\255.z.example",
    "z\\001.example",
    "za.example",
    "test",
};

START_TEST(keys_sort_in_canonical_order)
{
    for (size_t i = 0; i + 1 < ARRAY_LEN(in_order); i++) {
        struct dns_name low = dns_name_of(in_order[i]), high = dns_name_of(in_order[i + 1]);
        ck_assert_msg(
            str_cmp(sort_key(&a, &low), sort_key(&a, &high)) < 0, "%s before %s", in_order[i], in_order[i + 1]);
        ck_assert_int_lt(dns_name_compare(&low, &high), 0);
    }
}
END_TEST

START_TEST(a_range_of_keys_is_a_name_and_all_below_it)
{
    for (size_t i = 0; i < ARRAY_LEN(in_order); i++) {
        struct dns_name top = dns_name_of(in_order[i]);
        struct str from = sort_key(&a, &top), to = sort_key_end(&a, &top);
        for (size_t j = 0; j < ARRAY_LEN(in_order); j++) {
            struct dns_name n = dns_name_of(in_order[j]);
            struct str key = sort_key(&a, &n);
            bool in = str_cmp(key, from) >= 0 && str_cmp(key, to) < 0;
            ck_assert_msg(in == dns_name_is_subdomain(&n, &top), "%s under %s", in_order[j], in_order[i]);
        }
    }
}
END_TEST

START_TEST(case_does_not_matter_and_the_longest_key_fits)
{
    struct dns_name low = dns_name_of("www.example"), high = dns_name_of("WwW.EXAMPLE");
    ck_assert(str_eq(sort_key(&a, &low), sort_key(&a, &high)));
    struct dns_name n = dns_name_root;
    char label[DNS_LABEL_MAX];
    memset(label, 0, sizeof label);
    for (int i = 0; i < 3; i++)
        ok(dns_name_prepend(str_n(label, sizeof label), &n, &n, &err));
    ok(dns_name_prepend(str_n(label, 61), &n, &n, &err));
    ck_assert_uint_eq(n.len, DNS_NAME_MAX);
    ck_assert_uint_eq(sort_key(&a, &n).n, 2 * 250 + 4);
}
END_TEST

static void arena_only_setup(void)
{
    arena_init(&a, 0);
}

static void arena_only_teardown(void)
{
    arena_clear(&a);
}
#define ground_open arena_only_teardown
#define ground_close arena_only_teardown
#define setup arena_only_setup
#define teardown arena_only_teardown
TEST_MAIN("sort", keys_sort_in_canonical_order, a_range_of_keys_is_a_name_and_all_below_it,
    case_does_not_matter_and_the_longest_key_fits);
