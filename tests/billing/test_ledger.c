#include <pthread.h>

#include "tests/billing/billing_test.h"

START_TEST(a_transfer_moves_money_once_however_often_it_is_said)
{
    for (int i = 0; i < 3; i++)
        ok(ledger_transfer(db, id_of("t"), bank, alice, eur(100), STR("memo"), T0 + i, &err));
    balance_is(alice, 100, 0);
    balance_is(bank, -100, 0);
}
END_TEST

START_TEST(another_transfer_under_a_used_id_is_refused)
{
    struct money yen = {100, "JPY"};
    ok(ledger_transfer(db, id_of("t"), bank, alice, eur(100), STR("memo"), T0, &err));
    refused(ledger_transfer(db, id_of("t"), bank, alice, eur(101), STR(""), T0, &err), CONFLICT, "transfer-differs");
    refused(ledger_transfer(db, id_of("t"), bank, bob, eur(100), STR(""), T0, &err), CONFLICT, "transfer-differs");
    refused(ledger_transfer(db, id_of("t"), bank, alice, yen, STR(""), T0, &err), CONFLICT, "transfer-differs");
    refused(hold_place(db, id_of("t"), bank, alice, eur(100), STR(""), T0, &err), CONFLICT, "transfer-differs");
    balance_is(alice, 100, 0);
    balance_is(bob, 0, 0);
}
END_TEST

START_TEST(what_is_no_transfer_is_refused_and_says_why)
{
    int64_t yen_account = 0;
    struct money yen = {10, "JPY"};
    ok(ledger_open(db, STR("bank"), STR("JPY"), true, &yen_account, &err));
    fill(alice, 100);
    refused(ledger_transfer(db, id_of("1"), bank, alice, eur(0), STR(""), T0, &err), INVALID, "invalid");
    refused(ledger_transfer(db, id_of("2"), bank, alice, eur(-5), STR(""), T0, &err), INVALID, "invalid");
    refused(ledger_transfer(db, id_of("3"), bank, bank, eur(5), STR(""), T0, &err), INVALID, "invalid");
    refused(ledger_transfer(db, id_of("4"), bank, 999999, eur(5), STR(""), T0, &err), INVALID, "invalid");
    refused(ledger_transfer(db, id_of("5"), bank, alice, yen, STR(""), T0, &err), INVALID, "invalid");
    refused(ledger_transfer(db, id_of("6"), yen_account, alice, yen, STR(""), T0, &err), INVALID, "invalid");
    refused(ledger_transfer(db, id_of("7"), yen_account, alice, eur(5), STR(""), T0, &err), INVALID, "invalid");
    refused(
        ledger_transfer(db, id_of("8"), bank, alice, eur(MONEY_AMOUNT_MAX + 1), STR(""), T0, &err), INVALID, "invalid");
    refused(hold_place(db, id_of("9"), alice, yen_account, eur(5), STR(""), T0, &err), INVALID, "invalid");
    balance_is(alice, 100, 0);
}
END_TEST

START_TEST(an_account_is_never_overdrawn)
{
    fill(alice, 100);
    refused(ledger_transfer(db, id_of("1"), alice, bob, eur(101), STR(""), T0, &err), FUNDS, "funds");
    refused(hold_place(db, id_of("2"), alice, bob, eur(101), STR(""), T0, &err), FUNDS, "funds");
    ok(hold_place(db, id_of("3"), alice, bob, eur(60), STR(""), T0, &err));
    refused(ledger_transfer(db, id_of("4"), alice, bob, eur(41), STR(""), T0, &err), FUNDS, "funds");
    ok(ledger_transfer(db, id_of("5"), alice, bob, eur(40), STR(""), T0, &err));
    balance_is(alice, 60, 60);
    ok(hold_post(db, id_of("3"), 0, STR(""), T0, &err));
    balance_is(alice, 0, 0);
    balance_is(bob, 100, 0);
}
END_TEST

START_TEST(a_hold_is_set_aside_then_posted_once)
{
    enum hold_state state;
    fill(alice, 100);
    ok(hold_place(db, id_of("h"), alice, bob, eur(30), STR("order"), T0, &err));
    ok(hold_place(db, id_of("h"), alice, bob, eur(30), STR("order"), T0, &err));
    balance_is(alice, 100, 30);
    balance_is(bob, 0, 0);
    ok(hold_state(db, id_of("h"), &state, &err));
    ck_assert_int_eq(state, HOLD_OPEN);
    for (int i = 0; i < 3; i++)
        ok(hold_post(db, id_of("h"), 0, STR("paid"), T0 + i, &err));
    balance_is(alice, 70, 0);
    balance_is(bob, 30, 0);
    ok(hold_state(db, id_of("h"), &state, &err));
    ck_assert_int_eq(state, HOLD_POSTED);
    refused(hold_void(db, id_of("h"), STR("no"), T0, &err), CONFLICT, "conflict");
    refused(hold_post(db, id_of("h"), 10, STR("no"), T0, &err), CONFLICT, "transfer-differs");
    balance_is(alice, 70, 0);
}
END_TEST

START_TEST(a_hold_is_let_go_once)
{
    enum hold_state state;
    fill(alice, 100);
    ok(hold_place(db, id_of("h"), alice, bob, eur(30), STR("order"), T0, &err));
    for (int i = 0; i < 3; i++)
        ok(hold_void(db, id_of("h"), STR("failed"), T0 + i, &err));
    balance_is(alice, 100, 0);
    ok(hold_state(db, id_of("h"), &state, &err));
    ck_assert_int_eq(state, HOLD_VOIDED);
    refused(hold_post(db, id_of("h"), 0, STR("no"), T0, &err), CONFLICT, "conflict");
    ok(hold_place(db, id_of("h"), alice, bob, eur(30), STR("order"), T0, &err)); /* the same again: stays let go */
    balance_is(alice, 100, 0);
}
END_TEST

START_TEST(a_part_of_a_hold_is_posted_and_the_rest_is_free)
{
    fill(alice, 100);
    ok(hold_place(db, id_of("h"), alice, bob, eur(30), STR(""), T0, &err));
    refused(hold_post(db, id_of("h"), 31, STR(""), T0, &err), CONFLICT, "conflict");
    refused(hold_post(db, id_of("h"), -1, STR(""), T0, &err), INVALID, "invalid");
    ok(hold_post(db, id_of("h"), 12, STR(""), T0, &err));
    balance_is(alice, 88, 0);
    balance_is(bob, 12, 0);
}
END_TEST

START_TEST(a_hold_that_is_none_cannot_be_resolved)
{
    enum hold_state state;
    fill(alice, 100);
    ok(ledger_transfer(db, id_of("single"), alice, bob, eur(10), STR(""), T0, &err));
    refused(hold_post(db, id_of("never"), 0, STR(""), T0, &err), NOT_FOUND, "no-hold");
    refused(hold_void(db, id_of("single"), STR(""), T0, &err), NOT_FOUND, "no-hold");
    refused(hold_state(db, id_of("never"), &state, &err), NOT_FOUND, "no-hold");
}
END_TEST

START_TEST(a_rolled_back_hold_never_was)
{
    fill(alice, 100);
    ok(db_begin(db, &err));
    ok(hold_place(db, id_of("h"), alice, bob, eur(30), STR(""), T0, &err));
    ok(hold_post(db, id_of("h"), 0, STR(""), T0, &err));
    db_abort(db);
    balance_is(alice, 100, 0);
    ok(hold_place(db, id_of("h"), alice, bob, eur(99), STR(""), T0, &err));
    balance_is(alice, 100, 99);
}
END_TEST

START_TEST(accounts_are_opened_once_and_keep_their_rights)
{
    int64_t again = 0;
    ok(ledger_open(db, STR("customer:alice"), STR("EUR"), false, &again, &err));
    ck_assert_int_eq(again, alice);
    refused(ledger_open(db, STR("customer:alice"), STR("EUR"), true, &again, &err), CONFLICT, "ledger-account-differs");
    refused(ledger_open(db, STR("bank"), STR("EUR"), false, &again, &err), CONFLICT, "ledger-account-differs");
    static const char *const bad[] = {"", "Upper", "a b", "a\nb", "caf\xc3\xa9"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        refused(ledger_open(db, str_of(bad[i]), STR("EUR"), false, &again, &err), INVALID, "ledger-code");
    refused(ledger_open(db, str_n("a\0b", 3), STR("EUR"), false, &again, &err), INVALID, "ledger-code");
    refused(ledger_open(db, STR("x"), STR("eur"), false, &again, &err), INVALID, "currency");
}
END_TEST

/* ---- at once -------------------------------------------------------------------------------------------------- */

#define THREADS 8

struct worker {
    pthread_t thread;
    int number, done, refused, conflicts, other;
    struct error last;
};

static void count(struct worker *w, enum status s)
{
    w->done += s == OK;
    w->refused += s == FUNDS;
    w->conflicts += s == CONFLICT;
    w->other += s != OK && s != FUNDS && s != CONFLICT;
}

static struct db *own_connection(void)
{
    struct db *c;
    struct error e;
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    return c;
}

static struct worker run_threads(void *(*run)(void *))
{
    struct worker w[THREADS] = {0}, sum = {0};
    for (int i = 0; i < THREADS; i++) {
        w[i].number = i;
        ck_assert_int_eq(pthread_create(&w[i].thread, NULL, run, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(w[i].thread, NULL);
        sum.done += w[i].done;
        sum.refused += w[i].refused;
        sum.conflicts += w[i].conflicts;
        sum.other += w[i].other;
        if (w[i].last.text[0] != '\0')
            sum.last = w[i].last;
    }
    return sum;
}

static void *place_many(void *ctx)
{
    struct worker *w = ctx;
    struct db *c = own_connection();
    for (int i = 0; i < 25; i++)
        count(w, hold_place(c, transfer_id_of("many:%d:%d", w->number, i), alice, bob, eur(10), STR(""), T0, &w->last));
    db_close(&c);
    return NULL;
}

START_TEST(many_holds_at_once_never_overdraw)
{
    fill(alice, 1000);
    struct worker sum = run_threads(place_many);
    ck_assert_msg(sum.other == 0 && sum.conflicts == 0, "%s: %s", sum.last.code, sum.last.text);
    ck_assert_int_eq(sum.done, 100);
    ck_assert_int_eq(sum.refused, THREADS * 25 - 100);
    balance_is(alice, 1000, 1000);
}
END_TEST

static void *resolve_all(void *ctx)
{
    struct worker *w = ctx;
    struct db *c = own_connection();
    for (int i = 0; i < 20; i++) {
        struct transfer_id h = transfer_id_of("race:%d", i);
        count(
            w, w->number % 2 == 0 ? hold_post(c, h, 0, STR(""), T0, &w->last) : hold_void(c, h, STR(""), T0, &w->last));
    }
    db_close(&c);
    return NULL;
}

START_TEST(a_hold_resolved_both_ways_at_once_is_resolved_one_way)
{
    int64_t posted = 0;
    fill(alice, 1000);
    for (int i = 0; i < 20; i++)
        ok(hold_place(db, transfer_id_of("race:%d", i), alice, bob, eur(10), STR(""), T0, &err));
    struct worker sum = run_threads(resolve_all);
    ck_assert_msg(sum.other == 0 && sum.refused == 0, "%s: %s", sum.last.code, sum.last.text);
    /* of the eight who try one hold, the four on the winning side hear OK */
    ck_assert_int_eq(sum.done, 20 * THREADS / 2);
    for (int i = 0; i < 20; i++) {
        enum hold_state state;
        ok(hold_state(db, transfer_id_of("race:%d", i), &state, &err));
        ck_assert_int_ne(state, HOLD_OPEN);
        posted += state == HOLD_POSTED;
    }
    balance_is(alice, 1000 - posted * 10, 0);
    balance_is(bob, posted * 10, 0);
}
END_TEST

static void *transfer_round(void *ctx)
{
    struct worker *w = ctx;
    struct db *c = own_connection();
    const int64_t accounts[3] = {bank, alice, bob};
    for (int i = 0; i < 200; i++) {
        int64_t from = accounts[(w->number + i) % 3], to = accounts[(w->number + i + 1 + (i & 1)) % 3];
        struct transfer_id id = transfer_id_of("round:%d:%d", w->number, i);
        count(w, ledger_transfer(c, id, from, to, eur(1 + i % 7), STR(""), T0, &w->last));
    }
    db_close(&c);
    return NULL;
}

START_TEST(eight_threads_moving_money_in_circles_never_deadlock)
{
    fill(alice, 1000000);
    fill(bob, 1000000);
    struct worker sum = run_threads(transfer_round);
    ck_assert_msg(sum.done == THREADS * 200, "%d done, %d conflicts: %s %s", sum.done, sum.conflicts, sum.last.code,
        sum.last.text);
}
END_TEST

static void *same_id(void *ctx)
{
    struct worker *w = ctx;
    struct db *c = own_connection();
    for (int i = 0; i < 50; i++)
        count(w, hold_place(c, transfer_id_of("same:%d", i), alice, bob, eur(10), STR(""), T0, &w->last));
    db_close(&c);
    return NULL;
}

START_TEST(one_id_used_at_once_is_one_hold)
{
    fill(alice, 500);
    struct worker sum = run_threads(same_id);
    ck_assert_msg(sum.done == THREADS * 50, "%d done: %s %s", sum.done, sum.last.code, sum.last.text);
    balance_is(alice, 500, 500);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ledger");
    TCase *t = tcase_create("ledger");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 90);
    tcase_add_test(t, a_transfer_moves_money_once_however_often_it_is_said);
    tcase_add_test(t, another_transfer_under_a_used_id_is_refused);
    tcase_add_test(t, what_is_no_transfer_is_refused_and_says_why);
    tcase_add_test(t, an_account_is_never_overdrawn);
    tcase_add_test(t, a_hold_is_set_aside_then_posted_once);
    tcase_add_test(t, a_hold_is_let_go_once);
    tcase_add_test(t, a_part_of_a_hold_is_posted_and_the_rest_is_free);
    tcase_add_test(t, a_hold_that_is_none_cannot_be_resolved);
    tcase_add_test(t, a_rolled_back_hold_never_was);
    tcase_add_test(t, accounts_are_opened_once_and_keep_their_rights);
    tcase_add_test(t, many_holds_at_once_never_overdraw);
    tcase_add_test(t, a_hold_resolved_both_ways_at_once_is_resolved_one_way);
    tcase_add_test(t, eight_threads_moving_money_in_circles_never_deadlock);
    tcase_add_test(t, one_id_used_at_once_is_one_hold);
    suite_add_tcase(s, t);
    return suite_run(s);
}
