/* Orders with arguments and secrets, at a TLD whose transfers and restores have prices. */
#ifndef FW_TESTS_REGISTRAR_CHANGE_FIXTURE_H
#define FW_TESTS_REGISTRAR_CHANGE_FIXTURE_H

#include "registrar/sealing.h"
#include "tests/registrar/registrar_test.h"

static void setup_change(void)
{
    setup();
    ok(sealing_publish(db, &us.sealing, clock_now(), &err));
    ok(price_set(db, STR("test"), PRICE_TRANSFER, eur(PRICE), &err));
    ok(price_set(db, STR("test"), PRICE_RESTORE, eur(PRICE), &err));
}

FW_UNUSED static struct order ask(const char *kind, const char *name, const char *args, const char *secret)
{
    struct order o;
    const struct order_request rq = {.kind = str_of(kind),
        .name = str_of(name),
        .years = 1,
        .contact = &somebody,
        .args = str_of(args),
        .secret = str_of(secret)};
    ok(order_place(&us.desk, db, &a, &acc, &rq, clock_now(), &o, NULL, &err));
    return o;
}

#endif
