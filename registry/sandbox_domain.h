/* Domain objects (RFC 5731, with the grace periods of RFC 3915): handlers, and what they share. */
#ifndef FW_REGISTRY_SANDBOX_DOMAIN_H
#define FW_REGISTRY_SANDBOX_DOMAIN_H

#include "registry/sandbox_domain_db.h"

enum status sandbox_domain_check(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_info(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_create(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_update(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_renew(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_delete(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_transfer(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

/* The domain a command names, locked if asked; or the refusal (2005, 2303). */
enum status sandbox_domain_open(
    struct sandbox_call *c, struct str text, bool lock, struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
/* 2201 unless the session's registrar is the sponsor. */
enum status sandbox_domain_owned(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
/* 2304 when the domain has any of these statuses. */
enum status sandbox_domain_barred(
    struct sandbox_call *c, const struct sandbox_domain *d, unsigned bits, struct error *e) FW_MUST_CHECK;
/* The policy row of a registered domain's TLD. */
enum status sandbox_domain_tld(
    struct sandbox_call *c, struct str tld, struct sandbox_tld *tld_r, struct error *e) FW_MUST_CHECK;
/* Whole years of a period element (absent: the TLD's minimum); 2004 outside of the TLD's range, 2306 for months
 * that are no whole years. */
enum status sandbox_domain_years(struct sandbox_call *c, const struct sandbox_tld *tld, const struct epp_period *p,
    int *years_r, struct error *e) FW_MUST_CHECK;
/* Takes the price from the session's registrar; 2104 where the balance does not cover it. */
enum status sandbox_domain_charge(
    struct sandbox_call *c, int64_t amount, const char *what, struct str name, struct error *e) FW_MUST_CHECK;
/* Links name servers and contacts, which must exist: 2303 otherwise. */
enum status sandbox_domain_link_ns(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ns *ns, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_link_contacts(struct sandbox_call *c, const struct sandbox_domain *d,
    const struct epp_domain_contacts *list, struct error *e) FW_MUST_CHECK;
/* The id of an existing contact, kept from going away: 2303 otherwise. */
enum status sandbox_domain_contact_id(
    struct sandbox_call *c, const char *element, struct str handle, int64_t *id_r, struct error *e) FW_MUST_CHECK;
/* authInfo as this registry wants it: pw of 6 to 64 characters (2102, 2306). */
enum status sandbox_domain_auth_policy(
    struct sandbox_call *c, const struct epp_auth *auth, struct error *e) FW_MUST_CHECK;
/* When the sweep must look at it next, from its statuses and dates. */
time_us sandbox_domain_due(const struct sandbox_domain *d, const struct sandbox_tld *tld) FW_NONNULL_ALL;
/* rgp statuses (RFC 3915 §3.1) in force at `now`. */
struct epp_statuses sandbox_domain_rgp(
    struct arena *a, const struct sandbox_domain *d, const struct sandbox_tld *tld, time_us now);

/* An update that carries rgp:update: restore request, then report (RFC 3915 §4.2.5). */
enum status sandbox_domain_restore(
    struct sandbox_call *c, struct sandbox_domain *d, const struct epp_rgp_update *rgp, struct error *e) FW_MUST_CHECK;

#endif
