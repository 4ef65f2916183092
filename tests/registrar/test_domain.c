#include "registrar/domain.h"

#include <pthread.h>

#include "tests/registrar/registrar_test.h"

#define SHOP STR("shop.test")

START_TEST(a_name_is_claimed_by_one_order_until_released)
{
    struct domain d;
    ok(domain_claim(db, SHOP, acc.id, 1, 11, &err));
    refused(domain_claim(db, SHOP, acc.id, 2, 11, &err), EXISTS, "domain-taken");
    refused(domain_claim(db, SHOP, other.id, 3, 11, &err), EXISTS, "domain-taken");
    ok(domain_find(db, &a, acc.id, SHOP, &d, &err));
    ck_assert(str_eqz(d.state, "registering") && d.order_id == 1 && d.contact_id == 11 && d.zone_id == 0);
    refused(domain_find(db, &a, other.id, SHOP, &d, &err), NOT_FOUND, "no-domain");
    ok(domain_release(db, SHOP, 2, &err)); /* not its order: nothing happens */
    domain_is("shop.test", "registering");
    ok(domain_release(db, SHOP, 1, &err));
    domain_is("shop.test", NULL);
    ok(domain_claim(db, SHOP, other.id, 3, 0, &err));
    ok(domain_find(db, &a, 0, SHOP, &d, &err));
    ck_assert(d.account_id == other.id && d.order_id == 3 && d.contact_id == 0);
    ok(domain_release(db, SHOP, 1, &err)); /* the first order again, late */
    domain_is("shop.test", "registering");
}
END_TEST

START_TEST(a_reclaimed_name_remembers_nothing_of_its_last_owner)
{
    struct domain d;
    struct str authinfo;
    ok(domain_claim(db, SHOP, acc.id, 1, 11, &err));
    ok(domain_set_zone(db, SHOP, 1, 5, &err));
    ok(domain_authinfo(db, &a, &us.sealing, SHOP, STR("old-secret"), &authinfo, &err));
    ok(domain_activate(db, SHOP, 1, STR("ROID-1"), 100, 200, &err));
    ok(domain_release(db, SHOP, 0, &err));
    ok(domain_claim(db, SHOP, other.id, 2, 12, &err));
    ok(domain_find(db, &a, other.id, SHOP, &d, &err));
    ck_assert(d.zone_id == 0 && d.registered == 0 && d.expires == 0 && str_empty(d.roid));
    ok(domain_authinfo(db, &a, &us.sealing, SHOP, STR("new-secret"), &authinfo, &err));
    ck_assert(str_eqz(authinfo, "new-secret"));
}
END_TEST

START_TEST(an_order_that_lost_the_name_cannot_write_to_it)
{
    ok(domain_claim(db, SHOP, acc.id, 1, 11, &err));
    ok(domain_release(db, SHOP, 1, &err));
    ok(domain_claim(db, SHOP, acc.id, 2, 11, &err));
    refused(domain_set_zone(db, SHOP, 1, 5, &err), CONFLICT, "domain-moved");
    refused(domain_set_registered(db, SHOP, 1, 1, 2, &err), CONFLICT, "domain-moved");
    refused(domain_activate(db, SHOP, 1, STR("R"), 1, 2, &err), CONFLICT, "domain-moved");
    ok(domain_release(db, SHOP, 2, &err));
    refused(domain_activate(db, SHOP, 2, STR("R"), 1, 2, &err), CONFLICT, "domain-moved");
    domain_is("shop.test", NULL);
}
END_TEST

static int won;

static void *claim_one(void *ctx)
{
    struct db *c;
    struct error e;
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    for (int i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof(name), "n%d.test", i);
        enum status s = domain_claim(c, str_of(name), acc.id, (int64_t)(intptr_t)ctx, 0, &e);
        INVARIANT(s == OK || s == EXISTS);
        if (s == OK)
            __atomic_add_fetch(&won, 1, __ATOMIC_RELAXED);
    }
    db_close(&c);
    return NULL;
}

START_TEST(of_many_who_claim_a_name_at_once_one_gets_it)
{
    pthread_t t[8];
    for (int i = 0; i < 10; i++) { /* half of them have been released before */
        struct str name = str_printf(&a, "n%d.test", i);
        ok(domain_claim(db, name, other.id, 1, 0, &err));
        ok(domain_release(db, name, 1, &err));
    }
    won = 0;
    for (intptr_t i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, claim_one, (void *)(i + 10)), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(t[i], NULL);
    ck_assert_int_eq(won, 20);
}
END_TEST

START_TEST(domains_are_listed_by_account_and_page)
{
    struct domain *list;
    size_t n = 0;
    for (int i = 0; i < 5; i++)
        ok(domain_claim(db, str_printf(&a, "d%d.test", i), i == 2 ? other.id : acc.id, i + 1, 0, &err));
    ok(domain_release(db, STR("d3.test"), 4, &err));
    ok(domain_list(db, &a, acc.id, STR_NULL, 2, &list, &n, &err));
    ck_assert(n == 2 && str_eqz(list[0].name, "d0.test") && str_eqz(list[1].name, "d1.test"));
    ok(domain_list(db, &a, acc.id, STR("d1.test"), 1000000, &list, &n, &err));
    ck_assert(n == 1 && str_eqz(list[0].name, "d4.test"));
    ok(domain_list(db, &a, 0, STR(""), 10, &list, &n, &err));
    ck_assert_uint_eq(n, 4);
    refused(domain_list(db, &a, acc.id,
                STR("b\xc3\xbc"
                    "cher.test"),
                10, &list, &n, &err),
        INVALID, "after");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("domain");
    TCase *t = tcase_create("domain");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_name_is_claimed_by_one_order_until_released);
    tcase_add_test(t, a_reclaimed_name_remembers_nothing_of_its_last_owner);
    tcase_add_test(t, an_order_that_lost_the_name_cannot_write_to_it);
    tcase_add_test(t, of_many_who_claim_a_name_at_once_one_gets_it);
    tcase_add_test(t, domains_are_listed_by_account_and_page);
    suite_add_tcase(s, t);
    return suite_run(s);
}
