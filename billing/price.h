/* The price list: what a customer pays per TLD and operation, per year. */
#ifndef FW_BILLING_PRICE_H
#define FW_BILLING_PRICE_H

#include "base/db.h"
#include "billing/money.h"

enum price_op { PRICE_REGISTER, PRICE_RENEW, PRICE_RESTORE, PRICE_TRANSFER, PRICE_OP_COUNT };
const char *price_op_word(enum price_op op) FW_RETURNS_NONNULL;

struct price {
    struct str tld;
    enum price_op op;
    struct money year;
};

/* For the whole of `years` (1..10; restore and transfer: 1). NOT_FOUND "no-price" names TLD, operation, currency. */
enum status price_quote(struct db *db, struct arena *a, struct str tld, enum price_op op, int years,
    struct str currency, struct money *m_r, struct error *e) FW_MUST_CHECK;
enum status price_set(
    struct db *db, struct str tld, enum price_op op, struct money year, struct error *e) FW_MUST_CHECK;
/* All prices, by TLD and operation; at most 10,000. */
enum status price_list(
    struct db *db, struct arena *a, struct price **list_r, size_t *n_r, struct error *e) FW_MUST_CHECK;

#endif
