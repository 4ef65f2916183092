/* The hash of names: what it tells apart, and that all its parts are in it. */
#include "tests/nameserver/fixture.h"

static const struct dns_hash_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
static struct name_keys keys;

static void setup(void)
{
    name_keys_init(&keys, &key);
}

static uint64_t hash(const char *text)
{
    struct dns_name n = dns_name_of(text);

    return name_hash_of(&keys, n.wire, n.len);
}

static int number_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void assert_all_different(uint64_t *p, size_t n)
{
    qsort(p, n, sizeof(*p), number_compare);
    for (size_t i = 1; i < n; i++)
        ck_assert_uint_ne(p[i - 1], p[i]);
}

START_TEST(all_its_keys_are_different_and_others_under_another_key)
{
    struct name_keys other;
    struct dns_hash_key second = key;
    uint64_t all[2 * (ARRAY_LEN(keys.block) + ARRAY_LEN(keys.end))];

    second.k[1]++;
    name_keys_init(&other, &second);
    memcpy(all, &keys, sizeof(keys));
    memcpy(all + ARRAY_LEN(all) / 2, &other, sizeof(other));
    assert_all_different(all, ARRAY_LEN(all));
}
END_TEST

/* Labels of every length, with a difference in each of their bytes. */
START_TEST(every_byte_of_every_label_counts)
{
    for (size_t len = 1; len <= DNS_LABEL_MAX; len++) {
        uint64_t seen[3 * DNS_LABEL_MAX + 3];
        size_t n = 0;

        for (size_t i = 0; i < len; i++) {
            char label[DNS_LABEL_MAX + 1], text[200];

            memset(label, 'a', len);
            label[len] = '\0';
            label[i] = 'b';
            (void)snprintf(text, sizeof(text), "%s.x.test", label);
            seen[n++] = hash(text);
            (void)snprintf(text, sizeof(text), "x.%s.test", label);
            seen[n++] = hash(text);
            (void)snprintf(text, sizeof(text), "%s", label);
            seen[n++] = hash(text);
        }
        if (len == 1)
            seen[n++] = hash("b.test"); /* x.b.test is not b.test */
        assert_all_different(seen, n);
    }
}
END_TEST

START_TEST(the_same_bytes_cut_into_other_labels_hash_otherwise)
{
    uint64_t seen[] = {hash("."), hash("ab"), hash("a.b"), hash("b.a"), hash("a.b.c"), hash("ab.c"), hash("a.bc"),
        hash("abc"), hash("a.a"), hash("a.a.a"), hash("aaaaaaaaaaaaaaa"), hash("aaaaaaaaaaaaaaaa"),
        hash("aaaaaaaaaaaaaaaa.a"), hash("a.aaaaaaaaaaaaaaaa"), hash("*.a"), hash("\\000"), hash("\\000\\000")};

    assert_all_different(seen, ARRAY_LEN(seen));
}
END_TEST

START_TEST(what_stands_behind_a_name_is_not_in_its_hash)
{
    for (size_t len = 1; len <= DNS_NAME_MAX; len++) {
        uint8_t name[DNS_NAME_MAX + NAME_HASH_SLACK];
        uint64_t before, after;

        memset(name, 0x11, sizeof(name));
        before = name_hash_padded(&keys, name, len);
        ck_assert_uint_eq(before, name_hash_of(&keys, name, len));
        memset(name + len, 0xee, NAME_HASH_SLACK);
        after = name_hash_padded(&keys, name, len);
        ck_assert_uint_eq(before, after);
        name[len - 1] ^= 0x80;
        ck_assert_uint_ne(before, name_hash_padded(&keys, name, len));
    }
}
END_TEST

/* Numbered names, as many as there are, fill a table as evenly as random ones would: of 2^17 names in 2^18 places about
 * 21 % fall on one that is taken. */
START_TEST(numbered_names_spread)
{
    static uint8_t taken[1 << 18];
    unsigned hit = 0, high[16] = {0};

    memset(taken, 0, sizeof(taken));
    for (unsigned i = 0; i < 1u << 17; i++) {
        char text[60];
        uint64_t h;

        (void)snprintf(text, sizeof(text), "%s.zone%u.test", i % 2 == 0 ? "www" : "mail", i / 2);
        h = hash(text);
        hit += taken[h % sizeof(taken)];
        taken[h % sizeof(taken)] = 1;
        high[h >> 59 & 15]++;
        ck_assert((h & NAME_HASH_BIT) != 0);
    }
    ck_assert_uint_gt(hit, (1u << 17) / 100 * 20);
    ck_assert_uint_lt(hit, (1u << 17) / 100 * 23);
    for (unsigned i = 0; i < 16; i++)
        ck_assert(high[i] > 7700 && high[i] < 8700);
}
END_TEST

START_TEST(the_longest_names_have_a_hash)
{
    char text[DNS_NAME_TEXT_MAX + 1] = "";
    struct dns_name n;
    uint64_t a, b;

    for (unsigned i = 0; i < DNS_LABELS_MAX; i++)
        memcpy(text + 2 * i, "a.", 3);
    n = dns_name_of(text);
    ck_assert_uint_eq(n.len, DNS_NAME_MAX);
    a = name_hash_of(&keys, n.wire, n.len);
    n.wire[1] = 'b';
    b = name_hash_of(&keys, n.wire, n.len);
    ck_assert_uint_ne(a, b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, all_its_keys_are_different_and_others_under_another_key);
    tcase_add_test(t, every_byte_of_every_label_counts);
    tcase_add_test(t, the_same_bytes_cut_into_other_labels_hash_otherwise);
    tcase_add_test(t, what_stands_behind_a_name_is_not_in_its_hash);
    tcase_add_test(t, numbered_names_spread);
    tcase_add_test(t, the_longest_names_have_a_hash);
}

int main(void)
{
    return fixture_main("nameserver name_hash", add);
}
