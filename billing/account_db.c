#include "billing/account.h"
#include "billing/ledger.h"

DB_QUERY(
    q_account_insert, "INSERT INTO account (name, email, currency, ledger_account_id, created) VALUES (?, ?, ?, ?, ?)");
DB_QUERY(q_account_find, "SELECT id, name, email, currency, ledger_account_id, created FROM account WHERE name = ?");
DB_QUERY(q_account_find_id, "SELECT id, name, email, currency, ledger_account_id, created FROM account WHERE id = ?");
DB_QUERY(q_account_balance,
    "SELECT CAST(credits_posted - debits_posted AS SIGNED), debits_pending FROM ledger_balance WHERE account_id = ?");
DB_QUERY(q_account_statement,
    "SELECT created, kind, memo, CAST(signed AS SIGNED) FROM ("
    " (SELECT t.created, IF(t.kind = 'pending', 'held', t.kind) kind, t.memo, -t.amount signed, t.id"
    "  FROM ledger_transfer t LEFT JOIN ledger_hold h ON h.id = t.id WHERE t.debit_id = ?"
    "  AND (t.kind IN ('single', 'post') OR (t.kind = 'pending' AND h.resolved_by IS NULL))"
    "  ORDER BY t.created DESC LIMIT ?)"
    " UNION ALL"
    " (SELECT t.created, t.kind, t.memo, t.amount, t.id FROM ledger_transfer t WHERE t.credit_id = ?"
    "  AND t.kind IN ('single', 'post') ORDER BY t.created DESC LIMIT ?)) s ORDER BY created DESC, id LIMIT ?");

static enum status account_name_check(struct str name, struct error *e)
{
    bool good = name.n >= 2 && name.n <= ACCOUNT_NAME_MAX && name.p[0] >= 'a' && name.p[0] <= 'z';
    for (size_t i = 0; good && i < name.n; i++) {
        char c = name.p[i];
        good = (c >= 'a' && c <= 'z') || ascii_is_digit(c) || c == '.' || c == '_' || c == '-';
    }
    if (good)
        return OK;
    return error_set(e, INVALID, "account-name",
        "'%.*s' is not an account name: 2 to %d of a-z, 0-9, dot, hyphen and underscore, a letter first",
        (int)(name.n > 80 ? 80 : name.n), name.p != NULL ? name.p : "", ACCOUNT_NAME_MAX);
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return true;
    return false;
}

enum status account_create(struct db *db, struct arena *a, struct str name, struct str email, struct str currency,
    time_us now, struct account *acc_r, struct error *e)
{
    TRY(account_name_check(name, e));
    if (!money_currency_valid(currency))
        return error_set(e, INVALID, "currency", "'%.*s' is not a currency code such as EUR", STR_ARG(currency));
    if (email.n > 254 || has_control(email))
        return error_set(e, INVALID, "email", "an e-mail address has at most 254 bytes and no control characters");
    enum status there = account_find(db, a, name, acc_r, e);
    if (there == OK)
        return error_set(e, EXISTS, "account-exists", "there is already an account named '%.*s'", STR_ARG(name));
    if (there != NOT_FOUND)
        return there;
    int64_t ledger = 0;
    struct str code = str_printf(a, "customer:%.*s", STR_ARG(name));
    TRY(ledger_open(db, code, currency, false, &ledger, e));
    struct str mail = str_is_null(email) ? STR("") : email;
    enum status s = db_exec(
        db, &q_account_insert, DB_ARGS(db_s(name), db_s(mail), db_s(currency), db_i(ledger), db_i(now)), NULL, e);
    if (s == EXISTS)
        return error_set(e, EXISTS, "account-exists", "there is already an account named '%.*s'", STR_ARG(name));
    TRY(s);
    return account_find(db, a, name, acc_r, e);
}

static enum status account_read(const struct db_result *r, struct account *acc)
{
    struct str currency = db_str(r, 0, 3);
    *acc = (struct account){
        .id = db_int(r, 0, 0),
        .name = db_str(r, 0, 1),
        .email = db_str(r, 0, 2),
        .ledger_account_id = db_int(r, 0, 4),
        .created = db_int(r, 0, 5),
    };
    memcpy(acc->currency, currency.p, currency.n < 3 ? currency.n : 3);
    return OK;
}

enum status account_find(struct db *db, struct arena *a, struct str name, struct account *acc_r, struct error *e)
{
    struct db_result r;
    struct error ignored;
    enum status s = account_name_check(name, &ignored) == OK
                        ? db_select_one(db, a, &q_account_find, DB_ARGS(db_s(name)), &r, e)
                        : NOT_FOUND;
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-account", "there is no account named '%.*s'", STR_ARG(name));
    TRY(s);
    return account_read(&r, acc_r);
}

enum status account_find_id(struct db *db, struct arena *a, int64_t id, struct account *acc_r, struct error *e)
{
    struct db_result r;
    enum status s = db_select_one(db, a, &q_account_find_id, DB_ARGS(db_i(id)), &r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-account", "there is no account %lld", (long long)id);
    TRY(s);
    return account_read(&r, acc_r);
}

enum status account_deposit(struct db *db, const struct account *acc, struct str key, struct money m, struct str memo,
    time_us now, struct error *e)
{
    int64_t bank = 0;
    if (key.n == 0 || key.n > 128 || has_control(key))
        return error_set(e, INVALID, "deposit-key", "a deposit's key has 1 to 128 bytes, no control characters");
    TRY(ledger_open(db, STR("bank"), str_of(m.currency), true, &bank, e));
    struct transfer_id id = transfer_id_of("deposit:%lld:%.*s", (long long)acc->id, STR_ARG(key));
    return ledger_transfer(db, id, bank, acc->ledger_account_id, m, memo, now, e);
}

enum status account_balance(struct db *db, const struct account *acc, struct account_balance *b_r, struct error *e)
{
    struct arena a;
    struct db_result r;
    arena_init(&a, 1 << 20);
    enum status s = db_select_one(db, &a, &q_account_balance, DB_ARGS(db_i(acc->ledger_account_id)), &r, e);
    if (s == OK) {
        b_r->posted = db_int(&r, 0, 0);
        b_r->held = db_int(&r, 0, 1);
        b_r->available = b_r->posted - b_r->held;
    } else if (s == NOT_FOUND) {
        s = error_set(e, INTERNAL, "no-balance", "account %.*s has no balance row", STR_ARG(acc->name));
    }
    arena_clear(&a);
    return s;
}

enum status account_statement(struct db *db, struct arena *a, const struct account *acc, size_t limit,
    struct account_entry **list_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    if (limit > 500)
        limit = 500;
    struct db_val id = db_i(acc->ledger_account_id), most = db_i((int64_t)limit);
    TRY(db_select(db, a, &q_account_statement, DB_ARGS(id, most, id, most, most), limit, &r, e));
    struct account_entry *list = ARENA_ARRAY(a, r.rows, struct account_entry);
    for (size_t i = 0; i < r.rows; i++)
        list[i] = (struct account_entry){
            .created = db_int(&r, i, 0),
            .kind = db_str(&r, i, 1),
            .memo = db_str(&r, i, 2),
            .amount = db_int(&r, i, 3),
        };
    *list_r = list;
    *n_r = r.rows;
    return OK;
}
