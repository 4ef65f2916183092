#include "registrar/batch.h"

#include "base/conf.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

static struct arena a;
static struct error e;

START_TEST(the_result_file_holds_no_authorisation_codes)
{
    struct cli c = {.arena = &a};
    struct batch b = {.c = &c, .years = 1};
    struct str text;
    arena_init(&a, 0);
    const char *dir = testdir_new(&a);
    const char *in = testdir_path(&a, dir, "in.csv"), *out = testdir_path(&a, dir, "out.csv");
    testdir_write(
        in, STR("op,name, authinfo ,lock,token\ntransfer,a.test,Top-Secret-1,,Top-Token\nlock,b.test,,transfer,\n"));
    ck_assert_int_eq(batch_file_open(&b, str_of(in), &e), OK);
    ck_assert_msg(batch_file_rows(&b, &e) == OK, "%s", e.text);
    ck_assert(str_eqz(b.rows[0].secret, "Top-Secret-1") && str_eqz(b.rows[0].token, "Top-Token"));
    ck_assert_int_eq(batch_results_write(&b, str_of(out), &e), OK);
    ck_assert_int_eq(file_read(&a, out, 1 << 20, &text, &e), OK);
    ck_assert_str_eq(str_dupz(&a, text), "op,name, authinfo ,lock,token,result,code,reason,cltrid,svtrid\n"
                                         "transfer,a.test,***,,***,waiting,,,,\n"
                                         "lock,b.test,,transfer,,waiting,,,,\n");
    testdir_free(dir);
    arena_clear(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("batch-file");
    TCase *t = tcase_create("batch-file");
    tcase_add_test(t, the_result_file_holds_no_authorisation_codes);
    suite_add_tcase(s, t);
    return suite_run(s);
}
