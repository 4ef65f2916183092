/* Documents written and read: what gen.h makes and compares, in an arena of the test's own. */
#ifndef FW_TESTS_EPP_CODEC_FIXTURE_H
#define FW_TESTS_EPP_CODEC_FIXTURE_H

#include "tests/epp/gen.h"
#include "tests/support/suite.h"

static struct arena a;
static struct error e;

static void setup(void)
{
    arena_init(&a, 0);
    error_clear(&e);
}

static void teardown(void)
{
    arena_clear(&a);
}

#endif
