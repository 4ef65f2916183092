/* The sandbox with one registrar logged in who has a contact, "ada". */
#ifndef FW_TESTS_REGISTRY_SANDBOX_CLIENT_H
#define FW_TESTS_REGISTRY_SANDBOX_CLIENT_H

#include "tests/registry/sandbox_fixture.h"

static struct client c;

static void setup(void)
{
    fx_setup();
    client_login(&c, "fourways");
    ck_code(contact_create(&c, "ada"), 1000);
}

static void teardown(void)
{
    client_close(&c);
    fx_teardown();
}

#endif
