/* Domain objects (RFC 5731, with the grace periods of RFC 3915): handlers, and what they share. */
#ifndef FW_REGISTRY_SANDBOX_DOMAIN_H
#define FW_REGISTRY_SANDBOX_DOMAIN_H

#include "epp/rgp.h"
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
/* Ties name servers and contacts to the domain, which must exist (2303), or unties them. */
enum status sandbox_domain_link_ns(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ns *ns, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_unlink_ns(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ns *ns, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_link_contacts(struct sandbox_call *c, const struct sandbox_domain *d,
    const struct epp_domain_contacts *list, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_unlink_contacts(struct sandbox_call *c, const struct sandbox_domain *d,
    const struct epp_domain_contacts *list, struct error *e) FW_MUST_CHECK;
/* Whether it has as many now as it must and may: 2306 for too many, the code `lacking` for too few. */
enum status sandbox_domain_ns_policy(struct sandbox_call *c, const struct sandbox_domain *d,
    const struct sandbox_tld *tld, unsigned lacking, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_contacts_policy(
    struct sandbox_call *c, const struct sandbox_domain *d, unsigned lacking, struct error *e) FW_MUST_CHECK;
/* The id of an existing contact, kept from going away: 2303 otherwise. */
enum status sandbox_domain_contact_id(
    struct sandbox_call *c, const char *element, struct str handle, int64_t *id_r, struct error *e) FW_MUST_CHECK;
/* When the sweep must look at it next, from its statuses and dates. */
time_us sandbox_domain_due(const struct sandbox_domain *d, const struct sandbox_tld *tld) FW_NONNULL_ALL;
/* Puts the RGP statuses into the answer, where the session asked for them at login. */
enum status sandbox_domain_rgp_tell(struct sandbox_call *c, const struct sandbox_domain *d,
    const struct sandbox_tld *tld, const struct epp_ext_element *element, struct error *e) FW_MUST_CHECK;

/* An update that carries rgp:update: restore request, then report (RFC 3915 §4.2.5). */
enum status sandbox_domain_restore(
    struct sandbox_call *c, struct sandbox_domain *d, const struct epp_rgp_update *rgp, struct error *e) FW_MUST_CHECK;

#endif
