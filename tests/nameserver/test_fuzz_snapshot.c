/* Replays the seeds of what is read from disk, then seeded mutations of them and of what the writers write today. SEED=n
 * picks another run. */
#include <dirent.h>

#include "base/conf.h"
#include "tests/nameserver/fixture.h"
#include "tests/support/testdb.h"

#include "tests/fuzz/fuzz_ns_snapshot.c"

#define MUTATIONS 4000
#define SEEDS_MAX 512

static struct arena seed_arena;
static struct str seeds[SEEDS_MAX];
static size_t seeds_n;
static uint64_t rng;

static unsigned roll(unsigned bound)
{
    rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(rng >> 33) % bound;
}

static int by_name(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

/* What is refused is logged, thousands of times here. */
static void quiet(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    if (getenv("LOUD") == NULL)
        ck_assert_int_ge(dup2(fd, 2), 0);
    close(fd);
}

static void seeds_load(void)
{
    const char *dir, *names[SEEDS_MAX];
    struct dirent *entry;
    struct error e;
    DIR *d;

    arena_init(&seed_arena, 0);
    dir = arena_printf(&seed_arena, "%s/tests/fuzz/seeds/ns_snapshot", test_root());
    d = opendir(dir);
    ck_assert_ptr_nonnull(d);
    for (seeds_n = 0; (entry = readdir(d)) != NULL;)
        if (entry->d_name[0] != '.') {
            ck_assert_uint_lt(seeds_n, SEEDS_MAX);
            names[seeds_n++] = arena_printf(&seed_arena, "%s/%s", dir, entry->d_name);
        }
    closedir(d);
    qsort(names, seeds_n, sizeof(*names), by_name);
    for (size_t i = 0; i < seeds_n; i++)
        ck_assert_msg(file_read(&seed_arena, names[i], 65535, &seeds[i], &e) == OK, "%s", e.text);
}

static void put(struct str input)
{
    uint8_t *exact = malloc(input.n);

    ck_assert(exact != NULL || input.n == 0);
    if (input.n > 0)
        memcpy(exact, input.p, input.n);
    LLVMFuzzerTestOneInput(exact, input.n);
    free(exact);
}

START_TEST(seeds_load_or_are_refused)
{
    quiet();
    seeds_load();
    ck_assert_uint_ge(seeds_n, 10);
    for (size_t i = 0; i < seeds_n; i++)
        put(seeds[i]);
    arena_clear(&seed_arena);
}
END_TEST

static void change(struct buf *b)
{
    static const uint8_t interesting[] = {0, 1, 2, 5, 6, 63, 64, 127, 128, 192, 255};
    size_t at = roll((unsigned)b->n);

    switch (roll(5)) {
    case 0:
        b->p[at] = (char)(b->p[at] ^ 1 << roll(8));
        break;
    case 1:
        b->p[at] = (char)interesting[roll(sizeof(interesting))];
        break;
    case 2:
        b->n = at + 1;
        break;
    case 3: /* a piece again, behind the end */
        buf_str(b, str_n(arena_copy(&seed_arena, b->p + at, (b->n - at) / 2), (b->n - at) / 2));
        break;
    default:
        b->p[at] = (char)roll(256);
    }
}

START_TEST(mutated_files_load_or_are_refused)
{
    const char *given = getenv("SEED");
    struct buf b;

    quiet();
    seeds_load();
    rng = given != NULL ? strtoull(given, NULL, 10) : 20261122;
    buf_init(&b, (size_t)1 << 20);
    for (int i = 0; i < MUTATIONS; i++) {
        buf_reset(&b);
        buf_str(&b, seeds[roll((unsigned)seeds_n)]);
        for (unsigned k = 1 + roll(5); k > 0 && b.n > 0; k--)
            change(&b);
        put(buf_view(&b));
    }
    buf_clear(&b);
    arena_clear(&seed_arena);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, seeds_load_or_are_refused);
    tcase_add_test(t, mutated_files_load_or_are_refused);
}

int main(void)
{
    return fixture_main("nameserver fuzz snapshot", add);
}
