#include "billing/ledger.h"

#include "base/crypto.h"

DB_QUERY(q_ledger_account_find, "SELECT id, may_overdraw FROM ledger_account WHERE code = ? AND currency = ?");
DB_QUERY(q_ledger_account_open, "INSERT INTO ledger_account (code, currency, may_overdraw) VALUES (?, ?, ?)");
DB_QUERY(q_transfer_insert,
    "INSERT INTO ledger_transfer (id, kind, pending_id, debit_id, credit_id, amount, currency, memo, created)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_transfer_find,
    "SELECT kind, pending_id, debit_id, credit_id, amount, currency FROM ledger_transfer WHERE id = ?");
DB_QUERY(q_hold_find,
    "SELECT h.amount, h.debit_id, h.credit_id, t.currency, r.kind FROM ledger_hold h"
    " JOIN ledger_transfer t ON t.id = h.id LEFT JOIN ledger_transfer r ON r.id = h.resolved_by WHERE h.id = ?");

/* Each audit query gives the rows that should not be. */
DB_QUERY(q_audit_sum,
    "SELECT CONCAT('currency ', a.currency, ': debits and credits differ') FROM ledger_balance b"
    " JOIN ledger_account a ON a.id = b.account_id GROUP BY a.currency"
    " HAVING SUM(b.debits_posted) <> SUM(b.credits_posted) OR SUM(b.debits_pending) <> SUM(b.credits_pending) LIMIT 1");
DB_QUERY(q_audit_balance,
    "SELECT CONCAT('account ', a.code, ': balance is not the sum of its transfers') FROM ledger_account a"
    " LEFT JOIN ledger_balance b ON b.account_id = a.id LEFT JOIN ("
    "  SELECT account_id, SUM(dp) dp, SUM(cp) cp FROM ("
    "   SELECT debit_id account_id, amount dp, 0 cp FROM ledger_transfer WHERE kind IN ('single', 'post')"
    "   UNION ALL SELECT credit_id, 0, amount FROM ledger_transfer WHERE kind IN ('single', 'post')) s"
    "  GROUP BY account_id) t ON t.account_id = a.id"
    " WHERE b.account_id IS NULL OR b.debits_posted <> COALESCE(t.dp, 0) OR b.credits_posted <> COALESCE(t.cp, 0)"
    " LIMIT 1");
DB_QUERY(q_audit_pending,
    "SELECT CONCAT('account ', a.code, ': held amounts are not the sum of its open holds') FROM ledger_account a"
    " JOIN ledger_balance b ON b.account_id = a.id LEFT JOIN ("
    "  SELECT account_id, SUM(d) d, SUM(c) c FROM ("
    "   SELECT debit_id account_id, amount d, 0 c FROM ledger_hold WHERE resolved_by IS NULL"
    "   UNION ALL SELECT credit_id, 0, amount FROM ledger_hold WHERE resolved_by IS NULL) s"
    "  GROUP BY account_id) t ON t.account_id = a.id"
    " WHERE b.debits_pending <> COALESCE(t.d, 0) OR b.credits_pending <> COALESCE(t.c, 0) LIMIT 1");
DB_QUERY(q_audit_hold,
    "SELECT CONCAT('hold ', HEX(p.id), ': its state does not agree with its transfers') FROM ledger_transfer p"
    " LEFT JOIN ledger_hold h ON h.id = p.id LEFT JOIN"
    " (SELECT pending_id, COUNT(*) n, MAX(id) id FROM ledger_transfer WHERE pending_id IS NOT NULL GROUP BY "
    "pending_id) r"
    " ON r.pending_id = p.id WHERE p.kind = 'pending' AND (h.id IS NULL OR COALESCE(r.n, 0) > 1"
    " OR NOT (h.resolved_by <=> r.id) OR h.amount <> p.amount OR h.debit_id <> p.debit_id"
    " OR h.credit_id <> p.credit_id) LIMIT 1");
DB_QUERY(q_audit_resolution,
    "SELECT CONCAT('transfer ', HEX(t.id), ': does not fit the hold it resolves') FROM ledger_transfer t"
    " LEFT JOIN ledger_transfer p ON p.id = t.pending_id AND p.kind = 'pending' WHERE t.kind IN ('post', 'void')"
    " AND (p.id IS NULL OR p.amount < t.amount OR p.debit_id <> t.debit_id OR p.credit_id <> t.credit_id"
    " OR p.currency <> t.currency) LIMIT 1");
DB_QUERY(q_audit_transfer,
    "SELECT CONCAT('transfer ', HEX(t.id), ': of no kind, no amount, or between accounts of other currencies')"
    " FROM ledger_transfer t LEFT JOIN ledger_account d ON d.id = t.debit_id AND d.currency = t.currency"
    " LEFT JOIN ledger_account c ON c.id = t.credit_id AND c.currency = t.currency"
    " WHERE d.id IS NULL OR c.id IS NULL OR t.amount <= 0 OR t.debit_id = t.credit_id"
    " OR t.kind NOT IN ('single', 'pending', 'post', 'void') LIMIT 1");
DB_QUERY(q_audit_stray,
    "SELECT CONCAT('hold ', HEX(h.id), ': there is no such pending transfer') FROM ledger_hold h"
    " LEFT JOIN ledger_transfer p ON p.id = h.id AND p.kind = 'pending' WHERE p.id IS NULL LIMIT 1");
DB_QUERY(q_audit_overdraft,
    "SELECT CONCAT('account ', a.code, ': overdrawn') FROM ledger_account a JOIN ledger_balance b"
    " ON b.account_id = a.id WHERE a.may_overdraw = 0 AND b.credits_posted - b.debits_posted - b.debits_pending < 0"
    " LIMIT 1");

struct transfer_id transfer_id_of(const char *fmt, ...)
{
    char name[256];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(name, sizeof(name), fmt, ap);
    va_end(ap);
    INVARIANT(n > 0 && (size_t)n < sizeof(name));
    uint8_t digest[32];
    crypto_sha256(str_n(name, (size_t)n), digest);
    struct transfer_id id;
    memcpy(id.b, digest, sizeof(id.b));
    return id;
}

static struct str id_str(const struct transfer_id *id)
{
    return str_n((const char *)id->b, sizeof(id->b));
}

static enum status ledger_code_check(struct str code, struct str currency, struct error *e)
{
    bool good = code.n >= 1 && code.n <= 96;
    for (size_t i = 0; good && i < code.n; i++)
        good = (code.p[i] >= 'a' && code.p[i] <= 'z') || ascii_is_digit(code.p[i]) ||
               (code.p[i] != '\0' && strchr(":._-", code.p[i]) != NULL);
    if (!good)
        return error_set(e, INVALID, "ledger-code", "a ledger account's code is 1 to 96 of a-z, 0-9 and : . _ -");
    if (!money_currency_valid(currency))
        return error_set(e, INVALID, "currency", "'%.*s' is not a currency code such as EUR", STR_ARG(currency));
    return OK;
}

enum status ledger_open(
    struct db *db, struct str code, struct str currency, bool may_overdraw, int64_t *id_r, struct error *e)
{
    struct arena a;
    struct db_result r;
    TRY(ledger_code_check(code, currency, e));
    arena_init(&a, 1 << 20);
    enum status s = db_select_one(db, &a, &q_ledger_account_find, DB_ARGS(db_s(code), db_s(currency)), &r, e);
    if (s == NOT_FOUND) {
        s = db_exec(db, &q_ledger_account_open, DB_ARGS(db_s(code), db_s(currency), db_i(may_overdraw)), NULL, e);
        if (s == OK || s == EXISTS)
            s = db_select_one(db, &a, &q_ledger_account_find, DB_ARGS(db_s(code), db_s(currency)), &r, e);
    }
    if (s == OK && (db_int(&r, 0, 1) != 0) != may_overdraw)
        s = error_set(e, CONFLICT, "ledger-account-differs", "the ledger account %.*s %.*s may%s be overdrawn",
            STR_ARG(code), STR_ARG(currency), may_overdraw ? " not" : "");
    if (s == OK)
        *id_r = db_int(&r, 0, 0);
    arena_clear(&a);
    return s;
}

struct transfer {
    struct transfer_id id;
    const char *kind;
    const struct transfer_id *pending; /* or NULL */
    int64_t debit, credit;
    struct money m;
};

/* The id stands already: the same transfer again is done, another one under its id is not. */
static enum status transfer_again(struct db *db, struct arena *a, const struct transfer *t, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_transfer_find, DB_ARGS(db_b(id_str(&t->id))), &r, e));
    struct str pending = t->pending != NULL ? id_str(t->pending) : STR_NULL;
    bool same = str_eqz(db_str(&r, 0, 0), t->kind) && str_is_null(pending) == db_is_null(&r, 0, 1) &&
                (str_is_null(pending) || str_eq(pending, db_str(&r, 0, 1))) && db_int(&r, 0, 2) == t->debit &&
                db_int(&r, 0, 3) == t->credit && db_int(&r, 0, 4) == t->m.amount &&
                str_eqz(db_str(&r, 0, 5), t->m.currency);
    if (!same)
        return error_set(e, CONFLICT, "transfer-differs", "a different transfer was already made under this key");
    error_clear(e);
    return OK;
}

static enum status transfer_insert(
    struct db *db, const struct transfer *t, struct str memo, time_us now, struct error *e)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct str pending = t->pending != NULL ? id_str(t->pending) : STR_NULL;
    enum status s = db_exec(db, &q_transfer_insert,
        DB_ARGS(db_b(id_str(&t->id)), db_s(str_of(t->kind)), db_b(pending), db_i(t->debit), db_i(t->credit),
            db_i(t->m.amount), db_s(str_of(t->m.currency)), db_s(memo), db_i(now)),
        NULL, e);
    /* A hold's second resolution meets the trigger before its own primary key can be looked at by us. */
    if (s == EXISTS || (s == CONFLICT && t->pending != NULL && strcmp(e->code, "db-retry") != 0)) {
        struct error first = *e;
        enum status again = transfer_again(db, &a, t, e);
        if (again == NOT_FOUND)
            *e = first;
        s = again == NOT_FOUND ? first.status : again;
    }
    arena_clear(&a);
    return s;
}

enum status ledger_transfer(struct db *db, struct transfer_id id, int64_t debit, int64_t credit, struct money m,
    struct str memo, time_us now, struct error *e)
{
    struct transfer t = {.id = id, .kind = "single", .debit = debit, .credit = credit, .m = m};
    return transfer_insert(db, &t, memo, now, e);
}

enum status hold_place(struct db *db, struct transfer_id id, int64_t debit, int64_t credit, struct money m,
    struct str memo, time_us now, struct error *e)
{
    struct transfer t = {.id = id, .kind = "pending", .debit = debit, .credit = credit, .m = m};
    return transfer_insert(db, &t, memo, now, e);
}

/* Both ways of ending a hold have an id of their own, so that a repetition is seen as such; that only one of
 * them can happen is the trigger's matter. */
static enum status hold_resolve(struct db *db, struct transfer_id hold, const char *kind, int64_t amount,
    struct str memo, time_us now, struct error *e)
{
    struct arena a;
    struct db_result r;
    arena_init(&a, 1 << 20);
    struct str hex = hex_encode(&a, hold.b, sizeof(hold.b));
    struct transfer t = {
        .id = transfer_id_of("hold:%.*s:%s", STR_ARG(hex), kind),
        .kind = kind,
        .pending = &hold,
    };
    enum status s = db_select_one(db, &a, &q_hold_find, DB_ARGS(db_b(id_str(&hold))), &r, e);
    if (s == NOT_FOUND)
        s = error_set(e, NOT_FOUND, "no-hold", "there is no hold %.*s", STR_ARG(hex));
    if (s == OK) {
        t.debit = db_int(&r, 0, 1);
        t.credit = db_int(&r, 0, 2);
        t.m.amount = amount == 0 ? db_int(&r, 0, 0) : amount;
        struct str currency = db_str(&r, 0, 3);
        memcpy(t.m.currency, currency.p, currency.n < 3 ? currency.n : 3);
        s = transfer_insert(db, &t, memo, now, e);
    }
    arena_clear(&a);
    return s;
}

enum status hold_post(
    struct db *db, struct transfer_id hold, int64_t amount, struct str memo, time_us now, struct error *e)
{
    return hold_resolve(db, hold, "post", amount, memo, now, e);
}

enum status hold_void(struct db *db, struct transfer_id hold, struct str memo, time_us now, struct error *e)
{
    return hold_resolve(db, hold, "void", 0, memo, now, e);
}

enum status hold_state(struct db *db, struct transfer_id hold, enum hold_state *state_r, struct error *e)
{
    struct arena a;
    struct db_result r;
    arena_init(&a, 1 << 20);
    enum status s = db_select_one(db, &a, &q_hold_find, DB_ARGS(db_b(id_str(&hold))), &r, e);
    if (s == NOT_FOUND)
        s = error_set(e, NOT_FOUND, "no-hold", "there is no such hold");
    if (s == OK)
        *state_r = db_is_null(&r, 0, 4) ? HOLD_OPEN : str_eqz(db_str(&r, 0, 4), "post") ? HOLD_POSTED : HOLD_VOIDED;
    arena_clear(&a);
    return s;
}

enum status ledger_audit(struct db *db, struct error *e)
{
    static const struct db_query *const audits[] = {&q_audit_sum, &q_audit_transfer, &q_audit_balance, &q_audit_pending,
        &q_audit_hold, &q_audit_resolution, &q_audit_stray, &q_audit_overdraft};
    struct arena a;
    enum status s = OK;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(audits); i++) {
        struct db_result r;
        s = db_select(db, &a, audits[i], DB_NO_ARGS, 1, &r, e);
        if (s == OK && r.rows > 0)
            s = error_set(e, INTERNAL, "ledger-audit", "%.*s", STR_ARG(db_str(&r, 0, 0)));
    }
    arena_clear(&a);
    return s;
}
