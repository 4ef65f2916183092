/* The registry's rules for names: what may be a domain name here, and what a host name is.
 *
 * A registrable name is one label below one of our TLDs: letters, digits, hyphens; an A-label that
 * converts back and forth where the TLD takes IDNs; no other label with hyphens in positions 3 and 4 (RFC 5891
 * §4.2.3.1); within the TLD's length; not reserved. Names are compared and kept in lower case.
 */
#ifndef FW_REGISTRY_SANDBOX_NAME_H
#define FW_REGISTRY_SANDBOX_NAME_H

#include "registry/sandbox_policy_db.h"

struct sandbox_name {
    struct str name; /* lower case */
    struct str label; /* what is registered */
    struct sandbox_tld tld;
    struct sandbox_known known; /* by sandbox_name_check */
};

struct sandbox_name_fault {
    unsigned code; /* 2005 syntax, 2306 policy; 0: the name is good */
    const char *brief; /* at most 32 characters, for check */
    struct str reason; /* a sentence */
};

/* Syntax and policy of a domain name, but for reserved labels. fault_r->code != 0 when it cannot be registered. */
void sandbox_name_read(struct sandbox_call *c, struct str text, struct sandbox_name *name_r,
    struct sandbox_name_fault *fault_r) FW_NONNULL_ALL;
/* The same with reserved labels, and what the database knows of it. An error only for trouble with the database. */
enum status sandbox_name_check(struct sandbox_call *c, struct str text, struct sandbox_name *name_r,
    struct sandbox_name_fault *fault_r, struct error *e) FW_MUST_CHECK;
/* The refusal of a reserved name. */
void sandbox_name_reserve(struct sandbox_name_fault *fault_r) FW_NONNULL_ALL;
/* Syntax of a host name alone: letters, digits, hyphens, at least two labels; lowered. False: *reason_r says why. */
bool sandbox_name_host(struct arena *a, struct str text, struct str *name_r, struct str *reason_r);
/* The registered name that a host below one of our TLDs belongs to: the last two labels. False for
 * external names. */
bool sandbox_name_superordinate(
    const struct sandbox_tld *tlds, size_t n, struct str host, struct str *domain_r) FW_NONNULL_ALL;

#endif
