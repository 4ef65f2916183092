#include "registry/sandbox_fee.h"

#define CENTS 2 /* digits behind the point in all currencies here */

static const struct sandbox_tld *tld_of(const struct sandbox_call *c, struct str name)
{
    ptrdiff_t dot = str_find(name, '.', 0);
    return sandbox_tld_find(c->tlds, c->tlds_n, str_n(name.p + dot + 1, name.n - (size_t)(dot + 1)));
}

/* Years of the period, within what the TLD takes; 0: not a number of whole years within it. */
static int years_of(const struct sandbox_tld *tld, const struct epp_period *p)
{
    bool months = str_eqz(p->unit, "m");
    unsigned years = p->n == 0 ? (unsigned)tld->min_years : months ? p->n / 12 : p->n;
    if (months && p->n % 12 != 0)
        return 0;
    return years >= (unsigned)tld->min_years && years <= (unsigned)tld->max_years ? (int)years : 0;
}

/* Cents for the command; false where it has no price here. */
static bool price_of(const struct sandbox_prices *p, struct str command, int years, int64_t *cents_r)
{
    if (str_eqz(command, "create"))
        *cents_r = p->create + p->renew * (years - 1);
    else if (str_eqz(command, "renew"))
        *cents_r = p->renew * years;
    else if (str_eqz(command, "transfer"))
        *cents_r = p->transfer * years;
    else if (str_eqz(command, "restore"))
        *cents_r = p->restore;
    else
        return false;
    return true;
}

static struct epp_fee_amounts amount_one(struct arena *a, int64_t cents, struct str what)
{
    struct epp_fee_amount *one = ARENA_NEW(a, struct epp_fee_amount);
    *one = (struct epp_fee_amount){.amount = epp_fee_decimal(a, cents, CENTS), .description = what};
    return (struct epp_fee_amounts){.v = one, .n = 1};
}

/* The answer's period: a question may leave it out, an answer of the drafts may not. */
static struct epp_period period_told(const struct epp_fee_price *question)
{
    return question->period.n > 0 ? question->period : (struct epp_period){.n = 1, .unit = STR("y")};
}

/* One name, one question. */
static struct epp_fee_price answer(
    struct sandbox_call *c, const struct sandbox_priced *name, const struct epp_fee_price *question)
{
    struct epp_fee_price out = {.id = name->key, .command = question->command, .period = period_told(question)};
    int64_t cents = 0;
    out.avail = EPP_NO;
    out.reason.text = name->reason;
    if (name->known == NULL)
        return out;
    const struct sandbox_tld *tld = tld_of(c, name->known->name);
    struct sandbox_prices prices = sandbox_known_prices(tld, name->known);
    int years = years_of(tld, &question->period);
    out.class = prices.premium ? STR("premium") : STR("standard");
    out.standard = prices.premium ? EPP_NO : EPP_YES;
    out.currency = tld->currency;
    if (!str_is_null(question->currency) && !str_eq(question->currency, tld->currency))
        out.reason.text = STR("no prices in this currency");
    else if (years == 0)
        out.reason.text = STR("no such period");
    else if (!price_of(&prices, question->command, years, &cents))
        out.reason.text = STR("it has no price");
    else
        out.avail = EPP_YES;
    if (out.avail == EPP_YES)
        out.fees = amount_one(c->arena, cents, question->command);
    return out;
}

void sandbox_fee_check(struct sandbox_call *c, const struct sandbox_priced *names, size_t n)
{
    const struct epp_fee_version *v = epp_fee_used(&c->cmd->ext);
    if (v == NULL)
        return;
    struct epp_fee_prices asked = epp_fee_asked(c->arena, &c->cmd->ext), prices = {0};
    prices.v = ARENA_ARRAY(c->arena, n * asked.n, struct epp_fee_price);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < asked.n; k++) {
            if (str_is_null(asked.v[k].id) || str_ieq(asked.v[k].id, names[i].key))
                prices.v[prices.n++] = answer(c, &names[i], &asked.v[k]);
        }
    }
    epp_fee_answer(c->arena, &c->rsp->ext, v, &prices);
}

static enum status unagreed(struct sandbox_call *c, struct str name, struct error *e)
{
    struct sandbox_prices prices;
    if (c->sb->as.fee_need == SB_FEE_NEVER)
        return OK;
    TRY(sandbox_prices(c->db, c->arena, tld_of(c, name), name, &prices, e));
    if (c->sb->as.fee_need == SB_FEE_PREMIUM && !prices.premium)
        return OK;
    return sandbox_refuse(c, e, EPP_MISSING, "fee", STR_NULL, "the command must say what it agrees to pay");
}

enum status sandbox_fee_agreed(struct sandbox_call *c, struct str name, int64_t amount, struct error *e)
{
    const struct epp_fee_charge *agreed = epp_fee_agreed(&c->cmd->ext);
    const struct sandbox_tld *tld = tld_of(c, name);
    struct str price =
        str_printf(c->arena, "%.*s %.*s", STR_ARG(epp_fee_decimal(c->arena, amount, CENTS)), STR_ARG(tld->currency));
    int64_t cents;
    if (agreed == NULL)
        return unagreed(c, name, e);
    if (!str_is_null(agreed->currency) && !str_eq(agreed->currency, tld->currency))
        return sandbox_refuse(c, e, EPP_RANGE, "currency", agreed->currency, "it costs %.*s", STR_ARG(price));
    if (!epp_fee_total(&agreed->fees, &agreed->credits, CENTS, &cents) || cents != amount)
        return sandbox_refuse(c, e, EPP_RANGE, "fee", agreed->fees.n > 0 ? agreed->fees.v[0].amount : STR_NULL,
            "it costs %.*s", STR_ARG(price));
    return OK;
}

void sandbox_fee_tell(struct sandbox_call *c, struct str name, int64_t amount, const char *what)
{
    const struct epp_fee_version *v = epp_fee_used(&c->cmd->ext);
    if (v == NULL)
        return;
    struct epp_fee_charge *charge = ARENA_NEW(c->arena, struct epp_fee_charge);
    charge->currency = tld_of(c, name)->currency;
    charge->fees = amount_one(c->arena, amount, str_of(what));
    epp_fee_tell(c->arena, &c->rsp->ext, v, c->cmd->verb, charge);
}
