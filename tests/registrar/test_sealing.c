/* What is sealed for the registrar opens as what it was sealed as, for the name that it was sealed for. */
#include "registrar/sealing.h"
#include "tests/registrar/registrar_test.h"

static void setup_sealing(void)
{
    setup();
    ok(sealing_publish(db, &us.sealing, clock_now(), &err));
}

static struct str seal(enum sealed_as as, const char *plain)
{
    struct str sealed;
    ok(sealing_seal(db, &a, as, STR("shop.test"), str_of(plain), &sealed, &err));
    return sealed;
}

static enum status opened(enum sealed_as as, const char *name, struct str sealed, struct str *plain)
{
    return sealing_open(&a, &us.sealing, as, str_of(name), sealed, plain, &err);
}

START_TEST(a_secret_opens_as_what_it_was_sealed_as_and_for_its_name_only)
{
    struct str plain, code = seal(SEALED_AUTHINFO, "a-code"), token = seal(SEALED_TOKEN, "a-token");
    ok(opened(SEALED_AUTHINFO, "shop.test", code, &plain));
    ck_assert(str_eqz(plain, "a-code"));
    ok(opened(SEALED_TOKEN, "shop.test", token, &plain));
    ck_assert(str_eqz(plain, "a-token"));
    ck_assert_int_ne(opened(SEALED_TOKEN, "shop.test", code, &plain), OK);
    ck_assert_int_ne(opened(SEALED_AUTHINFO, "shop.test", token, &plain), OK);
    ck_assert_int_ne(opened(SEALED_AUTHINFO, "other.test", code, &plain), OK);
    ck_assert_str_ne(err.text, "");
}
END_TEST

/* Orders that were under way when this was told apart. */
START_TEST(what_was_sealed_before_the_two_were_told_apart_still_opens)
{
    struct str plain;
    struct public_key p;
    secret_key_public(&us.sealing, &p);
    struct str old = secret_seal_for(&a, &p, STR("order:shop.test"), STR("an-old-one"));
    ok(opened(SEALED_AUTHINFO, "shop.test", old, &plain));
    ck_assert(str_eqz(plain, "an-old-one"));
    ok(opened(SEALED_TOKEN, "shop.test", old, &plain));
    ck_assert_int_ne(opened(SEALED_TOKEN, "other.test", old, &plain), OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sealing");
    TCase *t = tcase_create("sealing");
    tcase_add_checked_fixture(t, setup_sealing, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_secret_opens_as_what_it_was_sealed_as_and_for_its_name_only);
    tcase_add_test(t, what_was_sealed_before_the_two_were_told_apart_still_opens);
    suite_add_tcase(s, t);
    return suite_run(s);
}
