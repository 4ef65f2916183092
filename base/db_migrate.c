#include <dirent.h>
#include <errno.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/db_conn.h"

#define MIGRATION_NAME_MAX 100
#define MIGRATIONS_MAX 9999
#define MIGRATION_FILE_MAX ((size_t)16 << 20)
#define LOCK_WAIT_S 60

/* Two programs may start at once: one migrates, the other waits and finds it done. The lock belongs to the
 * session and goes with it, also when the program is killed. */
DB_QUERY(migrate_lock, "SELECT GET_LOCK(CONCAT('fw-migrate-', MD5(DATABASE())), ?)");
DB_QUERY(migrate_unlock, "SELECT RELEASE_LOCK(CONCAT('fw-migrate-', MD5(DATABASE())))");
DB_QUERY(migrate_applied, "SELECT number, name FROM schema_migration ORDER BY number");
DB_QUERY(migrate_record, "INSERT INTO schema_migration (number, name, applied) VALUES (?, ?, ?)");
DB_QUERY(progress_find, "SELECT statements, text FROM schema_progress WHERE number = ?");
DB_QUERY(progress_put, "REPLACE INTO schema_progress (number, statements, text) VALUES (?, ?, ?)");
DB_QUERY(progress_drop, "DELETE FROM schema_progress WHERE number = ?");

/* schema_progress: a migration that was begun and is not recorded as applied. */
static const struct str table_sql = STR("CREATE TABLE IF NOT EXISTS schema_progress ("
                                        " number INT UNSIGNED NOT NULL PRIMARY KEY,"
                                        " statements INT UNSIGNED NOT NULL COMMENT 'of the file that are done',"
                                        " text BINARY(32) NOT NULL COMMENT 'SHA-256 of the file up to there'"
                                        ") ENGINE=InnoDB;"
                                        "CREATE TABLE IF NOT EXISTS schema_migration ("
                                        " number INT UNSIGNED NOT NULL PRIMARY KEY,"
                                        " name VARCHAR(100) CHARACTER SET ascii NOT NULL,"
                                        " applied BIGINT NOT NULL COMMENT 'microseconds since 1970'"
                                        ") ENGINE=InnoDB");

struct migration {
    int number;
    const char *file; /* "0001_accounts.sql" */
};

struct migrations {
    struct migration *list;
    size_t n;
};

/* "0001_accounts.sql": four digits, an underscore, a name of letters, digits and underscores. */
static bool name_parse(const char *file, int *number_r)
{
    struct str s = str_of(file);
    uint64_t number;
    if (s.n < 10 || s.n > MIGRATION_NAME_MAX || !str_ends(s, STR(".sql")) || s.p[4] != '_' ||
        !str_to_u64(str_n(s.p, 4), MIGRATIONS_MAX, &number) || number == 0)
        return false;
    for (size_t i = 5; i < s.n - 4; i++)
        if (!ascii_is_alnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '-')
            return false;
    *number_r = (int)number;
    return true;
}

static int migration_order(const void *a, const void *b)
{
    const struct migration *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static enum status entry_add(struct arena *a, const char *dir, const char *file, struct migrations *m, struct error *e)
{
    if (!str_ends(str_of(file), STR(".sql")) || str_eqz(str_of(file), "grants.sql"))
        return OK; /* grants.sql: who may do what; no migration, applied whole by whoever starts the database */
    if (m->n == MIGRATIONS_MAX)
        return error_set(e, INVALID, "migrate-files", "%s: more than %d migrations", dir, MIGRATIONS_MAX);
    struct migration *one = &m->list[m->n];
    if (!name_parse(file, &one->number))
        return error_set(e, INVALID, "migrate-files",
            "%s/%s: a migration is named like 0001_accounts.sql (four digits, underscore, name)", dir, file);
    one->file = arena_strdup(a, file);
    m->n++;
    return OK;
}

static enum status dir_read(struct arena *a, const char *dir, struct migrations *m, struct error *e)
{
    *m = (struct migrations){.list = ARENA_ARRAY(a, MIGRATIONS_MAX, struct migration)};
    DIR *d = opendir(dir);
    if (d == NULL)
        return error_set(e, INVALID, "migrate-files", "reading the migrations in %s: %s", dir, strerror(errno));
    enum status s = OK;
    for (struct dirent *entry = readdir(d); entry != NULL && s == OK; entry = readdir(d))
        s = entry_add(a, dir, entry->d_name, m, e);
    closedir(d);
    if (s != OK)
        return s;
    qsort(m->list, m->n, sizeof *m->list, migration_order);
    for (size_t i = 1; i < m->n; i++)
        if (m->list[i].number == m->list[i - 1].number)
            return error_set(e, INVALID, "migrate-files", "%s: %s and %s have the same number", dir,
                m->list[i - 1].file, m->list[i].file);
    return OK;
}

static enum status lock_take(struct db *db, struct arena *a, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &migrate_lock, DB_ARGS(db_i(LOCK_WAIT_S)), &r, e));
    if (!db_is_null(&r, 0, 0) && db_int(&r, 0, 0) == 1)
        return OK;
    return error_set(e, UNAVAILABLE, "migrate-locked",
        "another program has been changing the database's schema for %d s; try again when it is done", LOCK_WAIT_S);
}

/* Whether m is among the applied; an applied one must still have its name. */
static enum status applied_find(
    const struct db_result *applied, const struct migration *m, bool *found_r, struct error *e)
{
    *found_r = false;
    for (size_t i = 0; i < applied->rows; i++) {
        if (db_int(applied, i, 0) != m->number)
            continue;
        *found_r = true;
        if (!str_eqz(db_str(applied, i, 1), m->file))
            return error_set(e, INVALID, "migrate-changed",
                "migration %d was applied as %.*s but is now %s: applied migrations never change", m->number,
                STR_ARG(db_str(applied, i, 1)), m->file);
    }
    return OK;
}

/* ---- one migration -----------------------------------------------------------------------------
 * The server cannot roll a CREATE back, so a program that is killed leaves a part of the file done. How many
 * statements those are is written down after each: the next program goes on behind them. The one after the
 * last written down may have been done too, if it was killed in between. */

struct applying {
    struct db *db;
    int number;
};

static enum status progress_note(void *ctx, size_t done, struct str done_text, struct error *e)
{
    const struct applying *x = ctx;
    uint8_t sum[32];
    crypto_sha256(done_text, sum);
    return db_exec(x->db, &progress_put,
        DB_ARGS(db_i(x->number), db_i((int64_t)done), db_b(str_n((const char *)sum, sizeof sum))), NULL, e);
}

/* A part that is done must be in the file as it was: nobody can tell what else to do. */
static enum status progress_load(struct db *db, struct arena *a, const struct migration *m, struct str script,
    struct db_progress *p, struct error *e)
{
    struct db_result r;
    uint8_t sum[32];
    TRY(db_select(db, a, &progress_find, DB_ARGS(db_i(m->number)), 1, &r, e));
    if (r.rows == 0)
        return progress_note(p->ctx, 0, STR(""), e);
    p->at = (size_t)db_int(&r, 0, 0);
    p->unsure = true;
    struct str done = db_script_part(script, p->at);
    crypto_sha256(str_is_null(done) ? STR("") : done, sum);
    if (!str_is_null(done) && str_eq(db_str(&r, 0, 1), str_n((const char *)sum, sizeof sum)))
        return OK;
    return error_set(e, INVALID, "migrate-changed",
        "%s was begun before and its first %zu statements are done, but they are others in the file now: restore "
        "them, or undo them in the database and delete its row of schema_progress",
        m->file, p->at);
}

static enum status migration_apply(
    struct db *db, struct arena *a, const char *dir, const struct migration *m, struct error *e)
{
    struct str script;
    struct applying x = {db, m->number};
    struct db_progress p = {.step = progress_note, .ctx = &x};
    TRY(file_read(a, arena_printf(a, "%s/%s", dir, m->file), MIGRATION_FILE_MAX, &script, e));
    TRY(progress_load(db, a, m, script, &p, e));
    if (db_script_resume(db, script, &p, e) != OK)
        return error_prefix(e, "%s/%s: nothing from here on was applied", dir, m->file);
    TRY(db_exec(db, &migrate_record, DB_ARGS(db_i(m->number), db_s(str_of(m->file)), db_i(clock_now())), NULL, e));
    return db_exec(db, &progress_drop, DB_ARGS(db_i(m->number)), NULL, e);
}

static enum status migrate_locked(struct db *db, struct arena *a, const char *dir, int *reached_r, struct error *e)
{
    struct migrations m;
    struct db_result applied;
    TRY(dir_read(a, dir, &m, e));
    TRY(lock_take(db, a, e));
    TRY(db_run_script(db, table_sql, e));
    TRY(db_select(db, a, &migrate_applied, DB_NO_ARGS, MIGRATIONS_MAX, &applied, e));
    if (applied.rows > 0)
        *reached_r = (int)db_int(&applied, applied.rows - 1, 0);
    for (size_t i = 0; i < m.n; i++) {
        bool found;
        TRY(applied_find(&applied, &m.list[i], &found, e));
        if (found)
            continue;
        TRY(migration_apply(db, a, dir, &m.list[i], e));
        if (m.list[i].number > *reached_r)
            *reached_r = m.list[i].number;
    }
    struct db_result released;
    return db_select_one(db, a, &migrate_unlock, DB_NO_ARGS, &released, e);
}

enum status db_migrate(struct db *db, const char *dir, int *reached_r, struct error *e)
{
    struct arena a;
    *reached_r = 0;
    if (db->in_tx)
        return error_set(e, INTERNAL, "db-nested", "migrations cannot run inside a transaction");
    int usual = db->timeout_ms;
    db_disconnect(db);
    db->timeout_ms = DB_MIGRATE_TIMEOUT_MS;
    arena_init(&a, 0);
    enum status s = migrate_locked(db, &a, dir, reached_r, e);
    arena_clear(&a);
    db_disconnect(db); /* frees the lock in any case; the next statement connects with the usual time-out */
    db->timeout_ms = usual;
    return s;
}
