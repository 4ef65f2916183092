#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "registry/combine.h"
#include "tests/support/suite.h"

/* Who goes with whom: turns that the test itself holds and lets go on. */

#define THREADS 8
#define SECOND UINT64_C(1000000000)

struct piece {
    struct combine_item item; /* first */
    pthread_t thread;
    int number;
    int turn; /* in which it was done; 0: not yet */
};
static struct piece pieces[THREADS];
static struct combine *c;
static int turns, sizes[THREADS + 1], order[THREADS], done;
static sem_t begun, go_on; /* of a turn */

static void turn_run(void *ctx, struct combine_item *const *items, size_t n)
{
    (void)ctx;
    turns++;
    sizes[turns] = (int)n;
    for (size_t i = 0; i < n; i++) {
        struct piece *p = (struct piece *)items[i];
        p->turn = turns;
        order[done++] = p->number;
    }
    ck_assert_int_eq(sem_post(&begun), 0);
    ck_assert_int_eq(sem_wait(&go_on), 0);
}

static void begin(size_t most, uint64_t patience)
{
    c = combine_new(most, patience, turn_run, NULL);
    turns = done = 0;
    ck_assert_int_eq(sem_init(&begun, 0, 0), 0);
    ck_assert_int_eq(sem_init(&go_on, 0, 0), 0);
}

static void end(void)
{
    combine_free(&c);
    ck_assert_ptr_null(c);
}

static void *piece_run(void *arg)
{
    struct piece *p = arg;
    combine_do(c, &p->item);
    ck_assert_int_gt(p->turn, 0);
    return NULL;
}

static void piece_start(int i)
{
    pieces[i] = (struct piece){.number = i};
    ck_assert_int_eq(pthread_create(&pieces[i].thread, NULL, piece_run, &pieces[i]), 0);
}

static void piece_end(int i)
{
    ck_assert_int_eq(pthread_join(pieces[i].thread, NULL), 0);
}

static void await_line(size_t n)
{
    while (combine_waiting(c, NULL) != n)
        (void)sched_yield();
}

static void turn_begins(void)
{
    ck_assert_int_eq(sem_wait(&begun), 0);
}

static void turn_ends(void)
{
    ck_assert_int_eq(sem_post(&go_on), 0);
}

/* The first alone, then from 1 on in line, one behind the other. */
static void line_form(int n)
{
    piece_start(0);
    turn_begins();
    for (int i = 1; i < n; i++) {
        piece_start(i);
        await_line((size_t)i);
    }
}

START_TEST(who_is_alone_goes_at_once)
{
    begin(COMBINE_MAX, 60 * SECOND);
    for (int i = 0; i < 3; i++) {
        piece_start(i);
        turn_begins();
        ck_assert_int_eq(sizes[turns], 1);
        turn_ends();
        piece_end(i);
    }
    ck_assert_int_eq(turns, 3);
    end();
}
END_TEST

START_TEST(those_who_come_meanwhile_go_together)
{
    begin(COMBINE_MAX, 0);
    line_form(THREADS);
    turn_ends();
    turn_begins();
    ck_assert_int_eq(sizes[2], THREADS - 1);
    turn_ends();
    for (int i = 0; i < THREADS; i++) {
        piece_end(i);
        ck_assert_int_eq(order[i], i);
    }
    ck_assert_int_eq(turns, 2);
    end();
}
END_TEST

START_TEST(no_more_than_the_most_go_together)
{
    begin(3, 0);
    line_form(THREADS);
    static const int want[] = {1, 3, 3, 1};
    for (int i = 0; i < (int)ARRAY_LEN(want); i++) {
        turn_ends();
        if (i > 0)
            ck_assert_int_eq(sizes[i + 1], want[i]);
        if (i + 1 < (int)ARRAY_LEN(want))
            turn_begins();
    }
    for (int i = 0; i < THREADS; i++)
        piece_end(i);
    ck_assert_int_eq(turns, ARRAY_LEN(want));
    end();
}
END_TEST

/* The first one's turn is over, and those in line go on only when it has come back. */
START_TEST(with_patience_those_of_the_last_turn_are_waited_for)
{
    begin(COMBINE_MAX, 240 * SECOND);
    line_form(3);
    turn_ends();
    piece_end(0);
    await_line(2);
    piece_start(3);
    turn_begins();
    ck_assert_int_eq(sizes[2], 3);
    turn_ends();
    for (int i = 1; i < 4; i++)
        piece_end(i);
    end();
}
END_TEST

START_TEST(who_does_not_come_back_is_not_waited_for_longer_than_was_said)
{
    begin(COMBINE_MAX, SECOND / 1000);
    line_form(4);
    turn_ends();
    turn_begins();
    turn_ends();
    for (int i = 0; i < 4; i++)
        piece_end(i);
    piece_start(4);
    turn_begins();
    ck_assert_int_eq(sizes[turns], 1);
    turn_ends();
    piece_end(4);
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("combine");
    TCase *t = tcase_create("combine");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, who_is_alone_goes_at_once);
    tcase_add_test(t, those_who_come_meanwhile_go_together);
    tcase_add_test(t, no_more_than_the_most_go_together);
    tcase_add_test(t, with_patience_those_of_the_last_turn_are_waited_for);
    tcase_add_test(t, who_does_not_come_back_is_not_waited_for_longer_than_was_said);
    suite_add_tcase(s, t);
    return suite_run(s);
}
