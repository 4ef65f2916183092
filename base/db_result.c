#include "base/db_conn.h"

/* ---- reading cells ---------------------------------------------------------------------------- */

static const struct db_val *cell_at(const struct db_result *r, size_t row, size_t col)
{
    INVARIANT(row < r->rows && col < r->cols);
    return &r->cells[row * r->cols + col];
}

int64_t db_int(const struct db_result *r, size_t row, size_t col)
{
    const struct db_val *v = cell_at(r, row, col);
    INVARIANT(v->type == DB_I64 || v->type == DB_NULL);
    return v->i;
}

struct str db_str(const struct db_result *r, size_t row, size_t col)
{
    const struct db_val *v = cell_at(r, row, col);
    INVARIANT(v->type != DB_I64);
    return v->s;
}

bool db_is_null(const struct db_result *r, size_t row, size_t col)
{
    return cell_at(r, row, col)->type == DB_NULL;
}

/* ---- fetching ---------------------------------------------------------------------------------
 * Integers land in `ints` with the row. Every other column is bound with no room at all: the fetch then
 * only tells its length, and the bytes are taken into an arena buffer of just that size. */

struct fetch {
    struct db *db;
    struct db_stmt *s;
    MYSQL_BIND bind[DB_COLS_MAX];
    int64_t ints[DB_COLS_MAX];
    unsigned long lengths[DB_COLS_MAX];
    my_bool nulls[DB_COLS_MAX];
    my_bool errors[DB_COLS_MAX];
    char nowhere[1];
};

static enum enum_field_types bind_type(enum db_col_kind kind)
{
    switch (kind) {
    case COL_INT:
    case COL_UINT:
        return MYSQL_TYPE_LONGLONG;
    case COL_BLOB:
        return MYSQL_TYPE_LONG_BLOB;
    case COL_DECIMAL:
    case COL_TEXT:
        break;
    }
    return MYSQL_TYPE_STRING;
}

/* The statement may be gone already, with a lost connection. */
static void fetch_end(struct fetch *f)
{
    f->db->busy = false;
    if (f->db->my != NULL && f->s->st != NULL)
        db_stmt_finish(f->s);
}

static enum status fetch_begin(struct fetch *f, struct db *db, struct db_stmt *s, struct error *e)
{
    *f = (struct fetch){.db = db, .s = s};
    if (s->cols == 0) {
        db_stmt_finish(s);
        return error_set(e, INTERNAL, "db-no-rows", "%s returns no rows: it belongs to db_exec", s->query->name);
    }
    for (unsigned i = 0; i < s->cols; i++) {
        MYSQL_BIND *b = &f->bind[i];
        bool number = s->col[i].kind == COL_INT || s->col[i].kind == COL_UINT;
        b->buffer_type = bind_type(s->col[i].kind);
        b->buffer = number ? (void *)&f->ints[i] : f->nowhere;
        b->buffer_length = number ? sizeof f->ints[i] : 0;
        b->is_unsigned = s->col[i].kind == COL_UINT ? 1 : 0;
        b->length = &f->lengths[i];
        b->is_null = &f->nulls[i];
        b->error = &f->errors[i];
    }
    if (!mysql_stmt_bind_result(s->st, f->bind))
        return OK;
    enum status status = db_failed(db, s->st, s->query->name, e);
    fetch_end(f);
    return status;
}

/* 1: a row; 0: no more; -1: e says why. */
static int fetch_next(struct fetch *f, struct error *e)
{
    int got = mysql_stmt_fetch(f->s->st);
    if (got == 0 || got == MYSQL_DATA_TRUNCATED)
        return 1;
    if (got == MYSQL_NO_DATA)
        return 0;
    f->db->busy = false;
    db_failed(f->db, f->s->st, f->s->query->name, e);
    return -1;
}

static enum status bytes_fetch(struct fetch *f, struct arena *a, unsigned i, struct str *s_r, struct error *e)
{
    unsigned long n = f->lengths[i];
    if (n > DB_VALUE_MAX)
        return error_set(e, INTERNAL, "value-too-large", "%s: column %s has %lu bytes; the most is %zu",
            f->s->query->name, f->s->col[i].name, n, DB_VALUE_MAX);
    char *p = arena_alloc(a, n + 1);
    *s_r = str_n(p, n);
    if (n == 0)
        return OK;
    unsigned long length = 0;
    my_bool null = 0, error = 0;
    MYSQL_BIND b = {.buffer_type = f->bind[i].buffer_type,
        .buffer = p,
        .buffer_length = n,
        .length = &length,
        .is_null = &null,
        .error = &error};
    if (mysql_stmt_fetch_column(f->s->st, &b, i, 0) != 0)
        return db_failed(f->db, f->s->st, f->s->query->name, e);
    INVARIANT(length == n);
    return OK;
}

static enum status range_failed(const struct fetch *f, unsigned i, struct error *e)
{
    return error_set(
        e, INTERNAL, "db-range", "%s: column %s does not fit 63 bits", f->s->query->name, f->s->col[i].name);
}

/* SUM() of integers comes as a decimal without places: it is an integer to us. */
static enum status cell_fetch(struct fetch *f, struct arena *a, unsigned i, struct db_val *v, struct error *e)
{
    *v = (struct db_val){.type = DB_NULL};
    if (f->nulls[i])
        return OK;
    enum db_col_kind kind = f->s->col[i].kind;
    if (kind == COL_INT || kind == COL_UINT) {
        *v = db_i(f->ints[i]);
        return kind == COL_UINT && v->i < 0 ? range_failed(f, i, e) : OK;
    }
    TRY(bytes_fetch(f, a, i, &v->s, e));
    if (kind == COL_DECIMAL) {
        v->type = DB_I64;
        return str_to_i64(v->s, INT64_MIN, INT64_MAX, &v->i) ? OK : range_failed(f, i, e);
    }
    v->type = kind == COL_BLOB ? DB_BLOB : DB_STR;
    return OK;
}

static enum status row_fetch(struct fetch *f, struct arena *a, struct db_val *cells, struct error *e)
{
    for (unsigned i = 0; i < f->s->cols; i++)
        TRY(cell_fetch(f, a, i, &cells[i], e));
    return OK;
}

/* ---- whole results ---------------------------------------------------------------------------- */

static enum status rows_fetch(struct fetch *f, struct arena *a, size_t max_rows, struct db_result *r, struct error *e)
{
    size_t room = 0;
    r->cols = f->s->cols;
    for (;;) {
        int got = fetch_next(f, e);
        if (got <= 0)
            return got < 0 ? e->status : OK;
        if (r->rows == max_rows)
            return error_set(e, INTERNAL, "too-many-rows", "%s: more than %zu rows", f->s->query->name, max_rows);
        if (r->rows == room) {
            struct db_val *old = r->cells;
            room = room == 0 ? 1 : room * 2;
            if (room > max_rows)
                room = max_rows;
            r->cells = ARENA_ARRAY(a, room * r->cols, struct db_val);
            if (r->rows > 0)
                memcpy(r->cells, old, r->rows * r->cols * sizeof *old);
        }
        TRY(row_fetch(f, a, &r->cells[r->rows * r->cols], e));
        r->rows++;
    }
}

enum status db_select(struct db *db, struct arena *a, const struct db_query *q, const struct db_val *args, size_t n,
    size_t max_rows, struct db_result *r_r, struct error *e)
{
    struct db_stmt *s;
    struct fetch f;
    *r_r = (struct db_result){0};
    TRY(db_stmt_run(db, q, args, n, &s, e));
    TRY(fetch_begin(&f, db, s, e));
    enum status status = rows_fetch(&f, a, max_rows, r_r, e);
    fetch_end(&f);
    if (status != OK)
        *r_r = (struct db_result){0};
    return status;
}

enum status db_select_one(struct db *db, struct arena *a, const struct db_query *q, const struct db_val *args, size_t n,
    struct db_result *r_r, struct error *e)
{
    TRY(db_select(db, a, q, args, n, 1, r_r, e));
    if (r_r->rows == 1)
        return OK;
    return error_set(e, NOT_FOUND, "not-found", "%s", "");
}

/* ---- row by row ------------------------------------------------------------------------------- */

enum status db_each(struct db *db, const struct db_query *q, const struct db_val *args, size_t n,
    enum status (*fn)(void *ctx, const struct db_val *cells, size_t cols, struct error *e), void *ctx, struct error *e)
{
    struct db_stmt *s;
    struct fetch f;
    struct db_val cells[DB_COLS_MAX];
    struct arena row;
    TRY(db_stmt_run(db, q, args, n, &s, e));
    TRY(fetch_begin(&f, db, s, e));
    arena_init(&row, 0);
    db->busy = true;
    enum status status = OK;
    while (status == OK) {
        int got = fetch_next(&f, e);
        if (got <= 0) {
            status = got < 0 ? e->status : OK;
            break;
        }
        status = row_fetch(&f, &row, cells, e);
        if (status == OK)
            status = fn(ctx, cells, s->cols, e);
        arena_reset(&row);
    }
    fetch_end(&f);
    arena_clear(&row);
    return status;
}
