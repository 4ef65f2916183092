#include "registry/journal_group.h"

#include "registry/journal_db.h"
#include "registry/meter.h"

#define PATIENCE_NS UINT64_C(4000000) /* a commit takes about as long */

struct journal_group {
    struct str id;
    struct metric *commits, *writes;
    struct combine *line, *looks;
    struct transcript_head head; /* as the last commit left it; seq 0: not known. Of whoever commits */
};

struct batch {
    struct str id;
    struct transcript_head *known; /* in and out */
    struct transcript_head head; /* where it gets to */
    struct arena *arena;
    struct journal_write *items[JOURNAL_GROUP_MAX];
    size_t n;
};

/* ---- one transaction ------------------------------------------------------------------------------------------ */

/* All writes of the batch with the same query as the first one that is not done yet. */
static enum status query_run(struct db *db, const struct batch *b, size_t first, bool *done, struct error *e)
{
    const struct db_query *q = b->items[first]->query;
    size_t n = b->items[first]->args_n, rows = 0;
    struct db_val *args = ARENA_ARRAY(b->arena, n * (b->n - first), struct db_val);
    int64_t changed;
    for (size_t i = first; i < b->n; i++) {
        if (b->items[i]->query != q)
            continue;
        memcpy(args + n * rows++, b->items[i]->args, n * sizeof(*args));
        done[i] = true;
    }
    TRY(db_exec_rows(db, q, args, n, rows, &changed, e));
    if (changed == (int64_t)rows)
        return OK;
    return error_set(
        e, CONFLICT, "journal-rows", "%s changed %lld rows instead of %zu", q->name, (long long)changed, rows);
}

static enum status batch_run(struct db *db, void *ctx, struct error *e)
{
    struct batch *b = ctx;
    struct transcript_row *rows = ARENA_ARRAY(b->arena, b->n * JOURNAL_WRITE_ROWS_MAX, struct transcript_row);
    bool done[JOURNAL_GROUP_MAX] = {false};
    size_t n = 0;
    b->head = *b->known;
    for (size_t i = 0; i < b->n; i++) {
        const struct journal_write *x = b->items[i];
        INVARIANT(x->rows_n <= JOURNAL_WRITE_ROWS_MAX);
        memcpy(rows + n, x->rows, x->rows_n * sizeof(*rows));
        n += x->rows_n;
        if (!done[i] && x->query != NULL)
            TRY(query_run(db, b, i, done, e));
    }
    return transcript_append_behind(db, b->arena, b->id, rows, n, &b->head, e);
}

static void batch_tell(const struct batch *b, enum status s, const struct error *e)
{
    for (size_t i = 0; i < b->n; i++) {
        b->items[i]->status = s;
        if (s != OK)
            b->items[i]->error = *e;
    }
}

/* Whether the failure is the database's, and not one write's own. */
static bool is_common(enum status s, const struct error *e)
{
    return s == UNAVAILABLE || s == UNCERTAIN || str_eqz(str_of(e->code), "db-retry");
}

static void batch_commit(struct batch *b, struct db *db)
{
    struct error e = {0};
    enum status s = db_transaction(db, batch_run, b, &e);
    *b->known = s == OK ? b->head : (struct transcript_head){0};
    if (s == OK || b->n == 1 || is_common(s, &e)) {
        batch_tell(b, s, &e);
        return;
    }
    for (size_t i = 0; i < b->n; i++) {
        struct batch alone = {.id = b->id, .known = b->known, .arena = b->arena, .items = {b->items[i]}, .n = 1};
        batch_commit(&alone, db);
    }
}

/* ---- the group ------------------------------------------------------------------------------------------------ */

static void line_commit(void *ctx, struct combine_item *const *items, size_t n)
{
    struct journal_group *g = ctx;
    struct journal_write *first = (struct journal_write *)items[0];
    struct batch b = {.id = g->id, .known = &g->head, .arena = first->arena, .n = n};
    for (size_t i = 0; i < n; i++)
        b.items[i] = (struct journal_write *)items[i];
    batch_commit(&b, first->db);
    metric_add(g->commits, 1);
    metric_add(g->writes, (int64_t)n);
}

struct journal_group *journal_group_new(struct str id)
{
    struct journal_group *g = calloc(1, sizeof(*g));
    INVARIANT(g != NULL);
    g->id = id;
    g->commits = meter_journal_commits(id);
    g->writes = meter_journal_writes(id);
    g->line = combine_new(JOURNAL_GROUP_MAX, PATIENCE_NS, line_commit, g);
    g->looks = combine_new(JOURNAL_LOOKS_MAX, 0, journal_looks_run, NULL);
    return g;
}

void journal_group_free(struct journal_group **gp)
{
    struct journal_group *g = *gp;
    if (g == NULL)
        return;
    combine_free(&g->line);
    combine_free(&g->looks);
    free(g);
    *gp = NULL;
}

enum status journal_group_commit(
    struct journal_group *g, struct str id, struct db *db, struct arena *a, struct journal_write *x, struct error *e)
{
    x->db = db;
    x->arena = a;
    if (g != NULL) {
        combine_do(g->line, &x->line);
    } else {
        struct transcript_head unknown = {0};
        struct batch b = {.id = id, .known = &unknown, .arena = a, .items = {x}, .n = 1};
        batch_commit(&b, db);
    }
    if (x->status != OK)
        *e = x->error;
    return x->status;
}

size_t journal_group_waiting(struct journal_group *g, size_t *running_r)
{
    return combine_waiting(g->line, running_r);
}

struct combine *journal_group_looks(struct journal_group *g)
{
    return g->looks;
}
