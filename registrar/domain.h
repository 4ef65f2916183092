/* Domains of our customers. One row a name, ever: it is claimed by the order that registers it (state
 * registering), becomes active when the registry has it, and is released when the order fails or the domain is
 * deleted; a released row can be claimed again. The row is the lock that lets only one of two simultaneous
 * orders for a name go on. */
#ifndef FW_REGISTRAR_DOMAIN_H
#define FW_REGISTRAR_DOMAIN_H

#include "base/clock.h"
#include "base/crypto.h"
#include "base/db.h"

struct domain {
    int64_t id;
    struct str name; /* A-labels, lower case, no final dot */
    int64_t account_id;
    struct str state; /* "registering", "active", "released" */
    int64_t order_id, zone_id, contact_id; /* 0: none */
    struct str roid;
    time_us registered, expires; /* 0: not known */
};

/* account_id 0: any. NOT_FOUND "no-domain" (released ones count as absent). */
enum status domain_find(struct db *db, struct arena *a, int64_t account_id, struct str name, struct domain *d_r,
    struct error *e) FW_MUST_CHECK;
/* Which of names[0..n) is no domain of ours that stands at its registry: the first such; STR_NULL: none. n at most 4. */
enum status domain_missing(struct db *db, struct arena *a, const struct str *names, size_t n, struct str *missing_r,
    struct error *e) FW_MUST_CHECK;
/* The same for one account, and nobody else changes or locks it until the transaction ends. */
enum status domain_lock(struct db *db, struct arena *a, int64_t account_id, struct str name, struct domain *d_r,
    struct error *e) FW_MUST_CHECK;
/* By name, names greater than `after` ("" for the start); at most limit (≤ 1000). INVALID "after" when
 * that cannot be a name in A-labels. */
enum status domain_list(struct db *db, struct arena *a, int64_t account_id, struct str after, size_t limit,
    struct domain **list_r, size_t *n_r, struct error *e) FW_MUST_CHECK;

/* Claims the name for an order. EXISTS "domain-taken" when it is registered or being registered here. */
enum status domain_claim(struct db *db, struct str name, int64_t account_id, int64_t order_id, int64_t contact_id,
    struct error *e) FW_MUST_CHECK;
/* Takes a released domain back for the account that had it. DENIED "not-restorable" where it is not this account's. */
enum status domain_reclaim(
    struct db *db, struct str name, int64_t account_id, int64_t order_id, struct error *e) FW_MUST_CHECK;
/* The domain's authInfo, made on first use as contact_authinfo does. */
enum status domain_authinfo(struct db *db, struct arena *a, const struct secret_key *sealing, struct str name,
    struct str fresh, struct str *authinfo_r, struct error *e) FW_MUST_CHECK;
/* Each guarded by the order that claimed the name: CONFLICT "domain-moved" when it is another's by now. */
enum status domain_set_zone(
    struct db *db, struct str name, int64_t order_id, int64_t zone_id, struct error *e) FW_MUST_CHECK;
/* The registry has it, as far as we know: its dates. */
enum status domain_set_registered(struct db *db, struct str name, int64_t order_id, time_us registered, time_us expires,
    struct error *e) FW_MUST_CHECK;
enum status domain_activate(struct db *db, struct str name, int64_t order_id, struct str roid, time_us registered,
    time_us expires, struct error *e) FW_MUST_CHECK;
enum status domain_set_expires(struct db *db, struct str name, time_us expires, struct error *e) FW_MUST_CHECK;
enum status domain_set_contact(struct db *db, struct str name, int64_t contact_id, struct error *e) FW_MUST_CHECK;
/* Another authInfo than the one that domain_authinfo has made. */
enum status domain_set_authinfo(struct db *db, struct arena *a, const struct secret_key *sealing, struct str name,
    struct str authinfo, struct error *e) FW_MUST_CHECK;
/* order_id 0: whichever order claimed it. Releasing what is not that order's (any more) is OK and does nothing. */
enum status domain_release(struct db *db, struct str name, int64_t order_id, struct error *e) FW_MUST_CHECK;

#endif
