/* Profiles of a few lines, read from a file as any other. */
#ifndef FW_TESTS_REGISTRY_PROFILE_FIXTURE_H
#define FW_TESTS_REGISTRY_PROFILE_FIXTURE_H

#include "registry/profile.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

static struct arena arena;
static struct error e;
static struct registry_profile *profile;
static const char *dir, *path; /* path: of the profile's file */

static void setup(void)
{
    arena_init(&arena, 0);
    error_clear(&e);
    dir = testdir_new(&arena);
    path = testdir_path(&arena, dir, "p.conf");
}

static void teardown(void)
{
    testdir_free(dir);
    arena_clear(&arena);
}

static enum status profile_try(const char *text)
{
    testdir_write(path, str_of(text));
    return profile_read(&arena, path, &profile, &e);
}

/* What every profile must have, and these lines behind it. */
FW_UNUSED static void profile_set(const char *base, const char *lines)
{
    ck_assert_msg(profile_try(arena_printf(&arena, "%s%s\n", base, lines)) == OK, "%s", e.text);
}

#endif
