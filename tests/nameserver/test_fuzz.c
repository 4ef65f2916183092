/* Replays the seeds of the query path, then 200,000 seeded mutations of good questions. SEED=n picks another run. */
#include <dirent.h>

#include "base/conf.h"
#include "tests/nameserver/fixture.h"
#include "tests/support/testdb.h"

#include "tests/fuzz/fuzz_ns_query.c"

#define MUTATIONS 200000

static uint64_t rng;

static unsigned roll(unsigned bound)
{
    rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(rng >> 33) % bound;
}

static const char *const names[] = {"a.test", "www.a.test", "c.a.test", "x.a.test", "l.a.test", "q.w.a.test",
    "q.r.v.a.test", "y.sub.a.test", "b.c.a.test", "no.a.test", "elsewhere.example", "."};
static const uint16_t types[] = {
    DNS_A, DNS_AAAA, DNS_MX, DNS_TXT, DNS_NS, DNS_SOA, DNS_CNAME, DNS_DS, DNS_ANY, DNS_AXFR};

static size_t mutate(uint8_t *p, size_t n, size_t max)
{
    for (unsigned i = roll(6); i > 0 && n > 0; i--) {
        switch (roll(5)) {
        case 0:
            p[roll((unsigned)n)] ^= (uint8_t)(1u << roll(8));
            break;
        case 1:
            p[roll((unsigned)n)] = (uint8_t)roll(256);
            break;
        case 2:
            n = roll((unsigned)n + 1);
            break;
        case 3:
            if (n + 40 < max) {
                for (unsigned k = roll(40); k > 0; k--)
                    p[n++] = (uint8_t)roll(256);
            }
            break;
        default:
            p[roll(12) % n] = (uint8_t)roll(4);
        }
    }
    return n;
}

START_TEST(seeds_get_well_formed_answers_or_none)
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
        LLVMFuzzerTestOneInput((const uint8_t *)seed.p, seed.n);
        n++;
    }
    closedir(dir);
    ck_assert_uint_ge(n, 20);
    arena_clear(&a);
    stop();
}
END_TEST

START_TEST(mutated_questions_get_well_formed_answers_or_none)
{
    const char *given = getenv("SEED");

    rng = given != NULL ? strtoull(given, NULL, 10) : 20261122;
    for (int i = 0; i < MUTATIONS; i++) {
        struct dns_name name = dns_name_of(names[roll(ARRAY_LEN(names))]);
        struct how how = {.no_edns = roll(3) == 0, .do_bit = roll(2) == 0, .size = (uint16_t)roll(5000)};
        uint8_t p[600];
        size_t n = question_write(p, &name, types[roll(ARRAY_LEN(types))], &how);

        LLVMFuzzerTestOneInput(p, mutate(p, n, sizeof(p)));
    }
    stop();
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, seeds_get_well_formed_answers_or_none);
    tcase_add_test(t, mutated_questions_get_well_formed_answers_or_none);
}

int main(void)
{
    return fixture_main("nameserver fuzz", add);
}
