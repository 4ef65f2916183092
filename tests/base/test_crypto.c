#include <sys/stat.h>

#include "base/crypto.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

static struct arena a;
static struct error e;

static void setup(void)
{
    arena_init(&a, 0);
}

static void teardown(void)
{
    arena_clear(&a);
}

static struct str hex32(const uint8_t out[32])
{
    return hex_encode(&a, out, 32);
}

START_TEST(sha256_gives_the_published_values)
{
    uint8_t out[32];
    crypto_sha256(STR("abc"), out);
    ck_assert(str_eqz(hex32(out), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    crypto_sha256(STR_NULL, out);
    ck_assert(str_eqz(hex32(out), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}
END_TEST

START_TEST(hmac_gives_the_values_of_rfc_4231)
{
    uint8_t out[32];
    crypto_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
    ck_assert(str_eqz(hex32(out), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    crypto_hmac_sha256(STR_NULL, STR_NULL, out);
    ck_assert(str_eqz(hex32(out), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
}
END_TEST

/* Key 00 01 … 0f, message 00 01 …, of the authors' reference implementation. */
START_TEST(siphash_gives_the_published_values)
{
    uint8_t key[16], message[15], out[8];
    for (uint8_t i = 0; i < 16; i++)
        key[i] = i;
    for (uint8_t i = 0; i < 15; i++)
        message[i] = i;
    crypto_siphash(key, message, 0, out);
    ck_assert(str_eqz(hex_encode(&a, out, 8), "310e0edd47db6f72"));
    crypto_siphash(key, message, 15, out);
    ck_assert(str_eqz(hex_encode(&a, out, 8), "e545be4961ca29a1"));
}
END_TEST

START_TEST(hex_is_decoded_only_where_it_is_exact)
{
    uint8_t out[4] = {0};
    ck_assert(hex_decode(STR("00fFa510"), out, 4));
    ck_assert_mem_eq(out, "\x00\xff\xa5\x10", 4);
    ck_assert(!hex_decode(STR("00ffa5"), out, 4));
    ck_assert(!hex_decode(STR("00ffa51000"), out, 4));
    ck_assert(!hex_decode(STR("00ffa51g"), out, 4));
    ck_assert(!hex_decode(STR("00ffa51 "), out, 4));
    ck_assert(!hex_decode(STR_NULL, out, 4));
    ck_assert(hex_decode(STR_NULL, out, 0));
}
END_TEST

START_TEST(random_numbers_stay_below_their_bound_and_reach_all)
{
    size_t seen[7] = {0};
    for (int i = 0; i < 7000; i++)
        seen[crypto_random_below(7)]++;
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        ck_assert_uint_gt(seen[i], 700);
    ck_assert_uint_eq(crypto_random_below(1), 0);
    for (int i = 0; i < 100; i++)
        ck_assert(crypto_random_below((UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
    ck_assert(crypto_random_u64() != crypto_random_u64());
}
END_TEST

START_TEST(tokens_have_no_look_alikes_and_do_not_repeat)
{
    struct str t = crypto_token(&a, 500);
    ck_assert_uint_eq(t.n, 500);
    for (size_t i = 0; i < t.n; i++) {
        ck_assert(ascii_is_alnum(t.p[i]) && t.p[i] == ascii_lower(t.p[i]));
        ck_assert(strchr("01ilo", t.p[i]) == NULL);
    }
    ck_assert(!str_eq(crypto_token(&a, 20), crypto_token(&a, 20)));
    ck_assert_uint_eq(crypto_token(&a, 0).n, 0);
}
END_TEST

START_TEST(equality_looks_at_all_bytes_and_the_length)
{
    ck_assert(crypto_equal(STR("abc"), STR("abc")));
    ck_assert(!crypto_equal(STR("abc"), STR("abd")));
    ck_assert(!crypto_equal(STR("abc"), STR("ab")));
    ck_assert(crypto_equal(STR_NULL, STR("")));
}
END_TEST

START_TEST(base64_goes_both_ways)
{
    static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct str back;
        struct str text = base64_encode(&a, pairs[i][0], strlen(pairs[i][0]));
        ck_assert(str_eqz(text, pairs[i][1]));
        ck_assert(base64_decode(&a, text, &back) && str_eqz(back, pairs[i][0]));
    }
}
END_TEST

START_TEST(base64_is_read_strictly)
{
    static const char *const bad[] = {
        "Z", "Zg", "Zg=", "Zg===", "Zm9v=", "Zm9v====", "Zm 9v", "Zm9v\n", "Zm9-", "Zh==", "Zg==Zg==", "====", "=Zg="};
    struct str out;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!base64_decode(&a, str_of(bad[i]), &out), "%s", bad[i]);
}
END_TEST

static struct secret_key test_key(void)
{
    struct secret_key k;
    crypto_random(k.b, sizeof(k.b));
    return k;
}

START_TEST(a_secret_opens_under_its_key_and_context)
{
    struct secret_key k = test_key();
    struct str plain, sealed = secret_seal(&a, &k, STR("registry.password 7"), STR("pass word"));
    ck_assert_int_eq(secret_open(&a, &k, STR("registry.password 7"), sealed, &plain, &e), OK);
    ck_assert(str_eqz(plain, "pass word"));
    ck_assert_ptr_null(memmem(sealed.p, sealed.n, "pass", 4));
    sealed = secret_seal(&a, &k, STR(""), STR_NULL);
    ck_assert_int_eq(secret_open(&a, &k, STR_NULL, sealed, &plain, &e), OK);
    ck_assert_uint_eq(plain.n, 0);
}
END_TEST

START_TEST(the_same_secret_never_seals_alike)
{
    struct secret_key k = test_key();
    ck_assert(!str_eq(secret_seal(&a, &k, STR("c"), STR("p")), secret_seal(&a, &k, STR("c"), STR("p"))));
}
END_TEST

START_TEST(any_changed_bit_keeps_a_secret_shut)
{
    struct secret_key k = test_key();
    struct str plain, sealed = secret_seal(&a, &k, STR("c"), STR("secret"));
    for (size_t i = 0; i < sealed.n * 8; i++) {
        char *changed = arena_copy(&a, sealed.p, sealed.n);
        changed[i / 8] = (char)(changed[i / 8] ^ (1 << (i % 8)));
        ck_assert_int_eq(secret_open(&a, &k, STR("c"), str_n(changed, sealed.n), &plain, &e), INTERNAL);
    }
}
END_TEST

START_TEST(a_secret_cannot_move_or_shrink_or_change_its_key)
{
    struct secret_key k = test_key(), other = test_key();
    struct str plain, sealed = secret_seal(&a, &k, STR("row 1"), STR("secret"));
    ck_assert_int_eq(secret_open(&a, &k, STR("row 2"), sealed, &plain, &e), INTERNAL);
    ck_assert_str_eq(e.code, "secret-open");
    ck_assert_ptr_nonnull(strstr(e.text, "row 2"));
    ck_assert_int_eq(secret_open(&a, &other, STR("row 1"), sealed, &plain, &e), INTERNAL);
    for (size_t n = 0; n < sealed.n; n++)
        ck_assert_int_eq(secret_open(&a, &k, STR("row 1"), str_n(sealed.p, n), &plain, &e), INTERNAL);
    ck_assert_int_eq(secret_open(&a, &k, STR("row 1"), STR_NULL, &plain, &e), INTERNAL);
}
END_TEST

START_TEST(a_key_file_is_made_once_and_read_back)
{
    struct secret_key one, two;
    const char *dir = testdir_new(&a), *path = testdir_path(&a, dir, "key");
    struct stat st;
    ck_assert_int_eq(secret_key_create(path, &e), OK);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(secret_key_load(path, &one, &e), OK);
    ck_assert_int_eq(secret_key_create(path, &e), EXISTS);
    ck_assert_int_eq(secret_key_load(path, &two, &e), OK);
    ck_assert_mem_eq(one.b, two.b, 32);
    testdir_free(dir);
}
END_TEST

START_TEST(a_key_file_that_others_can_read_is_refused)
{
    struct secret_key k;
    const char *dir = testdir_new(&a), *path = testdir_path(&a, dir, "key");
    ck_assert_int_eq(secret_key_create(path, &e), OK);
    static const mode_t modes[] = {0640, 0604, 0660, 0644, 0610};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        ck_assert_int_eq(secret_key_load(path, &k, &e), DENIED);
        ck_assert_str_eq(e.code, "key-file-mode");
        ck_assert_ptr_nonnull(strstr(e.text, path));
    }
    testdir_free(dir);
}
END_TEST

START_TEST(a_key_file_without_a_key_is_refused)
{
    static const char *const bad[] = {"", "abc", "\n",
        "zz34567890123456789012345678901234567890123456789012345678901234",
        "12345678901234567890123456789012345678901234567890123456789012345",
        "1234567890123456789012345678901234567890123456789012345678901234\n\n",
        "1234567890123456789012345678901234567890123456789012345678901234\nmore and more and more and more"};
    struct secret_key k;
    const char *dir = testdir_new(&a), *path = testdir_path(&a, dir, "key");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        testdir_write(path, str_of(bad[i]));
        ck_assert_int_eq(chmod(path, 0600), 0);
        ck_assert_int_eq(secret_key_load(path, &k, &e), INVALID);
    }
    ck_assert_int_eq(secret_key_load(testdir_path(&a, dir, "none"), &k, &e), NOT_FOUND);
    ck_assert_int_eq(secret_key_load(dir, &k, &e), INVALID);
    testdir_free(dir);
}
END_TEST

START_TEST(a_password_verifies_against_its_hash_only)
{
    struct str hash = password_hash(&a, STR("correct horse"));
    ck_assert(str_starts(hash, STR("$argon2id$")));
    ck_assert(password_verify(hash, STR("correct horse")));
    ck_assert(!password_verify(hash, STR("correct horsf")));
    ck_assert(!password_verify(hash, STR("")));
    ck_assert(!password_verify(hash, STR_NULL));
}
END_TEST

START_TEST(what_is_no_hash_verifies_nothing)
{
    char lengthy[400];
    memset(lengthy, 'a', sizeof(lengthy));
    ck_assert(!password_verify(STR_NULL, STR("x")));
    ck_assert(!password_verify(STR(""), STR("")));
    ck_assert(!password_verify(STR("plain"), STR("plain")));
    ck_assert(!password_verify(STR("$argon2id$v=19$m=65536,t=2,p=1$"), STR("x")));
    ck_assert(!password_verify(str_n(lengthy, sizeof(lengthy)), STR("x")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("crypto");
    TCase *c = tcase_create("crypto");
    tcase_set_timeout(c, 30);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, sha256_gives_the_published_values);
    tcase_add_test(c, hmac_gives_the_values_of_rfc_4231);
    tcase_add_test(c, siphash_gives_the_published_values);
    tcase_add_test(c, hex_is_decoded_only_where_it_is_exact);
    tcase_add_test(c, random_numbers_stay_below_their_bound_and_reach_all);
    tcase_add_test(c, tokens_have_no_look_alikes_and_do_not_repeat);
    tcase_add_test(c, equality_looks_at_all_bytes_and_the_length);
    tcase_add_test(c, base64_goes_both_ways);
    tcase_add_test(c, base64_is_read_strictly);
    tcase_add_test(c, a_secret_opens_under_its_key_and_context);
    tcase_add_test(c, the_same_secret_never_seals_alike);
    tcase_add_test(c, any_changed_bit_keeps_a_secret_shut);
    tcase_add_test(c, a_secret_cannot_move_or_shrink_or_change_its_key);
    tcase_add_test(c, a_key_file_is_made_once_and_read_back);
    tcase_add_test(c, a_key_file_that_others_can_read_is_refused);
    tcase_add_test(c, a_key_file_without_a_key_is_refused);
    tcase_add_test(c, a_password_verifies_against_its_hash_only);
    tcase_add_test(c, what_is_no_hash_verifies_nothing);
    suite_add_tcase(s, c);
    return suite_run(s);
}
