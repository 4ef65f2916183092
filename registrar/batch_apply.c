/* Applying a plan: a few connections place orders, row by row, and never more than the workers can get at soon; one looks
 * which have ended. */
#include "registrar/batch.h"

#include "base/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <sys/file.h>

#define DATABASE_TRIES 20
#define DATABASE_PAUSE_MS 500
#define RESULT_EVERY_NS UINT64_C(1000000000)
#define RESULT_SHARE 20 /* at most one part in so many of the time goes into writing the result file */
#define OPEN_MAX_ROWS 512 /* orders of ours under way at once: later ones wait here, not in the workers' queue */
#define LOOK_MS 25
#define LOOK_MANY_MS 100 /* while many are under way */
#define MANY_OPEN 64
#define SHOW_TTY_NS UINT64_C(200000000)
#define SHOW_LINE_NS UINT64_C(5000000000)
#define AGAIN_MAX 1024 /* rows put aside, whose time has not come */
#define WAIT_MS 50
#define WAKE_EVERY_NS UINT64_C(50000000) /* the workers look for more by themselves while they have some */
#define BUSY_PAUSE_NS UINT64_C(200000000)
#define BUSY_TRIES 150 /* of one row, while another order works on its domain: half a minute when nothing moves */

struct apply {
    struct batch_apply *ap;
    struct batch *b;
    pthread_mutex_t lock; /* over what follows, the rows, and the command's arena */
    pthread_cond_t moved;
    size_t next; /* row to be looked at next */
    size_t *again, again_n; /* rows put aside: an earlier one about the name, or another order, is under way */
    size_t *before; /* by row: the one before it about the same name; SIZE_MAX: none */
    unsigned char *busy, *skipped; /* by row: how often its domain was busy; that it is left for another time */
    uint64_t *retry_ns; /* by row: when to try again */
    size_t open[OPEN_MAX_ROWS], open_n; /* rows whose orders are under way */
    size_t persons; /* of these, those that need a person */
    size_t placing; /* rows in the hands of a thread */
    size_t ended, ended_before;
    bool stop, failed;
    struct error why;
    uint64_t started_ns, shown_ns, woken_ns, write_ns; /* write_ns: when the result file is due again */
};

static void apply_fail(struct apply *p, const struct error *e)
{
    p->stop = true;
    if (!p->failed)
        p->why = *e;
    p->failed = true;
}

/* ---- what came of a row ------------------------------------------------------------------------------------------- */

static void row_set(
    struct apply *p, struct batch_row *row, enum batch_result result, struct str code, struct str reason)
{
    struct arena *a = p->b->c->arena;
    row->result = result;
    row->code = str_dup(a, code);
    row->reason = str_dup(a, reason);
    p->ended += result == ROW_DONE || result == ROW_FAILED || result == ROW_REFUSED;
}

static void row_ended(struct apply *p, struct batch_row *row, const struct batch_seen *seen)
{
    struct arena *a = p->b->c->arena;
    struct str code = seen->error_code;
    if (seen->result == ROW_DONE && seen->epp_code != 0)
        code = str_printf(a, "%d", seen->epp_code);
    row_set(p, row, seen->result, code, seen->error_text);
    row->cltrid = str_dup(a, seen->cltrid);
    row->svtrid = str_dup(a, seen->svtrid);
    if (seen->result == ROW_FAILED)
        p->ap->spent -= row->price;
}

static bool row_is_open(const struct batch_row *row)
{
    return row->result == ROW_OPEN || row->result == ROW_PERSON;
}

/* What was seen of an open row's order. */
static void row_seen(struct apply *p, struct batch_row *row, const struct batch_seen *seen)
{
    if (seen->order_id != 0 && seen->result != ROW_PERSON)
        row_ended(p, row, seen);
    else if (seen->order_id == 0 && row->result == ROW_PERSON)
        row_set(p, row, ROW_OPEN, STR(""), STR("")); /* it goes on again */
    else if (seen->order_id != 0 && row->result == ROW_OPEN)
        row_set(p, row, ROW_PERSON, seen->error_code,
            str_printf(p->b->c->arena, "order %lld needs a person: %.*s", (long long)row->order_id,
                STR_ARG(seen->error_text)));
}

/* ---- placing ------------------------------------------------------------------------------------------------------- */

static struct str row_key(struct arena *a, const struct batch *b, size_t i)
{
    return str_printf(a, "batch:%.*s:%zu", STR_ARG(b->id), i + 1);
}

/* Whether the row is to be ordered now; its money is set aside then. */
static bool row_wanted(struct apply *p, size_t i)
{
    struct batch_row *row = &p->b->rows[i];
    if (!row->planned || row->op->kind == NULL || row->order_id != 0 || row->result != ROW_WAITING)
        return false;
    if (row->price > 0 && row->price > p->ap->max_spend - p->ap->spent) {
        p->skipped[i] = 1;
        row->code = STR("max-spend");
        row->reason = STR("it would cost more than --max-spend leaves");
        return false;
    }
    p->ap->spent += row->price;
    row->code = row->reason = STR("");
    return true;
}

/* Rows about one name are done in the order of the file: whether the one before it is out of the way. */
static bool turn_has_come(const struct apply *p, size_t i)
{
    size_t before = p->before[i];
    if (before == SIZE_MAX)
        return true;
    const struct batch_row *row = &p->b->rows[before];
    return row->result == ROW_DONE || row->result == ROW_FAILED || row->result == ROW_REFUSED;
}

/* One that had to wait, and need not any more; SIZE_MAX: none. */
static size_t waiting_take(struct apply *p)
{
    uint64_t now = clock_monotonic_ns();
    for (size_t k = 0; k < p->again_n; k++) {
        size_t i = p->again[k], before = p->before[i];
        bool never = before != SIZE_MAX && p->b->rows[before].result == ROW_WAITING && p->skipped[before];
        if (!never && (p->retry_ns[i] > now || !turn_has_come(p, i)))
            continue;
        memmove(&p->again[k], &p->again[k + 1], (--p->again_n - k) * sizeof(p->again[0]));
        if (never) {
            p->skipped[i] = 1;
            p->b->rows[i].code = STR("earlier-row");
            p->b->rows[i].reason = STR("an earlier row about this name was not done");
            k--;
        } else if (row_wanted(p, i)) {
            return i;
        } else {
            k--;
        }
    }
    return SIZE_MAX;
}

/* The next of the file; those that cannot begin yet are put aside. */
static size_t fresh_take(struct apply *p)
{
    while (p->next < p->b->n && p->again_n < AGAIN_MAX) {
        size_t i = p->next++;
        const struct batch_row *row = &p->b->rows[i];
        if (row->result == ROW_WAITING && !turn_has_come(p, i))
            p->again[p->again_n++] = i;
        else if (row_wanted(p, i))
            return i;
    }
    return SIZE_MAX;
}

static void moved_wait(struct apply *p)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += WAIT_MS * 1000000L;
    end.tv_sec += end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&p->moved, &p->lock, &end);
}

/* The next row for a thread; SIZE_MAX when there is none any more. */
static size_t row_take(struct apply *p)
{
    size_t n = SIZE_MAX;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->stop) {
        bool room = p->open_n + p->placing < OPEN_MAX_ROWS;
        n = room ? waiting_take(p) : SIZE_MAX;
        if (n == SIZE_MAX && room)
            n = fresh_take(p);
        if (n != SIZE_MAX || (p->next == p->b->n && p->again_n + p->placing == 0))
            break;
        moved_wait(p);
    }
    p->placing += n != SIZE_MAX;
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

static enum status row_order(struct apply *p, struct db *db, struct arena *a, size_t i, int64_t *id_r, struct error *e)
{
    const struct batch_row *row = &p->b->rows[i];
    struct order_request rq;
    batch_request(row, &rq);
    rq.key = row_key(a, p->b, i);
    rq.price = &row->price;
    rq.expires = row->op->expiry ? row->expires : 0;
    rq.batch = rq.fresh = true; /* orders_find has looked for all */
    return order_put(&p->b->c->desk, db, a, &p->b->c->acc, &rq, clock_now(), id_r, NULL, e);
}

static void row_back(struct apply *p, size_t i, const struct error *e)
{
    struct batch_row *row = &p->b->rows[i];
    p->ap->spent -= row->price;
    if (strcmp(e->code, "domain-busy") == 0 && p->busy[i]++ < BUSY_TRIES) {
        p->retry_ns[i] = clock_monotonic_ns() + BUSY_PAUSE_NS;
        p->again[p->again_n++] = i;
    } else
        row_set(p, row, ROW_REFUSED, str_of(e->code), str_of(e->text));
}

/* What is wrong with the row ends it; what is wrong with us (no database) stops the batch, to be run again. */
static void row_placed(struct apply *p, size_t i, enum status s, int64_t order_id, const struct error *e)
{
    uint64_t now = clock_monotonic_ns();
    (void)pthread_mutex_lock(&p->lock);
    bool wake = s == OK && now - p->woken_ns > WAKE_EVERY_NS;
    if (wake)
        p->woken_ns = now;
    p->placing--;
    if (s == OK) {
        p->b->rows[i].order_id = order_id;
        p->b->rows[i].result = ROW_OPEN;
        p->open[p->open_n++] = i;
    } else if (s == UNAVAILABLE || s == UNCERTAIN || s == INTERNAL) {
        p->ap->spent -= p->b->rows[i].price;
        apply_fail(p, e);
    } else {
        row_back(p, i, e);
    }
    (void)pthread_cond_broadcast(&p->moved);
    (void)pthread_mutex_unlock(&p->lock);
    if (wake)
        desk_wake(&p->b->c->desk);
}

static void *place_thread(void *ctx)
{
    struct apply *p = ctx;
    struct db *db = NULL;
    struct error e = {0};
    struct arena a;
    size_t i;
    enum status opened = db_open(&p->b->c->desk.db, &db, &e);
    if (opened != OK) {
        (void)pthread_mutex_lock(&p->lock);
        apply_fail(p, &e);
        (void)pthread_cond_broadcast(&p->moved);
        (void)pthread_mutex_unlock(&p->lock);
        return NULL;
    }
    arena_init(&a, 0);
    while ((i = row_take(p)) != SIZE_MAX) {
        int64_t id = 0;
        enum status s = row_order(p, db, &a, i, &id, &e);
        for (int tries = 0; tries < DATABASE_TRIES && (s == UNAVAILABLE || s == UNCERTAIN) && !daemon_stopping();
             tries++) {
            poll(NULL, 0, DATABASE_PAUSE_MS); /* the database is away; nobody will tell us when it is back */
            s = row_order(p, db, &a, i, &id, &e);
        }
        row_placed(p, i, s, id, &e);
        arena_reset(&a);
    }
    arena_clear(&a);
    db_close(&db);
    return NULL;
}

/* ---- looking ------------------------------------------------------------------------------------------------------- */

static enum status portion_look(struct apply *p, const size_t *rows, size_t n, struct error *e)
{
    int64_t ids[BATCH_MANY];
    struct batch_seen seen[BATCH_MANY];
    struct arena a;
    for (size_t i = 0; i < n; i++)
        ids[i] = p->b->rows[rows[i]].order_id; /* ours since it is open: no other thread touches it */
    arena_init(&a, 0);
    enum status s = batch_orders_ended(p->b->c->db, &a, ids, n, seen, e);
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < n && s == OK; i++)
        row_seen(p, &p->b->rows[rows[i]], &seen[i]);
    (void)pthread_mutex_unlock(&p->lock);
    arena_clear(&a);
    return s;
}

/* Takes what has ended off the open ones, and lets those be tried again whose domains were busy. */
static void open_settle(struct apply *p)
{
    size_t left = 0;
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->open_n; i++)
        if (row_is_open(&p->b->rows[p->open[i]]))
            p->open[left++] = p->open[i];
    p->open_n = left;
    for (size_t i = p->persons = 0; i < left; i++)
        p->persons += p->b->rows[p->open[i]].result == ROW_PERSON;
    (void)pthread_cond_broadcast(&p->moved);
    (void)pthread_mutex_unlock(&p->lock);
}

static enum status orders_look(struct apply *p, struct error *e)
{
    size_t rows[OPEN_MAX_ROWS];
    (void)pthread_mutex_lock(&p->lock);
    size_t n = p->open_n;
    memcpy(rows, p->open, n * sizeof(rows[0]));
    (void)pthread_mutex_unlock(&p->lock);
    for (size_t at = 0; at < n; at += BATCH_MANY)
        TRY(portion_look(p, rows + at, n - at < BATCH_MANY ? n - at : BATCH_MANY, e));
    open_settle(p);
    return OK;
}

/* ---- telling ------------------------------------------------------------------------------------------------------- */

/* "  1:02:03 left" */
static void left_text(char *out, size_t size, double seconds)
{
    unsigned long s = (unsigned long)(seconds + 0.5);
    if (s >= 3600)
        snprintf(out, size, "  %lu:%02lu:%02lu left", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, size, "  %lu:%02lu left", s / 60, s % 60);
}

static void progress(struct apply *p, bool last)
{
    uint64_t now = clock_monotonic_ns();
    bool tty = isatty(2) == 1;
    if (!p->ap->progress || (!last && now - p->shown_ns < (tty ? SHOW_TTY_NS : SHOW_LINE_NS)))
        return;
    p->shown_ns = now;
    (void)pthread_mutex_lock(&p->lock);
    size_t ended = p->ended, fresh = ended - p->ended_before, n = p->b->n, persons = p->persons;
    (void)pthread_mutex_unlock(&p->lock);
    double took = (double)(now - p->started_ns) / 1e9, rate = took > 0 ? (double)fresh / took : 0;
    char bar[31], left[48] = "", stuck[48] = "";
    for (size_t i = 0; i < 30; i++)
        bar[i] = n == 0 || i < ended * 30 / n ? '#' : '.';
    bar[30] = '\0';
    if (!last && rate > 0)
        left_text(left, sizeof(left), (double)(n - ended) / rate);
    if (persons > 0)
        snprintf(stuck, sizeof(stuck), "  %zu need a person", persons);
    fprintf(stderr, "%s[%s] %zu/%zu  %.1f rows/s%s%s%s", tty ? "\r" : "", bar, ended, n, rate, left, stuck,
        tty && !last ? "\033[K"
        : tty        ? "\033[K\n"
                     : "\n");
}

/* What has ended so far, for whoever is interrupted or looks. */
static enum status results_keep(struct apply *p, struct error *e)
{
    uint64_t now = clock_monotonic_ns();
    if (now < p->write_ns)
        return OK;
    (void)pthread_mutex_lock(&p->lock);
    enum status s = batch_results_write(p->b, p->ap->result_path, e);
    (void)pthread_mutex_unlock(&p->lock);
    uint64_t pause = (clock_monotonic_ns() - now) * RESULT_SHARE;
    p->write_ns = now + (pause > RESULT_EVERY_NS ? pause : RESULT_EVERY_NS);
    return s;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------ */

/* One apply of a plan at a time; the lock goes with the process, however it ends. */
static enum status plan_lock(const struct batch_apply *ap, struct error *e)
{
    struct arena *a = ap->b->c->arena;
    const char *path = str_dupz(a, ap->b->c->args[0]);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(e, UNAVAILABLE, "plan-lock", "cannot open %s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return OK;
    close(fd);
    return error_set(e, CONFLICT, "plan-in-use", "another process is applying %s", path);
}

static enum status portion_find(struct apply *p, size_t from, size_t n, struct arena *a, struct error *e)
{
    struct str keys[BATCH_MANY];
    struct batch_seen seen[BATCH_MANY];
    for (size_t i = 0; i < n; i++)
        keys[i] = row_key(a, p->b, from + i);
    TRY(batch_orders_by_key(p->b->c->db, a, p->b->c->acc.id, keys, n, seen, e));
    for (size_t i = 0; i < n; i++) {
        struct batch_row *row = &p->b->rows[from + i];
        if (seen[i].order_id == 0)
            continue;
        p->ap->before++;
        p->ap->spent += row->price;
        row->order_id = seen[i].order_id;
        row->result = ROW_OPEN;
        if (seen[i].result != ROW_OPEN)
            row_ended(p, row, &seen[i]);
    }
    return OK;
}

/* The orders that an earlier run has left. */
static enum status orders_find(struct apply *p, struct error *e)
{
    struct arena a;
    enum status s = OK;
    arena_init(&a, 0);
    for (size_t at = 0; at < p->b->n && s == OK; at += BATCH_MANY) {
        arena_reset(&a);
        s = portion_find(p, at, p->b->n - at < BATCH_MANY ? p->b->n - at : BATCH_MANY, &a, e);
    }
    arena_clear(&a);
    for (size_t i = 0; i < p->b->n; i++)
        p->ended += p->b->rows[i].result == ROW_REFUSED;
    return s;
}

static bool watched_already(const struct apply *p, size_t i)
{
    for (size_t k = 0; k < p->open_n; k++)
        if (p->open[k] == i)
            return true;
    return false;
}

/* Those of them that are under way are watched like our own, as far as there is room; gives the row to go on at. */
static size_t open_fill(struct apply *p, size_t from)
{
    (void)pthread_mutex_lock(&p->lock);
    for (; from < p->b->n && p->open_n + p->placing < OPEN_MAX_ROWS; from++)
        if (p->b->rows[from].result == ROW_OPEN && !watched_already(p, from))
            p->open[p->open_n++] = from;
    (void)pthread_mutex_unlock(&p->lock);
    return from;
}

/* Nothing moves but orders that wait for a person, and rows behind them; or those are so many that there is no room for
 * others, and something is wrong with all. */
static bool only_persons(const struct apply *p, size_t watched)
{
    bool no_more = p->open_n == OPEN_MAX_ROWS || (p->next == p->b->n && watched == p->b->n);
    if (p->open_n == 0 || p->persons < p->open_n || p->placing > 0 || !no_more)
        return false;
    for (size_t k = 0; k < p->again_n && p->open_n < OPEN_MAX_ROWS; k++)
        if (turn_has_come(p, p->again[k]))
            return false;
    return true;
}

static bool all_over(struct apply *p, size_t watched)
{
    (void)pthread_mutex_lock(&p->lock);
    bool none = p->next == p->b->n && p->open_n + p->placing + p->again_n == 0 && watched == p->b->n;
    p->ap->stuck = p->ap->stuck || (!none && only_persons(p, watched));
    bool over = p->stop || none || p->ap->stuck;
    (void)pthread_mutex_unlock(&p->lock);
    return over;
}

static void stop_all(struct apply *p)
{
    (void)pthread_mutex_lock(&p->lock);
    p->ap->interrupted = p->ap->interrupted || daemon_stopping();
    p->stop = p->stop || daemon_stopping();
    (void)pthread_cond_broadcast(&p->moved);
    (void)pthread_mutex_unlock(&p->lock);
}

static int look_pause_ms(struct apply *p)
{
    (void)pthread_mutex_lock(&p->lock);
    int ms = p->open_n > MANY_OPEN ? LOOK_MANY_MS : LOOK_MS;
    (void)pthread_mutex_unlock(&p->lock);
    return ms;
}

static void watch(struct apply *p, size_t watched)
{
    struct error e = {0};
    while (!all_over(p, watched)) {
        if (orders_look(p, &e) != OK || results_keep(p, &e) != OK) {
            (void)pthread_mutex_lock(&p->lock);
            apply_fail(p, &e);
            (void)pthread_mutex_unlock(&p->lock);
        }
        watched = open_fill(p, watched);
        progress(p, false);
        if (!all_over(p, watched))
            poll(NULL, 0, look_pause_ms(p)); /* other processes move the orders; their rows are all there is */
        stop_all(p);
    }
}

static enum status orders_run(struct apply *p, struct error *e)
{
    pthread_t threads[16];
    size_t n = 0, watched = 0;
    /* what was under way already comes first: nothing new is ordered before its room is known */
    watched = open_fill(p, 0);
    while (n < p->ap->jobs && n < ARRAY_LEN(threads) && pthread_create(&threads[n], NULL, place_thread, p) == 0)
        n++;
    if (n == 0)
        return error_set(e, UNAVAILABLE, "threads", "cannot start a thread");
    watch(p, watched);
    (void)pthread_mutex_lock(&p->lock);
    p->stop = true;
    (void)pthread_cond_broadcast(&p->moved);
    (void)pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < n; i++)
        (void)pthread_join(threads[i], NULL);
    progress(p, true);
    if (p->failed)
        *e = p->why;
    return p->failed ? p->why.status : OK;
}

/* Rows that were ordered have their result; and whoever plans the file anew must not order them a second time. */
static enum status outdated_begun(struct apply *p, struct error *e)
{
    struct error why = *e;
    TRY(batch_results_write(p->b, p->ap->result_path, e));
    return error_set(e, CONFLICT, why.code, "%s, without the %zu rows that have been ordered: see %.*s", why.text,
        p->ap->before, STR_ARG(p->ap->result_path));
}

static enum status apply_begin(struct apply *p, struct error *e)
{
    struct batch *b = p->b;
    TRY(plan_lock(p->ap, e));
    TRY(orders_find(p, e));
    enum status holds = batch_verify(b, e);
    if (holds == CONFLICT && p->ap->before > 0)
        return outdated_begun(p, e);
    TRY(holds);
    TRY(batch_results_write(b, p->ap->result_path, e)); /* that it can be written is better known before */
    TRY(batch_ask(b, e));
    for (size_t i = 0; i < b->n; i++)
        p->ended += b->rows[i].op->kind == NULL && b->rows[i].result == ROW_DONE;
    p->ended_before = p->ended;
    p->started_ns = p->shown_ns = clock_monotonic_ns();
    return OK;
}

enum status batch_apply(struct batch_apply *ap, struct error *e)
{
    struct apply p = {.ap = ap, .b = ap->b};
    struct error other;
    struct arena *a = ap->b->c->arena;
    p.again = ARENA_ARRAY(a, AGAIN_MAX + ARRAY_LEN(p.open), size_t);
    p.before = ARENA_ARRAY(a, ap->b->n + 1, size_t);
    p.busy = ARENA_ARRAY(a, ap->b->n + 1, unsigned char);
    p.skipped = ARENA_ARRAY(a, ap->b->n + 1, unsigned char);
    p.retry_ns = ARENA_ARRAY(a, ap->b->n + 1, uint64_t);
    batch_rows_chain(ap->b, p.before);
    INVARIANT(pthread_mutex_init(&p.lock, NULL) == 0 && pthread_cond_init(&p.moved, NULL) == 0);
    daemon_stop_on_signal();
    enum status s = apply_begin(&p, e);
    if (s == OK) {
        s = orders_run(&p, e);
        enum status written = batch_results_write(ap->b, ap->result_path, s == OK ? e : &other);
        s = s == OK ? written : s;
    }
    for (size_t i = 0; i < ap->b->n; i++)
        ap->count[ap->b->rows[i].result]++;
    (void)pthread_cond_destroy(&p.moved);
    (void)pthread_mutex_destroy(&p.lock);
    return s;
}
