#include "registrar/batch.h"
#include "registrar/lookup.h"
#include "registrar/plan.h"

#define ASK_WAIT_MS 60000

static void row_refuse(struct batch *b, struct batch_row *row, struct str code, struct str reason)
{
    row->planned = false;
    row->result = ROW_REFUSED;
    row->code = str_dup(b->c->arena, code);
    row->reason = str_dup(b->c->arena, reason);
}

/* What is wrong with the row is the row's; what is wrong with us (no database) is everybody's. */
static enum status row_or_us(struct batch *b, struct batch_row *row, enum status s, struct error *e)
{
    if (s == OK || s == UNAVAILABLE || s == UNCERTAIN || s == INTERNAL)
        return s;
    row_refuse(b, row, str_of(e->code), str_of(e->text));
    error_clear(e);
    return OK;
}

/* ---- each row by itself --------------------------------------------------------------------------------------------- */

static enum status row_check(struct batch *b, struct arena *a, struct batch_row *row, struct error *e)
{
    struct order_request rq;
    struct order_checked c = {.claims = false};
    if (row->op->kind == NULL) {
        TRY(name_validate(a, &b->c->desk.tlds, row->typed, &c.name, e));
    } else {
        batch_request(row, &rq);
        TRY(order_check(&b->c->desk, a, &rq, &c, e));
    }
    row->name = str_dup(b->c->arena, c.name.name);
    return OK;
}

static enum status rows_check(struct batch *b, struct error *e)
{
    struct arena a;
    enum status s = OK;
    arena_init(&a, 0);
    for (size_t i = 0; i < b->n && s == OK; i++) {
        struct batch_row *row = &b->rows[i];
        arena_reset(&a);
        row->planned = true;
        row->name = STR("");
        s = row_or_us(b, row, row_check(b, &a, row, e), e);
    }
    arena_clear(&a);
    return s;
}

/* ---- prices --------------------------------------------------------------------------------------------------------- */

/* A file asks for a handful of prices, a hundred thousand times. */
#define PRICES_MAX 256
struct prices {
    struct {
        const struct tld_policy *tld;
        enum price_op op;
        int years;
        int64_t amount;
    } at[PRICES_MAX];
    size_t n;
};

static enum status price_of(
    struct batch *b, struct prices *p, const struct batch_row *row, int64_t *amount_r, struct error *e)
{
    const struct plan *plan = row->op->kind != NULL ? plan_find(str_of(row->op->kind)) : NULL;
    const struct tld_policy *tld = tld_of_name(&b->c->desk.tlds, row->name);
    int years = row->years > 0 ? row->years : 1;
    struct money m = {0};
    *amount_r = 0;
    if (plan == NULL || !plan->priced || tld == NULL)
        return OK;
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].tld == tld && p->at[i].op == plan->op && p->at[i].years == years) {
            *amount_r = p->at[i].amount;
            return OK;
        }
    TRY(price_quote(b->c->db, b->c->arena, tld->tld, plan->op, years, str_of(b->c->acc.currency), &m, e));
    *amount_r = m.amount;
    if (p->n < PRICES_MAX) {
        p->at[p->n].tld = tld;
        p->at[p->n].op = plan->op;
        p->at[p->n].years = years;
        p->at[p->n++].amount = m.amount;
    }
    return OK;
}

static enum status rows_price(struct batch *b, struct error *e)
{
    struct prices p = {.n = 0};
    for (size_t i = 0; i < b->n; i++) {
        struct batch_row *row = &b->rows[i];
        if (row->planned)
            TRY(row_or_us(b, row, price_of(b, &p, row, &row->price, e), e));
    }
    return OK;
}

/* ---- what we have --------------------------------------------------------------------------------------------------- */

static enum status domain_judge(
    const struct batch *b, struct batch_row *row, const struct batch_domain *d, struct error *e)
{
    const struct plan *plan = plan_find(str_of(row->op->kind));
    if (plan->claims && d->there)
        return error_set(
            e, EXISTS, "domain-taken", "%.*s is registered here already, or being registered", STR_ARG(row->name));
    if (plan->reclaims && d->former_account_id != b->c->acc.id)
        return error_set(e, DENIED, "not-restorable", "%.*s is no deleted domain of this account", STR_ARG(row->name));
    if (plan->owns && (!d->there || d->account_id != b->c->acc.id))
        return error_set(e, NOT_FOUND, "no-domain", "there is no domain %.*s in this account", STR_ARG(row->name));
    if (plan->owns && !d->active)
        return error_set(e, CONFLICT, "domain-not-active", "%.*s is still being registered", STR_ARG(row->name));
    row->expires = row->op->expiry ? d->expires : 0;
    return OK;
}

/* The planned rows that order something, in portions of one statement. */
typedef enum status portion_fn(
    struct batch *b, struct batch_row **rows, const struct batch_domain *d, size_t n, void *ctx, struct error *e);

static enum status portion_do(
    struct batch *b, struct batch_row **rows, size_t n, portion_fn *fn, void *ctx, struct error *e)
{
    struct str names[BATCH_MANY];
    struct batch_domain d[BATCH_MANY];
    struct arena a;
    if (n == 0)
        return OK;
    arena_init(&a, 0);
    for (size_t i = 0; i < n; i++)
        names[i] = rows[i]->name;
    enum status s = batch_domains(b->c->db, &a, names, n, d, e);
    if (s == OK)
        s = fn(b, rows, d, n, ctx, e);
    arena_clear(&a);
    return s;
}

static enum status portions(struct batch *b, portion_fn *fn, void *ctx, struct error *e)
{
    struct batch_row *rows[BATCH_MANY];
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (!b->rows[i].planned || b->rows[i].op->kind == NULL || b->rows[i].order_id != 0)
            continue;
        rows[n++] = &b->rows[i];
        if (n < BATCH_MANY)
            continue;
        TRY(portion_do(b, rows, n, fn, ctx, e));
        n = 0;
    }
    return portion_do(b, rows, n, fn, ctx, e);
}

static enum status portion_judge(struct batch *b, struct batch_row **rows, const struct batch_domain *d, size_t n,
    void *ctx FW_UNUSED, struct error *e)
{
    for (size_t i = 0; i < n; i++)
        TRY(row_or_us(b, rows[i], domain_judge(b, rows[i], &d[i], e), e));
    return OK;
}

static int by_name_and_line(const void *x, const void *y)
{
    const struct batch_row *a = *(struct batch_row *const *)x, *b = *(struct batch_row *const *)y;
    int c = str_cmp(a->name, b->name);
    return c != 0 ? c : (a->line > b->line) - (a->line < b->line);
}

/* A name can be had once. */
static void rows_once(struct batch *b)
{
    struct batch_row **claims = ARENA_ARRAY(b->c->arena, b->n, struct batch_row *);
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->rows[i].planned && b->rows[i].op->kind != NULL && plan_find(str_of(b->rows[i].op->kind))->claims)
            claims[n++] = &b->rows[i];
    qsort(claims, n, sizeof(*claims), by_name_and_line);
    for (size_t i = 1, first = 0; i < n; i++) {
        if (!str_eq(claims[first]->name, claims[i]->name)) {
            first = i;
            continue;
        }
        row_refuse(b, claims[i], STR("domain-taken"),
            str_printf(b->c->arena, "line %zu orders %.*s already", claims[first]->line, STR_ARG(claims[i]->name)));
    }
}

/* ---- what the registries have ----------------------------------------------------------------------------------------- */

/* Names that go into one question: of one registry, and where prices are asked for, about the same command and years, with
 * the same allocation token. */
struct asking {
    struct batch *b;
    struct str registry;
    const char *costs; /* NULL: whether they are free is all */
    int years;
    struct str token; /* STR_NULL: rows without one */
    struct batch_row *rows[LOOKUP_CHECKS_MAX];
    size_t n;
};

static void answer_take(struct batch *b, struct batch_row *row, const struct lookup_check *k)
{
    struct str why = str_empty(k->reason) ? STR("it is taken") : k->reason;
    if (row->op->kind == NULL) {
        row->result = ROW_DONE;
        row->code = k->available ? STR("available") : STR("not-available");
        row->reason = k->available ? STR("") : str_dup(b->c->arena, why);
    } else if (strcmp(row->op->kind, "register") == 0 && !k->available) {
        row_refuse(b, row, STR("not-available"),
            str_printf(b->c->arena, "%.*s cannot be registered: %.*s", STR_ARG(row->name), STR_ARG(why)));
    } else if (strcmp(row->op->kind, "transfer") == 0 && k->available) {
        row_refuse(b, row, STR("not-registered"),
            str_printf(b->c->arena, "%.*s is not registered: nothing to transfer", STR_ARG(row->name)));
    }
}

/* The registry's own price: shown, and held against ours as the order will do. */
static void fee_take(struct batch *b, struct batch_row *row, const struct lookup_check *k)
{
    struct money fee = {.amount = k->fee}, price = {.amount = row->price};
    row->premium = k->premium;
    if (!row->planned || k->currency.n != 3)
        return;
    row->fee = k->fee;
    memcpy(row->fee_currency, k->currency.p, 3);
    memcpy(fee.currency, row->fee_currency, sizeof(fee.currency));
    memcpy(price.currency, b->c->acc.currency, sizeof(price.currency));
    bool same = memcmp(fee.currency, price.currency, 3) == 0;
    if (row->price == 0 || !k->binding || (same && k->fee <= row->price))
        return;
    struct arena *a = b->c->arena;
    row_refuse(b, row, same ? STR("registry-price-above") : STR("registry-price-currency"),
        str_printf(a, "the registry asks %.*s for %.*s%s, and our price is %.*s", STR_ARG(money_text(a, fee)),
            STR_ARG(row->name), k->premium ? ", a premium name" : "", STR_ARG(money_text(a, price))));
}

static enum status ask_now(struct asking *q, struct error *e)
{
    struct str names[LOOKUP_CHECKS_MAX];
    struct lookup_check out[LOOKUP_CHECKS_MAX];
    struct batch *b = q->b;
    struct arena a;
    if (q->n == 0)
        return OK;
    arena_init(&a, 0);
    for (size_t i = 0; i < q->n; i++)
        names[i] = q->rows[i]->name;
    const struct lookup_price price = {q->costs, q->years, q->token};
    enum status s = q->costs == NULL
                        ? lookup_checks(&b->c->desk, b->c->db, &a, names, q->n, ASK_WAIT_MS, out, e)
                        : lookup_quotes(&b->c->desk, b->c->db, &a, names, q->n, &price, ASK_WAIT_MS, out, e);
    if (s == INVALID && !str_is_null(q->token)) { /* the registry takes no tokens, which is the rows' matter */
        for (size_t i = 0; i < q->n; i++)
            row_refuse(b, q->rows[i], str_of(e->code), str_of(e->text));
        error_clear(e);
        q->n = 0;
        s = OK;
    }
    for (size_t i = 0; i < q->n && s == OK; i++) {
        answer_take(b, q->rows[i], &out[i]);
        fee_take(b, q->rows[i], &out[i]);
    }
    q->n = 0;
    arena_clear(&a);
    return s;
}

static bool row_asks(const struct asking *q, const struct batch_row *row)
{
    const char *costs = row->op->costs;
    bool same = q->costs == NULL ? row->op->kind == NULL : costs != NULL && strcmp(costs, q->costs) == 0;
    return row->planned && str_is_null(row->token) && same && row->years == q->years &&
           str_eq(tld_of_name(&q->b->c->desk.tlds, row->name)->registry, q->registry);
}

static enum status rows_ask_so(struct asking *q, struct error *e)
{
    for (size_t i = 0; i < q->b->n; i++) {
        if (!row_asks(q, &q->b->rows[i]))
            continue;
        q->rows[q->n++] = &q->b->rows[i];
        if (q->n == LOOKUP_CHECKS_MAX)
            TRY(ask_now(q, e));
    }
    return ask_now(q, e);
}

/* ---- rows with a token: a question says one, and what it is told is for who has it ------------------------------------- */

static struct str registry_of(const struct batch *b, const struct batch_row *row)
{
    return tld_of_name(&b->c->desk.tlds, row->name)->registry;
}

static int by_token(const void *x, const void *y)
{
    const struct batch_row *a = *(struct batch_row *const *)x, *b = *(struct batch_row *const *)y;
    int c = str_cmp(a->token, b->token);
    if (c == 0)
        c = strcmp(a->op->costs, b->op->costs);
    return c != 0 ? c : (a->years > b->years) - (a->years < b->years);
}

static bool token_same(const struct asking *q, const struct batch_row *row)
{
    return str_eq(q->token, row->token) && strcmp(q->costs, row->op->costs) == 0 && q->years == row->years &&
           str_eq(q->registry, registry_of(q->b, row));
}

static enum status tokens_ask(struct batch *b, struct error *e)
{
    struct batch_row **rows = ARENA_ARRAY(b->c->arena, b->n, struct batch_row *);
    struct asking q = {.b = b};
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->rows[i].planned && !str_is_null(b->rows[i].token))
            rows[n++] = &b->rows[i];
    qsort(rows, n, sizeof(*rows), by_token);
    for (size_t i = 0; i < n; i++) {
        if (q.n == LOOKUP_CHECKS_MAX || (q.n > 0 && !token_same(&q, rows[i])))
            TRY(ask_now(&q, e));
        q.registry = registry_of(b, rows[i]);
        q.costs = rows[i]->op->costs;
        q.years = rows[i]->years;
        q.token = rows[i]->token;
        q.rows[q.n++] = rows[i];
    }
    return ask_now(&q, e);
}

#define YEARS_MOST 10

/* One registry after the other: a command names what is its own. */
static enum status rows_ask(struct batch *b, bool questions_only, struct error *e)
{
    static const char *const costs[] = {NULL, "create", "renew", "restore", "transfer"};
    const struct tld_table *t = &b->c->desk.tlds;
    for (size_t k = 0; k < t->n; k++) {
        struct asking q = {.b = b, .registry = t->items[k].registry};
        bool first = true;
        for (size_t j = 0; j < k; j++)
            first = first && !str_eq(t->items[j].registry, q.registry);
        for (size_t c = 0; first && c < (questions_only ? 1 : ARRAY_LEN(costs)); c++)
            for (q.years = 0; q.years <= YEARS_MOST; q.years++) {
                q.costs = costs[c];
                TRY(rows_ask_so(&q, e));
            }
    }
    return OK;
}

enum status batch_ask(struct batch *b, struct error *e)
{
    return rows_ask(b, true, e);
}

enum status batch_resolve(struct batch *b, struct error *e)
{
    TRY(rows_check(b, e));
    TRY(rows_price(b, e));
    TRY(portions(b, portion_judge, NULL, e));
    rows_once(b);
    TRY(rows_ask(b, false, e));
    return tokens_ask(b, e);
}

/* ---- whether it still holds --------------------------------------------------------------------------------------------- */

struct verifying {
    struct prices prices;
    size_t changed;
};

static enum status row_same(
    struct batch *b, struct verifying *v, const struct batch_row *row, const struct batch_domain *d, struct error *e)
{
    int64_t price = 0;
    struct arena *a = b->c->arena;
    TRY(price_of(b, &v->prices, row, &price, e));
    struct money then = {.amount = row->price}, now = {.amount = price};
    memcpy(then.currency, b->c->acc.currency, sizeof(then.currency));
    memcpy(now.currency, b->c->acc.currency, sizeof(now.currency));
    if (price != row->price)
        return error_set(e, CONFLICT, "plan-outdated",
            "line %zu: '%s' of %.*s cost %.*s when this was planned, and costs %.*s now", row->line, row->op->word,
            STR_ARG(row->name), STR_ARG(money_text(a, then)), STR_ARG(money_text(a, now)));
    if (row->op->expiry && d->expires != row->expires)
        return error_set(e, CONFLICT, "plan-outdated",
            "line %zu: %.*s was to expire %.*s when this was planned, and now is%s %.*s", row->line, STR_ARG(row->name),
            STR_ARG(time_text(a, row->expires)), d->there ? " to expire" : " gone",
            STR_ARG(d->there ? time_text(a, d->expires) : STR("")));
    return OK;
}

static enum status portion_same(
    struct batch *b, struct batch_row **rows, const struct batch_domain *d, size_t n, void *ctx, struct error *e)
{
    struct verifying *v = ctx;
    for (size_t i = 0; i < n; i++) {
        struct error why = {0};
        enum status s = row_same(b, v, rows[i], &d[i], &why);
        if (s == OK)
            continue;
        if (v->changed++ == 0)
            *e = why;
        if (s != CONFLICT && s != NOT_FOUND) {
            *e = why;
            return s;
        }
    }
    return OK;
}

enum status batch_verify(struct batch *b, struct error *e)
{
    struct verifying v = {.changed = 0};
    TRY(portions(b, portion_same, &v, e));
    if (v.changed == 0)
        return OK;
    struct error first = *e;
    return error_set(e, CONFLICT, "plan-outdated", "%zu row%s of the plan no longer hold%s. %s. Plan the file anew",
        v.changed, v.changed == 1 ? "" : "s", v.changed == 1 ? "s" : "", first.text);
}
