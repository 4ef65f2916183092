/* A customer's account: who pays. It has one currency and one ledger account, whose available
 * balance is what orders can be placed on (prepaid). */
#ifndef FW_BILLING_ACCOUNT_H
#define FW_BILLING_ACCOUNT_H

#include "base/clock.h"
#include "base/db.h"
#include "billing/money.h"

#define ACCOUNT_NAME_MAX 64

struct account {
    int64_t id;
    struct str name, email;
    char currency[4];
    int64_t ledger_account_id;
    time_us created;
};

/* email: at most 254 bytes without control characters, may be STR_NULL. name: 2..64 of [a-z0-9._-], starting with a letter. EXISTS if taken. Opens "customer:NAME". */
enum status account_create(struct db *db, struct arena *a, struct str name, struct str email, struct str currency,
    time_us now, struct account *acc_r, struct error *e) FW_MUST_CHECK;
enum status account_find(
    struct db *db, struct arena *a, struct str name, struct account *acc_r, struct error *e) FW_MUST_CHECK;
enum status account_find_id(
    struct db *db, struct arena *a, int64_t id, struct account *acc_r, struct error *e) FW_MUST_CHECK;
/* Money that came in from outside (bank → customer). `key` makes it happen once: the same key with another
 * amount is CONFLICT, with the same amount OK. 1 to 128 printable bytes. */
enum status account_deposit(struct db *db, const struct account *acc, struct str key, struct money m, struct str memo,
    time_us now, struct error *e) FW_MUST_CHECK;

struct account_balance {
    int64_t posted; /* what the customer has */
    int64_t held; /* of it, held for orders under way */
    int64_t available; /* posted - held */
};
enum status account_balance(
    struct db *db, const struct account *acc, struct account_balance *b_r, struct error *e) FW_MUST_CHECK;

struct account_entry {
    time_us created;
    struct str kind; /* "single", "post"; "held": an order under way, not paid yet */
    struct str memo;
    int64_t amount; /* signed, from the customer's side: a deposit is positive */
};
/* What was booked, and what is held now, newest first; at most limit (≤ 500). A hold that was paid or let go shows
 * only as what became of it. */
enum status account_statement(struct db *db, struct arena *a, const struct account *acc, size_t limit,
    struct account_entry **list_r, size_t *n_r, struct error *e) FW_MUST_CHECK;

#endif
