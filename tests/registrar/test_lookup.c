#include "registrar/lookup.h"

#include <pthread.h>

#include "registrar/lookup_row.h"
#include "registrar/sealing.h"
#include "tests/registrar/registrar_test.h"

/* Answers lookups until told to stop, as a lookup thread of the worker. */
static struct server {
    pthread_t thread;
    int served;
    bool stop;
} server;

static void *serve(void *ctx)
{
    struct server *s = ctx;
    struct db *c;
    struct error e;
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    while (!__atomic_load_n(&s->stop, __ATOMIC_ACQUIRE)) {
        bool did = false;
        if (lookup_serve(&us, c, clock_now(), &did, &e) != OK)
            fprintf(stderr, "lookup_serve: %s %s\n", e.code, e.text);
        s->served += did;
    }
    db_close(&c);
    return NULL;
}

static void setup_served(void)
{
    setup();
    server = (struct server){0};
    ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, &server), 0);
}

static void server_stop(void)
{
    if (__atomic_exchange_n(&server.stop, true, __ATOMIC_ACQ_REL))
        return;
    pthread_join(server.thread, NULL);
}

static void teardown_served(void)
{
    server_stop();
    teardown();
}

static enum status check(const char *name, struct lookup_check *k)
{
    return lookup_check(&us.desk, db, &a, str_of(name), 5000, k, &err);
}

START_TEST(a_name_is_free_or_taken_as_the_registry_says)
{
    struct lookup_check k = {0};
    fake_registry_seize(fake, "taken.test", "rival");
    ok(check("FREE.test.", &k));
    ck_assert(k.available && str_eqz(k.name, "free.test"));
    ok(check("taken.test", &k));
    ck_assert(!k.available && !str_empty(k.reason));
    ok(check("b\xc3\xbc"
             "cher.test",
        &k));
    ck_assert(k.available && str_eqz(k.name, "xn--bcher-kva.test"));
}
END_TEST

/* A thing of two bytes a character, in a reason that is shown to its 120th byte, which is the first half of one. */
START_TEST(a_long_reason_is_cut_between_characters)
{
    char long_text[256] = "x";
    struct lookup_check k[1] = {{.available = false}};
    struct str name = STR("taken.test");
    for (size_t i = 0; i < 70; i++)
        memcpy(long_text + 1 + 2 * i, "\xc3\xa9", 3);
    fake_registry_seize(fake, "taken.test", "rival");
    fake_registry_reason(fake, long_text);
    ok(lookup_checks(&us.desk, db, &a, &name, 1, 5000, k, &err));
    ck_assert(!k[0].available);
    ck_assert_msg(str_eq(k[0].reason, str_n(long_text, 119)), "%.*s", STR_ARG(k[0].reason));
}
END_TEST

START_TEST(the_registrys_own_view_of_a_domain_is_shown)
{
    struct lookup_info i = {0};
    server_stop();
    (void)registered("shop.test");
    server = (struct server){0};
    ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, &server), 0);
    ok(lookup_info(&us.desk, db, &a, STR("shop.test"), 5000, &i, &err));
    ck_assert(str_eqz(i.sponsor, "fourways") && i.ns_n == 4 && i.expires > i.created && i.created > 0);
    refused(lookup_info(&us.desk, db, &a, STR("free.test"), 5000, &i, &err), NOT_FOUND, "not-registered");
}
END_TEST

START_TEST(what_the_registry_refuses_comes_back_with_its_class_and_text)
{
    struct lookup_check k = {0};
    fake_registry_mishap(fake, "domain-check", FAKE_UNREACHABLE, 0, 1);
    refused(check("shop.test", &k), UNAVAILABLE, "fake-unreachable");
    fake_registry_mishap(fake, "domain-check", FAKE_CODE, 2306, 1);
    refused(check("shop.test", &k), INVALID, "epp-2306");
    ck_assert_ptr_nonnull(strstr(err.text, "2306"));
    refused(check("shop.nosuch", &k), INVALID, "tld-not-sold");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM lookup"), 2);
}
END_TEST

static enum status quotes(const char *name, const char *token, struct lookup_check *k)
{
    const struct str names[] = {str_of(name)};
    const struct lookup_price price = {"create", 1, str_of(token)};
    return lookup_quotes(&us.desk, db, &a, names, 1, &price, 5000, k, &err);
}

START_TEST(a_question_says_the_allocation_token_which_nobody_can_read_on_the_way)
{
    struct lookup_check k = {0};
    ok(sealing_publish(db, &us.sealing, clock_now(), &err));
    ok(quotes("kept.test", NULL, &k));
    ck_assert(!k.available);
    ok(quotes("kept.test", "another", &k));
    ck_assert(!k.available);
    ok(quotes("kept.test", FAKE_KEPT_TOKEN, &k));
    ck_assert(k.available);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM lookup WHERE secret IS NOT NULL OR names LIKE '%Token%'"), 0);
    server_stop();
    const struct str names[] = {STR("kept.test")};
    const struct lookup_price price = {"create", 1, STR(FAKE_KEPT_TOKEN)};
    refused(lookup_quotes(&us.desk, db, &a, names, 1, &price, 10, &k, &err), UNAVAILABLE, "registry-no-answer");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM lookup WHERE secret IS NOT NULL AND secret NOT LIKE '%Token%'"), 1);
}
END_TEST

START_TEST(a_question_with_a_token_for_a_registry_that_takes_none_is_refused)
{
    struct lookup_check k = {0};
    server_stop();
    ok(sealing_publish(db, &us.sealing, clock_now(), &err));
    struct registry_profile *p = arena_copy(&a, us.registries.items[0].profile, sizeof(*p));
    p->allocation_token = false;
    us.registries.items[0].profile = p;
    server = (struct server){0};
    ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, &server), 0);
    refused(quotes("kept.test", FAKE_KEPT_TOKEN, &k), INVALID, "token-not-taken");
    ok(quotes("kept.test", NULL, &k));
}
END_TEST

START_TEST(the_transfer_of_a_contact_is_told_as_the_registry_says)
{
    struct lookup_transfer t = {0};
    fake_registry_contact(fake, "C-ADA", "rival", "", "");
    refused(
        lookup_contact_transfer(&us.desk, db, &a, STR("fake"), STR("C-ADA"), 5000, &t, &err), NOT_FOUND, "no-transfer");
    refused(
        lookup_contact_transfer(&us.desk, db, &a, STR("fake"), STR("C-EVE"), 5000, &t, &err), NOT_FOUND, "no-contact");
    refused(lookup_contact_transfer(&us.desk, db, &a, STR("else"), STR("C-ADA"), 5000, &t, &err), INVALID,
        "tld-not-served");
    refused(lookup_contact_transfer(&us.desk, db, &a, STR("fake"), STR("C-\xc3\x84"), 5000, &t, &err), INVALID,
        "contact-id");
    fake_registry_contact(fake, "C-ADA", "rival", "fourways", "pending");
    ok(lookup_contact_transfer(&us.desk, db, &a, STR("fake"), STR("C-ADA"), 5000, &t, &err));
    ck_assert(str_eqz(t.status, "pending") && str_eqz(t.reid, "fourways") && str_eqz(t.acid, "rival"));
    ck_assert(t.requested != 0);
}
END_TEST

START_TEST(without_a_registrar_a_question_times_out)
{
    struct lookup_check k = {0};
    server_stop();
    uint64_t before = clock_monotonic_ns();
    refused(lookup_check(&us.desk, db, &a, STR("shop.test"), 50, &k, &err), UNAVAILABLE, "registry-no-answer");
    ck_assert_uint_ge(clock_monotonic_ns() - before, 50000000u);
}
END_TEST

START_TEST(a_question_that_nobody_waits_for_is_not_carried_to_the_registry)
{
    bool did = false;
    server_stop();
    sql("INSERT INTO lookup (kind, name, state, created) VALUES ('check', 'shop.test', 'new', 5)");
    ok(lookup_serve(&us, db, 6 + LOOKUP_STALE_US, &did, &err));
    ck_assert(did);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-check"), 0);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM lookup WHERE state = 'failed' AND error_code = 'lookup-stale'"), 1);
    ok(lookup_serve(&us, db, 6, &did, &err));
    ck_assert(!did);
}
END_TEST

START_TEST(unknown_kinds_and_unserved_names_fail_with_a_reason)
{
    bool did = false;
    server_stop();
    sql("INSERT INTO lookup (kind, name, state, created) VALUES ('guess', 'shop.test', 'new', 5),"
        " ('check', 'shop.nosuch', 'new', 5)");
    ok(lookup_serve(&us, db, 6, &did, &err));
    ok(lookup_serve(&us, db, 6, &did, &err));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM lookup WHERE state = 'failed' AND error_code = 'lookup-kind'"), 1);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM lookup WHERE state = 'failed' AND error_code = 'tld-not-served'"), 1);
}
END_TEST

START_TEST(old_answers_are_swept_however_many_they_are)
{
    server_stop();
    sql("INSERT INTO lookup (kind, name, state, created) SELECT 'check', 'x.test', 'done', seq FROM seq_1_to_2500");
    sql("INSERT INTO lookup (kind, name, state, created) VALUES ('check', 'new.test', 'done', 3600000000)");
    ok(lookup_sweep(db, 3601000000, &err));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM lookup"), 1);
}
END_TEST

static void *ask_many(void *ctx)
{
    int *good = ctx;
    struct db *c;
    struct error e;
    struct arena mine;
    arena_init(&mine, 0);
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    for (int i = 0; i < 10; i++) {
        struct lookup_check k = {0};
        char name[32];
        snprintf(name, sizeof(name), "q%d.test", i);
        *good +=
            lookup_check(&us.desk, c, &mine, str_of(name), 5000, &k, &e) == OK && k.available && str_eqz(k.name, name);
    }
    db_close(&c);
    arena_clear(&mine);
    return NULL;
}

START_TEST(many_who_ask_at_once_each_get_their_answer)
{
    pthread_t t[4];
    int good[4] = {0};
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, ask_many, &good[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], NULL);
        ck_assert_int_eq(good[i], 10);
    }
    server_stop();
    ck_assert_int_eq(server.served, 40);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lookup");
    TCase *t = tcase_create("lookup");
    tcase_add_checked_fixture(t, setup_served, teardown_served);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_name_is_free_or_taken_as_the_registry_says);
    tcase_add_test(t, a_long_reason_is_cut_between_characters);
    tcase_add_test(t, the_registrys_own_view_of_a_domain_is_shown);
    tcase_add_test(t, what_the_registry_refuses_comes_back_with_its_class_and_text);
    tcase_add_test(t, a_question_says_the_allocation_token_which_nobody_can_read_on_the_way);
    tcase_add_test(t, a_question_with_a_token_for_a_registry_that_takes_none_is_refused);
    tcase_add_test(t, the_transfer_of_a_contact_is_told_as_the_registry_says);
    tcase_add_test(t, without_a_registrar_a_question_times_out);
    tcase_add_test(t, a_question_that_nobody_waits_for_is_not_carried_to_the_registry);
    tcase_add_test(t, unknown_kinds_and_unserved_names_fail_with_a_reason);
    tcase_add_test(t, old_answers_are_swept_however_many_they_are);
    tcase_add_test(t, many_who_ask_at_once_each_get_their_answer);
    suite_add_tcase(s, t);
    return suite_run(s);
}
