#include "registrar/csv.h"

#include "base/buf.h"

void csv_begin(struct csv *c, struct str text)
{
    static const struct str bom = {"\xef\xbb\xbf", 3};
    if (str_starts(text, bom))
        text = str_n(text.p + 3, text.n - 3);
    *c = (struct csv){.rest = text, .line = 0, .next_line = 1};
}

static char csv_peek(const struct csv *c)
{
    return c->rest.n > 0 ? c->rest.p[0] : '\0';
}

static char csv_take(struct csv *c)
{
    char ch = c->rest.p[0];
    c->rest = str_n(c->rest.p + 1, c->rest.n - 1);
    c->next_line += ch == '\n';
    return ch;
}

static enum status quoted(struct csv *c, struct buf *out, struct error *e)
{
    csv_take(c);
    for (;;) {
        if (c->rest.n == 0)
            return error_set(e, INVALID, "csv-quote", "line %zu: a quoted field has no end", c->line);
        char ch = csv_take(c);
        if (ch != '"')
            buf_putc(out, ch);
        else if (csv_peek(c) == '"')
            buf_putc(out, csv_take(c));
        else
            return OK;
    }
}

static bool at_end(const struct csv *c)
{
    char ch = csv_peek(c);
    return c->rest.n == 0 || ch == ',' || ch == '\n' || (ch == '\r' && c->rest.n > 1 && c->rest.p[1] == '\n');
}

static enum status csv_field(struct csv *c, struct arena *a, struct str *field_r, struct error *e)
{
    struct buf out;
    buf_in(&out, a, CSV_FIELD_BYTES_MAX);
    if (csv_peek(c) == '"') {
        TRY(quoted(c, &out, e));
        if (!at_end(c))
            return error_set(e, INVALID, "csv-quote", "line %zu: text behind a closing quote", c->line);
    }
    while (!at_end(c))
        buf_putc(&out, csv_take(c));
    if (buf_over(&out))
        return error_set(
            e, INVALID, "csv-field", "line %zu: a field is longer than %d bytes", c->line, CSV_FIELD_BYTES_MAX);
    *field_r = buf_view(&out);
    return OK;
}

enum status csv_next(struct csv *c, struct arena *a, struct csv_row *row_r, struct error *e)
{
    while (c->rest.n > 0 && (csv_peek(c) == '\n' || csv_peek(c) == '\r'))
        csv_take(c);
    if (c->rest.n == 0)
        return NOT_FOUND;
    c->line = c->next_line;
    row_r->n = 0;
    for (;;) {
        if (row_r->n == CSV_FIELDS_MAX)
            return error_set(e, INVALID, "csv-fields", "line %zu: more than %d fields", c->line, CSV_FIELDS_MAX);
        TRY(csv_field(c, a, &row_r->field[row_r->n++], e));
        if (c->rest.n == 0)
            return OK;
        char ch = csv_take(c);
        if (ch == '\r')
            ch = csv_take(c);
        if (ch == '\n')
            return OK;
    }
}

void csv_put(struct buf *out, struct str field, bool last)
{
    bool quote = false;
    for (size_t i = 0; i < field.n; i++)
        quote = quote || strchr("\",\r\n", field.p[i]) != NULL;
    if (quote)
        buf_putc(out, '"');
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] == '"')
            buf_putc(out, '"');
        buf_putc(out, field.p[i]);
    }
    if (quote)
        buf_putc(out, '"');
    buf_putc(out, last ? '\n' : ',');
}
