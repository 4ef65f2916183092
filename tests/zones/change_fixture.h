/* A zone with something in it, to change. */
#ifndef FW_TESTS_ZONES_CHANGE_FIXTURE_H
#define FW_TESTS_ZONES_CHANGE_FIXTURE_H

#include "dns/soa.h"
#include "tests/zones/zones_test.h"

static struct dns_soa soa_of(const struct zone *z)
{
    struct record_set set;
    struct dns_rrset rrset;
    struct dns_soa soa;
    ok(record_find(db, &a, z->id, ZONE_ANY_ACCOUNT, z->name, STR("SOA"), &set, &err));
    ok(record_parse(&a, &z->apex, &set, &rrset, &err));
    ck_assert(dns_soa_read(rrset.rdata[0], &soa));
    return soa;
}

static void nothing_changed(const struct zone *before)
{
    struct zone now = again(before);
    ck_assert_int_eq(now.version, before->version);
    ck_assert_uint_eq(now.serial, before->serial);
    ck_assert_int_eq(now.rrsets, before->rrsets);
    ck_assert_uint_eq(soa_of(&now).serial, before->serial);
}

/* A zone with www A, ftp CNAME, and sub delegated with glue at ns.sub. */
static struct zone furnished(void)
{
    struct zone z = make_zone("shop.test", ACCOUNT);
    ok(change_one(&z, '+', record("www.shop.test", "A", 300, "192.0.2.1")));
    ok(change_one(&z, '+', record("ftp.shop.test", "CNAME", 300, "www.shop.test.")));
    ok(change_one(&z, '+', record("sub.shop.test", "NS", 300, "ns.sub.shop.test.")));
    ok(change_one(&z, '+', record("ns.sub.shop.test", "A", 300, "192.0.2.53")));
    ok(change_one(&z, '+', record("deep.tree.shop.test", "TXT", 300, "leaf")));
    return again(&z);
}

#endif
