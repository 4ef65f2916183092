#include "registrar/order_row.h"
#include "registrar/plan.h"
#include "registrar/sealing.h"

#include "base/log.h"

DB_QUERY(q_key_find, "SELECT request_digest, order_id FROM idempotency WHERE account_id = ? AND key_digest = ?");
DB_QUERY(q_key_insert, "INSERT INTO idempotency (account_id, key_digest, request_digest, order_id, created)"
                       " VALUES (?, ?, ?, ?, ?)");
DB_QUERY(q_order_insert, "INSERT INTO orders (account_id, kind, name, years, contact_id, state, step, attempt, live,"
                         " next_run, price, currency, created, args, secret, cur_expires, batch, token)"
                         " VALUES (?, ?, ?, ?, ?, 'open', ?, 0, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_order_busy, "SELECT id, kind FROM orders WHERE name = ? AND account_id = ? AND live = 1 LIMIT 1");
DB_QUERY(q_order_hold, "UPDATE orders SET hold_id = ? WHERE id = ?");

/* A checked request, on its way into the database. */
struct placing {
    const struct plan *plan;
    const struct account *acc;
    const struct order_request *rq;
    struct arena *arena;
    struct valid_name name;
    struct contact contact;
    struct money price;
    struct str key_digest, request_digest;
    struct str args, sealed, token; /* both secrets sealed */
    time_us now;
    int64_t order_id;
};

static struct str digest_of(struct arena *a, struct str in)
{
    uint8_t d[32];
    crypto_sha256(in, d);
    return str_n(arena_copy(a, d, sizeof(d)), sizeof(d));
}

static void placing_digest(struct placing *p)
{
    struct buf b;
    buf_in(&b, p->arena, 32768);
    buf_printf(&b, "%s|%.*s|%d|%lld|", p->plan->kind, STR_ARG(p->name.name), p->rq->years, (long long)p->rq->max_price);
    for (size_t i = 0; p->plan->needs_contact && i < contact_fields_n; i++) {
        struct str v = *contact_field_of(&p->contact, &contact_fields[i]);
        buf_printf(&b, "%zu:", v.n);
        buf_str(&b, v);
    }
    if (!str_empty(p->args))
        buf_printf(&b, "|args:%.*s", STR_ARG(p->args));
    /* A digest of the secret would let who reads the database try out passwords. */
    if (!str_is_null(p->rq->secret))
        buf_puts(&b, "|secret");
    if (!str_is_null(p->rq->token))
        buf_puts(&b, "|token");
    INVARIANT(!buf_over(&b));
    p->request_digest = digest_of(p->arena, buf_view(&b));
    p->key_digest = digest_of(p->arena, p->rq->key);
}

static enum status placing_secret(const struct placing *p, struct error *e)
{
    struct str secret = p->rq->secret;
    if (str_is_null(secret))
        return !p->plan->needs_secret
                   ? OK
                   : error_set(e, INVALID, "authinfo-needed", "the domain's authorisation code (authInfo) is needed");
    if (!p->plan->takes_secret)
        return error_set(e, INVALID, "authinfo-unused", "this kind of order takes no authorisation code");
    if (secret.n < 1 || secret.n > SEALED_PLAIN_MAX || !str_utf8_valid(secret))
        return error_set(e, INVALID, "authinfo", "an authorisation code has 1 to %d bytes of text", SEALED_PLAIN_MAX);
    return OK;
}

static enum status placing_token(const struct placing *p, struct error *e)
{
    struct str token = p->rq->token;
    if (str_is_null(token))
        return OK;
    if (!p->plan->takes_token)
        return error_set(e, INVALID, "token-unused",
            "an order of kind %s takes no allocation token: those of kinds register, transfer and restore do (RFC "
            "8495)",
            p->plan->kind);
    if (token.n < 1 || token.n > SEALED_PLAIN_MAX || !str_utf8_valid(token))
        return error_set(e, INVALID, "token", "an allocation token has 1 to %d bytes of text", SEALED_PLAIN_MAX);
    return OK;
}

static enum status placing_name(const struct desk *d, struct placing *p, struct error *e)
{
    enum registry_transfer_op op;
    struct str registry;
    if (!p->plan->of_contact)
        return name_validate(p->arena, &d->tlds, p->rq->name, &p->name, e);
    TRY(contact_id_check(p->rq->name, e));
    p->name = (struct valid_name){.name = p->rq->name, .shown = p->rq->name};
    TRY(order_args_contact(p->args, &op, &registry, e));
    if (op == REGISTRY_TRANSFER_REQUEST && str_is_null(p->rq->secret))
        return error_set(e, INVALID, "authinfo-needed", "who asks for a contact must know its authInfo");
    for (size_t i = 0; i < d->tlds.n; i++)
        if (str_eq(d->tlds.items[i].registry, registry))
            return OK;
    return error_set(
        e, INVALID, "registry-unknown", "no registry that is configured here is called '%.*s'", STR_ARG(registry));
}

static enum status placing_check(const struct desk *d, struct placing *p, struct error *e)
{
    const struct order_request *rq = p->rq;
    p->plan = plan_find(rq->kind);
    if (p->plan == NULL)
        return error_set(e, INVALID, "kind", "'%.*s' is not a kind of order", STR_ARG(rq->kind));
    if (!str_is_null(rq->key) && (rq->key.n < 1 || rq->key.n > ORDER_KEY_MAX))
        return error_set(e, INVALID, "idempotency-key", "an idempotency key has 1 to %d bytes", ORDER_KEY_MAX);
    if (!p->plan->of_contact) /* whose args say where its name belongs */
        TRY(placing_name(d, p, e));
    if (p->plan->needs_years)
        TRY(tld_years_validate(p->name.tld, rq->years, e));
    TRY(order_args_check(p->plan->args, p->arena, rq->args, &p->args, e));
    if (p->plan->of_contact)
        TRY(placing_name(d, p, e));
    TRY(placing_secret(p, e));
    TRY(placing_token(p, e));
    if (rq->max_price < 0)
        return error_set(e, INVALID, "max-price", "the highest price is not negative: 0 takes the price list's");
    if (!p->plan->needs_contact)
        return OK;
    if (rq->contact == NULL)
        return error_set(e, INVALID, "contact-missing", "a registrant is needed to register a domain");
    p->contact = *rq->contact;
    const char **why = ARENA_ARRAY(p->arena, contact_fields_n, const char *);
    if (contact_check(p->arena, &p->contact, why))
        return OK;
    for (size_t i = 0; i < contact_fields_n; i++)
        if (why[i] != NULL)
            return error_set(
                e, INVALID, arena_printf(p->arena, "contact-%s", contact_fields[i].key), "registrant: %s", why[i]);
    return OK;
}

enum status order_check(
    const struct desk *d, struct arena *a, const struct order_request *rq, struct order_checked *c_r, struct error *e)
{
    struct placing p = {.rq = rq, .arena = a};
    TRY(placing_check(d, &p, e));
    *c_r = (struct order_checked){
        .name = p.name,
        .args = p.args,
        .priced = p.plan->priced,
        .claims = p.plan->claims,
        .owns = p.plan->owns,
        .op = p.plan->op,
    };
    return OK;
}

static enum status placing_price(struct db *db, struct placing *p, struct error *e)
{
    p->price = (struct money){0};
    memcpy(p->price.currency, p->acc->currency, 3);
    if (!p->plan->priced)
        return OK;
    int years = p->plan->needs_years ? p->rq->years : 1;
    TRY(price_quote(db, p->arena, p->name.tld->tld, p->plan->op, years, str_of(p->acc->currency), &p->price, e));
    if (p->rq->price != NULL && p->price.amount != *p->rq->price) {
        struct money then = p->price;
        then.amount = *p->rq->price;
        return error_set(e, CONFLICT, "price-changed", "the price was %.*s, and is %.*s by now",
            STR_ARG(money_text(p->arena, then)), STR_ARG(money_text(p->arena, p->price)));
    }
    if (p->rq->max_price > 0 && p->price.amount > p->rq->max_price) {
        struct money limit = p->price;
        limit.amount = p->rq->max_price;
        return error_set(e, INVALID, "price-above-limit", "the price is %.*s, above the limit given, %.*s",
            STR_ARG(money_text(p->arena, p->price)), STR_ARG(money_text(p->arena, limit)));
    }
    return OK;
}

/* The same key again: the order it made, if it was the same request. NOT_FOUND: a new key. */
static enum status key_look(struct db *db, struct placing *p, int64_t *order_r, struct error *e)
{
    struct db_result r;
    if (str_is_null(p->rq->key))
        return NOT_FOUND;
    TRY(db_select_one(db, p->arena, &q_key_find, DB_ARGS(db_i(p->acc->id), db_b(p->key_digest)), &r, e));
    if (!str_eq(db_str(&r, 0, 0), p->request_digest))
        return error_set(e, CONFLICT, "idempotency-key-reused",
            "this idempotency key was used for another request before, which made order %lld",
            (long long)db_int(&r, 0, 1));
    *order_r = db_int(&r, 0, 1);
    return OK;
}

enum status order_find_key(
    struct db *db, struct arena *a, int64_t account_id, struct str key, struct order *o_r, struct error *e)
{
    struct db_result r;
    enum status s = db_select_one(db, a, &q_key_find, DB_ARGS(db_i(account_id), db_b(digest_of(a, key))), &r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-order", "no order was made with this key");
    TRY(s);
    return order_find(db, a, account_id, db_int(&r, 0, 1), o_r, e);
}

static enum status placing_hold(struct db *db, struct placing *p, struct error *e)
{
    int64_t income = 0;
    struct arena *a = p->arena;
    if (p->price.amount == 0)
        return OK;
    struct str code = str_printf(a, "income:%s", price_op_word(p->plan->op));
    TRY(ledger_open(db, code, str_of(p->price.currency), true, &income, e));
    struct transfer_id id = transfer_id_of("order:%lld:hold", (long long)p->order_id);
    struct str memo = str_printf(a, "%s %.*s", p->plan->kind, STR_ARG(p->name.name));
    enum status s = hold_place(db, id, p->acc->ledger_account_id, income, p->price, memo, p->now, e);
    if (s == FUNDS) {
        struct account_balance b = {0};
        struct error other;
        struct money have = p->price;
        if (account_balance(db, p->acc, &b, &other) != OK)
            return FUNDS;
        have.amount = b.available;
        return error_set(e, FUNDS, "funds", "this costs %.*s, and %.*s is available on account %.*s",
            STR_ARG(money_text(a, p->price)), STR_ARG(money_text(a, have)), STR_ARG(p->acc->name));
    }
    TRY(s);
    struct str id_bytes = str_n((const char *)id.b, sizeof(id.b));
    return db_exec(db, &q_order_hold, DB_ARGS(db_b(id_bytes), db_i(p->order_id)), NULL, e);
}

/* One order at a time works on a domain: of two renewals counted from the same date, the registry would do one, and
 * the journal could take it for either. */
static enum status placing_owns(struct db *db, struct placing *p, struct error *e)
{
    struct domain d;
    struct db_result r;
    struct str name = p->name.name;
    TRY(domain_lock(db, p->arena, p->acc->id, name, &d, e));
    if (!str_eqz(d.state, "active"))
        return error_set(e, CONFLICT, "domain-not-active", "%.*s is still being registered", STR_ARG(name));
    if (p->rq->expires != 0 && p->rq->expires != d.expires)
        return error_set(e, CONFLICT, "expiry-changed", "%.*s was to expire %.*s, and by now does %.*s", STR_ARG(name),
            STR_ARG(time_text(p->arena, p->rq->expires)), STR_ARG(time_text(p->arena, d.expires)));
    enum status s = db_select_one(db, p->arena, &q_order_busy, DB_ARGS(db_s(name), db_i(p->acc->id)), &r, e);
    if (s == OK)
        return error_set(e, CONFLICT, "domain-busy", "order %lld (%.*s) for %.*s is under way; wait until it has ended",
            (long long)db_int(&r, 0, 0), STR_ARG(db_str(&r, 0, 1)), STR_ARG(name));
    return s == NOT_FOUND ? OK : s;
}

static enum status placing_write(struct db *db, void *ctx, struct error *e)
{
    struct placing *p = ctx;
    struct db_val contact = db_null();
    int years = p->plan->needs_years ? p->rq->years : 0;
    if (p->plan->owns)
        TRY(placing_owns(db, p, e));
    if (p->plan->needs_contact) {
        TRY(contact_store(db, p->arena, p->acc->id, &p->contact, p->now, e));
        contact = db_i(p->contact.id);
    }
    TRY(db_exec(db, &q_order_insert,
        DB_ARGS(db_i(p->acc->id), db_s(str_of(p->plan->kind)), db_s(p->name.name), db_i(years), contact,
            db_s(str_of(p->plan->steps[0].name)), db_i(p->now), db_i(p->price.amount), db_s(str_of(p->price.currency)),
            db_i(p->now), db_s(p->args), db_b(p->sealed), p->rq->expires != 0 ? db_i(p->rq->expires) : db_null(),
            db_i(p->rq->batch), db_b(p->token)),
        NULL, e));
    p->order_id = db_last_id(db);
    if (!str_is_null(p->rq->key))
        TRY(db_exec(db, &q_key_insert,
            DB_ARGS(db_i(p->acc->id), db_b(p->key_digest), db_b(p->request_digest), db_i(p->order_id), db_i(p->now)),
            NULL, e));
    if (p->plan->reclaims)
        TRY(domain_reclaim(db, p->name.name, p->acc->id, p->order_id, e));
    else if (p->plan->claims)
        TRY(domain_claim(db, p->name.name, p->acc->id, p->order_id, p->contact.id, e));
    return placing_hold(db, p, e);
}

/* Another request with the key may have come first, or an earlier try of this one whose end was not known: it has the key
 * (EXISTS), the domain is busy or gone with its order (CONFLICT, NOT_FOUND), or the price has changed since (CONFLICT).
 * After UNCERTAIN the connection broke during COMMIT. The key says whether the order is there. */
static bool order_may_be(enum status s)
{
    return s == EXISTS || s == CONFLICT || s == NOT_FOUND || s == UNCERTAIN;
}

/* Placing ended with s: the order that the key has made all the same, if it has. */
static enum status key_again(struct db *db, struct placing *p, enum status s, bool *repeated, struct error *e)
{
    if (s == OK || str_is_null(p->rq->key) || !order_may_be(s))
        return s;
    struct error first = *e;
    int64_t id = 0;
    enum status again = key_look(db, p, &id, e);
    if (again == NOT_FOUND) {
        *e = first;
        return s;
    }
    TRY(again);
    *repeated = s != UNCERTAIN;
    p->order_id = id;
    return OK;
}

static enum status placing_do(struct db *db, struct placing *p, struct error *e)
{
    TRY(placing_price(db, p, e));
    if (!str_is_null(p->rq->secret))
        TRY(sealing_seal(db, p->arena, SEALED_AUTHINFO, p->name.name, p->rq->secret, &p->sealed, e));
    if (!str_is_null(p->rq->token))
        TRY(sealing_seal(db, p->arena, SEALED_TOKEN, p->name.name, p->rq->token, &p->token, e));
    return db_transaction(db, placing_write, p, e);
}

static void placed_tell(const struct desk *d, const struct placing *p)
{
    log_event(LOG_INFO, "order", arena_printf(p->arena, "%lld %.*s", (long long)p->order_id, STR_ARG(p->name.name)),
        "placed kind=%s years=%d price=\"%.*s\" account=%.*s", p->plan->kind, p->rq->years,
        STR_ARG(money_text(p->arena, p->price)), STR_ARG(p->acc->name));
    if (!p->rq->batch)
        desk_wake(d);
}

enum status order_put(const struct desk *d, struct db *db, struct arena *a, const struct account *acc,
    const struct order_request *rq, time_us now, int64_t *id_r, bool *repeated_r, struct error *e)
{
    struct placing p = {.acc = acc, .rq = rq, .arena = a, .now = now};
    bool repeated = false;
    TRY(placing_check(d, &p, e));
    placing_digest(&p);
    enum status s = rq->fresh ? NOT_FOUND : key_look(db, &p, &p.order_id, e);
    repeated = s == OK;
    if (s == NOT_FOUND)
        s = key_again(db, &p, placing_do(db, &p, e), &repeated, e);
    TRY(s);
    if (!repeated)
        placed_tell(d, &p);
    *id_r = p.order_id;
    if (repeated_r != NULL)
        *repeated_r = repeated;
    return OK;
}

enum status order_place(const struct desk *d, struct db *db, struct arena *a, const struct account *acc,
    const struct order_request *rq, time_us now, struct order *o_r, bool *repeated_r, struct error *e)
{
    int64_t id = 0;
    TRY(order_put(d, db, a, acc, rq, now, &id, repeated_r, e));
    return order_find(db, a, acc->id, id, o_r, e);
}
