/* The ledger: double entry by construction.
 *
 * A transfer names one debit account, one credit account, an amount and a currency. Its id is the
 * idempotency key: the same id with the same content is done once and says OK again; with other content
 * it is CONFLICT. Four kinds: single (at once), pending (a hold: the amount is set aside), post (a hold
 * becomes a posting, of at most its amount), void (a hold is let go). A hold is resolved once. Balances
 * are kept by the database itself (sql/0010_billing.sql); nothing here can put them out of balance.
 *
 * All functions run in the caller's transaction when there is one, so an order, its hold and its first
 * step are one commit. FUNDS when the debit account's available balance does not cover it.
 */
#ifndef FW_BILLING_LEDGER_H
#define FW_BILLING_LEDGER_H

#include "base/clock.h"
#include "base/db.h"
#include "billing/money.h"

struct transfer_id {
    uint8_t b[16];
};

/* From a name that is unique for ever, such as "order:42:hold". */
struct transfer_id transfer_id_of(const char *fmt, ...) FW_PRINTF(1, 2);

/* Opens the account if it does not exist. code: [a-z0-9:._-]{1,96}, else INVALID "ledger-code". CONFLICT
 * "ledger-account-differs" when it stands with the other right to be overdrawn. */
enum status ledger_open(struct db *db, struct str code, struct str currency, bool may_overdraw, int64_t *id_r,
    struct error *e) FW_MUST_CHECK;
enum status ledger_transfer(struct db *db, struct transfer_id id, int64_t debit, int64_t credit, struct money m,
    struct str memo, time_us now, struct error *e) FW_MUST_CHECK;

enum status hold_place(struct db *db, struct transfer_id id, int64_t debit, int64_t credit, struct money m,
    struct str memo, time_us now, struct error *e) FW_MUST_CHECK;
/* amount 0: all of the hold. id is derived from the hold, so a repetition is the same transfer. */
enum status hold_post(struct db *db, struct transfer_id hold, int64_t amount, struct str memo, time_us now,
    struct error *e) FW_MUST_CHECK;
enum status hold_void(
    struct db *db, struct transfer_id hold, struct str memo, time_us now, struct error *e) FW_MUST_CHECK;

enum hold_state { HOLD_OPEN, HOLD_POSTED, HOLD_VOIDED };
enum status hold_state(struct db *db, struct transfer_id hold, enum hold_state *state_r, struct error *e) FW_MUST_CHECK;

/* The proof: every balance recomputed from the transfers, debits equal credits per currency, every hold's
 * state agrees with its resolving transfer. OK, or INTERNAL "ledger-audit" with the first difference. */
enum status ledger_audit(struct db *db, struct error *e) FW_MUST_CHECK;

#endif
