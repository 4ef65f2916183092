/* The short way of reading a query takes nothing that the whole parser would not, and finds the same in it. SEED=n picks
 * another run. */
#include <dirent.h>

#include "base/conf.h"
#include "tests/nameserver/fixture.h"
#include "tests/support/testdb.h"

#define MUTATIONS 300000

static uint64_t rng;
static unsigned taken;

static unsigned roll(unsigned bound)
{
    rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(rng >> 33) % bound;
}

static struct query query_of(const uint8_t *in, size_t n, bool tcp)
{
    struct query q;

    memset(&q, 0xa5, sizeof(q));
    q.in = in;
    q.in_n = n;
    q.tcp = tcp;
    return q;
}

static bool same(const struct query *x, const struct query *y)
{
    return x->refuse == y->refuse && x->flags == y->flags && x->type == y->type && x->class_ == y->class_ &&
           x->question_end == y->question_end && x->limit == y->limit && x->opt_size == y->opt_size &&
           x->do_bit == y->do_bit && x->labels == y->labels && x->name_len == y->name_len &&
           memcmp(x->name, y->name, x->name_len) == 0 && x->options.n == y->options.n &&
           (x->options.n == 0 || x->options.p == y->options.p);
}

/* Exact memory, so that the sanitizer sees a step too far. */
static bool compare(const uint8_t *bytes, size_t n, bool tcp)
{
    uint8_t *in = malloc(n > 0 ? n : 1);
    struct query plain, any;
    bool is_plain;

    INVARIANT(in != NULL);
    if (n > 0)
        memcpy(in, bytes, n);
    plain = query_of(in, n, tcp);
    any = query_of(in, n, tcp);
    query_read_any(&any);
    is_plain = query_read_plain(&plain);
    if (is_plain && (any.refuse != DNS_NOERROR || !same(&plain, &any)))
        ck_abort_msg("the short way took what the parser reads otherwise (%zu bytes, type %u)", n, plain.type);
    taken += is_plain;
    free(in);
    return is_plain;
}

START_TEST(ordinary_queries_are_plain)
{
    static const char *const names[] = {".", "a", "www.example.test", "WwW.eXample.TEST", "\\065.test", "[.test",
        "@.\\200.test", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDE.test"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct dns_name name = dns_name_of(names[i]);

        for (unsigned how = 0; how < 16; how++) {
            uint8_t p[300];
            struct how h = {.no_edns = (how & 1) != 0, .do_bit = (how & 2) != 0, .size = how & 4 ? 4096 : 100};
            size_t n = question_write(p, &name, how & 4 ? DNS_A : DNS_ANY, &h);

            p[3] = how & 8 ? 0xff : 0; /* flags that mean nothing in a query */
            ck_assert(compare(p, n, (how & 4) != 0));
        }
    }
}
END_TEST

START_TEST(the_longest_names_are_plain_and_longer_ones_are_not)
{
    uint8_t p[400] = {0, 0, 0, 0, 0, 1};

    for (unsigned labels = 1; labels < 140; labels++) {
        memset(p + 12, 0, sizeof(p) - 12);
        for (unsigned i = 0; i < labels; i++)
            memcpy(p + 12 + 2 * i, "\1A", 2);
        ck_assert(compare(p, 12 + 2 * labels + 5, false) == (labels <= DNS_LABELS_MAX));
    }
}
END_TEST

START_TEST(options_are_taken_when_they_are_whole)
{
    static const uint8_t options[] = {0, 3, 0, 0, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    struct dns_name name = dns_name_of("www.example.test");
    uint8_t p[300];
    size_t n = question_write(p, &name, DNS_A, &(struct how){.size = 0});

    for (size_t len = 0; len <= sizeof(options); len++) {
        write_u16(p + n - 2, (uint16_t)len);
        memcpy(p + n, options, len);
        ck_assert(compare(p, n + len, false) == (len == 0 || len == 4 || len == sizeof(options)));
        ck_assert(!compare(p, n + len + 1, false));
    }
}
END_TEST

START_TEST(what_is_not_ordinary_is_left_to_the_parser)
{
    static const struct {
        unsigned at;
        uint8_t value;
    } odd[] = {{2, 0x80}, {2, 0x28}, {5, 0}, {5, 2}, {4, 1}, {7, 1}, {9, 1}, {11, 0}, {11, 2}, {10, 1}, {12, 0xc0},
        {12, 0x40}};
    struct dns_name name = dns_name_of("www.example.test");

    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        uint8_t p[300];
        size_t n = question_write(p, &name, DNS_A, &(struct how){.size = 0});

        p[odd[i].at] = odd[i].value;
        ck_assert(!compare(p, n, false));
    }
    for (unsigned i = 1; i <= DNS_OPT_SIZE; i++) {
        uint8_t p[300];
        size_t n = question_write(p, &name, DNS_A, &(struct how){.size = 0});

        ck_assert(!compare(p, n - i, false));
    }
}
END_TEST

START_TEST(seeds_are_read_the_same_by_both)
{
    struct arena a;
    struct dirent *entry;
    unsigned n = 0;
    const char *path;
    DIR *dir;

    arena_init(&a, 0);
    path = arena_printf(&a, "%s/tests/fuzz/seeds/ns_query", test_root());
    dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL) {
        struct str seed;
        struct error e;

        if (entry->d_name[0] == '.')
            continue;
        ck_assert_msg(
            file_read(&a, arena_printf(&a, "%s/%s", path, entry->d_name), 65535, &seed, &e) == OK, "%s", e.text);
        (void)compare((const uint8_t *)seed.p, seed.n, false);
        n++;
    }
    closedir(dir);
    ck_assert_uint_ge(n, 20);
    ck_assert_uint_ge(taken, 5);
    arena_clear(&a);
}
END_TEST

/* A few bytes of a good question changed: often where it counts. */
static size_t mutate(uint8_t *p, size_t n)
{
    for (unsigned i = roll(4); i > 0 && n > 0; i--) {
        switch (roll(4)) {
        case 0:
            p[roll((unsigned)n)] ^= (uint8_t)(1u << roll(8));
            break;
        case 1:
            p[roll((unsigned)n)] = (uint8_t)roll(70);
            break;
        case 2:
            n -= roll((unsigned)n < 20 ? (unsigned)n : 20);
            break;
        default:
            for (unsigned k = roll(9); k > 0; k--)
                p[n++] = (uint8_t)roll(12);
        }
    }
    return n;
}

START_TEST(mutated_queries_are_read_the_same_by_both)
{
    static const char *const names[] = {".", "a.test", "www.a.test", "www.some-longer-zone-name.test", "A.B.C.D.E.F"};
    const char *given = getenv("SEED");

    rng = given != NULL ? strtoull(given, NULL, 10) : 20261122;
    taken = 0;
    for (int i = 0; i < MUTATIONS; i++) {
        struct dns_name name = dns_name_of(names[roll(ARRAY_LEN(names))]);
        struct how how = {.no_edns = roll(3) == 0, .do_bit = roll(2) == 0, .size = (uint16_t)roll(5000)};
        uint8_t p[600];
        size_t n = question_write(p, &name, (uint16_t)roll(260), &how);

        (void)compare(p, mutate(p, n), roll(2) == 0);
    }
    ck_assert_uint_gt(taken, MUTATIONS / 5);
    ck_assert_uint_lt(taken, MUTATIONS / 5 * 4);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, ordinary_queries_are_plain);
    tcase_add_test(t, the_longest_names_are_plain_and_longer_ones_are_not);
    tcase_add_test(t, options_are_taken_when_they_are_whole);
    tcase_add_test(t, what_is_not_ordinary_is_left_to_the_parser);
    tcase_add_test(t, seeds_are_read_the_same_by_both);
    tcase_add_test(t, mutated_queries_are_read_the_same_by_both);
}

int main(void)
{
    return fixture_main("nameserver query_read", add);
}
