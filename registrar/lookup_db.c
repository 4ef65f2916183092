#include "registrar/lookup.h"
#include "registrar/lookup_row.h"
#include "registrar/worker.h"

#include "base/json.h"

#include <poll.h>

DB_QUERY(
    q_lookup_insert, "INSERT INTO lookup (kind, name, names, secret, state, created) VALUES (?, ?, ?, ?, 'new', ?)");
DB_QUERY(q_lookup_read, "SELECT state, answer, error_status, error_code, error_text FROM lookup WHERE id = ?");
DB_QUERY(q_lookup_take, "UPDATE lookup SET state = 'taken', token = ? WHERE state = 'new' ORDER BY id LIMIT 1");
DB_QUERY(q_lookup_taken, "SELECT id, kind, name, created, names, secret FROM lookup WHERE token = ?");
DB_QUERY(q_lookup_done, "UPDATE lookup SET state = 'done', answer = ?, secret = NULL WHERE id = ? AND state = 'taken'");
DB_QUERY(q_lookup_failed, "UPDATE lookup SET state = 'failed', error_status = ?, error_code = ?, error_text = ?,"
                          " secret = NULL"
                          " WHERE id = ? AND state = 'taken'");
DB_QUERY(q_lookup_sweep, "DELETE FROM lookup WHERE created < ? ORDER BY created LIMIT ?");

#define LOOKUP_KEEP_US (3600 * US_PER_S)
#define LOOKUP_LOOK_MS 5
#define LOOKUP_SWEEP_ROWS 1000 /* a statement; its locks are short */
#define LOOKUP_SWEEP_ROUNDS 100

/* The status of the other side's failure, kept within the enum whatever the row says. */
static enum status lookup_refused(const struct db_result *r, struct error *e)
{
    int64_t s = db_int(r, 0, 2);
    if (s <= OK || s >= STATUS_COUNT)
        s = INTERNAL;
    struct str code = db_str(r, 0, 3), text = db_str(r, 0, 4);
    char z[ERROR_CODE_MAX] = {0};
    memcpy(z, code.p, code.n < sizeof(z) ? code.n : sizeof(z) - 1);
    return error_set(e, (enum status)s, z, "%.*s", STR_ARG(text));
}

enum status lookup_ask(const struct desk *d, struct db *db, struct arena *a, const char *kind, struct str typed,
    int timeout_ms, struct json_val **answer_r, struct str *name_r, struct error *e)
{
    struct valid_name name;
    TRY(name_validate(a, &d->tlds, typed, &name, e));
    *name_r = name.name;
    const struct lookup_row row = {.kind = str_of(kind), .name = name.name};
    return lookup_put(d, db, a, &row, timeout_ms, answer_r, e);
}

enum status lookup_put(const struct desk *d, struct db *db, struct arena *a, const struct lookup_row *row,
    int timeout_ms, struct json_val **answer_r, struct error *e)
{
    struct db_result r;
    TRY(db_exec(db, &q_lookup_insert,
        DB_ARGS(db_s(row->kind), db_s(row->name), db_s(row->names), db_b(row->secret), db_i(clock_now())), NULL, e));
    int64_t id = db_last_id(db);
    desk_wake(d);
    uint64_t end = clock_monotonic_ns() + (uint64_t)timeout_ms * 1000000u;
    do {
        TRY(db_select_one(db, a, &q_lookup_read, DB_ARGS(db_i(id)), &r, e));
        if (str_eqz(db_str(&r, 0, 0), "failed"))
            return lookup_refused(&r, e);
        if (str_eqz(db_str(&r, 0, 0), "done"))
            return json_parse(a, db_str(&r, 0, 1), LOOKUP_ANSWER_MAX, answer_r, e);
        poll(NULL, 0, LOOKUP_LOOK_MS); /* the answer is a row: there is no descriptor to wait on */
    } while (clock_monotonic_ns() < end);
    return error_set(e, UNAVAILABLE, "registry-no-answer",
        "the registry has not answered within %d ms; please try again in a moment", timeout_ms);
}

enum status lookup_take(struct db *db, struct arena *a, int64_t token, struct lookup_row *row_r, struct error *e)
{
    struct db_result r;
    int64_t rows = 0;
    TRY(db_exec(db, &q_lookup_take, DB_ARGS(db_i(token)), &rows, e));
    if (rows == 0)
        return NOT_FOUND;
    TRY(db_select_one(db, a, &q_lookup_taken, DB_ARGS(db_i(token)), &r, e));
    *row_r = (struct lookup_row){
        .id = db_int(&r, 0, 0),
        .kind = db_str(&r, 0, 1),
        .name = db_str(&r, 0, 2),
        .created = db_int(&r, 0, 3),
        .names = db_str(&r, 0, 4),
        .secret = db_str(&r, 0, 5),
    };
    return OK;
}

enum status lookup_done(struct db *db, int64_t id, struct str answer, struct error *e)
{
    return db_exec(db, &q_lookup_done, DB_ARGS(db_s(answer), db_i(id)), NULL, e);
}

enum status lookup_failed(struct db *db, int64_t id, const struct error *why, struct error *e)
{
    return db_exec(db, &q_lookup_failed,
        DB_ARGS(db_i(why->status), db_s(str_of(why->code)), db_s(str_of(why->text)), db_i(id)), NULL, e);
}

enum status lookup_sweep(struct db *db, time_us now, struct error *e)
{
    int64_t rows = LOOKUP_SWEEP_ROWS;
    for (int i = 0; i < LOOKUP_SWEEP_ROUNDS && rows == LOOKUP_SWEEP_ROWS; i++)
        TRY(db_exec(db, &q_lookup_sweep, DB_ARGS(db_i(now - LOOKUP_KEEP_US), db_i(LOOKUP_SWEEP_ROWS)), &rows, e));
    return OK;
}
