#include "tests/dns/random_rdata.h"

static struct dns_name owner, origin;

static struct dns_rrset set_of(uint16_t type, const char *const *texts, size_t n)
{
    struct dns_rrset set;

    origin = dns_name_of("example.test");
    owner = dns_name_of("www.example.test");
    dns_rrset_init(&set, &owner, type, 300);
    for (size_t i = 0; i < n; i++)
        CK_OK(dns_rrset_add_text(&a, &set, str_of(texts[i]), &origin, &e));
    return set;
}

#define SET(type, ...) set_of(type, (const char *const[]){__VA_ARGS__}, ARRAY_LEN(((const char *const[]){__VA_ARGS__})))

START_TEST(records_stand_in_canonical_order_without_duplicates)
{
    struct dns_rrset set = SET(DNS_MX, "20 b", "10 B", "10 a", "10 b", "20 b");
    struct buf out;

    ck_assert_uint_eq(set.n, 3);
    buf_in(&out, &a, 4096);
    dns_rrset_write(&out, &set);
    CK_STR(buf_view(&out), "www.example.test. 300 IN MX 10 a.example.test.\n"
                           "www.example.test. 300 IN MX 10 B.example.test.\n"
                           "www.example.test. 300 IN MX 20 b.example.test.\n");
}
END_TEST

START_TEST(records_are_found_and_taken_out)
{
    struct dns_rrset set = SET(DNS_A, "192.0.2.1", "192.0.2.2", "192.0.2.3"), copy;

    dns_rrset_copy(&a, &set, &copy);
    ck_assert(dns_rrset_has(&set, STR("\300\0\2\2")));
    ck_assert(dns_rrset_remove(&set, STR("\300\0\2\2")));
    ck_assert(!dns_rrset_has(&set, STR("\300\0\2\2")) && !dns_rrset_remove(&set, STR("\300\0\2\2")));
    ck_assert_uint_eq(set.n, 2);
    ck_assert_uint_eq(copy.n, 3);
    ck_assert(dns_rrset_has(&copy, STR("\300\0\2\2")));
    ck_assert(!dns_rrset_same_data(&set, &copy));
    CK_OK(dns_rrset_add(&a, &set, STR("\300\0\2\2"), &e));
    ck_assert(dns_rrset_equal(&set, &copy));
    copy.ttl++;
    ck_assert(!dns_rrset_equal(&set, &copy) && dns_rrset_same_data(&set, &copy));
}
END_TEST

START_TEST(adding_to_a_borrowed_array_does_not_write_behind_it)
{
    struct str *one = malloc(sizeof(*one));
    struct dns_rrset set;

    owner = dns_name_of("x.test");
    dns_rrset_init(&set, &owner, DNS_A, 1);
    *one = STR("\1\2\3\4");
    set.rdata = one;
    set.n = 1;
    CK_OK(dns_rrset_add(&a, &set, STR("\0\0\0\0"), &e));
    ck_assert_uint_eq(set.n, 2);
    CK_STR(*one, "\1\2\3\4");
    free(one);
}
END_TEST

START_TEST(a_singleton_takes_one_record)
{
    struct dns_rrset set = SET(DNS_CNAME, "target");

    CK_OK(dns_rrset_add_text(&a, &set, STR("TARGET"), &origin, &e));
    ck_assert_uint_eq(set.n, 1);
    CK_FAILS(dns_rrset_add_text(&a, &set, STR("other"), &origin, &e), INVALID, "rrset-singleton", "CNAME");
}
END_TEST

START_TEST(bad_data_does_not_enter_a_set)
{
    struct dns_rrset set = SET(DNS_A, "192.0.2.1");

    CK_FAILS(dns_rrset_add(&a, &set, STR("abc"), &e), INVALID, "rdata-malformed", "A address");
    CK_FAILS(dns_rrset_add_text(&a, &set, STR("x"), &origin, &e), INVALID, "rdata-address", "A address");
    ck_assert_uint_eq(set.n, 1);
}
END_TEST

START_TEST(a_set_has_at_most_1000_records)
{
    struct dns_rrset set = SET(DNS_A, "0.0.0.0");
    char rdata[4];

    for (uint32_t i = 1; i < 1000; i++) {
        write_u32(rdata, i);
        CK_OK(dns_rrset_add(&a, &set, str_n(rdata, 4), &e));
    }
    write_u32(rdata, 1000);
    CK_FAILS(dns_rrset_add(&a, &set, str_n(rdata, 4), &e), INVALID, "rrset-too-large", "1000 records");
    ck_assert_uint_eq(set.n, 1000);
}
END_TEST

START_TEST(a_set_always_fits_an_answer)
{
    struct dns_rrset set = SET(DNS_TXT, "first");
    uint64_t state = 3;
    char rdata[256];
    enum status s;

    rdata[0] = (char)255;
    do {
        for (size_t i = 1; i < sizeof(rdata); i++)
            rdata[i] = (char)random_below(&state, 256);
        s = dns_rrset_add(&a, &set, str_n(rdata, 256), &e);
    } while (s == OK);
    CK_FAILS(s, INVALID, "rrset-too-large", "60000 bytes");
    ck_assert_uint_eq(set.n, 1 + (60000 - 18) / 268);
}
END_TEST

START_TEST(packing_is_turned_back_for_random_sets)
{
    uint64_t state = 11;
    static const uint16_t types[] = {DNS_A, DNS_TXT, DNS_MX, DNS_CAA, DNS_SOA, 4711};

    for (int i = 0; i < 500; i++) {
        struct dns_rrset set, back;
        struct buf packed, again;
        struct dns_name name = random_name(&state);
        unsigned n = random_below(&state, 12);

        dns_rrset_init(&set, &name, types[random_below(&state, ARRAY_LEN(types))], 60);
        for (unsigned k = 0; k < (set.type == DNS_SOA ? 1 : n); k++)
            CK_OK(dns_rrset_add(&a, &set, random_rdata(&state, set.type), &e));
        buf_in(&packed, &a, DNS_PACKED_MAX);
        buf_in(&again, &a, DNS_PACKED_MAX);
        dns_rrset_pack(&packed, &set);
        ck_assert(!buf_over(&packed));
        dns_rrset_init(&back, &name, set.type, 60);
        CK_OK(dns_rrset_unpack(&a, &back, buf_view(&packed), &e));
        ck_assert(dns_rrset_equal(&set, &back));
        dns_rrset_pack(&again, &back);
        ck_assert(str_eq(buf_view(&packed), buf_view(&again)));
        arena_reset(&a);
    }
}
END_TEST

static enum status unpack(uint16_t type, struct str packed)
{
    struct dns_rrset set;

    owner = dns_name_of("x.test");
    dns_rrset_init(&set, &owner, type, 1);
    return dns_rrset_unpack(&a, &set, packed, &e);
}

START_TEST(what_was_not_packed_is_not_unpacked)
{
    char *big = arena_alloc(&a, DNS_PACKED_MAX + 1);

    CK_OK(unpack(DNS_A, STR("")));
    CK_OK(unpack(DNS_A, STR("\0\4abcd\0\4abce")));
    CK_FAILS(unpack(DNS_A, STR("\0")), INVALID, "packed-malformed", "byte 0: cut off");
    CK_FAILS(unpack(DNS_A, STR("\0\4abcd\0\4abc")), INVALID, "packed-malformed", "byte 6: cut off");
    CK_FAILS(unpack(DNS_A, STR("\0\4abcd\0\4abcd")), INVALID, "packed-malformed", "byte 6: not in order");
    CK_FAILS(unpack(DNS_A, STR("\0\4abce\0\4abcd")), INVALID, "packed-malformed", "byte 6: not in order");
    CK_FAILS(unpack(DNS_A, STR("\0\3abc")), INVALID, "rdata-malformed", "byte 0");
    CK_FAILS(unpack(DNS_NS, STR("\0\4\1A\0x")), INVALID, "rdata-malformed", "NS");
    CK_FAILS(unpack(DNS_CNAME, STR("\0\3\1A\0\0\3\1B\0")), INVALID, "rrset-singleton", "byte 5");
    CK_FAILS(unpack(4711, str_n(big, DNS_PACKED_MAX + 1)), INVALID, "packed-malformed", "too long");
}
END_TEST

START_TEST(sets_sort_apex_first_with_soa_and_ns_in_front)
{
    static const struct {
        const char *owner;
        uint16_t type;
    } order[] = {{"test", DNS_SOA}, {"test", DNS_NS}, {"test", DNS_A}, {"test", DNS_CAA}, {"a.test", DNS_NS},
        {"a.test", DNS_A}, {"b.a.test", DNS_A}, {"b.test", DNS_A}};

    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        for (size_t k = 0; k < ARRAY_LEN(order); k++) {
            struct dns_name x = dns_name_of(order[i].owner), y = dns_name_of(order[k].owner);
            int d = dns_rrset_key_compare(&x, order[i].type, &y, order[k].type);
            ck_assert((i < k) == (d < 0) && (i == k) == (d == 0));
        }
}
END_TEST

TESTS_MAIN("dns/rrset", records_stand_in_canonical_order_without_duplicates, records_are_found_and_taken_out,
    adding_to_a_borrowed_array_does_not_write_behind_it, a_singleton_takes_one_record, bad_data_does_not_enter_a_set,
    a_set_has_at_most_1000_records, a_set_always_fits_an_answer, packing_is_turned_back_for_random_sets,
    what_was_not_packed_is_not_unpacked, sets_sort_apex_first_with_soa_and_ns_in_front)
