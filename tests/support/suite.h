/* The end of a test program's main(). */
#ifndef FW_TESTS_SUPPORT_SUITE_H
#define FW_TESTS_SUPPORT_SUITE_H

#include <check.h>
#include <stdlib.h>

#include "base/compiler.h"

/* Runs the suite as the environment says (CK_FORK, CK_RUN_CASE …) and frees it: the program's exit status. */
FW_UNUSED static int suite_run(Suite *s)
{
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
