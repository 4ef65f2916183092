/* Inside of the database door: shared by db*.c and by nothing else.
 *
 * A connection owns its prepared statements; when it is lost they go with it, and the next statement
 * outside a transaction connects and prepares anew. Inside a transaction nothing reconnects: the
 * transaction is marked broken, every further statement of it fails the same way, and only
 * db_abort (or a failed db_commit) clears the mark. The same holds after a deadlock, when the server
 * has already rolled back and a further statement would run, and stay, on its own. */
#ifndef FW_BASE_DB_CONN_H
#define FW_BASE_DB_CONN_H

#include <mysql.h>

#include "base/db.h"

#define DB_VALUE_MAX ((size_t)64 << 20) /* bytes in one value, either way */
#define DB_PARAMS_MAX 512
#define DB_COLS_MAX 64
#define DB_MIGRATE_TIMEOUT_MS (3600 * 1000) /* a migration may rebuild a large table */

enum db_col_kind { COL_INT, COL_UINT, COL_DECIMAL, COL_TEXT, COL_BLOB };

struct db_stmt {
    const struct db_query *query; /* the key: NULL where the slot is free */
    MYSQL_STMT *st; /* NULL: to be prepared (again) */
    char *sql; /* what st was prepared from */
    unsigned cols; /* 0: returns no rows */
    struct db_col {
        enum db_col_kind kind;
        char name[64];
    } * col;
};

/* What was sent last, for saying what a lost connection means. Whoever sends sets it first. */
enum db_phase { PHASE_PLAIN, PHASE_WRITE, PHASE_COMMIT };

struct db {
    struct db_settings set; /* strings owned */
    int timeout_ms;
    MYSQL *my; /* NULL: not connected */
    struct db_stmt *slots; /* open addressing by query address */
    size_t slots_cap, slots_used;
    int64_t last_id;
    bool in_tx, busy; /* busy: rows of db_each are still coming */
    enum db_phase phase;
    struct error broken; /* status != OK: why this transaction can only be aborted */
};

/* db.c */
enum status db_connect(struct db *db, struct error *e) FW_MUST_CHECK;
void db_disconnect(struct db *db);
/* Connected, or reconnected if the server hung up meanwhile; inside a transaction only checks it. */
enum status db_ready(struct db *db, struct error *e) FW_MUST_CHECK;
/* Turns the connection's or (st != NULL) the statement's last error into a status. */
enum status db_failed(struct db *db, MYSQL_STMT *st, const char *what, struct error *e);

/* db_script.c */
/* How far a migration has come. at: its statements that are done; step is called after each further one. unsure: the
 * first one to be run may have been done already, by a program that was killed before it could say so. */
struct db_progress {
    size_t at;
    bool unsure;
    enum status (*step)(void *ctx, size_t done, struct str done_text, struct error *e);
    void *ctx;
};
/* As db_run_script, from p->at on. */
enum status db_script_resume(struct db *db, struct str script, struct db_progress *p, struct error *e) FW_MUST_CHECK;
/* The script's first n statements; shorter scripts give STR_NULL. */
struct str db_script_part(struct str script, size_t n);

/* db_stmt.c */
/* Runs q; on OK *s_r is the executed statement, whose rows (if any) wait to be fetched. */
enum status db_stmt_run(struct db *db, const struct db_query *q, const struct db_val *args, size_t n,
    struct db_stmt **s_r, struct error *e) FW_MUST_CHECK;
/* Drops the rest of the rows, and further results of a CALL. */
void db_stmt_finish(struct db_stmt *s);
void db_stmt_clear(struct db *db);

#endif
