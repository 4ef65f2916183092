#include <errmsg.h>
#include <mysqld_error.h>

#include "base/db_conn.h"

#define SLOTS_FIRST 64

/* ---- the queries linked into the program ------------------------------------------------------ */

extern const struct db_query *const __start_fw_queries[] __attribute__((weak));
extern const struct db_query *const __stop_fw_queries[] __attribute__((weak));

const struct db_query *const *db_queries(size_t *n_r)
{
    *n_r = __start_fw_queries == NULL ? 0 : (size_t)(__stop_fw_queries - __start_fw_queries);
    return __start_fw_queries;
}

/* ---- the cache: open addressing by the query's address ------------------------------------------
 * The address finds the slot, the text decides: a query that is not static may be followed by another at the same
 * place, and must not run the first one's statement. */

static size_t slot_of(const struct db *db, const struct db_query *q)
{
    size_t h = ((uintptr_t)q >> 4) * (size_t)UINT64_C(0x9e3779b97f4a7c15) >> 16;
    size_t i = h & (db->slots_cap - 1);
    while (db->slots[i].query != NULL && db->slots[i].query != q)
        i = (i + 1) & (db->slots_cap - 1);
    return i;
}

static void slots_grow(struct db *db)
{
    struct db_stmt *old = db->slots;
    size_t old_cap = db->slots_cap;
    db->slots_cap = old_cap == 0 ? SLOTS_FIRST : old_cap * 2;
    db->slots = calloc(db->slots_cap, sizeof *db->slots);
    INVARIANT(db->slots != NULL);
    for (size_t i = 0; i < old_cap; i++)
        if (old[i].query != NULL)
            db->slots[slot_of(db, old[i].query)] = old[i];
    free(old);
}

static void stmt_drop(struct db_stmt *s)
{
    if (s->st != NULL)
        mysql_stmt_close(s->st);
    free(s->sql);
    free(s->col);
    *s = (struct db_stmt){.query = s->query};
}

static struct db_stmt *slot_take(struct db *db, const struct db_query *q)
{
    if (db->slots_used * 2 >= db->slots_cap)
        slots_grow(db);
    struct db_stmt *s = &db->slots[slot_of(db, q)];
    if (s->query == NULL) {
        s->query = q;
        db->slots_used++;
    }
    if (s->st != NULL && strcmp(s->sql, q->sql) != 0)
        stmt_drop(s);
    return s;
}

void db_stmt_clear(struct db *db)
{
    for (size_t i = 0; i < db->slots_cap; i++)
        if (db->slots[i].query != NULL)
            stmt_drop(&db->slots[i]);
}

/* ---- preparing -------------------------------------------------------------------------------- */

static enum db_col_kind col_kind(const MYSQL_FIELD *f)
{
    switch (f->type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
        return f->flags & UNSIGNED_FLAG ? COL_UINT : COL_INT;
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
        return f->decimals == 0 ? COL_DECIMAL : COL_TEXT;
    case MYSQL_TYPE_TINY_BLOB:
    case MYSQL_TYPE_MEDIUM_BLOB:
    case MYSQL_TYPE_LONG_BLOB:
    case MYSQL_TYPE_BLOB:
    case MYSQL_TYPE_VAR_STRING:
    case MYSQL_TYPE_STRING:
    case MYSQL_TYPE_VARCHAR:
        return f->charsetnr == 63 ? COL_BLOB : COL_TEXT; /* 63: the binary character set */
    default:
        return COL_TEXT;
    }
}

static void columns_read(struct db_stmt *s, MYSQL_RES *meta)
{
    s->cols = mysql_num_fields(meta);
    s->col = calloc(s->cols, sizeof *s->col);
    INVARIANT(s->col != NULL);
    for (unsigned i = 0; i < s->cols; i++) {
        const MYSQL_FIELD *f = mysql_fetch_field_direct(meta, i);
        s->col[i].kind = col_kind(f);
        snprintf(s->col[i].name, sizeof s->col[i].name, "%s", f->name != NULL ? f->name : "");
    }
}

static enum status stmt_prepare(struct db *db, struct db_stmt *s, struct error *e)
{
    const struct db_query *q = s->query;
    s->st = mysql_stmt_init(db->my);
    INVARIANT(s->st != NULL);
    if (mysql_stmt_prepare(s->st, q->sql, strlen(q->sql)) != 0) {
        db_failed(db, s->st, q->name, e);
        stmt_drop(s);
        return e->status;
    }
    s->sql = strdup(q->sql);
    INVARIANT(s->sql != NULL);
    if (mysql_stmt_param_count(s->st) > DB_PARAMS_MAX || mysql_stmt_field_count(s->st) > DB_COLS_MAX) {
        stmt_drop(s);
        return error_set(
            e, INTERNAL, "db-query", "%s: more than %d parameters or %d columns", q->name, DB_PARAMS_MAX, DB_COLS_MAX);
    }
    MYSQL_RES *meta = mysql_stmt_result_metadata(s->st);
    if (meta != NULL) {
        columns_read(s, meta);
        mysql_free_result(meta);
    }
    return OK;
}

static enum status stmt_get(struct db *db, const struct db_query *q, struct db_stmt **s_r, struct error *e)
{
    *s_r = slot_take(db, q);
    if ((*s_r)->st != NULL)
        return OK;
    return stmt_prepare(db, *s_r, e);
}

enum status db_prepare_check(struct db *db, const struct db_query *q, struct error *e)
{
    struct db_stmt *s;
    TRY(db_ready(db, e));
    return stmt_get(db, q, &s, e);
}

/* ---- running ---------------------------------------------------------------------------------- */

static enum status args_bind(struct db_stmt *s, const struct db_val *args, size_t n, MYSQL_BIND *bind, struct error *e)
{
    if (n != mysql_stmt_param_count(s->st))
        return error_set(e, INTERNAL, "db-args", "%s: %zu values for %lu parameters", s->query->name, n,
            mysql_stmt_param_count(s->st));
    for (size_t i = 0; i < n; i++) {
        const struct db_val *v = &args[i];
        MYSQL_BIND *b = &bind[i];
        *b = (MYSQL_BIND){0};
        if (v->s.n > DB_VALUE_MAX)
            return error_set(e, INVALID, "value-too-large", "%s: parameter %zu has %zu bytes; the most is %zu",
                s->query->name, i + 1, v->s.n, DB_VALUE_MAX);
        switch (v->type) {
        case DB_NULL:
            b->buffer_type = MYSQL_TYPE_NULL;
            break;
        case DB_I64:
            b->buffer_type = MYSQL_TYPE_LONGLONG;
            b->buffer = (void *)&v->i;
            break;
        case DB_STR:
        case DB_BLOB:
            b->buffer_type = v->type == DB_STR ? MYSQL_TYPE_STRING : MYSQL_TYPE_LONG_BLOB;
            b->buffer = (void *)(v->s.p != NULL ? v->s.p : "");
            b->buffer_length = v->s.n;
            break;
        }
    }
    return OK;
}

/* The same for many rows at once: a column's values, lengths and indicators each in one array. */
struct column {
    union {
        int64_t *numbers;
        const char **texts;
    } v;
    unsigned long *lengths;
    char *indicators;
};

static enum db_type column_type(const struct db_val *args, size_t n, size_t rows, size_t col)
{
    for (size_t i = 0; i < rows; i++)
        if (args[i * n + col].type != DB_NULL)
            return args[i * n + col].type;
    return DB_I64;
}

static void column_bind(struct arena *a, const struct db_val *args, size_t n, size_t rows, size_t col, MYSQL_BIND *b)
{
    enum db_type type = column_type(args, n, rows, col);
    struct column c = {.lengths = ARENA_ARRAY(a, rows, unsigned long), .indicators = ARENA_ARRAY(a, rows, char)};
    c.v.numbers = ARENA_ARRAY(a, rows, int64_t);
    for (size_t i = 0; i < rows; i++) {
        const struct db_val *v = &args[i * n + col];
        INVARIANT(v->type == DB_NULL || v->type == type);
        c.indicators[i] = v->type == DB_NULL ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
        c.lengths[i] = v->s.n;
        if (type == DB_I64)
            c.v.numbers[i] = v->i;
        else
            c.v.texts[i] = v->s.p != NULL ? v->s.p : "";
    }
    *b = (MYSQL_BIND){.buffer_type = type == DB_I64   ? MYSQL_TYPE_LONGLONG
                                     : type == DB_STR ? MYSQL_TYPE_STRING
                                                      : MYSQL_TYPE_LONG_BLOB,
        .buffer = c.v.numbers,
        .length = c.lengths};
    b->u.indicator = c.indicators;
}

static enum status rows_bind(struct db_stmt *s, struct arena *a, const struct db_val *args, size_t n, size_t rows,
    MYSQL_BIND *bind, struct error *e)
{
    unsigned count = (unsigned)rows;
    if (rows == 1)
        return args_bind(s, args, n, bind, e);
    for (size_t i = 0; i < rows; i++) /* for its checks */
        TRY(args_bind(s, args + i * n, n, bind, e));
    for (size_t col = 0; col < n; col++)
        column_bind(a, args, n, rows, col, &bind[col]);
    INVARIANT(mysql_stmt_attr_set(s->st, STMT_ATTR_ARRAY_SIZE, &count) == 0);
    return OK;
}

/* Whether running it may change data. Only such statements are uncertain when an answer is lost. */
static bool query_writes(const struct db_query *q)
{
    struct str sql = str_trim(str_of(q->sql));
    static const struct str reading[] = {STR("SELECT"), STR("WITH"), STR("SHOW"), STR("(")};
    for (size_t i = 0; i < ARRAY_LEN(reading); i++)
        if (sql.n >= reading[i].n && str_ieq(str_n(sql.p, reading[i].n), reading[i]))
            return false;
    return true;
}

/* *again_r as below. */
static enum status stmt_execute(
    struct db *db, struct db_stmt *s, size_t n, MYSQL_BIND *bind, bool *again_r, struct error *e)
{
    const struct db_query *q = s->query;
    db->phase = query_writes(q) ? PHASE_WRITE : PHASE_PLAIN;
    if ((n == 0 || mysql_stmt_bind_param(s->st, bind) == 0) && mysql_stmt_execute(s->st) == 0) {
        db->last_id = (int64_t)mysql_stmt_insert_id(s->st);
        return OK;
    }
    unsigned number = mysql_stmt_errno(s->st);
    bool stale = number == ER_NEED_REPREPARE || number == CR_NEW_STMT_METADATA;
    enum status status = db_failed(db, s->st, q->name, e);
    if (stale && db->my != NULL)
        stmt_drop(s);
    *again_r = number == CR_SERVER_GONE_ERROR || (number == CR_SERVER_LOST && db->phase == PHASE_PLAIN) || stale;
    return status;
}

/* One attempt. *again_r: nothing has been executed, and a new connection or preparation will help. */
static enum status stmt_try(struct db *db, const struct db_query *q, const struct db_val *args, size_t n, size_t rows,
    struct db_stmt **s_r, bool *again_r, struct error *e)
{
    struct db_stmt *s;
    MYSQL_BIND bind[DB_PARAMS_MAX];
    struct arena a;
    *again_r = false;
    TRY(db_ready(db, e));
    db->phase = PHASE_PLAIN;
    enum status status = stmt_get(db, q, &s, e);
    if (status != OK) {
        *again_r = db->my == NULL;
        return status;
    }
    arena_init(&a, 0);
    status = rows_bind(s, &a, args, n, rows, bind, e);
    if (status == OK)
        status = stmt_execute(db, s, n, bind, again_r, e);
    if (rows > 1 && s->st != NULL)
        INVARIANT(mysql_stmt_attr_set(s->st, STMT_ATTR_ARRAY_SIZE, &(unsigned){0}) == 0);
    arena_clear(&a);
    *s_r = s;
    return status;
}

static enum status stmt_run_rows(struct db *db, const struct db_query *q, const struct db_val *args, size_t n,
    size_t rows, struct db_stmt **s_r, struct error *e)
{
    bool again;
    enum status s = stmt_try(db, q, args, n, rows, s_r, &again, e);
    if (s == OK || !again || db->in_tx)
        return s;
    error_clear(e);
    return stmt_try(db, q, args, n, rows, s_r, &again, e);
}

enum status db_stmt_run(
    struct db *db, const struct db_query *q, const struct db_val *args, size_t n, struct db_stmt **s_r, struct error *e)
{
    return stmt_run_rows(db, q, args, n, 1, s_r, e);
}

void db_stmt_finish(struct db_stmt *s)
{
    mysql_stmt_free_result(s->st);
    while (mysql_stmt_more_results(s->st) && mysql_stmt_next_result(s->st) == 0)
        mysql_stmt_free_result(s->st);
}

enum status db_exec_rows(struct db *db, const struct db_query *q, const struct db_val *args, size_t n, size_t rows,
    int64_t *affected_r, struct error *e)
{
    struct db_stmt *s = NULL;
    if (affected_r != NULL)
        *affected_r = 0;
    TRY(stmt_run_rows(db, q, args, n, rows, &s, e));
    if (affected_r != NULL)
        *affected_r = (int64_t)mysql_stmt_affected_rows(s->st);
    bool answers = s->cols > 0;
    db_stmt_finish(s);
    if (answers)
        return error_set(e, INTERNAL, "db-rows", "%s returns rows: it belongs to db_select", q->name);
    return OK;
}

enum status db_exec(
    struct db *db, const struct db_query *q, const struct db_val *args, size_t n, int64_t *affected_r, struct error *e)
{
    return db_exec_rows(db, q, args, n, 1, affected_r, e);
}

int64_t db_last_id(struct db *db)
{
    return db->last_id;
}
