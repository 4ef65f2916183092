#include "registry/price.h"

#include "epp/result.h"

/* The command whose price is asked for; NULL where it costs nothing. */
static const char *priced_command(const struct registry_request *r, int *years_r)
{
    *years_r = r->domain_create != NULL ? r->domain_create->years
               : r->renew != NULL       ? r->renew->years
               : r->transfer != NULL    ? r->transfer->years
                                        : 0;
    if (r->verb == REGISTRY_DOMAIN_CREATE)
        return "create";
    if (r->verb == REGISTRY_DOMAIN_RENEW)
        return "renew";
    if (r->verb == REGISTRY_DOMAIN_TRANSFER && r->transfer->op == REGISTRY_TRANSFER_REQUEST)
        return "transfer";
    return r->verb == REGISTRY_DOMAIN_RESTORE && r->restore->op == REGISTRY_RESTORE_REQUEST ? "restore" : NULL;
}

static bool same_fee(const struct registry_fee *a, const struct registry_fee *b)
{
    return a->amount == b->amount && str_eq(a->currency, b->currency);
}

static enum status price_within(
    const struct registry_request *r, struct str object, const struct registry_fee *fee, struct error *e)
{
    const struct registry_fee *most = &r->ceiling;
    if (str_empty(most->currency))
        return OK;
    if (!str_eq(fee->currency, most->currency))
        return error_set(e, DENIED, "registry-price-currency",
            "%.*s: the registry's price is in %.*s, what was agreed to in %.*s", STR_ARG(object),
            STR_ARG(fee->currency), STR_ARG(most->currency));
    if (fee->amount > most->amount)
        return error_set(e, DENIED, "registry-price-above",
            "%.*s: the registry asks for %lld %.*s, and no more than %lld was agreed to (minor units)", STR_ARG(object),
            (long long)fee->amount, STR_ARG(fee->currency), (long long)most->amount);
    return OK;
}

static enum status price_ask(const struct registry_work *w, const struct registry_request *r, struct str object,
    const struct journal_row *last, struct registry_fee *fee_r, struct transcript_row *asked, struct error *e)
{
    const struct registry_profile *p = w->registry->profile;
    struct registry_quote quote = {0};
    int years;
    const char *command = priced_command(r, &years);
    if (command == NULL || p->fee_need == PROFILE_FEE_NEVER)
        return OK;
    TRY(registry_domain_quote_row(w, object, command, years, &quote, asked, e));
    if (str_empty(quote.fee.currency) && p->fee_need == PROFILE_FEE_PREMIUM && !quote.premium)
        return OK;
    if (str_empty(quote.fee.currency))
        return error_set(e, DENIED, "registry-no-price", "%.*s: the registry gives no price: %.*s", STR_ARG(object),
            STR_ARG(quote.reason));
    TRY(price_within(r, object, &quote.fee, e));
    if (last->code == EPP_RANGE && same_fee(&last->fee, &quote.fee))
        return error_set(e, DENIED, "epp-2004", "%.*s: refused with 2004, and not for its price: %.*s", STR_ARG(object),
            STR_ARG(last->msg));
    *fee_r = quote.fee;
    return OK;
}

enum status price_agree(const struct registry_work *w, const struct registry_request *r, struct str object,
    const struct journal_row *last, struct registry_fee *fee_r, struct transcript_row *asked_r, struct error *e)
{
    *fee_r = (struct registry_fee){0};
    *asked_r = (struct transcript_row){0};
    enum status s = price_ask(w, r, object, last, fee_r, asked_r, e);
    if (s != OK)
        registry_question_keep(w, asked_r);
    return s;
}

bool price_moved(const struct registry_work *w, const struct registry_request *r, const struct journal_row *row)
{
    struct registry_quote quote = {0};
    struct error ignored = {0};
    int years;
    const char *command = priced_command(r, &years);
    if (row->code != EPP_RANGE || str_empty(row->fee.currency) || command == NULL)
        return false;
    enum status s = registry_domain_quote(w, row->object, command, years, &quote, &ignored);
    return s != OK || !same_fee(&quote.fee, &row->fee);
}
