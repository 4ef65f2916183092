/* fourways batch plan, fourways batch apply: what batch.h does, told to people and to machines. */
#include "registrar/batch.h"
#include "registrar/cmd_order.h"

#include "base/crypto.h"

#define WORST_ROWS 10
#define DEAREST_ROWS 5
#define PREMIUM_ROWS 10
#define FEE_CURRENCIES 8 /* of registries; what is in further ones is not summed up */
#define JOBS_MAX 16
#define JOBS_DEFAULT 4

static struct str money_of(const struct batch *b, int64_t amount)
{
    struct money m = {.amount = amount};
    memcpy(m.currency, b->c->acc.currency, sizeof(m.currency));
    return money_text(b->c->arena, m);
}

/* ---- plan ---------------------------------------------------------------------------------------------------------- */

struct totals {
    size_t possible, impossible;
    int64_t spend, available;
    struct {
        size_t rows;
        int64_t price;
    } op[32]; /* as batch_ops */
    struct {
        char currency[4];
        size_t rows;
        int64_t fee;
    } registry[FEE_CURRENCIES]; /* what the registries will charge, as far as they tell */
    size_t registry_n, premium;
    const struct batch_row *dearest[DEAREST_ROWS];
    size_t dearest_n;
};

/* Keeps the dearest, the dearest first. */
static void dearest_add(struct totals *t, const struct batch_row *row)
{
    size_t at = t->dearest_n;
    while (at > 0 && t->dearest[at - 1]->price < row->price)
        at--;
    if (row->price == 0 || at == DEAREST_ROWS)
        return;
    size_t behind = (t->dearest_n < DEAREST_ROWS ? t->dearest_n : DEAREST_ROWS - 1) - at;
    memmove(t->dearest + at + 1, t->dearest + at, behind * sizeof(t->dearest[0]));
    t->dearest[at] = row;
    t->dearest_n += t->dearest_n < DEAREST_ROWS;
}

static void fee_add(struct totals *t, const struct batch_row *row)
{
    size_t k = 0;
    if (row->fee_currency[0] == '\0')
        return;
    while (k < t->registry_n && strcmp(t->registry[k].currency, row->fee_currency) != 0)
        k++;
    if (k == FEE_CURRENCIES)
        return;
    memcpy(t->registry[k].currency, row->fee_currency, sizeof(row->fee_currency));
    t->registry[k].rows++;
    t->registry[k].fee += row->fee;
    t->registry_n += k == t->registry_n;
}

static struct str fee_of(const struct batch *b, int64_t amount, const char *currency)
{
    struct money m = {.amount = amount};
    memcpy(m.currency, currency, sizeof(m.currency));
    return money_text(b->c->arena, m);
}

static enum status totals_of(const struct batch *b, struct totals *t, struct error *e)
{
    struct account_balance balance = {0};
    INVARIANT(batch_ops_n <= ARRAY_LEN(t->op));
    for (size_t i = 0; i < b->n; i++) {
        const struct batch_row *row = &b->rows[i];
        t->premium += row->premium;
        if (!row->planned) {
            t->impossible++;
            continue;
        }
        t->possible++;
        t->spend += row->price;
        t->op[row->op - batch_ops].rows++;
        t->op[row->op - batch_ops].price += row->price;
        dearest_add(t, row);
        fee_add(t, row);
    }
    TRY(account_balance(b->c->db, &b->c->acc, &balance, e));
    t->available = balance.available;
    return OK;
}

static void row_json(struct json_writer *j, const struct batch *b, const struct batch_row *row)
{
    json_open_object(j, NULL);
    json_put_int(j, "line", (int64_t)row->line);
    json_put_str(j, "op", str_of(row->op->word));
    json_put_str(j, "name", row->typed);
    if (row->planned)
        json_put_str(j, "price", money_of(b, row->price));
    if (row->fee_currency[0] != '\0')
        json_put_str(j, "registry_fee", fee_of(b, row->fee, row->fee_currency));
    if (row->premium)
        json_put_bool(j, "premium", true);
    if (!row->planned) {
        json_put_str(j, "code", row->code);
        json_put_str(j, "reason", row->reason);
    }
    json_close_object(j);
}

static void worst_json(struct json_writer *j, const struct batch *b, const struct totals *t)
{
    json_open_array(j, "impossible_first");
    for (size_t i = 0, shown = 0; i < b->n && shown < WORST_ROWS; i++)
        if (!b->rows[i].planned) {
            row_json(j, b, &b->rows[i]);
            shown++;
        }
    json_close_array(j);
    json_open_array(j, "dearest");
    for (size_t i = 0; i < t->dearest_n; i++)
        row_json(j, b, t->dearest[i]);
    json_close_array(j);
}

static void fees_json(struct json_writer *j, const struct batch *b, const struct totals *t)
{
    json_open_array(j, "registry_fees");
    for (size_t k = 0; k < t->registry_n; k++)
        json_put_str(j, NULL, fee_of(b, t->registry[k].fee, t->registry[k].currency));
    json_close_array(j);
    json_put_int(j, "premium", (int64_t)t->premium);
    json_open_array(j, "premium_first");
    for (size_t i = 0, shown = 0; i < b->n && shown < PREMIUM_ROWS; i++)
        if (b->rows[i].premium) {
            row_json(j, b, &b->rows[i]);
            shown++;
        }
    json_close_array(j);
}

static void plan_json(const struct batch *b, const struct totals *t, struct str out)
{
    struct buf text;
    struct json_writer j;
    cli_json_begin(b->c, &j, &text);
    json_put_str(&j, "plan", out);
    json_put_str(&j, "id", b->id);
    json_put_int(&j, "rows", (int64_t)b->n);
    json_put_int(&j, "possible", (int64_t)t->possible);
    json_put_int(&j, "impossible", (int64_t)t->impossible);
    json_put_str(&j, "spend", money_of(b, t->spend));
    json_put_str(&j, "available", money_of(b, t->available));
    json_put_bool(&j, "enough", t->available >= t->spend);
    json_open_array(&j, "ops");
    for (size_t i = 0; i < batch_ops_n; i++) {
        if (t->op[i].rows == 0)
            continue;
        json_open_object(&j, NULL);
        json_put_str(&j, "op", str_of(batch_ops[i].word));
        json_put_int(&j, "rows", (int64_t)t->op[i].rows);
        json_put_str(&j, "price", money_of(b, t->op[i].price));
        json_close_object(&j);
    }
    json_close_array(&j);
    fees_json(&j, b, t);
    worst_json(&j, b, t);
    cli_json_end(&j);
}

static void worst_text(const struct batch *b, const struct totals *t)
{
    struct arena *a = b->c->arena;
    size_t shown = 0;
    for (size_t i = 0; i < b->n && shown < WORST_ROWS; i++) {
        const struct batch_row *row = &b->rows[i];
        if (row->planned)
            continue;
        if (shown++ == 0)
            printf("\ncannot be done:\n");
        printf("  line %-7zu %-8s %.*s: %.*s [%.*s]\n", row->line, row->op->word, STR_ARG(cli_text(a, row->typed)),
            STR_ARG(cli_text(a, row->reason)), STR_ARG(row->code));
    }
    if (t->impossible > shown)
        printf("  and %zu more, which the plan names\n", t->impossible - shown);
    for (size_t i = 0; i < t->dearest_n; i++)
        printf("%s  line %-7zu %-8s %-40.*s %.*s\n", i == 0 ? "\ndearest:\n" : "", t->dearest[i]->line,
            t->dearest[i]->op->word, STR_ARG(t->dearest[i]->name), STR_ARG(money_of(b, t->dearest[i]->price)));
}

/* Whether they can be done or not: such a name is seldom what was meant. */
static void premium_text(const struct batch *b)
{
    size_t shown = 0, n = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct batch_row *row = &b->rows[i];
        n += row->premium;
        if (!row->premium || shown == PREMIUM_ROWS)
            continue;
        printf("%s  line %-7zu %-8s %-40.*s %.*s\n",
            shown++ == 0 ? "\npremium names, with the registry's price:\n" : "", row->line, row->op->word,
            STR_ARG(row->name),
            STR_ARG(row->fee_currency[0] != '\0' ? fee_of(b, row->fee, row->fee_currency) : STR("not told")));
    }
    if (n > shown)
        printf("  and %zu more, which the plan names\n", n - shown);
}

static void plan_text(const struct batch *b, const struct totals *t, struct str out)
{
    printf("%.*s: %zu rows, %zu can be done, %zu cannot\n\n", STR_ARG(b->c->args[0]), b->n, t->possible, t->impossible);
    for (size_t i = 0; i < batch_ops_n; i++)
        if (t->op[i].rows > 0)
            printf("  %-10s %8zu  %20.*s\n", batch_ops[i].word, t->op[i].rows, STR_ARG(money_of(b, t->op[i].price)));
    printf("  %-10s %8zu  %20.*s\n", "together", t->possible, STR_ARG(money_of(b, t->spend)));
    for (size_t k = 0; k < t->registry_n; k++)
        printf("  the registries charge us %.*s for %zu of them\n",
            STR_ARG(fee_of(b, t->registry[k].fee, t->registry[k].currency)), t->registry[k].rows);
    printf("\navailable on account %.*s: %.*s%s\n", STR_ARG(b->c->acc.name), STR_ARG(money_of(b, t->available)),
        t->available >= t->spend ? "" : ", which is not enough");
    premium_text(b);
    worst_text(b, t);
    printf("\nNothing was ordered. To do it: fourways batch apply %.*s\n", STR_ARG(out));
}

static enum status plan(struct batch *b, struct totals *t, struct str out, struct error *e)
{
    struct cli *c = b->c;
    if (str_empty(out))
        return error_set(e, INVALID, "no-out", "say where the plan goes: -o PLAN");
    TRY(cmd_contact(c, &b->base, e));
    TRY(cli_option_int(c, "years", 1, 10, 1, &b->years, e));
    char *path = realpath(str_dupz(c->arena, c->args[0]), NULL); /* the plan is applied from anywhere */
    struct str given = path != NULL ? str_of(arena_strdup(c->arena, path)) : c->args[0];
    free(path);
    TRY(batch_file_open(b, given, e));
    TRY(batch_file_rows(b, e));
    TRY(batch_resolve(b, e));
    b->id = crypto_token(c->arena, 24);
    TRY(totals_of(b, t, e));
    return batch_plan_write(b, out, e);
}

CMD(batch_plan)
{
    struct error e = {0};
    struct batch b = {.c = c};
    struct totals t = {.possible = 0};
    struct str out = cli_option(c, "out");
    if (plan(&b, &t, out, &e) != OK)
        return cli_fail(c, &e);
    if (c->json)
        plan_json(&b, &t, out);
    else
        plan_text(&b, &t, out);
    return t.impossible > 0 ? 6 : 0;
}

/* ---- apply --------------------------------------------------------------------------------------------------------- */

static void apply_json(const struct batch_apply *ap)
{
    struct buf text;
    struct json_writer j;
    cli_json_begin(ap->b->c, &j, &text);
    json_put_int(&j, "rows", (int64_t)ap->b->n);
    for (size_t i = 0; i < ARRAY_LEN(ap->count); i++)
        json_put_int(&j, batch_result_word((enum batch_result)i), (int64_t)ap->count[i]);
    json_put_int(&j, "ordered_before", (int64_t)ap->before);
    json_put_str(&j, "spent", money_of(ap->b, ap->spent));
    json_put_bool(&j, "interrupted", ap->interrupted);
    json_put_bool(&j, "stuck", ap->stuck);
    json_put_str(&j, "result", ap->result_path);
    cli_json_end(&j);
}

static void persons_text(const struct batch *b)
{
    struct arena *a = b->c->arena;
    size_t shown = 0;
    for (size_t i = 0; i < b->n && shown < WORST_ROWS; i++) {
        const struct batch_row *row = &b->rows[i];
        if (row->result != ROW_PERSON)
            continue;
        if (shown++ == 0)
            printf("\nsomebody must look (fourways order show NUMBER):\n");
        printf("  line %-7zu %-8s %.*s: %.*s [%.*s]\n", row->line, row->op->word, STR_ARG(cli_text(a, row->name)),
            STR_ARG(cli_text(a, row->reason)), STR_ARG(row->code));
    }
}

static void apply_text(const struct batch_apply *ap)
{
    printf("%zu rows: %zu done, %zu failed, %zu refused", ap->b->n, ap->count[ROW_DONE], ap->count[ROW_FAILED],
        ap->count[ROW_REFUSED]);
    if (ap->count[ROW_OPEN] > 0)
        printf(", %zu under way", ap->count[ROW_OPEN]);
    if (ap->count[ROW_PERSON] > 0)
        printf(", %zu need a person", ap->count[ROW_PERSON]);
    if (ap->count[ROW_WAITING] > 0)
        printf(", %zu not begun", ap->count[ROW_WAITING]);
    if (ap->before > 0)
        printf("; %zu had been ordered before", ap->before);
    printf("\nspent %.*s; results in %.*s\n", STR_ARG(money_of(ap->b, ap->spent)), STR_ARG(ap->result_path));
    persons_text(ap->b);
    if (ap->stuck)
        printf("what is left waits for a person; when that is mended, run the same again\n");
    if (ap->interrupted)
        printf("interrupted: what is under way goes on by itself; run the same again for the rest\n");
}

static enum status apply(struct batch_apply *ap, struct error *e)
{
    struct batch *b = ap->b;
    struct cli *c = b->c;
    int64_t jobs = 0;
    struct str text = cli_option(c, "max-spend");
    struct money m = {.amount = INT64_MAX};
    TRY(cli_option_int(c, "jobs", 1, JOBS_MAX, JOBS_DEFAULT, &jobs, e));
    if (!str_is_null(text))
        TRY(money_parse(text, str_of(c->acc.currency), &m, e));
    ap->max_spend = m.amount;
    ap->jobs = (unsigned)jobs;
    ap->progress = !c->json;
    TRY(batch_plan_read(b, c->args[0], e));
    ap->result_path = cli_option(c, "result");
    if (str_is_null(ap->result_path))
        ap->result_path = str_printf(c->arena, "%.*s.result.csv", STR_ARG(c->args[0]));
    return batch_apply(ap, e);
}

CMD(batch_apply)
{
    struct error e = {0};
    struct batch b = {.c = c};
    struct batch_apply ap = {.b = &b};
    if (apply(&ap, &e) != OK)
        return cli_fail(c, &e);
    if (c->json)
        apply_json(&ap);
    else
        apply_text(&ap);
    return ap.count[ROW_DONE] == b.n ? 0 : 6;
}
