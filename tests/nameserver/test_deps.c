/* Very many answers that depend on one name: what they cost when they come, change and go. */
#include <sys/resource.h>

#include "nameserver/deps.h"
#include "tests/nameserver/fixture.h"

#define MANY 50000u
#define CPU_MAX 20 /* seconds; where each dependant walks past the others it takes minutes */

static struct fixture f;

static void setup(void)
{
    struct rlimit l;

    ck_assert_int_eq(getrlimit(RLIMIT_CPU, &l), 0);
    l.rlim_cur = CPU_MAX; /* of this test's process alone */
    ck_assert_int_eq(setrlimit(RLIMIT_CPU, &l), 0);
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* A version of the zone in which n0 to n49999 each have a CNAME to that target. */
static void cnames_apply(uint64_t version, const char *target)
{
    struct change c = {.zone_id = 1, .name = dns_name_of("big.test"), .version = version};
    struct change head = change_of(&f.a, 1, version, "big.test", SOA_LINE);
    struct str data = wire_of(&f.a, target);
    struct buf packed;

    buf_in(&packed, &f.a, 300);
    buf_u16(&packed, (uint16_t)data.n);
    buf_put(&packed, data.p, data.n);
    c.rows = ARENA_ARRAY(&f.a, MANY + head.n, struct change_row);
    memcpy(c.rows, head.rows, head.n * sizeof(*head.rows));
    c.n = head.n;
    for (unsigned i = 0; i < MANY; i++) {
        c.rows[c.n++] = (struct change_row){.owner = wire_of(&f.a, arena_printf(&f.a, "n%u.big.test", i)),
            .type = DNS_CNAME,
            .ttl = 300,
            .data = buf_view(&packed)};
    }
    apply(&f, &c);
}

START_TEST(fifty_thousand_names_that_lead_to_one_elsewhere_come_change_and_go)
{
    cnames_apply(1, "host.elsewhere.example");
    cnames_apply(2, "host.changed.example");
    ASK(&f, "n49999.big.test", DNS_A, "NOERROR aa | n49999.big.test 300 CNAME host.changed.example. | |");
    serve(&f, 2, "changed.example", "host A 192.0.2.7\n");
    ASK(&f, "n7.big.test", DNS_A,
        "NOERROR aa | n7.big.test 300 CNAME host.changed.example., host.changed.example 300 A 192.0.2.7 | |");
    store_remove(&f.st, store_zone(&f.st, 2));
    ASK(&f, "n7.big.test", DNS_A, "NOERROR aa | n7.big.test 300 CNAME host.changed.example. | |");
    store_remove(&f.st, store_zone(&f.st, 1));
    ck_assert_uint_eq(f.st.deps.n, 0);
}
END_TEST

START_TEST(a_store_full_of_them_is_given_back)
{
    cnames_apply(1, "host.elsewhere.example"); /* teardown does it */
    ck_assert_uint_gt(f.st.deps.n, 3 * MANY - 1);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, fifty_thousand_names_that_lead_to_one_elsewhere_come_change_and_go);
    tcase_add_test(t, a_store_full_of_them_is_given_back);
}

int main(void)
{
    return fixture_main("nameserver deps", add);
}
