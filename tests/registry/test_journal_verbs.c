/* Renewals, updates, deletions and transfers in the journal: how each is found done, and when it is read back. */
#include "tests/registry/journal_fixture.h"

#define DAY (86400 * US_PER_S)

/* ---- the other verbs ------------------------------------------------------------------------------------- */

static time_us renewed(const char *key, time_us from)
{
    const struct registry_renew in = {.name = STR("a.test"), .expires = from, .years = 1};
    ck_assert_int_eq(registry_domain_renew(&w, key, &in, &o, &e), OK);
    return o.expires;
}

START_TEST(an_unanswered_renewal_is_not_made_twice)
{
    ck_assert_int_eq(run(), OK);
    time_us expires = o.expires;
    mishap("domain-renew", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(renewed("order:2:renew", expires), time_add_years(expires, 1));
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(renewed("order:2:renew", expires), time_add_years(expires, 1));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-renew"), 1);
}
END_TEST

START_TEST(a_renewal_that_was_not_heard_is_made_once)
{
    ck_assert_int_eq(run(), OK);
    time_us expires = o.expires;
    const struct registry_renew in = {.name = STR("a.test"), .expires = expires, .years = 2};
    mishap("domain-renew", FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_domain_renew(&w, "order:2:renew", &in, &o, &e), UNCERTAIN);
    ck_assert_int_eq(registry_domain_renew(&w, "order:2:renew", &in, &o, &e), OK);
    ck_assert_int_eq(o.expires, time_add_years(expires, 2));
}
END_TEST

START_TEST(an_unanswered_update_is_read_back)
{
    ck_assert_int_eq(run(), OK);
    struct registry_domain_update u = {.name = STR("a.test"), .authinfo = STR("our-secret-2")};
    u.add_statuses[u.add_statuses_n++] = STR("clientHold");
    mishap("domain-update", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(registry_domain_update(&w, "order:3:hold", &u, &o, &e), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    u.add_statuses[0] = STR("clientDeleteProhibited");
    mishap("domain-update", FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_domain_update(&w, "order:4:lock", &u, &o, &e), UNCERTAIN);
    ck_assert_int_eq(registry_domain_update(&w, "order:4:lock", &u, &o, &e), OK);
    ck_assert_int_eq(o.source, OUTCOME_ANSWER);
}
END_TEST

START_TEST(an_unanswered_delete_is_done_when_the_domain_is_gone)
{
    ck_assert_int_eq(run(), OK);
    mishap("domain-delete", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(registry_domain_delete(&w, "order:5:delete", STR("a.test"), &o, &e), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(registry_domain_delete(&w, "order:6:delete", STR("a.test"), &o, &e), NOT_FOUND);
}
END_TEST

START_TEST(an_unanswered_transfer_request_is_found_by_its_query)
{
    fake_registry_seize(fake, "a.test", "OTHER");
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("not-yours")};
    mishap("domain-transfer", FAKE_UNHEARD, 0);
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), UNCERTAIN);
    mishap("domain-transfer", FAKE_UNANSWERED, 0);
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), OK);
    ck_assert_int_eq(o.source, OUTCOME_ASKED);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 1);
}
END_TEST

/* Only 2301 says that there is no transfer; other codes of its class are no answer to a question. */
START_TEST(a_query_that_is_refused_does_not_make_a_transfer_undone)
{
    fake_registry_seize(fake, "a.test", "OTHER");
    fake_registry_reject(fake);
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("not-yours")};
    mishap("domain-transfer", FAKE_UNANSWERED, 0);
    fake_registry_mishap(fake, "transfer-query", FAKE_CODE, 2304, 2);
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), UNCERTAIN);
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-undecided");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-transfer"), 1);
}
END_TEST

static enum status pending_1000(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *err)
{
    (void)ctx;
    ck_assert_int_eq(c->intent(c->ctx, STR("domain-transfer"), err), OK);
    c->sent = true;
    c->answer = (struct registry_answer){.code = 1000, .cltrid = c->cltrid};
    *out = (struct registry_transfer_info){
        .name = in->name, .status = STR("pending"), .reid = STR("FOURWAYS"), .requested = NOW};
    return OK;
}

START_TEST(a_request_that_is_answered_as_done_and_shown_as_pending_is_pending)
{
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("not-yours")};
    set.items[0].adapter.transfer = pending_1000;
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), OK);
    ck_assert(o.pending);
    ck_assert_str_eq(states("order:7:transfer"), "pending");
}
END_TEST

/* The other registrar may take longer than the journal waits for other things. */
START_TEST(a_request_that_the_registry_does_not_show_is_waited_for_as_long_as_the_other_registrar_has)
{
    struct registry_profile *p = arena_copy(&arena, set.items[0].profile, sizeof(*p));
    const struct registry_transfer in = {.name = STR("a.test"), .authinfo = STR("not-yours")};
    p->transfer_days = 20;
    set.items[0].profile = p;
    fake_registry_seize(fake, "a.test", "OTHER");
    fake_registry_reject(fake);
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), OK);
    fake_registry_mishap(fake, "transfer-query", FAKE_CODE, 2301, 2);
    w.now += 20 * DAY;
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), OK);
    ck_assert(o.pending);
    w.now += 3 * DAY;
    ck_assert_int_eq(registry_domain_transfer(&w, "order:7:transfer", &in, &o, &e), INVALID);
    ck_assert_str_eq(e.code, "epp-2308");
    ck_assert(!o.pending && o.undone);
}
END_TEST

/* 2200 is about our credentials: the registry tells nothing of the domain, nor whose it is. */
START_TEST(an_info_that_doubts_our_credentials_decides_nothing)
{
    mishap("domain-create", FAKE_UNANSWERED, 0);
    fake_registry_mishap(fake, "domain-info", FAKE_CODE, 2200, 2);
    ck_assert_int_eq(run(), UNCERTAIN);
    ck_assert_int_eq(run(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-undecided");
    ck_assert_int_eq(run(), OK);
    ck_assert(o.source == OUTCOME_ASKED && fake_registry_heard(fake, "domain-create") == 1);
    fake_registry_mishap(fake, "domain-delete", FAKE_UNHEARD, 0, 1);
    fake_registry_mishap(fake, "domain-info", FAKE_CODE, 2200, 2);
    ck_assert_int_eq(registry_domain_delete(&w, "order:2:delete", STR("a.test"), &o, &e), UNCERTAIN);
    ck_assert_int_eq(registry_domain_delete(&w, "order:2:delete", STR("a.test"), &o, &e), UNAVAILABLE);
    ck_assert(fake_registry_has(fake, "domain", "a.test"));
}
END_TEST

/* ---- reading back --------------------------------------------------------------------------------------------- */

static enum status lock(void)
{
    const struct registry_domain_update u = {
        .name = STR("a.test"), .add_statuses = {STR("clientTransferProhibited")}, .add_statuses_n = 1};
    return registry_domain_update(&w, "order:2:lock", &u, &o, &e);
}

START_TEST(an_update_of_statuses_is_done_when_the_registry_shows_it)
{
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(lock(), OK);
    ck_assert_int_eq(o.source, OUTCOME_ANSWER);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-info"), 1);
    ck_assert_int_eq(lock(), OK);
    ck_assert_int_eq(o.source, OUTCOME_RECORD);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-info"), 1);
}
END_TEST

START_TEST(an_update_that_cannot_be_read_back_is_read_later_and_not_sent_again)
{
    ck_assert_int_eq(run(), OK);
    mishap("domain-info", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(lock(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-read-back");
    ck_assert_int_eq(lock(), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), 1);
}
END_TEST

START_TEST(an_update_that_the_registry_does_not_show_is_not_taken_for_done)
{
    ck_assert_int_eq(run(), OK);
    mishap("domain-info", FAKE_UNREACHABLE, 0);
    ck_assert_int_eq(lock(), UNAVAILABLE);
    const struct registry_domain_update undo = {
        .name = STR("a.test"), .rem_statuses = {STR("clientTransferProhibited")}, .rem_statuses_n = 1};
    ck_assert_int_eq(registry_domain_update(&w, "somebody", &undo, &o, &e), OK);
    ck_assert_int_eq(lock(), UNAVAILABLE);
    ck_assert_str_eq(e.code, "registry-read-back");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), 2);
}
END_TEST

START_TEST(an_update_of_authinfo_alone_is_not_read_back)
{
    const struct registry_domain_update u = {.name = STR("a.test"), .authinfo = STR("our-secret-2")};
    ck_assert_int_eq(run(), OK);
    ck_assert_int_eq(registry_domain_update(&w, "order:2:auth", &u, &o, &e), OK);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-info"), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("journal_verbs");
    TCase *c = tcase_create("journal_verbs");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, an_unanswered_renewal_is_not_made_twice);
    tcase_add_test(c, a_renewal_that_was_not_heard_is_made_once);
    tcase_add_test(c, an_unanswered_update_is_read_back);
    tcase_add_test(c, an_update_of_statuses_is_done_when_the_registry_shows_it);
    tcase_add_test(c, an_update_that_cannot_be_read_back_is_read_later_and_not_sent_again);
    tcase_add_test(c, an_update_that_the_registry_does_not_show_is_not_taken_for_done);
    tcase_add_test(c, an_update_of_authinfo_alone_is_not_read_back);
    tcase_add_test(c, an_unanswered_delete_is_done_when_the_domain_is_gone);
    tcase_add_test(c, an_unanswered_transfer_request_is_found_by_its_query);
    tcase_add_test(c, a_query_that_is_refused_does_not_make_a_transfer_undone);
    tcase_add_test(c, a_request_that_is_answered_as_done_and_shown_as_pending_is_pending);
    tcase_add_test(c, a_request_that_the_registry_does_not_show_is_waited_for_as_long_as_the_other_registrar_has);
    tcase_add_test(c, an_info_that_doubts_our_credentials_decides_nothing);
    suite_add_tcase(s, c);
    return suite_run(s);
}
