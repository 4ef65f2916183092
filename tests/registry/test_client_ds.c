#include "registry/dnssec.h"
#include "tests/registry/client_fixture.h"

/* DS records against the sandbox registry, over TLS: set, exchanged, taken away, in doubt, and read back. */

#define A_DIGEST "2BB183AF5F22588179A53B0A98631FAD1A292118B83C0C1E4E2A6A1D9C4F7E10"
#define B_DIGEST "49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC"
DB_QUERY(t_updates, "SELECT COUNT(*) FROM registry_command WHERE verb = 'domain-update'");

static const struct registry_dnssec one = {.ds = {{12345, 13, 2, STR(A_DIGEST)}}, .ds_n = 1}, none = {.ds_n = 0},
                                    two = {.ds = {{12345, 13, 2, STR(A_DIGEST)}, {7, 8, 1, STR(B_DIGEST)}}, .ds_n = 2},
                                    other = {.ds = {{7, 8, 1, STR(B_DIGEST)}}, .ds_n = 1};

static struct registry_domain seen(void)
{
    struct registry_domain dom = {0};
    ck_status(registry_domain_info(&cl_w, STR("a.test"), STR_NULL, &dom, &cl_e), OK);
    return dom;
}

static void setup(void)
{
    struct registry_domain_create create;
    cl_setup();
    cl_domain(&create, "a.test");
    ck_status(registry_domain_create(&cl_w, "order:1:create", &create, &cl_o, &cl_e), OK);
}

static enum status change(const char *key, const struct registry_dnssec *wanted)
{
    struct registry_domain dom = seen();
    struct registry_domain_update u = {.name = STR("a.test")};
    dnssec_diff(&dom.dnssec, wanted, &u.dnssec);
    return registry_domain_update(&cl_w, key, &u, &cl_o, &cl_e);
}

static int64_t updates(void)
{
    struct db_result r;
    ck_status(db_select_one(cl_db, &cl_arena, &t_updates, DB_NO_ARGS, &r, &cl_e), OK);
    return db_int(&r, 0, 0);
}

static void ck_shown(const struct registry_dnssec *wanted)
{
    struct registry_dnssec_change c;
    struct registry_domain dom = seen();
    dnssec_diff(&dom.dnssec, wanted, &c);
    ck_assert(!dnssec_changes(&c));
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain_ds"), (int64_t)wanted->ds_n);
}

START_TEST(ds_records_are_set_exchanged_and_taken_away_and_counted)
{
    static const struct registry_dnssec *const sets[] = {&one, &two, &other, &one, &none};
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        ck_status(change(arena_printf(&cl_arena, "order:%zu:update", i + 2), sets[i]), OK);
        ck_assert_int_eq(cl_o.code, 1000);
        ck_shown(sets[i]);
    }
    struct registry_dnssec many = {.ds_n = 14};
    for (int i = 0; i < 14; i++)
        many.ds[i] = (struct registry_ds){i, 13, 2, STR(A_DIGEST)};
    ck_status(change("order:9:update", &many), INVALID);
    ck_assert_str_eq(cl_e.code, "dnssec-count");
    ck_assert_int_eq(updates(), (int64_t)ARRAY_LEN(sets));
}
END_TEST

START_TEST(a_change_of_ds_records_without_an_answer_is_found_by_asking)
{
    cl_fault("drop-after-commit:domain:update", 1, 0);
    ck_status(change("order:2:update", &two), OK);
    ck_assert_int_eq(cl_o.source, OUTCOME_ASKED);
    ck_shown(&two);
    ck_assert_int_eq(updates(), 1);
    /* and one that was not heard is made once */
    struct registry_domain_update u = {.name = STR("a.test")};
    dnssec_diff(&two, &other, &u.dnssec);
    cl_fault("drop-before-commit:domain:update", 1, 0);
    ck_status(registry_domain_update(&cl_w, "order:3:update", &u, &cl_o, &cl_e), UNCERTAIN);
    ck_shown(&two);
    ck_status(registry_domain_update(&cl_w, "order:3:update", &u, &cl_o, &cl_e), OK);
    ck_shown(&other);
    ck_assert_int_eq(updates(), 3);
}
END_TEST

/* i 0: answered; 1: not. */
START_TEST(a_domain_is_created_with_its_ds_records)
{
    struct registry_domain_create create;
    cl_domain(&create, "b.test");
    create.dnssec = two;
    if (_i == 1)
        cl_fault("drop-after-commit:domain:create", 1, 0);
    ck_status(registry_domain_create(&cl_w, "order:2:create", &create, &cl_o, &cl_e), OK);
    ck_assert_int_eq(cl_o.source, _i == 1 ? OUTCOME_ASKED : OUTCOME_ANSWER);
    struct registry_domain dom = {0};
    ck_status(registry_domain_info(&cl_w, STR("b.test"), STR_NULL, &dom, &cl_e), OK);
    struct registry_dnssec_change c;
    dnssec_diff(&dom.dnssec, &two, &c);
    ck_assert(!dnssec_changes(&c));
}
END_TEST

START_TEST(ds_records_that_the_registry_does_not_show_are_not_taken_for_set)
{
    struct registry_domain_update u = {.name = STR("a.test")};
    dnssec_diff(&none, &one, &u.dnssec);
    cl_fault("drop-before-commit:domain:info", 1, 0);
    ck_status(registry_domain_update(&cl_w, "order:2:update", &u, &cl_o, &cl_e), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-read-back");
    fx_sql("DELETE FROM domain_ds");
    ck_status(registry_domain_update(&cl_w, "order:2:update", &u, &cl_o, &cl_e), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-read-back");
    ck_assert_int_eq(updates(), 1);
}
END_TEST

/* ---- a registry that is told keys ------------------------------------------------------------------------- */

/* The key of RFC 4034 5.4, whose key tag is 60485. */
#define KEY_A                                                                                                          \
    "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/"            \
    "M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
#define KEY_B "AQPJAQPJAQPJAQPJAQPJAQPJAQPJAQPJAQPJAQPJAQPJ"

static const struct registry_dnssec key_a = {.keys = {{256, 3, 5, STR(KEY_A)}}, .keys_n = 1},
                                    key_b = {.keys = {{257, 3, 13, STR(KEY_B)}}, .keys_n = 1},
                                    both_keys = {
                                        .keys = {{256, 3, 5, STR(KEY_A)}, {257, 3, 13, STR(KEY_B)}}, .keys_n = 2};

static void keys_setup(void)
{
    cl_personality = "name = own\nsecdns = keys\nmax-sig-life = 604800\nds-urgent = yes\n";
    cl_profile_edit[0] = "dnssec = ds\ndnssec-max = 13\ndnssec-max-sig-life = no\ndnssec-urgent = no\n";
    cl_profile_edit[1] = "dnssec = keys\ndnssec-max = 13\ndnssec-max-sig-life = yes\ndnssec-urgent = yes\n";
    setup();
}

START_TEST(keys_are_set_exchanged_and_taken_away_and_the_registry_makes_the_ds_records)
{
    static const struct registry_dnssec *const sets[] = {&key_a, &both_keys, &key_b, &key_a, &none};
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        ck_status(change(arena_printf(&cl_arena, "order:%zu:update", i + 2), sets[i]), OK);
        ck_assert_int_eq(cl_o.code, 1000);
        struct registry_domain dom = seen();
        ck_assert(dnssec_same_keys(dom.dnssec.keys, dom.dnssec.keys_n, sets[i]->keys, sets[i]->keys_n));
        ck_assert_uint_eq(dom.dnssec.ds_n, 0);
        bool has_a = sets[i] != &none && sets[i] != &key_b;
        ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain_ds WHERE key_tag = 60485 AND digest_type = 2"), has_a);
    }
    ck_assert_int_eq(updates(), (int64_t)ARRAY_LEN(sets));
}
END_TEST

START_TEST(how_long_signatures_live_is_said_and_shown_and_too_long_is_refused)
{
    struct registry_dnssec wanted = key_a;
    wanted.max_sig_life = 604800;
    ck_status(change("order:2:update", &wanted), OK);
    ck_assert_int_eq(seen().dnssec.max_sig_life, 604800);
    struct registry_domain_update u = {.name = STR("a.test")};
    dnssec_diff(&wanted, &both_keys, &u.dnssec);
    u.dnssec.urgent = true;
    u.dnssec.max_sig_life = 604801;
    ck_status(registry_domain_update(&cl_w, "order:3:update", &u, &cl_o, &cl_e), INVALID);
    ck_assert_int_eq(cl_o.code, 2004);
    u.dnssec.max_sig_life = 3600;
    ck_status(registry_domain_update(&cl_w, "order:4:update", &u, &cl_o, &cl_e), OK);
    ck_assert_uint_eq(seen().dnssec.keys_n, 2);
    ck_assert_int_eq(seen().dnssec.max_sig_life, 3600);
}
END_TEST

START_TEST(a_registry_of_ds_records_whose_profile_promises_keys_refuses_them)
{
    fx_play_text("name = own\n");
    cut_relay_target(cl_relay, sandbox_port(fx_sandbox));
    ck_status(change("order:2:update", &key_a), INVALID);
    ck_assert_int_eq(cl_o.code, 2306);
    ck_assert_int_eq(fx_number("SELECT COUNT(*) FROM domain_ds"), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_ds");
    TCase *c = tcase_create("client_ds");
    tcase_add_checked_fixture(c, setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, ds_records_are_set_exchanged_and_taken_away_and_counted);
    tcase_add_test(c, a_change_of_ds_records_without_an_answer_is_found_by_asking);
    tcase_add_loop_test(c, a_domain_is_created_with_its_ds_records, 0, 2);
    tcase_add_test(c, ds_records_that_the_registry_does_not_show_are_not_taken_for_set);
    suite_add_tcase(s, c);
    c = tcase_create("keys");
    tcase_add_checked_fixture(c, keys_setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, keys_are_set_exchanged_and_taken_away_and_the_registry_makes_the_ds_records);
    tcase_add_test(c, how_long_signatures_live_is_said_and_shown_and_too_long_is_refused);
    tcase_add_test(c, a_registry_of_ds_records_whose_profile_promises_keys_refuses_them);
    suite_add_tcase(s, c);
    return suite_run(s);
}
