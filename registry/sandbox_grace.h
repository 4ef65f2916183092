/* Grace periods (RFC 3915 §3.1): for a while after something was paid for, deleting the domain gives the price back.
 *
 *   addPeriod        after the create; the domain is gone at once
 *   renewPeriod      after a renew
 *   autoRenewPeriod  after the registry renewed at expiry; a transfer gives it back as well, and takes the year away
 *   transferPeriod   after a transfer
 *
 * The first follows from the domain's own row; the others are rows of table `grace`, one for each thing paid for, so
 * that several may run at once. They belong to the sponsor of the time: a transfer ends them.
 */
#ifndef FW_REGISTRY_SANDBOX_GRACE_H
#define FW_REGISTRY_SANDBOX_GRACE_H

#include "registry/sandbox_domain_db.h"

#define SB_GRACE_MAX 256

struct sandbox_grace {
    struct str kind;
    time_us ends;
    int64_t amount;
    int years;
};
struct sandbox_graces {
    struct sandbox_grace *v;
    size_t n;
};

/* Nothing where the TLD has no such period (ends <= now). */
enum status sandbox_grace_begin(
    struct db *db, int64_t domain_id, const struct sandbox_grace *g, time_us now, struct error *e) FW_MUST_CHECK;
/* Those that still run at `now`, by their end. */
enum status sandbox_graces(struct db *db, struct arena *a, int64_t domain_id, time_us now,
    struct sandbox_graces *list_r, struct error *e) FW_MUST_CHECK;
/* All of them end. */
enum status sandbox_graces_end(struct db *db, int64_t domain_id, struct error *e) FW_MUST_CHECK;
/* Gives back what runs at `now` of this kind (NULL: of any) to the registrar and ends it; *years_r: the years that
 * were paid so. */
enum status sandbox_graces_refund(struct db *db, struct arena *a, const struct sandbox_domain *d, const char *kind,
    struct str svtrid, time_us now, int *years_r, struct error *e) FW_MUST_CHECK;
/* The RGP statuses of a domain at `now`. */
enum status sandbox_rgp_statuses(struct db *db, struct arena *a, const struct sandbox_domain *d,
    const struct sandbox_tld *tld, time_us now, struct epp_statuses *list_r, struct error *e) FW_MUST_CHECK;

#endif
