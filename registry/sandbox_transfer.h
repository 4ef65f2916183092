/* Transfers of domains and contacts between registrars (RFC 5731 §3.2.4, RFC 5733 §3.2.4).
 *
 * A request with the right authInfo makes the object pendingTransfer; the losing registrar approves or
 * rejects, the gaining one may cancel, and silence approves after the TLD's transfer time (sweep). The request
 * puts a message into the losing registrar's queue, the outcome one into both. The table keeps the latest transfer of each object, which query tells.
 */
#ifndef FW_REGISTRY_SANDBOX_TRANSFER_H
#define FW_REGISTRY_SANDBOX_TRANSFER_H

#include "registry/sandbox_contact.h"
#include "registry/sandbox_domain.h"

struct sandbox_transfer {
    enum epp_object object;
    int64_t object_id;
    struct str status, re_id, ac_id;
    time_us re_date, ac_date;
    int years;
    int64_t paid;
};

/* NOT_FOUND where the object never had one. Locked until the transaction ends. */
enum status sandbox_transfer_find(struct db *db, struct arena *a, enum epp_object object, int64_t object_id,
    struct sandbox_transfer *t_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_transfer_store(struct db *db, const struct sandbox_transfer *t, struct error *e) FW_MUST_CHECK;

enum status sandbox_contact_transfer(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

/* Carries out an approval, by the registrar or by the clock: the domain and its hosts change sponsor. */
enum status sandbox_transfer_approve(struct sandbox *sb, struct db *db, struct arena *a, struct sandbox_domain *d,
    struct sandbox_transfer *t, const struct sandbox_tld *tld, const char *status, time_us now,
    struct error *e) FW_MUST_CHECK;

enum status sandbox_contact_approve(struct db *db, struct arena *a, struct sandbox_contact *k,
    struct sandbox_transfer *t, const char *status, time_us now, struct error *e) FW_MUST_CHECK;

#endif
