/* The rules of external.h, one test each: what is answered, when it is asked for again, what failure does. Nobody is asked:
 * results come in by hand, and the time is what the test says. */
#include "nameserver/external.h"
#include "tests/nameserver/fixture.h"

#define S US_PER_S
#define T0 (1000000 * S)
#define UNRESOLVED "SERVFAIL -- | | |"

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    serve(&f, 1, "one.test", "");
}

static void teardown(void)
{
    fixture_close(&f);
}

static void put_external(const char *owner, uint16_t type, const char *target)
{
    struct change c = next_version(&f, 1, "one.test", "");

    change_add_alias(&f.a, &c, owner, type, 0, target);
    apply(&f, &c);
}

static void delete (const char *owner, uint16_t type)
{
    struct change c = next_version(&f, 1, "one.test", "");

    change_add_deletion(&f.a, &c, owner, type);
    apply(&f, &c);
}

static struct externals *x(void)
{
    return f.st.externals;
}

static struct external *due(time_us now)
{
    struct external *t = external_next(&f.st, now);

    ck_assert_msg(t != NULL, "nothing is due");
    return t;
}

static bool target_is(const struct external *t, const char *name, uint16_t type)
{
    struct dns_name n;

    external_dns_name(t, &n);
    return t->type == type && str_eqz(dns_name_text(&f.a, &n, false), name);
}

/* Addresses by their last octet, up to n of them. */
static void found(struct external *t, time_us now, uint32_t ttl, const char *octets)
{
    struct str rdata[EXTERNAL_RECORDS_MAX + 1];
    size_t n = strlen(octets), size = t->type == DNS_A ? 4 : 16;

    for (size_t i = 0; i < n; i++) {
        char *p = arena_alloc(&f.a, size);

        memcpy(p, size == 4 ? "\xc0\0\2" : "\x20\1\x0d\xb8", size == 4 ? 3 : 4);
        p[size - 1] = (char)(octets[i] - '0');
        rdata[i] = str_n(p, size);
    }
    external_result(
        &f.st, t, &(struct external_result){.outcome = EXTERNAL_FOUND, .ttl = ttl, .rdata = rdata, .n = n}, now);
}

static void denied(struct external *t, time_us now)
{
    external_result(&f.st, t, &(struct external_result){.outcome = EXTERNAL_DENIED, .ttl = 30}, now);
}

static void failed(struct external *t, time_us now)
{
    external_result(&f.st, t, &(struct external_result){.outcome = EXTERNAL_FAILED, .why = "nobody answers"}, now);
}

/* The apex as an alias that has been resolved at T0. */
static struct external *resolved(uint32_t ttl, const char *octets)
{
    struct external *t;

    put_external("one.test", DNS_A, "lb.far.example");
    t = due(T0);
    found(t, T0, ttl, octets);
    return t;
}

#define RANGE(v, least, most)                                                                                          \
    do {                                                                                                               \
        int64_t v_ = (v);                                                                                              \
        ck_assert_msg(v_ >= (least) && v_ <= (most), "%lld is not in %lld to %lld", (long long)v_, (long long)(least), \
            (long long)(most));                                                                                        \
    } while (0)

/* ---- what is answered -------------------------------------------------------------------------------------- */

START_TEST(before_it_is_resolved_an_alias_elsewhere_is_servfail_and_not_no_data)
{
    put_external("one.test", DNS_A, "lb.far.example");
    ASK(&f, "one.test", DNS_A, UNRESOLVED);
    ck_assert_uint_eq(x()->unresolved, 1);
}
END_TEST

START_TEST(the_targets_addresses_stand_under_the_aliass_name_at_the_apex_too)
{
    put_external("one.test", DNS_A, "lb.far.example");
    put_external("one.test", DNS_AAAA, "lb.far.example");
    for (int i = 0; i < 2; i++)
        found(due(T0), T0, 30, "21");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1, one.test 30 A 192.0.2.2 | |");
    ASK(&f, "one.test", DNS_AAAA, "NOERROR aa | one.test 30 AAAA 2001:db8::1, one.test 30 AAAA 2001:db8::2 | |");
    ck_assert_uint_eq(x()->unresolved, 0);
}
END_TEST

START_TEST(a_type_that_is_no_alias_there_is_no_data)
{
    struct dns_message m;

    (void)resolved(30, "1");
    m = ask(&f, "one.test", DNS_AAAA);
    ck_assert_int_eq(m.rcode, DNS_NOERROR);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 0);
    ck_assert_uint_eq(m.n[DNS_AUTHORITY], 1);
}
END_TEST

START_TEST(the_ttl_is_the_targets_between_5_and_60_seconds)
{
    struct external *t = resolved(0, "1");

    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 5 A 192.0.2.1 | |");
    found(t, T0, 59, "1");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 59 A 192.0.2.1 | |");
    found(t, T0, 86400, "1");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 60 A 192.0.2.1 | |");
}
END_TEST

START_TEST(a_wildcard_and_a_cname_lead_to_an_alias_elsewhere_too)
{
    struct change c;

    put_external("*.wild.one.test", DNS_A, "lb.far.example");
    c = next_version(&f, 1, "one.test", "www CNAME x.wild\n");
    apply(&f, &c);
    ASK(&f, "www.one.test", DNS_A, UNRESOLVED);
    ASK(&f, "www.one.test", DNS_CNAME, "NOERROR aa | www.one.test 300 CNAME x.wild.one.test. | |");
    found(due(T0), T0, 30, "1");
    ASK(&f, "any.wild.one.test", DNS_A, "NOERROR aa | any.wild.one.test 30 A 192.0.2.1 | |");
    ASK(&f, "www.one.test", DNS_A,
        "NOERROR aa | www.one.test 300 CNAME x.wild.one.test., x.wild.one.test 30 A 192.0.2.1 | |");
}
END_TEST

START_TEST(an_alias_to_an_alias_elsewhere_follows_it)
{
    struct change c = next_version(&f, 1, "one.test", "");

    put_external("lb.one.test", DNS_A, "lb.far.example");
    c = next_version(&f, 1, "one.test", "");
    change_add_alias(&f.a, &c, "www.one.test", DNS_A, 1, "lb.one.test");
    apply(&f, &c);
    ASK(&f, "www.one.test", DNS_A, UNRESOLVED);
    found(due(T0), T0, 30, "7");
    ASK(&f, "www.one.test", DNS_A, "NOERROR aa | www.one.test 30 A 192.0.2.7 | |");
}
END_TEST

START_TEST(a_zone_here_that_holds_the_target_changes_nothing)
{
    struct external *t = resolved(30, "1");

    serve(&f, 2, "far.example", "lb A 198.51.100.1\n");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1 | |");
    found(t, T0 + 30 * S, 30, "2");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.2 | |");
}
END_TEST

START_TEST(a_change_of_addresses_reaches_those_that_look_at_them_and_is_no_news_for_the_snapshot)
{
    struct external *t = resolved(30, "1");
    uint64_t changes = f.st.changes;

    found(t, T0 + 30 * S, 30, "3");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.3 | |");
    ck_assert_uint_eq(f.st.changes, changes);
}
END_TEST

START_TEST(an_upstream_that_turns_its_addresses_round_changes_nothing)
{
    struct external *t = resolved(30, "123");
    uint64_t clock = epoch_next(&f.st.epochs);

    found(t, T0 + 30 * S, 30, "312");
    found(t, T0 + 60 * S, 30, "2311");
    ck_assert_uint_eq(epoch_next(&f.st.epochs), clock); /* nothing was published */
    found(t, T0 + 90 * S, 30, "12");
    ck_assert_uint_gt(epoch_next(&f.st.epochs), clock);
}
END_TEST

START_TEST(an_alias_elsewhere_of_another_type_is_refused)
{
    struct change c = next_version(&f, 1, "one.test", "");
    struct error e;

    change_add_alias(&f.a, &c, "mx.one.test", DNS_MX, 0, "lb.far.example");
    ck_assert_int_eq(store_apply(&f.st, &c, &e), INVALID);
    ck_assert_str_eq(e.code, "bad-row");
}
END_TEST

/* ---- when it is asked for ------------------------------------------------------------------------------------ */

START_TEST(several_aliases_of_one_target_share_one_resolution)
{
    struct external *t;

    put_external("one.test", DNS_A, "lb.far.example");
    put_external("www.one.test", DNS_A, "LB.far.example");
    put_external("www.one.test", DNS_AAAA, "lb.far.example");
    t = due(T0);
    ck_assert(target_is(due(T0), "lb.far.example", t->type == DNS_A ? DNS_AAAA : DNS_A));
    ck_assert_ptr_null(external_next(&f.st, T0));
    ck_assert_uint_eq(x()->by_hash.n, 2);
}
END_TEST

START_TEST(it_is_asked_for_again_at_80_to_90_percent_of_its_ttl)
{
    struct external *t = resolved(100, "1");

    for (int i = 0; i < 200; i++) {
        RANGE(external_due(x()) - T0, 80 * S, 90 * S);
        ck_assert_ptr_null(external_next(&f.st, external_due(x()) - 1));
        found(t, T0, 100, "1");
    }
}
END_TEST

START_TEST(whatever_the_ttl_it_is_asked_for_every_5_seconds_at_most_and_every_300_at_least)
{
    struct external *t = resolved(0, "1");

    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(external_due(x()) - T0, 5 * S);
        found(t, T0, 0, "1");
    }
    found(t, T0, INT32_MAX, "1");
    RANGE(external_due(x()) - T0, 240 * S, 270 * S);
}
END_TEST

START_TEST(the_longest_due_comes_first_among_many)
{
    time_us last = 0;

    for (int i = 0; i < 100; i++)
        put_external(arena_printf(&f.a, "n%d.one.test", i), DNS_A, arena_printf(&f.a, "n%d.far.example", i));
    for (int i = 0; i < 100; i++)
        found(due(T0), T0, (uint32_t)(60 + i * 37 % 100), "1");
    for (int i = 0; i < 100; i++) {
        struct external *t = due(T0 + 1000 * S);

        ck_assert_int_ge(t->due, last);
        last = t->due;
    }
    ck_assert_ptr_null(external_next(&f.st, T0 + 1000 * S));
}
END_TEST

START_TEST(nobody_asks_for_a_target_that_no_name_looks_at_and_its_answer_is_kept_for_a_while)
{
    (void)resolved(30, "1");
    delete ("one.test", DNS_A);
    ck_assert_ptr_null(external_next(&f.st, T0 + 60 * S));
    put_external("one.test", DNS_A, "lb.far.example");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1 | |");
    found(due(T0 + 61 * S), T0 + 61 * S, 30, "2"); /* wanted again: at once */
    delete ("one.test", DNS_A);
    ck_assert_ptr_null(external_next(&f.st, T0 + 100 * S));
    ck_assert_ptr_null(external_next(&f.st, T0 + 100 * S + EXTERNAL_IDLE_S * S));
    ck_assert_uint_eq(x()->by_hash.n, 0);
    ck_assert_int_eq(external_due(x()), INT64_MAX);
}
END_TEST

START_TEST(beyond_the_limit_of_targets_an_alias_is_servfail_until_there_is_room)
{
    externals_configure(x(), 2, 86400 * S);
    put_external("a.one.test", DNS_A, "a.far.example");
    put_external("b.one.test", DNS_A, "b.far.example");
    put_external("c.one.test", DNS_A, "c.far.example");
    put_external("d.one.test", DNS_A, "a.far.example"); /* shares: needs no room */
    for (int i = 0; i < 2; i++)
        found(due(T0), T0, 30, "1");
    ck_assert_ptr_null(external_next(&f.st, T0));
    ASK(&f, "c.one.test", DNS_A, UNRESOLVED);
    ASK(&f, "d.one.test", DNS_A, "NOERROR aa | d.one.test 30 A 192.0.2.1 | |");
    ck_assert_uint_ge(x()->refused, 1);
    delete ("b.one.test", DNS_A);
    for (time_us now = T0 + 60 * S; now <= T0 + 720 * S; now += 660 * S) {
        for (struct external *t; (t = external_next(&f.st, now)) != NULL;)
            found(t, now, 300, target_is(t, "c.far.example", DNS_A) ? "9" : "1");
    }
    ASK(&f, "c.one.test", DNS_A, "NOERROR aa | c.one.test 60 A 192.0.2.9 | |");
    ck_assert_uint_eq(x()->refused, 0);
}
END_TEST

START_TEST(a_clock_set_back_delays_nothing)
{
    struct external *t = resolved(30, "1");

    ck_assert_ptr_null(external_next(&f.st, T0 - 86400 * S));
    RANGE(external_due(x()) - (T0 - 86400 * S), 24 * S, 27 * S);
    ck_assert_ptr_eq(due(T0 - 86400 * S + 27 * S), t);
}
END_TEST

/* ---- denial and failure ---------------------------------------------------------------------------------------- */

START_TEST(a_target_that_never_had_addresses_is_no_data_at_once)
{
    put_external("one.test", DNS_A, "lb.far.example");
    denied(due(T0), T0);
    ASK(&f, "one.test", DNS_A,
        "NOERROR aa | | one.test 300 SOA ns1.one.test. hostmaster.one.test. 2 3600 600 86400 300 |");
    ck_assert_uint_eq(x()->unresolved, 0);
}
END_TEST

START_TEST(addresses_go_only_when_their_absence_is_said_twice_in_a_row)
{
    struct external *t = resolved(30, "1");

    denied(t, T0 + 30 * S);
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1 | |");
    ck_assert_int_eq(external_due(x()), T0 + 35 * S); /* confirmed soon */
    found(t, T0 + 35 * S, 30, "1");
    denied(t, T0 + 65 * S);
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1 | |");
    failed(t, T0 + 70 * S); /* and not just once before and once after a failure */
    denied(t, T0 + 75 * S);
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1 | |");
    denied(t, T0 + 80 * S);
    ck_assert_uint_eq(ask(&f, "one.test", DNS_A).n[DNS_ANSWER], 0);
    RANGE(external_due(x()) - (T0 + 80 * S), 24 * S, 27 * S);
    found(t, T0 + 110 * S, 30, "4");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.4 | |");
}
END_TEST

START_TEST(failure_keeps_the_last_good_answer_and_asks_with_growing_pauses)
{
    static const int pauses[] = {5, 10, 20, 40, 60, 60, 60};
    struct external *t = resolved(30, "1");
    time_us now = T0;

    for (size_t i = 0; i < ARRAY_LEN(pauses); i++) {
        failed(t, now);
        ck_assert_int_eq(external_due(x()) - now, pauses[i] * S);
        now = external_due(x());
        ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1 | |");
        ck_assert_uint_eq(x()->failing, 1);
    }
    ck_assert_int_eq(external_oldest_us(x(), now), now - T0);
    found(t, now, 30, "1");
    ck_assert_uint_eq(x()->failing, 0);
    ck_assert_int_eq(external_oldest_us(x(), now), 0);
}
END_TEST

START_TEST(a_last_good_answer_confirmed_too_long_ago_is_dropped)
{
    struct external *t;

    externals_configure(x(), 10, 3600 * S);
    t = resolved(30, "1");
    failed(t, T0 + 3600 * S);
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1 | |");
    failed(t, T0 + 3601 * S);
    ASK(&f, "one.test", DNS_A, UNRESOLVED);
    ck_assert_uint_eq(x()->unresolved, 1);
    found(t, T0 + 3700 * S, 30, "2");
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.2 | |");
    ck_assert_uint_eq(x()->unresolved, 0);
}
END_TEST

START_TEST(no_data_is_dropped_like_an_address_when_it_cannot_be_confirmed)
{
    struct external *t;

    put_external("one.test", DNS_A, "lb.far.example");
    t = due(T0);
    denied(t, T0);
    failed(t, T0 + 86402 * S);
    ASK(&f, "one.test", DNS_A, UNRESOLVED);
}
END_TEST

START_TEST(a_malformed_answer_is_a_failure)
{
    struct external *t = resolved(30, "1");
    struct str rdata[EXTERNAL_RECORDS_MAX + 1];
    struct external_result r = {.outcome = EXTERNAL_FOUND, .ttl = 30, .rdata = rdata, .n = 1};

    rdata[0] = STR("\1\2\3");
    external_result(&f.st, t, &r, T0 + S);
    ck_assert_uint_eq(x()->failing, 1);
    r.n = 0;
    external_result(&f.st, t, &r, T0 + S);
    for (size_t i = 0; i < ARRAY_LEN(rdata); i++)
        rdata[i] = STR("\1\2\3\4");
    r.n = ARRAY_LEN(rdata);
    external_result(&f.st, t, &r, T0 + S);
    ck_assert_uint_eq(t->failures, 3);
    ASK(&f, "one.test", DNS_A, "NOERROR aa | one.test 30 A 192.0.2.1 | |");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, before_it_is_resolved_an_alias_elsewhere_is_servfail_and_not_no_data);
    tcase_add_test(t, the_targets_addresses_stand_under_the_aliass_name_at_the_apex_too);
    tcase_add_test(t, a_type_that_is_no_alias_there_is_no_data);
    tcase_add_test(t, the_ttl_is_the_targets_between_5_and_60_seconds);
    tcase_add_test(t, a_wildcard_and_a_cname_lead_to_an_alias_elsewhere_too);
    tcase_add_test(t, an_alias_to_an_alias_elsewhere_follows_it);
    tcase_add_test(t, a_zone_here_that_holds_the_target_changes_nothing);
    tcase_add_test(t, a_change_of_addresses_reaches_those_that_look_at_them_and_is_no_news_for_the_snapshot);
    tcase_add_test(t, an_upstream_that_turns_its_addresses_round_changes_nothing);
    tcase_add_test(t, an_alias_elsewhere_of_another_type_is_refused);
    tcase_add_test(t, several_aliases_of_one_target_share_one_resolution);
    tcase_add_test(t, it_is_asked_for_again_at_80_to_90_percent_of_its_ttl);
    tcase_add_test(t, whatever_the_ttl_it_is_asked_for_every_5_seconds_at_most_and_every_300_at_least);
    tcase_add_test(t, the_longest_due_comes_first_among_many);
    tcase_add_test(t, nobody_asks_for_a_target_that_no_name_looks_at_and_its_answer_is_kept_for_a_while);
    tcase_add_test(t, beyond_the_limit_of_targets_an_alias_is_servfail_until_there_is_room);
    tcase_add_test(t, a_clock_set_back_delays_nothing);
    tcase_add_test(t, a_target_that_never_had_addresses_is_no_data_at_once);
    tcase_add_test(t, addresses_go_only_when_their_absence_is_said_twice_in_a_row);
    tcase_add_test(t, failure_keeps_the_last_good_answer_and_asks_with_growing_pauses);
    tcase_add_test(t, a_last_good_answer_confirmed_too_long_ago_is_dropped);
    tcase_add_test(t, no_data_is_dropped_like_an_address_when_it_cannot_be_confirmed);
    tcase_add_test(t, a_malformed_answer_is_a_failure);
}

int main(void)
{
    return fixture_main("external", add);
}
