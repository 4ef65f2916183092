/* Delegation sets: the four name servers that a zone is delegated to.
 *
 * The pool has 4 columns of 512 hosts. A column is one domain under one top-level domain of its own, so a set
 * keeps three working servers when a registry, or a whole column, fails. Host of column c and row r:
 * ns-<512*c + r>.<domain of column c>.
 *
 * Construction. A set is a triple (x, y, z) of rows mod 512; the fourth row is s = x + y + z mod 512.
 * Claim: two different sets share at most two of their four hosts. Proof: hosts of different columns differ, so
 * sharing means equal rows in the same place. Had two sets three equal places, then either these are x, y, z and the
 * sets are the same; or one of x, y, z is missing among them, and it equals s minus the two others, so that it is
 * equal too, and again the sets are the same. (It is the [4,3,2] MDS code over Z/512: a parity symbol.) Capacity:
 * 512^3 = 134,217,728 sets, and no construction has more: of 512^3 + 1 sets two would have the first three places
 * in common.
 *
 * Why it matters: whoever overloads the four servers of one zone takes at most two from any other zone.
 *
 * Drawing. A counter row gives each draw its own number i < 512^3; i goes through a bijection of 27-bit numbers
 * (multiplications by odd constants and xor-shifts, each of which can be undone), which gives x, y, z. So sets are
 * drawn in an order without pattern, without looking for a free one and without collision, whatever runs in
 * parallel. It does not depend on AUTO_INCREMENT ids, which have gaps. A draw whose transaction is rolled back
 * gives its number back.
 */
#ifndef FW_ZONES_DELEGATION_H
#define FW_ZONES_DELEGATION_H

#include "zones/zone.h"

#define DELEGATION_COLUMNS 4
#define DELEGATION_ROWS 512
#define DELEGATION_CAPACITY ((int64_t)512 * 512 * 512)

struct delegation_set {
    int64_t id;
    unsigned row[DELEGATION_COLUMNS];
    bool reusable;
    int64_t account_id; /* 0 unless reusable */
    struct str host[DELEGATION_COLUMNS];
};

struct delegation_column {
    struct str domain; /* fourways-dns.test */
    struct str ipv4, ipv6; /* of every host in it; STR_NULL: none. At least one of the two */
};

/* Row numbers of the i-th draw; pure. i < DELEGATION_CAPACITY. */
void delegation_rows(int64_t i, unsigned row_r[DELEGATION_COLUMNS]);

/* Fills the pool, or brings its addresses up to date. Idempotent. INVALID "zone-name", "bad-host-name",
 * "pool-domain" (differs from what the pool has: zones are delegated to those hosts), "pool-address". */
enum status delegation_pool_ensure(
    struct db *db, const struct delegation_column cols[DELEGATION_COLUMNS], struct error *e) FW_MUST_CHECK;

/* The next unused set. UNAVAILABLE "delegation-pool" when the pool was never filled or all is drawn. */
enum status delegation_set_draw(
    struct db *db, struct arena *a, time_us now, struct delegation_set *set_r, struct error *e) FW_MUST_CHECK;
/* A set of the account's own, for zone_create's delegation_set_id. At most DELEGATION_REUSABLE_MAX an account:
 * INVALID "delegation-set-limit". */
#define DELEGATION_REUSABLE_MAX 100
enum status delegation_set_create_reusable(struct db *db, struct arena *a, int64_t account_id, time_us now,
    struct delegation_set *set_r, struct error *e) FW_MUST_CHECK;
/* account_id ZONE_ANY_ACCOUNT: any set. With an account: its reusable ones. NOT_FOUND "delegation-set". */
enum status delegation_set_find(struct db *db, struct arena *a, int64_t id, int64_t account_id,
    struct delegation_set *set_r, struct error *e) FW_MUST_CHECK;
/* The account's reusable sets, oldest first. */
enum status delegation_set_list(struct db *db, struct arena *a, int64_t account_id, struct delegation_set **sets_r,
    size_t *n_r, struct error *e) FW_MUST_CHECK;

/* The column's domain as a hosted zone of the account, with A and AAAA of its 512 hosts: made where it is missing,
 * and only what differs is changed. Not inside a transaction (it makes several). INVALID "pool-domain" when the
 * column has no hosts. */
enum status delegation_infra_zone_fill(struct db *db, struct arena *a, unsigned column, int64_t account_id, time_us now,
    struct zone *zone_r, struct error *e) FW_MUST_CHECK;

/* Is this one of the pool's hosts? Its addresses (STR_NULL where it has none of that family), for host objects at
 * registries. NOT_FOUND "name-server". */
enum status delegation_host_find(struct db *db, struct arena *a, struct str host, struct str *ipv4_r,
    struct str *ipv6_r, struct error *e) FW_MUST_CHECK;

/* The same for the four of a zone. */
enum status delegation_hosts_find(struct db *db, struct arena *a, const struct str hosts[DELEGATION_COLUMNS],
    struct str ipv4_r[DELEGATION_COLUMNS], struct str ipv6_r[DELEGATION_COLUMNS], struct error *e) FW_MUST_CHECK;

#endif
