/* What a command may cost: the price is asked for, held against the customer's ceiling, and goes with the command. */
#include "tests/registry/journal_fixture.h"

static enum status buy(int64_t most, const char *currency)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE,
        .key = "order:1:create",
        .domain_create = &create,
        .ceiling = {most, currency == NULL ? STR_NULL : str_of(currency)}};
    return registry_transform(&w, &r, &o, &e);
}

static void prices(int64_t cents)
{
    struct registry_profile *p = arena_copy(&arena, set.items[0].profile, sizeof(*p));
    p->fee_need = PROFILE_FEE_ALWAYS;
    set.items[0].profile = p;
    fake_registry_price(fake, cents);
}

START_TEST(the_price_asked_for_goes_with_the_command)
{
    prices(800);
    ck_assert_int_eq(buy(900, "EUR"), OK);
    ck_assert_int_eq(o.fee.amount, 800);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-quote"), 1);
    ck_assert_int_eq(buy(900, "EUR"), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-quote"), 1);
}
END_TEST

START_TEST(more_than_the_customer_s_ceiling_is_not_sent)
{
    prices(901);
    ck_assert_int_eq(buy(900, "EUR"), DENIED);
    ck_assert_str_eq(e.code, "registry-price-above");
    ck_assert_int_eq(buy(100000, "USD"), DENIED);
    ck_assert_str_eq(e.code, "registry-price-currency");
    fake_registry_price(fake, 0);
    ck_assert_int_eq(buy(900, "EUR"), DENIED);
    ck_assert_str_eq(e.code, "registry-no-price");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
}
END_TEST

START_TEST(a_price_that_moved_is_asked_for_anew_and_held_against_the_ceiling)
{
    prices(800);
    fake_registry_price_next(fake, 850);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-price-moved");
    fake_registry_price_next(fake, 950);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    ck_assert_int_eq(buy(900, "EUR"), DENIED);
    ck_assert_str_eq(e.code, "registry-price-above");
    fake_registry_price(fake, 900);
    ck_assert_int_eq(buy(900, "EUR"), OK);
    ck_assert_int_eq(o.fee.amount, 900);
    ck_assert_str_eq(states("order:1:create"), "void,void,done");
}
END_TEST

START_TEST(a_2004_at_the_same_price_is_a_refusal)
{
    prices(800);
    mishap("domain-create", FAKE_CODE, 2004);
    ck_assert_int_eq(buy(900, "EUR"), INVALID);
    ck_assert_int_eq(buy(900, "EUR"), INVALID);
    ck_assert_str_eq(e.code, "epp-2004");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
    ck_assert_str_eq(states("order:1:create"), "failed");
}
END_TEST

/* The first was done late, and what is sold has no price any more: that must not end the order. */
START_TEST(a_late_first_attempt_is_found_although_the_price_forbids_a_second)
{
    prices(800);
    mishap("domain-create", FAKE_UNANSWERED, 0);
    mishap("domain-info", FAKE_CODE, 2303);
    ck_assert_int_eq(buy(900, "EUR"), UNCERTAIN);
    fake_registry_price(fake, 1000);
    mishap("domain-info", FAKE_CODE, 2303);
    mishap("domain-quote", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    mishap("domain-info", FAKE_CODE, 2400);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-undecided");
    ck_assert_int_eq(buy(900, "EUR"), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(o.fee.amount, 800);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 1);
    ck_assert_str_eq(states("order:1:create"), "void,done");
}
END_TEST

START_TEST(nothing_is_sent_while_no_price_can_be_had)
{
    prices(800);
    mishap("domain-quote", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(buy(900, "EUR"), UNAVAILABLE);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
    ck_assert_int_eq(buy(900, "EUR"), OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("journal_price");
    TCase *c = tcase_create("journal_price");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, the_price_asked_for_goes_with_the_command);
    tcase_add_test(c, more_than_the_customer_s_ceiling_is_not_sent);
    tcase_add_test(c, a_price_that_moved_is_asked_for_anew_and_held_against_the_ceiling);
    tcase_add_test(c, a_2004_at_the_same_price_is_a_refusal);
    tcase_add_test(c, a_late_first_attempt_is_found_although_the_price_forbids_a_second);
    tcase_add_test(c, nothing_is_sent_while_no_price_can_be_had);
    suite_add_tcase(s, c);
    return suite_run(s);
}
