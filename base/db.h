/* The one door to MariaDB (libmariadb): prepared statements with typed parameters and columns.
 *
 * SQL text is a constant that stands in a *_db.c file; values only ever travel as parameters.
 * A query is described once (struct db_query, static) and prepared once per connection.
 *   DB_QUERY(order_find, "SELECT name, state, created FROM orders WHERE id = ?");
 *   …  db_select_one(db, a, &order_find, DB_ARGS(db_i(id)), &r, e)
 * Every such query registers itself in the linker section read by db_queries(): a test prepares each
 * one against the migrated schema.
 *
 * Errors: what the server says becomes a status. Duplicate key → EXISTS; SIGNAL SQLSTATE '45xxx' →
 * by its message "code: text" (see db_signal_status); lock wait/deadlock/1213 at statement → CONFLICT
 * ("db-retry": roll back, run the whole transaction again); lost connection before COMMIT was sent →
 * UNAVAILABLE; lost connection during COMMIT → UNCERTAIN, and so for a writing statement outside a
 * transaction, which is its own commit. A value that the schema refuses → INVALID "db-value"; a missing or
 * still needed row of a foreign key → CONFLICT "db-reference". The whole table stands in db.c.
 * A connection is used by one thread at a time and reconnects by itself when a statement starts outside a
 * transaction, unless it was opened `once`. Inside one, a lost connection or "db-retry" breaks the transaction: each later statement and
 * the commit fail the same way, so nothing can run outside it by mistake.
 *
 * Sessions are READ COMMITTED, utf8mb4, UTC, with a strict sql_mode; a lock is waited for a little shorter
 * than timeout_ms. Values are bounded by 64 MiB, a query by 512 parameters and 64 columns.
 *
 * Times are DATETIME(6)-free: every time is a BIGINT of microseconds (clock.h). Identifiers are BIGINT
 * UNSIGNED < 2^63 (passed as int64_t).
 */
#ifndef FW_BASE_DB_H
#define FW_BASE_DB_H

#include "base/error.h"
#include "base/str.h"

struct db;

struct db_settings {
    const char *socket; /* unix socket path; or NULL and host/port */
    const char *host;
    unsigned port;
    const char *user;
    const char *password;
    const char *database;
    int timeout_ms; /* connect/read/write; 0: 5000 */
    bool once; /* a lost connection is UNAVAILABLE "db-lost" and stays lost: who opened it wants to know */
};

struct db_query {
    const char *name;
    const char *sql;
};
#define DB_QUERY(var, text)                                                                                            \
    static const struct db_query var = {#var, text};                                                                   \
    static const struct db_query *const var##_reg __attribute__((used, section("fw_queries"))) = &var

enum db_type { DB_NULL, DB_I64, DB_STR, DB_BLOB };
struct db_val {
    enum db_type type;
    int64_t i;
    struct str s;
};
static inline struct db_val db_i(int64_t i)
{
    return (struct db_val){.type = DB_I64, .i = i};
}
/* STR_NULL is SQL NULL. Text columns are utf8mb4 / ascii; use db_b for VARBINARY and BLOB. */
static inline struct db_val db_s(struct str s)
{
    return (struct db_val){.type = s.p == NULL ? DB_NULL : DB_STR, .s = s};
}
static inline struct db_val db_b(struct str s)
{
    return (struct db_val){.type = s.p == NULL ? DB_NULL : DB_BLOB, .s = s};
}
static inline struct db_val db_null(void)
{
    return (struct db_val){.type = DB_NULL};
}
#define DB_ARGS(...)                                                                                                   \
    (const struct db_val[]){__VA_ARGS__}, sizeof((struct db_val[]){__VA_ARGS__}) / sizeof(struct db_val)
#define DB_NO_ARGS NULL, 0

/* A result, whole in the arena. Columns are read by index with a checked type: integers, and decimals without
 * places as SUM() gives them, are DB_I64; text is DB_STR; binary is DB_BLOB. Bytes are NUL-terminated
 * behind the end. Asking for the wrong type, row or column aborts. */
struct db_result {
    size_t rows, cols;
    struct db_val *cells; /* row-major */
};
int64_t db_int(const struct db_result *r, size_t row, size_t col); /* NULL reads as 0 */
struct str db_str(const struct db_result *r, size_t row, size_t col); /* NULL reads as STR_NULL */
bool db_is_null(const struct db_result *r, size_t row, size_t col);

/* The words a trigger may put in front of its message (SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'code: text'),
 * alone or followed by "-…": funds, conflict, invalid, exists, not-found, denied → that status. The word becomes
 * the error's code, the rest its text. Any other: INTERNAL. */
enum status db_signal_status(struct str code);

/* Connects; the settings are copied. */
enum status db_open(const struct db_settings *s, struct db **db_r, struct error *e) FW_MUST_CHECK;
void db_close(struct db **db);

/* Runs a query that returns rows. max_rows: more is INTERNAL "too-many-rows" (a limit, not a page). */
enum status db_select(struct db *db, struct arena *a, const struct db_query *q, const struct db_val *args, size_t n,
    size_t max_rows, struct db_result *r_r, struct error *e) FW_MUST_CHECK;
/* Row by row, for results that do not fit (the feed): fn returns OK to go on. Values live until it returns.
 * fn must not use db: its rows are still coming. */
enum status db_each(struct db *db, const struct db_query *q, const struct db_val *args, size_t n,
    enum status (*fn)(void *ctx, const struct db_val *cells, size_t cols, struct error *e), void *ctx,
    struct error *e) FW_MUST_CHECK;
/* Exactly one row or NOT_FOUND (without text: the caller says what was not found); more is INTERNAL
 * "too-many-rows". */
enum status db_select_one(struct db *db, struct arena *a, const struct db_query *q, const struct db_val *args, size_t n,
    struct db_result *r_r, struct error *e) FW_MUST_CHECK;
/* INSERT/UPDATE/DELETE. affected_r (rows matched, CLIENT_FOUND_ROWS) may be NULL. */
enum status db_exec(struct db *db, const struct db_query *q, const struct db_val *args, size_t n, int64_t *affected_r,
    struct error *e) FW_MUST_CHECK;
/* The same for several rows of n values each, one behind the other in args, by one round trip; rows > 0. A column holds
 * values of one type, or NULL. affected_r: of all together. If one row fails the call does, with some of the
 * others done: inside a transaction only, which is then to be aborted. */
enum status db_exec_rows(struct db *db, const struct db_query *q, const struct db_val *args, size_t n, size_t rows,
    int64_t *affected_r, struct error *e) FW_MUST_CHECK;
int64_t db_last_id(struct db *db); /* of a db_exec */

enum status db_begin(struct db *db, struct error *e) FW_MUST_CHECK; /* READ COMMITTED */
enum status db_commit(struct db *db, struct error *e) FW_MUST_CHECK; /* UNCERTAIN: look it up by id */
void db_abort(struct db *db); /* rollback; always succeeds */
bool db_in_transaction(const struct db *db);
/* Runs fn in a transaction; again (bounded, with jitter) when it ends in CONFLICT "db-retry".
 * fn must be safe to run again: it reads and writes only through db. */
enum status db_transaction(struct db *db, enum status (*fn)(struct db *db, void *ctx, struct error *e), void *ctx,
    struct error *e) FW_MUST_CHECK;

/* Free text, for the migration runner and tests only: statements with DELIMITER handling as the mysql
 * client's. */
enum status db_run_script(struct db *db, struct str script, struct error *e) FW_MUST_CHECK;
/* Applies sql/NNNN_*.sql files of dir that schema_migration does not list, in order, each once. A file of
 * which a program was killed in the middle is gone on with where it was left.
 * `reached_r`: the number of the newest. */
enum status db_migrate(struct db *db, const char *dir, int *reached_r, struct error *e) FW_MUST_CHECK;
/* All queries linked into this program; for the test that prepares each. */
const struct db_query *const *db_queries(size_t *n_r);
enum status db_prepare_check(struct db *db, const struct db_query *q, struct error *e) FW_MUST_CHECK;

#endif
