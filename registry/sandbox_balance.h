/* The message that a registrar's balance runs low: when a charge takes it below a threshold that it was not below before.
 *
 * The personality says where the threshold lies (low-balance-cents) and in which form the message comes (low-balance):
 * in words alone, with Verisign's lowbalance-poll-1.0, or with FRED's lowCreditData. Verisign's data goes to sessions that
 * named its extension at their login; to the others the words do.
 */
#ifndef FW_REGISTRY_SANDBOX_BALANCE_H
#define FW_REGISTRY_SANDBOX_BALANCE_H

#include "registry/sandbox_poll.h"

/* After so many cents were taken from the registrar, in the same transaction. */
enum status sandbox_balance_watch(struct sandbox *sb, struct db *db, struct arena *a, struct str registrar,
    int64_t amount, time_us at, struct error *e) FW_MUST_CHECK;
/* Such a message as the answer to a poll; says which data the answer has now. */
enum epp_data sandbox_balance_poll(
    struct sandbox_call *c, const struct sandbox_message *m, enum epp_object *object_r) FW_NONNULL_ALL;

enum status sandbox_balance(
    struct db *db, struct arena *a, struct str registrar, int64_t *cents_r, struct error *e) FW_MUST_CHECK;

#endif
