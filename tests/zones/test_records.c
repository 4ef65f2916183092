#include "zones/records.h"

#include "tests/zones/zones_test.h"

START_TEST(record_sets_are_listed_page_by_page_in_canonical_order)
{
    static const char *const order[][2] = {{"shop.test", "NS"}, {"shop.test", "SOA"}, {"shop.test", "TXT"},
        {"a.shop.test", "A"}, {"a.shop.test", "AAAA"}, {"b.a.shop.test", "A"}, {"*.b.a.shop.test", "A"},
        {"aa.shop.test", "A"}, {"b.shop.test", "A"}};
    struct zone z = make_zone("shop.test", ACCOUNT);
    for (size_t i = ARRAY_LEN(order); i > 2; i--) {
        const char *type = order[i - 1][1];
        ok(change_one(&z, '+',
            record(order[i - 1][0], type, 60,
                type[0] == 'T' ? "x"
                : type[1]      ? "::1"
                               : "192.0.2.1")));
    }
    for (size_t limit = 1; limit < 12; limit++) {
        struct record_cursor after = {0};
        struct record_list list;
        size_t seen = 0;
        do {
            ok(record_list(db, &a, z.id, ACCOUNT, &after, limit, &list, &err));
            ck_assert_int_eq(list.version, 8);
            for (size_t i = 0; i < list.n; i++, seen++)
                ck_assert_msg(seen < ARRAY_LEN(order) && str_eqz(list.items[i].name, order[seen][0]) &&
                                  str_eqz(list.items[i].type, order[seen][1]),
                    "%zu: %.*s", seen, STR_ARG(list.items[i].name));
            after = (struct record_cursor){list.items[list.n - 1].name, list.items[list.n - 1].type};
        } while (list.more);
        ck_assert_uint_eq(seen, ARRAY_LEN(order));
    }
}
END_TEST

START_TEST(a_list_can_begin_at_a_name_that_is_not_there)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct record_list list;
    ok(change_one(&z, '+', record("m.shop.test", "A", 60, "192.0.2.1")));
    ok(record_list(db, &a, z.id, ACCOUNT, &(struct record_cursor){.name = STR("c.shop.test")}, 5, &list, &err));
    ck_assert_uint_eq(list.n, 1);
    ok(record_list(db, &a, z.id, ACCOUNT, &(struct record_cursor){.name = STR("m.shop.test")}, 5, &list, &err));
    ck_assert_uint_eq(list.n, 1);
    ok(record_list(db, &a, z.id, ACCOUNT, &(struct record_cursor){.name = STR("z.shop.test")}, 5, &list, &err));
    ck_assert_uint_eq(list.n, 0);
    ck_assert(!list.more);
    refused(record_list(db, &a, z.id, ACCOUNT, &(struct record_cursor){.name = STR("..")}, 5, &list, &err), INVALID,
        "record-cursor", "..");
    refused(record_list(db, &a, z.id, ACCOUNT, NULL, 0, &list, &err), INVALID, "record-list-limit", "1000");
    refused(record_list(db, &a, z.id, ACCOUNT, NULL, 1001, &list, &err), INVALID, "record-list-limit", "1000");
}
END_TEST

START_TEST(only_the_account_of_the_zone_reads_it)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct record_list list;
    struct record_set set;
    refused(record_list(db, &a, z.id, OTHER, NULL, 5, &list, &err), NOT_FOUND, "zone", "no hosted zone");
    refused(record_find(db, &a, z.id, OTHER, STR("@"), STR("NS"), &set, &err), NOT_FOUND, "zone", "no hosted zone");
    ok(record_list(db, &a, z.id, ZONE_ANY_ACCOUNT, NULL, 5, &list, &err));
    ok(record_find(db, &a, z.id, ACCOUNT, STR("@"), STR("ns"), &set, &err));
    refused(record_find(db, &a, z.id, ACCOUNT, STR("x.shop.test"), STR("A"), &set, &err), NOT_FOUND, "record",
        "x.shop.test A");
    refused(record_find(db, &a, z.id, ACCOUNT, STR("x.shop.example"), STR("A"), &set, &err), INVALID, "record-outside",
        "x.shop.example");
}
END_TEST

START_TEST(owners_are_completed_as_people_mean_them)
{
    static const char *const typed[][2] = {{"", "shop.test"}, {"@", "shop.test"}, {" www ", "www.shop.test"},
        {"a.b", "a.b.shop.test"}, {"www.shop.test", "www.shop.test"}, {"WWW.SHOP.TEST", "WWW.SHOP.TEST"},
        {"shop.test", "shop.test"}, {"www.shop.test.", "www.shop.test"}, {"www.example.", "www.example"},
        {"eshop.test", "eshop.test.shop.test"}};
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        struct str s = record_owner_complete(&a, STR("shop.test"), str_of(typed[i][0]));
        ck_assert_msg(str_eqz(s, typed[i][1]), "%s: %.*s", typed[i][0], STR_ARG(s));
    }
}
END_TEST

START_TEST(a_target_is_relative_only_as_a_single_label)
{
    static const char *const typed[][2] = {{"@", "shop.test"}, {"www", "www.shop.test"},
        {"www.other.test", "www.other.test"}, {"www.other.test.", "www.other.test."}, {"a.b", "a.b"}};
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        struct str s = record_target_complete(&a, STR("shop.test"), str_of(typed[i][0]));
        ck_assert_msg(str_eqz(s, typed[i][1]), "%s: %.*s", typed[i][0], STR_ARG(s));
    }
}
END_TEST

START_TEST(owners_are_shown_relative_to_their_zone)
{
    static const char *const shown[][2] = {{"shop.test", "@"}, {"shop.test.", "@"}, {"www.shop.test", "www"},
        {"a.b.shop.test.", "a.b"}, {"eshop.test", "eshop.test"}, {"x.example.", "x.example."}};
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        struct str s = record_owner_relative(&a, STR("shop.test"), str_of(shown[i][0]));
        ck_assert_msg(str_eqz(s, shown[i][1]), "%s: %.*s", shown[i][0], STR_ARG(s));
    }
}
END_TEST

START_TEST(what_is_read_can_be_written_back_unchanged)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    struct record_list list;
    struct zone_change_done done;
    ok(change_one(&z, '+', record("t.shop.test", "TXT", 60, "\"a \\\"b\\\" ; c\" \"second\"")));
    ok(change_one(&z, '+', record("\\046dot\\.\\032.shop.test", "A", 60, "192.0.2.1")));
    ok(record_list(db, &a, z.id, ACCOUNT, NULL, 100, &list, &err));
    ck_assert_uint_eq(list.n, 4);
    struct zone_change *c = zone_change_begin(&a, &z, ACCOUNT);
    for (size_t i = 0; i < list.n; i++)
        if (!str_eqz(list.items[i].name, "shop.test"))
            ok(zone_change_delete(c, &list.items[i], &err));
    for (size_t i = 0; i < list.n; i++)
        ok(zone_change_set(c, &list.items[i], &err));
    ok(zone_change_commit(c, db, T0, &done, &err));
    struct record_list after;
    ok(record_list(db, &a, z.id, ACCOUNT, NULL, 100, &after, &err));
    ck_assert_uint_eq(after.n, list.n);
    for (size_t i = 0; i < list.n; i++)
        ck_assert(str_eq(after.items[i].name, list.items[i].name));
    ck_assert_str_eq(values_of(&z, "t.shop.test", "TXT"), "\"a \\\"b\\\" ; c\" \"second\"");
}
END_TEST

TEST_MAIN("records", record_sets_are_listed_page_by_page_in_canonical_order,
    a_list_can_begin_at_a_name_that_is_not_there, only_the_account_of_the_zone_reads_it,
    owners_are_completed_as_people_mean_them, owners_are_shown_relative_to_their_zone,
    a_target_is_relative_only_as_a_single_label, what_is_read_can_be_written_back_unchanged);
