#include "registrar/batch.h"

#include "base/conf.h"
#include "base/crypto.h"

const struct batch_op batch_ops[] = {
    {.word = "register",
        .kind = "register",
        .years = true,
        .contact = true,
        .token = true,
        .args_column = "ds",
        .idn = true,
        .costs = "create"},
    {.word = "renew", .kind = "renew", .years = true, .expiry = true, .costs = "renew"},
    {.word = "restore", .kind = "restore", .expiry = true, .token = true, .costs = "restore"},
    {.word = "transfer", .kind = "transfer", .secret = true, .token = true, .costs = "transfer"},
    {.word = "ns", .kind = "ns", .args_column = "ns", .args_default = "ours"},
    {.word = "ds", .kind = "ds", .args_column = "ds", .args_default = "none"},
    {.word = "contacts", .kind = "contacts", .contact = true},
    {.word = "lock", .kind = "lock", .args_column = "lock", .args_default = "transfer"},
    {.word = "unlock", .kind = "unlock", .args_column = "lock", .args_default = "transfer"},
    {.word = "authinfo", .kind = "authinfo", .secret = true},
    {.word = "delete", .kind = "delete", .expiry = true},
    {.word = "release", .kind = "release", .args_column = "tag"},
    {.word = "check"},
};
const size_t batch_ops_n = ARRAY_LEN(batch_ops);

const char *batch_result_word(enum batch_result r)
{
    static const char *const words[] = {"waiting", "refused", "open", "needs_person", "done", "failed"};
    INVARIANT((size_t)r < ARRAY_LEN(words));
    return words[r];
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

enum {
    COLUMN_NAME = 100,
    COLUMN_OP,
    COLUMN_YEARS,
    COLUMN_NS,
    COLUMN_DS,
    COLUMN_LOCK,
    COLUMN_AUTHINFO,
    COLUMN_TOKEN,
    COLUMN_TAG,
    COLUMN_IDN,
    COLUMN_NONE
};

static int column_of(struct str key)
{
    static const struct {
        const char *key;
        int column;
    } own[] = {{"name", COLUMN_NAME}, {"op", COLUMN_OP}, {"years", COLUMN_YEARS}, {"ns", COLUMN_NS}, {"ds", COLUMN_DS},
        {"lock", COLUMN_LOCK}, {"authinfo", COLUMN_AUTHINFO}, {"token", COLUMN_TOKEN}, {"tag", COLUMN_TAG},
        {"idn", COLUMN_IDN}};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (str_eqz(key, own[i].key))
            return own[i].column;
    for (size_t f = 0; f < contact_fields_n; f++)
        if (str_eqz(key, contact_fields[f].key) ||
            (str_eqz(key, "registrant") && strcmp(contact_fields[f].key, "name") == 0))
            return (int)f;
    return COLUMN_NONE;
}

static enum status header_read(const struct csv_row *h, int *columns, struct error *e)
{
    bool named = false;
    for (size_t i = 0; i < h->n; i++) {
        columns[i] = column_of(str_trim(h->field[i]));
        named = named || columns[i] == COLUMN_NAME;
        if (columns[i] == COLUMN_NONE)
            return error_set(e, INVALID, "csv-header",
                "line 1: unknown column '%.*s'; known are name (the domain), op, years, registrant, org, street, city,"
                " state, postal_code, country, phone, email, ns, ds, lock, authinfo, token, tag, idn",
                STR_ARG(str_trim(h->field[i])));
        for (size_t k = 0; k < i; k++)
            if (columns[k] == columns[i])
                return error_set(e, INVALID, "csv-header", "line 1: the column '%.*s' is there twice",
                    STR_ARG(str_trim(h->field[i])));
    }
    return named ? OK : error_set(e, INVALID, "csv-header", "line 1: there is no column 'name'");
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static enum status op_read(struct batch_row *row, struct str word, struct error *e)
{
    for (size_t i = 0; i < batch_ops_n; i++)
        if (str_eqz(word, batch_ops[i].word)) {
            row->op = &batch_ops[i];
            return OK;
        }
    struct buf known;
    buf_init(&known, 1024);
    for (size_t i = 0; i < batch_ops_n; i++)
        buf_printf(&known, "%s%s", i > 0 ? ", " : "", batch_ops[i].word);
    enum status s = error_set(
        e, INVALID, "op", "line %zu: op '%.*s' is none of %.*s", row->line, STR_ARG(word), STR_ARG(buf_view(&known)));
    buf_clear(&known);
    return s;
}

struct row_cells {
    struct str years, ns, ds, lock, authinfo, token, tag, idn;
};

/* The cell of a column that holds args, if it is the one that the op reads. */
static bool args_cell(const struct batch_op *op, const char *column)
{
    return op->args_column != NULL && strcmp(op->args_column, column) == 0;
}

static struct str args_of(const struct batch_op *op, const struct row_cells *c)
{
    if (op->args_column == NULL)
        return STR_NULL;
    struct str args = args_cell(op, "ns")    ? c->ns
                      : args_cell(op, "ds")  ? c->ds
                      : args_cell(op, "tag") ? c->tag
                                             : c->lock;
    return str_empty(args) ? str_of(op->args_default) : args;
}

static const char *unused_cell(const struct batch_op *op, const struct row_cells *c)
{
    return !args_cell(op, "ns") && !str_empty(c->ns)       ? "ns"
           : !args_cell(op, "ds") && !str_empty(c->ds)     ? "ds"
           : !args_cell(op, "lock") && !str_empty(c->lock) ? "lock"
           : !args_cell(op, "tag") && !str_empty(c->tag)   ? "tag"
           : !op->idn && !str_empty(c->idn)                ? "idn"
           : !op->secret && !str_empty(c->authinfo)        ? "authinfo"
           : !op->token && !str_empty(c->token)            ? "token"
           : !op->years && !str_empty(c->years)            ? "years"
                                                           : NULL;
}

/* Cells that mean nothing to the row's op are mistakes: somebody expects them to be heard. */
static enum status cells_use(struct batch *b, struct batch_row *row, const struct row_cells *c, struct error *e)
{
    const struct batch_op *op = row->op;
    const char *unused = unused_cell(op, c);
    if (unused != NULL)
        return error_set(e, INVALID, "csv-unused", "line %zu: %s says nothing to '%s': leave the cell empty", row->line,
            unused, op->word);
    int64_t years = b->years;
    if (!str_empty(c->years) && !str_to_i64(c->years, 1, 10, &years))
        return error_set(e, INVALID, "years", "line %zu: years '%.*s' is not 1 to 10", row->line, STR_ARG(c->years));
    row->years = op->years ? (int)years : 0;
    row->secret = str_empty(c->authinfo) ? STR_NULL : c->authinfo;
    row->token = str_empty(c->token) ? STR_NULL : c->token;
    row->args = args_of(op, c);
    if (!str_empty(c->idn))
        row->args = str_printf(b->c->arena, "%.*s; idn %.*s", STR_ARG(row->args), STR_ARG(c->idn));
    return OK;
}

static enum status row_read(
    struct batch *b, struct batch_row *row, const struct csv_row *f, const int *columns, struct error *e)
{
    struct row_cells c = {.years = STR("")};
    if (f->n != b->header.n)
        return error_set(
            e, INVALID, "csv-fields", "line %zu: %zu fields, the header has %zu", row->line, f->n, b->header.n);
    struct str *cells = ARENA_ARRAY(b->c->arena, f->n, struct str);
    row->cells = cells;
    for (size_t i = 0; i < f->n; i++) {
        struct str v = str_trim(f->field[i]);
        cells[i] = f->field[i];
        if (columns[i] < COLUMN_NAME)
            *contact_field_of(&row->contact, &contact_fields[columns[i]]) = v;
        else if (columns[i] == COLUMN_NAME)
            row->typed = v;
        else if (columns[i] == COLUMN_OP)
            TRY(op_read(row, v, e));
        else
            *(columns[i] == COLUMN_YEARS     ? &c.years
                : columns[i] == COLUMN_NS    ? &c.ns
                : columns[i] == COLUMN_DS    ? &c.ds
                : columns[i] == COLUMN_LOCK  ? &c.lock
                : columns[i] == COLUMN_TOKEN ? &c.token
                : columns[i] == COLUMN_TAG   ? &c.tag
                : columns[i] == COLUMN_IDN   ? &c.idn
                                             : &c.authinfo) = v;
    }
    return cells_use(b, row, &c, e);
}

static struct batch_row *row_add(struct batch *b, size_t *cap)
{
    if (b->n == *cap) {
        size_t more = *cap == 0 ? 1024 : *cap * 2;
        struct batch_row *rows = ARENA_ARRAY(b->c->arena, more, struct batch_row);
        if (b->n > 0)
            memcpy(rows, b->rows, b->n * sizeof(*rows));
        b->rows = rows;
        *cap = more;
    }
    return &b->rows[b->n++];
}

enum status batch_file_open(struct batch *b, struct str path, struct error *e)
{
    uint8_t digest[32];
    b->path = path;
    TRY(file_read(b->c->arena, str_dupz(b->c->arena, path), BATCH_BYTES_MAX, &b->text, e));
    crypto_sha256(b->text, digest);
    b->digest = hex_encode(b->c->arena, digest, sizeof(digest));
    return OK;
}

enum status batch_file_rows(struct batch *b, struct error *e)
{
    struct csv csv;
    struct csv_row *f = ARENA_NEW(b->c->arena, struct csv_row);
    int columns[CSV_FIELDS_MAX];
    size_t cap = 0;
    csv_begin(&csv, b->text);
    enum status s = csv_next(&csv, b->c->arena, &b->header, e);
    if (s == NOT_FOUND)
        return error_set(e, INVALID, "csv-empty", "the file is empty");
    TRY(s);
    TRY(header_read(&b->header, columns, e));
    while ((s = csv_next(&csv, b->c->arena, f, e)) == OK) {
        if (b->n == BATCH_ROWS_MAX)
            return error_set(e, INVALID, "csv-rows", "more than %d rows", BATCH_ROWS_MAX);
        struct batch_row *row = row_add(b, &cap);
        *row = (struct batch_row){.op = &batch_ops[0], .contact = b->base, .line = csv.line};
        TRY(row_read(b, row, f, columns, e));
    }
    return s == NOT_FOUND ? OK : s;
}

void batch_request(const struct batch_row *row, struct order_request *rq)
{
    *rq = (struct order_request){
        .kind = str_of(row->op->kind),
        .name = row->typed,
        .years = row->years,
        .contact = row->op->contact ? &row->contact : NULL,
        .args = row->args,
        .secret = row->secret,
        .token = row->token,
    };
}

/* ---- results ----------------------------------------------------------------------------------------------------- */

static void result_put(struct buf *out, const struct batch *b, const struct batch_row *row)
{
    for (size_t i = 0; i < b->header.n; i++) {
        int column = column_of(str_trim(b->header.field[i]));
        bool secret = (column == COLUMN_AUTHINFO || column == COLUMN_TOKEN) && !str_empty(str_trim(row->cells[i]));
        csv_put(out, secret ? STR("***") : row->cells[i], false);
    }
    csv_put(out, str_of(batch_result_word(row->result)), false);
    csv_put(out, row->code, false);
    csv_put(out, row->reason, false);
    csv_put(out, row->cltrid, false);
    csv_put(out, row->svtrid, true);
}

enum status batch_results_write(const struct batch *b, struct str path, struct error *e)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 30);
    for (size_t i = 0; i < b->header.n; i++)
        csv_put(&out, b->header.field[i], false);
    buf_puts(&out, "result,code,reason,cltrid,svtrid\n");
    for (size_t i = 0; i < b->n; i++)
        result_put(&out, b, &b->rows[i]);
    enum status s = buf_over(&out) ? error_set(e, INVALID, "result-too-large", "the result file is over 1 GiB")
                                   : file_write(str_dupz(b->c->arena, path), buf_view(&out), 0600, e);
    buf_clear(&out);
    return s;
}

/* ---- rows about one name ---------------------------------------------------------------------------------------- */

static int by_name_and_line(const void *x, const void *y)
{
    const struct batch_row *a = *(struct batch_row *const *)x, *b = *(struct batch_row *const *)y;
    int c = str_cmp(a->name, b->name);
    return c != 0 ? c : (a->line > b->line) - (a->line < b->line);
}

void batch_rows_chain(const struct batch *b, size_t *before)
{
    struct batch_row **sorted = ARENA_ARRAY(b->c->arena, b->n + 1, struct batch_row *);
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        before[i] = SIZE_MAX;
        if (b->rows[i].planned && b->rows[i].op->kind != NULL)
            sorted[n++] = &b->rows[i];
    }
    qsort(sorted, n, sizeof(*sorted), by_name_and_line);
    for (size_t i = 1; i < n; i++)
        if (str_eq(sorted[i]->name, sorted[i - 1]->name))
            before[sorted[i] - b->rows] = (size_t)(sorted[i - 1] - b->rows);
}
