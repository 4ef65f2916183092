#include "registrar/cli.h"
#include "registrar/credential.h"

#include "billing/price.h"

CMD(account_create)
{
    struct error e;
    struct account acc;
    struct str currency = cli_option(c, "currency");
    if (account_create(c->db, c->arena, c->args[0], cli_option(c, "email"),
            str_is_null(currency) ? STR("EUR") : currency, clock_now(), &acc, &e) != OK)
        return cli_fail(c, &e);
    printf("account %.*s, %s\n", STR_ARG(acc.name), acc.currency);
    return 0;
}

static void show_balance(struct cli *c, const struct account_balance *b)
{
    struct money m = {0};
    memcpy(m.currency, c->acc.currency, sizeof(m.currency));
    m.amount = b->posted;
    printf("balance    %.*s\n", STR_ARG(money_text(c->arena, m)));
    m.amount = b->held;
    printf("held       %.*s\n", STR_ARG(money_text(c->arena, m)));
    m.amount = b->available;
    printf("available  %.*s\n", STR_ARG(money_text(c->arena, m)));
}

static enum status deposit(struct cli *c, struct error *e)
{
    struct money m;
    struct account_balance b;
    struct str key = cli_option(c, "key"), memo = cli_option(c, "memo");
    TRY(money_parse(c->args[0], str_of(c->acc.currency), &m, e));
    if (str_is_null(key))
        return error_set(e, INVALID, "deposit-key",
            "give --key with the payment's own reference, so that it is booked once however often this is run");
    TRY(account_deposit(c->db, &c->acc, key, m, str_is_null(memo) ? STR("deposit") : memo, clock_now(), e));
    TRY(account_balance(c->db, &c->acc, &b, e));
    show_balance(c, &b);
    return OK;
}

CMD(account_deposit)
{
    struct error e;
    return deposit(c, &e) == OK ? 0 : cli_fail(c, &e);
}

static void account_json(struct cli *c, const struct account_balance *b, const struct account_entry *list, size_t n)
{
    struct buf out;
    struct json_writer j;
    cli_json_begin(c, &j, &out);
    json_put_str(&j, "account", c->acc.name);
    json_put_str(&j, "currency", str_of(c->acc.currency));
    json_put_int(&j, "balance_minor", b->posted);
    json_put_int(&j, "held_minor", b->held);
    json_put_int(&j, "available_minor", b->available);
    json_open_array(&j, "statement");
    for (size_t i = 0; i < n; i++) {
        json_open_object(&j, NULL);
        json_put_str(&j, "time", time_text(c->arena, list[i].created));
        json_put_str(&j, "kind", list[i].kind);
        json_put_int(&j, "amount_minor", list[i].amount);
        json_put_str(&j, "memo", list[i].memo);
        json_close_object(&j);
    }
    json_close_array(&j);
    cli_json_end(&j);
}

CMD(account_show)
{
    struct error e;
    struct account_balance b;
    struct account_entry *list;
    size_t n = 0;
    if (account_balance(c->db, &c->acc, &b, &e) != OK ||
        account_statement(c->db, c->arena, &c->acc, 50, &list, &n, &e) != OK)
        return cli_fail(c, &e);
    if (c->json)
        return account_json(c, &b, list, n), 0;
    show_balance(c, &b);
    for (size_t i = 0; i < n; i++) {
        struct money m = {.amount = list[i].amount};
        memcpy(m.currency, c->acc.currency, sizeof(m.currency));
        printf("%.*s  %-8.*s %14.*s  %.*s\n", STR_ARG(time_text(c->arena, list[i].created)), STR_ARG(list[i].kind),
            STR_ARG(money_text(c->arena, m)), STR_ARG(cli_text(c->arena, list[i].memo)));
    }
    return 0;
}

static enum status login(struct cli *c, struct error *e)
{
    struct str password, path = cli_option(c, "password-file");
    if (str_is_null(path))
        return error_set(e, INVALID, "password-file",
            "give --password-file FILE (a password on the command line"
            " would be seen by everybody on this machine)");
    TRY(file_read(c->arena, str_dupz(c->arena, path), 1024, &password, e));
    return login_create(c->db, c->arena, c->args[0], c->acc.id, str_trim(password), clock_now(), e);
}

CMD(login_create)
{
    struct error e;
    if (login(c, &e) != OK)
        return cli_fail(c, &e);
    printf("login %.*s for account %.*s\n", STR_ARG(c->args[0]), STR_ARG(c->acc.name));
    return 0;
}

CMD(key_create)
{
    struct error e;
    struct secret_key k;
    struct str id, secret;
    if (secret_key_load(str_dupz(c->arena, c->conf.web_key_file), &k, &e) != OK ||
        api_key_create(c->db, c->arena, &k, c->acc.id, clock_now(), &id, &secret, &e) != OK)
        return cli_fail(c, &e);
    crypto_wipe(&k, sizeof(k));
    printf("API_KEY=%.*s\nAPI_SECRET=%.*s\n", STR_ARG(id), STR_ARG(secret));
    return 0;
}

CMD(key_revoke)
{
    struct error e;
    return api_key_revoke(c->db, c->args[0], clock_now(), &e) == OK ? 0 : cli_fail(c, &e);
}

static enum status price(struct cli *c, struct error *e)
{
    struct money m;
    for (int op = 0; op < PRICE_OP_COUNT; op++) {
        if (!str_eqz(c->args[1], price_op_word((enum price_op)op)))
            continue;
        if (tld_find(&c->desk.tlds, c->args[0]) == NULL)
            return error_set(e, INVALID, "tld", "no registry profile sells .%.*s", STR_ARG(c->args[0]));
        TRY(money_parse(c->args[2], c->args[3], &m, e));
        return price_set(c->db, c->args[0], (enum price_op)op, m, e);
    }
    return error_set(
        e, INVALID, "operation", "'%.*s' is not one of register, renew, restore, transfer", STR_ARG(c->args[1]));
}

CMD(price_set)
{
    struct error e;
    return price(c, &e) == OK ? 0 : cli_fail(c, &e);
}

static void prices_json(struct cli *c, const struct price *list, size_t n)
{
    struct buf out;
    struct json_writer j;
    cli_json_begin(c, &j, &out);
    json_open_array(&j, "prices");
    for (size_t i = 0; i < n; i++) {
        json_open_object(&j, NULL);
        json_put_str(&j, "tld", list[i].tld);
        json_put_str(&j, "operation", str_of(price_op_word(list[i].op)));
        json_put_int(&j, "amount_minor", list[i].year.amount);
        json_put_str(&j, "currency", str_of(list[i].year.currency));
        json_close_object(&j);
    }
    json_close_array(&j);
    cli_json_end(&j);
}

CMD(price_list)
{
    struct error e;
    struct price *list;
    size_t n = 0;
    if (price_list(c->db, c->arena, &list, &n, &e) != OK)
        return cli_fail(c, &e);
    if (c->json)
        return prices_json(c, list, n), 0;
    for (size_t i = 0; i < n; i++)
        printf("%-24.*s %-10s %14.*s\n", STR_ARG(list[i].tld), price_op_word(list[i].op),
            STR_ARG(money_text(c->arena, list[i].year)));
    return 0;
}

CMD(ledger_audit)
{
    struct error e;
    if (ledger_audit(c->db, &e) != OK)
        return cli_fail(c, &e);
    printf("the books balance\n");
    return 0;
}

CMD(migrate)
{
    struct error e;
    int reached = 0;
    if (db_migrate(c->db, str_dupz(c->arena, c->conf.migrations), &reached, &e) != OK)
        return cli_fail(c, &e);
    printf("schema at migration %04d\n", reached);
    return 0;
}
