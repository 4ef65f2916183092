#include "registry/transcript_db.h"

#define COLUMNS "registry, seq, at, kind, verb, object, ref, cltrid, svtrid, session, code, sent, received, note, hash"

DB_QUERY(q_chain_lock, "SELECT seq, hash FROM registry_chain WHERE registry = ? FOR UPDATE");
DB_QUERY(q_chain_head, "SELECT seq, hash FROM registry_chain WHERE registry = ?");
DB_QUERY(q_chain_begin, "INSERT INTO registry_chain (registry, seq, hash) VALUES (?, 0, ?)");
DB_QUERY(q_chain_set, "UPDATE registry_chain SET seq = ?, hash = ? WHERE registry = ?");
DB_QUERY(q_chain_move, "UPDATE registry_chain SET seq = ?, hash = ? WHERE registry = ? AND seq = ? AND hash = ?");
DB_QUERY(q_chain_all, "SELECT registry FROM registry_chain ORDER BY registry");
DB_QUERY(q_transcript_insert,
    "INSERT INTO registry_transcript (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_QUERY(q_transcript_each, "SELECT " COLUMNS " FROM registry_transcript WHERE registry = ? AND seq <= ? ORDER BY seq");
DB_QUERY(q_transcript_beyond,
    "SELECT t.seq FROM registry_chain c JOIN registry_transcript t ON t.registry = c.registry AND t.seq > c.seq"
    " WHERE c.registry = ? AND t.seq > ? ORDER BY t.seq LIMIT 1");
DB_QUERY(q_transcript_of, "SELECT " COLUMNS " FROM (SELECT " COLUMNS " FROM registry_transcript WHERE object = ?"
                          " ORDER BY registry DESC, seq DESC LIMIT ?) newest ORDER BY registry, seq");

static void hash_take(struct str from, uint8_t to[TRANSCRIPT_HASH])
{
    INVARIANT(from.n == TRANSCRIPT_HASH);
    memcpy(to, from.p, TRANSCRIPT_HASH);
}

static struct str hash_str(const uint8_t hash[TRANSCRIPT_HASH])
{
    return str_n((const char *)hash, TRANSCRIPT_HASH);
}

static enum status chain_read(struct db *db, struct arena *a, const struct db_query *q, struct str registry,
    struct transcript_head *h, struct error *e)
{
    struct db_result r;
    *h = (struct transcript_head){0};
    TRY(db_select_one(db, a, q, DB_ARGS(db_s(registry)), &r, e));
    h->seq = db_int(&r, 0, 0);
    hash_take(db_str(&r, 0, 1), h->hash);
    return OK;
}

enum status chain_lock(
    struct db *db, struct arena *a, struct str registry, struct transcript_head *h_r, struct error *e)
{
    enum status s = chain_read(db, a, &q_chain_lock, registry, h_r, e);
    if (s != NOT_FOUND)
        return s;
    s = db_exec(db, &q_chain_begin, DB_ARGS(db_s(registry), db_b(hash_str(h_r->hash))), NULL, e);
    if (s != OK && s != EXISTS) /* another process was first */
        return s;
    error_clear(e);
    return chain_read(db, a, &q_chain_lock, registry, h_r, e);
}

enum status chain_set(struct db *db, struct str registry, const struct transcript_head *h, struct error *e)
{
    return db_exec(db, &q_chain_set, DB_ARGS(db_i(h->seq), db_b(hash_str(h->hash)), db_s(registry)), NULL, e);
}

enum status chain_move(struct db *db, struct str registry, const struct transcript_head *from,
    const struct transcript_head *to, bool *moved_r, struct error *e)
{
    int64_t rows;
    TRY(db_exec(db, &q_chain_move,
        DB_ARGS(db_i(to->seq), db_b(hash_str(to->hash)), db_s(registry), db_i(from->seq), db_b(hash_str(from->hash))),
        &rows, e));
    *moved_r = rows == 1;
    return OK;
}

enum status transcript_head(
    struct db *db, struct arena *a, struct str registry, struct transcript_head *h_r, struct error *e)
{
    enum status s = chain_read(db, a, &q_chain_head, registry, h_r, e);
    return s == NOT_FOUND ? OK : s;
}

enum status transcript_registries(struct db *db, struct arena *a, struct str **ids_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_chain_all, DB_NO_ARGS, 1000, &r, e));
    *n_r = r.rows;
    *ids_r = ARENA_ARRAY(a, r.rows, struct str);
    for (size_t i = 0; i < r.rows; i++)
        (*ids_r)[i] = db_str(&r, i, 0);
    return OK;
}

#define COLUMNS_N 15

enum status transcript_insert(
    struct db *db, struct arena *a, const struct transcript_row *rows, size_t n, struct error *e)
{
    struct db_val *args = ARENA_ARRAY(a, n * COLUMNS_N, struct db_val);
    for (size_t i = 0; i < n; i++) {
        const struct transcript_row *t = &rows[i];
        const struct db_val row[COLUMNS_N] = {db_s(t->registry), db_i(t->seq), db_i(t->at),
            db_s(str_of(transcript_kind_word(t->kind))), db_s(t->verb), db_s(t->object), db_s(t->ref), db_s(t->cltrid),
            db_s(t->svtrid), db_s(t->session), db_i(t->code), db_b(t->sent), db_b(t->received), db_s(t->note),
            db_b(hash_str(t->hash))};
        memcpy(args + i * COLUMNS_N, row, sizeof(row));
    }
    return db_exec_rows(db, &q_transcript_insert, args, COLUMNS_N, n, NULL, e);
}

/* Anything may stand there: it is what verification looks for. What has no kind of ours has no hash either. */
static void row_take(const struct db_val *c, struct transcript_row *t)
{
    *t = (struct transcript_row){
        .registry = c[0].s,
        .seq = c[1].i,
        .at = c[2].i,
        .verb = c[4].s,
        .object = c[5].s,
        .ref = c[6].s,
        .cltrid = c[7].s,
        .svtrid = c[8].s,
        .session = c[9].s,
        .code = (int)c[10].i,
        .sent = c[11].s,
        .received = c[12].s,
        .note = c[13].s,
    };
    if (transcript_kind_find(c[3].s, &t->kind))
        hash_take(c[14].s, t->hash);
}

struct reading {
    enum status (*fn)(void *ctx, const struct transcript_row *row, struct error *e);
    void *ctx;
};

static enum status row_read(void *ctx, const struct db_val *cells, size_t cols, struct error *e)
{
    const struct reading *x = ctx;
    struct transcript_row row;
    (void)cols;
    row_take(cells, &row);
    return x->fn(x->ctx, &row, e);
}

enum status transcript_each(struct db *db, struct str registry, int64_t last,
    enum status (*fn)(void *ctx, const struct transcript_row *row, struct error *e), void *ctx, struct error *e)
{
    struct reading x = {fn, ctx};
    return db_each(db, &q_transcript_each, DB_ARGS(db_s(registry), db_i(last)), row_read, &x, e);
}

enum status transcript_beyond(
    struct db *db, struct arena *a, struct str registry, int64_t last, int64_t *seq_r, struct error *e)
{
    struct db_result r;
    *seq_r = 0;
    enum status s = db_select_one(db, a, &q_transcript_beyond, DB_ARGS(db_s(registry), db_i(last)), &r, e);
    if (s == OK)
        *seq_r = db_int(&r, 0, 0);
    return s == NOT_FOUND ? OK : s;
}

enum status transcript_of(struct db *db, struct arena *a, struct str object, size_t max, struct transcript_row **rows_r,
    size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_transcript_of, DB_ARGS(db_s(object), db_i((int64_t)max)), max, &r, e));
    *n_r = r.rows;
    *rows_r = ARENA_ARRAY(a, r.rows, struct transcript_row);
    for (size_t i = 0; i < r.rows; i++)
        row_take(&r.cells[i * r.cols], &(*rows_r)[i]);
    return OK;
}
