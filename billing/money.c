#include "billing/money.h"

static const struct {
    const char *currency;
    int exponent;
} exponents[] = {
    {"BHD", 3},
    {"BIF", 0},
    {"CLP", 0},
    {"DJF", 0},
    {"GNF", 0},
    {"IQD", 3},
    {"ISK", 0},
    {"JOD", 3},
    {"JPY", 0},
    {"KMF", 0},
    {"KRW", 0},
    {"KWD", 3},
    {"LYD", 3},
    {"OMR", 3},
    {"PYG", 0},
    {"RWF", 0},
    {"TND", 3},
    {"UGX", 0},
    {"UYI", 0},
    {"VND", 0},
    {"VUV", 0},
    {"XAF", 0},
    {"XOF", 0},
    {"XPF", 0},
};

int money_exponent(const char *currency)
{
    for (size_t i = 0; i < ARRAY_LEN(exponents); i++)
        if (strcmp(exponents[i].currency, currency) == 0)
            return exponents[i].exponent;
    return 2;
}

bool money_currency_valid(struct str currency)
{
    if (currency.n != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (currency.p[i] < 'A' || currency.p[i] > 'Z')
            return false;
    return true;
}

static int64_t power_of_ten(int exponent)
{
    int64_t p = 1;
    while (exponent-- > 0)
        p *= 10;
    return p;
}

struct str money_text(struct arena *a, struct money m)
{
    int exponent = money_exponent(m.currency);
    int64_t unit = power_of_ten(exponent);
    uint64_t abs = m.amount < 0 ? (uint64_t)0 - (uint64_t)m.amount : (uint64_t)m.amount;
    const char *sign = m.amount < 0 ? "-" : "";
    uint64_t whole = abs / (uint64_t)unit, part = abs % (uint64_t)unit;
    if (exponent == 0)
        return str_printf(a, "%s%llu %s", sign, (unsigned long long)whole, m.currency);
    return str_printf(
        a, "%s%llu.%0*llu %s", sign, (unsigned long long)whole, exponent, (unsigned long long)part, m.currency);
}

enum status money_parse(struct str text, struct str currency, struct money *m_r, struct error *e)
{
    struct money m = {0};
    if (!money_currency_valid(currency))
        return error_set(e, INVALID, "currency", "'%.*s' is not a currency code such as EUR", STR_ARG(currency));
    memcpy(m.currency, currency.p, 3);
    int exponent = money_exponent(m.currency);
    ptrdiff_t dot = str_find(text, '.', 0);
    struct str whole = dot < 0 ? text : str_n(text.p, (size_t)dot);
    struct str part = dot < 0 ? STR("") : str_n(text.p + dot + 1, text.n - (size_t)dot - 1);
    uint64_t w = 0, f = 0;
    bool good = str_to_u64(whole, (uint64_t)MONEY_AMOUNT_MAX, &w) && part.n <= (size_t)exponent;
    if (good && dot >= 0)
        good = str_to_u64(part, 999, &f);
    for (size_t i = part.n; good && i < (size_t)exponent; i++)
        f *= 10;
    uint64_t unit = (uint64_t)power_of_ten(exponent);
    if (!good || w > (uint64_t)MONEY_AMOUNT_MAX / unit)
        return error_set(e, INVALID, "amount",
            "'%.*s' is not an amount in %s: give digits, at most %d behind the point", (int)(text.n > 40 ? 40 : text.n),
            text.p != NULL ? text.p : "", m.currency, exponent);
    if (w * unit + f > (uint64_t)MONEY_AMOUNT_MAX)
        return error_set(e, INVALID, "amount", "'%.*s' is more than fits in the books", STR_ARG(text));
    m.amount = (int64_t)(w * unit + f);
    *m_r = m;
    return OK;
}

enum status money_times(struct money m, int n, struct money *m_r, struct error *e)
{
    if (n < 1 || n > 100 || m.amount < 0 || m.amount > MONEY_AMOUNT_MAX / n)
        return error_set(e, INVALID, "amount", "%lld × %d is out of range", (long long)m.amount, n);
    m.amount *= n;
    *m_r = m;
    return OK;
}
