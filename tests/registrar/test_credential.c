#include "registrar/credential.h"

#include "tests/registrar/registrar_test.h"

#define T0 INT64_C(1700000000000000)
#define PASSWORD STR("correct horse battery")

START_TEST(a_login_opens_with_its_password_only)
{
    int64_t id = 0;
    ok(login_create(db, &a, STR("ada"), acc.id, PASSWORD, T0, &err));
    ok(login_verify(db, &a, STR("ada"), PASSWORD, T0, &id, &err));
    ck_assert_int_eq(id, acc.id);
    refused(login_verify(db, &a, STR("ada"), STR("correct horse batterz"), T0, &id, &err), DENIED, "bad-login");
    refused(login_verify(db, &a, STR("ada"), STR(""), T0, &id, &err), DENIED, "bad-login");
    refused(login_verify(db, &a, STR("eve"), PASSWORD, T0, &id, &err), DENIED, "bad-login");
    refused(login_verify(db, &a,
                STR("\xc3\xa4"
                    "da"),
                PASSWORD, T0, &id, &err),
        DENIED, "bad-login");
    refused(login_verify(db, &a, STR(""), PASSWORD, T0, &id, &err), DENIED, "bad-login");
    ck_assert_int_eq(number("SELECT COUNT(*) FROM login WHERE LOCATE('horse', password) > 0"), 0);
}
END_TEST

START_TEST(logins_and_passwords_have_limits)
{
    char text[257];
    int64_t id = 0;
    memset(text, 'x', sizeof(text));
    refused(login_create(db, &a, STR("ada"), acc.id, STR("ninechars"), T0, &err), INVALID, "password");
    refused(login_create(db, &a, STR("ada"), acc.id, str_n(text, 257), T0, &err), INVALID, "password");
    refused(login_create(db, &a, STR("a"), acc.id, PASSWORD, T0, &err), INVALID, "login-name");
    refused(login_create(db, &a, str_n(text, 65), acc.id, PASSWORD, T0, &err), INVALID, "login-name");
    refused(login_create(db, &a, STR("a b"), acc.id, PASSWORD, T0, &err), INVALID, "login-name");
    refused(login_create(db, &a, STR("a\x1b[2J"), acc.id, PASSWORD, T0, &err), INVALID, "login-name");
    ok(login_create(db, &a, str_n(text, 64), acc.id, str_n(text, 256), T0, &err));
    refused(login_create(db, &a, str_n(text, 64), other.id, PASSWORD, T0, &err), EXISTS, "login-exists");
    ok(login_verify(db, &a, str_n(text, 64), str_n(text, 256), T0, &id, &err));
    refused(login_verify(db, &a, str_n(text, 65), str_n(text, 256), T0, &id, &err), DENIED, "bad-login");
    refused(login_verify(db, &a, str_n(text, 64), str_n(text, 257), T0, &id, &err), DENIED, "bad-login");
}
END_TEST

START_TEST(ten_wrong_passwords_block_a_login_for_a_minute)
{
    int64_t id = 0;
    ok(login_create(db, &a, STR("ada"), acc.id, PASSWORD, T0, &err));
    for (int i = 0; i < 9; i++)
        refused(login_verify(db, &a, STR("ada"), STR("wrong password"), T0, &id, &err), DENIED, "bad-login");
    ok(login_verify(db, &a, STR("ada"), PASSWORD, T0, &id, &err)); /* in a row, that is */
    for (int i = 0; i < 10; i++)
        refused(login_verify(db, &a, STR("ada"), STR("wrong password"), T0, &id, &err), DENIED, "bad-login");
    refused(login_verify(db, &a, STR("ada"), PASSWORD, T0 + 59 * US_PER_S, &id, &err), DENIED, "login-blocked");
    ck_assert_ptr_nonnull(strstr(err.text, "2023-11-14T22:14:20Z"));
    ok(login_verify(db, &a, STR("ada"), PASSWORD, T0 + 60 * US_PER_S, &id, &err));
}
END_TEST

START_TEST(an_api_key_opens_with_its_secret_until_revoked)
{
    struct str key, secret;
    int64_t id = 0;
    ok(api_key_create(db, &a, &us.sealing, acc.id, T0, &key, &secret, &err));
    ck_assert(str_starts(key, STR("FWK")) && secret.n == 40);
    ok(api_key_verify(db, &a, &us.sealing, key, secret, &id, &err));
    ck_assert_int_eq(id, acc.id);
    refused(api_key_verify(db, &a, &us.sealing, key, STR("wrong"), &id, &err), DENIED, "bad-api-key");
    refused(api_key_verify(db, &a, &us.sealing, key, STR(""), &id, &err), DENIED, "bad-api-key");
    refused(api_key_verify(db, &a, &us.sealing, key, STR_NULL, &id, &err), DENIED, "bad-api-key");
    refused(api_key_verify(db, &a, &us.sealing, STR("FWKunknown"), secret, &id, &err), DENIED, "bad-api-key");
    refused(api_key_verify(db, &a, &us.sealing, STR(""), STR(""), &id, &err), DENIED, "bad-api-key");
    ok(api_key_revoke(db, key, T0, &err));
    refused(api_key_verify(db, &a, &us.sealing, key, secret, &id, &err), DENIED, "bad-api-key");
    refused(api_key_revoke(db, key, T0, &err), NOT_FOUND, "no-api-key");
    refused(api_key_revoke(db, STR("\xc3\xa4"), T0, &err), NOT_FOUND, "no-api-key");
    refused(api_key_verify(db, &a, &us.sealing, STR("\xc3\xa4"), secret, &id, &err), DENIED, "bad-api-key");
}
END_TEST

START_TEST(a_sealed_secret_that_was_touched_or_moved_opens_nothing)
{
    struct str key, secret, key2, secret2;
    int64_t id = 0;
    ok(api_key_create(db, &a, &us.sealing, acc.id, T0, &key, &secret, &err));
    ok(api_key_create(db, &a, &us.sealing, other.id, T0, &key2, &secret2, &err));
    struct secret_key wrong = us.sealing;
    wrong.b[0] ^= 1;
    refused(api_key_verify(db, &a, &wrong, key, secret, &id, &err), INTERNAL, "secret-open");
    /* another row's secret, copied over: the context does not fit */
    sql_of(
        str_printf(&a, "UPDATE api_key k JOIN api_key s ON s.id = '%.*s' SET k.secret = s.secret WHERE k.id = '%.*s'",
            STR_ARG(key), STR_ARG(key2)));
    refused(api_key_verify(db, &a, &us.sealing, key2, secret, &id, &err), INTERNAL, "secret-open");
    sql("UPDATE api_key SET secret = CONCAT(SUBSTR(secret, 1, LENGTH(secret) - 1), CHAR(ORD(RIGHT(secret, 1)) ^ 1))");
    refused(api_key_verify(db, &a, &us.sealing, key, secret, &id, &err), INTERNAL, "secret-open");
    ck_assert_ptr_null(strstr(err.text, str_dupz(&a, secret)));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("credential");
    TCase *t = tcase_create("credential");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 90);
    tcase_add_test(t, a_login_opens_with_its_password_only);
    tcase_add_test(t, logins_and_passwords_have_limits);
    tcase_add_test(t, ten_wrong_passwords_block_a_login_for_a_minute);
    tcase_add_test(t, an_api_key_opens_with_its_secret_until_revoked);
    tcase_add_test(t, a_sealed_secret_that_was_touched_or_moved_opens_nothing);
    suite_add_tcase(s, t);
    return suite_run(s);
}
