/* Orders that change a domain; what they need beside its name. */
#include "registrar/change.h"
#include "registrar/order_args.h"
#include "registry/journal.h"
#include "tests/registrar/change_fixture.h"

static struct registry_domain at_registry(const char *name)
{
    struct registry_domain d = {0};
    struct registry_work w = {
        .registry = &us.registries.items[0], .db = db, .arena = &a, .now = clock_now(), .timeout_ms = 5000};
    ok(registry_domain_info(&w, str_of(name), STR_NULL, &d, &err));
    return d;
}

static bool has(const struct str *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(list[i], word))
            return true;
    return false;
}

START_TEST(name_servers_are_exchanged_and_brought_back)
{
    registered("shop.test");
    struct order o = ask("ns", "shop.test", "NS2.example.net. ns1.example.net", NULL);
    ck_assert(str_eqz(o.args, "ns1.example.net ns2.example.net") && o.price.amount == 0);
    o = work_to_end(&o);
    is_state(&o, "done");
    struct registry_domain d = at_registry("shop.test");
    ck_assert_uint_eq(d.hosts_n, 2);
    ck_assert(o.epp_code == 1000 && o.cltrid.n > 0);
    int heard = fake_registry_heard(fake, "domain-update");
    o = ask("ns", "shop.test", "ns1.example.net ns2.example.net", NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), heard); /* as ordered already: nothing is sent */
}
END_TEST

#define DS_A "12345 13 2 2BB183AF5F22588179A53B0A98631FAD1A292118B83C0C1E4E2A6A1D9C4F7E10"
#define DS_B "7 8 1 49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC"
#define KEY_A "key 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="

START_TEST(ds_records_are_set_and_taken_away)
{
    registered("shop.test");
    struct order o = ask("ds", "shop.test", DS_A ";" DS_B, NULL);
    ck_assert(str_eqz(o.args, DS_B "; " DS_A) && o.price.amount == 0);
    o = work_to_end(&o);
    is_state(&o, "done");
    struct registry_domain d = at_registry("shop.test");
    ck_assert(d.dnssec.ds_n == 2 && d.dnssec.ds[0].key_tag == 7);
    int heard = fake_registry_heard(fake, "domain-update");
    o = ask("ds", "shop.test", DS_B "; " DS_A, NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), heard);
    o = ask("ds", "shop.test", "none", NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_uint_eq(at_registry("shop.test").dnssec.ds_n, 0);
}
END_TEST

START_TEST(a_domain_is_registered_with_its_ds_records)
{
    struct order o = ask("register", "shop.test", DS_A, NULL);
    ck_assert(str_eqz(o.args, DS_A));
    o = work_to_end(&o);
    is_state(&o, "done");
    struct registry_domain d = at_registry("shop.test");
    ck_assert(d.dnssec.ds_n == 1 && d.dnssec.ds[0].key_tag == 12345);
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), 0);
    o = ask("register", "plain.test", "none", NULL);
    ck_assert(str_empty(o.args));
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_uint_eq(at_registry("plain.test").dnssec.ds_n, 0);
}
END_TEST

START_TEST(ds_records_that_the_registry_does_not_take_or_show_do_not_pass)
{
    struct order o;
    const struct order_request bad = {.kind = STR("register"),
        .name = STR("shop.test"),
        .years = 1,
        .contact = &somebody,
        .args = STR(DS_A "; urgent")};
    refused(order_place(&us.desk, db, &a, &acc, &bad, clock_now(), &o, NULL, &err), INVALID, "args");
    o = ask("register", "shop.test", KEY_A, NULL);
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "dnssec-wants-ds"));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-create"), 0);
    o = ask("register", "shop.test", DS_B, NULL);
    o = work_to(&o, "verify");
    fake_registry_drop_ds(fake, "shop.test");
    o = work(&o);
    is_state(&o, "open");
    ck_assert(str_eqz(o.step, "verify"));
}
END_TEST

START_TEST(ds_records_of_a_registry_that_takes_keys_fail_the_order)
{
    registered("shop.test");
    struct registry_profile *p = arena_copy(&a, us.registries.items[0].profile, sizeof(*p));
    p->dnssec = PROFILE_DNSSEC_KEYS;
    us.registries.items[0].profile = p;
    struct order o = ask("ds", "shop.test", DS_A, NULL);
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "dnssec-wants-keys"));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), 0);
    o = ask("ds", "shop.test", KEY_A, NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_uint_eq(at_registry("shop.test").dnssec.keys_n, 1);
}
END_TEST

static enum status place_with(const char *kind, const char *name, const char *token, struct order *o)
{
    const struct order_request rq = {
        .kind = str_of(kind), .name = str_of(name), .years = 1, .contact = &somebody, .token = str_of(token)};
    return order_place(&us.desk, db, &a, &acc, &rq, clock_now(), o, NULL, &err);
}

START_TEST(a_name_that_is_kept_is_registered_with_its_allocation_token)
{
    struct order o = place("register", "kept.test");
    o = work_to_end(&o);
    is_state(&o, "failed");
    ok(place_with("register", "kept.test", "wrong", &o));
    o = work_to_end(&o);
    is_state(&o, "failed");
    ok(place_with("register", "kept.test", FAKE_KEPT_TOKEN, &o));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE token LIKE '%Token%'"), 0);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM orders WHERE token IS NOT NULL"), 0);
    refused(place_with("renew", "kept.test", FAKE_KEPT_TOKEN, &o), INVALID, "token-unused");
    refused(place_with("register", "other.test", "", &o), INVALID, "token");
}
END_TEST

START_TEST(a_token_for_a_registry_that_takes_none_fails_the_order)
{
    struct order o;
    struct registry_profile *p = arena_copy(&a, us.registries.items[0].profile, sizeof(*p));
    p->allocation_token = false;
    us.registries.items[0].profile = p;
    ok(place_with("register", "shop.test", "a-token", &o));
    o = work_to_end(&o);
    is_state(&o, "failed");
    ck_assert(str_eqz(o.error_code, "token-not-taken"));
    ck_assert_int_eq(fake_registry_heard(fake, "domain-check"), 0);
    money_is(&acc, MONEY, 0);
}
END_TEST

START_TEST(locks_are_added_and_removed)
{
    registered("shop.test");
    struct order o = ask("lock", "shop.test", "transfer delete", NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    struct registry_domain d = at_registry("shop.test");
    ck_assert(has(d.statuses, d.statuses_n, "clientTransferProhibited"));
    ck_assert(has(d.statuses, d.statuses_n, "clientDeleteProhibited"));
    o = ask("unlock", "shop.test", "transfer", NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    d = at_registry("shop.test");
    ck_assert(!has(d.statuses, d.statuses_n, "clientTransferProhibited"));
    ck_assert(has(d.statuses, d.statuses_n, "clientDeleteProhibited"));
}
END_TEST

START_TEST(another_registrant_is_shown_by_registry_and_database)
{
    registered("shop.test");
    struct str before = at_registry("shop.test").registrant;
    struct contact other_one = somebody;
    other_one.name = STR("Bea Other");
    struct order o;
    const struct order_request rq = {.kind = STR("contacts"), .name = STR("shop.test"), .contact = &other_one};
    ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert(!str_eq(at_registry("shop.test").registrant, before));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM domain d JOIN contact c ON c.id = d.contact_id"
                            " WHERE c.name = 'Bea Other'"),
        1);
}
END_TEST

START_TEST(another_registrant_is_known_by_the_registrys_own_id)
{
    us.registries.items[0].config.profile->contact_ids_ours = false;
    fake_registry_contact_ids(fake, false);
    registered("shop.test");
    struct contact other_one = somebody;
    other_one.name = STR("Bea Other");
    struct order o;
    const struct order_request rq = {.kind = STR("contacts"), .name = STR("shop.test"), .contact = &other_one};
    ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), 1);
}
END_TEST

START_TEST(an_authorisation_code_is_set_and_cannot_be_read_on_the_way)
{
    registered("shop.test");
    struct order o = ask("authinfo", "shop.test", NULL, "Given-By-Customer-1");
    ck_assert(!str_is_null(o.secret) && number("SELECT COUNT(*) FROM orders WHERE secret LIKE '%Customer%'") == 0);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert(str_eqz(at_registry("shop.test").authinfo, "Given-By-Customer-1") && str_is_null(o.secret));
    o = ask("authinfo", "shop.test", NULL, NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    struct str fresh = at_registry("shop.test").authinfo, kept;
    ck_assert(!str_eqz(fresh, "Given-By-Customer-1") && fresh.n >= 16);
    ok(domain_authinfo(db, &a, &us.sealing, STR("shop.test"), STR("unused"), &kept, &err));
    ck_assert(str_eq(kept, fresh));
}
END_TEST

/* Never sent, and by then there is nothing to be sent: a command without content would be refused. */
START_TEST(what_somebody_else_has_done_meanwhile_is_not_sent_empty)
{
    registered("shop.test");
    struct order o = ask("lock", "shop.test", "transfer", NULL), n;
    fake_registry_mishap(fake, "domain-update", FAKE_DEAD, 0, 1);
    o = work(&o);
    is_state(&o, "open");
    const struct registry_domain_update u = {
        .name = STR("shop.test"), .add_statuses = {STR("clientTransferProhibited")}, .add_statuses_n = 1};
    struct registry_outcome out;
    struct registry_work w = {
        .registry = &us.registries.items[0], .db = db, .arena = &a, .now = clock_now(), .timeout_ms = 5000};
    ok(registry_domain_update(&w, "somebody", &u, &out, &err));
    int heard = fake_registry_heard(fake, "domain-update");
    n = work_to_end(&o);
    is_state(&n, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), heard);
}
END_TEST

START_TEST(an_update_in_doubt_is_not_sent_twice)
{
    registered("shop.test");
    fake_registry_mishap(fake, "domain-update", FAKE_UNANSWERED, 0, 1);
    struct order o = ask("lock", "shop.test", "transfer", NULL);
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(fake_registry_heard(fake, "domain-update"), 1);
}
END_TEST

START_TEST(a_change_of_contacts_makes_up_no_password_for_a_domain_that_has_one)
{
    fake_registry_seize(fake, "moving.test", "rival");
    struct order o = ask("transfer", "moving.test", NULL, "not-yours");
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(number("SELECT authinfo IS NULL FROM domain WHERE name = 'moving.test'"), 1);
    const struct order_request rq = {.kind = STR("contacts"), .name = STR("moving.test"), .contact = &somebody};
    ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
    o = work_to_end(&o);
    is_state(&o, "done");
    ck_assert_int_eq(number("SELECT authinfo IS NULL FROM domain WHERE name = 'moving.test'"), 1);
}
END_TEST

START_TEST(nothing_of_a_password_stands_with_idempotency_keys)
{
    static const char *const words[] = {"not-yours", "wrong-one", NULL};
    registered("shop.test");
    for (int i = 0; i < 3; i++) {
        struct order o;
        const struct order_request rq = {.kind = STR("authinfo"),
            .name = STR("shop.test"),
            .secret = words[i] != NULL ? str_of(words[i]) : STR_NULL,
            .key = str_printf(&a, "key-%d", i)};
        ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
        o = work_to_end(&o);
    }
    ck_assert_int_eq(number("SELECT COUNT(*) FROM idempotency"), 3);
    ck_assert_int_eq(number("SELECT COUNT(DISTINCT request_digest) FROM idempotency"), 2);
}
END_TEST

START_TEST(what_an_order_demands_of_price_and_expiry_is_checked)
{
    struct order o;
    struct domain d;
    int64_t price = PRICE + 1;
    struct order_request rq = {
        .kind = STR("register"), .name = STR("new.test"), .years = 1, .contact = &somebody, .price = &price};
    refused(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err), CONFLICT, "price-changed");
    price = PRICE;
    ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
    work_to_end(&o);
    ok(domain_find(db, &a, acc.id, STR("new.test"), &d, &err));
    rq = (struct order_request){
        .kind = STR("renew"), .name = STR("new.test"), .years = 1, .price = &price, .expires = d.expires + 1};
    refused(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err), CONFLICT, "expiry-changed");
    rq.expires = d.expires;
    ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
    o = work_to_end(&o);
    is_state(&o, "done");
}
END_TEST

START_TEST(what_a_kind_needs_is_read_strictly)
{
    static const struct {
        enum order_args kind;
        const char *text, *canonical; /* NULL: refused */
    } rows[] = {
        {ARGS_NONE, "", ""},
        {ARGS_NONE, "x", NULL},
        {ARGS_HOSTS, "", NULL},
        {ARGS_HOSTS, " ours ", "ours"},
        {ARGS_HOSTS, "b.example.net  A.example.net.", "a.example.net b.example.net"},
        {ARGS_HOSTS, "ns.shop.test/192.0.2.1/2001:DB8:0::1", "ns.shop.test/192.0.2.1/2001:db8::1"},
        {ARGS_HOSTS, "ns.shop.test/192.0.2.256", NULL},
        {ARGS_HOSTS, "ns.shop.test/", NULL},
        {ARGS_HOSTS, "a.example.net a.example.net", NULL},
        {ARGS_HOSTS, "nodots", NULL},
        {ARGS_HOSTS, "under_score.example.net", NULL},
        {ARGS_HOSTS, "a..example.net", NULL},
        {ARGS_HOSTS, "a.b c.d e.f g.h i.j k.l m.n o.p q.r s.t u.v w.x y.z aa.bb", NULL},
        {ARGS_DNSSEC, "", NULL},
        {ARGS_DNSSEC, " none ;", "none"},
        {ARGS_DNSSEC, "none none", NULL},
        {ARGS_DNSSEC, "urgent", NULL},
        {ARGS_DNSSEC, "none; " DS_A, NULL},
        {ARGS_DNSSEC, DS_A ";; " DS_B ";", DS_B "; " DS_A},
        {ARGS_DNSSEC, "7 8 1 49fd46e6 c4b45c55d4ac 49FD46E6C4B45C55D4AC", DS_B},
        {ARGS_DNSSEC, "7 8 1", NULL},
        {ARGS_DNSSEC, "7 8 1 49FD", NULL},
        {ARGS_DNSSEC, "70000 8 1 49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC", NULL},
        {ARGS_DNSSEC, "x 8 1 49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC", NULL},
        {ARGS_DNSSEC, DS_A ";" DS_A, NULL},
        {ARGS_DNSSEC, DS_A ";" KEY_A, NULL},
        {ARGS_DNSSEC, KEY_A " ; urgent;max-sig-life 86400", KEY_A "; max-sig-life 86400; urgent"},
        {ARGS_DNSSEC, DS_A "; max-sig-life 0", NULL},
        {ARGS_DNSSEC, "none; max-sig-life 86400", NULL},
        {ARGS_DNSSEC, DS_A "; max-sig-life 1; max-sig-life 2", NULL},
        {ARGS_DNSSEC, "key 257 3 13", NULL},
        {ARGS_REGISTER, "", ""},
        {ARGS_REGISTER, "none", ""},
        {ARGS_REGISTER, " ; idn de ", "idn de"},
        {ARGS_REGISTER, "idn Latn;" DS_A ";" DS_B, DS_B "; " DS_A "; idn Latn"},
        {ARGS_REGISTER, DS_A "; urgent", NULL},
        {ARGS_REGISTER, "idn", NULL},
        {ARGS_REGISTER, "idn de; idn fr", NULL},
        {ARGS_REGISTER, "idn a b", NULL},
        {ARGS_REGISTER, "idn <de>", NULL},
        {ARGS_REGISTER, "idn a-table-of-a-name-that-is-longer-than-any", NULL},
        {ARGS_DNSSEC, "idn de", NULL},
        {ARGS_LOCKS, "", NULL},
        {ARGS_LOCKS, "transfer  delete transfer", "delete transfer"},
        {ARGS_LOCKS, "everything", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str out;
        enum status s = order_args_check(rows[i].kind, &a, str_of(rows[i].text), &out, &err);
        ck_assert_msg(s == (rows[i].canonical != NULL ? OK : INVALID), "%s: %s", rows[i].text, err.text);
        if (s == OK)
            ck_assert_msg(str_eqz(out, rows[i].canonical), "%s: %.*s", rows[i].text, STR_ARG(out));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("change");
    TCase *t = tcase_create("change");
    tcase_add_checked_fixture(t, setup_change, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, name_servers_are_exchanged_and_brought_back);
    tcase_add_test(t, ds_records_are_set_and_taken_away);
    tcase_add_test(t, a_domain_is_registered_with_its_ds_records);
    tcase_add_test(t, ds_records_that_the_registry_does_not_take_or_show_do_not_pass);
    tcase_add_test(t, ds_records_of_a_registry_that_takes_keys_fail_the_order);
    tcase_add_test(t, a_name_that_is_kept_is_registered_with_its_allocation_token);
    tcase_add_test(t, a_token_for_a_registry_that_takes_none_fails_the_order);
    tcase_add_test(t, locks_are_added_and_removed);
    tcase_add_test(t, another_registrant_is_shown_by_registry_and_database);
    tcase_add_test(t, another_registrant_is_known_by_the_registrys_own_id);
    tcase_add_test(t, an_authorisation_code_is_set_and_cannot_be_read_on_the_way);
    tcase_add_test(t, what_somebody_else_has_done_meanwhile_is_not_sent_empty);
    tcase_add_test(t, an_update_in_doubt_is_not_sent_twice);
    tcase_add_test(t, a_change_of_contacts_makes_up_no_password_for_a_domain_that_has_one);
    tcase_add_test(t, nothing_of_a_password_stands_with_idempotency_keys);
    tcase_add_test(t, what_an_order_demands_of_price_and_expiry_is_checked);
    tcase_add_test(t, what_a_kind_needs_is_read_strictly);
    suite_add_tcase(s, t);
    return suite_run(s);
}
