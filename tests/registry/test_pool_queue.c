#include "registry/pool_queue.h"
#include "registry/pool_rate.h"
#include "tests/support/suite.h"

/* Who is next, and when: without sessions, threads or clocks. */

#define SECOND UINT64_C(1000000000)

static struct pool_queue queue;
static struct pool_waiter waiters[200];
static size_t waiters_n;

static void setup(void)
{
    memset(&queue, 0, sizeof(queue));
    waiters_n = 0;
}

static void wait_for(enum registry_lane lane, int64_t customer, int commands)
{
    for (int i = 0; i < commands; i++) {
        struct pool_waiter *w = &waiters[waiters_n++];
        *w = (struct pool_waiter){.lane = lane, .customer = customer};
        pool_queue_add(&queue, w);
    }
}

static struct pool_waiter *serve(void)
{
    struct pool_waiter *w = pool_queue_next(&queue);
    ck_assert_ptr_nonnull(w);
    pool_queue_take(&queue, w);
    return w;
}

static int served_of(int64_t customer, int places)
{
    int n = 0;
    for (int i = 0; i < places; i++)
        n += serve()->customer == customer;
    return n;
}

START_TEST(transfers_go_before_registrations_and_those_before_batches)
{
    wait_for(REGISTRY_LANE_BATCH, 1, 3);
    wait_for(REGISTRY_LANE_NORMAL, 2, 3);
    wait_for(REGISTRY_LANE_URGENT, 3, 3);
    static const int64_t want[] = {3, 3, 3, 2, 2, 2, 1, 1, 1};
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        ck_assert_int_eq(serve()->customer, want[i]);
    ck_assert_ptr_null(pool_queue_next(&queue));
}
END_TEST

START_TEST(within_a_customer_the_order_of_arrival_holds)
{
    wait_for(REGISTRY_LANE_NORMAL, 1, 10);
    for (size_t i = 0; i < 10; i++)
        ck_assert_ptr_eq(serve(), &waiters[i]);
}
END_TEST

START_TEST(a_customer_with_many_commands_does_not_keep_others_waiting)
{
    wait_for(REGISTRY_LANE_NORMAL, 1, 60);
    ck_assert_int_eq(served_of(1, 8), 8);
    wait_for(REGISTRY_LANE_NORMAL, 2, 2);
    ck_assert_int_eq(served_of(2, 4), 2); /* behind at most two of the other's */
    wait_for(REGISTRY_LANE_NORMAL, 3, 40);
    int n = served_of(3, 20);
    ck_assert_int_ge(n, 9);
    ck_assert_int_le(n, 11);
}
END_TEST

START_TEST(who_was_away_has_no_claim_to_what_was_not_used)
{
    wait_for(REGISTRY_LANE_NORMAL, 1, 30);
    wait_for(REGISTRY_LANE_NORMAL, 2, 1);
    (void)served_of(1, 21);
    wait_for(REGISTRY_LANE_NORMAL, 2, 20);
    ck_assert_int_ge(served_of(1, 10), 4);
}
END_TEST

START_TEST(a_batch_is_slow_beside_others_and_never_stands_still)
{
    wait_for(REGISTRY_LANE_BATCH, 1, 5);
    int batch = 0;
    for (int i = 0; i < 80; i++) {
        wait_for(REGISTRY_LANE_URGENT, 2, 1);
        batch += serve()->lane == REGISTRY_LANE_BATCH;
    }
    ck_assert_int_eq(batch, 80 / POOL_OLDEST_EVERY);
}
END_TEST

START_TEST(who_gives_up_is_forgotten)
{
    wait_for(REGISTRY_LANE_NORMAL, 1, 3);
    pool_queue_drop(&queue, &waiters[1]);
    ck_assert_ptr_eq(serve(), &waiters[0]);
    ck_assert_ptr_eq(serve(), &waiters[2]);
    ck_assert_uint_eq(queue.n, 0);
    ck_assert_ptr_null(queue.first);
    ck_assert_ptr_null(queue.last);
}
END_TEST

START_TEST(more_customers_than_are_kept_are_all_served)
{
    for (int64_t c = 0; c < 200; c++)
        wait_for(REGISTRY_LANE_NORMAL, c, 1);
    for (int i = 0; i < 200; i++)
        (void)serve();
    waiters_n = 0;
    for (int64_t c = 1000; c < 1200; c++)
        wait_for(REGISTRY_LANE_NORMAL, c, 1);
    ck_assert_int_eq(served_of(1000, 200), 1);
}
END_TEST

/* ---- rate ----------------------------------------------------------------------------------------------- */

/* How many go between two moments, each as soon as it may. */
static int count(struct pool_rate *r, uint64_t from, uint64_t to)
{
    int n = 0;
    for (uint64_t now = from; now < to;) {
        uint64_t turn = pool_rate_turn(r, now);
        if (turn != 0) {
            now = turn;
            continue;
        }
        pool_rate_take(r, now);
        n++;
        ck_assert_int_lt(n, 100000);
    }
    return n;
}

START_TEST(the_rate_is_kept_and_a_burst_is_allowed)
{
    struct pool_rate r;
    uint64_t now = 50 * SECOND;
    pool_rate_init(&r, 10, SECOND, 5);
    ck_assert_int_eq(count(&r, now, now + 1), 5);
    int n = count(&r, now + 1, now + 10 * SECOND);
    ck_assert_int_ge(n, 99);
    ck_assert_int_le(n, 100);
    ck_assert_int_eq(count(&r, now + 60 * SECOND, now + 60 * SECOND + 1), 5); /* no more, however long the pause */
}
END_TEST

START_TEST(without_a_burst_of_its_own_a_second_s_worth_may_go_at_once)
{
    struct pool_rate r;
    pool_rate_init(&r, 7, SECOND, 0);
    ck_assert_int_eq(count(&r, SECOND, SECOND + 1), 7);
}
END_TEST

START_TEST(no_rate_is_no_limit)
{
    struct pool_rate r;
    pool_rate_init(&r, 0, SECOND, 0);
    for (int i = 0; i < 1000; i++) {
        ck_assert_uint_eq(pool_rate_turn(&r, 5), 0);
        pool_rate_take(&r, 5);
    }
}
END_TEST

START_TEST(a_refusal_costs_its_penalty_whatever_was_saved_up)
{
    struct pool_rate r;
    static const int rates[] = {0, 10};
    pool_rate_init(&r, rates[_i], SECOND, 0);
    pool_rate_penalty(&r, 100 * SECOND, 0);
    ck_assert_uint_eq(pool_rate_turn(&r, 100 * SECOND), 0);
    pool_rate_penalty(&r, 100 * SECOND, 3 * SECOND);
    ck_assert_uint_eq(pool_rate_turn(&r, 100 * SECOND), 103 * SECOND);
    pool_rate_penalty(&r, 100 * SECOND, 3 * SECOND);
    ck_assert_uint_eq(pool_rate_turn(&r, 100 * SECOND), 106 * SECOND);
    ck_assert_uint_eq(pool_rate_turn(&r, 106 * SECOND), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pool queue");
    TCase *c = tcase_create("queue");
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, transfers_go_before_registrations_and_those_before_batches);
    tcase_add_test(c, within_a_customer_the_order_of_arrival_holds);
    tcase_add_test(c, a_customer_with_many_commands_does_not_keep_others_waiting);
    tcase_add_test(c, who_was_away_has_no_claim_to_what_was_not_used);
    tcase_add_test(c, a_batch_is_slow_beside_others_and_never_stands_still);
    tcase_add_test(c, who_gives_up_is_forgotten);
    tcase_add_test(c, more_customers_than_are_kept_are_all_served);
    suite_add_tcase(s, c);
    c = tcase_create("rate");
    tcase_add_test(c, the_rate_is_kept_and_a_burst_is_allowed);
    tcase_add_test(c, without_a_burst_of_its_own_a_second_s_worth_may_go_at_once);
    tcase_add_test(c, no_rate_is_no_limit);
    tcase_add_loop_test(c, a_refusal_costs_its_penalty_whatever_was_saved_up, 0, 2);
    suite_add_tcase(s, c);
    return suite_run(s);
}
