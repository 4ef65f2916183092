#include "registry/journal_group.h"

#include "registry/meter.h"

struct journal_group {
    struct str id;
    struct metric *commits, *writes;
    pthread_mutex_t lock; /* over all below */
    struct journal_write *first, *last; /* waiting */
    bool leading; /* somebody commits */
};

struct batch {
    struct str id;
    struct arena *arena;
    struct journal_write *items[JOURNAL_GROUP_MAX];
    size_t n;
};

struct journal_group *journal_group_new(struct str id)
{
    struct journal_group *g = calloc(1, sizeof(*g));
    INVARIANT(g != NULL && pthread_mutex_init(&g->lock, NULL) == 0);
    g->id = id;
    g->commits = meter_journal_commits(id);
    g->writes = meter_journal_writes(id);
    return g;
}

void journal_group_free(struct journal_group **gp)
{
    struct journal_group *g = *gp;
    if (g == NULL)
        return;
    INVARIANT(g->first == NULL && !g->leading);
    (void)pthread_mutex_destroy(&g->lock);
    free(g);
    *gp = NULL;
}

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
    const struct batch *b = ctx;
    struct transcript_row *rows = ARENA_ARRAY(b->arena, b->n, struct transcript_row);
    bool done[JOURNAL_GROUP_MAX] = {false};
    for (size_t i = 0; i < b->n; i++) {
        rows[i] = *b->items[i]->row;
        if (!done[i] && b->items[i]->query != NULL)
            TRY(query_run(db, b, i, done, e));
    }
    return transcript_append(db, b->arena, b->id, rows, b->n, e);
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
    if (s == OK || b->n == 1 || is_common(s, &e)) {
        batch_tell(b, s, &e);
        return;
    }
    for (size_t i = 0; i < b->n; i++) {
        struct batch alone = {.id = b->id, .arena = b->arena, .items = {b->items[i]}, .n = 1};
        batch_commit(&alone, db);
    }
}

/* ---- taking turns --------------------------------------------------------------------------------------------- */

static void batch_take(struct journal_group *g, struct batch *b)
{
    while (g->first != NULL && b->n < JOURNAL_GROUP_MAX) {
        b->items[b->n++] = g->first;
        g->first = g->first->next;
    }
    if (g->first == NULL)
        g->last = NULL;
}

/* The first in line commits all that wait. Called and returns with the lock held. */
static void lead(struct journal_group *g, struct db *db, struct arena *a)
{
    struct batch b = {.id = g->id, .arena = a};
    batch_take(g, &b);
    g->leading = true;
    (void)pthread_mutex_unlock(&g->lock);
    batch_commit(&b, db);
    metric_add(g->commits, 1);
    metric_add(g->writes, (int64_t)b.n);
    (void)pthread_mutex_lock(&g->lock);
    g->leading = false;
    for (size_t i = 0; i < b.n; i++) {
        b.items[i]->done = true;
        (void)pthread_cond_signal(&b.items[i]->turn);
    }
    if (g->first != NULL)
        (void)pthread_cond_signal(&g->first->turn);
}

static void line_up(struct journal_group *g, struct journal_write *x)
{
    INVARIANT(pthread_cond_init(&x->turn, NULL) == 0);
    x->next = NULL;
    x->done = false;
    if (g->last != NULL)
        g->last->next = x;
    else
        g->first = x;
    g->last = x;
}

enum status journal_group_commit(
    struct journal_group *g, struct str id, struct db *db, struct arena *a, struct journal_write *x, struct error *e)
{
    if (g == NULL) {
        struct batch b = {.id = id, .arena = a, .items = {x}, .n = 1};
        batch_commit(&b, db);
    } else {
        (void)pthread_mutex_lock(&g->lock);
        line_up(g, x);
        while (!x->done && (g->leading || g->first != x))
            (void)pthread_cond_wait(&x->turn, &g->lock);
        if (!x->done)
            lead(g, db, a);
        (void)pthread_mutex_unlock(&g->lock);
        (void)pthread_cond_destroy(&x->turn);
    }
    if (x->status != OK)
        *e = x->error;
    return x->status;
}

size_t journal_group_waiting(struct journal_group *g)
{
    size_t n = 0;
    (void)pthread_mutex_lock(&g->lock);
    for (const struct journal_write *x = g->first; x != NULL; x = x->next)
        n++;
    (void)pthread_mutex_unlock(&g->lock);
    return n;
}
