/* Rows of domains: the domain itself, its name servers, contacts, and the money that moves with it. */
#ifndef FW_REGISTRY_SANDBOX_DOMAIN_DB_H
#define FW_REGISTRY_SANDBOX_DOMAIN_DB_H

#include "registry/sandbox_policy_db.h"

#define SB_NS_MAX 13
#define SB_DOMAIN_CONTACTS_MAX 16
#define SB_SUBORDINATES_MAX 4096

struct sandbox_domain {
    int64_t id;
    struct str name, tld, sponsor, creator, updater;
    int64_t registrant_id; /* 0: none */
    time_us created, updated, expires, transferred;
    unsigned statuses;
    int64_t paid;
    time_us deleted, restore_requested, due;
    struct str auth_sealed;
    struct str applied; /* STR_NULL, or of an application that was opened by its id: its phase */
};

/* NOT_FOUND where there is none. lock: the row is this transaction's until it ends. */
enum status sandbox_domain_find(struct db *db, struct arena *a, struct str name, bool lock, struct sandbox_domain *d_r,
    struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_find_id(
    struct db *db, struct arena *a, int64_t id, bool lock, struct sandbox_domain *d_r, struct error *e) FW_MUST_CHECK;
/* Keeps the domain from going away until this transaction ends, while others may do the same. */
enum status sandbox_domain_share(
    struct db *db, struct arena *a, struct str name, struct sandbox_domain *d_r, struct error *e) FW_MUST_CHECK;
/* EXISTS when the name is taken, also by a create that committed a moment ago. Sets d->id. */
enum status sandbox_domain_insert(struct db *db, struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
/* Writes all columns but id, name, tld, creator, created. */
enum status sandbox_domain_store(struct db *db, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
/* The row and all that hangs on it. */
enum status sandbox_domain_remove(struct db *db, int64_t id, struct error *e) FW_MUST_CHECK;

enum status sandbox_domain_ns(
    struct db *db, struct arena *a, int64_t id, struct epp_strs *hosts_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_ns_add(
    struct db *db, struct arena *a, int64_t id, const int64_t *host_ids, size_t n, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_ns_drop(struct db *db, int64_t id, int64_t host_id, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_contacts(
    struct db *db, struct arena *a, int64_t id, struct epp_domain_contacts *list_r, struct error *e) FW_MUST_CHECK;
/* types and contact_ids: n of each. */
enum status sandbox_domain_contacts_add(struct db *db, struct arena *a, int64_t id, const struct str *types,
    const int64_t *contact_ids, size_t n, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_contact_drop(
    struct db *db, int64_t id, struct str type, int64_t contact_id, struct error *e) FW_MUST_CHECK;
/* Name servers that are attributes: each name with its addresses; an address of NULL for a name without. */
enum status sandbox_domain_attrs(
    struct db *db, struct arena *a, int64_t id, struct epp_host_attrs *attrs_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_attr_add(
    struct db *db, int64_t id, struct str name, const struct epp_addr *addr, struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_attr_drop(struct db *db, int64_t id, struct str name, struct error *e) FW_MUST_CHECK;
/* The command that made a pendingCreate domain, for the message that decides it. */
enum status sandbox_pending_put(
    struct db *db, int64_t id, struct str cltrid, struct str svtrid, struct error *e) FW_MUST_CHECK;
enum status sandbox_pending_take(
    struct db *db, struct arena *a, int64_t id, struct epp_tr_id *tr_id_r, struct error *e) FW_MUST_CHECK;
/* Hosts below the domain. */
enum status sandbox_domain_subordinates(
    struct db *db, struct arena *a, int64_t id, struct epp_strs *hosts_r, struct error *e) FW_MUST_CHECK;

/* Takes the amount from the registrar, or gives it back when negative. FUNDS where the balance does not cover it. */
enum status sandbox_charge(struct db *db, struct str registrar, int64_t amount, struct str what, struct str svtrid,
    time_us now, struct error *e) FW_MUST_CHECK;

#endif
