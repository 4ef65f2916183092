/* fourways batch register FILE.csv
 *
 * The file has a header: a column `name`, optionally `years`, and any contact field. A contact field that has no
 * column comes from --contact or else from the account's latest contact. An empty cell is an empty field, never the
 * latest contact's: that is another one by the time an interrupted file is gone on with.
 *
 * Every row is an order under an idempotency key made of the digest of the file and the options, and the row's number: the
 * same file with other years or another contact is another batch. So there is nothing
 * to keep on the side: whoever is killed in the middle runs the same command again, rows that have an order get that
 * order back, and no row is done twice. The result file is written anew, whole, every second or so while rows end,
 * and moved into place.
 */
#include "base/crypto.h"
#include "registrar/cmd_order.h"
#include "registrar/csv.h"

#include <poll.h>
#include <unistd.h>

#define BATCH_BYTES_MAX ((size_t)256 << 20)
#define BATCH_ROWS_MAX 1000000
#define DATABASE_TRIES 20
#define DATABASE_PAUSE_MS 500
#define RESULT_EVERY_NS UINT64_C(1000000000)
#define RESULT_SHARE 20 /* at most one part in so many of the time goes into writing the result file */
#define BATCH_OPEN_MAX 256 /* orders of ours under way at once: later ones wait here, not in the workers' queue */

struct row {
    struct str name;
    int64_t years;
    struct contact contact;
    size_t line;
    int64_t order_id; /* 0: none yet */
    bool ended;
    const char *result; /* "done", "failed", "refused" */
    struct str code, text;
    time_us finished;
};

struct batch {
    struct cli *c;
    struct row *rows;
    size_t n, placed, ended, failed, repeated, first_open;
    int64_t max_price;
    struct str digest, result_path;
    uint64_t started_ns, shown_ns, write_ns; /* write_ns: when the result file is due again */
};

/* ---- reading -------------------------------------------------------------------------------------------------- */

enum { COLUMN_NAME = 100, COLUMN_YEARS, COLUMN_NONE };

static enum status header_read(const struct csv_row *h, int *columns, struct error *e)
{
    bool named = false;
    for (size_t i = 0; i < h->n; i++) {
        struct str key = str_trim(h->field[i]);
        columns[i] = COLUMN_NONE;
        if (str_eqz(key, "name"))
            columns[i] = COLUMN_NAME;
        else if (str_eqz(key, "years"))
            columns[i] = COLUMN_YEARS;
        for (size_t f = 0; f < contact_fields_n; f++)
            if (columns[i] == COLUMN_NONE &&
                (str_eqz(key, contact_fields[f].key) ||
                    (str_eqz(key, "registrant") && strcmp(contact_fields[f].key, "name") == 0)))
                columns[i] = (int)f;
        named = named || columns[i] == COLUMN_NAME;
        if (columns[i] == COLUMN_NONE)
            return error_set(e, INVALID, "csv-header",
                "line 1: unknown column '%.*s'; known are name (the domain), years, registrant, org, street, city,"
                " state, postal_code, country, phone, email",
                STR_ARG(key));
    }
    if (!named)
        return error_set(e, INVALID, "csv-header", "line 1: there is no column 'name'");
    return OK;
}

static enum status row_read(
    struct row *row, const struct csv_row *f, const int *columns, size_t columns_n, struct error *e)
{
    if (f->n != columns_n)
        return error_set(
            e, INVALID, "csv-fields", "line %zu: %zu fields, the header has %zu", row->line, f->n, columns_n);
    for (size_t i = 0; i < f->n; i++) {
        struct str v = str_trim(f->field[i]);
        if (columns[i] == COLUMN_NAME)
            row->name = v;
        else if (columns[i] == COLUMN_YEARS && !str_empty(v) && !str_to_i64(v, 1, 10, &row->years))
            return error_set(e, INVALID, "years", "line %zu: years '%.*s' is not 1 to 10", row->line, STR_ARG(v));
        else if (columns[i] < COLUMN_NAME)
            *contact_field_of(&row->contact, &contact_fields[columns[i]]) = v;
    }
    return OK;
}

static enum status rows_read(struct batch *b, struct str text, struct error *e)
{
    struct csv csv;
    struct csv_row *f = ARENA_NEW(b->c->arena, struct csv_row);
    int columns[CSV_FIELDS_MAX];
    struct contact base;
    int64_t years = 0;
    size_t cap = 0;
    TRY(cmd_contact(b->c, &base, e));
    TRY(cli_option_int(b->c, "years", 1, 10, 1, &years, e));
    csv_begin(&csv, text);
    enum status s = csv_next(&csv, b->c->arena, f, e);
    if (s == NOT_FOUND)
        return error_set(e, INVALID, "csv-empty", "the file is empty");
    TRY(s);
    TRY(header_read(f, columns, e));
    size_t columns_n = f->n;
    while ((s = csv_next(&csv, b->c->arena, f, e)) == OK) {
        if (b->n == BATCH_ROWS_MAX)
            return error_set(e, INVALID, "csv-rows", "more than %d rows", BATCH_ROWS_MAX);
        if (b->n == cap) {
            struct row *more = ARENA_ARRAY(b->c->arena, cap == 0 ? 1024 : cap * 2, struct row);
            if (cap > 0)
                memcpy(more, b->rows, cap * sizeof(*more));
            b->rows = more;
            cap = cap == 0 ? 1024 : cap * 2;
        }
        struct row *row = &b->rows[b->n++];
        *row = (struct row){.years = years, .contact = base, .line = csv.line};
        TRY(row_read(row, f, columns, columns_n, e));
    }
    return s == NOT_FOUND ? OK : s;
}

/* ---- doing ---------------------------------------------------------------------------------------------------- */

static void row_end(struct batch *b, struct row *row, const char *result, struct str code, struct str text)
{
    row->ended = true;
    row->result = result;
    row->code = str_dup(b->c->arena, code);
    row->text = str_dup(b->c->arena, text);
    b->ended++;
    b->failed += strcmp(result, "done") != 0;
}

/* Whoever went through the file before has left an order for the row, or has not. */
static enum status row_order(struct batch *b, struct arena *a, size_t i, struct order *o_r, struct error *e)
{
    struct row *row = &b->rows[i];
    bool repeated = false;
    struct order_request rq = {
        .kind = STR("register"),
        .name = row->name,
        .years = (int)row->years,
        .contact = &row->contact,
        .key = str_printf(a, "batch:%.*s:%zu", STR_ARG(b->digest), i + 1),
        .max_price = b->max_price,
    };
    enum status s = order_find_key(b->c->db, a, b->c->acc.id, rq.key, o_r, e);
    if (s == NOT_FOUND)
        s = order_place(&b->c->desk, b->c->db, a, &b->c->acc, &rq, clock_now(), o_r, &repeated, e);
    else
        repeated = s == OK;
    b->repeated += repeated;
    return s;
}

/* What is wrong with the row ends it; what is wrong with us (no database) stops the batch, to be run again. */
static enum status row_place(struct batch *b, size_t i, struct error *e)
{
    struct row *row = &b->rows[i];
    struct order o;
    struct arena a;
    struct error why;
    arena_init(&a, 0);
    enum status s = row_order(b, &a, i, &o, &why);
    for (int tries = 0; tries < DATABASE_TRIES && (s == UNAVAILABLE || s == UNCERTAIN); tries++) {
        poll(NULL, 0, DATABASE_PAUSE_MS); /* the database is away; nobody will tell us when it is back */
        s = row_order(b, &a, i, &o, &why);
    }
    if (s == OK) {
        row->order_id = o.id;
    } else if (s == UNAVAILABLE || s == UNCERTAIN || s == INTERNAL) {
        *e = why;
    } else {
        row_end(b, row, "refused", str_of(why.code), str_of(why.text));
        s = OK;
    }
    b->placed += s == OK;
    arena_clear(&a);
    return s;
}

static enum status row_look(struct batch *b, struct row *row, struct error *e)
{
    struct order o;
    struct arena a;
    arena_init(&a, 1 << 20);
    enum status s = order_find(b->c->db, &a, b->c->acc.id, row->order_id, &o, e);
    if (s == OK && order_ended(&o)) {
        row->finished = o.finished;
        row_end(b, row, str_eqz(o.state, "done") ? "done" : "failed", o.error_code, o.error_text);
    }
    arena_clear(&a);
    return s;
}

/* ---- telling -------------------------------------------------------------------------------------------------- */

static void progress(struct batch *b, bool last)
{
    uint64_t now = clock_monotonic_ns();
    if (!last && now - b->shown_ns < 200000000u)
        return;
    b->shown_ns = now;
    double took = (double)(now - b->started_ns) / 1e9, rate = took > 0 ? (double)b->ended / took : 0;
    char bar[31];
    size_t full = b->n > 0 ? b->ended * 30 / b->n : 30;
    for (size_t i = 0; i < 30; i++)
        bar[i] = i < full ? '#' : '.';
    bar[30] = '\0';
    double left = rate > 0 ? (double)(b->n - b->ended) / rate : 0;
    fprintf(stderr, "%s[%s] %zu/%zu  %zu failed  %.1f/s  %.0f s left%s", isatty(2) ? "\r" : "", bar, b->ended, b->n,
        b->failed, rate, left, isatty(2) && !last ? "" : "\n");
}

static enum status results_write(struct batch *b, struct error *e)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 30);
    buf_puts(&out, "row,name,result,code,text,order\n");
    for (size_t i = 0; i < b->n; i++) {
        struct row *r = &b->rows[i];
        char number[24], order[24];
        snprintf(number, sizeof(number), "%zu", i + 1);
        snprintf(order, sizeof(order), "%lld", (long long)r->order_id);
        csv_put(&out, str_of(number), false);
        csv_put(&out, r->name, false);
        csv_put(&out, str_of(r->ended ? r->result : r->order_id != 0 ? "open" : "waiting"), false);
        csv_put(&out, r->code, false);
        csv_put(&out, r->text, false);
        csv_put(&out, r->order_id != 0 ? str_of(order) : STR(""), true);
    }
    enum status s = buf_over(&out) ? error_set(e, INVALID, "result-too-large", "the result file is over 1 GiB")
                                   : file_write(str_dupz(b->c->arena, b->result_path), buf_view(&out), 0644, e);
    buf_clear(&out);
    return s;
}

/* What has ended so far, for whoever is interrupted or looks. */
static enum status results_keep(struct batch *b, struct error *e)
{
    uint64_t now = clock_monotonic_ns();
    if (now < b->write_ns)
        return OK;
    TRY(results_write(b, e));
    uint64_t took = clock_monotonic_ns() - now, pause = took * RESULT_SHARE;
    b->write_ns = now + (pause > RESULT_EVERY_NS ? pause : RESULT_EVERY_NS);
    return OK;
}

static enum status batch_run(struct batch *b, struct error *e)
{
    b->started_ns = clock_monotonic_ns();
    TRY(results_write(b, e)); /* that it can be written is better known before anything is ordered */
    while (b->ended < b->n) {
        size_t before = b->ended;
        while (b->placed < b->n && b->placed - b->ended < BATCH_OPEN_MAX) {
            TRY(row_place(b, b->placed, e));
            progress(b, false);
            TRY(results_keep(b, e));
        }
        while (b->first_open < b->placed && b->rows[b->first_open].ended)
            b->first_open++;
        for (size_t i = b->first_open; i < b->placed; i++)
            if (!b->rows[i].ended)
                TRY(row_look(b, &b->rows[i], e));
        progress(b, false);
        TRY(results_keep(b, e));
        if (b->ended == before)
            poll(NULL, 0, 20); /* other processes move the orders; their rows are all there is to look at */
    }
    progress(b, true);
    return OK;
}

/* Of what decides what is ordered: the file and the options that go into each row. */
static struct str batch_digest(struct cli *c, struct str text)
{
    struct buf b;
    uint8_t digest[32];
    buf_init(&b, BATCH_BYTES_MAX + 65536);
    buf_str(&b, text);
    for (size_t i = 0; i < c->options_n; i++)
        if (str_eqz(c->options[i].name, "years") || str_eqz(c->options[i].name, "contact"))
            buf_printf(&b, "\n%.*s=%.*s", STR_ARG(c->options[i].name), STR_ARG(c->options[i].value));
    crypto_sha256(buf_view(&b), digest);
    buf_clear(&b);
    return hex_encode(c->arena, digest, 16);
}

static enum status batch(struct batch *b, struct error *e)
{
    struct cli *c = b->c;
    struct str text;
    TRY(file_read(c->arena, str_dupz(c->arena, c->args[0]), BATCH_BYTES_MAX, &text, e));
    b->digest = batch_digest(c, text);
    b->result_path = cli_option(c, "result");
    if (str_is_null(b->result_path))
        b->result_path = str_printf(c->arena, "%.*s.result.csv", STR_ARG(c->args[0]));
    TRY(cmd_max_price(c, &b->max_price, e));
    TRY(rows_read(b, text, e));
    enum status s = batch_run(b, e), written = OK;
    struct error other;
    written = results_write(b, s == OK ? e : &other);
    return s == OK ? written : s;
}

CMD(batch_register)
{
    struct error e;
    struct batch b = {.c = c};
    if (batch(&b, &e) != OK)
        return cli_fail(c, &e);
    printf("%zu rows: %zu done, %zu failed, %zu had been ordered before; results in %.*s\n", b.n, b.n - b.failed,
        b.failed, b.repeated, STR_ARG(b.result_path));
    return b.failed > 0 ? 6 : 0;
}
