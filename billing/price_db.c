#include "billing/price.h"

DB_QUERY(q_price_find, "SELECT amount FROM price WHERE tld = ? AND operation = ? AND currency = ?");
DB_QUERY(q_price_set, "INSERT INTO price (tld, operation, currency, amount) VALUES (?, ?, ?, ?)"
                      " ON DUPLICATE KEY UPDATE amount = VALUES(amount)");
DB_QUERY(q_price_list, "SELECT tld, operation, currency, amount FROM price ORDER BY tld, operation, currency");

static const char *const words[PRICE_OP_COUNT] = {"register", "renew", "restore", "transfer"};

const char *price_op_word(enum price_op op)
{
    INVARIANT(op < PRICE_OP_COUNT);
    return words[op];
}

enum status price_quote(struct db *db, struct arena *a, struct str tld, enum price_op op, int years,
    struct str currency, struct money *m_r, struct error *e)
{
    if (!money_currency_valid(currency))
        return error_set(e, INVALID, "currency", "'%.*s' is not a currency code such as EUR", STR_ARG(currency));
    if (years < 1 || years > 10)
        return error_set(e, INVALID, "years", "%d years: a period is 1 to 10 years", years);
    struct db_result r;
    struct str word = str_of(price_op_word(op));
    enum status s = db_select_one(db, a, &q_price_find, DB_ARGS(db_s(tld), db_s(word), db_s(currency)), &r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-price", "there is no price to %.*s a name under .%.*s in %.*s",
            STR_ARG(word), STR_ARG(tld), STR_ARG(currency));
    TRY(s);
    struct money year = {.amount = db_int(&r, 0, 0)};
    memcpy(year.currency, currency.p, 3);
    return money_times(year, op == PRICE_RESTORE || op == PRICE_TRANSFER ? 1 : years, m_r, e);
}

enum status price_set(struct db *db, struct str tld, enum price_op op, struct money year, struct error *e)
{
    if (year.amount < 0 || year.amount > MONEY_AMOUNT_MAX)
        return error_set(e, INVALID, "amount", "a price is between 0 and %lld", (long long)MONEY_AMOUNT_MAX);
    if (!money_currency_valid(str_of(year.currency)))
        return error_set(e, INVALID, "currency", "'%s' is not a currency code such as EUR", year.currency);
    return db_exec(db, &q_price_set,
        DB_ARGS(db_s(tld), db_s(str_of(price_op_word(op))), db_s(str_of(year.currency)), db_i(year.amount)), NULL, e);
}

static enum price_op op_of(struct str word)
{
    for (int i = 0; i < PRICE_OP_COUNT; i++)
        if (str_eqz(word, words[i]))
            return (enum price_op)i;
    return PRICE_OP_COUNT;
}

enum status price_list(struct db *db, struct arena *a, struct price **list_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_price_list, DB_NO_ARGS, 10000, &r, e));
    struct price *list = ARENA_ARRAY(a, r.rows, struct price);
    for (size_t i = 0; i < r.rows; i++) {
        struct str currency = db_str(&r, i, 2);
        list[i] = (struct price){.tld = db_str(&r, i, 0), .op = op_of(db_str(&r, i, 1))};
        list[i].year.amount = db_int(&r, i, 3);
        memcpy(list[i].year.currency, currency.p, currency.n < 3 ? currency.n : 3);
    }
    *list_r = list;
    *n_r = r.rows;
    return OK;
}
