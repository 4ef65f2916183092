#include "registry/sandbox_balance.h"

static struct str money(struct arena *a, int64_t cents)
{
    return str_printf(a, "%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100));
}

enum status sandbox_balance_watch(struct sandbox *sb, struct db *db, struct arena *a, struct str registrar,
    int64_t amount, time_us at, struct error *e)
{
    int64_t threshold = sb->as.low_balance_cents, left;
    if (sb->as.low_balance == SB_LOW_NONE || amount <= 0)
        return OK;
    TRY(sandbox_balance(db, a, registrar, &left, e));
    if (left >= threshold || left + amount < threshold)
        return OK;
    const struct sandbox_message m = {.at = at,
        .text = str_printf(a, "low balance: %.*s is left, which is less than %.*s", STR_ARG(money(a, left)),
            STR_ARG(money(a, threshold))),
        .low = {.told = true, .balance = left, .threshold = threshold}};
    return sandbox_message_put(db, registrar, &m, e);
}

/* There is no credit behind the balance. */
static struct epp_low_balance verisign_data(struct sandbox_call *c, const struct sandbox_message *m)
{
    struct epp_low_balance out = {.registrar = c->who, .limit = STR("0.00")};
    out.threshold.type = STR("FIXED");
    out.threshold.value = money(c->arena, m->low.threshold);
    out.available = money(c->arena, m->low.balance);
    return out;
}

/* All zones have one account: it is told of the first. */
static struct epp_fred_low_credit fred_data(struct sandbox_call *c, const struct sandbox_message *m)
{
    struct str zone = c->tlds[0].name;
    return (struct epp_fred_low_credit){.zone = zone,
        .limit = {.zone = zone, .amount = money(c->arena, m->low.threshold)},
        .credit = {.zone = zone, .amount = money(c->arena, m->low.balance)}};
}

enum epp_data sandbox_balance_poll(struct sandbox_call *c, const struct sandbox_message *m, enum epp_object *object_r)
{
    enum sandbox_low_balance as = c->sb->as.low_balance;
    if (as == SB_LOW_VERISIGN && sandbox_services_have(c->session->services, STR(EPP_LOW_BALANCE_NS))) {
        c->rsp->u.low_balance = verisign_data(c, m);
        *object_r = EPP_LOW_BALANCE;
        return EPP_POLL_DATA;
    }
    if (as == SB_LOW_FRED) {
        c->rsp->u.fred_low_credit = fred_data(c, m);
        *object_r = EPP_FRED;
        return EPP_LOW_CREDIT_DATA;
    }
    *object_r = EPP_NO_OBJECT;
    return EPP_NO_DATA;
}
