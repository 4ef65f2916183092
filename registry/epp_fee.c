/* Prices: asked for with a check, agreed to in the command, and read from the answer (epp/fee.h). */
#include "epp/fee.h"
#include "registry/epp_call.h"

/* Digits behind the point, ISO 4217; two for all others that registries take. */
static unsigned currency_digits(struct str currency)
{
    static const char *const none[] = {"JPY", "KRW", "CLP", "ISK", "VND", "XAF", "XOF", "XPF", "PYG", "UGX"};
    static const char *const three[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        if (str_eqz(currency, none[i]))
            return 0;
    for (size_t i = 0; i < ARRAY_LEN(three); i++)
        if (str_eqz(currency, three[i]))
            return 3;
    return 2;
}

static struct epp_period years_of(int years)
{
    return (struct epp_period){.n = (unsigned)years, .unit = years > 0 ? STR("y") : STR_NULL};
}

static void quote_take(const struct epp_fee_price *price, struct registry_quote *out)
{
    out->premium = epp_fee_premium(price) == EPP_YES;
    out->reason = price->reason.text;
    if (price->avail == EPP_NO || price->fees.n + price->credits.n == 0 || str_empty(price->currency))
        return;
    if (epp_fee_total(&price->fees, &price->credits, currency_digits(price->currency), &out->fee.amount))
        out->fee.currency = price->currency;
    else
        out->reason = STR("its price is no amount of that currency");
}

static enum status prices_ask(struct epp_adapter *x, struct registry_call *c, const struct epp_strs *names,
    const char *command, int years, struct epp_response *r, struct error *e)
{
    const struct registry_profile *p = x->config->profile;
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = epp_build_check(&b, EPP_DOMAIN, names->v, names->n);
    struct epp_fee_price question = {.command = str_of(command),
        .period = years_of(years),
        .currency = str_empty(p->fee_currency) ? STR_NULL : p->fee_currency};
    const struct epp_fee_prices questions = {&question, 1};
    if (p->fee == NULL)
        return error_set(e, INVALID, "fee-not-spoken", "the registry %s tells no prices", x->id);
    TRY(epp_fee_ask(c->arena, &cmd.ext, p->fee, names, &questions, e));
    return epp_call(x, c, &cmd, r, e);
}

static void quote_find(
    const struct epp_fee_prices *prices, struct str name, const char *command, struct registry_quote *out)
{
    const struct epp_fee_price *price = epp_fee_price(prices, name, command);
    *out = (struct registry_quote){0};
    if (price == NULL)
        out->reason = STR("the registry told no price");
    else
        quote_take(price, out);
}

static enum status domain_quote(void *ctx, struct registry_call *c, struct str name, const char *command, int years,
    struct registry_quote *out, struct error *e)
{
    struct epp_response r = {0};
    const struct epp_strs names = {&name, 1};
    *out = (struct registry_quote){0};
    TRY(prices_ask(ctx, c, &names, command, years, &r, e));
    const struct epp_fee_prices prices = epp_fee_prices(c->arena, &r.ext);
    quote_find(&prices, name, command, out);
    return OK;
}

static enum status domain_quotes(void *ctx, struct registry_call *c, const struct str *names, size_t n,
    const char *command, int years, struct registry_avail *avail, struct registry_quote *out, struct error *e)
{
    struct epp_response r = {0};
    struct str *asked = arena_copy(c->arena, names, n * sizeof(*names));
    const struct epp_strs list = {asked, n};
    TRY(prices_ask(ctx, c, &list, command, years, &r, e));
    TRY(epp_expect(c, &r, EPP_DOMAIN, EPP_CHK_DATA, e));
    TRY(epp_checked_take(ctx, &r, names, n, avail, e));
    const struct epp_fee_prices prices = epp_fee_prices(c->arena, &r.ext);
    for (size_t i = 0; i < n; i++)
        quote_find(&prices, names[i], command, &out[i]);
    return OK;
}

enum status epp_fee_put(
    const struct epp_adapter *x, const struct registry_call *c, struct epp_command *cmd, struct error *e)
{
    const struct epp_fee_version *v = x->config->profile->fee;
    if (str_empty(c->fee.currency))
        return OK;
    if (v == NULL)
        return error_set(e, INVALID, "fee-not-spoken", "the registry %s takes no fee with a command", x->id);
    struct epp_fee_amount *one = ARENA_NEW(c->arena, struct epp_fee_amount);
    one->amount = epp_fee_decimal(c->arena, c->fee.amount, currency_digits(c->fee.currency));
    struct epp_fee_charge *charge = ARENA_NEW(c->arena, struct epp_fee_charge);
    charge->currency = c->fee.currency;
    charge->fees = (struct epp_fee_amounts){one, 1};
    return epp_fee_agree(c->arena, &cmd->ext, v, cmd->verb, charge, e);
}

void epp_fee_take(struct registry_call *c, const struct epp_response *r)
{
    const struct epp_fee_charge *charge = epp_fee_charged(&r->ext);
    int64_t amount;
    if (charge == NULL || str_empty(charge->currency))
        return;
    if (epp_fee_total(&charge->fees, &charge->credits, currency_digits(charge->currency), &amount))
        c->answer.charged = (struct registry_fee){amount, charge->currency};
}

void epp_fee_verbs(struct registry_adapter *a)
{
    a->domain_quote = domain_quote;
    a->domain_quotes = domain_quotes;
}
