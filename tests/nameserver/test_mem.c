#include "nameserver/mem.h"

#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#define PIECES 100000
#define PIECE 400

static long large_kb(void)
{
    char line[200];
    long kb = -1;
    FILE *f = fopen("/proc/self/smaps_rollup", "r");

    ck_assert_ptr_nonnull(f);
    while (kb < 0 && fgets(line, sizeof(line), f) != NULL)
        (void)sscanf(line, "AnonHugePages: %ld kB", &kb);
    (void)fclose(f);
    return kb;
}

START_TEST(a_full_heap_is_gathered_onto_large_pages_and_keeps_what_is_in_it)
{
    static uint8_t *pieces[PIECES];
    uintptr_t before = (uintptr_t)sbrk(0);
    long large = large_kb();
    unsigned steps = 0;

    mem_open();
    ck_assert(!mem_gather(1));
    for (unsigned i = 0; i < PIECES; i++) {
        pieces[i] = mem_new(PIECE);
        memset(pieces[i], (int)(i % 251), PIECE);
    }
    if ((uintptr_t)sbrk(0) - before < (uintptr_t)PIECES * PIECE)
        return; /* the sanitizer's own heap */
    while (mem_gather(4))
        ck_assert_uint_lt(++steps, 100);
    ck_assert(!mem_gather(4));
    ck_assert(steps == 0 || large_kb() > large + 10000); /* no step: the kernel cannot do it */
    for (unsigned i = 0; i < PIECES; i++) {
        ck_assert(pieces[i][0] == i % 251 && pieces[i][PIECE - 1] == i % 251);
        mem_free(pieces[i]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("nameserver mem");
    TCase *t = tcase_create("mem");
    SRunner *r;
    int failed;

    tcase_add_test(t, a_full_heap_is_gathered_onto_large_pages_and_keeps_what_is_in_it);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
