#include <mysqld_error.h>

#include "base/db_conn.h"

#define SCRIPT_MAX ((size_t)16 << 20)

/* Walks a script as the command line client does: comments, three kinds of quotes, DELIMITER lines. */
struct scan {
    struct str s;
    size_t at;
    int line;
    struct str delimiter;
};

static bool at_end(const struct scan *c)
{
    return c->at >= c->s.n;
}

static char peek(const struct scan *c, size_t ahead)
{
    return c->at + ahead < c->s.n ? c->s.p[c->at + ahead] : '\0';
}

static void step(struct scan *c, size_t n)
{
    for (; n > 0 && !at_end(c); n--)
        if (c->s.p[c->at++] == '\n')
            c->line++;
}

static bool is_blank(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

static bool at_delimiter(const struct scan *c)
{
    return c->s.n - c->at >= c->delimiter.n && memcmp(c->s.p + c->at, c->delimiter.p, c->delimiter.n) == 0;
}

/* "-- " needs the blank: 5--3 is arithmetic. */
static bool at_line_comment(const struct scan *c)
{
    if (peek(c, 0) == '#')
        return true;
    return peek(c, 0) == '-' && peek(c, 1) == '-' && (is_blank(peek(c, 2)) || c->at + 2 == c->s.n);
}

static bool at_block_comment(const struct scan *c)
{
    return peek(c, 0) == '/' && peek(c, 1) == '*';
}

static struct str rest_of_line(struct scan *c)
{
    size_t from = c->at;
    while (!at_end(c) && peek(c, 0) != '\n')
        c->at++;
    return str_n(c->s.p + from, c->at - from);
}

static enum status unterminated(int line, const char *what, struct error *e)
{
    return error_set(e, INVALID, "script-unterminated", "line %d: %s is never closed", line, what);
}

static enum status block_comment_skip(struct scan *c, struct error *e)
{
    int line = c->line;
    step(c, 2);
    while (!at_end(c) && !(peek(c, 0) == '*' && peek(c, 1) == '/'))
        step(c, 1);
    if (at_end(c))
        return unterminated(line, "a comment", e);
    step(c, 2);
    return OK;
}

/* A doubled quote reads as two quoted parts side by side, which ends at the same place. */
static enum status quote_skip(struct scan *c, struct error *e)
{
    int line = c->line;
    char quote = peek(c, 0);
    step(c, 1);
    while (!at_end(c) && peek(c, 0) != quote)
        step(c, peek(c, 0) == '\\' && quote != '`' ? 2 : 1);
    if (at_end(c))
        return unterminated(line, "a quote", e);
    step(c, 1);
    return OK;
}

/* To the next statement: over blanks and comments, obeying DELIMITER lines. */
static enum status lead_skip(struct scan *c, struct error *e)
{
    static const struct str word = STR("DELIMITER");
    while (!at_end(c)) {
        if (is_blank(peek(c, 0))) {
            step(c, 1);
        } else if (at_line_comment(c)) {
            rest_of_line(c);
        } else if (at_block_comment(c) && peek(c, 2) != '!') {
            TRY(block_comment_skip(c, e));
        } else if (c->s.n - c->at > word.n && str_ieq(str_n(c->s.p + c->at, word.n), word) &&
                   is_blank(peek(c, word.n))) {
            int line = c->line;
            step(c, word.n);
            c->delimiter = str_trim(rest_of_line(c));
            if (str_empty(c->delimiter))
                return error_set(e, INVALID, "script-delimiter", "line %d: DELIMITER without one", line);
        } else {
            return OK;
        }
    }
    return OK;
}

/* The text up to the delimiter, which is stepped over. */
static enum status statement_take(struct scan *c, struct str *sql_r, struct error *e)
{
    size_t from = c->at;
    while (!at_end(c) && !at_delimiter(c)) {
        char ch = peek(c, 0);
        if (ch == '\'' || ch == '"' || ch == '`')
            TRY(quote_skip(c, e));
        else if (at_line_comment(c))
            rest_of_line(c);
        else if (at_block_comment(c))
            TRY(block_comment_skip(c, e));
        else
            step(c, 1);
    }
    *sql_r = str_trim(str_n(c->s.p + from, c->at - from));
    step(c, at_end(c) ? 0 : c->delimiter.n);
    return OK;
}

static enum status statement_run(struct db *db, struct str sql, int line, struct error *e)
{
    char what[32];
    snprintf(what, sizeof what, "line %d", line);
    db->phase = PHASE_WRITE;
    if (mysql_real_query(db->my, sql.p, sql.n) != 0)
        return db_failed(db, NULL, what, e);
    do {
        MYSQL_RES *rows = mysql_store_result(db->my);
        if (rows != NULL)
            mysql_free_result(rows);
        else if (mysql_errno(db->my) != 0)
            return db_failed(db, NULL, what, e);
    } while (mysql_next_result(db->my) == 0);
    return mysql_errno(db->my) != 0 ? db_failed(db, NULL, what, e) : OK;
}

/* DDL that a killed program has run meets what it made. */
static bool is_done_already(MYSQL *my)
{
    static const unsigned codes[] = {ER_TABLE_EXISTS_ERROR, ER_DUP_FIELDNAME, ER_DUP_KEYNAME, ER_TRG_ALREADY_EXISTS,
        ER_SP_ALREADY_EXISTS, ER_CANT_DROP_FIELD_OR_KEY, ER_BAD_TABLE_ERROR, ER_TRG_DOES_NOT_EXIST};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (mysql_errno(my) == codes[i])
            return true;
    return false;
}

static enum status script_check(const struct db *db, struct str script, struct error *e)
{
    if (script.n > SCRIPT_MAX)
        return error_set(
            e, INVALID, "script-too-large", "a script of %zu bytes; the most is %zu", script.n, SCRIPT_MAX);
    if (db->in_tx)
        return error_set(e, INTERNAL, "db-nested", "a script inside a transaction would commit it");
    return OK;
}

/* The next statement that is not empty; sql_r is empty at the end. */
static enum status statement_next(struct scan *c, struct str *sql_r, int *line_r, struct error *e)
{
    for (*sql_r = STR(""); str_empty(*sql_r);) {
        TRY(lead_skip(c, e));
        *line_r = c->line;
        if (at_end(c))
            return OK;
        TRY(statement_take(c, sql_r, e));
    }
    return OK;
}

static struct scan scan_of(struct str script)
{
    return (struct scan){.s = script, .line = 1, .delimiter = STR(";")};
}

struct str db_script_part(struct str script, size_t n)
{
    struct scan c = scan_of(script);
    struct error e;
    for (; n > 0; n--) {
        struct str sql;
        int line;
        if (statement_next(&c, &sql, &line, &e) != OK || str_empty(sql))
            return STR_NULL;
    }
    return str_n(script.p, c.at);
}

static enum status statement_pass(
    struct db *db, const struct scan *c, struct str sql, int line, struct db_progress *p, struct error *e)
{
    if (statement_run(db, sql, line, e) != OK && !(p->unsure && db->my != NULL && is_done_already(db->my)))
        return e->status;
    error_clear(e);
    p->unsure = false;
    p->at++;
    return p->step == NULL ? OK : p->step(p->ctx, p->at, str_n(c->s.p, c->at), e);
}

/* Rows and the note of them stand or fall together. DDL ends the transaction by itself; then the note comes after. */
static enum status statement_step(
    struct db *db, const struct scan *c, struct str sql, int line, struct db_progress *p, struct error *e)
{
    TRY(db_ready(db, e));
    if (p->step == NULL)
        return statement_pass(db, c, sql, line, p, e);
    TRY(db_begin(db, e));
    enum status s = statement_pass(db, c, sql, line, p, e);
    if (s == OK)
        return db_commit(db, e);
    db_abort(db);
    return s;
}

enum status db_script_resume(struct db *db, struct str script, struct db_progress *p, struct error *e)
{
    struct scan c = scan_of(script);
    TRY(script_check(db, script, e));
    for (size_t seen = 0;; seen++) {
        struct str sql;
        int line;
        TRY(statement_next(&c, &sql, &line, e));
        if (str_empty(sql))
            return OK;
        if (seen >= p->at)
            TRY(statement_step(db, &c, sql, line, p, e));
    }
}

enum status db_run_script(struct db *db, struct str script, struct error *e)
{
    struct db_progress from_start = {0};
    return db_script_resume(db, script, &from_start, e);
}
