/* Questions to a registry by those who hold no registry credentials (web, command line): a row that a
 * fourways-registrar answers. */
#ifndef FW_REGISTRAR_LOOKUP_H
#define FW_REGISTRAR_LOOKUP_H

#include "registrar/desk.h"

struct lookup_check {
    struct str name; /* A-labels, as validated */
    bool available;
    struct str reason; /* why not; may be STR_NULL */
    /* lookup_quotes alone: */
    int64_t fee; /* minor units: what the registry would charge */
    struct str currency; /* "": it does not tell */
    bool premium; /* the name has a price of its own */
    bool binding; /* the order will be refused where that is more than its price */
};
/* name as typed (INVALID as order_place says). Asks and waits: UNAVAILABLE "registry-no-answer" after
 * timeout_ms. */
enum status lookup_check(const struct desk *d, struct db *db, struct arena *a, struct str name, int timeout_ms,
    struct lookup_check *c_r, struct error *e) FW_MUST_CHECK;

/* Many at once: canonical names of one registry (as name_validate gives them), at most LOOKUP_CHECKS_MAX; out in their
 * order. */
#define LOOKUP_CHECKS_MAX 50
enum status lookup_checks(const struct desk *d, struct db *db, struct arena *a, const struct str *names, size_t n,
    int timeout_ms, struct lookup_check *out, struct error *e) FW_MUST_CHECK;

/* The same, with what the registry would charge, where it tells. A token for a registry that takes none is INVALID
 * "token-not-taken". */
struct lookup_price {
    const char *command; /* "create", "renew", "transfer" or "restore" */
    int years; /* 0: not said */
    struct str token; /* allocation token (RFC 8495) of all the names; STR_NULL: none */
};
enum status lookup_quotes(const struct desk *d, struct db *db, struct arena *a, const struct str *names, size_t n,
    const struct lookup_price *price, int timeout_ms, struct lookup_check *out, struct error *e) FW_MUST_CHECK;

struct lookup_info {
    struct str name, roid, sponsor, registrant;
    struct str *ns;
    size_t ns_n;
    struct str *statuses;
    size_t statuses_n;
    time_us created, expires;
};
/* What the registry itself says of a domain. NOT_FOUND "not-registered". */
enum status lookup_info(const struct desk *d, struct db *db, struct arena *a, struct str name, int timeout_ms,
    struct lookup_info *i_r, struct error *e) FW_MUST_CHECK;

struct lookup_transfer {
    struct str status; /* "pending", "clientApproved" … (RFC 5730 2.9.3.4) */
    struct str reid, acid; /* who asked, who must or did act */
    time_us requested, acts_by; /* acts_by: when the action was or will be taken; 0: not told */
};
/* The latest transfer of a contact, of which we are a party; registry: the name of its profile. NOT_FOUND "no-contact",
 * "no-transfer" (2301); INVALID "contact-id". */
enum status lookup_contact_transfer(const struct desk *d, struct db *db, struct arena *a, struct str registry,
    struct str id, int timeout_ms, struct lookup_transfer *t_r, struct error *e) FW_MUST_CHECK;

#endif
