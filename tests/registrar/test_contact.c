#include "registrar/contact.h"

#include <pthread.h>

#include "tests/registrar/registrar_test.h"

static const char *const *checked(struct contact *c)
{
    const char **why = ARENA_ARRAY(&a, contact_fields_n, const char *);
    bool good = contact_check(&a, c, why), none = true;
    for (size_t i = 0; i < contact_fields_n; i++)
        none = none && why[i] == NULL;
    ck_assert(good == none);
    return good ? NULL : why;
}

static size_t field(const char *key)
{
    for (size_t i = 0; i < contact_fields_n; i++)
        if (strcmp(contact_fields[i].key, key) == 0)
            return i;
    ck_abort_msg("no field %s", key);
}

/* Only that field is wrong with the value. */
static bool wrong(const char *key, struct str value)
{
    struct contact c = somebody;
    size_t f = field(key);
    *contact_field_of(&c, &contact_fields[f]) = value;
    const char *const *why = checked(&c);
    for (size_t i = 0; why != NULL && i < contact_fields_n; i++)
        ck_assert_msg((why[i] != NULL) == (i == f), "%s: %s", contact_fields[i].key, why[i]);
    return why != NULL;
}

static struct str letters(size_t n)
{
    char *p = arena_alloc(&a, n + 1);
    memset(p, 'x', n);
    return str_n(p, n);
}

START_TEST(each_field_has_its_limit_and_is_required_or_not)
{
    for (size_t i = 0; i < contact_fields_n; i++) {
        const struct contact_field *f = &contact_fields[i];
        ck_assert_int_eq(wrong(f->key, STR("")), f->required);
        ck_assert_int_eq(wrong(f->key, STR_NULL), f->required);
        ck_assert_int_eq(wrong(f->key, STR(" \t ")), f->required);
        ck_assert(wrong(f->key, letters(f->max + 1)));
        ck_assert(wrong(f->key, letters(100000)));
        ck_assert(f->label[0] != '\0' && f->autocomplete[0] != '\0');
    }
    ck_assert(!wrong("name", letters(255)));
    ck_assert(!wrong("postal_code", letters(16)));
    ck_assert(!wrong("email",
        str_printf(&a, "a@%.*s.%.*s.%.*s.test", STR_ARG(letters(63)), STR_ARG(letters(63)), STR_ARG(letters(63)))));
}
END_TEST

START_TEST(text_is_utf8_without_control_characters)
{
    static const char *const bad[] = {"a\nb", "a\x1b[2J",
        "a\x7f"
        "b",
        "a\x01", "\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80",
        "a\xc2\x9b"
        "b",
        "a\xc2\x80", "\xef\xbf\xbe", "\xef\xbf\xbf"};
    static const char *const good[] = {"J\xc3\xb6rg M\xc3\xbcller", "\xe5\xb1\xb1\xe7\x94\xb0", "\xc2\xa0x",
        "O'Neil <&\"> Ltd", "\xf0\x9f\x98\x80", "\xef\xbf\xbd"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(wrong("name", str_of(bad[i])) && wrong("city", str_of(bad[i])), "%zu", i);
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        ck_assert_msg(!wrong("name", str_of(good[i])), "%zu", i);
    ck_assert(wrong("name", str_n("a\0b", 3)));
}
END_TEST

START_TEST(a_phone_number_is_international)
{
    static const char *const bad[] = {"030 1234567", "+49", "+49.", "+.123", "+1234.5", "49.123", "+49.12a", "+49.1.2",
        "++49.1", "+49.123456789012345", "+49.1+2", "phone"};
    static const char *const good[][2] = {{"+49.301234567", "+49.301234567"}, {" +49.30 123-45/67 ", "+49.301234567"},
        {"+1.(555)0100", "+1.5550100"}, {"+123.1", "+123.1"}, {"+49.12345678901234", "+49.12345678901234"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(wrong("phone", str_of(bad[i])), "%s", bad[i]);
    for (size_t i = 0; i < ARRAY_LEN(good) - 1; i++) {
        struct contact c = somebody;
        c.phone = str_of(good[i][0]);
        ck_assert_ptr_null(checked(&c));
        ck_assert(str_eqz(c.phone, good[i][1]));
    }
    ck_assert(wrong("phone", str_n("+49.30\0001234", 11)));
}
END_TEST

START_TEST(a_country_is_two_letters_and_becomes_upper_case)
{
    static const char *const bad[] = {"D", "DEU", "D1", "\xc3\xa4", "12", "D "};
    struct contact c = somebody;
    c.country = STR(" de ");
    ck_assert_ptr_null(checked(&c));
    ck_assert(str_eqz(c.country, "DE"));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(wrong("country", str_of(bad[i])), "%s", bad[i]);
}
END_TEST

START_TEST(an_email_address_is_one)
{
    static const char *const bad[] = {"x", "@b.test", "a@", "a@b", "a@b.", "a@.b", "a@b..test", "a@@b.test",
        "a@b@c.test", "a b@c.test", "a@b c.test", "<a@b.test>", "a@b.test\r\nBcc: c@d.test", ".a@b.test", "a.@b.test",
        "a..b@c.test", "\xc3\xa4@b.test", "a@\xc3\xa4.test", "a\"b@c.test", "a@-b.test", "a@b-.test"};
    static const char *const good[] = {"a@b.test", "a.b+c@sub.b-c.test", "o'neil@b.test", "A_1@xn--bcher-kva.test"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(wrong("email", str_of(bad[i])), "%s", bad[i]);
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        ck_assert_msg(!wrong("email", str_of(good[i])), "%s", good[i]);
    ck_assert(wrong("email", str_n("a\0b@c.test", 10)));
    ck_assert(wrong("email", str_printf(&a, "%.*s@b.test", STR_ARG(letters(65)))));
}
END_TEST

START_TEST(the_same_data_is_the_same_contact)
{
    struct contact one = somebody, two = somebody, third = somebody, theirs = somebody;
    two.country = STR("de");
    two.name = STR("  Ada Example ");
    third.city = STR("Other Town");
    ok(contact_store(db, &a, acc.id, &one, 1, &err));
    ok(contact_store(db, &a, acc.id, &two, 2, &err));
    ok(contact_store(db, &a, acc.id, &third, 3, &err));
    ok(contact_store(db, &a, other.id, &theirs, 4, &err));
    ck_assert_int_eq(one.id, two.id);
    ck_assert(str_eq(one.handle, two.handle) && one.handle.n >= 3 && one.handle.n <= 16);
    ck_assert_int_ne(one.id, third.id);
    ck_assert(!str_eq(one.handle, third.handle) && !str_eq(one.handle, theirs.handle));
    struct contact latest;
    ok(contact_latest(db, &a, acc.id, &latest, &err));
    ck_assert_int_eq(latest.id, third.id);
    /* what fields hold cannot be moved between them */
    struct contact left = somebody, right = somebody;
    left.city = STR("ab");
    left.state = STR("c");
    right.city = STR("a");
    right.state = STR("bc");
    ok(contact_store(db, &a, acc.id, &left, 5, &err));
    ok(contact_store(db, &a, acc.id, &right, 5, &err));
    ck_assert_int_ne(left.id, right.id);
}
END_TEST

START_TEST(a_wrong_contact_is_not_stored)
{
    struct contact c = somebody;
    c.email = STR("nowhere");
    refused(contact_store(db, &a, acc.id, &c, 1, &err), INVALID, "contact-email");
    refused(contact_latest(db, &a, acc.id, &c, &err), NOT_FOUND, "no-contact");
    refused(contact_find(db, &a, 4711, &c, &err), NOT_FOUND, "no-contact");
}
END_TEST

static int64_t ids[8];

static void *store_many(void *ctx)
{
    int64_t *id = ctx;
    struct db *c;
    struct error e;
    struct arena mine;
    struct contact same = somebody;
    arena_init(&mine, 0);
    INVARIANT(db_open(testdb_settings(), &c, &e) == OK);
    INVARIANT(contact_store(c, &mine, acc.id, &same, 1, &e) == OK);
    *id = same.id;
    db_close(&c);
    arena_clear(&mine);
    return NULL;
}

START_TEST(eight_who_store_the_same_at_once_get_one_contact)
{
    pthread_t threads[ARRAY_LEN(ids)];
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, store_many, &ids[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        ck_assert_int_eq(ids[i], ids[0]);
    ck_assert_int_eq(number("SELECT COUNT(*) FROM contact"), 1);
}
END_TEST

START_TEST(a_contacts_password_is_made_once_and_sealed)
{
    struct contact c = somebody;
    struct str first, second;
    ok(contact_store(db, &a, acc.id, &c, 1, &err));
    ok(contact_authinfo(db, &a, &us.sealing, c.id, STR("first-secret"), &first, &err));
    ok(contact_authinfo(db, &a, &us.sealing, c.id, STR("second-secret"), &second, &err));
    ck_assert(str_eqz(first, "first-secret") && str_eqz(second, "first-secret"));
    ck_assert_int_eq(number("SELECT COUNT(*) FROM contact WHERE LOCATE('first-secret', authinfo) > 0"), 0);
    refused(contact_authinfo(db, &a, &us.sealing, c.id + 1, STR("x"), &first, &err), NOT_FOUND, "no-row");
    sql("UPDATE contact SET authinfo = CONCAT(SUBSTR(authinfo, 1, LENGTH(authinfo) - 1), CHAR(ORD(RIGHT(authinfo, 1)) "
        "^ 1))");
    refused(contact_authinfo(db, &a, &us.sealing, c.id, STR("x"), &first, &err), INTERNAL, "secret-open");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("contact");
    TCase *t = tcase_create("contact");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, each_field_has_its_limit_and_is_required_or_not);
    tcase_add_test(t, text_is_utf8_without_control_characters);
    tcase_add_test(t, a_phone_number_is_international);
    tcase_add_test(t, a_country_is_two_letters_and_becomes_upper_case);
    tcase_add_test(t, an_email_address_is_one);
    tcase_add_test(t, the_same_data_is_the_same_contact);
    tcase_add_test(t, a_wrong_contact_is_not_stored);
    tcase_add_test(t, eight_who_store_the_same_at_once_get_one_contact);
    tcase_add_test(t, a_contacts_password_is_made_once_and_sealed);
    suite_add_tcase(s, t);
    return suite_run(s);
}
