/* Amounts: int64 minor units and an ISO 4217 currency. Never floating point. */
#ifndef FW_BILLING_MONEY_H
#define FW_BILLING_MONEY_H

#include "base/error.h"
#include "base/str.h"

struct money {
    int64_t amount; /* minor units: cents, yen */
    char currency[4]; /* "EUR", NUL-terminated */
};

#define MONEY_AMOUNT_MAX INT64_C(1000000000000000)

/* Digits behind the point of a currency: 2 for most, 0 for JPY and its like, 3 for BHD and its like. */
int money_exponent(const char *currency);
/* Three upper-case letters. */
bool money_currency_valid(struct str currency);
/* "12.50 EUR" */
struct str money_text(struct arena *a, struct money m);
/* "12", "12.5", "12.50"; not negative, no more digits than the currency has. */
enum status money_parse(struct str text, struct str currency, struct money *m_r, struct error *e) FW_MUST_CHECK;
/* m × n with n in 1..100; INVALID past MONEY_AMOUNT_MAX. */
enum status money_times(struct money m, int n, struct money *m_r, struct error *e) FW_MUST_CHECK;

#endif
