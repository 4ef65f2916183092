/* Replays the seeds of tests/fuzz through the fuzz targets, and then seeded mutations of them, always the same. */
#include <dirent.h>

#define LLVMFuzzerTestOneInput fuzz_message
#include "tests/fuzz/fuzz_dns_message.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_master
#include "tests/fuzz/fuzz_dns_master.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_rdata_text
#include "tests/fuzz/fuzz_dns_rdata_text.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_rdata_wire
#include "tests/fuzz/fuzz_dns_rdata_wire.c"
#undef LLVMFuzzerTestOneInput

#include "tests/dns/dns_test.h"

#define SEEDS_MAX 512
#define SEED_BYTES_MAX 70000
/* The mutations are the same in every run, and each costs many times as much with sanitizers: those have the first of
 * them. */
#ifdef __SANITIZE_ADDRESS__
#define MUTATIONS(N) ((N) / 4)
#else
#define MUTATIONS(N) (N)
#endif

struct seeds {
    struct str data[SEEDS_MAX];
    size_t n;
};

static struct str load(const char *path)
{
    char *p = arena_alloc(&a, SEED_BYTES_MAX);
    FILE *f = fopen(path, "rb");
    size_t n;

    ck_assert_msg(f != NULL, "%s cannot be opened (run from the top of the tree)", path);
    n = fread(p, 1, SEED_BYTES_MAX, f);
    ck_assert(n < SEED_BYTES_MAX);
    fclose(f);
    return str_n(p, n);
}

static int by_name(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

/* Sorted, so that the mutations do not depend on the order of the directory. */
static struct seeds load_seeds(const char *dir)
{
    struct seeds seeds = {0};
    char *names[SEEDS_MAX];
    struct dirent *entry;
    DIR *d = opendir(dir);

    ck_assert_msg(d != NULL, "%s cannot be opened (run from the top of the tree)", dir);
    while ((entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.') {
            ck_assert(seeds.n < SEEDS_MAX);
            names[seeds.n++] = arena_printf(&a, "%s/%s", dir, entry->d_name);
        }
    closedir(d);
    ck_assert_uint_gt(seeds.n, 5);
    qsort(names, seeds.n, sizeof(*names), by_name);
    for (size_t i = 0; i < seeds.n; i++)
        seeds.data[i] = load(names[i]);
    return seeds;
}

/* The bytes end where the allocation does, so that the sanitizer sees any reading behind them. */
static void run(int (*target)(const uint8_t *, size_t), struct str input)
{
    uint8_t *exact = malloc(input.n);

    ck_assert(exact != NULL || input.n == 0);
    if (input.n > 0)
        memcpy(exact, input.p, input.n);
    ck_assert_int_eq(target(exact, input.n), 0);
    free(exact);
}

static void change_byte(uint64_t *state, struct buf *b)
{
    static const uint8_t interesting[] = {
        0, 1, 12, 41, 63, 64, 127, 128, 192, 255, '"', '\\', '(', ')', ';', '\n', '$', '.'};
    size_t at = random_below(state, (unsigned)b->n);

    switch (random_below(state, 3)) {
    case 0:
        b->p[at] = (char)(b->p[at] ^ 1 << random_below(state, 8));
        break;
    case 1:
        b->p[at] = (char)interesting[random_below(state, sizeof(interesting))];
        break;
    default:
        b->p[at] = (char)random_below(state, 256);
    }
}

/* Cuts, drops from the front, repeats a piece, or appends a piece of another seed. */
static void change_length(uint64_t *state, struct buf *b, const struct seeds *seeds)
{
    struct str other = seeds->data[random_below(state, (unsigned)seeds->n)];
    size_t at = random_below(state, (unsigned)b->n + 1), n;

    switch (random_below(state, 4)) {
    case 0:
        b->n = at;
        break;
    case 1:
        buf_drop(b, at / 8);
        break;
    case 2:
        n = (b->n - at) / 4;
        buf_str(b, str_n(arena_copy(&a, b->p + at, n), n));
        break;
    default:
        at = random_below(state, (unsigned)other.n + 1);
        buf_put(b, other.p + at, (other.n - at) / 2);
    }
}

static void mutate(int (*target)(const uint8_t *, size_t), const char *dir, int times, uint64_t state)
{
    struct seeds seeds = load_seeds(dir);
    struct buf b;

    buf_init(&b, 4 * SEED_BYTES_MAX);
    for (size_t i = 0; i < seeds.n; i++)
        run(target, seeds.data[i]);
    for (int i = 0; i < times; i++) {
        buf_reset(&b);
        buf_str(&b, seeds.data[random_below(&state, (unsigned)seeds.n)]);
        for (unsigned k = 1 + random_below(&state, 6); k > 0 && b.n > 0; k--)
            if (random_below(&state, 4) == 0)
                change_length(&state, &b, &seeds);
            else
                change_byte(&state, &b);
        run(target, buf_view(&b));
    }
    buf_clear(&b);
}

START_TEST(mutated_messages_never_harm)
{
    mutate(fuzz_message, "tests/fuzz/seeds/dns_message", MUTATIONS(200000), 1);
}
END_TEST

START_TEST(mutated_master_files_never_harm)
{
    mutate(fuzz_master, "tests/fuzz/seeds/dns_master", MUTATIONS(50000), 2);
}
END_TEST

START_TEST(mutated_text_of_records_never_harms)
{
    mutate(fuzz_rdata_text, "tests/fuzz/seeds/dns_rdata_text", MUTATIONS(50000), 4);
}
END_TEST

START_TEST(mutated_wire_of_records_never_harms)
{
    mutate(fuzz_rdata_wire, "tests/fuzz/seeds/dns_rdata_wire", MUTATIONS(50000), 5);
}
END_TEST

START_TEST(random_bytes_never_harm)
{
    uint64_t state = 3;
    char bytes[256];

    for (int i = 0; i < 20000; i++) {
        size_t n = random_below(&state, sizeof(bytes));

        for (size_t k = 0; k < n; k++)
            bytes[k] = (char)random_below(&state, 256);
        run(fuzz_message, str_n(bytes, n));
        run(fuzz_master, str_n(bytes, n));
        run(fuzz_rdata_text, str_n(bytes, n));
        run(fuzz_rdata_wire, str_n(bytes, n));
    }
}
END_TEST

TESTS_MAIN("dns/fuzz", mutated_messages_never_harm, mutated_master_files_never_harm,
    mutated_text_of_records_never_harms, mutated_wire_of_records_never_harms, random_bytes_never_harm)
